"""Addresses in the published book of the sections that help."""

from __future__ import annotations

import functools
import json

from ..course import public_bundle_dir


@functools.cache
def course_facts() -> dict:
    """Addresses of the course, generated from `_config.yml` into the package
    (`author.course_facts`).
    """
    try:
        return json.loads((public_bundle_dir() / "course.json").read_text(encoding="utf-8"))
    except OSError:
        return {"book": "", "repository": ""}


def book_url(see: str | None) -> str | None:
    """The address in the published book of a lesson section such as
    `04_lstm_gates#the-forget-gate`.
    """
    book = course_facts().get("book")
    if not see or not book:
        return None
    page, _, anchor = see.partition("#")
    return f"{book.rstrip('/')}/lessons/{page}.html" + (f"#{anchor}" if anchor else "")


def section(see: str | None) -> str:
    """A lesson section in words: "lesson 04, the forget gate"."""
    page, _, anchor = (see or "").partition("#")
    lesson = f"lesson {page.partition('_')[0]}" if page[:1].isdigit() else page
    return ", ".join(part for part in (lesson, anchor.replace("-", " ")) if part)
