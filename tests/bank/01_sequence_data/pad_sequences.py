# %% 01 wrong: takes every step that differs from the padding value for real, so a real step that holds the value is masked out
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f'side must be "right" or "left", not {side!r}')
    if length is None:
        length = max((len(sequence) for sequence in sequences), default=0)
    ids = np.full((len(sequences), length), value, dtype=np.int64)
    for row, sequence in zip(ids, sequences):
        kept = sequence[:length]
        if side == "right":
            row[: len(kept)] = kept
        else:
            row[length - len(kept) :] = kept
    return ids, ids != value

# %% 02 right: fills one row after the other, with the start of the real steps worked out
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f'side must be "right" or "left", not {side!r}')
    if length is None:
        length = max((len(sequence) for sequence in sequences), default=0)
    ids = np.full((len(sequences), length), value, dtype=np.int64)
    mask = np.zeros((len(sequences), length), dtype=bool)
    for i, sequence in enumerate(sequences):
        kept = sequence[:length]
        start = 0 if side == "right" else length - len(kept)
        ids[i, start : start + len(kept)] = kept
        mask[i, start : start + len(kept)] = True
    return ids, mask

# %% 03 wrong: a given length is never more than the longest sequence, so the rectangle is too narrow when length is larger
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side has to be right or left")
    longest = max((len(s) for s in sequences), default=0)
    steps = longest if length is None else min(length, longest)
    ids = np.full((len(sequences), steps), value, dtype="int64")
    mask = np.zeros(ids.shape, dtype=bool)
    for i, s in enumerate(sequences):
        n = min(len(s), steps)
        where = slice(0, n) if side == "right" else slice(steps - n, steps)
        ids[i, where] = s[:n]
        mask[i, where] = True
    return ids, mask

# %% 04 wrong: with side="left" the mask is set with [-n:], and for an empty sequence -0 means the whole row, so padding counts as real
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side != "right" and side != "left":
        raise ValueError("unknown side: " + str(side))
    if length is None:
        length = max([len(s) for s in sequences] + [0])
    shape = (len(sequences), length)
    ids = np.full(shape, value, dtype=np.int64)
    mask = np.full(shape, False)
    for i in range(len(sequences)):
        s = sequences[i][:length]
        n = len(s)
        for t in range(n):
            if side == "right":
                ids[i, t] = s[t]
            else:
                ids[i, length - n + t] = s[t]
        if side == "right":
            mask[i, :n] = True
        else:
            mask[i, -n:] = True
    return ids, mask

# %% 05 right: lists of equal length first, one array with its type and shape said at the end
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in {"right", "left"}:
        raise ValueError("side must be right or left")
    steps = length if length is not None else max(map(len, sequences), default=0)
    rows, real = [], []
    for sequence in sequences:
        kept = list(sequence)[:steps]
        fill = steps - len(kept)
        if side == "right":
            rows.append(kept + [value] * fill)
            real.append([True] * len(kept) + [False] * fill)
        else:
            rows.append([value] * fill + kept)
            real.append([False] * fill + [True] * len(kept))
    shape = (len(sequences), steps)
    return np.array(rows, dtype=np.int64).reshape(shape), np.array(real, dtype=bool).reshape(shape)

# %% 06 wrong: the array is made without a type, so where nothing is left (all empty, or length 0) the ids are floats and not integers
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side must be right or left")
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    rows, marks = [], []
    for s in sequences:
        s = list(s[:length])
        gap = length - len(s)
        if side == "right":
            rows.append(s + [value] * gap)
            marks.append([True] * len(s) + [False] * gap)
        else:
            rows.append([value] * gap + s)
            marks.append([False] * gap + [True] * len(s))
    shape = (len(sequences), length)
    return np.array(rows).reshape(shape), np.array(marks, dtype=bool).reshape(shape)

# %% 07 wrong: "length or longest" takes length=0 for None, so the rectangle has steps where none were asked for
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"side is {side!r}, but only 'right' and 'left' are possible")
    length = length or max((len(sequence) for sequence in sequences), default=0)
    lengths = np.array([min(len(sequence), length) for sequence in sequences], dtype=int)
    steps = np.arange(length)
    mask = steps < lengths[:, None] if side == "right" else steps >= length - lengths[:, None]
    ids = np.full(mask.shape, value, dtype=np.int64)
    ids[mask] = [step for sequence in sequences for step in sequence[:length]]
    return ids, mask

# %% 08 right: the mask from a comparison of lengths, then all real steps written through it at once
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"side is {side!r}, but only 'right' and 'left' are possible")
    if length is None:
        length = max((len(sequence) for sequence in sequences), default=0)
    lengths = np.array([min(len(sequence), length) for sequence in sequences], dtype=int).reshape(-1, 1)
    mask = np.arange(length) < lengths
    if side == "left":
        mask = mask[:, ::-1].copy()
    ids = np.full(mask.shape, value, dtype=np.int64)
    ids[mask] = np.array([step for sequence in sequences for step in sequence[:length]], dtype=np.int64)
    return ids, mask

# %% 09 wrong: pads with += on the given lists, so the sequences of the caller are longer afterwards
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side must be 'right' or 'left'")
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    ids = np.zeros((len(sequences), length), dtype=np.int64)
    mask = np.zeros((len(sequences), length), dtype=bool)
    for i, s in enumerate(sequences):
        n = min(len(s), length)
        missing = [value] * (length - n)
        if side == "right":
            mask[i, :n] = True
            s += missing
            ids[i] = s[:length]
        else:
            mask[i, length - n :] = True
            ids[i] = missing + s[:n]
    return ids, mask

# %% 10 wrong: an unknown side is noticed only at a sequence that needs padding, so no error comes when all have the full length or there is none
def pad_sequences(sequences, length=None, value=0, side="right"):
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    ids = np.empty((len(sequences), length), dtype=np.int64)
    mask = np.ones((len(sequences), length), dtype=bool)
    for i, s in enumerate(sequences):
        gap = length - len(s)
        if gap <= 0:
            ids[i] = s[:length]
        elif side == "right":
            ids[i] = list(s) + [value] * gap
            mask[i, len(s) :] = False
        elif side == "left":
            ids[i] = [value] * gap + list(s)
            mask[i, :gap] = False
        else:
            raise ValueError(f"side must be 'right' or 'left', got {side!r}")
    return ids, mask

# %% 11 wrong: the ids are stored as 16-bit integers, so ids above 32767 become other numbers
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side must be right or left")
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    ids = np.full((len(sequences), length), value, dtype=np.int16)
    mask = np.zeros((len(sequences), length), dtype=bool)
    for i, s in enumerate(sequences):
        kept = np.array(s[:length], dtype=int)
        n = len(kept)
        if side == "right":
            ids[i, :n], mask[i, :n] = kept, True
        else:
            ids[i, length - n :], mask[i, length - n :] = kept, True
    return ids, mask

# %% 12 right: a helper for one row with np.pad, stacked into arrays that exist already
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side == "right":
        def around(gap):
            return (0, gap)
    elif side == "left":
        def around(gap):
            return (gap, 0)
    else:
        raise ValueError(f"side must be 'right' or 'left', but it is {side!r}")
    if length is None:
        length = 0
        for sequence in sequences:
            if len(sequence) > length:
                length = len(sequence)
    ids = np.zeros((len(sequences), length), dtype=np.int64)
    mask = np.zeros((len(sequences), length), dtype=np.bool_)
    for row, sequence in enumerate(sequences):
        kept = np.asarray(sequence[:length], dtype=np.int64)
        gap = length - kept.size
        ids[row] = np.pad(kept, around(gap), constant_values=value)
        mask[row] = np.pad(np.ones(kept.size, dtype=bool), around(gap), constant_values=False)
    return ids, mask

# %% 13 wrong: with side="left" a sequence that is too long keeps its last steps, not its first ones
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side: only 'right' or 'left'")
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    ids = np.full((len(sequences), length), value, dtype=np.int64)
    mask = np.zeros((len(sequences), length), dtype=bool)
    for i, s in enumerate(sequences):
        n = min(len(s), length)
        if side == "right":
            ids[i, :n] = s[:n]
            mask[i, :n] = True
        else:
            ids[i, length - n :] = s[len(s) - n :]
            mask[i, length - n :] = True
    return ids, mask
