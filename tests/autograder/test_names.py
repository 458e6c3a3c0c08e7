"""Names by kind, by error, and by the right answer to another question; and what must have no name."""

from dataclasses import replace

import numpy as np
import pytest
import toyunit

from autograder.author import compiler
from autograder.author.otherwise import changes, otherwise
from autograder.judge import failures
from autograder.judge.compiled import CompiledCase, CompiledCriterion, ExerciseBundle, KnownMistake
from autograder.judge.diagnose import diagnose, related
from autograder.judge.judge import judge
from autograder.run.inside.protocol import Answer, ErrorInfo, Request
from autograder.run.local import LocalCaller

rng = np.random.default_rng(5)
X = [rng.normal(size=(n, 4)) for n in (2, 3, 5)]


def solution(x, mask=None, scale=1.0, side="right"):
    """Running sums along time of what the mask leaves."""
    if side not in ("right", "left"):
        raise ValueError("side is right or left")
    if mask is not None:
        x = np.where(mask, x, 0.0)
    if side == "left":
        x = x[:, ::-1]
    return np.cumsum(x, axis=1) * scale


def masked(x):
    mask = np.ones(x.shape, bool)
    mask[0, -1] = False
    return mask


CALLS = {
    **{f"plain {i}": {"x": x} for i, x in enumerate(X)},
    **{f"masked {i}": {"x": x, "mask": masked(x)} for i, x in enumerate(X)},
    **{f"scaled {i}": {"x": x, "scale": 3.0 + i} for i, x in enumerate(X)},
    "left": {"x": X[0], "side": "left"},
    "left again": {"x": X[2], "side": "left"},
    "left once more": {"x": X[1], "side": "left"},
}
REFUSED = {"up": {"x": X[0], "side": "up"}, "nowhere": {"x": X[1], "side": ""}}


def bundle(reveal=False):
    """The exercise with its two criteria, and what the solution answers to changed questions."""
    cases = {}
    for name, given in (CALLS | REFUSED).items():
        request = Request("call", "f", (), given)
        cases[name] = CompiledCase(name, name, request, LocalCaller({"f": solution}).ask(request))
    options = {"pick": (), "rtol": 1e-4, "atol": 1e-6}
    criteria = (
        CompiledCriterion("values", "values", 2.0, "Right", "", (), tuple(CALLS), options),
        CompiledCriterion(
            "side", "raises", 1.0, "Refused", "", (), tuple(REFUSED), {"errors": ["ValueError"]}
        ),
    )
    names = ("x", "mask", "scale", "side")
    draft = ExerciseBundle(
        "u", "f", 3.0, None, ("f",), {"f": names}, ("y",), cases, criteria, (), reveal
    )
    caller = LocalCaller({"f": solution})
    known = otherwise(draft, solution, caller.ask)
    return ExerciseBundle(
        "u", "f", 3.0, None, ("f",), {"f": names}, ("y",), cases, criteria, tuple(known), reveal
    )


BUNDLE = bundle()


def called(function):
    """What the judge calls the mistake of a function; "" for none."""
    result = judge(BUNDLE, LocalCaller({"f": function}))
    assert result.points < 3.0, "it is right"
    return result.diagnosis.mistake.removeprefix("relation:") if result.diagnosis else ""


def but(**changed):
    """The solution, asked with some arguments put in the place of those that are given."""
    return lambda x, mask=None, scale=1.0, side="right": solution(
        **({"x": x, "mask": mask, "scale": scale, "side": side} | changed)
    )


def on(test, then, otherwise=solution):
    def function(x, mask=None, scale=1.0, side="right"):
        return (then if test(x, mask, scale, side) else otherwise)(x, mask, scale, side)

    return function


def wrapped(change):
    return lambda *args, **more: change(solution(*args, **more))


def fails(error):
    def function(*args, **more):
        raise error

    return function


def no_refusal(x, mask=None, scale=1.0, side="right"):
    return solution(x, mask, scale, "left" if side == "left" else "right")


def wrong_error(x, mask=None, scale=1.0, side="right"):
    try:
        return solution(x, mask, scale, side)
    except ValueError:
        raise KeyError("no such side") from None


def silent_error(x, mask=None, scale=1.0, side="right"):
    if side not in ("right", "left"):
        raise ValueError
    return solution(x, mask, scale, side)


def error_by_chance(x, mask=None, scale=1.0, side="right"):
    return solution(x, mask, scale, side if side in ("right", "left") else int(side))


def upside_down(x, mask=None, scale=1.0, side="right"):
    return solution(x, None if mask is None else ~mask, scale, side)


def refuses_one(x, mask=None, scale=1.0, side="right"):
    return no_refusal(x, mask, scale, side) if side == "" else solution(x, mask, scale, side)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("without:mask", but(mask=None)),
        ("without:scale", but(scale=1.0)),
        ("inverted:mask", upside_down),
        ("wrong-where:side:left", on(lambda x, m, c, s: s == "left", lambda *a: a[0] ** 5)),
        ("wrong-where:scale:given", on(lambda x, m, c, s: c != 1, lambda *a: a[0] ** 5)),
        ("stops:mask:none", on(lambda x, m, c, s: m is None, fails(TypeError("None")))),
        ("stops", fails(IndexError("list index out of range"))),
        # Arrays that do not fit together may fit by luck: no argument is blamed.
        ("stops", on(lambda x, m, c, s: m is None, fails(ValueError("not broadcast together")))),
        ("by-chance", error_by_chance),
        ("accepts", no_refusal),
        ("raises:KeyError", wrong_error),
        ("silent", silent_error),
        ("kind:none", wrapped(lambda y: None)),
        ("kind:list", wrapped(lambda y: list(y))),
        ("kind:extra:1", wrapped(lambda y: y[:, None])),
        ("kind:type:str", wrapped(str)),
        ("plain:nan", wrapped(lambda y: np.where(y > 0, np.nan, y))),
        ("plain:zero", wrapped(np.zeros_like)),
        ("function:tanh", wrapped(np.tanh)),
        ("reduced:last:1", wrapped(lambda y: y[:, -1])),
        ("all-but:last-row", wrapped(lambda y: np.concatenate([y[:-1], y[-1:] ** 5 + 1]))),
        ("shorter:end", wrapped(lambda y: y[:, : len(y[0]) - 1 - (len(y) > 2)])),
        ("longer:end", wrapped(lambda y: np.pad(y, ((0, 0), (0, len(y) - 1))))),
        ("order", wrapped(lambda y: y[np.roll(np.argsort(y[:, 0]), 1)] if len(y) > 2 else y)),
    ],
)
def test_each_kind_of_mistake_has_its_name(name, function):
    assert called(function) == name


def test_what_is_wrong_at_random_has_no_name():
    def noise(*args, **more):
        y = solution(*args, **more)
        return y + np.random.default_rng(y.size).normal(size=y.shape)

    assert called(noise) == ""


def test_a_changed_question_is_named_only_where_it_fits_every_case():
    # Without a mask everywhere, and wrong in one more case: the two together are no single thing.
    def twice_wrong(x, mask=None, scale=1.0, side="right"):
        y = solution(x, None, scale, side)
        return y + np.arange(y.size).reshape(y.shape) ** 2 if side == "left" else y

    assert not called(twice_wrong).startswith("without")


def test_an_argument_that_is_left_out_is_said_to_be_left_out():
    stops = on(lambda x, m, c, s: m is None, fails(TypeError("None")))
    said = judge(BUNDLE, LocalCaller({"f": stops})).diagnosis.title
    cases = [c.request for c in BUNDLE.cases.values()]
    assert any(len(c.args) < 2 and "mask" not in c.kwargs for c in cases)
    assert "only where `mask` is not given" in said


def test_some_that_are_accepted_are_told_by_what_they_share():
    assert called(refuses_one) in ("accepts", "accepts:side:")
    result = judge(BUNDLE, LocalCaller({"f": refuses_one}))
    assert "Some arguments" in result.diagnosis.title


def test_the_numbers_in_a_list_are_said_to_be_right_only_where_they_are():
    right = judge(BUNDLE, LocalCaller({"f": wrapped(lambda y: y.tolist())}))
    wrong = judge(BUNDLE, LocalCaller({"f": wrapped(lambda y: (y**3).tolist())}))
    assert "numbers in it are right" in right.diagnosis.message
    assert wrong.diagnosis.mistake == "relation:kind:list"
    assert "numbers in it are right" not in wrong.diagnosis.message


def test_no_name_tells_a_number_of_a_secret_case():
    numbers = {
        f"{abs(n):.{d}f}"
        for case in BUNDLE.cases.values()
        if case.expected.status == "ok"
        for n in case.expected.value.flat
        for d in (2, 3, 4)
    }
    for function in (but(mask=None), wrapped(np.tanh), wrapped(np.zeros_like), no_refusal):
        found = judge(BUNDLE, LocalCaller({"f": function})).diagnosis
        text = f"{found.title} {found.message}"
        assert not any(number in text for number in numbers - {"0.25", "0.75"})


def test_hostile_names_of_errors_and_types_stay_text():
    evil = type("<img src=x>`\n" * 20, (Exception,), {})
    answers = {
        name: Answer("error", error=ErrorInfo(evil.__name__, "boo", bases=("Exception",)))
        for name in CALLS
    }
    found = next(related(BUNDLE, answers, "values"))
    assert "\n" not in found.title + found.mistake
    assert len(found.title) < 200


def test_changed_questions_are_few_and_each_differs():
    assert 3 < len(BUNDLE.mistakes) <= 24
    made = [change.id for change in changes(solution, BUNDLE.cases)]
    assert len(made) == len(set(made))
    for known in BUNDLE.mistakes:
        assert known.id.startswith("relation:")
        assert set(known.answers) == set(BUNDLE.cases)
        assert known.title.startswith("Your answer is the right one ")


def test_the_compiler_keeps_changed_questions_apart_from_declared_mistakes(tmp_path):
    root = toyunit.build(tmp_path)
    affine = compiler.compile_unit(toyunit.UNIT, seed=3, size="secret", root=root).exercises[
        "affine"
    ]
    declared = [known.id for known in affine.mistakes if not known.id.startswith("relation:")]
    assert declared and [known.id for known in affine.mistakes][: len(declared)] == declared

    def no_bias(x, W, b):
        if x.shape[1] != W.shape[0]:
            raise ValueError("the widths differ")
        return x @ W, len(x)

    result = judge(affine, LocalCaller({"affine": no_bias}))
    assert result.diagnosis is not None
    assert result.diagnosis.mistake in (*declared, "relation:zero:b")


@pytest.mark.parametrize(
    ("said", "source", "same"),
    [
        ("unsupported operand for +: 'int' and 'str'", "y = a + b", True),
        ("'NoneType' object is not iterable", "for t in x:", False),
        ("the text is empty", "raise TypeError('the text is empty')", True),
    ],
)
def test_two_errors_by_accident_are_one_mistake_only_when_they_say_the_same(said, source, same):
    theirs = Answer("error", error=ErrorInfo("TypeError", "unsupported operand for +: 'a' and 'b'"))
    known = KnownMistake(
        "adds-text",
        "Adds text",
        "You add a text.",
        None,
        {name: theirs for name in CALLS} | {name: BUNDLE.cases[name].expected for name in REFUSED},
    )
    exercise = replace(BUNDLE, mistakes=(known,))
    mine = Answer("error", error=ErrorInfo("TypeError", said, 3, source, ("TypeError",)))
    found = diagnose(exercise, {name: mine for name in CALLS}, "values")
    assert (found.mistake == "adds-text") is same
    assert same or found.mistake == "relation:stops"


def test_two_arguments_that_tell_the_same_cases_apart_are_not_told():
    right = [{"x": X[0], "mask": None, "scale": 1.0}] * 3
    both = [{"x": X[0], "mask": masked(X[0]), "scale": 0.0}] * 2
    one = [{"x": X[0], "mask": None, "scale": 0.0}] * 2

    def found(bad):
        cases = [
            [
                CompiledCase("c", "c", Request("call", "f", (), given), Answer("ok"))
                for given in some
            ]
            for some in (bad, right)
        ]
        return [id for id, _ in failures._telling(BUNDLE, *cases)]

    assert found(both) == []
    assert found(one) == ["scale:zero"]


def test_strange_values_never_stop_the_search_for_a_name():
    """Single numbers, empty arrays, objects, texts in all mixtures: a name or none, and no error."""
    strange = [
        np.float64(2.0),
        np.array(True),
        np.array(3),
        np.zeros((0, 4)),
        np.array([1, "a", None], dtype=object),
        np.array(["a", "b"]),
        np.full((2, 4), np.inf),
        2**70,
        True,
        "text",
        None,
        [],
        [[1], [1, 2]],
        {"y": 1},
        (X[0], "text"),
        1 + 2j,
    ]
    order = np.random.default_rng(11)
    for _ in range(60):
        mixed = iter(order.integers(0, len(strange), 50))

        def answered(x, mask=None, scale=1.0, side="right", mixed=mixed):
            number = next(mixed)
            return solution(x, mask, scale, "right") if number % 5 == 0 else strange[number]

        answers = {
            name: LocalCaller({"f": answered}).ask(case.request)
            for name, case in BUNDLE.cases.items()
        }
        for failed in ("values", "side"):
            assert all(found.title for found in related(BUNDLE, answers, failed))


def test_a_fault_of_the_search_costs_the_name_and_not_the_grade(monkeypatch):
    monkeypatch.setattr("autograder.judge.relations.strong", lambda *_: 1 / 0)
    result = judge(BUNDLE, LocalCaller({"f": lambda x, mask=None, scale=1.0, side="right": -x}))
    assert result.points == 0.0 and result.criteria[0].status == "failed"
