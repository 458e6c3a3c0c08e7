"""The student's view: a card that helps, and a notebook left as it was."""

import random
import re
import subprocess
import sys
import threading

import numpy as np
import pytest
import toyunit

from autograder import course as paths
from autograder import course_unit
from autograder.author import compiler
from autograder.judge import bundle as bundles
from autograder.outcome import CriterionResult, Diagnosis, ExerciseResult
from autograder.report.card import ResultCard
from autograder.run.inside.protocol import Request
from autograder.run.local import LocalCaller, time_limit


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = toyunit.build(tmp_path_factory.mktemp("toy"))
    compiler.write_public(toyunit.UNIT, root=root, to=root / "bundles")
    return root / "bundles"


@pytest.fixture
def unit(folder, monkeypatch):
    monkeypatch.setattr("autograder.judge.installed.public_bundle_dir", lambda: folder)
    return course_unit(toyunit.UNIT)


def affine(x, W, b):
    if x.shape[1] != W.shape[0]:
        raise ValueError("the widths differ")
    return x @ W + b, len(x)


def minus(x, W, b):
    return affine(x, W, b)[0] - 2 * b, len(x)


def test_right_wrong_and_unwritten(unit):
    def unwritten(x, W, b):
        raise NotImplementedError("Write affine.")

    right, wrong, stub = (unit.check("affine", f) for f in (affine, minus, unwritten))
    assert right.score == 10 and "Everything is right." in right.text()
    assert (
        wrong.score == 5 and "You subtract the bias" in wrong.text() and "the bias" in wrong.html()
    )
    assert stub.score == 0 and "Not written yet" in stub.text() and "✗" not in stub.text()
    assert {type(card.score) for card in (right, wrong, stub)} == {float}


def test_wrong_calls_of_check_are_explained(unit):
    with pytest.raises(
        ValueError, match="no exercise 'afine' in 99_toy. There are: affine, two_layers"
    ):
        unit.check("afine", affine)
    with pytest.raises(ValueError, match=r"check\('affine', affine\) is how this is called"):
        unit.check("affine")
    with pytest.raises(bundles.BadBundle, match="no checks for a unit called 'other'"):
        course_unit("other").check("affine", affine)


def test_the_quiz_shows_its_form(unit):
    assert "q01: read as 5" in repr(unit.quiz.check({"q01": 5}))


def test_random_states_and_arrays_stay_as_they_were(unit):
    def noisy(x, W, b):
        np.random.seed(1)
        random.seed(1)
        W *= np.random.random()
        return x @ W, len(x)

    states = random.getstate(), np.random.get_state()[1].tolist()
    first = unit.check("affine", noisy)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states
    assert unit.check("affine", affine).score == 10  # the cases themselves were not touched
    assert first.text() == unit.check("affine", noisy).text()


def test_the_students_output_is_shown_apart(unit, capfd):
    def chatty(x, W, b):
        print("<b>here</b>")
        print("warning", file=sys.stderr)
        return affine(x, W, b)

    report = unit.check("affine", chatty)
    assert (
        report.score == 10
        and "<b>here</b>" in report.text()
        and "&lt;b&gt;here&lt;/b&gt;" in report.html()
    )
    assert capfd.readouterr() == ("", "")


def ask(function, seconds=0.2):
    return LocalCaller({"f": function}).ask(Request("call", "f", seconds=seconds))


def test_an_endless_loop_ends_even_if_it_catches_everything():
    def f():
        while True:
            try:
                while True:
                    pass
            except Exception:
                pass

    assert ask(f).status == "timeout"


def test_the_guard_is_quiet_in_other_threads_and_leaves_the_alarm_as_it_was():
    found = []
    thread = threading.Thread(target=lambda: found.append(ask(lambda: 3).value))
    thread.start()
    thread.join()
    assert found == [3]
    with time_limit(5):
        assert ask(lambda: 4).value == 4


def test_values_cross_as_plain_data():
    class Odd:
        pass

    answer = ask(lambda: (np.float32(1), Odd()))
    assert answer.status == "ok" and isinstance(answer.value[0], np.ndarray)
    assert answer.value[1].type_name == "Odd"
    shared = np.zeros(2)
    assert not np.shares_memory(ask(lambda: shared).value, shared)


def result(**changes):
    criteria = [
        CriterionResult("a", "`h` is right", 2, 2, "passed"),
        CriterionResult(
            "b", "It learns", 1.5, 3, "partial", "The error is 0.1. <script>alert(1)</script>"
        ),
        CriterionResult(
            "c",
            "<img src=x onerror=alert(1)>",
            0,
            1,
            "failed",
            "in `</code><script>`",
            "secret detail",
        ),
        CriterionResult("d", "Later", 0, 1, "not reached", "It needs “c” first."),
    ]
    base = {
        "exercise": "<b>f</b>",
        "points": 3.5,
        "max_points": 7.0,
        "criteria": criteria,
        "diagnosis": Diagnosis("m", "Bold <b>", "You & I", "04_lstm_gates#the-forget-gate"),
        "printed": "</pre><script>",
    }
    return ExerciseResult(**(base | changes))


def test_the_card_is_escaped_self_contained_and_says_where_to_read(monkeypatch):
    monkeypatch.setattr("autograder.report.card.book_url", lambda see: f"https://example.org/{see}")
    card = ResultCard(result(), printed=True).html()
    assert "<script" not in card and "<img" not in card and "<b>" not in card
    assert "secret detail" not in card and "http" not in card.replace("https://example.org/", "")
    assert (
        'href="https://example.org/04_lstm_gates#the-forget-gate"' in card
        and "lesson 04, the forget gate" in card
    )
    assert "<code style" in card and "3.5" in card and card.count('role="listitem"') == 4
    assert "You &amp; I" in card
    tags = re.findall(r"<(/?)(\w+)[^>]*>", card)
    assert sum(1 for slash, name in tags if not slash and name != "br") == sum(
        1 for slash, _ in tags if slash
    )


def test_what_was_printed_stays_out_unless_asked_for():
    assert (
        "script" not in ResultCard(result(criteria=[])).html()
        and "</pre>" not in ResultCard(result()).text()
    )


@pytest.mark.parametrize(
    ("points", "score"), [(-3, 0), (9.5, 7), (3.14159, 3.14), (4.0, 4), (float("1e-9"), 0)]
)
def test_the_score_stays_between_zero_and_the_maximum(points, score):
    assert ResultCard(result(points=points)).score == score


def test_a_fault_of_ours_is_said_to_be_ours():
    assert "for a reason of ours" in ResultCard(result(needs_manual=True)).text()


def test_importing_the_package_is_light():
    code = (
        "import sys, autograder; heavy = {'tensorflow', 'keras', 'nbgrader', 'numpy'} & set(sys.modules); "
        "assert not heavy, heavy; from autograder import course_unit; "
        "heavy = {'tensorflow', 'keras', 'nbgrader', 'jinja2', 'IPython'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=paths.PACKAGE.parent)
