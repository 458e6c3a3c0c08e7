"""A language model as a drawing: each character goes in, the next one is to come out. It predicts
nothing.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from lessonkit import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

_STEP, _INPUT_Y, _STATE_Y, _OUT_Y, _RADIUS = 2.6, 0.0, 2.0, 4.0, 0.46


def next_token_network(word: str = "time", writing: bool = False) -> Figure:
    """Draw a network that reads `word` and predicts its next letters; with `writing`, what it
    predicts is read next.

    The last box above holds a question mark: the letter that the word does not say. Returns the
    Matplotlib figure. Raises `ValueError` for a word of fewer than 2 or more than 6 letters, which
    would be unreadable.
    """
    if not 2 <= len(word) <= 6:
        raise ValueError(f"The drawing has 2 to 6 letters, not {len(word)}.")
    state, back = COLOURS["hidden"], COLOURS["RNN"]
    figure, ax = plt.subplots(figsize=(WIDTH, 3.5))
    ax.set(xlim=(-2.5, (len(word) - 1) * _STEP + 2.5), ylim=(-0.7, 4.7), aspect="equal")
    ax.axis("off")
    for t, letter in enumerate(word):
        x = t * _STEP
        read = letter if t == 0 or not writing else "…"
        said = "…" if writing else word[t + 1] if t + 1 < len(word) else "?"
        pen.box(ax, x, _INPUT_Y, 0.95, 0.8, read, "#F6F6F4", pen.INK)
        pen.box(ax, x, _OUT_Y, 0.95, 0.8, said, "#F6F6F4", pen.INK)
        ax.add_patch(
            Circle(
                (x, _STATE_Y), _RADIUS, facecolor="white", edgecolor=state, linewidth=2, zorder=5
            )
        )
        pen.label(ax, x, _STATE_Y - 0.02, f"$h_{t + 1}$", state)
        pen.arrow(
            ax, [(x - _STEP + _RADIUS if t else -1.7, _STATE_Y), (x - _RADIUS, _STATE_Y)], state
        )
        pen.arrow(ax, [(x, _INPUT_Y + 0.4), (x, _STATE_Y - _RADIUS)], pen.INK)
        pen.arrow(ax, [(x, _STATE_Y + _RADIUS), (x, _OUT_Y - 0.4)], pen.INK)
        if writing and t:
            middle = x - _STEP / 2
            way = [
                (x - _STEP + 0.5, _OUT_Y),
                (middle, _OUT_Y),
                (middle, _INPUT_Y),
                (x - 0.48, _INPUT_Y),
            ]
            pen.arrow(ax, way, back)
    pen.label(ax, -2.1, _STATE_Y, "$h_0$", state)
    for y, text in ((_INPUT_Y, "read"), (_OUT_Y, "draw" if writing else "predict")):
        ax.text(-1.15, y, text, ha="right", va="center", fontsize=11, color=pen.INK)
    return figure
