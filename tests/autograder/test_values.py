"""Plain data across the boundary: what goes through, what is flagged, what is refused."""

from __future__ import annotations

import io
import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.run.inside import values
from autograder.run.inside.values import BadValue, Caps, Opaque

FUZZ = settings(deadline=None, derandomize=True)  # the same on every machine, however slow

plain_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
arrays = st.sampled_from(sorted(values.DTYPES, key=str)).flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    )
)
trees = st.recursive(
    plain_leaves | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray):
        return (
            type(b) is np.ndarray
            and a.dtype == b.dtype
            and a.shape == b.shape
            and a.tobytes() == b.tobytes()
        )
    if type(a) is not type(b):
        return False
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b or (isinstance(a, float) and math.isnan(a) and math.isnan(b))


@FUZZ
@given(trees)
def test_plain_data_comes_back_as_it_was(value: object) -> None:
    assert same(value, values.plain(value))


@FUZZ
@given(arrays)
def test_npy_files_are_numpys_own(array: np.ndarray) -> None:
    written = io.BytesIO()
    np.save(written, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
    assert values.write_array(array) == written.getvalue()
    assert same(array, values.read_array(written.getvalue()))


def test_copies_share_no_memory() -> None:
    array = np.zeros(3)
    values.plain([array])[0][0] = 1
    assert array[0] == 0


def test_fortran_order_and_byte_order_are_made_ours() -> None:
    given_ = np.asfortranarray(np.arange(6.0).reshape(2, 3)).astype(">f8")
    back = values.plain(given_)
    assert back.dtype == np.dtype("<f8") and back.flags.c_contiguous
    np.testing.assert_array_equal(back, given_)
    written = io.BytesIO()
    np.save(written, np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    np.testing.assert_array_equal(
        values.read_array(written.getvalue()), np.arange(6.0).reshape(2, 3)
    )


def test_numpy_scalars_become_scalar_arrays() -> None:
    back = values.plain(np.float32(2.5))
    assert isinstance(back, np.ndarray) and back.shape == () and back.dtype == np.float32


def test_named_tuples_and_subclasses_lose_their_class() -> None:
    class Pair(NamedTuple):
        h: int
        c: int

    class Text(str):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    assert type(values.plain(Pair(1, 2))) is tuple
    assert type(values.plain(Text("a"))) is str and values.plain(Text("a")) != "b"


def test_what_was_no_plain_array_is_flagged() -> None:
    class Yes(np.ndarray):
        def __eq__(self, other: object) -> bool:
            return True

    tree, _ = values.dump(
        {
            "h": np.ma.masked_array([1.0, 2.0], [True, False]),
            "x": [np.zeros(2).view(Yes), np.ones(1)],
        }
    )
    assert values.origins(tree) == {"['h']": "MaskedArray", "['x'][0]": "Yes"}


def test_tensors_are_converted_and_flagged() -> None:
    class Tensor:
        def numpy(self) -> np.ndarray:
            return np.arange(3)

    class Symbolic:
        def __array__(self, *args: object, **kwargs: object) -> np.ndarray:
            raise TypeError("no numbers here")

    tree, found = values.dump((Tensor(), Symbolic()))
    assert values.origins(tree) == {"[0]": "Tensor"} and found[0].tolist() == [0, 1, 2]
    assert values.load(tree, found)[1].type_name == "Symbolic"


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        {1: 2},
        b"bytes",
        1j,
        range(3),
        len,
        np.array([None]),
        np.array(["a"]),
        np.array([1j]),
        np.float64,
    ],
    ids=lambda value: (
        type(value).__name__
    ),  # a repr may hold an address, and two test processes must agree
)
def test_what_is_no_data_becomes_opaque(value: object) -> None:
    assert type(values.plain(value)) is Opaque
    with pytest.raises(BadValue):
        values.dump(value, strict=True)


def test_hostile_reprs_are_short_and_safe() -> None:
    class Loud:
        def __repr__(self) -> str:
            return "\ud800" * 10**6

    class Broken:
        def __repr__(self) -> str:
            raise ValueError

    assert len(values.plain(Loud()).short_repr) <= 200
    assert values.plain(Broken()).short_repr == "<repr raised ValueError>"
    assert values.plain("\ud800") == "?"


def test_cycles_and_depth_end() -> None:
    cycle: list = []
    cycle.append(cycle)
    deep: list = []
    for _ in range(10_000):
        deep = [deep]
    for value in (cycle, deep):
        text = repr(values.plain(value))
        assert "nested deeper than 20" in text


@pytest.mark.parametrize(
    ("value", "caps"),
    [
        (list(range(100)), Caps(nodes=50)),
        ({str(i): 0 for i in range(40)}, Caps(nodes=50)),
        ([np.zeros(100), np.zeros(100)], Caps(array_bytes=1000)),
        ("x" * 100, Caps(string=50)),
    ],
)
def test_caps_hold_on_both_sides(value: object, caps: Caps) -> None:
    with pytest.raises(BadValue):
        values.dump(value, caps)
    with pytest.raises(BadValue):
        values.load(*values.dump(value), caps)


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"tuple": 1},
        {"tuple": [], "dict": {}},
        {"dict": []},
        {"array": 0},
        {"array": True},
        {"array": -1},
        {"array": "0"},
        {"float": "1.0"},
        {"float": "nan", "was": "x"},
        {"int": "1e5"},
        {"int": "1" * 2000},
        {"int": "٣"},
        {"opaque": ["a"]},
        {"opaque": ["a", 1]},
        {"opaque": ["a" * 1000, ""]},
        {"pickle": "x"},
        2**70,
        math.nan,
        math.inf,
        "\ud800",
        [[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]],
    ],
    ids=repr,
)
def test_malformed_trees_are_refused(tree: object) -> None:
    with pytest.raises(BadValue):
        values.load(tree, [])


def test_every_array_is_used_once() -> None:
    array = np.zeros(2)
    with pytest.raises(BadValue):
        values.load([{"array": 0}, {"array": 0}], [array])
    with pytest.raises(BadValue):
        values.load([{"array": 0}], [array, array])


def npy(header: str, body: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    text = header.encode() + b"\n"
    return (
        b"\x93NUMPY"
        + version
        + len(text).to_bytes(2 if version[0] == 1 else 4, "little")
        + text
        + body
    )


GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY",
        npy(GOOD, bytes(15)),
        npy(GOOD, bytes(17)),
        npy(GOOD, bytes(16), b"\x03\x00"),
        npy(GOOD.replace("<f8", "|O"), bytes(16)),
        npy(GOOD.replace("<f8", "<c16"), bytes(32)),
        npy(GOOD.replace("<f8", "<U2"), bytes(16)),
        npy(GOOD.replace("(2,)", "(-2,)"), bytes(16)),
        npy(GOOD.replace("(2,)", "(99999999999,)")),
        npy(GOOD.replace("(2,)", "(0, 9999999999)")),
        npy(GOOD.replace("(2,)", "(65536, 65536, 65536, 65536, 0)")),
        npy(GOOD.replace("(2,)", "(" + "1, " * 40 + "2,)"), bytes(16)),
        npy(GOOD.replace("(2,)", "(1+1,)"), bytes(16)),
        npy(GOOD.replace("(2,)", "(" + "1" * 400 + ",)")),
        npy(GOOD + " " * 1000, bytes(16)),
        npy(GOOD.replace("<f8", "|b1"), b"\x01\x02"),
    ],
    ids=lambda data: data[10:70].decode("latin-1"),
)
def test_malformed_npy_files_are_refused(data: bytes) -> None:
    with pytest.raises(BadValue):
        values.read_array(data)


def test_version_2_headers_are_read() -> None:
    assert values.read_array(npy(GOOD, np.array([1.0, 2.0]).tobytes(), b"\x02\x00")).tolist() == [
        1.0,
        2.0,
    ]


@settings(FUZZ, max_examples=300)
@given(st.binary(max_size=200) | st.binary(max_size=80).map(lambda tail: npy(GOOD, tail)))
def test_any_bytes_are_an_array_or_refused(data: bytes) -> None:
    try:
        array = values.read_array(data)
    except BadValue:
        return
    assert array.dtype in values.DTYPES
