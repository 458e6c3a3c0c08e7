"""A bidirectional network as a drawing: two rows of states over the words, one for each direction
of reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS

_FORWARD, _BACKWARD = COLOURS["hidden"], COLOURS["RNN"]
_STEP, _SIDE, _RADIUS = 3.0, 0.62, 0.42
_WORD_Y, _RIGHT_Y, _LEFT_Y, _OUT_Y = 0.0, 1.9, 3.6, 5.4
_box = partial(pen.thin_box, width=2.1, height=0.76, size=13)


def bidirectional_network(words: Sequence[str] = ("Teddy", "bears", "are", "cheap")) -> Figure:
    """Draw a bidirectional network over `words`: states of the forward network below, of the
    backward one above.

    Returns the Matplotlib figure. Raises `ValueError` for fewer than 2 or more than 5 words, which
    would be unreadable.
    """
    pen.in_range(len(words), 2, 5, "words")
    last = (len(words) - 1) * _STEP
    figure, ax = pen.canvas((-1.7, last + 1.7), (-1.5, 6.0))
    for t, word in enumerate(words):
        x = t * _STEP
        right_x, left_x = x - _SIDE, x + _SIDE  # the states of the two directions
        _box(ax, x, _WORD_Y, word)
        _box(ax, x, _OUT_Y, f"$y_{t + 1}$")
        for state_x, y, colour, arrow in (
            (right_x, _RIGHT_Y, _FORWARD, r"\rightarrow"),
            (left_x, _LEFT_Y, _BACKWARD, r"\leftarrow"),
        ):
            pen.circle(ax, state_x, y, _RADIUS, rf"$h^{arrow}_{t + 1}$", colour, drop=0.03)
            pen.pointer(ax, (state_x, _WORD_Y + 0.38), (state_x, y - _RADIUS), pen.INK)
            pen.pointer(ax, (state_x, y + _RADIUS), (state_x, _OUT_Y - 0.38), pen.INK)
        if t:
            start, end = right_x - _STEP + _RADIUS, right_x - _RADIUS
            pen.pointer(ax, (start, _RIGHT_Y), (end, _RIGHT_Y), _FORWARD)
            start, end = left_x - _RADIUS, left_x - _STEP + _RADIUS
            pen.pointer(ax, (start, _LEFT_Y), (end, _LEFT_Y), _BACKWARD, dashed=True)
    for x, side, text, colour in (
        (last / 2 - 0.4, "right", "forward network", _FORWARD),
        (last / 2 + 0.4, "left", "backward network", _BACKWARD),
    ):
        ax.text(x, -1.1, text, ha=side, va="center", fontsize=11, color=colour)
    return figure
