"""The drawing of one attention step."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

matplotlib.use("Agg")

from lessonkit.looking_back import attention_step  # noqa: E402


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("words", [("a", "b"), ("we", "look", "back", "here", "now")])
def test_every_word_has_a_state_a_score_and_a_weight(words):
    shown = {text.get_text() for text in attention_step(words).axes[0].texts}
    for j in range(1, len(words) + 1):
        assert {f"$h_{j}$", f"$e_{{t{j}}}$", rf"$\alpha_{{t{j}}}$"} <= shown
    assert set(words) <= shown and f"$h_{len(words) + 1}$" not in shown
    assert {"query", "states", "weights", "context", "softmax", "$s_t$"} <= shown


def test_every_weight_has_an_arrow_to_the_sum():
    arrows = [
        text
        for text in attention_step(("a", "b", "c")).axes[0].texts
        if getattr(text, "arrow_patch", None)
    ]
    tops = max(text.xy[1] for text in arrows)
    assert sum(text.xy[1] == tops for text in arrows) == 3


@pytest.mark.parametrize("words", [("one",), tuple("abcdef")])
def test_unreadable_sizes_are_refused(words):
    with pytest.raises(ValueError, match="2 to 5"):
        attention_step(words)
