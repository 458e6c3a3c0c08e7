"""Is this value that value? Structure, numbers to a fair tolerance, and facts against predicates.

Only plain data comes here (see `values`), so nothing that is compared can run code or lie about
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..run.inside.values import Opaque

# What a float type can be asked for: relative, and absolute per unit of the largest expected
# number. An answer in a coarser type is judged by that type, so float32 is as right as float64. But
# one step only: float16 will do where float32 is expected (a Keras model with mixed precision), and
# is a loss of digits where float64 is.
_COARSE = {2: (1e-2, 1e-3), 4: (1e-4, 1e-5)}


@dataclass(frozen=True)
class Mismatch:
    """The first place where two values differ. `kind`: type, length, keys, shape, dtype or
    numbers.
    """

    kind: str
    path: tuple
    expected: Any
    actual: Any
    rtol: float = 0.0
    atol: float = 0.0


class NoSuchPart(LookupError):
    """A pick that the value does not have."""


def pick(value: Any, path: tuple) -> Any:
    """The part of `value` at `path`: indices into tuples, lists and arrays, keys into dicts."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            raise NoSuchPart(step) from None
    return value


def is_number(value: Any) -> bool:
    """Whether it is an array or a Python number."""
    return isinstance(value, (bool, int, float, np.ndarray))


def as_array(value: Any) -> np.ndarray:
    """A number or array as an array; integers beyond 64 bits become floats."""
    try:
        return np.asarray(value)
    except OverflowError:
        return np.asarray(float(value))


def structure(expected: Any, actual: Any, path: tuple = (), whole: bool = False) -> Mismatch | None:
    """Where kind of value, length, keys, shape or dtype kind differ first.

    A list passes for a tuple and the other way round, a 0-d array for a number; float32 for
    float64, extra keys are ignored where some are expected: where nothing is, nothing may stand. A
    single 3.0 passes for 3 unless `whole` is said.
    """
    if isinstance(expected, (tuple, list)):
        if not isinstance(actual, (tuple, list)):
            return Mismatch("type", path, expected, actual)
        if len(actual) != len(expected):
            return Mismatch("length", path, expected, actual)
        pairs = [(number, e, a) for number, (e, a) in enumerate(zip(expected, actual, strict=True))]
    elif isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            return Mismatch("type", path, expected, actual)
        if any(key not in actual for key in expected) or (actual and not expected):
            return Mismatch("keys", path, expected, actual)
        pairs = [(key, e, actual[key]) for key, e in expected.items()]
    elif is_number(expected):
        return _array_structure(expected, actual, path, whole)
    else:
        return None if type(expected) is type(actual) else Mismatch("type", path, expected, actual)
    for step, e, a in pairs:
        found = structure(e, a, (*path, step), whole)
        if found:
            return found
    return None


def _array_structure(expected: Any, actual: Any, path: tuple, whole: bool) -> Mismatch | None:
    if not is_number(actual):
        return Mismatch("type", path, expected, actual)
    e, a = as_array(expected), as_array(actual)
    if e.shape != a.shape:
        return Mismatch("shape", path, expected, actual)
    kinds = {"u": "i"}
    want, got = kinds.get(e.dtype.kind, e.dtype.kind), kinds.get(a.dtype.kind, a.dtype.kind)
    loose = e.ndim == 0 and ({want, got} == {"i", "f"}) and not (whole and got == "f")
    if want != got and not loose:
        return Mismatch("dtype", path, expected, actual)
    return None


def tolerance(
    expected: np.ndarray, actual: np.ndarray, rtol: float, atol: float
) -> tuple[float, float]:
    """The tolerance by the coarser of the two float types."""
    mine = expected.dtype.itemsize if expected.dtype.kind == "f" else 8
    theirs = actual.dtype.itemsize if actual.dtype.kind == "f" else 8
    least_rtol, least_atol = _COARSE.get(min(mine, max(theirs, mine // 2)), (0.0, 0.0))
    finite = (
        np.abs(expected[np.isfinite(expected)], dtype=np.float64)
        if expected.dtype.kind == "f"
        else np.empty(0)
    )
    return max(rtol, least_rtol), max(atol, least_atol * float(finite.max(initial=0.0)))


def numbers(
    expected: Any, actual: Any, rtol: float, atol: float, path: tuple = ()
) -> Mismatch | None:
    """Where the numbers (or texts) differ first; the structures must agree."""
    if isinstance(expected, (tuple, list)):
        pairs = list(enumerate(zip(expected, actual, strict=True)))
    elif isinstance(expected, Mapping):
        pairs = [(key, (e, actual[key])) for key, e in expected.items()]
    elif is_number(expected):
        e, a = as_array(expected), as_array(actual)
        r, t = tolerance(e, a, rtol, atol)
        return None if bool(close(e, a, r, t).all()) else Mismatch("numbers", path, e, a, r, t)
    else:
        return (
            None
            if expected == actual or isinstance(expected, Opaque)
            else Mismatch("type", path, expected, actual)
        )
    for step, (e, a) in pairs:
        found = numbers(e, a, rtol, atol, (*path, step))
        if found:
            return found
    return None


def close(expected: np.ndarray, actual: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Elementwise `|actual - expected| <= atol + rtol |expected|`; whole numbers and truth values
    exactly.
    """
    if expected.dtype.kind in "biu" and actual.dtype.kind in "biu":
        return np.asarray(expected == actual)
    e, a = expected.astype(np.float64), actual.astype(np.float64)
    if np.isfinite(e).all() and np.isfinite(a).all():  # four times as fast as `isclose`
        with np.errstate(over="ignore"):
            return np.asarray(np.abs(a - e) <= atol + rtol * np.abs(e))
    return np.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)


def difference(expected: Any, actual: Any, rtol: float, atol: float) -> Mismatch | None:
    """Where two values differ first, in structure or in numbers."""
    return structure(expected, actual) or numbers(expected, actual, rtol, atol)


def identical(before: Any, after: Any) -> bool:
    """Whether plain data is what it was, to the last bit."""
    if isinstance(before, (tuple, list)):
        return (
            type(before) is type(after)
            and len(before) == len(after)
            and all(identical(b, a) for b, a in zip(before, after, strict=True))
        )
    if isinstance(before, Mapping):
        return (
            isinstance(after, Mapping)
            and before.keys() == after.keys()
            and all(identical(before[key], after[key]) for key in before)
        )
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.shape == after.shape
            and before.dtype == after.dtype
            and bool(np.array_equal(before, after, equal_nan=before.dtype.kind == "f"))
        )
    nan = before != before and after != after
    return type(before) is type(after) and (nan or before == after)


# -------------------------------------------------------------------------------------------- facts


def look_up(facts: Any, path: str) -> Any:
    """The fact at a dotted path, None where it is absent.

    A number indexes a list; in a list of layers a name selects those of that class
    (`layers.LSTM.units` is the list of their units, or the one value when there is one).
    """
    found = _step([facts], path.split("."))
    return found[0] if len(found) == 1 else (found or None)


def _step(here: list, path: list[str]) -> list:
    if not path:
        return here
    name, following = path[0], []
    for item in here:
        if isinstance(item, Mapping):
            if name in item:
                following.append(item[name])
        elif isinstance(item, (list, tuple)):
            if name.lstrip("-").isdigit():
                following += [item[int(name)]] if -len(item) <= int(name) < len(item) else []
            else:
                following += [
                    part for part in item if isinstance(part, Mapping) and part.get("class") == name
                ]
    return _step(following, path[1:])


def holds(wanted: Any, actual: Any) -> bool:
    """Whether a fact is as wanted: a plain value, or a mapping of predicates that must all hold."""
    if not isinstance(wanted, Mapping):
        return _equal(wanted, actual)
    return all(_PREDICATES[name](argument, actual) for name, argument in wanted.items())


def first_unmet(where: Mapping[str, Any], facts: Any) -> tuple[str, Any, Any] | None:
    """The first `(path, wanted, actual)` of `where` that does not hold."""
    for path, wanted in where.items():
        actual = look_up(facts, path)
        if not holds(wanted, actual):
            return path, wanted, actual
    return None


def _equal(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, float) and _is_scalar(actual):
        return bool(np.isclose(actual, wanted, rtol=1e-5, atol=0.0))
    if isinstance(wanted, (list, tuple)) and isinstance(actual, (list, tuple)):
        return len(wanted) == len(actual) and all(
            _equal(w, a) for w, a in zip(wanted, actual, strict=True)
        )
    return type(wanted) is type(actual) and wanted == actual


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _count(argument: Any, actual: Any) -> bool:
    return holds(
        argument, len(actual) if isinstance(actual, (list, tuple)) else 0 if actual is None else 1
    )


def _contains(argument: Any, actual: Any) -> bool:
    items = actual if isinstance(actual, (list, tuple)) else [actual]
    return any(
        _equal(argument, i) or (isinstance(i, Mapping) and i.get("class") == argument)
        for i in items
    )


_PREDICATES = {
    "min": lambda argument, actual: _is_scalar(actual) and actual >= argument,
    "max": lambda argument, actual: _is_scalar(actual) and actual <= argument,
    "in": lambda argument, actual: any(_equal(a, actual) for a in argument),
    "not": lambda argument, actual: not holds(argument, actual),
    "contains": _contains,
    "count": _count,
}
