"""Addresses of the course, from `_config.yml` into the package, so that an installed copy can link
to the book.
"""

from __future__ import annotations

import json
from pathlib import Path

from ..course import addresses, course_root, public_bundle_dir
from ..files import write_whole


def write_course_facts(root: Path | None = None) -> Path:
    """Addresses from `_config.yml`, as package data, so that an installed package can link to the
    book.
    """
    facts = addresses(root or course_root())
    path = public_bundle_dir() / "course.json"
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_whole(path, text)
    return path
