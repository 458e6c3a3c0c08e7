"""Errors: one where an answer is asked for, none or another where one is asked for.

What is said names kinds of errors and kinds of arguments (not given, empty, 0, of length 1), never
a value of a case but these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from ..outcome import Diagnosis
from ..run.inside.protocol import Answer
from ..text import quote
from . import compare
from .compiled import CompiledCase, CompiledCriterion, ExerciseBundle
from .criteria import unsaid
from .explain import not_written, part_name

_EDGES = ("none", "empty", "holds-empty", "zero", "negative")  # what a test of arguments forgets
_OF_SIZES = re.compile(r"broadcast|mismatch|not aligned|must match|\bshapes?\b|dimension")
_LARGE = 50  # beyond it `exp` and its sums begin to overflow or to round away
_FEATURES: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("none", "is `None`", lambda value: value is None),
    ("given", "is given", lambda value: value is not None),
    ("true", "is True", lambda value: value is True),
    ("false", "is False", lambda value: value is False),
    ("empty", "is empty", lambda value: isinstance(value, (list, tuple)) and not value),
    ("empty", "is empty", lambda value: isinstance(value, np.ndarray) and not value.size),
    (
        "holds-empty",
        "holds an empty list or text",
        lambda value: isinstance(value, list) and any(item in ([], "") for item in _plain(value)),
    ),
    ("zero", "is 0", lambda value: _number(value) and value == 0),
    ("negative", "is below 0", lambda value: _number(value) and value < 0),
    (
        "one-row",
        "has length 1 along its first axis",
        lambda value: isinstance(value, np.ndarray) and value.ndim > 0 and len(value) == 1,
    ),
    (
        "zeros",
        "holds only zeros",
        lambda value: isinstance(value, np.ndarray) and value.size > 0 and not value.any(),
    ),
    (
        "large",
        "holds numbers that are far from zero",
        lambda value: (
            isinstance(value, np.ndarray)
            and value.dtype.kind == "f"
            and bool(np.max(np.abs(value), initial=0.0) > _LARGE)
        ),
    ),
    (
        "padded",
        "marks padding",
        lambda value: (
            isinstance(value, np.ndarray)
            and value.dtype.kind == "b"
            and value.size > 0
            and not value.all()
        ),
    ),
)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plain(items: list) -> Iterator[Any]:
    return (item for item in items if isinstance(item, (list, str)))


def refusals(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """What happens where an error is asked for."""
    if spec.kind != "raises":
        return
    wanted = spec.options["errors"]
    listed = " or ".join(f"`{name}`" for name in wanted)
    ways: dict[str, list[CompiledCase]] = {}
    refused = []
    for number, id in enumerate(spec.cases):
        answer, case = answers.get(id), exercise.cases[id]
        says = spec.options["says"][number] if "says" in spec.options else ()
        if answer is None or answer.status not in ("ok", "error") or not_written(answer):
            return
        error = answer.error
        if answer.status == "ok" or error is None:
            ways.setdefault("accepts", []).append(case)
        elif not {error.type, *error.bases} & set(wanted):
            ways.setdefault(f"raises:{quote(error.type, 60)}", []).append(case)
        elif not error.message.strip():
            ways.setdefault("silent", []).append(case)
        elif unsaid(error, says):
            ways.setdefault("unsaid" if error.on_purpose else "by-chance", []).append(case)
        elif not says and not error.on_purpose:
            ways.setdefault("by-chance", []).append(case)
        else:
            refused.append(case)
    if len(ways) != 1:
        return
    way, cases = next(iter(ways.items()))
    if way == "accepts":
        for id, what in _telling(exercise, cases, refused):
            if id.partition(":")[2] not in _EDGES:
                continue
            yield Diagnosis(
                f"relation:accepts:{id}",
                f"An argument that should be refused is accepted, and only where {what}",
                f"There {listed} is asked for, with a message. Other arguments are refused as they "
                "should be. Look at the comparison in your `if`: does it leave out the edge?",
            )
        some = (
            "Some arguments that should be refused are" if refused else "What should be refused is"
        )
        yield Diagnosis(
            "relation:accepts",
            f"{some} accepted",
            f"The text asks for {listed} with a message that says what is wrong. Test the "
            "arguments at the beginning of the function.",
        )
    elif way == "silent":
        yield Diagnosis(
            "relation:silent",
            "The error has no message",
            f"The kind of error is right. Say in its message what is wrong: {listed} takes a text.",
        )
    elif way == "unsaid":
        yield Diagnosis(
            "relation:unsaid",
            "The message of the error does not say what was wrong",
            "The kind of error is right. Put into its message what the text asks for, the argument "
            'itself for one: `f"… {argument!r}"`.',
        )
    elif way == "by-chance":
        yield Diagnosis(
            "relation:by-chance",
            "The error comes by chance, from a line that cannot go on",
            f"Test the argument first, and raise a {listed} of your own with a message: by then it "
            "may be too late, and the words are Python's and not yours.",
        )
    else:
        kind = way.partition(":")[2]
        error = answers[cases[0].id].error
        meant = error is not None and error.on_purpose
        yield Diagnosis(
            f"relation:{way}",
            f"`{kind}` is raised where {listed} is asked for",
            "Raise the kind of error that the text names: whoever calls your function may wait for "
            "that one."
            if meant
            else "An error does come, by luck: a later line cannot go on. Test the argument at the "
            "beginning, and say in the message what is wrong with it.",
        )


def stops(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """For which arguments a function stops with an error where it should answer."""
    target = exercise.cases[spec.cases[0]].request.target
    bad, good, kinds, by_size = [], [], set(), False
    for id, answer in answers.items():
        case = exercise.cases[id]
        if case.request.target != target or case.expected.status != "ok":
            continue
        if answer.status == "ok":
            good.append(case)
        elif answer.status != "error" or answer.error is None or not_written(answer):
            return
        else:
            bad.append(case)
            kinds.add(quote(answer.error.type, 60))
            by_size |= _OF_SIZES.search(answer.error.message) is not None
    if not bad or not any(case.id in spec.cases for case in bad):
        return
    errors = " or ".join(f"`{kind}`" for kind in sorted(kinds)[:3])
    # Arrays that do not fit together may fit by luck where two axes are equally long.
    clear = good and len(kinds) == 1 and not by_size
    for id, what in _telling(exercise, bad, good) if clear else ():
        yield Diagnosis(
            f"relation:stops:{id}",
            f"It stops with {errors}, and only where {what}",
            "For all other arguments that were asked it answers. The text allows these too, so "
            "they need an answer.",
        )
    some = "some" if good else "all"
    if all(case.request.op == "model" for case in bad):
        yield Diagnosis(
            "relation:stops",
            f"Building your model or running it stops with {errors}, for {some} sizes and inputs "
            "that were asked",
            "The card says what Keras found. Build the model in a cell of your own, and call it "
            "on two inputs of different lengths: which shape does each layer want?",
        )
        return
    yield Diagnosis(
        "relation:stops",
        f"It stops with {errors} for {some} arguments that were asked",
        "The card says in which line. Call your function in a cell of your own with small "
        "arguments, and print the shapes before that line.",
    )


def _telling(
    exercise: ExerciseBundle, cases: list[CompiledCase], others: list[CompiledCase]
) -> Iterator[tuple[str, str]]:
    """What all of some cases have and hardly any of the others has, as `(id, words)`, where one
    argument alone tells them apart. A few of the others may have it: the right number can come out
    by luck, so what is said is "only where", never "wherever".
    """
    if not others:
        return

    def tells(has: Callable[[CompiledCase], bool]) -> bool:
        lucky = sum(map(has, others))
        return all(map(has, cases)) and 3 * lucky <= min(len(cases), len(others))

    def sure(id: str) -> bool:
        # One or two cases may differ in many ways; an edge is what a case was made for.
        return len(cases) > 2 or id in (*_EDGES, "large")

    found: dict[str, str] = {}
    for name in exercise.parameters.get(cases[0].request.target, ()):
        for id, words, has in _FEATURES:
            if tells(partial(_has, exercise, name, has)):
                left_out = id == "none" and not any(_gives(exercise, c, name) for c in cases)
                found[f"{name}:{id}"] = f"`{name}` {'is not given' if left_out else words}"
        given = {_given(exercise, case, name) for case in cases if _word(exercise, case, name)}
        if len(given) == 1 and all(_word(exercise, case, name) for case in cases):
            (word,) = given
            if tells(partial(_has, exercise, name, partial(_equal, word))):
                found[f"{name}:{word}"] = f"`{name}` is {word!r}"
    # Two arguments that tell the cases apart: nobody knows which it is. Of one, what says most.
    if len({id.partition(":")[0] for id in found}) == 1:
        told = [(id, words) for id, words in found.items() if sure(id.partition(":")[2])]
        yield from reversed(told)


def _has(
    exercise: ExerciseBundle, name: str, has: Callable[[Any], bool], case: CompiledCase
) -> bool:
    return has(_given(exercise, case, name))


def _equal(word: str, value: Any) -> bool:
    return isinstance(value, str) and value == word


def _word(exercise: ExerciseBundle, case: CompiledCase, name: str) -> bool:
    """Whether an argument is one word, the name of a way to do it, and so fit to be told."""
    value = _given(exercise, case, name)
    return isinstance(value, str) and value.isidentifier() and len(value) < 20


def wrong_where(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """The one kind of argument for which answers are wrong, while all others are right."""
    if spec.kind not in ("values", "shape"):
        return
    target, path = exercise.cases[spec.cases[0]].request.target, tuple(spec.options.get("pick", ()))
    bad: list[CompiledCase] = []
    good: list[CompiledCase] = []
    for id, answer in answers.items():
        case = exercise.cases[id]
        if case.request.target != target or case.expected.status != "ok":
            continue
        if answer.status != "ok" or case.request.op != "call" or "repeat" in case.request.options:
            continue
        try:
            wanted, given = (compare.pick(v.value, path) for v in (case.expected, answer))
        except compare.NoSuchPart:
            return
        tolerance = (float(spec.options.get("rtol", 1e-4)), float(spec.options.get("atol", 1e-6)))
        right = compare.difference(wanted, given, *tolerance) is None
        (good if right else bad).append(case)
    if not bad or len(good) < 2:
        return
    for id, what in _telling(exercise, bad, good):
        name = f"Your {part_name(path, exercise.returns)}" if path else "Your answer"
        yield Diagnosis(
            f"relation:wrong-where:{id}",
            f"{name} is wrong only where {what}",
            "So it is in all cases that were asked. Follow your code for such an argument, line by "
            "line, with numbers that are small enough for paper.",
        )


def _given(exercise: ExerciseBundle, case: CompiledCase, name: str) -> Any:
    return _arguments(exercise, case).get(name)


def _gives(exercise: ExerciseBundle, case: CompiledCase, name: str) -> bool:
    return name in _arguments(exercise, case)


def _arguments(exercise: ExerciseBundle, case: CompiledCase) -> dict[str, Any]:
    names = exercise.parameters.get(case.request.target, ())
    return dict(zip(names, case.request.args, strict=False)) | case.request.kwargs
