"""Relations between wrong answers and right ones: named where they hold, and nowhere else."""

import time

import numpy as np
import pytest
import toyunit
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograder.author import compiler
from autograder.judge import relations
from autograder.judge.compiled import CompiledCase, CompiledCriterion, ExerciseBundle, KnownMistake
from autograder.judge.diagnose import diagnose
from autograder.judge.judge import judge
from autograder.run.inside.protocol import Answer, Request
from autograder.run.inside.values import Opaque
from autograder.run.local import LocalCaller

QUICK = settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate])
SEEDS = st.integers(0, 10_000)


def exercise(questions, returns=(), mistakes=(), kind="values", pick=(), reveal=True):
    """An exercise of the questions `(arguments by name, expected)`, with one criterion over all."""
    names = tuple(questions[0][0])
    cases = {
        f"f/{i}": CompiledCase(
            f"f/{i}", f"case {i}", Request("call", "f", tuple(given.values())), Answer("ok", right)
        )
        for i, (given, right) in enumerate(questions)
    }
    options = {"pick": pick, "rtol": 1e-4, "atol": 1e-6} if kind != "shape" else {"pick": pick}
    spec = CompiledCriterion("c", kind, 1.0, "It is right", "", (), tuple(cases), options)
    return ExerciseBundle(
        "u",
        "f",
        1.0,
        "u#there",
        ("f",),
        {"f": names},
        tuple(returns),
        cases,
        (spec,),
        tuple(mistakes),
        reveal,
    )


def by_numbers(bundle, answers):
    """The relation that is found by comparing numbers."""
    kinds = (relations.strong, relations.at_places, relations.where_wrong)
    return next((d for kind in kinds for d in kind(bundle, bundle.criteria[0], answers)), None)


def named(questions, wrong, **more):
    """The id of the relation of the answers `wrong`, "" where there is none."""
    bundle = exercise(questions, **more)
    answers = {f"f/{i}": Answer("ok", value) for i, value in enumerate(wrong)}
    found = by_numbers(bundle, answers)
    return found.mistake.removeprefix("relation:") if found else ""


def sequences(seed, dims=3, count=3, steps=None):
    """Questions whose answers are random arrays of several sizes."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        batch, time, width = (int(n) for n in rng.integers(2, 6, 3))
        time = time + 2 if steps is None else steps[number]
        x = rng.normal(size=(batch, time, 3))
        shape = {1: (time,), 2: (batch, time), 3: (batch, time, width)}[dims]
        found.append(({"x": x}, rng.normal(size=shape)))
    return found


def changed(questions, change):
    return [change(right) for _, right in questions]


# ---------------------------------------------------------------------- each relation, and a near miss

CHANGES = {
    "negated": (lambda e: -e, 1),
    "factor:times-0.25": (lambda e: e / 4, 1),
    "factor:multiplied-by-ln-2": (lambda e: e * np.log(2), 1),
    "factor:divided-by-ln-2": (lambda e: e / np.log(2), 1),
    "constant:0.75": (lambda e: e + 0.75, 1),
    "transposed:0-1": (lambda e: np.swapaxes(e, 0, 1), 2),
    "reversed": (lambda e: e[:, ::-1] if e.ndim == 3 else e[::-1], 1),
    "rolled:1:1": (lambda e: np.roll(e, 1, 1), 2),
    "rolled:-2:1": (lambda e: np.roll(e, -2, 1), 3),
    "shifted:1:1": (lambda e: np.concatenate([0 * e[:, :1], e[:, :-1]], 1), 2),
    "shifted:-1:1": (lambda e: np.concatenate([e[:, 1:], 0 * e[:, :1]], 1), 2),
    "cut:first:1:1": (lambda e: e[:, 1:], 2),
    "cut:last:2:1": (lambda e: e[:, :-2], 2),
    "float16": (lambda e: e.astype(np.float16).astype(float), 1),
}


@pytest.mark.parametrize("id", CHANGES)
@QUICK
@given(seed=SEEDS, dims=st.integers(1, 3))
def test_a_change_of_the_whole_answer_is_named(id, seed, dims):
    change, least = CHANGES[id]
    if id == "reversed" and dims == 2:
        dims = 3  # of two axes the axis is named: see below
    questions = sequences(seed, max(dims, least))
    assert named(questions, changed(questions, change)) == id


@pytest.mark.parametrize("id", CHANGES)
@QUICK
@given(seed=SEEDS)
def test_one_number_or_one_case_that_does_not_fit_and_nothing_is_named(id, seed):
    change, _ = CHANGES[id]
    questions = sequences(seed, 3)
    answers = changed(questions, change)
    spoiled = [answer.copy() for answer in answers]
    spoiled[1][0, 1, 0] += 0.37
    assert named(questions, spoiled) == ""
    other_case = [*answers[:-1], questions[-1][1] * 1.3 + 0.2]
    assert named(questions, other_case) == ""


def test_small_errors_that_are_no_half_precision_have_no_name():
    questions = sequences(6, 3)
    rng = np.random.default_rng(6)
    near = changed(questions, lambda e: e * (1 + 4e-4 * rng.choice([-1, 1], e.shape)))
    assert named(questions, near) == ""
    assert named(questions, changed(questions, lambda e: e.round(3))) == ""


@QUICK
@given(seed=SEEDS)
def test_an_axis_that_is_reversed_is_said(seed):
    questions = sequences(seed, 3)
    assert named(questions, changed(questions, lambda e: e[::-1])) == "reversed:0"
    assert named(questions, changed(questions, lambda e: e[..., ::-1])) == "reversed:2"
    flat = sequences(seed, 2)
    assert named(flat, changed(flat, lambda e: e[:, ::-1])) == "reversed:1"


@pytest.mark.parametrize(
    ("size", "id"),
    [
        (lambda x: len(x), "the-batch-size-(axis-0-of-x)"),
        (lambda x: x.shape[1], "the-number-of-time-steps-(axis-1-of-x)"),
        (lambda x: x.shape[0] * x.shape[1], "the-batch-size-times-the-number-of-steps-of-x"),
        (
            lambda x: np.sqrt(x.shape[1]),
            "the-square-root-of-the-number-of-time-steps-(axis-1-of-x)",
        ),
    ],
)
@QUICK
@given(seed=SEEDS)
def test_a_factor_that_changes_is_named_by_what_it_equals_in_every_case(size, id, seed):
    rng = np.random.default_rng(seed)
    xs = [rng.normal(size=shape) for shape in ((2, 5, 3), (3, 7, 3), (4, 6, 3))]
    questions = [({"x": x}, rng.normal(size=(4, 3))) for x in xs]
    answers = [right / size(given["x"]) for given, right in questions]
    assert named(questions, answers) == f"factor:divided-by:{id}"
    answers = [right * size(given["x"]) for given, right in questions]
    assert named(questions, answers) == f"factor:multiplied-by:{id}"
    answers = [right * (n + 1) * 1.1 for n, (_, right) in enumerate(questions)]
    assert named(questions, answers) == ""


def test_a_factor_that_may_be_a_number_or_a_size_is_not_named():
    rng = np.random.default_rng(0)
    questions = [({"x": rng.normal(size=(3, 5, 2))}, rng.normal(size=(3, 4))) for _ in range(3)]
    assert named(questions, [right / 3 for _, right in questions]) == ""
    assert named(questions, [right / 3.5 for _, right in questions]) == "factor:times-0.2857"


@QUICK
@given(seed=SEEDS)
def test_a_number_that_is_one_answer_needs_several_cases(seed):
    rng = np.random.default_rng(seed)
    questions = [({"x": rng.normal(size=n)}, float(rng.normal())) for n in (3, 5, 6, 9, 11)]
    minus = [-right for _, right in questions]
    assert named(questions, minus) == "negated"
    assert named(questions[:2], minus[:2]) in ("negated", "")  # two long numbers, maybe a rival
    assert named(questions[:1], minus[:1]) == ""
    means = [right / len(given["x"]) for given, right in questions]
    assert named(questions, means) == "factor:divided-by:the-length-(axis-0-of-x)"


@pytest.mark.parametrize(
    ("id", "change"),
    [("integers:cut", np.trunc), ("integers:floor", np.floor), ("integers:rounded", np.round)],
)
@QUICK
@given(seed=SEEDS, whole=st.booleans())
def test_numbers_cut_to_whole_ones(id, change, seed, whole):
    questions = [(given, 6 * right) for given, right in sequences(seed, 3)]
    kind = np.int64 if whole else np.float64
    assert named(questions, changed(questions, lambda e: change(e).astype(kind))) == id
    # Between -1 and 1 all is cut to zero, and an array of zeros may come from anywhere.
    small = [(given, right / (1 + np.abs(right))) for given, right in sequences(seed, 3)]
    assert named(small, changed(small, lambda e: np.trunc(e).astype(kind))) == ""


@QUICK
@given(seed=SEEDS, n=st.integers(2, 4), number=st.integers(0, 22))
def test_blocks_in_another_order(seed, n, number):
    import itertools

    orders = [p for p in itertools.permutations(range(n)) if p != tuple(range(n))]
    order = orders[number % len(orders)]
    rng = np.random.default_rng(seed)
    widths = (n * 2, n * 3, n * 4) if n != 4 else (12, 20, 12)
    questions = [({"x": np.ones(2)}, rng.normal(size=(3, width))) for width in widths]
    answers = [
        np.concatenate([np.split(right, n, axis=-1)[i] for i in order], axis=-1)
        for _, right in questions
    ]
    simplest = (1, 0) if order == (2, 3, 0, 1) else order  # two halves exchanged
    assert named(questions, answers) == "blocks:" + "-".join(str(i + 1) for i in simplest)
    mixed = [*answers[:-1], questions[-1][1][:, ::-1]]
    assert named(questions, mixed) == ""


@QUICK
@given(seed=SEEDS)
def test_an_argument_that_comes_back(seed):
    rng = np.random.default_rng(seed)
    questions = [
        ({"x": rng.normal(size=(n, 3)), "h": rng.normal(size=(n, 3))}, rng.normal(size=(n, 3)))
        for n in (2, 4)
    ]
    assert named(questions, [given["h"] for given, _ in questions]) == "returned:h"
    assert named(questions, [questions[0][0]["h"], questions[1][0]["x"]]) == ""
    zeros = [
        ({"x": np.zeros((n, 3))}, right) for n, (_, right) in zip((2, 4), questions, strict=True)
    ]
    assert named(zeros, [given["x"] for given, _ in zeros]) == ""


@QUICK
@given(seed=SEEDS)
def test_an_answer_that_is_left_over_from_another_call(seed):
    rng = np.random.default_rng(seed)
    questions = [({"x": np.ones(2)}, rng.normal(size=(2, 4))) for _ in range(4)]
    rights = [right for _, right in questions]
    assert named(questions, [rights[0], *rights[:-1]]) == "stale:previous"
    assert named(questions, [rights[0]] * 4) == "stale:first"
    assert named(questions, [rights[0], rights[2], rights[1], rights[0]]) == ""


@QUICK
@given(seed=SEEDS)
def test_parts_of_the_return_value(seed):
    rng = np.random.default_rng(seed)
    questions = [
        ({"x": np.ones(2)}, (rng.normal(size=(2, n)), rng.normal(size=(2, n)))) for n in (3, 5)
    ]
    swapped = [(c, h) for _, (h, c) in questions]
    for pick in ((), (0,)):
        assert named(questions, swapped, returns=("h", "c"), pick=pick) == "exchanged"
    twice = [(c, c) for _, (h, c) in questions]
    assert named(questions, twice, returns=("h", "c")) == "part:1"
    half = [(h, c / 2.5) for _, (h, c) in questions]
    bundle = exercise(questions, returns=("h", "c"))
    answers = {f"f/{i}": Answer("ok", value) for i, value in enumerate(half)}
    title = by_numbers(bundle, answers).title
    assert title == "Your `c` is the expected one, times 0.4"
    two_ways = [(-h, c / 2.5) for _, (h, c) in questions]
    assert named(questions, two_ways, returns=("h", "c")) == "negated"
    bundle = exercise(questions, returns=("h", "c"))
    answers = {f"f/{i}": Answer("ok", value) for i, value in enumerate(two_ways)}
    assert by_numbers(bundle, answers).title == "Your `h` is the expected one, negated"


@QUICK
@given(seed=SEEDS)
def test_shares_along_the_wrong_axis(seed):
    rng = np.random.default_rng(seed)
    scores = [rng.normal(size=(2, n, n + 1)) for n in (3, 4)]

    def softmax(z, axis):
        return np.exp(z) / np.exp(z).sum(axis, keepdims=True)

    questions = [({"z": z}, softmax(z, -1)) for z in scores]
    assert named(questions, [softmax(z, 1) for z in scores]) == "sums:1"
    assert named(questions, [softmax(z, 1) * 1.1 for z in scores]) == ""
    assert named(questions, [np.full_like(z, 1 / z.shape[1]) for z in scores]) == ""
    assert named(questions, [softmax(2 * z, -1) for z in scores]) == ""


@pytest.mark.parametrize(
    ("id", "keep"),
    [
        ("only:first-time-step", np.s_[:, :1]),
        ("only:last-time-step", np.s_[:, -1:]),
        ("only:first-row", np.s_[:1]),
        ("up-to:3", np.s_[:, :3]),
    ],
)
@QUICK
@given(seed=SEEDS)
def test_right_at_one_place_only(id, keep, seed):
    rng = np.random.default_rng(seed)
    questions = sequences(seed, 3, steps=(5, 6, 7))
    answers = [rng.normal(size=right.shape) for _, right in questions]
    for (_, right), answer in zip(questions, answers, strict=True):
        answer[keep] = right[keep]
    assert named(questions, answers) == id
    answers[1][:, -2:] = questions[1][1][:, -2:]
    answers[1][:2] = questions[1][1][:2]
    assert named(questions, answers) == ""


def test_first_steps_of_zeros_say_nothing():
    rng = np.random.default_rng(1)
    questions = [
        (given, right * (np.arange(right.shape[1]) > 0)[:, None])
        for given, right in sequences(1, 3)
    ]
    answers = [np.where(right == 0, 0.0, rng.normal(size=right.shape)) for _, right in questions]
    assert named(questions, answers) == ""


@QUICK
@given(seed=SEEDS)
def test_right_where_nothing_is_padded(seed):
    rng = np.random.default_rng(seed)
    questions = []
    for n in (4, 5, 6):
        mask = np.arange(n) < np.array([[n - 1], [2], [n]])
        questions.append(
            ({"x": rng.normal(size=(3, n, 2)), "mask": mask}, rng.normal(size=(3, n, 4)))
        )
    answers = [
        np.where(given["mask"][..., None], right, rng.normal(size=right.shape))
        for given, right in questions
    ]
    assert named(questions, answers) == "at-padding:mask"
    answers[0][0, 0] += 1  # a real step
    assert named(questions, answers) == ""


@QUICK
@given(seed=SEEDS)
def test_right_in_the_cases_of_one_kind(seed):
    rng = np.random.default_rng(seed)

    def question(batch, time, padded=False):
        mask = np.ones((batch, time), bool)
        mask[0, -1] = not padded
        return {"x": rng.normal(size=(batch, time, 2)), "mask": mask}, rng.normal(size=(batch, 4))

    def answered(questions, right):
        return [
            e if r else rng.normal(size=e.shape) for (_, e), r in zip(questions, right, strict=True)
        ]

    ones = [question(1, 4), question(1, 6), question(1, 5)]
    questions = [*ones, question(3, 5), question(4, 7), question(2, 4)]
    assert named(questions, answered(questions, [True] * 3 + [False] * 3)) == "one:x:0"
    assert named(questions, answered(questions, [True] * 2 + [False] * 4)) == ""
    # Two of them may be right by luck.
    assert named(questions[1:], answered(questions[1:], [True] * 2 + [False] * 3)) == ""
    right = [True, True, False, False, False]
    padded = [
        question(2, 4),
        question(3, 6),
        question(3, 5, True),
        question(4, 7, True),
        question(2, 4, True),
    ]
    assert named(padded, answered(padded, right)) == "unpadded:mask"
    # Two things tell the same cases apart: nobody knows which it is.
    both = [question(1, 4), question(1, 6), question(3, 5, True), question(4, 7, True)]
    assert named(both, answered(both, right[:4])) == ""
    lengths = [
        question(2, 3),
        question(5, 4),
        question(3, 4),
        question(3, 6),
        question(2, 8),
        question(5, 7),
    ]
    assert named(lengths, answered(lengths, [True] * 3 + [False] * 3)) == "short:x:1"
    assert named(lengths, answered(lengths, [True, False, True, False, True, False])) == ""


# ------------------------------------------------------------------------------------- lists and texts


def test_lists_of_ids_and_of_tokens():
    questions = [({"k": 2}, [list(range(n, 2 * n)), [4, 9, 1, 7, 3, n]]) for n in (6, 8)]
    assert named(questions, [[row[::-1] for row in right] for _, right in questions]) == "reversed"
    plus = [[[i + 1 for i in row] for row in right] for _, right in questions]
    assert named(questions, plus) == "constant:1"
    tokens = "the of a to and in is it".split()
    questions = [({"k": 2}, tokens), ({"k": 3}, tokens[2:] + ["[PAD]"])]
    assert named(questions, [right[::-1] for _, right in questions]) == "reversed"
    assert named(questions, [right[1:] for _, right in questions]) == "cut:first:1:0"
    assert named(questions, [sorted(right) for _, right in questions]) == "order"
    assert named(questions, [["a", *right[1:-1], "a"] for _, right in questions]) == ""
    assert named(questions, [[1] * len(right) for _, right in questions]) == ""


# ------------------------------------------------------------------------------- degenerate and hostile


@pytest.mark.parametrize(
    "answer",
    [
        lambda e: np.zeros_like(e),
        lambda e: np.ones_like(e),
        lambda e: np.full_like(e, np.nan),
        lambda e: np.full_like(e, np.inf),
        lambda e: np.full_like(e, 1e308),
        lambda e: e * np.nan,
        lambda e: np.full(e.shape, e.flat[0]),
        lambda e: np.zeros(e.shape, int),
        lambda e: np.zeros(e.shape, bool),
        lambda e: e[:0],
        lambda e: e.flat[0],
        lambda e: float(e.mean()),
        lambda e: None,
        lambda e: "text",
        lambda e: [[1], [2, 3]],
        lambda e: [10**400, 1],
        lambda e: {"x": e},
        lambda e: Opaque("object", "an object"),
        lambda e: np.array(["a", "b"]),
        lambda e: [],
    ],
)
def test_degenerate_and_hostile_answers_have_no_name(answer):
    questions = sequences(3, 3)
    for pick in ((), (0,), ("x",)):
        assert named(questions, changed(questions, answer), pick=pick) == ""
    assert named(questions, changed(questions, answer), kind="shape") == ""


def test_right_answers_symmetric_ones_and_zeros_have_no_name():
    questions = sequences(5, 3)
    assert named(questions, changed(questions, lambda e: e * (1 + 1e-6))) == ""
    symmetric = [({"x": np.ones(2)}, np.eye(n)) for n in (2, 3, 4)]
    noisy = changed(symmetric, lambda e: e + np.diag(np.arange(len(e))))
    assert named(symmetric, noisy) == ""
    zeros = [({"x": np.ones(2)}, np.zeros((n, n))) for n in (2, 3, 4)]
    assert named(zeros, changed(zeros, lambda e: e + np.eye(len(e)))) == ""


def test_few_numbers_have_no_name():
    questions = [({"x": np.ones(2)}, np.array([1.5, -2.5, 0.5]))]
    # That the same items come in another order, all of them, is a weaker claim, and holds.
    assert named(questions, changed(questions, lambda e: e[::-1])) in ("", "order")
    assert named(questions, changed(questions, lambda e: -e)) == ""
    more = [({"x": np.ones(2)}, np.arange(7.0) ** 2)]
    assert named(more, changed(more, lambda e: e[::-1])) == "reversed"


def test_an_error_in_any_case_and_nothing_is_named():
    questions = sequences(2, 3)
    bundle = exercise(questions)
    answers = {f"f/{i}": Answer("ok", -right) for i, (_, right) in enumerate(questions)}
    answers["f/1"] = Answer("error")
    assert by_numbers(bundle, answers) is None


def test_with_secret_cases_no_number_of_a_case_is_shown():
    questions = sequences(8, 3)
    shown = []
    for change, _ in CHANGES.values():
        bundle = exercise(questions, reveal=False)
        answers = {f"f/{i}": Answer("ok", change(right)) for i, (_, right) in enumerate(questions)}
        shown.append(by_numbers(bundle, answers))
    text = " ".join(f"{found.title} {found.message}" for found in shown)
    numbers = {f"{abs(n):.{d}f}" for _, right in questions for n in right.flat for d in (2, 3, 4)}
    assert not any(n in text for n in numbers - {"0.25", "0.75"})
    assert all(found.see is None and found.exercise is None for found in shown)


def test_it_is_quick():
    questions = [
        (
            {"x": np.random.default_rng(n).normal(size=(8, 20, 16))},
            np.random.default_rng(n + 9).normal(size=(8, 20, 16)),
        )
        for n in range(6)
    ]
    noise = changed(questions, lambda e: e + 1 + np.abs(e))
    start = time.process_time()
    named(questions, noise)
    alone = time.process_time() - start
    start = time.process_time()
    for _ in range(400):  # what a plain comparison of these answers costs, 400 times
        for (_, right), answer in zip(questions, noise, strict=True):
            np.isclose(right, answer).all()
    assert alone < time.process_time() - start


# ------------------------------------------------------------------------------ declared ones go first


def known(id, questions, answer, title="A declared one"):
    answers = {f"f/{i}": Answer("ok", answer(right)) for i, (_, right) in enumerate(questions)}
    return KnownMistake(id, title, "You did this.", None, answers)


def ask(bundle, wrong):
    answers = {f"f/{i}": Answer("ok", value) for i, value in enumerate(wrong)}
    return diagnose(bundle, answers, "c")


def test_a_declared_name_wins_over_a_relation():
    questions = sequences(4, 3)
    minus = known("minus", questions, lambda e: -e)
    assert (
        ask(exercise(questions, mistakes=[minus]), changed(questions, lambda e: -e)).mistake
        == "minus"
    )
    reversed_ = changed(questions, lambda e: e[:, ::-1])
    assert ask(exercise(questions, mistakes=[minus]), reversed_).mistake == "relation:reversed"


def pairs(seed=0):
    rng = np.random.default_rng(seed)
    return [({"x": np.ones(2)}, (rng.normal(size=(2, n)), rng.normal(size=(3, n)))) for n in (3, 5)]


def pair(found):
    """Whether two declared mistakes are named together."""
    return found is not None and found.mistake.startswith("relation:pair:")


def test_two_declared_mistakes_that_show_in_different_parts_are_named_together():
    questions = pairs()
    first = known("first", questions, lambda e: (np.tanh(e[0]), e[1]), "The one.")
    second = known("second", questions, lambda e: (e[0], e[1] ** 2), "The other.")
    third = known("third", questions, lambda e: (e[0], e[1] ** 3))
    wrong = changed(questions, lambda e: (np.tanh(e[0]), e[1] ** 2))
    found = ask(exercise(questions, mistakes=[first, second, third]), wrong)
    assert found.mistake == "relation:pair:first+second"
    assert found.title == "Two mistakes together: The one; and The other"
    # A second way to explain a part, a mistake that shows in both, a case that does not fit: no name.
    twin = known("twin", questions, lambda e: (e[0], e[1] ** 2))
    assert not pair(ask(exercise(questions, mistakes=[first, second, twin]), wrong))
    wide = known("wide", questions, lambda e: (e[0] + 1 + e[0] ** 2, e[1] ** 2))
    assert not pair(ask(exercise(questions, mistakes=[first, wide]), wrong))
    last = [wrong[0], (np.tanh(questions[1][1][0]), questions[1][1][1] ** 4)]
    assert not pair(ask(exercise(questions, mistakes=[first, second, third]), last))


def test_the_whole_way_from_a_function_to_the_card(tmp_path):
    root = toyunit.build(tmp_path)
    affine = compiler.compile_unit(toyunit.UNIT, seed=3, size="secret", root=root).exercises[
        "affine"
    ]

    def upside_down(x, W, b):
        if x.shape[1] != W.shape[0]:
            raise ValueError("the widths differ")
        return (x @ W + b)[::-1], len(x)

    result = judge(affine, LocalCaller({"affine": upside_down}))
    assert result.diagnosis.mistake == "relation:reversed:0"
    assert result.diagnosis.title == "Your `y` is the expected one, reversed along axis 0"
    assert 0 < result.points < result.max_points
