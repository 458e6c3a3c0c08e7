"""The same submissions graded by stock `nbgrader autograde` and by `autograder grade`, in one run.

    python bench/grading.py [--json F] [--numpy N] [--keras N]

Both sides run byte-compiled, each in one command, start-up included, and must give the same points. "numpy" is a unit
whose exercises need NumPy only; "keras" is unit 04 with its training exercise left out, because both sides would wait
for the same training. `beyond_student_s` is our time less what the students' own functions took.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "exercises"), str(ROOT / "tests" / "support")]

from sample_class import SampleClass, Student  # noqa: E402

from autograder import compiler, paths, results  # noqa: E402

JOBS = 2

# nbgrader as it comes: its own kernel for each submission. A training cell may take a while.
STOCK_CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\nc.ExecutePreprocessor.timeout = 300\n'


def stock_course(unit: str, folder: Path, root: Path) -> Path:
    """A course with plain nbgrader's configuration, in `folder/exercises`; the records are made by our own config."""
    from autograder import gradebook

    shutil.copy(root / "_config.yml", folder / "_config.yml")
    course = folder / "exercises"
    for part in (f"source/{unit}", f"release/{unit}"):
        shutil.copytree(root / "exercises" / part, course / part)
    for part in ("nbgrader_config.py", f"quizzes/{unit}.yml"):
        (course / part).parent.mkdir(exist_ok=True)
        shutil.copy(root / "exercises" / part, course / part)
    gradebook.create_records(gradebook.course_directory(course), unit)
    text = (course / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(STOCK_CONFIG)
    (folder / "ours.py").write_text(text)
    return course


def our_course(stock: Path, unit: str, secret: Path) -> Path:
    """A copy of the stock course, submissions included, with our configuration and a secret bundle."""
    course = stock.parent / "ours" / "exercises"
    shutil.copytree(stock, course)
    shutil.copy(stock.parent / "_config.yml", course.parent / "_config.yml")
    shutil.copy(stock.parent / "ours.py", course / "nbgrader_config.py")
    (course / "secret").mkdir(exist_ok=True)
    shutil.copy(secret, course / "secret" / f"{unit}.zip")
    return course


def timed(command: list[str], course: Path) -> tuple[float, subprocess.CompletedProcess]:
    """Wall-clock seconds of a command in `course`, and what it said.

    A package folder beside the course, if there is one, is used in place of the checkout: see `numpy_class`.
    """
    package = next((p for p in (course.parent / "package", course.parents[1] / "package") if p.is_dir()), ROOT)
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"COURSE_ROOT": str(course.parent), "PYTHONPATH": os.pathsep.join([str(package), str(ROOT / "lessons")]),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *command], cwd=course, env=env, capture_output=True, text=True)
    return time.perf_counter() - start, done


def run_stock(course: Path, unit: str) -> float:
    """Seconds of stock nbgrader over the whole class, in one command."""
    wall, done = timed(["nbgrader", "autograde", unit], course)
    if done.returncode:
        raise RuntimeError(f"nbgrader autograde failed:\n{done.stderr[-3000:]}")
    return wall


def run_ours(course: Path, unit: str, jobs: int = JOBS) -> float:
    """Seconds of our grader over the whole class, in one command."""
    command = ["autograder", "grade", unit, "--course", str(course), "-j", str(jobs)]
    wall, done = timed(command, course)
    if done.returncode:
        raise RuntimeError(f"autograder grade failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return wall


def points(course: Path, course_id: str) -> dict[str, dict[str, float]]:
    """Automatic points by student and cell, from the gradebook."""
    from nbgrader import api

    with api.Gradebook(f"sqlite:///{course}/gradebook.db", course_id) as book:
        return {student.id: {grade.name: grade.auto_score for submission in book.student_submissions(student.id)
                             for notebook in submission.notebooks for grade in notebook.grades}
                for student in book.students}


def hand_in(sample: SampleClass, students: Iterable[Student], course: Path, n: int | None = None) -> None:
    """Hand in `n` submissions, the students taken in turn under new names (each once without `n`)."""
    students = list(students)
    for number in range(n or len(students)):
        student = students[number % len(students)]
        if n:
            name = f"{student.name}-{number:03d}"
            fresh = sample.answers(name)  # some quiz questions hold numbers that depend on the name
            quiz = {cell: fresh.get(cell, text) for cell, text in student.answers.items() if cell.startswith("quiz_")}
            student = dataclasses.replace(student, name=name, answers=student.answers | quiz)
        sample.hand_in(student, course)


def compare(unit: str, root: Path, sample: SampleClass, students: list[Student], n: int, secret: Path,
            public: Path | None = None) -> dict:
    """Grade the same class by both and return the figures.

    `public`: the public bundle of a unit that this installation does not have.
    """
    with tempfile.TemporaryDirectory() as temporary:
        if public is not None:
            package = Path(temporary) / "package" / "autograder"
            shutil.copytree(ROOT / "autograder", package)
            shutil.copy(public, package / "bundles" / f"{unit}.zip")
        stock = stock_course(unit, Path(temporary), root)
        hand_in(sample, students, stock, n)
        ours = our_course(stock, unit, secret)
        ours_wall, stock_wall = run_ours(ours, unit), run_stock(stock, unit)
        theirs, mine = points(stock, "bench"), points(ours, course_id(ours))
        if theirs != mine:
            differ = [f"{s}: {theirs[s]} and {mine.get(s)}" for s in theirs if theirs[s] != mine.get(s)]
            raise RuntimeError(f"{unit}: the points differ, stock first:\n" + "\n".join(differ[:5]))
        own = sum(exercise["seconds"] for result in results.read(results.folder_of(ours, unit) / results.FILE)
                  for notebook in result["notebooks"] for exercise in notebook["exercises"])
    return {
        "unit": unit, "submissions": n, "ratio": round(stock_wall / ours_wall, 1),
        "stock_s_per_submission": round(stock_wall / n, 4), "ours_s_per_submission": round(ours_wall / n, 4),
        "students_own_s_per_submission": round(own / n, 4),
        "beyond_student_s_per_submission": round(max(0.0, ours_wall - own / JOBS) / n, 4),
    }


def course_id(course: Path) -> str:
    from autograder.gradebook import course_directory

    return course_directory(course).course_id


def numpy_class(folder: Path, n: int) -> dict:
    """The toy course of the tests: two NumPy exercises, a quiz, a written question."""
    import toycourse

    course = toycourse.build(folder)
    toycourse.release(course)
    secret = toycourse.compile_secret(course)
    public = compiler.write_public(toycourse.UNIT, root=folder, to=folder / "public")
    sample = SampleClass(toycourse.UNIT, folder)
    honest = [student for student in sample.students() if student.honest]
    return compare(toycourse.UNIT, folder, sample, honest, n, secret, public)


def keras_class(folder: Path, n: int, unit: str = "04_lstm_gates") -> dict:
    """Unit 04; nobody has done the training exercise."""
    sample = SampleClass(unit)
    public = paths.public_bundle_dir() / f"{unit}.zip"
    students = [student for student in sample.students() if student.honest]
    for student in students:
        for name in sample.trained:
            student.answers.pop(name, None)
    return compare(unit, ROOT, sample, students, n, public)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures to F")
    parser.add_argument("--numpy", type=int, default=100, metavar="N", help="submissions of the NumPy unit")
    parser.add_argument("--keras", type=int, default=20, metavar="N", help="submissions of the Keras unit")
    arguments = parser.parse_args(argv)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-j", "0", str(Path(os.__file__).parent),
                    *(path for path in sys.path if path.endswith("site-packages"))], check=False, capture_output=True)
    figures = {}
    for name, run, n in (("numpy", numpy_class, arguments.numpy), ("keras", keras_class, arguments.keras)):
        if n:
            with tempfile.TemporaryDirectory() as folder:
                figures[name] = run(Path(folder), n)
            found = figures[name]
            print(f"{name}: {n} submissions, stock {found['stock_s_per_submission']:.3f} s each, "
                  f"ours {found['ours_s_per_submission']:.3f} s each: {found['ratio']:.1f} times as fast", flush=True)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
