"""One style for every figure: legible at phone width, opaque, and distinct for colour-blind
readers.

Each name has one colour in the whole course. Lines also differ in their dashes, so colour is never
the only cue. Alt text stands in the cell's metadata (`mystnb.image.alt`); a test asks every figure
for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 5.4  # inches: on a telephone 350 pixels, where 10 points are 9 pixels

COLOURS = {
    # models (Okabe and Ito's palette)
    "RNN": "#D55E00", "LSTM": "#0072B2", "GRU": "#007A5A", "baseline": "#4D4D4D",
    # the parts of a cell (after Paul Tol's muted palette, darkened for contrast)
    "forget": "#C2455F", "input": "#1F7F73", "candidate": "#8A7400", "output": "#7A2A78",
    "cell": "#332288", "hidden": "#3A6EA5", "update": "#A63D6B", "reset": "#8C510A",
}  # fmt: skip
DASHES = {
    "RNN": (0, (1, 1)),
    "GRU": (0, (6, 2)),
    "baseline": (0, (4, 3)),
    "input": (0, (6, 2)),
    "candidate": (0, (1, 1)),
    "output": (0, (6, 2, 1, 2)),
}
# For things without a name of their own.
SERIES = ("#0072B2", "#D55E00", "#007A5A", "#A8467F", "#8A7400", "#332288")
_SERIES_DASHES = ("solid", (0, (6, 2)), (0, (1, 1)), (0, (6, 2, 1, 2)), (0, (3, 1)), (0, (9, 3)))


def style() -> None:
    """Set the course's Matplotlib style. Called once, in a lesson's first cells."""
    mpl.rcParams.update(
        {
            "axes.axisbelow": True,
            "axes.facecolor": "white",
            "axes.grid": True,
            "axes.labelsize": 11,
            "axes.prop_cycle": mpl.rcsetup.cycler(color=SERIES, linestyle=_SERIES_DASHES),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlelocation": "left",
            "axes.titlesize": 12,
            "axes.titleweight": "bold",
            "figure.constrained_layout.use": True,
            "figure.dpi": 150,
            "figure.facecolor": "white",
            "figure.figsize": (WIDTH, 3.6),
            "font.size": 11,
            "grid.color": "#DDDDDD",
            "grid.linewidth": 0.8,
            "legend.fontsize": 10,
            "legend.frameon": False,
            "lines.linewidth": 2.0,
            "savefig.dpi": 150,
            "savefig.facecolor": "white",
            "svg.hashsalt": "lessonkit",
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
        }
    )


def _named(label: str) -> str | None:
    """The first name with a colour of its own that stands in a label."""
    return next((name for name in COLOURS if name in label), None)


def colour(name: str) -> str:
    """The colour of a model or a gate, by the first name in the label that has one: "LSTM, bias 0"
    is an LSTM.
    """
    if (found := _named(name)) is None:
        raise KeyError(f"'{name}' has no colour of its own. Names with one: {', '.join(COLOURS)}.")
    return COLOURS[found]


def _line_style(label: str, number: int) -> dict[str, Any]:
    if name := _named(label):
        return {"color": COLOURS[name], "linestyle": DASHES.get(name, "solid")}
    return {
        "color": SERIES[number % len(SERIES)],
        "linestyle": _SERIES_DASHES[number % len(SERIES)],
    }


def _baseline(draw: Callable[..., Any], baseline: tuple[str, float]) -> None:
    """A dashed line across the plot, by `ax.axhline` or `ax.axvline`."""
    label, place = baseline
    look = {"color": COLOURS["baseline"], "linestyle": DASHES["baseline"], "linewidth": 1.5}
    draw(place, label=label, **look)


def seed_curves(
    ax: Axes,
    x: Sequence[float],
    curves: Mapping[str, np.ndarray],
    baseline: tuple[str, float] | None = None,
) -> None:
    """One line a name: the median over seeds, in a band from the lowest seed to the highest.

    `curves[name]` has shape (seeds, len(x)); `baseline` is a label and a height, drawn dashed
    across.
    """
    if baseline:
        _baseline(ax.axhline, baseline)
    for number, (name, values) in enumerate(curves.items()):
        values = np.asarray(values)
        look = _line_style(name, number)
        ax.fill_between(
            x, values.min(axis=0), values.max(axis=0), color=look["color"], alpha=0.18, linewidth=0
        )
        ax.plot(x, np.median(values, axis=0), label=name, **look)


def heat_map(
    ax: Axes,
    values: np.ndarray,
    columns: Sequence[str],
    rows: Sequence[str],
    limits: tuple[float, float] | None = (0, 1),
) -> None:
    """A matrix (len(rows), len(columns)) as shades, each cell with its number in black or white,
    whichever stands out.

    Shades run over `limits`; with None each row has shades of its own, from its lowest to its
    highest value.
    """
    values = np.asarray(values, dtype=float)
    low, high = limits or (values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True))
    shades = (values - low) / np.maximum(high - low, 1e-12)
    image = ax.imshow(shades, aspect="auto", cmap="cividis", vmin=0, vmax=1)
    ax.grid(False)
    ax.set_xticks(range(len(columns)), columns, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(values):
        light = image.cmap(shades[row, column])[:3] @ np.array([0.2126, 0.7152, 0.0722])
        text = f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.1f}"
        ax.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            color="black" if light > 0.42 else "white",
            fontsize=10,
        )


def seed_bars(
    ax: Axes, scores: Mapping[str, Sequence[float]], baseline: tuple[str, float] | None = None
) -> None:
    """One bar a name at the mean over seeds, with each seed as a dot. Horizontal, so that long
    names stay legible.
    """
    names = list(scores)
    for row, name in enumerate(names):
        values = np.asarray(scores[name], dtype=float)
        found = _named(name)
        shade = COLOURS[found] if found else SERIES[0]
        ax.barh(row, values.mean(), color=shade, alpha=0.55, height=0.6)
        ax.plot(values, np.full(values.size, row), "o", color="black", markersize=4)
    if baseline:
        _baseline(ax.axvline, baseline)
        ax.legend(loc="lower right")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)


def figure(
    rows: int = 1, columns: int = 1, height: float = 3.6, **options: Any
) -> tuple[Figure, np.ndarray | Axes]:
    """`plt.subplots` at the page's width."""
    return plt.subplots(rows, columns, figsize=(WIDTH, height), **options)
