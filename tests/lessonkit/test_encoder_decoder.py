"""The drawing of an encoder and a decoder."""

import matplotlib
import matplotlib.pyplot as plt
import pytest

matplotlib.use("Agg")

from lessonkit.encoder_decoder import encoder_decoder  # noqa: E402


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def arrows(figure):
    return [text for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]


@pytest.mark.parametrize(
    ("source", "target"), [(("a",), ("b",)), (("a", "b"), ("x", "y", "z", "w"))]
)
def test_every_word_has_a_state_and_the_decoder_ends(source, target):
    shown = [text.get_text() for text in encoder_decoder(source, target).axes[0].texts]
    assert {f"$h_{t}$" for t in range(1, len(source) + 1)} <= set(shown)
    assert {f"$s_{t}$" for t in range(1, len(target) + 2)} <= set(shown)
    assert f"$s_{len(target) + 2}$" not in shown
    assert shown.count("[START]") == shown.count("[END]") == 1
    assert all(shown.count(word) == 2 for word in target), "written once, read once"


def test_only_in_use_the_words_that_were_written_go_back_in():
    used, taught = (
        len(arrows(encoder_decoder(("a", "b"), ("x", "y"), teacher=taught)))
        for taught in (False, True)
    )
    assert used == taught + 2


@pytest.mark.parametrize(
    ("source", "target"), [((), ("a",)), (("a",), ()), (tuple("abcd"), tuple("xyz"))]
)
def test_unreadable_sizes_are_refused(source, target):
    with pytest.raises(ValueError, match="up to 6"):
        encoder_decoder(source, target)
