# %% 01 wrong: mean over the rows of the mean in each row, so a short row counts as much as a long one
def perplexity(log_probs, targets, mask=None):
    if mask is None:
        mask = np.ones(targets.shape, dtype=bool)
    if not mask.any():
        raise ValueError("no step is real")
    of_rows = []
    for row, wanted, real in zip(log_probs, targets, mask):
        if real.any():
            of_rows.append(-np.mean(row[real, wanted[real]]))
    return float(np.exp(np.mean(of_rows)))

# %% 02 right: boolean selection of the real steps, then one fancy index
def perplexity(log_probs, targets, mask=None):
    log_probs, targets = np.asarray(log_probs), np.asarray(targets)
    real = np.ones(targets.shape, dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
    rows, came = log_probs[real], targets[real]
    if len(came) == 0:
        raise ValueError("no step is real, so there is no perplexity")
    chosen = rows[np.arange(len(came)), came].astype("float64")
    return float(np.exp(-chosen.mean()))

# %% 03 wrong: multiplies all probabilities first, which is 0 for a long text and gives infinity
def perplexity(log_probs, targets, mask=None):
    p = np.exp(np.take_along_axis(log_probs, targets[..., None], axis=-1)[..., 0])
    if mask is not None:
        p = p[mask]
    n = p.size
    if n == 0:
        raise ValueError("the batch has no real step")
    with np.errstate(divide="ignore"):
        return float(np.prod(p) ** (-1.0 / n))

# %% 04 wrong: multiplies by the mask, so minus infinity at a padded step becomes nan
def perplexity(log_probs, targets, mask=None):
    batch, time = targets.shape
    if mask is None:
        mask = np.ones((batch, time))
    n = np.sum(mask)
    if n == 0:
        raise ValueError("no real step in this batch")
    chosen = log_probs[np.arange(batch)[:, None], np.arange(time)[None, :], targets]
    return float(np.exp(-np.sum(chosen * mask) / n))

# %% 05 right: two loops in plain Python with an exact sum
def perplexity(log_probs, targets, mask=None):
    import math

    terms = []
    for i in range(len(targets)):
        for t in range(len(targets[i])):
            if mask is not None and not mask[i][t]:
                continue
            terms.append(-float(log_probs[i][t][int(targets[i][t])]))
    if not terms:
        raise ValueError("perplexity needs at least one real step")
    mean = math.fsum(terms) / len(terms)
    return math.exp(mean) if mean < 700 else float(np.exp(np.float64(mean)))

# %% 06 wrong: an empty batch without a mask gives nan, because only a given mask is looked at
def perplexity(log_probs, targets, mask=None):
    if mask is not None and not np.any(mask):
        raise ValueError("the mask has no real step")
    index = np.expand_dims(targets, -1)
    chosen = np.take_along_axis(log_probs, index, -1).squeeze(-1).astype("float64")
    losses = -chosen if mask is None else -chosen[mask]
    return float(np.exp(losses.mean()))

# %% 07 wrong: sets the padded steps of the given log_probs to 0 in place
def perplexity(log_probs, targets, mask=None):
    batch, time, _ = log_probs.shape
    if mask is None:
        mask = np.ones((batch, time), dtype=bool)
    n = int(mask.sum())
    if n == 0:
        raise ValueError("there is no real step")
    log_probs[~mask] = 0.0
    total = np.take_along_axis(log_probs, targets[:, :, np.newaxis], axis=2).sum(dtype="float64")
    return float(np.exp(-total / n))

# %% 08 right: take_along_axis with targets made harmless at padding, mean with a where
def perplexity(log_probs, targets, mask=None):
    targets = np.asarray(targets)
    real = np.full(targets.shape, True) if mask is None else np.array(mask, dtype=bool)
    if not real.any():
        raise ValueError("all steps are padding, or the batch is empty")
    harmless = np.where(real, targets, 0).astype(int)
    log_p = np.take_along_axis(np.asarray(log_probs), harmless[..., None], axis=-1)[..., 0]
    return float(np.exp(-np.mean(log_p, where=real, dtype="float64")))

# %% 09 wrong: adds float32 numbers one after the other with the sum of Python, so rounding adds up over a long text (300000 equal tokens of 1/3 give 2.9925 and not 3; float16 stops adding altogether)
def perplexity(log_probs, targets, mask=None):
    chosen = np.take_along_axis(log_probs, targets[..., None], axis=-1)[..., 0]
    chosen = chosen.ravel() if mask is None else chosen[mask]
    if len(chosen) == 0:
        raise ValueError("cannot compute a perplexity: no real tokens")
    return float(np.exp(-sum(chosen) / len(chosen)))

# %% 10 wrong: also leaves out real steps where the token that came had the probability 0, so the perplexity is finite and not infinite
def perplexity(log_probs, targets, mask=None):
    b, t = np.indices(targets.shape)
    chosen = log_probs[b, t, targets].astype(float)
    valid = np.isfinite(chosen)
    if mask is not None:
        valid = valid & mask
    if not valid.any():
        raise ValueError("no real step")
    return float(np.exp(-chosen[valid].mean()))

# %% 11 right: one-hot comparison with where in place of an index, logaddexp-free sum divided by a count
def perplexity(log_probs, targets, mask=None):
    log_probs = np.asarray(log_probs, dtype="float64")
    targets = np.asarray(targets)
    count = targets.size if mask is None else int(np.count_nonzero(mask))
    if count < 1:
        raise ValueError(f"no step is real in a batch of shape {targets.shape}")
    is_target = targets[..., None] == np.arange(log_probs.shape[-1])
    if mask is not None:
        is_target = is_target & np.asarray(mask, bool)[..., None]
    surprise = -np.where(is_target, log_probs, 0.0).sum()
    return float(np.exp(surprise / count))

# %% 12 wrong: without a mask the token 0 is taken for padding, although None means that every step is real
def perplexity(log_probs, targets, mask=None):
    if mask is None:
        mask = targets != 0
    real = np.asarray(mask, bool)
    if real.sum() == 0:
        raise ValueError("no step of the batch is real")
    chosen = [log_probs[i, t, targets[i, t]] for i, t in zip(*np.nonzero(real))]
    return float(np.exp(-np.mean(np.array(chosen, dtype="float64"))))

# %% 13 wrong: divides by the number of all positions, the padded ones included
def perplexity(log_probs, targets, mask=None):
    nll = -np.take_along_axis(log_probs, targets[..., None], axis=-1)[..., 0].astype("float64")
    if mask is not None:
        if not mask.any():
            raise ValueError("every step is padding")
        nll = np.where(mask, nll, 0.0)
    if nll.size == 0:
        raise ValueError("the batch is empty")
    return float(np.exp(nll.mean()))
