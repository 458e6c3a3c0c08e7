"""Synthetic tasks whose difficulty is known exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def adding_problem(samples: int, length: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The adding problem: remember two marked numbers, one in each half, and add them.

    Returns `x` (samples, length, 2) and `y` (samples, 1), both float32. `x[..., 0]` are numbers
    drawn uniformly from [0, 1); `x[..., 1]` is 1 at two places, one in the first half and one in
    the second, and 0 elsewhere. `y` is the sum of the two marked numbers: its mean is 1 and its
    variance exactly 1/6, the error of always answering 1. Raises `ValueError` for a length below 2.
    Source: Hochreiter and Schmidhuber (1997), task 4, https://doi.org/10.1162/neco.1997.9.8.1735,
    with the first mark drawn from the whole first half and numbers from [0, 1).
    """
    if length < 2:
        raise ValueError(f"The adding problem needs at least 2 steps, not {length}.")
    rng = np.random.default_rng(seed)
    numbers = rng.random((samples, length))
    marks = np.zeros((samples, length))
    rows = np.arange(samples)
    marks[rows, rng.integers(0, length // 2, samples)] = 1
    marks[rows, rng.integers(length // 2, length, samples)] = 1
    x = np.stack([numbers, marks], axis=-1).astype("float32")
    return x, (numbers * marks).sum(axis=1, keepdims=True).astype("float32")


# The inner grammar as a graph: state -> {symbol: next state}. State 6 is the end.
_REBER = {
    0: {"B": 1},
    1: {"T": 2, "P": 3},
    2: {"S": 2, "X": 4},
    3: {"T": 3, "V": 5},
    4: {"X": 3, "S": 6},
    5: {"P": 4, "V": 6},
    6: {"E": 7},
}


def embedded_reber(samples: int, seed: int, shortest: int = 0) -> list[str]:
    """Strings of the embedded Reber grammar: `B`, then `T` or `P`, an inner Reber string, the same
    `T` or `P`, `E`.

    The last but one symbol repeats the second, across an inner string that tells nothing about it.
    `shortest` is the smallest allowed length of the inner string; at each fork both ways are
    equally likely. Symbols: `BTPSXVE`. Source: Reber (1967),
    https://doi.org/10.1016/S0022-5371(67)80149-X; Hochreiter and Schmidhuber (1997), task 1.
    """
    rng = np.random.default_rng(seed)
    strings: list[str] = []
    while len(strings) < samples:
        inner, state = "", 0
        while state != 7:
            symbols = sorted(_REBER[state])
            symbol = symbols[rng.integers(len(symbols))]
            inner, state = inner + symbol, _REBER[state][symbol]
        if len(inner) >= shortest:
            outer = "TP"[rng.integers(2)]
            strings.append(f"B{outer}{inner}{outer}E")
    return strings


def reber_successors(string: str) -> list[set[str]]:
    """Which symbols may follow each prefix of an embedded Reber string: one set for each symbol but
    the last.
    """
    allowed: list[set[str]] = [{"T", "P"}, {"B"}]
    state = 0
    for symbol in string[2:-2]:
        state = _REBER[state][symbol]
        allowed.append(set(_REBER[state]) if state != 7 else {string[1]})
    return [*allowed, {"E"}]


def copy_task(
    samples: int, lengths: Sequence[int], seed: int, symbols: int = 10, width: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Say a sequence of random symbols again: nothing in it can be guessed, so all of it must be
    carried over.

    Each sequence has one of the `lengths`, drawn evenly. Returns `source` (samples, width), symbols
    and then padding, and `target` (samples, width + 2), `[START]`, the same symbols, `[END]` and
    then padding, both int32. `width` is the longest of the lengths unless given. Ids as in
    `lessonkit.translation`: 0 padding, 1 `[START]`, 2 `[END]`, 3 unknown (which does not occur),
    and then the symbols, 4 … symbols + 3. Raises `ValueError` for a length below 1 or above the
    width, or fewer than 2 symbols.
    """
    width = max(lengths) if width is None else width
    if min(lengths) < 1 or max(lengths) > width:
        raise ValueError(
            f"Lengths must lie between 1 and the width, {width}; they are {tuple(lengths)}."
        )
    if symbols < 2:
        raise ValueError(f"With {symbols} symbols there is nothing to remember: take 2 or more.")
    rng = np.random.default_rng(seed)
    length = rng.choice(np.asarray(lengths), size=samples)[:, None]
    source = rng.integers(4, symbols + 4, (samples, width)) * (np.arange(width) < length)
    target = np.pad(source, ((0, 0), (1, 1)))
    target[:, 0] = 1
    target[np.arange(samples), length[:, 0] + 1] = 2
    return source.astype("int32"), target.astype("int32")
