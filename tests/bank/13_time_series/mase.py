# %% 01 right: whole arrays, sums over what is there divided by counts
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    errors = np.abs(actual - forecast)
    steps = np.abs(training[:, season:] - training[:, :-season])
    n_errors = np.sum(~np.isnan(errors), axis=1)
    n_steps = np.sum(~np.isnan(steps), axis=1)
    if np.any(n_errors == 0) or np.any(n_steps == 0):
        raise ValueError("A series has no difference left, so it has no score.")
    below = np.nansum(steps, axis=1) / n_steps
    if np.any(below == 0):
        raise ValueError("The training part of a series repeats exactly, so it has no score.")
    return np.nansum(errors, axis=1) / n_errors / below

# %% 02 wrong: pairs below are counted by y_t alone, so a pair whose earlier side is missing adds nothing to the sum but one to the number divided by
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    now, before = training[:, season:], training[:, :-season]
    count_top = (~np.isnan(actual)).sum(axis=1)
    count_below = (~np.isnan(now)).sum(axis=1)
    if (count_top == 0).any() or (count_below == 0).any():
        raise ValueError("Too much is missing.")
    top = np.nansum(np.abs(actual - forecast), axis=1) / count_top
    below = np.nansum(np.abs(now - before), axis=1) / count_below
    if (below == 0).any():
        raise ValueError("The training part repeats exactly.")
    return top / below

# %% 03 wrong: missing steps are dropped from the training row before the shift by one season, so later values are compared with the wrong place in the season
def mase(actual, forecast, training, season=1):
    scores = []
    for y, f, past in zip(np.asarray(actual, float), np.asarray(forecast, float), np.asarray(training, float)):
        there = ~np.isnan(y)
        past = past[~np.isnan(past)]
        if not there.any():
            raise ValueError("A series has no actual values.")
        if len(past) <= season:
            raise ValueError("A training series is not longer than a season.")
        unit = np.abs(past[season:] - past[:-season]).mean()
        if unit == 0:
            raise ValueError("A training series repeats exactly.")
        scores.append(np.abs(y[there] - f[there]).mean() / unit)
    return np.array(scores)

# %% 04 right: a loop over the series, boolean masks and the mean of what is left
def mase(actual, forecast, training, season=1):
    actual, forecast, training = (np.array(a, dtype=np.float64) for a in (actual, forecast, training))
    score = np.empty(len(actual))
    for i in range(len(actual)):
        gap = np.abs(actual[i] - forecast[i])
        gap = gap[~np.isnan(gap)]
        unit = np.abs(training[i, season:] - training[i, : max(training.shape[1] - season, 0)])
        unit = unit[~np.isnan(unit)]
        if gap.size == 0:
            raise ValueError(f"Series {i}: all actual values are missing.")
        if unit.size == 0:
            raise ValueError(f"Series {i}: no two training values are one season apart.")
        if not unit.any():
            raise ValueError(f"Series {i}: the training part repeats exactly.")
        score[i] = gap.mean() / unit.mean()
    return score

# %% 05 wrong: np.diff with n=season takes the difference season times over and not the difference over a lag of one season
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    errors = np.abs(actual - forecast)
    seasonal = np.abs(np.diff(training, n=season, axis=1))
    if training.shape[1] <= season:
        raise ValueError("training must be longer than one season")
    if np.isnan(errors).all(axis=1).any() or np.isnan(seasonal).all(axis=1).any():
        raise ValueError("too many values are missing")
    scale = np.nanmean(seasonal, axis=1)
    if (scale == 0).any():
        raise ValueError("training repeats exactly, the scale is 0")
    return np.nanmean(errors, axis=1) / scale

# %% 06 wrong: the arrays are subtracted as they come, so whole numbers without a sign such as uint8 wrap around below 0
def mase(actual, forecast, training, season=1):
    actual, forecast, training = np.asarray(actual), np.asarray(forecast), np.asarray(training)
    if training.shape[1] <= season:
        raise ValueError("The training part is not longer than one season.")
    errors = np.abs(actual - forecast)
    naive = np.abs(training[:, season:] - training[:, :-season])
    if np.isnan(errors).all(axis=1).any() or np.isnan(naive).all(axis=1).any():
        raise ValueError("A series has no difference left.")
    below = np.nanmean(naive, axis=1)
    if np.any(below == 0):
        raise ValueError("A series repeats exactly.")
    return np.nanmean(errors, axis=1) / below

# %% 07 right: masked arrays, the mean of a row without anything left is masked and gives the series away
def mase(actual, forecast, training, season=1):
    def gaps(one, other):
        difference = np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float))
        return np.ma.masked_array(difference, mask=np.isnan(difference))

    training = np.asarray(training)
    if training.shape[1] <= season and len(training):
        raise ValueError("The training part is not longer than one season, so there is no score.")
    if np.shape(actual)[1] == 0 and len(training):
        raise ValueError("There is no step to score.")
    above = gaps(actual, forecast)
    below = gaps(training[:, season:], training[:, :-season])
    if (above.count(axis=1) == 0).any() or (below.count(axis=1) == 0).any():
        raise ValueError("Too much is missing in one of the series.")
    scale = below.mean(axis=1)
    if (scale.filled(0.0) == 0).any():
        raise ValueError("One of the series repeats exactly in training.")
    return np.asarray((above.mean(axis=1) / scale).filled(np.nan))

# %% 08 wrong: the error comes only when no series at all has a score, so one series without a score beside others gets nan or inf
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    errors = np.abs(actual - forecast)
    steps = np.abs(training[:, season:] - training[:, :-season])
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.nansum(errors, axis=1) / np.sum(~np.isnan(errors), axis=1)
        below = np.nansum(steps, axis=1) / np.sum(~np.isnan(steps), axis=1)
        score = above / below
    if not np.isfinite(score).any():
        raise ValueError("The series have no score.")
    return score

# %% 09 wrong: the mean below is compared with 0 by np.isclose, so a series of very small numbers is refused although it has a score
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)

    def mean_gap(a, b):
        gap = np.abs(a - b)
        there = ~np.isnan(gap)
        if not there.any(axis=1).all():
            raise ValueError("A series has no difference left.")
        return np.where(there, gap, 0).sum(axis=1) / there.sum(axis=1)

    above = mean_gap(actual, forecast)
    below = mean_gap(training[:, season:], training[:, :-season])
    if np.isclose(below, 0).any():
        raise ValueError("A training part repeats exactly.")
    return above / below

# %% 10 wrong: nobody asks whether a series has an actual value left, so one whose actual values are all missing gets the score nan and not an error
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    if training.shape[1] <= season:
        raise ValueError("training is not longer than one season")
    naive = np.abs(training[:, season:] - training[:, :-season])
    if np.all(np.isnan(naive), axis=1).any():
        raise ValueError("a training series has no pair one season apart")
    scale = np.nanmean(naive, axis=1)
    if (scale == 0).any():
        raise ValueError("a training series repeats exactly")
    return np.nanmean(np.abs(actual - forecast), axis=1) / scale

# %% 11 right: pure Python, a helper that gives the mean of the pairs or None, math.isnan and math.fsum
import math


def _mean_gap(pairs):
    gaps = [abs(float(a) - float(b)) for a, b in pairs if not (math.isnan(a) or math.isnan(b))]
    return math.fsum(gaps) / len(gaps) if gaps else None


def mase(actual, forecast, training, season=1):
    scores = []
    for came, said, known in zip(actual, forecast, training):
        above = _mean_gap(zip(came, said))
        below = _mean_gap(zip(known[season:], known))
        if above is None or below is None:
            raise ValueError("At least one series has no difference left.")
        if below == 0:
            raise ValueError("At least one series repeats exactly in its training part.")
        scores.append(above / below)
    return np.array(scores, dtype=float)

# %% 12 wrong: a step at which any series is missing is left out for all series, so gaps of one series change the score of another
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    errors = np.abs(actual - forecast)
    naive = np.abs(training[:, season:] - training[:, :-season])
    errors = errors[:, ~np.isnan(errors).any(axis=0)]
    naive = naive[:, ~np.isnan(naive).any(axis=0)]
    if errors.shape[1] == 0 or naive.shape[1] == 0:
        raise ValueError("No difference is left.")
    below = naive.mean(axis=1)
    if np.any(below == 0):
        raise ValueError("Training repeats exactly.")
    return errors.mean(axis=1) / below

# %% 13 wrong: missing values of actual are overwritten in the caller's own array (np.asarray makes no copy of floats), the score is right but the input is changed
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    missing = np.isnan(actual)
    n = (~missing).sum(axis=1)
    actual[missing] = forecast[missing]  # an error of 0 adds nothing to the sum
    steps = np.abs(training[:, season:] - training[:, :-season])
    holes = np.isnan(steps)
    steps[holes] = 0
    m = (~holes).sum(axis=1)
    if (n == 0).any() or (m == 0).any():
        raise ValueError("There is a series with no differences.")
    if (steps.sum(axis=1) == 0).any():
        raise ValueError("There is a series that repeats exactly.")
    return (np.abs(actual - forecast).sum(axis=1) / n) / (steps.sum(axis=1) / m)

# %% 14 wrong: np.roll brings the end of the training part round to its beginning and the first season is not cut off, so differences that do not exist enter the mean below
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    if training.shape[1] <= season:
        raise ValueError("training has no more than one season")
    errors = np.abs(actual - forecast)
    naive = np.abs(training - np.roll(training, season, axis=1))
    for gaps in (errors, naive):
        if (np.isnan(gaps).sum(axis=1) == gaps.shape[1]).any():
            raise ValueError("a series has too many missing values")
    below = np.nanmean(naive, axis=1)
    if (below == 0).any():
        raise ValueError("a series repeats exactly")
    return np.nanmean(errors, axis=1) / below

# %% 15 wrong: a mean of 0 above is refused like one below, so a perfect forecast gets an error and not the score 0
def mase(actual, forecast, training, season=1):
    result = []
    for a, f, t in zip(np.asarray(actual, dtype=float), np.asarray(forecast, dtype=float), np.asarray(training, dtype=float)):
        top = [abs(x - y) for x, y in zip(a, f) if not np.isnan(x)]
        bottom = []
        for i in range(season, len(t)):
            d = abs(t[i] - t[i - season])
            if not np.isnan(d):
                bottom.append(d)
        if sum(top) == 0 or sum(bottom) == 0:  # also when the list is empty
            raise ValueError("This series has no score.")
        result.append((sum(top) / len(top)) / (sum(bottom) / len(bottom)))
    return np.array(result)

# %% 16 wrong: the mean below is one number over all series together, so series do not have their own scale and a single one that repeats exactly goes unnoticed
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    errors = np.abs(actual - forecast)
    naive = np.abs(training[:, season:] - training[:, :-season])
    if np.isnan(errors).all(axis=1).any() or np.isnan(naive).all(axis=1).any():
        raise ValueError("no difference left")
    scale = np.nanmean(naive)
    if scale == 0:
        raise ValueError("the training part repeats exactly")
    return np.nanmean(errors, axis=1) / scale

# %% 17 right: zeros in place of what is missing and matrix products with the masks, errors looked for before the division
def mase(actual, forecast, training, season=1):
    forecast = np.asarray(forecast, dtype=float)
    came = np.asarray(actual, dtype=float)
    known = np.asarray(training, dtype=float)
    later = np.arange(season, known.shape[1])
    now, before = np.take(known, later, axis=1), np.take(known, later - season, axis=1)

    has_error = (came == came).astype(float)
    has_step = ((now == now) & (before == before)).astype(float)
    errors = np.nan_to_num(np.abs(came - forecast), nan=0.0)
    moves = np.nan_to_num(np.abs(now - before), nan=0.0)

    n_error, n_step = has_error @ np.ones(came.shape[1]), has_step @ np.ones(len(later))
    sum_error, sum_step = np.einsum("st->s", errors), np.einsum("st->s", moves)
    without = (n_error < 1) | (n_step < 1) | (sum_step == 0)
    if without.any():
        raise ValueError(f"no score for series {np.flatnonzero(without).tolist()}")
    return (sum_error * n_step) / (n_error * sum_step)

# %% 18 wrong: two slips, the errors above are divided by all steps ahead although some are missing, and assert raises an AssertionError where a ValueError is asked for
def mase(actual, forecast, training, season=1):
    actual = np.asarray(actual, dtype=float)
    forecast = np.asarray(forecast, dtype=float)
    training = np.asarray(training, dtype=float)
    gaps = np.abs(actual - forecast)
    moves = np.abs(training[:, season:] - training[:, :-season])
    assert (~np.isnan(gaps)).any(axis=1).all(), "a series has no actual values"
    assert (~np.isnan(moves)).any(axis=1).all(), "a series has no training differences"
    below = np.nanmean(moves, axis=1)
    assert (below > 0).all(), "a series repeats exactly"
    above = np.nansum(gaps, axis=1) / gaps.shape[1]
    return above / below
