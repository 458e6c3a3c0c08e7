"""Write marks, comments and autograded notebooks where nbgrader keeps them.

The records are nbgrader's own tables, reached through its `Gradebook`, so the formgrader,
`generate_feedback` and `export` find everything where nbgrader itself would have put it. One
submission is one transaction. Files follow after the commit, the time stamp last, so a run that is
killed at any moment leaves a submission either as it was or complete.

What a person entered is never touched: manual marks, extra credit, manual comments, extensions.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import time
import types
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from ..course import autograded_folder, submitted_folder
from ..files import Publish, Staged, staged
from ..read.template import Template
from ..read.times import Stamp, read_timestamp
from ..text import cut
from .database import GradebookError, create_records, finish_creation, open_records

# nbgrader's tables themselves: rows written one submission at a time need no identity map, and cost
# a third.
_STUDENTS, _ASSIGNMENTS = api.Student.__table__, api.SubmittedAssignment.__table__
_NOTEBOOKS, _GRADES, _COMMENTS = (
    api.SubmittedNotebook.__table__,
    api.Grade.__table__,
    api.Comment.__table__,
)

MAX_COMMENT = 4_000
LOCK_RETRIES = 5


@dataclass(frozen=True)
class Mark:
    """What the grader gives one graded cell: `points` None means that a person has to mark it."""

    points: float | None
    needs_manual: bool = False


@dataclass
class NotebookRecord:
    """One graded notebook of a submission: marks and comments by grade_id, cells of the autograded
    file.
    """

    name: str
    marks: dict[str, Mark]
    comments: dict[str, str | None] = field(default_factory=dict)
    cells: list[dict] | None = (
        None  # None: nothing was handed in, or nbgrader writes the file itself (mode A)
    )
    metadata: dict = field(default_factory=dict)


@dataclass
class SubmissionRecord:
    student: str
    notebooks: list[NotebookRecord]
    timestamp: datetime | None = None
    timestamp_text: str | None = None


# ------------------------------------------------------------------------------------------- writer


class Gradebook:
    """The one writer of an assignment's marks.

    Args:
        course: nbgrader's course directory (`course_directory`); its `db_url` names the database.
        assignment: name of the assignment.
        templates: the released notebooks, which the records must agree with.
    """

    def __init__(self, course: CourseDirectory, assignment: str, templates: Sequence[Template]):
        self.course, self.assignment, self.templates = course, assignment, list(templates)

    def __enter__(self) -> Gradebook:
        self._open()
        if not self._agrees():
            self.close()
            create_records(self.course, self.assignment)
            self._open()
            if not self._agrees():
                self.close()
                raise GradebookError(
                    f"The release of {self.assignment!r} and its source disagree "
                    "about cells or points. "
                    f"Run `autograder release {self.assignment}`, then grade again."
                )
        self._load()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.gb.close()

    def _open(self) -> None:
        self.gb = open_records(self.course)
        self.db = self.gb.db
        finish_creation(self.db)

    def _agrees(self) -> bool:
        """Do the records know the cells and points of the released notebooks?"""
        try:
            for template in self.templates:
                notebook = self.gb.find_notebook(template.name, self.assignment)
                graded = {
                    c.name: c.max_score for c in [*notebook.grade_cells, *notebook.task_cells]
                }
                expected = {
                    c.grade_id: c.points for c in template.of_role("test", "quiz_test", "written")
                }
                answers = {c.name for c in notebook.solution_cells}
                if (
                    graded != expected
                    or not {c.grade_id for c in template.of_role("solution", "quiz")} <= answers
                ):
                    return False
        except api.MissingEntry:
            return False
        return True

    def _load(self) -> None:
        """Keep what never changes during a run: ids of the assignment, its notebooks and its
        cells.
        """
        assignment = self.gb.find_assignment(self.assignment)
        self._assignment_id, self._due = assignment.id, assignment.duedate
        self._notebooks = {
            notebook.name: (
                notebook.id,
                {cell.name: cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]},
                {cell.name: cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]},
            )
            for notebook in assignment.notebooks
        }
        self._know()
        self._penalties = AssignLatePenalties(config=self.course.config)
        self._penalties.log = logging.getLogger("autograder.gradebook.late")
        self._penalties.init_plugin()
        self.db.rollback()  # holds no lock between submissions

    def _know(self) -> None:
        """Who is in the records, and whose submission is: for all others there is nothing to look
        up.
        """
        self._students = set(self.db.scalars(select(api.Student.id)))
        mine = select(_ASSIGNMENTS.c.student_id).where(
            _ASSIGNMENTS.c.assignment_id == self._assignment_id
        )
        self._known = set(self.db.scalars(mine))

    # ------------------------------------------------------------------------------- one submission

    def record(self, record: SubmissionRecord) -> None:
        """Write one submission: marks and comments in one transaction, then its files."""
        with contextlib.ExitStack() as stack:
            waiting = [stack.enter_context(one) for one in self._stage(record)]
            for attempt in range(LOCK_RETRIES):
                try:
                    self._write(record)
                    self.db.commit()
                    self._known.add(record.student)
                    break
                except (OperationalError, IntegrityError) as error:
                    self.db.rollback()
                    self._know()  # somebody else may have written
                    if attempt == LOCK_RETRIES - 1:
                        raise GradebookError(
                            f"{self.course.db_url}: the marks of {record.student!r} could "
                            f"not be written ({error.orig}). Close other programs that use "
                            "the gradebook, then grade again."
                        ) from error
                    time.sleep(0.2 * 2**attempt)
                except SQLAlchemyError as error:
                    self.db.rollback()
                    raise GradebookError(
                        f"{self.course.db_url}: the marks of {record.student!r} were "
                        f"refused ({error})."
                    ) from error
                except BaseException:
                    self.db.rollback()
                    raise
            self._publish(record, waiting)

    def recorded(self, student: str, stamp: Stamp) -> bool:
        """Is the submission in the records, with this time and its autograded files, where any were
        handed in?
        """
        row = self.db.execute(
            select(api.SubmittedAssignment.timestamp).where(
                api.SubmittedAssignment.assignment_id == self._assignment_id,
                api.SubmittedAssignment.student_id == student,
            )
        ).first()
        self.db.rollback()
        if row is None:
            return False
        submitted = submitted_folder(self.course, student, self.assignment)
        handed_in = [
            template.name
            for template in self.templates
            if os.path.lexists(submitted / f"{template.name}.ipynb")
        ]
        done = self._folder(student)
        whole = all((done / f"{name}.ipynb").is_file() for name in handed_in)
        return whole and stamp.when == row[0] and (not handed_in or self._stamped(done, stamp))

    def _stamped(self, folder: Path, stamp: Stamp) -> bool:
        """The time stamp is the last file of a submission to be written."""
        return read_timestamp(folder).when == stamp.when

    def _folder(self, student: str) -> Path:
        return autograded_folder(self.course, student, self.assignment)

    def _run(self, statement: Any, rows: list[dict] | dict | None = None) -> Any:
        return self.db.connection().execute(statement, rows)

    def _write(self, record: SubmissionRecord) -> None:
        table, row = _ASSIGNMENTS.c, None
        if record.student in self._known:
            row = self._run(
                select(table.id, table.extension, table.timestamp).where(
                    table.assignment_id == self._assignment_id, table.student_id == record.student
                )
            ).first()
        if row is None:
            if record.student not in self._students:
                self._run(insert(_STUDENTS), {"id": record.student})
                self._students.add(record.student)
            submission, extension = uuid4().hex, None
            self._run(
                insert(_ASSIGNMENTS),
                {
                    "id": submission,
                    "assignment_id": self._assignment_id,
                    "student_id": record.student,
                    "timestamp": record.timestamp,
                },
            )
        else:
            submission, extension = row.id, row.extension
            if row.timestamp != record.timestamp:
                self._run(
                    update(_ASSIGNMENTS)
                    .where(table.id == submission)
                    .values(timestamp=record.timestamp)
                )
        late = 0.0
        if record.timestamp and self._due:
            late = max(
                0.0, (record.timestamp - self._due - (extension or timedelta())).total_seconds()
            )
        for notebook in record.notebooks:
            self._write_notebook(record.student, submission, notebook, late, new=row is None)

    def _write_notebook(
        self, student: str, submission: str, record: NotebookRecord, late: float, *, new: bool
    ) -> None:
        notebook_id, grade_cells, comment_cells = self._notebooks[record.name]
        nb, row = _NOTEBOOKS.c, None
        if not new:
            row = self._run(
                select(nb.id, nb.late_submission_penalty).where(
                    nb.assignment_id == submission, nb.notebook_id == notebook_id
                )
            ).first()
        grades: dict[str, object] = {}
        comments: set[str] = set()
        if row is None:
            mine, penalty = uuid4().hex, None
            self._run(
                insert(_NOTEBOOKS),
                {
                    "id": mine,
                    "assignment_id": submission,
                    "notebook_id": notebook_id,
                    "flagged": False,
                },
            )
        else:
            mine, penalty = row.id, row.late_submission_penalty
            grades = {
                g.cell_id: g
                for g in self._run(select(_GRADES).where(_GRADES.c.notebook_id == mine))
            }
            found = self._run(select(_COMMENTS.c.cell_id).where(_COMMENTS.c.notebook_id == mine))
            comments = {row.cell_id for row in found}
        score = self._write_grades(student, mine, record, grade_cells, grades)
        rows = [
            {"cell": cell, "text": text and cut(text, MAX_COMMENT)}
            for name, cell in comment_cells.items()
            for text in [record.comments.get(name)]
        ]
        self._upsert(_COMMENTS, mine, rows, comments, {"auto_comment": "text"})
        self._write_penalty(student, mine, score, late, penalty)

    def _write_grades(
        self, student: str, mine: str, record: NotebookRecord, cells: dict, old: dict
    ) -> float:
        """Write the automatic marks; the notebook's score with what people entered."""
        rows, score, previous = [], 0.0, None
        for name, cell in cells.items():
            mark, before = record.marks.get(name, Mark(0.0)), old.get(cell)
            manual = None
            review = mark.needs_manual or mark.points is None
            if before is not None and (manual := before.manual_score) is not None:
                # A person has marked this cell. Ask again only if there is something new to look
                # at.
                if previous is None:
                    previous = self._previous_cells(student, record.name)
                changed = before.auto_score != mark.points or (
                    record.cells is not None
                    and _answer(previous, name) != _answer(record.cells, name)
                )
                review = before.needs_manual_grade or changed
            rows.append({"cell": cell, "points": mark.points, "review": review})
            score += manual if manual is not None else mark.points or 0.0
            score += (before.extra_credit or 0.0) if before else 0.0
        self._upsert(
            _GRADES, mine, rows, set(old), {"auto_score": "points", "needs_manual_grade": "review"}
        )
        return score

    def _upsert(
        self, table: Table, mine: str, rows: list[dict], old: set[str], columns: dict[str, str]
    ) -> None:
        new = [row for row in rows if row["cell"] not in old]
        if new:
            fixed = [
                {"id": uuid4().hex, "cell_id": row["cell"], "notebook_id": mine} for row in new
            ]
            values = [{column: row[key] for column, key in columns.items()} for row in new]
            self._run(insert(table), [a | b for a, b in zip(fixed, values, strict=True)])
        known = [row for row in rows if row["cell"] in old]
        if known:
            statement = (
                update(table)
                .where(table.c.notebook_id == mine, table.c.cell_id == bindparam("cell"))
                .values({column: bindparam(key) for column, key in columns.items()})
            )
            keys = {"cell", *columns.values()}
            self._run(statement, [{k: row[k] for k in keys} for row in known])

    def _write_penalty(
        self, student: str, mine: str, score: float, late: float, old: float | None
    ) -> None:
        """nbgrader's own plugin decides; where it has no opinion, a penalty that a person entered
        stays.
        """
        penalty = None
        if late > 0:
            penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, late)
            if penalty is None:
                return
            penalty = self._penalties._check_late_penalty(
                types.SimpleNamespace(score=score), penalty
            )
        if penalty != old:
            self._run(
                update(_NOTEBOOKS)
                .where(_NOTEBOOKS.c.id == mine)
                .values(late_submission_penalty=penalty)
            )

    # ---------------------------------------------------------------------------------------- files

    def _previous_cells(self, student: str, notebook: str) -> list[dict]:
        path = self._folder(student) / f"{notebook}.ipynb"
        try:
            return json.loads(path.read_text(encoding="utf-8"))["cells"]
        except (OSError, ValueError, KeyError):
            return []

    def _stage(self, record: SubmissionRecord) -> list[Staged]:
        """The files of a submission, to be written beside their place; the time stamp last."""
        folder = self._folder(record.student)
        files = {
            folder / f"{notebook.name}.ipynb": notebook_text(notebook.cells, notebook.metadata)
            for notebook in record.notebooks
            if notebook.cells is not None
        }
        if files and record.timestamp_text:
            files[folder / "timestamp.txt"] = record.timestamp_text
        return [staged(place, text) for place, text in files.items()]

    def _publish(self, record: SubmissionRecord, waiting: list[Publish]) -> None:
        for publish in waiting:
            publish(0o444)  # as nbgrader does: the formgrader reads them, nobody edits them
        if waiting and not record.timestamp_text:
            stamp = self._folder(record.student) / "timestamp.txt"
            stamp.unlink(missing_ok=True)


def notebook_text(cells: list[dict], metadata: dict) -> str:
    """An nbformat 4.5 notebook as text."""
    body = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _answer(cells: list[dict], name: str) -> list[str]:
    """What a student has written for the graded cell `name`: the cell that it grades, and cells of
    the student's own that mention it.
    """
    target = name.removeprefix("test_")
    word = re.compile(rf"\b{re.escape(target)}\b")
    answers = []
    for cell in cells:
        its = cell["metadata"].get("nbgrader", {}).get("grade_id")
        graded = its == target or (target == "quiz" and its and its.startswith("quiz_"))
        if graded or (its is None and word.search(cell["source"])):
            answers.append(cell["source"])
    return answers
