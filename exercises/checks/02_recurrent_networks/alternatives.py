"""Right answers to unit 02, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def rnn_step__joined(x_t, h_prev, W_x, W_h, b):
    """one joined kernel"""
    both = np.concatenate([x_t, h_prev], axis=1)
    return np.tanh(both @ np.concatenate([W_x, W_h], axis=0) + b)


def rnn_step__by_einsum(x_t, h_prev, W_x, W_h, b):
    """einsum, and tanh by exponentials that do not overflow"""
    z = b + np.einsum("bf,fu->bu", x_t, W_x)
    z = z + np.einsum("bv,vu->bu", h_prev, W_h)
    small = np.exp(-2 * np.abs(z))
    return np.sign(z) * (1 - small) / (1 + small)


def rnn_step__unit_by_unit(x_t, h_prev, W_x, W_h, b):
    """loops over batch and units"""
    h = np.zeros((len(x_t), len(b)))
    for row in range(len(x_t)):
        for u in range(len(b)):
            z = sum(x_t[row, f] * W_x[f, u] for f in range(len(W_x)))
            z += sum(h_prev[row, v] * W_h[v, u] for v in range(len(W_h)))
            h[row, u] = np.tanh(z + b[u])
    return h


def rnn_step__with_columns(x_t, h_prev, W_x, W_h, b):
    """sequences as columns"""
    z = np.dot(W_x.T, x_t.T) + np.dot(W_h.T, h_prev.T) + b[:, np.newaxis]
    return np.tanh(z).T


def rnn_forward__by_list(x, W_x, W_h, b, h0=None, mask=None):
    """a list of states, blended by the mask"""
    h = np.zeros((len(x), len(W_h))) if h0 is None else np.array(h0)
    keep = np.ones(x.shape[:2]) if mask is None else np.asarray(mask, dtype=float)
    states = []
    for x_t, m in zip(np.swapaxes(x, 0, 1), keep.T[:, :, None], strict=True):
        h = m * rnn_step(x_t, h, W_x, W_h, b) + (1 - m) * h
        states.append(h)
    return np.stack(states, axis=1), h


def rnn_forward__real_rows_only(x, W_x, W_h, b, h0=None, mask=None):
    """only the real rows are updated"""
    h = np.zeros((x.shape[0], b.size)) if h0 is None else h0.astype(float)
    h_all = np.empty((*x.shape[:2], b.size))
    for t in range(x.shape[1]):
        rows = slice(None) if mask is None else mask[:, t]
        h[rows] = rnn_step(x[rows, t], h[rows], W_x, W_h, b)
        h_all[:, t] = h
    return [h_all, h_all[:, -1]]


def rnn_forward__one_sequence_at_a_time(x, W_x, W_h, b, h0=None, mask=None):
    """one sequence at a time"""
    h_all = []
    for n, rows in enumerate(x):
        h = np.zeros((1, len(W_h))) if h0 is None else h0[n : n + 1]
        states = []
        for t, row in enumerate(rows):
            if mask is None or mask[n, t]:
                h = rnn_step(row[None], h, W_x, W_h, b)
            states.append(h[0])
        h_all.append(states)
    return np.array(h_all), np.array([states[-1] for states in h_all])


def rnn_forward__projected_first(x, W_x, W_h, b, h0=None, mask=None):
    """input part of all steps first, without rnn_step"""
    z_x = np.einsum("btf,fu->btu", x, W_x) + b  # the input part of all steps at once
    h = np.zeros_like(z_x[:, 0]) if h0 is None else h0
    h_all = np.zeros_like(z_x)
    for t in range(z_x.shape[1]):
        real = True if mask is None else mask[:, t : t + 1]
        h = np.where(real, np.tanh(z_x[:, t] + h @ W_h), h)
        h_all[:, t, :] = h
    return h_all, h


def count_parameters__by_shapes(vocabulary, features, units, layers=1, bidirectional=False):
    """a list of shapes"""
    read, shapes = features, []
    for _ in range(layers):
        shapes += [(read, units), (units, units), (units,)] * (1 + bidirectional)
        read = units * (1 + bidirectional)
    size = lambda list_of_shapes: int(sum(np.prod(shape) for shape in list_of_shapes))
    parts = {"dense": size([(read, 1), (1,)]), "recurrent": size(shapes), "embedding": size([(vocabulary, features)])}
    return {**parts, "total": sum(parts.values())}


def count_parameters__in_closed_form(vocabulary, features, units, layers=1, bidirectional=False):
    """one formula"""
    d = int(bidirectional) + 1
    recurrent = d * units * ((features + units + 1) + (layers - 1) * (d * units + units + 1))
    result = dict(embedding=features * vocabulary, recurrent=recurrent, dense=1 + d * units)
    result["total"] = sum(result.values())
    return result


def count_parameters__by_recursion(vocabulary, features, units, layers=1, bidirectional=False):
    """by recursion over the layers"""

    def recurrent(read, left):
        if left == 0:
            return 0, read
        one = read * units + units**2 + units
        both, out = (2 * one, 2 * units) if bidirectional else (one, units)
        above, last = recurrent(out, left - 1)
        return both + above, last

    in_the_middle, last = recurrent(features, layers)
    total = vocabulary * features + in_the_middle + last + 1
    return {"total": total, "embedding": vocabulary * features, "recurrent": in_the_middle, "dense": last + 1}


def count_parameters__by_building(vocabulary, features, units, layers=1, bidirectional=False):
    """the network is built after all"""
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(vocabulary, features)])
    for number in range(layers):
        layer = keras.layers.SimpleRNN(units, return_sequences=number < layers - 1)
        model.add(keras.layers.Bidirectional(layer) if bidirectional else layer)
    model.add(keras.layers.Dense(1))
    sizes = [layer.count_params() for layer in model.layers]
    return {"embedding": sizes[0], "recurrent": sum(sizes[1:-1]), "dense": sizes[-1], "total": sum(sizes)}


def sentiment_classifier__functional(vocabulary, features, units, bidirectional=False):
    """the functional interface, objects in place of names"""
    ids = keras.Input(shape=(None,), name="ids")
    x = keras.layers.Embedding(input_dim=vocabulary, output_dim=features, mask_zero=True)(ids)
    rnn = keras.layers.SimpleRNN(units=units, activation="tanh")
    h = keras.layers.Bidirectional(rnn, merge_mode="concat")(x) if bidirectional else rnn(x)
    model = keras.Model(ids, keras.layers.Dense(1, activation=keras.activations.sigmoid)(h))
    accuracy = keras.metrics.BinaryAccuracy()
    model.compile(keras.optimizers.Adam(3e-3), keras.losses.BinaryCrossentropy(), metrics=[accuracy])
    return model


def sentiment_classifier__mask_by_hand(vocabulary, features, units, bidirectional=False):
    """the mask made by hand"""
    ids = keras.Input((None,), dtype="int32")
    real = keras.ops.not_equal(ids, 0)
    x = keras.layers.Embedding(vocabulary, features)(ids)
    layer = keras.layers.SimpleRNN(units)
    if bidirectional:
        layer = keras.layers.Bidirectional(layer)
    h = layer(x, mask=real)
    model = keras.Model(inputs=ids, outputs=keras.layers.Dense(units=1, activation="sigmoid")(h))
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.003), metrics=["acc"])
    return model


def sentiment_classifier__layer_by_layer(vocabulary, features, units, bidirectional=False):
    """layer by layer, the sigmoid in a layer of its own"""
    model = keras.models.Sequential(name="reader")
    model.add(keras.layers.InputLayer(shape=(None,), dtype="int64"))
    model.add(keras.layers.Embedding(vocabulary, features, mask_zero=True, embeddings_initializer="normal"))
    if bidirectional:
        model.add(
            keras.layers.Bidirectional(
                keras.layers.SimpleRNN(units), backward_layer=keras.layers.SimpleRNN(units, go_backwards=True)
            )
        )
    else:
        model.add(keras.layers.SimpleRNN(units, unroll=False))
    model.add(keras.layers.Dense(1))
    model.add(keras.layers.Activation("sigmoid"))
    optimizer = keras.optimizers.Adam()
    optimizer.learning_rate = 0.003
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def sentiment_classifier__two_readers(vocabulary, features, units, bidirectional=False):
    """two readers, joined by hand"""
    ids = keras.layers.Input((None,), dtype="int32")
    x = keras.layers.Embedding(vocabulary, features, mask_zero=True)(ids)
    h = keras.layers.SimpleRNN(units)(x)
    if bidirectional:
        h = keras.layers.Concatenate()([h, keras.layers.SimpleRNN(units, go_backwards=True)(x)])
    model = keras.Model(ids, keras.layers.Dense(1, "sigmoid")(h))
    model.compile(keras.optimizers.Adam(learning_rate=0.003), "binary_crossentropy", metrics=["binary_accuracy"])
    return model


def sentiment_classifier__without_input(vocabulary, features, units, bidirectional=False):
    """no Input, so the first batch builds it"""
    reader = keras.layers.SimpleRNN(units)
    model = keras.Sequential(
        [
            keras.layers.Embedding(vocabulary, features, mask_zero=True),
            keras.layers.Bidirectional(reader) if bidirectional else reader,
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=False)
    model.compile(keras.optimizers.Adam(0.003), loss, metrics=[keras.metrics.BinaryAccuracy(name="accuracy")])
    return model


def sentiment_classifier__subclassed(vocabulary, features, units, bidirectional=False):
    """a subclass of Model"""

    class Reader(keras.Model):
        def __init__(self):
            super().__init__()
            self.table = keras.layers.Embedding(vocabulary, features)
            self.reader = keras.layers.SimpleRNN(units)
            if bidirectional:
                self.reader = keras.layers.Bidirectional(self.reader)
            self.answer = keras.layers.Dense(1)

        def call(self, ids):
            h = self.reader(self.table(ids), mask=keras.ops.not_equal(ids, 0))
            return keras.ops.sigmoid(self.answer(h))

    model = Reader()
    model.compile(keras.optimizers.Adam(0.003), keras.losses.binary_crossentropy, metrics=["accuracy"])
    return model


def sentiment_classifier__built_by_hand(vocabulary, features, units, bidirectional=False):
    """built for one shape, a loss of its own with the numbers of the usual one"""

    def loss(labels, p):
        labels = keras.ops.cast(labels, p.dtype)
        return -keras.ops.mean(labels * keras.ops.log(p) + (1 - labels) * keras.ops.log(1 - p), axis=-1)

    model = keras.Sequential([keras.layers.Embedding(vocabulary, features, mask_zero=True)])
    reader = keras.layers.SimpleRNN(units)
    model.add(keras.layers.Bidirectional(reader) if bidirectional else reader)
    model.add(keras.layers.Dense(1))
    model.add(keras.layers.Activation("sigmoid"))
    model.build((None, None))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss=loss, metrics=["binary_accuracy"])
    return model
