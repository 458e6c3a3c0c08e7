"""Inputs of unit 12, linear recurrences: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case, Pair

from ..common.padding import holes, other_padding, right_padding, silent_ends

# A loop takes 128 times as long on the long sequence, and more; about log2(time) passes take 3 to 9 times as long.
SHORT, LONG = 32, 4096


def pair(rng, *shape):
    """Factors of either sign, none of them near 0 or 1, and what is added."""
    return rng.uniform(0.3, 1.2, shape) * rng.choice([-1.0, 1.0, 1.0], shape), rng.normal(size=shape)


def recurrences(rng, size):
    """Cases for both ways to compute a linear recurrence."""
    for number in range(1 if size == "public" else 3):
        batch, time, units = (2, 5, 3) if size == "public" else (int(n) for n in rng.integers(3, 12, 3))
        yield Case(f"from zero {number}", *pair(rng, batch, time, units), tags="plain")
        yield Case(
            f"from a given state {number}",
            *pair(rng, batch, time, units),
            rng.normal(size=(batch, units)),
            tags="initial",
        )
    yield Case("as many sequences as steps and units", *pair(rng, 4, 4, 4), tags="plain")
    yield Case(
        "as many sequences as steps and units, given state",
        *pair(rng, 3, 3, 3),
        rng.normal(size=(3, 3)),
        tags="initial",
    )
    for time in (1, 2, 8) if size == "public" else (1, 2, 3, 4, 7, 16, 17):
        yield Case(f"time {time}", *pair(rng, 2, time, 2), tags="lengths")
    a, b = pair(rng, 2, 6, 3)
    yield Case("a factor of 0 forgets everything", a * (rng.random(a.shape) < 0.5), b, tags="ends")
    yield Case("factors of 1 add up", np.ones((2, 6, 3)), b, tags="ends")
    yield Case("nothing is added", a, np.zeros_like(b), rng.normal(size=(2, 3)), tags="initial")
    whole = rng.integers(-3, 4, (2, 3, 2)), rng.integers(-3, 4, (2, 2))
    yield Case("whole numbers are added", pair(rng, 2, 3, 2)[0], *whole, tags="whole")
    if size == "secret":
        small = rng.uniform(0, 0.01, (1, 300, 2))
        yield Case("small factors over many steps", small, rng.normal(size=small.shape), tags="ends")
    a, b, h0 = np.array([[[0.5], [-0.5], [0.25]]]), np.array([[[0.5], [1.25], [-0.75]]]), np.array([[0.5]])
    yield Case("a state of whole numbers alone", a, b, np.array([[3]]), tags="whole")
    yield Case("factors of whole numbers alone", np.array([[[1], [-2], [3]]]), b, h0, tags="whole")
    growing = np.array([[[1e-14], [1e-6], [1e13], [1e9]]])
    yield Case("a state that nearly vanishes and grows again", growing, 0 * growing, np.array([[3.0]]), tags="ends")


linear_recurrence = recurrences


def linear_recurrence_different_shapes(rng, size):
    for name, *shapes in (
        ("one factor for all steps", (2, 1, 3), (2, 4, 3)),
        ("one unit is stretched", (2, 4, 3), (2, 4, 1)),
        ("one sequence is stretched", (1, 4, 3), (2, 4, 3)),
        ("as many numbers in other shapes", (2, 3, 2), (2, 2, 3)),
        ("no step in one of them", (2, 0, 3), (2, 1, 3)),
    ):
        a, b = (rng.uniform(0.2, 0.9, shape) for shape in shapes)
        yield Case(name, a, b, says=[str(shape) for shape in shapes])


def combine(rng, size):
    yield Case("one sequence, one unit", pair(rng, 1, 1), pair(rng, 1, 1))
    yield Case("two sequences, three units", pair(rng, 2, 3), pair(rng, 2, 3))
    yield Case("whole sequences", pair(rng, 2, 4, 3), pair(rng, 2, 4, 3))
    yield Case("the first step changes nothing", (np.ones((2, 3)), np.zeros((2, 3))), pair(rng, 2, 3))
    yield Case("the second step forgets", pair(rng, 3, 2), (np.zeros((3, 2)), rng.normal(size=(3, 2))))
    if size == "secret":
        for number in range(3):
            shape = rng.integers(2, 7, rng.integers(1, 4))
            yield Case(f"other shapes {number}", pair(rng, *shape), pair(rng, *shape))


def triples(rng, size):
    """Three steps, grouped in two ways; what the first join gives is worked out here."""

    def join(first, second):
        return second[0] * first[0], second[0] * first[1] + second[1]

    for number in range(2):
        one, two, three = (pair(rng, 3, 2) for _ in range(3))
        yield Pair(
            Case(f"the first two joined already {number}", join(one, two), three),
            Case(f"the last two joined already {number}", one, join(two, three)),
        )


def linear_recurrence_scan(rng, size):
    yield from recurrences(rng, size)
    first = np.zeros((1, 1030, 1))
    first[0, 0] = 1.0
    yield Case("more than a thousand steps, and the first one counts", np.ones_like(first), first, tags="lengths")


def lengths(arguments):
    """A short and a long sequence, for a criterion about speed; of round numbers, which a bundle stores in little."""

    def pairs(rng, size):
        return Pair(
            Case("a short sequence", *arguments(rng, 1, SHORT)), Case("a long sequence", *arguments(rng, 1, LONG))
        )

    return pairs


linear_recurrence_scan_no_loop = lengths(
    lambda rng, *shape: (rng.choice([0.5, 0.75], (*shape, 1)), rng.choice([-1.0, 2.0], (*shape, 1)))
)


def sequence(rng, batch, time, features, units):
    """Inputs and weights of a minGRU; every bias is far from zero, so that leaving one out shows."""
    x = rng.normal(size=(batch, time, features))
    return (
        x,
        rng.normal(0, 0.8, (features, units)),
        rng.choice([-0.9, 0.7], units),
        rng.normal(0, 0.8, (features, units)),
        rng.choice([-0.8, 1.1], units),
    )


def min_gru(rng, size):
    for number in range(1 if size == "public" else 3):
        batch, time, features, units = (3, 5, 2, 4) if size == "public" else (int(n) for n in rng.integers(3, 9, 4))
        h0 = rng.normal(size=(batch, units))
        yield Case(f"from zero {number}", *sequence(rng, batch, time, features, units), tags="plain")
        yield Case(f"from a given state {number}", *sequence(rng, batch, time, features, units), h0, tags="initial")
        yield Case(
            f"padded at the end {number}",
            *sequence(rng, batch, time, features, units),
            mask=right_padding(rng, batch, time),
            tags="mask",
        )
        yield Case(
            f"given state, padded anywhere {number}",
            *sequence(rng, batch, time, features, units),
            h0,
            holes(rng, batch, time),
            tags="mask",
        )
    yield Case("one step", *sequence(rng, 2, 1, 3, 2), tags="plain")
    yield Case("as many sequences as steps, features and units", *sequence(rng, 3, 3, 3, 3), tags="plain")
    x, *kernels = sequence(rng, 3, 4, 2, 3)
    yield Case("no mask, and real steps of zeros", silent_ends(x), *kernels, tags="plain")
    x, W_z, b_z, W_g, b_g = sequence(rng, 2, 6, 3, 2)
    yield Case("a gate at 1 keeps the state", x, W_z, b_z + 900.0, W_g, b_g, rng.normal(size=(2, 2)), tags="gates")
    yield Case("a gate at 0 takes the candidate", x, W_z, b_z - 900.0, W_g, b_g, rng.normal(size=(2, 2)), tags="gates")
    one = np.array([[[1.5], [-0.5], [0.25]]]), np.array([[0.5]]), np.array([0.5]), np.array([[1.5]]), np.array([-0.25])
    yield Case("inputs of whole numbers", np.array([[[1], [-2], [0]]]), *one[1:], tags="whole")
    yield Case("a state of whole numbers", *one, np.array([[3]]), tags="whole")


def last_states(pairs):
    """The same pairs, compared at the last step only: with more padding there are more states."""
    for item in pairs:
        yield Pair(item.a, item.b, np.s_[:, -1], np.s_[:, -1])


def min_gru_padding(rng, size):
    return last_states(other_padding(sequence)(rng, size))


min_gru_no_loop = lengths(lambda rng, *shape: (rng.choice([-1.0, 2.0], (*shape, 1)), *sequence(rng, 1, 1, 1, 1)[1:]))
