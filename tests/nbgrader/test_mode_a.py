"""`nbgrader autograde` with our preprocessors: the same points, and none of nbgrader's known traps."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import toycourse

pytest.importorskip("nbgrader")
from nbgrader import api
from nbgrader.apps import NbGraderAPI

from autograder import grading, results
from autograder.sandbox import SandboxPool, SandboxUnavailable

pytestmark = pytest.mark.slow

LOUD = "import sys\nprint('I0000 Could not find cuda drivers', file=sys.stderr)\ndef double(x):\n" \
       "    print('a warning', file=sys.stderr)\n    return 2 * x"
BURGLAR = """
import os, pathlib
found = []
for place in {places!r}:
    try:
        found.append(pathlib.Path(place).read_bytes()[:20])
        pathlib.Path(place).write_bytes(b"burgled")
    except OSError:
        pass
def double(x):
    return 2 * x if found else x
"""


@pytest.fixture(scope="module")
def graded(ready_course, tmp_path_factory):
    """A class with a trap for each student, graded by one `nbgrader autograde`, fed back and exported."""
    import shutil

    try:
        SandboxPool().close()
    except SandboxUnavailable as reason:
        pytest.skip(f"no sandbox: {reason}")
    root = tmp_path_factory.mktemp("mode_a") / "exercises"
    shutil.copytree(ready_course, root)
    right = toycourse.RIGHT

    def edited(text):
        return lambda book: toycourse.cell_of(book, "test_double").update(source=text)

    def deleted(book):
        book["cells"].remove(toycourse.cell_of(book, "test_double"))

    places = [str(root / "gradebook.db"), str(root / "source/toy/toy.ipynb"), str(root / "secret/toy.zip")]
    toycourse.hand_in(root, "right", right)
    toycourse.hand_in(root, "half", right | {"double": toycourse.WRONG["double"]})
    toycourse.hand_in(root, "stderr", right | {"double": LOUD})
    toycourse.hand_in(root, "negative", {}, edited("-5"))
    toycourse.hand_in(root, "words", {}, edited("'full marks'"))
    toycourse.hand_in(root, "above", {}, edited("1000"))
    toycourse.hand_in(root, "deleted", right, deleted)
    toycourse.hand_in(root, "burglar", right | {"double": BURGLAR.format(places=places)})
    toycourse.hand_in(root, "Zoë Núñez", right)
    toycourse.submit(root, "broken", b'{"nbformat": 4, "cells": ')
    done = {name: nbgrader(root, *command) for name, command in {
        "autograde": ("autograde", "toy"), "feedback": ("generate_feedback", "toy"),
        "export": ("export", "--to", "out.csv")}.items()}
    return root, done


def nbgrader(root, *command):
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path),
                        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    return subprocess.run([sys.executable, "-m", "nbgrader", *command], cwd=root, env=env, capture_output=True,
                          text=True, timeout=300)


def grade(root, student, cell="test_double"):
    with api.Gradebook(f"sqlite:///{root}/gradebook.db", "toy-course") as gb:
        found = gb.find_grade(cell, "toy", "toy", student)
        return found.auto_score, found.needs_manual_grade


@pytest.mark.parametrize(("student", "points"), [
    ("right", 6), ("half", 2), ("stderr", 6), ("negative", 0), ("words", 0), ("above", 0), ("deleted", 6),
    ("burglar", 2), ("Zoë Núñez", 6)])
def test_points(graded, student, points):
    assert grade(graded[0], student) == (points, False)


def test_an_unreadable_submission_is_named_and_stops_nobody_else(graded):
    root, done = graded
    assert done["autograde"].returncode != 0
    assert "for student 'broken'" in done["autograde"].stderr
    assert not (root / "autograded/broken/toy").exists()


def test_the_burglar_found_and_changed_nothing(graded):
    root, _ = graded
    assert (root / "gradebook.db").read_bytes().startswith(b"SQLite")
    assert json.loads((root / "source/toy/toy.ipynb").read_text())["cells"]


def test_comments_and_quiz_and_written(graded):
    root, _ = graded
    with api.Gradebook(f"sqlite:///{root}/gradebook.db", "toy-course") as gb:
        assert "multiply by 2" in gb.find_comment("double", "toy", "toy", "half").comment
        assert gb.find_comment("double", "toy", "toy", "negative").comment == "No response."
    assert grade(root, "right", "test_quiz") == (5, False)
    assert grade(root, "right", "written_why") == (None, True)
    assert grade(root, "negative", "written_why") == (0, False)


def test_the_formgrader_counts_them_as_graded(graded):
    root, _ = graded
    from autograder.gradebook import course_directory

    app = NbGraderAPI(course_directory(root))
    assert app.get_autograded_students("toy") == {
        "right", "half", "stderr", "negative", "words", "above", "deleted", "burglar", "Zoë Núñez"}


def test_feedback_pages_show_our_card_and_no_hidden_test(graded):
    root, done = graded
    assert done["feedback"].returncode == 0, done["feedback"].stderr
    page = (root / "feedback/half/toy/toy.html").read_text()
    assert "multiply by 2" in page and "2.0 / 6.0" in page
    for path in [*root.glob("feedback/**/*.html"), *root.glob("autograded/**/*.ipynb"),
                 *root.glob("results/**/*.html"), root / "results/toy/results.jsonl"]:
        assert "secret_of_the_quiz" not in path.read_text(), path


def test_export(graded):
    root, done = graded
    assert done["export"].returncode == 0, done["export"].stderr
    rows = {row["student_id"]: row for row in csv.DictReader((root / "out.csv").read_text().splitlines())}
    assert float(rows["right"]["score"]) == 15 and float(rows["half"]["score"]) == 11


def test_mode_b_gives_the_same(graded, warm_pool):
    from autograder.gradebook import course_directory

    root, _ = graded
    course = course_directory(root)
    ours = {r["student"]: r["points"] for r in results.read(root / "results/toy/results.jsonl")}
    run = grading.grade_class(course, "toy", warm_pool)
    assert run.unchanged == 9 and [s for s, _ in run.failed] == ["broken"]  # mode A left results that mode B believes
    (root / "results/toy/results.jsonl").unlink()
    assert grading.grade_class(course, "toy", warm_pool).graded == 9
    again = {r["student"]: r["points"] for r in results.read(root / "results/toy/results.jsonl")}
    assert again == ours | {"broken": 0}
