"""An encoder and a decoder as a drawing: states over the source, the context, states over the
target. Draws nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from lessonkit import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

_INK, _ENCODER, _DECODER, _CONTEXT = "#222222", COLOURS["hidden"], COLOURS["RNN"], COLOURS["cell"]
_STEP, _IN_Y, _STATE_Y, _OUT_Y, _RADIUS = 2.1, 0.0, 1.9, 3.8, 0.46


def encoder_decoder(
    source: Sequence[str] = ("the", "cat"),
    target: Sequence[str] = ("le", "chat"),
    teacher: bool = False,
) -> Figure:
    """Draw an encoder that reads `source` and a decoder that writes `target`, joined by the
    context.

    With `teacher` the decoder reads the right words; without, each word that it writes goes back in
    as the next one. Returns the Matplotlib figure. Raises `ValueError` for more than 6 words in
    all, which would be unreadable.
    """
    if not source or not target or len(source) + len(target) > 6:
        raise ValueError(
            f"The drawing has up to 6 words in all, not {len(source)} and {len(target)}."
        )
    figure, ax = plt.subplots(figsize=(WIDTH, 3.5))
    inputs, outputs = ["[START]", *target], [*target, "[END]"]
    context = (
        len(source) * _STEP
    )  # where the context stands, one step behind the last word of the source
    right = context + (len(inputs)) * _STEP
    ax.set(xlim=(-1.1, right + 1.1), ylim=(-1.55, 4.5), aspect="equal")
    ax.axis("off")
    for t, word in enumerate(source):
        x = t * _STEP
        _state(ax, x, f"$h_{t + 1}$", _ENCODER)
        _box(ax, x, _IN_Y, word)
        pen.pointer(ax, (x, _IN_Y + 0.36), (x, _STATE_Y - _RADIUS), _INK)
        if t:
            pen.pointer(ax, (x - _STEP + _RADIUS, _STATE_Y), (x - _RADIUS, _STATE_Y), _ENCODER)
    _box(ax, context, _STATE_Y, "$c$", width=0.9, colour=_CONTEXT)
    pen.pointer(
        ax, (context - _STEP + _RADIUS, _STATE_Y), (context - 0.45, _STATE_Y), _CONTEXT, width=3.0
    )
    for t, (read, written) in enumerate(zip(inputs, outputs, strict=True)):
        x = context + (t + 1) * _STEP
        start = context + 0.45 if t == 0 else x - _STEP + _RADIUS
        _state(ax, x, f"$s_{t + 1}$", _DECODER)
        _box(ax, x, _IN_Y, read)
        _box(ax, x, _OUT_Y, written)
        colour, width = (_CONTEXT, 3.0) if t == 0 else (_DECODER, 1.8)
        pen.pointer(ax, (start, _STATE_Y), (x - _RADIUS, _STATE_Y), colour, width)
        pen.pointer(ax, (x, _IN_Y + 0.36), (x, _STATE_Y - _RADIUS), _INK)
        pen.pointer(ax, (x, _STATE_Y + _RADIUS), (x, _OUT_Y - 0.36), _INK)
        if t and not teacher:
            pen.pointer(
                ax, (x - _STEP + 0.55, _OUT_Y - 0.36), (x - 0.55, _IN_Y + 0.36), _INK, dashed=True
            )
    for x, text, colour in (((context - _STEP) / 2, "encoder", _ENCODER), (context, "context", _CONTEXT),
                            ((context + _STEP + right) / 2, "decoder", _DECODER)):  # fmt: skip
        ax.text(
            x, -1.15, text, ha="center", va="center", fontsize=12, color=colour, fontweight="bold"
        )
    return figure


def _state(ax: Axes, x: float, label: str, colour: str) -> None:
    ax.add_patch(
        Circle((x, _STATE_Y), _RADIUS, facecolor="white", edgecolor=colour, linewidth=2, zorder=4)
    )
    ax.text(x, _STATE_Y - 0.02, label, ha="center", va="center", fontsize=12, zorder=5)


def _box(ax: Axes, x: float, y: float, label: str, width: float = 1.84, colour: str = _INK) -> None:
    ax.add_patch(
        FancyBboxPatch((x - width / 2, y - 0.36), width, 0.72, boxstyle="round,pad=0,rounding_size=0.14",
                       facecolor="#F6F6F4", edgecolor=colour, linewidth=1.4 if colour == _INK else 2.2, zorder=4)
    )  # fmt: skip
    ax.text(x, y - 0.02, label, ha="center", va="center", fontsize=11, zorder=5)
