"""Unit 15: its loss is Keras' and the sum over all paths, and its other functions are what they are said to be."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

import numpy as np
import pytest

from autograder import course_unit
from autograder.author.source import Source

ROOT = Path(__file__).resolve().parents[2]
UNIT = "15_speech"


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def read(path, blank):
    return [symbol for symbol, _, _ in solution()["collapse"](path, blank)]


@pytest.mark.parametrize("blank", [0, 1, 2])
@pytest.mark.parametrize("time", [0, 1, 4, 6])
def test_the_loss_is_the_sum_over_all_paths(time, blank):
    """Every path is listed and read by `collapse`, so the two functions check each other."""
    log_probs = log_softmax(np.random.default_rng(time).normal(size=(time, 1, 3)))
    symbols = [k for k in range(3) if k != blank]
    sums = {}
    for path in itertools.product(range(3), repeat=time):
        probability = np.exp(sum(log_probs[t, 0, label] for t, label in enumerate(path)))
        target = tuple(read(path, blank))
        sums[target] = sums.get(target, 0.0) + probability
    assert sum(sums.values()) == pytest.approx(1)
    for length in range(4):
        for target in itertools.product(symbols, repeat=length):
            loss = solution()["ctc_loss"](log_probs, [list(target)], [time], blank)
            assert loss.shape == (1,)
            assert np.exp(-loss[0]) == pytest.approx(sums.get(target, 0.0), abs=1e-12)


@pytest.mark.tensorflow
@pytest.mark.parametrize("seed", range(3))
def test_the_loss_is_that_of_keras(seed):
    """In single precision, and with the blank at 0 as Keras has it unless told otherwise."""
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(seed)
    batch, time, classes = 4, 30, 11
    log_probs = log_softmax(rng.normal(size=(time, batch, classes)))
    sizes, lengths = np.array([1, 3, 5, 4]), np.array([30, 12, 25, 18])
    targets = [rng.integers(1, classes, size).tolist() for size in sizes]
    padded = np.zeros((batch, sizes.max()), dtype="int32")
    for row, target in zip(padded, targets, strict=True):
        row[: len(target)] = target
    theirs = keras.ops.ctc_loss(
        padded,
        log_probs.transpose(1, 0, 2).astype("float32"),
        sizes.astype("int32"),
        lengths.astype("int32"),
    )
    mine = solution()["ctc_loss"](log_probs, targets, lengths, 0)
    np.testing.assert_allclose(mine, keras.ops.convert_to_numpy(theirs), rtol=1e-4)


@pytest.mark.parametrize(("size", "hop"), [(1, 1), (4, 1), (4, 3), (4, 4), (7, 5)])
def test_every_sample_comes_into_a_frame_and_no_frame_is_superfluous(size, hop):
    for samples in range(40):
        signal = np.arange(1, samples + 1)
        frames, real = solution()["frame_signal"](signal, size, hop)
        assert frames.shape == (len(real), size)
        assert set(frames[frames > 0].tolist()) == set(signal.tolist())
        assert (np.count_nonzero(frames, axis=1) == real).all() and (real[:-1] == size).all()
        if len(real) > 1:  # without the last frame some sample is missing
            assert frames[:-1].max() < samples


def test_a_tone_lies_in_the_band_of_its_frequency():
    rate, size, bins, bands = 8000, 200, 129, 20
    filters = solution()["mel_filters"](bands, bins, rate)
    np.testing.assert_allclose(filters.sum(axis=1), 1)
    centres = filters @ np.linspace(0, rate / 2, bins)
    for frequency in (300, 900, 2000, 3300):
        tone = np.sin(2 * np.pi * frequency * np.arange(1600) / rate)
        frames, _ = solution()["frame_signal"](tone, size, 80)
        levels = solution()["log_mel"](frames, filters)
        assert levels.shape == (bands, len(frames))
        loudest = levels.mean(axis=1).argmax()
        assert abs(loudest - np.abs(centres - frequency).argmin()) <= 1


def test_ten_times_the_amplitude_is_twenty_decibels():
    filters = solution()["mel_filters"](4, 17, 8000)
    frames = np.random.default_rng(0).normal(size=(3, 30))
    quiet, loud = (solution()["log_mel"](factor * frames, filters) for factor in (1, 10))
    np.testing.assert_allclose(loud - quiet, 20)


def cheapest(said, heard, insert, delete, replace):
    """All ways, without any memory."""
    if not said or not heard:
        return insert * len(heard) + delete * len(said)
    prices = (insert, delete, replace)
    return min(
        cheapest(said[1:], heard[1:], *prices) + (said[0] != heard[0]) * replace,
        cheapest(said[1:], heard, *prices) + delete,
        cheapest(said, heard[1:], *prices) + insert,
    )


@pytest.mark.parametrize("prices", [(1, 1, 1), (0.5, 1.25, 3), (2, 0, 1), (0, 0, 1), (1, 2, 0)])
def test_the_distance_is_the_cheapest_of_all_ways(prices):
    rng = np.random.default_rng(0)
    for _ in range(40):
        said, heard = (rng.integers(0, 3, rng.integers(0, 6)).tolist() for _ in range(2))
        mine = solution()["edit_distance"](said, heard, *prices)
        assert mine == pytest.approx(cheapest(said, heard, *prices))


def test_a_finite_loss_for_an_impossible_target_is_called_by_its_name():
    """An expected infinity must not make every finite answer look close to it."""
    changed = dict(solution())
    exec(
        Source(UNIT, ROOT)
        .solution("ctc_loss")
        .replace("return loss", "return np.where(np.isinf(loss), 1e12, loss)"),
        changed,
    )
    report = course_unit(UNIT).check("ctc_loss", changed["ctc_loss"])
    told = {c.id: c.message for c in report.result.criteria if c.status == "failed"}
    assert "impossible" in told and "close" not in told["impossible"]
