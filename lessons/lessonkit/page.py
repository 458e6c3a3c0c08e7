"""Style and script that stand inside a page. Nothing is fetched, so a cell shows the same in the
book and in Colab.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "static"


def static(*names: str) -> str:
    """The text of the named files in ``lessonkit/static``, one behind the other."""
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
