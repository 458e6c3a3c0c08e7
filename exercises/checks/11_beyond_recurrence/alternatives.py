"""Right answers to unit 11, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def causal_convolution__step_by_step(x, kernel, bias, dilation=1):
    """output by output"""
    batch, time, _ = x.shape
    width, _, units = kernel.shape
    y = np.empty((batch, time, units))
    for t in range(time):
        total = np.array([bias] * batch, dtype=float)
        for back in range(width):
            source = t - back * dilation
            if source >= 0:
                total += x[:, source] @ kernel[-1 - back]
        y[:, t] = total
    return y


def causal_convolution__with_pad_and_einsum(x, kernel, bias, dilation=1):
    """np.pad, and all slices in one einsum"""
    width, time = kernel.shape[0], x.shape[1]
    padded = np.pad(x, ((0, 0), ((width - 1) * dilation, 0), (0, 0)))
    seen = np.stack([padded[:, k * dilation :][:, :time] for k in range(width)])
    return np.einsum("kbtf,kfu->btu", seen, kernel) + bias


def causal_convolution__with_indices(x, kernel, bias, dilation=1):
    """by an array of indices, and one product"""
    width, features, units = kernel.shape
    steps = np.arange(x.shape[1])[:, None] - dilation * np.arange(width)[::-1]
    seen = np.where((steps >= 0)[..., None], x[:, np.maximum(steps, 0)], 0.0)
    flat = seen.reshape(len(x), x.shape[1], width * features)
    return flat @ kernel.reshape(width * features, units) + bias


def causal_convolution__shifted_and_added(x, kernel, bias, dilation=1):
    """each slice added to the part of the output that it reaches"""
    time = x.shape[1]
    y = np.tile(np.asarray(bias, dtype=float), (*x.shape[:2], 1))
    for back, slice_of_kernel in enumerate(kernel[::-1]):
        shift = min(back * dilation, time)
        y[:, shift:] += x[:, : time - shift] @ slice_of_kernel
    return y


def attend_step__sequence_by_sequence(x_t, keys, values, W_q, W_k, W_v, W_o):
    """one sequence after the other"""
    all_keys, all_values, outputs = [], [], []
    for x, old_keys, old_values in zip(x_t, keys, values, strict=True):
        k = np.vstack([old_keys, x @ W_k])
        v = np.vstack([old_values, x @ W_v])
        scores = k @ (x @ W_q) / len(x) ** 0.5
        weights = np.exp(scores - max(scores))
        outputs.append((weights @ v) / weights.sum() @ W_o)
        all_keys.append(k)
        all_values.append(v)
    return np.array(outputs), np.array(all_keys), np.array(all_values)


def attend_step__by_products_of_matrices(x_t, keys, values, W_q, W_k, W_v, W_o):
    """np.append, and products of three axes"""
    new = x_t[:, None, :]
    keys = np.append(keys, new @ W_k, axis=1)
    values = np.append(values, new @ W_v, axis=1)
    scores = (new @ W_q) @ np.swapaxes(keys, 1, 2) * x_t.shape[-1] ** -0.5
    scores = scores - scores.max(-1, keepdims=True)
    weights = np.exp(scores - np.log(np.exp(scores).sum(-1, keepdims=True)))
    return (weights @ values @ W_o)[:, 0], keys, values


def attend_step__into_longer_arrays(x_t, keys, values, W_q, W_k, W_v, W_o):
    """longer arrays that are filled, and einsum"""
    batch, time, width = keys.shape
    longer = np.empty((2, batch, time + 1, width))
    longer[0, :, :time], longer[1, :, :time] = keys, values
    longer[0, :, time], longer[1, :, time] = np.dot(x_t, W_k), np.dot(x_t, W_v)
    scores = np.einsum("bd,dw,btw->bt", x_t, W_q, longer[0]) / np.sqrt(width)
    scores -= np.max(scores, axis=1)[:, None]
    weights = np.exp(scores)
    weights /= np.sum(weights, axis=1)[:, None]
    return np.einsum("bt,btw,wo->bo", weights, longer[1], W_o), longer[0], longer[1]


def cost_model__by_table(layer, time, width, kernel=3):
    """a table of tuples"""
    square = width**2
    table = {
        "lstm": (8 * time * square, time, 6 * time * width, 2 * width),
        "convolution": (kernel * time * square, 1, time * width, kernel * width - width),
        "attention": (2 * time * width * (2 * width + time), 1, time * (4 * width + time), 2 * time * width),
    }
    try:
        return dict(zip(("operations", "steps", "memory", "state"), table[layer], strict=True))
    except KeyError:
        raise ValueError("unknown layer: " + repr(layer)) from None


def cost_model__by_counting(layer, time, width, kernel=3):
    """counted product by product"""

    def product(rows, inner, columns):
        return rows * inner * columns

    if layer not in ("lstm", "convolution", "attention"):
        raise ValueError(f"no {layer}")
    cost = dict.fromkeys(["state", "memory", "steps", "operations"], 0)
    if layer == "lstm":
        for _ in range(time):
            cost["operations"] += product(1, width, 4 * width) + product(1, width, 4 * width)
            cost["memory"] += 4 * width + width + width
            cost["steps"] += 1
        cost["state"] = width + width
    elif layer == "convolution":
        cost["operations"] = sum(product(time, width, width) for _ in range(kernel))
        cost.update(memory=product(1, time, width), steps=1, state=width * len(range(1, kernel)))
    else:
        cost["operations"] += 4 * product(time, width, width) + product(time, width, time) + product(time, time, width)
        cost["memory"] += sum([time * width] * 3) + time * time + time * width
        cost["state"], cost["steps"] = 2 * (time * width), 1
    return cost


def cost_model__with_floats(layer, time, width, kernel=3):
    """floats, made whole at the end"""
    if layer == "lstm":
        numbers = [2.0 * 4 * width**2 * time, time, (4 + 1 + 1) * width * time, 2 * width]
    elif layer == "convolution":
        numbers = [1.0 * kernel * width**2 * time, 1, width * time, (kernel - 1) * width]
    elif layer == "attention":
        projections, scores, mixing = 4.0 * width**2 * time, time**2 * width, time**2 * width
        numbers = [projections + scores + mixing, 1, time**2 + 4 * width * time, 2 * width * time]
    else:
        raise ValueError(f"{layer!r} is none of lstm, convolution, attention")
    return {key: int(number) for key, number in zip(["operations", "steps", "memory", "state"], numbers, strict=True)}


def crossover_length__crossover_by_next(quantity, layer, other, width, kernel=3, limit=2000):
    """the first of a generator"""
    if quantity not in {"operations", "steps", "memory", "state"}:
        raise ValueError(f"unknown quantity {quantity}")

    def extra(time):
        costs = [cost_model(name, time, width, kernel)[quantity] for name in (layer, other)]
        return costs[0] - costs[1]

    return next((time for time in range(1, limit + 1) if extra(time) > 0), None)


def crossover_length__crossover_by_while(quantity, layer, other, width, kernel=3, limit=2000):
    """a while loop, and the KeyError turned into a ValueError"""
    try:
        cost_model(layer, 1, width)[quantity]
        time = 1
        while time <= limit:
            if cost_model(other, time, width, kernel)[quantity] < cost_model(layer, time, width, kernel)[quantity]:
                return time
            time += 1
    except KeyError as error:
        raise ValueError(f"There is no quantity {quantity!r}.") from error


def crossover_length__crossover_by_array(quantity, layer, other, width, kernel=3, limit=2000):
    """all lengths in an array"""
    if quantity not in ("operations", "steps", "memory", "state"):
        raise ValueError("quantity: " + str(quantity))
    times = np.arange(1, limit + 1)
    mine = np.array([cost_model(layer, int(t), width, kernel)[quantity] for t in times])
    theirs = np.array([cost_model(other, int(t), width, kernel)[quantity] for t in times])
    longer = np.flatnonzero(mine > theirs)
    return None if len(longer) == 0 else int(times[longer[0]])
