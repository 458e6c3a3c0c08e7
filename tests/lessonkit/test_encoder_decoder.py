"""The drawing of an encoder and a decoder."""

import drawn
import pytest
from lessonkit import drawings


@pytest.mark.parametrize(
    ("source", "target"), [(("a",), ("b",)), (("a", "b"), ("x", "y", "z", "w"))]
)
def test_every_word_has_a_state_and_the_decoder_ends(source, target):
    shown = drawn.texts(drawings.encoder_decoder(source, target).axes[0])
    assert {f"$h_{t}$" for t in range(1, len(source) + 1)} <= set(shown)
    assert {f"$s_{t}$" for t in range(1, len(target) + 2)} <= set(shown)
    assert f"$s_{len(target) + 2}$" not in shown
    assert shown.count("[START]") == shown.count("[END]") == 1
    assert all(shown.count(word) == 2 for word in target), "written once, read once"


def test_only_in_use_the_words_that_were_written_go_back_in():
    used, taught = (
        len(drawn.arrows(drawings.encoder_decoder(("a", "b"), ("x", "y"), teacher=taught).axes[0]))
        for taught in (False, True)
    )
    assert used == taught + 2


@pytest.mark.parametrize(
    ("source", "target"), [((), ("a",)), (("a",), ()), (tuple("abcd"), tuple("xyz"))]
)
def test_unreadable_sizes_are_refused(source, target):
    with pytest.raises(ValueError, match="up to 6"):
        drawings.encoder_decoder(source, target)
