"""The grader of the course: checks in the notebook, grading behind walls, both from the same bundle
of data.

    from autograder import course_unit
    check = course_unit("04_lstm_gates").check
    check("lstm_step", lstm_step)

Importing this package imports neither NumPy nor Keras nor nbgrader; each name loads its room when
it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .check import CourseUnit, Report, course_unit

__version__ = "0.1.0"
__all__ = ["CourseUnit", "Report", "course_unit"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(".check", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
