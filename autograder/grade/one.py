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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..judge.installed import load_public, public_folders
from ..outcome import NotebookResult, StudentResult
from ..read.notebook import (
    BadNotebook,
    Submission,
    own_template,
    parse,
    read_bytes,
)
from ..read.order import read_submission
from .assignment import GradedNotebook, needs_of, submission_key
from .places import judge_in_place

if TYPE_CHECKING:
    from ..run.pool import SandboxPool


def grade_notebook(
    paper: GradedNotebook, submission: Submission, student: str, pool: SandboxPool
) -> NotebookResult:
    """Run and judge one submission that has been read."""
    result = NotebookResult(paper.name, "graded", 0.0, paper.max_points, paper.bundle.title)
    result.notes += submission.notes
    start = time.perf_counter()
    names = [cell.target for cell in paper.template.of_role("test")]
    judged = judge_in_place(paper.bundle.exercises, names, submission, pool)
    result.exercises, result.failed_cells = judged.exercises, judged.failed_cells
    result.absent, result.seconds["run"] = judged.absent, judged.running
    result.notes += judged.notes
    start += judged.waited
    if paper.bank is not None:
        result.quiz = paper.bank.grade(submission.quiz, student=student)
    result.seconds["judge"] = time.perf_counter() - start - judged.running
    for cell in paper.template.of_role("written"):
        touched = submission.written.get(cell.grade_id, ("", False))[1]
        result.written.append({"id": cell.grade_id, "max_points": cell.points, "touched": touched})
    result.points = sum(e.points for e in result.exercises) + sum(q.points for q in result.quiz)
    return result


def check_file(path: Path, pool_for: Callable[[tuple[str, ...]], Any]) -> NotebookResult:
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
    cells = tuple(c for c in template.cells if c.role != "test" or c.target in bundle.exercises)
    paper = GradedNotebook(
        bundle.unit, dataclasses.replace(template, cells=cells), bundle, None, ""
    )
    submission = read_submission(path, paper.template)
    with pool_for(paper.needs) as pool:
        result = grade_notebook(paper, submission, "", pool)
    result.max_points = sum(exercise.max_points for exercise in result.exercises)
    return result


def grade_student(
    papers: list[GradedNotebook], student: str, folder: Path, pool: SandboxPool
) -> StudentResult:
    """Read, run and judge what one student handed in. Never raises for anything the student did."""
    result = StudentResult(student, folder.name, submission_key(papers, student, folder), [])
    for paper in papers:
        path = folder / f"{paper.name}.ipynb"
        if not os.path.lexists(path):
            missing = NotebookResult(
                paper.name, "missing", 0.0, paper.max_points, paper.bundle.title
            )
            missing.notes.append(f"There is no file {paper.name}.ipynb in the submission.")
            result.notebooks.append(missing)
            continue
        began = time.perf_counter()
        try:
            submission = read_submission(path, paper.template)
            read = time.perf_counter() - began
            graded = grade_notebook(paper, submission, student, pool)
            graded.seconds["read"] = read
            result.submissions[paper.name] = submission
        except BadNotebook as error:
            graded = NotebookResult(
                paper.name, "unreadable", 0.0, paper.max_points, paper.bundle.title
            )
            graded.reason = str(error)
            graded.notes.append(
                graded.reason.replace(str(path), path.name)
            )  # the student's page names no folder
        except Exception:  # ours, or the machine's: never the student's loss
            graded = NotebookResult(paper.name, "error", 0.0, paper.max_points, paper.bundle.title)
            graded.reason = traceback.format_exc()
        result.notebooks.append(graded)
    result.seconds = sum(sum(notebook.seconds.values()) for notebook in result.notebooks)
    return result


@dataclass(frozen=True)
class Backend:
    """Who grades: `grade(student, folder)`, in up to `slots` threads at a time; `stop()` ends what
    is in work.
    """

    grade: Callable[[str, Path], StudentResult]
    slots: int
    stop: Callable[[], None]


@contextlib.contextmanager
def local_backend(
    papers: list[GradedNotebook], pool_for: Callable[[tuple[str, ...]], Any], workers: int
) -> Iterator[Backend]:
    """The backend of this machine: threads that share one warm pool.

    There is one more of them than the pool runs submissions at a time: while students' code runs,
    it reads the next submission and writes the last one's page.
    """
    with pool_for(needs_of(papers)) as pool:
        yield Backend(
            lambda student, folder: grade_student(papers, student, folder, pool),
            workers + 1,
            pool.close,
        )
