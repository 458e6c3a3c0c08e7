"""What stands in a drawing: its words and its arrows."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.text import Annotation


def texts(ax: Axes) -> list[str]:
    """The labels, from the first drawn to the last; arrows have none."""
    return [text.get_text() for text in ax.texts if text.get_text()]


def arrows(ax: Axes) -> list[Annotation]:
    return [text for text in ax.texts if isinstance(text, Annotation) and text.arrow_patch]
