"""What the cells below cannot change: how far down an exercise may be asked as if at its own place.

A cell that only defines functions and constants and imports modules, under names that nothing above
it speaks of, changes nothing for what stands above. So the exercises of a plain notebook are asked
in one go, behind its last cell, and no process has to be copied for them. What is uncertain counts
as a change. It is read off the text; nothing runs here.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from .syntax import ANYTHING, bound_names, tree_of

# Modules whose import changes nothing that an answer could see.
_QUIET = (sys.stdlib_module_names | {"numpy", "keras"}) - {"antigravity", "this", "__main__"}
# Whoever speaks of these may look up or change names that are not written down.
_LOOKS_AROUND = frozenset(
    "exec eval compile globals locals vars dir setattr delattr reload get_ipython modules inspect "
    "gc _getframe f_globals __main__ __builtins__ __dict__ __globals__ __annotations__ __import__ "
    "import_module run_path _ __ ___".split()
)
_CONSTANT = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp),
    *(ast.operator, ast.unaryop, ast.expr_context),
)
_ACTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


class _Effect(NamedTuple):
    """Of one cell: the names that its text speaks of, and those that it defines; None where it may
    do more.
    """

    speaks_of: frozenset[str]
    defines: frozenset[str] | None


def latest(
    run: Sequence[tuple[str, str]], places: Mapping[str, int], given: Collection[str] = ()
) -> dict[str, int]:
    """The last place at which each exercise answers as it does at its own.

    Args:
        run: (name, Python) of the cells, in the order in which they run.
        places: exercise to its own place: how many of the cells stand above it.
        given: names of the cells that are the course's own text. Where they call nothing that is an
        exercise, they change nothing above them either.
    """
    found = dict(places)
    if all(place == len(run) for place in places.values()):
        return found
    effects = [_effect(source) for _, source in run]
    for at, (name, source) in enumerate(run):
        tree = tree_of(source) if name in given and effects[at].defines is None else None
        if tree is not None and not effects[at].speaks_of & places.keys():
            names = frozenset(bound_names(tree)) | {"_", "__", "___"}
            effects[at] = effects[at]._replace(defines=None if ANYTHING in names else names)
    for target, place in places.items():
        known = frozenset({target}).union(*(effect.speaks_of for effect in effects[:place]))
        while not known & _LOOKS_AROUND and found[target] < len(run):
            defines = effects[found[target]].defines
            if defines is None or defines & known:
                break
            found[target] += 1
    return found


@functools.lru_cache(maxsize=32)  # the given cells are the same in every submission
def _effect(source: str) -> _Effect:
    tree = tree_of(source)
    if tree is None:  # it does nothing, and says so
        return _Effect(frozenset(), None)
    names: set[str] = set()
    only = not (tree.body and isinstance(tree.body[-1], ast.Expr))  # a last value is kept as `_`
    for statement in tree.body:
        defined = _defined(statement)
        only = only and defined is not None
        names |= defined or set()
    only = only and not any(name.startswith("__") for name in names)
    return _Effect(frozenset(_spoken_of(tree)), frozenset(names) if only else None)


def _defined(statement: ast.stmt) -> set[str] | None:
    """The names that a statement defines; None where it may do anything else."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        annotations = [a.annotation for a in ast.walk(statement.args) if isinstance(a, ast.arg)]
        now = [statement.returns, *annotations, *_defaults(statement.args)]
        acts = any(_acts(part) for part in now if part is not None)
        return None if statement.decorator_list or acts else {statement.name}
    if isinstance(statement, ast.ClassDef):
        plain = not (statement.bases or statement.keywords or statement.decorator_list)
        return {statement.name} if plain and all(map(_defined_in_class, statement.body)) else None
    if isinstance(statement, ast.Import):
        quiet = all(alias.name.partition(".")[0] in _QUIET for alias in statement.names)
        names = {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
        return names if quiet else None
    if isinstance(statement, ast.ImportFrom):
        names = {alias.asname or alias.name for alias in statement.names}
        quiet = not statement.level and (statement.module or "").partition(".")[0] in _QUIET
        return names if quiet and "*" not in names else None
    if isinstance(statement, ast.Assign):
        targets = {target.id for target in statement.targets if isinstance(target, ast.Name)}
        plain = isinstance(statement.value, ast.Name) or _is_plain(statement.value)
        return targets if plain and len(targets) == len(statement.targets) else None
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return set() if text or isinstance(statement, ast.Pass) else None


def _defined_in_class(statement: ast.stmt) -> bool:
    return not isinstance(statement, ast.ClassDef) and _defined(statement) is not None


def _is_plain(value: ast.expr) -> bool:
    """Whether a value is made of constants and functions, and of nothing that runs."""
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            waiting.extend(_defaults(node.args))
        elif isinstance(node, _CONSTANT):
            waiting.extend(ast.iter_child_nodes(node))
        else:
            return False
    return True


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [d for d in (*arguments.defaults, *arguments.kw_defaults) if d is not None]


def _acts(expression: ast.expr) -> bool:
    return any(isinstance(node, _ACTS) for node in ast.walk(expression))


def _spoken_of(tree: ast.Module) -> Iterator[str]:
    """Every name in the text: variables, what is imported, words in strings; of attributes those by
    which a variable could be reached.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if node.id.strip("_") or isinstance(
                node.ctx, ast.Load
            ):  # `for _ in …` asks for nothing
                yield node.id
        elif isinstance(node, ast.Attribute):
            if node.attr in _LOOKS_AROUND:
                yield node.attr
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield from (node.name, node.asname or "", *node.name.split("."))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            yield from node.names
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value[:100]
