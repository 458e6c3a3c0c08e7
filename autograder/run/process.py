"""The warm process and its forks, as the trusted side sees them: start, fork, drain, watch, end.

What they are told and what they answer is `pool`'s; what they do to themselves is in `zygote` and
`confine`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import threading
import time

from ..text import clean
from . import walls, watchdog
from .inside import protocol
from .limits import Limits, SandboxUnavailable

_START_SECONDS = 120.0  # importing TensorFlow from a cold disk
_FORK_SECONDS = 30.0
_TRACE_SECONDS = 0.5  # how long a process that is to be ended may take to say where it is


class MachineFault(Exception):
    """Something of ours failed, not the student's code."""


class Zygote:
    """The warm process as seen from here."""

    def __init__(self, imports: tuple[str, ...], threads: int, *, walled: bool) -> None:
        self._lock, self._walled = threading.Lock(), walled
        self._folder = walls.private_folder()
        ours, theirs = socket.socketpair()
        self._control = ours
        home = self._folder / "home"
        home.mkdir()
        self._said = open(self._folder / "stderr", "w+b")  # a pipe that nobody reads would fill up
        try:
            self._process = subprocess.Popen(
                walls.command(self._folder, imports, theirs.fileno(), walled=walled),
                env=walls.environment(threads, walled=walled, home=str(home)),
                cwd=home,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                start_new_session=True,  # Ctrl-C is ours to handle
            )
        finally:
            theirs.close()
        try:
            self._say_and_hear(None, [], _START_SECONDS)
            if walled:
                self._try_out()
        except MachineFault as reason:
            self._process.kill()
            self._process.wait()
            self._said.seek(0)
            said = self._said.read().decode(errors="replace")
            self.close()
            raise SandboxUnavailable(_why(reason, said, walled)) from None

    def alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, limits: Limits) -> Process:
        """A new process behind its own walls. Raises `MachineFault`."""
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            with self._lock:
                question = {"fork": dataclasses.asdict(limits)}
                reply, fds = self._say_and_hear(question, [theirs.fileno(), write], _FORK_SECONDS)
            handle = fds[0] if fds else None
            if (
                handle is not None and not self._walled
            ):  # without a PID namespace the whole group must be signalled
                os.close(handle)
                handle = None
            process = Process(
                self, int(reply["pid"]), handle, ours.detach(), read, limits.output_kb << 10
            )
        except BaseException:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        process.greet(_FORK_SECONDS)
        return process

    def reap(self, pid: int) -> int | None:
        """How the process ended (as `os.waitpid` says it), None when that is not known."""
        try:
            with self._lock:
                reply, _ = self._say_and_hear({"reap": pid}, [], _FORK_SECONDS)
        except MachineFault:
            return None
        status = reply.get("status")
        return status if isinstance(status, int) else None

    def close(self) -> None:
        self._control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _try_out(self) -> None:
        """One fork before anybody's work is accepted: the inner walls can be refused where the
        outer ones are not.
        """
        self.fork(Limits()).end()

    def _say_and_hear(
        self, message: dict | None, fds: list[int], seconds: float
    ) -> tuple[dict, list[int]]:
        try:
            if message is not None:
                socket.send_fds(self._control, [json.dumps(message).encode() + b"\n"], fds)
            self._control.settimeout(seconds)
            line, handles, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
            reply = json.loads(line) if line else {"error": "The warm process ended."}
        except (OSError, ValueError) as reason:
            raise MachineFault(f"The warm process does not answer: {reason}") from None
        if "error" in reply:
            raise MachineFault(str(reply["error"]))
        return reply, handles


class Process:
    """One fork of the warm process: a submission's own."""

    def __init__(
        self,
        zygote: Zygote,
        pid: int,
        handle: int | None,
        frames: int,
        output: int,
        output_bytes: int,
    ) -> None:
        self.frames, self.exceeded = frames, False
        self.output: int | None = output
        self._output_bytes = output_bytes
        self._zygote, self._pid_inside, self._handle = zygote, pid, handle
        self._pid = self._real_pid()
        self._inherited_kb, self._next_check = 0, 0.0
        self._written, self._kept = 0, bytearray()
        self._lock = threading.Lock()
        self._gone = False
        os.set_blocking(frames, False)
        os.set_blocking(output, False)

    def greet(self, seconds: float) -> None:
        """Wait until the process says that its walls are up."""
        sign = os.read(self.frames, 600) if self._speaks(seconds) else b""
        if sign != b"+":
            self.end()
            said = clean(sign[1:].decode(errors="replace"), 500)
            raise MachineFault(f"a wall could not be put up: {said or 'no sign of life'}")
        self._inherited_kb = watchdog.resident_kb(self._pid)

    def waiting(self) -> bool:
        """Whether it still waits for its first question; asked before any was sent."""
        return not self._speaks(0)  # the only thing that it can say now is that it has gone

    def _speaks(self, seconds: float) -> bool:
        """Whether its end of the frames gives something to read, its closing included, within so
        many seconds.
        """
        poll = select.poll()
        poll.register(self.frames, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def drain(self) -> bool:
        """Read what was written past Python; after too much of it, writing fails there."""
        if self.output is None:
            return False
        try:
            chunk = os.read(self.output, 1 << 16)
        except BlockingIOError:
            return True
        self._written += len(chunk)
        self._kept += chunk[: max(0, 2 * protocol.PRINTED - len(self._kept))]
        if chunk and self._written <= self._output_bytes:
            return True
        os.close(self.output)
        self.output = None
        return False

    def drain_all(self) -> None:
        """Read what has been written past Python so far."""
        while (
            self.output is not None and select.select([self.output], [], [], 0)[0] and self.drain()
        ):
            pass

    def text(self) -> str:
        """The beginning of what was written past Python."""
        return clean(self._kept.decode(errors="replace"), protocol.PRINTED)

    def where(self) -> str:
        """Ask a process that will be killed for the place where it is, and kill it."""
        said = self.trace()
        self.kill()
        return said

    def end_copy(self) -> None:
        """Have it end the copy of itself that answers at the moment."""
        self._signal(signal.SIGUSR2)

    def forget(self) -> None:
        """What was written so far belongs to a copy that has ended."""
        self._kept.clear()

    def trace(self) -> str:
        """The beginning of what was written past Python, and the place where the process is."""
        before = len(self._kept)
        if self.output is not None and self._signal(signal.SIGUSR1):
            until = time.monotonic() + _TRACE_SECONDS
            while time.monotonic() < until and self._kept.count(b"\n", before) < 2:
                if select.select([self.output], [], [], 0.01)[0] and not self.drain():
                    break
        return self.text()

    def kill(self) -> None:
        """End the process and, with its PID namespace, everything that it started."""
        with self._lock:
            if not self._gone:
                self._signal(signal.SIGKILL)

    def check_memory(self, limit_mb: int) -> None:
        """Kill the process when the whole tree under it holds too much."""
        begun = time.monotonic()
        if self._gone or begun < self._next_check:
            return
        if watchdog.too_much(self._pid, self._inherited_kb, limit_mb):
            self.exceeded = True
            self.kill()
        now = time.monotonic()
        self._next_check = now + 10 * (
            now - begun
        )  # a bomb of many processes must not keep us busy

    def exit_reason(self, limits: Limits) -> tuple[str, str]:
        """Why a process that was not ours to kill ended: a kind and a sentence."""
        status = None
        until = time.monotonic() + 1.0
        while status is None and time.monotonic() < until:
            status = self._zygote.reap(self._pid_inside)
            if status is None:
                time.sleep(0.005)
        self.drain_all()
        if status is None:
            return "ProcessEnded", "Your code closed its connection to the grader."
        return reason_of(status, limits)

    def end(self) -> None:
        """Kill it and forget it."""
        self.kill()
        with self._lock:
            if self._gone:
                return
            self._gone = True
            for fd in (self.frames, self.output, self._handle):
                if fd is not None:
                    os.close(fd)

    def _signal(self, number: int) -> bool:
        try:
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, number)
            elif number == signal.SIGKILL:
                os.killpg(self._pid, number)
            else:
                os.kill(self._pid, number)
        except (OSError, AttributeError):
            return False
        return True

    def _real_pid(self) -> int:
        """The process's number as this side sees it; 0 when it has already gone."""
        if self._handle is None:
            return self._pid_inside
        with open(f"/proc/self/fdinfo/{self._handle}", encoding="ascii") as lines:
            return next(
                (max(0, int(line.split()[1])) for line in lines if line.startswith("Pid:")), 0
            )


def _why(reason: Exception, said: str, walled: bool) -> str:
    """Why the warm process did not start: a failed import is told as it is, anything else is about
    walls.
    """
    imported = "Error:" in str(reason) and "wall" not in str(reason)
    if walled and not imported:
        return walls.explain(f"{said} {reason}")
    return f"The warm process did not start: {reason} {said[-300:]}".strip()


def reason_of(status: int, limits: Limits) -> tuple[str, str]:
    """A wait status as a kind and a sentence."""
    try:
        code = os.waitstatus_to_exitcode(status)
    except ValueError:  # a student's word for how a copy ended
        code = 0
    if code == protocol.OUT_OF_MEMORY:
        return "MemoryLimit", limits.beyond_memory
    if code >= 0:
        return (
            "ProcessEnded",
            f"Your code ended Python itself, with exit code {code} (as `os._exit` does).",
        )
    if code == -signal.SIGKILL:
        return (
            "Killed",
            f"It was killed: more than {limits.cpu_s} seconds of processor time, or out of memory.",
        )
    with contextlib.suppress(ValueError):
        return "Crashed", f"Python itself crashed ({signal.Signals(-code).name})."
    return "Crashed", f"Python itself crashed (signal {-code})."
