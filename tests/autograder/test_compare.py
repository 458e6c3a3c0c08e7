"""Facts against predicates, and what counts as the same."""

import numpy as np
import pytest

from autograder.judge import compare

FACTS = {
    "layers": [
        {"class": "Embedding", "mask_zero": True},
        {"class": "LSTM", "units": 8},
        {"class": "LSTM", "units": 16},
        {"class": "Dense", "units": 1},
    ],
    "learning_rate": 0.001,
    "output_shape": [None, 1],
    "loss": "mse",
    "optimizer": None,
    "branches": [
        {"class": "Branch", "inner": [{"units": 3}, {"class": "Dense", "units": 4}]},
        {"class": "Branch", "inner": [{"units": 5}, {"class": "Dense", "units": 6}]},
    ],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("loss", "mse"),
        ("layers.1.units", 8),
        ("layers.-1.units", 1),
        ("layers.LSTM.units", [8, 16]),
        ("layers.Dense.units", 1),
        ("layers.GRU.units", None),
        ("layers.9.units", None),
        ("layers.4", None),
        ("layers.-4.mask_zero", True),
        ("layers.-5", None),
        ("branches.Branch.inner.0.units", [3, 5]),
        ("branches.Branch.inner.Dense.units", [4, 6]),
        ("optimizer.name", None),
    ],
)
def test_facts_are_found_by_path(path, value):
    assert compare.look_up(FACTS, path) == value


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ({"loss": "mse"}, True),
        ({"loss": {"in": ["mae", "mse"]}}, True),
        ({"loss": {"not": "mse"}}, False),
        ({"learning_rate": 0.001}, True),
        ({"learning_rate": {"min": 0.01}}, False),
        ({"learning_rate": {"min": 1e-4, "max": 1e-2}}, True),
        ({"optimizer": {"max": 3}}, False),
        ({"layers": {"contains": "LSTM"}}, True),
        ({"layers": {"not": {"contains": "GRU"}}}, True),
        ({"layers.LSTM": {"count": 2}}, True),
        ({"layers.Dense": {"count": {"min": 1}}}, True),
        ({"layers.GRU": {"count": 0}}, True),
        ({"output_shape": [None, 1]}, True),
        ({"output_shape": (None, 2)}, False),
        ({"layers.0.mask_zero": True}, True),
        ({"layers.0.mask_zero": 1}, False),
        ({"layers.LSTM.units": [8, 16]}, True),
        ({"layers.LSTM.units": (8, 16)}, True),
        ({"layers.LSTM.units": [8.0, 16.0]}, True),
        ({"layers.LSTM.units": [8]}, False),
        ({"layers.LSTM.units": 8}, False),
        ({"layers.Dense.units": [1]}, False),
        ({"layers.Dense.units": 1.0}, True),
        ({"layers.Dense.units": {"not": 1.0}}, False),
        ({"layers.Dense.units": {"in": [2.0, 1.0]}}, True),
        ({"layers.Dense.units": {"contains": 1.0}}, True),
        ({"layers.Dense": {"count": 1}}, True),
        ({"layers.0.mask_zero": 1.0}, False),
        ({"learning_rate": {"min": 1e-3, "max": 1e-3}}, True),
        ({"learning_rate": 1.000001e-3}, True),
        ({"learning_rate": 1.1e-3}, False),
        ({"learning_rate": 0.0}, False),
        ({"loss": 1.0}, False),
    ],
)
def test_predicates(where, holds):
    assert (compare.first_unmet(where, FACTS) is None) is holds


def test_a_wanted_float_is_met_to_five_digits_of_what_is_wanted():
    for actual, equal in [(1 + 0.5e-5, True), (1 + 1.000005e-5, False), (1 + 1.5e-5, False)]:
        assert compare.holds(1.0, actual) is equal and compare.holds([1.0], (actual,)) is equal
    assert not compare.holds(0.0, 0.05)


@pytest.mark.parametrize(
    ("expected", "actual", "kind", "path"),
    [
        ([1, 2], 3, "type", ()),
        ({"a": 1}, [1], "type", ()),
        ({"a": 1, "b": 2}, {"a": 1, "c": 2}, "keys", ()),
        ({}, {"c": 2}, "keys", ()),
        ("word", 3, "type", ()),
        (1.0, "word", "type", ()),
        ((1.0, [2.0, 3.0]), [1.0, (2.0, "word")], "type", (1, 1)),
        ((1, 2), (1, 2, 3), "length", ()),
        ({"a": {"b": np.zeros(2)}}, {"a": {"b": np.zeros(3)}}, "shape", ("a", "b")),
        ([np.zeros(2)], [np.zeros(2, complex)], "dtype", (0,)),
        (np.zeros(2), np.zeros(2, int), "dtype", ()),
        (True, 1.0, "dtype", ()),
        ({"a": (1.0, 2.0)}, {"a": (1.0, 3.0)}, "numbers", ("a", 1)),
        ({"a": ["one", "two"]}, {"a": ["one", "three"]}, "type", ("a", 1)),
    ],
)
def test_a_mismatch_says_what_differs_and_where(expected, actual, kind, path):
    found = compare.difference(expected, actual, 1e-6, 1e-6)
    assert (found.kind, found.path) == (kind, path)
    np.testing.assert_array_equal(found.expected, compare.pick(expected, path))
    np.testing.assert_array_equal(found.actual, compare.pick(actual, path))


def test_a_part_that_is_not_there_is_no_such_part():
    for value, path in [((1, 2), (2,)), ({"a": 1}, ("b",)), (3, (0,)), (np.zeros(2), (5,))]:
        with pytest.raises(compare.NoSuchPart, match=str(path[0])):
            compare.pick(value, path)


def test_the_coarser_float_type_says_how_close_is_close():
    fine, coarse = np.array([0.25, -8.0, np.inf]), np.zeros(3, np.float32)
    assert compare.tolerance(fine, fine, 1e-6, 1e-9) == (1e-6, 1e-9)
    assert compare.tolerance(fine, coarse, 1e-6, 1e-9) == (1e-4, pytest.approx(8e-5))
    assert compare.tolerance(coarse, fine, 1e-6, 1e-9) == (1e-4, 1e-9)
    assert compare.tolerance(coarse, coarse.astype("f2"), 0, 0) == (1e-2, 0.0)
    # Two steps coarser is a loss of digits: what comes back is judged as if it had one step less.
    assert compare.tolerance(fine, coarse.astype("f2"), 0, 0) == (1e-4, pytest.approx(8e-5))
    assert compare.tolerance(fine, coarse, 0.5, 0.25) == (0.5, 0.25)
    assert compare.tolerance(np.array([0.01]), coarse, 0, 0) == (1e-4, pytest.approx(1e-7))
    assert compare.tolerance(np.array([3, 4]), coarse, 0, 1e-9) == (1e-4, 1e-9)
    found = compare.difference(np.array([1.0, 2.0]), np.array([1.0, 3.0], "f4"), 1e-6, 1e-9)
    assert (found.rtol, found.atol) == (1e-4, pytest.approx(2e-5))


def test_half_precision_is_right_only_where_single_is_expected():
    third = np.array([1 / 3, 2 / 3])
    assert compare.difference(third, third.astype("f4"), 1e-6, 1e-9) is None
    assert compare.difference(third.astype("f4"), third.astype("f2"), 1e-6, 1e-9) is None
    assert compare.difference(third, third.astype("f2"), 1e-6, 1e-9).kind == "numbers"


def test_a_number_that_must_be_whole_is_no_float():
    for actual, kind in [(3, None), (np.array(3, np.int32), None), (3.0, "dtype"), (True, "dtype")]:
        found = compare.structure(({"n": 3}, 0.5), ({"n": actual}, 1), whole=True)
        assert (found and (found.kind, found.path)) == (kind and (kind, (0, "n")))
    assert compare.structure(3, 3.0) is None


def test_closeness_is_measured_against_what_is_expected():
    one, more = np.array([1.0]), np.array([1.1])
    assert not compare.close(one, more, 0.095, 0.0) and compare.close(more, one, 0.095, 0.0)
    assert compare.close(one, more, 0.0, 0.11) and not compare.close(one, more, 0.0, 0.09)
    assert compare.difference(2, 2.000001, 1e-4, 0.0) is None
    assert compare.difference(2.0, np.array(2), 0.0, 0.0) is None
    with pytest.raises(ValueError, match="shorter"):
        compare.numbers((1, 2), (1,), 0.0, 0.0)


def test_whole_numbers_are_compared_exactly_and_nan_only_with_nan():
    assert compare.difference(np.array([1, 2]), np.array([1, 3]), 1.0, 1.0).kind == "numbers"
    assert compare.difference(np.array([np.nan, 1]), np.array([np.nan, 1]), 0, 0) is None
    assert compare.difference(np.array([0.0, 1]), np.array([np.nan, 1]), 1, 1).kind == "numbers"
    assert compare.difference(2**70, 2**70, 0, 0) is None


def test_identical_sees_the_last_bit_the_dtype_and_the_type():
    x = np.array([1.0, np.nan])
    assert compare.identical((x, [1, None]), (x.copy(), [1, None]))
    assert not compare.identical(x, x + 1e-16 + np.array([2e-16, 0]))
    assert not compare.identical(x, x.astype(np.float32)) and not compare.identical((1,), [1])
    assert not compare.identical(1, True) and not compare.identical({"a": 1}, {"a": 1, "b": 2})
    assert not compare.identical(1, 2) and not compare.identical("a", "b")
    assert compare.identical(np.nan, np.nan) and not compare.identical(np.nan, 1.0)
    assert not compare.identical([1, 2], [1, 3]) and not compare.identical([1, 2], [1, 2, 3])
    tables = [{"a": np.array([1.0, 2.0]), "b": None} for _ in range(2)]
    assert compare.identical(*tables)
    tables[1]["a"][1] = 3.0
    assert not compare.identical(*tables) and not compare.identical({"a": x}, x)
    assert not compare.identical(x, [1.0, np.nan]) and not compare.identical(x, x[:1])
    assert not compare.identical(x, np.array([np.nan, 1.0]))
