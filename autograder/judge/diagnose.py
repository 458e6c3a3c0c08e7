"""Which known mistake is it? Compares the student's answers with those that every mistake gave at
compile time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..run.inside.protocol import Answer
from . import compare, explain
from .bundle import Ask, ExerciseBundle, KnownMistake, Spec

# Facts that follow from sizes that the student is free to choose.
_NOT_SIGNATURE = {"n_parameters", "weight_shapes", "class", "steps", "input_shape", "output_shape"}


@dataclass
class Diagnosis:
    """A known mistake that explains the student's answers. `exercise`: where it was made, if not
    here.
    """

    mistake: str
    title: str
    message: str
    see: str | None = None
    exercise: str | None = None


def diagnose(
    exercise: ExerciseBundle, answers: Mapping[str, Answer], failed: str
) -> Diagnosis | None:
    """The known mistake that answers as the student does.

    First a mistake that agrees on everything that was asked; else the only one that agrees on
    everything that the first failed criterion looked at (the student made two mistakes, or one in
    two places). Where the answers are right and only too slow, a mistake that is as right and as
    slow.
    """
    for known in exercise.mistakes:
        if _explains(exercise, known, answers, list(answers)):
            return _diagnosis(exercise, known)
    spec = next(spec for spec in exercise.criteria if spec.id == failed)
    if spec.kind == "speed":
        slow = next(
            (known for known in exercise.mistakes if _slow(exercise, known, answers, spec)), None
        )
        return None if slow is None else _diagnosis(exercise, slow)
    asked = [ask for ask in spec.asks if ask in answers]
    path = tuple(spec.options.get("pick", ()))
    near = [
        known for known in exercise.mistakes if _explains(exercise, known, answers, asked, path)
    ]
    return _diagnosis(exercise, near[0]) if len(near) == 1 else None


def _diagnosis(exercise: ExerciseBundle, known: KnownMistake) -> Diagnosis:
    message = known.message
    if known.exercise:
        message = (
            f"This comes from your `{known.exercise}`, which `{exercise.targets[0]}` calls: mend "
            f"`{known.exercise}` first. {known.message}"
        )
    return Diagnosis(known.id, known.title, message, known.see, known.exercise)


def _explains(
    exercise: ExerciseBundle,
    known: KnownMistake,
    answers: Mapping[str, Answer],
    asked: list[str],
    path: tuple = (),
) -> bool:
    """Whether the mistake gives the student's answers, and not everywhere the right ones."""
    telling = False
    for id in asked:
        stored, given, ask = known.answers.get(id), answers[id], exercise.asks[id]
        if stored is None or "repeat" in ask.request.options:
            continue
        agrees, tells = _agrees(exercise, known, stored, given, ask, path)
        if not agrees:
            return False
        telling = telling or tells
    return telling


def _slow(
    exercise: ExerciseBundle, known: KnownMistake, answers: Mapping[str, Answer], spec: Spec
) -> bool:
    """Whether the mistake gives the right answers, as the student does, and was too slow when it
    was compiled.
    """
    times = [
        known.answers[id].value["seconds"] if known.answers[id].status == "ok" else np.nan
        for id in spec.asks
    ]
    if not any(
        large > spec.options["ratio"] * small
        for small, large in zip(times[::2], times[1::2], strict=True)
    ):
        return False
    asked = [id for id in answers if "repeat" not in exercise.asks[id].request.options]
    return all(
        _agrees(exercise, known, known.answers[id], answers[id], exercise.asks[id], ())
        == (True, False)
        for id in asked
    )


def _agrees(
    exercise: ExerciseBundle,
    known: KnownMistake,
    stored: Answer,
    given: Answer,
    ask: Ask,
    path: tuple,
) -> tuple[bool, bool]:
    """Whether the mistake's answer is the student's, and whether it differs from the solution's."""
    if stored.status in ("timeout", "died"):
        return given.status == stored.status, True
    if stored.status == "error":
        same = (
            given.status == "error"
            and given.error is not None
            and given.error.type == stored.error.type
        )
        return same, ask.expected.status != "error" or ask.expected.error.type != stored.error.type
    if given.status != "ok":
        return False, False
    if ask.request.op == "model":
        return _agrees_model(exercise, known, stored, given, ask)
    try:
        mine, theirs = compare.pick(stored.value, path), compare.pick(given.value, path)
    except compare.NoSuchPart:
        return False, False
    if compare.difference(mine, theirs, 1e-4, 1e-7) is not None:
        return False, False
    if ask.expected.status == "error":
        return True, True
    tells = True
    if not path or compare.structure(ask.expected.value, stored.value) is None:
        tells = (
            compare.difference(compare.pick(ask.expected.value, path), mine, 1e-4, 1e-7) is not None
        )
    if stored.after is not None and given.after is not None and not path:
        if any(
            compare.identical(b, s) != compare.identical(b, g)
            for b, s, g in zip(ask.request.args, stored.after, given.after, strict=False)
        ):
            return False, False
        tells = tells or not compare.identical(ask.request.args, stored.after)
    return True, tells


def _agrees_model(
    exercise: ExerciseBundle, known: KnownMistake, stored: Answer, given: Answer, ask: Ask
) -> tuple[bool, bool]:
    value = model_value(given)
    if value is None:
        return False, False
    facts, outputs = value
    score = next((s for s in exercise.criteria if s.kind == "score" and ask.id in s.asks), None)
    if known.where is not None:
        seen = dict(facts)
        if score is not None:
            measured = measure(
                score.options["metric"], outputs, score.options["targets"][score.asks.index(ask.id)]
            )
            if not isinstance(measured, str):
                seen |= {"score": measured[0], "constant": measured[1]}
        holds = compare.first_unmet(known.where, seen) is None
        return holds, holds
    wanted = signature(ask.expected.value["facts"], stored.value["facts"])
    if any(
        not compare.holds(theirs, compare.look_up(facts, key)) for key, theirs in wanted.items()
    ):
        return False, False
    if score is not None or stored.value.get("outputs") is None:
        return True, bool(wanted)
    if compare.difference(stored.value["outputs"], outputs, 1e-4, 1e-6) is not None:
        return False, False
    return True, bool(wanted) or compare.difference(
        ask.expected.value["outputs"], outputs, 1e-4, 1e-6
    ) is not None


def signature(right: Mapping[str, Any], wrong: Mapping[str, Any]) -> dict[str, Any]:
    """The facts in which a mistake's model differs from the solution's, by path; sizes of weights
    left out.
    """

    def flat(value: Any, path: str = "") -> dict[str, Any]:
        if isinstance(value, Mapping):
            items = [
                (str(key), inner)
                for key, inner in value.items()
                if path or key not in _NOT_SIGNATURE
            ]
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
            items = [(str(number), inner) for number, inner in enumerate(value)]
        else:
            return {path: value}
        return {
            k: v
            for key, inner in items
            for k, v in flat(inner, f"{path}.{key}" if path else key).items()
        }

    ours, theirs = flat(right), flat(wrong)
    return {
        path: value
        for path, value in theirs.items()
        if path in ours and not compare.holds(ours[path], value)
    }


# ------------------------------------------------------------------------------------------- models


def model_value(answer: Answer) -> tuple[dict, Any] | None:
    """Facts and outputs of a model answer, None where a hostile process sent something else."""
    value = answer.value
    if not isinstance(value, dict) or not isinstance(value.get("facts"), dict):
        return None
    return value["facts"], value.get("outputs")


def measure(metric: str, outputs: Any, targets: np.ndarray) -> tuple[float, bool] | str:
    """The score of a model's outputs and whether they hardly vary, or what is wrong with them in
    words.
    """
    if (
        not isinstance(outputs, np.ndarray)
        or outputs.dtype.kind not in "fiu"
        or 0 in (outputs.ndim, outputs.size)
    ):
        return (
            f"The model's output is {explain.kind_of(outputs)}; one array of numbers is expected."
        )
    outputs = outputs.astype(np.float64)
    if not np.isfinite(outputs).all():
        return "The model's outputs are NaN or infinite: the training diverged. Look at the learning rate."
    constant = outputs.shape[0] > 1 and bool(
        np.all(np.ptp(outputs, axis=0) <= 1e-3 * (np.abs(outputs).max() + 1e-12))
    )
    if metric == "accuracy":
        if (
            outputs.ndim == targets.ndim + 1
            and outputs.shape[:-1] == targets.shape
            and outputs.shape[-1] > 1
        ):
            classes = outputs.argmax(axis=-1)
        elif outputs.size == targets.size:
            classes = (outputs.reshape(targets.shape) >= 0.5).astype(int)
        else:
            return f"The model's output has shape {outputs.shape}; it does not fit targets of shape {targets.shape}."
        return float(np.mean(classes == targets)), constant
    if metric == "perplexity":
        return _perplexity(outputs, targets, constant)
    if outputs.size != targets.size or outputs.shape[0] != targets.shape[0]:
        return f"The model's output has shape {outputs.shape}; {targets.shape} is expected."
    gap = outputs.reshape(targets.shape) - targets.astype(np.float64)
    return float(np.mean(gap * gap) if metric == "mse" else np.mean(np.abs(gap))), constant


def _perplexity(
    outputs: np.ndarray, targets: np.ndarray, constant: bool
) -> tuple[float, bool] | str:
    """The exponential of the mean loss in nats over the scored targets, those that are not -1."""
    if outputs.shape[:-1] != targets.shape or outputs.shape[-1] <= targets.max():
        return (
            f"The model's output has shape {outputs.shape}; a distribution for each target of shape "
            f"{targets.shape} is expected."
        )
    scored = targets >= 0
    p = outputs[scored]
    if (p < 0).any() or np.abs(p.sum(axis=-1) - 1).max() > 1e-3:
        return "The model's outputs are not probabilities: at each step they must be at least 0 and add up to 1."
    right = np.maximum(p[np.arange(len(p)), targets[scored]], np.finfo(np.float32).tiny)
    return float(np.exp(-np.log(right).mean())), constant
