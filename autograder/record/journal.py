"""The results file of an assignment: one JSON line for each submission, in the order in which they
were graded.

The last line of a student counts. A line is added in one write after the marks are in the
gradebook, so a run that was killed leaves at most one line cut short, which readers pass over.
Reading keeps no more than one result in memory.
"""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..files import write_whole
from ..text import plain_cell

FILE = "results.jsonl"


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[bool]:
    """Whether this process is the only one that grades the assignment whose results are in
    `folder`.

    The lock goes with the process, however it ends.
    """
    import fcntl  # not on Windows, where nothing is graded

    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def read(path: Path) -> Iterator[dict]:
    """The last result of every student in a results file, in order of name; a line cut short by a
    kill is passed over.

    Only places in the file are kept in memory, not the results.
    """
    places: dict[str, int] = {}
    if not path.exists():
        return
    with open(path, "rb") as file:
        while line := file.readline():
            if (student := _line_student(line)) is not None:
                places[student] = file.tell() - len(line)
        for student in sorted(places):
            file.seek(places[student])
            yield json.loads(file.readline())


def _line_student(line: bytes) -> str | None:
    try:
        result = json.loads(line)
        return result["student"] if isinstance(result["key"], str) else None
    except (ValueError, KeyError, TypeError):
        return None


def append(path: Path, result: dict) -> None:
    """Add one line; a single write, so that readers and other writers never see half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(result, ensure_ascii=False, allow_nan=False) + "\n"
    with open(path, "ab", buffering=0) as file:
        file.write(line.encode("utf-8"))


def compact(path: Path) -> dict[str, str]:
    """Rewrite the results file with one line a student, and return their keys; results that failed
    have none.
    """
    keys: dict[str, str] = {}
    if not path.exists():
        return keys

    def lines() -> Iterator[bytes]:
        for result in read(path):
            sound = result["graded"] and not any(
                exercise["needs_manual"]
                for notebook in result["notebooks"]
                for exercise in notebook["exercises"]
            )
            keys[result["student"]] = result["key"] if sound else ""
            yield (json.dumps(result, ensure_ascii=False) + "\n").encode("utf-8")

    write_whole(path, lines())
    return keys


def write_csv(results: Iterable[dict], columns: list[str], path: Path) -> None:
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
                    plain_cell(result["student"]),
                    f"{result['points']:g}",
                    f"{result['max_points']:g}",
                    result["graded"],
                    result["needs_manual"],
                    plain_cell(result["timestamp"] or ""),
                    *(f"{values.get(name, 0.0):g}" for name in columns),
                ]
            )


def _columns(result: dict) -> dict[str, float]:
    values: dict[str, float] = {}
    for notebook in result["notebooks"]:
        values |= {exercise["exercise"]: exercise["points"] for exercise in notebook["exercises"]}
        values["quiz"] = values.get("quiz", 0.0) + sum(
            question["points"] for question in notebook["quiz"]
        )
    return values
