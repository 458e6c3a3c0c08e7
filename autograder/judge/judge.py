"""Compare answers with the bundle: partial credit by criterion, a diagnosis, and nothing but data.

The student's code is somewhere else, behind a `Caller`; each question is asked once. A question
that ends in a time-out or a death costs the criteria that need it and no other. A failure of the
machine or of the checks themselves costs nobody points: the criterion is marked "ours" and the
exercise waits for a person.
"""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..outcome import CriterionResult, CriterionStatus, ExerciseResult
from ..run.inside.protocol import Answer, Caller
from . import compare, explain
from .bundle import Ask, ExerciseBundle, Spec
from .diagnose import diagnose
from .models import measure, model_value

STOP_AFTER = 2  # time-outs or deaths of one function before it is asked no more


@dataclass
class _Verdict:
    """What looking at one criterion found: share of the points, and why not all."""

    share: float
    message: str = ""
    detail: str = ""
    picture: str = ""


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

    def ask(self, ask: Ask) -> Answer | None:
        """The answer to a question, asked once; None when the function is asked no more."""
        if ask.id in self.answers:
            return self.answers[ask.id]
        target = ask.request.target
        if target in self.blocked:
            return None
        answer = self.caller.ask(ask.request)
        self.answers[ask.id] = answer
        first = not any(
            a.request.target == target
            for i, a in self.exercise.asks.items()
            if i in self.answers and i != ask.id
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
        except (
            Exception
        ):  # a bundle that the comparison cannot digest is our error, and costs only the diagnosis
            failed.hidden_detail += "\nThe diagnosis failed: " + traceback.format_exc(limit=3)
    _quieten(results)
    return result


def _criterion(state: _State, spec: Spec, before: Mapping[str, CriterionResult]) -> CriterionResult:
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


_OURS = "The check itself failed, which is not your fault. It costs you nothing; your instructor will look at it."


class _NotAsked(Exception):
    """The function was not asked, for a reason that an earlier criterion has told."""


def _look(state: _State, spec: Spec) -> _Verdict:
    """Ask what the criterion needs and evaluate it."""
    evaluate = _EVALUATE[spec.kind]
    asks = [state.exercise.asks[ask] for ask in spec.asks]
    pairwise = spec.kind in ("same", "speed")
    groups = (
        [asks[i : i + 2] for i in range(0, len(asks), 2)] if pairwise else [[ask] for ask in asks]
    )
    worst: _Verdict | None = None
    for number, group in enumerate(groups):
        answers = []
        for ask in group:
            told = ask.request.target in state.blocked
            answer = state.ask(ask)
            if answer is None:
                if worst is not None:
                    return worst
                last = state.blocked[ask.request.target]
                raise _NotAsked(explain.failure(ask.request.target, last, state.exercise.reveal))
            if answer.status == "machine":
                raise _Ours(answer.error.message if answer.error else "the machine failed")
            if answer.status != "ok" and (
                spec.kind != "raises"
                or answer.status != "error"
                or (ask.request.target in state.blocked and not told)
            ):
                detail = f"case {ask.case!r}: {answer.status} {answer.error or ''}"
                found = _Verdict(
                    0.0, explain.failure(ask.request.target, answer, state.exercise.reveal), detail
                )
                break
            answers.append(answer)
        else:
            found = evaluate(_Look(state.exercise, spec, group, number), *answers)
        if found.share < 1.0 and (worst is None or found.share < worst.share):
            worst = found
            if state.exercise.reveal and len(groups) > 1 and len(group) == 1:
                worst.message = f"In the case “{group[0].case}”: {worst.message}"
    return worst or (found if spec.kind == "score" else _Verdict(1.0))


# ----------------------------------------------------------------------------------------- criteria


@dataclass
class _Look:
    """One criterion looking at one question, or pair of questions."""

    exercise: ExerciseBundle
    spec: Spec
    asks: list[Ask]
    number: int

    @property
    def options(self) -> dict:
        return self.spec.options

    def inputs(self, ask: Ask) -> dict[str, Any]:
        names = self.exercise.parameters.get(ask.request.target, ())
        return dict(zip(names, ask.request.args, strict=False)) | ask.request.kwargs

    def mismatch(
        self, found: compare.Mismatch, ask: Ask, whole: tuple[Any, Any] | None = None
    ) -> _Verdict:
        def words(reveal: bool) -> str:
            # Names of the parts belong to the main function only.
            returns = (
                self.exercise.returns if ask.request.target == self.exercise.targets[0] else ()
            )
            return explain.mismatch(found, returns, reveal, self.inputs(ask), whole)

        return _Verdict(
            0.0,
            words(self.exercise.reveal),
            f"case {ask.case!r}: {words(True)}",
            explain.picture(found),
        )


def _values(look: _Look, answer: Answer) -> _Verdict:
    """shape, values and expected: a part of the return value against what is expected there."""
    ask, path = look.asks[0], tuple(look.options.get("pick", ()))
    if look.spec.kind == "expected":
        expected = whole_expected = look.options["expected"][look.number]
    else:
        whole_expected = ask.expected.value
        expected = compare.pick(whole_expected, path)
    try:
        actual = compare.pick(answer.value, path)
    except compare.NoSuchPart:
        found = compare.structure(ask.expected.value, answer.value)
        if found is None:
            raise
        return look.mismatch(found, ask)
    found = compare.structure(expected, actual, path)
    if found is None and look.spec.kind != "shape":
        found = compare.numbers(expected, actual, look.options["rtol"], look.options["atol"], path)
    if found is None:
        return _Verdict(1.0)
    return look.mismatch(found, ask, (whole_expected, answer.value))


def _unchanged(look: _Look, answer: Answer) -> _Verdict:
    ask = look.asks[0]
    before, after = ask.request.args, answer.after
    if after is None or len(after) != len(before):
        return _Verdict(
            0.0, "What came back does not show what became of your arguments.", f"case {ask.case!r}"
        )
    names = look.exercise.parameters.get(ask.request.target, ())
    hit = [
        names[i] if i < len(names) else f"argument {i}"
        for i, (b, a) in enumerate(zip(before, after, strict=True))
        if not compare.identical(b, a)
    ]
    return _Verdict(0.0, explain.changed(hit), f"case {ask.case!r}") if hit else _Verdict(1.0)


def _raises(look: _Look, answer: Answer) -> _Verdict:
    ask, wanted = look.asks[0], look.options["errors"]
    about, target = (f" (case “{ask.case}”)" if look.exercise.reveal else ""), ask.request.target
    listed = " or ".join(f"`{name}`" for name in wanted)
    if answer.status == "ok":
        return _Verdict(
            0.0,
            f"`{target}` accepts what it should refuse{about}: raise {listed} with a clear message.",
            f"case {ask.case!r}",
        )
    error = answer.error
    kinds = {error.type, *getattr(error, "bases", ())} if error else set()
    if explain.not_written(answer) and "NotImplementedError" not in wanted:
        return _Verdict(
            0.0, explain.failure(target, answer, look.exercise.reveal), f"case {ask.case!r}"
        )
    if not kinds & set(wanted):
        said = explain.failure(target, answer, look.exercise.reveal)
        return _Verdict(0.0, f"{listed} is expected{about}. {said}", f"case {ask.case!r}")
    if not error.message.strip():
        return _Verdict(
            0.0, f"`{target}` raises `{error.type}` without a message{about}. Say what is wrong."
        )
    return _Verdict(1.0)


def _same(look: _Look, a: Answer, b: Answer) -> _Verdict:
    index_a, index_b = look.options["indices"][look.number]
    try:
        first = _cut(compare.pick(a.value, tuple(look.options["pick_a"])), index_a)
        second = _cut(compare.pick(b.value, tuple(look.options["pick_b"])), index_b)
    except (compare.NoSuchPart, IndexError):
        return _Verdict(
            0.0,
            "Your return value does not have the part that is compared.",
            f"{look.asks[0].case!r}",
        )
    found = compare.difference(first, second, look.options["rtol"], look.options["atol"])
    if found is None:
        return _Verdict(1.0)
    about = f" (“{look.asks[0].case}” and “{look.asks[1].case}”)" if look.exercise.reveal else ""
    words = (
        explain.mismatch(found, reveal=False)
        if found.kind != "numbers"
        else (f"The largest difference is {_largest(found):.2g}.")
    )
    return _Verdict(
        0.0,
        f"Your two answers should agree{about}, and differ. {words}",
        f"{look.asks[0].case!r} and {look.asks[1].case!r}: {words}",
    )


def _largest(found: compare.Mismatch) -> float:
    gap = np.abs(np.asarray(found.actual, float) - np.asarray(found.expected, float))
    return float(np.max(gap[np.isfinite(gap)], initial=0.0))


def _cut(value: Any, index: Any) -> Any:
    """`value[index]`, the index as plain data: a list stands for a slice, a tuple for several
    axes.
    """
    if index is None:
        return value
    if not isinstance(value, np.ndarray):
        raise IndexError
    parts = index if isinstance(index, tuple) else (index,)
    decoded = tuple(
        {"...": Ellipsis, "new": None}[p]
        if isinstance(p, str)
        else slice(*p)
        if isinstance(p, list)
        else p
        for p in parts
    )
    return value[decoded]


def _unreadable() -> _Verdict:
    return _Verdict(0.0, "What came back is no description of a model.")


def _facts(look: _Look, answer: Answer) -> _Verdict:
    value = model_value(answer)
    if value is None:
        return _unreadable()
    unmet = compare.first_unmet(look.options["where"], value[0])
    return (
        _Verdict(1.0)
        if unmet is None
        else _Verdict(0.0, explain.fact(*unmet), f"facts: {value[0]}")
    )


def _outputs(look: _Look, answer: Answer) -> _Verdict:
    value, ask = model_value(answer), look.asks[0]
    if value is None:
        return _unreadable()
    expected = ask.expected.value["outputs"]
    found = compare.difference(expected, value[1], look.options["rtol"], look.options["atol"])
    if found is None:
        return _Verdict(1.0)
    inner = look.mismatch(dataclasses.replace(found, path=("the model's output", *found.path)), ask)
    return dataclasses.replace(inner, picture=explain.picture(found))


_METRIC_NAMES = {
    "mse": "mean squared error",
    "mae": "mean absolute error",
    "accuracy": "accuracy",
    "perplexity": "perplexity",
}


def _score(look: _Look, answer: Answer) -> _Verdict:
    value = model_value(answer)
    if value is None:
        return _unreadable()
    o = look.options
    measured = measure(o["metric"], value[1], o["targets"][look.number])
    if isinstance(measured, str):
        return _Verdict(0.0, measured)
    score, constant = measured
    share = float(np.clip((score - o["none"]) / (o["full"] - o["none"]), 0.0, 1.0))
    words = (
        f"The {_METRIC_NAMES[o['metric']]} on data that your model has not seen is {score:.3g}; the baseline is "
        f"{o['none']:.3g}, full points need {o['full']:.3g}."
    )
    if constant and share < 1:
        words += " Your model answers nearly the same for every input."
    return _Verdict(share, words)


def _speed(look: _Look, small: Answer, large: Answer) -> _Verdict:
    times = []
    for answer in (small, large):
        seconds = answer.value.get("seconds") if isinstance(answer.value, dict) else None
        if not isinstance(seconds, float) or not seconds > 0:
            return _Verdict(0.0, "The time that the call took could not be read.")
        times.append(seconds)
    ratio = times[1] / times[0]
    if ratio <= look.options["ratio"]:
        return _Verdict(1.0)
    return _Verdict(
        0.0,
        f"On the large input it takes {ratio:.0f} times as long as on the small one, at most "
        f"{look.options['ratio']:.0f} are allowed. Replace the loop by whole-array operations.",
    )


_EVALUATE: dict[str, Callable[..., _Verdict]] = {
    "shape": _values,
    "values": _values,
    "expected": _values,
    "unchanged": _unchanged,
    "raises": _raises,
    "same": _same,
    "facts": _facts,
    "outputs": _outputs,
    "score": _score,
    "speed": _speed,
}


def _quieten(results: list[CriterionResult]) -> None:
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
