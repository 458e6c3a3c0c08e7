"""The drawing of a linear recurrence by loop and by doubling."""

import drawn
import pytest
from lessonkit import drawings
from lessonkit.plots import COLOURS
from matplotlib.colors import to_hex
from matplotlib.patches import Circle


@pytest.mark.parametrize(("steps", "passes"), [(2, 1), (5, 3), (8, 3)])
def test_the_chain_has_a_step_less_than_states_and_doubling_one_arrow_for_each_pair(steps, passes):
    chain, doubling = drawings.loop_and_doubling(steps).axes
    assert len(drawn.arrows(chain)) == steps - 1
    assert len(drawn.arrows(doubling)) == sum(steps - 2**k for k in range(passes))
    spans = {text for text in drawn.texts(doubling) if "span" in text}
    assert spans == {f"span {2**k}" for k in range(passes)}


def test_in_the_last_row_every_state_is_finished_and_in_the_first_only_one():
    doubling = drawings.loop_and_doubling(8).axes[1]
    rows = {}
    for dot in (patch for patch in doubling.patches if isinstance(patch, Circle)):
        rows.setdefault(round(dot.center[1], 3), []).append(
            to_hex(dot.get_facecolor()) == COLOURS["hidden"].lower()
        )
    finished = [sum(rows[y]) for y in sorted(rows, reverse=True)]
    assert finished == [1, 2, 4, 8]


@pytest.mark.parametrize("steps", [1, 9])
def test_unreadable_sizes_are_refused(steps):
    with pytest.raises(ValueError, match="2 to 8"):
        drawings.loop_and_doubling(steps)
