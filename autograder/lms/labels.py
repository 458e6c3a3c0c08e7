"""Whose a downloaded file is: the names that learning platforms write, and the people of a class
list.

What the platform wrote decides; what a student wrote never does. A name that can be read in two
ways, or that two students share, is nobody's. Nothing is read or written here but names.

Names, from the platforms' own source code and downloads:

    Canvas      lovelaceada_LATE_123_4567_toy-1.ipynb
                name, LATE?, number of the person, of the file, name of the file
                lovelaceada_123_link.html
                an address or a text instead of a file
    Moodle      Ada Lovelace_123_assignsubmission_file/toy.ipynb
                older: `…file_`, or all in one name; in groups `Group A-Ada Lovelace_123_…`
    Classroom   Ada Lovelace - Copy of toy (1).ipynb
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ..course import id_problem
from ..text import plain_name, printable
from . import roster
from .archive import Member
from .roster import Person, Roster

_CANVAS = re.compile(r"(?<=.)_(?P<id>[1-9]\d*)_(?:(?P<file>[1-9]\d*)_.|(?:text|link)\.html$)")
_MOODLE = re.compile(r"(?P<name>[^_/]+)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<rest>.*))?")
_CLASSROOM = re.compile(r"(?P<name>\S.*?) - (?P<rest>.+)")
_COPY = re.compile(r"\((\d+)\)")


@dataclass(frozen=True)
class Label:
    """What a platform wrote about a file.

    `order` says which of two files of one student is newer; only orders of one `kind` can be
    compared.
    """

    kind: str  # "canvas" | "moodle" | "classroom"
    name: str
    number: str  # of the person on the platform; "" where the name has none
    order: tuple[float, ...] = ()
    late: bool = False
    time: datetime | None = None  # of the hand-in, where the platform says so


def labels(member: Member, own: str = "") -> list[Label]:
    """The ways in which the name of a download's file can be read; more than one where it is
    ambiguous.

    `own` is the name of the released notebook: a number at its beginning (`10_attention`) is no
    number of Canvas.
    """
    parts = plain_name(member.name).split("/")
    when = member.time.timestamp() if member.time else 0.0
    for part in parts:
        if match := _MOODLE.fullmatch(part):
            return [Label("moodle", match["name"], match["id"], (when,))]
    base = parts[-1]
    found: list[Label] = []
    # Where a third number follows, a name that ends in a number could pass for somebody else's:
    # both readings count.
    start = 0
    while (
        len(found) < 2
        and (match := _CANVAS.search(base, start))
        and (not found or match.start() == start)
    ):
        head = base[: match.start()]
        name = re.sub(r"_late$", "", head, flags=re.IGNORECASE)
        number = (float(match["file"][:15]),) if match["file"] else ()
        found.append(Label("canvas", name, match["id"], number, late=name != head))
        if (
            own
            and match["file"]
            and base[match.end("file") + 1 :].casefold().startswith(own.casefold())
        ):
            break
        start = match.end("id")
    if not found and (match := _CLASSROOM.fullmatch(base)):
        copies = _COPY.findall(match["rest"])
        order = (when, float(copies[-1][:6]) if copies else 0.0)
        found.append(Label("classroom", match["name"], "", order, time=member.time))
    return found


# -------------------------------------------------------------------------------------------- whose


class StudentMatcher:
    """Finds the student id for a label, with a class list or without one."""

    def __init__(self, people: Roster | None, platform: str | None = None):
        self.roster, self.platform = people, platform
        if people is not None:
            self._numbers = {
                "canvas": people.index("canvas_id"),
                "moodle": people.index("moodle_id"),
            }
            self._names = people.index("name", "email", "id")
            self._joined: dict[str, list[Person]] = {}
            for person in people.people:
                for spelling in roster.run_together(person.name):
                    self._joined.setdefault(spelling, []).append(person)

    def student(self, found: list[Label]) -> tuple[str, Label] | str:
        """`(student id, label)`, or a sentence that says why there is none."""
        found = [label for label in found if self.platform in (None, label.kind)]
        if not found:
            return (
                "its name is not one that "
                f"{self.platform or 'Canvas, Moodle or Google Classroom'} writes"
            )
        if len(found) > 1:
            known = [label for label in found if self.roster and self._numbered(label)]
            if len(known) != 1:
                return (
                    "its name can be read in two ways; "
                    "use a class list (--roster) with a column `canvas id`"
                )
            found = known
        label = found[0]
        if self.roster is not None:
            person = self._person(label)
            return person if isinstance(person, str) else (person.id, label)
        # Canvas' number is part of the id, because its names are run together and many share one.
        student = f"{label.name}_{label.number}" if label.kind == "canvas" else label.name
        problem = id_problem(student)
        return f"its name makes no student id: {problem}" if problem else (student, label)

    def _numbered(self, label: Label) -> list[Person]:
        return self._numbers.get(label.kind, {}).get(label.number, []) if label.number else []

    def _person(self, label: Label) -> Person | str:
        named = self._named(label)
        numbered = self._numbered(label)
        if len(numbered) == 1:
            # A name that somebody chose so that it looks like another student's number is caught
            # here.
            if numbered[0].name and numbered[0] not in named and not _in_group(label, numbered[0]):
                return f"the class list has another name for the number {label.number}"
            return numbered[0]
        if len(named) == 1 and not (named[0].canvas_id and label.kind == "canvas"):
            return named[0]
        shown = printable(label.name)[:60]
        return (
            f"{len(named)} students of the class list are called {shown!r}"
            if len(named) > 1
            else (
                f"the class list has no {shown!r}"
                + (f" with the number {label.number}" if label.number else "")
            )
        )

    def _named(self, label: Label) -> list[Person]:
        if label.kind == "canvas":
            return self._joined.get(roster.joined(label.name), [])
        return self._names.get(roster.key(label.name), [])


def _in_group(label: Label, person: Person) -> bool:
    """Whether the name is the person's behind a group's: `Group A-Ada Lovelace`, as Moodle writes
    it.
    """
    parts = label.name.split("-")
    return label.kind == "moodle" and roster.key(person.name) in (
        roster.key("-".join(parts[at:])) for at in range(1, len(parts))
    )
