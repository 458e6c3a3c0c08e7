"""Are names right? What the judge calls the mutants and the pairs of mistakes, held against fresh
cases.

Nobody declared what these wrong answers are called, so a name is tried where it was not found: on
cases of another seed. A declared mistake was named rightly when the variant answers there as that
mistake does, everything or what the failed criterion asks; a relation, when it holds there too. For
two declared mistakes together, either of the two is right. Nothing here decides what is caught.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..authoring import AuthoringError
from ..judge import relations
from ..judge.compiled import ExerciseBundle, KnownMistake
from ..judge.diagnose import diagnose, related
from ..run.inside.protocol import Answer
from .declare import Exercise, Mistake, Unit, load_unit
from .exercise_compiler import ExerciseCompiler
from .recorded import single_values
from .source import CompileError, Source

PAIRS = 5  # at most, of an exercise
FRESH = "names"  # the seed of the cases that no name was found on
COUNTS = ("rightly", "wrongly", "unnamed")


def pairs(source: Source, exercise: Exercise) -> Iterator[tuple[tuple[str, ...], str]]:
    """Two mistakes at once, as `(names that are right, text)`: a seeded sample, where both swaps
    fit in either order.
    """
    solution, chosen = source.solution(exercise.name), 0
    couples = list(itertools.combinations([m for m in exercise.mistakes if m.swaps], 2))
    for number in np.random.default_rng(len(couples)).permutation(len(couples)):
        a, b = couples[number]
        try:
            text = b.source(a.source(solution))
            if text != a.source(b.source(solution)):
                continue
        except AuthoringError:
            continue
        yield tuple(id for m in (a, b) for id in (m.id, m.same_as) if id), text
        chosen += 1
        if chosen == PAIRS:
            return


def is_one_of(called: str, ids: tuple[str, ...]) -> bool:
    """Whether a name is that of a mistake which was made, or of the two together."""
    both = called.removeprefix(_PAIR).split("+") if called.startswith(_PAIR) else [called]
    return bool(ids) and set(both) <= set(ids)


def counted(verdicts: Mapping[int, bool], caught: int) -> dict[str, int]:
    """How many of the caught were named rightly, wrongly and not at all."""
    rightly = sum(verdicts.values())
    return dict(
        zip(COUNTS, (rightly, len(verdicts) - rightly, caught - len(verdicts)), strict=True)
    )


def verify(
    name: str,
    root: Path | None,
    path: Path,
    seed: int | str,
    exercise: str,
    named: list[tuple[str, str, str]],
) -> dict:
    """Which names hold on fresh cases, for a child process: `{"right": [...]}`.

    Args:
        named: the text of each variant, the id it was called by, and the criterion that failed.
    """
    unit, source = load_unit(name, root), Source(name, root)
    declared = unit.exercises[exercise]
    compiler = ExerciseCompiler(
        unit, declared, source, source.namespace(), f"{FRESH}/{seed}", "secret"
    )
    draft = compiler.draft()
    known: dict[str, KnownMistake] = {}
    otherwise = compiler.otherwise(draft)

    def answers(changed: dict[str, str]) -> dict[str, Answer]:
        return compiler.answers(source.namespace(changed))

    def mistake(id: str) -> KnownMistake:
        if id not in known:
            own, changed = _changed(unit, source, declared, id)
            given = single_values(answers(changed))
            known[id] = KnownMistake(id, own.title, own.message, own.section, given, own.where)
        return known[id]

    right = []
    for text, called, failed in named:
        given = answers({exercise: text})
        if called.startswith(_PAIR):
            suspects = [mistake(id) for id in called.removeprefix(_PAIR).split("+")]
        else:
            suspects = otherwise if called.startswith(relations.PREFIX) else [mistake(called)]
        right.append(_holds(replace(draft, mistakes=tuple(suspects)), given, called, failed))
    return {"right": right}


_PAIR = f"{relations.PREFIX}pair:"


def _holds(draft: ExerciseBundle, given: dict[str, Answer], called: str, failed: str) -> bool:
    """Whether a name is given on the fresh cases, or holds there beside a simpler one."""
    if called.startswith(_PAIR) or not called.startswith(relations.PREFIX):
        found = diagnose(draft, given, failed)
        return found is not None and found.mistake == called
    return any(found.mistake == called for found in related(draft, given, failed))


def _changed(
    unit: Unit, source: Source, exercise: Exercise, id: str
) -> tuple[Mistake, dict[str, str]]:
    """A declared mistake by its id, and the cell that it changes; of an earlier exercise, the id is
    "exercise/mistake".
    """
    where = unit.exercises[id.split("/")[0]] if "/" in id else exercise
    own = next((m for m in where.mistakes if m.id == id.split("/")[-1]), None)
    if own is None:
        raise CompileError(f"{exercise.place}: {exercise.name} declares no mistake {id!r}.")
    return own, {where.name: source.variant(where, own)}


def summary(found: dict[str, Any]) -> str:
    """Mutants and pairs together, in short: "12 / 0 / 3" for rightly, wrongly, not named."""
    return " / ".join(str(sum(kind[count] for kind in found.values())) for count in COUNTS)
