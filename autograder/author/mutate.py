"""Machine-made wrong variants of a solution: one small change each, made on the syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

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
    """One changed text of a file or cell: where the change is, and the change in words."""

    text: str
    line: int
    change: str
    function: str  # as `__qualname__` has it; "<lambda>" for those outside of functions


def mutants(source: str, names: bool = True) -> list[Mutant]:
    """All mutants of the functions in `source`, in order of their lines, each text once.

    Changed are: operators, comparisons, constants (shapes and axes among them), default values of
    arguments, signs, order of operands and of arguments, names (another local one), functions of
    NumPy, order of returned values, conditions; dropped are statements. Texts, docstrings and
    error messages stay as they are. Methods count as functions, and so do lambdas in the tables of
    a module.

    Args:
        names: whether names are exchanged as well; their mutants grow with the square of a
        function's length.
    """
    tree = syntax.parse(source)
    original = ast.unparse(tree)
    seen, found = {original}, []
    for number, statement in enumerate(tree.body):
        functions = _functions(statement)
        if not functions:
            continue
        # What stands around the statement is written once, so that a mutant costs one statement
        # and not one file.
        head, tail = _around(tree, number, original)
        for name, function in functions:
            others = _locals(function) if names else []
            for place in list(_walk(function)):
                for change, edit in _changes(place, others):
                    text = _edited(statement, place, edit)
                    if text is not None and (text := head + text + tail) not in seen:
                        seen.add(text)
                        line = getattr(place.node, "lineno", function.lineno)
                        found.append(Mutant(text, line, change, name))
    return sorted(found, key=lambda mutant: (mutant.line, mutant.change))


_Function = ast.FunctionDef | ast.Lambda


def _functions(statement: ast.AST, inside: str = "") -> list[tuple[str, _Function]]:
    """The outermost functions of a top-level statement, by name."""
    if isinstance(statement, ast.FunctionDef):
        return [(inside + statement.name, statement)]
    if isinstance(statement, ast.Lambda):
        return [(inside + "<lambda>", statement)]
    if isinstance(statement, ast.ClassDef):
        inside += f"{statement.name}."
    children = ast.iter_child_nodes(statement)
    return [function for child in children for function in _functions(child, inside)]


def _around(tree: ast.Module, number: int, original: str) -> tuple[str, str]:
    """The text before and behind one top-level statement of the tree that is written `original`."""
    before = ast.unparse(ast.Module(tree.body[:number], []))
    rest = original[len(before) :].lstrip("\n")
    head = original[: len(original) - len(rest)]
    return head, rest[len(ast.unparse(tree.body[number])) :]


@dataclass(frozen=True)
class _Place:
    """A node and where it hangs; `argument` is the one whose default value it is."""

    node: ast.AST
    holder: ast.AST
    name: str
    index: int | None = None
    argument: str = ""

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.holder, self.name, node)
        else:
            getattr(self.holder, self.name)[self.index] = node


# The node is of whatever class `_changes` has just found it to be.
Edit = Callable[[Any], ast.AST | None]  # a copy of the node, changed; None: drop the statement


def _walk(node: ast.AST) -> Iterator[_Place]:
    """Every node below the function; docstrings, annotations and messages left out."""
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns", "args") and isinstance(
            node, (ast.FunctionDef, ast.Lambda, ast.AnnAssign, ast.arg)
        ):
            if name == "args":
                yield from _defaults(value)
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
            yield _Place(child, node, name, index)
            yield from _walk(child)


def _defaults(arguments: ast.arguments) -> Iterator[_Place]:
    positional = [*arguments.posonlyargs, *arguments.args]
    for name, takers in (
        ("defaults", positional[len(positional) - len(arguments.defaults) :]),
        ("kw_defaults", arguments.kwonlyargs),
    ):
        for index, (taker, value) in enumerate(zip(takers, getattr(arguments, name), strict=True)):
            if value is not None:  # a keyword argument without a default
                yield _Place(value, arguments, name, index, taker.arg)
                yield from _walk(value)


def _locals(function: _Function) -> list[str]:
    arguments = [
        a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    ]
    stored = [
        n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    return list(dict.fromkeys([*arguments, *stored]))


def _edited(statement: ast.stmt, place: _Place, edit: Edit) -> str | None:
    """The statement's text with one node changed; the tree is afterwards what it was."""
    changed = edit(copy.copy(place.node))
    place.put(ast.Pass() if changed is None else changed)
    try:
        return ast.unparse(statement)
    except (ValueError, TypeError):
        return None
    finally:
        place.put(place.node)


def _always(new: ast.AST) -> Edit:
    """An edit that puts `new` in the place of any node."""
    return lambda _: new


def _changes(place: _Place, names: list[str]) -> Iterator[tuple[str, Edit]]:
    """`(change in words, edit)` for every way in which this node is mutated."""
    node = place.node
    text = ast.unparse(node) if isinstance(node, (ast.expr, ast.stmt)) else ""
    short = text.splitlines()[0][:60] if text else ""
    if isinstance(node, ast.BinOp):
        if operator := _BINARY.get(type(node.op)):
            other = operator()
            yield f"another operator in {short}", lambda n: _with(n, op=other)
        if isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
            yield f"operands exchanged in {short}", lambda n: _with(n, left=n.right, right=n.left)
    elif isinstance(node, ast.AugAssign):
        if operator := _BINARY.get(type(node.op)):
            yield f"another operator in {short}", lambda n: _with(n, op=operator())
        yield f"= in place of {short}", lambda n: ast.Assign([n.target], n.value, lineno=n.lineno)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        if comparison := _COMPARE.get(type(node.ops[0])):
            yield f"another comparison in {short}", lambda n: _with(n, ops=[comparison()])
    elif isinstance(node, ast.UnaryOp):
        yield f"{short} without its sign", lambda n: n.operand
    elif isinstance(node, ast.BoolOp):
        junction = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"and/or in {short}", lambda n: _with(n, op=junction())
    elif isinstance(node, ast.Constant):
        values, argument = _constants(node.value), ""
        if place.argument:
            values, argument = values or _absent(node.value), f"{place.argument}="
        for value in values:
            yield (
                f"{argument}{value!r} in place of {argument}{short}",
                _always(ast.Constant(value)),
            )
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for name in names:
            if name != node.id:
                yield (
                    f"{name} in place of {short}",
                    _always(ast.Name(name, ast.Load())),
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


def _constants(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [value * 2, value + 0.1]
    return []


def _absent(value: Any) -> list[Any]:
    """What stands in for a default value that says "not given", or that is a word."""
    if value is None:
        return [0]
    return [None] if isinstance(value, str) else []


def _with(node: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node
