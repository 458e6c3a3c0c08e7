"""What may stand in `rubric.yml`: exercises, criteria with their points, known mistakes.

The classes are the schema. `rubric.schema.json` beside this file is made from them, so that an
editor completes and checks a rubric while it is written; `read_rubric` says what is wrong, with
file, line and remedy. Nothing here runs: functions are named, and `declare` looks them up in
`cases.py`.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from ..authoring import AuthoringError
from ..errors import NotReady
from .strict_yaml import Document, Place, read

try:
    from pydantic import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        ConfigDict,
        Field,
        JsonValue,
        ValidationError,
        model_validator,
    )
except ModuleNotFoundError:
    raise NotReady(
        "Rubrics are read with pydantic, which is not installed. It comes with the extra [grade]: "
        "pip install 'sequence-models-course[grade]'."
    ) from None

SCHEMA = Path(__file__).with_name("rubric.schema.json")
PREDICATES = ("min", "max", "in", "not", "contains", "count")
UNCHANGED = "The arrays you were given are left as they were"
WHOLE = "where the solution gives a single whole number, 3.0 does not pass for 3"

# ------------------------------------------------------------------------------------- what is said


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _path(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _swaps(value: Any) -> Any:
    """`[old, new]` and `[old, new, 2]` are one swap, a list of such are several."""
    swaps = [value] if isinstance(value, list) and value and isinstance(value[0], str) else value
    if not isinstance(swaps, list) or not swaps or not all(_is_swap(swap) for swap in swaps):
        raise ValueError(
            "a swap is [old text, new text] or [old text, new text, how often]; "
            "several are a list of these"
        )
    return [[swap[0], swap[1], swap[2] if len(swap) == 3 else 1] for swap in swaps]


def _is_swap(swap: Any) -> bool:
    if not isinstance(swap, list) or len(swap) not in (2, 3):
        return False
    often = swap[2] if len(swap) == 3 else 1
    texts = all(isinstance(text, str) for text in swap[:2])
    return texts and swap[0].strip() != "" and type(often) is int and often > 0


def _facts(where: dict[str, JsonValue]) -> dict[str, JsonValue]:
    for path, wanted in where.items():
        unknown = sorted(set(wanted) - set(PREDICATES)) if isinstance(wanted, Mapping) else []
        if unknown:
            raise ValueError(
                f"`{path}` has the unknown predicate {', '.join(unknown)}; known are "
                f"{', '.join(PREDICATES)}"
            )
    return where


def _exceptions(names: list[str]) -> list[str]:
    for name in names:
        found = getattr(builtins, name, None)
        if not isinstance(found, type) or not issubclass(found, Exception):
            raise ValueError(f"`{name}` is not one of Python's exceptions, such as ValueError")
    return names


def _message(text: str) -> str:
    if len(text.split()) < 4:
        raise ValueError("a message must explain the mistake to the student, in four words or more")
    return text


_ONE_SWAP: dict = {
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "string"}, {"type": "integer", "minimum": 1}],
    "minItems": 2,
    "maxItems": 3,
}
_SWAP_SCHEMA: dict = {"anyOf": [_ONE_SWAP, {"type": "array", "items": _ONE_SWAP, "minItems": 1}]}

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]  # of something in Python
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Section = Annotated[str, Field(pattern=r"^[^#\s]+(#[^#\s]+)?$")]
Points = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Tolerance = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Names = Annotated[
    list[Text], BeforeValidator(_listed, json_schema_input_type=str | list[str])
]  # one, or a list
Part = Annotated[
    list[str | int],
    BeforeValidator(_path, json_schema_input_type=str | int | list[str | int]),
]
Facts = Annotated[dict[str, JsonValue], Field(min_length=1), AfterValidator(_facts)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


# ----------------------------------------------------------------------------------------- criteria


class _Criterion(_Strict):
    points: Points = Field(description="what it is worth; an exercise is worth their sum")
    title: Text = Field(description="what is right when it is passed, for the student")
    hint: str = Field("", description="what helps a student who does not pass it")
    needs: Names | None = Field(
        None,
        description="ids of criteria above; where one of them fails, this one is not reached, and "
        "nothing is lost twice. Default: the first shape criterion above; for shape, raises, "
        "facts, score and speed none",
    )


class _OnCases(_Criterion):
    """Looks at the cases of the exercise."""

    tags: Names = Field([], description="look at cases with any of these tags; default: all cases")


class Shape(_OnCases):
    """The answer has the expected structure, shapes and dtype kinds (float32 and float64 are both
    right).
    """

    kind: Literal["shape"]
    of: Part = Field([], description="part of the answer: a name in returns, an index, a key")
    whole: bool = Field(False, description=WHOLE)


class Values(_OnCases):
    """The numbers are right: `|yours - expected| <= atol + rtol * |expected|`, wider for float32
    and float16.
    """

    kind: Literal["values"]
    of: Part = Field([], description="part of the answer: a name in returns, an index, a key")
    whole: bool = Field(False, description=WHOLE)
    rtol: Tolerance = 1e-4
    atol: Tolerance = 1e-6


class Expected(_OnCases):
    """The numbers agree with those of another trusted function, such as central differences."""

    kind: Literal["expected"]
    by: Name = Field(description="function (namespace, case) in cases.py that gives the numbers")
    of: Part = Field([], description="part of the answer: a name in returns, an index, a key")
    rtol: Tolerance = 1e-4
    atol: Tolerance = 1e-6


class Unchanged(_OnCases):
    """The positional arguments are after the call what they were before."""

    kind: Literal["unchanged"]
    title: Text = UNCHANGED
    fresh: bool = Field(
        False, description="also after somebody has written into the result: it shares no memory"
    )


class Raises(_Criterion):
    """Each case raises the error (or a subclass), and the message says why.

    It holds what the case's `says` lists. Where that is empty, the student's own `raise` makes the
    error: one that comes by chance from a library says nothing of the cause.
    """

    kind: Literal["raises"]
    error: Annotated[Names, AfterValidator(_exceptions)] = Field(
        description="name of the exception, or several", min_length=1
    )
    cases: Name = Field(description="function (rng, size) in cases.py that yields Case objects")


class Same(_Criterion):
    """The student's own two answers agree: padding, batch or order change nothing.

    Let it need a values criterion: a constant answer is invariant to everything.
    """

    kind: Literal["same"]
    pairs: Name = Field(description="function (rng, size) in cases.py that yields Pair objects")
    of: Part = Field([], description="part of both answers: a name in returns, an index, a key")
    rtol: Tolerance = 1e-4
    atol: Tolerance = 1e-6


class ModelFacts(_OnCases):
    """The Keras model that the function returns is built as told."""

    kind: Literal["facts"]
    where: Facts = Field(
        description="path into the facts of the model, to a value or to one of "
        f"{', '.join(PREDICATES)}: `layers.LSTM: {{count: 1}}`, `loss: {{in: [mse, mae]}}`"
    )


class Outputs(_OnCases):
    """The model's outputs on `Case.model(inputs=…, weights=…)` are those of the solution's."""

    kind: Literal["outputs"]
    rtol: Tolerance = 1e-4
    atol: Tolerance = 1e-5


class Score(_OnCases):
    """The trained model beats a stated baseline on `Case.model(inputs=…, targets=…)`."""

    kind: Literal["score"]
    metric: Literal["mse", "mae", "accuracy", "perplexity"] = Field(
        description="accuracy: class ids as targets, higher is better; perplexity: class ids, -1 "
        "where nothing is scored, outputs are probabilities"
    )
    none: float = Field(description="the baseline, worth no points; credit is linear between")
    full: float = Field(description="worth all points")

    @model_validator(mode="after")
    def _better(self) -> Score:
        if (self.full > self.none) != (self.metric == "accuracy"):
            raise ValueError(
                f"full={self.full:g} is not better than none={self.none:g} for {self.metric}"
            )
        return self


class Speed(_Criterion):
    """The call on the large case takes at most `ratio` times as long as on the small case.

    It compares the student's function with itself, so it asks for vectorised code, not for a fast
    machine. A known mistake that gives the right answers and is too slow here is named when a
    student's is both as well.
    """

    kind: Literal["speed"]
    ratio: Annotated[float, Field(gt=1)] = Field(
        description="the solution itself must stay below half of it"
    )
    pairs: Name = Field(
        description="function (rng, size) in cases.py that yields Pair(small, large)"
    )


AnyCriterion = (
    Shape | Values | Expected | Unchanged | Raises | Same | ModelFacts | Outputs | Score | Speed
)
CRITERIA: tuple[type[_Criterion], ...] = get_args(AnyCriterion)
KINDS = tuple(get_args(model.model_fields["kind"].annotation)[0] for model in CRITERIA)
MODEL_KINDS = ("facts", "outputs", "score")
INDEPENDENT = ("shape", "raises", "facts", "score", "speed")  # need no shape by default

# ---------------------------------------------------------------------------- mistakes and the rest


class KnownMistake(_Strict):
    """A wrong way to write the solution, and what the student who wrote it is told."""

    message: Annotated[str, AfterValidator(_message)] = Field(
        description="for the student, in the second person; helps without giving the line away"
    )
    section: Section | None = Field(None, description="section that helps; default: the exercise's")
    swap: Annotated[list, BeforeValidator(_swaps, json_schema_input_type=list)] = Field(
        description="[old text, new text] on the text of the solution cell, where the old text is "
        "found once, or as often as a third item says; several in a list. Lines after the first "
        "are indented as the line in which the old text begins",
        json_schema_extra=_SWAP_SCHEMA,
    )
    where: Facts | None = Field(
        None,
        description="facts that give a mistake in a Keras model away, also `score` and `constant` "
        "(the outputs hardly vary). Default: the facts in which it differs from the solution",
    )
    same_as: Id | None = Field(
        None, description="id of a mistake above that gives the same answers everywhere"
    )


class Exercise(_Strict):
    """A solution cell of the notebook, whose grade_id, function and cases have one name."""

    section: Section | None = Field(
        None, description="section of the lesson that helps: `one-step`, or `lesson#one-step`"
    )
    seconds: Annotated[float, Field(gt=0)] = Field(10, description="time limit of one call")
    returns: list[Name] = Field([], description="names of the parts of the answer, for messages")
    criteria: Annotated[
        dict[Id, Annotated[AnyCriterion, Field(discriminator="kind")]], Field(min_length=1)
    ]
    mistakes: dict[Id, KnownMistake] = {}


class Rubric(_Strict):
    """Everything that is checked in a unit, but for its inputs (cases.py)."""

    title: Text
    needs: Annotated[list[Text], Field(min_length=1)] = Field(
        ["numpy"], description="packages that are imported before student code runs"
    )
    exercises: Annotated[dict[Name, Exercise], Field(min_length=1)]


# ------------------------------------------------------------------------------------------ reading


def json_schema() -> str:
    """The text of `rubric.schema.json`, for editors; `make schema` writes it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema | Rubric.model_json_schema(), indent=1, ensure_ascii=False) + "\n"


def read_rubric(path: Path) -> tuple[Rubric, Document]:
    """The rubric in `path`, and where everything stands in it.

    Raises:
        AuthoringError: one line for each thing that is wrong, with file, line and remedy.
    """
    document = read(path)
    if not isinstance(document.data, dict):
        raise AuthoringError(
            f"{path}:1: a rubric is a mapping with `title` and `exercises`. This file is "
            f"{'empty' if document.data is None else 'something else'}."
        )
    try:
        return Rubric.model_validate(document.data), document
    except ValidationError as error:
        problems = [_problem(document, item) for item in error.errors(include_url=False)]
        raise AuthoringError("\n".join(dict.fromkeys(problems))) from None


def _problem(document: Document, error: Mapping[str, Any]) -> str:
    """One of pydantic's errors in our words."""
    at = _where(document.data, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    last = at[-1] if at else ""
    if kind == "missing":
        what = f"`{error['loc'][-1]}` is missing. Add it."
    elif kind == "extra_forbidden":
        known = _known(document.data, at)
        close = get_close_matches(str(last), known, 1)
        remedy = f"Did you mean `{close[0]}`?" if close else f"Known are {', '.join(known)}."
        what = f"`{last}` is not known here. {remedy}"
    elif kind == "union_tag_not_found":
        what = f"`kind` is missing. It is one of {', '.join(KINDS)}."
    elif kind == "union_tag_invalid":
        at = (*at, "kind")
        what = f"the kind {context['tag']!r} is not one of {', '.join(KINDS)}."
    elif kind == "string_pattern_mismatch":
        what = f"{error['input']!r} is no {_pattern(context['pattern'])}."
    elif kind == "value_error":
        what = f"{context['error']}."
    elif kind in ("string_type", "float_type"):
        wanted = "a text" if kind == "string_type" else "a number"
        what = f"{_shown(error['input'])} is not {wanted}." + (
            " Put it in quotes." if kind == "string_type" and _is_scalar(error["input"]) else ""
        )
    else:
        what = f"{error['msg']}; it says {error['input']!r:.40}."
    return f"{document.place(at)}: {_named(at, kind)}{what}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"{value!r:.40}"


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (bool, int, float))


def _pattern(pattern: str) -> str:
    return {
        r"^[A-Za-z_][A-Za-z0-9_]*$": "name in Python: letters, digits and '_'",
        r"^[a-z][a-z0-9_-]*$": "id: lower-case letters, digits, '-' and '_'",
    }.get(pattern, "section: the anchor of a heading, such as `one-step-in-numpy`")


def _where(data: Any, loc: tuple[str | int, ...]) -> Place:
    """The path in the file of pydantic's location, which also names kinds and the word [key]."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _named(at: Place, kind: str) -> str:
    """What the place is called, in words: `lstm_step, criterion cell: `."""
    names = [str(step) for step in at]
    if names[:1] != ["exercises"] or len(names) < 2:
        key = names[-1:] if kind not in ("extra_forbidden", "missing") else []
        return "".join(f"`{name}`: " for name in key)
    parts = [names[1]]
    if len(names) > 3 and names[2] in ("criteria", "mistakes"):
        parts.append(f"{'criterion' if names[2] == 'criteria' else 'mistake'} {names[3]!r}")
    inner = names[4:] if len(parts) == 2 else names[2:]
    if inner and kind != "extra_forbidden":
        parts.append(f"`{'.'.join(inner)}`")
    return ", ".join(parts) + ": "


def _known(data: Any, at: Place) -> list[str]:
    """The keys that may stand where an unknown one stands."""
    depth = len(at) - 1
    if depth == 0:
        return list(Rubric.model_fields)
    if depth == 2:
        return list(Exercise.model_fields)
    if at[2] == "mistakes":
        return list(KnownMistake.model_fields)
    kind = data["exercises"][at[1]]["criteria"][at[3]].get("kind")
    model = CRITERIA[KINDS.index(kind)]
    return ["kind", *(name for name in model.model_fields if name != "kind")]


if __name__ == "__main__":
    SCHEMA.write_text(json_schema(), encoding="utf-8")
