"""A submission laid out as the released notebook has it: answers found by their ids, locked cells
put back.

What a cell is worth, whether it is locked, and what a locked cell contains comes from the template
alone. Nothing runs here, and nothing is judged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..text import harmless_markdown
from .beside import Places, answers, beside, claim, own_text
from .notebook import BadNotebook, parse, read_bytes
from .order import LOCKED, Item, Layout, added, bound_by_cell, choose, find, merged, same_text
from .syntax import ANYTHING
from .template import Template, TemplateCell, evidence
from .typed import Unreadable, has_remark, is_empty, literal

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
        given: names of those in `run` that are the template's own text.
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
    given: set[str] = field(default_factory=set)
    put_back: set[str] = field(default_factory=set)
    opaque: bool = False


def read_submission(path: Path, template: Template) -> Submission:
    """Read the submitted notebook at `path` and lay it out as `template` has it.

    Raises:
        BadNotebook: it cannot be read, or is no notebook of the unit.
    """
    data = read_bytes(Path(path))
    notebook = parse(data, str(path))
    if not evidence(notebook["cells"], template):
        raise BadNotebook(
            f"{path}: none of the exercises of {template.name} is in it. If it is a notebook of "
            f"another unit, hand in {template.name}.ipynb."
        )
    submission = arrange(notebook, template)
    submission.digest = hashlib.sha256(data).hexdigest()
    return submission


def arrange(notebook: dict, template: Template) -> Submission:
    """Lay the cells of a parsed submission out as `template` has them (see `Submission`)."""
    layout = Layout(notebook["cells"], template)
    find(layout)
    places = claim(layout)
    for name, found in layout.found.items():
        layout.chosen[name] = choose(layout, name, found)
    items = merged(layout)
    result = Submission(template.name, [], [], {}, {}, set(), set(), layout.notes)
    result.missing = {name for name in layout.known if name not in layout.chosen}
    bound = bound_by_cell(layout)
    result.opaque = any(ANYTHING in names for names in bound.values())
    result.run.append(PREAMBLE)
    result.quiz = answers(layout)
    moved = _gather(layout, result, places)
    for item in items:
        if item.index not in moved:
            _place(layout, result, item, bound)
    if layout.reader.gave_up:
        layout.notes.append(
            "A cell holds Jupyter's own commands (`%`, `!` or `?`) in lines that are too long to "
            "be read. It was run as plain Python."
        )
    return result


def _gather(layout: Layout, result: Submission, places: Places) -> set[int]:
    """Bring answers that stand beside their cell to it; the cells that need not be shown again."""
    open_: list[TemplateCell] = []
    for entry in layout.template.of_role("quiz", "written"):
        texts = [layout.cells[index]["source"] for index in layout.found.get(entry.grade_id, [])]
        own = [text for text in texts if text.strip() and not same_text(text, entry.cell["source"])]
        if entry.role == "written":
            shown = "\n\n".join(dict.fromkeys(own)) or (texts or [entry.cell["source"]])[0]
            result.written[entry.grade_id] = (shown, bool(own))
        elif entry.target not in result.quiz and own:
            value = literal(layout.reader.python(own[-1]), entry.target)
            if is_empty(value) and has_remark(own[-1], entry.cell["source"]):
                value = _unread(entry.target)
            if not is_empty(value):
                result.quiz[entry.target] = value
                continue
            own = []
        if not own and entry.target not in (*result.quiz, "student"):
            open_.append(entry)
    moved: set[int] = set()
    for name, cells in beside(layout, places, open_).items():
        entry = layout.known[name]
        if entry.role == "quiz":
            result.quiz[entry.target] = _unread(entry.target)
            continue
        text = "\n\n".join(own_text(layout, index, places) for index in cells)
        result.written[name] = (text, True)
        result.notes.append(
            f"The cell `{name}` is as it was released, and text of yours stands elsewhere. "
            "A person reads that text as your answer."
        )
        moved |= {
            i
            for i in cells
            if layout.cells[i]["cell_type"] != "code"
            and layout.entry_of(i) is None
            and "attachments" not in layout.cells[i]
        }
    return moved


def _unread(name: str) -> Unreadable:
    return Unreadable(
        f"`{name}` is empty, but something of yours stands beside it. "
        f"Write `{name} = …` with your answer into its own cell."
    )


def _place(
    layout: Layout, result: Submission, item: Item, bound: Mapping[int, frozenset[str]]
) -> None:
    """Put one cell into the autograded notebook, the list of cells to run, and the answers."""
    entry, index = item.entry, item.index
    cell = None if index is None else layout.cells[index]
    if entry is None:
        assert cell is not None and index is not None
        _place_own(layout, result, index, bound)
        return
    name, stub = str(entry.grade_id), entry.cell["source"]
    fallback_id = entry.cell.get("id") or f"ag-{name}"
    if entry.role in LOCKED:
        result.cells.append(_autograded(entry.cell, entry, fallback_id))
        _place_locked(layout, result, entry, index)
        return
    source = stub if cell is None else cell["source"]
    if entry.role == "written":
        source = result.written[name][0]
    elsewhere = any(entry.target in names for at, names in bound.items() if at != index)
    answered = result.written[name][1] if entry.role == "written" else entry.target in result.quiz
    if cell is None and entry.role != "solution" and not answered:
        result.notes.append(f"The cell `{name}` was missing, so there is no answer to grade.")
    elif cell is None and entry.role == "solution" and not elsewhere:
        result.notes.append(
            f"The cell `{name}` was missing, and no other cell defines `{entry.target}`."
        )
    if cell is not None and cell["cell_type"] != entry.cell["cell_type"]:
        result.notes.append(f"The cell `{name}` had another type. It was read as what it was.")
    body = {**entry.cell, "source": source}
    if cell is not None and "attachments" in cell:
        body["attachments"] = cell["attachments"]
    result.cells.append(_autograded(body, entry, fallback_id))
    untouched = same_text(source, stub) or not source.strip()
    if untouched:
        result.untouched.add(name)
    if entry.role == "solution":
        if elsewhere:
            result.untouched.discard(name)
        if cell is not None and source.strip() and not (untouched and elsewhere):
            assert index is not None
            result.run.append((name, layout.python(index)))


def _place_own(
    layout: Layout, result: Submission, index: int, bound: Mapping[int, frozenset[str]]
) -> None:
    """A cell of the student's own, or one more cell with an id that has been dealt with."""
    cell, entry = layout.cells[index], layout.entry_of(index)
    if entry is not None:
        if entry.role in ("quiz", "written") or not layout.is_code(index):
            return
        if same_text(cell["source"], entry.cell["source"]):
            return  # a copy of what was released
        if entry.role in LOCKED:
            for part in added(layout, entry, index):
                _run_part(result, index, part)
            return
        result.cells.append(_autograded({**cell, "cell_type": "code"}, None, f"own-{index}"))
    else:
        result.cells.append(_autograded(cell, None, f"own-{index}"))
    if layout.is_code(index):
        result.run.append((f"cell {index + 1}", layout.python(index)))


def _place_locked(
    layout: Layout, result: Submission, entry: TemplateCell, index: int | None
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
    elif not same_text(layout.cells[index]["source"], stub):
        before, after = added(layout, entry, index)
        more = " What you added to it was run as well." if (before + after).strip() else ""
        result.notes.append(
            f"You changed the cell `{name}`. It is locked, so the original was used.{more}"
        )
    if index is not None:
        _run_part(result, index, before)
    if entry.role == "run":
        result.run.append((name, layout.reader.python(stub)))
        result.given.add(name)
    elif entry.role == "test":
        result.marks[str(entry.target)] = len(result.run)
    if index is not None:
        _run_part(result, index, after)


def _run_part(result: Submission, index: int, source: str) -> None:
    if source.strip():
        result.run.append((f"cell {index + 1}", source))


def _autograded(cell: dict, entry: TemplateCell | None, cell_id: str) -> dict:
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
