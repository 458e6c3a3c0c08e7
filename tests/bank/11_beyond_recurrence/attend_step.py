# %% d01 right: concatenate, einsum, softmax with the largest score of each sequence taken off
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    q = x_t @ W_q
    keys = np.concatenate([keys, (x_t @ W_k)[:, None]], axis=1)
    values = np.concatenate([values, (x_t @ W_v)[:, None]], axis=1)
    scores = np.einsum("bw,btw->bt", q, keys) / np.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return np.einsum("bt,btw->bw", weights, values) @ W_o, keys, values

# %% d02 wrong: softmax without taking off the largest score, so large scores overflow to nan
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    width = x_t.shape[1]
    q = x_t @ W_q
    k = x_t @ W_k
    v = x_t @ W_v
    keys = np.concatenate((keys, k[:, np.newaxis, :]), axis=1)
    values = np.concatenate((values, v[:, np.newaxis, :]), axis=1)
    scores = (keys @ q[:, :, np.newaxis])[:, :, 0] / np.sqrt(width)
    e = np.exp(scores)
    weights = e / e.sum(axis=1, keepdims=True)
    output = (weights[:, np.newaxis, :] @ values)[:, 0, :] @ W_o
    return output, keys, values

# %% d03 wrong: the largest score of the whole batch is taken off, so a sequence whose scores are far below it becomes 0 / 0
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    def softmax(scores):
        e = np.exp(scores - np.max(scores))
        return e / e.sum(axis=-1, keepdims=True)

    query = x_t @ W_q
    keys = np.append(keys, (x_t @ W_k)[:, None, :], axis=1)
    values = np.append(values, (x_t @ W_v)[:, None, :], axis=1)
    weights = softmax(np.sum(query[:, None, :] * keys, axis=-1) / np.sqrt(x_t.shape[-1]))
    return np.sum(weights[:, :, None] * values, axis=1) @ W_o, keys, values

# %% d04 wrong: the scores are divided by the width instead of its square root
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    q, k, v = x_t @ W_q, x_t @ W_k, x_t @ W_v
    new_keys = np.concatenate([keys, k[:, None]], 1)
    new_values = np.concatenate([values, v[:, None]], 1)
    outputs = []
    for n in range(len(x_t)):
        s = new_keys[n] @ q[n] / x_t.shape[-1]
        w = np.exp(s - s.max())
        w = w / w.sum()
        outputs.append(w @ new_values[n] @ W_o)
    return np.stack(outputs), new_keys, new_values

# %% d05 right: one sequence after the other in a Python loop, the caches filled into new arrays beforehand
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    batch, time, width = keys.shape
    all_keys = np.empty((batch, time + 1, width), dtype=np.result_type(keys, x_t, W_k))
    all_values = np.empty((batch, time + 1, width), dtype=np.result_type(values, x_t, W_v))
    all_keys[:, :time], all_keys[:, time] = keys, x_t @ W_k
    all_values[:, :time], all_values[:, time] = values, x_t @ W_v
    output = np.empty((batch, width))
    for n in range(batch):
        query = x_t[n] @ W_q
        scores = [float(query @ key) / width**0.5 for key in all_keys[n]]
        top = max(scores)
        weights = [np.exp(score - top) for score in scores]
        total = sum(weights)
        mixed = sum(weight / total * value for weight, value in zip(weights, all_values[n]))
        output[n] = mixed @ W_o
    return output, all_keys, all_values

# %% d06 wrong: the newest element is put into the caches only after the attention, so it does not see itself, and an empty cache fails
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    q = x_t @ W_q
    scores = np.einsum("bw,btw->bt", q, keys) / np.sqrt(q.shape[-1])
    scores = scores - scores.max(axis=1, keepdims=True)
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    output = np.einsum("bt,btw->bw", weights, values) @ W_o
    keys = np.concatenate([keys, (x_t @ W_k)[:, None, :]], axis=1)
    values = np.concatenate([values, (x_t @ W_v)[:, None, :]], axis=1)
    return output, keys, values

# %% d07 wrong: the new key and value are put in front of the cache instead of behind it
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    width = x_t.shape[1]
    q = x_t @ W_q
    k = x_t @ W_k
    v = x_t @ W_v
    keys = np.concatenate((k[:, np.newaxis, :], keys), axis=1)
    values = np.concatenate((v[:, np.newaxis, :], values), axis=1)
    scores = (keys @ q[:, :, np.newaxis])[:, :, 0] / np.sqrt(width)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = e / e.sum(axis=1, keepdims=True)
    output = (weights[:, np.newaxis, :] @ values)[:, 0, :] @ W_o
    return output, keys, values

# %% d08 wrong: the weighting is done in place in the cache of values that was given, which is spoilt for the next step
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    k, v = x_t @ W_k, x_t @ W_v
    new_keys = np.concatenate([keys, k[:, None]], axis=1)
    new_values = np.concatenate([values, v[:, None]], axis=1)
    scores = np.einsum("bw,btw->bt", x_t @ W_q, new_keys) / np.sqrt(x_t.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    values *= weights[:, :-1, None]
    mixed = values.sum(axis=1) + weights[:, -1:] * v
    return mixed @ W_o, new_keys, new_values

# %% d09 right: online softmax, one element after the other with a running maximum, as in a stream
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    batch, width = x_t.shape
    q = (x_t @ W_q) / np.sqrt(width)
    keys = np.concatenate([keys, np.expand_dims(x_t @ W_k, 1)], axis=1)
    values = np.concatenate([values, np.expand_dims(x_t @ W_v, 1)], axis=1)
    top = (q * keys[:, -1]).sum(axis=-1, keepdims=True)
    total = np.ones((batch, 1))
    mixed = values[:, -1].astype(float)
    for s in range(keys.shape[1] - 1):
        score = (q * keys[:, s]).sum(axis=-1, keepdims=True)
        higher = np.maximum(top, score)
        shrink, weight = np.exp(top - higher), np.exp(score - higher)
        total = total * shrink + weight
        mixed = mixed * shrink + weight * values[:, s]
        top = higher
    return (mixed / total) @ W_o, keys, values

# %% d10 wrong: the kernels multiply as in PyTorch, x @ W.T, and not from the right as they are
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    def linear(x, W):
        return x @ W.T

    q, k, v = linear(x_t, W_q), linear(x_t, W_k), linear(x_t, W_v)
    keys = np.concatenate([keys, k[:, None, :]], axis=1)
    values = np.concatenate([values, v[:, None, :]], axis=1)
    scores = np.matmul(keys, q[..., None]).squeeze(-1) / np.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights = weights / weights.sum(-1, keepdims=True)
    return linear((weights[..., None] * values).sum(1), W_o), keys, values

# %% d11 wrong: the cached keys and values are multiplied by their kernels once more, as if the cache held inputs
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    newest = x_t[:, None, :]
    keys = np.concatenate([keys, newest], axis=1) @ W_k
    values = np.concatenate([values, newest], axis=1) @ W_v
    q = newest @ W_q
    scores = q @ keys.transpose(0, 2, 1) / np.sqrt(x_t.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return (weights @ values @ W_o)[:, 0], keys, values

# %% d12 wrong: with an empty cache the function returns early and forgets the output kernel
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    q, k, v = x_t @ W_q, x_t @ W_k, x_t @ W_v
    if keys.shape[1] == 0:
        return v, k[:, None, :], v[:, None, :]
    keys = np.concatenate([keys, k[:, None, :]], axis=1)
    values = np.concatenate([values, v[:, None, :]], axis=1)
    scores = np.einsum("bw,btw->bt", q, keys) / np.sqrt(q.shape[-1])
    scores -= scores.max(axis=1)[:, None]
    weights = np.exp(scores)
    weights /= weights.sum(axis=1)[:, None]
    return np.einsum("bt,btw->bw", weights, values) @ W_o, keys, values

# %% d13 right: log of the softmax with np.logaddexp.reduce after the shift, and the output kernel goes over the values before the sum
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    newest = x_t[:, np.newaxis]
    keys, values = np.hstack([keys, newest @ W_k]), np.hstack([values, newest @ W_v])
    scores = (newest @ W_q @ np.swapaxes(keys, 1, 2)) * x_t.shape[-1] ** -0.5
    scores = scores - np.amax(scores, axis=-1, keepdims=True)
    weights = np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))
    return (weights @ (values @ W_o))[:, 0], keys, values

# %% d14 wrong: the scores are cut off at -50 and 50 against overflow, so larger scores get equal weights
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    width = W_q.shape[1]
    keys = np.concatenate([keys, (x_t @ W_k).reshape(-1, 1, width)], axis=1)
    values = np.concatenate([values, (x_t @ W_v).reshape(-1, 1, width)], axis=1)
    scores = ((x_t @ W_q).reshape(-1, 1, width) * keys).sum(axis=2) / np.sqrt(width)
    e = np.exp(np.clip(scores, -50, 50))
    weights = e / e.sum(axis=1, keepdims=True)
    return (weights[:, :, None] * values).sum(axis=1) @ W_o, keys, values

# %% d15 wrong: the causal mask of a whole sequence is added to the one row of scores, so only the oldest element is seen
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    q = (x_t @ W_q)[:, None, :]
    keys = np.concatenate([keys, (x_t @ W_k)[:, None, :]], axis=1)
    values = np.concatenate([values, (x_t @ W_v)[:, None, :]], axis=1)
    scores = q @ keys.swapaxes(-1, -2)
    scores = scores / np.sqrt(q.shape[-1])
    scores = scores + np.triu(np.full(scores.shape[-2:], -1e9), 1)
    scores = scores - scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return (weights @ values)[:, 0] @ W_o, keys, values

# %% d16 wrong: the weights are divided by the sum over the whole batch, and the output keeps an axis of length 1
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    x = x_t[:, None]
    keys = np.concatenate([keys, x @ W_k], axis=1)
    values = np.concatenate([values, x @ W_v], axis=1)
    scores = x @ W_q @ keys.transpose(0, 2, 1) / np.sqrt(x.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / np.sum(weights)
    return weights @ values @ W_o, keys, values

# %% d17 right: recursion, the cache is halved and the two parts of the softmax are joined again
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    scale = np.sqrt(x_t.shape[1])
    query = x_t @ W_q

    def part(some_keys, some_values):
        """Largest score, sum of the exponentials below it, and the sum of values with them."""
        n = some_keys.shape[1]
        if n == 1:
            score = np.sum(query * some_keys[:, 0], axis=1, keepdims=True) / scale
            return score, np.ones_like(score), some_values[:, 0]
        m = n // 2
        top_a, total_a, sum_a = part(some_keys[:, :m], some_values[:, :m])
        top_b, total_b, sum_b = part(some_keys[:, m:], some_values[:, m:])
        top = np.maximum(top_a, top_b)
        a, b = np.exp(top_a - top), np.exp(top_b - top)
        return top, a * total_a + b * total_b, a * sum_a + b * sum_b

    new_keys = np.concatenate([keys, (x_t @ W_k)[:, None]], axis=1)
    new_values = np.concatenate([values, (x_t @ W_v)[:, None]], axis=1)
    _, total, weighted = part(new_keys, new_values)
    return weighted / total @ W_o, new_keys, new_values

# %% d18 wrong: the new value is made with the kernel of the key, a line copied and not changed to the end
def attend_step(x_t, keys, values, W_q, W_k, W_v, W_o):
    d = x_t.shape[-1]
    new_q = x_t @ W_q
    new_k = x_t @ W_k
    new_v = x_t @ W_k
    keys = np.concatenate([keys, new_k[:, None]], axis=1)
    values = np.concatenate([values, new_v[:, None]], axis=1)
    out = np.zeros_like(new_q)
    for b in range(x_t.shape[0]):
        scores = np.array([new_q[b] @ keys[b, s] for s in range(keys.shape[1])]) / np.sqrt(d)
        p = np.exp(scores - np.max(scores))
        p = p / np.sum(p)
        for s in range(keys.shape[1]):
            out[b] = out[b] + p[s] * values[b, s]
    return out @ W_o, keys, values
