"""How much to compute: `quick` for two CPU cores, `full` for a GPU. How an experiment is varied, to
see whether its claims depend on one learning rate, one budget or three seeds. And the facts of this
run, in one line.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# What `COURSE_VARIATION` may be: the quantity that is varied, and by which factor; seeds are moved.
VARIATIONS: dict[str, tuple[str, float]] = {
    "half the rate": ("rate", 0.5),
    "twice the rate": ("rate", 2),
    "half the updates": ("updates", 0.5),
    "three times the updates": ("updates", 3),
    "other seeds": ("seed", 100),
}
QUANTITIES = ("rate", "updates", "seed")


class Preset(SimpleNamespace):
    """The named numbers of the chosen preset, as attributes; `preset.name` says which it is."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"This lesson's '{self.__dict__.get('name')}' preset has no number called '{name}'."
        )


def has_gpu() -> bool:
    """Whether the framework in use sees a GPU; before one is imported, whether the machine shows
    one.
    """
    backend = sys.modules["keras"].backend.backend() if "keras" in sys.modules else None
    if backend == "tensorflow" and (tensorflow := sys.modules.get("tensorflow")):
        return bool(tensorflow.config.list_physical_devices("GPU"))
    if backend == "jax" and (jax := sys.modules.get("jax")):
        return bool(jax.default_backend() == "gpu")
    if backend == "torch" and (torch := sys.modules.get("torch")):
        return bool(torch.cuda.is_available())
    return Path("/dev/nvidia0").exists()


def preset(
    quick: dict[str, Any],
    full: dict[str, Any],
    varies: Mapping[str, Sequence[str]] | None = None,
) -> Preset:
    """Choose between two sets of named numbers by the hardware, and print the choice.

    `varies` says which of the numbers are learning rates, which count updates (or epochs), and
    which is the first seed: `{"rate": ["rate"], "updates": ["epochs"], "seed": ["first_seed"]}`.
    A lesson that reads its numbers from here can then be run again with one of them changed:
    `COURSE_VARIATION` names one of `VARIATIONS`, and `make sensitivity` goes through all of them.

    `COURSE_PRESET=quick` or `full` forces the choice. Raises `ValueError` when one of the two
    variables holds anything else, when the two sets do not have the same names, or when `varies`
    names a number that is not there.
    """
    if quick.keys() != full.keys():
        raise ValueError(
            f"Only one of the presets has: {', '.join(sorted(quick.keys() ^ full.keys()))}."
        )
    forced = os.environ.get("COURSE_PRESET", "")
    if forced not in ("", "quick", "full"):
        raise ValueError(f"COURSE_PRESET is '{forced}'. It must be quick or full, or not be set.")
    name = forced or ("full" if has_gpu() else "quick")
    why = (
        "set by COURSE_PRESET"
        if forced
        else "a GPU was found"
        if name == "full"
        else "no GPU was found"
    )
    other = "quick" if name == "full" else "full"
    print(f"Preset: {name} ({why}; COURSE_PRESET={other} chooses the other one).")
    return Preset(name=name, **_varied(full if name == "full" else quick, varies or {}))


def _varied(numbers: dict[str, Any], varies: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The numbers of a preset, changed as `COURSE_VARIATION` says; says so in a line."""
    named = [name for names in varies.values() for name in names]
    if odd := [*(set(varies) - set(QUANTITIES)), *(name for name in named if name not in numbers)]:
        raise ValueError(
            f"`varies` has {', '.join(map(repr, odd))}. Its keys are {', '.join(QUANTITIES)}, and "
            "it lists numbers of the preset."
        )
    variation = os.environ.get("COURSE_VARIATION", "")
    if not variation:
        return numbers
    if variation not in VARIATIONS:
        raise ValueError(
            f"COURSE_VARIATION is '{variation}'. It must be one of: {', '.join(VARIATIONS)}."
        )
    quantity, by = VARIATIONS[variation]
    changed = dict(numbers)
    for name in varies.get(quantity, ()):
        old = numbers[name]
        new = old + by if quantity == "seed" else old * by
        changed[name] = max(1, round(new)) if isinstance(old, int) else new
        print(f"Varied: {variation}: {name} is {changed[name]:g} in place of {old:g}.")
    return changed


def facts() -> None:
    """Print what this run is made with: backend, versions, device. One line.

    From here on TensorFlow's warnings about speed stay out of the page: it prints one for every
    length that is new to it, and lessons change lengths on purpose.
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    parts = [f"Python {platform.python_version()}"]
    if keras := sys.modules.get("keras"):
        backend = keras.backend.backend()
        version = getattr(sys.modules.get(backend), "__version__", "")
        parts += [f"Keras {keras.__version__} on {backend} {version}".rstrip()]
    if numpy := sys.modules.get("numpy"):
        parts += [f"NumPy {numpy.__version__}"]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts += ["GPU" if has_gpu() else f"{cores} CPU cores"]
    print(f"Run with {', '.join(parts)}.")
