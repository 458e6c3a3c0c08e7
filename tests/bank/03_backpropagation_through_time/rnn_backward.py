# %% 01 wrong: the gradient of x is made with zeros_like(x), so for whole-number inputs its fractions are cut off
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    batch, time, features = x.shape
    units = W_h.shape[0]
    if h0 is None:
        h0 = np.zeros((batch, units))
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    dx = np.zeros_like(x)
    dW_x = np.zeros((features, units))
    dW_h = np.zeros((units, units))
    db = np.zeros(units)
    from_next = np.zeros((batch, units))
    for t in reversed(range(time)):
        h_prev = h_all[:, t - 1] if t > 0 else h0
        dh = dh_all[:, t] + from_next
        dz = dh * (1 - h_all[:, t] ** 2)
        dx[:, t] = dz @ W_x.T
        dW_x += x[:, t].T @ dz
        dW_h += h_prev.T @ dz
        db += dz.sum(axis=0)
        from_next = dz @ W_h.T
    return {"x": dx, "W_x": dW_x, "W_h": dW_h, "b": db, "h0": from_next}

# %% 02 right: keeps only dz in the loop and makes all gradients afterwards from whole arrays with einsum
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    start = np.zeros((x.shape[0], W_h.shape[0])) if h0 is None else np.asarray(h0, dtype=float)
    h_all = rnn_forward(x, W_x, W_h, b, start)
    before = np.concatenate([start[:, np.newaxis], h_all], axis=1)[:, :-1]
    slope = 1.0 - h_all**2
    dz = np.zeros(h_all.shape)
    later = np.zeros(start.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        dz[:, t] = (dh_all[:, t] + later) * slope[:, t]
        later = dz[:, t] @ W_h.T
    return {
        "x": np.einsum("btu,fu->btf", dz, W_x),
        "W_x": np.einsum("btf,btu->fu", x, dz),
        "W_h": np.einsum("btv,btu->vu", before, dz),
        "b": np.einsum("btu->u", dz),
        "h0": later,
    }

# %% 03 wrong: takes h_all[:, t - 1] for the state before also at t = 0, where the index -1 is the last state instead of h0
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    n, T, d = x.shape
    u = W_h.shape[0]
    grads = {
        "x": np.zeros((n, T, d)),
        "W_x": np.zeros(W_x.shape),
        "W_h": np.zeros(W_h.shape),
        "b": np.zeros(b.shape),
        "h0": np.zeros((n, u)),
    }
    for t in range(T - 1, -1, -1):
        dz = (dh_all[:, t] + grads["h0"]) * (1 - h_all[:, t] * h_all[:, t])
        grads["x"][:, t] = dz @ W_x.T
        grads["W_x"] += x[:, t].T @ dz
        grads["W_h"] += h_all[:, t - 1].T @ dz
        grads["b"] += dz.sum(axis=0)
        grads["h0"] = dz @ W_h.T
    return grads

# %% 04 wrong: adds the gradient from the next step to dh_all in place, so the caller's dh_all is changed
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    first = np.zeros((len(x), len(W_h))) if h0 is None else h0
    h_all = rnn_forward(x, W_x, W_h, b, first)
    states = np.concatenate([first[:, None, :], h_all], axis=1)
    dz_all = np.zeros(h_all.shape)
    for t in reversed(range(x.shape[1])):
        dz_all[:, t] = dh_all[:, t] * (1 - h_all[:, t] ** 2)
        if t > 0:
            dh_all[:, t - 1] += dz_all[:, t] @ W_h.T
    flat = dz_all.reshape(-1, len(W_h))
    return {
        "x": dz_all @ W_x.T,
        "W_x": x.reshape(-1, x.shape[2]).T @ flat,
        "W_h": states[:, :-1].reshape(-1, len(W_h)).T @ flat,
        "b": flat.sum(axis=0),
        "h0": dz_all[:, 0] @ W_h.T,
    }

# %% 05 right: one helper for one step back, lists filled from the end and turned round, sums at the end
def _one_step_back(dh, h, h_before, x_t, W_x, W_h):
    dz = dh * (1 - h * h)
    return dz @ W_x.T, x_t.T @ dz, h_before.T @ dz, dz.sum(axis=0), dz @ W_h.T


def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    if h0 is None:
        return rnn_backward(dh_all, x, W_x, W_h, b, np.zeros((x.shape[0], W_h.shape[0])))
    time = x.shape[1]
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    states = [h0, *(h_all[:, t] for t in range(time))]
    gradient = np.zeros(h0.shape)
    dx = []
    dW_x, dW_h, db = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(W_h.shape[0])
    for t in range(time, 0, -1):
        dx_t, dW_x_t, dW_h_t, db_t, gradient = _one_step_back(
            dh_all[:, t - 1] + gradient, states[t], states[t - 1], x[:, t - 1], W_x, W_h
        )
        dx.append(dx_t)
        dW_x, dW_h, db = dW_x + dW_x_t, dW_h + dW_h_t, db + db_t
    dx = np.stack(dx[::-1], axis=1) if dx else np.zeros(x.shape)
    return {"x": dx, "W_x": dW_x, "W_h": dW_h, "b": db, "h0": gradient}

# %% 06 wrong: clips the weight gradients to the range from -5 to 5, as a well-known program on the web does, so large gradients are wrong
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    if h0 is None:
        h0 = np.zeros((x.shape[0], W_h.shape[0]))
    hs = {-1: h0}
    for t in range(x.shape[1]):
        hs[t] = np.tanh(x[:, t] @ W_x + hs[t - 1] @ W_h + b)
    dx = np.zeros(x.shape)
    dWxh, dWhh, dbh = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(b.shape)
    dhnext = np.zeros(h0.shape)
    for t in reversed(range(x.shape[1])):
        dh = dh_all[:, t] + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw.sum(axis=0)
        dWxh += x[:, t].T @ dhraw
        dWhh += hs[t - 1].T @ dhraw
        dx[:, t] = dhraw @ W_x.T
        dhnext = dhraw @ W_h.T
    for dparam in [dWxh, dWhh, dbh]:
        np.clip(dparam, -5, 5, out=dparam)
    return {"x": dx, "W_x": dWxh, "W_h": dWhh, "b": dbh, "h0": dhnext}

# %% 07 wrong: the forward pass is called without h0, so with a given initial state all hidden states and gradients are those of a zero start
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    h_all = rnn_forward(x, W_x, W_h, b)
    if h0 is None:
        h0 = np.zeros(h_all[:, 0].shape)
    h_before = np.concatenate([h0[:, None], h_all[:, :-1]], axis=1)
    dz = np.zeros(h_all.shape)
    carry = np.zeros(h0.shape)
    for t in range(x.shape[1])[::-1]:
        dz[:, t] = (dh_all[:, t] + carry) * (1 - h_all[:, t] ** 2)
        carry = dz[:, t] @ W_h.T
    return {
        "x": dz @ W_x.T,
        "W_x": np.tensordot(x, dz, axes=([0, 1], [0, 1])),
        "W_h": np.tensordot(h_before, dz, axes=([0, 1], [0, 1])),
        "b": dz.sum(axis=(0, 1)),
        "h0": carry,
    }

# %% 08 wrong: forgets the transpose of W_h on the way back, which the square shape does not reveal, so every gradient before the last step is wrong
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    batch, time, _ = x.shape
    h0 = np.zeros((batch, W_h.shape[0])) if h0 is None else h0
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    dx, dW_x, dW_h, db = np.zeros(x.shape), np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(b.shape)
    from_next = np.zeros(h0.shape)
    for t in range(time - 1, -1, -1):
        h_before = h0 if t == 0 else h_all[:, t - 1]
        delta = (dh_all[:, t] + from_next) * (1 - h_all[:, t] ** 2)
        dx[:, t] = np.dot(delta, W_x.T)
        dW_x += np.dot(x[:, t].T, delta)
        dW_h += np.dot(h_before.T, delta)
        db += np.sum(delta, axis=0)
        from_next = np.dot(delta, W_h)
    return {"x": dx, "W_x": dW_x, "W_h": dW_h, "b": db, "h0": from_next}

# %% 09 wrong: the slope of tanh is put on the direct gradient only, and what comes from the next step is added after it
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    if h0 is None:
        h0 = np.zeros((x.shape[0], W_h.shape[0]))
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    direct = dh_all * (1 - h_all**2)
    dz = np.zeros(h_all.shape)
    later = np.zeros(h0.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        dz[:, t] = direct[:, t] + later
        later = dz[:, t] @ W_h.T
    before = np.concatenate([h0[:, None], h_all[:, :-1]], axis=1)
    return {
        "x": dz @ W_x.T,
        "W_x": np.einsum("ntf,ntu->fu", x, dz),
        "W_h": np.einsum("ntv,ntu->vu", before, dz),
        "b": dz.sum(axis=(0, 1)),
        "h0": later,
    }

# %% 10 right: one sequence at a time with plain vectors and outer products, and a forward pass of its own
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    batch, time, features = x.shape
    units = W_h.shape[0]
    gradients = {
        "x": np.zeros((batch, time, features)),
        "W_x": np.zeros((features, units)),
        "W_h": np.zeros((units, units)),
        "b": np.zeros(units),
        "h0": np.zeros((batch, units)),
    }
    for n in range(batch):
        states = [np.zeros(units) if h0 is None else h0[n]]
        for t in range(time):
            states.append(np.tanh(x[n, t] @ W_x + states[-1] @ W_h + b))
        arriving = np.zeros(units)
        for t in reversed(range(time)):
            dz = (dh_all[n, t] + arriving) * (1 - states[t + 1] ** 2)
            gradients["x"][n, t] = W_x @ dz
            gradients["W_x"] += np.outer(x[n, t], dz)
            gradients["W_h"] += np.outer(states[t], dz)
            gradients["b"] += dz
            arriving = W_h @ dz
        gradients["h0"][n] = arriving
    return gradients

# %% 11 wrong: W_h gets the state after the step instead of the state before it
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    batch, time, units = h_all.shape
    dx = np.empty(x.shape, dtype=float)
    dW_x = np.zeros(W_x.shape)
    dW_h = np.zeros(W_h.shape)
    db = np.zeros(units)
    dh_next = np.zeros((batch, units))
    for t in reversed(range(time)):
        h_t = h_all[:, t]
        dz = (1 - h_t**2) * (dh_all[:, t] + dh_next)
        dx[:, t] = dz @ W_x.T
        dW_x += x[:, t].T @ dz
        dW_h += h_t.T @ dz
        db += dz.sum(0)
        dh_next = dz @ W_h.T
    return {"x": dx, "W_x": dW_x, "W_h": dW_h, "b": db, "h0": dh_next}

# %% 12 wrong: without h0 the entry "h0" is None instead of the gradient with respect to the zero state, shape (batch, units)
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    start = h0 if h0 is not None else np.zeros((x.shape[0], W_h.shape[0]))
    h_all = rnn_forward(x, W_x, W_h, b, start)
    dx_list = []
    dW_x, dW_h, db = 0.0, 0.0, 0.0
    dh_next = np.zeros(start.shape)
    for t in reversed(range(x.shape[1])):
        h_before = start if t == 0 else h_all[:, t - 1]
        dz = (dh_all[:, t] + dh_next) * (1 - h_all[:, t] ** 2)
        dx_list.insert(0, dz @ W_x.T)
        dW_x = dW_x + x[:, t].T @ dz
        dW_h = dW_h + h_before.T @ dz
        db = db + dz.sum(axis=0)
        dh_next = dz @ W_h.T
    gradients = {"x": np.stack(dx_list, axis=1), "W_x": dW_x, "W_h": dW_h, "b": db, "h0": None}
    if h0 is not None:
        gradients["h0"] = dh_next
    return gradients

# %% 13 right: recursion that halves the stretch of time (depth grows with the logarithm of the steps), gradients of the two halves added
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    if h0 is None:
        h0 = np.zeros((x.shape[0], W_h.shape[0]))
    h_all = rnn_forward(x, W_x, W_h, b, h0)

    def back(first, after, arriving):
        """Gradients of the steps first, ..., after - 1: (dx, dW_x, dW_h, db, gradient at the state before them)."""
        steps = after - first
        if steps == 0:
            nothing = np.zeros((x.shape[0], 0, x.shape[2]))
            return nothing, np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(W_h.shape[0]), arriving
        if steps == 1:
            before = h_all[:, first - 1] if first > 0 else h0
            dz = (arriving + dh_all[:, first]) * (1 - np.square(h_all[:, first]))
            return (dz @ W_x.T)[:, np.newaxis], x[:, first].T @ dz, before.T @ dz, np.sum(dz, axis=0), dz @ W_h.T
        middle = first + steps // 2
        late_x, *late, arriving = back(middle, after, arriving)
        early_x, *early, arriving = back(first, middle, arriving)
        both = [one + other for one, other in zip(early, late)]
        return np.concatenate([early_x, late_x], axis=1), *both, arriving

    names = ("x", "W_x", "W_h", "b", "h0")
    return dict(zip(names, back(0, x.shape[1], np.zeros(h0.shape))))

# %% 14 wrong: the gradient of h0 is the whole gradient at the first hidden state and lacks the last step back through the slope and W_h
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    batch, time, features = x.shape
    units = W_h.shape[1]
    h_start = np.zeros((batch, units)) if h0 is None else h0
    h_all = rnn_forward(x, W_x, W_h, b, h_start)
    dh = np.zeros((batch, time, units))
    dz = np.zeros((batch, time, units))
    for t in reversed(range(time)):
        dh[:, t] = dh_all[:, t]
        if t + 1 < time:
            dh[:, t] += dz[:, t + 1] @ W_h.T
        dz[:, t] = dh[:, t] * (1 - h_all[:, t] ** 2)
    dW_h = h_start.T @ dz[:, 0]
    for t in range(1, time):
        dW_h = dW_h + h_all[:, t - 1].T @ dz[:, t]
    dW_x = sum(x[:, t].T @ dz[:, t] for t in range(time))
    return {"x": dz @ W_x.T, "W_x": dW_x, "W_h": dW_h, "b": dz.sum(axis=(0, 1)), "h0": dh[:, 0]}

# %% 15 wrong: the gradients of the weights are averaged over the batch instead of summed
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    h0 = np.zeros((x.shape[0], W_h.shape[0])) if h0 is None else h0
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    m = x.shape[0]
    dx, dW_x, dW_h, db = np.zeros(x.shape), np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(b.shape)
    dh_next = np.zeros(h0.shape)
    for t in reversed(range(x.shape[1])):
        h_before = h_all[:, t - 1] if t > 0 else h0
        dz = (dh_all[:, t] + dh_next) * (1 - h_all[:, t] ** 2)
        dx[:, t] = dz @ W_x.T
        dW_x += x[:, t].T @ dz / m
        dW_h += h_before.T @ dz / m
        db += dz.mean(axis=0)
        dh_next = dz @ W_h.T
    return {"x": dx, "W_x": dW_x, "W_h": dW_h, "b": db, "h0": dh_next}

# %% 16 right: time-first layout, one table with the initial state in row 0, and one matrix product over all steps and sequences together
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    batch, time, features = x.shape
    units = len(W_h)
    states = np.zeros((time + 1, batch, units))
    if h0 is not None:
        states[0] = h0
    states[1:] = rnn_forward(x, W_x, W_h, b, states[0].copy()).swapaxes(0, 1)
    direct = dh_all.swapaxes(0, 1)
    whole = np.zeros((time + 1, batch, units))
    whole[1:] = direct
    delta = np.zeros((time, batch, units))
    for t in range(time, 0, -1):
        np.multiply(whole[t], 1 - states[t] ** 2, out=delta[t - 1])
        whole[t - 1] += delta[t - 1] @ W_h.T
    rows = delta.reshape(time * batch, units)
    dx = (rows @ W_x.T).reshape(time, batch, features).swapaxes(0, 1)
    return {
        "x": dx,
        "W_x": x.swapaxes(0, 1).reshape(time * batch, features).T @ rows,
        "W_h": states[:-1].reshape(time * batch, units).T @ rows,
        "b": rows.sum(axis=0),
        "h0": whole[0],
    }

# %% 17 wrong: the carried gradient is written into an array made with zeros_like(h0), so a whole-number h0 cuts its fractions off at every step
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    if h0 is None:
        h0 = np.zeros((x.shape[0], W_h.shape[0]))
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    dx = np.zeros(x.shape)
    dW_x = np.zeros(W_x.shape)
    dW_h = np.zeros(W_h.shape)
    db = np.zeros(W_h.shape[0])
    dh0 = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        dz = (dh_all[:, t] + dh0) * (1 - h_all[:, t] ** 2)
        dx[:, t, :] = np.matmul(dz, W_x.T)
        dW_x += np.matmul(x[:, t, :].T, dz)
        if t == 0:
            dW_h += np.matmul(h0.T, dz)
        else:
            dW_h += np.matmul(h_all[:, t - 1, :].T, dz)
        db += dz.sum(axis=0)
        dh0[:] = np.matmul(dz, W_h.T)
    return {"x": dx, "W_x": dW_x, "W_h": dW_h, "b": db, "h0": dh0}

# %% 18 wrong: two slips, the gradients of x are collected from the last step to the first and never turned round, and b keeps an axis of length one, shape (1, units)
def rnn_backward(dh_all, x, W_x, W_h, b, h0=None):
    h0 = np.zeros((x.shape[0], W_h.shape[0])) if h0 is None else h0
    h_all = rnn_forward(x, W_x, W_h, b, h0)
    previous = [h0] + [h_all[:, t] for t in range(x.shape[1] - 1)]
    steps_x, steps_Wx, steps_Wh, steps_b = [], [], [], []
    dh_next = 0
    for t in reversed(range(x.shape[1])):
        dz = (dh_all[:, t] + dh_next) * (1 - h_all[:, t] ** 2)
        steps_x.append(dz @ W_x.T)
        steps_Wx.append(x[:, t].T @ dz)
        steps_Wh.append(previous[t].T @ dz)
        steps_b.append(dz.sum(axis=0, keepdims=True))
        dh_next = dz @ W_h.T
    return {
        "x": np.stack(steps_x, axis=1),
        "W_x": np.sum(steps_Wx, axis=0),
        "W_h": np.sum(steps_Wh, axis=0),
        "b": np.sum(steps_b, axis=0),
        "h0": dh_next,
    }
