"""From a source notebook and its checks to a bundle: run the solution and every mistake, store what
they answer.

Nothing is taken on trust: the compiled solution must get full points from the judge, every mistake
must lose some and be named, and the notebook's ids and points must be those of the checks file. All
that is wrong is reported at once.
"""

from __future__ import annotations

import hashlib
import inspect
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from ..authoring import MODEL_KINDS, AuthoringError, Case, Criterion, Exercise, Unit
from ..course import PACKAGE, course_bundle_dir, course_root, quiz_file, secret_bundle_dir
from ..judge import bundle as bundles
from ..judge import compare
from ..judge.compiled import Bundle, CompiledCase, CompiledCriterion, ExerciseBundle, KnownMistake
from ..judge.judge import judge
from ..judge.models import measure
from ..outcome import ExerciseResult
from ..quiz import load_bank
from ..run.inside import values
from ..run.inside.protocol import Answer, Request
from ..run.inside.values import Opaque
from ..run.local import LocalCaller
from .course_facts import write_course_facts
from .source import CompileError, Source, load_unit, source_digest

PUBLIC_SEED = 1
PUBLIC_LIMIT = 300_000  # bytes; the bundle travels with the package to every student
PATIENCE = 6.0  # the time limits of students, times this
SPEED_REPEATS = 5

__all__ = [
    "CompileError",
    "Source",
    "compile_unit",
    "load_unit",
    "source_digest",
    "write_course_facts",
    "write_public",
    "write_secret",
]


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
            exercises[exercise.name] = _Exercise(
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
        dict(unit.written),
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
    """Where the checks file and the source notebook say different things."""
    problems = []
    declared = {exercise.name: exercise.points for exercise in unit.exercises.values()}
    for what, ours, theirs in (
        ("exercise", declared, source.points),
        ("written question", unit.written, source.written),
    ):
        for id in sorted(set(ours) | set(theirs)):
            if id not in theirs:
                problems.append(
                    f"{what} {id!r}: declared in the checks, but {source.path} has no graded cell for it."
                )
            elif id not in ours:
                problems.append(
                    f"{what} {id!r}: graded in {source.path}, but not declared in the checks."
                )
            elif abs(ours[id] - theirs[id]) > 1e-9:
                problems.append(
                    f"{what} {id!r}: {ours[id]:g} points in the checks, {theirs[id]:g} in {source.path}."
                )
    bank = quiz_file(unit.name, root)
    if bank.is_file() and abs(load_bank(bank).points - source.quiz_points) > 1e-9:
        problems.append(
            f"quiz: {load_bank(bank).points:g} points in {bank}, {source.quiz_points:g} in {source.path}."
        )
    return problems


class _Exercise:
    """One exercise being compiled."""

    def __init__(
        self,
        unit: Unit,
        exercise: Exercise,
        source: Source,
        namespace: dict,
        seed: int | str,
        size: str,
    ):
        self.unit, self.exercise, self.source, self.namespace = unit, exercise, source, namespace
        self.seed, self.size = seed, size
        self.where = f"{unit.name}/{exercise.name}"
        self.requests: dict[str, tuple[str, Request]] = {}  # id: (case name, request)
        self.cases: dict[str, Case] = {}
        self.cases_of: dict[str, list[str]] = {}  # criterion id: ids of cases
        self.indices: dict[str, list] = {}

    def compile(self, problems: list[str]) -> ExerciseBundle:
        exercise = self.exercise
        self._collect()
        missing = [
            target for target in exercise.targets if not callable(self.namespace.get(target))
        ]
        if missing:
            raise CompileError(
                f"{self.where}: the source notebook defines no function {missing[0]!r}."
            )
        expected = self._answers(self.namespace)
        self._check_expected(expected)
        self._check_speed(expected)
        draft = ExerciseBundle(
            self.unit.name,
            exercise.name,
            exercise.points,
            exercise.see,
            exercise.targets,
            {target: _parameters(self.namespace[target]) for target in exercise.targets},
            exercise.returns,
            {
                id: CompiledCase(id, case, request, expected[id])
                for id, (case, request) in self.requests.items()
            },
            tuple(self._spec(criterion) for criterion in exercise.criteria),
            (),
            self.size == "public",
        )
        result = judge(draft, Recorded(expected, draft))
        if result.points < result.max_points or result.needs_manual:
            raise CompileError(
                f"{self.where}: the solution itself does not pass. {first_words(result)}"
            )
        draft, problems_here = self._with_mistakes(draft)
        problems += problems_here
        final = self._without_outputs(draft)
        result = judge(final, Recorded(expected, final))
        if result.points < result.max_points:
            raise CompileError(
                f"{self.where}: the compiled solution does not pass. {first_words(result)}"
            )
        return final

    # --------------------------------------------------------------------------------------- asking

    def _rng(self, *names: str) -> np.random.Generator:
        text = "/".join([str(self.seed), self.size, self.unit.name, self.exercise.name, *names])
        return np.random.default_rng(list(hashlib.sha256(text.encode()).digest()[:16]))

    def _collect(self) -> None:
        """Draw the cases and decide which question serves which criterion."""
        exercise = self.exercise
        modelled = {c.target for c in exercise.criteria if c.kind in MODEL_KINDS}
        made = list(exercise.make_cases(self._rng(), self.size))
        for criterion in exercise.criteria:
            if "make" in criterion.options:
                self._own_cases(criterion)
                continue
            chosen = [
                case
                for target, case in made
                if target == criterion.target and self._suits(criterion, case)
            ]
            if not chosen:
                raise CompileError(
                    f"{self.where}: criterion {criterion.id!r} finds no case to look at."
                )
            ids = []
            for case in chosen:
                id = f"{criterion.target}/{case.name}"
                self._request(
                    id,
                    criterion.target,
                    case,
                    "model" if criterion.target in modelled else "call",
                    after=criterion.kind == "unchanged",
                )
                ids.append(id)
            self.cases_of[criterion.id] = ids

    def _suits(self, criterion: Criterion, case: Case) -> bool:
        if criterion.tags and not criterion.tags & case.tags:
            return False
        if criterion.kind == "outputs":
            return case.inputs is not None
        return criterion.kind != "score" or (case.inputs is not None and case.targets is not None)

    def _own_cases(self, criterion: Criterion) -> None:
        """Cases that only this criterion looks at: raises, same, speed."""
        rng = self._rng(criterion.id)
        ids: list[str] = []
        for number, item in enumerate(criterion.options["make"](rng, self.size)):
            cases = [item] if isinstance(item, Case) else [item.a, item.b]
            for letter, case in zip("ab", cases, strict=False):
                id = f"{criterion.id}/{number}{letter}"
                self._request(id, criterion.target, case, "call", repeat=criterion.kind == "speed")
                ids.append(id)
            if criterion.kind == "same":
                self.indices.setdefault(criterion.id, []).append(
                    (_index(item.index_a), _index(item.index_b))
                )
        self.cases_of[criterion.id] = ids

    def _request(
        self, id: str, target: str, case: Case, op: str, after: bool = False, repeat: bool = False
    ) -> None:
        options: dict[str, Any] = dict(self.requests[id][1].options) if id in self.requests else {}
        if case.seed is not None:
            options["seed"] = case.seed
        if after:
            options["after"] = True
        if repeat:
            options["repeat"] = SPEED_REPEATS
        if op == "model":
            options |= {
                name: value
                for name, value in (("weights", case.weights), ("inputs", case.inputs))
                if value is not None
            }
        self.cases[id] = case
        self.requests[id] = (
            case.name,
            Request(op, target, case.args, case.kwargs, options, self.exercise.seconds),
        )

    def _answers(self, namespace: Mapping[str, Any]) -> dict[str, Answer]:
        caller = LocalCaller(
            {target: namespace[target] for target in self.exercise.targets if target in namespace},
            PATIENCE,
        )
        return {
            id: replace(caller.ask(request), printed="", was={})
            for id, (_, request) in self.requests.items()
        }

    def _check_expected(self, expected: Mapping[str, Answer]) -> None:
        raising = {
            key for c in self.exercise.criteria if c.kind == "raises" for key in self.cases_of[c.id]
        }
        for id, answer in expected.items():
            where = f"{self.where}, case {self.requests[id][0]!r}"
            if id in raising:
                continue
            if answer.status != "ok":
                why = (
                    f"{answer.error.type}: {answer.error.message}"
                    if answer.error
                    else answer.status
                )
                raise CompileError(f"{where}: the solution fails ({why}).")
            if _opaque(answer.value):
                raise CompileError(
                    f"{where}: the solution returns {_opaque(answer.value)}, which is not plain data."
                )

    def _check_speed(self, expected: Mapping[str, Answer]) -> None:
        for criterion in self.exercise.criteria:
            ids = self.cases_of[criterion.id] if criterion.kind == "speed" else []
            for small, large in zip(ids[::2], ids[1::2], strict=True):
                ratio = expected[large].value["seconds"] / max(
                    expected[small].value["seconds"], 1e-9
                )
                if ratio > criterion.options["ratio"] / 2:
                    raise CompileError(
                        f"{self.where}, criterion {criterion.id!r}: the solution itself takes {ratio:.0f} times as "
                        f"long on the large case; it must stay below half of ratio={criterion.options['ratio']:g}."
                    )

    # ------------------------------------------------------------------------------------- criteria

    def _spec(self, criterion: Criterion) -> CompiledCriterion:
        ids = self.cases_of[criterion.id]
        options = {
            name: value for name, value in criterion.options.items() if name not in ("make", "by")
        }
        if criterion.kind in ("shape", "values", "expected"):
            options["pick"] = criterion.pick
        if criterion.kind == "expected":
            options["expected"] = [self._by(criterion, key) for key in ids]
        if criterion.kind == "score":
            options["targets"] = [np.asarray(self.cases[key].targets) for key in ids]
        if criterion.kind == "same":
            options["indices"] = self.indices[criterion.id]
        return CompiledCriterion(
            criterion.id,
            criterion.kind,
            criterion.points,
            criterion.title,
            criterion.hint,
            criterion.needs,
            tuple(ids),
            options,
        )

    def _by(self, criterion: Criterion, key: str) -> Any:
        where = f"{self.where}, criterion {criterion.id!r}, case {self.requests[key][0]!r}"
        try:
            value = values.plain(criterion.options["by"](self.namespace, self.cases[key]))
        except Exception as error:
            raise CompileError(
                f"{where}: its trusted function fails ({type(error).__name__}: {error})."
            ) from error
        if _opaque(value):
            raise CompileError(
                f"{where}: its trusted function returns {_opaque(value)}, which is not plain data."
            )
        return value

    # ------------------------------------------------------------------------------------- mistakes

    def _with_mistakes(self, draft: ExerciseBundle) -> tuple[ExerciseBundle, list[str]]:
        """The bundle with every mistake's answers, and what is wrong with the mistakes."""
        problems: list[str] = []
        known: list[KnownMistake] = []
        full_answers: dict[str, dict[str, Answer]] = {}
        for mistake in self.exercise.mistakes:
            name = f"{self.where}, mistake {mistake.id!r}"
            try:
                text = self.source.variant(self.exercise, mistake.variant)
                answers = self._answers(self.source.namespace({self.exercise.name: text}))
            except (CompileError, AuthoringError) as error:
                problems.append(f"{name}: {error}")
                continue
            full_answers[mistake.id] = answers
            known.append(
                KnownMistake(
                    mistake.id,
                    mistake.title,
                    mistake.message,
                    mistake.see,
                    _single(answers),
                    mistake.where,
                )
            )
        own = list(known)
        known += self._inherited(draft, own)
        full = replace(draft, mistakes=tuple(known))
        same_as = {mistake.id: mistake.same_as for mistake in self.exercise.mistakes}
        for mistake in own:
            problem = fault(full, mistake, full_answers[mistake.id], same_as)
            if problem:
                problems.append(f"{self.where}, mistake {mistake.id!r}: {problem}")
        return full, problems

    def _inherited(self, draft: ExerciseBundle, own: list[KnownMistake]) -> list[KnownMistake]:
        """Mistakes in earlier exercises whose functions this one calls, as far as they change its
        answers.
        """
        if any(criterion.kind == "score" for criterion in self.exercise.criteria):
            return []
        text, found = self.source.solution(self.exercise.name), []
        for other in self.unit.exercises.values():
            called = any(
                re.search(rf"\b{re.escape(target)}\s*\(", text) for target in other.targets
            )
            if other is self.exercise or not called:
                continue
            for mistake in other.mistakes:
                try:
                    changed = {other.name: self.source.variant(other, mistake.variant)}
                    answers = self._answers(self.source.namespace(changed))
                except (CompileError, AuthoringError):
                    continue  # reported where the mistake belongs
                known = KnownMistake(
                    f"{other.name}/{mistake.id}",
                    mistake.title,
                    mistake.message,
                    mistake.see,
                    _single(answers),
                    mistake.where,
                    other.name,
                )
                result = judge(replace(draft, mistakes=(*own, known)), Recorded(answers, draft))
                if result.diagnosis is not None and result.diagnosis.mistake == known.id:
                    found.append(known)
        return found

    # ---------------------------------------------------------------------------------------- score

    def _without_outputs(self, draft: ExerciseBundle) -> ExerciseBundle:
        """What training produced is large and differs between machines: keep facts and scores in
        its place.
        """
        needed = {key for spec in draft.criteria if spec.kind == "outputs" for key in spec.cases}
        scored = {
            key: (spec, number)
            for spec in draft.criteria
            if spec.kind == "score"
            for number, key in enumerate(spec.cases)
            if key not in needed
        }

        def slim(id: str, answer: Answer) -> Answer:
            if id not in scored or answer.status != "ok":
                return answer
            spec, number = scored[id]
            score = measure(
                spec.options["metric"], answer.value["outputs"], spec.options["targets"][number]
            )
            about = (
                {"score": round(score[0], 4), "constant": score[1]}
                if not isinstance(score, str)
                else {}
            )
            return replace(answer, value={"facts": answer.value["facts"], "outputs": None} | about)

        return replace(
            draft,
            cases={
                id: replace(case, expected=slim(id, case.expected))
                for id, case in draft.cases.items()
            },
            mistakes=tuple(
                replace(m, answers={id: slim(id, a) for id, a in m.answers.items()})
                for m in draft.mistakes
            ),
        )


class Recorded:
    """A caller that repeats recorded answers."""

    def __init__(self, answers: Mapping[str, Answer], exercise: ExerciseBundle):
        self.answers = {id_of(case.request): answers[id] for id, case in exercise.cases.items()}

    def ask(self, request: Request) -> Answer:
        return self.answers[id_of(request)]


def id_of(request: Request) -> int:
    """Requests of one bundle are told apart by identity."""
    return id(request)


def fault(
    exercise: ExerciseBundle,
    mistake: KnownMistake,
    answers: Mapping[str, Answer],
    same_as: Mapping[str, str | None],
) -> str | None:
    """What is wrong with a mistake: the solution cannot be told from it, it passes, or it is taken
    for another.
    """
    slip = next(
        (
            a.error
            for a in answers.values()
            if a.error and a.error.type in ("NameError", "SyntaxError")
        ),
        None,
    )
    if slip is not None:
        return f"it stops with {slip.type}: {slip.message}. Use only names that the notebook's cells define."
    result = judge(exercise, Recorded(answers, exercise))
    if result.needs_manual:
        return f"the judge fails on it. {first_words(result)}"
    if result.points >= result.max_points:
        differs = any(
            _differs(exercise.cases[id].expected, answer) for id, answer in answers.items()
        )
        return (
            "it differs from the solution, but no criterion minds; add one, or a case."
            if differs
            else "it cannot be caught by these cases: its answers equal the solution's. Add a case that shows it."
        )
    named = result.diagnosis.mistake if result.diagnosis else None
    if named in (mistake.id, same_as.get(mistake.id)):
        return None
    if named is None:
        return "it is caught, but not recognised; give `where=` facts that hold for it."
    return (
        f"it is taken for {named!r}, whose answers are the same. Add a case that tells them apart, or declare "
        f"same_as={named!r}."
    )


def _single(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """A mistake's answers in single precision: enough to recognise it, at half the size."""

    def single(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(single(item) for item in value)
        if isinstance(value, dict):
            return {key: single(item) for key, item in value.items()}
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            with np.errstate(over="ignore"):
                return value.astype(np.float32)
        return value

    return {id: replace(answer, value=single(answer.value)) for id, answer in answers.items()}


def _differs(a: Answer, b: Answer) -> bool:
    if a.status != b.status or (a.after is not None and not compare.identical(a.after, b.after)):
        return True
    return a.status == "ok" and compare.difference(a.value, b.value, 1e-5, 1e-8) is not None


def first_words(result: ExerciseResult) -> str:
    """The first criterion that is not passed, for error messages."""
    first = next((c for c in result.criteria if c.status != "passed"), None)
    return "" if first is None else f"{first.id}: {first.message} {first.hidden_detail}".strip()


def _parameters(function: Any) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()


def _opaque(value: Any) -> str | None:
    if isinstance(value, (list, tuple, Mapping)):
        items = value.values() if isinstance(value, Mapping) else value
        return next((found for item in items if (found := _opaque(item))), None)
    return value.type_name if isinstance(value, Opaque) else None


def _index(index: Any) -> Any:
    """A NumPy index as plain data (see `judge._cut`)."""
    if index is None:
        return None

    def plain(part: Any) -> Any:
        if isinstance(part, slice):
            return [None if n is None else int(n) for n in (part.start, part.stop, part.step)]
        if part is Ellipsis:
            return "..."
        if part is None:
            return "new"
        return np.asarray(part) if isinstance(part, (list, np.ndarray)) else int(part)

    return tuple(plain(part) for part in (index if isinstance(index, tuple) else (index,)))


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
            f"{name}: the public bundle has {len(data):,} bytes, at most {PUBLIC_LIMIT:,} are allowed. "
            "Use smaller shapes, fewer cases, or float16 and uint8 for held-out inputs."
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
