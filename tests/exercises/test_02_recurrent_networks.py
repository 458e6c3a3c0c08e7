"""Unit 02: its solution is Keras' SimpleRNN, and its counts are those of the network that Keras builds."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "02_recurrent_networks"


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mask_kind", ["none", "right", "holes"])
@pytest.mark.parametrize("given_state", [False, True])
def test_rnn_forward_is_keras_simple_rnn(seed, mask_kind, given_state):
    """Float32 against float64: 2e-6 is about 20 roundings of float32 at values near 1, one for each step and sum."""
    rng = np.random.default_rng(seed)
    batch, time, features, units = 4, 7, 3, 5
    x = rng.normal(size=(batch, time, features)).astype("float32")
    kernels = [
        rng.normal(0, 0.6, shape).astype("float32")
        for shape in ((features, units), (units, units), (units,))
    ]
    h0 = rng.uniform(-0.9, 0.9, (batch, units)).astype("float32") if given_state else None
    mask = {
        "none": None,
        "right": np.arange(time) < rng.integers(1, time + 1, (batch, 1)),
        "holes": rng.random((batch, time)) < 0.6,
    }[mask_kind]
    layer = keras.layers.SimpleRNN(units, return_sequences=True, return_state=True)
    layer.build((None, time, features))
    layer.set_weights(kernels)
    state = keras.ops.convert_to_tensor(h0) if given_state else None
    theirs = [keras.ops.convert_to_numpy(part) for part in layer(x, mask=mask, initial_state=state)]
    h_all, h_last = solution()["rnn_forward"](x, *kernels, h0, mask)
    np.testing.assert_allclose(h_last, theirs[1], atol=2e-6, rtol=0)
    # Padding before the first real step: Keras keeps the given state and puts out zeros, we put out the state we keep.
    begun = np.ones((batch, time), bool) if mask is None else np.cumsum(mask, axis=1) > 0
    np.testing.assert_allclose(h_all[begun], theirs[0][begun], atol=2e-6, rtol=0)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_counts_are_those_of_keras(layers, bidirectional):
    vocabulary, features, units = 50, 6, 4
    network = [keras.Input((None,)), keras.layers.Embedding(vocabulary, features)]
    for number in range(layers):
        layer = keras.layers.SimpleRNN(units, return_sequences=number < layers - 1)
        network.append(keras.layers.Bidirectional(layer) if bidirectional else layer)
    model = keras.Sequential([*network, keras.layers.Dense(1)])
    sizes = [layer.count_params() for layer in model.layers]
    assert solution()["count_parameters"](vocabulary, features, units, layers, bidirectional) == {
        "embedding": sizes[0],
        "recurrent": sum(sizes[1:-1]),
        "dense": sizes[-1],
        "total": model.count_params(),
    }


@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_classifier_agrees_with_the_numpy_loop_and_the_count(bidirectional):
    rng = np.random.default_rng(0)
    model = solution()["sentiment_classifier"](30, 5, 4, bidirectional)
    counted = solution()["count_parameters"](30, 5, 4, bidirectional=bidirectional)
    assert model.count_params() == counted["total"]
    model.set_weights([rng.normal(0, 0.6, weights.shape) for weights in model.get_weights()])
    table, *kernels, V, c = [weights.astype("float64") for weights in model.get_weights()]
    ids = rng.integers(1, 30, (3, 6)) * (np.arange(6) < np.array([[6], [4], [2]]))
    states = [solution()["rnn_forward"](table[ids], *kernels[:3], mask=ids > 0)[1]]
    if bidirectional:
        states.append(
            solution()["rnn_forward"](table[ids[:, ::-1]], *kernels[3:], mask=ids[:, ::-1] > 0)[1]
        )
    by_hand = 1 / (1 + np.exp(-(np.concatenate(states, axis=1) @ V + c)))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(ids)), by_hand, atol=2e-6, rtol=0)
