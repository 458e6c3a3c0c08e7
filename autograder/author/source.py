"""The source notebook of a unit: its cells as they run, with the solution or with a variant of it,
and what they are worth.
"""

from __future__ import annotations

import hashlib
import json
import linecache
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..course import checks_dir, quiz_file, source_notebook
from ..errors import CourseError
from ..judge import bundle as bundles
from ..read.ipython import Reader
from ..read.submission import PREAMBLE
from ..read.template import read_template
from ..run.inside.shell import ZMQInteractiveShell
from .declare import Exercise, Variant


class CompileError(CourseError, ValueError):
    """The checks do not hold together; the message lists everything that was found."""


class Source:
    """The source notebook of a unit: its cells as they are run, and what they are worth."""

    def __init__(self, name: str, root: Path | None = None):
        self.path = source_notebook(name, root)
        template, reader = read_template(self.path), Reader()
        self.cells: list[tuple[str, str, str]] = []  # (role, grade_id or "", source)
        for number, entry in enumerate(template.cells, 1):
            if entry.cell["cell_type"] == "code" and entry.role in ("run", "solution", "text"):
                text = reader.python(entry.cell["source"])
                self.cells.append((entry.role, entry.grade_id or f"cell {number}", text))
        self.points = {cell.target: cell.points for cell in template.of_role("test")}
        self.written = {cell.grade_id: cell.points for cell in template.of_role("written")}
        self.quiz_points = sum(cell.points for cell in template.of_role("quiz_test"))

    def solution(self, exercise: str) -> str:
        """The text of the solution cell.

        Raises:
            CompileError: there is none, or it has no solution region.
        """
        text = next(
            (text for role, id, text in self.cells if role == "solution" and id == exercise), None
        )
        if text is None:
            raise CompileError(
                f"{self.path}: there is no solution cell with the grade_id {exercise!r}."
            )
        if "### BEGIN SOLUTION" not in text or "### END SOLUTION" not in text:
            raise CompileError(
                f"{self.path}: the cell {exercise!r} has no ### BEGIN SOLUTION … ### END SOLUTION."
            )
        return text

    def variant(self, exercise: Exercise, variant: Variant) -> str:
        """The text of the solution cell in a mistake or an alternative."""
        return variant.source(self.solution(exercise.name))

    def namespace(self, changed: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Run the cells in one namespace, solution cells replaced by `changed` (grade_id to text).

        Cells without a grade_id may fail when a solution is changed: they are examples.

        Raises:
            CompileError: a cell fails.
        """
        namespace: dict[str, Any] = {
            "__name__": "__main__",
            "display": lambda *objects, **options: None,
        }
        shell = ZMQInteractiveShell(namespace, lambda text: exec(text, namespace))
        namespace["get_ipython"] = lambda: shell
        changed = changed or {}
        exec(compile(PREAMBLE[1], "<preamble>", "exec"), namespace)
        for role, id, text in self.cells:
            text = changed.get(id, text) if role == "solution" else text
            try:
                exec(_compiled(text, f"<{self.path.stem} {id}>"), namespace)
            except Exception as error:
                if role == "text" and changed:
                    continue
                raise CompileError(
                    f"{self.path}: the cell {id!r} stops with {type(error).__name__}: {error}"
                ) from error
        return namespace

    def digest(self) -> bytes:
        """Hash of everything in the notebook that a bundle depends on."""
        about = [self.cells, self.points, self.written, self.quiz_points]
        return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).digest()


def _compiled(text: str, name: str) -> Any:
    # Each text under its own name, so that line numbers and sources are those of the variant that
    # runs.
    name = f"{name[:-1]} {hashlib.sha256(text.encode()).hexdigest()[:8]}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    return compile(text, name, "exec")


def source_digest(name: str, root: Path | None = None) -> str:
    """Hash of what the bundle of `name` is made from: notebook cells, rubric, cases, quiz bank,
    form of bundles.
    """
    digest = hashlib.sha256(f"{bundles.FORMAT}\n".encode())
    digest.update(Source(name, root).digest())
    checks = checks_dir(name, root)
    shared = sorted((checks.parent / "common").rglob("*.py"))
    # Alternatives are not in a bundle: the audit alone reads them.
    for path in (checks / "rubric.yml", checks / "cases.py", *shared, quiz_file(name, root)):
        digest.update(path.read_bytes() if path.is_file() else b"none")
    return digest.hexdigest()
