"""What the notebook gives, the grade gives: a few kinds here, all of them with `make differential`."""

from __future__ import annotations

from collections.abc import Iterator

import compare
import kinds
import pytest

from autograder.run.pool import SandboxPool

UNIT = compare.UNITS[1]


@pytest.fixture(scope="module")
def pool() -> Iterator[SandboxPool]:
    with compare.pool_for(UNIT) as made:
        yield made


@pytest.mark.parametrize("name", compare.QUICK)
def test_the_grade_is_what_the_notebook_gives(name: str, pool: SandboxPool) -> None:
    in_notebook, in_grading = compare.both(UNIT, name, pool)
    assert compare.is_right(name, compare.verdict(in_notebook, in_grading)), (
        in_notebook,
        in_grading,
    )


def test_the_corpus_is_large_and_every_exception_has_a_reason() -> None:
    assert len(set(compare.corpus())) >= 150
    assert set(kinds.HIGHER) <= set(kinds.KINDS) and all(kinds.HIGHER.values())
    assert set(compare.QUICK) | set(compare.KERAS_KINDS) <= set(kinds.KINDS)
