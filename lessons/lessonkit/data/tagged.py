"""Sentences with one tag for each word: the type, and the readers of CoNLL-U files and of files
with one word and one tag a line. It fetches nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lessonkit.data.described import PARTS, Described


@dataclass(frozen=True)
class TaggedSentences(Described):
    """Sentences, each a list of words and a list of tags of the same length.

    `part` says for each sentence whether its makers put it into "train", "validation" or "test";
    `tag_names` holds every tag that occurs, in alphabetical order.
    """

    words: list[list[str]] = field(repr=False)
    tags: list[list[str]] = field(repr=False)
    part: list[str] = field(repr=False)
    tag_names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not len(self.words) == len(self.tags) == len(self.part):
            raise ValueError(f"{self.name}: sentences, tags and parts must be equally many.")
        for number, (words, tags) in enumerate(zip(self.words, self.tags, strict=True)):
            if not words or len(words) != len(tags):
                raise ValueError(
                    f"{self.name}: sentence {number} has {len(words)} words and {len(tags)} tags."
                )
        object.__setattr__(
            self, "tag_names", tuple(sorted({tag for tags in self.tags for tag in tags}))
        )

    def __len__(self) -> int:
        return len(self.words)

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        sizes = Counter(self.part)
        shares = ", ".join(f"{sizes[part]:,} {part}" for part in PARTS if sizes[part])
        tokens = sum(map(len, self.words))
        return (
            f"{self.title}: {len(self):,} sentences ({shares}), {tokens:,} words, "
            f"{len(self.tag_names)} tags, from {self.source}"
        )

    def of(self, part: str) -> tuple[list[list[str]], list[list[str]]]:
        """The words and the tags of one part. Raises `ValueError` for a part that is not there."""
        if part not in self.part:
            raise ValueError(
                f"{self.name} has no part '{part}'. It has: {', '.join(sorted(set(self.part)))}."
            )
        rows = [row for row, own in enumerate(self.part) if own == part]
        return [self.words[row] for row in rows], [self.tags[row] for row in rows]


def read_conllu(text: str) -> tuple[list[list[str]], list[list[str]]]:
    """Words and universal part-of-speech tags of a CoNLL-U file, sentence by sentence.

    Lines of words that are written as one ("2-3 don't") and of words that are only understood
    ("8.1") carry no tag of their own and are left out. Raises `ValueError` with the number of a
    line that has too few columns.
    """
    sentences: list[list[str]] = []
    tags: list[list[str]] = []
    fresh = True
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            fresh = True
        elif not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) < 4:
                raise ValueError(
                    f"Line {number} has {len(columns)} columns; CoNLL-U has 10, separated by tabs."
                )
            if not columns[0].isdigit():
                continue
            if fresh:
                sentences.append([])
                tags.append([])
                fresh = False
            sentences[-1].append(columns[1])
            tags[-1].append(columns[3])
    return sentences, tags


def read_ewt(files: dict[str, bytes]) -> dict[str, list[Any]]:
    """The three parts of the English Web Treebank, from its files by name."""
    found: dict[str, list[Any]] = {"words": [], "tags": [], "part": []}
    for part, short in zip(PARTS, ("train", "dev", "test"), strict=True):
        words, tags = read_conllu(files[f"en_ewt-ud-{short}.conllu"].decode("utf-8"))
        found["words"] += words
        found["tags"] += tags
        found["part"] += [part] * len(words)
    return found


def read_columns(text: str) -> tuple[list[list[str]], list[list[str]]]:
    """Words and tags of a file with one word, a tab and its tag a line, blank between sentences.

    Raises `ValueError` with the number of a line that has not got these two columns.
    """
    sentences: list[list[str]] = [[]]
    tags: list[list[str]] = [[]]
    # Only a line feed ends a line: words from the web hold characters at which `splitlines` cuts.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            if sentences[-1]:
                sentences.append([])
                tags.append([])
            continue
        columns = line.rstrip("\r").split("\t")
        if len(columns) != 2 or not all(column.strip() for column in columns):
            raise ValueError(f"Line {number} is not a word, a tab and a tag.")
        sentences[-1].append(columns[0])
        tags[-1].append(columns[1])
    return [one for one in sentences if one], [one for one in tags if one]


def read_wnut17(files: dict[str, bytes]) -> dict[str, list[Any]]:
    """The three parts of WNUT 2017, from its files by name. Tags are O, or B- or I- and a kind."""
    found: dict[str, list[Any]] = {"words": [], "tags": [], "part": []}
    names = ("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated")
    for part, name in zip(PARTS, names, strict=True):
        words, tags = read_columns(files[name].decode("utf-8"))
        found["words"] += words
        found["tags"] += tags
        found["part"] += [part] * len(words)
    return found
