"""The sandbox that `grade` starts before it knows whether it needs it: used once, left behind never, proved first."""

from __future__ import annotations

from pathlib import Path

import pytest
import toyunit

from autograder.author import compiler
from autograder.grade.warm import WarmPool
from autograder.run import doctor
from autograder.run.limits import SandboxUnavailable


class FakePool:
    made: list[FakePool] = []

    def __init__(self, workers: int, needs: tuple[str, ...], limits: None, unsafe: bool):
        self.workers, self.needs, self.unsafe, self.closed = workers, needs, unsafe, 0
        FakePool.made.append(self)

    def __enter__(self) -> FakePool:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[FakePool]:
    """Every pool that is made."""
    monkeypatch.setattr(FakePool, "made", [])
    monkeypatch.setattr("autograder.run.opening.SandboxPool", FakePool)
    monkeypatch.setattr(doctor, "run", lambda pool, quick: [doctor.WallCheck("network", True, "")])
    return FakePool.made


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a secret bundle whose unit needs NumPy."""
    root = toyunit.build(tmp_path_factory.mktemp("warm"))
    compiler.write_secret(toyunit.UNIT, 5, root=root)
    return root / "exercises"


def test_the_early_pool_is_the_one_that_grades(made, root) -> None:
    with WarmPool(3, False) as pool_for:
        pool_for.begin(root, toyunit.UNIT)
        with pool_for(("numpy",)) as pool:
            assert pool is made[0] and (pool.workers, pool.needs, pool.closed) == (3, ("numpy",), 0)
    assert len(made) == 1 and made[0].closed == 1


def test_other_needs_get_another_pool_and_the_early_one_is_closed(made, root) -> None:
    with WarmPool(2, False) as pool_for:
        pool_for.begin(root, toyunit.UNIT)
        with pool_for(("keras", "numpy")) as pool:
            assert pool is made[1] and pool.needs == ("keras", "numpy") and made[0].closed == 1
    assert made[1].closed == 1


def test_what_was_started_for_nothing_is_closed(made, root) -> None:
    with pytest.raises(KeyError), WarmPool(2, False) as pool_for:
        pool_for.begin(root, toyunit.UNIT)
        raise KeyError("nothing to grade")
    assert [pool.closed for pool in made] == [1]


def test_without_a_bundle_nothing_is_started_early(made, tmp_path) -> None:
    with WarmPool(2, True) as pool_for:
        pool_for.begin(tmp_path, "nothing")
        assert not made
        with pool_for(("numpy",)) as pool:
            assert pool.unsafe


def test_a_broken_wall_is_told_by_the_one_who_needs_the_pool(
    made, root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        doctor, "run", lambda pool, quick: [doctor.WallCheck("network", False, "reached: all")]
    )
    with WarmPool(2, False) as pool_for:
        pool_for.begin(root, toyunit.UNIT)
        with pytest.raises(SandboxUnavailable, match="network: reached: all"), pool_for(("numpy",)):
            pass
    assert [pool.closed for pool in made] == [1]
