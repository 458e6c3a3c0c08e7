"""What grading finds: the one description of a result, from a criterion to a class.

The judge makes these, the gradebook, the results file and the pages read them. Nothing here grades,
writes or shows anything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .read.notebook import Submission


@dataclass
class Diagnosis:
    """A known mistake that explains the student's answers. `exercise`: where it was made, if not
    here.
    """

    mistake: str
    title: str
    message: str
    see: str | None = None
    exercise: str | None = None


@dataclass
class CriterionResult:
    """What one criterion gave. `hidden_detail` is for instructors and never shown to a student.

    `picture` is a map of the wrong entries in plain text, for showing in a fixed-width font.
    """

    id: str
    title: str
    points: float
    max_points: float
    status: str  # "passed" | "partial" | "failed" | "not reached" | "ours"
    message: str = ""  # plain text with `code` ticks
    hidden_detail: str = ""
    picture: str = ""


@dataclass
class ExerciseResult:
    """What one exercise gave. `printed` is the student's output; with secret cases for instructors
    only.
    """

    exercise: str
    points: float
    max_points: float
    criteria: list[CriterionResult]
    diagnosis: Diagnosis | None = None
    needs_manual: bool = False
    seconds: float = 0.0
    printed: str = ""
    see: str | None = None
    written: bool = True  # False: the stub is still there

    def to_dict(self) -> dict:
        """As JSON-able data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ExerciseResult:
        """The result from what `to_dict` gave."""
        rest = dict(plain)
        rest["criteria"] = [CriterionResult(**criterion) for criterion in plain["criteria"]]
        rest["diagnosis"] = (
            None if plain.get("diagnosis") is None else Diagnosis(**plain["diagnosis"])
        )
        return cls(**rest)


@dataclass(frozen=True)
class QuestionResult:
    """What one answer is worth. `message` is plain text for the student and never gives the right
    answer away.
    """

    id: str
    points: float
    max_points: float
    correct: bool
    status: str  # "right" | "partly" | "wrong" | "ill-formed" | "unanswered"
    message: str
    given: str = ""
    needs_manual: bool = False

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)


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
    absent: list[str] = field(default_factory=list)  # modules that are not installed here
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


def clamp(points: float, maximum: float) -> float:
    """`points` as a finite number between 0 and `maximum`, to four decimals."""
    return round(min(max(float(points), 0.0), maximum), 4) if points == points else 0.0
