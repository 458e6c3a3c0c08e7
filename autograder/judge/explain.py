"""Differences, errors and mistakes in words, in the second person.

Texts mark code with backticks and hold no markup. With `reveal=False` (secret cases) they name no
input and no expected number: only shapes, places, counts and what the difference looks like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..run.inside.protocol import Answer, ErrorInfo
from ..run.inside.values import Opaque
from ..text import quote

_HINTS = (
    (
        r"could not be broadcast",
        "two arrays have shapes that do not fit: print `.shape` of each factor in that line",
    ),
    (
        r"matmul: Input operand|shapes .* not aligned",
        "the two factors of a matrix product do not fit: check their order, and which one needs "
        "`.T`",
    ),
    (
        r"truth value of an array",
        "an `if` got a whole array: use `np.where`, or choose one element",
    ),
    (
        r"'NoneType' object",
        "something is None there: a function without `return`, or an optional argument not given",
    ),
    (
        r"assignment destination is read-only",
        "the arguments are read-only: make a copy before you write",
    ),
    (r"expected ndim=3, found ndim=2", "a recurrent layer wants (batch, time, features)"),
    (r"maximum recursion depth", "the function calls itself without end"),
    (
        r"^_?(Array)?MemoryError:",
        "a loop that does not end makes a list longer and longer, or an array has an axis too many",
    ),
)
_MAX_QUOTE = 160


# -------------------------------------------------------------------------------------- small words


EACH = "*"  # stands for every item of a list, in the place of a part


def part_name(path: tuple, returns: tuple[str, ...] = ()) -> str:
    """The part of a return value in words: "`c`", "your return value"."""
    if not path:
        return "your return value"
    first, rest = path[0], path[1:]
    if first == EACH:
        return f"part {'.'.join(map(str, rest))} of each item of your return value"
    if isinstance(first, int) and 0 <= first < len(returns):
        name = returns[first]
    else:
        name = first if isinstance(first, str) else f"item {first} of your return value"
    quoted = name if " " in str(name) else f"`{name}`"
    return quoted + "".join(f"[{step!r}]" for step in rest)


def kind_of(value: Any) -> str:
    """What a value is, in words, without its numbers."""
    if value is None:
        return "`None`"
    if isinstance(value, Opaque):
        return _opaque(value)
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a single number"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, (int, float)):
        return "a single number"
    if isinstance(value, (tuple, list)):
        if not value:
            return f"an empty {type(value).__name__}"
        inner = {type(item).__name__ for item in value}
        more = " of arrays" if inner == {"ndarray"} else ""
        return f"a {type(value).__name__} of {len(value)}{more or ' items'}"
    if isinstance(value, Mapping):
        return "a dict with the keys " + (
            ", ".join(f"`{quote(key, 30)}`" for key in list(value)[:8]) or "(none)"
        )
    return "a text" if isinstance(value, str) else f"a {type(value).__name__}"


def _opaque(value: Opaque) -> str:
    kind = value.type_name
    if "complex" in kind:
        return (
            "complex numbers; a real-valued result is wanted, so look for a root or a power "
            "of a negative number"
        )
    if "object" in kind and "dtype" in kind:
        return "an array of Python objects; NumPy makes one from rows of unequal length"
    if kind == "generator":
        return "a generator; call `list` or `np.stack` on it before you return"
    if kind in ("function", "method", "builtin_function_or_method"):
        return "a function; did you forget to call it?"
    return f"an object of type `{quote(kind, 60)}`"


def number(value: Any) -> str:
    """A number, short."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    return f"{float(value):.4g}" if isinstance(value, (float, np.floating)) else str(value)


def index(place: tuple) -> str:
    """A place in an array as it is written: "[0, 3]"."""
    return "[" + ", ".join(str(int(i)) for i in place) + "]"


def count(n: int, noun: str) -> str:
    """A number of things in words."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


# ------------------------------------------------------------------------------------------ answers


def failure(target: str, answer: Answer, reveal: bool) -> str:
    """Why there is no value to look at: missing, an error, a time-out, a death, an unreadable
    answer.
    """
    if answer.status == "missing":
        if answer.error is not None:
            return f"The cell that defines `{target}` stopped with {_error(answer.error, reveal)}"
        return (
            f"There is no function called `{target}`. Run the cell that defines it, and keep "
            "its name."
        )
    if not_written(answer):
        return f"`{target}` is not written yet."
    if answer.status == "error":
        return f"`{target}` stopped with {_error(answer.error, reveal, target)}"
    if (
        answer.status in ("timeout", "died") and answer.error is not None
    ):  # the sandbox knows where, and says why
        where = f" Line {answer.error.line}" if answer.error.line else ""
        where += f": `{quote(answer.error.source, 100)}`" if where and answer.error.source else ""
        return (
            f"`{target}`: "
            f"{quote(answer.error.message, 300).rstrip('.')}.{where}{'.' if where else ''}"
        )
    if answer.status == "timeout":
        return f"`{target}` did not answer in time. Look for a loop that does not end."
    if answer.status == "died":
        return (
            f"`{target}` ended the whole Python process: it used too much memory, or it called "
            "something that "
            "stops Python."
        )
    if answer.status == "unreadable":
        why = f" ({quote(answer.error.message, _MAX_QUOTE)})" if answer.error is not None else ""
        return (
            f"What `{target}` returned could not be read{why}. Return plain NumPy arrays of a "
            "reasonable size."
        )
    return "The grader's machine failed here. Your instructor has been told; you lose nothing."


def not_written(answer: Answer) -> bool:
    """Whether the function is still the stub of the exercise."""
    return (
        answer.status == "error"
        and answer.error is not None
        and answer.error.type == "NotImplementedError"
    )


def _error(error: ErrorInfo | None, reveal: bool, target: str = "") -> str:
    """The error and its place; a function other than `target` is named, with its cell."""
    if error is None:
        return "an error."
    message = error.message
    if (
        not reveal
    ):  # a message may quote the arguments: keep words and shapes, drop every decimal number
        message = re.sub(r"[-+]?\d*\.\d+(e[-+]?\d+)?|\d+e[-+]?\d+", "…", message)
    text = f"`{quote(error.type, 60)}`"
    if error.line:
        text += f" in line {error.line}{_helper(error, target)}" + (
            f", `{quote(error.source, 100)}`" if error.source else ""
        )
    text += f": {quote(message, _MAX_QUOTE)}" if message.strip() else ", without a message"
    hint = next(
        (hint for pattern, hint in _HINTS if re.search(pattern, f"{error.type}: {error.message}")),
        None,
    )
    return text.rstrip(".") + "." + (f" Usually: {hint}." if hint else "")


def _helper(error: ErrorInfo, target: str) -> str:
    if not target or error.function in (None, target):
        return ""
    cell = "" if error.cell in (None, target) else f" (cell `{quote(error.cell, 60)}`)"
    return f" of your `{quote(error.function, 60)}`{cell}"


# -------------------------------------------------------------------------------------- differences


def changed(names: list[str], fresh: bool = False) -> str:
    """Which arguments a call changed; `fresh`: or writing into its result did."""
    listed = ", ".join(f"`{name}`" for name in names)
    if fresh:
        return (
            f"{listed} {'is' if len(names) == 1 else 'are'} not as before: either the call writes "
            "into it, or it returns a view of it, and whoever writes into the result changes it. "
            "Return a copy."
        )
    return (
        f"The call changes {'its argument ' if len(names) == 1 else ''}{listed}. Work on a copy: "
        "`+=` and "
        "assignments to elements write into the caller's array."
    )


def fact(path: str, wanted: Any, actual: Any) -> str:
    """An unmet fact about a Keras model."""
    if isinstance(actual, str | bool) and (path, actual) in _FACTS:
        return _FACTS[path, actual]
    words = path.replace("layers.", "layer ").replace("_", " ").replace(".", ", ")
    return f"Your model: {words} is {_fact_value(actual)}; expected: {_wanted(wanted)}."


_FACTS: dict[tuple[str, Any], str] = {
    ("any_length", False): "Your model reads sequences of one length only. Leave the time axis "
    "open: `None` in the shape of its input.",
    ("cross_entropy", "of logits"): "Your model ends in probabilities, and its loss expects "
    "logits: it would squash them a second time. Leave `from_logits` out.",
    ("returned_before", True): "Your function returns the model of an earlier call once more, so "
    "two callers share one model. Build a new one at each call.",
    ("same_in_training", False): "Your model answers differently while it is trained, as dropout, "
    "noise and batch normalisation make it. None was asked for.",
    ("skips_padding", False): "The loss of your model counts padding: what the targets hold there "
    "changes it. The mask gets lost on its way, or there is none.",
}


def _fact_value(value: Any) -> str:
    return "not there" if value is None else f"`{quote(value, 80)}`"


def _wanted(wanted: Any) -> str:
    if not isinstance(wanted, Mapping):
        return "nothing" if wanted is None else f"`{quote(wanted, 80)}`"
    if set(wanted) == {"count"}:
        return f"{_wanted(wanted['count'])} of them".replace("`", "")
    words = {
        "min": "at least",
        "max": "at most",
        "in": "one of",
        "not": "not",
        "contains": "containing",
        "count": "this many:",
    }
    return " and ".join(f"{words[key]} {_wanted(value)}" for key, value in wanted.items())
