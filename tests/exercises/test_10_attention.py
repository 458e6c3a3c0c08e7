"""Unit 10: its attention is Keras', its decoder step is Keras' cell with it, and nothing looks at padding or ahead."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "10_attention"
# Float32 against float64: 2e-6 is about 20 roundings of float32 at values near 1.
CLOSE = {"atol": 2e-6, "rtol": 0}


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def numpy(*tensors):
    arrays = [keras.ops.convert_to_numpy(tensor) for tensor in tensors]
    return arrays[0] if len(arrays) == 1 else arrays


def arrays(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(0, 0.8, shape).astype("float32") for shape in shapes]


def padding(seed, batch, source):
    lengths = np.append(np.random.default_rng(seed).integers(1, source, batch - 1), source)
    return np.arange(source) < lengths[:, None]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("padded", [False, True])
def test_additive_attention_is_keras_additive_attention(seed, padded):
    """Keras' layer has `v`, which it calls scale, and no kernels: it gets what they have made."""
    query, keys, values, W_q, W_k, v = arrays(
        seed, (4, 3), (4, 6, 5), (4, 6, 2), (3, 7), (5, 7), (7,)
    )
    mask = padding(seed, 4, 6) if padded else None
    layer = keras.layers.AdditiveAttention()
    inputs = [(query @ W_q)[:, None], values, keys @ W_k]
    layer.build([array.shape for array in inputs])
    layer.set_weights([v])
    context, weights = numpy(*layer(inputs, mask=[None, mask], return_attention_scores=True))
    mine = solution()["additive_attention"](query, keys, values, W_q, W_k, v, mask)
    np.testing.assert_allclose(mine[0], context[:, 0], **CLOSE)
    np.testing.assert_allclose(mine[1], weights[:, 0], **CLOSE)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("padded", [False, True])
def test_dot_attention_is_keras_attention(seed, padded):
    """Keras' layer does not scale by itself; its one weight is set to what the unit divides by."""
    queries, keys, values = arrays(seed, (4, 3, 5), (4, 6, 5), (4, 6, 2))
    mask = padding(seed, 4, 6) if padded else None
    layer = keras.layers.Attention(use_scale=True)
    layer.build([queries.shape, values.shape, keys.shape])
    layer.set_weights([np.float32(5**-0.5)])
    inputs = [keras.ops.convert_to_tensor(array) for array in (queries, values, keys)]
    context, weights = numpy(*layer(inputs, mask=[None, mask], return_attention_scores=True))
    mine = solution()["dot_attention"](queries, keys, values, mask)
    np.testing.assert_allclose(mine[0], context, **CLOSE)
    np.testing.assert_allclose(mine[1], weights, **CLOSE)


@pytest.mark.parametrize("seed", range(3))
def test_dot_attention_to_itself_is_keras_dot_product_attention_with_a_causal_mask(seed):
    (x,) = arrays(seed, (3, 6, 4))
    causal = np.broadcast_to(np.tri(6, dtype=bool), (3, 6, 6))
    heads = keras.ops.convert_to_tensor(x[:, :, None])
    theirs = numpy(
        keras.ops.dot_product_attention(heads, heads, heads, is_causal=True, flash_attention=False)
    )[:, :, 0]
    np.testing.assert_allclose(solution()["dot_attention"](x, x, x, causal)[0], theirs, **CLOSE)


@pytest.mark.parametrize("seed", range(3))
def test_masked_softmax_is_keras_softmax_where_a_row_has_a_word(seed):
    (scores,) = arrays(seed, (4, 3, 6))
    mask = np.broadcast_to(padding(seed, 4, 6)[:, None], scores.shape)
    theirs = numpy(keras.layers.Softmax()(scores, mask=mask))
    mine = solution()["masked_softmax"](scores, mask)
    np.testing.assert_allclose(mine, theirs, **CLOSE)
    assert not mine[~mask].any()
    assert not solution()["masked_softmax"](scores, np.zeros_like(mask)).any()


@pytest.mark.parametrize("seed", range(3))
def test_the_decoder_step_is_a_keras_cell_that_attends(seed):
    y_prev, s_prev, states = arrays(seed, (4, 3), (4, 5), (4, 6, 2))
    W_q, W_k, v, W_x, W_h, b, W_o, b_o = arrays(
        seed + 10, (5, 7), (2, 7), (7,), (5, 15), (5, 15), (2, 15), (7, 9), (9,)
    )
    mask = padding(seed, 4, 6)
    attention, cell = keras.layers.AdditiveAttention(), keras.layers.GRUCell(5)
    inputs = [(s_prev @ W_q)[:, None], states, states @ W_k]
    attention.build([array.shape for array in inputs])
    attention.set_weights([v])
    cell.build((None, 5))
    cell.set_weights([W_x, W_h, b])
    context = attention(inputs, mask=[None, mask])[:, 0]
    s, _ = cell(
        keras.ops.concatenate([y_prev, context], axis=-1), keras.ops.convert_to_tensor(s_prev)
    )
    logits = keras.ops.concatenate([context, s], axis=-1) @ W_o + b_o
    mine = solution()["attention_decoder_step"](
        y_prev, s_prev, states, (W_q, W_k, v), (W_x, W_h, b), (W_o, b_o), mask
    )
    np.testing.assert_allclose(mine[1], numpy(s), **CLOSE)
    np.testing.assert_allclose(mine[0], numpy(logits), atol=1e-5, rtol=0)


def translator(seed=0):
    keras.utils.set_random_seed(seed)
    model = solution()["build_translator"](20, 15, 4)
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, 20, (3, 6)).astype("int32"), rng.integers(1, 15, (3, 5)).astype("int32")
    return model, *ids


def test_the_translator_is_what_the_text_says():
    model, source, target = translator()
    assert model.count_params() == 1223, "the unit's text says so"
    probabilities = numpy(model([source, target]))
    assert probabilities.shape == (3, 5, 15)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_translator_sees_no_later_word_of_the_target(seed):
    model, source, target = translator(seed)
    before = numpy(model([source, target]))
    for t in range(1, target.shape[1]):
        changed = target.copy()
        changed[:, t:] = 1 + changed[:, t:] % 14  # another word everywhere from step t on
        after = numpy(model([source, changed]))
        np.testing.assert_allclose(after[:, :t], before[:, :t], atol=1e-6, rtol=0)
        assert np.abs(after[:, t] - before[:, t]).max() > 1e-5


@pytest.mark.parametrize("seed", range(3))
def test_the_translator_sees_no_padding_and_counts_none(seed):
    model, source, target = translator(seed)
    longer = np.concatenate([source, np.zeros((3, 7), "int32")], axis=1)
    np.testing.assert_allclose(
        numpy(model([longer, target])), numpy(model([source, target])), **CLOSE
    )
    more = np.concatenate([target, np.zeros((3, 6), "int32")], axis=1)
    labels, more_labels = (
        np.roll(target, -1, axis=1),
        np.pad(np.roll(target, -1, axis=1), ((0, 0), (0, 6))),
    )
    alone = model.evaluate([source, target], labels, batch_size=3, verbose=0)
    assert model.evaluate([longer, more], more_labels, batch_size=3, verbose=0) == pytest.approx(
        alone, rel=1e-4
    )
