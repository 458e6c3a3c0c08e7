"""Exports hold what the gradebook holds, with what people entered, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import toycourse
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader import api

from autograder import cli, lms
from autograder.lms import marks, roster
from autograder.lms.marks import ExportError, Row, Table
from autograder.read.template import read_template
from autograder.read.times import parse_time
from autograder.record.gradebook import Gradebook, Mark, NotebookRecord, SubmissionRecord

CANVAS = '''Student,ID,SIS User ID,SIS Login ID,Section,Toy (7)
    Points Possible,,,,,20
"Lovelace, Ada",12,S1,ada,Group 1,
"Stone, ""Bob""",13,S2,bob,"Group 1, late",
"Absent, Amy",14,S3,amy,Group 1,
'''
COLUMNS = ["double", "mean_of_rows", "quiz", "written_why"]


@pytest.fixture
def course(toy_course):
    """Ada has manual marks and extra credit, Bob is late, and somebody with a hostile name waits for a mark."""
    template = read_template(Path(toy_course.root) / "release/toy/toy.ipynb")
    due = parse_time("2026-03-01 12:00:00 UTC")
    with Gradebook(toy_course, "toy", [template]) as book:
        book.gb.find_assignment("toy").duedate = due
        book.db.commit()
    with Gradebook(toy_course, "toy", [template]) as book:
        for student, hours, written in (
            ("ada", -1, None),
            ("bob", 48, 0.0),
            ("=cmd|' /C calc'!A0", -2, None),
        ):
            marks = {
                "test_double": Mark(6.0),
                "test_mean_of_rows": Mark(1.5),
                "test_quiz": Mark(5.0),
                "written_why": Mark(written),
            }
            book.record(
                SubmissionRecord(
                    student, [NotebookRecord("toy", marks)], due + timedelta(hours=hours)
                )
            )
        ada = {g.name: g for g in book.gb.find_submission_notebook("toy", "toy", "ada").grades}
        ada["test_double"].manual_score, ada["test_double"].extra_credit = 4.0, 0.5
        ada["written_why"].manual_score, ada["written_why"].needs_manual_grade = 3.0, False
        book.gb.find_submission_notebook("toy", "toy", "bob").late_submission_penalty = 2.5
        book.db.commit()
    return toy_course


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_every_form_that_can_be_asked_for_is_written(course):
    table = marks.table_of(course, "toy")
    texts = {form: marks.render(table, form) for form in lms.MARKS}
    assert len(set(texts.values())) == len(lms.MARKS)
    assert all("ada" in text for text in texts.values())
    with pytest.raises(KeyError):
        marks.render(table, "ods")


def test_the_table_is_the_gradebook(course):
    table = marks.table_of(course, "toy")
    assert table.columns == dict(zip(COLUMNS, (6, 4, 5, 5), strict=True)) and table.max_points == 20
    cmd, ada, bob = table.rows
    assert (
        ada.cells == dict(zip(COLUMNS, (4.5, 1.5, 5, 3), strict=True))
        and ada.total == 14
        and not ada.to_mark
    )
    assert bob.penalty == 2.5 and bob.total == 10 and bob.submitted == "2026-03-03 12:00:00"
    assert cmd.cells["written_why"] is None and cmd.to_mark and table.to_mark == [cmd.student]
    with api.Gradebook(course.db_url, course.course_id) as gb:  # nbgrader's own sum
        for row in table.rows:
            submission = gb.find_submission("toy", row.student)
            assert row.total == max(0.0, submission.score - submission.late_submission_penalty)


def test_columns_stand_as_in_the_notebook(course):
    with api.Gradebook(course.db_url, course.course_id) as gb:
        wanted = ["written_why", "test_quiz", "double", "test_double", "test_mean_of_rows"]
        assert list(marks.read_table(gb, "toy", order=wanted).columns) == [
            "written_why",
            "quiz",
            *COLUMNS[:2],
        ]
    graded = [
        name
        for name in marks.release_order(course, "toy")
        if name.startswith(("test_", "written_"))
    ]
    assert graded == ["test_double", "test_mean_of_rows", "test_quiz", "written_why"]


def test_plain_csv_is_quoted_and_holds_no_formula(course):
    header, cmd, ada, _ = rows(marks.render(marks.table_of(course, "toy"), "csv"))
    assert header[-4:] == COLUMNS
    assert cmd[0] == "'=cmd|' /C calc'!A0" and cmd[-1] == "" and ada[header.index("total")] == "14"


def test_canvas_reads_it(course):
    people = roster.parse(CANVAS)
    table = marks.table_of(course, "toy", people)
    header, points, cmd, ada, bob = rows(marks.render(table, "canvas", "Toy (7)"))
    assert header[:6] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Toy (7)"]
    assert (
        points[0] == "    Points Possible"
        and points[5] == "20"
        and set(points[6:]) == {"(read only)"}
    )
    assert ada[:7] == ["Lovelace, Ada", "12", "S1", "ada", "Group 1", "14", "4.5"]
    assert bob[0] == 'Stone, "Bob"' and bob[4] == "Group 1, late" and bob[5] == "10"
    assert cmd[0].startswith("'=")
    assert table.without == ["amy"] and table.strangers == ["=cmd|' /C calc'!A0"]


def test_moodle_reads_it(course):
    people = roster.parse("id,name,email\nada,Ada Lovelace,ada@x.org\nbob,Bob Stone,bob@x.org\n")
    header, _, ada, bob = rows(marks.render(marks.table_of(course, "toy", people), "moodle", "Toy"))
    assert header == [
        "ID number",
        "Full name",
        "Email address",
        "Toy",
        *(f"toy: {c}" for c in COLUMNS),
        "Late penalty",
    ]
    assert (
        ada == ["ada", "Ada Lovelace", "ada@x.org", "14", "4.5", "1.5", "5", "3", "0"]
        and bob[-1] == "2.5"
    )


def test_json_for_programs(course):
    found = json.loads(marks.render(marks.table_of(course, "toy"), "json"))
    ada = next(s for s in found["students"] if s["student"] == "ada")
    assert ada["total"] == 14 and ada["cells"]["double"] == 4.5 and found["max_points"] == 20


def test_the_command(course, tmp_path, capsys):
    people = tmp_path / "canvas.csv"
    people.write_text(CANVAS)
    arguments = ["export", "toy", "--course", course.root]
    more = ["--format", "canvas", "--roster", str(people), "--to", str(tmp_path / "o.csv")]
    assert cli.main([*arguments, *more]) == cli.OK
    err = capsys.readouterr().err
    assert "1 with cells to mark by hand" in err and "amy" in err
    assert len(rows((tmp_path / "o.csv").read_text(encoding="utf-8"))) == 5
    assert cli.main(arguments) == cli.OK and capsys.readouterr().out.startswith(
        "student,name,email,total"
    )
    assert cli.main(["export", "martian", "--course", course.root]) == cli.USAGE
    assert "autograder grade martian" in capsys.readouterr().err


def test_an_assignment_that_nobody_handed_in(toy_course):
    toycourse.hand_in(toy_course.root, "ada", toycourse.RIGHT)
    with pytest.raises(ExportError, match="autograder grade toy"):
        marks.table_of(toy_course, "toy")


def test_nbgraders_own_export(course, tmp_path):
    from autograder.grade.nbgrader_plugins import ExportMarks

    with api.Gradebook(course.db_url, course.course_id) as gb:
        ExportMarks(to=str(tmp_path / "m.csv"), student=["ada"]).export(gb)
        ExportMarks(to=str(tmp_path / "m.json"), assignment=["toy"]).export(gb)
    header, ada = rows((tmp_path / "m.csv").read_text())
    assert ada[0] == "ada" and ada[header.index("total")] == "14"
    assert len(json.loads((tmp_path / "m.json").read_text())["students"]) == 3


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30
    ),
    st.sampled_from(["csv", "canvas", "moodle"]),
)
def test_any_name_is_one_cell_and_no_formula(name, form):
    table = Table(
        "toy", {"double": 6.0}, [Row(name, {"double": 1.0}, person=roster.Person(name, name, name))]
    )
    found = rows(marks.render(table, form))
    assert {len(row) for row in found} == {len(found[0])}
    assert not any(cell[:1] in tuple("=+-@\t\r") for row in found for cell in row if cell)
    assert any(cell.removeprefix("'") == name.removeprefix("'") for cell in found[-1])
