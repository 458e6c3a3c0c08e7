"""The reference pages: cheat sheet, interview questions, and the myths of all lessons, each with its evidence.

The cheat sheet and the questions are data (``book/cheat_sheet.yml``, ``book/interview.yml``); myths are read where they
stand, in the lessons. Whatever names a claim that no lesson states, or a myth that names no evidence, stops the build.
It trains nothing and loads no Keras: that the printed counts are Keras' is for ``tests/book/test_reference.py``.
"""

from __future__ import annotations

import ast
import difflib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from evidence import WORDS, Stated, last_records, plain_words, stated
from lessonkit import claims
from sphinx.errors import ExtensionError

CHEAT_SHEET = Path("book") / "cheat_sheet.yml"
INTERVIEW = Path("book") / "interview.yml"

NAMED = re.compile(r"(?<![\w*`])\*(\d\d-[a-z0-9-]+)\*(?![\w*`])")
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
MYTH = re.compile(r"\*\*Myth\.\*\*")
BELIEF = re.compile(r"\s*\*(?!\*)(.+?)(?<!\*)\*\s*")

Found = tuple[list["Claim"], list[str]]  # what was found, and what is wrong


# --- claims, by their identifiers ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A claim of a lesson, and the record of its last run where there is one."""

    stated: Stated
    lesson: str
    record: dict[str, Any] | None

    @property
    def statement(self) -> str:
        """The sentence as it was measured; without a run as it is written, or the name where numbers are put in."""
        if self.record:
            return str(self.record["statement"])
        written = self.stated.call.args[1] if len(self.stated.call.args) > 1 else None
        literal = isinstance(written, ast.Constant) and isinstance(written.value, str)
        return written.value if literal else self.stated.identifier

    @property
    def measured(self) -> str:
        """A sentence of the number and what it was held against, as Markdown."""
        if self.record is None:
            return "Not run in this build."
        found = f"{claims.measured(self.record)}, {claims.compared(self.record)}"
        doubt = (
            "" if self.record["verdict"] == claims.HOLDS else f" ({WORDS[self.record['verdict']]})"
        )
        return f"Measured: {plain_words(found)}{doubt}."

    def link(self, text: str) -> str:
        """A link from a page of ``book/`` to the cell that measures it. `text` is Markdown."""
        place = html.escape(f"../lessons/{self.lesson}.html#cell-{self.stated.cell}")
        return f'<a href="{place}">{text}</a>'


def known_claims(root: Path) -> dict[str, Claim]:
    """Every claim of every lesson, by its identifier."""
    found = {}
    for lesson in sorted((root / "lessons").glob("*.ipynb")):
        records = last_records(root / "_build" / "evidence" / f"{lesson.stem[:2]}.jsonl")
        for one in stated(lesson):
            found[one.identifier] = Claim(one, lesson.stem, records.get(one.identifier))
    return found


def claim_named(name: str, known: dict[str, Claim], where: str) -> Claim:
    """The claim of that name. Raises `ExtensionError` with `where` and the names that come nearest."""
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    remedy = f" Is one of these meant: {', '.join(near)}?" if near else ""
    raise ExtensionError(f"{where}: no lesson states a claim '{name}'.{remedy}")


def claims_named(names: Sequence[str], known: dict[str, Claim], where: str) -> Found:
    """The claims of these names, and what is to be told of those that no lesson states."""
    found: list[Claim] = []
    told: list[str] = []
    for name in names:
        try:
            found.append(claim_named(name, known, where))
        except ExtensionError as error:
            told.append(str(error))
    return found, told


def stop_at(told: list[str]) -> None:
    """Raise `ExtensionError` with all that is wrong on a page, so that it can be mended at once."""
    if told:
        raise ExtensionError("\n".join(told))


def claim_link(root: Path, name: str, where: str) -> str:
    """What ``{{ claim:NAME }}`` becomes: the name, as a link to the cell that measures it."""
    return claim_named(name, known_claims(root), where).link(name)


# --- cheat sheet --------------------------------------------------------------------------------------------------


def value(formula: str, **sizes: int) -> int:
    """The number that a formula such as ``4u(d + u + 1)`` gives: the text that is printed is the one that is computed.

    Letters are sizes; factors that stand side by side are multiplied, ``^`` is a power. Raises `ExtensionError` for
    anything else.
    """
    code = re.sub(r"(?<=[\w)])\s*(?=\()|(?<=\))\s*(?=\w)|(?<=\w)(?=[a-z])", "*", formula)
    code = code.replace("^", "**")
    letters = set(re.findall(r"[a-zA-Z]", formula))
    if not re.fullmatch(r"[\da-z+\-*() ]+", code) or letters - set(sizes):
        raise ExtensionError(
            f"{CHEAT_SHEET}: the formula '{formula}' is not a sum of products of {', '.join(sizes)} and numbers."
        )
    try:
        return int(eval(code, {"__builtins__": {}}, dict(sizes)))
    except (SyntaxError, TypeError) as error:
        raise ExtensionError(
            f"{CHEAT_SHEET}: the formula '{formula}' cannot be computed: {error}."
        ) from error


def shape(text: str, **sizes: int) -> tuple[int | None, ...]:
    """A printed shape such as ``(batch, time, 2u)`` as Keras writes it: words are None, formulas are numbers."""
    parts = [part.strip() for part in text.strip("() ").split(",") if part.strip()]
    return tuple(
        None if re.fullmatch(r"[a-z]{3,}", part) else value(part, **sizes) for part in parts
    )


def read_cheat_sheet(root: Path) -> dict[str, Any]:
    """The data of the cheat sheet."""
    return yaml.safe_load((root / CHEAT_SHEET).read_text(encoding="utf-8"))


def side_by_side(root: Path, places: dict[str, str]) -> str:
    """Markdown table of what the models cost and what they may be asked."""
    data = read_cheat_sheet(root)
    sizes = data["example"]
    example = ", ".join(f"${letter} = {number}$" for letter, number in sizes.items())
    lines = [
        f"| model | handed on | parameters | {example} | steps that wait | in a stream | sees what follows |",
        "|---|---|---|---|---|---|---|",
    ]
    for model in data["models"]:
        formulas, counts = [], []
        for layer in model["layers"]:
            called = f"{layer['called']}: " if "called" in layer else ""
            formulas.append(f"{called}${layer['parameters']}$")
            counts.append(f"{value(layer['parameters'], **sizes):,}")
        note = f" {model['carries_note']}" if "carries_note" in model else ""
        lines.append(
            f"| [{model['name']}](#{_anchor(model['name'])}) | ${model['carries']}${note} "
            f"| {'<br>'.join(formulas)} | {'<br>'.join(counts)} "
            f"| {model['waits']} | {model['stream']} | {model['follows']} |"
        )
    return "\n".join(lines)


def model_cards(root: Path, places: dict[str, str]) -> str:
    """Markdown section of each model: equation, states, Keras, shapes, when to use it."""
    data = read_cheat_sheet(root)
    lines = []
    for model in data["models"]:
        lesson = next((root / "lessons").glob(f"{model['lesson']}_*.ipynb"), None)
        if lesson is None:
            raise ExtensionError(
                f"{CHEAT_SHEET}: {model['name']} belongs to lesson {model['lesson']}, which does not exist."
            )
        lines += [f"### {model['name']}", "", "$$", "\\begin{aligned}"]
        lines += [" \\\\\n".join(model["equation"]), "\\end{aligned}", "$$", ""]
        for layer in model["layers"]:
            given = " and ".join(f"`{name}` {form}" for name, form in layer["inputs"].items())
            lines += ["```python", layer["keras"].rstrip(), "```", ""]
            lines += [f"{given} → {layer['output']}: ${layer['parameters']}$ parameters", ""]
        lines += [
            f"- **State:** {model['state']}.",
            f"- **Use it** {model['use']}",
            f"- **Built** in [lesson {model['lesson']}](../lessons/{lesson.name}).",
            "",
        ]
    return "\n".join(lines)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


# --- interview questions ------------------------------------------------------------------------------------------

QUESTION_KEYS = {"id", "question", "answer", "measured"}


def read_interview(root: Path) -> list[dict[str, Any]]:
    """The levels with their questions. Raises `ExtensionError` where a question is not complete or stands twice."""
    levels = yaml.safe_load((root / INTERVIEW).read_text(encoding="utf-8"))["levels"]
    seen: set[str] = set()
    for level in levels:
        for one in level["questions"]:
            name = one.get("id") or str(one.get("question"))[:40]
            if set(one) != QUESTION_KEYS or not all(one.values()):
                raise ExtensionError(
                    f"{INTERVIEW}: the question '{name}' needs {', '.join(sorted(QUESTION_KEYS))}, and nothing else."
                )
            if name in seen:
                raise ExtensionError(f"{INTERVIEW}: two questions have the id '{name}'.")
            seen.add(name)
            if isinstance(one["measured"], str):
                one["measured"] = [one["measured"]]
    return levels


def interview_page(root: Path, places: dict[str, str]) -> str:
    """Markdown of the questions by level, each a fold with its answer and the claims that measure it."""
    known = known_claims(root)
    told: list[str] = []
    lines, number = [], 0
    for level in read_interview(root):
        lines += [f"## {level['title']}", "", level["about"].strip(), ""]
        for one in level["questions"]:
            number += 1
            where = f"{INTERVIEW}, question '{one['id']}'"
            found, wrong = claims_named(one["measured"], known, where)
            told += wrong
            lines += [
                f'<details class="interview" id="{html.escape(one["id"])}">',
                f"<summary>{number}. {_summary(one['question'])}</summary>",
                "",
                one["answer"].strip(),
                "",
                f"**Measured in** {'; '.join(_measured_in(claim) for claim in found)}",
                "",
                "</details>",
                "",
            ]
    stop_at(told)
    return "\n".join(lines)


def _measured_in(claim: Claim) -> str:
    said = plain_words(claim.statement).rstrip(".")
    return f"lesson {claim.lesson[:2]}: {claim.link(said)}"


def _summary(question: str) -> str:
    """A question as HTML: the line of a fold is no Markdown, but code in it is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(question.strip(), quote=False))


# --- myths --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Myth:
    """A myth as it stands in a lesson: what is believed, what is said to it, and what it rests on."""

    lesson: str
    cell: str
    belief: str
    answer: str
    claims: tuple[str, ...]
    literature: tuple[str, ...]

    @property
    def where(self) -> str:
        """The place that an error names."""
        return f"lessons/{self.lesson}.ipynb, cell {self.cell}, myth '{self.belief}'"


def myths_of(lesson: Path, own: tuple[str, ...] = ()) -> list[Myth]:
    """The myths of a notebook: quotations that begin with ``**Myth.**``, the belief in italics on a line of its own.

    A link counts as literature unless it begins with one of the addresses in `own`, which are the course's.
    Raises `ExtensionError` for one without a belief.
    """
    found = []
    for cell in nbformat.read(lesson, as_version=4).cells:
        if cell.cell_type != "markdown":
            continue
        for block in _quotations(cell.source):
            if not MYTH.match(block[0]):
                continue
            lines = [line for line in (MYTH.sub("", block[0], count=1), *block[1:]) if line.strip()]
            if not lines or not (belief := BELIEF.fullmatch(lines[0])):
                raise ExtensionError(
                    f"lessons/{lesson.name}, cell {cell.id}: after '**Myth.**' comes what is believed, in *italics*, "
                    "on a line of its own."
                )
            answer = "\n".join(lines[1:])
            addresses = [link for link in LINK.findall(answer) if link.startswith("http")]
            found.append(
                Myth(
                    lesson.stem,
                    cell.id,
                    belief[1],
                    answer,
                    tuple(dict.fromkeys(NAMED.findall(answer))),
                    tuple(link for link in addresses if not link.startswith(own or ("\0",))),
                )
            )
    return found


def _quotations(text: str) -> list[list[str]]:
    """The blocks of lines that begin with '>', without it; code blocks are no quotations."""
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if line.startswith(">") and not fenced:
            blocks[-1].append(line[1:].removeprefix(" "))
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def with_evidence(myth: Myth, known: dict[str, Claim]) -> Found:
    """The claims of a myth, and what is wrong: it names none and no literature, or one that nobody states."""
    if not myth.claims and not myth.literature:
        return [], [
            f"{myth.where}: it has no evidence. Name in its text the claim that measures it, as *04-plateau*, or link "
            "the paper it rests on."
        ]
    return claims_named(myth.claims, known, myth.where)


def myths_page(root: Path, places: dict[str, str]) -> str:
    """Markdown of the myths, lesson by lesson, each with the numbers of its claims or its literature."""
    known = known_claims(root)
    own = tuple(address for address in (places.get("repository"),) if address)
    lines: list[str] = []
    told: list[str] = []
    measured = cited = 0
    for lesson in sorted((root / "lessons").glob("*.ipynb")):
        if not (myths := myths_of(lesson, own)):
            continue
        title = next(
            match[1]
            for cell in nbformat.read(lesson, as_version=4).cells
            if (match := re.match(r"# +(.+)", cell.source))
        )
        lines += [f"## Lesson {lesson.stem[:2]}: [{title}](../lessons/{lesson.name})", ""]
        for myth in myths:
            found, wrong = with_evidence(myth, known)
            if wrong:
                told += wrong
                continue
            measured, cited = measured + bool(found), cited + (not found)
            quoted = [f"**Myth.** *{myth.belief}*", "", *_moved(myth, known), ""]
            quoted += [
                f"- {claim.link(plain_words(claim.statement))} {claim.measured}" for claim in found
            ]
            lines += [*(f"> {line}".rstrip() for line in quoted), ""]
    stop_at(told)
    head = f"{measured + cited} myths: {measured} are answered by something measured here, {cited} by the literature."
    return "\n".join([head, "", *lines])


def _moved(myth: Myth, known: dict[str, Claim]) -> list[str]:
    """A myth's answer on another page: its claims lead to their cells, its links start from the lessons' folder."""

    def led(match: re.Match[str]) -> str:
        return known[match[1]].link(match[1])

    def moved(match: re.Match[str]) -> str:
        target = match[1]
        if re.match(r"[a-z]+:", target):
            return match[0]
        place = f"{myth.lesson}.ipynb{target}" if target.startswith("#") else target
        return match[0].replace(f"]({target})", f"](../lessons/{place})")

    return LINK.sub(moved, NAMED.sub(led, myth.answer)).split("\n")


REFERENCE = {
    "side_by_side": side_by_side,
    "model_cards": model_cards,
    "interview": interview_page,
    "myths": myths_page,
}
