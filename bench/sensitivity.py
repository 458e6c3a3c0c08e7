"""Lessons run again with half and twice the learning rate, half and three times the updates, and other seeds.

    python bench/sensitivity.py [--json F] [01 04 …]

A lesson takes part when its `lessonkit.preset` says in `varies` which of its numbers are rates, which count updates and
which is the first seed. It is run once as it is and once for each variation of `lessonkit.presets.VARIATIONS`, with the
quick preset, each time whole and in a kernel of its own; a claim that breaks is recorded and does not stop the run.
What became of every claim about a trained network is written to `bench/sensitivity.json`, lesson by lesson, with the
machine and the day; the book's page of evidence shows it. The lessons that are not named keep what stands there. Exits
1 when a claim does not hold in the run that varies nothing. It is not part of `make test`: a lesson takes minutes, six
times.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from lessonkit import claims
from lessonkit.presets import VARIATIONS
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))

import evidence  # noqa: E402 - the book's own reading of claims

UNCHANGED = "as it is"
NOT_REACHED = "not reached"


def variations(lesson: Path) -> list[str]:
    """The variations that change something in this lesson, as its preset says; none where it says nothing."""
    for cell in nbformat.read(lesson, as_version=4).cells:
        if cell.cell_type == "code" and "varies=" in cell.source:
            for node in ast.walk(ast.parse(cell.source)):
                if evidence.is_call(node, "preset"):
                    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
                    varies = ast.literal_eval(keywords["varies"]) if "varies" in keywords else {}
                    return [name for name, (kind, _) in VARIATIONS.items() if varies.get(kind)]
    return []


def run(lesson: Path, variation: str) -> tuple[dict[str, dict[str, Any]], str]:
    """The records of the claims of one run, and the first cell that failed, or ""."""
    notebook = nbformat.read(lesson, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COURSE_EVIDENCE_DIR": folder, "COURSE_PRESET": "quick"}
        environment["COURSE_VARIATION"] = "" if variation == UNCHANGED else variation
        client = NotebookClient(
            notebook,
            timeout=1800,
            allow_errors=True,  # what a variation breaks is a result
            resources={"metadata": {"path": str(lesson.parent)}},
        )
        client.execute(env=environment, stderr=subprocess.DEVNULL)
        records = evidence.last_records(Path(folder) / f"{lesson.stem[:2]}.jsonl")
    failed = (
        cell.id
        for cell in notebook.cells
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    )
    return records, next(failed, "")


def machine() -> str:
    """The machine in a few words: what a reader needs to know about times and rounding."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def measure(lesson: Path) -> dict[str, Any]:
    """All runs of one lesson: for each claim about something trained, its verdict and numbers by variation."""
    started, found = time.perf_counter(), {}
    for variation in (UNCHANGED, *variations(lesson)):
        records, failed = run(lesson, variation)
        print(f"   {lesson.name}, {variation}: {len(records)} claims", end="", flush=True)
        print(f", stopped in cell {failed}" if failed else "", flush=True)
        found[variation] = records
    stated = [one.identifier for one in evidence.stated(lesson)]
    trained = {
        name for records in found.values() for name, record in records.items() if record["trained"]
    }
    return {
        "day": datetime.date.today().isoformat(),
        "machine": machine(),
        "seconds": round(time.perf_counter() - started),
        "code": evidence.code_digest(lesson),
        "claims": {
            name: {variation: brief(records.get(name)) for variation, records in found.items()}
            for name in stated
            if name in trained
        },
    }


def brief(record: dict[str, Any] | None) -> dict[str, Any]:
    """A claim's record as it is kept: verdict, number, and what it was held against."""
    if record is None:
        return {"verdict": NOT_REACHED, "value": None, "limit": None}
    numbers = {key: float(f"{record[key]:.4g}") for key in ("value", "limit")}
    return {"verdict": record["verdict"], **numbers}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "lessons", nargs="*", help="numbers of lessons; all that can be varied by default"
    )
    parser.add_argument("--json", type=Path, default=ROOT / evidence.SENSITIVITY)
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    there = {path.stem[:2]: path for path in sorted((options.root / "lessons").glob("*.ipynb"))}
    if unknown := set(options.lessons) - set(there):
        parser.error(f"no lesson {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    kept = json.loads(options.json.read_text(encoding="utf-8")) if options.json.exists() else {}
    good = True
    for number in options.lessons or there:
        if not variations(there[number]):
            if options.lessons:
                parser.error(f"lesson {number} does not say in its preset what `varies`")
            continue
        kept[number] = measure(there[number])
        for name, runs in kept[number]["claims"].items():
            if runs[UNCHANGED]["verdict"] in (claims.FAILS, NOT_REACHED):
                good = False
                print(f"   {name}: {runs[UNCHANGED]['verdict']} as it is", file=sys.stderr)
        text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False) + "\n"
        whole = options.json.with_suffix(".new")
        whole.write_text(text, encoding="utf-8")
        whole.replace(options.json)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
