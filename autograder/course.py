"""Where things are. The course root is the folder that holds `_config.yml`."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import CourseError

PACKAGE = Path(__file__).resolve().parent


class NoCourse(CourseError, RuntimeError):
    """This command needs the course repository and was started outside it."""


def course_root(start: str | Path | None = None) -> Path:
    """The course repository: `COURSE_ROOT` if set, else the nearest folder above `start` with
    `_config.yml`.

    Without `start` the search begins in the working directory and then where the package lies (an
    editable install).

    Raises:
        NoCourse: there is none.
    """
    told = os.environ.get("COURSE_ROOT")
    if told:
        root = Path(told).expanduser().resolve()
        if not (root / "_config.yml").is_file():
            raise NoCourse(
                f"COURSE_ROOT is {told}, but there is no _config.yml in it. Point it at the course folder."
            )
        return root
    starts = [Path(start)] if start is not None else [Path.cwd(), PACKAGE]
    for begin in starts:
        begin = begin.resolve()
        for folder in (begin, *begin.parents):
            if (folder / "_config.yml").is_file():
                return folder
    raise NoCourse(
        f"No _config.yml in {starts[0].resolve()} or above it. Run this in the course folder, or set COURSE_ROOT to it."
    )


def exercises_dir(root: Path | None = None) -> Path:
    """The nbgrader course directory."""
    return (root or course_root()) / "exercises"


def public_bundle_dir() -> Path:
    """Bundles that travel with the package."""
    return PACKAGE / "bundles"


def course_bundle_dir(root: Path) -> Path:
    """Where the public bundles of the course at `root` are made: in the package when the course
    holds it.
    """
    return (
        public_bundle_dir()
        if PACKAGE.is_relative_to(root.resolve())
        else exercises_dir(root) / "public"
    )


def secret_bundle_dir(root: Path | None = None) -> Path:
    """Bundles made from the instructor's seed; git ignores this folder."""
    return exercises_dir(root) / "secret"


def source_notebook(unit: str, root: Path | None = None) -> Path:
    """The notebook in which the solutions of `unit` are written."""
    return exercises_dir(root) / "source" / unit / f"{unit}.ipynb"


def checks_dir(unit: str, root: Path | None = None) -> Path:
    """The folder with the rubric, the cases and the alternatives of `unit`."""
    return exercises_dir(root) / "checks" / unit


def quiz_file(unit: str, root: Path | None = None) -> Path:
    """The question bank of `unit`."""
    return exercises_dir(root) / "quizzes" / f"{unit}.yml"


def units(root: Path | None = None) -> list[str]:
    """Names of the units that have checks, in order."""
    return sorted(path.parent.name for path in checks_dir("", root).glob("*/rubric.yml"))
