"""The drawing of a language model."""

import pytest
from lessonkit import drawings


def boxes(figure):
    """The text of each box as {(step, height): text}; the lower row is read, the upper one predicted."""
    texts = figure.axes[0].texts
    return {(round(t.get_position()[0] / 2.6), t.get_position()[1] > 2): t.get_text() for t in texts
            if len(t.get_text()) == 1}  # fmt: skip


@pytest.mark.parametrize("word", ["at", "time", "letter"])
def test_each_letter_is_read_and_the_next_one_predicted(word):
    shown = boxes(drawings.next_token_network(word))
    assert "".join(shown[t, False] for t in range(len(word))) == word
    assert "".join(shown[t, True] for t in range(len(word))) == word[1:] + "?"


def test_while_writing_what_is_drawn_at_a_step_is_read_at_the_next():
    shown = boxes(drawings.next_token_network("time", writing=True))
    assert [shown[t, True] for t in range(3)] == [shown[t + 1, False] for t in range(3)]
    assert shown[0, False] == "t" and shown[3, True] == "…"


def test_writing_leads_every_drawn_letter_but_the_last_back_to_be_read():
    plain, writing = (
        drawings.next_token_network("time", writing=flag).axes[0] for flag in (False, True)
    )
    assert len(writing.lines) - len(plain.lines) == 3


@pytest.mark.parametrize("word", ["", "a", "letters"])
def test_unreadable_sizes_are_refused(word):
    with pytest.raises(ValueError, match="2 to 6"):
        drawings.next_token_network(word)
