"""Quizzes: the question bank, reading typed answers, marking them, and showing practice quizzes.

model    what a quiz is made of
bank     the question bank, strict YAML
answers  what a student typed, read as the value that was meant
marking  one answer against one question
show     practice quizzes, and the form of a graded one

One bank format serves both uses. A *practice* bank lies open in `lessonkit` and is shown by
jupyterquiz. A *graded* bank stays with the instructor: students get `Bank.public()`, which holds
the questions and no key. Answers are plain values that were read as literals; nothing here executes
what a student typed.

    model    what a quiz is made of: questions, options, numbers of a student's own
    bank     reading and checking a bank
    answers  what a typed answer may mean
    marking  what an answer is worth
    show     practice questions on a page, and the form of a graded quiz
"""

from ..outcome import QuestionResult
from ..read.typed import Unreadable
from .answers import IllFormed, arithmetic
from .bank import Bank, BankError, load_bank, nbgrader_score, read_bank, right_answers
from .model import CHOICE, KINDS, Question
from .show import QuizCard, QuizForm

__all__ = [
    "CHOICE",
    "KINDS",
    "Bank",
    "BankError",
    "IllFormed",
    "Question",
    "QuestionResult",
    "QuizCard",
    "QuizForm",
    "Unreadable",
    "arithmetic",
    "load_bank",
    "nbgrader_score",
    "read_bank",
    "right_answers",
]
