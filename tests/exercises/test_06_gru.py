"""Unit 06: its solution is Keras' GRU in both conventions, and its counts are those of Keras' layers."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "06_gru"
LAYERS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def layer_with_weights(rng, features, units, reset_after):
    shapes = [
        (features, 3 * units),
        (units, 3 * units),
        (2, 3 * units) if reset_after else (3 * units,),
    ]
    weights = [rng.normal(0, 0.6, shape).astype("float32") for shape in shapes]
    layer = keras.layers.GRU(
        units, reset_after=reset_after, return_sequences=True, return_state=True
    )
    layer.build((None, None, features))
    layer.set_weights(weights)
    return layer, weights


@pytest.mark.parametrize("reset_after", [True, False])
@pytest.mark.parametrize("mask_kind", ["none", "right", "holes"])
@pytest.mark.parametrize("seed", range(3))
def test_gru_forward_is_keras_gru(seed, mask_kind, reset_after):
    """Float32 against float64: 2e-6 is about 20 roundings of float32 at values near 1, one for each step and sum."""
    rng = np.random.default_rng(seed)
    batch, time, features, units = 4, 7, 3, 5
    x = rng.normal(size=(batch, time, features)).astype("float32")
    layer, weights = layer_with_weights(rng, features, units, reset_after)
    mask = {
        "none": None,
        "right": np.arange(time) < rng.integers(1, time + 1, (batch, 1)),
        "holes": rng.random((batch, time)) < 0.6,
    }[mask_kind]
    theirs = [keras.ops.convert_to_numpy(part) for part in layer(x, mask=mask)]
    mine = solution()["gru_forward"](x, *weights, mask=mask, reset_after=reset_after)
    for ours, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(ours, other, atol=2e-6, rtol=0)


@pytest.mark.parametrize("reset_after", [True, False])
def test_a_given_state_is_keras_initial_state(reset_after):
    rng = np.random.default_rng(1)
    x, h0 = rng.normal(size=(3, 4, 2)).astype("float32"), rng.normal(size=(3, 4)).astype("float32")
    layer, weights = layer_with_weights(rng, 2, 4, reset_after)
    theirs = [keras.ops.convert_to_numpy(part) for part in layer(x, initial_state=h0)]
    mine = solution()["gru_forward"](x, *weights, h0, reset_after=reset_after)
    for ours, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(ours, other, atol=2e-6, rtol=0)


@pytest.mark.parametrize("kind", list(LAYERS))
@pytest.mark.parametrize(("features", "units"), [(1, 1), (3, 8), (17, 5)])
def test_counts_are_those_of_keras(kind, features, units):
    for reset_after in (True, False) if kind == "gru" else (True,):
        options = {"reset_after": reset_after} if kind == "gru" else {}
        layer = LAYERS[kind](units, **options)
        layer.build((None, None, features))
        assert (
            solution()["count_parameters"](kind, features, units, **options) == layer.count_params()
        )


@pytest.mark.parametrize("kind", list(LAYERS))
@pytest.mark.parametrize("budget", [100, 1000, 12_345])
def test_one_unit_more_would_break_the_budget(kind, budget):
    count, units_for_budget = solution()["count_parameters"], solution()["units_for_budget"]
    units = units_for_budget(kind, budget, 7)
    assert count(kind, 7, units) <= budget < count(kind, 7, units + 1)
