"""What unit 05 checks, on which inputs, which mistakes it knows, and which unusual solutions are right."""

import re

import keras
import numpy as np

from autograder.authoring import Case, Unit

unit = Unit("05_text_classification", title="Text classification", needs=("numpy", "keras"))
unit.manual("written_number", points=5)
unit.manual("written_not_lstm", points=5)

LESSON = "05_text_classification"
CLEANING, KEEPING = f"{LESSON}#cleaning", f"{LESSON}#keeping-the-first-words-or-the-last"
LAYER, MASKS = f"{LESSON}#the-textvectorization-layer", f"{LESSON}#masks-from-end-to-end"
WORDS = "a good film not bad the story was dull but bright don't like it end plot cast never warm cold".split()
STRANGE = ("zebra", "quux", "mauve", "plinth")


def tokenise(text):
    """Named here for the variants below, which use the notebook's own."""
    raise NotImplementedError(text)


sigmoid = texts_to_batch = make_reviews = tokenise  # likewise


def vocabulary_of(words):
    return ["[PAD]", "[UNK]", *words]


def raw_texts(rng, number, words, shortest=1, longest=8):
    """Raw texts with capitals, punctuation, tags and unknown words."""
    texts = []
    for _ in range(number):
        parts = []
        for _ in range(int(rng.integers(shortest, longest + 1))):
            word = str(rng.choice(words)) if rng.random() < 0.8 else str(rng.choice(STRANGE))
            parts.append(word.upper() if rng.random() < 0.2 else word)
            parts.append(str(rng.choice([" ", " ", " ", ", ", ". ", "<br />", " <i>", "</i> "])))
        texts.append("".join(parts).strip() + str(rng.choice([".", "", "?"])))
    return texts


# ------------------------------------------------------------------------------------------------ texts_to_batch

batch = unit.exercise("texts_to_batch", points=12, see=f"{LESSON}#from-raw-text-to-ids", seconds=5,
                      returns=("ids", "mask"))


@batch.cases
def _(rng, size):
    words = vocabulary_of(["good", "not", "film", "the", "don't", "br", "i"])
    yield Case("known words", ["the film not good", "the good film the"], words, 4, tags={"plain"})
    yield Case("capitals, punctuation, an apostrophe", ["The FILM: not good", "Don't, don't; the film."], words, 4,
               tags={"plain"})
    yield Case("shorter than the rectangle", ["good film", "the"], words, 4, tags={"mask"})
    yield Case("tags", ["not<br />good the film", "<i>the</i> good <BR> film not"], words, 5, tags={"tags"})
    yield Case("a tag with something in it", ['the <a href="good">film</a> good', "good <br/><br/> not"], words, 3,
               tags={"tags"})
    yield Case("unknown words", ["the zebra not good", "quux good mauve"], words, 5, tags={"unknown", "mask"})
    yield Case("cut to three", ["the film not so good", "good good the film not", "the film"], words, 3,
               tags={"end"})
    yield Case("cut to one", ["the film good", "not the"], words, 1, tags={"end"})
    yield Case("an empty text", ["", "the film", "<br />"], words, 2, tags={"mask"})
    for k in range(1 if size == "public" else 5):
        chosen = vocabulary_of([str(word) for word in rng.permutation(WORDS)[: int(rng.integers(7, 13))]])
        texts = raw_texts(rng, int(rng.integers(3, 6)), WORDS)
        yield Case(f"random texts {k + 1}", texts, chosen, int(rng.integers(3, 6)), tags={"tags", "unknown"})
        yield Case(f"random texts, wide {k + 1}", texts, chosen, 9, tags={"mask", "unknown"})
        yield Case(f"random texts, cut {k + 1}", raw_texts(rng, 3, WORDS, 4, 9), chosen, int(rng.integers(1, 4)),
                   tags={"end"})


batch.shape("shapes", points=2, cases=("plain", "mask"), title="`ids` and `mask` are (batch, length)",
            hint="Return two arrays: integers and booleans.")
batch.values("ids", pick=0, points=2, needs="shapes", cases="plain",
             title="Words become their ids, whatever the capitals")
batch.values("tags", pick=0, points=2, needs="ids", cases="tags", title="Tags separate words and leave no trace")
batch.values("unknown", pick=0, points=2, needs="ids", cases="unknown", title="Unknown words become the id 1")
batch.values("end", pick=0, points=2, needs="ids", cases="end", title="Long texts keep their last words")
batch.values("mask", pick=1, points=1, needs="shapes", cases="mask", title="The mask is True at real words")
batch.raises("vocabulary", ValueError, points=1, title="A clear error without [PAD] and [UNK] in front",
             case=[Case("words alone", ["good film"], ["good", "film", "not"], 3),
                   Case("[PAD] and [UNK] exchanged", ["good film"], ["[UNK]", "[PAD]", "good"], 3),
                   Case("no [UNK]", ["good film"], ["[PAD]", "good", "film"], 3)])

batch.mistake(
    "keeps-the-start", "You keep the first words of a long text. Here the last ones are asked for: the verdict often "
    "stands at the end.", see=KEEPING,
    patch=[("[-length:]", "[:length]")])
batch.mistake(
    "padded-on-the-left", "Your padding stands before the words. It belongs on the right here.", see=MASKS,
    patch=[("ids[row, : len(kept)] = kept", "ids[row, length - len(kept) :] = kept"),
           ("mask[row, : len(kept)] = True", "mask[row, length - len(kept) :] = True")])
batch.mistake(
    "capitals-lost", "You hand capitals to `tokenise`, which knows lower-case letters only. \"The\" becomes \"he\", "
    "and a word in capitals vanishes.", see=CLEANING,
    patch=[('" ", text).lower()', '" ", text)')])
batch.mistake(
    "tags-left", "You leave the tags in the text, so \"br\" counts as a word.", see=CLEANING,
    patch=[('re.sub(r"<[^>]*>", " ", text).lower()', "text.lower()")])
batch.mistake(
    "tags-glue-words", "You delete the tags without leaving a blank. The words on both sides grow together into one "
    "that nobody knows.", see=CLEANING,
    patch=[('r"<[^>]*>", " ", text', 'r"<[^>]*>", "", text')])
batch.mistake(
    "tags-greedy", "You delete from the first \"<\" to the last \">\" of a text, and with the tags all words "
    "between them. A tag ends at the next \">\".", see=CLEANING,
    patch=[('r"<[^>]*>"', 'r"<.*>"')])
batch.mistake(
    "only-one-spelling", "You delete the line break in one spelling only. Other tags, and other ways to write it, "
    "stay in the text.", see=CLEANING,
    patch=[('re.sub(r"<[^>]*>", " ", text).lower()', 'text.replace("<br />", " ").lower()')])
batch.mistake(
    "stop-words-removed", "You leave out short common words. \"not\" is among them, and it turns the meaning of a "
    "sentence round.", see=CLEANING,
    patch=[("tokenise(clean)[-length:]",
            '[w for w in tokenise(clean) if w not in ("the", "a", "it", "was", "not", "i")][-length:]')])
batch.mistake(
    "unknown-dropped", "You leave unknown words out, so words that stood apart become neighbours. Every word keeps its "
    "place.", see=LAYER,
    patch=[("number.get(word, 1) for word in tokenise(clean)[-length:]",
            "number[word] for word in tokenise(clean)[-length:] if word in number")])
batch.mistake(
    "unknown-as-padding", "Your unknown words get the id 0, which is the padding.", see=LAYER,
    patch=[("number.get(word, 1)", "number.get(word, 0)")])
batch.mistake(
    "ids-shifted", "Your ids are one too large: the first position of a list is 0.", see=LAYER,
    patch=[("enumerate(vocabulary)", "enumerate(vocabulary, 1)")])
batch.mistake(
    "cut-by-characters", "You cut the text to its last characters. Cut the list of its words.", see=KEEPING,
    patch=[("tokenise(clean)[-length:]", "tokenise(clean[-length:])")])
batch.mistake(
    "as-wide-as-the-longest", "Your rectangle is only as wide as the longest text in it. Every batch has `length` "
    "columns here.", see=MASKS,
    patch=[("    return ids, mask", "    widest = max(mask.sum(axis=1).max(), 1)\n"
            "    return ids[:, :widest], mask[:, :widest]")])
batch.mistake(
    "mask-inverted", "Your mask is True at the padding. Keras reads it the other way round: True means that the word "
    "is real.", see=MASKS,
    patch=[("    return ids, mask", "    return ids, ~mask")])
batch.mistake(
    "mask-hides-unknown-words", "Your mask is False at unknown words. They are real words: the text is as long with "
    "them as without.", see=MASKS,
    patch=[("    return ids, mask", "    return ids, ids > 1")])
batch.mistake(
    "any-vocabulary", "A vocabulary without \"[PAD]\" and \"[UNK]\" in front goes through, and its first word is taken "
    "for padding. Raise a ValueError that tells what is wrong.", see=LAYER,
    patch=[('if list(vocabulary[:2]) != ["[PAD]", "[UNK]"]:', "if False:")])


def batch_from_lists(texts, vocabulary, length):
    if vocabulary[0] != "[PAD]" or vocabulary[1] != "[UNK]":
        raise ValueError("not a vocabulary of this course")
    rows = []
    for text in texts:
        words = tokenise(" ".join(re.split("<.*?>", text)).casefold())
        ids = [vocabulary.index(word) if word in vocabulary else vocabulary.index("[UNK]") for word in words]
        ids = ids[max(len(ids) - length, 0) :]
        rows.append(ids + [0] * (length - len(ids)))
    ids = np.array(rows, dtype="int32").reshape(-1, length)
    return ids, ids > 0


def batch_without_expressions(texts, vocabulary, length):
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


def batch_from_keras(texts, vocabulary, length):
    if not (vocabulary[0] == "[PAD]" and vocabulary[1] == "[UNK]"):
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


batch.alternative("lists, the mask from the ids", batch_from_lists)
batch.alternative("letter by letter, a boolean index", batch_without_expressions)
batch.alternative("Keras pads", batch_from_keras)

# ------------------------------------------------------------------------------------------------- predict_texts

predict = unit.exercise("predict_texts", points=10, see=f"{LESSON}#the-prediction-function", seconds=3,
                        returns=("labels", "probabilities"))


def predict_case(rng, name, texts, length, tags, threshold=None, width=3, words=WORDS):
    vocabulary = vocabulary_of(words)
    E, w = rng.normal(0, 1.0, (len(vocabulary), width)), rng.normal(0, 1.5, width)
    E[0] = rng.normal(0, 3.0, width)
    more = {} if threshold is None else {"threshold": threshold}
    return Case(name, texts, vocabulary, length, E, w, float(rng.normal(0, 0.5)), tags=tags, **more)


@predict.cases
def _(rng, size):
    few = ["good", "not", "film", "the"]
    yield predict_case(rng, "no padding", ["the film not good", "not the good film", "good good film film"], 4,
                       {"plain"}, words=few)
    yield predict_case(rng, "padding", ["good film", "the film the good", "not"], 5, {"short"}, words=few)
    yield predict_case(rng, "raw texts", ["GOOD<br />film.", "The zebra, not?", "Good quux film the"], 4,
                       {"short", "labels"}, words=few)
    yield predict_case(rng, "longer than is read", ["the the the not good", "film not good the film good"], 3,
                       {"short"}, words=few)
    yield predict_case(rng, "an empty text", ["", "good film", "<br />"], 3, {"empty"}, words=few)
    yield Case("probabilities of exactly one half", ["good", "film", "not good"], vocabulary_of(few), 3,
               np.array([[5.0], [1.0], [0.0], [-2.0], [3.0], [1.0]]), np.array([1.0]), 0.0, tags={"border"})
    for k in range(1 if size == "public" else 4):
        texts = raw_texts(rng, 6, WORDS)
        yield predict_case(rng, f"random texts {k + 1}", texts, 8, {"short", "labels"}, width=int(rng.integers(1, 5)))
        yield predict_case(rng, f"a high threshold {k + 1}", texts, 8, {"border"}, threshold=0.8)
        yield predict_case(rng, f"a low threshold {k + 1}", texts, 8, {"border"}, threshold=0.2)


predict.shape("form", points=1, cases=("plain", "short"), title="A list of labels and an array (batch,)",
              hint="Return two things: a list of strings, then one probability for each text.")
predict.values("probabilities", pick=1, points=3, needs="form", cases="plain",
               title="The probabilities are right where no text is padded",
               hint="Average first, then the answer, then the sigmoid.")
predict.values("padding", pick=1, points=2, needs="probabilities", cases="short",
               title="Short and raw texts: only real words are averaged")
predict.values("empty", pick=1, points=1, needs="probabilities", cases="empty",
               title="A text without words gets the probability of the bias")
predict.values("labels", pick=0, points=2, needs="form", cases="labels", title="The labels fit the probabilities")
predict.values("threshold", pick=0, points=1, needs="labels", cases="border",
               title="The threshold is used, and a probability that equals it is positive")

RAW = f"{LESSON}#the-prediction-function"
predict.mistake(
    "padding-counted", "You divide by the width of the batch. The average of a short text then shrinks with the "
    "padding; divide by the number of its real words.", see=MASKS,
    patch=[("np.maximum(np.sum(mask, axis=1), 1)", "np.full(len(ids), length)")])
predict.mistake(
    "padding-added", "Row 0 of the table goes into your average. It belongs to the padding, and nobody says that it "
    "holds zeros.", see=MASKS,
    patch=[("E[ids] * mask[:, :, np.newaxis]", "E[ids]")])
predict.mistake(
    "padding-averaged", "Your average takes in the padding as if it were a word. Leave it out of the sum and of the "
    "count.", see=MASKS,
    patch=[("E[ids] * mask[:, :, np.newaxis]", "E[ids]"),
           ("np.maximum(np.sum(mask, axis=1), 1)", "np.full(len(ids), length)")])
predict.mistake(
    "unknown-words-left-out", "Unknown words are missing from your average. Their row of the table has been trained "
    "like the others; at prediction the text must be treated as in training.", see=RAW,
    patch=[("    totals =", "    mask = ids > 1\n    totals =")])
predict.mistake(
    "summed", "You add the embeddings up. Long texts then get extreme answers; the average is asked for.", see=RAW,
    patch=[("totals / counts[:, np.newaxis] @ w", "totals @ w")])
predict.mistake(
    "empty-divided-by-zero", "A text without words makes you divide by zero. Its average counts as zero, and the bias "
    "alone answers.", see=RAW,
    patch=[("np.maximum(np.sum(mask, axis=1), 1)", "np.sum(mask, axis=1)")])
predict.mistake(
    "other-cleaning", "You split the texts in another way than `texts_to_batch` does. The model then meets other words "
    "than in training, and nothing warns you.", see=RAW,
    patch=[("texts_to_batch(texts, vocabulary, length)",
            "texts_to_batch([re.sub('[<>]', ' ', text) for text in texts], vocabulary, length)")])
predict.mistake(
    "bias-left-out", "The bias is missing from your answer.", see=RAW,
    patch=[(" @ w + b_p)", " @ w)")])
predict.mistake(
    "not-squashed", "Your probabilities are not squashed: they can be negative or larger than 1.", see=RAW,
    patch=[("sigmoid(totals / counts[:, np.newaxis] @ w + b_p)", "totals / counts[:, np.newaxis] @ w + b_p")])
predict.mistake(
    "threshold-ignored", "You always compare with one half, whatever `threshold` says.", see=f"{LESSON}#the-threshold",
    patch=[("if p >= threshold", "if p >= 0.5")])
predict.mistake(
    "strictly-above", "A probability that equals the threshold is positive. Yours must lie above it.",
    see=f"{LESSON}#the-threshold",
    patch=[("if p >= threshold", "if p > threshold")])
predict.mistake(
    "labels-swapped", "Your labels are swapped: the probability is that of a positive text.",
    see=f"{LESSON}#the-threshold",
    patch=[('"positive" if p >= threshold else "negative"', '"negative" if p >= threshold else "positive"')])
predict.mistake(
    "labels-as-numbers", "Your labels are numbers. The user of this function wants the words.", see=RAW,
    patch=[('"positive" if p >= threshold else "negative"', "int(p >= threshold)")])


def text_by_text(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    labels, probabilities = [], []
    for text in texts:
        ids, mask = texts_to_batch([text], vocabulary, length)
        rows = E[ids[0][mask[0]]]
        average = rows.mean(axis=0) if len(rows) else np.zeros(E.shape[1])
        p = 1 / (1 + np.exp(-(float(average @ w) + b_p)))
        probabilities.append(p)
        labels.append("negative" if p < threshold else "positive")
    return labels, np.array(probabilities)


def words_counted(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    counts = np.array([np.bincount(row[real], minlength=len(E)) for row, real in zip(ids, mask, strict=True)])
    shares = counts / np.clip(counts.sum(axis=1, keepdims=True), 1, None)
    p = sigmoid(np.einsum("bv,vw,w->b", shares, E, w) + b_p)
    return np.where(p >= threshold, "positive", "negative").tolist(), p


def scores_first(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    scores = np.ma.masked_array((E @ w)[ids], ~mask)
    p = sigmoid(scores.mean(axis=1).filled(0.0) + b_p)
    return tuple("positive" if yes else "negative" for yes in (p >= threshold)), p


predict.alternative("one text at a time", text_by_text)
predict.alternative("counts of words, einsum", words_counted)
predict.alternative("a score for each word, a masked array", scores_first)

# -------------------------------------------------------------------------------------------- models with weights


def lstm_weights(rng, features, units):
    return [rng.normal(0, 0.6, (features, 4 * units)), rng.normal(0, 0.6, (units, 4 * units)),
            rng.normal(0, 0.8, 4 * units)]


def model_weights(rng, vocabulary, width, units, layers=1):
    """Weights in the order of Keras; row 0 of the table is far from zero, so that padding shows."""
    table = rng.normal(0, 1.0, (vocabulary, width))
    table[0] = rng.normal(0, 2.0, width)
    arrays = [table, *lstm_weights(rng, width, units)]
    for _ in range(layers - 1):
        arrays += lstm_weights(rng, units, units)
    arrays += [rng.normal(0, 1.5, (units, 1)), rng.normal(0, 0.5, 1)]
    return [array.astype(np.float32) for array in arrays]


def words_only(rng, time, vocabulary):
    return rng.integers(1, vocabulary, (3, time)).astype(np.int32)


def padded(rng, time, vocabulary):
    """A text without padding, its first half, and a single word, padded on the right."""
    ids = words_only(rng, time, vocabulary)
    ids[1] = ids[0]
    ids[1, time // 2 :] = 0
    ids[2, 1:] = 0
    return ids


def model_cases(rng, size, times, *extra, layers=1):
    """Cases of a function (vocabulary_size, width, units, …) that returns a model; `times` are the lengths."""
    yield Case("its layers", 12, 3, 2, *extra, tags="form").model()

    def case(name, tag, maker, time, vocabulary, width, units):
        if size == "secret":
            vocabulary, width, units = vocabulary + int(rng.integers(1, 6)), *(int(n) for n in rng.integers(2, 6, 2))
        weights = model_weights(rng, vocabulary, width, units, layers)
        ids = maker(rng, time, vocabulary)
        return Case(name, vocabulary, width, units, *extra, tags=tag).model(inputs=ids, weights=weights)

    yield case("three texts", "plain", words_only, times[0], 9, 3, 2)
    yield case("padded texts", "padded", padded, 4, 11, 2, 3)
    yield case("other lengths", "any", words_only, times[1], 8, 4, 3)


TIMES = (4, 3)

# ---------------------------------------------------------------------------------------------- build_classifier

build = unit.exercise("build_classifier", points=10, see=f"{LESSON}#from-ids-to-an-answer", seconds=30)


@build.cases
def _(rng, size):
    yield from model_cases(rng, size, TIMES, 0.3, layers=2)


ORDER = ("Embedding", "LSTM", "Dropout", "LSTM", "Dropout", "Dense")
build.facts(
    "layers", points=2, cases="form",
    where={"layers": {"count": 6}} | {f"layers.{number}.class": name for number, name in enumerate(ORDER)},
    title="Embedding, LSTM, Dropout, LSTM, Dropout, Dense, in this order")
build.facts("rate", points=1, cases="form", needs="layers", where={"layers.Dropout.rate": [0.3, 0.3]},
            title="Both Dropout layers have the rate that is asked for")
build.outputs("numbers", points=3, cases="plain", needs="layers",
              title="With given weights, the probabilities are right",
              hint="What does each LSTM hand on, and what squashes the last number?")
build.outputs("padding", points=2, cases="padded", needs="numbers", title="Padding changes nothing")
build.outputs("lengths", points=1, cases="any", needs="numbers", title="Texts of any length are read")
build.facts("loss", points=1, cases="form", where={"loss": {"in": ["binary_crossentropy",
                                                                   "binary_focal_crossentropy"]}},
            title="It is compiled with a loss for one probability")

build.mistake(
    "mask-missing", "Your embedding makes no mask, so both LSTMs go on reading in the padding. The answer then depends "
    "on how much padding there is.", see=MASKS,
    patch=[(", mask_zero=True", "")])
build.mistake(
    "last-state-only", "Your first LSTM hands on its last state only. The second one wants a sequence and refuses.",
    see=f"{LESSON}#when-more-layers-hurt",
    patch=[("units, return_sequences=True", "units")])
build.mistake(
    "one-lstm", "Your model has one LSTM. Two are asked for, one on top of the other.",
    see=f"{LESSON}#when-more-layers-hurt",
    patch=[("            keras.layers.LSTM(units, return_sequences=True),\n"
            "            keras.layers.Dropout(dropout),\n", "")])
build.mistake(
    "answer-at-every-step", "Your second LSTM hands on every state, so your model answers at every word. One answer "
    "for the text is asked for.", see=f"{LESSON}#from-ids-to-an-answer",
    patch=[("keras.layers.LSTM(units),", "keras.layers.LSTM(units, return_sequences=True),")])
build.mistake(
    "softmax-over-one", "Your last layer uses softmax over a single number. That is always 1, whatever the text says.",
    see=f"{LESSON}#an-output-that-does-not-fit-its-loss",
    patch=[('activation="sigmoid"', 'activation="softmax"')])
build.mistake(
    "no-probability", "Your last layer squashes nothing, so its answers are not probabilities.",
    see=f"{LESSON}#an-output-that-does-not-fit-its-loss",
    patch=[(', activation="sigmoid"', "")])
build.mistake(
    "loss-for-quantities", "Your loss is made for quantities. The labels are 0 and 1, and the answer is a probability.",
    see=f"{LESSON}#an-output-that-does-not-fit-its-loss",
    patch=[('loss="binary_crossentropy"', 'loss="mse"')])
build.mistake(
    "loss-for-many-classes", "Your loss expects one output for each class. With a single output it is always zero, and "
    "nothing is learnt.", see=f"{LESSON}#an-output-that-does-not-fit-its-loss",
    patch=[('loss="binary_crossentropy"', 'loss="categorical_crossentropy"')])
build.mistake(
    "not-compiled", "Your model is not compiled, so it has no loss and cannot be trained.",
    see=f"{LESSON}#from-ids-to-an-answer",
    patch=[('    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])\n', "")])
build.mistake(
    "share-kept", "You give Dropout the share that is kept. In Keras the rate is the share that is dropped.",
    see=f"{LESSON}#dropout",
    patch=[("keras.layers.Dropout(dropout)", "keras.layers.Dropout(1 - dropout)", 2)])
build.mistake(
    "dropout-inside-lstm", "You use the `dropout` argument of the LSTM. That drops its inputs; here they are layers of "
    "their own.", see=f"{LESSON}#dropout",
    patch=[("            keras.layers.Dropout(dropout),\n", "", 2), ("return_sequences=True)",
                                                                   "return_sequences=True, dropout=dropout)")])


def classifier_functional(vocabulary_size, width, units, dropout):
    ids = keras.Input(shape=(None,), name="ids")
    x = keras.layers.Embedding(input_dim=vocabulary_size, output_dim=width, mask_zero=True)(ids)
    for again in (True, False):
        x = keras.layers.LSTM(units, return_sequences=again)(x)
        x = keras.layers.Dropout(rate=dropout)(x)
    model = keras.Model(ids, keras.layers.Dense(1, "sigmoid")(x))
    model.compile(loss=keras.losses.BinaryCrossentropy())
    return model


def classifier_layer_by_layer(vocabulary_size, width, units, dropout):
    model = keras.models.Sequential()
    model.add(keras.layers.Embedding(vocabulary_size, width, mask_zero=True))
    model.add(keras.layers.LSTM(units, return_sequences=True, dtype="float32"))
    model.add(keras.layers.Dropout(dropout, seed=1))
    model.add(keras.layers.LSTM(units, unroll=False))
    model.add(keras.layers.Dropout(dropout, seed=2))
    model.add(keras.layers.Dense(1, activation=keras.activations.sigmoid))
    model.compile(keras.optimizers.RMSprop(1e-3), keras.losses.binary_crossentropy)
    return model


def classifier_with_masks_by_hand(vocabulary_size, width, units, dropout):
    ids = keras.Input((None,), dtype="int64")
    real = keras.ops.not_equal(ids, 0)
    x = keras.layers.Embedding(vocabulary_size, width)(ids)
    x = keras.layers.LSTM(units, return_sequences=True)(x, mask=real)
    x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Dropout(dropout)(keras.layers.LSTM(units)(x, mask=real))
    model = keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile("sgd", "binary_crossentropy")
    return model


build.alternative("the functional interface", classifier_functional)
build.alternative("layers added one by one, built by the first batch", classifier_layer_by_layer)
build.alternative("the mask made by hand", classifier_with_masks_by_hand)

# -------------------------------------------------------------------------------------------------- repair_input

text_input = unit.exercise("repair_input", points=7, see=f"{LESSON}#text-fed-as-one-vector", seconds=30)


@text_input.cases
def _(rng, size):
    for case in model_cases(rng, size, (10, 3)):
        if "padded" not in case.tags:  # the mask is the subject of the next exercise
            yield case


text_input.facts("table", points=1, cases="form", where={"layers.Embedding": {"count": 1}, "layers.LSTM": {"count": 1}},
                 title="One table looks the words up, and one LSTM reads them")
text_input.facts("loss", points=1, cases="form", where={"loss": "binary_crossentropy", "layers.Dense.units": 1},
                 title="Output and loss are as they were")
text_input.outputs("numbers", points=3, cases="plain", needs="table",
                   title="With given weights, the probabilities are right")
text_input.outputs("lengths", points=1, cases="any", needs="numbers", title="Shorter texts are read, too")
text_input.facts("open", points=1, cases="form", where={"input_shape": {"in": [[None, None], None]}},
                 title="The input leaves the number of words open",
                 hint="What does the shape of the input say about time?")

VECTOR = f"{LESSON}#text-fed-as-one-vector"
text_input.mistake(
    "not-repaired", "An LSTM reads (batch, time, features). The ids have no axis of features, so it refuses them.",
    see=f"{LESSON}#an-input-shape-that-says-100",
    patch=[("            keras.layers.Embedding(vocabulary_size, width),\n", ""), ("keras.Input((None,))",
                                                                                  "keras.Input((10,))")])
text_input.mistake(
    "ids-as-quantities", "You give each id to the LSTM as one number. It runs, but then word 20 is twice word 10, and "
    "an id means nothing of that kind. Look the words up in a table.", see=f"{LESSON}#words-are-not-quantities",
    patch=[("keras.Input((None,))", "keras.Input((10,))"),
           ("keras.layers.Embedding(vocabulary_size, width)", "keras.layers.Reshape((10, 1))")],
    where={"layers.Embedding": {"count": 0}, "layers.Reshape.target_shape.1": 1})
text_input.mistake(
    "text-as-one-step", "You give the whole text to the LSTM as one step with ten features. It runs, but nothing is "
    "left to read one after the other.", see=VECTOR,
    patch=[("keras.Input((None,))", "keras.Input((10,))"),
           ("keras.layers.Embedding(vocabulary_size, width)", "keras.layers.Reshape((1, 10))")],
    where={"layers.Embedding": {"count": 0}, "layers.Reshape.target_shape.0": 1})
text_input.mistake(
    "one-hot-words", "You turn each word into a one-hot vector, so there is no table with `width` numbers a word.",
    see=f"{LESSON}#the-embedding-is-a-lookup",
    patch=[("keras.layers.Embedding(vocabulary_size, width)",
            'keras.layers.CategoryEncoding(vocabulary_size, output_mode="one_hot")'),
           ("keras.Input((None,))", 'keras.Input((10,), dtype="int32")')])
text_input.mistake(
    "length-fixed", "Your model reads texts of ten words only. Leave the time axis of the input open.",
    see=f"{LESSON}#an-input-shape-that-says-100",
    patch=[("keras.Input((None,))", "keras.Input((10,))")],
    where={"input_shape": [None, 10], "layers.Embedding": {"count": 1}})
text_input.mistake(
    "no-recurrent-layer", "You left the LSTM out. Without it nobody reads the words in order.", see=VECTOR,
    patch=[("keras.layers.LSTM(units)", "keras.layers.GlobalAveragePooling1D()")])
text_input.mistake(
    "answer-at-every-step", "Your LSTM hands on every state, so the model answers at every word.",
    see=f"{LESSON}#from-ids-to-an-answer",
    patch=[("keras.layers.LSTM(units)", "keras.layers.LSTM(units, return_sequences=True)")])
text_input.mistake(
    "sizes-exchanged", "The two sizes of your table are exchanged: it needs a row for each id, and `width` numbers in "
    "each row.", see=f"{LESSON}#the-embedding-is-a-lookup",
    patch=[("Embedding(vocabulary_size, width)", "Embedding(width, vocabulary_size)")])


def input_functional(vocabulary_size, width, units):
    ids = keras.Input(shape=(None,), dtype="int32")
    words = keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(ids)
    state = keras.layers.LSTM(units)(words)
    model = keras.Model(inputs=ids, outputs=keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile("adam", "binary_crossentropy")
    return model


def input_left_open(vocabulary_size, width, units):
    model = keras.Sequential(
        [
            keras.layers.Embedding(vocabulary_size, width),
            keras.layers.LSTM(units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(), loss=keras.losses.BinaryCrossentropy())
    return model


def input_last_state_taken(vocabulary_size, width, units):
    ids = keras.layers.Input((None,), dtype="int64")
    states = keras.layers.LSTM(units, return_sequences=True)(keras.layers.Embedding(vocabulary_size, width)(ids))
    answer = keras.layers.Dense(1)(states[:, -1])
    model = keras.models.Model(ids, keras.layers.Activation("sigmoid")(answer))
    model.compile(loss="binary_crossentropy")
    return model


text_input.alternative("the functional interface, with a mask", input_functional)
text_input.alternative("built by the first batch", input_left_open)
text_input.alternative("the last of all states", input_last_state_taken)

# --------------------------------------------------------------------------------------------------- repair_mask

lost_mask = unit.exercise("repair_mask", points=7, see=f"{LESSON}#a-mask-that-never-arrives", seconds=30)


@lost_mask.cases
def _(rng, size):
    yield from model_cases(rng, size, TIMES)


lost_mask.facts("layers", points=1, cases="form",
                where={"layers.Embedding": {"count": 1}, "layers.LSTM": {"count": 1}, "layers.Dense": {"count": 1}},
                title="The table, the LSTM and the output are still there")
lost_mask.outputs("numbers", points=2, cases=("plain", "any"), needs="layers",
                  title="Where nothing is padded, the answers are as before",
                  hint="Is every word still scaled, and does the model answer once?")
lost_mask.outputs("padding", points=3, cases="padded", needs="numbers", title="Padding changes nothing",
                  hint="Which layer must know what is padding, and who tells it?")
lost_mask.facts("loss", points=1, cases="form", where={"loss": "binary_crossentropy"}, title="The loss is as it was")

ARRIVES = f"{LESSON}#a-mask-that-never-arrives"
lost_mask.mistake(
    "masking-layer", "A Masking layer hides the steps whose features are all zero. The row of the padding in the table "
    "is not zero, so it hides nothing.", see=ARRIVES,
    patch=[("    x = keras.layers.LSTM(units)(x, mask=embedding.compute_mask(inputs))",
            "    x = keras.layers.LSTM(units)(keras.layers.Masking()(x))")],
    where={"layers": {"contains": "Masking"}})
lost_mask.mistake(
    "not-repaired", "The mask still gets lost: plain arithmetic on a layer's output gives a tensor that carries none. "
    "The LSTM has to be told.", see=ARRIVES,
    patch=[("(x, mask=embedding.compute_mask(inputs))", "(x)")])
lost_mask.mistake(
    "mask-inverted", "Your mask is True at the padding, so the LSTM reads the padding and skips the words.", see=MASKS,
    patch=[("mask=embedding.compute_mask(inputs)", "mask=keras.ops.equal(inputs, 0)")])
lost_mask.mistake(
    "padding-set-to-zero", "You set the embedded padding to zero. The LSTM still takes a step there, and its bias and "
    "its old state change it.", see=ARRIVES,
    patch=[("* width**0.5", '* width**0.5 * keras.ops.cast(keras.ops.not_equal(inputs, 0), "float32")[:, :, None]'),
           ("(x, mask=embedding.compute_mask(inputs))", "(x)")])
lost_mask.mistake(
    "scaling-dropped", "The mask arrives, but the words are no longer scaled. The scaling had to stay.", see=ARRIVES,
    patch=[(" * width**0.5", "")])
lost_mask.mistake(
    "unknown-words-hidden", "Your mask also hides the id 1. Unknown words are real words.", see=MASKS,
    patch=[("embedding.compute_mask(inputs)", "keras.ops.greater(inputs, 1)")])
lost_mask.mistake(
    "read-backward", "Your LSTM reads from the end, so the padding comes first and still changes its state.",
    see=ARRIVES,
    patch=[("keras.layers.LSTM(units)(x, mask=embedding.compute_mask(inputs))",
            "keras.layers.LSTM(units, go_backwards=True)(x)")])
lost_mask.mistake(
    "states-averaged", "You average the states of all steps in place of the last real one. That is another model, and "
    "padded steps still count in it.", see=ARRIVES,
    patch=[("    x = keras.layers.LSTM(units)(x, mask=embedding.compute_mask(inputs))",
            "    x = keras.layers.LSTM(units, return_sequences=True)(x)\n"
            "    x = keras.layers.GlobalAveragePooling1D()(x)")])


def mask_by_hand(vocabulary_size, width, units):
    ids = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(vocabulary_size, width)(ids) * np.sqrt(width)
    state = keras.layers.LSTM(units)(words, mask=keras.ops.not_equal(ids, 0))
    model = keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile("adam", "binary_crossentropy")
    return model


def scaling_as_a_layer(vocabulary_size, width, units):
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
    model.compile(optimizer="sgd", loss="binary_crossentropy")
    return model


def state_of_the_last_word(vocabulary_size, width, units):
    inputs = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(vocabulary_size, width)(inputs)
    states = keras.layers.LSTM(units, return_sequences=True)(width**0.5 * embedded)
    real = keras.ops.cast(inputs > 0, "int32")
    last = keras.ops.equal(keras.ops.cumsum(real, axis=1) * real, keras.ops.sum(real, axis=1, keepdims=True))
    state = keras.ops.sum(states * keras.ops.cast(last, "float32")[:, :, None], axis=1)  # padding is on the right
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


lost_mask.alternative("the mask made by hand", mask_by_hand)
lost_mask.alternative("a layer of one's own that passes the mask on", scaling_as_a_layer)
lost_mask.alternative("the state at the last real word is picked", state_of_the_last_word)

# ------------------------------------------------------------------------------------------------- repair_output

output = unit.exercise("repair_output", points=6, see=f"{LESSON}#an-output-that-does-not-fit-its-loss", seconds=30)


@output.cases
def _(rng, size):
    yield from model_cases(rng, size, TIMES)


output.facts("one-number", points=1, cases="form", where={"layers.Dense.units": 1, "layers.LSTM": {"count": 1}},
             title="One LSTM, and one number for each text")
output.outputs("numbers", points=3, cases=("plain", "any"), needs="one-number",
               title="With given weights, the probabilities are right")
output.outputs("padding", points=1, cases="padded", needs="numbers", title="Padding changes nothing, as before")
output.facts("loss", points=1, cases="form", where={"loss": "binary_crossentropy"},
             title="The loss is one for a single probability")

FITS = f"{LESSON}#an-output-that-does-not-fit-its-loss"
output.mistake(
    "two-classes", "Your model gives two numbers for each text. Softmax over two is sound, but one probability is "
    "asked for, and this loss expects one.", see=FITS,
    patch=[('Dense(1, activation="sigmoid")', 'Dense(2, activation="softmax")')])
output.mistake(
    "loss-exchanged-only", "You changed the loss, but softmax over one number is still 1 for every text. No loss can "
    "learn from that.", see=FITS,
    patch=[('activation="sigmoid"', 'activation="softmax"'), ('loss="binary_crossentropy"', 'loss="mse"')])
output.mistake(
    "not-repaired", "Your last layer still divides one number by the sum over one number. The answer is 1 for "
    "every text, and its gradient is zero.", see=FITS,
    patch=[('activation="sigmoid"', 'activation="softmax"')])
output.mistake(
    "no-probability", "Your last layer squashes nothing, so the answers are not probabilities, and the loss takes "
    "logarithms of negative numbers.", see=FITS,
    patch=[(', activation="sigmoid"', "")])
output.mistake(
    "tanh-output", "Your last layer uses tanh, which goes from −1 to 1. A probability is never negative.", see=FITS,
    patch=[('activation="sigmoid"', 'activation="tanh"')])
output.mistake(
    "relu-output", "Your last layer uses relu: everything negative becomes 0, and nothing stops at 1.", see=FITS,
    patch=[('activation="sigmoid"', 'activation="relu"')])
output.mistake(
    "loss-for-many-classes", "You changed the loss to one that expects an output for each class. With a single output "
    "it is always zero.", see=FITS,
    patch=[('loss="binary_crossentropy"', 'loss="categorical_crossentropy"')])
output.mistake(
    "squashed-too-early", "You squash the states of the LSTM, and leave the answer as it is. The last number must "
    "become the probability.", see=FITS,
    patch=[("keras.layers.LSTM(units)", 'keras.layers.LSTM(units, activation="sigmoid")'),
           ('Dense(1, activation="sigmoid")', "Dense(1)")])


def output_functional(vocabulary_size, width, units):
    ids = keras.Input((None,), dtype="int32")
    state = keras.layers.LSTM(units)(keras.layers.Embedding(vocabulary_size, width, mask_zero=True)(ids))
    probability = keras.ops.sigmoid(keras.layers.Dense(1)(state))
    model = keras.Model(ids, probability)
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def output_activation_layer(vocabulary_size, width, units):
    model = keras.Sequential([keras.layers.Embedding(vocabulary_size, width, mask_zero=True)])
    model.add(keras.layers.LSTM(units))
    model.add(keras.layers.Dense(1))
    model.add(keras.layers.Activation("sigmoid"))
    model.compile("rmsprop", keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    return model


def output_changed_in_place(vocabulary_size, width, units):
    model = broken_output(vocabulary_size, width, units)  # noqa: F821 - defined in the notebook
    model.layers[-1].activation = keras.activations.sigmoid
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


output.alternative("the functional interface", output_functional)
output.alternative("the sigmoid as a layer of its own", output_activation_layer)
output.alternative("the broken model, mended in place", output_changed_in_place)

# ----------------------------------------------------------------------------------------------- repair_training

train = unit.exercise("repair_training", points=8, see=f"{LESSON}#a-learning-rate-of-one", seconds=60)
HELD_OUT = 300


def held_out_reviews(rng, n):
    """Reviews as `make_reviews` in the notebook makes them, in one byte an id."""
    rows, ids = np.arange(n), rng.integers(5, 20, (n, 6))
    praise, turned, place = rng.integers(0, 2, n), rng.integers(0, 2, n), rng.integers(1, 6, n)
    elsewhere = (place + rng.integers(1, 5, n)) % 6
    ids[rows, place] = np.where(praise == 1, 2, 3)
    ids[rows, np.where(turned == 1, place - 1, elsewhere)] = 4
    return ids.astype(np.uint8), (praise != turned).astype(np.int8)[:, np.newaxis]


@train.cases
def _(rng, size):
    ids, labels = held_out_reviews(rng, HELD_OUT)
    yield Case("one training", 1 if size == "public" else int(rng.integers(2, 1000))).model(inputs=ids, targets=labels)


train.facts("lstm", points=1, where={"layers.LSTM": {"count": {"min": 1}}}, title="An LSTM still reads the words")
train.facts("one-probability", points=1, where={"output_shape.1": 1, "loss": "binary_crossentropy"},
            title="Output and loss are as they were")
train.score("learns", metric="accuracy", none=0.5, full=0.9, points=5, needs=["lstm", "one-probability"],
            title="On new reviews the accuracy is well above that of a coin",
            hint="Is the learning rate between the broken one and the usual one, and are there enough updates?")
train.score("sure", metric="mse", none=0.25, full=0.1, points=1, needs=["lstm", "one-probability"],
            title="Its probabilities lie near the labels; a coin's have a mean squared error of 0.25")

RATE = f"{LESSON}#a-learning-rate-of-one"
train.mistake(
    "not-repaired", "Your learning rate is so large that each update jumps past every good value. The loss leaps and "
    "stays high.", see=RATE,
    patch=[("learning_rate=0.02", "learning_rate=1.0"), ("epochs=8", "epochs=2")],
    where={"learning_rate": {"min": 0.2}, "score": {"max": 0.9}})
train.mistake(
    "rate-too-small", "Your learning rate is so small that the model has hardly moved when training ends. Take larger "
    "steps.", see=RATE,
    patch=[("learning_rate=0.02", "learning_rate=0.0001"), ("epochs=8", "epochs=2")],
    where={"learning_rate": {"max": 0.0015}, "steps": {"min": 1}, "score": {"max": 0.9}})
train.mistake(
    "never-trained", "Your model was never trained: its weights are still random.", see=RATE,
    patch=[("    model.fit(ids, labels, batch_size=20, epochs=8, verbose=0)\n", "")],
    where={"steps": 0})
train.mistake(
    "order-thrown-away", "You replaced the LSTM by an average. It trains in peace, but an average cannot see what "
    "stands before what, so it stays a coin.", see=f"{LESSON}#does-the-network-beat-the-bag-of-words",
    patch=[("keras.layers.LSTM(16)", "keras.layers.GlobalAveragePooling1D()"), ("epochs=8", "epochs=2")],
    where={"layers": {"contains": "GlobalAveragePooling1D"}, "layers.LSTM": {"count": 0}})
train.mistake(
    "stopped-early", "Your learning rate works, but training ends while the loss is still that of a coin. Leave the "
    "number of epochs as it was.", see=f"{LESSON}#early-stopping",
    patch=[("epochs=8", "epochs=1")],
    where={"learning_rate": {"min": 0.0015, "max": 0.2}, "steps": {"min": 1, "max": 100}, "score": {"max": 0.9}})
train.mistake(
    "history-returned", "You return what `fit` gives back, the history of the losses. The trained model is asked for.",
    see=RATE,
    patch=[("    model.fit(ids, labels", "    return model.fit(ids, labels"), ("epochs=8", "epochs=1")])


def train_functional(seed):
    keras.utils.set_random_seed(seed)
    ids, labels = make_reviews(600, seed)
    inputs = keras.Input((6,), dtype="int32")
    state = keras.layers.LSTM(24)(keras.layers.Embedding(20, 16)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(state))
    model.compile(keras.optimizers.Adam(0.02, clipnorm=1.0), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    model.fit(ids, labels, batch_size=20, epochs=9, verbose=0)
    return model


def train_until_it_is_good(seed):
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


def train_with_a_schedule(seed):
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


train.alternative("functional interface, more units, clipped gradients", train_functional)
train.alternative("one epoch at a time until the loss is low", train_until_it_is_good)
train.alternative("a learning rate that falls", train_with_a_schedule)

# --------------------------------------------------------------------------------------------------- error_table

table = unit.exercise("error_table", points=10, see=f"{LESSON}#where-the-errors-are", seconds=5)


def predictions(rng, texts, names):
    """Groups, labels and probabilities of random texts; every group occurs, the second one is harder."""
    groups = [*names, *[str(rng.choice(names)) for _ in range(texts - len(names))]]
    groups = [groups[k] for k in rng.permutation(texts)]
    labels = rng.integers(0, 2, texts)
    p = np.clip(0.5 + (labels - 0.5) * rng.uniform(-0.5, 0.9, texts) + 0.1, 0.01, 0.99)
    return groups, labels, p


@table.cases
def _(rng, size):
    two = ["negated", "plain"]
    yield Case("three texts", ["negated", "negated", "plain"], np.array([1, 0, 1]), np.array([0.9, 0.7, 0.2]),
               tags={"two"})
    yield Case("a probability of exactly one half", ["negated", "plain", "negated", "plain", "negated"],
               np.array([1, 0, 0, 1, 1]), np.array([0.5, 0.5, 0.2, 0.8, 0.9]), tags={"border"})
    groups, labels, p = predictions(rng, 9, two)
    yield Case("probabilities as Keras gives them", groups, labels, p[:, np.newaxis].astype(np.float32),
               tags={"column"})
    yield Case("one text", ["plain"], np.array([0]), np.array([0.3]), tags={"many"})
    for k in range(1 if size == "public" else 4):
        yield Case(f"random texts {k + 1}", *predictions(rng, int(rng.integers(11, 17)), two), tags={"two"})
        yield Case(f"several groups {k + 1}", *predictions(rng, 20, ["long", "short", "middle", "empty"]),
                   tags={"many"})
        yield Case(f"another threshold {k + 1}", *predictions(rng, 15, two), threshold=float(rng.choice([0.3, 0.7])),
                   tags={"border"})


table.shape("form", points=1, cases="two", title="A dict of dicts, with the three numbers for every group",
            hint='Each group has the keys "count", "error_rate" and "gap".')
table.values("count", pick=("negated", "count"), points=1, needs="form", cases="two",
             title="The texts of a group are counted")
table.values("error-rate", pick=("negated", "error_rate"), points=2, needs="form", cases="two",
             title="The error rate of a group is right")
table.values("gap", pick=("negated", "gap"), points=2, needs="form", cases="two", title="The gap of a group is right",
             hint="What does the model expect on average, and what is true?")
table.values("groups", points=1, needs=["error-rate", "gap"], cases="many", title="Any number of groups, of any size")
table.values("column", points=1, needs=["error-rate", "gap"], cases="column",
             title="Probabilities of shape (texts, 1) are read as well")
table.values("threshold", points=1, needs="error-rate", cases="border",
             title="The threshold is used, and a probability that equals it predicts 1")
table.raises("sizes", ValueError, points=1, title="A clear error where the numbers of texts differ",
             case=[Case("a probability is missing", ["a", "b", "a"], np.array([0, 1, 1]), np.array([0.2, 0.7])),
                   Case("one probability for all", ["a", "b", "a"], np.array([0, 1, 1]), np.array([0.4])),
                   Case("a group is missing", ["a", "b"], np.array([0, 1, 1]), np.array([0.2, 0.7, 0.9]))])

GROUPS, CALIBRATION = f"{LESSON}#where-the-errors-are", f"{LESSON}#calibration"
table.mistake(
    "accuracy", "You return the share of right answers. The error rate is the share of wrong ones.", see=GROUPS,
    patch=[("(p >= threshold) != (labels == 1)", "(p >= threshold) == (labels == 1)")])
table.mistake(
    "divided-by-all", "You divide the errors of a group by the number of all texts. Divide by the size of the group, "
    "or a small group always looks good.", see=GROUPS,
    patch=[("float(wrong[here].mean())", "float(wrong[here].sum() / len(names))")])
table.mistake(
    "errors-counted", "You return the number of errors. The rate is their share in the group.", see=GROUPS,
    patch=[("float(wrong[here].mean())", "float(wrong[here].sum())")])
table.mistake(
    "all-texts", "Every group gets the error rate of all texts together. Look at the texts of the group alone.",
    see=GROUPS,
    patch=[("wrong[here].mean()", "wrong.mean()")])
table.mistake(
    "gap-reversed", "Your gap has the wrong sign: above 0 means that the model expects more positive texts than there "
    "are.", see=CALIBRATION,
    patch=[("p[here].mean() - labels[here].mean()", "labels[here].mean() - p[here].mean()")])
table.mistake(
    "gap-without-sign", "Your gap has no sign, so nobody sees whether the model is too sure of positive or of negative "
    "texts.", see=CALIBRATION,
    patch=[("float(p[here].mean() - labels[here].mean())", "float(abs(p[here].mean() - labels[here].mean()))")])
table.mistake(
    "gap-text-by-text", "You average the distance between probability and label of each text. That is an error, not a "
    "calibration: a calibrated model is unsure too. Average first, then subtract.", see=CALIBRATION,
    patch=[("p[here].mean() - labels[here].mean()", "np.abs(p[here] - labels[here]).mean()")])
table.mistake(
    "gap-from-predictions", "You compare the share of predicted 1s with the labels. The gap is about the "
    "probabilities themselves.", see=CALIBRATION,
    patch=[("p[here].mean() -", "(p[here] >= threshold).mean() -")])
table.mistake(
    "column-compared-with-row", "A column (texts, 1) compared with a row (texts,) gives a square, every text against "
    "every other. Bring both to one axis first.", see=f"{LESSON}#the-threshold",
    patch=[("np.asarray(probabilities).reshape(-1)", "np.asarray(probabilities)"),
           ("wrong[here].mean()", "wrong[..., here].mean()")])
table.mistake(
    "threshold-ignored", "You always compare with one half, whatever `threshold` says.", see=f"{LESSON}#the-threshold",
    patch=[("p >= threshold", "p >= 0.5")])
table.mistake(
    "strictly-above", "A probability that equals the threshold predicts 1. Yours must lie above it.",
    see=f"{LESSON}#the-threshold",
    patch=[("p >= threshold", "p > threshold")])
table.mistake(
    "no-size-check", "Lists of different lengths go through, or fail with words that help nobody. Raise a ValueError "
    "that names the lengths.", see=GROUPS,
    patch=[("    if not len(names) == len(labels) == len(p):", "    if False:")])


def table_with_loops(groups, labels, probabilities, threshold=0.5):
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


def table_with_bincount(groups, labels, probabilities, threshold=0.5):
    p = np.squeeze(np.asarray(probabilities, dtype=float), axis=-1) if np.ndim(probabilities) == 2 else probabilities
    if len(groups) != len(labels) or len(groups) != len(p):
        raise ValueError(f"{len(groups)}, {len(labels)}, {len(p)}")
    names, index = np.unique(groups, return_inverse=True)
    counts = np.bincount(index)
    rates = np.bincount(index, weights=np.abs((p >= threshold) - np.asarray(labels))) / counts
    gaps = np.bincount(index, weights=p - labels) / counts
    return {str(name): {"count": n, "error_rate": r, "gap": g}
            for name, n, r, g in zip(names, counts, rates, gaps, strict=True)}


def table_by_positions(groups, labels, probabilities, threshold=0.5):
    p = np.asarray(probabilities, dtype="float64").flatten()
    if not (len(groups) == len(labels) and len(labels) == len(p)):
        raise ValueError("not one probability and one group for each label")
    table = {}
    for name in dict.fromkeys(groups):
        rows = [row for row, group in enumerate(groups) if group == name]
        predicted = np.where(p[rows] < threshold, 0, 1)
        table[name] = dict(
            count=len(rows),
            error_rate=1 - np.mean(predicted == labels[rows]),
            gap=np.mean(p[rows] - labels[rows]),
        )
    return table


table.alternative("loops and running sums", table_with_loops)
table.alternative("bincount", table_with_bincount)
table.alternative("positions of each group", table_by_positions)
