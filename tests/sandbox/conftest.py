from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.run.limits import Limits, SandboxUnavailable
from autograder.run.pool import SandboxPool

LIMITS = Limits(cell_s=3, wall_s=60, memory_mb=256, processes=64, file_mb=16, tmp_mb=32)


@pytest.fixture(scope="session")
def pool() -> Iterator[SandboxPool]:
    """A pool with walls, for two submissions at a time."""
    try:
        made = SandboxPool(workers=2, limits=LIMITS)
    except SandboxUnavailable as reason:
        pytest.skip(f"no walls here: {reason}")
    with made:
        yield made


@pytest.fixture(scope="session")
def open_pool() -> Iterator[SandboxPool]:
    """A pool without walls: the same fork, frames and limits."""
    with SandboxPool(workers=2, limits=LIMITS, unsafe=True) as made:
        yield made


@pytest.fixture(params=["walls", "no walls"])
def any_pool(request: pytest.FixtureRequest) -> SandboxPool:
    return request.getfixturevalue("pool" if request.param == "walls" else "open_pool")
