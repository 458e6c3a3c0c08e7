"""A tiny unit written with nothing but the public authoring API: two exercises that share a function.

`build(root)` writes a course with this unit into a folder; `checks=` and `solutions=` replace its parts.
"""

from __future__ import annotations

import json
from pathlib import Path

UNIT = "99_toy"

SOLUTIONS = {
    "affine": '''def affine(x, W, b):
    """The layer x W + b, and the number of rows."""
    ### BEGIN SOLUTION
    if x.shape[1] != W.shape[0]:
        raise ValueError(f"x has {x.shape[1]} columns, W has {W.shape[0]} rows")
    y = x @ W + b
    return y, len(x)
    ### END SOLUTION
''',
    "two_layers": '''def two_layers(x, W, b):
    """Two layers with tanh, as a dict."""
    ### BEGIN SOLUTION
    first = np.tanh(affine(x, W, b)[0])
    second = np.tanh(affine(first, W, b)[0])
    return {"first": first, "second": second}
    ### END SOLUTION
''',
}

CHECKS = '''
import numpy as np

from autograder.authoring import Case, Pair, Unit

unit = Unit("99_toy", title="A toy", needs=("numpy",))
unit.manual("written_why", points=5)

affine = unit.exercise("affine", points=10, see="99_toy#one-layer", seconds=2, returns=("y", "rows"))


def arguments(rng, batch, features, units):
    return rng.normal(size=(batch, features)), rng.normal(size=(features, units)), rng.normal(size=units)


@affine.cases
def _(rng, size):
    yield Case("two rows", *arguments(rng, 2, 3, 4), tags="plain")
    yield Case("square", *arguments(rng, 3, 3, 3))
    for number in range(3 if size == "secret" else 0):
        yield Case(f"larger {number}", *arguments(rng, *rng.integers(2, 7, 3)))


affine.shape("shapes", points=2, title="`y` and the number of rows come back")
affine.values("y", pick=0, points=3, needs=["shapes"], title="`y` is right", hint="Look at the bias.")
affine.values("rows", pick=1, points=1, needs=["shapes"], title="The number of rows is right")
affine.unchanged("inputs", points=1, needs=["shapes"], title="Your inputs stay as they were")
affine.raises("width", ValueError, points=1, title="A wrong width is refused",
              case=lambda rng, size: Case("x too wide", rng.normal(size=(2, 4)), rng.normal(size=(3, 2)), np.zeros(2)))


def rows(rng, size):
    x, W, b = arguments(rng, 4, 3, 2)
    yield Pair(Case("four rows", x, W, b), Case("the first two", x[:2], W, b), index_a=np.s_[:2])


affine.same("batch", points=1, needs=["y"], pairs=rows, pick_a=0, pick_b=0, title="Rows do not see one another")
affine.expected("slope", points=1, needs=["y"], pick=0, title="It agrees with `einsum`",
                by=lambda namespace, case: np.einsum("bf,fu->bu", *case.args[:2]) + case.args[2])

affine.mistake("no-bias", "You left the bias out of the sum.", patch=[("x @ W + b", "x @ W")])
affine.mistake("minus-bias", "You subtract the bias where you should add it.", patch=[("x @ W + b", "x @ W - b")],
               see="99_toy#the-bias")
affine.mistake("in-place", "You write into `W`, which belongs to the caller.",
               patch=[("    y = x @ W + b\\n", "    y = x @ W + b\\n    W *= 2\\n")])
affine.mistake("swapped", "You return the number of rows first.", patch=[("return y, len(x)", "return len(x), y")])
affine.mistake("unchecked", "You do not check the width of `x`.",
               source="""
               def affine(x, W, b):
                   return x[:, :W.shape[0]] @ W + b, len(x)
               """)


def by_rows(x, W, b):
    if W.shape[0] != x.shape[1]:
        raise ValueError("the widths of x and W differ")
    return [np.stack([row @ W + b for row in x]), np.array(len(x))]


affine.alternative("row by row, in a list", by_rows)
affine.alternative("bias first", patch=[("x @ W + b", "b + x @ W")])

two = unit.exercise("two_layers", points=6, seconds=2)


@two.cases
def _(rng, size):
    yield Case("three units", *arguments(rng, 5 if size == "secret" else 2, 3, 3))


two.shape("keys", points=1, title="A dict with `first` and `second`")
two.values("first", pick="first", points=2, needs="keys", title="The first layer is right")
two.values("second", pick="second", points=3, needs="first", title="The second layer is right")
two.mistake("no-tanh", "You left out the second tanh.", patch=[("second = np.tanh(affine(first, W, b)[0])",
                                                                "second = affine(first, W, b)[0]")])
two.alternative("own product", patch=[("affine(first, W, b)[0]", "first @ W + b")])
'''

QUIZ = """
unit: 99_toy
title: Toy questions
questions:
  - id: q01
    kind: number
    points: 4
    section: 99_toy#one-layer
    prompt: "How many numbers has a bias of five units?"
    answer: 5
    explain: "One for each unit."
"""

CONFIG = """
title: "A toy course"
repository:
  url: https://github.com/Toy-Owner/toy-course
  branch: trunk
"""


def cell(
    kind: str, source: str, grade_id: str | None = None, run: bool = False, **flags: object
) -> dict:
    """One cell of a source notebook."""
    metadata: dict = {}
    if grade_id:
        metadata["nbgrader"] = {
            "grade": False,
            "solution": False,
            "locked": False,
            "task": False,
            "schema_version": 3,
            "grade_id": grade_id,
            "cell_type": kind,
        } | flags
    if run:
        metadata["autograder"] = {"run": True}
    extra = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {
        "cell_type": kind,
        "id": grade_id or "text",
        "metadata": metadata,
        "source": source,
    } | extra


def build(
    root: Path,
    checks: str = CHECKS,
    solutions: dict[str, str] | None = None,
    points: dict[str, float] | None = None,
) -> Path:
    """Write the course into `root`; returns it."""
    points = {"affine": 10, "two_layers": 6} if points is None else points
    cells = [cell("code", "import numpy as np", "setup", run=True, locked=True)]
    for name, text in (solutions or SOLUTIONS).items():
        cells.append(cell("code", text, name, solution=True))
        cells.append(
            cell(
                "code",
                f'report = check("{name}", {name})\nreport.score',
                f"test_{name}",
                grade=True,
                locked=True,
                points=points[name],
            )
        )
    cells.append(cell("code", "q01 = None  # @param", "quiz_q01", solution=True))
    cells.append(cell("code", "0", "test_quiz", grade=True, locked=True, points=4))
    cells.append(cell("markdown", "Why?", "written_why", grade=True, solution=True, points=5))
    exercises = root / "exercises"
    for folder in (exercises / "source" / UNIT, exercises / "checks", exercises / "quizzes"):
        folder.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (exercises / "source" / UNIT / f"{UNIT}.ipynb").write_text(
        json.dumps(notebook), encoding="utf-8"
    )
    (exercises / "checks" / f"{UNIT}.py").write_text(checks, encoding="utf-8")
    (exercises / "quizzes" / f"{UNIT}.yml").write_text(QUIZ, encoding="utf-8")
    (root / "_config.yml").write_text(CONFIG, encoding="utf-8")
    return root
