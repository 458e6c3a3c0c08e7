"""Right answers to other questions: what the solution answers without an argument, with two
arguments exchanged, with a mask turned round.

Whoever forgets an argument or mixes two up answers so, whatever the exercise is. The answers are
kept beside those of the declared mistakes, under an id that begins with `relation:`, and the judge
names them last. Only the author's own solution runs here.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..judge import compare
from ..judge.compiled import CompiledCase, ExerciseBundle, KnownMistake
from ..judge.relations import PREFIX
from ..run.inside.protocol import Answer, Request
from .recorded import differs, single_values

MOST = 40  # changes of the arguments that are tried for one exercise
KEPT = 24  # of them, the answers that are kept,
ROOM = 16_000  # and together at most this many bytes of numbers: a bundle travels with the package

_Given = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """Another question in place of each: `what` ends "Your answer is the right one …"."""

    id: str
    what: str
    slips: str
    change: Callable[[_Given], _Given | None]  # None: the question stays as it is


_SLIPS = {
    "without": "Usual causes: the argument is never looked at, is overwritten, or a fixed value "
    "stands in its place.",
    "zero": "Usual causes: a term of the formula is missing, is overwritten, or is multiplied by "
    "0.",
    "exchanged": "Usual causes: the order of the arguments in a call, or two names that are mixed "
    "up.",
    "turned": "Usual causes: a `.T`, a `[::-1]` or a `not` too many or too few.",
    "number": "Usual causes: a `range` or a slice that ends one off, a `<` for a `<=`, or a count "
    "that begins at 1 for 0.",
}


def otherwise(
    draft: ExerciseBundle, function: Any, ask: Callable[[Request], Answer]
) -> list[KnownMistake]:
    """The answers of the solution to changed questions, as far as the cases tell them apart.

    Args:
        draft: the exercise with the solution's answers and the declared mistakes.
        function: the solution.
        ask: answers a request with it.
    """
    cases = {
        id: case
        for id, case in draft.cases.items()
        if case.request.op == "call"
        and case.request.target == draft.targets[0]
        and case.expected.status == "ok"
        and "repeat" not in case.request.options
    }
    if not cases or not inspect.isfunction(function):
        return []
    unchanged = single_values(
        {id: case.expected for id, case in draft.cases.items() if id not in cases}
    )
    taken = [
        {id: known.answers[id] for id in cases if id in known.answers} for known in draft.mistakes
    ]
    found: list[KnownMistake] = []
    room = ROOM
    for change in itertools.islice(changes(function, cases), MOST):
        answers = _answers(change, function, cases, ask)
        if answers is None or not any(differs(cases[id].expected, a) for id, a in answers.items()):
            continue
        if any(_same(answers, known) for known in taken):
            continue
        kept = single_values(answers)
        room -= sum(map(_bytes, kept.values()))
        if room < 0 or len(found) == KEPT:
            break
        taken.append(answers)
        found.append(
            KnownMistake(
                PREFIX + change.id,
                f"Your answer is the right one {change.what}",
                "This was found by comparing your answers with those of a right solution that is "
                f"asked otherwise; how yours came about may be another way. {change.slips}",
                None,
                kept | unchanged,
            )
        )
    return found


def _bytes(answer: Answer) -> int:
    """Of all arrays in an answer together."""
    waiting, size = [answer.value], 0
    while waiting:
        value = waiting.pop()
        size += value.nbytes if isinstance(value, np.ndarray) else 8
        if isinstance(value, (list, tuple)):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
    return size


def _answers(
    change: Change,
    function: Any,
    cases: Mapping[str, CompiledCase],
    ask: Callable[[Request], Answer],
) -> dict[str, Answer] | None:
    """None where the solution cannot answer one of the changed questions."""
    answers = {}
    parameters = inspect.signature(function).parameters
    for id, case in cases.items():
        given = _given(parameters, case.request)
        try:
            changed = change.change(given)
        except (ValueError, TypeError, IndexError):
            return None
        if changed is None:
            answers[id] = case.expected
            continue
        answer = ask(replace(case.request, args=(), kwargs=changed))
        if answer.status != "ok":
            return None
        answers[id] = replace(answer, printed="", was={}, after=None, seconds=0.0)
    return answers


def _same(answers: Mapping[str, Answer], known: Mapping[str, Answer]) -> bool:
    return all(
        id in known
        and known[id].status == "ok"
        and compare.difference(known[id].value, answer.value, 1e-4, 1e-7) is None
        for id, answer in answers.items()
    )


def _given(parameters: Mapping[str, inspect.Parameter], request: Request) -> _Given:
    return dict(zip(parameters, request.args, strict=False)) | request.kwargs


# --------------------------------------------------------------------------------------- questions


def changes(function: Any, cases: Mapping[str, CompiledCase]) -> Iterator[Change]:
    """The changes that fit the arguments of these cases, the simplest first."""
    parameters = inspect.signature(function).parameters
    asked = [_given(parameters, case.request) for case in cases.values()]
    values = {
        name: [given[name] for given in asked if given.get(name) is not None]
        for name in parameters
        if any(given.get(name) is not None for given in asked)
    }
    for name in values:
        if parameters[name].default is not inspect.Parameter.empty:
            yield Change(
                f"without:{name}",
                f"for a call without `{name}`",
                _SLIPS["without"],
                partial(_without, name),
            )
    for name, found in values.items():
        for id, words, slips, change in _OF_ONE:
            if all(_fits(id, value) for value in found):
                yield Change(
                    f"{id}:{name}",
                    words.replace("{name}", f"`{name}`"),
                    _SLIPS[slips],
                    _applied(name, change),
                )
    arrays = [name for name, found in values.items() if all(_floats(value) for value in found)]
    for one, other in itertools.combinations(arrays, 2):
        if all(_alike(given.get(one), given.get(other)) for given in asked):
            yield Change(
                f"exchanged:{one}:{other}",
                f"with `{one}` and `{other}` exchanged",
                _SLIPS["exchanged"],
                partial(_put, {one: other, other: one}),
            )
            for a, b in ((one, other), (other, one)):
                yield Change(
                    f"twice:{a}:{b}",
                    f"with `{a}` in place of `{b}`",
                    _SLIPS["exchanged"],
                    partial(_put, {b: a}),
                )


def _without(name: str, given: _Given) -> _Given | None:
    return {key: value for key, value in given.items() if key != name} if name in given else None


def _put(places: Mapping[str, str], given: _Given) -> _Given:
    return given | {name: given[other] for name, other in places.items()}


def _applied(name: str, change: Callable[[Any], Any]) -> Callable[[_Given], _Given | None]:
    def changed(given: _Given) -> _Given | None:
        return None if given.get(name) is None else given | {name: change(given[name])}

    return changed


_OF_ONE: tuple[tuple[str, str, str, Callable[[Any], Any]], ...] = (
    ("inverted", "with {name} the other way round, True for False", "turned", lambda value: ~value),
    ("all-true", "with {name} True everywhere", "without", np.ones_like),
    ("not", "with {name} the other way round", "turned", lambda value: not value),
    ("zero", "with {name} zero everywhere", "zero", np.zeros_like),
    (
        "transposed",
        "with {name} transposed",
        "turned",
        lambda value: np.ascontiguousarray(value.T),
    ),
    (
        "reversed",
        "with {name} reversed in time",
        "turned",
        lambda value: np.ascontiguousarray(value[:, ::-1]),
    ),
    ("negated", "with {name} negated", "turned", lambda value: -value),
    ("one-more", "with {name} one larger", "number", lambda value: value + 1),
    ("one-less", "with {name} one smaller", "number", lambda value: value - 1),
)


def _floats(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _fits(id: str, value: Any) -> bool:
    """Whether a change is for values of this kind."""
    if id in ("inverted", "all-true"):
        return isinstance(value, np.ndarray) and value.dtype.kind == "b"
    if id == "not":
        return isinstance(value, bool)
    if id in ("one-more", "one-less"):
        return isinstance(value, int) and not isinstance(value, bool)
    if id == "transposed":
        return _floats(value) and value.ndim == 2 and value.shape[0] == value.shape[1]
    if id == "reversed":
        return isinstance(value, np.ndarray) and value.ndim == 3
    return _floats(value)


def _alike(one: Any, other: Any) -> bool:
    return _floats(one) and _floats(other) and one.shape == other.shape
