"""The warm process: imports what units need, then forks itself for each submission. It never runs a
student's code.

It reads one JSON line at a time from its control socket and answers with one. `{"fork": limits}`
comes with two descriptors, for the frames and for the output; the answer is `{"pid": …}` with a
descriptor of the new process. `{"reap": pid}` asks how that process ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import traceback
import warnings
from typing import Any

from . import confine, protocol, worker


def main(settings: dict[str, Any]) -> None:
    """Import, report readiness, serve until the control socket closes."""
    control = socket.socket(fileno=settings["control"])
    walls = settings["walls"]
    try:
        for name in settings["imports"]:
            importlib.import_module(name)
        # forking a process with idle threads is what we are for: nothing but imports has run here
        warnings.filterwarnings(
            "ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning
        )
        if walls:
            own = os.open("/proc/self/ns/pid", os.O_RDONLY)
        confine.prepare()
        gc.collect()
        gc.freeze()  # a collection in a fork would otherwise touch, and so copy, every page
        confine.use_huge_pages()
    except Exception as error:
        _say(control, {"error": f"{type(error).__name__}: {error}"})
        return
    _say(control, {"ready": True, "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss})
    ended: dict[int, int] = {}
    while True:
        line, fds, _, _ = socket.recv_fds(control, 1 << 16, 2)
        if not line:
            return
        message = json.loads(line)
        _collect(ended)
        if "reap" in message:
            _say(control, {"status": ended.pop(message["reap"], None)})
            continue
        try:
            if walls:
                confine.unshare(confine.NEW_PID)
            try:
                pid = os.fork()
                if pid == 0:
                    _become_worker(fds, message["fork"], walls)
            finally:
                if walls:
                    confine.join(own, confine.NEW_PID)
        except OSError as error:
            _say(control, {"error": str(error)})
        else:
            handle = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
            _say(control, {"pid": pid}, handle)
            for fd in handle:
                os.close(fd)
        finally:
            for fd in fds:
                os.close(fd)


def _become_worker(fds: list[int], limits: dict[str, Any], walls: bool) -> None:
    """In the fork: never returns."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        confine.descriptors(*fds)
        try:
            if walls:
                confine.walls(limits)
            else:
                os.setsid()
                confine.budget(limits)
        except BaseException as error:
            os.write(confine.FRAMES, b"-" + f"{type(error).__name__}: {error}".encode()[:500])
            os._exit(70)
        os.write(confine.FRAMES, b"+")
        worker.serve(confine.FRAMES)
    except MemoryError:
        os._exit(protocol.OUT_OF_MEMORY)
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(71)


def _collect(ended: dict[int, int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        ended[pid] = status
        while len(ended) > 1000:
            ended.pop(next(iter(ended)))


def _say(control: socket.socket, message: dict[str, Any], fds: list[int] | None = None) -> None:
    line = json.dumps(message).encode() + b"\n"
    try:
        socket.send_fds(control, [line], fds or [])
    except OSError:
        sys.exit(0)  # nobody listens any more
