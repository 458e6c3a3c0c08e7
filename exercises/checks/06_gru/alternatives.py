"""Right answers to unit 06, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def gru_step__by_slices(x_t, h_prev, W_x, W_h, b, reset_after=True):
    """slices, and the state moves towards the candidate"""
    n = h_prev.shape[1]

    def gate(k):
        columns = slice(k * n, (k + 1) * n)
        z = np.dot(x_t, W_x[:, columns]) + np.dot(h_prev, W_h[:, columns])
        z = z + (b[0, columns] + b[1, columns] if reset_after else b[columns])
        return 1 / (1 + np.exp(-z))

    keep, r = gate(0), gate(1)
    last = slice(2 * n, 3 * n)
    if reset_after:
        inner = x_t @ W_x[:, last] + b[0, last] + r * (h_prev @ W_h[:, last] + b[1, last])
    else:
        inner = x_t @ W_x[:, last] + b[last] + (r * h_prev) @ W_h[:, last]
    return h_prev - (1 - keep) * (h_prev - np.tanh(inner))


def gru_step__by_einsum(x_t, h_prev, W_x, W_h, b, reset_after=True):
    """einsum with a block axis"""
    units = h_prev.shape[-1]
    kernel_x, kernel_h = W_x.reshape(-1, 3, units), W_h.reshape(-1, 3, units)
    rows = np.reshape(b, (-1, 3, 1, units))
    from_x = np.einsum("bf,fku->kbu", x_t, kernel_x) + rows[0]
    from_h = np.einsum("bv,vku->kbu", h_prev, kernel_h) + (rows[1] if len(rows) == 2 else 0)
    z, r = (1 + np.tanh((from_x[:2] + from_h[:2]) / 2)) / 2
    past = r * from_h[2] if reset_after else np.einsum("bv,vu->bu", r * h_prev, kernel_h[:, 2])
    return np.where(True, z * h_prev + (1 - z) * np.tanh(from_x[2] + past), 0)


def gru_step__unit_by_unit(x_t, h_prev, W_x, W_h, b, reset_after=True):
    """loops over batch and units"""
    batch, units = h_prev.shape
    b_x, b_h = (b[0], b[1]) if reset_after else (b, np.zeros(3 * units))
    h = np.empty((batch, units))
    for row in range(batch):
        a = x_t[row] @ W_x + b_x
        c = h_prev[row] @ W_h + b_h
        r = np.array([float(sigmoid(a[units + u] + c[units + u])) for u in range(units)])
        for u in range(units):
            z = float(sigmoid(a[u] + c[u]))
            if reset_after:
                past = r[u] * c[2 * units + u]
            else:
                past = sum(r[v] * h_prev[row, v] * W_h[v, 2 * units + u] for v in range(units))
            h[row, u] = z * h_prev[row, u] + (1 - z) * math.tanh(a[2 * units + u] + past)
    return h


def gru_step__joined_gates(x_t, h_prev, W_x, W_h, b, reset_after=True):
    """both gates from one joined kernel"""
    units = W_h.shape[0]
    both = np.hstack([x_t, h_prev])
    kernel = np.vstack([W_x, W_h])[:, : 2 * units]
    bias = np.atleast_2d(b)
    gates = sigmoid(both @ kernel + bias[:, : 2 * units].sum(axis=0))
    z, r = gates[:, :units], gates[:, units:]
    U = W_h[:, 2 * units :]
    past = r * (h_prev @ U + bias[1, 2 * units :]) if reset_after else np.multiply(r, h_prev) @ U
    g = np.tanh(x_t @ W_x[:, 2 * units :] + bias[0, 2 * units :] + past)
    return g + z * (h_prev - g)


def gru_forward__by_list(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    """a list of states, blended by the mask"""
    h = np.zeros((len(x), len(W_h))) if h0 is None else np.array(h0)
    keep = np.ones(x.shape[:2]) if mask is None else np.asarray(mask, dtype=float)
    states = []
    for x_t, m in zip(np.swapaxes(x, 0, 1), keep.T[:, :, None], strict=True):
        h = m * gru_step(x_t, h, W_x, W_h, b, reset_after=reset_after) + (1 - m) * h
        states.append(h)
    return np.stack(states, axis=1), h


def gru_forward__real_rows_only(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    """only the real rows are updated"""
    batch, time = x.shape[:2]
    h = np.zeros((batch, W_h.shape[0])) if h0 is None else h0.astype(float)
    h_all = np.empty((batch, time, W_h.shape[0]))
    for t in range(time):
        rows = slice(None) if mask is None else mask[:, t]
        h[rows] = gru_step(x[rows, t], h[rows], W_x, W_h, b, reset_after)
        h_all[:, t] = h
    return [h_all, h]


def gru_forward__one_sequence_at_a_time(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    """one sequence at a time"""
    h_all, h_last = [], []
    for n, rows in enumerate(x):
        h = np.zeros((1, W_h.shape[0])) if h0 is None else h0[n : n + 1]
        states = []
        for t, row in enumerate(rows):
            if mask is None or mask[n, t]:
                h = gru_step(row[None], h, W_x, W_h, b, reset_after)
            states.append(h[0])
        h_all.append(states)
        h_last.append(h[0])
    return np.array(h_all), np.array(h_last)


def gru_forward__projected_first(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    """input part of all steps first, without gru_step"""
    bias = np.atleast_2d(b)
    z_x = np.einsum("btf,fk->btk", x, W_x) + bias[0]  # the input part of all steps at once
    batch, time, width = z_x.shape
    units = width // 3
    h = np.zeros((batch, units)) if h0 is None else h0
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        from_h = h @ W_h + (bias[1] if reset_after else 0)
        gates = sigmoid(z_x[:, t, : 2 * units] + from_h[:, : 2 * units])
        z, r = gates[:, :units], gates[:, units:]
        past = r * from_h[:, 2 * units :] if reset_after else (r * h) @ W_h[:, 2 * units :]
        h_new = z * h + (1 - z) * np.tanh(z_x[:, t, 2 * units :] + past)
        real = np.ones((batch, 1), bool) if mask is None else mask[:, t : t + 1]
        h = np.where(real, h_new, h)
        h_all[:, t, :] = h
    return h_all, h


def count_parameters__by_parts(kind, features, units, reset_after=True):
    """one block after the other"""

    def one(inputs, rows):
        return inputs * units + units * units + rows * units

    if kind == "rnn":
        return one(features, 1)
    if kind == "lstm":
        return sum(one(features, 1) for _ in range(4))
    if kind == "gru":
        return 3 * one(features, 2 if reset_after else 1)
    raise ValueError(f"no such kind: {kind!r}")


def count_parameters__by_shapes(kind, features, units, reset_after=True):
    """from the shapes of the arrays"""
    if kind not in ("rnn", "lstm", "gru"):
        raise ValueError(f"The kind must be rnn, lstm or gru, not {kind}.")
    k = ("rnn", "", "gru", "lstm").index(kind) + 1
    shapes = [(features, k * units), (units, k * units), (k * units,)]
    if kind == "gru" and reset_after:
        shapes.append(shapes[-1])
    return int(sum(np.prod(shape) for shape in shapes))


def count_parameters__asks_keras(kind, features, units, reset_after=True):
    """the layer itself is built and asked"""
    import keras

    layers = {
        "rnn": keras.layers.SimpleRNN,
        "lstm": keras.layers.LSTM,
        "gru": lambda n: keras.layers.GRU(n, reset_after=reset_after),
    }
    if kind not in layers:
        raise ValueError(f"Keras has no layer for the kind {kind!r} here.")
    layer = layers[kind](units)
    layer.build((None, None, features))
    return layer.count_params()


def count_parameters__asks_a_model(kind, features, units, reset_after=True):
    """a model of one layer, whose weights are counted"""
    import keras

    if kind == "gru":
        layer = keras.layers.GRU(units, reset_after=reset_after)
    elif kind in ("rnn", "lstm"):
        layer = (keras.layers.SimpleRNN if kind == "rnn" else keras.layers.LSTM)(units)
    else:
        raise ValueError("unknown kind: " + str(kind))
    model = keras.Sequential([keras.Input((None, features)), layer])
    return sum(int(np.prod(w.shape)) for w in model.trainable_weights)


def count_parameters__by_table(kind, features, units, reset_after=True):
    """a table of formulas"""
    formulas = {
        ("rnn", False): lambda d, u: u * (d + u + 1),
        ("lstm", False): lambda d, u: 4 * u * (d + u + 1),
        ("gru", False): lambda d, u: 3 * u * (d + u + 1),
        ("gru", True): lambda d, u: 3 * u * (d + u + 2),
    }
    key = (kind, bool(reset_after) and kind == "gru")
    if key not in formulas:
        raise ValueError("unknown kind " + str(kind))
    return formulas[key](features, units)


def units_for_budget__by_formula(kind, budget, features, reset_after=True):
    """the quadratic formula in whole numbers"""
    k = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    p = features + (2 if kind == "gru" and reset_after else 1)
    units = (math.isqrt(p * p + 4 * (budget // k)) - p) // 2  # u * (p + u) <= budget / k
    if units < 1:
        raise ValueError(f"{budget} parameters are too few for one unit.")
    return units


def units_for_budget__by_bisection(kind, budget, features, reset_after=True):
    """bisection"""
    low, high = 0, 1
    while count_parameters(kind, features, high, reset_after) <= budget:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if count_parameters(kind, features, middle, reset_after=reset_after) <= budget:
            low = middle
        else:
            high = middle
    if low == 0:
        raise ValueError("The budget is too small.")
    return low


def units_for_budget__by_formula_alone(kind, budget, features, reset_after=True):
    """the quadratic formula with a square root, made exact by looking"""
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    p = features + 1 + (kind == "gru" and reset_after)
    units = max(int((-p + math.sqrt(p * p + 4 * budget / blocks)) / 2), 0)
    while count_parameters(kind, features, units + 1, reset_after) <= budget:
        units += 1
    while units and count_parameters(kind, features, units, reset_after) > budget:
        units -= 1
    if units == 0:
        raise ValueError(f"No layer of kind {kind} fits: one unit alone needs more than {budget}.")
    return units


def units_for_budget__by_list(kind, budget, features, reset_after=True):
    """all sizes that fit"""
    sizes = range(1, int(budget**0.5) + 2)
    fits = [u for u in sizes if count_parameters(kind, features, u, reset_after) <= budget]
    if not fits:
        raise ValueError(f"not even one unit fits into {budget}")
    return max(fits)


def units_for_budget__by_counting_down(kind, budget, features, reset_after=True):
    """counting down, a NumPy integer"""
    units = math.isqrt(max(budget, 0)) + 1  # a square of that size alone is too large
    while units > 0 and count_parameters(kind, features, units, reset_after) > budget:
        units -= 1
    if not units:
        raise ValueError("too small a budget: " + repr(budget))
    return np.int64(units)
