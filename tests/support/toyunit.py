"""A tiny unit: two exercises that share a function.

`build(root)` writes a course with this unit into a folder; `rubric=`, `cases=`, `solutions=` … replace its parts.
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

RUBRIC = """\
title: A toy
needs: [numpy]
exercises:
  affine:
    section: one-layer
    seconds: 2
    returns: [y, rows]
    criteria:
      shapes:
        kind: shape
        points: 2
        title: "`y` and the number of rows come back"
      y:
        kind: values
        points: 3
        of: y
        title: "`y` is right"
        hint: Look at the bias.
      rows:
        kind: values
        points: 1
        of: rows
        title: The number of rows is right
      inputs:
        kind: unchanged
        points: 1
        title: Your inputs stay as they were
      width:
        kind: raises
        points: 1
        error: ValueError
        cases: too_wide
        title: A wrong width is refused
      batch:
        kind: same
        points: 1
        of: y
        needs: y
        pairs: some_rows
        title: Rows do not see one another
      slope:
        kind: expected
        points: 1
        of: y
        needs: y
        by: einsum
        title: It agrees with `einsum`
    mistakes:
      no-bias:
        message: You left the bias out of the sum.
        swap: [x @ W + b, x @ W]
      minus-bias:
        message: You subtract the bias where you should add it.
        section: the-bias
        swap: [x @ W + b, x @ W - b]
      in-place:
        message: You write into `W`, which belongs to the caller.
        swap:
          - y = x @ W + b
          - |-
            y = x @ W + b
            W *= 2
      swapped:
        message: You return the number of rows first.
        swap: ["return y, len(x)", "return len(x), y"]
      unchecked:
        message: You do not check the width of `x`.
        swap:
          - "if x.shape[1] != W.shape[0]:"
          - |-
            x = x[:, : W.shape[0]]
            if False:

  two_layers:
    seconds: 2
    criteria:
      keys:
        kind: shape
        points: 1
        title: A dict with `first` and `second`
      first:
        kind: values
        points: 2
        of: first
        title: The first layer is right
      second:
        kind: values
        points: 3
        of: second
        needs: first
        title: The second layer is right
    mistakes:
      no-tanh:
        message: You left out the second tanh.
        swap: ["second = np.tanh(affine(first, W, b)[0])", "second = affine(first, W, b)[0]"]
"""

CASES = """\
import numpy as np

from autograder.authoring import Case, Pair


def arguments(rng, batch, features, units):
    return rng.normal(size=(batch, features)), rng.normal(size=(features, units)), rng.normal(size=units)


def affine(rng, size):
    yield Case("two rows", *arguments(rng, 2, 3, 4), tags="plain")
    yield Case("square", *arguments(rng, 3, 3, 3))
    for number in range(3 if size == "secret" else 0):
        yield Case(f"larger {number}", *arguments(rng, *rng.integers(2, 7, 3)))


def too_wide(rng, size):
    return Case("x too wide", rng.normal(size=(2, 4)), rng.normal(size=(3, 2)), np.zeros(2))


def some_rows(rng, size):
    x, W, b = arguments(rng, 4, 3, 2)
    yield Pair(Case("four rows", x, W, b), Case("the first two", x[:2], W, b), index_a=np.s_[:2])


def einsum(namespace, case):
    return np.einsum("bf,fu->bu", *case.args[:2]) + case.args[2]


def two_layers(rng, size):
    yield Case("three units", *arguments(rng, 5 if size == "secret" else 2, 3, 3))
"""

ALTERNATIVES = '''\
def affine__by_rows(x, W, b):
    """row by row, in a list"""
    if W.shape[0] != x.shape[1]:
        raise ValueError("the widths of x and W differ")
    return [np.stack([row @ W + b for row in x]), np.array(len(x))]


def affine__bias_first(x, W, b):
    """bias first"""
    if x.shape[1] != W.shape[0]:
        raise ValueError(f"x has {x.shape[1]} columns, W has {W.shape[0]} rows")
    return b + x @ W, len(x)


def two_layers__own_product(x, W, b):
    """own product"""
    first = np.tanh(affine(x, W, b)[0])
    return {"first": first, "second": np.tanh(first @ W + b)}
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
    rubric: str = RUBRIC,
    cases: str = CASES,
    alternatives: str = ALTERNATIVES,
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
    checks = exercises / "checks" / UNIT
    for folder in (exercises / "source" / UNIT, checks, exercises / "quizzes"):
        folder.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (exercises / "source" / UNIT / f"{UNIT}.ipynb").write_text(
        json.dumps(notebook), encoding="utf-8"
    )
    (checks / "rubric.yml").write_text(rubric, encoding="utf-8")
    (checks / "cases.py").write_text(cases, encoding="utf-8")
    (checks / "alternatives.py").write_text(alternatives, encoding="utf-8")
    (exercises / "quizzes" / f"{UNIT}.yml").write_text(QUIZ, encoding="utf-8")
    (root / "_config.yml").write_text(CONFIG, encoding="utf-8")
    return root
