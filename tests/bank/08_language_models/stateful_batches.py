# %% 01 wrong: a plain reshape to (n, batch, steps), so row 1 of a batch goes on where row 0 of the same batch stops
def stateful_batches(ids, batch, steps):
    n = (len(ids) - 1) // (batch * steps)
    if n < 1:
        raise ValueError("the text is too short for one batch")
    used = n * batch * steps
    x = np.reshape(ids[:used], (n, batch, steps))
    y = np.reshape(ids[1 : used + 1], (n, batch, steps))
    return x, y

# %% 02 right: reshape to long rows and windows, then the first two axes exchanged
def stateful_batches(ids, batch, steps):
    ids = np.asarray(ids)
    n = (len(ids) - 1) // (batch * steps)
    if n < 1:
        raise ValueError(f"a text of {len(ids)} tokens is too short for one batch of {batch} rows and {steps} steps")
    used = n * batch * steps
    x, y = (side.reshape(batch, n, steps).transpose(1, 0, 2).copy() for side in (ids[:used], ids[1 : used + 1]))
    return x, y

# %% 03 wrong: only n == 0 is refused, and the empty text has n = -1, so it comes back as empty arrays
def stateful_batches(ids, batch, steps):
    n = (len(ids) - 1) // (batch * steps)
    if n == 0:
        raise ValueError("text too short for one batch")
    total = n * batch * steps
    x = ids[:total].reshape(batch, n, steps).swapaxes(0, 1)
    y = ids[1 : total + 1].reshape(batch, n, steps).swapaxes(0, 1)
    return x, y

# %% 04 wrong: the target of the last token of a row is the first token of the same row, by a roll along the row
def stateful_batches(ids, batch, steps):
    n = (len(ids) - 1) // (batch * steps)
    if n <= 0:
        raise ValueError(f"too short: {len(ids)} tokens do not fill one batch")
    rows = np.asarray(ids)[: n * batch * steps].reshape(batch, n * steps)
    targets = np.roll(rows, -1, axis=1)
    x = np.stack(np.split(rows, n, axis=1))
    y = np.stack(np.split(targets, n, axis=1))
    return x, y

# %% 05 right: an array of positions in the text by broadcasting, used as an index
def stateful_batches(ids, batch, steps):
    text = np.array(ids)
    if text.size < batch * steps + 1:
        raise ValueError("The text is too short: one batch needs batch * steps + 1 tokens.")
    n = (text.size - 1) // (batch * steps)
    k, b, s = np.ogrid[:n, :batch, :steps]
    where = b * n * steps + k * steps + s
    return text[where], text[where + 1]

# %% 06 wrong: the rows begin (length - 1) // batch tokens apart and not n * steps, so from row 1 on they hold other tokens where that is no multiple of steps
def stateful_batches(ids, batch, steps):
    ids = np.asarray(ids)
    row_length = max(len(ids) - 1, 0) // batch
    n = row_length // steps
    if n == 0:
        raise ValueError("the text is too short for one batch")
    x_rows = ids[: batch * row_length].reshape(batch, row_length)
    y_rows = ids[1 : batch * row_length + 1].reshape(batch, row_length)
    x = np.array([x_rows[:, k * steps : (k + 1) * steps] for k in range(n)])
    y = np.array([y_rows[:, k * steps : (k + 1) * steps] for k in range(n)])
    return x, y

# %% 07 wrong: the results are arrays of 16-bit numbers, so tokens above 32767 turn into others
def stateful_batches(ids, batch, steps):
    n = (len(ids) - 1) // (batch * steps)
    if n < 1:
        raise ValueError("need more tokens: the text is too short for one batch")
    x = np.zeros((n, batch, steps), dtype=np.int16)
    y = np.zeros((n, batch, steps), dtype=np.int16)
    ids = np.asarray(ids)
    for k in range(n):
        for b in range(batch):
            start = (b * n + k) * steps
            x[k, b] = ids[start : start + steps].astype(np.int16)
            y[k, b] = ids[start + 1 : start + steps + 1].astype(np.int16)
    return x, y

# %% 08 wrong: refuses only texts below batch * steps tokens, so a text of exactly that length gives empty arrays and no error
def stateful_batches(ids, batch, steps):
    if len(ids) < batch * steps:
        raise ValueError(f"the text has {len(ids)} tokens and is too short for one batch of {batch * steps}")
    n = (len(ids) - 1) // (batch * steps)
    length = n * steps
    x = np.zeros((n, batch, steps), dtype=ids.dtype)
    y = np.zeros((n, batch, steps), dtype=ids.dtype)
    for b in range(batch):
        x[:, b] = ids[b * length : (b + 1) * length].reshape(n, steps)
        y[:, b] = ids[b * length + 1 : (b + 1) * length + 1].reshape(n, steps)
    return x, y

# %% 09 right: windows with their target by sliding_window_view
def stateful_batches(ids, batch, steps):
    from numpy.lib.stride_tricks import sliding_window_view

    ids = np.asarray(ids)
    n, _ = divmod(ids.shape[0] - 1, batch * steps)
    if n < 1:
        raise ValueError("the text is too short to make even one batch (or it is empty)")
    windows = sliding_window_view(ids, steps + 1)[::steps][: batch * n]
    windows = np.moveaxis(windows.reshape(batch, n, steps + 1), 0, 1)
    return windows[..., :-1].copy(), windows[..., 1:].copy()

# %% 10 wrong: cuts pieces of steps + 1 tokens and takes inputs and targets from each, so x leaves a token out between two windows and there may be fewer batches
def stateful_batches(ids, batch, steps):
    ids = np.asarray(ids)
    piece = steps + 1  # the window and its last target
    n = len(ids) // (batch * piece)
    if n < 1:
        raise ValueError(f"text too short: {len(ids)} tokens for a batch of {batch * piece}")
    pieces = ids[: n * batch * piece].reshape(batch, n, piece).transpose(1, 0, 2)
    return pieces[:, :, :-1], pieces[:, :, 1:]

# %% 11 right: nested lists, window by window, with an early error
def stateful_batches(ids, batch, steps):
    count = (len(ids) - 1) // (batch * steps)
    if count <= 0:
        raise ValueError(f"{len(ids)} tokens are too short a text for one batch: at least {batch * steps + 1} are needed")

    def window(k, b, shift):
        start = b * count * steps + k * steps + shift
        return ids[start : start + steps]

    def all_windows(shift):
        return np.array([[window(k, b, shift) for b in range(batch)] for k in range(count)])

    return all_windows(0), all_windows(1)

# %% 12 wrong: keeps one token for each row as a last target, so there is one batch too few for some lengths
def stateful_batches(ids, batch, steps):
    n = (len(ids) - batch) // (batch * steps)
    if n < 1:
        raise ValueError("the text is too short for one batch")
    used = batch * n * steps
    x = np.asarray(ids[:used]).reshape(batch, n, steps)
    y = np.asarray(ids[1 : used + 1]).reshape(batch, n, steps)
    return np.swapaxes(x, 0, 1), np.swapaxes(y, 0, 1)

# %% 13 wrong: counts batches from the whole length and rolls the text, so where the length is a multiple the last target is the first token
def stateful_batches(ids, batch, steps):
    ids = np.asarray(ids)
    n = len(ids) // (batch * steps)
    if n == 0:
        raise ValueError("text is too short for a single batch")
    shifted = np.roll(ids, -1)
    x = ids[: n * batch * steps].reshape(batch, n, steps).transpose(1, 0, 2)
    y = shifted[: n * batch * steps].reshape(batch, n, steps).transpose(1, 0, 2)
    return x, y
