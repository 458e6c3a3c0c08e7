# %% 01 wrong: the states are stored in an array of b's type, so whole numbers in b give truncated states
def linear_recurrence(a, b, h0=None):
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b has shape {b.shape}")
    h = np.zeros((a.shape[0], a.shape[2])) if h0 is None else h0
    h_all = np.empty_like(b)
    for t in range(a.shape[1]):
        h = a[:, t] * h + b[:, t]
        h_all[:, t] = h
    return h_all

# %% 02 right: an array of float64 that is filled step by step
def linear_recurrence(a, b, h0=None):
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"a and b must have the same shape, but they have {a.shape} and {b.shape}.")
    batch, time, units = a.shape
    h_all = np.zeros((batch, time, units))
    h = np.zeros((batch, units)) if h0 is None else np.asarray(h0)
    for t in range(time):
        h = a[:, t] * h + b[:, t]
        h_all[:, t] = h
    return h_all

# %% 03 wrong: np.asarray makes no copy of an h0 that holds floats already, so the caller's h0 is overwritten step by step
def linear_recurrence(a, b, h0=None):
    if a.shape != b.shape:
        raise ValueError("shapes differ: " + str(a.shape) + " and " + str(b.shape))
    if h0 is None:
        h = np.zeros((a.shape[0], a.shape[2]))
    else:
        h = np.asarray(h0, dtype="float64")
    states = np.empty(a.shape)
    for t in range(a.shape[1]):
        h *= a[:, t]
        h += b[:, t]
        states[:, t] = h
    return states

# %% 04 wrong: compares the number of elements instead of the shapes, so (2, 6, 1) and (1, 6, 2) are stretched without a word
def linear_recurrence(a, b, h0=None):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.size != b.size:
        raise ValueError(f"a is {a.shape}, b is {b.shape}: they must be equal")
    h = 0.0 if h0 is None else np.asarray(h0, dtype=float)
    states = []
    for t in range(a.shape[1]):
        h = a[:, t] * h + b[:, t]
        states.append(h)
    return np.stack(states, axis=1) if states else np.zeros(a.shape)

# %% 05 right: itertools.accumulate over the steps, time first
from itertools import accumulate


def linear_recurrence(a, b, h0=None):
    a, b = np.array(a, dtype="float64"), np.array(b, dtype="float64")
    if a.shape != b.shape:
        raise ValueError("a {} and b {} differ in shape".format(a.shape, b.shape))
    start = np.zeros((a.shape[0], a.shape[2])) if h0 is None else np.array(h0, dtype="float64")
    steps = zip(np.moveaxis(a, 1, 0), np.moveaxis(b, 1, 0))
    states = list(accumulate(steps, lambda h, step: step[0] * h + step[1], initial=start))
    return np.moveaxis(np.array(states)[1:], 0, 1)

# %% 06 wrong: an error is raised only where NumPy cannot stretch one array, so (2, 3, 1) against (2, 3, 4) passes
def linear_recurrence(a, b, h0=None):
    try:
        shape = np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise ValueError(f"shapes of a and b do not match: {a.shape}, {b.shape}") from None
    h_all = np.zeros(shape)
    h = np.zeros((shape[0], shape[2])) if h0 is None else h0
    for t in range(shape[1]):
        h_all[:, t] = a[:, t] * h + b[:, t]
        h = h_all[:, t]
    return h_all

# %% 07 wrong: at the first step h0 is added without being multiplied by its factor
def linear_recurrence(a, b, h0=None):
    if np.shape(a) != np.shape(b):
        raise ValueError(f"a: {np.shape(a)}, b: {np.shape(b)}")
    h_all = np.array(b, dtype="float64")
    if h0 is not None:
        h_all[:, 0] += h0
    for t in range(1, h_all.shape[1]):
        h_all[:, t] += a[:, t] * h_all[:, t - 1]
    return h_all

# %% 08 right: adds to a copy of b in place, the first step apart
def linear_recurrence(a, b, h0=None):
    if np.shape(a) != np.shape(b):
        raise ValueError(f"The shapes of a and b differ: {np.shape(a)} against {np.shape(b)}.")
    h_all = np.array(b, dtype="float64")
    time = h_all.shape[1]
    if time and h0 is not None:
        h_all[:, 0] += a[:, 0] * np.asarray(h0)
    for t in range(1, time):
        h_all[:, t] += a[:, t] * h_all[:, t - 1]
    return h_all

# %% 09 wrong: the closed form with cumulative products divides by them, so a factor of 0 or a long sequence gives nan
def linear_recurrence(a, b, h0=None):
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape}, b has shape {b.shape}")
    products = np.cumprod(a, axis=1, dtype="float64")
    sums = np.cumsum(b / products, axis=1)
    if h0 is not None:
        sums = sums + h0[:, None]
    return products * sums

# %% 10 wrong: the state is written back into a copy of h0 that keeps its type, so an h0 of whole numbers cuts every state to a whole number
def linear_recurrence(a, b, h0=None):
    if a.shape != b.shape:
        raise ValueError(f"a and b need one shape, not {a.shape} and {b.shape}")
    h = np.zeros((len(a), a.shape[-1])) if h0 is None else h0.copy()
    h_all = np.empty(a.shape, dtype="float64")
    for t in range(a.shape[1]):
        h[:] = a[:, t] * h + b[:, t]
        h_all[:, t] = h
    return h_all

# %% 11 wrong: recursion over time, which breaks with a RecursionError on sequences of a thousand steps and more
def linear_recurrence(a, b, h0=None):
    if a.shape != b.shape:
        raise ValueError(f"shapes {a.shape} and {b.shape} differ")
    h_all = np.zeros(a.shape)
    start = np.zeros((a.shape[0], a.shape[2])) if h0 is None else h0

    def state(t):
        if t < 0:
            return start
        h_all[:, t] = a[:, t] * state(t - 1) + b[:, t]
        return h_all[:, t]

    state(a.shape[1] - 1)
    return h_all

# %% 12 right: number by number in plain Python
def linear_recurrence(a, b, h0=None):
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"a.shape is {a.shape}, but b.shape is {b.shape}")
    batch, time, units = a.shape
    result = np.zeros(a.shape, dtype=np.float64)
    for i in range(batch):
        for u in range(units):
            h = 0.0
            if h0 is not None:
                h = float(h0[i][u])
            for t in range(time):
                h = float(a[i, t, u]) * h + float(b[i, t, u])
                result[i, t, u] = h
    return result

# %% 13 wrong: the error comes, but it does not say the two shapes
def linear_recurrence(a, b, h0=None):
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError("a and b must have the same shape (batch, time, units).")
    h = np.zeros(a.shape[::2]) if h0 is None else np.array(h0, dtype=np.float64)
    h_all = np.zeros_like(a)
    for t, (a_t, b_t) in enumerate(zip(a.swapaxes(0, 1), b.swapaxes(0, 1))):
        h = a_t * h + b_t
        h_all[:, t] = h
    return h_all
