"""A predictive keyboard in the page: a small trained character model, run by the browser itself. It
trains nothing.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from IPython.display import HTML

from lessonkit import page

STEPS = 2**15 - 1  # a weight is sent as one of this many steps to each side of 0


def predictive_keyboard(
    characters: Sequence[str],
    gru: Sequence[np.ndarray],
    dense: Sequence[np.ndarray],
    embedding: np.ndarray | None = None,
    begin: str = "the time tr",
    name: str = "keyboard",
) -> HTML:
    """A keyboard that proposes the next character and the next word; show it as the last expression
    of a cell.

    The weights travel inside the page, and the page computes with them: no request leaves it, in
    the book, in Jupyter and in Colab alike. With V characters, u units and e embedding dimensions:

    Args:
        characters: the V characters in the order of the model's ids; a space must be among them.
        gru: ``layer.get_weights()`` of a `keras.layers.GRU` with ``reset_after=True``: kernel (e or
            V, 3u), recurrent kernel (u, 3u), bias (2, 3u). The state starts at zero.
        dense: ``layer.get_weights()`` of the `Dense` layer that gives the logits: kernel (u, V),
        bias (V,).
        embedding: table (V, e); leave it out where the model reads one-hot characters.
        begin: the text that stands in the box at first.
        name: id of the keyboard in the page, where there is more than one.

    Raises:
        ValueError: the shapes do not fit one another, or there is no space among the characters.
    """
    table, recurrent, bias, kernel, offset = _arrays(len(characters), gru, dense, embedding)
    if " " not in characters:
        raise ValueError("A word ends at a space: 'characters' must hold one.")
    model = {
        "characters": list(characters),
        "units": int(recurrent.shape[0]),
        "table": _packed(table),
        "recurrent": _packed(recurrent),
        "bias": _packed(bias),
        "kernel": _packed(kernel),
        "offset": _packed(offset),
    }
    weights = [*gru, *dense, *([] if embedding is None else [embedding])]
    count = sum(array.size for array in weights)
    note = f"{count:,} weights, in this page. Nothing that you type leaves it."
    return HTML(keyboard_html(name, model, begin, note))


def keyboard_html(name: str, model: dict[str, Any], begin: str, note: str) -> str:
    """The self-contained piece of HTML: style, form, weights, script."""
    quoted = html.escape(name, quote=True)
    style, script = page.static("colours.css", "keyboard.css"), page.static("keyboard.js")
    weights = json.dumps({"name": name, **model}).replace("</", "<\\/")
    return (
        f'<section class="keyboard" id="{quoted}" aria-label="Predictive keyboard">'
        f"<style>{style}</style>"
        f'<label for="{quoted}-text">Type a beginning</label>'
        f'<textarea id="{quoted}-text" rows="3" autocomplete="off" autocapitalize="none" '
        'spellcheck="false">'
        f"{html.escape(begin)}</textarea>"
        '<p class="heading">Next word</p>'
        '<div class="words" role="group" aria-label="Proposed words"></div>'
        '<p class="heading">Next character</p>'
        '<div class="characters" role="group" aria-label="Proposed characters"></div>'
        f'<div class="controls"><label for="{quoted}-heat">Temperature <output>0.6</output></label>'
        f'<input id="{quoted}-heat" type="range" min="0.2" max="1.6" step="0.1" value="0.6">'
        '<button type="button" class="write">Write 60 characters</button>'
        '<button type="button" class="again">Start again</button></div>'
        f'<p class="note" role="status">{html.escape(note)}</p>'
        "<noscript><p>The keyboard needs JavaScript.</p></noscript></section>"
        f"<script>(function (model) {{\n{script}\n}})({weights});</script>"
    )


def _arrays(
    size: int, gru: Sequence[np.ndarray], dense: Sequence[np.ndarray], embedding: np.ndarray | None
) -> tuple[np.ndarray, ...]:
    """Input table (V, 3u), recurrent kernel (u, 3u), its bias (3u,), output kernel (u, V) and bias
    (V,).
    """
    if len(gru) != 3 or np.ndim(gru[2]) != 2:
        raise ValueError(
            "'gru' must be kernel, recurrent kernel and a bias of two rows: "
            "a GRU with reset_after=True."
        )
    if len(dense) != 2:
        raise ValueError("'dense' must be kernel and bias.")
    wide, recurrent, bias = (np.asarray(array, "float64") for array in gru)
    kernel, offset = (np.asarray(array, "float64") for array in dense)
    units = recurrent.shape[0]
    reads = size if embedding is None else np.shape(embedding)[1]
    fits: dict[str, tuple[np.ndarray, tuple[int, ...]]] = {
        "kernel of the GRU": (wide, (reads, 3 * units)),
        "recurrent kernel": (recurrent, (units, 3 * units)),
        "bias of the GRU": (bias, (2, 3 * units)),
        "kernel of the Dense layer": (kernel, (units, size)),
        "bias of the Dense layer": (offset, (size,)),
    }
    if embedding is not None:
        fits["embedding"] = (np.asarray(embedding), (size, reads))
    for what, (array, shape) in fits.items():
        if array.shape != shape:
            raise ValueError(
                f"The {what} has shape {array.shape}; with {size} characters it should be {shape}."
            )
    # What a character adds to the three gates never changes: one row of a table for each.
    table = (wide if embedding is None else np.asarray(embedding, "float64") @ wide) + bias[0]
    return table, recurrent, bias[1], kernel, offset


def _packed(array: np.ndarray) -> dict[str, Any]:
    """16-bit whole numbers and their common step: half the size of float32, and exact to 1/32,767
    of the largest.
    """
    step = float(np.abs(array).max()) / STEPS or 1.0
    numbers = np.round(array / step).astype("<i2")
    return {"step": step, "data": base64.b64encode(numbers.tobytes()).decode("ascii")}
