"""Do two bundles say the same? For tests: two machines, two forms of one unit's checks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.judge.compiled import Bundle
from autograder.run.inside.protocol import Answer


def bundles_agree(a: Bundle, b: Bundle, rtol: float = 1e-3, atol: float = 1e-6) -> list[str]:
    """Differences between two bundles made from the same seed, perhaps on different machines; empty
    when they agree.

    Structure and texts must be equal, numbers equal to tolerance. Left out: the versions that made
    them, messages of exceptions (they differ between libraries), and what training produced and how
    long calls took (both differ between machines).
    """
    differences: list[str] = []
    _compare(_outline(a), _outline(b), a.unit, rtol, atol, differences)
    return differences


def _outline(bundle: Bundle) -> dict:
    exercises = {}
    for exercise in bundle.exercises.values():
        varying = {
            case
            for spec in exercise.criteria
            if spec.kind in ("score", "speed")
            for case in spec.cases
        }
        exercises[exercise.name] = {
            "about": [
                exercise.points,
                exercise.see,
                exercise.targets,
                exercise.parameters,
                exercise.returns,
            ],
            "cases": {
                case.id: [
                    case.name,
                    case.request.op,
                    case.request.target,
                    case.request.args,
                    case.request.kwargs,
                    case.request.options,
                    case.request.seconds,
                    _answer_outline(case.expected, case.id, varying),
                ]
                for case in exercise.cases.values()
            },
            "criteria": [
                [s.id, s.kind, s.points, s.title, s.hint, s.needs, s.cases, s.options]
                for s in exercise.criteria
            ],
            "mistakes": {
                m.id: [
                    m.title,
                    m.message,
                    m.see,
                    m.where,
                    m.exercise,
                    {
                        case: _answer_outline(answer, case, varying)
                        for case, answer in m.answers.items()
                    },
                ]
                for m in exercise.mistakes
            },
        }
    return {
        "unit": bundle.unit,
        "title": bundle.title,
        "size": bundle.size,
        "seed": bundle.seed,
        "needs": bundle.needs,
        "written": bundle.written,
        "quiz": bundle.quiz,
        "exercises": exercises,
    }


def _answer_outline(answer: Answer, case: str, varying: set[str]) -> list:
    value = answer.value
    if case in varying and isinstance(value, dict):
        value = {name: part if name == "facts" else None for name, part in value.items()}
    return [answer.status, answer.error and answer.error.type, value, answer.after]


def _compare(a: Any, b: Any, where: str, rtol: float, atol: float, out: list[str]) -> None:
    if len(out) >= 20:
        return
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if set(a) != set(b):
            out.append(f"{where}: {', '.join(sorted(map(str, set(a) ^ set(b))))} on one side only")
        for key in a:
            if key in b:
                _compare(a[key], b[key], f"{where}/{key}", rtol, atol, out)
    elif isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        if len(a) != len(b):
            out.append(f"{where}: {len(a)} and {len(b)} items")
        for number, (x, y) in enumerate(zip(a, b, strict=False)):
            _compare(x, y, f"{where}/{number}", rtol, atol, out)
    elif isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or a.dtype != b.dtype:
            out.append(f"{where}: {a.dtype}{list(a.shape)} and {b.dtype}{list(b.shape)}")
        elif not np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
            out.append(f"{where}: the numbers differ")
    elif isinstance(a, float) and isinstance(b, float):
        if not (
            math.isclose(a, b, rel_tol=rtol, abs_tol=atol) or (math.isnan(a) and math.isnan(b))
        ):
            out.append(f"{where}: {a!r} and {b!r}")
    elif type(a) is not type(b) or a != b:
        out.append(f"{where}: {str(a)[:60]!r} and {str(b)[:60]!r}")
