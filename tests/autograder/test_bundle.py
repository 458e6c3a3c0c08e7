"""Bundles are data: deterministic to write, strict to read, free of code and of quiz keys."""

import dataclasses
import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import toyunit
from agreement import bundles_agree

from autograder.author import compiler
from autograder.judge import bundle as bundles
from autograder.judge.bundle import BadBundle
from autograder.judge.installed import load_public
from autograder.run.inside import values


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    return compiler.compile_unit(toyunit.UNIT, root=toyunit.build(tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="module")
def data(compiled):
    return bundles.to_bytes(compiled)


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(data, edit):
    contents = members(data)
    document = json.loads(contents["bundle.json"])
    edit(document)
    return packed(contents | {"bundle.json": json.dumps(document)})


def test_writing_is_deterministic_and_reading_gives_the_same_bundle(compiled, data):
    again = bundles.from_bytes(data, "toy.zip")
    assert bundles.to_bytes(compiled) == data == bundles.to_bytes(again)
    assert bundles_agree(compiled, again, rtol=0, atol=0) == []
    assert (
        again.points == 16
        and again.written == {"written_why": 5.0}
        and again.exercises["affine"].reveal
    )


def test_one_exercise_can_be_read_alone(data):
    whole, one = bundles.from_bytes(data, "toy.zip"), bundles.from_bytes(data, "toy.zip", "affine")
    assert list(one.exercises) == ["affine"] and len(whole.exercises) > 1
    rest = dataclasses.replace(whole, exercises={"affine": whole.exercises["affine"]})
    assert bundles_agree(rest, one, rtol=0, atol=0) == []


def test_an_unchanged_file_is_left_alone(compiled, tmp_path):
    path = bundles.write(compiled, tmp_path / "deep" / "toy.zip")
    before = path.stat().st_mtime_ns
    assert bundles.write(compiled, path).stat().st_mtime_ns == before
    assert bundles.read(path).unit == toyunit.UNIT
    assert [p.name for p in path.parent.iterdir()] == ["toy.zip"]


def test_it_holds_arrays_and_json_and_nothing_else(data):
    for name, content in members(data).items():
        if name != "bundle.json":
            assert not np.load(io.BytesIO(content), allow_pickle=False).dtype.hasobject
    text = members(data)["bundle.json"].decode()
    assert (
        "def affine" not in text and "return" not in json.loads(text)["exercises"][0]["mistakes"][0]
    )


def test_each_value_is_stored_once(data):
    document = json.loads(members(data)["bundle.json"])
    texts = [json.dumps(value) for value in document["values"]]
    assert len(set(texts)) == len(texts)
    asked = [case["args"] for case in document["exercises"][0]["cases"]]
    answers = [case["expected"] for case in document["exercises"][0]["cases"]]
    after = [
        answer["after"] for answer in answers if isinstance(answer, dict) and "after" in answer
    ]
    assert after and set(after) <= set(asked)


def test_numbers_are_stored_in_the_smallest_type_that_holds_them_exactly(compiled):
    case = next(iter(compiled.exercises["affine"].cases.values()))
    arrays = (
        np.float32([0.5, 1, -0.0, np.nan, np.inf]),
        np.float64([[0.1, 2]]),
        np.float64([1e300]),
        np.int64([1, -2]),
        np.uint16([70]),
        np.zeros((2, 0)),
        np.array(3.25),
        np.array([True]),
    )
    request = dataclasses.replace(case.request, args=arrays)
    cases = {case.id: dataclasses.replace(case, request=request)}
    exercise = dataclasses.replace(
        compiled.exercises["affine"], cases=cases, criteria=(), mistakes=()
    )
    data = bundles.to_bytes(dataclasses.replace(compiled, exercises={"affine": exercise}))
    back = bundles.from_bytes(data, "toy.zip").exercises["affine"].cases[case.id].request.args
    assert [(a.dtype, a.shape, a.tobytes()) for a in back] == [
        (a.dtype, a.shape, a.tobytes()) for a in arrays
    ]
    sizes = {name: len(content) for name, content in members(data).items()}
    assert (
        "arrays/float16.npy" in sizes
        and "arrays/int8.npy" in sizes
        and "arrays/int64.npy" not in sizes
    )


def test_it_knows_the_questions_of_the_quiz_but_not_the_answers(compiled):
    question = compiled.quiz["questions"][0]
    assert question["id"] == "q01" and "bias of five units" in question["prompt"]
    words = set(json.dumps(question).replace('"', " ").split())
    assert not {"answer", "explain", "common", "accept", "correct"} & words


def test_arrays_that_were_read_cannot_be_changed(data):
    x = (
        bundles.from_bytes(data, "toy.zip")
        .exercises["affine"]
        .cases["affine/two rows"]
        .request.args[0]
    )
    with pytest.raises(ValueError, match="read-only"):
        x[0] = 1.0


def some_array(data):
    return "arrays/float64.npy"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: b"PK nonsense", "not a bundle"),
        (lambda d: d[: len(d) // 2], "not a bundle"),
        (lambda d: packed(members(d), zipfile.ZIP_DEFLATED), "compressed"),
        (lambda d: packed(members(d) | {"../evil.py": b"import os"}), "does not have"),
        (lambda d: packed(members(d) | {"arrays/x.pkl": b"import os"}), "does not have"),
        (
            lambda d: packed({k: v for k, v in members(d).items() if k != "bundle.json"}),
            "does not have",
        ),
        (
            lambda d: packed({k: v for k, v in members(d).items() if k != some_array(d)}),
            "beyond its pool",
        ),
        (
            lambda d: packed(members(d) | {some_array(d): values.write_array(np.zeros(3))}),
            "beyond its pool",
        ),
        (
            lambda d: packed(members(d) | {some_array(d): values.write_array(np.zeros((3, 3)))}),
            "another form",
        ),
        (
            lambda d: packed(members(d) | {some_array(d): values.write_array(np.zeros(3, "f4"))}),
            "another form",
        ),
        (
            lambda d: changed(d, lambda doc: doc["exercises"][0]["cases"][0].update(args=10**6)),
            "a value is missing",
        ),
        (
            lambda d: changed(
                d, lambda doc: doc["values"][0][1].__setitem__(0, ["float64", -8, [2, 3]])
            ),
            "impossible place",
        ),
        (
            lambda d: changed(
                d, lambda doc: doc["values"][0][1].__setitem__(0, ["object", 0, [1]])
            ),
            "impossible place",
        ),
        (lambda d: packed(members(d) | {some_array(d): pickle.dumps(np.zeros(3))}), "not a bundle"),
        (lambda d: changed(d, lambda doc: doc.update(format=99)), "not of format"),
        (lambda d: changed(d, lambda doc: doc.update(title=3)), "a text is missing"),
        (
            lambda d: changed(d, lambda doc: doc["exercises"][0].update(points=-1)),
            "a number is missing",
        ),
        (
            lambda d: changed(d, lambda doc: doc["exercises"][0].update(points=float("nan"))),
            "holds NaN",
        ),
        (
            lambda d: changed(
                d, lambda doc: doc["exercises"][0]["criteria"][0].update(cases=["none"])
            ),
            "not there",
        ),
        (lambda d: changed(d, lambda doc: doc["exercises"][0].pop("cases")), "unexpected form"),
        (
            lambda d: changed(d, lambda doc: doc["exercises"][0]["cases"][0].update(expected=True)),
            "value is missing",
        ),
        (
            lambda d: changed(
                d,
                lambda doc: doc["exercises"][0]["cases"][0].update(
                    expected={
                        "status": "error",
                        "value": 0,
                        "error": ["ValueError", "no", "f()", "7"],
                    }
                ),
            ),
            "too many parts",
        ),
    ],
)
def test_a_damaged_or_forged_bundle_is_refused_by_name(data, spoil, words):
    with pytest.raises(BadBundle, match=words) as caught:
        bundles.from_bytes(spoil(data), "somewhere/99_toy.zip")
    assert "somewhere/99_toy.zip" in str(caught.value) and "autograder compile 99_toy" in str(
        caught.value
    )


def test_object_arrays_are_refused(data):
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(BadBundle):
        bundles.from_bytes(
            packed(members(data) | {some_array(data): buffer.getvalue()}), "99_toy.zip"
        )


def test_a_missing_bundle_says_what_to_run(tmp_path):
    with pytest.raises(BadBundle, match="Run `autograder compile nothing`"):
        bundles.read(tmp_path / "nothing.zip")
    with pytest.raises(BadBundle, match="no checks for a unit called 'nothing'"):
        load_public("nothing")
    with pytest.raises(BadBundle):
        load_public("../../etc/passwd")


def test_agreement_tolerates_rounding_and_nothing_more(compiled):
    def with_first_value(edit):
        exercise = compiled.exercises["affine"]
        id, case = next(iter(exercise.cases.items()))
        y, rows = case.expected.value
        case = dataclasses.replace(
            case, expected=dataclasses.replace(case.expected, value=(edit(y), rows))
        )
        exercise = dataclasses.replace(exercise, cases=exercise.cases | {id: case})
        return dataclasses.replace(compiled, exercises=compiled.exercises | {"affine": exercise})

    assert bundles_agree(compiled, with_first_value(lambda y: y * (1 + 1e-9))) == []
    assert bundles_agree(compiled, dataclasses.replace(compiled, versions={"numpy": "0"})) == []
    assert "numbers differ" in bundles_agree(compiled, with_first_value(lambda y: y * 1.1))[0]
    assert "float32" in bundles_agree(compiled, with_first_value(lambda y: y.astype("float32")))[0]
    assert bundles_agree(compiled, dataclasses.replace(compiled, title="Other"))
