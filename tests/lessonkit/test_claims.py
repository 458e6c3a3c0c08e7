"""`claim` computes its verdict and refuses what leaves the comparison open; `paired`; and how a preset varies."""

from __future__ import annotations

import json
from dataclasses import replace

import lessonkit
import numpy as np
import pytest
from lessonkit import claims
from lessonkit.data.described import SAMPLE, Described

REAL = Described("sms", "Messages", "the folder COURSE_DATA_DIR", "Somebody (2011)", "CC BY")
MADE = replace(REAL, source=SAMPLE)
BUDGET = "5 epochs at rate 0.01"


@pytest.fixture
def evidence(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_EVIDENCE_DIR", str(tmp_path))
    monkeypatch.delenv("COURSE_VARIATION", raising=False)

    def records():
        return [json.loads(line) for line in (tmp_path / "04.jsonl").read_text().splitlines()]

    return records


def state(value=(0.9, 0.8, 0.85), **changed):
    """A claim that is complete, with some of it changed; None takes something away."""
    given = {"above": {"bag": 0.5}, "margin": 0.1, "data": "generated", "trained": BUDGET} | changed
    given = {key: entry for key, entry in given.items() if key == "trained" or entry is not None}
    lessonkit.claim("04-one", "It holds.", value=value, **given)


def test_a_claim_prints_one_line_and_leaves_all_of_itself(evidence, capsys):
    state(np.float32([0.9, 0.75, 0.85]), above={"bag": 0.5, "pairs": [0.6]}, data=REAL)
    out = capsys.readouterr().out
    assert out == (
        "Holds: It holds. [worst of 3 seeds 0.75 (0.75 to 0.9); above 0.6 (pairs) by more than 0.1]\n"
    )
    (record,) = evidence()
    assert record["verdict"] == "holds" and record["rival"] == "pairs" and record["seeds"] == 3
    assert (record["value"], record["low"], record["limit"]) == (0.75, 0.75, 0.6)
    assert record["trained"] == BUDGET and record["data"] == "Messages: the folder COURSE_DATA_DIR"


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        ((0.9, 0.6, 0.85), {}),  # one seed is as good as the bag and the margin, not better
        (
            (0.9, 0.8, 0.85),
            {"above": {"bag": 0.5, "pairs": 0.75}},
        ),  # the stronger rival is too near
        ((0.9, 0.8, 0.85), {"above": {"bag": [0.1, 0.75, 0.2]}}),  # so is its best seed
        ((0.3, 0.1, 0.1), {"above": None, "below": {"bag": 0.35}}),
        ((0.3, 0.1, 0.1), {"above": None, "below": {"bag": 0.5}, "margin": None, "factor": 2}),
        ((0.9, 0.3, 0.9), {"above": {"bag": (0.5, 0.25, 0.5)}, "over": "each seed"}),
        ((0.9, 0.55, 0.55), {"over": "median"}),
        ((0.9, 0.4, 0.4), {"over": "mean"}),
        ((1e-7, -2e-6, 0), {"above": None, "margin": None, "within": 1e-6}),
        ((0.9, 0.8, 0.85), {"also": {"the sun shines": True, "it rains": np.array([True, False])}}),
        ((np.nan, 0.9, 0.9), {}),
        ((0.9, 0.9, 0.9), {"above": {"bag": np.nan}}),
        ((0.9, 0.9, 0.9), {"above": {"bag": 0.5, "pairs": np.nan}}),
    ],
)
def test_a_claim_that_does_not_hold_stops_the_lesson(evidence, value, changed):
    with pytest.raises(AssertionError, match="04-one"):
        state(value, **changed)
    assert evidence()[-1]["verdict"] == "does not hold"


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        ((0.9, 0.61, 0.85), {}),
        ((0.2, 0.1, 0.1), {"above": None, "below": {"bag": 0.5}, "margin": None, "factor": 2}),
        ((0.9, 0.4, 0.9), {"above": {"bag": (0.5, 0.25, 0.5)}, "over": "each seed"}),
        ((0.9, 0.7, 0.55), {"over": "median"}),
        ((1e-7, -9e-7, 0), {"above": None, "margin": None, "within": 1e-6}),
        ((0.9, 0.8, 0.85), {"also": {"all of them": np.array([True, True])}}),
    ],
)
def test_the_same_claims_hold_with_a_little_more(evidence, value, changed):
    state(value, **changed)
    assert evidence()[-1]["verdict"] == "holds"


def test_what_failed_besides_the_number_is_named(evidence):
    with pytest.raises(AssertionError, match="Not so: it rains"):
        state(also={"the sun shines": True, "it rains": False})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"margin": 0}, "margin is above 0"),
        ({"margin": -0.1}, "margin is above 0"),
        ({"margin": None, "factor": 1}, "factor above 1"),
        ({"margin": None}, "a margin or a factor"),
        ({"factor": 2}, "a margin or a factor"),
        ({"above": None}, "name the rivals"),
        ({"above": {}}, "name the rivals"),
        ({"below": {"bag": 1}}, "one of the three"),
        ({"above": None, "within": 1e-6}, "takes no margin"),
        ({"above": None, "margin": None, "within": -1}, "above 0"),
        ({"over": "the best"}, "`over`"),
        ({"over": "each seed"}, "bag needs 3 numbers"),
        ({"trained": " "}, "budget"),
        ({"value": 0.9}, "few_seeds"),
        ({"margin": None, "factor": 2, "above": {"log-likelihood": -4.0}}, "negative"),
        ({"value": ()}, "at least one number"),
        ({"data": REAL, "above": {"majority": 0.5, "chance": 0.4}}, "strongest baseline"),
    ],
)
def test_a_claim_that_leaves_the_comparison_open_is_refused(evidence, changed, told):
    with pytest.raises(ValueError, match=told):
        state(**changed)


def test_chance_is_a_rival_where_something_stronger_stands_beside_it(evidence):
    state(data=REAL, above={"majority": 0.5, "bag of words": 0.55})
    state(data="generated", above={"chance": 0.5})
    state(0.9, data=REAL, trained=None, above={"majority": 0.5})  # no network is praised here
    state(0.9, few_seeds="it takes an hour")
    assert [record["verdict"] for record in evidence()] == ["holds"] * 4


def test_on_a_sample_nothing_is_said_about_real_data(evidence, capsys):
    state(data=[REAL, MADE])
    state((0.1, 0.1, 0.1), data=MADE)  # nor does it stop the lesson
    assert capsys.readouterr().out.count("Not tested on the sample: It holds.") == 2
    assert {record["verdict"] for record in evidence()} == {"not tested on the sample"}


def test_a_varied_experiment_records_what_breaks_and_goes_on(evidence, monkeypatch):
    monkeypatch.setenv("COURSE_VARIATION", "half the rate")
    state((0.1, 0.1, 0.1))
    assert evidence()[-1]["verdict"] == "does not hold"


def test_a_paired_interval_has_to_leave_out_zero(evidence):
    rng = np.random.default_rng(0)
    other = rng.random((3, 400)) < 0.5
    better = other | (rng.random((3, 400)) < 0.3)
    state(
        better.mean(axis=1),
        above={"bag": other.mean()},
        margin=0.01,
        paired=lessonkit.paired(better, other),
    )
    assert "95 % interval" in evidence()[-1]["paired"]
    with pytest.raises(AssertionError, match="leaves out 0"):
        state(paired=lessonkit.paired(other, other))
    with pytest.raises(AssertionError, match="leaves out 0"):
        state(paired=lessonkit.paired(other, better))


def test_paired_is_as_wide_as_the_items_make_it():
    rng = np.random.default_rng(1)
    mine, other = rng.random(1000) < 0.8, rng.random(1000) < 0.7
    found = lessonkit.paired(mine, other)
    spread = np.std(mine.astype(float) - other) / np.sqrt(1000)
    assert found.difference == pytest.approx(mine.mean() - other.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * spread, rel=0.1)
    assert found.low < found.difference < found.high and found == lessonkit.paired(mine, other)
    same = lessonkit.paired(np.tile(mine, (3, 1)), other)
    assert (same.low, same.high) == (found.low, found.high), "equal seeds bring no new items"
    assert lessonkit.paired(mine, mine).low == lessonkit.paired(mine, mine).high == 0
    with pytest.raises(ValueError, match="1000 and 999"):
        lessonkit.paired(mine, other[1:])


def test_claims_have_tidy_names():
    with pytest.raises(ValueError, match="04-forget-bias"):
        lessonkit.claim(
            "Forget bias", "So.", value=1, above={"x": 0}, margin=1, data="none", trained=None
        )


NUMBERS = {"seeds": 3, "first_seed": 0, "rate": 0.02, "epochs": 5, "units": 16}
VARIES = {"rate": ["rate"], "updates": ["epochs"], "seed": ["first_seed"]}


@pytest.mark.parametrize(
    ("variation", "changed"),
    [
        ("", {}),
        ("half the rate", {"rate": 0.01}),
        ("twice the rate", {"rate": 0.04}),
        ("half the updates", {"epochs": 2}),
        ("three times the updates", {"epochs": 15}),
        ("other seeds", {"first_seed": 100}),
    ],
)
def test_a_variation_changes_what_the_lesson_names_and_nothing_else(
    monkeypatch, capsys, variation, changed
):
    monkeypatch.setenv("COURSE_PRESET", "quick")
    monkeypatch.setenv("COURSE_VARIATION", variation)
    found = vars(lessonkit.preset(NUMBERS, NUMBERS, varies=VARIES))
    assert found == {"name": "quick", **NUMBERS, **changed}
    assert ("Varied" in capsys.readouterr().out) == bool(changed)
    assert vars(lessonkit.preset(NUMBERS, NUMBERS)) == {"name": "quick", **NUMBERS}


def test_a_variation_that_nobody_knows_is_refused(monkeypatch):
    monkeypatch.setenv("COURSE_PRESET", "quick")
    for varies in ({"speed": ["rate"]}, {"rate": ["rates"]}):
        with pytest.raises(ValueError, match="varies"):
            lessonkit.preset(NUMBERS, NUMBERS, varies=varies)
    monkeypatch.setenv("COURSE_VARIATION", "a better day")
    with pytest.raises(ValueError, match="half the rate"):
        lessonkit.preset(NUMBERS, NUMBERS, varies=VARIES)


def test_every_variation_changes_a_quantity_that_a_preset_can_name():
    from lessonkit.presets import QUANTITIES, VARIATIONS

    assert {quantity for quantity, _ in VARIATIONS.values()} == set(QUANTITIES)
    assert {kind for kind, _ in VARIATIONS.values()} == set(VARIES)


def test_a_record_is_read_by_the_same_words(evidence):
    state((1e-7, 2e-7), above=None, margin=None, within=1e-6, trained=None)
    (record,) = evidence()
    assert claims.measured(record) == "worst of 2 2e-07 (1e-07 to 2e-07)"
    assert claims.compared(record) == "within 1e-06"


def test_what_rounding_leaves_of_nothing_is_shown_as_nothing():
    record = {"seeds": 1, "direction": "below", "value": -3.7e-19}
    assert claims.measured(record) == "0"
    assert claims.measured(record | {"direction": "within"}) == "-3.7e-19"
    assert claims.measured(record | {"value": -3.7e-9}) == "-3.7e-09"
