# %% 01 wrong: only h is held at padded steps, the cell state goes on through the padding
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else h0
    c = np.zeros((batch, units)) if c0 is None else c0
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        h_new, c = lstm_step(x[:, t], h, c, W_x, W_h, b)
        if mask is not None:
            h_new = np.where(mask[:, t, None], h_new, h)
        h = h_new
        h_all[:, t] = h
    return h_all, h, c

# %% 02 right: loop over time with np.where for both states
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    c = np.zeros((batch, units)) if c0 is None else np.array(c0, dtype=float)
    if mask is None:
        mask = np.ones((batch, time), dtype=bool)
    h_all = np.empty((batch, time, units))
    for t in range(time):
        real = mask[:, t, np.newaxis]
        h_new, c_new = lstm_step(x[:, t], h, c, W_x, W_h, b)
        h, c = np.where(real, h_new, h), np.where(real, c_new, c)
        h_all[:, t] = h
    return h_all, h, c

# %% 03 wrong: h_all gets the dtype of x, so whole-number inputs cut the states down to whole numbers
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, steps, _ = x.shape
    units = len(W_h)
    h = np.zeros((batch, units)) if h0 is None else h0
    c = np.zeros((batch, units)) if c0 is None else c0
    h_all = np.zeros((batch, steps, units), dtype=x.dtype)
    for t in range(steps):
        new_h, new_c = lstm_step(x[:, t], h, c, W_x, W_h, b)
        if mask is None:
            h, c = new_h, new_c
        else:
            m = mask[:, t, None]
            h, c = np.where(m, new_h, h), np.where(m, new_c, c)
        h_all[:, t] = h
    return h_all, h, c

# %% 04 wrong: with h0 missing both states start at zero, so a c0 given alone is ignored
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    n, T = x.shape[:2]
    u = W_h.shape[0]
    if h0 is None:
        h0, c0 = np.zeros((n, u)), np.zeros((n, u))
    elif c0 is None:
        c0 = np.zeros((n, u))
    h, c = h0, c0
    outputs = []
    for t in range(T):
        h_next, c_next = lstm_step(x[:, t, :], h, c, W_x, W_h, b)
        if mask is not None:
            keep = mask[:, t].reshape(-1, 1)
            h_next = np.where(keep, h_next, h)
            c_next = np.where(keep, c_next, c)
        h, c = h_next, c_next
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c

# %% 05 right: steps only the rows that are real, into float copies of the states
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    x = np.asarray(x)
    batch, time = x.shape[:2]
    shape = (batch, np.shape(W_h)[0])
    h, c = np.zeros(shape), np.zeros(shape)
    if h0 is not None:
        h += h0
    if c0 is not None:
        c += c0
    h_all = np.zeros((batch, time, shape[1]))
    for t in range(time):
        rows = np.arange(batch) if mask is None else np.flatnonzero(mask[:, t])
        if len(rows):
            h[rows], c[rows] = lstm_step(x[rows, t], h[rows], c[rows], W_x, W_h, b)
        h_all[:, t] = h
    return h_all, h, c

# %% 06 wrong: the new rows are written into the caller's own h0 and c0, which are changed
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time = x.shape[:2]
    units = W_h.shape[0]
    h = h0 if h0 is not None else np.zeros((batch, units))
    c = c0 if c0 is not None else np.zeros((batch, units))
    real = mask if mask is not None else np.ones((batch, time), bool)
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        rows = real[:, t]
        h_new, c_new = lstm_step(x[:, t], h, c, W_x, W_h, b)
        h[rows] = h_new[rows]
        c[rows] = c_new[rows]
        h_all[:, t] = h
    return h_all, h, c

# %% 07 wrong: copies h0 and c0 in their own dtype and writes into them, so whole-number states cut the new ones down to whole numbers
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, features = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else h0.copy()
    c = np.zeros((batch, units)) if c0 is None else c0.copy()
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        h_new, c_new = lstm_step(x[:, t], h, c, W_x, W_h, b)
        for n in range(batch):
            if mask is None or mask[n, t]:
                h[n] = h_new[n]
                c[n] = c_new[n]
        h_all[:, t] = h
    return h_all, h, c

# %% 08 right: one sequence after the other, and padded steps are skipped
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h_all = np.zeros((batch, time, units))
    h_last = np.zeros((batch, units))
    c_last = np.zeros((batch, units))
    for n in range(batch):
        h = np.zeros((1, units)) if h0 is None else h0[n : n + 1].astype(float)
        c = np.zeros((1, units)) if c0 is None else c0[n : n + 1].astype(float)
        for t in range(time):
            if mask is None or mask[n, t]:
                h, c = lstm_step(x[n : n + 1, t], h, c, W_x, W_h, b)
            h_all[n, t] = h[0]
        h_last[n] = h[0]
        c_last[n] = c[0]
    return h_all, h_last, c_last

# %% 09 wrong: counts the real steps and takes them to stand at the front, so a mask with a gap or with padding in front goes wrong
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    lengths = np.full(batch, time) if mask is None else mask.sum(axis=1)
    h = np.zeros((batch, units)) if h0 is None else np.asarray(h0, float)
    c = np.zeros((batch, units)) if c0 is None else np.asarray(c0, float)
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        running = (t < lengths)[:, None]
        h_new, c_new = lstm_step(x[:, t], h, c, W_x, W_h, b)
        h = np.where(running, h_new, h)
        c = np.where(running, c_new, c)
        h_all[:, t] = h
    return h_all, h, c

# %% 10 wrong: the list of states has time first and is reshaped where its axes should be swapped, so sequences and steps get mixed up
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else h0
    c = np.zeros((batch, units)) if c0 is None else c0
    states = []
    for t in range(time):
        previous = h, c
        h, c = lstm_step(x[:, t], h, c, W_x, W_h, b)
        if mask is not None:
            padded = ~mask[:, t]
            h[padded] = previous[0][padded]
            c[padded] = previous[1][padded]
        states.append(h)
    return np.array(states).reshape(batch, time, units), h, c

# %% 11 wrong: with mask=None a mask is guessed from the inputs, so a real step whose features are all zero is skipped
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    if mask is None:
        mask = np.any(x != 0, axis=-1)
    h = np.zeros((batch, units)) if h0 is None else h0
    c = np.zeros((batch, units)) if c0 is None else c0
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        m = mask[:, t][:, None]
        h_new, c_new = lstm_step(x[:, t], h, c, W_x, W_h, b)
        h = np.where(m, h_new, h)
        c = np.where(m, c_new, c)
        h_all[:, t] = h
    return h_all, h, c

# %% 12 right: itertools.accumulate hands the pair of states from step to step
from itertools import accumulate


def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    zeros = np.zeros((batch, W_h.shape[0]))
    start = tuple(zeros if state is None else np.array(state, float) for state in (h0, c0))
    real = np.ones((batch, time), bool) if mask is None else np.asarray(mask, bool)

    def advance(old, t):
        new = lstm_step(x[:, t], *old, W_x, W_h, b)
        return tuple(np.where(real[:, t, None], n, o) for n, o in zip(new, old))

    states = list(accumulate(range(time), advance, initial=start))
    h_all = np.zeros((batch, time, W_h.shape[0]))
    for t, (h, _) in enumerate(states[1:]):
        h_all[:, t] = h
    h_last, c_last = states[-1]
    return h_all, h_last, c_last

# %% 13 wrong: sets the inputs of padded steps to zero and runs the step all the same, so padding changes the states
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    if mask is not None:
        x = np.where(mask[:, :, None], x, 0)
    h = np.zeros((batch, units)) if h0 is None else h0
    c = np.zeros((batch, units)) if c0 is None else c0
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        h, c = lstm_step(x[:, t], h, c, W_x, W_h, b)
        h_all[:, t] = h
    return h_all, h, c

# %% 14 wrong: a step is skipped for the whole batch as soon as one sequence is padded there
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else h0.astype(float)
    c = np.zeros((batch, units)) if c0 is None else c0.astype(float)
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        if mask is None or mask[:, t].all():
            h, c = lstm_step(x[:, t], h, c, W_x, W_h, b)
        h_all[:, t] = h
    return h_all, h, c

# %% 15 right: recursion that cuts the time axis in halves and hands the states from the first half to the second
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h0 = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=np.float64)
    c0 = np.zeros((batch, units)) if c0 is None else np.array(c0, dtype=np.float64)
    if time == 0:
        return np.zeros((batch, 0, units)), h0, c0
    if time == 1:
        h, c = lstm_step(x[:, 0], h0, c0, W_x, W_h, b)
        if mask is not None:
            padded = np.logical_not(mask[:, 0])
            h, c = h.copy(), c.copy()
            h[padded], c[padded] = h0[padded], c0[padded]
        return h[:, None, :].copy(), h, c
    half = time // 2
    early, late = (None, None) if mask is None else (mask[:, :half], mask[:, half:])
    first, h, c = lstm_forward(x[:, :half], W_x, W_h, b, h0, c0, early)
    second, h, c = lstm_forward(x[:, half:], W_x, W_h, b, h, c, late)
    return np.concatenate([first, second], axis=1), h, c

# %% 16 wrong: h_all is set to zero at padded steps in place of repeating the state before
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else h0
    c = np.zeros((batch, units)) if c0 is None else c0
    mask = np.ones((batch, time), dtype=bool) if mask is None else mask
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        h_new, c_new = lstm_step(x[:, t], h, c, W_x, W_h, b)
        real = mask[:, t, None]
        h = np.where(real, h_new, h)
        c = np.where(real, c_new, c)
        h_all[mask[:, t], t] = h[mask[:, t]]
    return h_all, h, c

# %% 17 wrong: two slips, a missing c0 is replaced by the initial hidden state, and h_all holds the state before each step and not after it
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    h = h0 if h0 is not None else np.zeros((batch, W_h.shape[0]))
    c = c0 if c0 is not None else h
    h_all = []
    for t in range(time):
        h_all.append(h)
        h_new, c_new = lstm_step(x[:, t], h, c, W_x, W_h, b)
        if mask is None:
            h, c = h_new, c_new
        else:
            h = np.where(mask[:, [t]], h_new, h)
            c = np.where(mask[:, [t]], c_new, c)
    return np.stack(h_all, axis=1), h, c

# %% 18 wrong: h_last and c_last are the results of the last step before the mask was applied, so they are wrong for sequences that end in padding
def lstm_forward(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h_all = np.zeros((batch, time, units))
    h_prev = np.zeros((batch, units)) if h0 is None else h0
    c_prev = np.zeros((batch, units)) if c0 is None else c0
    for t in range(time):
        h, c = lstm_step(x[:, t], h_prev, c_prev, W_x, W_h, b)
        if mask is None:
            h_prev, c_prev = h, c
        else:
            h_prev = np.where(mask[:, t, None], h, h_prev)
            c_prev = np.where(mask[:, t, None], c, c_prev)
        h_all[:, t] = h_prev
    return h_all, h, c
