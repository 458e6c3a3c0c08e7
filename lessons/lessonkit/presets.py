"""How much to compute: `quick` for two CPU cores, `full` for a GPU. And the facts of this run, in
one line.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any


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


def preset(quick: dict[str, Any], full: dict[str, Any]) -> Preset:
    """Choose between two sets of named numbers by the hardware, and print the choice.

    `COURSE_PRESET=quick` or `full` forces it. Raises `ValueError` when that variable holds anything
    else, or when the two sets do not have the same names.
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
    return Preset(name=name, **(full if name == "full" else quick))


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
