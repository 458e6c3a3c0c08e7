"""Asks each exercise in the state of the place where its check cell stands in the student's
notebook: what the notebook gives, the grade gives.

Those whose state the cells below cannot change (`read.effects`) are asked later, together, as a
copy of the process at each place would cost more than most questions.

An exercise that is not there yet at its check cell, because it is answered further down, is asked
again behind the last cell. So is one whose check cell was deleted; the better result counts.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..judge.judge import judge
from ..outcome import ExerciseResult, FailedCell
from ..read.effects import latest
from ..run.inside.protocol import Answer, ErrorInfo, Request

if TYPE_CHECKING:
    from ..judge.compiled import ExerciseBundle
    from ..read.submission import Submission
    from ..run.pool import Pool
    from ..run.session import Session


@dataclass
class Judged:
    """What came of a submission's code."""

    exercises: list[ExerciseResult]
    failed_cells: list[FailedCell] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)  # modules that are not installed here
    notes: list[str] = field(default_factory=list)
    waited: float = 0.0  # seconds until a sandbox was free
    running: float = 0.0  # seconds that the cells took


def judge_in_place(
    exercises: Mapping[str, ExerciseBundle],
    names: list[str],
    submission: Submission,
    pool: Pool,
) -> Judged:
    """Run the submission and judge the exercises called `names`, in this order of results."""
    results = {
        name: judge(exercises[name], _StubAnswers())
        for name in names
        if name in submission.untouched and not submission.opaque
    }
    asked = [name for name in names if name not in results]
    if not asked:  # nothing was written: nothing to run
        return Judged([results[name] for name in names])
    found = Judged([])
    end = len(submission.run)
    at_check = {name: submission.marks.get(name, end) for name in asked}
    places = latest(submission.run, at_check, submission.given)
    asked.sort(key=places.__getitem__)  # those of one place stay in the order of the results
    with pool.session(submission.run, upto=0) as session:
        caller = _CallerWithCauses(session)
        again: list[str] = []
        for place, there in itertools.groupby(asked, key=places.__getitem__):
            with session.at(place, last=place == end and not again):
                for name in there:
                    results[name] = judge(exercises[name], caller)
                    deleted = name in submission.put_back and _is_short(results[name])
                    absent = name in caller.missing or not results[name].written
                    if place < end and (absent or deleted):
                        again.append(name)
        session.advance(end)
        for name in again:
            with session.at(end, last=name == again[-1]):
                second = judge(exercises[name], caller)
            if second.points > results[name].points or (
                second.written and not results[name].written
            ):
                results[name] = second
                found.notes.append(
                    f"Your answer to `{name}` stands below the place of its check. It counts as it "
                    "is after the last cell."
                )
        found.failed_cells = caller.failed()
        found.absent = list(session.absent)
        found.waited = session.waited
        found.running = sum(outcome.seconds for outcome in session.startup)
    found.exercises = [results[name] for name in names]
    for result in found.exercises:
        # A person decides where this machine lacks what the student's had.
        result.needs_manual |= result.exercise in caller.lacking and _is_short(result)
    return found


def _is_short(result: ExerciseResult) -> bool:
    return result.points < result.max_points - 1e-9


class _StubAnswers:
    """Answers for a student who has written nothing, as the released stubs would."""

    def ask(self, request: Request) -> Answer:
        return Answer("error", error=ErrorInfo("NotImplementedError", ""))


class _CallerWithCauses:
    """A caller that says why a name is missing when the cell that should define it failed.

    `lacking`: functions that failed for want of a module; `missing`: those that were not there.
    """

    def __init__(self, session: Session):
        self._session = session
        self.lacking: set[str] = set()
        self.missing: set[str] = set()

    def ask(self, request: Request) -> Answer:
        """Answer one request."""
        answer = self._session.ask(request)
        if answer.status == "missing":
            self.missing.add(request.target)
        if answer.status == "missing" and answer.error is None:
            for outcome in self._session.startup:
                if outcome.grade_id == request.target and outcome.status != "machine":
                    answer = dataclasses.replace(answer, error=outcome.error)
        if answer.error is not None and (
            "ModuleNotFoundError" in (answer.error.type, *answer.error.bases)
        ):
            self.lacking.add(request.target)
        return answer

    def failed(self) -> list[FailedCell]:
        """The cells that did not run to their end."""
        failed: list[FailedCell] = []
        for outcome in self._session.startup:
            if outcome.error is None or outcome.status == "machine":
                continue
            error = outcome.error
            line = f" in line {error.line}" if error.line else ""
            message = f"{error.type}{line}: {error.message}"[:500]
            failed.append(FailedCell(outcome.grade_id, outcome.status, message))
        return failed
