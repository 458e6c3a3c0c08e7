"""Long texts: what the type refuses, how it is cut, what the built-in sample is like."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from lessonkit import data
from lessonkit.data import plain_text
from lessonkit.data.plain_text_sample import observatory_log


def text(content: str) -> data.PlainText:
    return data.PlainText("toy", "Toy", "here", "", "", content)


def test_a_file_becomes_its_text_and_line_ends_become_those_of_unix():
    assert plain_text.read_text({"a.txt": "One\r\ntwo é\n".encode()}) == {"text": "One\ntwo é\n"}


def test_the_summary_counts_characters_and_words():
    assert (
        text("one two\nthree").summary()
        == "Toy: 13 characters (9 different ones), 3 words, from here"
    )
    assert len(text("one two")) == 7 and not text("one").is_sample


def test_parts_are_contiguous_whole_words_in_order_and_join_to_the_whole():
    whole = text(" ".join(f"word{number}" for number in range(1000)))
    parts = whole.split(validation=0.2, test=0.1)
    assert list(parts) == ["train", "validation", "test"]
    assert "".join(part.text for part in parts.values()) == whole.text
    words = [part.text.split() for part in parts.values()]
    assert [word for part in words for word in part] == whole.text.split(), "a word was cut"
    assert [round(len(part) / len(whole), 2) for part in parts.values()] == [0.7, 0.2, 0.1]
    assert all(part.name == "toy" and part.source == "here" for part in parts.values())


@pytest.mark.parametrize("shares", [(0, 0.1), (0.1, 0), (0.5, 0.5), (-0.1, 0.3), (0.9, 0.9)])
def test_shares_that_leave_nothing_are_refused(shares):
    with pytest.raises(ValueError, match="shares"):
        text("one two three four five").split(*shares)


def test_an_empty_text_and_one_too_short_to_cut_are_refused_by_name():
    with pytest.raises(ValueError, match="toy"):
        text(" \n")
    with pytest.raises(ValueError, match="toy has 8 characters"):
        text("oneword.").split()


# -- the built-in sample


@pytest.fixture(scope="module")
def sample():
    return observatory_log()


def test_the_sample_is_deterministic_and_as_long_as_asked(sample):
    assert observatory_log() == sample
    assert (
        observatory_log(seed=12) != sample
        and observatory_log(20_000) == sample[: len(observatory_log(20_000))]
    )
    assert 60_000 <= len(sample) < 61_500
    assert all(character.isascii() for character in sample)


def test_the_two_sets_have_samples_of_their_own(monkeypatch):
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    monkeypatch.setattr(
        data.loaders,
        "fetch",
        lambda name, say: (_ for _ in ()).throw(data.sources.NotFound("gone")),
    )
    time, plays = (
        data.load(name, lambda line: None) for name in ("time-machine", "tiny-shakespeare")
    )
    assert time.is_sample and plays.is_sample and time.text != plays.text


def test_entries_remember_what_was_said_sentences_before(sample):
    """Each thing comes back within its entry, and almost never by chance."""
    entries = [entry for entry in sample.split("\n\n")[6:] if entry]
    women, men = {"Marta", "Ilse", "Noor", "Tamsin", "Odile", "Renata"}, {"Anton", "Joris", "Emeka", "Silas", "Bruno",
                                                                          "Tadeus"}  # fmt: skip
    checked = 0
    for entry in entries:
        words = set(entry.replace(".", " ").replace(",", " ").replace(":", " ").split())
        assert bool(words & women) != bool(words & men), entry
        if words & {"she", "She"}:
            assert words & women, entry
            checked += 1
        if words & {"he", "He"}:
            assert words & men, entry
    assert checked > 30


def test_words_of_the_sample_are_unevenly_frequent_and_spelling_is_regular(sample):
    words = Counter(sample.lower().split())
    common = sum(count for _, count in words.most_common(20))
    assert len(words) > 300 and 0.25 < common / sum(words.values()) < 0.6
    assert set("abcdefghijklmnopqrstuvwxyz") <= set(sample.lower())


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
@pytest.mark.parametrize(
    ("name", "size"), [("time-machine", 178_979), ("tiny-shakespeare", 1_115_394)]
)
def test_the_real_texts_have_their_published_size(name, size):
    found = data.load(name, lambda line: None)
    if found.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold this set")
    assert len(found) == size
