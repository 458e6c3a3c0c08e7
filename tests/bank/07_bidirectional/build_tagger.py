# %% 01 right: Sequential with a list of layers and the name of the loss
def build_tagger(n_words, n_tags, units):
    model = keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(n_words, 24, mask_zero=True),
        keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True)),
        keras.layers.Dense(n_tags, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model

# %% 02 wrong: the embedding makes no mask, so padding is read and trained on
def build_tagger(n_words, n_tags, units):
    words = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(n_words, 24)(words)
    states = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))(vectors)
    tags = keras.layers.Dense(n_tags, activation="softmax")(states)
    model = keras.Model(words, tags)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy")
    return model

# %% 03 wrong: the loss is told that it gets logits although the softmax stands in the model, so its value on plain probabilities is wrong
def build_tagger(n_words, n_tags, units):
    model = keras.Sequential()
    model.add(keras.Input(shape=(None,)))
    model.add(keras.layers.Embedding(input_dim=n_words, output_dim=24, mask_zero=True))
    model.add(keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True), merge_mode="concat"))
    model.add(keras.layers.Dense(n_tags, activation="softmax"))
    model.compile(optimizer=keras.optimizers.Adam(), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model

# %% 04 right: functional model with a loss object and both directions given as layers
def build_tagger(n_words, n_tags, units):
    layers = keras.layers
    words = keras.Input(shape=(None,), dtype="int64", name="words")
    there = layers.LSTM(units, return_sequences=True)
    back = layers.LSTM(units, return_sequences=True, go_backwards=True)
    hidden = layers.Embedding(input_dim=n_words, output_dim=24, mask_zero=True)(words)
    hidden = layers.Bidirectional(there, backward_layer=back, merge_mode="concat")(hidden)
    model = keras.Model(inputs=words, outputs=layers.Dense(n_tags, activation=keras.activations.softmax)(hidden))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=3e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    )
    return model

# %% 05 wrong: the units are split over the two directions, units // 2 each
def build_tagger(n_words, n_tags, units):
    model = keras.Sequential([
        keras.layers.Input((None,), dtype="int32"),
        keras.layers.Embedding(n_words, 24, mask_zero=True),
        keras.layers.Bidirectional(keras.layers.LSTM(units // 2, return_sequences=True)),
        keras.layers.Dense(n_tags, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model

# %% 06 wrong: the softmax runs over the time axis, so the numbers of one word do not add up to 1
def build_tagger(n_words, n_tags, units):
    def over_steps(scores):
        return keras.activations.softmax(scores, axis=1)

    words = keras.Input((None,), dtype="int32")
    h = keras.layers.Embedding(n_words, 24, mask_zero=True)(words)
    h = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))(h)
    model = keras.Model(words, keras.layers.Dense(n_tags, activation=over_steps)(h))
    model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy())
    return model

# %% 07 right: a subclass of keras.Model that wires its layers in the constructor
class Tagger(keras.Model):
    def __init__(self, n_words, n_tags, units):
        sentence = keras.Input((None,), dtype="int32")
        vectors = keras.layers.Embedding(n_words, 24, mask_zero=True)(sentence)
        reader = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))
        tagger = keras.layers.Dense(n_tags, activation="softmax")
        super().__init__(inputs=sentence, outputs=tagger(reader(vectors)))


def build_tagger(n_words, n_tags, units):
    model = Tagger(n_words, n_tags, units)
    model.compile(keras.optimizers.Adam(0.01), loss=keras.losses.sparse_categorical_crossentropy)
    return model

# %% 08 wrong: the input has a fixed length of 50 words, so sentences of another length do not fit
def build_tagger(n_words, n_tags, units):
    max_len = 50
    inputs = keras.layers.Input(shape=(max_len,), dtype="int32")
    x = keras.layers.Embedding(n_words, 24, mask_zero=True)(inputs)
    x = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))(x)
    outputs = keras.layers.Dense(n_tags, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    return model

# %% 09 wrong: the loss is the cross-entropy for one-hot tags, not for whole numbers
def build_tagger(n_words, n_tags, units):
    model = keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(n_words, 24, mask_zero=True),
        keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True)),
        keras.layers.Dense(n_tags, activation="softmax"),
    ])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="categorical_crossentropy")
    return model

# %% 10 wrong: the LSTM uses relu in place of its default tanh
def build_tagger(n_words, n_tags, units):
    words = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(n_words, 24, mask_zero=True)(words)
    lstm = keras.layers.LSTM(units, activation="relu", return_sequences=True)
    both = keras.layers.Bidirectional(lstm, merge_mode="concat")(embedded)
    probabilities = keras.layers.Dense(n_tags, activation="softmax")(both)
    model = keras.Model(words, probabilities, name="tagger")
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model

# %% 11 right: a pipeline of layers folded over the input, learning rate and loss by configuration dictionaries
def build_tagger(n_words, n_tags, units):
    from functools import reduce

    from keras import layers, losses, optimizers

    chain = (
        layers.Embedding(n_words, 24, mask_zero=True),
        layers.Bidirectional(layers.LSTM(units, return_sequences=True), merge_mode="concat"),
        layers.Dense(n_tags, activation="softmax"),
    )
    source = layers.Input(batch_shape=(None, None), dtype="int32")
    model = keras.Model(source, reduce(lambda tensor, layer: layer(tensor), chain, source))
    model.compile(optimizer=optimizers.get({"class_name": "Adam", "config": {"learning_rate": 0.005}}), loss=losses.get("sparse_categorical_crossentropy"))
    return model

# %% 12 wrong: compile gets no optimiser, and the default of Keras is RMSprop and not Adam
def build_tagger(n_words, n_tags, units):
    model = keras.Sequential()
    model.add(keras.Input((None,), dtype="int32"))
    model.add(keras.layers.Embedding(n_words, 24, mask_zero=True))
    model.add(keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True)))
    model.add(keras.layers.Dense(n_tags, activation="softmax"))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy())
    return model

# %% 13 wrong: the LSTM has a recurrent dropout, which is not listed
def build_tagger(n_words, n_tags, units):
    inputs = keras.Input(shape=(None,), dtype="int32")
    h = keras.layers.Embedding(n_words, 24, mask_zero=True)(inputs)
    h = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True, recurrent_dropout=0.2))(h)
    outputs = keras.layers.Dense(n_tags, activation="softmax")(h)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model
