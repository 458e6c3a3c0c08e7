"""The drawing of the LSTM cell."""

from __future__ import annotations

import drawn
import pytest
from lessonkit import drawings, plots


def overlaps(figure) -> list[tuple[str, str]]:
    """Pairs of labels whose boxes overlap."""
    figure.canvas.draw()
    (ax,) = figure.axes
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    return [
        (a, b)
        for k, (a, box) in enumerate(boxes)
        for b, other in boxes[k + 1 :]
        if box.overlaps(other)
    ]


@pytest.mark.parametrize("stage", range(5))
def test_the_cell_grows_without_overlapping_labels(stage):
    plots.style()
    figure = drawings.lstm_cell(stage)
    assert overlaps(figure) == []
    written = drawn.texts(figure.axes[0])
    gates = ["forget", "input", "candidate", "output"]
    assert [gate for gate in gates if gate in written] == gates[:stage]
    assert ("$h_t$" in written) == (stage == 4)
    assert min(text.get_fontsize() for text in figure.axes[0].texts if text.get_text()) >= 9
    parts = len(figure.axes[0].patches) + len(figure.axes[0].lines)
    if stage:
        before = drawings.lstm_cell(stage - 1).axes[0]
        assert parts > len(before.patches) + len(before.lines)


def test_the_cell_has_five_stages():
    with pytest.raises(ValueError, match="0 to 4"):
        drawings.lstm_cell(5)
