"""Answers that stand elsewhere than in their cell, so that a person sees them and nothing that a
student wrote gets a silent zero.

A front end can drop a cell's metadata; a student can type below the untouched cell, or into the
question. A cell without an id is known by what it sets (quiz) or by its place among the cells that
are known (written answers). What else stands near a question without an answer is shown to whoever
marks it. Nothing is judged here, and nothing runs.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from .order import Layout, same_text
from .syntax import bound_names, tree_of
from .template import TemplateCell
from .typed import typed_answers

MAX_COMPARED = 20_000  # characters of a cell in which lines of the release are looked for
_FEW = 5  # words: a line of fewer is never taken for an older wording of the release


@dataclass
class Places:
    """Where the cells of a submission stand among those of the template."""

    layout: Layout
    at: dict[int, int] = field(default_factory=dict)  # submitted cell to template cell
    texts: dict[int, str] = field(default_factory=dict)  # see `own_text`

    def __post_init__(self) -> None:
        by_text: dict[tuple[str, ...], list[int]] = {}
        for number, released in enumerate(self.layout.template.cells):
            by_text.setdefault(_lines(released.cell["source"]), []).append(number)
        last = -1
        for index, cell in enumerate(self.layout.cells):
            entry = self.layout.entry_of(index)
            if entry is not None:
                last = self.at[index] = self.numbers[entry.grade_id]
                continue
            fitting = by_text.get(_lines(cell["source"]), [])
            if fitting and _lines(cell["source"]):
                last = self.at[index] = next((n for n in fitting if n > last), fitting[0])
                fitting.remove(last)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """grade_id to the number of the template's cell."""
        cells = self.layout.template.cells
        return {str(cell.grade_id): n for n, cell in enumerate(cells) if cell.grade_id}

    @cached_property
    def _known(self) -> list[int]:
        return sorted(self.at)

    def between(self, index: int) -> tuple[int, int]:
        """The template's cells between which a submitted cell stands: the numbers of the nearest
        known ones above (itself, if it is known) and below.
        """
        where = bisect_left(self._known, index)
        itself = index in self.at
        below = self._known[where + itself :][:1]
        above = self._known[: where + itself][-1:]
        end = len(self.layout.template.cells)
        return (self.at[above[0]] if above else -1), (self.at[below[0]] if below else end)

    def near(self, index: int, entry: TemplateCell) -> bool:
        """Whether a submitted cell stands where the cell of `entry` should be, or beside it."""
        above, below = self.between(index)
        number = self.numbers[entry.grade_id]
        return number in (above, below) or above < number < below


def _lines(source: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in source.splitlines() if line.strip())


def claim(layout: Layout) -> Places:
    """Give answer cells that have lost their id to their questions."""
    places = Places(layout)
    free = [index for index in range(len(layout.cells)) if layout.entry_of(index) is None]
    for entry in layout.template.of_role("quiz", "written"):
        if entry.grade_id in layout.found:
            continue
        number = places.numbers[entry.grade_id]
        fitting = [index for index in free if places.at.get(index) == number]
        others = [index for index in free if index not in places.at]
        if entry.role == "quiz":
            name = entry.target
            setting = [i for i in others if _sets(layout, i, name)]
            fitting = setting[-1:] or fitting
        elif not fitting:
            texts = [i for i in others if layout.cells[i]["cell_type"] != "code"]
            fitting = [i for i in texts if _inside(places, i, number) and _own(layout, i, places)]
        if fitting:
            layout.belongs(fitting[0], entry.grade_id)
            free.remove(fitting[0])
            places.at[fitting[0]] = number
            vars(places).pop("_known", None)
            places.texts.clear()
    return places


def _inside(places: Places, index: int, number: int) -> bool:
    above, below = places.between(index)
    return above < number < below


def _sets(layout: Layout, index: int, name: str) -> bool:
    if layout.cells[index]["cell_type"] != "code":
        return False
    return name in typed_answers([layout.cells[index]["source"]], [name], layout.reader.python)


def answers(layout: Layout) -> dict[str, object]:
    """Question id to what the cells of the submission set it to; see `typed.typed_answers`.

    As in the notebook, the check of the quiz sees the cells above it. What is answered only below
    it counts as well.
    """
    names = [str(entry.target) for entry in layout.template.of_role("quiz")]
    checks = [
        layout.chosen[e.grade_id]
        for e in layout.template.of_role("quiz_test")
        if e.grade_id in layout.chosen
    ]
    end = checks[0] if checks else len(layout.cells)
    sources = [
        cell["source"] if cell["cell_type"] == "code" or _is_quiz(layout, index) else ""
        for index, cell in enumerate(layout.cells)
    ]
    above = typed_answers(sources[:end], names, layout.reader.python)
    return typed_answers(sources[end:], names, layout.reader.python) | above


def _is_quiz(layout: Layout, index: int) -> bool:
    entry = layout.entry_of(index)
    return entry is not None and entry.role == "quiz"


def beside(layout: Layout, places: Places, unanswered: list[TemplateCell]) -> dict[str, list[int]]:
    """For each question of `unanswered` the submitted cells that may hold its answer."""
    found: dict[str, list[int]] = {}
    written = [entry for entry in unanswered if entry.role == "written"]
    first = min((places.numbers[e.grade_id] for e in layout.template.of_role("written")), default=0)
    for index in range(len(layout.cells)):
        if not _own(layout, index, places):
            continue
        behind = _behind_lost_text(layout, index, places)
        near = [
            entry for entry in unanswered if entry.grade_id == behind or places.near(index, entry)
        ]
        if not near and layout.cells[index]["cell_type"] != "code":
            # At the end of the notebook, say: text of the student's own below the first question.
            near = written if places.between(index)[0] >= first else []
        for entry in near:
            found.setdefault(entry.grade_id, []).append(index)
    return found


def _behind_lost_text(layout: Layout, index: int, places: Places) -> str | None:
    """The id of the answer cell that follows a text of the release which was changed here."""
    if layout.entry_of(index) is not None or not any(_released_here(layout, index, places)):
        return None
    above, below = places.between(index)
    taken = set(places.at.values())
    lost = [number for number in range(above + 1, below) if number not in taken]
    for number, cell in enumerate(layout.template.cells):
        if lost and number > lost[0] and cell.role in ("quiz", "written"):
            return cell.grade_id
    return None


def own_text(layout: Layout, index: int, places: Places) -> str:
    """What the student wrote in a cell, without the lines of the release in it."""
    if index not in places.texts:
        places.texts[index] = _own_text(layout, index, places)
    return places.texts[index]


def _own_text(layout: Layout, index: int, places: Places) -> str:
    cell = layout.cells[index]
    if cell["cell_type"] == "code":
        return f"```\n{cell['source'].replace('```', '` ` `')}\n```"
    released = list(_released_here(layout, index, places))
    if not released or len(cell["source"]) > MAX_COMPARED:
        return cell["source"].strip()
    known = {line for text in released for line in _lines(text)}
    words = {word for line in known for word in line.split()}
    kept = []
    for line in cell["source"].splitlines():
        beginnings = [old for old in known if line.startswith(old)]
        if beginnings:
            line = line.removeprefix(max(beginnings, key=len))
        elif _is_old(line, words):
            line = ""
        kept.append(line)
    return "\n".join(kept).strip()


def _is_old(line: str, words: set[str]) -> bool:
    """Whether a line is of the release in another wording: most of its words are."""
    own = line.split()
    return len(own) >= _FEW and sum(word in words for word in own) >= 0.8 * len(own)


def _released_here(layout: Layout, index: int, places: Places) -> Iterator[str]:
    """Texts of the release that stand in a cell or have been lost where it stands."""
    entry = layout.entry_of(index)
    if entry is not None:
        yield entry.cell["source"]
        return
    above, below = places.between(index)
    taken = set(places.at.values())
    for number in range(above + 1, below):
        cell = layout.template.cells[number]
        if number not in taken and cell.role in ("text", "locked"):
            yield cell.cell["source"]


def _own(layout: Layout, index: int, places: Places) -> bool:
    """Whether a cell holds text of the student's own that no question has."""
    cell, entry = layout.cells[index], layout.entry_of(index)
    if not cell["source"].strip():
        return False
    if entry is not None:
        changed = not same_text(cell["source"], entry.cell["source"])
        question = entry.role == "locked" and entry.cell["cell_type"] == "markdown"
        return question and changed and bool(own_text(layout, index, places))
    if cell["cell_type"] == "code":
        return index not in places.at and _is_prose(layout, index)
    return index not in places.at and bool(own_text(layout, index, places))


def _is_prose(layout: Layout, index: int) -> bool:
    """Whether a code cell holds words rather than code: no Python, or nothing but texts, names and
    comments.
    """
    tree = tree_of(layout.python(index))
    if tree is None:
        return True
    if any(entry.target in bound_names(tree) for entry in layout.known.values()):
        return False
    return all(_is_word(statement) for statement in tree.body)


def _is_word(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    if isinstance(statement, ast.Assign):
        return isinstance(value, ast.Constant) and isinstance(value.value, str)
    if isinstance(statement, ast.Expr) and isinstance(value, ast.Call):
        named = isinstance(value.func, ast.Name) and value.func.id == "print"
        return named and all(isinstance(argument, ast.Constant) for argument in value.args)
    return isinstance(statement, ast.Expr)
