"""The question bank: its YAML format, checked strictly, and what can be done with it."""

from __future__ import annotations

import dataclasses
import html
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..errors import CourseError
from ..outcome import QuestionResult
from .answers import LETTERS, TAGS, IllFormed, words
from .marking import differs, grade_question, number_of, typed_answer
from .model import CHOICE, KINDS, Common, Option, Question, numbers_of, shown_steps
from .show import jupyterquiz

_EVERY = {"id", "kind", "points", "section", "prompt", "code", "explain", "parameters"}
_KEYS = {
    "one": {"options"},
    "several": {"options"},
    "bug": {"options"},
    "order": {"steps"},
    "text": {"accept", "common"},
    "number": {"answer", "tolerance", "common"},
    "shape": {"answer", "common"},
    "output": {"answer", "common"},
}


class BankError(CourseError, ValueError):
    """The bank is not valid; the message names the file, the question and the remedy."""


@dataclass(frozen=True)
class Bank:
    """The questions of one unit, with their keys."""

    unit: str
    title: str
    questions: tuple[Question, ...]

    @property
    def points(self) -> float:
        return sum(question.points for question in self.questions)

    @property
    def key(self) -> bytes:
        """The key of the per-student numbers. It is no secret: the notebook must show students
        their numbers.
        """
        return f"quiz:{self.unit}".encode()

    def grade(
        self, answers: Mapping[str, object], student: str = "", key: bytes | None = None
    ) -> list[QuestionResult]:
        """Grade one student's answers.

        Args:
            answers: question id to the literal that was typed; unanswered questions may be absent.
                The entry `student`, if there, is the ID that was typed in the notebook.
            student: the ID under which the student is registered; it decides the per-student
            numbers.
            key: key of the per-student numbers, `Bank.key` unless told.
        """
        typed = answers.get("student")
        student = student or (typed if isinstance(typed, str) else "")
        results = []
        for question in self.questions:
            given = answers.get(question.id)
            numbers = numbers_of(question.parameters, question.id, student, key or self.key)
            result = grade_question(question, given, numbers)
            if question.parameters and result.status == "wrong" and isinstance(typed, str):
                theirs = numbers_of(question.parameters, question.id, typed, key or self.key)
                if grade_question(question, given, theirs).correct:
                    result = dataclasses.replace(
                        result,
                        needs_manual=True,
                        message=(
                            f"Right for the numbers of the student ID {typed.strip()[:40]!r}, but this is the notebook of "
                            f"{student!r}. Your instructor decides."
                        ),
                    )
            results.append(result)
        return results

    def public(self) -> dict:
        """The questions without any key: what the notebook of a student may hold."""
        forms = []
        for question in self.questions:
            form = {
                "id": question.id,
                "kind": question.kind,
                "points": question.points,
                "section": question.section,
                "prompt": question.prompt,
                "code": question.code,
                "options": [option.text for option in question.options],
                "lines": [option.line for option in question.options if option.line is not None],
                "steps": shown_steps(question),
                "parameters": {
                    name: list(choices) for name, choices in question.parameters.items()
                },
            }
            forms.append({name: value for name, value in form.items() if value not in ("", [], {})})
        return {"unit": self.unit, "title": self.title, "questions": forms}

    def to_jupyterquiz(self) -> list[dict]:
        """The bank in jupyterquiz' format; kinds that it does not know become choices."""
        return [jupyterquiz(question, self.key) for question in self.questions]


def right_answers(bank: Bank, student: str = "") -> dict[str, object]:
    """The right answers as a student would type them (for tests and the sample class)."""
    answers: dict[str, object] = {}
    for question in bank.questions:
        numbers = numbers_of(question.parameters, question.id, student, bank.key)
        if question.kind in CHOICE:
            right = [option for option in question.options if option.correct]
            letters = [LETTERS[question.options.index(option)] for option in right]
            answers[question.id] = (
                ", ".join(letters) if right[0].line is None else str(right[0].line)
            )
        elif question.kind == "order":
            steps = shown_steps(question)
            answers[question.id] = ", ".join(LETTERS[steps.index(step)] for step in question.steps)
        else:
            answers[question.id] = str(typed_answer(question, numbers))
    return answers


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


def load_bank(path: str | Path) -> Bank:
    """Read and check a bank.

    Raises:
        BankError: the file cannot be read or breaks a rule; the message names file, question and
        remedy.
    """
    path = Path(path)
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise BankError(
            f"{path}: no such file. A graded bank lies in exercises/quizzes/<unit>.yml."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())
        raise BankError(f"{path}: not valid YAML ({why}). Quote texts that hold `: `.") from None
    return read_bank(data, str(path))


def read_bank(data: object, where: str) -> Bank:
    """The bank in parsed YAML `data`; `where` names the file in error messages (see
    `load_bank`).
    """

    def need(condition: object, message: str, at: str = where) -> None:
        if not condition:
            raise BankError(f"{at}: {message}")

    need(isinstance(data, dict), "a bank has the keys unit, title and questions.")
    need(
        set(data) == {"unit", "title", "questions"},
        "a bank has exactly the keys unit, title and questions.",
    )
    need(
        isinstance(data["unit"], str) and isinstance(data["title"], str),
        "unit and title must be text.",
    )
    need(
        isinstance(data["questions"], list) and data["questions"],
        "questions must be a list with entries.",
    )
    questions = []
    for number, entry in enumerate(data["questions"], 1):
        name = entry.get("id") if isinstance(entry, dict) else None
        at = f"{where}, question {name or number}"
        need(isinstance(entry, dict), "must be a mapping with id, kind and prompt.", at)
        need(isinstance(name, str) and re.fullmatch(r"q\d\d", name), "id must be q01, q02, …", at)
        need(
            name not in [question.id for question in questions],
            "this id is used twice. Number it anew.",
            at,
        )
        questions.append(
            _read_question(entry, at, lambda ok, message, at=at: need(ok, message, at))
        )
    return Bank(data["unit"], data["title"], tuple(questions))


def _check_text(text: object, what: str, need, optional: bool = False) -> str:
    if optional and text is None:
        return ""
    need(isinstance(text, str) and text.strip(), f"{what} must be text (put it in quotes).")
    need(
        "$" not in text,
        f"{what} holds `$`. Formulas do not show in a quiz; write <i>f<sub>t</sub></i>.",
    )
    need(
        not re.search(r"<(?![=\s\d])|</", TAGS.sub("", text)),
        f"{what} holds HTML that is not allowed. Use i, b, em, strong, sub, sup, code, kbd, br; write &lt; for <.",
    )
    for tag in set(re.findall(r"<(\w+)>", text)) - {"br"}:
        need(text.count(f"<{tag}>") == text.count(f"</{tag}>"), f"{what}: <{tag}> is not closed.")
    return text.strip()


def _read_question(entry: dict, at: str, need) -> Question:
    kind = entry.get("kind")
    need(kind in KINDS, f"kind must be one of {', '.join(KINDS)}.")
    unknown = set(entry) - _EVERY - _KEYS[kind]
    need(
        not unknown,
        f"a question of kind {kind} has no key {', '.join(map(repr, sorted(map(str, unknown))))}.",
    )
    missing = _KEYS[kind] - {"tolerance", "common"} - set(entry)
    need(not missing, f"a question of kind {kind} needs {', '.join(sorted(missing))}.")
    points = entry.get("points", 0)
    need(
        type(points) in (int, float) and points >= 0,
        "points must be a number that is not negative.",
    )
    section = entry.get("section", "")
    need(
        isinstance(section, str) and re.fullmatch(r"(\d\d_\w+#[\w-]+)?", section),
        "section must read like 04_lstm_gates#the-forget-gate.",
    )
    parameters = _read_parameters(entry.get("parameters", {}), need)
    need(
        not parameters or kind in ("number", "shape"), "parameters are for kinds number and shape."
    )
    code = entry.get("code", "")
    need(isinstance(code, str), "code must be text; begin it with `code: |`.")
    question = Question(
        entry["id"],
        kind,
        _check_text(entry.get("prompt"), "prompt", need),
        section,
        points,
        code.rstrip("\n"),
        _check_text(entry.get("explain"), "explain", need, optional=kind in CHOICE),
        options=_read_options(entry, kind, code, need) if kind in CHOICE else (),
        answer=_read_value(entry["answer"], kind, parameters, "answer", need)
        if "answer" in entry
        else None,
        tolerance=entry.get("tolerance", 0),
        accept=tuple(entry.get("accept") or ()),
        steps=tuple(entry.get("steps") or ()),
        parameters=parameters,
        common=tuple(_read_common(entry.get("common", []), kind, parameters, need)),
    )
    need(
        type(question.tolerance) in (int, float) and question.tolerance >= 0,
        "tolerance must be a number.",
    )
    if kind == "text":
        need(
            question.accept
            and all(isinstance(text, str) and words(text) for text in question.accept),
            "accept must be a list of texts.",
        )
    if kind == "order":
        need(
            3 <= len(question.steps) <= len(LETTERS)
            and len(set(question.steps)) == len(question.steps),
            f"steps must be 3 to {len(LETTERS)} different texts in the right order.",
        )
        for step in question.steps:
            _check_text(step, "each step", need)
    used = set(re.findall(r"\{(\w+)\}", question.prompt + question.code))
    need(set(parameters) <= used, "the prompt must show each parameter, as {name}.")
    for combination in itertools.product(*parameters.values()):
        given = typed_answer(question, dict(zip(parameters, combination, strict=True)))
        if given is not None:
            graded = grade_question(
                question, given, dict(zip(parameters, combination, strict=True))
            )
            need(
                graded.correct or not points,
                f"the answer {given} is not accepted as right. Check answer and accept.",
            )
            need(
                all(
                    differs(question, common.value, dict(zip(parameters, combination, strict=True)))
                    for common in question.common
                ),
                "a common wrong answer equals the right one.",
            )
    return question


def _read_options(entry: dict, kind: str, code: str, need) -> tuple[Option, ...]:
    options, lines = [], code.rstrip("\n").split("\n")
    need(isinstance(entry["options"], list), "options must be a list.")
    for option in entry["options"]:
        need(
            isinstance(option, dict) and set(option) <= {"text", "correct", "explain", "line"},
            "an option has the keys text (or, in a bug question, line), correct and explain.",
        )
        line = option.get("line")
        text = option.get("text")
        if line is not None:
            need(kind == "bug", "only an option of a bug question has a line.")
            need(
                type(line) is int and 1 <= line <= len(lines),
                f"line {line} is not a line of the code.",
            )
            text = (
                text
                or f"Line {line}: <code>{html.escape(lines[line - 1].strip(), quote=False)}</code>"
            )
        need(type(option.get("correct", False)) is bool, "correct must be true or false.")
        options.append(
            Option(
                _check_text(text, "text of an option", need),
                option.get("correct", False),
                _check_text(option.get("explain"), "explain of an option", need),
                line,
            )
        )
    need(2 <= len(options) <= len(LETTERS), f"there must be 2 to {len(LETTERS)} options.")
    need(
        len({words(option.text) + option.text for option in options}) == len(options),
        "two options are the same.",
    )
    need(
        len({option.line is None for option in options}) == 1,
        "either all options have a line or none.",
    )
    right = sum(option.correct for option in options)
    need(
        right == 1 if kind != "several" else 1 <= right < len(options),
        "several: at least one option is right and one wrong."
        if kind == "several"
        else "exactly one option must have `correct: true`.",
    )
    return tuple(options)


def _read_parameters(data: object, need) -> dict[str, tuple]:
    need(isinstance(data, dict), "parameters must be a mapping like {u: {choices: [16, 32]}}.")
    result = {}
    for name, value in data.items():
        need(
            isinstance(name, str)
            and name.isidentifier()
            and isinstance(value, dict)
            and set(value) == {"choices"}
            and isinstance(value["choices"], list)
            and len(value["choices"]) >= 2
            and all(type(choice) in (int, float) for choice in value["choices"]),
            "a parameter reads like u: {choices: [16, 32]} with at least two numbers.",
        )
        result[name] = tuple(value["choices"])
    return result


def _read_value(value: object, kind: str, parameters: Mapping, what: str, need) -> object:
    """An answer or a common wrong answer of the right type; arithmetic is tried with every
    parameter's first choice.
    """
    first = {name: choices[0] for name, choices in parameters.items()}
    if kind == "output":
        need(isinstance(value, (str, int, float)), f"{what} must be text (put it in quotes).")
        return str(value)
    if kind == "text":
        return _check_text(value, what, need)
    parts = value if kind == "shape" else [value]
    need(isinstance(parts, list), f"{what} must be a list such as [null, 10, 32].")
    for part in parts:
        if part is None and kind == "shape":
            continue
        need(type(part) in (int, float, str), f"{what} must be a number or arithmetic in quotes.")
        try:
            number_of(part, first)
        except IllFormed as error:
            need(
                False,
                f"{what}: {part!r} cannot be computed from {', '.join(parameters) or 'no parameters'}. {error}",
            )
    return tuple(value) if kind == "shape" else value


def _read_common(data: object, kind: str, parameters: Mapping, need) -> Iterable[Common]:
    need(isinstance(data, list), "common must be a list of {value: …, explain: …}.")
    for entry in data:
        need(
            isinstance(entry, dict) and set(entry) == {"value", "explain"},
            "common has value and explain.",
        )
        yield Common(
            _read_value(entry["value"], kind, parameters, "a common value", need),
            _check_text(entry["explain"], "explain of a common answer", need),
        )


def nbgrader_score(unit: str, namespace: Mapping[str, object]) -> float:
    """Points of a quiz in plain nbgrader: called by the hidden test, which exists on the
    instructor's machine only.
    """
    from ..course import quiz_file

    bank = load_bank(quiz_file(unit))
    answers = {
        name: namespace[name]
        for name in ["student", *(q.id for q in bank.questions)]
        if name in namespace
    }
    return float(round(sum(result.points for result in bank.grade(answers)), 2))
