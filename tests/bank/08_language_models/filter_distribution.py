# %% 01 wrong: the condition for top_p excludes 1, so the allowed top_p=1.0 raises a ValueError
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, not {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1, not {top_k}")
    if top_p is not None and not 0 < top_p < 1:
        raise ValueError(f"top_p must lie between 0 and 1, not {top_p}")

    z = np.asarray(logits, dtype=float) / temperature
    order = np.argsort(z, axis=-1)[..., ::-1]
    ranked = np.take_along_axis(z, order, axis=-1)
    if top_k is not None:
        ranked[..., top_k:] = -np.inf
    p = np.exp(ranked - ranked[..., :1])
    p /= p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        total = np.cumsum(p, axis=-1)
        p[..., 1:] = np.where(total[..., :-1] < top_p, p[..., 1:], 0)
        p /= p.sum(axis=-1, keepdims=True)
    result = np.empty_like(p)
    np.put_along_axis(result, order, p, axis=-1)
    return result

# %% 02 right: sorts once, works on the ranked rows and goes back with the inverse permutation, argsort of argsort
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, but it is {temperature}")
    if top_k is not None and not top_k >= 1:
        raise ValueError(f"top_k must be at least 1, but it is {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, but it is {top_p}")

    scores = np.array(logits, dtype=np.float64)
    order = np.argsort(-scores, axis=-1)
    back = np.argsort(order, axis=-1)
    ranked = np.take_along_axis(scores, order, axis=-1)
    ranked = (ranked - ranked[..., :1]) / temperature  # the largest is 0: no overflow

    p = np.exp(ranked)
    if top_k is not None:
        p[..., top_k:] = 0
    p = p / p.sum(axis=-1, keepdims=True)

    if top_p is not None:
        running = np.cumsum(p, axis=-1)
        enough_before = np.zeros(p.shape, dtype=bool)
        enough_before[..., 1:] = running[..., :-1] >= top_p
        p[enough_before] = 0
        p = p / p.sum(axis=-1, keepdims=True)
    return np.take_along_axis(p, back, axis=-1)

# %% 03 wrong: subtracts the largest logit of the whole batch instead of that of each row, so rows far below it underflow and become nan
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)


def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be > 0")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be >= 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be in (0, 1]")
    z = np.asarray(logits, dtype=np.float64) / temperature
    rank = np.argsort(np.argsort(-z, axis=-1), axis=-1)
    if top_k is not None:
        z = np.where(rank < top_k, z, -np.inf)
    p = softmax(z)
    if top_p is not None:
        running = np.cumsum(-np.sort(-p, axis=-1), axis=-1)
        keep = 1 + np.sum(running < top_p, axis=-1, keepdims=True)
        p = np.where(rank < keep, p, 0.0)
        p = p / p.sum(axis=-1, keepdims=True)
    return p

# %% 04 wrong: with top_k larger than the vocabulary np.partition raises an error instead of keeping everything
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("The temperature has to be above 0.")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k has to be at least 1.")
    if top_p is not None and not (0 < top_p <= 1):
        raise ValueError("top_p has to be above 0 and at most 1.")
    z = np.asarray(logits, float) / temperature
    if top_k is not None:
        smallest_kept = np.partition(z, -top_k, axis=-1)[..., -top_k, None]
        z = np.where(z >= smallest_kept, z, -np.inf)
    p = np.exp(z - np.max(z, axis=-1, keepdims=True))
    p /= np.sum(p, axis=-1, keepdims=True)
    if top_p is not None:
        order = np.flip(np.argsort(z, axis=-1), axis=-1)
        running = np.cumsum(np.take_along_axis(p, order, axis=-1), axis=-1)
        running[..., -1] = 1  # whatever the rounding
        last = np.argmax(running >= top_p, axis=-1)[..., None]
        smallest_kept = np.take_along_axis(z, np.take_along_axis(order, last, axis=-1), axis=-1)
        p = np.where(z >= smallest_kept, p, 0)
        p /= np.sum(p, axis=-1, keepdims=True)
    return p

# %% 05 right: one row at a time in plain Python with math.exp, fsum and dictionaries, through np.apply_along_axis
import math


def filter_row(row, temperature, top_k, top_p):
    names = sorted(range(len(row)), key=lambda k: row[k], reverse=True)
    if top_k is not None:
        names = names[: int(min(top_k, len(names)))]
    best = float(row[names[0]])
    weight = {k: math.exp((float(row[k]) - best) / temperature) for k in names}
    total = math.fsum(weight.values())
    share = {k: w / total for k, w in weight.items()}
    if top_p is not None:
        kept, mass = [], 0.0
        for k in names:
            kept.append(k)
            mass += share[k]
            if mass >= top_p:
                break
        total = math.fsum(share[k] for k in kept)
        share = {k: share[k] / total for k in kept}
    return np.array([share.get(k, 0.0) for k in range(len(row))])


def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    problems = {
        "temperature": not temperature > 0,
        "top_k": top_k is not None and top_k < 1,
        "top_p": top_p is not None and not (top_p > 0 and top_p <= 1),
    }
    for setting, wrong in problems.items():
        if wrong:
            raise ValueError(f"{setting} is out of its range")
    logits = np.asarray(logits, dtype="float64")
    if logits.size == 0:
        return np.zeros(logits.shape)
    return np.apply_along_axis(filter_row, -1, logits, temperature, top_k, top_p)

# %% 06 wrong: keeps only tokens while the running sum does not pass top_p, so the token that reaches top_p is left out
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError(f"temperature={temperature} is not above 0")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k={top_k} is below 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p={top_p} is not above 0 and at most 1")
    z = np.asarray(logits, dtype=float)
    order = np.argsort(-z, axis=-1)
    z = np.take_along_axis(z, order, axis=-1) / temperature
    p = np.exp(z - z[..., :1])
    if top_k is not None:
        p[..., top_k:] = 0
    p /= p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        keep = np.cumsum(p, axis=-1) <= top_p
        keep[..., 0] = True
        p = p * keep
        p /= p.sum(axis=-1, keepdims=True)
    out = np.zeros_like(p)
    np.put_along_axis(out, order, p, axis=-1)
    return out

# %% 07 wrong: the temperature is applied at the end, so the nucleus is chosen from the distribution at temperature 1
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be positive")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be 1 or more")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")

    def softmax(scores):
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    z = np.asarray(logits, dtype=float)
    if top_k is not None:
        k = min(top_k, z.shape[-1])
        z = np.where(z >= np.sort(z, axis=-1)[..., -k][..., None], z, -np.inf)
    if top_p is not None:
        order = np.argsort(-z, axis=-1)
        p = np.take_along_axis(softmax(z), order, axis=-1)
        drop = np.zeros(p.shape, bool)
        drop[..., 1:] = np.cumsum(p, axis=-1)[..., :-1] >= top_p
        inverse = np.argsort(order, axis=-1)
        z = np.where(np.take_along_axis(drop, inverse, axis=-1), -np.inf, z)
    return softmax(z / temperature)

# %% 08 wrong: sets probabilities outside top-k to 0 without scaling the rest, so the nucleus looks at sums that are too small and keeps too many
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be above 0")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must not be below 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0 and at most 1")
    scaled = np.asarray(logits, dtype=float) / temperature
    p = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    order = np.argsort(scaled, axis=-1)[..., ::-1]
    ranked = np.take_along_axis(p, order, axis=-1)
    keep = np.ones(ranked.shape, dtype=bool)
    if top_k is not None:
        keep[..., top_k:] = False
    if top_p is not None:
        sums = np.cumsum(ranked, axis=-1)
        keep[..., 1:] &= sums[..., :-1] < top_p
    ranked = np.where(keep, ranked, 0)
    ranked = ranked / ranked.sum(axis=-1, keepdims=True)
    np.put_along_axis(p, order, ranked, axis=-1)
    return p

# %% 09 wrong: the test for top_k asks first whether top_k is true, so top_k=0 raises nothing and keeps everything
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be larger than 0")
    if top_k and top_k < 1:
        raise ValueError("top_k must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be larger than 0 and at most 1")
    logits = np.asarray(logits, dtype=float)
    flat = logits.reshape(-1, logits.shape[-1]) / temperature
    out = np.zeros(flat.shape)
    for r, row in enumerate(flat):
        order = np.argsort(row)[::-1]
        if top_k:
            order = order[:top_k]
        p = np.exp(row[order] - row[order[0]])
        p = p / p.sum()
        if top_p is not None:
            n = np.searchsorted(np.cumsum(p), top_p) + 1
            order, p = order[:n], p[:n] / p[:n].sum()
        out[r, order] = p
    return out.reshape(logits.shape)

# %% 10 right: no sorting at all, a token is judged by how many are larger and by how much probability they hold
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError(f"temperature = {temperature!r}, but it must be above 0")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k = {top_k!r}, but it must be 1 or more")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p = {top_p!r}, but it must be above 0 and not above 1")
    z = np.asarray(logits).astype(np.float64)
    larger = z[..., np.newaxis, :] > z[..., :, np.newaxis]  # [..., i, j]: j is above i
    z = (z - z.max(axis=-1, keepdims=True)) / temperature
    if top_k is None:
        p = np.exp(z)
    else:
        p = np.where(larger.sum(axis=-1) < top_k, np.exp(z), 0.0)
    p /= p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        above = (larger @ p[..., np.newaxis])[..., 0]
        p = np.where(above < top_p, p, 0.0)
        p /= p.sum(axis=-1, keepdims=True)
    return p

# %% 11 wrong: the result is made like the logits, so for whole-number logits all probabilities are cut to 0
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature is not above 0")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k is below 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p is not above 0 and at most 1")
    logits = np.asarray(logits)
    result = np.zeros_like(logits)
    for place in np.ndindex(logits.shape[:-1]):
        row = logits[place] / temperature
        order = np.argsort(-row)
        if top_k is not None:
            order = order[:top_k]
        e = np.exp(row[order] - row.max())
        p = e / e.sum()
        if top_p is not None:
            count = 1
            while count < len(p) and p[:count].sum() < top_p:
                count += 1
            order = order[:count]
            p = p[:count] / p[:count].sum()
        for token, value in zip(order, p):
            result[place + (token,)] = value
    return result

# %% 12 wrong: divides in place after np.asarray, so logits that are already float64 are changed for the caller
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be above 0")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above 0, and at most 1")
    z = np.asarray(logits, dtype=np.float64)
    z /= temperature
    V = z.shape[-1]
    ranks = (-z).argsort(axis=-1).argsort(axis=-1)
    k = V if top_k is None else min(top_k, V)
    p = np.exp(z - z.max(axis=-1, keepdims=True)) * (ranks < k)
    p = p / p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        running = np.cumsum(np.sort(p, axis=-1)[..., ::-1], axis=-1)
        n = (running < top_p).sum(axis=-1, keepdims=True) + 1
        p = p * (ranks < n)
        p = p / p.sum(axis=-1, keepdims=True)
    return p

# %% 13 right: recursion over the axes in front, and a loop that takes the best remaining token until there is enough
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be above 0")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be at least 1")
    if top_p is not None and (not top_p > 0 or top_p > 1):
        raise ValueError("top_p must be above 0 and at most 1")

    logits = np.asarray(logits, dtype=float)
    result = np.zeros(logits.shape)
    if logits.ndim > 1:
        for b in range(len(logits)):
            result[b] = filter_distribution(logits[b], temperature, top_k, top_p)
        return result

    left = (logits - logits.max()) / temperature
    keep = np.zeros(len(left), dtype=bool)
    V = len(left)
    for _ in range(V if top_k is None else min(int(top_k), V)):
        keep[np.argmax(np.where(keep, -np.inf, logits))] = True
    weights = np.where(keep, np.exp(left), 0.0)
    weights /= weights.sum()
    if top_p is None:
        return weights

    total = 0.0
    chosen = np.zeros(V, dtype=bool)
    while total < top_p and chosen.sum() < keep.sum():
        token = np.argmax(np.where(keep & ~chosen, logits, -np.inf))
        chosen[token] = True
        total += weights[token]
    result[chosen] = weights[chosen] / weights[chosen].sum()
    return result

# %% 14 wrong: "hides" the logits outside top-k with -1000 instead of minus infinity, so with logits near -2000 the hidden tokens win
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be > 0")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be > 0")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be > 0 and <= 1")
    z = np.array(logits, dtype=float) / temperature
    if top_k is not None and top_k < z.shape[-1]:
        threshold = np.sort(z, axis=-1)[..., [-top_k]]
        z[z < threshold] = -1e3
    z = z - z.max(axis=-1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    if top_p is not None:
        idx = np.argsort(z, axis=-1)[..., ::-1]
        sorted_p = np.take_along_axis(p, idx, axis=-1)
        remove = np.cumsum(sorted_p, axis=-1) >= top_p
        remove = np.concatenate([np.zeros_like(remove[..., :1]), remove[..., :-1]], axis=-1)
        sorted_p[remove] = 0
        np.put_along_axis(p, idx, sorted_p, axis=-1)
        p = p / p.sum(axis=-1, keepdims=True)
    return p

# %% 15 wrong: puts the ranked probabilities back by indexing with the order itself instead of its inverse, so they stand at wrong tokens
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError(f"temperature {temperature} must be above 0")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k {top_k} must be at least 1")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p {top_p} must be above 0 and at most 1")
    z = np.asarray(logits, dtype=float) / temperature
    order = np.argsort(-z, axis=-1)
    ranked = np.take_along_axis(z, order, axis=-1)
    if top_k is not None:
        ranked[..., top_k:] = -np.inf
    p = np.exp(ranked - ranked[..., :1])
    p = p / p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        before = np.cumsum(p, axis=-1)
        before = np.concatenate([np.zeros_like(before[..., :1]), before[..., :-1]], axis=-1)
        p = np.where(before < top_p, p, 0)
        p = p / p.sum(axis=-1, keepdims=True)
    return np.take_along_axis(p, order, axis=-1)

# %% 16 right: works from the smallest upwards as some libraries do, a token goes when it and all below it hold at most 1 - top_p
def check_settings(temperature, top_k, top_p):
    if not temperature > 0:
        raise ValueError(f"temperature: {temperature} is not above 0")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k: {top_k} is below 1")
    if top_p is not None and not (0 < top_p <= 1):
        raise ValueError(f"top_p: {top_p} is not above 0 and at most 1")


def log_softmax(scores):
    return scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)


def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    check_settings(temperature, top_k, top_p)
    scores = np.asarray(logits, dtype=np.float64)
    V = scores.shape[-1]
    rising = np.argsort(scores, axis=-1)  # the smallest first
    scores = (scores - scores.max(axis=-1, keepdims=True)) / temperature
    ranked = np.take_along_axis(scores, rising, axis=-1)
    if top_k is not None:
        ranked[..., : max(V - top_k, 0)] = -np.inf
    p = np.exp(log_softmax(ranked))
    p /= p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        gone = np.cumsum(p, axis=-1) <= 1 - top_p
        gone[..., -1] = False
        p[gone] = 0.0
        p /= p.sum(axis=-1, keepdims=True)
    result = np.zeros(p.shape)
    np.put_along_axis(result, rising, p, axis=-1)
    return result

# %% 17 wrong: two slips: one common message that does not name the setting, and a negative temperature passes because only 0 is caught
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0 or (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("parameter out of range")
    x = np.asarray(logits, dtype=np.float64) / temperature
    x = x - x.max(axis=-1, keepdims=True)
    order = np.argsort(x, axis=-1)[..., ::-1]
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(x.shape[-1]), x.shape), axis=-1)
    if top_k is not None:
        x[rank >= top_k] = -np.inf
    p = np.exp(x)
    p /= p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        ranked = np.take_along_axis(p, order, axis=-1)
        enough = np.cumsum(ranked, axis=-1) >= top_p
        enough[..., -1] = True
        last = enough.argmax(axis=-1)[..., None]
        p[rank > last] = 0
        p /= p.sum(axis=-1, keepdims=True)
    return p

# %% 18 wrong: after the nucleus it does not divide by the sum again, so the rows add up to less than 1
def filter_distribution(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature must be above zero")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k must be one or more")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p must be above zero and at most one")
    z = np.asarray(logits, dtype=float)
    z = (z - z.max(axis=-1, keepdims=True)) / temperature
    order = np.argsort(-z, axis=-1)
    if top_k is not None:
        np.put_along_axis(z, order[..., top_k:], -np.inf, axis=-1)
    p = np.exp(z)
    p = p / p.sum(axis=-1, keepdims=True)
    if top_p is not None:
        ranked = np.take_along_axis(p, order, axis=-1)
        before = np.cumsum(ranked, axis=-1) - ranked
        ranked[before >= top_p] = 0
        np.put_along_axis(p, order, ranked, axis=-1)
    return p
