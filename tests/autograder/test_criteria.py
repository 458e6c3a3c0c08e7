"""Each kind of criterion on exercises written by hand: what it takes, what it says, what only the instructor sees."""

import dataclasses

import numpy as np
import pytest
from handmade import case, criterion, exercise, judged, verdict

from autograder.run.inside.protocol import Answer, ErrorInfo

X = np.array([1.0, 2.0, 3.0, 4.0])
CLOSE = {"rtol": 1e-6, "atol": 1e-9}
ONE = case("one", (X, 2 * X), X, 5 + X)
PASSED, FAILED = ("passed", 1.0), ("failed", 0.0)


def outcome(result):
    return result.status, result.points


# ------------------------------------------------------------------------------------------ values, shape, expected


def test_a_part_is_compared_and_called_by_its_name():
    kind = criterion("values", pick=(1,), **CLOSE)
    assert outcome(verdict(kind, (ONE, (None, 2 * X)))) == PASSED
    result = verdict(kind, (ONE, (X, 2 * X + [0, 0, 0, 1])))
    assert outcome(result) == FAILED
    words = "`c` is wrong in 1 of 4 entries, first at [3]"
    numbers = ": yours is 9, expected 8."
    assert result.message.startswith(words + numbers)
    assert result.hidden_detail == f"case 'one': {result.message}"
    assert "· · · ✗" in result.picture
    hidden = verdict(kind, (ONE, (X, 2 * X + [0, 0, 0, 1])), reveal=False)
    assert hidden.message.startswith(words) and "yours" not in hidden.message
    assert hidden.hidden_detail == result.hidden_detail


def test_names_of_parts_belong_to_the_main_function():
    other = dataclasses.replace(ONE, request=dataclasses.replace(ONE.request, target="g"))
    result = verdict(criterion("values", pick=(1,), **CLOSE), (other, (X, X)))
    assert "`c`" not in result.message and "item 1 of your return value" in result.message.lower()


def test_tolerances_are_relative_and_absolute():
    zero = case("zero", 0.0)
    assert outcome(verdict(criterion("values", rtol=0.0, atol=0.5), (zero, 0.4))) == PASSED
    assert outcome(verdict(criterion("values", rtol=0.5, atol=0.0), (zero, 0.4))) == FAILED


def test_the_shape_is_right_whatever_the_numbers_are():
    kind = criterion("shape", pick=(0,))
    assert outcome(verdict(kind, (ONE, (9 * X, None)))) == PASSED
    result = verdict(kind, (ONE, (X[:2], X)))
    assert outcome(result) == FAILED and "(2,)" in result.message and result.picture == ""


def test_an_argument_that_comes_back_is_called_by_its_name():
    named = case("named", X - 9, X, 5 + X, kwargs={"scale": 7 * X})
    kind = criterion("values", **CLOSE)
    assert "is the argument `y`, unchanged" in verdict(kind, (named, 5 + X)).message
    assert "is the argument `scale`, unchanged" in verdict(kind, (named, 7 * X)).message
    nameless = dataclasses.replace(named, request=dataclasses.replace(named.request, target="k"))
    assert "unchanged" not in verdict(kind, (nameless, 5 + X)).message


def test_parts_that_have_changed_places_are_recognised():
    # `X ** 2` is no multiple of `X`, which would be said first.
    two = case("two", (X, X**2))
    words = "holds what belongs into `c`"
    assert words in verdict(criterion("values", pick=(0,), **CLOSE), (two, (X**2, X))).message
    expected = criterion("expected", expected=[(X, X**2)], **CLOSE)
    assert words in verdict(expected, (case("other", None), (X**2, X))).message


def test_what_is_expected_stands_beside_each_case():
    kind = criterion("expected", pick=(0,), expected=[X, 2 * X], **CLOSE)
    cases = case("a", (9.0,)), case("b", (9.0,))
    assert outcome(verdict(kind, (cases[0], (X,)), (cases[1], (2 * X,)))) == PASSED
    result = verdict(kind, (cases[0], (X,)), (cases[1], (X,)))
    assert outcome(result) == FAILED and result.message.startswith("In the case “b”: ")


def test_a_part_that_is_not_there():
    kind = criterion("values", pick=(1,), **CLOSE)
    result = verdict(kind, (ONE, 7.0))
    assert outcome(result) == FAILED and "2 values, `(h, c)`" in result.message
    assert result.hidden_detail.startswith("case 'one': ")
    # The structure is that of the solution: then the checks ask for what nobody can return.
    wrong = criterion("expected", pick=(7,), expected=[X], **CLOSE)
    assert verdict(wrong, (case("x", X), X)).status == "ours"


# -------------------------------------------------------------------------------------------------------- unchanged


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (None, "does not show what became of your arguments"),
        ((X, X), "does not show what became of your arguments"),
        ((X, X + 1, X), "changes its argument `y`."),
        ((X + 1, X + 1, X), "changes `x`, `y`."),
        ((X, X, X + 1), "changes its argument `argument 2`."),
    ],
)
def test_changed_arguments_are_named(after, words):
    three = case("three", None, X, X, X)
    result = verdict(criterion("unchanged"), (three, Answer("ok", None, after)))
    assert outcome(result) == FAILED and words in result.message
    assert result.hidden_detail == "case 'three'"


def test_unchanged_arguments_pass():
    three = case("three", None, X, X, X)
    kept = Answer("ok", None, (X, X.copy(), X))
    assert outcome(verdict(criterion("unchanged"), (three, kept))) == PASSED
    nameless = case("k", None, X, target="k")
    result = verdict(criterion("unchanged"), (nameless, Answer("ok", None, (X + 1,))))
    assert "argument 0" in result.message


# ----------------------------------------------------------------------------------------------------------- raises


def raised(kind, message="no", bases=()):
    return Answer("error", error=ErrorInfo(kind, message, bases=bases))


REFUSE = criterion("raises", errors=("ValueError", "KeyError"))
BAD = case("too wide", Answer("error"), target="g")


@pytest.mark.parametrize("reveal", [True, False])
@pytest.mark.parametrize(
    ("said", "words", "detail"),
    [
        (3.0, "`g` accepts what it should refuse{}: raise `ValueError` or `KeyError` with", True),
        (raised("TypeError"), "`ValueError` or `KeyError` is expected{}. `g` stopped with", True),
        (Answer("error"), "`ValueError` or `KeyError` is expected{}. `g` stopped with", True),
        (raised("NotImplementedError"), "`g` is not written yet.", True),
        (raised("KeyError", " "), "`g` raises `KeyError` without a message{}. Say what", False),
    ],
)
def test_what_should_be_refused(said, words, detail, reveal):
    first = case("right", 1.0, target="g")  # answered before, so that the function is written
    made = exercise(
        [first, BAD],
        criterion("values", "right", **CLOSE),
        dataclasses.replace(REFUSE, cases=("too wide",)),
        reveal=reveal,
    )
    result = judged(made, {"right": 1.0, "too wide": said}).criteria[1]
    assert outcome(result) == FAILED
    assert result.message.startswith(words.format(" (case “too wide”)" if reveal else ""))
    assert result.hidden_detail == ("case 'too wide'" if detail else "")


def test_the_error_itself_or_a_parent_of_it_is_right():
    for said in (raised("KeyError"), raised("Own", bases=("Own", "ValueError", "Exception"))):
        assert outcome(verdict(REFUSE, (BAD, said))) == PASSED


def from_line(source, message="no", kind="ValueError"):
    return Answer("error", error=ErrorInfo(kind, message, 3, source))


@pytest.mark.parametrize(
    ("source", "outcome_"),
    [
        ("raise ValueError('no')", PASSED),
        ("if n < 1: raise ValueError(text) from None", PASSED),
        ("(_ for _ in ()).throw(ValueError('no'))", PASSED),
        (None, PASSED),  # the line is not known
        ("return max(sizes)", FAILED),
        ("praised = int(text)", FAILED),
    ],
)
def test_an_error_that_a_library_raises_by_chance_says_nothing_of_the_cause(source, outcome_):
    result = verdict(REFUSE, (BAD, from_line(source, "max() arg is an empty sequence")))
    assert outcome(result) == outcome_
    if outcome_ == FAILED:
        assert "by chance" in result.message and "empty sequence" in result.message


@pytest.mark.parametrize(
    ("message", "outcome_"),
    [
        ("no merge called 'MAX', shapes (2,4,3)", PASSED),
        ("max: (2, 4, 3)", PASSED),
        ("unknown merge", FAILED),
        ("'max' is not known", FAILED),
    ],
)
def test_a_message_must_hold_what_the_case_says(message, outcome_):
    kind = criterion("raises", errors=("ValueError", "KeyError"), says=[["max", "(2, 4, 3)"]])
    # Words are enough: then it does not matter who raised it.
    result = verdict(kind, (BAD, from_line("return modes.index(merge)", message)))
    assert outcome(result) == outcome_
    if outcome_ == FAILED:
        assert "does not say what was wrong" in result.message
        assert "`(2, 4, 3)`" in result.message and message in result.hidden_detail
        secret = verdict(kind, (BAD, from_line("x", message)), reveal=False)
        assert "(2, 4, 3)" not in secret.message


def test_an_argument_that_shares_memory_with_the_result_is_named():
    three = case("three", None, X)
    result = verdict(criterion("unchanged", fresh=True), (three, Answer("ok", None, (X + 1,))))
    assert outcome(result) == FAILED and "returns a view of it" in result.message


def test_the_stub_does_not_pass_where_its_own_error_is_wanted():
    kind = criterion("raises", errors=("NotImplementedError",))
    result = verdict(kind, (BAD, raised("NotImplementedError")))
    assert outcome(result) == FAILED and result.message == "`g` is not written yet."
    made = exercise(
        [case("right", 1.0, target="g"), BAD],
        criterion("values", "right", **CLOSE),
        dataclasses.replace(kind, cases=("too wide",)),
    )
    result = judged(made, {"right": 1.0, "too wide": raised("NotImplementedError")})
    assert outcome(result.criteria[1]) == PASSED


# ------------------------------------------------------------------------------------------------------------- same

A, B = case("a", None), case("b", None)


def same(**options):
    return criterion(
        "same", **CLOSE | {"pick_a": (), "pick_b": (), "indices": [(None, None)]} | options
    )


def test_two_parts_of_two_answers_are_compared():
    kind = same(pick_a=(0,), pick_b=(1,), indices=[([0, 2, None], [2, 4, None])])
    x, shifted = np.arange(4.0), np.arange(4.0) - 2
    assert outcome(verdict(kind, (A, (x, None)), (B, (None, shifted)))) == PASSED
    result = verdict(kind, (A, (x, None)), (B, (None, shifted + [0, 0, 0, 0.5])))
    words = "The largest difference is 0.5."
    assert outcome(result) == FAILED
    assert result.message == f"Your two answers should agree (“a” and “b”), and differ. {words}"
    assert result.hidden_detail == f"'a' and 'b': {words}"
    hidden = verdict(kind, (A, (x, None)), (B, (None, shifted + 1)), reveal=False)
    assert hidden.message.startswith("Your two answers should agree, and differ. The largest")


def test_the_largest_difference_is_a_finite_one():
    result = verdict(same(), (A, np.array([1.0, 1.0, 1.0])), (B, np.array([np.inf, 1.25, 0.5])))
    assert result.message.endswith("The largest difference is 0.5.")
    result = verdict(same(), (A, np.array([1.0])), (B, np.array([np.nan])))
    assert result.message.endswith("The largest difference is 0.")


def test_answers_of_another_structure_differ_in_words():
    result = verdict(same(), (A, np.zeros(2)), (B, np.zeros(3)))
    assert "(3,)" in result.message and "largest" not in result.message
    result = verdict(same(), (A, "first"), (B, "second"))
    assert "first" not in result.message and "another text" in result.message


@pytest.mark.parametrize(
    ("pick", "index", "value"),
    [((1,), None, (X,)), ((), 9, X), ((), 0, "no array"), ((), 0, [1.0, 2.0])],
)
def test_a_part_that_cannot_be_cut_out(pick, index, value):
    missing = "Your return value does not have the part that is compared."
    for kind, first, second in (
        (same(pick_a=pick, indices=[(index, None)]), value, X),
        (same(pick_b=pick, indices=[(None, index)]), X, value),
    ):
        result = verdict(kind, (A, first), (B, second))
        assert outcome(result) == FAILED
        assert (result.message, result.hidden_detail) == (missing, "'a'")


@pytest.mark.parametrize(
    ("index", "cut"),
    [
        (None, np.s_[:]),
        (1, np.s_[1]),
        ([0, 1, None], np.s_[:1]),
        ((1, [None, None, -1]), np.s_[1, ::-1]),
        (("...", 0), np.s_[..., 0]),
        (("new", "..."), np.s_[np.newaxis, ...]),
    ],
)
def test_indices_are_plain_data(index, cut):
    table = np.arange(6.0).reshape(2, 3)
    assert outcome(verdict(same(indices=[(index, None)]), (A, table), (B, table[cut]))) == PASSED


def test_every_pair_is_looked_at():
    pairs = [case(name, None) for name in "abcd"]
    kind = same(indices=[(None, None), (None, [0, 4, None])])
    said = [X, X, X, np.append(X, 9.0)]
    assert outcome(verdict(kind, *zip(pairs, said, strict=True))) == PASSED
    said[3] = 2 * X
    result = verdict(kind, *zip(pairs, said, strict=True))
    assert outcome(result) == FAILED
    assert result.message.startswith("Your two answers should agree (“c” and “d”)")


# ----------------------------------------------------------------------------------------------------------- models


def model(outputs, **facts):
    return {"facts": facts, "outputs": outputs}


BUILT = case("built", model(X, units=8), op="model")


def test_facts_that_are_not_met_are_told():
    kind = criterion("facts", where={"units": 8})
    assert outcome(verdict(kind, (BUILT, model(None, units=8)))) == PASSED
    result = verdict(kind, (BUILT, model(None, units=4)))
    assert outcome(result) == FAILED
    assert result.message == "Your model: units is `4`; expected: `8`."
    assert result.hidden_detail == "facts: {'units': 4}"


@pytest.mark.parametrize(
    "kind",
    [
        criterion("facts", where={"units": 8}),
        criterion("outputs", **CLOSE),
        criterion("score", metric="mse", none=1.0, full=0.0, targets=[X]),
    ],
)
def test_what_is_no_model_is_called_so(kind):
    for value in (None, 3.0, {"facts": 1}, {"outputs": X}):
        result = verdict(kind, (BUILT, value))
        assert outcome(result) == FAILED
        assert result.message == "What came back is no description of a model."


def test_outputs_are_compared_with_those_of_the_solutions_model():
    kind = criterion("outputs", rtol=0.0, atol=0.25)
    assert outcome(verdict(kind, (BUILT, model(X + 0.2)))) == PASSED
    result = verdict(kind, (BUILT, model(X + [0, 0, 0.5, 0])))
    assert outcome(result) == FAILED
    assert "the model's output" in result.message.lower() and "[2]" in result.message
    assert "· · ✗ ·" in result.picture
    assert result.hidden_detail.startswith("case 'built': ")
    # What is expected says how close is close.
    relative = criterion("outputs", rtol=0.5, atol=0.0)
    assert outcome(verdict(relative, (BUILT, model(X * 1.4)))) == PASSED
    assert outcome(verdict(relative, (BUILT, model(X * 0 + 0.0)))) == FAILED
    several = case("several", model((X, {"deep": X})), op="model")
    result = verdict(kind, (several, model((X, {"deep": X + 1}))))
    assert result.message.lower().startswith("the model's output[1]['deep'] ")


def score(metric, targets, none, full):
    return criterion("score", metric=metric, targets=targets, none=none, full=full, points=10.0)


@pytest.mark.parametrize(
    ("metric", "outputs", "points", "words"),
    [
        (
            "mae",
            X + 0.5,
            5.0,
            "The mean absolute error on data that your model has not seen is 0.5;",
        ),
        (
            "mse",
            X + 0.5,
            7.5,
            "The mean squared error on data that your model has not seen is 0.25;",
        ),
        ("mae", X - 2.0, 0.0, "is 2;"),
        ("mae", X, 10.0, "is 0;"),
    ],
)
def test_a_score_earns_its_share(metric, outputs, points, words):
    result = verdict(score(metric, [X], none=1.0, full=0.0), (BUILT, model(outputs)))
    assert result.points == points and words in result.message
    assert result.status == {0.0: "failed", 10.0: "passed"}.get(points, "partial")
    assert "the baseline is 1, full points need 0." in result.message
    assert "nearly the same" not in result.message


def test_a_model_that_answers_the_same_for_every_input_is_told_so_unless_that_is_right():
    kind = score("accuracy", [np.array([1, 1, 1, 0])], none=0.5, full=1.0)
    result = verdict(kind, (BUILT, model(np.full(4, 0.9))))
    assert result.points == 5.0 and "The accuracy on data" in result.message
    assert result.message.endswith(" Your model answers nearly the same for every input.")
    kind = score("accuracy", [np.array([1, 1, 1, 1])], none=0.5, full=1.0)
    result = verdict(kind, (BUILT, model(np.full(4, 0.9))))
    assert result.points == 10.0 and "nearly the same" not in result.message


def test_each_model_is_scored_on_its_own_targets_and_the_worst_counts():
    kind = score("mae", [X, 2 * X, X], none=1.0, full=0.0)
    cases = [case(name, None, op="model") for name in "abc"]
    answers = [model(X + 0.25), model(2 * X + 0.5), model(X + 0.25)]
    result = verdict(kind, *zip(cases, answers, strict=True))
    assert result.points == 5.0 and result.message.startswith("In the case “b”: ")
    result = verdict(kind, *zip(cases, [model(X), model(2 * X), model(X)], strict=True))
    assert outcome(result) == ("passed", 10.0) and "is 0;" in result.message
    broken = verdict(kind, (cases[0], model(X[:2])))
    assert broken.points == 0 and "(4,) is expected" in broken.message


# ------------------------------------------------------------------------------------------------------------ speed


@pytest.mark.parametrize(
    ("small", "large", "passed"), [(0.25, 5.0, True), (0.25, 5.25, False), (0.25, 0.25, True)]
)
def test_the_ratio_may_be_what_is_allowed_and_no_more(small, large, passed):
    timed = [case(name, Answer("ok"), repeat=3) for name in "ab"]
    said = [{"seconds": small}, {"seconds": large}]
    result = verdict(criterion("speed", ratio=20.0), *zip(timed, said, strict=True))
    assert outcome(result) == (PASSED if passed else FAILED)
    if not passed:
        assert result.message.startswith(
            "On the large input it takes 21 times as long as on the small one, at most 20 are"
        )


@pytest.mark.parametrize("said", [None, {}, {"seconds": 1}, {"seconds": 0.0}, {"seconds": -1.0}])
def test_a_time_that_is_none_is_not_believed(said):
    timed = [case(name, Answer("ok"), repeat=3) for name in "ab"]
    right = {"seconds": 0.25}
    for answers in ([said, right], [right, said]):
        result = verdict(criterion("speed", ratio=20.0), *zip(timed, answers, strict=True))
        assert outcome(result) == FAILED
        assert result.message == "The time that the call took could not be read."
