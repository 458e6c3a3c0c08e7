"""Sort what was downloaded from a learning platform into `submitted/<student>/<assignment>/`.

Canvas, Moodle and Google Classroom are known by the names that they give to files (`labels`), and
no name from a download becomes a path unless it is a sound student id. The newest file of each
student counts. A submission that is already there is replaced only by a newer one from the same
kind of download, so collecting again is harmless. What cannot be matched is listed, never guessed.

The times in a zip of Canvas or Moodle are those of the download, not of the hand-in, so they make
no time stamp: a class list with a column `submitted` (Moodle's grading worksheet has one) does.
Drive keeps the time of the last change.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..course import (
    id_problem,
    other_releases,
    released_notebooks,
    results_folder,
    submitted_folder,
)
from ..errors import CourseError
from ..files import write_whole
from ..read.notebook import BadNotebook, parse
from ..read.template import Template, evidence, read_template, told_apart
from ..read.times import (
    FILE,
    SETTING,
    BadTime,
    course_zone,
    has_zone,
    parse_time,
    written,
)
from ..text import JOINERS, printable
from . import archive
from .archive import BadArchive, Member
from .labels import Label, StudentMatcher, labels
from .roster import Roster

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from nbgrader.coursedir import CourseDirectory

STATE = "collected.json"
MAX_LISTED = 1_000  # complaints that are printed
_NOISE = re.compile(r"(^|/)(\.|__MACOSX/|Thumbs\.db$|desktop\.ini$)")


class CollectError(CourseError, RuntimeError):
    """Collecting cannot begin; the message says what to do."""


# ------------------------------------------------------------------------------------------ collect


@dataclass
class Collected:
    """What collecting did, or would do (`dry_run`)."""

    assignment: str
    dry_run: bool = False
    new: list[str] = field(default_factory=list)  # student ids
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    # What is there is newer, or was not put there by collecting.
    kept: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)  # marked by Canvas
    zone: str = ""  # in which times of the class list were read that say none themselves
    # Files passed over for another of the same student.
    older: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)  # files that are no notebooks
    unmatched: list[tuple[str, str]] = field(default_factory=list)  # (file, why)
    untimed: list[tuple[str, str]] = field(default_factory=list)  # (student, why)

    @property
    def complete(self) -> bool:
        return not self.unmatched and not self.untimed

    def to_dict(self) -> dict:
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {
            "complete": self.complete
        }

    def text(self) -> str:
        """For people, in a few lines."""
        would = "would be " if self.dry_run else ""
        counts = [
            f"{len(names)} {would if word != 'unchanged' else ''}{word}"
            for word, names in (
                ("collected", self.new),
                ("replaced by a newer one", self.replaced),
                ("unchanged", self.unchanged),
                ("left as they are", self.kept),
            )
            if names
        ]
        lines = [f"{self.assignment}: {', '.join(counts) or 'nothing collected'}."]
        if self.late:
            lines.append(
                f"{len(self.late)} marked late by Canvas: {', '.join(map(printable, self.late))}."
            )
        if self.zone:
            lines.append(
                f"Times of the class list without a time zone were read as {self.zone}, which "
                f"{SETTING} in nbgrader_config.py names. It has to be the zone of the platform's "
                "clock."
            )
        if self.kept:
            lines.append(
                "Left as they are, because what is there is newer or came from elsewhere: "
                f"{', '.join(map(printable, self.kept))}."
            )
        if self.older:
            lines += [
                "Passed over for another file of the same student:",
                *(f"  {printable(n)}" for n in self.older),
            ]
        if self.other:
            lines.append(f"{len(self.other)} files are no notebooks and were passed over.")
        if self.untimed:
            lines.append(f"{len(self.untimed)} without the time of submission:")
            lines += [f"  {printable(student)}: {why}" for student, why in self.untimed]
        if self.unmatched:
            lines.append(f"{len(self.unmatched)} not collected:")
            lines += [f"  {printable(name)}: {why}" for name, why in self.unmatched[:MAX_LISTED]]
            if len(self.unmatched) > MAX_LISTED:
                lines.append(f"  and {len(self.unmatched) - MAX_LISTED} more (--json lists all)")
        return "\n".join(lines)


@dataclass
class _Choice:
    """The best file of a student so far, kept in a temporary file."""

    label: Label
    # 3: a notebook of this assignment; 2: one in which nothing was answered; 1: a file that cannot
    # be read as a notebook
    rank: int
    digest: str
    staged: Path
    shown: str
    # Files of other people with the same student id.
    rivals: list[str] = field(default_factory=list)

    @property
    def worth(self) -> tuple:
        return (self.rank, self.label.order)


def collect(
    course: CourseDirectory,
    assignment: str,
    sources: Iterable[Path],
    people: Roster | None = None,
    platform: str | None = None,
    dry_run: bool = False,
) -> Collected:
    """Collect the downloads `sources` (zips, folders, notebooks) for `assignment`; see the head of
    this file.

    `platform` ("canvas", "moodle", "classroom") leaves names of the others unmatched: in Drive,
    where students name their files themselves, one may write a name that another platform would
    have given.

    Raises:
        CollectError: the assignment has no release, or more than one notebook.
        BadArchive: a source cannot be read at all. Nothing was written.
    """
    template = _template(course, assignment)
    whose, done = StudentMatcher(people, platform), Collected(assignment, dry_run)
    choices: dict[str, _Choice] = {}
    without: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="autograder-collect-") as folder:
        for source in sources:
            for member in archive.members(Path(source)):
                _look(member, template, whose, choices, without, done, Path(folder))
        _same_folder(choices, done)
        for student, shown in without.items():
            if (
                student not in choices
                and not _place(course, student, assignment, template).exists()
            ):
                done.unmatched.append((shown, f"no notebook was handed in by {printable(student)}"))
        state_file = results_folder(course, assignment) / STATE
        state = _state(state_file)
        zone = course_zone(course)
        submitted = {person.id: person.submitted for person in people.people} if people else {}
        try:
            for student in sorted(choices):
                _put(
                    course,
                    assignment,
                    template,
                    student,
                    choices[student],
                    submitted.get(student, ""),
                    zone,
                    state,
                    done,
                )
        finally:
            if not dry_run and choices:
                write_whole(state_file, json.dumps(state, ensure_ascii=False, indent=1))
    return done


def _template(course: CourseDirectory, assignment: str) -> Template:
    notebooks = released_notebooks(course, assignment)
    if len(notebooks) != 1:
        found = (
            "no released notebook"
            if not notebooks
            else f"{len(notebooks)} released notebooks; collect takes one"
        )
        raise CollectError(f"{assignment}: {found}. Run `autograder release {assignment}` first.")
    return told_apart(read_template(notebooks[0]), other_releases(course, assignment))


def _look(
    member: Member,
    template: Template,
    whose: StudentMatcher,
    choices: dict[str, _Choice],
    without: dict[str, str],
    done: Collected,
    folder: Path,
) -> None:
    """Decide about one file of a download."""
    shown = f"{member.name}/{member.inside}" if member.inside else member.name
    own = member.inside or member.name
    if member.refused:
        done.unmatched.append((shown, member.refused))
        return
    if _NOISE.search(own) or _NOISE.search(member.name):
        return
    found = whose.student(labels(member, template.name))
    if not own.lower().endswith(".ipynb") and not _is_notebook(member, own, template):
        done.other.append(shown)
        if isinstance(found, tuple):
            without.setdefault(found[0], shown)
        return
    if isinstance(found, str):
        done.unmatched.append((shown, found))
        return
    student, label = found
    try:
        data = member.read()
    except (BadArchive, BadNotebook) as error:
        done.unmatched.append((shown, str(error)))
        return
    rank = _rank(data, template)
    if rank == 0:
        done.unmatched.append(
            (
                shown,
                f"a notebook of {printable(student)}, but not of this assignment: none of its "
                "exercises is in it",
            )
        )
        return
    best = choices.get(student)
    if best is not None and best.label.kind != label.kind:
        why = (
            f"{printable(student)} is also in a download of another kind; "
            "collect them one after the other"
        )
        done.unmatched.append((shown, why))
        return
    if best is not None and best.label.number != label.number:
        # Two people of one name. Their files stay apart: whose is whose only the class list can
        # say.
        best.rivals.append(shown)
        return
    digest = hashlib.sha256(data).hexdigest()
    # The file on disk has a name of ours: a number.
    choice = _Choice(
        label, rank, digest, folder / f"{len(choices) if best is None else best.staged.name}", shown
    )
    if best is None or choice.worth >= best.worth:
        if best is not None and best.digest != digest:
            done.older.append(best.shown)
        choice.rivals = best.rivals if best is not None else choice.rivals
        choice.staged.write_bytes(data)
        choices[student] = choice
    elif best.digest != digest:
        done.older.append(shown)


def _is_notebook(member: Member, own: str, template: Template) -> bool:
    """Whether a file is a notebook of the assignment to whose name a browser has added an ending:
    `toy.ipynb.json`, `toy.ipynb.txt`, `toy.json`.
    """
    if not own.lower().endswith((".json", ".txt")):
        return False
    try:
        return _rank(member.read(), template) >= 2
    except (BadArchive, BadNotebook):
        return False


def _rank(data: bytes, template: Template) -> int:
    """3 for a notebook of the assignment, 2 for one that is as it was released, 0 for another
    notebook, 1 where it cannot be read (the grader says why).
    """
    try:
        cells = parse(data, "")["cells"]
    except BadNotebook:
        return 1
    if not evidence(cells, template):
        return 0
    released = Counter(_text(entry.cell["source"]) for entry in template.cells)
    return 3 if Counter(_text(cell["source"]) for cell in cells) - released else 2


def _text(source: str) -> str:
    """The text of a cell without what an editor adds: blank lines, space at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.splitlines() if line.strip())


def _same_folder(choices: dict[str, _Choice], done: Collected) -> None:
    """People who would share a folder get none: those of one name, and ids that differ in case
    alone.
    """
    for student in [student for student, choice in choices.items() if choice.rivals]:
        why = (
            f"several people are called {printable(student)!r}; "
            "use a class list (--roster) with their numbers"
        )
        choice = choices.pop(student)
        done.unmatched += [(shown, why) for shown in [choice.shown, *choice.rivals]]
    spellings: dict[str, list[str]] = {}
    for student in choices:
        shown = re.sub(f"[{JOINERS}]", "", unicodedata.normalize("NFC", student))
        spellings.setdefault(shown.casefold(), []).append(student)
    for students in spellings.values():
        if len(students) > 1:
            for student in students:
                done.unmatched.append(
                    (
                        choices.pop(student).shown,
                        "another student's id differs from this one in case, or in signs that "
                        "print nothing, alone; use a class list (--roster)",
                    )
                )


def _place(course: CourseDirectory, student: str, assignment: str, template: Template) -> Path:
    """The file of a submission. The id is checked once more: this is where a name becomes a
    path.
    """
    if problem := id_problem(student):
        raise CollectError(f"The student id {student!r} cannot be used: {problem}.")
    return submitted_folder(course, student, assignment) / f"{template.name}.ipynb"


def _put(
    course: CourseDirectory,
    assignment: str,
    template: Template,
    student: str,
    choice: _Choice,
    submitted: str,
    zone: ZoneInfo | None,
    state: dict,
    done: Collected,
) -> None:
    """Write one submission, unless what is there is as new."""
    place = _place(course, student, assignment, template)
    entry = {
        "digest": choice.digest,
        "kind": f"{choice.label.kind} {choice.label.number}".strip(),
        "order": list(choice.label.order),
    }
    submitted = "" if submitted == "-" else submitted  # Moodle's word for none
    stamp = submitted or (written(choice.label.time) if choice.label.time else "")
    if choice.label.late:
        done.late.append(student)
    try:
        present = hashlib.sha256(place.read_bytes()).hexdigest() if place.is_file() else None
        known = state.get(student)
        if present == choice.digest:
            done.unchanged.append(student)
            state.setdefault(student, entry)
            if submitted and not done.dry_run:
                _stamp(place, student, submitted, zone, done)
            return
        if present is not None and not (
            known
            and known["digest"] == present
            and known["kind"] == entry["kind"]
            and known["order"] < entry["order"]
        ):
            done.kept.append(student)
            return
        (done.new if present is None else done.replaced).append(student)
        if done.dry_run:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        # The stamp of the old file goes first: a run that is killed here leaves no wrong time.
        (place.parent / FILE).unlink(missing_ok=True)
        write_whole(place, choice.staged.read_bytes())
        if stamp:
            _stamp(place, student, stamp, zone, done)
        state[student] = entry
    except OSError as error:
        done.unmatched.append((choice.shown, f"{place}: {error.strerror}"))


def _stamp(place: Path, student: str, text: str, zone: ZoneInfo | None, done: Collected) -> None:
    try:
        when = parse_time(text, zone)
    except BadTime as error:
        done.untimed.append((student, str(error)))
        return
    if zone is not None and not has_zone(text):
        done.zone = str(zone)
    write_whole(place.parent / FILE, written(when) + "\n")


def _state(path: Path) -> dict:
    """Where each submission came from; an entry that is not as we write it counts as absent."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        student: entry
        for student, entry in (state.items() if isinstance(state, dict) else ())
        if isinstance(entry, dict)
        and {"digest", "kind", "order"} <= entry.keys()
        and isinstance(entry["order"], list)
        and all(isinstance(part, (int, float)) for part in entry["order"])
    }
