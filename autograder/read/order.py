"""The cells of a submission in the order in which its notebook runs them, laid out as the template
has them.

What a kernel would do from top to bottom is what counts: every code cell runs where it stands.
Four things are put right first, and each is said in a note where it matters: a locked cell has its
own text again (what the student added to it still runs), a cell without its metadata is known by
what it defines or checks, a cell of another type is what it was, and an untouched stub never hides
an answer. Nothing is executed here.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import syntax
from .ipython import Reader
from .notebook import (
    PREAMBLE,
    Submission,
    Template,
    TemplateCell,
    autograded,
    grade_id,
    literal,
    parse,
    read_bytes,
)

ANYTHING = "*"  # among the names that a cell binds: it may bind any name
_LOCKED = ("run", "locked", "test", "quiz_test")
_OPENS_NAMESPACES = {"exec", "globals", "vars", "locals", "setattr", "get_ipython", "reload"}


@dataclass
class _Item:
    """A cell at its place: the template's entry, the submitted cell, or both."""

    entry: TemplateCell | None
    index: int | None  # in the submission; None: put back


@dataclass
class _Layout:
    cells: list[dict]
    template: Template
    reader: Reader = field(default_factory=Reader)
    notes: list[str] = field(default_factory=list)
    found: dict[str, list[int]] = field(default_factory=dict)  # grade_id to its cells
    chosen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = self.template.by_id()

    def python(self, index: int) -> str:
        return self.reader.python(self.cells[index]["source"])

    def is_code(self, index: int) -> bool:
        """Whether the cell runs: its own type, or that of the template's cell that it was."""
        entry = self.entry_of(index)
        kind = self.cells[index]["cell_type"] if entry is None else entry.cell["cell_type"]
        return kind == "code" and bool(self.cells[index]["source"].strip())

    def entry_of(self, index: int) -> TemplateCell | None:
        return self.known.get(self._names.get(index, ""))

    @property
    def _names(self) -> dict[int, str]:
        return {index: name for name, places in self.found.items() for index in places}


def read_submission(path: Path, template: Template) -> Submission:
    """Read the submitted notebook at `path` and lay it out as `template` has it."""
    data = read_bytes(Path(path))
    submission = arrange(parse(data, str(path)), template)
    submission.digest = hashlib.sha256(data).hexdigest()
    return submission


def arrange(notebook: dict, template: Template) -> Submission:
    """Lay the cells of a parsed submission out as `template` has them (see `Submission`)."""
    layout = _Layout(notebook["cells"], template)
    _find(layout)
    for name, places in layout.found.items():
        layout.chosen[name] = _choose(layout, name, places)
    items = _merged(layout)
    result = Submission(template.name, [], [], {}, {}, set(), set(), layout.notes)
    result.missing = {name for name in layout.known if name not in layout.chosen}
    bound = _bound(layout)
    result.opaque = any(ANYTHING in names for names in bound.values())
    result.run.append(PREAMBLE)
    for item in items:
        _place(layout, result, item, bound)
    if layout.reader.gave_up:
        layout.notes.append(
            "A cell holds Jupyter's own commands (`%`, `!` or `?`) in lines that are too long to "
            "be read. It was run as plain Python."
        )
    return result


# ------------------------------------------------------------------------------ which cell is which


def _find(layout: _Layout) -> None:
    """Cells by their id, and, for ids that are nowhere, by what they hold."""
    without: list[int] = []
    for index, cell in enumerate(layout.cells):
        name = grade_id(cell)
        if name in layout.known:
            layout.found.setdefault(str(name), []).append(index)
        else:
            without.append(index)
    for name, entry in layout.known.items():
        if name in layout.found:
            continue
        fitting = [index for index in without if _fits(layout, entry, index)]
        if fitting:
            index = fitting[-1]
            layout.found[name] = [index]
            without.remove(index)


def _fits(layout: _Layout, entry: TemplateCell, index: int) -> bool:
    """Whether a cell without an id is the one that `entry` names."""
    cell = layout.cells[index]
    if cell["cell_type"] != entry.cell["cell_type"]:
        return False
    if _same(cell["source"], entry.cell["source"]):
        return True
    if cell["cell_type"] != "code":
        return False
    tree = _tree(layout.python(index))
    if entry.role == "test":
        return tree is not None and entry.target in set(_checked(tree))
    if entry.role == "solution":
        return tree is not None and _is_defined(tree, str(entry.target))
    return False


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


def _choose(layout: _Layout, name: str, found: list[int]) -> int:
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


def _answers(layout: _Layout, entry: TemplateCell, index: int) -> bool:
    cell = layout.cells[index]
    if _same(cell["source"], entry.cell["source"]):
        return False
    if entry.role == "solution":
        tree = _tree(layout.python(index))
        return tree is not None and _is_defined(tree, str(entry.target))
    return cell["cell_type"] == entry.cell["cell_type"] and bool(cell["source"].strip())


# ------------------------------------------------------------------------------ one order of both


def _merged(layout: _Layout) -> list[_Item]:
    """Template and submission in one order: the submission's, deleted cells put back."""
    owner = {index: name for name, index in layout.chosen.items()}
    order = [
        _Item(layout.known[owner[index]] if index in owner else None, index)
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
            order.insert(at, _Item(entry, None))
        previous = entry.grade_id
    return order


def _bound(layout: _Layout) -> dict[int, set[str]]:
    """Names that each cell binds when it runs; untouched stubs bind none."""
    bound: dict[int, set[str]] = {}
    for index, cell in enumerate(layout.cells):
        entry = layout.entry_of(index)
        if not layout.is_code(index) or (entry is not None and entry.role in ("quiz",)):
            continue
        if entry is not None and _same(cell["source"], entry.cell["source"]):
            continue
        tree = _tree(layout.python(index))
        bound[index] = _names(tree) if tree is not None else set()
    return bound


def _place(layout: _Layout, result: Submission, item: _Item, bound: Mapping[int, set[str]]) -> None:
    """Put one cell into the autograded notebook, the list of cells to run, and the answers."""
    entry, index = item.entry, item.index
    cell = None if index is None else layout.cells[index]
    if entry is None:
        assert cell is not None and index is not None
        _place_own(layout, result, index, bound)
        return
    name, stub = str(entry.grade_id), entry.cell["source"]
    fallback_id = entry.cell.get("id") or f"ag-{name}"
    if entry.role in _LOCKED:
        result.cells.append(autograded(entry.cell, entry, fallback_id))
        _place_locked(layout, result, entry, index)
        return
    source = stub if cell is None else cell["source"]
    elsewhere = any(entry.target in names for at, names in bound.items() if at != index)
    if cell is None and entry.role != "solution":
        result.notes.append(f"The cell `{name}` was missing, so there is no answer to grade.")
    elif cell is None and not elsewhere:
        result.notes.append(
            f"The cell `{name}` was missing, and no other cell defines `{entry.target}`."
        )
    if cell is not None and cell["cell_type"] != entry.cell["cell_type"]:
        result.notes.append(f"The cell `{name}` had another type. It was read as what it was.")
    body = {**entry.cell, "source": source}
    if cell is not None and "attachments" in cell:
        body["attachments"] = cell["attachments"]
    result.cells.append(autograded(body, entry, fallback_id))
    untouched = cell is None or _same(source, stub) or not source.strip()
    if untouched:
        result.untouched.add(name)
    if entry.role == "solution":
        if elsewhere:
            result.untouched.discard(name)
        if cell is not None and source.strip() and not (untouched and elsewhere):
            assert index is not None
            result.run.append((name, layout.python(index)))
    elif entry.role == "quiz" and not untouched:
        result.quiz[str(entry.target)] = literal(source, str(entry.target))
    elif entry.role == "written":
        result.written[name] = (source, not untouched)


def _place_own(
    layout: _Layout, result: Submission, index: int, bound: Mapping[int, set[str]]
) -> None:
    """A cell of the student's own, or one more cell with an id that has been dealt with."""
    cell, entry = layout.cells[index], layout.entry_of(index)
    if entry is not None:
        if entry.role in ("quiz", "written") or not layout.is_code(index):
            return
        if _same(cell["source"], entry.cell["source"]):
            return  # a copy of what was released
        if entry.role in _LOCKED:
            for part in _added(layout, entry, index):
                _run_part(result, index, part)
            return
        result.cells.append(autograded({**cell, "cell_type": "code"}, None, f"own-{index}"))
    else:
        result.cells.append(autograded(cell, None, f"own-{index}"))
    if layout.is_code(index):
        result.run.append((f"cell {index + 1}", layout.python(index)))


def _place_locked(
    layout: _Layout, result: Submission, entry: TemplateCell, index: int | None
) -> None:
    """The template's own text runs; what the student has added runs before or behind it."""
    name, stub = str(entry.grade_id), entry.cell["source"]
    before, after = "", ""
    if index is None:
        if entry.role in ("test", "quiz_test"):
            result.put_back.add(str(entry.target))
            result.notes.append(
                f"The cell `{name}` was missing. It was put back; your answer was graded as usual."
            )
    elif not _same(layout.cells[index]["source"], stub):
        before, after = _added(layout, entry, index)
        more = " What you added to it was run as well." if (before + after).strip() else ""
        result.notes.append(
            f"You changed the cell `{name}`. It is locked, so the original was used.{more}"
        )
    if index is not None:
        _run_part(result, index, before)
    if entry.role == "run":
        result.run.append((name, layout.reader.python(stub)))
    elif entry.role == "test":
        result.marks[str(entry.target)] = len(result.run)
    if index is not None:
        _run_part(result, index, after)


def _run_part(result: Submission, index: int, source: str) -> None:
    if source.strip():
        result.run.append((f"cell {index + 1}", source))


def _added(layout: _Layout, entry: TemplateCell, index: int) -> tuple[str, str]:
    """What a student has added to a locked cell: before its first own statement, and the rest.

    Lines stay where they are. A statement that binds a name of the locked cell is not run: there,
    the original counts. Imports always are.
    """
    if layout.cells[index]["cell_type"] != "code":
        return "", ""
    source = layout.python(index)
    tree, original = _tree(source), _tree(layout.reader.python(entry.cell["source"]))
    if tree is None or original is None:
        return "", ""
    own = {ast.dump(statement) for statement in original.body}
    names = _names(original)
    lines = source.split("\n")
    parts: list[list[str]] = [[""] * len(lines), [""] * len(lines)]
    seen = False
    for statement in tree.body:
        if ast.dump(statement) in own:
            seen = True
            continue
        imports = isinstance(statement, (ast.Import, ast.ImportFrom))
        if not imports and _names(ast.Module([statement], [])) & names:
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


# ------------------------------------------------------------------------------ small questions


def _tree(source: str) -> ast.Module | None:
    try:
        return syntax.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _names(tree: ast.Module) -> set[str]:
    """Names that running the module binds in it; with `ANYTHING` when it could be any."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                names.add(alias.asname or alias.name.partition(".")[0])  # `*` is ANYTHING
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif node.id in _OPENS_NAMESPACES:
                names.add(ANYTHING)
        waiting.extend(ast.iter_child_nodes(node))
    return names


def _is_defined(tree: ast.Module, name: str) -> bool:
    return name in _names(tree)


def _same(a: str, b: str) -> bool:
    """Equal but for blank lines and space at line ends."""
    return [line.rstrip() for line in a.splitlines() if line.strip()] == [
        line.rstrip() for line in b.splitlines() if line.strip()
    ]
