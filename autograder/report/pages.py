"""What students and instructors read: feedback for each student, a report for the class.

Every string that a student wrote or caused is escaped: in HTML by the templates, in nbgrader's
Markdown comments by `comment_text`. No page shows a hidden case. Pages hold everything that they
need, carry no script and load nothing.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import write_whole
from ..outcome import (
    CriterionResult,
    ExerciseResult,
    NotebookResult,
    StudentResult,
    absent_modules,
)
from ..quiz.answers import LETTERS, plain_text
from ..text import cut, quiet_markdown
from . import analysis
from .analysis import first_failure
from .links import book_url, section
from .render import number, render

if TYPE_CHECKING:
    from ..quiz import Question

ASKED = 160  # characters of a question that the class report repeats


# ------------------------------------------------------------------------------------- in nbgrader


def comment_text(exercise: ExerciseResult) -> str | None:
    """The diagnosis as nbgrader's comment on the solution cell; None where all is right."""
    if exercise.diagnosis is not None:
        text = exercise.diagnosis.message
    else:
        failure = first_failure(exercise)
        if failure is None:
            return None
        text = f"{failure.title}: {failure.message}"
    return quiet_markdown(text)


# ----------------------------------------------------------------------------- feedback per student


@dataclass(frozen=True)
class FirstLook:
    """What a student should look at first in an exercise, and where to read about it."""

    title: str
    message: str
    place: str
    link: str | None


@dataclass(frozen=True)
class ExerciseView:
    """An exercise with what its page shows: each criterion with the words that stand below it, the
    first thing to look at, and the address where to read about it.
    """

    result: ExerciseResult
    criteria: list[tuple[CriterionResult, str]]
    first: FirstLook | None
    link: str | None


@dataclass(frozen=True)
class NotebookView:
    """A notebook with its exercises, what is right in it, and what to look at first."""

    result: NotebookResult
    exercises: list[ExerciseView]
    right: list[str]
    first: FirstLook | None


def feedback_html(result: StudentResult) -> str:
    """The feedback page of one student."""
    written = [question for notebook in result.notebooks for question in notebook.written]
    by_hand = sum(question.max_points for question in written)
    return render(
        "feedback.html",
        title=result.notebooks[0].title or result.assignment,
        student=result.student,
        graded=result.graded,
        points=result.points,
        automatic=result.max_points - by_hand,
        by_hand=sum(question.max_points for question in written if question.touched),
        notebooks=[_notebook_view(notebook) for notebook in result.notebooks],
    )


def _notebook_view(notebook: NotebookResult) -> NotebookView:
    views = [_exercise_view(exercise) for exercise in notebook.exercises]
    whole = [e for e in notebook.exercises if e.points >= e.max_points]
    right = [f"`{exercise.exercise}`: everything is right." for exercise in whole]
    for exercise in notebook.exercises:
        passed = [c.title for c in exercise.criteria if c.status == "passed"]
        if passed and exercise.points < exercise.max_points:
            right.append(f"`{exercise.exercise}`: {'. '.join(passed)}.")
    answered = sum(question.correct for question in notebook.quiz)
    if answered:
        right.append(f"Quiz: {answered} of {len(notebook.quiz)} questions.")
    # What was tried comes before what was not begun.
    tried = sorted((view for view in views if view.first), key=lambda view: not view.result.written)
    return NotebookView(notebook, views, right, tried[0].first if tried else None)


def _exercise_view(exercise: ExerciseResult) -> ExerciseView:
    diagnosis, failure = exercise.diagnosis, first_failure(exercise)
    see = (diagnosis.see if diagnosis else None) or exercise.see or ""
    link = book_url(see)
    first, spoken = None, diagnosis or failure
    if spoken is not None:
        title = f"`{exercise.exercise}`: {spoken.title}"
        first = FirstLook(title, spoken.message, section(see), link)
    criteria = []
    for criterion in exercise.criteria:
        silent = criterion.status in ("passed", "not reached") or (
            diagnosis is not None and criterion is failure
        )
        criteria.append((criterion, "" if silent else criterion.message))
    return ExerciseView(exercise, criteria, first, link)


def write_feedback(folder: Path, result: StudentResult) -> Path:
    """Write the student's page; the name of the file is the student's id, made safe."""
    path = folder / f"{file_name(result.student)}.html"
    return write_whole(path, feedback_html(result))


def file_name(student: str) -> str:
    """A file name for a student's id that is safe on every system, keeps accents, and is no other
    student's.
    """
    safe = re.sub(r"[^\w.@+-]", "_", student).lstrip(".")[:60]
    return (
        safe if safe == student else f"{safe}-{hashlib.sha256(student.encode()).hexdigest()[:10]}"
    )


# ------------------------------------------------------------------------------------- class report


@dataclass(frozen=True)
class QuestionView:
    """A question with what was asked, and its answers with the texts of the options chosen."""

    item: analysis.QuestionItem
    asked: str
    answers: list[tuple[analysis.AnswerCount, str]]


@dataclass(frozen=True)
class Bar:
    """One range of the histogram; `percent` of the longest bar."""

    label: str
    count: int
    percent: int


def class_html(
    assignment: str,
    results: Iterable[StudentResult],
    columns: list[str] | None = None,
    questions: Mapping[str, Question] | None = None,
) -> str:
    """The class report from results as in the results file; `questions` of the quiz say what was
    asked.
    """
    summary = analysis.ClassSummary()
    for result in results:
        summary.add(result)
    scores, weak, (lower, median, upper) = summary.scores(), summary.weak(), summary.quartiles()
    return render(
        "class.html",
        assignment=assignment,
        title=summary.title or assignment,
        n=len(summary.students) + len(summary.failed),
        when=time.strftime("Made on %d %B %Y at %H:%M"),
        scores=scores,
        failed=summary.failed,
        remarks=summary.remarks,
        absent=absent_modules(summary.absent),
        automatic=summary.automatic,
        by_hand=summary.by_hand,
        to_mark=summary.to_mark,
        lower=lower,
        upper=upper,
        median=median,
        bins=_bars(scores, summary.automatic),
        help=weak[: analysis.HELP_LISTED],
        help_more=max(0, len(weak) - analysis.HELP_LISTED),
        students=sorted(summary.students, key=lambda s: s.student.casefold()),
        columns=columns or [*summary.exercises, *(["quiz"] if summary.quiz else [])],
        mistakes=summary.frequent_mistakes(),
        exercises=summary.exercise_items(),
        time=summary.time(),
        enough=analysis.ENOUGH,
        quiz=[
            _question_view(item, (questions or {}).get(item.id)) for item in summary.quiz_items()
        ],
    )


def _question_view(item: analysis.QuestionItem, question: Question | None) -> QuestionView:
    texts: dict[str, str] = {}
    if question is not None:
        texts = dict(zip(LETTERS, (plain_text(o.text) for o in question.options), strict=False))
    answers = []
    for answer in item.answers:
        letters = [letter.strip() for letter in answer.given.split(",")]
        known = all(letter in texts for letter in letters)
        answers.append((answer, "; ".join(texts[x] for x in letters) if known else ""))
    asked = cut(plain_text(question.prompt), ASKED) if question else ""
    return QuestionView(item, asked, answers)


def _bars(scores: list[float], maximum: float) -> list[Bar]:
    """The histogram as bars whose lengths are percent of the longest."""
    bins = analysis.histogram(scores, maximum)
    longest = max((count for _, _, count in bins), default=0)
    return [
        Bar(f"{number(low)} to {number(high)}", count, round(100 * count / longest))
        for low, high, count in bins
    ]


def write_class_report(
    path: Path,
    assignment: str,
    results: Iterable[StudentResult],
    columns: list[str] | None = None,
    questions: Mapping[str, Question] | None = None,
) -> Path:
    return write_whole(path, class_html(assignment, results, columns, questions))
