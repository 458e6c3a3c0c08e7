"""Masks and padded inputs that the cases of several units use."""

import numpy as np
from autograder.authoring import Case, Pair


def right_padding(rng, batch, time):
    """Mask (batch, time) of sequences of different lengths, padded at the end; the last one has full length."""
    lengths = np.append(rng.integers(1, time, batch - 1), time)
    return np.arange(time) < lengths[:, np.newaxis]


def silent_ends(x):
    """`x` with zeros in the last steps of every other sequence: real steps, unless a mask says otherwise."""
    x = x.copy()
    x[::2, -2:] = 0
    return x


def holes(rng, batch, time):
    """Mask (batch, time) with padding at the start, in the middle and at the end."""
    mask = rng.random((batch, time)) < 0.6
    mask[0, 0], mask[1, -1] = False, False
    mask[:, time // 2] |= ~mask.any(axis=1)
    return mask


def other_padding(sequence):
    """Pairs for an invariance: the same sequences with other numbers in the padding, and with more padding behind.

    `sequence(rng, batch, time, features, units)` gives x (batch, time, features) and the weights.
    """

    def pairs(rng, size):
        x, *weights = sequence(rng, 3, 5, 2, 3)
        mask = right_padding(rng, 3, 5)
        noise = np.where(mask[:, :, np.newaxis], x, 9.0)
        longer = np.concatenate([x, rng.normal(size=(3, 3, 2))], axis=1)
        more = np.concatenate([mask, np.zeros((3, 3), dtype=bool)], axis=1)
        yield Pair(
            Case("padding", x, *weights, mask=mask), Case("other numbers in the padding", noise, *weights, mask=mask)
        )
        yield Pair(
            Case("padding, again", x, *weights, mask=mask), Case("three more padded steps", longer, *weights, mask=more)
        )

    return pairs
