"""Where things are, and what a student may be called (an id is a folder's name).

Two folders have names here. The course *root* is the repository: the folder that holds
`_config.yml`. The course *directory* is nbgrader's, `exercises/` of the root or an instructor's
own: it holds `source`, `release`, `submitted`, `autograded`, and of ours `secret`, `quizzes` and
`results`. Nothing is read here but `_config.yml`, and nothing is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .errors import CourseError
from .text import plain_name, shows

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

Directory: TypeAlias = "Path | CourseDirectory"  # a plain path has no configuration of its own
PACKAGE = Path(__file__).resolve().parent
MAX_ID = 128  # characters of a student id: nbgrader's column
MAX_ID_BYTES = 200  # of UTF-8, for ids that we make: a file name may have 255


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
                f"COURSE_ROOT is {told}, but there is no _config.yml in it. "
                "Point it at the course folder."
            )
        return root
    starts = [Path(start)] if start is not None else [Path.cwd(), PACKAGE]
    for begin in starts:
        begin = begin.resolve()
        for folder in (begin, *begin.parents):
            if (folder / "_config.yml").is_file():
                return folder
    raise NoCourse(
        f"No _config.yml in {starts[0].resolve()} or above it. "
        "Run this in the course folder, or set COURSE_ROOT to it."
    )


def addresses(root: Path) -> dict[str, str]:
    """What `_config.yml` at the course root says of where the course is: `title`, `repository`,
    `branch` and `book` (the address of the built book).

    Raises:
        NoCourse: it names no repository.
    """
    import yaml

    path = root / "_config.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        repository = str(config["repository"]["url"]).rstrip("/")
    except (KeyError, TypeError):
        raise NoCourse(
            f"{path}: it does not say where the course is. Write `repository:` and below it "
            "`  url: https://github.com/OWNER/NAME`."
        ) from None
    book = (config.get("html") or {}).get("baseurl")
    if not book:
        owner, name = repository.split("/")[-2:]
        book = f"https://{owner.lower()}.github.io/{name}"
    return {
        "title": config.get("title", ""),
        "repository": repository,
        "branch": config["repository"].get("branch", "main"),
        "book": str(book).rstrip("/"),
    }


# ------------------------------------------------------------------------ from the root of a course


def exercises_dir(root: Path | None = None) -> Path:
    """The course directory of the repository."""
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
    return secret_folder(exercises_dir(root))


def source_notebook(unit: str, root: Path | None = None) -> Path:
    """The notebook in which the solutions of `unit` are written."""
    return source_folder(exercises_dir(root), unit) / f"{unit}.ipynb"


def checks_dir(unit: str, root: Path | None = None) -> Path:
    """The folder with the rubric, the cases and the alternatives of `unit`."""
    return exercises_dir(root) / "checks" / unit


def quiz_file(unit: str, root: Path | None = None) -> Path:
    """The question bank of `unit`."""
    return quiz_bank(exercises_dir(root), unit)


def units(root: Path | None = None) -> list[str]:
    """Names of the units that have checks, in order."""
    return sorted(path.parent.name for path in checks_dir("", root).glob("*/rubric.yml"))


# --------------------------------------------------------------------------- in a course directory


def is_course_directory(folder: Path) -> bool:
    """Whether nbgrader could work in `folder`."""
    return (folder / "source").is_dir() or (folder / "nbgrader_config.py").exists()


def source_folder(directory: Directory, assignment: str) -> Path:
    """The source notebooks of an assignment."""
    return _step(directory, "source", ".", assignment)


def release_folder(directory: Directory, assignment: str) -> Path:
    """The released notebooks of an assignment."""
    return _step(directory, "release", ".", assignment)


def released_notebooks(directory: Directory, assignment: str) -> list[Path]:
    """The released notebooks that there are, in the order of their names."""
    return sorted(release_folder(directory, assignment).glob("*.ipynb"))


def other_releases(directory: Directory, assignment: str) -> list[Path]:
    """The released notebooks of all other assignments."""
    top, _, rest = str(release_folder(directory, "*")).partition("*")
    found = Path(top).glob(f"*{rest}/*.ipynb")
    mine = set(released_notebooks(directory, assignment))
    return sorted(path for path in found if path not in mine)


def released_notebook(directory: Directory, assignment: str) -> Path:
    """The released notebook of an assignment that has one, named like it."""
    return release_folder(directory, assignment) / f"{assignment}.ipynb"


def submitted_folder(directory: Directory, student: str, assignment: str) -> Path:
    """What a student handed in."""
    return _step(directory, "submitted", student, assignment)


def submissions(directory: CourseDirectory, assignment: str) -> Iterator[tuple[str, Path]]:
    """`(student, folder)` of every submission, in the order of their names."""
    pattern = directory.format_path(
        directory.submitted_directory, "(?P<student>[^/]*)", re.escape(assignment), escape=True
    )
    every = str(submitted_folder(directory, "*", assignment))
    top = Path(every.split("*", 1)[0])
    if not top.is_dir():
        return
    for name in sorted(os.listdir(top)):
        path = submitted_folder(directory, name, assignment)
        if not name.startswith(".") and path.is_dir() and re.fullmatch(pattern, str(path)):
            yield name, path


def autograded_folder(directory: Directory, student: str, assignment: str) -> Path:
    """The graded notebooks of a student."""
    return _step(directory, "autograded", student, assignment)


def secret_folder(directory: Directory) -> Path:
    """Bundles made from the instructor's seed."""
    return _top(directory) / "secret"


def secret_bundle(directory: Directory, notebook: str) -> Path:
    """The secret bundle of a notebook."""
    return secret_folder(directory) / f"{notebook}.zip"


def quiz_bank(directory: Directory, notebook: str) -> Path:
    """The question bank of a notebook."""
    return _top(directory) / "quizzes" / f"{notebook}.yml"


def results_folder(directory: Directory, assignment: str) -> Path:
    """Results, feedback pages and class report of an assignment."""
    return _top(directory) / "results" / assignment


def feedback_folder(results: Path) -> Path:
    """The feedback pages, in the folder of an assignment's results."""
    return results / "feedback"


def _top(directory: Directory) -> Path:
    return directory if isinstance(directory, Path) else Path(directory.root)


def _step(directory: Directory, step: str, student: str, assignment: str) -> Path:
    """A folder of one of nbgrader's steps, where its configuration has it; in a plain path, where
    nbgrader has it without one.
    """
    if isinstance(directory, Path):
        return directory / step / student / assignment
    return Path(directory.format_path(getattr(directory, f"{step}_directory"), student, assignment))


# ----------------------------------------------------------------------------------- a student's id


def name_problem(student: str) -> str | None:
    """Why nbgrader's records, pages and tables cannot hold this name of a submission's folder; None
    where they can.
    """
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        return "The name of the folder is not valid UTF-8. Rename it."
    if len(student) > MAX_ID or not shows(plain_name(student)) or student != student.strip():
        return (
            f"The name of the folder is longer than {MAX_ID} characters or holds characters "
            "that print nothing."
        )
    return None


def id_problem(student: str) -> str | None:
    """Why `student` cannot be a student id that becomes a folder's name on any system; None where
    it can. Whatever passes here passes `name_problem`.
    """
    try:
        size = len(student.encode("utf-8"))
    except UnicodeEncodeError:
        return "it is not valid UTF-8"
    if not student or student != student.strip() or not shows(student):
        return "it is empty, or holds characters that print nothing"
    if len(student) > MAX_ID or size > MAX_ID_BYTES:
        return f"it is longer than {MAX_ID} characters or {MAX_ID_BYTES} bytes"
    if student.startswith(".") or re.search(r"[/\\:*?\"<>|]", student):
        return (
            'it begins with a dot or holds one of / \\ : * ? " < > |, which no folder may be called'
        )
    return None
