"""A language model as a drawing: each character goes in, the next one is to come out. It predicts
nothing.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS

_STEP, _INPUT_Y, _STATE_Y, _OUT_Y, _RADIUS = 2.6, 0.0, 2.0, 4.0, 0.46


def next_token_network(word: str = "time", writing: bool = False) -> Figure:
    """Draw a network that reads `word` and predicts its next letters; with `writing`, it is given
    the first letter alone, and each letter that is drawn from a prediction is read next.

    The last box above holds a question mark: the letter that the word does not say. Returns the
    Matplotlib figure. Raises `ValueError` for a word of fewer than 2 or more than 6 letters, which
    would be unreadable.
    """
    pen.in_range(len(word), 2, 6, "letters")
    state, back = COLOURS["hidden"], COLOURS["RNN"]
    figure, ax = pen.canvas(3.5, (-2.5, (len(word) - 1) * _STEP + 2.5), (-0.7, 4.7))
    for t, letter in enumerate(word):
        x = t * _STEP
        said = word[t + 1] if t + 1 < len(word) else "…" if writing else "?"
        pen.box(ax, x, _INPUT_Y, 0.95, 0.8, letter)
        pen.box(ax, x, _OUT_Y, 0.95, 0.8, said)
        pen.circle(ax, x, _STATE_Y, _RADIUS, f"$h_{t + 1}$", state, ink=state, size=14)
        before = x - _STEP + _RADIUS if t else -1.7
        pen.arrow(ax, [(before, _STATE_Y), (x - _RADIUS, _STATE_Y)], state)
        pen.arrow(ax, [(x, _INPUT_Y + 0.4), (x, _STATE_Y - _RADIUS)], pen.INK)
        pen.arrow(ax, [(x, _STATE_Y + _RADIUS), (x, _OUT_Y - 0.4)], pen.INK)
        if writing and t:
            start, middle, end = x - _STEP + 0.5, x - _STEP / 2, x - 0.48
            way = [(start, _OUT_Y), (middle, _OUT_Y), (middle, _INPUT_Y), (end, _INPUT_Y)]
            pen.arrow(ax, way, back)
    pen.label(ax, -2.1, _STATE_Y, "$h_0$", state)
    for y, text in ((_INPUT_Y, "read"), (_OUT_Y, "draw" if writing else "predict")):
        ax.text(-1.15, y, text, ha="right", va="center", fontsize=11, color=pen.INK)
    return figure
