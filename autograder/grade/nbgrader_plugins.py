"""Mode A: `nbgrader autograde` and the formgrader's button grade in the sandbox, with our scores
and comments.

In nbgrader_config.py:

    c.Autograde.sanitize_preprocessors = ["autograder.grade.nbgrader_plugins.Sanitize"]
    c.Autograde.autograde_preprocessors = [
        "autograder.grade.nbgrader_plugins.Grade", "nbgrader.preprocessors.CheckCellMetadata"]

nbgrader's own list starts a kernel for each submission and lets the student's code write whatever
the instructor can. Ours starts none: `Sanitize` lays the submission out as the released notebook
has it, `Grade` does what `autograder grade` does. Neither believes the submission's metadata, and
neither cares what was printed to stderr.

`nbgrader export --exporter autograder.grade.nbgrader_plugins.ExportMarks --to marks.csv` writes the
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

from ..course import autograded_folder, feedback_folder, results_folder, submitted_folder
from ..errors import NotReady
from ..files import write_whole
from ..lms import marks
from ..outcome import NotebookResult, StudentResult
from ..read.submission import Submission, read_submission
from ..read.times import FILE, course_zone, read_timestamp
from ..record import gradebook, journal
from ..report import pages
from ..run.opening import open_pool
from ..run.pool import Pool
from . import classroom
from .assignment import GradedNotebook, load_assignment, submission_key
from .one import grade_notebook

# For each running converter: its notebooks, its pool, and what it has graded. All of it goes when
# the converter goes.
_converters: weakref.WeakKeyDictionary[Any, _RunState] = weakref.WeakKeyDictionary()


class _RunState:
    """What the notebooks of one `nbgrader autograde` run share."""

    def __init__(self, converter: Any):
        self.course = converter.coursedir
        self.notebooks: dict[str, list[GradedNotebook]] = {}
        self.done: dict[tuple[str, str], list[NotebookResult]] = {}
        self._pools: dict[tuple[str, ...], Pool] = {}
        weakref.finalize(converter, _close, self._pools)

    def notebook(self, assignment: str, name: str) -> GradedNotebook:
        if assignment not in self.notebooks:
            self.notebooks[assignment] = load_assignment(self.course, assignment)
        return next(notebook for notebook in self.notebooks[assignment] if notebook.name == name)

    def pool(self, needs: tuple[str, ...]) -> Pool:
        """The sandbox, made ready at the first submission. There is no way round it in this
        mode.
        """
        if needs not in self._pools:
            self._pools[needs] = open_pool(needs)
        return self._pools[needs]


def _close(pools: dict[tuple[str, ...], Pool]) -> None:
    for pool in pools.values():
        pool.close()
    pools.clear()


class _Ours(NbGraderPreprocessor):
    def run_state(self) -> _RunState:
        converter = self.parent
        while converter is not None and getattr(converter, "coursedir", None) is None:
            converter = converter.parent
        if converter is None:
            raise NotReady("autograder's preprocessors work inside `nbgrader autograde` only.")
        if converter not in _converters:
            _converters[converter] = _RunState(converter)
        return _converters[converter]

    def submission(self, resources: dict) -> tuple[_RunState, GradedNotebook, Path, Submission]:
        """The submitted file, read by our own reader: nbformat's has no caps and repairs what it
        should refuse.
        """
        state, names = self.run_state(), resources["nbgrader"]
        notebook = state.notebook(names["assignment"], names["notebook"])
        folder = submitted_folder(state.course, names["student"], names["assignment"])
        submission = read_submission(folder / f"{notebook.name}.ipynb", notebook.template)
        return state, notebook, folder, submission


class Sanitize(_Ours):
    """Put the answers of the submission into the released notebook: locked cells, ids and points
    are ours.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        _, notebook, _, submission = self.submission(resources)
        for note in submission.notes:
            self.log.info("%s: %s", resources["nbgrader"]["student"], note)
        return _notebook(submission.cells, notebook), resources


class Grade(_Ours):
    """Run and judge the submission in the sandbox, and write marks, comments, late penalty and
    feedback.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        began = time.perf_counter()
        state, notebook, folder, submission = self.submission(resources)
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        result = grade_notebook(notebook, submission, student, state.pool(notebook.needs))
        record = classroom.notebook_record(notebook, submission, result)
        record.cells = None  # nbgrader writes the file
        stamp = read_timestamp(folder, course_zone(state.course))
        if stamp.complaint:
            self.log.warning(stamp.complaint)
        if stamp.text:  # nbgrader has copied the text as it was, and reads some zones otherwise
            place = autograded_folder(state.course, student, assignment)
            write_whole(place / FILE, stamp.text)
        notebooks = state.notebooks[assignment]
        with gradebook.Gradebook(state.course, assignment, [n.template for n in notebooks]) as book:
            book.record(gradebook.SubmissionRecord(student, [record], stamp.when, stamp.text))
        done = state.done.setdefault((assignment, student), [])
        done.append(result)
        if len(done) == len(notebooks):
            key = submission_key(notebooks, student, folder)
            whole = StudentResult(student, assignment, key, done)
            classroom.note_time(whole, stamp)
            whole.seconds = time.perf_counter() - began
            place = results_folder(state.course, assignment)
            pages.write_feedback(feedback_folder(place), whole)
            journal.append(place / journal.FILE, whole)
            del state.done[assignment, student]
        return _notebook(submission.cells, notebook), resources


def _notebook(cells: list[dict], notebook: GradedNotebook) -> NotebookNode:
    return nbformat.from_dict(
        {"cells": cells, "metadata": notebook.template.metadata, "nbformat": 4, "nbformat_minor": 5}
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
