"""The trusted side: a pool of sandboxes, a session per submission."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Self

from . import walls
from .inside.protocol import Cell
from .limits import Limits, SandboxUnavailable
from .process import MachineFault, Process, Zygote
from .session import Session

_WATCH_SECONDS = 0.05
_ZYGOTE_STARTS = 5


class Pool:
    """What every wall gives: sessions, up to `workers` at a time; see `SandboxPool` and
    `wasm.WasmPool` for the parameters.
    """

    def __init__(
        self, workers: int, needs: tuple[str, ...], limits: Limits | None, unsafe: bool = False
    ) -> None:
        self.workers, self.needs, self.limits, self.unsafe = (
            workers,
            tuple(needs),
            limits or Limits(),
            unsafe,
        )
        self._slots = threading.BoundedSemaphore(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything that runs."""
        raise NotImplementedError

    def _begin(self, cells: list[Cell]) -> Session:
        raise NotImplementedError

    @contextlib.contextmanager
    def session(self, cells: list[tuple[str, str]], upto: int | None = None) -> Iterator[Session]:
        """Run a submission's cells, given as `[(grade_id, source), …]`, in one namespace, and keep
        it for questions. `upto`: how many cells to run at once; the others wait for `Session.at`.
        """
        asked = time.perf_counter()
        with self._slots:
            session = self._begin([Cell(name, source) for name, source in cells])
            session.waited = time.perf_counter() - asked
            try:
                session.advance(len(cells) if upto is None else upto)
                yield session
            finally:
                session._end()


class SandboxPool(Pool):
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
        super().__init__(workers, needs, limits, unsafe)
        if not unsafe:
            walls.require_host()
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

    def _begin(self, cells: list[Cell]) -> Session:
        return Session(self.limits, self._fork, self._live.discard, cells)

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
