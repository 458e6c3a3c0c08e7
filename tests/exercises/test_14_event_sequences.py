"""Unit 14: held against Keras, against every order of the rows, and against what the text promises."""

from __future__ import annotations

import functools
import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from autograder import course_unit
from autograder.author.source import Source

ROOT = Path(__file__).resolve().parents[2]
UNIT = "14_event_sequences"


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def walks(rng, number, events="abcdef"):
    """Sessions that go forward in the alphabet, each event once."""
    return [[event for event in events if rng.random() < 0.6] + [events[-1]] for _ in range(number)]


@pytest.mark.parametrize("seed", range(3))
def test_values_put_back_into_the_template_give_the_line(seed):
    rng = random.Random(seed)
    words = ["block", "blk_7", "(12)", "[/10.0.0.1],", "done.", "...", "a1b2:", "at", "<*>", "3;"]
    line = "  ".join(rng.choice(words) for _ in range(40))
    template, values = solution()["line_template"](line)
    pieces, rest = [], list(values)
    for here, word in zip(template.split(" "), line.split(), strict=True):
        pieces.append(here if here == word else here.replace("<*>", rest.pop(0)))
    assert pieces == line.split() and not rest


@pytest.mark.parametrize("seed", range(3))
def test_sessions_lose_no_event_and_have_no_long_gap(seed):
    rng = random.Random(seed)
    entries = [
        (rng.randrange(5000), rng.choice(["ann", "bob", "cara"]), str(k)) for k in range(200)
    ]
    lines = [f"{time} {key} {event}" for time, key, event in entries]
    times = {event: time for time, _, event in entries}
    keys = {event: key for _, key, event in entries}
    for gap in (0, 20, 100, None):
        sessions = solution()["sessions_from_log"](lines, gap)
        assert sorted(event for _, events in sessions for event in events) == sorted(times)
        starts = [times[events[0]] for _, events in sessions]
        assert starts == sorted(starts)
        last = {}
        for key, events in sessions:
            steps = [times[event] for event in events]
            assert {keys[event] for event in events} == {key} and steps == sorted(steps)
            if gap is not None:
                assert all(b - a <= gap for a, b in itertools.pairwise(steps))
                assert key not in last or steps[0] - last[key] > gap
            else:
                assert key not in last
            last[key] = steps[-1]


def test_a_gap_feature_grows_with_the_gap_up_to_one():
    times = np.cumsum(np.arange(40))[np.newaxis] + 1_700_000_000
    features = solution()["gap_features"](times, np.ones(times.shape, dtype=bool), 30)
    assert (np.diff(features[0, :31]) > 0).all()
    np.testing.assert_allclose(features[0, 30:], 1.0)


@pytest.mark.tensorflow
@pytest.mark.parametrize("seed", range(3))
def test_a_rank_of_at_most_g_is_keras_in_top_k(seed):
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(seed)
    batch, time, kinds = 5, 8, 6
    scores = rng.normal(size=(batch, time, kinds)).astype("float32")
    events = rng.integers(0, kinds, (batch, time))
    ranks = solution()["next_event_ranks"](scores, events, np.ones((batch, time), dtype=bool))
    assert (ranks[:, 0] == 0).all()
    for g in range(1, kinds + 1):
        theirs = keras.ops.in_top_k(events[:, 1:].ravel(), scores[:, :-1].reshape(-1, kinds), k=g)
        mine = (ranks[:, 1:] <= g).ravel()
        np.testing.assert_array_equal(mine, keras.ops.convert_to_numpy(theirs))


@pytest.mark.parametrize("seed", range(3))
def test_one_event_is_the_set_detector_and_two_see_the_order(seed):
    rng = np.random.default_rng(seed)
    normal, new = walks(rng, 200), walks(rng, 20)
    shuffled = [[s[k] for k in rng.permutation(len(s))] for s in new]
    strange = [[*s, "z"] for s in new]
    score = solution()["detector"]
    assert not score(normal, new, 1).any() and not score(normal, shuffled, 1).any()
    assert (score(normal, strange, 1) > 0).all()
    moved = [a != b for a, b in zip(new, shuffled, strict=True)]
    assert score(normal, shuffled, 2)[moved].mean() > 0.3 > score(normal, new, 2).mean()


@pytest.mark.parametrize("alarms", [1, 2, 3, 4, 9])
def test_lowest_and_highest_are_the_ends_over_all_orders_of_the_rows(alarms):
    scores = np.array([2.0, 2.0, 1.0, 2.0, 1.0, 3.0])
    labels = np.array([True, False, True, False, False, True])
    days = np.array([1, 1, 1, 1, 2, 2])
    drawn = []
    for order in itertools.permutations(range(6)):
        rows = list(order)
        found = raised = 0
        for day in (1, 2):
            of_day = [k for k in rows if days[k] == day]
            chosen = sorted(of_day, key=lambda k: -scores[k])[:alarms]
            found, raised = found + labels[chosen].sum(), raised + len(chosen)
        drawn.append(found / raised)
    mine = solution()["precision_at_alarms"](scores, labels, days, alarms)
    assert mine == pytest.approx((min(drawn), max(drawn)))


def test_a_sort_in_the_place_of_the_two_ends_costs_the_points_for_ties_only():
    def precision_at_alarms(scores, labels, days, alarms):
        if alarms < 1:
            raise ValueError("alarms must be at least 1")
        found = raised = 0
        for day in np.unique(days):
            chosen = np.flatnonzero(days == day)
            chosen = chosen[np.argsort(-scores[chosen], kind="stable")][:alarms]
            found, raised = found + labels[chosen].sum(), raised + len(chosen)
        share = found / raised if raised else 0.0
        return share, share

    report = course_unit(UNIT).check("precision_at_alarms", precision_at_alarms)
    lost = {c.id for c in report.result.criteria if c.status != "passed"}
    assert lost == {"unlucky", "lucky", "rows"}
    assert report.result.diagnosis.mistake == "ties-by-row"
