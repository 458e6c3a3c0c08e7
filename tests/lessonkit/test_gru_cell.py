"""The drawing of the GRU cell."""

import drawn
import pytest
from lessonkit import drawings


def place(figure, label):
    return next(text.get_position() for text in figure.axes[0].texts if text.get_text() == label)


def test_the_drawing_grows_by_one_gate_at_a_time():
    grown = [drawn.texts(drawings.gru_cell(stage).axes[0]) for stage in range(4)]
    for before, after in zip(grown[:-1], grown[1:], strict=True):
        assert set(before) < set(after) and len(before) < len(after)
    assert {"update", "candidate", "reset", "$z_t$", "$r_t$", "$1-z_t$"} <= set(grown[3])
    # The input reaches the candidate by a way that the reset gate does not touch.
    assert grown[3].count("$x_t$") == 2


def test_the_two_conventions_differ_in_the_order_of_kernel_and_gate():
    for reset_after in (True, False):
        figure = drawings.gru_cell(3, reset_after=reset_after)
        kernel_x, gate_x = (place(figure, label)[0] for label in ("$W_h$", "$r_t$"))
        assert (kernel_x < gate_x) == reset_after


def test_a_stage_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="0 to 3"):
        drawings.gru_cell(4)
