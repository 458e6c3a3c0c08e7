"""The runner that mutates the grader, on a project of three functions."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

RUNNER = Path(__file__).with_name("mutants.py")

TOY = '''
"""Three functions."""


def clip(x, low=0):
    """At least `low`."""
    if x < low:
        return low
    return x


def count(n):
    while n > 0:
        n = n - 1
    return n


class Sum:
    def __init__(self, start=0):
        self.total = start

    @property
    def twice(self):
        return 2 * self.total


TABLE = {"low": lambda x: x < 3}


def forgotten(x):
    return x + 1
'''

TESTS = """
import pytest
from toy import TABLE, Sum, clip, count


def test_clip():
    assert clip(-1) == 0 and clip(2) == 2


@pytest.mark.parametrize("n", [0, 2])
def test_count(n, tmp_path):
    (tmp_path / "file").write_text("x")
    assert count(n) == 0


def test_the_rest():
    assert Sum().twice == 0 and Sum(2).twice == 4
    assert TABLE["low"](2) and not TABLE["low"](3)
"""

EQUIVALENT = {
    "module": "toy",
    "function": "clip",
    "line": "if x < low",
    "changes": ["another comparison in x < low"],
    "reason": "Where they are equal, both branches return the same number.",
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "toy.py").write_text(TOY)
    (tmp_path / "test_toy.py").write_text(TESTS)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    return tmp_path


def run(project, *options, **plan):
    """Exit code, output and report of the runner."""
    plan = {"modules": ["toy"], "tests": ["test_toy.py"], "seconds": 0.5} | plan
    (project / "plan.yml").write_text(yaml.safe_dump(plan))
    report = project / "report.json"
    done = subprocess.run(
        [
            sys.executable,
            str(RUNNER),
            *("--plan", str(project / "plan.yml"), "--root", str(project), "--json", str(report)),
            *options,
        ],
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    said = json.loads(report.read_text()) if report.exists() else None
    return done.returncode, done.stdout + done.stderr, said


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.py")
    }


def test_what_is_noticed_what_is_not_and_what_does_not_end(project):
    before = digests(project)
    code, output, report = run(project, equivalent=[EQUIVALENT])
    assert code == 1, output  # below the bar, for want of a test of one function
    assert digests(project) == before
    [found] = report["modules"].values()
    assert found["file"] == "toy.py" and found["digest"] == before["toy.py"]
    # Noticed are a default, a method behind a property, and a lambda in a table, too.
    assert {(said["function"], said["change"]) for said in found["survivors"]} == {
        ("count", "2 in place of 1"),
        ("forgotten", "0 in place of 1"),
        ("forgotten", "2 in place of 1"),
        ("forgotten", "another operator in x + 1"),
    }
    assert {said["change"] for said in found["timeouts"]} >= {"without n = n - 1"}
    assert found["equivalent"] == 1 and report["refuted"] == []
    noticed = found["killed"] + len(found["timeouts"])
    assert found["made"] == noticed + 1 + len(found["survivors"])
    assert report["share"] == noticed / (noticed + len(found["survivors"]))
    line = TOY.splitlines().index("    return x + 1") + 1
    assert f"not noticed: toy.py:{line}: forgotten: another operator in x + 1" in output


@pytest.mark.parametrize(
    ("equivalent", "code", "words"),
    [
        ([EQUIVALENT | {"line": "while"}], 2, "no such mutant is made: another comparison in x"),
        ([EQUIVALENT | {"changes": ["low=1 in place of low=0"], "line": ""}], 2, "not equivalent"),
        ([EQUIVALENT], 0, "%"),
    ],
)
def test_declarations_are_tested(project, equivalent, code, words):
    done, output, _ = run(project, "--only", "toy:clip", equivalent=equivalent)
    assert done == code and words in output, output


def test_mutants_of_tests_that_fail_say_nothing(project):
    (project / "test_toy.py").write_text(TESTS.replace("== 0", "== 1", 1))
    code, output, report = run(project)
    assert code == 2 and "test_toy.py::test_clip" in output and report is None
    (project / "test_toy.py").write_text("import nothing_of_that_name")
    code, output, report = run(project)
    assert code == 2 and "cannot be collected" in output and report is None
