"""Another course uses the grader: tests/example_course, from its files to marks, by the documented commands alone."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")
EXAMPLE = Path(__file__).resolve().parents[1] / "example_course"
ROSTER = "id,name,canvas id\nada,Ada Lovelace,12\nben,Ben Stone,13\ncem,Cem Kaya,14\n"
ADA = {
    "period": "def period(a):\n    return a * np.sqrt(a)",
    "mean_speed": "def mean_speed(a):\n    return 2 * np.pi * a * AU / (a ** 1.5 * YEAR)",
    "quiz_q01": 'q01 = "B"',
    "quiz_q02": 'q02 = "2"',
}
BEN = ADA | {"period": "def period(a):\n    return a ** 2", "quiz_q02": 'q02 = "4"'}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the example; `course(…)` runs a command of `autograder` in it and returns what it prints."""
    root = tmp_path_factory.mktemp("example") / "planets"
    shutil.copytree(EXAMPLE, root)

    def run(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *arguments],
            cwd=root,
            capture_output=True,
            text=True,
            env=_environment(root),
        )
        if done.returncode == 4:
            pytest.skip(f"no sandbox: {done.stderr.strip()}")
        assert done.returncode == code, done.stderr
        return done.stdout

    run.root = root
    run("release")
    run("compile", "--seed", "20260301")
    return run


def _environment(root: Path) -> dict[str, str]:
    import os

    return {name: value for name, value in os.environ.items() if name != "COURSE_ROOT"} | {
        "PYTHONPATH": str(EXAMPLE.parents[1])
    }


def filled(released: dict, answers: dict[str, str]) -> bytes:
    for cell in released["cells"]:
        cell["source"] = answers.get(
            cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"]
        )
    return json.dumps(released).encode()


def test_the_source_is_stored_as_the_release_leaves_it(course):
    notebook = "exercises/source/planets/planets.ipynb"
    assert (course.root / notebook).read_text() == (EXAMPLE / notebook).read_text()
    released = (course.root / "exercises/release/planets/planets.ipynb").read_text()
    assert (
        "a ** 1.5" not in released
        and "Write period" in released
        and "nbgrader_score" not in released
    )


def test_students_check_their_notebook_in_the_folder_of_the_course(course, tmp_path):
    released = json.loads((course.root / "exercises/release/planets/planets.ipynb").read_text())
    notebook = tmp_path / "my planets.ipynb"
    notebook.write_bytes(filled(released, ADA))
    assert "10 of 10 points" in course("check", str(notebook))
    notebook.write_bytes(filled(released, BEN))
    assert "You squared the axis" in course("check", str(notebook), code=1)


def test_its_grader_is_audited(course):
    report = json.loads(course("audit", "--json", "-", "--mutants", "none"))
    assert "planets" in json.dumps(report)


@pytest.mark.slow
def test_from_a_download_to_marks(course, tmp_path):
    release = course.root / "exercises/release/planets/planets.ipynb"
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as file:
        for name, number, answers in (
            ("lovelaceada", 12, ADA),
            ("stoneben", 13, BEN),
            ("kayacem", 14, {}),
        ):
            file.writestr(
                f"{name}_{number}_{number}00_planets.ipynb",
                filled(json.loads(release.read_text()), answers),
            )
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER)

    course("collect", "planets", str(tmp_path / "submissions.zip"), "--roster", str(roster))
    course("grade", "planets", "-j", "2")
    page = Path(course("report", "planets").strip())
    assert "You squared the axis" in page.read_text()
    course("similar", "planets")
    assert '<question type="multichoice">' in course("quiz", "export", "planets")

    marks = tmp_path / "marks.csv"
    course("export", "planets", "--format", "canvas", "--roster", str(roster), "--to", str(marks))
    with open(marks, newline="") as file:
        table = {row["Student"].strip(): row for row in csv.DictReader(file)}
    assert table["Points Possible"]["planets"] == "15"
    assert [table[name]["planets"] for name in ("Ada Lovelace", "Ben Stone", "Cem Kaya")] == [
        "15",
        "8",
        "0",
    ]
    assert (
        table["Ben Stone"]["planets: period"] == "2" and table["Ben Stone"]["planets: quiz"] == "2"
    )
