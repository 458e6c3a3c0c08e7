"""Alike solutions: a copy in disguise is found, honest work is not, and nothing is run."""

from __future__ import annotations

import io
import json
import re
import tokenize
from pathlib import Path

import pytest
import toycourse

from autograder import cli
from autograder import course as paths
from autograder.author.declare import load_unit
from autograder.author.source import Source
from autograder.read.template import read_template
from autograder.report import similar

# Five ways in which somebody who has not seen the others may write the same two functions.
HONEST = {
    "ada": (
        "def double(x):\n    result = np.zeros_like(x)\n    for i in range(len(x)):\n        result[i] = x[i] * 2\n"
        "    return result",
        "def mean_of_rows(x):\n    total = x[:, 0] * 0\n    for column in x.T:\n        total = total + column\n"
        "    if x.shape[1] == 0:\n        raise ValueError('empty')\n    return total / x.shape[1]",
    ),
    "ben": (
        "def double(x):\n    return np.array([value + value for value in x])",
        "def mean_of_rows(x):\n    means = []\n    for row in x:\n        means.append(sum(row) / len(row))\n"
        "    return np.array(means)",
    ),
    "cem": ("def double(x):\n    return 2 * x", "def mean_of_rows(x):\n    return x.mean(axis=1)"),
    "dia": (
        "def double(x):\n    y = x.copy()\n    y += x\n    return y",
        "def mean_of_rows(x):\n    rows, columns = x.shape\n    weights = np.full(columns, 1 / columns)\n"
        "    return x @ weights",
    ),
    "eve": (
        "def double(x):\n    # twice\n    return np.multiply(x, 2)",
        "def mean_of_rows(x):\n    return np.apply_along_axis(np.average, 1, x)",
    ),
    "fay": ("def double(x):\n    return 2 * x", "def mean_of_rows(x):\n    return x.mean(axis=1)"),
}


def disguise(source: str) -> str:
    """Other names, other layout, other comments."""
    for old, new in {
        "result": "outp",
        "total": "acc",
        "column": "c_",
        " i ": " idx ",
        "[i]": "[ idx ]",
    }.items():
        source = source.replace(old, new)
    source = re.sub(r"\n( +)", lambda found: f"\n# my own idea\n\n{found[1] * 2}", source)
    return source.replace(" = ", "=").replace("* 2", "*  2")


def hand_in(course, student: str, solutions: tuple[str, str]) -> None:
    answers = dict(zip(("double", "mean_of_rows"), solutions, strict=True))
    toycourse.hand_in(course.root, student, toycourse.RIGHT | answers)


@pytest.fixture
def honest(toy_course):
    for student, solutions in HONEST.items():
        hand_in(toy_course, student, solutions)
    return toy_course


def test_honest_work_is_not_listed(honest):
    """Not even two who wrote the same obvious line, or two who handed in the released stubs."""
    toycourse.hand_in(honest.root, "gus", {})
    toycourse.hand_in(honest.root, "hal", {})
    assert similar.similar(honest, "toy", share=0.2) == ([], [])


def test_a_copy_in_disguise_is_found(honest):
    hand_in(honest, "zoe", tuple(map(disguise, HONEST["ada"])))
    (pair,), unread = similar.similar(honest, "toy")
    assert (pair.first, pair.second, pair.share) == ("ada", "zoe", 1.0) and not unread
    assert pair.exercises == ("mean_of_rows", "double")
    assert "no proof" in similar.text("toy", [pair]) and "100%  ada and zoe" in similar.text(
        "toy", [pair]
    )


def test_half_a_copy_is_less_alike(honest):
    hand_in(honest, "zoe", (disguise(HONEST["ada"][0]), HONEST["ben"][1]))
    found, _ = similar.similar(honest, "toy", share=0.1)
    assert all(pair.share < 1 for pair in found)
    assert not [pair for pair in found if {"ada", "ben"} == {pair.first, pair.second}]


def test_what_many_have_in_common_is_nobodys_own(toy_course):
    for number in range(6):
        hand_in(toy_course, f"student{number}", HONEST["ada"])
    assert similar.similar(toy_course, "toy") == ([], [])


def test_what_the_release_holds_is_nobodys_own():
    given = "\n".join(f"value_{n} = np.sum(x[{n}:] * {n} + w)" for n in range(30))
    code = {
        "ada": {"double": given},
        "ben": {"double": given},
        "cem": {"double": "pass"},
        "dia": {"double": "pass"},
    }
    assert similar.pairs(code, [given]) == [] and len(similar.pairs(code, [])) == 1


@pytest.mark.tensorflow
def test_on_a_unit_of_this_course():
    """A renamed copy of the solution against the unusual right answers of its checks, which stand for honest work."""
    unit = load_unit("04_lstm_gates")
    source = Source(unit.name)
    template = read_template(paths.exercises_dir() / "release" / unit.name / f"{unit.name}.ipynb")
    given = [cell.cell["source"] for cell in template.cells if cell.cell["cell_type"] == "code"]
    known = similar.given_names(given)
    solution = {name: source.solution(name) for name in unit.exercises}
    code = {
        "solution": solution,
        "copy": {name: renamed(text, known) for name, text in solution.items()},
    }
    for name, exercise in unit.exercises.items():
        for number, variant in enumerate(exercise.alternatives):
            code.setdefault(f"honest {number}", {})[name] = source.variant(exercise, variant)
    code |= {f"blank {number}": {} for number in range(20)}
    (first, *rest) = similar.pairs(code, given, known, share=0.0)
    assert (
        {first.first, first.second} == {"copy", "solution"}
        and first.share == 1.0
        and len(code) > 24
    )
    assert all(pair.share < 0.25 for pair in rest)


def renamed(source: str, known: frozenset[str]) -> str:
    """`source` with another name for everything that its author named."""
    before, found = "", []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        free = (
            token.type == tokenize.NAME
            and before != "."
            and token.string not in known | similar.PYTHON
        )
        found.append((token.type, f"other_{token.string}" if free else token.string))
        before = token.string
    return tokenize.untokenize(found)


def test_nothing_is_run_and_nothing_stops_it(honest, tmp_path):
    trace = tmp_path / "ran"
    hand_in(
        honest,
        "mal",
        (f"open({str(trace)!r}, 'w')\n" * 20, "def mean_of_rows(x:\n  '''" + "(" * 3000),
    )
    hand_in(honest, "mel", ("\x00\t  \n)\n ]", "é" * 9000))
    toycourse.submit(Path(honest.root), "bad", b"no notebook")
    found, unread = similar.similar(honest, "toy", share=0.2)
    assert found == [] and unread == ["bad"] and not trace.exists()


def test_the_command(honest, capsys):
    hand_in(honest, "zoe", tuple(map(disguise, HONEST["ada"])))
    assert cli.main(["similar", "toy", "--course", honest.root]) == cli.OK
    out = capsys.readouterr().out
    assert "ada and zoe" in out and "This is no proof" in out
    assert cli.main(["similar", "toy", "--course", honest.root, "--json", "-"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["pairs"][0]["second"] == "zoe"
    assert cli.main(["similar", "martian", "--course", honest.root]) == cli.USAGE
