"""Feedback pages, class report, comments: complete, escaped, self-contained, and silent about hidden cases."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import get_args

import pytest

from autograder.outcome import (
    AnswerStatus,
    CriterionResult,
    CriterionStatus,
    Diagnosis,
    ExerciseResult,
    FailedCell,
    NotebookResult,
    QuestionResult,
    StudentResult,
    WrittenResult,
)
from autograder.report import pages
from autograder.report.card import ResultCard, quiz_card
from autograder.report.vocabulary import LOOKS, TONES
from autograder.text import quiet_markdown

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)> `</code><b>` {{ 7*7 }}'


def exercise(
    name="double",
    points=2.0,
    diagnosis=None,
    statuses=("passed", "failed"),
    message="Off by two.",
    **more,
):
    criteria = [
        CriterionResult(
            f"c{number}",
            f"Criterion {number} of `{name}`",
            points * (status == "passed"),
            3.0,
            status,
            "" if status == "passed" else message,
            "HIDDEN [1.5, 2.5]",
        )
        for number, status in enumerate(statuses)
    ]
    return ExerciseResult(
        name,
        points,
        6.0,
        criteria,
        diagnosis,
        printed="PRINTED 3.14159",
        see="01_toy#double",
        **more,
    )


def student(name="ada", exercises=None, status="graded", quiz=(), **more):
    exercises = [exercise()] if exercises is None else exercises
    notebook = NotebookResult(
        "toy",
        status,
        sum(part.points for part in [*exercises, *quiz]),
        16.0,
        exercises=exercises,
        quiz=list(quiz),
        written=more.pop("written", [WrittenResult("written_why", 5.0, True)]),
        **more,
    )
    return StudentResult(name, "toy", "k", [notebook], seconds=0.1)


def question(**more):
    plain = {"id": "q01", "points": 0.0, "max_points": 2.0, "correct": False, "status": "wrong"}
    return QuestionResult(**plain | {"given": "2", "message": "Count again."} | more)


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data + " "


def self_contained(page):
    assert not {"script", "iframe", "link", "object", "img"} & set(page.tags)
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert not any(name in ("src", "srcset") for name, _ in page.attributes)
    assert ("name", "viewport") in page.attributes


def test_feedback_tells_what_is_right_first_then_the_first_thing_to_look_at():
    found = Diagnosis(
        "added", "You added", "You added 2 where you should multiply.", "01_toy#double"
    )
    exercises = [exercise("double", 6.0, None, ("passed",)), exercise("mean", 2.0, found)]
    page = Page(pages.feedback_html(student(exercises=exercises)))
    self_contained(page)
    text = re.sub(r"\s+", " ", page.text)
    order = [
        text.index(part)
        for part in (
            "What is right",
            "everything is right",
            "Look at this first",
            "You added 2",
            "Exercise by exercise",
        )
    ]
    assert order == sorted(order)
    assert "8 of 11 points" in text and "5 more that a person marks" in text
    assert "lesson 01, double" in text


def test_no_page_shows_hidden_details_or_what_was_printed():
    result = student(exercises=[exercise()])
    for html in (pages.feedback_html(result), pages.class_html("toy", [result])):
        assert "HIDDEN" not in html and "PRINTED" not in html


@pytest.mark.parametrize(
    "place",
    ["student", "message", "title", "note", "cell", "given", "quiz message", "reason", "id"]
    + ["written", "remark"],
)
def test_every_string_is_escaped(place):
    diagnosis = Diagnosis("m", EVIL, EVIL) if place == "title" else None
    result = student(
        EVIL if place == "student" else "ada",
        [
            exercise(
                name=EVIL if place == "id" else "double",
                message=EVIL if place == "message" else "Off.",
                diagnosis=diagnosis,
            )
        ],
        quiz=[
            question(
                given=EVIL if place == "given" else "2",
                message=EVIL if place == "quiz message" else "No.",
            )
        ],
        notes=[EVIL] if place == "note" else [],
        reason=EVIL if place == "reason" else "",
        failed_cells=[FailedCell(EVIL, "error", EVIL)] if place == "cell" else [],
        status="error" if place == "reason" else "graded",
        written=[WrittenResult("why", 5.0, True, EVIL if place == "written" else "")],
    )
    result.remarks = [EVIL] if place == "remark" else []
    for html in (pages.feedback_html(result), pages.class_html("toy", [result])):
        self_contained(Page(html))
        assert "49" not in html or place not in html


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("unreadable", "could not be read"),
        ("error", "our error"),
        ("missing", "There was no notebook"),
    ],
)
def test_what_was_not_graded_is_said_with_what_to_do(status, says):
    html = pages.feedback_html(student(exercises=[], status=status))
    assert says in html and "Traceback" not in html


def test_the_class_report_counts():
    added = Diagnosis("added", "You added", "You added 2.")
    weak, strong = ("failed", "not reached"), ("passed", "passed")
    inherited = Diagnosis("double/added", "You added", "Mend `double` first.", None, "double")
    results = [
        student(
            f"s{number:02d}",
            [
                exercise(
                    points=0.0 if number < 3 else 6.0,
                    statuses=weak if number < 3 else strong,
                    diagnosis=added if number < 2 else None,
                ),
                exercise("mean", 3.0, inherited if number < 2 else None),
            ],
            quiz=[
                question(
                    correct=number > 3,
                    status="right" if number > 3 else "wrong",
                    points=2.0 * (number > 3),
                )
            ],
        )
        for number in range(10)
    ]
    results.append(student("broken", [], "unreadable", reason="a/b.ipynb: not a notebook file."))
    html = pages.class_html("toy", results)
    page = Page(html)
    self_contained(page)
    text = re.sub(r"\s+", " ", page.text)
    assert "Submissions 11" in text and "Graded 10" in text and "Not graded 1" in text
    assert (
        text.count("double You added You added 2. 2") == 1 and "Mend" not in text
    )  # counted where it was made
    assert "a/b.ipynb: not a notebook file." in text
    assert text.index("What could not be graded") < text.index("Distribution")
    help_ = text[text.index("Who needs help") : text.index("Most frequent mistakes")]
    assert all(f"s{number:02d}" in help_ for number in range(3)) and "s05" not in help_
    row = text[text.index("How hard each criterion was") :]
    # Seven pass `double`; six of them, and nobody else, have the quiz: phi = (.6 - .42) / sqrt(.21 * .24) = .80.
    assert "Criterion 0 of double 70 0 0.80" in row and "Criterion 1 of double 70 3 0.80" in row
    assert "Criterion 0 of mean 100 0 – " in row and "Criterion 1 of mean 0 0 – " in row
    assert "q01 60 % right; no answer: 0; separates: 0.80 " in row
    assert "✓ right 6 " in row and "✗ 2 4 " in row
    assert "Half of the submissions took less than 0.10 s" in row


def ground(html, scheme):
    """The colours of a page in `scheme`, by the name of their variable."""
    css = html[html.index("<style>") : html.index("</style>")]
    parts = css.split("@media (prefers-color-scheme: dark)")
    return dict(re.findall(r"--([\w-]+): (#\w{6});", parts[scheme == "dark"].partition("}")[0]))


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        line = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signs_and_words_can_be_read_on_every_ground(scheme):
    colours = ground(pages.feedback_html(student()), scheme)
    for name, tone in TONES.items():
        assert colours[name] == getattr(tone, scheme)
        for place in ("paper", "panel"):
            assert contrast(colours[name], colours[place]) >= 4.5, (name, place)
        notebook = {"light": "#ffffff", "dark": "#1e1e1e"}[scheme]
        for anywhere in (colours["paper"], colours["panel"], notebook):
            assert contrast(tone.sign, anywhere) >= 3, (name, anywhere)


def test_every_status_has_its_word_sign_and_colour_and_card_and_pages_use_them():
    criteria, answers = get_args(CriterionStatus), get_args(AnswerStatus)
    assert set(LOOKS) == {*criteria, *answers}
    shown = exercise(statuses=criteria)
    asked = [question(id=f"q{k:02d}", status=status) for k, status in enumerate(answers)]
    page = pages.feedback_html(student(exercises=[shown], quiz=asked))
    card, quiz = ResultCard(shown), quiz_card(asked)
    for status in criteria:
        look = LOOKS[status]
        assert f"({look.word})" in page
        assert (
            f'color:{look.colour}" role="img" aria-label="{look.word}">{look.sign}<' in card.html()
        )
        assert f"{look.sign} Criterion" in card.text() and f".sign.{look.tone}" in page
        assert status == "passed" or f"({look.word}, " in card.text()
    for status, asking in zip(answers, asked, strict=True):
        look = LOOKS[status]
        sign = f'<span class="sign {look.tone}" aria-hidden="true">{look.sign}</span>'
        assert re.search(f"{sign}\\s*<span>Question {asking.id} [^(]*\\({look.word}", page)
        assert f"{look.sign} {asking.id} ({look.word}, " in quiz.text()
        assert f"({look.word})" in quiz.html() and look.colour in quiz.html()
    report = pages.class_html("toy", [student(exercises=[shown], quiz=asked)])
    assert f"<th>{LOOKS['passed'].word.capitalize()}</th>" in report
    assert f'aria-label="{LOOKS["wrong"].word}">{LOOKS["wrong"].sign}<' in report


def test_a_class_report_without_results_says_what_to_do():
    assert "autograder grade toy" in pages.class_html("toy", [])


def test_a_class_of_missing_notebooks():
    html = pages.class_html("toy", [student("a", [], "missing", written=[]), student("b")])
    assert "no notebook was handed in" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](http://evil/x.png)",
        "<img src=x onerror=y>",
        "[a]: javascript:x\n\n[a]",
        "`a`</div><script>x</script>",
    ],
)
def test_comments_render_as_text_in_nbgraders_markdown(text):
    filters = pytest.importorskip("nbconvert.filters")
    page = Page(filters.markdown2html(quiet_markdown(text)))
    assert not {"script", "img"} & set(page.tags)
    assert all(value.startswith("http") for name, value in page.attributes if name == "href")
    assert not any(name.startswith("on") for name, _ in page.attributes)


def test_the_comment_is_the_diagnosis_or_the_first_failure():
    added = Diagnosis("added", "You added", "You added 2.")
    assert pages.comment_text(exercise(diagnosis=added)) == "You added 2."
    assert pages.comment_text(exercise()) == "Criterion 1 of `double`: Off by two."
    assert pages.comment_text(exercise(points=6.0, statuses=("passed",))) is None


@pytest.mark.parametrize(
    ("student", "begins"),
    [
        ("ada", "ada"),
        ("../../etc/passwd", "_.._etc_passwd-"),
        ("Zoë Núñez", "Zoë_Núñez-"),
        ("...", "-"),
        ("a\nb/c", "a_b_c-"),
    ],
)
def test_file_names(student, begins):
    name = pages.file_name(student)
    assert name.startswith(begins) and "/" not in name and len(name) < 100


def test_no_two_students_share_a_file():
    students = ["a b", "a_b", "a/b", "a\tb", "x" * 70, "x" * 71, "A B"]
    assert len({pages.file_name(student) for student in students}) == len(students)
