"""Right answers to unit 10, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def masked_softmax__with_minus_infinity(scores, mask=None):
    """minus infinity, with a guard for empty rows"""
    allowed = np.array(scores, dtype=float) if mask is None else np.where(mask, scores, -np.inf)
    top = allowed.max(axis=-1, keepdims=True)
    e = np.exp(allowed - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def masked_softmax__with_a_large_penalty(scores, mask=None):
    """a very large penalty, then the mask once more"""
    if mask is None:
        mask = np.ones_like(scores, dtype=bool)
    low = np.where(mask, scores, -1e30)
    e = np.exp(low - np.amax(low, axis=-1)[..., None])
    return mask * e / np.sum(e, axis=-1)[..., None]


def masked_softmax__row_by_row(scores, mask=None):
    """row by row"""
    mask = np.ones(scores.shape, bool) if mask is None else np.zeros(scores.shape, bool) | mask
    weights = np.zeros(scores.shape)
    for row in np.ndindex(*scores.shape[:-1]):
        words = mask[row]
        if words.any():
            e = np.exp(scores[row][words] - max(scores[row][words]))
            weights[row][words] = e / sum(e)
    return weights


def masked_softmax__by_logarithm(scores, mask=None):
    """the logarithm of the sum"""
    mask = True if mask is None else mask
    allowed = np.where(mask, scores, -np.inf)
    total = np.logaddexp.reduce(allowed, axis=-1, keepdims=True)
    return np.exp(np.where(np.isinf(allowed), -np.inf, scores - np.where(np.isinf(total), 0.0, total)))


def additive_attention__position_by_position(query, keys, values, W_q, W_k, v, mask=None):
    """position by position"""
    scores = np.empty(keys.shape[:2])
    for s in range(keys.shape[1]):
        scores[:, s] = np.tanh(query @ W_q + keys[:, s] @ W_k) @ v
    weights = masked_softmax(scores, mask)
    context = np.zeros((len(values), values.shape[2]))
    for s in range(keys.shape[1]):
        context += weights[:, s : s + 1] * values[:, s]
    return context, weights


def additive_attention__with_one_kernel(query, keys, values, W_q, W_k, v, mask=None):
    """query and key side by side, one kernel"""
    repeated = np.repeat(query[:, np.newaxis, :], keys.shape[1], axis=1)
    both = np.concatenate([repeated, keys], axis=-1)
    scores = np.dot(np.tanh(both @ np.concatenate([W_q, W_k])), v[:, np.newaxis])[..., 0]
    a = masked_softmax(scores, mask)
    return np.sum(a[..., np.newaxis] * values, axis=1), a


def additive_attention__one_sequence_at_a_time(query, keys, values, W_q, W_k, v, mask=None):
    """one sequence at a time, without padding"""
    contexts, shares = [], []
    for n in range(len(query)):
        real = np.ones(len(keys[n]), bool) if mask is None else mask[n]
        share = np.zeros(len(keys[n]))
        if real.any():
            e = np.exp(np.tanh(query[n] @ W_q + keys[n][real] @ W_k) @ v)
            share[real] = e / e.sum()
        contexts.append(share @ values[n])
        shares.append(share)
    return np.array(contexts), np.array(shares)


def additive_attention__by_matrix_products(query, keys, values, W_q, W_k, v, mask=None):
    """einsum, and an axis for one query"""
    units = np.tanh(np.einsum("bq,qh->bh", query, W_q)[:, None, :] + np.einsum("bsk,kh->bsh", keys, W_k))
    scores = np.einsum("bsh,h->bs", units, v)
    weights = masked_softmax(scores[:, None, :], None if mask is None else mask[:, None, :])
    return (weights @ values).squeeze(1), weights.squeeze(1)


def dot_attention__by_einsum(queries, keys, values, mask=None):
    """einsum"""
    scores = np.einsum("btf,bsf->bts", queries, keys) * queries.shape[2] ** -0.5
    if mask is not None:
        mask = mask.reshape(len(mask), -1, mask.shape[-1])
    weights = masked_softmax(scores, mask)
    return np.einsum("bts,bsf->btf", weights, values), weights


def dot_attention__query_by_query(queries, keys, values, mask=None):
    """query by query"""
    contexts, rows = [], []
    for t in range(queries.shape[1]):
        scores = (queries[:, t, np.newaxis] * keys).sum(axis=-1) / keys.shape[-1] ** 0.5
        allowed = mask[:, t] if mask is not None and mask.ndim == 3 else mask
        rows.append(masked_softmax(scores, allowed))
        contexts.append((rows[-1][..., np.newaxis] * values).sum(axis=1))
    return np.stack(contexts, axis=1), np.stack(rows, axis=1)


def dot_attention__both_scaled(queries, keys, values, mask=None):
    """queries and keys scaled by the fourth root, no helper"""
    root = queries.shape[-1] ** 0.25
    scores = np.matmul(queries / root, np.transpose(keys / root, (0, 2, 1)))
    if mask is None:
        mask = np.ones_like(scores, dtype=bool)
    elif mask.ndim < scores.ndim:
        mask = np.repeat(np.expand_dims(mask, 1), queries.shape[1], axis=1)
    weights = np.zeros_like(scores)
    for n in np.ndindex(scores.shape[:2]):
        if mask[n].any():
            e = np.where(mask[n], np.exp(scores[n] - scores[n][mask[n]].max()), 0)
            weights[n] = e / e.sum()
    return np.matmul(weights, values), weights


def attention_decoder_step__with_split_kernels(y_prev, s_prev, states, attention, gru, output, mask=None):
    """kernels cut in two, no helpers"""
    W_q, W_k, v = attention
    W_x, W_h, b = gru
    W_o, b_o = output
    features, units = y_prev.shape[1], s_prev.shape[1]
    scores = np.tanh(np.expand_dims(s_prev @ W_q, 1) + states @ W_k) @ v
    weights = masked_softmax(scores, mask)
    c = np.sum(weights[:, :, None] * states, axis=1)
    a = y_prev @ W_x[:features] + c @ W_x[features:] + b[0]
    r_and_z = 1 / (1 + np.exp(-(a + s_prev @ W_h + b[1])[:, : 2 * units]))
    z, r = r_and_z[:, :units], r_and_z[:, units:]
    g = np.tanh(a[:, 2 * units :] + r * (s_prev @ W_h + b[1])[:, 2 * units :])
    s = g + z * (s_prev - g)
    inner = c.shape[1]
    return c @ W_o[:inner] + s @ W_o[inner:] + b_o, s, weights


def attention_decoder_step__one_sequence_at_a_time(y_prev, s_prev, states, attention, gru, output, mask=None):
    """one sequence at a time"""
    rows = []
    for n in range(len(y_prev)):
        one = slice(n, n + 1)
        words = None if mask is None else mask[one]
        c, a = additive_attention(s_prev[one], states[one], states[one], *attention, mask=words)
        s = gru_step(np.hstack((y_prev[one], c)), s_prev[one], *gru)
        rows.append((np.hstack((c, s)) @ output[0] + output[1], s, a))
    return tuple(np.vstack(part) for part in zip(*rows, strict=True))


def attention_decoder_step__by_dictionary(y_prev, s_prev, states, attention, gru, output, mask=None):
    """arguments by name, and the bias as one more row"""
    names = dict(zip(("W_q", "W_k", "v"), attention, strict=True))
    context, weights = additive_attention(query=s_prev, keys=states, values=states, mask=mask, **names)
    s = gru_step(np.append(y_prev, context, axis=1), s_prev, *gru)
    joined = np.block([context, s, np.ones((len(s), 1))])
    return [joined @ np.vstack([output[0], output[1]]), s, weights]


def build_translator__target_first(n_source, n_target, units):
    """the target branch first, everything named"""
    target = keras.layers.Input(shape=[None], dtype="int64", name="target")
    source = keras.layers.Input(shape=[None], dtype="int64", name="source")
    target_vectors = keras.layers.Embedding(n_target, 16, mask_zero=True, name="target_words")(target)
    source_vectors = keras.layers.Embedding(n_source, 16, mask_zero=True, name="source_words")(source)
    encoder = keras.layers.GRU(units, return_state=True, return_sequences=True, name="encoder")
    decoder = keras.layers.GRU(units, return_state=True, return_sequences=True, name="decoder")
    encoded, state = encoder(source_vectors)
    decoded, _ = decoder(target_vectors, initial_state=[state])
    context = keras.layers.Attention(score_mode="dot", name="attention")([decoded, encoded, encoded])
    joined = keras.layers.concatenate([context, decoded])
    probabilities = keras.layers.Dense(n_target, activation=keras.activations.softmax)(joined)
    model = keras.Model(inputs=(source, target), outputs=probabilities)
    model.compile(keras.optimizers.Adam(0.003), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def build_translator__with_a_mask_by_hand(n_source, n_target, units):
    """the mask handed to the attention, softmax as a layer"""
    source, target = (keras.Input((None,), dtype="int32") for _ in range(2))
    embed = keras.layers.Embedding(n_source, 16, mask_zero=True)
    words = embed(source)
    states, last = keras.layers.GRU(units, return_sequences=True, return_state=True)(words)
    embed_target = keras.layers.Embedding(n_target, 16, mask_zero=True)
    shifted = embed_target(target)
    decoded = keras.layers.GRU(units, return_sequences=True)(shifted, initial_state=last)
    context, _ = keras.layers.Attention()(
        [decoded, states],
        mask=[embed_target.compute_mask(target), embed.compute_mask(source)],
        return_attention_scores=True,
    )
    outputs = keras.layers.Dense(n_target)(keras.layers.Concatenate(axis=-1)([context, decoded]))
    model = keras.models.Model([source, target], keras.layers.Activation("softmax")(outputs))
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam())
    return model


def build_translator__time_distributed(n_source, n_target, units):
    """TimeDistributed, and a loss that ignores the padding"""
    inputs = [keras.Input((None,), name="source"), keras.Input((None,), name="target")]
    source, target = (
        keras.layers.Embedding(n, 16, mask_zero=True, embeddings_initializer="glorot_uniform")(ids)
        for n, ids in zip((n_source, n_target), inputs, strict=True)
    )
    *all_states, last = keras.layers.GRU(units, return_sequences=True, return_state=True)(source)
    decoded = keras.layers.GRU(units, return_sequences=True)(target, initial_state=last)
    looked_up = keras.layers.Attention(dropout=0.0)([decoded, all_states[0]])
    joined = keras.layers.Concatenate()([looked_up, decoded])
    outputs = keras.layers.TimeDistributed(keras.layers.Dense(n_target, activation="softmax"))(joined)
    model = keras.Model(inputs, outputs)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(ignore_class=0))
    return model


def build_translator__subclassed(n_source, n_target, units):
    """a class of its own, and a loss of its own"""

    class Translator(keras.Model):
        def __init__(self):
            super().__init__()
            self.look_up = keras.layers.Embedding(n_source, 16, mask_zero=True)
            self.look_up_target = keras.layers.Embedding(n_target, 16, mask_zero=True)
            self.encoder = keras.layers.GRU(units, return_sequences=True, return_state=True)
            self.decoder = keras.layers.GRU(units, return_sequences=True)
            self.attention = keras.layers.Attention()
            self.join = keras.layers.Concatenate()
            self.head = keras.layers.Dense(n_target, activation="softmax")

        def call(self, inputs):
            source, target = inputs
            states, last = self.encoder(self.look_up(source))
            decoded = self.decoder(self.look_up_target(target), initial_state=last)
            return self.head(self.join([self.attention([decoded, states]), decoded]))

    def cross_entropy(words, probabilities):
        return keras.ops.sparse_categorical_crossentropy(words, probabilities)

    model = Translator()
    model.compile(keras.optimizers.Adam(), cross_entropy)
    return model
