"""The grader of the course: checks in the notebook, grading behind walls, both from the same bundle
of data.

    from autograder import course_unit
    check = course_unit("04_lstm_gates").check
    check("lstm_step", lstm_step)

The rooms, in the order in which they may import one another (never upward):

    errors files text course outcome   the ground: what every room may use
    read      a submission, a hostile file, as data
    run       students' code behind walls; run/inside is all that goes in there
    judge     answers against the bundle: points, a diagnosis, words
    quiz      question banks, typed answers, marks
    record    nbgrader's database and results.jsonl
    report    cards, feedback pages, the class report
    lms       downloads from and marks for learning platforms
    grade     one submission, a class, a cluster, nbgrader's own button
    author    from source notebook and rubric to bundle, release and audit
    check authoring cli                the doors: a notebook, a checks folder, a shell

One exercise has five forms on its way, each in the form that the next room needs:

    declared   declare.Exercise        by its author: criteria, cases, mistakes, right alternatives
    compiled   bundle.ExerciseBundle   to data: every case with the answers that are known
    asked      protocol.Request        of the student's code; `protocol.Answer` comes back
    found      outcome.ExerciseResult  by the judge: points, status and words for each criterion
    written    outcome.StudentResult   a line of results.jsonl, marks in the gradebook, a page

Importing this package imports neither NumPy nor Keras nor nbgrader; each name loads its room when
it is first used.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from .check import CourseUnit, course_unit
    from .report.card import ResultCard

__version__ = "0.1.0"
__all__ = ["CourseUnit", "ResultCard", "course_unit"]
_HOMES = {"CourseUnit": ".check", "course_unit": ".check", "ResultCard": ".report.card"}

# Names that stand in configuration files of courses which began before the rooms had folders.
_MOVED = {
    "autograder.jailed_kernel": "autograder.run.jailed_kernel",
    "autograder.nbgrader_plugins": "autograder.grade.nbgrader_plugins",
    "autograder.release": "autograder.author.release",
}


class _Moved:
    """Finds a module under its old name: the same module object, wherever it is asked for.

    A finder and a loader by their methods alone: `importlib.abc` takes ten times as long to import
    as all the rest of this file.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _MOVED:
            return None
        return ModuleSpec(name, self)  # type: ignore[arg-type]  # a loader by its methods

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self._module = import_module(_MOVED[spec.name])
        self._spec = self._module.__spec__
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has just put the old name's there


sys.meta_path.insert(0, _Moved())


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
