"""A name for a mistake that nobody declared: what the student's answers are, seen from the expected
ones.

It says that answers are reversed, transposed, right at the first step only, …, and never more
than that: a relation is no proof of a cause, and its words say so. One is named only when it holds
in every case that was asked, or in all that the failed criterion looks at, to the comparison's
tolerance, and when enough numbers speak for it (`_enough`). Where two hold, the simpler is named;
where few numbers speak, only one that has no rival. Nothing here shows a number of a case, so the
words are fit for secret ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..outcome import Diagnosis
from ..run.inside.protocol import Answer
from . import places
from .compiled import CompiledCriterion, ExerciseBundle
from .entries import Entry, NoLikeness, Predict, Relation, path_of, read
from .explain import part_name
from .likeness import candidates, stands_in

PREFIX = "relation:"
_MANY, _SOME = 6, 3  # different numbers in one case; in each of two
_SINGLE = 4  # cases, where each says only one or two numbers
_FEW = 2  # different numbers of many digits in all cases together, where there is no rival
_FITTED = ("factor:times", "factor:multiplied", "factor:divided", "constant:")

_HONEST = (
    "This was found by comparing numbers, in every case that was asked here; it says what your "
    "answer looks like, not how it came about."
)
_HONEST_PART = (
    "This was found by comparing numbers, in every case in which your answer is wrong; it says "
    "what your answer looks like, not how it came about."
)
Groups = dict[tuple, list[Entry]]
Found = Callable[[list[Entry]], Iterator[Relation]]


def strong(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """Relations that say what every wrong number is: all that hold and are sure, the simplest
    first. Those that tell of all wrong parts of the return value come before those of one part.
    """
    with np.errstate(all="ignore"):
        scopes = _scopes(exercise, spec, answers)
        if path_of(spec, 0) and spec.kind in ("values", "shape", "expected"):
            yield from _exchanged_beyond(exercise, spec, answers)
        for wrong in scopes:
            for relation in _exchanged(wrong):
                yield _diagnosis(relation, list(wrong), exercise.returns)
        for found in (_sure, _unrivalled):
            yield from _told(scopes, exercise, found)


def at_places(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """Relations that say at which places answers are right and at which they are wrong."""
    with np.errstate(all="ignore"):
        yield from _told(_scopes(exercise, spec, answers), exercise, _places)


def where_wrong(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """Relations that hold in the cases in which answers are wrong, and not in the others."""
    with np.errstate(all="ignore"):
        only = [
            {part: [e for e in found if not e.right] for part, found in wrong.items()}
            for wrong in _scopes(exercise, spec, answers)
        ]
        for found in (_sure, _unrivalled):
            for told in _told(only, exercise, found):
                yield replace(
                    told,
                    mistake=told.mistake.replace(PREFIX, f"{PREFIX}where-wrong:", 1),
                    title=f"Where it is wrong: {told.title[:1].lower()}{told.title[1:]}",
                    message=told.message.replace(_HONEST, _HONEST_PART),
                )


def _told(scopes: list[Groups], exercise: ExerciseBundle, found: Found) -> Iterator[Diagnosis]:
    """What is found for all wrong parts together, and then for one of several alone."""
    for wrong in scopes:
        for relation in found([entry for entries in wrong.values() for entry in entries]):
            yield _diagnosis(relation, list(wrong), exercise.returns)
    for wrong in scopes:
        for part, entries in wrong.items() if len(wrong) > 1 else ():
            for relation in found(entries):
                yield _diagnosis(relation, [part], exercise.returns)


def _scopes(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> list[Groups]:
    """The wrong parts with their arrays: in all cases that were asked, and in those of the failed
    criterion alone.
    """
    scopes: list[Groups] = []
    wide = _widened(exercise, spec, answers)
    for asked in [wide, spec] if wide.cases != spec.cases else [spec]:
        try:
            groups = _by_part(read(exercise, asked, answers))
        except NoLikeness:
            continue
        wrong = {part: found for part, found in groups.items() if not all(e.right for e in found)}
        if wrong:
            scopes.append(wrong)
    return scopes


def _widened(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> CompiledCriterion:
    """The criterion looking at every case whose answer can be held against a solution's."""
    if spec.kind not in ("values", "shape"):
        return spec
    target = exercise.cases[spec.cases[0]].request.target
    more = [
        id
        for id, answer in answers.items()
        if id not in spec.cases
        and answer.status == "ok"
        and exercise.cases[id].expected.status == "ok"
        and exercise.cases[id].request.op == "call"
        and exercise.cases[id].request.target == target
        and "repeat" not in exercise.cases[id].request.options
    ]
    return replace(spec, cases=(*spec.cases, *more))


def _by_part(entries: Iterable[Entry]) -> Groups:
    groups: Groups = {}
    for entry in entries:
        groups.setdefault(entry.part, []).append(entry)
    return groups


def subject_of(parts: list[tuple], returns: tuple[str, ...]) -> tuple[str, str]:
    """The beginning of a sentence about parts of the return value, and its verb."""
    names = [part_name(part, returns) for part in parts]
    if names == [part_name(())]:
        return "Your answer", "is"
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    verb = "are each" if len(names) > 1 else "is"
    return f"{'Your' if listed.startswith('`') else 'In your answer,'} {listed}", verb


def _diagnosis(relation: Relation, parts: list[tuple], returns: tuple[str, ...]) -> Diagnosis:
    subject, verb = subject_of(parts, returns)
    what = relation.what.replace("{part}", part_name(relation.part, returns))
    return Diagnosis(
        PREFIX + relation.id, f"{subject} {verb} {what}", f"{_HONEST} {relation.message}"
    )


# ----------------------------------------------------------------------------------------- evidence


def _enough(found: Sequence[tuple[Entry, np.ndarray]]) -> bool:
    """Whether so many numbers agree that it is no accident.

    Args:
        found: for each wrong array the numbers that the relation predicts and that a right answer
            would not have.

    Six different numbers in one case are enough, or three in each of two cases; where an answer is
    one number or two, four cases with four different ones. Truth values count by the dozen, since
    each has an even chance. Zeros everywhere, one number everywhere and symmetric arrays thus
    speak for nothing.
    """
    by_case: dict[str, int] = {}
    for entry, numbers in found:
        if numbers.dtype.kind == "b":
            said = (
                min(numbers.size, entry.expected.size) // 2
                if len(np.unique(entry.expected)) > 1
                else 0
            )
        else:
            said = entry.distinct(numbers)
        by_case[entry.case] = max(by_case.get(entry.case, 0), said)
    most = sorted(by_case.values(), reverse=True)
    if not most:
        return False
    if most[0] >= _MANY or (len(most) > 1 and most[1] >= _SOME):
        return True
    if len(most) < _SINGLE:
        return False
    entry = found[0][0]
    return entry.distinct(np.concatenate([n.ravel() for _, n in found])) >= _SINGLE


def _few(found: Sequence[tuple[Entry, np.ndarray]], fitted: bool) -> bool:
    """Whether at least two numbers of many digits agree; of each the tolerance leaves one in
    thousands to chance. A number that was fitted (a factor, say) takes one of them.
    """
    numbers = [n.ravel().astype(np.float64) for _, n in found if n.dtype.kind == "f"]
    told = np.concatenate(numbers) if numbers else np.empty(0)
    told = told[np.isfinite(told)]
    told = told[np.abs(100 * told - np.round(100 * told)) > 1e-4]  # 1.5 is soon met by chance
    return bool(told.size) and found[0][0].distinct(told) >= _FEW + fitted


def _evidence(predict: Predict, entries: Iterable[Entry]) -> list[tuple[Entry, np.ndarray]] | None:
    """What speaks for a relation; None where it does not hold for every entry."""
    found = []
    for entry in entries:
        claim = predict(entry)
        if claim is None or not entry.like(claim.predicted, claim.actual):
            return None
        if claim.said is not None:
            found.append((entry, claim.said))
        elif not entry.right:
            found.append((entry, entry.moved(claim)))
    return found


def _holds(predict: Predict, entries: Iterable[Entry]) -> bool:
    """Whether a relation holds for every entry, and enough speaks for it."""
    found = _evidence(predict, entries)
    return found is not None and _enough(found)


def _sure(entries: list[Entry]) -> Iterator[Relation]:
    """Each relation that holds for all entries, with much that speaks for it."""
    first = next(entry for entry in entries if not entry.right)
    # A factor of 3 where every case has three sequences: nobody can tell which it is.
    both = all(
        any(_holds(predict, entries) for _, predict in candidates(first, [kind]))
        for kind in ("factor", "factor by size")
    )
    for relation, predict in candidates(first):
        if _holds(predict, entries) and not (both and relation.id.startswith("factor:")):
            yield relation


def _unrivalled(entries: list[Entry]) -> Iterator[Relation]:
    """The one relation that holds for all entries, where less speaks for it."""
    first = next(entry for entry in entries if not entry.right)
    holding = []
    for relation, predict in candidates(first):
        found = _evidence(predict, entries)
        if found and _few(found, relation.id.startswith(_FITTED)):
            holding.append(relation)
    if len(holding) == 1:
        yield holding[0]


def _places(entries: list[Entry]) -> Iterator[Relation]:
    for kind in (places.sums, places.unpadded, places.right_only, places.separated):
        yield from kind(entries, _enough)


# ---------------------------------------------------------------------------------- several entries


def _exchanged_beyond(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """Two parts exchanged, where the criterion looks at one of them."""
    options = {name: spec.options[name] for name in ("rtol", "atol") if name in spec.options}
    whole = replace(spec, kind="values", options=options)
    try:
        groups = _by_part(read(exercise, whole, answers))
    except NoLikeness:
        return
    wrong = {part: found for part, found in groups.items() if not all(e.right for e in found)}
    for relation in _exchanged(wrong):
        yield _diagnosis(relation, list(wrong), exercise.returns)


def _exchanged(wrong: Groups) -> Iterator[Relation]:
    """Two parts of the return value in each other's place."""
    if len(wrong) != 2:
        return
    (a, of_a), (b, of_b) = wrong.items()

    if _holds(stands_in(b), of_a) and _holds(stands_in(a), of_b):
        yield Relation(
            "exchanged",
            "what belongs into the other",
            "Each of the two stands where the other belongs. Usual causes: the order of the values "
            "after `return`, or two names that are mixed up.",
        )
