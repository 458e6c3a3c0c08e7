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
