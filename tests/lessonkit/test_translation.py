"""Bookkeeping of translation: tokens, ids, padded arrays, the score; and the copy task, which has the same ids."""

from __future__ import annotations

import numpy as np
import pytest
from lessonkit import data, translation
from lessonkit.translation import END, PAD, START, UNKNOWN, Vocabulary


def test_tokens_are_words_and_signs_and_join_undoes_it():
    sentence = "L'arbre n'est-il pas là, aujourd'hui ? Oui."
    tokens = translation.tokenise(sentence)
    assert tokens == [
        "l'",
        "arbre",
        "n'",
        "est-il",
        "pas",
        "là",
        ",",
        "aujourd'",
        "hui",
        "?",
        "oui",
        ".",
    ]
    assert translation.join(tokens) == sentence.lower()
    assert translation.tokenise("  ") == [] and translation.join([]) == ""


def test_frequent_tokens_come_first_and_ties_in_alphabetical_order():
    sentences = [["b", "a", "c"], ["c", "b"], ["c", "d", "[END]"]]
    assert Vocabulary.of(sentences).tokens == (*translation.SPECIAL, "c", "b", "a", "d")
    assert Vocabulary.of(sentences, least=2).tokens[4:] == ("c", "b")
    assert (
        Vocabulary.of(sentences, size=5).tokens[4:] == ("c",)
        and len(Vocabulary.of(sentences, size=5)) == 5
    )
    assert "d" not in Vocabulary.of(sentences, least=2)


def test_a_token_with_two_ids_is_refused():
    with pytest.raises(ValueError, match="twice: a"):
        Vocabulary(["a", "b", "a"])
    with pytest.raises(ValueError, match="PAD"):
        Vocabulary(["[PAD]"])


def test_sentences_become_padded_ids_and_come_back():
    words = Vocabulary(["go", "now"])
    ids = words.encode([["go"], ["go", "now", "far"], []], start=True, end=True)
    assert ids.dtype == np.int32
    assert ids.tolist() == [
        [START, 4, END, PAD, PAD],
        [START, 4, 5, UNKNOWN, END],
        [START, END, PAD, PAD, PAD],
    ]
    assert words.decode(ids) == [["go"], ["go", "now", "[UNK]"], []]
    assert words.encode([["go"]], length=3).tolist() == [[4, 0, 0]]
    assert words.encode([]).shape == (0, 0)


def test_what_comes_after_the_end_is_not_decoded():
    words = Vocabulary(["go", "now"])
    assert words.decode(np.array([[4, END, 5, 5], [4, 5, 4, 4]])) == [
        ["go"],
        ["go", "now", "go", "go"],
    ]
    assert words.decode([[4, END], [5], []]) == [["go"], ["now"], []], "rows of different length"


def test_a_sentence_that_does_not_fit_is_refused_and_not_cut():
    with pytest.raises(ValueError, match="has 4 ids and there is room for 3"):
        Vocabulary(["go"]).encode([["go", "go"]], length=3, start=True, end=True)


def test_bleu_of_the_reference_is_100_and_of_other_words_is_0():
    right = ["le chat noir est ici .", "je ne le vois pas ."]
    assert translation.bleu([text.upper() for text in right], right) == pytest.approx(100)
    assert translation.bleu(["oh", "ah"], right) == pytest.approx(0)
    assert 0 < translation.bleu(["le chat noir est là .", right[1]], right) < 100


def test_any_of_several_references_is_right_and_they_need_not_be_equally_many():
    references = [
        ["tu vas bien maintenant .", "vous allez bien maintenant ."],
        ["il va bien aussi ."],
    ]
    for k in (0, 1):
        assert translation.bleu([references[0][k], references[1][0]], references) == pytest.approx(
            100
        )


@pytest.mark.parametrize(("hypotheses", "references"), [([], []), (["a"], []), (["a"], [[]])])
def test_bleu_refuses_what_cannot_be_scored(hypotheses, references):
    with pytest.raises(ValueError, match="hypothes"):
        translation.bleu(hypotheses, references)


# -- the copy task


def test_the_copy_task_says_the_symbols_again_between_start_and_end():
    source, target = data.copy_task(200, (3, 5, 8), seed=1, symbols=6)
    assert (
        source.shape == (200, 8)
        and target.shape == (200, 10)
        and source.dtype == target.dtype == np.int32
    )
    lengths = (source != PAD).sum(axis=1)
    assert set(lengths) == {3, 5, 8} and set(np.unique(source)) == {PAD, *range(4, 10)}
    for row, wanted, length in zip(source, target, lengths, strict=True):
        assert wanted.tolist() == [START, *row[:length], END, *[PAD] * (8 - length)]


def test_one_length_can_be_padded_to_the_width_of_others_and_seeds_differ():
    source, target = data.copy_task(5, (2,), seed=3, width=6)
    assert (
        source.shape == (5, 6) and target.shape == (5, 8) and np.all((source > 0).sum(axis=1) == 2)
    )
    assert np.array_equal(source, data.copy_task(5, (2,), seed=3, width=6)[0])
    assert not np.array_equal(source, data.copy_task(5, (2,), seed=4, width=6)[0])


@pytest.mark.parametrize(
    ("lengths", "options"), [((0,), {}), ((9,), {"width": 8}), ((3,), {"symbols": 1})]
)
def test_impossible_copy_tasks_are_refused(lengths, options):
    with pytest.raises(ValueError):
        data.copy_task(4, lengths, seed=0, **options)


REFERENCES = [
    ["le chat dort .", "un chat dort ."],
    ["je ne la vois pas ."],
    ["tu pars demain matin ."],
]


def test_a_paired_difference_of_bleu_averages_the_seeds_and_equal_outputs_differ_by_nothing():
    right = [references[0] for references in REFERENCES]
    swapped = ["un chat dort .", *right[1:]]
    found = translation.paired_bleu([right, swapped], [right], REFERENCES)
    assert (found.difference, found.low, found.high, found.items) == (0, 0, 0, 3)
    worse = [*right[:2], "tu pars demain matin ici ."]
    half = translation.paired_bleu([right], [right, worse], REFERENCES)
    wanted = (100 - translation.bleu(worse, REFERENCES)) / 2
    assert half.difference == pytest.approx(wanted, abs=1e-9)


def test_a_paired_difference_is_exact_and_turns_round_with_its_sides():
    rng = np.random.default_rng(0)
    words = np.array(list("abcde"))
    references = [[" ".join(rng.choice(words, 7))] for _ in range(60)]
    near, far = (
        [
            " ".join(word if rng.random() > share else "x" for word in right.split())
            for (right,) in references
        ]
        for share in (0.05, 0.3)
    )
    found = translation.paired_bleu([near], [far], references)
    wanted = translation.bleu(near, references) - translation.bleu(far, references)
    assert found.difference == pytest.approx(wanted, abs=1e-9)
    assert 0 < found.low < found.difference < found.high
    other = translation.paired_bleu([far], [near], references)
    assert (other.low, other.high) == pytest.approx((-found.high, -found.low))


def test_the_shares_that_bleu_multiplies_are_those_of_the_library():
    from sacrebleu.metrics import BLEU

    said = ["le chat chat dort .", "je ne la vois pas .", "tu pars demain ici ."]
    found = translation.precisions(said, REFERENCES)
    streams = [[r[0] for r in REFERENCES], [r[1] if len(r) > 1 else None for r in REFERENCES]]
    wanted = BLEU(tokenize="13a", lowercase=True).corpus_score(said, streams).precisions
    assert found == pytest.approx(wanted)
    assert found[0] == pytest.approx(100 * 14 / 16)
    with pytest.raises(ValueError):
        translation.precisions(said[:2], REFERENCES)


def test_a_paired_difference_needs_a_hypothesis_for_each_sentence():
    with pytest.raises(ValueError, match="one for each"):
        translation.paired_bleu([["le chat dort ."]], [["le chat dort ."] * 3], REFERENCES)


def test_suitable_pairs_have_known_words_and_fitting_lengths():
    pairs = data.load("fra-eng", say=lambda text: None).take(np.arange(4))
    pairs = pairs.__class__(
        **{
            **vars(pairs),
            "sources": ["A cat .", "A cat sleeps here .", "A dog sleeps .", "A cat sleeps ."],
            "targets": ["un chat .", "un chat dort ici .", "un chien dort .", "un chat dort ."],
        }
    )
    source, target = (
        Vocabulary(["a", "cat", "sleeps", "here", "."]),
        Vocabulary("un chat dort ici .".split()),
    )
    kept = translation.suitable(pairs, source, target, range(4, 6), room=5)
    assert kept.sources == ["A cat sleeps ."] and kept.targets == ["un chat dort ."]
    assert len(translation.suitable(pairs, source, target, range(4, 6), room=6)) == 2
