"""Sentences and their translations: the type, its split, and the reader of the Tatoeba pairs. It
fetches nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from lessonkit.data.described import PARTS, Described
from lessonkit.data.sources import read_archive


@dataclass(frozen=True)
class SentencePairs(Described):
    """Sentences in one language and, at the same places, their translations into another one.

    A sentence may occur several times with different translations.
    """

    sources: list[str] = field(repr=False)
    targets: list[str] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.sources) != len(self.targets):
            raise ValueError(
                f"{self.name}: {len(self.sources)} sentences and {len(self.targets)} translations."
            )
        for number, pair in enumerate(zip(self.sources, self.targets, strict=True)):
            if not all(pair):
                raise ValueError(f"{self.name}: one side of pair {number} is empty: {pair}.")

    def __len__(self) -> int:
        return len(self.sources)

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        sentences, translations = len(set(self.sources)), len(set(self.targets))
        return (
            f"{self.title}: {len(self):,} pairs ({sentences:,} distinct sentences, "
            f"{translations:,} distinct translations), from {self.source}"
        )

    def take(self, rows: np.ndarray) -> SentencePairs:
        """The pairs at the given positions, in that order."""
        rows = np.asarray(rows, dtype=int)
        return replace(
            self, sources=[self.sources[r] for r in rows], targets=[self.targets[r] for r in rows]
        )

    def references(self) -> tuple[list[str], list[list[str]]]:
        """The distinct sentences in the order of their first occurrence, and for each all its
        translations.
        """
        found: dict[str, list[str]] = {}
        for sentence, translation in zip(self.sources, self.targets, strict=True):
            known = found.setdefault(sentence, [])
            if translation not in known:
                known.append(translation)
        return list(found), list(found.values())

    def split(
        self, validation: float = 0.1, test: float = 0.1, seed: int = 0
    ) -> dict[str, SentencePairs]:
        """Parts "train", "validation" and "test", shuffled; no sentence of either language is in
        two of them.

        `validation` and `test` are shares of the distinct sentences, and all translations of a
        sentence go with it. A pair whose translation is also a translation in a later part
        (validation comes after train, test after both) is left out: the held-out parts stay as they
        were drawn, and the training part pays. Sentences that differ only in case, spaces or
        punctuation count as one.
        """
        if not 0 <= validation + test < 1 or min(validation, test) < 0:
            raise ValueError(
                f"Shares of {validation} (validation) and {test} (test) leave nothing to train on."
            )
        rng = np.random.default_rng(seed)
        group = np.unique(_keys(self.sources), return_inverse=True)[1]
        translation = np.unique(_keys(self.targets), return_inverse=True)[1]
        draw = rng.random(group.max() + 1)[group]  # one draw for each distinct sentence
        part = np.where(draw < test, 2, np.where(draw < test + validation, 1, 0))
        latest = np.zeros(translation.max() + 1, dtype=int)
        np.maximum.at(latest, translation, part)
        rows = rng.permutation(len(self))
        kept = rows[latest[translation[rows]] == part[rows]]
        return {name: self.take(kept[part[kept] == number]) for number, name in enumerate(PARTS)}


def _keys(sentences: Iterable[str]) -> np.ndarray:
    """What two sentences share that are the same to a reader: their letters and digits in lower
    case.
    """
    return np.array(
        [
            " ".join("".join(c if c.isalnum() else " " for c in s.lower()).split())
            for s in sentences
        ],
        dtype=object,
    )


def normalise(sentence: str) -> str:
    """Composed accents, plain spaces, straight apostrophes. French has several kinds of spaces
    before `?` and `!`.
    """
    return " ".join(unicodedata.normalize("NFC", sentence).replace("\u2019", "'").split())


def read_pairs(text: str) -> tuple[list[str], list[str]]:
    """Both columns of lines `sentence TAB translation`, normalised, each pair once.

    Further columns, as newer exports have them, are not read. Raises `ValueError` with the number
    of a line that is not of this form.
    """
    pairs: dict[tuple[str, str], None] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        columns = [normalise(column) for column in line.split("\t")[:2]]
        if len(columns) < 2 or not all(columns):
            raise ValueError(
                f"Line {number} is not a sentence, a tab and its translation: {line[:60]!r}."
            )
        pairs[columns[0], columns[1]] = None
    return [sentence for sentence, _ in pairs], [translation for _, translation in pairs]


def read_fra_eng(files: dict[str, bytes]) -> dict[str, list[str]]:
    """English and French sentences of the Tatoeba export, from its archive."""
    ((_, content),) = read_archive(files["fra-eng.zip"], r"fra-eng/fra\.txt", member_bytes=1 << 24)
    sources, targets = read_pairs(content.decode("utf-8"))
    return {"sources": sources, "targets": targets}
