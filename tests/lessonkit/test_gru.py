"""The drawing of the GRU cell."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

matplotlib.use("Agg")

from lessonkit import drawings  # noqa: E402


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def place(figure, label):
    return next(text.get_position() for text in figure.axes[0].texts if text.get_text() == label)


def test_the_drawing_grows_by_one_gate_at_a_time():
    grown = [texts(drawings.gru_cell(stage)) for stage in range(4)]
    for before, after in zip(grown[:-1], grown[1:], strict=True):
        assert set(before) < set(after) and len(before) < len(after)
    assert {"update", "candidate", "reset", "$z_t$", "$r_t$", "$1-z_t$"} <= set(grown[3])
    assert (
        grown[3].count("$x_t$") == 2
    )  # the input reaches the candidate by a way that the reset gate does not touch


def test_the_two_conventions_differ_in_the_order_of_kernel_and_gate():
    kernel, gate = ({after: place(drawings.gru_cell(3, reset_after=after), label)[0] for after in (True, False)}
                    for label in ("$W_h$", "$r_t$"))  # fmt: skip
    assert kernel[True] < gate[True] and kernel[False] > gate[False]


def test_a_stage_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="0 to 3"):
        drawings.gru_cell(4)
