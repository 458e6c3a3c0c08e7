"""What can be typed: commands, their options, and the help that explains them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from ..lms import MARKS, PLATFORMS, QUIZZES
from ..run.limits import WALLS
from . import commands


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder", description="Check, release, compile and grade the exercises."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        sub = subparsers.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    def with_json(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--json", metavar="F", help="also write the result as JSON to F (- for standard output)"
        )

    def with_course(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--course",
            type=Path,
            metavar="DIR",
            help="nbgrader course directory (default: exercises/)",
        )

    def with_roster(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--roster",
            type=Path,
            metavar="F",
            help="class list (CSV) with id, name, email, canvas id; "
            "or the gradebook that Canvas exports, or Moodle's participants or grading worksheet",
        )

    check = command(
        "check", commands.check, "Check a notebook as its author sees it, with the public cases."
    )
    check.add_argument("notebook", type=Path)
    with_json(check)

    release = command("release", commands.release, "Make the students' notebooks from the sources.")
    release.add_argument("units", nargs="*", metavar="UNIT")

    compile_ = command(
        "compile",
        commands.compile,
        "Run solutions and known mistakes, and store what came out as data.",
    )
    compile_.add_argument("units", nargs="*", metavar="UNIT")
    compile_.add_argument(
        "--seed", type=int, metavar="S", help="make the secret bundles for grading from this number"
    )
    with_course(compile_)

    collect = command(
        "collect",
        commands.collect,
        "Sort a download from Canvas, Moodle or Google Classroom into submitted/.",
    )
    collect.add_argument("assignment")
    collect.add_argument(
        "sources", nargs="+", type=Path, metavar="SOURCE", help="zip files, folders, notebooks"
    )
    with_course(collect)
    with_roster(collect)
    collect.add_argument(
        "--platform",
        choices=PLATFORMS,
        help="take no other names than these",
    )
    collect.add_argument("--dry-run", action="store_true", help="only say what would be done")
    with_json(collect)

    grade = command(
        "grade",
        commands.grade,
        "Grade every submission of an assignment whose result is missing or out of date.",
    )
    grade.add_argument("assignment")
    with_course(grade)
    grade.add_argument(
        "-j",
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="submissions at a time",
    )
    grade.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="hand the work to the workers of this Dask scheduler of yours, such as tcp://10.0.0.1:8786",
    )
    grade.add_argument(
        "--student", action="append", metavar="ID", help="only this student (may be repeated)"
    )
    grade.add_argument(
        "--missing-is-zero",
        action="store_true",
        help="record a zero for a submission that is an empty folder (otherwise it is listed)",
    )
    grade.add_argument("--db", metavar="URL", help="database (default: the course's gradebook.db)")
    with_json(grade)
    grade.add_argument("--csv", type=Path, metavar="F", help="also write a table of points to F")
    grade.add_argument(
        "--wall",
        choices=WALLS,
        default=WALLS[0],
        help="what stands around students' code (default: bubblewrap, which needs Linux); "
        "wasm: Python as a WebAssembly program, for units that need only NumPy",
    )
    grade.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run students' code without walls: it can do whatever you can. "
        "Only for code you trust",
    )

    report = command("report", commands.report, "Write the class report: one HTML page.")
    report.add_argument("assignment")
    with_course(report)
    report.add_argument(
        "--to", type=Path, metavar="F", help="where (default: results/ASSIGNMENT/report.html)"
    )

    export = command(
        "export",
        commands.export,
        "Write the gradebook's marks for Canvas, Moodle, a spreadsheet or a program.",
    )
    export.add_argument("assignment")
    export.add_argument("--format", choices=MARKS, default="csv")
    with_course(export)
    with_roster(export)
    export.add_argument("--db", metavar="URL", help="database (default: the course's gradebook.db)")
    export.add_argument(
        "--column", default="", metavar="NAME", help="its name there, such as `Unit 4 (123)`"
    )
    export.add_argument("--to", metavar="F", help="where (default: standard output)")

    similar = command(
        "similar",
        commands.similar,
        "List solutions that are strikingly alike. It is no proof of anything.",
    )
    similar.add_argument("assignment")
    similar.add_argument(
        "--share",
        type=float,
        default=0.5,
        metavar="X",
        help="how alike, from 0 to 1 (default: 0.5)",
    )
    with_course(similar)
    with_json(similar)

    quiz = command(
        "quiz",
        commands.quiz,
        "Write the graded quiz of a unit, with its keys, for import into Moodle.",
    )
    quiz.add_argument("action", choices=("export",))
    quiz.add_argument("unit")
    quiz.add_argument("--format", choices=QUIZZES, default="moodle")
    quiz.add_argument("--to", metavar="F", help="where (default: standard output)")
    with_course(quiz)

    audit = command(
        "audit",
        commands.audit,
        "Grade the grader: are mistakes caught and named, right answers accepted?",
    )
    audit.add_argument("units", nargs="*", metavar="UNIT")
    audit.add_argument(
        "--mutants",
        choices=("some", "all", "none"),
        default="some",
        help="machine-made wrong solutions: a sample, all (training included), or none",
    )
    audit.add_argument(
        "--keep", metavar="DIR", type=Path, help="leave the bundles that were compiled for it here"
    )
    with_json(audit)

    bank = command(
        "bank",
        commands.bank,
        "Grade a bank of answers that were written without a look at the checks.",
    )
    bank.add_argument("folder", type=Path, metavar="DIR", help="with UNIT/EXERCISE.py")
    bank.add_argument(
        "--compiled", metavar="DIR", type=Path, help="the bundles that `audit --keep` left"
    )
    with_json(bank)

    doctor = command(
        "doctor",
        commands.doctor,
        "Prove that the walls around students' code hold, by attacking them.",
    )
    with_json(doctor)
    return parser
