"""What an array is, seen from the expected one, where the two differ in size or number by number:
a formula more or less at the end, a mean that is missing, items too many, another order.

Kinds of likeness like those of `likeness`; nothing here decides which is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from .entries import Candidate, Claim, Entry, Relation, whole

_Change = Callable[[np.ndarray], np.ndarray]


def _numbers(entry: Entry) -> bool:
    return not entry.symbols and entry.expected.dtype.kind != "b" and entry.actual.dtype.kind != "b"


def _sigmoid(e: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(e / 2))


_ONE_STEP = (
    "Usual causes: a step of the formula that is missing at the end, is done twice, or is the "
    "inverse of the right one."
)
_FUNCTIONS: tuple[tuple[str, str, _Change], ...] = (
    ("exp", "the exponential of the expected one", np.exp),
    ("log", "the logarithm of the expected one", np.log),
    ("minus-log", "minus the logarithm of the expected one", lambda e: -np.log(e)),
    ("squared", "the square of the expected one", np.square),
    ("root", "the square root of the expected one", np.sqrt),
    ("inverse", "1 divided by the expected one", lambda e: 1 / e),
    ("one-minus", "1 minus the expected one", lambda e: 1 - e),
    ("tanh", "the tanh of the expected one", np.tanh),
    ("artanh", "the expected one before its tanh", np.arctanh),
    ("sigmoid", "the sigmoid of the expected one", _sigmoid),
    ("logit", "the expected one before its sigmoid", lambda e: np.log(e / (1 - e))),
    ("positive", "the expected one, with 0 for what is below 0", lambda e: np.maximum(e, 0)),
    ("absolute", "the expected one without its sign", np.abs),
    ("base-two", "the expected one with 2 as the base in place of e", lambda e: e ** np.log(2)),
)


def _changed(change: _Change, e: np.ndarray) -> np.ndarray:
    return change(e.astype(np.float64))


def functions(entry: Entry) -> Iterator[Candidate]:
    """One function more, or one less, on every number."""
    if not _numbers(entry) or entry.expected.shape != entry.actual.shape:
        return
    for id, what, change in _FUNCTIONS:
        yield (
            Relation(
                f"function:{id}",
                what,
                f"So it is for every number. {_ONE_STEP}",
                f"is {what}.",
            ),
            whole(partial(_changed, change)),
        )


def _softmax(axis: int, e: np.ndarray) -> np.ndarray:
    e = e.astype(np.float64)
    powers = np.exp(e - e.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def softmax(entry: Entry) -> Iterator[Candidate]:
    if not _numbers(entry) or not entry.expected.ndim or not entry.expected.size:
        return
    yield (
        Relation(
            "function:softmax",
            "the softmax of the expected one",
            f"Each row was made to sum to 1 once more. {_ONE_STEP}",
            "is the softmax of what is expected.",
        ),
        whole(partial(_softmax, -1)),
    )


# ------------------------------------------------------------------------------------ other sizes

_REDUCED: tuple[tuple[str, str, Callable[..., np.ndarray]], ...] = (
    ("sum", "the sum", np.sum),
    ("mean", "the mean", np.mean),
    ("last", "the last entry", lambda a, axis: np.take(a, -1, axis)),
    ("first", "the first entry", lambda a, axis: np.take(a, 0, axis)),
    ("max", "the largest entry", np.max),
)


def reduced(entry: Entry) -> Iterator[Candidate]:
    """An axis that is summed away, or that should have been."""
    e, a = entry.expected, entry.actual
    if not _numbers(entry) or abs(e.ndim - a.ndim) != 1 or not e.size or not a.size:
        return
    more, less = (e, a) if e.ndim > a.ndim else (a, e)
    for axis in range(more.ndim):
        if more.shape[axis] < 2 or more.shape[:axis] + more.shape[axis + 1 :] != less.shape:
            continue
        for id, name, reduce in _REDUCED:

            def claim(
                other: Entry, reduce: Callable[..., np.ndarray] = reduce, axis: int = axis
            ) -> Claim | None:
                e, a = other.expected.astype(float), other.actual.astype(float)
                if abs(e.ndim - a.ndim) != 1 or max(e.ndim, a.ndim) <= axis:
                    return None
                more, less = (e, a) if e.ndim > a.ndim else (a, e)
                if not more.shape[axis]:
                    return None
                return Claim(np.asarray(reduce(more, axis)), less, None)

            if e.ndim > a.ndim:
                yield (
                    Relation(
                        f"reduced:{id}:{axis}",
                        f"{name} of the expected one along axis {axis}",
                        f"Axis {axis} should stay. Usual causes: a `sum` or `mean` too many, an "
                        "index that picks one entry, or an `axis=` that names the wrong one.",
                    ),
                    claim,
                )
            else:
                yield (
                    Relation(
                        f"unreduced:{id}:{axis}",
                        f"an array of which the expected one is {name} along axis {axis}",
                        f"The last step is missing: {name} along axis {axis}.",
                    ),
                    claim,
                )


def _lengths(e: np.ndarray, a: np.ndarray) -> int | None:
    """The one axis in which two shapes differ."""
    if e.ndim != a.ndim or not e.ndim:
        return None
    axes = [i for i, (x, y) in enumerate(zip(e.shape, a.shape, strict=True)) if x != y]
    return axes[0] if len(axes) == 1 else None


def lengths(entry: Entry) -> Iterator[Candidate]:
    """Items too many or too few at one end of an axis; how many may change from case to case."""
    axis = _lengths(entry.expected, entry.actual)
    if axis is None:
        return
    longer = entry.actual.shape[axis] > entry.expected.shape[axis]
    at = "" if entry.expected.ndim == 1 else f" along axis {axis}"
    for end in ("end", "beginning"):

        def claim(other: Entry, end: str = end) -> Claim | None:
            e, a = other.expected, other.actual
            if e.shape == a.shape:
                return Claim(e, a, e)
            if _lengths(e, a) != axis or (a.shape[axis] > e.shape[axis]) != longer:
                return None
            e, a = np.moveaxis(e, axis, 0), np.moveaxis(a, axis, 0)
            n = min(len(e), len(a))
            if not n:
                return None
            return Claim(
                *((e[:n], a[:n]) if end == "end" else (e[len(e) - n :], a[len(a) - n :])), None
            )

        if longer:
            yield (
                Relation(
                    f"longer:{end}",
                    f"the expected one with more{at} at the {end}",
                    "All that is expected is there, and something stands before or behind it that "
                    "should not. Usual causes: a limit that is not applied, a loop that goes too "
                    "far, or padding that nobody asked for.",
                    f"has more{at} at the {end}; the rest is right.",
                ),
                claim,
            )
        else:
            yield (
                Relation(
                    f"shorter:{end}",
                    f"the expected one with something missing{at} at the {end}",
                    "All that is there is right, and something is missing at one end. Usual "
                    "causes: a `range` that stops or starts early, a limit that is too tight, or a "
                    "start that is never stored.",
                    f"lacks something{at} at the {end}; the rest is right.",
                ),
                claim,
            )


def _sorted(array: np.ndarray) -> np.ndarray:
    """Rows in an order of their own, so that two arrays with the same rows become equal."""
    rows = array.reshape(len(array), -1)
    return rows[np.lexsort(np.round(rows.astype(np.float64), 6).T[::-1])]


def order(entry: Entry) -> Iterator[Candidate]:
    """The right items or rows, in another order."""

    def claim(other: Entry) -> Claim | None:
        e, a = other.expected, other.actual
        if e.shape != a.shape:
            return None
        if other.like(e, a):  # nothing is out of its place
            return Claim(e, a, e) if other.right else None
        if not e.ndim or len(e) < 2 or not e.size:
            return None
        return Claim(_sorted(e), _sorted(a), None)

    if entry.expected.ndim:
        rows = "rows" if entry.expected.ndim > 1 else "items"
        yield (
            Relation(
                "order",
                f"made of the right {rows} in another order",
                f"Every one of the {rows} is there once, and not in its place. Usual causes: a "
                "sort that is missing, goes the other way or sorts by something else, or a loop "
                "over a set.",
                f"holds the right {rows} in another order.",
            ),
            claim,
        )


# ---------------------------------------------------------------------------------- special values

_SPECIAL = {0.0: "0", 1.0: "1", -1.0: "-1", np.inf: "infinity", -np.inf: "minus infinity"}


def special(value: float) -> str | None:
    """A number that may be told of any case, in words; None for all others."""
    return "NaN" if np.isnan(value) else _SPECIAL.get(float(value))


def instead(entry: Entry) -> Iterator[Candidate]:
    """One special number wherever another is expected; all else is right."""
    e, a = entry.expected, entry.actual
    if entry.symbols or e.shape != a.shape or entry.right or not e.size:
        return
    e, a = e.astype(np.float64), a.astype(np.float64)
    same = np.isclose(e, a, rtol=1e-4, atol=1e-9, equal_nan=True)
    if same.all():
        return
    at = tuple(np.argwhere(~same)[0])
    wanted, given = float(e[at]), float(a[at])
    names = special(wanted), special(given)
    if names[0] is None or (names[1] is None and not np.isnan(wanted)):
        return
    mine = names[1] or "a number"

    def claim(other: Entry) -> Claim | None:
        e = other.expected.astype(np.float64)
        there = np.isnan(e) if np.isnan(wanted) else e == wanted
        if e.shape != other.actual.shape:
            return None
        if not names[1] and np.isnan(other.actual.astype(np.float64)[there]).any():
            return None
        put = given if names[1] else other.actual
        return Claim(np.where(there, put, e), other.actual, e, e[~there])

    yield (
        Relation(
            f"instead:{mine}:{names[0]}",
            f"the expected one with {mine} in every place where {names[0]} is expected",
            "All other places are right. Look at the cases that the text sets apart: nothing to "
            "count, nothing allowed, padding, a word that is not known.",
            f"is {mine} wherever {names[0]} is expected; the rest is right.",
        ),
        claim,
    )
