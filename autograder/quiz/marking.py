"""Mark one answer against one question."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from ..outcome import AnswerStatus, QuestionResult
from ..read.typed import Unreadable
from .answers import (
    LETTERS,
    IllFormed,
    arithmetic,
    plain_text,
    read_answer,
    same_output,
    words,
)
from .model import Question, fill, shown_steps

# (status, message, share of the points, the answer as it was read)
_Verdict = tuple[AnswerStatus, str, float, str]


def _say(*parts: str) -> str:
    return " ".join(plain_text(part).strip() for part in parts if part)


def grade_question(
    question: Question, given: object, numbers: Mapping[str, float]
) -> QuestionResult:
    """Grade one answer for the given per-student numbers."""

    def result(
        status: AnswerStatus, message: str, share: float = 0.0, shown: str = ""
    ) -> QuestionResult:
        return QuestionResult(
            question.id,
            round(share * question.points, 2),
            question.points,
            share == 1.0,
            status,
            fill(message, numbers),
            shown[:80],
            needs_manual=status == "ill-formed",  # a person can read what no rule can
        )

    if given is None or (isinstance(given, str) and not given.strip()):
        return result("unanswered", "No answer.")
    if isinstance(given, Unreadable):
        return result("ill-formed", given.reason)
    try:
        lines = [option.line for option in question.options if option.line is not None]
        options = [option.text for option in question.options]
        texts = shown_steps(question) if question.kind == "order" else options
        read = read_answer(question.kind, given, texts, lines)
        status, message, share, shown = _JUDGES[question.kind](question, read, numbers)
    except IllFormed as error:
        shown = (
            given
            if isinstance(given, str)
            else repr(given)[:80]
            if not isinstance(given, int)
            else ""
        )
        return result("ill-formed", f"The answer could not be read. {error}", shown=shown)
    return result(status, message, share, shown)


def _verdict(right: bool, message: str, shown: str) -> _Verdict:
    return ("right" if right else "wrong"), message, float(right), shown


def _judge_choice(question: Question, read: Any, numbers: Mapping[str, float]) -> _Verdict:
    if isinstance(read, int):
        chosen = [option for option in question.options if option.line == read]
        shown = f"line {read}"
    else:
        chosen = [question.options[LETTERS.index(letter)] for letter in read]
        shown = ", ".join(read)
    if question.kind != "several":
        return _verdict(chosen[0].correct, _say(chosen[0].explain), shown)
    right = sum(option.correct for option in chosen)
    wrong = len(chosen) - right
    total = sum(option.correct for option in question.options)
    share = max(0.0, (right - wrong) / total)
    if share == 1.0:
        return "right", _say(question.explain) or "All of them, and no other.", 1.0, shown
    say = [
        f"{LETTERS[question.options.index(option)]} does not belong: {_say(option.explain)}"
        for option in chosen
        if not option.correct
    ]
    if right < total:
        say.append("Not all that belong here are chosen.")
    return ("partly" if share else "wrong"), " ".join(say), share, shown


def _hint(question: Question, matches: Callable[[object], bool]) -> str:
    return next((_say(common.explain) for common in question.common if matches(common.value)), "")


def number_of(value: object, numbers: Mapping[str, float]) -> float:
    """The number that `value`, a number or arithmetic with the names in `numbers`, stands for."""
    if isinstance(value, str):
        return arithmetic(value, numbers)
    if isinstance(value, (int, float)):
        return value
    raise TypeError(f"{value!r} is no number")  # no bank that was read holds such an answer


def shape_of(value: object, numbers: Mapping[str, float]) -> tuple[int | None, ...]:
    """The shape that `value`, a list with None for any size, stands for."""
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{value!r} is no shape")
    return tuple(None if part is None else int(number_of(part, numbers)) for part in value)


def _judge_number(question: Question, values: Any, numbers: Mapping[str, float]) -> _Verdict:
    def near(expected: object, tolerance: float = question.tolerance) -> bool:
        target = number_of(expected, numbers)
        return any(abs(value - target) <= max(tolerance, 1e-9 * abs(target)) for value in values)

    shown = f"{values[0]:.10g}"
    if near(question.answer):
        return _verdict(True, _say(question.explain), shown)
    return _verdict(False, _hint(question, near) or "Not this number.", shown)


def _judge_shape(question: Question, shape: Any, numbers: Mapping[str, float]) -> _Verdict:
    right = shape_of(question.answer, numbers)
    shown = str(shape)
    if shape == right:
        return _verdict(True, _say(question.explain), shown)
    hint = _hint(question, lambda value: shape == shape_of(value, numbers))
    axes = f"Your shape has {len(shape)} axes."
    rank = axes if len(shape) != len(right) else "Not this shape."
    return _verdict(False, hint or rank, shown)


def _judge_output(question: Question, shown: Any, numbers: Mapping[str, float]) -> _Verdict:
    if same_output(shown, fill(str(question.answer), numbers)):
        return _verdict(True, _say(question.explain), shown)
    hint = _hint(question, lambda value: same_output(shown, fill(str(value), numbers)))
    return _verdict(False, hint or "Not this output.", shown)


def _judge_text(question: Question, text: Any, numbers: Mapping[str, float]) -> _Verdict:
    if any(words(text) == words(accepted) for accepted in question.accept):
        return _verdict(True, _say(question.explain), text)
    return _verdict(
        False, _hint(question, lambda value: words(value) == words(text)) or "Not this term.", text
    )


def _judge_order(question: Question, letters: Any, numbers: Mapping[str, float]) -> _Verdict:
    steps = shown_steps(question)  # the letters are those of the list as shown
    shown = ", ".join(letters)
    order = [steps[LETTERS.index(letter)] for letter in letters]
    if tuple(order) == question.steps:
        return _verdict(True, _say(question.explain), shown)
    first = next(
        index for index, (a, b) in enumerate(zip(order, question.steps, strict=True)) if a != b
    )
    return _verdict(
        False,
        f"The order is right up to step {first}." if first else "Another step comes first.",
        shown,
    )


_JUDGES: dict[str, Callable[[Question, Any, Mapping[str, float]], _Verdict]] = {
    "one": _judge_choice,
    "several": _judge_choice,
    "bug": _judge_choice,
    "number": _judge_number,
    "shape": _judge_shape,
    "output": _judge_output,
    "text": _judge_text,
    "order": _judge_order,
}


def typed_answer(question: Question, numbers: Mapping[str, float]) -> object:
    """The right answer as a student would type it, or None where the options hold it."""
    if question.kind == "number":
        return number_of(question.answer, numbers)
    if question.kind == "shape":
        return shape_of(question.answer, numbers)
    return {"output": question.answer, "text": (question.accept or [None])[0]}.get(question.kind)


def differs(question: Question, value: object, numbers: Mapping[str, float]) -> bool:
    if question.kind == "number":
        return (
            abs(number_of(value, numbers) - number_of(question.answer, numbers))
            > question.tolerance
        )
    if question.kind == "shape":
        return typed_answer(dataclasses.replace(question, answer=value), numbers) != typed_answer(
            question, numbers
        )
    return not grade_question(question, value, numbers).correct
