"""Executes a cell as a notebook's kernel does, statement by statement.

What stands above the statement that fails has happened; the value of the last expression is `_`;
`await` may stand at top level; `from __future__` holds in all later cells; and a statement that
needs a module which is not installed here costs that statement and no other.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import functools
import inspect
import operator
from typing import Any

from . import absent, shell

_FEATURES = functools.reduce(
    operator.or_,
    (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names),
)


class Kernel:
    """Runs cells in one namespace. `absences.names`: the modules that were asked for in vain."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.absences = absent.Absences()
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._loop: asyncio.AbstractEventLoop | None = None
        self._shown: dict[str, Any] = {}
        absent.install(vars(builtins), self.absences)
        shell.install(shell.ZMQInteractiveShell(namespace, self._run_text))

    def run(self, source: str, name: str) -> Any:
        """Execute `source`; errors show `name` as its file. The value of a last expression.

        Raises:
            BaseException: whatever the student's code raises.
        """
        if "IPython" in source:
            shell.install_in_ipython()
        tree = compile(source, name, "exec", ast.PyCF_ONLY_AST | self._flags, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        if "import" in source:
            tree = absent.guard(tree)
        lacking: absent.ModuleNotInstalled | None = None
        value = None
        for node in tree.body:
            last = node is tree.body[-1] and isinstance(node, ast.Expr)
            try:
                value = self._statement(node, name, last)
            except absent.ModuleNotInstalled as error:
                lacking = lacking or error
            if self.absences.names:  # what an annotation needs, nobody needs
                self._flags |= __future__.annotations.compiler_flag
        if value is not None and not source.rstrip().endswith(";"):
            self._show(value)
        if lacking is not None:
            raise lacking
        return value

    def _run_text(self, source: str) -> Any:
        """For `%time` and `get_ipython().run_cell`."""
        return self.run(source, "<magic>")

    def _statement(self, node: ast.stmt, name: str, last: bool) -> Any:
        if last and isinstance(node, ast.Expr):
            part: Any = ast.Expression(node.value)
            code = compile(part, name, "eval", self._flags, dont_inherit=True)
        else:
            part = ast.Module([node], [])
            code = compile(part, name, "exec", self._flags, dont_inherit=True)
        self._flags |= code.co_flags & _FEATURES
        if code.co_flags & inspect.CO_COROUTINE or "asyncio" in code.co_names:
            return self._in_loop(code)
        return eval(code, self.namespace)

    def _in_loop(self, code: Any) -> Any:
        """Run in an event loop that is running, as the kernel's is; tasks outlive the cell."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)

        async def statement() -> Any:
            value = eval(code, self.namespace)
            return await value if code.co_flags & inspect.CO_COROUTINE else value

        return self._loop.run_until_complete(statement())

    def _show(self, value: Any) -> None:
        """Keep the last values as `_`, `__` and `___`, unless these names are the student's own."""
        for name in self._shown:
            if self.namespace.get(name) is not self._shown[name]:
                return
        if not self._shown and "_" in self.namespace:
            return
        values = [value, self._shown.get("_"), self._shown.get("__")]
        self._shown = dict(zip(("_", "__", "___"), values, strict=True))
        self.namespace.update(self._shown)
