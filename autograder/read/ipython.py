"""A cell's text as the Python that IPython makes of it: IPython's own transformer, text to text.

Nothing is executed. IPython is installed wherever nbgrader is, and is imported when a cell needs
it; without it, such a cell stays as it is. The text is hostile: lines, steps and time are bounded.
Line numbers stay the student's: a step that makes a text shorter is padded.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from . import syntax

MOST_SECONDS = 10.0  # for all cells of one notebook; honest ones need a few milliseconds
MOST_LINE = 10_000  # characters of one line, its continuations included: IPython searches backwards
MOST_STEPS = 500  # IPython's own limit

# Magics of a whole cell whose body is Python that runs in the notebook.
PYTHON_MAGICS = frozenset({"time", "timeit", "prun", "capture"})
_CELL_MAGIC = re.compile(r"%%([\w.]+)[ \t]*([^\n]*)")
_PROMPT = re.compile(r"\s*(?:In \[\d+\]:|>>>)")


@dataclass
class Reader:
    """Reads the cells of one notebook; `gave_up` when their text has used up the time."""

    left: float = MOST_SECONDS
    gave_up: bool = False
    _known: dict[str, str] = field(default_factory=dict)

    def python(self, source: str) -> str:
        """`source` as Python, or as it is where it is no more than wrong Python."""
        if source not in self._known:
            self._known[source] = self._read(source)
        return self._known[source]

    def _read(self, source: str) -> str:
        first = next((line for line in source.split("\n") if line.strip()), "")
        if not _PROMPT.match(first) and syntax.tree_of(source) is not None:
            return source  # a line that begins with % continues an expression or a string
        if self.left <= 0:
            self.gave_up = True
            return source
        begun = time.monotonic()
        try:
            return _transformed(source, begun + self.left)
        except _TooLong:
            self.gave_up = True
            return source
        except (ImportError, SyntaxError, ValueError, RecursionError, MemoryError):
            return source
        finally:
            self.left -= time.monotonic() - begun


class _TooLong(Exception):
    """A text that would take the transformer longer than any honest one."""


def _transformed(source: str, deadline: float) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    longest = 0
    for line in re.sub(r"\\\n", "", source).split("\n"):
        longest = max(longest, len(line))
    if longest > MOST_LINE:
        raise _TooLong
    empty = _empty_lines(source)
    lines = source.split("\n")[empty:]
    text = "\n".join(lines)
    found = _CELL_MAGIC.match(text)
    if found is not None and found[1] in PYTHON_MAGICS:
        words = found[2].split() if found[1] == "capture" else []
        opening = "; ".join(f"{word} = ''" for word in words if word.isidentifier())
        inner = Reader(max(0.0, deadline - time.monotonic())).python("\n".join(lines[1:]))
        return "\n" * empty + opening + "\n" + inner
    manager = TransformerManager()
    parts = [line + "\n" for line in text.split("\n")]
    transforms: list[Any] = [*manager.cleanup_transforms, *manager.line_transforms]
    for transform in transforms:
        parts = transform(parts)
    for _ in range(MOST_STEPS):
        if time.monotonic() > deadline:
            raise _TooLong
        changed, after = manager.do_one_token_transform(parts)
        if not changed:
            break
        parts = _padded(parts, after)
    return "\n" * empty + "".join(parts).removesuffix("\n")  # the one that `parts` began with


def _empty_lines(source: str) -> int:
    """How many lines IPython would drop in front."""
    count = 0
    for line in source.split("\n"):
        if line.strip():
            break
        count += 1
    return count


def _padded(before: list[str], after: list[str]) -> list[str]:
    """`after`, with empty lines where a step has joined several lines of `before` into one."""
    joined = len(before) - len(after)
    if joined <= 0:
        return after
    at = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after) - 1
    )
    return [*after[: at + 1], *["\n"] * joined, *after[at + 1 :]]
