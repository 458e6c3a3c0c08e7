"""The grader graded: are all known mistakes caught and named, all unorthodox right solutions
accepted?

Every variant really runs: its text takes the place of the solution cell, in a process of its own
with a time limit, and the judge looks at it with a bundle of grading size. Machine-made mutants
show what the checks do not see. A mutant that passes is compared with the solution on many other
inputs; where no difference is found, it counts as equivalent. What a mutant or a pair of mistakes
is called is tried on fresh cases (`naming`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from ..judge import bundle as bundles
from . import naming
from .declare import Exercise, Unit, load_unit
from .mutate import Mutant
from .mutate import mutants as make_mutants
from .source import CompileError, Source
from .trial import Runner, compile_in_child, fuzz, judge_variant

SEED = "audit"  # neither the public seed nor an instructor's
SAMPLE = 20  # mutants per exercise, unless all are wanted: the audit is part of every build
NAMED_BAR = 0.9


@dataclass
class ExerciseAudit:
    """What the audit found for one exercise.

    `mistakes`: id, caught, named, points, diagnosis. `alternatives`: title, accepted, points, why.
    `mutants`: made, caught, equivalent, the survivors (line, change); silent: caught, because no
    answer came back. `names`: of the caught mutants and pairs of mistakes, how many were named
    rightly, wrongly and not at all (see `naming`). `misnamed`: what was called by a wrong name.
    """

    exercise: str
    points: float
    mistakes: list[dict] = field(default_factory=list)
    alternatives: list[dict] = field(default_factory=list)
    mutants: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    misnamed: list[list[str]] = field(default_factory=list)


@dataclass
class UnitAudit:
    """What the audit found for one unit."""

    unit: str
    exercises: list[ExerciseAudit]


@dataclass
class AuditReport:
    """The audit of several units. `passed`: all mistakes caught, at least 90 % named, no
    alternative refused, nothing called by a wrong name.
    """

    units: list[UnitAudit]

    def _exercises(self) -> list[ExerciseAudit]:
        return [exercise for unit in self.units for exercise in unit.exercises]

    def rates(self) -> dict:
        """Counts over all units."""
        mistakes = [m for e in self._exercises() for m in e.mistakes]
        alternatives = [a for e in self._exercises() for a in e.alternatives]
        mutants = [e.mutants for e in self._exercises() if e.mutants]
        return {
            "mistakes": len(mistakes),
            "caught": sum(m["caught"] for m in mistakes),
            "named": sum(m["named"] for m in mistakes),
            "alternatives": len(alternatives),
            "refused": sum(not a["accepted"] for a in alternatives),
            "mutants": sum(m["made"] for m in mutants),
            "mutants_caught": sum(m["caught"] for m in mutants),
            "mutants_equivalent": sum(m["equivalent"] for m in mutants),
            "names": {
                kind: {
                    count: sum(e.names[kind][count] for e in self._exercises() if e.names)
                    for count in naming.COUNTS
                }
                for kind in ("mutants", "pairs")
            },
        }

    @property
    def passed(self) -> bool:
        """Whether the bar is reached."""
        r = self.rates()
        return (
            r["caught"] == r["mistakes"]
            and r["named"] >= NAMED_BAR * r["mistakes"]
            and r["refused"] == 0
            and not any(kind["wrongly"] for kind in r["names"].values())
        )

    def to_dict(self) -> dict:
        """As JSON-able data."""
        return {
            "passed": self.passed,
            "rates": self.rates(),
            "units": [asdict(unit) for unit in self.units],
        }

    def text(self) -> str:
        """The audit as a table, and what is amiss."""
        head = (
            "",
            "mistakes caught",
            "named",
            "alternatives",
            "mutants caught",
            "no difference",
            "others named: right / wrong / not",
        )
        rows: list[tuple[str, ...]] = []
        notes: list[str] = []
        for unit in self.units:
            rows.append((unit.unit, *[""] * 6))
            for e in unit.exercises:
                rows.append((f"  {e.exercise}", *_shares(e)))
                notes += [f"{unit.unit}/{e.exercise}: {note}" for note in _amiss(e)]
        r = self.rates()
        rows.append(
            (
                "all",
                _of(r["caught"], r["mistakes"]),
                _of(r["named"], r["mistakes"]),
                _of(r["alternatives"] - r["refused"], r["alternatives"]),
                _of(r["mutants_caught"], r["mutants"] - r["mutants_equivalent"]),
                str(r["mutants_equivalent"]),
                naming.summary(r["names"]),
            )
        )
        widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
        lines = [
            "  ".join(
                cell.ljust(w) if i == 0 else cell.rjust(w)
                for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in [head, *rows]
        ]
        verdict = "The bar is reached." if self.passed else "Below the bar."
        return "\n".join(
            [
                *lines,
                "",
                *notes,
                *([""] if notes else []),
                f"{verdict} (all mistakes caught, {NAMED_BAR:.0%} named, no alternative refused, "
                "nothing called by a wrong name)",
            ]
        )


def _of(part: int, whole: int) -> str:
    return f"{part}/{whole}" if whole else "–"


def _shares(e: ExerciseAudit) -> tuple[str, ...]:
    m = e.mutants
    return (
        _of(sum(x["caught"] for x in e.mistakes), len(e.mistakes)),
        _of(sum(x["named"] for x in e.mistakes), len(e.mistakes)),
        _of(sum(x["accepted"] for x in e.alternatives), len(e.alternatives)),
        _of(m["caught"], m["made"] - m["equivalent"]) if m else "–",
        str(m["equivalent"]) if m else "–",
        naming.summary(e.names) if e.names else "–",
    )


def _amiss(e: ExerciseAudit) -> Iterator[str]:
    for mistake in e.mistakes:
        if not mistake["caught"]:
            yield f"the mistake {mistake['id']!r} gets full points."
        elif not mistake["named"]:
            yield f"the mistake {mistake['id']!r} is caught, but called {mistake['diagnosis']!r}."
    for alternative in e.alternatives:
        if not alternative["accepted"]:
            yield f"the alternative {alternative['title']!r} is refused. {alternative['why']}"
    if e.mutants.get("silent"):
        yield f"{e.mutants['silent']} mutants gave no answer at all, and count as caught."
    for what, called in e.misnamed:
        yield f"{what} is called {called!r}, which it is not on other cases."
    for line, change in e.mutants.get("survivors", ()):
        yield f"a mutant passes: line {line}, {change}."


# ------------------------------------------------------------------------------------------ running


def audit(
    units: Iterable[str],
    mutants: str = "some",
    root: Path | None = None,
    seed: int | str = SEED,
    keep: Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> AuditReport:
    """Audit the checks of `units`.

    Args:
        mutants: "some" (a seeded sample, not of training exercises), "all", or "none".
        seed: what the cases are drawn from.
        keep: a folder for the compiled bundles, one of grading size for each unit; by default none
        is left.
        progress: is given a line when something begins, by more than one thread; a unit that
            trains takes minutes.

    Raises:
        CompileError: a unit does not compile.
    """
    if mutants not in ("some", "all", "none"):
        raise ValueError(f"mutants={mutants!r} is not one of some, all, none.")
    loaded = {name: load_unit(name, root) for name in units}
    # One process is the parent of all that follow, and imports once what any of the units needs.
    needs = tuple(sorted({need for unit in loaded.values() for need in unit.needs}))
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(keep or passing)
        folder.mkdir(parents=True, exist_ok=True)
        ahead, pool = ThreadPoolExecutor(1), ThreadPoolExecutor(os.cpu_count() or 1)
        try:
            # A unit is compiled by one process, while all judge the variants of the one before.
            runs = {
                name: Runner(needs, name, root, folder / f"{name}.zip", seed) for name in loaded
            }
            compiled = {
                name: ahead.submit(_compile, name, run, progress) for name, run in runs.items()
            }
            results = []
            for name, unit in loaded.items():
                compiled[name].result()
                results.append(_audit_unit(unit, runs[name], pool, mutants, root, progress))
            return AuditReport(results)
        finally:
            ahead.shutdown(cancel_futures=True)
            pool.shutdown(cancel_futures=True)


def _compile(name: str, run: Runner, progress: Callable[[str], None]) -> None:
    progress(f"{name}: compiling fresh cases")
    # Compiled in a child as well: this process, from which the others are forked, must never
    # have run Keras.
    outcome = run(None, compile_in_child)
    if "error" in outcome:
        raise CompileError(outcome["error"])


def _audit_unit(
    unit: Unit,
    run: Runner,
    pool: ThreadPoolExecutor,
    mutants: str,
    root: Path | None,
    progress: Callable[[str], None],
) -> UnitAudit:
    name, source = unit.name, Source(unit.name, root)
    bundle = bundles.read(run.path)
    results = []
    for exercise in unit.exercises.values():
        compiled = bundle.exercises[exercise.name]
        trains = any(spec.kind == "score" for spec in compiled.criteria)
        limit = 60 + 8 * exercise.seconds * (len(compiled.cases) if trains else 1)
        result = ExerciseAudit(exercise.name, exercise.points)
        progress(
            f"{name}: {exercise.name}, {len(exercise.mistakes)} mistakes and what a machine "
            "can break"
        )
        texts = [source.variant(exercise, mistake) for mistake in exercise.mistakes]
        others = [source.variant(exercise, alternative) for alternative in exercise.alternatives]
        judged = list(
            pool.map(
                lambda text, e=exercise, s=limit: run(s, judge_variant, e.name, text),
                texts + others,
            )
        )
        for mistake, found in zip(exercise.mistakes, judged, strict=False):
            called = found.get("diagnosis")
            result.mistakes.append(
                {
                    "id": mistake.id,
                    "caught": found["points"] < exercise.points,
                    "points": found["points"],
                    "named": called is not None and called in (mistake.id, mistake.same_as),
                    "diagnosis": called,
                }
            )
        for alternative, found in zip(exercise.alternatives, judged[len(texts) :], strict=True):
            result.alternatives.append(
                {
                    "title": alternative.id,
                    "accepted": found["points"] >= exercise.points,
                    "points": found["points"],
                    "why": found["why"],
                }
            )
        if mutants == "all" or (mutants == "some" and not trains):
            made = _made(source, exercise, mutants)
            tried = list(
                pool.map(lambda m, e=exercise, s=limit: run(s, judge_variant, e.name, m.text), made)
            )
            result.mutants = _mutants(exercise, made, tried, run, pool, limit, trains)
            if not trains:
                _name(result, source, exercise, made, tried, run, pool, limit)
        results.append(result)
    return UnitAudit(name, results)


def _made(source: Source, exercise: Exercise, which: str) -> list[Mutant]:
    made = make_mutants(source.solution(exercise.name))
    if which == "some" and len(made) > SAMPLE:
        chosen = np.random.default_rng(len(made)).choice(len(made), SAMPLE, replace=False)
        made = [made[i] for i in sorted(chosen)]
    return made


def _name(
    result: ExerciseAudit,
    source: Source,
    exercise: Exercise,
    made: list[Mutant],
    judged: list[dict],
    run: Runner,
    pool: ThreadPoolExecutor,
    limit: float,
) -> None:
    """Count the names of the mutants and of pairs of mistakes, and which of them are right."""
    pairs = list(naming.pairs(source, exercise))
    found = list(pool.map(lambda pair: run(limit, judge_variant, exercise.name, pair[1]), pairs))
    tried: list[tuple[str, str, str, tuple[str, ...], dict]] = [
        ("mutants", m.change, m.text, (), f) for m, f in zip(made, judged, strict=True)
    ]
    tried += [
        ("pairs", " and ".join(ids), text, ids, f)
        for (ids, text), f in zip(pairs, found, strict=True)
    ]
    caught = [t for t in tried if t[4]["points"] < exercise.points]
    called = {n: t[4]["diagnosis"] for n, t in enumerate(caught) if t[4].get("diagnosis")}
    verdicts = {n: True for n, id in called.items() if naming.is_one_of(id, caught[n][3])}
    asked = [n for n in called if n not in verdicts]
    if asked:
        named = [(caught[n][2], called[n], caught[n][4]["failed"]) for n in asked]
        answer = run(4 * limit, naming.verify, exercise.name, named)
        if "right" not in answer:
            raise CompileError(f"{exercise.name}: names could not be checked. {answer['why']}")
        verdicts |= dict(zip(asked, answer["right"], strict=True))
    for kind in ("mutants", "pairs"):
        of_kind = {n for n, t in enumerate(caught) if t[0] == kind}
        right = {n: verdict for n, verdict in verdicts.items() if n in of_kind}
        result.names[kind] = naming.counted(right, len(of_kind))
    result.misnamed = [[caught[n][1], called[n]] for n, right in verdicts.items() if not right]


def _mutants(
    exercise: Exercise,
    made: list[Mutant],
    judged: list[dict],
    run: Runner,
    pool: ThreadPoolExecutor,
    limit: float,
    trains: bool,
) -> dict:
    passing = [
        mutant
        for mutant, found in zip(made, judged, strict=True)
        if found["points"] >= exercise.points
    ]
    differ = [
        {"differs": True} if trains else d
        for d in pool.map(
            lambda mutant: {} if trains else run(4 * limit, fuzz, exercise.name, mutant.text),
            passing,
        )
    ]
    survivors = [m for m, d in zip(passing, differ, strict=True) if d.get("differs", True)]
    return {
        "made": len(made),
        "caught": len(made) - len(passing),
        "equivalent": len(passing) - len(survivors),
        "silent": sum(found.get("silent", False) for found in judged),
        "survivors": [[mutant.line, mutant.change] for mutant in survivors],
    }
