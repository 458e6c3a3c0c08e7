"""What students and instructors read: feedback for each student, a report for the class, cards in
the notebook.

Every string that a student wrote or caused is escaped: in HTML by the templates, in nbgrader's
Markdown comments by `comment_text`. No page shows a hidden case. Pages hold everything that they
need, carry no script and load nothing.
"""

from __future__ import annotations

import functools
import hashlib
import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from ..files import write_whole
from ..quiz.answers import LETTERS, plain_text
from ..text import quiet_markdown
from . import analysis
from .analysis import first_failure
from .card import ResultCard
from .links import book_url, section

if TYPE_CHECKING:
    from ..outcome import ExerciseResult, StudentResult
    from ..quiz import Question, QuestionResult

ASKED = 160  # characters of a question that the class report repeats

WORDS = {
    "passed": "right",
    "partial": "partly right",
    "failed": "not yet right",
    "not reached": "not reached",
    "ours": "our error",
    "right": "right",
    "partly": "partly right",
    "wrong": "not right",
    "ill-formed": "could not be read",
    "unanswered": "no answer",
}
TONES = {
    "passed": "good",
    "right": "good",
    "partial": "part",
    "partly": "part",
    "failed": "bad",
    "wrong": "bad",
    "ill-formed": "bad",
    "ours": "part",
}
SIGNS = {"good": "✓", "part": "◐", "bad": "✗"}


# ---------------------------------------------------------------------------------------- templates


def number(value: float) -> str:
    """`value` with at most one decimal, none where it is whole."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def ticks(text: object) -> Markup:
    """Escaped text with `code` between backticks shown as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def share(points: float, maximum: float) -> int:
    return round(100 * min(max(points / maximum, 0.0), 1.0)) if maximum else 0


def tone(status: str) -> str:
    return TONES.get(status, "soft")


@functools.cache
def _templates() -> jinja2.Environment:
    folder = Path(__file__).with_name("templates")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "ticks": ticks}
    environment.globals |= {
        "css": Markup((folder / "base.css").read_text(encoding="utf-8")),
        "share": share,
        "tone": tone,
        "sign": lambda status: SIGNS.get(tone(status), "–"),
        "words": lambda status: WORDS.get(status, status),
    }
    return environment


# --------------------------------------------------------------------- in the notebook and nbgrader


def card_html(exercise: ExerciseResult) -> str:
    """The card that `check` shows, for the autograded notebook."""
    return ResultCard(exercise).html()


def card_text(exercise: ExerciseResult) -> str:
    return ResultCard(exercise).text()


def quiz_card_html(questions: list[QuestionResult]) -> str:
    return _templates().get_template("quiz_card.html").render(questions=questions)


def quiz_card_text(questions: list[QuestionResult]) -> str:
    lines = [
        f"Quiz: {number(sum(q.points for q in questions))} of {number(sum(q.max_points for q in questions))}"
    ]
    lines += [f"  {q.id}: {WORDS.get(q.status, q.status)}. {q.message}" for q in questions]
    return "\n".join(lines)


def comment_text(exercise: ExerciseResult) -> str | None:
    """The diagnosis as nbgrader's comment on the solution cell; None where all is right."""
    if exercise.diagnosis is not None:
        text = exercise.diagnosis.message
    else:
        failure = first_failure(exercise.to_dict())
        if failure is None:
            return None
        text = f"{failure['title']}: {failure['message']}"
    return quiet_markdown(text)


# ----------------------------------------------------------------------------- feedback per student


def feedback_html(result: dict) -> str:
    """The feedback page of one student from `StudentResult.to_dict()`."""
    notebooks = [_notebook_view(notebook) for notebook in result["notebooks"]]
    by_hand = sum(
        written["max_points"] for notebook in notebooks for written in notebook["written"]
    )
    return (
        _templates()
        .get_template("feedback.html")
        .render(
            title=notebooks[0]["title"] or result["assignment"],
            student=result["student"],
            graded=result["graded"],
            points=result["points"],
            automatic=result["max_points"] - by_hand,
            by_hand=by_hand,
            notebooks=notebooks,
        )
    )


def _notebook_view(notebook: dict) -> dict:
    exercises = [_exercise_view(exercise) for exercise in notebook["exercises"]]
    right = [
        f"`{e['exercise']}`: everything is right."
        for e in exercises
        if e["points"] >= e["max_points"]
    ]
    for exercise in exercises:
        passed = [c["title"] for c in exercise["criteria"] if c["status"] == "passed"]
        if passed and exercise["points"] < exercise["max_points"]:
            right.append(f"`{exercise['exercise']}`: {'. '.join(passed)}.")
    answered = [q for q in notebook["quiz"] if q["correct"]]
    if answered:
        right.append(f"Quiz: {len(answered)} of {len(notebook['quiz'])} questions.")
    # What was tried comes before what was not begun.
    begun = [e["first"] for e in exercises if e["first"] and e["written"]]
    rest = [e["first"] for e in exercises if e["first"] and not e["written"]]
    return notebook | {
        "exercises": exercises,
        "right": right,
        "first": next(iter(begun + rest), None),
        "quiz_points": sum(q["points"] for q in notebook["quiz"]),
        "quiz_max": sum(q["max_points"] for q in notebook["quiz"]),
    }


def _exercise_view(exercise: dict) -> dict:
    """An exercise with what its page shows: the first thing to look at, and where to read about
    it.
    """
    diagnosis, failure = exercise["diagnosis"], first_failure(exercise)
    see = (diagnosis or {}).get("see") or exercise.get("see") or ""
    link, first = book_url(see) if see else None, None
    if diagnosis or failure:
        message = diagnosis["message"] if diagnosis else failure["message"]
        title = f"`{exercise['exercise']}`: {diagnosis['title'] if diagnosis else failure['title']}"
        first = {"title": title, "message": message, "link": link, "place": section(see)}
    criteria = []
    for criterion in exercise["criteria"]:
        silent = criterion["status"] in ("passed", "not reached") or (
            diagnosis and criterion is failure
        )
        criteria.append(criterion | {"say": "" if silent else criterion["message"]})
    return exercise | {"first": first, "link": link, "criteria": criteria}


def write_feedback(folder: Path, result: StudentResult) -> Path:
    """Write the student's page; the name of the file is the student's id, made safe."""
    path = folder / f"{file_name(result.student)}.html"
    return write_whole(path, feedback_html(result.to_dict()))


def file_name(student: str) -> str:
    """A file name for a student's id that is safe on every system, keeps accents, and is no other
    student's.
    """
    safe = re.sub(r"[^\w.@+-]", "_", student).lstrip(".")[:60]
    return (
        safe if safe == student else f"{safe}-{hashlib.sha256(student.encode()).hexdigest()[:10]}"
    )


# ------------------------------------------------------------------------------------- class report


def class_html(
    assignment: str,
    results: Iterable[dict],
    columns: list[str] | None = None,
    questions: Mapping[str, Question] | None = None,
) -> str:
    """The class report from results as in the results file; `questions` of the quiz say what was
    asked.
    """
    summary = analysis.ClassSummary()
    for result in results:
        summary.add(result)
    scores, weak, (lower, median, upper) = summary.scores(), summary.weak(), summary.quartiles()
    return (
        _templates()
        .get_template("class.html")
        .render(
            assignment=assignment,
            title=summary.title or assignment,
            n=len(summary.students) + len(summary.failed),
            when=time.strftime("Made on %d %B %Y at %H:%M"),
            scores=scores,
            failed=summary.failed,
            automatic=summary.automatic,
            by_hand=summary.by_hand,
            to_mark=summary.to_mark,
            lower=lower,
            upper=upper,
            median=median,
            bins=_bars(scores, summary.automatic),
            help=[
                {"student": s["student"], "points": s["points"], "where": s["stops"] or "the quiz"}
                for s in weak[: analysis.HELP_LISTED]
            ],
            help_more=max(0, len(weak) - analysis.HELP_LISTED),
            students=sorted(summary.students, key=lambda s: s["student"].casefold()),
            columns=columns or [*summary.exercises, *(["quiz"] if summary.quiz else [])],
            mistakes=summary.frequent_mistakes(),
            exercises=summary.exercise_items(),
            time=summary.time(),
            enough=analysis.ENOUGH,
            quiz=[
                _question_view(item, (questions or {}).get(item["id"]))
                for item in summary.quiz_items()
            ],
        )
    )


def _question_view(item: dict, question: Question | None) -> dict:
    """A question with what was asked, and its answers in words."""
    texts = (
        {}
        if question is None
        else {
            LETTERS[place]: plain_text(option.text) for place, option in enumerate(question.options)
        }
    )
    for answer in item["answers"]:
        letters = [letter.strip() for letter in answer["given"].split(",")]
        answer["text"] = (
            "; ".join(texts[letter] for letter in letters)
            if all(x in texts for x in letters)
            else ""
        )
    asked = plain_text(question.prompt) if question else ""
    return item | {"asked": asked if len(asked) <= ASKED else asked[: ASKED - 1] + "…"}


def _bars(scores: list[float], maximum: float) -> list[dict]:
    """The histogram as bars whose lengths are percent of the longest."""
    bins = analysis.histogram(scores, maximum)
    longest = max((count for _, _, count in bins), default=0)
    return [
        {
            "label": f"{number(low)} to {number(high)}",
            "count": count,
            "percent": round(100 * count / longest),
        }
        for low, high, count in bins
    ]


def write_class_report(
    path: Path,
    assignment: str,
    results: Iterable[dict],
    columns: list[str] | None = None,
    questions: Mapping[str, Question] | None = None,
) -> Path:
    return write_whole(path, class_html(assignment, results, columns, questions))
