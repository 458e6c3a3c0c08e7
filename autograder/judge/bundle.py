"""Compiled cases as data: one zip per unit with `bundle.json` and `arrays/*.npy`, and no code.

The file is deterministic: members sorted, stored without compression, fixed time stamps. There is
one flat array per dtype; `bundle.json` lists every value once, with the places of its arrays in
these. Reading is strict, because a bundle
may come from anywhere: every size is capped, arrays are read by `values.read_array` (no pickle,
listed dtypes), and what does not have the expected form is a `BadBundle`.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CourseError
from ..files import write_whole
from ..run.inside import values
from ..run.inside.protocol import Answer, ErrorInfo, Request
from .compiled import Bundle, CompiledCase, CompiledCriterion, ExerciseBundle, KnownMistake

FORMAT = 2
MAX_JSON = 32 << 20
MAX_BYTES = 512 << 20
_CAPS = values.Caps(nodes=200_000)
_DTYPES = {dtype.name: dtype for dtype in values.DTYPES}
_MEMBERS = {"bundle.json"} | {f"arrays/{name}.npy" for name in _DTYPES}
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BadBundle(CourseError, ValueError):
    """The file is not a bundle that `write` made; the message names it and the remedy."""


# ------------------------------------------------------------------------------------------ writing


def to_bytes(bundle: Bundle) -> bytes:
    """The bundle as the bytes of its zip file; the same bundle always gives the same bytes."""
    store = _Store()
    document = {
        "format": FORMAT,
        "unit": bundle.unit,
        "title": bundle.title,
        "size": bundle.size,
        "seed": bundle.seed,
        "needs": list(bundle.needs),
        "versions": bundle.versions,
        "source": bundle.source,
        "exercises": [_exercise_out(exercise, store) for exercise in bundle.exercises.values()],
        "written": bundle.written,
        "quiz": bundle.quiz,
    }
    document["values"] = [json.loads(node) for node in store.nodes]
    # Keys stay in their order, which is that of the declarations and of the student's dicts.
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    members = {"bundle.json": text.encode()} | store.members()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, members[name])
    return buffer.getvalue()


def write(bundle: Bundle, path: Path) -> Path:
    """Write the bundle; a file with the same content is left alone, another is replaced in one
    step.
    """
    path, data = Path(path), to_bytes(bundle)
    if path.exists() and path.read_bytes() == data:
        return path
    return write_whole(path, data)


class _Store:
    """Values by their content, and one pool of numbers per dtype."""

    def __init__(self) -> None:
        self.nodes: dict[str, int] = {}  # JSON text of a value: its number
        self.pools: dict[str, list[np.ndarray]] = {}
        self.sizes: dict[str, int] = {}
        self.places: dict[tuple[str, bytes], int] = {}

    def put(self, value: Any) -> int:
        """The number of a value: its tree, and the places of its arrays."""
        tree, arrays = values.dump(value, _CAPS, strict=not _has_opaque(value))
        node = json.dumps(
            [tree, [self.place(array) for array in arrays]],
            ensure_ascii=False,
            separators=(",", ":"),
            allow_nan=False,
        )
        return self.nodes.setdefault(node, len(self.nodes))

    def place(self, array: np.ndarray) -> list:
        """Pool, first element in it, shape, and the dtype where it is another than the pool's."""
        flat = _narrowest(np.ascontiguousarray(array).reshape(-1))
        name = flat.dtype.name
        key = (name, flat.tobytes())
        if key not in self.places:
            self.places[key] = self.sizes.get(name, 0)
            self.sizes[name] = self.places[key] + flat.size
            self.pools.setdefault(name, []).append(flat)
        place = [name, self.places[key], list(array.shape)]
        return place if array.dtype == flat.dtype else [*place, array.dtype.name]

    def members(self) -> dict[str, bytes]:
        return {
            f"arrays/{name}.npy": values.write_array(np.concatenate(pool))
            for name, pool in self.pools.items()
        }


def _narrowest(flat: np.ndarray) -> np.ndarray:
    """The numbers in the smallest dtype of their kind that holds every one of them exactly."""
    smaller = [
        d for d in values.DTYPES if d.kind == flat.dtype.kind and d.itemsize < flat.dtype.itemsize
    ]
    for dtype in sorted(smaller, key=lambda d: d.itemsize):
        with np.errstate(over="ignore", invalid="ignore"):
            narrow = flat.astype(dtype)
        if narrow.astype(flat.dtype).tobytes() == flat.tobytes():
            return narrow
    return flat


def _has_opaque(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_has_opaque(item) for item in value)
    if isinstance(value, dict):
        return any(_has_opaque(item) for item in value.values())
    return isinstance(value, values.Opaque)


def _exercise_out(exercise: ExerciseBundle, store: _Store) -> dict:
    return {
        "name": exercise.name,
        "points": exercise.points,
        "see": exercise.see,
        "targets": list(exercise.targets),
        "parameters": {name: list(names) for name, names in exercise.parameters.items()},
        "returns": list(exercise.returns),
        "cases": [
            {
                "id": case.id,
                "name": case.name,
                "op": case.request.op,
                "target": case.request.target,
                "args": store.put(case.request.args),
                "kwargs": store.put(case.request.kwargs),
                "options": store.put(case.request.options),
                "seconds": case.request.seconds,
                "expected": _answer_out(case.expected, store),
            }
            for case in exercise.cases.values()
        ],
        "criteria": [
            {
                "id": spec.id,
                "kind": spec.kind,
                "points": spec.points,
                "title": spec.title,
                "hint": spec.hint,
                "needs": list(spec.needs),
                "cases": list(spec.cases),
                "options": store.put(spec.options),
            }
            for spec in exercise.criteria
        ],
        "mistakes": [
            {
                "id": known.id,
                "title": known.title,
                "message": known.message,
                "see": known.see,
                "where": store.put(known.where),
                "exercise": known.exercise,
                "breaks": None if known.breaks is None else list(known.breaks),
                "answers": [_answer_out(known.answers[case], store) for case in exercise.cases],
            }
            for known in exercise.mistakes
        ],
    }


def _answer_out(answer: Answer, store: _Store) -> dict | int:
    if answer.status == "ok" and answer.after is None:
        return store.put(answer.value)
    out: dict[str, Any] = {"status": answer.status, "value": store.put(answer.value)}
    if answer.after is not None:
        out["after"] = store.put(answer.after)
    if answer.error is not None:
        # A line without `raise` tells an error by chance from one that was meant.
        source = [] if answer.error.on_purpose else [str(answer.error.source)]
        out["error"] = [answer.error.type, answer.error.message, *source]
    return out


# ------------------------------------------------------------------------------------------ reading


def read(path: Path, only: str | None = None) -> Bundle:
    """Read a bundle, or just one exercise of it: most of the time goes into the answers of the
    known mistakes.

    Raises:
        BadBundle: the file is missing, damaged, too large or of another format.
    """
    path = Path(path)
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        raise BadBundle(
            f"{path}: {error.strerror}. Run `autograder compile {path.stem}`."
        ) from None
    return from_bytes(data, str(path), only)


def from_bytes(data: bytes, name: str, only: str | None = None) -> Bundle:
    """Read a bundle, or one exercise of it, from the bytes of its file; `name` is for messages."""
    remedy = f"Run `autograder compile {Path(name).stem}` to make it again."
    try:
        return _Reader(data).bundle(only)
    except BadBundle as error:
        raise BadBundle(f"{name}: {error}. {remedy}") from None
    except (zipfile.BadZipFile, values.BadValue, NotImplementedError, EOFError) as error:
        raise BadBundle(f"{name}: not a bundle ({error}). {remedy}") from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        raise BadBundle(
            f"{name}: its content has an unexpected form ({type(error).__name__}). {remedy}"
        ) from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
        names = [member.filename for member in members]
        if (
            len(set(names)) != len(names)
            or not _MEMBERS.issuperset(names)
            or "bundle.json" not in names
        ):
            raise BadBundle("it has members that a bundle does not have")
        if any(
            member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1 for member in members
        ):
            raise BadBundle("it has compressed members")
        if sum(member.file_size for member in members) > MAX_BYTES:
            raise BadBundle("it is too large")
        if archive.getinfo("bundle.json").file_size > MAX_JSON:
            raise BadBundle("its bundle.json is too large")
        self.document = json.loads(
            archive.read("bundle.json").decode("utf-8"), parse_constant=_refuse
        )
        if not isinstance(self.document, dict) or self.document.get("format") not in (1, FORMAT):
            raise BadBundle(f"it is not of format {FORMAT}")
        if self.document["format"] == 1:
            _from_format_1(self.document)
        self.nodes = self.document["values"]
        self.pools = {}
        for name in names:
            if name != "bundle.json":
                pool = values.read_array(archive.read(name))
                if pool.ndim != 1 or f"arrays/{pool.dtype.name}.npy" != name:
                    raise BadBundle("its arrays have another form than their names say")
                pool.flags.writeable = False  # shared by every value that looks into it
                self.pools[pool.dtype.name] = pool

    def array(self, place: Any) -> np.ndarray:
        name, start, shape, dtype = (
            _text(place[0]),
            place[1],
            place[2],
            _text(place[3] if place[3:] else place[0]),
        )
        if (
            any(type(n) is not int or n < 0 for n in [start, *shape])
            or len(place) > 4
            or dtype not in _DTYPES
        ):
            raise BadBundle("an array is at an impossible place")
        size = math.prod(shape)
        pool = self.pools.get(name, np.empty(0, _DTYPES.get(name)))
        if start + size > len(pool):
            raise BadBundle("an array reaches beyond its pool")
        array = pool[start : start + size].reshape(shape).astype(dtype, copy=False)
        array.flags.writeable = False
        return array

    def value(self, number: Any) -> Any:
        if type(number) is not int or not 0 <= number < len(self.nodes):
            raise BadBundle("a value is missing")
        tree, arrays = self.nodes[number]
        return values.load(tree, [self.array(place) for place in arrays], _CAPS)

    def bundle(self, only: str | None) -> Bundle:
        doc = self.document
        reveal = doc["size"] == "public"
        exercises = [
            self.exercise(_text(doc["unit"]), exercise, reveal)
            for exercise in doc["exercises"]
            if only is None or exercise["name"] == only
        ]
        return Bundle(
            unit=_text(doc["unit"]),
            title=_text(doc["title"]),
            size=_text(doc["size"]),
            seed=doc["seed"],
            needs=_texts(doc["needs"]),
            versions=dict(doc["versions"]),
            source=_text(doc["source"]),
            exercises={exercise.name: exercise for exercise in exercises},
            written={_text(name): _number(points) for name, points in doc["written"].items()},
            quiz=doc["quiz"],
        )

    def exercise(self, unit: str, doc: Mapping, reveal: bool) -> ExerciseBundle:
        cases = [
            CompiledCase(
                _text(a["id"]),
                _text(a["name"]),
                Request(
                    _text(a["op"]),
                    _text(a["target"]),
                    self.value(a["args"]),
                    self.value(a["kwargs"]),
                    self.value(a["options"]),
                    _number(a["seconds"]),
                ),
                self.answer(a["expected"]),
            )
            for a in doc["cases"]
        ]
        criteria = [
            CompiledCriterion(
                _text(c["id"]),
                _text(c["kind"]),
                _number(c["points"]),
                _text(c["title"]),
                _text(c["hint"]),
                _texts(c["needs"]),
                _texts(c["cases"]),
                self.value(c["options"]),
            )
            for c in doc["criteria"]
        ]
        mistakes = [
            KnownMistake(
                _text(m["id"]),
                _text(m["title"]),
                _text(m["message"]),
                m["see"] and _text(m["see"]),
                {
                    case.id: self.answer(answer)
                    for case, answer in zip(cases, m["answers"], strict=True)
                },
                self.value(m["where"]),
                m["exercise"] and _text(m["exercise"]),
                None if m.get("breaks") is None else _texts(m["breaks"]),
            )
            for m in doc["mistakes"]
        ]
        known = {case.id for case in cases}
        if any(case not in known for spec in criteria for case in spec.cases):
            raise BadBundle("a criterion looks at a question that is not there")
        return ExerciseBundle(
            unit,
            _text(doc["name"]),
            _number(doc["points"]),
            doc["see"] and _text(doc["see"]),
            _texts(doc["targets"]),
            {_text(name): _texts(names) for name, names in doc["parameters"].items()},
            _texts(doc["returns"]),
            {case.id: case for case in cases},
            tuple(criteria),
            tuple(mistakes),
            reveal,
        )

    def answer(self, doc: Mapping | int) -> Answer:
        if isinstance(doc, int):
            return Answer("ok", self.value(doc))
        error = None
        if "error" in doc:
            kind, message, *rest = _texts(doc["error"])
            if len(rest) > 1:
                raise BadBundle("an error has too many parts")
            error = ErrorInfo(kind, message, source=rest[0] if rest else None)
        after = self.value(doc["after"]) if "after" in doc else None
        return Answer(_text(doc["status"]), self.value(doc["value"]), after, error)


def _from_format_1(document: dict) -> None:
    """Format 1 called cases "asks", and their names "case"."""
    for exercise in document["exercises"]:
        exercise["cases"] = exercise.pop("asks")
        for case in exercise["cases"]:
            case["name"] = case.pop("case")
        for criterion in exercise["criteria"]:
            criterion["cases"] = criterion.pop("asks")


def _refuse(constant: str) -> float:
    raise BadBundle(f"it holds {constant}")


def _text(value: Any) -> str:
    if type(value) is not str:
        raise BadBundle("a text is missing")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise BadBundle("a list of texts is missing")
    return tuple(_text(item) for item in value)


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
        raise BadBundle("a number is missing")
    return float(value)
