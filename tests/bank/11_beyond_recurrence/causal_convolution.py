# %% d01 wrong: the kernel is read the wrong way round, its first slice meets the newest input instead of the last one
def causal_convolution(x, kernel, bias, dilation=1):
    width = kernel.shape[0]
    time = x.shape[1]
    padded = np.pad(x, ((0, 0), ((width - 1) * dilation, 0), (0, 0)))
    y = np.zeros((x.shape[0], time, kernel.shape[2])) + bias
    for j in range(width):
        start = (width - 1 - j) * dilation
        y = y + padded[:, start:start + time] @ kernel[j]
    return y

# %% d02 right: zeros in front with np.pad, one matrix product for each slice of the kernel
def causal_convolution(x, kernel, bias, dilation=1):
    width, _, units = kernel.shape
    batch, time, _ = x.shape
    padded = np.pad(x, ((0, 0), ((width - 1) * dilation, 0), (0, 0)))
    y = np.zeros((batch, time, units)) + bias
    for k in range(width):
        y = y + padded[:, k * dilation : k * dilation + time] @ kernel[k]
    return y

# %% d03 wrong: time - shift becomes negative when the kernel reaches further back than the sequence is long, and the shapes no longer fit
def causal_convolution(x, kernel, bias, dilation=1):
    batch, time, _ = x.shape
    width, _, units = kernel.shape
    y = np.zeros((batch, time, units))
    y += bias
    for j in range(width):
        shift = j * dilation
        y[:, shift:] += x[:, :time - shift] @ kernel[width - 1 - j]
    return y

# %% d04 right: plain loops over sequences, steps and slices, exactly the formula, with a break before the first step
def causal_convolution(x, kernel, bias, dilation=1):
    n_batch, n_steps = x.shape[0], x.shape[1]
    k = kernel.shape[0]
    y = np.empty((n_batch, n_steps, kernel.shape[2]), dtype=float)
    for n in range(n_batch):
        for t in range(n_steps):
            total = np.array(bias, dtype=float)
            for j in range(k):
                s = t - j * dilation
                if s < 0:
                    break
                total = total + x[n, s] @ kernel[k - 1 - j]
            y[n, t] = total
    return y

# %% d05 wrong: a step before the first one is a negative index, so the end of the sequence is read instead of a zero
def causal_convolution(x, kernel, bias, dilation=1):
    batch, time, features = x.shape
    width = len(kernel)
    y = np.zeros((batch, time, kernel.shape[-1]))
    for t in range(time):
        for j in range(width):
            y[:, t] += x[:, t - j * dilation] @ kernel[width - 1 - j]
        y[:, t] += bias
    return y

# %% d06 wrong: the result takes the type of x, so with whole numbers in x the fractions are cut off
def causal_convolution(x, kernel, bias, dilation=1):
    batch, time, _ = x.shape
    width, _, units = kernel.shape
    y = np.zeros((batch, time, units), dtype=x.dtype)
    for t in range(time):
        acc = bias.copy()
        for j in range(width):
            if t - j * dilation >= 0:
                acc = acc + x[:, t - j * dilation] @ kernel[-1 - j]
        y[:, t] = acc
    return y

# %% d07 wrong: half of the zeros stand in front and half behind, as with padding "same", so the outputs see later steps
def causal_convolution(x, kernel, bias, dilation=1):
    width = kernel.shape[0]
    reach = (width - 1) * dilation
    left = reach // 2
    right = reach - left
    padded = np.pad(x, [(0, 0), (left, right), (0, 0)], mode="constant")
    slices = [padded[:, k * dilation : k * dilation + x.shape[1], :] @ kernel[k] for k in range(width)]
    return np.sum(slices, axis=0) + bias

# %% d08 right: a table of positions and one gather, then einsum over slices and features at once
def causal_convolution(x, kernel, bias, dilation=1):
    width = kernel.shape[0]
    time = x.shape[1]
    positions = np.arange(time)[:, None] - dilation * np.arange(width - 1, -1, -1)[None, :]
    inside = positions >= 0
    seen = np.where(inside[None, :, :, None], x[:, np.where(inside, positions, 0)], 0)
    return np.einsum("btkf,kfu->btu", seen, kernel.astype(float)) + bias

# %% d09 wrong: the bias is added once for each slice of the kernel, so width times in all
def causal_convolution(x, kernel, bias, dilation=1):
    def delayed(steps):
        if steps == 0:
            return x
        front = np.zeros((x.shape[0], steps, x.shape[2]))
        return np.concatenate([front, x], axis=1)[:, :x.shape[1]]

    width = len(kernel)
    return sum(delayed(j * dilation) @ kernel[width - 1 - j] + bias for j in range(width))

# %% d10 wrong: the delayed copy is x itself, so the shifts write into the array that was given
def causal_convolution(x, kernel, bias, dilation=1):
    width = kernel.shape[0]
    delayed = x
    y = bias + delayed @ kernel[width - 1]
    for j in range(1, width):
        delayed[:, dilation:] = delayed[:, :-dilation].copy()
        delayed[:, :dilation] = 0
        y = y + delayed @ kernel[width - 1 - j]
    return y

# %% d11 wrong: the dilated kernel is made with np.repeat, so each slice stands there several times where zeros belong
def causal_convolution(x, kernel, bias, dilation=1):
    wide = np.repeat(kernel, dilation, axis=0)
    if dilation > 1:
        wide = wide[dilation - 1:]
    reach = wide.shape[0] - 1
    time = x.shape[1]
    padded = np.concatenate([np.zeros((x.shape[0], reach, x.shape[2])), x], axis=1)
    y = np.zeros((x.shape[0], time, kernel.shape[2]))
    for k in range(wide.shape[0]):
        y += padded[:, k:k + time] @ wide[k]
    return y + bias

# %% d12 right: recursion over the kernel, the newest slice now and the rest of the kernel on delayed inputs
def causal_convolution(x, kernel, bias, dilation=1):
    here = x @ (1.0 * kernel[-1])
    if len(kernel) == 1:
        return here + bias
    time = x.shape[1]
    before = np.zeros_like(x)
    if dilation < time:
        before[:, dilation:] = x[:, : time - dilation]
    return here + causal_convolution(before, kernel[:-1], bias, dilation)

# %% d13 wrong: the test is > 0 instead of >= 0, so the first step of the sequence is never seen
def causal_convolution(x, kernel, bias, dilation=1):
    k = kernel.shape[0]
    out = []
    for t in range(x.shape[1]):
        y_t = np.tile(bias, (x.shape[0], 1)).astype(float)
        for j in range(k):
            source = t - j * dilation
            if source > 0:
                y_t += x[:, source] @ kernel[k - 1 - j]
        out.append(y_t)
    return np.stack(out, axis=1)

# %% d14 wrong: windows and kernel are flattened in different orders, so with several features and slices the wrong pairs are multiplied
def causal_convolution(x, kernel, bias, dilation=1):
    width, features, units = kernel.shape
    batch, time, _ = x.shape
    span = (width - 1) * dilation + 1
    padded = np.pad(x, ((0, 0), (span - 1, 0), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, span, axis=1)[..., ::dilation]
    return windows.reshape(batch, time, features * width) @ kernel.reshape(width * features, units) + bias

# %% d15 wrong: squeeze at the end drops the axes of length 1, so one sequence, one step or one unit comes back in the wrong shape
def causal_convolution(x, kernel, bias, dilation=1):
    width = kernel.shape[0]
    time = x.shape[1]
    reach = (width - 1) * dilation
    padded = np.pad(x, ((0, 0), (reach, 0), (0, 0)))
    columns = np.stack([padded[:, k * dilation:k * dilation + time] for k in range(width)], axis=2)
    return np.squeeze(np.einsum("btkf,kfu->btu", columns, kernel) + bias)

# %% d16 right: np.convolve of each feature with each column of the kernel, on every dilation-th step by itself
def causal_convolution(x, kernel, bias, dilation=1):
    batch, time, features = x.shape
    width, _, units = kernel.shape
    y = np.zeros((batch, time, units))
    for n in range(batch):
        for u in range(units):
            y[n, :, u] = bias[u]
            for f in range(features):
                for first in range(min(dilation, time)):
                    every = x[n, first::dilation, f]
                    y[n, first::dilation, u] += np.convolve(every, kernel[::-1, f, u])[: len(every)]
    return y

# %% d17 wrong: np.roll brings the end of the sequence round to its beginning where zeros belong
def causal_convolution(x, kernel, bias, dilation=1):
    y = 0
    for j, slice_ in enumerate(kernel[::-1]):
        y = y + np.roll(x, j * dilation, axis=1) @ slice_
    return y + bias

# %% d18 wrong: the inputs before the first step repeat it (mode "edge") instead of being zero, and a ReLU follows though no activation is asked for
def causal_convolution(x, kernel, bias, dilation=1):
    reach = (len(kernel) - 1) * dilation
    padded = np.pad(x, ((0, 0), (reach, 0), (0, 0)), mode="edge")
    y = sum(padded[:, k * dilation : k * dilation + x.shape[1]] @ kernel[k] for k in range(len(kernel)))
    return np.maximum(y + bias, 0)
