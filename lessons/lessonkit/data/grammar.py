"""The dice of the built-in samples: what a stream of random sentences or entries is drawn with. It
says no word.
"""

from __future__ import annotations

import numpy as np


class Grammar:
    """One stream of random choices."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def pick(self, options: tuple[str, ...]) -> str:
        """One of the options, the k-th with a chance in proportion to 1 / k."""
        odds = 1 / np.arange(1, len(options) + 1)
        return options[self.rng.choice(len(options), p=odds / odds.sum())]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)
