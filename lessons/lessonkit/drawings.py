"""The LSTM cell as a drawing that grows gate by gate, in the colours that the gates have in every
plot.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from lessonkit import strokes as pen
from lessonkit.plots import COLOURS, WIDTH

STAGES = ("the cell state", "the forget gate", "the input gate", "the candidate", "the output gate")

_CELL_Y = 6.0
_FORGET_X, _INPUT_X, _CANDIDATE_X, _OUTPUT_X, _OUT_X = 2.3, 4.3, 6.5, 8.7, 10.6
_MIX_Y = 4.2  # where the input gate meets the candidate, and the output gate the cell state


def lstm_cell(stage: int = 4, title: bool = True) -> Figure:
    """Draw the LSTM cell as far as `stage`: 0 the cell state, 1 forget gate, 2 input gate, 3
    candidate, 4 output gate.

    Returns the Matplotlib figure. Raises `ValueError` for another stage.
    """
    if stage not in range(len(STAGES)):
        raise ValueError(f"The drawing has stages 0 to {len(STAGES) - 1}, not {stage}.")
    figure, ax = plt.subplots(figsize=(WIDTH, 4.0))
    ax.set(xlim=(-1.8, 13.1), ylim=(-1.25, 7.6), aspect="equal")
    ax.axis("off")
    ax.add_patch(
        FancyBboxPatch(
            (0.35, -0.1),
            11.1,
            7.0,
            boxstyle="round,pad=0,rounding_size=0.4",
            facecolor="#F6F6F4",
            edgecolor="#999999",
            linewidth=1.2,
            zorder=0,
        )  # fmt: skip
    )
    if title:
        ax.set_title(f"Stage {stage}: {STAGES[stage]}", fontsize=12, fontweight="bold", loc="left")

    _conveyor(ax, stage)
    if stage >= 1:
        _bus(ax, stage)
        _forget(ax)
    if stage >= 2:
        _input(ax, stage)
    if stage >= 3:
        _candidate(ax)
    if stage >= 4:
        _output(ax)
    return figure


def _conveyor(ax: Axes, stage: int) -> None:
    colour = COLOURS["cell"]
    stops = [-0.6]
    if stage >= 1:
        stops.append(_FORGET_X)
    if stage >= 3:
        stops.append(_CANDIDATE_X)
    stops.append(12.2)
    for left, right in zip(stops[:-1], stops[1:], strict=True):
        start = left + (0.36 if left > 0 else 0)
        end = right - (0.36 if right < 12 else 0)
        pen.arrow(ax, [(start, _CELL_Y), (end, _CELL_Y)], colour, width=3.0)
    pen.label(ax, -1.15, _CELL_Y, "$c_{t-1}$", colour)
    pen.label(ax, 12.6, _CELL_Y, "$c_t$", colour)


def _bus(ax: Axes, stage: int) -> None:
    """The line that brings h and x to every gate. It ends at the last gate drawn so far."""
    colour = COLOURS["hidden"]
    end = {1: _FORGET_X, 2: _INPUT_X, 3: _CANDIDATE_X, 4: _OUTPUT_X}[stage]
    pen.line(ax, [(-0.6, pen.BUS_Y), (end, pen.BUS_Y)], colour)
    pen.line(ax, [(1.1, -0.75), (1.1, pen.BUS_Y)], pen.INK)
    ax.add_patch(Circle((1.1, pen.BUS_Y), 0.12, color=pen.INK, zorder=4))
    pen.label(ax, -1.15, pen.BUS_Y, "$h_{t-1}$", colour)
    pen.label(ax, 1.1, -1.05, "$x_t$", pen.INK)


def _forget(ax: Axes) -> None:
    colour = COLOURS["forget"]
    pen.gate(ax, _FORGET_X, "σ", "forget", colour)
    pen.arrow(ax, [(_FORGET_X, pen.GATE_Y + 0.5), (_FORGET_X, _CELL_Y - 0.36)], colour)
    pen.operator(ax, _FORGET_X, _CELL_Y, "×")
    pen.label(ax, _FORGET_X - 0.42, 4.2, "$f_t$", colour)


def _input(ax: Axes, stage: int) -> None:
    colour = COLOURS["input"]
    pen.gate(ax, _INPUT_X, "σ", "input", colour)
    end = (_CANDIDATE_X - 0.36, _MIX_Y)
    pen.arrow(ax, [(_INPUT_X, pen.GATE_Y + 0.5), (_INPUT_X, _MIX_Y), end], colour)
    pen.label(ax, _INPUT_X + 0.5, _MIX_Y + 0.38, "$i_t$", colour)
    if stage == 2:
        pen.operator(ax, _CANDIDATE_X, _MIX_Y, "×", waiting=True)


def _candidate(ax: Axes) -> None:
    colour = COLOURS["candidate"]
    pen.gate(ax, _CANDIDATE_X, "tanh", "candidate", colour)
    pen.arrow(ax, [(_CANDIDATE_X, pen.GATE_Y + 0.5), (_CANDIDATE_X, _MIX_Y - 0.36)], colour)
    pen.label(ax, _CANDIDATE_X + 0.45, 3.32, r"$\tilde{c}_t$", colour)
    pen.operator(ax, _CANDIDATE_X, _MIX_Y, "×")
    pen.arrow(ax, [(_CANDIDATE_X, _MIX_Y + 0.36), (_CANDIDATE_X, _CELL_Y - 0.36)], pen.INK)
    pen.operator(ax, _CANDIDATE_X, _CELL_Y, "+")


def _output(ax: Axes) -> None:
    colour, hidden = COLOURS["output"], COLOURS["hidden"]
    pen.gate(ax, _OUTPUT_X, "σ", "output", colour)
    mix = 3.3
    pen.arrow(ax, [(_OUTPUT_X, pen.GATE_Y + 0.5), (_OUTPUT_X, mix), (_OUT_X - 0.36, mix)], colour)
    pen.label(ax, _OUTPUT_X + 0.5, mix + 0.38, "$o_t$", colour)
    ax.add_patch(Circle((_OUT_X, _CELL_Y), 0.12, color=COLOURS["cell"], zorder=4))
    pen.arrow(ax, [(_OUT_X, _CELL_Y), (_OUT_X, 5.12)], COLOURS["cell"])
    pen.box(ax, _OUT_X, 4.75, 1.25, 0.72, "tanh", "white", COLOURS["cell"])
    pen.arrow(ax, [(_OUT_X, 4.39), (_OUT_X, mix + 0.36)], COLOURS["cell"])
    pen.operator(ax, _OUT_X, mix, "×")
    pen.arrow(ax, [(_OUT_X, mix - 0.36), (_OUT_X, pen.BUS_Y), (12.2, pen.BUS_Y)], hidden)
    pen.label(ax, 12.6, pen.BUS_Y, "$h_t$", hidden)


from lessonkit.encoder_decoder import encoder_decoder  # noqa: E402, F401
from lessonkit.gru import gru_cell  # noqa: E402, F401
from lessonkit.looking_back import attention_step  # noqa: E402, F401
from lessonkit.next_token import next_token_network  # noqa: E402, F401
from lessonkit.scan import loop_and_doubling  # noqa: E402, F401
from lessonkit.two_readers import bidirectional_network  # noqa: E402, F401
from lessonkit.unrolled import recurrent_forms, unrolled_rnn  # noqa: E402, F401 - drawings in a room of their own
