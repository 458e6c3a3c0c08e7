"""What the tests of the exercise pages share: right answers, mistakes, and a page that is driven like a reader's."""

from __future__ import annotations

import ast
import contextlib
import html
import io
import json
import linecache
import math
import os
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat
import yaml

from autograder.check import course_unit
from autograder.judge.installed import load_public

ROOT = Path(__file__).resolve().parents[2]
EVERY = sorted(path.stem for path in (ROOT / "exercises" / "release").glob("*/*.ipynb"))
ALL = os.environ.get("COURSE_LIVE") == "all"  # `make live-check`; `make test` looks at one unit
UNITS = EVERY if ALL else ["12_linear_recurrences"]


def solutions(unit: str) -> dict[str, tuple[str, str]]:
    """(cell id, source) of each exercise of `unit`, as its author solved it."""
    notebook = nbformat.read(ROOT / "exercises" / "source" / unit / f"{unit}.ipynb", as_version=4)
    found = {}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if (
            cell.cell_type == "code"
            and about.get("solution")
            and not about["grade_id"].startswith("quiz_")
        ):
            found[about["grade_id"]] = (
                cell.id,
                re.sub(r"^\s*### (BEGIN|END) SOLUTION\n", "", cell.source, flags=re.M),
            )
    return found


def numpy_exercises(unit: str) -> list[str]:
    """Exercises whose checks need no model."""
    return [
        name
        for name, exercise in load_public(unit).exercises.items()
        if all(case.request.op != "model" for case in exercise.cases.values())
    ]


def mistaken(unit: str, exercise: str, mistake: str) -> tuple[str, str]:
    """(source, title) of a known mistake: the solution with the change that the rubric declares."""
    rubric = yaml.safe_load(
        (ROOT / "exercises" / "checks" / unit / "rubric.yml").read_text(encoding="utf-8")
    )
    swaps = rubric["exercises"][exercise]["mistakes"][mistake]["swap"]
    source = solutions(unit)[exercise][1]
    for old, new in [swaps] if isinstance(swaps[0], str) else swaps:
        assert old in source, (unit, exercise, mistake, old)
        source = source.replace(old, new)
    return source, mistake.replace("-", " ").capitalize()


def in_notebook(unit: str, exercise: str, sources: Mapping[str, str]):
    """The card that a notebook on this machine shows, for the same cells."""
    release = nbformat.read(ROOT / "exercises" / "release" / unit / f"{unit}.ipynb", as_version=4)
    namespace: dict = {}
    for cell in release.cells:
        about = cell.metadata.get("nbgrader", {})
        name = about.get("grade_id", "")
        if cell.cell_type != "code" or name in ("install", "start") or about.get("grade"):
            continue
        if name == exercise or not about.get("solution") or name in sources:
            source = sources.get(name, cell.source)
            source = re.sub(r"^import keras\n", "", source, flags=re.M)
            if "quiz" not in name and "show" not in name:
                linecache.cache[f"<{name}>"] = (
                    len(source),
                    None,
                    source.splitlines(True),
                    f"<{name}>",
                )
                exec(compile(source, f"<{name}>", "exec"), namespace)
        if name == exercise:
            break
    targets = load_public(unit).exercises[exercise].targets
    try:
        return course_unit(unit).check(exercise, *(namespace[target] for target in targets))
    finally:  # other tests of this process have cells of the same names
        for name in [key for key in linecache.cache if key.startswith("<")]:
            linecache.cache.pop(name)


def words(card_html: str) -> str:
    """What is to be read on a card, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", card_html)).split())


def points(text: str) -> float:
    """The points on a card."""
    found = re.search(r"([\d.]+) of [\d.]+ points", text)
    assert found is not None, text
    return float(found[1])


def literal(text: str):
    """A value that was shown, read back."""
    return ast.literal_eval(text)


def results(path: Path) -> list[dict]:
    """The students of a file that `autograder grade --json` has written."""
    return json.loads(path.read_text(encoding="utf-8"))["results"]


def printed_here(code: str) -> dict:
    """What `code` prints last on this machine, which is JSON."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "<here>", "exec"), {"__name__": "__main__"})
    return json.loads(out.getvalue().splitlines()[-1])


def difference(here, there, share: float = 1e-9) -> tuple | None:
    """Where two answers differ, beyond the width of integers and a share of a float; None where nowhere."""
    narrow = {"int64": "int32", "uint64": "uint32"}
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        parts = (difference(a, b, share) for a, b in zip(here, there, strict=True))
        return next(filter(None, parts), None)
    if isinstance(here, dict) and isinstance(there, dict) and here.keys() == there.keys():
        return next(filter(None, (difference(here[key], there[key], share) for key in here)), None)
    if isinstance(here, float) and isinstance(there, float):
        same = math.isclose(here, there, rel_tol=share, abs_tol=1e-12)
        return None if same or (math.isnan(here) and math.isnan(there)) else (here, there)
    if here == there or (isinstance(here, str) and there == narrow.get(here)):
        return None
    return here, there


class LivePage:
    """A unit's page in the browser."""

    def __init__(self, page, unit: str):
        self.page, self.unit = page, unit
        self.plan = json.loads(page.locator("#live-plan").text_content())
        self.ids = {cell["name"]: cell["id"] for cell in self.plan["cells"]}

    def write(self, sources: Mapping[str, str]) -> None:
        """As if it had been written on an earlier day: into the browser's storage."""
        kept = {self.ids[name]: source for name, source in sources.items()}
        self.page.evaluate(
            "([place, kept]) => localStorage.setItem(place, JSON.stringify(kept))",
            [f"course:{self.unit}", kept],
        )
        self.page.reload(wait_until="load")

    def kept(self) -> dict[str, str]:
        """What the page has put into the browser's storage."""
        return json.loads(
            self.page.evaluate("place => localStorage.getItem(place)", f"course:{self.unit}")
            or "{}"
        )

    def type(self, exercise: str, source: str) -> None:
        """Replace what stands in the editor of a page that was started."""
        self.page.locator(f'.live-field[data-cell="{self.ids[exercise]}"] .cm-content').click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def start(self) -> None:
        self.page.locator(".live-start").click()
        self.page.wait_for_selector("html[data-live]", timeout=60_000)
        assert self.page.locator("html").get_attribute("data-live") == "ready", (
            self.page.inner_text(".live-bar")
        )

    def box(self, exercise: str):
        return self.page.locator(f'.live-run[data-cell="{self.ids["test_" + exercise]}"]')

    def press(self, exercise: str) -> None:
        self.box(exercise).locator("[data-run]").click()

    def check(self, exercise: str) -> str:
        """Press Check, wait, and read what stands below it."""
        self.press(exercise)
        return self.said(exercise)

    def said(self, exercise: str) -> str:
        self.page.wait_for_selector(
            f'.live-run[data-cell="{self.ids["test_" + exercise]}"][data-why]', timeout=60_000
        )
        return words(self.box(exercise).locator(".live-output").inner_html())

    def run(self, source: str, seconds: float = 20) -> dict:
        """Run `source` as one cell by way of the seam between page and engine; what came of it."""
        return self.page.evaluate(
            """async ([source, seconds]) => {
              const script = document.querySelector('script[src*="live/page.js"]').src;
              const { Engine } = await import(script.replace("page.js", "engine.js"));
              const plan = JSON.parse(document.getElementById("live-plan").textContent);
              if (!window.tried) { window.tried = new Engine(plan); await window.tried.load(); }
              const frames = [];
              const request = { unit: plan.unit, cells: [{ id: "tried", source }], show: "tried" };
              const outcome = await window.tried.run(request, { seconds, onFrame: frame => frames.push(frame) });
              return { ...outcome, frames };
            }""",
            [source, seconds],
        )

    def printed(self, source: str, seconds: float = 20, whole: bool = False) -> str:
        """What `source` shows, as text; an error as its text. `whole`: however long it is."""
        if whole:
            source = "import guest\nguest.MOST_TEXT = 10**8\n" + source
        return "\n".join(str(frame["text"]) for frame in self.run(source, seconds)["frames"])
