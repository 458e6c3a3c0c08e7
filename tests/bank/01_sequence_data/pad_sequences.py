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

# %% d01 wrong: the mask is read off the ids (ids != value), so a real step that holds the padding value is marked as padding
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"side must be 'right' or 'left', not {side!r}")
    steps = max((len(s) for s in sequences), default=0) if length is None else length
    ids = np.full((len(sequences), steps), value, dtype=np.int64)
    for i, s in enumerate(sequences):
        kept = s[:steps]
        if side == "right":
            ids[i, :len(kept)] = kept
        else:
            ids[i, steps - len(kept):] = kept
    mask = ids != value
    return ids, mask


# %% d02 right: no loop over rows, the mask comes from comparing lengths with arange, the ids are poured into the mask in one go
from itertools import chain, islice

import numpy as np


def pad_sequences(sequences, length=None, value=0, side="right"):
    if side != "right" and side != "left":
        raise ValueError("side has to be \"right\" or \"left\", got " + repr(side))
    lengths = np.array([len(s) for s in sequences], dtype=np.int64)
    if length is None:
        length = int(lengths.max()) if lengths.size else 0
    lengths = np.minimum(lengths, length)
    position = np.arange(length)[None, :]
    if side == "right":
        mask = position < lengths[:, None]
    else:
        mask = position >= length - lengths[:, None]
    ids = np.full(mask.shape, value, dtype=np.int64)
    real = chain.from_iterable(islice(s, length) for s in sequences)
    ids[mask] = np.fromiter(real, dtype=np.int64, count=int(lengths.sum()))
    return ids, mask


# %% d03 wrong: a length of 0 counts as "not given" (length or ...), so the result has the steps of the longest sequence
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in {"right", "left"}:
        raise ValueError(f"unknown side: {side}")
    length = length or max((len(s) for s in sequences), default=0)
    rows, marks = [], []
    for s in sequences:
        s = list(s[:length])
        fill = length - len(s)
        if side == "right":
            rows.append(s + [value] * fill)
            marks.append([True] * len(s) + [False] * fill)
        else:
            rows.append([value] * fill + s)
            marks.append([False] * fill + [True] * len(s))
    shape = (len(sequences), length)
    return np.array(rows, dtype=np.int64).reshape(shape), np.array(marks, dtype=bool).reshape(shape)


# %% d04 right: plain Python lists, turned into arrays of a stated type and shape only at the end
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ["right", "left"]:
        raise ValueError("The side must be right or left, but it is " + repr(side) + ".")

    if length is None:
        length = 0
        for sequence in sequences:
            if len(sequence) > length:
                length = len(sequence)

    all_ids = []
    all_marks = []
    for sequence in sequences:
        real = [int(step) for step in sequence[:length]]
        missing = length - len(real)
        padding, no = [value] * missing, [False] * missing
        yes = [True] * len(real)
        if side == "left":
            all_ids.append(padding + real)
            all_marks.append(no + yes)
        else:
            all_ids.append(real + padding)
            all_marks.append(yes + no)

    shape = (len(sequences), length)
    return np.array(all_ids, dtype="int64").reshape(shape), np.array(all_marks, dtype="bool").reshape(shape)


# %% d05 wrong: with side="left" a sequence that is too long keeps its last steps instead of its first
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"side is {side!r}, but only 'right' and 'left' are known")
    if length is None:
        length = max(map(len, sequences), default=0)
    ids = np.full((len(sequences), length), value, dtype=int)
    mask = np.zeros((len(sequences), length), dtype=bool)
    for row, s in enumerate(sequences):
        n = min(len(s), length)
        if side == "right":
            ids[row, :n] = s[:n]
            mask[row, :n] = True
        else:
            ids[row, length - n:] = s[len(s) - n:]
            mask[row, length - n:] = True
    return ids, mask


# %% d06 wrong: the ids are stored as int16, which does not hold the ids of a large vocabulary
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side must be 'right' or 'left'")
    lengths = [len(s) for s in sequences]
    if length is None:
        length = max(lengths, default=0)
    ids = np.full((len(sequences), length), value, dtype=np.int16)
    mask = np.zeros(ids.shape, dtype=bool)
    for i, s in enumerate(sequences):
        real = np.array(s[:length], dtype=np.int64).astype(np.int16)
        where = slice(0, len(real)) if side == "right" else slice(length - len(real), length)
        ids[i, where] = real
        mask[i, where] = True
    return ids, mask


# %% d07 wrong: the side is lower-cased before the test, so "Left" and "RIGHT" pass without an error
def pad_sequences(sequences, length=None, value=0, side="right"):
    side = side.lower()
    if side != "left" and side != "right":
        raise ValueError("side must be 'right' or 'left', got %r" % side)
    n = np.array([len(s) for s in sequences], dtype=int)
    steps = (n.max() if len(n) else 0) if length is None else length
    n = np.minimum(n, steps)
    t = np.arange(steps)
    mask = t < n[:, None] if side == "right" else t >= (steps - n)[:, None]
    ids = np.full((len(sequences), steps), value, dtype=np.int64)
    for i, s in enumerate(sequences):
        ids[i, mask[i]] = s[:steps]
    return ids, mask


# %% d08 right: zip_longest turns rows into columns, with a sentinel for the gaps; the left side is the right side read backwards
from itertools import zip_longest

GAP = object()


def pad_sequences(sequences, length=None, value=0, side="right"):
    if not (side == "right" or side == "left"):
        raise ValueError(f"padding goes on the 'right' or on the 'left', not on {side!r}")
    steps = max([len(s) for s in sequences] + [0]) if length is None else length
    step = 1 if side == "right" else -1
    kept = [list(s[:steps])[::step] for s in sequences]
    # the ruler has all the steps, so that the rectangle has them too
    columns = list(zip_longest(*kept, range(steps), fillvalue=GAP))[::step]
    ids = np.empty((len(sequences), steps), dtype=np.int64)
    mask = np.empty((len(sequences), steps), dtype=bool)
    for t, column in enumerate(columns):
        for row, entry in enumerate(column[:-1]):
            mask[row, t] = entry is not GAP
            ids[row, t] = entry if entry is not GAP else value
    return ids, mask


# %% d09 wrong: the wrong side is noticed only where a row needs padding, so a batch of equal lengths raises no error
def pad_sequences(sequences, length=None, value=0, side="right"):
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    rows, marks = [], []
    for s in sequences:
        row = list(s[:length])
        mark = [True] * len(row)
        missing = length - len(row)
        if missing > 0:
            if side == "right":
                row, mark = row + [value] * missing, mark + [False] * missing
            elif side == "left":
                row, mark = [value] * missing + row, [False] * missing + mark
            else:
                raise ValueError(f"side must be 'right' or 'left', not {side!r}")
        rows.append(row)
        marks.append(mark)
    shape = len(sequences), length
    return np.array(rows, dtype=np.int64).reshape(shape), np.array(marks, dtype=bool).reshape(shape)


# %% d10 wrong: on the left the mask is set with mask[i, -n:], which for an empty sequence (n = 0) is the whole row, so all its padding counts as real
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"side should be right or left, not {side}")
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    batch = len(sequences)
    ids = np.full((batch, length), value, dtype=np.int64)
    mask = np.zeros((batch, length), dtype=bool)
    for i in range(batch):
        s = sequences[i][:length]
        n = len(s)
        if side == "right":
            for t in range(n):
                ids[i, t] = s[t]
            mask[i, :n] = True
        else:
            for t in range(n):
                ids[i, length - n + t] = s[t]
            mask[i, -n:] = True
    return ids, mask


# %% d11 wrong: np.array without a type makes floats where all sequences are empty or the length is 0, and the ids must be integers
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"side must be 'right' or 'left', got {side!r}")
    steps = max((len(s) for s in sequences), default=0) if length is None else length
    cut = [list(s)[:steps] for s in sequences]

    def beside(row, fill):
        rest = [fill] * (steps - len(row))
        return row + rest if side == "right" else rest + row

    ids = np.array([beside(row, value) for row in cut])
    mask = np.array([beside([True] * len(row), False) for row in cut], dtype=bool)
    return ids, mask


# %% d12 wrong: the rows are filled up in place with append and insert, so the lists that were given are changed
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side must be right or left")
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    mask = np.zeros((len(sequences), length), dtype=bool)
    ids = np.zeros((len(sequences), length), dtype=np.int64)
    for i, s in enumerate(sequences):
        n = min(len(s), length)
        if side == "right":
            mask[i, :n] = True
        else:
            mask[i, length - n:] = True
        while len(s) < length:
            if side == "right":
                s.append(value)
            else:
                s.insert(0, value)
        ids[i] = s[:length]
    return ids, mask


# %% d13 right: each row is padded with np.pad and so is its mask; the case without rows goes its own way
def _padded(row, missing, side, fill):
    widths = (0, missing) if side == "right" else (missing, 0)
    return np.pad(row, widths, constant_values=fill)


def pad_sequences(sequences, length=None, value=0, side="right"):
    allowed = {"right", "left"}
    if side not in allowed:
        raise ValueError(f"side = {side!r}; it must be one of {sorted(allowed)}")
    if len(sequences) == 0:
        steps = 0 if length is None else length
        return np.zeros((0, steps), dtype=np.int64), np.zeros((0, steps), dtype=bool)
    steps = max(len(s) for s in sequences) if length is None else length
    rows = [np.array(s[:steps], dtype=np.int64) for s in sequences]
    ids = np.stack([_padded(row, steps - row.size, side, value) for row in rows])
    mask = np.stack([_padded(np.ones(row.size, dtype=bool), steps - row.size, side, False) for row in rows])
    return ids, mask


# %% d14 wrong: the result is never longer than the longest sequence (min), so a larger length is not filled up
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"{side!r} is neither 'right' nor 'left'")
    longest = max((len(s) for s in sequences), default=0)
    steps = longest if length is None else min(length, longest)
    ids = np.full((len(sequences), steps), value, dtype=np.int64)
    mask = np.zeros((len(sequences), steps), dtype=bool)
    for number, s in enumerate(sequences):
        kept = s[:steps]
        start = 0 if side == "right" else steps - len(kept)
        ids[number, start:start + len(kept)] = kept
        mask[number, start:start + len(kept)] = True
    return ids, mask


# %% d15 wrong: the mask counts from the left for both sides, so with side="left" it marks the padding and misses real steps
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError("side has to be 'right' or 'left'")
    lengths = np.array([len(s) for s in sequences], dtype=int)
    if length is None:
        length = int(lengths.max(initial=0))
    mask = np.arange(length)[None, :] < lengths[:, None]
    ids = np.full((len(sequences), length), value, dtype=np.int64)
    for i, s in enumerate(sequences):
        kept = s[:length]
        if side == "left":
            ids[i, length - len(kept):] = kept
        else:
            ids[i, :len(kept)] = kept
    return ids, mask


# %% d16 wrong: the side is looked for inside the string "right, left", so "", "l" or "t, l" raise no error
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in "right, left":
        raise ValueError(f"side must be right or left, not {side!r}")
    steps = length
    if steps is None:
        steps = max((len(s) for s in sequences), default=0)
    rows, marks = [], []
    for s in sequences:
        s = s[:steps]
        rest = steps - len(s)
        if side == "left":
            rows.append([value] * rest + list(s))
            marks.append([False] * rest + [True] * len(s))
        else:
            rows.append(list(s) + [value] * rest)
            marks.append([True] * len(s) + [False] * rest)
    ids = np.array(rows, dtype=np.int64).reshape(len(rows), steps)
    return ids, np.array(marks, dtype=bool).reshape(len(rows), steps)


# %% d17 right: one helper that only pads on the right; for the left the kept steps are reversed before it and both arrays are flipped after it
def pad_right(rows, steps, value):
    ids = np.full((len(rows), steps), value, dtype=np.int64)
    lengths = np.zeros((len(rows), 1), dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = row
        lengths[i] = len(row)
    return ids, np.less(np.arange(steps), lengths)


def pad_sequences(sequences, length=None, value=0, side="right"):
    if side != "right":
        if side != "left":
            raise ValueError(f"no such side: {side!r} (use 'right' or 'left')")
    if length is None:
        length = len(max(sequences, key=len, default=[]))
    rows = [s[:length] for s in sequences]
    if side == "right":
        return pad_right(rows, length, value)
    ids, mask = pad_right([row[::-1] for row in rows], length, value)
    return np.flip(ids, axis=1), np.flip(mask, axis=1)


# %% d18 wrong: two slips: the rectangle starts from zeros, so value is ignored, and the mask holds the integers 0 and 1 instead of booleans
def pad_sequences(sequences, length=None, value=0, side="right"):
    if side not in ("right", "left"):
        raise ValueError(f"side must be 'right' or 'left', not {side!r}")
    if length is None:
        length = max((len(s) for s in sequences), default=0)
    ids = np.zeros((len(sequences), length), dtype=np.int64)
    mask = np.zeros((len(sequences), length), dtype=np.int64)
    for i, s in enumerate(sequences):
        for t, step in enumerate(s[:length]):
            place = t if side == "right" else t + length - min(len(s), length)
            ids[i, place] = step
            mask[i, place] = 1
    return ids, mask
