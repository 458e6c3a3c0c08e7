"""Unit 09: its loss is Keras', its decoders see no target, its beam finds what greedy decoding misses."""

from __future__ import annotations

import functools
import inspect
from pathlib import Path

import numpy as np
import pytest

from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "09_seq2seq"
START, END = 1, 2


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def decoder(seed, vocabulary=8, units=5, lift=0.3):
    """Weights of a small decoder that never says [PAD] or [START] in practice, and a context for each of four rows."""
    rng = np.random.default_rng(seed)
    shapes = [
        (vocabulary, 3),
        (3, units),
        (units, units),
        (units,),
        (units, vocabulary),
        (vocabulary,),
    ]
    weights = [rng.normal(size=shape) for shape in shapes]
    weights[-1][END] += lift
    weights[-1][:END] = -30
    return 1.5 * rng.normal(size=(4, units)), tuple(weights)


def teacher_forced(context, weights, tokens):
    """Log-probabilities (rows, steps, vocabulary) at each step, when the inputs are `tokens` shifted to the right."""
    h, found = context, []
    for token in solution()["shift_right"](tokens).T:
        log_p, h = solution()["decoder_step"](token, h, weights)
        found.append(log_p)
    return np.stack(found, axis=1)


def targets_of(seed, batch=5, time=7, vocabulary=9):
    rng = np.random.default_rng(seed)
    lengths = np.append(rng.integers(1, time, batch - 1), time)
    targets = rng.integers(3, vocabulary, (batch, time))
    targets[np.arange(batch), lengths - 1] = END
    return targets * (np.arange(time) < lengths[:, None])


@pytest.mark.parametrize("seed", range(3))
def test_masked_loss_is_keras_cross_entropy_with_an_ignored_class(seed):
    """Float32 against float64, at a loss near 3."""
    targets = targets_of(seed)
    logits = 2 * np.random.default_rng(seed + 10).normal(size=(*targets.shape, 9))
    theirs = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)(
        targets, logits.astype("float32")
    )
    assert solution()["masked_loss"](logits, targets) == pytest.approx(float(theirs), rel=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_mask_of_the_inputs_is_the_mask_of_the_targets(seed):
    targets = targets_of(seed)
    np.testing.assert_array_equal(solution()["shift_right"](targets) == 0, targets == 0)


@pytest.mark.parametrize("seed", range(3))
def test_greedy_decoding_repeats_itself_under_teacher_forcing(seed):
    """Fed with its own output, the decoder finds each of its tokens the most probable one, and their sum the same."""
    context, weights = decoder(seed)
    tokens, total = solution()["greedy_decode"](context, weights, 9)
    log_p, real = teacher_forced(context, weights, tokens), tokens != 0
    np.testing.assert_array_equal(log_p.argmax(axis=-1)[real], tokens[real])
    np.testing.assert_allclose(np.where(real, log_p.max(axis=-1), 0).sum(axis=1), total, rtol=1e-12)
    assert solution()["masked_loss"](log_p, tokens) == pytest.approx(-total.sum() / real.sum())


@pytest.mark.parametrize("name", ["greedy_decode", "beam_search"])
def test_decoding_is_given_no_target(name):
    assert not any(
        "target" in parameter for parameter in inspect.signature(solution()[name]).parameters
    )


@pytest.mark.parametrize("seed", range(3))
def test_no_beam_ends_better_than_the_whole_tree_and_a_beam_of_one_is_greedy_decoding(seed):
    contexts, weights = decoder(seed, vocabulary=5, units=4)
    beam_search, greedy = solution()["beam_search"], solution()["greedy_decode"]
    for context in contexts:
        row, total = greedy(context[None], weights, 4)
        tokens, score = beam_search(context, weights, 1, 4)
        np.testing.assert_array_equal(row[0, : len(tokens)], tokens)
        assert score == pytest.approx(total[0])
        best = beam_search(context, weights, 1000, 4)[1]
        for width in (1, 2, 3, 5):
            tokens, score = beam_search(context, weights, width, 4)
            assert score <= best + 1e-12 or END not in tokens


def test_a_beam_of_four_beats_greedy_decoding_and_a_length_penalty_never_shortens():
    """15 small decoders, 4 contexts each: finished outputs get more probable, and none shrinks when alpha grows."""
    beam_search = solution()["beam_search"]
    gains, lengths = [], []
    for seed in range(15):
        contexts, weights = decoder(seed, lift=0.0)
        for context in contexts:
            (greedy, before), (found, after) = (
                beam_search(context, weights, width, 8) for width in (1, 4)
            )
            if END in greedy and END in found:
                gains.append(after - before)
            lengths.append(
                [
                    len(beam_search(context, weights, 4, 8, alpha)[0])
                    for alpha in (0.0, 1.0, 2.0, 4.0)
                ]
            )
            assert lengths[-1] == sorted(lengths[-1]), (
                "the same finished hypotheses, a larger weight for their length"
            )
    assert len(gains) > 20 and np.mean(gains) > 0.1 and np.max(gains) > 0.5
    assert sum(row[0] < row[-1] for row in lengths) >= 5


@functools.cache
def model(seed):
    keras.utils.set_random_seed(seed)
    return solution()["build_seq2seq"](12, 9, 8)


def outputs(seed, source, inputs):
    return keras.ops.convert_to_numpy(model(seed)([source.astype("int32"), inputs.astype("int32")]))


def test_the_model_has_the_parameters_of_the_text():
    assert solution()["build_seq2seq"](100, 80, 8).count_params() == 4848


@pytest.mark.parametrize("seed", range(3))
def test_the_model_reads_the_source_and_no_later_input_and_no_padding(seed):
    """The largest change of a probability, of about 1/9 each; 1e-6 is rounding in float32."""
    rng = np.random.default_rng(seed)
    source, inputs = (
        rng.integers(1, 12, (4, 6)),
        solution()["shift_right"](rng.integers(3, 9, (4, 5))),
    )
    answers = outputs(seed, source, inputs)
    np.testing.assert_allclose(answers.sum(axis=-1), 1, atol=1e-5)
    later = inputs.copy()
    later[:, 3] = 3 + (inputs[:, 3] - 2) % 6
    changed = np.abs(outputs(seed, source, later) - answers).max(axis=(0, 2))
    assert changed[:3].max() < 1e-6 < 1e-4 < changed[3], (
        "a step must not see the inputs behind it, and sees its own"
    )
    assert np.abs(outputs(seed, np.roll(source, 1, axis=1), inputs) - answers).max() > 1e-4, (
        "the order of the source"
    )
    padded = outputs(seed, np.pad(source, [(0, 0), (0, 4)]), np.pad(inputs, [(0, 0), (0, 3)]))
    np.testing.assert_allclose(padded[:, :5], answers, atol=1e-6)


def test_the_mask_of_shifted_inputs_keeps_padding_out_of_the_loss_that_keras_computes():
    """The model is made to expect padding, as it would learn to where padding is counted: that step is then cheap."""
    keras.utils.set_random_seed(0)
    model = solution()["build_seq2seq"](12, 9, 8)
    weights = model.get_weights()
    weights[-1][0] = 3.0
    model.set_weights(weights)
    targets, source = targets_of(4), np.random.default_rng(4).integers(1, 12, (5, 6))
    inputs = solution()["shift_right"](targets)
    probabilities = keras.ops.convert_to_numpy(
        model([source.astype("int32"), inputs.astype("int32")])
    )
    right = solution()["masked_loss"](np.log(probabilities), targets)
    assert model.evaluate([source, inputs], targets, batch_size=5, verbose=0) == pytest.approx(
        right, rel=1e-4
    )
    with_end = inputs.copy()
    with_end[:, 1:] = targets[:, :-1]  # [END] as an input, where nothing is asked for
    assert model.evaluate([source, with_end], targets, batch_size=5, verbose=0) < 0.95 * right
