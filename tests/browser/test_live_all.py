"""Every NumPy exercise, solved on its page: the card says what the notebook's card says, word for word."""

from __future__ import annotations

import json

import livepage
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("unit", livepage.UNITS)
def test_right_answers_get_full_marks_and_the_notebooks_card(live_page, unit):
    page = live_page(unit)
    sources = {name: source for name, (_, source) in livepage.solutions(unit).items()}
    page.write(sources)
    page.start()
    exercises = livepage.numpy_exercises(unit)
    assert exercises
    for exercise in exercises:
        shown = page.check(exercise)
        card = livepage.in_notebook(unit, exercise, sources)
        assert card.score == card.result.max_points
        assert shown == livepage.words(card.html())
    for exercise in page.plan["keras"]:
        assert not page.box(exercise).count()
    assert page.page.trouble == []


# Asked of the engine and of this machine: what every public case of every NumPy exercise of a unit gives.
EVERY_CASE = """
import json
from autograder.judge.installed import load_public
from autograder.run.local import LocalCaller
import numpy as np
found, namespace = {}, dict(globals())
def told(value):
    if isinstance(value, np.ndarray):
        numbers = value.tolist() if value.dtype.kind in "biufcU" else repr(value)
        return [str(value.dtype), list(value.shape), numbers]
    if isinstance(value, dict):
        return {str(key): told(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(told, value)]
    return [type(value).__name__, value if isinstance(value, (int, float, str, bool, type(None))) else repr(value)]
for name, exercise in load_public(UNIT).exercises.items():
    for key, case in exercise.cases.items():
        if case.request.op == "call" and not case.request.options.get("repeat"):
            answer = LocalCaller(namespace).ask(case.request)
            error = answer.error and answer.error.type
            given = [*case.request.args, *case.request.kwargs.values()]
            single = any(getattr(one, "dtype", None) == np.float32 for one in given)
            told_of = [answer.status, error, told(answer.value), told(answer.after)]
            found[f"{name}: {key}"] = {"single": single, "told": told_of}
print(json.dumps(found))
"""


@pytest.mark.parametrize("unit", livepage.UNITS)
def test_every_case_gives_in_the_engine_what_it_gives_here(live_page, unit):
    """The one difference: what NumPy makes without being told a type is of 32 bits there, where it is an integer."""
    page = live_page(unit)
    cells = [cell["source"] for cell in page.plan["cells"] if cell["role"] == "given"]
    solved = livepage.solutions(unit)
    right = [solved[name][1] for name in livepage.numpy_exercises(unit)]
    before = "\n\n".join(cells + right).replace("import keras\n", "")
    code = f"UNIT = {unit!r}\n{before}\n{EVERY_CASE}"
    here = livepage.printed_here(code)
    said = page.printed(code, seconds=60, whole=True)
    last = said.splitlines()[-1]  # what is given may print
    assert last.startswith("{"), said[-2000:]
    there = json.loads(last)
    assert there.keys() == here.keys() and here
    differences = {}
    for key, answer in here.items():
        share = 1e-6 if answer["single"] else 1e-9  # the last digits of the type
        if pair := livepage.difference(answer, there[key], share):
            differences[key] = pair
    assert differences == {}, differences
