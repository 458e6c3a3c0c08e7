"""Differences in words: what a wrong array looks like, for people."""

import numpy as np
import pytest

from autograder.judge import explain
from autograder.judge.compare import difference
from autograder.judge.difference import mismatch, picture
from autograder.report.links import book_url, section
from autograder.run.inside.protocol import Answer, ErrorInfo

RNG = np.random.default_rng(4)
CUBE = RNG.normal(size=(3, 5, 4))
SQUARE = RNG.normal(size=(4, 4))
MASK = np.array([[True, True, False], [True, False, False]])


def shifted(x, by):
    return np.roll(x, by, axis=1)


def words(expected, actual, **more):
    found = difference(expected, actual, 1e-4, 1e-6)
    return None if found is None else mismatch(found, **more)


@pytest.mark.parametrize(
    ("expected", "actual", "text"),
    [
        (SQUARE, SQUARE.T, "looks transposed"),
        (CUBE, CUBE[::-1], "reverse order along axis 0"),
        (CUBE, CUBE[:, ::-1], "reverse order along axis 1 (time)"),
        (CUBE, shifted(CUBE, 1), "one time step late"),
        (CUBE, shifted(CUBE, -1), "one time step early"),
        (CUBE, -CUBE, "wrong sign everywhere"),
        (CUBE, CUBE * 0.25, "0.25 times what is expected"),
        (CUBE, CUBE - 3, "everywhere 3 too small"),
        (CUBE, CUBE * 0, "zero everywhere"),
        (CUBE, CUBE * 0 + 2, "same number everywhere"),
        (CUBE, CUBE * (1 + 5e-4), "close, but not equal"),
        (
            CUBE,
            np.where(np.arange(5)[None, :, None] > 0, CUBE + RNG.normal(size=CUBE.shape), CUBE),
            "The first time step is right; it goes wrong from the second on",
        ),
        (
            SQUARE,
            np.where(np.eye(4) > 0, 9, SQUARE),
            "wrong in 4 of 16 entries, first at [0, 0]: yours is 9",
        ),
        (SQUARE, SQUARE**3 + RNG.normal(size=(4, 4)), "wrong everywhere: at [0, 0]"),
        (MASK, ~MASK, "True where False is expected"),
        (
            MASK,
            np.array([[True, True, True], [True, False, False]]),
            "yours is True, expected False",
        ),
        (2.0, -2.0, "wrong sign"),
        (2.0, 5.0, "yours is 5, expected 2"),
        (CUBE, CUBE.transpose(1, 0, 2), "the axes are in another order"),
        (CUBE, CUBE[:, -1], "axis 1 is gone"),
        (SQUARE, SQUARE[..., None], "an axis of length 1 too many"),
        (SQUARE, SQUARE[:3], "look at axis 0"),
        (SQUARE, np.stack([SQUARE, SQUARE]), "there is an axis too many"),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0}, "lacks the key `b`"),
        ({}, {"a": 1.0}, "an empty dict is expected"),
    ],
)
def test_what_it_looks_like(expected, actual, text):
    assert text in words(expected, actual)


def test_parts_in_the_wrong_order_are_recognised():
    h, c = SQUARE, SQUARE + RNG.normal(size=(4, 4))
    text = words((h, c), (c, h), returns=("h", "c"), whole=((h, c), (c, h)))
    assert text == "`h` holds what belongs into `c`. Check the order in which you return them."


def test_an_argument_that_comes_back_is_recognised():
    text = words((SQUARE,), (SQUARE + 1,), returns=("h",), inputs={"h_prev": SQUARE + 1})
    assert text == "`h` is the argument `h_prev`, unchanged."


def test_texts_that_differ_are_quoted_only_where_nothing_is_hidden():
    assert (
        words(["good", "film"], ["good", "movie"])
        == "Item 1 of your return value is `movie`; `film` is expected."
    )
    hidden = words(["good", "film"], ["good", "movie"], reveal=False)
    assert "another text" in hidden and "film" not in hidden and "movie" not in hidden
    assert "a text is expected" in words(["good"], [3])


def test_without_reveal_no_number_is_shown():
    text = words(SQUARE, np.where(np.eye(4) > 0, 9.25, SQUARE), reveal=False)
    assert "yours" not in text and "9.25" not in text and "4 of 16" in text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("missing", "no function called `f`"),
        ("timeout", "in time"),
        ("died", "ended the whole Python process"),
        ("unreadable", "could not be read"),
        ("machine", "you lose nothing"),
        ("error", "an error"),
    ],
)
def test_every_status_has_words(status, text):
    assert text in explain.failure("f", Answer(status), reveal=True)


def test_the_words_and_the_line_of_the_sandbox_are_used():
    error = ErrorInfo("TimeLimit", "It ran longer than 5 s and was stopped.", 3, "while True:")
    text = explain.failure("f", Answer("timeout", error=error), reveal=False)
    assert text == "`f`: It ran longer than 5 s and was stopped. Line 3: `while True:`."


def test_messages_of_errors_are_quoted_short_and_without_secret_numbers():
    error = Answer(
        "error",
        error=ErrorInfo("ValueError", "got [0.123456 -1e-05] " + "x" * 500, 2, "raise `this`"),
    )
    shown = explain.failure("f", error, reveal=False)
    assert "0.123456" not in shown and "1e-05" not in shown and len(shown) < 300
    assert "0.123456" in explain.failure("f", error, reveal=True)
    assert (
        shown.count("`") % 2 == 0
    )  # a backtick of the student's does not break the marking of code


@pytest.mark.parametrize(
    ("kind", "message", "hint"),
    [
        (
            "ValueError",
            "operands could not be broadcast together with shapes (2,) (3,)",
            "print `.shape`",
        ),
        ("MemoryError", "", "a loop that does not end"),
        ("_ArrayMemoryError", "Unable to allocate 8 GiB", "an axis too many"),
        ("MyMemoryError", "", None),
        ("ValueError", "MemoryError: no", None),
    ],
)
def test_common_errors_have_a_hint(kind, message, hint):
    text = explain.failure("f", Answer("error", error=ErrorInfo(kind, message, 2)), reveal=True)
    assert ("Usually" in text and hint in text) if hint else "Usually" not in text


def test_sections_have_addresses_in_the_book(monkeypatch):
    monkeypatch.setattr(
        "autograder.report.links.course_facts", lambda: {"book": "https://example.org/book"}
    )
    assert book_url("04_lstm_gates#the-forget-gate") == (
        "https://example.org/book/lessons/04_lstm_gates.html#the-forget-gate"
    )
    assert section("04_lstm_gates#the-forget-gate") == "lesson 04, the forget gate"
    assert book_url(None) is None


def test_facts_in_words():
    assert explain.fact("layers.LSTM.units", {"min": 8}, 4) == (
        "Your model: layer LSTM, units is `4`; expected: at least `8`."
    )
    assert "not there" in explain.fact("optimizer", "Adam", None)


# ----------------------------------------------------------------------------------------------------- small pictures


def drawn(expected, actual):
    return picture(difference(expected, actual, 1e-4, 1e-6))


def test_a_picture_shows_where_a_matrix_is_wrong():
    assert drawn(SQUARE, np.where(np.eye(4) > 0, 9, SQUARE)).splitlines() == [
        "axis 0 ↓  axis 1 →",
        "  ✗ · · ·",
        "  · ✗ · ·",
        "  · · ✗ ·",
        "  · · · ✗",
        "· right  ✗ wrong",
    ]


def test_a_picture_of_a_batch_shows_steps_and_says_what_is_partly_wrong():
    late = np.where(np.arange(5)[None, :, None] > 2, 7.0, CUBE)
    late[0, 0, 0] = 7.0
    assert drawn(CUBE, late).splitlines() == [
        "axis 0 ↓  axis 1 →",
        "  ◐ · · ✗ ✗",
        "  · · · ✗ ✗",
        "  · · · ✗ ✗",
        "· right  ✗ wrong  ◐ partly",
    ]
    assert drawn(np.arange(5.0), np.array([0, 1, 2, 4, 4.0])).splitlines() == [
        "  · · · ✗ ·",
        "· right  ✗ wrong",
    ]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (SQUARE, SQUARE + 1),
        (np.ones(3), np.array([1, 1, 2.0])),
        (2.0, 3.0),
        (SQUARE, SQUARE[:2]),
        (np.ones((400, 3)), np.vstack([np.ones((399, 3)), np.zeros((1, 3))])),
    ],
    ids=["wrong everywhere", "too small", "one number", "another shape", "wrong beyond the map"],
)
def test_no_picture_where_it_would_say_nothing(expected, actual):
    assert drawn(expected, actual) == ""


def test_a_picture_fits_a_phone_and_says_that_there_is_more():
    lines = drawn(np.zeros((500, 500)), np.triu(np.ones((500, 500)))).splitlines()
    assert (
        len(lines) == 15
        and max(map(len, lines)) <= 52
        and lines[1].endswith("…")
        and lines[-2] == "  …"
    )
