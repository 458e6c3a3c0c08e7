"""Unit 11: its convolution and its attention in a stream are Keras', and its bill counts Keras' kernels."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "11_beyond_recurrence"


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


@pytest.mark.parametrize("dilation", [1, 2, 5])
@pytest.mark.parametrize("time", [1, 4, 20])
def test_the_convolution_is_that_of_keras(time, dilation):
    rng = np.random.default_rng(0)
    x, kernel, bias = (
        rng.normal(size=shape).astype("float32") for shape in ((3, time, 4), (3, 4, 5), (5,))
    )
    layer = keras.layers.Conv1D(5, 3, padding="causal", dilation_rate=dilation)
    layer.build((None, time, 4))
    layer.set_weights([kernel, bias])
    mine = solution()["causal_convolution"](x, kernel, bias, dilation)
    np.testing.assert_allclose(mine, keras.ops.convert_to_numpy(layer(x)), atol=1e-5, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_attention_in_a_stream_is_causal_attention_of_keras(seed):
    rng = np.random.default_rng(seed)
    batch, time, width = 2, 9, 4
    x = rng.normal(size=(batch, time, width)).astype("float32")
    layer = keras.layers.MultiHeadAttention(1, width, use_bias=False)
    layer.build((None, time, width), (None, time, width))
    # Keras' order of the four kernels is query, key, value, output; one head is an axis of size 1.
    kernels = [weight.reshape(width, width) for weight in layer.get_weights()]
    theirs = keras.ops.convert_to_numpy(layer(x, x, use_causal_mask=True))
    keys = values = np.zeros((batch, 0, width))
    for t in range(time):
        output, keys, values = solution()["attend_step"](x[:, t], keys, values, *kernels)
        np.testing.assert_allclose(output, theirs[:, t], atol=1e-5, rtol=0)
    assert keys.shape == values.shape == (batch, time, width)


@pytest.mark.parametrize(("time", "width", "kernel"), [(7, 4, 3), (1, 6, 5), (30, 3, 1)])
def test_operations_are_those_of_keras_kernels(time, width, kernel):
    """Every entry of a kernel is multiplied once a step; attention adds its two products over pairs of steps."""
    layers = {
        "lstm": keras.layers.LSTM(width, use_bias=False),
        "convolution": keras.layers.Conv1D(width, kernel, padding="causal", use_bias=False),
        "attention": keras.layers.MultiHeadAttention(1, width, use_bias=False),
    }
    for name, layer in layers.items():
        shape = (None, time, width)
        layer.build(*([shape] * 2 if name == "attention" else [shape]))
        pairs = 2 * time * time * width if name == "attention" else 0
        count = solution()["cost_model"](name, time, width, kernel)["operations"]
        assert count == time * layer.count_params() + pairs, name


@pytest.mark.parametrize("width", [1, 8, 37])
def test_crossings_are_where_the_formulas_say(width):
    crossing = solution()["crossover_length"]
    assert crossing("operations", "attention", "lstm", width) == 2 * width + 1
    assert crossing("memory", "attention", "lstm", width) == 2 * width + 1
    assert crossing("state", "attention", "lstm", width) == 2
    assert crossing("operations", "convolution", "lstm", width) is None
    assert crossing("operations", "convolution", "lstm", width, kernel=9) == 1
