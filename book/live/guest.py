"""The Python side of the exercise page: runs cells, as a notebook does, and writes down what they show.

It stands in the engine beside `autograder` and knows no page, no browser and no engine: a request comes in as JSON,
and what the cells show goes out as lines of JSON on descriptor 1.

    {"cells": [{"id": "u04-lstm-step", "name": "lstm_step", "source": "def lstm_step(…"}], "show": "u04-test-lstm-step"}

    {"kind": "error", "cell": "u04-lstm-step", "line": 4, "text": "…"}     a cell that stopped
    {"kind": "html", "cell": "u04-test-lstm-step", "text": "<div …"}       a card, a table
    {"kind": "text", "cell": "u04-test-lstm-step", "text": "…"}            what it printed, or a value
    {"kind": "end"}                                                    all cells were run

Each request is answered in a fresh process where the engine can do that: no name of an earlier one is left. Whatever
is written here may have been written by the reader's code, so the page believes none of it.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import json
import linecache
import os
import sys
import traceback
from copy import deepcopy
from time import perf_counter

import numpy as np

import autograder
from autograder.check import course_unit
from autograder.judge.installed import load_public
from autograder.report.card import Card
from autograder.run.inside import operations
from autograder.run.inside.absent import ModuleNotInstalled
from autograder.run.inside.cells import Kernel

MOST_TEXT = 20_000  # characters of what a cell prints
TICK = 1e-4  # seconds: a browser shows code no finer clock
PUT_BACK = course_unit  # `Kernel` takes it away: behind the walls of the grader it does nothing


def warm(unit: str) -> None:
    """Read and render once what every check reads and renders, before the picture of the memory is taken.

    `unit` is empty on the page of a lesson, where nothing is checked.
    """
    if unit:
        load_public(unit)
        Card("", 1, 1, "passed", "", []).html()
    np.random.default_rng(0).normal(size=2)
    Kernel({})


def fastest(function, request, first: float) -> float:
    """Seconds that a call takes, from enough calls one after the other that the clock can tell; in the place of the
    grader's own, which times each call by itself.
    """
    count, best = 1, first
    while count <= 4096:
        given = [(deepcopy(request.args), deepcopy(request.kwargs)) for _ in range(count)]
        begun = perf_counter()
        for args, kwargs in given:
            function(*args, **kwargs)
        spent = perf_counter() - begun
        best = spent / count
        if spent > 100 * TICK:
            break
        count *= 4
    return max(best, TICK / 4096)


operations._fastest = fastest


def answer(request: dict) -> None:
    """Run the cells of `request` in order; show the output of the one called `show`, and every error before it."""
    namespace = {"__name__": "__main__", "__builtins__": builtins}
    kernel = Kernel(namespace)
    autograder.course_unit = PUT_BACK
    del builtins.unit
    for cell in request["cells"]:
        shown = cell["id"] == request["show"]
        builtins.display = (
            (lambda *values, c=cell: [_show(c["id"], v) for v in values]) if shown else _ignore
        )
        _run(kernel, cell, shown)
    _write({"kind": "end"})


def _run(kernel: Kernel, cell: dict, shown: bool) -> None:
    name, source = f"<{cell.get('name', cell['id'])}>", cell["source"]
    # Tracebacks show the line: the source of a cell is in no file.
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    printed, value = _Printed(), None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            value = kernel.run(source, name)
        except ModuleNotInstalled as error:
            # A cell that sets up for several exercises may need a package that this one does not.
            if shown:
                text = f"{error.name} is not on this page. Open the notebook in Colab for what needs it."
                _write({"kind": "error", "cell": cell["id"], "line": None, "text": text})
        except BaseException as error:
            _write({"kind": "error", "cell": cell["id"], **_told(error, name)})
    if printed.getvalue() and shown:
        _write({"kind": "text", "cell": cell["id"], "text": printed.getvalue()[:MOST_TEXT]})
    if shown and value is not None and not source.rstrip().endswith((";", ".score")):
        _show(cell["id"], value)


class _Printed(io.StringIO):
    """What is printed, up to a length: an endless loop that prints must not fill the memory."""

    def write(self, text: str) -> int:
        return super().write(text) if self.tell() <= MOST_TEXT else len(text)


def _told(error: BaseException, name: str) -> dict:
    """The line of the cell in which it stopped, and the traceback without our own frames."""
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if f.filename.startswith("<") and f.line
    ]
    line = next((f.lineno for f in frames if f.filename == name), None)
    if isinstance(error, SyntaxError) and error.filename == name:
        line = error.lineno
    head = (
        ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    )
    try:
        last = traceback.format_exception_only(error)
    except BaseException:
        last = [f"{type(error).__name__}\n"]
    return {"line": line, "text": "".join([*head, *last])[-MOST_TEXT:]}


def _show(cell: str, value: object) -> None:
    try:
        html = getattr(type(value), "_repr_html_", None)
        if html is not None:
            _write({"kind": "html", "cell": cell, "text": str(html(value))})
        else:
            _write({"kind": "text", "cell": cell, "text": repr(value)[:MOST_TEXT]})
    except BaseException as error:
        text = f"The value cannot be shown: {type(error).__name__}"
        _write({"kind": "error", "cell": cell, "line": None, "text": text})


def _ignore(*_: object) -> None:
    """`display` in a cell whose output is not asked for."""


def _write(frame: dict, descriptor: int = 1) -> None:
    data = (json.dumps(frame) + "\n").encode("ascii")
    while data:
        data = data[os.write(descriptor, data) :]


def main() -> None:
    """Answer the request on standard input, and end without tidying up."""
    sys.modules["pandas"] = None  # type: ignore[assignment]  # it was begin.py: who asks for it is told it is not here
    answer(json.loads(sys.stdin.buffer.read()))
    os._exit(0)
