"""A submission's namespace, and its cells executed in it as a notebook would: the same in a process
(`worker`) and in a WebAssembly instance (`reactor`).
"""

from __future__ import annotations

import builtins
import linecache
import random
import site
import sys
import types
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import numpy.linalg
import numpy.random  # NumPy imports these late: each submission would pay for it

from . import operations, protocol
from .cells import Kernel
from .protocol import Answer, Cell, ErrorInfo

MOST_ABSENT = 20  # modules named in an answer


def begin() -> Kernel:
    """The kernel of a submission, with nothing in its namespace."""
    site.setquit()
    vars(builtins)["display"] = display  # as in a notebook, where nobody imports it
    random.seed(0)
    np.random.seed(0)  # the generator's state is taken over: the same for every submission
    notebook = types.ModuleType("__main__")
    sys.modules["__main__"] = notebook
    return Kernel(notebook.__dict__)


def display(*things: Any, **_: Any) -> None:
    """What a notebook's `display` is here: the text form, printed."""
    for thing in things:
        print(repr(thing))


def execute(kernel: Kernel, cell: Cell) -> Answer:
    """Run the cell. The value of the answer: the modules that were asked for in vain so far."""
    name = f"<cell {cell.name}>"
    lines = [line + "\n" for line in cell.source.split("\n")]  # Python counts no other line ends
    linecache.cache[name] = (len(cell.source), None, lines, name)
    printed = operations.Capped()
    status = "ok"
    described: ErrorInfo | None = None
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            kernel.run(cell.source, name)
    except BaseException as error:  # a notebook, too, goes on after sys.exit()
        status, described = "error", protocol.describe_error(error)
    absent = tuple(kernel.absences.names[:MOST_ABSENT])
    return Answer(status, value=absent, error=described, printed=printed.text())
