"""The LSTM cell as a drawing that grows gate by gate, in the colours that the gates have in every
plot.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS

STAGES = ("the cell state", "the forget gate", "the input gate", "the candidate", "the output gate")

_CELL_Y = 6.0
_FORGET_X, _INPUT_X, _CANDIDATE_X, _OUTPUT_X, _OUT_X = 2.3, 4.3, 6.5, 8.7, 10.6
_MIX_Y = 4.2  # where the input gate meets the candidate


def lstm_cell(stage: int = 4, title: bool = True) -> Figure:
    """Draw the LSTM cell as far as `stage`: 0 the cell state, 1 forget gate, 2 input gate, 3
    candidate, 4 output gate.

    Returns the Matplotlib figure. Raises `ValueError` for another stage.
    """
    figure, ax = pen.cell(stage, STAGES, title=title)
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
    """The cell state on its way through the cell."""
    operators = [_FORGET_X] * (stage >= 1) + [_CANDIDATE_X] * (stage >= 3)
    pen.conveyor(ax, _CELL_Y, operators, COLOURS["cell"], "c")


def _bus(ax: Axes, stage: int) -> None:
    """The line that brings h and x to every gate. It ends at the last gate drawn so far."""
    colour = COLOURS["hidden"]
    end = {1: _FORGET_X, 2: _INPUT_X, 3: _CANDIDATE_X, 4: _OUTPUT_X}[stage]
    pen.line(ax, [(-0.6, pen.BUS_Y), (end, pen.BUS_Y)], colour)
    pen.line(ax, [(1.1, -0.75), (1.1, pen.BUS_Y)], pen.INK)
    pen.junction(ax, 1.1, pen.BUS_Y, pen.INK)
    pen.label(ax, -1.4, pen.BUS_Y, "$h_{t-1}$", colour)
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
    pen.junction(ax, _OUT_X, _CELL_Y, COLOURS["cell"])
    pen.arrow(ax, [(_OUT_X, _CELL_Y), (_OUT_X, 5.12)], COLOURS["cell"])
    pen.box(ax, _OUT_X, 4.75, 1.25, 0.72, "tanh", "white", COLOURS["cell"])
    pen.arrow(ax, [(_OUT_X, 4.39), (_OUT_X, mix + 0.36)], COLOURS["cell"])
    pen.operator(ax, _OUT_X, mix, "×")
    pen.arrow(ax, [(_OUT_X, mix - 0.36), (_OUT_X, pen.BUS_Y), (12.2, pen.BUS_Y)], hidden)
    pen.label(ax, 12.6, pen.BUS_Y, "$h_t$", hidden)
