"""The student's view: `check` in the notebook, and the card that it shows.

    from autograder import course_unit
    check = course_unit("04_lstm_gates").check
    check("lstm_step", lstm_step)

The same judge as at grading compares the answers, which cross as plain data here too: an object
that lies about itself gains nothing. A check leaves the notebook as it was: it works on copies,
puts the random states back, and ends a call that takes too long where the platform can do that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .judge.compiled import Bundle
from .judge.installed import load_public
from .judge.judge import judge
from .report.card import ResultCard
from .run.local import LocalCaller

if TYPE_CHECKING:
    from .quiz import QuizForm


class CourseUnit:
    """One unit as the student's notebook knows it. Reads its bundle when it is first needed."""

    def __init__(self, name: str):
        self.name = name

    @property
    def bundle(self) -> Bundle:
        """The public bundle, kept in memory."""
        return load_public(self.name)

    def check(self, exercise: str, *functions: Callable) -> ResultCard:
        """Check your solution of `exercise` on the public cases.

        Args:
            exercise: its name, "lstm_step".
            functions: what you have written; several in the order that the exercise names them.

        Raises:
            ValueError: there is no such exercise, or no function was given.
        """
        found = self.bundle.exercises.get(exercise)
        if found is None:
            known = ", ".join(self.bundle.exercises)
            raise ValueError(
                f"There is no exercise {exercise!r} in {self.name}. There are: {known}."
            )
        if len(functions) != len(found.targets):
            raise ValueError(
                f"check({exercise!r}, {', '.join(found.targets)}) is how this is called."
            )
        result = judge(found, LocalCaller(dict(zip(found.targets, functions, strict=True))))
        return ResultCard(result, printed=True)

    @property
    def quiz(self) -> QuizForm:
        """The quiz of the unit: `quiz.check(globals())` tells whether your answers can be read."""
        from .quiz import QuizForm

        return QuizForm(self.bundle.quiz or {"unit": self.name, "title": "", "questions": []})


def course_unit(name: str) -> CourseUnit:
    """The unit called `name`, for example "04_lstm_gates"."""
    return CourseUnit(name)
