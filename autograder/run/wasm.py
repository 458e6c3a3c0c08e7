"""The wall `wasm`: a pool whose submissions run in WebAssembly instances, for units that need only
NumPy, where there is no bubblewrap.

A session's cells run in one instance. Questions about a place in the notebook are answered by a
copy of it, which costs the copying of its memory; nothing is executed again for them. Everything
else is as behind the other walls: `pool`, `session`, `opening`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .inside.protocol import Cell
from .limits import Limits, SandboxUnavailable
from .pool import Pool
from .session import Session, _Verdict
from .wasm_engine import Instance, Machine


class WasmPool(Pool):
    """WebAssembly instances for up to `workers` submissions at a time; safe to use from several
    threads.

    Args:
        workers: how many sessions may be open at once; another `session()` waits.
        needs: what units need; there is "numpy" and nothing else.
        limits: what one submission may use; of processes, files and output to disk there are none.

    Raises:
        SandboxUnavailable: something else is needed, or the engine is not installed.
    """

    def __init__(
        self,
        workers: int = 1,
        needs: tuple[str, ...] = ("numpy",),
        limits: Limits | None = None,
    ) -> None:
        super().__init__(workers, needs, limits)
        beyond = [need for need in needs if need != "numpy"]
        if beyond:
            raise SandboxUnavailable(
                f"The wall `wasm` has Python and NumPy only, and this unit needs "
                f"{', '.join(beyond)} too. Grade it without `--wall wasm`: on Linux with "
                "bubblewrap, on Windows in WSL 2, elsewhere in the container of "
                "book/instructors.md."
            )
        self._machine = Machine()

    def close(self) -> None:
        """End every instance of the pool."""
        self._machine.close()

    def _begin(self, cells: list[Cell]) -> Session:
        return _WasmSession(self.limits, lambda: self._machine.fresh(self.limits), cells)


class _WasmSession(Session):
    """A session whose process is an `Instance`."""

    _process: Instance | None  # type: ignore[assignment]

    def __init__(self, limits: Limits, take: Callable[[], Instance], cells: list[Cell]) -> None:
        super().__init__(limits, take, lambda _: None, cells)  # type: ignore[arg-type]
        self._original: Instance | None = None  # while a copy of it answers

    def _begin_turn(self) -> _Verdict | None:
        if self._wants_copy and self._original is None:
            if self._losses > self._limits.restarts:
                return self._too_many_losses()
            assert self._process is not None
            copy = self._process.copy()
            self._original, self._process = self._process, copy
        return None

    def _end_turn(self) -> None:
        if self._original is not None:
            if self._process is not None:
                self._process.end()
            self._process, self._original = self._original, None

    def _lose(self) -> None:
        if self._original is None:
            self._end()
        else:
            self._end_turn()

    def _converse(self, frame: bytes, deadline: float) -> bytearray:
        assert self._process is not None
        return self._process.ask(frame, max(0.0, deadline - time.monotonic()), self._caps)

    def _copy_ended(self) -> bool:
        return False

    def _end(self) -> None:
        self._end_turn()
        super()._end()
