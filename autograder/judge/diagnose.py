"""Which known mistake is it? Compares the student's answers with those that every mistake gave at
compile time. What no known mistake explains, `relations` may.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..outcome import Diagnosis
from ..run.inside.protocol import Answer, ErrorInfo
from . import compare, failures, kinds, relations
from .compiled import CompiledCase, CompiledCriterion, ExerciseBundle, KnownMistake
from .criteria import unsaid
from .explain import part_name
from .models import measure, model_value, signature


def diagnose(
    exercise: ExerciseBundle, answers: Mapping[str, Answer], failed: str
) -> Diagnosis | None:
    """What is told about the student's answers: a known mistake, else two known ones together, else
    a relation to the expected answers.
    """
    found = _declared(exercise, answers, failed) or _two_together(exercise, answers)
    if found:
        return found
    try:
        return next(related(exercise, answers, failed), None)
    except Exception:  # whatever strange thing was answered: without a name the verdict stands
        return None


def related(
    exercise: ExerciseBundle, answers: Mapping[str, Answer], failed: str
) -> Iterator[Diagnosis]:
    """All that can be said of the answers without a declared mistake, what says most first."""
    spec = next(spec for spec in exercise.criteria if spec.id == failed)
    yield from failures.refusals(exercise, spec, answers)
    yield from kinds.changed(exercise, spec, answers)
    yield from kinds.model(exercise, spec, answers)
    if spec.kind == "raises":
        return
    yield from failures.stops(exercise, spec, answers)
    yield from relations.strong(exercise, spec, answers)
    yield from _otherwise(exercise, answers, list(answers))
    yield from relations.at_places(exercise, spec, answers)
    yield from _otherwise(exercise, answers, spec.cases, relations.path_of(spec, 0))
    yield from kinds.kind(exercise, spec, answers)
    yield from relations.where_wrong(exercise, spec, answers)
    yield from kinds.plain(exercise, spec, answers)
    yield from failures.wrong_where(exercise, spec, answers)


def _otherwise(
    exercise: ExerciseBundle,
    answers: Mapping[str, Answer],
    asked: Iterable[str],
    path: tuple = (),
) -> Iterator[Diagnosis]:
    """The only changed question to which the student's answers are the right ones."""
    there = [id for id in asked if id in answers and exercise.cases[id].expected.status == "ok"]
    found = [
        known
        for known in exercise.mistakes
        if known.id.startswith(relations.PREFIX)
        and not known.exercise
        and _explains(exercise, known, answers, there, path)
        and _enough(exercise, known, there, path)
    ]
    if len(found) == 1:
        told = _diagnosis(exercise, found[0])
        part = part_name(path, exercise.returns)
        if path and told.title.startswith("Your answer"):
            told = replace(told, title=f"Your {part}{told.title.removeprefix('Your answer')}")
        yield told


def _enough(exercise: ExerciseBundle, known: KnownMistake, asked: list[str], path: tuple) -> bool:
    """Whether two cases or three numbers tell a changed question from the one that was asked."""
    cases, numbers = 0, 0
    told: set[float] = set()
    for id in asked:
        stored = known.answers.get(id)
        if stored is None:
            continue
        right = compare.pick(exercise.cases[id].expected.value, path)
        mine = compare.pick(stored.value, path)
        if (found := compare.difference(right, mine, 1e-4, 1e-7)) is None:
            continue
        cases += 1
        if found.kind == "numbers":
            wrong = ~compare.close(found.expected, found.actual, 1e-4, 1e-7)
            distinct = np.unique(np.asarray(found.actual)[wrong])
            numbers = max(numbers, len(distinct))
            told |= set(distinct[:9].tolist())
    # One number everywhere, zero say, may come from anywhere.
    return numbers > 2 or (cases > 1 and len(told) != 1)


def _declared(
    exercise: ExerciseBundle, answers: Mapping[str, Answer], failed: str
) -> Diagnosis | None:
    """The known mistake that answers as the student does.

    First a mistake that agrees on everything that was asked; else the only one that agrees on
    everything that the first failed criterion looked at (the student made two mistakes, or one in
    two places). Where the answers are right and only too slow, a mistake that is as right and as
    slow.
    """
    spec = next(spec for spec in exercise.criteria if spec.id == failed)
    declared = [
        known
        for known in exercise.mistakes
        if not known.id.startswith(relations.PREFIX)
        # A mistake that is known by one fact is named for what it breaks, not wherever the fact is.
        and (known.breaks is None or failed in known.breaks)
    ]
    for known in declared:
        if _explains(exercise, known, answers, list(answers)):
            return _diagnosis(exercise, known)
    if spec.kind == "speed":
        slow = next((known for known in declared if _slow(exercise, known, answers, spec)), None)
        return None if slow is None else _diagnosis(exercise, slow)
    asked = [case for case in spec.cases if case in answers]
    path = tuple(spec.options.get("pick", ()))
    near = [
        known
        for known in declared
        if _explains(exercise, known, answers, asked, path)
        and not _right_beside(exercise, known, answers, asked)
    ]
    return _diagnosis(exercise, near[0]) if len(near) == 1 else None


def _right_beside(
    exercise: ExerciseBundle,
    known: KnownMistake,
    answers: Mapping[str, Answer],
    asked: list[str],
) -> bool:
    """Whether the student is right in most cases, beside those that were asked, in which the
    mistake is wrong: then it is not this mistake. In a few it may be the same slip in one place.
    """
    right: list[bool] = []
    for id, given in answers.items():
        stored, case = known.answers.get(id), exercise.cases[id]
        if id in asked or stored is None or given.status != "ok" or case.expected.status != "ok":
            continue
        if case.request.op != "call" or "repeat" in case.request.options:
            continue
        if stored.status != "ok" or _differ(case.expected.value, stored.value):
            right.append(not _differ(case.expected.value, given.value))
    return 2 * sum(right) > len(right)


def _differ(expected: Any, value: Any) -> bool:
    return compare.difference(expected, value, 1e-4, 1e-6) is not None


def _diagnosis(exercise: ExerciseBundle, known: KnownMistake) -> Diagnosis:
    message = known.message
    if known.exercise:
        message = (
            f"This is what a mistake in `{known.exercise}` leads to. Does yours pass its own "
            f"check? If not, mend it first; if it does, the same slip stands in "
            f"`{exercise.targets[0]}`. {known.message}"
        )
    return Diagnosis(known.id, known.title, message, known.see, known.exercise)


def _explains(
    exercise: ExerciseBundle,
    known: KnownMistake,
    answers: Mapping[str, Answer],
    asked: list[str],
    path: tuple = (),
) -> bool:
    """Whether the mistake gives the student's answers, and not everywhere the right ones."""
    telling = False
    for id in asked:
        stored, given, case = known.answers.get(id), answers[id], exercise.cases[id]
        if stored is None or "repeat" in case.request.options:
            continue
        agrees, tells = _agrees(exercise, known, stored, given, case, path)
        if not agrees:
            return False
        telling = telling or tells
    return telling


def _two_together(exercise: ExerciseBundle, answers: Mapping[str, Answer]) -> Diagnosis | None:
    """Two known mistakes that show in different parts of the return value.

    Every wrong part answers as one of the two does, in every case; where one shows, the other is
    right. None where more than one pair would do, or an answer has no parts.
    """
    asked = [id for id in answers if "repeat" not in exercise.cases[id].request.options]
    asked = [id for id in asked if exercise.cases[id].expected.status == "ok"]
    if not asked or any(answers[id].status != "ok" for id in asked):
        return None
    if any(exercise.cases[id].request.op == "model" for id in asked):
        return None
    parts = _parts(exercise.cases[asked[0]].expected.value)
    if len(parts) < 2 or any(
        compare.structure(exercise.cases[id].expected.value, answers[id].value) for id in asked
    ):
        return None

    def same(a: Callable[[str], Any], b: Callable[[str], Any], part: tuple) -> bool:
        try:
            return all(
                compare.difference(compare.pick(a(id), part), compare.pick(b(id), part), 1e-4, 1e-7)
                is None
                for id in asked
            )
        except compare.NoSuchPart:
            return False

    def right(id: str) -> Any:
        return exercise.cases[id].expected.value

    def mine(id: str) -> Any:
        return answers[id].value

    wrong = [part for part in parts if not same(right, mine, part)]
    if len(wrong) < 2:
        return None
    shows: dict[str, frozenset] = {}  # mistake: the wrong parts that it explains
    known = {mistake.id: mistake for mistake in exercise.mistakes}
    for mistake in exercise.mistakes:
        if mistake.id.startswith(relations.PREFIX) or any(
            id not in mistake.answers or mistake.answers[id].status != "ok" for id in asked
        ):
            continue

        def its(id: str, mistake: KnownMistake = mistake) -> Any:
            return mistake.answers[id].value

        explained = frozenset(part for part in wrong if same(its, mine, part))
        if explained and all(same(right, its, p) for p in parts if p not in explained):
            shows[mistake.id] = explained
    pairs = [
        (a, b)
        for a, b in itertools.combinations(shows, 2)
        if not shows[a] & shows[b] and shows[a] | shows[b] == set(wrong)
    ]
    if len(pairs) != 1:
        return None
    first, second = (known[id] for id in pairs[0])
    return Diagnosis(
        f"{relations.PREFIX}pair:{first.id}+{second.id}",
        f"Two mistakes together: {first.title.rstrip('.')}; and {second.title.rstrip('.')}",
        f"One part of your answer shows the one, another part the other. {first.message} And: "
        f"{second.message}",
        first.see or second.see,
    )


def _parts(value: Any) -> list[tuple]:
    """The places of the parts of a return value."""
    if isinstance(value, Mapping):
        return [(key,) for key in value]
    return [(number,) for number in range(len(value))] if isinstance(value, tuple) else []


def _slow(
    exercise: ExerciseBundle,
    known: KnownMistake,
    answers: Mapping[str, Answer],
    spec: CompiledCriterion,
) -> bool:
    """Whether the mistake gives the right answers, as the student does, and was too slow when it
    was compiled.
    """
    times = [
        known.answers[id].value["seconds"] if known.answers[id].status == "ok" else np.nan
        for id in spec.cases
    ]
    if not any(
        large > spec.options["ratio"] * small
        for small, large in zip(times[::2], times[1::2], strict=True)
    ):
        return False
    asked = [id for id in answers if "repeat" not in exercise.cases[id].request.options]
    return all(
        _agrees(exercise, known, known.answers[id], answers[id], exercise.cases[id], ())
        == (True, False)
        for id in asked
    )


def _agrees(
    exercise: ExerciseBundle,
    known: KnownMistake,
    stored: Answer,
    given: Answer,
    case: CompiledCase,
    path: tuple,
) -> tuple[bool, bool]:
    """Whether the mistake's answer is the student's, and whether it differs from the solution's."""
    if stored.status in ("timeout", "died"):
        return given.status == stored.status, True
    if stored.status == "error":
        words = _words(exercise, case)
        return (
            _same_error(stored, given, words),
            not _same_error(stored, case.expected, words),
        )
    if given.status != "ok":
        return False, False
    if case.request.op == "model":
        return _agrees_model(exercise, known, stored, given, case)
    try:
        mine, theirs = compare.pick(stored.value, path), compare.pick(given.value, path)
    except compare.NoSuchPart:
        return False, False
    if compare.difference(mine, theirs, 1e-4, 1e-7) is not None:
        return False, False
    if not path and _whole(exercise, case):
        floats = [compare.structure(case.expected.value, v, whole=True) for v in (mine, theirs)]
        if (floats[0] is None) != (floats[1] is None):
            return False, False
        if floats[0] is not None:
            return True, True
    if case.expected.status == "error":
        return True, True
    tells = True
    if not path or compare.structure(case.expected.value, stored.value) is None:
        tells = (
            compare.difference(compare.pick(case.expected.value, path), mine, 1e-4, 1e-7)
            is not None
        )
    if stored.after is not None and given.after is not None and not path:
        if any(
            compare.identical(b, s) != compare.identical(b, g)
            for b, s, g in zip(case.request.args, stored.after, given.after, strict=False)
        ):
            return False, False
        tells = tells or not compare.identical(case.request.args, stored.after)
    return True, tells


def _whole(exercise: ExerciseBundle, case: CompiledCase) -> bool:
    """Whether a 3.0 does not pass for a 3 in this case."""
    return any("whole" in spec.options and case.id in spec.cases for spec in exercise.criteria)


def _words(exercise: ExerciseBundle, case: CompiledCase) -> list[str] | None:
    """What the message of an error that is asked for must say; None where none is asked for."""
    spec = next((s for s in exercise.criteria if s.kind == "raises" and case.id in s.cases), None)
    if spec is None:
        return None
    return spec.options["says"][spec.cases.index(case.id)] if "says" in spec.options else []


def _same_error(one: Answer, other: Answer, words: list[str] | None) -> bool:
    """Whether both end in the same exception and, where one was asked for, both say why or not."""
    if one.status != "error" or other.status != "error":
        return False
    if one.error is None or other.error is None or one.error.type != other.error.type:
        return False
    if words is None:
        return _same_words(one.error, other.error)
    if words:
        return bool(unsaid(one.error, words)) == bool(unsaid(other.error, words))
    return one.error.on_purpose == other.error.on_purpose


def _same_words(stored: ErrorInfo, given: ErrorInfo) -> bool:
    """Whether two errors that came by accident say the same; names and numbers aside.

    Two lines may well stop with a TypeError for different reasons. Whoever raises an error on
    purpose chooses the words; an error that comes from no line of the student's is a library's.
    """
    if given.on_purpose and given.source is not None:
        return True
    words = [_NAMES.sub("", error.message)[:120] for error in (stored, given)]
    return words[0] == words[1]


_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\d+")


def _agrees_model(
    exercise: ExerciseBundle, known: KnownMistake, stored: Answer, given: Answer, case: CompiledCase
) -> tuple[bool, bool]:
    value = model_value(given)
    if value is None:
        return False, False
    facts, outputs = value
    score = next((s for s in exercise.criteria if s.kind == "score" and case.id in s.cases), None)
    if known.where is not None:
        seen = dict(facts)
        if score is not None:
            measured = measure(
                score.options["metric"],
                outputs,
                score.options["targets"][score.cases.index(case.id)],
            )
            if not isinstance(measured, str):
                seen |= {"score": measured[0], "constant": measured[1]}
        holds = compare.first_unmet(known.where, seen) is None
        return holds, holds
    wanted = signature(case.expected.value["facts"], stored.value["facts"])
    if any(
        not compare.holds(theirs, compare.look_up(facts, key)) for key, theirs in wanted.items()
    ):
        return False, False
    if score is not None or stored.value.get("outputs") is None:
        return True, bool(wanted)
    if compare.difference(stored.value["outputs"], outputs, 1e-4, 1e-6) is not None:
        return False, False
    return True, bool(wanted) or compare.difference(
        case.expected.value["outputs"], outputs, 1e-4, 1e-6
    ) is not None
