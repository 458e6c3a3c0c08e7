"""Inputs of unit 10, attention: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case, Pair

from ..common.padding import holes, right_padding


def some_allowed(rng, *shape):
    """Mask of any shape with at least one allowed and one forbidden position in each row along the last axis."""
    mask = rng.random(shape) < 0.55
    mask[..., 0] |= ~mask.any(axis=-1)
    mask[..., -1] &= ~mask.all(axis=-1)
    return mask


def one_empty(rng, mask):
    """The same mask with one sequence that has no allowed position at all."""
    mask = mask.copy()
    mask[rng.integers(len(mask))] = False
    return mask


def masked_softmax(rng, size):
    def scores(*shape):
        return rng.normal(0, 2, shape)

    yield Case("one row", scores(5), tags="plain")
    yield Case("as many rows as positions", scores(4, 4), tags="plain")
    yield Case("a row for each query", scores(2, 3, 5), tags="plain")
    yield Case("padding", scores(3, 5), holes(rng, 3, 5), tags="mask")
    yield Case("padding, as many rows as positions", scores(4, 4), some_allowed(rng, 4, 4), tags="mask")
    mask = some_allowed(rng, 2, 3, 4)
    yield Case("positions of its own for each query", scores(2, 3, 4), mask, tags="mask")
    yield Case("the best scores are masked", scores(2, 3, 4) + 9.0 * ~mask, mask, tags="mask")
    yield Case("one mask for all queries", scores(2, 3, 4), some_allowed(rng, 2, 1, 4), tags="stretched")
    yield Case(
        "one mask for all queries, all sizes equal", scores(3, 3, 3), some_allowed(rng, 3, 1, 3), tags="stretched"
    )
    yield Case("one mask for all rows", scores(2, 3), np.array([True, True, False]), tags="stretched")
    whole = np.array([[2, -1, 0], [3, 3, 5]])
    yield Case("whole numbers", whole, np.array([[True, True, False], [True, True, True]]), tags="whole")
    level = np.array([[4800.0], [-4800.0], [0.0]])
    yield Case("large scores", scores(3, 4) + level, tags="large")
    mask = some_allowed(rng, 3, 4)
    yield Case("large scores with a mask", scores(3, 4) + level, mask, tags="large")
    yield Case("large scores at masked positions", np.where(mask, scores(3, 4) - 4990, 5000.0), mask, tags="large")
    yield Case(
        "a row without any allowed position", scores(3, 4), one_empty(rng, some_allowed(rng, 3, 4)), tags="empty"
    )
    yield Case(
        "queries without any allowed position",
        scores(3, 2, 4),
        one_empty(rng, some_allowed(rng, 3, 1, 4)),
        tags="empty",
    )
    if size == "secret":
        yield Case("one position, allowed or not", scores(2, 1), np.array([[True], [False]]), tags="empty")
        for number in range(3):
            shape = [int(n) for n in rng.integers(2, 8, 3)]
            yield Case(f"other sizes {number}", scores(*shape), some_allowed(rng, *shape), tags="mask")
    by_columns = np.asfortranarray([[0.5, 2.0, 1.0], [3.0, 0.0, 1.0]])
    yield Case("scores that lie in memory column by column", by_columns, tags="plain")


def whole_ones(arguments, *names):
    """The arguments once for each name, where that one alone is an array of whole numbers."""
    for place, name in enumerate(names):
        yield name, (*arguments[:place], np.rint(2 * arguments[place]).astype(int), *arguments[place + 1 :])


def additive_arguments(rng, batch, source, query, key, value, hidden):
    return (
        rng.normal(size=(batch, query)),
        rng.normal(size=(batch, source, key)),
        rng.normal(size=(batch, source, value)),
        rng.normal(0, 0.7, (query, hidden)),
        rng.normal(0, 0.7, (key, hidden)),
        rng.normal(0, 1.5, hidden),
    )


def additive_attention(rng, size):
    yield Case("no padding", *additive_arguments(rng, 2, 4, 3, 5, 6, 7), tags="plain")
    yield Case("all sizes equal", *additive_arguments(rng, 3, 3, 3, 3, 3, 3), tags="plain")
    yield Case("one sequence of one word", *additive_arguments(rng, 1, 1, 2, 3, 2, 4), tags="plain")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 5, 2, 4, 3, 6) if size == "public" else [int(n) for n in rng.integers(3, 9, 6)]
        yield Case(
            f"padded at the end {number}", *additive_arguments(rng, *sizes), right_padding(rng, *sizes[:2]), tags="mask"
        )
        if size == "secret":
            yield Case(
                f"padded anywhere {number}", *additive_arguments(rng, *sizes), holes(rng, *sizes[:2]), tags="mask"
            )
    yield Case(
        "padded, all sizes equal", *additive_arguments(rng, 3, 3, 3, 3, 3, 3), right_padding(rng, 3, 3), tags="mask"
    )
    yield Case(
        "a sequence without any word",
        *additive_arguments(rng, 3, 4, 2, 3, 5, 4),
        one_empty(rng, right_padding(rng, 3, 4)),
        tags="mask",
    )
    query, keys, values, *weights, v = additive_arguments(rng, 2, 3, 2, 2, 3, 2)
    some = np.array([[[0.0], [1.0], [1.0]], [[1.0], [1.0], [0.0]]])
    yield Case("no mask, and positions of zeros", query, some * keys, some * values, *weights, v, tags="plain")
    for name, whole in whole_ones((query, keys, values), "query", "keys", "values"):
        yield Case(f"whole numbers in {name}", *whole, *weights, v, tags="whole")


def other_source_padding(rng, size):
    """The same sequences with other numbers in the padding, and with more padding behind."""
    query, keys, values, *weights = additive_arguments(rng, 3, 5, 2, 3, 4, 6)
    mask = right_padding(rng, 3, 5)
    noise = [np.where(mask[:, :, np.newaxis], a, 9.0) for a in (keys, values)]
    longer = [np.concatenate([a, rng.normal(size=(3, 2, a.shape[2]))], axis=1) for a in (keys, values)]
    more = np.concatenate([mask, np.zeros((3, 2), dtype=bool)], axis=1)
    first = Case("padding", query, keys, values, *weights, mask=mask)
    yield Pair(first, Case("other numbers in the padding", query, *noise, *weights, mask=mask))
    yield Pair(first, Case("two more padded positions", query, *longer, *weights, mask=more))


def dot_arguments(rng, batch, target, source, features, value):
    return (
        rng.normal(0, 1.3, (batch, target, features)),
        rng.normal(0, 1.3, (batch, source, features)),
        rng.normal(size=(batch, source, value)),
    )


def dot_attention(rng, size):
    yield Case("no padding", *dot_arguments(rng, 2, 3, 4, 5, 6), tags="plain")
    yield Case("all sizes equal", *dot_arguments(rng, 3, 3, 3, 3, 3), tags="plain")
    yield Case("many features", *dot_arguments(rng, 1, 2, 3, 12, 2), tags="plain")
    queries, *others = dot_arguments(rng, 1, 2, 3, 2, 2)
    yield Case("long queries", 900.0 * queries, *others, tags="large")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 2, 5, 4, 6) if size == "public" else [int(n) for n in rng.integers(3, 9, 5)]
        batch, target, source = sizes[:3]
        yield Case(f"padded {number}", *dot_arguments(rng, *sizes), right_padding(rng, batch, source), tags="padded")
        yield Case(
            f"positions of its own for each query {number}",
            *dot_arguments(rng, *sizes),
            some_allowed(rng, batch, target, source),
            tags="each",
        )
    yield Case("padded, all sizes equal", *dot_arguments(rng, 3, 3, 3, 3, 3), right_padding(rng, 3, 3), tags="padded")
    causal = np.broadcast_to(np.tri(4, dtype=bool), (2, 4, 4))
    yield Case("earlier positions only", *dot_arguments(rng, 2, 4, 4, 3, 2), causal, tags="each")
    if size == "secret":
        yield Case("one of everything", *dot_arguments(rng, 1, 1, 1, 1, 1), np.ones((1, 1), bool), tags="padded")
        yield Case("one query", *dot_arguments(rng, 3, 1, 5, 2, 3), tags="plain")
        yield Case(
            "a sequence without any word",
            *dot_arguments(rng, 3, 2, 4, 3, 2),
            one_empty(rng, right_padding(rng, 3, 4)),
            tags="padded",
        )
    queries, keys, values = dot_arguments(rng, 2, 2, 3, 2, 3)
    some = np.array([[[0.0], [1.0], [1.0]], [[1.0], [1.0], [0.0]]])
    yield Case("no mask, and positions of zeros", queries, some * keys, some * values, tags="plain")
    for name, whole in whole_ones((queries, keys, values), "queries", "keys", "values"):
        yield Case(f"whole numbers in {name}", *whole, tags="whole")
    both = np.array([[[2, 0], [1, -1]]]), np.array([[[1, 0], [0, 1], [2, 1]]]), np.array([[[10], [20], [40]]])
    yield Case("nothing but whole numbers", *both, tags="whole")


def step_arguments(rng, batch, source, features, units, encoder, hidden, vocabulary):
    def kernel(*shape):
        return rng.normal(0, 0.6, shape)

    return (
        rng.normal(size=(batch, features)),
        rng.uniform(-0.9, 0.9, (batch, units)),
        rng.uniform(-0.9, 0.9, (batch, source, encoder)),
        (kernel(units, hidden), kernel(encoder, hidden), 2.5 * kernel(hidden)),
        (kernel(features + encoder, 3 * units), kernel(units, 3 * units), kernel(2, 3 * units)),
        (kernel(encoder + units, vocabulary), kernel(vocabulary)),
    )


def attention_decoder_step(rng, size):
    yield Case("no padding", *step_arguments(rng, 2, 4, 3, 5, 6, 7, 8), tags="plain")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 5, 2, 4, 3, 6, 7) if size == "public" else [int(n) for n in rng.integers(3, 9, 7)]
        yield Case(f"padded {number}", *step_arguments(rng, *sizes), right_padding(rng, *sizes[:2]), tags="mask")
    if size == "secret":
        yield Case("all sizes equal", *step_arguments(rng, 3, 3, 3, 3, 3, 3, 3), tags="plain")
        yield Case("one of everything", *step_arguments(rng, 1, 1, 1, 1, 1, 1, 2), tags="plain")
        yield Case(
            "a source without any word",
            *step_arguments(rng, 3, 4, 2, 3, 3, 4, 5),
            one_empty(rng, right_padding(rng, 3, 4)),
            tags="mask",
        )
    y_prev, s_prev, states, (W_q, W_k, v), *others = step_arguments(rng, 2, 3, 2, 2, 3, 2, 3)
    attention = W_q, W_k, v
    some = np.array([[[0.0], [1.0], [1.0]], [[1.0], [1.0], [0.0]]])
    yield Case("no mask, and states of zeros", y_prev, s_prev, some * states, attention, *others, tags="plain")
    for name, whole in whole_ones((y_prev, s_prev, states), "y_prev", "s_prev", "states"):
        yield Case(f"whole numbers in {name}", *whole, attention, *others, tags="whole")


def translator_weights(rng, n_source, n_target, units):
    """Weights of the whole model, in Keras' order: both embeddings, encoder, decoder, Dense."""
    shapes = [(n_source, 16), (n_target, 16)]
    shapes += 2 * [(16, 3 * units), (units, 3 * units), (2, 3 * units)]
    shapes += [(2 * units, n_target), (n_target,)]
    return [rng.normal(0, 0.5, shape).astype(np.float32) for shape in shapes]


def build_translator(rng, size):
    def case(name, n_source, n_target, units, batch, source, target, tags="numbers"):
        # Ids that both vocabularies have, so that a model with its inputs exchanged answers as well.
        most = min(n_source, n_target)
        ids = rng.integers(1, most, (batch, source)) * right_padding(rng, batch, source)
        # No padding in the target: what a model says there is nobody's business, and right models differ in it.
        shifted = rng.integers(1, most, (batch, target))
        if tags == "structure":
            shifted[:, -1] = 0  # only the loss is asked what padding is to it
        sizes = (n_source, n_target, units)
        # Weights fit one structure only, so the case that looks at the structure loads none.
        weights = translator_weights(rng, *sizes) if tags == "numbers" else None
        inputs = (ids.astype(np.int32), shifted.astype(np.int32))
        return Case(name, *sizes, tags=tags, seed=7).model(inputs=inputs, weights=weights)

    yield case("twelve and nine words, four units", 12, 9, 4, 1, 5, 5, tags="structure")
    yield case("with given weights", 12, 9, 4, 2, 5, 4)
    if size == "secret":
        yield case("other sizes", 7, 12, 7, 4, 6, 5)
