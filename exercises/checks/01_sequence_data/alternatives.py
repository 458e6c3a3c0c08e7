"""Right answers to unit 01, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def build_vocabulary__two_stable_sorts(sentences, max_size=None, min_count=1):
    """two stable sorts and a loop"""
    if max_size is not None and max_size < 2:
        raise ValueError("no room for the reserved tokens")
    counts = Counter()
    for sentence in sentences:
        counts.update(sentence)
    ordered = [token for token, count in Counter(dict(sorted(counts.items()))).most_common() if count >= min_count]
    result = ["[PAD]", "[UNK]"]
    for token in ordered:
        if max_size is not None and len(result) >= max_size:
            break
        result.append(token)
    return result


def build_vocabulary__with_numpy_unique(sentences, max_size=None, min_count=1):
    """numpy.unique"""
    if max_size is not None and max_size <= 1:
        raise ValueError(f"max_size={max_size} is too small")
    flat = [token for sentence in sentences for token in sentence]
    if flat:
        tokens, counts = np.unique(np.array(flat), return_counts=True)  # already alphabetical
        order = np.argsort(-counts, kind="stable")
        kept = [str(tokens[k]) for k in order if counts[k] >= min_count]
    else:
        kept = []
    return (["[PAD]", "[UNK]"] + kept)[: len(kept) + 2 if max_size is None else max_size]


def build_vocabulary__by_hand(sentences, max_size=None, min_count=1):
    """counting by hand"""
    assert_room = max_size is None or max_size >= 2
    if not assert_room:
        raise ValueError("max_size must be 2 or more")
    counts = {}
    for sentence in sentences:
        for token in sentence:
            counts[token] = counts.get(token, 0) + 1
    pairs = sorted((-count, token) for token, count in counts.items() if count >= min_count)
    limit = len(pairs) if max_size is None else max_size - 2
    return ["[PAD]", "[UNK]", *[token for _, token in pairs[:limit]]]


def encode__loops(texts, vocabulary, max_length=None):
    """two loops"""
    result = []
    for text in texts:
        ids = []
        for number, token in enumerate(tokenise(text)):
            if max_length is not None and number >= max_length:
                break
            ids.append(vocabulary.index(token if token in vocabulary else "[UNK]"))
        result.append(ids)
    return result


def encode__default_dictionary(texts, vocabulary, max_length=None):
    """a default dictionary"""
    from collections import defaultdict

    known = defaultdict(lambda: 1, zip(vocabulary, range(len(vocabulary)), strict=True))
    return [list(map(known.__getitem__, tokenise(text)[slice(max_length)])) for text in texts]


def encode__with_try(texts, vocabulary, max_length=None):
    """try and except"""

    def number(token):
        try:
            return vocabulary.index(token)
        except ValueError:
            return vocabulary.index("[UNK]")

    return [[number(token) for token in tokenise(text)][:max_length] for text in texts]


def pad_sequences__mask_by_broadcasting(sequences, length=None, value=0, side="right"):
    """mask by broadcasting"""
    if side == "left":
        turned = [list(sequence)[:length][::-1] for sequence in sequences]
    elif side == "right":
        turned = [list(sequence)[:length] for sequence in sequences]
    else:
        raise ValueError("right or left, please")
    lengths = np.array([len(sequence) for sequence in turned], dtype=int)
    time = int(lengths.max(initial=0)) if length is None else length
    mask = np.arange(time) < lengths[:, None]
    ids = np.full(mask.shape, value)
    ids[mask] = [step for sequence in turned for step in sequence]
    return (ids, mask) if side == "right" else (ids[:, ::-1], mask[:, ::-1])


def pad_sequences__row_by_row(sequences, length=None, value=0, side="right"):
    """lists, row by row, int32"""
    if side != "right" and side != "left":
        raise ValueError(f"unknown side {side}")
    time = length if length is not None else max([len(sequence) for sequence in sequences] + [0])
    ids, mask = [], []
    for sequence in sequences:
        kept = [int(step) for step in sequence[:time]]
        filler = [value] * (time - len(kept))
        real, unreal = [True] * len(kept), [False] * len(filler)
        ids.append(kept + filler if side == "right" else filler + kept)
        mask.append(real + unreal if side == "right" else unreal + real)
    return np.array(ids, dtype="int32").reshape(len(ids), time), np.array(mask, dtype=bool).reshape(len(ids), time)


def pad_sequences__with_numpy_pad(sequences, length=None, value=0, side="right"):
    """numpy.pad"""
    if side not in {"left", "right"}:
        raise ValueError("side")
    time = max(map(len, sequences), default=0) if length is None else length

    def fill(row, filler, kind):
        row = np.asarray(row[:time], dtype=kind)
        missing = time - len(row)
        return np.pad(row, (0, missing) if side == "right" else (missing, 0), constant_values=filler)

    ids = np.stack([fill(list(sequence), value, "int64") for sequence in sequences])
    mask = np.stack([fill([True] * len(sequence), False, "bool") for sequence in sequences])
    return ids, mask


def pad_sequences__with_zip_longest(sequences, length=None, value=0, side="right"):
    """zip_longest"""
    from itertools import zip_longest

    if side not in ("left", "right"):
        raise ValueError("side must be left or right")
    gap = object()
    cut = [list(sequence)[:length] for sequence in sequences]
    cut = cut if side == "right" else [sequence[::-1] for sequence in cut]
    columns = list(zip_longest(*cut, fillvalue=gap))
    while length is not None and len(columns) < length:
        columns.append((gap,) * len(cut))
    rows = [[] for _ in cut] if not columns else [list(row) for row in zip(*columns, strict=True)]
    rows = rows if side == "right" else [row[::-1] for row in rows]
    mask = np.array([[step is not gap for step in row] for row in rows], dtype=bool)
    return np.array([[value if step is gap else step for step in row] for row in rows], dtype=int), mask


def pad_sequences__by_keras(sequences, length=None, value=0, side="right"):
    """Keras' own pad_sequences, twice"""
    import keras

    if side not in ("right", "left"):
        raise ValueError(f"side is {side!r}; known are 'right' and 'left'")
    how = {"maxlen": length, "padding": "post" if side == "right" else "pre", "truncating": "post"}
    ids = keras.utils.pad_sequences(sequences, value=value, **how)
    mask = keras.utils.pad_sequences([[1] * len(sequence) for sequence in sequences], **how)
    return ids, mask.astype(bool)


def bucket_by_length__sorted_by_bucket(lengths, boundaries, batch_size):
    """a stable sort by bucket, and groupby"""
    from itertools import groupby

    if batch_size <= 0:
        raise ValueError(f"batch_size must be positive, not {batch_size}")
    key = lambda position: sum(lengths[position] > boundary for boundary in boundaries)
    buckets = [list(bucket) for _, bucket in groupby(sorted(range(len(lengths)), key=key), key)]
    return [bucket[k : k + batch_size] for bucket in buckets for k in range(0, len(bucket), batch_size)]


def bucket_by_length__with_searchsorted(lengths, boundaries, batch_size):
    """searchsorted"""
    if batch_size < 1:
        raise ValueError("batch_size")
    number = np.searchsorted(np.asarray(boundaries, dtype=int), np.asarray(lengths, dtype=int), side="left")
    batches = []
    for k in range(len(boundaries) + 1):
        positions = np.flatnonzero(number == k)
        batches += [positions[s : s + batch_size].tolist() for s in range(0, len(positions), batch_size)]
    return batches


def bucket_by_length__limits_as_pairs(lengths, boundaries, batch_size):
    """pairs of limits"""
    if batch_size <= 0:
        raise ValueError("A batch needs at least one sequence.")
    edges = [-1, *boundaries, float("inf")]
    result = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        batch = []
        for position in range(len(lengths)):
            if low < lengths[position] <= high:
                batch.append(position)
                if len(batch) == batch_size:
                    result.append(batch)
                    batch = []
        if batch:
            result.append(batch)
    return result


def bucket_by_length__with_a_dictionary(lengths, boundaries, batch_size):
    """a dictionary of groups"""
    from collections import defaultdict

    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    groups = defaultdict(list)
    for position, length in enumerate(lengths):
        key = next((boundary for boundary in boundaries if length <= boundary), None)
        groups[key].append(position)
    result = []
    for key in [*boundaries, None]:
        waiting = groups.get(key, [])
        while waiting:
            result.append(waiting[:batch_size])
            waiting = waiting[batch_size:]
    return result


def sliding_windows__with_a_view(series, window, horizon=1, stride=1):
    """sliding_window_view"""
    series = np.array(series)
    series = series.reshape(len(series), -1)
    if len(series) < window + horizon:
        raise ValueError("The series is too short.")
    views = np.lib.stride_tricks.sliding_window_view(series, window, axis=0).transpose(0, 2, 1)
    targets = series[window + horizon - 1 :]
    return views[: len(targets)][::stride].copy(), targets[::stride]


def sliding_windows__with_a_list(series, window, horizon=1, stride=1):
    """a list of slices"""
    series = np.atleast_2d(np.asarray(series).T).T
    inputs, targets = [], []
    start = 0
    while start + window + horizon <= len(series):
        inputs.append(series[start : start + window])
        targets.append(series[start + window + horizon - 1])
        start += stride
    if not inputs:
        raise ValueError("not one window fits")
    return np.stack(inputs), np.stack(targets)


def sliding_windows__with_take(series, window, horizon=1, stride=1):
    """one index matrix"""
    values = np.asarray(series)
    values = values if values.ndim == 2 else np.expand_dims(values, -1)
    number = (len(values) - window - horizon) // stride + 1
    if number < 1:
        raise ValueError(f"{len(values)} steps do not hold one window and its target")
    rows = np.add.outer(np.arange(number) * stride, np.append(np.arange(window), window + horizon - 1))
    both = np.take(values, rows, axis=0)
    return both[:, :-1], both[:, -1]


def split_by_group__with_lists(groups, test_percent):
    """two lists"""
    if test_percent < 0 or test_percent > 100:
        raise ValueError("a percentage, please")
    train, test = [], []
    for position, group in enumerate(groups):
        (test if fixed_number(group) < test_percent else train).append(position)
    return np.array(train, dtype=int), np.array(test, dtype=int)


def split_by_group__with_unique(groups, test_percent):
    """numpy.unique"""
    if not (test_percent >= 0 and test_percent <= 100):
        raise ValueError(f"{test_percent} is no percentage")
    names, inverse = np.unique(np.array(groups), return_inverse=True)
    tested = np.array([fixed_number(str(name)) for name in names])[inverse] < test_percent
    rows = np.arange(len(groups))
    return rows[~tested], rows[tested]


def split_by_group__with_sets(groups, test_percent):
    """a set of tested groups"""
    if test_percent not in range(0, 101):
        raise ValueError("test_percent is out of range")
    chosen = {group for group in set(groups) if fixed_number(group) < test_percent}
    test = np.array(sorted(row for row in range(len(groups)) if groups[row] in chosen), dtype="int32")
    return np.setdiff1d(np.arange(len(groups)), test), test
