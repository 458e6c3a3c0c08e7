"""Answers requests in this process, for a student's own notebook and for the author's own code.

There are no walls here: it must never be given a submission.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from .inside import randomness
from .inside.operations import perform
from .inside.protocol import Answer, BadFrame, ErrorInfo, Request
from .replies import settle


class LocalCaller:
    """Answers requests in this process, with the functions of `namespace`; values cross as they
    would on a pipe.
    """

    def __init__(self, namespace: Mapping[str, Any], patience: float = 1.0):
        self.namespace, self.patience = namespace, patience

    def ask(self, request: Request) -> Answer:
        """Answer one request. Only `KeyboardInterrupt`, the notebook's stop button, gets out."""
        try:
            with randomness.kept(), time_limit(request.seconds * self.patience):
                answer = perform(self.namespace, request)
        except _OutOfTime:
            return Answer("timeout", seconds=request.seconds * self.patience)
        # `perform` turns an exception of ours that arrived in the student's frames into an error
        # like any other.
        if answer.error is not None and answer.error.type == _OutOfTime.__name__:
            return Answer("timeout", seconds=answer.seconds, printed=answer.printed)
        try:
            return settle(answer)
        except BadFrame as reason:
            return Answer(
                "unreadable", error=ErrorInfo("BadFrame", str(reason)), seconds=answer.seconds
            )


class _OutOfTime(BaseException):
    """A call took too long. Not an Exception, so that the student's own `except Exception` does not
    swallow it.
    """


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise in the block after `seconds`, where that is possible: in the main thread, on systems
    with SIGALRM.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise _OutOfTime

    handler = signal.signal(signal.SIGALRM, ring)
    # Rings again every second, for code that catches everything.
    before = signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)
