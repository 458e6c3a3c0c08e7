"""A copy of this process answers the questions about one exercise while this one waits: whatever
they change, the cells below do not see it.

The copy takes over the frames. When it has ended, the original says so in a frame of kind "ended"
and goes on. Nothing here is a wall: both belong to the student, and what either says is believed
only as far as a student's word goes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from . import randomness

# Bound before any student's code has run: who replaces one of them harms nobody by accident.
_fork, _exit, _kill, _waitpid, _getpid = os.fork, os._exit, os.kill, os.waitpid, os.getpid
_LOOK_SECONDS = 1.0  # a child whose end was not signalled (someone ignores SIGCHLD) is looked for
_END_SECONDS = 2.0
_SIGNALS = [
    getattr(signal, name) for name in ("SIGCHLD", "SIGUSR1", "SIGUSR2") if hasattr(signal, name)
]
_FORKING_HURTS = ("tensorflow", "jax", "torch")  # their threads do not come along


def ready() -> None:
    """Let a signal that comes too late do nothing; called before any cell is executed."""
    if hasattr(signal, "SIGUSR2"):
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)


class Turn(NamedTuple):
    """A turn that has begun: whether a copy answers, and what ends it."""

    apart: bool
    end: Callable[[], None]


def step_aside(ended: Callable[[int], None]) -> Turn | None:
    """Fork. In the copy: its turn. In the original, after the copy's end: None.

    Where a copy could not work (a library's threads run here, or there may be no more processes),
    nothing is forked, and the end of the turn only puts the random states back.

    Args:
        ended: told, in the original, the copy's wait status.
    """
    if not _can_fork():
        return Turn(False, randomness.taken())
    others = _others()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        try:
            child = _fork()
        except OSError:
            return Turn(False, randomness.taken())
        if child == 0:
            gc.freeze()  # a collection would touch, and so copy, every page
            return Turn(True, lambda: _exit(0))
        status = _wait(child)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if not others:
        _end_others()
    ended(status)
    return None


def _wait(child: int) -> int:
    """The child's wait status. SIGUSR1 is passed on to it; SIGUSR2 ends it."""
    while True:
        came = signal.sigtimedwait(_SIGNALS, _LOOK_SECONDS)
        with contextlib.suppress(OSError):
            if came is not None and came.si_signo != signal.SIGCHLD:
                ends = came.si_signo == signal.SIGUSR2
                _kill(child, signal.SIGKILL if ends else signal.SIGUSR1)
        try:
            pid, status = _waitpid(child, os.WNOHANG)
        except ChildProcessError:  # the student's code reaps, or ignores SIGCHLD
            return 0
        if pid:
            return status


def _can_fork() -> bool:
    if not hasattr(signal, "sigtimedwait") or threading.active_count() > 1:
        return False
    if not any(name in sys.modules for name in _FORKING_HURTS):
        return True  # OpenBLAS starts its threads again by itself
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _others() -> bool:
    """Whether anything but this process runs in its namespace; False only where that is known."""
    if _getpid() != 1:
        return True
    try:
        return sum(name.isdigit() for name in os.listdir("/proc")) > 1
    except OSError:
        return True


def _end_others() -> None:
    """End what the copy has started and left behind, there was nothing before it, and see it dead:
    one that is only dying may still take a frame.
    """
    until = time.monotonic() + _END_SECONDS
    while time.monotonic() < until:
        try:
            _kill(-1, signal.SIGKILL)
        except OSError:  # nobody is left
            return
        with contextlib.suppress(OSError):
            while _waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.001)
