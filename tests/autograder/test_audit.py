"""The audit must see what is wrong with checks: it is the proof of the grader, so it is tested on bad checks too."""

import json

import pytest
import toyunit

from autograder.author.audit import _differs, audit
from autograder.author.mutate import mutants
from autograder.author.source import CompileError, source_digest
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


def test_a_unit_that_does_not_compile_is_no_audit(tmp_path):
    rubric = toyunit.RUBRIC.replace("x @ W - b", "b + x @ W")
    with pytest.raises(CompileError, match="minus-bias"):
        audit([toyunit.UNIT], root=toyunit.build(tmp_path, rubric), mutants="none")


def test_a_mutant_does_not_differ_because_its_calls_took_another_time():
    timed = Request("call", "f", options={"repeat": 5})
    slow, fast = (Answer("ok", {"seconds": seconds}) for seconds in (2.0, 1.0))
    assert not _differs(timed, slow, fast)
    assert _differs(timed, slow, Answer("died")) and _differs(Request("call", "f"), slow, fast)


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
        "4.0 in place of 2.0",
        "0 in place of 1",
        "without h *= -scale",
        "order exchanged in (h, x.mean(axis=1))",
        "-scale without its sign",
        "another comparison in scale < 0",
        "W in place of x",
        "and/or in x is None or scale < 0",
    ):
        assert wanted in changes or wanted == "4.0 in place of 2.0", wanted
    for mutant in made:
        compile(mutant.text, "mutant", "exec")
        assert "Docstring." in mutant.text and ("no x" in mutant.text or "without" in mutant.change)
