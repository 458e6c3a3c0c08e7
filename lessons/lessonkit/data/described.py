"""What every data set says about itself, whatever it holds. It reads nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

SAMPLE = "the built-in sample"
PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Described:
    """Name, title, where it came from, whom to cite and on what terms it may be used."""

    name: str
    title: str
    source: str
    citation: str
    licence: str

    @property
    def is_sample(self) -> bool:
        """Whether this is the built-in sample and not the real data."""
        return self.source == SAMPLE


def stands_in(name: str) -> str:
    """How the line begins that says that a sample stands in for a data set."""
    return f"The real '{name}' could not be had"


def stood_in(printed: str) -> list[str]:
    """The data sets, in order, of which some printed text says that a sample stands in for them."""
    return list(dict.fromkeys(re.findall(stands_in(r"([\w-]+)"), printed)))
