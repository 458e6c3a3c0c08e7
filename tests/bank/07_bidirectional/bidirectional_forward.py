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

# %% d01 wrong: the backward states are not turned back, so the two states at a step belong to different words
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge must be 'concat', 'sum', 'mul' or 'ave', not {merge!r}")
    right, right_last = rnn_forward(x, *forward, mask=mask)
    left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)

    def join(a, b):
        if merge == "concat":
            return np.concatenate([a, b], axis=-1)
        if merge == "sum":
            return a + b
        if merge == "mul":
            return a * b
        return (a + b) / 2

    h_all = join(right, left)
    if mask is not None:
        h_all = h_all * mask[:, :, np.newaxis]
    return h_all, join(right_last, left_last)

# %% d02 right: checks merge first, a helper with early returns, the mask multiplied at the end
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge must be 'concat', 'sum', 'mul' or 'ave', not {merge!r}")

    def join(a, b):
        if merge == "concat":
            return np.concatenate([a, b], axis=-1)
        if merge == "sum":
            return a + b
        if merge == "mul":
            return a * b
        return (a + b) / 2

    right, right_last = rnn_forward(x, *forward, mask=mask)
    left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    h_all = join(right, reverse_padded(left, mask))
    if mask is not None:
        h_all = h_all * mask[:, :, np.newaxis]
    return h_all, join(right_last, left_last)

# %% d03 wrong: h_all is not set to 0 at padded steps, the carried states stay there
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    h_f, last_f = rnn_forward(x, *forward, mask)
    h_b, last_b = rnn_forward(reverse_padded(x, mask), *backward, mask)
    h_b = reverse_padded(h_b, mask)
    if merge == "concat":
        return np.concatenate((h_f, h_b), axis=2), np.concatenate((last_f, last_b), axis=1)
    elif merge == "sum":
        return h_f + h_b, last_f + last_b
    elif merge == "mul":
        return h_f * h_b, last_f * last_b
    elif merge == "ave":
        return (h_f + h_b) / 2, (last_f + last_b) / 2
    else:
        raise ValueError("unknown merge: " + repr(merge))

# %% d04 wrong: an unknown merge raises the KeyError of the dict instead of a ValueError
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    joiners = {
        "concat": lambda a, b: np.concatenate([a, b], axis=-1),
        "sum": lambda a, b: a + b,
        "mul": lambda a, b: a * b,
        "ave": lambda a, b: 0.5 * (a + b),
    }
    join = joiners[merge]
    fwd_all, fwd_last = rnn_forward(x, *forward, mask=mask)
    bwd_all, bwd_last = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    h_all = join(fwd_all, reverse_padded(bwd_all, mask))
    if mask is not None:
        h_all[~mask] = 0
    return h_all, join(fwd_last, bwd_last)

# %% d05 wrong: the last state of the backward network is read at the last step after turning back, where it has seen one word only
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ["concat", "sum", "mul", "ave"]:
        raise ValueError(f"unknown merge {merge!r}")
    if mask is None:
        mask = np.ones(x.shape[:2], dtype=bool)
    right, _ = rnn_forward(x, *forward, mask=mask)
    left, _ = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    left = reverse_padded(left, mask)
    rows = np.arange(len(x))
    end = np.maximum(mask.sum(axis=1) - 1, 0)

    def merged(a, b):
        return {
            "concat": np.concatenate([a, b], axis=-1),
            "sum": a + b,
            "mul": a * b,
            "ave": (a + b) / 2,
        }[merge]

    h_all = np.where(mask[..., None], merged(right, left), 0.0)
    return h_all, merged(right[rows, end], left[rows, end])

# %% d06 right: each sequence alone and cut to its real steps, so no network ever sees padding
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    known = ["concat", "sum", "mul", "ave"]
    if not isinstance(merge, str) or known.count(merge) == 0:
        raise ValueError("merge should be one of {}, and {!r} was given".format(", ".join(known), merge))
    batch, time = x.shape[:2]
    units_f, units_b = forward[1].shape[0], backward[1].shape[0]
    right, left = np.zeros((batch, time, units_f)), np.zeros((batch, time, units_b))
    right_last, left_last = np.zeros((batch, units_f)), np.zeros((batch, units_b))
    for n in range(batch):
        length = time if mask is None else int(np.sum(mask[n]))
        if length == 0:
            continue
        sentence = x[n : n + 1, :length]
        states, last = rnn_forward(sentence, *forward)
        right[n, :length], right_last[n] = states[0], last[0]
        states, last = rnn_forward(reverse_padded(sentence), *backward)
        left[n, :length], left_last[n] = reverse_padded(states)[0], last[0]
    results = []
    for a, b in ((right, left), (right_last, left_last)):
        if merge == "concat":
            results.append(np.concatenate((a, b), axis=-1))
        elif merge == "mul":
            results.append(np.multiply(a, b))
        else:
            total = np.add(a, b)
            results.append(total / 2 if merge == "ave" else total)
    return tuple(results)

# %% d07 wrong: h_last is taken from the last step of h_all, which is 0 at padding and holds the first state of the backward network
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    right = rnn_forward(x, *forward, mask=mask)[0]
    left = reverse_padded(rnn_forward(reverse_padded(x, mask), *backward, mask=mask)[0], mask)
    if merge == "concat":
        h_all = np.concatenate([right, left], axis=-1)
    elif merge == "sum":
        h_all = right + left
    elif merge == "mul":
        h_all = right * left
    elif merge == "ave":
        h_all = (right + left) / 2
    else:
        raise ValueError(f"merge must be concat, sum, mul or ave, got {merge!r}")
    if mask is not None:
        h_all = h_all * mask[..., None]
    return h_all, h_all[:, -1]

# %% d08 wrong: the whole array is turned round with its padding while the mask is not, so the backward network reads padding and misses words
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge was {merge!r}")
    h_f, last_f = rnn_forward(x, *forward, mask=mask)
    h_b, last_b = rnn_forward(x[:, ::-1], *backward, mask=mask)
    h_b = h_b[:, ::-1]

    def combine(p, q):
        if merge == "concat":
            return np.concatenate([p, q], axis=-1)
        elif merge == "sum":
            return p + q
        elif merge == "mul":
            return p * q
        return (p + q) / 2.0

    out = combine(h_f, h_b)
    if mask is not None:
        out = np.where(mask[:, :, None], out, 0)
    return out, combine(last_f, last_b)

# %% d09 right: a dict of functions behind a type check, np.where for the padding, the mask made when there is none
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    joins = {
        "concat": lambda pair: np.concatenate(pair, axis=-1),
        "sum": lambda pair: np.sum(pair, axis=0),
        "mul": lambda pair: np.prod(pair, axis=0),
        "ave": lambda pair: np.mean(pair, axis=0),
    }
    if not (isinstance(merge, str) and merge in joins):
        raise ValueError(f"There is no merge {merge!r}; choose one of {sorted(joins)}.")
    real = np.ones(x.shape[:2], dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
    forward_all, forward_last = rnn_forward(x, *forward, mask=real)
    backward_all, backward_last = rnn_forward(reverse_padded(x, real), *backward, mask=real)
    joined = joins[merge]([forward_all, reverse_padded(backward_all, real)])
    return np.where(real[:, :, None], joined, 0.0), joins[merge]([forward_last, backward_last])

# %% d10 wrong: the backward network gets no mask, so it reads the padding after the first word and its last state is spoilt
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge {merge!r} is not known")
    a, a_last = rnn_forward(x, *forward, mask=mask)
    b, b_last = rnn_forward(reverse_padded(x, mask), *backward)
    b = reverse_padded(b, mask)
    if merge == "concat":
        h_all, h_last = np.concatenate([a, b], -1), np.concatenate([a_last, b_last], -1)
    if merge == "sum":
        h_all, h_last = a + b, a_last + b_last
    if merge == "mul":
        h_all, h_last = a * b, a_last * b_last
    if merge == "ave":
        h_all, h_last = (a + b) / 2, (a_last + b_last) / 2
    if mask is not None:
        h_all[np.logical_not(mask)] = 0
    return h_all, h_last

# %% d11 wrong: merge is looked for inside one text, so "", "con" and other parts of a name are taken for the mean instead of an error
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge is None or merge not in "concat, sum, mul, ave":
        raise ValueError(f"merge must be concat, sum, mul or ave, not {merge!r}")

    def join(a, b):
        if merge == "concat":
            return np.concatenate([a, b], axis=-1)
        if merge == "sum":
            return a + b
        if merge == "mul":
            return a * b
        return (a + b) / 2

    right, right_last = rnn_forward(x, *forward, mask=mask)
    left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    h_all = join(right, reverse_padded(left, mask))
    if mask is not None:
        h_all = np.where(mask[:, :, None], h_all, 0.0)
    return h_all, join(right_last, left_last)

# %% d12 wrong: the ValueError lists what is possible but does not say what was given
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError("merge must be one of 'concat', 'sum', 'mul' or 'ave'")
    if mask is None:
        mask = np.ones(x.shape[:2], bool)
    right, right_last = rnn_forward(x, *forward, mask)
    left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask)
    left = reverse_padded(left, mask)
    if merge == "concat":
        h_all = np.concatenate([right, left], axis=2)
        h_last = np.concatenate([right_last, left_last], axis=1)
    elif merge == "sum":
        h_all = right + left
        h_last = right_last + left_last
    elif merge == "mul":
        h_all = right * left
        h_last = right_last * left_last
    else:
        h_all = np.mean([right, left], axis=0)
        h_last = np.mean([right_last, left_last], axis=0)
    return h_all * mask[:, :, None], h_last

# %% d13 right: turns everything round, padding and mask as well, so that the padding comes first and the state stays 0 over it
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if mask is None:
        mask = np.full(x.shape[:2], True)
    right, right_last = rnn_forward(x, *forward, mask)
    left, left_last = rnn_forward(reverse_padded(x), *backward, reverse_padded(mask))
    left = reverse_padded(left)
    right[np.logical_not(mask)] = 0
    left[np.logical_not(mask)] = 0
    if merge == "concat":
        return np.dstack((right, left)), np.hstack((right_last, left_last))
    if merge == "sum":
        return right + left, right_last + left_last
    if merge == "mul":
        return right * left, right_last * left_last
    if merge == "ave":
        return (right + left) / 2, (right_last + left_last) / 2
    raise ValueError(f"merge={merge!r} is not one of 'concat', 'sum', 'mul', 'ave'")

# %% d14 wrong: the joined states go into an array of the type of x, so whole numbers in x cut the fractions off
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge={merge!r} is not possible")
    units = forward[1].shape[0]
    batch, time = x.shape[:2]
    f_all, f_last = rnn_forward(x, *forward, mask=mask)
    b_all, b_last = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    b_all = reverse_padded(b_all, mask)
    h_all = np.zeros((batch, time, 2 * units if merge == "concat" else units), dtype=x.dtype)
    for n in range(batch):
        for t in range(time):
            if mask is not None and not mask[n, t]:
                continue
            if merge == "concat":
                h_all[n, t, :units] = f_all[n, t]
                h_all[n, t, units:] = b_all[n, t]
            elif merge == "sum":
                h_all[n, t] = f_all[n, t] + b_all[n, t]
            elif merge == "mul":
                h_all[n, t] = f_all[n, t] * b_all[n, t]
            else:
                h_all[n, t] = (f_all[n, t] + b_all[n, t]) / 2
    if merge == "concat":
        h_last = np.concatenate([f_last, b_last], axis=1)
    elif merge == "sum":
        h_last = f_last + b_last
    elif merge == "mul":
        h_last = f_last * b_last
    else:
        h_last = (f_last + b_last) / 2
    return h_all, h_last

# %% d15 wrong: without a mask, steps that hold only zeros are taken for padding although None says that every step is real
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge must be one of concat, sum, mul, ave; got {merge!r}")
    if mask is None:
        mask = np.any(x != 0, axis=-1)
    states, lasts = [], []
    for weights, turned in ((forward, False), (backward, True)):
        inputs = reverse_padded(x, mask) if turned else x
        h, last = rnn_forward(inputs, *weights, mask=mask)
        states.append(reverse_padded(h, mask) if turned else h)
        lasts.append(last)
    out = []
    for a, b in (states, lasts):
        if merge == "concat":
            out.append(np.concatenate([a, b], axis=-1))
        elif merge == "sum":
            out.append(a + b)
        elif merge == "mul":
            out.append(a * b)
        else:
            out.append((a + b) / 2)
    return out[0] * mask[..., None], out[1]

# %% d16 wrong: h_last is always put side by side, whatever merge says
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    right, right_last = rnn_forward(x, *forward, mask=mask)
    left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    left = reverse_padded(left, mask)
    if merge == "concat":
        h_all = np.concatenate([right, left], axis=-1)
    elif merge == "sum":
        h_all = right + left
    elif merge == "mul":
        h_all = right * left
    elif merge == "ave":
        h_all = (right + left) / 2
    else:
        raise ValueError(f"merge must be concat, sum, mul or ave, got {merge!r}")
    if mask is not None:
        h_all = np.where(mask[:, :, np.newaxis], h_all, 0)
    return h_all, np.concatenate([right_last, left_last], axis=-1)

# %% d17 right: a small class holds each network with its way of turning, and merging is done by one ufunc where there is one
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    class Reader:
        def __init__(self, weights, turn):
            self.weights, self.turn = weights, turn

        def __call__(self, inputs):
            states, last = rnn_forward(self.turn(inputs), *self.weights, mask=mask)
            return self.turn(states), last

    if not isinstance(merge, str):
        raise ValueError(f"merge must be a name, not {merge!r}")
    if merge == "concat":
        join = lambda a, b: np.concatenate([a, b], axis=a.ndim - 1)
    elif merge == "sum":
        join = np.add
    elif merge == "mul":
        join = np.multiply
    elif merge == "ave":
        join = lambda a, b: a + (b - a) / 2
    else:
        raise ValueError(f"merge must be concat, sum, mul or ave, not {merge!r}")

    readers = (Reader(forward, lambda a: a), Reader(backward, lambda a: reverse_padded(a, mask)))
    (states_a, last_a), (states_b, last_b) = (reader(x) for reader in readers)
    h_all = join(states_a, states_b)
    if mask is not None:
        for n, t in zip(*np.nonzero(np.logical_not(mask))):
            h_all[n, t] = 0
    return h_all, join(last_a, last_b)

# %% d18 wrong: the spelling of merge is made lower case, so "Concat" passes instead of raising, and None raises an AttributeError
def bidirectional_forward(x, forward, backward, mask=None, merge="concat"):
    merge = merge.lower().strip()
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"merge must be concat, sum, mul or ave, not {merge!r}")
    h_f, last_f = rnn_forward(x, *forward, mask=mask)
    h_b, last_b = rnn_forward(reverse_padded(x, mask), *backward, mask=mask)
    h_b = reverse_padded(h_b, mask)
    if merge == "concat":
        h_all, h_last = np.concatenate([h_f, h_b], axis=-1), np.concatenate([last_f, last_b], axis=-1)
    elif merge == "sum":
        h_all, h_last = h_f + h_b, last_f + last_b
    elif merge == "mul":
        h_all, h_last = h_f * h_b, last_f * last_b
    else:
        h_all, h_last = (h_f + h_b) / 2, (last_f + last_b) / 2
    if mask is not None:
        h_all = h_all * mask[..., None]
    return h_all, h_last
