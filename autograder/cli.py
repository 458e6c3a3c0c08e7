"""The `autograder` command: thin, every command calls its room.

Exit codes: 0 done and all graded (or all checks pass); 1 checks failed (`check`) or an audit below
its bar; 2 wrong usage, or something is missing that the message names; 3 some submissions could not
be graded or collected (listed); 4 no sandbox; 5 an error of ours.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

OK, FAILED, USAGE, INCOMPLETE, NO_SANDBOX, INTERNAL = range(6)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    # Imported here so that `autograder --help` answers at once.
    from .read.notebook import BadNotebook

    known: tuple[type[Exception], ...] = (BadNotebook, FileNotFoundError, NotADirectoryError)
    try:
        return arguments.run(arguments)
    except KeyboardInterrupt:
        _say("Stopped.")
        return INCOMPLETE
    except BrokenPipeError:
        return OK  # the reader of our output has gone
    except Exception as error:
        name = type(error).__name__
        if name == "SandboxUnavailable":
            _complain(str(error))
            return NO_SANDBOX
        if isinstance(error, known) or name in _USAGE_ERRORS:
            _complain(str(error))
            return USAGE
        traceback.print_exc()
        _complain("This is an error of the grader, not of a submission. Nobody lost a point by it.")
        return INTERNAL


# Errors whose message says what to do. Named, not imported: their rooms are slow to import.
_USAGE_ERRORS = {
    "NotReady",
    "GradebookError",
    "BadBundle",
    "BankError",
    "AuthoringError",
    "CompileError",
    "ReleaseError",
    "NoCourse",
    "CollectError",
    "BadArchive",
    "RosterError",
    "ExportError",
}


def _say(text: str = "") -> None:
    print(text, flush=True)


def _complain(text: str) -> None:
    print(f"autograder: {text}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder", description="Check, release, compile and grade the exercises."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
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
        "check", _check, "Check a notebook as its author sees it, with the public cases."
    )
    check.add_argument("notebook", type=Path)
    with_json(check)

    release = command("release", _release, "Make the students' notebooks from the sources.")
    release.add_argument("units", nargs="*", metavar="UNIT")

    compile_ = command(
        "compile", _compile, "Run solutions and known mistakes, and store what came out as data."
    )
    compile_.add_argument("units", nargs="*", metavar="UNIT")
    compile_.add_argument(
        "--seed", type=int, metavar="S", help="make the secret bundles for grading from this number"
    )
    with_course(compile_)

    collect = command(
        "collect",
        _collect,
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
        choices=("canvas", "moodle", "classroom"),
        help="take no other names than these",
    )
    collect.add_argument("--dry-run", action="store_true", help="only say what would be done")
    with_json(collect)

    grade = command(
        "grade",
        _grade,
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
    grade.add_argument("--db", metavar="URL", help="database (default: the course's gradebook.db)")
    with_json(grade)
    grade.add_argument("--csv", type=Path, metavar="F", help="also write a table of points to F")
    grade.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run students' code without walls: it can do whatever you can. Only for code you trust",
    )

    report = command("report", _report, "Write the class report: one HTML page.")
    report.add_argument("assignment")
    with_course(report)
    report.add_argument(
        "--to", type=Path, metavar="F", help="where (default: results/ASSIGNMENT/report.html)"
    )

    export = command(
        "export",
        _export,
        "Write the gradebook's marks for Canvas, Moodle, a spreadsheet or a program.",
    )
    export.add_argument("assignment")
    export.add_argument("--format", choices=("canvas", "moodle", "csv", "json"), default="csv")
    with_course(export)
    with_roster(export)
    export.add_argument("--db", metavar="URL", help="database (default: the course's gradebook.db)")
    export.add_argument(
        "--column", default="", metavar="NAME", help="its name there, such as `Unit 4 (123)`"
    )
    export.add_argument("--to", metavar="F", help="where (default: standard output)")

    similar = command(
        "similar", _similar, "List solutions that are strikingly alike. It is no proof of anything."
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
        "quiz", _quiz, "Write the graded quiz of a unit, with its keys, for import into Moodle."
    )
    quiz.add_argument("action", choices=("export",))
    quiz.add_argument("unit")
    quiz.add_argument("--format", choices=("moodle", "gift"), default="moodle")
    quiz.add_argument("--to", metavar="F", help="where (default: standard output)")
    with_course(quiz)

    audit = command(
        "audit", _audit, "Grade the grader: are mistakes caught and named, right answers accepted?"
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

    doctor = command(
        "doctor", _doctor, "Prove that the walls around students' code hold, by attacking them."
    )
    with_json(doctor)
    return parser


def _write_json(where: str | None, value: Any) -> None:
    if where == "-":
        _say(json.dumps(value, indent=2, ensure_ascii=False))
    elif where:
        Path(where).parent.mkdir(parents=True, exist_ok=True)
        Path(where).write_text(
            json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def _write_text(where: str | None, text: str) -> None:
    if where and where != "-":
        Path(where).parent.mkdir(parents=True, exist_ok=True)
        Path(where).write_text(text, encoding="utf-8", newline="")
    else:
        sys.stdout.write(text)


# ----------------------------------------------------------------------------------------- commands


def _grade(arguments: argparse.Namespace) -> int:
    # jsonschema, which nbgrader imports, compiles a grammar of addresses for two seconds if it
    # finds this optional checker. Nothing here checks an address.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from .record import journal

    if arguments.jobs < 1:
        _complain("-j needs a number of at least 1.")
        return USAGE
    if arguments.scheduler and arguments.unsafe_no_sandbox:
        _complain("--scheduler grades behind walls only: leave --unsafe-no-sandbox away.")
        return USAGE
    if arguments.unsafe_no_sandbox:
        _complain(
            "no walls: students' code can read and change whatever you can. Use this for code you trust only."
        )
    with _WarmPool(arguments.jobs, arguments.unsafe_no_sandbox) as pool_for:
        root = _course(arguments)
        fresh = not journal.folder_of(
            root, arguments.assignment
        ).exists()  # else there may be nothing to do
        if fresh and not arguments.scheduler:
            pool_for.begin(root, arguments.assignment)
        return _grade_with(arguments, root, pool_for)


def _grade_with(arguments: argparse.Namespace, root: Path, pool_for: _WarmPool) -> int:
    gc.disable()  # importing nbgrader makes much and drops nothing: looking through it all again and again takes time
    from .grade import classroom
    from .record import gradebook, journal

    gc.freeze()
    gc.enable()

    course = gradebook.course_directory(root, arguments.db)
    with _Progress(quiet=arguments.json == "-") as progress:
        run = classroom.grade_class(
            course,
            arguments.assignment,
            pool_for,
            workers=arguments.jobs,
            scheduler=arguments.scheduler,
            students=arguments.student,
            progress=progress,
        )
    folder = journal.folder(course, arguments.assignment)
    lines = folder / journal.FILE
    if arguments.csv:
        columns = classroom.columns(classroom.load_papers(course, arguments.assignment))
        journal.write_csv(journal.read(lines), columns, arguments.csv)
    if arguments.json:
        _write_json(arguments.json, run.to_dict() | {"results": list(journal.read(lines))})
    if arguments.json != "-":
        _summarise(run, folder)
    return INCOMPLETE if run.failed or run.left else OK


class _WarmPool:
    """Makes the sandbox pool of a run, attacked before any student's code runs in it; once for each
    set of needs.

    `begin` starts it in the background: the warm process imports what units need while this one
    imports nbgrader.
    """

    def __init__(self, jobs: int, unsafe: bool):
        self._jobs, self._unsafe = jobs, unsafe
        self._early: tuple[tuple[str, ...], Any] | None = None

    def __enter__(self) -> _WarmPool:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._early is not None:
            with contextlib.suppress(Exception):  # whoever needed it has been told
                self._early[1].result()[0].close()

    def begin(self, root: Path, assignment: str) -> None:
        """Start now, if the secret bundle says what will be needed."""
        from concurrent.futures import ThreadPoolExecutor

        from .judge import bundle

        try:
            needs = bundle.read(root / "secret" / f"{assignment}.zip").needs
        except Exception:  # missing or broken: grading says so, in words
            return
        thread = ThreadPoolExecutor(1, "warm")
        self._early = tuple(sorted(needs)), thread.submit(self._make, tuple(sorted(needs)))
        thread.shutdown(wait=False)

    @contextlib.contextmanager
    def __call__(self, needs: tuple[str, ...]) -> Iterator[Any]:
        early, self._early = self._early, None
        if early is not None and early[0] != tuple(sorted(needs)):
            early[1].result()[0].close()
            early = None
        stack, pool = self._make(needs) if early is None else early[1].result()
        with stack:
            yield pool

    def _make(self, needs: tuple[str, ...]) -> tuple[contextlib.ExitStack, Any]:
        """The pool, and what closes it."""
        from .run import doctor
        from .run.limits import SandboxUnavailable
        from .run.pool import SandboxPool

        with contextlib.ExitStack() as stack:
            pool = stack.enter_context(
                SandboxPool(workers=self._jobs, needs=needs, unsafe=self._unsafe)
            )
            broken = (
                []
                if self._unsafe
                else [wall for wall in doctor.run(pool, quick=True) if not wall.held]
            )
            if broken:
                found = "\n".join(f"  {wall.name}: {wall.detail}" for wall in broken)
                raise SandboxUnavailable(
                    f"these walls do not hold, so nothing was graded:\n{found}"
                )
            return stack.pop_all(), pool


def _collect(arguments: argparse.Namespace) -> int:
    from .lms import collect, roster
    from .record import gradebook

    course = gradebook.course_directory(_course(arguments))
    people = roster.read(arguments.roster) if arguments.roster else None
    done = collect.collect(
        course,
        arguments.assignment,
        arguments.sources,
        people,
        arguments.platform,
        arguments.dry_run,
    )
    _write_json(arguments.json, done.to_dict())
    if arguments.json != "-":
        _say(done.text())
    return OK if done.complete else INCOMPLETE


def _summarise(run: Any, folder: Path) -> None:
    done = (
        f"{run.graded} graded, {run.unchanged} unchanged"
        if run.unchanged
        else f"{run.graded} graded"
    )
    _say(f"{run.assignment}: {done}, in {run.seconds:.1f} s. Feedback pages: {folder / 'feedback'}")
    if run.left:
        _say(
            f"Stopped with {run.left} left. What is done is recorded; the same command goes on from there."
        )
    if run.failed:
        _say(f"{len(run.failed)} could not be graded:")
        for student, reason in run.failed:
            _say(f"  {_printable(student)}: {_printable(reason.strip().splitlines()[-1])}")


def _printable(text: str) -> str:
    from .lms.archive import printable

    return printable(text)


def _printable_lines(text: str) -> str:
    return "\n".join(map(_printable, text.split("\n")))


class _Progress:
    """A bar with the time left, for people; nothing where nobody looks."""

    def __init__(self, quiet: bool):
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[last]}", style="dim"),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task("grading", total=None, last="")

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int, result: Any) -> None:
        from rich.markup import escape

        last = escape(_printable(result.student)[:30]) if result else ""
        self._bar.update(self._task, completed=done, total=total, last=last)


def _course(arguments: argparse.Namespace) -> Path:
    if arguments.course:
        return arguments.course
    from .course import exercises_dir

    return exercises_dir()


def _report(arguments: argparse.Namespace) -> int:
    from .grade import classroom
    from .record import gradebook, journal
    from .report import pages

    course = gradebook.course_directory(_course(arguments))
    folder = journal.folder(course, arguments.assignment)
    lines = folder / journal.FILE
    if not lines.exists():
        _complain(f"{lines}: no results. Run `autograder grade {arguments.assignment}` first.")
        return USAGE
    papers = classroom.load_papers(course, arguments.assignment)
    questions = {
        question.id: question for paper in papers if paper.bank for question in paper.bank.questions
    }
    path = arguments.to or folder / "report.html"
    _say(
        str(
            pages.write_class_report(
                path,
                arguments.assignment,
                journal.read(lines),
                classroom.columns(papers),
                questions,
            )
        )
    )
    return OK


def _export(arguments: argparse.Namespace) -> int:
    from .lms import marks, roster
    from .record import gradebook

    people = roster.read(arguments.roster) if arguments.roster else None
    course = gradebook.course_directory(_course(arguments), arguments.db)
    table = marks.table_of(course, arguments.assignment, people)
    _write_text(arguments.to, marks.render(table, arguments.format, arguments.column))
    for names, what in (
        (table.to_mark, "with cells to mark by hand"),
        (table.strangers, "not on the class list"),
        (table.without, "on the class list, without marks"),
    ):
        if names:
            _complain(f"{len(names)} {what}: {_printable(', '.join(names))}")
    return OK


def _similar(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from .record import gradebook
    from .report import similar

    course = gradebook.course_directory(_course(arguments))
    found, unread = similar.similar(course, arguments.assignment, arguments.share)
    _write_json(
        arguments.json,
        {"note": similar.NO_PROOF, "pairs": [asdict(pair) for pair in found], "unread": unread},
    )
    if arguments.json != "-":
        _say(_printable_lines(similar.text(arguments.assignment, found)))
    if unread:
        _complain(
            f"not looked at, because there is no notebook that can be read: {_printable(', '.join(unread))}"
        )
    return INCOMPLETE if unread else OK


def _quiz(arguments: argparse.Namespace) -> int:
    from .lms.moodle_quiz import export
    from .quiz import load_bank

    text, notes = export(
        load_bank(_course(arguments) / "quizzes" / f"{arguments.unit}.yml"), arguments.format
    )
    _write_text(arguments.to, text)
    for note in notes:
        _complain(note)
    return OK


def _check(arguments: argparse.Namespace) -> int:
    from .grade.classroom import check_file
    from .run.limits import SandboxUnavailable
    from .run.pool import SandboxPool

    def pool_for(needs: tuple[str, ...]) -> SandboxPool:
        try:
            return SandboxPool(workers=1, needs=needs)
        except SandboxUnavailable:
            # A student has no walls, and needs none against their own code.
            _complain(
                "no sandbox on this machine: the notebook runs with your rights. Check only notebooks you trust."
            )
            return SandboxPool(workers=1, needs=needs, unsafe=True)

    result = check_file(arguments.notebook, pool_for)
    _write_json(arguments.json, result.to_dict())
    if arguments.json != "-":
        from .check import Report

        for exercise in result.exercises:
            _say(Report(exercise).text() + "\n")
        for note in result.notes:
            _say(f"Note: {note}")
        for cell in result.failed_cells:
            _say(f"Note: the cell {cell['name']} did not run to its end. {cell['message']}")
        _say(
            f"{result.points:g} of {result.max_points:g} points for the code, on the public cases."
        )
    return OK if result.points >= result.max_points else FAILED


def _release(arguments: argparse.Namespace) -> int:
    from .author.release import release
    from .course import units

    for unit in arguments.units or units():
        _say(str(release(unit)))
    return OK


def _compile(arguments: argparse.Namespace) -> int:
    from .author import compiler
    from .course import units

    for unit in arguments.units or units():
        _say(str(compiler.write_public(unit)))
        if arguments.seed is not None:
            folder = arguments.course / "secret" if arguments.course else None
            _say(str(compiler.write_secret(unit, arguments.seed, to=folder)))
    return OK


def _audit(arguments: argparse.Namespace) -> int:
    from .author.audit import audit
    from .course import units

    report = audit(
        arguments.units or units(),
        mutants=arguments.mutants,
        keep=arguments.keep,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    _write_json(arguments.json, report.to_dict())
    if arguments.json != "-":
        _say(report.text())
    return OK if report.passed else FAILED


def _doctor(arguments: argparse.Namespace) -> int:
    from .run import doctor

    walls = doctor.run()
    held = all(wall.held for wall in walls)
    _write_json(arguments.json, {"held": held, "walls": [wall._asdict() for wall in walls]})
    if arguments.json != "-":
        for wall in walls:
            _say(f"{'holds ' if wall.held else 'BROKEN'}  {wall.name}: {wall.detail}")
        _say("All walls hold." if held else "Do not grade here: a wall is broken.")
    return OK if held else NO_SANDBOX


if __name__ == "__main__":
    sys.exit(main())
