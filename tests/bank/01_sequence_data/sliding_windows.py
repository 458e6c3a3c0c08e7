# %% 01 wrong: counts the windows with (steps - window - horizon + 1) // stride, which loses the last window when the stride does not divide the number of possible starts
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    if series.ndim == 1:
        series = series[:, None]
    steps, features = series.shape
    if steps < window + horizon:
        raise ValueError(f"{steps} steps are too few for a window of {window} and a horizon of {horizon}")
    number = max(1, (steps - window - horizon + 1) // stride)
    inputs = np.empty((number, window, features), dtype=series.dtype)
    targets = np.empty((number, features), dtype=series.dtype)
    for i in range(number):
        start = i * stride
        inputs[i] = series[start : start + window]
        targets[i] = series[start + window - 1 + horizon]
    return inputs, targets

# %% 02 right: one table of positions (fancy indexing), no loop at all
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    possible = len(series) - window - horizon + 1
    if possible < 1:
        raise ValueError(f"the series has {len(series)} steps, but {window + horizon} are needed")
    table = series[:, np.newaxis] if series.ndim == 1 else series
    starts = np.arange(0, possible, stride)
    positions = starts[:, np.newaxis] + np.arange(window)
    return table[positions], table[starts + window - 1 + horizon]

# %% 03 wrong: takes horizon 0 for the next step (target at start + window + horizon), so every target lies one step too late
def sliding_windows(series, window, horizon=1, stride=1):
    x = np.asarray(series)
    if x.ndim == 1:
        x = x.reshape(-1, 1)
    last_start = len(x) - window - horizon - 1
    if last_start < 0:
        raise ValueError("series too short for this window and horizon")
    inputs, targets = [], []
    for start in range(0, last_start + 1, stride):
        end = start + window
        inputs.append(x[start:end])
        targets.append(x[end + horizon])
    return np.array(inputs), np.array(targets)

# %% 04 wrong: sliding_window_view puts the window axis last and a reshape instead of a transpose scrambles steps and features when there are several features
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    if series.ndim == 1:
        series = series[:, np.newaxis]
    if len(series) < window + horizon:
        raise ValueError("The series is too short for one window and its target.")
    features = series.shape[1]
    view = np.lib.stride_tricks.sliding_window_view(series, window, axis=0)
    view = view[: len(series) - window - horizon + 1 : stride]
    inputs = view.reshape(len(view), window, features).copy()
    targets = series[window + horizon - 1 :: stride].copy()
    return inputs, targets

# %% 05 right: plain loop over the starts, a list of slices, np.stack at the end
def sliding_windows(series, window, horizon=1, stride=1):
    if len(series) < window + horizon:
        raise ValueError(f"a series of {len(series)} steps is too short for a window of {window} and a horizon of {horizon}")
    series = np.array(series)
    if series.ndim == 1:
        series = series.reshape(-1, 1)
    inputs = []
    targets = []
    start = 0
    while start + window - 1 + horizon < len(series):
        inputs.append(series[start : start + window])
        targets.append(series[start + window - 1 + horizon])
        start += stride
    return np.stack(inputs), np.stack(targets)

# %% 06 wrong: sets series.shape in place to add the feature axis, so the caller's one-dimensional series is two-dimensional afterwards
def sliding_windows(series, window, horizon=1, stride=1):
    if series.shape[0] - window - horizon < 0:
        raise ValueError("series is too short")
    if series.ndim == 1:
        series.shape = (len(series), 1)
    starts = np.arange(0, series.shape[0] - window - horizon + 1, stride)
    inputs = np.stack([series[s : s + window] for s in starts])
    targets = np.stack([series[s + window + horizon - 1] for s in starts])
    return inputs, targets

# %% 07 wrong: the length test is <= instead of <, so a series that fits exactly one window and its target is refused
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    if len(series) <= window + horizon:
        raise ValueError("The series is too short for one window and its target.")
    if series.ndim == 1:
        series = series[:, None]
    starts = np.arange(0, len(series) - window - horizon + 1, stride)
    inputs = series[starts[:, None] + np.arange(window)[None, :]]
    targets = series[starts + window + horizon - 1]
    return inputs, targets

# %% 08 wrong: the targets are all steps up to the horizon laid side by side, which agrees only for horizon 1 and else gives (windows, horizon * features)
def sliding_windows(series, window, horizon=1, stride=1):
    data = np.asarray(series)
    if data.ndim == 1:
        data = np.expand_dims(data, axis=1)
    n = data.shape[0]
    if n < window + horizon:
        raise ValueError(f"need at least {window + horizon} steps, got {n}")
    inputs, targets = [], []
    for start in range(0, n - window - horizon + 1, stride):
        past = data[start : start + window]
        future = data[start + window : start + window + horizon]
        inputs.append(past)
        targets.append(future.reshape(-1))
    return np.array(inputs), np.array(targets)

# %% 09 right: the view of NumPy's sliding_window_view with its axes moved, then copied
def sliding_windows(series, window, horizon=1, stride=1):
    from numpy.lib.stride_tricks import sliding_window_view

    values = np.asarray(series)
    needed = window + horizon
    if values.shape[0] < needed:
        raise ValueError(f"one window and its target need {needed} steps, the series has only {values.shape[0]}")
    values = values.reshape(values.shape[0], -1)
    views = np.moveaxis(sliding_window_view(values, window, axis=0), -1, 1)
    number = (values.shape[0] - needed) // stride + 1
    inputs = views[::stride][:number].copy()
    targets = values[needed - 1 :: stride].copy()
    return inputs, targets

# %% 10 wrong: tests only whether the window fits and forgets the horizon, so a series without room for the target gives empty arrays and no ValueError
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    if series.ndim == 1:
        series = series[:, np.newaxis]
    if window > len(series):
        raise ValueError("window is longer than the series")
    starts = np.arange(0, len(series) - window - horizon + 1, stride)
    inputs = series[starts[:, np.newaxis] + np.arange(window)]
    targets = series[starts + window + horizon - 1]
    return inputs, targets

# %% 11 wrong: applies the stride to the windows before cutting off the last `horizon` of them, so with a stride above 1 windows that have a target are lost
def sliding_windows(series, window, horizon=1, stride=1):
    x = np.array(series)
    if x.ndim == 1:
        x = x[:, None]
    if len(x) < window + horizon:
        raise ValueError("The series is too short.")
    all_windows = np.array([x[i : i + window] for i in range(len(x) - window + 1)])
    inputs = all_windows[::stride][:-horizon]
    targets = x[window + horizon - 1 :: stride][: len(inputs)]
    return inputs, targets

# %% 12 right: walks through the series once, step by step, with a deque of the recent steps and a queue of windows that wait for their target
from collections import deque


def _as_columns(series):
    return [np.atleast_1d(step) for step in np.asarray(series)]


def sliding_windows(series, window, horizon=1, stride=1):
    too_short = len(series) < window + horizon
    if too_short:
        raise ValueError("The series is too short: not even one window has a target.")
    recent = deque(maxlen=window)
    waiting = deque()
    inputs, targets = [], []
    for t, step in enumerate(_as_columns(series)):
        recent.append(step)
        first = t - window + 1
        if first >= 0 and first % stride == 0:
            waiting.append((t + horizon, list(recent)))
        if waiting and waiting[0][0] == t:
            inputs.append(waiting.popleft()[1])
            targets.append(step)
    return np.array(inputs), np.array(targets)

# %% 13 wrong: uses np.atleast_2d for a series of plain numbers, which makes one step with many features instead of many steps with one feature
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.atleast_2d(series)
    steps = series.shape[0]
    if steps < window + horizon:
        raise ValueError("The series is too short for one window and its target.")
    inputs = []
    targets = []
    for i in range(0, steps - window - horizon + 1, stride):
        inputs.append(series[i : i + window, :])
        targets.append(series[i + window + horizon - 1, :])
    return np.asarray(inputs), np.asarray(targets)

# %% 14 wrong: the result arrays are made with dtype=int, so the fractions of a series of floats are cut off
def sliding_windows(series, window, horizon=1, stride=1):
    if len(series) < window + horizon:
        raise ValueError(f"series has {len(series)} steps, needs {window + horizon}")
    data = np.asarray(series).reshape(len(series), -1)
    number = 1 + (len(data) - window - horizon) // stride
    inputs = np.zeros((number, window, data.shape[1]), dtype=int)
    targets = np.zeros((number, data.shape[1]), dtype=int)
    for w in range(number):
        for j in range(window):
            inputs[w, j] = data[w * stride + j]
        targets[w] = data[w * stride + window + horizon - 1]
    return inputs, targets

# %% 15 wrong: the targets are the neighbouring steps one after the other and are not moved by the stride, so from the second window on they belong to other windows
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    if series.ndim == 1:
        series = series[:, None]
    n = (len(series) - window - horizon) // stride + 1
    if len(series) < window + horizon:
        raise ValueError("The series is too short for one window and its target.")
    inputs = np.stack([series[k * stride : k * stride + window] for k in range(n)])
    first_target = window + horizon - 1
    targets = series[first_target : first_target + n].copy()
    return inputs, targets

# %% 16 right: arrays made beforehand and filled column by column (one strided slice for each place in the window), early error in a helper
def _number_of_windows(steps, window, horizon, stride):
    """How many windows with a target fit; raises if none does."""
    spare = steps - (window + horizon)
    if spare < 0:
        raise ValueError(f"{steps} steps are too few: a window of {window} and a horizon of {horizon} need {window + horizon}")
    return spare // stride + 1


def sliding_windows(series, window, horizon=1, stride=1):
    number = _number_of_windows(len(series), window, horizon, stride)
    series = np.asarray(series)
    columns = series if series.ndim == 2 else series[:, None]
    span = (number - 1) * stride + 1
    inputs = np.empty((number, window, columns.shape[1]), dtype=columns.dtype)
    for place in range(window):
        inputs[:, place, :] = columns[place : place + span : stride]
    first = window - 1 + horizon
    return inputs, np.array(columns[first : first + span : stride])

# %% 17 wrong: checks the length with an assert, so a series that is too short raises an AssertionError and no ValueError
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    assert len(series) >= window + horizon, "the series is too short for one window and its target"
    if series.ndim == 1:
        series = series[:, np.newaxis]
    starts = range(0, len(series) - window - horizon + 1, stride)
    inputs = np.array([series[s : s + window] for s in starts])
    targets = np.array([series[s + window - 1 + horizon] for s in starts])
    return inputs, targets

# %% 18 wrong: two slips, the range stops one start too early so that the last window is lost, and the length is tested with series.size so that a short series of several features raises no error
def sliding_windows(series, window, horizon=1, stride=1):
    series = np.asarray(series)
    if series.size < window + horizon:
        raise ValueError("The series is too short.")
    if series.ndim == 1:
        series = series.reshape(-1, 1)
    steps, features = series.shape
    starts = list(range(0, steps - window - horizon, stride))
    inputs = np.zeros((len(starts), window, features), dtype=series.dtype)
    targets = np.zeros((len(starts), features), dtype=series.dtype)
    for row, start in enumerate(starts):
        inputs[row] = series[start : start + window]
        targets[row] = series[start + window + horizon - 1]
    return inputs, targets
