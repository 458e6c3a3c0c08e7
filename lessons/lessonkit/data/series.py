"""Series in time: the type, and the readers of the classic series and of the anomaly benchmark. It
fetches nothing and fills no gap.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessonkit.data.described import Described

# Of the files of a data set, those that are read, by the names that lessons use.
CLASSIC = {
    "airline-passengers": "airline-passengers.csv",
    "daily-min-temperatures": "daily-min-temperatures.csv",
}
BENCHMARK = {
    "nyc-taxi": "nyc_taxi.csv",
    "machine-temperature": "machine_temperature_system_failure.csv",
}


@dataclass(frozen=True)
class TimeSeries(Described):
    """Several series of one number a step, by name.

    `times[name]` holds the time of each step, datetime64[m] (steps,), in the order of the file:
    repeated and missing steps are the reader's to find. `values[name]` holds the numbers, float64
    (steps,). `events[name]` holds begin and end of what is known to have happened, datetime64[m]
    (events, 2), where the data set says so, and is empty elsewhere.
    """

    times: dict[str, np.ndarray] = field(repr=False)
    values: dict[str, np.ndarray] = field(repr=False)
    events: dict[str, np.ndarray] = field(repr=False)

    def __post_init__(self) -> None:
        for name, values in self.values.items():
            if not len(values) or values.shape != self.times[name].shape:
                raise ValueError(
                    f"{name}: {len(values)} values and {len(self.times[name])} times; a series has "
                    "one time for each of its values, and at least one."
                )

    def __len__(self) -> int:
        """The number of series."""
        return len(self.values)

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        sizes = ", ".join(f"{name} {len(values):,} steps" for name, values in self.values.items())
        return f"{self.title}: {sizes}, from {self.source}"


def _columns(content: bytes, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Times and values of a file with a header, a time and a number in each line."""
    rows = list(csv.reader(content.decode("ascii").splitlines()))[1:]
    if odd := [number for number, row in enumerate(rows, start=2) if len(row) != 2]:
        raise ValueError(f"{where}, line {odd[0]}: a time and a number are expected.")
    times = np.array([row[0].replace(" ", "T") for row in rows], dtype="datetime64[m]")
    return times, np.array([float(row[1]) for row in rows])


def _read(files: Mapping[str, bytes], wanted: Mapping[str, str]) -> dict[str, Any]:
    columns = {name: _columns(files[file], file) for name, file in wanted.items()}
    return {
        "times": {name: times for name, (times, _) in columns.items()},
        "values": {name: values for name, (_, values) in columns.items()},
        "events": {name: np.empty((0, 2), "datetime64[m]") for name in columns},
    }


def read_classic(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Airline passengers by month and minimum temperatures by day."""
    return _read(files, CLASSIC)


def read_benchmark(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Taxi rides by half an hour and the temperature of a machine by five minutes, with the windows
    in which the benchmark's makers know of an anomaly.
    """
    found = _read(files, BENCHMARK)
    labels = json.loads(files["combined_windows.json"])
    by_file = {path.rsplit("/", 1)[-1]: windows for path, windows in labels.items()}
    for name, file in BENCHMARK.items():
        ends = [[end.replace(" ", "T") for end in window] for window in by_file[file]]
        found["events"][name] = np.array(ends, dtype="datetime64[m]").reshape(-1, 2)
    return found
