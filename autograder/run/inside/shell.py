"""What `get_ipython()` gives in here: a stand-in for the parts of IPython that notebooks use.

The reader has already turned magics, `!` and `?` into calls of it, as IPython does. What would
start a program, install or look something up, or show a page of another language does nothing;
what runs Python runs it; `%%writefile` writes into the private working folder.
"""

from __future__ import annotations

import builtins
import importlib
import os
import sys
import types
from collections.abc import Callable
from typing import Any

from .absent import Nothing

_RUNNING = ("time", "prun", "capture")  # their line, or their cell, is Python, run in the notebook


class Lines(list):
    """The lines that a program wrote, as IPython gives them: none."""

    l = list_ = property(lambda self: self)  # noqa: E741 (IPython's name)
    n = s = nlstr = spstr = property(lambda self: "")
    p = paths = property(lambda self: [])


class ZMQInteractiveShell:
    """The name is IPython's, because notebooks ask for it to see whether they are in Jupyter."""

    def __init__(self, namespace: dict[str, Any], run: Callable[[str], Any]) -> None:
        self.user_ns, self._run = namespace, run

    def run_line_magic(self, name: str, line: str = "", _stack_depth: int = 1) -> Any:
        """`%time`, `%prun`: run the statement. All others: nothing."""
        return self._run(line) if name in _RUNNING and name != "capture" else None

    def run_cell_magic(self, name: str, line: str = "", cell: str = "") -> Any:
        """`%%time`, `%%timeit`, `%%prun`, `%%capture`: run the body. `%%writefile`: write it.
        Others: nothing.
        """
        if name in (*_RUNNING, "timeit"):
            if name == "capture":
                for word in line.split():
                    if word.isidentifier():
                        self.user_ns[word] = Nothing()
            self._run(cell)
        elif name in ("writefile", "file"):
            self._write(line, cell)
        return None

    def magic(self, line: str) -> Any:
        """The old form of `run_line_magic`."""
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def system(self, command: str = "") -> None:
        """`!command`: nothing."""

    def getoutput(self, command: str = "", *args: Any, **kwargs: Any) -> Lines:
        """`x = !command`: no lines."""
        return Lines()

    def run_cell(self, cell: str, *args: Any, **kwargs: Any) -> Any:
        """Run Python in the notebook."""
        self._run(cell)
        return Nothing()

    ex = run_cell

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def _write(self, line: str, text: str) -> None:
        words = line.split()
        append = "-a" in words or "--append" in words
        path = next((word for word in reversed(words) if not word.startswith("-")), "")
        path = os.path.expanduser(path.strip("'\""))
        with open(path, "a" if append else "w", encoding="utf-8") as file:
            file.write(text)
        if os.getcwd() not in sys.path:
            sys.path.insert(0, os.getcwd())
        importlib.invalidate_caches()


def install(shell: ZMQInteractiveShell) -> None:
    """Make `get_ipython` known, as it is in a notebook, and the course's `unit`, which shows the
    quiz there and nothing here.
    """
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    builtins.unit = Nothing()  # type: ignore[attr-defined]
    course = sys.modules.setdefault("autograder", types.ModuleType("autograder"))
    course.course_unit = Nothing()  # type: ignore[attr-defined]
    # Libraries that would raise an error in a program, and print a line in a notebook, ask for this
    # (Keras' `plot_model` where pydot is absent).
    sys.modules.setdefault(
        "IPython.core.magics.namespace", types.ModuleType("IPython.core.magics.namespace")
    )


def install_in_ipython() -> None:
    """The same for `from IPython import get_ipython`, once a cell speaks of IPython."""
    try:
        ipython = importlib.import_module("IPython")
        inner = importlib.import_module("IPython.core.getipython")
    except ImportError:
        return
    for module in (ipython, inner):
        module.get_ipython = builtins.get_ipython  # type: ignore[attr-defined]
