"""A linear recurrence as a drawing: one chain of steps, and the same states by doubling. It
computes nothing.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

_STEP, _ROW, _RADIUS = 1.45, 1.5, 0.3


def loop_and_doubling(steps: int = 8) -> Figure:
    """Draw the states of `steps` steps twice: as a chain, above, and by passes with spans 1, 2, 4,
    …, below.

    A filled circle is a finished state. Returns the Matplotlib figure. Raises `ValueError` for
    fewer than 2 or more than 8 steps, which would be unreadable on a phone.
    """
    pen.in_range(steps, 2, 8, "steps")
    spans = [2**k for k in range((steps - 1).bit_length())]
    height = 0.95 * len(spans)
    figure, (chain, passes) = plt.subplots(
        2, 1, figsize=(WIDTH, 1.3 + 0.8 * height), height_ratios=(1, 0.55 + height)
    )
    for ax, title, bottom in (
        (chain, f"loop: {steps - 1} steps, one after another", 0.0),
        (passes, f"doubling: {len(spans)} passes, each all at once", -_ROW * len(spans)),
    ):
        ax.set_title(title, fontsize=12, fontweight="bold", loc="left")
        ax.set(xlim=(-0.6, _STEP * (steps - 1) + 2.6), ylim=(bottom - 0.5, 0.5), aspect="equal")
        ax.axis("off")
    _row(chain, steps, 0.0, finished=steps)
    for t in range(1, steps):
        way = [(_STEP * (t - 1) + _RADIUS, 0.0), (_STEP * t - _RADIUS, 0.0)]
        pen.arrow(chain, way, COLOURS["hidden"])
    _row(passes, steps, 0.0, finished=1)
    for level, span in enumerate(spans, start=1):
        y = -_ROW * level
        _row(passes, steps, y, finished=2**level)
        _pass(passes, steps, y, span)
    return figure


def _row(ax: Axes, steps: int, y: float, finished: int) -> None:
    """The states of all steps, of which the first ones are finished."""
    colour = COLOURS["hidden"]
    for t in range(steps):
        face, ink = (colour, "white") if t < finished else ("white", pen.INK)
        pen.circle(
            ax, _STEP * t, y, _RADIUS, f"{t + 1}", colour, face=face, ink=ink, size=11, line=1.8
        )


def _pass(ax: Axes, steps: int, y: float, span: int) -> None:
    """One pass, from the row above `y` to the row at `y`."""
    above = y + _ROW
    text_x = _STEP * (steps - 1) + 0.7
    ax.text(text_x, y + _ROW / 2, f"span {span}", va="center", fontsize=11, color=pen.INK)
    for t in range(steps):
        x = _STEP * t
        pen.line(ax, [(x, above - _RADIUS), (x, y + _RADIUS)], "#BBBBBB", width=1.4)
        if t >= span:
            way = [(_STEP * (t - span) + 0.2, above - 0.24), (x - 0.2, y + 0.26)]
            pen.arrow(ax, way, COLOURS["hidden"], width=1.6)
