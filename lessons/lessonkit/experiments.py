"""Bookkeeping of experiments: seeds as branches of one model, the same start again, a learning rate
of one's own, results as a table.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np


def by_seed(history: Any, quantity: str) -> np.ndarray:
    """The curves of a model whose outputs are called `seed_0`, `seed_1`, …, as an array (seeds,
    epochs).

    `history` is what `fit` returned; `quantity` is `loss`, `val_loss`, `accuracy`, `val_accuracy`
    or another metric. Raises `KeyError` when the history has no such curve.
    """
    curves = history.history
    part, name = ("val_", quantity[4:]) if quantity.startswith("val_") else ("", quantity)
    pattern = re.compile(rf"{part}seed_(\d+)_{re.escape(name)}")
    found = {
        int(match.group(1)): values
        for key, values in curves.items()
        if (match := pattern.fullmatch(key))
    }
    if not found and quantity in curves:  # a model with a single output
        found = {0: curves[quantity]}
    if not found:
        raise KeyError(
            f"No curve '{quantity}' of outputs called seed_0, seed_1, …; "
            f"there are: {', '.join(curves)}."
        )
    return np.array([found[seed] for seed in sorted(found)])


def restart(model: Any, weights: Sequence[np.ndarray]) -> None:
    """Put a compiled Keras model back to `weights` and its optimiser to its first step, without
    compiling again.

    `weights` are arrays as `model.get_weights()` gives them. The learning rate becomes whatever is
    set next.
    """
    model.set_weights(weights)
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape, variable.dtype))


Run = TypeVar("Run")


def own_rate(
    train: Callable[[float], Run],
    score: Callable[[Run], float],
    rates: Sequence[float],
    most: int = 8,
) -> tuple[float, dict[float, Run]]:
    """The learning rate with the highest score, from a grid that no edge of it decides.

    `train` makes a run at a rate, and `score` says how good it is on validation data. All `rates`
    are tried, each the same multiple of the one before. While the best of several is the smallest
    or the largest tried, the next one on that side is tried as well, up to `most` in all; a score
    that is no number is the worst. Returns the rate, and the runs by rate in growing order.
    """
    tried = {rate: train(rate) for rate in rates}
    scores = {rate: _score(score, run) for rate, run in tried.items()}
    while True:
        best = max(scores, key=lambda rate: scores[rate])
        smallest, largest = min(tried), max(tried)
        if not 1 < len(tried) < most or smallest < best < largest:
            return best, dict(sorted(tried.items()))
        step = rates[1] / rates[0]
        beyond = largest * step if best == largest else smallest / step
        tried[beyond] = train(beyond)
        scores[beyond] = _score(score, tried[beyond])


def _score(score: Callable[[Run], float], run: Run) -> float:
    found = float(score(run))
    return found if np.isfinite(found) else -np.inf


class Table:
    """Rows of results. Shown as an HTML table where there is one, as aligned text elsewhere."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], caption: str = "") -> None:
        self.rows = [dict(row) for row in rows]
        self.columns = list(self.rows[0]) if self.rows else []
        self.caption = caption
        if any(list(row) != self.columns for row in self.rows):
            raise ValueError("Every row of a table needs the same columns, in the same order.")

    def _cells(self) -> list[list[str]]:
        return [[_text(row[column]) for column in self.columns] for row in self.rows]

    def _is_number(self, column: int) -> bool:
        return all(isinstance(row[self.columns[column]], int | float) for row in self.rows)

    def __repr__(self) -> str:
        lines = [self.columns, *self._cells()]
        widths = [max(len(line[k]) for line in lines) for k in range(len(self.columns))]
        number = [self._is_number(k) for k in range(len(self.columns))]
        body = [
            "  ".join(
                c.rjust(w) if n else c.ljust(w)
                for c, w, n in zip(line, widths, number, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([*([self.caption] if self.caption else []), *body])

    def _repr_html_(self) -> str:
        align = ["right" if self._is_number(k) else "left" for k in range(len(self.columns))]

        def row(cells: list[str], tag: str) -> str:
            scope = ' scope="col"' if tag == "th" else ""
            return "<tr>" + "".join(
                f'<{tag}{scope} style="text-align: {a}">{html.escape(c)}</{tag}>'
                for c, a in zip(cells, align, strict=True)
            ) + "</tr>"  # fmt: skip

        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        body = "".join(row(cells, "td") for cells in self._cells())
        return (
            f"<table>{caption}<thead>{row(self.columns, 'th')}</thead><tbody>{body}</tbody></table>"
        )


def table(rows: Iterable[Mapping[str, Any]], caption: str = "") -> Table:
    """A table of results from rows of equal keys. Numbers stand right-aligned with three
    significant digits.
    """
    return Table(rows, caption)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
