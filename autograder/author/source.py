"""The source notebook of a unit and its checks: the cells as they run, with the solution or with a
variant of it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import linecache
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..authoring import AuthoringError, Exercise, Unit, Variant
from ..course import checks_file, quiz_file, source_notebook, units
from ..errors import CourseError
from ..judge import bundle as bundles
from ..read.ipython import Reader
from ..read.notebook import PREAMBLE, read_template


class CompileError(CourseError, ValueError):
    """The checks do not hold together; the message lists everything that was found."""


def load_unit(name: str, root: Path | None = None) -> Unit:
    """The `unit` that the checks file of `name` declares.

    Raises:
        CompileError: there is no such file, or it does not declare the unit.
        AuthoringError: its declarations do not fit together.
    """
    path = checks_file(name, root)
    if not path.is_file():
        raise CompileError(
            f"{path}: no such checks file. Units: {', '.join(units(root)) or 'none'}."
        )
    spec = importlib.util.spec_from_file_location(f"autograder_checks_{name}", path)
    module = importlib.util.module_from_spec(spec)
    linecache.checkcache(str(path))
    try:
        with _neighbours(path.parent):
            spec.loader.exec_module(module)
    except AuthoringError as error:
        raise AuthoringError(f"{path}: {error}") from None
    unit = getattr(module, "unit", None)
    if not isinstance(unit, Unit) or unit.name != name:
        raise CompileError(f"{path}: it must set `unit = Unit({name!r}, …)`.")
    unit.validate()
    return unit


@contextmanager
def _neighbours(folder: Path) -> Iterator[None]:
    """Checks may import what lies beside them under a name with an underscore, such as `_padding`;
    nobody else sees it.

    Two courses may use one name for different files, so the modules are forgotten afterwards.
    """
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "/").parent == folder:
                del sys.modules[name]


def shared_checks(root: Path | None = None) -> list[Path]:
    """Files in the checks folder that are no unit but may be used by several."""
    return sorted(checks_file("_", root).parent.glob("_*.py"))


class Source:
    """The source notebook of a unit: its cells as they are run, and what they are worth."""

    def __init__(self, name: str, root: Path | None = None):
        self.path = source_notebook(name, root)
        template = read_template(self.path)
        self.cells: list[tuple[str, str, str]] = []  # (role, grade_id or "", source)
        for number, entry in enumerate(template.cells, 1):
            if entry.cell["cell_type"] == "code" and entry.role in ("run", "solution", "text"):
                text = Reader().python(entry.cell["source"])
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
        where = f"{self.path.stem}/{exercise.name}/{variant.id}"
        return variant.source(self.solution(exercise.name), exercise.target, where)

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
    """Hash of what the bundle of `name` is made from: notebook cells, checks, quiz bank, form of
    bundles.
    """
    digest = hashlib.sha256(f"{bundles.FORMAT}\n".encode())
    digest.update(Source(name, root).digest())
    for path in (checks_file(name, root), *shared_checks(root), quiz_file(name, root)):
        digest.update(path.read_bytes() if path.is_file() else b"none")
    return digest.hexdigest()
