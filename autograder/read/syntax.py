"""Python that people wrote, read and never run: its syntax tree and the names that it defines."""

from __future__ import annotations

import ast
import functools
import threading
from typing import Any

# CPython up to 3.12 counts the depth of all threads' trees in one place (python/cpython#106905):
# two threads that parse at the same time can make each other fail with a SystemError, which would
# be nobody's mistake but ours.
_ONE_AT_A_TIME = threading.Lock()

ANYTHING = "*"  # among the names that a cell binds: it may bind any name
_OPENS_NAMESPACES = {"exec", "globals", "vars", "locals", "setattr", "get_ipython", "reload"}


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
