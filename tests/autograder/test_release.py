"""The release: nbgrader's own steps, one normal form, no solution and no key in it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbgrader")

from autograder import course as paths
from autograder.author.release import ReleaseError, question_markdown, quiz_cells, release, released
from autograder.quiz import load_bank

ROOT = Path(__file__).resolve().parents[2]


def cell(kind, source, name, **nbgrader):
    make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
    meta = {
        "cell_type": kind,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        "schema_version": 3,
        "grade_id": name,
    } | nbgrader
    return make(source, id=f"u99-{name}", metadata={"nbgrader": meta})


SOLUTION = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
BANK = """
unit: 99_toy
title: Toy
questions:
  - id: q01
    kind: one
    points: 1
    prompt: "Is <code>a*b*c</code> or <i>x<sub>t</sub></i> right, *really*?"
    options:
      - {text: "yes <code>d*e</code>", correct: true, explain: "Yes it is."}
      - {text: "no", explain: "It is not so."}
  - id: q02
    kind: number
    points: 1
    prompt: "What is twice {u}?"
    parameters: {u: {choices: [3, 4, 5]}}
    answer: "2*u"
    explain: "Twice."
  - id: q03
    kind: bug
    points: 1
    prompt: "Which line?"
    code: |
      a = 1
      b = 2 + a
    options:
      - {line: 1, explain: "Fine."}
      - {line: 2, correct: true, explain: "Here."}
"""


@pytest.fixture
def course(tmp_path):
    """A course of one toy unit, with the real nbgrader_config.py."""
    (tmp_path / "_config.yml").write_text("title: Toy\n")
    for folder in ("source/99_toy", "quizzes"):
        (tmp_path / "exercises" / folder).mkdir(parents=True)
    shutil.copy(ROOT / "exercises" / "nbgrader_config.py", tmp_path / "exercises")
    (tmp_path / "exercises" / "quizzes" / "99_toy.yml").write_text(BANK)
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "other", "display_name": "Other", "language": "python"},
            "secret": "of this machine",
        }
    )
    notebook.cells = [
        cell("code", "import math", "setup", locked=True),
        cell("code", SOLUTION, "double", solution=True),
        cell(
            "code",
            "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(3) == 6\n### END HIDDEN TESTS",
            "test_double",
            grade=True,
            locked=True,
            points=5,
        ),
        cell("code", 'student = ""  # @param {type:"string"}', "quiz_student", solution=True),
        cell(
            "code",
            "1\n### BEGIN HIDDEN TESTS\n2\n### END HIDDEN TESTS",
            "test_quiz",
            grade=True,
            locked=True,
            points=3,
        ),
        cell(
            "markdown",
            "### BEGIN SOLUTION\nmarking guide\n### END SOLUTION",
            "written",
            grade=True,
            solution=True,
            points=2,
        ),
    ]
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="an output")]
    nbformat.write(notebook, tmp_path / "exercises" / "source" / "99_toy" / "99_toy.ipynb")
    return tmp_path


def sources(path):
    return {
        c.metadata.get("nbgrader", {}).get("grade_id", c.id): c.source
        for c in nbformat.read(path, 4).cells
    }


def test_the_release_has_stubs_questions_and_no_answers(course):
    path = release("99_toy", course)
    assert path == course / "exercises" / "release" / "99_toy" / "99_toy.ipynb"
    text = path.read_text()
    for secret in (
        "SOLUTION",
        "HIDDEN",
        "2 * x",
        "marking guide",
        "an output",
        "It is not so",
        "2*u",
        "this machine",
    ):
        assert secret not in text
    found = sources(path)
    assert (
        found["double"]
        == 'def double(x):\n    raise NotImplementedError("Write double, then run this cell.")'
    )
    assert found["written"] == "*Write your answer here.*"
    assert found["quiz_student"] == 'student = ""  # @param {type:"string"}'
    assert found["quiz_q01"] == 'q01 = ""  # @param ["", "A", "B"]'
    assert found["quiz_q02"] == 'q02 = ""  # @param {type:"string"}'
    assert found["quiz_q03"] == 'q03 = ""  # @param ["", "1", "2"]'
    assert found["show_q02"] == 'unit.quiz.show("q02", student)'
    assert found["test_double"] == "assert double(2) == 4"
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    ids = [c.id for c in notebook.cells]
    assert len(ids) == len(set(ids)) and "u99-double" in ids
    assert (
        notebook.metadata.kernelspec.name == "python3"
        and notebook.metadata.colab.name == "99_toy.ipynb"
    )
    assert all(
        "checksum" in c.metadata.nbgrader
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    )


def test_the_questions_stand_before_the_quiz_test_and_are_not_doubled(course):
    first = release("99_toy", course).read_text()
    source = paths.source_notebook("99_toy", course)
    once = source.read_text()
    assert release("99_toy", course).read_text() == first == released("99_toy", course)
    assert source.read_text() == once
    order = list(sources(source))
    assert (
        order.index("quiz_student")
        < order.index("quiz_q01")
        < order.index("quiz_q03")
        < order.index("test_quiz")
    )
    assert sources(source)["double"] == SOLUTION


def test_a_changed_question_reaches_source_and_release(course):
    release("99_toy", course)
    bank = paths.quiz_file("99_toy", course)
    bank.write_text(BANK.replace("What is twice", "How much is twice"))
    text = release("99_toy", course).read_text()
    assert "How much is twice u?" in text and "What is twice" not in text
    assert "How much is twice u?" in paths.source_notebook("99_toy", course).read_text()


def test_released_writes_nothing_and_leaves_the_working_directory(course):
    release("99_toy", course)
    before = {path: path.stat().st_mtime_ns for path in course.rglob("*")}
    here = os.getcwd()
    released("99_toy", course)
    assert {
        path: path.stat().st_mtime_ns for path in course.rglob("*")
    } == before and os.getcwd() == here


def test_a_question_reads_right_as_markdown(course):
    bank = load_bank(paths.quiz_file("99_toy", course))
    one, number, bug = map(question_markdown, bank.questions)
    assert one.startswith(
        "**Question 1** (1 point). Is `a*b*c` or <i>x<sub>t</sub></i> right, \\*really\\*?"
    )
    assert "- **A.** yes `d*e`\n- **B.** no" in one
    assert "What is twice u? Run the next cell to see your own number for u." in number
    assert bug.endswith("```text\n1  a = 1\n2  b = 2 + a\n```")
    assert json.dumps(quiz_cells(bank)).count("It is not so") == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda nb: nb.cells.append(nbformat.from_dict(nb.cells[1] | {"id": "u99-again"})),
            "double",
        ),
        (lambda nb: nb.cells[1].update(source="### BEGIN SOLUTION\nx = 1"), "No end solution"),
        (
            lambda nb: nb.cells[0].update(source="### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
            "Solution region",
        ),
    ],
)
def test_what_nbgrader_refuses_is_told_with_the_file_to_mend(course, change, says):
    path = paths.source_notebook("99_toy", course)
    notebook = nbformat.read(path, 4)
    change(notebook)
    nbformat.write(notebook, path)
    with pytest.raises(ReleaseError, match="exercises/source/99_toy/99_toy.ipynb") as caught:
        released("99_toy", course)
    assert says in str(caught.value)


def test_a_missing_or_broken_source_is_told(course):
    with pytest.raises(ReleaseError, match="no such notebook"):
        release("98_none", course)
    paths.source_notebook("99_toy", course).write_text("{")
    with pytest.raises(ReleaseError, match="not a readable notebook"):
        release("99_toy", course)
