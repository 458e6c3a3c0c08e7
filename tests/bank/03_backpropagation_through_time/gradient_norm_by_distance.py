# %% 01 wrong: the mean over the batch is taken before the norm, so gradients of different sequences cancel
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    g = np.asarray(dh_last, dtype=float)
    norms = []
    for t in range(h_all.shape[1] - 1, -1, -1):
        norms.append(np.linalg.norm(g.mean(axis=0)))
        g = (g * (1 - h_all[:, t] ** 2)) @ W_h.T
    return np.array(norms)

# %% 02 wrong: the slope is taken at the state before, index t - 1 instead of t
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    time = h_all.shape[1]
    result = np.zeros(time)
    g = dh_last.astype(float)
    for k in range(time):
        result[k] = np.sqrt((g**2).sum(axis=1)).mean()
        g = (g * (1 - h_all[:, time - 2 - k] ** 2)) @ W_h.T
    return result

# %% 03 right: loop from the end, norms collected in a list
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    g, norms = np.array(dh_last, dtype=float), []
    for t in reversed(range(h_all.shape[1])):
        norms.append(np.linalg.norm(g, axis=1).mean())
        g = (g * (1 - h_all[:, t] ** 2)) @ W_h.T
    return np.array(norms)

# %% 04 wrong: first through the kernel and then through the squashing, so slope and kernel are in the wrong order
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    slopes = 1.0 - np.square(h_all)
    g = np.array(dh_last, dtype="float64")
    out = np.empty(h_all.shape[1])
    for k in range(len(out)):
        out[k] = np.mean(np.linalg.norm(g, axis=-1))
        g = (g @ W_h.T) * slopes[:, -1 - k]
    return out

# %% 05 wrong: the result array takes the type of dh_last, so whole numbers in dh_last cut all norms to whole numbers
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    steps = h_all.shape[1]
    norms = np.zeros(steps, dtype=dh_last.dtype)
    g = dh_last
    for k in range(steps):
        norms[k] = np.mean(np.sqrt(np.sum(g**2, axis=1)))
        g = (g * (1 - h_all[:, steps - 1 - k] ** 2)) @ W_h.T
    return norms

# %% 06 right: itertools.accumulate carries the gradient back over the reversed slopes
from itertools import accumulate

import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    slopes = 1.0 - np.asarray(h_all, dtype=float) ** 2
    backwards = [slopes[:, t] for t in range(h_all.shape[1] - 1, 0, -1)]
    start = np.asarray(dh_last, dtype=float)
    gradients = accumulate(backwards, lambda g, slope: (g * slope) @ np.transpose(W_h), initial=start)
    norms = [np.sqrt(np.einsum("bu,bu->b", g, g)).mean() for g in gradients]
    return np.array(norms[: h_all.shape[1]], dtype=float)

# %% 07 wrong: recursion, one level for each step, so thousands of steps end in a RecursionError
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    def walk(g, t):
        length = np.linalg.norm(g, axis=-1).mean()
        if t == 0:
            return [length]
        return [length] + walk((g * (1 - h_all[:, t] ** 2)) @ W_h.T, t - 1)

    return np.array(walk(np.asarray(dh_last, dtype=float), h_all.shape[1] - 1))

# %% 08 wrong: root of the mean square over the batch instead of the mean of the norms, the same only if all sequences have equal norms
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    batch, time, units = h_all.shape
    g = np.array(dh_last, dtype=float)
    norms = np.empty(time)
    for k in range(time):
        norms[k] = np.linalg.norm(g) / np.sqrt(batch)
        h = h_all[:, time - 1 - k]
        g = (g * (1 - h * h)) @ W_h.T
    return norms

# %% 09 right: everything transposed, one column for each sequence, array filled in place
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    states = np.moveaxis(np.asarray(h_all), 0, -1)[::-1]  # (time, units, batch), last step first
    g = np.asarray(dh_last, dtype=float).T
    lengths = np.zeros(len(states))
    for k, h in enumerate(states):
        lengths[k] = np.mean(np.sqrt(np.sum(g * g, axis=0)))
        g = W_h @ ((1 - h) * (1 + h) * g)
    return lengths

# %% 10 wrong: tanh is applied again to the states, which are already squashed, so the slopes are too large
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    def slope(z):
        return 1 - np.tanh(z) ** 2

    g = np.asarray(dh_last, dtype=float)
    norms = []
    for t in reversed(range(h_all.shape[1])):
        norms.append(float(np.mean(np.linalg.norm(g, axis=1))))
        g = (g * slope(h_all[:, t])) @ W_h.T
    return np.array(norms)

# %% 11 wrong: stops when the norm falls below 1e-8 and leaves zeros, though the gradient is not zero and may grow again
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    time = h_all.shape[1]
    norms = np.zeros(time)
    g = dh_last.astype(float)
    for k in range(time):
        norms[k] = np.linalg.norm(g, axis=1).mean()
        if norms[k] < 1e-8:  # vanished
            break
        g = (g * (1 - h_all[:, time - 1 - k] ** 2)) @ W_h.T
    return norms

# %% 12 wrong: everything is computed in float32, so over many steps small gradients become exactly zero and large ones infinite
import numpy as np


def gradient_norm_by_distance(h_all, W_h, dh_last):
    h_all, W_h, g = (np.asarray(a, dtype=np.float32) for a in (h_all, W_h, dh_last))
    norms = []
    for h in np.swapaxes(h_all, 0, 1)[::-1]:
        norms.append(np.linalg.norm(g, axis=1).mean())
        g = (g * (1 - h**2)) @ W_h.T
    return np.array(norms)

# %% 13 right: helper for one step back, helper for the length, loop over sequences and steps
import numpy as np


def one_step_back(g, h, W_h):
    return W_h.dot(g * (1.0 - h**2))


def gradient_norm_by_distance(h_all, W_h, dh_last):
    batch, time, _ = h_all.shape
    total = np.zeros(time)
    for n in range(batch):
        g = np.array(dh_last[n], dtype=float)
        for k in range(time):
            total[k] += np.sqrt(np.dot(g, g))
            g = one_step_back(g, h_all[n, time - 1 - k], W_h)
    return total / batch
