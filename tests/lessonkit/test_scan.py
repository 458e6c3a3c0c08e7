"""The drawing of a linear recurrence by loop and by doubling."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle

matplotlib.use("Agg")

from lessonkit.plots import COLOURS  # noqa: E402
from lessonkit.scan import loop_and_doubling  # noqa: E402


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def arrows(ax):
    return [text for text in ax.texts if getattr(text, "arrow_patch", None)]


@pytest.mark.parametrize(("steps", "passes"), [(2, 1), (5, 3), (8, 3)])
def test_the_chain_has_a_step_less_than_states_and_doubling_one_arrow_for_each_pair(steps, passes):
    chain, doubling = loop_and_doubling(steps).axes
    assert len(arrows(chain)) == steps - 1
    assert len(arrows(doubling)) == sum(steps - 2**k for k in range(passes))
    assert {f"span {2**k}" for k in range(passes)} == {
        t.get_text() for t in doubling.texts if "span" in t.get_text()
    }


def test_in_the_last_row_every_state_is_finished_and_in_the_first_only_one():
    doubling = loop_and_doubling(8).axes[1]
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
        loop_and_doubling(steps)
