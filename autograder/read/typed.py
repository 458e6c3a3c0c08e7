"""What a student typed as an answer to a quiz question: the value, read from the text of cells.

The grader reads the cells of the file, the notebook's own check reads the cells that ran; both
read them here, so what the notebook says and what is marked are the same. Nothing is executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .syntax import bound_names, tree_of

MAX_LITERAL = 2_000  # characters in one quiz cell
_ARITHMETIC = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Constant)


@dataclass(frozen=True)
class Unreadable:
    """A quiz answer that is not a plain value; `reason` is a sentence for the student."""

    reason: str


def typed_answers(
    sources: Iterable[str],
    names: Iterable[str],
    python: Callable[[str], str] = lambda source: source,
) -> dict[str, object]:
    """The value that the cells with these `sources` set each of `names` to, or `Unreadable`.

    The last answer counts; an empty one (`q01 = ""`, `q01 = None`) never hides another, and a name
    without an answer is absent. `python` makes Python of a cell (see `ipython.Reader`).
    """
    wanted, found = set(names), dict[str, object]()
    for source in sources:
        if mentioned := wanted.intersection(re.findall(r"\w+", source)):
            plain = python(source)
            tree = tree_of(plain)
            bound = bound_names(tree) if tree is not None else set()
            for name in sorted(mentioned):
                # A cell that is no Python sets nothing: it never hides an answer.
                broken = tree is None and name not in found and _seems_to_set(plain, name)
                if name in bound or broken:
                    value = literal(plain, name)
                    if not is_empty(value):
                        found[name] = value
    return found


def is_empty(value: object) -> bool:
    """Whether an answer is none."""
    return value is None or (isinstance(value, str) and not value.strip())


def has_remark(source: str, released: str) -> bool:
    """Whether a comment of the student's own stands in a cell; `# @param` belongs to Colab."""
    comments = [line.partition("#")[2].strip() for line in source.splitlines()]
    return any(c[:1] not in ("", "@") and c not in released for c in comments)


def _seems_to_set(source: str, name: str) -> bool:
    return re.search(rf"^[ \t]*{re.escape(name)}[ \t]*=(?!=)", source, re.M) is not None


def literal(source: str, name: str) -> object:
    """The plain value that a quiz cell assigns to `name`, read without running anything, or
    `Unreadable`.
    """
    if len(source) > MAX_LITERAL:
        return Unreadable(
            f"The answer cell for `{name}` is too long. Write only `{name} = …` in it."
        )
    tree = tree_of(source)
    if tree is None:
        return Unreadable(
            f"The answer cell for `{name}` is not valid Python. Write `{name} = …` with one value."
        )
    value = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == name for t in node.targets
        ):
            value = node.value
        elif (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == name
        ):
            value = node.value
    if value is None:
        return Unreadable(f"The answer cell does not set `{name}`. Write `{name} = …` in it.")
    try:
        if isinstance(value, ast.BinOp) and all(
            isinstance(node, _ARITHMETIC) for node in ast.walk(value)
        ):
            # 4*32*43 is a number too; the quiz reads it without running it
            return ast.unparse(value)
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return Unreadable(
            f"The answer `{name}` must be a plain value such as a number, a text or a list."
        )
