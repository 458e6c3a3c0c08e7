"""A name for a mistake that nobody declared: what the student's answers are, seen from the expected
ones.

It says that answers are reversed, transposed, right at the first step only, …, and never more
than that: a relation is no proof of a cause, and its words say so. One is named only when it holds
in every case that the failed criterion asked, to the comparison's tolerance, and when enough
numbers speak for it (`_enough`). Where two hold, the simpler is named. Nothing here shows a number of a
case, so the words are fit for secret ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from ..outcome import Diagnosis
from ..run.inside.protocol import Answer
from . import compare
from .compiled import CompiledCriterion, ExerciseBundle
from .entries import Entry, NoLikeness, Predict, Relation, path_of, read
from .explain import part_name
from .likeness import candidates, stands_in

PREFIX = "relation:"
_MANY, _SOME = 6, 3  # different numbers in one case; in each of two
_SINGLE = 4  # cases, where each says only one or two numbers


_HONEST = (
    "This was found by comparing numbers, in every case that was asked here; it says what your "
    "answer looks like, not how it came about."
)


def relate(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Diagnosis | None:
    """The relation between the answers that a failed criterion asked for and the expected ones.

    None where none is sure. `see` is None: the exercise's own section is the place to look.
    """
    return next(holding(exercise, spec, answers), None)


def holding(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """All relations that hold and are sure, the simplest first."""
    with np.errstate(all="ignore"):
        try:
            groups = _by_part(read(exercise, spec, answers))
        except NoLikeness:
            return
        wrong = {part: found for part, found in groups.items() if not all(e.right for e in found)}
        if not wrong:
            return
        if path_of(spec, 0) and spec.kind in ("values", "shape", "expected"):
            yield from _exchanged_beyond(exercise, spec, answers)
        for relation in _found(wrong):
            yield _diagnosis(relation, list(wrong), exercise.returns)


def _by_part(entries: Iterable[Entry]) -> dict[tuple, list[Entry]]:
    groups: dict[tuple, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.part, []).append(entry)
    return groups


def _diagnosis(relation: Relation, parts: list[tuple], returns: tuple[str, ...]) -> Diagnosis:
    names = [part_name(part, returns) for part in parts]
    if names == [part_name(())]:
        subject = "Your answer is"
    else:
        listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        verb = "are each" if len(names) > 1 else "is"
        subject = f"{'Your' if listed.startswith('`') else 'In your answer,'} {listed} {verb}"
    what = relation.what.replace("{part}", part_name(relation.part, returns))
    return Diagnosis(PREFIX + relation.id, f"{subject} {what}", f"{_HONEST} {relation.message}")


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


def _holds(predict: Predict, entries: Iterable[Entry]) -> bool:
    """Whether a relation holds for every entry, and enough speaks for it."""
    found = []
    for entry in entries:
        claim = predict(entry)
        if claim is None or not entry.like(claim.predicted, claim.actual):
            return False
        if not entry.right:
            found.append((entry, entry.moved(claim)))
    return _enough(found)


def _found(wrong: dict[tuple, list[Entry]]) -> Iterator[Relation]:
    """Each relation that holds for all the parts of the return value that are wrong anywhere."""
    entries = [entry for found in wrong.values() for entry in found]
    first = next(entry for entry in entries if not entry.right)
    yield from _exchanged(wrong)
    # A factor of 3 where every case has three sequences: nobody can tell which it is.
    both = all(
        any(_holds(predict, entries) for _, predict in candidates(first, [kind]))
        for kind in ("factor", "factor by size")
    )
    for relation, predict in candidates(first):
        if _holds(predict, entries) and not (both and relation.id.startswith("factor:")):
            yield relation
    for kind in (_sums, _unpadded, _right_only, _separated):
        yield from kind(entries)


# ---------------------------------------------------------------------------------- several entries


def _exchanged_beyond(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """Two parts exchanged, where the criterion looks at one of them."""
    whole = CompiledCriterion(
        spec.id,
        "values",
        spec.points,
        spec.title,
        spec.hint,
        spec.needs,
        spec.cases,
        {name: spec.options[name] for name in ("rtol", "atol") if name in spec.options},
    )
    try:
        groups = _by_part(read(exercise, whole, answers))
    except NoLikeness:
        return
    wrong = {part: found for part, found in groups.items() if not all(e.right for e in found)}
    for relation in _exchanged(wrong):
        yield _diagnosis(relation, list(wrong), exercise.returns)


def _exchanged(wrong: dict[tuple, list[Entry]]) -> Iterator[Relation]:
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


def _sums(entries: list[Entry]) -> Iterator[Relation]:
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
    if any(e not in usable and not e.right for e in entries) or not _enough(found):
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


def _right_only(entries: list[Entry]) -> Iterator[Relation]:
    """Right at the first or last place along an axis only, or up to a place."""
    ndim = entries[0].expected.ndim
    timed = ndim == 3
    for axis in [1, 0] if timed else [0] if ndim else []:
        if axis == 0 and ndim > 1 and not all(_is_batch(e) for e in entries):
            continue
        rows = [_along(entry, axis) for entry in entries]
        wrong = [(e, row) for e, row in zip(entries, rows, strict=True) if not e.right]
        if not wrong or any(row is None or len(row) < 2 for _, row in wrong):
            continue
        steps = [row for _, row in wrong if row is not None]
        right = [row for e, row in zip(entries, rows, strict=True) if e.right]
        place = "time step" if axis == 1 else "row" if ndim > 1 else "place"
        if max(map(len, steps)) > 2 and all(row is not None and len(row) < 2 for row in right):
            for at, which in ((0, "first"), (-1, "last"))[: 2 if axis else 1]:
                if (
                    ndim > 1
                    and all(row[at] and row.sum() == 1 for row in steps)
                    and _enough([(e, np.take(e.expected, at, axis)) for e, _ in wrong])
                ):
                    yield _only(which, place)
        k = int(np.argmin(steps[0]))
        if (
            k >= 2
            and axis == (1 if timed else 0)
            and all(len(row) > k and row[:k].all() and not row[k:].any() for row in steps)
            and all(row is not None and len(row) <= k for row in right)
            and max(len(row) for row in steps) > k + 1
            and _enough([(e, np.take(e.expected, range(k), axis)) for e, _ in wrong])
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
    rows = np.moveaxis(same, axis, 0).reshape(same.shape[axis], -1)
    return np.asarray(rows.all(axis=1))


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
        f"right where nothing is padded (`{name}` is True), and wrong elsewhere",
        f"Usual causes: `{name}` is not looked at, is used too late or for a part of the work "
        "only, or the padded steps count in a mean.",
    )


def _unpadded(entries: list[Entry]) -> Iterator[Relation]:
    """Every wrong number stands at a padded step."""
    for name in _masks(entries):
        found, wrong = [], 0
        for entry in entries:
            if entry.right:
                continue
            mask, same = entry.inputs.get(name), _right_map(entry)
            if mask is None or same is None or same.shape[: mask.ndim] != mask.shape:
                break
            rows = np.asarray(same.reshape(*mask.shape, -1).all(axis=-1))
            if not mask.any() or not rows[mask].all():
                break
            wrong += int(np.sum(~rows))
            found.append((entry, entry.expected[mask]))
        else:
            if wrong >= _SOME and _enough(found):
                yield _padding(name)


def _separated(entries: list[Entry]) -> Iterator[Relation]:
    """Cases of one kind are right and all others wrong; one thing alone tells the two apart."""
    cases: dict[str, list[Entry]] = {}
    for entry in entries:
        cases.setdefault(entry.case, []).append(entry)
    right = np.array([all(e.right for e in found) for found in cases.values()])
    firsts = [found[0] for found in cases.values()]
    clear = [e.distinct(e.expected) >= _SOME for e, r in zip(firsts, right, strict=True) if r]
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
        if values[right].max() == 1:
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
