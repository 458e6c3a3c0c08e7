"""A tiny course that has nothing to do with this one: two exercises, a quiz, a written question.

`build(root)` makes the course and returns its nbgrader course directory, which the other functions take.
"""

from __future__ import annotations

import copy
import json
import textwrap
from pathlib import Path

from autograder.grade.assignment import load_assignment

UNIT = "toy"

STUBS = {
    "double": 'def double(x):\n    """Twice x."""\n    raise NotImplementedError("Write double, then run this cell.")',
    "mean_of_rows": "def mean_of_rows(x):\n    raise NotImplementedError",
}
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "mean_of_rows": "def mean_of_rows(x):\n    return x.mean(axis=1)",
    "quiz_q01": "q01 = 3",
    "quiz_q02": 'q02 = "b"',
    "written_why": "Because rows come first.",
}
WRONG = {
    "double": "def double(x):\n    return x + 2",
    "mean_of_rows": "def mean_of_rows(x):\n    return x.mean(axis=0)",
}

RUBRIC = """\
title: A toy unit
exercises:
  double:
    section: 01_toy#double
    seconds: 2
    criteria:
      shape:
        kind: shape
        points: 2
        title: The answer has the shape of `x`
      values:
        kind: values
        points: 4
        title: Every number is doubled
        hint: Multiply, do not add.
    mistakes:
      added:
        message: You added 2 where you should multiply by 2.
        swap: [2 * x, x + 2]

  mean_of_rows:
    section: 01_toy#means
    seconds: 2
    criteria:
      shape:
        kind: shape
        points: 1
        title: One number for each row
      values:
        kind: values
        points: 3
        title: The means are right
    mistakes:
      columns:
        message: You averaged over the columns, not the rows.
        swap: [axis=1, axis=0]
"""

CASES = """\
from autograder.authoring import Case


def double(rng, size):
    yield Case("three numbers", rng.normal(size=3))
    if size == "secret":
        yield Case("many numbers", rng.normal(size=7))


def mean_of_rows(rng, size):
    yield Case("a table", rng.normal(size=(2, 3)))
"""

ALTERNATIVES = '''\
def double__sum(x):
    """x plus x"""
    return x + x


def mean_of_rows__by_hand(x):
    """by hand"""
    return x.sum(axis=1) / x.shape[1]
'''

QUIZ = """
unit: toy
title: A toy quiz
questions:
  - id: q01
    kind: number
    points: 2
    section: 01_toy#double
    prompt: "How many letters has <code>toy</code>?"
    answer: 3
    tolerance: 0
    common: [{value: 2, explain: "Count again."}]
    explain: "t, o, y."
  - id: q02
    kind: one
    points: 3
    section: 01_toy#means
    prompt: "Which axis gives one mean for each row?"
    options:
      - {text: "0", explain: "That is one mean for each column."}
      - {text: "1", correct: true, explain: "Right: the second axis goes away."}
    explain: "The axis that is averaged goes away."
"""


def _cell(cell_type: str, name: str | None, source: str, **flags: object) -> dict:
    cell = {
        "cell_type": cell_type,
        "id": f"toy-{name or abs(hash(source)) % 1000}",
        "metadata": {},
        "source": source,
    }
    if cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    if name:
        meta = {
            "grade": False,
            "solution": False,
            "locked": False,
            "task": False,
            "schema_version": 3,
            "grade_id": name,
            "cell_type": cell_type,
        }
        run = flags.pop("run", False)
        cell["metadata"]["nbgrader"] = meta | flags
        if run:
            cell["metadata"]["autograder"] = {"run": True}
    return cell


def _solution(name: str) -> dict:
    stub = STUBS[name].split("\n")[-1].strip()
    head = STUBS[name].rsplit("\n", 1)[0]
    body = RIGHT[name].split("\n", 1)[1]
    return _cell(
        "code", name, f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION", solution=True
    ) | {"_stub": stub}


_QUIZ_TEST = """0.0
### BEGIN HIDDEN TESTS
secret_of_the_quiz = __import__("autograder.quiz").quiz.nbgrader_score
secret_of_the_quiz("toy", globals())
### END HIDDEN TESTS"""


def source_notebook() -> dict:
    """The instructor's notebook. nbgrader's own stub replaces each solution in the release."""

    def test(name: str, points: int) -> dict:
        return _cell(
            "code",
            f"test_{name}",
            f'report = check("{name}", {name})\nreport.score',
            grade=True,
            locked=True,
            points=points,
        )

    cells = [
        _cell("markdown", None, "# A toy unit"),
        _cell("code", "setup", "import numpy as np", locked=True, run=True),
        _cell(
            "code",
            "tools",
            "from autograder import course_unit\ncheck = course_unit('toy').check",
            locked=True,
        ),
        _solution("double"),
        test("double", 6),
        _solution("mean_of_rows"),
        test("mean_of_rows", 4),
        _cell("code", "quiz_q01", "q01 = None  # a number", solution=True),
        _cell("code", "quiz_q02", 'q02 = ""  # @param ["", "a", "b"]', solution=True),
        _cell("code", "test_quiz", _QUIZ_TEST, grade=True, locked=True, points=5),
        _cell(
            "markdown",
            "written_why",
            "Write your answer here.",
            grade=True,
            solution=True,
            points=5,
        ),
    ]
    for cell in cells:
        cell.pop("_stub", None)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def build(root: Path) -> Path:
    """A course at `root`: source, checks, quiz and config in `root/exercises`, which is returned; nothing released."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "_config.yml").write_text(
        "title: Toy\nrepository:\n  url: https://github.com/toy/toy\n  branch: main\n"
    )
    root = root / "exercises"
    for folder in ("source/toy", "checks/toy", "quizzes", "submitted"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "source/toy/toy.ipynb").write_text(json.dumps(source_notebook(), indent=1))
    (root / "checks/toy/rubric.yml").write_text(RUBRIC)
    (root / "checks/toy/cases.py").write_text(CASES)
    (root / "checks/toy/alternatives.py").write_text(ALTERNATIVES)
    (root / "quizzes/toy.yml").write_text(QUIZ)
    (root / "nbgrader_config.py").write_text(
        textwrap.dedent("""
        c = get_config()
        c.CourseDirectory.course_id = "toy-course"
        c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
        c.Autograde.sanitize_preprocessors = ["autograder.nbgrader_plugins.Sanitize"]
        c.Autograde.autograde_preprocessors = [
            "autograder.nbgrader_plugins.Grade", "nbgrader.preprocessors.CheckCellMetadata"]
        c.GenerateFeedback.preprocessors = [
            "nbgrader.preprocessors.GetGrades", "nbgrader.preprocessors.ClearHiddenTests",
            "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"]
    """)
    )
    return root


def release(root: Path) -> Path:
    """Generate the release as nbgrader does, without its database."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = Config({"ClearSolutions": {"code_stub": {"python": "raise NotImplementedError"}}})
    course = CourseDirectory(config=config, root=str(root), assignment_id=UNIT)
    converter = GenerateAssignment(coursedir=course, config=config)
    converter.preprocessors = [p for p in converter.preprocessors if p.__name__ != "SaveCells"]
    converter.no_database = True
    converter.force = True
    converter.start()
    return root / "release/toy/toy.ipynb"


def compile_secret(root: Path, seed: int = 7) -> Path:
    """The secret bundle, made by the course's own compiler."""
    from autograder.author.compiler import write_secret

    return write_secret(UNIT, seed, root=root.parent)


def ready(base: Path) -> Path:
    """Release, secret bundle and an empty gradebook as well."""
    from autograder.record import database, gradebook

    root = build(base)
    release(root)
    compile_secret(root)
    course = database.course_directory(root)
    with gradebook.Gradebook(
        course, UNIT, [notebook.template for notebook in load_assignment(course, UNIT)]
    ):
        pass
    return root


def filled(notebook: dict, answers: dict[str, str]) -> dict:
    """A copy of the released notebook with `answers` (grade_id to source) written into its cells."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name]
    return notebook


def hand_in(root: str | Path, student: str, answers: dict[str, str], change=None, **kwargs) -> Path:
    """Submit the release with `answers` filled in and `change(notebook)` applied."""
    notebook = filled(json.loads((Path(root) / "release/toy/toy.ipynb").read_text()), answers)
    if change:
        change(notebook)
    return submit(Path(root), student, notebook, **kwargs)


def cell_of(notebook: dict, name: str) -> dict:
    """The cell with the grade_id `name`."""
    return next(
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def submit(
    root: Path,
    student: str,
    notebook: dict | bytes,
    timestamp: str | None = "2026-03-01 12:00:00 UTC",
) -> Path:
    folder = root / "submitted" / student / UNIT
    folder.mkdir(parents=True, exist_ok=True)
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    (folder / "toy.ipynb").write_bytes(data)
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder
