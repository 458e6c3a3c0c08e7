"""Unit 05: solutions are what Keras computes, broken models have their fault, training tells right from wrong."""

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
UNIT = "05_text_classification"
COIN, FULL = 0.5, 0.9
VOCABULARY = ["[PAD]", "[UNK]", "good", "bad", "not", "film"]


@functools.cache
def solution(unit=UNIT):
    return Source(unit, ROOT).namespace()


@functools.cache
def checks():
    return load_unit(UNIT, ROOT)


def run(model, ids):
    return keras.ops.convert_to_numpy(model(np.asarray(ids)))


def random_weights(model, seed):
    """Random weights for the model, set and returned; row 0 of the table is not zero."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 0.8, array.shape).astype("float32") for array in model.get_weights()]
    model.set_weights(weights)
    return weights


def by_hand(weights, ids, scale=1.0):
    """The models of this unit in NumPy: table, LSTMs of unit 04 that skip id 0, and a sigmoid."""
    table, *lstms, kernel, bias = (array.astype("float64") for array in weights)
    states = table[ids] * scale
    for k in range(0, len(lstms), 3):
        states, last, _ = solution("04_lstm_gates")["lstm_forward"](
            states, *lstms[k : k + 3], mask=ids != 0
        )
    return solution()["sigmoid"](last @ kernel + bias)


PADDED = np.array([[3, 1, 4, 1, 5], [3, 1, 4, 0, 0], [2, 0, 0, 0, 0]])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("name", "extra", "scale"),
    [("build_classifier", (0.3,), 1.0), ("repair_mask", (), 2.0), ("repair_output", (), 1.0)],
)
def test_the_models_are_the_lstm_of_unit_04(name, extra, scale, seed):
    """Float32 against float64: 5e-6 is about 40 roundings of float32 at values near 1."""
    model = solution()[name](6, 4, 3, *extra)
    weights = random_weights(model, seed)
    np.testing.assert_allclose(
        run(model, PADDED), by_hand(weights, PADDED, scale), atol=5e-6, rtol=0
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_repaired_input_reads_any_length(seed):
    model = solution()["repair_input"](6, 4, 3)
    weights = random_weights(model, seed)
    for time in (1, 4, 13):
        ids = np.random.default_rng(time).integers(1, 6, (2, time))
        np.testing.assert_allclose(run(model, ids), by_hand(weights, ids), atol=5e-6, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_predict_texts_is_a_masked_average_in_keras(seed):
    rng = np.random.default_rng(seed)
    E, v, a = rng.normal(size=(6, 3)).astype("float32"), rng.normal(size=3).astype("float32"), 0.3
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(6, 3, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.set_weights([E, v[:, np.newaxis], np.array([a], "float32")])
    texts = ["Good film, NOT bad.", "a <b>film</b>", "not"]
    labels, p = solution()["predict_texts"](texts, VOCABULARY, 5, E, v, a)
    np.testing.assert_allclose(
        p, run(model, solution()["texts_to_batch"](texts, VOCABULARY, 5)[0])[:, 0], atol=2e-6
    )
    assert labels == ["positive" if value >= 0.5 else "negative" for value in p]


# ---------------------------------------------------------------------------------------------------- broken models


def test_the_broken_input_is_refused():
    with pytest.raises(ValueError, match="ndim=3"):
        solution()["broken_input"](30, 4, 3)


@pytest.mark.parametrize("seed", range(3))
def test_padding_changes_the_answer_of_the_broken_mask_and_not_of_the_repaired(seed):
    once, longer = np.array([[3, 4]]), np.array([[3, 4, 0, 0, 0]])
    for name, changes in (("broken_mask", True), ("repair_mask", False)):
        model = solution()[name](6, 4, 3)
        random_weights(model, seed)
        gap = float(np.abs(run(model, once) - run(model, longer)).max())
        assert gap > 1e-3 if changes else gap < 1e-6, f"{name}: {gap}"


def test_the_broken_output_answers_one_to_everything():
    model = solution()["broken_output"](6, 4, 3)
    random_weights(model, 0)
    assert np.all(run(model, PADDED) == 1.0)


# --------------------------------------------------------------------------------------------------------- training


@pytest.mark.parametrize("seed", range(3))
def test_reviews_follow_their_rule_in_the_notebook_and_in_the_checks(seed):
    rng = np.random.default_rng(seed)
    case = next(checks().exercises["repair_training"].make_cases(rng, "secret"))
    for ids, labels in (solution()["make_reviews"](400, seed), (case.inputs, case.targets)):
        follow_their_rule(ids, labels)


def follow_their_rule(ids, labels):
    assert ((ids == 4).sum(axis=1) == 1).all() and (np.isin(ids, (2, 3)).sum(axis=1) == 1).all()
    place, word_not = np.isin(ids, (2, 3)).argmax(axis=1), (ids == 4).argmax(axis=1)
    turned = word_not == place - 1
    praise = (ids == 2).any(axis=1)
    np.testing.assert_array_equal(labels[:, 0], praise != turned)
    assert 0.4 < turned.mean() < 0.6 and 0.4 < labels.mean() < 0.6


@pytest.mark.parametrize("seed", range(3))
def test_a_bag_of_words_is_a_coin_on_these_reviews(seed):
    """2000 test reviews: the standard deviation of a coin's accuracy is 0.011, the margin is 0.05."""
    linear_model = pytest.importorskip("sklearn.linear_model")

    def counts(n, seed):
        ids, labels = solution()["make_reviews"](n, seed)
        return np.stack([np.bincount(row, minlength=20) for row in ids]), labels[:, 0]

    model = linear_model.LogisticRegression(max_iter=1000).fit(*counts(2000, seed))
    assert abs(model.score(*counts(2000, 100 + seed)) - COIN) < 0.05


def accuracy(function, seed):
    ids, labels = solution()["make_reviews"](500, 1000 + seed)
    return float(np.mean((function(seed).predict(ids, verbose=0) >= 0.5) == labels))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_training_solution_reaches_full_points_with_a_margin(seed):
    assert accuracy(solution()["repair_training"], seed) > (1 + FULL) / 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_learning_rate_of_one_stays_near_a_coin(seed):
    assert accuracy(solution()["broken_training"], seed) < (COIN + FULL) / 2


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.005, 0.01, 0.05])
def test_many_learning_rates_in_between_are_right(rate):
    text = (
        Source(UNIT, ROOT)
        .solution("repair_training")
        .replace("learning_rate=0.02", f"learning_rate={rate}")
    )
    assert (
        accuracy(Source(UNIT, ROOT).namespace({"repair_training": text})["repair_training"], 0)
        >= FULL
    )
