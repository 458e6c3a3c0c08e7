"""Right answers to unit 08, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def perplexity__by_loop(log_probs, targets, mask=None):
    """plain loops"""
    loss, count = 0.0, 0
    for b in range(len(targets)):
        for t in range(len(targets[b])):
            if mask is None or mask[b][t]:
                loss -= float(log_probs[b, t, targets[b, t]])
                count += 1
    if not count:
        raise ValueError("The mask leaves nothing.")
    with np.errstate(over="ignore"):
        return np.exp(loss / count)


def perplexity__real_steps_first(log_probs, targets, mask=None):
    """real steps selected first"""
    if mask is not None:
        log_probs, targets = log_probs[mask], targets[mask]
    flat = log_probs.reshape(-1, log_probs.shape[-1])
    if len(flat) == 0:
        raise ValueError("no tokens")
    return float(np.exp(np.mean(-flat[np.arange(len(flat)), targets.ravel()])))


def perplexity__with_weights(log_probs, targets, mask=None):
    """weights, and bits instead of nats"""
    vocab = log_probs.shape[2]
    weights = np.ones(targets.shape) if mask is None else mask.astype(float)
    if weights.sum() == 0:
        raise ValueError(f"all {weights.size} steps are padding")
    one_hot = targets[:, :, None] == np.arange(vocab)
    nats = -np.where(one_hot & (weights[:, :, None] > 0), log_probs, 0.0).sum(axis=2)
    bits = np.average(nats, weights=weights) / np.log(2)
    return 2.0**bits


def filter_distribution__filter_by_powers(logits, temperature=1.0, top_k=None, top_p=None):
    """powers, ranks, and the sum of what is larger"""
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and (top_p <= 0 or top_p > 1)):
        raise ValueError(f"out of range: temperature={temperature}, top_k={top_k} or top_p={top_p}")
    p = np.array(logits, dtype=float)
    p = np.exp((p - p.max(-1, keepdims=True)) / temperature)
    rank = (-p).argsort(-1).argsort(-1)
    if top_k is not None:
        p = p * (rank < top_k)
    p = p / p.sum(-1, keepdims=True)
    if top_p is not None:
        larger = p[..., None, :] > p[..., :, None]
        p = p * ((larger * p[..., None, :]).sum(-1) < top_p)
        p = p / p.sum(-1, keepdims=True)
    return p


def filter_distribution__filter_row_by_row(logits, temperature=1.0, top_k=None, top_p=None):
    """row by row with lists"""
    if not temperature > 0:
        raise ValueError("The temperature must be positive.")
    if top_k is not None and not top_k >= 1:
        raise ValueError("top_k must be at least 1.")
    if top_p is not None and not (0 < top_p <= 1):
        raise ValueError("top_p must lie in (0, 1].")
    rows = np.reshape(logits, (-1, np.shape(logits)[-1]))
    result = np.zeros(rows.shape)
    for row, out in zip(rows, result, strict=True):
        best = sorted(range(len(row)), key=lambda j: row[j], reverse=True)[: top_k or len(row)]
        weights = [np.exp((row[j] - row[best[0]]) / temperature) for j in best]
        whole, total, kept = sum(weights), 0.0, []
        for j, weight in zip(best, weights, strict=True):
            kept.append((j, weight))
            total += weight / whole
            if top_p is not None and total >= top_p:
                break
        norm = sum(weight for _, weight in kept)
        for j, weight in kept:
            out[j] = weight / norm
    return result.reshape(np.shape(logits))


def filter_distribution__filter_by_thresholds(logits, temperature=1.0, top_k=None, top_p=None):
    """thresholds, and minus infinity for both"""

    def softmax(z):
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    if temperature <= 0.0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and not 0.0 < top_p <= 1.0:
        raise ValueError("top_p")
    scores = np.asarray(logits) / temperature
    vocab = scores.shape[-1]
    if top_k is not None:
        k = min(top_k, vocab)
        edge = np.partition(scores, vocab - k, axis=-1)[..., vocab - k : vocab - k + 1]
        scores = np.where(scores < edge, -np.inf, scores)
    if top_p is not None:
        falling = -np.sort(-softmax(scores), axis=-1)
        count = np.minimum(np.sum(np.cumsum(falling, axis=-1) < top_p, axis=-1, keepdims=True), vocab - 1)
        scores = np.where(softmax(scores) < np.take_along_axis(falling, count, axis=-1), -np.inf, scores)
    return softmax(scores)


def draw__with_searchsorted(probabilities, u):
    """searchsorted on the possible tokens"""
    result = []
    for p, number in zip(probabilities, u, strict=True):
        tokens = np.flatnonzero(p)
        place = np.searchsorted(np.cumsum(p[tokens]), number, side="right")
        result.append(tokens[min(place, len(tokens) - 1)])
    return np.array(result)


def draw__by_subtracting(probabilities, u):
    """subtracting until nothing is left"""
    result = np.zeros(len(u), dtype=int)
    for row in range(len(u)):
        left = u[row]
        for token, p in enumerate(probabilities[row]):
            if p > 0:
                result[row] = token
                left = left - p
                if left < 0:
                    break
    return result


def draw__by_counting(probabilities, u):
    """counting the totals that are passed"""
    total = np.add.accumulate(probabilities, axis=1)
    place = np.sum(total <= np.reshape(u, (-1, 1)), axis=1)
    last = probabilities.shape[1] - 1 - np.argmax(probabilities[:, ::-1] > 0, axis=1)
    return np.minimum(place, last).astype("int32")


def stateful_batches__batches_by_loop(ids, batch, steps):
    """loops over batches and rows"""
    n = (ids.size - 1) // (batch * steps)
    if n <= 0:
        raise ValueError("too short")
    x, y = np.empty((2, n, batch, steps), dtype=ids.dtype)
    for k in range(n):
        for b in range(batch):
            start = (b * n + k) * steps
            x[k, b] = ids[start : start + steps]
            y[k, b] = ids[start + 1 : start + steps + 1]
    return x, y


def stateful_batches__batches_by_index(ids, batch, steps):
    """an index for every place"""
    n = (len(ids) - 1) // batch // steps
    if n < 1:
        raise ValueError("The text does not fill one batch.")
    k, b, t = np.ix_(range(n), range(batch), range(steps))
    place = b * n * steps + k * steps + t
    return ids[place], ids[place + 1]


def stateful_batches__batches_by_splitting(ids, batch, steps):
    """split twice"""
    n = (len(ids) - 1) // (batch * steps)
    if n <= 0:
        raise ValueError(f"at least {batch * steps + 1} tokens are needed")

    def cut(part):
        rows = np.stack(np.split(part, batch))
        return np.stack(np.split(rows, n, axis=1))

    return [cut(ids[: n * batch * steps]), cut(ids[1:][: n * batch * steps])]


def train_language_model__functional(seed):
    """functional interface, overlapping windows, softmax as a layer"""
    keras.utils.set_random_seed(seed)
    ids = make_text(500, seed)
    rows = np.lib.stride_tricks.sliding_window_view(ids, 15)[::10]
    words = keras.Input(shape=(None,), dtype="int32")
    vectors = keras.layers.Embedding(len(WORDS), 24, embeddings_initializer="glorot_uniform")(words)
    states = keras.layers.GRU(80, return_sequences=True, name="reader")(vectors)
    model = keras.Model(words, keras.layers.Softmax()(keras.layers.Dense(len(WORDS))(states)))
    model.compile(keras.optimizers.Adam(0.015, clipnorm=1.0), keras.losses.SparseCategoricalCrossentropy())
    model.fit(rows[:, :-1], rows[:, 1:], batch_size=10, epochs=6, verbose=0)
    return model


def train_language_model__on_fresh_sentences(seed):
    """fresh sentences in every epoch, through stateful_batches"""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential()
    model.add(keras.layers.Embedding(len(WORDS), 32))
    model.add(keras.layers.GRU(64, return_sequences=True, reset_after=False))
    model.add(keras.layers.Dense(len(WORDS), activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.optimizer.learning_rate = 0.02
    for epoch in range(7):
        x, y = stateful_batches(make_text(420, 1000 * seed + epoch), 8, 12)  # each part of text is new
        history = model.fit(x.reshape(-1, 12), y.reshape(-1, 12), batch_size=8, verbose=0, shuffle=True)
    return model, history


def train_language_model__two_layers(seed):
    """two layers, and targets as rows with a single 1"""
    keras.utils.set_random_seed(seed)
    ids = make_text(n=500, seed=seed)
    x, y = [ids[k : len(ids) - 1 + k][: (len(ids) - 1) // 16 * 16].reshape(-1, 16) for k in (0, 1)]
    layers = [keras.Input((None,)), keras.layers.Embedding(len(WORDS), 32)]
    layers += [keras.layers.GRU(64, return_sequences=True), keras.layers.GRU(48, return_sequences=True)]
    layers += [keras.layers.TimeDistributed(keras.layers.Dense(len(WORDS), "softmax"))]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.CategoricalCrossentropy(), jit_compile=False)
    model.fit(x, keras.utils.to_categorical(y, len(WORDS)), batch_size=8, epochs=7, verbose=0)
    return model


def train_language_model__subclassed(seed):
    """a class of its own, no input declared, and a loss of its own"""
    keras.utils.set_random_seed(seed)

    class Reader(keras.Model):
        def __init__(self):
            super().__init__()
            self.look_up = keras.layers.Embedding(len(WORDS), 32)
            self.read = keras.layers.GRU(64, return_sequences=True)
            self.scores = keras.layers.Dense(len(WORDS))

        def call(self, ids):
            return keras.ops.softmax(self.scores(self.read(self.look_up(ids))))

    def nats(words, probabilities):
        one_hot = keras.ops.one_hot(keras.ops.cast(words, "int32"), len(WORDS))
        return -keras.ops.log(keras.ops.sum(one_hot * probabilities, axis=-1) + 1e-9)

    ids = make_text(500, seed)
    ids = ids[: (len(ids) - 1) // 14 * 14 + 1]
    model = Reader()
    model.compile(keras.optimizers.Adam(0.02), loss=nats, jit_compile=False)
    model.fit(ids[:-1].reshape(-1, 14), ids[1:].reshape(-1, 14), batch_size=8, epochs=6, verbose=0)
    return model
