"""Item analysis: difficulty, discrimination, distractors and time, against numbers worked out by other means."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.outcome import (
    CriterionResult,
    ExerciseResult,
    NotebookResult,
    QuestionResult,
    StudentResult,
)
from autograder.report.analysis import (
    ANSWERS_LISTED,
    ENOUGH,
    AnswerCount,
    ClassSummary,
    discrimination,
    histogram,
)


def result(student, criterion=0.0, question=None, rest=0.0, seconds=0.1):
    """A graded submission: one criterion, one question, and the other points of the student."""
    quiz = []
    if question is not None:
        points, given, status = (*question, "wrong")[:3]
        quiz.append(QuestionResult("q01", points, 2.0, points == 2.0, status, "", given))
    exercises = [
        ExerciseResult(
            name,
            points,
            50.0,
            [CriterionResult("c", name, points, 50.0, "passed")],
            seconds=seconds / 2,
        )
        for name, points in (("item", criterion), ("others", rest))
    ]
    total = criterion + rest + sum(q.points for q in quiz)
    notebook = NotebookResult("t", "graded", total, 102.0, "t", exercises, quiz)
    return StudentResult(student, "t", "k", [notebook], seconds=seconds)


def summary(results):
    found = ClassSummary()
    for one in results:
        found.add(one)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_discrimination_is_the_correlation_with_the_rest(seed):
    rng = np.random.default_rng(seed)
    item, rest = rng.integers(0, 5, 40).astype(float), rng.normal(50, 10, 40)
    by_hand = np.mean((item - item.mean()) * (rest - rest.mean())) / (item.std() * rest.std())
    assert discrimination(item, item + rest) == pytest.approx(by_hand)
    found = summary(
        result(f"s{n}", i, rest=r) for n, (i, r) in enumerate(zip(item, rest, strict=True))
    )
    assert found.exercise_items()[0].criteria[0].separates == pytest.approx(by_hand)


def test_no_discrimination_where_it_would_say_nothing():
    rising = np.arange(float(ENOUGH))
    assert discrimination(rising, 2 * rising) == pytest.approx(1)
    assert discrimination(rising[:-1], 2 * rising[:-1]) is None  # too few students
    assert discrimination(np.ones(ENOUGH), 1 + rising) is None  # everybody has the item
    assert discrimination(rising, rising) is None  # nothing else was graded


def test_a_wrong_answer_of_stronger_students_is_suspect():
    strong = [result(f"a{n}", rest=40, question=(0.0, "B")) for n in range(4)]
    weak = [result(f"b{n}", rest=10, question=(2.0, "A", "right")) for n in range(6)]
    lazy = [result("c", question=(0.0, "", "unanswered"))]
    (item,) = summary(strong + weak + lazy).quiz_items()
    assert item.percent == 55 and item.unanswered == 1 and item.separates < 0
    assert item.answers == [
        AnswerCount(True, "", 6, 12.0, suspect=False),
        AnswerCount(False, "B", 4, 40.0, suspect=True),
    ]


def test_right_answers_with_numbers_of_their_own_count_as_one_and_many_wrong_ones_stay_few():
    right = [result(f"a{n}", question=(2.0, str(n), "right")) for n in range(5)]
    wrong = [result(f"b{n}", question=(0.0, f"nonsense {n}")) for n in range(2000)]
    found = summary(right + wrong)
    assert len(found.quiz["q01"].answers) == 1000
    answers = found.quiz_items()[0].answers
    assert len(answers) == ANSWERS_LISTED and answers[0].count == 5


def test_time_names_the_slowest():
    found = summary(result(f"s{n}", seconds=0.1) for n in range(9))
    found.add(result("loop", seconds=9.0))
    time = found.time()
    assert time.median == pytest.approx(0.1) and time.own == pytest.approx(0.1)
    assert time.slowest[0].student == "loop" and ClassSummary().time() is None


@pytest.mark.parametrize(
    "scores", [[0, 100], [5.0] * 7, [33.3, 66.6, 99.9, 100.0, 0.0], [-1.0, 101.0]]
)
def test_the_histogram_counts_everybody_once(scores):
    bins = histogram(scores, 100.0)
    assert sum(count for _, _, count in bins) == len(scores) and len(bins) == 10
    assert histogram([], 100.0) == histogram(scores, 0.0) == []
