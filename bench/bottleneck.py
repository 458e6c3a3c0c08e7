"""The bottleneck of lessons 09 and 10 at a larger budget, and with a length more.

    python bench/bottleneck.py [--updates N] [--json F]

Runs the cells of lesson 10 that make, train and look at the networks that copy symbols, with the lengths 2, 4, 8, 12
and 24 and many more updates than a lesson has time for; the network with attention gets half of them, as in the lesson.
The curves are written to `bench/bottleneck.json`, with the machine and the day, and lesson 10 shows what follows from
them. It takes about ten minutes on one core and is not part of `make test`.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
LESSON = ROOT / "lessons" / "10_attention.ipynb"
LENGTHS = (2, 4, 8, 12, 24)
NEEDED = (
    "Translator",
    "greedy",
    "train",
    "copy_parts",
    "run_copies",
)  # what the cells that run here define


def prepared(updates: int, looks: int) -> dict[str, Any]:
    """The names of the lesson, up to the cell that defines `run_copies`, with this run's lengths and budget."""
    os.environ["COURSE_PRESET"] = "quick"
    names: dict[str, Any] = {"__name__": "lesson"}
    cells = [c.source for c in nbformat.read(LESSON, as_version=4).cells if c.cell_type == "code"]
    for source in cells:
        if "%pip" in source:
            continue
        exec(compile(ast.parse(source), LESSON.name, "exec"), names)
        if "preset" in names:
            names["preset"].copy_updates, names["preset"].looks = updates, looks
        if "LENGTHS" in names and names["LENGTHS"] != LENGTHS:
            names["LENGTHS"] = LENGTHS
            for name, seed, rows in (("test", 100, 200), ("validation", 200, 100)):
                names[f"source_{name}"], names[f"target_{name}"] = names["copy_set"](
                    LENGTHS, rows, seed=seed
                )
        if "run_copies" in names:
            break
    if missing := [name for name in NEEDED if name not in names]:
        raise SystemExit(
            f"{LESSON.name} has changed: {', '.join(missing)} not found before the networks are trained."
        )
    return names


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--updates", type=int, default=6000, help="of each network without attention (6000)"
    )
    parser.add_argument(
        "--looks", type=int, default=30, help="tests in the course of each training (30)"
    )
    parser.add_argument("--json", type=Path, default=ROOT / "bench" / "bottleneck.json")
    given = parser.parse_args()
    names = prepared(given.updates, given.looks)
    attention = names["keras"].layers.Attention
    networks = {
        "fixed vector": (names["copier"], names["as_it_is"], given.updates),
        "fixed vector, source reversed": (names["copier"], names["reverse_padded"], given.updates),
        "attention": (lambda: names["copier"](attention()), names["as_it_is"], given.updates // 2),
    }
    kept = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores", "day": datetime.date.today().isoformat(),
        "keras": names["keras"].__version__, "lengths": LENGTHS, "batch": names["COPY_BATCH"], "networks": {},
    }  # fmt: skip
    for name, (build, turn, updates) in networks.items():
        print(name, flush=True)
        started = time.process_time()
        rates = names["around"](names["preset"].copy_rate)
        model = names["compiled"](build, names["source_test"], names["target_test"])
        found = names["run_copies"](model, build, turn, updates, rates)
        kept["networks"][name] = {
            "parameters": model.count_params(), "rate": found["rate"], "updates": found["updates"].tolist(),
            "right": np.asarray(found["curves"]).round(3).tolist(), "cpu_s": round(time.process_time() - started),
        }  # fmt: skip
        print(
            "   at the end, mean of the seeds:",
            found["curves"][:, -1].mean(axis=0).round(3),
            flush=True,
        )
        given.json.write_text(json.dumps(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
