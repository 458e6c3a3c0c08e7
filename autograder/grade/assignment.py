"""The notebooks of an assignment as they are graded: released cells, secret cases, quiz bank.

Nothing of a student's is read here but the bytes that go into the key of a result.
"""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from ..course import (
    other_releases,
    quiz_bank,
    release_folder,
    released_notebooks,
    secret_bundle,
)
from ..errors import NotReady
from ..judge import bundle as bundles
from ..judge.compiled import Bundle
from ..quiz import Bank, load_bank
from ..read.notebook import BadNotebook, open_regular
from ..read.template import Template, read_template, told_apart

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory


@dataclass(frozen=True)
class GradedNotebook:
    """One notebook of an assignment, ready for grading: template, secret bundle, quiz bank."""

    name: str
    template: Template
    bundle: Bundle
    bank: Bank | None
    digest: str

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(self.bundle.needs)

    @property
    def max_points(self) -> float:
        return sum(cell.points for cell in self.template.cells)


def load_assignment(course: CourseDirectory, assignment: str) -> list[GradedNotebook]:
    """The notebooks of `assignment`, checked to fit together.

    Raises:
        NotReady, BadNotebook: a release, a secret bundle or a quiz bank is missing or disagrees
        with the others.
    """
    notebooks = released_notebooks(course, assignment)
    if not notebooks:
        raise NotReady(
            f"{release_folder(course, assignment)}: no released notebook. "
            f"Run `autograder release {assignment}` first."
        )
    others = other_releases(course, assignment)
    return [_load_notebook(Path(course.root), path, others) for path in notebooks]


def _load_notebook(root: Path, path: Path, others: list[Path]) -> GradedNotebook:
    template, name = told_apart(read_template(path), others), path.stem
    secret = secret_bundle(root, name)
    if not secret.exists():
        raise NotReady(
            f"{secret}: no secret bundle. Run `autograder compile {name} --seed <a number of "
            "yours>` first."
        )
    bundle = bundles.read(secret)
    bank_path = quiz_bank(root, name)
    bank = _bank(bank_path, template)
    for cell in template.of_role("test"):
        exercise = bundle.exercises.get(cell.target)
        if exercise is None or abs(exercise.points - cell.points) > 1e-9:
            found = "none" if exercise is None else f"{exercise.points:g} points"
            raise NotReady(
                f"{path}: the cell {cell.grade_id!r} is worth {cell.points:g} points, but "
                f"{secret} has {found} for "
                f"{cell.target!r}. Run `autograder release {name}` and `autograder compile {name}`."
            )
    parts = [template.digest, _digest(secret), _digest(bank_path) if bank else "", environment()]
    return GradedNotebook(
        name, template, bundle, bank, hashlib.sha256("\n".join(parts).encode()).hexdigest()
    )


def _bank(path: Path, template: Template) -> Bank | None:
    """The quiz bank, worth what the released quiz is; None where there is no quiz."""
    cells = template.of_role("quiz_test")
    if not cells:
        return None
    bank = load_bank(path)
    for cell in cells:
        if abs(bank.points - cell.points) > 1e-9:
            raise NotReady(
                f"{path}: {bank.points:g} points, but the released quiz is worth {cell.points:g}."
            )
    return bank


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def columns(notebooks: list[GradedNotebook]) -> list[str]:
    """What tables show: every exercise and the quiz, in the order of the notebooks."""
    return [
        cell.target
        for notebook in notebooks
        for cell in notebook.template.of_role("test", "quiz_test")
    ]


def environment() -> str:
    """The versions that a result depends on."""
    names = ("sequence-models-course", "numpy", "keras", "tensorflow", "jax")
    found = []
    for name in names:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return "; ".join([f"python {platform.python_version()}", *found])


def needs_of(notebooks: list[GradedNotebook]) -> tuple[str, ...]:
    """What the warm process has to import for any of the notebooks."""
    return tuple(sorted({need for notebook in notebooks for need in notebook.needs}))


def submission_key(notebooks: list[GradedNotebook], student: str, folder: Path) -> str:
    """Hash of everything that the result depends on: student, files, bundle, release, quiz,
    environment.
    """
    parts = hashlib.sha256(f"{student}\0".encode())
    for notebook in notebooks:
        path = folder / f"{notebook.name}.ipynb"
        parts.update(notebook.digest.encode())
        try:
            with open_regular(path) as file:
                size = os.fstat(file.fileno()).st_size
                parts.update(
                    hashlib.file_digest(file, "sha256").digest() if size < 1e8 else b"huge"
                )
        except BadNotebook:
            parts.update(b"absent")
    return parts.hexdigest()
