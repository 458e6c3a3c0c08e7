"""Mode A: `nbgrader autograde` and the formgrader's button grade in the sandbox, with our scores
and comments.

In nbgrader_config.py:

    c.Autograde.sanitize_preprocessors = ["autograder.nbgrader_plugins.Sanitize"]
    c.Autograde.autograde_preprocessors = [
        "autograder.nbgrader_plugins.Grade", "nbgrader.preprocessors.CheckCellMetadata"]

nbgrader's own list starts a kernel for each submission and lets the student's code write whatever
the instructor can. Ours starts none: `Sanitize` lays the submission out as the released notebook
has it, `Grade` does what `autograder grade` does. Neither believes the submission's metadata, and
neither cares what was printed to stderr.

`nbgrader export --exporter autograder.nbgrader_plugins.ExportMarks --to marks.csv` writes the
tables of `autograder export`, properly quoted; a name that ends in `.json` gives JSON.
"""

from __future__ import annotations

import time
import weakref
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.plugins import ExportPlugin
from nbgrader.preprocessors import NbGraderPreprocessor

from ..lms import marks
from ..read.notebook import Submission, read_submission
from ..record import gradebook, journal
from ..report import pages
from ..run.pool import SandboxPool
from . import classroom

# For each running converter: its papers, its pool, and what it has graded. All of it goes when the
# converter goes.
_converters: weakref.WeakKeyDictionary[Any, _Desk] = weakref.WeakKeyDictionary()


class _Desk:
    """What the notebooks of one `nbgrader autograde` run share."""

    def __init__(self, converter: Any):
        self.course = converter.coursedir
        self.papers: dict[str, list[classroom.Paper]] = {}
        self.done: dict[tuple[str, str], list[classroom.NotebookResult]] = {}
        self._pools: dict[tuple[str, ...], SandboxPool] = {}
        weakref.finalize(converter, _close, self._pools)

    def paper(self, assignment: str, notebook: str) -> classroom.Paper:
        if assignment not in self.papers:
            self.papers[assignment] = classroom.load_papers(self.course, assignment)
        return next(paper for paper in self.papers[assignment] if paper.name == notebook)

    def pool(self, needs: tuple[str, ...]) -> SandboxPool:
        """The sandbox, made ready at the first submission. There is no way round it in this
        mode.
        """
        if needs not in self._pools:
            self._pools[needs] = SandboxPool(workers=1, needs=needs).__enter__()
        return self._pools[needs]


def _close(pools: dict[tuple[str, ...], SandboxPool]) -> None:
    for pool in pools.values():
        pool.close()
    pools.clear()


class _Ours(NbGraderPreprocessor):
    def desk(self) -> _Desk:
        converter = self.parent
        while converter is not None and getattr(converter, "coursedir", None) is None:
            converter = converter.parent
        if converter is None:
            raise classroom.NotReady(
                "autograder's preprocessors work inside `nbgrader autograde` only."
            )
        if converter not in _converters:
            _converters[converter] = _Desk(converter)
        return _converters[converter]

    def submission(self, resources: dict) -> tuple[_Desk, classroom.Paper, Path, Submission]:
        """The submitted file, read by our own reader: nbformat's has no caps and repairs what it
        should refuse.
        """
        desk, names = self.desk(), resources["nbgrader"]
        paper = desk.paper(names["assignment"], names["notebook"])
        folder = Path(
            desk.course.format_path(
                desk.course.submitted_directory, names["student"], names["assignment"]
            )
        )
        return desk, paper, folder, read_submission(folder / f"{paper.name}.ipynb", paper.template)


class Sanitize(_Ours):
    """Put the answers of the submission into the released notebook: locked cells, ids and points
    are ours.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        _, paper, _, submission = self.submission(resources)
        for note in submission.notes:
            self.log.info("%s: %s", resources["nbgrader"]["student"], note)
        return _notebook(submission.cells, paper), resources


class Grade(_Ours):
    """Run and judge the submission in the sandbox, and write marks, comments, late penalty and
    feedback.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        began = time.perf_counter()
        desk, paper, folder, submission = self.submission(resources)
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        result = classroom.grade_notebook(paper, submission, student, desk.pool(paper.needs))
        record = classroom.notebook_record(paper, submission, result)
        cells, record.cells = record.cells, None  # nbgrader writes the file
        when, text, complaint = gradebook.read_timestamp(folder)
        if complaint:
            self.log.warning(complaint)
        papers = desk.papers[assignment]
        with gradebook.Gradebook(desk.course, assignment, [p.template for p in papers]) as book:
            book.record(gradebook.SubmissionRecord(student, [record], when, text))
        done = desk.done.setdefault((assignment, student), [])
        done.append(result)
        if len(done) == len(papers):
            key = classroom.submission_key(papers, student, folder)
            whole = classroom.StudentResult(
                student, assignment, key, done, text, time.perf_counter() - began
            )
            place = journal.folder(desk.course, assignment)
            pages.write_feedback(place / "feedback", whole)
            journal.append(place / journal.FILE, whole.to_dict())
            del desk.done[assignment, student]
        return _notebook(cells, paper), resources


def _notebook(cells: list[dict], paper: classroom.Paper) -> NotebookNode:
    return nbformat.from_dict(
        {"cells": cells, "metadata": paper.template.metadata, "nbformat": 4, "nbformat_minor": 5}
    )


class ExportMarks(ExportPlugin):
    """Marks of one assignment, or of each in turn, with a column for each exercise (see
    `export`).
    """

    def export(self, gradebook: Any) -> None:
        names = list(self.assignment) or [assignment.name for assignment in gradebook.assignments]
        to = Path(self.to or "marks.csv")
        course = getattr(self.parent, "coursedir", None)
        for name in names:
            table = marks.read_table(
                gradebook, name, order=marks.release_order(course, name) if course else ()
            )
            table.rows = [
                row
                for row in table.rows
                if not self.student or row.student in map(str, self.student)
            ]
            path = to if len(names) == 1 else to.with_name(f"{to.stem}-{name}{to.suffix}")
            form = "json" if to.suffix == ".json" else "csv"
            path.write_text(marks.render(table, form), encoding="utf-8", newline="")
            self.log.info("Marks of %s: %s", name, path)
