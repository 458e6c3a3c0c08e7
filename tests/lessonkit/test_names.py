"""Names by language: what the reader takes, what the built-in sample is like."""

from __future__ import annotations

import os

import numpy as np
import pytest
from lessonkit import data
from lessonkit.data import loaders
from lessonkit.data.names_sample import LANGUAGES, made_up_names


def test_each_name_counts_once_in_a_language_and_other_files_are_no_language():
    files = {"Dutch.txt": b"Bos\n \nBos \nDam", "Arabic.txt": b"Bos\r\n", "LICENSE": b"MIT"}
    found = loaders._names(files)
    assert found["label_names"] == ("Arabic", "Dutch")
    pairs = zip(found["texts"], found["labels"].tolist(), strict=True)
    assert sorted(pairs) == [("Bos", 0), ("Bos", 1), ("Dam", 1)]
    assert found["part"].tolist() == ["train"] * 3


@pytest.fixture(scope="module")
def sample():
    return made_up_names()


def test_the_sample_is_deterministic_and_its_names_are_distinct(sample):
    names, labels = sample
    again = made_up_names()
    assert again[0] == names and (again[1] == labels).all()
    assert made_up_names(50, seed=1)[0] != names[:50]
    assert len(set(names)) == len(names) == len(labels) == 2400
    assert all(name.isalpha() and name.istitle() and len(name) < 20 for name in names)
    assert min(np.bincount(labels)) > 300 and len(np.bincount(labels)) == len(LANGUAGES)


def test_pairs_of_letters_tell_the_language_of_a_sample_name_better_than_its_letters(sample):
    """Otherwise there would be nothing to learn about the order of letters."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    names, labels = sample
    scores = []
    for longest in (1, 2):
        count = CountVectorizer(analyzer="char", ngram_range=(longest, longest))
        model = MultinomialNB().fit(count.fit_transform(names[:1600]), labels[:1600])
        scores.append(model.score(count.transform(names[1600:]), labels[1600:]))
    assert scores[1] > scores[0] > 0.6


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_names_have_their_published_number():
    found = data.load("names", print)
    if found.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold this set")
    assert len(found) == 18_012 and len(found.label_names) == 18
    arabic = found.labels == found.label_names.index("Arabic")
    assert arabic.sum() == 108, "the list of 2,000 lines repeats 108 names"
