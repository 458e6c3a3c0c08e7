"""nbgrader's records as we write them: complete, idempotent, and never over what a person entered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from pathlib import Path

import pytest
import toycourse

pytest.importorskip("nbgrader")
from nbgrader import api
from nbgrader.utils import determine_grade

from autograder import gradebook, grading, notebook
from autograder.gradebook import Gradebook, GradebookError, Mark, NotebookRecord, SubmissionRecord


@pytest.fixture
def course(any_course):
    return any_course


@pytest.fixture
def template(course):
    return notebook.read_template(Path(course.root) / "release/toy/toy.ipynb")


def record(
    template, student="ada", answers=None, double=6.0, timestamp="2026-03-01 12:00:00 UTC", comment="Well done."
):
    book = toycourse.filled({"cells": [t.cell for t in template.cells]}, answers or toycourse.RIGHT)
    submission = notebook.arrange(notebook.parse(json.dumps(book | {"nbformat": 4}).encode(), "x"), template)
    marks = {"test_double": Mark(double), "test_mean_of_rows": Mark(1.5), "test_quiz": Mark(5.0)}
    marks["written_why"] = Mark(None)
    when = gradebook.parse_utc(timestamp) if timestamp else None
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
        assert "secret_of_the_quiz" in cell.source  # as nbgrader itself keeps it; never in what students see
    assert "secret_of_the_quiz" not in (Path(course.root) / "release/toy/toy.ipynb").read_text()


def test_a_release_that_disagrees_with_its_source_is_refused(course, template):
    import dataclasses

    wrong = [dataclasses.replace(c, points=7.0) if c.grade_id == "test_double" else c for c in template.cells]
    with pytest.raises(GradebookError, match="autograder release toy"):
        with Gradebook(course, "toy", [dataclasses.replace(template, cells=tuple(wrong))]):
            pass


def test_a_submission_is_recorded(course, template):
    toycourse.submit(Path(course.root), "ada", b"{}")
    with Gradebook(course, "toy", [template]) as book:
        assert not book.recorded("ada")
        book.record(record(template))
        assert book.recorded("ada")
        found = grades(book.gb)
        assert {n: g.auto_score for n, g in found.items()} == {
            "test_double": 6.0, "test_mean_of_rows": 1.5, "test_quiz": 5.0, "written_why": None}
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
        assert (found["written_why"].manual_score, found["written_why"].needs_manual_grade) == (4.0, False)
        assert (found["test_double"].score, found["test_double"].needs_manual_grade) == (5.75, False)
        comment = gb.find_comment("double", "toy", "toy", "ada")
        assert comment.comment == "Nice idea." and comment.auto_comment == "Another automatic comment."
        # New work, or another automatic mark, asks the person again; the mark itself stays.
        book.record(record(template, answers=toycourse.RIGHT | {"written_why": "Something new."}, double=2.0))
        found = grades(gb)
        assert found["written_why"].manual_score == 4.0 and found["written_why"].needs_manual_grade
        assert found["test_double"].manual_score == 5.5 and found["test_double"].needs_manual_grade
        gb.close()


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
    paper = grading.Paper("toy", template, None, None, "")
    with Gradebook(course, "toy", [template]) as book:
        book.record(SubmissionRecord("ada", [grading.missing_record(paper)]))
        submission = book.gb.find_submission("toy", "ada")
        assert submission.score == 0 and not submission.needs_manual_grade
    assert not (Path(course.root) / "autograded/ada").exists()


def test_names_with_accents_and_a_time_zone(course, template):
    with Gradebook(course, "toy", [template]) as book:
        book.record(record(template, "Zoë Müller-Ångström", timestamp="2026-03-01T14:00:00+02:00"))
        assert book.recorded("Zoë Müller-Ångström")
        assert book.gb.find_submission("toy", "Zoë Müller-Ångström").timestamp.hour == 12


def test_the_autograded_notebook_scores_the_same_for_nbgrader(course, template):
    import nbformat

    entry = record(template)
    for cell in entry.notebooks[0].cells:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "test_double":
            cell["outputs"] = grading._outputs("<b>card</b>", "card", 3.25)
    with Gradebook(course, "toy", [template]) as book:
        book.record(entry)
    nb = nbformat.read(Path(course.root) / "autograded/ada/toy/toy.ipynb", as_version=4)
    nbformat.validate(nb)
    cell = next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "test_double")
    assert determine_grade(cell) == (3.25, 6.0)


@pytest.mark.parametrize(("text", "good"), [
    ("2026-03-01 12:00:00 UTC", True), ("soon", False), ("9" * 500, False), ("", False)])
def test_timestamps(tmp_path, text, good):
    (tmp_path / "timestamp.txt").write_text(text)
    when, kept, complaint = gradebook.read_timestamp(tmp_path)
    assert (when is not None) == good and (complaint is None) == good


@pytest.mark.parametrize(("name", "good"), [
    ("ada", True), ("Zoë Núñez", True), ("=1+1", True), ("x" * 129, False), ("a\tb", False), ("a\udcffb", False),
    (" a", False), ("a\u202eb", False)])
def test_names_of_folders(name, good):
    assert (gradebook.name_problem(name) is None) == good


def test_a_folder_that_is_no_course_is_refused(tmp_path):
    with pytest.raises(GradebookError, match="not an nbgrader course"):
        gradebook.course_directory(tmp_path)


@pytest.mark.slow
def test_killed_at_any_moment_it_is_consistent_and_the_next_run_completes_it(course, template):
    """SIGKILL at growing delays while a class is written; every submission is whole or absent."""
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        sys.path.insert(0, sys.argv[2])
        import test_gradebook as t
        from autograder import gradebook, notebook
        course = gradebook.course_directory(Path(sys.argv[1]), sys.argv[3])
        template = notebook.read_template(Path(sys.argv[1]) / "release/toy/toy.ipynb")
        with gradebook.Gradebook(course, "toy", [template]) as book:
            print("ready", flush=True)
            for number in range(400):
                book.record(t.record(template, f"s{number:03d}"))
    """)
    here = str(Path(__file__).parent)
    env = os.environ | {"PYTHONPATH": os.pathsep.join([here, str(Path(here).parent / "support"), *sys.path])}
    kills = 0
    for turn in range(6):
        command = [sys.executable, "-c", script, course.root, here, course.db_url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.13 * turn)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
        with Gradebook(course, "toy", [template]) as book:
            for submission in book.gb.assignment_submissions("toy"):
                [mine] = submission.notebooks
                assert len(mine.grades) == 4 and len(mine.comments) == 5
                assert {g.auto_score for g in mine.grades} == {6.0, 1.5, 5.0, None}
    assert kills >= 3
    with Gradebook(course, "toy", [template]) as book:
        for number in range(40):
            book.record(record(template, f"s{number:03d}"))
        assert all(book.recorded(f"s{number:03d}") for number in range(40))
