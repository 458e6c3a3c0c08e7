"""Inputs of unit 06, GRU: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case

from ..common.padding import holes, other_padding, right_padding, silent_ends
from ..common.whole import whole_alone


def weights(rng, features, units, reset_after, scale=0.7):
    """Kernels and bias of a GRU; every bias is far from zero, so that leaving one out shows."""
    shape = (2, 3 * units) if reset_after else 3 * units
    return (
        rng.normal(0, scale, (features, 3 * units)),
        rng.normal(0, scale, (units, 3 * units)),
        rng.normal(0, 0.8, shape),
    )


def step_case(name, rng, batch, features, units, reset_after=True, change=None, whole=False, said=True, **options):
    """One call of `gru_step`; `change(b, units)` may set parts of the bias, `whole` makes inputs of whole numbers."""
    x_t, h_prev = rng.normal(size=(batch, features)), rng.uniform(-0.95, 0.95, (batch, units))
    if whole:
        x_t, h_prev = rng.integers(-2, 3, x_t.shape), rng.integers(-1, 2, h_prev.shape)
    W_x, W_h, b = weights(rng, features, units, reset_after)
    if change:
        change(b, units)
    if said:
        options["reset_after"] = reset_after
    return Case(name, x_t, h_prev, W_x, W_h, b, **options)


def update_at_one(b, units):
    b[..., :units] = 900.0


def reset_at_zero(b, units):
    b[..., units : 2 * units] = -900.0


def gru_step(rng, size):
    for after, tag in ((True, "after"), (False, "before")):
        # Where nothing is said, the reset gate acts after the product.
        yield step_case(f"reset {tag}, two sequences, four units", rng, 2, 3, 4, after, said=not after, tags=tag)
        yield step_case(f"reset {tag}, one sequence, one unit", rng, 1, 1, 1, after, tags=tag)
        yield step_case(f"reset {tag}, as many features as units", rng, 5, 3, 3, after, tags=tag)
        yield step_case(f"reset {tag}, update gate at 1", rng, 2, 3, 4, after, update_at_one, tags="keep")
        yield step_case(f"reset {tag}, reset gate at 0", rng, 3, 2, 3, after, reset_at_zero, tags="closed")
        if size == "secret":
            for number in range(4):
                sizes = [int(n) for n in rng.integers(2, 9, 3)]
                yield step_case(f"reset {tag}, other sizes {number}", rng, *sizes, after, tags=tag)
    yield step_case("whole numbers", rng, 3, 2, 2, whole=True, tags="whole")
    groups = {"x_t": [0], "h_prev": [1], "kernels and bias": [2, 3, 4]}
    for name, arguments in whole_alone(((2, 1), (2, 2), (1, 6), (2, 6), (2, 6)), groups):
        yield Case(f"whole numbers in {name} alone", *arguments, tags="whole")
        if name == "x_t":  # and large ones, of which some open and some close each gate
            yield Case("large whole numbers in x_t", 1000 * arguments[0], *arguments[1:], tags="whole")


def sequence(rng, batch, time, features, units, reset_after=True):
    return rng.normal(size=(batch, time, features)), *weights(rng, features, units, reset_after)


def gru_forward(rng, size):
    for number in range(1 if size == "public" else 4):
        batch, time, features, units = (3, 5, 2, 4) if size == "public" else (int(n) for n in rng.integers(3, 9, 4))
        x, *kernels = sequence(rng, batch, time, features, units)
        h0 = rng.uniform(-0.9, 0.9, (batch, units))
        ends = right_padding(rng, batch, time)
        yield Case(f"from zero {number}", x, *kernels, tags="plain")
        yield Case(f"from a given state {number}", x, *kernels, h0, tags="state")
        yield Case(f"padded at the end {number}", x, *kernels, mask=ends, tags="mask")
        yield Case(f"padded anywhere {number}", x, *kernels, mask=holes(rng, batch, time), tags="mask")
        yield Case(f"given state and padding at the end {number}", x, *kernels, h0, ends, tags="mask")
        one_row = sequence(rng, batch, time, features, units, False)
        yield Case(f"reset before {number}", *one_row, reset_after=False, tags="before")
    x, *kernels = sequence(rng, 2, 3, 2, 2)
    yield Case("no mask, and real steps of zeros", silent_ends(x), *kernels, tags="plain")
    whole = rng.integers(-2, 3, x.shape), rng.integers(-1, 2, (2, 2))
    yield Case("whole numbers", whole[0], *kernels, whole[1], right_padding(rng, 2, 3), tags="whole")
    if size == "secret":
        empty = right_padding(rng, 2, 3)
        empty[0] = False
        yield Case("a sequence without any real step", x, *kernels, rng.uniform(-0.9, 0.9, (2, 2)), empty, tags="mask")
        yield Case("one sequence, one feature, one unit", *sequence(rng, 1, 3, 1, 1), tags="plain")
    yield Case("one step", *sequence(rng, 2, 1, 3, 2), tags="plain")
    yield Case("as many sequences as steps", *sequence(rng, 4, 4, 4, 4), tags="plain")
    groups = {"x": [0], "h0": [4]}
    for name, arguments in whole_alone(((1, 2, 1), (1, 3), (1, 3), (2, 3), (1, 1)), groups):
        yield Case(f"whole numbers in {name} alone", *arguments, tags="whole")
    *one_unit, h0 = next(whole_alone(((2, 4, 1), (1, 3), (1, 3), (2, 3), (2, 1)), {"nothing": []}))[1]
    pause = np.array([[True, False, True, False], [False, False, True, True]])
    yield Case("a step at which every sequence is padded", *one_unit, h0, pause, tags="mask")
    # The update gate is open and keeps the state, so the bundle stays small.
    x = np.ones((1, 300, 1))
    bias = np.array([[100.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    yield Case("three hundred steps", x, np.zeros((1, 3)), np.zeros((1, 3)), bias, np.full((1, 1), 0.75), tags="state")


gru_forward_padding = other_padding(sequence)


def count_parameters(rng, size):
    for number in range(2 if size == "public" else 6):
        features, units = (
            (3 + 4 * number, 5 + 6 * number)
            if size == "public"
            else (int(rng.integers(1, 300)), int(rng.integers(1, 600)))
        )
        yield Case(f"rnn {number}", "rnn", features, units, tags="rnn")
        yield Case(f"lstm {number}", "lstm", features, units, tags="lstm")
        yield Case(f"gru {number}", "gru", features, units, tags="gru")
        yield Case(f"gru, reset before {number}", "gru", features, units, reset_after=False, tags="before")
    yield Case("an lstm does not care about reset_after", "lstm", 3, 4, reset_after=False, tags="lstm")


def count_parameters_unknown(rng, size):
    yield Case("a kind that does not exist", "transformer", 3, 4, says="transformer")
    yield Case("a kind in capitals", "GRU", 3, 4, says="gru")
    yield Case("a kind with a blank", " lstm", 3, 4, says="lstm")
    yield Case("no name at all", "", 3, 4)
    if size == "secret":
        yield Case("a piece of a kind", "st", 3, 4, says="st")


def size_of(kind, features, units, reset_after=True):
    """Parameters of a layer; only to find budgets that are met exactly or missed by one."""
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    return blocks * units * (features + units + (2 if kind == "gru" and reset_after else 1))


def units_for_budget(rng, size):
    pairs = (
        [(4, 2100), (16, 5000)]
        if size == "public"
        else [(int(rng.integers(1, 120)), int(rng.integers(2500, 90_000))) for _ in range(5)]
    )
    for number, (features, total) in enumerate(pairs):
        for kind in ("rnn", "lstm", "gru"):
            yield Case(f"{kind}, budget {number}", kind, total, features, tags="values")
        yield Case(f"gru, reset before, budget {number}", "gru", total, features, reset_after=False, tags="before")
        for kind in ("rnn", "lstm", "gru"):
            units = 7 + number
            exact = size_of(kind, features, units)
            yield Case(f"{kind}, met exactly {number}", kind, exact, features, tags="exact")
            yield Case(f"{kind}, one too few {number}", kind, exact - 1, features, tags="exact")
            yield Case(f"{kind}, one to spare {number}", kind, exact + 1, features, tags="exact")
        before = size_of("gru", features, 9, False) + 4  # with a second bias row one unit less would fit
        yield Case(f"gru, reset before, four to spare {number}", "gru", before, features, False, tags="before")
    for kind in ("rnn",) if size == "public" else ("rnn", "lstm", "gru"):
        yield Case(f"{kind}, some millions", kind, 8_000_000 + int(rng.integers(2_000_000)), 5, tags="large")
    yield Case("room for a single unit", "gru", size_of("gru", 5, 1), 5, tags="exact")


def units_for_budget_none_fits(rng, size):
    yield Case("too small by one", "lstm", 4 * (10 + 2) - 1, 10)
    yield Case("nothing at all", "gru", 0, 3)
