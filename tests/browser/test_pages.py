"""Every page of the built book in a real browser, opened as a file: on a desk and on a telephone, light and dark."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = [
    TOC["root"],
    *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]),
    "search",
]
LESSON = "lessons/04_lstm_gates"

pytestmark = pytest.mark.browser

WIDER_THAN_THE_SCREEN = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) { return []; }
  return [...document.querySelectorAll('article *')].filter(e => e.getBoundingClientRect().right > wide + 1)
    .slice(0, 5).map(e => e.tagName + '.' + e.className);
}"""
BARE_MATHEMATICS = (
    "[...document.querySelectorAll('.math')].filter(e => !e.querySelector('mjx-container')).length"
)
# Code wraps, an equation fits, and a table that is wider than the page has an edge that says so.
CUT_OFF = """() => {
  document.querySelectorAll('article details').forEach(fold => { fold.open = true; });
  const wider = box => box.scrollWidth > box.clientWidth + 1;
  const cut = [...document.querySelectorAll('.cell_input pre, div.math')].filter(wider);
  const tables = [...document.querySelectorAll('.pst-scrollable-table-container, .output.text_html')].filter(
    box => wider(box) && !getComputedStyle(box).backgroundImage.includes('gradient'));
  return [...cut, ...tables].map(box => box.textContent.trim().slice(0, 60));
}"""


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["desk", "phone"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_page(open_page, html, accessibility, chapter, width, dark):
    """Each width in both sets of colours, and each set of colours at one width with axe, which takes long."""
    page = open_page((html / f"{chapter}.html").as_uri(), width=width, dark=dark)
    assert page.locator("h1:visible").count() >= 1
    assert page.evaluate("document.documentElement.dataset.theme") == ("dark" if dark else "light")
    for colours in ("light", "dark") if dark else ("dark", "light"):
        page.emulate_media(color_scheme=colours)
        page.wait_for_function(
            "colours => document.documentElement.dataset.theme === colours", arg=colours
        )
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, (colours, page.evaluate(WIDER_THAN_THE_SCREEN))
    assert page.evaluate(BARE_MATHEMATICS) == 0
    if width == 390:
        assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.querySelectorAll('mjx-merror, [data-mjx-error]').length") == 0
    if chapter in (LESSON, "book/notation"):
        assert page.locator("mjx-container").count() > 10
    assert page.trouble == []
    assert accessibility(page) == []  # last, because it asks for style sheets


def test_the_start_file_opens_the_book(open_page, html):
    page = open_page("about:blank")
    page.goto(
        (html / "index.html").as_uri(), wait_until="commit"
    )  # it only sends on to the start page
    page.wait_for_url("**/book/index.html")
    page.get_by_role("link", name="LSTM gates", exact=True).last.click()
    page.wait_for_url("**/lessons/04_lstm_gates.html")
    assert page.trouble == []


def test_the_reader_chooses_dark(open_page, html):
    page = open_page((html / f"{TOC['root']}.html").as_uri())
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):  # the button goes round: light, dark, as the system says
        if page.evaluate("document.documentElement.dataset.mode") == "dark":
            break
        page.locator("button.theme-switch-button").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper


def test_the_book_brings_its_own_typefaces(open_page, html):
    page = open_page((html / f"{LESSON}.html").as_uri())
    for face in ("Source Serif 4", "Instrument Sans", "JetBrains Mono"):
        loaded = (
            f"[...document.fonts].some(f => f.family.includes('{face}') && f.status === 'loaded')"
        )
        assert page.evaluate(loaded), face


@pytest.mark.parametrize("width", [1280, 390])
def test_code_on_the_page_is_the_code_of_the_notebook(open_page, html, width):
    """It is cut into lines that can wrap: nothing may get lost, and nothing added, on the way to the clipboard."""
    cells = nbformat.read(ROOT / f"{LESSON}.ipynb", as_version=4).cells
    page = open_page((html / f"{LESSON}.html").as_uri(), width=width)
    shown = page.locator(".cell_input pre").evaluate_all(
        "boxes => boxes.map(box => box.textContent)"
    )
    written = [cell.source for cell in cells if cell.cell_type == "code" and cell.source]
    assert [code.rstrip("\n") for code in shown if code.strip()] == written


def test_folds_open_with_the_keyboard(open_page, html):
    page = open_page((html / "book/how_to_use.html").as_uri())
    fold = page.locator("article details").first
    assert not fold.evaluate("fold => fold.open")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.evaluate("fold => fold.open")


def test_search_finds_a_word_on_a_server_without_a_network(open_page, served):
    page = open_page(f"{served}/search.html?q=forget")
    page.wait_for_selector("#search-results li a", timeout=15_000)
    assert page.trouble == []
