"""Every data set by name, and the generators of synthetic tasks.

    data = lessonkit.data.load("rt-polarity")

looks in the folder named by `COURSE_DATA_DIR`, in your cache, at the upstream address, and last in
the built-in sample. One printed line says which of them it was. A further data set is one entry in
`registry.json`, one loader in `loaders.py` and one sample in `samples.py`.
"""

from lessonkit.data.generators import adding_problem, copy_task, embedded_reber, reber_successors
from lessonkit.data.loaders import LabelledTexts, load, names
from lessonkit.data.pairs import SentencePairs
from lessonkit.data.parsed import ParsedSentences
from lessonkit.data.plain_text import PlainText
from lessonkit.data.sources import UnsafeArchive, WrongHash
from lessonkit.data.tagged import TaggedSentences

__all__ = [
    "LabelledTexts",
    "ParsedSentences",
    "PlainText",
    "SentencePairs",
    "TaggedSentences",
    "UnsafeArchive",
    "WrongHash",
    "adding_problem",
    "copy_task",
    "embedded_reber",
    "load",
    "names",
    "reber_successors",
]
