"""The way of a submission: read, run, judge, record, report. One submission, or a whole class.

Reading, judging and recording happen here, in the trusted process; the student's code runs behind
the sandbox and answers with data. Every result carries a key made of everything that it depends on,
so a run that was stopped goes on where it was, and a submission whose key has not changed is not
graded twice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

from ..course import (
    feedback_folder,
    name_problem,
    results_folder,
    submissions,
)
from ..errors import NotReady
from ..outcome import NotebookResult, Run, StudentResult, clamp
from ..read.submission import Submission
from ..read.times import Stamp, course_zone, parse_time, read_timestamp
from ..record import journal
from .assignment import GradedNotebook, load_assignment, submission_key
from .missing import misplaced, settle
from .one import Backend, GradedSubmission, PoolFor, local_backend

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from nbgrader.coursedir import CourseDirectory

    from ..record.gradebook import Gradebook, NotebookRecord
    from ..report.card import Card, ResultCard


# --------------------------------------------------------------------------------- what is recorded


def notebook_record(
    notebook: GradedNotebook, submission: Submission, result: NotebookResult
) -> NotebookRecord:
    """Marks, comments and the autograded notebook, as nbgrader keeps them."""
    from ..record.gradebook import Mark, NotebookRecord
    from ..report.card import ResultCard, quiz_card
    from ..report.pages import comment_text

    marks: dict[str, Mark] = {}
    comments: dict[str, str | None] = {}
    outputs: dict[str, list[dict]] = {}
    for cell, exercise in zip(notebook.template.of_role("test"), result.exercises, strict=True):
        points = clamp(exercise.points, cell.points)
        marks[cell.grade_id] = Mark(points, exercise.needs_manual)
        outputs[cell.grade_id] = _outputs(ResultCard(exercise), points)
        nothing = cell.target in submission.untouched
        comments[cell.target] = "No response." if nothing else comment_text(exercise)
    for cell in notebook.template.of_role("quiz_test"):
        points = clamp(sum(question.points for question in result.quiz), cell.points)
        marks[cell.grade_id] = Mark(points, any(question.needs_manual for question in result.quiz))
        outputs[cell.grade_id] = _outputs(quiz_card(result.quiz), points)
    for written in result.written:
        marks[written.id] = Mark(None if written.touched else 0.0)
        comments[written.id] = None if written.touched else "No response."
    for shown in submission.cells:
        name = shown["metadata"].get("nbgrader", {}).get("grade_id")
        if name in outputs:
            shown["outputs"] = outputs[name]
    return NotebookRecord(
        notebook.name, marks, comments, submission.cells, notebook.template.metadata
    )


def _outputs(card: Card | ResultCard, points: float) -> list[dict]:
    """A card for people, and the number that nbgrader's own `determine_grade` reads."""
    score = {"text/plain": f"{points:g}"}
    shown = {"text/html": card.html(), "text/plain": card.text()}
    return [
        {"output_type": "display_data", "metadata": {}, "data": shown},
        {"output_type": "execute_result", "metadata": {}, "execution_count": None, "data": score},
    ]


def missing_record(notebook: GradedNotebook) -> NotebookRecord:
    """Zero for every cell of a notebook that was not handed in, as nbgrader does."""
    from ..record.gradebook import Mark, NotebookRecord

    graded = notebook.template.of_role("test", "quiz_test", "written")
    return NotebookRecord(notebook.name, {cell.grade_id: Mark(0.0) for cell in graded})


# -------------------------------------------------------------------------------------- whole class


def grade_class(
    course: CourseDirectory,
    assignment: str,
    pool_for: PoolFor,
    *,
    workers: int = 2,
    scheduler: str | None = None,
    students: Iterable[str] | None = None,
    missing_is_zero: bool = False,
    progress: Callable[[int, int, StudentResult | None], None] = lambda done, total, result: None,
) -> Run:
    """Grade every submission of `assignment` whose result is missing or out of date.

    Args:
        course: nbgrader's course directory, see `database.course_directory`.
        assignment: name of the assignment.
        pool_for: makes the sandbox pool for what the notebooks need.
        workers: submissions in work at the same time.
        scheduler: address of a Dask scheduler whose workers grade in place of this machine (see
        `cluster`).
        students: only these; None means all.
        missing_is_zero: record a zero where a submission is an empty folder.
        progress: called with (done, total, result) after each submission.

    Ctrl-C stops cleanly: what is done is recorded, and the next run goes on from there.
    """
    from ..record import gradebook

    notebooks = load_assignment(course, assignment)
    start, run = time.perf_counter(), Run(assignment)
    folder = results_folder(course, assignment)
    todo, elsewhere = list(submissions(course, assignment)), []
    if students is not None:
        wanted = set(students)
        unknown = wanted - {student for student, _ in todo}
        if unknown:
            raise NotReady(f"No submission of {assignment!r} by {', '.join(sorted(unknown))}.")
        todo = [(student, path) for student, path in todo if student in wanted]
    else:
        known = {student for student, _ in todo}
        elsewhere = misplaced(course, assignment, known, [n.name for n in notebooks])
    with contextlib.ExitStack() as stack:
        if not stack.enter_context(journal.only_writer(folder)):
            raise NotReady(
                f"Another run is grading {assignment!r} just now ({folder}). Wait for it, or "
                "stop it."
            )
        templates = [notebook.template for notebook in notebooks]
        book = stack.enter_context(gradebook.Gradebook(course, assignment, templates))
        keys = journal.compact(folder / journal.FILE)
        zone = course_zone(course)
        for lost in elsewhere:
            run.failed.append((lost.student, lost.notebooks[0].reason))
            journal.append(folder / journal.FILE, lost)
        waiting = []
        for student, path in todo:
            if problem := name_problem(student):
                run.failed.append((student, problem))
            elif keys.get(student) == submission_key(notebooks, student, path) and book.recorded(
                student, stamp := read_timestamp(path, zone)
            ):
                run.unchanged += 1
                run.remarks += [(student, _untimed(stamp.complaint))] if stamp.complaint else []
            else:
                waiting.append((student, path))
        total = len(waiting)
        progress(0, total, None)
        if waiting:
            if scheduler:
                from . import cluster

                opened = cluster.backend(scheduler, notebooks, assignment)
            else:
                opened = local_backend(notebooks, pool_for, workers)
            with opened as backend, ThreadPoolExecutor(backend.slots, "grade") as threads:
                source = iter(waiting)
                active: set[Future] = set()
                done, began = 0, time.perf_counter()
                try:
                    while True:
                        # Only a few submissions are in memory at a time, however large the class.
                        while (
                            len(active) < 2 * backend.slots
                            and (item := next(source, None)) is not None
                        ):
                            job = (backend, *item, folder, zone, missing_is_zero)
                            active.add(threads.submit(_work, *job))
                        if not active:
                            break
                        finished, active = wait(active, return_when=FIRST_COMPLETED)
                        for future in finished:
                            result = future.result()
                            # Until the new marks are whole, the old result is none.
                            if keys.get(result.student):
                                none = dataclasses.replace(result, key="")
                                journal.append(folder / journal.FILE, none)
                            _record(book, notebooks, result, folder, run)
                            done += 1
                            progress(done, total, result)
                except BaseException as reason:
                    threads.shutdown(wait=False, cancel_futures=True)
                    backend.stop()
                    if not isinstance(reason, KeyboardInterrupt):
                        raise
                    run.left = total - done
                run.working = time.perf_counter() - began
    for told in (run.failed, run.remarks):  # by name, not by who happened to be ready first
        told.sort()
    run.seconds = time.perf_counter() - start
    return run


def _work(
    backend: Backend,
    student: str,
    path: Path,
    folder: Path,
    zone: ZoneInfo | None,
    missing_is_zero: bool,
) -> GradedSubmission:
    """In a thread: everything but the records, which have one writer."""
    from ..report.pages import write_feedback

    result = backend.grade(student, path)
    settle(result, path, missing_is_zero)
    note_time(result, read_timestamp(path, zone))
    began = time.perf_counter()
    write_feedback(feedback_folder(folder), result)
    result.notebooks[0].seconds["report"] = time.perf_counter() - began
    return result


def note_time(result: StudentResult, stamp: Stamp) -> None:
    """Put the time of submission into the result, or tell student and instructor why there is
    none.
    """
    result.timestamp = stamp.text
    if stamp.complaint:
        result.remarks.append(_untimed(stamp.complaint))
        result.notebooks[0].notes.append(
            "The time of submission could not be read, so none was recorded."
        )


def _untimed(complaint: str) -> str:
    return f"graded without its time of submission: {complaint}"


def _record(
    book: Gradebook,
    notebooks: list[GradedNotebook],
    result: GradedSubmission,
    folder: Path,
    run: Run,
) -> None:
    from ..record.database import GradebookError
    from ..record.gradebook import SubmissionRecord

    began = time.perf_counter()
    reason = next((n.reason for n in result.notebooks if n.status in ("unreadable", "error")), "")
    if result.graded:
        records = []
        for graded, notebook in zip(notebooks, result.notebooks, strict=True):
            if notebook.status == "missing":
                records.append(missing_record(graded))
            else:
                records.append(notebook_record(graded, result.submissions[graded.name], notebook))
        when = parse_time(result.timestamp) if result.timestamp else None
        try:
            book.record(SubmissionRecord(result.student, records, when, result.timestamp))
            run.graded += 1
            run.remarks += [(result.student, remark) for remark in result.remarks]
            for module in {name for notebook in result.notebooks for name in notebook.absent}:
                run.absent[module] = run.absent.get(module, 0) + 1
        except GradebookError as error:
            reason = str(error)
            result.key = ""
    if reason:
        run.failed.append((result.student, reason))
    result.submissions.clear()
    journal.append(folder / journal.FILE, result)
    run.stages["record"] = run.stages.get("record", 0.0) + time.perf_counter() - began
    for notebook in result.notebooks:
        for stage, seconds in notebook.seconds.items():
            run.stages[stage] = run.stages.get(stage, 0.0) + seconds
