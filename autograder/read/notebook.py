"""A notebook file as cells: hostile bytes in, plain data out.

A submission is hostile until proved otherwise. It is read as data: nothing runs, no link is
followed, no output is kept, and none of its metadata is believed beyond the `grade_id` that says
where a cell belongs.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from ..errors import CourseError
from ..text import storable

# Honest notebooks stay far below these. They bound memory and time, not what a student may write.
MAX_BYTES = 20_000_000
MAX_STRUCTURES = 400_000  # opening brackets and braces in the file
MAX_CELLS = 2_000
MAX_SOURCE = 200_000  # characters in one cell
MAX_CODE = 500_000  # characters in all code cells: they are parsed, to find what they define


# What is handed in under a notebook's name, by its first bytes (in lower case), and what to do.
_NO_NOTEBOOK = {
    b"<": "a web page: whoever saved it was not signed in, or saved the page that shows the "
    "notebook. Download the notebook itself (File, Download .ipynb).",
    b"%pdf": "a PDF file. Hand in the notebook itself (File, Download .ipynb).",
    b"pk\x03\x04": "a zip file. Unpack it, and hand in the notebook that is in it.",
}


class BadNotebook(CourseError, ValueError):
    """The file cannot be read as a notebook; the message names the file and the remedy."""


def open_regular(path: Path) -> io.BufferedReader:
    """A regular file, opened for reading; links, pipes and devices are refused, and nothing is
    waited for.

    Raises:
        BadNotebook: it is something else, or cannot be opened.
    """
    try:
        # O_NONBLOCK: opening a pipe must not wait for a writer that never comes.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except OSError as error:
        why = "it is a link" if os.path.islink(path) else (error.strerror or "it cannot be opened")
        raise BadNotebook(f"{path}: {why}. Put the file itself there.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BadNotebook(f"{path}: not a regular file. Put the file itself there.")
    return os.fdopen(handle, "rb")


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The content of a regular file of at most `limit` bytes. Raises `BadNotebook` for anything
    else.
    """
    with open_regular(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise BadNotebook(
            f"{path}: larger than {limit / 1e6:.0f} MB. Clear all outputs, save, and submit again."
        )
    return data


def parse(data: bytes, name: str) -> dict:
    """The notebook's JSON as `{"metadata": dict, "cells": [...]}` with every cell checked and
    cleaned.

    Each cell is `{"cell_type", "source", "metadata", "attachments"?, "id"?}`; outputs are dropped
    unread.
    """
    head = data[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for begins, what in _NO_NOTEBOOK.items():
        if head.startswith(begins):
            raise BadNotebook(f"{name}: this is {what}")
    if data.count(b"{") + data.count(b"[") > MAX_STRUCTURES:
        raise BadNotebook(
            f"{name}: far too many nested values. Clear all outputs, save, and submit again."
        )
    try:
        # NaN and Infinity are not JSON, but plotting libraries write them into outputs of honest
        # notebooks.
        notebook = json.loads(data.decode("utf-8-sig"), parse_constant=lambda _: None)
    except UnicodeDecodeError:
        raise BadNotebook(f"{name}: not UTF-8 text. Save it again from Jupyter or Colab.") from None
    except RecursionError:
        raise BadNotebook(
            f"{name}: nested too deeply. Save it again from Jupyter or Colab."
        ) from None
    except ValueError as error:
        detail = (
            f" ({error.msg}, line {error.lineno})"
            if isinstance(error, json.JSONDecodeError)
            else ""
        )
        raise BadNotebook(
            f"{name}: not a notebook file{detail}. Download it again as .ipynb."
        ) from None
    if not isinstance(notebook, dict):
        raise BadNotebook(f"{name}: not a notebook file. Download it again as .ipynb.")
    if "worksheets" in notebook or notebook.get("nbformat") not in (4, None):
        raise BadNotebook(
            f"{name}: notebook format 4 is needed. Open it in Jupyter or Colab and save it again."
        )
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise BadNotebook(f"{name}: it has no list of cells. Download it again as .ipynb.")
    if len(cells) > MAX_CELLS:
        raise BadNotebook(
            f"{name}: more than {MAX_CELLS} cells. Delete those you do not need, and submit again."
        )
    metadata = notebook.get("metadata")
    clean = [_clean_cell(cell, f"{name}, cell {number}") for number, cell in enumerate(cells, 1)]
    kept = [cell for cell in clean if cell]
    if sum(len(cell["source"]) for cell in kept if cell["cell_type"] == "code") > MAX_CODE:
        raise BadNotebook(
            f"{name}: more than {MAX_CODE} characters of code. Delete what you do not need."
        )
    return {"metadata": metadata if isinstance(metadata, dict) else {}, "cells": kept}


def _clean_cell(cell: object, where: str) -> dict | None:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        source = ""
    if cell["cell_type"] == "code":  # Python passes over a form feed; a page must not hold one
        source = re.sub(r"^\f+", "", source, flags=re.M).replace("\f", " ")
    if len(source) > MAX_SOURCE:
        raise BadNotebook(
            f"{where}: longer than {MAX_SOURCE} characters. Shorten it, and submit again."
        )
    metadata = cell.get("metadata")
    result = {
        "cell_type": cell["cell_type"],
        "source": storable(source),
        "metadata": metadata if isinstance(metadata, dict) else {},
    }
    if isinstance(cell.get("id"), str):
        result["id"] = cell["id"]
    if isinstance(cell.get("attachments"), dict) and cell["cell_type"] == "markdown":
        result["attachments"] = cell["attachments"]
    return result


def grade_id(cell: Mapping) -> str | None:
    """The id that nbgrader gave to a cell; None where it has none."""
    nbgrader = cell["metadata"].get("nbgrader")
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return name if isinstance(name, str) and name else None
