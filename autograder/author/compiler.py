"""From a source notebook and its checks to a bundle: run the solution and every mistake, store what
they answer.

Nothing is taken on trust: the compiled solution must get full points from the judge, every mistake
must lose some and be named, and the notebook's ids and points must be those of the rubric. All that
is wrong is reported at once.
"""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from pathlib import Path

from ..authoring import AuthoringError
from ..course import PACKAGE, course_bundle_dir, course_root, quiz_file, secret_bundle_dir
from ..judge import bundle as bundles
from ..judge.compiled import Bundle
from ..quiz import load_bank
from .course_facts import write_course_facts
from .declare import Unit, load_unit
from .exercise_compiler import ExerciseCompiler
from .source import CompileError, Source, source_digest

PUBLIC_SEED = 1
PUBLIC_LIMIT = 420_000  # bytes; the bundle travels with the package to every student


# ---------------------------------------------------------------------------------------- compiling


def compile_unit(
    name: str, *, seed: int | str = PUBLIC_SEED, size: str = "public", root: Path | None = None
) -> Bundle:
    """Compile one unit.

    Args:
        seed: what the cases are drawn from; the same seed gives the same cases.
        size: "public" (for notebooks) or "secret" (for grading).

    Raises:
        CompileError, AuthoringError, BadNotebook, BankError: what is wrong, where, and what to do.
    """
    unit, source = load_unit(name, root), Source(name, root)
    problems = _disagreements(unit, source, root)
    if problems:
        raise CompileError(_listed(name, problems))
    namespace = source.namespace()
    exercises = {}
    for exercise in unit.exercises.values():
        try:
            exercises[exercise.name] = ExerciseCompiler(
                unit, exercise, source, namespace, seed, size
            ).compile(problems)
        except (CompileError, AuthoringError) as error:
            problems.append(str(error))
    if problems:
        raise CompileError(_listed(name, problems))
    quiz = quiz_file(name, root)
    return Bundle(
        unit.name,
        unit.title,
        size,
        seed,
        unit.needs,
        _versions(unit.needs),
        source_digest(name, root),
        exercises,
        source.written,
        load_bank(quiz).public() if quiz.is_file() and size == "public" else None,
    )


def _listed(name: str, problems: list[str]) -> str:
    return f"{name} does not compile:\n" + "\n".join(f"  - {problem}" for problem in problems)


def _versions(needs: tuple[str, ...]) -> dict[str, str]:
    packages = {"numpy", *needs} | ({"tensorflow", "jax", "torch"} if "keras" in needs else set())
    found = {"python": platform.python_version()}
    for package in sorted(packages):
        try:
            if package in needs or package == "numpy" or package in sys.modules:
                found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _disagreements(unit: Unit, source: Source, root: Path | None) -> list[str]:
    """Where the rubric and the source notebook say different things."""
    problems = []
    for name, exercise in unit.exercises.items():
        if name not in source.points:
            problems.append(
                f"{exercise.place}: the exercise {name!r} has no test cell in {source.path}. Add "
                f"one with the grade_id `test_{name}`, or mend the name."
            )
        elif abs(exercise.points - source.points[name]) > 1e-9:
            problems.append(
                f"{exercise.place}: the criteria of {name!r} sum to {exercise.points:g} points, "
                "and "
                f"its test cell in {source.path} is worth {source.points[name]:g}. Change one of "
                "them."
            )
    for graded in source.points:
        if graded not in unit.exercises:
            problems.append(
                f"{source.path}: the cell `test_{graded}` is graded, but {graded!r} is no "
                "exercise of "
                "the rubric. Add it there, or take the points off the cell."
            )
    bank = quiz_file(unit.name, root)
    if bank.is_file() and abs(load_bank(bank).points - source.quiz_points) > 1e-9:
        problems.append(
            f"quiz: {load_bank(bank).points:g} points in {bank}, {source.quiz_points:g} in "
            f"{source.path}."
        )
    return problems


# ------------------------------------------------------------------------------------------ writing


def _up_to_date(path: Path, name: str, seed: int | str, root: Path | None) -> bool:
    try:
        found = bundles.read(path)
    except bundles.BadBundle:
        return False
    return found.source == source_digest(name, root) and found.seed == seed


def write_public(
    name: str, root: Path | None = None, to: Path | None = None, force: bool = False
) -> Path:
    """Compile the public bundle of a unit, unless it is up to date; and the addresses of the
    course.

    It goes into the package when the course holds the package, else into the course's own
    `exercises/public`.
    """
    root = root or course_root()
    path = (to or course_bundle_dir(root)) / f"{name}.zip"
    if to is None and PACKAGE.is_relative_to(root.resolve()):
        write_course_facts(root)
    if not force and _up_to_date(path, name, PUBLIC_SEED, root):
        return path
    data = bundles.to_bytes(bundle := compile_unit(name, root=root))
    if len(data) > PUBLIC_LIMIT:
        raise CompileError(
            f"{name}: the public bundle has {len(data):,} bytes, at most {PUBLIC_LIMIT:,} are "
            "allowed. Use smaller shapes, fewer cases, or float16 and uint8 for held-out inputs."
        )
    return bundles.write(bundle, path)


def write_secret(
    name: str,
    seed: int | str,
    root: Path | None = None,
    to: Path | None = None,
    force: bool = False,
) -> Path:
    """Compile the secret bundle of a unit from the instructor's seed into `to`, unless it is up to
    date.
    """
    path = (to or secret_bundle_dir(root)) / f"{name}.zip"
    if not force and _up_to_date(path, name, seed, root):
        return path
    return bundles.write(compile_unit(name, seed=seed, size="secret", root=root), path)
