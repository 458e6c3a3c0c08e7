"""The question bank: its YAML format, checked strictly, and what can be done with it."""

from __future__ import annotations

import dataclasses
import html
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..errors import CourseError
from ..outcome import QuestionResult
from .answers import LETTERS, TAGS, IllFormed, words
from .marking import differs, grade_question, number_of, typed_answer
from .model import CHOICE, KINDS, Common, Option, Question, numbers_of, shown_steps
from .show import jupyterquiz, typed_in

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
                            f"Right for the numbers of the student ID {typed.strip()[:40]!r}, but "
                            f"this is the notebook of {student!r}. Your instructor decides."
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


class _Entry:
    """Where in the bank we are, to say what is wrong there: `raise entry.fault("…")`."""

    def __init__(self, at: str):
        self._at = at

    def fault(self, message: str) -> BankError:
        return BankError(f"{self._at}: {message}")


def read_bank(data: object, where: str) -> Bank:
    """The bank in parsed YAML `data`; `where` names the file in error messages (see
    `load_bank`).
    """
    bank = _Entry(where)
    if not isinstance(data, dict):
        raise bank.fault("a bank has the keys unit, title and questions.")
    if set(data) != {"unit", "title", "questions"}:
        raise bank.fault("a bank has exactly the keys unit, title and questions.")
    unit, title, entries = data["unit"], data["title"], data["questions"]
    if not isinstance(unit, str) or not isinstance(title, str):
        raise bank.fault("unit and title must be text.")
    if not isinstance(entries, list) or not entries:
        raise bank.fault("questions must be a list with entries.")
    questions: list[Question] = []
    for number, plain in enumerate(entries, 1):
        name = plain.get("id") if isinstance(plain, dict) else None
        entry = _Entry(f"{where}, question {name or number}")
        if not isinstance(plain, dict):
            raise entry.fault("must be a mapping with id, kind and prompt.")
        if not isinstance(name, str) or not re.fullmatch(r"q\d\d", name):
            raise entry.fault("id must be q01, q02, …")
        if name in [question.id for question in questions]:
            raise entry.fault("this id is used twice. Number it anew.")
        questions.append(_read_question(name, plain, entry))
    return Bank(unit, title, tuple(questions))


def _read_text(text: object, what: str, entry: _Entry) -> str:
    if not isinstance(text, str) or not text.strip():
        raise entry.fault(f"{what} must be text (put it in quotes).")
    if "$" in text:
        raise entry.fault(
            f"{what} holds `$`. Formulas do not show in a quiz; write <i>f<sub>t</sub></i>."
        )
    if re.search(r"<(?![=\s\d])|</", TAGS.sub("", text)):
        raise entry.fault(
            f"{what} holds HTML that is not allowed. Use i, b, em, strong, sub, sup, code, kbd, "
            "br; write &lt; for <."
        )
    for tag in set(re.findall(r"<(\w+)>", text)) - {"br"}:
        if text.count(f"<{tag}>") != text.count(f"</{tag}>"):
            raise entry.fault(f"{what}: <{tag}> is not closed.")
    return text.strip()


def _read_question(name: str, plain: dict, entry: _Entry) -> Question:
    kind = plain.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise entry.fault(f"kind must be one of {', '.join(KINDS)}.")
    if unknown := set(plain) - _EVERY - _KEYS[kind]:
        names = ", ".join(map(repr, sorted(map(str, unknown))))
        raise entry.fault(f"a question of kind {kind} has no key {names}.")
    if missing := _KEYS[kind] - {"tolerance", "common"} - set(plain):
        raise entry.fault(f"a question of kind {kind} needs {', '.join(sorted(missing))}.")
    points = plain.get("points", 0)
    if type(points) not in (int, float) or not points >= 0:
        raise entry.fault("points must be a number that is not negative.")
    section = plain.get("section", "")
    if not isinstance(section, str) or not re.fullmatch(r"(\d\d_\w+#[\w-]+)?", section):
        raise entry.fault("section must read like 04_lstm_gates#the-forget-gate.")
    parameters = _read_parameters(plain.get("parameters", {}), entry)
    if parameters and kind not in ("number", "shape"):
        raise entry.fault("parameters are for kinds number and shape.")
    code = plain.get("code", "")
    if not isinstance(code, str):
        raise entry.fault("code must be text; begin it with `code: |`.")
    explain = plain.get("explain")
    accept, steps = plain.get("accept") or [], plain.get("steps") or []
    if not isinstance(accept, list):
        raise entry.fault("accept must be a list of texts.")
    if not isinstance(steps, list):
        raise entry.fault("steps must be a list of texts in the right order.")
    for step in steps:
        _read_text(step, "each step", entry)
    question = Question(
        name,
        kind,
        _read_text(plain.get("prompt"), "prompt", entry),
        section,
        points,
        code.rstrip("\n"),
        "" if explain is None and kind in CHOICE else _read_text(explain, "explain", entry),
        options=_read_options(plain["options"], kind, code, entry) if kind in CHOICE else (),
        answer=_read_value(plain["answer"], kind, parameters, "answer", entry)
        if "answer" in plain
        else None,
        tolerance=plain.get("tolerance", 0),
        accept=tuple(accept),
        steps=tuple(steps),
        parameters=parameters,
        common=_read_common(plain.get("common", []), kind, parameters, entry),
    )
    if type(question.tolerance) not in (int, float) or not question.tolerance >= 0:
        raise entry.fault("tolerance must be a number.")
    if kind == "text" and not (
        question.accept and all(isinstance(text, str) and words(text) for text in question.accept)
    ):
        raise entry.fault("accept must be a list of texts.")
    if kind == "order":
        count = len(question.steps)
        if not 3 <= count <= len(LETTERS) or len(set(question.steps)) != count:
            raise entry.fault(
                f"steps must be 3 to {len(LETTERS)} different texts in the right order."
            )
    _check_key(question, entry)
    return question


def _check_key(question: Question, entry: _Entry) -> None:
    """The right answer is marked right, and no common wrong one is, whatever the numbers."""
    used = set(re.findall(r"\{(\w+)\}", question.prompt + question.code))
    if not set(question.parameters) <= used:
        raise entry.fault("the prompt must show each parameter, as {name}.")
    for combination in itertools.product(*question.parameters.values()):
        numbers = dict(zip(question.parameters, combination, strict=True))
        try:
            _check_key_with(numbers, question, entry)
        except IllFormed as error:
            raise entry.fault(f"answer and common must hold for {numbers} too. {error}") from None


def _check_key_with(numbers: Mapping[str, float], question: Question, entry: _Entry) -> None:
    given = typed_answer(question, numbers)
    if given is None:
        return
    if question.points and not grade_question(question, given, numbers).correct:
        raise entry.fault(f"the answer {given} is not accepted as right. Check answer and accept.")
    if not all(differs(question, common.value, numbers) for common in question.common):
        raise entry.fault("a common wrong answer equals the right one.")


def _read_options(plain: object, kind: str, code: str, entry: _Entry) -> tuple[Option, ...]:
    options: list[Option] = []
    lines = code.rstrip("\n").split("\n")
    if not isinstance(plain, list):
        raise entry.fault("options must be a list.")
    for option in plain:
        if not isinstance(option, dict) or set(option) - {"text", "correct", "explain", "line"}:
            raise entry.fault(
                "an option has the keys text (or, in a bug question, line), correct and explain."
            )
        line, text, correct = option.get("line"), option.get("text"), option.get("correct", False)
        if line is not None:
            if kind != "bug":
                raise entry.fault("only an option of a bug question has a line.")
            if type(line) is not int or not 1 <= line <= len(lines):
                raise entry.fault(f"line {line} is not a line of the code.")
            shown = html.escape(lines[line - 1].strip(), quote=False)
            text = text or f"Line {line}: <code>{shown}</code>"
        if type(correct) is not bool:
            raise entry.fault("correct must be true or false.")
        text = _read_text(text, "text of an option", entry)
        explain = _read_text(option.get("explain"), "explain of an option", entry)
        options.append(Option(text, correct, explain, line))
    if not 2 <= len(options) <= len(LETTERS):
        raise entry.fault(f"there must be 2 to {len(LETTERS)} options.")
    if len({words(option.text) + option.text for option in options}) != len(options):
        raise entry.fault("two options are the same.")
    if len({option.line is None for option in options}) != 1:
        raise entry.fault("either all options have a line or none.")
    right = sum(option.correct for option in options)
    if kind == "several" and not 1 <= right < len(options):
        raise entry.fault("several: at least one option is right and one wrong.")
    if kind != "several" and right != 1:
        raise entry.fault("exactly one option must have `correct: true`.")
    return tuple(options)


def _read_parameters(data: object, entry: _Entry) -> dict[str, tuple[float, ...]]:
    if not isinstance(data, dict):
        raise entry.fault("parameters must be a mapping like {u: {choices: [16, 32]}}.")
    result = {}
    for name, value in data.items():
        if not (
            isinstance(name, str)
            and name.isidentifier()
            and isinstance(value, dict)
            and set(value) == {"choices"}
            and isinstance(value["choices"], list)
            and len(value["choices"]) >= 2
            and all(type(choice) in (int, float) for choice in value["choices"])
        ):
            raise entry.fault(
                "a parameter reads like u: {choices: [16, 32]} with at least two numbers."
            )
        result[name] = tuple(value["choices"])
    return result


def _read_value(
    value: object, kind: str, parameters: Mapping[str, tuple], what: str, entry: _Entry
) -> object:
    """An answer or a common wrong answer of the right type; arithmetic is tried with every
    parameter's first choice.
    """
    if kind == "output":
        if not isinstance(value, (str, int, float)):
            raise entry.fault(f"{what} must be text (put it in quotes).")
        return str(value)
    if kind == "text":
        return _read_text(value, what, entry)
    first = {name: choices[0] for name, choices in parameters.items()}
    if kind == "shape":
        if not isinstance(value, list):
            raise entry.fault(f"{what} must be a list such as [null, 10, 32].")
        return tuple(
            None if part is None else _read_number(part, first, what, entry) for part in value
        )
    return _read_number(value, first, what, entry)


def _read_number(
    value: object, numbers: Mapping[str, float], what: str, entry: _Entry
) -> float | str:
    """A number, or arithmetic in quotes that can be computed from `numbers`."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise entry.fault(f"{what} must be a number or arithmetic in quotes.")
    try:
        number_of(value, numbers)
    except IllFormed as error:
        known = ", ".join(numbers) or "no parameters"
        raise entry.fault(f"{what}: {value!r} cannot be computed from {known}. {error}") from None
    return value


def _read_common(
    data: object, kind: str, parameters: Mapping[str, tuple], entry: _Entry
) -> tuple[Common, ...]:
    if not isinstance(data, list):
        raise entry.fault("common must be a list of {value: …, explain: …}.")
    read = []
    for plain in data:
        if not isinstance(plain, dict) or set(plain) != {"value", "explain"}:
            raise entry.fault("common has value and explain.")
        value = _read_value(plain["value"], kind, parameters, "a common value", entry)
        read.append(
            Common(value, _read_text(plain["explain"], "explain of a common answer", entry))
        )
    return tuple(read)


def nbgrader_score(unit: str, namespace: Mapping[str, object]) -> float:
    """Points of a quiz in plain nbgrader: called by the hidden test, which exists on the
    instructor's machine only.
    """
    from ..course import quiz_file

    bank = load_bank(quiz_file(unit))
    answers = typed_in(namespace, ["student", *(q.id for q in bank.questions)])
    return float(round(sum(result.points for result in bank.grade(answers)), 2))
