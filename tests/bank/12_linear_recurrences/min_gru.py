# %% 01 right: two products, np.where for the padding
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    z = sigmoid(x @ W_z + b_z)
    g = x @ W_g + b_g
    a, b = z, (1 - z) * g
    if mask is not None:
        real = np.asarray(mask, dtype=bool)[:, :, None]
        a = np.where(real, a, 1.0)
        b = np.where(real, b, 0.0)
    return linear_recurrence_scan(a, b, h0)

# %% 02 wrong: the convention of the paper, in which z is the share of the new candidate
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    z = sigmoid(x @ W_z + b_z)
    g = x @ W_g + b_g
    a, b = 1 - z, z * g
    if mask is not None:
        a = np.where(mask[..., None], a, 1.0)
        b = np.where(mask[..., None], b, 0.0)
    return linear_recurrence_scan(a, b, h0)

# %% 03 wrong: at padded steps nothing is added, but the state is still multiplied by the gate and fades
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    z = sigmoid(np.dot(x, W_z) + b_z)
    b = (1 - z) * (np.dot(x, W_g) + b_g)
    if mask is not None:
        b[~mask] = 0
    return linear_recurrence_scan(z, b, h0)

# %% 04 right: both kernels in one product, boolean indexing for the padding, 1 - z as the sigmoid of the negative sum
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    kernel = np.concatenate([W_z, W_g], axis=1)
    bias = np.concatenate([b_z, b_g])
    sums = x @ kernel + bias
    s, g = np.split(sums, 2, axis=-1)
    a = sigmoid(s)
    b = sigmoid(-s) * g
    if mask is not None:
        padded = ~np.asarray(mask, dtype=bool)
        a[padded] = 1
        b[padded] = 0
    return linear_recurrence_scan(a, b, h0)

# %% 05 wrong: the inputs at padded steps are set to zero, but the biases still open the gate there and the state moves
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    if mask is not None:
        x = np.where(mask[:, :, None], x, 0.0)
    z = sigmoid(x @ W_z + b_z)
    candidate = x @ W_g + b_g
    return linear_recurrence_scan(z, (1 - z) * candidate, h0)

# %% 06 wrong: h0 is not handed on to the scan, so the state always starts at zero
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    z = sigmoid(np.einsum("btf,fu->btu", x, W_z) + b_z)
    h_new = np.einsum("btf,fu->btu", x, W_g) + b_g
    keep = z
    add = (1 - z) * h_new
    if mask is not None:
        m = mask[:, :, np.newaxis]
        keep, add = np.where(m, keep, 1), np.where(m, add, 0)
    return linear_recurrence_scan(keep, add)

# %% 07 right: the mask enters the sums, a closed gate at padding (a plus infinite sum) gives exactly the pair 1 and 0
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    sums = np.einsum("btf,fu->btu", x, W_z) + b_z
    candidates = np.einsum("btf,fu->btu", x, W_g) + b_g
    if mask is not None:
        real = np.broadcast_to(np.asarray(mask, dtype=bool)[..., None], sums.shape)
        sums = np.where(real, sums, np.inf)
        candidates = np.where(real, candidates, 0.0)
    z = sigmoid(sums)
    return linear_recurrence_scan(z, candidates - z * candidates, h0)

# %% 08 wrong: the states at padded steps are set to zero instead of staying as they were
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    z = sigmoid(x @ W_z + b_z)
    a, b = z, (1 - z) * (x @ W_g + b_g)
    if mask is not None:
        a = np.where(mask[..., None], a, 1)
        b = np.where(mask[..., None], b, 0)
    h_all = linear_recurrence_scan(a, b, h0)
    if mask is not None:
        h_all = h_all * mask[..., None]
    return h_all

# %% 09 wrong: the result is right, but it cleans the padded inputs in the array of the caller
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    if mask is not None:
        x[~mask] = 0.0
    z = sigmoid(x @ W_z + b_z)
    a = z.copy()
    b = (1 - z) * (x @ W_g + b_g)
    if mask is not None:
        a[~mask], b[~mask] = 1.0, 0.0
    return linear_recurrence_scan(a, b, h0)

# %% 10 wrong: hands the pair to the loop of part 1 instead of to the scan, so there is a loop over time
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    z = sigmoid(x @ W_z + b_z)
    g = x @ W_g + b_g
    m = np.ones(x.shape[:2], dtype=bool) if mask is None else mask
    a = np.where(m[..., None], z, 1.0)
    b = np.where(m[..., None], (1 - z) * g, 0.0)
    return linear_recurrence(a, b, h0)

# %% 11 right: a share of new information that is zero at padding, from which factor and addend follow
def gates_of(x, kernel, bias):
    batch, time, features = x.shape
    flat = np.dot(np.reshape(x, (batch * time, features)), kernel) + bias
    return flat.reshape(batch, time, kernel.shape[1])


def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    new_share = sigmoid(-gates_of(x, W_z, b_z))
    if mask is not None:
        new_share = new_share * np.asarray(mask, dtype=bool)[:, :, None]
    return linear_recurrence_scan(1 - new_share, new_share * gates_of(x, W_g, b_g), h0)

# %% 12 wrong: a sigmoid of its own as a quotient of two exponentials, which is nan where the sum of the gate is large
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    e = np.exp(x @ W_z + b_z)
    z = e / (1 + e)
    g = x @ W_g + b_g
    a, b = z, (1 - z) * g
    if mask is not None:
        pad = np.logical_not(mask)
        a[pad] = 1
        b[pad] = 0
    return linear_recurrence_scan(a, b, h0)

# %% 13 wrong: without a mask, steps whose inputs are all zero are taken for padding, although None says that every step is real
def min_gru(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    if mask is None:
        mask = (x != 0).any(axis=-1)
    mask = mask[:, :, None]
    z = sigmoid(x @ W_z + b_z)
    candidate = x @ W_g + b_g
    a = np.where(mask, z, 1.0)
    b = np.where(mask, (1 - z) * candidate, 0.0)
    return linear_recurrence_scan(a, b, h0)
