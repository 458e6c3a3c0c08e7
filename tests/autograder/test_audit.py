"""The audit must see what is wrong with checks: it is the proof of the grader, so it is tested on bad checks too."""

import ast
import json

import numpy as np
import pytest
import toyunit

from autograder.author import naming
from autograder.author.audit import audit
from autograder.author.declare import load_unit
from autograder.author.mutate import mutants
from autograder.author.source import CompileError, Source, source_digest
from autograder.author.trial import _left_out, differs
from autograder.judge import bundle
from autograder.run.inside.protocol import Answer, Request


def test_good_checks_reach_the_bar(tmp_path):
    root = toyunit.build(tmp_path)
    report = audit([toyunit.UNIT], root=root, mutants="none", keep=tmp_path / "kept")
    kept = bundle.read(tmp_path / "kept" / f"{toyunit.UNIT}.zip")
    assert (kept.size, kept.source) == ("secret", source_digest(toyunit.UNIT, root))
    rates = report.rates()
    assert report.passed and rates["mistakes"] == rates["caught"] == rates["named"] == 6
    assert rates["alternatives"] == 3 and rates["refused"] == 0 and rates["mutants"] == 0
    assert json.loads(json.dumps(report.to_dict()))["passed"] is True
    assert (
        "affine" in report.text()
        and "5/5" in report.text()
        and "The bar is reached." in report.text()
    )


def test_a_refused_alternative_and_a_surviving_mutant_are_listed(tmp_path):
    # Without the criterion that looks at the second layer, whatever happens there passes.
    rubric = toyunit.RUBRIC.replace("second:\n        kind: values", "second:\n        kind: shape")
    start, end = (rubric.index(word) for word in ("    mistakes:\n", "\n  two_layers:"))
    rubric = rubric[:start] + rubric[end : rubric.rindex("    mistakes:\n")]
    alternatives = (
        toyunit.ALTERNATIVES
        + '''
def affine__twice(x, W, b):
    """not right at all"""
    if x.shape[1] != W.shape[0]:
        raise ValueError("widths")
    return x @ W + 2 * b, len(x)


def two_layers__forever(x, W, b):
    """never ends"""
    while True:
        pass
'''
    )
    solutions = {
        "affine": "def affine(x, W, b):\n    ### BEGIN SOLUTION\n    if x.shape[1] != W.shape[0]:\n"
        "        raise ValueError('widths')\n    return x @ W + b, len(x)\n    ### END SOLUTION\n",
        "two_layers": toyunit.SOLUTIONS["two_layers"],
    }
    root = toyunit.build(tmp_path, rubric, alternatives=alternatives, solutions=solutions)
    report = audit([toyunit.UNIT], root=root)
    rates = report.rates()
    assert not report.passed and rates["refused"] == 2
    affine, two = report.units[0].exercises
    refused = {
        a["title"]: a["why"] for e in (affine, two) for a in e.alternatives if not a["accepted"]
    }
    assert "y:" in refused["not right at all"] and "in time" in refused["never ends"]
    assert two.mutants["survivors"] and two.mutants["made"] > two.mutants["caught"] > 0
    assert affine.mutants["survivors"] == [] and affine.mutants["silent"] == 0
    assert "a mutant passes: line" in report.text() and "Below the bar." in report.text()


def test_a_name_is_right_only_where_it_holds_on_fresh_cases(tmp_path):
    root = toyunit.build(tmp_path)
    source = Source(toyunit.UNIT, root)
    solution = source.solution("affine")

    def right(change, called, failed="y"):
        text = solution.replace("x @ W + b", change)
        assert text != solution
        named = [(text, called, failed)]
        return naming.verify(toyunit.UNIT, root, tmp_path, "s", "affine", named)["right"] == [True]

    assert right("x @ W", "no-bias") and right("x @ W - b", "minus-bias")
    assert not right("x @ W", "minus-bias") and not right("x @ W - 2 * b", "minus-bias")
    assert right("2 * (x @ W + b)", "relation:factor:times-2")
    assert not right("3 * (x @ W + b)", "relation:factor:times-2")
    assert not right("len(x) * (x @ W + b)", "relation:factor:times-2")
    assert right("(x @ W + b)[::-1]", "relation:reversed:0")
    pairs = list(naming.pairs(source, load_unit(toyunit.UNIT, root).exercises["affine"]))
    assert 0 < len(pairs) <= naming.PAIRS
    for names, text in pairs:
        assert len(set(names)) == 2 and text != solution
        compile(text, "pair", "exec")


def test_a_wrong_name_breaks_the_bar(tmp_path):
    report = audit([toyunit.UNIT], root=toyunit.build(tmp_path))
    names = report.rates()["names"]
    assert sum(names["mutants"].values()) == report.rates()["mutants_caught"]
    assert names["mutants"]["rightly"] and names["pairs"]["rightly"]
    assert not names["mutants"]["wrongly"] + names["pairs"]["wrongly"]
    affine = report.units[0].exercises[0]
    assert report.passed and "right / wrong / not" in report.text()
    affine.names["pairs"]["wrongly"] += 1
    affine.misnamed.append(["one and another", "reversed"])
    assert not report.passed and "is called 'reversed', which it is not" in report.text()


def test_a_unit_that_does_not_compile_is_no_audit(tmp_path):
    rubric = toyunit.RUBRIC.replace("x @ W - b", "b + x @ W")
    with pytest.raises(CompileError, match="minus-bias"):
        audit([toyunit.UNIT], root=toyunit.build(tmp_path, rubric), mutants="none")


def test_a_mutant_does_not_differ_because_its_calls_took_another_time():
    timed = Request("call", "f", options={"repeat": 5})
    slow, fast = (Answer("ok", {"seconds": seconds}) for seconds in (2.0, 1.0))
    assert not differs(timed, slow, fast)
    assert differs(timed, slow, Answer("died")) and differs(Request("call", "f"), slow, fast)


def test_a_mutant_does_not_differ_in_digits_that_its_inputs_do_not_have():
    def gap_seen(x, gap):
        asked = Request("call", "f", (np.ones(2, x),), {"b": np.ones(2)})
        return differs(asked, *(Answer("ok", 1.0 + gap * n, (1,)) for n in range(2)))

    assert gap_seen("f8", 1e-7) and not gap_seen("f8", 1e-10)
    assert gap_seen("f4", 1e-4) and not gap_seen("f4", 1e-7)


def test_a_mutant_is_compared_where_a_default_is_left_out():
    def f(x, mask=None, start=1, *, pad=0):
        return x

    def asked(*args, **kwargs):
        return [(r.args, r.kwargs) for r in _left_out(Request("call", "f", args, kwargs), f)]

    assert asked(5) == [] and list(_left_out(Request("call", "f", (5,)), None)) == []
    assert asked(5, 6) == [((5,), {})]
    assert asked(5, 6, 7, pad=8) == [
        ((5,), {"start": 7, "pad": 8}),
        ((5, 6), {"pad": 8}),
        ((5, 6, 7), {}),
        ((5,), {}),
    ]


def test_mutants_are_single_changes_that_parse():
    source = '''
def f(x, W, scale=2.0):
    """Docstring."""
    if x is None or scale < 0:
        raise ValueError("no x")
    h = np.zeros((len(x), 3))
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W - h)
        h *= -scale
    return h, x.mean(axis=1)
'''
    made = mutants(source)
    changes = {mutant.change for mutant in made}
    assert len({m.text for m in made}) == len(made) > 50
    for wanted in (
        "ones in place of np.zeros",
        "operands exchanged in x[:, t] @ W",
        "scale=4.0 in place of scale=2.0",
        "0 in place of 1",
        "without h *= -scale",
        "order exchanged in (h, x.mean(axis=1))",
        "-scale without its sign",
        "another comparison in scale < 0",
        "W in place of x",
        "and/or in x is None or scale < 0",
    ):
        assert wanted in changes, wanted
    for mutant in made:
        compile(mutant.text, "mutant", "exec")
        assert "Docstring." in mutant.text and ("no x" in mutant.text or "without" in mutant.change)


def test_the_mutants_of_a_small_function_are_these_in_this_order():
    made = mutants("def f(x, n=1, *, flip=False, mask=None, side='right'):\n    return x - n\n")
    assert [(mutant.line, mutant.change) for mutant in made] == [
        (1, "flip=True in place of flip=False"),
        (1, "mask=0 in place of mask=None"),
        (1, "n=0 in place of n=1"),
        (1, "n=2 in place of n=1"),
        (1, "side=None in place of side='right'"),
        (2, "another operator in x - n"),
        (2, "flip in place of n"),
        (2, "flip in place of x"),
        (2, "mask in place of n"),
        (2, "mask in place of x"),
        (2, "n in place of x"),
        (2, "operands exchanged in x - n"),
        (2, "side in place of n"),
        (2, "side in place of x"),
        (2, "x in place of n"),
    ]
    head = "def f(x, n=1, *, flip=False, mask=None, side='right'):\n    "
    assert made[5].text == head + "return x + n" and made[1].text.startswith(
        "def f(x, n=1, *, flip=False, mask=0, side='right'):"
    )


def test_a_mutant_changes_one_statement_and_leaves_the_rest_of_the_file():
    source = '''
"""What the file is for."""
import numpy as np
LIMIT = 3

@staticmethod
def first(x, scale=2):
    return x * scale

def first(x):
    def inner(y, by=1):
        return y - by
    return inner(x) if x > LIMIT else -x

class Layer:
    """A layer."""
    units: int = 4
    def call(self, x):
        return np.tanh(x) / self.units

TABLE = {"low": lambda x, edge=0: x < edge}
'''
    original = ast.parse(source)
    lines = [ast.unparse(statement) for statement in original.body]
    made = mutants(source)
    for mutant in made:
        now = [ast.unparse(statement) for statement in ast.parse(mutant.text).body]
        changed = [i for i, (a, b) in enumerate(zip(lines, now, strict=True)) if a != b]
        assert len(changed) == 1, mutant.change
        where = original.body[changed[0]]
        assert where.lineno <= mutant.line <= where.end_lineno
        assert ast.unparse(ast.parse(mutant.text)) == mutant.text
    assert {mutant.function for mutant in made} == {"first", "Layer.call", "<lambda>"}
    changes = {mutant.change for mutant in made}
    assert changes >= {
        "scale=3 in place of scale=2",
        "by=0 in place of by=1",
        "edge=1 in place of edge=0",
        "sin in place of np.tanh",
        "another comparison in x < edge",
    }
