# %% 01 wrong: windows whose last target lies in the test go into the test although their first targets lie before it, so windows with targets on both sides are not left out
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series, dtype=float)
    size = past + ahead
    starts = np.arange(max(len(series) - size + 1, 0))
    last_step = starts + size - 1
    train_starts = starts[last_step < first_test]
    test_starts = starts[last_step >= first_test]
    if len(train_starts) == 0:
        raise ValueError("There is no window for train.")
    if len(test_starts) == 0:
        raise ValueError("There is no window for test.")
    known = series[:first_test]
    mean = known.mean(axis=0)
    std = np.where((known == known[0]).all(axis=0), 1.0, known.std(axis=0))
    scaled = (series - mean) / std

    def pair(begin):
        x = scaled[begin[:, None] + np.arange(past)]
        y = scaled[begin[:, None] + past + np.arange(ahead), column]
        return x, y

    return pair(train_starts), pair(test_starts), (mean, std)

# %% 02 right: sliding_window_view over the scaled series, both parts are slices of it
def make_windows(series, past, ahead, first_test, column=0):
    series = np.array(series, dtype=float)
    length = past + ahead
    n_train = min(first_test, len(series)) - length + 1
    n_test = len(series) - ahead + 1 - max(first_test, past)
    if n_train < 1:
        raise ValueError("no window for train: too few steps before the split")
    if n_test < 1:
        raise ValueError("no window for the test: too few steps after the split")
    before = series[:first_test]
    mean = before.mean(axis=0)
    std = before.std(axis=0)
    std[before.max(axis=0) == before.min(axis=0)] = 1.0
    view = np.lib.stride_tricks.sliding_window_view((series - mean) / std, length, axis=0)
    x = view[:, :, :past].transpose(0, 2, 1).copy()
    y = view[:, column, past:].copy()
    begin = first_test - past
    return (x[:n_train], y[:n_train]), (x[begin:], y[begin:]), (mean, std)

# %% 03 wrong: mean and standard deviation are taken over the training windows, so a step in the middle counts several times
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view
    length = past + ahead
    if min(first_test, len(series)) < length:
        raise ValueError("no train windows")
    if len(series) - first_test < ahead:
        raise ValueError("no test windows")
    view = windows(series, length, axis=0).transpose(0, 2, 1)  # (windows, length, features)
    train = view[: first_test - length + 1]
    test = view[first_test - past :]
    mean = train.mean(axis=(0, 1))
    std = train.std(axis=(0, 1))
    same = (series[:first_test] == series[0]).all(axis=0)
    std[same] = 1.0
    train = (train - mean) / std
    test = (test - mean) / std
    return (
        (train[:, :past], train[:, past:, column]),
        (test[:, :past], test[:, past:, column]),
        (mean, std),
    )

# %% 04 wrong: the training part takes each window whose input ends before the test, so the targets of the last ones lie in the test
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series, dtype=float)
    n = len(series)
    # input must be over before the test begins
    train_idx = [i for i in range(n - past - ahead + 1) if i + past <= first_test - 1]
    test_idx = [i for i in range(n - past - ahead + 1) if i + past >= first_test]
    if not train_idx:
        raise ValueError("no train window")
    if not test_idx:
        raise ValueError("no test window")
    base = series[:first_test]
    mu = base.mean(axis=0)
    sd = base.std(axis=0)
    for k in range(series.shape[1]):
        if np.all(base[:, k] == base[0, k]):
            sd[k] = 1.0
    z = (series - mu) / sd
    train = (np.array([z[i:i + past] for i in train_idx]),
             np.array([z[i + past:i + past + ahead, column] for i in train_idx]))
    test = (np.array([z[i:i + past] for i in test_idx]),
            np.array([z[i + past:i + past + ahead, column] for i in test_idx]))
    return train, test, (mu, sd)

# %% 05 right: index arithmetic only, a table of step numbers and fancy indexing, a helper for the pair
def _pair_at(values, starts, past, ahead, column):
    rows = np.add.outer(starts, np.arange(past + ahead))
    return values[rows[:, :past]], values[rows[:, past:], column]


def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series)
    time = series.shape[0]
    train_starts = np.arange(0, min(first_test, time) - past - ahead + 1)
    test_starts = np.arange(max(0, first_test - past), time - past - ahead + 1)
    missing = [name for name, starts in (("train", train_starts), ("test", test_starts)) if starts.size == 0]
    if missing:
        raise ValueError("no window in: " + ", ".join(missing))
    known = series[:first_test].astype(np.float64)
    mean = np.mean(known, axis=0)
    changes = np.any(known[1:] != known[:-1], axis=0)
    std = np.where(changes, np.std(known, axis=0), 1.0)
    scaled = (series.astype(np.float64) - mean) / std
    return (
        _pair_at(scaled, train_starts, past, ahead, column),
        _pair_at(scaled, test_starts, past, ahead, column),
        (mean, std),
    )

# %% 06 wrong: a constant feature is looked for with std == 0, but np.std of a constant such as 0.1 can be about 1e-17, so that feature is blown up and the 1 is not returned
def make_windows(series, past, ahead, first_test, column=0):
    data = np.asarray(series, dtype=float)
    total = past + ahead
    if first_test < total or len(data) < total:
        raise ValueError("Not enough steps for a train window.")
    if len(data) - first_test < ahead:
        raise ValueError("Not enough steps for a test window.")

    mean = np.mean(data[:first_test], axis=0)
    std = np.std(data[:first_test], axis=0)
    std[std == 0] = 1.0
    data = (data - mean) / std

    x_train, y_train, x_test, y_test = [], [], [], []
    for start in range(len(data) - total + 1):
        middle = start + past
        end = start + total
        if end <= first_test:
            x_train.append(data[start:middle])
            y_train.append(data[middle:end, column])
        elif middle >= first_test:
            x_test.append(data[start:middle])
            y_test.append(data[middle:end, column])
    return (np.array(x_train), np.array(y_train)), (np.array(x_test), np.array(y_test)), (mean, std)

# %% 07 wrong: the test begins with windows whose whole input lies at first_test or later, so the first windows of the test, whose input reaches back, are lost
def make_windows(series, past, ahead, first_test, column=0):
    data = np.asarray(series, dtype=float)
    total = past + ahead
    if first_test < total or len(data) < total:
        raise ValueError("Not enough steps for a train window.")
    if len(data) - first_test < total:
        raise ValueError("Not enough steps for a test window.")

    head = data[:first_test]
    mean, std = head.mean(axis=0), head.std(axis=0)
    std[np.ptp(head, axis=0) == 0] = 1.0
    scaled = (data - mean) / std

    def cut(part):
        inputs, targets = [], []
        for start in range(len(part) - total + 1):
            inputs.append(part[start : start + past])
            targets.append(part[start + past : start + total, column])
        return np.array(inputs), np.array(targets)

    return cut(scaled[:first_test]), cut(scaled[first_test:]), (mean, std)

# %% 08 right: one pass of plain loops that fill arrays made by np.empty, statistics feature by feature
def make_windows(series, past, ahead, first_test, column=0):
    values = np.asarray(series)
    time, features = values.shape
    n_train = n_test = 0
    for start in range(time - past - ahead + 1):
        if start + past + ahead <= first_test:
            n_train += 1
        elif start + past >= first_test:
            n_test += 1
    if n_train == 0:
        raise ValueError("Not one window is left for train.")
    if n_test == 0:
        raise ValueError("Not one window is left for the test.")

    mean, std = np.zeros(features), np.ones(features)
    scaled = np.empty((time, features))
    for k in range(features):
        known = values[:first_test, k]
        mean[k] = np.mean(known, dtype=float)
        if len(set(known.tolist())) > 1:
            std[k] = np.std(known, dtype=float)
        scaled[:, k] = (values[:, k] - mean[k]) / std[k]

    train = np.empty((n_train, past, features)), np.empty((n_train, ahead))
    test = np.empty((n_test, past, features)), np.empty((n_test, ahead))
    for i in range(n_train):
        train[0][i] = scaled[i : i + past]
        train[1][i] = scaled[i + past : i + past + ahead, column]
    for i in range(n_test):
        origin = first_test + i
        test[0][i] = scaled[origin - past : origin]
        test[1][i] = scaled[origin : origin + ahead, column]
    return train, test, (mean, std)

# %% 09 wrong: targets are squeezed, so with ahead=1 they have shape (windows,) and not (windows, 1)
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series, dtype=float)
    origins = np.arange(past, len(series) - ahead + 1)
    for_train = origins[origins + ahead <= first_test]
    for_test = origins[origins >= first_test]
    if not len(for_train):
        raise ValueError("train part has no window")
    if not len(for_test):
        raise ValueError("test part has no window")
    early = series[:first_test]
    mean = early.mean(0)
    std = np.where(early.min(0) == early.max(0), 1.0, early.std(0))
    z = (series - mean) / std

    def windows(at):
        x = np.stack([z[o - past : o] for o in at])
        y = np.stack([z[o : o + ahead, [column]] for o in at])  # (windows, ahead, 1)
        return x, y.squeeze()

    return windows(for_train), windows(for_test), (mean, std)

# %% 10 wrong: scaled values are written into a copy of the series, so a series of whole numbers cuts off the fractions
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series)
    time, features = series.shape
    n_train = min(first_test, time) - past - ahead + 1
    n_test = time - first_test - ahead + 1
    if n_train <= 0:
        raise ValueError("train: no window")
    if n_test <= 0:
        raise ValueError("test: no window")
    mean = series[:first_test].mean(axis=0)
    std = series[:first_test].std(axis=0)
    std[(series[:first_test] == series[0]).all(axis=0)] = 1
    scaled = series.copy()
    for feature in range(features):
        scaled[:, feature] = (series[:, feature] - mean[feature]) / std[feature]

    def pairs(starts):
        inputs = np.array([scaled[s : s + past] for s in starts])
        targets = np.array([scaled[s + past : s + past + ahead, column] for s in starts])
        return inputs, targets

    first = first_test - past
    return pairs(range(n_train)), pairs(range(first, first + n_test)), (mean, std)

# %% 11 wrong: np.asarray makes no copy of an array of floats, so -= and /= scale the caller's series in place
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series, dtype=float)
    if min(len(series), first_test) < past + ahead:
        raise ValueError("There are no train windows.")
    if first_test + ahead > len(series):
        raise ValueError("There are no test windows.")
    mean = series[:first_test].mean(axis=0)
    std = series[:first_test].std(axis=0)
    constant = (np.diff(series[:first_test], axis=0) == 0).all(axis=0)
    std[constant] = 1.0
    series -= mean
    series /= std
    steps = np.arange(past + ahead)
    train_rows = np.arange(first_test - past - ahead + 1)[:, np.newaxis] + steps
    test_rows = np.arange(first_test - past, len(series) - past - ahead + 1)[:, np.newaxis] + steps
    train = series[train_rows[:, :past]], series[train_rows[:, past:], column]
    test = series[test_rows[:, :past]], series[test_rows[:, past:], column]
    return train, test, (mean, std)

# %% 12 right: all windows first and unscaled, then two boolean masks, scaling of the windows at the end
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series)
    origin = np.arange(past, len(series) - ahead + 1)  # the step of the first target
    is_train = origin + ahead - 1 < first_test
    is_test = origin >= first_test
    if not is_train.any() and not is_test.any():
        raise ValueError("neither train nor test has a window")
    for mask, name in ((is_train, "train"), (is_test, "test")):
        if not mask.any():
            raise ValueError(f"no window for {name}")

    known = series[:first_test]
    mean = known.mean(axis=0, dtype=float)
    std = known.std(axis=0, dtype=float)
    std = np.where(np.ptp(known, axis=0) > 0, std, 1.0)

    inputs = np.stack([series[origin - past + j] for j in range(past)], axis=1)
    targets = np.stack([series[origin + j, column] for j in range(ahead)], axis=1)
    inputs = (inputs - mean) / std
    targets = (targets - mean[column]) / std[column]
    return (inputs[is_train], targets[is_train]), (inputs[is_test], targets[is_test]), (mean, std)

# %% 13 wrong: a feature counts as constant only when it never changes in the whole series, so one that begins to change in the test is divided by 0 (or by rounding dust)
def make_windows(series, past, ahead, first_test, column=0):
    data = np.asarray(series, dtype=float)
    size = past + ahead
    if min(first_test, len(data)) < size:
        raise ValueError("train has no windows")
    if len(data) - first_test < ahead:
        raise ValueError("test has no windows")
    constant = data.max(axis=0) == data.min(axis=0)
    mean = data[:first_test].mean(axis=0)
    std = data[:first_test].std(axis=0)
    std[constant] = 1.0
    data = (data - mean) / std
    view = np.lib.stride_tricks.sliding_window_view(data, size, axis=0)
    view = np.moveaxis(view, -1, 1)
    inputs, targets = view[:, :past], view[:, past:, column]
    last = first_test - size + 1
    begin = first_test - past
    return (inputs[:last], targets[:last]), (inputs[begin:], targets[begin:]), (mean, std)

# %% 14 wrong: the test part is only asked whether it has a step at all, so with fewer than ahead steps after first_test an empty test comes back without an error
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series, dtype=float)
    time, features = series.shape
    if min(first_test, time) < past + ahead:
        raise ValueError("The train part is too short for one window.")
    if first_test >= time:
        raise ValueError("The test part is empty.")
    known = series[:first_test]
    mean, std = known.mean(axis=0), known.std(axis=0)
    std = np.where(np.ptp(known, axis=0) == 0, 1.0, std)
    scaled = (series - mean) / std

    def collect(begin, end):
        count = max(end - begin, 0)
        x = np.zeros((count, past, features))
        y = np.zeros((count, ahead))
        for i in range(count):
            s = begin + i
            x[i] = scaled[s : s + past]
            y[i] = scaled[s + past : s + past + ahead, column]
        return x, y

    train = collect(0, first_test - past - ahead + 1)
    test = collect(first_test - past, time - past - ahead + 1)
    return train, test, (mean, std)

# %% 15 wrong: sliding_window_view puts the window last and reshape is used instead of a transpose, so steps and features are mixed up as soon as there are two features
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series, dtype=float)
    time, features = series.shape
    n_train = min(first_test, time) - past - ahead + 1
    n_test = time - ahead - first_test + 1
    if n_train < 1:
        raise ValueError("no train windows")
    if n_test < 1:
        raise ValueError("no test windows")
    known = series[:first_test]
    mean = known.mean(axis=0)
    std = np.where((known == known[:1]).all(axis=0), 1.0, known.std(axis=0))
    scaled = (series - mean) / std
    inputs = np.lib.stride_tricks.sliding_window_view(scaled[:-ahead], past, axis=0)
    inputs = inputs.reshape(-1, past, features)
    targets = np.lib.stride_tricks.sliding_window_view(scaled[past:, column], ahead)
    return (inputs[:n_train], targets[:n_train]), (inputs[-n_test:], targets[-n_test:]), (mean, std)

# %% 16 wrong: two slips, the standard deviation divides by n - 1 and not as np.std does, and for a constant feature the returned scale keeps the 0
def make_windows(series, past, ahead, first_test, column=0):
    series = np.array(series, dtype=float)
    starts = range(len(series) - past - ahead + 1)
    train_starts = [s for s in starts if s + past + ahead <= first_test]
    test_starts = [s for s in starts if s + past >= first_test]
    if len(train_starts) == 0:
        raise ValueError("train is empty")
    if len(test_starts) == 0:
        raise ValueError("test is empty")
    known = series[:first_test]
    mean = known.mean(axis=0)
    std = known.std(axis=0, ddof=1)
    std[(known == known[0]).all(axis=0)] = 0.0
    scaled = (series - mean) / np.where(std == 0, 1.0, std)

    def build(begin):
        return (np.stack([scaled[s : s + past] for s in begin]),
                np.stack([scaled[s + past : s + past + ahead, column] for s in begin]))

    return build(train_starts), build(test_starts), (mean, std)

# %% 17 right: rows and columns as plain lists and tuples, a generator of windows, zip to part inputs from targets
def make_windows(series, past, ahead, first_test, column=0):
    rows = [tuple(float(v) for v in row) for row in series]

    def starts(lowest, highest):
        return range(max(lowest, 0), highest + 1)

    train_starts = starts(0, min(first_test, len(rows)) - past - ahead)
    test_starts = starts(first_test - past, len(rows) - past - ahead)
    if not train_starts:
        raise ValueError("There is nothing to train on: no window.")
    if not test_starts:
        raise ValueError("There is no window for the test.")

    columns = list(zip(*rows[:first_test]))
    mean = np.array([np.mean(values) for values in columns])
    std = np.array([1.0 if all(v == values[0] for v in values) else np.std(values) for values in columns])
    scaled = [(np.array(row) - mean) / std for row in rows]

    def windows(begins):
        for s in begins:
            yield scaled[s : s + past], [row[column] for row in scaled[s + past : s + past + ahead]]

    def pair(begins):
        inputs, targets = zip(*windows(begins))
        return np.array(inputs), np.array(targets)

    return pair(train_starts), pair(test_starts), (mean, std)

# %% 18 wrong: the mean is that of the steps before the test but the standard deviation is taken over the whole series, a leak
def make_windows(series, past, ahead, first_test, column=0):
    series = np.asarray(series, dtype=float)
    length = past + ahead
    n_train = min(first_test, len(series)) - length + 1
    n_test = len(series) - first_test - ahead + 1
    if n_train < 1:
        raise ValueError("train")
    if n_test < 1:
        raise ValueError("test")
    mean = series[:first_test].mean(axis=0)
    std = np.std(series, axis=0)
    std[np.ptp(series[:first_test], axis=0) == 0] = 1.0
    scaled = (series - mean) / std
    index = np.arange(len(series) - length + 1)[:, None] + np.arange(length)[None, :]
    all_windows = scaled[index]
    x, y = all_windows[:, :past], all_windows[:, past:, column]
    return (x[:n_train], y[:n_train]), (x[-n_test:], y[-n_test:]), (mean, std)
