"""Cells of a lesson, edited and run on its page: in a tiny book with a lesson of its own, then in the lessons."""

from __future__ import annotations

import shutil
from pathlib import Path

import live_pages
import livepage
import nbformat
import pytest
from lessonkit import practice
from tiny_book import ROOT, build, make_book, notebook

pytestmark = pytest.mark.browser

SITE = ROOT / "_build" / "live" / "site"
STEP = 'def step(x):\n    """One step."""\n    return np.tanh(x)'
USE = "rng = np.random.default_rng(0)\ny = step(np.arange(3.0))\nprint('seen', rng.integers(9))\ny.round(2)"
CELLS = (
    "import keras\nimport numpy as np",
    "# Steps",
    STEP,
    "keras.layers",
    USE,
    "y.sum().round(3)",
)


def lesson() -> nbformat.NotebookNode:
    """A cell that builds, one that uses it, one that uses that; a cell of Keras between, and a quiz at the end."""
    made = notebook(*CELLS, "lessonkit.practice_quiz('04_lstm_gates')")
    for cell in made.cells:
        if cell.source in (STEP, USE, CELLS[-1]):
            cell.metadata["tags"] = ["try-it"]
        if cell.source == USE:
            cell.outputs = [nbformat.v4.new_output("stream", text="as the lesson printed it\n")]
        if "quiz" in cell.source:
            data = {"text/html": practice.practice_quiz("04_lstm_gates").data}
            cell.outputs = [nbformat.v4.new_output("display_data", data)]
    return made


@pytest.fixture(scope="module")
def tiny(browser, serve, tmp_path_factory) -> str:
    """Address of the tiny book's lesson."""
    if not (SITE / "manifest.json").exists():
        pytest.skip("There is no engine to try anything with: run `make live`.")
    folder = make_book(
        tmp_path_factory.mktemp("try"), {"02_tiny": lesson()}, {"index": "# Start\n\nText.\n"}
    )
    settings = folder / "_config.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("notebooks: cache", "notebooks: 'off'"), encoding="utf-8")
    shutil.copytree(SITE, folder / "_build" / "live" / "site")
    done = build(folder)
    assert done.returncode == 0, done.stdout[-3000:]
    return f"{serve(folder / '_build' / 'html')}/lessons/02_tiny.html"


class Cell:
    """A cell to try, as a reader has it before them."""

    def __init__(self, page, place: int):
        self.page, self.box = page, page.locator(".live-try").nth(place)
        self.output = self.box.locator(".live-output")

    def open(self) -> Cell:
        self.box.get_by_role("button", name="Try it").click()
        self.box.locator(".cm-content").wait_for(timeout=60_000)
        return self

    def text(self) -> str:
        return "\n".join(self.box.locator(".cm-line").all_text_contents())

    def write(self, source: str) -> None:
        self.box.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def press(self, name: str) -> None:
        self.box.get_by_role("button", name=name).click()

    def run(self) -> list[str]:
        """Press Run and wait; the boxes of text below the cell."""
        self.press("Run")
        return self.gave()

    def gave(self) -> list[str]:
        self.box.and_(self.page.locator("[data-why]")).wait_for(timeout=60_000)
        return self.output.locator(".live-printed").all_inner_texts()

    def said(self) -> str:
        return self.box.locator(".live-said").inner_text()


def loaded(page) -> set[str]:
    """What of the live pages has come over the wire."""
    names = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    return {Path(name.partition("?")[0]).name for name in names if "/_static/live/" in name}


def test_cells_are_edited_run_stopped_and_put_back(tiny, open_page):
    page = open_page(tiny)
    first, second, third = (Cell(page, place) for place in range(3))
    assert loaded(page) == {"try.js", "live.css"}
    assert (
        page.locator(".live-try").count() == 3 and page.locator(".cm-editor, iframe").count() == 0
    )
    lessons = page.locator(".cell_output", has_text="as the lesson printed it")

    second.open()
    assert second.text() == USE and first.box.locator(".cm-editor").count() == 0
    assert (
        lessons.is_visible()
        and not page.locator(".cell_input", has_text="rng.integers").is_visible()
    )
    # The first cell was not opened, and its name is there all the same.
    assert second.run() == ["seen 7\n", "array([0.  , 0.76, 0.96])"]
    assert not lessons.is_visible()
    assert page.locator("iframe").count() == 1 and third.open().run() == ["np.float64(1.726)"]

    # As in a notebook: what was run is there as it was run, until it is run again.
    first.open().write(STEP.replace("tanh", "negative"))
    assert third.run() == ["np.float64(1.726)"]
    assert first.run() == [] and "shows nothing" in first.said()
    assert second.run()[1] == "array([-0., -1., -2.])" and third.run() == ["np.float64(-3.0)"]
    assert page.locator("iframe").count() == 1

    # A run that is stopped leaves nothing behind, and what was there stays.
    first.write("step = None\nwhile True:\n    pass")
    first.press("Run")
    third.press("Run")
    assert "Another cell is running" in third.said()
    first.press("Stop")
    first.gave()
    assert first.said() == "Stopped." and third.run() == ["np.float64(-3.0)"]

    # An error has its line, after what was printed before it; so has one in a cell that comes first.
    second.write("print('so far')\ny = step(1.0)\nz = y.nothing")
    printed = second.run()
    assert printed[0] == "so far\n" and "AttributeError" in printed[1] and "line 3" in printed[1]
    page.get_by_role("button", name="Go to line 3 of cell 2").click()
    assert page.evaluate("document.activeElement.closest('.live-try').dataset.cell") == (
        second.box.get_attribute("data-cell")
    )
    assert page.locator(".cm-line.live-wrong").inner_text() == "z = y.nothing"
    first.press("Reset")
    assert first.text() == STEP
    first.write("def step(x):\nreturn x")
    assert "IndentationError" in third.run()[0] and "step comes first" in third.output.inner_text()
    # It did not end well, so it still has to be run, as it is now.
    second.press("Reset")
    assert second.text() == USE and lessons.is_visible()
    assert "IndentationError" in third.run()[0]
    first.write(STEP)
    assert third.run() == ["np.float64(1.726)"]
    assert page.trouble == []


def test_it_fits_a_phone_everybody_can_use_it_and_the_page_keeps_its_policy(
    tiny, open_page, accessibility
):
    page = open_page(tiny, width=390, dark=True, touch=True)
    policy = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["connect-src"] == "'self'"
    assert "'unsafe-inline'" not in rules["script-src"] and "http" not in policy
    # The quiz has scripts of its own, and they are allowed.
    assert page.locator(".practice-quiz").get_attribute("data-ready") is not None

    cell = Cell(page, 0).open()
    cell.write("print('x' * 300)\n1 / 0")
    assert "ZeroDivisionError" in cell.run()[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.eval_on_selector_all(
        ".live-try button",
        "all => all.filter(b => b.offsetParent).map(b => b.getBoundingClientRect().height)",
    )
    assert len(heights) == 5 and min(heights) >= 43.9, "a finger needs 44 pixels"
    assert page.trouble == []
    assert accessibility(page) == []

    [room] = [frame for frame in page.frames if frame != page.main_frame]
    for place in (page, room):
        assert place.evaluate("fetch('https://example.org/').then(() => false, () => true)")
    assert room.evaluate(f"fetch('{tiny}').then(() => false, () => true)")
    assert room.evaluate("(() => { try { return !parent.document; } catch { return true; } })()")


def test_with_the_keyboard_and_without_a_network(tiny, open_page):
    page = open_page(tiny)

    def tab_to(selector, most=150):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached")

    tab_to(".live-try button")
    page.keyboard.press("Enter")
    page.locator(".live-try .cm-content").wait_for(timeout=60_000)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Code of step"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type("for k in range(2):\nprint(k)")  # indented by the editor
    page.keyboard.press("Shift+Enter")
    assert Cell(page, 0).gave() == ["0\n1\n"]
    page.keyboard.press("Escape")
    tab_to("[data-run]", most=3)
    tab_to("[data-reset]", most=1)
    page.keyboard.press("Enter")
    assert Cell(page, 0).text() == STEP

    page.wait_for_selector("html[data-offline=ready]", timeout=20_000)
    page.context.set_offline(True)
    page.reload(wait_until="load")
    assert Cell(page, 2).open().run() == ["np.float64(1.726)"]


TRIED = [
    path.stem
    for path in sorted((ROOT / "lessons").glob("*.ipynb"))
    if live_pages.tried(nbformat.read(path, as_version=4))
]


@pytest.mark.parametrize("lesson", TRIED if livepage.ALL else ["04_lstm_gates"])
def test_every_cell_to_try_of_a_lesson_runs_on_its_page(lesson, html, served, open_page):
    if not (html / "_static" / "live" / "manifest.json").exists():
        pytest.skip("The book was built without an engine: run `make live`, then `make book`.")
    page = open_page(f"{served}/lessons/{lesson}.html")
    given = live_pages.tried(nbformat.read(ROOT / "lessons" / f"{lesson}.ipynb", as_version=4))
    assert page.locator(".live-try").count() == len(given)
    for place, cell in enumerate(given):
        here = Cell(page, place).open()
        assert here.text() == cell["source"]
        here.run()
        assert here.box.get_attribute("data-why") == "done", here.output.inner_text()
    assert page.trouble == []
