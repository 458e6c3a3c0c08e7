# %% 01 wrong: the embedding is built without mask_zero, so padding runs through both LSTMs and changes the answer
def build_classifier(vocabulary_size, width, units, dropout):
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(vocabulary_size, width),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.Dropout(dropout),
            keras.layers.LSTM(units),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model

# %% 02 right: Sequential with one list of layers, names of loss and optimiser as strings
def build_classifier(vocabulary_size, width, units, dropout):
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(shape=(None,), dtype="int32"),
            layers.Embedding(vocabulary_size, width, mask_zero=True),
            layers.LSTM(units, return_sequences=True),
            layers.Dropout(dropout),
            layers.LSTM(units),
            layers.Dropout(dropout),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model

# %% 03 wrong: the second LSTM also returns its state at every step, so the model gives (batch, time, 1) instead of one probability for each text
def build_classifier(vocabulary_size, width, units, dropout):
    model = keras.Sequential()
    model.add(keras.Input((None,), dtype="int32"))
    model.add(keras.layers.Embedding(vocabulary_size, width, mask_zero=True))
    for _ in range(2):
        model.add(keras.layers.LSTM(units, return_sequences=True))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam")
    return model

# %% 04 wrong: the sigmoid stands in the model and the loss is told from_logits=True, so the loss squashes the probability a second time
def build_classifier(vocabulary_size, width, units, dropout):
    inputs = keras.Input(shape=(None,), dtype="int32")
    x = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(inputs)
    x = keras.layers.LSTM(units, return_sequences=True)(x)
    x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.LSTM(units)(x)
    x = keras.layers.Dropout(dropout)(x)
    outputs = keras.layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(from_logits=True))
    return model

# %% 05 right: functional, step by step, with a loss object and an optimiser object
def build_classifier(vocabulary_size, width, units, dropout):
    ids = keras.Input(shape=(None,), dtype="int32")
    vectors = keras.layers.Embedding(input_dim=vocabulary_size, output_dim=width, mask_zero=True)(ids)
    states = keras.layers.LSTM(units, return_sequences=True)(vectors)
    states = keras.layers.Dropout(rate=dropout)(states)
    last = keras.layers.LSTM(units, return_sequences=False)(states)
    last = keras.layers.Dropout(rate=dropout)(last)
    probability = keras.layers.Dense(1, activation=keras.activations.sigmoid)(last)
    model = keras.Model(ids, probability)
    model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=0.002), loss=keras.losses.BinaryCrossentropy())
    return model

# %% 06 wrong: the last layer has no sigmoid and the loss works on logits, so the model answers with any number instead of a probability
def build_classifier(vocabulary_size, width, units, dropout):
    model = keras.Sequential()
    model.add(keras.Input(shape=(None,), dtype="int32"))
    model.add(keras.layers.Embedding(vocabulary_size, width, mask_zero=True))
    model.add(keras.layers.LSTM(units, return_sequences=True))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.LSTM(units))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    return model

# %% 07 wrong: softmax on a single unit, so every text gets the probability 1
def build_classifier(vocabulary_size, width, units, dropout):
    inputs = keras.Input((None,), dtype="int32")
    h = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(inputs)
    for last in (False, True):
        h = keras.layers.LSTM(units, return_sequences=not last)(h)
        h = keras.layers.Dropout(dropout)(h)
    outputs = keras.layers.Dense(1, activation="softmax")(h)
    model = keras.Model(inputs, outputs)
    model.compile("adam", "binary_crossentropy")
    return model

# %% 08 right: a subclass of keras.Model with a call method, built by reading a few ids once
class TextClassifier(keras.Model):
    """Reads ids (batch, time) and answers with probabilities (batch, 1)."""

    def __init__(self, vocabulary_size, width, units, dropout):
        super().__init__()
        self.table = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)
        self.lower = keras.layers.LSTM(units, return_sequences=True)
        self.lower_dropout = keras.layers.Dropout(dropout)
        self.upper = keras.layers.LSTM(units)
        self.upper_dropout = keras.layers.Dropout(dropout)
        self.answer = keras.layers.Dense(1, activation="sigmoid")

    def call(self, ids, training=None):
        states = self.lower_dropout(self.lower(self.table(ids)), training=training)
        return self.answer(self.upper_dropout(self.upper(states), training=training))


def build_classifier(vocabulary_size, width, units, dropout):
    model = TextClassifier(vocabulary_size, width, units, dropout)
    model(np.zeros((1, 2), dtype="int32"))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model

# %% 09 wrong: dropout is given to the LSTMs as an argument, where it drops their inputs, and the two Dropout layers are missing
def build_classifier(vocabulary_size, width, units, dropout):
    model = keras.Sequential(
        [
            keras.layers.Input(shape=(None,), dtype="int32"),
            keras.layers.Embedding(vocabulary_size, width, mask_zero=True),
            keras.layers.LSTM(units, return_sequences=True, dropout=dropout),
            keras.layers.LSTM(units, dropout=dropout),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="rmsprop", loss="binary_crossentropy")
    return model

# %% 10 wrong: takes dropout for the share that is kept and gives 1 - dropout to both Dropout layers, as older libraries count it
def build_classifier(vocabulary_size, width, units, dropout):
    keep = 1.0 - dropout
    inputs = keras.Input(shape=(None,), dtype="int32")
    embedded = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(inputs)
    first = keras.layers.Dropout(keep)(keras.layers.LSTM(units, return_sequences=True)(embedded))
    second = keras.layers.Dropout(keep)(keras.layers.LSTM(units)(first))
    outputs = keras.layers.Dense(1, activation="sigmoid")(second)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model

# %% 11 right: a subclass that hands a functional graph to keras.Model and compiles itself
class StackedReader(keras.Model):
    """The functional graph of the classifier under a name of its own."""

    def __init__(self, vocabulary_size, width, units, dropout):
        stack = [
            keras.layers.Embedding(vocabulary_size, width, mask_zero=True),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.Dropout(dropout),
            keras.layers.LSTM(units),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(1, "sigmoid"),
        ]
        inputs = keras.Input((None,), dtype="int32")
        x = inputs
        for layer in stack:
            x = layer(x)
        super().__init__(inputs=inputs, outputs=x)
        self.compile("adamw", keras.losses.binary_crossentropy)


def build_classifier(vocabulary_size, width, units, dropout):
    return StackedReader(vocabulary_size, width, units, dropout)

# %% 12 wrong: a Masking layer stands behind an Embedding without mask_zero, but the row of id 0 is not zero, so nothing is masked and a layer too many is in the model
def build_classifier(vocabulary_size, width, units, dropout):
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(vocabulary_size, width),
            keras.layers.Masking(mask_value=0.0),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.Dropout(dropout),
            keras.layers.LSTM(units),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(), loss=keras.losses.BinaryCrossentropy())
    return model

# %% 13 wrong: the loss is categorical_crossentropy, which is always 0 for a single probability, so it does not compare it with the label 0 or 1 and nothing is learnt
def build_classifier(vocabulary_size, width, units, dropout):
    model = keras.Sequential()
    for layer in (
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(vocabulary_size, width, mask_zero=True),
        keras.layers.LSTM(units, return_sequences=True),
        keras.layers.Dropout(dropout),
        keras.layers.LSTM(units),
        keras.layers.Dropout(dropout),
        keras.layers.Dense(1, activation="sigmoid"),
    ):
        model.add(layer)
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    return model

# %% 14 wrong: adds one row to the table for the padding, although vocabulary_size already counts padding and unknown words
class Reader(keras.Model):
    def __init__(self, vocabulary_size, width, units, dropout):
        super().__init__()
        self.embedding = keras.layers.Embedding(vocabulary_size + 1, width, mask_zero=True)
        self.lstm1 = keras.layers.LSTM(units, return_sequences=True)
        self.drop1 = keras.layers.Dropout(dropout)
        self.lstm2 = keras.layers.LSTM(units)
        self.drop2 = keras.layers.Dropout(dropout)
        self.dense = keras.layers.Dense(1, activation="sigmoid")

    def call(self, ids):
        x = self.embedding(ids)
        x = self.drop1(self.lstm1(x))
        x = self.drop2(self.lstm2(x))
        return self.dense(x)


def build_classifier(vocabulary_size, width, units, dropout):
    model = Reader(vocabulary_size, width, units, dropout)
    model(np.ones((1, 3), dtype="int32"))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model

# %% 15 wrong: two slips, the input is fixed to texts of 200 ids instead of any length, and the loss is the mean squared error
def build_classifier(vocabulary_size, width, units, dropout):
    max_length = 200
    inputs = keras.Input(shape=(max_length,), dtype="int32")
    x = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(inputs)
    x = keras.layers.LSTM(units, return_sequences=True)(x)
    x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.LSTM(units)(x)
    x = keras.layers.Dropout(dropout)(x)
    outputs = keras.layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="mse")
    return model

# %% 16 right: Sequential filled with add in a loop over the two LSTMs, no Input but a build with open shapes, sigmoid as a function
def _lstm_and_dropout(units, dropout, every_step):
    return keras.layers.LSTM(units, return_sequences=every_step), keras.layers.Dropout(dropout)


def build_classifier(vocabulary_size, width, units, dropout):
    model = keras.Sequential()
    model.add(keras.layers.Embedding(vocabulary_size, width, mask_zero=True))
    for every_step in (True, False):
        for layer in _lstm_and_dropout(units, dropout, every_step):
            model.add(layer)
    model.add(keras.layers.Dense(units=1, activation=keras.ops.sigmoid))
    model.build((None, None))
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=False), optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
    return model

# %% 17 wrong: the first Dropout stands between the embedding and the first LSTM instead of between the two LSTMs
def build_classifier(vocabulary_size, width, units, dropout):
    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(ids)
    x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.LSTM(units, return_sequences=True)(x)
    x = keras.layers.LSTM(units)(x)
    x = keras.layers.Dropout(dropout)(x)
    p = keras.layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(ids, p)
    model.compile(optimizer="nadam", loss="binary_crossentropy")
    return model

# %% 18 wrong: both LSTMs get activation="relu", though all settings that are not named stay at their defaults
def build_classifier(vocabulary_size, width, units, dropout):
    from keras import Sequential
    from keras.layers import LSTM, Dense, Dropout, Embedding, Input

    model = Sequential()
    model.add(Input(shape=(None,), dtype="int32"))
    model.add(Embedding(vocabulary_size, width, mask_zero=True))
    model.add(LSTM(units, activation="relu", return_sequences=True))
    model.add(Dropout(dropout))
    model.add(LSTM(units, activation="relu"))
    model.add(Dropout(dropout))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model
