"""A submission laid out as the released notebook has it: answers found by their ids, locked cells
put back.

What a cell is worth, whether it is locked, and what a locked cell contains comes from the template
alone. Nothing runs here, and nothing is judged.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from ..text import harmless_markdown
from .notebook import grade_id, parse, read_bytes
from .syntax import defined_names, literal, plain_python
from .template import Template, TemplateCell

MAX_ATTACHMENTS = 8_000_000  # characters of images pasted into written answers

# Cells that the student's code may call without harm: in the notebook they come from the course
# package.
PREAMBLE = ("preamble", "def check(*args, **kwargs):\n    return None\n")


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


# The template's cell, and the index of the submitted one.
_Place = tuple[TemplateCell | None, int | None]


def read_submission(path: Path, template: Template) -> Submission:
    """Read the submitted notebook at `path` and lay it out as `template` has it."""
    data = read_bytes(Path(path))
    submission = arrange(parse(data, str(path)), template)
    submission.digest = hashlib.sha256(data).hexdigest()
    return submission


def arrange(notebook: dict, template: Template) -> Submission:
    """Lay the cells of a parsed submission out as `template` has them (see `Submission`)."""
    known = template.by_id()
    notes: list[str] = []
    cells = notebook["cells"]
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if (name := grade_id(cell)) in known:
            places.setdefault(name, []).append(index)
    chosen = {
        name: _choose(name, found, cells, known, places, notes) for name, found in places.items()
    }
    missing = {name for name in known if name not in chosen}
    merged = _merge(cells, chosen, template)

    result = Submission(template.name, [], [], {}, {}, set(), missing, notes)
    stubs = {
        name
        for name, index in chosen.items()
        if _same(cells[index]["source"], known[name].cell["source"])
    }
    own_names: set[str] = set()  # what the student defines in cells of their own
    for cell in cells:
        if cell["cell_type"] == "code" and grade_id(cell) not in known:
            own_names |= defined_names(plain_python(cell["source"])[0])
    for entry, place in merged:
        _place(result, entry, None if place is None else cells[place], place, stubs, own_names)
    # Set-up cells come first, wherever the student moved them.
    names = [cell.grade_id for cell in template.of_role("run")]
    result.run.sort(key=lambda item: 0 if item[0] in names else 1)
    result.run.insert(0, PREAMBLE)
    return result


def _choose(
    name: str,
    found: list[int],
    cells: list[dict],
    known: dict[str, TemplateCell],
    places: dict[str, list[int]],
    notes: list[str],
) -> int:
    """The one cell that counts among those with the same grade_id.

    What the student sees after "restart and run all" is what counts: the last one above the test
    cell. An untouched stub, or a copy that does not define the function, never hides an answer.
    """
    entry = known[name]
    if len(found) == 1:
        return found[0]
    tests = places.get(f"test_{name}", [])
    above = [index for index in found if not tests or index < tests[0]]
    written = [index for index in found if _answers(entry, cells[index])]
    choice = [index for index in above if index in written][-1:] or written[:1] or found[:1]
    if entry.role in ("solution", "quiz", "written"):
        where = "first" if choice[0] == found[0] else "last" if choice[0] == found[-1] else "middle"
        notes.append(
            f"There are {len(found)} cells `{name}`. The {where} one was graded; "
            "please keep only one."
        )
    return choice[0]


def _answers(entry: TemplateCell, cell: dict) -> bool:
    if cell["cell_type"] != entry.cell["cell_type"] or _same(cell["source"], entry.cell["source"]):
        return False
    if entry.role == "solution":
        return entry.target in defined_names(plain_python(cell["source"])[0])
    return bool(cell["source"].strip())


def _merge(cells: list[dict], chosen: dict[str, int], template: Template) -> list[_Place]:
    """Template and submission in one order."""
    owner = {index: name for name, index in chosen.items()}
    known = template.by_id()
    order: list[_Place] = []
    duplicate = {
        index for index, cell in enumerate(cells) if grade_id(cell) in known and index not in owner
    }
    for index in range(len(cells)):
        if index in owner:
            order.append((known[owner[index]], index))
        elif index not in duplicate:
            order.append((None, index))
    # A deleted cell returns behind the template cell that stood before it.
    previous: str | None = None
    for entry in template.with_id():
        if entry.grade_id not in chosen:
            at = next(
                (
                    i + 1
                    for i, (e, _) in enumerate(order)
                    if e is not None and e.grade_id == previous
                ),
                0,
            )
            order.insert(at, (entry, None))
        previous = entry.grade_id
    return order


def _place(
    result: Submission,
    entry: TemplateCell | None,
    cell: dict | None,
    index: int | None,
    stubs: set[str],
    own_names: set[str],
) -> None:
    """Put one merged cell into the autograded notebook, the list of cells to run, and the
    answers.
    """
    if entry is None:
        assert cell is not None and index is not None
        result.cells.append(_autograded(cell, None, f"own-{index}"))
        if cell["cell_type"] == "code" and cell["source"].strip():
            _run(result, f"cell {index + 1}", cell["source"])
        return
    name, stub = entry.grade_id, entry.cell["source"]
    fallback_id = entry.cell.get("id") or f"ag-{name}"
    if entry.role in ("run", "locked", "test", "quiz_test"):
        result.cells.append(_autograded(entry.cell, entry, fallback_id))
        if cell is None and entry.role in ("test", "quiz_test"):
            result.notes.append(
                f"The cell `{name}` was missing. It was put back; your answer was graded as usual."
            )
        elif cell is not None and not _same(cell["source"], stub):
            result.notes.append(
                f"You changed the cell `{name}`. It is locked, so the original was used."
            )
        if entry.role == "run":
            result.run.append((name, stub))
        return
    source = (
        stub if cell is None or cell["cell_type"] != entry.cell["cell_type"] else cell["source"]
    )
    if cell is None and entry.role != "solution":
        result.notes.append(f"The cell `{name}` was missing, so there is no answer to grade.")
    elif cell is None and entry.target not in own_names:
        result.notes.append(
            f"The cell `{name}` was missing, and no other cell defines `{entry.target}`."
        )
    body = {**entry.cell, "source": source}
    if cell is not None and "attachments" in cell:
        body["attachments"] = cell["attachments"]
    result.cells.append(_autograded(body, entry, fallback_id))
    untouched = cell is None or name in stubs or not source.strip()
    if untouched:
        result.untouched.add(name)
    if entry.role == "solution":
        if entry.target in own_names:
            result.untouched.discard(name)  # the answer stands in a cell of the student's own
        if not (untouched and entry.target in own_names) and cell is not None and source.strip():
            _run(result, name, source)
    elif entry.role == "quiz" and not untouched:
        result.quiz[entry.target] = literal(source, entry.target)
    elif entry.role == "written":
        result.written[name] = (source, not untouched)


def _run(result: Submission, name: str, source: str) -> None:
    source, removed = plain_python(source)
    if removed:
        result.notes.append(
            f"In `{name}`, {removed} line(s) for Jupyter only (`%`, `!` or `?`) were left out."
        )
    result.run.append((name, source))


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


def _same(a: str, b: str) -> bool:
    """Equal but for blank lines and space at line ends."""
    return [line.rstrip() for line in a.splitlines() if line.strip()] == [
        line.rstrip() for line in b.splitlines() if line.strip()
    ]
