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
    ],
)
def test_predicates(where, holds):
    assert (compare.first_unmet(where, FACTS) is None) is holds


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
