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

# %% d01 right: both sums at once, cut into three with np.split, everything turned into floats first
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    b_x, b_h = (b[0], b[1]) if reset_after else (b, np.zeros(b.shape))
    x_z, x_r, x_g = np.split(x_t @ W_x + b_x, 3, axis=1)
    h_z, h_r, h_g = np.split(h_prev @ W_h + b_h, 3, axis=1)
    z = sigmoid(x_z + h_z)
    r = sigmoid(x_r + h_r)
    if not reset_after:
        units = h_prev.shape[1]
        h_g = (r * h_prev) @ W_h[:, 2 * units:]
        candidate = np.tanh(x_g + h_g)
    else:
        candidate = np.tanh(x_g + r * h_g)
    return z * h_prev + (1 - z) * candidate


# %% d02 wrong: the update gate says how much of the candidate comes in (as in Chung's paper), so z and 1 - z are exchanged
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = [np.asarray(a, dtype=np.float64) for a in (x_t, h_prev, W_x, W_h, b)]
    u = h_prev.shape[1]
    bx = b[0] if reset_after else b
    bh = b[1] if reset_after else 0.0 * b
    a = x_t @ W_x + bx
    c = h_prev @ W_h + bh
    z = sigmoid(a[:, :u] + c[:, :u])
    r = sigmoid(a[:, u:2 * u] + c[:, u:2 * u])
    if reset_after:
        g = np.tanh(a[:, 2 * u:] + r * c[:, 2 * u:])
    else:
        g = np.tanh(a[:, 2 * u:] + (r * h_prev) @ W_h[:, 2 * u:])
    return (1 - z) * h_prev + z * g


# %% d03 wrong: the blocks are read in PyTorch's order (reset, update, candidate) instead of update, reset, candidate
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.array(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    W_xr, W_xz, W_xg = np.split(W_x, 3, axis=1)
    W_hr, W_hz, W_hg = np.split(W_h, 3, axis=1)
    if reset_after:
        b0r, b0z, b0g = np.split(b[0], 3)
        b1r, b1z, b1g = np.split(b[1], 3)
        z = sigmoid(x_t @ W_xz + h_prev @ W_hz + b0z + b1z)
        r = sigmoid(x_t @ W_xr + h_prev @ W_hr + b0r + b1r)
        g = np.tanh(x_t @ W_xg + b0g + r * (h_prev @ W_hg + b1g))
    else:
        br, bz, bg = np.split(b, 3)
        z = sigmoid(x_t @ W_xz + h_prev @ W_hz + bz)
        r = sigmoid(x_t @ W_xr + h_prev @ W_hr + br)
        g = np.tanh(x_t @ W_xg + bg + (r * h_prev) @ W_hg)
    return z * h_prev + (1 - z) * g


# %% d04 right: the kernels get an axis of their own for the three blocks, and einsum does the products
import numpy as np


def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    h_prev = np.asarray(h_prev, dtype=np.float64)
    units = h_prev.shape[-1]
    K = np.reshape(W_x, (-1, 3, units)).astype(np.float64)
    R = np.reshape(W_h, (units, 3, units)).astype(np.float64)
    B = np.reshape(b, (-1, 3, units)).astype(np.float64)
    from_x = np.einsum("bf,fku->kbu", np.asarray(x_t, dtype=np.float64), K) + B[0][:, None, :]
    from_h = np.einsum("bv,vku->kbu", h_prev, R)
    if reset_after:
        from_h = from_h + B[1][:, None, :]
    update, reset = sigmoid(from_x[:2] + from_h[:2])
    if reset_after:
        memory = reset * from_h[2]
    else:
        memory = np.einsum("bv,vu->bu", reset * h_prev, R[:, 2])
    return update * h_prev + (1.0 - update) * np.tanh(from_x[2] + memory)


# %% d05 wrong: reset_after=False only drops the second bias; the reset gate still acts after the product with the kernel
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    if reset_after:
        b_in, b_rec = b
    else:
        b_in, b_rec = b, np.zeros_like(b)
    x_z, x_r, x_g = np.split(x_t @ W_x + b_in, 3, axis=-1)
    h_z, h_r, h_g = np.split(h_prev @ W_h + b_rec, 3, axis=-1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    g = np.tanh(x_g + r * h_g)
    return z * h_prev + (1 - z) * g


# %% d06 wrong: both bias rows are added up at the start, so with reset_after the recurrent bias of the candidate stands outside the reset gate
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    if reset_after:
        b = b[0] + b[1]
    u = W_h.shape[0]
    z = sigmoid(x_t @ W_x[:, :u] + h_prev @ W_h[:, :u] + b[:u])
    r = sigmoid(x_t @ W_x[:, u:2 * u] + h_prev @ W_h[:, u:2 * u] + b[u:2 * u])
    if reset_after:
        past = r * (h_prev @ W_h[:, 2 * u:])
    else:
        past = (r * h_prev) @ W_h[:, 2 * u:]
    g = np.tanh(x_t @ W_x[:, 2 * u:] + b[2 * u:] + past)
    return z * h_prev + (1 - z) * g


# %% d07 right: input and state side by side give the gates in one product, one early return for each convention
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x = np.array(x_t, dtype="float64")
    h = np.array(h_prev, dtype="float64")
    W = np.vstack([W_x, W_h]).astype("float64")
    bias = np.array(b, dtype="float64")
    n = h.shape[1]

    gate_bias = bias.sum(axis=0) if reset_after else bias
    gates = sigmoid(np.hstack([x, h]) @ W[:, :2 * n] + gate_bias[:2 * n])
    keep, reset = gates[:, :n], gates[:, n:]
    x_kernel, h_kernel = np.split(W[:, 2 * n:], [x.shape[1]])

    if reset_after:
        new = np.tanh(x @ x_kernel + bias[0, 2 * n:] + reset * (h @ h_kernel + bias[1, 2 * n:]))
        return keep * h + (1 - keep) * new

    new = np.tanh(x @ x_kernel + bias[2 * n:] + (reset * h) @ h_kernel)
    return keep * h + (1 - keep) * new


# %% d08 wrong: a sigmoid of its own, exp(z) / (1 + exp(z)), which overflows to nan for large whole numbers
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    def squash(v):
        e = np.exp(v)
        return e / (1 + e)

    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    b_x, b_h = (b[0], b[1]) if reset_after else (b, np.zeros_like(b))
    x_part = np.split(x_t @ W_x + b_x, 3, axis=-1)
    h_part = np.split(h_prev @ W_h + b_h, 3, axis=-1)
    z = squash(x_part[0] + h_part[0])
    r = squash(x_part[1] + h_part[1])
    if reset_after:
        g = np.tanh(x_part[2] + r * h_part[2])
    else:
        g = np.tanh(x_part[2] + (r * h_prev) @ np.split(W_h, 3, axis=-1)[2])
    return z * h_prev + (1 - z) * g


# %% d09 wrong: with reset_after the gates add only the first bias row; the recurrent bias is used for the candidate alone
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    units = h_prev.shape[1]
    blocks = [slice(k * units, (k + 1) * units) for k in range(3)]
    first = b[0] if reset_after else b
    z, r = (sigmoid(x_t @ W_x[:, s] + h_prev @ W_h[:, s] + first[s]) for s in blocks[:2])
    s = blocks[2]
    if reset_after:
        g = np.tanh(x_t @ W_x[:, s] + first[s] + r * (h_prev @ W_h[:, s] + b[1, s]))
    else:
        g = np.tanh(x_t @ W_x[:, s] + first[s] + (r * h_prev) @ W_h[:, s])
    return z * h_prev + (1 - z) * g


# %% d10 wrong: with reset_after=False the scaled state meets the first block of the recurrent kernel, that of the update gate, instead of the third
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    units = h_prev.shape[1]
    b_x, b_h = (b[0], b[1]) if reset_after else (b, np.zeros_like(b))
    a_z, a_r, a_g = np.split(x_t @ W_x + b_x, 3, axis=-1)
    c_z, c_r, c_g = np.split(h_prev @ W_h + b_h, 3, axis=-1)
    z, r = sigmoid(a_z + c_z), sigmoid(a_r + c_r)
    past = r * c_g if reset_after else (r * h_prev) @ W_h[:, :units]
    return z * h_prev + (1 - z) * np.tanh(a_g + past)


# %% d11 right: sequence by sequence and unit by unit with plain sums, the state written as g + z * (h - g)
import math


def _dot(left, right):
    return sum(float(p) * float(q) for p, q in zip(left, right))


def _gate(v):
    return 0.5 * (1.0 + math.tanh(0.5 * v))


def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    batch, units = h_prev.shape
    h = np.zeros((batch, units))
    for i in range(batch):
        z, r = [], []
        for column in range(2 * units):
            bias = float(b[0, column]) + float(b[1, column]) if reset_after else float(b[column])
            total = _dot(x_t[i], W_x[:, column]) + _dot(h_prev[i], W_h[:, column]) + bias
            (z if column < units else r).append(_gate(total))
        scaled = [r[j] * float(h_prev[i, j]) for j in range(units)]
        for j in range(units):
            column = 2 * units + j
            from_x = _dot(x_t[i], W_x[:, column])
            if reset_after:
                from_x += float(b[0, column])
                from_h = r[j] * (_dot(h_prev[i], W_h[:, column]) + float(b[1, column]))
            else:
                from_x += float(b[column])
                from_h = _dot(scaled, W_h[:, column])
            g = math.tanh(from_x + from_h)
            h[i, j] = g + z[j] * (float(h_prev[i, j]) - g)
    return h


# %% d12 wrong: the default is reset_after=False, so a call without that argument uses the other convention
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=False):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    b = np.atleast_2d(b)
    units = h_prev.shape[1]
    x_z, x_r, x_g = np.split(x_t @ W_x + b[0], 3, axis=1)
    W_hz, W_hr, W_hg = np.split(W_h, 3, axis=1)
    if reset_after:
        b_z, b_r, b_g = np.split(b[1], 3)
    else:
        b_z = b_r = b_g = np.zeros(units)
    z = sigmoid(x_z + h_prev @ W_hz + b_z)
    r = sigmoid(x_r + h_prev @ W_hr + b_r)
    if reset_after:
        g = np.tanh(x_g + r * (h_prev @ W_hg + b_g))
    else:
        g = np.tanh(x_g + (r * h_prev) @ W_hg)
    return z * h_prev + (1 - z) * g


# %% d13 wrong: two slips: with reset_after=False h_prev is scaled in place, so the update gate then keeps a share of the scaled state, and the caller's array of floats is changed
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    u = h_prev.shape[1]
    b_x = b[0] if reset_after else b
    b_h = b[1] if reset_after else np.zeros(3 * u)
    inputs = x_t @ W_x + b_x
    recurrent = h_prev @ W_h + b_h
    gates = sigmoid(inputs[:, :2 * u] + recurrent[:, :2 * u])
    z, r = gates[:, :u], gates[:, u:]
    if reset_after:
        candidate = np.tanh(inputs[:, 2 * u:] + r * recurrent[:, 2 * u:])
    else:
        h_prev *= r
        candidate = np.tanh(inputs[:, 2 * u:] + h_prev @ W_h[:, 2 * u:])
    return z * h_prev + (1 - z) * candidate


# %% d14 right: three small closures, one for the input part, one for the recurrent part, one for the mixture; blocks picked by name
BLOCK = {"update": 0, "reset": 1, "candidate": 2}


def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t = np.asarray(x_t).astype(float)
    state = np.asarray(h_prev).astype(float)
    biases = np.atleast_2d(np.asarray(b).astype(float))
    units = state.shape[1]

    def columns(array, name):
        start = BLOCK[name] * units
        return np.asarray(array)[..., start:start + units].astype(float)

    def from_input(name):
        return np.matmul(x_t, columns(W_x, name)) + columns(biases[0], name)

    def from_state(name, h):
        product = np.matmul(h, columns(W_h, name))
        return product + columns(biases[1], name) if reset_after else product

    z = sigmoid(from_input("update") + from_state("update", state))
    r = sigmoid(from_input("reset") + from_state("reset", state))
    past = r * from_state("candidate", state) if reset_after else from_state("candidate", r * state)
    proposal = np.tanh(from_input("candidate") + past)
    return np.add(np.multiply(z, state), np.multiply(1 - z, proposal))


# %% d15 wrong: the kernels are turned into the type of x_t, so with whole numbers in x_t the fractions of W_x and W_h are cut off
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    W_x = W_x.astype(x_t.dtype)
    W_h = W_h.astype(x_t.dtype)
    b_x, b_h = (b[0], b[1]) if reset_after else (b, np.zeros(b.shape))
    x_z, x_r, x_g = np.split(x_t @ W_x + b_x, 3, axis=1)
    h_z, h_r, h_g = np.split(h_prev @ W_h + b_h, 3, axis=1)
    z = sigmoid(x_z + h_z)
    r = sigmoid(x_r + h_r)
    if reset_after:
        g = np.tanh(x_g + r * h_g)
    else:
        g = np.tanh(x_g + (r * h_prev) @ W_h[:, -h_prev.shape[1]:])
    return z * h_prev + (1 - z) * g


# %% d16 wrong: the bias of the inputs is b[0] in both conventions, and with reset_after=False that is one number, the bias of the first unit's update gate, added everywhere
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    units = h_prev.shape[-1]
    a = x_t @ W_x + b[0]
    c = h_prev @ W_h
    if reset_after:
        c = c + b[1]
    z = sigmoid(a[:, :units] + c[:, :units])
    r = sigmoid(a[:, units:-units] + c[:, units:-units])
    if reset_after:
        past = r * c[:, -units:]
    else:
        past = (r * h_prev) @ W_h[:, -units:]
    candidate = np.tanh(a[:, -units:] + past)
    return z * h_prev + (1 - z) * candidate


# %% d17 wrong: the last axis is reshaped to (units, 3), so the columns of the three blocks are taken in turns instead of block by block
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    x_t, h_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (x_t, h_prev, W_x, W_h, b))
    batch, units = h_prev.shape
    b_x, b_h = (b[0], b[1]) if reset_after else (b, np.zeros_like(b))
    a = (x_t @ W_x + b_x).reshape(batch, units, 3)
    c = (h_prev @ W_h + b_h).reshape(batch, units, 3)
    z = sigmoid(a[..., 0] + c[..., 0])
    r = sigmoid(a[..., 1] + c[..., 1])
    if reset_after:
        past = r * c[..., 2]
    else:
        past = (r * h_prev) @ W_h.reshape(units, units, 3)[..., 2]
    return z * h_prev + (1 - z) * np.tanh(a[..., 2] + past)


# %% d18 wrong: the new state is written into an array of the type of h_prev, so for a state of whole numbers its fractions are cut off
def gru_step(x_t, h_prev, W_x, W_h, b, reset_after=True):
    units = h_prev.shape[1]
    W_xz, W_xr, W_xg = (np.asarray(part, dtype=float) for part in np.split(W_x, 3, axis=1))
    W_hz, W_hr, W_hg = (np.asarray(part, dtype=float) for part in np.split(W_h, 3, axis=1))
    b = np.asarray(b, dtype=float)
    bias = b.sum(axis=0) if reset_after else b
    h = np.empty_like(h_prev)
    for i in range(len(x_t)):
        z = sigmoid(x_t[i] @ W_xz + h_prev[i] @ W_hz + bias[:units])
        r = sigmoid(x_t[i] @ W_xr + h_prev[i] @ W_hr + bias[units:2 * units])
        if reset_after:
            g = np.tanh(x_t[i] @ W_xg + b[0, 2 * units:] + r * (h_prev[i] @ W_hg + b[1, 2 * units:]))
        else:
            g = np.tanh(x_t[i] @ W_xg + b[2 * units:] + (r * h_prev[i]) @ W_hg)
        h[i] = z * h_prev[i] + (1 - z) * g
    return h
