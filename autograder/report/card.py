"""The card of a result: of an exercise, in the notebook and in the autograded copy, and of a quiz.

As HTML it holds all that it needs: inline styles, no script, nothing loaded. As plain text it says
the same for a terminal. Every string of the student's is escaped, so a card is safe to show
anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..outcome import AnswerStatus, CriterionStatus, ExerciseResult, QuestionResult
from .links import book_url, section
from .render import render
from .vocabulary import LOOKS

PRINTED_LINES = 20  # of the student's output in a terminal


@dataclass(frozen=True)
class Row:
    """One criterion, or one question of the quiz."""

    status: CriterionStatus | AnswerStatus
    title: str
    message: str
    points: float
    max_points: float
    picture: str = ""


@dataclass(frozen=True)
class Card:
    """What stands on a card, from top to bottom. Texts may hold `code` between backticks.

    Attributes:
        status: the whole in one word; it colours the edge.
        worded: the rows say their status in words too, not by signs alone.
        diagnosis: title and message of a known mistake.
        see: section of a lesson to read again.
    """

    name: str
    points: float
    max_points: float
    status: CriterionStatus
    headline: str
    rows: Sequence[Row]
    worded: bool = False
    diagnosis: tuple[str, str] | None = None
    see: str | None = None
    printed: str = ""

    def html(self) -> str:
        """For a notebook: fits a phone, on light and on dark ground."""
        return render("card.html", card=self, place=section(self.see), link=book_url(self.see))

    def text(self) -> str:
        """For a terminal."""
        name = self.name.replace("`", "")
        lines = [f"{name}: {self.points:g} of {self.max_points:g} points"]
        if self.headline:
            lines.append(f"  {self.headline}")
        if self.diagnosis is not None:
            lines.append("  {}. {}".format(*self.diagnosis))
        for row in self.rows:
            look = LOOKS[row.status]
            word = "" if row.status == "passed" else f"{look.word}, "
            points = f"{row.points:g} of {row.max_points:g}"
            lines.append(f"  {look.sign} {row.title} ({word}{points})")
            if row.message and row.status not in ("passed", "not reached"):
                lines.append(f"      {row.message}")
            lines += ["      " + line for line in row.picture.splitlines()]
        if self.see:
            url = book_url(self.see)
            lines.append(f"  Read: {section(self.see)}" + (f", {url}" if url else ""))
        if self.printed:
            lines.append("  Your function printed:")
            lines += ["    " + line for line in self.printed.rstrip().splitlines()[:PRINTED_LINES]]
        return "\n".join(lines)


class ResultCard:
    """What a check found: a card in notebooks, plain text elsewhere.

    `score` is the points, between 0 and the maximum; `result` the whole `ExerciseResult`. With
    `printed`, the card shows what the student's function printed.
    """

    def __init__(self, result: ExerciseResult, printed: bool = False):
        self.result = result
        self._printed = printed

    @property
    def score(self) -> float:
        """The points, between 0 and the maximum of the exercise, to two decimals."""
        return _between(self.result.points, self.result.max_points)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()

    def text(self) -> str:
        """The card for a terminal."""
        return self._card().text()

    def html(self) -> str:
        """The card for a notebook."""
        return self._card().html()

    def _card(self) -> Card:
        result, found = self.result, self.result.diagnosis
        status, headline = self._headline()
        see = None
        if result.written and not result.needs_manual and result.points < result.max_points:
            see = (found.see if found is not None else None) or result.see
        rows = [
            Row(
                c.status,
                c.title,
                "" if c.status == "not reached" else c.message,  # what it waits for stands above
                c.points,
                c.max_points,
                c.picture,
            )
            for c in result.criteria
        ]
        return Card(
            f"`{result.exercise}`",
            self.score,
            result.max_points,
            status,
            headline,
            rows if result.written else [],
            diagnosis=None if found is None else (found.title, found.message),
            see=see,
            printed=result.printed if self._printed else "",
        )

    def _headline(self) -> tuple[CriterionStatus, str]:
        """(status, sentence) for the whole exercise."""
        result = self.result
        if result.needs_manual:
            return "ours", "A check failed for a reason of ours. Your instructor will look at it."
        if not result.written:
            return (
                "not reached",
                "Not written yet. Replace the `raise NotImplementedError` line and run the cell.",
            )
        status = _overall(result.points, result.max_points)
        return status, "Everything is right." if status == "passed" else ""


def quiz_card(questions: Sequence[QuestionResult]) -> Card:
    """The card of a quiz that was graded."""
    points, maximum = sum(q.points for q in questions), sum(q.max_points for q in questions)
    rows = [
        Row(q.status, q.id, "" if q.status == "unanswered" else q.message, q.points, q.max_points)
        for q in questions
    ]
    return Card(
        "Quiz", _between(points, maximum), maximum, _overall(points, maximum), "", rows, worded=True
    )


def _between(points: float, maximum: float) -> float:
    return round(min(max(float(points), 0.0), float(maximum)), 2)


def _overall(points: float, maximum: float) -> CriterionStatus:
    return "passed" if points >= maximum else "partial" if points > 0 else "failed"
