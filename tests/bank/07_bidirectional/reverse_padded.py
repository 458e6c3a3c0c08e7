# %% 01 wrong: copies with x[:] which is only a view of a NumPy array, so the array that was given is turned round as well
def reverse_padded(x, mask=None):
    result = x[:]
    for row in range(len(x)):
        n = x.shape[1] if mask is None else int(np.sum(mask[row]))
        result[row, :n] = x[row, :n][::-1].copy()
    return result

# %% 02 right: one gather with fancy indices, the source step of every place computed by np.where
def reverse_padded(x, mask=None):
    x = np.asarray(x)
    if mask is None:
        mask = np.ones(x.shape[:2], dtype=bool)
    lengths = np.asarray(mask).sum(axis=1, keepdims=True)
    t = np.arange(x.shape[1])
    source = np.where(t < lengths, lengths - 1 - t, t)
    rows = np.arange(x.shape[0])[:, np.newaxis]
    return x[rows, source]

# %% 03 wrong: turns the whole axis round and then puts the padding back with np.where, so real places receive padding from the other end
def reverse_padded(x, mask=None):
    turned = np.flip(x, axis=1)
    if mask is None:
        return turned.copy()
    # give the mask as many axes as x
    wide = mask.reshape(mask.shape + (1,) * (x.ndim - 2))
    return np.where(wide, turned, x)

# %% 04 wrong: flips each row and rolls the padding to the end, so the padding itself comes out in reverse order instead of staying as it was
def reverse_padded(x, mask=None):
    if mask is None:
        mask = np.full(x.shape[:2], True)
    result = np.empty_like(x)
    for i, (sequence, real) in enumerate(zip(x, mask)):
        n_padding = len(real) - np.count_nonzero(real)
        result[i] = np.roll(sequence[::-1], -n_padding, axis=0)
    return result

# %% 05 right: boolean masks on both sides, the real places filled in order from the turned array at the turned mask
def reverse_padded(x, mask=None):
    result = np.array(x)
    if mask is None:
        real = np.ones(result.shape[:2], dtype=bool)
    else:
        real = np.asarray(mask, dtype=bool)
    # row by row, x[:, ::-1] at real[:, ::-1] lists the real steps from the last to the first
    result[real] = np.asarray(x)[:, ::-1][real[:, ::-1]]
    return result

# %% 06 wrong: without a mask it returns the slice x[:, ::-1], a view, so whoever writes into the result changes the input
def reverse_padded(x, mask=None):
    if mask is None:
        return x[:, ::-1]
    out = x.copy()
    lengths = mask.sum(axis=1)
    for b, n in enumerate(lengths):
        out[b, :n] = x[b, :n][::-1]
    return out

# %% 07 wrong: starts from zeros and fills in only the real steps, so whatever stood in the padding is lost
def reverse_padded(x, mask=None):
    x = np.asarray(x)
    if mask is None:
        mask = np.ones(x.shape[:2], dtype=bool)
    out = np.zeros_like(x)
    b, t = np.nonzero(mask)
    lengths = mask.sum(axis=1)
    out[b, lengths[b] - 1 - t] = x[b, t]
    return out

# %% 08 right: a helper cuts each sequence in two, turns the front part and glues it, then the rows are stacked
def turn_front(sequence, n):
    return np.concatenate([sequence[:n][::-1], sequence[n:]], axis=0)


def reverse_padded(x, mask=None):
    batch, time = x.shape[:2]
    if batch == 0:
        return x.copy()
    lengths = [time] * batch if mask is None else [int(n) for n in np.count_nonzero(mask, axis=1)]
    return np.stack([turn_front(sequence, n) for sequence, n in zip(x, lengths)])

# %% 09 wrong: swaps through views with a tuple assignment, so with a feature axis one of the two steps is overwritten and appears twice
def reverse_padded(x, mask=None):
    out = x.copy()
    for b in range(out.shape[0]):
        i = 0
        j = (out.shape[1] if mask is None else int(mask[b].sum())) - 1
        while i < j:
            out[b, i], out[b, j] = out[b, j], out[b, i]
            i += 1
            j -= 1
    return out

# %% 10 wrong: finds the length with argmin and takes 0 for a full row, so a sequence of padding only is turned round completely
def reverse_padded(x, mask=None):
    batch, time = x.shape[0], x.shape[1]
    if mask is None:
        lengths = np.full(batch, time)
    else:
        lengths = np.argmin(mask, axis=1)      # the first False
        lengths[lengths == 0] = time           # no False in this row
    steps = np.tile(np.arange(time), (batch, 1))
    for b in range(batch):
        steps[b, : lengths[b]] = steps[b, : lengths[b]][::-1]
    return x[np.arange(batch)[:, None], steps]

# %% 11 wrong: the result is made as an array of int, so features that are not whole numbers lose their fraction
def reverse_padded(x, mask=None):
    out = np.zeros(x.shape, dtype=int)
    for b in range(x.shape[0]):
        length = x.shape[1]
        if mask is not None:
            length = sum(mask[b])
        for t in range(x.shape[1]):
            if t < length:
                out[b, t] = x[b, length - 1 - t]
            else:
                out[b, t] = x[b, t]
    return out

# %% 12 right: a stable sort of keys, negative and falling at real steps and rising at padding, and take_along_axis
def reverse_padded(x, mask=None):
    t = np.arange(x.shape[1])
    if mask is None:
        mask = np.broadcast_to(True, x.shape[:2])
    keys = np.where(mask, -1 - t, t)
    order = np.argsort(keys, axis=1, kind="stable")
    order = order.reshape(order.shape + (1,) * (x.ndim - 2))
    return np.take_along_axis(x, order, axis=1)

# %% 13 wrong: adds an axis to the indices only when x has three axes, so with more axes behind take_along_axis raises an error
def reverse_padded(x, mask=None):
    if mask is None:
        mask = np.ones(x.shape[:2], bool)
    length = mask.sum(1)[:, None]
    t = np.arange(x.shape[1])[None, :]
    index = np.where(t < length, length - t - 1, t)
    if x.ndim == 3:
        index = index[:, :, None]
    return np.take_along_axis(x, index, axis=1)

# %% 14 wrong: np.flip without an axis turns the feature axis round together with the time axis
def reverse_padded(x, mask=None):
    new = np.copy(x)
    for k, sequence in enumerate(x):
        n = len(sequence) if mask is None else np.count_nonzero(mask[k])
        new[k, :n] = np.flip(sequence[:n])
    return new

# %% 15 wrong: crosses off each step in the mask when it has been copied, so the caller's mask is all False afterwards
def reverse_padded(x, mask=None):
    result = x.copy()
    if mask is None:
        mask = np.ones(x.shape[:2], dtype=bool)
    for b in range(len(x)):
        place = 0
        while mask[b].any():
            last = np.flatnonzero(mask[b])[-1]
            result[b, place] = x[b, last]
            mask[b, last] = False
            place += 1
    return result

# %% 16 wrong: without a mask it takes zeros for padding, although None means that every step is real
def reverse_padded(x, mask=None):
    if mask is None:
        mask = x != 0
        while mask.ndim > 2:
            mask = mask.any(axis=-1)
    out = x.copy()
    for b, n in enumerate(mask.sum(axis=1)):
        out[b, :n] = out[b, :n][::-1].copy()
    return out

# %% 17 right: two pointers that swap steps on a copy, one row after the other
def reverse_padded(x, mask=None):
    result = np.array(x, copy=True)
    time = result.shape[1]
    for b in range(result.shape[0]):
        left = 0
        right = time - 1
        if mask is not None:
            right = sum(1 for real in mask[b] if real) - 1
        while left < right:
            result[b, [left, right]] = result[b, [right, left]]
            left, right = left + 1, right - 1
    return result

# %% 18 wrong: returns x itself when there is nothing to turn (padding only or single words), so the result is no new array
def reverse_padded(x, mask=None):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    if np.all(lengths <= 1):
        return x
    t = np.arange(x.shape[1])
    n = lengths.reshape(-1, 1)
    index = np.where(t < n, n - 1 - t, t)
    return np.stack([sequence[i] for sequence, i in zip(x, index)])
