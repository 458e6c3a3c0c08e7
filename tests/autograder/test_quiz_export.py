"""Quizzes for Moodle: every kind is mapped, every sign survives, and the points are ours."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import cli
from autograder import course as paths
from autograder.lms import QUIZZES
from autograder.lms.moodle_quiz import export, gift_escape
from autograder.quiz import KINDS, load_bank, read_bank

HARD = r"a ~ b = c # d {e} : f \ g \n h &lt; -&gt; “q” ü 100 % * [html] // $CATEGORY"
FRACTIONS = {
    100,
    90,
    83.33333,
    80,
    75,
    70,
    66.66667,
    60,
    50,
    40,
    33.33333,
    30,
    25,
    20,
    16.66667,
    14.28571,
    12.5,
    11.11111,
    10,
    5,
    0,
}  # what Moodle's importer accepts, with either sign


def bank(*questions: dict):
    entries = [
        {"id": f"q{n:02d}", "points": 2, "explain": "Because.", **q}
        for n, q in enumerate(questions, 1)
    ]
    return read_bank({"unit": "toy", "title": "T", "questions": entries}, "toy.yml")


ALL = bank(
    {
        "kind": "one",
        "prompt": "One?",
        "options": [
            {"text": HARD.replace("$", ""), "correct": True, "explain": "yes"},
            {"text": "no", "explain": "why = no"},
        ],
    },
    {
        "kind": "several",
        "prompt": "Several?",
        "options": [{"text": t, "correct": t in "abc", "explain": "e"} for t in "abcd"],
    },
    {
        "kind": "number",
        "prompt": "1/3?",
        "answer": "1/3",
        "tolerance": 0.01,
        "common": [{"value": 3, "explain": "up"}],
    },
    {
        "kind": "number",
        "prompt": "{u} times 2?",
        "answer": "u * 2",
        "parameters": {"u": {"choices": [16, 32, 64]}},
    },
    {
        "kind": "shape",
        "prompt": "Shape?",
        "answer": [None, 10, 32],
        "common": [{"value": [10, 32], "explain": "batch"}],
    },
    {"kind": "order", "prompt": "Order?", "steps": ["first", "then = 2", "last"]},
    {
        "kind": "output",
        "prompt": "Prints?",
        "code": "print({'a': [1, 2]})",
        "answer": "{'a': [1, 2]} * x",
    },
    {"kind": "text", "prompt": "Term?", "accept": ["forget gate", "the forget gate"]},
    {
        "kind": "bug",
        "prompt": "Where?",
        "code": "a = 1 < 2\n\nb = {}",
        "options": [{"line": 1, "correct": True, "explain": "here"}, {"line": 3, "explain": "no"}],
    },
)


def gift_questions(text: str) -> list[dict]:
    """GIFT as Moodle's importer reads it: escapes first, then blank lines, names, answers, feedback."""
    signs = dict(zip(":#={}~", "\ue001\ue002\ue003\ue004\ue005\ue006", strict=True))

    def plain(part: str) -> str:
        for sign, stand_in in signs.items():
            part = part.replace(stand_in, sign)
        return part.replace("\ue007", "\n").replace("\ue008", "\\").strip()

    found, category = [], ""
    for block in text.strip().split("\n\n"):
        assert "\n\n" not in block
        if block.startswith("$CATEGORY:"):
            category = block.split(":", 1)[1].strip()
            continue
        block = block.replace("\\\\", "\ue008")
        for sign, stand_in in signs.items():
            block = block.replace(f"\\{sign}", stand_in)
        block = block.replace("\\n", "\ue007")
        name, rest = re.fullmatch(r"::(.*?)::(.*)", block, re.DOTALL).groups()
        prompt, body = re.fullmatch(r"([^{}]*)\{([^{}]*)\}", rest, re.DOTALL).groups()
        body, _, explain = body.partition("####")
        numerical = body.startswith("#")
        answers = []
        for sign, share, answer, feedback in re.findall(
            r"([=~])(?:%(-?[\d.]+)%)?([^=~#]*)(?:#([^=~#]*))?", body.removeprefix("#")
        ):
            percent = float(share) if share else 100.0 if sign == "=" else 0.0
            answers.append((plain(answer), percent, plain(feedback)))
        kind = (
            "numerical"
            if numerical
            else "multichoice"
            if "~" in body
            else "matching"
            if "->" in body
            else "shortanswer"
        )
        found.append(
            {
                "category": category,
                "name": plain(name),
                "kind": kind,
                "answers": answers,
                "prompt": plain(prompt).removeprefix("[html]"),
                "explain": plain(explain),
            }
        )
    return found


def xml_questions(text: str) -> list[dict]:
    found, category = [], ""
    for entry in ET.fromstring(text.encode()):
        kind = entry.get("type")
        if kind == "category":
            category = entry.findtext("category/text")
            continue
        answers = [
            (a.findtext("text"), float(a.get("fraction")), a.findtext("feedback/text") or "")
            for a in entry.findall("answer")
        ]
        if kind == "numerical":
            answers = [
                (f"{a.findtext('text')}:{a.findtext('tolerance')}", *rest[1:])
                for a, rest in zip(entry.findall("answer"), answers, strict=True)
            ]
        if kind == "matching":
            answers = [
                (f"{s.findtext('text')} -> {s.findtext('answer/text')}", 100.0, "")
                for s in entry.findall("subquestion")
            ]
        found.append(
            {
                "category": category,
                "name": entry.findtext("name/text"),
                "kind": kind,
                "answers": answers,
                "prompt": entry.findtext("questiontext/text"),
                "explain": entry.findtext("generalfeedback/text") or "",
            }
        )
    return found


def test_every_form_that_can_be_asked_for_is_written():
    assert len({export(ALL, form)[0] for form in QUIZZES}) == len(QUIZZES)
    with pytest.raises(KeyError):
        export(ALL, "qti")


def test_both_formats_say_the_same():
    xml, gift = xml_questions(export(ALL, "moodle")[0]), gift_questions(export(ALL, "gift")[0])
    assert {q.kind for q in ALL.questions} == set(KINDS)
    for a, b in zip(xml, gift, strict=True):
        assert a == b | {
            "answers": [
                (t.replace("-&gt;", "->") if a["kind"] == "matching" else t, p, f)
                for t, p, f in b["answers"]
            ]
        }


def test_kinds_and_points():
    text, notes = export(ALL, "moodle")
    found = {q["name"]: q for q in xml_questions(text)}
    one, several = found["toy q01"], found["toy q02"]
    assert one["answers"][0] == (HARD.replace("$", ""), 100, "yes") and one["answers"][1][1] == 0
    assert [p for _, p, _ in several["answers"]] == [33.33333, 33.33333, 33.33333, -33.33333]
    assert found["toy q03"]["answers"] == [("0.3333333333333333:0.01", 100, ""), ("3:0", 0, "up")]
    variants = [q for name, q in found.items() if name.startswith("toy q04")]
    assert [q["answers"][0][0] for q in variants] == ["32:0", "64:0", "128:0"]
    assert variants[0]["prompt"] == "<p>16 times 2?</p>" and variants[0]["category"].endswith(
        "toy/q04"
    )
    shapes = found["toy q05"]["answers"]
    assert {"(None, 10, 32)", "[None,10,32]", "(batch, 10, 32)"} <= {
        t for t, p, _ in shapes if p == 100
    }
    assert ("(10, 32)", 0, "batch") in shapes
    assert sorted(t for t, *_ in found["toy q06"]["answers"]) == [
        "first -> 1",
        "last -> 3",
        "then = 2 -> 2",
    ]
    assert (
        found["toy q07"]["answers"][0][0] == r"{'a': [1, 2]} \* x"
    )  # else Moodle takes * for anything
    assert {t for t, *_ in found["toy q08"]["answers"]} == {"forget gate", "the forget gate"}
    assert " 3  b = {}" in found["toy q09"]["prompt"] and "1 &lt; 2" in found["toy q09"]["prompt"]
    assert all(abs(p) in FRACTIONS for q in found.values() for _, p, _ in q["answers"])
    grades = [
        e.findtext("defaultgrade")
        for e in ET.fromstring(text.encode())
        if e.get("type") != "category"
    ]
    assert set(grades) == {"2"}
    assert any("random question" in n for n in notes) and any("each step" in n for n in notes)


def test_a_typed_answer_that_gift_cannot_write_is_left_out_and_named():
    arrow = bank(
        {"kind": "output", "prompt": "?", "answer": "a -> b"},
        {"kind": "text", "prompt": "?", "accept": ["x"]},
    )
    text, notes = export(arrow, "gift")
    assert [q["name"] for q in gift_questions(text)] == ["toy q02"] and any(
        "left out" in n for n in notes
    )
    assert "a -> b" in [t for t, *_ in xml_questions(export(arrow, "moodle")[0])[0]["answers"]]


@pytest.mark.parametrize("unit", paths.units())
def test_the_quizzes_of_this_course(unit):
    """All questions of the course go through both formats, and the right answers are the right ones."""
    graded = load_bank(paths.quiz_file(unit))
    xml, gift = (
        xml_questions(export(graded, "moodle")[0]),
        gift_questions(export(graded, "gift")[0]),
    )
    assert {re.sub(r" \(\d+\)$", "", q["name"]) for q in xml} == {
        f"{graded.unit} {q.id}" for q in graded.questions
    }
    assert [q["kind"] for q in xml] == [q["kind"] for q in gift] and [q["prompt"] for q in xml] == [
        q["prompt"] for q in gift
    ]
    for question in xml:
        assert sum(p for _, p, _ in question["answers"] if p > 0) >= 99.99
        assert all(abs(p) in FRACTIONS for _, p, _ in question["answers"])


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=60).filter(lambda t: t.strip())
)
def test_any_text_survives_gift(text):
    text = text.replace("\r", "")
    source = f"::n::[html]{gift_escape(text)}{{=%100%x#{gift_escape(text)}\n}}"
    (question,) = (
        gift_questions(source)
        if "\n\n" not in source
        else pytest.fail("a blank line ends a question")
    )
    expected = text.replace("->", "-&gt;").strip()
    assert question["prompt"].strip() == expected and question["answers"][0][2] == expected


def test_the_command(toy_course, tmp_path, capsys):
    where = tmp_path / "toy.xml"
    arguments = ["quiz", "export", "toy", "--course", toy_course.root]
    assert cli.main([*arguments, "--to", str(where)]) == cli.OK
    assert [q["name"] for q in xml_questions(where.read_text())] == ["toy q01", "toy q02"]
    assert cli.main([*arguments, "--format", "gift"]) == cli.OK
    assert "::toy q01::" in capsys.readouterr().out
    assert cli.main(["quiz", "export", "martian", "--course", toy_course.root]) == cli.USAGE
