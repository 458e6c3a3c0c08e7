"""The kinds of criteria: how each looks at the answers to one case, or to a pair of cases.

Every kind is a function from a `Look` and the answers to a `Verdict`. Nothing here asks the
student's code, counts points or knows the other criteria of the exercise.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..run.inside.protocol import Answer, ErrorInfo
from ..text import quote
from . import compare, difference, explain
from .compiled import CompiledCase, CompiledCriterion, ExerciseBundle
from .models import measure, model_value


@dataclass
class Verdict:
    """What looking at one criterion found: share of the points, and why not all."""

    share: float
    message: str = ""
    detail: str = ""
    picture: str = ""


@dataclass
class Look:
    """One criterion looking at one question, or pair of questions."""

    exercise: ExerciseBundle
    spec: CompiledCriterion
    cases: list[CompiledCase]
    number: int

    @property
    def options(self) -> dict:
        return self.spec.options

    def inputs(self, case: CompiledCase) -> dict[str, Any]:
        names = self.exercise.parameters.get(case.request.target, ())
        return dict(zip(names, case.request.args, strict=False)) | case.request.kwargs

    def mismatch(
        self, found: compare.Mismatch, case: CompiledCase, whole: tuple[Any, Any] | None = None
    ) -> Verdict:
        def words(reveal: bool) -> str:
            # Names of the parts belong to the main function only.
            returns = (
                self.exercise.returns if case.request.target == self.exercise.targets[0] else ()
            )
            return difference.mismatch(found, returns, reveal, self.inputs(case), whole)

        told = words(True)
        return Verdict(
            0.0,
            told if self.exercise.reveal else words(False),
            f"case {case.name!r}: {told}",
            difference.picture(found),
        )


def _values(look: Look, answer: Answer) -> Verdict:
    """shape, values and expected: a part of the return value against what is expected there."""
    case, path = look.cases[0], tuple(look.options.get("pick", ()))
    if look.spec.kind == "expected":
        expected = whole_expected = look.options["expected"][look.number]
    else:
        whole_expected = case.expected.value
        expected = compare.pick(whole_expected, path)
    try:
        actual = compare.pick(answer.value, path)
    except compare.NoSuchPart:
        found = compare.structure(case.expected.value, answer.value)
        if found is None:
            raise
        return look.mismatch(found, case)
    found = compare.structure(expected, actual, path, bool(look.options.get("whole")))
    if found is None and look.spec.kind != "shape":
        found = compare.numbers(expected, actual, look.options["rtol"], look.options["atol"], path)
    if found is None:
        return Verdict(1.0)
    return look.mismatch(found, case, (whole_expected, answer.value))


def _unchanged(look: Look, answer: Answer) -> Verdict:
    case = look.cases[0]
    before, after = case.request.args, answer.after
    if after is None or len(after) != len(before):
        return Verdict(
            0.0,
            "What came back does not show what became of your arguments.",
            f"case {case.name!r}",
        )
    names = look.exercise.parameters.get(case.request.target, ())
    hit = [
        names[i] if i < len(names) else f"argument {i}"
        for i, (b, a) in enumerate(zip(before, after, strict=True))
        if not compare.identical(b, a)
    ]
    if not hit:
        return Verdict(1.0)
    return Verdict(
        0.0, explain.changed(hit, bool(look.options.get("fresh"))), f"case {case.name!r}"
    )


def _raises(look: Look, answer: Answer) -> Verdict:
    case, wanted = look.cases[0], look.options["errors"]
    about, target = (f" (case “{case.name}”)" if look.exercise.reveal else ""), case.request.target
    listed = " or ".join(f"`{name}`" for name in wanted)
    if answer.status == "ok":
        return Verdict(
            0.0,
            f"`{target}` accepts what it should refuse{about}: raise {listed} with a clear "
            "message.",
            f"case {case.name!r}",
        )
    error = answer.error
    kinds = {error.type, *error.bases} if error else set()
    if explain.not_written(answer) and "NotImplementedError" not in wanted:
        return Verdict(
            0.0, explain.failure(target, answer, look.exercise.reveal), f"case {case.name!r}"
        )
    if error is None or not kinds & set(wanted):
        said = explain.failure(target, answer, look.exercise.reveal)
        return Verdict(0.0, f"{listed} is expected{about}. {said}", f"case {case.name!r}")
    if not error.message.strip():
        return Verdict(
            0.0, f"`{target}` raises `{error.type}` without a message{about}. Say what is wrong."
        )
    wanted_words = look.options.get("says", [()] * (look.number + 1))[look.number]
    if missing := unsaid(error, wanted_words):
        listed = " and ".join(f"`{word}`" for word in missing) if look.exercise.reveal else ""
        return Verdict(
            0.0,
            f"`{target}` raises `{error.type}`, but its message does not say what was wrong"
            f"{about}{': it should hold ' + listed if listed else ''}.",
            f"case {case.name!r}: the message is {error.message!r:.200}",
        )
    if not wanted_words and not error.on_purpose:
        return Verdict(
            0.0,
            f"`{target}` ends in a `{error.type}` that Python or a library raises by chance"
            f"{about}: {quote(error.message, 100)}. Look first, and raise your own, whose message "
            "says what is wrong.",
            f"case {case.name!r}: {error.source!r:.200}",
        )
    return Verdict(1.0)


def unsaid(error: ErrorInfo, words: Sequence[str]) -> list[str]:
    """Those of the words that the message does not hold; case, spaces and quotes do not count."""

    def bare(text: str) -> str:
        return re.sub(r"[^\w,.+-]", "", text.lower())

    return [word for word in words if bare(word) not in bare(error.message)]


def _same(look: Look, a: Answer, b: Answer) -> Verdict:
    index_a, index_b = look.options["indices"][look.number]
    try:
        first = _cut(compare.pick(a.value, tuple(look.options["pick_a"])), index_a)
        second = _cut(compare.pick(b.value, tuple(look.options["pick_b"])), index_b)
    except (compare.NoSuchPart, IndexError):
        return Verdict(
            0.0,
            "Your return value does not have the part that is compared.",
            f"{look.cases[0].name!r}",
        )
    found = compare.difference(first, second, look.options["rtol"], look.options["atol"])
    if found is None:
        return Verdict(1.0)
    about = f" (“{look.cases[0].name}” and “{look.cases[1].name}”)" if look.exercise.reveal else ""
    words = (
        difference.mismatch(found, reveal=False)
        if found.kind != "numbers"
        else (f"The largest difference is {_largest(found):.2g}.")
    )
    return Verdict(
        0.0,
        f"Your two answers should agree{about}, and differ. {words}",
        f"{look.cases[0].name!r} and {look.cases[1].name!r}: {words}",
    )


def _largest(found: compare.Mismatch) -> float:
    gap = np.abs(np.asarray(found.actual, float) - np.asarray(found.expected, float))
    return float(np.max(gap[np.isfinite(gap)], initial=0.0))


def _cut(value: Any, index: Any) -> Any:
    """`value[index]`, the index as plain data: a list stands for a slice, a tuple for several
    axes.
    """
    if index is None:
        return value
    if not isinstance(value, np.ndarray):
        raise IndexError
    parts = index if isinstance(index, tuple) else (index,)
    decoded = tuple(
        {"...": Ellipsis, "new": None}[p]
        if isinstance(p, str)
        else slice(*p)
        if isinstance(p, list)
        else p
        for p in parts
    )
    return value[decoded]


def _unreadable() -> Verdict:
    return Verdict(0.0, "What came back is no description of a model.")


def _facts(look: Look, answer: Answer) -> Verdict:
    value = model_value(answer)
    if value is None:
        return _unreadable()
    unmet = compare.first_unmet(look.options["where"], value[0])
    return (
        Verdict(1.0) if unmet is None else Verdict(0.0, explain.fact(*unmet), f"facts: {value[0]}")
    )


def _outputs(look: Look, answer: Answer) -> Verdict:
    value, case = model_value(answer), look.cases[0]
    if value is None:
        return _unreadable()
    expected = case.expected.value["outputs"]
    found = compare.difference(expected, value[1], look.options["rtol"], look.options["atol"])
    if found is None:
        return Verdict(1.0)
    inner = look.mismatch(
        dataclasses.replace(found, path=("the model's output", *found.path)), case
    )
    return dataclasses.replace(inner, picture=difference.picture(found))


_METRIC_NAMES = {
    "mse": "mean squared error",
    "mae": "mean absolute error",
    "accuracy": "accuracy",
    "perplexity": "perplexity",
}


def _score(look: Look, answer: Answer) -> Verdict:
    value = model_value(answer)
    if value is None:
        return _unreadable()
    o = look.options
    measured = measure(o["metric"], value[1], o["targets"][look.number])
    if isinstance(measured, str):
        return Verdict(0.0, measured)
    score, constant = measured
    share = float(np.clip((score - o["none"]) / (o["full"] - o["none"]), 0.0, 1.0))
    words = (
        f"The {_METRIC_NAMES[o['metric']]} on data that your model has not seen is {score:.3g}; "
        "the baseline is "
        f"{o['none']:.3g}, full points need {o['full']:.3g}."
    )
    if constant and share < 1:
        words += " Your model answers nearly the same for every input."
    return Verdict(share, words)


def _speed(look: Look, small: Answer, large: Answer) -> Verdict:
    times = []
    for answer in (small, large):
        seconds = answer.value.get("seconds") if isinstance(answer.value, dict) else None
        if not isinstance(seconds, float) or not seconds > 0:
            return Verdict(0.0, "The time that the call took could not be read.")
        times.append(seconds)
    ratio = times[1] / times[0]
    if ratio <= look.options["ratio"]:
        return Verdict(1.0)
    return Verdict(
        0.0,
        f"On the large input it takes {ratio:.0f} times as long as on the small one, at most "
        f"{look.options['ratio']:.0f} are allowed. Replace the loop by whole-array operations.",
    )


EVALUATE: dict[str, Callable[..., Verdict]] = {
    "shape": _values,
    "values": _values,
    "expected": _values,
    "unchanged": _unchanged,
    "raises": _raises,
    "same": _same,
    "facts": _facts,
    "outputs": _outputs,
    "score": _score,
    "speed": _speed,
}
