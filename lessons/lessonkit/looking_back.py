"""One step of attention as a drawing: a query, its scores against every source word, weights, and
their sum.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from lessonkit import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

_QUERY, _SCORE, _WEIGHT, _STATE = (
    COLOURS["output"],
    COLOURS["candidate"],
    COLOURS["forget"],
    COLOURS["hidden"],
)
_STEP, _WORD_Y, _STATE_Y, _SCORE_Y, _SOFTMAX_Y, _WEIGHT_Y, _SUM_Y = (
    2.6,
    0.0,
    1.5,
    3.3,
    4.75,
    6.1,
    8.0,
)


def attention_step(words: Sequence[str] = ("the", "black", "cat", "sleeps")) -> Figure:
    """Draw one decoder step that looks back at `words`: states below, scores, softmax, weights,
    context on top.

    Returns the Matplotlib figure. Raises `ValueError` for fewer than 2 or more than 5 words, which
    would be unreadable.
    """
    if not 2 <= len(words) <= 5:
        raise ValueError(f"The drawing has 2 to 5 words, not {len(words)}.")
    last = (len(words) - 1) * _STEP
    figure, ax = plt.subplots(figsize=(WIDTH, 5.4))
    ax.set(xlim=(-3.6, last + 1.5), ylim=(-0.6, 8.8), aspect="equal")
    ax.axis("off")
    query = (-2.7, _SCORE_Y)
    pen.line(ax, [(query[0] + 0.5, _SCORE_Y), (-0.5, _SCORE_Y)], _QUERY)
    for j, word in enumerate(words):
        x, number = j * _STEP, j + 1
        pen.box(ax, x, _WORD_Y, 2.1, 0.76, word, "#F6F6F4", pen.INK)
        pen.arrow(ax, [(x, _WORD_Y + 0.38), (x, _STATE_Y - 0.45)], pen.INK, width=1.6)
        if j:
            pen.line(ax, [(x - _STEP + 0.45, _STATE_Y), (x - 0.45, _STATE_Y)], _STATE, width=1.6)
            pen.line(ax, [(x - _STEP + 0.45, _SCORE_Y), (x - 0.45, _SCORE_Y)], _QUERY, width=1.6)
        pen.arrow(ax, [(x, _STATE_Y + 0.45), (x, _SCORE_Y - 0.45)], _STATE, width=1.6)
        pen.arrow(ax, [(x, _SCORE_Y + 0.45), (x, _SOFTMAX_Y - 0.36)], _SCORE, width=1.6)
        pen.arrow(ax, [(x, _SOFTMAX_Y + 0.36), (x, _WEIGHT_Y - 0.45)], _WEIGHT, width=1.6)
        pen.arrow(
            ax,
            [(x, _WEIGHT_Y + 0.45), (last / 2 + 0.25 * (x - last / 2), _SUM_Y - 0.6)],
            _WEIGHT,
            width=1.6,
        )
        _circle(ax, x, _STATE_Y, rf"$h_{number}$", _STATE)
        _circle(ax, x, _SCORE_Y, rf"$e_{{t{number}}}$", _SCORE)
        _circle(ax, x, _WEIGHT_Y, rf"$\alpha_{{t{number}}}$", _WEIGHT)
    ax.add_patch(
        FancyBboxPatch(
            (-0.9, _SOFTMAX_Y - 0.36),
            last + 1.8,
            0.72,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor="white",
            edgecolor=_WEIGHT,
            linewidth=1.8,
            zorder=5,
        )  # fmt: skip
    )
    pen.label(ax, last / 2, _SOFTMAX_Y - 0.03, "softmax", _WEIGHT)
    _circle(ax, *query, "$s_t$", _QUERY)
    pen.box(ax, last / 2, _SUM_Y, 5.2, 1.2, r"$c_t=\sum_j \alpha_{tj}\,h_j$", "white", pen.INK)
    for y, text, colour in ((_SCORE_Y + 0.85, "query", _QUERY), (_STATE_Y, "states", _STATE),
                            (_WEIGHT_Y, "weights", _WEIGHT), (_SUM_Y, "context", pen.INK)):  # fmt: skip
        ax.text(query[0], y, text, ha="center", va="center", fontsize=12, color=colour)
    return figure


def _circle(ax: Axes, x: float, y: float, label: str, colour: str) -> None:
    ax.add_patch(Circle((x, y), 0.45, facecolor="white", edgecolor=colour, linewidth=2, zorder=4))
    ax.text(x, y - 0.03, label, ha="center", va="center", fontsize=13, zorder=5)
