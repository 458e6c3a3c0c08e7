"""Compiled cases as data: one zip per unit with `bundle.json` and `arrays/*.npy`, and no code.

The file is deterministic: members sorted, stored without compression, fixed time stamps. There is
one flat array per dtype; `bundle.json` lists every value once, with the places of its arrays in
these. Reading is strict, because a bundle
may come from anywhere: every size is capped, arrays are read by `values.read_array` (no pickle,
listed dtypes), and what does not have the expected form is a `BadBundle`.
"""

from __future__ import annotations

import functools
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..course import NoCourse, course_bundle_dir, course_root, public_bundle_dir
from ..errors import CourseError
from ..run.inside import values
from ..run.inside.protocol import Answer, ErrorInfo, Request

FORMAT = 1
MAX_JSON = 32 << 20
MAX_BYTES = 512 << 20
_CAPS = values.Caps(nodes=200_000)
_DTYPES = {dtype.name: dtype for dtype in values.DTYPES}
_MEMBERS = {"bundle.json"} | {f"arrays/{name}.npy" for name in _DTYPES}
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BadBundle(CourseError, ValueError):
    """The file is not a bundle that `write` made; the message names it and the remedy."""


@dataclass(frozen=True)
class Ask:
    """One question to the student's code, and the solution's answer."""

    id: str
    case: str  # its name, for people
    request: Request
    expected: Answer


@dataclass(frozen=True)
class Spec:
    """One compiled criterion.

    `asks` are the questions that it looks at; for same and speed they come in pairs. `options`
    depend on the kind: pick, rtol, atol (values, expected, outputs, same), expected (ask id to
    value: expected), targets (ask id to array: score), where (facts), errors (raises), indices
    (same), metric, full, none (score), ratio (speed).
    """

    id: str
    kind: str
    points: float
    title: str
    hint: str
    needs: tuple[str, ...]
    asks: tuple[str, ...]
    options: dict = field(default_factory=dict)


@dataclass(frozen=True)
class KnownMistake:
    """A named mistake: what it answers to each question, and what the student is told.

    `where`: facts that give a Keras mistake away. `exercise`: where the mistake was made, when it
    is an earlier exercise whose function this one calls.
    """

    id: str
    title: str
    message: str
    see: str | None
    answers: dict[str, Answer]
    where: dict | None = None
    exercise: str | None = None


@dataclass(frozen=True)
class ExerciseBundle:
    """What the judge needs to know about one exercise."""

    unit: str
    name: str
    points: float
    see: str | None
    targets: tuple[str, ...]  # the student's functions, the main one first
    parameters: dict[str, tuple[str, ...]]  # names of the parameters of each target
    returns: tuple[str, ...]
    asks: dict[str, Ask]
    criteria: tuple[Spec, ...]
    mistakes: tuple[KnownMistake, ...]
    reveal: bool  # may feedback show inputs and expected values? (public: yes)


@dataclass(frozen=True)
class Bundle:
    """One unit, compiled. `size` is "public" or "secret"."""

    unit: str
    title: str
    size: str
    seed: int | str
    needs: tuple[str, ...]
    versions: dict[str, str]
    source: str  # hash of the source notebook and the checks file that it was made from
    exercises: dict[str, ExerciseBundle]
    written: dict[str, float] = field(default_factory=dict)
    quiz: dict | None = None  # forms of the questions, no keys

    @property
    def points(self) -> float:
        """Points of the code exercises."""
        return sum(exercise.points for exercise in self.exercises.values())


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
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    return path


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
        "asks": [
            {
                "id": ask.id,
                "case": ask.case,
                "op": ask.request.op,
                "target": ask.request.target,
                "args": store.put(ask.request.args),
                "kwargs": store.put(ask.request.kwargs),
                "options": store.put(ask.request.options),
                "seconds": ask.request.seconds,
                "expected": _answer_out(ask.expected, store),
            }
            for ask in exercise.asks.values()
        ],
        "criteria": [
            {
                "id": spec.id,
                "kind": spec.kind,
                "points": spec.points,
                "title": spec.title,
                "hint": spec.hint,
                "needs": list(spec.needs),
                "asks": list(spec.asks),
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
                "answers": [_answer_out(known.answers[ask], store) for ask in exercise.asks],
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
        out["error"] = [answer.error.type, answer.error.message]
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
        if not isinstance(self.document, dict) or self.document.get("format") != FORMAT:
            raise BadBundle(f"it is not of format {FORMAT}")
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
        asks = [
            Ask(
                _text(a["id"]),
                _text(a["case"]),
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
            for a in doc["asks"]
        ]
        criteria = [
            Spec(
                _text(c["id"]),
                _text(c["kind"]),
                _number(c["points"]),
                _text(c["title"]),
                _text(c["hint"]),
                _texts(c["needs"]),
                _texts(c["asks"]),
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
                    ask.id: self.answer(answer)
                    for ask, answer in zip(asks, m["answers"], strict=True)
                },
                self.value(m["where"]),
                m["exercise"] and _text(m["exercise"]),
            )
            for m in doc["mistakes"]
        ]
        known = {ask.id for ask in asks}
        if any(ask not in known for spec in criteria for ask in spec.asks):
            raise BadBundle("a criterion looks at a question that is not there")
        return ExerciseBundle(
            unit,
            _text(doc["name"]),
            _number(doc["points"]),
            doc["see"] and _text(doc["see"]),
            _texts(doc["targets"]),
            {_text(name): _texts(names) for name, names in doc["parameters"].items()},
            _texts(doc["returns"]),
            {ask.id: ask for ask in asks},
            tuple(criteria),
            tuple(mistakes),
            reveal,
        )

    def answer(self, doc: Mapping | int) -> Answer:
        if type(doc) is int:
            return Answer("ok", self.value(doc))
        error = None if "error" not in doc else ErrorInfo(*_texts(doc["error"]))
        after = self.value(doc["after"]) if "after" in doc else None
        return Answer(_text(doc["status"]), self.value(doc["value"]), after, error)


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


# ------------------------------------------------------------------------------- finding, comparing


@functools.lru_cache(maxsize=8)
def _read_cached(path: Path, stamp: int) -> Bundle:
    return read(path)


def public_folders() -> list[Path]:
    """Where public bundles lie: in the package, and in the course that we are in where that is
    another one.
    """
    folders = [public_bundle_dir()]
    try:
        folders.append(course_bundle_dir(course_root()))
    except NoCourse:
        pass
    return list(dict.fromkeys(folders))


def load_public(unit: str) -> Bundle:
    """The public bundle of `unit`: of the package, else of the course we are in. Kept until its
    file changes.

    Raises:
        BadBundle: there is none.
    """
    folders = public_folders()
    if re.fullmatch(r"\w+", unit):
        path = next(
            (path for folder in folders if (path := folder / f"{unit}.zip").is_file()), None
        )
        if path is not None:
            return _read_cached(path, path.stat().st_mtime_ns)
    known = (
        ", ".join(sorted({p.stem for folder in folders for p in folder.glob("*.zip")})) or "none"
    )
    raise BadBundle(
        f"There are no checks for a unit called {unit!r} in this installation; it has: {known}. "
        "Run the notebook's first cell again, or restart the kernel."
    )


def bundles_agree(a: Bundle, b: Bundle, rtol: float = 1e-3, atol: float = 1e-6) -> list[str]:
    """Differences between two bundles made from the same seed, perhaps on different machines; empty
    when they agree.

    Structure and texts must be equal, numbers equal to tolerance. Left out: the versions that made
    them, messages of exceptions (they differ between libraries), and what training produced and how
    long calls took (both differ between machines).
    """
    differences: list[str] = []
    _compare(_outline(a), _outline(b), a.unit, rtol, atol, differences)
    return differences


def _outline(bundle: Bundle) -> dict:
    exercises = {}
    for exercise in bundle.exercises.values():
        varying = {
            ask
            for spec in exercise.criteria
            if spec.kind in ("score", "speed")
            for ask in spec.asks
        }
        exercises[exercise.name] = {
            "about": [
                exercise.points,
                exercise.see,
                exercise.targets,
                exercise.parameters,
                exercise.returns,
            ],
            "asks": {
                ask.id: [
                    ask.case,
                    ask.request.op,
                    ask.request.target,
                    ask.request.args,
                    ask.request.kwargs,
                    ask.request.options,
                    ask.request.seconds,
                    _answer_outline(ask.expected, ask.id, varying),
                ]
                for ask in exercise.asks.values()
            },
            "criteria": [
                [s.id, s.kind, s.points, s.title, s.hint, s.needs, s.asks, s.options]
                for s in exercise.criteria
            ],
            "mistakes": {
                m.id: [
                    m.title,
                    m.message,
                    m.see,
                    m.where,
                    m.exercise,
                    {
                        ask: _answer_outline(answer, ask, varying)
                        for ask, answer in m.answers.items()
                    },
                ]
                for m in exercise.mistakes
            },
        }
    return {
        "unit": bundle.unit,
        "title": bundle.title,
        "size": bundle.size,
        "seed": bundle.seed,
        "needs": bundle.needs,
        "written": bundle.written,
        "quiz": bundle.quiz,
        "exercises": exercises,
    }


def _answer_outline(answer: Answer, ask: str, varying: set[str]) -> list:
    value = answer.value
    if ask in varying and isinstance(value, dict):
        value = {name: part if name == "facts" else None for name, part in value.items()}
    return [answer.status, answer.error and answer.error.type, value, answer.after]


def _compare(a: Any, b: Any, where: str, rtol: float, atol: float, out: list[str]) -> None:
    if len(out) >= 20:
        return
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if set(a) != set(b):
            out.append(f"{where}: {', '.join(sorted(map(str, set(a) ^ set(b))))} on one side only")
        for key in a:
            if key in b:
                _compare(a[key], b[key], f"{where}/{key}", rtol, atol, out)
    elif isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        if len(a) != len(b):
            out.append(f"{where}: {len(a)} and {len(b)} items")
        for number, (x, y) in enumerate(zip(a, b, strict=False)):
            _compare(x, y, f"{where}/{number}", rtol, atol, out)
    elif isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or a.dtype != b.dtype:
            out.append(f"{where}: {a.dtype}{list(a.shape)} and {b.dtype}{list(b.shape)}")
        elif not np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
            out.append(f"{where}: the numbers differ")
    elif isinstance(a, float) and isinstance(b, float):
        if not (
            math.isclose(a, b, rel_tol=rtol, abs_tol=atol) or (math.isnan(a) and math.isnan(b))
        ):
            out.append(f"{where}: {a!r} and {b!r}")
    elif type(a) is not type(b) or a != b:
        out.append(f"{where}: {str(a)[:60]!r} and {str(b)[:60]!r}")
