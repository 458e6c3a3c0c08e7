"""Unit 07: its bidirectional network is Keras', its tagger does not see padding, and its count is scikit-learn's."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "07_bidirectional"


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def padded_batch(seed, batch=4, time=7, features=3, units=5):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(batch, time, features)).astype("float32")
    lengths = np.append(rng.integers(1, time, batch - 1), time)
    shapes = 2 * [(features, units), (units, units), (units,)]
    return (
        x,
        np.arange(time) < lengths[:, None],
        [rng.normal(0, 0.5, shape).astype("float32") for shape in shapes],
    )


def bidirectional(weights, units=5, **options):
    layer = keras.layers.Bidirectional(
        keras.layers.SimpleRNN(units, return_sequences=True), **options
    )
    layer.build((None, None, weights[0].shape[0]))
    layer.set_weights(weights)
    return layer


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("merge", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("padded", [False, True])
def test_bidirectional_forward_is_keras_bidirectional(seed, merge, padded):
    """Float32 against float64: 2e-6 is about 20 roundings of float32 at values near 1."""
    x, mask, weights = padded_batch(seed)
    mask = mask if padded else None
    mine, _ = solution()["bidirectional_forward"](x, weights[:3], weights[3:], mask, merge)
    theirs = keras.ops.convert_to_numpy(bidirectional(weights, merge_mode=merge)(x, mask=mask))
    real = np.ones(x.shape[:2], bool) if mask is None else mask
    np.testing.assert_allclose(mine[real], theirs[real], atol=2e-6, rtol=0)
    assert not mine[~real].any()


@pytest.mark.parametrize("seed", range(3))
def test_the_last_states_are_what_keras_returns_without_sequences(seed):
    x, mask, weights = padded_batch(seed)
    layer = keras.layers.Bidirectional(keras.layers.SimpleRNN(5))
    layer.build(x.shape)
    layer.set_weights(weights)
    theirs = keras.ops.convert_to_numpy(layer(x, mask=mask))
    _, mine = solution()["bidirectional_forward"](x, weights[:3], weights[3:], mask)
    np.testing.assert_allclose(mine, theirs, atol=2e-6, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_turning_round_twice_changes_nothing(seed):
    x, mask, _ = padded_batch(seed)
    reverse = solution()["reverse_padded"]
    np.testing.assert_array_equal(reverse(reverse(x, mask), mask), x)
    np.testing.assert_array_equal(reverse(x), x[:, ::-1])


def test_the_tagger_does_not_see_padding_and_has_the_parameters_of_the_text():
    keras.utils.set_random_seed(0)
    model = solution()["build_tagger"](100, 5, 8)
    assert model.count_params() == 4597, "the unit's text says so"
    ids = np.random.default_rng(0).integers(1, 100, (3, 6)).astype("int32")
    longer = np.concatenate([ids, np.zeros((3, 9), "int32")], axis=1)
    alone, padded = (keras.ops.convert_to_numpy(model(rows)) for rows in (ids, longer))
    np.testing.assert_allclose(padded[:, :6], alone, atol=2e-6, rtol=0)
    np.testing.assert_allclose(alone.sum(axis=-1), 1, atol=1e-5)


def test_padding_does_not_reach_the_loss_of_the_tagger():
    keras.utils.set_random_seed(0)
    model = solution()["build_tagger"](30, 4, 3)
    rng = np.random.default_rng(1)
    ids, tags = rng.integers(1, 30, (5, 6)), rng.integers(1, 4, (5, 6))
    longer = [np.concatenate([rows, np.zeros((5, 10), rows.dtype)], axis=1) for rows in (ids, tags)]
    alone, padded = (
        model.evaluate(*batch, batch_size=5, verbose=0) for batch in ((ids, tags), longer)
    )
    assert padded == pytest.approx(alone, rel=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_token_accuracy_is_scikit_learns_recall(seed):
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    tags = rng.integers(1, 6, (7, 9)) * (np.arange(9) < rng.integers(2, 10, (7, 1)))
    probabilities = rng.dirichlet(np.ones(6), (7, 9))
    accuracy, per_tag = solution()["token_accuracy"](tags, probabilities)
    truth, said = tags[tags > 0], probabilities.argmax(axis=-1)[tags > 0]
    assert accuracy == pytest.approx(metrics.accuracy_score(truth, said))
    recall = metrics.recall_score(
        truth, said, labels=range(1, 6), average=None, zero_division=np.nan
    )
    np.testing.assert_allclose(per_tag, [np.nan, *recall])
