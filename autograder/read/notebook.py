"""Read notebooks: the template that was released, and the submission that came back.

A submission is hostile until proved otherwise. This room reads it as data: it runs nothing, follows
no link, keeps no output, and believes none of its metadata beyond the `grade_id` that says where a
cell belongs. What a cell is worth, whether it is locked, and what a locked cell contains comes from
the template alone.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from ..errors import CourseError
from . import syntax
from .ipython import Reader

# Honest notebooks stay far below these. They bound memory and time, not what a student may write.
MAX_BYTES = 20_000_000
MAX_STRUCTURES = 400_000  # opening brackets and braces in the file
MAX_CELLS = 2_000
MAX_SOURCE = 200_000  # characters in one cell
MAX_CODE = (
    500_000  # characters in all code cells together: they are parsed, to find what they define
)
MAX_LITERAL = 2_000  # characters in one quiz cell
MAX_ATTACHMENTS = 8_000_000  # characters of images pasted into written answers

# Cells that the student's code may call without harm: in the notebook they come from the course
# package.
PREAMBLE = (
    "preamble",
    "class check:\n"
    "    score = points = max_points = 0.0\n\n"
    "    def __init__(self, *args, **kwargs):\n"
    "        pass\n",
)


class BadNotebook(CourseError, ValueError):
    """The file cannot be read as a notebook; the message names the file and the remedy."""


@dataclass(frozen=True)
class Unreadable:
    """A quiz answer that is not a plain value; `reason` is a sentence for the student."""

    reason: str


@dataclass(frozen=True)
class TemplateCell:
    """One cell of the released notebook, with the role that it plays in grading."""

    role: str  # "text" | "run" | "locked" | "solution" | "test" | "quiz" | "quiz_test" | "written"
    cell: dict
    grade_id: str | None = None
    points: float = 0.0
    target: str | None = None  # test: the exercise that it grades; quiz: the question


@dataclass(frozen=True)
class Template:
    """The released notebook: the authority on ids, points, stubs and locked cells."""

    name: str
    cells: tuple[TemplateCell, ...]
    metadata: dict
    digest: str

    def by_id(self) -> dict[str, TemplateCell]:
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    def of_role(self, *roles: str) -> list[TemplateCell]:
        return [cell for cell in self.cells if cell.role in roles]


@dataclass
class Submission:
    """What the student handed in, laid out as the template has it.

    Attributes:
        cells: cells of the autograded notebook (nbformat dicts), locked ones from the template.
        run: `(name, source)` in the order in which they are executed.
        quiz: question id to the literal answered, or `Unreadable`; untouched questions are absent.
        written: grade_id to (text, touched).
        untouched: grade_ids of solution cells that still hold the released stub.
        missing: grade_ids that are not in the submission.
        notes: sentences for the student about what was found and what was done.
        digest: SHA-256 of the file.
        marks: exercise to the place of its check cell: how many of `run` stand above it.
        put_back: exercises whose check cell was not there.
        opaque: some cell may define names that cannot be read off its text.
    """

    name: str
    cells: list[dict]
    run: list[tuple[str, str]]
    quiz: dict[str, object]
    written: dict[str, tuple[str, bool]]
    untouched: set[str]
    missing: set[str]
    notes: list[str] = field(default_factory=list)
    digest: str = ""
    marks: dict[str, int] = field(default_factory=dict)
    put_back: set[str] = field(default_factory=set)
    opaque: bool = False


# ----------------------------------------------------------------------------------- bytes to cells


def open_regular(path: Path) -> BinaryIO:
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
        "source": clean_text(source),
        "metadata": metadata if isinstance(metadata, dict) else {},
    }
    if isinstance(cell.get("id"), str):
        result["id"] = cell["id"]
    if isinstance(cell.get("attachments"), dict) and cell["cell_type"] == "markdown":
        result["attachments"] = cell["attachments"]
    return result


def clean_text(text: str) -> str:
    """`text` without what databases, files and terminals cannot hold: lone surrogates and control
    characters.
    """
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", text)


def grade_id(cell: Mapping) -> str | None:
    """The id that a cell claims, if it is one."""
    nbgrader = cell["metadata"].get("nbgrader")
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return name if isinstance(name, str) and name else None


# ----------------------------------------------------------------------------------------- template


def read_template(path: Path) -> Template:
    """The released notebook as the template for grading.

    Raises:
        BadNotebook: it is missing, unreadable, or two cells share a grade_id.
    """
    path = Path(path)
    if not path.exists():
        raise BadNotebook(
            f"{path}: no released notebook. Run `autograder release {path.stem}` first."
        )
    data = read_bytes(path)
    notebook = parse(data, str(path))
    cells, seen = [], set()
    for cell in notebook["cells"]:
        entry = _template_cell(cell)
        if entry.grade_id in seen and entry.grade_id:
            raise BadNotebook(
                f"{path}: two cells have the grade_id {entry.grade_id!r}. Rename one in the source."
            )
        seen.add(entry.grade_id)
        cells.append(entry)
    return Template(path.stem, tuple(cells), notebook["metadata"], hashlib.sha256(data).hexdigest())


def _template_cell(cell: dict) -> TemplateCell:
    name = grade_id(cell)
    if not name:
        return TemplateCell("text", cell)
    meta = cell["metadata"]["nbgrader"]
    grade, solution = bool(meta.get("grade")), bool(meta.get("solution"))
    points = meta.get("points") if grade or meta.get("task") else 0.0
    points = float(points) if isinstance(points, (int, float)) and 0 <= points < 1e6 else 0.0
    if (grade and solution) or meta.get("task"):
        return TemplateCell("written", cell, name, points)
    if grade:
        target = name.removeprefix("test_")
        return TemplateCell("quiz_test" if target == "quiz" else "test", cell, name, points, target)
    if solution:
        if name.startswith("quiz_"):
            return TemplateCell("quiz", cell, name, target=name.removeprefix("quiz_"))
        return TemplateCell("solution", cell, name, target=name)
    ours = cell["metadata"].get("autograder")
    runs = isinstance(ours, dict) and ours.get("run") is True and cell["cell_type"] == "code"
    return TemplateCell("run" if runs else "locked", cell, name)


def own_template(notebook: dict, name: str) -> Template:
    """A notebook as its own template, for its author: its stubs are unknown, so every answer counts
    as written.
    """
    cells, seen = [], set()
    for cell in notebook["cells"]:
        entry = _template_cell(cell)
        if entry.grade_id and entry.grade_id not in seen:
            seen.add(entry.grade_id)
            blank = entry.role in ("solution", "quiz", "written")
            cells.append(replace(entry, cell={**cell, "source": ""}) if blank else entry)
    return Template(name, tuple(cells), {}, "")


# --------------------------------------------------------------------------------------- submission


def autograded(cell: dict, entry: TemplateCell | None, cell_id: str) -> dict:
    """The cell as it stands in the autograded notebook; metadata from the template only."""
    metadata = {"nbgrader": dict(entry.cell["metadata"]["nbgrader"])} if entry else {}
    result = {
        "cell_type": cell["cell_type"],
        "id": re.sub(r"[^A-Za-z0-9_-]", "-", cell_id)[:64],
        "metadata": metadata,
        "source": cell["source"],
    }
    if cell["cell_type"] == "code":
        result |= {"execution_count": None, "outputs": []}
    elif cell["cell_type"] == "markdown":
        if entry is None or entry.role == "written":
            result["source"] = harmless_markdown(cell["source"])
        images = _images(cell.get("attachments"))
        if images:
            result["attachments"] = images
    return result


def _images(attachments: object) -> dict:
    """Pasted bitmaps of a sane size; everything else, SVG included, could carry script."""
    kept, total = {}, 0
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            if kind in ("image/png", "image/jpeg", "image/gif") and isinstance(data, str):
                if re.fullmatch(r"[A-Za-z0-9+/=\s]*", data) and re.fullmatch(
                    r"[\w. -]{1,100}", str(name)
                ):
                    total += len(data)
                    if total <= MAX_ATTACHMENTS:
                        kept[name] = {kind: data}
    return kept


_TAG = re.compile(
    r"<(?!/?(?:sub|sup|b|i|em|strong|code|br|p|kbd|u)\s*/?>)(?=[A-Za-z/!?])", re.IGNORECASE
)
_SCHEME = re.compile(
    r"(javascript|vbscript|data)(?=\s*(?::|&(?:#0*58|#x0*3a|colon);?))", re.IGNORECASE
)


def harmless_markdown(text: str) -> str:
    """A student's Markdown that the formgrader and the feedback page can show without running
    anything.

    nbgrader renders raw HTML. A space behind `<` stops a tag and reads the same in prose, code and
    formulas.
    """
    return _SCHEME.sub(r"\1 ", _TAG.sub("< ", text))


# ------------------------------------------------------------------------------------------- Python

_ARITHMETIC = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Constant)


def literal(source: str, name: str) -> object:
    """The plain value that a quiz cell assigns to `name`, read without running anything, or
    `Unreadable`.
    """
    if len(source) > MAX_LITERAL:
        return Unreadable(
            f"The answer cell for `{name}` is too long. Write only `{name} = …` in it."
        )
    try:
        tree = syntax.parse(Reader().python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Unreadable(
            f"The answer cell for `{name}` is not valid Python. Write `{name} = …` with one value."
        )
    value = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == name for t in node.targets
        ):
            value = node.value
        elif (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == name
        ):
            value = node.value
    if value is None:
        return Unreadable(f"The answer cell does not set `{name}`. Write `{name} = …` in it.")
    try:
        if isinstance(value, ast.BinOp) and all(
            isinstance(node, _ARITHMETIC) for node in ast.walk(value)
        ):
            return ast.unparse(
                value
            )  # 4*32*43 is a number too; the quiz reads it without running it
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return Unreadable(
            f"The answer `{name}` must be a plain value such as a number, a text or a list."
        )
