"""Unit 16: its retrieval is scikit-learn's, its queue misses nothing, its labels delete what they say, its counts agree
with counting by hand."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

import numpy as np
import pytest

from autograder import course_unit
from autograder.author.source import Source

ROOT = Path(__file__).resolve().parents[2]
UNIT = "16_messages"
WORDS = "order parcel refund card late broken cancel track".split()


@functools.cache
def solution():
    return Source(UNIT, ROOT).namespace()


def texts(rng, number, longest=6):
    return [" ".join(rng.choice(WORDS, rng.integers(1, longest + 1))) for _ in range(number)]


@pytest.mark.parametrize("seed", range(5))
def test_retrieve_is_scikit_learn_with_the_weights_of_the_text(seed):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    rng = np.random.default_rng(seed)
    questions, messages = texts(rng, 9), [*texts(rng, 6), "nothing of this", ""]
    vectoriser = text.TfidfVectorizer(token_pattern=r"[a-z0-9']+", smooth_idf=False, norm="l2")
    vectoriser.fit(questions)
    vectoriser.idf_ = vectoriser.idf_ - 1  # scikit-learn adds 1, so that no word weighs nothing
    cosines = (vectoriser.transform(messages) @ vectoriser.transform(questions).T).toarray()
    best, cosine = solution()["retrieve"](messages, questions)
    np.testing.assert_allclose(cosine, cosines.max(axis=1), atol=1e-8)
    expected = np.round(cosines, 8).argmax(axis=1)
    np.testing.assert_array_equal(best, np.where(cosine > 0, expected, -1))


@pytest.mark.parametrize("seed", range(5))
def test_the_queue_reads_each_message_once_and_is_never_idle(seed):
    rng = np.random.default_rng(seed)
    messages, per_day = 60, int(rng.integers(1, 6))
    arrived = rng.integers(0, 12, messages)
    score = rng.integers(0, 9, messages) / 4
    urgent = rng.random(messages) < 0.3
    read_on, recall = solution()["triage"](arrived, score, urgent, per_day, 2)
    assert np.all(read_on >= arrived)
    for day in range(read_on.max() + 1):
        waiting = (arrived <= day) & (read_on >= day)
        today = read_on == day
        assert today.sum() == min(per_day, waiting.sum())
        if today.any() and (waiting & ~today).any():
            assert score[today].min() >= score[waiting & ~today].max()
    assert recall == np.mean((read_on - arrived)[urgent] <= 2)


@pytest.mark.parametrize("seed", range(5))
def test_labels_are_the_last_way_to_delete(seed):
    """Of all ways to choose the kept words, the one whose last place is the latest, then the last but one."""
    rng = np.random.default_rng(seed)
    sentence = list(rng.choice(["a", "b", "c"], 9))
    kept = [word for word in sentence if rng.random() < 0.5]
    ways = [
        places
        for places in itertools.combinations(range(len(sentence)), len(kept))
        if [sentence[t] for t in places] == kept
    ]
    latest = max(ways, key=lambda places: places[::-1])
    (labels,) = solution()["compression_labels"]([sentence], [[word.upper() for word in kept]])
    assert tuple(np.flatnonzero(labels)) == latest


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [1, 2, 3])
def test_shared_ngrams_are_a_largest_matching(seed, n):
    rng = np.random.default_rng(seed)
    summary, reference = (list(rng.choice(["a", "b"], rng.integers(4, 9))) for _ in range(2))
    mine, theirs = (
        [tuple(words[k : k + n]) for k in range(len(words) - n + 1)]
        for words in (summary, reference)
    )
    rest, shared = list(theirs), 0
    for gram in mine:
        if gram in rest:
            rest.remove(gram)
            shared += 1
    precision, recall, f1 = solution()["rouge_n"](summary, [reference], n)
    assert precision == pytest.approx(shared / len(mine))
    assert recall == pytest.approx(shared / len(theirs))
    assert f1 == pytest.approx(2 * shared / (len(mine) + len(theirs)))


def test_distinct_n_of_one_reply_said_again_and_again():
    for times, length in itertools.product((1, 3, 20), (1, 2, 5)):
        reply = [str(k) for k in range(length)]
        shares = solution()["distinct_n"]([reply] * times, 3)
        expected = [max(length - n + 1, 0) / (times * length) for n in (1, 2, 3)]
        np.testing.assert_allclose(shares, expected)


@pytest.mark.parametrize("seed", range(3))
def test_a_weight_of_zero_ranks_by_likelihood_and_padding_says_nothing(seed):
    rng = np.random.default_rng(seed)
    given, alone = -rng.gamma(2, 1, (2, 6, 5))
    lengths = rng.integers(1, 6, 6)
    padding = np.arange(5) >= lengths[:, np.newaxis]
    plain = solution()["mmi_rerank"](given, alone, lengths, 0.0)
    sums = [row[:n].sum() for row, n in zip(given, lengths, strict=True)]
    np.testing.assert_allclose(plain[0], sums)
    np.testing.assert_array_equal(plain[1], np.argsort(sums)[::-1])
    for value in (np.nan, np.inf, -1e9):
        noisy = [np.where(padding, value, table) for table in (given, alone)]
        for first in (None, 2):
            for a, b in zip(
                solution()["mmi_rerank"](*noisy, lengths, 0.6, first),
                solution()["mmi_rerank"](given, alone, lengths, 0.6, first),
                strict=True,
            ):
                np.testing.assert_array_equal(a, b)


def test_scikit_learn_s_own_weights_are_told_by_name():
    """The weights that most students will have seen elsewhere are another contract, and the card says so."""
    changed = (
        Source(UNIT, ROOT)
        .solution("retrieve")
        .replace(
            "np.log(len(questions) / np.sum(stored > 0, axis=0))",
            "np.log((1 + len(questions)) / (1 + np.sum(stored > 0, axis=0))) + 1",
        )
    )
    namespace = dict(solution())
    exec(changed, namespace)
    report = course_unit(UNIT).check("retrieve", namespace["retrieve"])
    assert report.result.diagnosis.mistake == "smooth-weights"
    assert 0 < report.score < report.result.max_points
