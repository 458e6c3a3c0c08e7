"""What is checked in unit 07, bidirectional networks: cases, criteria, known mistakes, unorthodox right solutions."""

import keras  # noqa: F401 - alternatives and mistakes are written as the notebook's cells would be
import numpy as np
from _padding import other_padding, right_padding

from autograder.authoring import Case, Unit

unit = Unit("07_bidirectional", title="Bidirectional networks", needs=("numpy", "keras"))
unit.manual("written_leak", points=5)
unit.manual("written_choice", points=5)

REVERSING = "07_bidirectional#reversing-with-padding"
NUMPY = "07_bidirectional#bidirectional-in-numpy"
MERGE = "07_bidirectional#merge-modes"
KERAS = "07_bidirectional#the-same-numbers-as-keras"
TAGGER = "07_bidirectional#what-the-tagger-reads"
COUNTING = "07_bidirectional#pitfalls"


# ------------------------------------------------------------------------------------------------- reverse_padded

reverse = unit.exercise("reverse_padded", points=16, see=REVERSING, seconds=5)


@reverse.cases
def _(rng, size):
    def sequences(batch, time, *features):
        return rng.normal(size=(batch, time, *features))

    yield Case("no mask", sequences(2, 4, 3), tags="full")
    yield Case("a mask without padding", sequences(3, 4, 2), np.ones((3, 4), dtype=bool), tags="full")
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
        yield Case("two axes behind", sequences(3, 5, 2, 3), right_padding(rng, 3, 5), tags="junk")


reverse.shape(
    "shapes", points=2, title="The result has the shape and the type of `x`", hint="Return one array, shaped like `x`."
)
reverse.values(
    "full",
    points=3,
    cases="full",
    needs="shapes",
    title="Without padding the whole sequence is turned round",
    hint="Which axis is time? And is `mask=None` handled?",
)
reverse.values(
    "padded",
    points=5,
    cases="padded",
    needs="shapes",
    title="With padding the real steps are turned round",
    hint="The real steps of a sequence must stand at its beginning, as before.",
)
reverse.values(
    "padding-stays",
    points=3,
    cases="junk",
    needs="shapes",
    title="The mask alone says what is padding, and padding stays",
    hint="A real step may hold zeros, and padding may hold anything.",
)
reverse.values(
    "ids",
    points=2,
    cases="ids",
    needs="shapes",
    title="Word ids of shape (batch, time) work as well",
    hint="There may be no axis behind time.",
)
reverse.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Make a new array; do not write into `x`.",
)

RETURN = "return x[np.arange(batch)[:, np.newaxis], source]"
reverse.mistake(
    "padding-to-the-front",
    "You turn the whole time axis round, so the padding now comes first. The backward network would begin with it.",
    see=REVERSING,
    patch=[(RETURN, "return x[:, ::-1].copy()")],
)
reverse.mistake(
    "features-turned-round",
    "You turn the last axis round, which holds the features of a step. Time is the axis after the batch.",
    see=REVERSING,
    patch=[(RETURN, "return x[..., ::-1].copy()")],
)
reverse.mistake(
    "batch-turned-round",
    "You turn the first axis round: the sequences change places, and each still reads forwards.",
    see=REVERSING,
    patch=[(RETURN, "return x[::-1].copy()")],
)
reverse.mistake(
    "one-step-off",
    "Your turned sequences are shifted by one step: they begin with padding, or with the wrong step. The first real "
    "step of the result is the last real one of `x`, and counting starts at 0.",
    see=REVERSING,
    patch=[("lengths - 1 - steps", "(lengths - steps) % time")],
)
reverse.mistake(
    "padding-set-to-zero",
    "You write zeros into the padding. It should keep what stood there.",
    see=REVERSING,
    patch=[
        (
            RETURN,
            "result = x[np.arange(batch)[:, np.newaxis], source]\n    result[steps >= lengths] = 0\n    return result",
        )
    ],
)
reverse.mistake(
    "mask-inverted",
    "You take the mask the wrong way round. True marks a real step; you turn the padding round and leave the words.",
    see=REVERSING,
    patch=[
        (
            "np.where(steps < lengths, lengths - 1 - steps, steps)",
            "np.where(steps < lengths, steps, lengths + time - 1 - steps)",
        )
    ],
)
reverse.mistake(
    "one-length-for-all",
    "You use one length for the whole batch. Every sequence has a length of its own.",
    see=REVERSING,
    patch=[("mask.sum(axis=1, keepdims=True)", "np.full((batch, 1), mask.sum(axis=1).min())")],
)
reverse.mistake(
    "padding-guessed-from-zeros",
    "You look for zeros in `x` to find the padding. A real step may hold zeros, and padding may hold anything: the "
    "mask is there to tell them apart.",
    see=REVERSING,
    patch=[
        ("mask.sum(axis=1, keepdims=True)", "(x.reshape(batch, time, -1) != 0).any(axis=-1).sum(axis=1, keepdims=True)")
    ],
)
reverse.mistake(
    "input-changed",
    "You turn the sequences round inside the array that you were given, so the forward network would read them "
    "backwards, too. Work on a copy.",
    see=COUNTING,
    patch=[(RETURN, "x[...] = x[np.arange(batch)[:, np.newaxis], source]\n    return x")],
)
reverse.mistake(
    "steps-in-order",
    "Your sequences still read forwards. The last real step should come first.",
    see=REVERSING,
    patch=[(RETURN, "return x.copy()")],
)


def reverse_one_at_a_time(x, mask=None):
    result = np.array(x)
    for n in range(len(x)):
        length = x.shape[1] if mask is None else int(np.count_nonzero(mask[n]))
        result[n, :length] = x[n, :length][::-1]
    return result


def reverse_by_sorting(x, mask=None):
    if mask is None:
        return np.flip(x, axis=1)
    time = x.shape[1]
    key = np.where(mask, -np.arange(time), np.arange(time) + 1)  # real steps from the last to the first, then padding
    order = np.argsort(key, axis=1, kind="stable")
    return np.take_along_axis(x, order.reshape(order.shape + (1,) * (x.ndim - 2)), axis=1)


def reverse_by_rolling(x, mask=None):
    mask = np.ones(x.shape[:2], dtype=bool) if mask is None else mask
    rows = []
    for row, real in zip(x, mask, strict=True):
        rows.append(np.concatenate([np.flip(row[real], axis=0), row[~real]]))
    return np.stack(rows)


def reverse_swap_ends(x, mask=None):
    out = x.copy()
    for n, row in enumerate(out):
        first, last = 0, (len(row) if mask is None else mask[n].sum()) - 1
        while first < last:
            row[[first, last]] = row[[last, first]]
            first, last = first + 1, last - 1
    return out


reverse.alternative("one sequence at a time", reverse_one_at_a_time)
reverse.alternative("sorted by a key, taken along the axis", reverse_by_sorting)
reverse.alternative("real steps flipped, padding appended", reverse_by_rolling)
reverse.alternative("ends exchanged in place, on a copy", reverse_swap_ends)

# ------------------------------------------------------------------------------------------ bidirectional_forward

both = unit.exercise("bidirectional_forward", points=22, see=NUMPY, seconds=5, returns=("h_all", "h_last"))


def weights(rng, features, units):
    return rng.normal(0, 0.7, (features, units)), rng.normal(0, 0.6, (units, units)), rng.normal(0, 0.6, units)


def arguments(rng, batch, time, features, units):
    return rng.normal(size=(batch, time, features)), weights(rng, features, units), weights(rng, features, units)


@both.cases
def _(rng, size):
    yield Case("no padding", *arguments(rng, 2, 4, 3, 2), tags="plain")
    yield Case("as many sequences as steps, features and units", *arguments(rng, 3, 3, 3, 3), tags="plain")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 5, 2, 4) if size == "public" else rng.integers(3, 8, 4)
        mask = right_padding(rng, *sizes[:2])
        yield Case(f"padded {number}", *arguments(rng, *sizes), mask, tags="mask")
        yield Case(f"padded, same number of units and steps {number}", *arguments(rng, 4, 4, 2, 4),
                   right_padding(rng, 4, 4), tags="mask")  # fmt: skip
        for merge in ("sum", "mul", "ave"):
            yield Case(f"{merge} {number}", *arguments(rng, *sizes), mask, merge, tags="merge")
    yield Case("sum without padding", *arguments(rng, 2, 3, 2, 2), merge="sum", tags="merge")


both.shape(
    "shapes",
    points=2,
    title="All joined states and the joined last states are returned, in the right shapes",
    hint="`h_all` is (batch, time, width) and `h_last` is (batch, width).",
)
both.values(
    "outputs",
    pick=0,
    points=5,
    cases="plain",
    needs="shapes",
    title="Without padding, both states at each step are right",
    hint="Is `reverse_padded` right? Do both states at a step belong to the same word?",
)
both.values(
    "mask",
    pick=0,
    points=5,
    cases="mask",
    needs="shapes",
    title="With padding, the states at real steps are right and those at padding are 0",
    hint="Turn the real steps round, twice, and look at what you return at padded steps.",
)
both.values(
    "merge",
    pick=0,
    points=4,
    cases="merge",
    needs="shapes",
    title="Sum, product and mean of the two states are right",
    hint="`merge` says how the two are joined, at every step.",
)
both.values(
    "last",
    pick=1,
    points=3,
    cases=("plain", "mask", "merge"),
    needs="shapes",
    title="`h_last` joins what both networks know after reading everything",
    hint="`rnn_forward` returns the last state as well. At which step has the backward network read everything?",
)
both.same(
    "padding",
    pairs=other_padding(arguments),
    pick_a=1,
    pick_b=1,
    points=1,
    needs="last",
    title="What stands in the padding, and how much there is, makes no difference",
    hint="Neither network may step on padding.",
)
both.raises(
    "unknown-merge",
    ValueError,
    points=1,
    title="An unknown `merge` raises a ValueError with a message",
    case=lambda rng, size: [
        Case("merge is max", *arguments(rng, 2, 3, 2, 2), merge="max"),
        Case("merge is empty", *arguments(rng, 2, 3, 2, 2), merge=""),
    ],
    hint="Somebody will misspell it. Say what was given and what is possible.",
)
both.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Do not write into `x`, the weights or the mask.",
)

both.mistake(
    "not-turned-back",
    "Your backward states are in the order in which they were made. At step t you join the forward state of one word "
    "with the backward state of another. Turn them back.",
    see=NUMPY,
    patch=[("    left = reverse_padded(left, mask)\n", "")],
)
both.mistake(
    "backward-reads-forwards",
    "Your second network also reads from left to right. It needs the sequences turned round.",
    see="07_bidirectional#two-readers",
    patch=[
        ("rnn_forward(reverse_padded(x, mask), *backward, mask)", "rnn_forward(x, *backward, mask)"),
        ("    left = reverse_padded(left, mask)\n", ""),
    ],
)
both.mistake(
    "backward-turned-back-only",
    "You turn the states of the second network round, but it read the sequences from left to right. "
    "Turn its input, too.",
    see="07_bidirectional#two-readers",
    patch=[("rnn_forward(reverse_padded(x, mask), *backward, mask)", "rnn_forward(x, *backward, mask)")],
)
both.mistake(
    "same-weights-twice",
    "Both of your networks use the weights of the forward one. The backward network has weights of its own.",
    see="07_bidirectional#from-picture-to-equations",
    patch=[
        (
            "rnn_forward(reverse_padded(x, mask), *backward, mask)",
            "rnn_forward(reverse_padded(x, mask), *forward, mask)",
        )
    ],
)
both.mistake(
    "halves-exchanged",
    "In your result the backward states come first. The forward states do, in Keras and here.",
    see=MERGE,
    patch=[("np.concatenate([a, b], axis=-1)", "np.concatenate([b, a], axis=-1)")],
)
both.mistake(
    "padding-read-first",
    "You turn the whole time axis round for the backward network and give it no mask. It begins with the padding, so "
    "its first state at a real word depends on how much padding the batch needed.",
    see=REVERSING,
    patch=[
        (
            "left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask)\n"
            "    left = reverse_padded(left, mask)",
            "left, left_last = rnn_forward(x[:, ::-1], *backward)\n    left = left[:, ::-1]",
        )
    ],
)
both.mistake(
    "mask-not-turned",
    "You turn the whole time axis round but not the mask, so the mask marks the wrong steps of the turned sequences.",
    see=REVERSING,
    patch=[
        (
            "left, left_last = rnn_forward(reverse_padded(x, mask), *backward, mask)\n"
            "    left = reverse_padded(left, mask)",
            "left, left_last = rnn_forward(x[:, ::-1], *backward, mask)\n    left = left[:, ::-1]",
        )
    ],
)
both.mistake(
    "mask-ignored",
    "Your networks step on padding as if it were words. Both need the mask.",
    see=REVERSING,
    patch=[
        ("rnn_forward(x, *forward, mask)", "rnn_forward(x, *forward)"),
        ("rnn_forward(reverse_padded(x, mask), *backward, mask)", "rnn_forward(reverse_padded(x, mask), *backward)"),
    ],
)
both.mistake(
    "padding-not-cleared",
    "Your states at real steps are right, but at padded steps you return what the networks happened to hold. "
    "Those should be 0.",
    see=NUMPY,
    patch=[("    if mask is not None:\n        h_all = np.where(mask[:, :, np.newaxis], h_all, 0.0)\n", "")],
)
both.mistake(
    "last-column-of-all",
    "Your `h_last` is the last step of `h_all`. There the backward network has read one word only, or padding. Take "
    "the state that it has after reading everything.",
    see=COUNTING,
    patch=[("return h_all, join(right_last, left_last)", "return h_all, h_all[:, -1]")],
)
both.mistake(
    "backward-last-at-the-end",
    "The backward half of your `h_last` comes from the last real step. The backward network has read everything only "
    "when it reaches the first step.",
    see=COUNTING,
    patch=[
        (
            "return h_all, join(right_last, left_last)",
            "ends = -1 if mask is None else np.maximum(mask.sum(axis=1) - 1, 0)\n"
            "    return h_all, join(right_last, left[np.arange(len(x)), ends])",
        )
    ],
)
both.mistake(
    "sum-for-mean",
    'For "ave" you return the sum. It asks for the mean of the two states.',
    see=MERGE,
    patch=[("(a + b) / 2", "a + b")],
)
both.mistake(
    "sum-for-product",
    'For "mul" you add the two states. It asks for their product, unit by unit.',
    see=MERGE,
    patch=[("a * b", "a + b")],
)
both.mistake(
    "joined-along-time",
    "You join the two along the time axis, one after the other. They belong side by side at each step: along the last "
    "axis.",
    see=MERGE,
    patch=[("np.concatenate([a, b], axis=-1)", "np.concatenate([a, b], axis=1)")],
)
both.mistake(
    "unknown-merge-accepted",
    "An unknown `merge` is silently taken for concatenation. Whoever misspells it would never know.",
    see=MERGE,
    patch=[
        (
            '    if merge not in joins:\n        raise ValueError(f"merge is {merge!r}, and must be one of: '
            "{', '.join(joins)}\")\n    join = joins[merge]",
            '    join = joins.get(merge, joins["concat"])',
        )
    ],
)


def both_word_by_word(x, forward, backward, mask=None, merge="concat"):
    functions = {"concat": None, "sum": np.add, "mul": np.multiply, "ave": lambda a, b: 0.5 * a + 0.5 * b}
    if merge not in functions:
        raise ValueError("no such merge: " + str(merge))
    batch, time, _ = x.shape
    mask = np.ones((batch, time), bool) if mask is None else mask

    def run(W_x, W_h, b, steps):
        h, out = np.zeros((batch, len(b))), np.zeros((batch, time, len(b)))
        for t in steps:
            m = mask[:, [t]]
            h = m * np.tanh(x[:, t] @ W_x + h @ W_h + b) + ~m * h
            out[:, t] = h * m
        return out, h

    (a, last_a), (z, last_z) = run(*forward, range(time)), run(*backward, range(time - 1, -1, -1))
    if functions[merge] is None:
        return np.dstack([a, z]), np.hstack([last_a, last_z])
    return functions[merge](a, z), functions[merge](last_a, last_z)


def both_one_sequence_at_a_time(x, forward, backward, mask=None, merge="concat"):
    if merge not in ("concat", "sum", "mul", "ave"):
        raise ValueError(f"unknown merge {merge}")

    def join(a, b):
        if merge == "concat":
            return np.concatenate((a, b), -1)
        if merge == "mul":
            return a * b
        return (a + b) * (0.5 if merge == "ave" else 1.0)

    everything, last = [], []
    for n, row in enumerate(x):
        length = len(row) if mask is None else int(mask[n].sum())
        words = row[None, :length]
        one, one_last = rnn_forward(words, *forward)  # noqa: F821 - defined in the notebook
        two, two_last = rnn_forward(words[:, ::-1], *backward)  # noqa: F821
        joined = join(one, two[:, ::-1])[0]
        everything.append(np.pad(joined, [(0, len(row) - length), (0, 0)]))
        last.append(join(one_last, two_last)[0])
    return np.array(everything), np.array(last)


def both_with_flipped_mask(x, forward, backward, mask=None, merge="concat"):
    full = np.ones(x.shape[:2], dtype=bool) if mask is None else mask
    a, a_last = rnn_forward(x, *forward, full)  # noqa: F821
    b, b_last = rnn_forward(x[:, ::-1], *backward, full[:, ::-1])  # noqa: F821 - padding first, and masked: harmless
    b = b[:, ::-1]
    if merge == "concat":
        h, last = np.concatenate([a, b], axis=2), np.concatenate([a_last, b_last], axis=1)
    elif merge == "sum":
        h, last = a + b, a_last + b_last
    elif merge == "mul":
        h, last = a * b, a_last * b_last
    elif merge == "ave":
        h, last = np.mean([a, b], axis=0), np.mean([a_last, b_last], axis=0)
    else:
        raise ValueError(f"{merge} is not a way to merge")
    return h * full[..., None], last


def both_last_from_steps(x, forward, backward, mask=None, merge="concat"):
    modes = ["concat", "sum", "mul", "ave"]
    if modes.count(merge) != 1:
        raise ValueError("merge must be one of " + ", ".join(modes))
    a = rnn_forward(x, *forward, mask)[0]  # noqa: F821
    b = reverse_padded(rnn_forward(reverse_padded(x, mask), *backward, mask)[0], mask)  # noqa: F821
    ends = np.full(len(x), x.shape[1] - 1) if mask is None else mask.sum(axis=1) - 1
    pairs = [(a, b), (a[np.arange(len(x)), ends], b[:, 0])]
    joins = [lambda p, q: np.append(p, q, axis=-1), lambda p, q: q + p, lambda p, q: q * p, lambda p, q: q / 2 + p / 2]
    h_all, h_last = [joins[modes.index(merge)](*pair) for pair in pairs]
    if mask is not None:
        h_all[~mask] = 0
    return h_all, h_last


both.alternative("both directions step by step", both_word_by_word)
both.alternative("one sequence at a time, without padding", both_one_sequence_at_a_time)
both.alternative("time axis and mask flipped together", both_with_flipped_mask)
both.alternative("last states picked from all states", both_last_from_steps)

# --------------------------------------------------------------------------------------------------- build_tagger

tagger = unit.exercise("build_tagger", points=18, see=TAGGER, seconds=30)


def tagger_weights(rng, n_words, n_tags, units):
    """Weights of the whole model, in Keras' order: embedding, forward LSTM, backward LSTM, Dense."""
    shapes = [(n_words, 24)]
    shapes += 2 * [(24, 4 * units), (units, 4 * units), (4 * units,)]
    shapes += [(2 * units, n_tags), (n_tags,)]
    return [rng.normal(0, 0.5, shape).astype(np.float32) for shape in shapes]


@tagger.cases
def _(rng, size):
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


tagger.facts(
    "embedding",
    points=3,
    cases="structure",
    where={"layers.Embedding": {"count": 1}, "layers.Embedding.output_dim": 24, "layers.Embedding.input_dim": 12},
    title="Word ids become 24 numbers each",
    hint="`keras.layers.Embedding` takes the number of ids and the width.",
)
tagger.facts(
    "mask",
    points=2,
    cases="structure",
    needs="embedding",
    where={"layers.Embedding.mask_zero": True},
    title="The id 0 makes the mask",
    hint="One argument of the embedding declares 0 as padding.",
)
tagger.facts(
    "bidirectional",
    points=3,
    cases="structure",
    where={
        "layers.Bidirectional": {"count": 1},
        "layers.Bidirectional.layer.class": "LSTM",
        "layers.Bidirectional.merge_mode": "concat",
    },
    title="An LSTM reads in both directions, and both states stand side by side",
    hint="`Bidirectional` takes a layer. Its default merge mode is the one asked for.",
)
tagger.facts(
    "units",
    points=2,
    cases="structure",
    needs="bidirectional",
    where={"layers.Bidirectional.layer.units": 4},
    title="Each direction has `units` units",
    hint="The wrapper doubles the width by itself.",
)
tagger.facts(
    "every-word",
    points=3,
    cases="structure",
    where={"output_shape": [None, None, 3]},
    title="There is one distribution over the tags for every word, in sentences of any length",
    hint="The LSTM must return all states, the input's time axis stays open, and the last layer has one output a tag.",
)
tagger.facts(
    "loss",
    points=2,
    cases="structure",
    where={"compiled": True, "loss": "sparse_categorical_crossentropy"},
    title="It is compiled with a cross-entropy for whole-number tags",
    hint="The targets are ids and not rows with a single 1.",
)
tagger.outputs(
    "numbers",
    points=3,
    cases="numbers",
    needs=("mask", "units", "every-word"),
    rtol=1e-3,
    atol=1e-4,
    title="With given weights the probabilities are right, padding or not",
    hint="Is there a softmax? Is there anything in the model that was not asked for?",
)

tagger.mistake(
    "no-mask",
    "Your embedding makes no mask, so the backward network begins with the padding and the loss counts it.",
    see=REVERSING,
    patch=[(", mask_zero=True", "")],
    where={"layers.Embedding.mask_zero": False},
)
tagger.mistake(
    "one-direction",
    "Your LSTM reads in one direction only, so a tag cannot depend on the next word.",
    see="07_bidirectional#a-word-that-needs-the-next-one",
    patch=[
        (
            "keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))",
            "keras.layers.LSTM(units, return_sequences=True)",
        )
    ],
    where={"layers.Bidirectional": {"count": 0}, "layers.LSTM": {"count": 1}},
)
tagger.mistake(
    "one-tag-a-sentence",
    "Your LSTM returns its last states only, so the model gives one tag to the whole sentence.",
    see=TAGGER,
    patch=[(", return_sequences=True", "")],
    where={"layers.Bidirectional.layer.return_sequences": False},
)
tagger.mistake(
    "units-shared-out",
    "You give each direction half of the units. Here `units` is the number in each direction.",
    see=MERGE,
    patch=[("keras.layers.LSTM(units,", "keras.layers.LSTM(units // 2,")],
    where={"layers.Bidirectional.layer.units": {"max": 3}},
)
tagger.mistake(
    "states-added",
    "Your wrapper adds the two states. Side by side, the next layer can weigh them separately.",
    see=MERGE,
    patch=[("return_sequences=True))", 'return_sequences=True), merge_mode="sum")')],
    where={"layers.Bidirectional.merge_mode": "sum"},
)
tagger.mistake(
    "another-cell",
    "Your model reads with a GRU. It would do the job, but an LSTM is asked for.",
    see=TAGGER,
    patch=[("keras.layers.LSTM(", "keras.layers.GRU(")],
    where={"layers.Bidirectional.layer.class": "GRU"},
)
tagger.mistake(
    "sigmoid-output",
    "Your last layer uses a sigmoid: several tags could be certain at once. A word has one tag, so the numbers must "
    "add up to 1.",
    see=TAGGER,
    patch=[('activation="softmax"', 'activation="sigmoid"')],
    where={"layers.Dense.activation": "sigmoid"},
)
tagger.mistake(
    "no-softmax",
    "Your last layer has no activation. Its numbers are not probabilities, and this loss expects them to be.",
    see=TAGGER,
    patch=[(', activation="softmax"', "")],
    where={"layers.Dense.activation": "linear", "layers.Softmax": {"count": 0}},
)
tagger.mistake(
    "loss-for-one-hot",
    "Your loss expects each target as a row with a single 1. The tags are whole numbers.",
    see=TAGGER,
    patch=[('loss="sparse_categorical_crossentropy"', 'loss="categorical_crossentropy"')],
    where={"loss": "categorical_crossentropy"},
)
tagger.mistake(
    "not-compiled",
    "Your model is not compiled, so it has no loss and cannot be trained.",
    see=TAGGER,
    patch=[('    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")\n', "")],
    where={"compiled": False},
)
tagger.mistake(
    "fixed-length",
    "Your model accepts sentences of one length only. Leave the time axis open.",
    see=TAGGER,
    patch=[("keras.Input((None,),", "keras.Input((6,),")],
    where={"output_shape.1": {"min": 1}},
)
tagger.mistake(
    "an-extra-tag",
    "Your last layer has one output too many. `n_tags` already counts everything that can be answered.",
    see=TAGGER,
    patch=[("keras.layers.Dense(n_tags,", "keras.layers.Dense(n_tags + 1,")],
    where={"layers.Dense.units": 4},
)
tagger.mistake(
    "an-extra-word",
    "Your embedding has one row too many. `n_words` already counts the padding 0.",
    see=TAGGER,
    patch=[("keras.layers.Embedding(n_words,", "keras.layers.Embedding(n_words + 1,")],
    where={"layers.Embedding.input_dim": 13},
)


def tagger_functional(n_words, n_tags, units):
    ids = keras.Input(shape=(None,), dtype="int32", name="words")
    vectors = keras.layers.Embedding(input_dim=n_words, output_dim=24, mask_zero=True)(ids)
    states = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True), merge_mode="concat")(vectors)
    tags = keras.layers.Dense(n_tags, activation=keras.activations.softmax)(states)
    model = keras.Model(ids, tags)
    model.compile(keras.optimizers.Adam(0.003), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def tagger_with_two_layers_named(n_words, n_tags, units):
    model = keras.Sequential(name="tagger")
    model.add(keras.Input(shape=(None,)))
    model.add(keras.layers.Embedding(n_words, 24, mask_zero=True, embeddings_initializer="glorot_uniform"))
    rightwards = keras.layers.LSTM(units, return_sequences=True)
    leftwards = keras.layers.LSTM(units, return_sequences=True, go_backwards=True)
    model.add(keras.layers.Bidirectional(rightwards, backward_layer=leftwards))
    model.add(keras.layers.Dense(n_tags))
    model.add(keras.layers.Activation("softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam())
    return model


def tagger_time_distributed(n_words, n_tags, units):
    lstm = keras.layers.LSTM(units, return_sequences=True, unit_forget_bias=True)
    layers = [keras.layers.Input((None,), dtype="int64"), keras.layers.Embedding(n_words, 24, mask_zero=True)]
    layers += [keras.layers.Bidirectional(lstm)]
    layers += [keras.layers.TimeDistributed(keras.layers.Dense(n_tags, activation="softmax"))]
    model = keras.models.Sequential(layers)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(ignore_class=0))
    return model


tagger.alternative("the functional interface", tagger_functional)
tagger.alternative("a backward layer of its own, softmax as a layer", tagger_with_two_layers_named)
tagger.alternative("TimeDistributed, and a loss that ignores the padding tag", tagger_time_distributed)

# ------------------------------------------------------------------------------------------------- token_accuracy

counting = unit.exercise("token_accuracy", points=14, see="07_bidirectional#tag-by-tag", seconds=5,
                         returns=("accuracy", "per_tag"))  # fmt: skip


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


@counting.cases
def _(rng, size):
    yield answers_case(rng, "no padding", 3, 7, 4, padded=False, tags="full")
    yield answers_case(rng, "padding", 4, 8, 4, padded=True)
    yield answers_case(rng, "as many tags as steps and sentences", 6, 6, 6, padded=True)
    yield answers_case(rng, "a tag that does not occur", 5, 9, 5, padded=True, absent=(3,))
    if size == "secret":
        for number in range(3):
            batch, time, n_tags = rng.integers([4, 8, 4], [9, 14, 9])
            yield answers_case(rng, f"other sizes {number}", batch, time, n_tags, padded=True, absent=(2,))


counting.shape(
    "shapes",
    points=2,
    title="A number and one number for each tag are returned",
    hint="First the accuracy, then an array of shape (n_tags,).",
)
counting.values(
    "full",
    pick=0,
    points=3,
    cases="full",
    needs="shapes",
    title="Without padding the accuracy is right",
    hint="The answer to a word is the tag with the largest probability.",
)
counting.values(
    "padded",
    pick=0,
    points=4,
    cases="padded",
    needs="shapes",
    title="With padding only the words count",
    hint="Padding may be neither among the right answers nor among those that are counted.",
)
counting.values(
    "per-tag",
    pick=1,
    points=4,
    needs="shapes",
    title="The accuracy among the words of each tag is right",
    hint="For tag k, look at the words whose right tag is k. Where there are none, it is nan.",
)
counting.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Make new arrays.",
)

REAL = "real = tags != 0"
counting.mistake(
    "padding-counted",
    "You count padding as if it were words. It is easy to get right, so the accuracy comes out too high.",
    see=COUNTING,
    patch=[(REAL, "real = np.ones(tags.shape, dtype=bool)")],
)
counting.mistake(
    "divided-by-padding-too",
    "You count right answers among the words, but divide by all positions, padding included.",
    see=COUNTING,
    patch=[("right.sum() / real.sum()", "right.sum() / tags.size")],
)
counting.mistake(
    "right-padding-counted",
    "You divide by the number of words, but among the right answers you also count padding.",
    see=COUNTING,
    patch=[("right = (answers == tags) & real", "right = answers == tags")],
)
counting.mistake(
    "mean-over-sentences",
    "You take the accuracy of each sentence and then their mean. A word in a short sentence then counts more than one "
    "in a long sentence.",
    see="07_bidirectional#tag-by-tag",
    patch=[("right.sum() / real.sum()", "np.mean(right.sum(axis=1) / real.sum(axis=1))")],
)
counting.mistake(
    "padding-by-the-answer",
    "You leave out what the model answers with 0. Padding is where the right tag is 0; a word that is answered with 0 "
    "is a wrong answer.",
    see=COUNTING,
    patch=[(REAL, "real = answers != 0")],
)
counting.mistake(
    "answers-without-padding-tag",
    "You never let the model answer 0 at a word. If 0 has the largest probability there, the answer is wrong.",
    see=COUNTING,
    patch=[("probabilities.argmax(axis=-1)", "probabilities[..., 1:].argmax(axis=-1) + 1")],
)
counting.mistake(
    "smallest-probability",
    "You take the tag with the smallest probability.",
    see="07_bidirectional#tag-by-tag",
    patch=[("argmax", "argmin")],
)
counting.mistake(
    "over-the-answers",
    "Your numbers for each tag are taken over the words that were *answered* with it. That is the precision. Asked for "
    "are the words whose right tag it is.",
    see="07_bidirectional#tag-by-tag",
    patch=[("rows = tags == k", "rows = (answers == k) & real")],
)
counting.mistake(
    "zero-for-absent-tags",
    "A tag that does not occur gets 0 from you. Nothing was wrong about it: nothing was measured, which is nan.",
    see="07_bidirectional#tag-by-tag",
    patch=[("np.full(probabilities.shape[-1], np.nan)", "np.zeros(probabilities.shape[-1])")],
)
counting.mistake(
    "share-of-all-words",
    "You divide the right answers for each tag by the number of all words. Divide by the words with that tag.",
    see="07_bidirectional#tag-by-tag",
    patch=[("right[rows].mean()", "right[rows].sum() / real.sum()")],
)
counting.mistake(
    "mean-over-tags",
    "Your accuracy is the mean of the numbers for each tag. A rare tag then weighs as much as a frequent one.",
    see="07_bidirectional#tag-by-tag",
    patch=[("return accuracy, per_tag", "return np.nanmean(per_tag), per_tag")],
)
counting.mistake(
    "tags-shifted",
    "Your numbers for each tag leave out the padding tag, so every number stands one place too early. "
    "Keep a place for it.",
    see="07_bidirectional#tag-by-tag",
    patch=[("return accuracy, per_tag", "return accuracy, np.append(per_tag[1:], np.nan)")],
)


def accuracy_by_confusion(tags, probabilities):
    n = probabilities.shape[-1]
    table = np.zeros((n, n))
    np.add.at(table, (tags.ravel(), np.argmax(probabilities, axis=2).ravel()), 1)
    counts = table.sum(axis=1)
    per_tag = np.where(counts > 0, np.diag(table) / np.maximum(counts, 1), np.nan)
    per_tag[0] = np.nan
    return float(np.trace(table[1:, 1:]) / counts[1:].sum()), per_tag


def accuracy_by_loop(tags, probabilities):
    right, total = [0] * probabilities.shape[2], [0] * probabilities.shape[2]
    for row, chances in zip(tags.tolist(), probabilities, strict=True):
        for tag, p in zip(row, chances, strict=True):
            if tag:
                total[tag] += 1
                right[tag] += int(np.argmax(p)) == tag
    return sum(right) / sum(total), np.array([r / t if t else np.nan for r, t in zip(right, total, strict=True)])


def accuracy_with_weights(tags, probabilities):
    words = tags > 0
    truth, said = tags[words], np.argsort(probabilities[words], axis=1)[:, -1]
    hits = (truth == said).astype(float)
    size = probabilities.shape[-1]
    with np.errstate(invalid="ignore"):
        per_tag = np.bincount(truth, hits, minlength=size) / np.bincount(truth, minlength=size)
    return np.average(truth == said), per_tag


counting.alternative("a confusion table", accuracy_by_confusion)
counting.alternative("plain loops", accuracy_by_loop)
counting.alternative("real words first, then counts by tag", accuracy_with_weights)
