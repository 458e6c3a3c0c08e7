"""What lessons import. Light on purpose: importing `lessonkit` imports no deep-learning framework,
and each room is loaded when first used.

| room          | what is in it                                                                    |
|---------------|----------------------------------------------------------------------------------|
| `claims`      | `claim`: what has been measured, asserted and kept for the book; `paired`: two   |
|               | models on the same items                                                         |
| `data`        | data sets by name, built-in samples, synthetic tasks                             |
| `drawings`    | pictures of cells and networks                                                   |
| `experiments` | seeds, restarts, and `table` for results                                         |
| `keyboard`    | a small trained language model as a keyboard in the page                         |
| `many`        | small recurrent networks in NumPy, a hundred trained at once                     |
| `page`        | style and script inside a page; for the other rooms, not for lessons             |
| `plots`       | the course's style, colours, curves over seeds                                   |
| `practice`    | `practice_quiz`: the quiz at the end of a lesson, from the banks in `quizzes/`   |
| `presets`     | `preset`: how much to compute, and what may be varied; `facts`: what a run is    |
|               | made with                                                                        |
| `translation` | words, ids, padding and BLEU                                                     |

`from lessonkit import data` gives a room; `lessonkit.claim` and the other functions named above
stand at the top as well.
"""

from __future__ import annotations

import importlib
from typing import Any

_ROOMS = ("data", "drawings", "experiments", "keyboard", "many", "plots", "translation")
_NAMES = {
    "claim": "claims",
    "facts": "presets",
    "paired": "claims",
    "practice_quiz": "practice",
    "preset": "presets",
    "table": "experiments",
}

__all__ = [*_ROOMS, *_NAMES]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"lessonkit.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"lessonkit.{_NAMES[name]}"), name)
    raise AttributeError(f"lessonkit has no '{name}'. It has: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
