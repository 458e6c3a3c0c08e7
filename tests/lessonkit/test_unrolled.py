"""The drawing of an unrolled recurrent network."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

matplotlib.use("Agg")

from lessonkit.unrolled import recurrent_forms, unrolled_rnn  # noqa: E402


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def texts(figure):
    return {text.get_text() for text in figure.axes[0].texts}


@pytest.mark.parametrize("steps", [1, 4])
def test_every_step_has_its_state_input_and_loss(steps):
    shown = texts(unrolled_rnn(steps))
    assert {f"$h_{t}$" for t in range(steps + 1)} <= shown
    assert {f"${name}_{t}$" for name in "xL" for t in range(1, steps + 1)} <= shown
    assert f"$h_{steps + 1}$" not in shown


def test_the_gradient_has_a_legend_and_an_arrow_for_each_arrow_forward():
    forward, both = unrolled_rnn(3), unrolled_rnn(3, backward=True)
    arrows = [sum(text.arrow_patch is not None for text in f.axes[0].texts if hasattr(text, "arrow_patch"))
              for f in (forward, both)]  # fmt: skip
    assert arrows[1] == 2 * arrows[0] + 2  # two more stand in the legend
    assert "backward: gradients" in texts(both) - texts(forward)


@pytest.mark.parametrize("steps", [0, 7])
def test_unreadable_sizes_are_refused(steps):
    with pytest.raises(ValueError, match="1 to 6"):
        unrolled_rnn(steps)


def test_the_three_forms_differ_in_their_inputs_and_outputs():
    shown = [text.get_text() for text in recurrent_forms().axes[0].texts]
    assert [shown.count(f"$x_{t}$") for t in (1, 2, 3)] == [
        3,
        2,
        2,
    ]  # one to many reads its first step only
    assert [shown.count(f"$y_{t}$") for t in (1, 2, 3)] == [
        2,
        2,
        3,
    ]  # many to one answers at its last step only
    assert {"many to one", "many to many", "one to many"} <= set(shown)
