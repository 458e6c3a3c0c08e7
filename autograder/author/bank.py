"""The bank of unseen answers: what people wrote who saw neither checks nor solutions, graded.

The audit tries mistakes that the author of the checks foresaw. A bank holds answers written from
the released notebook alone, right and wrong, with a word on each from whoever wrote it. It is
measured and never tuned against: what was found the first time is kept beside what is found now.

A bank is a folder with `UNIT/EXERCISE.py` for each exercise, answers in cells of the percent
format, and `judged.yml`, which says whether the names given to wrong answers are right. Answers are
text: they are run in a process of their own, never imported. What is in a bank is the author's own,
not a stranger's: it is run without the walls that students' code gets.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..authoring import AuthoringError
from ..judge import bundle as bundles
from . import strict_yaml
from .declare import Unit, load_unit
from .source import CompileError
from .trial import Runner, compile_in_child, judge_variant

SEED = "audit"  # the cases that the audit asks, so that the two can be compared
JUDGED = "judged.yml"
AT_ONCE = 2
SECONDS = 60  # for an answer, beside eight times what its exercise may take
_HEAD = re.compile(r"# %%(?P<about>.*)")
_ABOUT = re.compile(r" (?P<id>\w+) (?P<kind>right|wrong): (?P<what>\S.*)")


@dataclass(frozen=True)
class BankAnswer:
    """One answer of the bank: who wrote it says whether it is right, and what is wrong with it."""

    unit: str
    exercise: str
    id: str
    right: bool
    what: str
    text: str
    place: str  # file:line


@dataclass(frozen=True)
class Graded:
    """What became of an answer. `rightly`: whether the name it got is right, None where nobody has
    said so yet. `said`: what the student reads, of a wrong answer that was caught.
    """

    unit: str
    exercise: str
    id: str
    right: bool
    what: str
    points: float
    max_points: float
    called: str | None
    said: str
    rightly: bool | None = None

    @property
    def full(self) -> bool:
        """Whether it got all points."""
        return self.points >= self.max_points


@dataclass(frozen=True)
class BankReport:
    """All answers of a bank, graded."""

    answers: tuple[Graded, ...]

    def rates(self) -> dict[str, int]:
        """Counts: right, refused, wrong, passed, named, named_rightly, named_wrongly, unjudged."""
        right = [a for a in self.answers if a.right]
        wrong = [a for a in self.answers if not a.right]
        named = [a for a in wrong if a.called and not a.full]
        return {
            "right": len(right),
            "refused": sum(not a.full for a in right),
            "wrong": len(wrong),
            "passed": sum(a.full for a in wrong),
            "named": len(named),
            "named_rightly": sum(a.rightly is True for a in named),
            "named_wrongly": sum(a.rightly is False for a in named),
            "unjudged": sum(a.rightly is None for a in named),
        }

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"rates": self.rates(), "answers": [asdict(answer) for answer in self.answers]}

    def text(self) -> str:
        """The rates, and every answer that was refused, passed, misnamed or waits for a person."""
        r = self.rates()
        lines = [
            f"right answers refused: {r['refused']} of {r['right']}",
            f"wrong answers passed: {r['passed']} of {r['wrong']}",
            f"wrong answers named: {r['named']} of {r['wrong']} "
            f"({r['named_rightly']} rightly, {r['named_wrongly']} wrongly, "
            f"{r['unjudged']} to be judged by a person in {JUDGED})",
        ]
        return "\n".join([*lines, "", *_remarks(self.answers)]).rstrip()


def _remarks(answers: tuple[Graded, ...]) -> Iterator[str]:
    for a in answers:
        name = f"{a.unit}/{a.exercise} {a.id}"
        if a.right and not a.full:
            yield f"{name}: right, refused ({a.what}). {a.said}"
        elif not a.right and a.full:
            yield f"{name}: wrong, passed ({a.what})."
        elif not a.right and a.called and a.rightly is not True:
            verdict = "wrongly" if a.rightly is False else "to be judged"
            yield f"{name}: {verdict} called {a.called!r} ({a.what}). {a.said}"
        elif not a.right and not a.called:
            yield f"{name}: not named ({a.what}). {a.said}"


# ------------------------------------------------------------------------------------------ reading


def read_bank(folder: Path) -> list[BankAnswer]:
    """The answers in `folder`, in the order of units, exercises and files.

    Raises:
        AuthoringError: a file is not what it should be; the message names file, line and remedy.
    """
    files = sorted(folder.glob("*/*.py"))
    if not files:
        raise AuthoringError(f"{folder}: no bank is here. It has files UNIT/EXERCISE.py.")
    return [answer for path in files for answer in _answers(path)]


def _answers(path: Path) -> Iterator[BankAnswer]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{path}: it cannot be read as UTF-8 text ({error}).") from None
    heads = [number for number, line in enumerate(lines) if _HEAD.fullmatch(line)]
    if not heads or any(line.strip() and not line.startswith("#") for line in lines[: heads[0]]):
        raise AuthoringError(f"{path}:1: answers stand in cells, each after a line `# %% …`.")
    seen: set[str] = set()
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        place = f"{path}:{start + 1}"
        about = _ABOUT.fullmatch(lines[start].removeprefix("# %%").rstrip())
        if about is None:
            raise AuthoringError(
                f"{place}: say `# %% ID right: what is unusual` or `# %% ID wrong: the mistake`."
            )
        if about["id"] in seen:
            raise AuthoringError(f"{place}: the id {about['id']!r} stands there twice.")
        seen.add(about["id"])
        text = "\n".join(lines[start + 1 : end]).strip("\n") + "\n"
        unit, exercise, right = path.parent.name, path.stem, about["kind"] == "right"
        yield BankAnswer(unit, exercise, about["id"], right, about["what"], text, place)


def _judgements(path: Path) -> Mapping[tuple[str, str, str], bool]:
    """Which name is right for which answer: `(answer, name)` to yes or no."""
    if not path.exists():
        return {}
    document = strict_yaml.read(path)
    judged: dict[tuple[str, str, str], bool] = {}
    exercises = document.data if isinstance(document.data, dict) else {}
    for exercise, answers in exercises.items():
        for id, names in (answers if isinstance(answers, dict) else {"": None}).items():
            for name, rightly in (names if isinstance(names, dict) else {"": None}).items():
                if not isinstance(rightly, bool):
                    place = document.place((exercise, id))
                    raise AuthoringError(
                        f"{place}: say `UNIT/EXERCISE: {{ID: {{its name: true}}}}`, or false."
                    )
                judged[exercise, id, name] = rightly
    return judged


# ------------------------------------------------------------------------------------------ grading


def measure(
    folder: Path,
    compiled: Path | None = None,
    root: Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> BankReport:
    """Grade all answers of the bank in `folder`.

    Args:
        compiled: a folder with bundles of grading size, as the audit keeps them; without it, or
            where one is missing, they are compiled.

    Raises:
        AuthoringError: the bank cannot be read, or names an exercise that is not there.
        CompileError: a unit does not compile.
    """
    answers, judged = read_bank(folder), _judgements(folder / JUDGED)
    loaded = {name: load_unit(name, root) for name in dict.fromkeys(a.unit for a in answers)}
    for answer in answers:
        if answer.exercise not in loaded[answer.unit].exercises:
            raise AuthoringError(
                f"{answer.place}: {answer.unit} has no exercise {answer.exercise!r}; it has "
                f"{', '.join(loaded[answer.unit].exercises)}."
            )
    needs = tuple(sorted({need for unit in loaded.values() for need in unit.needs}))
    graded: list[Graded] = []
    with tempfile.TemporaryDirectory() as passing, ThreadPoolExecutor(AT_ONCE) as pool:
        for name, unit in loaded.items():
            progress(f"{name}: the bank's answers")
            run = _runner(unit, needs, root, compiled, Path(passing))
            of_unit = [answer for answer in answers if answer.unit == name]
            graded += pool.map(lambda answer, u=unit, r=run: _graded(answer, u, r), of_unit)
    return BankReport(
        tuple(
            replace(a, rightly=judged.get((f"{a.unit}/{a.exercise}", a.id, a.called or "")))
            for a in graded
        )
    )


def _runner(
    unit: Unit, needs: tuple[str, ...], root: Path | None, compiled: Path | None, passing: Path
) -> Runner:
    kept = compiled / f"{unit.name}.zip" if compiled else None
    if kept is not None and kept.exists():
        return Runner(needs, unit.name, root, kept, SEED)
    run = Runner(needs, unit.name, root, passing / f"{unit.name}.zip", SEED)
    outcome = run(None, compile_in_child)
    if "error" in outcome:
        raise CompileError(outcome["error"])
    return run


def _graded(answer: BankAnswer, unit: Unit, run: Runner) -> Graded:
    exercise = unit.exercises[answer.exercise]
    compiled = bundles.read(run.about[2], exercise.name).exercises[exercise.name]
    trains = any(spec.kind == "score" for spec in compiled.criteria)
    limit = SECONDS + 8 * exercise.seconds * (len(compiled.cases) if trains else 1)
    found = run(limit, judge_variant, exercise.name, answer.text)
    return Graded(
        answer.unit,
        answer.exercise,
        answer.id,
        answer.right,
        answer.what,
        found["points"],
        exercise.points,
        found.get("diagnosis"),
        found.get("said") or found["why"],
    )
