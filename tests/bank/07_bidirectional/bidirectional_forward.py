# %% 01 right: dictionary of joining functions, looked up by a safe test first
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    joins = {
        "concat": lambda a, b: np.concatenate([a, b], axis=-1),
        "sum": np.add,
        "mul": np.multiply,
        "ave": lambda a, b: (a + b) / 2,
    }
    if not isinstance(merge, str) or merge not in joins:
        raise ValueError(f"merge must be one of {', '.join(joins)}, but {merge!r} was given")
    join = joins[merge]
    there, there_last = rnn_forward(x, *forward, mask)
    back, back_last = rnn_forward(reverse_padded(x, mask), *backward, mask)
    h_all = join(there, reverse_padded(back, mask))
    if mask is not None:
        h_all = h_all * np.asarray(mask, bool)[..., np.newaxis]
    return h_all, join(there_last, back_last)

# %% 02 wrong: "ave" halves the states at every step but not the last states, which are summed
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"unknown merge: {merge!r}")
    f_all, f_last = rnn_forward(x, *forward, mask=mask)
    b_all, b_last = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    b_all = reverse_padded(b_all, mask)
    if merge == "concat":
        h_all = np.concatenate([f_all, b_all], axis=2)
        h_last = np.concatenate([f_last, b_last], axis=1)
    elif merge == "mul":
        h_all, h_last = f_all * b_all, f_last * b_last
    else:
        h_all, h_last = f_all + b_all, f_last + b_last
        if merge == "ave":
            h_all = h_all / 2
    if mask is not None:
        h_all = np.where(mask[:, :, None], h_all, 0.0)
    return h_all, h_last

# %% 03 wrong: the backward states are turned back without the mask, so at padded sequences they stand at the wrong words
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    right, right_last = rnn_forward(x, *forward, mask)
    left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask)
    left = reverse_padded(left)

    def join(a, b):
        if merge == "concat":
            return np.concatenate([a, b], axis=-1)
        if merge == "sum":
            return a + b
        if merge == "mul":
            return a * b
        if merge == "ave":
            return 0.5 * (a + b)
        raise ValueError(f"merge={merge!r} is not possible")

    h_all, h_last = join(right, left), join(right_last, left_last)
    if mask is not None:
        h_all[~mask] = 0
    return h_all, h_last

# %% 04 wrong: the states at padded steps are carried on and not set to 0
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    modes = {
        "concat": lambda pair: np.concatenate(pair, axis=-1),
        "sum": sum,
        "mul": lambda pair: pair[0] * pair[1],
        "ave": lambda pair: sum(pair) / 2,
    }
    if merge not in modes:
        raise ValueError(f"merge must be in {list(modes)}, got {merge!r}")
    f_all, f_last = rnn_forward(x, *forward, mask)
    b_all, b_last = rnn_forward(reverse_padded(x, mask), *backward, mask)
    return modes[merge]([f_all, reverse_padded(b_all, mask)]), modes[merge]([f_last, b_last])

# %% 05 right: both halves written into arrays made beforehand, the merge judged by if and elif before any work
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    def combine(a, b):
        out = np.concatenate((a, b), axis=a.ndim - 1)
        half = a.shape[-1]
        if merge == "concat":
            return out
        if merge == "mul":
            return out[..., :half] * out[..., half:]
        total = out[..., :half] + out[..., half:]
        return total if merge == "sum" else total * 0.5

    if merge is None or not isinstance(merge, str) or merge not in ["concat", "sum", "mul", "ave"]:
        raise ValueError("merge is " + repr(merge) + ", but has to be concat, sum, mul or ave")

    real = np.ones(x.shape[:2], dtype=bool) if mask is None else np.array(mask, dtype=bool)
    states_f, last_f = rnn_forward(x, forward[0], forward[1], forward[2], mask=real)
    states_b, last_b = rnn_forward(reverse_padded(x, real), backward[0], backward[1], backward[2], mask=real)
    joined = combine(states_f, reverse_padded(states_b, real))
    h_all = np.zeros_like(joined)
    h_all[real] = joined[real]
    return h_all, combine(last_f, last_b)

# %% 06 wrong: merge=None gives back both states unjoined, as Keras does, where the text asks for a ValueError
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    states, last = rnn_forward(x, *forward, mask)
    states_back, last_back = rnn_forward(reverse_padded(x, mask), *backward, mask)
    states_back = reverse_padded(states_back, mask)
    if mask is not None:
        states = states * mask[:, :, None]
        states_back = states_back * mask[:, :, None]
    if merge is None:
        return (states, states_back), (last, last_back)
    if merge == "concat":
        return np.concatenate([states, states_back], axis=-1), np.concatenate([last, last_back], axis=-1)
    if merge == "sum":
        return states + states_back, last + last_back
    if merge == "mul":
        return states * states_back, last * last_back
    if merge == "ave":
        return (states + states_back) / 2, (last + last_back) / 2
    raise ValueError(f"merge: {merge!r} is not one of concat, sum, mul, ave")

# %% 07 wrong: the ValueError does not say what was given
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError("merge is wrong")

    def join(a, b):
        if merge == "concat":
            return np.concatenate([a, b], axis=-1)
        if merge == "mul":
            return a * b
        return (a + b) / (2 if merge == "ave" else 1)

    f, f_last = rnn_forward(x, *forward, mask)
    g, g_last = rnn_forward(reverse_padded(x, mask), *backward, mask)
    h = join(f, reverse_padded(g, mask))
    if mask is not None:
        h = h * mask[..., None]
    return h, join(f_last, g_last)

# %% 08 wrong: takes h_last as the joined states at the last real step, where the backward network has read one word only
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ["concat", "sum", "mul", "ave"]:
        raise ValueError(f"merge must be concat, sum, mul or ave, not {merge!r}")
    if mask is None:
        mask = np.ones(x.shape[:2], dtype=bool)
    h_f, _ = rnn_forward(x, *forward, mask)
    h_b, _ = rnn_forward(reverse_padded(x, mask), *backward, mask)
    h_b = reverse_padded(h_b, mask)
    if merge == "concat":
        h_all = np.concatenate([h_f, h_b], axis=-1)
    elif merge == "sum":
        h_all = h_f + h_b
    elif merge == "mul":
        h_all = h_f * h_b
    else:
        h_all = (h_f + h_b) / 2
    h_all = h_all * mask[:, :, None]
    h_last = h_all[np.arange(len(x)), mask.sum(axis=1) - 1]
    return h_all, h_last

# %% 09 right: stacks both directions on a new axis and reduces that axis
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if not (isinstance(merge, str) and merge in {"concat", "sum", "mul", "ave"}):
        raise ValueError(f"merge={merge!r} is unknown")
    runs = [rnn_forward(x, *forward, mask=mask), rnn_forward(reverse_padded(x, mask), *backward, mask=mask)]
    every = np.stack([runs[0][0], reverse_padded(runs[1][0], mask)])
    last = np.stack([runs[0][1], runs[1][1]])
    if mask is not None:
        every = np.where(np.asarray(mask)[None, :, :, None], every, 0.0)
    if merge == "concat":
        return tuple(np.concatenate(list(both), axis=-1) for both in (every, last))
    reduce = {"sum": np.sum, "mul": np.prod, "ave": np.mean}[merge]
    return reduce(every, axis=0), reduce(last, axis=0)

# %% 10 wrong: the backward network runs without the mask, so its last state has read the padding behind the first word
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    joins = dict(concat=lambda a, b: np.concatenate([a, b], -1), sum=lambda a, b: a + b, mul=lambda a, b: a * b, ave=lambda a, b: (a + b) / 2)
    if merge not in joins:
        raise ValueError(f"unknown merge {merge!r}")
    fw, fw_last = rnn_forward(x, *forward, mask)
    bw, bw_last = rnn_forward(reverse_padded(x, mask), *backward)
    h = joins[merge](fw, reverse_padded(bw, mask))
    if mask is not None:
        h = np.where(mask[..., None], h, 0)
    return h, joins[merge](fw_last, bw_last)

# %% 11 wrong: h_all is made with the type of x, so inputs of whole numbers cut all its states to 0
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge was {merge!r}, allowed are concat, sum, mul, ave")
    batch, time, _ = x.shape
    units = forward[1].shape[0]
    if mask is None:
        mask = np.ones((batch, time), dtype=bool)
    f_all, f_last = rnn_forward(x, *forward, mask)
    b_all, b_last = rnn_forward(reverse_padded(x, mask), *backward, mask)
    b_all = reverse_padded(b_all, mask)
    h_all = np.zeros((batch, time, 2 * units if merge == "concat" else units), dtype=x.dtype)
    if merge == "concat":
        h_all[..., :units] = f_all
        h_all[..., units:] = b_all
        h_last = np.hstack([f_last, b_last])
    elif merge == "mul":
        h_all[:] = f_all * b_all
        h_last = f_last * b_last
    else:
        share = 1.0 if merge == "sum" else 0.5
        h_all[:] = share * (f_all + b_all)
        h_last = share * (f_last + b_last)
    h_all[~mask] = 0
    return h_all, h_last

# %% 12 right: sequence by sequence without padding, each cut to its real length
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    def join(a, b):
        if merge == "sum":
            return a + b
        if merge == "mul":
            return a * b
        if merge == "ave":
            return (a + b) / 2.0
        return np.concatenate([a, b], axis=-1)

    allowed = ("concat", "sum", "mul", "ave")
    if not any(isinstance(merge, str) and merge == name for name in allowed):
        raise ValueError(f"cannot merge by {merge!r}, only by {allowed}")
    batch, time, _ = x.shape
    units = forward[1].shape[0]
    width = 2 * units if merge == "concat" else units
    h_all, h_last = np.zeros((batch, time, width)), np.zeros((batch, width))
    for i in range(batch):
        length = time if mask is None else int(np.count_nonzero(mask[i]))
        piece = x[i : i + 1, :length]
        f_all, f_last = rnn_forward(piece, *forward)
        b_all, b_last = rnn_forward(reverse_padded(piece), *backward)
        h_all[i, :length] = join(f_all, reverse_padded(b_all))[0]
        h_last[i] = join(f_last, b_last)[0]
    return h_all, h_last

# %% 13 wrong: without a mask it takes steps whose input is all zeros for padding, although None means that every step is real
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    modes = ["concat", "sum", "mul", "ave"]
    if merge not in modes:
        raise ValueError(f"merge should be one of {modes}, but is {merge!r}")
    if mask is None:
        mask = np.any(x != 0, axis=-1)
    right, right_last = rnn_forward(x, *forward, mask)
    left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask)
    left = reverse_padded(left, mask)
    pairs = [(right, left), (right_last, left_last)]
    if merge == "concat":
        h_all, h_last = (np.concatenate(pair, axis=-1) for pair in pairs)
    elif merge == "mul":
        h_all, h_last = (a * b for a, b in pairs)
    elif merge == "sum":
        h_all, h_last = (a + b for a, b in pairs)
    else:
        h_all, h_last = (np.mean(pair, axis=0) for pair in pairs)
    return h_all * mask[:, :, np.newaxis], h_last
