"""Sign and number: an array that is the expected one negated, scaled, moved by a constant, rounded.

The kinds of likeness of `likeness` that calculate; they do not hold for texts. Nothing here decides
which is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from .entries import Candidate, Claim, Entry, Relation, whole
from .explain import number


def _numbers(entry: Entry) -> bool:
    return not entry.symbols and entry.expected.dtype.kind != "b" and entry.actual.dtype.kind != "b"


def negated(entry: Entry) -> Iterator[Candidate]:
    if entry.symbols or entry.expected.dtype.kind != entry.actual.dtype.kind == "b":
        return
    if entry.expected.dtype.kind == "b":
        yield (
            Relation(
                "negated",
                "the other way round: True where False is expected",
                "Usual causes: `==` for `!=`, `<` for `>=`, a `not` or `~` too many or too few, or "
                "a mask that marks what is to be left out.",
                "is the other way round: True where False is expected.",
            ),
            whole(lambda e: ~e if e.dtype.kind == "b" else -e),
        )
        return
    where = " everywhere" if entry.expected.size > 1 else ""
    yield (
        Relation(
            "negated",
            "the expected one, negated",
            "Every number has the right size and the wrong sign. Usual causes: a difference taken "
            "the other way round, a minus that is missing (before a logarithm, say), or a step up "
            "the slope for one down.",
            f"has the wrong sign{where}.",
        ),
        whole(lambda e: -e.astype(np.float64)),
    )


def _scaled(entry: Entry) -> float | None:
    """The factor between the two arrays of an entry, where there is one."""
    e, a = entry.expected.astype(np.float64), entry.actual.astype(np.float64)
    if e.shape != a.shape:
        return None
    finite = np.isfinite(e) & np.isfinite(a)
    norm = float(np.sum(e[finite] ** 2))
    factor = float(np.sum(a[finite] * e[finite])) / norm if norm > 0 else 0.0
    if not np.isfinite(factor) or factor == 0 or abs(factor) < 1e-6:
        return None
    return factor if entry.like(e * factor, a) else None


def sizes(entry: Entry) -> dict[str, float]:
    """Sizes of one question that a factor may be named by: what they are, and how large."""
    found: dict[str, float] = {}
    axes = {
        3: ("the batch size", "the number of time steps", "the number of features"),
        2: ("the number of rows", "the number of columns"),
        1: ("the length",),
    }
    ordered = sorted(entry.inputs.items(), key=lambda item: -item[1].ndim)
    for name, given in ordered:
        if given.dtype.kind in "iuf" and given.ndim == 0 and np.isfinite(given):
            found.setdefault(f"`{name}`", float(given))
        for axis, what in enumerate(axes.get(given.ndim, ())):
            found.setdefault(f"{what} (axis {axis} of `{name}`)", float(given.shape[axis]))
        if given.dtype.kind == "b" and given.ndim:
            found.setdefault(f"the number of True entries of `{name}`", float(given.sum()))
        if given.ndim == 3:
            found.setdefault(
                f"the batch size times the number of steps of `{name}`",
                float(given.shape[0] * given.shape[1]),
            )
    found.setdefault("the number of entries in the result", float(entry.expected.size))
    for what, size in list(found.items()):
        if size > 0:
            found.setdefault(f"the square root of {what}", float(np.sqrt(size)))
    return found


_CONSTANTS = {"ln 2": float(np.log(2)), "2π": 2 * np.pi, "π": np.pi}
_SLIPS = (
    "Usual causes: a mean where a sum is asked for (or the other way round), a division that is "
    "missing or done twice, or another unit of measure."
)


def factor(entry: Entry) -> Iterator[Candidate]:
    if not _numbers(entry):
        return
    factor = _scaled(entry)
    if factor is None or abs(abs(factor) - 1) < 1e-3:
        return
    words = next(
        (
            f"{'multiplied' if power > 0 else 'divided'} by {name}"
            for name, value in _CONSTANTS.items()
            for power in (1, -1)
            if abs(factor / value**power - 1) < 1e-4
        ),
        f"times {number(factor)}",
    )
    extra = (
        " By ln 2 two logarithms differ: the natural one and the one to base 2."
        if "ln 2" in words
        else ""
    )
    yield (
        Relation(
            f"factor:{words.replace(' ', '-')}",
            f"the expected one, {words}",
            f"The factor is the same in every case. {_SLIPS}{extra}",
            f"is right up to a constant factor: yours is {number(factor)} times what is expected.",
        ),
        whole(lambda e: e.astype(np.float64) * factor),
    )


def factor_by_size(entry: Entry) -> Iterator[Candidate]:
    if not _numbers(entry):
        return
    factor = _scaled(entry)
    if factor is None or abs(factor - 1) < 1e-3:
        return
    for what, size in sizes(entry).items():
        for power, verb in ((1.0, "multiplied"), (-1.0, "divided")):
            if size <= 0 or abs(factor / size**power - 1) > 1e-3:
                continue

            def claim(other: Entry, what: str = what, power: float = power) -> Claim | None:
                by = sizes(other).get(what, 0.0)
                if by <= 0:
                    return None
                predicted = other.expected.astype(np.float64) * by**power
                return Claim(predicted, other.actual, other.expected)

            yield (
                Relation(
                    f"factor:{verb}-by:{what.replace('`', '').replace(' ', '-')}",
                    f"the expected one, {verb} by {what}",
                    f"The factor changes from case to case, and is {what} in each. {_SLIPS}",
                ),
                claim,
            )


def constant(entry: Entry) -> Iterator[Candidate]:
    if not _numbers(entry) or entry.expected.shape != entry.actual.shape:
        return
    gap = entry.actual.astype(np.float64) - entry.expected.astype(np.float64)
    gap = gap[np.isfinite(gap)]
    if not gap.size:
        return
    offset = float(np.median(gap))
    if offset == 0 or not np.isfinite(offset):
        return
    way = "larger" if offset > 0 else "smaller"
    yield (
        Relation(
            f"constant:{number(offset)}",
            f"the expected one, {number(abs(offset))} {way} everywhere",
            "The difference is the same in every case. Usual causes: an index or a count that "
            "begins at 1 for 0, one item counted twice or not at all, or a constant that belongs "
            "into the formula.",
            f"is right up to a constant: yours is everywhere {number(abs(offset))} too "
            + ("large." if offset > 0 else "small."),
        ),
        whole(lambda e: e.astype(np.float64) + offset),
    )


def whole_numbers(entry: Entry) -> Iterator[Candidate]:
    if not _numbers(entry) or entry.expected.dtype.kind != "f":
        return
    for id, what, change in (
        ("integers:cut", "cut to whole numbers", np.trunc),
        ("integers:floor", "rounded down to whole numbers", np.floor),
        ("integers:rounded", "rounded to whole numbers", np.round),
    ):
        yield (
            Relation(
                id,
                f"the expected one, {what}",
                "What stands behind the decimal point is lost. Usual causes: an array made from "
                "whole numbers (`np.zeros_like` of integers, `dtype=int`) that results are written "
                "into, `//` for `/`, or a call of `int` or `round`.",
                f"is what is expected, {what}.",
            ),
            whole(partial(_in_whole_numbers, change)),
        )


def _in_whole_numbers(change: Callable[[np.ndarray], np.ndarray], e: np.ndarray) -> np.ndarray:
    return change(e.astype(np.float64))


def half_precision(entry: Entry) -> Iterator[Candidate]:
    def claim(other: Entry) -> Claim | None:
        e, a = other.expected.astype(np.float64), other.actual.astype(np.float64)
        if e.shape != a.shape:
            return None
        rounded = e.astype(np.float16).astype(np.float64)
        # The last rounding may fall to the neighbour when the steps before were rounded as well.
        near = np.abs(a - rounded) <= 4 * np.spacing(np.abs(rounded).astype(np.float16))
        exact = a == a.astype(np.float16)
        return Claim(a, a, e) if bool((near & exact).all()) else None

    if _numbers(entry) and entry.expected.dtype.kind == entry.actual.dtype.kind == "f":
        yield (
            Relation(
                "float16",
                "the expected one in half precision (float16)",
                "Only about three digits are right. Usual causes: `float16` in an `astype` or a "
                "`dtype=`, or a narrow array that results are written into.",
                "is what is expected, in half precision (float16).",
            ),
            claim,
        )
