"""Bookkeeping of translation: words and their ids, padded arrays, and the score. No model and no
decoding is in here.

words = [translation.tokenise(sentence) for sentence in sentences]
vocabulary = translation.Vocabulary.of(words, least=2)
ids = vocabulary.encode(words, start=True)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

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
