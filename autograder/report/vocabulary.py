"""The words, signs and colours of a result, said once for cards, feedback pages and class report.

It shows nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..outcome import AnswerStatus, CriterionStatus


@dataclass(frozen=True)
class Tone:
    """One colour in three shades.

    `sign` is for signs and edges, and can be seen on white and on near-black (3:1 at least): a card
    does not know on what ground a notebook shows it. `light` and `dark` are for text on a page of
    our own, whose ground is known (4.5:1 at least).
    """

    sign: str
    light: str
    dark: str


@dataclass(frozen=True)
class Look:
    """How a status looks; the sign says the same without colour. `tone` is a name in `TONES`."""

    word: str
    sign: str
    tone: str

    @property
    def colour(self) -> str:
        return TONES[self.tone].sign


TONES = {
    "good": Tone("#1d9a5b", light="#14653a", dark="#7fd6a4"),
    "part": Tone("#c27b0e", light="#7a5200", dark="#f0c169"),
    "bad": Tone("#d9503f", light="#a3261b", dark="#ff9d92"),
    "soft": Tone("#8a8f98", light="#55616e", dark="#a3aeb9"),
}

LOOKS: Mapping[CriterionStatus | AnswerStatus, Look] = {
    # criteria
    "passed": Look("right", "✓", "good"),
    "partial": Look("partly right", "◐", "part"),
    "failed": Look("not right yet", "✗", "bad"),
    "not reached": Look("not reached", "–", "soft"),
    "ours": Look("our error", "!", "part"),
    # answers to a quiz
    "right": Look("right", "✓", "good"),
    "partly": Look("partly right", "◐", "part"),
    "wrong": Look("not right", "✗", "bad"),
    "ill-formed": Look("could not be read", "✗", "bad"),
    "unanswered": Look("no answer", "–", "soft"),
}
