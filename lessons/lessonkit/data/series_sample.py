"""Built-in samples of series in time, made by code: a trend and a season that grows with it, a year
of cold and warm days, a city that sleeps at night and stays at home on holidays, a machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_NO_EVENTS = np.empty((0, 2), "datetime64[m]")


def _wandering(rng: np.random.Generator, steps: int, keeps: float, spread: float) -> np.ndarray:
    """A noise that keeps a share of its last value, (steps,), with a standard deviation."""
    push = rng.normal(0, spread * np.sqrt(1 - keeps**2), steps)
    noise = np.empty(steps)
    last = rng.normal(0, spread)
    for t in range(steps):
        noise[t] = last = keeps * last + push[t]
    return noise


def classic_series(seed: int = 13) -> dict[str, Any]:
    """Stands in for `time-series`: the same names, lengths and beginnings."""
    rng = np.random.default_rng(seed)
    month = np.arange(144)
    season = np.array([-8, -12, 2, -1, 0, 11, 20, 19, 6, -7, -19, -7]) / 100
    level = np.log(125) + 1.35 * month / 143 - 0.15 * (month / 143) ** 2
    passengers = np.exp(level + season[month % 12] + _wandering(rng, 144, 0.8, 0.035))
    months = np.arange("1949-01", "1961-01", dtype="datetime64[M]")

    days = np.arange("1981-01-01", "1991-01-01", dtype="datetime64[D]")
    days = days[~np.isin(days, np.array(["1984-12-31", "1988-12-31"], dtype="datetime64[D]"))]
    angle = 2 * np.pi * (days - days[0]).astype(int) / 365.25
    cold = 11 + 4.2 * np.cos(angle - 0.5) + 0.5 * np.cos(2 * angle)
    cold = np.maximum(cold + _wandering(rng, len(days), 0.55, 2.7), 0).round(1)
    return {
        "times": {
            "airline-passengers": months.astype("datetime64[m]"),
            "daily-min-temperatures": days.astype("datetime64[m]"),
        },
        "values": {"airline-passengers": passengers.round(), "daily-min-temperatures": cold},
        "events": {"airline-passengers": _NO_EVENTS, "daily-min-temperatures": _NO_EVENTS},
    }


_HOLIDAYS = {  # how many rides are left
    "2014-07-04": 0.75, "2014-09-01": 0.8, "2014-11-27": 0.65, "2014-12-24": 0.75,
    "2014-12-25": 0.5, "2014-12-26": 0.75, "2015-01-01": 0.8, "2015-01-26": 0.6, "2015-01-27": 0.3,
}  # fmt: skip


def _rides(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times = np.arange("2014-07-01", "2015-02-01", np.timedelta64(30, "m"), dtype="datetime64[m]")
    day = times.astype("datetime64[D]")
    hour = (times - day).astype(int) / 60
    weekend = (day.astype(int) + 3) % 7 >= 5  # 1 January 1970 was a Thursday
    work = (
        1 + 0.75 * np.sin(2 * np.pi * (hour - 9) / 24) + 0.25 * np.sin(4 * np.pi * (hour - 5) / 24)
    )
    free = (
        1 + 0.60 * np.sin(2 * np.pi * (hour - 11) / 24) + 0.35 * np.sin(4 * np.pi * (hour - 8) / 24)
    )
    shape = np.maximum(np.where(weekend, free, work), 0.12)
    whole_days = _wandering(rng, len(times) // 48, 0.6, 0.05).repeat(48)
    noise = np.exp(
        whole_days + _wandering(rng, len(times), 0.9, 0.05) + rng.normal(0, 0.02, len(times))
    )
    left = np.ones(len(times))
    events = []
    for date, share in _HOLIDAYS.items():
        that_day = np.datetime64(date, "m")
        left[day == that_day.astype("datetime64[D]")] = share
        if share < 0.7:
            events.append([that_day, that_day + np.timedelta64(24 * 60, "m")])
    return times, (15_000 * shape * noise * left).round(), np.array(events)


def _machine(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    steps = 22_683
    times = np.datetime64("2013-12-02T21:15") + np.arange(steps) * np.timedelta64(5, "m")
    heat = 86 + _wandering(rng, steps, 0.999, 7.0) + _wandering(rng, steps, 0.9, 0.9)
    events = []
    for begin, length, fall in (
        (3700, 500, 30),
        (4100, 560, 18),
        (16_000, 560, 22),
        (19_200, 567, 60),
    ):
        ramp = np.minimum(np.arange(length), np.arange(length)[::-1]) / (length / 2)
        heat[begin : begin + length] -= fall * ramp
        events.append([times[begin], times[begin + length - 1]])
    twice = np.r_[0:9012, 9000:steps]  # one hour stands in the file twice
    return times[twice], heat[twice], np.array(events)


def benchmark_series(seed: int = 14) -> dict[str, Any]:
    """Stands in for `nab`: rides that holidays and a storm bring down, and a machine that fails."""
    rng = np.random.default_rng(seed)
    made = {"nyc-taxi": _rides(rng), "machine-temperature": _machine(rng)}
    return {
        part: {name: found[number] for name, found in made.items()}
        for number, part in enumerate(("times", "values", "events"))
    }
