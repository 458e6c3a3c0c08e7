"""Compare answers with the bundle: partial credit by criterion, a diagnosis, and nothing but data.

The student's code is somewhere else, behind a `Caller`; each question is asked once. A question
that ends in a time-out or a death costs the criteria that need it and no other. A failure of the
machine or of the checks themselves costs nobody points: the criterion is marked "ours" and the
exercise waits for a person.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..outcome import CriterionResult, CriterionStatus, ExerciseResult
from ..run.inside.protocol import Answer, Caller
from . import explain
from .compiled import CompiledCase, CompiledCriterion, ExerciseBundle
from .criteria import EVALUATE, Look, Verdict
from .diagnose import diagnose

STOP_AFTER = 2  # time-outs or deaths of one function before it is asked no more


@dataclass
class _Ours(Exception):
    """Not the student's fault."""

    detail: str


@dataclass
class _State:
    exercise: ExerciseBundle
    caller: Caller
    answers: dict[str, Answer] = field(default_factory=dict)
    blocked: dict[str, Answer] = field(
        default_factory=dict
    )  # target: the answer after which it is asked no more
    stops: dict[str, int] = field(default_factory=dict)

    def ask(self, case: CompiledCase) -> Answer | None:
        """The answer to a question, asked once; None when the function is asked no more."""
        if case.id in self.answers:
            return self.answers[case.id]
        target = case.request.target
        if target in self.blocked:
            return None
        answer = self.caller.ask(case.request)
        self.answers[case.id] = answer
        first = not any(
            a.request.target == target
            for i, a in self.exercise.cases.items()
            if i in self.answers and i != case.id
        )
        if answer.status == "missing" or (first and explain.not_written(answer)):
            self.blocked[target] = answer
        if answer.status in ("timeout", "died"):
            self.stops[target] = self.stops.get(target, 0) + 1
            if self.stops[target] >= STOP_AFTER:
                self.blocked[target] = answer
        return answer


def judge(exercise: ExerciseBundle, caller: Caller) -> ExerciseResult:
    """Grade one exercise: ask the student's code what the criteria need, and compare.

    Args:
        exercise: from a public or a secret bundle; with a secret one, messages show no input and no
        expected value.
        caller: answers requests with the student's code.
    """
    state = _State(exercise, caller)
    results: list[CriterionResult] = []
    for spec in exercise.criteria:
        results.append(_criterion(state, spec, {result.id: result for result in results}))
    answers = list(state.answers.values())
    written = not answers or not all(explain.not_written(answer) for answer in answers)
    result = ExerciseResult(
        exercise.name,
        round(sum(r.points for r in results), 6),
        exercise.points,
        results,
        needs_manual=any(r.status == "ours" for r in results),
        seconds=sum(answer.seconds for answer in answers),
        printed=next((answer.printed for answer in answers if answer.printed), ""),
        see=exercise.see,
        written=written,
    )
    failed = next((r for r in results if r.status in ("failed", "partial")), None)
    if failed is not None and written:
        try:
            result.diagnosis = diagnose(exercise, state.answers, failed.id)
        except Exception:
            # A bundle that the comparison cannot digest is our error, and costs only the diagnosis.
            failed.hidden_detail += "\nThe diagnosis failed: " + traceback.format_exc(limit=3)
    _keep_first_message(results)
    return result


def _criterion(
    state: _State, spec: CompiledCriterion, before: Mapping[str, CriterionResult]
) -> CriterionResult:
    def result(
        status: CriterionStatus,
        share: float = 0.0,
        message: str = "",
        detail: str = "",
        picture: str = "",
    ) -> CriterionResult:
        points = round(spec.points * share, 4)
        return CriterionResult(
            spec.id, spec.title, points, spec.points, status, message, detail, picture
        )

    unmet = [before[need] for need in spec.needs if before[need].status != "passed"]
    if unmet:
        ours = next((need for need in unmet if need.status == "ours"), None)
        if ours is not None:
            return result(
                "ours",
                message=ours.message,
                detail=f"it needs {ours.id!r}, which could not be checked",
            )
        return result("not reached", message=f"It needs “{unmet[0].title}” first.")
    try:
        verdict = _look(state, spec)
    except _NotAsked as reason:
        return result("not reached", message=str(reason))
    except _Ours as error:
        return result("ours", message=_OURS, detail=error.detail)
    except Exception:
        return result("ours", message=_OURS, detail=traceback.format_exc(limit=6))
    if verdict.share >= 1.0:
        return result("passed", 1.0, verdict.message)
    message = " ".join(part for part in (verdict.message, spec.hint) if part)
    return result(
        "partial" if verdict.share > 0 else "failed",
        verdict.share,
        message,
        verdict.detail,
        verdict.picture,
    )


_OURS = (
    "The check itself failed, which is not your fault. It costs you nothing; your instructor "
    "will look at it."
)


class _NotAsked(Exception):
    """The function was not asked, for a reason that an earlier criterion has told."""


def _look(state: _State, spec: CompiledCriterion) -> Verdict:
    """Ask what the criterion needs and evaluate it."""
    evaluate = EVALUATE[spec.kind]
    cases = [state.exercise.cases[case] for case in spec.cases]
    pairwise = spec.kind in ("same", "speed")
    groups = (
        [cases[i : i + 2] for i in range(0, len(cases), 2)]
        if pairwise
        else [[case] for case in cases]
    )
    worst: Verdict | None = None
    for number, group in enumerate(groups):
        answers = []
        for case in group:
            told = case.request.target in state.blocked
            answer = state.ask(case)
            if answer is None:
                if worst is not None:
                    return worst
                last = state.blocked[case.request.target]
                raise _NotAsked(explain.failure(case.request.target, last, state.exercise.reveal))
            if answer.status == "machine":
                raise _Ours(answer.error.message if answer.error else "the machine failed")
            if answer.status != "ok" and (
                spec.kind != "raises"
                or answer.status != "error"
                or (case.request.target in state.blocked and not told)
            ):
                detail = f"case {case.name!r}: {answer.status} {answer.error or ''}"
                found = Verdict(
                    0.0, explain.failure(case.request.target, answer, state.exercise.reveal), detail
                )
                break
            answers.append(answer)
        else:
            if worst is not None and worst.share <= 0.0:
                continue  # asked, for the diagnosis; it could not be worse
            found = evaluate(Look(state.exercise, spec, group, number), *answers)
        if found.share < 1.0 and (worst is None or found.share < worst.share):
            worst = found
            if state.exercise.reveal and len(groups) > 1 and len(group) == 1:
                worst.message = f"In the case “{group[0].name}”: {worst.message}"
    return worst or (found if spec.kind == "score" else Verdict(1.0))


def _keep_first_message(results: list[CriterionResult]) -> None:
    """Only the first real failure speaks in full; the others say that they are not right yet."""
    spoken = False
    for result in results:
        if result.status not in ("failed", "partial"):
            continue
        if spoken and result.message:
            result.hidden_detail = "\n".join(
                part for part in (result.message, result.hidden_detail) if part
            )
            first = result.message.partition(". ")[0].rstrip(".") + "."
            result.message = first if len(first) <= 120 else "Not right yet."
        if spoken:
            result.picture = ""
        spoken = True
