"""What the results of a class say: distribution, difficulty and discrimination of items,
distractors, time.

It counts and computes, from results as the results file holds them, one at a time; only a few
numbers are kept for each student. It never reads a submission and never writes a page: `report`
does.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

HELP_LISTED = 15  # students under "who needs help"
MISTAKES_LISTED = 20
ANSWERS_LISTED = 6  # different answers to one quiz question
SLOWEST_LISTED = 5
ANSWERS_KEPT = 1000  # different answers counted for one question, however many a class invents
ENOUGH = 10  # students without whom a correlation says nothing


def first_failure(exercise: Mapping[str, Any]) -> Any:
    """The criterion that speaks: the first that is neither passed nor merely not reached."""
    return next(
        (c for c in exercise["criteria"] if c["status"] not in ("passed", "not reached")), None
    )


def discrimination(item: Iterable[float], totals: Iterable[float]) -> float | None:
    """How well an item tells strong students from weak ones: its correlation with the points of
    everything else.

    Args:
        item: points of each student for the item, shape (students,).
        totals: all points of each student, the item's included, shape (students,).

    Returns:
        Pearson's r between item and total less item, from -1 to 1; None for fewer than `ENOUGH`
        students, or where everybody has the same points. Source: Henrysson (1963),
        doi:10.1007/BF02289618.
    """
    item, totals = np.asarray(list(item), float), np.asarray(list(totals), float)
    rest = totals - item
    if len(item) < ENOUGH or np.ptp(item) < 1e-9 or np.ptp(rest) < 1e-9:
        return None
    return float(np.corrcoef(item, rest)[0, 1])


def histogram(scores: list[float], maximum: float, n: int = 10) -> list[tuple[float, float, int]]:
    """(from, to, students) for `n` equal ranges of 0 to `maximum` points; the last range holds its
    end.
    """
    if not scores or maximum <= 0:
        return []
    counts = Counter(min(int(n * max(score, 0.0) / maximum), n - 1) for score in scores)
    return [(maximum * k / n, maximum * (k + 1) / n, counts[k]) for k in range(n)]


class ClassSummary:
    """Sums over the results of a class; feed it with `add`, then read the attributes and
    methods.
    """

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

    def add(self, result: Mapping[str, Any]) -> None:
        """Count one submission, a line of the results file."""
        if not result["graded"]:
            reasons = [n["reason"] for n in result["notebooks"] if n["reason"]]
            last = reasons[0].strip().splitlines()[-1] if reasons else "unknown"
            self.failed.append({"student": result["student"], "reason": last})
            return
        self.title = self.title or result["notebooks"][0]["title"]
        by_exercise: dict[str, float] = {}
        stops, own = "", 0.0
        place = len(self.students)
        for notebook in result["notebooks"]:
            for exercise in notebook["exercises"]:
                by_exercise[exercise["exercise"]] = exercise["points"]
                own += exercise["seconds"]
                words = self._exercise(exercise, place)
                stops = stops or words
            for question in notebook["quiz"]:
                self._question(question, place, result["points"])
            if notebook["quiz"]:
                by_exercise["quiz"] = sum(q["points"] for q in notebook["quiz"])
            if notebook["status"] == "missing":
                stops = stops or "no notebook was handed in"
        by_hand = sum(w["max_points"] for n in result["notebooks"] for w in n["written"])
        if (
            by_hand or not self.automatic
        ):  # a missing notebook does not say which points are given by hand
            self.by_hand, self.automatic = by_hand, result["max_points"] - by_hand
        self.to_mark += bool(result["needs_manual"])
        self.students.append(
            {
                "student": result["student"],
                "points": result["points"],
                "stops": stops,
                "by_exercise": by_exercise,
                "to_mark": result["needs_manual"],
                "seconds": result["seconds"],
                "own": own,
            }
        )

    def _exercise(self, exercise: Mapping[str, Any], place: int) -> str:
        name = exercise["exercise"]
        entry = self.exercises.setdefault(
            name,
            {
                "name": name,
                "points": [],
                "max_points": exercise["max_points"],
                "nothing": 0,
                "criteria": {},
            },
        )
        entry["points"].append(exercise["points"])
        for criterion in exercise["criteria"]:
            item = entry["criteria"].setdefault(
                criterion["id"], {"title": criterion["title"], "status": Counter(), "points": {}}
            )
            item["status"][criterion["status"]] += 1
            item["points"][place] = criterion["points"]
        diagnosis, failure = exercise["diagnosis"], first_failure(exercise)
        if (
            diagnosis and not diagnosis["exercise"]
        ):  # one that comes from an earlier exercise is counted there
            key = (name, diagnosis["mistake"])
            self.mistakes[key] += 1
            self.mistake_words[key] = (diagnosis["title"], diagnosis["message"])
        entry["nothing"] += exercise["points"] == 0
        if not exercise["written"]:
            return f"`{name}` is not written yet"
        if diagnosis:
            return f"`{name}`: {diagnosis['title']}"
        return f"`{name}`: {_first_sentence(failure['message'])}" if failure else ""

    def _question(self, question: Mapping[str, Any], place: int, total: float) -> None:
        entry = self.quiz.setdefault(
            question["id"],
            {
                "id": question["id"],
                "right": 0,
                "n": 0,
                "unanswered": 0,
                "points": {},
                "answers": {},
            },
        )
        entry["n"] += 1
        entry["right"] += question["correct"]
        entry["unanswered"] += question["status"] == "unanswered"
        entry["points"][place] = question["points"]
        # Right answers to a question with numbers of its own differ by student, so they count as
        # one.
        given = (True, "") if question["correct"] else (False, question["given"])
        if question["status"] != "unanswered" and (
            given in entry["answers"] or len(entry["answers"]) < ANSWERS_KEPT
        ):
            count, points = entry["answers"].get(given, (0, 0.0))
            entry["answers"][given] = (count + 1, points + total)

    # ------------------------------------------------------------------------------------- readings

    def scores(self) -> list[float]:
        return sorted(student["points"] for student in self.students)

    def quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median, upper quartile of the automatic points."""
        scores = self.scores() or [0.0]
        if len(scores) == 1:
            return scores[0], scores[0], scores[0]
        lower, middle, upper = statistics.quantiles(scores, n=4, method="inclusive")
        return lower, middle, upper

    def weak(self) -> list[dict]:
        """Students below half of the automatic points, the weakest first."""
        return sorted(
            (s for s in self.students if s["points"] < self.automatic / 2),
            key=lambda s: s["points"],
        )

    def frequent_mistakes(self) -> list[dict]:
        return [
            {"exercise": exercise, "title": title, "message": message, "count": count}
            for (exercise, mistake), count in self.mistakes.most_common(MISTAKES_LISTED)
            for title, message in [self.mistake_words[exercise, mistake]]
        ]

    def exercise_items(self) -> list[dict]:
        """Every exercise with its criteria: share passed, share not reached, discrimination."""
        items = []
        for entry in self.exercises.values():
            n = len(entry["points"])
            criteria = [
                {
                    "title": c["title"],
                    "percent": round(100 * c["status"]["passed"] / n),
                    "not_reached": c["status"]["not reached"],
                    "separates": self._separates(c["points"]),
                }
                for c in entry["criteria"].values()
            ]
            items.append(
                {
                    "name": entry["name"],
                    "max_points": entry["max_points"],
                    "nothing": entry["nothing"],
                    "mean": statistics.fmean(entry["points"]),
                    "criteria": criteria,
                }
            )
        return items

    def quiz_items(self) -> list[dict]:
        """Every question: share right, discrimination, and the answers with how strong those are
        who gave them.
        """
        return [
            {
                "id": entry["id"],
                "percent": round(100 * entry["right"] / entry["n"]),
                "unanswered": entry["unanswered"],
                "separates": self._separates(entry["points"]),
                "answers": _answers(entry["answers"]),
            }
            for entry in self.quiz.values()
        ]

    def _separates(self, points: Mapping[int, float]) -> float | None:
        return discrimination(points.values(), (self.students[place]["points"] for place in points))

    def time(self) -> dict | None:
        """Seconds of grading and of the student's own functions: medians, and the slowest
        students.
        """
        if not self.students:
            return None
        slowest = sorted(self.students, key=lambda s: -s["seconds"])[:SLOWEST_LISTED]
        return {
            "median": statistics.median(s["seconds"] for s in self.students),
            "own": statistics.median(s["own"] for s in self.students),
            "slowest": slowest,
        }


def _answers(counted: Mapping[tuple[bool, str], tuple[int, float]]) -> list[dict]:
    """The right answer and the most frequent others; `suspect`: those who gave it are stronger than
    the right ones.
    """
    listed = [
        {"right": right, "given": given, "count": count, "mean": points / count, "suspect": False}
        for (right, given), (count, points) in counted.items()
    ]
    listed.sort(key=lambda answer: (not answer["right"], -answer["count"], answer["given"]))
    best = next((answer["mean"] for answer in listed if answer["right"]), None)
    for answer in listed:
        answer["suspect"] = (
            not answer["right"]
            and answer["count"] >= 3
            and best is not None
            and answer["mean"] > best
        )
    return listed[:ANSWERS_LISTED]


def _first_sentence(text: str, limit: int = 160) -> str:
    sentence = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0].rstrip(".")
    return sentence if len(sentence) <= limit else sentence[: limit - 1] + "…"
