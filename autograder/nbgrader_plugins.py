"""Mode A: `nbgrader autograde` and the formgrader's button grade in the sandbox, with our scores and comments.

In nbgrader_config.py:

    c.Autograde.sanitize_preprocessors = ["autograder.nbgrader_plugins.Sanitize"]
    c.Autograde.autograde_preprocessors = [
        "autograder.nbgrader_plugins.Grade", "nbgrader.preprocessors.CheckCellMetadata"]

nbgrader's own list starts a kernel for each submission and lets the student's code write anything the instructor can.
Ours starts none: `Sanitize` lays the submission out as the released notebook has it, `Grade` does what `autograder
grade` does. Neither believes the submission's metadata, and neither cares what was printed to stderr.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import weakref
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from . import gradebook, grading
from .notebook import Submission, parse, arrange
from .sandbox import SandboxPool

_papers: dict[tuple[str, str], list[grading.Paper]] = {}


class _Ours(NbGraderPreprocessor):
    def _course(self, resources: dict) -> CourseDirectory:
        """The course directory of the running converter."""
        found = self.parent
        while found is not None and getattr(found, "coursedir", None) is None:
            found = found.parent
        if found is None:
            raise grading.NotReady("autograder's preprocessors work inside `nbgrader autograde` only.")
        return found.coursedir

    def _paper(self, resources: dict) -> grading.Paper:
        course, names = self._course(resources), resources["nbgrader"]
        return next(p for p in grading.load_papers(course, names["assignment"]) if p.name == names["notebook"])


class Sanitize(_Ours):
    """Replace the submission by its answers in the released notebook: locked cells, ids and points are ours."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        paper, names = self._paper(resources), resources["nbgrader"]
        # Read the file again with our own reader: nbformat's has no caps and repairs what it should refuse.
        folder = self._course(resources).format_path(
            self._course(resources).submitted_directory, names["student"], names["assignment"]
        )
        ...
        return nb, resources
