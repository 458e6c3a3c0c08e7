# %% 01 wrong: sigmoid as exp(z) / (1 + exp(z)), which is nan for large z such as 1000
import numpy as np


def my_sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    z_i, z_f, z_c, z_o = np.split(z, 4, axis=-1)
    c = my_sigmoid(z_f) * c_prev + my_sigmoid(z_i) * np.tanh(z_c)
    h = my_sigmoid(z_o) * np.tanh(c)
    return h, c

# %% 02 right: the usual way, np.split along the last axis
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    z_i, z_f, z_c, z_o = np.split(z, 4, axis=-1)
    i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)
    c = f * c_prev + i * np.tanh(z_c)
    return o * np.tanh(c), c

# %% 03 wrong: block order i, candidate, f, o of the first TensorFlow instead of that of Keras
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    z = np.dot(x_t, W_x) + np.dot(h_prev, W_h) + b
    i, j, f, o = np.split(z, 4, axis=1)
    new_c = c_prev * sigmoid(f) + sigmoid(i) * np.tanh(j)
    new_h = np.tanh(new_c) * sigmoid(o)
    return new_h, new_c

# %% 04 wrong: c is the array c_prev itself when that holds floats, and *= and += change it
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    units = h_prev.shape[1]
    z = x_t @ W_x + h_prev @ W_h + b
    i = sigmoid(z[:, :units])
    f = sigmoid(z[:, units : 2 * units])
    candidate = np.tanh(z[:, 2 * units : 3 * units])
    o = sigmoid(z[:, 3 * units :])
    c = np.asarray(c_prev, dtype=float)
    c *= f
    c += i * candidate
    h = o * np.tanh(c)
    return h, c

# %% 05 right: z reshaped to (batch, 4, units), own stable sigmoid with logaddexp
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    def gate(z):
        return np.exp(-np.logaddexp(0.0, -z))

    z = (np.matmul(x_t, W_x) + np.matmul(h_prev, W_h) + b).astype(float)
    z = z.reshape(len(z), 4, -1)
    c = gate(z[:, 1]) * c_prev + gate(z[:, 0]) * np.tanh(z[:, 2])
    h = gate(z[:, 3]) * np.tanh(c)
    return h, c

# %% 06 wrong: states are written into arrays of the type of c_prev and h_prev, so whole-number states cut the fractions off
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    i, f, g, o = np.split(z, 4, axis=-1)
    h, c = np.empty_like(h_prev), np.empty_like(c_prev)
    c[:] = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    h[:] = sigmoid(o) * np.tanh(c)
    return h, c

# %% 07 wrong: reshape to (batch, units, 4) takes every fourth column as a gate instead of blocks of units columns, right for one unit only
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    batch, units = h_prev.shape
    z = (x_t @ W_x + h_prev @ W_h + b).reshape(batch, units, 4)
    i, f, o = sigmoid(z[..., 0]), sigmoid(z[..., 1]), sigmoid(z[..., 3])
    c_tilde = np.tanh(z[..., 2])
    c = f * c_prev + i * c_tilde
    return o * np.tanh(c), c

# %% 08 right: one product with the stacked kernels for all gates, gates named in a dict
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    joined = np.concatenate([x_t, h_prev], axis=1)
    kernel = np.vstack([W_x, W_h])
    units = W_h.shape[0]
    functions = {"i": sigmoid, "f": sigmoid, "candidate": np.tanh, "o": sigmoid}
    value = {}
    for number, (name, function) in enumerate(functions.items()):
        columns = slice(number * units, (number + 1) * units)
        value[name] = function(joined @ kernel[:, columns] + b[columns])
    c = value["f"] * c_prev + value["i"] * value["candidate"]
    return value["o"] * np.tanh(c), c

# %% 09 wrong: coupled gates, the input gate is taken as 1 - f and its own block is not used (the tiny example does not show it)
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    _, z_f, z_g, z_o = np.split(z, 4, axis=-1)
    f = sigmoid(z_f)
    i = 1 - f
    c = f * c_prev + i * np.tanh(z_g)
    h = sigmoid(z_o) * np.tanh(c)
    return h, c

# %% 10 wrong: z is clipped to -10 and 10, so a gate at -1000 is not closed and lets a part of a large cell state through
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    z = np.clip(x_t @ W_x + h_prev @ W_h + b, -10, 10)  # against overflow
    units = W_h.shape[0]
    i, f, o = (1 / (1 + np.exp(-z[:, k * units : (k + 1) * units])) for k in (0, 1, 3))
    g = np.tanh(z[:, 2 * units : 3 * units])
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return h, c

# %% 11 wrong: adds a forget bias of 1 in the step itself, as old TensorFlow cells did, though b holds it already
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b, forget_bias=1.0):
    z = x_t @ W_x + h_prev @ W_h + b
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f + forget_bias) * c_prev + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    return h, c

# %% 12 right: a kernel for each gate by np.hsplit, sigmoid by cases of the sign, einsum for the products
import numpy as np


def stable_sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0 / (1.0 + small), small / (1.0 + small))


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    blocks = zip(np.hsplit(W_x, 4), np.hsplit(W_h, 4), np.split(b, 4))
    sums = [np.einsum("bf,fu->bu", x_t, k) + np.einsum("bv,vu->bu", h_prev, r) + bias for k, r, bias in blocks]
    i, f, o = map(stable_sigmoid, (sums[0], sums[1], sums[3]))
    c = np.add(np.multiply(f, c_prev), np.multiply(i, np.tanh(sums[2])))
    return np.multiply(o, np.tanh(c)), c

# %% 13 wrong: the width of a block is taken from the input kernel's rows, right only if features and units are equal in number
import numpy as np


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    n = W_x.shape[0]
    z = x_t @ W_x + h_prev @ W_h + b
    i = sigmoid(z[:, 0:n])
    f = sigmoid(z[:, n : 2 * n])
    c_hat = np.tanh(z[:, 2 * n : 3 * n])
    o = sigmoid(z[:, 3 * n : 4 * n])
    c = f * c_prev + i * c_hat
    h = o * np.tanh(c)
    return h, c
