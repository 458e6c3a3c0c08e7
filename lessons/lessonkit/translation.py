"""Bookkeeping of translation: words and their ids, padded arrays, which pairs are used, and the
score. No model and no decoding is in here.

words = [translation.tokenise(sentence) for sentence in sentences]
vocabulary = translation.Vocabulary.of(words, least=2)
ids = vocabulary.encode(words, start=True)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from lessonkit.claims import Paired
from lessonkit.data.pairs import SentencePairs

PAD, START, END, UNKNOWN = range(4)  # their ids in every vocabulary
SPECIAL = ("[PAD]", "[START]", "[END]", "[UNK]")

# A word with its hyphens and the apostrophe behind it ("l'arbre" is l' and arbre), or one sign.
_TOKEN = re.compile(r"\w+(?:-\w+)*'?|[^\w\s]")


def tokenise(sentence: str) -> list[str]:
    """The words and signs of a sentence, in lower case; a word that ends in an apostrophe keeps
    it.
    """
    return _TOKEN.findall(sentence.lower())


def join(tokens: Iterable[str]) -> str:
    """Tokens as a sentence: a space between them, but none after an apostrophe nor before a full
    stop or comma.
    """
    return re.sub(r"' | (?=[.,])", lambda found: found.group().strip(), " ".join(tokens))


class Vocabulary:
    """Tokens and their ids: 0 `[PAD]`, 1 `[START]`, 2 `[END]`, 3 `[UNK]`, then the tokens, the most
    frequent first.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = (*SPECIAL, *tokens)
        self._ids = {token: number for number, token in enumerate(self.tokens)}
        if len(self._ids) != len(self.tokens):
            twice = sorted(token for token, count in Counter(self.tokens).items() if count > 1)
            raise ValueError(
                f"Every token has one id, and these occur twice: {', '.join(twice[:5])}."
            )

    @classmethod
    def of(
        cls, sentences: Iterable[Sequence[str]], size: int | None = None, least: int = 1
    ) -> Vocabulary:
        """The vocabulary of tokenised sentences: tokens that occur `least` times, at most `size`
        ids in all.

        Equally frequent tokens stand in alphabetical order. Build it on the training part alone.
        """
        counts = Counter(
            token for sentence in sentences for token in sentence if token not in SPECIAL
        )
        ranked = sorted((t for t in counts if counts[t] >= least), key=lambda t: (-counts[t], t))
        return cls(ranked if size is None else ranked[: max(0, size - len(SPECIAL))])

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def encode(
        self,
        sentences: Sequence[Sequence[str]],
        length: int | None = None,
        start: bool = False,
        end: bool = False,
    ) -> np.ndarray:
        """Ids of tokenised sentences, padded at the end: int32 (sentences, length).

        `start` puts `[START]` before each sentence and `end` puts `[END]` behind it; `length` is
        that of the longest, these two included, unless given. Raises `ValueError` when a sentence
        is longer: cut text is wrong text.
        """
        rows = [
            [START] * start + [self._ids.get(token, UNKNOWN) for token in sentence] + [END] * end
            for sentence in sentences
        ]
        longest = max(map(len, rows), default=0)
        length = longest if length is None else length
        if longest > length:
            raise ValueError(
                f"A sentence has {longest} ids and there is room for {length}: "
                "leave it out or make room."
            )
        ids = np.full((len(rows), length), PAD, dtype="int32")
        for row, found in enumerate(rows):
            ids[row, : len(found)] = found
        return ids

    def decode(self, ids: Iterable[Iterable[int]]) -> list[list[str]]:
        """Tokens of each row of ids, up to `[END]`; `[START]` and padding are left out. Rows may
        differ in length.
        """
        sentences = []
        for row in map(list, ids):
            row = row[: row.index(END)] if END in row else row
            sentences.append([self.tokens[number] for number in row if number not in (PAD, START)])
        return sentences


def suitable(
    part: SentencePairs, source: Vocabulary, target: Vocabulary, lengths: Sequence[int], room: int
) -> SentencePairs:
    """The pairs of a part whose words all have ids: sources of the given `lengths` in tokens,
    targets of fewer than `room` tokens, so that `[END]` fits as well.

    Of a held-out part this reads the references, too, and makes the task easier than open text, for
    every method in the same way. Say so where the scores stand.
    """
    rows = []
    for row, (sentence, translated) in enumerate(zip(part.sources, part.targets, strict=True)):
        read, said = tokenise(sentence), tokenise(translated)
        fits = len(read) in lengths and len(said) < room
        if fits and all(word in source for word in read) and all(word in target for word in said):
            rows.append(row)
    return part.take(np.array(rows, dtype=int))


def bleu(hypotheses: Sequence[str], references: Sequence[str] | Sequence[Sequence[str]]) -> float:
    """Corpus BLEU between 0 and 100, by sacrebleu with its tokeniser 13a, upper and lower case
    taken as equal.

    `references` holds for each hypothesis one sentence or a list of right translations.
    Raises `ValueError` when they are not as many as the hypotheses, or when there are none.
    Source: Papineni and others (2002), https://doi.org/10.3115/1073083.1073135; Post (2018),
    https://doi.org/10.18653/v1/W18-6319.
    """
    from sacrebleu.metrics import BLEU

    if not hypotheses or len(hypotheses) != len(references):
        raise ValueError(
            f"{len(hypotheses)} hypotheses and {len(references)} references: "
            "give one for each, and some."
        )
    right = [[found] if isinstance(found, str) else list(found) for found in references]
    most = max(map(len, right))
    if not min(map(len, right)):
        raise ValueError(
            "A hypothesis has no reference at all: every sentence needs one right translation."
        )
    streams = [[found[k] if k < len(found) else None for found in right] for k in range(most)]
    score = BLEU(tokenize="13a", lowercase=True).corpus_score(
        list(hypotheses),
        streams,  # type: ignore[arg-type]  # sacrebleu takes None where a reference is missing
    )
    return float(score.score)


def precisions(
    hypotheses: Sequence[str], references: Sequence[str] | Sequence[Sequence[str]]
) -> np.ndarray:
    """The four shares that BLEU multiplies, (4,): of 100 pieces of 1, 2, 3 and 4 tokens of all
    hypotheses, how many stand in a reference, each at most as often as it does there.

    Raises `ValueError` when there are not as many references as hypotheses.
    """
    sums = _counts(hypotheses, references).sum(axis=0)
    return np.asarray(100 * sums[:4] / np.maximum(sums[4:8], 1))


def paired_bleu(
    mine: Sequence[Sequence[str]],
    other: Sequence[Sequence[str]],
    references: Sequence[str] | Sequence[Sequence[str]],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> Paired:
    """By how much BLEU one translator is ahead of another on the same sentences: a paired
    bootstrap.

    `mine` and `other` hold one list of hypotheses for each seed. The sentences are drawn anew, the
    same for both, and the BLEU of each seed is that of the whole draw; then the seeds are averaged,
    so that the 95 % interval is about other sentences and not about other seeds. Raises
    `ValueError` when the lists are not as long as `references`.
    Source: Koehn (2004), *Statistical significance tests for machine translation evaluation*,
    https://aclanthology.org/W04-3250.
    """
    if odd := [said for said in (*mine, *other) if len(said) != len(references)]:
        raise ValueError(
            f"{len(odd[0])} hypotheses and {len(references)} references: give one for each."
        )
    items = len(references)
    drawn = np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), resamples)
    draws = np.concatenate([np.ones((1, items), dtype=int), drawn])  # the sentences as they are
    means = [
        np.mean([_bleu_of(draws @ _counts(said, references)) for said in seeds], axis=0)
        for seeds in (mine, other)
    ]
    difference = means[0] - means[1]
    low, high = np.percentile(difference[1:], [2.5, 97.5])
    return Paired(float(difference[0]), float(low), float(high), items)


def _counts(hypotheses: Sequence[str], references: Sequence[str] | Sequence[Sequence[str]]) -> Any:
    """What BLEU adds up, for each sentence: shared and all n-grams for n = 1 to 4, tokens said and
    tokens of the nearest reference. (sentences, 10).
    """
    from sacrebleu.metrics import BLEU

    score = BLEU(tokenize="13a", lowercase=True, effective_order=True).sentence_score
    rows = []
    for said, right in zip(hypotheses, references, strict=True):
        found = score(said, [right] if isinstance(right, str) else list(right))
        rows.append([*found.counts, *found.totals, found.sys_len, found.ref_len])
    return np.array(rows, dtype=float)


def _bleu_of(sums: Any) -> Any:
    """BLEU of summed counts: (draws, 10) -> (draws,). A count of 0 is a score of 0."""
    shared, total, said, nearest = sums[:, :4], sums[:, 4:8], sums[:, 8], sums[:, 9]
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.exp(np.log(shared / total).mean(axis=1))
        brevity = np.minimum(1.0, np.exp(1 - nearest / said))
    return np.nan_to_num(100 * brevity * precision)
