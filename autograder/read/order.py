"""Which cell of a submission is which cell of the template, and the order in which they run.

What a kernel would do from top to bottom is what counts: every code cell runs where it stands.
Four things are put right first: a locked cell has its own text again (what the student added to it
still runs), a cell without its metadata is known by what it defines or checks, a cell of another
type is what it was, and an untouched stub never hides an answer. Nothing runs here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .ipython import Reader
from .notebook import grade_id
from .syntax import bound_names, tree_of
from .template import Template, TemplateCell

LOCKED = ("run", "locked", "test", "quiz_test")


@dataclass
class Item:
    """A cell at its place: the template's entry, the submitted cell, or both."""

    entry: TemplateCell | None
    index: int | None  # in the submission; None: put back


class Facts(NamedTuple):
    """What a code cell's text says."""

    bound: frozenset[str] | None  # names that it binds when it runs; None: it is no Python
    checked: frozenset[str]  # exercises that its statements check


@dataclass
class Layout:
    cells: list[dict]
    template: Template
    reader: Reader = field(default_factory=Reader)
    notes: list[str] = field(default_factory=list)
    found: dict[str, list[int]] = field(default_factory=dict)  # grade_id to its cells
    chosen: dict[str, int] = field(default_factory=dict)
    _owners: dict[int, str] = field(default_factory=dict)  # the same, by cell
    _facts: dict[str, Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = self.template.by_id()

    def python(self, index: int) -> str:
        return self.reader.python(self.cells[index]["source"])

    def facts(self, index: int) -> Facts:
        source = self.python(index)
        if source not in self._facts:
            tree = tree_of(source)
            self._facts[source] = (
                Facts(None, frozenset())
                if tree is None
                else Facts(frozenset(bound_names(tree)), frozenset(_checked(tree)))
            )
        return self._facts[source]

    def belongs(self, index: int, name: str) -> None:
        """Note that a cell is one of those called `name`."""
        self.found.setdefault(name, []).append(index)
        self._owners[index] = name

    def is_code(self, index: int) -> bool:
        """Whether the cell runs: its own type, or that of the template's cell that it was."""
        entry = self.entry_of(index)
        kind = self.cells[index]["cell_type"] if entry is None else entry.cell["cell_type"]
        return kind == "code" and bool(self.cells[index]["source"].strip())

    def entry_of(self, index: int) -> TemplateCell | None:
        return self.known.get(self._owners.get(index, ""))


# ------------------------------------------------------------------------------ which cell is which


def find(layout: Layout) -> None:
    """Cells by their id, and, for ids that are nowhere, by what they hold."""
    without: list[int] = []
    for index, cell in enumerate(layout.cells):
        name = grade_id(cell)
        if name in layout.known:
            layout.belongs(index, str(name))
        else:
            without.append(index)
    for name, entry in layout.known.items():
        if name in layout.found:
            _set_aside(layout, name, entry)
            continue
        if entry.role in ("quiz", "written"):
            continue  # for typed answers see `beside.claim`
        fitting = [index for index in without if _fits(layout, entry, index)]
        if fitting:
            layout.belongs(fitting[-1], name)
            without.remove(fitting[-1])


def _set_aside(layout: Layout, name: str, entry: TemplateCell) -> None:
    """Of several cells `name`, those of another type than a code cell's have been switched off."""
    places = layout.found[name]
    code = [index for index in places if layout.cells[index]["cell_type"] == "code"]
    if entry.cell["cell_type"] == "code" and code:
        for index in set(places) - set(code):
            del layout._owners[index]
        layout.found[name] = code


def _fits(layout: Layout, entry: TemplateCell, index: int) -> bool:
    """Whether a cell without an id is the one that `entry` names."""
    cell = layout.cells[index]
    if cell["cell_type"] != entry.cell["cell_type"]:
        return False
    if same_text(cell["source"], entry.cell["source"]):
        return True
    if cell["cell_type"] != "code":
        return False
    if entry.role == "test":
        return entry.target in layout.facts(index).checked
    return entry.role == "solution" and str(entry.target) in (layout.facts(index).bound or ())


def _checked(tree: ast.Module) -> Iterator[str]:
    """Exercises that the statements of a cell check: `check("name", …)`."""
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            continue
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", None)) == "check"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                yield node.args[0].value


def choose(layout: Layout, name: str, found: list[int]) -> int:
    """The one cell, among those with the same id, that is shown and marked as the answer.

    The last one above the test cell; an untouched stub, or a copy that does not define the
    function, never hides an answer. All of them run, each at its place.
    """
    entry = layout.known[name]
    if len(found) == 1:
        return found[0]
    if entry.role == "test":
        return found[-1]
    tests = layout.found.get(f"test_{name}", [])
    above = [index for index in found if not tests or index < tests[0]]
    written = [index for index in found if _answers(layout, entry, index)]
    choice = [index for index in above if index in written][-1:] or written[:1] or found[:1]
    where = "first" if choice[0] == found[0] else "last" if choice[0] == found[-1] else "middle"
    if entry.role in ("quiz", "written"):
        layout.notes.append(
            f"There are {len(found)} cells `{name}`. The {where} one was graded; please keep only "
            "one."
        )
    elif entry.role == "solution":
        layout.notes.append(
            f"There are {len(found)} cells `{name}`. Each was run where it stands, and the {where} "
            "one is shown as your answer; please keep only one."
        )
    return choice[0]


def _answers(layout: Layout, entry: TemplateCell, index: int) -> bool:
    cell = layout.cells[index]
    if same_text(cell["source"], entry.cell["source"]):
        return False
    if entry.role == "solution":
        return str(entry.target) in (layout.facts(index).bound or ())
    return cell["cell_type"] == entry.cell["cell_type"] and bool(cell["source"].strip())


# ------------------------------------------------------------------------------ one order of both


def merged(layout: Layout) -> list[Item]:
    """Template and submission in one order: the submission's, deleted cells put back."""
    owner = {index: name for name, index in layout.chosen.items()}
    order = [
        Item(layout.known[owner[index]] if index in owner else None, index)
        for index in range(len(layout.cells))
    ]
    places = {cell.grade_id: number for number, cell in enumerate(layout.template.cells)}
    # A set-up cell runs before all that stands behind it in the template, wherever it was moved.
    for item in [i for i in order if i.entry is not None and i.entry.role == "run"]:
        assert item.entry is not None
        later = [
            at
            for at, other in enumerate(order)
            if other.entry is not None
            and places[other.entry.grade_id] > places[item.entry.grade_id]
        ]
        if later and later[0] < order.index(item):
            order.remove(item)
            order.insert(later[0], item)
    # A deleted cell returns behind the template cell that stood before it. A test returns behind
    # what the student has written there, too.
    previous: str | None = None
    for entry in layout.template.cells:
        if not entry.grade_id:
            continue
        if entry.grade_id not in layout.chosen:
            at = next(
                (
                    number + 1
                    for number, item in enumerate(order)
                    if item.entry is not None and item.entry.grade_id == previous
                ),
                0,
            )
            while entry.role == "test" and at < len(order) and order[at].entry is None:
                at += 1
            order.insert(at, Item(entry, None))
        previous = entry.grade_id
    return order


def bound_by_cell(layout: Layout) -> dict[int, frozenset[str]]:
    """Names that each cell binds when it runs; untouched stubs bind none."""
    bound: dict[int, frozenset[str]] = {}
    for index, cell in enumerate(layout.cells):
        entry = layout.entry_of(index)
        if not layout.is_code(index) or (entry is not None and entry.role in ("quiz",)):
            continue
        if entry is not None and same_text(cell["source"], entry.cell["source"]):
            continue
        bound[index] = layout.facts(index).bound or frozenset()
    return bound


def added(layout: Layout, entry: TemplateCell, index: int) -> tuple[str, str]:
    """What a student has added to a locked cell: before its first own statement, and the rest.

    Lines stay where they are. A statement that binds a name of the locked cell is not run: there,
    the original counts. Imports always are.
    """
    if layout.cells[index]["cell_type"] != "code":
        return "", ""
    source = layout.python(index)
    tree, original = tree_of(source), tree_of(layout.reader.python(entry.cell["source"]))
    if tree is None or original is None:
        return "", ""
    own = {ast.dump(statement) for statement in original.body}
    names = bound_names(original)
    lines = source.split("\n")
    parts: list[list[str]] = [[""] * len(lines), [""] * len(lines)]
    seen = False
    for statement in tree.body:
        if ast.dump(statement) in own:
            seen = True
            continue
        imports = isinstance(statement, (ast.Import, ast.ImportFrom))
        if not imports and bound_names(ast.Module([statement], [])) & names:
            continue
        if entry.role == "test" and set(_checked(ast.Module([statement], []))):
            seen = True  # the check itself, written in another way
            continue
        first = min([statement.lineno, *(d.lineno for d in _decorators(statement))]) - 1
        last = statement.end_lineno or statement.lineno
        parts[seen][first:last] = lines[first:last]
    before, after = ("\n".join(part).rstrip() for part in parts)
    return before, after


def _decorators(statement: ast.stmt) -> list[ast.expr]:
    return getattr(statement, "decorator_list", [])


def same_text(a: str, b: str) -> bool:
    """Equal but for blank lines and space at line ends."""
    return [line.rstrip() for line in a.splitlines() if line.strip()] == [
        line.rstrip() for line in b.splitlines() if line.strip()
    ]
