"""The same submissions graded by stock `nbgrader autograde` and by `autograder grade`, in one run.

    python bench/grading.py [--json F] [--numpy N] [--keras N] [--trained N]

Both sides run byte-compiled, each in one command, start-up included, and must give the same points. "numpy" is unit 03,
whose exercises need NumPy only; "keras" is unit 04 with its training exercise left out, because both sides would wait
for the same training; "trained" is that unit with it, by our grader alone, one submission at a time. Figures are
written after each part, so a run that is stopped keeps what it has measured.

    ratio                     wall clock of stock through wall clock of ours
    cpu_s                     processor time of the command and all its children, the sandbox's among them
    stages_s                  our time by stage, summed over submissions; several are in work at once: the sum is more
    worker_private_mb         largest private memory (USS) of one submission's process, measured in a run of its own
    beyond_student_ms         a submission's share of the time from the first one's beginning to the last one's record,
                              less the students' functions as the grader waits for them
    check_ms                  what `check()` takes in a notebook beyond the student's functions and models
    import_s                  `import autograder` in a fresh Python
    load_average              of the machine at the end of the part: about 1 when nothing else runs
"""

from __future__ import annotations

import argparse
import ctypes
import dataclasses
import functools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import psutil
from sample_class import SampleClass, Student

from autograder import course as paths
from autograder.outcome import StudentResult

ROOT = Path(__file__).resolve().parents[1]
JOBS = 2
NUMPY, KERAS = "03_backpropagation_through_time", "04_lstm_gates"

# nbgrader as it comes: its own kernel for each submission. A training cell may take a while.
STOCK_CONFIG = (
    'c = get_config()\nc.CourseDirectory.course_id = "bench"\nc.ExecutePreprocessor.timeout = 300\n'
)


def stock_course(unit: str, folder: Path) -> Path:
    """A course with plain nbgrader's configuration, in `folder/exercises`; the records are made by our own config."""
    from autograder.record import database

    shutil.copy(ROOT / "_config.yml", folder / "_config.yml")
    course = folder / "exercises"
    for part in (f"source/{unit}", f"release/{unit}"):
        shutil.copytree(ROOT / "exercises" / part, course / part)
    for part in ("nbgrader_config.py", f"quizzes/{unit}.yml"):
        (course / part).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "exercises" / part, course / part)
    database.create_records(database.course_directory(course), unit)
    text = (course / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(STOCK_CONFIG)
    (folder / "ours.py").write_text(text)
    return course


def our_course(stock: Path, unit: str) -> Path:
    """A copy of the stock course, submissions included, with our configuration.

    Its secret bundle is the public one, whose cases are all that stock nbgrader's check cells can ask.
    """
    course = stock.parent / "ours" / "exercises"
    shutil.copytree(stock, course)
    shutil.copy(stock.parent / "_config.yml", course.parent / "_config.yml")
    shutil.copy(stock.parent / "ours.py", course / "nbgrader_config.py")
    (course / "secret").mkdir(exist_ok=True)
    shutil.copy(paths.public_bundle_dir() / f"{unit}.zip", course / "secret" / f"{unit}.zip")
    return course


def environment(course: Path) -> dict[str, str]:
    """Variables for a command in `course`."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {
        "COURSE_ROOT": str(course.parent),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "lessons")]),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")]),
    }


def cpu_seconds() -> float:
    """Processor time of all children that have ended; in `main`, of grandchildren that outlived their parents too."""
    until = time.monotonic() + 2.0
    while _adopting and time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)  # one is still ending
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


_adopting = False


def adopt_orphans() -> None:
    """Make this process the parent of orphans: bubblewrap ends before the sandbox inside it, which must be counted."""
    global _adopting
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        _adopting = True


def timed(command: list[str], course: Path) -> tuple[float, float]:
    """Wall-clock and processor seconds of a command in `course`. Raises RuntimeError with what it said."""
    before, start = cpu_seconds(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course,
        env=environment(course),
        capture_output=True,
        text=True,
    )
    wall = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command)} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}"
        )
    return wall, cpu_seconds() - before


def run_stock(course: Path, unit: str) -> tuple[float, float]:
    """Stock nbgrader over the whole class, in one command: wall-clock and processor seconds."""
    return timed(["nbgrader", "autograde", unit], course)


def run_ours(course: Path, unit: str, jobs: int = JOBS) -> tuple[float, float, dict]:
    """Our grader over the whole class, in one command: wall-clock and processor seconds, and its own account."""
    account = course / "account.json"
    command = [
        "autograder",
        "grade",
        unit,
        "--course",
        str(course),
        "-j",
        str(jobs),
        "--json",
        str(account),
    ]
    return *timed(command, course), json.loads(account.read_text(encoding="utf-8"))


def worker_memory(course: Path, unit: str) -> dict[str, float]:
    """Private memory in MB of the largest process of a submission, and of the warm process, while a class is graded."""
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        unit,
        "--course",
        str(course),
        "-j",
        str(JOBS),
    ]
    grader = subprocess.Popen(
        command,
        cwd=course,
        env=environment(course),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most, warm = 0, 0
    while grader.poll() is None:
        try:
            for process in psutil.Process(grader.pid).children(recursive=True):
                parents = [parent.name() for parent in process.parents()]
                if "bwrap" in parents and process.name() != "bwrap":
                    size = process.memory_full_info().uss
                    if parents[0] == "bwrap":
                        warm = max(warm, size)
                    else:  # a fork of the warm process
                        most = max(most, size)
        except psutil.Error:
            continue  # it ended while we looked
        time.sleep(0.002)
    return {"worker_private_mb": round(most / 2**20, 1), "warm_private_mb": round(warm / 2**20, 1)}


def points(course: Path, course_id: str) -> dict[str, dict[str, float]]:
    """Automatic points by student and cell, from the gradebook."""
    from nbgrader import api

    with api.Gradebook(f"sqlite:///{course}/gradebook.db", course_id) as book:
        return {
            student.id: {
                grade.name: grade.auto_score
                for submission in book.student_submissions(student.id)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for student in book.students
        }


def hand_in(
    sample: SampleClass, students: Iterable[Student], course: Path, n: int | None = None
) -> None:
    """Hand in `n` submissions, the students taken in turn under new names (each once without `n`)."""
    students = list(students)
    for number in range(n or len(students)):
        student = students[number % len(students)]
        if n:
            name = f"{student.name}-{number:03d}"
            fresh = sample.answers(name)  # some quiz questions hold numbers that depend on the name
            quiz = {
                cell: fresh.get(cell, text)
                for cell, text in student.answers.items()
                if cell.startswith("quiz_")
            }
            student = dataclasses.replace(student, name=name, answers=student.answers | quiz)
        sample.hand_in(student, course)


def compare(unit: str, n: int) -> dict:
    """Grade the same class by both and return the figures. Nobody in it has done an exercise that trains."""
    sample = SampleClass(unit)
    students = [student for student in sample.students() if student.honest]
    for student in students:
        for name in sample.trained:
            student.answers.pop(name, None)
    with tempfile.TemporaryDirectory() as temporary:
        stock = stock_course(unit, Path(temporary))
        hand_in(sample, students, stock, n)
        ours = our_course(stock, unit)
        wall, cpu, account = run_ours(ours, unit)
        say(f"{unit}: ours {wall:.1f} s for {n} submissions; stock will take a while")
        stock_wall, stock_cpu = run_stock(stock, unit)
        theirs, mine = points(stock, "bench"), points(ours, course_id(ours))
        if theirs != mine:
            differ = [
                f"{s}: {theirs[s]} and {mine.get(s)}" for s in theirs if theirs[s] != mine.get(s)
            ]
            raise RuntimeError(f"{unit}: the points differ, stock first:\n" + "\n".join(differ[:5]))
        again = Path(temporary) / "memory"
        shutil.copytree(ours.parent, again, ignore=shutil.ignore_patterns("results", "autograded"))
        memory = worker_memory(again / "exercises", unit)
    own = students_own(account)
    return {
        "unit": unit,
        "submissions": n,
        "equal_points": True,
        "ratio": round(stock_wall / wall, 1),
        "stock_s": round(stock_wall, 2),
        "ours_s": round(wall, 2),
        "stock_cpu_s": round(stock_cpu, 2),
        "ours_cpu_s": round(cpu, 2),
        "cpu_ratio": round(stock_cpu / cpu, 1),
        "stock_s_per_submission": round(stock_wall / n, 4),
        "ours_s_per_submission": round(wall / n, 4),
        "students_own_s_per_submission": round(own / n, 4),
        "stages_s": stages(wall, account),
        **memory,
    }


def students_own(account: dict) -> float:
    """Seconds that the students' functions took, by the account of a run."""
    return sum(
        exercise.seconds
        for result in map(StudentResult.from_dict, account["results"])
        for notebook in result.notebooks
        for exercise in notebook.exercises
    )


def stages(wall: float, account: dict) -> dict[str, float]:
    """Seconds by stage; "start and end" is all before the first and after the last submission."""
    found = {
        name: round(account["stages"].get(name, 0.0), 2)
        for name in ("read", "run", "judge", "report", "record")
    }
    return found | {"start and end": round(wall - account["working"], 2)}


def trained_class(n: int, unit: str = KERAS) -> dict:
    """Unit 04 with its training exercise, one submission at a time: what we add to the students' own work."""
    sample = SampleClass(unit)
    student = next(sample.students())  # everything right, training included
    with tempfile.TemporaryDirectory() as folder:
        course = stock_course(unit, Path(folder))
        hand_in(sample, [student], course, n)
        course = our_course(course, unit)
        wall, cpu, account = run_ours(course, unit, jobs=1)
    own = students_own(account)
    return {
        "unit": unit,
        "submissions": n,
        "ours_s": round(wall, 2),
        "ours_cpu_s": round(cpu, 2),
        "students_own_s_per_submission": round(own / n, 3),
        "beyond_student_ms": round(1e3 * (account["working"] - own) / n, 1),
        "stages_s": stages(wall, account),
    }


def in_a_notebook(unit: str = KERAS) -> dict:
    """What a student waits for: `import autograder`, and `check()` beyond the student's own functions."""
    from autograder import course_unit
    from autograder.author.source import Source

    code = (
        "import sys, time; start = time.perf_counter(); import autograder; "
        "print(time.perf_counter() - start); assert 'tensorflow' not in sys.modules"
    )
    imports = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
            ).stdout
        )
        for _ in range(5)
    ]
    namespace, student = Source(unit).namespace(), course_unit(unit)
    took: dict[str, float] = {}
    for name in sorted(set(student.bundle.exercises) - SampleClass(unit).trained):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            report = student.check(name, namespace[name])
            times.append(time.perf_counter() - start - report.result.seconds)
        took[name] = round(1e3 * statistics.median(times), 1)
    return {
        "import_s": round(statistics.median(imports), 3),
        "check_ms": max(took.values()),
        "check_ms_each": took,
    }


def say(text: str) -> None:
    print(text, flush=True)


def course_id(course: Path) -> str:
    from autograder.record.database import course_directory

    return course_directory(course).course_id


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures to F")
    parser.add_argument(
        "--numpy", type=int, default=100, metavar="N", help="submissions of the NumPy unit"
    )
    parser.add_argument(
        "--keras", type=int, default=20, metavar="N", help="submissions of the Keras unit"
    )
    parser.add_argument(
        "--trained", type=int, default=3, metavar="N", help="submissions of it that train a network"
    )
    arguments = parser.parse_args(argv)
    adopt_orphans()
    say("byte-compiling both sides")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "compileall",
            "-q",
            "-j",
            "0",
            str(Path(os.__file__).parent),
            *(path for path in sys.path if path.endswith("site-packages")),
        ],
        check=False,
        capture_output=True,
    )
    figures = {"notebook": in_a_notebook(), "cores": os.cpu_count(), "jobs": JOBS}
    say(
        f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; above 0.5, wall clocks say little"
    )
    parts = (
        ("numpy", functools.partial(compare, NUMPY), arguments.numpy),
        ("keras", functools.partial(compare, KERAS), arguments.keras),
        ("trained", trained_class, arguments.trained),
    )
    for name, run, n in parts:
        if n:
            say(f"{name}: {n} submissions")
            figures[name] = run(n) | {"load_average": round(os.getloadavg()[0], 1)}
            for key, value in figures[name].items():
                say(f"    {key}: {value}")
        if arguments.json:
            arguments.json.parent.mkdir(parents=True, exist_ok=True)
            arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    say(f"in a notebook: {figures['notebook']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
