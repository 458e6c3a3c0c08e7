"""Marks for a learning platform: what the gradebook holds, as a table that Canvas, Moodle or a
spreadsheet reads.

The gradebook decides, not the results file: manual marks, extra credit, late penalties and
extensions count as the instructor left them. Cells are quoted, and no text is read as a formula.
This room changes no record.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..course import released_notebooks
from ..errors import CourseError
from ..read.notebook import BadNotebook
from ..read.template import read_template
from ..text import plain_cell
from .roster import Person, Roster

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory


class ExportError(CourseError, RuntimeError):
    """There is nothing to export; the message says what to do."""


@dataclass
class Row:
    """The marks of one student.

    Attributes:
        cells: points by column (exercises, quiz, written questions); None where the mark waits for
        a person.
        total: what counts: cells and extra credit, less the late penalty, never below 0.
        to_mark: some cells still need a person.
        submitted: time of the hand-in, `YYYY-MM-DD HH:MM:SS` in UTC; "" where none is known.
    """

    student: str
    cells: dict[str, float | None]
    penalty: float = 0.0
    total: float = 0.0
    to_mark: bool = False
    submitted: str = ""
    person: Person | None = None


@dataclass
class Table:
    """Marks of an assignment: `columns` maps each column to the points it can give."""

    assignment: str
    columns: dict[str, float]
    rows: list[Row] = field(default_factory=list)
    without: list[str] = field(default_factory=list)  # on the class list, but nothing was graded
    strangers: list[str] = field(default_factory=list)  # graded, but not on the class list

    @property
    def max_points(self) -> float:
        return sum(self.columns.values())

    @property
    def to_mark(self) -> list[str]:
        return [row.student for row in self.rows if row.to_mark]


def read_table(
    gradebook: Gradebook, assignment: str, people: Roster | None = None, order: Sequence[str] = ()
) -> Table:
    """The marks of `assignment` in nbgrader's records; columns in the `order` of these cells,
    others by name.

    Raises:
        ExportError: the records know no such assignment, or no submission of it.
    """
    from nbgrader.api import MissingEntry

    try:
        entry = gradebook.find_assignment(assignment)
    except MissingEntry:
        raise ExportError(
            f"The gradebook has no {assignment!r}. Run `autograder grade {assignment}` first."
        ) from None
    names: dict[tuple[str, str], str] = {}
    columns: dict[str, float] = {}
    places = {name: place for place, name in enumerate(order)}
    for notebook in sorted(entry.notebooks, key=lambda notebook: notebook.name):
        cells = [*notebook.grade_cells, *notebook.task_cells]
        for cell in sorted(cells, key=lambda cell: (places.get(cell.name, len(places)), cell.name)):
            column = cell.name.removeprefix("test_")
            column = f"{notebook.name}.{column}" if column in columns else column
            names[notebook.name, cell.name] = column
            columns[column] = cell.max_score
    table, known = Table(assignment, columns), people.by_id() if people else {}
    for submission in entry.submissions:
        row = Row(submission.student_id, {}, person=known.get(submission.student_id))
        points = 0.0
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                waits = grade.manual_score is None and (
                    grade.needs_manual_grade or grade.auto_score is None
                )
                row.to_mark |= bool(grade.needs_manual_grade) or waits
                empty = (
                    grade.manual_score is None
                    and grade.auto_score is None
                    and not grade.extra_credit
                )
                # With extra credit.
                row.cells[names[notebook.name, grade.name]] = None if empty else grade.score
                points += grade.score
            row.penalty += notebook.late_submission_penalty or 0.0
        row.total = max(0.0, points - row.penalty)
        row.submitted = f"{submission.timestamp:%Y-%m-%d %H:%M:%S}" if submission.timestamp else ""
        table.rows.append(row)
    if not table.rows:
        raise ExportError(
            f"Nothing of {assignment!r} is graded. Run `autograder grade {assignment}` first."
        )
    table.rows.sort(key=lambda row: row.student.casefold())
    if people:
        graded = {row.student for row in table.rows}
        table.without = sorted(known.keys() - graded)
        table.strangers = sorted(graded - known.keys())
    return table


def table_of(course: CourseDirectory, assignment: str, people: Roster | None = None) -> Table:
    """The marks of `assignment` in the records of `course`; see `read_table`."""
    from ..record.database import open_records

    with open_records(course) as gradebook:
        return read_table(gradebook, assignment, people, release_order(course, assignment))


def release_order(course: CourseDirectory, assignment: str) -> list[str]:
    """The graded cells of a release in the order of its notebooks; the records keep none."""
    try:
        return [
            cell.grade_id
            for path in released_notebooks(course, assignment)
            for cell in read_template(path).with_id()
        ]
    except BadNotebook:
        return []


def render(table: Table, form: str, column: str = "") -> str:
    """The table as text in one of the forms `lms.MARKS`; `column` is what the platform calls the
    assignment.
    """
    if form == "json":
        return _json(table)
    if form == "csv":
        return _csv(_plain(table))
    return _csv({"canvas": _canvas, "moodle": _moodle}[form](table, column or table.assignment))


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[plain_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def number(value: float | None) -> str:
    return "" if value is None else f"{round(value, 4):g}"


def _plain(table: Table) -> list[list[str]]:
    rows = [
        [
            "student",
            "name",
            "email",
            "total",
            "max_points",
            "late_penalty",
            "needs_manual",
            "submitted",
            *table.columns,
        ]
    ]
    for row in table.rows:
        person = row.person or Person(row.student)
        rows.append(
            [
                row.student,
                person.name,
                person.email,
                number(row.total),
                number(table.max_points),
                number(row.penalty),
                str(row.to_mark),
                row.submitted,
                *(number(row.cells.get(column)) for column in table.columns),
            ]
        )
    return rows


def _canvas(table: Table, column: str) -> list[list[str]]:
    """Canvas' gradebook: it finds people by its number, SIS ids or names, and points in the line
    under the header.

    The total alone is imported. Canvas passes over columns whose points say `read only`; otherwise
    it would add each exercise to the grade of the course a second time.
    """
    rows = [
        [
            "Student",
            "ID",
            "SIS User ID",
            "SIS Login ID",
            "Section",
            column,
            *(f"{table.assignment}: {name}" for name in table.columns),
        ],
        [
            "    Points Possible",
            "",
            "",
            "",
            "",
            number(table.max_points),
            *["(read only)"] * len(table.columns),
        ],
    ]
    for row in table.rows:
        person = row.person or Person(row.student)
        rows.append(
            [
                person.name or row.student,
                person.canvas_id,
                person.sis_user_id,
                person.sis_login_id or person.email or row.student,
                person.section,
                number(row.total),
                *(number(row.cells.get(name)) for name in table.columns),
            ]
        )
    return rows


def _moodle(table: Table, column: str) -> list[list[str]]:
    """Moodle's grade import: the person who imports says which column is who, and which is the
    grade.
    """
    rows = [
        [
            "ID number",
            "Full name",
            "Email address",
            column,
            *(f"{table.assignment}: {name}" for name in table.columns),
            "Late penalty",
        ]
    ]
    for row in table.rows:
        person = row.person or Person(row.student, email=row.student if "@" in row.student else "")
        rows.append(
            [
                row.student,
                person.name,
                person.email,
                number(row.total),
                *(number(row.cells.get(name)) for name in table.columns),
                number(row.penalty),
            ]
        )
    return rows


def _json(table: Table) -> str:
    rows = [
        {
            "student": row.student,
            "name": row.person.name if row.person else "",
            "total": round(row.total, 4),
            "late_penalty": row.penalty,
            "needs_manual": row.to_mark,
            "submitted": row.submitted,
            "cells": row.cells,
        }
        for row in table.rows
    ]
    whole = {
        "assignment": table.assignment,
        "max_points": table.max_points,
        "columns": table.columns,
        "students": rows,
        "without": table.without,
        "not_on_roster": table.strangers,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
