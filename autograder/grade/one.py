"""One submission: read, run, judge. Whatever the student handed in, a result comes back.

Nothing is recorded here, and no other submission is known.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..judge.installed import load_public, public_folders
from ..outcome import NotebookResult, StudentResult, WrittenResult
from ..read.notebook import BadNotebook, parse, read_bytes
from ..read.submission import Submission, read_submission
from ..read.template import own_template
from ..text import cut
from .assignment import GradedNotebook, needs_of, submission_key
from .places import judge_in_place

if TYPE_CHECKING:
    from ..run.pool import Pool

MAX_SHOWN = 2_000  # characters of a written answer that its author's page repeats

# Makes the sandbox pool for what some notebooks need.
PoolFor = Callable[[tuple[str, ...]], AbstractContextManager["Pool"]]


@dataclass
class GradedSubmission(StudentResult):
    """A result with the notebooks that were read, by name. They go into the gradebook, and not into
    the results file.
    """

    submissions: dict[str, Submission] = field(default_factory=dict, repr=False)


def grade_notebook(
    notebook: GradedNotebook, submission: Submission, student: str, pool: Pool
) -> NotebookResult:
    """Run and judge one submission that has been read."""
    result = NotebookResult(
        notebook.name, "graded", 0.0, notebook.max_points, notebook.bundle.title
    )
    result.notes += submission.notes
    start = time.perf_counter()
    names = [cell.target for cell in notebook.template.of_role("test")]
    judged = judge_in_place(notebook.bundle.exercises, names, submission, pool)
    result.exercises, result.failed_cells = judged.exercises, judged.failed_cells
    result.absent, result.seconds["run"] = judged.absent, judged.running
    result.notes += judged.notes
    start += judged.waited
    if notebook.bank is not None:
        result.quiz = notebook.bank.grade(submission.quiz, student=student)
    result.seconds["judge"] = time.perf_counter() - start - judged.running
    for cell in notebook.template.of_role("written"):
        text, touched = submission.written.get(cell.grade_id, ("", False))
        shown = cut(text, MAX_SHOWN) if touched else ""
        result.written.append(WrittenResult(cell.grade_id, cell.points, touched, shown))
    result.points = sum(e.points for e in result.exercises) + sum(q.points for q in result.quiz)
    return result


def check_file(path: Path, pool_for: PoolFor) -> NotebookResult:
    """The code exercises of a notebook, judged with the public cases; needs no course directory.

    Raises:
        BadNotebook: it cannot be read, or holds no exercise that this installation knows.
    """
    template = own_template(parse(read_bytes(path), str(path)), path.stem)
    names = {cell.target for cell in template.of_role("test")}
    units = {path.stem for folder in public_folders() for path in folder.glob("*.zip")}
    known = [load_public(unit) for unit in sorted(units)]
    bundle = max(known, key=lambda b: len(names & b.exercises.keys()), default=None)
    if bundle is None or not names & bundle.exercises.keys():
        raise BadNotebook(
            f"{path}: none of its exercises is known here. Was it made from a released notebook?"
        )
    cells = tuple(c for c in template.with_id() if c.role != "test" or c.target in bundle.exercises)
    notebook = GradedNotebook(
        bundle.unit, dataclasses.replace(template, cells=cells), bundle, None, ""
    )
    submission = read_submission(path, notebook.template)
    with pool_for(notebook.needs) as pool:
        result = grade_notebook(notebook, submission, "", pool)
    result.max_points = sum(exercise.max_points for exercise in result.exercises)
    return result


def grade_student(
    notebooks: list[GradedNotebook], student: str, folder: Path, pool: Pool
) -> GradedSubmission:
    """Read, run and judge what one student handed in. Never raises for anything the student did."""
    result = GradedSubmission(student, folder.name, submission_key(notebooks, student, folder), [])
    for notebook in notebooks:
        path = folder / f"{notebook.name}.ipynb"
        if not os.path.lexists(path):
            missing = NotebookResult(
                notebook.name, "missing", 0.0, notebook.max_points, notebook.bundle.title
            )
            result.notebooks.append(missing)
            continue
        began = time.perf_counter()
        try:
            submission = read_submission(path, notebook.template)
            read = time.perf_counter() - began
            found = grade_notebook(notebook, submission, student, pool)
            found.seconds["read"] = read
            result.submissions[notebook.name] = submission
        except BadNotebook as error:
            found = NotebookResult(
                notebook.name, "unreadable", 0.0, notebook.max_points, notebook.bundle.title
            )
            found.reason = str(error)
            # The student's page names no folder.
            found.notes.append(found.reason.replace(str(path), path.name))
        except Exception:  # ours, or the machine's: never the student's loss
            found = NotebookResult(
                notebook.name, "error", 0.0, notebook.max_points, notebook.bundle.title
            )
            found.reason = traceback.format_exc()
        result.notebooks.append(found)
    result.seconds = sum(sum(found.seconds.values()) for found in result.notebooks)
    return result


@dataclass(frozen=True)
class Backend:
    """Who grades: `grade(student, folder)`, in up to `slots` threads at a time; `stop()` ends what
    is in work.
    """

    grade: Callable[[str, Path], GradedSubmission]
    slots: int
    stop: Callable[[], None]


@contextlib.contextmanager
def local_backend(
    notebooks: list[GradedNotebook], pool_for: PoolFor, workers: int
) -> Iterator[Backend]:
    """The backend of this machine: threads that share one warm pool.

    There is one more of them than the pool runs submissions at a time: while students' code runs,
    it reads the next submission and writes the last one's page.
    """
    with pool_for(needs_of(notebooks)) as pool:
        yield Backend(
            lambda student, folder: grade_student(notebooks, student, folder, pool),
            workers + 1,
            pool.close,
        )
