"""Answers that were recorded, put before the judge once more: is a mistake caught, and by which
name?

Nothing here runs code of anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..judge import compare
from ..judge.compiled import ExerciseBundle, KnownMistake
from ..judge.judge import judge
from ..judge.models import model_value
from ..judge.relations import PREFIX
from ..outcome import ExerciseResult
from ..run.inside.protocol import Answer, Request


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
        return (
            f"it stops with {slip.type}: {slip.message}. Use only names that the notebook's "
            "cells define."
        )
    result = judge(exercise, Recorded(answers, exercise))
    if result.needs_manual:
        return f"the judge fails on it. {first_words(result)}"
    if result.points >= result.max_points:
        if any(differs(exercise.cases[id].expected, answer) for id, answer in answers.items()):
            return "it differs from the solution, but no criterion minds; add one, or a case."
        return (
            "it cannot be caught by these cases: its answers equal the solution's. "
            "Add a case that shows it."
        )
    named = result.diagnosis.mistake if result.diagnosis else None
    if named in (mistake.id, same_as.get(mistake.id)):
        return None
    if named is None or named.startswith(PREFIX):
        return "it is caught, but not recognised; give `where:` facts that hold for it."
    return (
        f"it is taken for {named!r}, whose answers are the same. Add a case that tells them "
        "apart, or declare "
        f"`same_as: {named}`."
    )


def broken(exercise: ExerciseBundle, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """The criteria that a mistake with these answers fails."""
    result = judge(exercise, Recorded(answers, exercise))
    return tuple(c.id for c in result.criteria if c.status in ("failed", "partial"))


def single_values(answers: Mapping[str, Answer]) -> dict[str, Answer]:
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


def telling(
    answers: Mapping[str, Answer],
    expected: Mapping[str, Answer],
    where: Mapping[str, Any] | None,
) -> dict[str, Answer]:
    """A mistake's answers without what nobody looks at: of a model's facts those that are not the
    solution's, and nothing of it where `where` says how to recognise it.
    """

    def told(id: str, answer: Answer) -> Answer:
        theirs, ours = model_value(answer), model_value(expected[id])
        if theirs is None or ours is None:
            return answer
        if where is not None:
            return replace(answer, value={"facts": {}, "outputs": None})
        facts = {k: v for k, v in theirs[0].items() if k not in ours[0] or ours[0][k] != v}
        return replace(answer, value=answer.value | {"facts": facts})

    return {id: told(id, answer) for id, answer in answers.items()}


def differs(a: Answer, b: Answer) -> bool:
    if a.status != b.status or (a.after is not None and not compare.identical(a.after, b.after)):
        return True
    return a.status == "ok" and compare.difference(a.value, b.value, 1e-5, 1e-8) is not None


def first_words(result: ExerciseResult) -> str:
    """The first criterion that is not passed, for error messages."""
    first = next((c for c in result.criteria if c.status != "passed"), None)
    return "" if first is None else f"{first.id}: {first.message} {first.hidden_detail}".strip()
