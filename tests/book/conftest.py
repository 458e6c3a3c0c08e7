"""What the tests of the book share: the built book, and the tools under book/_tools."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# `book/_tools` and `book/_ext` are folders of scripts, not packages; `tiny_book.py` stands beside the tests.
sys.path[:0] = [
    str(ROOT / "book" / "_tools"),
    str(ROOT / "book" / "_ext"),
    str(Path(__file__).parent),
]


@pytest.fixture(scope="session")
def html() -> Path:
    """Folder of the built book; the test is skipped where there is none."""
    folder = Path(os.environ.get("COURSE_BOOK_HTML", ROOT / "_build" / "html"))
    if not (folder / "index.html").exists():
        pytest.skip(f"The book has not been built ({folder} has no index.html): run `make book`.")
    return folder
