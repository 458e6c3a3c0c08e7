"""The arrays of the student's answers, each with what is expected in its place.

`read` makes them from the answers that a criterion asked for, whatever the return value is made of:
arrays, numbers, lists of numbers or of texts, tuples and dicts of these. Nothing here looks for a
relation or speaks to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..run.inside.protocol import Answer
from . import compare
from .compare import as_array, close, tolerance
from .compiled import CompiledCase, CompiledCriterion, ExerciseBundle
from .explain import EACH
from .models import model_value

_ASKED = ("shape", "values", "expected", "outputs", "same")
_MOST = 300_000  # numbers in all answers together, beyond which nothing is looked for
_HEAD = 64  # the numbers that are looked at before all of them are
_COARSEST = 1e-3  # a relation is never found through a wider relative tolerance than this


class NoLikeness(Exception):
    """The answers cannot be held against the expected ones number by number."""


@dataclass(frozen=True)
class Relation:
    """What one answer is, seen from another.

    `what` ends the sentence "Your answer is …", `message` tells the usual slips, and `short` ends
    the words about one array ("`h` …"). `{part}` in them stands for the name of the part of the
    return value at `part`.
    """

    id: str
    what: str
    message: str
    short: str = ""
    part: tuple = ()


@dataclass(frozen=True)
class Claim:
    """What a relation says of one entry: `actual` is `predicted`.

    `base`: what would stand there in a right answer, entry by entry; None where the shapes differ.
    `said`: the numbers that speak for it, where they are not those that a right answer lacks.
    """

    predicted: np.ndarray
    actual: np.ndarray
    base: np.ndarray | None
    said: np.ndarray | None = None


@dataclass(frozen=True)
class Entry:
    """One array of one answer.

    Args:
        case: the question's id.
        part: where the array is in the return value; equal for the items of a list.
        inputs: the arguments of the call that are arrays, numbers or plain lists, by name.
        parts: the other arrays of the expected return value, by place.
        before: what was expected here in the question before, and in the very first one.
        symbols: the numbers stand for texts, so there is no arithmetic.
    """

    case: str
    part: tuple
    expected: np.ndarray
    actual: np.ndarray
    rtol: float
    atol: float
    inputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    parts: Mapping[tuple, np.ndarray] = field(default_factory=dict)
    before: tuple[np.ndarray | None, np.ndarray | None] = (None, None)
    symbols: bool = False

    @property
    def right(self) -> bool:
        """Whether it is the expected one, structure included."""
        e, a = self.expected, self.actual
        kinds = {"u": "i"}
        same = kinds.get(e.dtype.kind, e.dtype.kind) == kinds.get(a.dtype.kind, a.dtype.kind)
        return self.like(e, a) and (same or e.ndim == 0)

    def tolerance(self, predicted: np.ndarray) -> tuple[float, float]:
        """Relative and absolute tolerance for an answer that should be `predicted`."""
        rtol, atol = tolerance(predicted, self.actual, self.rtol, self.atol)
        return min(rtol, max(_COARSEST, 1e-4)), atol

    def like(self, predicted: np.ndarray, actual: np.ndarray) -> bool:
        """Whether the two agree within the comparison's tolerances; a few numbers are tried
        first.
        """
        if predicted.shape != actual.shape:
            return False
        r, t = self.tolerance(predicted)
        if predicted.size > _HEAD:
            head = predicted.flat[:_HEAD], actual.flat[:_HEAD]
            if not close(*head, r, t).all():
                return False
        return bool(close(predicted, actual, r, t).all())

    def moved(self, claim: Claim) -> np.ndarray:
        """The predicted numbers that a right answer would not have there."""
        if claim.base is None or claim.base.shape != claim.predicted.shape:
            return claim.predicted.ravel()
        r, t = self.tolerance(claim.base)
        return claim.predicted[~close(claim.base, claim.predicted, r, t)]

    def distinct(self, found: np.ndarray) -> int:
        """How many numbers among `found` differ by more than the tolerance."""
        found = found.ravel()  # a single number is an array without axes
        if found.dtype.kind == "f":
            found = found[np.isfinite(found)].astype(np.float64)
            scale = float(np.max(np.abs(found), initial=0.0))
            r, t = self.tolerance(found)
            found = np.round(found / max(2 * (t + r * scale), 1e-300))
        return len(np.unique(found[:10_000]))


Predict = Callable[[Entry], Claim | None]
Candidate = tuple[Relation, Predict]


def whole(change: Callable[[np.ndarray], np.ndarray]) -> Predict:
    """That an array is the expected one, changed."""
    return lambda entry: Claim(change(entry.expected), entry.actual, entry.expected)


# ------------------------------------------------------------------------------------ what is asked


def read(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> list[Entry]:
    """The arrays that a criterion looks at, in the order of the questions.

    Raises:
        NoLikeness: an answer is missing or of another structure, or there are too many numbers.
    """
    if spec.kind not in _ASKED:
        return []
    codes: dict[str, int] = {}
    entries: list[Entry] = []
    past: dict[str, list[dict[tuple, np.ndarray]]] = {}
    asked = [(number, id) for number, id in enumerate(spec.cases) if id in answers]
    wanted = dict(reversed([(id, number) for number, id in asked]))
    numbers = 0
    for id, answer in answers.items():  # in the order in which they were asked
        case = exercise.cases[id]
        if case.expected.status != "ok":
            continue
        whole = _value(case, case.expected)
        earlier = past.setdefault(case.request.target, [])
        try:
            leaves = dict(_expected_leaves(whole, (), codes))
        except NoLikeness:
            leaves = {}
        earlier.append(leaves)
        if id not in wanted:
            continue
        if answer.status != "ok":
            raise NoLikeness
        path = path_of(spec, wanted[id])
        expected = (
            spec.options["expected"][wanted[id]] if spec.kind == "expected" else _pick(whole, path)
        )
        actual = _pick(_value(case, answer), path)
        inputs = _inputs(exercise, case, codes)
        parts = {part: array for part, array in leaves.items() if part and not _in_list(part)}
        for full, e, a, symbols in _leaves(expected, actual, path, codes):
            numbers += e.size + a.size
            if numbers > _MOST:
                raise NoLikeness
            entries.append(
                Entry(
                    id,
                    _place(full),
                    e,
                    a,
                    float(spec.options.get("rtol", 1e-4)),
                    float(spec.options.get("atol", 1e-6)),
                    inputs,
                    parts,
                    (earlier[-2].get(full), earlier[0].get(full))
                    if len(earlier) > 1
                    else (None, None),
                    symbols,
                )
            )
    return entries


class _Item(int):
    """The number of an item of a list, in a place; items of one list are one part."""


def _place(full: tuple) -> tuple:
    """A place without the numbers of items of lists: these are one part."""
    steps = tuple(step for step in full if not isinstance(step, _Item))
    return (EACH, *steps) if steps and _in_list(full) else steps


def _in_list(part: tuple) -> bool:
    return any(isinstance(step, _Item) for step in part)


def _value(case: CompiledCase, answer: Answer) -> Any:
    if case.request.op != "model":
        return answer.value
    found = model_value(answer)
    if found is None or found[1] is None:
        raise NoLikeness
    return found[1]


def path_of(spec: CompiledCriterion, number: int) -> tuple:
    """The part of the return value that a criterion looks at in its case of that number."""
    if spec.kind == "same":
        return tuple(spec.options["pick_b" if number % 2 else "pick_a"])
    return tuple(spec.options.get("pick", ()))


def _pick(value: Any, path: tuple) -> Any:
    try:
        return compare.pick(value, path)
    except compare.NoSuchPart:
        raise NoLikeness from None


def _inputs(
    exercise: ExerciseBundle, case: CompiledCase, codes: dict[str, int]
) -> dict[str, np.ndarray]:
    if case.request.op == "model":
        return {}
    names = exercise.parameters.get(case.request.target, ())
    given = dict(zip(names, case.request.args, strict=False)) | case.request.kwargs
    found = {name: plain_array(value, codes) for name, value in given.items()}
    return {name: array[0] for name, array in found.items() if array is not None}


def _expected_leaves(
    value: Any, path: tuple, codes: dict[str, int]
) -> Iterator[tuple[tuple, np.ndarray]]:
    for full, e, _, _ in _leaves(value, value, path, codes):
        yield full, e


def _leaves(
    expected: Any, actual: Any, path: tuple, codes: dict[str, int]
) -> Iterator[tuple[tuple, np.ndarray, np.ndarray, bool]]:
    """The arrays of an expected value with those that stand in their places: place, expected,
    actual, whether they stand for texts.
    """
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping) or any(key not in actual for key in expected):
            raise NoLikeness
        for key, inner in expected.items():
            yield from _leaves(inner, actual[key], (*path, key), codes)
        return
    e = None if isinstance(expected, tuple) else plain_array(expected, codes)
    if e is not None:
        a = plain_array(actual, codes)
        if a is None or (a[1] != e[1] and a[0].size):
            raise NoLikeness
        yield path, e[0], a[0], e[1]
    elif isinstance(expected, (tuple, list)):
        if not isinstance(actual, (tuple, list)) or len(actual) != len(expected):
            raise NoLikeness
        step = int if isinstance(expected, tuple) else _Item
        for number, (inner, given) in enumerate(zip(expected, actual, strict=True)):
            yield from _leaves(inner, given, (*path, step(number)), codes)
    elif type(expected) is not type(actual) or expected != actual:
        raise NoLikeness


def plain_array(value: Any, codes: dict[str, int] | None = None) -> tuple[np.ndarray, bool] | None:
    """A value as `(array, symbols)`: a number, an array, or a list of numbers or of texts.

    None for anything else. A text becomes a number of its own in `codes`.
    """
    symbols = False
    if isinstance(value, (list, tuple)):
        if codes is not None and value and all(isinstance(item, str) for item in value):
            value, symbols = [codes.setdefault(item, len(codes)) for item in value], True
        elif not all(isinstance(item, (bool, int, float)) for item in value):
            return None
    elif not isinstance(value, (bool, int, float, np.ndarray)):
        return None
    try:
        array = as_array(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return (array, symbols) if array.dtype.kind in "biuf" else None
