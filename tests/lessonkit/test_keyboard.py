"""The keyboard's page: weights survive the packing, and what does not fit is refused by name."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest
from lessonkit.keyboard import predictive_keyboard

CHARACTERS = "abc "


def weights(units=3, reads=4, size=4):
    rng = np.random.default_rng(0)
    gru = [
        rng.normal(size=shape) for shape in ((reads, 3 * units), (units, 3 * units), (2, 3 * units))
    ]
    return gru, [rng.normal(size=(units, size)), np.zeros(size)]


def sent(shown):
    return json.loads(re.search(r"\}\)\((\{.*\})\);</script>", shown.data, re.S)[1])


def unpacked(entry):
    return np.frombuffer(base64.b64decode(entry["data"]), "<i2") * entry["step"]


def test_the_weights_arrive_and_the_input_table_is_made_of_embedding_kernel_and_bias():
    gru, dense = weights(reads=2)
    embedding = np.random.default_rng(1).normal(size=(4, 2))
    model = sent(predictive_keyboard(CHARACTERS, gru, dense, embedding))
    assert model["characters"] == list(CHARACTERS) and model["units"] == 3
    for key, expected in (
        ("table", embedding @ gru[0] + gru[2][0]),
        ("recurrent", gru[1]),
        ("bias", gru[2][1]),
        ("kernel", dense[0]),
        ("offset", dense[1]),
    ):
        assert np.allclose(
            unpacked(model[key]), expected.ravel(), atol=np.abs(expected).max() / 60_000
        )


def test_the_same_model_gives_the_same_page():
    assert (
        predictive_keyboard(CHARACTERS, *weights()).data
        == predictive_keyboard(CHARACTERS, *weights()).data
    )


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda gru, dense: ([gru[0], gru[1], gru[2][0]], dense), "reset_after=True"),
        (
            lambda gru, dense: ([gru[0][:2], *gru[1:]], dense),
            r"kernel of the GRU has shape \(2, 9\).*\(4, 9\)",
        ),
        (lambda gru, dense: (gru, [dense[0].T, dense[1]]), "kernel of the Dense layer"),
        (lambda gru, dense: (gru, [dense[0]]), "'dense' must be kernel and bias"),
    ],
)
def test_what_does_not_fit_is_named(change, says):
    with pytest.raises(ValueError, match=says):
        predictive_keyboard(CHARACTERS, *change(*weights()))


def test_without_a_space_no_word_would_end():
    with pytest.raises(ValueError, match="space"):
        predictive_keyboard("abcd", *weights())


def test_nothing_in_the_page_is_fetched():
    page = predictive_keyboard(CHARACTERS, *weights(), begin="<script>alert(1)</script>").data
    assert "<script>alert" not in page
    assert not re.search(r"https?://|fetch\(|XMLHttpRequest|import\(|src=", page)
