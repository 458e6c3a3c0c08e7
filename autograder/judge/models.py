"""Keras models as data: their facts, their outputs, and how well they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..run.inside.protocol import Answer
from . import compare, explain

# Facts that follow from sizes that the student is free to choose.
_NOT_SIGNATURE = {
    "n_parameters",
    "weight_shapes",
    "class",
    "steps",
    "input_shape",
    "output_shape",
    "seeded",
}


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
        return (
            "The model's outputs are NaN or infinite: the training diverged. Look at the "
            "learning rate."
        )
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
            return (
                f"The model's output has shape {outputs.shape}; it does not fit targets of "
                f"shape {targets.shape}."
            )
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
            f"The model's output has shape {outputs.shape}; a distribution for each target of "
            "shape "
            f"{targets.shape} is expected."
        )
    scored = targets >= 0
    p = outputs[scored]
    if (p < 0).any() or np.abs(p.sum(axis=-1) - 1).max() > 1e-3:
        return (
            "The model's outputs are not probabilities: at each step they must be at least 0 "
            "and add up to 1."
        )
    right = np.maximum(p[np.arange(len(p)), targets[scored]], np.finfo(np.float32).tiny)
    return float(np.exp(-np.log(right).mean())), constant
