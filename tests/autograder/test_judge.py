"""Judging data with data: fair to right answers, unmoved by hostile ones, and never at a student's cost."""

import dataclasses

import numpy as np
import pytest
import toyunit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.author import compiler
from autograder.judge.compiled import CompiledCase, CompiledCriterion, ExerciseBundle, KnownMistake
from autograder.judge.judge import judge
from autograder.outcome import ExerciseResult
from autograder.report.card import ResultCard
from autograder.run.inside.protocol import Answer, ErrorInfo, Request
from autograder.run.inside.values import Opaque
from autograder.run.local import LocalCaller


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return toyunit.build(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def public(root):
    return compiler.compile_unit(toyunit.UNIT, root=root).exercises


@pytest.fixture(scope="module")
def secret(root):
    return compiler.compile_unit(toyunit.UNIT, seed=3, size="secret", root=root).exercises


def right(x, W, b):
    if x.shape[1] != W.shape[0]:
        raise ValueError("the widths differ")
    return x @ W + b, len(x)


def after(change):
    """The right function with its return value changed."""

    def affine(x, W, b):
        return change(*right(x, W, b))

    return affine


def grade(exercise, function):
    return judge(exercise, LocalCaller({exercise.targets[0]: function}))


def status(result):
    return {c.id: c.status for c in result.criteria}


def message(result):
    """What is said in full: the first failure."""
    return next(c.message for c in result.criteria if c.status not in ("passed", "not reached"))


class Answers:
    """A caller that gives the same answer to every question, or the next of several."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def ask(self, request):
        self.asked.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


# ----------------------------------------------------------------------------------------------------------- fair


@pytest.mark.parametrize(
    "change",
    [
        lambda y, n: (y, n),
        lambda y, n: [y, n],
        lambda y, n: (y.astype(np.float32), n),
        lambda y, n: (np.asfortranarray(y), np.int32(n)),
        lambda y, n: (y, np.array(n)),
        lambda y, n: (y, float(n)),
        lambda y, n: (np.ma.masked_array(y), n),
        lambda y, n: (y.view(np.matrix), n),
    ],
)
def test_a_right_answer_of_another_kind_is_right(public, secret, change):
    for exercise in (public["affine"], secret["affine"]):
        result = grade(exercise, after(change))
        assert result.points == 10, status(result)
        assert result.diagnosis is None and not result.needs_manual


def test_float32_is_not_a_licence(public):
    assert (
        status(grade(public["affine"], after(lambda y, n: (y.astype(np.float32) * 1.001, n))))["y"]
        == "failed"
    )


@pytest.mark.parametrize(
    ("change", "failed", "words"),
    [
        (lambda y, n: y, "shapes", "an array of shape (2, 4); 2 values, `(y, rows)`"),
        (lambda y, n: None, "shapes", "`None`"),
        (lambda y, n: (y, n, n), "shapes", "3 items; 2 are expected: `(y, rows)`"),
        (lambda y, n: (y.T, n), "shapes", "it looks transposed"),
        (lambda y, n: (y[:, None], n), "shapes", "an axis of length 1 too many"),
        (lambda y, n: (y.tolist(), n), "shapes", "`np.array`"),
        (lambda y, n: ((y * 10).astype(int), n), "shapes", "whole numbers"),
        (lambda y, n: (y + 1j, n), "shapes", "complex numbers"),
        (lambda y, n: (y.astype(object), n), "shapes", "Python objects"),
        (lambda y, n: ((r for r in y), n), "shapes", "a generator"),
        (lambda y, n: (lambda: y, n), "shapes", "did you forget to call it"),
        (lambda y, n: ({"y": y}, n), "shapes", "a dict with the keys `y`"),
        (lambda y, n: (-y, n), "y", "wrong sign everywhere"),
        (lambda y, n: (y * 2, n), "y", "2 times what is expected"),
        (lambda y, n: (y + 0.5, n), "y", "too large"),
        (lambda y, n: (y * 0, n), "y", "zero everywhere"),
        (lambda y, n: (y * np.nan, n), "y", "is NaN"),
        (lambda y, n: (y / 0, n), "y", "infinite"),
        (lambda y, n: (y[::-1], n), "y", "reverse order along axis 0"),
        (lambda y, n: (np.round(y, 3), n), "y", "close, but not equal"),
        (lambda y, n: (y, n + 1), "rows", "yours is 3, expected 2"),
    ],
)
def test_a_wrong_answer_is_explained(public, change, failed, words):
    with np.errstate(all="ignore"):
        result = grade(public["affine"], after(change))
    assert status(result)[failed] == "failed" and result.points < 10
    assert words in message(result), message(result)


def test_criteria_wait_for_what_they_need(public):
    result = grade(public["affine"], after(lambda y, n: y))
    assert status(result) == {
        "shapes": "failed",
        "y": "not reached",
        "rows": "not reached",
        "inputs": "not reached",
        "width": "passed",
        "batch": "not reached",
        "slope": "not reached",
    }
    assert result.points == 1
    assert "needs “`y` and the number of rows come back” first" in result.criteria[1].message


def test_changed_arguments_and_dependent_rows_are_seen(public):
    def greedy(x, W, b):
        y = right(x, W, b)
        b += 1
        return y

    result = grade(public["affine"], greedy)
    assert status(result)["inputs"] == "failed" and "its argument `b`" in message(result)
    result = grade(public["affine"], after(lambda y, n: (y + 1e-3 * (n == 4), n)))
    assert status(result)["batch"] == "failed" and "Your two answers should agree" in message(
        result
    )


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (TypeError("no"), "`ValueError` is expected"),
        (ValueError(""), "without a message"),
        (None, "should refuse"),
        (NotImplementedError("later"), "not written yet"),
    ],
)
def test_the_right_error_with_a_message_is_wanted(public, raised, words):
    def affine(x, W, b):
        if x.shape[1] != W.shape[0]:
            if raised is None:
                return x, 1
            raise raised
        return right(x, W, b)

    result = grade(public["affine"], affine)
    assert status(result)["width"] == "failed" and words in message(result)


def test_an_error_class_of_the_students_own_is_right(public):
    class ShapeError(ValueError):
        pass

    def affine(x, W, b):
        if x.shape[1] != W.shape[0]:
            raise ShapeError("the widths differ")
        return right(x, W, b)

    assert grade(public["affine"], affine).points == 10


# ------------------------------------------------------------------------------------------------- errors and stops


def test_an_unwritten_function_is_asked_once_and_called_unwritten(public):
    caller = Answers(Answer("error", error=ErrorInfo("NotImplementedError", "Write affine.")))
    result = judge(public["affine"], caller)
    assert len(caller.asked) == 1 and not result.written and result.points == 0
    assert "not written yet" in result.criteria[0].message


def test_a_missing_function_says_why_its_cell_stopped(public):
    result = judge(public["affine"], Answers(Answer("missing")))
    assert "no function called `affine`" in message(result)
    error = ErrorInfo("SyntaxError", "invalid syntax", 3, "def affine(x")
    result = judge(public["affine"], Answers(Answer("missing", error=error)))
    assert "The cell that defines `affine` stopped with `SyntaxError` in line 3" in message(result)


def test_one_timeout_costs_the_criteria_that_need_it_and_two_end_the_asking(public):
    exercise, solution = public["affine"], LocalCaller({"affine": right})

    class Slow:
        asked = 0

        def ask(self, request):
            self.asked += 1
            late = request is exercise.cases["batch/0a"].request
            return Answer("timeout") if late else solution.ask(request)

    slow = Slow()
    result = judge(exercise, slow)
    assert {id for id, s in status(result).items() if s != "passed"} == {
        "batch"
    } and result.points == 9
    stuck = Answers(Answer("timeout"))
    result = judge(exercise, stuck)
    assert (
        len(stuck.asked) == 2 and result.points == 0 and "did not answer in time" in message(result)
    )


def test_an_error_names_the_line_and_what_it_usually_means(public):
    def affine(x, W, b):
        return x @ W.T + b, len(x)

    words = message(grade(public["affine"], affine))
    assert (
        "`ValueError` in line" in words
        and "return x @ W.T + b" in words
        and "which one needs `.T`" in words
    )


@pytest.mark.parametrize(
    "answer", [Answer("machine"), Answer("machine", error=ErrorInfo("OSError", "no space"))]
)
def test_a_failing_machine_is_ours_and_costs_nothing(public, answer):
    result = judge(public["affine"], Answers(answer))
    assert result.needs_manual and {c.status for c in result.criteria} == {"ours"}
    assert "not your fault" in message(result)


def test_an_error_in_our_checks_is_ours(public):
    exercise = public["affine"]
    broken = dataclasses.replace(
        exercise.criteria[1], options={"pick": (0,), "rtol": "much", "atol": 0.0}
    )
    exercise = dataclasses.replace(
        exercise, criteria=(exercise.criteria[0], broken, *exercise.criteria[2:])
    )
    result = grade(exercise, right)
    assert (
        result.needs_manual and status(result)["y"] == "ours" and status(result)["batch"] == "ours"
    )
    assert status(result)["rows"] == "passed" and "Traceback" in result.criteria[1].hidden_detail


def test_results_survive_json(public):
    result = grade(public["affine"], after(lambda y, n: (y * 2, n)))
    assert ExerciseResult.from_dict(result.to_dict()) == result


# -------------------------------------------------------------------------------------------------------- hostile


class Agreeable(np.ndarray):
    """An array that says yes to every comparison."""

    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return np.bool_(True)

    def all(self, *args, **kwargs):
        return True


class Chameleon:
    """Not an array, but equal to everything and ready to become one."""

    shape, dtype, ndim = (2, 4), np.dtype(float), 2

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        return np.zeros((2, 4))


class LyingDict(dict):
    def __contains__(self, key):
        return True

    def __getitem__(self, key):
        return 1.0


@pytest.mark.parametrize(
    "lie",
    [
        lambda x: np.zeros((2, 4)).view(Agreeable),
        lambda x: Chameleon(),
        lambda x: LyingDict(),
        lambda x: type("float", (float,), {"__eq__": lambda a, b: True})(0.5),
    ],
)
def test_objects_that_lie_gain_nothing(public, lie):
    result = grade(public["affine"], after(lambda y, n: (lie(y), n)))
    assert result.points <= 6 and status(result)["y"] in ("failed", "not reached")
    assert status(result)["slope"] == "not reached"


def test_equality_with_everything_is_not_invariance(public):
    result = grade(public["two_layers"], lambda x, W, b: LyingDict())
    assert result.points == 0


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just(Opaque("x", "y"))
    | st.builds(
        lambda shape, value, kind: np.full(shape, value).astype(kind),
        st.lists(st.integers(0, 4), max_size=4),
        st.sampled_from([0.0, -1.5, 7.0]),
        st.sampled_from(["f2", "f4", "f8", "i4", "u1", "?"]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from(["y", "facts", "outputs", "seconds"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    value=PLAIN,
    after=st.none() | st.tuples(PLAIN, PLAIN, PLAIN),
    kind=st.sampled_from(["affine", "two_layers"]),
)
def test_no_answer_makes_the_judge_fail_or_give_points(public, value, after, kind):
    result = judge(public[kind], Answers(Answer("ok", value, after)))
    assert not result.needs_manual  # a forged answer must not buy the attention of a person
    assert 0 <= result.points <= 3  # a matching structure may come about, matching numbers may not
    assert all(isinstance(c.message, str) for c in result.criteria)


# ---------------------------------------------------------------------------------------------------------- secret


def test_secret_cases_show_neither_inputs_nor_expected_values(secret):
    exercise = secret["affine"]
    numbers = {
        f"{v:.4g}" for case in exercise.cases.values() for v in np.ravel(case.request.args[0])
    }
    numbers |= {
        f"{v:.4g}"
        for case in exercise.cases.values()
        if case.expected.status == "ok"
        for v in np.ravel(case.expected.value[0])
    }
    names = {case.name for case in exercise.cases.values()}

    def telltale(x, W, b):
        raise RuntimeError(f"x is {x.tolist()} and W is {W}")

    for function in (
        after(lambda y, n: (y + np.arange(y.shape[1]), n)),
        after(lambda y, n: (y, n + 1)),
        after(lambda y, n: (y[:1], n)),
        lambda x, W, b: (x, 1),
        telltale,
    ):
        result = grade(exercise, function)
        shown = " ".join(c.message + c.picture for c in result.criteria)
        assert "failed" in status(result).values()
        assert not any(number in shown for number in numbers) and not any(
            name in shown for name in names
        )
    hidden = next(
        c.hidden_detail
        for c in grade(exercise, after(lambda y, n: (y, n + 1))).criteria
        if c.hidden_detail
    )
    assert "case 'two rows'" in hidden and "expected 2" in hidden


# ------------------------------------------------------------------------------------------------------- diagnosis


def test_a_known_mistake_is_named_whatever_its_code_looks_like(public, secret):
    for exercise in (public["affine"], secret["affine"]):
        result = grade(exercise, after(lambda y, n: (y, n)))
        assert result.diagnosis is None

        def subtracting(x, W, b):
            if x.shape[1] != W.shape[0]:
                raise ValueError("the widths differ")
            return np.einsum("bf,fu->bu", x, W) + -1 * b, x.shape[0]

        result = grade(exercise, subtracting)
        assert (
            result.diagnosis.mistake == "minus-bias" and result.diagnosis.see == "99_toy#the-bias"
        )
        assert "subtract the bias" in result.diagnosis.message


def test_two_mistakes_at_once_are_named_by_the_first_failure(public):
    result = grade(public["affine"], lambda x, W, b: (x[:, : W.shape[0]] @ W - b, len(x)))
    assert result.diagnosis.mistake == "minus-bias"


def test_an_unknown_mistake_is_not_called_by_a_wrong_name(public):
    for factor in (0.3, 1.7, -4.0):
        found = grade(public["affine"], after(lambda y, n, f=factor: (y * f, n))).diagnosis
        assert found.mistake == f"relation:factor:times-{factor:.4g}"
        noise = np.random.default_rng(int(factor * 10) % 7)
        lost = after(lambda y, n, g=noise: (y + g.normal(size=y.shape), n))
        assert grade(public["affine"], lost).diagnosis is None


def test_a_mistake_in_an_earlier_function_is_told_as_such(public):
    def two_layers(x, W, b):
        first = np.tanh(x @ W)
        return {"first": first, "second": np.tanh(first @ W)}

    result = grade(public["two_layers"], two_layers)
    assert result.diagnosis.exercise == "affine" and result.diagnosis.mistake == "affine/no-bias"
    assert "a mistake in `affine` leads to" in result.diagnosis.message


def test_only_the_first_failure_speaks_in_full(public):
    result = grade(public["affine"], lambda x, W, b: ((x[:, : W.shape[0]] @ W) * 3.3, len(x) + 1))
    failed = [c for c in result.criteria if c.status == "failed"]
    assert len(failed) >= 2 and all(len(c.message) <= 120 for c in failed[1:])
    assert "Look at the bias." in failed[0].message


def test_a_partly_wrong_array_is_drawn_once_in_the_card_and_in_text(public):
    result = grade(
        public["affine"], after(lambda y, n: (np.where(np.arange(y.shape[1]) > 0, y, 99.0), n))
    )
    drawn = [c for c in result.criteria if c.picture]
    assert (
        len(drawn) == 1
        and "✗ ·" in drawn[0].picture
        and drawn[0] is next(c for c in result.criteria if c.message)
    )
    card = ResultCard(result)
    assert "✗ ·" in card.text() and 'aria-label="Map of the wrong entries"' in card.html()


# ---------------------------------------------------------------------------------------------------------- models


TARGETS = np.linspace(0, 1, 40)
RIGHT_FACTS = {
    "class": "Sequential",
    "layers": [{"class": "LSTM", "units": 8}, {"class": "Dense", "units": 1}],
    "learning_rate": 0.01,
    "n_parameters": 353,
    "loss": "mse",
}


def model(outputs, **facts):
    return Answer("ok", {"facts": RIGHT_FACTS | facts, "outputs": outputs})


@pytest.fixture
def training():
    """An exercise with facts and a score, as the compiler makes it."""
    case = CompiledCase(
        "train/x",
        "x",
        Request("model", "train"),
        Answer("ok", {"facts": RIGHT_FACTS, "outputs": None}),
    )
    rnn = model(None, layers=[{"class": "SimpleRNN", "units": 8}, {"class": "Dense", "units": 1}])
    mistakes = (
        KnownMistake("simple-rnn", "SimpleRNN", "You use a SimpleRNN.", None, {"train/x": rnn}),
        KnownMistake(
            "rate",
            "Rate",
            "Your learning rate is too large.",
            None,
            {"train/x": model(None)},
            {"learning_rate": {"min": 0.5}},
        ),
        KnownMistake(
            "constant",
            "Constant",
            "Your model answers the mean.",
            None,
            {"train/x": model(None)},
            {"constant": True},
        ),
    )
    criteria = (
        CompiledCriterion(
            "lstm",
            "facts",
            2.0,
            "An LSTM",
            "",
            (),
            ("train/x",),
            {"where": {"layers": {"contains": "LSTM"}}},
        ),
        CompiledCriterion(
            "learns",
            "score",
            10.0,
            "It learns",
            "",
            (),
            ("train/x",),
            {"metric": "mse", "full": 0.01, "none": 1 / 12, "targets": [TARGETS]},
        ),
    )
    return ExerciseBundle(
        "u",
        "train",
        12.0,
        None,
        ("train",),
        {"train": ()},
        (),
        {"train/x": case},
        criteria,
        mistakes,
        True,
    )


def test_credit_is_linear_between_the_baseline_and_full_points(training):
    shares = []
    for error in (0.0, 0.1, 0.2, 0.25, 0.4):
        result = judge(training, Answers(model((TARGETS + error)[:, None])))
        assert "baseline is 0.0833" in result.criteria[1].message
        shares.append(result.criteria[1].points / 10)
    expected = [
        min(max((1 / 12 - e * e) / (1 / 12 - 0.01), 0), 1) for e in (0.0, 0.1, 0.2, 0.25, 0.4)
    ]
    np.testing.assert_allclose(shares, expected, atol=1e-4)
    assert 0 < shares[3] < 1 and shares[-1] == 0


def test_the_model_is_asked_for_once(training):
    caller = Answers(model(TARGETS[:, None]))
    assert judge(training, caller).points == 12 and len(caller.asked) == 1


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (
            model(
                np.full((40, 1), 0.5),
                layers=[{"class": "SimpleRNN", "units": 32}, {"class": "Dense", "units": 1}],
            ),
            "simple-rnn",
        ),
        (model(TARGETS[::-1, None], learning_rate=1.0), "rate"),
        (model(np.full((40, 1), 0.5)), "constant"),
        (model(TARGETS[::-1, None]), None),
    ],
)
def test_training_mistakes_are_known_by_facts(training, answer, mistake):
    result = judge(training, Answers(answer))
    assert result.points < 12 and (result.diagnosis and result.diagnosis.mistake) == mistake


@pytest.mark.parametrize(
    "value",
    [
        None,
        3.0,
        {"facts": 1, "outputs": TARGETS},
        {"facts": {}, "outputs": None, "score": 0.0},
        {"facts": RIGHT_FACTS, "outputs": np.zeros(3)},
        {"facts": RIGHT_FACTS, "outputs": np.full((40, 1), np.nan)},
        {"facts": RIGHT_FACTS, "outputs": "all right"},
        {"facts": RIGHT_FACTS, "outputs": np.array(0.5)},
        {"facts": RIGHT_FACTS, "outputs": np.empty((0, 1))},
    ],
)
def test_a_forged_model_scores_nothing(training, value):
    result = judge(training, Answers(Answer("ok", value)))
    assert result.criteria[1].points == 0 and not result.needs_manual and result.criteria[1].message


WORDS = np.array([[-1, -1, 2], [-1, 0, 1]])  # three targets are scored


def perplexity_message(training, outputs):
    learns = dataclasses.replace(
        training.criteria[1],
        options={"metric": "perplexity", "full": 1.5, "none": 3.0, "targets": [WORDS]},
    )
    exercise = dataclasses.replace(training, criteria=(training.criteria[0], learns))
    return judge(exercise, Answers(model(outputs))).criteria[1]


def test_perplexity_is_the_exponential_of_the_mean_loss_over_the_scored_targets(training):
    p = np.full((2, 3, 4), 0.25)
    p[0, 0] = [1, 0, 0, 0]  # not scored
    result = perplexity_message(training, p)
    assert (
        result.points == 0
        and "The perplexity on data that your model has not seen is 4; the baseline is 3"
        in (result.message)
    )
    p[0, 2], p[1, 1], p[1, 2] = [0, 0, 0.5, 0.5], [0.5, 0.5, 0, 0], [0.25, 0.5, 0.25, 0]
    assert perplexity_message(training, p).points == pytest.approx(
        10 * (3 - 2) / (3 - 1.5), abs=1e-4
    )
    assert perplexity_message(training, np.eye(4)[WORDS]).points == 10
    p[1, 2] = [1, 0, 0, 0]  # certain, and wrong
    assert perplexity_message(training, p).points == 0


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (np.ones((2, 3, 4)), "not probabilities"),
        (np.tile([1.5, 1.5, 1.5, -3.5], (2, 3, 1)), "not probabilities"),
        (np.full((2, 4), 0.25), "a distribution for each target"),
        (np.full((2, 3, 2), 0.5), "a distribution for each target"),
        (np.full((2, 3, 4), np.nan), "NaN"),
        (np.array(1.0), "one array of numbers is expected"),
        (np.empty((0, 3, 4)), "one array of numbers is expected"),
    ],
)
def test_a_forged_distribution_has_no_perplexity(training, outputs, words):
    result = perplexity_message(training, outputs)
    assert result.points == 0 and words in result.message


def test_speed_compares_the_function_with_itself():
    requests = [Request("call", "f", options={"repeat": 3}) for _ in range(2)]
    cases = {
        f"fast/0{c}": CompiledCase(f"fast/0{c}", c, r, Answer("ok"))
        for c, r in zip("ab", requests, strict=True)
    }
    spec = CompiledCriterion(
        "fast", "speed", 1.0, "Vectorised", "", (), tuple(cases), {"ratio": 20.0}
    )
    exercise = ExerciseBundle("u", "f", 1.0, None, ("f",), {"f": ()}, (), cases, (spec,), (), True)

    def seconds(small, large):
        return judge(
            exercise, Answers(Answer("ok", {"seconds": small}), Answer("ok", {"seconds": large}))
        )

    assert seconds(0.001, 0.015).points == 1
    assert seconds(0.001, 0.1).points == 0 and "100 times as long" in message(seconds(0.001, 0.1))
    assert seconds(0.001, -1.0).points == 0 and seconds(0.0, float("nan")).points == 0
