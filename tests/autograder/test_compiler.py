"""Compiling: the same seed gives the same bundle, and whatever does not hold together is refused by name."""

import json
import sys

import numpy as np
import pytest
import toyunit
from agreement import bundles_agree

from autograder import course as paths
from autograder.author import compiler
from autograder.author.course_facts import write_course_facts
from autograder.author.source import CompileError, Source, load_unit, source_digest
from autograder.authoring import AuthoringError
from autograder.judge import bundle as bundles
from autograder.judge.installed import load_public
from autograder.judge.judge import judge
from autograder.run.local import LocalCaller

UNIT = toyunit.UNIT


def problems(tmp_path, **parts):
    with pytest.raises((CompileError, AuthoringError)) as caught:
        compiler.compile_unit(UNIT, root=toyunit.build(tmp_path, **parts))
    return str(caught.value)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_cases(tmp_path):
    root = toyunit.build(tmp_path)
    public = compiler.compile_unit(UNIT, root=root)
    assert bundles.to_bytes(public) == bundles.to_bytes(compiler.compile_unit(UNIT, root=root))
    secret = compiler.compile_unit(UNIT, seed=5, size="secret", root=root)
    other = compiler.compile_unit(UNIT, seed=6, size="secret", root=root)
    x, y, z = (
        b.exercises["affine"].cases["affine/two rows"].request.args[0]
        for b in (public, secret, other)
    )
    assert (x != y).all() and (y != z).all()
    assert len(secret.exercises["affine"].cases) > len(public.exercises["affine"].cases)
    assert secret.quiz is None and not secret.exercises["affine"].reveal


def test_mistakes_made_in_an_earlier_function_are_known_too(tmp_path):
    two = compiler.compile_unit(UNIT, root=toyunit.build(tmp_path)).exercises["two_layers"]
    inherited = {m.id: m.exercise for m in two.mistakes if m.exercise}
    assert inherited["affine/no-bias"] == "affine" and "affine/unchecked" not in inherited


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'x @ W + b", "x @ W"',
            'x @ V + b", "x @ W"',
            ["affine, mistake 'no-bias'", "'x @ V + b' 1 time(s)", "0 time"],
        ),
        (
            '[("x @ W + b", "x @ W - b")]',
            '[("x @ W + b", "b + x @ W")]',
            ["'minus-bias'", "cannot be caught"],
        ),
        (
            '[("x @ W + b", "x @ W - b")]',
            '[("x @ W + b", "0 * b + x @ W")]',
            ["'minus-bias'", "taken for 'no-bias'", "same_as='no-bias'"],
        ),
        (
            '[("x @ W + b", "x @ W - b")]',
            '[("x @ W + b", "x @ W + c")]',
            ["'minus-bias'", "NameError: name 'c' is not defined"],
        ),
        (
            'affine.unchanged("inputs", points=1',
            'affine.unchanged("inputs", cases="none", points=1',
            ["criterion 'inputs' finds no case"],
        ),
        (
            '"bf,fu->bu"',
            '"bf,bu->bu"',
            ["criterion 'slope', case 'two rows'", "its trusted function fails"],
        ),
        (
            'unit.manual("written_why", points=5)',
            'unit.manual("written_why", points=4)',
            ["'written_why': 4 points in the checks, 5 in"],
        ),
        ('unit = Unit("99_toy"', 'unit = Unit("98_toy"', ["it must set `unit = Unit('99_toy'"]),
    ],
)
def test_what_does_not_hold_together_is_named(tmp_path, old, new, words):
    assert old in toyunit.CHECKS
    message = problems(tmp_path, checks=toyunit.CHECKS.replace(old, new))
    assert all(word in message for word in words), message


def test_all_problems_are_told_at_once(tmp_path):
    checks = toyunit.CHECKS.replace('"x @ W")', '"b + x @ W")').replace('"x @ W - b"', '"x @ c"')
    message = problems(tmp_path, checks=checks)
    assert (
        "'no-bias'" in message
        and "'minus-bias'" in message
        and message.startswith("99_toy does not compile:")
    )


def test_a_mistake_that_no_criterion_minds_is_told_apart_from_an_invisible_one(tmp_path):
    checks = (
        toyunit.CHECKS
        + """
two.mistake("whole-numbers", "You add a third part that nobody asked for.",
            patch=[('{"first": first,', '{"third": first, "first": first,')])
two.mistake("a-little", "You add a very small number to the second layer.",
            patch=[('"second": second', '"second": second + 1e-3')])
two.criteria[-1].options.update(atol=1e-2)
"""
    )
    message = problems(tmp_path, checks=checks)
    assert "'whole-numbers': it cannot be caught by these cases" in message
    assert "'a-little': it differs from the solution, but no criterion minds" in message


def test_a_solution_that_fails_its_own_criteria_is_refused(tmp_path):
    changing = toyunit.SOLUTIONS["affine"].replace("return y, len(x)", "W *= 2; return y, len(x)")
    solutions = toyunit.SOLUTIONS | {"affine": changing}
    message = problems(tmp_path, solutions=solutions)
    assert (
        "99_toy/affine: the solution itself does not pass. inputs:" in message and "`W`" in message
    )


def test_a_solution_that_returns_no_plain_data_is_refused(tmp_path):
    solutions = toyunit.SOLUTIONS | {
        "affine": toyunit.SOLUTIONS["affine"].replace("len(x)", "(i for i in x)")
    }
    assert "returns generator" in problems(tmp_path, solutions=solutions)


SPEED = """
two.criteria[-1].__dict__.update(points=2.0)
two.speed("fast", points=1, title="No loop over rows", ratio=RATIO, pairs=lambda rng, size: Pair(
    Case("one row", *arguments(rng, 1, 3, 3)), Case("many rows", *arguments(rng, 600, 3, 3))))
"""


def test_a_loop_over_the_batch_costs_the_speed_criterion_only(tmp_path):
    root = toyunit.build(tmp_path, checks=toyunit.CHECKS + SPEED.replace("RATIO", "20"))
    two = compiler.compile_unit(UNIT, root=root).exercises["two_layers"]

    def looping(x, W, b):
        first = np.stack([np.tanh(row @ W + b) for row in x])
        return {"first": first, "second": np.stack([np.tanh(row @ W + b) for row in first])}

    result = judge(two, LocalCaller({"two_layers": looping}))
    assert {c.id for c in result.criteria if c.status != "passed"} == {
        "fast"
    } and result.points == 5
    assert judge(two, LocalCaller(Source(UNIT, root).namespace())).points == 6
    assert "the solution itself takes" in problems(
        tmp_path, checks=toyunit.CHECKS + SPEED.replace("RATIO", "1")
    )


SLOW = """
two.mistake("row-by-row", "You go through the rows one by one.", see="99_toy#all-rows-at-once", patch=[
    ("np.tanh(affine(x, W, b)[0])", "np.stack([np.tanh(row @ W + b) for row in x])")])
"""


def test_right_and_slow_is_a_mistake_that_is_named(tmp_path):
    root = toyunit.build(tmp_path, checks=toyunit.CHECKS + SPEED.replace("RATIO", "20") + SLOW)
    compiled = compiler.compile_unit(UNIT, root=root)
    two = compiled.exercises["two_layers"]

    def named(function):
        diagnosis = judge(two, LocalCaller({"two_layers": function})).diagnosis
        return diagnosis and diagnosis.mistake

    def layer(x, W, b):
        return np.array(
            [
                [
                    np.tanh(sum(n * w for n, w in zip(row, column, strict=True)) + c)
                    for column, c in zip(W.T, b, strict=True)
                ]
                for row in x
            ]
        )

    def slow(x, W, b):
        first = layer(x, W, b)
        return {"first": first, "second": layer(first, W, b)}

    assert named(slow) == "row-by-row"
    assert (
        named(lambda x, W, b: {"first": slow(x, W, b)["first"], "second": np.tanh(x)})
        != "row-by-row"
    )
    assert named(Source(UNIT, root).namespace()["two_layers"]) is None
    again = compiler.compile_unit(UNIT, root=root)
    assert bundles_agree(compiled, again) == [], "what differs is how long the calls took"


def test_the_notebook_is_the_authority_on_points(tmp_path):
    message = problems(tmp_path, points={"affine": 9, "two_layers": 6})
    assert "exercise 'affine': 10 points in the checks, 9 in" in message


def test_a_cell_that_stops_is_named(tmp_path):
    solutions = toyunit.SOLUTIONS | {"two_layers": "1 / 0\n" + toyunit.SOLUTIONS["two_layers"]}
    message = problems(tmp_path, solutions=solutions)
    assert "the cell 'two_layers' stops with ZeroDivisionError" in message


def test_variants_are_texts_of_the_solution_cell(tmp_path):
    root = toyunit.build(tmp_path)
    unit, source = load_unit(UNIT, root), Source(UNIT, root)
    affine = unit.exercises["affine"]
    texts = [source.variant(affine, mistake.variant) for mistake in affine.mistakes]
    texts += [source.variant(affine, alternative) for alternative in affine.alternatives]
    assert all("def affine(" in text for text in texts) and len(set(texts)) == 7
    assert source.namespace({"affine": texts[0]})["affine"].__name__ == "affine"


def test_bundles_are_made_again_only_when_something_changed(tmp_path):
    root = toyunit.build(tmp_path)
    path = compiler.write_secret(UNIT, 11, root=root)
    assert path == root / "exercises" / "secret" / "99_toy.zip"
    made = path.stat().st_mtime_ns
    assert compiler.write_secret(UNIT, 11, root=root).stat().st_mtime_ns == made
    assert bundles.read(compiler.write_secret(UNIT, 12, root=root)).seed == 12
    toyunit.build(tmp_path, checks=toyunit.CHECKS.replace("Look at the bias.", "Look at `b`."))
    again = bundles.read(compiler.write_secret(UNIT, 12, root=root))
    assert again.exercises["affine"].criteria[1].hint == "Look at `b`."


def test_a_public_bundle_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(compiler, "PUBLIC_LIMIT", 1000)
    with pytest.raises(CompileError, match="at most 1,000 are allowed"):
        compiler.write_public(UNIT, root=toyunit.build(tmp_path), to=tmp_path / "bundles")


def test_the_public_bundle_of_another_course_stays_in_that_course(tmp_path, monkeypatch):
    root = toyunit.build(tmp_path)
    facts = paths.public_bundle_dir() / "course.json"
    before = facts.read_text(encoding="utf-8") if facts.exists() else None
    assert compiler.write_public(UNIT, root=root) == root / "exercises" / "public" / "99_toy.zip"
    assert (facts.read_text(encoding="utf-8") if facts.exists() else None) == before
    monkeypatch.chdir(root)
    monkeypatch.delenv("COURSE_ROOT", raising=False)
    assert load_public(UNIT).unit == UNIT


def test_the_addresses_come_from_the_configuration(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.author.course_facts.public_bundle_dir", lambda: tmp_path)
    facts = json.loads(write_course_facts(toyunit.build(tmp_path)).read_text(encoding="utf-8"))
    assert facts["book"] == "https://toy-owner.github.io/toy-course"
    assert (
        facts["repository"] == "https://github.com/Toy-Owner/toy-course"
        and facts["branch"] == "trunk"
    )


def test_the_course_is_found_from_below_and_by_name(tmp_path, monkeypatch):
    root = toyunit.build(tmp_path)
    monkeypatch.chdir(root / "exercises" / "checks")
    monkeypatch.delenv("COURSE_ROOT", raising=False)
    assert paths.course_root() == root.resolve() and paths.units() == [UNIT]
    monkeypatch.setenv("COURSE_ROOT", str(tmp_path / "exercises"))
    with pytest.raises(paths.NoCourse, match="no _config.yml"):
        paths.course_root()


KERAS_SOLUTION = """import keras
def line(w, b):
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.layers[-1].set_weights([w, b])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    return model
    ### END SOLUTION
"""
KERAS_CHECKS = """
import numpy as np
from autograder.authoring import Case, Unit

unit = Unit("99_toy", title="A model", needs=("numpy", "keras"))
unit.manual("written_why", points=5)
line = unit.exercise("line", points=9, seconds=60)

@line.cases
def _(rng, size):
    w, b, x = rng.normal(size=(2, 1)), rng.normal(size=1), rng.normal(size=(8, 2)).astype(np.float32)
    yield Case("some numbers", w, b).model(inputs=x, targets=x @ w + b)

line.facts("dense", points=2, title="One dense layer",
           where={"layers": {"count": 1}, "layers.0.class": "Dense", "n_parameters": {"min": 3}})
line.outputs("numbers", points=3, title="Its outputs are right")
line.score("learns", points=4, title="It predicts", metric="mse", full=0.001, none=0.5)
line.mistake("no-bias", "You switched the bias off.", patch=[("Dense(1)", "Dense(1, use_bias=False)"),
                                                             ("[w, b]", "[w]")])
line.mistake("constant", "Your model answers the same for every input.", patch=[("[w, b]", "[0 * w, b]")],
             where={"constant": True})
line.alternative("functional", source='''
    import keras
    def line(w, b):
        x = keras.Input((2,))
        y = keras.layers.Dense(1)(x)
        model = keras.Model(x, y)
        model.set_weights([w, b])
        return {"model": model}
''')
"""


@pytest.mark.tensorflow
def test_models_are_compiled_to_facts_outputs_and_scores(tmp_path):
    pytest.importorskip("keras")
    root = toyunit.build(tmp_path, KERAS_CHECKS, {"line": KERAS_SOLUTION}, {"line": 9})
    bundle = bundles.read(compiler.write_secret(UNIT, 1, root=root))
    line = bundle.exercises["line"]
    assert list(line.cases) == ["line/some numbers"]  # one question serves all three criteria
    expected = line.cases["line/some numbers"].expected.value
    assert expected["facts"]["layers"][0]["class"] == "Dense" and expected["outputs"].shape == (
        8,
        1,
    )
    source, unit = Source(UNIT, root), load_unit(UNIT, root)

    def grade(text):
        namespace = source.namespace({"line": text})
        return judge(line, LocalCaller({"line": namespace["line"]}, patience=10))

    # With the score alone, what training gave is not kept: it differs between machines.
    trained = KERAS_CHECKS.replace(
        'line.outputs("numbers", points=3, title="Its outputs are right")', ""
    )
    toyunit.build(
        tmp_path, trained.replace("points=4", "points=7"), {"line": KERAS_SOLUTION}, {"line": 9}
    )
    slim = (
        compiler.compile_unit(UNIT, root=root)
        .exercises["line"]
        .cases["line/some numbers"]
        .expected.value
    )
    assert slim["outputs"] is None and slim["score"] < 1e-6 and slim["constant"] is False

    declared = unit.exercises["line"]
    assert grade(source.solution("line")).points == 9
    assert grade(source.variant(declared, declared.alternatives[0])).points == 9
    for mistake in declared.mistakes:
        result = grade(source.variant(declared, mistake.variant))
        assert result.points < 9 and result.diagnosis.mistake == mistake.id


def test_checks_may_share_a_file_that_is_no_unit_and_every_course_has_its_own(tmp_path):
    shared = "from _helpers import SIZE  # noqa: F401\n" + toyunit.CHECKS
    roots, digests = [], []
    for number in (2, 3):
        root = toyunit.build(tmp_path / str(number), checks=shared)
        (paths.checks_file(UNIT, root).parent / "_helpers.py").write_text(f"SIZE = {number}\n")
        roots.append(root)
        assert load_unit(UNIT, root).name == UNIT and "_helpers" not in sys.modules
        assert paths.units(root) == [UNIT]
        digests.append(source_digest(UNIT, root))
    assert (
        digests[0] != digests[1]
    )  # a bundle is out of date when what its checks import has changed
    (paths.checks_file(UNIT, roots[0]).parent / "_helpers.py").unlink()
    with pytest.raises(ModuleNotFoundError):
        load_unit(UNIT, roots[0])
