"""The logs of a parcel depot, made by this project, for when loghub cannot be had. Deterministic.

They are hard in the way that real logs are. Values hide in words (ids, addresses, sizes, paths),
parcels are handled at the same time, so that their lines are mixed, and one template of the second
log has an optional word. Unlike loghub's samples these hold whole sessions: every line about a
parcel is there.
"""

from __future__ import annotations

import numpy as np

from lessonkit.data.grammar import evenly

_ROBOTS = ("north", "south", "east", "west")


def _address(rng: np.random.Generator) -> str:
    return ".".join(["10", *(str(n) for n in rng.integers(0, 256, 3))])


def _parcel(rng: np.random.Generator, number: int) -> list[tuple[str, str]]:
    """What happens to one parcel, as pairs of a template's id and a message."""
    name, door = f"pcl_{number}", f"/{_address(rng)}:{rng.integers(2000, 9000)}"
    grams = int(rng.integers(50, 30_000))
    story = [("D1", f"Announcing parcel {name} by {door}")]
    for _ in range(int(rng.integers(1, 4))):
        story.append(("D2", f"Weighed parcel {name} at {grams} grams"))
    story.append(("D3", f"Stored parcel {name} on shelf {rng.integers(1, 400)}"))
    if rng.random() < 0.15:
        story.append(("D4", f"Scanner {rng.integers(1, 9)} could not read label of {name}"))
        story.append(("D5", f"Printing label of {name} again"))
    if rng.random() < 0.3:
        story.append(("D6", f"Moved parcel {name} to shelf {rng.integers(1, 400)}"))
    story.append(("D7", f"Handed parcel {name} to truck {rng.integers(1, 60)} at {door}"))
    return story


def _machine(rng: np.random.Generator) -> tuple[str, str]:
    """One line of the machines' own log: a template's id and a message."""
    robot = evenly(rng, _ROBOTS)
    said = (
        ("M1", f"robot {robot} battery at {rng.integers(1, 101)} percent"),
        ("M2", f"robot {robot} stopped after {rng.integers(1, 900)} metres"),
        ("M3", f"belt {rng.integers(1, 9)} speed set to {rng.random():.2f}"),
        ("M4", f"temperature of motor {hex(int(rng.integers(4096)))} is {rng.integers(20, 90)}"),
        ("M5", f"wrote report to /var/depot/{rng.integers(1000)}/day.csv"),
        ("M6", "clock synchronised" + (" again" if rng.random() < 0.3 else "")),
        ("M7", "door of hall opened"),
        ("M8", "door of hall closed"),
    )
    return said[int(rng.choice(len(said), p=[0.3, 0.15, 0.15, 0.15, 0.05, 0.1, 0.05, 0.05]))]


def depot_logs(lines: int = 2000, seed: int = 9) -> dict[str, list[str]]:
    """Two logs of about `lines` lines each: "parcels", one session a parcel, and "machines"."""
    rng = np.random.default_rng(seed)
    number, clock = int(rng.integers(10_000)), 0
    waiting: list[tuple[int, str, str]] = []
    while len(waiting) < lines:
        number, clock = number + int(rng.integers(1, 90)), clock + int(rng.integers(1, 6))
        at = clock
        for event, message in _parcel(rng, number):
            waiting.append((at, event, message))
            at += int(rng.integers(1, 40))
    waiting.sort(key=lambda entry: entry[0])
    found: dict[str, list[str]] = {"lines": [], "events": [], "system": []}
    logs = {"parcels": waiting, "machines": [(2 * k, *_machine(rng)) for k in range(lines)]}
    for system, entries in logs.items():
        for at, event, message in entries:
            hour, minute, second = 6 + at // 3600, at // 60 % 60, at % 60
            head = f"240311 {hour:02d}{minute:02d}{second:02d} {rng.integers(10, 99)} INFO"
            found["lines"].append(f"{head} depot.{system.capitalize()}: {message}")
            found["events"].append(event)
            found["system"].append(system)
    return found
