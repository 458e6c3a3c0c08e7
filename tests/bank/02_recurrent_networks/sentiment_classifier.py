# %% 01 right: Sequential with an Input of any length
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    recurrent = keras.layers.SimpleRNN(units)
    if bidirectional:
        recurrent = keras.layers.Bidirectional(recurrent)
    model = keras.Sequential([
        keras.Input(shape=(None,), dtype="int32"),
        keras.layers.Embedding(vocabulary, features, mask_zero=True),
        recurrent,
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 02 wrong: mask_zero is missing, so padding changes the answer
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    rnn = keras.layers.SimpleRNN(units)
    model = keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(vocabulary, features),
        keras.layers.Bidirectional(rnn) if bidirectional else rnn,
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.003), metrics=["accuracy"])
    return model

# %% 03 wrong: the Dense layer has no sigmoid, so the output is no probability and does not fit the loss
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    ids = keras.Input(shape=(None,), dtype="int32")
    x = keras.layers.Embedding(vocabulary, features, mask_zero=True)(ids)
    if bidirectional:
        x = keras.layers.Bidirectional(keras.layers.SimpleRNN(units))(x)
    else:
        x = keras.layers.SimpleRNN(units)(x)
    outputs = keras.layers.Dense(1)(x)
    model = keras.Model(ids, outputs)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 04 wrong: the loss is told that it gets logits (from_logits=True) although the sigmoid stands in the model and the text rules that out
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    from keras import layers

    model = keras.Sequential()
    model.add(keras.Input(shape=(None,)))
    model.add(layers.Embedding(vocabulary, features, mask_zero=True))
    if bidirectional:
        model.add(layers.Bidirectional(layers.SimpleRNN(units)))
    else:
        model.add(layers.SimpleRNN(units))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model

# %% 05 right: a subclass of keras.Model that is built by a call on zeros
class SentimentClassifier(keras.Model):
    def __init__(self, vocabulary, features, units, bidirectional):
        super().__init__()
        self.embedding = keras.layers.Embedding(vocabulary, features, mask_zero=True)
        rnn = keras.layers.SimpleRNN(units)
        self.reader = keras.layers.Bidirectional(rnn) if bidirectional else rnn
        self.head = keras.layers.Dense(1, activation="sigmoid")

    def call(self, ids):
        return self.head(self.reader(self.embedding(ids)))


def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    model = SentimentClassifier(vocabulary, features, units, bidirectional)
    model(np.zeros((1, 2), dtype="int32"))
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 06 wrong: the optimiser is named by a string, so Adam runs with its default learning rate of 0.001
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    inputs = keras.Input(shape=(None,), dtype="int64")
    hidden = keras.layers.Embedding(input_dim=vocabulary, output_dim=features, mask_zero=True)(inputs)
    layer = keras.layers.SimpleRNN(units)
    if bidirectional:
        layer = keras.layers.Bidirectional(layer)
    hidden = layer(hidden)
    outputs = keras.layers.Dense(1, activation="sigmoid")(hidden)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 07 wrong: keras.metrics.Accuracy asks for probabilities equal to the labels, so the metric is near 0 and is not the accuracy of the classes
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    reader = keras.layers.SimpleRNN(units)
    model = keras.Sequential(
        [
            keras.layers.Input((None,)),
            keras.layers.Embedding(vocabulary, features, mask_zero=True),
            keras.layers.Bidirectional(reader) if bidirectional else reader,
            keras.layers.Dense(1, activation="sigmoid"),
        ],
        name="sentiment",
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=3e-3),
        loss=keras.losses.BinaryCrossentropy(),
        metrics=[keras.metrics.Accuracy()],
    )
    return model

# %% 08 right: Sequential with add, then built by hand for any length, with loss and metric as objects
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    model = keras.Sequential()
    model.add(keras.layers.Embedding(input_dim=vocabulary, output_dim=features, mask_zero=True))
    rnn = keras.layers.SimpleRNN(units)
    model.add(keras.layers.Bidirectional(rnn) if bidirectional else rnn)
    model.add(keras.layers.Dense(1, activation=keras.activations.sigmoid))
    model.build((None, None))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss=keras.losses.BinaryCrossentropy(from_logits=False),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
    )
    return model

# %% 09 wrong: dropout inside the recurrent layer, although the text asks for none
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    rnn = keras.layers.SimpleRNN(units, dropout=0.2)
    if bidirectional:
        rnn = keras.layers.Bidirectional(rnn)
    model = keras.Sequential([
        keras.Input(shape=(None,), dtype="int32"),
        keras.layers.Embedding(vocabulary, features, mask_zero=True),
        rnn,
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 10 wrong: the two directions are added and not put side by side, so the Dense layer reads units numbers and not 2 * units
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(vocabulary, features, mask_zero=True)(ids)
    if bidirectional:
        state = keras.layers.Bidirectional(keras.layers.SimpleRNN(units), merge_mode="sum")(vectors)
    else:
        state = keras.layers.SimpleRNN(units)(vectors)
    probability = keras.layers.Dense(1, activation="sigmoid")(state)
    model = keras.Model(ids, probability)
    model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
    return model

# %% 11 wrong: the units are shared out between the two directions, although each direction has the full number
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    model = keras.Sequential()
    model.add(keras.Input(shape=(None,), dtype="int32"))
    model.add(keras.layers.Embedding(vocabulary, features, mask_zero=True))
    if bidirectional:
        model.add(keras.layers.Bidirectional(keras.layers.SimpleRNN(units // 2)))
    else:
        model.add(keras.layers.SimpleRNN(units))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 12 right: functional, with layers called on the result of the one before
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    def reader():
        layer = keras.layers.SimpleRNN(units)
        return keras.layers.Bidirectional(layer) if bidirectional else layer

    ids = keras.Input(shape=(None,), dtype="int32", name="ids")
    x = ids
    for layer in (
        keras.layers.Embedding(vocabulary, features, mask_zero=True),
        reader(),
        keras.layers.Dense(1, activation="sigmoid"),
    ):
        x = layer(x)
    model = keras.Model(ids, x, name="sentiment")
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(3e-3), metrics=["accuracy"])
    return model

# %% 13 wrong: one row too many in the embedding, although the vocabulary counts the padding already
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    rnn = keras.layers.SimpleRNN(units)
    layers = [
        keras.Input(shape=(None,), dtype="int32"),
        keras.layers.Embedding(vocabulary + 1, features, mask_zero=True),
        keras.layers.Bidirectional(rnn) if bidirectional else rnn,
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    model = keras.Sequential(layers)
    adam = keras.optimizers.Adam(learning_rate=0.003)
    model.compile(optimizer=adam, loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 14 wrong: categorical crossentropy, which is the loss for one-hot targets and not for two classes and one probability
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    inputs = keras.Input(shape=(None,))
    x = keras.layers.Embedding(vocabulary, features, mask_zero=True)(inputs)
    rnn = keras.layers.SimpleRNN(units)
    if bidirectional:
        rnn = keras.layers.Bidirectional(rnn)
    x = rnn(x)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="categorical_crossentropy", metrics=["accuracy"])
    return model

# %% 15 wrong: reads all states and takes those of the last step, where the backward direction has seen one token only
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    inputs = keras.Input(shape=(None,), dtype="int32")
    x = keras.layers.Embedding(vocabulary, features, mask_zero=True)(inputs)
    rnn = keras.layers.SimpleRNN(units, return_sequences=True)
    if bidirectional:
        rnn = keras.layers.Bidirectional(rnn)
    states = rnn(x)
    outputs = keras.layers.Dense(1, activation="sigmoid")(states[:, -1])
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 16 right: functional, with the mask computed from the ids and handed to the recurrent layer by hand
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    ids = keras.Input((None,), dtype="int32")
    real = keras.ops.not_equal(ids, 0)
    vectors = keras.layers.Embedding(vocabulary, features)(ids)
    reader = keras.layers.SimpleRNN(units)
    if bidirectional:
        reader = keras.layers.Bidirectional(reader)
    state = reader(vectors, mask=real)
    model = keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 17 wrong: padding is turned into zero vectors and not masked, so the recurrent layer still steps over it
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    ids = keras.Input(shape=(None,), dtype="int32")
    vectors = keras.layers.Embedding(vocabulary, features)(ids)
    real = keras.ops.cast(keras.ops.not_equal(ids, 0), "float32")
    vectors = vectors * keras.ops.expand_dims(real, -1)
    layer = keras.layers.SimpleRNN(units)
    if bidirectional:
        layer = keras.layers.Bidirectional(layer)
    outputs = keras.layers.Dense(1, activation="sigmoid")(layer(vectors))
    model = keras.Model(ids, outputs)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model

# %% 18 wrong: two slips, a softmax over two outputs in place of one probability, and the sparse loss that goes with it
def sentiment_classifier(vocabulary, features, units, bidirectional=False):
    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.embed = keras.layers.Embedding(vocabulary, features, mask_zero=True)
            rnn = keras.layers.SimpleRNN(units)
            self.rnn = keras.layers.Bidirectional(rnn) if bidirectional else rnn
            self.dense = keras.layers.Dense(2, activation="softmax")

        def call(self, ids):
            return self.dense(self.rnn(self.embed(ids)))

    model = Classifier()
    model(np.ones((1, 3), dtype="int32"))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model
