# %% 01 wrong: writes tanh with exp(2z), which overflows, so a sum of 1000 gives nan and not 1
def rnn_step(x_t, h_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    e = np.exp(2 * z)
    return (e - 1) / (e + 1)

# %% 02 right: the formula as it stands
def rnn_step(x_t, h_prev, W_x, W_h, b):
    return np.tanh(x_t @ W_x + h_prev @ W_h + b)

# %% 03 wrong: the result takes its type from h_prev, so whole-number states cut the new state to 0, 1 or -1
def rnn_step(x_t, h_prev, W_x, W_h, b):
    h = np.zeros_like(h_prev)
    for i in range(len(x_t)):
        h[i] = np.tanh(np.dot(x_t[i], W_x) + np.dot(h_prev[i], W_h) + b)
    return h

# %% 04 wrong: input and state are put side by side in one order and the kernels on top of each other in the other, so each meets the wrong kernel
def rnn_step(x_t, h_prev, W_x, W_h, b):
    both = np.concatenate([x_t, h_prev], axis=1)
    kernel = np.concatenate([W_h, W_x], axis=0)
    return np.tanh(both @ kernel + b)

# %% 05 right: one product of the concatenated input and state with the stacked kernels
def rnn_step(x_t, h_prev, W_x, W_h, b):
    both = np.concatenate([x_t, h_prev], axis=1)
    kernel = np.concatenate([W_x, W_h], axis=0)
    return np.tanh(np.matmul(both, kernel) + b)

# %% 06 wrong: cuts the sum to -5 to 5 against overflow, so large sums end at 0.9999 and not at 1, and 6 is no longer larger than 5
def rnn_step(x_t, h_prev, W_x, W_h, b):
    total = x_t @ W_x + h_prev @ W_h + b
    total = np.clip(total, -5, 5)
    return (np.exp(total) - np.exp(-total)) / (np.exp(total) + np.exp(-total))

# %% 07 wrong: adds the bias to both products, as frameworks with two biases do, so it counts twice
def rnn_step(x_t, h_prev, W_x, W_h, b):
    from_input = x_t @ W_x + b
    from_state = h_prev @ W_h + b
    return np.tanh(from_input + from_state)

# %% 08 right: einsum, and tanh from expm1 of minus the size, which cannot overflow
def rnn_step(x_t, h_prev, W_x, W_h, b):
    z = np.einsum("bf,fu->bu", x_t, W_x) + np.einsum("bv,vu->bu", h_prev, W_h) + b
    e = np.expm1(-2.0 * np.abs(z))
    return np.sign(z) * -e / (e + 2.0)

# %% 09 wrong: takes 2 * sigmoid(z) - 1 for tanh, which is tanh of half the sum
def rnn_step(x_t, h_prev, W_x, W_h, b):
    z = x_t @ W_x + h_prev @ W_h + b
    size = np.exp(-np.abs(z))
    sigmoid = np.where(z >= 0, 1 / (1 + size), size / (1 + size))
    return 2 * sigmoid - 1

# %% 10 wrong: np.squeeze drops the batch axis of a single sequence (or the axis of a single unit), so the shape is wrong there
def rnn_step(x_t, h_prev, W_x, W_h, b):
    z = np.dot(x_t, W_x)
    z = z + np.dot(h_prev, W_h)
    z = z + b
    return np.squeeze(np.tanh(z))

# %% 11 wrong: np.asarray makes no copy of a float array, so the new state is written into the h_prev that was given
def rnn_step(x_t, h_prev, W_x, W_h, b):
    h = np.asarray(h_prev, dtype=float)
    for row in range(h.shape[0]):
        h[row] = np.tanh(x_t[row] @ W_x + h[row] @ W_h + b)
    return h

# %% 12 right: loops over sequences and units with a float array for the result
import math


def rnn_step(x_t, h_prev, W_x, W_h, b):
    batch, units = x_t.shape[0], W_h.shape[0]
    h = np.empty((batch, units), dtype=float)
    for i in range(batch):
        for j in range(units):
            total = float(x_t[i] @ W_x[:, j]) + float(h_prev[i] @ W_h[:, j]) + float(b[j])
            h[i, j] = math.tanh(total)
    return h

# %% 13 wrong: multiplies the state with the transposed recurrent kernel
def rnn_step(x_t, h_prev, W_x, W_h, b):
    h = np.empty((len(x_t), len(b)))
    for i, (x, old) in enumerate(zip(x_t, h_prev)):
        h[i] = np.tanh(x @ W_x + W_h @ old + b)
    return h
