"""The drawing of one attention step."""

import drawn
import pytest
from lessonkit import drawings


@pytest.mark.parametrize("words", [("a", "b"), ("we", "look", "back", "here", "now")])
def test_every_word_has_a_state_a_score_and_a_weight(words):
    shown = set(drawn.texts(drawings.attention_step(words).axes[0]))
    for j in range(1, len(words) + 1):
        assert {f"$h_{j}$", f"$e_{{t{j}}}$", rf"$\alpha_{{t{j}}}$"} <= shown
    assert set(words) <= shown and f"$h_{len(words) + 1}$" not in shown
    assert {"query", "states", "weights", "context", "softmax", "$s_t$"} <= shown


def test_every_weight_has_an_arrow_up_to_the_sum():
    arrows = drawn.arrows(drawings.attention_step(("a", "b", "c")).axes[0])
    tops = max(arrow.xy[1] for arrow in arrows)
    assert sum(arrow.xy[1] == tops for arrow in arrows) == 3
    assert all(arrow.xy[1] > arrow.xyann[1] for arrow in arrows)


@pytest.mark.parametrize("words", [("one",), tuple("abcdef")])
def test_unreadable_sizes_are_refused(words):
    with pytest.raises(ValueError, match="2 to 5"):
        drawings.attention_step(words)
