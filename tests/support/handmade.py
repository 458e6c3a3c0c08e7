"""Compiled exercises written by hand, and a caller that knows the student's answer to each case."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from autograder.judge.compiled import CompiledCase, CompiledCriterion, ExerciseBundle
from autograder.judge.judge import judge
from autograder.outcome import CriterionResult, ExerciseResult
from autograder.run.inside.protocol import Answer, Request


def case(name: str, expected: Any, *args: Any, target: str = "f", **more: Any) -> CompiledCase:
    """A case that is called by its id. `expected` is the solution's value or a whole answer."""
    op, kwargs = more.pop("op", "call"), more.pop("kwargs", {})
    return CompiledCase(name, name, Request(op, target, args, kwargs, more), answer(expected))


def criterion(kind: str, *cases: str, **options: Any) -> CompiledCriterion:
    """A criterion for one point; keywords that are none of its fields are its options."""
    fields = {field.name for field in dataclasses.fields(CompiledCriterion)}
    given = {name: options.pop(name) for name in fields & options.keys()}
    whole = {"id": kind, "points": 1.0, "title": f"About {kind}", "hint": "", "needs": ()} | given
    return CompiledCriterion(kind=kind, cases=cases, options=options, **whole)


def exercise(
    cases: list[CompiledCase], *criteria: CompiledCriterion, **changes: Any
) -> ExerciseBundle:
    """The exercise `f(x, y)`, which returns `(h, c)` and may ask for `g(x)` as well."""
    made = ExerciseBundle(
        unit="unit",
        name="f",
        points=sum(criterion.points for criterion in criteria),
        see="01_unit#section",
        targets=("f", "g"),
        parameters={"f": ("x", "y"), "g": ("x",)},
        returns=("h", "c"),
        cases={case.id: case for case in cases},
        criteria=criteria,
        mistakes=(),
        reveal=True,
    )
    return dataclasses.replace(made, **changes)


def answer(value: Any) -> Answer:
    return value if isinstance(value, Answer) else Answer("ok", value)


class Told:
    """A caller that answers each case of an exercise as told, and remembers what it was asked."""

    def __init__(self, exercise: ExerciseBundle, answers: Mapping[str, Any]):
        self.exercise, self.answers = exercise, answers
        self.asked: list[str] = []

    def ask(self, request: Request) -> Answer:
        [name] = [case.id for case in self.exercise.cases.values() if case.request is request]
        self.asked.append(name)
        return answer(self.answers[name])


def judged(exercise: ExerciseBundle, answers: Mapping[str, Any]) -> ExerciseResult:
    return judge(exercise, Told(exercise, answers))


def verdict(
    kind: CompiledCriterion, *pairs: tuple[CompiledCase, Any], **changes: Any
) -> CriterionResult:
    """What one criterion says of `(case, answer)`, case by case."""
    kind = dataclasses.replace(kind, cases=tuple(case.id for case, _ in pairs))
    made = exercise([case for case, _ in pairs], kind, **changes)
    [result] = judged(made, {case.id: value for case, value in pairs}).criteria
    return result
