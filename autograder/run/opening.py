"""The one way to a sandbox: every pool's walls are attacked before a student's code runs in it.

The command line, the workers of a cluster, `nbgrader autograde` and the jailed kernel all come
through here, so a wall that does not hold closes every door. Nothing here grades.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from . import doctor
from .limits import WALLS, Limits, SandboxUnavailable
from .pool import Pool, SandboxPool


def open_pool(
    needs: tuple[str, ...] = ("numpy",),
    workers: int = 1,
    *,
    limits: Limits | None = None,
    unsafe: bool = False,
    wall: str = WALLS[0],
) -> Pool:
    """A warm pool whose walls have just been attacked and held. Close it, or use it with `with`.

    Args:
        needs: what the warm process imports, see `SandboxPool`.
        workers: how many submissions may run at a time.
        limits: what one submission may use.
        unsafe: no walls, so none are attacked: only for code that the caller trusts.
        wall: "bubblewrap", or "wasm" for what needs only NumPy (see `wasm`).

    Raises:
        SandboxUnavailable: there can be no walls here, or one of them does not hold; the message
            names it.
    """
    pool: Pool
    attacked: Callable[[], list[doctor.WallCheck]]
    if wall == "wasm":
        from . import wasm, wasm_doctor

        pool = wasm.WasmPool(workers, needs, limits)
        attacked = functools.partial(wasm_doctor.run, pool, quick=True)
    else:
        made = SandboxPool(workers=workers, needs=needs, limits=limits, unsafe=unsafe)
        pool, attacked = made, functools.partial(doctor.run, made, quick=True)
    try:
        checks = [] if unsafe else attacked()
        broken = [check for check in checks if not check.held]
        if broken:
            found = "\n".join(f"  {wall.name}: {wall.detail}" for wall in broken)
            raise SandboxUnavailable(f"these walls do not hold, so nothing was graded:\n{found}")
    except BaseException:
        pool.close()
        raise
    return pool


@functools.cache
def require_walls() -> None:
    """Attack the walls once in this process, for what runs behind them without a pool.

    Raises:
        SandboxUnavailable: as `open_pool`; it is tried again at the next call.
    """
    open_pool().close()
