"""Unit 04: its solution is Keras' LSTM, and the adding problem tells right training from wrong, over several seeds."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder.author.declare import load_unit
from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "04_lstm_gates"
BASELINE, FULL = 1 / 6, 0.03


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def random_weights(rng, features, units):
    shapes = [(features, 4 * units), (units, 4 * units), (4 * units,)]
    return [rng.normal(0, 0.6, shape).astype("float32") for shape in shapes]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mask_kind", ["none", "right", "holes"])
def test_lstm_forward_is_keras_lstm(seed, mask_kind):
    """Float32 against float64: 2e-6 is about 20 roundings of float32 at values near 1, one for each step and sum."""
    rng = np.random.default_rng(seed)
    batch, time, features, units = 4, 7, 3, 5
    x = rng.normal(size=(batch, time, features)).astype("float32")
    weights = random_weights(rng, features, units)
    mask = {
        "none": None,
        "right": np.arange(time) < rng.integers(1, time + 1, (batch, 1)),
        "holes": rng.random((batch, time)) < 0.6,
    }[mask_kind]
    layer = keras.layers.LSTM(units, return_sequences=True, return_state=True)
    layer.build((None, time, features))
    layer.set_weights(weights)
    theirs = [keras.ops.convert_to_numpy(part) for part in layer(x, mask=mask)]
    for mine, other in zip(solution()["lstm_forward"](x, *weights, mask=mask), theirs, strict=True):
        np.testing.assert_allclose(mine, other, atol=2e-6, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_given_states_are_keras_initial_state(seed):
    rng = np.random.default_rng(seed)
    x, weights = rng.normal(size=(3, 4, 2)).astype("float32"), random_weights(rng, 2, 4)
    h0, c0 = (rng.normal(size=(3, 4)).astype("float32") for _ in range(2))
    layer = keras.layers.LSTM(4, return_sequences=True, return_state=True)
    layer.build((None, 4, 2))
    layer.set_weights(weights)
    theirs = [keras.ops.convert_to_numpy(part) for part in layer(x, initial_state=[h0, c0])]
    for mine, other in zip(solution()["lstm_forward"](x, *weights, h0, c0), theirs, strict=True):
        np.testing.assert_allclose(mine, other, atol=2e-6, rtol=0)


def test_keras_lstm_from_weights_holds_the_weights():
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(2, 30, 3)).astype("float32"), random_weights(rng, 3, 4)
    model = solution()["keras_lstm_from_weights"](*weights)
    np.testing.assert_allclose(
        model(x), solution()["lstm_forward"](x, *weights)[0], atol=5e-6, rtol=0
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_backward_step_agrees_with_central_differences_of_its_own_step(seed):
    rng = np.random.default_rng(seed)
    unit = load_unit(UNIT, ROOT)
    exercise = unit.exercises["lstm_backward_step"]
    for case in exercise.make_cases(rng, "secret"):
        gradients = solution()["lstm_backward_step"](*case.args)
        for criterion in exercise.criteria:
            if criterion.kind == "expected":
                numeric = criterion.options["by"](solution(), case)
                np.testing.assert_allclose(
                    gradients[criterion.options["of"][0]], numeric, atol=1e-8, rtol=0
                )


def mean_squared_error(function, seed):
    held_out, targets = solution()["make_adding"](200, 20, 1000 + seed)
    model = function(seed)
    return float(np.mean((model.predict(held_out, verbose=0) - targets) ** 2))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_training_solution_reaches_full_points_with_a_margin(seed):
    assert mean_squared_error(solution()["train_adding"], seed) < FULL / 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "seed"),
    [("plain-recurrent-network", s) for s in range(3)]
    + [("learning-rate-too-large", s) for s in range(3)],
)
def test_a_plain_network_or_a_huge_learning_rate_stays_far_from_it(name, seed):
    exercise = load_unit(UNIT, ROOT).exercises["train_adding"]
    source = Source(UNIT, ROOT)
    mistake = next(mistake for mistake in exercise.mistakes if mistake.id == name)
    wrong = source.namespace({exercise.name: source.variant(exercise, mistake)})["train_adding"]
    assert mean_squared_error(wrong, seed) > 2 * FULL
