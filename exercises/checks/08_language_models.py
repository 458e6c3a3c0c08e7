"""What is checked in unit 08, language models: cases, criteria, known mistakes, unorthodox right solutions."""

import keras  # noqa: F401 - alternatives and mistakes are written as the notebook's cells would be
import numpy as np
from _padding import right_padding

from autograder.authoring import Case, Unit

unit = Unit("08_language_models", title="Language models", needs=("numpy", "keras"))
unit.manual("written_compare", points=5)
unit.manual("written_settings", points=5)

PERPLEXITY = "08_language_models#perplexity"
SAMPLING = "08_language_models#sampling"
TEMPERATURE = "08_language_models#temperature"
TOP_K = "08_language_models#top-k"
NUCLEUS = "08_language_models#nucleus-sampling"
ROWS = "08_language_models#rows-that-go-on"
SHIFT = "08_language_models#inputs-and-targets-shifted-by-one"
MODEL = "08_language_models#a-recurrent-language-model"
PITFALLS = "08_language_models#pitfalls"


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


# ----------------------------------------------------------------------------------------------------- perplexity

surprise = unit.exercise("perplexity", points=14, see=PERPLEXITY, seconds=5)


def predictions(rng, batch, time, vocab, sharp=1.5):
    """Log probabilities of a model that is neither right nor wrong everywhere, and the tokens that came."""
    return log_softmax(rng.normal(0, sharp, (batch, time, vocab))), rng.integers(0, vocab, (batch, time))


@surprise.cases
def _(rng, size):
    yield Case("a uniform model", np.full((2, 3, 5), -np.log(5)), rng.integers(0, 5, (2, 3)), tags="full")
    yield Case("no padding", *predictions(rng, 3, 4, 6), tags="full")
    yield Case("as many tokens as rows and steps", *predictions(rng, 4, 4, 4), tags="full")
    yield Case("a mask without padding", *predictions(rng, 2, 5, 3), np.ones((2, 5), dtype=bool), tags="full")
    for number in range(1 if size == "public" else 4):
        batch, time, vocab = (3, 6, 4) if size == "public" else rng.integers(3, 9, 3)
        mask = right_padding(rng, batch, time)
        yield Case(f"padding {number}", *predictions(rng, batch, time, vocab), mask, tags="padded")
        logs, targets = predictions(rng, batch, time, vocab)
        logs[~mask] = np.where(np.arange(vocab) == 0, 0.0, -np.inf)
        targets[~mask] = rng.integers(0, vocab, np.count_nonzero(~mask))
        targets[0, -1] = 1  # the first row is padded at its end
        yield Case(f"certain and wrong at padding {number}", logs, targets, mask, tags="junk")
    mask = np.array([[True, True, True, True], [False, False, False, False], [True, False, False, False]])
    yield Case("one row is all padding", *predictions(rng, 3, 4, 5), mask, tags="padded")
    yield Case("a long text", *predictions(rng, 1, 160 if size == "public" else 400, 4, sharp=9.0), tags="long")
    logs, targets = predictions(rng, 1, 3, 4)
    logs[0, 1] = np.where(np.arange(4) == targets[0, 1], -np.inf, -np.log(3))
    yield Case("an impossible token came", logs, targets, tags="long")


surprise.shape("number", points=1, title="One number comes back", hint="It is one number for the whole batch.")
surprise.values(
    "full",
    points=3,
    cases="full",
    needs="number",
    title="Without padding the perplexity is right",
    hint="At each step, look up the token that came. A uniform model over 5 tokens has perplexity 5.",
)
surprise.values(
    "padded",
    points=4,
    cases="padded",
    needs="number",
    title="With padding only real tokens count, and each counts the same",
    hint="Neither the sum nor the number by which you divide may hold padding, and rows have different lengths.",
)
surprise.values(
    "junk",
    points=2,
    cases="junk",
    needs="number",
    title="What stands at padded steps makes no difference, even minus infinity",
    hint="What happens when 0 is multiplied by infinity?",
)
surprise.values(
    "long",
    points=2,
    cases="long",
    needs="number",
    title="A long text and an impossible token are measured as well",
    hint="Stay with logarithms until the mean is taken.",
)
surprise.raises(
    "empty",
    ValueError,
    points=1,
    case=Case("no real step", np.full((2, 3, 4), -np.log(4)), np.ones((2, 3), int), np.zeros((2, 3), bool)),
    title="Without a real step there is a clear error",
    hint="A mean over nothing is nan. Say what is wrong instead.",
)
surprise.unchanged(
    "inputs",
    points=1,
    needs="number",
    title="The arrays you were given are left as they were",
    hint="Make new arrays.",
)

RESULT = "np.exp(-chosen[real].mean())"
surprise.mistake(
    "mean-loss-returned",
    "You return the mean loss, the cross-entropy in nats. The perplexity is its exponential.",
    patch=[(RESULT, "-chosen[real].mean()")],
)
surprise.mistake(
    "sign-missing",
    "Your perplexity is below 1. Logarithms of probabilities are negative, and a minus sign is missing.",
    patch=[(RESULT, "np.exp(chosen[real].mean())")],
)
surprise.mistake(
    "padding-counted",
    "You count padding as if it were text. The perplexity then depends on how the batch was put together.",
    see=PITFALLS,
    patch=[(RESULT, "np.exp(-chosen.mean())")],
)
surprise.mistake(
    "divided-by-padding-too",
    "You add up the loss of the real tokens, but divide by all positions, padding included. The perplexity comes out "
    "too low.",
    see=PITFALLS,
    patch=[(RESULT, "np.exp(-chosen[real].sum() / chosen.size)")],
)
surprise.mistake(
    "zero-times-infinity",
    "You multiply by the mask to leave padding out. Where minus infinity stands at a padded step, 0 times infinity "
    "is nan. Select the real steps instead.",
    see=PITFALLS,
    patch=[(RESULT, "np.exp(-(chosen * real).sum() / real.sum())")],
)
surprise.mistake(
    "mean-over-rows",
    "You take the mean of each row first, and then the mean over the rows. A token of a short row then counts more "
    "than one of a long row.",
    patch=[
        (
            RESULT,
            "np.exp(-np.mean([row[keep].mean() for row, keep in zip(chosen, real, strict=True) if keep.any()]))",
        )
    ],
)
surprise.mistake(
    "mean-of-perplexities",
    "You compute a perplexity for each row and take their mean. One bad row then decides. Take the mean of the "
    "losses over all real tokens, and the exponential last.",
    patch=[
        (
            RESULT,
            "np.mean([np.exp(-row[keep].mean()) for row, keep in zip(chosen, real, strict=True) if keep.any()])",
        )
    ],
)
surprise.mistake(
    "mean-of-inverse-probabilities",
    "You take the mean of one over the probability. The exponential comes after the mean: the mean is taken over the "
    "logarithms.",
    patch=[(RESULT, "np.exp(-chosen[real]).mean()")],
)
surprise.mistake(
    "sum-for-mean",
    "You take the sum over the tokens. It grows with the length of the text; the mean does not.",
    patch=[(RESULT, "np.exp(-chosen[real].sum())")],
)
surprise.mistake(
    "base-two",
    "You raise 2 to the mean loss, but the logarithms are natural ones. Base and logarithm must belong together.",
    see="08_language_models#bits-per-character",
    patch=[(RESULT, "2 ** -chosen[real].mean()")],
)
surprise.mistake(
    "most-probable-token",
    "You look at the most probable token of each step. Asked for is the token that came.",
    patch=[("np.take_along_axis(log_probs, targets[..., np.newaxis], axis=-1)[..., 0]", "log_probs.max(axis=-1)")],
)
surprise.mistake(
    "logarithm-twice",
    "You take the logarithm of numbers that are logarithms already. They are negative, so nan comes out.",
    patch=[("-chosen[real].mean()", "-np.log(chosen[real]).mean()")],
)
surprise.mistake(
    "mask-inverted",
    "You take the mask the wrong way round: True marks a real step.",
    see=PITFALLS,
    patch=[("else mask", "else ~mask")],
)
surprise.mistake(
    "product-of-probabilities",
    "You multiply the probabilities of all tokens. On a long text the product is too small for a float and becomes 0. "
    "Add logarithms instead.",
    patch=[(RESULT, "np.prod(np.exp(chosen[real])) ** (-1 / np.count_nonzero(real))")],
)
surprise.mistake(
    "one-number-a-row",
    "You return a perplexity for each row. One number for the whole batch is asked for.",
    patch=[
        (
            "return np.exp(-chosen[real].mean())",
            "return np.exp(-np.where(real, chosen, 0.0).sum(axis=1) / np.maximum(real.sum(axis=1), 1))",
        )
    ],
)


def perplexity_by_loop(log_probs, targets, mask=None):
    loss, count = 0.0, 0
    for b in range(len(targets)):
        for t in range(len(targets[b])):
            if mask is None or mask[b][t]:
                loss -= float(log_probs[b, t, targets[b, t]])
                count += 1
    if not count:
        raise ValueError("The mask leaves nothing.")
    with np.errstate(over="ignore"):
        return np.exp(loss / count)


def perplexity_real_steps_first(log_probs, targets, mask=None):
    if mask is not None:
        log_probs, targets = log_probs[mask], targets[mask]
    flat = log_probs.reshape(-1, log_probs.shape[-1])
    if len(flat) == 0:
        raise ValueError("no tokens")
    return float(np.exp(np.mean(-flat[np.arange(len(flat)), targets.ravel()])))


def perplexity_with_weights(log_probs, targets, mask=None):
    vocab = log_probs.shape[2]
    weights = np.ones(targets.shape) if mask is None else mask.astype(float)
    if weights.sum() == 0:
        raise ValueError(f"all {weights.size} steps are padding")
    one_hot = targets[:, :, None] == np.arange(vocab)
    nats = -np.where(one_hot & (weights[:, :, None] > 0), log_probs, 0.0).sum(axis=2)
    bits = np.average(nats, weights=weights) / np.log(2)
    return 2.0**bits


surprise.alternative("plain loops", perplexity_by_loop)
surprise.alternative("real steps selected first", perplexity_real_steps_first)
surprise.alternative("weights, and bits instead of nats", perplexity_with_weights)

# -------------------------------------------------------------------------------------------- filter_distribution

filtering = unit.exercise("filter_distribution", points=20, see=SAMPLING, seconds=5)


def clear_logits(rng, shape, temperature=1.0, top_k=None, top_p=1.0, sharp=1.5):
    """Logits without ties, whose nucleus does not hang on a rounding; at least two tokens are kept and one is not."""
    while True:
        z = rng.normal(0, sharp, shape)
        ranked = np.sort(np.exp(log_softmax(z / temperature)), axis=-1)[..., ::-1][..., :top_k]
        total = np.cumsum(ranked / ranked.sum(axis=-1, keepdims=True), axis=-1)
        if (abs(total - top_p) > 2e-3).all() and (total[..., 0] < top_p).all() and (total[..., -2] > top_p).all():
            return z
        if top_p == 1.0:
            return z


@filtering.cases
def _(rng, size):
    yield Case("softmax alone", rng.normal(size=(2, 5)), tags="temperature")
    yield Case("a temperature of a half", rng.normal(size=(3, 4)), 0.5, tags="temperature")
    yield Case("a temperature of two, as many tokens as rows", rng.normal(size=(4, 4)), 2.0, tags="temperature")
    yield Case("one distribution", rng.normal(size=6), 0.8, tags="temperature")
    yield Case("large logits", np.array([[2000.0, 1999.0, -2000.0], [-2000.0, -2001.0, -2003.0]]), tags="stable")
    yield Case("a very low temperature", rng.normal(size=(2, 4)), 1e-3, tags="stable")
    yield Case("the three best", rng.normal(size=(4, 6)), top_k=3, tags="top-k")
    yield Case("the best one", rng.normal(size=(2, 5)), 1.5, 1, tags="top-k")
    yield Case("top_k is the size of the vocabulary", rng.normal(size=(2, 4)), top_k=4, tags="top-k")
    yield Case("top_k above the size of the vocabulary", rng.normal(size=(2, 4)), top_k=9, tags="top-k")
    yield Case("a nucleus", clear_logits(rng, (4, 6), top_p=0.7), top_p=0.7, tags="nucleus")
    yield Case("a nucleus of one distribution", clear_logits(rng, (7,), top_p=0.8), top_p=0.8, tags="nucleus")
    yield Case("one token holds more than the nucleus", np.array([[4.0, 1.0, 0.0, 2.0], [0.0, 1.0, 5.0, 2.0]]), 1.0,
               None, 0.5, tags="nucleus")  # fmt: skip
    # Whether a running total ends at exactly 1 hangs on a rounding, so this case must not decide which mistake it is.
    yield Case("a nucleus of everything", rng.normal(size=(2, 5)), top_p=1.0, tags="together")
    yield Case("temperature, then a nucleus", clear_logits(rng, (5, 8), 2.0, None, 0.75, 2.5), 2.0, None, 0.75,
               tags="together")  # fmt: skip
    yield Case("all three", clear_logits(rng, (5, 8), 1.5, 4, 0.8), 1.5, 4, 0.8, tags="together")
    yield Case("several steps of several rows", clear_logits(rng, (2, 3, 6), 0.7, 5, 0.9), 0.7, 5, 0.9, tags="together")
    for number in range(0 if size == "public" else 4):
        vocab = int(rng.integers(7, 15))
        t, k, p = float(rng.uniform(0.6, 2)), int(rng.integers(4, vocab)), float(rng.uniform(0.6, 0.85))
        shape = (int(rng.integers(2, 6)), vocab)
        yield Case(f"other temperature {number}", rng.normal(size=shape), t, tags="temperature")
        yield Case(f"other top-k {number}", rng.normal(size=shape), t, k, tags="top-k")
        yield Case(f"other nucleus {number}", clear_logits(rng, shape, 1.0, None, p), 1.0, None, p, tags="nucleus")
        yield Case(f"other mixture {number}", clear_logits(rng, shape, t, k, p), t, k, p, tags="together")


filtering.shape(
    "shape", points=1, title="The probabilities have the shape of the logits", hint="One probability for each logit."
)
filtering.values(
    "temperature",
    points=4,
    cases="temperature",
    needs="shape",
    title="Softmax and temperature are right",
    hint="The logits are divided before the softmax, and the softmax runs over the last axis.",
)
filtering.values(
    "stable",
    points=2,
    cases="stable",
    needs="shape",
    title="Large logits are no problem",
    hint="A softmax does not change when the largest logit is taken from all of them.",
)
filtering.values(
    "top-k",
    points=4,
    cases="top-k",
    needs="shape",
    title="Top-k keeps the most probable tokens of each row, and they add up to 1",
    hint="What probability does a token have whose logit is minus infinity?",
)
filtering.values(
    "nucleus",
    points=5,
    cases="nucleus",
    needs="shape",
    title="The nucleus is the shortest beginning that reaches `top_p`",
    hint="The token that carries the sum over `top_p` still belongs to it.",
)
filtering.values(
    "together",
    points=2,
    cases="together",
    needs=("temperature", "top-k", "nucleus"),
    title="Together they are applied in the order asked for",
    hint="The nucleus is taken from the distribution that temperature and top-k have left.",
)
filtering.raises(
    "errors",
    ValueError,
    points=1,
    case=[
        Case("temperature 0", np.array([[0.5, 1.0, 2.0]]), 0.0),
        Case("a negative temperature", np.array([[0.5, 1.0, 2.0]]), -1.0),
        Case("top_k is 0", np.array([[0.5, 1.0, 2.0]]), 1.0, 0),
        Case("top_p is 0", np.array([[0.5, 1.0, 2.0]]), 1.0, None, 0.0),
        Case("top_p above 1", np.array([[0.5, 1.0, 2.0]]), 1.0, None, 1.2),
    ],
    title="Settings out of range give a clear error",
    hint="Look at all three settings before you compute.",
)
filtering.unchanged(
    "inputs",
    points=1,
    needs="shape",
    title="The array you were given is left as it was",
    hint="The next draw needs the same logits. Work on a copy.",
)

SCALED = "z = logits / temperature"
SOFTMAX = "p = p / p.sum(axis=-1, keepdims=True)\n"
RANKED = "before = np.cumsum(ranked, axis=-1) - ranked"
KEPT = "kept = np.where(before < top_p, ranked, 0.0)"
PUT_BACK = "np.put_along_axis(result, order, kept, axis=-1)"
SMALLEST = "smallest_kept = np.sort(z, axis=-1)[..., -top_k, np.newaxis]"
filtering.mistake(
    "wrong-axis",
    "Your softmax runs over the rows of the batch. The probabilities of the tokens of one row must add up to 1.",
    see=SAMPLING,
    patch=[
        ("np.exp(z - z.max(axis=-1, keepdims=True))", "np.exp(z - z.max(axis=0, keepdims=True))"),
        (SOFTMAX, "p = p / p.sum(axis=0, keepdims=True)\n"),
    ],
)
filtering.mistake(
    "temperature-multiplied",
    "You multiply the logits by the temperature. A low temperature then makes the text wilder, not tamer.",
    see=TEMPERATURE,
    patch=[(SCALED, "z = logits * temperature")],
)
filtering.mistake(
    "temperature-without-effect",
    "Your temperature has no effect. Dividing the probabilities by it and dividing by their sum again changes nothing: "
    "it belongs to the logits.",
    see=TEMPERATURE,
    patch=[(SCALED, "z = logits + 0.0")],
)
filtering.mistake(
    "overflow",
    "Your exponentials overflow: for large logits nan or wrong probabilities come out. Take the largest logit of the "
    "row from all of them first.",
    see=PITFALLS,
    patch=[("np.exp(z - z.max(axis=-1, keepdims=True))", "np.exp(z)")],
)
filtering.mistake(
    "top-k-of-the-tail",
    "You keep the tokens with the smallest logits. Sorting goes from the smallest up.",
    see=TOP_K,
    patch=[(SMALLEST, "largest_kept = np.sort(z, axis=-1)[..., top_k - 1, np.newaxis]"),
           ("z >= smallest_kept", "z <= largest_kept")],
)  # fmt: skip
filtering.mistake(
    "one-too-few",
    "You keep one token less than `top_k`: the last one that belongs to them is lost.",
    see=TOP_K,
    patch=[("z >= smallest_kept", "z > smallest_kept")],
)
filtering.mistake(
    "one-too-many",
    "You keep one token more than `top_k`. Count from the end: the last of a sorted row has the index -1.",
    see=TOP_K,
    patch=[("-top_k, np.newaxis", "-top_k - 1, np.newaxis")],
)
filtering.mistake(
    "more-than-there-are",
    "Where `top_k` is larger than the vocabulary, you ask for a place that a sorted row does not have. All tokens are "
    "kept then.",
    see=TOP_K,
    patch=[(" and top_k < z.shape[-1]", "")],
)
filtering.mistake(
    "top-k-of-the-batch",
    "You take the `top_k` largest logits of the whole batch. Each row has its own.",
    see=TOP_K,
    patch=[(SMALLEST, "smallest_kept = np.minimum(np.sort(z, axis=None)[-top_k], z.max(axis=-1, keepdims=True))")],
)
filtering.mistake(
    "logits-set-to-zero",
    "You set the logits that are cut off to 0. The exponential of 0 is 1, so these tokens keep a good chance.",
    see=TOP_K,
    patch=[("z >= smallest_kept, z, -np.inf", "z >= smallest_kept, z, 0.0")],
)
filtering.mistake(
    "top-k-not-divided-again",
    "You cut off after the softmax and leave it at that. What is kept must add up to 1 again.",
    see=TOP_K,
    patch=[
        (
            SOFTMAX,
            "everything = np.exp(logits / temperature - z.max(axis=-1, keepdims=True))\n"
            "    p = p / everything.sum(axis=-1, keepdims=True)\n",
        )
    ],
)
filtering.mistake(
    "nucleus-not-divided-again",
    "After the nucleus your probabilities add up to less than 1. Divide by their sum again.",
    see=NUCLEUS,
    patch=[("return result / result.sum(axis=-1, keepdims=True)", "return result")],
)
filtering.mistake(
    "crossing-token-dropped",
    "You drop the token that carries the sum over `top_p`. What you keep then holds less than `top_p`, and where the "
    "first token is large enough by itself you keep nothing.",
    see=NUCLEUS,
    patch=[(KEPT, "kept = np.where(before + ranked < top_p, ranked, 0.0)")],
)
filtering.mistake(
    "crossing-token-dropped-but-one-stays",
    "You drop the token that carries the sum over `top_p`, so what you keep holds less than `top_p`. It still "
    "belongs to the nucleus.",
    see=NUCLEUS,
    patch=[(KEPT, "kept = np.where((before + ranked < top_p) | (before == 0), ranked, 0.0)")],
)
filtering.mistake(
    "nucleus-unsorted",
    "You add the probabilities up in the order of the tokens. Sort them first, from the largest down.",
    see=NUCLEUS,
    patch=[("order = np.argsort(-p, axis=-1)", "order = np.argsort(0 * p, axis=-1, kind='stable')")],
)
filtering.mistake(
    "nucleus-of-the-tail",
    "You add the probabilities up from the smallest. The nucleus holds the most probable tokens.",
    see=NUCLEUS,
    patch=[("np.argsort(-p, axis=-1)", "np.argsort(p, axis=-1)")],
)
filtering.mistake(
    "left-in-sorted-order",
    "You return the probabilities in sorted order. Each one has to go back to the place of its token.",
    see=NUCLEUS,
    patch=[(PUT_BACK, "result = kept")],
)
filtering.mistake(
    "single-probability-as-threshold",
    "You compare `top_p` with single probabilities. It is compared with the sum of the most probable ones.",
    see=NUCLEUS,
    patch=[(KEPT, "kept = np.where((ranked >= 1 - top_p) | (before == 0), ranked, 0.0)")],
)
filtering.mistake(
    "nucleus-before-temperature",
    "Your nucleus is taken from the distribution without the temperature. Apply the temperature first.",
    see=NUCLEUS,
    patch=[
        (
            RANKED,
            "cold = np.exp(np.log(np.maximum(ranked, 1e-300)) * temperature)\n"
            "    cold = cold * (ranked > 0) / (cold * (ranked > 0)).sum(axis=-1, keepdims=True)\n"
            "    before = np.cumsum(cold, axis=-1) - cold",
        )
    ],
)
filtering.mistake(
    "nucleus-before-top-k",
    "Your nucleus is taken from the distribution over all tokens, top-k left out. Cut off first, so that what is "
    "left adds up to 1, and take the nucleus of that.",
    see=NUCLEUS,
    patch=[
        (
            RANKED,
            "whole = np.exp(logits / temperature - z.max(axis=-1, keepdims=True))\n"
            "    whole = whole / whole.sum(axis=-1, keepdims=True)\n"
            "    whole = np.take_along_axis(whole, order, axis=-1)\n"
            "    before = np.cumsum(whole, axis=-1) - whole",
        )
    ],
)
filtering.mistake(
    "input-changed",
    "You change the logits that you were given. Work on a new array.",
    see=PITFALLS,
    patch=[(SCALED, "logits /= temperature\n    z = logits")],
)


def filter_by_powers(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature <= 0 or (top_k is not None and top_k < 1) or (top_p is not None and (top_p <= 0 or top_p > 1)):
        raise ValueError("a setting is out of range")
    p = np.array(logits, dtype=float)
    p = np.exp((p - p.max(-1, keepdims=True)) / temperature)
    rank = (-p).argsort(-1).argsort(-1)
    if top_k is not None:
        p = p * (rank < top_k)
    p = p / p.sum(-1, keepdims=True)
    if top_p is not None:
        larger = p[..., None, :] > p[..., :, None]
        p = p * ((larger * p[..., None, :]).sum(-1) < top_p)
        p = p / p.sum(-1, keepdims=True)
    return p


def filter_row_by_row(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("The temperature must be positive.")
    if top_k is not None and not top_k >= 1:
        raise ValueError("top_k must be at least 1.")
    if top_p is not None and not (0 < top_p <= 1):
        raise ValueError("top_p must lie in (0, 1].")
    rows = np.reshape(logits, (-1, np.shape(logits)[-1]))
    result = np.zeros(rows.shape)
    for row, out in zip(rows, result, strict=True):
        best = sorted(range(len(row)), key=lambda j: row[j], reverse=True)[: top_k or len(row)]
        weights = [np.exp((row[j] - row[best[0]]) / temperature) for j in best]
        whole, total, kept = sum(weights), 0.0, []
        for j, weight in zip(best, weights, strict=True):
            kept.append((j, weight))
            total += weight / whole
            if top_p is not None and total >= top_p:
                break
        norm = sum(weight for _, weight in kept)
        for j, weight in kept:
            out[j] = weight / norm
    return result.reshape(np.shape(logits))


def filter_by_thresholds(logits, temperature=1.0, top_k=None, top_p=None):
    def softmax(z):
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    if temperature <= 0.0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and not 0.0 < top_p <= 1.0:
        raise ValueError("top_p")
    scores = np.asarray(logits) / temperature
    vocab = scores.shape[-1]
    if top_k is not None:
        k = min(top_k, vocab)
        edge = np.partition(scores, vocab - k, axis=-1)[..., vocab - k : vocab - k + 1]
        scores = np.where(scores < edge, -np.inf, scores)
    if top_p is not None:
        falling = -np.sort(-softmax(scores), axis=-1)
        count = np.minimum(np.sum(np.cumsum(falling, axis=-1) < top_p, axis=-1, keepdims=True), vocab - 1)
        scores = np.where(softmax(scores) < np.take_along_axis(falling, count, axis=-1), -np.inf, scores)
    return softmax(scores)


filtering.alternative("powers, ranks, and the sum of what is larger", filter_by_powers)
filtering.alternative("row by row with lists", filter_row_by_row)
filtering.alternative("thresholds, and minus infinity for both", filter_by_thresholds)

# ----------------------------------------------------------------------------------------------------------- draw

drawing = unit.exercise("draw", points=10, see=SAMPLING, seconds=5)


def distributions(rng, batch, vocab):
    p = rng.gamma(0.7, size=(batch, vocab)) + 0.02
    return p / p.sum(axis=-1, keepdims=True)


@drawing.cases
def _(rng, size):
    for number in range(2 if size == "public" else 6):
        batch, vocab = (6, 4 + number) if size == "public" else rng.integers(3, 12, 2)
        yield Case(f"random numbers {number}", distributions(rng, batch, vocab), rng.random(batch), tags="plain")
    yield Case("as many tokens as rows", distributions(rng, 5, 5), rng.random(5), tags="plain")
    u = np.linspace(0.05, 0.95, 12)
    yield Case("one distribution, many numbers", np.tile(distributions(rng, 1, 6), (12, 1)), u, tags="plain")
    quarters = np.tile([0.25, 0.25, 0.0, 0.5], (5, 1))
    yield Case("on the edge between two tokens", quarters, np.array([0.0, 0.25, 0.5, 0.125, 0.75]), tags="impossible")
    p = np.array([[0.0, 0.0, 0.5, 0.5], [0.0, 1.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.5]])
    yield Case("u is 0, and the first tokens are impossible", p, np.array([0.0, 0.0, 0.5]), tags="impossible")
    short = np.array([[0.5, 0.25, 0.25 - 1e-7, 0.0], [0.2, 0.5, 0.1, 0.2 - 1e-7], [0.0, 1 - 1e-7, 0.0, 0.0]])
    yield Case("the sum is a little below 1, and u is above it", short, np.full(3, 1 - 1e-9), tags="rounding")


drawing.shape(
    "shape",
    points=1,
    title="One whole number for each row comes back",
    hint="Return the numbers of the tokens, shape (batch,).",
)
drawing.values(
    "plain",
    points=4,
    cases="plain",
    needs="shape",
    title="The token on whose piece u falls is drawn",
    hint="Compare the running totals of each row with the number of this row.",
)
drawing.values(
    "impossible",
    points=2,
    cases="impossible",
    needs="shape",
    title="A token with probability 0 is never drawn, and edges belong to the next token",
    hint="The running total must be larger than u, not equal to it. Try u = 0.",
)
drawing.values(
    "rounding",
    points=2,
    cases="rounding",
    needs="shape",
    title="Rounding in the sum does no harm",
    hint="What if no running total is larger than u?",
)
drawing.unchanged(
    "inputs",
    points=1,
    needs="shape",
    title="The arrays you were given are left as they were",
    hint="Make new arrays.",
)

TOTAL = "total = np.cumsum(probabilities, axis=-1)"
NORMALISED = "    total = total / total[:, -1:]  # the last one is exactly 1 now, and u is below it\n"
CHOSEN = "np.argmax(total > u[:, np.newaxis], axis=-1)"
drawing.mistake(
    "always-the-favourite",
    "You always take the most probable token. That is greedy decoding: the random number makes no difference.",
    see=SAMPLING,
    patch=[(CHOSEN, "np.argmax(probabilities, axis=-1)")],
)
drawing.mistake(
    "no-running-total",
    "You compare u with single probabilities. Compare it with their running total.",
    see=SAMPLING,
    patch=[(TOTAL, "total = probabilities + 0.0"), (NORMALISED, "")],
)
drawing.mistake(
    "edge-to-the-wrong-side",
    "Where u equals a running total you take the token before. With u = 0 that can be a token with probability 0.",
    see=SAMPLING,
    patch=[("total > u", "total >= u")],
)
drawing.mistake(
    "falls-back-to-the-first-token",
    "When the sum is a little below 1 and u is above it, you find no token and answer 0, which may be any token. Keep "
    "rounding in mind.",
    see=SAMPLING,
    patch=[(NORMALISED, "")],
)
drawing.mistake(
    "past-the-end",
    "When the sum is a little below 1 and u is above it, you answer a number that no token has.",
    see=SAMPLING,
    patch=[(NORMALISED, ""), (CHOSEN, "(total <= u[:, np.newaxis]).sum(axis=-1)")],
)
drawing.mistake(
    "last-token-at-any-rate",
    "When the sum is a little below 1 and u is above it, you take the last token, though its probability may be 0.",
    see=SAMPLING,
    patch=[
        (NORMALISED, ""),
        (CHOSEN, "np.minimum((total <= u[:, np.newaxis]).sum(axis=-1), probabilities.shape[-1] - 1)"),
    ],
)
drawing.mistake(
    "one-number-for-all-rows",
    "You use the first random number for every row. Each row has its own.",
    see=SAMPLING,
    patch=[("u[:, np.newaxis]", "u[0]")],
)
drawing.mistake(
    "one-distribution-for-all-rows",
    "You use the distribution of the first row for every row. Each row has its own.",
    see=SAMPLING,
    patch=[("total[:, -1:]", "total[:, -1:]\n    total = np.broadcast_to(total[:1], total.shape)")],
)
drawing.mistake(
    "totals-over-the-batch",
    "You add the probabilities up over the rows of the batch. The total runs over the tokens of one row.",
    see=SAMPLING,
    patch=[("np.cumsum(probabilities, axis=-1)", "np.cumsum(probabilities, axis=0)")],
)
drawing.mistake(
    "counted-from-one",
    "Your tokens are one too high. They are counted from 0.",
    see=SAMPLING,
    patch=[(CHOSEN, CHOSEN + " + 1")],
)
drawing.mistake(
    "line-from-the-other-end",
    "You lay the pieces out from the last token to the first. Token 0 comes first on the line.",
    see=SAMPLING,
    patch=[(CHOSEN, "np.argmin(total <= 1 - u[:, np.newaxis], axis=-1)")],
)
drawing.mistake(
    "probability-returned",
    "You return the probability of the token. Its number is asked for.",
    see=SAMPLING,
    patch=[("return " + CHOSEN, "i = " + CHOSEN + "\n    return probabilities[np.arange(len(u)), i]")],
)


def draw_with_searchsorted(probabilities, u):
    result = []
    for p, number in zip(probabilities, u, strict=True):
        tokens = np.flatnonzero(p)
        place = np.searchsorted(np.cumsum(p[tokens]), number, side="right")
        result.append(tokens[min(place, len(tokens) - 1)])
    return np.array(result)


def draw_by_subtracting(probabilities, u):
    result = np.zeros(len(u), dtype=int)
    for row in range(len(u)):
        left = u[row]
        for token, p in enumerate(probabilities[row]):
            if p > 0:
                result[row] = token
                left = left - p
                if left < 0:
                    break
    return result


def draw_by_counting(probabilities, u):
    total = np.add.accumulate(probabilities, axis=1)
    place = np.sum(total <= np.reshape(u, (-1, 1)), axis=1)
    last = probabilities.shape[1] - 1 - np.argmax(probabilities[:, ::-1] > 0, axis=1)
    return np.minimum(place, last).astype("int32")


drawing.alternative("searchsorted on the possible tokens", draw_with_searchsorted)
drawing.alternative("subtracting until nothing is left", draw_by_subtracting)
drawing.alternative("counting the totals that are passed", draw_by_counting)

# ----------------------------------------------------------------------------------------------- stateful_batches

cutting = unit.exercise("stateful_batches", points=12, see=ROWS, seconds=5, returns=("x", "y"))


@cutting.cases
def _(rng, size):
    def text(length):
        return rng.integers(0, 50, length)

    yield Case("the numbers 0 to 9", np.arange(10), 2, 2, tags="plain")
    yield Case("many batches", text(3 * 4 * 5 + 1), 3, 4, tags="plain")
    yield Case("as many rows as batches and steps", text(3 * 3 * 3 + 1), 3, 3, tags="plain")
    yield Case("one batch", text(2 * 6 + 1), 2, 6, tags="plain")
    yield Case("one row", text(14), 1, 4, tags="rest")
    yield Case("one step", text(15), 4, 1, tags="rest")
    yield Case("the text just fills the windows", text(2 * 3 * 4), 2, 3, tags="rest")
    yield Case("much is left", text(2 * 3 * 5), 2, 5, tags="rest")
    for number in range(0 if size == "public" else 4):
        batch, steps, n = (int(k) for k in rng.integers(2, 7, 3))
        yield Case(f"other sizes {number}", text(n * batch * steps + 1), batch, steps, tags="plain")
        yield Case(f"other rest {number}", text(int(rng.integers(n, n + 1) * batch * steps + rng.integers(0, steps))),
                   batch, steps, tags="rest")  # fmt: skip


cutting.shape(
    "shapes",
    points=2,
    title="`x` and `y` have shape (n, batch, steps)",
    hint="How many batches are there, when one token is kept for the last target?",
)
cutting.values(
    "inputs-right",
    pick=0,
    points=4,
    cases="plain",
    needs="shapes",
    title="Row b of a batch goes on where row b of the batch before stopped",
    hint="First cut the text into long rows, then each row into windows. Which axis has to come first?",
)
cutting.values(
    "targets",
    pick=1,
    points=3,
    cases="plain",
    needs="shapes",
    title="Each target is the next token of the text",
    hint="At the last step of a window the target is the first token of the next window of this row.",
)
cutting.values(
    "rest",
    points=1,
    cases="rest",
    needs=("inputs-right", "targets"),
    title="What is left at the end of the text is dropped",
    hint="The rows lie close together at the beginning of the text.",
)
cutting.raises(
    "too-short",
    ValueError,
    points=1,
    case=[Case("no token for the last target", np.arange(12), 3, 4), Case("three tokens", np.arange(3), 2, 2)],
    title="A text that is too short gives a clear error",
    hint="One batch needs one token more than it holds.",
)
cutting.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The text you were given is left as it was",
    hint="Make new arrays.",
)

INPUTS = "x = ids[:used].reshape(batch, n, steps).transpose(1, 0, 2)"
TARGETS = "y = ids[1 : used + 1].reshape(batch, n, steps).transpose(1, 0, 2)"
NEW_ROWS = "reshape(batch, n, steps).transpose(1, 0, 2)"
cutting.mistake(
    "goes-on-in-the-next-row",
    "Your text goes on from row to row within one batch. Row b of the next batch then starts somewhere else, and the "
    "state that is carried over belongs to another place.",
    see=ROWS,
    patch=[(NEW_ROWS, "reshape(n, batch, steps)", 2)],
)
cutting.mistake(
    "axes-exchanged",
    "Your rows are right, but the first axis counts the rows. It should count the batches.",
    see=ROWS,
    patch=[(NEW_ROWS, "reshape(batch, n, steps)", 2)],
)
cutting.mistake(
    "time-first",
    "You put the steps before the rows. The order is (n, batch, steps).",
    see=ROWS,
    patch=[(NEW_ROWS, "reshape(batch, n, steps).transpose(1, 2, 0)", 2)],
)
cutting.mistake(
    "rows-interleaved",
    "Neighbouring tokens of the text stand in different rows. Each row is a stretch of the text.",
    see=ROWS,
    patch=[(NEW_ROWS, "reshape(n, steps, batch).transpose(0, 2, 1)", 2)],
)
cutting.mistake(
    "targets-not-shifted",
    "Your targets are the inputs themselves. The model would learn to repeat the token it has just read.",
    see=SHIFT,
    patch=[(TARGETS, "y = x.copy()")],
)
cutting.mistake(
    "targets-shifted-back",
    "Your targets are the tokens *before* the inputs. The model has read those already.",
    see=SHIFT,
    patch=[(TARGETS, "y = np.roll(ids, 1)[:used].reshape(batch, n, steps).transpose(1, 0, 2)")],
)
cutting.mistake(
    "targets-two-ahead",
    "Your targets are two tokens ahead. The next one is asked for.",
    see=SHIFT,
    patch=[(TARGETS, "y = np.roll(ids, -2)[:used].reshape(batch, n, steps).transpose(1, 0, 2)")],
)
cutting.mistake(
    "targets-wrap-in-the-window",
    "You shift inside each window, so its last target is its own first token. The right one stands in the text after "
    "the window.",
    see=SHIFT,
    patch=[(TARGETS, "y = np.roll(x, -1, axis=-1)")],
)
cutting.mistake(
    "targets-wrap-in-the-text",
    "The very last target is the first token of the text: you turn the text round at its end. Keep one token for it.",
    see=SHIFT,
    patch=[("ids[1 : used + 1]", "np.roll(ids[:used], -1)")],
)
cutting.mistake(
    "no-token-for-the-last-target",
    "You divide the whole length into windows. When the text just fills them, the last target is missing: one token "
    "has to be left over.",
    see=SHIFT,
    patch=[("(len(ids) - 1) //", "len(ids) //")],
)
cutting.mistake(
    "rows-too-far-apart",
    "Your rows begin too late: you give every row an equal share of the text, as the lesson does, and drop something "
    "at the end of each. Here the rows lie close together, and only the end of the text is dropped.",
    see=ROWS,
    patch=[
        (INPUTS, "long = (len(ids) - 1) // batch\n    starts = (np.arange(batch) * long)[None, :, None]\n"
                 "    place = starts + (np.arange(n) * steps)[:, None, None] + np.arange(steps)\n    x = ids[place]"),
        (TARGETS, "y = ids[place + 1]"),
    ],
)  # fmt: skip
cutting.mistake(
    "no-error",
    "When the text is too short, you return empty arrays. Nothing would be trained, and nobody would notice.",
    see=ROWS,
    patch=[("if n < 1:", "if n < 0:")],
)
cutting.mistake(
    "end-of-the-text-kept",
    "You drop what does not fit at the beginning of the text. It should be dropped at the end.",
    see=ROWS,
    patch=[("used = n * batch * steps", "used = n * batch * steps\n    ids = ids[len(ids) - used - 1 :]")],
)


def batches_by_loop(ids, batch, steps):
    n = (ids.size - 1) // (batch * steps)
    if not n:
        raise ValueError("too short")
    x, y = np.empty((2, n, batch, steps), dtype=ids.dtype)
    for k in range(n):
        for b in range(batch):
            start = (b * n + k) * steps
            x[k, b] = ids[start : start + steps]
            y[k, b] = ids[start + 1 : start + steps + 1]
    return x, y


def batches_by_index(ids, batch, steps):
    n = (len(ids) - 1) // batch // steps
    if n == 0:
        raise ValueError("The text does not fill one batch.")
    k, b, t = np.ix_(range(n), range(batch), range(steps))
    place = b * n * steps + k * steps + t
    return ids[place], ids[place + 1]


def batches_by_splitting(ids, batch, steps):
    n = (len(ids) - 1) // (batch * steps)
    if n <= 0:
        raise ValueError(f"at least {batch * steps + 1} tokens are needed")

    def cut(part):
        rows = np.stack(np.split(part, batch))
        return np.stack(np.split(rows, n, axis=1))

    return [cut(ids[: n * batch * steps]), cut(ids[1:][: n * batch * steps])]


cutting.alternative("loops over batches and rows", batches_by_loop)
cutting.alternative("an index for every place", batches_by_index)
cutting.alternative("split twice", batches_by_splitting)

# ------------------------------------------------------------------------------------------- train_language_model

train = unit.exercise("train_language_model", points=14, see=MODEL, seconds=60)
ANIMALS, PLACES, CONTEXT, HELD_OUT = 6, 3, 20, 400
N_WORDS = 4 + 2 * ANIMALS + PLACES


def sentences(rng, n):
    """Words of the language in the notebook, as its `make_text` makes them."""
    words = []
    for _ in range(n):
        animal = rng.integers(ANIMALS)
        old = [2] if rng.random() < 0.5 else []
        words += [1, *old, 4 + animal, 3, 1, 4 + 2 * ANIMALS + rng.integers(PLACES), 4 + ANIMALS + animal, 0]
    return np.array(words, dtype=np.int32)


@train.cases
def _(rng, size):
    # Each window of 20 words, and the one word that follows it; the words inside the window are not scored.
    windows = np.lib.stride_tricks.sliding_window_view(sentences(rng, 60), CONTEXT + 1)[:HELD_OUT]
    targets = np.full((HELD_OUT, CONTEXT), -1, dtype=np.int32)
    targets[:, -1] = windows[:, -1]
    seed = 1 if size == "public" else int(rng.integers(2, 1000))
    yield Case("one training", seed).model(inputs=windows[:, :-1].copy(), targets=targets)


train.facts(
    "left-to-right",
    points=2,
    where={
        "layers.GRU": {"count": {"min": 1}},
        "layers.Bidirectional": {"count": 0},
        "layers.GRU.go_backwards": {"not": {"contains": True}},
    },
    title="A GRU reads the words from left to right",
    hint="The next word may not be known to the model in any way.",
)
train.facts(
    "every-step",
    points=2,
    where={"output_shape.2": N_WORDS},
    title="There is a distribution over all words at every step",
    hint="The GRU returns all its states, and the last layer has one output for each word.",
)
train.facts(
    "loss",
    points=1,
    where={"loss": {"in": ["sparse_categorical_crossentropy", "categorical_crossentropy"]}},
    title="The loss is a cross-entropy",
    hint="The exponential of this loss is the perplexity.",
)
train.score(
    "learns",
    metric="perplexity",
    none=2.1,
    full=1.8,
    points=9,
    needs=["left-to-right", "every-step"],
    title="On new text the perplexity is well below that of a trigram model",
    hint="Are the targets the next words? Are there enough updates to get past the plateau?",
)

FIT = "model.fit(x, y, batch_size=8, epochs=6, verbose=0)"
SHORT = ("epochs=6", "epochs=1")
SOFTMAX_LAYER = 'keras.layers.Dense(len(WORDS), activation="softmax")'
train.mistake(
    "looks-ahead",
    "Your model reads in both directions. At every step but the last its backward half has seen the next word, so the "
    "training loss falls to almost nothing, and on new text there is nothing to copy.",
    see=PITFALLS,
    patch=[
        ("keras.layers.GRU(64, return_sequences=True)", "keras.layers.Bidirectional(keras.layers.GRU(32, "
         "return_sequences=True))"),
        SHORT,
    ],
    where={"layers.Bidirectional": {"count": 1}},
)  # fmt: skip
train.mistake(
    "reads-backwards",
    "Your GRU reads from the end to the beginning, so it has seen the word that it is asked for.",
    see=PITFALLS,
    patch=[("return_sequences=True)", "return_sequences=True, go_backwards=True)"), SHORT],
    where={"layers.GRU.go_backwards": True},
)
train.mistake(
    "another-cell",
    "Your model remembers with an LSTM. It would do the job, but here a GRU is asked for.",
    patch=[("keras.layers.GRU(", "keras.layers.LSTM("), SHORT],
    where={"layers.LSTM": {"count": {"min": 1}}},
)
train.mistake(
    "no-memory",
    "Your model has no recurrent layer. It sees one word at a time, so it is a bigram model. Use a GRU.",
    see="08_language_models#counting-n-gram-models",
    patch=[("keras.layers.GRU(64, return_sequences=True)", 'keras.layers.Dense(64, activation="tanh")'), SHORT],
    where={"layers.GRU": {"count": 0}, "layers.LSTM": {"count": 0}, "layers.SimpleRNN": {"count": 0}},
)
train.mistake(
    "last-step-only",
    "Your GRU returns its last state only, so the model answers once for each window. It should answer at every step.",
    see=SHIFT,
    patch=[(", return_sequences=True", ""), ("model.fit(x, y,", "model.fit(x, y[:, -1],"), SHORT],
    where={"layers.GRU.return_sequences": False},
)
train.mistake(
    "history-returned",
    "You return what `fit` gives back, the history of the losses. The trained model is asked for.",
    patch=[("    " + FIT, "    return " + FIT), SHORT],
)
train.mistake(
    "never-trained",
    "Your model was never trained: it hesitates between all words. Call `fit` before you return it.",
    see="08_language_models#a-fresh-network-knows-nothing",
    patch=[("    " + FIT + "\n", "")],
    where={"steps": 0},
)
train.mistake(
    "no-softmax",
    "Your last layer has no softmax, so its outputs are not probabilities.",
    see=MODEL,
    patch=[(', activation="softmax"', ""), SHORT],
    where={"layers.Dense.activation": "linear", "layers.Softmax": {"count": 0}, "layers.Activation": {"count": 0}},
)
train.mistake(
    "squared-error",
    "Your loss is a squared error. Words are classes: use a cross-entropy, whose exponential is the perplexity.",
    see=PERPLEXITY,
    patch=[
        ('loss="sparse_categorical_crossentropy"', 'loss="mse"'),
        ("model.fit(x, y,", "model.fit(x, keras.utils.to_categorical(y, len(WORDS)),"),
        SHORT,
    ],
    where={"loss": "mse"},
)
train.mistake(
    "learning-rate-too-large",
    "Your learning rate is so large that each update jumps past every good value. The loss leaps and stays high.",
    see=MODEL,
    patch=[("Adam(0.02)", "Adam(2.0)"), ("epochs=6", "epochs=2")],
    where={"learning_rate": {"min": 0.2}, "score": {"min": 2.0}},
)
train.mistake(
    "learning-rate-too-small",
    "Your learning rate is so small that the model is still far from the plateau when training ends. Take larger "
    "steps.",
    see=MODEL,
    patch=[("Adam(0.02)", "Adam(0.0001)"), ("epochs=6", "epochs=2")],
    where={"learning_rate": {"max": 0.0015}, "steps": {"min": 1}, "score": {"min": 1.81}},
)
train.mistake(
    "targets-not-shifted",
    "On new text your model is worse than one that knows nothing. That happens when the targets are the inputs: it has "
    "learnt to repeat the word that it has just read.",
    see=SHIFT,
    patch=[("ids[1 : n * steps + 1]", "ids[: n * steps]"), ("epochs=6", "epochs=3")],
    where={"learning_rate": {"min": 0.0015, "max": 0.2}, "steps": {"min": 1}, "score": {"min": float(N_WORDS)}},
)
train.mistake(
    "stopped-on-the-plateau",
    "You stop while the loss is still on the plateau, where the model knows the last words only. It makes too few "
    "updates: use more epochs or smaller batches.",
    see=MODEL,
    patch=[SHORT],
    where={"steps": {"min": 1, "max": 100}, "learning_rate": {"min": 0.0015, "max": 0.2}, "score": {"min": 1.81}},
)


def train_functional(seed):
    keras.utils.set_random_seed(seed)
    ids = make_text(500, seed)  # noqa: F821 - defined in the notebook
    rows = np.lib.stride_tricks.sliding_window_view(ids, 15)[::10]
    words = keras.Input(shape=(None,), dtype="int32")
    vectors = keras.layers.Embedding(len(WORDS), 24, embeddings_initializer="glorot_uniform")(words)  # noqa: F821
    states = keras.layers.GRU(80, return_sequences=True, name="reader")(vectors)
    model = keras.Model(words, keras.layers.Softmax()(keras.layers.Dense(len(WORDS))(states)))  # noqa: F821
    model.compile(keras.optimizers.Adam(0.015, clipnorm=1.0), keras.losses.SparseCategoricalCrossentropy())
    model.fit(rows[:, :-1], rows[:, 1:], batch_size=10, epochs=6, verbose=0)
    return model


def train_on_fresh_sentences(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential()
    model.add(keras.layers.Embedding(len(WORDS), 32))  # noqa: F821
    model.add(keras.layers.GRU(64, return_sequences=True, reset_after=False))
    model.add(keras.layers.Dense(len(WORDS), activation="softmax"))  # noqa: F821
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.optimizer.learning_rate = 0.02
    for epoch in range(7):
        x, y = stateful_batches(make_text(420, 1000 * seed + epoch), 8, 12)  # noqa: F821 - each part of text is new
        history = model.fit(x.reshape(-1, 12), y.reshape(-1, 12), batch_size=8, verbose=0, shuffle=True)
    return model, history


def train_two_layers(seed):
    keras.utils.set_random_seed(seed)
    ids = make_text(n=500, seed=seed)  # noqa: F821
    x, y = [ids[k : len(ids) - 1 + k][: (len(ids) - 1) // 16 * 16].reshape(-1, 16) for k in (0, 1)]
    layers = [keras.Input((None,)), keras.layers.Embedding(len(WORDS), 32)]  # noqa: F821
    layers += [keras.layers.GRU(64, return_sequences=True), keras.layers.GRU(48, return_sequences=True)]
    layers += [keras.layers.TimeDistributed(keras.layers.Dense(len(WORDS), "softmax"))]  # noqa: F821
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.CategoricalCrossentropy(), jit_compile=False)
    model.fit(x, keras.utils.to_categorical(y, len(WORDS)), batch_size=8, epochs=7, verbose=0)  # noqa: F821
    return model


train.alternative("functional interface, overlapping windows, softmax as a layer", train_functional)
train.alternative("fresh sentences in every epoch, through stateful_batches", train_on_fresh_sentences)
train.alternative("two layers, and targets as rows with a single 1", train_two_layers)
