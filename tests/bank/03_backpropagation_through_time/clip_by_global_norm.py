# %% 01 wrong: np.linalg.norm with ord=2 is the spectral norm for a matrix, so the norm is too small as soon as an array has two axes
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError(f"limit must be above 0, got {limit}")
    lengths = [np.linalg.norm(np.atleast_1d(g), ord=2) for g in gradients]
    norm = float(np.sqrt(np.sum(np.square(lengths))))
    if norm <= limit:
        return [np.array(g, dtype=float) for g in gradients], norm
    return [np.asarray(g) * (limit / norm) for g in gradients], norm

# %% 02 right: one long vector by concatenation, then cut apart again with np.split and reshaped
import numpy as np


def clip_by_global_norm(gradients, limit):
    if not limit > 0:
        raise ValueError("the limit of the norm must be above 0")
    if len(gradients) == 0:
        return [], 0.0
    shapes = [np.shape(g) for g in gradients]
    flat = np.concatenate([np.ravel(g).astype(float) for g in gradients])
    norm = float(np.linalg.norm(flat))
    if norm > limit:
        flat = flat * (limit / norm)
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    return [piece.reshape(shape) for piece, shape in zip(np.split(flat, ends), shapes)], norm

# %% 03 wrong: the PyTorch formula with 1e-6 added to the norm, so very short gradients are shortened far below the limit
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError("limit has to be positive")
    norm = float(np.sqrt(sum(np.sum(np.asarray(g, dtype=float) ** 2) for g in gradients)))
    factor = min(1.0, limit / (norm + 1e-6))
    return [factor * np.asarray(g, dtype=float) for g in gradients], norm

# %% 04 wrong: whole numbers are squared in their own integer type, so the squares overflow and the norm is nonsense for large integers of a small type
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError("limit must be greater than 0")
    total = 0.0
    for g in gradients:
        flat = np.ravel(g)
        total += float(np.abs(np.dot(flat, flat)))
    norm = np.sqrt(total)
    factor = limit / norm if norm > limit else 1.0
    return [np.asarray(g) * factor for g in gradients], float(norm)

# %% 05 right: early return with plain copies, math.hypot over the norms of the arrays
import math

import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError(f"A limit of {limit} makes no sense, it must be above zero.")
    norm = math.hypot(*(np.linalg.norm(np.asarray(g, dtype=np.float64)) for g in gradients))
    if norm <= limit:
        return [np.copy(g) for g in gradients], norm
    return [np.multiply(g, limit / norm, dtype=np.float64) for g in gradients], norm

# %% 06 wrong: a limit of exactly 0 is accepted, no ValueError, and the gradients become zero
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit < 0:
        raise ValueError("a negative limit makes no sense")
    arrays = [np.array(g, dtype=float) for g in gradients]
    norm = np.sqrt(sum((a * a).sum() for a in arrays))
    if norm > limit:
        arrays = [a * limit / norm for a in arrays]
    return arrays, float(norm)

# %% 07 wrong: np.asarray does not copy float arrays and *= then changes the arrays that were given
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError("limit must be above 0")
    clipped = [np.asarray(g, dtype=float) for g in gradients]
    norm = float(np.sqrt(sum(np.sum(g**2) for g in clipped)))
    if norm > limit:
        for g in clipped:
            g *= limit / norm
    return clipped, norm

# %% 08 right: plain Python loops over all numbers with math.fsum, arrays filled one number at a time
import math

import numpy as np


def _all_numbers(gradients):
    for g in gradients:
        for value in np.ravel(g):
            yield float(value)


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError("limit is zero or negative: the largest allowed norm must be above 0")
    norm = math.sqrt(math.fsum(value * value for value in _all_numbers(gradients)))
    factor = 1.0
    if norm > limit:
        factor = limit / norm
    clipped = []
    for g in gradients:
        new = np.empty(np.shape(g))
        for index in np.ndindex(new.shape):
            new[index] = float(np.asarray(g)[index]) * factor
        clipped.append(new)
    return clipped, norm

# %% 09 wrong: the results are written into np.empty_like, so the shortened whole numbers are cut to whole numbers
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError("limit must be > 0")
    norm = np.linalg.norm([np.linalg.norm(np.asarray(g, dtype=float)) for g in gradients])
    factor = min(1.0, limit / norm) if norm else 1.0
    result = []
    for g in gradients:
        new = np.empty_like(g)
        new[...] = g * factor
        result.append(new)
    return result, float(norm)

# %% 10 wrong: math.sqrt gives a Python float, so gradients that are all zero end in a ZeroDivisionError
import math

import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError("The limit must be above 0.")
    gradients = [np.asarray(g, dtype=float) for g in gradients]
    norm = math.sqrt(sum(float(np.sum(g**2)) for g in gradients))
    factor = min(1.0, limit / norm)
    return [g * factor for g in gradients], norm

# %% 11 right: divide by max(norm, limit) / limit as one factor, which needs no case for zero
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError(f"limit={limit}: a limit must be above 0")
    squares = np.array([np.square(np.asarray(g, dtype="float64")).sum() for g in gradients])
    norm = np.sqrt(squares.sum())
    scale = limit / max(norm, limit) if np.isfinite(limit) else 1.0
    return list(map(lambda g: np.array(g, dtype="float64") * scale, gradients)), norm.item()

# %% 12 wrong: the limit is looked at only after the early return, so a limit of 0 with zero gradients raises nothing
import numpy as np


def clip_by_global_norm(gradients, limit):
    new = [np.array(g, dtype=float) for g in gradients]
    norm = float(np.sqrt(sum(np.sum(g * g) for g in new)))
    if norm <= limit:
        return new, norm
    if limit <= 0:
        raise ValueError("limit must be above 0")
    factor = limit / norm
    return [g * factor for g in new], norm

# %% 13 wrong: two slips, every array is compared with the limit by its own norm, and the ValueError has no message
import numpy as np


def clip_by_global_norm(gradients, limit):
    if limit <= 0:
        raise ValueError
    clipped, total = [], 0.0
    for g in gradients:
        g = np.asarray(g, dtype=float)
        length = np.sqrt((g**2).sum())
        total += length**2
        clipped.append(g * min(1.0, limit / length) if length > 0 else g.copy())
    return clipped, float(np.sqrt(total))
