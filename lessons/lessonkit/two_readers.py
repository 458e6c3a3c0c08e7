"""A bidirectional network as a drawing: two rows of states over the words, one for each direction
of reading.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from lessonkit import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

_INK, _FORWARD, _BACKWARD = "#222222", COLOURS["hidden"], COLOURS["RNN"]
_STEP, _SIDE, _RADIUS = 3.0, 0.62, 0.42
_WORD_Y, _RIGHT_Y, _LEFT_Y, _OUT_Y = 0.0, 1.9, 3.6, 5.4


def bidirectional_network(words: Sequence[str] = ("Teddy", "bears", "are", "cheap")) -> Figure:
    """Draw a bidirectional network over `words`: states of the forward network below, of the
    backward one above.

    Returns the Matplotlib figure. Raises `ValueError` for fewer than 2 or more than 5 words, which
    would be unreadable.
    """
    if not 2 <= len(words) <= 5:
        raise ValueError(f"The drawing has 2 to 5 words, not {len(words)}.")
    figure, ax = plt.subplots(figsize=(WIDTH, 4.2))
    ax.set(xlim=(-1.7, (len(words) - 1) * _STEP + 1.7), ylim=(-1.5, 6.0), aspect="equal")
    ax.axis("off")
    for t, word in enumerate(words):
        x = t * _STEP
        _box(ax, x, _WORD_Y, word)
        _box(ax, x, _OUT_Y, f"$y_{t + 1}$")
        for side, y, colour, arrow in ((-_SIDE, _RIGHT_Y, _FORWARD, r"\rightarrow"),
                                       (_SIDE, _LEFT_Y, _BACKWARD, r"\leftarrow")):  # fmt: skip
            ax.add_patch(
                Circle(
                    (x + side, y),
                    _RADIUS,
                    facecolor="white",
                    edgecolor=colour,
                    linewidth=2,
                    zorder=4,
                )
            )
            ax.text(
                x + side,
                y - 0.03,
                rf"$h^{arrow}_{t + 1}$",
                ha="center",
                va="center",
                fontsize=12,
                zorder=5,
            )
            pen.pointer(ax, (x + side, _WORD_Y + 0.38), (x + side, y - _RADIUS), _INK)
            pen.pointer(ax, (x + side, y + _RADIUS), (x + side, _OUT_Y - 0.38), _INK)
        if t:
            before = x - _STEP
            pen.pointer(
                ax, (before - _SIDE + _RADIUS, _RIGHT_Y), (x - _SIDE - _RADIUS, _RIGHT_Y), _FORWARD
            )
            pen.pointer(
                ax,
                (x + _SIDE - _RADIUS, _LEFT_Y),
                (before + _SIDE + _RADIUS, _LEFT_Y),
                _BACKWARD,
                dashed=True,
            )
    middle = (len(words) - 1) * _STEP / 2
    ax.text(
        middle - 0.4, -1.1, "forward network", ha="right", va="center", fontsize=11, color=_FORWARD
    )
    ax.text(
        middle + 0.4, -1.1, "backward network", ha="left", va="center", fontsize=11, color=_BACKWARD
    )
    return figure


def _box(ax: Axes, x: float, y: float, label: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x - 1.05, y - 0.38),
            2.1,
            0.76,
            boxstyle="round,pad=0,rounding_size=0.14",
            facecolor="#F6F6F4",
            edgecolor=_INK,
            linewidth=1.4,
            zorder=4,
        )  # fmt: skip
    )
    ax.text(x, y - 0.02, label, ha="center", va="center", fontsize=13, zorder=5)
