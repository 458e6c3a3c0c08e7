"""Modules that are not installed here: an import costs only what needs the module.

Each import statement is tried name by name. One that fails because the machine lacks the package
binds a stand-in, which says so when it is used. Imports inside `try` are the student's own affair.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from typing import Any

_HELPER = "__absent_module__"  # in builtins, called by the code that `guard` writes
_QUIET = ("google.colab",)  # mounts drives and uploads files: nothing to do here


class ModuleNotInstalled(ModuleNotFoundError):
    """The student's code uses a package that is not installed where notebooks are graded."""


class Nothing:
    """Answers every use with itself: what has no effect here."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __contains__(self, key: Any) -> bool:
        return False

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Absent:
    """Stands for a module, or a name from it, that is not installed here; any use says so."""

    def __init__(self, module: str) -> None:
        object.__setattr__(self, "_module", module)

    def _fail(self, *_: Any, **__: Any) -> Any:
        module = object.__getattribute__(self, "_module")
        raise ModuleNotInstalled(
            f"{module} is not installed where notebooks are graded", name=module
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._fail()

    def __repr__(self) -> str:
        return f"<{object.__getattribute__(self, '_module')}, which is not installed here>"

    __call__ = __getitem__ = __setitem__ = __iter__ = __len__ = __enter__ = _fail
    __setattr__ = __contains__ = __mro_entries__ = __add__ = __radd__ = __mul__ = _fail


class Absences:
    """The modules that a submission has asked for in vain, by name."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def stand_in(self, module: str) -> Any:
        """What to bind; called while the import's ModuleNotFoundError is being handled.

        Raises:
            ModuleNotFoundError: the package is there, and the error is about something else.
        """
        error = sys.exc_info()[1]
        missing = getattr(error, "name", None) or module
        if any(module == quiet or module.startswith(quiet + ".") for quiet in _QUIET):
            return Nothing()
        top = module.partition(".")[0]
        if missing.partition(".")[0] != top or _is_installed(top):
            raise  # noqa: PLE0704 (of the student's statement)
        if top not in self.names:
            self.names.append(top)
        return Absent(top)


def _is_installed(top: str) -> bool:
    try:
        found = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return top in sys.modules
    # a namespace package (`google`) is no more than the folder that other packages share
    return found is not None and found.origin is not None


class _Guard(ast.NodeTransformer):
    def visit_Try(self, node: ast.Try) -> ast.AST:
        return node

    def visit_TryStar(self, node: ast.TryStar) -> ast.AST:
        return node

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [
            _tried(
                ast.Import([name]), {name.asname or name.name.partition(".")[0]: name.name}, node
            )
            for name in node.names
        ]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        if node.level or node.module in (None, "__future__"):
            return node
        names = {
            name.asname or name.name: f"{node.module}.{name.name}"
            for name in node.names
            if name.name != "*"
        }
        return _tried(node, names, node, module=node.module)


def _tried(statement: ast.stmt, names: dict[str, str], at: ast.stmt, module: str = "") -> ast.stmt:
    """`try: import x as y` / `except ModuleNotFoundError: y = <stand-in>`."""
    body: list[ast.stmt] = []
    for name, whole in names.items() or {"_": module}.items():
        asked = ast.Call(ast.Name(_HELPER, ast.Load()), [ast.Constant(module or whole)], [])
        body.append(ast.Assign([ast.Name(name, ast.Store())], asked) if names else ast.Expr(asked))
    kind = ast.Name("ModuleNotFoundError", ast.Load())
    handler = ast.ExceptHandler(kind, None, body)
    whole_statement = ast.Try([statement], [handler], [], [])
    for node in ast.walk(whole_statement):
        if "lineno" in node._attributes:
            ast.copy_location(node, at)
    return whole_statement


def guard(tree: ast.Module) -> ast.Module:
    """The same program, in which an import of an absent module binds a stand-in."""
    try:
        return _Guard().visit(tree)
    except RecursionError:  # no honest nesting
        return tree


def install(builtins: dict[str, Any], absences: Absences) -> None:
    """Give the helper that `guard`'s code calls to every namespace."""
    builtins[_HELPER] = absences.stand_in
