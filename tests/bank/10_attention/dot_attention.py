# %% 01 wrong: a mask of shape (batch, source) gets no axis for the target, so with as many queries as sequences each query gets the mask of another sequence
def dot_attention(queries, keys, values, mask=None):
    scores = queries @ np.swapaxes(keys, 1, 2) / np.sqrt(queries.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights

# %% 02 right: matrix products, the axis added by looking at the number of axes
def dot_attention(queries, keys, values, mask=None):
    d = queries.shape[-1]
    if mask is not None and np.ndim(mask) == 2:
        mask = np.asarray(mask)[:, None, :]
    weights = masked_softmax(queries @ keys.transpose(0, 2, 1) / np.sqrt(d), mask)
    return weights @ values, weights

# %% 03 wrong: divides by the root of the number of keys instead of the number of features
def dot_attention(queries, keys, values, mask=None):
    scores = np.einsum("btf,bsf->bts", queries, keys) / np.sqrt(keys.shape[1])
    if mask is not None and mask.ndim == 2:
        mask = mask[:, np.newaxis, :]
    weights = masked_softmax(scores, mask)
    context = np.einsum("bts,bsv->btv", weights, values)
    return context, weights

# %% 04 wrong: no division by the root of d, as in the default of the lesson and of Keras
def dot_attention(queries, keys, values, mask=None):
    scores = np.matmul(queries, keys.transpose(0, 2, 1))
    if mask is not None:
        mask = np.broadcast_to(mask if mask.ndim == 3 else mask[:, None], scores.shape)
    weights = masked_softmax(scores, mask)
    return np.matmul(weights, values), weights

# %% 05 right: one query after the other, each with the positions that it may see
def dot_attention(queries, keys, values, mask=None):
    batch, target, d = queries.shape
    source = keys.shape[1]
    context = np.zeros((batch, target, values.shape[2]))
    weights = np.zeros((batch, target, source))
    for t in range(target):
        scores = np.array([keys[i] @ queries[i, t] for i in range(batch)]).reshape(batch, source) / d**0.5
        if mask is None:
            allowed = None
        elif mask.ndim == 3:
            allowed = mask[:, t]
        else:
            allowed = mask
        weights[:, t] = masked_softmax(scores, allowed)
        context[:, t] = (weights[:, t, :, None] * values).sum(axis=1)
    return context, weights

# %% 06 wrong: the keys are reshaped instead of transposed, which mixes the numbers of different keys
def dot_attention(queries, keys, values, mask=None):
    batch, source, d = keys.shape
    scores = queries @ keys.reshape(batch, d, source) / np.sqrt(d)
    if mask is not None and mask.ndim == 2:
        mask = mask.reshape(batch, 1, source)
    weights = masked_softmax(scores, mask)
    return weights @ values, weights

# %% 07 wrong: whole-number products are divided in place, which raises an error for the whole numbers of the tiny example
def dot_attention(queries, keys, values, mask=None):
    scores = queries @ keys.swapaxes(-1, -2)
    scores /= np.sqrt(keys.shape[-1])
    if mask is not None and mask.ndim == 2:
        mask = mask[:, None, :]
    weights = masked_softmax(scores, mask)
    return weights @ values, weights

# %% 08 right: queries scaled beforehand, products by broadcasting and a sum, mask stretched with expand_dims
def dot_attention(queries, keys, values, mask=None):
    queries, keys, values = (np.asarray(array, dtype="float64") for array in (queries, keys, values))
    scaled = queries / np.sqrt(queries.shape[2])
    scores = (scaled[:, :, None, :] * keys[:, None, :, :]).sum(axis=-1)
    if mask is not None:
        mask = np.asarray(mask, dtype=bool)
        mask = np.broadcast_to(np.expand_dims(mask, 1) if mask.ndim < 3 else mask, scores.shape)
    weights = masked_softmax(scores, mask)
    context = (weights[..., None] * values[:, None, :, :]).sum(axis=2)
    return context, weights

# %% 09 wrong: a mask is given its target axis when its second axis is as long as the source, so a mask of shape (batch, target, source) gets a fourth axis when target and source are equally long, and the result is an error or has the wrong shape
def dot_attention(queries, keys, values, mask=None):
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(queries.shape[-1])
    if mask is not None and mask.shape[1] == keys.shape[1]:
        mask = mask[:, None]
    weights = masked_softmax(scores, mask)
    return weights @ values, weights

# %% 10 wrong: a softmax of its own with minus infinity, so a query that may look nowhere gets nan instead of 0
def dot_attention(queries, keys, values, mask=None):
    scores = np.einsum("btd,bsd->bts", queries, keys) / np.sqrt(queries.shape[-1])
    if mask is not None:
        if mask.ndim == 2:
            mask = mask[:, None, :]
        scores = np.where(mask, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return np.einsum("bts,bsv->btv", weights, values), weights

# %% 11 wrong: a mask of shape (batch, target, source) is reduced to the positions that any query may see, so a causal mask does nothing
def dot_attention(queries, keys, values, mask=None):
    if mask is not None and mask.ndim == 3:
        mask = mask.any(axis=1)
    d = keys.shape[2]
    scores = np.matmul(queries, np.swapaxes(keys, 1, 2)) / d**0.5
    weights = masked_softmax(scores, None if mask is None else mask[:, np.newaxis])
    return np.matmul(weights, values), weights

# %% 12 right: sequence by sequence in two dimensions, masks by a small helper
def allowed_in(mask, row):
    if mask is None:
        return None
    return mask[row] if mask.ndim == 3 else mask[row][np.newaxis]


def dot_attention(queries, keys, values, mask=None):
    weights = np.empty((len(queries), queries.shape[1], keys.shape[1]))
    context = np.empty((len(queries), queries.shape[1], values.shape[2]))
    for row in range(len(queries)):
        scores = np.dot(queries[row], keys[row].T) / np.sqrt(queries.shape[2])
        weights[row] = masked_softmax(scores, allowed_in(mask, row))
        context[row] = np.dot(weights[row], values[row])
    return context, weights

# %% 13 wrong: d is taken from the values, which may have another number of features than queries and keys
def dot_attention(queries, keys, values, mask=None):
    d = values.shape[-1]
    scores = np.einsum("bti,bji->btj", queries, keys) / np.sqrt(d)
    if mask is None:
        weights = masked_softmax(scores)
    elif mask.ndim == 2:
        weights = masked_softmax(scores, mask[:, None, :])
    else:
        weights = masked_softmax(scores, mask)
    return np.einsum("btj,bjv->btv", weights, values), weights

# %% d01 wrong: a mask of shape (batch, source) goes into the softmax as it is, where NumPy lines its batch up with the target axis: an error, or silently wrong where both are equal
def masked_softmax(scores, mask=None):
    mask = np.ones(scores.shape, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    top = np.max(np.where(mask, scores, -np.inf), axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    e = np.where(mask, np.exp(np.where(mask, scores - top, 0.0)), 0.0)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1.0)


def dot_attention(queries, keys, values, mask=None):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(keys.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights


# %% d02 right: matrix products and minus infinity at what must not be seen, a (batch, source) mask gets a target axis
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True)
    top = np.where(top == -np.inf, 0.0, top)
    e = np.exp(scores - top)
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)


def dot_attention(queries, keys, values, mask=None):
    queries, keys, values = (np.asarray(a, dtype=float) for a in (queries, keys, values))
    if mask is not None and np.ndim(mask) == 2:
        mask = np.asarray(mask)[:, None, :]
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights


# %% d03 wrong: every mask gets a target axis, also one that has it already, so a mask of shape (batch, target, source) breaks the function
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    mask = np.ones(scores.shape, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    lifted = np.where(mask, scores, -np.inf)
    top = lifted.max(axis=-1, keepdims=True)
    e = np.exp(lifted - np.where(np.isinf(top), 0.0, top))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total)


def dot_attention(queries, keys, values, mask=None):
    d = queries.shape[-1]
    scores = np.einsum("btd,bsd->bts", queries, keys) / np.sqrt(d)
    weights = masked_softmax(scores, None if mask is None else mask[:, None, :])
    context = np.einsum("bts,bsm->btm", weights, values)
    return context, weights


# %% d04 wrong: the products are not divided by the root of the number of features
def masked_softmax(scores, mask=None):
    if mask is None:
        mask = True
    s = np.where(mask, scores, -np.inf).astype(float)
    top = s.max(axis=-1, keepdims=True)
    top[np.isneginf(top)] = 0
    e = np.exp(s - top)
    total = e.sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    return e / total


def dot_attention(queries, keys, values, mask=None):
    if mask is not None and mask.ndim == 2:
        mask = mask[:, np.newaxis, :]
    scores = np.matmul(queries, np.transpose(keys, (0, 2, 1)))
    weights = masked_softmax(scores, mask)
    return np.matmul(weights, values), weights


# %% d05 right: einsum, and the mask enters as a factor of the exponentials after the scores were shifted by the largest allowed one
import numpy as np


def masked_softmax(scores, mask=None):
    allowed = np.broadcast_to(True if mask is None else mask, scores.shape)
    lowest = scores.min()
    top = np.max(scores, axis=-1, keepdims=True, initial=lowest, where=allowed)
    e = np.exp(np.minimum(scores - top, 0.0)) * allowed
    total = e.sum(axis=-1, keepdims=True)
    return e / (total + (total == 0))


def dot_attention(queries, keys, values, mask=None):
    batch, target, d = queries.shape
    if mask is None:
        allowed = np.ones((batch, target, keys.shape[1]), dtype=bool)
    elif mask.ndim == 3:
        allowed = mask.astype(bool)
    else:
        allowed = np.repeat(mask.astype(bool)[:, None], target, axis=1)
    products = np.einsum("btd,bsd->bts", queries.astype(float), keys.astype(float))
    weights = masked_softmax(products / d ** 0.5, allowed)
    return np.einsum("bts,bsm->btm", weights, values.astype(float)), weights


# %% d06 wrong: the scores are divided by the root of the number of value features, which is another number than d
def masked_softmax(scores, mask=None):
    scores = np.array(scores, dtype=float)
    if mask is not None:
        scores[~np.broadcast_to(mask, scores.shape)] = -np.inf
    top = scores.max(axis=-1, keepdims=True)
    e = np.exp(scores - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros(e.shape), where=total != 0)


def dot_attention(queries, keys, values, mask=None):
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(values.shape[-1])
    if mask is not None:
        mask = mask[:, None, :] if mask.ndim == 2 else mask
    weights = masked_softmax(scores, mask)
    context = weights @ values
    return context, weights


# %% d07 wrong: the keys are reshaped to (batch, features, source) instead of transposed, so the numbers of different positions are mixed
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True)
    e = np.exp(scores - np.where(top == -np.inf, 0.0, top))
    total = e.sum(axis=-1, keepdims=True)
    return np.where(total > 0, e / np.where(total > 0, total, 1.0), 0.0)


def dot_attention(queries, keys, values, mask=None):
    batch, source, d = keys.shape
    scores = queries @ keys.reshape(batch, d, source) / np.sqrt(d)
    if mask is not None and mask.ndim == 2:
        mask = mask.reshape(batch, 1, source)
    weights = masked_softmax(scores, mask)
    return weights @ values, weights


# %% d08 right: loops over sequences and queries; each query has a row of scores of its own and meets only the positions that it may see
def masked_softmax(scores, mask=None):
    """One row of scores."""
    weights = np.zeros(len(scores))
    seen = np.arange(len(scores)) if mask is None else np.flatnonzero(mask)
    if seen.size == 0:
        return weights
    e = np.exp(scores[seen] - scores[seen].max())
    weights[seen] = e / e.sum()
    return weights


def dot_attention(queries, keys, values, mask=None):
    batch, target, d = queries.shape
    weights = np.zeros((batch, target, keys.shape[1]))
    context = np.zeros((batch, target, values.shape[2]))
    for n in range(batch):
        for t in range(target):
            if mask is None:
                row = None
            elif mask.ndim == 2:
                row = mask[n]
            else:
                row = mask[n, t]
            scores = keys[n].astype(float) @ queries[n, t].astype(float) / np.sqrt(d)
            weights[n, t] = masked_softmax(scores, row)
            for j, share in enumerate(weights[n, t]):
                context[n, t] += share * values[n, j]
    return context, weights


# %% d09 wrong: the largest of all scores of the batch is subtracted instead of that of each row, so rows with much lower scores underflow and get weights of 0
def masked_softmax(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, dtype=bool)
    mask = np.broadcast_to(mask, scores.shape)
    if not mask.any():
        return np.zeros(scores.shape)
    e = np.where(mask, np.exp(np.where(mask, scores, 0) - scores[mask].max()), 0.0)
    e[~mask] = 0.0
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total)


def dot_attention(queries, keys, values, mask=None):
    scores = np.einsum("btd,bsd->bts", queries, keys) / np.sqrt(queries.shape[-1])
    if mask is not None and mask.ndim == 2:
        mask = mask[:, None, :]
    weights = masked_softmax(scores, mask)
    return weights @ values, weights


# %% d10 wrong: masked scores become -1e9, so a query that may look nowhere shares its weight out evenly over the padding instead of getting weights of 0
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def dot_attention(queries, keys, values, mask=None):
    if mask is not None and mask.ndim == 2:
        mask = np.expand_dims(mask, axis=1)
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights


# %% d11 right: the products as sums over a broadcast axis, the softmax as exp of scores minus their log-sum (np.logaddexp.reduce)
def masked_softmax(scores, mask=None):
    if mask is not None:
        scores = scores + np.where(mask, 0.0, -np.inf)
    with np.errstate(invalid="ignore"):
        log_total = np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    nowhere = np.isneginf(log_total)
    return np.where(nowhere, 0.0, np.exp(scores - np.where(nowhere, 0.0, log_total)))


def dot_attention(queries, keys, values, mask=None):
    q = np.asarray(queries, dtype=np.float64)[:, :, None, :]
    k = np.asarray(keys, dtype=np.float64)[:, None, :, :]
    scores = np.sum(q * k, axis=-1) / np.sqrt(q.shape[-1])
    if mask is not None:
        mask = np.asarray(mask, dtype=bool)
        if mask.ndim == scores.ndim - 1:
            mask = mask.reshape(mask.shape[0], 1, mask.shape[1])
    weights = masked_softmax(scores, mask)
    context = np.sum(weights[..., None] * np.asarray(values, dtype=np.float64)[:, None], axis=2)
    return context, weights


# %% d12 wrong: the softmax runs over all positions and the masked weights are set to 0 afterwards, so the weights of a padded sequence sum to less than 1
def masked_softmax(scores, mask=None):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    if mask is not None:
        weights = weights * mask
    return weights


def dot_attention(queries, keys, values, mask=None):
    queries, keys, values = (np.asarray(a, dtype=float) for a in (queries, keys, values))
    if mask is not None and mask.ndim == 2:
        mask = mask[:, None, :]
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(queries.shape[2])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights


# %% d13 wrong: without a mask, keys of nothing but zeros are taken for padding and get the weight 0
def masked_softmax(scores, mask):
    s = np.where(mask, scores, -np.inf)
    top = s.max(axis=-1, keepdims=True)
    e = np.exp(s - np.where(np.isfinite(top), top, 0.0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1.0)


def dot_attention(queries, keys, values, mask=None):
    if mask is None:
        mask = np.any(keys != 0, axis=-1)
    if mask.ndim == 2:
        mask = mask[:, None, :]
    scores = np.matmul(queries, keys.swapaxes(1, 2)) / np.sqrt(keys.shape[-1])
    weights = masked_softmax(scores, mask)
    return np.matmul(weights, values), weights


# %% d14 right: the queries are scaled before the product, each sequence is a problem of matrices, and a masked array does the softmax, without the rows that see nothing
def masked_softmax(scores, mask=None):
    mask = np.broadcast_to(True if mask is None else mask, scores.shape).astype(bool)
    weights = np.zeros(scores.shape)
    rows = mask.any(axis=-1)
    kept = np.ma.masked_array(scores[rows], ~mask[rows])
    shifted = kept - kept.max(axis=-1)[:, None]
    e = np.exp(shifted.filled(-np.inf))
    weights[rows] = e / e.sum(axis=-1)[:, None]
    return weights


def dot_attention(queries, keys, values, mask=None):
    contexts, tables = [], []
    for n, (q, k, v) in enumerate(zip(queries, keys, values)):
        # for one sequence the mask is (source,) or (target, source), and both stretch to (target, source)
        table = masked_softmax(np.dot(q / np.sqrt(q.shape[1]), k.T), None if mask is None else mask[n])
        tables.append(table)
        contexts.append(np.dot(table, v))
    return np.stack(contexts), np.stack(tables)


# %% d15 wrong: the context is collected in an array of the type of the values, so for whole-number values its fractions are cut off
def masked_softmax(scores, mask=None):
    mask = np.ones(scores.shape, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    weights = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:-1]):
        allowed = mask[place]
        if allowed.any():
            e = np.exp(scores[place][allowed] - scores[place][allowed].max())
            weights[place][allowed] = e / e.sum()
    return weights


def dot_attention(queries, keys, values, mask=None):
    batch, target, d = queries.shape
    if mask is not None and mask.ndim == 2:
        mask = mask[:, None, :]
    weights = masked_softmax(queries @ keys.swapaxes(1, 2) / np.sqrt(d), mask)
    context = np.zeros((batch, target, values.shape[-1]), dtype=values.dtype)
    for t in range(target):
        context[:, t] = (weights[:, t, :, None] * values).sum(axis=1)
    return context, weights


# %% d16 wrong: the largest score is taken over masked positions as well, so where padding has a far larger score all words underflow and get weights of 0
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    if mask is not None:
        e = e * mask
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)


def dot_attention(queries, keys, values, mask=None):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
    if mask is None:
        weights = masked_softmax(scores)
    elif mask.ndim == 2:
        weights = masked_softmax(scores, mask[:, None, :])
    else:
        weights = masked_softmax(scores, mask)
    return weights @ values, weights


# %% d17 wrong: two slips: the queries are divided in place, which changes the array that was given and fails for whole numbers
def masked_softmax(scores, mask=None):
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True)
    e = np.exp(scores - np.where(np.isfinite(top), top, 0.0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1.0)


def dot_attention(queries, keys, values, mask=None):
    if mask is not None and len(mask.shape) == 2:
        mask = mask[:, None, :]
    queries /= np.sqrt(queries.shape[-1])
    scores = np.einsum("btd,bsd->bts", queries, keys)
    weights = masked_softmax(scores, mask)
    return np.einsum("bts,bsm->btm", weights, values), weights


# %% d18 wrong: the scores are multiplied by the mask, so padding gets the score 0 and not the weight 0
def masked_softmax(scores, mask=None):
    scores = np.asarray(scores, dtype=float)
    if mask is not None:
        mask = np.broadcast_to(mask, scores.shape)
        scores = scores * mask
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    if mask is not None:
        weights = np.where(mask.any(axis=-1, keepdims=True), weights, 0.0)
    return weights


def dot_attention(queries, keys, values, mask=None):
    if mask is not None and mask.ndim == 2:
        mask = mask[:, None, :]
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(keys.shape[-1])
    weights = masked_softmax(scores, mask)
    return weights @ values, weights
