"""A unit's rubric, cases and alternatives: what is understood, and what is refused with file, line and remedy."""

import json
import subprocess
import sys
from functools import partial

import jsonschema
import numpy as np
import pytest
import toyunit

from autograder import course as paths
from autograder.author.declare import Swap, load_unit, swapped
from autograder.author.rubric import CRITERIA, KINDS, SCHEMA, json_schema, read_rubric
from autograder.author.strict_yaml import read
from autograder.authoring import AuthoringError, Case

UNIT = toyunit.UNIT


def refused(tmp_path, **parts):
    """The message with which the toy unit, changed, is refused."""
    with pytest.raises(AuthoringError) as caught:
        load_unit(UNIT, toyunit.build(tmp_path, **parts))
    return str(caught.value)


def line_of(text, part):
    """Number of the one line of `text` that has `part`."""
    (number,) = [n for n, line in enumerate(text.split("\n"), 1) if part in line]
    return number


def criterion(exercise, id):
    return next(criterion for criterion in exercise.criteria if criterion.id == id)


# ------------------------------------------------------------------------------------------------ what is understood


def test_a_case_keeps_its_own_copy_of_the_arguments():
    x = np.zeros(2)
    case = Case("zeros", x, tags="edge", seed=3, scale=[1])
    x[0] = 7.0
    assert case.args[0].tolist() == [0.0, 0.0]
    assert case.kwargs == {"scale": [1]} and case.tags == {"edge"} and case.seed == 3


def test_what_a_rubric_does_not_say_has_the_usual_value(tmp_path):
    unit = load_unit(UNIT, toyunit.build(tmp_path))
    affine, two = unit.exercises.values()
    assert (unit.name, unit.title, unit.needs) == (UNIT, "A toy", ("numpy",))
    assert affine.points == 10 and two.points == 6 and affine.section == f"{UNIT}#one-layer"
    needs = {criterion.id: criterion.needs for criterion in affine.criteria}
    assert needs["y"] == needs["inputs"] == ("shapes",), "the first shape criterion above"
    assert needs["shapes"] == needs["width"] == () and needs["batch"] == ("y",)
    assert criterion(affine, "y").options == {"of": ("y",), "rtol": 1e-4, "atol": 1e-6}
    sections = {mistake.id: mistake.section for mistake in affine.mistakes}
    assert (
        sections["no-bias"] == f"{UNIT}#one-layer" and sections["minus-bias"] == f"{UNIT}#the-bias"
    )
    assert affine.mistakes[1].title == "Minus bias" and two.section is None and two.seconds == 2


def test_an_unchanged_criterion_has_the_title_of_the_house(tmp_path):
    rubric = toyunit.RUBRIC.replace("        title: Your inputs stay as they were\n", "")
    affine = load_unit(UNIT, toyunit.build(tmp_path, rubric)).exercises["affine"]
    assert criterion(affine, "inputs").title == "The arrays you were given are left as they were"


def test_everything_knows_its_line(tmp_path):
    affine = load_unit(UNIT, toyunit.build(tmp_path)).exercises["affine"]
    for thing, words in (
        (affine, "  affine:"),
        (affine.criteria[1], " y:"),
        (affine.mistakes[0], "no-bias:"),
    ):
        assert thing.place.endswith(f"{UNIT}/rubric.yml:{line_of(toyunit.RUBRIC, words)}")
    assert affine.alternatives[1].place.endswith(
        f"alternatives.py:{line_of(toyunit.ALTERNATIVES, 'bias_first')}"
    )


def test_an_alternative_is_the_text_of_a_cell_and_is_never_imported(tmp_path):
    text = (
        toyunit.ALTERNATIVES
        + '''

def affine__calls_itself(x, W, b, deep=True):
    """calls the exercise's function, which is itself"""
    return affine(x, W, b, False) if deep else (undefined_here(x) @ W + b, len(x))
'''
    )
    affine = load_unit(UNIT, toyunit.build(tmp_path, alternatives=text)).exercises["affine"]
    by_rows, _, itself = affine.alternatives
    assert by_rows.id == "row by row, in a list" and by_rows.source("").startswith(
        "def affine(x, W, b):"
    )
    namespace = {"undefined_here": lambda x: x}
    exec(itself.source(""), namespace)
    assert namespace["affine"](np.ones((1, 2)), np.ones((2, 1)), 1.0)[0].tolist() == [[3.0]]


def test_alternatives_and_cases_may_be_few(tmp_path):
    root = toyunit.build(tmp_path)
    (paths.checks_dir(UNIT, root) / "alternatives.py").unlink()
    assert load_unit(UNIT, root).exercises["affine"].alternatives == ()
    (paths.checks_dir(UNIT, root) / "cases.py").unlink()
    with pytest.raises(AuthoringError, match=r"cases.py: no such file. It holds the inputs"):
        load_unit(UNIT, root)


def test_a_unit_that_does_not_exist_is_named_with_those_that_do(tmp_path):
    with pytest.raises(AuthoringError, match=rf"98_none/rubric.yml: no such rubric. Units: {UNIT}"):
        load_unit("98_none", toyunit.build(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "count", "expected", "found"),
    [
        ("x + 1", "x - 1", 2, "def f(x):\n    a = x - 1\n    if a:\n        b = x - 1\n", 2),
        ("a = x + 1", "", 1, "def f(x):\n    \n    if a:\n        b = x + 1\n", 1),
        # Lines after the first are indented as the line in which the old text begins.
        ("b = x + 1", "c = x\nb = c", 1, "def f(x):\n    a = x + 1\n    if a:\n        c = x\n        b = c\n", 1),
        ("if a:\n    b = x + 1", "if b:\n\n    b = a", 1, "def f(x):\n    a = x + 1\n    if b:\n\n        b = a\n", 1),
        ("= x + 1\nif a:", "= [\n  x]\nif b:", 1, "def f(x):\n    a = [\n      x]\n    if b:\n        b = x + 1\n", 1),
        ("if a:\nb = x + 1", "pass", 1, None, 0),
        ("absent", "pass", 1, None, 0),
    ],
)  # fmt: skip
def test_a_swap_is_indented_as_the_line_where_it_stands(old, new, count, expected, found):
    text = "def f(x):\n    a = x + 1\n    if a:\n        b = x + 1\n"
    assert swapped(text, Swap(old, new, count)) == (text if expected is None else expected, found)


def test_a_swap_does_not_find_what_another_one_has_just_eaten():
    assert swapped("a\na\na", Swap("a\na", "b")) == ("b\na", 1)


def test_two_cases_of_one_name_are_refused(tmp_path):
    cases = toyunit.CASES.replace('"square"', '"two rows"')
    affine = load_unit(UNIT, toyunit.build(tmp_path, cases=cases)).exercises["affine"]
    with pytest.raises(AuthoringError, match="two public cases of 'affine' are called 'two rows'"):
        list(affine.make_cases(np.random.default_rng(0), "public"))


def test_what_is_no_case_is_refused_with_the_function_that_made_it(tmp_path):
    cases = toyunit.CASES.replace('    return Case("x too wide", ', "    return (").replace(
        '    yield Case("three units", *', "    yield ("
    )
    affine, two = load_unit(UNIT, toyunit.build(tmp_path, cases=cases)).exercises.values()
    rng = np.random.default_rng(0)
    line = line_of(cases, "def two_layers")
    with pytest.raises(AuthoringError, match=rf"cases.py:{line}: `two_layers`: it must yield Case"):
        list(two.make_cases(rng, "public"))
    with pytest.raises(AuthoringError, match="`too_wide`: it must yield Case objects"):
        criterion(affine, "width").options["make"](rng, "public")


# -------------------------------------------------------------------------------------------------- what is mistaken

# What is changed, into what; the part of the changed line, and words of the one message.
MISTAKEN = {
    "unknown key": ("hint: Look", "hnit: Look", "hnit", ["`hnit` is not known", "mean `hint`?"]),
    "unknown key of an exercise": ("    returns:", "    give:", "give:", ["`give` is not known", "seconds"]),
    "unknown key at the top": ("title: A toy", "tilte: A toy", "tilte", ["`tilte` is not known"]),
    "no message": ("        message: You left the bias out of the sum.\n", "", "no-bias:",
                   ["affine, mistake 'no-bias'", "`message` is missing"]),
    "short message": ("You left the bias out of the sum.", "Wrong.", "Wrong.", ["must explain"]),
    "no swap": ("        swap: [x @ W + b, x @ W]\n", "", "no-bias:", ["`swap` is missing"]),
    "swap of one": ("[x @ W + b, x @ W]", "[x @ W + b]", "[x @ W + b]", ["[old text, new text]"]),
    "swap of numbers": ("[x @ W + b, x @ W]", "[1, 2]", "[1, 2]", ["[old text, new text]"]),
    "swap of nothing": ("[x @ W + b, x @ W]", "['', x]", "['', x]", ["[old text, new text]"]),
    "swap found never": ("[x @ W + b, x @ W]", "[a, b, 0]", "[a, b, 0]", ["how often"]),
    "no kind": ("      y:\n        kind: values\n", "      y:\n", " y:", ["'y': `kind` is missing", "shape, "]),
    "unknown kind": ("kind: unchanged", "kind: unchained", "unchained", ["'unchained' is not one of"]),
    "no points": ("        points: 2\n        title: \"`y` and", "        title: \"`y` and", "shapes:",
                  ["criterion 'shapes'", "`points` is missing"]),
    "points of nothing": ("points: 3\n        of: y", "points: 0\n        of: y", "points: 0", ["greater than 0"]),
    "points as a text": ("points: 3\n        of: y", "points: three\n        of: y", "three", ["not a number"]),
    "points that are true": ("points: 3\n        of: y", "points: true\n        of: y", ": true", ["not a number"]),
    "points without end": ("points: 3\n        of: y", "points: 1e999\n        of: y", "1e999", ["too large"]),
    "title that is a number": ("title: The number of rows is right", "title: 7", "title: 7", ["Put it in quotes"]),
    "title that is nothing": ("title: The number of rows is right", "title:", None, ["not a text"]),
    "needs what is unknown": ("needs: y\n        pairs", "needs: z\n        pairs", "needs: z",
                              ["needs z, which is no criterion above it", "shapes, y, rows"]),
    "needs what is below": ("of: rows\n", "of: rows\n        needs: slope\n", "needs: slope", ["needs slope"]),
    "same as what is unknown": ("        section: the-bias\n", "        same_as: bias\n", "minus-bias:",
                                ["the same as 'bias', which is no mistake above"]),
    "id with a capital": ("      minus-bias:", "      Minus:", "Minus:", ["'Minus' is no id: lower-case"]),
    "name that is no name": ("  two_layers:", "  two-layers:", "two-layers:", ["no name in Python"]),
    "section with blanks": ("section: one-layer", "section: one layer", "one layer", ["anchor of a heading"]),
    "no such exception": ("error: ValueError", "error: ValuError", "ValuError", ["not one of Python's exceptions"]),
    "a class of another kind": ("error: ValueError", "error: int", "error: int", ["not one of Python's exceptions"]),
    "no exception at all": ("error: ValueError", "error: print", "error: print", ["not one of Python's exceptions"]),
    "no such cases": ("cases: too_wide", "cases: to_wide", "to_wide", ["no function `to_wide`", "def to_wide(rng"]),
    "no such pairs": ("pairs: some_rows", "pairs: rows", "pairs: rows", ["no function `rows`"]),
    "no such trusted function": ("by: einsum", "by: np", "by: np", ["no function `np`", "(namespace, case)"]),
    "no criteria": ("    criteria:\n      keys:", "    criteria: {}\n    x:\n      keys:", "criteria: {}",
                    ["at least 1"]),
    "tolerance below nothing": ("of: rows\n", "of: rows\n        rtol: -1.0\n", "-1.0", ["greater than or equal"]),
    "a list in place of a mapping": ("    criteria:\n      keys:", "    criteria: [keys]\n    x:\n      keys:",
                                     "[keys]", ["dictionary"]),
    "two equal keys": ("      minus-bias:", "      no-bias:", None, ["`no-bias` stands in line", "Keep one"]),
    "two equal criteria": ("      rows:\n", "      y:\n", None, ["`y` stands in line"]),
    "an alias": ("title: A toy", "title: *toy", "*toy", ["aliases (*) are not used"]),
    "an anchor with its alias": ("needs: [numpy]", "needs: [&a numpy, *a]", "&a", ["aliases"]),
    "a tag": ("title: A toy", "title: !!python/name:os.system x", "!!python", ["tags", "python/name"]),
    "a colon in a text": ("Look at the bias.", "Look at this: the bias.", "Look at this:", ["no YAML", "quotes"]),
    "a backtick in front": ("Look at the bias.", "`b` matters.", "`b` matters", ["no YAML", "quotes"]),
    "a key that is a number": ("      minus-bias:", "      7:", " 7:", ["the key 7 is no text"]),
    "a key that is true": ("      minus-bias:", "      true:", "      true:", ["the key true is no text"]),
    "a tab": ("    seconds: 2\n    returns", "\tseconds: 2\n    returns", "\tseconds", ["no YAML"]),
    "a bracket left open": ("returns: [y, rows]", "returns: [y, rows", None, ["no YAML"]),
    "a time limit of nothing": ("    seconds: 2\n    returns", "    seconds: 0\n    returns", "seconds: 0",
                                ["greater than 0"]),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKEN)
def test_a_mistaken_rubric_gives_one_error_with_file_and_line(tmp_path, what):
    old, new, part, words = MISTAKEN[what]
    rubric = toyunit.RUBRIC.replace(old, new, 1)
    assert rubric != toyunit.RUBRIC
    message = refused(tmp_path, rubric=rubric)
    lines = message.split("\n")
    if what in ("no criteria", "a list in place of a mapping", "unknown key at the top"):
        lines = [line for line in lines if "`x` is not known" not in line and "missing" not in line]
    if what == "name that is no name":
        lines = [line for line in lines if "alternatives.py" not in line]
    assert len(lines) == 1, message
    assert all(word in message for word in words), message
    place = paths.checks_dir(UNIT, tmp_path) / "rubric.yml"
    assert lines[0].startswith(f"{place}:"), message
    if part is not None:
        number = next(n for n, line in enumerate(rubric.split("\n"), 1) if part.strip("\n") in line)
        assert lines[0].startswith(f"{place}:{number}: "), message


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    rubric = toyunit.RUBRIC.replace("kind: unchanged", "kind: same").replace("[y, rows]", "y")
    message = refused(
        tmp_path, rubric=rubric.replace("W *= 2", "W *= 2\n        where: {loss: {about: 3}}")
    )
    assert len(message.split("\n")) == 3
    assert "`pairs` is missing" in message and "`returns`" in message
    assert "`loss` has the unknown predicate about; known are min, max, in" in message


@pytest.mark.parametrize(
    ("metric", "full", "words"),
    [("bleu", 1, "'mse', 'mae', 'accuracy' or 'perplexity'"), ("mse", 1, "full=1 is not better than none=0.1"),
     ("accuracy", 0.05, "full=0.05 is not better than none=0.1")],
)  # fmt: skip
def test_a_score_has_a_metric_and_gets_better(tmp_path, metric, full, words):
    score = f"kind: score\n        metric: {metric}\n        full: {full}\n        none: 0.1\n        points: 1"
    rubric = toyunit.RUBRIC.replace("kind: shape\n        points: 1", score)
    assert words in refused(tmp_path, rubric=rubric)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ":1: a rubric is a mapping with `title` and `exercises`. This file is empty."),
        (b"- a\n- b\n", ":1: a rubric is a mapping"),
        (b"title: x\nexercises: {}\n", ":2: `exercises`: "),
        (b"title: caf\xe9\n", ":1: this is no UTF-8 text. Save it as UTF-8."),
        (b"title: a\x00b\n", ":1: this is no YAML"),
        (b"title: x\n---\ntitle: y\n", ":2: this is no YAML"),
        (b"[" * 5000, "nested too deeply"),
        (b"title: " + b"x" * 1_000_001, "at most 1,000,000 are read"),
        (b"title: x\n? [a, b]\n: c\n", ":2: the key this is no text. Put it in quotes."),
        (
            b"exercises:\n  f: {criteria: {a: {kind: shape, points: 1, title: b}}}\n",
            ":1: `title` is missing",
        ),
    ],
)
def test_a_file_that_is_no_rubric_is_refused(tmp_path, content, words):
    path = tmp_path / "rubric.yml"
    path.write_bytes(content)
    with pytest.raises(AuthoringError) as caught:
        read_rubric(path)
    assert words in str(caught.value) and str(path) in str(caught.value)


def test_yaml_has_no_surprises(tmp_path):
    path = tmp_path / "some.yml"
    path.write_text(
        "a: [yes, no, on, off, y, True, NULL]\nb: [1e-4, 1.5, -3, 2.0e+3, 0]\nc: [true, false, null, ~]\n"
        "d: [2024-01-01, 1_000, 0x10, 010, 1:30, .5, 3., '7', <<]\ne:\n"
    )
    document = read(path)
    assert document.data == {
        "a": ["yes", "no", "on", "off", "y", "True", "NULL"],
        "b": [1e-4, 1.5, -3, 2000.0, 0],
        "c": [True, False, None, None],
        "d": ["2024-01-01", "1_000", "0x10", "010", "1:30", ".5", "3.", "7", "<<"],
        "e": None,
    }
    assert [type(number) for number in document.data["b"]] == [float, float, int, float, int]
    assert document.place(("d", 3)) == f"{path}:4" and document.place(("e", "x")) == f"{path}:5"


# What is appended to the alternatives, and words of the one message.
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def affin__other(x):\n    'title'\n", ["`affin__other` belongs to no exercise", "affine, two_layers"]),
        ("def affine(x):\n    'title'\n", ["`affine` belongs to no exercise"]),
        ("def affine__other(x):\n    return x\n", ["needs a docstring of its own"]),
        ("def affine__other(x):\n    'bias first'\n", ["needs a docstring of its own"]),
        ("import os\n", ["only plain functions", "Import inside the function"]),
        ("@cache\ndef affine__other(x):\n    'title'\n", ["only plain functions"]),
        ("def affine__other(x):\n  'title'\n   return x\n", ["unexpected indent"]),
    ],
)  # fmt: skip
def test_a_mistaken_alternative_gives_one_error_with_file_and_line(tmp_path, text, words):
    alternatives = toyunit.ALTERNATIVES + "\n\n" + text
    message = refused(tmp_path, alternatives=alternatives)
    first = toyunit.ALTERNATIVES.count("\n") + 3
    last = first + text.count("\n") - 1
    line = {"unexpected indent": last}.get(words[0], first + text.startswith("@"))
    assert f"alternatives.py:{line}: " in message and "\n" not in message, message
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("def affine(", "def afine(", "no function `affine`. Write `def affine(rng, size)`"),
        ("def einsum(namespace, case):", "def einsum(namespace, case)", "expected ':'"),
        ("def some_rows", "1 / 0\ndef some_rows", "it stops with ZeroDivisionError"),
        ("import numpy as np", "import nump as np", "it stops with ModuleNotFoundError"),
    ],
)
def test_mistaken_cases_give_one_error_with_file_and_line(tmp_path, old, new, words):
    cases = toyunit.CASES.replace(old, new)
    message = refused(tmp_path, cases=cases)
    where = "rubric.yml" if "no function" in words else "cases.py"
    assert f"{where}:" in message and words in message and "\n" not in message, message
    if where == "cases.py":
        assert f"cases.py:{line_of(cases, new.split(chr(10))[0])}: " in message


# ------------------------------------------------------------------------------------------------------- the schema


def test_the_schema_beside_the_loader_is_that_of_the_loader():
    assert SCHEMA.read_text(encoding="utf-8") == json_schema(), "run `make schema`"


def test_the_schema_accepts_and_refuses_what_the_loader_does(tmp_path):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    valid = partial(jsonschema.Draft202012Validator(schema).is_valid)
    path = tmp_path / "rubric.yml"
    path.write_text(toyunit.RUBRIC)
    assert valid(read(path).data)
    for what in ("unknown key", "no message", "swap of one", "unknown kind", "points of nothing"):
        old, new, _, _ = MISTAKEN[what]
        path.write_text(toyunit.RUBRIC.replace(old, new, 1))
        assert not valid(read(path).data), what


@pytest.mark.parametrize("unit", paths.units())
def test_every_rubric_is_valid_and_names_the_schema(unit):
    path = paths.checks_dir(unit) / "rubric.yml"
    first, *_ = path.read_text(encoding="utf-8").split("\n")
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("$schema=")[2]).resolve() == SCHEMA
    jsonschema.validate(read(path).data, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_each_kind_of_criterion_says_what_it_is_for():
    assert len(set(KINDS)) == len(CRITERIA) == 10
    assert all(len((model.__doc__ or "").split()) > 5 for model in CRITERIA)


@pytest.mark.parametrize("door", ["autograder", "autograder.check", "autograder.run.inside.worker"])
def test_a_notebook_and_the_jail_never_load_the_author_s_side(door):
    code = (
        f"import sys, {door}\n"
        "print(sorted(m for m in sys.modules if m.startswith(('pydantic', 'yaml', 'autograder.author'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
