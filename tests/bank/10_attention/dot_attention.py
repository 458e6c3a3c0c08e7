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
