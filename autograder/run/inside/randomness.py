"""The random states of `random`, NumPy and Keras: taken, and put back."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def kept() -> Iterator[None]:
    """Leave the random states as they were."""
    put_back = taken()
    try:
        yield
    finally:
        put_back()


def taken() -> Callable[[], None]:
    """A function that puts the random states back as they are now."""
    python, numpy_state, put_keras_back = random.getstate(), np.random.get_state(), _keras()

    def put_back() -> None:
        random.setstate(python)
        np.random.set_state(numpy_state)
        put_keras_back()

    return put_back


def _keras() -> Callable[[], None]:
    """The same for Keras' global seed and seed generator."""
    if "keras" not in sys.modules:
        return lambda: None
    try:
        from keras.src.backend.common import global_state  # has no public door

        names = ("global_random_seed", "global_seed_generator")
        before = {name: global_state.get_global_attribute(name) for name in names}
        generator = before["global_seed_generator"]
        state = None if generator is None else np.array(generator.state)
    except (ImportError, AttributeError):
        return lambda: None

    def put_back() -> None:
        for name, value in before.items():
            global_state.set_global_attribute(name, value)
        if state is not None:
            generator.state.assign(state)

    return put_back
