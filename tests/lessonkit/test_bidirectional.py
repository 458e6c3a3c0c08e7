"""The drawing of a bidirectional network."""

import drawn
import pytest
from lessonkit import drawings


@pytest.mark.parametrize("words", [("a", "b"), ("we", "read", "both", "ways")])
def test_every_word_has_two_states_and_an_output(words):
    shown = set(drawn.texts(drawings.bidirectional_network(words).axes[0]))
    steps = range(1, len(words) + 1)
    assert set(words) <= shown and {f"$y_{t}$" for t in steps} <= shown
    assert {rf"$h^\{side}arrow_{t}$" for side in ("right", "left") for t in steps} <= shown
    assert f"$y_{len(words) + 1}$" not in shown


def test_the_two_directions_have_as_many_arrows_and_point_opposite_ways():
    arrows = drawn.arrows(drawings.bidirectional_network(("a", "b", "c")).axes[0])
    level = [arrow for arrow in arrows if arrow.xy[1] == arrow.xyann[1]]
    ways = [arrow.xy[0] > arrow.xyann[0] for arrow in level]
    assert sorted(ways) == [False, False, True, True]


@pytest.mark.parametrize("words", [("one",), tuple("abcdef")])
def test_unreadable_sizes_are_refused(words):
    with pytest.raises(ValueError, match="2 to 5"):
        drawings.bidirectional_network(words)
