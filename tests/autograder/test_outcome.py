"""A line of results.jsonl: the schema, lines of the format before, and lines that cannot be read."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import random
from pathlib import Path

import pytest

from autograder.outcome import (
    FORMAT,
    BadResult,
    CriterionResult,
    Diagnosis,
    ExerciseResult,
    FailedCell,
    NotebookResult,
    QuestionResult,
    StudentResult,
    UnknownFormat,
    WrittenResult,
)
from autograder.record import journal
from autograder.report import pages

FORMAT_1 = Path(__file__).parents[1] / "support" / "results_format_1.jsonl"


def result(student="ada", key="k", manual=True):
    """A result in which no field has its default value."""
    criterion = CriterionResult("c", "`c` is right", 0.5, 2, "partial", "Off.", "HIDDEN", ". #")
    found = Diagnosis("added", "You added", "You added 2.", "01_toy#double", "double")
    exercise = ExerciseResult(
        "mean", 0.5, 2.0, [criterion], found, manual, 0.25, "printed", "01_toy#mean", False
    )
    question = QuestionResult("q01", 1.0, 2.0, False, "partly", "Not all.", "A", True)
    notebook = NotebookResult(
        "toy",
        "graded",
        1.5,
        9.0,
        "Toy",
        [exercise],
        [question],
        [WrittenResult("why", 5.0, True, "Because.")],
        ["A note."],
        [FailedCell("cell", "error", "NameError: x")],
        ["pandas"],
        {"run": 0.125},
        "no reason",
    )
    when = "2026-03-02 09:00:00 UTC"
    return StudentResult(student, "toy", key, [notebook], when, 0.5, ["Put it right."])


def test_every_field_comes_back():
    one = result()
    plain = json.loads(json.dumps(one.to_dict(), allow_nan=False))
    assert StudentResult.from_dict(plain) == one
    assert plain["format"] == FORMAT and plain["points"] == 1.5 and plain["needs_manual"] is True
    for part in (one, *one.notebooks, *one.notebooks[0].exercises, *one.notebooks[0].quiz):
        for field in dataclasses.fields(part):
            default = field.default
            if field.default_factory is not dataclasses.MISSING:
                default = field.default_factory()
            assert getattr(part, field.name) != default, (type(part), field.name)


def places(plain, path=()):
    """Every place in nested data, from the root to the leaves."""
    yield path
    inner = {dict: lambda: plain.items(), list: lambda: enumerate(plain)}.get(type(plain), tuple)
    for name, value in inner():
        yield from places(value, (*path, name))


def at(plain, path):
    for name in path:
        plain = plain[name]
    return plain


COMPUTED = ("graded", "points", "max_points", "needs_manual")
LINE = result().to_dict()
PLACES = [p for p in places(LINE) if p and p[0] not in COMPUTED]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_what_does_not_fit_is_refused_with_its_place(path):
    wrong = {str: 7, bool: 1, int: "7", float: True, list: {}, dict: [], type(None): 7}
    plain = copy.deepcopy(LINE)
    at(plain, path[:-1])[path[-1]] = wrong[type(at(plain, path))]
    with pytest.raises(BadResult) as error:
        StudentResult.from_dict(plain)
    names = [name for name in path if isinstance(name, str)]
    assert path == ("format",) or all(name in str(error.value) for name in names)


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.pop("student"),
        lambda line: line.pop("notebooks"),
        lambda line: line.update(notebooks=[]),
        lambda line: line.update(colour="red"),
        lambda line: line["notebooks"][0].pop("name"),
        lambda line: line["notebooks"][0].update(status="lost"),
        lambda line: line["notebooks"][0].update(points=float("nan")),
        lambda line: line["notebooks"][0].update(points=10**400),
        lambda line: line["notebooks"][0]["exercises"][0]["criteria"][0].update(status="right"),
    ],
)
def test_a_line_that_is_not_whole_is_refused(change):
    line = copy.deepcopy(LINE)
    change(line)
    with pytest.raises(BadResult):
        StudentResult.from_dict(line)


@pytest.mark.parametrize("found", [FORMAT + 1, 0, -1, "2", True, None, 2.0])
def test_another_format_is_refused(found):
    with pytest.raises(UnknownFormat, match="this version of autograder reads up to"):
        StudentResult.from_dict(LINE | {"format": found})


def test_any_damage_is_refused_or_harmless():
    rng = random.Random(0)
    text = json.dumps(LINE)
    for _ in range(2000):
        start = rng.randrange(len(text))
        damaged = text[:start] + rng.choice(['"', "{", "9", "null", ""]) + text[start + 1 :]
        try:
            StudentResult.from_dict(json.loads(damaged)).to_dict()
        except ValueError:  # BadResult is one
            pass


# ---------------------------------------------------------------------------------- the results file


def write(path, *lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def line(student="ada", key="k", **more):
    return json.dumps(result(student, key, manual=False).to_dict() | more)


def heard(path):
    """(students that were read, what was said)."""
    said = []
    return [r.student for r in journal.read(path, said.append)], said


def later(plain):
    """A line of format 1 as it is written today: with what that format did not have."""
    notebooks = [
        {
            **notebook,
            "absent": [],
            "written": [{**question, "text": ""} for question in notebook["written"]],
        }
        for notebook in plain["notebooks"]
    ]
    return {**plain, "format": FORMAT, "notebooks": notebooks, "remarks": []}


def test_lines_of_the_format_before_are_read_and_shown(tmp_path):
    path = tmp_path / journal.FILE
    path.write_bytes(FORMAT_1.read_bytes())
    plain = {p["student"]: p for p in map(json.loads, path.read_text().splitlines())}
    results = {r.student: r for r in journal.read(path)}
    assert sorted(results) == sorted(plain) == ["beatriz", "kalani", "umar"]
    for name, one in results.items():
        assert "format" not in plain[name]
        assert one.to_dict() == later(plain[name])
    assert "lstm_step" in pages.feedback_html(results["kalani"])
    assert "did not run to its end" in pages.feedback_html(results["umar"])
    assert "Graded</dt><dd>3" in pages.class_html("04_lstm_gates", results.values())
    # The next run goes on from there: what is graded has its key, and new lines stand beside old.
    assert journal.compact(path) == {name: p["key"] for name, p in plain.items()}
    journal.append(path, result())
    assert sorted(r.student for r in journal.read(path)) == ["ada", *sorted(plain)]


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (line()[:100], "cut short or damaged"),
        ("[]", "names no student"),
        ("", "cut short or damaged"),
        (line(format=9), "it has format 9"),
        (line(notebooks=[{"name": "toy"}]), "notebooks: status is missing"),
    ],
)
def test_what_cannot_be_read_is_said_once_and_the_rest_is_read(tmp_path, damaged, why):
    path = write(tmp_path / journal.FILE, line("ben"), damaged, line("cem"))
    students, said = heard(path)
    assert students == ["ben", "cem"]
    assert len(said) == 1 and f"{path}: line 2: " in said[0] and why in said[0]
    assert "autograder grade" in said[0]
    keys = journal.compact(path, said.append)
    assert keys == {"ben": "k", "cem": "k"} and len(said) == 2
    # Only a newer version can read its lines: they stay. Damaged ones are told of once.
    assert heard(path)[0] == ["ben", "cem"] and bool(heard(path)[1]) == ("format" in why)


def test_the_last_line_of_a_student_that_can_be_read_counts(tmp_path):
    damaged = line("a", "third", timestamp=7)
    path = write(tmp_path / journal.FILE, line("a", "first"), line("a", "second"), damaged)
    assert [r.key for r in journal.read(path, lambda text: None)] == ["second"]
    assert journal.compact(path, lambda text: None) == {"a": "second"}
    assert path.read_text() == line("a", "second") + "\n"


def test_many_damaged_lines_make_one_message(tmp_path):
    _, said = heard(write(tmp_path / journal.FILE, *["{"] * 40))
    assert len(said) == 1 and "line 5" in said[0] and "and 35 more lines" in said[0]


def test_the_message_is_logged_where_nobody_asks_for_it(tmp_path, caplog):
    path = write(tmp_path / journal.FILE, "{")
    with caplog.at_level(logging.WARNING):
        assert list(journal.read(path)) == []
    assert f"{path}: line 1" in caplog.text
    assert heard(tmp_path / "none.jsonl") == ([], [])


def test_a_line_behind_one_cut_short_is_not_lost(tmp_path):
    path = tmp_path / journal.FILE
    path.write_text(line("a") + "\n" + line("b")[:50])
    journal.append(path, result("c"))
    assert heard(path)[0] == ["a", "c"]


def test_what_a_person_has_to_look_at_is_graded_again(tmp_path):
    path = write(tmp_path / journal.FILE, json.dumps(result().to_dict()))
    assert journal.compact(path) == {"ada": ""}


def test_a_whole_line_without_its_end_is_kept(tmp_path):
    path = tmp_path / journal.FILE
    path.write_text(line("b") + "\n" + line("a"))
    assert journal.compact(path) == {"a": "k", "b": "k"}
    assert path.read_text() == line("a") + "\n" + line("b") + "\n"
