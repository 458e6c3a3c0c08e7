"""The GRU cell as a drawing that grows gate by gate, made of the strokes that the LSTM's drawing is
made of.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessonkit.drawings import strokes as pen
from lessonkit.plots import COLOURS

STAGES = ("the state", "the update gate", "the candidate", "the reset gate")

_STATE_Y, _TAKE_Y = 6.0, 4.4
_BRANCH_X, _INPUT_X, _UPDATE_X, _RESET_X, _CANDIDATE_X = 1.0, 1.9, 3.2, 5.5, 9.7
# On the way from the reset gate to the candidate: kernel and gate, in either order.
_FIRST_X, _SECOND_X = 6.9, 8.1


def gru_cell(stage: int = 3, reset_after: bool = True) -> Figure:
    """Draw the GRU cell as far as `stage`: 0 the state, 1 update gate, 2 candidate, 3 reset gate.

    `reset_after` says where the last stage puts the reset gate: after the product with the
    recurrent kernel, as Keras does by default, or before it. Returns the Matplotlib figure. Raises
    `ValueError` for another stage.
    """
    where = f", {'after' if reset_after else 'before'} the product" if stage == 3 else ""
    figure, ax = pen.cell(stage, STAGES, more=where)
    _state(ax, stage)
    if stage >= 1:
        _bus(ax, stage)
        _update(ax)
    if stage >= 2:
        _candidate(ax)
    if stage >= 3:
        _reset(ax, reset_after)
    return figure


def _state(ax: Axes, stage: int) -> None:
    """The state on its way through the cell."""
    operators = [_UPDATE_X] * (stage >= 1) + [_CANDIDATE_X] * (stage >= 2)
    pen.conveyor(ax, _STATE_Y, operators, COLOURS["hidden"], "h")


def _bus(ax: Axes, stage: int) -> None:
    """The line that brings the old state and the input to the gates; it ends at the last gate drawn
    so far.
    """
    end = {1: _UPDATE_X, 2: _CANDIDATE_X, 3: _FIRST_X - 0.36}[stage]
    pen.line(
        ax, [(_BRANCH_X, _STATE_Y), (_BRANCH_X, pen.BUS_Y), (end, pen.BUS_Y)], COLOURS["hidden"]
    )
    pen.line(ax, [(_INPUT_X, -0.75), (_INPUT_X, pen.BUS_Y)], pen.INK)
    pen.junction(ax, _BRANCH_X, _STATE_Y, COLOURS["hidden"])
    pen.junction(ax, _INPUT_X, pen.BUS_Y, pen.INK)
    pen.label(ax, _INPUT_X, -1.05, "$x_t$", pen.INK)


def _update(ax: Axes) -> None:
    colour = COLOURS["update"]
    pen.gate(ax, _UPDATE_X, "σ", "update", colour)
    pen.arrow(ax, [(_UPDATE_X, pen.GATE_Y + 0.5), (_UPDATE_X, _STATE_Y - 0.36)], colour)
    pen.operator(ax, _UPDATE_X, _STATE_Y, "×")
    pen.label(ax, _UPDATE_X - 0.45, 5.2, "$z_t$", colour)


def _candidate(ax: Axes) -> None:
    colour = COLOURS["candidate"]
    pen.gate(ax, _CANDIDATE_X, "tanh", "candidate", colour)
    pen.arrow(ax, [(_CANDIDATE_X, pen.GATE_Y + 0.5), (_CANDIDATE_X, _TAKE_Y - 0.36)], colour)
    pen.label(ax, _CANDIDATE_X + 0.5, 3.4, r"$\tilde{h}_t$", colour)
    pen.arrow(ax, [(_UPDATE_X, _TAKE_Y), (_CANDIDATE_X - 0.36, _TAKE_Y)], COLOURS["update"])
    pen.junction(ax, _UPDATE_X, _TAKE_Y, COLOURS["update"])
    pen.label(ax, 6.4, _TAKE_Y + 0.42, "$1-z_t$", COLOURS["update"])
    pen.operator(ax, _CANDIDATE_X, _TAKE_Y, "×")
    pen.arrow(ax, [(_CANDIDATE_X, _TAKE_Y + 0.36), (_CANDIDATE_X, _STATE_Y - 0.36)], pen.INK)
    pen.operator(ax, _CANDIDATE_X, _STATE_Y, "+")


def _reset(ax: Axes, reset_after: bool) -> None:
    """The reset gate on the old state's way to the candidate, and the input's own way, which it
    does not touch.
    """
    colour, hidden = COLOURS["reset"], COLOURS["hidden"]
    pen.gate(ax, _RESET_X, "σ", "reset", colour)
    kernel_x, gate_x = (_FIRST_X, _SECOND_X) if reset_after else (_SECOND_X, _FIRST_X)
    pen.line(ax, [(_FIRST_X + 0.36, pen.BUS_Y), (_SECOND_X - 0.36, pen.BUS_Y)], hidden)
    pen.line(ax, [(_SECOND_X + 0.36, pen.BUS_Y), (_CANDIDATE_X, pen.BUS_Y)], hidden)
    pen.box(ax, kernel_x, pen.BUS_Y, 0.8, 0.66, "$W_h$", "white", hidden)
    pen.operator(ax, gate_x, pen.BUS_Y, "×")
    row = pen.GATE_Y + 0.05
    pen.arrow(ax, [(_RESET_X + 0.7, row), (gate_x, row), (gate_x, pen.BUS_Y + 0.36)], colour)
    pen.label(ax, gate_x + 0.42, 1.7, "$r_t$", colour)
    pen.arrow(ax, [(10.95, -0.75), (10.95, row), (_CANDIDATE_X + 0.7, row)], pen.INK)
    pen.label(ax, 10.95, -1.05, "$x_t$", pen.INK)
