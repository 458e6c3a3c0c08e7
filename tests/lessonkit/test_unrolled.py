"""The drawing of an unrolled recurrent network."""

import drawn
import pytest
from lessonkit import drawings


@pytest.mark.parametrize("steps", [1, 4])
def test_every_step_has_its_state_input_and_loss(steps):
    shown = set(drawn.texts(drawings.unrolled_rnn(steps).axes[0]))
    assert {f"$h_{t}$" for t in range(steps + 1)} <= shown
    assert {f"${name}_{t}$" for name in "xL" for t in range(1, steps + 1)} <= shown
    assert f"$h_{steps + 1}$" not in shown


def test_the_gradient_has_a_legend_and_an_arrow_for_each_arrow_forward():
    forward, both = (drawings.unrolled_rnn(3, backward=flag).axes[0] for flag in (False, True))
    # Two more stand in the legend.
    assert len(drawn.arrows(both)) == 2 * len(drawn.arrows(forward)) + 2
    assert "backward: gradients" in set(drawn.texts(both)) - set(drawn.texts(forward))


@pytest.mark.parametrize("steps", [0, 7])
def test_unreadable_sizes_are_refused(steps):
    with pytest.raises(ValueError, match="1 to 6"):
        drawings.unrolled_rnn(steps)


def test_the_three_forms_differ_in_their_inputs_and_outputs():
    shown = drawn.texts(drawings.recurrent_forms().axes[0])
    read, answered = ([shown.count(f"${name}_{t}$") for t in (1, 2, 3)] for name in "xy")
    assert read == [3, 2, 2], "one to many reads at its first step only"
    assert answered == [2, 2, 3], "many to one answers at its last step only"
    assert {"many to one", "many to many", "one to many"} <= set(shown)
