"""Python that people wrote, read and never run: its syntax tree, the names that it defines, the
plain value that it assigns.
"""

from __future__ import annotations

import ast
import functools
import threading
from dataclasses import dataclass
from typing import Any

MAX_LITERAL = 2_000  # characters in one quiz cell

# CPython up to 3.12 counts the depth of all threads' trees in one place (python/cpython#106905):
# two threads that parse at the same time can make each other fail with a SystemError, which would
# be nobody's mistake but ours.
_ONE_AT_A_TIME = threading.Lock()

_ARITHMETIC = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Constant)
ANYTHING = "*"  # among the names that a cell binds: it may bind any name
_OPENS_NAMESPACES = {"exec", "globals", "vars", "locals", "setattr", "get_ipython", "reload"}


@dataclass(frozen=True)
class Unreadable:
    """A quiz answer that is not a plain value; `reason` is a sentence for the student."""

    reason: str


def parse(source: str, mode: str = "exec") -> Any:
    """The tree of `source`, as `ast.parse` gives it, safe to call from several threads.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no Python, or too deep.
    """
    with _ONE_AT_A_TIME:
        return ast.parse(source, mode=mode)


@functools.lru_cache(maxsize=1)  # each cell is asked about several times in a row
def tree_of(source: str) -> ast.Module | None:
    """The tree, or None where the text is no Python."""
    try:
        return parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bound_names(tree: ast.Module) -> set[str]:
    """Names that running the module binds in it; with `ANYTHING` when it could be any."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                names.add(alias.asname or alias.name.partition(".")[0])  # `*` is ANYTHING
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif node.id in _OPENS_NAMESPACES:
                names.add(ANYTHING)
        waiting.extend(ast.iter_child_nodes(node))
    return names


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
