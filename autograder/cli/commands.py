"""One function a command: it calls its room, prints what came out, and gives the exit code."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..course import exercises_dir, feedback_folder, quiz_bank, results_folder, secret_folder, units
from ..errors import FAILED, INCOMPLETE, NO_SANDBOX, OK, USAGE
from ..text import printable, printable_lines

if TYPE_CHECKING:
    from ..grade.warm import WarmPool


def say(text: str = "") -> None:
    """A line for whoever started the command."""
    print(text, flush=True)


def complain(text: str) -> None:
    """A line on what is wrong."""
    print(f"autograder: {text}", file=sys.stderr, flush=True)


def _write_json(where: str | None, value: Any) -> None:
    if where == "-":
        say(json.dumps(value, indent=2, ensure_ascii=False))
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


def grade(arguments: argparse.Namespace) -> int:
    # jsonschema, which nbgrader imports, compiles a grammar of addresses for two seconds if it
    # finds this optional checker. Nothing here checks an address.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from ..grade.warm import WarmPool

    if arguments.jobs < 1:
        complain("-j needs a number of at least 1.")
        return USAGE
    if arguments.scheduler and arguments.unsafe_no_sandbox:
        complain("--scheduler grades behind walls only: leave --unsafe-no-sandbox away.")
        return USAGE
    if arguments.wall == "wasm" and (arguments.scheduler or arguments.unsafe_no_sandbox):
        complain(
            "--wall wasm goes neither with --scheduler, whose workers have bubblewrap, "
            "nor with --unsafe-no-sandbox."
        )
        return USAGE
    if arguments.unsafe_no_sandbox:
        complain(
            "no walls: students' code can read and change whatever you can. "
            "Use this for code you trust only."
        )
    with WarmPool(arguments.jobs, arguments.unsafe_no_sandbox, arguments.wall) as pool_for:
        root = _course(arguments)
        # Where there are results, there may be nothing to do.
        fresh = not results_folder(root, arguments.assignment).exists()
        if fresh and not arguments.scheduler:
            pool_for.begin(root, arguments.assignment)
        return _grade_with(arguments, root, pool_for)


def _grade_with(arguments: argparse.Namespace, root: Path, pool_for: WarmPool) -> int:
    # Importing nbgrader makes much and drops nothing: looking through it all again and again takes
    # time.
    gc.disable()
    from ..grade import classroom
    from ..grade.assignment import columns, load_assignment
    from ..record import database, journal

    gc.freeze()
    gc.enable()

    course = database.course_directory(root, arguments.db)
    with _Progress(quiet=arguments.json == "-") as progress:
        run = classroom.grade_class(
            course,
            arguments.assignment,
            pool_for,
            workers=arguments.jobs,
            scheduler=arguments.scheduler,
            students=arguments.student,
            missing_is_zero=arguments.missing_is_zero,
            progress=progress,
        )
    folder = results_folder(course, arguments.assignment)
    lines = folder / journal.FILE
    if arguments.csv:
        shown = columns(load_assignment(course, arguments.assignment))
        journal.write_csv(journal.read(lines), shown, arguments.csv)
    if arguments.json:
        results = [result.to_dict() for result in journal.read(lines)]
        _write_json(arguments.json, run.to_dict() | {"results": results})
    if arguments.json != "-":
        _summarise(run, folder)
    return INCOMPLETE if run.failed or run.remarks or run.left else OK


def collect(arguments: argparse.Namespace) -> int:
    from ..lms import collect, roster
    from ..record import database

    course = database.course_directory(_course(arguments))
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
        say(done.text())
    return OK if done.complete else INCOMPLETE


def _summarise(run: Any, folder: Path) -> None:
    from ..outcome import absent_modules

    done = (
        f"{run.graded} graded, {run.unchanged} unchanged"
        if run.unchanged
        else f"{run.graded} graded"
    )
    say(
        f"{run.assignment}: {done}, in {run.seconds:.1f} s. "
        f"Feedback pages: {feedback_folder(folder)}"
    )
    if run.left:
        say(
            f"Stopped with {run.left} left. What is done is recorded; "
            "the same command goes on from there."
        )
    for sentence in absent_modules(run.absent):
        say(sentence)
    if run.failed:
        say(f"{len(run.failed)} could not be graded:")
        for student, reason in run.failed:
            say(f"  {printable(student)}: {printable(reason.strip().splitlines()[-1])}")
    if run.remarks:
        say(f"{len(run.remarks)} graded, with something to put right:")
        for student, remark in run.remarks:
            say(f"  {printable(student)}: {printable(remark)}")


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

        last = escape(printable(result.student)[:30]) if result else ""
        self._bar.update(self._task, completed=done, total=total, last=last)


def _course(arguments: argparse.Namespace) -> Path:
    if arguments.course:
        return arguments.course
    return exercises_dir()


def report(arguments: argparse.Namespace) -> int:
    from ..record import database, journal
    from ..report import pages

    course = database.course_directory(_course(arguments))
    folder = results_folder(course, arguments.assignment)
    lines = folder / journal.FILE
    if not lines.exists():
        complain(f"{lines}: no results. Run `autograder grade {arguments.assignment}` first.")
        return USAGE
    from ..grade.assignment import columns, load_assignment

    notebooks = load_assignment(course, arguments.assignment)
    banks = [notebook.bank for notebook in notebooks if notebook.bank]
    questions = {question.id: question for bank in banks for question in bank.questions}
    path = arguments.to or folder / "report.html"
    say(
        str(
            pages.write_class_report(
                path,
                arguments.assignment,
                journal.read(lines),
                columns(notebooks),
                questions,
            )
        )
    )
    return OK


def export(arguments: argparse.Namespace) -> int:
    from ..lms import marks, roster
    from ..record import database

    people = roster.read(arguments.roster) if arguments.roster else None
    course = database.course_directory(_course(arguments), arguments.db)
    table = marks.table_of(course, arguments.assignment, people)
    _write_text(arguments.to, marks.render(table, arguments.format, arguments.column))
    for names, what in (
        (table.to_mark, "with cells to mark by hand"),
        (table.strangers, "not on the class list"),
        (table.without, "on the class list, without marks"),
    ):
        if names:
            complain(f"{len(names)} {what}: {printable(', '.join(names))}")
    return OK


def similar(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ..record import database
    from ..report import similar

    course = database.course_directory(_course(arguments))
    found, unread = similar.similar(course, arguments.assignment, arguments.share)
    _write_json(
        arguments.json,
        {"note": similar.NO_PROOF, "pairs": [asdict(pair) for pair in found], "unread": unread},
    )
    if arguments.json != "-":
        say(printable_lines(similar.text(arguments.assignment, found)))
    if unread:
        complain(
            "not looked at, because there is no notebook that can be read: "
            f"{printable(', '.join(unread))}"
        )
    return INCOMPLETE if unread else OK


def quiz(arguments: argparse.Namespace) -> int:
    from ..lms.moodle_quiz import export
    from ..quiz import load_bank

    text, notes = export(load_bank(quiz_bank(_course(arguments), arguments.unit)), arguments.format)
    _write_text(arguments.to, text)
    for note in notes:
        complain(note)
    return OK


def check(arguments: argparse.Namespace) -> int:
    from ..grade.one import check_file
    from ..run.limits import SandboxUnavailable
    from ..run.opening import open_pool
    from ..run.pool import Pool

    def pool_for(needs: tuple[str, ...]) -> Pool:
        try:
            return open_pool(needs)
        except SandboxUnavailable:
            # A student has no walls, and needs none against their own code.
            complain(
                "no sandbox on this machine: the notebook runs with your rights. "
                "Check only notebooks you trust."
            )
            return open_pool(needs, unsafe=True)

    result = check_file(arguments.notebook, pool_for)
    _write_json(arguments.json, result.to_dict())
    if arguments.json != "-":
        from ..report.card import ResultCard

        for exercise in result.exercises:
            say(ResultCard(exercise).text() + "\n")
        for note in result.notes:
            say(f"Note: {note}")
        for cell in result.failed_cells:
            say(f"Note: the cell {cell.name} did not run to its end. {cell.message}")
        say(f"{result.points:g} of {result.max_points:g} points for the code, on the public cases.")
    return OK if result.points >= result.max_points else FAILED


def release(arguments: argparse.Namespace) -> int:
    from ..author.release import release

    for unit in arguments.units or units():
        say(str(release(unit)))
    return OK


def compile(arguments: argparse.Namespace) -> int:
    from ..author import compiler

    for unit in arguments.units or units():
        say(str(compiler.write_public(unit)))
        if arguments.seed is not None:
            folder = secret_folder(arguments.course) if arguments.course else None
            say(str(compiler.write_secret(unit, arguments.seed, to=folder)))
    return OK


def audit(arguments: argparse.Namespace) -> int:
    from ..author.audit import audit

    report = audit(
        arguments.units or units(),
        mutants=arguments.mutants,
        keep=arguments.keep,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    _write_json(arguments.json, report.to_dict())
    if arguments.json != "-":
        say(report.text())
    return OK if report.passed else FAILED


def bank(arguments: argparse.Namespace) -> int:
    from ..author.bank import measure

    report = measure(
        arguments.folder,
        arguments.compiled,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    _write_json(arguments.json, report.to_dict())
    if arguments.json != "-":
        say(report.text())
    return OK


def doctor(arguments: argparse.Namespace) -> int:
    from ..run import doctor, wasm_doctor

    walls, others = doctor.run(), wasm_doctor.run()
    held, other_held = (all(wall.held for wall in found) for found in (walls, others))
    told = {"held": held, "walls": [wall._asdict() for wall in walls]}
    told["wasm"] = {"held": other_held, "walls": [wall._asdict() for wall in others]}
    _write_json(arguments.json, told)
    if arguments.json != "-":
        for wall in walls:
            say(f"{'holds ' if wall.held else 'BROKEN'}  {wall.name}: {wall.detail}")
        say("All walls hold." if held else "Do not grade here: a wall is broken.")
        for wall in others:
            say(f"{'holds ' if wall.held else 'no    '}  --wall wasm, {wall.name}: {wall.detail}")
        if other_held:
            say("The wall `wasm` holds: `grade --wall wasm` grades units that need only NumPy.")
    return OK if held else NO_SANDBOX
