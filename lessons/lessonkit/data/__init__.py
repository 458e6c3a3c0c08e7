"""Every data set by name, and the generators of synthetic tasks.

    data = lessonkit.data.load("rt-polarity")

looks in the folder named by `COURSE_DATA_DIR`, in your cache, at the upstream address, and last in
the built-in sample. One printed line says which of them it was. A further data set is one entry in
`registry.json`, one loader in `loaders.py` and one sample in `samples.py`.
"""

from lessonkit.data.behaviour import (
    BANK_EVENTS,
    BANK_KINDS,
    BANK_LENGTH,
    SHOP_END,
    bank_weeks,
    shop_next,
    shop_visits,
)
from lessonkit.data.generators import adding_problem, copy_task, embedded_reber, reber_successors
from lessonkit.data.loaders import LabelledTexts, load, names
from lessonkit.data.log_lines import LogLines
from lessonkit.data.pairs import SentencePairs
from lessonkit.data.parsed import ParsedSentences
from lessonkit.data.plain_text import PlainText
from lessonkit.data.series import TimeSeries
from lessonkit.data.sources import UnsafeArchive, WrongHash
from lessonkit.data.spoken import SpokenDigits
from lessonkit.data.tagged import TaggedSentences

__all__ = [
    "BANK_EVENTS",
    "BANK_KINDS",
    "BANK_LENGTH",
    "SHOP_END",
    "LabelledTexts",
    "LogLines",
    "ParsedSentences",
    "PlainText",
    "SentencePairs",
    "SpokenDigits",
    "TaggedSentences",
    "TimeSeries",
    "UnsafeArchive",
    "WrongHash",
    "adding_problem",
    "bank_weeks",
    "copy_task",
    "embedded_reber",
    "load",
    "names",
    "reber_successors",
    "shop_next",
    "shop_visits",
]
