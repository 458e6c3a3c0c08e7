"""Right answers to unit 05, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def texts_to_batch__from_lists(texts, vocabulary, length):
    """lists, the mask from the ids"""
    if len(vocabulary) < 2 or vocabulary[0] != "[PAD]" or vocabulary[1] != "[UNK]":
        raise ValueError("not a vocabulary of this course")
    rows = []
    for text in texts:
        words = tokenise(" ".join(re.split("<.*?>", text, flags=re.DOTALL)).casefold())
        ids = [vocabulary.index(word) if word in vocabulary else vocabulary.index("[UNK]") for word in words]
        ids = ids[max(len(ids) - length, 0) :]
        rows.append(ids + [0] * (length - len(ids)))
    ids = np.array(rows, dtype="int32").reshape(-1, length)
    return ids, ids > 0


def texts_to_batch__without_expressions(texts, vocabulary, length):
    """letter by letter, a boolean index"""
    if tuple(vocabulary[:2]) != ("[PAD]", "[UNK]"):
        raise ValueError(f"vocabulary: {vocabulary[:2]}")

    def cleaned(text):
        kept, inside = [], False
        for position, letter in enumerate(text):
            if letter == "<" and ">" in text[position:]:
                inside = True
                kept.append(" ")
            elif letter == ">" and inside:
                inside = False
            elif not inside:
                kept.append(letter.lower())
        return "".join(kept)

    known = dict(zip(vocabulary, range(len(vocabulary)), strict=True))
    lists = [[known.get(word, known["[UNK]"]) for word in tokenise(cleaned(text))] for text in texts]
    lengths = np.array([min(len(ids), length) for ids in lists])
    mask = np.arange(length) < lengths[:, None]
    ids = np.zeros(mask.shape, dtype="int64")
    ids[mask] = [number for row in lists for number in row[-length:]]
    return ids, mask


def texts_to_batch__from_keras(texts, vocabulary, length):
    """Keras pads"""
    if not (len(vocabulary) > 1 and vocabulary[0] == "[PAD]" and vocabulary[1] == "[UNK]"):
        raise ValueError("vocabulary")
    rows = []
    for text in texts:
        while "<" in text and ">" in text[text.index("<") :]:
            start = text.index("<")
            text = text[:start] + " " + text[text.index(">", start) + 1 :]
        rows.append([vocabulary.index(w) if w in set(vocabulary) else 1 for w in tokenise(text.lower())])
    ids = keras.utils.pad_sequences(rows, maxlen=length, padding="post", truncating="pre")
    real = keras.utils.pad_sequences([[1] * len(row) for row in rows], maxlen=length, padding="post", truncating="pre")
    return ids, real == 1


def texts_to_batch__by_string_lookup(texts, vocabulary, length):
    """a StringLookup layer looks the words up"""
    if not {0: "[PAD]", 1: "[UNK]"}.items() <= dict(enumerate(vocabulary)).items():
        raise ValueError(f"[PAD] and [UNK] must come first, and here come {vocabulary[:2]}")
    words = [tokenise(re.sub("<[^>]*>", " ", text).lower()) for text in texts]
    layer = keras.layers.StringLookup(vocabulary=vocabulary[2:], mask_token="[PAD]", oov_token="[UNK]")
    ids = np.zeros((len(texts), length), dtype="int64")
    mask = np.zeros(ids.shape, dtype=bool)
    for row, kept in enumerate(w[-length:] for w in words):
        if kept:
            ids[row, : len(kept)] = keras.ops.convert_to_numpy(layer(kept))
            mask[row, : len(kept)] = True
    return ids, mask


def predict_texts__text_by_text(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    """one text at a time"""
    labels, probabilities = [], []
    for text in texts:
        ids, mask = texts_to_batch([text], vocabulary, length)
        rows = E[ids[0][mask[0]]]
        average = rows.mean(axis=0) if len(rows) else np.zeros(E.shape[1])
        p = 1 / (1 + np.exp(-(float(average @ w) + b_p)))
        probabilities.append(p)
        labels.append("negative" if p < threshold else "positive")
    return labels, np.array(probabilities)


def predict_texts__words_counted(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    """counts of words, einsum"""
    ids, mask = texts_to_batch(texts, vocabulary, length)
    counts = np.array([np.bincount(row[real], minlength=len(E)) for row, real in zip(ids, mask, strict=True)])
    shares = counts / np.clip(counts.sum(axis=1, keepdims=True), 1, None)
    p = sigmoid(np.einsum("bv,vw,w->b", shares, E, w) + b_p)
    return np.where(p >= threshold, "positive", "negative").tolist(), p


def predict_texts__scores_first(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    """a score for each word, a masked array"""
    ids, mask = texts_to_batch(texts, vocabulary, length)
    scores = np.ma.masked_array((E @ w)[ids], ~mask)
    p = sigmoid(scores.mean(axis=1).filled(0.0) + b_p)
    return tuple("positive" if yes else "negative" for yes in (p >= threshold)), p


def build_classifier__classifier_functional(vocabulary_size, width, units, dropout):
    """the functional interface"""
    ids = keras.Input(shape=(None,), name="ids")
    x = keras.layers.Embedding(input_dim=vocabulary_size, output_dim=width, mask_zero=True)(ids)
    for again in (True, False):
        x = keras.layers.LSTM(units, return_sequences=again)(x)
        x = keras.layers.Dropout(rate=dropout)(x)
    model = keras.Model(ids, keras.layers.Dense(1, "sigmoid")(x))
    model.compile(loss=keras.losses.BinaryCrossentropy())
    return model


def build_classifier__classifier_layer_by_layer(vocabulary_size, width, units, dropout):
    """layers added one by one, built by the first batch"""
    model = keras.models.Sequential()
    model.add(keras.layers.Embedding(vocabulary_size, width, mask_zero=True))
    model.add(keras.layers.LSTM(units, return_sequences=True, dtype="float32"))
    model.add(keras.layers.Dropout(dropout, seed=1))
    model.add(keras.layers.LSTM(units, unroll=False))
    model.add(keras.layers.Dropout(dropout, seed=2))
    model.add(keras.layers.Dense(1, activation=keras.activations.sigmoid))
    model.compile(keras.optimizers.RMSprop(1e-3), keras.losses.binary_crossentropy)
    return model


def build_classifier__classifier_with_masks_by_hand(vocabulary_size, width, units, dropout):
    """the mask made by hand"""
    ids = keras.Input((None,), dtype="int64")
    real = keras.ops.not_equal(ids, 0)
    x = keras.layers.Embedding(vocabulary_size, width)(ids)
    x = keras.layers.LSTM(units, return_sequences=True)(x, mask=real)
    x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Dropout(dropout)(keras.layers.LSTM(units)(x, mask=real))
    model = keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile("sgd", "binary_crossentropy")
    return model


def build_classifier__classifier_sigmoid_apart(vocabulary_size, width, units, dropout):
    """no Input, and the sigmoid as a layer of its own"""
    model = keras.Sequential(name="reviews")
    model.add(keras.layers.Embedding(vocabulary_size, width, mask_zero=True))
    model.add(keras.layers.LSTM(units, return_sequences=True))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.LSTM(units))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    model.add(keras.layers.Activation("sigmoid"))
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.BinaryCrossentropy(from_logits=False), metrics=["AUC"])
    return model


def build_classifier__classifier_subclassed(vocabulary_size, width, units, dropout):
    """a subclass of Model"""

    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.table = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)
            self.first = keras.layers.LSTM(units, return_sequences=True)
            self.first_dropout = keras.layers.Dropout(dropout)
            self.second = keras.layers.LSTM(units)
            self.second_dropout = keras.layers.Dropout(dropout)
            self.answer = keras.layers.Dense(1, activation="sigmoid")

        def call(self, ids, training=False):
            x = self.first_dropout(self.first(self.table(ids)), training=training)
            return self.answer(self.second_dropout(self.second(x), training=training))

    model = Classifier()
    model.compile("adam", "binary_crossentropy")
    return model


def repair_input__functional(vocabulary_size, width, units):
    """the functional interface, with a mask"""
    ids = keras.Input(shape=(None,), dtype="int32")
    words = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(ids)
    state = keras.layers.LSTM(units)(words)
    model = keras.Model(inputs=ids, outputs=keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile("adam", "binary_crossentropy")
    return model


def repair_input__left_open(vocabulary_size, width, units):
    """built by the first batch"""
    model = keras.Sequential(
        [
            keras.layers.Embedding(vocabulary_size, width),
            keras.layers.LSTM(units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(), loss=keras.losses.BinaryCrossentropy())
    return model


def repair_input__last_state_taken(vocabulary_size, width, units):
    """the last of all states"""
    ids = keras.layers.Input((None,), dtype="int64")
    states = keras.layers.LSTM(units, return_sequences=True)(keras.layers.Embedding(vocabulary_size, width)(ids))
    answer = keras.layers.Dense(1)(states[:, -1])
    model = keras.models.Model(ids, keras.layers.Activation("sigmoid")(answer))
    model.compile("adam", loss="binary_crossentropy")
    return model


def repair_mask__by_hand(vocabulary_size, width, units):
    """the mask made by hand"""
    ids = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(vocabulary_size, width)(ids) * np.sqrt(width)
    state = keras.layers.LSTM(units)(words, mask=keras.ops.not_equal(ids, 0))
    model = keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile("adam", "binary_crossentropy")
    return model


def repair_mask__scaling_as_a_layer(vocabulary_size, width, units):
    """a layer of one's own that passes the mask on"""

    class Scale(keras.layers.Layer):
        def __init__(self, factor):
            super().__init__()
            self.supports_masking = True
            self.factor = factor

        def call(self, x):
            return self.factor * x

    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(vocabulary_size, width, mask_zero=True),
            Scale(width**0.5),
            keras.layers.LSTM(units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def repair_mask__state_of_the_last_word(vocabulary_size, width, units):
    """the state at the last real word is picked"""
    inputs = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(vocabulary_size, width)(inputs)
    states = keras.layers.LSTM(units, return_sequences=True)(width**0.5 * embedded)
    real = keras.ops.cast(inputs > 0, "int32")
    last = keras.ops.equal(keras.ops.cumsum(real, axis=1) * real, keras.ops.sum(real, axis=1, keepdims=True))
    state = keras.ops.sum(states * keras.ops.cast(last, "float32")[:, :, None], axis=1)  # padding is on the right
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def repair_output__functional(vocabulary_size, width, units):
    """the functional interface"""
    ids = keras.Input((None,), dtype="int32")
    state = keras.layers.LSTM(units)(keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(ids))
    probability = keras.ops.sigmoid(keras.layers.Dense(1)(state))
    model = keras.Model(ids, probability)
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def repair_output__activation_layer(vocabulary_size, width, units):
    """the sigmoid as a layer of its own"""
    model = keras.Sequential([keras.layers.Embedding(vocabulary_size, width, mask_zero=True)])
    model.add(keras.layers.LSTM(units))
    model.add(keras.layers.Dense(1))
    model.add(keras.layers.Activation("sigmoid"))
    model.compile("adam", keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    return model


def repair_output__changed_in_place(vocabulary_size, width, units):
    """the broken model, mended in place"""
    model = broken_output(vocabulary_size, width, units)
    model.layers[-1].activation = keras.activations.sigmoid
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def repair_training__functional(seed):
    """functional interface, more units, clipped gradients"""
    keras.utils.set_random_seed(seed)
    ids, labels = make_reviews(600, seed)
    inputs = keras.Input((6,), dtype="int32")
    state = keras.layers.LSTM(24)(keras.layers.Embedding(20, 16)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile(keras.optimizers.Adam(0.02, clipnorm=1.0), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    model.fit(ids, labels, batch_size=20, epochs=9, verbose=0)
    return model


def repair_training__until_it_is_good(seed):
    """one epoch at a time until the loss is low"""
    keras.utils.set_random_seed(seed)
    ids, labels = make_reviews(800, seed)
    model = keras.Sequential([keras.layers.Embedding(20, 16), keras.layers.LSTM(16)])
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer=keras.optimizers.Nadam(0.02), loss="binary_crossentropy")
    for _ in range(15):
        history = model.fit(ids, labels, batch_size=20, verbose=0)
        if history.history["loss"][0] < 0.05:
            break
    return model, history


def repair_training__with_a_schedule(seed):
    """a learning rate that falls"""
    keras.utils.set_random_seed(seed)
    ids, labels = make_reviews(600, seed)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(20, 16),
            keras.layers.LSTM(16),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    falling = keras.optimizers.schedules.CosineDecay(0.03, 300, alpha=0.2)
    model.compile(optimizer=keras.optimizers.Adam(falling), loss="binary_crossentropy")
    model.fit(ids, labels, batch_size=20, epochs=10, verbose=0)
    return model


def error_table__with_loops(groups, labels, probabilities, threshold=0.5):
    """loops and running sums"""
    values = [float(value) for value in np.ravel(probabilities)]
    if len(set(map(len, (groups, labels, values)))) != 1:
        raise ValueError("different numbers of texts")
    found = {}
    for group, label, value in zip(groups, labels, values, strict=True):
        entry = found.setdefault(group, {"count": 0, "errors": 0, "expected": 0.0, "true": 0})
        entry["count"] += 1
        entry["errors"] += (1 if value >= threshold else 0) != label
        entry["expected"] += value
        entry["true"] += int(label)
    for entry in found.values():
        entry["error_rate"] = entry["errors"] / entry["count"]
        entry["gap"] = (entry["expected"] - entry["true"]) / entry["count"]
    return found


def error_table__with_bincount(groups, labels, probabilities, threshold=0.5):
    """bincount"""
    p = np.squeeze(np.asarray(probabilities, dtype=float), axis=-1) if np.ndim(probabilities) == 2 else probabilities
    if len(groups) != len(labels) or len(groups) != len(p):
        raise ValueError(f"{len(groups)}, {len(labels)}, {len(p)}")
    names, index = np.unique(groups, return_inverse=True)
    counts = np.bincount(index)
    rates = np.bincount(index, weights=np.abs((p >= threshold) - np.asarray(labels))) / counts
    gaps = np.bincount(index, weights=p - labels) / counts
    return {
        str(name): {"count": n, "error_rate": r, "gap": g}
        for name, n, r, g in zip(names, counts, rates, gaps, strict=True)
    }


def error_table__by_positions(groups, labels, probabilities, threshold=0.5):
    """positions of each group"""
    p = np.asarray(probabilities, dtype="float64").flatten()
    if not (len(groups) == len(labels) and len(labels) == len(p)):
        raise ValueError("not one probability and one group for each label")
    table = {}
    for name in dict.fromkeys(groups):
        rows = [row for row, group in enumerate(groups) if group == name]
        predicted = np.where(p[rows] < threshold, 0, 1)
        table[name] = dict(
            count=len(rows), error_rate=1 - np.mean(predicted == labels[rows]), gap=np.mean(p[rows] - labels[rows])
        )
    return table
