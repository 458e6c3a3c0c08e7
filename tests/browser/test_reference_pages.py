"""The cheat sheet on paper and on a telephone, and the folds of the interview questions, in a real browser."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

CUT = """selector => [...document.querySelectorAll(selector)]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.slice(0, 40))"""
TABLES = """() => [...document.querySelectorAll('#cheat-sheet table')].map(table => {
  const box = table.closest('.pst-scrollable-table-container');
  return {wide: box.scrollWidth > box.clientWidth + 1, scrolls: getComputedStyle(box).overflowX,
          edge: getComputedStyle(box).backgroundImage.includes('gradient')};
})"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_cheat_sheet_prints_on_two_sides(open_page, html, dark):
    page = open_page((html / "book/cheat_sheet.html").as_uri(), dark=dark)
    printed = page.pdf(prefer_css_page_size=True)
    sides = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [(round(float(wide)), round(float(high))) for wide, high in sides] == [(595, 842)] * 2
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--paper')") == "#fff"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_of_the_cheat_sheet_is_cut_off(open_page, html, width):
    page = open_page((html / "book/cheat_sheet.html").as_uri(), width=width)
    assert page.evaluate(CUT, "#cheat-sheet div.math, #cheat-sheet pre") == []
    tables = page.evaluate(TABLES)
    assert len(tables) == 3
    for table in tables:
        assert not table["wide"] or (table["scrolls"] == "auto" and table["edge"])
    if width == 390:  # the model's name stays where its numbers are scrolled to
        assert tables[0]["wide"]
        box = page.locator("#side-by-side .pst-scrollable-table-container")
        name = box.locator("tbody tr:last-child td:first-child")
        before = name.bounding_box()["x"]
        box.evaluate("box => { box.scrollLeft = 200; }")
        assert abs(name.bounding_box()["x"] - before) < 1


def test_an_answer_opens_with_the_keyboard_and_ends_with_its_evidence(open_page, html):
    page = open_page((html / "book/interview.html").as_uri())
    folds = page.locator("details.interview")
    assert folds.count() == 60
    fold = folds.nth(2)
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    last = fold.locator("p").last
    assert last.is_visible() and last.inner_text().startswith("Measured in lesson ")
    assert "#cell-" in last.locator("a").first.get_attribute("href")
