"""Right answers to unit 03, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def rnn_backward__all_at_once(dh_all, x, W_x, W_h, b, h0=None):
    """all sums at the end

    Only the recursion is a loop; the sums over batch and time are products at the end.
    """
    h0 = np.zeros((len(x), len(W_h))) if h0 is None else h0
    states = np.concatenate([h0[:, None], rnn_forward(x, W_x, W_h, b, h0)], axis=1)
    slopes = 1 - states[:, 1:] ** 2
    delta = np.array(dh_all, dtype=float)
    for t in range(x.shape[1] - 1, -1, -1):
        if t < x.shape[1] - 1:
            delta[:, t] += delta[:, t + 1] @ W_h.T
        delta[:, t] *= slopes[:, t]
    over = ((0, 1), (0, 1))
    return dict(
        x=np.einsum("btu,fu->btf", delta, W_x),
        W_x=np.tensordot(x, delta, over),
        W_h=np.tensordot(states[:, :-1], delta, over),
        b=np.einsum("btu->u", delta),
        h0=delta[:, 0] @ W_h.T,
    )


def rnn_backward__by_recursion(dh_all, x, W_x, W_h, b, h0=None):
    """recursion over the steps

    The first step by hand, the rest by the function itself.
    """
    if h0 is None:
        h0 = np.zeros((x.shape[0], W_h.shape[1]))
    h1 = np.tanh(x[:, 0] @ W_x + h0 @ W_h + b)
    if x.shape[1] > 1:
        rest = rnn_backward(dh_all[:, 1:], x[:, 1:], W_x, W_h, b, h1)  # the function itself
    else:
        rest = {"x": np.zeros((len(x), 0, len(W_x))), "W_x": 0, "W_h": 0, "b": 0, "h0": 0}
    dz = (dh_all[:, 0] + rest["h0"]) / np.cosh(np.arctanh(h1)) ** 2
    return {
        "h0": dz @ W_h.T,
        "b": rest["b"] + dz.sum(0),
        "W_h": rest["W_h"] + h0.T @ dz,
        "W_x": rest["W_x"] + x[:, 0].T @ dz,
        "x": np.concatenate([(dz @ W_x.T)[:, None], rest["x"]], axis=1),
    }


def rnn_backward__sequence_by_sequence(dh_all, x, W_x, W_h, b, h0=None):
    """one sequence at a time

    One sequence at a time, with vectors and outer products.
    """
    grads = {"x": np.zeros(x.shape), "W_x": np.zeros_like(W_x), "W_h": np.zeros_like(W_h), "b": np.zeros_like(b)}
    grads["h0"] = np.zeros((len(x), len(b)))
    for n in range(len(x)):
        states = [np.zeros(len(b)) if h0 is None else h0[n]]
        for x_t in x[n]:
            states.append(np.tanh(x_t @ W_x + states[-1] @ W_h + b))
        carried = np.zeros(len(b))
        for t in range(len(x[n]), 0, -1):
            d = (carried + dh_all[n, t - 1]) * (1 + states[t]) * (1 - states[t])
            grads["x"][n, t - 1] = W_x @ d
            grads["W_x"] += np.outer(x[n, t - 1], d)
            grads["W_h"] += np.outer(states[t - 1], d)
            grads["b"] += d
            carried = W_h @ d
        grads["h0"][n] = carried
    return grads


def rnn_backward__by_complex_step(dh_all, x, W_x, W_h, b, h0=None):
    """complex-step differentiation

    Differentiate the forward pass with an imaginary step: exact to rounding, without any derivative.
    """
    h0 = np.zeros((x.shape[0], W_h.shape[0])) if h0 is None else h0
    arrays = {"x": x, "W_x": W_x, "W_h": W_h, "b": b, "h0": h0}

    def total(a):
        h, result = a["h0"], 0
        for t in range(x.shape[1]):
            h = np.tanh(a["x"][:, t] @ a["W_x"] + h @ a["W_h"] + a["b"])
            result = result + (dh_all[:, t] * h).sum()
        return result

    grads = {}
    for name, array in arrays.items():
        grads[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += 1e-30j
            grads[name][index] = total({**arrays, name: moved}).imag / 1e-30
    return grads


def numerical_gradient__by_flat_index(loss, theta, epsilon=1e-5):
    """by flat index"""
    flat = np.array(theta, dtype=float).reshape(-1)
    result = np.empty(flat.size)
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + epsilon
        high = loss_at(loss, flat.reshape(theta.shape))
        flat[i] = kept - epsilon
        low = loss_at(loss, flat.reshape(theta.shape))
        flat[i] = kept
        result[i] = (high - low) / epsilon / 2
    return result.reshape(theta.shape)


def numerical_gradient__by_directions(loss, theta, epsilon=1e-5):
    """rows of an identity matrix as directions"""
    directions = np.eye(theta.size).reshape(theta.size, *theta.shape)
    ends = [[loss_at(loss, theta + sign * epsilon * d) for sign in (1, -1)] for d in directions]
    return np.array([0.5 * (high - low) / epsilon for high, low in ends]).reshape(theta.shape)


def numerical_gradient__by_halves(loss, theta, epsilon=1e-5):
    """with nditer and two half differences

    Half a step up and half a step down, each against the middle.
    """
    theta = np.asarray(theta, dtype=float)
    middle, gradient = loss_at(loss, theta), np.zeros_like(theta)
    visit = np.nditer(theta, flags=["multi_index"])
    for _ in visit:
        step = np.zeros_like(theta)
        step[visit.multi_index] = epsilon
        up, down = loss_at(loss, theta + step) - middle, middle - loss_at(loss, theta - step)
        gradient[visit.multi_index] = (up + down) / (2.0 * epsilon)
    return gradient


def clip_by_global_norm__one_vector(gradients, limit):
    """one long vector"""
    if limit <= 0:
        raise ValueError("limit must be positive")
    long = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    return [g * (limit / max(long, limit)) for g in gradients], long


def clip_by_global_norm__by_loops(gradients, limit):
    """loops over numbers, tuples, float"""
    if not limit > 0.0:
        raise ValueError("The limit is " + str(limit))
    total = 0.0
    for g in gradients:
        for number in np.nditer(g):
            total += float(number) * float(number)
    total = total**0.5
    if total <= limit:
        return tuple(g.copy() for g in gradients), total
    return tuple(limit * (g / total) for g in gradients), total


def clip_by_global_norm__by_dot_products(gradients, limit):
    """a norm of norms"""
    assert_positive = {True: None}
    if (limit > 0) not in assert_positive:
        raise ValueError("a positive limit, please")
    norm = np.hypot.reduce([np.linalg.norm(g) for g in gradients])
    scale = np.min([1.0, limit / norm]) if norm else 1
    return list(map(lambda g: np.multiply(g, scale), gradients)), norm


def truncated_chunks__by_split(x, y, size):
    """np.split at the cuts"""
    if not size >= 1 or x.shape[1] != y.shape[1]:
        raise ValueError("size must be at least 1, and x and y equally long")
    cuts = np.arange(size, x.shape[1], size)
    return list(zip(np.split(x, cuts, axis=1), np.split(y, cuts, axis=1), strict=True))


def truncated_chunks__by_while(x, y, size):
    """a while loop that eats the stream, lists"""
    if size <= 0:
        raise ValueError("no steps in a chunk")
    if len(x[0]) != len(y[0]):
        raise ValueError("x and y differ")
    pairs, rest_x, rest_y = [], x, y
    while rest_x.shape[1] > 0:
        pairs.append([rest_x[:, :size].copy(), rest_y[:, :size].copy()])
        rest_x, rest_y = rest_x[:, size:], rest_y[:, size:]
    return pairs


def truncated_chunks__by_groups(x, y, size):
    """steps grouped by number, tuples"""
    if size < 1 or np.shape(x)[1] - np.shape(y)[1]:
        raise ValueError(f"cannot cut {np.shape(x)} and {np.shape(y)} by {size}")
    group = np.arange(x.shape[1]) // size
    return tuple((x[:, group == g], y[:, group == g]) for g in range(group.max() + 1))


def gradient_norm_by_distance__by_list(h_all, W_h, dh_last):
    """a list and einsum"""
    lengths, g = [], dh_last
    for states in np.moveaxis(h_all, 1, 0)[::-1]:
        lengths.append(np.mean(np.linalg.norm(g, axis=-1)))
        g = np.einsum("bu,bu,vu->bv", g, 1 - states * states, W_h)
    return np.array(lengths)


def gradient_norm_by_distance__by_jacobians(h_all, W_h, dh_last):
    """products of Jacobians

    The product of the Jacobians of each sequence, written out.
    """
    batch, time, units = h_all.shape
    total = np.zeros(time)
    for n in range(batch):
        product = np.eye(units)
        for k in range(time):
            total[k] += np.sqrt(np.dot(product @ dh_last[n], product @ dh_last[n])) / batch
            product = W_h @ np.diag(1 - h_all[n, -1 - k] ** 2) @ product
    return total


def gradient_norm_by_distance__by_accumulate(h_all, W_h, dh_last):
    """itertools.accumulate"""
    from itertools import accumulate

    back = accumulate(h_all[:, :0:-1].swapaxes(0, 1), lambda g, h: (g - g * h**2).dot(W_h.T), initial=dh_last)
    return np.fromiter((np.hypot.reduce(g, axis=1).mean() for g in back), dtype=float)
