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

# %% d01 wrong: only full chunks are made, so the steps after the last full chunk are thrown away
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must have the same number of steps")
    chunks = []
    for start in range(0, x.shape[1] - size + 1, size):
        chunks.append((x[:, start:start + size], y[:, start:start + size]))
    return chunks


# %% d02 wrong: np.array_split makes parts of nearly equal length (7 steps in chunks of 3 become 3, 2, 2) instead of full chunks and a rest
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError(f"size is {size}, it must be 1 or more")
    steps = x.shape[1]
    if y.shape[1] != steps:
        raise ValueError(f"x has {steps} steps and y has {y.shape[1]}")
    parts = -(-steps // size)
    return list(zip(np.array_split(x, parts, axis=1), np.array_split(y, parts, axis=1)))


# %% d03 right: one list comprehension over the starts of the chunks
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError(f"a chunk needs at least one step, not {size}")
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x has {x.shape[1]} steps, but y has {y.shape[1]}")
    return [(x[:, a:a + size], y[:, a:a + size]) for a in range(0, x.shape[1], size)]


# %% d04 wrong: the targets are cut along their last axis, which is time for (batch, time) but the outputs for (batch, time, outputs)
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size has to be positive")
    if x.shape[1] != y.shape[1]:
        raise ValueError("different numbers of steps")
    pairs = []
    start = 0
    while start < x.shape[1]:
        stop = start + size
        pairs.append((x[:, start:stop, :], y[..., start:stop]))
        start = stop
    return pairs


# %% d05 right: np.split at the multiples of size, with an early return where there are no steps at all
import numpy as np


def truncated_chunks(x, y, size):
    steps = np.shape(x)[1]
    if size < 1:
        raise ValueError("size is below 1")
    if np.shape(y)[1] != steps:
        raise ValueError("x and y differ in their number of steps")
    if steps == 0:
        return []
    cuts = np.arange(size, steps, size)
    x_parts = np.split(x, cuts, axis=1)
    y_parts = np.split(y, cuts, axis=1)
    return list(zip(x_parts, y_parts))


# %% d06 wrong: only a size of 0 is refused; a negative size raises no error and gives an empty list
def truncated_chunks(x, y, size):
    if size == 0:
        raise ValueError("size must not be zero")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y need the same number of time steps")
    return [(x[:, t:t + size], y[:, t:t + size]) for t in range(0, x.shape[1], size)]


# %% d07 wrong: the check compares len(x) with len(y), the batch, so different numbers of steps raise no error
def truncated_chunks(x, y, size):
    if size < 1 or len(x) != len(y):
        raise ValueError("size must be at least 1, and x and y must have equally many steps")
    chunks = []
    for k in range(int(np.ceil(x.shape[1] / size))):
        part = slice(k * size, (k + 1) * size)
        chunks.append((x[:, part], y[:, part]))
    return chunks


# %% d08 right: a generator of slices, which works with a running position, and one pair for each slice
def time_slices(steps, size):
    here = 0
    while here < steps:
        there = min(here + size, steps)
        yield slice(here, there)
        here = there


def truncated_chunks(x, y, size):
    for wrong, message in [
        (size < 1, f"size must be at least 1, but is {size}"),
        (x.shape[1] != y.shape[1], f"x and y have different numbers of steps: {x.shape[1]} and {y.shape[1]}"),
    ]:
        if wrong:
            raise ValueError(message)
    return [tuple(array[:, part] for array in (x, y)) for part in time_slices(x.shape[1], size)]


# %% d09 wrong: the last chunk is filled up with zeros to full size, so steps are made up
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError(f"size must be >= 1, got {size}")
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"got {x.shape[1]} steps of x and {y.shape[1]} steps of y")
    missing = -x.shape[1] % size
    x = np.pad(x, [(0, 0), (0, missing), (0, 0)])
    y = np.pad(y, [(0, 0), (0, missing)] + [(0, 0)] * (y.ndim - 2))
    n = x.shape[1] // size
    return [(x[:, k * size:(k + 1) * size], y[:, k * size:(k + 1) * size]) for k in range(n)]


# %% d10 wrong: the targets are taken one step later than the inputs, as for predicting the next step, so they are not those of the same steps
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be 1 or larger")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must cover the same steps")
    result = []
    for start in range(0, x.shape[1], size):
        x_chunk = x[:, start:start + size]
        y_chunk = y[:, start + 1:start + size + 1]
        result.append((x_chunk, y_chunk))
    return result


# %% d11 wrong: the shorter chunk comes first (1, 3, 3 instead of 3, 3, 1), because the cuts are counted from the end
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("chunks must have at least one step")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must have the same time axis")
    chunks = []
    stop = x.shape[1]
    while stop > 0:
        start = max(stop - size, 0)
        chunks.insert(0, (x[:, start:stop], y[:, start:stop]))
        stop = start
    return chunks


# %% d12 right: full chunks by reshaping the time axis into (chunk, step), and the rest as a chunk of its own
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError(f"size {size} is below 1")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y do not have the same number of steps")
    full, rest = divmod(x.shape[1], size)

    def cut(array):
        whole = array[:, :full * size].reshape((array.shape[0], full, size) + array.shape[2:])
        pieces = [whole[:, k] for k in range(full)]
        if rest:
            pieces.append(array[:, full * size:])
        return pieces

    return list(zip(cut(x), cut(y)))


# %% d13 wrong: each call cuts one chunk and calls itself for the rest, so thousands of chunks end in a RecursionError
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size is too small")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y have different lengths")
    if x.shape[1] == 0:
        return []
    first = (x[:, :size], y[:, :size])
    return [first] + truncated_chunks(x[:, size:], y[:, size:], size)


# %% d14 wrong: a size above the number of steps is refused with an error, although it only means one shorter chunk
def truncated_chunks(x, y, size):
    steps = x.shape[1]
    if size < 1 or size > steps:
        raise ValueError(f"size must lie between 1 and {steps}")
    if y.shape[1] != steps:
        raise ValueError("x and y differ in their number of steps")
    starts = list(range(0, steps, size))
    stops = starts[1:] + [steps]
    return [(x[:, a:b], y[:, a:b]) for a, b in zip(starts, stops)]


# %% d15 wrong: two slips from one yield: a generator comes back instead of a list, and the errors are not raised by the call
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    if x.shape[1] != y.shape[1]:
        raise ValueError("x and y must have the same number of steps")
    for start in range(0, x.shape[1], size):
        yield x[:, start:start + size], y[:, start:start + size]


# %% d16 right: recursion that halves the list of chunks, so its depth is the logarithm of their number
def _halve(x, y, size):
    number = (x.shape[1] + size - 1) // size
    if number == 0:
        return []
    if number == 1:
        return [(x, y)]
    middle = number // 2 * size
    return _halve(x[:, :middle], y[:, :middle], size) + _halve(x[:, middle:], y[:, middle:], size)


def truncated_chunks(x, y, size):
    if not size >= 1:
        raise ValueError("size must be 1 or more, it is " + str(size))
    if x.shape[1] == y.shape[1]:
        return _halve(x, y, size)
    raise ValueError("x has " + str(x.shape[1]) + " steps and y " + str(y.shape[1]))


# %% d17 wrong: there is always one chunk more than full ones (steps // size + 1), so where size divides the time the last chunk is empty
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least one")
    if x.shape[1] != y.shape[1]:
        raise ValueError("the numbers of steps of x and y are not equal")
    chunks = []
    for i in range(x.shape[1] // size + 1):
        chunks.append((x[:, i * size:(i + 1) * size, :], y[:, i * size:(i + 1) * size]))
    return chunks


# %% d18 wrong: where x and y differ in their steps, both are silently cut to the shorter one instead of raising an error
def truncated_chunks(x, y, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    steps = min(x.shape[1], y.shape[1])
    x, y = x[:, :steps], y[:, :steps]
    x_chunks = [x[:, t:t + size] for t in range(0, steps, size)]
    y_chunks = [y[:, t:t + size] for t in range(0, steps, size)]
    return list(zip(x_chunks, y_chunks))
