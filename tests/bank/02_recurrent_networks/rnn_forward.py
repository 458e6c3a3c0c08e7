# %% 01 wrong: the array of all states takes the type of x, so with whole-number inputs the fractions are cut off
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    h = np.zeros((batch, len(W_h))) if h0 is None else h0
    h_all = np.zeros((batch, steps, len(W_h)), x.dtype)
    for t in range(steps):
        new = rnn_step(x[:, t], h, W_x, W_h, b)
        h = new if mask is None else np.where(mask[:, t, None], new, h)
        h_all[:, t] = h
    return h_all, h

# %% 02 right: np.where chooses between the new and the old state, a float array collects
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    h_all = np.zeros((batch, steps, units))
    for t in range(steps):
        new = rnn_step(x[:, t], h, W_x, W_h, b)
        if mask is not None:
            new = np.where(mask[:, t][:, None], new, h)
        h = new
        h_all[:, t] = h
    return h_all, h

# %% 03 wrong: a whole-number h0 is copied with its type and then written into, so with a mask the state loses its fractions at every step
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps = x.shape[:2]
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else h0.copy()
    real = np.ones((batch, steps), dtype=bool) if mask is None else mask
    h_all = np.empty((batch, steps, units))
    for t in range(steps):
        new = np.tanh(x[:, t] @ W_x + h @ W_h + b)
        h[real[:, t]] = new[real[:, t]]
        h_all[:, t] = h
    return h_all, h

# %% 04 wrong: a padded step repeats h_all[:, t - 1], which at the first step is the still empty last place and not h0
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    units = len(b)
    h = np.zeros((batch, units)) if h0 is None else h0
    h_all = np.zeros((batch, steps, units))
    for t in range(steps):
        h = rnn_step(x[:, t], h, W_x, W_h, b)
        if mask is not None:
            h = np.where(mask[:, t, np.newaxis], h, h_all[:, t - 1])
        h_all[:, t] = h
    return h_all, h

# %% 05 right: all input products at once before the loop, a blend with the mask as a number, states stacked at the end
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    units = W_h.shape[1]
    from_input = x @ W_x + b
    keep = np.ones((batch, steps, 1)) if mask is None else np.asarray(mask, dtype=float)[:, :, None]
    h = np.zeros((batch, units)) if h0 is None else np.asarray(h0, dtype=float)
    states = np.empty((steps, batch, units))
    for t in range(steps):
        h = keep[:, t] * np.tanh(from_input[:, t] + h @ W_h) + (1 - keep[:, t]) * h
        states[t] = h
    return states.transpose(1, 0, 2), h

# %% 06 wrong: without a copy the states are written into the h0 that was given
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    h = np.zeros((batch, len(W_h))) if h0 is None else np.asarray(h0, dtype=float)
    if mask is None:
        mask = np.full((batch, steps), True)
    h_all = np.zeros((batch, steps, len(W_h)))
    for t in range(steps):
        rows = mask[:, t]
        h[rows] = rnn_step(x[rows, t], h[rows], W_x, W_h, b)
        h_all[:, t] = h
    return h_all, h

# %% 07 wrong: only counts the real steps of a row and takes the first ones for real, so padding on the left or in the middle is read in place of the real steps
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    units = W_h.shape[0]
    lengths = np.full(batch, steps) if mask is None else mask.sum(axis=1)
    h_all = np.zeros((batch, steps, units))
    h_last = np.zeros((batch, units))
    for i in range(batch):
        h = np.zeros((1, units)) if h0 is None else h0[i : i + 1].astype(float)
        for t in range(steps):
            if t < lengths[i]:
                h = rnn_step(x[i : i + 1, t], h, W_x, W_h, b)
            h_all[i, t] = h[0]
        h_last[i] = h[0]
    return h_all, h_last

# %% 08 right: one sequence after the other, the state kept in the rows of h_last
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    units = len(W_h)
    h_all = np.zeros((batch, steps, units), dtype=float)
    h_last = np.zeros((batch, units), dtype=float)
    if h0 is not None:
        h_last[...] = h0
    for i in range(batch):
        for t in range(steps):
            if mask is None or mask[i, t]:
                h_last[i] = rnn_step(x[i : i + 1, t], h_last[i : i + 1], W_x, W_h, b)[0]
            h_all[i, t] = h_last[i]
    return h_all, h_last

# %% 09 wrong: stops at the first step at which all sequences are padded, so the states after it stay zero and later real steps are not read
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    h_all = np.zeros((batch, steps, units))
    for t in range(steps):
        if mask is not None and not mask[:, t].any():
            break
        new = np.tanh(x[:, t] @ W_x + h @ W_h + b)
        h = new if mask is None else np.where(mask[:, t : t + 1], new, h)
        h_all[:, t] = h
    return h_all, h

# %% 10 wrong: takes the last state at the place "number of real steps minus 1", which with padding on the left lies too early
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    h = np.zeros((batch, W_h.shape[0])) if h0 is None else h0
    states = []
    for t in range(steps):
        new = rnn_step(x[:, t], h, W_x, W_h, b)
        h = new if mask is None else np.where(mask[:, t][:, None], new, h)
        states.append(h)
    h_all = np.stack(states, axis=1)
    if mask is None:
        return h_all, h_all[:, -1]
    last = mask.sum(axis=1) - 1
    return h_all, h_all[np.arange(batch), last]

# %% 11 wrong: without a mask it takes steps that are zero throughout for padding, although None means that every step is real
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    if mask is None:
        mask = np.any(x != 0, axis=-1)
    batch, steps, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else h0 + 0.0
    h_all = np.zeros((batch, steps, units))
    for t in range(steps):
        h = np.where(mask[:, t, None], rnn_step(x[:, t], h, W_x, W_h, b), h)
        h_all[:, t, :] = h
    return h_all, h

# %% 12 wrong: at padded steps h_all holds zeros, although the state before should be repeated there
def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    units = W_h.shape[0]
    if mask is None:
        mask = np.ones((batch, steps), dtype=bool)
    h = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    h_all = np.zeros((batch, steps, units))
    for t in range(steps):
        real = mask[:, t]
        h = np.where(real[:, None], rnn_step(x[:, t], h, W_x, W_h, b), h)
        h_all[real, t] = h[real]
    return h_all, h

# %% 13 right: itertools.accumulate over the time axis, with a helper for one masked step
from itertools import accumulate


def rnn_forward(x, W_x, W_h, b, h0=None, mask=None):
    batch, steps, _ = x.shape
    start = np.zeros((batch, W_h.shape[0])) if h0 is None else np.array(h0, dtype=float)

    def after(h, t):
        new = np.array(h)
        rows = slice(None) if mask is None else np.flatnonzero(mask[:, t])
        new[rows] = np.tanh(x[rows, t] @ W_x + h[rows] @ W_h + b)
        return new

    states = list(accumulate(range(steps), after, initial=start))
    h_all = np.array(states[1:]).reshape(steps, batch, W_h.shape[0])
    return np.swapaxes(h_all, 0, 1), states[-1]
