"""The bank of unseen answers: complete, judged by a person, and graded no worse than the first time."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from autograder.author.bank import BankReport, Graded, measure, read_bank

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
ROUNDS = json.loads((FOLDER / "first.json").read_text(encoding="utf-8"))["rounds"]


@pytest.fixture(scope="module")
def report() -> BankReport:
    stored = os.environ.get("COURSE_BANK")
    if stored:  # `make test` has just graded it for the book
        found = json.loads((ROOT / stored).read_text(encoding="utf-8"))
        return BankReport(tuple(Graded(**answer) for answer in found["answers"]))
    return measure(FOLDER)


def test_each_exercise_has_a_dozen_answers_right_and_wrong():
    answers = Counter((a.unit, a.exercise, a.right) for a in read_bank(FOLDER))
    exercises = {key[:2] for key in answers}
    assert len(exercises) >= 5
    for exercise in exercises:
        assert answers[*exercise, True] >= 4 and answers[*exercise, False] >= 9, exercise


@pytest.mark.slow
def test_all_answers_are_graded_and_every_name_has_been_judged(report):
    graded = {(a.unit, a.exercise, a.id) for a in report.answers}
    assert graded == {(a.unit, a.exercise, a.id) for a in read_bank(FOLDER)}
    waiting = [a for a in report.answers if a.called and not a.right and a.rightly is None]
    assert not [a for a in waiting if not a.full], "Judge these names in judged.yml."


def in_round(answer, seen):
    """Whether an answer was first seen in this round; the ids of later rounds begin with a letter of their own."""
    return f"{answer.unit}/{answer.exercise}" in seen["exercises"] and answer.id.rstrip(
        "0123456789"
    ) == seen.get("ids", "")


def test_every_answer_was_measured_on_first_sight():
    answers = list(read_bank(FOLDER))
    assert all(sum(in_round(answer, seen) for seen in ROUNDS) == 1 for answer in answers)
    for seen in ROUNDS:
        of_round = [answer for answer in answers if in_round(answer, seen)]
        assert sum(answer.right for answer in of_round) == seen["rates"]["right"]
        assert sum(not answer.right for answer in of_round) == seen["rates"]["wrong"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "seen", ROUNDS, ids=lambda seen: seen.get("ids", "") + seen["exercises"][0]
)
def test_the_grader_has_not_become_worse_than_it_was_on_first_sight(report, seen):
    of_round = [a for a in report.answers if in_round(a, seen)]
    now, then = BankReport(tuple(of_round)).rates(), seen["rates"]
    assert (now["right"], now["wrong"]) == (then["right"], then["wrong"])
    for count in ("refused", "passed", "named_wrongly"):
        assert now[count] <= then[count], count
    assert now["named_rightly"] >= then["named_rightly"]
