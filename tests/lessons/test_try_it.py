"""The cells of lessons to try on the page: they run with NumPy alone, and are at least those that build the idea."""

from __future__ import annotations

import builtins
import contextlib
import io
from pathlib import Path

import live_pages
import nbformat
import pytest

LESSONS = sorted((Path(__file__).resolve().parents[2] / "lessons").glob("*.ipynb"))
# What at least can be tried, lesson by lesson.
BUILT = {
    "02": {"rnn_step", "rnn_forward"},
    "03": {"rnn_forward", "rnn_backward", "numerical_gradient"},
    "04": {"lstm_step", "lstm_forward", "lstm_backward_step"},
    "06": {"gru_step", "gru_forward", "gru_backward_step"},
    "10": {"masked_softmax", "additive_attention", "dot_attention", "decoder_step"},
}


def numpy_alone(name, *given):
    """`__import__` for these cells."""
    if name.partition(".")[0] != "numpy":
        raise ModuleNotFoundError(f"{name}: only NumPy is there")
    return builtins.__import__(name, *given)


def run(path: Path) -> tuple[dict, dict[str, str]]:
    """All tagged cells of a lesson, one after the other: the names, and what each cell printed."""
    notebook = nbformat.read(path, as_version=4)
    names: dict = {"__builtins__": vars(builtins) | {"__import__": numpy_alone}}
    exec(live_pages.BEFORE, names)
    printed = {}
    for cell in live_pages.tried(notebook):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(cell["source"], f"<{cell['id']}>", "exec"), names)
        printed[cell["id"]] = out.getvalue()
    return names, printed


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_cells_to_try_run_with_numpy_alone_and_print_what_the_lesson_prints(path):
    names, printed = run(path)
    assert BUILT.get(path.stem[:2], set()) <= names.keys()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and cell.outputs and cell.id in printed:
            assert printed[cell.id] == "".join(output.text for output in cell.outputs), cell.id


def test_every_lesson_that_builds_a_cell_has_cells_to_try():
    tagged = {path.stem[:2] for path in LESSONS if run(path)[1]}
    assert tagged >= BUILT.keys()
