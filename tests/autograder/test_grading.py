"""A whole class through the real sandbox and the real judge: points, resuming, stopping, what could not be graded."""

from __future__ import annotations

import csv
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import toycourse

from autograder.course import results_folder
from autograder.errors import NotReady
from autograder.grade.assignment import columns, load_assignment
from autograder.grade.one import grade_notebook
from autograder.judge.judge import judge
from autograder.outcome import clamp

pytest.importorskip("nbgrader")
from nbgrader import api

from autograder.grade import classroom
from autograder.record import journal


@pytest.fixture
def course(any_course):
    return any_course


@pytest.fixture
def pool_for(warm_pool):
    return warm_pool


def hand_in(course, *args, **kwargs):
    return toycourse.hand_in(course.root, *args, **kwargs)


def by_student(course):
    return {r.student: r for r in journal.read(results_folder(course, "toy") / journal.FILE)}


def exercise(result, name):
    return next(e for e in result.notebooks[0].exercises if e.exercise == name)


def score(course, student, cell):
    with api.Gradebook(course.db_url, course.course_id) as gb:
        return gb.find_grade(cell, "toy", "toy", student).auto_score


def test_a_class(course, pool_for):
    right, wrong = toycourse.RIGHT, toycourse.WRONG
    hand_in(course, "ada", right)
    hand_in(course, "ben", right | {"double": wrong["double"]})
    hand_in(course, "cem", right | {"mean_of_rows": "def mean_of_rows(x:\n    return x"})
    hand_in(course, "dan", right | {"double": "def double(x):\n    while True:\n        pass"})
    hand_in(course, "eve", {})
    hand_in(course, "Zoë", right | {"double": "import os\ndef double(x):\n    os._exit(3)"})
    hand_in(course, "raises", right | {"double": "def double(x):\n    return x['a']"})
    toycourse.submit(Path(course.root), "broken", b'{"cells": [')
    (Path(course.root) / "submitted/nothing/toy").mkdir(parents=True)
    seen = []
    run = classroom.grade_class(
        course,
        "toy",
        pool_for,
        missing_is_zero=True,
        progress=lambda done, total, result: seen.append((done, total)),
    )

    assert (run.graded, run.unchanged, run.left) == (8, 0, 0)
    assert [student for student, _ in run.failed] == ["broken"] and "broken" in run.failed[0][1]
    assert seen[0] == (0, 9) and seen[-1] == (9, 9)
    found = by_student(course)
    points = {student: result.points for student, result in found.items()}
    assert points == {
        "ada": 15.0,
        "ben": 11.0,
        "cem": 11.0,
        "dan": 9.0,
        "eve": 0.0,
        "Zoë": 9.0,
        "raises": 9.0,
        "broken": 0.0,
        "nothing": 0.0,
    }
    assert exercise(found["ben"], "double").diagnosis.mistake == "added"
    said = exercise(found["cem"], "mean_of_rows").criteria[0].message
    assert "SyntaxError" in said and "line 1" in said
    assert "was stopped" in exercise(found["dan"], "double").criteria[0].message
    assert exercise(found["Zoë"], "mean_of_rows").points == 4  # a death costs its own exercise only
    assert not found["broken"].graded and found["nothing"].notebooks[0].status == "missing"
    # The same in nbgrader's records.
    for student in ("ada", "ben", "cem", "dan", "eve", "Zoë"):
        assert score(course, student, "test_double") == exercise(found[student], "double").points
    assert score(course, "ada", "test_quiz") == 5.0 and score(course, "nothing", "test_double") == 0
    with api.Gradebook(course.db_url, course.course_id) as gb:
        assert "multiply" in gb.find_comment("double", "toy", "toy", "ben").auto_comment
        assert gb.find_comment("double", "toy", "toy", "eve").auto_comment == "No response."
        assert gb.find_comment("double", "toy", "toy", "ada").auto_comment is None
        assert {s.student.id for s in gb.assignment_submissions("toy")} == set(points) - {"broken"}
        assert gb.find_grade("written_why", "toy", "toy", "ada").needs_manual_grade
        assert not gb.find_grade("written_why", "toy", "toy", "eve").needs_manual_grade


def test_nothing_is_graded_twice_and_everything_that_changed_is(course, pool_for):
    for student in ("ada", "ben", "cem"):
        hand_in(course, student, toycourse.RIGHT)
    assert classroom.grade_class(course, "toy", pool_for).graded == 3
    again = classroom.grade_class(course, "toy", pool_for)
    assert (again.graded, again.unchanged) == (0, 3)
    hand_in(
        course,
        "ben",
        toycourse.RIGHT | {"double": toycourse.WRONG["double"]},
        timestamp="2026-03-02 12:00:00 UTC",
    )
    changed = classroom.grade_class(course, "toy", pool_for)
    assert (changed.graded, changed.unchanged) == (1, 2)
    assert by_student(course)["ben"].points == 11.0 and score(course, "ben", "test_double") == 2.0
    shutil.rmtree(Path(course.root) / "autograded/cem")
    assert classroom.grade_class(course, "toy", pool_for).graded == 1
    toycourse.compile_secret(Path(course.root), seed=8)
    assert classroom.grade_class(course, "toy", pool_for).graded == 3
    assert by_student(course)["ada"].points == 15.0  # another seed, the same points
    lines = (results_folder(course, "toy") / journal.FILE).read_text().splitlines()
    # For each the old line, the old line without its key (it counts no more), and the new one, until the next run.
    assert len(lines) == 9


def test_regrading_after_changed_checks_needs_no_change_to_student_cells(course, pool_for):
    """The instructor changes the points of criteria and the seed; then what the whole exercise is worth."""
    root = Path(course.root)
    wrong = toycourse.RIGHT | {"double": toycourse.WRONG["double"]}
    files = [
        hand_in(course, "ada", toycourse.RIGHT) / "toy.ipynb",
        hand_in(course, "ben", wrong) / "toy.ipynb",
    ]
    before = [path.read_bytes() for path in files]
    classroom.grade_class(course, "toy", pool_for)
    assert score(course, "ben", "test_double") == 2.0
    rubric = root / "checks/toy/rubric.yml"
    changed = (
        rubric.read_text()
        .replace("kind: shape\n        points: 2", "kind: shape\n        points: 3")
        .replace("kind: values\n        points: 4", "kind: values\n        points: 3")
    )
    assert changed != rubric.read_text()
    rubric.write_text(changed)
    toycourse.compile_secret(root, seed=11)
    assert classroom.grade_class(course, "toy", pool_for).graded == 2
    assert (score(course, "ada", "test_double"), score(course, "ben", "test_double")) == (6.0, 3.0)
    # Worth more in all: source and release say so too, and the old submissions are graded against them as they are.
    values = "kind: values\n        points: "
    rubric.write_text(changed.replace(f"{values}3", f"{values}10", 1))
    source = root / "source/toy/toy.ipynb"
    source.write_text(source.read_text().replace('"points": 6', '"points": 13'))
    toycourse.compile_secret(root, seed=11)
    with pytest.raises(NotReady, match="autograder release toy"):
        classroom.grade_class(course, "toy", pool_for)
    toycourse.release(root)
    assert classroom.grade_class(course, "toy", pool_for).graded == 2
    assert (score(course, "ada", "test_double"), score(course, "ben", "test_double")) == (13.0, 3.0)
    assert [path.read_bytes() for path in files] == before


def test_one_student(course, pool_for):
    hand_in(course, "ada", toycourse.RIGHT)
    hand_in(course, "ben", toycourse.RIGHT)
    assert classroom.grade_class(course, "toy", pool_for, students=["ben"]).graded == 1
    assert set(by_student(course)) == {"ben"}
    with pytest.raises(NotReady, match="zoe"):
        classroom.grade_class(course, "toy", pool_for, students=["zoe"])


def test_the_submissions_metadata_cannot_raise_the_marks(course, pool_for):
    def cheat(book):
        for cell in book["cells"]:
            meta = cell["metadata"].get("nbgrader", {})
            if meta.get("grade_id") == "test_double":
                meta |= {"points": 1000, "locked": False}
                cell["source"] = "1000"
                cell["outputs"] = [
                    {
                        "output_type": "execute_result",
                        "execution_count": 1,
                        "metadata": {},
                        "data": {"text/plain": "1000"},
                    }
                ]

    hand_in(course, "eve", {}, cheat)
    classroom.grade_class(course, "toy", pool_for)
    assert score(course, "eve", "test_double") == 0
    assert any("locked" in note for note in by_student(course)["eve"].notebooks[0].notes)


def test_what_is_ours_costs_nobody_points(course, pool_for, monkeypatch):
    hand_in(course, "ada", toycourse.RIGHT)
    hand_in(course, "ben", toycourse.RIGHT)

    real_notebook, real_judge = grade_notebook, judge
    now = threading.local()  # whose notebook this thread judges: two are in work at once

    def noted(notebook, submission, student, pool):
        now.student = student
        return real_notebook(notebook, submission, student, pool)

    def faulty(exercise, caller):
        if now.student == "ada" and exercise.name == "double" and "ours" not in seen:
            seen.append("ours")
            raise RuntimeError("a bug of ours")
        return real_judge(exercise, caller)

    seen: list[str] = []
    monkeypatch.setattr("autograder.grade.one.grade_notebook", noted)
    monkeypatch.setattr("autograder.grade.places.judge", faulty)
    run = classroom.grade_class(course, "toy", pool_for, workers=1)
    assert (
        run.graded == 1
        and [s for s, _ in run.failed] == ["ada"]
        and "a bug of ours" in run.failed[0][1]
    )
    with api.Gradebook(course.db_url, course.course_id) as gb, pytest.raises(api.MissingEntry):
        gb.find_submission("toy", "ada")
    assert classroom.grade_class(course, "toy", pool_for).graded == 1  # the next run mends it
    assert by_student(course)["ada"].points == 15.0


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda root: shutil.rmtree(root / "release"), "autograder release toy"),
        (lambda root: shutil.rmtree(root / "secret"), "autograder compile toy --seed"),
        (lambda root: (root / "secret/toy.zip").write_bytes(b"PK"), "autograder compile"),
    ],
)
def test_what_is_missing_is_said(course, break_it, says):
    break_it(Path(course.root))
    with pytest.raises(Exception, match=says):
        load_assignment(course, "toy")


def test_a_release_with_other_points_than_the_bundle_is_refused(course):
    path = Path(course.root) / "release/toy/toy.ipynb"
    path.write_text(path.read_text().replace('"points": 6', '"points": 7'))
    with pytest.raises(NotReady, match="7 points"):
        load_assignment(course, "toy")


@pytest.mark.parametrize(
    ("points", "maximum", "expected"),
    [
        (3, 5, 3),
        (7, 5, 5),
        (-1, 5, 0),
        (float("nan"), 5, 0),
        (float("inf"), 5, 5),
        (1 / 3, 5, 0.3333),
    ],
)
def test_points_stay_between_zero_and_the_maximum(points, maximum, expected):
    assert clamp(points, maximum) == expected


def test_the_table_is_quoted_and_runs_no_formula(course, pool_for, tmp_path):
    hand_in(course, "=cmd|' ,x", toycourse.RIGHT)
    classroom.grade_class(course, "toy", pool_for)
    path = tmp_path / "t.csv"
    notebooks = load_assignment(course, "toy")
    journal.write_csv(
        journal.read(results_folder(course, "toy") / journal.FILE), columns(notebooks), path
    )
    [row] = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    assert row["student"] == "'=cmd|' ,x" and (row["double"], row["quiz"], row["points"]) == (
        "6",
        "5",
        "15",
    )


@pytest.mark.slow
def test_memory_does_not_grow_with_the_class(toy_course, warm_pool):
    """The grader holds as much after a thousand submissions as after the first hundred."""
    book = json.loads((Path(toy_course.root) / "release/toy/toy.ipynb").read_text())
    answers = [
        toycourse.RIGHT,
        toycourse.RIGHT | toycourse.WRONG,
        {},
        toycourse.RIGHT | {"written_why": "Because. " * 2000},
    ]
    for number in range(1000):
        toycourse.submit(
            Path(toy_course.root), f"s{number:04d}", toycourse.filled(book, answers[number % 4])
        )
    held = {}

    def measure(done, total, result):
        if done in (100, 1000):
            gc.collect()
            status = Path("/proc/self/status").read_text()
            held[done] = (
                next(
                    int(line.split()[1])
                    for line in status.splitlines()
                    if line.startswith("VmRSS:")
                )
                / 1024
            )

    run = classroom.grade_class(toy_course, "toy", warm_pool, progress=measure)
    assert run.graded == 1000 and not run.failed
    print(f"after 100: {held[100]:.0f} MB, after 1000: {held[1000]:.0f} MB, {run.seconds:.0f} s")
    # One submission alone holds more than this when its notebook and its pages are kept.
    assert (held[1000] - held[100]) / 900 < 0.02


@pytest.mark.slow
def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(course, pool_for):
    for number in range(30):
        slow = "import time\ndef double(x):\n    time.sleep(0.3)\n    return 2 * x"
        hand_in(course, f"s{number:02d}", toycourse.RIGHT | {"double": slow})
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        "toy",
        "--course",
        course.root,
        "--db",
        course.db_url,
        "-j",
        "2",
    ]
    # A shell that starts tests in the background has them ignore Ctrl-C, and the grader would inherit that.
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    path = results_folder(course, "toy") / journal.FILE
    while process.poll() is None and (not path.exists() or path.read_bytes().count(b"\n") < 3):
        pass
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3, err
    assert "left" in out and "Traceback" not in err
    done = len(by_student(course))
    assert 3 <= done < 30
    run = classroom.grade_class(course, "toy", pool_for)
    assert run.unchanged == done and run.graded == 30 - done
