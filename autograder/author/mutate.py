"""Machine-made wrong variants of a solution: one small change each, made on the syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..read import syntax

_BINARY = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_COMPARE = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_FUNCTIONS = {
    "tanh": "sin",
    "exp": "expm1",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "sum": "max",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "sqrt": "abs",
    "log": "abs",
    "argmax": "argmin",
    "maximum": "minimum",
    "minimum": "maximum",
    "copy": "view",
}
_STATEMENTS = (
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Expr,
    ast.If,
    ast.For,
    ast.While,
    ast.Raise,
)


@dataclass(frozen=True)
class Mutant:
    """One changed text of a cell, and the change in words."""

    text: str
    line: int
    change: str


def mutants(source: str) -> list[Mutant]:
    """All mutants of the functions in `source`, in order of their lines, each text once.

    Changed are: operators, comparisons, constants (shapes and axes among them), signs, order of
    operands and of arguments, names (another local one), functions of NumPy, order of returned
    values, conditions; dropped are statements. Texts, docstrings and error messages stay as they
    are.
    """
    tree = syntax.parse(source)
    original = ast.unparse(tree)
    seen, found = {original}, []
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        names = _locals(function)
        for path, node in list(_walk(function)):
            for change, edit in _changes(node, names):
                text = _edited(tree, function, path, edit)
                if text is not None and text not in seen:
                    seen.add(text)
                    found.append(Mutant(text, getattr(node, "lineno", function.lineno), change))
    return sorted(found, key=lambda mutant: (mutant.line, mutant.change))


Path = tuple[tuple[str, int | None], ...]
Edit = Callable[[ast.AST], ast.AST | None]  # the node in its place; None: drop the statement


def _walk(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST]]:
    """Every node below the function with the way to it; docstrings, annotations and messages left
    out.
    """
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns", "args") and isinstance(
            node, (ast.FunctionDef, ast.arg)
        ):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or (name == "exc" and isinstance(node, ast.Raise)):
                continue
            if (
                isinstance(child, ast.Expr)
                and isinstance(child.value, ast.Constant)
                and isinstance(child.value.value, str)
            ):
                continue
            yield (*path, (name, index)), child
            yield from _walk(child, (*path, (name, index)))


def _locals(function: ast.FunctionDef) -> list[str]:
    arguments = [
        a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    ]
    stored = [
        n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    return list(dict.fromkeys([*arguments, *stored]))


def _edited(tree: ast.Module, function: ast.FunctionDef, path: Path, edit: Edit) -> str | None:
    changed = copy.deepcopy(tree)
    holder: ast.AST = changed.body[tree.body.index(function)]
    for name, index in path[:-1]:
        value = getattr(holder, name)
        holder = value if index is None else value[index]
    name, index = path[-1]
    value = getattr(holder, name)
    new = edit(value if index is None else value[index])
    if new is None:
        new = ast.Pass()
    if index is None:
        setattr(holder, name, new)
    else:
        value[index] = new
    try:
        return ast.unparse(ast.fix_missing_locations(changed))
    except (ValueError, TypeError):
        return None


def _changes(node: ast.AST, names: list[str]) -> Iterator[tuple[str, Edit]]:
    """`(change in words, edit)` for every way in which this node is mutated."""
    text = ast.unparse(node) if isinstance(node, (ast.expr, ast.stmt)) else ""
    short = text.splitlines()[0][:60] if text else ""
    if isinstance(node, ast.BinOp):
        if new := _BINARY.get(type(node.op)):
            yield f"another operator in {short}", lambda n: _with(n, op=new())
        if isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
            yield f"operands exchanged in {short}", lambda n: _with(n, left=n.right, right=n.left)
    elif isinstance(node, ast.AugAssign):
        if new := _BINARY.get(type(node.op)):
            yield f"another operator in {short}", lambda n: _with(n, op=new())
        yield f"= in place of {short}", lambda n: ast.Assign([n.target], n.value, lineno=n.lineno)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        if new := _COMPARE.get(type(node.ops[0])):
            yield f"another comparison in {short}", lambda n: _with(n, ops=[new()])
    elif isinstance(node, ast.UnaryOp):
        yield f"{short} without its sign", lambda n: n.operand
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"and/or in {short}", lambda n: _with(n, op=other())
    elif isinstance(node, ast.Constant):
        for value in _constants(node.value):
            yield f"{value!r} in place of {short}", lambda n, value=value: ast.Constant(value)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield (
                    f"{other} in place of {short}",
                    lambda n, other=other: ast.Name(other, ast.Load()),
                )
    elif (
        isinstance(node, ast.Attribute)
        and node.attr in _FUNCTIONS
        and isinstance(node.ctx, ast.Load)
    ):
        yield (
            f"{_FUNCTIONS[node.attr]} in place of {short}",
            lambda n: _with(n, attr=_FUNCTIONS[n.attr]),
        )
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield f"{short} not transposed", lambda n: n.value
    elif isinstance(node, ast.Call) and len(node.args) >= 2:
        yield (
            f"arguments exchanged in {short}",
            lambda n: _with(n, args=[n.args[1], n.args[0], *n.args[2:]]),
        )
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
        yield f"order exchanged in {short}", lambda n: _with(n, elts=n.elts[::-1])
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield (
            f"condition negated in {short}",
            lambda n: _with(n, test=ast.UnaryOp(ast.Not(), n.test)),
        )
    if isinstance(node, ast.keyword) and node.arg:
        return
    if isinstance(node, _STATEMENTS):
        yield f"without {short}", lambda n: None


def _constants(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [value * 2, value + 0.1]
    return []


def _with(node: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node
