"""Inputs of unit 11, beyond recurrence: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case, Pair


def convolved(rng, batch, time, features, units, width):
    """Inputs, a kernel and a bias that is far from zero, so that leaving it out shows."""
    return (
        rng.normal(size=(batch, time, features)),
        rng.normal(size=(width, features, units)),
        rng.choice([-1.5, 0.75, 1.25], units),
    )


def causal_convolution(rng, size):
    for number in range(1 if size == "public" else 3):
        batch, features, units, width = (2, 3, 4, 3) if size == "public" else (int(n) for n in rng.integers(2, 6, 4))
        time = 3 * width + 2
        yield Case(f"a kernel of {width}, {number}", *convolved(rng, batch, time, features, units, width), tags="plain")
        for dilation in (2, 3):
            yield Case(
                f"a kernel of {width}, {dilation} steps apart, {number}",
                *convolved(rng, batch, time, features, units, width),
                dilation,
                tags="dilated",
            )
    yield Case("a kernel of 1", *convolved(rng, 2, 4, 3, 2, 1), tags="plain")
    yield Case("a kernel of 1, 3 steps apart", *convolved(rng, 2, 5, 2, 3, 1), 3, tags="dilated")
    yield Case("a kernel of 2, and a dilation of 1 that is given", *convolved(rng, 2, 4, 3, 2, 2), 1, tags="plain")
    yield Case("all sizes equal", *convolved(rng, 3, 3, 3, 3, 3), tags="plain")
    yield Case("all sizes equal, 2 steps apart", *convolved(rng, 3, 3, 3, 3, 3), 2, tags="short")
    yield Case("a kernel of 2, 4 steps apart", *convolved(rng, 2, 9, 2, 3, 2), 4, tags="dilated")
    yield Case("one step", *convolved(rng, 2, 1, 2, 3, 4), tags="short")
    yield Case("shorter than the kernel", *convolved(rng, 2, 3, 2, 3, 5), tags="short")
    yield Case("shorter than the kernel reaches", *convolved(rng, 1, 6, 2, 2, 3), 8, tags="short")
    whole = np.array([[[1], [-2], [3], [5]]])
    yield Case("inputs of whole numbers", whole, np.array([[[0.5]], [[0.25]]]), np.array([0.75]), tags="whole")


def other_futures(rng, size):
    """The same sequences with other inputs from some step on, compared before it."""
    for dilation, cut in ((1, 4), (2, 5), (1, 1)):
        x, kernel, bias = convolved(rng, 2, 7, 2, 3, 3)
        later = np.concatenate([x[:, :cut], rng.normal(size=x[:, cut:].shape)], axis=1)
        yield Pair(
            Case(f"a sequence, {dilation} apart, cut {cut}", x, kernel, bias, dilation),
            Case(f"another one from step {cut} on, {dilation} apart", later, kernel, bias, dilation),
            np.s_[:, :cut],
            np.s_[:, :cut],
        )


def streamed(rng, batch, time, width):
    """A new element, the caches of `time` elements before it, and the four kernels."""
    kernels = (rng.normal(0, 0.8, (width, width)) for _ in range(4))
    caches = (rng.normal(size=(batch, time, width)) for _ in range(2))
    return (rng.normal(size=(batch, width)), *caches, *kernels)


def attend_step(rng, size):
    for number in range(1 if size == "public" else 3):
        batch, time, width = (2, 4, 3) if size == "public" else (int(n) for n in rng.integers(2, 8, 3))
        yield Case(f"{time} elements before, {number}", *streamed(rng, batch, time, width), tags="plain")
        yield Case(f"the first element {number}", *streamed(rng, batch, 0, width), tags="first")
    yield Case("all sizes equal", *streamed(rng, 3, 3, 3), tags="plain")
    yield Case("one sequence, one element before", *streamed(rng, 1, 1, 5), tags="plain")
    yield Case("many elements before", *streamed(rng, 2, 30, 2), tags="plain")
    for name, level in (("large scores", 4000.0), ("large negative scores", -4000.0)):
        x_t, keys, values, W_q, W_k, W_v, W_o = streamed(rng, 2, 3, 2)
        x_t, W_q = np.abs(x_t) + 0.5, np.abs(W_q) + 0.5
        yield Case(name, x_t, keys + level, values, W_q, W_k + level, W_v, W_o, tags="large")


LAYERS = ("lstm", "convolution", "attention")


def cost_model(rng, size):
    sizes = [(6, 4, 3), (9, 5, 7), (1, 3, 2)]
    if size == "secret":
        sizes += [tuple(int(n) for n in rng.integers(2, 40, 3)) for _ in range(3)] + [(2000, 16, 9), (5, 6, 1)]
    for name in LAYERS:
        for time, width, kernel in dict.fromkeys(sizes):
            yield Case(f"{name}, {time} steps, width {width}, kernel {kernel}", name, time, width, kernel, tags=name)
        yield Case(f"{name}, usual kernel", name, 12, 5, tags=name)
    yield Case("more than two thousand million", "attention", 300_000, 512, tags="attention")


def cost_model_unknown_layer(rng, size):
    yield Case("a GRU", "gru", 5, 4, says="gru")
    yield Case("capital letters", "LSTM", 5, 4, says="LSTM")
    yield Case("a part of a name", "conv", 5, 4, says="conv")
    yield Case("a blank before the name", " attention", 5, 4, says="attention")


def crossover_length(rng, size):
    widths = (8, 5) if size == "public" else (8, *(int(w) for w in rng.choice(np.arange(9, 60), 3, replace=False)))
    for width in widths:
        yield Case(
            f"operations, attention and LSTM, width {width}", "operations", "attention", "lstm", width, tags="found"
        )
        yield Case(f"memory, attention and LSTM, width {width}", "memory", "attention", "lstm", width, tags="found")
        yield Case(
            f"state, attention and convolution, width {width}",
            "state",
            "attention",
            "convolution",
            width,
            kernel=8,
            tags="kernel",
        )
        yield Case(
            f"operations, attention and a wide convolution, width {width}",
            "operations",
            "attention",
            "convolution",
            width,
            kernel=11,
            tags="kernel",
        )
        yield Case(
            f"operations, attention and LSTM, limit too small, width {width}",
            "operations",
            "attention",
            "lstm",
            width,
            limit=2 * width,
            tags="never",
        )
        yield Case(
            f"operations, attention and LSTM, limit just met, width {width}",
            "operations",
            "attention",
            "lstm",
            width,
            limit=2 * width + 1,
            tags="found",
        )
    yield Case("steps, LSTM and attention", "steps", "lstm", "attention", 6, tags="found")
    yield Case("steps, attention and LSTM", "steps", "attention", "lstm", 6, limit=300, tags="never")
    yield Case("operations, convolution and LSTM", "operations", "convolution", "lstm", 4, limit=300, tags="never")
    yield Case(
        "operations, convolution of eight inputs and LSTM",
        "operations",
        "convolution",
        "lstm",
        4,
        kernel=8,
        limit=300,
        tags="never",
    )
    yield Case("memory, LSTM and attention", "memory", "lstm", "attention", 7, tags="found")
    yield Case("the same layer twice", "memory", "lstm", "lstm", 4, limit=50, tags="never")
    yield Case("just within the usual limit", "operations", "attention", "lstm", 999, tags="found")
    yield Case("just beyond the usual limit", "operations", "attention", "lstm", 1000, tags="never")
    yield Case("far, with a larger limit", "operations", "attention", "lstm", 1200, limit=4000, tags="found")


def crossover_length_unknown_quantity(rng, size):
    yield Case("a quantity that nobody counts", "seconds", "lstm", "attention", 4, says="seconds")
    yield Case("singular", "operation", "lstm", "attention", 4, says="operation")
    yield Case("no length to look at", "seconds", "lstm", "attention", 4, limit=0, says="seconds")
    yield Case("the same layer twice", "seconds", "lstm", "lstm", 4, says="seconds")
