# %% 01 right: minus infinity at masked positions, the largest allowed score subtracted, division only where the sum is not 0
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    largest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    e = np.exp(scores - np.where(np.isneginf(largest), 0.0, largest))
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)

# %% 02 wrong: the mask is applied to the finished weights, so the others no longer sum to 1
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    if mask is not None:
        weights = weights * mask
    return weights

# %% 03 wrong: masked scores become -1e9, so a row without any allowed position gets equal weights instead of zeros
def masked_softmax(scores, mask=None):
    if mask is None:
        masked = np.array(scores, dtype=float)
    else:
        masked = np.where(mask, scores, -1e9)
    masked = masked - np.max(masked, axis=-1, keepdims=True)
    exp_scores = np.exp(masked)
    return exp_scores / np.sum(exp_scores, axis=-1, keepdims=True)

# %% 04 wrong: the largest score is taken over masked positions, too, so a large score at padding drives the allowed ones to 0
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores)
    allowed = np.ones(scores.shape, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    shifted = scores - scores.max(axis=-1, keepdims=True)
    e = np.where(allowed, np.exp(shifted), 0.0)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total)

# %% 05 right: NumPy's masked arrays do the work
def masked_softmax(scores, mask=None):
    scores = np.array(scores, dtype=float)
    blocked = np.zeros(scores.shape, dtype=bool) if mask is None else ~np.broadcast_to(np.asarray(mask, dtype=bool), scores.shape)
    scores[blocked] = 0.0
    if scores.size == 0:
        return scores
    table = np.ma.array(scores, mask=blocked)
    e = np.ma.exp(table - table.max(axis=-1, keepdims=True))
    return np.ma.filled(e / e.sum(axis=-1, keepdims=True), 0.0)

# %% 06 wrong: the largest score starts from initial=0, so a row whose allowed scores are all very negative comes out as zeros
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    mask = np.ones_like(scores, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    top = np.max(scores, axis=-1, keepdims=True, where=mask, initial=0)
    e = np.exp(np.where(mask, scores - top, -np.inf))
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total != 0)

# %% 07 wrong: the result is made with zeros_like of the scores, so scores that are whole numbers give weights cut to 0
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores)
    mask = np.ones(scores.shape, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    weights = np.zeros_like(scores)
    for index in np.ndindex(scores.shape[:-1]):
        keep = mask[index]
        if keep.any():
            row = scores[index][keep]
            e = np.exp(row - row.max())
            weights[index][keep] = e / e.sum()
    return weights

# %% 08 right: a loop over the rows of a flattened table, only the allowed entries of each are computed
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=np.float64)
    if mask is None:
        mask = True
    allowed = np.broadcast_to(mask, scores.shape).reshape(-1, scores.shape[-1]) if scores.size else None
    weights = np.zeros(scores.shape)
    if allowed is None:
        return weights
    flat = weights.reshape(allowed.shape)
    for row, ok, out in zip(scores.reshape(allowed.shape), allowed, flat):
        picked = np.flatnonzero(ok)
        if len(picked) == 0:
            continue
        e = np.exp(row[picked] - row[picked].max())
        out[picked] = e / e.sum()
    return weights

# %% 09 wrong: nothing is subtracted before the exponential, so large scores overflow and give nan
def masked_softmax(scores, mask=None):
    e = np.exp(np.asarray(scores, dtype=float))
    if mask is not None:
        e = np.where(mask, e, 0.0)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1.0)

# %% 10 wrong: sums and maxima run along axis 1, which is the last one only where scores have two axes
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    biggest = scores.max(axis=1, keepdims=True)
    biggest[~np.isfinite(biggest)] = 0.0
    e = np.exp(scores - biggest)
    total = e.sum(axis=1, keepdims=True)
    total[total == 0] = 1.0
    return e / total

# %% 11 wrong: the maximum is subtracted in place, which changes the scores that were given when they are floats
def masked_softmax(scores, mask=None):
    x = np.asarray(scores, dtype=float)
    m = np.ones(x.shape, dtype=bool) if mask is None else np.broadcast_to(mask, x.shape)
    top = np.where(m, x, -np.inf).max(axis=-1, keepdims=True)
    x -= np.where(np.isfinite(top), top, 0.0)
    e = np.exp(np.where(m, x, -np.inf))
    s = e.sum(axis=-1, keepdims=True)
    s[s == 0] = 1
    return e / s

# %% 12 right: the logarithm of the denominator by logaddexp.reduce with where, then one exponential
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    allowed = np.broadcast_to(True if mask is None else np.asarray(mask, dtype=bool), scores.shape)
    clean = np.where(allowed, scores, 0.0)
    log_total = np.logaddexp.reduce(clean, axis=-1, keepdims=True, where=allowed, initial=-np.inf)
    log_total = np.broadcast_to(log_total, scores.shape)
    weights = np.zeros(scores.shape)
    weights[allowed] = np.exp(clean[allowed] - log_total[allowed])
    return weights

# %% 13 wrong: masked positions are set by boolean indexing, which fails for a mask that must first be stretched to the shape of the scores
def masked_softmax(scores, mask=None):
    weights = np.array(scores, dtype=float)
    if mask is not None:
        weights[~mask] = -np.inf
    top = weights.max(axis=-1, keepdims=True)
    top[top == -np.inf] = 0
    weights = np.exp(weights - top)
    total = weights.sum(axis=-1, keepdims=True)
    return np.divide(weights, total, out=np.zeros(weights.shape), where=total > 0)

# %% 14 wrong: scores are clipped to -500 and 500 against overflow, so differences between large scores are lost
def masked_softmax(scores, mask=None):
    allowed = 1.0 if mask is None else np.asarray(mask, dtype=float)
    e = allowed * np.exp(np.clip(scores, -500, 500))
    total = np.sum(e, axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros(e.shape), where=total > 0)

# %% 15 wrong: only a mask that forbids everything is looked after, one row without allowed positions among others gives nan
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is None:
        mask = np.ones(scores.shape, dtype=bool)
    if not np.any(mask):
        return np.zeros(scores.shape)
    s = np.where(mask, scores, -np.inf)
    s = s - s.max(axis=-1, keepdims=True)
    e = np.exp(s)
    return e / e.sum(axis=-1, keepdims=True)

# %% 16 right: recursion over the leading axes down to single rows, pure Python on each row
import math


def _row_weights(row, allowed):
    kept = [float(s) for s, ok in zip(row, allowed) if ok]
    if not kept:
        return [0.0] * len(row)
    top = max(kept)
    total = math.fsum(math.exp(s - top) for s in kept)
    return [math.exp(float(s) - top) / total if ok else 0.0 for s, ok in zip(row, allowed)]


def masked_softmax(scores, mask=None):
    scores = np.asarray(scores)
    allowed = np.ones(scores.shape, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    if scores.ndim == 1:
        return np.array(_row_weights(scores, allowed), dtype=float)
    parts = [masked_softmax(part, ok) for part, ok in zip(scores, allowed)]
    return np.array(parts, dtype=float).reshape(scores.shape)

# %% 17 wrong: two slips: the largest score of the whole array is subtracted, not that of each row, and masked scores become -1000 only; rows with low scores come out as zeros or give weight to padding
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        scores = np.where(mask, scores, -1000.0)
    e = np.exp(scores - scores.max())
    total = e.sum(axis=-1, keepdims=True)
    weights = e / np.maximum(total, 1e-300)
    if mask is not None:
        weights = weights * np.any(mask, axis=-1, keepdims=True)
    return weights

# %% 18 wrong: the mask is read the other way round, True as padding, so the allowed positions get the weight 0
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        scores = np.where(mask, -np.inf, scores)
    m = np.max(scores, axis=-1, keepdims=True)
    m = np.where(m == -np.inf, 0.0, m)
    e = np.exp(scores - m)
    z = e.sum(axis=-1, keepdims=True)
    return np.where(z > 0, e / np.where(z > 0, z, 1.0), 0.0)
