"""Where an answer is right and where it is wrong: at which step or row, at which steps of a mask,
in the cases of which kind.

These relations look at several arrays at once, and never at what a wrong number is. Nothing here
decides which is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from . import compare
from .entries import Entry, Relation

SOME = 3  # different numbers, or wrong places, that speak for a relation
Enough = Callable[[Sequence[tuple[Entry, np.ndarray]]], bool]


def sums(entries: list[Entry], enough: Enough) -> Iterator[Relation]:
    """Shares that sum to 1 along another axis than the expected ones."""

    def whole(array: np.ndarray) -> set[int]:
        if array.dtype.kind != "f" or not np.isfinite(array).all() or (array < 0).any():
            return set()
        return {
            axis
            for axis in range(array.ndim)
            if np.allclose(array.sum(axis), 1.0, rtol=0, atol=1e-3)
        }

    usable = [e for e in entries if min(e.expected.shape, default=1) > 1]
    if not usable or any(e.expected.shape != e.actual.shape for e in entries):
        return
    right = set.intersection(*(whole(e.expected) for e in usable))
    mine = set.intersection(*(whole(e.actual) for e in usable))
    if len(right) != 1 or len(mine) != 1 or right == mine:
        return
    found = [(e, e.actual) for e in usable if not e.right]
    if any(e not in usable and not e.right for e in entries) or not enough(found):
        return
    (right_axis,), (axis,) = right, mine
    yield Relation(
        f"sums:{axis}",
        f"made of shares that sum to 1 along axis {axis}, and should along axis {right_axis}",
        "Usual causes: a softmax or a division by the sum along the wrong axis, or a `keepdims` "
        "that is missing, so that the sums line up with the other axis.",
    )


def _right_map(entry: Entry) -> np.ndarray | None:
    """Which numbers are right; None where the shapes differ."""
    if entry.expected.shape != entry.actual.shape:
        return None
    return np.asarray(compare.close(entry.expected, entry.actual, *entry.tolerance(entry.expected)))


def right_only(entries: list[Entry], enough: Enough) -> Iterator[Relation]:
    """Right at the first or last place along an axis only, or up to a place."""
    ndim = entries[0].expected.ndim
    timed = ndim == 3
    for axis in [1, 0] if timed else [0] if ndim else []:
        if axis == 0 and ndim > 1 and not all(_is_batch(e) for e in entries):
            continue
        rows = [_along(entry, axis) for entry in entries]
        wrong = [(e, row) for e, row in zip(entries, rows, strict=True) if not e.right]
        steps = [row for _, row in wrong if row is not None]
        right = [row for e, row in zip(entries, rows, strict=True) if e.right]
        place = "time step" if axis == 1 else "row" if ndim > 1 else "place"
        if not wrong or len(steps) < len(wrong):
            continue
        yield from _but_one_end(wrong, axis, place, enough) if not right else ()
        if min(map(len, steps)) < 2:
            continue
        if max(map(len, steps)) > 2 and all(row is not None and len(row) < 2 for row in right):
            for at, which in ((0, "first"), (-1, "last"))[: 2 if axis else 1]:
                if (
                    ndim > 1
                    and all(row[at] and row.sum() == 1 for row in steps)
                    and enough([(e, np.take(e.expected, at, axis)) for e, _ in wrong])
                ):
                    yield _only(which, place)
        k = int(np.argmin(steps[0]))
        if (
            k >= 2
            and axis == (1 if timed else 0)
            and all(len(row) > k and row[:k].all() and not row[k:].any() for row in steps)
            and all(row is not None and len(row) <= k for row in right)
            and max(len(row) for row in steps) > k + 1
            and enough([(e, np.take(e.expected, range(k), axis)) for e, _ in wrong])
        ):
            yield Relation(
                f"up-to:{k}",
                f"right in its first {k} {place}s, in every case, and wrong after them",
                "Usual causes: a size that is written as a number, a loop that ends early, or a "
                "cut that is applied to all.",
            )


def _only(which: str, place: str) -> Relation:
    slips = {
        "time step": "What passes from one step to the next is missing or wrong, or each step "
        "overwrites the others. Usual causes: a state that is never updated, the wrong state given "
        "on, or a loop that runs from the other end.",
        "row": "Usual causes: an index `[0]` where every sequence is meant, a `return` inside the "
        "loop over the batch, or a result of one sequence that is used for all.",
    }
    return Relation(
        f"only:{which}-{place.replace(' ', '-')}",
        f"right at the {which} {place} only",
        slips[place],
    )


def _but_one_end(
    wrong: list[tuple[Entry, np.ndarray | None]], axis: int, place: str, enough: Enough
) -> Iterator[Relation]:
    steps = [row for _, row in wrong if row is not None]
    for at, which in ((0, "first"), (-1, "last")):
        if (
            max(map(len, steps)) > 2
            and all(len(row) and not row[at] and row.sum() == len(row) - 1 for row in steps)
            and enough([(e, np.delete(e.expected, at, axis)) for e, _ in wrong])
        ):
            yield _all_but(which, place)


def _all_but(which: str, place: str) -> Relation:
    return Relation(
        f"all-but:{which}-{place.replace(' ', '-')}",
        f"right everywhere but at the {which} {place}",
        f"The {which} {place} is left out, or treated in another way than the others. Usual "
        "causes: a `range` that starts or stops one off, or a start that is set by hand.",
    )


def _is_batch(entry: Entry) -> bool:
    """Whether axis 0 of the result is that of a batch: an argument of two axes has as many rows."""
    rows = len(entry.expected)
    return entry.expected.ndim > 1 and any(
        given.ndim == entry.expected.ndim and len(given) == rows for given in entry.inputs.values()
    )


def _along(entry: Entry, axis: int) -> np.ndarray | None:
    """Which places along an axis are right altogether."""
    same = _right_map(entry)
    if same is None or same.ndim <= axis:
        return None
    return np.asarray(same.all(axis=tuple(i for i in range(same.ndim) if i != axis)))


# --------------------------------------------------------------------------------- what cases share


def _masks(entries: Sequence[Entry]) -> list[str]:
    return sorted(
        {
            name
            for entry in entries
            for name, given in entry.inputs.items()
            if given.dtype.kind == "b" and given.ndim
        }
    )


def _padding(name: str) -> Relation:
    return Relation(
        f"unpadded:{name}",
        f"right in every case without padding (`{name}` is True), and wrong in those with padding",
        f"Usual causes: `{name}` is not looked at, is used too late or for a part of the work "
        "only, or the padded steps count in a mean.",
    )


def unpadded(entries: list[Entry], enough: Enough) -> Iterator[Relation]:
    """Every wrong number stands at a padded step."""
    for name in _masks(entries):
        found, wrong = [], 0
        for entry in entries:
            if entry.right:
                continue
            mask, same = entry.inputs.get(name), _right_map(entry)
            if mask is None or same is None or same.shape[: mask.ndim] != mask.shape:
                break
            rows = np.asarray(same.all(axis=tuple(range(mask.ndim, same.ndim))))
            if not mask.any() or not rows[mask].all():
                break
            wrong += int(np.sum(~same))
            found.append((entry, entry.expected[mask]))
        else:
            if wrong >= SOME and enough(found):
                yield Relation(
                    f"at-padding:{name}",
                    f"right at every real step (`{name}` is True): each wrong number is at padding",
                    "Usual causes: padded steps that should stay, or be set to zero, and are not; "
                    f"or `{name}` that is looked at for a part of the work only.",
                )


def separated(entries: list[Entry], enough: Enough) -> Iterator[Relation]:
    """Cases of one kind are right and all others wrong; one thing alone tells the two apart."""
    cases: dict[str, list[Entry]] = {}
    for entry in entries:
        cases.setdefault(entry.case, []).append(entry)
    right = np.array([all(e.right for e in found) for found in cases.values()])
    firsts = [found[0] for found in cases.values()]
    clear = [e.distinct(e.expected) >= SOME for e, r in zip(firsts, right, strict=True) if r]
    if sum(clear) < 2 or np.sum(~right) < 2:
        return
    telling: dict[tuple, Relation] = {}
    for name in _masks(entries):
        padded = [name in e.inputs and not e.inputs[name].all() for e in firsts]
        if (np.array(padded) == ~right).all():
            telling[tuple(map(float, padded))] = _padding(name)
    for (name, axis), values in _lengths(firsts).items():
        if values[right].max() >= values[~right].min():
            continue
        what = _axis_name(firsts[0].inputs[name], axis)
        if values[right].max() == 1 and np.sum(right) > 2:
            relation = Relation(
                f"one:{name}:{axis}",
                f"right where {what} of `{name}` is 1, and wrong everywhere else",
                "Usual causes: an axis that is summed or broadcast by accident, an index `[0]`, or "
                "a mean over an axis that should stay.",
            )
        elif len(set(values[right])) > 1 and len(set(values[~right])) > 1 and len(right) > 5:
            relation = Relation(
                f"short:{name}:{axis}",
                f"right where {what} of `{name}` is small, and wrong where it is larger",
                "Usual causes: a size that is written as a number, or a loop that ends early.",
            )
        else:
            relation = Relation("", "", "")
        telling.setdefault(tuple(values), relation)
    found = list(telling.values())
    if len(found) == 1 and found[0].id:
        yield found[0]


def _lengths(entries: list[Entry]) -> dict[tuple[str, int], np.ndarray]:
    """The lengths of all axes of the arguments, case by case."""
    common = set.intersection(*(set(entry.inputs) for entry in entries))
    return {
        (name, axis): np.array([float(entry.inputs[name].shape[axis]) for entry in entries])
        for name in entries[0].inputs
        if name in common and len({entry.inputs[name].ndim for entry in entries}) == 1
        for axis in range(entries[0].inputs[name].ndim)
    }


def _axis_name(given: np.ndarray, axis: int) -> str:
    names = ("the batch size", "the number of time steps", "the number of features")
    return names[axis] if given.ndim == 3 else f"axis {axis}" if given.ndim > 1 else "the length"
