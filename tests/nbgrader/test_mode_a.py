"""`nbgrader autograde` with our preprocessors: the same points, and none of nbgrader's known traps."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import toycourse

from autograder.grade import places

pytest.importorskip("nbgrader")
from nbgrader import api
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import determine_grade

from autograder import cli
from autograder.grade import classroom
from autograder.record import journal
from autograder.run.limits import SandboxUnavailable
from autograder.run.pool import SandboxPool

pytestmark = pytest.mark.slow

LOUD = (
    "import sys\nprint('I0000 Could not find cuda drivers', file=sys.stderr)\ndef double(x):\n"
    "    print('a warning', file=sys.stderr)\n    return 2 * x"
)
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


NOTEBOOK_OF_ANOTHER_UNIT = """{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
    {"cell_type": "code", "id": "q", "source": "q01 = 3", "execution_count": null, "outputs": [],
     "metadata": {"nbgrader": {"grade_id": "quiz_q01", "grade": false, "solution": true,
     "locked": false, "task": false, "schema_version": 3, "cell_type": "code"}}}]}"""


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

    def without_ids(book):
        for cell in book["cells"]:
            cell["metadata"] = {}

    def beside(book):
        book["cells"].append(toycourse._cell("markdown", None, "Because of the rows."))

    def deleted(book):
        book["cells"].remove(toycourse.cell_of(book, "test_double"))

    places = [
        str(root / "gradebook.db"),
        str(root / "source/toy/toy.ipynb"),
        str(root / "secret/toy.zip"),
    ]
    toycourse.hand_in(root, "right", right)
    toycourse.hand_in(root, "half", right | {"double": toycourse.WRONG["double"]})
    toycourse.hand_in(root, "stderr", right | {"double": LOUD})
    toycourse.hand_in(root, "negative", {}, edited("-5"))
    toycourse.hand_in(root, "words", {}, edited("'full marks'"))
    toycourse.hand_in(root, "above", {}, edited("1000"))
    toycourse.hand_in(root, "deleted", right, deleted)
    toycourse.hand_in(root, "burglar", right | {"double": BURGLAR.format(places=places)})
    toycourse.hand_in(root, "Zoë Núñez", right)
    toycourse.hand_in(root, "lost", right, without_ids)
    unwritten = {name: answer for name, answer in right.items() if name != "written_why"}
    toycourse.hand_in(root, "beside", unwritten, beside)
    toycourse.submit(root, "other", {**json.loads(NOTEBOOK_OF_ANOTHER_UNIT)})
    toycourse.hand_in(root, "zone", right, timestamp="2026-03-01 12:00:00 +0100")
    toycourse.submit(root, "broken", b'{"nbformat": 4, "cells": ')
    done = {
        name: nbgrader(root, *command)
        for name, command in {
            "autograde": ("autograde", "toy"),
            "feedback": ("generate_feedback", "toy"),
            "export": ("export", "--to", "out.csv"),
        }.items()
    }
    return root, done


def nbgrader(root, *command):
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )


def grade(root, student, cell="test_double"):
    with api.Gradebook(f"sqlite:///{root}/gradebook.db", "toy-course") as gb:
        found = gb.find_grade(cell, "toy", "toy", student)
        return found.auto_score, found.needs_manual_grade


@pytest.mark.parametrize(
    ("student", "points"),
    [
        ("right", 6),
        ("half", 2),
        ("stderr", 6),
        ("negative", 0),
        ("words", 0),
        ("above", 0),
        ("deleted", 6),
        ("burglar", 2),
        ("lost", 6),
        ("beside", 6),
        ("Zoë Núñez", 6),
    ],
)
def test_points(graded, student, points):
    assert grade(graded[0], student) == (points, False)


def test_an_unreadable_submission_is_named_and_stops_nobody_else(graded):
    root, done = graded
    assert done["autograde"].returncode != 0
    assert "for student 'broken'" in done["autograde"].stderr
    assert not (root / "autograded/broken/toy").exists()


def test_a_notebook_of_another_unit_is_named_and_has_no_marks(graded):
    root, done = graded
    assert "none of the exercises of toy" in done["autograde"].stderr
    # nbgrader has opened its row before; nothing of ours has written into it.
    assert grade(root, "other", "test_quiz")[0] is None
    assert not (root / "autograded/other/toy").exists()


@pytest.mark.parametrize("student", ["lost", "beside"])
def test_written_text_waits_for_a_person_wherever_it_stands(graded, student):
    root, _ = graded
    assert grade(root, student, "written_why") == (None, True)
    book = json.loads((root / f"autograded/{student}/toy/toy.ipynb").read_text())
    assert "ows" in "".join(toycourse.cell_of(book, "written_why")["source"])
    assert grade(root, student, "test_quiz") == (5.0, False)


def test_the_time_of_submission_is_ours_and_not_nbgraders(graded):
    root, _ = graded
    with api.Gradebook(f"sqlite:///{root}/gradebook.db", "toy-course") as gb:
        assert str(gb.find_submission("toy", "zone").timestamp) == "2026-03-01 11:00:00"


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
    from autograder.record.database import course_directory

    app = NbGraderAPI(course_directory(root))
    assert app.get_autograded_students("toy") == {
        "right",
        "half",
        "stderr",
        "negative",
        "words",
        "above",
        "deleted",
        "burglar",
        "Zoë Núñez",
        "lost",
        "beside",
    }  # not "zone": nbgrader reads the +0100 in its submitted time stamp as 100 seconds


def test_feedback_pages_show_our_card_and_no_hidden_test(graded):
    root, done = graded
    assert done["feedback"].returncode == 0, done["feedback"].stderr
    page = (root / "feedback/half/toy/toy.html").read_text()
    assert "multiply by 2" in page and "2.0 / 6.0" in page
    for path in [
        *root.glob("feedback/**/*.html"),
        *root.glob("autograded/**/*.ipynb"),
        *root.glob("results/**/*.html"),
        root / "results/toy/results.jsonl",
    ]:
        assert "secret_of_the_quiz" not in path.read_text(), path


def test_export(graded):
    root, done = graded
    assert done["export"].returncode == 0, done["export"].stderr
    rows = {
        row["student_id"]: row
        for row in csv.DictReader((root / "out.csv").read_text().splitlines())
    }
    assert float(rows["right"]["score"]) == 15 and float(rows["half"]["score"]) == 11


def test_mode_b_gives_the_same(graded, warm_pool):
    from autograder.record.database import course_directory

    root, _ = graded
    course = course_directory(root)
    ours = {r.student: r.points for r in journal.read(root / "results/toy/results.jsonl")}
    run = classroom.grade_class(course, "toy", warm_pool)
    # Mode A left results that mode B believes.
    assert run.unchanged == 12 and [s for s, _ in run.failed] == ["broken", "other"]
    (root / "results/toy/results.jsonl").unlink()
    assert classroom.grade_class(course, "toy", warm_pool).graded == 12
    again = {r.student: r.points for r in journal.read(root / "results/toy/results.jsonl")}
    assert again == ours | {"broken": 0, "other": 0}


# Each known trap of nbgrader 0.9.6 by its name: it is there in nbgrader's own code, and not in ours.


def cell(*outputs, points=6):
    meta = {
        "nbgrader": {
            "grade": True,
            "solution": False,
            "locked": True,
            "task": False,
            "grade_id": "t",
            "points": points,
            "schema_version": 3,
            "cell_type": "code",
        }
    }
    return nbformat.from_dict(
        {"cell_type": "code", "metadata": meta, "source": "", "outputs": list(outputs)}
    )


def result(text):
    return {
        "output_type": "execute_result",
        "metadata": {},
        "execution_count": 1,
        "data": {"text/plain": text},
    }


STDERR = {"output_type": "stream", "name": "stderr", "text": "Could not find cuda drivers"}


def test_trap_stderr_scores_zero(graded):
    assert determine_grade(cell(STDERR, result("6")))[0] == 0
    assert grade(graded[0], "stderr") == (6, False)


def test_trap_negative_partial_credit_scores_full_marks(graded):
    assert determine_grade(cell(result("-5")))[0] == 6
    assert grade(graded[0], "negative") == (0, False)


def test_trap_partial_credit_that_is_no_number_scores_full_marks(graded):
    assert determine_grade(cell(result("'full marks'")))[0] == 6
    assert grade(graded[0], "words") == (0, False)


def test_trap_score_above_the_maximum_leaves_a_half_written_record(
    graded, toy_course, warm_pool, monkeypatch
):
    with pytest.raises(ValueError):
        determine_grade(cell(result("1000")))
    assert grade(graded[0], "above") == (0, False)
    # Not the student's number but ours, from checks with a fault:
    real = places.judge
    monkeypatch.setattr(
        places, "judge", lambda *args: dataclasses.replace(real(*args), points=1000.0)
    )
    toycourse.hand_in(toy_course.root, "ada", toycourse.RIGHT)
    assert classroom.grade_class(toy_course, "toy", warm_pool).graded == 1
    with api.Gradebook(toy_course.db_url, toy_course.course_id) as gb:
        marks = {
            g.name: g.auto_score for g in gb.find_submission_notebook("toy", "toy", "ada").grades
        }
    assert marks == {"test_double": 6, "test_mean_of_rows": 4, "test_quiz": 5, "written_why": None}


def test_trap_deleted_test_cell_waits_for_a_person_for_ever(graded):
    assert grade(graded[0], "deleted") == (6, False)


def test_trap_hidden_tests_appear_in_feedback(graded):
    root, _ = graded
    pages = [*root.glob("feedback/**/*.html"), *root.glob("results/**/*.html")]
    assert len(pages) >= 2 and not [
        page for page in pages if "secret_of_the_quiz" in page.read_text()
    ]
    assert "BEGIN HIDDEN TESTS" in (root / "source/toy/toy.ipynb").read_text()


def test_trap_student_code_writes_the_gradebook(graded):
    root, _ = graded
    assert (root / "gradebook.db").read_bytes().startswith(b"SQLite") and grade(
        root, "burglar"
    ) == (2, False)


def test_trap_student_code_reads_the_source(graded):
    root, _ = (
        graded  # the burglar's answer is right only if he could read the source, the secret or the gradebook
    )
    assert grade(root, "burglar") == (2, False)
    assert "BEGIN SOLUTION" in (root / "source/toy/toy.ipynb").read_text()


def test_trap_validate_exits_0_on_failure(graded, monkeypatch, tmp_path, capsys):
    from autograder.author.compiler import write_public

    root, _ = graded
    broken = tmp_path / "plain.ipynb"
    book = {
        "cells": [dict(cell(), id="a", execution_count=None, source="assert False")],
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "", "language": ""}},
    }
    broken.write_text(json.dumps(book))
    theirs = nbgrader(tmp_path, "validate", str(broken))
    assert "failed" in theirs.stdout.lower() and theirs.returncode == 0
    monkeypatch.setattr(
        "autograder.judge.installed.public_bundle_dir", lambda: tmp_path / "bundles"
    )
    write_public("toy", root=root.parent, to=tmp_path / "bundles")
    assert cli.main(["check", str(root / "submitted/half/toy/toy.ipynb")]) == cli.FAILED
    assert "multiply" in capsys.readouterr().out
