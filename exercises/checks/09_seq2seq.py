"""What is checked in unit 09, sequence to sequence: cases, criteria, known mistakes, unorthodox right solutions."""

import itertools

import keras  # noqa: F401 - alternatives and mistakes are written as the notebook's cells would be
import numpy as np
from _padding import right_padding

from autograder.authoring import Case, Pair, Unit

unit = Unit("09_seq2seq", title="Sequence to sequence", needs=("numpy", "keras"))
unit.manual("written_gap", points=5)
unit.manual("written_bottleneck", points=5)

ENDS = "09_seq2seq#where-a-sequence-starts-and-ends"
FORCING = "09_seq2seq#teacher-forcing"
LOSS = "09_seq2seq#a-loss-without-the-padding"
GREEDY = "09_seq2seq#greedy-decoding"
BEAM = "09_seq2seq#beam-search"
PENALTY = "09_seq2seq#a-length-penalty"
MODEL = "09_seq2seq#an-encoder-a-vector-a-decoder"
KERAS = "09_seq2seq#the-same-numbers-as-keras"
PITFALLS = "09_seq2seq#pitfalls"


# ---------------------------------------------------------------------------------------------------- shift_right

shift = unit.exercise("shift_right", points=10, see=FORCING, seconds=5)


def written_targets(rng, batch, time, start=1, end=2, pad=0, full=False):
    """Targets (batch, time): words, [END], padding. The last row has no padding; with `full`, none has any."""
    words = [k for k in range(20) if k not in (start, end, pad)]
    targets = rng.choice(words, (batch, time))
    lengths = np.full(batch, time) if full else np.append(rng.integers(1, time, batch - 1), time)
    targets[np.arange(batch), lengths - 1] = end
    return np.where(np.arange(time) < lengths[:, np.newaxis], targets, pad)


@shift.cases
def _(rng, size):
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
        yield Case("32-bit ids", written_targets(rng, 3, 5).astype(np.int32), tags="padded")
    yield Case("other ids for [START] and [PAD]", written_targets(rng, 4, 6, start=17, pad=19), 17, 19, tags="ids")
    yield Case(
        "other ids, given by name", written_targets(rng, 4, 5, start=5, end=1, pad=3), start=5, pad=3, tags="ids"
    )


shift.shape(
    "shapes",
    points=1,
    title="The result has the shape of the targets and holds whole numbers",
    hint="One input for each target, and ids stay whole numbers.",
)
shift.values(
    "full",
    points=3,
    cases="full",
    needs="shapes",
    title="Without padding every input is the token before its target",
    hint="What is the input at the first step, and at the second? Time is the second axis.",
)
shift.values(
    "padded",
    points=3,
    cases="padded",
    needs="shapes",
    title="Where the target is padding, the input is padding",
    hint="Look at the step behind [END], and at a row that holds nothing but padding.",
)
shift.values(
    "ids",
    points=2,
    cases="ids",
    needs="shapes",
    title="Other ids for [START] and [PAD] are respected",
    hint="Both are arguments.",
)
shift.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The array you were given is left as it was",
    hint="Make a new array. The targets are still needed for the loss.",
)

MOVED = "inputs[:, 1:] = targets[:, :-1]"
CLEARED = "    inputs[targets == pad] = pad\n"
shift.mistake(
    "targets-unshifted",
    "Your inputs are the targets themselves. At each step the decoder would be given the token that it has to say.",
    see=FORCING,
    patch=[("return inputs", "return targets.copy()")],
)
shift.mistake(
    "start-over-the-first-token",
    "You write [START] over the first token and leave the others where they are. From the second step on the input is "
    "the answer.",
    see=FORCING,
    patch=[(MOVED, "inputs[:, 1:] = targets[:, 1:]")],
)
shift.mistake(
    "end-as-input",
    "Behind the last token of a sentence your inputs hold [END]. There is no target at this step: a mask made from "
    "the inputs would count it, and the loss with it.",
    see=LOSS,
    patch=[(CLEARED, "")],
)
shift.mistake(
    "rolled-round",
    "Your rows are rolled: what falls off at the end comes in at the front. The first input should be [START].",
    see=ENDS,
    patch=[("np.full_like(targets, start)", "np.roll(targets, 1, axis=1)"), (f"    {MOVED}\n", "")],
)
shift.mistake(
    "shifted-left",
    "You move the tokens to the left, so the input at each step is the token *after* the target. In use that does not "
    "exist yet.",
    see=FORCING,
    patch=[(MOVED, "inputs[:, :-1] = targets[:, 1:]")],
)
shift.mistake(
    "one-step-too-long",
    "You put [START] in front and keep all tokens, so there is one input more than there are targets.",
    see=FORCING,
    patch=[("return inputs", "return np.concatenate([np.full_like(targets[:, :1], start), targets], axis=1)")],
)
shift.mistake(
    "one-step-too-short",
    "You drop the last token and put nothing in front. The first step has no input.",
    see=ENDS,
    patch=[("return inputs", "return targets[:, :-1].copy()")],
)
shift.mistake(
    "sentences-shifted",
    "You move the rows and not the steps: each sentence gets the tokens of the one before it. Time is the second axis.",
    see=FORCING,
    patch=[(MOVED, "inputs[1:] = targets[:-1]")],
)
shift.mistake(
    "start-id-fixed",
    "You always begin with 1. The id of [START] is an argument.",
    see=ENDS,
    patch=[("np.full_like(targets, start)", "np.full_like(targets, 1)")],
)
shift.mistake(
    "padding-id-fixed",
    "You take 0 for padding in every case. The id of the padding is an argument, and 0 may be a word.",
    see=ENDS,
    patch=[("targets == pad] = pad", "targets == 0] = 0")],
)
shift.mistake(
    "padding-id-found-but-not-used",
    "You find the padding by its id and write 0 there. Padding stays what `pad` says.",
    see=ENDS,
    patch=[("= pad\n", "= 0\n")],
)
shift.mistake(
    "start-in-empty-rows",
    "A row without any target begins with [START] in your result. Nothing is asked for at this step, so its input is "
    "padding.",
    see=LOSS,
    patch=[("inputs[targets == pad] = pad", "inputs[:, 1:][targets[:, 1:] == pad] = pad")],
)
shift.mistake(
    "ids-as-floats",
    "Your ids are no whole numbers any more, so no embedding can look them up. Arrays that NumPy makes from scratch "
    "hold floats unless told otherwise.",
    see=FORCING,
    patch=[("np.full_like(targets, start)", "np.full(targets.shape, float(start))")],
)
shift.mistake(
    "targets-changed",
    "You move the tokens inside the array that you were given. The loss would then be measured against the inputs.",
    see=PITFALLS,
    patch=[
        (
            f"inputs = np.full_like(targets, start)\n    {MOVED}\n    inputs[targets == pad] = pad\n    return inputs",
            "real = targets != pad\n    targets[:, 1:] = targets[:, :-1]\n    targets[:, 0] = start\n"
            "    targets[~real] = pad\n    return targets",
        )
    ],
)


def shift_by_joining(targets, start=1, pad=0):
    first = np.full((len(targets), 1), start, dtype=targets.dtype)
    return np.where(targets == pad, pad, np.concatenate([first, targets], axis=1)[:, :-1])


def shift_row_by_row(targets, start=1, pad=0):
    rows = []
    for row in targets.tolist():
        rows.append([pad if token == pad else before for before, token in zip([start, *row], row, strict=False)])
    return np.array(rows)


def shift_by_rolling(targets, start=1, pad=0):
    result = np.roll(targets, 1, axis=-1)
    result[:, 0] = start
    return result * (targets != pad) + pad * (targets == pad)


def shift_backwards_in_a_copy(targets, start=1, pad=0):
    result = targets.copy()
    for t in range(targets.shape[1] - 1, -1, -1):
        before = targets[:, t - 1] if t else start
        result[:, t] = np.where(targets[:, t] == pad, pad, before)
    return result


shift.alternative("[START] joined in front, last column dropped", shift_by_joining)
shift.alternative("plain lists", shift_row_by_row)
shift.alternative("rolled, and the first column replaced", shift_by_rolling)
shift.alternative("step by step from the end", shift_backwards_in_a_copy)

# ---------------------------------------------------------------------------------------------------- masked_loss

loss = unit.exercise("masked_loss", points=14, see=LOSS, seconds=2)


def scored(rng, batch, time, vocabulary, pad=0, full=False):
    """Logits and targets. Padding has logits of its own; real tokens never have the id of the padding."""
    ids = [k for k in range(vocabulary) if k != pad]
    mask = np.ones((batch, time), bool) if full else right_padding(rng, batch, time)
    return 2 * rng.normal(size=(batch, time, vocabulary)), np.where(mask, rng.choice(ids, (batch, time)), pad)


@loss.cases
def _(rng, size):
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


loss.shape(
    "shapes",
    points=1,
    cases=("full", "padded"),
    title="One number is returned",
    hint="A single number for the whole batch, and no array.",
)
loss.values(
    "full",
    points=4,
    cases="full",
    needs="shapes",
    title="Without padding the mean cross-entropy is right",
    hint="The softmax goes over the vocabulary. Pick the right token's log-probability at each step.",
)
loss.values(
    "padded",
    points=4,
    cases="padded",
    needs="shapes",
    title="With padding only the real tokens count",
    hint="Padding belongs neither to the sum nor to the number it is divided by.",
)
loss.values(
    "large",
    points=2,
    cases="large",
    needs="shapes",
    title="Large logits are exact: no overflow and no logarithm of 0",
    hint="What is exp(1000)? And exp(-900)? Which number may be taken from all logits of a step?",
)
loss.values(
    "empty",
    points=1,
    cases="empty",
    needs="shapes",
    title="A batch without real tokens has the loss 0",
    hint="What do you divide by?",
)


def other_loss_padding(rng, size):
    """The same sentences with other logits at the padding, and with more padding behind."""
    logits, targets = scored(rng, 4, 5, 6)
    noise = np.where((targets == 0)[..., np.newaxis], 7 * rng.normal(size=logits.shape), logits)
    longer = np.concatenate([logits, rng.normal(size=(4, 3, 6))], axis=1)
    more = np.pad(targets, [(0, 0), (0, 3)])
    yield Pair(Case("padding", logits, targets), Case("other logits at the padding", noise, targets))
    yield Pair(Case("padding, again", logits, targets), Case("three more padded steps", longer, more))


loss.same(
    "padding",
    pairs=other_loss_padding,
    points=1,
    needs="padded",
    title="What the model says at padding, and how much padding there is, makes no difference",
    hint="Padded steps must not reach the sum or the number it is divided by.",
)
loss.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Do not subtract in place.",
)

MEAN = "return -right[real].sum() / max(real.sum(), 1)"
LOG_P = "log_p = logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))"
loss.mistake(
    "padding-counted",
    "You take the mean over all positions, padding included. The model learns padding quickly, so the loss looks "
    "better than it is.",
    see=LOSS,
    patch=[(MEAN, "return -right.mean()")],
)
loss.mistake(
    "divided-by-padding-too",
    "Your sum leaves the padding out, but you divide it by the number of all positions.",
    see=LOSS,
    patch=[("max(real.sum(), 1)", "targets.size")],
)
loss.mistake(
    "sum-for-mean",
    "You return the sum of the losses. It grows with the size of the batch; the mean is asked for.",
    see=LOSS,
    patch=[(MEAN, "return -right[real].sum()")],
)
loss.mistake(
    "mean-over-sentences",
    "You take the mean of each sentence and then the mean of these. A token of a short sentence then weighs more than "
    "one of a long sentence.",
    see=LOSS,
    patch=[(MEAN, "return -((right * real).sum(axis=1) / np.maximum(real.sum(axis=1), 1)).mean()")],
)
loss.mistake(
    "mask-inverted",
    "You keep the padding and leave the tokens out. Your mask is the wrong way round.",
    see=LOSS,
    patch=[("targets != pad", "targets == pad")],
)
loss.mistake(
    "padding-id-fixed",
    "You take 0 for padding in every case. The id is an argument, and 0 may be a real token.",
    see=LOSS,
    patch=[("targets != pad", "targets != 0")],
)
loss.mistake(
    "sign-missing",
    "Your loss is negative. Log-probabilities are, and a loss is what should become small.",
    see=LOSS,
    patch=[("return -right", "return right")],
)
loss.mistake(
    "softmax-over-time",
    "Your softmax goes over the steps. At each step the probabilities of all tokens of the vocabulary add up to 1.",
    see=LOSS,
    patch=[("max(axis=-1, keepdims=True)", "max(axis=1, keepdims=True)"), ("sum(axis=-1", "sum(axis=1")],
)
loss.mistake(
    "no-softmax",
    "You take the logits for log-probabilities. They become that only when the logarithm of the softmax's denominator "
    "has been taken off.",
    see=LOSS,
    patch=[(LOG_P, "log_p = logits")],
)
loss.mistake(
    "base-two",
    "You take logarithms to the base 2. The loss is asked for in nats: natural logarithms.",
    see=LOSS,
    patch=[(MEAN, MEAN + " / np.log(2)")],
)
loss.mistake(
    "overflow",
    "Large logits overflow in your exponential, and the loss becomes nan or infinite. A softmax stays the same when "
    "one number is taken from all logits of a step.",
    see=PITFALLS,
    patch=[("logits.max(axis=-1, keepdims=True)", "0.0")],
)
loss.mistake(
    "one-maximum-for-all",
    "You subtract one maximum from the whole batch. At steps whose logits lie far below it, every exponential becomes "
    "0. Each step needs its own.",
    see=PITFALLS,
    patch=[("logits.max(axis=-1, keepdims=True)", "logits.max()")],
)
loss.mistake(
    "logarithm-of-zero",
    "You compute the probabilities first and then their logarithm. A probability of exp(-897) is rounded to 0, and "
    "the loss becomes infinite. The logarithm can be worked out before anything is rounded.",
    see=PITFALLS,
    patch=[
        (
            LOG_P,
            "p = np.exp(logits - top)\n    with np.errstate(divide='ignore'):\n"
            "        log_p = np.log(p / p.sum(axis=-1, keepdims=True))",
        )
    ],
)
loss.mistake(
    "small-number-in-the-logarithm",
    "You add a small number inside the logarithm. It hides the overflow, but no loss can then be larger than about "
    "20: a token that the model held for impossible costs too little.",
    see=PITFALLS,
    patch=[(LOG_P, "p = np.exp(logits - top)\n    log_p = np.log(p / p.sum(axis=-1, keepdims=True) + 1e-9)")],
)
loss.mistake(
    "logarithm-of-the-mean",
    "You average the probabilities and take the logarithm of the mean. Take the logarithm of each token first.",
    see=LOSS,
    patch=[(MEAN, "return -np.log(np.exp(right[real]).mean()) if real.any() else 0.0")],
)
loss.mistake(
    "logarithm-missing",
    "You return minus the mean probability. The cross-entropy is made of logarithms.",
    see=LOSS,
    patch=[(MEAN, "return -np.exp(right[real]).sum() / max(real.sum(), 1)")],
)
loss.mistake(
    "perplexity-for-loss",
    "You return the exponential of the loss. That is the perplexity; the mean in nats is asked for.",
    see=LOSS,
    patch=[(MEAN, "return np.exp(-right[real].sum() / max(real.sum(), 1))")],
)
loss.mistake(
    "loss-per-token",
    "You return a loss for each token. One number for the whole batch is asked for.",
    see=LOSS,
    patch=[(MEAN, "return -right * real")],
)
loss.mistake(
    "empty-batch-divides-by-zero",
    "For a batch without any real token you divide by 0 and get nan, which would spoil all weights. Its loss is 0.",
    see=PITFALLS,
    patch=[(MEAN, "with np.errstate(invalid='ignore'):\n        return -right[real].sum() / real.sum()")],
)
loss.mistake(
    "logits-changed",
    "You change the logits that you were given. Whoever calls the function still needs them.",
    see=PITFALLS,
    patch=[
        ("    log_p = logits - top", "    logits -= top\n    log_p = logits"),
        ("np.exp(logits - top)", "np.exp(logits)"),
    ],
)


def loss_by_loops(logits, targets, pad=0):
    total, count = 0.0, 0
    for scores, tokens in zip(logits, targets, strict=True):
        for s, y in zip(scores, tokens, strict=True):
            if y != pad:
                total += np.logaddexp.reduce(s) - s[y]
                count += 1
    return total / count if count else 0.0


def loss_of_real_steps_only(logits, targets, pad=0):
    keep = targets.ravel() != pad
    s, y = logits.reshape(-1, logits.shape[-1])[keep], targets.ravel()[keep]
    if len(y) == 0:
        return 0.0
    s = s - s.max(axis=1)[:, None]
    return float(np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y]))


def loss_with_one_hot_rows(logits, targets, pad=0):
    one_hot = np.eye(logits.shape[2])[targets] * (targets != pad)[:, :, None]
    log_p = logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)
    return -np.einsum("btv,btv->", one_hot, log_p) / np.maximum(one_hot.sum(), 1.0)


def loss_by_differences(logits, targets, pad=0):
    b, t = np.nonzero(targets != pad)
    if not b.size:
        return np.float64(0)
    y = targets[b, t]
    behind = logits[b, t] - logits[b, t, y][:, None]  # 0 at the right token
    top = behind.max(axis=1)
    return np.average(top + np.log(np.exp(behind - top[:, None]).sum(axis=1)))


loss.alternative("plain loops", loss_by_loops)
loss.alternative("real steps first, then a flat softmax", loss_of_real_steps_only)
loss.alternative("one-hot rows and a product", loss_with_one_hot_rows)
loss.alternative("log of the sum of differences", loss_by_differences)

# -------------------------------------------------------------------------------------------------- greedy_decode

greedy = unit.exercise("greedy_decode", points=16, see=GREEDY, seconds=5, returns=("tokens", "log_probability"))


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


@greedy.cases
def _(rng, size):
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
    yield Case(
        "as many rows as units and tokens", rng.normal(size=(5, 5)), decoder(rng, 5, 5, lift=-40.0), 5, tags="limit"
    )
    yield greedy_case(rng, "other ids for [START] and [END]", early(7), 4, 9, 4, 7, "ids", start=4, end=3, by_name=True)


greedy.shape(
    "shapes",
    points=2,
    cases="limit",
    title="Ids and log-probabilities are returned, in the right shapes",
    hint="Ids have shape (batch, steps), and there is one log-probability for each row.",
)
greedy.values(
    "tokens",
    pick=0,
    points=4,
    cases="limit",
    needs="shapes",
    title="The tokens up to the limit are right",
    hint="What goes into the first step, and what into the next? Two things are carried from step to step.",
)
greedy.values(
    "ended",
    pick=0,
    points=3,
    cases="ragged",
    needs="shapes",
    title="A row ends with its first [END], and 0 follows",
    hint="Remember for each row whether it has ended.",
)
greedy.values(
    "stops",
    pick=0,
    points=2,
    cases="early",
    needs="ended",
    title="Decoding stops when the last row has ended",
    hint="The result has as many columns as steps were needed.",
)
greedy.values(
    "log-probability",
    pick=1,
    points=2,
    cases=("limit", "early", "ragged"),
    needs="shapes",
    title="The log-probability of each row is right",
    hint="Add up the tokens of the row, [END] included, and nothing after it.",
)
greedy.values(
    "ids",
    points=1,
    cases="ids",
    needs="shapes",
    title="Other ids for [START] and [END] are respected",
    hint="Both are arguments.",
)


def alone_and_together(rng, size):
    weights, context = decoder(rng, 7, 4, lift=0.5), 1.5 * rng.normal(size=(4, 4))
    for row in (0, 3):
        together = Case(f"four rows, number {row}", context, weights, 6)
        yield Pair(together, Case(f"row {row} alone", context[row : row + 1], weights, 6), np.s_[row], np.s_[0])


greedy.same(
    "rows",
    pairs=alone_and_together,
    pick_a=1,
    pick_b=1,
    points=1,
    needs="log-probability",
    title="A row alone gets the same answer as among others",
    hint="The rows of a batch must not influence one another.",
)
greedy.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="The context is the first state. Do not write the later ones into it.",
)

STEP = "log_p, h = decoder_step(token, h, weights)"
ADD = "log_probability += np.where(ended, 0.0, log_p.max(axis=1))"
greedy.mistake(
    "token-not-fed-back",
    "Your decoder gets [START] at every step. The token that it has just written is the next input.",
    see=GREEDY,
    patch=[(STEP, "log_p, h = decoder_step(np.full(len(context), start), h, weights)")],
)
greedy.mistake(
    "state-not-carried",
    "Your decoder begins every step with the context. After the first step it goes on from the state that the last "
    "step left.",
    see=MODEL,
    patch=[(STEP, "log_p, h = decoder_step(token, context, weights)")],
)
greedy.mistake(
    "starts-without-start",
    "Your first input is 0, the padding. Decoding begins with [START].",
    see=ENDS,
    patch=[("np.full(len(context), start)", "np.full(len(context), 0)")],
)
greedy.mistake(
    "starts-with-end",
    "Your first input is [END]. Decoding begins with [START].",
    see=ENDS,
    patch=[("np.full(len(context), start)", "np.full(len(context), end)")],
)
greedy.mistake(
    "start-in-the-result",
    "Your result begins with [START]. It is an input and was not written by the decoder.",
    see=ENDS,
    patch=[("    tokens = []", "    tokens = [token]")],
)
greedy.mistake(
    "writes-on-after-the-end",
    "A row that has ended goes on in your result while the others are still writing. After its [END] there is only 0.",
    see=GREEDY,
    patch=[("np.where(ended, 0, log_p.argmax(axis=1))", "log_p.argmax(axis=1)")],
)
greedy.mistake(
    "end-forgotten",
    "You look only at the token of this step to see whether a row has ended. One step later it has been forgotten, "
    "and the row goes on.",
    see=GREEDY,
    patch=[("ended |= token == end", "ended = token == end")],
)
greedy.mistake(
    "stops-with-the-first-row",
    "You stop as soon as one row has ended. The others are cut off.",
    see=GREEDY,
    patch=[("ended.all()", "ended.any()")],
)
greedy.mistake(
    "always-to-the-limit",
    "You make `max_length` steps even when every row has ended. The columns behind hold nothing but 0.",
    see=GREEDY,
    patch=[("        if ended.all():\n            break\n", "")],
)
greedy.mistake(
    "end-cut-off",
    "[END] is missing in your rows. It belongs to the result, so that a row that has ended can be told from one that "
    "was cut off at the limit.",
    see=ENDS,
    patch=[("tokens.append(token)", "tokens.append(np.where(token == end, 0, token))")],
)
greedy.mistake(
    "one-step-too-many",
    "You make one step more than `max_length`.",
    see=GREEDY,
    patch=[("range(max_length)", "range(max_length + 1)")],
)
greedy.mistake(
    "one-step-too-few",
    "You make one step fewer than `max_length`: [START] is not one of the tokens that count.",
    see=GREEDY,
    patch=[("range(max_length)", "range(max(max_length - 1, 1))")],
)
greedy.mistake(
    "least-probable-token",
    "You take the token with the smallest log-probability. Log-probabilities are negative; the best one is nearest to "
    "0.",
    see=GREEDY,
    patch=[("log_p.argmax(axis=1)", "log_p.argmin(axis=1)"), ("log_p.max(axis=1)", "log_p.min(axis=1)")],
)
greedy.mistake(
    "score-after-the-end",
    "You go on adding log-probabilities after a row has ended, so a row that ends early is punished for the padding.",
    see=GREEDY,
    patch=[(ADD, "log_probability += log_p.max(axis=1)")],
)
greedy.mistake(
    "end-not-scored",
    "Your log-probability leaves [END] out. To stop here was a choice as well.",
    see=GREEDY,
    patch=[(ADD, "log_probability += np.where(ended | (token == end), 0.0, log_p.max(axis=1))")],
)
greedy.mistake(
    "last-step-scored-only",
    "You return the log-probability of one token. Add up those of all tokens of the row.",
    see=GREEDY,
    patch=[(ADD, "log_probability = np.where(ended, log_probability, log_p.max(axis=1))")],
)
greedy.mistake(
    "probability-for-log-probability",
    "You return probabilities. Their product over a long row becomes too small to be stored; return the sum of the "
    "logarithms.",
    see=GREEDY,
    patch=[("axis=1), log_probability", "axis=1), np.exp(log_probability)")],
)
greedy.mistake(
    "mean-for-sum",
    "You divide the log-probability by the number of tokens. The sum is asked for.",
    see=PENALTY,
    patch=[
        (
            "return np.stack(tokens, axis=1), log_probability",
            "tokens = np.stack(tokens, axis=1)\n    return tokens, log_probability / (tokens != 0).sum(axis=1)",
        )
    ],
)
greedy.mistake(
    "steps-before-rows",
    "Your result has one row for each step. It should have one for each sentence: batch first.",
    see=GREEDY,
    patch=[("np.stack(tokens, axis=1)", "np.stack(tokens, axis=0)")],
)
greedy.mistake(
    "end-id-fixed",
    "You wait for the token 2. The id of [END] is an argument, and 2 may be a word.",
    see=ENDS,
    patch=[("token == end", "token == 2")],
)
greedy.mistake(
    "start-id-fixed",
    "You always begin with 1. The id of [START] is an argument.",
    see=ENDS,
    patch=[("np.full(len(context), start)", "np.full(len(context), 1)")],
)
greedy.mistake(
    "context-changed",
    "You write the new states into the context that you were given. A second decoding of the same sentence would "
    "begin from another state.",
    see=PITFALLS,
    patch=[(STEP, "log_p, h[...] = decoder_step(token, h, weights)")],
)


def greedy_one_row_at_a_time(context, weights, max_length, start=1, end=2):
    rows, sums = [], []
    for state in context:
        row, total, h, token = [], 0.0, state[np.newaxis], start
        while len(row) < max_length and token != end:
            scores, h = decoder_step(np.array([token]), h, weights)  # noqa: F821 - defined in the notebook
            token = int(scores[0].argmax())
            total += scores[0, token]
            row.append(token)
        rows.append(row)
        sums.append(total)
    width = max(len(row) for row in rows)
    return np.array([row + [0] * (width - len(row)) for row in rows]), np.array(sums)


def greedy_then_cut(context, weights, max_length, start=1, end=2):
    h, token = context.copy(), np.full(context.shape[0], start)
    tokens, best = np.zeros((len(context), max_length), int), np.zeros((len(context), max_length))
    for t in range(max_length):  # everybody writes to the limit, and what follows an [END] is removed afterwards
        log_p, h = decoder_step(token, h, weights)  # noqa: F821
        token = np.argmax(log_p, axis=-1)
        tokens[:, t], best[:, t] = token, np.max(log_p, axis=-1)
    seen = np.cumsum(tokens == end, axis=1) - (tokens == end)  # [END]s before this step
    alive = seen == 0
    steps = alive.sum(axis=1).max()
    return (tokens * alive)[:, :steps], (best * alive).sum(axis=1)


def greedy_with_living_rows_only(context, weights, max_length, start=1, end=2):
    alive = np.arange(len(context))
    result, sums = np.zeros((len(context), 0), dtype="int64"), np.zeros(len(context))
    token, h = np.repeat(start, len(context)), context
    while alive.size and result.shape[1] < max_length:
        log_p, h = decoder_step(token, h, weights)  # noqa: F821
        token = log_p.argmax(1)
        column = np.zeros((len(context), 1), dtype="int64")
        column[alive, 0] = token
        sums[alive] += log_p[np.arange(len(alive)), token]
        result = np.hstack([result, column])
        go_on = token != end
        alive, token, h = alive[go_on], token[go_on], h[go_on]
    return result, sums


def greedy_recursive(context, weights, max_length, start=1, end=2):
    def write(token, h, open_rows, steps):
        if steps == 0 or not open_rows.any():
            return np.zeros((len(context), 0), int), np.zeros(len(context))
        log_p, h = decoder_step(token, h, weights)  # noqa: F821
        token = log_p.argmax(axis=1) * open_rows
        rest, total = write(token, h, open_rows & (token != end), steps - 1)
        return np.column_stack([token, rest]), total + log_p.max(axis=1) * open_rows

    return write(np.full(len(context), start), context, np.ones(len(context), bool), max_length)


greedy.alternative("one row at a time", greedy_one_row_at_a_time)
greedy.alternative("to the limit, then cut at the first [END]", greedy_then_cut)
greedy.alternative("only the rows that are still writing", greedy_with_living_rows_only)
greedy.alternative("a function that calls itself", greedy_recursive)

# ---------------------------------------------------------------------------------------------------- beam_search

beam = unit.exercise("beam_search", points=18, see=BEAM, seconds=10, returns=("tokens", "score"))

GARDEN_PATH = np.array(  # [PAD], [START], [END], A, B: nothing is probable after A, and the end is after B
    [[0, 0, 1, 0, 0], [0, 0, 0.1, 0.5, 0.4], [0, 0, 1, 0, 0], [0, 0, 0.34, 0.335, 0.325], [0, 0, 0.9, 0.04, 0.06]]
)
CROWDED = np.array(  # two extensions of A leave no room for B [END], which would have won
    [[0, 0, 1, 0, 0], [0, 0, 0.1, 0.5, 0.4], [0, 0, 1, 0, 0], [0, 0, 0.05, 0.5, 0.45], [0, 0, 0.45, 0.3, 0.25]]
)
EARLY_END = np.array(  # [END] alone is finished at once; A B [END] would be better, and needs two more places
    [[0, 0, 1, 0, 0], [0, 0, 0.12, 0.85, 0.03], [0, 0, 1, 0, 0], [0, 0, 0.05, 0.5, 0.45], [0, 0, 0.95, 0.03, 0.02]]
)
LATE_END = np.array(  # [END] alone is a little more probable than A B [END], and less so for each of its tokens
    [[0, 0, 1, 0, 0], [0, 0, 0.35, 0.6, 0.05], [0, 0, 1, 0, 0], [0, 0, 0.02, 0.03, 0.95], [0, 0, 0.6, 0.25, 0.15]]
)
OVERTAKING = np.array(  # B overtakes A at the second step; from then on the token before the last one is repeated
    [[0, 0, 1, 0, 0], [0, 0, 0, 0.6, 0.4], [0, 0, 1, 0, 0], [0, 0, 0, 0.55, 0.45], [0, 0, 0, 0.05, 0.95]]
)
REPEAT = np.diag([0.0, 0.0, 0.0, 8.0, 8.0])


@beam.cases
def _(rng, size):
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


beam.shape(
    "shapes",
    points=2,
    cases="limit",
    title="One row of ids and one score are returned",
    hint="The ids have shape (length,), without a batch axis.",
)
beam.expected(
    "one",
    pick=0,
    by=greedy_tokens,
    points=2,
    cases="one",
    needs="shapes",
    title="With a width of 1 it is greedy decoding",
    hint="One hypothesis is kept at each step.",
)
beam.values(
    "limit",
    pick=0,
    points=3,
    cases="limit",
    needs="shapes",
    title="While nothing ends, the best hypotheses are kept, with their own states",
    hint="All candidates compete by their sums. What has to move with a hypothesis when the beam is sorted?",
)
beam.values(
    "ended",
    pick=0,
    points=4,
    cases="ends",
    needs="shapes",
    title="Hypotheses that end are put aside, and the best one is returned",
    hint="Finished ones keep their place. What the limit cuts off counts only when nothing has finished.",
)
beam.values(
    "penalty",
    pick=0,
    points=2,
    cases="penalty",
    needs="shapes",
    title="The score takes the length into account",
    hint="Divide before you choose, and count [END] but not [START].",
)
beam.values(
    "score",
    pick=1,
    points=1,
    cases=("limit", "ends", "penalty"),
    needs="shapes",
    title="The score of the result is right",
    hint="It is the log-probability, divided as the formula says. What is the length?",
)
beam.expected(
    "wide",
    pick=0,
    by=most_probable,
    points=1,
    cases="wide",
    needs="shapes",
    title="A beam as wide as the tree finds the most probable of all sequences that end",
    hint="There may be fewer candidates than places.",
)
beam.values(
    "ids",
    points=1,
    cases="ids",
    needs="shapes",
    title="Other ids for [START] and [END] are respected",
    hint="Both are arguments.",
)
beam.raises(
    "no-width",
    ValueError,
    points=1,
    title="A width below 1 raises a ValueError with a message",
    case=lambda rng, size: [
        Case("width is 0", rng.normal(size=3), decoder(rng, 5, 3), 0, 4),
        Case("width is -1", rng.normal(size=3), decoder(rng, 5, 3), -1, 4),
    ],
    hint="Say what was given and what is possible.",
)
beam.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="The context is the first state. Do not write the later ones into it.",
)

DONE = "done = token == end"
PLACES = "[::-1][: width - len(finished)]"
SCORED = "p / ((5 + len(row)) / 6) ** alpha"
RETURN = "return finished[best][1], scores[best]"
beam.mistake(
    "width-of-one",
    "Your result is that of greedy decoding, whatever the width. Either you keep one hypothesis, or all in your beam "
    "are copies of the same one.",
    see=BEAM,
    patch=[(PLACES, "[::-1][: 1 - len(finished)]")],
)
beam.mistake(
    "copies-of-start",
    "You begin with `width` copies of [START]. Their best extensions are the same, so the beam holds one hypothesis "
    "many times.",
    see=PITFALLS,
    same_as="width-of-one",
    patch=[
        (
            "np.array([[start]]), context[np.newaxis], np.zeros(1)",
            "np.full((width, 1), start), np.repeat(context[np.newaxis], width, axis=0), np.zeros(width)",
        )
    ],
)
beam.mistake(
    "states-left-behind",
    "You sort the hypotheses and leave their states where they were. A hypothesis then goes on from the state of "
    "another text.",
    see=PITFALLS,
    patch=[("h[parent]", "h[np.arange(len(parent)) % len(h)]")],
)
beam.mistake(
    "tokens-left-behind",
    "You sort the sums and the states, but put the new tokens behind the old rows. A token belongs behind the "
    "hypothesis that it extends.",
    see=BEAM,
    patch=[("beam[parent]", "beam[np.arange(len(parent)) % len(beam)]")],
)
beam.mistake(
    "last-step-only",
    "You compare candidates by the log-probability of their last token. Add it to that of the hypothesis before it.",
    see=BEAM,
    patch=[("candidates = log_p[:, np.newaxis] + step", "candidates = step")],
)
beam.mistake(
    "every-hypothesis-keeps-its-own",
    "You keep the `width` best extensions of each hypothesis, so the beam grows at every step. All candidates compete "
    "for `width` places.",
    see=BEAM,
    patch=[
        (
            f"best = np.argsort(candidates, axis=None){PLACES}",
            "best = (np.argsort(candidates, axis=1)[:, ::-1][:, :width]\n"
            "                + candidates.shape[1] * np.arange(len(candidates))[:, np.newaxis]).ravel()",
        )
    ],
)
beam.mistake(
    "one-extension-each",
    "After the first step you keep the best extension of each hypothesis. A good hypothesis may deserve two places, "
    "and a bad one none: all candidates compete.",
    see=BEAM,
    patch=[
        (
            "        parent, token = np.unravel_index(best, candidates.shape)",
            "        if len(beam[0]) > 1:\n"
            "            best = np.arange(len(beam)) * candidates.shape[1] + candidates.argmax(axis=1)\n"
            "        parent, token = np.unravel_index(best, candidates.shape)",
        )
    ],
)
beam.mistake(
    "worst-candidates-kept",
    "You keep the candidates with the smallest log-probabilities. Sorting puts the smallest first.",
    see=BEAM,
    patch=[(PLACES, "[: width - len(finished)]")],
)
beam.mistake(
    "end-does-not-finish",
    "In your search [END] is a token like any other: hypotheses go on behind it. One that ends is put aside.",
    see=ENDS,
    patch=[(DONE, "done = np.zeros(len(token), dtype=bool)")],
)
beam.mistake(
    "first-finished-returned",
    "You return the hypothesis that ended first. Another one that ends later may have a better score.",
    see=BEAM,
    patch=[("best = np.argmax(scores)", "best = 0")],
)
beam.mistake(
    "stops-with-the-first-end",
    "You stop when the first hypothesis has ended. One that is still unfinished may come to a better score.",
    see=BEAM,
    same_as="first-finished-returned",
    patch=[("if len(beam) == 0:", "if finished:")],
)
beam.mistake(
    "unfinished-among-the-finished",
    "At the limit you let unfinished hypotheses compete with finished ones. They count only when nothing has finished.",
    see=BEAM,
    patch=[("finished = finished or list(", "finished = finished + list(")],
)
beam.mistake(
    "places-given-away-again",
    "A hypothesis that has ended keeps its place. In your search others move in, so it holds more than `width`.",
    see=BEAM,
    patch=[(PLACES, "[::-1][:width]")],
)
beam.mistake(
    "no-length-penalty",
    "You do not use `alpha`. Without it every further token makes a hypothesis worse, and short ones win.",
    see=PENALTY,
    patch=[(SCORED, "p")],
)
beam.mistake(
    "penalty-multiplied",
    "You multiply by the length penalty instead of dividing. Log-probabilities are negative, so long hypotheses become "
    "even worse.",
    see=PENALTY,
    patch=[(SCORED, "p * ((5 + len(row)) / 6) ** alpha")],
)
beam.mistake(
    "plain-length",
    "You divide by a power of the length itself. In the formula 5 is added and the sum divided by 6, which is milder.",
    see=PENALTY,
    patch=[(SCORED, "p / len(row) ** alpha")],
)
beam.mistake(
    "start-counted",
    "Your length counts [START]. It was not written by the decoder.",
    see=PENALTY,
    patch=[(SCORED, "p / ((6 + len(row)) / 6) ** alpha")],
)
beam.mistake(
    "end-not-counted",
    "Your length leaves [END] out. It is one of the tokens whose log-probabilities were added.",
    see=PENALTY,
    patch=[(SCORED, "p / ((5 + np.sum(row != end)) / 6) ** alpha")],
)
beam.mistake(
    "chosen-before-the-penalty",
    "You choose the result by its log-probability and divide afterwards. The score decides, so divide first.",
    see=PENALTY,
    patch=[("np.argmax(scores)", "np.argmax([p for p, _ in finished])")],
)
beam.mistake(
    "score-without-penalty",
    "You return the right tokens, but with their log-probability. The score is what remains after the division.",
    see=PENALTY,
    patch=[(RETURN, "return finished[best][1], finished[best][0]")],
)
beam.mistake(
    "probability-for-score",
    "Your score is a probability. The logarithm is asked for, divided by the length penalty.",
    see=PENALTY,
    patch=[(RETURN, "return finished[best][1], np.exp(scores[best])")],
)
beam.mistake(
    "start-in-the-result",
    "Your result begins with [START]. It is an input and was not written by the decoder.",
    see=ENDS,
    patch=[("beam[done, 1:]", "beam[done]"), ("beam[:, 1:]", "beam")],
)
beam.mistake(
    "end-cut-off",
    "[END] is missing in your result. It belongs to it, so that a finished text can be told from one that was cut off.",
    see=ENDS,
    patch=[(RETURN, "tokens = finished[best][1]\n    return tokens[tokens != end], scores[best]")],
)
beam.mistake(
    "width-not-checked",
    "You accept a width below 1. Then nothing is kept, or something odd: say that it is not possible.",
    see=BEAM,
    patch=[
        (
            '    if width < 1:\n        raise ValueError(f"width is {width}, and must be at least 1")\n',
            "    width = max(width, 1)\n",
        )
    ],
)
beam.mistake(
    "end-id-fixed",
    "You wait for the token 2. The id of [END] is an argument, and 2 may be a word.",
    see=ENDS,
    patch=[("token == end", "token == 2")],
)
beam.mistake(
    "start-id-fixed",
    "You always begin with 1. The id of [START] is an argument.",
    see=ENDS,
    patch=[("[[start]]", "[[1]]")],
)
beam.mistake(
    "context-changed",
    "You write the new state into the context that you were given. A second search for the same sentence would begin "
    "from another state.",
    see=PITFALLS,
    patch=[
        (
            "step, h = decoder_step(beam[:, -1], h, weights)",
            "step, h = decoder_step(beam[:, -1], h, weights)\n        context[:] = h[0]",
        )
    ],
)


def beam_with_lists(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("the beam needs room for one hypothesis at least")
    alive, finished = [([], start, context[None], 0.0)], []
    for _ in range(max_length):
        candidates = []
        for tokens, last, h, total in alive:
            log_p, new = decoder_step(np.array([last]), h, weights)  # noqa: F821 - defined in the notebook
            candidates += [([*tokens, k], k, new, total + log_p[0, k]) for k in range(log_p.shape[1])]
        candidates.sort(key=lambda c: c[3], reverse=True)
        kept = candidates[: width - len(finished)]
        alive = [c for c in kept if c[1] != end]
        finished += [c for c in kept if c[1] == end]
        if len(finished) >= width:
            break

    def score(c):
        return c[3] / ((5 + len(c[0])) / 6) ** alpha

    best = max(finished or alive, key=score)
    return np.array(best[0]), score(best)


def beam_with_a_heap(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    import heapq

    if not width >= 1:
        raise ValueError(f"width={width}")
    alive, ended = {(start,): (0.0, context)}, {}
    while alive and max_length:
        following = {}
        for tokens, (total, h) in alive.items():
            log_p, new = decoder_step(np.array(tokens[-1:]), h[np.newaxis], weights)  # noqa: F821
            for k in np.argsort(-log_p[0])[:width]:  # no hypothesis can fill more than `width` places
                following[(*tokens, int(k))] = (total + log_p[0, k], new[0])
        kept = heapq.nlargest(width - len(ended), following, key=lambda t: following[t][0])
        ended |= {tokens: following[tokens] for tokens in kept if tokens[-1] == end}
        alive = {tokens: following[tokens] for tokens in kept if tokens[-1] != end}
        max_length -= 1
    results = ended if ended else alive
    scores = {tokens: p * (6 / (4 + len(tokens))) ** alpha for tokens, (p, _) in results.items()}
    best = max(scores, key=scores.get)
    return np.array(best[1:]), scores[best]


def beam_with_back_pointers(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width <= 0:
        raise ValueError("width must be positive, got " + str(width))
    h, last, total = context.reshape(1, -1), np.array([start]), np.zeros(1)
    history, ended, cut_off = [], [], []
    rows = np.array([0])  # where the living hypotheses stand in the last record
    for length in range(1, max_length + 1):
        log_p, h = decoder_step(last, h, weights)  # noqa: F821
        flat = (total[:, None] + log_p).ravel()
        places = min(width - len(ended), flat.size)
        top = np.argpartition(-flat, places - 1)[:places]
        parent, last = top // log_p.shape[1], top % log_p.shape[1]
        total, h = flat[top], h[parent]
        history.append((rows[parent], last))
        rows = np.flatnonzero(last != end)
        ended += [(total[k], length, k) for k in np.flatnonzero(last == end)]
        cut_off = [(total[k], length, k) for k in rows]
        if not rows.size:
            break
        last, total, h = last[rows], total[rows], h[rows]
    score, length, place = max((p / ((5 + n) / 6) ** alpha, n, k) for p, n, k in ended or cut_off)
    tokens = []
    for before, token in history[length - 1 :: -1]:
        tokens.insert(0, token[place])
        place = before[place]
    return np.array(tokens), float(score)


def beam_depth_by_depth(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"a beam of width {width} is empty")

    def search(rows, h, totals, places, steps):
        if steps == 0 or len(rows) == 0:
            return [], list(zip(totals, rows[:, 1:], strict=True))
        log_p, h = decoder_step(rows[:, -1], h, weights)  # noqa: F821
        sums = totals[:, None] + log_p
        order = np.argsort(-sums.ravel())[:places]
        which, token = np.divmod(order, sums.shape[1])
        rows, values, go_on = np.column_stack([rows[which], token]), sums.ravel()[order], token != end
        here = list(zip(values[~go_on], rows[~go_on, 1:], strict=True))
        later, open_ones = search(rows[go_on], h[which][go_on], values[go_on], places - len(here), steps - 1)
        return here + later, open_ones

    ended, open_ones = search(np.array([[start]]), context[None, :], np.array([0.0]), width, max_length)
    found = [(p / (5 / 6 + len(row) / 6) ** alpha, row) for p, row in ended or open_ones]
    score, tokens = max(found, key=lambda pair: pair[0])
    return tokens, score


beam.alternative("lists of hypotheses, sorted", beam_with_lists)
beam.alternative("a dictionary and a heap", beam_with_a_heap)
beam.alternative("back pointers, traced at the end", beam_with_back_pointers)
beam.alternative("a function that calls itself", beam_depth_by_depth)

# -------------------------------------------------------------------------------------------------- build_seq2seq

model = unit.exercise("build_seq2seq", points=12, see=MODEL, seconds=30)


@model.cases
def _(rng, size):
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

    yield Case("twelve source words, nine target words, four units", 12, 9, 4, tags="structure", seed=7).model()
    # Ids that only an embedding with enough rows can look up.
    largest = (np.array([[11, 3]], np.int32), np.array([[1, 8, 2]], np.int32))
    yield Case("the largest ids", 12, 9, 4, tags="largest", seed=7).model(inputs=largest)
    if size == "public":
        yield case("with given weights, no padding", 6, 3, 2, 4, 3, False, "full")
        yield case("with given weights and padding", 6, 3, 3, 5, 4, True, "padded")
    else:
        yield case("other sizes, no padding", 11, 6, 3, 7, 9, False, "full")
        yield case("other sizes and padding", 9, 5, 5, 9, 8, True, "padded")


model.facts(
    "embeddings",
    points=2,
    cases="structure",
    where={"layers.Embedding": {"count": 2}, "layers.Embedding.output_dim": [16, 16],
           "layers.Embedding.mask_zero": [True, True]},
    title="Source and target words become 16 numbers each, with a mask",
    hint="There are two vocabularies, so there are two embeddings. One argument declares 0 as padding.",
)  # fmt: skip
model.facts(
    "recurrent",
    points=2,
    cases="structure",
    where={"layers.GRU": {"count": 2}, "layers.GRU.units": [4, 4], "layers.GRU.go_backwards": [False, False],
           "layers.Bidirectional": {"count": 0}},
    title="A GRU reads and another one writes, both from left to right",
    hint="Each has `units` units and weights of its own.",
)  # fmt: skip
model.facts(
    "every-step",
    points=2,
    cases=("structure", "largest"),
    where={"input_shape": [[None, None], [None, None]], "output_shape": [None, None, 9]},
    title="Two inputs of any length give a distribution over the target words at every step",
    hint="The decoder returns all its states, and the last layer has one output for each target word.",
)
model.facts(
    "loss",
    points=1,
    cases="structure",
    where={"compiled": True, "loss": "sparse_categorical_crossentropy", "optimizer": "Adam"},
    title="It is compiled with Adam and a cross-entropy for whole-number targets",
    hint="The targets are ids and not rows with a single 1.",
)
model.outputs(
    "numbers",
    points=3,
    cases="full",
    needs=("embeddings", "recurrent", "every-step"),
    rtol=1e-3,
    atol=1e-4,
    title="With given weights the probabilities are right",
    hint="Does the decoder begin with the context? Is there a softmax? Is there anything that was not asked for?",
)
model.outputs(
    "padded",
    points=2,
    cases="padded",
    needs="numbers",
    rtol=1e-3,
    atol=1e-4,
    title="They are right with padding, too",
    hint="The context is the state after the last real word, not after the padding.",
)

CONTEXT = "context = keras.layers.GRU(units)(vectors)"
STATES = "states = keras.layers.GRU(units, return_sequences=True)(vectors, initial_state=context)"
SOURCE_WORDS = "keras.layers.Embedding(n_source, 16, mask_zero=True)"
TARGET_WORDS = "keras.layers.Embedding(n_target, 16, mask_zero=True)"
model.mistake(
    "context-not-used",
    "Your decoder begins with zeros: nothing of the source reaches it, and your encoder is no part of the model. It "
    "would write the same text for every source.",
    see=MODEL,
    patch=[("(vectors, initial_state=context)", "(vectors)")],
    where={"layers.GRU": {"count": 1}, "layers.Embedding": {"count": 1}},
)
model.mistake(
    "context-picked-by-index",
    "You pick the context out of all the encoder's states. The encoder can return its last state by itself, and given "
    "weights fit a model that is built like that.",
    see=MODEL,
    patch=[(CONTEXT, "context = keras.layers.GRU(units, return_sequences=True)(vectors)[:, 0]")],
    where={"layers.GRU.return_sequences": [True, True], "layers.GRU.return_state": [False, False]},
)
model.mistake(
    "vocabularies-exchanged",
    "Your source embedding has as many rows as there are target words, and the other way round. Some ids then have no "
    "row.",
    see=MODEL,
    patch=[
        ("keras.layers.Embedding(n_source,", "keras.layers.Embedding(n_other,"),
        ("keras.layers.Embedding(n_target,", "keras.layers.Embedding(n_source,"),
        ("keras.layers.Embedding(n_other,", "keras.layers.Embedding(n_target,"),
    ],
)
model.mistake(
    "inputs-exchanged",
    "Your model takes the decoder's inputs first and the source second. The source comes first.",
    see=KERAS,
    patch=[("keras.Model([source, inputs]", "keras.Model([inputs, source]")],
)
model.mistake(
    "one-embedding-for-both",
    "You use one embedding for both languages. The id 7 is one word in the source and another one in the target, so "
    "each side needs its own.",
    see=MODEL,
    patch=[
        (
            "    source = keras.Input",
            "    words = keras.layers.Embedding(max(n_source, n_target), 16, mask_zero=True)\n    source = keras.Input",
        ),
        (SOURCE_WORDS, "words"),
        (TARGET_WORDS, "words"),
    ],
    where={"layers.Embedding": {"count": 1}, "layers.GRU": {"count": 2}},
)
model.mistake(
    "one-network-for-both",
    "You use one GRU for reading and for writing. The two have different things to do and need weights of their own.",
    see=MODEL,
    patch=[
        (
            CONTEXT,
            "gru = keras.layers.GRU(units, return_sequences=True, return_state=True)\n    context = gru(vectors)[1]",
        ),
        (STATES, "states = gru(vectors, initial_state=context)[0]"),
    ],
    where={"layers.Embedding": {"count": 2}, "layers.GRU": {"count": 1}, "layers.Bidirectional": {"count": 0}},
)
model.mistake(
    "no-source-mask",
    "Your source embedding makes no mask, so the encoder steps on the padding and the context depends on how much of "
    "it there is.",
    see=LOSS,
    patch=[(SOURCE_WORDS, "keras.layers.Embedding(n_source, 16)")],
    where={"layers.Embedding.mask_zero": {"in": [[False, True]]}},
)
model.mistake(
    "no-target-mask",
    "Your target embedding makes no mask, so the loss counts the padding.",
    see=LOSS,
    patch=[(TARGET_WORDS, "keras.layers.Embedding(n_target, 16)")],
    where={"layers.Embedding.mask_zero": {"in": [[True, False]]}},
)
model.mistake(
    "no-masks",
    "Your embeddings make no masks. The encoder steps on the padding, and the loss counts it.",
    see=LOSS,
    patch=[(", mask_zero=True", "", 2)],
    where={"layers.Embedding.mask_zero": [False, False]},
)
model.mistake(
    "one-answer-for-the-sentence",
    "Your decoder returns its last state only, so the model gives one word for the whole sentence.",
    see=MODEL,
    patch=[("GRU(units, return_sequences=True)", "GRU(units)")],
    where={"layers.GRU.return_sequences": [False, False]},
)
model.mistake(
    "decoder-reads-ahead",
    "Your decoder reads its inputs in both directions, so at each step it has seen the word that it should predict. "
    "In use that word does not exist yet.",
    see="09_seq2seq#decoding-never-looks-at-the-target",
    patch=[
        (
            STATES,
            "both = keras.layers.Bidirectional(keras.layers.GRU(units, return_sequences=True))\n"
            "    states = both(vectors, initial_state=[context, context])",
        )
    ],
    where={"layers.Bidirectional": {"count": 1}},
)
model.mistake(
    "source-read-backwards",
    "Your encoder reads the source from its end. That is a useful trick, but here both networks read from left to "
    "right.",
    see="09_seq2seq#the-bottleneck",
    patch=[(CONTEXT, "context = keras.layers.GRU(units, go_backwards=True)(vectors)")],
    where={"layers.GRU.go_backwards": {"contains": True}},
)
model.mistake(
    "another-cell",
    "Your model is made of LSTMs. They would do the job, but GRUs are asked for.",
    see=MODEL,
    patch=[
        (CONTEXT, "context = keras.layers.LSTM(units, return_state=True)(vectors)[1:]"),
        (STATES, "states = keras.layers.LSTM(units, return_sequences=True)(vectors, initial_state=context)"),
    ],
    where={"layers.LSTM": {"count": 2}},
)
model.mistake(
    "sigmoid-output",
    "Your last layer uses a sigmoid: several words could be certain at once. One word is written at each step, so the "
    "numbers must add up to 1.",
    see=LOSS,
    patch=[('activation="softmax"', 'activation="sigmoid"')],
    where={"layers.Dense.activation": "sigmoid"},
)
model.mistake(
    "no-softmax",
    "Your last layer has no activation. Its numbers are no probabilities.",
    see=LOSS,
    patch=[(', activation="softmax"', "")],
    where={"layers.Dense.activation": "linear", "layers.Softmax": {"count": 0}, "layers.Activation": {"count": 0}},
)
model.mistake(
    "loss-for-one-hot",
    "Your loss expects each target as a row with a single 1. The targets are whole numbers.",
    see=LOSS,
    patch=[('loss="sparse_categorical_crossentropy"', 'loss="categorical_crossentropy"')],
    where={"loss": "categorical_crossentropy"},
)
model.mistake(
    "not-compiled",
    "Your model is not compiled, so it has no loss and cannot be trained.",
    see=KERAS,
    patch=[('    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")\n', "")],
    where={"compiled": False},
)
model.mistake(
    "fixed-length",
    "Your model accepts sequences of one length only. Leave the time axes open.",
    see=MODEL,
    patch=[("keras.Input((None,)", "keras.Input((6,)", 2)],
    where={"input_shape.1.1": {"min": 1}},
)


def model_with_states_returned(n_source, n_target, units):
    source, inputs = keras.Input(shape=(None,), name="source"), keras.Input(shape=(None,), name="inputs")
    embed = keras.layers.Embedding(input_dim=n_target, output_dim=16, mask_zero=True)
    encoder = keras.layers.GRU(units, return_state=True, name="encoder")
    _, context = encoder(keras.layers.Embedding(n_source, 16, mask_zero=True)(source))
    decoder = keras.layers.GRU(units, return_sequences=True, return_state=True, name="decoder")
    states, _ = decoder(embed(inputs), initial_state=[context])
    head = keras.layers.TimeDistributed(keras.layers.Dense(n_target))
    model = keras.Model(inputs=[source, inputs], outputs=keras.layers.Activation("softmax")(head(states)))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def model_with_an_encoder_model(n_source, n_target, units):
    encoder = keras.Sequential([keras.layers.Embedding(n_source, 16, mask_zero=True), keras.layers.GRU(units)])
    source = keras.Input((None,), dtype="int64")
    inputs = keras.Input((None,), dtype="int64")
    x = keras.layers.Embedding(n_target, 16, mask_zero=True)(inputs)
    x = keras.layers.GRU(units, return_sequences=True)(x, initial_state=encoder(source))
    x = keras.layers.Dense(n_target)(x)
    model = keras.Model([source, inputs], keras.layers.Activation("softmax")(x))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(ignore_class=0))
    return model


def model_with_all_states_returned(n_source, n_target, units):
    layers = keras.layers
    inputs = layers.Input((None,), dtype="int32")
    target_vectors = layers.Embedding(n_target, 16, mask_zero=True)(inputs)
    source = layers.Input((None,), dtype="int32")
    read = layers.GRU(units, return_sequences=True, return_state=True)
    *_, context = read(layers.Embedding(n_source, 16, mask_zero=True)(source))
    written = layers.GRU(units, return_sequences=True)(target_vectors, initial_state=context)
    model = keras.Model((source, inputs), layers.Dense(n_target, activation=keras.ops.softmax)(written))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss="sparse_categorical_crossentropy")
    return model


model.alternative("states returned, softmax as a layer", model_with_states_returned)
model.alternative("an encoder model inside", model_with_an_encoder_model)
model.alternative("all states returned, the last one used", model_with_all_states_returned)
