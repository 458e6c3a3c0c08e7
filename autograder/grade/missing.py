"""Where a submission's answers are not in the notebook that has the name of the unit: what lies
there, and what to do.

A file by another name, in a folder of its own or of another unit is never a zero, and neither is an
empty folder, unless the instructor says so. Nothing is renamed, moved or graded here.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from ..course import name_problem, submitted_folder
from ..outcome import NotebookResult, StudentResult
from ..text import quote

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

MAX_NAMED = 3  # files that a message names
MAX_FILES = 200  # that are looked at
_NOISE = ("timestamp.txt", "Thumbs.db", "desktop.ini")


def settle(result: StudentResult, folder: Path, missing_is_zero: bool) -> None:
    """Say of each notebook that is not in the submission in `folder` what is there in its place.

    Nothing at all is a zero with `missing_is_zero`. Everything else waits for the instructor, also
    an untouched copy of the release or an unreadable file beside another notebook.
    """
    names = {f"{notebook.name}.ipynb" for notebook in result.notebooks}
    for notebook in result.notebooks:
        if notebook.status == "missing":
            _settle(notebook, folder, missing_is_zero)
            continue
        untouched = notebook.status == "graded" and not _has_answers(notebook)
        if not untouched and notebook.status != "unreadable":
            continue
        others = [n for n in files(folder) if n not in names and ".ipynb" in n.casefold()]
        if others:
            shown = _named(others)
            if untouched:
                notebook.status = "unreadable"
                notebook.reason = f"{notebook.name}.ipynb is as it was released."
                notebook.notes.append(f"`{notebook.name}.ipynb` is as it was released.")
            notebook.reason += (
                f" There is also {shown}. If that is the submission, put it in the place of "
                f"{notebook.name}.ipynb; if not, delete it."
            )
            notebook.notes.append(f"There is also `{shown}` in your submission.")


def _has_answers(notebook: NotebookResult) -> bool:
    return (
        any(exercise.written for exercise in notebook.exercises)
        or any(question.status != "unanswered" for question in notebook.quiz)
        or any(question.touched for question in notebook.written)
    )


def _named(found: list[str]) -> str:
    shown = ", ".join(quote(entry, 120) for entry in found[:MAX_NAMED])
    return shown + (f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else "")


def _settle(notebook: NotebookResult, folder: Path, missing_is_zero: bool) -> None:
    name, found = f"{notebook.name}.ipynb", files(folder)
    if not found:
        notebook.notes.append(f"There is no file `{name}` in the submission, nor any other.")
        if not missing_is_zero:
            notebook.status = "unreadable"
            notebook.reason = (
                f"there is no {name}, nor any other file. If nothing was handed in, "
                "`--missing-is-zero` records a zero."
            )
        return
    notebook.status = "unreadable"
    shown = _named(found)
    notebook.reason = (
        f"there is no {name}, but {shown}. If that is it, rename it to {name}, "
        "in the folder of the unit."
    )
    notebook.notes.append(
        f"There is no file `{name}` in the submission, but `{shown}`. "
        f"Give your notebook the name `{name}`, put it into no other folder, and hand it in again."
    )


def files(folder: Path) -> list[str]:
    """What was handed in, by its path in `folder`; notebooks come first."""
    found: list[str] = []
    for place, folders, names in os.walk(folder):  # follows no links
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            if not name.startswith(".") and name not in _NOISE:
                found.append(os.path.relpath(os.path.join(place, name), folder))
        if len(found) > MAX_FILES:
            break
    return sorted(found, key=lambda name: ".ipynb" not in name.casefold())


def misplaced(
    course: CourseDirectory, assignment: str, known: Collection[str], names: Collection[str]
) -> list[StudentResult]:
    """Submissions that lie beside the folder of the assignment, where nothing looks for them.

    `known` are the students who have that folder, `names` the notebooks of the assignment.
    """
    pattern = submitted_folder(course, "*", assignment)
    top = pattern.parents[1]
    if pattern.parent.name != "*" or not top.is_dir():  # a layout of the instructor's own
        return []
    found = []
    for student in sorted(os.listdir(top)):
        if student.startswith(".") or student in known or name_problem(student):
            continue
        place = top / student
        for entry in sorted(os.listdir(place)) if place.is_dir() else []:
            folder = entry.casefold() == assignment.casefold() and (place / entry).is_dir()
            file = entry.casefold().startswith(tuple(name.casefold() for name in names))
            if folder or (file and ".ipynb" in entry.casefold()):
                what = "the folder" if folder else "the file"
                remedy = "has to be called" if folder else "has to lie in the folder"
                reason = f"{what} {quote(entry, 120)} {remedy} {assignment}."
                lost = NotebookResult(assignment, "unreadable", reason=reason)
                found.append(StudentResult(student, assignment, "", [lost]))
                break
    return found
