# %% 01 wrong: the own sigmoid exp(a) / (1 + exp(a)) turns into nan for large sums (above about 710)
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    def squash(a):
        e = np.exp(a)
        return e / (1 + e)

    u = W_h.shape[0]
    if reset_after:
        xs = x_t @ W_x + b[0]
        hs = h_prev @ W_h + b[1]
        z = squash(xs[:, :u] + hs[:, :u])
        r = squash(xs[:, u : 2 * u] + hs[:, u : 2 * u])
        g = np.tanh(xs[:, 2 * u :] + r * hs[:, 2 * u :])
    else:
        xs = x_t @ W_x + b
        hs = h_prev @ W_h[:, : 2 * u]
        z = squash(xs[:, :u] + hs[:, :u])
        r = squash(xs[:, u : 2 * u] + hs[:, u:])
        g = np.tanh(xs[:, 2 * u :] + (r * h_prev) @ W_h[:, 2 * u :])
    return z * h_prev + (1 - z) * g

# %% 02 right: whole products cut by np.split, mixing written as g + z * (h - g)
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    bias_x, bias_h = b if reset_after else (b, 0.0)
    x_z, x_r, x_g = np.split(x_t @ W_x + bias_x, 3, axis=-1)
    h_z, h_r, h_g = np.split(h_prev @ W_h + bias_h, 3, axis=-1)
    z = sigmoid(x_z + h_z)
    r = sigmoid(x_r + h_r)
    if not reset_after:
        h_g = (r * h_prev) @ np.split(W_h, 3, axis=-1)[2]
    else:
        h_g = r * h_g
    candidate = np.tanh(x_g + h_g)
    return candidate + z * (h_prev - candidate)

# %% 03 wrong: both bias rows of the candidate are added outside the reset gate, so b[1] is not scaled by r
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    W_xz, W_xr, W_xg = np.split(W_x, 3, axis=1)
    W_hz, W_hr, W_hg = np.split(W_h, 3, axis=1)
    bias = b[0] + b[1] if reset_after else b
    b_z, b_r, b_g = np.split(bias, 3)
    z = sigmoid(x_t @ W_xz + h_prev @ W_hz + b_z)
    r = sigmoid(x_t @ W_xr + h_prev @ W_hr + b_r)
    if reset_after:
        h_tilde = np.tanh(x_t @ W_xg + b_g + r * (h_prev @ W_hg))
    else:
        h_tilde = np.tanh(x_t @ W_xg + b_g + (r * h_prev) @ W_hg)
    return z * h_prev + (1 - z) * h_tilde

# %% 04 wrong: the result is written into an array of the type of h_prev, so a state of whole numbers cuts the fractions off
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    units = h_prev.shape[1]
    up, re, ca = (slice(i * units, (i + 1) * units) for i in range(3))
    h = np.zeros_like(h_prev)
    if reset_after:
        z = sigmoid(x_t @ W_x[:, up] + h_prev @ W_h[:, up] + b[0, up] + b[1, up])
        r = sigmoid(x_t @ W_x[:, re] + h_prev @ W_h[:, re] + b[0, re] + b[1, re])
        g = np.tanh(x_t @ W_x[:, ca] + b[0, ca] + r * (h_prev @ W_h[:, ca] + b[1, ca]))
    else:
        z = sigmoid(x_t @ W_x[:, up] + h_prev @ W_h[:, up] + b[up])
        r = sigmoid(x_t @ W_x[:, re] + h_prev @ W_h[:, re] + b[re])
        g = np.tanh(x_t @ W_x[:, ca] + b[ca] + (r * h_prev) @ W_h[:, ca])
    h[:] = z * h_prev + (1 - z) * g
    return h

# %% 05 right: blocks as a third axis, products by einsum
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    units = len(W_h)
    kernel = np.reshape(W_x, (-1, 3, units))
    recurrent = np.reshape(W_h, (units, 3, units))
    bias = np.reshape(b, (-1, 3, units))
    from_x = np.einsum("bf,fku->kbu", x_t, kernel) + bias[0][:, None, :]
    from_h = np.einsum("bv,vku->kbu", h_prev, recurrent)
    if reset_after:
        from_h = from_h + bias[1][:, None, :]
    z, r = sigmoid(from_x[:2] + from_h[:2])
    past = r * from_h[2] if reset_after else np.einsum("bv,vu->bu", r * h_prev, recurrent[:, 2])
    g = np.tanh(from_x[2] + past)
    return z * h_prev + (1.0 - z) * g

# %% 06 wrong: the bias row is taken as b[0] in both conventions, which is one single number where reset_after is False
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    u = W_h.shape[0]
    a = x_t @ W_x + b[0]
    c = h_prev @ W_h
    if reset_after:
        c = c + b[1]
    z = sigmoid(a[:, :u] + c[:, :u])
    r = sigmoid(a[:, u:2*u] + c[:, u:2*u])
    if reset_after:
        inner = r * c[:, 2*u:]
    else:
        inner = (r * h_prev) @ W_h[:, 2*u:]
    g = np.tanh(a[:, 2*u:] + inner)
    return z * h_prev + (1 - z) * g

# %% 07 wrong: the state is brought to the type of x_t, so whole-number inputs cut a fractional state to 0
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t = np.asarray(x_t)
    h_prev = np.asarray(h_prev, dtype=x_t.dtype)
    n = W_h.shape[0]
    b_in, b_rec = (b[0], b[1]) if reset_after else (b, np.zeros_like(b))

    def part(k):
        cols = slice(k * n, (k + 1) * n)
        return x_t @ W_x[:, cols] + b_in[cols], h_prev @ W_h[:, cols] + b_rec[cols]

    z = sigmoid(sum(part(0)))
    r = sigmoid(sum(part(1)))
    inp, rec = part(2)
    if reset_after:
        rec = r * rec
    else:
        rec = (r * h_prev) @ W_h[:, 2 * n :]
    return z * h_prev + (1 - z) * np.tanh(inp + rec)

# %% 08 right: loop over the sequences of the batch and over the units, plain sums with one helper for a column
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    batch, units = np.shape(h_prev)
    b_input = b[0] if reset_after else b
    b_state = b[1] if reset_after else np.zeros(3 * units)
    h = np.empty((batch, units), dtype=float)
    for i in range(batch):
        x, old = x_t[i], h_prev[i]

        def input_part(column):
            return np.dot(x, W_x[:, column]) + b_input[column]

        def state_part(column, state):
            return np.dot(state, W_h[:, column]) + b_state[column]

        r = np.array([float(sigmoid(input_part(units + j) + state_part(units + j, old))) for j in range(units)])
        for j in range(units):
            z = float(sigmoid(input_part(j) + state_part(j, old)))
            if reset_after:
                past = r[j] * state_part(2 * units + j, old)
            else:
                past = state_part(2 * units + j, r * old)
            h[i, j] = z * old[j] + (1 - z) * math.tanh(input_part(2 * units + j) + past)
    return h

# %% 09 wrong: reset_after=False scales the product by r instead of scaling the state before the product
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    b0, b1 = (b[0], b[1]) if reset_after else (b, np.zeros(b.shape))
    xz, xr, xg = np.hsplit(x_t @ W_x + b0, 3)
    hz, hr, hg = np.hsplit(h_prev @ W_h + b1, 3)
    update = sigmoid(xz + hz)
    reset = sigmoid(xr + hr)
    candidate = np.tanh(xg + reset * hg)
    return update * h_prev + (1 - update) * candidate

# %% 10 wrong: the update gate is given to the candidate, (1 - z) * h + z * g, as in the paper of Chung
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    W_xz, W_xr, W_xg = np.split(W_x, 3, axis=1)
    W_hz, W_hr, W_hg = np.split(W_h, 3, axis=1)
    if reset_after:
        (b_xz, b_xr, b_xg), (b_hz, b_hr, b_hg) = np.split(b[0], 3), np.split(b[1], 3)
        z = sigmoid(x_t @ W_xz + b_xz + h_prev @ W_hz + b_hz)
        r = sigmoid(x_t @ W_xr + b_xr + h_prev @ W_hr + b_hr)
        g = np.tanh(x_t @ W_xg + b_xg + r * (h_prev @ W_hg + b_hg))
    else:
        b_z, b_r, b_g = np.split(b, 3)
        z = sigmoid(x_t @ W_xz + h_prev @ W_hz + b_z)
        r = sigmoid(x_t @ W_xr + h_prev @ W_hr + b_r)
        g = np.tanh(x_t @ W_xg + b_g + (r * h_prev) @ W_hg)
    return (1 - z) * h_prev + z * g

# %% 11 right: two functions, one for each convention, with an early return and kernels stacked under each other
def _step_before(x_t, h_prev, W_x, W_h, b):
    u = W_h.shape[1] // 3
    joined = np.concatenate([x_t, h_prev], axis=1)
    kernel = np.concatenate([W_x, W_h], axis=0)
    zr = sigmoid(joined @ kernel[:, : 2 * u] + b[: 2 * u])
    z, r = zr[:, :u], zr[:, u:]
    g = np.tanh(np.concatenate([x_t, r * h_prev], axis=1) @ kernel[:, 2 * u :] + b[2 * u :])
    return z * h_prev + (1 - z) * g


def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    if not reset_after:
        return _step_before(x_t, h_prev, W_x, W_h, b)
    u = W_h.shape[1] // 3
    joined = np.concatenate([x_t, h_prev], axis=1)
    kernel = np.concatenate([W_x, W_h], axis=0)
    zr = sigmoid(joined @ kernel[:, : 2 * u] + b[:, : 2 * u].sum(axis=0))
    z, r = zr[:, :u], zr[:, u:]
    memory = np.matmul(h_prev, W_h[:, 2 * u :]) + b[1, 2 * u :]
    g = np.tanh(np.matmul(x_t, W_x[:, 2 * u :]) + b[0, 2 * u :] + np.multiply(r, memory))
    return z * h_prev + (1 - z) * g

# %% 12 wrong: the sums of the gates are clipped to -10 to 10 "against overflow", so a gate never gets closer to 0 or 1 than 4.5e-5
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    def safe_sigmoid(a):
        return 1 / (1 + np.exp(-np.clip(a, -10, 10)))

    units = h_prev.shape[-1]
    if reset_after:
        a, c = x_t @ W_x + b[0], h_prev @ W_h + b[1]
    else:
        a, c = x_t @ W_x + b, h_prev @ W_h
    gates = safe_sigmoid(a[:, : 2 * units] + c[:, : 2 * units])
    z, r = gates[:, :units], gates[:, units:]
    if reset_after:
        g = np.tanh(a[:, 2 * units :] + r * c[:, 2 * units :])
    else:
        g = np.tanh(a[:, 2 * units :] + np.dot(r * h_prev, W_h[:, 2 * units :]))
    return z * h_prev + (1 - z) * g

# %% 13 wrong: the blocks are read in the order reset, update, candidate, that of PyTorch
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    units = W_h.shape[0]
    bias_x = b[0] if reset_after else b
    bias_h = b[1] if reset_after else 0
    x_r, x_z, x_n = np.split(x_t @ W_x + bias_x, 3, axis=1)
    h_r, h_z, h_n = np.split(h_prev @ W_h + bias_h, 3, axis=1)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    n = np.tanh(x_n + (r * h_n if reset_after else (r * h_prev) @ W_h[:, -units:]))
    return z * h_prev + (1 - z) * n
