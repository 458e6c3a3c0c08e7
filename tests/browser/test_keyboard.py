"""The predictive keyboard computes what Keras computes, proposes, writes, and asks nobody."""

from __future__ import annotations

import numpy as np
import pytest
from lessonkit import keyboard

pytestmark = pytest.mark.browser

CHARACTERS = [" ", *"abcdefghijklmnopqrstuvwxyz", "<"]
UNITS = 16


def weights(reads):
    rng = np.random.default_rng(0)
    gru = [
        rng.normal(0, 0.8, shape)
        for shape in ((reads, 3 * UNITS), (UNITS, 3 * UNITS), (2, 3 * UNITS))
    ]
    return gru, [
        rng.normal(0, 1.5, shape) for shape in ((UNITS, len(CHARACTERS)), (len(CHARACTERS),))
    ]


def page_with(folder, shown):
    path = folder / "page.html"
    path.write_text(
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Keyboard</title>"
        "<meta name='viewport' content='width=device-width'></head><body><main><h1>Page</h1>"
        f"{shown.data}</main></body></html>",
        encoding="utf-8",
    )
    return path.as_uri()


@pytest.fixture
def opened(open_page, tmp_path):
    def open_one(begin="the ca", embedding=None, **options):
        gru, dense = weights(len(CHARACTERS) if embedding is None else embedding.shape[1])
        page = open_page(
            page_with(
                tmp_path,
                keyboard.predictive_keyboard(CHARACTERS, gru, dense, embedding, begin=begin),
            ),
            **options,
        )
        page.wait_for_selector(".keyboard[data-ready]")
        return page

    return open_one


@pytest.mark.parametrize("dimensions", [None, 5])
def test_the_page_computes_what_keras_computes(opened, dimensions):
    keras = pytest.importorskip("keras")
    embedding = (
        None
        if dimensions is None
        else np.random.default_rng(1).normal(size=(len(CHARACTERS), dimensions))
    )
    page = opened(embedding=embedding)
    gru, dense = weights(dimensions or len(CHARACTERS))
    layer = keras.layers.GRU(UNITS, reset_after=True)
    layer.build((None, None, gru[0].shape[0]))
    layer.set_weights(gru)
    for text in ("t", "the cat sat on the mat and saw", "a" * 150):
        ids = [CHARACTERS.index(letter) for letter in text]
        x = (np.eye(len(CHARACTERS)) if embedding is None else embedding)[ids]
        logits = np.asarray(layer(x[None].astype("float32")))[0] @ dense[0] + dense[1]
        expected = np.exp(logits - logits.max())
        found = page.evaluate(
            "text => document.querySelector('.keyboard').probabilities(text)", text
        )
        # Weights rounded to 16 bits: less than a thousandth of a probability is what that costs.
        assert np.allclose(found, expected / expected.sum(), atol=1e-3)
    assert page.trouble == []


def test_a_proposal_is_typed_and_the_next_one_follows(opened):
    page = opened()
    area = page.get_by_label("Type a beginning")
    words = page.get_by_role("group", name="Proposed words").get_by_role("button")
    assert words.count() == 3
    proposed = words.first.evaluate("button => button.firstChild.data")
    assert proposed.startswith("ca")  # the word that has been begun is kept
    words.first.click()
    assert area.input_value() == f"the {proposed} "
    page.get_by_role("group", name="Proposed characters").get_by_role("button").first.click()
    assert len(area.input_value()) == len(f"the {proposed} ") + 1
    page.get_by_role("button", name="Start again").click()
    assert area.input_value() == "the ca"
    page.get_by_role("button", name="Write 60 characters").click()
    assert len(area.input_value()) == 66
    assert page.trouble == []


def test_what_the_model_never_saw_is_read_as_a_space_and_markup_stays_text(opened):
    page = opened(begin="</textarea><b>x")
    area = page.get_by_label("Type a beginning")
    assert area.input_value() == "</textarea><b>x"
    probabilities = "text => document.querySelector('.keyboard').probabilities(text)"
    assert page.evaluate(probabilities, "The 7!é cat") == page.evaluate(probabilities, "the cat")
    assert len(page.evaluate(probabilities, "")) == len(CHARACTERS)
    area.fill("")
    assert page.get_by_role("group", name="Proposed characters").get_by_role("button").count() == 6
    assert page.trouble == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_a_phone_and_is_accessible(opened, accessibility, dark):
    page = opened(width=390, dark=dark, touch=True)
    page.evaluate("dark => document.documentElement.dataset.theme = dark ? 'dark' : 'light'", dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44
    assert accessibility(page) == []
