"""The results file of an assignment: one JSON line for each submission, in the order in which they
were graded. `outcome.StudentResult` is the schema of a line.

The last line of a student counts. A line is added in one write after the marks are in the
gradebook, so a run that was killed leaves at most one line cut short. What cannot be read is passed
over, and said: never lost in silence. Reading keeps no more than one result in memory.
"""

from __future__ import annotations

import contextlib
import csv
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..files import write_whole
from ..outcome import BadResult, StudentResult, UnknownFormat
from ..text import plain_cell

FILE = "results.jsonl"
_LISTED = 5  # lines that one message names
_log = logging.getLogger("autograder.journal")


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[bool]:
    """Whether this process is the only one that grades the assignment whose results are in
    `folder`.

    The lock goes with the process, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "wb") as file:
        try:
            _lock(file.fileno())
        except (BlockingIOError, PermissionError):  # as Linux and macOS say it, and Windows
            yield False
        else:
            yield True


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def read(path: Path, complain: Callable[[str], None] = _log.warning) -> Iterator[StudentResult]:
    """The last result of every student in a results file, in order of name.

    Args:
        path: the file; there need not be one.
        complain: told once, with file and line numbers, what could not be read and was passed over.
    """
    for _, result in _last_lines(path, _Skipped(path), complain):
        yield result


@dataclass
class _Skipped:
    """What is wrong with the lines that were passed over."""

    path: Path
    lines: list[tuple[int, str]] = field(default_factory=list)  # (number of the line, why)
    foreign: list[bytes] = field(default_factory=list)  # lines of a format that we do not know

    def add(self, number: int, line: bytes, error: Exception) -> None:
        if isinstance(error, UnknownFormat):
            self.foreign.append(line)
        why = str(error) if isinstance(error, BadResult) else "it is cut short or damaged"
        self.lines.append((number, why))

    def __str__(self) -> str:
        shown = [f"line {number}: {why}" for number, why in sorted(self.lines)[:_LISTED]]
        more = len(self.lines) - len(shown)
        return (
            f"{self.path}: {'; '.join(shown)}{f'; and {more} more lines' if more else ''}. "
            "What cannot be read is passed over; `autograder grade` grades these submissions again."
        )


def _last_lines(
    path: Path, skipped: _Skipped, complain: Callable[[str], None]
) -> Iterator[tuple[bytes, StudentResult]]:
    """The last line of every student that can be read, as it stands and as a result.

    Only places in the file are kept in memory, not the results.
    """
    if not path.exists():
        return
    places: dict[str, list[tuple[int, int]]] = {}  # student to (place, number) of each line
    with open(path, "rb") as file:
        place = 0
        for number, line in enumerate(file, 1):
            try:
                places.setdefault(_line_student(line), []).append((place, number))
            except (ValueError, RecursionError) as error:
                skipped.add(number, line, error)
            place += len(line)
        for student in sorted(places):
            for place, number in reversed(places[student]):
                file.seek(place)
                line = file.readline()
                try:
                    result = StudentResult.from_dict(json.loads(line))
                except (ValueError, RecursionError) as error:
                    skipped.add(number, line, error)
                else:
                    yield line, result
                    break
    if skipped.lines:
        complain(str(skipped))


def _line_student(line: bytes) -> str:
    plain = json.loads(line)
    if not isinstance(plain, dict) or not isinstance(plain.get("student"), str):
        raise BadResult("it names no student")
    return plain["student"]


def append(path: Path, result: StudentResult) -> None:
    """Add one line; a single write, so that readers and other writers never see half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False) + "\n"
    with open(path, "a+b", buffering=0) as file:
        # Behind a line that was cut short the new one would be lost with it.
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else "\n" + line
        file.write(line.encode("utf-8"))


def compact(path: Path, complain: Callable[[str], None] = _log.warning) -> dict[str, str]:
    """Rewrite the results file with one line a student, and return their keys; results that failed
    have none.

    A student's last line is kept too where it is of a format that this version does not know;
    damaged lines are dropped. `complain` is told of both.
    """
    keys: dict[str, str] = {}
    if not path.exists():
        return keys
    skipped = _Skipped(path)

    def lines() -> Iterator[bytes]:
        for line, result in _last_lines(path, skipped, complain):
            sound = result.graded and not any(
                exercise.needs_manual
                for notebook in result.notebooks
                for exercise in notebook.exercises
            )
            keys[result.student] = result.key if sound else ""
            yield line.rstrip(b"\n") + b"\n"
        for line in skipped.foreign:
            yield line.rstrip(b"\n") + b"\n"

    write_whole(path, lines())
    return keys


def write_csv(results: Iterable[StudentResult], columns: list[str], path: Path) -> None:
    """One line a student: points in all, for every exercise and for the quiz; safe to open in a
    spreadsheet.
    """
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["student", "points", "max_points", "graded", "needs_manual", "timestamp", *columns]
        )
        for result in results:
            values = _columns(result)
            writer.writerow(
                [
                    plain_cell(result.student),
                    f"{result.points:g}",
                    f"{result.max_points:g}",
                    result.graded,
                    result.needs_manual,
                    plain_cell(result.timestamp or ""),
                    *(f"{values.get(name, 0.0):g}" for name in columns),
                ]
            )


def _columns(result: StudentResult) -> dict[str, float]:
    values: dict[str, float] = {}
    for notebook in result.notebooks:
        values |= {exercise.exercise: exercise.points for exercise in notebook.exercises}
        quiz = sum(question.points for question in notebook.quiz)
        values["quiz"] = values.get("quiz", 0.0) + quiz
    return values
