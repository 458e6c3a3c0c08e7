# %% 01 wrong: time // size + 1 chunks, so an empty chunk is made up at the end whenever size divides the time
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y need the same number of steps")
    n_chunks = x.shape[1] // size + 1
    chunks = []
    for k in range(n_chunks):
        part = slice(k * size, (k + 1) * size)
        chunks.append((x[:, part], y[:, part]))
    return chunks

# %% 02 right: np.split at the multiples of size along axis 1
import numpy as np


def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError(f"size must be at least 1, but is {size}")
    steps = np.shape(x)[1]
    if np.shape(y)[1] != steps:
        raise ValueError(f"x has {steps} steps and y has {np.shape(y)[1]}")
    if steps == 0:
        return []
    cuts = np.arange(size, steps, size)
    return list(zip(np.split(x, cuts, axis=1), np.split(y, cuts, axis=1)))

# %% 03 wrong: np.array_split makes chunks of nearly equal length, 7 steps in chunks of 3 become 3, 2 and 2
import math

import numpy as np


def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size is below 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y differ in their number of steps")
    n = math.ceil(x.shape[1] / size)
    return list(zip(np.array_split(x, n, axis=1), np.array_split(y, n, axis=1)))

# %% 04 wrong: the targets are cut along their last axis, which is not the time if y has outputs
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("The size of a chunk has to be 1 or more.")
    time = x.shape[1]
    if y.shape[1] != time:
        raise ValueError("The inputs and targets have different numbers of steps.")
    return [(x[:, start : start + size, :], y[..., start : start + size]) for start in range(0, time, size)]

# %% 05 right: list comprehension with slices
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must have the same number of steps")
    return [(x[:, t : t + size], y[:, t : t + size]) for t in range(0, x.shape[1], size)]

# %% 06 wrong: no check of size, range complains about 0 but a negative size silently gives an empty list
def truncated_chunks(x, y, size):
    steps = x.shape[1]
    if steps != y.shape[1]:
        raise ValueError(f"x has {steps} steps, y has {y.shape[1]}")
    pairs = []
    for first in range(0, steps, size):
        last = min(first + size, steps)
        pairs.append((x[:, first:last], y[:, first:last]))
    return pairs

# %% 07 right: time to the front, while loop, time back again, copies
import numpy as np


def truncated_chunks(x, y, size):
    if size <= 0:
        raise ValueError("a chunk needs at least one step: size must be 1 or more")
    x_time, y_time = np.swapaxes(x, 0, 1), np.swapaxes(y, 0, 1)
    if len(x_time) != len(y_time):
        raise ValueError(f"different numbers of steps: {len(x_time)} in x, {len(y_time)} in y")
    chunks = []
    while len(x_time) > 0:
        chunks.append((np.swapaxes(x_time[:size], 0, 1).copy(), np.swapaxes(y_time[:size], 0, 1).copy()))
        x_time, y_time = x_time[size:], y_time[size:]
    return chunks

# %% 08 wrong: a generator with yield, so the result is no list and the errors come only when somebody iterates
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must have the same number of steps")
    for start in range(0, x.shape[1], size):
        yield x[:, start : start + size], y[:, start : start + size]

# %% 09 wrong: recursion, one level for each chunk, so a long stream with small chunks ends in a RecursionError
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must not be below 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y have different numbers of steps")
    if x.shape[1] == 0:
        return []
    return [(x[:, :size], y[:, :size])] + truncated_chunks(x[:, size:], y[:, size:], size)

# %% 10 wrong: the steps are compared chunk by chunk, so a y that is longer by whole chunks goes through and its end is lost
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    result = []
    start = 0
    while start < x.shape[1]:
        x_chunk, y_chunk = x[:, start : start + size], y[:, start : start + size]
        if x_chunk.shape[1] != y_chunk.shape[1]:
            raise ValueError("x and y do not have the same number of steps")
        result.append((x_chunk, y_chunk))
        start += size
    return result

# %% 11 right: chunk numbers by rounded-up division, fancy indices with np.take and a helper
import numpy as np


def _steps_of_chunk(number, size, time):
    return np.arange(number * size, min((number + 1) * size, time))


def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be 1 or larger")
    time = x.shape[1]
    if y.shape[1] != time:
        raise ValueError("the number of steps of y is not that of x")
    number_of_chunks = -(-time // size)
    chunks = []
    for number in range(number_of_chunks):
        steps = _steps_of_chunk(number, size, time)
        chunks.append((np.take(x, steps, axis=1), np.take(y, steps, axis=1)))
    return chunks

# %% 12 wrong: the last chunk is filled up with zero steps to the full size
import numpy as np


def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must have equally many steps")
    missing = -x.shape[1] % size

    def fill(a):
        return np.pad(a, [(0, 0), (0, missing)] + [(0, 0)] * (a.ndim - 2))

    x, y = fill(x), fill(y)
    n = x.shape[1] // size
    return [(x[:, k * size : (k + 1) * size], y[:, k * size : (k + 1) * size]) for k in range(n)]

# %% 13 wrong: targets shifted by one step as for a language model, so inputs do not go with the targets of the same steps
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must have the same number of steps")
    chunks = []
    for t in range(0, x.shape[1] - 1, size):
        stop = min(t + size, x.shape[1] - 1)
        chunks.append((x[:, t:stop], y[:, t + 1 : stop + 1]))
    return chunks
