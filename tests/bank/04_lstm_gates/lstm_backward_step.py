# %% 01 wrong: the gradient of c_prev uses only dc and not the sum of both ways
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    i, f, g, o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    tanh_c = np.tanh(f * c_prev + i * g)
    d_cell = dc + dh * o * (1 - tanh_c**2)
    dz = np.hstack(
        [d_cell * g * i * (1 - i), d_cell * c_prev * f * (1 - f), d_cell * i * (1 - g**2), dh * tanh_c * o * (1 - o)]
    )
    return {
        "x_t": dz @ W_x.T,
        "h_prev": dz @ W_h.T,
        "c_prev": dc * f,
        "W_x": x_t.T @ dz,
        "W_h": h_prev.T @ dz,
        "b": dz.sum(axis=0),
    }

# %% 02 right: the usual way, blocks stacked with np.concatenate
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    c = f * c_prev + i * g
    tanh_c = np.tanh(c)

    dc_all = dc + dh * o * (1 - tanh_c**2)
    dz_i = dc_all * g * i * (1 - i)
    dz_f = dc_all * c_prev * f * (1 - f)
    dz_g = dc_all * i * (1 - g**2)
    dz_o = dh * tanh_c * o * (1 - o)
    dz = np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=-1)
    return {
        "x_t": dz @ W_x.T,
        "h_prev": dz @ W_h.T,
        "c_prev": dc_all * f,
        "W_x": x_t.T @ dz,
        "W_h": h_prev.T @ dz,
        "b": dz.sum(axis=0),
    }

# %% 03 wrong: the slope of the candidate is that of a sigmoid, g (1 - g), instead of 1 - g squared
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    n = h_prev.shape[1]
    z = x_t @ W_x + h_prev @ W_h + b
    a = sigmoid(z)
    a[:, 2 * n : 3 * n] = np.tanh(z[:, 2 * n : 3 * n])
    i, f, g, o = a[:, :n], a[:, n : 2 * n], a[:, 2 * n : 3 * n], a[:, 3 * n :]
    c = f * c_prev + i * g
    total = dc + dh * o * (1 - np.tanh(c) ** 2)
    da = np.concatenate([total * g, total * c_prev, total * i, dh * np.tanh(c)], axis=1)
    dz = da * a * (1 - a)
    grads = {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": total * f}
    grads.update(W_x=x_t.T @ dz, W_h=h_prev.T @ dz, b=dz.sum(axis=0))
    return grads

# %% 04 wrong: weight and bias gradients are means over the batch instead of sums
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    batch = x_t.shape[0]
    z_i, z_f, z_c, z_o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    i, f, o, g = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o), np.tanh(z_c)
    t = np.tanh(f * c_prev + i * g)
    dct = dc + dh * o * (1 - t * t)
    dz = np.concatenate(
        (dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g * g), dh * t * o * (1 - o)), axis=-1
    )
    return dict(
        x_t=dz.dot(W_x.T),
        h_prev=dz.dot(W_h.T),
        c_prev=dct * f,
        W_x=x_t.T.dot(dz) / batch,
        W_h=h_prev.T.dot(dz) / batch,
        b=dz.mean(axis=0),
    )

# %% 05 right: gate by gate with kernels of its own, gradients added up block after block
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    units = W_h.shape[0]
    columns = {name: slice(k * units, (k + 1) * units) for k, name in enumerate("ifgo")}

    def squashed(name):
        s = columns[name]
        z = x_t @ W_x[:, s] + h_prev @ W_h[:, s] + b[s]
        return np.tanh(z) if name == "g" else sigmoid(z)

    a = {name: squashed(name) for name in columns}
    tanh_c = np.tanh(a["f"] * c_prev + a["i"] * a["g"])
    d_cell = dc + dh * a["o"] * (1 - tanh_c**2)
    d_a = {"i": d_cell * a["g"], "f": d_cell * c_prev, "g": d_cell * a["i"], "o": dh * tanh_c}

    grads = {
        "x_t": np.zeros(np.shape(x_t)),
        "h_prev": np.zeros(np.shape(h_prev)),
        "c_prev": d_cell * a["f"],
        "W_x": np.zeros(W_x.shape),
        "W_h": np.zeros(W_h.shape),
        "b": np.zeros(4 * units),
    }
    for name, s in columns.items():
        slope = 1 - a[name] ** 2 if name == "g" else a[name] * (1 - a[name])
        dz = d_a[name] * slope
        grads["x_t"] += dz @ W_x[:, s].T
        grads["h_prev"] += dz @ W_h[:, s].T
        grads["W_x"][:, s] = x_t.T @ dz
        grads["W_h"][:, s] = h_prev.T @ dz
        grads["b"][s] = dz.sum(axis=0)
    return grads

# %% 06 wrong: the forget gate's gradient uses the new cell state instead of the one before the step
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    zi, zf, zg, zo = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(zi), sigmoid(zf), np.tanh(zg), sigmoid(zo)
    c = f * c_prev + i * g
    dc_total = dc + dh * o * (1 - np.tanh(c) ** 2)
    di, df, dg, do = dc_total * g, dc_total * c, dc_total * i, dh * np.tanh(c)
    dz = np.concatenate([di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)], axis=-1)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dc_total * f, "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": np.sum(dz, axis=0)}

# %% 07 wrong: gradients are written into zeros_like of the arguments, so for whole-number arguments the fractions are cut off
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    i, f, g, o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    tc = np.tanh(f * c_prev + i * g)
    s = dc + dh * o * (1 - tc**2)
    dz = np.concatenate([s * g * i * (1 - i), s * c_prev * f * (1 - f), s * i * (1 - g**2), dh * tc * o * (1 - o)], axis=-1)
    grads = {
        "x_t": np.zeros_like(x_t),
        "h_prev": np.zeros_like(h_prev),
        "c_prev": np.zeros_like(c_prev),
        "W_x": np.zeros_like(W_x),
        "W_h": np.zeros_like(W_h),
        "b": np.zeros_like(b),
    }
    grads["x_t"][:] = dz @ W_x.T
    grads["h_prev"][:] = dz @ W_h.T
    grads["c_prev"][:] = s * f
    grads["W_x"][:] = x_t.T @ dz
    grads["W_h"][:] = h_prev.T @ dz
    grads["b"][:] = dz.sum(axis=0)
    return grads

# %% 08 wrong: dc is added to in place, so the caller's array is changed if it holds floats
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z_i, z_f, z_g, z_o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=1)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    tanh_c = np.tanh(f * c_prev + i * g)
    dc = np.asarray(dc, dtype=float)
    dc += dh * o * (1 - tanh_c**2)
    dz = np.concatenate(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g**2), dh * tanh_c * o * (1 - o)], axis=1
    )
    return {
        "x_t": dz @ W_x.T,
        "h_prev": dz @ W_h.T,
        "c_prev": dc * f,
        "W_x": x_t.T @ dz,
        "W_h": h_prev.T @ dz,
        "b": dz.sum(axis=0),
    }

# %% 09 right: one augmented input (x, h, 1) and one augmented kernel, einsum for the sums over the batch
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    features, units = W_x.shape[0], W_h.shape[0]
    joined = np.hstack([x_t, h_prev, np.ones((len(x_t), 1))])
    kernel = np.vstack([W_x, W_h, b[np.newaxis]])
    z = (joined @ kernel).reshape(-1, 4, units)
    gates = sigmoid(z)
    i, f, o, g = gates[:, 0], gates[:, 1], gates[:, 3], np.tanh(z[:, 2])
    t = np.tanh(f * c_prev + i * g)
    dct = dc + dh * o * (1 - t) * (1 + t)
    dz = np.stack([dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g) * (1 + g), dh * t * o * (1 - o)], axis=1)
    dz = dz.reshape(len(z), 4 * units)
    d_joined = np.einsum("bk,nk->bn", dz, kernel)
    d_kernel = np.einsum("bn,bk->nk", joined, dz)
    return {
        "x_t": d_joined[:, :features],
        "h_prev": d_joined[:, features:-1],
        "c_prev": dct * f,
        "W_x": d_kernel[:features],
        "W_h": d_kernel[features:-1],
        "b": d_kernel[-1],
    }

# %% 10 wrong: the bias gradient keeps the batch axis, shape (1, 4 * units) instead of that of b
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    c_t = f * c_prev + i * g
    d_ct = dc + dh * o * (1 - np.tanh(c_t) ** 2)
    dz = np.concatenate(
        [
            d_ct * g * i * (1 - i),
            d_ct * c_prev * f * (1 - f),
            d_ct * i * (1 - g**2),
            dh * np.tanh(c_t) * o * (1 - o),
        ],
        axis=-1,
    )
    return {
        "x_t": np.dot(dz, W_x.T),
        "h_prev": np.dot(dz, W_h.T),
        "c_prev": f * d_ct,
        "W_x": np.dot(x_t.T, dz),
        "W_h": np.dot(h_prev.T, dz),
        "b": np.sum(dz, axis=0, keepdims=True),
    }

# %% 11 wrong: the slope of the output's tanh is taken at the old cell state c_prev
import numpy as np


def d_sigmoid(s):
    return s * (1 - s)


def d_tanh(t):
    return 1 - t**2


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    i, f, g, o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + i * g
    d_c = dc + dh * o * d_tanh(np.tanh(c_prev))
    dz = np.concatenate([d_c * g * d_sigmoid(i), d_c * c_prev * d_sigmoid(f), d_c * i * d_tanh(g), dh * np.tanh(c) * d_sigmoid(o)], axis=-1)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": d_c * f, "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": dz.sum(0)}

# %% 12 right: one sequence after the other, outer products added up over the batch
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    result = {
        "x_t": [],
        "h_prev": [],
        "c_prev": [],
        "W_x": np.zeros(np.shape(W_x)),
        "W_h": np.zeros(np.shape(W_h)),
        "b": np.zeros(np.shape(b)),
    }
    for dh_n, dc_n, x_n, h_n, c_n in zip(dh, dc, x_t, h_prev, c_prev):
        z = x_n @ W_x + h_n @ W_h + b
        z_i, z_f, z_g, z_o = z.reshape(4, -1)
        i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
        squashed_cell = np.tanh(f * c_n + i * g)
        through_cell = dc_n + dh_n * o * (1 - squashed_cell**2)
        dz = np.concatenate(
            [
                through_cell * g * i * (1 - i),
                through_cell * c_n * f * (1 - f),
                through_cell * i * (1 - g**2),
                dh_n * squashed_cell * o * (1 - o),
            ]
        )
        result["x_t"].append(W_x @ dz)
        result["h_prev"].append(W_h @ dz)
        result["c_prev"].append(through_cell * f)
        result["W_x"] += np.outer(x_n, dz)
        result["W_h"] += np.outer(h_n, dz)
        result["b"] += dz
    for name in ("x_t", "h_prev", "c_prev"):
        result[name] = np.array(result[name])
    return result

# %% 13 wrong: weight gradients are added to a default argument that lives on, so a second call returns the sum of both calls
import numpy as np


def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b, sums={}):
    z_i, z_f, z_g, z_o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    c = f * c_prev + i * g
    dc_sum = dc + dh * o * (1 - np.tanh(c) ** 2)
    dz = np.concatenate(
        [dc_sum * g * i * (1 - i), dc_sum * c_prev * f * (1 - f), dc_sum * i * (1 - g**2), dh * np.tanh(c) * o * (1 - o)],
        axis=-1,
    )
    grads = {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dc_sum * f}
    for name, gradient in (("W_x", x_t.T @ dz), ("W_h", h_prev.T @ dz), ("b", dz.sum(axis=0))):
        key = (name, gradient.shape)
        sums[key] = sums.get(key, 0) + gradient
        grads[name] = sums[key]
    return grads

# %% d01 wrong: the gradient of c_prev leaves out the way through h, it is f times dc instead of f times the sum of both ways
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    c = f * c_prev + i * g
    tanh_c = np.tanh(c)
    dct = dc + dh * o * (1 - tanh_c**2)
    dz = np.concatenate(
        [dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g**2), dh * tanh_c * o * (1 - o)], axis=-1
    )
    return {
        "x_t": dz @ W_x.T,
        "h_prev": dz @ W_h.T,
        "c_prev": dc * f,
        "W_x": x_t.T @ dz,
        "W_h": h_prev.T @ dz,
        "b": dz.sum(axis=0),
    }

# %% d02 right: the formulas one after the other with np.split and np.concatenate
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    dh, dc, x_t, h_prev, c_prev, W_x, W_h, b = (np.asarray(a, dtype=float) for a in (dh, dc, x_t, h_prev, c_prev, W_x, W_h, b))
    z = x_t @ W_x + h_prev @ W_h + b
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    tanh_c = np.tanh(f * c_prev + i * g)
    dct = dc + dh * o * (1 - tanh_c**2)
    dz_i = dct * g * i * (1 - i)
    dz_f = dct * c_prev * f * (1 - f)
    dz_g = dct * i * (1 - g**2)
    dz_o = dh * tanh_c * o * (1 - o)
    dz = np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=-1)
    return {
        "x_t": dz @ W_x.T,
        "h_prev": dz @ W_h.T,
        "c_prev": dct * f,
        "W_x": x_t.T @ dz,
        "W_h": h_prev.T @ dz,
        "b": dz.sum(axis=0),
    }

# %% d03 wrong: the gradients of the weights are averaged over the batch instead of summed
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    units = W_h.shape[0]
    batch = x_t.shape[0]
    z = x_t @ W_x + h_prev @ W_h + b
    i = sigmoid(z[:, :units])
    f = sigmoid(z[:, units:2 * units])
    g = np.tanh(z[:, 2 * units:3 * units])
    o = sigmoid(z[:, 3 * units:])
    c = f * c_prev + i * g

    dc_total = dc + dh * o * (1 - np.tanh(c) ** 2)
    dz = np.zeros_like(z)
    dz[:, :units] = dc_total * g * i * (1 - i)
    dz[:, units:2 * units] = dc_total * c_prev * f * (1 - f)
    dz[:, 2 * units:3 * units] = dc_total * i * (1 - g ** 2)
    dz[:, 3 * units:] = dh * np.tanh(c) * o * (1 - o)

    return dict(x_t=dz @ W_x.T, h_prev=dz @ W_h.T, c_prev=dc_total * f,
                W_x=x_t.T @ dz / batch, W_h=h_prev.T @ dz / batch, b=dz.mean(axis=0))

# %% d04 wrong: dc is added to in place, which changes the array that was given and fails on whole numbers
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    i, f, g, o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    t = np.tanh(f * c_prev + i * g)
    dc += dh * o * (1 - t * t)
    dz = np.hstack([dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g * g), dh * t * o * (1 - o)])
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dc * f,
            "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": dz.sum(0)}

# %% d05 right: one sequence after the other, sums of outer products
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    x_t, h_prev, W_x, W_h = [np.array(a, dtype="float64") for a in (x_t, h_prev, W_x, W_h)]
    units = len(W_h)
    grads = {
        "x_t": np.zeros(x_t.shape),
        "h_prev": np.zeros(h_prev.shape),
        "c_prev": np.zeros(c_prev.shape),
        "W_x": np.zeros(W_x.shape),
        "W_h": np.zeros(W_h.shape),
        "b": np.zeros(b.shape),
    }
    for n in range(len(x_t)):
        z = (x_t[n] @ W_x + h_prev[n] @ W_h + b).reshape(4, units)
        i, f, candidate, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
        squashed = np.tanh(f * c_prev[n] + i * candidate)
        total = dc[n] + dh[n] * o * (1 - squashed**2)
        dz = np.array(
            [
                total * candidate * i * (1 - i),
                total * c_prev[n] * f * (1 - f),
                total * i * (1 - candidate**2),
                dh[n] * squashed * o * (1 - o),
            ]
        ).ravel()
        grads["x_t"][n] = W_x @ dz
        grads["h_prev"][n] = W_h @ dz
        grads["c_prev"][n] = total * f
        grads["W_x"] += np.outer(x_t[n], dz)
        grads["W_h"] += np.outer(h_prev[n], dz)
        grads["b"] += dz
    return grads

# %% d06 wrong: the gradients are stacked in the order i, f, o, candidate of other books, while the weights have i, f, candidate, o
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    i, f, g, o = np.split(z, 4, axis=-1)
    i = sigmoid(i)
    f = sigmoid(f)
    g = np.tanh(g)
    o = sigmoid(o)
    c = f * c_prev + i * g
    do = dh * np.tanh(c)
    dct = dc + dh * o * (1 - np.tanh(c)**2)
    di = dct * g
    df = dct * c_prev
    dg = dct * i
    dz = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)], axis=-1)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dct * f,
            "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": dz.sum(axis=0)}

# %% d07 wrong: 1 - c squared stands where 1 - tanh(c) squared belongs
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    units = W_h.shape[0]
    z = x_t @ W_x + h_prev @ W_h + b
    i, f, o = (sigmoid(z[:, k * units:(k + 1) * units]) for k in (0, 1, 3))
    g = np.tanh(z[:, 2 * units:3 * units])
    c = f * c_prev + i * g
    dct = dc + dh * o * (1 - c**2)
    blocks = [dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g**2), dh * np.tanh(c) * o * (1 - o)]
    dz = np.concatenate(blocks, axis=1)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dct * f,
            "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": dz.sum(axis=0)}

# %% d08 wrong: the gradient of the output gate takes c instead of tanh(c)
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    def dsigmoid(s):
        return s * (1 - s)

    def dtanh(t):
        return 1 - t**2

    gates = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    i, f, o = sigmoid(gates[0]), sigmoid(gates[1]), sigmoid(gates[3])
    g = np.tanh(gates[2])
    c = f * c_prev + i * g
    dct = dc + dh * o * dtanh(np.tanh(c))
    dz = np.concatenate([dct * g * dsigmoid(i), dct * c_prev * dsigmoid(f), dct * i * dtanh(g), dh * c * dsigmoid(o)], axis=-1)
    grads = {}
    grads["x_t"] = dz @ W_x.T
    grads["h_prev"] = dz @ W_h.T
    grads["c_prev"] = dct * f
    grads["W_x"] = x_t.T @ dz
    grads["W_h"] = h_prev.T @ dz
    grads["b"] = dz.sum(axis=0)
    return grads

# %% d09 right: input, state and a 1 side by side meet one stacked kernel, so one product back gives all weights
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    features, units = W_x.shape[0], W_h.shape[0]
    joined = np.hstack([x_t, h_prev, np.ones((x_t.shape[0], 1))])
    kernel = np.vstack([W_x, W_h, np.reshape(b, (1, -1))]).astype(float)
    z = joined @ kernel
    candidate_columns = slice(2 * units, 3 * units)
    a = sigmoid(z)
    slope = a * (1 - a)
    a[:, candidate_columns] = np.tanh(z[:, candidate_columns])
    slope[:, candidate_columns] = 1 - a[:, candidate_columns] ** 2
    i, f, g, o = (a[:, k * units : (k + 1) * units] for k in range(4))
    squashed = np.tanh(f * c_prev + i * g)
    into_c = dc + dh * o * (1 - squashed * squashed)
    into_z = np.hstack([into_c * g, into_c * c_prev, into_c * i, dh * squashed]) * slope
    into_kernel = joined.T @ into_z
    into_joined = into_z @ kernel.T
    return {
        "x_t": into_joined[:, :features],
        "h_prev": into_joined[:, features : features + units],
        "c_prev": into_c * f,
        "W_x": into_kernel[:features],
        "W_h": into_kernel[features : features + units],
        "b": into_kernel[-1],
    }

# %% d10 wrong: the derivative of the candidate applies tanh twice, 1 - tanh(g) squared where g is the tanh already
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    zi, zf, zg, zo = np.split(z, 4, axis=1)
    i, f, o = sigmoid(zi), sigmoid(zf), sigmoid(zo)
    g = np.tanh(zg)
    c = f * c_prev + i * g
    dct = dc + dh * o * (1 - np.tanh(c)**2)
    dzi = dct * g * i * (1 - i)
    dzf = dct * c_prev * f * (1 - f)
    dzg = dct * i * (1 - np.tanh(g)**2)
    dzo = dh * np.tanh(c) * o * (1 - o)
    dz = np.concatenate((dzi, dzf, dzg, dzo), axis=1)
    return {"x_t": np.dot(dz, W_x.T), "h_prev": np.dot(dz, W_h.T), "c_prev": dct * f,
            "W_x": np.dot(x_t.T, dz), "W_h": np.dot(h_prev.T, dz), "b": np.sum(dz, axis=0)}

# %% d11 wrong: arrays made with zeros_like take the whole-number type of the arguments, so the gradients lose their fractions
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    grads = {name: np.zeros_like(array) for name, array in
             [("x_t", x_t), ("h_prev", h_prev), ("c_prev", c_prev), ("W_x", W_x), ("W_h", W_h), ("b", b)]}
    i, f, g, o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    tanh_c = np.tanh(f * c_prev + i * g)
    dct = dc + dh * o * (1 - tanh_c**2)
    dz = np.concatenate([dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g**2), dh * tanh_c * o * (1 - o)], axis=-1)
    grads["x_t"][:] = dz @ W_x.T
    grads["h_prev"][:] = dz @ W_h.T
    grads["c_prev"][:] = dct * f
    grads["W_x"][:] = x_t.T @ dz
    grads["W_h"][:] = h_prev.T @ dz
    grads["b"][:] = dz.sum(axis=0)
    return grads

# %% d12 wrong: the gradient of W_h is made with the new hidden state instead of the one before the step
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z_i, z_f, z_g, z_o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    i = sigmoid(z_i)
    f = sigmoid(z_f)
    g = np.tanh(z_g)
    o = sigmoid(z_o)
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    dct = dc + dh * o * (1 - np.tanh(c) ** 2)
    dz = np.concatenate([
        dct * g * (i - i**2),
        dct * c_prev * (f - f**2),
        dct * i * (1 - g**2),
        dh * np.tanh(c) * (o - o**2),
    ], axis=-1)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dct * f, "W_x": x_t.T @ dz, "W_h": h.T @ dz, "b": dz.sum(axis=0)}

# %% d13 right: kernels cut into (rows, 4, units), the blocks in an axis of their own, and einsum back
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    x_t, h_prev, c_prev, W_x, W_h, b = map(np.float64, (x_t, h_prev, c_prev, W_x, W_h, b))
    units = W_h.shape[0]
    K = W_x.reshape(-1, 4, units)
    R = W_h.reshape(units, 4, units)
    z = np.einsum("bf,fku->kbu", x_t, K) + np.einsum("bv,vku->kbu", h_prev, R) + b.reshape(4, 1, units)
    i, f, o = sigmoid(z[[0, 1, 3]])
    g = np.tanh(z[2])
    tanh_c = np.tanh(f * c_prev + i * g)
    d_c = dc + dh * o * (1 - tanh_c) * (1 + tanh_c)
    d_z = np.stack([d_c * g * i * (1 - i), d_c * c_prev * f * (1 - f), d_c * i * (1 - g) * (1 + g), dh * tanh_c * o * (1 - o)])
    return {
        "x_t": np.einsum("kbu,fku->bf", d_z, K),
        "h_prev": np.einsum("kbu,vku->bv", d_z, R),
        "c_prev": d_c * f,
        "W_x": np.einsum("bf,kbu->fku", x_t, d_z).reshape(W_x.shape),
        "W_h": np.einsum("bv,kbu->vku", h_prev, d_z).reshape(W_h.shape),
        "b": d_z.sum(axis=1).reshape(-1),
    }

# %% d14 wrong: a sigmoid of its own, exp(z) / (1 + exp(z)), overflows to nan where z is large
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    def sig(a):
        return np.exp(a) / (1 + np.exp(a))

    u = W_h.shape[0]
    z = np.dot(x_t, W_x) + np.dot(h_prev, W_h) + b
    i, f, g, o = sig(z[:, :u]), sig(z[:, u:2*u]), np.tanh(z[:, 2*u:3*u]), sig(z[:, 3*u:])
    c = f * c_prev + i * g
    dct = dc + dh * o * (1 - np.tanh(c)**2)
    dz = np.concatenate([dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g**2), dh * np.tanh(c) * o * (1 - o)], axis=1)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dct * f, "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": dz.sum(axis=0)}

# %% d15 wrong: the gradients of the weights pile up in a variable outside the function, as in PyTorch, so a second call adds to the first
collected = {}

def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    i, f, g, o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + i * g
    dct = dc + dh * o * (1 - np.tanh(c) ** 2)
    dz = np.concatenate([dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g ** 2), dh * np.tanh(c) * o * (1 - o)], axis=-1)
    for name, gradient in (("W_x", x_t.T @ dz), ("W_h", h_prev.T @ dz), ("b", dz.sum(axis=0))):
        before = collected.get(name)
        collected[name] = gradient if before is None or before.shape != gradient.shape else before + gradient
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dct * f, **collected}

# %% d16 wrong: tanh of the old cell state stands where tanh of the new one belongs, and the gradient of b keeps an axis of length 1
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    i, f, g, o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    squashed = np.tanh(c_prev)
    dct = dc + dh * o * (1 - squashed**2)
    dz = np.concatenate([dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g**2), dh * squashed * o * (1 - o)], axis=-1)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dct * f,
            "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": dz.sum(axis=0, keepdims=True)}

# %% d17 right: a small chain of operations, each of which hands back its own pullback
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    x_t, W_x, h_prev, W_h = 1.0 * x_t, 1.0 * W_x, 1.0 * h_prev, 1.0 * W_h
    def squash(kind, a):
        if kind == "sigmoid":
            s = sigmoid(a)
            return s, lambda d: d * s * (1 - s)
        t = np.tanh(a)
        return t, lambda d: d * (1 - t * t)

    def product(p, q):
        return p * q, lambda d: (d * q, d * p)

    def affine():
        def back(d):
            return d @ W_x.T, d @ W_h.T, x_t.T @ d, h_prev.T @ d, np.ones(len(d)) @ d

        return x_t @ W_x + h_prev @ W_h + b * 1.0, back

    z, back_z = affine()
    kinds = ("sigmoid", "sigmoid", "tanh", "sigmoid")
    (i, back_i), (f, back_f), (g, back_g), (o, back_o) = map(squash, kinds, np.split(z, 4, axis=1))
    kept, back_kept = product(f, c_prev)
    new, back_new = product(i, g)
    t, back_t = squash("tanh", kept + new)
    _, back_h = product(o, t)

    d_o, d_t = back_h(dh)
    d_c = dc + back_t(d_t)
    d_f, d_c_prev = back_kept(d_c)
    d_i, d_g = back_new(d_c)
    d_z = np.concatenate([back_i(d_i), back_f(d_f), back_g(d_g), back_o(d_o)], axis=1)
    d_x, d_h, d_W_x, d_W_h, d_b = back_z(d_z)
    return {"x_t": d_x, "h_prev": d_h, "c_prev": d_c_prev, "W_x": d_W_x, "W_h": d_W_h, "b": d_b}

# %% d18 wrong: the forget gate gets the extra bias of 1 that Keras adds only when it draws new weights, so the forward values are others
def lstm_backward_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    units = W_h.shape[0]
    z = (x_t @ W_x + h_prev @ W_h + b).reshape(len(x_t), 4, units)
    i = sigmoid(z[:, 0])
    f = sigmoid(z[:, 1] + 1.0)
    g = np.tanh(z[:, 2])
    o = sigmoid(z[:, 3])
    c = f * c_prev + i * g
    tc = np.tanh(c)
    dct = dc + dh * o * (1 - tc**2)
    dz = np.stack([dct * g * i * (1 - i), dct * c_prev * f * (1 - f), dct * i * (1 - g**2), dh * tc * o * (1 - o)], axis=1)
    dz = dz.reshape(len(x_t), 4 * units)
    return {"x_t": dz @ W_x.T, "h_prev": dz @ W_h.T, "c_prev": dct * f,
            "W_x": x_t.T @ dz, "W_h": h_prev.T @ dz, "b": dz.sum(axis=0)}
