"""Unit 13: windows, scores, folds and intervals held against other people's, and against their promise."""

from __future__ import annotations

import functools
import math
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import TimeSeriesSplit
from sklearn.preprocessing import StandardScaler

from autograder.author.source import Source

ROOT = Path(__file__).resolve().parents[2]
seeds = pytest.mark.parametrize("seed", range(3))


@functools.cache
def solution(name):
    return Source("13_time_series", ROOT).namespace()[name]


@seeds
def test_windows_are_those_of_a_scaler_that_saw_the_past_alone(seed):
    rng = np.random.default_rng(seed)
    series = np.cumsum(rng.normal(size=(60, 3)), axis=0)
    past, ahead, first_test, column = 7, 3, 41, 1
    scaler = StandardScaler().fit(series[:first_test])
    scaled = scaler.transform(series)
    train, test, (mean, std) = solution("make_windows")(series, past, ahead, first_test, column)
    np.testing.assert_allclose([mean, std], [scaler.mean_, scaler.scale_], rtol=1e-12)
    views = np.lib.stride_tricks.sliding_window_view(scaled, past + ahead, axis=0).swapaxes(1, 2)
    for (inputs, targets), views_of_part in (
        (train, views[: first_test - past - ahead + 1]),
        (test, views[first_test - past :]),
    ):
        np.testing.assert_allclose(inputs, views_of_part[:, :past], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(targets, views_of_part[:, past:, column], rtol=1e-9, atol=1e-12)


@seeds
def test_every_step_of_the_test_is_forecast_and_none_is_trained_on(seed):
    rng = np.random.default_rng(seed)
    past, ahead, first_test = (int(n) for n in rng.integers([2, 1, 14], [6, 5, 20]))
    steps = np.arange(30.0)[:, np.newaxis]
    train, test, (mean, std) = solution("make_windows")(steps, past, ahead, first_test)
    seen = [np.rint(part * std + mean).astype(int) for part in (*train, *test)]
    assert max(seen[0].max(), seen[1].max()) == first_test - 1
    assert set(seen[3].ravel()) == set(range(first_test, 30))
    assert (seen[2][:, -1, 0] + 1 == seen[3][:, 0]).all()


def test_a_seasonal_naive_forecast_scores_one_on_its_own_history():
    """By definition: its mean error one season ahead in the training part is the scale."""
    rng = np.random.default_rng(0)
    training = rng.normal(size=(4, 60))
    score = solution("mase")(training[:, 12:], training[:, :-12], training, 12)
    np.testing.assert_allclose(score, 1.0)


@seeds
def test_mase_is_a_ratio_of_two_mean_absolute_errors_of_sklearn(seed):
    rng = np.random.default_rng(seed)
    training, actual, forecast = (rng.normal(size=(2, n)) for n in (30, 8, 8))
    expected = [
        mean_absolute_error(y, f) / mean_absolute_error(past[5:], past[:-5])
        for y, f, past in zip(actual, forecast, training, strict=True)
    ]
    np.testing.assert_allclose(solution("mase")(actual, forecast, training, 5), expected)


@seeds
def test_a_fitted_model_that_is_asked_again_and_again_gives_the_recursive_forecast(seed):
    rng = np.random.default_rng(seed)
    lags = np.array([1, 3, 7])
    series = np.cumsum(rng.normal(size=80))
    table = np.stack([series[7 - lag : len(series) - lag] for lag in lags], axis=1)
    model = LinearRegression().fit(table, series[7:])
    known = list(series)
    for _ in range(20):
        known.append(float(model.predict([[known[-lag] for lag in lags]])[0]))
    forecast = solution("recursive_forecast")(
        series[np.newaxis], lags, model.coef_, model.intercept_, 20
    )
    np.testing.assert_allclose(forecast[0], known[80:], rtol=1e-9)


@pytest.mark.parametrize("gap", [0, 2])
@pytest.mark.parametrize("longest", [None, 9])
def test_folds_are_those_of_sklearn(gap, longest):
    folds = solution("rolling_origin")(40, 16, 4, 4, gap, longest)
    splits = TimeSeriesSplit(len(folds), test_size=4, gap=gap, max_train_size=longest)
    shift = 40 - folds[-1, 3]  # theirs end with the series, ours begin with `first`
    for (begin, end, test_begin, test_end), (train, test) in zip(
        folds, splits.split(np.zeros(40)), strict=True
    ):
        assert [test[0], test[-1] + 1] == [test_begin + shift, test_end + shift]
        assert train[-1] + 1 == end + shift
        assert longest is None or len(train) == end - begin


@pytest.mark.parametrize(("rows", "miss"), [(9, 0.1), (19, 0.1), (24, 0.1), (50, 0.25), (8, 0.1)])
def test_an_interval_keeps_its_promise_to_the_digit(rows, miss):
    """A new residual falls into each of n + 1 places equally often, whatever its distribution: coverage k / (n + 1)."""
    rng = np.random.default_rng(rows)
    trials = 4000  # as many steps ahead, each with a calibration part of its own
    residuals = rng.standard_t(2, (rows + 1, trials)) * rng.gamma(1.0, 2.0, trials)
    lower, upper = solution("conformal_interval")(
        np.zeros((1, trials)), residuals[:rows], np.zeros((rows, trials)), miss
    )
    inside = np.mean((lower[0] <= residuals[rows]) & (residuals[rows] <= upper[0]))
    rank = math.ceil((rows + 1) * (1 - miss))
    expected = min(rank / (rows + 1), 1.0)
    assert expected >= 1 - miss
    assert abs(inside - expected) <= 4 * math.sqrt(expected * (1 - expected) / trials)
    assert np.isinf(upper).all() == (rank > rows)


def test_the_quantile_of_many_tutorials_is_one_rank_too_high():
    """What the named mistake `one-rank-too-high` says of `method="higher"` at the level k / n."""
    residuals = np.sort(np.random.default_rng(1).random(40))
    rank = math.ceil(41 * 0.9)
    assert np.quantile(residuals, rank / 40, method="higher") == residuals[rank]
    _, upper = solution("conformal_interval")(
        np.zeros((1, 1)), residuals[:, np.newaxis], np.zeros((40, 1))
    )
    assert upper[0, 0] == residuals[rank - 1]


def test_the_six_functions_work_together_as_the_notebook_shows(capsys):
    """The program in the text: the linear model beats the baseline, and nine in ten of its intervals hold, about."""
    path = ROOT / "exercises" / "source" / "13_time_series" / "13_time_series.ipynb"
    [text] = [
        c.source for c in nbformat.read(path, as_version=4).cells if c.id == "u13-together-text"
    ]
    namespace = dict(Source("13_time_series", ROOT).namespace())
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1), namespace)
    assert capsys.readouterr().out.count("\n") == 4
    mase, training = namespace["mase"], namespace["training"]
    errors = [
        mase(namespace["actual"], namespace[name], training, 7) for name in ("seasonal", "linear")
    ]
    assert errors[1].mean() < 0.95 * errors[0].mean()
    assert 0.85 < namespace["inside"].mean() < 0.98
    width = (namespace["upper"] - namespace["lower"])[0]
    assert width[-1] > width[0]
