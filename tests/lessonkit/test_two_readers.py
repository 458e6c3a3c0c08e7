"""The drawing of a bidirectional network."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

matplotlib.use("Agg")

from lessonkit.two_readers import bidirectional_network  # noqa: E402


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("words", [("a", "b"), ("we", "read", "both", "ways")])
def test_every_word_has_two_states_and_an_output(words):
    shown = {text.get_text() for text in bidirectional_network(words).axes[0].texts}
    steps = range(1, len(words) + 1)
    assert set(words) <= shown and {f"$y_{t}$" for t in steps} <= shown
    assert {rf"$h^\{side}arrow_{t}$" for side in ("right", "left") for t in steps} <= shown
    assert f"$y_{len(words) + 1}$" not in shown


def test_the_two_directions_have_as_many_arrows_and_point_opposite_ways():
    level = [text for text in bidirectional_network(("a", "b", "c")).axes[0].texts
             if getattr(text, "arrow_patch", None) and text.xy[1] == text.xyann[1]]  # fmt: skip
    ways = [text.xy[0] > text.xyann[0] for text in level]
    assert sorted(ways) == [False, False, True, True]


@pytest.mark.parametrize("words", [("one",), tuple("abcdef")])
def test_unreadable_sizes_are_refused(words):
    with pytest.raises(ValueError, match="2 to 5"):
        bidirectional_network(words)
