"""One step of attention as a drawing: a query, its scores against every source word, weights, and
their sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS

_QUERY, _STATE = COLOURS["output"], COLOURS["hidden"]
_SCORE, _WEIGHT = COLOURS["candidate"], COLOURS["forget"]
_STEP = 2.6
_WORD_Y, _STATE_Y, _SCORE_Y, _SOFTMAX_Y, _WEIGHT_Y, _SUM_Y = 0.0, 1.5, 3.3, 4.75, 6.1, 8.0
_RADIUS = 0.45
_circle = partial(pen.circle, radius=_RADIUS, size=13, drop=0.03)


def attention_step(words: Sequence[str] = ("the", "black", "cat", "sleeps")) -> Figure:
    """Draw one decoder step that looks back at `words`: states below, scores, softmax, weights,
    context on top.

    Returns the Matplotlib figure. Raises `ValueError` for fewer than 2 or more than 5 words, which
    would be unreadable.
    """
    pen.in_range(len(words), 2, 5, "words")
    last = (len(words) - 1) * _STEP
    middle = last / 2
    figure, ax = pen.canvas((-3.6, last + 1.5), (-0.6, 8.8))
    line, arrow = partial(pen.line, ax, width=1.6), partial(pen.arrow, ax, width=1.6)
    query_x = -2.7
    pen.line(ax, [(query_x + 0.5, _SCORE_Y), (-0.5, _SCORE_Y)], _QUERY)
    for j, word in enumerate(words):
        x, number = j * _STEP, j + 1
        pen.box(ax, x, _WORD_Y, 2.1, 0.76, word)
        arrow([(x, _WORD_Y + 0.38), (x, _STATE_Y - _RADIUS)], pen.INK)
        if j:
            before, here = x - _STEP + _RADIUS, x - _RADIUS
            line([(before, _STATE_Y), (here, _STATE_Y)], _STATE)
            line([(before, _SCORE_Y), (here, _SCORE_Y)], _QUERY)
        arrow([(x, _STATE_Y + _RADIUS), (x, _SCORE_Y - _RADIUS)], _STATE)
        arrow([(x, _SCORE_Y + _RADIUS), (x, _SOFTMAX_Y - 0.36)], _SCORE)
        arrow([(x, _SOFTMAX_Y + 0.36), (x, _WEIGHT_Y - _RADIUS)], _WEIGHT)
        arrow([(x, _WEIGHT_Y + _RADIUS), (middle + 0.25 * (x - middle), _SUM_Y - 0.6)], _WEIGHT)
        _circle(ax, x, _STATE_Y, text=rf"$h_{number}$", edge=_STATE)
        _circle(ax, x, _SCORE_Y, text=rf"$e_{{t{number}}}$", edge=_SCORE)
        _circle(ax, x, _WEIGHT_Y, text=rf"$\alpha_{{t{number}}}$", edge=_WEIGHT)
    pen.box(ax, middle, _SOFTMAX_Y, last + 1.8, 0.72, "", "white", _WEIGHT)
    pen.label(ax, middle, _SOFTMAX_Y - 0.03, "softmax", _WEIGHT)
    _circle(ax, query_x, _SCORE_Y, text="$s_t$", edge=_QUERY)
    pen.box(ax, middle, _SUM_Y, 5.2, 1.2, r"$c_t=\sum_j \alpha_{tj}\,h_j$", "white")
    for y, text, colour in (
        (_SCORE_Y + 0.85, "query", _QUERY),
        (_STATE_Y, "states", _STATE),
        (_WEIGHT_Y, "weights", _WEIGHT),
        (_SUM_Y, "context", pen.INK),
    ):
        pen.label(ax, query_x, y, text, colour, size=12)
    return figure
