"""Tagged sentences: what the reader takes from CoNLL-U, what the type refuses, what the built-in sample is like."""

from __future__ import annotations

import os
from collections import Counter, defaultdict

import pytest
from lessonkit import data
from lessonkit.data import tagged
from lessonkit.data.entities_sample import messages_with_entities
from lessonkit.data.tagged_sample import tagged_sentences

CONLLU = """# sent_id = 1
1\tThey\tthey\tPRON\tPRP\t_\t3\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\tVBP\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
3.1\tgo\tgo\tVERB\tVB\t_\t_\t_\t_\t_
4\tknow\tknow\tVERB\tVB\t_\t0\troot\t_\t_

# sent_id = 2
1\tOh\toh\tINTJ\tUH\t_\t0\troot\t_\t_
"""


def test_words_written_as_one_and_understood_words_are_left_out():
    words, tags = tagged.read_conllu(CONLLU)
    assert words == [["They", "do", "n't", "know"], ["Oh"]]
    assert tags == [["PRON", "AUX", "PART", "VERB"], ["INTJ"]]


def test_windows_line_ends_and_a_missing_last_blank_line_change_nothing():
    assert tagged.read_conllu(CONLLU.rstrip().replace("\n", "\r\n")) == tagged.read_conllu(CONLLU)


def test_a_line_with_too_few_columns_is_named():
    with pytest.raises(ValueError, match="Line 2 has 3 columns"):
        tagged.read_conllu("# a\n1\tOh\toh\n")


def test_the_parts_come_from_their_files():
    one = "1\t{}\t_\tX\t_\t_\t_\t_\t_\t_\n"
    files = {
        f"en_ewt-ud-{part}.conllu": one.format(part).encode() for part in ("train", "dev", "test")
    }
    found = tagged.read_ewt(files)
    assert found == {"words": [["train"], ["dev"], ["test"]], "tags": [["X"]] * 3,
                     "part": ["train", "validation", "test"]}  # fmt: skip


def sentences(words, tags, part):
    return data.TaggedSentences("toy", "Toy", "here", "", "", words, tags, part)


def test_a_part_is_taken_by_name_and_an_unknown_one_is_answered_with_the_known():
    found = sentences([["a", "b"], ["c"]], [["Y", "X"], ["X"]], ["train", "test"])
    assert found.of("test") == ([["c"]], [["X"]])
    assert found.tag_names == ("X", "Y") and len(found) == 2
    assert "2 sentences (1 train, 1 test), 3 words, 2 tags" in found.summary()
    with pytest.raises(ValueError, match="It has: test, train"):
        found.of("validation")


@pytest.mark.parametrize(
    ("words", "tags", "part"),
    [
        ([["a"]], [["X", "Y"]], ["train"]),
        ([[]], [[]], ["train"]),
        ([["a"]], [["X"]], []),
        ([["a"]], [], ["train"]),
    ],
)
def test_what_does_not_fit_together_is_refused(words, tags, part):
    with pytest.raises(ValueError, match="toy"):
        sentences(words, tags, part)


# -- the built-in sample


@pytest.fixture(scope="module")
def sample():
    return tagged_sentences()


def rows(sample, part):
    return [
        list(zip(w, t, strict=True)) for w, t, p in zip(*sample.values(), strict=True) if p == part
    ]


def test_the_sample_is_deterministic_and_its_sentences_are_distinct(sample):
    assert tagged_sentences() == sample
    assert tagged_sentences(samples=50, seed=1)["words"] != sample["words"][:50]
    assert len({tuple(words) for words in sample["words"]}) == len(sample["words"]) == 4800


def score(sample, context):
    """Share of the test words whose tag is the most frequent one of their context (word, and what `context` adds)."""
    seen, words_alone = defaultdict(Counter), defaultdict(Counter)
    for row in rows(sample, "train"):
        for t, (word, tag) in enumerate(row):
            seen[word, context(row, t)][tag] += 1
            words_alone[word][tag] += 1
    right = total = 0
    for row in rows(sample, "test"):
        for t, (word, tag) in enumerate(row):
            options = (
                seen.get((word, context(row, t))) or words_alone.get(word) or Counter(["NOUN"])
            )
            right += options.most_common(1)[0][0] == tag
            total += 1
    return right / total


def test_the_sample_needs_the_words_that_follow(sample):
    """Tables of counts: a word alone, with the word before it, with the word after it."""
    alone = score(sample, lambda row, t: None)
    before = score(sample, lambda row, t: row[t - 1][0] if t else "")
    after = score(sample, lambda row, t: row[t + 1][0] if t + 1 < len(row) else "")
    assert alone < 0.87, "a word alone must not be enough"
    assert after > alone + 0.03 and after > before + 0.02


def test_some_of_the_test_words_of_the_sample_are_new_and_have_telling_ends(sample):
    known = {word for row in rows(sample, "train") for word, _ in row}
    new = [(word, tag) for row in rows(sample, "test") for word, tag in row if word not in known]
    total = sum(map(len, rows(sample, "test")))
    assert 0.02 < len(new) / total < 0.12
    assert all(tag == "NOUN" for word, tag in new if word.endswith("ness"))
    assert all(tag == "ADV" for word, tag in new if word.endswith("ly"))


def test_sample_words_with_two_tags_are_common(sample):
    tags_of = defaultdict(set)
    for words, tags in zip(sample["words"], sample["tags"], strict=True):
        for word, tag in zip(words, tags, strict=True):
            tags_of[word].add(tag)
    assert {"Teddy", "that", "has", "before", "Will", "cold", "to"} <= {
        w for w, t in tags_of.items() if len(t) == 2
    }


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_treebank_has_its_published_size():
    found = data.load("ud-english-ewt", print)
    if found.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold this set")
    assert [len(found.of(part)[0]) for part in tagged.PARTS] == [12544, 2001, 2077]
    assert sum(map(len, found.of("test")[0])) == 25094 and len(found.tag_names) == 17


# -- one word and one tag a line


def test_columns_become_sentences_whatever_stands_between_them():
    found = tagged.read_columns("\nAt\tO\nTate\tB-x\n\t\n\n\u2028odd\tO\r\nB\tI-x")
    assert found == ([["At", "Tate"], ["\u2028odd", "B"]], [["O", "B-x"], ["O", "I-x"]])


@pytest.mark.parametrize("line", ["alone", "two\twords\tO", "word\t", "\tO"])
def test_a_line_that_is_not_a_word_and_a_tag_is_named(line):
    with pytest.raises(ValueError, match="Line 2 is not"):
        tagged.read_columns(f"a\tO\n{line}\n")


def test_the_parts_of_wnut17_come_from_their_files():
    names = ("emerging.test.annotated", "wnut17train.conll", "emerging.dev.conll")
    found = tagged.read_wnut17({name: f"{name}\tO\n".encode() for name in names})
    assert found["words"] == [["wnut17train.conll"], ["emerging.dev.conll"], [names[0]]]
    assert found["part"] == list(tagged.PARTS)


@pytest.fixture(scope="module")
def entities():
    return messages_with_entities()


def test_the_sample_of_entities_is_deterministic_distinct_and_well_formed(entities):
    assert messages_with_entities() == entities
    assert messages_with_entities(samples=50, seed=1)["words"] != entities["words"][:50]
    assert len({tuple(words) for words in entities["words"]}) == len(entities["words"]) == 3000
    assert set(entities["part"]) == set(tagged.PARTS)
    for tags in entities["tags"]:
        for before, tag in zip(["O", *tags], tags, strict=False):
            assert tag[0] in "OB" or before[2:] == tag[2:], "an entity begins with B"


def test_most_entities_of_the_sample_are_new_and_some_are_not_written_with_a_capital(entities):
    heads = {part: [w for row in rows(entities, part) for w, t in row if t[0] == "B" and t != "B-person"]
             for part in tagged.PARTS}  # fmt: skip
    new = [word for word in heads["test"] if word not in set(heads["train"])]
    assert len(new) / len(heads["test"]) > 0.4
    assert 0.1 < sum(word.islower() for word in heads["test"]) / len(heads["test"]) < 0.3
    others = [w for row in rows(entities, "test") for w, t in row if t == "O" and w[0].isalpha()]
    assert 0.05 < sum(word[0].isupper() for word in others) / len(others) < 0.3


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_wnut17_has_its_published_size():
    found = data.load("wnut17", print)
    if found.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold this set")
    assert [len(found.of(part)[0]) for part in tagged.PARTS] == [3394, 1009, 1287]
    begins = [sum(tag[0] == "B" for row in found.of(p)[1] for tag in row) for p in tagged.PARTS]
    assert begins == [1975, 836, 1079] and len(found.tag_names) == 13
