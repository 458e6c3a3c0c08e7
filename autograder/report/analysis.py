"""What the results of a class say: distribution, difficulty and discrimination of items,
distractors, time.

It counts and computes, from results as the results file holds them, one at a time; only a few
numbers are kept for each student. It never reads a submission and never writes a page: `report`
does.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ..outcome import CriterionResult, ExerciseResult, QuestionResult, StudentResult
from ..text import cut

HELP_LISTED = 15  # students under "who needs help"
MISTAKES_LISTED = 20
ANSWERS_LISTED = 6  # different answers to one quiz question
SLOWEST_LISTED = 5
ANSWERS_KEPT = 1000  # different answers counted for one question, however many a class invents
ENOUGH = 10  # students without whom a correlation says nothing


def first_failure(exercise: ExerciseResult) -> CriterionResult | None:
    """The criterion that speaks: the first that is neither passed nor merely not reached."""
    spoken = (c for c in exercise.criteria if c.status not in ("passed", "not reached"))
    return next(spoken, None)


def discrimination(item: Iterable[float], totals: Iterable[float]) -> float | None:
    """How well an item tells strong students from weak ones: its correlation with the points of
    everything else.

    Args:
        item: points of each student for the item, shape (students,).
        totals: all points of each student, the item's included, shape (students,).

    Returns:
        Pearson's r between item and total less item, from -1 to 1; None for fewer than `ENOUGH`
        students, or where everybody has the same points. Source: Henrysson (1963),
        doi:10.1007/BF02289618.
    """
    points = np.asarray(list(item), float)
    rest = np.asarray(list(totals), float) - points
    if len(points) < ENOUGH or np.ptp(points) < 1e-9 or np.ptp(rest) < 1e-9:
        return None
    return float(np.corrcoef(points, rest)[0, 1])


def histogram(scores: list[float], maximum: float, n: int = 10) -> list[tuple[float, float, int]]:
    """(from, to, students) for `n` equal ranges of 0 to `maximum` points; the last range holds its
    end.
    """
    if not scores or maximum <= 0:
        return []
    counts = Counter(min(int(n * max(score, 0.0) / maximum), n - 1) for score in scores)
    return [(maximum * k / n, maximum * (k + 1) / n, counts[k]) for k in range(n)]


# ---------------------------------------------------------------------------- one row of each table


@dataclass(frozen=True)
class StudentRow:
    """A student who was graded. `own`: seconds in the student's own functions."""

    student: str
    points: float
    stops: str  # where the work stops
    by_exercise: dict[str, float]
    to_mark: bool
    seconds: float
    own: float


@dataclass(frozen=True)
class NotGraded:
    student: str
    reason: str


@dataclass(frozen=True)
class Remark:
    """What the instructor has to put right at a submission that was graded."""

    student: str
    text: str


@dataclass(frozen=True)
class MistakeCount:
    exercise: str
    title: str
    message: str
    count: int


@dataclass(frozen=True)
class CriterionItem:
    """`percent` passed of all graded; `separates`: see `discrimination`."""

    title: str
    percent: int
    not_reached: int
    separates: float | None


@dataclass(frozen=True)
class ExerciseItem:
    """`nothing`: students without a point; `mean` of the points."""

    name: str
    max_points: float
    nothing: int
    mean: float
    criteria: list[CriterionItem]


@dataclass(frozen=True)
class AnswerCount:
    """An answer to a question, how many gave it, and the mean of all their points.

    `suspect`: it is wrong, and those who gave it are stronger than those who are right.
    """

    right: bool
    given: str
    count: int
    mean: float
    suspect: bool


@dataclass(frozen=True)
class QuestionItem:
    """`percent` right of all; `separates`: see `discrimination`."""

    id: str
    percent: int
    unanswered: int
    separates: float | None
    answers: list[AnswerCount]


@dataclass(frozen=True)
class Time:
    """Seconds of grading and of the student's own functions: medians, and the slowest students."""

    median: float
    own: float
    slowest: list[StudentRow]


# ----------------------------------------------------------------------------------------- the sums


@dataclass
class _CriterionSums:
    title: str
    status: Counter[str] = field(default_factory=Counter)
    points: dict[int, float] = field(default_factory=dict)  # by place of the student


@dataclass
class _ExerciseSums:
    max_points: float
    points: list[float] = field(default_factory=list)
    nothing: int = 0
    criteria: dict[str, _CriterionSums] = field(default_factory=dict)


@dataclass
class _QuestionSums:
    right: int = 0
    n: int = 0
    unanswered: int = 0
    points: dict[int, float] = field(default_factory=dict)  # by place of the student
    # (whether right, what was given) to how many, and the sum of all their points
    answers: dict[tuple[bool, str], tuple[int, float]] = field(default_factory=dict)


class ClassSummary:
    """Sums over the results of a class; feed it with `add`, then read the attributes and
    methods.
    """

    def __init__(self) -> None:
        self.students: list[StudentRow] = []
        self.failed: list[NotGraded] = []
        self.remarks: list[Remark] = []
        self.mistakes: Counter[tuple[str, str]] = Counter()
        self.mistake_words: dict[tuple[str, str], tuple[str, str]] = {}
        self.exercises: dict[str, _ExerciseSums] = {}
        self.quiz: dict[str, _QuestionSums] = {}
        self.absent: Counter[str] = Counter()  # modules that are not installed here
        self.automatic = self.by_hand = 0.0
        self.to_mark = 0
        self.title = ""

    def add(self, result: StudentResult) -> None:
        """Count one submission."""
        if not result.graded:
            reasons = [notebook.reason for notebook in result.notebooks if notebook.reason]
            last = reasons[0].strip().splitlines()[-1] if reasons else "unknown"
            self.failed.append(NotGraded(result.student, last))
            return
        self.title = self.title or result.notebooks[0].title
        self.remarks += [Remark(result.student, remark) for remark in result.remarks]
        by_exercise: dict[str, float] = {}
        stops, own = "", 0.0
        place, total = len(self.students), result.points
        self.absent.update({name for notebook in result.notebooks for name in notebook.absent})
        for notebook in result.notebooks:
            for exercise in notebook.exercises:
                by_exercise[exercise.exercise] = exercise.points
                own += exercise.seconds
                words = self._exercise(exercise, place)
                stops = stops or words
            for question in notebook.quiz:
                self._question(question, place, total)
            if notebook.quiz:
                by_exercise["quiz"] = sum(question.points for question in notebook.quiz)
            if notebook.status == "missing":
                stops = stops or "no notebook was handed in"
        by_hand = sum(w.max_points for notebook in result.notebooks for w in notebook.written)
        # A missing notebook does not say which points are given by hand.
        if by_hand or not self.automatic:
            self.by_hand, self.automatic = by_hand, result.max_points - by_hand
        self.to_mark += result.needs_manual
        self.students.append(
            StudentRow(
                result.student,
                total,
                stops or "the quiz",
                by_exercise,
                result.needs_manual,
                result.seconds,
                own,
            )
        )

    def _exercise(self, exercise: ExerciseResult, place: int) -> str:
        name = exercise.exercise
        sums = self.exercises.setdefault(name, _ExerciseSums(exercise.max_points))
        sums.points.append(exercise.points)
        for criterion in exercise.criteria:
            item = sums.criteria.setdefault(criterion.id, _CriterionSums(criterion.title))
            item.status[criterion.status] += 1
            item.points[place] = criterion.points
        diagnosis, failure = exercise.diagnosis, first_failure(exercise)
        # One that comes from an earlier exercise is counted there.
        if diagnosis and not diagnosis.exercise:
            key = (name, diagnosis.mistake)
            self.mistakes[key] += 1
            self.mistake_words[key] = (diagnosis.title, diagnosis.message)
        sums.nothing += exercise.points == 0
        if not exercise.written:
            return f"`{name}` is not written yet"
        if diagnosis:
            return f"`{name}`: {diagnosis.title}"
        return f"`{name}`: {_first_sentence(failure.message)}" if failure else ""

    def _question(self, question: QuestionResult, place: int, total: float) -> None:
        sums = self.quiz.setdefault(question.id, _QuestionSums())
        sums.n += 1
        sums.right += question.correct
        sums.unanswered += question.status == "unanswered"
        sums.points[place] = question.points
        # Right answers to a question with numbers of its own differ by student, so they count as
        # one.
        given = (True, "") if question.correct else (False, question.given)
        if question.status != "unanswered" and (
            given in sums.answers or len(sums.answers) < ANSWERS_KEPT
        ):
            count, points = sums.answers.get(given, (0, 0.0))
            sums.answers[given] = (count + 1, points + total)

    # ------------------------------------------------------------------------------------- readings

    def scores(self) -> list[float]:
        return sorted(student.points for student in self.students)

    def quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median, upper quartile of the automatic points."""
        scores = self.scores() or [0.0]
        if len(scores) == 1:
            return scores[0], scores[0], scores[0]
        lower, middle, upper = statistics.quantiles(scores, n=4, method="inclusive")
        return lower, middle, upper

    def weak(self) -> list[StudentRow]:
        """Students below half of the automatic points, the weakest first."""
        below = (student for student in self.students if student.points < self.automatic / 2)
        return sorted(below, key=lambda student: student.points)

    def frequent_mistakes(self) -> list[MistakeCount]:
        return [
            MistakeCount(exercise, *self.mistake_words[exercise, mistake], count)
            for (exercise, mistake), count in self.mistakes.most_common(MISTAKES_LISTED)
        ]

    def exercise_items(self) -> list[ExerciseItem]:
        """Every exercise with its criteria: share passed, share not reached, discrimination."""
        return [
            ExerciseItem(
                name,
                sums.max_points,
                sums.nothing,
                statistics.fmean(sums.points),
                [
                    CriterionItem(
                        criterion.title,
                        round(100 * criterion.status["passed"] / len(sums.points)),
                        criterion.status["not reached"],
                        self._separates(criterion.points),
                    )
                    for criterion in sums.criteria.values()
                ],
            )
            for name, sums in self.exercises.items()
        ]

    def quiz_items(self) -> list[QuestionItem]:
        """Every question: share right, discrimination, and the answers with how strong those are
        who gave them.
        """
        return [
            QuestionItem(
                name,
                round(100 * sums.right / sums.n),
                sums.unanswered,
                self._separates(sums.points),
                _answers(sums.answers),
            )
            for name, sums in self.quiz.items()
        ]

    def _separates(self, points: Mapping[int, float]) -> float | None:
        return discrimination(points.values(), (self.students[place].points for place in points))

    def time(self) -> Time | None:
        """The seconds of the class; None for a class without results."""
        if not self.students:
            return None
        return Time(
            statistics.median(student.seconds for student in self.students),
            statistics.median(student.own for student in self.students),
            sorted(self.students, key=lambda student: -student.seconds)[:SLOWEST_LISTED],
        )


def _answers(counted: Mapping[tuple[bool, str], tuple[int, float]]) -> list[AnswerCount]:
    """The right answer and the most frequent others."""
    best = next((points / n for (right, _), (n, points) in counted.items() if right), None)
    listed = [
        AnswerCount(
            right,
            given,
            count,
            points / count,
            suspect=not right and count >= 3 and best is not None and points / count > best,
        )
        for (right, given), (count, points) in counted.items()
    ]
    listed.sort(key=lambda answer: (not answer.right, -answer.count, answer.given))
    return listed[:ANSWERS_LISTED]


def _first_sentence(text: str, limit: int = 160) -> str:
    sentence = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0].rstrip(".")
    return cut(sentence, limit)
