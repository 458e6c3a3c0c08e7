"""Event sequences: weeks of a bank account, visits to a shop, raw log lines, DeepLog's sessions."""

from __future__ import annotations

import os

import numpy as np
import pytest
from lessonkit import data
from lessonkit.data import loaders, log_lines, log_lines_sample, samples

KINDS = data.BANK_KINDS


def tells_the_story(events, minutes):
    """The rule itself: address change, transfer, new device, within an hour, and no login between."""
    stage, spent = 0, 0.0
    for event, gap in zip(events, minutes, strict=True):
        spent += gap
        if event == 1:
            stage = 0
        elif event == 2 and stage < 2:
            stage, spent = 1, 0.0
        elif event == 3 and stage == 1:
            stage = 2
        elif event == 4 and stage == 2 and spent < 60:
            return True
    return False


def test_a_week_is_a_fraud_exactly_where_it_tells_the_story():
    events, minutes = data.bank_weeks(200, seed=5)
    assert events.shape == minutes.shape == (200, len(KINDS), data.BANK_LENGTH)
    assert events.dtype == "int32" and minutes.dtype == "float32"
    for k, kind in enumerate(KINDS):
        told = [tells_the_story(*week) for week in zip(events[:, k], minutes[:, k], strict=True)]
        assert set(told) == {kind == "fraud"}, kind


def test_twins_hold_the_same_events_and_gaps_and_slow_ones_the_same_order():
    events, minutes = data.bank_weeks(100, seed=6)
    for kind in ("turned", "login between", "slow"):
        k = KINDS.index(kind)
        assert np.array_equal(np.sort(events[:, k]), np.sort(events[:, 0]))
        assert np.allclose(np.sort(minutes[:, k]), np.sort(minutes[:, 0]))
    slow = KINDS.index("slow")
    assert np.array_equal(events[:, slow], events[:, 0])
    assert (minutes[:, slow] != minutes[:, 0]).any(axis=1).all()
    # Where each login stands tells nothing about the pause, or the gap before a login would do.
    logins = np.where(events[:, 0] == 1, minutes[:, 0], 0)
    assert np.array_equal(logins, np.where(events[:, slow] == 1, minutes[:, slow], 0))


def test_the_decisive_events_of_a_visit_never_stand_side_by_side():
    events, _ = data.bank_weeks(100, seed=7)
    decisive = (events[:, 0] > 1) & (events[:, 0] <= 4)
    assert not (decisive[:, 1:] & decisive[:, :-1]).any()
    assert (events[:, :, -1] == 0).any() and (np.diff((events > 0).astype(int)) <= 0).all()


def test_weeks_and_visits_are_drawn_from_their_seed():
    assert np.array_equal(data.bank_weeks(5, 1)[0], data.bank_weeks(5, 1)[0])
    assert not np.array_equal(data.bank_weeks(5, 1)[0], data.bank_weeks(5, 2)[0])
    assert data.shop_visits(20, 3) == data.shop_visits(20, 3) != data.shop_visits(20, 4)


def test_visits_follow_the_chances_that_the_shop_states():
    visits = data.shop_visits(4000, seed=1)
    till = [(v[0], v[v.index("checkout") + 1 :]) for v in visits if "checkout" in v]
    code = [bool(rest) and rest[0] == "enter code" for source, rest in till if source == "advert"]
    assert abs(np.mean(code) - 0.9) < 0.04
    assert not any("enter code" in v for v in visits if v[0] != "advert")
    for visit in visits[:200]:
        for k, event in enumerate((*visit, data.SHOP_END)):
            chances = data.shop_next(visit[:k])
            assert chances[event] > 0 and abs(sum(chances.values()) - 1) < 1e-12
    assert max(map(len, visits)) <= 40


def test_lines_and_their_events_are_read_and_kept_apart_by_log():
    table = 'LineId,Content,EventId\r\n1,a,E1\r\n2,"b, c",E2\r\n'
    files = {}
    for name in ("HDFS", "BGL"):
        files[f"{name}_2k.log"] = f"{name} a\r\n{name} b, c\r\n".encode()
        files[f"{name}_2k.log_structured.csv"] = table.encode()
    read = log_lines.read_loghub(files)
    assert read["lines"] == ["HDFS a", "HDFS b, c", "BGL a", "BGL b, c"]
    assert read["events"] == ["E1", "E2"] * 2 and read["system"] == ["HDFS"] * 2 + ["BGL"] * 2
    about = dict(name="loghub", title="Logs", source="here", citation="", licence="")
    logs = data.LogLines(**about, **read)
    assert logs.systems() == ["HDFS", "BGL"] and logs.of("BGL").lines == ["BGL a", "BGL b, c"]
    assert len(logs) == 4 and "2 of BGL with 2 templates" in logs.summary()
    with pytest.raises(KeyError, match="HDFS, BGL"):
        logs.of("Spark")
    with pytest.raises(ValueError, match="4 lines, 3 events"):
        data.LogLines(**about, **(read | {"events": read["events"][1:]}))
    files["BGL_2k.log"] += b"one line more\r\n"
    with pytest.raises(ValueError, match="3 lines of BGL and 2 rows"):
        log_lines.read_loghub(files)


def test_the_sample_of_logs_holds_whole_sessions_of_mixed_parcels():
    found = log_lines_sample.depot_logs()
    assert found == log_lines_sample.depot_logs()
    parcels = [k for k, system in enumerate(found["system"]) if system == "parcels"]
    of: dict[str, list[str]] = {}
    for k in parcels:
        (key,) = {word for word in found["lines"][k].split() if word.startswith("pcl_")}
        of.setdefault(key, []).append(found["events"][k])
    assert all(one[0] == "D1" and one[-1] == "D7" and "D3" in one for one in of.values())
    keys = [next(w for w in found["lines"][k].split() if w.startswith("pcl_")) for k in parcels]
    assert sum(a != b for a, b in zip(keys, keys[1:], strict=False)) > len(keys) / 2, "mixed"


def test_deeplog_sessions_are_labelled_by_their_file_and_the_sample_alike():
    read = loaders._deeplog({"hdfs_train": b"5 22 \n\n11 9\n", "hdfs_test_abnormal": b"5 7 \n"})
    assert read["texts"] == ["E5 E22", "E11 E9", "E5 E7"]
    assert read["labels"].tolist() == [0, 0, 1] and read["part"].tolist() == [
        "train",
        "train",
        "test",
    ]
    sample = loaders._deeplog_sample()
    assert set(sample["part"][sample["labels"] == 0]) == {"train"}
    assert set(sample["part"][sample["labels"] == 1]) == {"test"}
    assert sample["texts"] != samples.log_sessions()[0], "another draw than hdfs-logrobust's sample"


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_sets_have_their_published_sizes():
    sessions, logs = data.load("hdfs-deeplog"), data.load("loghub")
    if sessions.is_sample or logs.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold these sets")
    assert (len(sessions), int(sessions.labels.sum())) == (4855 + 16838, 16838)
    assert {name: len(set(logs.of(name).events)) for name in logs.systems()} == {
        "HDFS": 14,
        "BGL": 120,
    }
