"""What a quiz is made of: questions, options, per-student numbers, and the result of one answer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KINDS = ("one", "several", "number", "shape", "order", "output", "text", "bug")
CHOICE = ("one", "several", "bug")


@dataclass(frozen=True)
class Option:
    """One choice; `text` is HTML with a few inline tags."""

    text: str
    correct: bool
    explain: str
    line: int | None = None


@dataclass(frozen=True)
class Common:
    """A well-known wrong answer and what it tells about the thinking behind it."""

    value: object
    explain: str


@dataclass(frozen=True)
class Question:
    """One question of a bank; which fields are used depends on `kind` (see `KINDS`)."""

    id: str
    kind: str
    prompt: str
    section: str = ""
    points: float = 0.0
    code: str = ""
    explain: str = ""
    options: tuple[Option, ...] = ()
    answer: object = None
    tolerance: float = 0.0
    accept: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    common: tuple[Common, ...] = ()
    parameters: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def digest(key: bytes, *parts: str) -> int:
    """A number that depends on `key` and `parts` alone (HMAC-SHA-256)."""
    return int.from_bytes(
        hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).digest()[:8], "big"
    )


def numbers_of(
    parameters: Mapping[str, Sequence[float]], question: str, student: str, key: bytes
) -> dict[str, float]:
    """This student's numbers for a question; space around the ID and its case do not matter."""
    student = student.strip().casefold()
    return {
        name: choices[digest(key, student, question, name) % len(choices)]
        for name, choices in parameters.items()
    }


def fill(text: str, numbers: Mapping[str, object]) -> str:
    """`text` with `{name}` replaced for the names in `numbers`; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda found: str(numbers.get(found[1], found[0])), text)


def shown_steps(question: Question) -> list[str]:
    """The steps of an order question as shown: shuffled by a keyed hash, never in the right
    order.
    """
    order = sorted(question.steps, key=lambda step: digest(b"order", question.id, step))
    return order[1:] + order[:1] if tuple(order) == question.steps else order
