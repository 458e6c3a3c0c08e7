"""Small books made from this one, for tests: real configuration and look, pages of the test's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
# The gate of the build, as the Makefile has it.
GATE = ["build", ".", "--all", "-W", "--keep-going"]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def notebook(*cells: str) -> nbformat.NotebookNode:
    """A notebook; a cell that begins with '#' and a space, or with '>', '<' or '|', is Markdown."""
    make = nbformat.v4.new_notebook(metadata=KERNEL)
    for source in cells:
        text = source.startswith(("# ", "## ", ">", "<", "|", "%%text"))
        make.cells.append(
            (nbformat.v4.new_markdown_cell if text else nbformat.v4.new_code_cell)(source)
        )
    return make


def make_book(
    folder: Path, lessons: Mapping[str, nbformat.NotebookNode], pages: Mapping[str, str]
) -> Path:
    """Write a book with the course's configuration and look into `folder`."""
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "lessons").mkdir(parents=True)
    for part in ("_ext", "_static", "_templates", "live"):
        shutil.copytree(
            ROOT / "book" / part,
            folder / "book" / part,
            ignore=shutil.ignore_patterns("__pycache__", "[0-9]*.md"),
        )
    toc = ["format: jb-book", "root: book/index", "parts:", "  - caption: All", "    chapters:"]
    for name, page in pages.items():
        (folder / "book" / f"{name}.md").write_text(page, encoding="utf-8")
        toc += [f"      - file: book/{name}"] if name != "index" else []
    for name, lesson in lessons.items():
        nbformat.write(lesson, folder / "lessons" / f"{name}.ipynb")
        toc.append(f"      - file: lessons/{name}")
    (folder / "_toc.yml").write_text("\n".join(toc) + "\n", encoding="utf-8")
    return folder


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the gate command in `folder`; stdout and stderr come together in `.stdout`."""
    command = [str(Path(sys.executable).parent / "jupyter-book"), *GATE]
    return subprocess.run(
        command,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
