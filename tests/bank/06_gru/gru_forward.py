# %% 01 wrong: masks by multiplication, so a nan or an infinity in the padding gets into the state that should stay
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    m = np.ones((batch, time)) if mask is None else mask.astype(float)
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        new = gru_step(x[:, t], h, W_x, W_h, b, reset_after)
        h = m[:, t, None] * new + (1 - m[:, t, None]) * h
        h_all[:, t] = h
    return h_all, h

# %% 02 right: states collected in a list, np.where, stacked at the end
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time = x.shape[:2]
    units = W_h.shape[0]
    if mask is None:
        mask = np.ones((batch, time), dtype=bool)
    state = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    states = [state]
    for t in range(time):
        candidate = gru_step(x[:, t, :], states[-1], W_x, W_h, b, reset_after=reset_after)
        states.append(np.where(np.expand_dims(mask[:, t], 1), candidate, states[-1]))
    h_all = np.stack(states, axis=1)[:, 1:]
    return h_all, states[-1]

# %% 03 wrong: reset_after is not handed on to gru_step, which then always uses its default
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    h = h0
    if h is None:
        h = np.zeros((x.shape[0], W_h.shape[0]))
    out = []
    for t in range(x.shape[1]):
        h_new = gru_step(x[:, t], h, W_x, W_h, b)
        if mask is not None:
            h_new = np.where(mask[:, t][:, None], h_new, h)
        h = h_new
        out.append(h)
    return np.stack(out, axis=1), h

# %% 04 wrong: updates the state in place in an array that may be h0 itself, so the caller's h0 is overwritten
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    n, steps, _ = x.shape
    u = len(W_h)
    h = np.zeros((n, u)) if h0 is None else np.asarray(h0, dtype=float)
    h_all = np.empty((n, steps, u))
    for t in range(steps):
        real = slice(None) if mask is None else mask[:, t]
        h[real] = gru_step(x[:, t], h, W_x, W_h, b, reset_after)[real]
        h_all[:, t] = h
    return h_all, h.copy()

# %% 05 wrong: the array of all states gets the type of x, so whole-number inputs cut every state in h_all to 0 or -0
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time = x.shape[:2]
    units = W_h.shape[0]
    h_all = np.zeros((batch, time, units), dtype=x.dtype)
    h = np.zeros((batch, units)) if h0 is None else h0
    for t in range(time):
        h_new = gru_step(x[:, t], h, W_x, W_h, b, reset_after=reset_after)
        h = h_new if mask is None else np.where(mask[:, t, np.newaxis], h_new, h)
        h_all[:, t] = h
    return h_all, h

# %% 06 right: only the real rows of each step are computed, by boolean indexing into a copy
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    h = np.zeros((batch, units), dtype=float)
    if h0 is not None:
        h += h0
    h_all = np.zeros((batch, time, units), dtype=float)
    for t in range(time):
        rows = np.arange(batch) if mask is None else np.flatnonzero(mask[:, t])
        if rows.size:
            h[rows] = gru_step(x[rows, t], h[rows], W_x, W_h, b, reset_after)
        h_all[:, t] = h
    return h_all, h

# %% 07 wrong: stops at the first step at which no sequence is real, so h_all stays 0 from there on instead of repeating the state
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    if mask is None:
        mask = np.ones((batch, time), dtype=bool)
    h = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        if not mask[:, t].any():
            break
        h = np.where(mask[:, t : t + 1], gru_step(x[:, t], h, W_x, W_h, b, reset_after), h)
        h_all[:, t] = h
    return h_all, h

# %% 08 wrong: turns the mask into lengths, so a padded step in the middle is treated as real and the last real step as padding
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time, _ = x.shape
    units = W_h.shape[0]
    lengths = np.full(batch, time) if mask is None else mask.sum(axis=1)
    h_all = np.zeros((batch, time, units))
    h_last = np.zeros((batch, units))
    for i in range(batch):
        h = np.zeros((1, units)) if h0 is None else h0[i : i + 1].astype(float)
        for t in range(time):
            if t < lengths[i]:
                h = gru_step(x[i : i + 1, t], h, W_x, W_h, b, reset_after)
            h_all[i, t] = h[0]
        h_last[i] = h[0]
    return h_all, h_last

# %% 09 right: recursion over time with an inner function
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time = x.shape[0], x.shape[1]
    start = np.zeros((batch, W_h.shape[0])) if h0 is None else np.array(h0, dtype=float)
    h_all = np.zeros((batch, time, W_h.shape[0]))

    def moved(h, t):
        new = gru_step(x[:, t], h, W_x, W_h, b, reset_after)
        if mask is None:
            return new
        return np.where(mask[:, t].reshape(-1, 1), new, h)

    def fill(first, last, h):
        """Halves the stretch of time, so that long sequences do not go too deep."""
        if last <= first:
            return h
        if last - first == 1:
            h = moved(h, first)
            h_all[:, first] = h
            return h
        middle = (first + last) // 2
        return fill(middle, last, fill(first, middle, h))

    return h_all, fill(0, time, start)

# %% 10 wrong: the state of whole-number h0 is copied with its type and updated in place, so its fractions are cut off
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    if h0 is None:
        h = np.zeros((x.shape[0], W_h.shape[0]))
    else:
        h = h0.copy()
    if mask is None:
        mask = np.full(x.shape[:2], True)
    h_all = np.zeros((x.shape[0], x.shape[1], W_h.shape[0]))
    for t in range(x.shape[1]):
        new = gru_step(x[:, t], h, W_x, W_h, b, reset_after)
        h[mask[:, t]] = new[mask[:, t]]
        h_all[:, t, :] = h
    return h_all, h

# %% 11 wrong: sets the padding of the caller's x to 0 before it starts, so the given array is changed
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    if mask is not None:
        x[~mask] = 0
    h = np.zeros((len(x), len(W_h))) if h0 is None else np.array(h0, dtype=float)
    states = []
    for t in range(x.shape[1]):
        new = gru_step(x[:, t], h, W_x, W_h, b, reset_after)
        h = new if mask is None else np.where(mask[:, t, None], new, h)
        states.append(h)
    return np.stack(states, axis=1), h

# %% 12 right: accumulate over the time-major input, the mask a time-major array of columns
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    from itertools import accumulate

    units = W_h.shape[0]
    initial = np.zeros((x.shape[0], units)) if h0 is None else np.array(h0, float)
    real = np.ones(x.shape[:2], bool) if mask is None else np.asarray(mask, bool)
    steps = zip(np.swapaxes(x, 0, 1), real.T[:, :, None])

    def advance(h, step):
        x_t, keep = step
        result = h.copy()
        np.copyto(result, gru_step(x_t, h, W_x, W_h, b, reset_after), where=keep)
        return result

    states = np.array(list(accumulate(steps, advance, initial=initial)))
    return states[1:].swapaxes(0, 1).copy(), states[-1]

# %% 13 wrong: takes the last state at the place "number of real steps - 1", which is not the last real step where padding stands in the middle
def gru_forward(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time, _ = x.shape
    h = np.zeros((batch, W_h.shape[0])) if h0 is None else np.array(h0, dtype=float)
    h_all = np.zeros((batch, time, W_h.shape[0]))
    for t in range(time):
        h_next = gru_step(x[:, t], h, W_x, W_h, b, reset_after)
        if mask is not None:
            padded = ~mask[:, t]
            h_next[padded] = h[padded]
        h = h_next
        h_all[:, t] = h
    if mask is None:
        return h_all, h_all[:, -1]
    last = mask.sum(axis=1) - 1
    return h_all, h_all[np.arange(batch), last]
