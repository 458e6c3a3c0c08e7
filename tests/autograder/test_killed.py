"""A grading run that is killed at any moment: the records stay whole, and the next run completes them."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
import toycourse

from autograder.course import results_folder
from autograder.errors import NotReady
from autograder.grade.assignment import load_assignment

pytest.importorskip("nbgrader")
import killable
import psutil
import sqlalchemy
from nbgrader import api

from autograder.grade import classroom
from autograder.read.times import parse_time, read_timestamp
from autograder.record import gradebook, journal

STUDENTS = 24
ROWS = """
    SELECT s.student_id, s.timestamp, c.name, g.auto_score
    FROM submitted_assignment s JOIN submitted_notebook n ON n.assignment_id = s.id
    JOIN grade g ON g.notebook_id = n.id JOIN base_cell c ON c.id = g.cell_id
"""
COMMENTS = """
    SELECT n.id, count(c.id) FROM submitted_notebook n LEFT JOIN comment c ON c.notebook_id = n.id GROUP BY n.id
"""


@pytest.fixture
def course(any_course, warm_pool):
    return any_course


def name(number):
    return f"s{number:02d}"


def answers(number, version):
    """Every other student is wrong, and with each version they change places."""
    right = (number + version) % 2 == 0
    return toycourse.RIGHT if right else toycourse.RIGHT | {"double": toycourse.WRONG["double"]}


def points(number, version):
    return {
        "test_double": 6.0 if (number + version) % 2 == 0 else 2.0,
        "test_mean_of_rows": 4.0,
        "test_quiz": 5.0,
        "written_why": None,
    }


def hand_in(course, version):
    for number in range(STUDENTS):
        toycourse.hand_in(
            course.root,
            name(number),
            answers(number, version),
            timestamp=f"2026-03-01 {version // 60:02d}:{version % 60:02d}:00 UTC",
        )


def check_records(course, book):
    """No row twice, no submission half written; the records belong to one version, the files to the same if finished.

    Returns the version of each student's records.
    """
    with book.gb.engine.connect() as connection:
        if course.db_url.startswith("sqlite"):
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert not connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        rows = connection.execute(sqlalchemy.text(ROWS)).all()
        comments = connection.execute(sqlalchemy.text(COMMENTS)).all()
        students = connection.execute(sqlalchemy.text("SELECT count(*) FROM student")).scalar()
        submissions = connection.execute(
            sqlalchemy.text("SELECT count(*) FROM submitted_assignment")
        ).scalar()
    marks, versions = {}, {}
    for student, when, cell, score in rows:
        assert cell not in marks.setdefault(student, {}), f"{student} has two grades for {cell}"
        marks[student][cell] = score
        when = parse_time(f"{when} UTC")
        versions[student] = when.hour * 60 + when.minute
    assert students == submissions == len(marks) == len(comments) and {
        count for _, count in comments
    } <= {5}
    finished = {
        r.student: r for r in journal.read(results_folder(course, "toy") / journal.FILE) if r.key
    }
    for number in range(STUDENTS):
        student = name(number)
        place = Path(course.root) / "autograded" / student / "toy/toy.ipynb"
        cells = json.loads(place.read_text())["cells"] if place.exists() else []  # whole, or absent
        if student not in marks:
            assert not cells and student not in finished
            continue
        assert marks[student] == points(number, versions[student])
        if student in finished and recorded(course, book, student):
            shown = {
                c["metadata"]["nbgrader"]["grade_id"]: c
                for c in cells
                if "nbgrader" in c["metadata"]
            }
            assert shown["double"]["source"] == answers(number, versions[student])["double"]
            score = shown["test_double"]["outputs"][1]["data"]["text/plain"]
            assert float(score) == marks[student]["test_double"]
    return versions


def recorded(course, book, student):
    folder = Path(course.root) / "autograded" / student / "toy"
    return book.recorded(student, read_timestamp(folder))


def complete(course, tmp_path, version):
    """A run to the end: everybody is graded, once, with the points of an undisturbed run."""
    run = killable.Run(course, tmp_path / "scratch")
    assert run.wait(300) == 0, run.log.read_text()
    with book_of(course) as book:
        assert check_records(course, book) == {name(number): version for number in range(STUDENTS)}
        assert all(recorded(course, book, name(number)) for number in range(STUDENTS))
    found = list(journal.read(results_folder(course, "toy") / journal.FILE))
    assert {r.student: r.points for r in found} == {
        name(n): sum(filter(None, points(n, version).values())) for n in range(STUDENTS)
    }
    assert not list((Path(course.root) / "autograded").rglob("*.tmp"))


def book_of(course):
    return gradebook.Gradebook(
        course, "toy", [notebook.template for notebook in load_assignment(course, "toy")]
    )


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_at_random_moments_the_records_are_whole_and_the_next_run_completes_them(
    course, tmp_path, kills
):
    rng = random.Random(kills)
    hand_in(course, version := 0)
    begun = time.monotonic()
    complete(course, tmp_path, version)
    lasts = time.monotonic() - begun
    if not course.db_url.startswith("sqlite"):
        kills = max(4, kills // 5)
    hand_in(course, version := 1)
    killed = midway = 0
    with book_of(course) as book:
        while killed < kills:
            run = killable.Run(course, tmp_path / "scratch")
            if run.wait(rng.uniform(0, lasts)) is None:
                run.kill()
                killed += run.wait() == -signal.SIGKILL  # it may just have ended by itself
                assert killable.gone(run.left), run.left()
            elif run.wait() == 0:  # it was faster
                versions = Counter(check_records(course, book).values())
                assert versions == {version: STUDENTS}
                hand_in(course, version := version + 1)
            else:
                pytest.fail(run.log.read_text())
            versions = Counter(check_records(course, book).values())
            midway += len(versions) > 1
    print(
        f"{killed} kills within {lasts:.1f} s of a run; after {midway} of them the class was partly regraded"
    )
    assert kills < 20 or midway >= 3
    complete(course, tmp_path, version)


class Killed(BaseException):
    """Raised where a kill would strike; nothing catches it."""


@pytest.mark.parametrize("moment", ["stage", "commit", "publish", "first file", "append"])
def test_a_kill_between_records_and_files_is_made_good_even_when_the_old_cases_return(
    course, warm_pool, monkeypatch, moment
):
    """Regraded on a second seed, killed in the middle, then the first seed is back, whose results are on file."""
    root = Path(course.root)
    toycourse.hand_in(root, "ada", toycourse.RIGHT | {"double": toycourse.WRONG["double"]})
    first = (root / "secret/toy.zip").read_bytes()
    assert classroom.grade_class(course, "toy", warm_pool).graded == 1
    toycourse.compile_secret(root, seed=8)
    monkeypatch.setattr(
        "autograder.grade.classroom.clamp", lambda points, maximum: 1.0
    )  # other marks, visibly
    with monkeypatch.context() as patch, warm_pool(()) as pool:
        patch.setattr(pool, "close", lambda: None)  # it is for all tests

        def strike(*args, **kwargs):
            raise Killed

        def strike_later(*args, **kwargs):
            patch.setattr(*target, strike)
            return real(*args, **kwargs)

        target = {
            "stage": (gradebook.Gradebook, "_write"),
            "commit": (gradebook.Gradebook, "_publish"),
            "publish": (os, "replace"),
            "first file": (os, "replace"),
            "append": (journal, "append"),
        }[moment]
        real = getattr(*target)
        if moment in ("stage", "commit"):
            patch.setattr(*target, strike)
        else:
            kept = gradebook.Gradebook._write

            def write(self, record):
                kept(self, record)
                patch.setattr(*target, strike_later if moment == "first file" else strike)

            patch.setattr(gradebook.Gradebook, "_write", write)
        with pytest.raises(Killed):
            classroom.grade_class(course, "toy", warm_pool)
    monkeypatch.undo()
    (root / "secret/toy.zip").write_bytes(first)
    assert classroom.grade_class(course, "toy", warm_pool).graded == 1
    with api.Gradebook(course.db_url, course.course_id) as gb:
        assert gb.find_grade("test_double", "toy", "toy", "ada").auto_score == 2.0
    cells = json.loads((root / "autograded/ada/toy/toy.ipynb").read_text())["cells"]
    shown = next(
        c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "test_double"
    )
    assert shown["outputs"][1]["data"]["text/plain"] == "2"
    assert not list((root / "autograded").rglob("*.tmp"))
    assert classroom.grade_class(course, "toy", warm_pool).unchanged == 1


def test_a_database_whose_creation_was_cut_short_is_finished(toy_course):
    course = toy_course
    path = Path(course.root) / "gradebook.db"
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        connection.exec_driver_sql("DROP TABLE alembic_version")
    with book_of(course):
        pass
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [
            (version,)
        ]


def test_orphaned_sandboxes_end_with_the_grader(toy_course, tmp_path):
    """Only the grader itself is killed, as the kernel does when memory runs out; students' code is running."""
    loop = "import os\nfor _ in range(3):\n    os.fork()\nwhile True:\n    pass"
    for number in range(2):
        toycourse.hand_in(toy_course.root, name(number), toycourse.RIGHT | {"double": loop})
    run = killable.Run(toy_course, tmp_path / "scratch")
    grader = psutil.Process(run.pid)

    def family():
        return grader.children(recursive=True)

    until = time.monotonic() + 60
    while (
        len(family()) < 2 + 16
    ):  # bubblewrap, the warm process, and two submissions of eight processes each
        assert time.monotonic() < until and run.wait(0.02) is None, run.log.read_text()
    orphans = family()
    os.kill(run.pid, signal.SIGKILL)
    run.wait(10)
    psutil.wait_procs(orphans, timeout=10)
    assert not [p for p in orphans if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert killable.gone(run.left), run.left()


def test_two_runs_at_once_are_refused(toy_course, warm_pool):
    toycourse.hand_in(toy_course.root, "ada", toycourse.RIGHT)
    with journal.only_writer(results_folder(toy_course, "toy")) as alone:
        assert alone
        with pytest.raises(NotReady, match="Another run"):
            classroom.grade_class(toy_course, "toy", warm_pool)
    assert classroom.grade_class(toy_course, "toy", warm_pool).graded == 1
