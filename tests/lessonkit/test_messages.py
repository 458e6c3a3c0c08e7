"""Sentences with trees, and the help desk: what is read, what is refused, what the generators promise."""

from __future__ import annotations

import os
from collections import Counter

import numpy as np
import pytest
from lessonkit import data
from lessonkit.data import help_desk as help_desk_module
from lessonkit.data import parsed
from lessonkit.data.help_desk import (
    INTENTS,
    OUTSIDE_SHARE,
    SAFE,
    SAFE_SHARE,
    help_desk,
    things,
)
from lessonkit.data.parsed_sample import parsed_sentences

CONLLU = """# newdoc id = email-enronsent27_01
# sent_id = 1
1\tThey\tthey\tPRON\tPRP\t_\t4\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\tVBP\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
3.1\tgo\tgo\tVERB\tVB\t_\t_\t_\t_\t_
4\tknow\tknow\tVERB\tVB\t_\t0\troot\t_\t_

# newdoc id = reviews-7-p1
1\tOh\toh\tINTJ\tUH\t_\t0\troot\t_\t_
"""


def test_words_heads_relations_and_kinds_are_read():
    first, second = parsed.read_trees(CONLLU)
    assert first == {
        "words": ["They", "do", "n't", "know"],
        "heads": [4, 4, 4, 0],
        "relations": ["nsubj", "aux", "advmod", "root"],
        "kind": "email",
    }
    assert second["kind"] == "reviews" and second["heads"] == [0]
    assert parsed.read_trees(CONLLU.rstrip().replace("\n", "\r\n")) == [first, second]


@pytest.mark.parametrize("line", ["1\tOh\toh", "1\tOh\toh\tINTJ\tUH\t_\t_\troot"])
def test_a_line_without_a_head_is_named(line):
    with pytest.raises(ValueError, match="Line 2 has no head"):
        parsed.read_trees(f"# a\n{line}\n")


def test_the_parts_of_the_treebank_come_from_their_files():
    one = "# newdoc id = weblog-1\n1\t{}\t_\tX\t_\t_\t0\troot\t_\t_\n"
    files = {
        f"en_ewt-ud-{part}.conllu": one.format(part).encode() for part in ("train", "dev", "test")
    }
    found = parsed.read_ewt_trees(files)
    assert found["words"] == [["train"], ["dev"], ["test"]]
    assert found["part"] == ["train", "validation", "test"] and found["kind"] == ["weblog"] * 3


def sentences(words, heads, relations, part):
    kind = ["email"] * len(words)
    return data.ParsedSentences("toy", "Toy", "here", "", "", words, heads, relations, kind, part)


def test_the_rows_of_a_part_are_found_and_an_unknown_part_is_answered_with_the_known():
    found = sentences([["a", "b"], ["c"]], [[2, 0], [0]], [["x", "root"], ["root"]], ["train", "test"])  # fmt: skip
    assert found.rows("test") == [1] and len(found) == 2
    assert "2 sentences (1 train, 1 test)" in found.summary() and "2 email" in found.summary()
    with pytest.raises(ValueError, match="It has: test, train"):
        found.rows("validation")


@pytest.mark.parametrize(
    ("words", "heads", "relations", "part"),
    [
        ([["a"]], [[0]], [["root"]], []),
        ([["a", "b"]], [[0]], [["root", "x"]], ["train"]),
        ([[]], [[]], [[]], ["train"]),
        ([["a", "b"]], [[2, 1]], [["x", "x"]], ["train"]),
        ([["a", "b"]], [[0, 3]], [["root", "x"]], ["train"]),
        ([["a", "b"]], [[0, -1]], [["root", "x"]], ["train"]),
    ],
    ids=["no part", "a head is missing", "empty", "a circle", "beyond the end", "negative"],
)
def test_what_is_no_tree_is_refused(words, heads, relations, part):
    with pytest.raises(ValueError, match="toy"):
        sentences(words, heads, relations, part)


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_trees_have_their_published_size():
    found = data.load("ud-english-ewt-trees", print)
    if found.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold this set")
    assert [len(found.rows(part)) for part in ("train", "validation", "test")] == [
        12544,
        2001,
        2077,
    ]
    assert Counter(found.kind)["email"] == 3770 + 523 + 606


# -- the sample


@pytest.fixture(scope="module")
def sample():
    return parsed_sentences()


def test_the_sample_is_deterministic_distinct_and_made_of_trees(sample):
    assert parsed_sentences() == sample
    assert parsed_sentences(samples=50, seed=1)["words"] != sample["words"][:50]
    assert len({tuple(words) for words in sample["words"]}) == len(sample["words"]) == 6000
    data.ParsedSentences("sample", "Sample", "here", "", "", **sample)  # refuses what is no tree


def test_whether_a_sentence_of_the_sample_asks_is_a_matter_of_order(sample):
    """The same words, asked and told, are both there; and one sentence in seven asks."""
    bags: dict[tuple, set] = {}
    for words in sample["words"]:
        bags.setdefault(tuple(sorted(words[:-1])), set()).add(words[-1])
    assert sum(len(found) == 2 for found in bags.values()) > 10
    assert 0.1 < np.mean([words[-1] == "?" for words in sample["words"]]) < 0.2


def test_the_sample_has_negations_that_hang_on_what_stays_and_long_sentences(sample):
    columns = zip(*(sample[name] for name in ("words", "heads", "relations")), strict=True)
    on_root = sum(
        word in ("not", "never") and head and relations[head - 1] == "root"
        for words, heads, relations in columns
        for word, head in zip(words, heads, strict=True)
    )
    assert on_root > 500
    assert sum(10 <= len(words) <= 24 for words in sample["words"]) > 2000


# -- the help desk


@pytest.fixture(scope="module")
def desk():
    return help_desk(2000, 500, 500)


def test_the_help_desk_is_deterministic_and_no_message_occurs_twice(desk):
    assert help_desk(2000, 500, 500) == desk
    assert help_desk(2000, 500, 500, seed=1) != desk
    every = [ticket.message for tickets in desk.values() for ticket in tickets]
    assert len(set(every)) == len(every) == 3000


def test_its_shares_are_those_that_it_names(desk):
    assert abs(np.mean([t.reply == SAFE for t in desk["train"]]) - SAFE_SHARE) < 0.03
    assert all(ticket.intent in INTENTS for ticket in desk["train"])
    for part in ("validation", "test"):
        assert abs(np.mean([not t.intent for t in desk[part]]) - OUTSIDE_SHARE) < 0.05
        assert all(not t.right and not t.thing for t in desk[part] if not t.intent)


def test_new_things_are_in_the_test_part_alone_and_stand_in_message_and_right_replies(desk):
    known, new = things()
    assert not set(known) & set(new) and len(known) == len(new)
    for part, tickets in desk.items():
        named = {ticket.thing for ticket in tickets} - {""}
        assert named <= set(known) | (set(new) if part == "test" else set())
        for ticket in tickets:
            if ticket.thing:
                assert ticket.thing in ticket.message.split()
                assert all(ticket.thing in reply.split() for reply in ticket.right)
    requests = [t for t in desk["test"] if t.thing]
    assert 0.4 < np.mean([t.thing in new for t in requests]) < 0.6


def test_every_request_has_four_right_replies_and_the_safe_one_is_none_of_them(desk):
    for tickets in desk.values():
        for ticket in tickets:
            if ticket.intent:
                assert len(set(ticket.right)) == 4 and SAFE not in ticket.right
                assert ticket.reply in (*ticket.right, SAFE)
            assert not {"X", "{", "|"} & set(" ".join((ticket.message, *ticket.right)))


def test_foreign_questions_of_validation_and_test_are_about_other_matters(desk):
    """No word that decides what it is about occurs in both; the words around may."""
    cores = {
        part: {word for t in desk[part] if not t.intent for word in t.message.split()}
        for part in ("validation", "test")
    }
    assert {"moon", "weather", "mars"} & cores["validation"]
    assert not {"moon", "weather", "mars", "joke", "taxi"} & cores["test"]


def test_more_messages_than_there_are_cannot_be_had(monkeypatch):
    monkeypatch.setattr(help_desk_module, "INTENTS", ("hours",))
    with pytest.raises(
        ValueError, match="There are not 5000 different messages for the train part"
    ):
        help_desk(5000, 10, 10)
