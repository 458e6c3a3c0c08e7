"""The dice of the built-in samples: what a stream of random sentences or entries is drawn with. It
says no word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, as options to draw from."""
    return tuple(text.split())


def evenly(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of the options, each with the same chance."""
    return options[int(rng.integers(len(options)))]


class Grammar:
    """One stream of random choices."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def pick(self, options: tuple[str, ...]) -> str:
        """One of the options, the k-th with a chance in proportion to 1 / k."""
        odds = 1 / np.arange(1, len(options) + 1)
        return options[self.rng.choice(len(options), p=odds / odds.sum())]

    def chance(self, share: float) -> bool:
        """Whether it happens, which it does with a probability of `share`."""
        return bool(self.rng.random() < share)
