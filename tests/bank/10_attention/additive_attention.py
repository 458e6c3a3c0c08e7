# %% 01 wrong: the context is made of the keys, as in the lesson, so it ignores values that differ from them
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    hidden = np.tanh((query @ W_q)[:, None, :] + keys @ W_k)
    weights = masked_softmax(hidden @ v, mask)
    context = np.einsum("bs,bsf->bf", weights, keys)
    return context, weights

# %% 02 right: broadcasting and matrix products, the sum written as a product of a row with a matrix
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    q = query @ W_q
    k = keys @ W_k
    scores = np.tanh(q[:, np.newaxis] + k) @ v
    weights = masked_softmax(scores, mask)
    context = (weights[:, np.newaxis, :] @ values)[:, 0, :]
    return context, weights

# %% 03 wrong: the scores are divided by the root of the hidden size, although there is no scaling
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    hidden = np.tanh(np.expand_dims(np.dot(query, W_q), 1) + np.dot(keys, W_k))
    scores = np.dot(hidden, v) / np.sqrt(len(v))
    weights = masked_softmax(scores, mask)
    return (weights[..., None] * values).sum(axis=1), weights

# %% 04 wrong: query and key are squashed one by one and then added, so the score is another function
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    q = np.tanh(query @ W_q)
    k = np.tanh(keys @ W_k)
    scores = (q[:, None, :] + k) @ v
    weights = masked_softmax(scores, mask)
    return np.einsum("bs,bsf->bf", weights, values), weights

# %% 05 right: loops over sequences and positions
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    batch, source = np.shape(keys)[:2]
    scores = np.zeros((batch, source))
    for i in range(batch):
        asked = np.dot(query[i], W_q)
        for j in range(source):
            scores[i, j] = np.dot(v, np.tanh(asked + np.dot(keys[i, j], W_k)))
    weights = masked_softmax(scores, mask)
    context = np.zeros((batch, np.shape(values)[2]))
    for i in range(batch):
        for j in range(source):
            context[i] += weights[i, j] * values[i, j]
    return context, weights

# %% 06 wrong: the softmax runs over padding too and the weights are set to 0 afterwards, so they no longer sum to 1
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    scores = np.einsum("bsh,h->bs", np.tanh((query @ W_q)[:, None] + keys @ W_k), v)
    weights = masked_softmax(scores)
    if mask is not None:
        weights = weights * mask
    context = np.einsum("bs,bsf->bf", weights, values)
    return context, weights

# %% 07 wrong: the query gets no axis for the source, so with as many sequences as positions each position is compared with the query of another sequence
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    scores = np.tanh(query @ W_q + keys @ W_k) @ v
    weights = masked_softmax(scores, mask)
    context = np.sum(weights[:, :, None] * values, axis=1)
    return context, weights

# %% 08 right: query and key side by side, times both kernels stacked; einsum for the rest
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    query, keys = np.asarray(query), np.asarray(keys)
    repeated = np.repeat(query[:, None, :], keys.shape[1], axis=1)
    both = np.concatenate([repeated, keys], axis=-1)
    kernel = np.concatenate([W_q, W_k], axis=0)
    weights = masked_softmax(np.einsum("bsh,h->bs", np.tanh(both @ kernel), v), mask)
    return np.einsum("bs,bsf->bf", weights, values), weights

# %% 09 wrong: padding gets the score -1e9 in a softmax of its own, so a sequence of nothing but padding gets equal weights instead of 0
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    scores = np.tanh((query @ W_q)[:, None, :] + keys @ W_k) @ v
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    scores = scores - scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return (weights[:, None, :] @ values)[:, 0], weights

# %% 10 wrong: the scores are stored in an array of the keys' type, so whole-number keys give truncated scores
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    scores = np.empty(keys.shape[:2], dtype=keys.dtype)
    q = query @ W_q
    for j in range(keys.shape[1]):
        scores[:, j] = np.tanh(q + keys[:, j] @ W_k) @ v
    weights = masked_softmax(scores, mask)
    context = sum(weights[:, j, None] * values[:, j] for j in range(keys.shape[1]))
    return context, weights

# %% 11 wrong: a softmax of its own without taking out the largest score, so large scores overflow to nan
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    scores = np.tanh((query @ W_q)[:, None, :] + keys @ W_k) @ v
    e = np.exp(scores)
    if mask is not None:
        e = np.where(mask, e, 0.0)
    total = e.sum(axis=1, keepdims=True)
    weights = np.divide(e, total, out=np.zeros_like(e), where=total > 0)
    return np.einsum("bj,bjf->bf", weights, values), weights

# %% 12 right: one sequence at a time by a helper that knows nothing of batches
def attend_one(q, k, values, W_q, W_k, v, allowed):
    weights = masked_softmax(np.tanh(q @ W_q + k @ W_k) @ v, allowed)
    return values.T @ weights, weights


def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    query, keys, values = np.asarray(query), np.asarray(keys), np.asarray(values)
    context = np.empty((values.shape[0], values.shape[2]))
    weights = np.empty((keys.shape[0], keys.shape[1]))
    for row in range(len(keys)):
        allowed = None if mask is None else mask[row]
        context[row], weights[row] = attend_one(query[row], keys[row], values[row], W_q, W_k, v, allowed)
    return context, weights

# %% 13 wrong: masked keys and values are set to zero instead of being masked, but a zero key still has a score and takes weight
def additive_attention(query, keys, values, W_q, W_k, v, mask=None):
    if mask is not None:
        keys = keys * mask[:, :, None]
        values = values * mask[:, :, None]
    scores = np.tanh((query @ W_q)[:, None, :] + keys @ W_k) @ v
    weights = masked_softmax(scores)
    context = (weights[:, :, None] * values).sum(axis=1)
    return context, weights
