"""A linear recurrence as a drawing: one chain of steps, and the same states by doubling. It
computes nothing.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from lessonkit import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

_ROW, _RADIUS = 1.5, 0.3


def loop_and_doubling(steps: int = 8) -> Figure:
    """Draw the states of `steps` steps twice: as a chain, above, and by passes with spans 1, 2, 4,
    …, below.

    A filled circle is a finished state. Returns the Matplotlib figure. Raises `ValueError` for
    fewer than 2 or more than 8 steps, which would be unreadable on a phone.
    """
    if not 2 <= steps <= 8:
        raise ValueError(f"The drawing has 2 to 8 steps, not {steps}.")
    spans = [2**k for k in range((steps - 1).bit_length())]
    figure, (chain, passes) = plt.subplots(
        2, 1, figsize=(WIDTH, 1.6 + 0.95 * len(spans)), height_ratios=(1, 0.55 + 0.95 * len(spans))
    )
    for ax, title in ((chain, f"loop: {steps - 1} steps, one after another"),
                      (passes, f"doubling: {len(spans)} passes, each all at once")):  # fmt: skip
        ax.set_title(title, fontsize=12, fontweight="bold", loc="left")
        ax.set(xlim=(-0.6, 1.45 * (steps - 1) + 2.6), aspect="equal")
        ax.axis("off")
    for t in range(steps):
        _dot(chain, t, 0.0, f"{t + 1}", done=True)
        if t:
            pen.arrow(
                chain, [(1.45 * (t - 1) + _RADIUS, 0), (1.45 * t - _RADIUS, 0)], COLOURS["hidden"]
            )
    chain.set_ylim(-0.5, 0.5)
    for level in range(len(spans) + 1):
        y = -_ROW * level
        for t in range(steps):
            _dot(passes, t, y, f"{t + 1}", done=t < 2**level)
        if level:
            span = spans[level - 1]
            passes.text(
                1.45 * (steps - 1) + 0.7,
                y + _ROW / 2,
                f"span {span}",
                va="center",
                fontsize=11,
                color=pen.INK,
            )
            for t in range(steps):
                pen.line(
                    passes,
                    [(1.45 * t, y + _ROW - _RADIUS), (1.45 * t, y + _RADIUS)],
                    "#BBBBBB",
                    width=1.4,
                )
                if t >= span:
                    start, end = (
                        (1.45 * (t - span) + 0.2, y + _ROW - 0.24),
                        (1.45 * t - 0.2, y + 0.26),
                    )
                    pen.arrow(passes, [start, end], COLOURS["hidden"], width=1.6)
    passes.set_ylim(-_ROW * len(spans) - 0.5, 0.5)
    return figure


def _dot(ax: Axes, t: int, y: float, label: str, done: bool) -> None:
    face = COLOURS["hidden"] if done else "white"
    ax.add_patch(
        Circle(
            (1.45 * t, y),
            _RADIUS,
            facecolor=face,
            edgecolor=COLOURS["hidden"],
            linewidth=1.8,
            zorder=5,
        )
    )
    ink = "white" if done else pen.INK
    ax.text(1.45 * t, y - 0.02, label, ha="center", va="center", fontsize=11, color=ink, zorder=6)
