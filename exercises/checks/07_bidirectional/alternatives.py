"""Right answers to unit 07, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def reverse_padded__one_at_a_time(x, mask=None):
    """one sequence at a time"""
    result = np.array(x)
    for n in range(len(x)):
        length = x.shape[1] if mask is None else int(np.count_nonzero(mask[n]))
        result[n, :length] = x[n, :length][::-1]
    return result


def reverse_padded__by_sorting(x, mask=None):
    """sorted by a key, taken along the axis"""
    if mask is None:
        return np.flip(x, axis=1).copy()
    time = x.shape[1]
    key = np.where(mask, -np.arange(time), np.arange(time) + 1)  # real steps from the last to the first, then padding
    order = np.argsort(key, axis=1, kind="stable")
    return np.take_along_axis(x, order.reshape(order.shape + (1,) * (x.ndim - 2)), axis=1)


def reverse_padded__by_rolling(x, mask=None):
    """real steps flipped, padding appended"""
    mask = np.ones(x.shape[:2], dtype=bool) if mask is None else mask
    rows = []
    for row, real in zip(x, mask, strict=True):
        rows.append(np.concatenate([np.flip(row[real], axis=0), row[~real]]))
    return np.stack(rows)


def reverse_padded__swap_ends(x, mask=None):
    """ends exchanged in place, on a copy"""
    out = x.copy()
    for n, row in enumerate(out):
        first, last = 0, (len(row) if mask is None else mask[n].sum()) - 1
        while first < last:
            row[[first, last]] = row[[last, first]]
            first, last = first + 1, last - 1
    return out


def bidirectional_forward__word_by_word(x, forward, backward, mask=None, merge="concat"):
    """both directions step by step"""
    functions = {"concat": None, "sum": np.add, "mul": np.multiply, "ave": lambda a, b: 0.5 * a + 0.5 * b}
    if merge not in functions:
        raise ValueError("no such merge: " + str(merge))
    batch, time, _ = x.shape
    mask = np.ones((batch, time), bool) if mask is None else mask

    def run(W_x, W_h, b, steps):
        h, out = np.zeros((batch, len(b))), np.zeros((batch, time, len(b)))
        for t in steps:
            m = mask[:, [t]]
            h = m * np.tanh(x[:, t] @ W_x + h @ W_h + b) + ~m * h
            out[:, t] = h * m
        return out, h

    (a, last_a), (z, last_z) = run(*forward, range(time)), run(*backward, range(time - 1, -1, -1))
    if functions[merge] is None:
        return np.dstack([a, z]), np.hstack([last_a, last_z])
    return functions[merge](a, z), functions[merge](last_a, last_z)


def bidirectional_forward__one_sequence_at_a_time(x, forward, backward, mask=None, merge="concat"):
    """one sequence at a time, without padding"""
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"unknown merge {merge}")

    def join(a, b):
        if merge == "concat":
            return np.concatenate((a, b), -1)
        if merge == "mul":
            return a * b
        return (a + b) * (0.5 if merge == "ave" else 1.0)

    everything, last = [], []
    for n, row in enumerate(x):
        length = len(row) if mask is None else int(mask[n].sum())
        words = row[None, :length]
        one, one_last = rnn_forward(words, *forward)
        two, two_last = rnn_forward(words[:, ::-1], *backward)
        joined = join(one, two[:, ::-1])[0]
        everything.append(np.pad(joined, [(0, len(row) - length), (0, 0)]))
        last.append(join(one_last, two_last)[0])
    return np.array(everything), np.array(last)


def bidirectional_forward__with_flipped_mask(x, forward, backward, mask=None, merge="concat"):
    """time axis and mask flipped together"""
    full = np.ones(x.shape[:2], dtype=bool) if mask is None else mask
    a, a_last = rnn_forward(x, *forward, full)
    b, b_last = rnn_forward(x[:, ::-1], *backward, full[:, ::-1])  # padding first, and masked: harmless
    b = b[:, ::-1]
    if merge == "concat":
        h, last = np.concatenate([a, b], axis=2), np.concatenate([a_last, b_last], axis=1)
    elif merge == "sum":
        h, last = a + b, a_last + b_last
    elif merge == "mul":
        h, last = a * b, a_last * b_last
    elif merge == "ave":
        h, last = np.mean([a, b], axis=0), np.mean([a_last, b_last], axis=0)
    else:
        raise ValueError(f"{merge} is not a way to merge")
    return h * full[..., None], last


def bidirectional_forward__last_from_steps(x, forward, backward, mask=None, merge="concat"):
    """last states picked from all states"""
    modes = ["concat", "sum", "mul", "ave"]
    if modes.count(merge) != 1:
        raise ValueError(f"merge must be one of {', '.join(modes)}, not {merge}")
    a = rnn_forward(x, *forward, mask)[0]
    b = reverse_padded(rnn_forward(reverse_padded(x, mask), *backward, mask)[0], mask)
    ends = np.full(len(x), x.shape[1] - 1) if mask is None else mask.sum(axis=1) - 1
    pairs = [(a, b), (a[np.arange(len(x)), ends], b[:, 0])]
    joins = [lambda p, q: np.append(p, q, axis=-1), lambda p, q: q + p, lambda p, q: q * p, lambda p, q: q / 2 + p / 2]
    h_all, h_last = [joins[modes.index(merge)](*pair) for pair in pairs]
    if mask is not None:
        h_all[~mask] = 0
    return h_all, h_last


def build_tagger__functional(n_words, n_tags, units):
    """the functional interface"""
    ids = keras.Input(shape=(None,), dtype="int32", name="words")
    vectors = keras.layers.Embedding(input_dim=n_words, output_dim=24, mask_zero=True)(ids)
    states = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True), merge_mode="concat")(vectors)
    tags = keras.layers.Dense(n_tags, activation=keras.activations.softmax)(states)
    model = keras.Model(ids, tags)
    model.compile(keras.optimizers.Adam(0.003), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def build_tagger__with_two_layers_named(n_words, n_tags, units):
    """a backward layer of its own, softmax as a layer"""
    model = keras.Sequential(name="tagger")
    model.add(keras.Input(shape=(None,)))
    model.add(keras.layers.Embedding(n_words, 24, mask_zero=True, embeddings_initializer="glorot_uniform"))
    rightwards = keras.layers.LSTM(units, return_sequences=True)
    leftwards = keras.layers.LSTM(units, return_sequences=True, go_backwards=True)
    model.add(keras.layers.Bidirectional(rightwards, backward_layer=leftwards))
    model.add(keras.layers.Dense(n_tags))
    model.add(keras.layers.Activation("softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam())
    return model


def build_tagger__time_distributed(n_words, n_tags, units):
    """TimeDistributed, and a loss that ignores the padding tag"""
    lstm = keras.layers.LSTM(units, return_sequences=True, unit_forget_bias=True)
    layers = [keras.layers.Input((None,), dtype="int64"), keras.layers.Embedding(n_words, 24, mask_zero=True)]
    layers += [keras.layers.Bidirectional(lstm)]
    layers += [keras.layers.TimeDistributed(keras.layers.Dense(n_tags, activation="softmax"))]
    model = keras.models.Sequential(layers)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(ignore_class=0))
    return model


def build_tagger__without_an_input(n_words, n_tags, units):
    """no input is declared, and the softmax is a layer of its own"""
    model = keras.Sequential()
    model.add(keras.layers.Embedding(n_words, 24, mask_zero=True))
    model.add(keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True)))
    model.add(keras.layers.Dense(n_tags))
    model.add(keras.layers.Activation("softmax"))
    model.compile(keras.optimizers.Adam(learning_rate=0.01), loss=keras.losses.sparse_categorical_crossentropy)
    return model


def build_tagger__subclassed(n_words, n_tags, units):
    """a class of its own, and a loss of its own"""

    class Tagger(keras.Model):
        def __init__(self):
            super().__init__()
            self.embed = keras.layers.Embedding(n_words, 24, mask_zero=True)
            self.read = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))
            self.tag = keras.layers.Dense(n_tags, activation="softmax")

        def call(self, ids):
            return self.tag(self.read(self.embed(ids)))

    def cross_entropy(tags, probabilities):
        return keras.losses.sparse_categorical_crossentropy(tags, probabilities)

    model = Tagger()
    model.compile(optimizer=keras.optimizers.Adam(), loss=cross_entropy, metrics=["sparse_categorical_accuracy"])
    return model


def build_tagger__built_by_hand(n_words, n_tags, units):
    """built by `build`, and settings written out that are the defaults"""
    lstm = keras.layers.LSTM(units, activation="tanh", return_sequences=True, use_bias=True, dropout=0.0)
    model = keras.Sequential(
        [
            keras.layers.Embedding(n_words, 24, mask_zero=True),
            keras.layers.Bidirectional(lstm, merge_mode="concat"),
            keras.layers.Dense(n_tags, "softmax"),
        ]
    )
    model.build((None, None))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=False), jit_compile=False)
    return model


def token_accuracy__accuracy_by_confusion(tags, probabilities):
    """a confusion table"""
    n = probabilities.shape[-1]
    table = np.zeros((n, n))
    np.add.at(table, (tags.ravel(), np.argmax(probabilities, axis=2).ravel()), 1)
    counts = table.sum(axis=1)
    per_tag = np.where(counts > 0, np.diag(table) / np.maximum(counts, 1), np.nan)
    per_tag[0] = np.nan
    return float(np.trace(table[1:, 1:]) / counts[1:].sum()), per_tag


def token_accuracy__accuracy_by_loop(tags, probabilities):
    """plain loops"""
    right, total = [0] * probabilities.shape[2], [0] * probabilities.shape[2]
    for row, chances in zip(tags.tolist(), probabilities, strict=True):
        for tag, p in zip(row, chances, strict=True):
            if tag:
                total[tag] += 1
                right[tag] += int(np.argmax(p)) == tag
    accuracy = sum(right) / sum(total) if any(total) else float("nan")
    return accuracy, np.array([r / t if t else np.nan for r, t in zip(right, total, strict=True)])


def token_accuracy__accuracy_with_weights(tags, probabilities):
    """real words first, then counts by tag"""
    words = tags > 0
    truth, said = tags[words], np.argsort(probabilities[words], axis=1)[:, -1]
    hits = (truth == said).astype(float)
    size = probabilities.shape[-1]
    with np.errstate(invalid="ignore"):
        per_tag = np.bincount(truth, hits, minlength=size) / np.bincount(truth, minlength=size)
    return np.average(truth == said), per_tag
