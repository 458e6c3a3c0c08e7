"""Sentences with their trees: the type, and the reader of CoNLL-U files. It fetches nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lessonkit.data.described import PARTS, Described


@dataclass(frozen=True)
class ParsedSentences(Described):
    """Sentences, each a list of words with the tree that holds them together.

    Word `t` of a sentence hangs on word `heads[t]`, counted from 1, and 0 is the root;
    `relations[t]` says as what ("nsubj", "advmod", …). `kind` says for each sentence what sort of
    text it comes from ("email", "reviews", …), and `part` whether its makers put it into "train",
    "validation" or "test".
    """

    words: list[list[str]] = field(repr=False)
    heads: list[list[int]] = field(repr=False)
    relations: list[list[str]] = field(repr=False)
    kind: list[str] = field(repr=False)
    part: list[str] = field(repr=False)

    def __post_init__(self) -> None:
        columns = (self.words, self.heads, self.relations)
        if len({len(column) for column in (*columns, self.kind, self.part)}) != 1:
            raise ValueError(f"{self.name}: words, trees, kinds and parts must be equally many.")
        for number, (words, heads, relations) in enumerate(zip(*columns, strict=True)):
            if not words or not len(words) == len(heads) == len(relations):
                raise ValueError(
                    f"{self.name}: sentence {number} has {len(words)} words, {len(heads)} heads "
                    f"and {len(relations)} relations."
                )
            if not _is_tree(heads):
                raise ValueError(f"{self.name}: the heads of sentence {number} are no tree.")

    def __len__(self) -> int:
        return len(self.words)

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        sizes, kinds = Counter(self.part), Counter(self.kind)
        shares = ", ".join(f"{sizes[part]:,} {part}" for part in PARTS if sizes[part])
        named = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
        return (
            f"{self.title}: {len(self):,} sentences ({shares}) with their trees ({named}), "
            f"from {self.source}"
        )

    def rows(self, part: str) -> list[int]:
        """The positions of one part. Raises `ValueError` for a part that is not there."""
        if part not in self.part:
            raise ValueError(
                f"{self.name} has no part '{part}'. It has: {', '.join(sorted(set(self.part)))}."
            )
        return [row for row, own in enumerate(self.part) if own == part]


def _is_tree(heads: list[int]) -> bool:
    """Whether every word reaches the root."""
    safe = {0}
    for start in range(1, len(heads) + 1):
        way: list[int] = []
        while start not in safe and start not in way:
            if not 0 < start <= len(heads):
                return False
            way.append(start)
            start = heads[start - 1]
        if start not in safe:
            return False
        safe.update(way)
    return True


def read_trees(text: str) -> list[dict[str, Any]]:
    """The sentences of a CoNLL-U file: `words`, `heads`, `relations`, and the `kind` of document.

    The kind is the first word of the document's id ("email-enronsent27_01" is an email). Lines of
    words that are written as one ("2-3 don't") and of words that are only understood ("8.1") have
    no head and are left out. Raises `ValueError` with the number of a line that has too few
    columns, or a head that is no number.
    """
    found: list[dict[str, Any]] = []
    kind, fresh = "", True
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("# newdoc id"):
            kind = line.partition("=")[2].strip().split("-")[0]
        if not line.strip():
            fresh = True
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        if not columns[0].isdigit():
            continue
        if len(columns) < 8 or not columns[6].isdigit():
            raise ValueError(
                f"Line {number} has no head: CoNLL-U has it in the seventh of 10 columns, "
                "separated by tabs."
            )
        if fresh:
            found.append({"words": [], "heads": [], "relations": [], "kind": kind})
            fresh = False
        for name, column in (("words", 1), ("relations", 7)):
            found[-1][name].append(columns[column])
        found[-1]["heads"].append(int(columns[6]))
    return found


def read_ewt_trees(files: dict[str, bytes]) -> dict[str, list[Any]]:
    """The three parts of the English Web Treebank with their trees, from its files by name."""
    names = ("words", "heads", "relations", "kind")
    found: dict[str, list[Any]] = {name: [] for name in (*names, "part")}
    for part, short in zip(PARTS, ("train", "dev", "test"), strict=True):
        for sentence in read_trees(files[f"en_ewt-ud-{short}.conllu"].decode("utf-8")):
            for name in names:
                found[name].append(sentence[name])
            found["part"].append(part)
    return found
