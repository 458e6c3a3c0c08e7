"""What is done inside the student's process: call a function, or build a model and describe it.

This is the only room that touches the student's objects, and it knows no expected value. It runs in
the notebook kernel (`check`) and in the sandbox child alike, so both see the same semantics. It
sets no limits and trusts nothing to stay as it is: the functions it relies on are bound when it is
imported, before any student code has run.

Facts of a Keras model (`op="model"`), plain data throughout:

    class         "Sequential", "Functional", …; of a layer: its class
    layers        one dict per layer, input layers left out, nested models flattened: `class` and
                  its configuration (units, activation, return_sequences, mask_zero, …; initialisers
                  by class name, inner layers as dicts of the same form)
    n_parameters  number of weights; `weight_shapes`: their shapes, in the order of `get_weights`
    input_shape, output_shape
                  lists, None for a free axis, as the batch always is; None where the model does not
                  know
    compiled, loss, optimizer, learning_rate, metrics
                  as strings and floats; loss "mse", "mae" or Keras' full name
    cross_entropy, …
                  what `behaviour` measures
    returned_before
                  whether an earlier call returned this very model
    steps, epochs updates made by the optimizer; epochs in a returned History (None without one)
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import replace
from math import inf
from time import perf_counter
from typing import Any
from weakref import ref

import numpy as np

from . import behaviour
from .protocol import PRINTED, Answer, ErrorInfo, Request, describe_error

REPEAT_SECONDS = 1.0  # a speed measurement stops repeating after this long
TIMED_SECONDS = 0.005  # shorter calls are timed by the batch: a browser's clock ticks 0.1 ms apart
MOST_IN_A_BATCH = 256  # each call has arguments of its own, and they may be large
_NOT_FACTS = {
    "name",
    "dtype",
    "seed",
    "noise_shape",
    "quantization_config",
    "trainable",
    "backward_layer",
}
_LOSS_NAMES = {"mean_squared_error": "mse", "mean_absolute_error": "mae"}


def perform(namespace: Mapping[str, Any], request: Request) -> Answer:
    """Do what `request` asks with the functions in `namespace`; an exception of the student's
    becomes an `ErrorInfo`.

    The value of the answer is the student's object as it is: the caller turns it into plain data
    (`values.dump`). `KeyboardInterrupt` passes through: it is the notebook's stop button.
    """
    if request.target not in namespace:
        return Answer("missing")
    function = namespace[request.target]
    if not callable(function):
        message = f"{request.target} is not a function but of type {type(function).__name__}"
        return Answer("error", error=ErrorInfo("TypeError", message))
    output = Capped()
    answer: dict[str, Any] = {}
    start = perf_counter()
    try:
        with redirect_stdout(output), redirect_stderr(output):
            if request.options.get("seed") is not None:
                _seed(request.options["seed"])
            elif request.op == "model":
                _forget_seed()
            args, kwargs = deepcopy(request.args), deepcopy(request.kwargs)
            start = perf_counter()
            value = function(*args, **kwargs)
            answer["seconds"] = perf_counter() - start
            if request.options.get("fresh"):
                value = _written_into(value)
            if request.op == "model":
                value = _model(value, request.options, request.args)
                answer["seconds"] = perf_counter() - start  # the student's model runs in there
            elif request.options.get("repeat"):
                value = {"seconds": _fastest(function, request, answer["seconds"])}
            answer["value"] = value
            if request.options.get("after"):
                answer["after"] = args
        return Answer("ok", printed=output.text(), **answer)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # SystemExit and homemade BaseExceptions are the student's errors as well.
        seconds = perf_counter() - start
        info = describe_error(error)
        if isinstance(error, SystemExit):
            info = replace(info, message=f"your code called exit({info.message})")
        return Answer("error", error=info, seconds=seconds, printed=output.text())


def _written_into(value: Any) -> Any:
    """The value as it is, kept, while its own arrays are written into, as a caller may: an argument
    that shares memory with them is no longer what it was.
    """
    if isinstance(value, (tuple, list)):
        return [_written_into(item) for item in value]
    if not isinstance(value, np.ndarray):
        return value
    kept = value.copy()
    if value.flags.writeable:
        value[...] = value == 0  # changes every element
    return kept


class Capped(io.TextIOBase):
    """A text stream that keeps its beginning and forgets the rest."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.size < PRINTED:
            self.kept.append(str(text)[: PRINTED - self.size])
            self.size += len(self.kept[-1])
        return len(text)

    def text(self) -> str:
        return "".join(self.kept)


def _forget_seed() -> None:
    """What an earlier question left is no seed of this one."""
    state = sys.modules.get("keras.src.backend.common.global_state")
    rng = sys.modules.get("keras.src.utils.rng_utils")
    if state is not None and rng is not None:
        state.set_global_attribute(rng.GLOBAL_RANDOM_SEED, None)


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed % 2**32)


def _fastest(function: Any, request: Request, first: float) -> float:
    """Shortest seconds of one call over several measurements, of two at least; `first` is that of
    the call already made.

    One slow call says nothing: a busy machine may stop a process for longer than `REPEAT_SECONDS`.
    Nor does a call shorter than `TIMED_SECONDS`, whose time may be the clock's tick: such calls
    are timed in a batch that is long enough.
    """
    best, spent, calls = first if first >= TIMED_SECONDS else inf, first, 1
    for number in range(int(request.options["repeat"]) - 1):
        if number and spent > REPEAT_SECONDS:
            break
        seconds = _batch(function, request, calls)
        while seconds < TIMED_SECONDS and calls < MOST_IN_A_BATCH:
            calls, spent = 4 * calls, spent + seconds
            seconds = _batch(function, request, calls)
        best, spent = min(best, seconds / calls), spent + seconds
    return best


def _batch(function: Any, request: Request, calls: int) -> float:
    """Seconds that `calls` calls take, each with arguments of its own."""
    arguments = [(deepcopy(request.args), deepcopy(request.kwargs)) for _ in range(calls)]
    start = perf_counter()
    for args, kwargs in arguments:
        function(*args, **kwargs)
    return perf_counter() - start


# ------------------------------------------------------------------------------------------- models


# The models of earlier calls, as long as the student's code keeps them.
_RETURNED: list[ref] = []


class NotAModel(TypeError):
    """The function was expected to return a Keras model and did not."""


def _model(value: Any, options: Mapping[str, Any], args: tuple) -> dict:
    keras: Any = sys.modules.get("keras")
    parts = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, (tuple, list))
        else []
    )
    layer = (
        None
        if keras is None
        else next((v for v in [value, *parts] if isinstance(v, keras.layers.Layer)), None)
    )
    if layer is None:
        raise NotAModel(f"a Keras model is expected, and you return {_described(value)}")
    outputs = None
    inputs = options.get("inputs")
    if inputs is not None and not layer.built:
        behaviour.outputs(keras, layer, inputs, 2)
    if options.get("weights") is not None:
        layer.set_weights([np.asarray(w) for w in options["weights"]])
    if inputs is not None:
        outputs = behaviour.outputs(keras, layer, inputs)
    history = next(
        (part for part in [value, *parts] if isinstance(part, keras.callbacks.History)), None
    )
    if history is None:
        history = getattr(layer, "history", None)  # `fit` leaves it on the model
    facts = _facts(keras, layer, history)
    facts["returned_before"] = any(earlier() is layer for earlier in _RETURNED)
    _RETURNED.append(ref(layer))
    facts |= behaviour.measured(keras, layer, inputs, outputs, args)
    if facts["output_shape"] is None and isinstance(outputs, np.ndarray):
        # A subclassed model does not know.
        facts["output_shape"] = [None, *outputs.shape[1:]]
    return {"facts": facts, "outputs": outputs}


def _described(value: Any) -> str:
    if value is None:
        return "None: is a `return` missing?"
    if isinstance(value, (tuple, list)):
        return (
            f"a {type(value).__name__} of "
            f"{', '.join(type(v).__name__ for v in value[:4]) or 'nothing'}"
        )
    return f"an object of type {type(value).__name__}"


def _facts(keras: Any, layer: Any, history: Any) -> dict:
    facts: dict[str, Any] = {"class": type(layer).__name__}
    facts["layers"] = [_layer_facts(part) for part in _flat(keras, layer)]
    facts["n_parameters"] = int(layer.count_params()) if layer.built else None
    facts["weight_shapes"] = [[int(n) for n in w.shape] for w in layer.weights]
    facts["input_shape"] = _shape(layer, "input_shape")
    facts["output_shape"] = _shape(layer, "output_shape")
    compiled = bool(getattr(layer, "compiled", False))
    optimizer = getattr(layer, "optimizer", None) if compiled else None
    facts["compiled"] = compiled
    facts["loss"] = _loss(keras, getattr(layer, "loss", None)) if compiled else None
    facts["optimizer"] = type(optimizer).__name__ if optimizer is not None else None
    facts["learning_rate"] = _learning_rate(optimizer)
    facts["metrics"] = _metrics(layer) if compiled else []
    facts["steps"] = int(optimizer.iterations) if optimizer is not None else None
    facts["epochs"] = len(history.epoch) if getattr(history, "epoch", None) is not None else None
    return facts


def _flat(keras: Any, layer: Any) -> list:
    if not isinstance(layer, keras.Model):
        return [layer]
    parts = [part for part in layer.layers if type(part).__name__ != "InputLayer"]
    return [inner for part in parts for inner in _flat(keras, part)]


def _layer_facts(layer: Any) -> dict:
    try:
        config = layer.get_config()
    except Exception:  # a layer of the student's own need not have one
        config = {}
    return {"class": type(layer).__name__} | _plain_config(config)


def _plain_config(config: Mapping[str, Any]) -> dict:
    plain = {str(key): _plain(value) for key, value in config.items() if key not in _NOT_FACTS}
    return {key: value for key, value in plain.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "class_name" not in value:
            return None
        inner = value.get("config") or {}
        if "units" not in inner:  # initialisers, regularisers, activations: the name says it
            return str(value["class_name"])
        return {"class": str(value["class_name"])} | _plain_config(inner)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value[:20]]
    return value if isinstance(value, (bool, int, float, str)) else None


def _shape(layer: Any, name: str) -> Any:
    try:
        shape = getattr(layer, name)
    except Exception:  # not built, or called in several places
        return None

    def plain(part: Any) -> Any:
        if isinstance(part, Mapping):
            return {str(key): plain(inner) for key, inner in part.items()}
        if isinstance(part, (tuple, list)):
            axes = [plain(inner) for inner in part]
            # A model that its first batch has built remembers that batch's size; the axis is free
            # all the same.
            return [None, *axes[1:]] if axes and isinstance(axes[0], int) else axes
        return part if part is None else int(part)

    return None if shape is None else plain(shape)


def _loss(keras: Any, loss: Any) -> Any:
    if isinstance(loss, Mapping):
        return {str(key): _loss(keras, part) for key, part in loss.items()}
    if isinstance(loss, (list, tuple)):
        return [_loss(keras, part) for part in loss]
    if loss is None:
        return None
    try:
        found = keras.losses.get(loss) if isinstance(loss, str) else loss
    except ValueError:
        found = loss
    name = getattr(found, "name", None) or getattr(found, "__name__", None) or str(loss)
    return _LOSS_NAMES.get(name, str(name)[:100])


def _learning_rate(optimizer: Any) -> float | None:
    try:
        return float(f"{float(optimizer.learning_rate):.6g}")  # Keras keeps it in float32
    except Exception:
        return None


def _metrics(model: Any) -> list[str]:
    try:
        given = model.get_compile_config().get("metrics") or []
    except Exception:
        return []
    given = given if isinstance(given, (list, tuple)) else [given]
    return [str(_metric_name(metric))[:100] for metric in given]


def _metric_name(metric: Any) -> Any:
    if not isinstance(metric, Mapping):
        return metric
    function = metric.get("class_name") == "function"  # of Keras, given by itself
    return metric.get("config" if function else "class_name")
