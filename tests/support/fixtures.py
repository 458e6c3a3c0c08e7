"""Fixtures that several folders share: a ready course, a copy of it, a warm sandbox."""

from __future__ import annotations

import shutil

import pytest

from autograder.grade.assignment import load_assignment


@pytest.fixture(scope="session")
def ready_course(tmp_path_factory):
    """The toy course with release, secret bundle and an empty gradebook: creating a database takes seconds."""
    pytest.importorskip("nbgrader")
    import toycourse

    return toycourse.ready(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def toy_course(ready_course, tmp_path):
    """A copy of it for one test, as nbgrader's course directory."""
    from autograder.record import database

    shutil.copytree(ready_course.parent, tmp_path / "course")
    return database.course_directory(tmp_path / "course" / "exercises")


@pytest.fixture(scope="session")
def postgres(ready_course):
    """A PostgreSQL server that holds the toy course's empty gradebook as the database `ready`."""
    pytest.importorskip("psycopg2", reason="no PostgreSQL driver: `pip install .[postgres]`")
    import postgres

    from autograder.record import database, gradebook

    try:
        server = postgres.Server()
    except postgres.NoServer as reason:
        pytest.skip(str(reason))
    course = database.course_directory(ready_course, server.create("ready"))
    with gradebook.Gradebook(
        course, "toy", [notebook.template for notebook in load_assignment(course, "toy")]
    ):
        pass
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_course(request, toy_course, tmp_path):
    """`toy_course` twice: with its records in SQLite, and in PostgreSQL by URL."""
    if request.param == "sqlite":
        return toy_course
    from uuid import uuid4

    from autograder.record import database

    url = request.getfixturevalue("postgres").create(f"t{uuid4().hex}", "ready")
    (tmp_path / "course/exercises/gradebook.db").unlink()  # nobody may fall back on it
    return database.course_directory(tmp_path / "course/exercises", url)


@pytest.fixture(scope="session")
def warm_pool():
    """One warm pool for all tests; a function from what is needed to a context manager that leaves it open."""
    import contextlib

    from autograder.run.limits import SandboxUnavailable
    from autograder.run.pool import SandboxPool

    try:
        pool = SandboxPool(workers=2, needs=("numpy",))
    except SandboxUnavailable as reason:
        pytest.skip(f"no sandbox: {reason}")
    yield lambda needs: contextlib.nullcontext(pool)
    pool.close()
