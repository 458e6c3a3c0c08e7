"""What students and instructors read: feedback for each student, a report for the class, cards in the notebook.

Every string that a student wrote or caused is escaped: in HTML by the templates, in nbgrader's Markdown comments by
`comment_text`. No page shows a hidden case. Pages hold everything that they need, carry no script and load nothing.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from .check import Report
from .explain import book_url, section

if TYPE_CHECKING:
    from .grading import StudentResult
    from .judge import ExerciseResult
    from .quiz import QuestionResult

HELP_LISTED = 15  # students under "who needs help"
MISTAKES_LISTED = 20

WORDS = {
    "passed": "right", "partial": "partly right", "failed": "not yet right", "not reached": "not reached",
    "ours": "our error", "right": "right", "partly": "partly right", "wrong": "not right",
    "ill-formed": "could not be read", "unanswered": "no answer",
}
TONES = {"passed": "good", "right": "good", "partial": "part", "partly": "part", "failed": "bad", "wrong": "bad",
         "ill-formed": "bad", "ours": "part"}
SIGNS = {"good": "✓", "part": "◐", "bad": "✗"}


# ------------------------------------------------------------------------------------------------------- templates


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
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "ticks": ticks}
    environment.globals |= {
        "css": Markup((folder / "base.css").read_text(encoding="utf-8")), "share": share, "tone": tone,
        "sign": lambda status: SIGNS.get(tone(status), "–"), "words": lambda status: WORDS.get(status, status),
    }
    return environment


# ------------------------------------------------------------------------------------- in the notebook and nbgrader


def card_html(exercise: ExerciseResult) -> str:
    """The card that `check` shows, for the autograded notebook."""
    return Report(exercise).html()


def card_text(exercise: ExerciseResult) -> str:
    return Report(exercise).text()


def quiz_card_html(questions: list[QuestionResult]) -> str:
    return _templates().get_template("quiz_card.html").render(questions=questions)


def quiz_card_text(questions: list[QuestionResult]) -> str:
    lines = [f"Quiz: {number(sum(q.points for q in questions))} of {number(sum(q.max_points for q in questions))}"]
    lines += [f"  {q.id}: {WORDS.get(q.status, q.status)}. {q.message}" for q in questions]
    return "\n".join(lines)


def first_failure(exercise: ExerciseResult | dict) -> Any:
    """The criterion that speaks: the first that is neither passed nor merely not reached."""
    plain = exercise if isinstance(exercise, dict) else exercise.to_dict()
    return next((c for c in plain["criteria"] if c["status"] not in ("passed", "not reached")), None)


def comment_text(exercise: ExerciseResult) -> str | None:
    """The diagnosis as nbgrader's comment on the solution cell; None where all is right."""
    if exercise.diagnosis is not None:
        text = exercise.diagnosis.message
    else:
        failure = first_failure(exercise)
        if failure is None:
            return None
        text = f"{failure['title']}: {failure['message']}"
    return quiet_markdown(text)


def quiet_markdown(text: str) -> str:
    """Text that nbgrader's Markdown shows as it is: no tag, no link, no picture."""
    text = re.sub(r"<(?=[A-Za-z/!?])", "< ", text)
    return re.sub(r"\](?=[(\[:])", "] ", text)


# --------------------------------------------------------------------------------------------- feedback per student


def feedback_html(result: dict) -> str:
    """The feedback page of one student from `StudentResult.to_dict()`."""
    notebooks = [_notebook_view(notebook) for notebook in result["notebooks"]]
    by_hand = sum(written["max_points"] for notebook in notebooks for written in notebook["written"])
    return _templates().get_template("feedback.html").render(
        title=notebooks[0]["title"] or result["assignment"], student=result["student"], graded=result["graded"],
        points=result["points"], automatic=result["max_points"] - by_hand, by_hand=by_hand, notebooks=notebooks,
    )


def _notebook_view(notebook: dict) -> dict:
    exercises = [_exercise_view(exercise) for exercise in notebook["exercises"]]
    right = [f"`{e['exercise']}`: everything is right." for e in exercises if e["points"] >= e["max_points"]]
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
        "exercises": exercises, "right": right, "first": next(iter(begun + rest), None),
        "quiz_points": sum(q["points"] for q in notebook["quiz"]),
        "quiz_max": sum(q["max_points"] for q in notebook["quiz"]),
    }


def _exercise_view(exercise: dict) -> dict:
    """An exercise with what its page shows: the first thing to look at, and where to read about it."""
    diagnosis, failure = exercise["diagnosis"], first_failure(exercise)
    see = (diagnosis or {}).get("see") or exercise.get("see") or ""
    link, first = book_url(see) if see else None, None
    if diagnosis or failure:
        message = diagnosis["message"] if diagnosis else failure["message"]
        title = f"`{exercise['exercise']}`: {diagnosis['title'] if diagnosis else failure['title']}"
        first = {"title": title, "message": message, "link": link, "place": section(see)}
    criteria = []
    for criterion in exercise["criteria"]:
        silent = criterion["status"] in ("passed", "not reached") or (diagnosis and criterion is failure)
        criteria.append(criterion | {"say": "" if silent else criterion["message"]})
    return exercise | {"first": first, "link": link, "criteria": criteria}


def write_feedback(folder: Path, result: StudentResult) -> Path:
    """Write the student's page; the name of the file is the student's id, made safe."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file_name(result.student)}.html"
    temporary = path.with_name(f".{os.getpid()}-{path.name}"[:250])
    temporary.write_text(feedback_html(result.to_dict()), encoding="utf-8")
    os.replace(temporary, path)
    return path


def file_name(student: str) -> str:
    """A file name for a student's id that is safe on every system, keeps accents, and is no other student's."""
    safe = re.sub(r"[^\w.@+-]", "_", student).lstrip(".")[:60]
    return safe if safe == student else f"{safe}-{hashlib.sha256(student.encode()).hexdigest()[:10]}"


# ----------------------------------------------------------------------------------------------------- class report


class _Class:
    """Sums over all results, one at a time: only small things are kept for each student."""

    def __init__(self) -> None:
        self.students: list[dict] = []
        self.failed: list[dict] = []
        self.mistakes: Counter = Counter()
        self.mistake_words: dict[tuple[str, str], tuple[str, str]] = {}
        self.exercises: dict[str, dict] = {}
        self.quiz: dict[str, dict] = {}
        self.automatic = self.by_hand = 0.0
        self.to_mark = 0
        self.title = ""

    def add(self, result: dict) -> None:
        if not result["graded"]:
            reasons = [n["reason"] for n in result["notebooks"] if n["reason"]]
            last = reasons[0].strip().splitlines()[-1] if reasons else "unknown"
            self.failed.append({"student": result["student"], "reason": last})
            return
        self.title = self.title or result["notebooks"][0]["title"]
        by_exercise: dict[str, float] = {}
        stops = ""
        for notebook in result["notebooks"]:
            for exercise in notebook["exercises"]:
                by_exercise[exercise["exercise"]] = exercise["points"]
                words = self._exercise(exercise)
                stops = stops or words
            for question in notebook["quiz"]:
                self._question(question)
            if notebook["quiz"]:
                by_exercise["quiz"] = sum(q["points"] for q in notebook["quiz"])
            if notebook["status"] == "missing":
                stops = stops or "no notebook was handed in"
        by_hand = sum(w["max_points"] for n in result["notebooks"] for w in n["written"])
        if by_hand or not self.automatic:  # a missing notebook does not say which points are given by hand
            self.by_hand, self.automatic = by_hand, result["max_points"] - by_hand
        self.to_mark += bool(result["needs_manual"])
        self.students.append({"student": result["student"], "points": result["points"], "stops": stops,
                              "by_exercise": by_exercise, "to_mark": result["needs_manual"]})

    def _exercise(self, exercise: dict) -> str:
        name = exercise["exercise"]
        entry = self.exercises.setdefault(name, {"name": name, "points": [], "max_points": exercise["max_points"],
                                                 "nothing": 0, "criteria": {}})
        entry["points"].append(exercise["points"])
        for criterion in exercise["criteria"]:
            counts = entry["criteria"].setdefault(criterion["id"], {"title": criterion["title"], "status": Counter()})
            counts["status"][criterion["status"]] += 1
        diagnosis, failure = exercise["diagnosis"], first_failure(exercise)
        if diagnosis and not diagnosis["exercise"]:  # one that comes from an earlier exercise is counted there
            key = (name, diagnosis["mistake"])
            self.mistakes[key] += 1
            self.mistake_words[key] = (diagnosis["title"], diagnosis["message"])
        entry["nothing"] += exercise["points"] == 0
        if not exercise["written"]:
            return f"`{name}` is not written yet"
        if diagnosis:
            return f"`{name}`: {diagnosis['title']}"
        return f"`{name}`: {_first_sentence(failure['message'])}" if failure else ""

    def _question(self, question: dict) -> None:
        entry = self.quiz.setdefault(question["id"], {"id": question["id"], "right": 0, "n": 0, "unanswered": 0,
                                                      "wrong": Counter()})
        entry["n"] += 1
        entry["right"] += question["correct"]
        entry["unanswered"] += question["status"] == "unanswered"
        if not question["correct"] and question["given"] and len(entry["wrong"]) < 1000:
            entry["wrong"][question["given"]] += 1


def class_html(assignment: str, results: Iterable[dict], columns: list[str] | None = None) -> str:
    """The class report from results as in the results file."""
    summary = _Class()
    for result in results:
        summary.add(result)
    students = sorted(summary.students, key=lambda s: s["student"].casefold())
    scores = sorted(s["points"] for s in students)
    weak = sorted((s for s in students if s["points"] < summary.automatic / 2), key=lambda s: s["points"])
    quartiles = statistics.quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else scores * 3
    bins = _histogram(scores, summary.automatic)
    names = columns or [*summary.exercises, *(["quiz"] if summary.quiz else [])]
    return _templates().get_template("class.html").render(
        assignment=assignment, title=summary.title or assignment, n=len(students) + len(summary.failed),
        when=time.strftime("Made on %d %B %Y at %H:%M"),
        scores=scores, failed=summary.failed, automatic=summary.automatic, by_hand=summary.by_hand,
        to_mark=summary.to_mark, lower=(quartiles or [0])[0], upper=(quartiles or [0])[-1],
        median=statistics.median(scores) if scores else 0, bins=bins,
        help=[{"student": s["student"], "points": s["points"], "where": s["stops"] or "the quiz"}
              for s in weak[:HELP_LISTED]],
        help_more=max(0, len(weak) - HELP_LISTED), students=students, columns=names,
        mistakes=[{"exercise": key[0], "title": title, "message": message, "count": count}
                  for key, count in summary.mistakes.most_common(MISTAKES_LISTED)
                  for title, message in [summary.mistake_words[key]]],
        exercises=[_exercise_summary(entry) for entry in summary.exercises.values()],
        quiz=[_question_summary(entry) for entry in summary.quiz.values()],
    )


def _exercise_summary(entry: dict) -> dict:
    n = len(entry["points"])
    criteria = [{"title": c["title"], "percent": round(100 * c["status"]["passed"] / n),
                 "not_reached": c["status"]["not reached"]} for c in entry["criteria"].values()]
    return entry | {"mean": statistics.fmean(entry["points"]), "criteria": criteria}


def _question_summary(entry: dict) -> dict:
    wrong = entry["wrong"].most_common(1)
    return entry | {"percent": round(100 * entry["right"] / entry["n"]), "wrong": wrong[0][0] if wrong else "",
                    "wrong_count": wrong[0][1] if wrong else 0}


def _first_sentence(text: str, limit: int = 160) -> str:
    sentence = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0].rstrip(".")
    return sentence if len(sentence) <= limit else sentence[: limit - 1] + "…"


def _histogram(scores: list[float], maximum: float, n: int = 10) -> list[dict]:
    """Students in `n` equal ranges of points, as bars whose lengths are percent of the longest."""
    if not scores or maximum <= 0:
        return []
    counts = Counter(min(int(n * max(score, 0.0) / maximum), n - 1) for score in scores)
    edges = [number(maximum * index / n) for index in range(n + 1)]
    return [{"label": f"{edges[index]} to {edges[index + 1]}", "count": counts[index],
             "percent": round(100 * counts[index] / max(counts.values()))} for index in range(n)]


def write_class_report(path: Path, assignment: str, results: Iterable[dict], columns: list[str] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(class_html(assignment, results, columns), encoding="utf-8")
    os.replace(temporary, path)
    return path
