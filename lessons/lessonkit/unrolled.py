"""A recurrent network unrolled in time, as a drawing: the way forward, and the way that the
gradient takes back.
"""

from __future__ import annotations

from functools import partial

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from lessonkit import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

_INK, _FORWARD, _BACK = "#222222", COLOURS["hidden"], COLOURS["RNN"]
_STEP, _STATE_Y, _INPUT_Y, _LOSS_Y, _RADIUS = 2.6, 2.0, 0.0, 4.0, 0.46
_arrow = partial(pen.pointer, width=1.9)


def unrolled_rnn(steps: int = 4, backward: bool = False) -> Figure:
    """Draw `steps` steps of a plain recurrent network with a loss at each step; `backward` adds the
    gradient's way.

    Returns the Matplotlib figure. Raises `ValueError` for fewer than 1 or more than 6 steps, which
    would be unreadable.
    """
    if steps not in range(1, 7):
        raise ValueError(f"The drawing has 1 to 6 steps, not {steps}.")
    figure, ax = plt.subplots(figsize=(WIDTH, 3.9 if backward else 3.4))
    right = steps * _STEP
    ax.set(xlim=(-0.7, right + 0.8), ylim=(-1.9 if backward else -0.7, 4.7), aspect="equal")
    ax.axis("off")
    for t in range(steps + 1):
        x = t * _STEP
        ax.add_patch(
            Circle(
                (x, _STATE_Y), _RADIUS, facecolor="white", edgecolor=_FORWARD, linewidth=2, zorder=4
            )
        )
        ax.text(x, _STATE_Y - 0.02, f"$h_{t}$", ha="center", va="center", fontsize=14, zorder=5)
        if t == 0:
            continue
        _box(ax, x, _INPUT_Y, f"$x_{t}$")
        _box(ax, x, _LOSS_Y, f"$L_{t}$")
        side = 0.13 if backward else 0.0  # room for the gradient beside the way forward
        _arrow(ax, (x - _STEP + _RADIUS, _STATE_Y + side), (x - _RADIUS, _STATE_Y + side), _FORWARD)
        _arrow(ax, (x - side, _INPUT_Y + 0.38), (x - side, _STATE_Y - _RADIUS), _INK)
        _arrow(ax, (x - side, _STATE_Y + _RADIUS), (x - side, _LOSS_Y - 0.38), _INK)
        ax.text(
            x - _STEP / 2,
            _STATE_Y + 0.42,
            "$W_h$",
            ha="center",
            va="center",
            fontsize=12,
            color=_FORWARD,
        )
        ax.text(
            x - 0.62,
            (_INPUT_Y + _STATE_Y) / 2,
            "$W_x$",
            ha="center",
            va="center",
            fontsize=12,
            color=_INK,
        )
        if backward:
            _arrow(
                ax,
                (x - _RADIUS, _STATE_Y - side),
                (x - _STEP + _RADIUS, _STATE_Y - side),
                _BACK,
                dashed=True,
            )
            _arrow(
                ax, (x + side, _LOSS_Y - 0.38), (x + side, _STATE_Y + _RADIUS), _BACK, dashed=True
            )
            _arrow(
                ax, (x + side, _STATE_Y - _RADIUS), (x + side, _INPUT_Y + 0.38), _BACK, dashed=True
            )
    if backward:
        for row, (colour, text, dashed) in enumerate(
            ((_FORWARD, "forward: states", False), (_BACK, "backward: gradients", True))
        ):
            left = right * row / 2
            line = (
                ((left, -1.45), (left + 1.1, -1.45))
                if not dashed
                else ((left + 1.1, -1.45), (left, -1.45))
            )
            _arrow(ax, *line, colour, dashed=dashed)
            ax.text(left + 1.35, -1.45, text, va="center", fontsize=11, color=colour)
    return figure


def recurrent_forms() -> Figure:
    """Draw the three ways to use a recurrent step: many to one, many to many, one to many. Returns
    the figure.
    """
    figure, ax = plt.subplots(figsize=(WIDTH, 3.1))
    step, between, steps = 1.65, 1.75, 3
    width = (steps - 1) * step
    forms = (
        ("many to one", (1, 2, 3), (3,)),
        ("many to many", (1, 2, 3), (1, 2, 3)),
        ("one to many", (1,), (1, 2, 3)),
    )
    for number, (title, inputs, outputs) in enumerate(forms):
        left = number * (width + between)
        ax.text(
            left + width / 2,
            5.1,
            title,
            ha="center",
            va="center",
            fontsize=12,
            fontweight="bold",
            color=_INK,
        )
        for t in range(1, steps + 1):
            x = left + (t - 1) * step
            ax.add_patch(
                Circle(
                    (x, _STATE_Y),
                    _RADIUS,
                    facecolor="white",
                    edgecolor=_FORWARD,
                    linewidth=2,
                    zorder=4,
                )
            )
            ax.text(x, _STATE_Y - 0.02, f"$h_{t}$", ha="center", va="center", fontsize=12, zorder=5)
            if t > 1:
                _arrow(ax, (x - step + _RADIUS, _STATE_Y), (x - _RADIUS, _STATE_Y), _FORWARD)
            if t in inputs:
                _box(ax, x, _INPUT_Y, f"$x_{t}$")
                _arrow(ax, (x, _INPUT_Y + 0.38), (x, _STATE_Y - _RADIUS), _INK)
            if t in outputs:
                _box(ax, x, _LOSS_Y, f"$y_{t}$")
                _arrow(ax, (x, _STATE_Y + _RADIUS), (x, _LOSS_Y - 0.38), _INK)
    ax.set(xlim=(-0.7, 3 * width + 2 * between + 0.7), ylim=(-0.6, 5.5), aspect="equal")
    ax.axis("off")
    return figure


def _box(ax: Axes, x: float, y: float, label: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x - 0.42, y - 0.36),
            0.84,
            0.72,
            boxstyle="round,pad=0,rounding_size=0.14",
            facecolor="#F6F6F4",
            edgecolor=_INK,
            linewidth=1.4,
            zorder=4,
        )  # fmt: skip
    )
    ax.text(x, y - 0.02, label, ha="center", va="center", fontsize=14, zorder=5)
