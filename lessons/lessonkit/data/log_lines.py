"""Raw log lines with the event that experts say each of them is: the type, and the reader of
loghub's samples. It fetches nothing.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace

import numpy as np

from lessonkit.data.described import Described


@dataclass(frozen=True)
class LogLines(Described):
    """Lines of one or more logs.

    `lines` holds them as the program wrote them, header included; `events` the id of the template
    that experts gave each line, and `system` the name of the log it stands in, both of the same
    length. Ids of two systems have nothing to do with each other.
    """

    lines: list[str] = field(repr=False)
    events: list[str] = field(repr=False)
    system: list[str] = field(repr=False)

    def __post_init__(self) -> None:
        if not len(self.lines) == len(self.events) == len(self.system):
            raise ValueError(
                f"{self.name}: {len(self.lines)} lines, {len(self.events)} events and "
                f"{len(self.system)} systems."
            )

    def __len__(self) -> int:
        """The number of lines."""
        return len(self.lines)

    def systems(self) -> list[str]:
        """The names of the logs, in the order in which they stand."""
        return list(dict.fromkeys(self.system))

    def of(self, system: str) -> LogLines:
        """The lines of one log. Raises `KeyError` when there is no such log."""
        rows = np.flatnonzero(np.array(self.system) == system)
        if not rows.size:
            raise KeyError(f"No log '{system}'; there are: {', '.join(self.systems())}.")
        return replace(
            self,
            lines=[self.lines[row] for row in rows],
            events=[self.events[row] for row in rows],
            system=[system] * rows.size,
        )

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        parts = []
        for system in self.systems():
            part = self.of(system)
            parts.append(f"{len(part):,} of {system} with {len(set(part.events))} templates")
        return f"{self.title}: {len(self):,} lines ({', '.join(parts)}), from {self.source}"


def read_loghub(files: dict[str, bytes]) -> dict[str, list[str]]:
    """The raw lines of HDFS and BGL with the template ids of loghub's experts."""
    lines, events, system = [], [], []
    for name in ("HDFS", "BGL"):
        raw = files[f"{name}_2k.log"].decode("ascii").splitlines()
        table = files[f"{name}_2k.log_structured.csv"].decode("ascii")
        rows = list(csv.DictReader(io.StringIO(table, newline="")))
        if len(rows) != len(raw):
            raise ValueError(
                f"loghub: {len(raw)} lines of {name} and {len(rows)} rows of its table."
            )
        lines += raw
        events += [row["EventId"] for row in rows]
        system += [name] * len(raw)
    return {"lines": lines, "events": events, "system": system}
