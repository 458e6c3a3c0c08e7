"""The loop in a submission's own process: execute cells as a notebook would, then answer requests.

From the first cell on, nothing in this process can be trusted: the walls are outside it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import math
import os
import resource
import signal
from collections.abc import Callable

from . import aside, notebook, operations, protocol
from .protocol import Answer, Cell, Turn


def serve(fd: int) -> None:
    """Answer frames on `fd` until its other end closes."""
    os.set_blocking(fd, False)
    faulthandler.enable(2)
    if hasattr(faulthandler, "register"):
        # a deadline is followed by this signal before the end: the trace shows where the time went
        faulthandler.register(signal.SIGUSR1, 2, all_threads=False)
    kernel = notebook.begin()
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
                answer = notebook.execute(kernel, question)
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


def _tell_end(fd: int, turn: str) -> Callable[[int], None]:
    def tell(status: int) -> None:
        with contextlib.suppress(protocol.Closed):
            protocol.send(fd, protocol.encode_end(status, turn), math.inf)

    return tell
