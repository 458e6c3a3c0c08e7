"""Inputs of unit 13, time series: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case, Pair


def with_gaps(array, places):
    """A copy in which nan stands at these places, each an index."""
    array = np.array(array, dtype=float)
    for place in places:
        array[place] = np.nan
    return array


def wandering(rng, steps, features):
    """A series (steps, features) that climbs, so that its mean depends on which steps are looked at."""
    slopes = rng.uniform(0.3, 0.9, features)
    return np.arange(steps)[:, np.newaxis] * slopes + rng.normal(0, 1.5, (steps, features)) + rng.normal(0, 4, features)


def make_windows(rng, size):
    yield Case("one feature, one step ahead", wandering(rng, 9, 1), 3, 1, 6, tags="plain")
    yield Case("two features, three steps ahead", wandering(rng, 12, 2), 2, 3, 7, tags="plain")
    yield Case("the second feature is forecast", wandering(rng, 10, 2), 3, 2, 6, 1, tags="plain")
    if size == "secret":
        yield Case("an input of one step", wandering(rng, 6, 2), 1, 1, 3, tags="edges")
    yield Case("one window for each", wandering(rng, 6, 1), 2, 2, 4, tags="edges")
    still = wandering(rng, 8, 2)
    still[:5, 1] = 3.0
    yield Case("a feature that begins to change in the test", still, 2, 1, 5, tags="constant")
    yield Case("whole numbers", rng.integers(-9, 10, (8, 2)), 2, 1, 5, 1, tags="whole")
    if size == "secret":
        yield Case("as many features as steps in and ahead", wandering(rng, 15, 3), 3, 3, 8, 2, tags="plain")
        yield Case("one window for training", wandering(rng, 11, 2), 3, 2, 5, tags="edges")
        yield Case("one window for the test", wandering(rng, 11, 2), 3, 2, 9, tags="edges")
        still = wandering(rng, 10, 2)
        still[:, 0] = -2.0
        yield Case("a feature that never changes is forecast", still, 3, 1, 6, tags="constant")
        whole = rng.integers(-9, 10, (12, 3)) + 4 * np.arange(12)[:, np.newaxis]
        yield Case("whole numbers that climb", whole, 3, 2, 8, tags="whole")
    for number in range(0 if size == "public" else 4):
        features, past, ahead = int(rng.integers(2, 5)), int(rng.integers(2, 6)), int(rng.integers(1, 5))
        first_test = past + ahead + int(rng.integers(2, 9))
        steps = first_test + ahead + int(rng.integers(2, 9))
        column = int(rng.integers(0, features))
        yield Case(
            f"other sizes {number}", wandering(rng, steps, features), past, ahead, first_test, column, tags="plain"
        )


def make_windows_no_window(rng, size):
    series = wandering(rng, 12, 2)
    yield Case("one step too few before the test", series, 3, 2, 4, says="train")
    yield Case("nothing before the test", series, 2, 1, 0, says="train")
    yield Case("one step too few in the test", series, 3, 3, 10, says="test")
    yield Case("the test begins where the series ends", series, 2, 1, 12, says="test")
    yield Case("the test begins after the series ends", series, 2, 1, 20, says="test")


def make_windows_other_test(rng, size):
    """The same past with another future: what is trained on, and what it is scaled by, stay as they were."""
    for column in (1,) if size == "public" else (0, 1):
        series = wandering(rng, 9, 2)
        future = series.copy()
        future[6:] = rng.normal(40, 9, (3, 2))
        yield Pair(
            Case(f"a series, column {column}", series, 3, 2, 6, column),
            Case(f"another future, column {column}", future, 3, 2, 6, column),
        )


def seasons(rng, series, time, season):
    """Series (series, time) with a pattern, a trend and noise: no two values of a row are alike."""
    pattern = rng.normal(0, 5, (series, season))[:, np.arange(time) % season]
    return pattern + rng.uniform(0.2, 0.6, (series, 1)) * np.arange(time) + rng.normal(0, 1, (series, time))


def seasonal_naive(rng, size):
    yield Case("one season ahead", seasons(rng, 2, 12, 4), 4, 4, tags="plain")
    if size == "secret":
        yield Case("less than a season ahead", seasons(rng, 3, 10, 5), 5, 3, tags="plain")
    if size == "secret":
        yield Case("as many series as steps in a season", seasons(rng, 4, 8, 4), 4, 4, tags="plain")
    yield Case("more than two seasons ahead", seasons(rng, 2, 12, 4), 4, 11, tags="round")
    yield Case("a season has begun", seasons(rng, 2, 11, 4), 4, 9, tags="round")
    yield Case("a history of one season", seasons(rng, 2, 5, 5), 5, 7, tags="round")
    yield Case("the naive forecast", seasons(rng, 3, 6, 3), 1, 4, tags="round")
    yield Case("nothing is forecast", seasons(rng, 2, 6, 3), 3, 0, tags="edges")
    yield Case("whole numbers", rng.integers(-9, 10, (2, 9)), 3, 5, tags="edges")
    history = with_gaps(seasons(rng, 2, 12, 4), [(0, 9), (1, 8), (1, 11)])
    yield Case("values are missing in the last season", history, 4, 6, tags="gaps")
    history = with_gaps(seasons(rng, 2, 13, 4), [(0, 10), (0, 6), (1, 9), (1, 12)])
    yield Case("values are missing in two seasons", history, 4, 9, tags="gaps")
    history = with_gaps(seasons(rng, 2, 7, 4), [(0, 4), (1, 5)])
    yield Case("less than two seasons, and a value is missing", history, 4, 5, tags="gaps")
    history = with_gaps(seasons(rng, 2, 14, 4), [(0, 1), (0, 5), (0, 9), (0, 13), (0, 12), (1, 3)])
    yield Case("a place in the season was never measured", history, 4, 6, tags="gaps")
    if size == "secret":
        history = with_gaps(seasons(rng, 2, 6, 3), [(0, 5), (0, 4), (1, 5)])
        yield Case("missing at the end, in the naive forecast", history, 1, 3, tags="gaps")
    for number in range(0 if size == "public" else 4):
        season, series = int(rng.integers(3, 9)), int(rng.integers(1, 5))
        time = 3 * season + int(rng.integers(1, season))
        history = seasons(rng, series, time, season)
        yield Case(f"other sizes {number}", history, season, season, tags="plain")
        yield Case(f"other sizes, far ahead {number}", history, season, 3 * season + 1, tags="round")
        missing = rng.random(history.shape) < 0.4
        missing[0, -2], missing[0, -2 - season] = True, False
        yield Case(f"other gaps {number}", with_gaps(history, [missing]), season, 2 * season, tags="gaps")


def seasonal_naive_too_short(rng, size):
    yield Case("one step too few", seasons(rng, 2, 11, 4), 12, 3, says=["11", "12"])
    yield Case("far too few, and nothing is forecast", seasons(rng, 1, 3, 3), 48, 0, says=["3", "48"])


def scored(rng, series, ahead, time, season):
    """What came, what was forecast, and the training part; the errors are neither tiny nor all of one sign."""
    rows = seasons(rng, series, time + ahead, season)
    actual = rows[:, time:]
    return actual, actual + rng.choice([-1, 1], actual.shape) * rng.uniform(0.5, 4, actual.shape), rows[:, :time]


def mase(rng, size):
    yield Case("a lag of one step", *scored(rng, 2, 5, 9, 3), tags="plain")
    if size == "secret":
        yield Case("one series, one step ahead", *scored(rng, 1, 1, 6, 2), tags="plain")
    yield Case("as many series as steps", *scored(rng, 4, 4, 4, 2), tags="plain")
    yield Case("far more training than test", *scored(rng, 2, 2, 24, 4), tags="plain")
    yield Case("a season of four", *scored(rng, 3, 6, 13, 4), 4, tags="season")
    if size == "secret":
        yield Case("a season of two, as many series as steps", *scored(rng, 5, 5, 5, 2), 2, tags="season")
    yield Case("one step more than a season", *scored(rng, 2, 3, 6, 5), 5, tags="season")
    actual, forecast, training = scored(rng, 3, 5, 12, 3)
    yield Case("a forecast without an error", actual, actual, training, 3, tags="season")
    actual, forecast, training = scored(rng, 3, 5, 12, 3)
    yield Case("missing in the test", with_gaps(actual, [(0, 1), (2, 0), (2, 4)]), forecast, training, 3, tags="gaps")
    actual, forecast, training = scored(rng, 2, 4, 13, 3)
    training = with_gaps(training, [(0, 4), (0, 5), (1, 0), (1, 12)])
    yield Case("missing in training", actual, forecast, training, 3, tags="gaps")
    actual, forecast, training = scored(rng, 2, 6, 11, 4)
    actual, training = with_gaps(actual, [(0, 5), (1, 2)]), with_gaps(training, [(0, 6), (1, 1), (1, 2)])
    yield Case("missing in both", actual, forecast, training, 1, tags="gaps")
    numbers = (rng.integers(-9, 10, (2, n)) for n in (4, 4, 9))
    yield Case("whole numbers", *numbers, 2, tags="whole")
    for number in range(0 if size == "public" else 4):
        series, ahead, season = (int(n) for n in rng.integers(2, 7, 3))
        time = season + int(rng.integers(6, 15))
        actual, forecast, training = scored(rng, series, ahead, time, season)
        yield Case(f"other sizes {number}", actual, forecast, training, tags="plain")
        yield Case(f"another season {number}", actual, forecast, training, season, tags="season")
        actual, training = with_gaps(actual, [(1, 0)]), with_gaps(training, [(0, season), (0, season + 2), (1, 1)])
        yield Case(f"other gaps {number}", actual, forecast, training, season, tags="gaps")


def mase_no_score(rng, size):
    actual, forecast, training = scored(rng, 3, 4, 12, 4)
    repeated = training.copy()
    repeated[1] = np.tile([2.0, 5.0, 1.0, 4.0], 3)
    yield Case("the training part of one series repeats exactly", actual, forecast, repeated, 4)
    if size == "secret":
        yield Case("it repeats exactly and the forecast is perfect", forecast, forecast, repeated, 4)
    yield Case("the training part is one season long", actual, forecast, training[:, :4], 4)
    yield Case("the training part is shorter than a season", actual, forecast, training[:, :3], 4)
    yield Case("nothing came of one series", with_gaps(actual, [(2, slice(None))]), forecast, training, 4)
    holes = with_gaps(training, [(0, slice(0, None, 2))])
    yield Case("no two neighbours of one series were measured", actual, forecast, holes, 1)


def remembered(rng, series, time, lags, steps):
    """A history and a model that neither dies away nor grows; every weight differs, and the bias shows."""
    weights = rng.choice([-1.0, 1.0], len(lags)) * rng.uniform(0.25, 0.9, len(lags))
    weights = weights * 0.97 / np.abs(weights).sum()
    return rng.normal(0, 3, (series, time)), np.array(lags), weights, float(rng.choice([-2.5, 1.75, 3.5])), steps


def recursive_forecast(rng, size):
    yield Case("one step ahead", *remembered(rng, 2, 6, [1, 2, 3], 1), tags="one")
    yield Case("one step ahead, lags apart", *remembered(rng, 3, 9, [1, 4, 7], 1), tags="one")
    if size == "secret":
        yield Case("one step ahead, the history is as long as the lag", *remembered(rng, 2, 4, [1, 4], 1), tags="one")
    yield Case("five steps ahead", *remembered(rng, 2, 6, [1, 2, 3], 5), tags="many")
    yield Case("further ahead than the largest lag", *remembered(rng, 3, 8, [1, 3, 4], 11), tags="many")
    yield Case("as many series as lags and steps", *remembered(rng, 3, 3, [1, 2, 3], 3), tags="many")
    yield Case("one lag, one series", *remembered(rng, 1, 4, [1], 4), tags="many")
    if size == "secret":
        yield Case("one lag of three steps", *remembered(rng, 2, 5, [3], 8), tags="many")
    yield Case("lags in another order", *remembered(rng, 2, 7, [5, 1, 3], 9), tags="lags")
    if size == "secret":
        yield Case(
            "lags downward, the longest as long as the history", *remembered(rng, 2, 6, [6, 4, 1], 7), tags="lags"
        )
    history, lags, weights, bias, steps = remembered(rng, 2, 5, [1, 2], 4)
    yield Case("whole numbers", np.rint(4 * history).astype(int), lags, weights, bias, steps, tags="whole")
    for number in range(0 if size == "public" else 4):
        lags = np.sort(rng.choice(np.arange(1, 12), int(rng.integers(2, 5)), replace=False))
        time, series = int(lags.max() + rng.integers(1, 6)), int(rng.integers(1, 6))
        yield Case(f"other sizes, one step {number}", *remembered(rng, series, time, lags, 1), tags="one")
        yield Case(f"other sizes {number}", *remembered(rng, series, time, lags, 14), tags="many")
        yield Case(f"other order {number}", *remembered(rng, series, time, rng.permutation(lags)[::-1], 5), tags="lags")


def recursive_forecast_too_short(rng, size):
    for time, lags in ((4, [1, 5]), (6, [48, 1, 2]), (2, [3]), (3, [4, 1, 2, 3])):
        yield Case(
            f"{time} steps, lag {max(lags)}", *remembered(rng, 2, time, lags, 3), says=[str(time), str(max(lags))]
        )


def rolling_origin(rng, size):
    yield Case("every step", 9, 4, 2, tags="plain")
    yield Case("exactly one fold", 8, 5, 3, tags="plain")
    yield Case("every second step", 12, 4, 3, 2, tags="every")
    yield Case("every fourth step, and some are left", 17, 3, 2, 4, tags="every")
    yield Case("a gap", 12, 4, 2, 1, 2, tags="gap")
    yield Case("exactly one fold, with a gap", 10, 4, 3, 2, 3, tags="gap")
    yield Case("the first training parts are shorter", 13, 3, 2, longest=6, tags="longest")
    yield Case("a gap, and at most five steps", 18, 7, 2, 2, 3, 5, tags="longest")
    if size == "secret":
        yield Case("one step ahead", 7, 3, 1, tags="plain")
        yield Case("tests side by side", 14, 5, 3, 3, tags="every")
        yield Case("a gap, every third step", 19, 5, 3, 3, 4, tags="gap")
        yield Case("at most four steps of training", 12, 4, 2, longest=4, tags="longest")
        yield Case("one step of training", 8, 2, 1, 2, longest=1, tags="longest")
    for number in range(0 if size == "public" else 4):
        first, ahead, every, gap = (int(n) for n in rng.integers(2, 9, 4))
        steps = first + gap + ahead + 4 * every + int(rng.integers(0, every))
        yield Case(f"other sizes {number}", steps, first, ahead, tags="plain")
        yield Case(f"other sizes, further apart {number}", steps, first, ahead, every, tags="every")
        yield Case(f"other sizes, a gap {number}", steps, first, ahead, every, gap, tags="gap")
        yield Case(f"other sizes, limited {number}", steps, first, ahead, every, gap, first + every, tags="longest")


def rolling_origin_no_fold(rng, size):
    yield Case("one step too few", 8, 6, 3)
    yield Case("the gap takes the last step", 10, 5, 3, 1, 3)
    yield Case("less than the first training part", 4, 6, 1)
    yield Case("no step at all", 0, 3, 2, longest=2)


def calibrated(rng, series, rows, ahead):
    """Forecasts, and a calibration part whose residuals grow with the step and lean to one side."""
    residuals = (np.arange(ahead) + 1) * rng.gamma(2.0, 1.0, (rows, ahead)) * rng.choice([-1, 1, 1], (rows, ahead))
    actual = rng.normal(20, 6, (rows, ahead))
    return rng.normal(20, 6, (series, ahead)), actual, actual - residuals


def conformal_interval(rng, size):
    yield Case("one step ahead", *calibrated(rng, 3, 14, 1), tags="plain")
    yield Case("three steps ahead", *calibrated(rng, 2, 16, 3), 0.3, tags="plain")
    yield Case("as many rows as series and steps", *calibrated(rng, 4, 4, 4), 0.3, tags="plain")
    if size == "secret":
        yield Case("half of them may miss", *calibrated(rng, 2, 12, 2), 0.5, tags="plain")
    # (n + 1)(1 - miss) is a whole number that every way to compute it gives exactly, or the number beside it.
    for rows in (7, 8) if size == "public" else (7, 8, 14, 15, 16):
        yield Case(f"{rows} rows, one in eight may miss", *calibrated(rng, 2, rows, 2), 0.125, tags="rank")
    yield Case("nine rows for one in ten", *calibrated(rng, 2, 9, 2), tags="rank")
    if size == "secret":
        yield Case("three rows for one in four", *calibrated(rng, 2, 3, 2), 0.25, tags="rank")
        yield Case("nearly all may miss", *calibrated(rng, 2, 14, 2), 0.85, tags="plain")
    yield Case("eight rows for one in ten", *calibrated(rng, 2, 8, 2), tags="few")
    yield Case("two rows for one in four", *calibrated(rng, 2, 2, 3), 0.25, tags="few")
    if size == "secret":
        yield Case("a single row", *calibrated(rng, 1, 1, 2), 0.25, tags="few")
    yield Case("no row at all", *calibrated(rng, 2, 0, 2), 0.25, tags="few")
    forecast, actual, other = calibrated(rng, 2, 17, 3)
    actual = with_gaps(actual, [(0, 0), (4, 0), (5, 0), (9, 0), (16, 1)])
    yield Case("values are missing, at each step others", forecast, actual, other, 0.2, tags="gaps")
    forecast, actual, other = calibrated(rng, 3, 8, 3)
    actual = with_gaps(actual, [(slice(None), 1), (slice(0, 6), 2)])
    yield Case("a step without a single value, one with two", forecast, actual, other, 0.25, tags="gaps")
    forecast, actual, other = calibrated(rng, 2, 12, 2)
    yield Case("a forecast of whole numbers", np.rint(forecast).astype(int), actual, other, 0.3, tags="plain")
    for number in range(0 if size == "public" else 4):
        # For some ranks of 35 rows and more, `np.quantile` at the level k/n is off by one because of a rounding in k/n.
        series, ahead, rows = int(rng.integers(1, 6)), int(rng.integers(2, 5)), int(rng.integers(26, 35))
        miss = float(rng.choice([0.07, 0.13, 0.22, 0.37]))
        yield Case(f"other sizes {number}", *calibrated(rng, series, rows, ahead), miss, tags="plain")
        forecast, actual, other = calibrated(rng, series, rows, ahead)
        actual = with_gaps(actual, [(slice(number + 3, number + 8), 0), (2, 1)])
        yield Case(f"other gaps {number}", forecast, actual, other, miss, tags="gaps")


def conformal_interval_miss(rng, size):
    for miss in (0.0, 1.0, -0.1, 10.0):
        yield Case(f"miss is {miss:g}", *calibrated(rng, 2, 12, 2), miss, says="miss")
