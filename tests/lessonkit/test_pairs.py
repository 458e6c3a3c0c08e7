"""Sentence pairs: what the reader takes, that no sentence is in two parts, what the built-in sample is like."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from lessonkit import data
from lessonkit.data import pairs
from lessonkit.data.pairs_sample import _run_together, sentence_pairs


def made(sources, targets):
    return data.SentencePairs("toy", "Toy", "here", "", "", sources, targets)


# -- the reader


def test_lines_become_pairs_with_plain_spaces_apostrophes_and_accents_each_once():
    text = "Go.\tVa\u202f!\nGo.\tVa !\nWait!\tAttendez\u00a0!\r\n\nI see.\tJ\u2019e\u0301coute.\tCC-BY 2.0\n"
    assert pairs.read_pairs(text) == (
        ["Go.", "Wait!", "I see."],
        ["Va !", "Attendez !", "J'écoute."],
    )


@pytest.mark.parametrize("line", ["Go.", "Go.\t", "\tVa !", "Go. Va !"])
def test_a_line_that_is_no_pair_is_named(line):
    with pytest.raises(ValueError, match="Line 2 is not"):
        pairs.read_pairs(f"Go.\tVa !\n{line}\n")


# -- the type


def test_unequal_or_empty_sides_are_refused():
    with pytest.raises(ValueError, match="2 sentences and 1 translations"):
        made(["a", "b"], ["c"])
    with pytest.raises(ValueError, match="pair 1"):
        made(["a", "b"], ["c", ""])


def test_references_collect_all_translations_of_a_sentence():
    found = made(
        ["You go.", "Hi.", "You go.", "You go."], ["Tu vas.", "Salut.", "Vous allez.", "Tu vas."]
    )
    assert found.references() == (["You go.", "Hi."], [["Tu vas.", "Vous allez."], ["Salut."]])
    assert "4 pairs (2 distinct sentences, 3 distinct translations), from here" in found.summary()
    assert found.take([1]).targets == ["Salut."] and found.take([1]).name == "toy"


def letters(sentences):
    return {"".join(c for c in sentence.lower() if c.isalnum()) for sentence in sentences}


@pytest.mark.parametrize("seed", range(3))
def test_no_sentence_of_either_language_is_in_two_parts(seed):
    whole = made(**sentence_pairs(3000, seed=seed))
    loud = [
        sentence.upper().replace(".", " !") for sentence in whole.sources[:500]
    ]  # the same to a reader
    whole = made(
        [*whole.sources, *loud, *loud],
        [*whole.targets, *whole.targets[:500], *whole.targets[500:1000]],
    )
    parts = whole.split(0.1, 0.2, seed=seed)
    assert list(parts) == ["train", "validation", "test"]
    for side in ("sources", "targets"):
        train, validation, test = (letters(getattr(part, side)) for part in parts.values())
        assert not train & validation and not train & test and not validation & test
    share = len(letters(parts["test"].sources)) / len(letters(whole.sources))
    assert 0.15 < share < 0.25
    known = set(zip(whole.sources, whole.targets, strict=True))
    assert all(
        set(zip(part.sources, part.targets, strict=True)) <= known for part in parts.values()
    )


def test_training_pays_for_a_shared_translation_and_the_test_part_stays_whole():
    whole = made([f"word{k}" for k in range(200)], ["le même"] * 200)
    parts = whole.split(0.1, 0.2)
    assert len(parts["test"]) > 20 and len(parts["train"]) == len(parts["validation"]) == 0


def test_a_split_is_repeatable_and_follows_its_seed():
    whole = made(**sentence_pairs(500))
    assert whole.split(seed=1)["test"].sources == whole.split(seed=1)["test"].sources
    assert whole.split(seed=1)["test"].sources != whole.split(seed=2)["test"].sources


@pytest.mark.parametrize(("validation", "test"), [(0.5, 0.5), (-0.1, 0.2), (0.0, 1.0)])
def test_shares_that_leave_nothing_are_refused(validation, test):
    with pytest.raises(ValueError, match="leave nothing"):
        made(["a"], ["b"]).split(validation, test)


# -- the built-in sample


@pytest.fixture(scope="module")
def sample():
    return sentence_pairs()


def test_the_sample_is_deterministic_and_its_pairs_are_distinct(sample):
    assert sentence_pairs() == sample
    found = set(zip(sample["sources"], sample["targets"], strict=True))
    assert len(found) == len(sample["sources"]) >= 12_000


@pytest.mark.parametrize(
    ("apart", "written"),
    [
        ("je ne le aime pas", "je ne l'aime pas"), ("je ne aime pas", "je n'aime pas"), ("je attends", "j'attends"),
        ("près de le chat", "près du chat"), ("près de le arbre", "près de l'arbre"),
        ("près de la école", "près de l'école"), ("près de les chats", "près des chats"),
        ("près de des chats", "près de chats"), ("ne voit pas de arbre", "ne voit pas d'arbre"),
    ],
)  # fmt: skip
def test_french_words_run_together(apart, written):
    assert _run_together(apart) == written


def test_the_sample_has_what_makes_translation_hard(sample):
    found = dict(zip(sample["sources"], sample["targets"], strict=True))
    texts = " ".join(found.values())
    for order in (" chat noir", " voiture noire", " petite maison"):
        assert order in texts
    assert "petit maison" not in texts and "voiture noir " not in texts and " le arbre" not in texts
    twice = [s for s, count in Counter(sample["sources"]).items() if count == 2]
    assert len(twice) > 500 and all(sentence.startswith("You ") for sentence in twice)
    other = [s for s, t in found.items() if len(s.split()) != len(t.split())]
    assert len(other) > len(found) / 4, "lengths differ, so words cannot be put one for one"


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_pairs_have_their_size_and_plain_spaces():
    found = data.load("fra-eng", print)
    if found.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold this set")
    assert 166_000 < len(found) <= 167_130
    assert not any(set("\u202f\u00a0\u2009\u2019") & set(text) for text in found.targets)
