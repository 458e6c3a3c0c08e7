"""What kind of thing came back: nothing, a list for an array, one number for each row, a part of
the return value only, another layer. And arguments that a call has changed.

Names by the kind of value, never by its numbers. What is said is seen in every case that was asked
and is wrong in this way. Nothing here compares numbers, but to say that they are right otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..outcome import Diagnosis
from ..run.inside.protocol import Answer
from ..run.inside.values import Opaque
from ..text import quote
from . import compare
from .compiled import CompiledCriterion, ExerciseBundle
from .explain import kind_of, part_name
from .models import model_value

_KINDS = {"f": "floating-point numbers", "i": "whole numbers", "b": "truth values"}
_SLIPS = {
    "none": "A branch of the function may lack its `return`, or the last line computes the result "
    "and does not return it.",
    "list": "Make it one array, with `np.array` or `np.stack`.",
    "array": "Call `.tolist()`, or collect the results in a list.",
    "tuple": "Look at the text: how many values are returned, and in which order?",
    "type": "Compare what you return with what the text asks for.",
    "dtype": "Look at where the array is made: its `dtype`, or an operation that changes it.",
    "extra": "Usual causes: `keepdims=True`, an index such as `[:, None]`, or a list around one "
    "value.",
    "missing": "Usual causes: `squeeze`, an index that picks one entry, or a sum over an axis that "
    "should stay.",
    "number": "Usual causes: a sum or a mean that is missing, or an axis of length 1 that is kept "
    "or added.",
    "keys": "The names are part of what is asked for, capitals too.",
    "shape": "Print the shape after each line, and look where it stops being what the text says.",
    "length": "Count what goes into the list, and what should.",
}


_ITEM = "an item"


def kind(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """The way in which answers are of another kind than the expected ones, where it is one way."""
    if spec.kind not in ("values", "shape", "expected", "same", "unchanged"):
        return
    target = exercise.cases[spec.cases[0]].request.target
    returns = exercise.returns if target == exercise.targets[0] else ()
    if diagnosis := _argument_returned(exercise, target, answers):
        yield diagnosis
    found: dict[tuple[str, tuple], str] = {}
    mended = []
    for id, answer in answers.items():
        case = exercise.cases[id]
        if case.request.target != target or case.request.op != "call" or answer.status != "ok":
            continue
        if case.expected.status != "ok" or "repeat" in case.request.options:
            continue
        mismatch = compare.structure(case.expected.value, answer.value)
        if mismatch is None:
            continue
        path = mismatch.path
        if isinstance(case.expected.value, list) and path:
            path = (_ITEM,)
        id_, what = _way(mismatch, case.expected.value, returns)
        found[id_, path] = what
        mended.append(_right_otherwise(case.expected.value, answer.value, spec))
    ways = {id for id, _ in found}
    if len(ways) != 1 or (len(mended) < 2 and ways <= {"length", "shape"}):
        return
    (id_, path), what = next(iter(found.items()))
    message = _SLIPS[id_.split(":")[0]]
    if id_ == "none" and any(case.expected.value is None for case in exercise.cases.values()):
        what = "is `None` where there is something to be found"
        message = "Is it sought in all places, or given up too early?"
    if all(mended):
        message = f"The numbers in it are right. {message}"
    name = f"Your {part_name(path, returns)}" if path else "Your answer"
    if path == (_ITEM,):
        name = "An item of your answer"
    yield Diagnosis(f"relation:kind:{id_}", f"{name} {what}", message)


def _argument_returned(
    exercise: ExerciseBundle, target: str, answers: Mapping[str, Answer]
) -> Diagnosis | None:
    """The one argument that every wrong answer is, as it was given; arrays have their relation."""
    names: set[str] | None = None
    seen = 0
    for id, answer in answers.items():
        case = exercise.cases[id]
        if case.request.target != target or answer.status != "ok" or case.expected.status != "ok":
            continue
        if compare.difference(case.expected.value, answer.value, 1e-4, 1e-7) is None:
            continue
        order = exercise.parameters.get(target, ())
        given = dict(zip(order, case.request.args, strict=False)) | case.request.kwargs
        same = {
            name
            for name, value in given.items()
            if isinstance(value, (list, tuple, str)) and compare.identical(value, answer.value)
        }
        names, seen = same if names is None else names & same, seen + 1
    if seen < 2 or not names or len(names) > 1:
        return None
    (name,) = names
    return Diagnosis(
        f"relation:returned:{name}",
        f"Your answer is `{name}`, as it was given",
        "In every case that is wrong, the argument itself comes back. Usual causes: the last line "
        "returns another name than the one that holds the result.",
    )


def _way(found: compare.Mismatch, whole: Any, returns: tuple[str, ...]) -> tuple[str, str]:
    """A difference of kind, as an id and as the end of a sentence."""
    e, a = found.expected, found.actual
    if a is None:
        return "none", "is `None`: nothing is returned"
    if found.kind == "keys":
        if not e:
            return "keys:extra", "holds something where nothing is asked for"
        if {str(key).lower() for key in e} <= {str(key).lower() for key in a}:
            return "keys:capitals", "has its keys in other capitals than asked for"
        missing = ", ".join(f"`{quote(key, 30)}`" for key in e if key not in a)
        return "keys:missing", f"lacks {missing} among its keys"
    if found.kind == "length":
        if isinstance(whole, tuple) and not found.path:
            return f"tuple:{len(a)}", f"has {len(a)} parts, and {len(e)} are asked for"
        return "length", "has more or fewer items than expected"
    if found.kind == "dtype":
        kinds = [compare.as_array(value).dtype.kind.replace("u", "i") for value in (a, e)]
        named = [_KINDS.get(kind, "other things") for kind in kinds]
        return f"dtype:{kinds[0]}", f"holds {named[0]}, and {named[1]} are asked for"
    if found.kind == "shape":
        both = {compare.as_array(value).dtype.kind for value in (a, e)}
        if "b" in both and len(both) > 1:  # masks for places, say: the lengths follow from that
            return _way(replace(found, kind="dtype"), whole, returns)
        return _shape(compare.as_array(e).shape, compare.as_array(a).shape)
    if isinstance(e, tuple) and returns and not found.path:
        only = "one value" if not isinstance(a, Mapping) else "a dict"
        return "tuple:one", f"is {only}, and {len(e)} are asked for, `({', '.join(returns)})`"
    if isinstance(e, np.ndarray) and isinstance(a, (list, tuple)):
        return "list", f"is a {type(a).__name__}, and an array is asked for"
    if isinstance(e, list) and isinstance(a, np.ndarray):
        return "array", "is an array, and a list is asked for"
    if isinstance(a, Opaque):
        return "type:object", f"is {kind_of(a)}"
    return f"type:{type(a).__name__}", f"is {_any(a)}, and {_any(e)} is asked for"


def _any(value: Any) -> str:
    """A kind of value, without sizes, which differ from case to case."""
    if isinstance(value, np.ndarray):
        return "an array" if value.ndim else "a single number"
    if isinstance(value, Mapping):
        return "a dict"
    return f"a {type(value).__name__}" if isinstance(value, (list, tuple)) else kind_of(value)


def _shape(e: tuple[int, ...], a: tuple[int, ...]) -> tuple[str, str]:
    if not e:
        return (
            "number:array",
            f"is an array with {len(a)} {_axes(len(a))}, and one number is asked for",
        )
    if len(a) > len(e):
        ones = [n for n in a if n != 1] == [n for n in e if n != 1]
        return f"extra:{len(a) - len(e)}", "has an axis too many" + (
            ", of length 1" if ones else ""
        )
    if len(a) < len(e):
        return f"missing:{len(e) - len(a)}", "lacks an axis"
    axes = [i for i, (x, y) in enumerate(zip(a, e, strict=True)) if x != y]
    listed = " and ".join(map(str, axes))
    return "shape", f"has another length than expected along {_axes(len(axes))} {listed}"


def _axes(n: int) -> str:
    return "axis" if n == 1 else "axes"


def _right_otherwise(expected: Any, actual: Any, spec: CompiledCriterion) -> bool:
    """Whether an answer is right as soon as it is of the right kind."""
    try:
        mended = _as_kind(expected, actual)
    except (ValueError, TypeError, OverflowError):
        return False
    rtol, atol = (float(spec.options.get(key, d)) for key, d in (("rtol", 1e-4), ("atol", 1e-6)))
    return compare.difference(expected, mended, rtol, atol) is None


def _as_kind(expected: Any, actual: Any) -> Any:
    if isinstance(expected, (tuple, list)):
        if not isinstance(actual, (tuple, list, np.ndarray)) or len(actual) != len(expected):
            raise ValueError
        return [_as_kind(e, a) for e, a in zip(expected, actual, strict=True)]
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            raise ValueError
        folded = {str(key).lower(): value for key, value in actual.items()}
        return {key: _as_kind(e, folded.get(str(key).lower())) for key, e in expected.items()}
    if compare.is_number(expected) and actual is not None:
        e, a = compare.as_array(expected), np.asarray(actual)
        if a.dtype.kind not in "biuf" or e.size != a.size:
            raise ValueError
        if [n for n in e.shape if n != 1] != [n for n in a.shape if n != 1]:
            raise ValueError
        return a.reshape(e.shape).astype(e.dtype)
    return actual


def plain(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """Answers without any content where they are wrong: NaN, infinite, zero, one number."""
    if spec.kind != "values":
        return
    path, ways = tuple(spec.options.get("pick", ())), []
    target = exercise.cases[spec.cases[0]].request.target
    for id, answer in answers.items():
        case = exercise.cases[id]
        if case.request.target != target or case.request.op != "call" or answer.status != "ok":
            continue
        if case.expected.status != "ok" or "repeat" in case.request.options:
            continue
        try:
            wanted, given = (compare.pick(v.value, path) for v in (case.expected, answer))
        except compare.NoSuchPart:
            return
        found = compare.difference(wanted, given, 1e-4, 1e-6)
        if found is not None and found.kind != "numbers":
            return
        if found is not None:
            ways.append(_empty(np.asarray(found.expected), np.asarray(found.actual)))
    # One case may be so by accident: a number that grows until it overflows, say.
    if len(ways) < 2 or len(set(ways)) != 1 or ways[0] is None:
        return
    way = ways[0]
    what, slips = _EMPTY[way]
    returns = exercise.returns if target == exercise.targets[0] else ()
    name = f"Your {part_name(path, returns)}" if path else "Your answer"
    yield Diagnosis(f"relation:plain:{way}", f"{name} {what}, in every case that is wrong", slips)


_EMPTY = {
    "nan": (
        "is NaN where a number is expected",
        "0/0, the logarithm of a negative number, or infinity minus infinity makes one. Look for a "
        "division by what may be 0, and for an `exp` of large numbers.",
    ),
    "infinite": (
        "is infinite where a number is expected",
        "A division by zero, the logarithm of 0 or an overflow of `exp` makes one.",
    ),
    "zero": (
        "is zero everywhere",
        "Usual causes: results that are never written into the array, a factor that is 0, or a "
        "whole-number division.",
    ),
    "one-number": (
        "has the same number everywhere",
        "Usual causes: a sum or mean over all where one axis was meant, or an array that is filled "
        "once and never changed.",
    ),
}


def _empty(e: np.ndarray, a: np.ndarray) -> str | None:
    wrong = a[~compare.close(e, a, 1e-4, 1e-6)]
    if a.dtype.kind == "f" and wrong.size:  # numbers that only grow too large are another mistake
        if np.isnan(wrong).all():
            return "nan"
        if np.isinf(wrong).all():
            return "infinite"
    if a.size > 2 and len(np.unique(e)) > 1 and (a == a.flat[0]).all():
        return "one-number" if a.flat[0] else "zero"
    return None


# ---------------------------------------------------------------------------- arguments, and models


def changed(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """Which arguments a call changes."""
    if spec.kind != "unchanged":
        return
    hit: set[str] = set()
    for id in spec.cases:
        case, answer = exercise.cases[id], answers.get(id)
        names = exercise.parameters.get(case.request.target, ())
        if answer is None or answer.after is None:
            continue
        pairs = zip(names, case.request.args, answer.after, strict=False)
        hit |= {name for name, before, after in pairs if not compare.identical(before, after)}
    if hit:
        listed = " and ".join(f"`{name}`" for name in sorted(hit))
        shared = spec.options.get("fresh")
        yield Diagnosis(
            f"relation:{'shared' if shared else 'changed'}:{'+'.join(sorted(hit))}",
            f"A call changes {listed}, or its result lies in the memory of {listed}"
            if shared
            else f"A call changes {listed}",
            "Whoever writes into your result changes what you were given. Usual causes: the array "
            "itself, a slice or a `reshape` is returned, or elements are assigned in place. Work "
            "on a copy."
            if shared
            else "Whoever calls your function finds other values in it than before. Usual causes: "
            "`+=`, an assignment to elements, or `append` and `sort` on the list that was given. "
            "Work on a copy.",
        )


_HARMLESS = (
    "initializer",
    "regularizer",
    "constraint",
    "batch_shape",
    "input_shape",
    "input_length",
    "unroll",
    "cudnn",
)
_MOST = 3  # differences of a model that are told together


def model(
    exercise: ExerciseBundle, spec: CompiledCriterion, answers: Mapping[str, Answer]
) -> Iterator[Diagnosis]:
    """In which few things a Keras model is another than the one that was asked for."""
    if spec.kind not in ("facts", "outputs", "score"):
        return
    found: set[str] | None = None
    for id, answer in answers.items():
        expected, value = exercise.cases[id].expected, model_value(answer)
        if expected.status != "ok" or answer.status != "ok" or value is None:
            continue
        ways = _other_layers(expected.value["facts"].get("layers"), value[0].get("layers"))
        if ways:  # where the sizes happen to be equal, nothing shows
            found = ways if found is None else found & ways
    unmet = _unmet(spec, answers) if spec.kind == "facts" else None
    if found and len(found) <= _MOST and (unmet is None or unmet.startswith("layers")):
        told = sorted(found)
        yield Diagnosis(
            f"relation:model:{'+'.join(_bare(way) for way in told)}",
            f"Your model differs from the one that was asked for: {' and '.join(told)}",
            "All other layers and settings that were looked at are as asked for.",
        )
    elif unmet is not None:
        words = unmet.replace("layers.", "layer ").replace("_", " ").replace(".", ", ")
        yield Diagnosis(
            f"relation:model:{unmet}",
            f"Your model is not the one that was asked for: {words}",
            "The text says what is asked for there; look at what you hand to Keras.",
        )


def _bare(way: str) -> str:
    return "layers" if way.startswith("its layers") else way.replace("`", "").replace(" ", "-")


def _unmet(spec: CompiledCriterion, answers: Mapping[str, Answer]) -> str | None:
    """The first fact of a model that is not as asked for."""
    for id in spec.cases:
        value = model_value(answers[id]) if id in answers else None
        unmet = compare.first_unmet(spec.options["where"], value[0]) if value else None
        if unmet is not None:
            return None if unmet[2] is None else unmet[0]
    return None


def _other_layers(right: Any, mine: Any) -> set[str]:
    """The settings of layers that differ, in words; numbering is from 1."""
    if not isinstance(right, list) or not isinstance(mine, list):
        return set()
    classes = [[str(dict(layer).get("class")) for layer in layers] for layers in (right, mine)]
    if classes[0] != classes[1]:
        return {f"its layers are {', '.join(quote(name, 40) for name in classes[1][:8])}"}
    return {
        f"`{quote(key, 40)}` of layer {number} (`{layer['class']}`)"
        for number, (layer, other) in enumerate(zip(right, mine, strict=True), 1)
        for key in layer
        if not any(word in key for word in _HARMLESS)
        and not compare.holds({"in": [layer[key]]}, dict(other).get(key))
    }
