"""Inputs of unit 08, language models: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case

from ..common.padding import right_padding


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def predictions(rng, batch, time, vocab, sharp=1.5):
    """Log probabilities of a model that is neither right nor wrong everywhere, and the tokens that came."""
    return log_softmax(rng.normal(0, sharp, (batch, time, vocab))), rng.integers(0, vocab, (batch, time))


def perplexity(rng, size):
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
    logs = np.log(np.array([[[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]], [[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]]]))
    logs[1, 1] = np.nan
    some = np.array([[True, True], [True, False]])
    yield Case("no numbers at padding", logs, np.array([[0, 1], [2, 0]]), some, tags="junk")
    small = np.tile(np.arange(6, dtype=np.uint8) * 50, (2, 1))
    yield Case("tokens of a small type", np.full((2, 6, 256), -np.log(256)), small, tags="full")
    # Behind the first number, a sum in this type is so coarse that all others vanish in it, one by one.
    sure = np.tile(np.log(np.array([0.9991, 0.0009])), (1, 1500, 1)).astype(np.float32)
    sure[0, 0] = [-20_000.0, 0.0]
    yield Case("a great surprise, then small ones, in single precision", sure, np.zeros((1, 1500), int), tags="long")


def perplexity_empty(rng, size):
    yield Case("no real step", np.full((2, 3, 4), -np.log(4)), np.ones((2, 3), int), np.zeros((2, 3), bool))
    yield Case("an empty batch", np.zeros((0, 3, 4)), np.zeros((0, 3), int))
    yield Case("no step at all", np.zeros((2, 0, 4)), np.zeros((2, 0), int))


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


def filter_distribution(rng, size):
    yield Case("softmax alone", rng.normal(size=(2, 5)), tags="temperature")
    yield Case("a temperature of a half", rng.normal(size=(3, 4)), 0.5, tags="temperature")
    yield Case("a temperature of two, as many tokens as rows", rng.normal(size=(4, 4)), 2.0, tags="temperature")
    yield Case("one distribution", rng.normal(size=6), 0.8, tags="temperature")
    yield Case("large logits", np.array([[2000.0, 1999.0, -2000.0], [-2000.0, -2001.0, -2003.0]]), tags="stable")
    yield Case("all logits far below zero, top-k", rng.normal(size=(2, 4)) - 3000.0, top_k=2, tags="stable")
    whole = np.array([[3, 1, 0, 2], [-1, 5, 4, 2]])
    yield Case("whole numbers", whole, top_k=3, top_p=0.8, tags="whole")
    yield Case("a very low temperature", rng.normal(size=(2, 4)), 1e-3, tags="stable")
    yield Case("the three best", rng.normal(size=(4, 6)), top_k=3, tags="top-k")
    yield Case("the best one", rng.normal(size=(2, 5)), 1.5, 1, tags="top-k")
    yield Case("top_k is the size of the vocabulary", rng.normal(size=(2, 4)), top_k=4, tags="top-k")
    yield Case("top_k above the size of the vocabulary", rng.normal(size=(2, 4)), top_k=9, tags="top-k")
    yield Case("a nucleus", clear_logits(rng, (4, 6), top_p=0.7), top_p=0.7, tags="nucleus")
    yield Case("a nucleus of one distribution", clear_logits(rng, (7,), top_p=0.8), top_p=0.8, tags="nucleus")
    yield Case(
        "one token holds more than the nucleus",
        np.array([[4.0, 1.0, 0.0, 2.0], [0.0, 1.0, 5.0, 2.0]]),
        1.0,
        None,
        0.5,
        tags="nucleus",
    )
    # Whether a running total ends at exactly 1 hangs on a rounding, so this case must not decide which mistake it is.
    yield Case("a nucleus of everything", rng.normal(size=(2, 5)), top_p=1.0, tags="together")
    yield Case(
        "temperature, then a nucleus", clear_logits(rng, (5, 8), 2.0, None, 0.75, 2.5), 2.0, None, 0.75, tags="together"
    )
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
    yield Case("whole numbers, divided by a whole number", whole, 2, tags="whole")
    many = (np.arange(270) * 7 % 270 / 64).reshape(1, 270)
    yield Case("hundreds of tokens are kept", many, 1.0, 260, tags="top-k")
    by_columns = np.asfortranarray([[0.5, 2.0, 1.0], [3.0, 0.0, 1.0]])
    yield Case("a table that lies in memory column by column", by_columns, 1.0, 2, tags="top-k")


def filter_distribution_errors(rng, size):
    logits = np.array([[0.5, 1.0, 2.0]])
    yield Case("temperature 0", logits, 0.0, says="temperature")
    yield Case("a negative temperature", logits, -1.0, says="temperature")
    yield Case("top_k is 0", logits, 1.0, 0, says="top_k")
    yield Case("top_p is 0", logits, 1.0, None, 0.0, says="top_p")
    yield Case("top_p above 1", logits, 1.0, None, 1.2, says="top_p")
    yield Case("top_k below 0", logits, 1.0, -1, says="top_k")
    if size == "secret":
        yield Case("top_p below 0", logits, 1.0, None, -0.1, says="top_p")
    yield Case("temperature 0, and only the best token", logits, 0.0, 1, says="temperature")
    yield Case("top_p above 1, and only the best token", logits, 1.0, 1, 1.2, says="top_p")
    yield Case("top_k is 0, and there is no row", logits[:0], 1.0, 0, says="top_k")


def distributions(rng, batch, vocab):
    p = rng.gamma(0.7, size=(batch, vocab)) + 0.02
    return p / p.sum(axis=-1, keepdims=True)


def draw(rng, size):
    for number in range(2 if size == "public" else 6):
        batch, vocab = (6, 4 + number) if size == "public" else rng.integers(3, 12, 2)
        yield Case(f"random numbers {number}", distributions(rng, batch, vocab), rng.random(batch), tags="plain")
    yield Case("as many tokens as rows", distributions(rng, 5, 5), rng.random(5), tags="plain")
    u = np.linspace(0.05, 0.95, 12)
    yield Case("one distribution, many numbers", np.tile(distributions(rng, 1, 6), (12, 1)), u, tags="plain")
    if size == "secret":
        yield Case("one row, one token", np.ones((1, 1)), np.array([0.4]), tags="plain")
    quarters = np.tile([0.25, 0.25, 0.0, 0.5], (5, 1))
    yield Case("on the edge between two tokens", quarters, np.array([0.0, 0.25, 0.5, 0.125, 0.75]), tags="impossible")
    p = np.array([[0.0, 0.0, 0.5, 0.5], [0.0, 1.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.5]])
    yield Case("u is 0, and the first tokens are impossible", p, np.array([0.0, 0.0, 0.5]), tags="impossible")
    short = np.array([[0.5, 0.25, 0.25 - 1e-7, 0.0], [0.2, 0.5, 0.1, 0.2 - 1e-7], [0.0, 1 - 1e-7, 0.0, 0.0]])
    yield Case("the sum is a little below 1, and u is above it", short, np.full(3, 1 - 1e-9), tags="rounding")
    rare = np.array([[0.5, 1e-8, 0.5 - 1e-8], [1e-12, 0.5, 0.5 - 1e-12], [0.5, 0.5 - 1e-7, 1e-7]])
    yield Case("tokens that hardly ever come", rare, np.array([0.5 + 5e-9, 5e-13, 1 - 5e-8]), tags="plain")
    certain = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    yield Case("certain tokens, as whole numbers", certain, np.array([0.0, 0.25, 0.75]), tags="impossible")
    certain = (np.arange(32_800) == 32_790).astype(int).reshape(1, -1)
    yield Case("a token of a large vocabulary", certain, np.array([0.5]), tags="large")


def stateful_batches(rng, size):
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
        yield Case(
            f"other rest {number}",
            text(int(rng.integers(n, n + 1) * batch * steps + rng.integers(0, steps))),
            batch,
            steps,
            tags="rest",
        )
    large = np.array([70_000, 5, 3_000_000_000, 40_000, 7, 33_000, 8, 2_500_000_000, 9])
    yield Case("tokens of a large vocabulary", large, 2, 2, tags="large")
    yield Case("more than a thousand batches", np.arange(1101) % 40, 1, 1, tags="plain")


def stateful_batches_too_short(rng, size):
    yield Case("no token for the last target", np.arange(12), 3, 4)
    yield Case("three tokens", np.arange(3), 2, 2)
    yield Case("no token at all", np.zeros(0, int), 2, 2)


ANIMALS, PLACES, CONTEXT, HELD_OUT = 6, 3, 20, 400


def sentences(rng, n):
    """Words of the language in the notebook, as its `make_text` makes them."""
    words = []
    for _ in range(n):
        animal = rng.integers(ANIMALS)
        old = [2] if rng.random() < 0.5 else []
        words += [1, *old, 4 + animal, 3, 1, 4 + 2 * ANIMALS + rng.integers(PLACES), 4 + ANIMALS + animal, 0]
    return np.array(words, dtype=np.int32)


def train_language_model(rng, size):
    # Each window of 20 words, and the one word that follows it; the words inside the window are not scored.
    windows = np.lib.stride_tricks.sliding_window_view(sentences(rng, 60), CONTEXT + 1)[:HELD_OUT]
    targets = np.full((HELD_OUT, CONTEXT), -1, dtype=np.int32)
    targets[:, -1] = windows[:, -1]
    seed = 1 if size == "public" else int(rng.integers(2, 1000))
    yield Case("one training", seed).model(inputs=windows[:, :-1].copy(), targets=targets)
