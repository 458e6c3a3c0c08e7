"""Addresses of the course, from `_config.yml` into the package, so that an installed copy can link to the book."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from ..course import course_root, public_bundle_dir


def write_course_facts(root: Path | None = None) -> Path:
    """Addresses from `_config.yml`, as package data, so that an installed package can link to the
    book.
    """
    config = yaml.safe_load(((root or course_root()) / "_config.yml").read_text(encoding="utf-8"))
    repository = str(config["repository"]["url"]).rstrip("/")
    book = (config.get("html") or {}).get("baseurl")
    if not book:
        owner, name = repository.split("/")[-2:]
        book = f"https://{owner.lower()}.github.io/{name}"
    facts = {
        "title": config.get("title", ""),
        "repository": repository,
        "branch": config["repository"].get("branch", "main"),
        "book": str(book).rstrip("/"),
    }
    path = public_bundle_dir() / "course.json"
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    return path
