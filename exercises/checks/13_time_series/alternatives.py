"""Right answers to unit 13, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def make_windows__each_part_cut_from_its_own_stretch(series, past, ahead, first_test, column=0):
    """two stretches of the series, cut by one helper"""

    def cut(stretch):
        count = len(stretch) - past - ahead + 1
        inputs = np.stack([stretch[k : k + past] for k in range(count)])
        targets = np.stack([stretch[k + past : k + past + ahead, column] for k in range(count)])
        return inputs, targets

    if past + ahead > first_test:
        raise ValueError("the training part is too short")
    if first_test + ahead > len(series):
        raise ValueError("the test part is too short")
    mean = np.mean(series[:first_test], axis=0)
    std = np.std(series[:first_test], axis=0)
    std[std == 0] = 1
    series = (series - mean) / std
    return cut(series[:first_test]), cut(series[first_test - past :]), (mean, std)


def make_windows__with_a_window_view(series, past, ahead, first_test, column=0):
    """sliding_window_view, and lists in place of tuples"""
    train = first_test - past - ahead + 1
    test = len(series) - first_test - ahead + 1
    for name, count in (("train", train), ("test", test)):
        if count < 1:
            raise ValueError(f"the {name} part has no window")
    known = np.asarray(series, dtype="float64")[:first_test]
    mean = known.sum(axis=0) / first_test
    std = np.sqrt(((known - mean) ** 2).mean(axis=0))
    std = np.where(known.max(axis=0) == known.min(axis=0), 1.0, std)
    view = np.lib.stride_tricks.sliding_window_view((series - mean) / std, past + ahead, axis=0)
    view = np.swapaxes(view, 1, 2)
    inputs, targets = view[:, :past], view[:, past:, column]
    return [[inputs[:train], targets[:train]], [inputs[-test:], targets[-test:]], [mean, std]]


def make_windows__window_by_window(series, past, ahead, first_test, column=0):
    """a loop with two lists"""
    mean, std = series[:first_test].mean(0), series[:first_test].std(0)
    std = np.array([s if s > 0 else 1.0 for s in std]) if first_test > 0 else std
    parts = {"train": ([], []), "test": ([], [])}
    for first_target in range(past, len(series) - ahead + 1):
        x = (series[first_target - past : first_target] - mean) / std
        y = (series[first_target : first_target + ahead, column] - mean[column]) / std[column]
        if first_target + ahead <= first_test:
            part = "train"
        elif first_target >= first_test:
            part = "test"
        else:
            continue
        parts[part][0].append(x)
        parts[part][1].append(y)
    for part, (inputs, _) in parts.items():
        if not inputs:
            raise ValueError("no window in " + part)
    train, test = ((np.array(x), np.array(y)) for x, y in parts.values())
    return train, test, (mean, std)


def make_windows__feature_by_feature(series, past, ahead, first_test, column=0):
    """in single precision, feature by feature"""
    time, features = series.shape
    if first_test - ahead < past:
        raise ValueError("train: too few steps")
    if time - first_test < ahead:
        raise ValueError("test: too few steps")
    scaled = np.empty((time, features), dtype=np.float32)
    mean, std = np.zeros(features), np.ones(features)
    for f in range(features):
        mean[f] = np.average(series[:first_test, f])
        spread = np.std(series[:first_test, f])
        if spread != 0:
            std[f] = spread
        scaled[:, f] = (series[:, f] - mean[f]) / std[f]

    def part(first, last):
        rows = range(first, last + 1)
        return np.array([scaled[r - past : r] for r in rows]), np.array([scaled[r : r + ahead, column] for r in rows])

    return part(past, first_test - ahead), part(first_test, time - ahead), (mean, std)


def seasonal_naive__tiled(history, season, steps):
    """the last season looked for place by place, then tiled"""
    series, time = history.shape
    if season > time:
        raise ValueError(f"a season has {season} steps, the history {time}")
    last = np.full((series, season), np.nan)
    for place in range(season):
        for t in range(time - season + place, -1, -season):
            last[:, place] = np.where(np.isnan(last[:, place]), history[:, t], last[:, place])
    return np.tile(last, (1, steps // season + 1))[:, :steps]


def seasonal_naive__value_by_value(history, season, steps):
    """value by value, with a while loop"""
    if history.shape[1] < season:
        raise ValueError("steps: " + str(history.shape[1]) + ", season: " + str(season))
    forecast = np.empty((len(history), steps), dtype=float)
    for row, values in enumerate(history):
        for k in range(steps):
            t = len(values) + k
            while t >= len(values) or (t >= 0 and np.isnan(values[t])):
                t -= season
            forecast[row, k] = values[t] if t >= 0 else np.nan
    return forecast


def seasonal_naive__by_reshaping(history, season, steps):
    """seasons as rows of a table, missing ones in front"""
    series, time = history.shape
    if time // season == 0:
        raise ValueError(f"{season} > {time}")
    front = -time % season
    table = np.concatenate([np.full((series, front), np.nan), history], axis=1).reshape(series, -1, season)
    result = table[:, 0]
    for k in range(1, table.shape[1]):
        result = np.where(np.isnan(table[:, k]), result, table[:, k])
    return np.take(result, np.arange(steps), axis=1, mode="wrap")


def seasonal_naive__appended(history, season, steps):
    """forecasts appended, gaps filled on the way"""
    columns = [column.astype(float) for column in np.transpose(history)]
    if len(columns) < season:
        raise ValueError(f"only {len(columns)} steps for a season of {season}")
    for t, column in enumerate(columns):
        if t >= season:
            columns[t] = np.where(column == column, column, columns[t - season])
    for _ in range(steps):
        columns.append(columns[-season])
    return np.array(columns[len(columns) - steps :]).reshape(steps, len(history)).T


def mase__sums_and_counts(actual, forecast, training, season=1):
    """sums and counts"""
    if training.shape[1] <= season:
        raise ValueError("the training part is too short")
    above = np.abs(forecast - actual).astype(float)
    below = np.abs(training[:, season:] - training[:, : training.shape[1] - season]).astype(float)
    means = []
    for differences in (above, below):
        there = np.isfinite(differences)
        if (there.sum(axis=1) == 0).any():
            raise ValueError("nothing to compare")
        means.append(np.where(there, differences, 0).sum(axis=1) / there.sum(axis=1))
    if not means[1].all():
        raise ValueError("the scale is zero")
    return means[0] / means[1]


def mase__series_by_series(actual, forecast, training, season=1):
    """series by series, number by number"""
    scores = []
    for y, guess, past in zip(actual, forecast, training, strict=True):
        errors = [abs(a - b) for a, b in zip(y, guess, strict=True) if not np.isnan(a)]
        steps = [abs(past[t] - past[t - season]) for t in range(season, len(past))]
        steps = [step for step in steps if step == step]
        if len(errors) == 0 or len(steps) == 0 or sum(steps) == 0:
            raise ValueError("this series has no score")
        scores.append(np.mean(errors) / np.mean(steps))
    return np.array(scores)


def mase__masked_arrays(actual, forecast, training, season=1):
    """masked arrays"""
    error = np.ma.masked_invalid(np.abs(np.subtract(actual, forecast, dtype=float))).mean(axis=1)
    late, early = training[:, season:], training[:, : max(training.shape[1] - season, 0)]
    if late.shape[1] == 0:
        raise ValueError("no difference one season apart")
    scale = np.ma.masked_invalid(np.abs(np.subtract(late, early, dtype=float))).mean(axis=1)
    if np.ma.getmaskarray(error).any() or np.ma.getmaskarray(scale).any() or (scale == 0).any():
        raise ValueError("a series without a score")
    return (error / scale).filled(np.nan)


def mase__mean_of_the_naive_forecast(actual, forecast, training, season=1):
    """the scale as the mean error of a seasonal naive forecast, checked at the end"""

    def mean_error(true, guess):
        weights = ~np.isnan(true) & ~np.isnan(guess)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.abs(np.where(weights, true, 0) - np.where(weights, guess, 0)).sum(1) / weights.sum(1)

    time = training.shape[1]
    shifted = np.full(training.shape, np.nan)
    shifted[:, min(season, time) :] = training[:, : max(time - season, 0)]
    with np.errstate(invalid="ignore", divide="ignore"):
        score = mean_error(actual, forecast) / mean_error(training, shifted)
    if not np.isfinite(score).all():
        raise ValueError("a series without a score")
    return score


def recursive_forecast__with_lists(history, lags, weights, bias, steps):
    """lists of numbers"""
    longest = int(np.max(lags))
    if history.shape[1] < longest:
        raise ValueError(f"lag {longest} does not fit into {history.shape[1]} steps")
    rows = []
    for row in history.tolist():
        for _ in range(steps):
            row.append(bias + sum(w * row[-lag] for w, lag in zip(weights, lags, strict=True)))
        rows.append(row[-steps:])
    return np.array(rows)


def recursive_forecast__a_window_that_moves(history, lags, weights, bias, steps):
    """a window with a weight for every step, pushed on"""
    longest = max(lags)
    if longest > history.shape[1]:
        raise ValueError("steps " + str(history.shape[1]) + ", largest lag " + str(longest))
    kernel = np.zeros(longest)
    for lag, weight in zip(lags, weights, strict=True):
        kernel[-lag] = weight
    window = np.array(history[:, -longest:], dtype=float)
    result = np.empty((history.shape[0], steps))
    for k in range(steps):
        result[:, k] = window @ kernel + bias
        window = np.hstack([window[:, 1:], result[:, k : k + 1]])
    return result


def recursive_forecast__as_a_state_and_a_matrix(history, lags, weights, bias, steps):
    """a companion matrix with a constant, applied again and again"""
    longest = max(lags)
    time = history.shape[1]
    if time < longest:
        raise ValueError(f"{time} < {longest}")
    matrix = np.zeros((longest + 1, longest + 1))
    matrix[0, lags - 1] = weights
    matrix[0, -1] = bias
    matrix[-1, -1] = 1
    matrix[np.arange(1, longest), np.arange(longest - 1)] = 1
    state = np.vstack([history[:, ::-1][:, :longest].T, np.ones(len(history))])
    out = []
    for _ in range(steps):
        state = matrix @ state
        out.append(state[0])
    return np.stack(out, axis=1)


def recursive_forecast__two_sources(history, lags, weights, bias, steps):
    """history and forecasts apart"""
    time = history.shape[1]
    if any(lag > time for lag in lags):
        raise ValueError(f"{time} steps, and a lag of {max(lags)}")
    forecast = np.zeros((len(history), steps))
    for k in range(steps):
        total = np.full(len(history), bias, dtype=float)
        for lag, weight in zip(lags, weights, strict=True):
            value = forecast[:, k - lag] if lag <= k else history[:, time + k - lag]
            total = total + weight * value
        forecast[:, k] = total
    return forecast


def rolling_origin__a_while_loop(steps, first, ahead, every=1, gap=0, longest=None):
    """a while loop, and a list of tuples made an array"""
    folds = []
    end = first
    while end + gap + ahead <= steps:
        begin = 0
        if longest is not None and end > longest:
            begin = end - longest
        folds.append((begin, end, end + gap, end + gap + ahead))
        end += every
    if not folds:
        raise ValueError("no fold")
    return np.array(folds)


def rolling_origin__counted_first(steps, first, ahead, every=1, gap=0, longest=None):
    """the number of folds by a division"""
    spare = steps - first - gap - ahead
    if spare < 0:
        raise ValueError(f"{-spare} steps are missing")
    folds = np.empty((spare // every + 1, 4), dtype="int64")
    folds[:, 1] = first + every * np.arange(len(folds))
    folds[:, 0] = np.clip(folds[:, 1] - (steps if longest is None else longest), 0, None)
    folds[:, 2] = folds[:, 1] + gap
    folds[:, 3] = folds[:, 2] + ahead
    return folds


def rolling_origin__from_the_ends_of_the_tests(steps, first, ahead, every=1, gap=0, longest=None):
    """a comprehension over the ends of the tests"""
    stops = range(first + gap + ahead, steps + 1, every)
    if len(stops) < 1:
        raise ValueError("the series is too short")
    longest = longest or steps
    return np.array([[max(0, s - ahead - gap - longest), s - ahead - gap, s - ahead, s] for s in stops])


def conformal_interval__an_infinite_residual_more(forecast, calibration_actual, calibration_forecast, miss=0.1):
    """an infinite residual in place of the new one, and missing ones behind it"""
    if miss <= 0 or miss >= 1:
        raise ValueError("miss must lie between 0 and 1")
    distance = np.abs(calibration_forecast - calibration_actual).astype(float)
    n = (~np.isnan(distance)).sum(axis=0)
    with_new = np.concatenate([distance, np.full((1, distance.shape[1]), np.inf)])
    with_new = np.sort(with_new, axis=0)
    k = np.ceil((1 - miss) * (n + 1)).astype(int)
    half = with_new[k - 1, np.arange(len(k))]
    return forecast - half, forecast + half


def conformal_interval__counted_from_above(forecast, calibration_actual, calibration_forecast, miss=0.1):
    """how many may lie above, step by step"""
    if not (miss > 0 and miss < 1):
        raise ValueError(f"miss={miss}")
    widths = []
    for actual, guess in zip(calibration_actual.T, calibration_forecast.T, strict=True):
        sizes = sorted((abs(a - g) for a, g in zip(actual, guess, strict=True) if not np.isnan(a)), reverse=True)
        above = int(np.floor((len(sizes) + 1) * miss))
        widths.append(sizes[above - 1] if above >= 1 else np.inf)
    widths = np.array(widths)[np.newaxis]
    return [forecast + -widths, forecast + widths]


def conformal_interval__nearest_quantile(forecast, calibration_actual, calibration_forecast, miss=0.1):
    """np.quantile, nearest, at the level that belongs to the rank"""
    if miss >= 1 or miss <= 0:
        raise ValueError(f"a miss of {miss} is no share")
    half = []
    for step in range(forecast.shape[1]):
        r = np.abs(calibration_actual[:, step] - calibration_forecast[:, step])
        r = r[~np.isnan(r)]
        k = np.ceil((len(r) + 1) * (1 - miss))
        if k > len(r):
            half.append(np.inf)
        elif len(r) == 1:
            half.append(r[0])
        else:
            half.append(np.quantile(r, (k - 1) / (len(r) - 1), method="nearest"))
    half = np.array(half)
    return forecast - half, forecast + half


def conformal_interval__partitioned(forecast, calibration_actual, calibration_forecast, miss=0.1):
    """np.partition, missing values as infinite ones that are not counted"""
    if not 0.0 < miss < 1.0:
        raise ValueError("miss: " + str(miss))
    missing = np.isnan(calibration_actual)
    residuals = np.where(missing, np.inf, np.abs(np.where(missing, 0, calibration_actual) - calibration_forecast))
    lower, upper = np.array(forecast, dtype=float), np.array(forecast, dtype=float)
    for step in range(residuals.shape[1]):
        n = int((~missing[:, step]).sum())
        k = -int(-(n + 1) * (1 - miss) // 1)
        half = np.partition(residuals[:, step], k - 1)[k - 1] if k <= n else float("inf")
        lower[:, step] -= half
        upper[:, step] += half
    return lower, upper
