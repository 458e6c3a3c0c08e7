"""Which known mistake is it? Exercises, mistakes and answers written by hand."""

import dataclasses

import numpy as np
import pytest
from handmade import answer, case, criterion, exercise

from autograder.judge.compiled import KnownMistake
from autograder.judge.diagnose import diagnose
from autograder.outcome import Diagnosis
from autograder.run.inside.protocol import Answer, ErrorInfo


def mistake(name, where=None, exercise=None, **answers):
    said = {case: answer(value) for case, value in answers.items()}
    return KnownMistake(name, name.title(), f"You {name}.", f"u#{name}", said, where, exercise)


def named(made, failed=None, **answers):
    """The declared mistake that is named where the student answers so and `failed` fails."""
    said = {case: answer(value) for case, value in answers.items()}
    found = diagnose(made, said, failed or made.criteria[0].id)
    return found.mistake if found and not found.mistake.startswith("relation:") else None


def error(kind):
    return Answer("error", error=ErrorInfo(kind, "no"))


def one(expected, *mistakes, **changes):
    """An exercise with the one case `a`, whose argument is an array of ones."""
    asked = case("a", expected, np.ones(2))
    return exercise([asked], criterion("values", "a"), mistakes=mistakes, **changes)


# ------------------------------------------------------------------------------------------------------- the choice


def test_a_mistake_is_told_with_its_words():
    made = one(1.0, mistake("double", a=2.0))
    [found] = [diagnose(made, {"a": answer(2.0)}, "values")]
    assert found == Diagnosis("double", "Double", "You double.", "u#double", None)
    made = one(1.0, mistake("double", exercise="earlier", a=2.0))
    found = diagnose(made, {"a": answer(2.0)}, "values")
    assert found.exercise == "earlier" and found.message == (
        "This is what a mistake in `earlier` leads to. Does yours pass its own check? If not, "
        "mend it first; if it does, the same slip stands in `f`. You double."
    )


def test_the_first_that_answers_everything_alike_is_named():
    made = one(1.0, mistake("triple", a=3.0), mistake("double", a=2.0), mistake("twice", a=2.0))
    assert named(made, a=2.0) == "double" and named(made, a=4.0) is None


def two(*mistakes):
    """Two criteria that look at a case each."""
    cases = [case(name, 1.0) for name in "abc"]
    kinds = criterion("values", "a", "c", id="first"), criterion("values", "b", id="second")
    return exercise(cases, *kinds, mistakes=mistakes)


def test_else_the_only_one_that_agrees_on_what_failed_first():
    double, triple = mistake("double", a=2.0, b=2.0, c=1.0), mistake("triple", a=3.0, b=1.0, c=1.0)
    assert named(two(triple, double), "first", a=2.0, b=9.0, c=1.0) == "double"
    assert named(two(triple, double), "second", a=9.0, b=2.0, c=1.0) == "double"
    # Agreeing everywhere else is nothing where it differs on what failed.
    assert named(two(triple, double), "first", a=9.0, b=2.0, c=1.0) is None
    twice = mistake("twice", a=2.0, b=7.0, c=1.0)
    assert named(two(twice, double), "first", a=2.0, b=9.0, c=1.0) is None
    # A case that was asked no more says nothing.
    assert named(two(triple, double), "first", a=2.0, b=9.0) == "double"


def test_a_mistake_that_is_wrong_where_the_student_is_right_is_not_the_students():
    double = mistake("double", a=2.0, b=2.0, c=1.0)
    assert named(two(double), "first", a=2.0, b=1.0, c=1.0) is None
    assert named(two(double), "first", a=2.0, b=3.0, c=1.0) == "double"


def test_a_case_for_which_a_mistake_has_no_answer_says_nothing():
    assert named(two(mistake("double", a=2.0, c=2.0)), a=2.0, b=9.0, c=2.0) == "double"


def test_a_mistake_that_gives_the_right_answers_is_not_named():
    assert named(one(1.0, mistake("slow", a=1.0)), a=1.0) is None
    right_here = mistake("elsewhere", a=1.0, b=5.0, c=1.0)
    assert named(two(right_here), "first", a=1.0, b=9.0, c=1.0) is None
    assert named(two(mistake("first", a=5.0, b=1.0, c=1.0)), a=5.0, b=1.0, c=1.0) == "first"


def test_only_the_part_that_failed_is_compared():
    asked = case("a", (1.0, 1.0))
    second = criterion("values", "a", pick=(1,), id="second")
    made = exercise([asked], second, mistakes=(mistake("double", a=(1.0, 2.0)),))
    assert named(made, a=(7.0, 2.0)) == "double" and named(made, a=(7.0, 3.0)) is None
    # A part that the answer or the mistake does not have agrees with nothing.
    assert named(made, a=7.0) is None
    assert named(exercise([asked], second, mistakes=(mistake("bare", a=7.0),)), a=(1, 2)) is None
    # The mistake is right in this part, and wrong in another that nobody looked at.
    made = exercise([asked], second, mistakes=(mistake("other", a=(2.0, 1.0)),))
    assert named(made, a=(7.0, 1.0)) is None
    # Of another structure it cannot be right, whatever stands at the place of the part.
    made = exercise([asked], second, mistakes=(mistake("triple", a=(2.0, 1.0, 9.0)),))
    assert named(made, a=(7.0, 1.0)) == "triple"


# --------------------------------------------------------------------------------------------------------- one case


@pytest.mark.parametrize(
    ("stored", "given", "agrees"),
    [
        (1.0, 1.0 + 0.9e-4, True),
        (1.0, 1.0 + 1.001005e-4, False),  # relative to the mistake's answer
        (1.0, 1.0 + 1.5e-4, False),
        (0.0, 0.9e-7, True),
        (0.0, 1.5e-7, False),
        (np.zeros(2), np.zeros(3), False),
        (Answer("timeout"), Answer("timeout"), True),
        (Answer("timeout"), Answer("died"), False),
        (Answer("died"), Answer("died"), True),
        (Answer("died"), 1.0, False),
        (error("KeyError"), error("KeyError"), True),
        (error("KeyError"), error("TypeError"), False),
        (error("KeyError"), Answer("error"), False),
        (error("KeyError"), Answer("unreadable", error=ErrorInfo("KeyError", "")), False),
        (error("KeyError"), 1.0, False),
        (1.0, error("KeyError"), False),
        (1.0, Answer("timeout", 1.0), False),
    ],
)
def test_when_two_answers_agree(stored, given, agrees):
    assert named(one(5.0, mistake("it", a=stored)), a=given) == ("it" if agrees else None)


@pytest.mark.parametrize(
    ("expected", "stored", "tells"),
    [
        (5.0, 5.0 + 4e-4, False),
        (5.0, 5.0 + 6e-4, True),
        (1.0 + 1.001005e-4, 1.0, False),  # relative to what is expected
        (1.0, 1.0 + 1.001005e-4, True),
        (0.0, 0.9e-7, False),
        (0.0, 1.5e-7, True),
        (error("KeyError"), error("KeyError"), False),
        (error("KeyError"), error("TypeError"), True),
        (error("KeyError"), 5.0, True),
        (5.0, error("KeyError"), True),
        (5.0, Answer("died"), True),
    ],
)
def test_when_a_mistake_differs_from_the_solution(expected, stored, tells):
    assert named(one(expected, mistake("it", a=stored)), a=stored) == ("it" if tells else None)


def test_arguments_that_a_mistake_changes_are_compared():
    kept, changed, other = (np.ones(2),), (np.zeros(2),), (np.full(2, 7.0),)
    in_place = mistake("it", a=Answer("ok", 5.0, changed))
    assert named(one(5.0, in_place), a=Answer("ok", 5.0, other)) == "it"
    assert named(one(5.0, in_place), a=Answer("ok", 5.0, kept)) is None
    assert named(one(5.0, in_place), a=Answer("ok", 5.0)) is None
    clean = mistake("it", a=Answer("ok", 5.0, kept))
    assert named(one(5.0, clean), a=Answer("ok", 5.0, kept)) is None
    clean = mistake("it", a=Answer("ok", 6.0, kept))
    assert named(one(5.0, clean), a=Answer("ok", 6.0, kept)) == "it"
    assert named(one(5.0, clean), a=Answer("ok", 6.0, changed)) is None
    # Where only a part is looked at, the arguments say nothing.
    part = criterion("values", "a", pick=(0,))
    made = dataclasses.replace(
        one((5.0,), mistake("it", a=Answer("ok", (6.0,), kept))), criteria=(part,)
    )
    both = {"a": Answer("ok", (6.0, 1.0), changed)}
    assert diagnose(made, both, "values").mistake == "it"


# ------------------------------------------------------------------------------------------------------------ speed


def timed(*mistakes, ratio=10.0):
    cases = [case("a", 1.0), *(case(name, Answer("ok"), repeat=3) for name in "bcde")]
    kinds = criterion("values", "a"), criterion("speed", *"bcde", ratio=ratio)
    return exercise(cases, *kinds, mistakes=mistakes)


def seconds(b, c, d=1.0, e=1.0):
    return {
        name: {"seconds": value} if isinstance(value, float) else value
        for name, value in zip("bcde", (b, c, d, e), strict=True)
    }


FAST = seconds(1.0, 1.0)


def test_right_and_too_slow_is_a_mistake_that_is_as_right_and_as_slow():
    quick = mistake("quick", a=1.0, **seconds(1.0, 10.0))
    loop = mistake("loop", a=1.0, **seconds(1.0, 10.5))
    wrong = mistake("wrong", a=2.0, **seconds(1.0, 50.0))
    made = timed(quick, wrong, loop)
    # How long the student's own call took says nothing: the criterion has judged that.
    assert named(made, "speed", a=1.0, **FAST) == "loop"
    assert named(timed(quick, wrong), "speed", a=1.0, **FAST) is None
    assert named(made, "values", a=1.0, **FAST) is None
    assert named(made, "speed", a=7.0, **FAST) is None
    late = mistake("late", a=1.0, **seconds(1.0, 1.0, 1.0, 50.0))
    assert named(timed(late), "speed", a=1.0, **FAST) == "late"
    dead = mistake("dead", a=1.0, **seconds(1.0, Answer("timeout")))
    assert named(timed(dead), "speed", a=1.0, **FAST) is None


def test_a_time_is_no_answer():
    wrong = mistake("wrong", a=2.0, **seconds(1.0, 50.0))
    assert named(timed(wrong), "values", a=2.0, **FAST) == "wrong"


# ----------------------------------------------------------------------------------------------------------- models

X = np.array([0.0, 1.0, 2.0, 3.0])
RIGHT = {"units": 8, "loss": "mse"}


def model(outputs=None, **facts):
    return {"facts": RIGHT | facts, "outputs": outputs}


def built(*mistakes, outputs=None, scored=False):
    asked = case("a", model(outputs), op="model")
    kinds = [criterion("facts", "a", where=RIGHT)]
    if scored:
        other = case("z", model(), op="model")
        score = criterion("score", "z", "a", metric="mae", targets=[X + 50, X], none=9.0, full=0.0)
        return exercise([other, asked], *kinds, score, mistakes=mistakes)
    return exercise([asked], *kinds, mistakes=mistakes)


def test_a_mistakes_facts_are_recognised_whatever_else_the_student_chose():
    made = built(mistake("loss", a=model(loss="mae")))
    assert named(made, a=model(loss="mae", units=32)) == "loss"
    assert named(made, a=model(loss="hinge")) is None and named(made, a=model()) is None
    for nothing in (None, 3.0, {"facts": 1}):
        assert named(made, a=nothing) is None
    assert named(built(mistake("none", a=model())), a=model()) is None


def test_a_mistake_may_be_known_by_facts_alone():
    few = mistake("few", where={"units": {"max": 4}}, a=model())
    assert named(built(few), a=model(units=2)) == "few"
    assert named(built(few), a=model(units=5)) is None


def test_a_fact_names_a_mistake_only_where_the_mistake_breaks_something():
    few = dataclasses.replace(
        mistake("few", where={"units": {"max": 4}}, a=model()), breaks=("outputs",)
    )
    asked = case("a", model(X), op="model")
    facts = criterion("facts", "a", where={"loss": "mse"}, id="loss")
    made = exercise([asked], facts, criterion("outputs", "a", id="outputs"), mistakes=(few,))
    assert named(made, "outputs", a=model(3 * X, units=2)) == "few"
    # The loss is wrong, and the fact is there for another reason.
    assert named(made, "loss", a=model(loss="hinge", units=2)) is None


def test_errors_from_a_library_are_told_apart_by_their_words():
    def stopped(words, source=None):
        return Answer("error", error=ErrorInfo("ValueError", words, source=source))

    made = one(1.0, mistake("shape", a=stopped("expected ndim=3, found ndim=2")))
    assert named(made, a=stopped("expected ndim=4, found ndim=1")) == "shape"
    assert named(made, a=stopped("the optimiser is not known")) is None
    # Whoever raises an error chooses its words.
    assert named(made, a=stopped("no", source="raise ValueError('no')")) == "shape"


def test_the_score_and_constant_answers_are_facts():
    bad = mistake("bad", where={"score": {"min": 2.0}}, a=model())
    assert named(built(bad, scored=True), a=model(X + 3)) == "bad"
    assert named(built(bad, scored=True), a=model(X + 1)) is None
    same = mistake("same", where={"constant": True}, a=model())
    assert named(built(same, scored=True), a=model(np.ones(4))) == "same"
    assert named(built(same, scored=True), a=model(X)) is None
    # Outputs that have no score, and models that nobody scores.
    assert named(built(bad, scored=True), a=model(np.ones(3))) is None
    assert named(built(bad), a=model(X + 3)) is None
    absent = mistake("absent", where={"score": None}, a=model())
    assert named(built(absent, scored=True), a=model("no array")) == "absent"


def test_outputs_are_compared_where_the_mistake_has_them():
    twice = mistake("twice", a=model(2 * X))
    made = built(twice, outputs=X)
    assert named(made, a=model(2 * X)) == "twice" and named(made, a=model(3 * X)) is None
    assert named(made, a=model(2 * X * (1 + 0.9e-4))) == "twice"
    assert named(made, a=model(2 * X * (1 + 1.5e-4))) is None
    # Facts that tell are enough, and neither facts nor outputs that tell are not.
    assert named(built(mistake("loss", a=model(X, loss="mae")), outputs=X), a=model(X, loss="mae"))
    assert named(built(mistake("same", a=model(X)), outputs=X), a=model(X)) is None
    assert named(built(mistake("near", a=model(X + 5e-7)), outputs=X), a=model(X)) is None
    # Whoever trains has other outputs than the mistake: there the facts decide.
    made = built(mistake("loss", a=model(2 * X, loss="mae")), scored=True)
    assert named(made, a=model(7 * X, loss="mae")) == "loss"
    made = built(mistake("loss", a=model(loss="mae")), outputs=X)
    assert named(made, a=model(7 * X, loss="mae")) == "loss"
