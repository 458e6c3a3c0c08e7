"""Show a quiz: practice questions through jupyterquiz, and the form of a graded quiz in a student's
notebook.
"""

from __future__ import annotations

import dataclasses
import html
import itertools
from collections.abc import Iterable, Mapping

from ..read.ipython import Reader
from ..read.typed import Unreadable, is_empty, typed_answers
from .answers import (
    LETTERS,
    IllFormed,
    plain_text,
    read_answer,
)
from .marking import number_of, typed_answer
from .model import CHOICE, Question, digest, fill, numbers_of, shown_steps


def _choice(text: str, correct: bool, feedback: str) -> dict:
    return {"answer": text, "correct": correct, "feedback": feedback}


def jupyterquiz(question: Question, key: bytes) -> dict:
    """`question` as jupyterquiz wants it; its kinds are multiple_choice, many_choice, numeric and
    string.
    """
    numbers = numbers_of(question.parameters, question.id, "practice", key)
    result: dict = {"question": fill(question.prompt, numbers)}
    if question.code:
        result["code"] = html.escape(fill(question.code, numbers), quote=False)
    explain = fill(question.explain, numbers)

    def show(value: object) -> str:
        text = typed_answer(dataclasses.replace(question, answer=value), numbers)
        return f"<code>{html.escape(fill(str(text), numbers), quote=False)}</code>"

    if question.kind in CHOICE:
        kind = "many_choice" if question.kind == "several" else "multiple_choice"
        return result | {
            "type": kind,
            "answers": [
                _choice(option.text, option.correct, option.explain) for option in question.options
            ],
        }
    if question.kind == "order":
        result["question"] += "".join(
            f"<br>{letter}. {step}"
            for letter, step in zip(LETTERS, shown_steps(question), strict=False)
        )
        return result | {"type": "multiple_choice", "answers": _orders(question, explain)}
    if question.kind == "number":

        def entry(value: object, correct: bool, feedback: str) -> dict:
            target, slack = number_of(value, numbers), question.tolerance if correct else 0
            if slack or target != int(target):
                slack = max(slack, 1e-6 * abs(target))
                return {
                    "range": [target - slack, target + slack],
                    "correct": correct,
                    "feedback": feedback,
                }
            return {"value": int(target), "correct": correct, "feedback": feedback}

        answers = [entry(question.answer, True, explain)]
        answers += [
            entry(common.value, False, fill(common.explain, numbers)) for common in question.common
        ]
        return result | {
            "type": "numeric",
            "answers": [
                *answers,
                {
                    "type": "default",
                    "feedback": "Not this number. Work it out on paper, then try again.",
                },
            ],
        }
    if question.kind == "text" or len(question.common) < 2:
        right = question.accept or (plain_text(show(question.answer)),)
        answers = [_choice(text, True, explain) for text in right]
        answers += [_choice(str(common.value), False, common.explain) for common in question.common]
        return result | {
            "type": "string",
            "answers": [
                *answers,
                {
                    "type": "default",
                    "feedback": "Not this answer. Read the section again, then try once more.",
                },
            ],
        }
    answers = [_choice(show(question.answer), True, explain)]
    answers += [
        _choice(show(common.value), False, fill(common.explain, numbers))
        for common in question.common
    ]
    answers.sort(key=lambda answer: digest(b"order", question.id, answer["answer"]))
    return result | {"type": "multiple_choice", "answers": answers}


def _orders(question: Question, explain: str) -> list[dict]:
    """The right order among near misses; each miss names the pair that stands the wrong way
    round.
    """
    steps, shown = list(question.steps), shown_steps(question)
    orders = [steps] + [
        steps[:i] + [steps[i + 1], steps[i]] + steps[i + 2 :] for i in range(min(3, len(steps) - 1))
    ]
    answers = []
    for order in orders:
        letters = [LETTERS[shown.index(step)] for step in order]
        pairs = itertools.pairwise(order)
        swapped = next(
            (pair for pair in pairs if steps.index(pair[0]) > steps.index(pair[1])), None
        )
        after, before = (LETTERS[shown.index(step)] for step in swapped or steps[:2])
        feedback = explain if swapped is None else f"Not yet: {before} comes before {after}."
        answers.append(_choice(" → ".join(letters), swapped is None, feedback))
    return sorted(answers, key=lambda answer: digest(b"order", question.id, answer["answer"]))


def typed_in(namespace: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    """The answers in a notebook's namespace, read from the text of the cells that ran; outside a
    notebook, where there is no such text, the values themselves.
    """
    names = list(names)
    values = {name: namespace[name] for name in names if not is_empty(namespace.get(name))}
    sources = _cells_that_ran(namespace)
    if sources is None:
        return values
    found = typed_answers(sources, names, Reader().python)
    unseen = Unreadable("Write it as one plain value into its own cell, and run that cell.")
    return {name: found.get(name, unseen) for name in values}


def _cells_that_ran(namespace: Mapping[str, object]) -> list[str] | None:
    """The text of the cells that ran, in order; None where nobody keeps it."""
    shell = namespace.get("get_ipython")
    try:
        cells = shell().history_manager.input_hist_raw  # type: ignore[operator]
        return [str(cell) for cell in cells] if any(cells) else None
    except Exception:  # no notebook, or one whose names somebody has overwritten
        return None


class QuizForm:
    """A graded quiz as the student has it: the questions without keys (`Bank.public()`)."""

    def __init__(self, public: Mapping) -> None:
        self.unit: str = public["unit"]
        self.questions: list[Mapping] = list(public["questions"])

    def show(self, question: str, student: str) -> QuizCard:
        """The question with this student's own numbers."""
        form = next((form for form in self.questions if form["id"] == question), None)
        if form is None:
            raise ValueError(f"There is no question {question!r} in the quiz of {self.unit}.")
        if not isinstance(student, str) or not student.strip():
            return QuizCard(
                [
                    (
                        "",
                        "Type your student ID in the cell at the top of the quiz, run it, "
                        "then run this cell again.",
                    )
                ]
            )
        numbers = numbers_of(form["parameters"], question, student, f"quiz:{self.unit}".encode())
        return QuizCard(
            [(f"{question} for {student.strip()}", plain_text(fill(form["prompt"], numbers)))]
        )

    def check(self, answers: Mapping[str, object]) -> QuizCard:
        """Say for every answer whether it can be read; whether it is right shows after grading.

        `answers` are a notebook's `globals()`. What is read is the text of the cells that ran, as
        in grading.
        """
        read = typed_in(answers, [form["id"] for form in self.questions])
        return QuizCard(
            [(form["id"], form_message(form, read.get(form["id"]))) for form in self.questions],
            "This checks that each answer can be read, not that it is right.",
        )


def form_message(form: Mapping, given: object) -> str:
    """How an answer is read, or how to write it so that it can be read. `form` is an entry of
    `Bank.public()`.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return "not answered yet"
    if isinstance(given, Unreadable):
        return given.reason
    kind = form["kind"]
    try:
        texts = form.get("steps" if kind == "order" else "options") or ()
        read = read_answer(kind, given, texts, form.get("lines") or ())
    except IllFormed as error:
        return f"cannot be read: {error}"
    if isinstance(read, int):
        return f"read as line {read}"
    if kind == "number":
        assert isinstance(read, list)
        return f"read as {' or '.join(f'{value:.10g}' for value in read)}"
    if isinstance(read, list):
        return f"read as {', '.join(read)}"
    return f"read as “{read}”" if isinstance(read, str) else f"read as {read}"


class QuizCard:
    """Lines of (label, text), shown as a table in a notebook and as plain text in a terminal."""

    def __init__(self, lines: list[tuple[str, str]], note: str = "") -> None:
        self.lines, self.note = lines, note

    def __repr__(self) -> str:
        lines = [f"{label}: {text}" if label else text for label, text in self.lines]
        return "\n".join(lines + [self.note] * bool(self.note))

    def _repr_html_(self) -> str:
        rows = "".join(
            '<tr><th scope="row" '
            'style="text-align:left;vertical-align:top;padding:.2em .8em .2em 0">'
            f'{html.escape(label)}</th><td style="text-align:left">{html.escape(text)}</td></tr>'
            for label, text in self.lines
        )
        note = f'<p style="margin:.4em 0 0">{html.escape(self.note)}</p>' if self.note else ""
        return (
            f'<div style="border-left:4px solid #2f6f9f;padding:.4em .8em;max-width:44em"><table '
            f'style="border-collapse:collapse">{rows}</table>{note}</div>'
        )
