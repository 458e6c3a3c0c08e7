"""A unit as the compiler leaves it: cases with their answers, criteria, known mistakes. Data, no
code.

`bundle` writes these to a file and reads them back; `judge` looks at them. Nothing here asks the
student's code anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..run.inside.protocol import Answer, Request


@dataclass(frozen=True)
class CompiledCase:
    """One question to the student's code, and the solution's answer."""

    id: str
    name: str  # for people
    request: Request
    expected: Answer


@dataclass(frozen=True)
class CompiledCriterion:
    """One compiled criterion.

    `cases` are the questions that it looks at; for same and speed they come in pairs. `options`
    depend on the kind: pick, rtol, atol (values, expected, outputs, same), expected (case id to
    value: expected), targets (case id to array: score), where (facts), errors (raises), indices
    (same), metric, full, none (score), ratio (speed).
    """

    id: str
    kind: str
    points: float
    title: str
    hint: str
    needs: tuple[str, ...]
    cases: tuple[str, ...]
    options: dict = field(default_factory=dict)


@dataclass(frozen=True)
class KnownMistake:
    """A named mistake: what it answers to each question, and what the student is told.

    `where`: facts that give a Keras mistake away; `breaks`: the criteria that such a one fails
    (None: not known). `exercise`: where the mistake was made, when it is an earlier exercise whose
    function this one calls.
    """

    id: str
    title: str
    message: str
    see: str | None
    answers: dict[str, Answer]
    where: dict | None = None
    exercise: str | None = None
    breaks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ExerciseBundle:
    """What the judge needs to know about one exercise."""

    unit: str
    name: str
    points: float
    see: str | None
    targets: tuple[str, ...]  # the student's functions, the main one first
    parameters: dict[str, tuple[str, ...]]  # names of the parameters of each target
    returns: tuple[str, ...]
    cases: dict[str, CompiledCase]
    criteria: tuple[CompiledCriterion, ...]
    mistakes: tuple[KnownMistake, ...]
    reveal: bool  # may feedback show inputs and expected values? (public: yes)


@dataclass(frozen=True)
class Bundle:
    """One unit, compiled. `size` is "public" or "secret"."""

    unit: str
    title: str
    size: str
    seed: int | str
    needs: tuple[str, ...]
    versions: dict[str, str]
    source: str  # hash of the source notebook and the checks that it was made from
    exercises: dict[str, ExerciseBundle]
    written: dict[str, float] = field(default_factory=dict)
    quiz: dict | None = None  # forms of the questions, no keys

    @property
    def points(self) -> float:
        """Points of the code exercises."""
        return sum(exercise.points for exercise in self.exercises.values())
