"""nbgrader's view of a course and its database: found, opened, created, and finished where its
creation was cut short. No mark is written here.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbgrader import api
from nbgrader.apps import NbGrader
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import inspect
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from traitlets.config import Config

from ..course import is_course_directory, source_folder
from ..errors import CourseError


class GradebookError(CourseError, RuntimeError):
    """The records cannot be read or written; the message says what to do."""


def course_directory(
    root: Path, db_url: str | None = None, config: Config | None = None
) -> CourseDirectory:
    """nbgrader's view of the course at `root`, with its nbgrader_config.py (and the machine's)
    applied.
    """
    root = Path(root).resolve()
    if not is_course_directory(root):
        raise GradebookError(
            f"{root}: not an nbgrader course directory "
            "(it has no source/ and no nbgrader_config.py)."
        )
    if config is None:
        app = NbGrader()
        app.log.setLevel(logging.ERROR)
        with contextlib.chdir(root):
            app.load_config_file()
        config = app.config
    config = Config(config)
    config.CourseDirectory.root = str(root)
    if db_url:
        config.CourseDirectory.db_url = db_url
    return CourseDirectory(config=config)


@contextlib.contextmanager
def _environment_on_path() -> Iterator[None]:
    """nbgrader calls `alembic` from PATH when it creates a database."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def open_records(course: CourseDirectory) -> api.Gradebook:
    """nbgrader's records of the course; a context manager."""
    url = course.db_url
    if url.startswith("sqlite:///") and "?" not in url:
        url += "?timeout=30"  # the formgrader may hold the lock for a moment
    try:
        with _environment_on_path():
            return api.Gradebook(url, course.course_id)
    except Exception as error:
        locked = isinstance(error, OperationalError) and "locked" in str(error.orig)
        if locked:
            raise GradebookError(
                f"The gradebook {course.db_url} is in use by another program, which has held it "
                "for half a minute. Close the formgrader and other programs that use it, then run "
                "the same command again. Nothing is lost."
            ) from error
        raise GradebookError(f"The gradebook {course.db_url} cannot be opened: {error}") from error


def create_records(course: CourseDirectory, assignment: str) -> None:
    """Create or update nbgrader's records of the assignment from its source, as `nbgrader
    generate_assignment` does.

    The released notebook is left alone: what students have is what stays on disk.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = Config(course.config)
        config.CourseDirectory.release_directory = folder
        config.CourseDirectory.assignment_id = assignment
        private = CourseDirectory(config=config, root=course.root, db_url=course.db_url)
        converter = GenerateAssignment(coursedir=private, config=config)
        converter.force = True
        converter.log = logging.getLogger("autograder.gradebook.generate")
        converter.log.setLevel(logging.CRITICAL)
        try:
            with _environment_on_path():
                converter.start()
        except (NbGraderException, SystemExit, Exception) as error:
            source = source_folder(course, assignment)
            raise GradebookError(
                f"nbgrader could not record {assignment!r} from {source}: {error}. "
                f"Run `nbgrader generate_assignment {assignment}` to see why."
            ) from error


def finish_creation(db: Session) -> None:
    """Finish a database whose creation was cut short: nbgrader writes the version of its tables
    after the tables.

    It would never look again, and `nbgrader db upgrade` could not work on it.
    """
    tables = inspect(db.connection()).get_table_names()
    if (
        "alembic_version" not in tables
        or db.scalar(sql("SELECT count(*) FROM alembic_version")) == 0
    ):
        with _environment_on_path():
            version = api.get_alembic_version()
        create = "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"
        db.execute(sql(create))
        db.execute(sql("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        db.commit()
    db.rollback()
