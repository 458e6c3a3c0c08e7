"""What lessons import: data, presets, plots, drawings, claims and practice quizzes.

Light on purpose: importing `lessonkit` imports no deep-learning framework, and its rooms are loaded
when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

_ROOMS = ("data", "drawings", "experiments", "plots", "translation")
_NAMES = {"preset": "presets", "facts": "presets", "claim": "claims", "table": "experiments",
          "practice_quiz": "practice"}  # fmt: skip

__all__ = [*_ROOMS, *_NAMES]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"lessonkit.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"lessonkit.{_NAMES[name]}"), name)
    raise AttributeError(f"lessonkit has no '{name}'. It has: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
