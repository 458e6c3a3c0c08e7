"""An encoder and a decoder as a drawing: states over the source, the context, states over the
target. Draws nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS

_ENCODER, _DECODER, _CONTEXT = COLOURS["hidden"], COLOURS["RNN"], COLOURS["cell"]
_STEP, _IN_Y, _STATE_Y, _OUT_Y, _RADIUS = 2.1, 0.0, 1.9, 3.8, 0.46
_ABOVE_IN, _BELOW_OUT = _IN_Y + 0.36, _OUT_Y - 0.36
_BELOW_STATE, _ABOVE_STATE = _STATE_Y - _RADIUS, _STATE_Y + _RADIUS
_box = partial(pen.thin_box, height=0.72, size=11)
_word = partial(_box, width=1.84)


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
    inputs, outputs = ["[START]", *target], [*target, "[END]"]
    # The context stands one step behind the last word of the source.
    context = len(source) * _STEP
    right = context + len(inputs) * _STEP
    figure, ax = pen.canvas((-1.1, right + 1.1), (-1.55, 4.5))
    for t, word in enumerate(source):
        x = t * _STEP
        pen.circle(ax, x, _STATE_Y, _RADIUS, f"$h_{t + 1}$", _ENCODER)
        _word(ax, x, _IN_Y, word)
        pen.pointer(ax, (x, _ABOVE_IN), (x, _BELOW_STATE), pen.INK)
        if t:
            pen.pointer(ax, (x - _STEP + _RADIUS, _STATE_Y), (x - _RADIUS, _STATE_Y), _ENCODER)
    _box(ax, context, _STATE_Y, "$c$", width=0.9, edge=_CONTEXT, line=2.2)
    last = (context - _STEP + _RADIUS, _STATE_Y)
    pen.pointer(ax, last, (context - 0.45, _STATE_Y), _CONTEXT, width=3.0)
    for t, (read, written) in enumerate(zip(inputs, outputs, strict=True)):
        x = context + (t + 1) * _STEP
        start = context + 0.45 if t == 0 else x - _STEP + _RADIUS
        pen.circle(ax, x, _STATE_Y, _RADIUS, f"$s_{t + 1}$", _DECODER)
        _word(ax, x, _IN_Y, read)
        _word(ax, x, _OUT_Y, written)
        colour, width = (_CONTEXT, 3.0) if t == 0 else (_DECODER, 1.8)
        pen.pointer(ax, (start, _STATE_Y), (x - _RADIUS, _STATE_Y), colour, width)
        pen.pointer(ax, (x, _ABOVE_IN), (x, _BELOW_STATE), pen.INK)
        pen.pointer(ax, (x, _ABOVE_STATE), (x, _BELOW_OUT), pen.INK)
        if t and not teacher:
            written_before = (x - _STEP + 0.55, _BELOW_OUT)
            pen.pointer(ax, written_before, (x - 0.55, _ABOVE_IN), pen.INK, dashed=True)
    for x, text, colour in (
        ((context - _STEP) / 2, "encoder", _ENCODER),
        (context, "context", _CONTEXT),
        ((context + _STEP + right) / 2, "decoder", _DECODER),
    ):
        pen.label(ax, x, -1.15, text, colour, size=12, bold=True)
    return figure
