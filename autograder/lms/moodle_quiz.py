"""A question bank for Moodle: its XML, or GIFT.

Formats: https://docs.moodle.org/en/Moodle_XML_format and https://docs.moodle.org/en/GIFT_format,
and Moodle's own importers (`question/format/xml`, `question/format/gift`), which decide. The file
holds every key: it is for instructors.

| kind            | in Moodle                                                                |
|-----------------|--------------------------------------------------------------------------|
| one, bug        | multiple choice, one answer                                              |
| several         | multiple choice, many answers; a wrong one takes away as much, as here   |
| number          | numerical; own numbers: a question for each choice, in one category      |
| text            | short answer, case ignored                                               |
| shape, output   | short answer with the usual spellings                                    |
| order           | matching: each step with its place                                       |

What Moodle cannot say as we do comes back as notes.
"""

from __future__ import annotations

import html
import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from ..quiz.answers import plain_text
from ..quiz.bank import Bank
from ..quiz.marking import number_of, typed_answer
from ..quiz.model import CHOICE, Question, fill, shown_steps
from ..text import xml_safe

MAX_VARIANTS = 24  # questions that stand for one with per-student numbers


@dataclass(frozen=True)
class Answer:
    """One answer: `percent` of the points, what is said; `text` is HTML where the question shows
    it, else plain.
    """

    text: str
    percent: float
    feedback: str = ""


@dataclass(frozen=True)
class Item:
    """One question as Moodle has it."""

    category: str
    name: str
    kind: str  # "multichoice" | "numerical" | "shortanswer" | "matching"
    prompt: str  # HTML
    points: float
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()  # matching: HTML, plain
    explain: str = ""  # HTML
    single: bool = True
    tolerance: float = 0.0
    exact_case: bool = False
    notes: tuple[str, ...] = field(default=(), compare=False)


def export(bank: Bank, form: str) -> tuple[str, list[str]]:
    """The bank as text in one of the forms `lms.QUIZZES`, and notes on what Moodle will do
    otherwise than we do.
    """
    items = [item for question in bank.questions for item in _items(bank, question)]
    notes = [f"{item.name}: {note}" for item in items for note in item.notes]
    if form == "gift":
        for item in [
            item for item in items if item.kind == "shortanswer" and "->" in str(item.answers)
        ]:
            items.remove(item)
            notes.append(
                f"{item.name}: left out, because GIFT cannot write `->` in a typed "
                "answer; Moodle XML can"
            )
    text = {"moodle": _xml, "gift": _gift}[form](items)
    if form == "gift" and any(item.points != 1 for item in items):
        notes.append("GIFT has no points: every question counts 1 until you say otherwise.")
    return text, list(dict.fromkeys(notes))


def _items(bank: Bank, question: Question) -> Iterator[Item]:
    choices = list(itertools.product(*question.parameters.values()))
    category = f"{bank.unit}/{question.id}" if question.parameters else bank.unit
    for number, combination in enumerate(choices[:MAX_VARIANTS], 1):
        numbers = dict(zip(question.parameters, combination, strict=True))
        name = f"{bank.unit} {question.id}" + (f" ({number})" if question.parameters else "")
        yield _item(category, name, question, numbers, len(choices))


def _item(category: str, name: str, question: Question, numbers: Mapping, variants: int) -> Item:
    code = (
        f"<pre>{html.escape(fill(question.code, numbers), quote=False)}</pre>"
        if question.code
        else ""
    )
    if question.kind == "bug" and question.options[0].line is not None:
        lines = question.code.split("\n")
        numbered = "\n".join(f"{place:2d}  {line}" for place, line in enumerate(lines, 1))
        code = f"<pre>{html.escape(numbered, quote=False)}</pre>"
    item = partial(
        Item,
        category=category,
        name=name,
        prompt=f"<p>{fill(question.prompt, numbers)}</p>{code}",
        points=question.points,
        explain=fill(question.explain, numbers),
    )
    notes = []
    if variants > 1:
        notes.append(
            f"one of {min(variants, MAX_VARIANTS)} variants in the category {category!r}; "
            "add it to the quiz as a random question"
        )
    if variants > MAX_VARIANTS:
        notes.append(f"{variants - MAX_VARIANTS} choices of the per-student numbers are left out")
    if question.kind in CHOICE:
        right = sum(option.correct for option in question.options)
        wrong = 0.0 if question.kind != "several" else -100 / right
        choices = tuple(
            Answer(option.text, 100 / right if option.correct else wrong, option.explain)
            for option in question.options
        )
        single = question.kind != "several"
        return item(kind="multichoice", answers=choices, single=single, notes=tuple(notes))
    if question.kind == "order":
        places = {step: str(place) for place, step in enumerate(question.steps, 1)}
        notes.append(
            "Moodle gives points for each step at its place; we give them for the whole order"
        )
        pairs = tuple((step, places[step]) for step in shown_steps(question))
        return item(kind="matching", pairs=pairs, notes=tuple(notes))
    if question.kind == "number":
        value = number_of(question.answer, numbers)
        rounding = 0.0 if value == int(value) else 1e-6 * abs(value)  # 0.333333 for 1/3
        slack = max(question.tolerance, rounding)
        answers = [Answer(_plain_number(value), 100, "")]
        answers += [
            Answer(_plain_number(number_of(entry.value, numbers)), 0, fill(entry.explain, numbers))
            for entry in question.common
        ]
        return item(kind="numerical", answers=tuple(answers), tolerance=slack, notes=tuple(notes))
    answers = [Answer(text, 100, "") for text in _spellings(question, question.answer, numbers)]
    for entry in question.common:
        answers += [
            Answer(text, 0, fill(entry.explain, numbers))
            for text in _spellings(question, entry.value, numbers, right=False)
        ]
    notes.append(
        "Moodle compares what is typed letter by letter; we also accept other spellings "
        "of the same answer"
    )
    return item(
        kind="shortanswer",
        answers=tuple(answers),
        exact_case=question.kind == "output",
        notes=tuple(notes),
    )


def _plain_number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _spellings(
    question: Question, value: object, numbers: Mapping, right: bool = True
) -> list[str]:
    """The ways in which an honest student may type an answer."""
    if question.kind == "text":
        texts = [plain_text(text) for text in (question.accept if right else [str(value)])]
        texts += [text.replace("-", " ") for text in texts if "-" in text]
    elif question.kind == "output":
        texts = [fill(str(value), numbers)]
        texts += [re.sub(r"\s*([,()\[\]{}:])\s*", r"\1", texts[0]), texts[0].strip("'\"")]
    else:
        parts = typed_answer(Question("", "shape", "", answer=value), numbers)
        assert isinstance(parts, tuple)  # a shape
        words = ["None" if part is None else str(part) for part in parts]
        texts = []
        for comma in (", ", ","):
            inner = comma.join(words)
            texts += [f"({inner})" if len(words) != 1 else f"({inner},)", f"[{inner}]", inner]
        texts += [text.replace("None", "batch") for text in texts if "None" in text]
    return list(dict.fromkeys(text for text in texts if text.strip()))


# ---------------------------------------------------------------------------------------------- XML


def _xml(items: list[Item]) -> str:
    root = ET.Element("quiz")
    category = None
    for item in items:
        if item.category != category:
            category = item.category
            entry = ET.SubElement(root, "question", type="category")
            _text(ET.SubElement(entry, "category"), f"$course$/top/{category}")
        root.append(_xml_question(item))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = xml_safe(text)


def _html(parent: ET.Element, tag: str, text: str) -> None:
    _text(ET.SubElement(parent, tag, format="html"), text)


def _xml_question(item: Item) -> ET.Element:
    entry = ET.Element("question", type=item.kind)
    _text(ET.SubElement(entry, "name"), item.name)
    _html(entry, "questiontext", item.prompt)
    _html(entry, "generalfeedback", item.explain)
    ET.SubElement(entry, "defaultgrade").text = f"{item.points:g}"
    ET.SubElement(entry, "penalty").text = "0"
    ET.SubElement(entry, "hidden").text = "0"
    if item.kind == "multichoice":
        ET.SubElement(entry, "single").text = str(item.single).lower()
        ET.SubElement(entry, "shuffleanswers").text = "true"
        ET.SubElement(entry, "answernumbering").text = "ABCD"
    if item.kind == "shortanswer":
        ET.SubElement(entry, "usecase").text = str(int(item.exact_case))
    if item.kind == "matching":
        ET.SubElement(entry, "shuffleanswers").text = "true"
    for left, right in item.pairs:
        pair = ET.SubElement(entry, "subquestion", format="html")
        _text(pair, left)
        _text(ET.SubElement(pair, "answer"), right)
    for answer in item.answers:
        shown = "html" if item.kind == "multichoice" else "moodle_auto_format"
        part = ET.SubElement(entry, "answer", fraction=_percent(answer.percent), format=shown)
        _text(part, answer.text.replace("*", r"\*") if item.kind == "shortanswer" else answer.text)
        _html(part, "feedback", answer.feedback)
        if item.kind == "numerical":
            ET.SubElement(part, "tolerance").text = _plain_number(
                item.tolerance if answer.percent else 0
            )
    return entry


def _percent(value: float) -> str:
    """Moodle knows a fixed list of shares, written with five decimals (33.33333)."""
    return f"{value:.5f}".rstrip("0").rstrip(".")


# --------------------------------------------------------------------------------------------- GIFT


def _gift(items: list[Item]) -> str:
    blocks, category = [], None
    for item in items:
        if item.category != category:
            category = item.category
            blocks.append(f"$CATEGORY: $course$/top/{category}")
        blocks.append(_gift_question(item))
    return "\n\n".join(blocks) + "\n"


def gift_escape(text: str) -> str:
    """Text in which no sign means anything to GIFT, on one line: a blank line would end the
    question.
    """
    text = re.sub(r"([\\~=#{}:])", r"\\\1", text.replace("\r", ""))
    return text.replace("\n", r"\n").replace("->", "-&gt;")


def _gift_question(item: Item) -> str:
    escape = gift_escape
    begin = "{#" if item.kind == "numerical" else "{"
    lines = [f"::{escape(item.name)}::[html]{escape(item.prompt)}{begin}"]
    lines += [f"\t={escape(left)} -> {escape(right)}" for left, right in item.pairs]
    for answer in item.answers:
        feedback = f"#{escape(answer.feedback)}" if answer.feedback else ""
        if item.kind == "multichoice":
            whole = item.single and answer.percent == 100
            sign = (
                "=" if whole else "~" if answer.percent == 0 else f"~%{_percent(answer.percent)}%"
            )
            lines.append(f"\t{sign}{escape(answer.text)}{feedback}")
        elif item.kind == "numerical":
            tolerance = _plain_number(item.tolerance if answer.percent else 0)
            lines.append(f"\t=%{_percent(answer.percent)}%{answer.text}:{tolerance}{feedback}")
        else:
            text = answer.text.replace("*", r"\*")
            lines.append(f"\t=%{_percent(answer.percent)}%{escape(text)}{feedback}")
    if item.explain:
        lines.append(f"\t####{escape(item.explain)}")
    return "\n".join([*lines, "}"])
