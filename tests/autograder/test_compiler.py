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
from autograder.author.declare import load_unit
from autograder.author.source import CompileError, Source, source_digest
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
    ("old", "new", "line", "words"),
    [
        (
            "[x @ W + b, x @ W]",
            "[x @ V + b, x @ W]",
            "no-bias:",
            ["'no-bias' swaps 'x @ V + b', which is found 0 time(s)", "not 1", "as it stands"],
        ),
        ("[x @ W + b, x @ W]", "[x @ W + b, x @ W, 2]", "no-bias:", ["found 1 time(s)", "not 2"]),
        ("[x @ W + b, x @ W]", "[shape, size]", "no-bias:", ["found 4 time(s)", "not 1"]),
        ("[x @ W + b, x @ W]", "[x @ W, x @ W]", "no-bias:", ["'no-bias' changes nothing"]),
        ("x @ W - b]", "b + x @ W]", "minus-bias:", ["'minus-bias'", "cannot be caught"]),
        (
            "x @ W - b]",
            "0 * b + x @ W]",
            "minus-bias:",
            ["'minus-bias'", "taken for 'no-bias'", "`same_as: no-bias`"],
        ),
        (
            "x @ W - b]",
            "x @ W + c]",
            "minus-bias:",
            ["'minus-bias'", "NameError: name 'c' is not defined"],
        ),
        (
            "kind: unchanged\n",
            "kind: unchanged\n        tags: none\n",
            "inputs:",
            ["affine, criterion 'inputs' finds no case", "Change its tags"],
        ),
        ("swap: [x @ W + b, x @ W]", "swap: ['b\\n    ', x]", "no-bias:", ["found 0 time(s)"]),
        (
            "  two_layers:",
            "  three_layers:",
            "three_layers:",
            ["`three_layers`", "two_layers__own"],
        ),
    ],
)
def test_what_does_not_hold_together_is_named_with_its_line(tmp_path, old, new, line, words):
    assert old in toyunit.RUBRIC
    rubric = toyunit.RUBRIC.replace(old, new)
    message = problems(tmp_path, rubric=rubric)
    assert all(word in message for word in words), message
    number = next(n for n, text in enumerate(rubric.split("\n"), 1) if text.strip() == line)
    assert f"checks/{UNIT}/rubric.yml:{number}: " in message


def test_a_trusted_function_that_fails_is_named(tmp_path):
    message = problems(tmp_path, cases=toyunit.CASES.replace('"bf,fu->bu"', '"bf,bu->bu"'))
    assert "criterion 'slope', case 'two rows': its trusted function fails" in message


def test_an_error_in_the_cases_is_told_with_its_line(tmp_path):
    cases = toyunit.CASES.replace('yield Case("square"', "yield Case(1 / 0")
    line = next(n for n, text in enumerate(cases.split("\n"), 1) if "1 / 0" in text)
    message = problems(tmp_path, cases=cases)
    assert f"cases.py:{line}: it stops with ZeroDivisionError: division by zero" in message


def test_all_problems_are_told_at_once(tmp_path):
    rubric = toyunit.RUBRIC.replace("[x @ W + b, x @ W]", "[x @ W + b, b + x @ W]")
    message = problems(tmp_path, rubric=rubric.replace("x @ W - b]", "x @ c]"))
    assert (
        "'no-bias'" in message
        and "'minus-bias'" in message
        and message.startswith("99_toy does not compile:")
    )


def test_a_mistake_that_no_criterion_minds_is_told_apart_from_an_invisible_one(tmp_path):
    rubric = toyunit.RUBRIC.replace(
        "        needs: first\n", "        needs: first\n        atol: 0.01\n"
    )
    rubric += """
      whole-numbers:
        message: You add a third part that nobody asked for.
        swap: ['{"first": first,', '{"third": first, "first": first,']
      a-little:
        message: You add a very small number to the second layer.
        swap: ['"second": second', '"second": second + 1e-3']
"""
    message = problems(tmp_path, rubric=rubric)
    assert "'whole-numbers': it cannot be caught by these cases" in message
    assert "'a-little': it differs from the solution, but no criterion minds" in message


def test_a_solution_that_fails_its_own_criteria_is_refused(tmp_path):
    changing = toyunit.SOLUTIONS["affine"].replace("return y, len(x)", "W *= 2; return y, len(x)")
    solutions = toyunit.SOLUTIONS | {"affine": changing}
    message = problems(tmp_path, solutions=solutions)
    assert ": affine: the solution itself does not pass. inputs:" in message and "`W`" in message


def test_a_solution_that_returns_no_plain_data_is_refused(tmp_path):
    solutions = toyunit.SOLUTIONS | {
        "affine": toyunit.SOLUTIONS["affine"].replace("len(x)", "(i for i in x)")
    }
    assert "returns generator" in problems(tmp_path, solutions=solutions)


SPEED = """\
      fast:
        kind: speed
        points: 1
        ratio: RATIO
        pairs: one_and_many
        title: No loop over rows
    mistakes:
      no-tanh:
"""
ONE_AND_MANY = """

def one_and_many(rng, size):
    one, many = (Case(str(rows), *arguments(rng, rows, 3, 3)) for rows in (1, 600))
    return Pair(one, many)
"""


def with_speed(ratio):
    """The parts of the toy unit, with a criterion about speed in its second exercise."""
    rubric = toyunit.RUBRIC.replace(
        "points: 3\n        of: second", "points: 2\n        of: second"
    )
    rubric = rubric.replace("    mistakes:\n      no-tanh:\n", SPEED.replace("RATIO", str(ratio)))
    return {"rubric": rubric, "cases": toyunit.CASES + ONE_AND_MANY}


def test_a_loop_over_the_batch_costs_the_speed_criterion_only(tmp_path):
    root = toyunit.build(tmp_path, **with_speed(20))
    two = compiler.compile_unit(UNIT, root=root).exercises["two_layers"]

    def looping(x, W, b):
        first = np.stack([np.tanh(row @ W + b) for row in x])
        return {"first": first, "second": np.stack([np.tanh(row @ W + b) for row in first])}

    result = judge(two, LocalCaller({"two_layers": looping}))
    assert {c.id for c in result.criteria if c.status != "passed"} == {
        "fast"
    } and result.points == 5
    assert judge(two, LocalCaller(Source(UNIT, root).namespace())).points == 6
    assert "the solution itself takes" in problems(tmp_path, **with_speed(1.01))


SLOW = """
      row-by-row:
        message: You go through the rows one by one.
        section: all-rows-at-once
        swap: ["np.tanh(affine(x, W, b)[0])", "np.stack([np.tanh(row @ W + b) for row in x])"]
"""


def test_right_and_slow_is_a_mistake_that_is_named(tmp_path):
    parts = with_speed(20)
    root = toyunit.build(tmp_path, parts["rubric"] + SLOW, parts["cases"])
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


def test_a_part_is_named_as_it_is_returned(tmp_path):
    """A name in `returns` is a place in a tuple and a key of a dict."""
    rubric = toyunit.RUBRIC.replace(
        "  two_layers:\n", "  two_layers:\n    returns: [first, second]\n"
    )
    affine, two = compiler.compile_unit(
        UNIT, root=toyunit.build(tmp_path, rubric)
    ).exercises.values()
    picks = {c.id: c.options.get("pick") for c in (*affine.criteria, *two.criteria)}
    assert picks["y"] == picks["slope"] == (0,) and picks["rows"] == (1,)
    assert picks["first"] == ("first",) and picks["second"] == ("second",) and picks["keys"] == ()
    (batch,) = [c for c in affine.criteria if c.id == "batch"]
    assert batch.options["pick_a"] == batch.options["pick_b"] == (0,) and "of" not in batch.options


def test_the_notebook_is_the_authority_on_points(tmp_path):
    message = problems(tmp_path, points={"affine": 9, "two_layers": 6})
    assert "rubric.yml:4: the criteria of 'affine' sum to 10 points" in message
    assert "is worth 9. Change one of them." in message


def test_written_questions_are_those_of_the_notebook(tmp_path):
    assert compiler.compile_unit(UNIT, root=toyunit.build(tmp_path)).written == {"written_why": 5}


def test_an_exercise_stands_in_the_rubric_and_in_the_notebook(tmp_path):
    alone = toyunit.SOLUTIONS["affine"]
    message = problems(tmp_path, solutions={"affine": alone})
    assert "the exercise 'two_layers' has no test cell" in message
    more = toyunit.SOLUTIONS | {"third": alone.replace("def affine", "def third")}
    message = problems(tmp_path, solutions=more, points={"affine": 10, "two_layers": 6, "third": 1})
    assert "`test_third` is graded, but 'third' is no exercise of the rubric" in message


def test_a_cell_that_stops_is_named(tmp_path):
    solutions = toyunit.SOLUTIONS | {"two_layers": "1 / 0\n" + toyunit.SOLUTIONS["two_layers"]}
    message = problems(tmp_path, solutions=solutions)
    assert "the cell 'two_layers' stops with ZeroDivisionError" in message


def test_variants_are_texts_of_the_solution_cell(tmp_path):
    root = toyunit.build(tmp_path)
    unit, source = load_unit(UNIT, root), Source(UNIT, root)
    affine = unit.exercises["affine"]
    texts = [source.variant(affine, mistake) for mistake in affine.mistakes]
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
    toyunit.build(tmp_path, toyunit.RUBRIC.replace("Look at the bias.", "Look at `b`."))
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
KERAS_RUBRIC = """\
title: A model
needs: [numpy, keras]
exercises:
  line:
    seconds: 60
    criteria:
      dense:
        kind: facts
        points: 2
        title: One dense layer
        where:
          layers: {count: 1}
          layers.0.class: Dense
          n_parameters: {min: 3}
      numbers:
        kind: outputs
        points: 3
        title: Its outputs are right
      learns:
        kind: score
        points: 4
        title: It predicts
        metric: mse
        full: 0.001
        none: 0.5
    mistakes:
      no-bias:
        message: You switched the bias off.
        swap:
          - [Dense(1), "Dense(1, use_bias=False)"]
          - ["[w, b]", "[w]"]
      constant:
        message: Your model answers the same for every input.
        swap: ["[w, b]", "[0 * w, b]"]
        where: {constant: true}
"""
KERAS_CASES = """
import numpy as np
from autograder.authoring import Case

def line(rng, size):
    w, b, x = rng.normal(size=(2, 1)), rng.normal(size=1), rng.normal(size=(8, 2)).astype(np.float32)
    yield Case("some numbers", w, b).model(inputs=x, targets=x @ w + b)
"""
KERAS_ALTERNATIVES = '''
def line__functional(w, b):
    """functional"""
    import keras

    x = keras.Input((2,))
    y = keras.layers.Dense(1)(x)
    model = keras.Model(x, y)
    model.set_weights([w, b])
    return {"model": model}
'''


@pytest.mark.tensorflow
def test_models_are_compiled_to_facts_outputs_and_scores(tmp_path):
    pytest.importorskip("keras")
    parts = (KERAS_CASES, KERAS_ALTERNATIVES, {"line": KERAS_SOLUTION}, {"line": 9})
    root = toyunit.build(tmp_path, KERAS_RUBRIC, *parts)
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

    # Of a mistake is kept what tells it: facts that are not the solution's, or what `where` says.
    kept = {known.id: known.answers["line/some numbers"].value for known in line.mistakes}
    facts = kept["no-bias"]["facts"]
    assert facts["layers"][0]["use_bias"] is False and facts["n_parameters"] == 2
    assert not {"loss", "compiled", "optimizer"} & set(facts)
    assert kept["constant"]["facts"] == {} and kept["constant"]["outputs"] is None

    # With the score alone, what training gave is not kept: it differs between machines.
    start, end = (KERAS_RUBRIC.index(word) for word in ("      numbers:", "      learns:"))
    trained = (KERAS_RUBRIC[:start] + KERAS_RUBRIC[end:]).replace("points: 4", "points: 7")
    toyunit.build(tmp_path, trained, *parts)
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
        result = grade(source.variant(declared, mistake))
        assert result.points < 9 and result.diagnosis.mistake == mistake.id


def test_units_share_what_lies_in_common_and_every_course_has_its_own(tmp_path):
    shared = toyunit.CASES.replace(
        "import numpy as np\n", "import numpy as np\nfrom ..common.sizes import SIZE\n"
    )
    roots, digests = [], []
    for number in (2, 3):
        root = toyunit.build(tmp_path / str(number), cases=shared)
        common = paths.checks_dir("common", root) / "sizes.py"
        common.parent.mkdir()
        common.write_text(f"SIZE = {number}\n")
        roots.append(root)
        cases = load_unit(UNIT, root).exercises["affine"].cases
        assert cases.__globals__["SIZE"] == number and "common" not in sys.modules
        assert paths.units(root) == [UNIT]
        digests.append(source_digest(UNIT, root))
    # A bundle is out of date when what its cases import has changed.
    assert digests[0] != digests[1]
    (paths.checks_dir("common", roots[0]) / "sizes.py").unlink()
    with pytest.raises(AuthoringError, match=r"cases.py:2: it stops with ModuleNotFoundError"):
        load_unit(UNIT, roots[0])


def test_an_alternative_changes_no_bundle(tmp_path):
    digest = source_digest(UNIT, toyunit.build(tmp_path))
    assert source_digest(UNIT, toyunit.build(tmp_path, alternatives="")) == digest
