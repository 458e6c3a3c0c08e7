"""Inputs of unit 07, bidirectional networks: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case

from ..common.padding import other_padding, right_padding, silent_ends


def reverse_padded(rng, size):
    def sequences(batch, time, *features):
        return rng.normal(size=(batch, time, *features))

    yield Case("no mask", sequences(2, 4, 3), tags="full")
    yield Case("a mask without padding", sequences(3, 4, 2), np.ones((3, 4), dtype=bool), tags="full")
    yield Case("no mask, and real steps of zeros", silent_ends(sequences(3, 4, 2)), tags="full")
    for number in range(1 if size == "public" else 4):
        batch, time, features = (3, 5, 2) if size == "public" else rng.integers(3, 8, 3)
        mask = right_padding(rng, batch, time)
        x = sequences(batch, time, features)
        yield Case(f"zeros in the padding {number}", np.where(mask[..., None], x, 0.0), mask, tags="padded")
        x[mask & (rng.random(mask.shape) < 0.4)] = 0.0  # a real step may be zero, and padding may be anything
        yield Case(f"any numbers in the padding {number}", x, mask, tags="junk")
    mask = right_padding(rng, 4, 4)
    mask[1] = False
    yield Case("one sequence is all padding", sequences(4, 4, 4), mask, tags="junk")
    yield Case("word ids", rng.integers(1, 90, (3, 6)), right_padding(rng, 3, 6), tags="ids")
    yield Case("word ids, no mask", rng.integers(1, 90, (2, 5)), tags="ids")
    yield Case("one step", sequences(2, 1, 3), np.array([[True], [False]]), tags="junk")
    if size == "secret":
        yield Case("one sequence", sequences(1, 4, 1), np.ones((1, 4), dtype=bool), tags="full")
        yield Case("two axes behind", sequences(3, 5, 2, 3), right_padding(rng, 3, 5), tags="junk")
    x = np.arange(1.0, 13.0).reshape(2, 3, 2)
    x[1, 1:] = np.nan
    yield Case("no numbers in the padding", x, np.array([[True, True, True], [True, False, False]]), tags="junk")
    large = np.array([[70_000, 5, 3_000_000_000], [40_000, 9, 0]])
    yield Case("ids of a large vocabulary", large, np.array([[True, True, True], [True, True, False]]), tags="ids")
    yield Case("a long sequence", np.arange(1100).reshape(1, 1100) % 100, np.ones((1, 1100), dtype=bool), tags="ids")


def weights(rng, features, units):
    return rng.normal(0, 0.7, (features, units)), rng.normal(0, 0.6, (units, units)), rng.normal(0, 0.6, units)


def arguments(rng, batch, time, features, units):
    return rng.normal(size=(batch, time, features)), weights(rng, features, units), weights(rng, features, units)


def bidirectional_forward(rng, size):
    yield Case("no padding", *arguments(rng, 2, 4, 3, 2), tags="plain")
    yield Case("as many sequences as steps, features and units", *arguments(rng, 3, 3, 3, 3), tags="plain")
    x, *both = arguments(rng, 3, 4, 2, 2)
    yield Case("no mask, and real steps of zeros", silent_ends(x), *both, tags="plain")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 5, 2, 4) if size == "public" else rng.integers(3, 8, 4)
        mask = right_padding(rng, *sizes[:2])
        yield Case(f"padded {number}", *arguments(rng, *sizes), mask, tags="mask")
        yield Case(
            f"padded, same number of units and steps {number}",
            *arguments(rng, 4, 4, 2, 4),
            right_padding(rng, 4, 4),
            tags="mask",
        )
        for merge in ("sum", "mul", "ave"):
            yield Case(f"{merge} {number}", *arguments(rng, *sizes), mask, merge, tags="merge")
    yield Case("sum without padding", *arguments(rng, 2, 3, 2, 2), merge="sum", tags="merge")
    if size == "secret":
        yield Case("one sequence, one feature, one unit", *arguments(rng, 1, 3, 1, 1), tags="plain")
        mask = right_padding(rng, 3, 4)
        mask[1] = False
        yield Case("one sequence is all padding", *arguments(rng, 3, 4, 2, 3), mask, tags="mask")
    x, *both = arguments(rng, 2, 4, 2, 3)
    mask = np.array([[True, True, True, True], [True, True, False, False]])
    whole = np.array([[[1, 0], [-1, 2], [0, 1]], [[0, -1], [1, 1], [2, 0]]])
    yield Case("inputs of whole numbers", whole, *both, tags="whole")


bidirectional_forward_padding = other_padding(arguments)


def bidirectional_forward_unknown_merge(rng, size):
    yield Case("merge is max", *arguments(rng, 2, 3, 2, 2), merge="max", says="max")
    yield Case("merge is None", *arguments(rng, 2, 3, 2, 2), merge=None, says="None")
    x, *both = arguments(rng, 2, 3, 2, 2)
    yield Case("a capital letter", x, *both, merge="Sum", says="Sum")
    yield Case("an empty name", x, *both, merge="")
    yield Case("no sequence at all", x[:0], *both, merge="max", says="max")
    if size == "secret":
        yield Case("a piece of a name", *arguments(rng, 2, 3, 2, 2), merge="con", says="con")


def tagger_weights(rng, n_words, n_tags, units):
    """Weights of the whole model, in Keras' order: embedding, forward LSTM, backward LSTM, Dense."""
    shapes = [(n_words, 24)]
    shapes += 2 * [(24, 4 * units), (units, 4 * units), (4 * units,)]
    shapes += [(2 * units, n_tags), (n_tags,)]
    return [rng.normal(0, 0.5, shape).astype(np.float32) for shape in shapes]


def build_tagger(rng, size):
    def case(name, n_words, n_tags, units, batch, time, tags="numbers"):
        ids = rng.integers(1, n_words, (batch, time)) * right_padding(rng, batch, time)
        sizes = (n_words, n_tags, units)
        # Weights fit one structure only, so the case that looks at the structure loads none.
        weights = tagger_weights(rng, *sizes) if tags == "numbers" else None
        return Case(name, *sizes, tags=tags, seed=7).model(inputs=ids.astype(np.int32), weights=weights)

    yield case("twelve words, three tags, four units", 12, 3, 4, 3, 6, tags="structure")
    yield case("with given weights", 12, 3, 4, 3, 6)
    yield case("as many tags as units", 9, 5, 5, 2, 4)
    if size == "secret":
        yield case("other sizes", 30, 7, 6, 5, 9)


def answers_case(rng, name, batch, time, n_tags, padded, absent=(), tags="padded"):
    """Right tags, and a model that is right on most padding and on about half of the words, some answered with 0."""
    usable = [k for k in range(1, n_tags) if k not in absent]
    right = rng.choice(usable, (batch, time))
    right[np.arange(len(usable)) % batch, np.arange(len(usable)) // batch] = usable  # each of them occurs
    mask = right_padding(rng, batch, time) if padded else np.ones((batch, time), bool)
    mask[:, : -(-len(usable) // batch)] = True
    right = right * mask
    said = np.where(mask & (rng.random(right.shape) < 0.5), rng.integers(0, n_tags, right.shape), right)
    said = np.where(~mask & (rng.random(right.shape) < 0.25), rng.integers(1, n_tags, right.shape), said)
    said[:2, 0] = 0  # two words are answered with the padding tag, and the right one comes second
    tag = np.arange(n_tags)
    scores = 0.3 * rng.random((batch, time, n_tags)) + 1.5 * (said[..., None] == tag) + 0.6 * (right[..., None] == tag)
    return Case(name, right, scores / scores.sum(axis=-1, keepdims=True), tags=tags)


def token_accuracy(rng, size):
    yield answers_case(rng, "no padding", 3, 7, 4, padded=False, tags="full")
    yield answers_case(rng, "padding", 4, 8, 4, padded=True)
    yield answers_case(rng, "as many tags as steps and sentences", 6, 6, 6, padded=True)
    yield answers_case(rng, "a tag that does not occur", 5, 9, 5, padded=True, absent=(3,))
    yield Case("no word at all", np.zeros((2, 3), int), rng.dirichlet(np.ones(4), (2, 3)), tags="empty")
    if size == "secret":
        for number in range(3):
            batch, time, n_tags = rng.integers([4, 8, 4], [9, 14, 9])
            yield answers_case(rng, f"other sizes {number}", batch, time, n_tags, padded=True, absent=(2,))
        yield answers_case(rng, "one sentence", 1, 6, 4, padded=False, tags="full")
    unsure = np.array([[[0.1, 0.4, 0.3, 0.2], [0.28, 0.2, 0.27, 0.25], [0.2, 0.25, 0.2, 0.35]]])
    yield Case("no probability reaches one half", np.array([[1, 2, 3]]), unsure, tags="full")
    silent = np.concatenate([unsure, unsure])
    silent[1, 1:] = np.nan
    yield Case("no numbers at padding", np.array([[1, 2, 3], [1, 0, 0]]), silent, tags="padded")
    many = np.arange(1, 20, 3, dtype=np.uint8).reshape(1, 7)
    said = np.eye(20)[many]
    said[0, ::3] = said[0, ::3, ::-1]  # some words get another answer
    yield Case("tags of a small type", many, said, tags="small")
    long = np.tile(np.array([1, 2, 2, 0]), (1, 120))
    yield Case("hundreds of words", long, np.tile(np.eye(3)[[1, 2, 1, 0]], (1, 120, 1)), tags="padded")
