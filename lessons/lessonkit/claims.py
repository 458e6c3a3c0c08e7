"""Claims that are measured: asserted in the lesson, collected for the book's page of evidence.

`claim` computes the verdict itself, from the numbers, the named rivals and a margin, so that a
lesson cannot state a condition that says less than its sentence. `paired` compares two models on
the same items. Nothing here trains or loads anything.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lessonkit.data.described import Described

HOLDS, FAILS, UNTESTED = "holds", "does not hold", "not tested on the sample"
LEAST_SEEDS = 3
# A chance line says whether anything was learnt at all. On real data a table has better rivals.
CHANCE = re.compile(r"majority|chance|most frequent|always|guess", re.IGNORECASE)

# What decides, from the numbers of all seeds; "every seed" is the worst of them.
STATISTICS: dict[str, Callable[[np.ndarray], float]] = {
    "median": lambda numbers: float(np.median(numbers)),
    "mean": lambda numbers: float(np.mean(numbers)),
}
OVER = ("every seed", "each seed", *STATISTICS)


@dataclass(frozen=True)
class Paired:
    """The difference of two models on the same items, with its 95 % interval over the items."""

    difference: float
    low: float
    high: float
    items: int

    def __str__(self) -> str:
        return f"{self.difference:+.3f} (95 % interval {self.low:+.3f} to {self.high:+.3f})"


def paired(mine: Any, other: Any, *, resamples: int = 2000, seed: int = 0) -> Paired:
    """By how much one model is ahead of another on the same items: a paired bootstrap.

    `mine` and `other` are scores of each item, (items,) or (seeds, items), such as 1 for a right
    answer and 0 for a wrong one; seeds are averaged first, so that the interval is about new items
    and not about new seeds. Raises `ValueError` when the items are not the same number, or fewer
    than two.
    Source: Efron and Tibshirani (1993), *An introduction to the bootstrap*; `scipy.stats.bootstrap`
    with percentiles.
    """
    from scipy.stats import bootstrap

    means = [
        np.atleast_2d(np.asarray(scores, dtype=float)).mean(axis=0) for scores in (mine, other)
    ]
    if means[0].shape != means[1].shape or means[0].size < 2:
        raise ValueError(
            f"A paired comparison needs the same items twice, at least two; these are "
            f"{means[0].size} and {means[1].size}."
        )
    difference = means[0] - means[1]
    if np.ptp(difference) == 0:  # all items alike: no resample can differ
        low = high = float(difference[0])
    else:
        found = bootstrap(
            (difference,), np.mean, n_resamples=resamples, method="percentile", batch=100, rng=seed
        ).confidence_interval
        low, high = float(found.low), float(found.high)
    return Paired(float(difference.mean()), low, high, difference.size)


def claim(
    identifier: str,
    statement: str,
    *,
    value: Any,
    data: str | Described | Sequence[Described],
    trained: str | None,
    above: Mapping[str, Any] | None = None,
    below: Mapping[str, Any] | None = None,
    margin: float | None = None,
    factor: float | None = None,
    within: float | None = None,
    over: str = "every seed",
    also: Mapping[str, Any] | None = None,
    paired: Paired | None = None,
    few_seeds: str = "",
) -> None:
    """State what has just been measured, and fail when it is not so.

    The claim is that `value` lies above every rival in `above`, or below every one in `below`, by
    more than `margin`, or by more than `factor` times; or that it lies `within` a tolerance of 0.
    The rival that comes nearest is found here and shown, so a table's rows can be given as they
    are.

    Args:
        identifier: the lesson's number and a few words, such as `04-forget-bias`.
        statement: one sentence.
        value: one number, or one for each seed.
        data: a data set that was loaded, or several, where the sentence is about real data; words
            where it is not ("generated sequences", "random numbers"). On a built-in sample a claim
            about real data is shown as not tested.
        trained: the budget of what was trained ("8 epochs of 1,600 accounts at rate 0.01"), or
            None where nothing is.
        above, below: the rivals by name, each one number or one for each seed.
        margin, factor: a number above 0, or above 1, that was fixed before the run.
        within: the tolerance, fixed before the run.
        over: what of the seeds is compared: "every seed" is the worst of `value` against the best
            of the rival, "each seed" compares seed by seed; or the "median" or "mean".
        also: further conditions of the sentence, by name, each true or false.
        paired: a paired comparison with the nearest rival; its interval must leave out 0.
        few_seeds: why a trained network has fewer than three seeds.

    Prints one line. Where `COURSE_EVIDENCE_DIR` is set, the claim is also added there, as one JSON
    line in `<lesson>.jsonl`. Raises `AssertionError` when the claim does not hold, unless
    `COURSE_VARIATION` varies the experiment (see `lessonkit.preset`), and `ValueError` for a claim
    that is not complete.
    """
    numbers = _numbers(value)
    _complete(identifier, above, below, margin, factor, within, over)
    rivals = {name: _numbers(found) for name, found in (above or below or {}).items()}
    real = [data] if isinstance(data, Described) else [] if isinstance(data, str) else list(data)
    if trained is not None:
        _fair(identifier, trained, numbers.size, few_seeds, bool(real), list(rivals))
    sign = -1.0 if below else 1.0
    rival, reached, limit, passed = _compare(
        identifier, sign, numbers, rivals, margin, factor, within, over
    )
    passed = passed and not any(np.isnan(found).any() for found in (numbers, *rivals.values()))
    failed = [name for name, condition in (also or {}).items() if not bool(np.all(condition))]
    if paired is not None and not (paired.low > 0 if sign > 0 else paired.high < 0):
        failed.append(f"the paired interval leaves out 0: {paired}")
    holds = passed and not failed
    sample = any(one.is_sample for one in real)
    record = {
        "id": identifier,
        "statement": statement,
        "verdict": UNTESTED if sample else HOLDS if holds else FAILS,
        "value": reached,
        "low": float(numbers.min()),
        "high": float(numbers.max()),
        "seeds": int(numbers.size),
        "few_seeds": few_seeds,
        "over": over,
        "direction": "within" if within is not None else "below" if below else "above",
        "rival": rival,
        "limit": limit,
        "margin": margin,
        "factor": factor,
        "also": list(also or {}),
        "paired": None if paired is None else str(paired),
        "trained": trained,
        "data": data
        if isinstance(data, str)
        else ", ".join(f"{d.title}: {d.source}" for d in real),
    }
    if folder := os.environ.get("COURSE_EVIDENCE_DIR"):
        path = Path(folder) / f"{identifier[:2]}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    verdict = {HOLDS: "Holds", FAILS: "DOES NOT HOLD", UNTESTED: "Not tested on the sample"}
    said = (
        f"{verdict[str(record['verdict'])]}: {statement} [{measured(record)}; {compared(record)}]"
    )
    print(said)
    if record["verdict"] == FAILS and not os.environ.get("COURSE_VARIATION"):
        also_failed = f" Not so: {'; '.join(failed)}." if failed else ""
        raise AssertionError(f"Claim {identifier} does not hold on this run. {said}{also_failed}")


def measured(record: Mapping[str, Any]) -> str:
    """The number of a claim's record, with its spread over the seeds."""
    if record["seeds"] == 1:
        # What rounding leaves of a difference of two shares is nothing.
        nothing = record["direction"] != "within" and abs(record["value"]) < 1e-15
        return f"{0.0 if nothing else record['value']:.3g}"
    which = {"every seed": "worst", "each seed": "closest"}.get(record["over"], record["over"])
    seeds = " seeds" if record["trained"] else ""
    spread = f"{record['low']:.3g} to {record['high']:.3g}"
    return f"{which} of {record['seeds']:,}{seeds} {record['value']:.3g} ({spread})"


def compared(record: Mapping[str, Any]) -> str:
    """What a claim's number was held against, and by how much it had to clear it."""
    if record["direction"] == "within":
        return f"within {record['limit']:.3g}"
    by = f"a factor of {record['factor']:g}" if record["factor"] else f"{record['margin']:g}"
    words = f"{record['direction']} {record['limit']:.3g} ({record['rival']}) by more than {by}"
    return words + (f"; difference {record['paired']}" if record["paired"] else "")


def _numbers(value: Any) -> np.ndarray:
    numbers = np.asarray(value, dtype=float).ravel()
    if not numbers.size:
        raise ValueError("A claim and its rivals need at least one number each.")
    return numbers


def _complete(
    identifier: str,
    above: Mapping[str, Any] | None,
    below: Mapping[str, Any] | None,
    margin: float | None,
    factor: float | None,
    within: float | None,
    over: str,
) -> None:
    """Raise `ValueError` for a claim whose form leaves open what it is compared with."""
    if not re.fullmatch(r"\d\d-[a-z0-9-]+", identifier):
        raise ValueError(f"The claim's identifier '{identifier}' must look like 04-forget-bias.")
    if sum(bool(one) for one in (above, below, within)) != 1:
        raise ValueError(
            f"Claim {identifier}: name the rivals in `above` or in `below`, or give a tolerance "
            "above 0 in `within`; one of the three."
        )
    if within is not None:
        if within <= 0 or margin is not None or factor is not None:
            raise ValueError(
                f"Claim {identifier}: `within` is above 0 and takes no margin: it is one itself."
            )
    elif (margin is None) == (factor is None):
        raise ValueError(f"Claim {identifier}: give a margin or a factor, one of the two.")
    elif (margin is not None and margin <= 0) or (factor is not None and factor <= 1):
        raise ValueError(
            f"Claim {identifier}: a margin is above 0 and a factor above 1. Being as good is not "
            "being better; fix before the run by how much."
        )
    if over not in OVER:
        raise ValueError(f"Claim {identifier}: `over` is '{over}'. It is one of {', '.join(OVER)}.")


def _fair(
    identifier: str, trained: str, seeds: int, few_seeds: str, real: bool, rivals: list[str]
) -> None:
    """Raise `ValueError` where a trained network is judged by too little."""
    if not trained.strip():
        raise ValueError(f"Claim {identifier}: say in `trained` with which budget, or give None.")
    if seeds < LEAST_SEEDS and not few_seeds.strip():
        raise ValueError(
            f"Claim {identifier}: {seeds} seed(s) of a trained network. Give at least "
            f"{LEAST_SEEDS} numbers in `value`, or say in `few_seeds` why there are not more."
        )
    if real and rivals and all(CHANCE.search(name) for name in rivals):
        raise ValueError(
            f"Claim {identifier}: {', '.join(rivals)} is no rival on real data. Name the strongest "
            "baseline of the table as well."
        )


def _compare(
    identifier: str,
    sign: float,
    numbers: np.ndarray,
    rivals: Mapping[str, np.ndarray],
    margin: float | None,
    factor: float | None,
    within: float | None,
    over: str,
) -> tuple[str, float, float, bool]:
    """The rival that comes nearest, the two numbers compared, and whether the margin is cleared."""
    if within is not None:
        worst = float(np.abs(numbers).max())
        return "", worst, float(within), worst < within
    if factor is not None and any(found.min() < 0 for found in rivals.values()):
        raise ValueError(f"Claim {identifier}: a rival is negative. Give a margin, not a factor.")

    def clears(mine: float, theirs: float) -> bool:
        if margin is not None:
            return sign * (mine - theirs) > margin
        return mine > factor * theirs if sign > 0 else factor * mine < theirs  # type: ignore[operator]

    if over == "each seed":
        if odd := [name for name, found in rivals.items() if found.size != numbers.size]:
            raise ValueError(
                f"Claim {identifier}: to compare seed by seed, {odd[0]} needs {numbers.size} "
                "numbers, one for each seed."
            )
        pairs = [
            (sign * (mine - other), name, float(mine), float(other))
            for name, found in rivals.items()
            for mine, other in zip(numbers, found, strict=True)
        ]
        _, name, mine, other = min(pairs)
        return name, mine, other, all(clears(a, b) for _, _, a, b in pairs)
    least = STATISTICS.get(over, lambda found: float(found.min()))
    most = STATISTICS.get(over, lambda found: float(found.max()))
    worst_of, best_of = (least, most) if sign > 0 else (most, least)
    nearest = max(rivals, key=lambda name: sign * best_of(rivals[name]))
    mine, theirs = worst_of(numbers), best_of(rivals[nearest])
    return nearest, mine, theirs, clears(mine, theirs)
