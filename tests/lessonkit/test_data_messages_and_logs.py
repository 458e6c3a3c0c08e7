"""Text messages and log sessions: what the loaders read, and what their built-in samples are like."""

from __future__ import annotations

import os

import numpy as np
import pytest
from lessonkit import data
from lessonkit.data import loaders, samples


def test_messages_are_read_without_quoting():
    content = 'ham\tok "quoted , see\tyou\nspam\tWIN 1 £ now\n'.encode()
    read = loaders._sms_spam({"SMSSpamCollection": content})
    assert read["texts"] == ['ok "quoted , see\tyou', "WIN 1 £ now"]
    assert read["labels"].tolist() == [0, 1]


def test_sessions_keep_their_part_and_name_their_events():
    train, valid = b"Sequence,label\r\n5 22 11,0\r\n5 7,1\r\n", b"Sequence,label\n5,0\n"
    read = loaders._hdfs({"robust_log_train.csv": train, "robust_log_valid.csv": valid})
    assert read["texts"] == ["E5 E22 E11", "E5 E7", "E5"]
    assert read["labels"].tolist() == [0, 1, 0] and read["part"].tolist() == [
        "train",
        "train",
        "test",
    ]


def test_sample_messages_are_deterministic_repeat_themselves_and_share_words():
    texts, labels = samples.short_messages()
    assert (texts, labels.tolist()) == (
        samples.short_messages()[0],
        samples.short_messages()[1].tolist(),
    )
    assert 0.1 < labels.mean() < 0.17 and len(set(texts)) < len(texts)
    words = [
        set(" ".join(t for t, label in zip(texts, labels, strict=True) if label == k).split())
        for k in (0, 1)
    ]
    assert {"free", "call", "win", "reply", "claim", "urgent"} <= words[0] & words[1]


def test_sample_sessions_repeat_across_parts_and_some_anomalies_are_order_alone():
    texts, labels, part = samples.log_sessions()
    assert labels.mean() == 0.5
    trained = set(np.array(texts, dtype=object)[part == "train"])
    assert (
        0.5
        < np.mean([text in trained for text in np.array(texts, dtype=object)[part == "test"]])
        < 0.9
    )
    bags: dict[tuple, set] = {}
    for text, label in zip(texts, labels, strict=True):
        bags.setdefault(tuple(sorted(text.split())), set()).add(int(label))
    assert sum(len(found) == 2 for found in bags.values()) > 20, (
        "equal counts with both labels: only the order tells"
    )
    verdicts: dict[str, set] = {}
    for text, label in zip(texts, labels, strict=True):
        verdicts.setdefault(text, set()).add(int(label))
    assert all(len(found) == 1 for found in verdicts.values()), (
        "no session is both normal and anomalous"
    )


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_sets_have_their_published_sizes():
    messages, logs = data.load("sms-spam", print), data.load("hdfs-logrobust", print)
    if messages.is_sample or logs.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold these sets")
    assert len(messages) == 5574 and int(messages.labels.sum()) == 747
    assert (
        len(logs) == 14000
        and int(logs.labels.sum()) == 7000
        and int((logs.part == "test").sum()) == 2000
    )
