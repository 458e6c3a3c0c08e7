"""nbgrader's records as we write them: complete, idempotent, and never over what a person entered."""

from __future__ import annotations

import json
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import toycourse

from autograder.course import name_problem
from autograder.grade.assignment import GradedNotebook

pytest.importorskip("nbgrader")
from nbgrader import api
from nbgrader.utils import determine_grade

from autograder.grade import classroom
from autograder.read import notebook
from autograder.read.submission import arrange
from autograder.read.template import read_template
from autograder.read.times import Stamp, parse_time
from autograder.record import database
from autograder.record.database import GradebookError
from autograder.record.gradebook import Gradebook, Mark, NotebookRecord, SubmissionRecord
from autograder.report.card import Card

NOON = datetime(2026, 3, 1, 12)


@pytest.fixture
def course(any_course):
    return any_course


@pytest.fixture
def template(course):
    return read_template(Path(course.root) / "release/toy/toy.ipynb")


def record(
    template,
    student="ada",
    answers=None,
    double=6.0,
    timestamp="2026-03-01 12:00:00 UTC",
    comment="Well done.",
):
    book = toycourse.filled({"cells": [t.cell for t in template.cells]}, answers or toycourse.RIGHT)
    submission = arrange(notebook.parse(json.dumps(book | {"nbformat": 4}).encode(), "x"), template)
    marks = {"test_double": Mark(double), "test_mean_of_rows": Mark(1.5), "test_quiz": Mark(5.0)}
    marks["written_why"] = Mark(None)
    when = parse_time(timestamp) if timestamp else None
    graded = NotebookRecord("toy", marks, {"double": comment}, submission.cells, template.metadata)
    return SubmissionRecord(student, [graded], when, timestamp)


def grades(gb, student="ada"):
    gb.db.expire_all()
    return {g.name: g for g in gb.find_submission_notebook("toy", "toy", student).grades}


def test_records_agree_with_the_release(course, template):
    with Gradebook(course, "toy", [template]) as book:
        assignment = book.gb.find_assignment("toy")
        assert assignment.max_score == 20 and assignment.max_written_score == 5
        cell = book.gb.find_source_cell("test_quiz", "toy", "toy")
        assert (
            "secret_of_the_quiz" in cell.source
        )  # as nbgrader itself keeps it; never in what students see
    assert "secret_of_the_quiz" not in (Path(course.root) / "release/toy/toy.ipynb").read_text()


def test_a_release_that_disagrees_with_its_source_is_refused(course, template):
    import dataclasses

    wrong = [
        dataclasses.replace(c, points=7.0) if c.grade_id == "test_double" else c
        for c in template.cells
    ]
    with pytest.raises(GradebookError, match="autograder release toy"):
        with Gradebook(course, "toy", [dataclasses.replace(template, cells=tuple(wrong))]):
            pass


def test_a_submission_is_recorded(course, template):
    toycourse.submit(Path(course.root), "ada", b"{}")
    with Gradebook(course, "toy", [template]) as book:
        assert not book.recorded("ada", Stamp(NOON))
        book.record(record(template))
        assert book.recorded("ada", Stamp(NOON))
        found = grades(book.gb)
        assert {n: g.auto_score for n, g in found.items()} == {
            "test_double": 6.0,
            "test_mean_of_rows": 1.5,
            "test_quiz": 5.0,
            "written_why": None,
        }
        assert [n for n, g in found.items() if g.needs_manual_grade] == ["written_why"]
        assert book.gb.find_comment("double", "toy", "toy", "ada").comment == "Well done."
        assert book.gb.find_submission("toy", "ada").score == 12.5
    folder = Path(course.root) / "autograded/ada/toy"
    assert sorted(os.listdir(folder)) == ["timestamp.txt", "toy.ipynb"]
    assert (folder / "toy.ipynb").stat().st_mode & 0o777 == 0o444


def test_what_a_person_entered_survives_any_number_of_regrades(course, template):
    with Gradebook(course, "toy", [template]) as book:
        book.record(record(template))
        gb = api.Gradebook(course.db_url, course.course_id)
        found = grades(gb)
        found["written_why"].manual_score, found["written_why"].needs_manual_grade = 4.0, False
        found["test_double"].manual_score, found["test_double"].extra_credit = 5.5, 0.25
        found["test_double"].needs_manual_grade = False
        gb.find_comment("double", "toy", "toy", "ada").manual_comment = "Nice idea."
        gb.db.commit()
        for _ in range(3):
            book.record(record(template, comment="Another automatic comment."))
        found = grades(gb)
        assert (found["written_why"].manual_score, found["written_why"].needs_manual_grade) == (
            4.0,
            False,
        )
        assert (found["test_double"].score, found["test_double"].needs_manual_grade) == (
            5.75,
            False,
        )
        comment = gb.find_comment("double", "toy", "toy", "ada")
        assert (
            comment.comment == "Nice idea." and comment.auto_comment == "Another automatic comment."
        )
        # So does new code that gets the same automatic points: a person has judged the old.
        again = toycourse.RIGHT | {"double": "def double(x):\n    return x * 2"}
        book.record(record(template, answers=again))
        assert grades(gb)["test_double"].needs_manual_grade
        assert not grades(gb)["written_why"].needs_manual_grade
        assert not grades(gb)["test_mean_of_rows"].needs_manual_grade
        # New work, or another automatic mark, asks the person again; the mark itself stays.
        book.record(
            record(
                template, answers=toycourse.RIGHT | {"written_why": "Something new."}, double=2.0
            )
        )
        found = grades(gb)
        assert found["written_why"].manual_score == 4.0 and found["written_why"].needs_manual_grade
        assert found["test_double"].manual_score == 5.5 and found["test_double"].needs_manual_grade
        gb.close()


@pytest.mark.parametrize("seed", range(5))
def test_late_penalties_manual_marks_and_comments_survive_any_number_of_regrades(
    course, template, seed
):
    """A person and the grader take turns at random; after every regrade all that the person entered is as it was."""
    rng = random.Random(seed)
    course.config.LateSubmissionPlugin.penalty_method = (
        "none"  # so that a penalty is the person's own
    )
    entered = {"manual": {}, "extra": {}, "comment": {}, "penalty": None, "extension": None}
    with Gradebook(course, "toy", [template]) as book:
        book.gb.update_or_create_assignment("toy", duedate="2026-02-28 12:00:00 UTC")
    with Gradebook(course, "toy", [template]) as book:
        book.record(record(template))
        regrades = 0
        for _ in range(25):
            gb = api.Gradebook(
                course.db_url, course.course_id
            )  # the formgrader, in a process of its own
            cell = rng.choice(["test_double", "test_mean_of_rows", "test_quiz", "written_why"])
            act = rng.choice(
                ["manual", "extra", "comment", "penalty", "extension", *["regrade"] * 5]
            )
            value = rng.randrange(1, 20) / 4
            if act == "manual":
                entered["manual"][cell] = gb.find_grade(cell, "toy", "toy", "ada").manual_score = (
                    value
                )
            elif act == "extra":
                entered["extra"][cell] = gb.find_grade(cell, "toy", "toy", "ada").extra_credit = (
                    value
                )
            elif act == "comment":
                answer = rng.choice(["double", "mean_of_rows", "written_why"])
                entered["comment"][answer] = f"{value} said the teacher"
                gb.find_comment(answer, "toy", "toy", "ada").manual_comment = entered["comment"][
                    answer
                ]
            elif act == "penalty":
                entered["penalty"] = value
                gb.find_submission_notebook("toy", "toy", "ada").late_submission_penalty = value
            elif act == "extension":
                entered["extension"] = timedelta(hours=rng.randrange(1, 20))
                gb.find_submission("toy", "ada").extension = entered["extension"]
            gb.db.commit()
            gb.close()
            if act != "regrade":
                continue
            regrades += 1
            auto, said = rng.choice([0.0, 2.0, 6.0]), f"comment {regrades}"
            when = (
                f"2026-03-{1 + regrades:02d} 12:00:00 UTC"
                if rng.random() < 0.3
                else "2026-03-01 12:00:00 UTC"
            )
            book.record(record(template, double=auto, comment=said, timestamp=when))
            found = grades(book.gb)
            assert {
                n: g.manual_score for n, g in found.items() if g.manual_score is not None
            } == entered["manual"]
            assert {n: g.extra_credit for n, g in found.items() if g.extra_credit} == entered[
                "extra"
            ]
            assert found["test_double"].auto_score == auto
            mine = book.gb.find_submission_notebook("toy", "toy", "ada")
            comments = {c.name: c.manual_comment for c in mine.comments if c.manual_comment}
            assert (
                comments == entered["comment"] and len(mine.comments) == 5 and len(mine.grades) == 4
            )
            assert book.gb.find_comment("double", "toy", "toy", "ada").auto_comment == said
            assert mine.late_submission_penalty == entered["penalty"]
            assert book.gb.find_submission("toy", "ada").extension == entered["extension"]
    assert regrades >= 5


def test_late_penalties_are_nbgraders(course, template):
    course.config.LateSubmissionPlugin.penalty_method = "zero"
    with Gradebook(course, "toy", [template]) as book:
        book.gb.update_or_create_assignment("toy", duedate="2026-02-28 12:00:00 UTC")
    with Gradebook(course, "toy", [template]) as book:
        book.record(record(template))
        late = book.gb.find_submission("toy", "ada")
        assert late.total_seconds_late == 86400 and late.late_submission_penalty == 12.5
        late.extension = timedelta(days=2)
        book.gb.db.commit()
        book.record(record(template))
        book.gb.db.expire_all()
        assert not book.gb.find_submission("toy", "ada").late_submission_penalty
        book.record(record(template, "ben", timestamp="2026-02-28 11:00:00 UTC"))
        assert not book.gb.find_submission("toy", "ben").late_submission_penalty


def test_a_missing_notebook_scores_zero(course, template):
    notebook = GradedNotebook("toy", template, None, None, "")
    with Gradebook(course, "toy", [template]) as book:
        book.record(SubmissionRecord("ada", [classroom.missing_record(notebook)]))
        submission = book.gb.find_submission("toy", "ada")
        assert submission.score == 0 and not submission.needs_manual_grade
    assert not (Path(course.root) / "autograded/ada").exists()


def test_names_with_accents_and_a_time_zone(course, template):
    with Gradebook(course, "toy", [template]) as book:
        book.record(record(template, "Zoë Müller-Ångström", timestamp="2026-03-01T14:00:00+02:00"))
        assert book.recorded("Zoë Müller-Ångström", Stamp(NOON))
        assert book.gb.find_submission("toy", "Zoë Müller-Ångström").timestamp.hour == 12


def test_the_autograded_notebook_scores_the_same_for_nbgrader(course, template):
    import nbformat

    entry = record(template)
    for cell in entry.notebooks[0].cells:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "test_double":
            cell["outputs"] = classroom._outputs(Card("double", 3.25, 6, "partial", "", []), 3.25)
    with Gradebook(course, "toy", [template]) as book:
        book.record(entry)
    nb = nbformat.read(Path(course.root) / "autograded/ada/toy/toy.ipynb", as_version=4)
    nbformat.validate(nb)
    cell = next(
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "test_double"
    )
    assert determine_grade(cell) == (3.25, 6.0)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("ada", True),
        ("Zoë Núñez", True),
        ("=1+1", True),
        ("x" * 129, False),
        ("a\tb", False),
        ("a\udcffb", False),
        (" a", False),
        ("a\u202eb", False),
    ],
)
def test_names_of_folders(name, good):
    assert (name_problem(name) is None) == good


def test_a_folder_that_is_no_course_is_refused(tmp_path):
    with pytest.raises(GradebookError, match="not an nbgrader course"):
        database.course_directory(tmp_path)


def test_a_database_that_is_held_is_told_with_the_remedy(toy_course, monkeypatch):
    import sqlite3

    path = Path(toy_course.root) / "gradebook.db"
    real = api.Gradebook
    monkeypatch.setattr(  # half a minute is long for a test
        api, "Gradebook", lambda url, *rest: real(url.replace("timeout=30", "timeout=0"), *rest)
    )
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradebookError, match="Close the formgrader.*Nothing is lost"):
        database.open_records(toy_course)
    other.close()
