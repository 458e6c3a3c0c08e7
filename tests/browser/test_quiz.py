"""Practice quizzes answer back: by mouse, by keyboard, in the page and in a bare frame as Colab has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from lessonkit import practice

from autograder.quiz import load_bank

ROOT = Path(__file__).resolve().parents[2]
UNIT = "04_lstm_gates"

pytestmark = pytest.mark.browser

BANK = {
    "unit": "99_test",
    "title": "All kinds",
    "questions": [
        {
            "id": "q01",
            "kind": "one",
            "section": "99_test#there",
            "prompt": "One of <i>c<sub>t</sub></i>?",
            "options": [
                {"text": "wrong", "explain": "No, not this."},
                {"text": "right", "correct": True, "explain": "Yes, this."},
            ],
        },
        {
            "id": "q02",
            "kind": "several",
            "section": "99_test#there",
            "prompt": "Several?",
            "options": [
                {"text": "first", "correct": True, "explain": "One."},
                {"text": "second", "explain": "Not it."},
                {"text": "third", "correct": True, "explain": "Two."},
            ],
        },
        {
            "id": "q03",
            "kind": "number",
            "section": "99_test#there",
            "prompt": "How many?",
            "answer": "4*32*(32+10+1)",
            "common": [{"value": 1376, "explain": "That is one gate."}],
            "explain": "Four blocks.",
        },
        {
            "id": "q04",
            "kind": "text",
            "section": "99_test#there",
            "prompt": "Which?",
            "accept": ["forget gate"],
            "common": [{"value": "input gate", "explain": "That one writes."}],
            "explain": "It scales.",
        },
        {
            "id": "q05",
            "kind": "shape",
            "section": "99_test#there",
            "prompt": "Which shape?",
            "answer": [None, 10, 32],
            "explain": "Every step.",
        },
        {
            "id": "q06",
            "kind": "order",
            "section": "99_test#there",
            "prompt": "In which order?",
            "steps": ["read", "write", "show"],
            "explain": "So.",
        },
        {
            "id": "q07",
            "kind": "output",
            "section": "99_test#there",
            "prompt": "What is printed?",
            "code": "print(1 < 2, '</script>')  # a long line that does not fit on the small screen of a telephone",
            "answer": "True",
            "explain": "One is less.",
            "common": [
                {"value": "False", "explain": "It is."},
                {"value": "1", "explain": "Not a number."},
            ],
        },
    ],
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Address of a page with nothing but the quiz in it, as in an output frame of Colab."""
    folder = tmp_path_factory.mktemp("quiz")
    (folder / "99_test.yml").write_text(yaml.safe_dump(BANK), encoding="utf-8")
    bank = load_bank(folder / "99_test.yml")
    quiz = practice.quiz_html(
        "quiz-99", bank.title, bank.to_jupyterquiz(), ["there"] * len(bank.questions)
    )
    (folder / "page.html").write_text(
        "<!DOCTYPE html><html lang='en'><title>Quiz</title><body><main><h1 id='there'>The section</h1>"
        f"{quiz}</main></body></html>",
        encoding="utf-8",
    )
    return (folder / "page.html").as_uri()


def questions(page):
    return page.locator(".practice-quiz .Quiz").all()


def said(question):
    return question.get_by_role("status").inner_text()


def choice(question, text):
    return question.get_by_role("button").filter(has_text=re.compile(f"^{text}$"))


def choose(page, question, text):
    choice(question, text).click()
    page.wait_for_timeout(30)


def write(page, question, text):
    question.get_by_role("textbox").fill(text)
    question.get_by_role("button", name="Check").click()


def test_every_kind_answers_back(open_page, bare):
    page = open_page(bare)
    one, several, number, text, shape, order, output = questions(page)
    choose(page, one, "wrong")
    assert said(one).startswith("Not yet. No, not this.")
    choose(page, one, "right")
    assert said(one) == "Right. Yes, this."
    choose(page, several, "first")
    assert "1 of 2 found" in said(several)
    assert page.locator(".quiz-score").inner_text() == "1 of 7 right so far"
    choose(page, several, "third")
    assert "2 of 2 found" in said(several)
    write(page, number, "1376")
    assert said(number).startswith("Not yet. That is one gate.")
    write(page, number, " 5,504 ")
    assert said(number) == "Right. Four blocks."
    write(page, text, "Input gate")
    assert said(text).startswith("Not yet. That one writes.")
    write(page, text, "the  Forget-Gate")
    assert said(text) == "Right. It scales."
    write(page, shape, "(none,10 , 32,)")
    assert said(shape) == "Right. Every step."
    order.get_by_role("button").filter(has_text="A → C → B").click()
    page.wait_for_timeout(30)
    assert said(order) == "Right. So."
    choose(page, output, "True")
    assert said(output) == "Right. One is less."
    assert page.locator(".quiz-score").inner_text() == "7 of 7 right so far"
    assert page.trouble == []


def test_what_was_typed_stays_and_an_empty_answer_is_not_judged(open_page, bare):
    page = open_page(bare)
    number = questions(page)[2]
    write(page, number, "   ")
    assert said(number) == ""
    write(page, number, "7 000")
    assert said(number).startswith("Not yet.")
    questions(page)[3].get_by_role("textbox").focus()
    number.get_by_role("textbox").focus()
    assert number.get_by_role("textbox").input_value() == "7 000"


def test_a_wrong_answer_points_to_the_section(open_page, bare):
    page = open_page(bare)
    one = questions(page)[0]
    choose(page, one, "wrong")
    assert one.get_by_role("link", name="The section").get_attribute("href") == "#there"
    choose(page, one, "right")
    assert one.get_by_role("link").count() == 0


def test_with_the_keyboard_alone(open_page, bare):
    page = open_page(bare)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.textContent || document.activeElement.id")
        )
        if page.evaluate("document.activeElement.matches('.quiz-check')"):
            break
    assert {"wrong", "right", "first", "second", "third", "Check"} <= set(reached)

    one, _, number, *_ = questions(page)
    choice(one, "right").focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", (
        outline
    )
    page.keyboard.press("Enter")
    page.wait_for_timeout(30)
    assert said(one) == "Right. Yes, this."
    assert page.evaluate("document.activeElement.textContent") == "right", (
        "the place of the focus is kept"
    )
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    number.get_by_role("textbox").focus()
    page.keyboard.type("5504")
    page.keyboard.press("Enter")
    assert said(number) == "Right. Four blocks."
    assert page.evaluate("document.activeElement.matches('input')"), (
        "the next question does not take the focus"
    )


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "colab-dark"])
def test_everybody_can_use_it_in_a_bare_frame(open_page, bare, accessibility, width, theme):
    page = open_page(bare, width=width)
    if theme == "colab-dark":
        page.evaluate("document.documentElement.setAttribute('theme', 'dark')")
        page.add_style_tag(content="body { background: #383838; color: #d5d5d5; }")
    assert accessibility(page) == []
    for question in questions(page):
        for button in question.locator(".choice").all():
            button.click()
        if question.locator("input").count():
            write(page, question, "1376")
    page.wait_for_timeout(50)
    assert accessibility(page) == []
    names = [question.get_attribute("aria-labelledby") for question in questions(page)]
    assert all(page.locator(f"[id='{name}']").inner_text().strip() for name in names)
    if width == 390:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        heights = page.eval_on_selector_all(
            ".choice, .quiz-check", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 44, "a finger needs 44 pixels"


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (390, True)], ids=["desk-light", "phone-dark"]
)
def test_the_quiz_of_the_lesson_can_be_solved(open_page, html, accessibility, width, dark):
    page = open_page(
        (html / f"lessons/{UNIT}.html").as_uri(), width=width, dark=dark, touch=width == 390
    )
    bank = load_bank(Path(practice.__file__).parent / "quizzes" / f"{UNIT}.yml").to_jupyterquiz()
    assert len(questions(page)) == len(bank)
    for question, entry in zip(questions(page), bank, strict=True):
        if entry["type"] in ("multiple_choice", "many_choice"):
            for place, answer in enumerate(entry["answers"]):
                if answer["correct"]:
                    question.locator(".choice").nth(place).click()
                    page.wait_for_timeout(30)
        else:
            right = next(answer for answer in entry["answers"] if answer.get("correct"))
            value = right.get("answer", right.get("value", sum(right.get("range", [0, 0])) / 2))
            write(page, question, str(value))
        assert said(question).startswith("Right. "), entry["question"]
    assert page.locator(".quiz-score").inner_text() == f"{len(bank)} of {len(bank)} right so far"
    assert page.trouble == []
    assert accessibility(page) == []


def test_an_unknown_quiz_is_named_with_those_that_exist():
    with pytest.raises(FileNotFoundError, match="99_nothing.*04_lstm_gates"):
        practice.practice_quiz("99_nothing")
