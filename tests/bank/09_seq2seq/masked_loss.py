# %% 01 right: picks the real positions first, then logaddexp.reduce over the differences to the right logit
def masked_loss(logits, targets, pad=0):
    logits, targets = np.asarray(logits, dtype="float64"), np.asarray(targets)
    real = targets != pad
    if not real.any():
        return 0.0
    s, y = logits[real], targets[real]
    s_y = s[np.arange(len(y)), y]
    return float(np.logaddexp.reduce(s - s_y[:, None], axis=1).mean())

# %% 02 wrong: takes the mean of each sentence and then the mean of these, so a token of a short sentence counts more
def masked_loss(logits, targets, pad=0):
    logits = np.asarray(logits, dtype=float)
    losses = []
    for sentence, words in zip(logits, targets):
        real = words != pad
        if real.any():
            s = sentence[real]
            s = s - s.max(axis=-1, keepdims=True)
            log_p = s - np.log(np.exp(s).sum(axis=-1, keepdims=True))
            losses.append(-log_p[np.arange(len(s)), words[real]].mean())
    return float(np.mean(losses)) if losses else 0.0

# %% 03 wrong: padding is multiplied by 0 instead of being left out, so infinite logits at padding make the loss nan
def masked_loss(logits, targets, pad=0):
    logits = np.asarray(logits, dtype="float64")
    mask = (targets != pad).astype("float64")
    s = logits - logits.max(axis=-1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=-1, keepdims=True))
    right = np.take_along_axis(log_p, np.where(targets != pad, targets, 0)[..., None], axis=-1)[..., 0]
    return float(-(right * mask).sum() / max(mask.sum(), 1))

# %% 04 wrong: a small number is added before the logarithm, so no token can have a loss above 27.6
def masked_loss(logits, targets, pad=0):
    real = targets != pad
    if not np.any(real):
        return 0.0
    s = logits[real].astype("float64")
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p_right = p[np.arange(len(p)), targets[real]]
    return float(-np.log(p_right + 1e-12).mean())

# %% 05 right: loops over all tokens in plain Python, math.log1p of the other tokens' share
import math


def one_loss(scores, y):
    scores = [float(s) for s in scores]
    best = max(range(len(scores)), key=scores.__getitem__)
    rest = math.fsum(math.exp(s - scores[best]) for k, s in enumerate(scores) if k != best)
    return scores[best] - scores[y] + math.log1p(rest)


def masked_loss(logits, targets, pad=0):
    losses = []
    for row, sentence in enumerate(targets):
        for step, y in enumerate(sentence):
            if y != pad:
                losses.append(one_loss(logits[row][step], int(y)))
    return sum(losses) / len(losses) if losses else 0.0

# %% 06 wrong: subtracts the largest logit of the whole batch, so a step whose logits lie far lower underflows and the loss is infinite
def masked_loss(logits, targets, pad=0):
    real = targets != pad
    count = int(real.sum())
    if count == 0:
        return 0.0
    s = np.asarray(logits, dtype=float)[real]
    s = s - np.max(s)
    log_sum = np.log(np.exp(s).sum(axis=-1))
    s_y = np.take_along_axis(s, targets[real][:, None], axis=-1)[:, 0]
    return float((log_sum - s_y).sum() / count)

# %% 07 wrong: no guard, a batch of nothing but padding gives nan instead of 0
def masked_loss(logits, targets, pad=0):
    real = targets != pad
    s = np.asarray(logits, dtype="float64")[real]
    s = s - s.max(axis=-1, keepdims=True)
    log_p = s - np.log(np.sum(np.exp(s), axis=-1, keepdims=True))
    return float(-np.mean(log_p[np.arange(s.shape[0]), targets[real]]))

# %% 08 right: safe logits by np.where, largest logit taken out, log1p, everything on whole arrays
def masked_loss(logits, targets, pad=0):
    targets = np.asarray(targets)
    logits = np.asarray(logits).astype(np.float64)
    real = targets != pad
    count = np.count_nonzero(real)
    if count == 0:
        return 0.0
    s = np.where(real[..., None], logits, 0.0)
    y = np.where(real, targets, 0)[..., None]
    top = s.argmax(axis=-1)[..., None]
    largest = np.take_along_axis(s, top, axis=-1)
    e = np.exp(s - largest)
    np.put_along_axis(e, top, 0.0, axis=-1)
    loss = (largest - np.take_along_axis(s, y, axis=-1))[..., 0] + np.log1p(e.sum(axis=-1))
    return float(loss[real].sum() / count)

# %% 09 wrong: the divisor counts the ids that are not 0 whatever pad is, so it is wrong as soon as pad is another id
def masked_loss(logits, targets, pad=0):
    targets = np.asarray(targets)
    total = 0.0
    for b, t in np.argwhere(targets != pad):
        s = np.asarray(logits[b][t], dtype="float64")
        total += np.logaddexp.reduce(s - s[targets[b, t]])
    return float(total / max(np.count_nonzero(targets), 1))

# %% 10 wrong: the log-probabilities are stored in an array of the logits' type, so whole-number logits give truncated losses
def masked_loss(logits, targets, pad=0):
    logits, targets = np.asarray(logits), np.asarray(targets)
    real = targets != pad
    if real.sum() == 0:
        return 0.0
    s = logits[real]
    log_p = np.empty_like(s)
    for k, row in enumerate(s):
        row = row - row.max()
        log_p[k] = row - np.log(np.exp(row).sum())
    return float(-log_p[np.arange(len(s)), targets[real]].mean())

# %% 11 right: one sentence after the other with a running sum and count, positive and negative differences by a sorted cumulative logaddexp
def masked_loss(logits, targets, pad=0):
    total, count = 0.0, 0
    for sentence, words in zip(np.asarray(logits, dtype=np.float64), np.asarray(targets)):
        steps = np.flatnonzero(words != pad)
        for step in steps:
            differences = np.sort(sentence[step] - sentence[step, words[step]])
            total += np.logaddexp.accumulate(differences)[-1]
        count += steps.size
    if count == 0:
        return 0
    return float(total / count)

# %% 12 wrong: the logits at padding are set to 0 in the array of the caller
def masked_loss(logits, targets, pad=0):
    logits = np.asarray(logits)
    padding = targets == pad
    if padding.all():
        return 0.0
    logits[padding] = 0
    s = logits - np.max(logits, axis=-1, keepdims=True).astype("float64")
    loss = np.log(np.exp(s).sum(axis=-1)) - np.take_along_axis(s, np.where(padding, 0, targets)[..., None], axis=-1).squeeze(-1)
    return float(loss[~padding].mean())

# %% 13 wrong: the losses of the sentences are joined by np.concatenate, which raises an error for a batch without any sentence
def masked_loss(logits, targets, pad=0):
    def of_sentence(s, y):
        s, y = np.asarray(s, dtype="float64")[y != pad], y[y != pad]
        return np.logaddexp.reduce(s - np.take_along_axis(s, y[:, None], axis=1), axis=1)

    losses = np.concatenate([of_sentence(s, y) for s, y in zip(logits, targets)])
    return float(losses.mean()) if losses.size else 0.0
