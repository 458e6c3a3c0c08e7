"""Where and how two values differ, in words and as a map, in the second person.

With `reveal=False` (secret cases) no input and no expected number is named: only shapes, places,
counts and what the difference looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..text import quote
from . import entries
from .compare import Mismatch, as_array, close, is_number
from .explain import count, index, kind_of, number, part_name
from .likeness import looks_like

_KINDS = {
    "f": "floating-point numbers",
    "i": "whole numbers",
    "u": "whole numbers",
    "b": "truth values (booleans)",
}
_RIGHT, _WRONG, _MIXED = "·", "✗", "◐"


def mismatch(
    found: Mismatch,
    returns: tuple[str, ...] = (),
    reveal: bool = True,
    inputs: Mapping[str, Any] | None = None,
    whole: tuple[Any, Any] | None = None,
) -> str:
    """A difference in words.

    Args:
        inputs: the arguments of the call by name: an answer that repeats one of them is recognised.
        whole: (expected, actual) return values: parts in the wrong order are recognised.
    """
    name = part_name(found.path, returns)
    if found.kind == "numbers":
        return _numbers(found, name, reveal, inputs or {}, whole, returns)
    if found.kind == "shape":
        return _shape(name, as_array(found.expected).shape, as_array(found.actual).shape)
    if found.kind == "dtype":
        e, a = as_array(found.expected).dtype, as_array(found.actual).dtype
        return f"{_start(name)} holds {_KINDS[a.kind]} ({a}); {_KINDS[e.kind]} are expected."
    if found.kind == "length":
        names = f": `({', '.join(returns)})`" if returns and not found.path else ""
        return (
            f"{_start(name)} has {count(len(found.actual), 'item')}; {len(found.expected)} "
            f"{'is' if len(found.expected) == 1 else 'are'} expected{names}."
        )
    if found.kind == "keys" and not found.expected:
        return f"{_start(name)} is {kind_of(found.actual)}; an empty dict is expected."
    if found.kind == "keys":
        missing = [key for key in found.expected if key not in found.actual]
        return (
            f"{_start(name)} lacks the {'key' if len(missing) == 1 else 'keys'} "
            + ", ".join(f"`{key}`" for key in missing)
            + f"; it is {kind_of(found.actual)}."
        )
    if isinstance(found.expected, str) and isinstance(
        found.actual, str
    ):  # of one type, and not the same
        return (
            f"{_start(name)} is `{quote(found.actual, 80)}`; `{quote(found.expected, 80)}` is "
            "expected."
            if reveal
            else f"{_start(name)} is another text than the expected one."
        )
    return _type(found, name, returns)


def _type(found: Mismatch, name: str, returns: tuple[str, ...]) -> str:
    if found.actual is None:
        return f"{_start(name)} is `None`. A branch of the function may lack its `return`."
    wanted = kind_of(found.expected)
    if returns and not found.path and isinstance(found.expected, (tuple, list)):
        wanted = f"{count(len(returns), 'value')}, `({', '.join(returns)})`"
    extra = ""
    if is_number(found.expected) and isinstance(found.actual, (tuple, list)):
        extra = " Make it one array (`np.array`, `np.stack`)."
    return f"{_start(name)} is {kind_of(found.actual)}; {wanted} is expected.{extra}"


def _start(name: str) -> str:
    return name[:1].upper() + name[1:] if not name.startswith("`") else name


def _shape(name: str, expected: tuple, actual: tuple) -> str:
    text = f"{_start(name)} has shape {actual}; {expected} is expected"
    without_ones = tuple(n for n in actual if n != 1), tuple(n for n in expected if n != 1)
    if len(expected) == 2 and actual == expected[::-1]:
        return f"{text}: it looks transposed."
    if sorted(expected) == sorted(actual) and len(expected) > 2:
        return f"{text}: the axes are in another order."
    if without_ones[0] == without_ones[1]:
        return f"{text}: there is an axis of length 1 " + (
            "too many." if len(actual) > len(expected) else "missing."
        )
    if len(actual) == len(expected) - 1 and actual in [
        expected[:i] + expected[i + 1 :] for i in range(len(expected))
    ]:
        gone = next(i for i in range(len(expected)) if actual == expected[:i] + expected[i + 1 :])
        return f"{text}: axis {gone} is gone (a sum or an index too many?)."
    if len(actual) == len(expected) + 1 and expected in [
        actual[:i] + actual[i + 1 :] for i in range(len(actual))
    ]:
        return f"{text}: there is an axis too many."
    if len(actual) == len(expected):
        axes = [str(i) for i, (a, e) in enumerate(zip(actual, expected, strict=True)) if a != e]
        return f"{text}: look at axis {' and '.join(axes)}."
    return text + "."


def _numbers(
    found: Mismatch,
    name: str,
    reveal: bool,
    inputs: Mapping[str, Any],
    whole: tuple[Any, Any] | None,
    returns: tuple[str, ...],
) -> str:
    e, a = found.expected, found.actual
    kinds_match = e.dtype.kind == a.dtype.kind == "b"
    if not kinds_match:
        e, a = e.astype(np.float64), a.astype(np.float64)
        if (text := _not_finite(e, a, name)) is not None:
            return text
    if (text := _pattern(found, e, a, name, inputs, whole, returns)) is not None:
        return text
    same = close(e, a, found.rtol, found.atol)
    wrong = int(np.size(same) - np.count_nonzero(same))
    everywhere = wrong == np.size(same)
    first = tuple(np.argwhere(~same)[0]) if np.ndim(same) else ()
    text = f"{_start(name)} is wrong" + (
        ""
        if not first
        else " everywhere"
        if everywhere
        else f" in {wrong} of {np.size(same)} entries"
    )
    where = _where_wrong(same)
    if first and not everywhere:
        text += f", first at {index(first)}"
    if reveal:
        at = f"at {index(first)} " if first and everywhere else ""
        text += f": {at}yours is {number(a[first])}, expected {number(e[first])}"
    text += "." + where
    if not kinds_match and np.size(same) > 1:
        largest = float(np.max(np.abs(a - e)[np.isfinite(a) & np.isfinite(e)], initial=0.0))
        text += f" The largest difference is {largest:.2g}."
    return text


def _not_finite(e: np.ndarray, a: np.ndarray, name: str) -> str | None:
    for test, word, why in (
        (
            np.isnan,
            "NaN",
            "0/0, the logarithm of a negative number, or infinity minus infinity makes one",
        ),
        (np.isinf, "infinite", "a division by zero or an overflow of `exp` makes one"),
    ):
        bad = test(a) & ~test(e)
        if bad.any():
            first = np.argwhere(bad)[0] if a.ndim else ()
            at = f", first at {index(tuple(first))}" if len(first) else ""
            where = f" in {int(bad.sum())} of {a.size} entries" if a.size > 1 else ""
            return f"{_start(name)} is {word}{where}{at}: {why}."
    return None


def _pattern(
    found: Mismatch,
    e: np.ndarray,
    a: np.ndarray,
    name: str,
    inputs: Mapping[str, Any],
    whole: tuple[Any, Any] | None,
    returns: tuple[str, ...],
) -> str | None:
    """What a wrong array looks like, when it looks like something."""
    start = _start(name)
    if e.dtype.kind != "b":
        scale = float(np.max(np.abs(e), initial=0.0))
        largest = float(np.max(np.abs(a - e), initial=0.0))
        if scale and largest <= 1e-3 * scale:
            return (
                f"{start} is close, but not equal: the largest difference is {largest:.2g}, and "
                "about "
                f"{found.atol + found.rtol * scale:.1g} is allowed. Look for rounding, a coarse "
                "type such as "
                "float16, an epsilon, or an approximation."
            )
    if e.size > 1 and not np.any(a):
        return f"{start} is zero everywhere."
    if e.size > 2 and a.size and np.all(a == a.flat[0]) and not _is_argument(a, inputs):
        return f"{start} has the same number everywhere."
    relation = looks_like(_entry(found, inputs, whole))
    if relation is None:
        return None
    return f"{start} {relation.short.replace('{part}', part_name(relation.part, returns))}"


def _is_argument(a: np.ndarray, inputs: Mapping[str, Any]) -> bool:
    return any(is_number(given) and np.array_equal(as_array(given), a) for given in inputs.values())


def _entry(
    found: Mismatch, inputs: Mapping[str, Any], whole: tuple[Any, Any] | None
) -> entries.Entry:
    """The wrong array as `likeness` wants it: with the arguments and the other expected parts."""
    arrays = {
        name: array[0]
        for name, given in inputs.items()
        if np.size(found.actual) > 1 and (array := entries.plain_array(given)) is not None
    }
    expected = whole[0] if whole is not None and len(found.path) == 1 else None
    items: Iterable[tuple[Any, Any]] = ()
    if np.size(found.actual) > 1 and isinstance(expected, Mapping):
        items = expected.items()
    elif np.size(found.actual) > 1 and isinstance(expected, (tuple, list)):
        items = enumerate(expected)
    parts = {(step,): as_array(other) for step, other in items if is_number(other)}
    return entries.Entry(
        "", found.path, found.expected, found.actual, found.rtol, found.atol, arrays, parts
    )


def _where_wrong(same: np.ndarray) -> str:
    """Whether the wrong entries are whole rows, columns or time steps."""
    if same.ndim == 3 and same.shape[1] > 1:
        steps = np.all(same, axis=(0, 2))
        if steps[0] and not steps[1:].any():
            return " The first time step is right; it goes wrong from the second on."
        if not steps[0] and steps[1:].all():
            return " Only the first time step is wrong."
    if same.ndim >= 2 and same.shape[0] > 1:
        rows = np.all(same.reshape(len(same), -1), axis=1)
        if rows[0] and not rows[1:].any():
            return " Only the first row of the batch is right."
    return ""


_PICTURE = (12, 24)  # rows and columns at most: it must fit a phone


def picture(found: Mismatch) -> str:
    """Which entries of an array are wrong, as a small map in plain text; "" where a map would say
    nothing.

    It shows places and no numbers, so it may be shown for secret cases. Rows are axis 0, columns
    axis 1; of an array with more axes a sign stands for everything behind them. One long axis is
    drawn as one row.
    """
    if found.kind != "numbers" or np.ndim(found.actual) == 0:
        return ""
    same = np.atleast_2d(close(found.expected, found.actual, found.rtol, found.atol))
    rows, columns = (min(n, most) for n, most in zip(same.shape, _PICTURE, strict=False))
    same = same.reshape(*same.shape[:2], -1)
    if same.size < 4 or same.all() or not same.any():
        return ""
    share = same.mean(axis=2)
    signs = np.where(share == 1, _RIGHT, np.where(share == 0, _WRONG, _MIXED))[:rows, :columns]
    if (signs == _RIGHT).all():
        return ""  # what is wrong lies outside the map
    lines = ["  " + " ".join(row) + (" …" if columns < same.shape[1] else "") for row in signs]
    if rows < len(same):
        lines.append("  …")
    if np.ndim(found.actual) > 1:
        lines.insert(0, "axis 0 ↓  axis 1 →")
    legend = f"{_RIGHT} right  {_WRONG} wrong" + (f"  {_MIXED} partly" if _MIXED in signs else "")
    return "\n".join([*lines, legend])
