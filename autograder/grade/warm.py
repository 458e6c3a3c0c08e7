"""The sandbox pool of a grading run, started while nbgrader is still being imported."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ..course import secret_bundle
from ..judge import bundle
from ..run.limits import WALLS
from ..run.opening import open_pool
from ..run.pool import Pool


class WarmPool:
    """Makes the sandbox pool of a run, attacked before any student's code runs in it; once for each
    set of needs.

    `begin` starts it in the background: the warm process imports what units need while this one
    imports nbgrader.
    """

    def __init__(self, jobs: int, unsafe: bool, wall: str = WALLS[0]):
        self._jobs, self._unsafe, self._wall = jobs, unsafe, wall
        self._early: tuple[tuple[str, ...], Future[Pool]] | None = None

    def __enter__(self) -> WarmPool:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._early is not None:
            with contextlib.suppress(Exception):  # whoever needed it has been told
                self._early[1].result().close()

    def begin(self, root: Path, assignment: str) -> None:
        """Start now, if the secret bundle says what will be needed."""
        try:
            needs = bundle.read(secret_bundle(root, assignment)).needs
        except Exception:  # missing or broken: grading says so, in words
            return
        thread = ThreadPoolExecutor(1, "warm")
        self._early = tuple(sorted(needs)), thread.submit(self._open, tuple(sorted(needs)))
        thread.shutdown(wait=False)

    @contextlib.contextmanager
    def __call__(self, needs: tuple[str, ...]) -> Iterator[Pool]:
        early, self._early = self._early, None
        if early is not None and early[0] != tuple(sorted(needs)):
            early[1].result().close()
            early = None
        with self._open(needs) if early is None else early[1].result() as pool:
            yield pool

    def _open(self, needs: tuple[str, ...]) -> Pool:
        return open_pool(needs, self._jobs, unsafe=self._unsafe, wall=self._wall)
