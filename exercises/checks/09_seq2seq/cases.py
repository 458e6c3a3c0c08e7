"""Inputs of unit 09, sequence to sequence: what the functions of students are called with."""

import itertools

import numpy as np
from autograder.authoring import Case, Pair

from ..common.padding import right_padding


def written_targets(rng, batch, time, start=1, end=2, pad=0, full=False):
    """Targets (batch, time): words, [END], padding. The last row has no padding; with `full`, none has any."""
    words = [k for k in range(20) if k not in (start, end, pad)]
    targets = rng.choice(words, (batch, time))
    lengths = np.full(batch, time) if full else np.append(rng.integers(1, time, batch - 1), time)
    targets[np.arange(batch), lengths - 1] = end
    return np.where(np.arange(time) < lengths[:, np.newaxis], targets, pad)


def shift_right(rng, size):
    yield Case("no padding", written_targets(rng, 2, 4, full=True), tags="full")
    yield Case("as many rows as steps", written_targets(rng, 4, 4, full=True), tags="full")
    for number in range(1 if size == "public" else 4):
        batch, time = (4, 6) if size == "public" else rng.integers(3, 8, 2)
        yield Case(f"padding {number}", written_targets(rng, batch, time), tags="padded")
    empty = written_targets(rng, 3, 5)
    empty[0] = 0
    yield Case("a row is all padding", empty, tags="padded")
    yield Case("one step", np.array([[2], [0], [7]]), tags="padded")
    if size == "secret":
        yield Case("one row", written_targets(rng, 1, 5), tags="full")
        yield Case("32-bit ids", written_targets(rng, 3, 5).astype(np.int32), tags="padded")
    yield Case("other ids for [START] and [PAD]", written_targets(rng, 4, 6, start=17, pad=19), 17, 19, tags="ids")
    yield Case(
        "other ids, given by name", written_targets(rng, 4, 5, start=5, end=1, pad=3), start=5, pad=3, tags="ids"
    )
    large = np.array([[70_000, 40_000, 2, 0, 0], [5, 3_000_000_000, 33_000, 6, 2]])
    yield Case("ids of a large vocabulary", large, tags="ids")
    yield Case(
        "large ids for [START] and [PAD]", large[:, :4] + 50_000 * (large[:, :4] == 0), 60_000, 50_000, tags="ids"
    )
    cut = np.array([[7, 8, 9, 2], [7, 2, 0, 0], [4, 2, 5, 6]])
    yield Case("a row that was cut, and one where 2 is a word", cut, tags="padded")
    yield Case("a long row", np.arange(1100).reshape(1, 1100) % 17 + 3, tags="full")


def scored(rng, batch, time, vocabulary, pad=0, full=False):
    """Logits and targets. Padding has logits of its own; real tokens never have the id of the padding."""
    ids = [k for k in range(vocabulary) if k != pad]
    mask = np.ones((batch, time), bool) if full else right_padding(rng, batch, time)
    return 2 * rng.normal(size=(batch, time, vocabulary)), np.where(mask, rng.choice(ids, (batch, time)), pad)


def masked_loss(rng, size):
    yield Case("no padding", *scored(rng, 2, 3, 5, full=True), tags="full")
    if size == "secret":
        yield Case("as many tokens as steps and sentences", *scored(rng, 4, 4, 4, full=True), tags="full")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 6, 5) if size == "public" else rng.integers(3, 9, 3)
        yield Case(f"padding {number}", *scored(rng, *sizes), tags="padded")
    yield Case("padding, as many tokens as steps and sentences", *scored(rng, 5, 5, 5), tags="padded")
    yield Case("another id for the padding", *scored(rng, 4, 5, 6, pad=3), 3, tags="padded")
    logits, targets = scored(rng, 1, 3, 4)
    yield Case("one real token", logits, targets * np.array([[1, 0, 0]]), tags="padded")
    logits, targets = scored(rng, 3, 4, 5)
    yield Case("logits around 1000", logits + 1000, targets, tags="large")
    spread = logits.copy()
    spread[0, 0], targets[0, 0] = [900, 0, 3, 1, 2], 2
    yield Case("the right token is 897 behind", spread, targets, tags="large")
    spread = logits.copy()
    spread[::2] -= 950
    yield Case("some sentences far below the others", spread, targets, tags="large")
    yield Case("no real token at all", logits, np.zeros((3, 4), int), tags="empty")
    yield Case("no sentence at all", np.zeros((0, 2, 5)), np.zeros((0, 2), int), tags="empty")
    yield Case("whole numbers", rng.integers(-4, 5, (2, 3, 4)), np.array([[3, 1, 0], [2, 2, 1]]), tags="whole")
    pattern = np.arange(2 * 6 * 50).reshape(2, 6, 50) * 7 % 11 / 4
    small = np.array([[49, 7, 30, 0, 0, 0], [1, 20, 33, 48, 2, 5]], dtype=np.uint8)
    yield Case("targets of a small type", pattern, small, tags="whole")


def other_loss_padding(rng, size):
    """The same sentences with other logits at the padding, and with more padding behind."""
    logits, targets = scored(rng, 4, 5, 6)
    noise = np.where((targets == 0)[..., np.newaxis], 7 * rng.normal(size=logits.shape), logits)
    longer = np.concatenate([logits, rng.normal(size=(4, 3, 6))], axis=1)
    more = np.pad(targets, [(0, 0), (0, 3)])
    yield Pair(Case("padding", logits, targets), Case("other logits at the padding", noise, targets))
    yield Pair(Case("padding, again", logits, targets), Case("three more padded steps", longer, more))
    endless = np.where((targets == 0)[..., np.newaxis], -np.inf, logits)
    yield Pair(Case("padding, once more", logits, targets), Case("infinite logits at the padding", endless, targets))
    nothing = np.where((targets == 0)[..., np.newaxis], np.nan, logits)
    yield Pair(Case("padding, a last time", logits, targets), Case("no numbers at the padding", nothing, targets))


def decoder(rng, vocabulary, units, end=2, lift=0.0, never=(0, 1), sharp=1.2):
    """Weights of a small decoder: `lift` makes [END] more or less likely, and the ids in `never` are never said."""
    features = 3
    shapes = [(vocabulary, features), (features, units), (units, units), (units,), (units, vocabulary), (vocabulary,)]
    scales = (1, 1, 0.7, 0.5, sharp, 0.3)
    *first, b_y = [scale * rng.normal(size=shape) for scale, shape in zip(scales, shapes, strict=True)]
    b_y[end] += lift
    b_y[list(never)] = -30.0
    return (*first, b_y)


def table_decoder(table, earlier=0.0):
    """Weights of a decoder with the probabilities of a table: row k of `table` follows token k.

    The state holds the last token and the one before it; row k of `earlier` is added to the scores where that is k.
    """
    n = len(table)
    one, none = np.eye(n), np.zeros((n, n))
    W_h = np.block([[none, 40.0 * one], [none, none]])
    W_y = np.concatenate([np.log(np.maximum(table, 1e-30)), none + earlier])
    return one, np.hstack([40.0 * one, none]), W_h, np.zeros(2 * n), W_y, np.zeros(n)


def lengths_of(context, weights, limit, start=1, end=2):
    """Number of greedy steps until [END] of each row, `limit` + 1 where it does not come: only to choose good cases."""
    E, W_x, W_h, b, W_y, b_y = weights
    found = []
    for h in context:
        token, length = start, 0
        while token != end and length <= limit:
            h = np.tanh(E[token] @ W_x + h @ W_h + b)
            token, length = int(np.argmax(h @ W_y + b_y)), length + 1
        found.append(length)
    return np.array(found)


def greedy_case(rng, name, suits, batch, vocabulary, units, limit, tags, start=1, end=2, by_name=False):
    """A decoder and contexts for which the greedy lengths suit."""
    for _ in range(2000):
        weights = decoder(rng, vocabulary, units, end=end, never=(0, start), lift=0.3)
        context = 1.5 * rng.normal(size=(batch, units))
        if suits(lengths_of(context, weights, limit, start, end)):
            ids = {"start": start, "end": end} if by_name else {}
            return Case(name, context, weights, limit, tags=tags, **ids)
    raise AssertionError(f"no decoder suits the case {name!r}")


def greedy_decode(rng, size):
    def early(limit):
        return lambda n: n.max() < limit and len(set(n)) > 1 and n.min() < n.max() - 1

    def ragged(limit):
        return lambda n: n.max() > limit and (n < limit - 1).any() and len(set(n)) > 2

    for number in range(1 if size == "public" else 3):
        batch, vocabulary, units, limit = (
            (3, 7, 4, 5) if size == "public" else rng.integers([2, 6, 3, 3], [6, 12, 8, 8])
        )
        weights = decoder(rng, vocabulary, units, lift=-40.0)
        yield Case(f"[END] never comes {number}", rng.normal(size=(batch, units)), weights, int(limit), tags="limit")
        yield greedy_case(rng, f"all rows end before the limit {number}", early(8), 3, vocabulary, units, 8, "early")
        yield greedy_case(rng, f"some rows end, one does not {number}", ragged(6), 4, vocabulary, units, 6, "ragged")
    yield Case("one step", rng.normal(size=(2, 3)), decoder(rng, 5, 3, lift=-40.0), 1, tags="limit")
    yield Case("a long text", rng.normal(size=(1, 2)), decoder(rng, 4, 2, lift=-40.0), 300, tags="long")
    yield Case("0 is said before [END]", np.zeros((2, 10)), table_decoder(SILENCE), 6, tags="early")
    yield Case(
        "as many rows as units and tokens", rng.normal(size=(5, 5)), decoder(rng, 5, 5, lift=-40.0), 5, tags="limit"
    )
    yield greedy_case(rng, "other ids for [START] and [END]", early(7), 4, 9, 4, 7, "ids", start=4, end=3, by_name=True)
    whole = np.array([[1, 0, -1], [0, 2, -2]])
    yield Case("a context of whole numbers", whole, decoder(rng, 7, 3, lift=-40.0), 6, tags="limit")


def alone_and_together(rng, size):
    weights, context = decoder(rng, 7, 4, lift=0.5), 1.5 * rng.normal(size=(4, 4))
    for row in (0, 3):
        together = Case(f"four rows, number {row}", context, weights, 6)
        yield Pair(together, Case(f"row {row} alone", context[row : row + 1], weights, 6), np.s_[row], np.s_[0])


GARDEN_PATH = np.array(  # [PAD], [START], [END], A, B: nothing is probable after A, and the end is after B
    [[0, 0, 1, 0, 0], [0, 0, 0.1, 0.5, 0.4], [0, 0, 1, 0, 0], [0, 0, 0.34, 0.335, 0.325], [0, 0, 0.9, 0.04, 0.06]]
)

CROWDED = np.array(  # two extensions of A leave no room for B [END], which would have won
    [[0, 0, 1, 0, 0], [0, 0, 0.1, 0.5, 0.4], [0, 0, 1, 0, 0], [0, 0, 0.05, 0.5, 0.45], [0, 0, 0.45, 0.3, 0.25]]
)

EARLY_END = np.array(  # [END] alone is finished at once; A B [END] would be better, and needs two more places
    [[0, 0, 1, 0, 0], [0, 0, 0.12, 0.85, 0.03], [0, 0, 1, 0, 0], [0, 0, 0.05, 0.5, 0.45], [0, 0, 0.95, 0.03, 0.02]]
)

SILENCE = np.array(  # the decoder says 0, A and [END]: 0 stands for padding only behind [END]
    [[0, 0, 0.1, 0.8, 0.1], [0.7, 0, 0.1, 0.1, 0.1], [0, 0, 1, 0, 0], [0, 0, 0.9, 0.05, 0.05], [0, 0, 0.9, 0.04, 0.06]]
)

LATE_END = np.array(  # [END] alone is a little more probable than A B [END], and less so for each of its tokens
    [[0, 0, 1, 0, 0], [0, 0, 0.35, 0.6, 0.05], [0, 0, 1, 0, 0], [0, 0, 0.02, 0.03, 0.95], [0, 0, 0.6, 0.25, 0.15]]
)

OVERTAKING = np.array(  # B overtakes A at the second step; from then on the token before the last one is repeated
    [[0, 0, 1, 0, 0], [0, 0, 0, 0.6, 0.4], [0, 0, 1, 0, 0], [0, 0, 0, 0.55, 0.45], [0, 0, 0, 0.05, 0.95]]
)

BAD_BEGINNING = np.array(  # whatever follows B is more probable there than anything that follows A
    [[0, 0, 1, 0, 0], [0, 0, 0, 0.9, 0.1], [0, 0, 1, 0, 0], [0, 0, 0.25, 0.4, 0.35], [0, 0, 0.06, 0.48, 0.46]]
)

AT_THE_LIMIT = np.array(  # B [END] ends with the second token; A A is more probable and goes on
    [[0, 0, 1, 0, 0], [0, 0, 0, 0.6, 0.4], [0, 0, 1, 0, 0], [0, 0, 0.1, 0.8, 0.1], [0, 0, 0.9, 0.06, 0.04]]
)

REPEAT = np.diag([0.0, 0.0, 0.0, 8.0, 8.0])


def beam_search(rng, size):
    def case(name, width, limit, alpha=0.0, vocabulary=6, units=4, lift=0.0, sharp=1.2, tags=(), **ids):
        weights = decoder(rng, vocabulary, units, ids.get("end", 2), lift, (0, ids.get("start", 1)), sharp)
        context = 1.5 * rng.normal(size=units)
        return Case(name, context, weights, width, limit, tags=tags, **({"alpha": alpha} if alpha else {}), **ids)

    many = 1 if size == "public" else 5
    for number in range(many):
        vocabulary, units, limit = (
            (6, 4, 5) if size == "public" else (int(n) for n in rng.integers([5, 3, 3], [9, 7, 7]))
        )
        sizes = {"vocabulary": vocabulary, "units": units}
        yield case(f"width 1 {number}", 1, limit, **sizes, tags="one")
        yield case(f"[END] never comes {number}", 3 + number % 2, 6, **sizes, lift=-40.0, sharp=0.7, tags="limit")
        yield case(f"[END] is likely {number}", 2 + number % 2, limit + 1, **sizes, lift=1.5, tags="ends")
        yield case(f"[END] is less likely {number}", 3 + number % 2, limit, **sizes, lift=0.4, tags="ends")
        yield case(f"alpha is 1 {number}", 4, 6, 1.0, **sizes, lift=0.8, sharp=0.7, tags="penalty")
        yield case(f"alpha is 0.6 {number}", 2 + number, 5, 0.6, **sizes, lift=1.0, tags="penalty")
    yield case("alpha is 2, and the end is far", 3, 7, 2.0, lift=0.5, tags="penalty")
    yield case("one step", 2, 1, lift=1.0, tags="limit")
    yield Case("A, B and the end of the text", np.zeros(10), table_decoder(GARDEN_PATH), 2, 4, tags="ends")
    yield Case("extensions of A take all places", np.zeros(10), table_decoder(CROWDED), 2, 3, tags="ends")
    yield Case("B overtakes A", np.zeros(10), table_decoder(OVERTAKING, REPEAT), 2, 3, tags="limit")
    yield Case("a bad beginning", np.zeros(10), table_decoder(BAD_BEGINNING), 2, 2, tags="limit")
    yield Case("one ends at the limit", np.zeros(10), table_decoder(AT_THE_LIMIT), 2, 2, tags="ends")
    yield case("three hundred tokens", 2, 300, vocabulary=60, units=2, lift=-40.0, sharp=0.1, tags="limit")
    yield Case("one ends at once", np.zeros(10), table_decoder(EARLY_END), 2, 3, tags="ends")
    for alpha in (0.0, 0.5, 1.0):
        yield Case(
            f"late or early, alpha is {alpha}", np.zeros(10), table_decoder(LATE_END), 2, 4, alpha, tags="penalty"
        )
    yield Case("the end of the text, with width 1", np.zeros(10), table_decoder(GARDEN_PATH), 1, 4, tags="one")
    for number in range(1 if size == "public" else 2):
        yield case(f"a beam as wide as the tree {number}", 1000, 4, vocabulary=5, units=3, lift=0.5, tags="wide")
    yield case("other ids for [START] and [END]", 3, 5, 1.0, vocabulary=8, lift=0.5, tags="ids", start=5, end=3)
    yield case("other ids, again", 2, 6, vocabulary=7, lift=1.0, tags="ids", start=3, end=6)
    yield Case("a context of whole numbers", np.array([1, -2, 0]), decoder(rng, 7, 3, lift=-40.0), 3, 6, tags="limit")


def greedy_tokens(namespace, case):
    """What greedy decoding writes, as one row without padding."""
    context, weights, _, limit = case.args
    tokens, _ = namespace["greedy_decode"](context[np.newaxis], weights, limit)
    row = tokens[0].tolist()
    return np.array(row[: row.index(2) + 1] if 2 in row else row)


def most_probable(namespace, case):
    """The most probable of all sequences that end within the limit, by trying every one."""
    context, weights, _, limit = case.args
    words = [k for k in range(len(weights[0])) if k != 2]
    best, found = -np.inf, None
    for length in range(limit):
        for tokens in itertools.product(words, repeat=length):
            h, total = context[np.newaxis], 0.0
            for before, token in zip([1, *tokens], [*tokens, 2], strict=True):
                log_p, h = namespace["decoder_step"](np.array([before]), h, weights)
                total += log_p[0, token]
            if total > best:
                best, found = total, [*tokens, 2]
    return np.array(found)


def beam_search_no_width(rng, size):
    yield Case("width is 0", rng.normal(size=3), decoder(rng, 5, 3), 0, 4)
    yield Case("width is -1", rng.normal(size=3), decoder(rng, 5, 3), -1, 4)
    yield Case("width is -2, and one step", rng.normal(size=3), decoder(rng, 5, 3), -2, 1)


def build_seq2seq(rng, size):
    def ids(batch, time, largest, padded):
        mask = right_padding(rng, batch, time) if padded else np.ones((batch, time), bool)
        return (rng.integers(1, largest, (batch, time)) * mask).astype(np.int32)

    def case(name, words, units, batch, source, target, padded, tags):
        # One set of weights for both embeddings and one for both GRUs: models list their layers in different orders.
        word_vectors = rng.normal(0, 0.6, (words, 16))
        gru = [rng.normal(0, 0.5, shape) for shape in [(16, 3 * units), (units, 3 * units), (2, 3 * units)]]
        head = [rng.normal(0, 0.8, (units, words)), rng.normal(0, 0.5, words)]
        weights = [w.astype(np.float32) for w in (word_vectors, word_vectors, *gru, *gru, *head)]
        arrays = (ids(batch, source, words, padded), ids(batch, target, words, padded))
        return Case(name, words, words, units, tags=tags, seed=7).model(inputs=arrays, weights=weights)

    few = (np.array([[3, 1]], np.int32), np.array([[1, 5, 2, 0]], np.int32))
    yield Case("twelve source words, nine target words, four units", 12, 9, 4, tags="structure", seed=7).model(few)
    # Ids that only an embedding with enough rows can look up.
    largest = (np.array([[11, 3]], np.int32), np.array([[1, 8, 2]], np.int32))
    yield Case("the largest ids", 12, 9, 4, tags="largest", seed=7).model(inputs=largest)
    if size == "public":
        yield case("with given weights, no padding", 6, 3, 2, 4, 3, False, "full")
        yield case("with given weights and padding", 6, 3, 3, 5, 4, True, "padded")
    else:
        yield case("other sizes, no padding", 11, 6, 3, 7, 9, False, "full")
        yield case("other sizes and padding", 9, 5, 5, 9, 8, True, "padded")
