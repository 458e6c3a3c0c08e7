"""One exercise compiled: its solution and every known mistake run on its cases, their answers kept.

The judge must give the solution full points, and each mistake fewer; what does not fit is collected
and reported together.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..authoring import AuthoringError, Case
from ..judge.compiled import CompiledCase, CompiledCriterion, ExerciseBundle, KnownMistake
from ..judge.judge import judge
from ..judge.models import measure
from ..run.inside import values
from ..run.inside.protocol import Answer, Request
from ..run.inside.values import Opaque
from ..run.local import LocalCaller
from .declare import Criterion, Exercise, Mistake, Unit
from .otherwise import otherwise
from .recorded import Recorded, broken, fault, first_words, single_values, telling
from .rubric import MODEL_KINDS
from .source import CompileError, Source

PATIENCE = 6.0  # the time limits of students, times this

SPEED_REPEATS = 5


class ExerciseCompiler:
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
        self.where = f"{exercise.place}: {exercise.name}"
        self.requests: dict[str, tuple[str, Request]] = {}  # id: (case name, request)
        self.cases: dict[str, Case] = {}
        self.cases_of: dict[str, list[str]] = {}  # criterion id: ids of cases
        self.indices: dict[str, list] = {}

    def draft(self) -> ExerciseBundle:
        """The exercise with the solution's answers, and with no mistakes yet.

        Raises:
            CompileError: the solution fails.
        """
        exercise = self.exercise
        self._collect()
        if not callable(self.namespace.get(exercise.name)):
            raise CompileError(
                f"{self.where}: the source notebook defines no function {exercise.name!r}."
            )
        expected = self.answers(self.namespace)
        self._check_expected(expected)
        self._check_speed(expected)
        return ExerciseBundle(
            self.unit.name,
            exercise.name,
            exercise.points,
            exercise.section,
            (exercise.name,),
            {exercise.name: _parameters(self.namespace[exercise.name])},
            exercise.returns,
            {
                id: CompiledCase(id, case, request, expected[id])
                for id, (case, request) in self.requests.items()
            },
            tuple(self._spec(criterion, expected) for criterion in exercise.criteria),
            (),
            self.size == "public",
        )

    def compile(self, problems: list[str]) -> ExerciseBundle:
        draft = self.draft()
        expected = {id: case.expected for id, case in draft.cases.items()}
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
        op = "model" if any(c.kind in MODEL_KINDS for c in exercise.criteria) else "call"
        made = list(exercise.make_cases(self._rng(), self.size))
        for criterion in exercise.criteria:
            if "make" in criterion.options:
                self._own_cases(criterion)
                continue
            chosen = [case for case in made if self._suits(criterion, case)]
            if not chosen:
                raise CompileError(
                    f"{criterion.place}: {exercise.name}, criterion {criterion.id!r} finds no case "
                    "to look at. Change its tags, or add a case in cases.py."
                )
            ids = [f"{exercise.name}/{case.name}" for case in chosen]
            for id, case in zip(ids, chosen, strict=True):
                self._request(
                    id,
                    case,
                    op,
                    after=criterion.kind == "unchanged",
                    fresh="fresh" in criterion.options,
                )
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
                self._request(id, case, "call", repeat=criterion.kind == "speed")
                ids.append(id)
            if criterion.kind == "same":
                self.indices.setdefault(criterion.id, []).append(
                    (_index(item.index_a), _index(item.index_b))
                )
        self.cases_of[criterion.id] = ids

    def _request(
        self,
        id: str,
        case: Case,
        op: str,
        after: bool = False,
        repeat: bool = False,
        fresh: bool = False,
    ) -> None:
        options: dict[str, Any] = dict(self.requests[id][1].options) if id in self.requests else {}
        if case.seed is not None:
            options["seed"] = case.seed
        if after:
            options["after"] = True
        if fresh:
            options["fresh"] = True
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
            Request(op, self.exercise.name, case.args, case.kwargs, options, self.exercise.seconds),
        )

    def answers(self, namespace: Mapping[str, Any]) -> dict[str, Answer]:
        """What the function of a namespace answers to every question of `draft`."""
        name = self.exercise.name
        caller = LocalCaller({name: namespace[name]} if name in namespace else {}, PATIENCE)
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
                    f"{where}: the solution returns {_opaque(answer.value)}, which is not plain "
                    "data."
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
                        f"{self.where}, criterion {criterion.id!r}: the solution itself takes "
                        f"{ratio:.0f} times as long on the large case; it must stay below half of "
                        f"ratio={criterion.options['ratio']:g}."
                    )

    # ------------------------------------------------------------------------------------- criteria

    def _spec(self, criterion: Criterion, answers: Mapping[str, Answer]) -> CompiledCriterion:
        ids = self.cases_of[criterion.id]
        options = {
            name: value
            for name, value in criterion.options.items()
            if name not in ("make", "by", "of")
        }
        if "of" in criterion.options:
            part = self._part(criterion.options["of"], answers[ids[0]].value)
            same = criterion.kind == "same"
            options |= {"pick_a": part, "pick_b": part} if same else {"pick": part}
        if criterion.kind == "expected":
            options["expected"] = [self._by(criterion, key) for key in ids]
        if criterion.kind == "score":
            options["targets"] = [np.asarray(self.cases[key].targets) for key in ids]
        if criterion.kind == "same":
            options["indices"] = self.indices[criterion.id]
        if criterion.kind == "raises" and any(self.cases[key].says for key in ids):
            options["says"] = [list(self.cases[key].says) for key in ids]
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

    def _part(self, of: tuple, answer: Any) -> tuple:
        """The path into an answer; a name in `returns` is an index, unless the answer has keys."""
        if of and of[0] in self.exercise.returns and not isinstance(answer, Mapping):
            return (self.exercise.returns.index(of[0]), *of[1:])
        return of

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
        expected = {id: case.expected for id, case in draft.cases.items()}
        full_answers: dict[str, dict[str, Answer]] = {}
        for mistake in self.exercise.mistakes:
            try:
                text = self.source.variant(self.exercise, mistake)
                answers = self.answers(self.source.namespace({self.exercise.name: text}))
            except AuthoringError as error:
                problems.append(str(error))
                continue
            except CompileError as error:
                problems.append(f"{self._called(mistake)}: {error}")
                continue
            full_answers[mistake.id] = answers
            known.append(
                KnownMistake(
                    mistake.id,
                    mistake.title,
                    mistake.message,
                    mistake.section,
                    telling(single_values(answers), expected, mistake.where),
                    mistake.where,
                    breaks=None if mistake.where is None else broken(draft, answers),
                )
            )
        own = list(known)
        known += self._inherited(draft, own)
        full = replace(draft, mistakes=tuple(known))
        full = replace(full, mistakes=(*known, *self.otherwise(full)))
        same_as = {mistake.id: mistake.same_as for mistake in self.exercise.mistakes}
        compiled = {mistake.id: mistake for mistake in own}
        for mistake in self.exercise.mistakes:
            if mistake.id not in compiled:
                continue
            problem = fault(full, compiled[mistake.id], full_answers[mistake.id], same_as)
            if problem:
                problems.append(f"{self._called(mistake)}: {problem}")
        return full, problems

    def otherwise(self, draft: ExerciseBundle) -> list[KnownMistake]:
        """The solution's answers to other questions than those of the draft."""
        function = self.namespace.get(self.exercise.name)
        caller = LocalCaller({self.exercise.name: function}, PATIENCE)
        return otherwise(draft, function, caller.ask)

    def _called(self, mistake: Mistake) -> str:
        return f"{mistake.place}: {self.exercise.name}, mistake {mistake.id!r}"

    def _inherited(self, draft: ExerciseBundle, own: list[KnownMistake]) -> list[KnownMistake]:
        """Mistakes in earlier exercises whose functions this one calls, as far as they change its
        answers.
        """
        if any(criterion.kind == "score" for criterion in self.exercise.criteria):
            return []
        expected = {id: case.expected for id, case in draft.cases.items()}
        text, found = self.source.solution(self.exercise.name), []
        for other in self.unit.exercises.values():
            called = re.search(rf"\b{re.escape(other.name)}\s*\(", text)
            if other is self.exercise or not called:
                continue
            for mistake in other.mistakes:
                try:
                    changed = {other.name: self.source.variant(other, mistake)}
                    answers = self.answers(self.source.namespace(changed))
                except (CompileError, AuthoringError):
                    continue  # reported where the mistake belongs
                known = KnownMistake(
                    f"{other.name}/{mistake.id}",
                    mistake.title,
                    mistake.message,
                    mistake.section,
                    telling(single_values(answers), expected, mistake.where),
                    mistake.where,
                    other.name,
                    None if mistake.where is None else broken(draft, answers),
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
