"""The quiz's "read as" in the notebook and the mark: the same function of the same text, whatever the cells hold.

Each notebook runs in IPython, cell by cell, and its check speaks; the grader reads the same cells from the file.
"""

from __future__ import annotations

import itertools
import json
import sys

import pytest

from autograder.quiz import QuizForm, read_bank
from autograder.quiz.show import form_message
from autograder.read.notebook import parse
from autograder.read.submission import arrange
from autograder.read.template import Template, TemplateCell

InteractiveShell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell

BANK = {
    "unit": "toy",
    "title": "Toy",
    "questions": [
        {
            "id": "q01",
            "kind": "number",
            "points": 2,
            "section": "01_toy#a",
            "prompt": "How much?",
            "answer": 8.91,
            "tolerance": 0.01,
            "common": [{"value": 3, "explain": "Count again."}],
            "explain": "It is.",
        },
        {
            "id": "q02",
            "kind": "several",
            "points": 3,
            "section": "01_toy#b",
            "prompt": "Which?",
            "options": [
                {"text": "one", "correct": True, "explain": "Yes."},
                {"text": "two", "explain": "No."},
                {"text": "three", "correct": True, "explain": "Yes."},
            ],
            "explain": "Two.",
        },
    ],
}


@pytest.fixture(scope="module")
def shell():
    from traitlets.config import Config

    main = sys.modules["__main__"]
    yield InteractiveShell(config=Config({"HistoryManager": {"hist_file": ":memory:"}}))
    # IPython has put a module of its own in its place, from which no process can be started.
    sys.modules["__main__"] = main


@pytest.fixture(scope="module")
def bank():
    return read_bank(BANK, "toy.yml")


def cell(name, source, **flags):
    meta = {"grade_id": name, "grade": False, "solution": False, "locked": False, **flags}
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {"nbgrader": meta} if name else {},
    }


def entry(role, name, source, target):
    return TemplateCell(role, cell(name, source), name, target)


TEMPLATE = Template(
    "toy",
    (
        entry("quiz", "quiz_q01", 'q01 = ""', "q01"),
        entry("quiz", "quiz_q02", 'q02 = ""', "q02"),
        entry("quiz_test", "test_quiz", "quiz.check(globals())", "quiz"),
    ),
    {},
    "",
)


def notebook_says(shell, bank, cells):
    """What the notebook's check says, after IPython has run the cells above it."""
    shell.reset()
    for name, source in cells:
        if name == "test_quiz":
            card = QuizForm(bank.public()).check(shell.user_ns)
            return dict(card.lines)
        shell.run_cell(source, store_history=True)
    raise AssertionError


def grader_reads(bank, cells):
    book = {"nbformat": 4, "cells": [cell(*c) for c in cells]}
    return arrange(parse(json.dumps(book).encode(), "x"), TEMPLATE).quiz


NUMBERS = [
    "q01 = 8.91",
    "q01 = '8,91'",
    'q01 = "８．９１"',  # full width
    "q01 = 2.97 * 3",
    "q01 = [8.91]",
    "  q01 = 8.91",
    "q01: float = 8.91",
    "q01 = q = 8.91",
    "r = 2.97\nq01 = r * 3",
    "q01 = round(8.9100001, 6)",
    "q01 = float('8.91')",
    "q01 = 8 448",
    "q01, other = 8.91, 1",
    "if True:\n    q01 = 8.91",
    "%%time\nq01 = 8.91",
    "!true\nq01 = 8.91",
    "q01 = None\nq01 = 8.91",
    "q01 = 'about nine'",
    "q01 = {}",
    ">>> q01 = 8.91",
    "exec('q01 = 8.91')",
]
LETTERS = [
    'q02 = "A, C"',
    'q02 = "Ａ，Ｃ"',  # full width
    "q02 = ['A', 'C']",
    "q02 = {'A', 'C'}",
    "q02 = ('C', 'A')",
    'q02 = "А, С"',  # Cyrillic
    "q02 = A, C",
    "q02 = 'A' + 'C'",
    'q02 = "A and Z"',
    'q02 = "three; one"',
]


def around(answers):
    """The same answers in several notebooks: in their cells, in cells of their own, and doubled."""
    one, two = answers
    yield [("quiz_q01", one), ("quiz_q02", two), ("test_quiz", "0")]
    yield [("quiz_q01", one), (None, two), (None, "print(q01)"), ("test_quiz", "0")]
    yield [
        ("quiz_q01", "q01 = 1"),
        ("quiz_q02", "q02 = 'B'"),
        (None, one),
        (None, two),
        ("test_quiz", "0"),
    ]


PAIRS = [
    *zip(NUMBERS, itertools.cycle(LETTERS)),
    *((NUMBERS[0], letters) for letters in LETTERS),
]


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_what_the_notebook_says_is_what_is_marked(shell, bank, one, two):
    for cells in around((one, two)):
        said = notebook_says(shell, bank, cells)
        read = grader_reads(bank, cells)
        results = {r.id: r for r in bank.grade(read, student="ada")}
        for form in bank.public()["questions"]:
            name = form["id"]
            status = results[name].status
            expected = form_message(form, read.get(name))
            spoken = said[name]
            assert spoken.startswith("read as") == expected.startswith("read as"), (
                cells,
                spoken,
                expected,
            )
            assert spoken.startswith("read as") == (status not in ("ill-formed", "unanswered"))
            if spoken.startswith("read as"):
                assert spoken == expected
            elif status == "ill-formed":
                # "not answered yet" would be untrue: something stands there.
                assert results[name].needs_manual


def test_right_answers_in_many_spellings_are_right(bank):
    right = [*NUMBERS[:8], *NUMBERS[14:17], NUMBERS[19]]
    for one, two in itertools.product(right, LETTERS[:5]):
        cells = [("quiz_q01", one), ("quiz_q02", two), ("test_quiz", "0")]
        results = bank.grade(grader_reads(bank, cells), student="ada")
        assert all(r.correct for r in results), (one, two, results)


def test_a_letter_of_another_alphabet_is_named(bank):
    form = next(f for f in bank.public()["questions"] if f["id"] == "q02")
    message = form_message(form, "А, С")
    assert "another alphabet" in message and "А" in message
    assert "another alphabet" not in form_message(form, "A, Z")


def test_an_answer_that_was_taken_back_is_none(shell, bank):
    """The history keeps what was typed before; an empty answer now is an empty answer."""
    shell.reset()
    for source in ('q01 = "8.91"', 'q01 = ""'):
        shell.run_cell(source, store_history=True)
    assert dict(QuizForm(bank.public()).check(shell.user_ns).lines)["q01"] == "not answered yet"


def test_outside_a_notebook_the_values_are_read(bank):
    lines = dict(QuizForm(bank.public()).check({"q01": 8.91, "q02": "A, C"}).lines)
    assert lines == {"q01": "read as 8.91", "q02": "read as A, C"}
    spoilt = {"q01": 8.91, "get_ipython": 3}
    assert dict(QuizForm(bank.public()).check(spoilt).lines)["q01"] == "read as 8.91"


def test_an_emptied_copy_below_hides_an_answer_in_the_notebook_only(shell, bank):
    """The notebook says less than the grader reads, never more: an untouched copy costs nothing."""
    cells = [("quiz_q01", "q01 = 8.91"), ("quiz_q01", 'q01 = ""'), ("test_quiz", "0")]
    assert notebook_says(shell, bank, cells)["q01"] == "not answered yet"
    assert grader_reads(bank, cells) == {"q01": 8.91}
