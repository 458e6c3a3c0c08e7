"""Plain data across a process boundary: Python values become a JSON tree and a list of arrays, and
come back.

Nothing here pickles, imports by name or calls into what it reads. `dump` runs in the student's
process, so it must be kind (an unknown object becomes an `Opaque`, never an exception). `load` and
`read_array` run in ours, so they must be strict: whatever does not look exactly like what `dump`
writes is a `BadValue`.

The tree: `None`, booleans, strings, finite floats and 64-bit integers stand for themselves and a
JSON list for a list. Everything else is an object with one key that says what it is: `{"tuple":
[…]}`, `{"dict": {…}}`, `{"array": 3}` (index into the arrays; with `"was": "EagerTensor"` when it
was converted), `{"float": "nan"}`, `{"int": "123…"}` (beyond 64 bits), `{"opaque": [type, repr]}`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

DTYPES = frozenset(
    np.dtype(name)
    for name in (
        *("bool", "int8", "int16", "int32", "int64"),
        *("uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64"),
    )
)
_PLAIN_TYPES = frozenset({np.ndarray, np.bool_, *(dtype.type for dtype in DTYPES)})
_DESCR = {dtype.str: dtype for dtype in DTYPES}  # "<f8" → dtype; single bytes as "|i1"
_MAGIC = b"\x93NUMPY"
_SHAPE = rb"\(((?:[0-9]{1,10}(?:, [0-9]{1,10}){0,15},?)?)\)"
_HEADER = re.compile(
    rb"\{'descr': '([<|][a-z][0-9])', 'fortran_order': (False|True), 'shape': "
    + _SHAPE
    + rb", \} *\n"
)
_LONGEST_REPR = 200
_LONGEST_INT = 1000  # decimal digits


class BadValue(ValueError):
    """A value that may not cross: malformed, of a forbidden kind, or too large."""


@dataclass(frozen=True)
class Opaque:
    """What stands in for an object that is not plain data: only its type's name and a short
    `repr`.
    """

    type_name: str
    short_repr: str


@dataclass(frozen=True)
class Caps:
    """How large a value may be. `nodes` counts every container, item, key and array."""

    depth: int = 20
    nodes: int = 10_000
    array_bytes: int = 256 << 20
    string: int = 1 << 20
    dimension: int = 10**9  # of one axis, and of their product


CAPS = Caps()


def dump(value: Any, caps: Caps = CAPS, *, strict: bool = False) -> tuple[Any, list[np.ndarray]]:
    """Turn `value` into a JSON tree and the arrays that it refers to.

    Framework tensors, ndarray subclasses and other objects with `__array__` or `numpy()` become
    plain arrays, marked with the name of their class. Objects that are no data become `Opaque`;
    with `strict`, they raise.

    Raises:
        BadValue: the value is larger than `caps` allows, or (with `strict`) not plain data.
    """
    writer = _Writer(caps, strict)
    return writer.node(value, 0), writer.arrays


def load(tree: Any, arrays: list[np.ndarray], caps: Caps = CAPS) -> Any:
    """Rebuild the value from what `dump` gave. Every array must be referred to exactly once.

    Raises:
        BadValue: the tree is not one that `dump` could have written, or is larger than `caps`
        allows.
    """
    if sum(array.nbytes for array in arrays) > caps.array_bytes:
        raise BadValue(f"more than {caps.array_bytes >> 20} MB of arrays")
    reader = _Reader(caps, arrays)
    value = reader.node(tree, 0)
    if len(reader.used) != len(arrays):
        raise BadValue("an array that nothing refers to")
    return value


def plain(value: Any, caps: Caps = CAPS) -> Any:
    """The value as it would arrive on the other side: plain data that shares no memory with the
    original.
    """
    tree, arrays = dump(value, caps)
    return load(tree, [array.copy() for array in arrays], caps)


def origins(tree: Any) -> dict[str, str]:
    """Which arrays of a loaded tree were something else before: path (`"[0]['h']"`) → class
    name.
    """
    return dict(_origins(tree, ""))


def write_array(array: np.ndarray) -> bytes:
    """The array as a `.npy` file, version 1.0, C order, little-endian. Raises `BadValue` for a
    forbidden dtype.
    """
    native = _admitted(array)
    if native is None:
        raise BadValue("an array of a dtype that may not cross")
    shape = "".join(f"{n}, " for n in native.shape)
    shape = shape.rstrip(" ") if native.ndim == 1 else shape.rstrip(", ")
    text = f"{{'descr': '{native.dtype.str}', 'fortran_order': False, 'shape': ({shape}), }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return (
        _MAGIC
        + b"\x01\x00"
        + len(text).to_bytes(2, "little")
        + text.encode("ascii")
        + native.tobytes()
    )


def read_array(data: bytes | bytearray | memoryview, caps: Caps = CAPS) -> np.ndarray:
    """Read one `.npy` file (version 1 or 2) that must be exactly as long as its header says.

    The header is matched against the one form that NumPy writes instead of being evaluated.

    Raises:
        BadValue: not such a file, a forbidden dtype (object arrays among them), or too large.
    """
    data = memoryview(data).cast("B")
    if len(data) - 512 > caps.array_bytes:
        raise BadValue(f"an array of more than {caps.array_bytes >> 20} MB")
    head = bytes(data[:12])
    if head[:6] != _MAGIC or head[6:8] not in (b"\x01\x00", b"\x02\x00"):
        raise BadValue("not a .npy file of version 1 or 2")
    width = 2 if head[6] == 1 else 4
    start = 8 + width
    end = start + int.from_bytes(head[8:start], "little")
    match = _HEADER.fullmatch(bytes(data[start : min(end, 512)]))
    if match is None or end > 512:
        raise BadValue("a .npy header that NumPy would not write")
    dtype = _DESCR.get(match[1].decode("ascii"))
    if dtype is None:
        raise BadValue(f"an array of dtype {match[1].decode('ascii')}")
    shape = tuple(int(n) for n in re.findall(rb"[0-9]+", match[3]))
    if math.prod(max(n, 1) for n in shape) > caps.dimension:
        raise BadValue("an array with an axis that is too long")
    if len(data) - end != math.prod(shape) * dtype.itemsize:
        raise BadValue("an array that is longer or shorter than its shape says")
    flat = np.frombuffer(data, dtype, offset=end)
    if dtype == np.bool_ and flat.size and int(flat.view(np.uint8).max()) > 1:
        # Such a byte compares as it likes.
        raise BadValue("a truth value that is neither true nor false")
    return flat.reshape(shape, order="F" if match[2] == b"True" else "C").copy(order="C")


def _admitted(array: np.ndarray) -> np.ndarray | None:
    """The array in native byte order and C order if its dtype may cross, else None."""
    dtype = array.dtype
    if dtype in DTYPES and array.flags.c_contiguous:
        return array
    if dtype.name == "bfloat16":
        # ml_dtypes registers it without a NumPy kind; float32 holds it exactly.
        return np.ascontiguousarray(array.astype(np.float32)).reshape(array.shape)
    if dtype.newbyteorder("=") not in DTYPES:
        return None
    # Keeps 0-d, unlike alone.
    return np.ascontiguousarray(array, dtype.newbyteorder("<")).reshape(array.shape)


class _Writer:
    def __init__(self, caps: Caps, strict: bool) -> None:
        self.caps, self.strict, self.nodes, self.bytes = caps, strict, 0, 0
        self.arrays: list[np.ndarray] = []

    def node(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > self.caps.nodes:
            raise BadValue(
                f"The value has more than {self.caps.nodes:,} parts. Use one NumPy array instead."
            )
        if value is None or value is True or value is False:
            return value
        if isinstance(value, np.bool_ | np.number | np.ndarray):
            return self.array(value, value)
        if isinstance(value, int):
            number = int.__add__(value, 0)
            if -(2**63) <= number < 2**63:
                return number
            if number.bit_length() < 3 * _LONGEST_INT:
                return {"int": str(number)}
            return self.opaque(value, "int with more than 900 digits", "")
        if isinstance(value, float):
            real = float.__add__(value, 0.0)
            return real if math.isfinite(real) else {"float": repr(real)}
        if isinstance(value, str):
            if (
                len(value) * 4 > self.caps.string
                and len(str.encode(value, "utf-8", "replace")) > self.caps.string
            ):
                raise BadValue(f"The value has a string of more than {self.caps.string >> 10} kB.")
            return str.encode(value, "utf-8", "replace").decode("utf-8")
        if isinstance(value, Opaque):
            return {"opaque": [value.type_name, value.short_repr]}
        if isinstance(value, list | tuple | dict):
            return self.container(value, depth)
        return self.foreign(value)

    def container(self, value: Any, depth: int) -> Any:
        name = type(value).__name__
        if depth + 1 >= self.caps.depth:
            return self.opaque(value, f"{name} nested deeper than {self.caps.depth} levels", "")
        if isinstance(value, list):
            return [self.node(item, depth + 1) for item in list.__iter__(value)]
        if isinstance(value, tuple):
            return {"tuple": [self.node(item, depth + 1) for item in tuple.__iter__(value)]}
        items = list(dict.items(value))
        odd = next((key for key, _ in items if not isinstance(key, str)), None)
        if odd is not None or any(len(key) > 1000 for key, _ in items if isinstance(key, str)):
            return self.opaque(value, f"{name} with keys that are not short strings")
        self.nodes += len(items)
        pairs = [(str.encode(key, "utf-8", "replace").decode("utf-8"), item) for key, item in items]
        return {"dict": {key: self.node(item, depth + 1) for key, item in pairs}}

    def array(self, value: Any, source: Any) -> Any:
        was = None if type(source) in _PLAIN_TYPES else type(source).__name__[:100]
        array = _admitted(np.asarray(value))
        if array is None:
            dtype = np.asarray(value).dtype
            return self.opaque(source, f"{type(source).__name__} of dtype {dtype}")
        self.bytes += array.nbytes
        if self.bytes > self.caps.array_bytes:
            raise BadValue(f"The value has more than {self.caps.array_bytes >> 20} MB of arrays.")
        if array.ndim > 16 or math.prod(max(n, 1) for n in array.shape) > self.caps.dimension:
            return self.opaque(source, f"array of shape {array.shape}", "")
        self.arrays.append(array)
        node = {"array": len(self.arrays) - 1}
        return node if was is None else node | {"was": was}

    def foreign(self, value: Any) -> Any:
        """An object of some library: a tensor becomes an array, anything else `Opaque`."""
        if not isinstance(value, type) and (hasattr(value, "numpy") or hasattr(value, "__array__")):
            try:
                if hasattr(value, "detach"):
                    # PyTorch refuses to convert a tensor that still has a gradient
                    value_ = value.detach().cpu()
                else:
                    value_ = value
                array = (
                    value_.numpy()
                    if callable(getattr(value_, "numpy", None))
                    else np.asarray(value_)
                )
                if isinstance(array, np.ndarray | np.generic):
                    return self.array(array, value)
            except BadValue:
                raise
            except Exception:
                pass  # a symbolic tensor, for example, holds no numbers
        return self.opaque(value, type(value).__name__)

    def opaque(self, value: Any, type_name: str, text: str | None = None) -> Any:
        if self.strict:
            raise BadValue(f"{type_name} is not plain data and cannot cross the process boundary")
        if text is None:
            try:
                text = repr(value)[:_LONGEST_REPR]
            except Exception as error:
                text = f"<repr raised {type(error).__name__}>"
        return {"opaque": [_ascii_safe(type_name)[:_LONGEST_REPR], _ascii_safe(text)]}


def _ascii_safe(text: str) -> str:
    return str(text).encode("utf-8", "replace").decode("utf-8")


class _Reader:
    def __init__(self, caps: Caps, arrays: list[np.ndarray]) -> None:
        self.caps, self.arrays, self.nodes = caps, arrays, 0
        self.used: set[int] = set()

    def node(self, tree: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > self.caps.nodes:
            raise BadValue(f"more than {self.caps.nodes:,} parts")
        if depth >= self.caps.depth:
            raise BadValue(f"nested deeper than {self.caps.depth} levels")
        kind = type(tree)
        if tree is None or kind is bool:
            return tree
        if kind is int:
            if not -(2**63) <= tree < 2**63:
                raise BadValue("an integer that does not fit 64 bits")
            return tree
        if kind is float:
            if not math.isfinite(tree):
                raise BadValue("a number that is not finite")
            return tree
        if kind is str:
            return self.string(tree)
        if kind is list:
            return [self.node(item, depth + 1) for item in tree]
        if kind is dict and (len(tree) == 1 or tree.keys() == {"array", "was"}):
            tag, content = next(iter(tree.items()))
            build = _BUILDERS.get("array" if "array" in tree else tag)
            if build is not None:
                return build(self, tree["array"] if "array" in tree else content, depth)
        raise BadValue("a part of unknown form")

    def string(self, text: Any, limit: int | None = None) -> str:
        if type(text) is not str or len(text) > (limit or self.caps.string):
            raise BadValue("a string that is too long, or no string")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise BadValue("a string that is no Unicode text") from None
        return text

    def tuple_(self, content: Any, depth: int) -> tuple:
        if type(content) is not list:
            raise BadValue("a tuple without items")
        return tuple(self.node(item, depth + 1) for item in content)

    def dict_(self, content: Any, depth: int) -> dict:
        if type(content) is not dict:
            raise BadValue("a dictionary without items")
        self.nodes += len(content)
        return {self.string(key, 1000): self.node(item, depth + 1) for key, item in content.items()}

    def array(self, index: Any, depth: int) -> np.ndarray:
        if type(index) is not int or not 0 <= index < len(self.arrays) or index in self.used:
            raise BadValue("an array that is not there, or is there twice")
        self.used.add(index)
        return self.arrays[index]

    def float_(self, content: Any, depth: int) -> float:
        if content not in ("nan", "inf", "-inf") or type(content) is not str:
            raise BadValue("a number of unknown form")
        return float(content)

    def int_(self, content: Any, depth: int) -> int:
        if type(content) is not str or not re.fullmatch(
            rf"-?[0-9]{{1,{_LONGEST_INT}}}", content, re.ASCII
        ):
            raise BadValue("an integer of unknown form")
        return int(content)

    def opaque(self, content: Any, depth: int) -> Opaque:
        if type(content) is not list or len(content) != 2:
            raise BadValue("an object of unknown form")
        return Opaque(
            self.string(content[0], _LONGEST_REPR), self.string(content[1], _LONGEST_REPR)
        )


_BUILDERS = {
    "tuple": _Reader.tuple_,
    "dict": _Reader.dict_,
    "array": _Reader.array,
    "float": _Reader.float_,
    "int": _Reader.int_,
    "opaque": _Reader.opaque,
}


def _origins(tree: Any, path: str) -> Iterator[tuple[str, str]]:
    if type(tree) is list:
        for index, item in enumerate(tree):
            yield from _origins(item, f"{path}[{index}]")
    elif type(tree) is dict:
        if type(tree.get("was")) is str:
            yield path, tree["was"][:100]
        elif "tuple" in tree:
            yield from _origins(tree["tuple"], path)
        elif "dict" in tree:
            for key, item in tree["dict"].items():
                yield from _origins(item, f"{path}[{key!r}]")
