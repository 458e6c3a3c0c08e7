"""A recurrent network unrolled in time, as a drawing: the way forward, and the way that the
gradient takes back.
"""

from __future__ import annotations

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS

_FORWARD, _BACK = COLOURS["hidden"], COLOURS["RNN"]
_STEP, _STATE_Y, _INPUT_Y, _LOSS_Y, _RADIUS = 2.6, 2.0, 0.0, 4.0, 0.46
_BELOW_LOSS, _ABOVE_INPUT = _LOSS_Y - 0.38, _INPUT_Y + 0.38
_BELOW_STATE, _ABOVE_STATE = _STATE_Y - _RADIUS, _STATE_Y + _RADIUS
_arrow = partial(pen.pointer, width=1.9)
_box = partial(pen.thin_box, width=0.84, height=0.72, size=14)


def unrolled_rnn(steps: int = 4, backward: bool = False) -> Figure:
    """Draw `steps` steps of a plain recurrent network with a loss at each step; `backward` adds the
    gradient's way.

    Returns the Matplotlib figure. Raises `ValueError` for fewer than 1 or more than 6 steps, which
    would be unreadable.
    """
    pen.in_range(steps, 1, 6, "steps")
    right = steps * _STEP
    bottom = -1.9 if backward else -0.7
    figure, ax = pen.canvas((-0.7, right + 0.8), (bottom, 4.7))
    side = 0.13 if backward else 0.0  # room for the gradient beside the way forward
    _state(ax, 0.0, 0)
    for t in range(1, steps + 1):
        x = t * _STEP
        _state(ax, x, t)
        _box(ax, x, _INPUT_Y, f"$x_{t}$")
        _box(ax, x, _LOSS_Y, f"$L_{t}$")
        before, here = x - _STEP + _RADIUS, x - _RADIUS
        _arrow(ax, (before, _STATE_Y + side), (here, _STATE_Y + side), _FORWARD)
        _arrow(ax, (x - side, _ABOVE_INPUT), (x - side, _BELOW_STATE), pen.INK)
        _arrow(ax, (x - side, _ABOVE_STATE), (x - side, _BELOW_LOSS), pen.INK)
        pen.label(ax, x - _STEP / 2, _STATE_Y + 0.42, "$W_h$", _FORWARD, size=12)
        pen.label(ax, x - 0.62, (_INPUT_Y + _STATE_Y) / 2, "$W_x$", pen.INK, size=12)
        if backward:
            back = partial(_arrow, ax, colour=_BACK, dashed=True)
            back((here, _STATE_Y - side), (before, _STATE_Y - side))
            back((x + side, _BELOW_LOSS), (x + side, _ABOVE_STATE))
            back((x + side, _BELOW_STATE), (x + side, _ABOVE_INPUT))
    if backward:
        _legend(ax, right / 2)
    return figure


def recurrent_forms() -> Figure:
    """Draw the three ways to use a recurrent step: many to one, many to many, one to many. Returns
    the figure.
    """
    step, between, steps = 1.65, 1.75, 3
    width = (steps - 1) * step
    figure, ax = pen.canvas((-0.7, 3 * width + 2 * between + 0.7), (-0.6, 5.5))
    forms = (
        ("many to one", (1, 2, 3), (3,)),
        ("many to many", (1, 2, 3), (1, 2, 3)),
        ("one to many", (1,), (1, 2, 3)),
    )
    for number, (title, inputs, outputs) in enumerate(forms):
        left = number * (width + between)
        pen.label(ax, left + width / 2, 5.1, title, pen.INK, size=12, bold=True)
        for t in range(1, steps + 1):
            x = left + (t - 1) * step
            _state(ax, x, t, size=12)
            if t > 1:
                _arrow(ax, (x - step + _RADIUS, _STATE_Y), (x - _RADIUS, _STATE_Y), _FORWARD)
            if t in inputs:
                _box(ax, x, _INPUT_Y, f"$x_{t}$")
                _arrow(ax, (x, _ABOVE_INPUT), (x, _BELOW_STATE), pen.INK)
            if t in outputs:
                _box(ax, x, _LOSS_Y, f"$y_{t}$")
                _arrow(ax, (x, _ABOVE_STATE), (x, _BELOW_LOSS), pen.INK)
    return figure


def _state(ax: Axes, x: float, t: int, size: float = 14) -> None:
    pen.circle(ax, x, _STATE_Y, _RADIUS, f"$h_{t}$", _FORWARD, size=size)


def _legend(ax: Axes, middle: float) -> None:
    """Which arrows are states and which are gradients."""
    y = -1.45
    for left, text, colour, dashed in (
        (0.0, "forward: states", _FORWARD, False),
        (middle, "backward: gradients", _BACK, True),
    ):
        ends = [(left, y), (left + 1.1, y)]
        start, end = reversed(ends) if dashed else ends
        _arrow(ax, start, end, colour, dashed=dashed)
        ax.text(left + 1.35, y, text, va="center", fontsize=11, color=colour)
