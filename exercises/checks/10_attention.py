"""What is checked in unit 10, attention: cases, criteria with points, known mistakes, unorthodox right solutions."""

import keras
import numpy as np
from _padding import holes, right_padding

from autograder.authoring import Case, Pair, Unit

unit = Unit("10_attention", title="Attention", needs=("numpy", "keras"))
unit.manual("written_bottleneck", points=5)
unit.manual("written_mask", points=5)

LOOKING = "10_attention#looking-back"
EQUATIONS = "10_attention#from-picture-to-equations"
SOFTMAX = "10_attention#masked-softmax"
ADDITIVE = "10_attention#additive-attention"
DOT = "10_attention#dot-product-attention"
SCALED = "10_attention#why-the-scores-are-scaled"
KERAS = "10_attention#the-same-numbers-as-keras"
DECODER = "10_attention#attention-inside-a-decoder"
SELF = "10_attention#from-cross-attention-to-self-attention"
PITFALLS = "10_attention#pitfalls"


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


# ------------------------------------------------------------------------------------------------- masked_softmax

softmax = unit.exercise("masked_softmax", points=12, see=SOFTMAX, seconds=5)


@softmax.cases
def _(rng, size):
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
    yield Case("one mask for all queries, all sizes equal", scores(3, 3, 3), some_allowed(rng, 3, 1, 3),
               tags="stretched")  # fmt: skip
    level = np.array([[4800.0], [-4800.0], [0.0]])
    yield Case("large scores", scores(3, 4) + level, tags="large")
    mask = some_allowed(rng, 3, 4)
    yield Case("large scores with a mask", scores(3, 4) + level, mask, tags="large")
    yield Case("large scores at masked positions", np.where(mask, scores(3, 4) - 100, 5000.0), mask, tags="large")
    yield Case("a row without any allowed position", scores(3, 4), one_empty(rng, some_allowed(rng, 3, 4)),
               tags="empty")  # fmt: skip
    yield Case("queries without any allowed position", scores(3, 2, 4), one_empty(rng, some_allowed(rng, 3, 1, 4)),
               tags="empty")  # fmt: skip
    if size == "secret":
        for number in range(3):
            shape = [int(n) for n in rng.integers(2, 8, 3)]
            yield Case(f"other sizes {number}", scores(*shape), some_allowed(rng, *shape), tags="mask")


softmax.shape(
    "shapes",
    points=2,
    title="The weights have the shape of the scores",
    hint="One weight for each score.",
)
softmax.values(
    "plain",
    points=2,
    cases="plain",
    needs="shapes",
    title="Without a mask each row is a softmax",
    hint="The shares of a row sum to 1. A row runs along the last axis.",
)
softmax.values(
    "mask",
    points=3,
    cases="mask",
    needs="shapes",
    title="With a mask the allowed positions share 1, and the others get 0",
    hint="What is masked may not take part in the sum either.",
)
softmax.values(
    "stretched",
    points=1,
    cases="stretched",
    needs="shapes",
    title="A mask of shape (batch, 1, source) holds for every query",
    hint="NumPy stretches an axis of length 1. Indexing with a mask does not.",
)
softmax.values(
    "large",
    points=2,
    cases="large",
    needs="shapes",
    title="Large scores give right weights",
    hint="A softmax does not change when one number is taken from all scores of a row. Which one, and of which scores?",
)
softmax.values(
    "empty",
    points=1,
    cases="empty",
    needs="shapes",
    title="A row without any allowed position has weights of 0",
    hint="Nothing is shared out there: look at what you divide by what.",
)
softmax.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`scores[~mask] = …` writes into the caller's array. Make a new one.",
)

ALLOWED = "np.broadcast_to(True if mask is None else mask, scores.shape)"
TOP = "np.max(scores, axis=-1, keepdims=True, where=mask, initial=-np.inf)"
softmax.mistake(
    "no-maximum-subtracted",
    "Your exponentials overflow for large scores, and infinity by infinity is not a number. Make the scores of each "
    "row small before you take the exponential. The weights do not change by it.",
    patch=[("np.exp(scores - top,", "np.exp(scores,")],
)
softmax.mistake(
    "mask-inverted",
    "You take the mask the wrong way round: padding gets all the weight and the words get none. "
    "True marks what may be looked at.",
    patch=[("else mask,", "else ~mask,")],
)
softmax.mistake(
    "mask-ignored",
    "Your weights do not depend on the mask, so padding takes its share.",
    patch=[(ALLOWED, "np.broadcast_to(True, scores.shape)")],
)


def masked_after_the_softmax(scores, mask=None):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights if mask is None else weights * mask


softmax.mistake(
    "masked-after-the-softmax",
    "You set the weights at padding to 0 after the softmax. What the padding had taken is lost, so the words share "
    "less than 1.",
    see=PITFALLS,
    function=masked_after_the_softmax,
)


def masked_scores_set_to_zero(scores, mask=None):
    scores = scores if mask is None else scores * mask
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


softmax.mistake(
    "masked-scores-set-to-zero",
    "You set the scores at padding to 0. A score of 0 is an ordinary score, and it gets an ordinary share.",
    see=PITFALLS,
    function=masked_scores_set_to_zero,
)


def penalty_too_small(scores, mask=None):
    scores = scores if mask is None else scores - 10.0 * ~mask
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


softmax.mistake(
    "penalty-too-small",
    "You take a fixed number from the scores at padding, and it is too small: a high score there still gets a share.",
    see=PITFALLS,
    function=penalty_too_small,
)
softmax.mistake(
    "wrong-axis",
    "Your weights sum to 1 along the first axis. Each row along the last axis is a distribution of its own.",
    see=EQUATIONS,
    patch=[("axis=-1", "axis=0", 2)],
)
softmax.mistake(
    "all-rows-together",
    "You divide by the sum over the whole array. Each row along the last axis has a sum of its own.",
    see=EQUATIONS,
    patch=[("total = e.sum(axis=-1, keepdims=True)", "total = e.sum()")],
)
softmax.mistake(
    "not-divided",
    "You return the exponentials. They become weights when each is divided by the sum of its row.",
    see=EQUATIONS,
    patch=[("return np.divide(e, total, where=mask, out=e)", "return e")],
)
softmax.mistake(
    "maximum-of-masked-scores",
    "You subtract the largest score of the row, masked scores included. If that one is masked and far above the "
    "others, every allowed exponential becomes 0, and 0 by 0 is not a number.",
    patch=[("np.exp(scores - top, where=mask, out=np.zeros(scores.shape))",
            "np.exp(scores - scores.max(axis=-1, keepdims=True)) * mask"),
           ("return np.divide(e, total, where=mask, out=e)",
            "return np.where(mask.any(axis=-1, keepdims=True), e / total, 0.0)")],
)
softmax.mistake(
    "one-maximum-for-all-rows",
    "You subtract the largest score of the whole array. In a row whose scores are far below it, every exponential "
    "becomes 0. Each row needs its own.",
    patch=[(TOP, "np.max(scores, where=mask, initial=-np.inf)")],
)


def empty_row_not_a_number(scores, mask=None):
    scores = scores if mask is None else np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


softmax.mistake(
    "empty-row-not-a-number",
    "A row without any allowed position becomes nan in your weights. From there it spreads to the loss of the whole "
    "batch. Such a row has weights of 0.",
    function=empty_row_not_a_number,
)


def empty_row_uniform(scores, mask=None):
    scores = scores if mask is None else np.where(mask, scores, -1e9)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


softmax.mistake(
    "empty-row-uniform",
    "A row without any allowed position gets equal weights from you, so padding is read. All scores of that row are "
    "equally bad, and a softmax shares equally then. Such a row has weights of 0.",
    see=KERAS,
    function=empty_row_uniform,
)
softmax.mistake(
    "input-changed",
    "You write into the scores that you were given, so the caller's array changes under its feet. Make a new array.",
    patch=[("    e = np.exp(", "    scores[~mask] = -1e9\n    e = np.exp(")],
)


def softmax_with_minus_infinity(scores, mask=None):
    allowed = np.array(scores, dtype=float) if mask is None else np.where(mask, scores, -np.inf)
    top = allowed.max(axis=-1, keepdims=True)
    e = np.exp(allowed - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def softmax_with_a_large_penalty(scores, mask=None):
    if mask is None:
        mask = np.ones_like(scores, dtype=bool)
    low = np.where(mask, scores, -1e30)
    e = np.exp(low - np.amax(low, axis=-1)[..., None])
    return mask * e / np.sum(e, axis=-1)[..., None]


def softmax_row_by_row(scores, mask=None):
    mask = np.ones(scores.shape, bool) if mask is None else np.zeros(scores.shape, bool) | mask
    weights = np.zeros(scores.shape)
    for row in np.ndindex(*scores.shape[:-1]):
        words = mask[row]
        if words.any():
            e = np.exp(scores[row][words] - max(scores[row][words]))
            weights[row][words] = e / sum(e)
    return weights


def softmax_by_logarithm(scores, mask=None):
    mask = True if mask is None else mask
    allowed = np.where(mask, scores, -np.inf)
    total = np.logaddexp.reduce(allowed, axis=-1, keepdims=True)
    return np.exp(np.where(np.isinf(allowed), -np.inf, scores - np.where(np.isinf(total), 0.0, total)))


softmax.alternative("minus infinity, with a guard for empty rows", softmax_with_minus_infinity)
softmax.alternative("a very large penalty, then the mask once more", softmax_with_a_large_penalty)
softmax.alternative("row by row", softmax_row_by_row)
softmax.alternative("the logarithm of the sum", softmax_by_logarithm)

# --------------------------------------------------------------------------------------------- additive_attention

additive = unit.exercise("additive_attention", points=16, see=ADDITIVE, seconds=5, returns=("context", "weights"))


def additive_arguments(rng, batch, source, query, key, value, hidden):
    return (
        rng.normal(size=(batch, query)),
        rng.normal(size=(batch, source, key)),
        rng.normal(size=(batch, source, value)),
        rng.normal(0, 0.7, (query, hidden)),
        rng.normal(0, 0.7, (key, hidden)),
        rng.normal(0, 1.5, hidden),
    )


@additive.cases
def _(rng, size):
    yield Case("no padding", *additive_arguments(rng, 2, 4, 3, 5, 6, 7), tags="plain")
    yield Case("all sizes equal", *additive_arguments(rng, 3, 3, 3, 3, 3, 3), tags="plain")
    yield Case("one sequence of one word", *additive_arguments(rng, 1, 1, 2, 3, 2, 4), tags="plain")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 5, 2, 4, 3, 6) if size == "public" else [int(n) for n in rng.integers(3, 9, 6)]
        yield Case(f"padded at the end {number}", *additive_arguments(rng, *sizes), right_padding(rng, *sizes[:2]),
                   tags="mask")  # fmt: skip
        if size == "secret":
            yield Case(f"padded anywhere {number}", *additive_arguments(rng, *sizes), holes(rng, *sizes[:2]),
                       tags="mask")  # fmt: skip
    yield Case("padded, all sizes equal", *additive_arguments(rng, 3, 3, 3, 3, 3, 3), right_padding(rng, 3, 3),
               tags="mask")  # fmt: skip
    yield Case("a sequence without any word", *additive_arguments(rng, 3, 4, 2, 3, 5, 4),
               one_empty(rng, right_padding(rng, 3, 4)), tags="mask")  # fmt: skip


additive.shape(
    "shapes",
    points=2,
    title="Context and weights are returned, in the right shapes",
    hint="The context is (batch, value features), the weights are (batch, source). The context comes first.",
)
additive.values(
    "weights",
    pick=1,
    points=5,
    cases="plain",
    title="Without padding the weights are right",
    hint="Is `masked_softmax` right? The query joins each key before tanh, and v comes after it.",
)
additive.values(
    "mask",
    pick=1,
    points=3,
    cases="mask",
    title="With padding the words share the weights, and padding gets 0",
    hint="Hand the mask on to `masked_softmax`.",
)
additive.values(
    "context",
    pick=0,
    points=4,
    needs="shapes",
    title="The context is the weighted sum of the values",
    hint="Each value counts as much as its weight says.",
)


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


additive.same(
    "padding",
    points=1,
    pairs=other_source_padding,
    pick_a=0,
    pick_b=0,
    needs=("mask", "context"),
    title="What stands in the padding, and how much there is, makes no difference",
    hint="A padded position may take part neither in the weights nor in the context.",
)
additive.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Make new arrays.",
)

HIDDEN = "np.tanh((query @ W_q)[:, np.newaxis] + keys @ W_k)"
WEIGHTS = "weights = masked_softmax(scores, mask)"
CONTEXT = 'np.einsum("bs,bsf->bf", weights, values)'
additive.mistake(
    "tanh-missing",
    "Your score has no tanh. Without it query and key are only added, so the query adds the same number to every "
    "score, and a softmax does not notice that.",
    patch=[(HIDDEN, "(query @ W_q)[:, np.newaxis] + keys @ W_k")],
)
additive.mistake(
    "query-left-out",
    "Your scores do not depend on the query, so the decoder would look at the same positions at every step.",
    see=LOOKING,
    patch=[(HIDDEN, "np.tanh(keys @ W_k)")],
)
additive.mistake(
    "v-left-out",
    "You add up the hidden units. Each has a weight in `v`, which may be negative, too.",
    patch=[("hidden @ v", "hidden.sum(axis=-1)")],
)
additive.mistake(
    "v-inside-tanh",
    "You weigh the units with `v` before the tanh, so each score lies between -1 and 1. The tanh acts on every unit, "
    "and `v` comes after it.",
    patch=[(HIDDEN, "(query @ W_q)[:, np.newaxis] + keys @ W_k"), ("hidden @ v", "np.tanh(hidden @ v)")],
)
additive.mistake(
    "product-for-sum",
    "You multiply the two projections. This attention is called additive because it adds them.",
    patch=[("[:, np.newaxis] + keys", "[:, np.newaxis] * (keys"), ("@ W_k)", "@ W_k))")],
)
additive.mistake(
    "kernels-swapped",
    "You use each kernel for the other's input: `W_q` belongs to the query and `W_k` to the keys. Where both have the "
    "same number of features no error tells you.",
    patch=[("query @ W_q", "query @ W_k"), ("keys @ W_k)", "keys @ W_q)")],
)
additive.mistake(
    "axis-for-the-source-missing",
    "Your query has no axis for the source, so NumPy lines its sequences up with source positions. Where both sizes "
    "are equal no error tells you.",
    see=PITFALLS,
    patch=[("(query @ W_q)[:, np.newaxis]", "query @ W_q")],
)
additive.mistake(
    "scaled",
    "You divide the scores by the square root of a size. That belongs to the dot product; here `v` sets the scale.",
    see=SCALED,
    patch=[("hidden @ v", "hidden @ v / np.sqrt(len(v))")],
)
additive.mistake(
    "mask-ignored",
    "Your weights do not depend on the mask, so padding takes its share.",
    see=SOFTMAX,
    patch=[(WEIGHTS, "weights = masked_softmax(scores)")],
)
additive.mistake(
    "mask-inverted",
    "You hand on the mask the wrong way round: padding gets all the weight and the words get none.",
    see=SOFTMAX,
    patch=[(WEIGHTS, "weights = masked_softmax(scores, None if mask is None else ~mask)")],
)
additive.mistake(
    "mask-on-the-values",
    "You set the values at padding to 0, but the padding still takes its share of the weights. The context is then too "
    "small.",
    see=PITFALLS,
    patch=[(WEIGHTS, "weights = masked_softmax(scores)"),
           (CONTEXT, 'np.einsum("bs,bsf->bf", weights, values if mask is None else values * mask[..., None])')],
)
additive.mistake(
    "softmax-over-the-batch",
    "Your weights sum to 1 over the sequences of the batch. A sequence shares its weights among its own positions.",
    see=EQUATIONS,
    patch=[(WEIGHTS, "weights = masked_softmax(scores.T, None if mask is None else mask.T).T")],
)
additive.mistake(
    "context-from-the-keys",
    "Your context is made of the keys. They only say where to look; what is found there are the values.",
    see=EQUATIONS,
    patch=[(CONTEXT, 'np.einsum("bs,bsf->bf", weights, keys)')],
)
additive.mistake(
    "context-without-weights",
    "Your context is the plain mean of the values, whatever the weights are. Weigh each value with its share.",
    see=EQUATIONS,
    patch=[(CONTEXT, "values.mean(axis=1)")],
)
additive.mistake(
    "weighted-mean-divided-again",
    "You divide the weighted sum by the number of positions. The weights already sum to 1.",
    see=EQUATIONS,
    patch=[(CONTEXT, 'np.einsum("bs,bsf->bf", weights, values) / values.shape[1]')],
)
additive.mistake(
    "only-the-best-position",
    "Your context is the value with the largest weight alone. All positions take part, each with its share; otherwise "
    "no gradient could tell the scores what to change.",
    see=LOOKING,
    patch=[(CONTEXT, "values[np.arange(len(values)), weights.argmax(axis=1)]")],
)
additive.mistake(
    "scores-returned",
    "You return the scores. The second result is what the softmax makes of them.",
    patch=[("return context, weights", "return context, scores")],
)
additive.mistake(
    "order-exchanged",
    "You return the weights first. The context comes first.",
    patch=[("return context, weights", "return weights, context")],
)
additive.mistake(
    "values-changed",
    "You multiply the values with their weights in place, so at the next step the decoder finds other values. "
    "Make a new array.",
    see=PITFALLS,
    patch=[(f"context = {CONTEXT}", "values *= weights[:, :, np.newaxis]\n    context = values.sum(axis=1)")],
)


def additive_position_by_position(query, keys, values, W_q, W_k, v, mask=None):
    scores = np.empty(keys.shape[:2])
    for s in range(keys.shape[1]):
        scores[:, s] = np.tanh(query @ W_q + keys[:, s] @ W_k) @ v
    weights = masked_softmax(scores, mask)  # noqa: F821 - defined in the notebook
    context = np.zeros((len(values), values.shape[2]))
    for s in range(keys.shape[1]):
        context += weights[:, s : s + 1] * values[:, s]
    return context, weights


def additive_with_one_kernel(query, keys, values, W_q, W_k, v, mask=None):
    repeated = np.repeat(query[:, np.newaxis, :], keys.shape[1], axis=1)
    both = np.concatenate([repeated, keys], axis=-1)
    scores = np.dot(np.tanh(both @ np.concatenate([W_q, W_k])), v[:, np.newaxis])[..., 0]
    a = masked_softmax(scores, mask)  # noqa: F821 - defined in the notebook
    return np.sum(a[..., np.newaxis] * values, axis=1), a


def additive_one_sequence_at_a_time(query, keys, values, W_q, W_k, v, mask=None):
    contexts, shares = [], []
    for n in range(len(query)):
        real = np.ones(len(keys[n]), bool) if mask is None else mask[n]
        share = np.zeros(len(keys[n]))
        if real.any():
            e = np.exp(np.tanh(query[n] @ W_q + keys[n][real] @ W_k) @ v)
            share[real] = e / e.sum()
        contexts.append(share @ values[n])
        shares.append(share)
    return np.array(contexts), np.array(shares)


def additive_by_matrix_products(query, keys, values, W_q, W_k, v, mask=None):
    units = np.tanh(np.einsum("bq,qh->bh", query, W_q)[:, None, :] + np.einsum("bsk,kh->bsh", keys, W_k))
    scores = np.einsum("bsh,h->bs", units, v)
    weights = masked_softmax(scores[:, None, :], None if mask is None else mask[:, None, :])  # noqa: F821
    return (weights @ values).squeeze(1), weights.squeeze(1)


additive.alternative("position by position", additive_position_by_position)
additive.alternative("query and key side by side, one kernel", additive_with_one_kernel)
additive.alternative("one sequence at a time, without padding", additive_one_sequence_at_a_time)
additive.alternative("einsum, and an axis for one query", additive_by_matrix_products)

# -------------------------------------------------------------------------------------------------- dot_attention

dot = unit.exercise("dot_attention", points=14, see=DOT, seconds=5, returns=("context", "weights"))


def dot_arguments(rng, batch, target, source, features, value):
    return (
        rng.normal(0, 1.3, (batch, target, features)),
        rng.normal(0, 1.3, (batch, source, features)),
        rng.normal(size=(batch, source, value)),
    )


@dot.cases
def _(rng, size):
    yield Case("no padding", *dot_arguments(rng, 2, 3, 4, 5, 6), tags="plain")
    yield Case("all sizes equal", *dot_arguments(rng, 3, 3, 3, 3, 3), tags="plain")
    yield Case("many features", *dot_arguments(rng, 1, 2, 3, 12, 2), tags="plain")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 2, 5, 4, 6) if size == "public" else [int(n) for n in rng.integers(3, 9, 5)]
        batch, target, source = sizes[:3]
        yield Case(f"padded {number}", *dot_arguments(rng, *sizes), right_padding(rng, batch, source), tags="padded")
        yield Case(f"positions of its own for each query {number}", *dot_arguments(rng, *sizes),
                   some_allowed(rng, batch, target, source), tags="each")  # fmt: skip
    yield Case("padded, all sizes equal", *dot_arguments(rng, 3, 3, 3, 3, 3), right_padding(rng, 3, 3), tags="padded")
    causal = np.broadcast_to(np.tri(4, dtype=bool), (2, 4, 4))
    yield Case("earlier positions only", *dot_arguments(rng, 2, 4, 4, 3, 2), causal, tags="each")
    if size == "secret":
        yield Case("one query", *dot_arguments(rng, 3, 1, 5, 2, 3), tags="plain")
        yield Case("a sequence without any word", *dot_arguments(rng, 3, 2, 4, 3, 2),
                   one_empty(rng, right_padding(rng, 3, 4)), tags="padded")  # fmt: skip


dot.shape(
    "shapes",
    points=2,
    title="Context and weights are returned, in the right shapes",
    hint="The context is (batch, target, value features), the weights are (batch, target, source).",
)
dot.values(
    "weights",
    pick=1,
    points=4,
    cases="plain",
    title="Without padding the weights are right",
    hint="Is `masked_softmax` right? Which size stands below the root?",
)
dot.values(
    "padded",
    pick=1,
    points=2,
    cases="padded",
    title="A mask of shape (batch, source) holds for all queries of its sequence",
    hint="The scores have one axis more than this mask. Where does it belong?",
)
dot.values(
    "each",
    pick=1,
    points=2,
    cases="each",
    title="A mask of shape (batch, target, source) holds for each query",
    hint="A mask with three axes needs no further one.",
)
dot.values(
    "context",
    pick=0,
    points=3,
    needs="shapes",
    title="Each context is the weighted sum of the values",
    hint="One row of weights for each query, one value for each source position.",
)
dot.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Make new arrays.",
)

ROOT = " / np.sqrt(keys.shape[-1])"
AXIS = "mask = mask[:, np.newaxis]"
dot.mistake(
    "not-scaled",
    "You do not scale the scores. With many features they become large, and the softmax puts nearly everything on one "
    "position.",
    see=SCALED,
    patch=[(ROOT, "")],
)
dot.mistake(
    "scaled-by-the-features",
    "You divide by the number of features. It is the variance of a product that grows like that number, and its "
    "standard deviation like the square root.",
    see=SCALED,
    patch=[(ROOT, " / keys.shape[-1]")],
)
dot.mistake(
    "multiplied-by-the-root",
    "You make the scores larger by the square root. Scaling takes it away.",
    see=SCALED,
    patch=[(ROOT, " * np.sqrt(keys.shape[-1])")],
)
dot.mistake(
    "scaled-by-the-source",
    "Below your root stands the number of source positions. The scores are sums over the features.",
    see=SCALED,
    patch=[(ROOT, " / np.sqrt(keys.shape[1])")],
)
dot.mistake(
    "scaled-by-the-values",
    "Below your root stands the number of value features. The scores are sums over the features of queries and keys.",
    see=SCALED,
    patch=[(ROOT, " / np.sqrt(values.shape[-1])")],
)
dot.mistake(
    "weights-scaled",
    "You scale the weights and not the scores, so they no longer sum to 1.",
    see=SCALED,
    patch=[(ROOT, ""), ("masked_softmax(scores, mask)", "masked_softmax(scores, mask) / np.sqrt(keys.shape[-1])")],
)
dot.mistake(
    "mask-axis-missing",
    "Your mask of shape (batch, source) has no axis for the queries. Where the batch is as large as the target no "
    "error tells you, and each query gets the mask of another sequence.",
    see=PITFALLS,
    patch=[(f"        {AXIS}\n", "        pass\n")],
)
dot.mistake(
    "mask-on-the-queries",
    "You give the mask its new axis at the end. It then hides whole queries instead of source positions.",
    see=PITFALLS,
    patch=[(AXIS, "mask = mask[:, :, np.newaxis]")],
)
dot.mistake(
    "mask-ignored",
    "Your weights do not depend on the mask.",
    see=SOFTMAX,
    patch=[("masked_softmax(scores, mask)", "masked_softmax(scores)")],
)
dot.mistake(
    "mask-inverted",
    "You hand on the mask the wrong way round: queries look only where they may not.",
    see=SOFTMAX,
    patch=[("masked_softmax(scores, mask)", "masked_softmax(scores, None if mask is None else ~mask)")],
)
dot.mistake(
    "mask-for-each-query-reduced",
    "From a mask with a row for each query you use the first row only. Each query has positions of its own.",
    see=SELF,
    patch=[(AXIS, "mask = mask[:, np.newaxis]\n    elif mask is not None:\n        mask = mask[:, :1]")],
)
dot.mistake(
    "softmax-over-the-queries",
    "Your weights sum to 1 over the queries. Each query shares its weights among the source positions.",
    see=EQUATIONS,
    patch=[("masked_softmax(scores, mask)",
            "masked_softmax(\n        scores.swapaxes(1, 2),\n        None if mask is None else "
            "np.broadcast_to(mask, scores.shape).swapaxes(1, 2),\n    ).swapaxes(1, 2)")],
)
dot.mistake(
    "context-from-the-keys",
    "Your context is made of the keys. They only say where to look; what is found there are the values.",
    see=EQUATIONS,
    patch=[("weights @ values", "weights @ keys")],
)
dot.mistake(
    "context-without-weights",
    "Every query gets the plain mean of the values, whatever its weights are.",
    see=EQUATIONS,
    patch=[("weights @ values", "np.repeat(values.mean(axis=1, keepdims=True), queries.shape[1], axis=1)")],
)
dot.mistake(
    "scores-returned",
    "You return the scores. The second result is what the softmax makes of them.",
    patch=[("return weights @ values, weights", "return weights @ values, scores")],
)
dot.mistake(
    "order-exchanged",
    "You return the weights first. The context comes first.",
    patch=[("return weights @ values, weights", "return weights, weights @ values")],
)
dot.mistake(
    "queries-changed",
    "You scale the queries in place, so the caller's array changes under its feet. Make a new array.",
    see=PITFALLS,
    patch=[(f"scores = queries @ keys.swapaxes(1, 2){ROOT}",
            "queries /= np.sqrt(keys.shape[-1])\n    scores = queries @ keys.swapaxes(1, 2)")],
)


def dot_by_einsum(queries, keys, values, mask=None):
    scores = np.einsum("btf,bsf->bts", queries, keys) * queries.shape[2] ** -0.5
    if mask is not None:
        mask = mask.reshape(len(mask), -1, mask.shape[-1])
    weights = masked_softmax(scores, mask)  # noqa: F821 - defined in the notebook
    return np.einsum("bts,bsf->btf", weights, values), weights


def dot_query_by_query(queries, keys, values, mask=None):
    contexts, rows = [], []
    for t in range(queries.shape[1]):
        scores = (queries[:, t, np.newaxis] * keys).sum(axis=-1) / keys.shape[-1] ** 0.5
        allowed = mask[:, t] if mask is not None and mask.ndim == 3 else mask
        rows.append(masked_softmax(scores, allowed))  # noqa: F821 - defined in the notebook
        contexts.append((rows[-1][..., np.newaxis] * values).sum(axis=1))
    return np.stack(contexts, axis=1), np.stack(rows, axis=1)


def dot_both_scaled(queries, keys, values, mask=None):
    root = queries.shape[-1] ** 0.25
    scores = np.matmul(queries / root, np.transpose(keys / root, (0, 2, 1)))
    if mask is None:
        mask = np.ones_like(scores, dtype=bool)
    elif mask.ndim < scores.ndim:
        mask = np.repeat(np.expand_dims(mask, 1), queries.shape[1], axis=1)
    weights = np.zeros_like(scores)
    for n in np.ndindex(scores.shape[:2]):
        if mask[n].any():
            e = np.where(mask[n], np.exp(scores[n] - scores[n][mask[n]].max()), 0)
            weights[n] = e / e.sum()
    return np.matmul(weights, values), weights


dot.alternative("einsum", dot_by_einsum)
dot.alternative("query by query", dot_query_by_query)
dot.alternative("queries and keys scaled by the fourth root, no helper", dot_both_scaled)

# ----------------------------------------------------------------------------------------- attention_decoder_step

step = unit.exercise("attention_decoder_step", points=16, see=DECODER, seconds=5, returns=("logits", "s", "weights"))


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


@step.cases
def _(rng, size):
    yield Case("no padding", *step_arguments(rng, 2, 4, 3, 5, 6, 7, 8), tags="plain")
    for number in range(1 if size == "public" else 4):
        sizes = (3, 5, 2, 4, 3, 6, 7) if size == "public" else [int(n) for n in rng.integers(3, 9, 7)]
        yield Case(f"padded {number}", *step_arguments(rng, *sizes), right_padding(rng, *sizes[:2]), tags="mask")
    if size == "secret":
        yield Case("all sizes equal", *step_arguments(rng, 3, 3, 3, 3, 3, 3, 3), tags="plain")
        yield Case("a source without any word", *step_arguments(rng, 3, 4, 2, 3, 3, 4, 5),
                   one_empty(rng, right_padding(rng, 3, 4)), tags="mask")  # fmt: skip


step.shape(
    "shapes",
    points=2,
    title="Logits, state and weights are returned, in the right shapes",
    hint="(batch, vocabulary), (batch, units) and (batch, source), in this order.",
)
step.values(
    "weights",
    pick=2,
    points=4,
    cases="plain",
    title="Without padding the weights are right",
    hint="Is `additive_attention` right? Which state asks?",
)
step.values(
    "mask",
    pick=2,
    points=2,
    cases="mask",
    title="Padding of the source gets no weight",
    hint="Hand the mask on.",
)
step.values(
    "state",
    pick=1,
    points=4,
    title="The new state is right",
    hint="What enters the GRU, and in which order?",
)
step.values(
    "logits",
    pick=0,
    points=3,
    title="The logits are right",
    hint="They come from the context and the new state, side by side, and no softmax follows.",
)
step.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Make new arrays.",
)

ATTEND = "context, weights = additive_attention(s_prev, states, states, *attention, mask)"
JOIN = "np.concatenate([y_prev, context], axis=-1)"
LOGITS = "np.concatenate([context, s], axis=-1) @ W_o + b_o"
step.mistake(
    "mask-not-handed-on",
    "Your attention does not get the mask, so the decoder reads the padding of the source.",
    see=PITFALLS,
    patch=[(", *attention, mask)", ", *attention)")],
)
step.mistake(
    "asked-by-the-new-state",
    "You ask once more with the new state. Here the state before the step asks, once, and its context serves both the "
    "step and the output.",
    patch=[("    logits =", f"    {ATTEND.replace('s_prev', 's')}\n    logits =")],
)
step.mistake(
    "last-encoder-state-for-context",
    "Your GRU gets the last encoder state instead of the context. That is the fixed vector again: every step sees the "
    "same.",
    see="10_attention#one-vector-for-everything",
    patch=[("    x_t", "    context = states[:, -1]\n    x_t")],
)
step.mistake(
    "mean-of-states-for-context",
    "Your context is the plain mean of the encoder states. Take the one that the weights make.",
    see=EQUATIONS,
    patch=[("    x_t", "    context = states.mean(axis=1)\n    x_t")],
)
step.mistake(
    "input-in-the-other-order",
    "You put the context before the previous word. The kernel of the GRU expects the word first.",
    patch=[(JOIN, "np.concatenate([context, y_prev], axis=-1)")],
)
step.mistake(
    "output-in-the-other-order",
    "For the logits you put the state before the context. The kernel of the output expects the context first.",
    patch=[("np.concatenate([context, s], axis=-1)", "np.concatenate([s, context], axis=-1)")],
)
step.mistake(
    "old-state-in-the-logits",
    "Your logits come from the state before the step. It has not read the previous word yet.",
    patch=[("np.concatenate([context, s], axis=-1)", "np.concatenate([context, s_prev], axis=-1)")],
)
step.mistake(
    "old-state-returned",
    "You return the state that you were given. The next step has to start from the new one.",
    patch=[("return logits, s, weights", "return logits, s_prev, weights")],
)
step.mistake(
    "step-from-zero",
    "Your GRU starts from a state of zeros, so everything that the decoder has written so far is forgotten.",
    patch=[("gru_step(x_t, s_prev, *gru)", "gru_step(x_t, 0 * s_prev, *gru)")],
)
step.mistake(
    "context-not-in-the-step",
    "You replace the context by zeros in the GRU's input. The state must know what was just read from the source.",
    see=LOOKING,
    patch=[(JOIN, "np.concatenate([y_prev, 0 * context], axis=-1)")],
)
step.mistake(
    "context-not-in-the-output",
    "You replace the context by zeros in the output. The word is chosen from the new state and from what was read.",
    see=LOOKING,
    patch=[("np.concatenate([context, s], axis=-1)", "np.concatenate([0 * context, s], axis=-1)")],
)
step.mistake(
    "bias-left-out",
    "Your logits lack the bias of the output layer. There is one number for each word of the vocabulary.",
    patch=[(" @ W_o + b_o", " @ W_o")],
)
step.mistake(
    "softmax-on-the-logits",
    "You return probabilities. Logits are asked for; the softmax belongs to the loss, or to the choice of the word.",
    patch=[(LOGITS, f"masked_softmax({LOGITS})")],
)
step.mistake(
    "tanh-on-the-logits",
    "You squash the logits with tanh. They are plain numbers before the softmax, as large as they need to be.",
    patch=[(LOGITS, f"np.tanh({LOGITS})")],
)
step.mistake(
    "context-returned",
    "Your third result is the context. The weights are asked for: they make the heat map.",
    see="10_attention#what-the-decoder-looks-at",
    patch=[("return logits, s, weights", "return logits, s, context")],
)
step.mistake(
    "results-in-another-order",
    "You return the state before the logits. The logits come first.",
    patch=[("return logits, s, weights", "return s, logits, weights")],
)
step.mistake(
    "state-changed",
    "You write the new state into the array of the old one, so the caller's array changes under its feet.",
    patch=[("    logits =", "    s_prev[...] = s\n    logits =")],
)


def step_with_split_kernels(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_q, W_k, v = attention
    W_x, W_h, b = gru
    W_o, b_o = output
    features, units = y_prev.shape[1], s_prev.shape[1]
    scores = np.tanh(np.expand_dims(s_prev @ W_q, 1) + states @ W_k) @ v
    weights = masked_softmax(scores, mask)  # noqa: F821 - defined in the notebook
    c = np.sum(weights[:, :, None] * states, axis=1)
    a = y_prev @ W_x[:features] + c @ W_x[features:] + b[0]
    r_and_z = 1 / (1 + np.exp(-(a + s_prev @ W_h + b[1])[:, : 2 * units]))
    z, r = r_and_z[:, :units], r_and_z[:, units:]
    g = np.tanh(a[:, 2 * units :] + r * (s_prev @ W_h + b[1])[:, 2 * units :])
    s = g + z * (s_prev - g)
    inner = c.shape[1]
    return c @ W_o[:inner] + s @ W_o[inner:] + b_o, s, weights


def step_one_sequence_at_a_time(y_prev, s_prev, states, attention, gru, output, mask=None):
    rows = []
    for n in range(len(y_prev)):
        one = slice(n, n + 1)
        words = None if mask is None else mask[one]
        c, a = additive_attention(s_prev[one], states[one], states[one], *attention, mask=words)  # noqa: F821
        s = gru_step(np.hstack((y_prev[one], c)), s_prev[one], *gru)  # noqa: F821 - defined in the notebook
        rows.append((np.hstack((c, s)) @ output[0] + output[1], s, a))
    return tuple(np.vstack(part) for part in zip(*rows, strict=True))


def step_by_dictionary(y_prev, s_prev, states, attention, gru, output, mask=None):
    names = dict(zip(("W_q", "W_k", "v"), attention, strict=True))
    context, weights = additive_attention(query=s_prev, keys=states, values=states, mask=mask, **names)  # noqa: F821
    s = gru_step(np.append(y_prev, context, axis=1), s_prev, *gru)  # noqa: F821 - defined in the notebook
    joined = np.block([context, s, np.ones((len(s), 1))])
    return [joined @ np.vstack([output[0], output[1]]), s, weights]


step.alternative("kernels cut in two, no helpers", step_with_split_kernels)
step.alternative("one sequence at a time", step_one_sequence_at_a_time)
step.alternative("arguments by name, and the bias as one more row", step_by_dictionary)

# ---------------------------------------------------------------------------------------------- build_translator

translator = unit.exercise("build_translator", points=12, see=DECODER, seconds=30)


def translator_weights(rng, n_source, n_target, units):
    """Weights of the whole model, in Keras' order: both embeddings, encoder, decoder, Dense."""
    shapes = [(n_source, 16), (n_target, 16)]
    shapes += 2 * [(16, 3 * units), (units, 3 * units), (2, 3 * units)]
    shapes += [(2 * units, n_target), (n_target,)]
    return [rng.normal(0, 0.5, shape).astype(np.float32) for shape in shapes]


@translator.cases
def _(rng, size):
    def case(name, n_source, n_target, units, batch, source, target, tags="numbers"):
        # Ids that both vocabularies have, so that a model with its inputs exchanged answers as well.
        most = min(n_source, n_target)
        ids = rng.integers(1, most, (batch, source)) * right_padding(rng, batch, source)
        # No padding in the target: what a model says there is nobody's business, and right models differ in it.
        shifted = rng.integers(1, most, (batch, target))
        sizes = (n_source, n_target, units)
        # Weights fit one structure only, so the case that looks at the structure loads none.
        weights = translator_weights(rng, *sizes) if tags == "numbers" else None
        inputs = (ids.astype(np.int32), shifted.astype(np.int32))
        return Case(name, *sizes, tags=tags, seed=7).model(inputs=inputs, weights=weights)

    yield case("twelve and nine words, four units", 12, 9, 4, 1, 5, 5, tags="structure")
    yield case("with given weights", 12, 9, 4, 2, 5, 4)
    if size == "secret":
        yield case("other sizes", 7, 12, 7, 4, 6, 5)


translator.facts(
    "embeddings",
    points=2,
    cases="structure",
    where={"layers.Embedding": {"count": 2}, "layers.Embedding.mask_zero": [True, True],
           "layers.Embedding.output_dim": [16, 16]},
    title="Source and target have an embedding each, and both make a mask",
    hint="`Embedding` makes a mask only when it is told that 0 is padding.",
)
translator.facts(
    "recurrent",
    points=2,
    cases="structure",
    where={"layers.GRU.units": [4, 4], "layers.GRU.return_sequences": [True, True]},
    title="Encoder and decoder are GRUs with a state for every word",
    hint="Attention needs all states of the encoder, and the output needs all states of the decoder.",
)
translator.facts(
    "attention",
    points=2,
    cases="structure",
    where={"layers.Attention": {"count": 1}, "layers.Attention.use_scale": False, "layers.Attention.score_mode": "dot"},
    title="One `Attention` layer with its default settings joins them",
    hint="Its result must be used, or the layer is not part of the model.",
)
translator.facts(
    "every-word",
    points=2,
    cases="structure",
    where={"output_shape": [None, None, 9], "input_shape": {"in": [[[None, None], [None, None]], None]}},
    title="There is one distribution over the target words at every step, for sentences of any length",
    hint="Both time axes stay open, and the last layer has one output a word.",
)
translator.facts(
    "loss",
    points=1,
    cases="structure",
    where={"compiled": True, "loss": "sparse_categorical_crossentropy"},
    title="It is compiled with a cross-entropy for whole-number targets",
    hint="The targets are ids and not rows with a single 1.",
)
translator.outputs(
    "numbers",
    points=3,
    cases="numbers",
    needs=("embeddings", "recurrent", "attention"),
    rtol=1e-3,
    atol=1e-4,
    title="With given weights the probabilities are right, source padding or not",
    hint="Who asks, and who answers? Where does the decoder start? What stands first in the joined vector?",
)

ENCODER = "keras.layers.GRU(units, return_sequences=True, return_state=True)(words)"
translator.mistake(
    "no-source-mask",
    "Your source embedding makes no mask, so the decoder reads padding, and a sentence is translated differently in "
    "another batch.",
    see=PITFALLS,
    patch=[("(n_source, 16, mask_zero=True)", "(n_source, 16)")],
    where={"layers.Embedding.mask_zero": [False, True]},
)
translator.mistake(
    "no-target-mask",
    "Your target embedding makes no mask, so the loss counts padding. It is easy to get right, and the loss looks "
    "better than it is.",
    see=PITFALLS,
    patch=[("(n_target, 16, mask_zero=True)", "(n_target, 16)")],
    where={"layers.Embedding.mask_zero": [True, False]},
)
translator.mistake(
    "no-masks",
    "Neither of your embeddings makes a mask: attention reads padding, and the loss counts it.",
    see=PITFALLS,
    patch=[(", mask_zero=True", "", 2)],
    where={"layers.Embedding.mask_zero": [False, False]},
)
translator.mistake(
    "decoder-starts-from-zero",
    "Your decoder starts from zeros. It should start where the encoder stopped, or it cannot ask for anything at its "
    "first step.",
    patch=[("(words, initial_state=last)", "(words)")],
)
translator.mistake(
    "decoder-looks-at-itself",
    "Your decoder looks at its own states, and later ones among them. The values are the encoder's states.",
    see=SELF,
    patch=[("[decoded, states]", "[decoded, decoded]")],
)
translator.mistake(
    "encoder-asks",
    "The encoder states are your queries and the decoder states your values. The decoder asks, so that every step of "
    "the target gets a context.",
    see=LOOKING,
    patch=[("[decoded, states]", "[states, decoded]")],
)
translator.mistake(
    "state-first",
    "You put the decoder state before the context. The context comes first.",
    patch=[("[context, decoded]", "[decoded, context]")],
)
translator.mistake(
    "context-not-used",
    "Your output is made from the decoder states alone. The attention layer is computed and thrown away, and the fixed "
    "vector is all that the decoder gets.",
    see="10_attention#one-vector-for-everything",
    patch=[('activation="softmax")(both)', 'activation="softmax")(decoded)')],
    where={"layers.Attention": {"count": 0}, "layers.AdditiveAttention": {"count": 0}, "layers.GRU": {"count": 2}},
)
translator.mistake(
    "state-not-used",
    "Your output is made from the context alone. Without the decoder state it does not know what has been written.",
    patch=[('activation="softmax")(both)', 'activation="softmax")(context)')],
    where={"layers.Attention": {"count": 1}, "weight_shapes.-2": [4, 9]},
)
translator.mistake(
    "additive-layer",
    "Your layer is additive attention. It would do the job, but the one with a product is asked for.",
    see=ADDITIVE,
    patch=[("keras.layers.Attention()", "keras.layers.AdditiveAttention()")],
    where={"layers.AdditiveAttention": {"count": 1}},
)
translator.mistake(
    "learnt-scale",
    "Your attention learns a scale of its own. The default settings have none.",
    see=SCALED,
    patch=[("keras.layers.Attention()", "keras.layers.Attention(use_scale=True)")],
    where={"layers.Attention.use_scale": True},
)
translator.mistake(
    "another-cell",
    "Your encoder and decoder are LSTMs. They would do the job, but GRUs are asked for.",
    patch=[(ENCODER, "keras.layers.LSTM(units, return_sequences=True, return_state=True)(words)"),
           ("states, last =", "states, *last ="), ("keras.layers.GRU(", "keras.layers.LSTM(")],
    where={"layers.GRU": {"count": 0}, "layers.LSTM": {"count": 2}},
)
translator.mistake(
    "one-embedding",
    "One embedding serves both languages in your model. Word 5 of the source and word 5 of the target are different "
    "words.",
    patch=[("    words = keras.layers.Embedding(n_source, 16, mask_zero=True)(source)",
            "    embed = keras.layers.Embedding(max(n_source, n_target), 16, mask_zero=True)\n"
            "    words = embed(source)"),
           ("keras.layers.Embedding(n_target, 16, mask_zero=True)(target)", "embed(target)")],
    where={"layers.Embedding": {"count": 1}},
)
translator.mistake(
    "source-vocabulary-in-the-output",
    "Your output has one number for each source word. It chooses words of the target.",
    patch=[("keras.layers.Dense(n_target,", "keras.layers.Dense(n_source,")],
    where={"layers.Dense.units": 12},
)
translator.mistake(
    "inputs-exchanged",
    "Your model takes the target first and the source second. The source comes first.",
    patch=[("keras.Model([source, target]", "keras.Model([target, source]")],
)
translator.mistake(
    "sigmoid-output",
    "Your last layer uses a sigmoid: several words could be certain at once. The numbers of a step must sum to 1.",
    patch=[('activation="softmax"', 'activation="sigmoid"')],
    where={"layers.Dense.activation": "sigmoid"},
)
translator.mistake(
    "no-softmax",
    "Your last layer has no activation. Its numbers are not probabilities, and this loss expects them to be.",
    patch=[(', activation="softmax"', "")],
    where={"layers.Dense.activation": "linear", "layers.Activation": {"count": 0}},
)
translator.mistake(
    "loss-for-one-hot",
    "Your loss expects each target as a row with a single 1. The targets are whole numbers.",
    patch=[('loss="sparse_categorical_crossentropy"', 'loss="categorical_crossentropy"')],
    where={"loss": "categorical_crossentropy"},
)
translator.mistake(
    "not-compiled",
    "Your model is not compiled, so it has no loss and cannot be trained.",
    patch=[('    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")\n', "")],
    where={"compiled": False},
)
translator.mistake(
    "fixed-length",
    "Your model accepts sources of one length only. Leave both time axes open.",
    patch=[("source = keras.Input((None,)", "source = keras.Input((5,)")],
    where={"input_shape.0.1": {"min": 1}},
)


def translator_target_first(n_source, n_target, units):
    target = keras.layers.Input(shape=[None], dtype="int64", name="target")
    source = keras.layers.Input(shape=[None], dtype="int64", name="source")
    target_vectors = keras.layers.Embedding(n_target, 16, mask_zero=True, name="target_words")(target)
    source_vectors = keras.layers.Embedding(n_source, 16, mask_zero=True, name="source_words")(source)
    encoder = keras.layers.GRU(units, return_state=True, return_sequences=True, name="encoder")
    decoder = keras.layers.GRU(units, return_state=True, return_sequences=True, name="decoder")
    encoded, state = encoder(source_vectors)
    decoded, _ = decoder(target_vectors, initial_state=[state])
    context = keras.layers.Attention(score_mode="dot", name="attention")([decoded, encoded, encoded])
    joined = keras.layers.concatenate([context, decoded])
    probabilities = keras.layers.Dense(n_target, activation=keras.activations.softmax)(joined)
    model = keras.Model(inputs=(source, target), outputs=probabilities)
    model.compile(keras.optimizers.Adam(0.003), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def translator_with_a_mask_by_hand(n_source, n_target, units):
    source, target = (keras.Input((None,), dtype="int32") for _ in range(2))
    embed = keras.layers.Embedding(n_source, 16, mask_zero=True)
    words = embed(source)
    states, last = keras.layers.GRU(units, return_sequences=True, return_state=True)(words)
    shifted = keras.layers.Embedding(n_target, 16, mask_zero=True)(target)
    decoded = keras.layers.GRU(units, return_sequences=True)(shifted, initial_state=last)
    context, _ = keras.layers.Attention()(
        [decoded, states], mask=[None, embed.compute_mask(source)], return_attention_scores=True
    )
    outputs = keras.layers.Dense(n_target)(keras.layers.Concatenate(axis=-1)([context, decoded]))
    model = keras.models.Model([source, target], keras.layers.Activation("softmax")(outputs))
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam())
    return model


def translator_time_distributed(n_source, n_target, units):
    inputs = [keras.Input((None,), name="source"), keras.Input((None,), name="target")]
    source, target = (
        keras.layers.Embedding(n, 16, mask_zero=True, embeddings_initializer="glorot_uniform")(ids)
        for n, ids in zip((n_source, n_target), inputs, strict=True)
    )
    *all_states, last = keras.layers.GRU(units, return_sequences=True, return_state=True)(source)
    decoded = keras.layers.GRU(units, return_sequences=True)(target, initial_state=last)
    looked_up = keras.layers.Attention(dropout=0.0)([decoded, all_states[0]])
    joined = keras.layers.Concatenate()([looked_up, decoded])
    outputs = keras.layers.TimeDistributed(keras.layers.Dense(n_target, activation="softmax"))(joined)
    model = keras.Model(inputs, outputs)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(ignore_class=0))
    return model


translator.alternative("the target branch first, everything named", translator_target_first)
translator.alternative("the mask handed to the attention, softmax as a layer", translator_with_a_mask_by_hand)
translator.alternative("TimeDistributed, and a loss that ignores the padding", translator_time_distributed)
