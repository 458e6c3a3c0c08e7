"""What happens in the student's process: calls on copies, errors as data, models as facts."""

import random
import sys
import time
import tracemalloc

import numpy as np
import pytest

from autograder.run.inside import operations
from autograder.run.inside.operations import perform
from autograder.run.inside.protocol import Request
from autograder.run.local import LocalCaller


def call(function, *args, **options):
    return perform({"f": function}, Request("call", "f", args, options=options))


def test_the_function_gets_copies_and_the_answer_shows_what_became_of_them():
    given = np.zeros(3)

    def f(x):
        x += 1
        print("noise")
        print("more", file=sys.stderr)
        return x.sum()

    answer = call(f, given, after=True)
    assert (answer.status, answer.value, given.sum()) == ("ok", 3.0, 0.0)
    assert answer.after[0].tolist() == [1, 1, 1] and answer.printed == "noise\nmore\n"


def test_read_only_arguments_become_writable_copies():
    given = np.zeros(3)
    given.flags.writeable = False
    assert call(lambda x: x.__setitem__(0, 1.0) or x[0], given).value == 1.0


def test_a_name_that_is_not_there_or_no_function():
    assert perform({}, Request("call", "f")).status == "missing"
    answer = call(3)
    assert answer.status == "error" and "not a function but of type int" in answer.error.message


class Own(BaseException):
    pass


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ValueError("no"), "ValueError"),
        (SystemExit(2), "SystemExit"),
        (Own("x"), "Own"),
        (RecursionError(), "RecursionError"),
    ],
)
def test_every_exception_is_an_answer(error, name):
    def f():
        raise error

    answer = call(f)
    assert answer.status == "error" and answer.error.type == name and answer.value is None
    assert answer.error.source == "raise error"


def test_the_line_is_the_students_own_not_that_of_the_library():
    def f(x):
        y = x
        return np.linalg.inv(y)  # the innermost line of theirs

    assert "innermost line of theirs" in call(f, np.zeros((2, 2))).error.source


def test_an_own_error_class_tells_its_bases():
    class ShapeError(ValueError):
        pass

    def f():
        raise ShapeError("wrong")

    assert "ValueError" in call(f).error.bases


def test_the_stop_button_stops():
    def f():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(f)


def test_output_without_end_is_kept_short():
    def f():
        for _ in range(10_000):
            print("x" * 100)
        return 1

    answer = call(f)
    assert answer.value == 1 and len(answer.printed) <= 2000


def test_seeds_are_set_before_the_call():
    def f():
        return random.random(), np.random.random()

    assert call(f, seed=3).value == call(f, seed=3).value != call(f, seed=4).value


def test_repeated_calls_give_a_time():
    calls = []
    answer = call(lambda: calls.append(time.sleep(0.01)), repeat=4)
    assert len(calls) == 4 and 0 < answer.value["seconds"] < 10


def test_a_call_shorter_than_the_tick_of_a_clock_is_timed_in_a_batch(monkeypatch):
    """In a browser the clock ticks every 0.1 ms, and a call of 50 µs took no time or twice it."""
    now = 0.0

    def short():
        nonlocal now
        now += 5e-5

    monkeypatch.setattr(operations, "perf_counter", lambda: now // 1e-4 * 1e-4)
    assert call(short, repeat=5).value["seconds"] == pytest.approx(5e-5, rel=0.05)


def test_a_call_that_takes_no_time_does_not_fill_the_memory_with_arguments():
    together = []
    big = np.zeros(100_000)
    tracemalloc.start()
    call(lambda x: together.append(1), big, repeat=3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(together) > 100 and peak < 300 * big.nbytes


def test_one_call_that_the_machine_held_up_does_not_make_a_function_slow(monkeypatch):
    monkeypatch.setattr(operations, "REPEAT_SECONDS", 0.01)
    calls = []

    def held_up_once():
        calls.append(1)
        time.sleep(0.5 if len(calls) == 1 else 0.01)

    assert call(held_up_once, repeat=5).value["seconds"] < 0.25
    assert len(calls) == 2, "a function that is slow every time is not called again and again"


def test_without_keras_a_model_is_asked_for_in_words():
    answer = perform({"f": lambda: None}, Request("model", "f"))
    assert answer.error.type == "NotAModel" and "is a `return` missing?" in answer.error.message


@pytest.mark.tensorflow
def test_the_batch_axis_is_free_also_in_a_model_that_its_first_batch_has_built():
    keras = pytest.importorskip("keras")

    def train():
        model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(np.zeros((8, 3)), np.zeros((8, 1)), batch_size=4, verbose=0)
        return model

    assert train().output_shape == (4, 1)  # what Keras says
    facts = perform({"f": train}, Request("model", "f")).value["facts"]
    assert (facts["input_shape"], facts["output_shape"]) == ([None, 3], [None, 1])


@pytest.mark.tensorflow
def test_a_model_comes_back_as_facts_and_outputs():
    keras = pytest.importorskip("keras")
    layers = keras.layers

    def build():
        model = keras.Sequential(
            [layers.Input((None, 2)), layers.Bidirectional(layers.LSTM(3)), layers.Dense(1)]
        )
        model.compile(
            keras.optimizers.Adam(0.02), loss=keras.losses.MeanSquaredError(), metrics=["mae"]
        )
        return model

    def train():
        model = build()
        return model, model.fit(np.zeros((8, 4, 2)), np.zeros((8, 1)), epochs=2, verbose=0)

    x = RNG.normal(size=(5, 4, 2)).astype(np.float16)
    answer = perform({"f": train}, Request("model", "f", options={"inputs": x, "seed": 1}))
    facts = answer.value["facts"]
    assert answer.status == "ok" and answer.value["outputs"].shape == (5, 1)
    assert (
        facts["layers"][0]["class"] == "Bidirectional" and facts["layers"][0]["layer"]["units"] == 3
    )
    assert facts["layers"][1]["class"] == "Dense" and len(facts["layers"]) == 2
    assert (facts["loss"], facts["optimizer"], facts["learning_rate"]) == ("mse", "Adam", 0.02)
    assert (facts["epochs"], facts["steps"], facts["metrics"]) == (2, 2, ["mae"])
    assert facts["output_shape"] == [None, 1] and facts["n_parameters"] == build().count_params()

    again = perform({"f": train}, Request("model", "f", options={"inputs": x, "seed": 1}))
    np.testing.assert_array_equal(again.value["outputs"], answer.value["outputs"])

    weights = [np.zeros(shape) for shape in facts["weight_shapes"]]
    loaded = perform({"f": build}, Request("model", "f", options={"inputs": x, "weights": weights}))
    assert not loaded.value["outputs"].any()
    wrong = perform({"f": build}, Request("model", "f", options={"weights": weights[:-1]}))
    assert wrong.status == "error" and wrong.error.type == "ValueError"
    layer = perform({"f": lambda: layers.LSTM(3)}, Request("model", "f", options={"inputs": x}))
    assert layer.value["facts"]["class"] == "LSTM" and layer.value["outputs"].shape == (5, 3)

    class Scaled(keras.Model):
        def call(self, inputs):
            return inputs * 2

    subclassed = perform({"f": Scaled}, Request("model", "f", options={"inputs": x}))
    assert (
        subclassed.value["facts"]["output_shape"] == [None, 4, 2]
        and subclassed.value["facts"]["layers"] == []
    )

    def drawn(between):
        keras.utils.set_random_seed(5)
        first = np.asarray(keras.random.uniform((2,)))
        between()
        return [*first, *np.asarray(keras.random.uniform((2,)))]

    request = Request("model", "f", options={"inputs": x, "seed": 1}, seconds=60)
    quiet, checked = drawn(lambda: None), drawn(lambda: LocalCaller({"f": train}).ask(request))
    assert quiet == checked  # a check between two draws changes neither


@pytest.mark.parametrize(
    ("function", "shared"),
    [
        (lambda x: x[:, ::-1], True),
        (lambda x: x[:, ::-1].copy(), False),
        (lambda x: (x.sum(), x.T), True),
        (lambda x: [x + 1], False),
    ],
)
@pytest.mark.parametrize("dtype", [int, float, bool])
def test_a_result_that_shares_memory_shows_when_it_is_written_into(function, shared, dtype):
    x = np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype)
    answer = perform({"f": function}, Request("call", "f", (x,), options={"after": 1, "fresh": 1}))
    assert np.array_equal(answer.after[0], x) is not shared
    mine, right = (
        v if isinstance(v, (tuple, list)) else [v] for v in (answer.value, function(x.copy()))
    )
    for one, other in zip(mine, right, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.tensorflow
def test_what_a_model_does_is_measured():
    keras = pytest.importorskip("keras")
    layers = keras.layers
    ids = np.array([[3, 1, 2, 0], [4, 0, 0, 0]], np.int32)

    def tagger(*more, loss="sparse_categorical_crossentropy", mask=True, shape=(None,)):
        model = keras.Sequential(
            [
                *([] if shape is None else [keras.Input(shape, dtype="int32")]),
                layers.Embedding(5, 4, mask_zero=mask),
                layers.LSTM(3, return_sequences=True),
                *more,
                layers.Dense(5, activation="softmax"),
            ]
        )
        model.compile(loss=loss)
        return model

    def facts(build):
        def seeded(seed):
            keras.utils.set_random_seed(seed)
            return build()

        request = Request("model", "f", (11,), options={"inputs": ids})
        return perform({"f": seeded}, request).value["facts"]

    right = {
        "cross_entropy": "of probabilities",
        "targets": "ids",
        "any_length": True,
        "same_in_training": True,
        "probabilities": True,
        "skips_padding": True,
        "penalties": 0,
        "seeded": True,
    }
    losses = keras.losses

    def functional(shape):
        inputs = keras.Input(shape, dtype="int32")
        model = keras.Model(inputs, tagger(shape=None)(inputs))
        model.compile(loss="sparse_categorical_crossentropy")
        return model

    def trained_without_input():
        model = tagger(shape=None)
        model.fit(ids, ids, verbose=0)
        return model

    def of_five_classes(y, p):
        one_hot = keras.ops.one_hot(keras.ops.cast(y, "int32"), 5)
        return -keras.ops.log(keras.ops.sum(one_hot * p, axis=-1) + 1e-9)

    def squashed(**options):
        return losses.SparseCategoricalCrossentropy(**options)

    for build, changed in [
        (tagger, {}),
        (lambda: tagger(loss=squashed()), {}),
        (lambda: tagger(loss=losses.sparse_categorical_crossentropy), {}),
        (lambda: tagger(loss=lambda y, p: losses.sparse_categorical_crossentropy(y, p)), {}),
        (lambda: tagger(loss=squashed(ignore_class=0)), {}),
        (lambda: tagger(loss=of_five_classes), {}),
        (lambda: tagger(shape=None), {}),
        (lambda: tagger(loss=squashed(from_logits=True)), {"cross_entropy": "of logits"}),
        (
            lambda: tagger(loss="categorical_crossentropy"),
            {"targets": "rows", "skips_padding": None},
        ),
        (
            lambda: tagger(loss="binary_crossentropy"),
            {"targets": "bits", "skips_padding": None},
        ),
        (
            lambda: tagger(loss="mse"),
            {"cross_entropy": None, "targets": None, "skips_padding": None},
        ),
        (lambda: tagger(mask=False), {"skips_padding": False}),
        (lambda: tagger(shape=(4,)), {"any_length": False}),
        (lambda: functional((4,)), {"any_length": False}),
        (lambda: functional((None,)), {}),
        (trained_without_input, {}),
        (lambda: tagger(layers.Dropout(0.5)), {"same_in_training": False}),
        (
            lambda: tagger(layers.LSTM(3, recurrent_dropout=0.9, return_sequences=True)),
            {"same_in_training": False},
        ),
        (lambda: tagger(layers.Dense(3, kernel_regularizer="l2")), {"penalties": 1}),
    ]:
        found = facts(build)
        assert {key: found.get(key) for key in right} == right | changed
    assert facts(lambda: layers.Embedding(5, 4))["probabilities"] is False
    inputs = keras.Input((None,), dtype="int32")
    states = layers.LSTM(3, return_state=True)(layers.Embedding(5, 4)(inputs))
    assert facts(lambda: keras.Model(inputs, states))["any_length"] is True
    # A seed that was set before the question is none of its own.
    unseeded = Request("model", "f", (11,), options={"inputs": ids})
    assert perform({"f": lambda seed: tagger()}, unseeded).value["facts"]["seeded"] is False
    found = perform({"f": lambda: tagger()}, Request("model", "f")).value["facts"]
    assert not found["seeded"] and "any_length" not in found
    assert found["cross_entropy"] == "of probabilities"

    def logits_of_bits():
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(loss=losses.BinaryCrossentropy(from_logits=True))
        return model

    kept = tagger()
    assert [facts(build)["returned_before"] for build in (tagger, lambda: kept, tagger)] == [
        False
    ] * 3
    assert facts(lambda: kept)["returned_before"] is True

    found = facts(logits_of_bits)
    assert (found["cross_entropy"], found["targets"]) == ("of logits", "bits")


RNG = np.random.default_rng(0)
