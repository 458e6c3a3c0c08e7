"""Declaring a unit: what is accepted, and what is refused with words that help."""

import numpy as np
import pytest

from autograder.authoring import AuthoringError, Case, Pair, Unit


@pytest.fixture
def exercise():
    return Unit("99_toy", title="Toy").exercise("f", points=3, see="99_toy#f")


def wrong_f(x):
    if x.size == 0:
        return x
    return wrong_f(x[1:])


def test_a_case_keeps_its_own_copy_of_the_arguments():
    x = np.zeros(2)
    case = Case("zeros", x, tags="edge", seed=3, scale=[1])
    x[0] = 7.0
    assert case.args[0].tolist() == [0.0, 0.0]
    assert case.kwargs == {"scale": [1]} and case.tags == {"edge"} and case.seed == 3


def test_criteria_keep_their_order_and_their_needs(exercise):
    exercise.shape("shapes", points=1, title="Shapes")
    exercise.values(
        "numbers", points=2, title="Numbers", needs="shapes", pick=("h", 1), cases={"edge"}
    )
    numbers = exercise.criterion("numbers")
    assert [c.id for c in exercise.criteria] == ["shapes", "numbers"]
    assert numbers.needs == ("shapes",) and numbers.pick == ("h", 1) and numbers.tags == {"edge"}


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda e: e.shape("Bad id", points=1, title="x"), "lower-case"),
        (lambda e: e.shape("a", points=0, title="x"), "positive"),
        (lambda e: e.shape("a", points=1, title="x", needs="later"), "must be declared before"),
        (lambda e: [e.shape("a", points=1, title="x") for _ in range(2)], "declared twice"),
        (
            lambda e: e.raises("a", "ValueError", points=1, title="x", case=Case("c")),
            "exception class",
        ),
        (lambda e: e.score("a", points=1, title="x", metric="bleu", full=1, none=0), "not one of"),
        (lambda e: e.score("a", points=1, title="x", metric="mse", full=1, none=0.1), "not better"),
        (
            lambda e: e.facts("a", points=1, title="x", where={"loss": {"about": 3}}),
            "unknown predicate about",
        ),
        (lambda e: e.mistake("m", "Wrong.", patch=[("a", "b")]), "explain it"),
        (lambda e: e.mistake("m", "You did it all wrong."), "exactly one of"),
        (lambda e: e.mistake("m", "You did it all wrong.", patch=[("a",)]), "a patch is a list"),
        (
            lambda e: e.mistake("m", "You did it all wrong.", patch=[("a", "b")], same_as="other"),
            "not an earlier mistake",
        ),
    ],
)
def test_a_wrong_declaration_names_the_exercise_and_the_fault(exercise, declare, words):
    with pytest.raises(AuthoringError, match=words) as caught:
        declare(exercise)
    assert "99_toy/f" in str(caught.value)


def test_points_must_sum_to_those_of_the_exercise():
    unit = Unit("99_toy", title="Toy")
    unit.exercise("f", points=3).shape("shapes", points=2, title="Shapes")
    with pytest.raises(AuthoringError, match="worth 3 points, but its criteria sum to 2"):
        unit.validate()


def test_a_patch_must_be_found_as_often_as_it_says(exercise):
    exercise.mistake("twice", "You write it the wrong way.", patch=[("x + 1", "x - 1", 2)])
    variant = exercise.mistakes[0].variant
    assert variant.source("a = x + 1\nb = x + 1", "f", "here") == "a = x - 1\nb = x - 1"
    with pytest.raises(
        AuthoringError, match=r"here: the patch expects 'x \+ 1' 2 time\(s\).* 1 time"
    ):
        variant.source("a = x + 1", "f", "here")


def test_a_function_becomes_the_text_of_the_cell_under_the_right_name(exercise):
    exercise.mistake("recursive", "You call it again and again.", function=wrong_f)
    text = exercise.mistakes[0].variant.source("", "f", "here")
    namespace = {}
    exec(text, namespace)
    assert namespace["f"](np.arange(3.0)).size == 0 and "wrong_f" not in text


def test_a_lambda_has_no_text_of_its_own(exercise):
    exercise.alternative("lambda", lambda x: x)
    with pytest.raises(AuthoringError, match="plain `def`"):
        exercise.alternatives[0].source("", "f", "here")


def test_two_cases_of_one_name_are_refused(exercise):
    @exercise.cases
    def _(rng, size):
        yield Case("same")
        yield Case("same")

    with pytest.raises(AuthoringError, match="two public cases are called 'same'"):
        list(exercise.make_cases(np.random.default_rng(0), "public"))


def test_targets_are_the_main_function_then_the_others(exercise):
    @exercise.cases(target="g")
    def _(rng, size):
        yield Case("one", 1.0)

    exercise.same("agree", points=3, title="x", target="h", pairs=Pair(Case("a"), Case("b")))
    assert exercise.targets == ("f", "g", "h")
