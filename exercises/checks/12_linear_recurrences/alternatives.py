"""Right answers to unit 12, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def linear_recurrence__with_a_list(a, b, h0=None):
    """a list of states, stacked"""
    if np.shape(a) != np.shape(b):
        raise ValueError("shapes differ: " + str((a.shape, b.shape)))
    states = [0.0 if h0 is None else h0]
    for factor, addition in zip(np.swapaxes(a, 0, 1), np.swapaxes(b, 0, 1), strict=True):
        states.append(factor * states[-1] + addition)
    return np.stack(states[1:], axis=1)


def linear_recurrence__with_accumulate(a, b, h0=None):
    """itertools.accumulate"""
    import itertools

    if a.shape != b.shape:
        raise ValueError(f"{a.shape} is not {b.shape}")
    start = np.zeros_like(b[:, 0]) if h0 is None else h0
    states = itertools.accumulate(range(a.shape[1]), lambda h, t: a[:, t] * h + b[:, t], initial=start)
    next(states)
    return np.moveaxis(np.array(list(states)), 0, 1)


def linear_recurrence__number_by_number(a, b, h0=None):
    """number by number"""
    batch, time, units = a.shape
    if b.shape != (batch, time, units):
        raise ValueError("a and b must have one shape: " + str(a.shape) + str(b.shape))
    h_all = np.empty(a.shape)
    for n in range(batch):
        for u in range(units):
            h = 0.0 if h0 is None else float(h0[n, u])
            for t in range(time):
                h = a[n, t, u] * h + b[n, t, u]
                h_all[n, t, u] = h
    return h_all


def linear_recurrence__first_step_apart(a, b, h0=None):
    """the first step apart, written into a copy"""
    if a.shape != b.shape:
        raise ValueError(f"a: {a.shape}, b: {b.shape}")
    h_all = b.astype(float)
    if h0 is not None:
        h_all[:, 0] += a[:, 0] * h0
    for t in range(1, b.shape[1]):
        h_all[:, t] += a[:, t] * h_all[:, t - 1]
    return h_all


def combine__by_two_states(first, second):
    """by what it does to the states 0 and 1"""

    def both(h):
        for a, b in (first, second):
            h = a * h + b
        return h

    zero = both(np.zeros_like(first[0]))
    return both(np.ones_like(first[0])) - zero, zero


def combine__by_matrices(first, second):
    """as a product of 2 by 2 matrices"""

    def matrix(step):
        a, b = step
        return np.stack([np.stack([a, b], axis=-1), np.stack([np.zeros_like(a), np.ones_like(a)], axis=-1)], axis=-2)

    product = matrix(second) @ matrix(first)
    return product[..., 0, 0], product[..., 0, 1]


def combine__by_names(first, second):
    """written out with names"""
    earlier = dict(zip(("a", "b"), first, strict=True))
    later = dict(zip(("a", "b"), second, strict=True))
    addition = np.add(later["b"], np.multiply(later["a"], earlier["b"]))
    return np.multiply(earlier["a"], later["a"]), addition


def combine__on_copies(first, second):
    """in place, on copies"""
    a, b = first[0].copy(), first[1].copy()
    a *= second[0]
    b *= second[0]
    b += second[1]
    return a, b


def linear_recurrence_scan__as_a_tree(a, b, h0=None):
    """a tree: every second position first"""

    def tree(a, b):
        time = a.shape[1]
        if time == 1:
            return a, b
        half = tree(*combine((a[:, :-1:2], b[:, :-1:2]), (a[:, 1::2], b[:, 1::2])))
        before = half[0][:, : (time - 1) // 2], half[1][:, : (time - 1) // 2]
        between = combine(before, (a[:, 2::2], b[:, 2::2]))
        result = []
        for whole, odd, even in zip((a, b), half, between, strict=True):
            new = whole.astype(float)
            new[:, 1::2], new[:, 2::2] = odd, even
            result.append(new)
        return tuple(result)

    a, b = tree(a, b)
    return b if h0 is None else a * h0[:, None, :] + b


def linear_recurrence_scan__state_put_into_the_first_step(a, b, h0=None):
    """the initial state put into the first step, in place on copies"""
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    if h0 is not None:
        b[:, 0] += a[:, 0] * h0
    for k in range((a.shape[1] - 1).bit_length()):
        s = 2**k
        b[:, s:] = a[:, s:] * b[:, :-s] + b[:, s:]
        a[:, s:] = a[:, s:] * a[:, :-s]
    return b


def linear_recurrence_scan__with_neutral_steps(a, b, h0=None):
    """neutral steps in front"""
    time = a.shape[1]
    s = 1
    while s < time:
        earlier_a = np.concatenate([np.ones_like(a[:, :s]), a], axis=1)[:, :time]
        earlier_b = np.concatenate([np.zeros_like(b[:, :s]), b], axis=1)[:, :time]
        a, b = combine((earlier_a, earlier_b), (a, b))
        s *= 2
    start = 0 if h0 is None else h0[:, np.newaxis, :]
    return a * start + b


def linear_recurrence_scan__with_where(a, b, h0=None):
    """indices, and a choice where there is no partner"""
    steps = np.arange(a.shape[1])
    for k in range(int(np.ceil(np.log2(len(steps)))) if len(steps) > 1 else 0):
        source = np.maximum(steps - 2**k, 0)
        has = (steps >= 2**k)[:, None]
        new_a, new_b = combine((a[:, source], b[:, source]), (a, b))
        a, b = np.where(has, new_a, a), np.where(has, new_b, b)
    return b + (0.0 if h0 is None else np.einsum("btu,bu->btu", a, h0))


def linear_recurrence_scan__by_halves(a, b, h0=None):
    """by halves, both at once"""

    def both(a, b):
        middle = a.shape[1] // 2
        if middle == 0:
            return a, b
        if a.shape[1] % 2 == 0:  # both halves at once, as if they were sequences of the batch
            rows = len(a)
            pairs = [np.concatenate([part[:, :middle], part[:, middle:]]) for part in (a, b)]
            a, b = both(*pairs)
            left, right = (a[:rows], b[:rows]), (a[rows:], b[rows:])
        else:
            left, right = both(a[:, :-1], b[:, :-1]), (a[:, -1:], b[:, -1:])
        last = tuple(np.broadcast_to(part[:, -1:], right[0].shape) for part in left)
        right = combine(last, right)
        return tuple(np.concatenate(parts, axis=1) for parts in zip(left, right, strict=True))

    a, b = both(a, b)
    return b if h0 is None else b + a * np.expand_dims(h0, 1)


def min_gru__one_product(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    """one product, and the share that is written"""
    units = len(b_z)
    sums = x @ np.hstack([W_z, W_g]) + np.hstack([b_z, b_g])
    write = 1 / (1 + np.exp(np.clip(sums[..., :units], -200, 200)))
    if mask is not None:
        write = write * mask[..., None]
    return linear_recurrence_scan(1 - write, write * sums[..., units:], h0)


def min_gru__with_its_own_scan(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    """with a scan of its own"""
    keep = np.tensordot(x, W_z, axes=1) + b_z
    keep = np.exp(-np.logaddexp(0, -keep))
    add = (1 - keep) * (np.tensordot(x, W_g, axes=1) + b_g)
    if mask is not None:
        keep[~mask], add[~mask] = 1, 0
    if h0 is not None:
        add[:, 0] += keep[:, 0] * h0
    s = 1
    while s < x.shape[1]:
        add[:, s:] += keep[:, s:] * add[:, :-s].copy()
        keep[:, s:] *= keep[:, :-s].copy()
        s *= 2
    return add


def min_gru__state_as_a_step(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    """the initial state as a step in front"""
    z = np.asarray(sigmoid(np.einsum("btf,fu->btu", x, W_z) + b_z))
    g = np.einsum("btf,fu->btu", x, W_g) + b_g
    if mask is not None:
        z = np.where(mask[:, :, None], z, 1)
    first = np.zeros_like(g[:, :1]) if h0 is None else h0[:, None, :]
    a = np.concatenate([0 * first, z], axis=1)
    b = np.concatenate([first, g - z * g], axis=1)
    return linear_recurrence_scan(a, b)[:, 1:]
