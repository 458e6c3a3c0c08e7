"""What the notebook gives, the grade gives: a few kinds here, all of them with `make differential`."""

from __future__ import annotations

from collections.abc import Iterator

import compare
import kernel
import kinds
import pytest

from autograder.run.pool import SandboxPool

UNIT = compare.QUICK_UNIT


@pytest.fixture(scope="module")
def pool() -> Iterator[SandboxPool]:
    with compare.pool_for(UNIT) as made:
        yield made


@pytest.mark.parametrize("name", compare.QUICK)
def test_the_grade_is_what_the_notebook_gives(name: str, pool: SandboxPool) -> None:
    notebook = compare.changed(UNIT, name)
    in_notebook, in_grading = kernel.verdicts(notebook), compare.graded(UNIT, notebook, pool)
    assert in_notebook, "no check was noted"
    assert compare.is_right(name, compare.verdict(in_notebook, in_grading)), (
        in_notebook,
        in_grading,
    )


def test_the_corpus_is_large_and_every_exception_has_a_reason() -> None:
    for unit in compare.UNITS:
        assert len({name for other, name in compare.corpus() if other == unit}) >= 150
    for reasons in kinds.REASONS.values():
        assert set(reasons) <= set(kinds.KINDS) and all(reasons.values())
    assert set(compare.QUICK) | set(compare.KERAS_KINDS) <= set(kinds.KINDS)
