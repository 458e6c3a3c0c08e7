"""The released notebook: the authority on what a cell is worth, whether it is locked, and what a
locked cell contains.

Nothing of a student's is read here, except where the author of a notebook checks it as it is
(`own_template`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from .notebook import BadNotebook, grade_id, parse, read_bytes
from .syntax import bound_names, tree_of


@dataclass(frozen=True)
class TextCell:
    """A cell of the released notebook without an id. It plays no part in grading."""

    cell: dict
    role: ClassVar[str] = "text"
    points: ClassVar[float] = 0.0
    grade_id: ClassVar[None] = None


@dataclass(frozen=True)
class TemplateCell:
    """A cell of the released notebook that has an id, with the role that it plays in grading.

    `target` is what a test grades (the exercise, "quiz") or a quiz cell answers (the question);
    elsewhere the cell's own id.
    """

    role: str  # "run" | "locked" | "solution" | "test" | "quiz" | "quiz_test" | "written"
    cell: dict
    grade_id: str
    target: str
    points: float = 0.0


@dataclass(frozen=True)
class Template:
    """The released notebook: the authority on ids, points, stubs and locked cells."""

    name: str
    cells: tuple[TemplateCell | TextCell, ...]
    metadata: dict
    digest: str
    shared: frozenset[str] = frozenset()  # ids that other units of the course have as well

    def with_id(self) -> list[TemplateCell]:
        """The cells that have an id, in their order."""
        return [cell for cell in self.cells if isinstance(cell, TemplateCell)]

    def by_id(self) -> dict[str, TemplateCell]:
        return {cell.grade_id: cell for cell in self.with_id()}

    def of_role(self, *roles: str) -> list[TemplateCell]:
        return [cell for cell in self.with_id() if cell.role in roles]


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
    cells = tuple(map(_template_cell, notebook["cells"]))
    template = Template(path.stem, cells, notebook["metadata"], hashlib.sha256(data).hexdigest())
    seen: set[str] = set()
    for cell in template.with_id():
        if cell.grade_id in seen:
            raise BadNotebook(
                f"{path}: two cells have the grade_id {cell.grade_id!r}. Rename one in the source."
            )
        seen.add(cell.grade_id)
    return template


def _template_cell(cell: dict) -> TemplateCell | TextCell:
    name = grade_id(cell)
    if not name:
        return TextCell(cell)
    meta = cell["metadata"]["nbgrader"]
    grade, solution = bool(meta.get("grade")), bool(meta.get("solution"))
    points = meta.get("points") if grade or meta.get("task") else 0.0
    points = float(points) if isinstance(points, (int, float)) and 0 <= points < 1e6 else 0.0
    if (grade and solution) or meta.get("task"):
        return TemplateCell("written", cell, name, name, points)
    if grade:
        target = name.removeprefix("test_")
        return TemplateCell("quiz_test" if target == "quiz" else "test", cell, name, target, points)
    if solution:
        if name.startswith("quiz_"):
            return TemplateCell("quiz", cell, name, name.removeprefix("quiz_"))
        return TemplateCell("solution", cell, name, name)
    ours = cell["metadata"].get("autograder")
    runs = isinstance(ours, dict) and ours.get("run") is True and cell["cell_type"] == "code"
    return TemplateCell("run" if runs else "locked", cell, name, name)


def own_template(notebook: dict, name: str) -> Template:
    """A notebook as its own template, for its author: its stubs are unknown, so every answer counts
    as written.
    """
    cells: dict[str, TemplateCell] = {}
    for cell in notebook["cells"]:
        entry = _template_cell(cell)
        if isinstance(entry, TemplateCell) and entry.grade_id not in cells:
            blank = entry.role in ("solution", "quiz", "written")
            cells[entry.grade_id] = replace(entry, cell={**cell, "source": ""}) if blank else entry
    return Template(name, tuple(cells.values()), {}, "")


# -------------------------------------------------------------------------- whose notebook is it


def told_apart(template: Template, others: Iterable[Path]) -> Template:
    """The template with the ids that it shares with the released notebooks `others`."""
    shared: set[str] = set()
    for path in others:
        try:
            other = read_template(path)
        except BadNotebook:
            continue  # whoever grades that unit is told
        shared |= other.by_id().keys() & template.by_id().keys()
    return replace(template, shared=frozenset(shared))


def evidence(cells: Iterable[Mapping], template: Template) -> set[str]:
    """What shows that a notebook with these `cells` is one of the template's: ids of exercises and
    written questions that no other unit has.

    Quiz cells show nothing, because every unit has them. Where all metadata are lost, the text of
    a check or a question shows it, and where no check is left, a function that an exercise names.
    """
    ours = {
        cell.grade_id: cell
        for cell in template.with_id()
        if cell.role in ("solution", "test", "written") or _is_question(cell)
    } or template.by_id()
    cells = list(cells)
    ids = {name for cell in cells if (name := grade_id(cell)) in ours}
    telling = (ids - template.shared) or (ids if ours.keys() <= template.shared else set())
    if telling:
        return telling
    texts = {_words(cell["source"]) for cell in cells}
    asked = {n: c for n, c in ours.items() if c.role == "test" or _is_question(c)}
    asked = {n: c for n, c in asked.items() if _words(c.cell["source"])}
    found = {n for n, c in asked.items() if _words(c.cell["source"]) in texts} - template.shared
    if found or any(grade_id(cell) for cell in cells) or any("check(" in t for t in texts):
        return found
    bound: set[str] = set()
    for cell in cells:
        tree = tree_of(cell["source"]) if cell["cell_type"] == "code" else None
        bound |= bound_names(tree) if tree is not None else set()
    return {name for name, cell in ours.items() if cell.role == "solution" and cell.target in bound}


def _is_question(cell: TemplateCell) -> bool:
    return cell.role == "locked" and cell.cell["cell_type"] == "markdown"


def _words(source: str) -> str:
    return " ".join(source.split())
