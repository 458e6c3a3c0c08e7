"""Unit 12: its scan is the loop, and its minGRU a GRU of Keras with parts taken out."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from autograder import course_unit
from autograder.author.source import Source

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).resolve().parents[2]
UNIT = "12_linear_recurrences"


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def steps(seed, time, batch=3, units=4):
    rng = np.random.default_rng(seed)
    return (
        rng.uniform(-1, 1, (batch, time, units)),
        rng.normal(size=(batch, time, units)),
        rng.normal(size=(batch, units)),
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("time", [*range(1, 10), 31, 32, 33, 1000])
def test_the_scan_is_the_loop(seed, time):
    """Double precision and factors below 1: the two orders of rounding differ by a few units in the last place."""
    a, b, h0 = steps(seed, time)
    for start in (None, h0):
        loop, scan = (
            solution()[name](a, b, start)
            for name in ("linear_recurrence", "linear_recurrence_scan")
        )
        np.testing.assert_allclose(scan, loop, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_combine_is_what_keras_scans_with(seed):
    """In single precision: 1e-5, as the lesson states it."""
    a, b, _ = (part.astype("float32") for part in steps(seed, 37))
    _, theirs = keras.ops.associative_scan(solution()["combine"], (a, b), axis=1)
    loop = solution()["linear_recurrence"](a, b)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs), loop, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("padded", [False, True])
def test_min_gru_is_keras_gru_without_recurrent_kernel_and_tanh(seed, padded):
    rng = np.random.default_rng(seed)
    batch, time, features, units = 4, 9, 3, 5
    x, h0 = rng.normal(size=(batch, time, features)), rng.normal(size=(batch, units))
    mask = None
    if padded:  # not at the first step, where Keras puts out zeros in place of the initial state
        mask = np.concatenate(
            [np.ones((batch, 1), bool), rng.random((batch, time - 1)) < 0.6], axis=1
        )
    W_z, W_g = rng.normal(0, 0.6, (2, features, units))
    b_z, b_g = rng.normal(0, 0.6, (2, units))
    layer = keras.layers.GRU(units, activation="linear", return_sequences=True)
    layer.build((None, None, features))
    no_reset, zeros = np.zeros((features, units)), np.zeros(units)
    bias = np.stack([np.concatenate([b_z, zeros, b_g]), np.zeros(3 * units)])
    layer.set_weights([np.hstack([W_z, no_reset, W_g]), np.zeros((units, 3 * units)), bias])
    theirs = layer(x.astype("float32"), mask=mask, initial_state=h0.astype("float32"))
    mine = solution()["min_gru"](x, W_z, b_z, W_g, b_g, h0, mask)
    np.testing.assert_allclose(mine, keras.ops.convert_to_numpy(theirs), atol=1e-5, rtol=0)


@pytest.mark.parametrize("exercise", ["linear_recurrence_scan", "min_gru"])
def test_a_loop_over_time_is_right_and_costs_the_points_for_speed_only(exercise):
    looping = dict(solution())
    exec("linear_recurrence_scan = linear_recurrence", looping)
    # `min_gru` finds the scan in the namespace that it was defined in.
    exec(Source(UNIT, ROOT).solution("min_gru"), looping)
    report = course_unit(UNIT).check(exercise, looping[exercise])
    lost = {c.id for c in report.result.criteria if c.status != "passed"}
    assert lost == {"no-loop"} and report.result.diagnosis.mistake == "step-after-step"
    assert course_unit(UNIT).check(exercise, solution()[exercise]).score == report.result.max_points
