"""The way of a submission: read, run, judge, record, report. One submission, or a whole class.

Reading, judging and recording happen here, in the trusted process; the student's code runs behind
the sandbox and answers with data. Every result carries a key made of everything that it depends on,
so a run that was stopped goes on where it was, and a submission whose key has not changed is not
graded twice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import platform
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..judge import bundle as bundles
from ..judge.judge import ExerciseResult, judge
from ..quiz import Bank, QuestionResult, load_bank
from ..read.notebook import (
    BadNotebook,
    Submission,
    Template,
    open_regular,
    own_template,
    parse,
    read_bytes,
    read_submission,
    read_template,
)
from ..record import journal
from ..run.inside.protocol import Answer, ErrorInfo, Request

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

    from ..record.gradebook import NotebookRecord
    from ..run.pool import SandboxPool


class NotReady(RuntimeError):
    """Something that grading needs is missing or does not fit together; the message says what to
    do.
    """


# ----------------------------------------------------------------------------------- what is graded


@dataclass(frozen=True)
class Paper:
    """One notebook of an assignment, ready for grading: template, secret bundle, quiz bank."""

    name: str
    template: Template
    bundle: Any
    bank: Bank | None
    digest: str

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(self.bundle.needs)

    @property
    def max_points(self) -> float:
        return sum(cell.points for cell in self.template.cells)


def load_papers(course: CourseDirectory, assignment: str) -> list[Paper]:
    """The notebooks of `assignment`, checked to fit together.

    Raises:
        NotReady, BadNotebook: a release, a secret bundle or a quiz bank is missing or disagrees
        with the others.
    """
    release = Path(course.format_path(course.release_directory, ".", assignment))
    notebooks = sorted(release.glob("*.ipynb"))
    if not notebooks:
        raise NotReady(
            f"{release}: no released notebook. Run `autograder release {assignment}` first."
        )
    return [_load_paper(Path(course.root), path) for path in notebooks]


def _load_paper(root: Path, path: Path) -> Paper:
    template, name = read_template(path), path.stem
    secret = root / "secret" / f"{name}.zip"
    if not secret.exists():
        raise NotReady(
            f"{secret}: no secret bundle. Run `autograder compile {name} --seed <a number of yours>` first."
        )
    bundle = bundles.read(secret)
    bank_path = root / "quizzes" / f"{name}.yml"
    bank = load_bank(bank_path) if template.of_role("quiz_test") else None
    for cell in template.of_role("test"):
        exercise = bundle.exercises.get(cell.target)
        if exercise is None or abs(exercise.points - cell.points) > 1e-9:
            found = "none" if exercise is None else f"{exercise.points:g} points"
            raise NotReady(
                f"{path}: the cell {cell.grade_id!r} is worth {cell.points:g} points, but {secret} has {found} for "
                f"{cell.target!r}. Run `autograder release {name}` and `autograder compile {name}`."
            )
    for cell in template.of_role("quiz_test"):
        if abs(bank.points - cell.points) > 1e-9:
            raise NotReady(
                f"{bank_path}: {bank.points:g} points, but the released quiz is worth {cell.points:g}."
            )
    parts = [template.digest, _digest(secret), _digest(bank_path) if bank else "", environment()]
    return Paper(
        name, template, bundle, bank, hashlib.sha256("\n".join(parts).encode()).hexdigest()
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def columns(papers: list[Paper]) -> list[str]:
    """What tables show: every exercise and the quiz, in the order of the notebooks."""
    return [cell.target for paper in papers for cell in paper.template.of_role("test", "quiz_test")]


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


# ------------------------------------------------------------------------------------- one notebook


@dataclass
class NotebookResult:
    """What came out for one notebook of one student.

    `status`: "graded"; "missing" (nothing handed in: zero); "unreadable" or "error" (not graded: a
    person has to look).
    """

    name: str
    status: str
    points: float = 0.0
    max_points: float = 0.0
    title: str = ""
    exercises: list[ExerciseResult] = field(default_factory=list)
    quiz: list[QuestionResult] = field(default_factory=list)
    written: list[dict] = field(default_factory=list)  # {"id", "max_points", "touched"}
    notes: list[str] = field(default_factory=list)
    failed_cells: list[dict] = field(default_factory=list)  # {"name", "status", "message"}
    seconds: dict[str, float] = field(default_factory=dict)
    reason: str = ""  # why it was not graded; for the instructor

    @property
    def needs_manual(self) -> bool:
        automatic = [*self.exercises, *self.quiz]
        return any(part.needs_manual for part in automatic) or any(
            w["touched"] for w in self.written
        )

    def to_dict(self) -> dict:
        plain = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        plain["exercises"] = [exercise.to_dict() for exercise in self.exercises]
        plain["quiz"] = [question.to_dict() for question in self.quiz]
        return plain


def grade_notebook(
    paper: Paper, submission: Submission, student: str, pool: SandboxPool
) -> NotebookResult:
    """Run and judge one submission that has been read."""
    result = NotebookResult(paper.name, "graded", 0.0, paper.max_points, paper.bundle.title)
    result.notes += submission.notes
    start = time.perf_counter()
    tests = paper.template.of_role("test")
    if any(cell.target not in submission.untouched for cell in tests):
        with pool.session(submission.run) as session:
            start += session.waited
            caller = _Reasons(session)
            result.failed_cells = caller.failed
            result.seconds["run"] = time.perf_counter() - start
            for cell in tests:
                exercise = judge(paper.bundle.exercises[cell.target], caller)
                result.exercises.append(exercise)
    else:  # nothing was written: nothing to run
        nobody = _Nobody()
        result.exercises = [judge(paper.bundle.exercises[cell.target], nobody) for cell in tests]
    if paper.bank is not None:
        result.quiz = paper.bank.grade(submission.quiz, student=student)
    result.seconds["judge"] = time.perf_counter() - start - result.seconds.get("run", 0.0)
    for cell in paper.template.of_role("written"):
        touched = submission.written.get(cell.grade_id, ("", False))[1]
        result.written.append({"id": cell.grade_id, "max_points": cell.points, "touched": touched})
    result.points = sum(e.points for e in result.exercises) + sum(q.points for q in result.quiz)
    return result


class _Nobody:
    """Answers for a student who has written nothing, as the released stubs would."""

    def ask(self, request: Request) -> Answer:
        return Answer("error", error=ErrorInfo("NotImplementedError", ""))


class _Reasons:
    """A caller that says why a name is missing when the cell that should define it failed."""

    def __init__(self, session: Any):
        self._session = session
        self._why: dict[str, ErrorInfo] = {}
        self.failed: list[dict] = []
        for outcome in session.startup:
            if outcome.error is None or outcome.status == "machine":
                continue
            error = outcome.error
            self._why[outcome.grade_id] = error
            line = f" in line {error.line}" if error.line else ""
            self.failed.append(
                {
                    "name": outcome.grade_id,
                    "status": outcome.status,
                    "message": f"{error.type}{line}: {error.message}"[:500],
                }
            )

    def ask(self, request: Request) -> Answer:
        answer = self._session.ask(request)
        if answer.status == "missing" and answer.error is None and request.target in self._why:
            return dataclasses.replace(answer, error=self._why[request.target])
        return answer


def check_file(path: Path, pool_for: Callable[[tuple[str, ...]], Any]) -> NotebookResult:
    """The code exercises of a notebook, judged with the public cases; needs no course directory.

    Raises:
        BadNotebook: it cannot be read, or holds no exercise that this installation knows.
    """
    template = own_template(parse(read_bytes(path), str(path)), path.stem)
    names = {cell.target for cell in template.of_role("test")}
    units = {path.stem for folder in bundles.public_folders() for path in folder.glob("*.zip")}
    known = [bundles.load_public(unit) for unit in sorted(units)]
    bundle = max(known, key=lambda b: len(names & b.exercises.keys()), default=None)
    if bundle is None or not names & bundle.exercises.keys():
        raise BadNotebook(
            f"{path}: none of its exercises is known here. Was it made from a released notebook?"
        )
    cells = tuple(c for c in template.cells if c.role != "test" or c.target in bundle.exercises)
    paper = Paper(bundle.unit, dataclasses.replace(template, cells=cells), bundle, None, "")
    submission = read_submission(path, paper.template)
    with pool_for(paper.needs) as pool:
        result = grade_notebook(paper, submission, "", pool)
    result.max_points = sum(exercise.max_points for exercise in result.exercises)
    return result


# --------------------------------------------------------------------------------- what is recorded


def notebook_record(paper: Paper, submission: Submission, result: NotebookResult) -> NotebookRecord:
    """Marks, comments and the autograded notebook, as nbgrader keeps them."""
    from ..record.gradebook import Mark, NotebookRecord
    from ..report.pages import card_html, card_text, comment_text, quiz_card_html, quiz_card_text

    marks: dict[str, Mark] = {}
    comments: dict[str, str | None] = {}
    outputs: dict[str, list[dict]] = {}
    for cell, exercise in zip(paper.template.of_role("test"), result.exercises, strict=True):
        points = clamp(exercise.points, cell.points)
        marks[cell.grade_id] = Mark(points, exercise.needs_manual)
        outputs[cell.grade_id] = _outputs(card_html(exercise), card_text(exercise), points)
        nothing = cell.target in submission.untouched
        comments[cell.target] = "No response." if nothing else comment_text(exercise)
    for cell in paper.template.of_role("quiz_test"):
        points = clamp(sum(question.points for question in result.quiz), cell.points)
        marks[cell.grade_id] = Mark(points, any(question.needs_manual for question in result.quiz))
        outputs[cell.grade_id] = _outputs(
            quiz_card_html(result.quiz), quiz_card_text(result.quiz), points
        )
    for written in result.written:
        marks[written["id"]] = Mark(None if written["touched"] else 0.0)
        comments[written["id"]] = None if written["touched"] else "No response."
    for cell in submission.cells:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in outputs:
            cell["outputs"] = outputs[name]
    return NotebookRecord(paper.name, marks, comments, submission.cells, paper.template.metadata)


def clamp(points: float, maximum: float) -> float:
    """`points` as a finite number between 0 and `maximum`, to four decimals."""
    return round(min(max(float(points), 0.0), maximum), 4) if points == points else 0.0


def _outputs(html: str, text: str, points: float) -> list[dict]:
    """A card for people, and the number that nbgrader's own `determine_grade` reads."""
    score = {"text/plain": f"{points:g}"}
    card = {"text/html": html, "text/plain": text}
    return [
        {"output_type": "display_data", "metadata": {}, "data": card},
        {"output_type": "execute_result", "metadata": {}, "execution_count": None, "data": score},
    ]


# -------------------------------------------------------------------------------------- one student


@dataclass
class StudentResult:
    """Everything about one submission; one line of the results file."""

    student: str
    assignment: str
    key: str
    notebooks: list[NotebookResult]
    timestamp: str | None = None
    seconds: float = 0.0
    submissions: dict[str, Submission] = field(
        default_factory=dict, repr=False
    )  # read notebooks; not written out

    @property
    def graded(self) -> bool:
        return all(notebook.status in ("graded", "missing") for notebook in self.notebooks)

    @property
    def points(self) -> float:
        return sum(notebook.points for notebook in self.notebooks)

    @property
    def max_points(self) -> float:
        return sum(notebook.max_points for notebook in self.notebooks)

    def to_dict(self) -> dict:
        return {
            "student": self.student,
            "assignment": self.assignment,
            "key": self.key,
            "graded": self.graded,
            "points": self.points,
            "max_points": self.max_points,
            "timestamp": self.timestamp,
            "needs_manual": any(notebook.needs_manual for notebook in self.notebooks),
            "seconds": round(self.seconds, 4),
            "notebooks": [notebook.to_dict() for notebook in self.notebooks],
        }


def submission_key(papers: list[Paper], student: str, folder: Path) -> str:
    """Hash of everything that the result depends on: student, files, bundle, release, quiz,
    environment.
    """
    parts = hashlib.sha256(f"{student}\0".encode())
    for paper in papers:
        path = folder / f"{paper.name}.ipynb"
        parts.update(paper.digest.encode())
        try:
            with open_regular(path) as file:
                size = os.fstat(file.fileno()).st_size
                parts.update(
                    hashlib.file_digest(file, "sha256").digest() if size < 1e8 else b"huge"
                )
        except BadNotebook:
            parts.update(b"absent")
    return parts.hexdigest()


def grade_student(
    papers: list[Paper], student: str, folder: Path, pool: SandboxPool
) -> StudentResult:
    """Read, run and judge what one student handed in. Never raises for anything the student did."""
    result = StudentResult(student, folder.name, submission_key(papers, student, folder), [])
    for paper in papers:
        path = folder / f"{paper.name}.ipynb"
        if not os.path.lexists(path):
            missing = NotebookResult(
                paper.name, "missing", 0.0, paper.max_points, paper.bundle.title
            )
            missing.notes.append(f"There is no file {paper.name}.ipynb in the submission.")
            result.notebooks.append(missing)
            continue
        began = time.perf_counter()
        try:
            submission = read_submission(path, paper.template)
            read = time.perf_counter() - began
            graded = grade_notebook(paper, submission, student, pool)
            graded.seconds["read"] = read
            result.submissions[paper.name] = submission
        except BadNotebook as error:
            graded = NotebookResult(
                paper.name, "unreadable", 0.0, paper.max_points, paper.bundle.title
            )
            graded.reason = str(error)
            graded.notes.append(
                graded.reason.replace(str(path), path.name)
            )  # the student's page names no folder
        except Exception:  # ours, or the machine's: never the student's loss
            graded = NotebookResult(paper.name, "error", 0.0, paper.max_points, paper.bundle.title)
            graded.reason = traceback.format_exc()
        result.notebooks.append(graded)
    result.seconds = sum(sum(notebook.seconds.values()) for notebook in result.notebooks)
    return result


def missing_record(paper: Paper) -> NotebookRecord:
    """Zero for every cell of a notebook that was not handed in, as nbgrader does."""
    from ..record.gradebook import Mark, NotebookRecord

    graded = paper.template.of_role("test", "quiz_test", "written")
    return NotebookRecord(paper.name, {cell.grade_id: Mark(0.0) for cell in graded})


# -------------------------------------------------------------------------------------- whole class


@dataclass
class Run:
    """What a grading run did."""

    assignment: str
    graded: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)  # (student, why)
    left: int = 0  # not reached: the run was stopped
    seconds: float = 0.0
    working: float = 0.0  # of these, from the first submission's beginning to the last one's record
    stages: dict[str, float] = field(
        default_factory=dict
    )  # seconds by stage, summed over submissions

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Crew:
    """Who grades: `grade(student, folder)`, in up to `places` threads at a time; `stop()` ends what
    is in work.
    """

    grade: Callable[[str, Path], StudentResult]
    places: int
    stop: Callable[[], None]


@contextlib.contextmanager
def _here(
    papers: list[Paper], pool_for: Callable[[tuple[str, ...]], Any], workers: int
) -> Iterator[Crew]:
    """The crew of this machine: threads that share one warm pool.

    There is one more of them than the pool runs submissions at a time: while students' code runs,
    it reads the next submission and writes the last one's page.
    """
    with pool_for(needs_of(papers)) as pool:
        yield Crew(
            lambda student, folder: grade_student(papers, student, folder, pool),
            workers + 1,
            pool.close,
        )


def needs_of(papers: list[Paper]) -> tuple[str, ...]:
    """What the warm process has to import for any of the papers."""
    return tuple(sorted({need for paper in papers for need in paper.needs}))


def grade_class(
    course: CourseDirectory,
    assignment: str,
    pool_for: Callable[[tuple[str, ...]], Any],
    *,
    workers: int = 2,
    scheduler: str | None = None,
    students: Iterable[str] | None = None,
    progress: Callable[[int, int, StudentResult | None], None] = lambda done, total, result: None,
) -> Run:
    """Grade every submission of `assignment` whose result is missing or out of date.

    Args:
        course: nbgrader's course directory, see `gradebook.course_directory`.
        assignment: name of the assignment.
        pool_for: makes the sandbox pool (a context manager) for what the papers need.
        workers: submissions in work at the same time.
        scheduler: address of a Dask scheduler whose workers grade in place of this machine (see
        `cluster`).
        students: only these; None means all.
        progress: called with (done, total, result) after each submission.

    Ctrl-C stops cleanly: what is done is recorded, and the next run goes on from there.
    """
    from ..record import gradebook

    papers = load_papers(course, assignment)
    start, run = time.perf_counter(), Run(assignment)
    folder = journal.folder(course, assignment)
    todo = list(gradebook.submitted(course, assignment))
    if students is not None:
        wanted = set(students)
        unknown = wanted - {student for student, _ in todo}
        if unknown:
            raise NotReady(f"No submission of {assignment!r} by {', '.join(sorted(unknown))}.")
        todo = [(student, path) for student, path in todo if student in wanted]
    with contextlib.ExitStack() as stack:
        if not stack.enter_context(journal.only_writer(folder)):
            raise NotReady(
                f"Another run is grading {assignment!r} just now ({folder}). Wait for it, or stop it."
            )
        templates = [paper.template for paper in papers]
        book = stack.enter_context(gradebook.Gradebook(course, assignment, templates))
        keys = journal.compact(folder / journal.FILE)
        waiting = []
        for student, path in todo:
            if problem := gradebook.name_problem(student):
                run.failed.append((student, problem))
            elif keys.get(student) == submission_key(papers, student, path) and book.recorded(
                student
            ):
                run.unchanged += 1
            else:
                waiting.append((student, path))
        total = len(waiting)
        progress(0, total, None)
        if waiting:
            if scheduler:
                from . import cluster

                hired = cluster.crew(scheduler, papers, assignment)
            else:
                hired = _here(papers, pool_for, workers)
            with hired as crew, ThreadPoolExecutor(crew.places, "grade") as threads:
                source = iter(waiting)
                active: set[Future] = set()
                done, began = 0, time.perf_counter()
                try:
                    while True:
                        # Only a few submissions are in memory at a time, however large the class.
                        while (
                            len(active) < 2 * crew.places
                            and (item := next(source, None)) is not None
                        ):
                            active.add(threads.submit(_work, crew, *item, folder))
                        if not active:
                            break
                        finished, active = wait(active, return_when=FIRST_COMPLETED)
                        for future in finished:
                            result = future.result()
                            if keys.get(
                                result.student
                            ):  # until the new marks are whole, the old result is none
                                journal.append(
                                    folder / journal.FILE, result.to_dict() | {"key": ""}
                                )
                            _record(book, papers, result, folder, run)
                            done += 1
                            progress(done, total, result)
                except BaseException as reason:
                    threads.shutdown(wait=False, cancel_futures=True)
                    crew.stop()
                    if not isinstance(reason, KeyboardInterrupt):
                        raise
                    run.left = total - done
                run.working = time.perf_counter() - began
    run.seconds = time.perf_counter() - start
    return run


def _work(crew: Crew, student: str, path: Path, folder: Path) -> StudentResult:
    """In a thread: everything but the records, which have one writer."""
    from ..record.gradebook import read_timestamp
    from ..report.pages import write_feedback

    result = crew.grade(student, path)
    _, result.timestamp, complaint = read_timestamp(path)
    if complaint:
        result.notebooks[0].notes.append(
            "The time of submission could not be read, so none was recorded."
        )
    began = time.perf_counter()
    write_feedback(folder / "feedback", result)
    result.notebooks[0].seconds["report"] = time.perf_counter() - began
    return result


def _record(book: Any, papers: list[Paper], result: StudentResult, folder: Path, run: Run) -> None:
    from ..record.gradebook import GradebookError, SubmissionRecord
    from ..record.gradebook import parse_utc as parse

    began = time.perf_counter()
    reason = next((n.reason for n in result.notebooks if n.status in ("unreadable", "error")), "")
    if result.graded:
        records = []
        for paper, notebook in zip(papers, result.notebooks, strict=True):
            if notebook.status == "missing":
                records.append(missing_record(paper))
            else:
                records.append(notebook_record(paper, result.submissions[paper.name], notebook))
        when = parse(result.timestamp) if result.timestamp else None
        try:
            book.record(SubmissionRecord(result.student, records, when, result.timestamp))
            run.graded += 1
        except GradebookError as error:
            reason = str(error)
            result.key = ""
    if reason:
        run.failed.append((result.student, reason))
    result.submissions.clear()
    journal.append(folder / journal.FILE, result.to_dict())
    run.stages["record"] = run.stages.get("record", 0.0) + time.perf_counter() - began
    for notebook in result.notebooks:
        for stage, seconds in notebook.seconds.items():
            run.stages[stage] = run.stages.get(stage, 0.0) + seconds
