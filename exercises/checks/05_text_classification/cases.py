"""Inputs of unit 05, text classification: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case

WORDS = "a good film not bad the story was dull but bright don't like it end plot cast never warm cold".split()

STRANGE = ("zebra", "quux", "mauve", "plinth")


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


# More words than one byte can count, and more than two bytes with a sign; the public ones travel with every notebook.
MANY = {"public": 300, "secret": 33_000}


def texts_to_batch(rng, size):
    words = vocabulary_of(["good", "not", "film", "the", "don't", "br", "i"])
    yield Case("known words", ["the film not good", "the good film the"], words, 4, tags="plain")
    yield Case(
        "capitals, punctuation, an apostrophe",
        ["The FILM: not good", "Don't, don't; the film."],
        words,
        4,
        tags="plain",
    )
    yield Case("shorter than the rectangle", ["good film", "the"], words, 4, tags="mask")
    yield Case("tags", ["not<br />good the film", "<i>the</i> good <BR> film not"], words, 5, tags="tags")
    yield Case(
        "a tag with something in it", ['the <a href="good">film</a> good', "good <br/><br/> not"], words, 3, tags="tags"
    )
    yield Case("a tag over two lines", ['the <a\nhref="i">film</a> good', "not\ngood"], words, 4, tags="tags")
    yield Case("brackets that are no tags", ["film < not good", "film > the"], words, 4, tags="tags")
    yield Case("unknown words", ["the zebra not good", "quux good mauve"], words, 5, tags={"unknown", "mask"})
    yield Case("cut to three", ["the film not so good", "good good the film not", "the film"], words, 3, tags="end")
    yield Case("cut to one", ["the film good", "not the"], words, 1, tags="end")
    yield Case("an empty text", ["", "the film", "<br />"], words, 2, tags="mask")
    for k in range(1 if size == "public" else 5):
        chosen = vocabulary_of([str(word) for word in rng.permutation(WORDS)[: int(rng.integers(7, 13))]])
        texts = raw_texts(rng, int(rng.integers(3, 6)), WORDS)
        yield Case(f"random texts {k + 1}", texts, chosen, int(rng.integers(3, 6)), tags={"tags", "unknown"})
        yield Case(f"random texts, wide {k + 1}", texts, chosen, 9, tags={"mask", "unknown"})
        yield Case(
            f"random texts, cut {k + 1}", raw_texts(rng, 3, WORDS, 4, 9), chosen, int(rng.integers(1, 4)), tags="end"
        )
    brackets = ["the > film <i>not</i> good", "not < the <br> film", "good <<b>> film", "a <b> < c <i>not</i> > film"]
    yield Case("brackets before tags", brackets, words, 5, tags="tags")
    yield Case("more than a thousand tags", ["not<br/>the " * 1200 + "<b>good</b>"], words, 9, tags="tags")
    alike = [*words, "counterrevolutionary", "counterrevolutionaries"]
    yield Case("long words", ["the counterrevolutionaries", "good counterrevolutionary"], alike, 2, tags="unknown")
    yield Case("no text at all", [], words, 3, tags="edge")
    many = vocabulary_of([*(str(k) for k in range(MANY[size])), "good"])
    yield Case("a large vocabulary", ["good 7", f"{MANY[size] - 1} good"], many, 2, tags="edge")


def texts_to_batch_vocabulary(rng, size):
    yield Case("words alone", ["good film"], ["good", "film", "not"], 3)
    yield Case("[PAD] and [UNK] exchanged", ["good film"], ["[UNK]", "[PAD]", "good"], 3)
    yield Case("no [UNK]", ["good film"], ["[PAD]", "good", "film"], 3)
    yield Case("[PAD] alone", ["good film"], ["[PAD]"], 3)
    yield Case("an empty vocabulary", ["good film"], [], 3)
    yield Case("no text, and words alone", [], ["good", "film"], 3)
    yield Case("small letters", ["good film"], ["[pad]", "[unk]", "good"], 3)


def predict_case(rng, name, texts, length, tags, threshold=None, width=3, words=WORDS):
    vocabulary = vocabulary_of(words)
    E, w = rng.normal(0, 1.0, (len(vocabulary), width)), rng.normal(0, 1.5, width)
    E[0] = rng.normal(0, 3.0, width)
    more = {} if threshold is None else {"threshold": threshold}
    return Case(name, texts, vocabulary, length, E, w, float(rng.normal(0, 0.5)), tags=tags, **more)


def predict_texts(rng, size):
    few = ["good", "not", "film", "the"]
    yield predict_case(
        rng, "no padding", ["the film not good", "not the good film", "good good film film"], 4, {"plain"}, words=few
    )
    yield predict_case(rng, "padding", ["good film", "the film the good", "not"], 5, {"short"}, words=few)
    yield predict_case(
        rng,
        "raw texts",
        ["GOOD<br />film.", "The zebra, not?", "Good quux film the"],
        4,
        {"short", "labels"},
        words=few,
    )
    yield predict_case(
        rng, "longer than is read", ["the the the not good", "film not good the film good"], 3, {"short"}, words=few
    )
    yield predict_case(rng, "an empty text", ["", "good film", "<br />"], 3, {"empty"}, words=few)
    yield Case(
        "probabilities of exactly one half",
        ["good", "film", "not good"],
        vocabulary_of(few),
        3,
        np.array([[5.0], [1.0], [0.0], [-2.0], [3.0], [1.0]]),
        np.array([1.0]),
        0.0,
        tags="border",
    )
    yield predict_case(rng, "a threshold of zero", ["the film", "not good"], 3, {"border"}, threshold=0.0, words=few)
    for k in range(1 if size == "public" else 4):
        texts = raw_texts(rng, 6, WORDS)
        yield predict_case(rng, f"random texts {k + 1}", texts, 8, {"short", "labels"}, width=int(rng.integers(1, 5)))
        yield predict_case(rng, f"a high threshold {k + 1}", texts, 8, {"border"}, threshold=0.8)
        yield predict_case(rng, f"a low threshold {k + 1}", texts, 8, {"border"}, threshold=0.2)
    texts, known = ["good film", "the the not", "good good good not"], vocabulary_of(few)
    halves = np.array([[0.5, 2.25], [1.5, -0.5], [2.5, 0.25], [-0.5, 1.75], [0.75, 0.5], [1.25, -1.5]])
    whole = np.array([[90, 7], [101, -3], [120, 2], [-113, 5], [127, -1], [-50, 4]])
    w = np.array([0.25, -0.75])
    yield Case("a table of whole numbers", texts, known, 4, whole, w / 8, 0.3, tags="whole")
    yield Case("answers of whole numbers", texts, known, 4, halves, np.array([1, -1]), 1, tags="whole")
    yield Case("averages of many thousands", texts, known, 4, 10_000 * halves, w, 0.3, tags="whole")


def lstm_weights(rng, features, units):
    return [
        rng.normal(0, 0.6, (features, 4 * units)),
        rng.normal(0, 0.6, (units, 4 * units)),
        rng.normal(0, 0.8, 4 * units),
    ]


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
    yield Case("its layers", 12, 3, 2, *extra, tags="form", seed=5).model(inputs=words_only(rng, times[0], 12)[:2])

    def case(name, tag, maker, time, vocabulary, width, units):
        if size == "secret":
            vocabulary, width, units = vocabulary + int(rng.integers(1, 6)), *(int(n) for n in rng.integers(2, 6, 2))
        weights = model_weights(rng, vocabulary, width, units, layers)
        ids = maker(rng, time, vocabulary)
        return Case(name, vocabulary, width, units, *extra, tags=tag).model(inputs=ids, weights=weights)

    yield case("three texts", "plain", words_only, times[0], 9, 3, 2)
    yield case("padded texts", "padded", padded, 4, 11, 2, 3)
    yield case("other lengths", "any", words_only, times[1], 8, 4, 3)
    if not extra:
        again = np.ones((1, times[0]), dtype=np.int32)
        yield Case("its layers, once more", 12, 3, 2, tags="again", seed=5).model(inputs=again)


TIMES = (4, 3)


def build_classifier(rng, size):
    yield from model_cases(rng, size, TIMES, 0.3, layers=2)
    ids = np.array([[1, 2, 3]], dtype=np.int32)
    yield Case("the rate 0", 7, 2, 3, 0.0, tags="zero", seed=5).model(inputs=ids)
    yield Case("the rate 0, once more", 7, 2, 3, 0.0, tags="zero", seed=5).model(inputs=ids)


def repair_input(rng, size):
    for case in model_cases(rng, size, (10, 3)):
        if "padded" not in case.tags:  # the mask is the subject of the next exercise
            yield case


def repair_mask(rng, size):
    yield from model_cases(rng, size, TIMES)


def repair_output(rng, size):
    yield from model_cases(rng, size, TIMES)


HELD_OUT = 300


def held_out_reviews(rng, n):
    """Reviews as `make_reviews` in the notebook makes them, in one byte an id."""
    rows, ids = np.arange(n), rng.integers(5, 20, (n, 6))
    praise, turned, place = rng.integers(0, 2, n), rng.integers(0, 2, n), rng.integers(1, 6, n)
    elsewhere = (place + rng.integers(1, 5, n)) % 6
    ids[rows, place] = np.where(praise == 1, 2, 3)
    ids[rows, np.where(turned == 1, place - 1, elsewhere)] = 4
    return ids.astype(np.uint8), (praise != turned).astype(np.int8)[:, np.newaxis]


def repair_training(rng, size):
    ids, labels = held_out_reviews(rng, HELD_OUT)
    yield Case("one training", 3 if size == "public" else 537).model(inputs=ids, targets=labels)


def predictions(rng, texts, names):
    """Groups, labels and probabilities of random texts; every group occurs, the second one is harder."""
    groups = [*names, *[str(rng.choice(names)) for _ in range(texts - len(names))]]
    groups = [groups[k] for k in rng.permutation(texts)]
    labels = rng.integers(0, 2, texts)
    p = np.clip(0.5 + (labels - 0.5) * rng.uniform(-0.5, 0.9, texts) + 0.1, 0.01, 0.99)
    return groups, labels, p


def error_table(rng, size):
    two = ["negated", "plain"]
    yield Case(
        "three texts", ["negated", "negated", "plain"], np.array([1, 0, 1]), np.array([0.9, 0.7, 0.2]), tags="two"
    )
    yield Case(
        "a probability of exactly one half",
        ["negated", "plain", "negated", "plain", "negated"],
        np.array([1, 0, 0, 1, 1]),
        np.array([0.5, 0.5, 0.2, 0.8, 0.9]),
        tags="border",
    )
    groups, labels, p = predictions(rng, 9, two)
    yield Case("probabilities as Keras gives them", groups, labels, p[:, np.newaxis].astype(np.float32), tags="column")
    yield Case("one text", ["plain"], np.array([0]), np.array([0.3]), tags="many")
    yield Case("one text, as Keras gives it", ["plain"], np.array([1]), np.array([[0.3]]), tags="column")
    yield Case("no texts", [], np.zeros(0, dtype=int), np.zeros(0), tags="many")
    yield Case("a threshold of zero", ["plain", "plain"], np.array([1, 1]), np.array([0.1, 0.0]), 0.0, tags="border")
    for k in range(1 if size == "public" else 4):
        yield Case(f"random texts {k + 1}", *predictions(rng, int(rng.integers(11, 17)), two), tags="two")
        yield Case(f"several groups {k + 1}", *predictions(rng, 20, ["long", "short", "middle", "empty"]), tags="many")
        yield Case(
            f"another threshold {k + 1}",
            *predictions(rng, 15, two),
            threshold=float(rng.choice([0.3, 0.7])),
            tags="border",
        )
    names = ["Plain", "plain", "plain ", "", "texts of the year 2024", "texts of the year 2025", "plain"]
    labels, p = np.array([1, 0, 1, 1, 0, 0, 1]), np.array([0.9, 0.8, 0.3, 0.25, 0.6, 0.1, 0.7])
    yield Case("names that are nearly alike", names, labels, p, tags="many")
    labels = np.tile(np.array([1, 1, 0, 1], dtype=int), 300)
    p = np.tile([0.25, 0.75, 0.75, 0.75, 0.5], 240)
    yield Case("more than a thousand texts", ["long", "short"] * 600, labels, p, tags="many")


def error_table_sizes(rng, size):
    yield Case("a probability is missing", ["a", "b", "a"], np.array([0, 1, 1]), np.array([0.2, 0.7]))
    yield Case("one probability for all", ["a", "b", "a"], np.array([0, 1, 1]), np.array([0.4]))
    yield Case("a group is missing", ["a", "b"], np.array([0, 1, 1]), np.array([0.2, 0.7, 0.9]))
    yield Case("a label is missing", ["a", "b", "a"], np.array([0, 1]), np.array([0.2, 0.7, 0.9]))
    yield Case("no group at all", [], np.array([1]), np.array([0.4]))
