"""The loop in a submission's own process: execute cells as a notebook would, then answer requests.

From the first cell on, nothing in this process can be trusted: the walls are outside it.
"""

from __future__ import annotations

import builtins
import contextlib
import faulthandler
import linecache
import math
import os
import random
import resource
import signal
import site
import sys
import types
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import numpy.linalg
import numpy.random  # NumPy imports these late: a fork would pay for it

from . import aside, operations, protocol
from .cells import Kernel
from .protocol import Answer, Cell, ErrorInfo, Turn

MOST_ABSENT = 20  # modules named in an answer


def serve(fd: int) -> None:
    """Answer frames on `fd` until its other end closes."""
    os.set_blocking(fd, False)
    faulthandler.enable(2)
    if hasattr(faulthandler, "register"):
        # a deadline is followed by this signal before the end: the trace shows where the time went
        faulthandler.register(signal.SIGUSR1, 2, all_threads=False)
    site.setquit()
    vars(builtins)["display"] = display  # as in a notebook, where nobody imports it
    random.seed(0)
    np.random.seed(0)  # a fork inherits the generator's state: the same for every submission
    notebook = types.ModuleType("__main__")
    sys.modules["__main__"] = notebook
    kernel = Kernel(notebook.__dict__)
    aside.ready()
    turn: aside.Turn | None = None
    mine = ""  # the number of the turn in which this process answers, if it is a copy
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    tight, roomy = (soft, hard), (hard, hard)
    while True:
        _set_memory_limit(tight)
        try:
            question, number = protocol.decode_question(protocol.receive(fd, math.inf))
        except protocol.Closed:
            return
        if number.rpartition(".")[0] != mine:
            continue  # it was for a copy that has ended
        try:
            if isinstance(question, Turn):
                if turn is not None:
                    turn.end()  # the copy's last step
                    turn = None
                if question.begins:
                    turn = aside.step_aside(_tell_end(fd, number))
                    if turn is None:  # the copy has been here and has gone
                        continue
                    mine = number if turn.apart else mine
                answer = Answer("ok", value=turn is not None and turn.apart)
            elif isinstance(question, Cell):
                answer = _execute(kernel, question)
            else:
                answer = operations.perform(kernel.namespace, question)
        except BaseException as error:
            _set_memory_limit(roomy)
            untold = (
                error.__context__ if isinstance(error, MemoryError) else None
            )  # what there was no memory to tell
            answer = Answer("error", error=protocol.describe_error(untold or error))
        try:
            frame = protocol.encode_answer(answer, number)
        except BaseException as error:
            _set_memory_limit(roomy)
            frame = protocol.encode_answer(
                Answer("unreadable", error=protocol.describe_error(error)), number
            )
        del answer, question
        try:
            protocol.send(fd, frame, math.inf)
        except protocol.Closed:
            return


def _set_memory_limit(limits: tuple[int, int]) -> None:
    """Set how much memory may be taken: less for the student's code than for telling what came of
    it.
    """
    with contextlib.suppress(ValueError, OSError):  # the student's code has lowered it for good
        resource.setrlimit(resource.RLIMIT_DATA, limits)


def display(*things: Any, **_: Any) -> None:
    """What a notebook's `display` is here: the text form, printed."""
    for thing in things:
        print(repr(thing))


def _tell_end(fd: int, turn: str) -> Callable[[int], None]:
    def tell(status: int) -> None:
        with contextlib.suppress(protocol.Closed):
            protocol.send(fd, protocol.encode_end(status, turn), math.inf)

    return tell


def _execute(kernel: Kernel, cell: Cell) -> Answer:
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
