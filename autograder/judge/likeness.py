"""What an array is, seen from the expected one: reversed, half as large, one step late, …

Every kind of likeness is a function of an `Entry` (one array of one answer, and what is expected
there) that offers candidates: a relation in words, and a prediction that can be held against any
other entry. `relations` decides which of them is named; `difference` uses the same kinds to say
what one wrong array looks like. Nothing here knows exercises, criteria or points.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from . import changes, scales
from .entries import Candidate, Claim, Entry, Predict, Relation, whole
from .explain import index

_BLOCKS = (2, 3, 4)
_PLAIN = ("other part", "returned", "negated")
_SHIFTS = (1, -1, 2, -2, 3, -3)


# ---------------------------------------------------------------------------------- other arrays


def _returned(entry: Entry) -> Iterator[Candidate]:
    for name in entry.inputs:

        def claim(other: Entry, name: str = name) -> Claim | None:
            given = other.inputs.get(name)
            return None if given is None else Claim(given, other.actual, other.expected)

        yield (
            Relation(
                f"returned:{name}",
                f"the argument `{name}`, unchanged",
                f"What comes back is `{name}` as it was given. Usual causes: a result that is "
                f"computed and never assigned, a loop that returns too early or never runs, or the "
                f"wrong name after `return`.",
                f"is the argument `{name}`, unchanged.",
            ),
            claim,
        )


_SLICES = {"first": 0, "last": -1}


def _slice_of_part(entry: Entry) -> Iterator[Candidate]:
    """One step of another part: the last state where the first one is expected, say."""
    for part, there in entry.parts.items():
        for end, axis in itertools.product(_SLICES, range(there.ndim)):
            if part == entry.part or there.ndim != entry.actual.ndim + 1:
                continue

            def claim(
                other: Entry, part: tuple = part, end: str = end, axis: int = axis
            ) -> Claim | None:
                there = other.parts.get(part)
                if there is None or there.ndim <= axis or not there.shape[axis]:
                    return None
                return Claim(np.take(there, _SLICES[end], axis), other.actual, other.expected)

            yield (
                Relation(
                    f"slice:{end}:{axis}:{'.'.join(map(str, part))}",
                    f"the {end} entry along axis {axis} of what belongs into {{part}}",
                    "Usual causes: an index that picks the wrong end, or a name that is mixed up.",
                    part=part,
                ),
                claim,
            )


def stands_in(part: tuple) -> Predict:
    """That an array is the one which belongs at `part` of the return value."""

    def claim(entry: Entry) -> Claim | None:
        there = entry.parts.get(part)
        return None if there is None else Claim(there, entry.actual, entry.expected)

    return claim


def _other_part(entry: Entry) -> Iterator[Candidate]:
    for part in entry.parts:
        if part == entry.part:
            continue

        yield (
            Relation(
                f"part:{'.'.join(map(str, part))}",
                "what belongs into {part}",
                "Usual causes: the order of the values after `return`, two names that are mixed "
                "up, or the same result returned twice.",
                "holds what belongs into {part}. Check the order in which you return them.",
                part,
            ),
            stands_in(part),
        )


def _before(entry: Entry) -> Iterator[Candidate]:
    for place, what, id in (
        (0, "the expected one of the call before", "stale:previous"),
        (1, "the expected one of the first call", "stale:first"),
    ):

        def claim(other: Entry, place: int = place) -> Claim | None:
            kept = other.before[place]
            if kept is None:  # the first question: there was none before
                return Claim(other.expected, other.actual, other.expected)
            return Claim(kept, other.actual, other.expected)

        yield (
            Relation(
                id,
                what,
                "Your function answers with what it found for other arguments: something is left "
                "over from an earlier call. Usual causes: a global name or a default argument that "
                "keeps its value, a result that is stored once, or a name from another cell.",
            ),
            claim,
        )


# -------------------------------------------------------------------------------------- in place


def _axis_words(entry: Entry, axis: int) -> str:
    return f"axis {axis}" + (" (time)" if entry.expected.ndim == 3 and axis == 1 else "")


def _swapped(i: int, j: int, e: np.ndarray) -> np.ndarray:
    return np.swapaxes(e, i, j) if e.ndim > j else e


def _flipped(axis: int, e: np.ndarray) -> np.ndarray:
    return np.flip(e, axis) if e.ndim > axis else e


def _transposed(entry: Entry) -> Iterator[Candidate]:
    n = entry.expected.ndim
    for i, j in itertools.combinations(range(min(n, 4)), 2):
        which = "" if n == 2 else f" (axes {i} and {j})"
        yield (
            Relation(
                f"transposed:{i}-{j}",
                f"the expected one, transposed{which}",
                "The numbers are right and the axes are exchanged. Usual causes: a `.T` too many "
                "or too few, the factors of a product in the wrong order, or `reshape` and `stack` "
                "along another axis.",
                f"looks transposed{which}.",
            ),
            whole(partial(_swapped, i, j)),
        )


def _reversed(entry: Entry) -> Iterator[Candidate]:
    n = entry.expected.ndim
    for axis in (1, 0, 2) if n == 3 else range(n):
        timed, alone = n == 3 and axis == 1, n == 1
        what = (
            "reversed in time" if timed else "reversed" if alone else f"reversed along axis {axis}"
        )
        yield (
            Relation(
                "reversed" if timed or alone else f"reversed:{axis}",
                f"the expected one, {what}",
                "The last comes first. Usual causes: a loop that runs the other way, results that "
                "are collected backward and not turned round at the end, or a `[::-1]` too many or "
                "too few.",
                f"is in reverse order along {_axis_words(entry, axis)}.",
            ),
            whole(partial(_flipped, axis)),
        )


def _shifted(entry: Entry) -> Iterator[Candidate]:
    n = entry.expected.ndim
    for axis, by in itertools.product((1, 0, 2) if n == 3 else range(n), _SHIFTS):
        k, late = abs(by), by > 0
        if entry.expected.shape[axis] < k + 2:
            continue
        steps = f"{k} step{'s' if k > 1 else ''}"
        at = "" if n == 1 else f" along {_axis_words(entry, axis)}"
        way = "late" if late else "early"
        late_words = (
            f"is one time step {way}: step t holds what belongs to step t {'-' if late else '+'} 1"
            if n == 3 and axis == 1 and k == 1
            else f"is {steps} {way}{at}"
        )

        def rolled(other: Entry, axis: int = axis, by: int = by) -> Claim | None:
            if other.expected.ndim <= axis:
                return None
            return Claim(np.roll(other.expected, by, axis), other.actual, other.expected)

        def shifted(other: Entry, axis: int = axis, by: int = by) -> Claim | None:
            e, a = other.expected, other.actual
            if e.ndim <= axis or e.shape != a.shape:
                return None
            if e.shape[axis] <= abs(by):  # nothing overlaps, so nothing is claimed
                return Claim(e[:0], a[:0], e[:0])
            e, a = np.moveaxis(e, axis, 0), np.moveaxis(a, axis, 0)
            if by > 0:
                return Claim(e[:-by], a[by:], e[by:])
            return Claim(e[-by:], a[:by], e[:by])

        slips = (
            "Usual causes: the state before the step in place of the one after it (or the other "
            "way round), a start that is counted as a step, or an index that is off by one."
        )
        yield (
            Relation(
                f"rolled:{by}:{axis}",
                f"the expected one, rolled by {by}{at}",
                "What is pushed out at one end comes in at the other. Usual causes: `np.roll`, or "
                f"an index such as `t - 1` that is negative at the start. {slips}",
                late_words + ", and what leaves at one end comes in at the other.",
            ),
            rolled,
        )
        yield (
            Relation(
                f"shifted:{by}:{axis}",
                f"the expected one, {steps} {way}{at}",
                f"Each place holds what belongs {steps} {'before' if late else 'after'} it. "
                f"{slips}",
                late_words + ".",
            ),
            shifted,
        )


def _cut(entry: Entry) -> Iterator[Candidate]:
    """Entries missing at one end of an axis."""
    e, a = entry.expected.shape, entry.actual.shape
    if len(e) != len(a) or sum(x != y for x, y in zip(e, a, strict=True)) != 1:
        return
    axis = next(i for i, (x, y) in enumerate(zip(e, a, strict=True)) if x != y)
    gone = e[axis] - a[axis]
    if not 1 <= gone <= 3 or a[axis] < 1:
        return
    for first in (True, False):

        def claim(other: Entry, first: bool = first) -> Claim | None:
            if other.expected.ndim <= axis or other.expected.shape[axis] <= gone:
                return None
            moved = np.moveaxis(other.expected, axis, 0)
            left = np.moveaxis(moved[gone:] if first else moved[:-gone], 0, axis)
            return Claim(left, other.actual, None)

        end, many = "first" if first else "last", "" if gone == 1 else f" {gone}"
        at = "" if len(e) == 1 else f" along {_axis_words(entry, axis)}"
        yield (
            Relation(
                f"cut:{end}:{gone}:{axis}",
                f"the expected one without the {end}{many}{at}",
                "All that is there is right, and something is missing at one end. Usual causes: a "
                "`range` that stops or starts one off, or a start that is never stored.",
                f"lacks the {end}{many}{at}; the rest is right.",
            ),
            claim,
        )


def _blocks(entry: Entry) -> Iterator[Candidate]:
    width = entry.expected.shape[-1] if entry.expected.ndim else 0
    for n in _BLOCKS:
        if width % n or width < 2 * n:
            continue
        for order in itertools.permutations(range(n)):
            if order == tuple(range(n)):
                continue

            def claim(other: Entry, n: int = n, order: tuple = order) -> Claim | None:
                e = other.expected
                if not e.ndim or e.shape[-1] % n or not e.size:
                    return None
                split = e.reshape(*e.shape[:-1], n, -1)
                return Claim(split[..., order, :].reshape(e.shape), other.actual, e)

            shown = index(tuple(i + 1 for i in order))[1:-1]
            yield (
                Relation(
                    f"blocks:{'-'.join(str(i + 1) for i in order)}",
                    f"the expected one with its {n} blocks in the order {shown}",
                    f"Along the last axis the numbers stand in {n} blocks of equal width, and "
                    f"yours are in another order. Usual causes: gates or directions that are split "
                    "or joined in another order, or `concatenate` with its list turned round.",
                    f"has its {n} blocks along the last axis in the order {shown}.",
                ),
                claim,
            )


# From the simplest to the least simple: the first that holds is named.
KINDS: dict[str, Callable[[Entry], Iterator[Candidate]]] = {
    "other part": _other_part,
    "slice": _slice_of_part,
    "returned": _returned,
    "negated": scales.negated,
    "transposed": _transposed,
    "reversed": _reversed,
    "before": _before,
    "factor": scales.factor,
    "factor by size": scales.factor_by_size,
    "constant": scales.constant,
    "whole numbers": scales.whole_numbers,
    "half precision": scales.half_precision,
    "cut": _cut,
    "shifted": _shifted,
    "blocks": _blocks,
    "instead": changes.instead,
    "functions": changes.functions,
    "softmax": changes.softmax,
    "reduced": changes.reduced,
    "lengths": changes.lengths,
    "order": changes.order,
}


def candidates(entry: Entry, kinds: Any = None) -> Iterator[Candidate]:
    """The relations that hold for one entry, the simplest first, each with what it predicts."""
    for name in kinds or KINDS:
        for relation, predict in KINDS[name](entry):
            claim = predict(entry)
            if claim is not None and entry.like(claim.predicted, claim.actual):
                yield relation, predict


def looks_like(entry: Entry) -> Relation | None:
    """What one wrong array looks like, as far as one array can say. No diagnosis: see `relations`.

    A relation that calculates or moves numbers needs three of them; that an array is negated, an
    argument or another part shows in two.
    """
    if not entry.expected.size:
        return None
    with np.errstate(all="ignore"):
        for kind in KINDS:
            needed = 1 if kind in _PLAIN else 3
            for relation, predict in candidates(entry, [kind]):
                claim = predict(entry)
                if claim is not None and relation.short:
                    if len(np.unique(entry.moved(claim))) >= needed:
                        return relation
    return None
