"""The built book as files: titles, alt text, links, nothing loaded from elsewhere. No browser is needed."""

from __future__ import annotations

import functools
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from lessonkit.data.described import stood_in

ROOT = Path(__file__).resolve().parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
CHAPTERS = [
    TOC["root"],
    *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]),
]


@functools.cache
def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")


@pytest.fixture(params=CHAPTERS)
def page(request, html):
    path = html / f"{request.param}.html"
    assert path.exists(), f"{request.param} is in the table of contents and was not built"
    return path


def test_one_title_and_no_token_left(page):
    tree = read(page)
    assert tree.title.text.strip() and len(tree.select("article h1")) == 1
    assert "{{" not in tree.select_one("article").text


def test_a_page_that_was_made_with_samples_says_so_once(page):
    tree = read(page)
    printed = "\n".join(output.text for output in tree.select(".cell_output pre"))
    banners = [banner.text for banner in tree.select(".callout-sample")]
    named = stood_in(printed)
    assert len(banners) == bool(named)
    assert all(f"({name})" in banner for name in named for banner in banners)


def test_every_picture_says_what_it_shows(page):
    pictures = read(page).select("article img")
    told = [(picture.get("alt") or "").strip() for picture in pictures]
    # myst-nb names a figure without alt text after its file.
    assert not [alt for alt in told if not alt or "jupyter_execute" in alt]


def test_nothing_is_loaded_from_another_server(page):
    tree = read(page)
    loaded = [
        node.get("src") for node in tree.select("script[src], img[src], iframe[src], source[src]")
    ]
    loaded += [
        node.get("href")
        for node in tree.select("link[rel~=stylesheet], link[rel~=preload], link[rel~=icon]")
    ]
    assert not [address for address in loaded if address.startswith(("http:", "https:", "//"))]


def test_links_inside_the_book_lead_somewhere(page):
    broken = []
    for link in read(page).select("a[href]"):
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not target.exists():
            broken.append(link["href"])
        elif (
            parts.fragment
            and target.suffix == ".html"
            and not read(target).find(id=unquote(parts.fragment))
        ):
            broken.append(link["href"])
    assert not broken


def test_lessons_open_in_colab(page):
    if page.parent.name != "lessons":
        assert "colab.research.google.com" not in str(
            read(page).select_one(".article-header-buttons")
        )
        return
    repository = CONFIG["repository"]["url"].removeprefix("https://github.com/")
    wanted = (
        f"https://colab.research.google.com/github/{repository}/blob/{CONFIG['repository']['branch']}/"
        f"lessons/{page.stem}.ipynb"
    )
    assert wanted in {link["href"] for link in read(page).select(".article-header-buttons a[href]")}
