"""What a Keras model does, measured: its outputs, and facts that no configuration tells.

Nothing here looks at layers or their settings, trains, or knows an expected value.

    cross_entropy "of probabilities", "of logits": what the loss gives for known numbers, whatever
                  it is called; None for any other. `targets`: "ids", "rows" (one-hot) or "bits"
    any_length    whether the same model also reads inputs that are one step longer, and no input
                  was declared with a length (None without inputs that have a time axis)
    same_in_training
                  whether it answers in training mode as it does outside: no dropout, no noise
    probabilities whether each row of the outputs, along the last axis, is a distribution
    skips_padding whether targets at steps where the last input is 0 leave the loss as it is (None
                  where nothing is padded, or the loss is no cross-entropy of ids)
    penalties     number of terms that regularisers add to the loss
    seeded        whether `keras.utils.set_random_seed` was last called with an argument of the
                  function
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

_BATCH = 256


def outputs(
    keras: Any, layer: Any, inputs: Any, limit: int | None = None, training: bool = False
) -> Any:
    """Outputs of the model on `inputs` (array or tuple of arrays), in batches, as NumPy arrays."""
    arrays = _arrays(inputs)
    rows = len(arrays[0]) if limit is None else min(limit, len(arrays[0]))
    batches = []
    for start in range(0, rows, _BATCH):
        batch = [a[start : min(start + _BATCH, rows)] for a in arrays]
        result = _called(
            keras, layer, batch if isinstance(inputs, (tuple, list)) else batch[0], training
        )
        parts = result if isinstance(result, (tuple, list)) else [result]
        batches.append([np.asarray(keras.ops.convert_to_numpy(part)) for part in parts])
    joined = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    return joined[0] if len(joined) == 1 else tuple(joined)


def _arrays(inputs: Any) -> list[np.ndarray]:
    arrays = [np.asarray(a) for a in (inputs if isinstance(inputs, (tuple, list)) else [inputs])]
    return [a.astype(np.float32) if a.dtype == np.float16 else a for a in arrays]


def _called(keras: Any, layer: Any, inputs: Any, training: bool = False) -> Any:
    """What the layer gives for arrays, as the tensors that carry its mask."""
    known = isinstance(layer, keras.Model) or _takes_training(layer)
    convert = keras.ops.convert_to_tensor
    tensors = [convert(a) for a in inputs] if isinstance(inputs, list) else convert(inputs)
    return layer(tensors, **({"training": training} if known else {}))


def _takes_training(layer: Any) -> bool:
    return bool(getattr(layer, "_call_has_training_arg", False))


def measured(
    keras: Any, layer: Any, inputs: Any, answered: Any, args: tuple = ()
) -> dict[str, Any]:
    """Facts that no configuration tells: what the model and its loss do with known numbers. What
    cannot be measured is left out.

    Args:
        inputs, answered: what the model was run on (None: on nothing), and its outputs.
        args: what the function that built it was called with.
    """
    facts = _facts_of(keras, layer, inputs, answered)
    seed = getattr(sys.modules.get("keras.src.utils.rng_utils"), "get_random_seed", lambda: None)()
    facts["seeded"] = type(seed) is int and seed in [a for a in args if type(a) is int]
    return {name: fact for name, fact in facts.items() if fact is not None}


def _facts_of(keras: Any, layer: Any, inputs: Any, answered: Any) -> dict[str, Any]:
    loss = getattr(layer, "loss", None) if getattr(layer, "compiled", False) else None
    facts: dict[str, Any] = {"penalties": len(layer.losses), "targets": None}
    if loss is not None and not isinstance(loss, (Mapping, list, tuple)):
        last = answered.shape[-1] if isinstance(answered, np.ndarray) and answered.ndim else 0
        facts["cross_entropy"], facts["targets"] = _cross_entropy(keras, loss, max(last, 3))
    if inputs is None:
        return facts
    several = isinstance(inputs, (tuple, list))
    few = [array[:2] for array in _arrays(inputs)]
    given = few if several else few[0]
    if all(array.ndim > 1 for array in few):
        longer = [np.concatenate([array, array[:, -1:]], axis=1) for array in few]
        facts["any_length"] = not _says_length(layer) and _succeeds(
            outputs, keras, layer, longer if several else longer[0]
        )
    if not isinstance(answered, np.ndarray):
        return facts
    facts["probabilities"] = bool(
        (answered >= 0).all() and np.allclose(answered.sum(axis=-1), 1.0, atol=1e-3)
    )
    facts["same_in_training"] = _same_in_training(keras, layer, given, answered[:2])
    ids = few[-1]
    padded = ids.dtype.kind in "iu" and ids.ndim == 2 and bool((ids == 0).any())
    if padded and facts["targets"] == "ids" and answered[:2].shape[:-1] == ids.shape:
        facts["skips_padding"] = _skips_padding(keras, layer, given, ids)
    return facts


def _same_in_training(keras: Any, layer: Any, inputs: Any, answered: np.ndarray) -> bool | None:
    try:
        trained = outputs(keras, layer, inputs, training=True)
    except Exception:
        return None
    return trained.shape == answered.shape and bool(np.allclose(trained, answered, 1e-5, 1e-7))


def _says_length(layer: Any) -> bool:
    """Whether an input was declared with a length. Where nothing was declared, Keras writes down
    the length of the first batch: with the size of that batch, or after training, without it.
    """
    if getattr(getattr(layer, "optimizer", None), "iterations", 0) != 0:
        return False
    try:
        shapes = layer.input_shape
    except Exception:  # not built, or called in several places
        return False
    if isinstance(shapes, Mapping):
        shapes = list(shapes.values())
    shapes = shapes if isinstance(shapes, list) else [shapes]
    return any(
        isinstance(s, tuple) and len(s) > 1 and s[0] is None and s[1] is not None for s in shapes
    )


def _succeeds(function: Any, *args: Any) -> bool:
    try:
        function(*args)
    except Exception:
        return False
    return True


def _known(classes: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Targets in each form, and distributions over that many classes that tell the classes apart;
    as many as the model has, which a loss of the student's own may count on.
    """
    p = np.arange(1, classes + 1, dtype=np.float32)
    p = np.stack([[p / p.sum()] * 2])
    return {
        "ids": (np.array([[1, 2]]), p),
        "rows": (np.eye(classes, dtype=np.float32)[np.array([[1, 2]])], p),
        "bits": (np.array([[1.0], [1.0]], np.float32), np.array([[0.2], [0.6]], np.float32)),
    }


def _cross_entropy(keras: Any, loss: Any, classes: int) -> tuple[str | None, str | None]:
    """Of what the loss is a cross-entropy, and in which form it takes the targets."""
    try:
        function = keras.losses.get(loss) if isinstance(loss, str) else loss
    except ValueError:
        return None, None
    for form, (targets, numbers) in _known(classes).items():
        try:
            found = function(
                keras.ops.convert_to_tensor(targets), keras.ops.convert_to_tensor(numbers)
            )
            found = float(np.mean(keras.ops.convert_to_numpy(found)))
        except Exception:
            continue
        if form == "bits":
            wanted = -np.log(numbers), np.log1p(np.exp(-numbers))
        else:
            chosen = numbers[0, [0, 1], [1, 2]]
            wanted = -np.log(chosen), np.log(np.exp(numbers).sum(-1)) - chosen
        for name, losses in zip(("of probabilities", "of logits"), wanted, strict=True):
            if abs(found - float(np.mean(losses))) < 1e-3:
                return name, form
    return None, None


def _skips_padding(keras: Any, layer: Any, inputs: Any, ids: np.ndarray) -> bool | None:
    """Whether the loss stays when the targets at padding change."""
    if not isinstance(layer, keras.Model):
        return None
    try:
        predicted = _called(keras, layer, inputs)
        # Numbers that tell the classes apart, as an untrained model's do not, behind its own mask:
        # this layer hands it on.
        numbers = np.arange(1, predicted.shape[-1] + 1, dtype=np.float32)
        known = keras.layers.Activation(lambda p: 0 * p + numbers / numbers.sum())(predicted)
        losses = [
            float(layer.compute_loss(y=keras.ops.convert_to_tensor(y), y_pred=known))
            for y in (np.ones_like(ids), (ids != 0).astype(ids.dtype))
        ]
    except Exception:
        return None
    return abs(losses[0] - losses[1]) <= 1e-6 * abs(losses[0])
