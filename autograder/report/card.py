"""The card of one exercise: in the notebook, in the autograded copy, and as plain text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from ..outcome import ExerciseResult
from .links import book_url, section

if TYPE_CHECKING:
    pass

_SIGNS = {"passed": "✓", "partial": "◐", "failed": "✗", "not reached": "–", "ours": "!"}

# Readable on white and on near-black; the sign says the same without colour.
_COLOURS = {
    "passed": "#1d9a5b",
    "partial": "#c27b0e",
    "failed": "#d9503f",
    "not reached": "#8a8f98",
    "ours": "#c27b0e",
}

_WORDS = {
    "passed": "right",
    "partial": "partly right",
    "failed": "not right yet",
    "not reached": "not reached",
    "ours": "our error",
}

_SOFT = "rgba(128,132,140,.35)"

_TINT = "rgba(128,132,140,.14)"

_CARD = (
    f"max-width:46rem;margin:.5em 0;padding:.8em 1em;border:1px solid {_SOFT};border-radius:6px;font-size:14px;"
    "font-family:system-ui,-apple-system,sans-serif;line-height:1.5;color:inherit;background:transparent;"
    "overflow-wrap:anywhere;border-left:4px solid "
)

_MAP = (
    "margin:.35em 0 0;padding:0;overflow-x:auto;white-space:pre;line-height:1.3;font-size:13px;color:inherit;"
    "background:transparent"
)


class ResultCard:
    """What a check found: a card in notebooks, plain text elsewhere.

    `score` is the points, between 0 and the maximum; `result` the whole `ExerciseResult`. Every
    string of the student's is escaped, so the card is safe to show anywhere.
    """

    def __init__(self, result: ExerciseResult, printed: bool = False):
        self.result = result
        self._printed = printed

    @property
    def score(self) -> float:
        """The points, between 0 and the maximum of the exercise."""
        points = round(min(max(float(self.result.points), 0.0), float(self.result.max_points)), 2)
        return int(points) if points == int(points) else points

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()

    def _headline(self) -> tuple[str, str]:
        """(status, sentence) for the whole exercise."""
        result = self.result
        if result.needs_manual:
            return "ours", "A check failed for a reason of ours. Your instructor will look at it."
        if not result.written:
            return (
                "not reached",
                "Not written yet. Replace the `raise NotImplementedError` line and run the cell.",
            )
        if result.points >= result.max_points:
            return "passed", "Everything is right."
        return ("partial" if result.points > 0 else "failed"), ""

    def text(self) -> str:
        """The report for a terminal."""
        result = self.result
        lines = [f"{result.exercise}: {self.score:g} of {result.max_points:g} points"]
        headline = self._headline()[1]
        if headline:
            lines.append(f"  {headline}")
        if result.diagnosis is not None:
            lines.append(f"  {result.diagnosis.title}. {result.diagnosis.message}")
        if result.written:
            for c in result.criteria:
                lines.append(
                    f"  {_SIGNS.get(c.status, '?')} {c.title} ({c.points:g} of {c.max_points:g})"
                )
                if c.message and c.status not in ("passed", "not reached"):
                    lines.append(f"      {c.message}")
                lines += ["      " + line for line in c.picture.splitlines()]
        if see := self._see():
            lines.append(
                f"  Read: {section(see)}" + (f", {book_url(see)}" if book_url(see) else "")
            )
        if self._printed and result.printed:
            lines.append("  Your function printed:")
            lines += ["    " + line for line in result.printed.rstrip().splitlines()[:20]]
        return "\n".join(lines)

    def html(self) -> str:
        """The report as a self-contained card: inline styles, no script, fits a phone."""
        result = self.result
        status, headline = self._headline()
        colour = _COLOURS[status]
        parts = [
            f'<div style="{_CARD}{colour}">',
            '<div style="display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1em;font-size:15px">'
            f"<strong>{_code(result.exercise)}</strong>"
            f'<span style="white-space:nowrap"><strong>{self.score:g}</strong> of {result.max_points:g} points</span>'
            "</div>",
        ]
        if headline:
            parts.append(f'<div style="margin:.3em 0 0">{_ticks(headline)}</div>')
        if result.diagnosis is not None:
            parts.append(
                f'<div style="margin:.6em 0 .2em;padding:.55em .8em;border-radius:5px;background:{_TINT}">'
                f"<strong>{_ticks(result.diagnosis.title)}.</strong> {_ticks(result.diagnosis.message)}</div>"
            )
        if result.written:
            parts.append('<div role="list" style="margin:.5em 0 0">')
            parts += [self._row(criterion) for criterion in result.criteria]
            parts.append("</div>")
        see = self._see()
        if see:
            name = html.escape(section(see))
            url = book_url(see)
            link = (
                f'<a href="{html.escape(url)}" target="_blank" rel="noopener" style="color:inherit">{name}</a>'
                if url
                else name
            )
            parts.append(f'<div style="margin:.6em 0 0">Read again: {link}</div>')
        if self._printed and result.printed:
            parts.append(
                '<details style="margin:.6em 0 0"><summary style="cursor:pointer">What your function printed</summary>'
                '<pre style="margin:.4em 0 0;white-space:pre-wrap;overflow-wrap:anywhere;color:inherit;'
                f'background:transparent;font-size:12px">{html.escape(result.printed)}</pre></details>'
            )
        return "".join([*parts, "</div>"])

    def _see(self) -> str | None:
        result = self.result
        if not result.written or result.needs_manual or result.points >= result.max_points:
            return None
        return (result.diagnosis.see if result.diagnosis is not None else None) or result.see

    @staticmethod
    def _row(criterion: Any) -> str:
        colour = _COLOURS.get(criterion.status, _COLOURS["ours"])
        quiet = "opacity:.65;" if criterion.status == "not reached" else ""
        row = (
            f'<div role="listitem" style="display:flex;gap:.6em;padding:.3em 0;border-top:1px solid {_SOFT};{quiet}">'
            f'<span style="flex:0 0 1.1em;text-align:center;font-weight:bold;color:{colour}" role="img" '
            f'aria-label="{_WORDS.get(criterion.status, "unknown")}">{_SIGNS.get(criterion.status, "?")}</span>'
            f'<span style="flex:1 1 auto;min-width:0">{_ticks(criterion.title)}'
        )
        if (
            criterion.message and criterion.status != "not reached"
        ):  # what it waits for stands above
            row += f'<br><span style="opacity:.85">{_ticks(criterion.message)}</span>'
        if criterion.picture:
            row += (
                f'<pre role="img" aria-label="Map of the wrong entries" style="{_MAP}">'
                f"{html.escape(criterion.picture)}</pre>"
            )
        points = f"{criterion.points:g} / {criterion.max_points:g}"
        return (
            row
            + f'</span><span style="flex:0 0 auto;white-space:nowrap;opacity:.85">{points}</span></div>'
        )


def _code(text: str) -> str:
    return f'<code style="background:transparent;color:inherit;font-size:.95em">{html.escape(text)}</code>'


def _ticks(text: str) -> str:
    """Escaped text with `code` between backticks shown as code."""
    return re.sub(r"`([^`]+)`", lambda match: _code(html.unescape(match[1])), html.escape(text))
