"""The class list: which names, addresses and numbers of a learning platform belong to which student
id.

It reads what instructors have already: a list of their own (`id`, `name`, `email`, `canvas id`),
the gradebook that Canvas exports, Moodle's participants, grades or grading worksheet. It writes
nothing and guesses nothing: a name that two students share belongs to neither.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..course import id_problem
from ..errors import CourseError
from ..read.notebook import BadNotebook, read_bytes
from ..text import JOINERS, plain_name

MAX_ROWS = 200_000
MAX_CELL = 1_000  # characters

# Our column: headers that mean it, most telling first. Lower case, `_` as a space.
_HEADERS = {
    "id": ("student id", "id", "username", "sis login id", "id number", "email", "email address"),
    "name": ("name", "student", "student name", "full name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname"),
    "email": ("email", "email address", "e-mail"),
    "canvas_id": ("canvas id", "canvas user id"),
    "moodle_id": ("moodle id", "identifier"),
    "sis_user_id": ("sis user id",),
    "sis_login_id": ("sis login id",),
    "section": ("section",),
    "submitted": ("submitted", "submitted at", "timestamp", "last modified (submission)"),
}


class RosterError(CourseError, ValueError):
    """The class list cannot be used; the message names the file, the line and the remedy."""


@dataclass(frozen=True)
class Person:
    """One student of the class list; texts are empty where the list has none."""

    id: str
    name: str = ""
    email: str = ""
    canvas_id: str = ""
    moodle_id: str = ""
    sis_user_id: str = ""
    sis_login_id: str = ""
    section: str = ""
    submitted: str = ""


@dataclass(frozen=True)
class Roster:
    """The people of a class list."""

    people: tuple[Person, ...]

    def by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    def index(self, *fields: str) -> dict[str, list[Person]]:
        """`{key: people}` for the texts in `fields`, written as `key` writes them."""
        found: dict[str, list[Person]] = {}
        for person in self.people:
            for text in {key(getattr(person, field)) for field in fields} - {""}:
                found.setdefault(text, []).append(person)
        return found


def key(name: str) -> str:
    """A name without case, accents, space, punctuation and order: `Lovelace, Ada` and `ada
    lovelace` are one.

    Platforms write the same name in different ways; Canvas runs its parts together (`joined`).
    """
    return " ".join(sorted(_words(name)))


def joined(name: str) -> str:
    """A name without space, as Canvas writes it in file names."""
    return "".join(_words(name))


def run_together(name: str) -> set[str]:
    """The spellings that a name may have in Canvas' file names: last name first or first name
    first.
    """
    words = _words(name)
    spellings = {"".join(words)}
    for cut in range(1, len(words)):
        spellings.add("".join(words[cut:] + words[:cut]))
    return spellings - {""}


def _words(name: str) -> list[str]:
    shown = re.sub(f"[{JOINERS}]", "", plain_name(name))  # some platforms drop them
    plain = unicodedata.normalize("NFKD", shown.casefold())
    return re.findall(
        r"\w+", "".join(c for c in plain if not unicodedata.combining(c)).replace("_", " ")
    )


def read(path: Path) -> Roster:
    """Read a class list: CSV with a header, separated by commas, semicolons or tabs.

    Raises:
        RosterError: it cannot be read, has no column for the student id, or an id is twice or
        cannot be used.
    """
    try:
        data = read_bytes(Path(path))
    except BadNotebook as error:
        raise RosterError(
            str(error)
            .replace("Put the notebook file itself there.", "A CSV file is needed.")
            .replace("Clear all outputs, save, and submit again.", "A class list is smaller.")
        ) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # what spreadsheets on Windows write
    return parse(text, str(path))


def parse(text: str, where: str = "the class list") -> Roster:
    """The class list in `text`; see `read`."""
    rows = _rows(text, where)
    _, header = next(rows, (0, []))
    columns = _columns(header, where)
    people: list[Person] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        values = {
            name: plain_name(row[place]).strip() if place < len(row) else ""
            for name, place in columns.items()
        }
        if not any(values.values()) or "points possible" in (values.get("name") or "").casefold():
            continue
        first, last = values.pop("first", ""), values.pop("last", "")
        values["name"] = values.get("name") or f"{first} {last}".strip()
        values["moodle_id"] = (re.findall(r"\d+", values.get("moodle_id", "")) or [""])[-1]
        if problem := id_problem(values["id"]):
            raise RosterError(
                f"{where}, line {line}: the student id {values['id'][:40]!r} "
                f"cannot be used: {problem}.{_worksheet_hint(values['id'])}"
            )
        if other := seen.get(values["id"].casefold()):
            raise RosterError(
                f"{where}, line {line}: the student id {values['id']!r} "
                f"stands in line {other} as well."
            )
        seen[values["id"].casefold()] = line
        people.append(Person(**values))
    if not people:
        raise RosterError(f"{where}: it has no students.")
    return Roster(tuple(people))


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    text = text.replace("\x00", "")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for count, row in enumerate(reader):
            if count > MAX_ROWS:
                raise RosterError(f"{where}: more than {MAX_ROWS} lines.")
            if any(cell.strip() for cell in row):
                yield reader.line_num, [cell[:MAX_CELL] for cell in row]
    except csv.Error as error:
        raise RosterError(f"{where}, line {reader.line_num}: not CSV ({error}).") from None


def _columns(header: list[str], where: str) -> dict[str, int]:
    names = [" ".join(cell.replace("_", " ").casefold().split()) for cell in header]
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    known = dict(_HEADERS)
    if "sis login id" in places or {"student", "section"} <= places.keys():
        # Canvas' own export: ID is Canvas' number
        known |= {"id": ("sis login id", "sis user id", "id"), "canvas_id": ("id",)}
    elif "identifier" in places and not {"id", "student id"} & places.keys():
        # Moodle's grading worksheet; where marking is blind, the identifier is all that it has
        known |= {"id": ("id number", "username", "email address", "identifier")}
    columns = {}
    for column, accepted in known.items():
        if name := next((name for name in accepted if name in places), None):
            columns[column] = places[name]
    if "id" not in columns:
        raise RosterError(
            f"{where}: no column `id`. The first line must name the columns: "
            f"id, name, email, canvas id. {_WORKSHEET}"
        )
    return columns


_WORKSHEET = (
    "If this is Moodle's worksheet, export it in English, or name its columns identifier, "
    "full name, email address, last modified (submission)."
)


def _worksheet_hint(student: str) -> str:
    """What to do where the ids look like those of a worksheet in another language:
    `Teilnehmer/in771`.
    """
    return f" {_WORKSHEET}" if re.fullmatch(r"[^\W\d]\D*\d+", student) else ""
