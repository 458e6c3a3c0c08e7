"""The trusted side: a pool of sandboxes, a session per submission, deadlines, restarts.

A session takes a fresh fork of the warm process, has the submission's cells executed in it one by
one, and then is a `protocol.Caller`. When a cell or a call hangs, dies or answers with rubbish, its
process is killed and the next request gets another fork in which the cells are executed again: one
bad function costs what depends on it and nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from . import walls
from .inside import protocol
from .inside.protocol import Answer, BadFrame, Cell, Closed, ErrorInfo, Request
from .inside.values import Caps
from .limits import Limits, SandboxUnavailable
from .process import MachineFault, Process, Zygote
from .replies import decode_answer

_WATCH_SECONDS = 0.05
_ZYGOTE_STARTS = 5


class CellOutcome(NamedTuple):
    """What came of one cell at the start. `status` is "ok", "error", "timeout", "died" or
    "machine".
    """

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
        unsafe: no walls, only limits: for the project's own sample submissions where there is no
        bubblewrap.

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
        self.workers, self.needs, self.limits, self.unsafe = (
            workers,
            tuple(needs),
            limits or Limits(),
            unsafe,
        )
        if not unsafe:
            walls.require_host()
        self._slots = threading.BoundedSemaphore(workers)
        self._zygotes = threading.Lock()
        self._zygote: Zygote | None = None
        self._starts = 0
        self._live: set[Process] = set()
        self._forking = ThreadPoolExecutor(1, "sandbox-fork")
        self._spare: deque[Future[Process]] = deque()
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
        self._forking.shutdown(cancel_futures=True)
        self._drop_spare()
        with self._zygotes:
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    @contextlib.contextmanager
    def session(self, cells: list[tuple[str, str]]) -> Iterator[Session]:
        """Run a submission's cells, given as `[(grade_id, source), …]`, in one namespace, and keep
        it for questions.
        """
        asked = time.perf_counter()
        with self._slots:
            session = Session(self, [Cell(name, source) for name, source in cells])
            session.waited = time.perf_counter() - asked
            try:
                session._start()
                yield session
            finally:
                session._end()

    def _warm(self) -> Zygote:
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
                self._zygote = Zygote(self.needs, threads, walled=not self.unsafe)
            return self._zygote

    def _fork(self) -> Process:
        """A process for a session: one that was forked while others worked, or a new one."""
        process = self._take_spare() or self._new()
        self._live.add(process)
        if len(self._spare) < self.workers:
            with contextlib.suppress(RuntimeError):  # the pool is closed
                self._spare.append(self._forking.submit(self._new))
        return process

    def _new(self) -> Process:
        return self._warm().fork(self.limits)

    def _take_spare(self) -> Process | None:
        """A process that still waits behind its walls for its first question, if there is one."""
        while True:
            try:
                process = self._spare.popleft().result()
            except IndexError:
                return None
            except (OSError, SandboxUnavailable, MachineFault, CancelledError):
                continue  # whoever needs a process meets the same, if it still holds
            if process.waiting():
                return process
            process.end()

    def _drop_spare(self) -> None:
        while (process := self._take_spare()) is not None:
            process.end()

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
    """One submission in the sandbox. A `protocol.Caller`; `startup` says what came of each cell.

    `waited`: seconds until a sandbox was free for it.
    """

    def __init__(self, pool: SandboxPool, cells: list[Cell]) -> None:
        self.startup: list[CellOutcome] = []
        self.waited = 0.0
        self._pool, self._cells, self._limits = pool, cells, pool.limits
        self._caps = Caps(array_bytes=self._limits.answers_mb << 18)
        self._process: Process | None = None
        self._skip: set[int] = set()  # cells that hung or died: never executed again
        self._failures: Counter[str] = Counter()
        self._verdicts: dict[str, _Verdict] = {}
        self._forks = 0
        self._answered = 0  # bytes
        self._spent = 0.0  # seconds of the submission's budget, up to `_busy_since`
        self._busy_since: float | None = None

    def ask(self, request: Request) -> Answer:
        """Answer one request within its own time limit. Never raises for what the student's code
        does.
        """
        if self._failures[request.target] >= self._limits.max_failures:
            last = self._verdicts[request.target]
            message = (
                f"{last.error.message} This happened {self._limits.max_failures} times, so "
                "it was not run again."
            )
            return Answer(last.status, error=dataclasses.replace(last.error, message=message))
        begun = time.monotonic()
        try:
            with self._on_the_clock():
                given_up = self._ready()
                if given_up is not None:
                    return Answer(given_up.status, error=given_up.error)
                number = secrets.token_hex(8)
                answer = self._exchange(
                    protocol.encode_request(request, number), number, request.seconds
                )
        except (OSError, SandboxUnavailable, protocol.BadValue, MachineFault) as reason:
            self._end()
            return Answer("machine", error=ErrorInfo(type(reason).__name__, str(reason)))
        if isinstance(answer, _Verdict):
            self._failures[request.target] += 1
            self._verdicts[request.target] = answer
            seconds = time.monotonic() - begun
            return Answer(
                answer.status, error=answer.error, seconds=seconds, printed=answer.printed
            )
        return answer

    def _start(self) -> None:
        outcomes: dict[int, CellOutcome] = {}
        try:
            with self._on_the_clock():
                given_up = self._ready(outcomes)
        except (OSError, SandboxUnavailable, MachineFault) as reason:
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
        """Have a process in which all cells have been executed; a verdict if the submission may not
        go on.
        """
        outcomes = {} if outcomes is None else outcomes
        while True:
            if self._left() <= 0:
                message = (
                    f"The whole submission may run {self._limits.wall_s:g} seconds, and "
                    "they are used up."
                )
                return _Verdict("timeout", ErrorInfo("TimeLimit", message))
            if self._process is not None:
                return None
            if self._forks > self._limits.restarts:
                message = (
                    f"Your code hung or ended its process {self._forks} times, so it was "
                    "not started again."
                )
                return _Verdict("died", ErrorInfo("RestartLimit", message))
            self._process = self._fork()
            self._execute(outcomes)

    def _fork(self) -> Process:
        self._forks += 1
        return self._pool._fork()

    def _execute(self, outcomes: dict[int, CellOutcome]) -> None:
        """Execute all cells in the new process, until one of them ends it. Outcomes that are there
        already stay.
        """
        for index, cell in enumerate(self._cells):
            if index in self._skip:
                continue
            number = secrets.token_hex(8)
            begun = time.monotonic()
            answer = self._exchange(protocol.encode_cell(cell, number), number, self._limits.cell_s)
            took = time.monotonic() - begun
            outcomes.setdefault(
                index, CellOutcome(cell.name, answer.status, answer.error, answer.printed, took)
            )
            if isinstance(answer, _Verdict):
                self._skip.add(index)
                return

    def _exchange(self, frame: bytes, number: str, seconds: float) -> Answer | _Verdict:
        """One question and its answer; if there is none, the process is gone and the verdict says
        why.
        """
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
            return decode_answer(reply, number, took, self._caps)
        except TimeoutError:
            message = f"It ran longer than {seconds:.3g} s and was stopped."
            verdict = self._located("timeout", "TimeLimit", message, process.where())
        except BadFrame as reason:
            error = ErrorInfo("UnreadableAnswer", f"Its answer could not be read: {reason}.")
            verdict = _Verdict("unreadable", error)
        except Closed:
            kind, message = process.exit_reason(self._limits)
            verdict = self._located("died", kind, message, process.text())
        if process.exceeded:
            verdict = _Verdict("died", ErrorInfo("MemoryLimit", self._limits.beyond_memory))
        self._end()
        return verdict

    def _located(self, status: str, kind: str, message: str, output: str) -> _Verdict:
        """A verdict with the line where the process was, read off the trace that `faulthandler`
        left in its output.
        """
        printed, _, trace = re.split(
            r"^(Stack |Fatal Python error)", output + "\nStack ", maxsplit=1, flags=re.M
        )
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
            self._pool._live.discard(process)
            process.end()
