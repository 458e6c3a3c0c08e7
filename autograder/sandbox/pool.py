"""The trusted side: a pool of sandboxes, a session per submission, deadlines, restarts.

A session forks the warm process, has the submission's cells executed one by one, and then is a `protocol.Caller`. When
a cell or a call hangs, dies or answers with rubbish, its process is killed and the next request gets a fresh fork in
which the cells are executed again: one bad function costs what depends on it and nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import secrets
import select
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from autograder import protocol
from autograder.protocol import Answer, BadFrame, Cell, Closed, ErrorInfo, Request
from autograder.values import Caps

from . import walls, watchdog
from .limits import Limits, SandboxUnavailable

_START_SECONDS = 120.0  # importing TensorFlow from a cold disk
_FORK_SECONDS = 30.0
_WATCH_SECONDS = 0.05
_TRACE_SECONDS = 0.1  # how long a process that is to be killed may take to say where it is
_ZYGOTE_STARTS = 5


class CellOutcome(NamedTuple):
    """What came of one cell at the start. `status` is "ok", "error", "timeout", "died" or "machine"."""

    grade_id: str
    status: str
    error: ErrorInfo | None
    printed: str
    seconds: float


class SandboxPool:
    """Warm sandboxes for up to `workers` submissions at a time; safe to use from several threads.

    Args:
        workers: how many sessions may be open at once; another `session()` waits.
        needs: what the warm process imports: "numpy", "keras" (which brings its backend).
        limits: what one submission may use.
        unsafe: no walls, only limits: for the project's own sample submissions where there is no bubblewrap.

    Raises:
        SandboxUnavailable: the walls cannot be put up; the message says what to install or enable.
    """

    def __init__(
        self,
        workers: int = 1,
        needs: tuple[str, ...] = ("numpy",),
        limits: Limits | None = None,
        unsafe: bool = False,
    ) -> None:
        self.workers, self.needs, self.limits, self.unsafe = workers, tuple(needs), limits or Limits(), unsafe
        if not unsafe:
            walls.require_host()
        self._places = threading.BoundedSemaphore(workers)
        self._zygotes = threading.Lock()
        self._zygote: _Zygote | None = None
        self._starts = 0
        self._live: set[_Process] = set()
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="sandbox-watchdog", daemon=True)
        self._warm()
        self._watcher.start()

    def __enter__(self) -> SandboxPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process of the pool."""
        self._closed.set()
        for process in list(self._live):
            process.kill()
        with self._zygotes:
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    @contextlib.contextmanager
    def session(self, cells: list[tuple[str, str]]) -> Iterator[Session]:
        """Run a submission's cells, given as `[(grade_id, source), …]`, in one namespace, and keep it for questions."""
        with self._places:
            session = Session(self, [Cell(name, source) for name, source in cells])
            try:
                session._start()
                yield session
            finally:
                session._end()

    def _warm(self) -> _Zygote:
        with self._zygotes:
            if self._closed.is_set():
                raise SandboxUnavailable("The sandbox is closed.")
            if self._zygote is None or not self._zygote.alive():
                if self._zygote is not None:
                    self._zygote.close()
                    self._zygote = None
                if self._starts >= _ZYGOTE_STARTS:
                    raise SandboxUnavailable(f"The warm process ended {self._starts} times.")
                self._starts += 1
                threads = max(1, (os.cpu_count() or 1) // self.workers)
                self._zygote = _Zygote(self.needs, threads, walled=not self.unsafe)
            return self._zygote

    def _fork(self) -> _Process:
        process = self._warm().fork(self.limits)
        self._live.add(process)
        return process

    def _watch(self) -> None:
        while not self._closed.wait(_WATCH_SECONDS):
            for process in list(self._live):
                process.check_memory(self.limits.memory_mb)


@dataclass
class _Verdict:
    """Why a process was given up."""

    status: str  # "timeout" | "died" | "unreadable"
    error: ErrorInfo
    printed: str = ""


class Session:
    """One submission in the sandbox. A `protocol.Caller`; `startup` says what came of each cell."""

    def __init__(self, pool: SandboxPool, cells: list[Cell]) -> None:
        self.startup: list[CellOutcome] = []
        self._pool, self._cells, self._limits = pool, cells, pool.limits
        self._caps = Caps(array_bytes=self._limits.answers_mb << 18)
        self._process: _Process | None = None
        self._skip: set[int] = set()  # cells that hung or died: never executed again
        self._strikes: Counter[str] = Counter()
        self._verdicts: dict[str, _Verdict] = {}
        self._forks = 0
        self._answered = 0  # bytes
        self._spent = 0.0  # seconds of the submission's budget, up to `_busy_since`
        self._busy_since: float | None = None

    def ask(self, request: Request) -> Answer:
        """Answer one request within its own time limit. Never raises for what the student's code does."""
        if self._strikes[request.target] >= self._limits.strikes:
            last = self._verdicts[request.target]
            message = f"{last.error.message} This happened {self._limits.strikes} times, so it was not run again."
            return Answer(last.status, error=dataclasses.replace(last.error, message=message))
        begun = time.monotonic()
        try:
            with self._on_the_clock():
                given_up = self._ready()
                if given_up is not None:
                    return Answer(given_up.status, error=given_up.error)
                number = secrets.token_hex(8)
                answer = self._exchange(protocol.encode_request(request, number), number, request.seconds)
        except (OSError, SandboxUnavailable, protocol.BadValue, _MachineFault) as reason:
            self._end()
            return Answer("machine", error=ErrorInfo(type(reason).__name__, str(reason)))
        if isinstance(answer, _Verdict):
            self._strikes[request.target] += 1
            self._verdicts[request.target] = answer
            seconds = time.monotonic() - begun
            return Answer(answer.status, error=answer.error, seconds=seconds, printed=answer.printed)
        return answer

    def _start(self) -> None:
        outcomes: dict[int, CellOutcome] = {}
        try:
            with self._on_the_clock():
                given_up = self._ready(outcomes)
        except (OSError, SandboxUnavailable, _MachineFault) as reason:
            self._end()
            given_up = _Verdict("machine", ErrorInfo(type(reason).__name__, str(reason)))
        for index, cell in enumerate(self._cells):
            if index not in outcomes:
                assert given_up is not None
                outcomes[index] = CellOutcome(cell.name, given_up.status, given_up.error, "", 0.0)
        self.startup = [outcomes[index] for index in range(len(self._cells))]

    @contextlib.contextmanager
    def _on_the_clock(self) -> Iterator[None]:
        """Time spent in here counts against the whole submission."""
        self._busy_since = time.monotonic()
        try:
            yield
        finally:
            self._spent += time.monotonic() - self._busy_since
            self._busy_since = None

    def _left(self) -> float:
        busy = 0.0 if self._busy_since is None else time.monotonic() - self._busy_since
        return self._limits.wall_s - self._spent - busy

    def _ready(self, outcomes: dict[int, CellOutcome] | None = None) -> _Verdict | None:
        """Have a process in which all cells have been executed; a verdict if the submission may not go on."""
        outcomes = {} if outcomes is None else outcomes
        while True:
            if self._left() <= 0:
                message = f"The whole submission may run {self._limits.wall_s:g} seconds, and they are used up."
                return _Verdict("timeout", ErrorInfo("TimeLimit", message))
            if self._process is not None:
                return None
            if self._forks > self._limits.restarts:
                message = f"Your code hung or ended its process {self._forks} times, so it was not started again."
                return _Verdict("died", ErrorInfo("RestartLimit", message))
            self._process = self._fork()
            self._execute(outcomes)

    def _fork(self) -> _Process:
        self._forks += 1
        return self._pool._fork()

    def _execute(self, outcomes: dict[int, CellOutcome]) -> None:
        """Execute all cells in the new process, until one of them ends it. Outcomes that are there already stay."""
        for index, cell in enumerate(self._cells):
            if index in self._skip:
                continue
            number = secrets.token_hex(8)
            begun = time.monotonic()
            answer = self._exchange(protocol.encode_cell(cell, number), number, self._limits.cell_s)
            took = time.monotonic() - begun
            outcomes.setdefault(index, CellOutcome(cell.name, answer.status, answer.error, answer.printed, took))
            if isinstance(answer, _Verdict):
                self._skip.add(index)
                return

    def _exchange(self, frame: bytes, number: str, seconds: float) -> Answer | _Verdict:
        """One question and its answer; if there is none, the process is gone and the verdict says why."""
        process = self._process
        assert process is not None
        seconds = max(0.0, min(seconds, self._left()))
        begun = time.monotonic()
        deadline = begun + seconds
        try:
            protocol.send(process.frames, frame, deadline)
            beside = {} if process.output is None else {process.output: process.drain}
            reply = protocol.receive(process.frames, deadline, self._caps, beside)
            took = time.monotonic() - begun
            if self._answered + len(reply) > self._limits.answers_mb << 20:
                raise BadFrame(f"all answers together are larger than {self._limits.answers_mb} MB")
            self._answered += len(reply)
            return protocol.decode_answer(reply, number, took, self._caps)
        except TimeoutError:
            message = f"It ran longer than {seconds:.3g} s and was stopped."
            verdict = self._located("timeout", "TimeLimit", message, process.where())
        except BadFrame as reason:
            error = ErrorInfo("UnreadableAnswer", f"Its answer could not be read: {reason}.")
            verdict = _Verdict("unreadable", error)
        except Closed:
            kind, message = process.epitaph(self._limits)
            verdict = self._located("died", kind, message, process.text())
        if process.exceeded:
            message = f"It used more than {self._limits.memory_mb} MB of memory and was stopped."
            verdict = _Verdict("died", ErrorInfo("MemoryLimit", message))
        self._end()
        return verdict

    def _located(self, status: str, kind: str, message: str, output: str) -> _Verdict:
        """A verdict with the line where the process was, read off the trace that `faulthandler` left in its output."""
        printed, _, trace = re.split(r"^(Stack |Fatal Python error)", output + "\nStack ", maxsplit=1, flags=re.M)
        found = re.search(r'File "<cell ([^"\n]*)>", line ([0-9]{1,6}) in ', trace)
        if found is None:
            return _Verdict(status, ErrorInfo(kind, message), printed.rstrip())
        line = int(found[2])
        text = next((cell.source for cell in self._cells if cell.name == found[1]), "").splitlines()
        source = text[line - 1].strip()[:300] if 0 < line <= len(text) else None
        return _Verdict(status, ErrorInfo(kind, message, line or None, source), printed.rstrip())

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            self._pool._live.discard(process)
            process.close()


class _MachineFault(Exception):
    """Something of ours failed, not the student's code."""


class _Zygote:
    """The warm process as seen from here."""

    def __init__(self, imports: tuple[str, ...], threads: int, *, walled: bool) -> None:
        self._lock, self._walled = threading.Lock(), walled
        self._folder = walls.private_folder()
        ours, theirs = socket.socketpair()
        self._control = ours
        self._lines = b""
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
        except _MachineFault as reason:
            self._process.kill()
            self._process.wait()
            self._said.seek(0)
            said = self._said.read().decode(errors="replace")
            self.close()
            raise SandboxUnavailable(_why(reason, said, walled)) from None

    def alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, limits: Limits) -> _Process:
        """A new process behind its own walls. Raises `_MachineFault`."""
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            with self._lock:
                question = {"fork": dataclasses.asdict(limits)}
                reply, fds = self._say_and_hear(question, [theirs.fileno(), write], _FORK_SECONDS)
            handle = fds[0] if fds else None
            if handle is not None and not self._walled:  # without a PID namespace the whole group must be signalled
                os.close(handle)
                handle = None
            process = _Process(self, int(reply["pid"]), handle, ours.detach(), read, limits.output_kb << 10)
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
        except _MachineFault:
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
        """One fork before anybody's work is accepted: the inner walls can be refused where the outer ones are not."""
        process = self.fork(Limits())
        process.kill()
        process.close()

    def _say_and_hear(self, message: dict | None, fds: list[int], seconds: float) -> tuple[dict, list[int]]:
        try:
            if message is not None:
                socket.send_fds(self._control, [json.dumps(message).encode() + b"\n"], fds)
            self._control.settimeout(seconds)
            line, handles, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
            reply = json.loads(line) if line else {"error": "The warm process ended."}
        except (OSError, ValueError) as reason:
            raise _MachineFault(f"The warm process does not answer: {reason}") from None
        if "error" in reply:
            raise _MachineFault(str(reply["error"]))
        return reply, handles


class _Process:
    """One fork of the warm process: a submission's own."""

    def __init__(
        self, zygote: _Zygote, pid: int, handle: int | None, frames: int, output: int, output_bytes: int
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
        poll = select.poll()
        poll.register(self.frames, select.POLLIN)
        sign = os.read(self.frames, 600) if poll.poll(seconds * 1000) else b""
        if sign != b"+":
            self.kill()
            self.close()
            said = protocol.clean(sign[1:].decode(errors="replace"), 500)
            raise _MachineFault(f"a wall could not be put up: {said or 'no sign of life'}")
        self._inherited_kb = watchdog.resident_kb(self._pid)

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

    def text(self) -> str:
        """The beginning of what was written past Python."""
        return protocol.clean(self._kept.decode(errors="replace"), protocol.PRINTED)

    def where(self) -> str:
        """Ask a process that will be killed for the place where it is, and kill it."""
        before = len(self._kept)
        if self.output is not None and self._signal(signal.SIGUSR1):
            until = time.monotonic() + _TRACE_SECONDS
            while time.monotonic() < until and self._kept.count(b"\n", before) < 2:
                if select.select([self.output], [], [], 0.01)[0] and not self.drain():
                    break
        self.kill()
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
        if watchdog.used_mb(self._pid, self._inherited_kb, limit_mb) > limit_mb:
            self.exceeded = True
            self.kill()
        now = time.monotonic()
        self._next_check = now + 10 * (now - begun)  # a bomb of many processes must not keep us busy

    def epitaph(self, limits: Limits) -> tuple[str, str]:
        """Why a process that was not ours to kill ended: a kind and a sentence."""
        status = None
        until = time.monotonic() + 1.0
        while status is None and time.monotonic() < until:
            status = self._zygote.reap(self._pid_inside)
            if status is None:
                time.sleep(0.005)
        while self.output is not None and select.select([self.output], [], [], 0)[0] and self.drain():
            pass
        if status is None:
            return "ProcessEnded", "Your code closed its connection to the grader."
        code = os.waitstatus_to_exitcode(status)
        if code >= 0:
            return "ProcessEnded", f"Your code ended Python itself, with exit code {code} (as `os._exit` does)."
        if code == -signal.SIGKILL:
            return "Killed", f"It was killed: more than {limits.cpu_s} seconds of processor time, or out of memory."
        with contextlib.suppress(ValueError):
            return "Crashed", f"Python itself crashed ({signal.Signals(-code).name})."
        return "Crashed", f"Python itself crashed (signal {-code})."

    def close(self) -> None:
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
            return next((max(0, int(line.split()[1])) for line in lines if line.startswith("Pid:")), 0)


def _why(reason: Exception, said: str, walled: bool) -> str:
    """Why the warm process did not start: a failed import is told as it is, anything else is about walls."""
    imported = "Error:" in str(reason) and "wall" not in str(reason)
    if walled and not imported:
        return walls.explain(f"{said} {reason}")
    return f"The warm process did not start: {reason} {said[-300:]}".strip()
