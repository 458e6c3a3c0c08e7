"""The command: exit codes, what is printed, what is written, and nothing slow before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path

import pytest
import toycourse
import wasmwall

from autograder import cli
from autograder.run.limits import SandboxUnavailable


@pytest.fixture
def course(toy_course, monkeypatch):
    """A course with two hand-ins, in which the command works on one warm pool."""
    monkeypatch.setenv("COURSE_ROOT", str(Path(toy_course.root).parent))
    toycourse.hand_in(toy_course.root, "ada", toycourse.RIGHT)
    toycourse.hand_in(
        toy_course.root, "ben", toycourse.RIGHT | {"double": toycourse.WRONG["double"]}
    )
    return Path(toy_course.root)


class Lent:
    """A pool that belongs to all tests: closing it does nothing."""

    def __init__(self, pool):
        self._pool = pool

    def __getattr__(self, name):
        return getattr(self._pool, name)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def close(self):
        pass


@pytest.fixture
def sandbox(warm_pool, monkeypatch):
    """Commands get the warm pool in place of a new one."""
    made = []

    def pool(workers=1, needs=(), limits=None, unsafe=False):
        made.append(types.SimpleNamespace(workers=workers, needs=needs, unsafe=unsafe))
        with warm_pool(needs) as shared:
            return Lent(shared)

    monkeypatch.setattr("autograder.run.opening.SandboxPool", pool)
    return made


def test_grade_report_and_files(course, sandbox, capsys):
    files = ["--json", str(course / "o.json"), "--csv", str(course / "o.csv")]
    assert cli.main(["grade", "toy", "-j", "2", *files]) == cli.OK
    assert "2 graded" in capsys.readouterr().out
    written = json.loads((course / "o.json").read_text())
    assert written["graded"] == 2 and [r["points"] for r in written["results"]] == [15, 11]
    assert (course / "o.csv").read_text(encoding="utf-8-sig").count("\n") == 3
    assert sorted(p.name for p in (course / "results/toy/feedback").iterdir()) == [
        "ada.html",
        "ben.html",
    ]
    assert sandbox[0].needs == ("numpy",) and not sandbox[0].unsafe

    assert cli.main(["grade", "toy"]) == cli.OK
    assert (
        "2 unchanged" in capsys.readouterr().out and len(sandbox) == 1
    )  # no sandbox where nothing is to be run

    assert cli.main(["report", "toy"]) == cli.OK
    page = Path(capsys.readouterr().out.strip())
    assert page == course / "results/toy/report.html" and "You added 2" in page.read_text()


def test_json_to_standard_output_is_json_only(course, sandbox, capsys):
    assert cli.main(["grade", "toy", "--json", "-"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["graded"] == 2


def test_submissions_that_could_not_be_graded_are_listed(course, sandbox, capsys):
    toycourse.submit(course, "cem", b"no notebook")
    toycourse.hand_in(course, "bad\x1b[31mname", toycourse.RIGHT)
    assert cli.main(["grade", "toy"]) == cli.INCOMPLETE
    out = capsys.readouterr().out
    assert (
        "2 could not be graded" in out
        and "bad?[31mname" in out
        and "as .ipynb" in out
        and "\x1b" not in out
    )
    assert "2 graded" in out


def test_a_database_by_url(course, sandbox):
    assert cli.main(["grade", "toy", "--db", f"sqlite:///{course}/other.db"]) == cli.OK
    from nbgrader import api

    with api.Gradebook(f"sqlite:///{course}/other.db", "toy-course") as gb:
        assert gb.find_submission("toy", "ada").score == 15
    with (
        api.Gradebook(f"sqlite:///{course}/gradebook.db", "toy-course") as gb,
        pytest.raises(api.MissingEntry),
    ):
        gb.find_submission("toy", "ada")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "martian"], "autograder release martian"),
        (["report", "toy"], "autograder grade toy"),
        (["grade", "toy", "--student", "nobody"], "nobody"),
        (["grade", "toy", "-j", "0"], "-j"),
        (["grade", "toy", "--course", "/nowhere"], "not an nbgrader course"),
        (["check", "/nowhere/a.ipynb"], "/nowhere"),
    ],
)
def test_what_is_missing_exits_2_and_says_what_to_do(course, sandbox, capsys, arguments, says):
    assert cli.main(arguments) == cli.USAGE
    captured = capsys.readouterr()
    assert says in captured.err and "Traceback" not in captured.err


@pytest.mark.parametrize("more", [["--scheduler", "tcp://x:1"], ["--unsafe-no-sandbox"]])
def test_the_wall_wasm_goes_with_no_other(course, capsys, more):
    assert cli.main(["grade", "toy", "--wall", "wasm", *more]) == cli.USAGE
    assert "--wall wasm goes neither" in capsys.readouterr().err


def test_a_class_is_graded_behind_the_wall_wasm(course, monkeypatch, capsys):
    """On a machine without bubblewrap; one answer never ends."""
    wasmwall.require()
    monkeypatch.setenv("PATH", "")
    endless = {"double": "def double(x):\n    while True:\n        pass"}
    toycourse.hand_in(course, "eve", toycourse.RIGHT | endless)
    assert cli.main(["grade", "toy", "--wall", "wasm", "--json", str(course / "o.json")]) == cli.OK
    results = json.loads((course / "o.json").read_text())["results"]
    assert [(r["student"], r["points"]) for r in results] == [("ada", 15), ("ben", 11), ("eve", 9)]


def test_no_sandbox_no_grading(course, monkeypatch, capsys):
    def unavailable(*args, **kwargs):
        raise SandboxUnavailable("Install bubblewrap: apt install bubblewrap.")

    monkeypatch.setattr("autograder.run.opening.SandboxPool", unavailable)
    assert cli.main(["grade", "toy"]) == cli.NO_SANDBOX
    assert "apt install bubblewrap" in capsys.readouterr().err
    assert not (course / "autograded").exists()


def test_a_wall_that_does_not_hold_stops_grading_before_any_student(
    course, sandbox, monkeypatch, capsys
):
    from autograder.run import doctor

    broken = [doctor.WallCheck("network", False, "a connection was made")]
    monkeypatch.setattr(doctor, "run", lambda pool, quick: broken)
    assert cli.main(["grade", "toy"]) == cli.NO_SANDBOX
    assert "network: a connection was made" in capsys.readouterr().err
    assert not (course / "autograded").exists()


def test_an_error_of_ours_exits_5_with_a_traceback(course, monkeypatch, capsys):

    monkeypatch.setattr("autograder.grade.classroom.grade_class", lambda *a, **k: 1 / 0)
    assert cli.main(["grade", "toy"]) == cli.INTERNAL
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err and "error of the grader" in err


@pytest.fixture
def public(course, monkeypatch, tmp_path):
    """The toy unit as a unit of this installation."""
    from autograder.author.compiler import write_public

    monkeypatch.setattr(
        "autograder.judge.installed.public_bundle_dir", lambda: tmp_path / "bundles"
    )
    write_public("toy", root=course.parent, to=tmp_path / "bundles")
    return course


@pytest.mark.parametrize(
    ("answers", "code", "says"),
    [
        (toycourse.RIGHT, cli.OK, "10 of 10"),
        (toycourse.RIGHT | toycourse.WRONG, cli.FAILED, "multiply"),
        ({}, cli.FAILED, "0 of 10"),
    ],
)
def test_check_exits_1_when_a_check_fails(public, sandbox, capsys, answers, code, says):
    """nbgrader's own `validate` exits 0 on failure."""
    folder = toycourse.hand_in(public, "eve", answers)
    assert cli.main(["check", str(folder / "toy.ipynb")]) == code
    assert says in capsys.readouterr().out


def test_check_knows_a_notebook_by_its_exercises_not_by_its_name(public, sandbox, tmp_path, capsys):
    folder = toycourse.hand_in(public, "eve", toycourse.RIGHT)
    copy = tmp_path / "Copy of toy (1).ipynb"
    copy.write_bytes((folder / "toy.ipynb").read_bytes())
    assert cli.main(["check", str(copy), "--json", str(tmp_path / "o.json")]) == cli.OK
    assert json.loads((tmp_path / "o.json").read_text())["points"] == 10
    copy.write_text('{"nbformat": 4, "cells": []}')
    assert cli.main(["check", str(copy)]) == cli.USAGE


def test_help_names_every_command_and_imports_nothing_heavy():
    script = (
        "import sys\nfrom autograder import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'tensorflow', 'keras', 'nbgrader', 'sqlalchemy', 'jinja2', 'rich', 'nbformat'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert "heavy: []" in out
    for command in (
        "check",
        "release",
        "compile",
        "collect",
        "grade",
        "report",
        "export",
        "similar",
        "quiz",
        "audit",
        "doctor",
    ):
        assert f"\n    {command} " in out


def test_no_command_exits_2():
    with pytest.raises(SystemExit) as stop:
        cli.main([])
    assert stop.value.code == cli.USAGE
