# %% 01 wrong: accepts any spelling such as "GRU" or "Lstm" through lower(), where every other kind has to raise
def count_parameters(kind, features, units, reset_after=True):
    name = str(kind).lower()
    if name == "rnn":
        return units * (features + units + 1)
    if name == "lstm":
        return 4 * units * (features + units + 1)
    if name == "gru":
        rows = 2 if reset_after else 1
        return 3 * units * (features + units + rows)
    raise ValueError(f"unknown kind: {kind!r}")

# %% 02 right: lists the shapes of kernel, recurrent kernel and bias and adds up their sizes
def count_parameters(kind, features, units, reset_after=True):
    if kind == "rnn":
        width = units
    elif kind == "lstm":
        width = 4 * units
    elif kind == "gru":
        width = 3 * units
    else:
        raise ValueError(f"kind must be 'rnn', 'lstm' or 'gru', and not {kind!r}")
    bias = (2, width) if kind == "gru" and reset_after else (width,)
    return sum(math.prod(int(n) for n in shape) for shape in ((features, width), (units, width), bias))

# %% 03 wrong: only the candidate of the GRU gets a second bias, 3u(d+u+1) + u, where Keras gives one to every block
def count_parameters(kind, features, units, reset_after=True):
    one_block = features * units + units * units + units
    if kind == "rnn":
        return one_block
    elif kind == "lstm":
        return 4 * one_block
    elif kind == "gru":
        total = 3 * one_block
        if reset_after:
            total += units
        return total
    else:
        raise ValueError(f"no such kind of layer: {kind}")

# %% 04 wrong: the GRU is counted as three quarters of an LSTM by a division, so a float comes back
def count_parameters(kind, features, units, reset_after=True):
    lstm = 4 * (features * units + units**2 + units)
    if kind == "lstm":
        return lstm
    if kind == "rnn":
        return lstm // 4
    if kind == "gru":
        return lstm * 3 / 4 + (3 * units if reset_after else 0)
    raise ValueError(f"kind {kind!r} is not known")

# %% 05 right: structural pattern matching with a guard for the GRU
def count_parameters(kind, features, units, reset_after=True):
    features, units = int(features), int(units)
    match kind:
        case "rnn":
            blocks, rows = 1, 1
        case "lstm":
            blocks, rows = 4, 1
        case "gru" if reset_after:
            blocks, rows = 3, 2
        case "gru":
            blocks, rows = 3, 1
        case _:
            raise ValueError("unknown kind of layer: " + repr(kind))
    return blocks * units * (features + units + rows)

# %% 06 wrong: the second bias row is added for every kind, as PyTorch does, so rnn and lstm are counted too high and depend on reset_after
def count_parameters(kind, features, units, reset_after=True):
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}
    if kind not in blocks:
        raise ValueError(f"unknown kind {kind!r}, choose from {list(blocks)}")
    biases = 2 if reset_after else 1
    return blocks[kind] * (features * units + units * units + biases * units)

# %% 07 wrong: the membership test is made on a string, so "", "st" or "g" pass and are counted as a GRU
def count_parameters(kind, features, units, reset_after=True):
    if kind not in "rnn, lstm, gru":
        raise ValueError(f"kind must be rnn, lstm or gru, not {kind!r}")
    per_block = units * (features + units + 1)
    if kind == "rnn":
        return per_block
    if kind == "lstm":
        return 4 * per_block
    return 3 * per_block + 3 * units * bool(reset_after)

# %% 08 wrong: the error does not name the kind that was given
def count_parameters(kind, features, units, reset_after=True):
    if kind == "rnn":
        blocks = 1
    elif kind == "lstm":
        blocks = 4
    elif kind == "gru":
        blocks = 3
    else:
        raise ValueError("This kind of layer does not exist.")
    bias_rows = 1
    if kind == "gru" and reset_after:
        bias_rows = 2
    return blocks * (features * units + units * units + bias_rows * units)

# %% 09 right: adds up gate by gate, with the names of the gates and a tuple test that also holds for kinds that cannot be hashed
GATES = (("rnn", ("state",)), ("lstm", ("input", "forget", "cell", "output")), ("gru", ("update", "reset", "candidate")))


def count_parameters(kind, features, units, reset_after=True):
    for name, gates in GATES:
        if isinstance(kind, str) and kind == name:
            break
    else:
        raise ValueError(f"{kind!r} is none of rnn, lstm, gru")
    total = 0
    for _ in gates:
        total += features * units  # from the input
        total += units * units  # from the state
        total += units  # bias
        if name == "gru" and reset_after:
            total += units  # bias of the recurrent part
    return int(total)

# %% 10 wrong: sizes are added up in 32-bit whole numbers, so more than 2**31 parameters run over
def count_parameters(kind, features, units, reset_after=True):
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}.get(kind)
    if blocks is None:
        raise ValueError(f"unknown kind: {kind}")
    rows = 2 if (kind == "gru" and reset_after) else 1
    shapes = [(features, blocks * units), (units, blocks * units), (rows, blocks * units)]
    return int(sum(np.prod(shape, dtype=np.int32) for shape in shapes))

# %% 11 right: one polynomial in the units, evaluated by Horner's rule, and a conditional expression for the bias
def count_parameters(kind, features, units, reset_after=True):
    known = ["rnn", "gru", "lstm"]
    if kind not in known:
        raise ValueError(f"cannot count the parameters of kind={kind!r}; known are {', '.join(known)}")
    blocks = (1, 3, 4)[known.index(kind)]
    extra = blocks if kind == "gru" and reset_after else 0
    square, linear = blocks, blocks * features + blocks + extra
    return int((square * units + linear) * units)

# %% 12 wrong: an unknown kind comes out as the KeyError of the dictionary and not as a ValueError
def count_parameters(kind, features, units, reset_after=True):
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    kernel = features * blocks * units
    recurrent = units * blocks * units
    bias = blocks * units
    if kind == "gru" and reset_after:
        bias = 2 * bias
    return kernel + recurrent + bias

# %% 13 wrong: the GRU always has one bias row, also with reset_after=True
def count_parameters(kind, features, units, reset_after=True):
    if kind not in ("rnn", "lstm", "gru"):
        raise ValueError(f"{kind} is not a known kind of layer")
    n = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    return n * (units * (features + units) + units)
