"""What grading finds: the one description of a result, from a criterion to a class.

The judge makes these, the gradebook, the results file and the pages read them. `StudentResult` is
also the schema of a line of the results file: `to_dict` writes it, `from_dict` reads it and refuses
what does not fit. Nothing here grades, opens a file or shows anything.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from .errors import CourseError

# Of a line of the results file. Lines of format 1 do not say so; formats 1 and 2 lack some fields.
FORMAT = 3

CriterionStatus = Literal["passed", "partial", "failed", "not reached", "ours"]
AnswerStatus = Literal["right", "partly", "wrong", "ill-formed", "unanswered"]
NotebookStatus = Literal["graded", "missing", "unreadable", "error"]


class BadResult(CourseError, ValueError):
    """Data are not a result as this version writes it; the message says which part, and why."""


class UnknownFormat(BadResult):
    """The result was written in a format that this version does not know."""


class _Plain:
    """A dataclass that can be written as JSON-able data, and read from them again."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, plain: object) -> Self:
        """The result from what `to_dict` gave.

        Raises:
            BadResult: a part is missing, unknown, or of another type.
        """
        kind: Any = cls  # to mypy a class is not hashable
        return _reader(kind)(plain)


@dataclass
class Diagnosis(_Plain):
    """A known mistake that explains the student's answers. `exercise`: where it was made, if not
    here.
    """

    mistake: str
    title: str
    message: str
    see: str | None = None
    exercise: str | None = None


@dataclass
class CriterionResult(_Plain):
    """What one criterion gave. `hidden_detail` is for instructors and never shown to a student.

    `picture` is a map of the wrong entries in plain text, for showing in a fixed-width font.
    """

    id: str
    title: str
    points: float
    max_points: float
    status: CriterionStatus
    message: str = ""  # plain text with `code` ticks
    hidden_detail: str = ""
    picture: str = ""


@dataclass
class ExerciseResult(_Plain):
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


@dataclass(frozen=True)
class QuestionResult(_Plain):
    """What one answer is worth. `message` is plain text for the student and never gives the right
    answer away.
    """

    id: str
    points: float
    max_points: float
    correct: bool
    status: AnswerStatus
    message: str
    given: str = ""
    needs_manual: bool = False


@dataclass
class WrittenResult(_Plain):
    """A question that a person marks. `touched`: something stands there that was not released;
    `text`: the beginning of what that person reads.
    """

    id: str
    max_points: float
    touched: bool
    text: str = ""


@dataclass
class FailedCell(_Plain):
    """A cell that did not run to its end. `status`: "error", "timeout" or "died"."""

    name: str
    status: str
    message: str


@dataclass
class NotebookResult(_Plain):
    """What came out for one notebook of one student.

    `status`: "graded"; "missing" (nothing handed in, and the instructor says that this is a zero);
    "unreadable" (no notebook of the unit that can be read) or "error" (ours): not graded, a person
    has to look.
    """

    name: str
    status: NotebookStatus
    points: float = 0.0
    max_points: float = 0.0
    title: str = ""
    exercises: list[ExerciseResult] = field(default_factory=list)
    quiz: list[QuestionResult] = field(default_factory=list)
    written: list[WrittenResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed_cells: list[FailedCell] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)  # modules that are not installed here
    seconds: dict[str, float] = field(default_factory=dict)
    reason: str = ""  # why it was not graded; for the instructor

    @property
    def needs_manual(self) -> bool:
        return (
            any(exercise.needs_manual for exercise in self.exercises)
            or any(question.needs_manual for question in self.quiz)
            or any(question.touched for question in self.written)
        )


@dataclass
class StudentResult(_Plain):
    """Everything about one submission; one line of the results file.

    `remarks`: what the instructor has to put right, with the remedy, although it was graded.
    """

    student: str
    assignment: str
    key: str
    notebooks: list[NotebookResult]
    timestamp: str | None = None
    seconds: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def graded(self) -> bool:
        return all(notebook.status in ("graded", "missing") for notebook in self.notebooks)

    @property
    def points(self) -> float:
        return sum(notebook.points for notebook in self.notebooks)

    @property
    def max_points(self) -> float:
        return sum(notebook.max_points for notebook in self.notebooks)

    @property
    def needs_manual(self) -> bool:
        return any(notebook.needs_manual for notebook in self.notebooks)

    def to_dict(self) -> dict[str, Any]:
        """As a line of the results file: its format, the fields, and what is computed from them."""
        return {
            "format": FORMAT,
            "student": self.student,
            "assignment": self.assignment,
            "key": self.key,
            "graded": self.graded,
            "points": self.points,
            "max_points": self.max_points,
            "timestamp": self.timestamp,
            "needs_manual": self.needs_manual,
            "seconds": round(self.seconds, 4),
            "remarks": self.remarks,
            "notebooks": [notebook.to_dict() for notebook in self.notebooks],
        }

    @classmethod
    def from_dict(cls, plain: object) -> Self:
        """The result from a line of a results file, of this format or an earlier one.

        Raises:
            UnknownFormat: the line is of another format.
            BadResult: a part is missing, unknown, or of another type.
        """
        if not isinstance(plain, dict):
            raise BadResult("it is no mapping")
        version = plain.get("format", 1)
        if type(version) is not int or not 1 <= version <= FORMAT:
            raise UnknownFormat(
                f"it has format {version!r}, and this version of autograder reads up to {FORMAT}"
            )
        fields = {k: v for k, v in plain.items() if k != "format" and k not in _COMPUTED}
        result = super().from_dict(fields)
        if not result.notebooks:
            raise BadResult("notebooks: there is none")
        return result


# Written for those who read the file with other tools; computed anew when it is read here.
_COMPUTED = ("graded", "points", "max_points", "needs_manual")


@dataclass
class Run:
    """What a grading run did."""

    assignment: str
    graded: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)  # (student, why)
    # (student, what to put right): graded all the same
    remarks: list[tuple[str, str]] = field(default_factory=list)
    absent: dict[str, int] = field(default_factory=dict)  # module not installed here: submissions
    left: int = 0  # not reached: the run was stopped
    seconds: float = 0.0
    working: float = 0.0  # of these, from the first submission's beginning to the last one's record
    # Seconds by stage, summed over submissions.
    stages: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)


def absent_modules(counted: Mapping[str, int]) -> list[str]:
    """A sentence for each module that submissions import and this machine lacks."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [
        f"{count} submission{'s import' if count > 1 else ' imports'} {module}, "
        "which is not installed here."
        for module, count in ordered
    ]


def clamp(points: float, maximum: float) -> float:
    """`points` as a number of sane size between 0 and `maximum`, to four decimals."""
    return round(min(max(float(points), 0.0), maximum), 4) if points == points else 0.0


# ---------------------------------------------------------------------------------- reading it back


@functools.cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What reads plain data as `kind`: a type of a field of the classes above, or one of them."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _fields_reader(kind)
    if origin is list:
        return functools.partial(_read_list, _reader(inside[0]))
    if origin is dict:
        return functools.partial(_read_dict, _reader(inside[1]))
    if origin is types.UnionType:  # X | None: there is no other here
        read = _reader(inside[0])
        return lambda plain: None if plain is None else read(plain)
    if origin is Literal:
        return functools.partial(_read_choice, inside)
    return _read_number if kind is float else functools.partial(_read_plain, kind)


def _fields_reader(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = {part.name: _reader(hints[part.name]) for part in dataclasses.fields(kind)}
    needed = {
        part.name
        for part in dataclasses.fields(kind)
        if part.default is dataclasses.MISSING and part.default_factory is dataclasses.MISSING
    }

    def read(plain: Any) -> Any:
        if type(plain) is not dict:
            raise BadResult(_unfit("a mapping", plain))
        if missing := needed - plain.keys():
            raise BadResult(f"{', '.join(sorted(missing))} is missing")
        if unknown := plain.keys() - readers.keys():
            raise BadResult(f"{', '.join(map(repr, sorted(unknown)))} is not known")
        return kind(**_read_values(readers, plain))

    return read


def _read_list(read: Callable[[Any], Any], plain: Any) -> list:
    if type(plain) is not list:
        raise BadResult(_unfit("a list", plain))
    return [read(value) for value in plain]


def _read_dict(read: Callable[[Any], Any], plain: Any) -> dict:
    if type(plain) is not dict:
        raise BadResult(_unfit("a mapping", plain))
    return _read_values(dict.fromkeys(plain, read), plain)


def _read_values(readers: dict[str, Callable[[Any], Any]], plain: dict[str, Any]) -> dict:
    values = {}
    for name, value in plain.items():
        try:
            values[name] = readers[name](value)
        except BadResult as error:
            raise BadResult(f"{name}: {error}") from None
    return values


def _read_choice(choices: tuple[str, ...], plain: Any) -> str:
    if type(plain) is not str or plain not in choices:
        raise BadResult(_unfit(f"one of {', '.join(choices)}", plain))
    return plain


def _read_number(plain: Any) -> float:
    if type(plain) not in (int, float) or not -1e15 < plain < 1e15:  # NaN is not either
        raise BadResult(_unfit("a number of sane size", plain))
    return plain


def _read_plain(kind: type, plain: Any) -> Any:
    if type(plain) is not kind:
        raise BadResult(_unfit({str: "text", bool: "true or false"}[kind], plain))
    return plain


def _unfit(wanted: str, found: object) -> str:
    return f"{repr(found)[:40]} is not {wanted}"
