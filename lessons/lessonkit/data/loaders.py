"""From verified files to typed data: one small loader a data set, one built-in sample to stand in
for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lessonkit.data import samples
from lessonkit.data.described import SAMPLE, Described, stands_in
from lessonkit.data.entities_sample import messages_with_entities
from lessonkit.data.names_sample import LANGUAGES, made_up_names
from lessonkit.data.pairs import SentencePairs, read_fra_eng
from lessonkit.data.pairs_sample import sentence_pairs
from lessonkit.data.plain_text import PlainText, read_text
from lessonkit.data.plain_text_sample import observatory_log
from lessonkit.data.sources import REGISTRY, NotFound, fetch, read_archive
from lessonkit.data.tagged import TaggedSentences, read_ewt, read_wnut17
from lessonkit.data.tagged_sample import tagged_sentences


@dataclass(frozen=True)
class LabelledTexts(Described):
    """Texts with one class each.

    `texts` holds strings, `labels` integers (len(texts),), `label_names` the meaning of label 0, 1,
    …; `part` says for each text whether the data set's makers put it into "train" or "test" (all
    "train" where they did not say).
    """

    texts: list[str] = field(repr=False)
    labels: np.ndarray = field(repr=False)
    label_names: tuple[str, ...]
    part: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.texts)

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        shares = ", ".join(
            f"{np.sum(self.labels == k):,} {name}" for k, name in enumerate(self.label_names)
        )
        return f"{self.title}: {len(self):,} texts ({shares}), from {self.source}"

    def take(self, rows: np.ndarray) -> LabelledTexts:
        """The texts at the given positions, in that order."""
        rows = np.asarray(rows, dtype=int)
        texts = [self.texts[row] for row in rows]
        return replace(self, texts=texts, labels=self.labels[rows], part=self.part[rows])

    def split(
        self, validation: float = 0.1, test: float = 0.1, seed: int = 0
    ) -> dict[str, LabelledTexts]:
        """Parts "train", "validation" and "test", shuffled; the makers' test part is kept where
        there is one.

        Equal texts always land in the same part, so nothing that is tested has been trained on.
        """
        rng = np.random.default_rng(seed)
        group = np.unique(np.array(self.texts, dtype=object), return_inverse=True)[1]
        draw = rng.random(group.max() + 1)[group]  # one draw for each distinct text
        official = np.isin(group, group[self.part == "test"])
        rows = rng.permutation(len(self))
        if official.any():
            held_out = self.part == "test"
            usable = ~official
        else:
            held_out, usable = draw < test, draw >= test
            draw = (draw - test) / (1 - test)
            validation = validation / (1 - test)
        masks = {
            "train": usable & (draw >= validation),
            "validation": usable & (draw < validation),
            "test": held_out,
        }
        return {name: self.take(rows[mask[rows]]) for name, mask in masks.items()}


Dataset = LabelledTexts | PlainText | SentencePairs | TaggedSentences
Files = dict[str, bytes]  # by file name
Fields = dict[str, Any]  # of a data set, by name


def _rt_polarity(files: Files) -> Fields:
    negative, positive = (
        files[f"rt-polarity.{end}"].decode("utf-8").splitlines() for end in ("neg", "pos")
    )
    texts = [line.strip() for line in negative + positive]
    labels = np.repeat([0, 1], [len(negative), len(positive)])
    return {"texts": texts, "labels": labels, "part": np.full(len(texts), "train")}


def _imdb(files: Files) -> Fields:
    """The labelled reviews, in the order of their names: both archives give the same splits."""
    texts, labels, part = [], [], []
    (archive,) = files.values()
    pattern = r"aclImdb/(train|test)/(pos|neg)/\d+_\d+\.txt"
    for name, content in sorted(read_archive(archive, pattern)):
        _, split, label, _ = name.split("/")
        texts.append(content.decode("utf-8").replace("<br />", " "))
        labels.append(int(label == "pos"))
        part.append(split)
    return {"texts": texts, "labels": np.array(labels), "part": np.array(part)}


def _sms_spam(files: Files) -> Fields:
    rows = [
        line.split("\t", 1)
        for line in files["SMSSpamCollection"].decode("utf-8").split("\n")
        if line
    ]
    labels = np.array([int(label == "spam") for label, _ in rows])
    return {
        "texts": [text for _, text in rows],
        "labels": labels,
        "part": np.full(len(rows), "train"),
    }


def _hdfs(files: Files) -> Fields:
    texts, labels, part = [], [], []
    for name, side in (("robust_log_train.csv", "train"), ("robust_log_valid.csv", "test")):
        for line in files[name].decode("ascii").splitlines()[1:]:
            events, label = line.rsplit(",", 1)
            texts.append(" ".join(f"E{event}" for event in events.split()))
            labels.append(int(label))
            part.append(side)
    return {"texts": texts, "labels": np.array(labels), "part": np.array(part)}


def _hdfs_sample() -> Fields:
    texts, labels, part = samples.log_sessions()
    return {"texts": texts, "labels": labels, "part": part}


def _names(files: Files) -> Fields:
    """Each name once for each language that has it: one list repeats a hundred names for ever."""
    found: dict[tuple[str, str], None] = {}
    lists = {name.removesuffix(".txt"): text for name, text in files.items() if ".txt" in name}
    for language, content in lists.items():
        for line in content.decode("utf-8").splitlines():
            if line.strip():
                found[line.strip(), language] = None
    languages = tuple(sorted(lists))
    return {
        "texts": [name for name, _ in found],
        "labels": np.array([languages.index(language) for _, language in found]),
        "label_names": languages,
        "part": np.full(len(found), "train"),
    }


def _names_sample() -> Fields:
    texts, labels = made_up_names()
    part = np.full(len(texts), "train")
    return {"texts": texts, "labels": labels, "label_names": LANGUAGES, "part": part}


def _sample(make: Callable[[], tuple[list[str], np.ndarray]]) -> Callable[[], Fields]:
    def build() -> Fields:
        texts, labels = make()
        return {"texts": texts, "labels": labels, "part": np.full(len(texts), "train")}

    return build


SENTIMENT = ("negative", "positive")
# name -> (type, fixed fields, loader of the real files, built-in sample)
_LOADERS: dict[
    str,
    tuple[Callable[..., Dataset], Fields, Callable[[Files], Fields], Callable[[], Fields]],
] = {
    "rt-polarity": (
        LabelledTexts,
        {"label_names": SENTIMENT},
        _rt_polarity,
        _sample(samples.sentiment_sentences),
    ),
    "imdb": (LabelledTexts, {"label_names": SENTIMENT}, _imdb, _sample(samples.sentiment_reviews)),
    "sms-spam": (
        LabelledTexts,
        {"label_names": ("ham", "spam")},
        _sms_spam,
        _sample(samples.short_messages),
    ),
    "hdfs-logrobust": (LabelledTexts, {"label_names": ("normal", "anomaly")}, _hdfs, _hdfs_sample),
    "ud-english-ewt": (TaggedSentences, {}, read_ewt, tagged_sentences),
    "wnut17": (TaggedSentences, {}, read_wnut17, messages_with_entities),
    "names": (LabelledTexts, {}, _names, _names_sample),
    "fra-eng": (SentencePairs, {}, read_fra_eng, sentence_pairs),
    "time-machine": (PlainText, {}, read_text, lambda: {"text": observatory_log()}),
    "tiny-shakespeare": (PlainText, {}, read_text, lambda: {"text": observatory_log(seed=12)}),
}


def names() -> list[str]:
    """The data sets that `load` knows."""
    return sorted(_LOADERS)


def load(name: str, say: Callable[[str], None] = print) -> Dataset:
    """A data set by name, from the first place that has it: `COURSE_DATA_DIR`, cache, upstream,
    built-in sample.

    `say` receives one line with the source, and more where something was refused or the sample
    stands in. Raises `ValueError` for an unknown name.
    """
    if name not in _LOADERS:
        raise ValueError(f"There is no data set '{name}'. Choose one of: {', '.join(names())}.")
    kind, fixed, read, sample = _LOADERS[name]
    about = REGISTRY[name]
    facts = {"name": name, "citation": about["citation"], "licence": about["licence"], **fixed}
    try:
        files, source = fetch(name, say)
        data = kind(title=about["title"], source=source, **facts, **read(files))
    except NotFound as reasons:
        own = {
            **facts,
            "citation": "written by this course",
            "licence": "BSD-3-Clause, like the course's code",
        }
        data = kind(title=f"Sample in place of {name}", source=SAMPLE, **own, **sample())
        paths = " and ".join(entry["path"] for entry in about["files"][:2])
        say(
            f"{stands_in(name)}: {reasons}. The built-in sample stands in. "
            f"For the real data set COURSE_DATA_DIR to a folder with {paths}"
            + (
                "."
                if about["files"][0]["url"] is None
                else ", or connect to the internet and run this cell again."
            )
        )
    say(f"{data.summary()}.")
    return data
