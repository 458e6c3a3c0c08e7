"""Unit 08: its perplexity is Keras' loss, draws follow the distribution, batches go on, and training is fair."""

from __future__ import annotations

import functools
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.author.declare import load_unit
from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "08_language_models"


@functools.cache
def source():
    return Source(UNIT, ROOT)


@functools.cache
def solution():
    return source().namespace()


@functools.cache
def exercise():
    return load_unit(UNIT, ROOT).exercises["train_language_model"]


@functools.cache
def ngram_perplexity():
    """The function of the cell that shows the baseline; the grader does not run that cell."""
    cells = nbformat.read(source().path, as_version=4).cells
    cell = next(
        cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "baseline"
    )
    namespace = dict(solution())
    exec(compile(cell.source, "<baseline>", "exec"), namespace)
    return namespace["ngram_perplexity"]


# ---------------------------------------------------------------------------------------------- NumPy against Keras


@pytest.mark.parametrize("seed", range(3))
def test_perplexity_is_the_exponential_of_keras_masked_loss(seed):
    """Keras computes in float32 from probabilities, hence 1e-5."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(4, 7, 6))
    logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    targets = rng.integers(1, 6, (4, 7)) * (
        np.arange(7) < rng.integers(1, 8, (4, 1))
    )  # 0 is padding
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=0, reduction=None
    )
    losses = keras.ops.convert_to_numpy(loss(targets, logits.astype("float32")))
    expected = np.exp(losses.sum() / np.count_nonzero(targets))
    assert solution()["perplexity"](logs, targets, targets != 0) == pytest.approx(
        expected, rel=1e-5
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_draws_follow_the_filtered_distribution(seed):
    """20,000 draws: a share has a standard error below 0.0036, so 0.02 is more than five of them."""
    rng = np.random.default_rng(seed)
    p = solution()["filter_distribution"](rng.normal(size=8), 1.3, 6, 0.9)
    drawn = solution()["draw"](np.tile(p, (20_000, 1)), rng.random(20_000))
    shares = np.bincount(drawn, minlength=8) / 20_000
    np.testing.assert_allclose(shares, p, atol=0.02, rtol=0)
    assert not shares[p == 0].any()


def test_the_filters_agree_where_they_meet():
    logits = np.random.default_rng(0).normal(size=(5, 9))
    keep = solution()["filter_distribution"]
    np.testing.assert_array_equal(keep(logits, 0.7, 1), keep(logits, 0.7, None, 1e-9))
    np.testing.assert_array_equal(keep(logits, 1.0, 1).argmax(axis=-1), logits.argmax(axis=-1))
    np.testing.assert_allclose(keep(logits), keep(logits, 1.0, 9, 1.0), rtol=1e-12)
    np.testing.assert_allclose(keep(logits, 2.0), keep(logits / 2), rtol=1e-12)
    for p in (
        0.3,
        0.6,
        0.9,
    ):  # the shortest beginning: without its smallest token it holds less than p
        whole, kept = keep(logits), keep(logits, 1.0, None, p) > 0
        assert ((whole * kept).sum(axis=-1) >= p).all()
        assert ((whole * kept).sum(axis=-1) - np.where(kept, whole, 1.0).min(axis=-1) < p).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_stateful_layer_over_the_batches_is_one_run_over_the_long_rows(seed):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 9, 3 * 4 * 5 + 4)
    x, y = solution()["stateful_batches"](ids, 3, 5)
    keras.utils.set_random_seed(seed)
    layer = keras.layers.GRU(6, stateful=True, return_sequences=True)
    pieces = [keras.ops.convert_to_numpy(layer(np.eye(9, dtype="float32")[part])) for part in x]
    whole = keras.layers.GRU(6, return_sequences=True)
    whole.build((3, None, 9))
    whole.set_weights(layer.get_weights())
    rows = np.concatenate(list(x), axis=1)
    np.testing.assert_array_equal(rows.ravel(), ids[: rows.size])
    np.testing.assert_array_equal(np.concatenate(list(y), axis=1).ravel(), ids[1 : rows.size + 1])
    together = keras.ops.convert_to_numpy(whole(np.eye(9, dtype="float32")[rows]))
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), together, atol=2e-6, rtol=0)


# ------------------------------------------------------------------------------------------------------- training


def score_criterion():
    return next(criterion for criterion in exercise().criteria if criterion.kind == "score")


def held_out(seed):
    """Windows and targets as the graded case has them."""
    (case,) = exercise().make_cases(np.random.default_rng(seed), "secret")
    return case.inputs, case.targets


def score(model, seed):
    inputs, targets = held_out(seed)
    p = model.predict(inputs, verbose=0)[:, -1]
    return float(np.exp(-np.log(p[np.arange(len(p)), targets[:, -1]]).mean()))


def trained(seed, mistake=None, epochs=None):
    if mistake is None:
        return solution()["train_language_model"](seed)
    text = source().variant(exercise(), next(m for m in exercise().mistakes if m.id == mistake))
    if epochs:
        text = text.replace("epochs=1", f"epochs={epochs}")
    return source().namespace({exercise().name: text})["train_language_model"](seed)


@pytest.mark.parametrize("seed", range(3))
def test_the_graded_text_is_the_language_of_the_notebook(seed):
    inputs, targets = held_out(seed)
    words = solution()["make_text"](60, seed)
    for k in (0, 17, len(inputs) - 1):
        np.testing.assert_array_equal(inputs[k], words[k : k + inputs.shape[1]])
        assert targets[k, -1] == words[k + inputs.shape[1]] and (targets[k, :-1] == -1).all()
    assert sorted(set(words)) == list(range(len(solution()["WORDS"])))


@pytest.mark.parametrize("seed", range(4))
def test_the_threshold_without_points_is_where_a_trigram_model_stands(seed):
    text, new = solution()["make_text"](500, seed), solution()["make_text"](60, 100 + seed)
    by_length = {n: ngram_perplexity()(n, text, new) for n in (2, 3, 4)}
    assert min(by_length.values()) == by_length[3], (
        "a longer history does not help before it reaches the animal"
    )
    assert abs(by_length[3] - score_criterion().options["none"]) < 0.08


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_training_solution_reaches_full_points_with_a_margin(seed):
    assert score(trained(seed), 50 + seed) < score_criterion().options["full"] - 0.03


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_model_that_looks_ahead_gains_nothing_on_new_text(seed):
    """Its training loss is lower than an honest model's can be: it copies. On new text there is nothing to copy."""
    model = trained(seed, "looks-ahead", epochs=3)
    assert model.history.history["loss"][-1] < np.log(score_criterion().options["full"]) / 2
    assert score(model, 50 + seed) > score_criterion().options["full"] + 0.1
