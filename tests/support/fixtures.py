"""Fixtures that several folders share: a ready course, a copy of it, a warm sandbox."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture(scope="session")
def ready_course(tmp_path_factory):
    """The toy course with release, secret bundle and an empty gradebook: creating a database takes seconds."""
    pytest.importorskip("nbgrader")
    import toycourse

    return toycourse.ready(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def toy_course(ready_course, tmp_path):
    """A copy of it for one test, as nbgrader's course directory."""
    from autograder import gradebook

    shutil.copytree(ready_course.parent, tmp_path / "course")
    return gradebook.course_directory(tmp_path / "course" / "exercises")


@pytest.fixture(scope="session")
def warm_pool():
    """One warm pool for all tests; a function from what is needed to a context manager that leaves it open."""
    import contextlib

    from autograder.sandbox import SandboxPool, SandboxUnavailable

    try:
        pool = SandboxPool(workers=2, needs=("numpy",))
    except SandboxUnavailable as reason:
        pytest.skip(f"no sandbox: {reason}")
    yield lambda needs: contextlib.nullcontext(pool)
    pool.close()
