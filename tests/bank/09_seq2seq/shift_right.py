# %% 01 wrong: the padding of the target is not put back, so [END] becomes an input in every padded row
def shift_right(targets, start=1, pad=0):
    first = np.full((targets.shape[0], 1), start, dtype=targets.dtype)
    return np.concatenate([first, targets[:, :-1]], axis=1)[:, : targets.shape[1]]

# %% 02 right: one roll of the flattened array (the wrapped column is overwritten anyway), then np.where
def shift_right(targets, start=1, pad=0):
    targets = np.asarray(targets)
    moved = np.roll(targets, 1)
    moved[:, :1] = start
    return np.where(targets == pad, pad, moved)

# %% 03 wrong: works on a view of the targets, so the caller's [END] is overwritten with padding
def shift_right(targets, start=1, pad=0):
    before = targets[:, :-1]
    before[targets[:, 1:] == pad] = pad
    first = np.where(targets[:, :1] == pad, pad, start)
    return np.concatenate([first, before], axis=1)

# %% 04 wrong: real positions are those with an id larger than pad, which fails when pad is not the smallest id
def shift_right(targets, start=1, pad=0):
    inputs = np.full_like(targets, pad)
    inputs[:, 1:] = targets[:, :-1]
    inputs[:, :1] = start
    return np.where(targets > pad, inputs, pad)

# %% 05 right: plain Python over rows and steps, with the previous token carried along
def shift_right(targets, start=1, pad=0):
    targets = np.asarray(targets)
    inputs = targets.copy()
    for row in range(targets.shape[0]):
        previous = start
        for step in range(targets.shape[1]):
            token = targets[row, step]
            inputs[row, step] = pad if token == pad else previous
            previous = token
    return inputs

# %% 06 wrong: the first column is set to start after the padding, so a row of nothing but padding gets a [START]
def shift_right(targets, start=1, pad=0):
    inputs = np.empty_like(targets)
    inputs[:, 1:] = targets[:, :-1]
    inputs[targets == pad] = pad
    if targets.shape[1]:
        inputs[:, 0] = start
    return inputs

# %% 07 wrong: the result starts as np.zeros, so the ids come out as floats, which cannot index an embedding
def shift_right(targets, start=1, pad=0):
    batch, time = targets.shape
    inputs = np.zeros((batch, time))
    if time > 0:
        inputs[:, 0] = start
        inputs[:, 1:] = targets[:, :-1]
    inputs[targets == pad] = pad
    return inputs

# %% 08 right: np.pad in front, cut at the end, and np.putmask for the padding
def shift_right(targets, start=1, pad=0):
    targets = np.array(targets)
    longer = np.pad(targets, ((0, 0), (1, 0)), constant_values=start)
    inputs = longer[:, : targets.shape[1]].copy()
    np.putmask(inputs, targets == pad, pad)
    return inputs

# %% 09 wrong: instead of looking where the target is padding it replaces the id 2 by padding, so a row that was cut without [END] keeps its last token as an input
def shift_right(targets, start=1, pad=0):
    end = 2
    inputs = np.roll(targets, 1, axis=1)
    inputs[inputs == end] = pad
    inputs[:, :1] = np.where(targets[:, :1] == pad, pad, start)
    return inputs

# %% 10 wrong: real steps are accumulated along the batch axis, so a short sentence cuts all sentences below it
def shift_right(targets, start=1, pad=0):
    real = np.logical_and.accumulate(targets != pad, axis=0)
    start_column = np.full_like(targets[:, :1], start)
    moved = np.hstack([start_column, targets])[:, : targets.shape[1]]
    return np.where(real, moved, pad)

# %% 11 right: gathers with an index array, and fills the rest of each row by its length
def shift_right(targets, start=1, pad=0):
    targets = np.asarray(targets)
    batch, time = targets.shape
    with_start = np.concatenate([np.full((batch, 1), start, dtype="int64"), targets.astype("int64")], axis=1)
    inputs = np.take(with_start, np.arange(time), axis=1)
    lengths = np.count_nonzero(targets != pad, axis=1)
    inputs[np.arange(time)[None, :] >= lengths[:, None]] = pad
    return inputs

# %% 12 wrong: the padding is looked for as 0 whatever pad is, so another pad leaves [END] among the inputs
def shift_right(targets, start=1, pad=0):
    inputs = np.full(targets.shape, pad, dtype=targets.dtype)
    for row, sentence in enumerate(targets):
        length = np.count_nonzero(sentence)
        if length:
            inputs[row, 0] = start
            inputs[row, 1:length] = sentence[: length - 1]
    return inputs

# %% 13 wrong: the inputs are stored as int16, so ids above 32767 of a large vocabulary turn negative
def shift_right(targets, start=1, pad=0):
    rows = np.asarray(targets).astype("int16")
    inputs = np.concatenate([np.full_like(rows[:, :1], start), rows[:, :-1]], axis=1)
    inputs[np.asarray(targets) == pad] = pad
    return inputs
