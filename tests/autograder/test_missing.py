"""Where the notebook of the unit is not where it should be: listed with a remedy, exit 3, and never a zero that
nobody asked for. Everybody else is graded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import toycourse

from autograder import cli
from autograder.course import feedback_folder, results_folder
from autograder.errors import INCOMPLETE, OK

pytest.importorskip("nbgrader")
from nbgrader import api

from autograder.grade import classroom
from autograder.record import journal
from autograder.report import pages


@pytest.fixture
def course(toy_course):
    return toy_course


def hand_in(course, student, path, data=None):
    """A right notebook, or `data`, at `path` below the student's folder."""
    book = json.loads((Path(course.root) / "release/toy/toy.ipynb").read_text())
    right = json.dumps(toycourse.filled(book, toycourse.RIGHT)).encode()
    place = Path(course.root) / "submitted" / student / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(right if data is None else data)
    return place


def other_unit():
    """A notebook of another unit: its own exercises, and a quiz with the ids that every unit has."""
    cells = [
        toycourse._cell("code", "start", "from autograder import course_unit", locked=True),
        toycourse._cell("code", "triple", "def triple(x):\n    return 3 * x", solution=True),
        toycourse._cell("code", "test_triple", "check('triple', triple)", grade=True, points=3),
        toycourse._cell("code", "quiz_q01", "q01 = 3", solution=True),
        toycourse._cell("code", "test_quiz", "0.0", grade=True, points=5),
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


NOTHING = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
LESSON = NOTHING | {"cells": [toycourse._cell("markdown", None, "# Lesson 1\n\nRows and columns.")]}
HTML = b"\n<!DOCTYPE html><html><body>Sign in</body></html>"

# Path below the student's folder, content (None: a right notebook), what the instructor reads.
ASTRAY = {
    "free": ("toy/my solution.ipynb", None, ("my solution.ipynb", "rename it to toy.ipynb")),
    "again": ("toy/toy (1).ipynb", None, ("toy (1).ipynb", "rename it")),
    "canvas": ("toy/toy-1.ipynb", None, ("toy-1.ipynb", "rename it")),
    "case": ("toy/TOY.ipynb", None, ("TOY.ipynb", "rename it")),
    "deep": ("toy/toy/toy.ipynb", None, ("toy/toy.ipynb", "in the folder of the unit")),
    "json": ("toy/toy.ipynb.json", None, ("toy.ipynb.json", "rename it")),
    "text": ("toy/toy.ipynb.txt", None, ("toy.ipynb.txt", "rename it")),
    "essay": ("toy/essay.pdf", b"%PDF", ("essay.pdf", "rename it")),
    "hostile": ("toy/`<b>\x1b[2J.ipynb", None, ("'<b>?[2J.ipynb", "rename it")),
    "loose": ("toy.ipynb", None, ("the file toy.ipynb", "the folder toy")),
    "folder": ("Toy/toy.ipynb", None, ("the folder Toy", "called toy")),
    "other": ("toy/toy.ipynb", json.dumps(other_unit()).encode(), ("another unit",)),
    "lesson": ("toy/toy.ipynb", json.dumps(LESSON).encode(), ("another unit",)),
    "blank": ("toy/toy.ipynb", json.dumps(NOTHING).encode(), ("none of the exercises",)),
    "page": ("toy/toy.ipynb", HTML, ("a web page", "not signed in")),
    "printed": ("toy/toy.ipynb", b"%PDF-1.7\n", ("a PDF file",)),
    "packed": ("toy/toy.ipynb", b"PK\x03\x04xyz", ("a zip file", "Unpack")),
}


def records(course):
    with api.Gradebook(course.db_url, course.course_id) as gb:
        return {s.student.id: s.score for s in gb.assignment_submissions("toy")}


@pytest.mark.parametrize("first", [True, False])
def test_nobody_loses_a_point_or_a_line(course, warm_pool, first, capsys):
    (Path(course.root) / "submitted/empty/toy").mkdir(parents=True)
    (Path(course.root) / "submitted/empty/toy/timestamp.txt").write_text("2026-03-01 12:00 UTC")
    for student, (path, data, _) in ASTRAY.items():
        hand_in(course, student, path, data)
    for student in ("ada", "zoe"):
        hand_in(course, student, "toy/toy.ipynb")
    if not first:  # the second run says all of it again
        classroom.grade_class(course, "toy", warm_pool)
    command = ["toy", "--course", course.root]
    assert cli.main(["grade", *command]) == INCOMPLETE
    out = capsys.readouterr().out
    assert records(course) == {"ada": 15.0, "zoe": 15.0}
    lines = {line.split(":")[0].strip(): line for line in out.splitlines() if line[:2] == "  "}
    assert set(lines) == {*ASTRAY, "empty"} and "--missing-is-zero" in lines["empty"]
    assert all(line.isprintable() for line in lines.values())
    results = results_folder(course, "toy")
    assert cli.main(["report", *command]) == OK
    report = (results / "report.html").read_text()
    assert "Graded</dt><dd>2" in report and f"Not graded</dt><dd>{len(ASTRAY) + 1}" in report
    for student, (_, _, says) in ASTRAY.items():
        assert all(part in lines[student] for part in says), lines[student]
        assert f"<td>{student}</td>" in report
    found = {r.student: r for r in journal.read(results / journal.FILE)}
    assert {s for s, r in found.items() if not r.graded} == {*ASTRAY, "empty"}
    page = (feedback_folder(results) / "free.html").read_text()
    assert "my solution.ipynb" in page and "toy.ipynb" in page and str(course.root) not in page
    assert "<b>" not in (feedback_folder(results) / "hostile.html").read_text().split("main>")[1]


def test_an_untouched_copy_beside_another_notebook_is_a_question(course, warm_pool):
    """And so is a damaged file beside another; a release handed in alone is a zero, as it always was."""
    release = (Path(course.root) / "release/toy/toy.ipynb").read_bytes()
    for student in ("twice", "alone"):
        hand_in(course, student, "toy/toy.ipynb", release)
    hand_in(course, "twice", "toy/toy (1).ipynb")
    hand_in(course, "damaged", "toy/toy.ipynb", b"{")
    hand_in(course, "damaged", "toy/toy (1).ipynb")
    hand_in(course, "both", "toy/toy.ipynb")
    hand_in(course, "both", "toy/toy (1).ipynb", release)
    run = classroom.grade_class(course, "toy", warm_pool)
    assert records(course) == {"alone": 0.0, "both": 15.0}
    reasons = dict(run.failed)
    assert set(reasons) == {"twice", "damaged"}
    assert "as it was released" in reasons["twice"] and "not a notebook" in reasons["damaged"]
    assert all("There is also toy (1).ipynb" in reason for reason in reasons.values())
    page = (feedback_folder(results_folder(course, "toy")) / "twice.html").read_text()
    assert "There is also" in page and "not written" not in page.casefold()


def test_a_zero_is_recorded_where_the_instructor_says_so_and_stays(course, warm_pool):
    (Path(course.root) / "submitted/empty/toy").mkdir(parents=True)
    hand_in(course, "free", "toy/my solution.ipynb")
    run = classroom.grade_class(course, "toy", warm_pool, missing_is_zero=True)
    assert run.graded == 1 and [student for student, _ in run.failed] == ["free"]
    assert records(course) == {"empty": 0.0}
    again = classroom.grade_class(course, "toy", warm_pool)
    assert (again.graded, again.unchanged) == (0, 1)
    assert [student for student, _ in again.failed] == ["free"]
    hand_in(course, "empty", "toy/toy.ipynb")  # after all
    assert classroom.grade_class(course, "toy", warm_pool).graded == 1
    assert records(course) == {"empty": 15.0}


def test_what_was_put_right_is_graded(course, warm_pool):
    place = hand_in(course, "free", "toy/my solution.ipynb")
    loose = hand_in(course, "loose", "toy.ipynb")
    assert len(classroom.grade_class(course, "toy", warm_pool).failed) == 2
    place.rename(place.with_name("toy.ipynb"))
    (loose.parent / "toy").mkdir()
    shutil.move(loose, loose.parent / "toy/toy.ipynb")
    run = classroom.grade_class(course, "toy", warm_pool)
    assert run.graded == 2 and not run.failed and not run.remarks
    found = {
        r.student: r.points for r in journal.read(results_folder(course, "toy") / journal.FILE)
    }
    assert found == {"free": 15.0, "loose": 15.0}


def test_an_unreadable_time_costs_no_points_and_is_told_until_it_is_mended(
    course, warm_pool, capsys
):
    stamps = {
        "zone": "2026-03-01 12:00:00 IST",
        "local": "2026-03-01 12:00:00",
        "words": "yesterday",
        "empty": "",
    }
    for student, stamp in stamps.items():
        place = hand_in(course, student, "toy/toy.ipynb")
        (place.parent / "timestamp.txt").write_text(stamp)
    place = hand_in(course, "notepad", "toy/toy.ipynb")
    (place.parent / "timestamp.txt").write_bytes(b"\xef\xbb\xbf2026-03-01 12:00:00 +0100\r\n")
    command = ["grade", "toy", "--course", course.root]
    for again in (False, True):
        assert cli.main(command) == INCOMPLETE
        out = capsys.readouterr().out
        assert "5 unchanged" in out if again else "5 graded" in out
        assert "4 graded, with something to put right" in out
        for student in stamps:
            assert f"  {student}: graded without its time of submission" in out
    assert set(records(course).values()) == {15.0}
    results = results_folder(course, "toy")
    report = pages.class_html("toy", journal.read(results / journal.FILE))
    assert report.count("graded without its time of submission") == 4
    with api.Gradebook(course.db_url, course.course_id) as gb:
        assert gb.find_submission("toy", "notepad").timestamp.hour == 11
        assert gb.find_submission("toy", "zone").timestamp is None
    for student in stamps:
        stamp = Path(course.root) / "submitted" / student / "toy/timestamp.txt"
        stamp.write_text("2026-03-01 12:00:00 Asia/Kolkata")
    assert cli.main(command) == OK
    assert "put right" not in capsys.readouterr().out
    with api.Gradebook(course.db_url, course.course_id) as gb:
        assert gb.find_submission("toy", "zone").timestamp.hour == 6


def test_answers_beside_their_cells_wait_for_a_person(course, warm_pool):
    """In the records, in the autograded notebook, on the page, in the report: nowhere a silent zero."""

    def without_ids(book):
        for cell in book["cells"]:
            cell["metadata"] = {}

    def typed_below(book):
        book["cells"].append(toycourse._cell("markdown", None, "Because the rows come first."))

    toycourse.hand_in(course.root, "lost", toycourse.RIGHT, without_ids)
    answers = {k: v for k, v in toycourse.RIGHT.items() if k != "written_why"}
    toycourse.hand_in(course.root, "below", answers, typed_below)
    computed = toycourse.RIGHT | {"quiz_q01": "n = 3\nq01 = n"}
    toycourse.hand_in(course.root, "computed", computed)
    toycourse.hand_in(course.root, "nothing", answers)
    run = classroom.grade_class(course, "toy", warm_pool)
    assert run.graded == 4 and not run.failed
    with api.Gradebook(course.db_url, course.course_id) as gb:

        def grade(student, cell):
            found = gb.find_grade(cell, "toy", "toy", student)
            return found.auto_score, found.needs_manual_grade

        assert grade("lost", "test_quiz") == (5.0, False)
        assert grade("lost", "written_why") == grade("below", "written_why") == (None, True)
        assert grade("nothing", "written_why") == (0.0, False)
        assert grade("computed", "test_quiz") == (3.0, True)
        assert gb.find_comment("written_why", "toy", "toy", "below").auto_comment is None
    for student in ("lost", "below"):
        text = (Path(course.root) / f"autograded/{student}/toy/toy.ipynb").read_text()
        cell = toycourse.cell_of(json.loads(text), "written_why")
        assert "come first" in cell["source"]
        page = (feedback_folder(results_folder(course, "toy")) / f"{student}.html").read_text()
        assert "come first" in page and "5 more that a person marks" in page
    page = (feedback_folder(results_folder(course, "toy")) / "nothing.html").read_text()
    assert "more that a person marks" not in page
