"""The right option of a quiz question is told by what it says: its length and its place give no hint."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from autograder.quiz import load_bank

ROOT = Path(__file__).resolve().parents[2]

SETS = {
    "graded": ROOT / "exercises" / "quizzes",
    "practice": ROOT / "lessons" / "lessonkit" / "quizzes",
}
AT_MOST = 0.30  # of the questions have the strictly longest, or the strictly shortest, option right
SHARE = (0.15, 0.35)  # of the questions have the right option at one of the places A to D

every_set = pytest.mark.parametrize("folder", SETS.values(), ids=SETS)


def choices(folder: Path) -> dict[str, list[tuple[int, bool]]]:
    """`(length as shown, right or not)` of the options of every question with one right option."""
    return {
        f"{path.stem} {question.id}": [
            (len(re.sub(r"<[^>]*>", "", option.text)), option.correct)
            for option in question.options
        ]
        for path in sorted(folder.glob("*.yml"))
        for question in load_bank(path).questions
        if question.kind == "one"
    }


def right_and_wrong(options: list[tuple[int, bool]]) -> tuple[int, list[int]]:
    (right,) = [length for length, correct in options if correct]
    return right, [length for length, correct in options if not correct]


@every_set
@pytest.mark.parametrize("extreme", ["longest", "shortest"])
def test_the_length_of_an_option_does_not_tell_the_right_one(folder, extreme):
    every, hits = choices(folder), []
    assert every
    for name, options in every.items():
        right, wrong = right_and_wrong(options)
        if right > max(wrong) if extreme == "longest" else right < min(wrong):
            hits.append(name)
    assert len(hits) <= AT_MOST * len(every), f"{len(hits)} of {len(every)}: {', '.join(hits)}"


@every_set
def test_every_place_holds_the_right_option_about_as_often(folder):
    places = Counter(
        [correct for _, correct in options].index(True)
        for options in choices(folder).values()
        if len(options) >= 4
    )
    number = places.total()
    assert number and all(
        SHARE[0] * number <= places[place] <= SHARE[1] * number for place in range(4)
    ), dict(sorted(places.items()))
