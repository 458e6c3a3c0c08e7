"""Many small networks at once: their gradients are right, they equal Keras' layers, and each is alone."""

import numpy as np
import pytest
from lessonkit import many
from lessonkit.data import adding_problem

CELLS = tuple(many.BLOCKS)


def networks(cell, seeds=(0, 1), units=4, **options):
    """Fresh networks in float64, moved away from biases of zero."""
    rng = np.random.default_rng(7)
    weights = many.start(cell, seeds, units, **options)
    return {name: array + 0.2 * rng.normal(size=array.shape) for name, array in weights.items()}


def gradient_by_numbers(loss, weights, name, epsilon):
    """Central differences of a loss that has one number for each network."""
    numeric = np.zeros(weights[name].shape)
    for place in np.ndindex(numeric.shape[1:]):
        moved = []
        for step in (epsilon, -epsilon):
            changed = dict(weights, **{name: weights[name].copy()})
            changed[name][(slice(None), *place)] += step
            moved.append(loss(changed))
        numeric[(slice(None), *place)] = (moved[0] - moved[1]) / (2 * epsilon)
    return numeric


def agree(ours, numeric):
    return np.abs(ours - numeric).max() < 1e-7 * max(np.abs(numeric).max(), 0.1)


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradients_of_the_sum_agree_with_central_differences(cell):
    weights = networks(cell)
    x, y = adding_problem(6, 7, seed=0)
    ours = many.sum_gradients(cell, weights, x, y)
    assert ours.keys() == weights.keys()
    for name in weights:
        numeric = gradient_by_numbers(
            lambda changed: many.squared_error(cell, changed, x, y), weights, name, 1e-5
        )
        assert agree(ours[name], numeric), name


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradients_of_symbols_agree_with_central_differences(cell):
    weights = networks(cell, features=3, outputs=3)
    rng = np.random.default_rng(1)
    x, y = (np.eye(3)[rng.integers(0, 3, (5, 6))] for _ in range(2))
    y[:2, 4:] = 0  # two shorter sequences

    def loss(changed):
        scores = (
            many.forward(cell, changed, x)["h"][:, 1:] @ changed["V"][:, None]
            + changed["c"][:, None, None]
        )
        scores = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        return -(scores * y.swapaxes(0, 1)).sum(axis=(1, 2, 3)) / y.sum()

    ours = many.symbol_gradients(cell, weights, x, y)
    for name in weights:
        assert agree(ours[name], gradient_by_numbers(loss, weights, name, 1e-5)), name


@pytest.mark.parametrize("cell", CELLS)
def test_the_states_are_those_of_keras(cell):
    keras = pytest.importorskip("keras")
    weights = many.start(cell, [3, 4], 5, features=2)
    for name in weights:
        weights[name] = weights[name] + np.float32(0.1)
    layer = {
        "tanh": keras.layers.SimpleRNN,
        "relu": lambda *a, **k: keras.layers.SimpleRNN(*a, activation="relu", **k),
        "lstm": keras.layers.LSTM,
        "gru": keras.layers.GRU,
    }[cell](5, return_sequences=True)
    x, _ = adding_problem(4, 9, seed=2)
    layer.build(x.shape)
    ours = many.forward(cell, weights, x)["h"][:, 1:].swapaxes(1, 2)
    for network in range(2):
        bias = weights["b"][network]
        if cell == "gru":
            bias = np.stack([bias, weights["b_h"][network]])
        layer.set_weights([weights["W_x"][network], weights["W_h"][network], bias])
        theirs = keras.ops.convert_to_numpy(layer(x))
        assert np.abs(ours[network] - theirs).max() < 1e-5


def test_a_network_learns_the_same_alone_and_beside_others():
    fresh = many.start("lstm", [0, 1, 2], 4)
    together = many.train_adding("lstm", fresh, [0.003, 0.03], 6, 60, every=20)
    alone = many.train_adding("lstm", many.pick(fresh, [1]), [0.03], 6, 60, every=20)
    np.testing.assert_allclose(together.errors[1, 1], alone.errors[0, 0], rtol=1e-4)
    np.testing.assert_allclose(together.mark[1, 1], alone.mark[0, 0], rtol=1e-3)
    other = many.train_adding("lstm", many.pick(fresh, [1]), [0.003], 6, 60, every=20)
    assert np.abs(alone.errors - other.errors).max() > 1e-3


def test_a_short_sum_is_learnt_at_the_better_rate_and_the_run_tells_when():
    fresh = many.start("lstm", [0, 1], 8)
    run = many.train_adding("lstm", fresh, [0.0001, 0.03], 6, 500)
    assert run.best == 1 and run.rate == 0.03 and run.parameters == 361
    assert run.errors[1, :, -1].max() < many.LEARNT < 0.1 < run.errors[0, :, -1].min()
    assert run.mark.shape == (2, 2, len(run.updates) + 1)
    assert np.abs(run.mark[1, :, -1] - 1).max() < 0.2  # a network that adds passes 1 on
    stopped = many.train_adding("lstm", fresh, [0.0001, 0.03], 6, 500, stop=True)
    assert stopped.updates[-1] < 500 and np.array_equal(stopped.needed, run.needed)


def test_the_best_rate_is_chosen_by_the_validation_sequences_alone():
    low, high = many.LEARNT / 2, 0.15
    made = dict(cell="tanh", rates=np.array([0.1, 0.2]), updates=np.array([10, 20]), mark=None,
                longest=None, parameters=1, weights={})  # fmt: skip
    early, late = [[low, low]] * 3, [[high, low]] * 3
    run = many.Run(validation=np.array([late, early]), errors=np.array([early, late]), **made)
    assert run.rate == 0.2 and run.needed.tolist() == [20, 20, 20]
    never = np.array([[[high, np.nan]] * 3, [[high, high]] * 3])
    run = many.Run(validation=never, errors=never, **made)
    assert run.rate == 0.2 and np.isinf(run.needed).all()


def test_each_gradient_is_clipped_by_its_own_length():
    gradients = {"a": np.array([[3.0, 0.0], [0.3, 0.0]]), "b": np.array([[[4.0]], [[0.4]]])}
    clipped, norm = many.clip(gradients, 1.0)
    np.testing.assert_allclose(norm, [5, 0.5])
    np.testing.assert_allclose(clipped["a"][:, 0], [0.6, 0.3], rtol=1e-6)
    np.testing.assert_allclose(clipped["b"][:, 0, 0], [0.8, 0.4], rtol=1e-6)


def test_starts_are_what_they_are_called():
    W = many.start("tanh", [0], 6)["W_h"][0]
    np.testing.assert_allclose(W @ W.T, np.eye(6), atol=1e-5)
    assert np.array_equal(many.start("relu", [0], 6, recurrent="identity")["W_h"][0], np.eye(6))
    bias = many.start("lstm", [0], 3, forget_bias=4.0)["b"][0]
    assert bias.tolist() == [0.0] * 3 + [4.0] * 3 + [0.0] * 6
    with pytest.raises(ValueError, match="No cell 'elman'"):
        many.start("elman", [0], 3)
