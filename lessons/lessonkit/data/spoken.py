"""Recordings of spoken digits: the type, and the reader of an archive of WAV files. It fetches
nothing.
"""

from __future__ import annotations

import io
import re
import wave
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessonkit.data.described import Described
from lessonkit.data.sources import read_archive

RATE = 8000  # samples a second
OFFICIAL_TEST = 5  # the makers test on the first five recordings of each digit and speaker


@dataclass(frozen=True)
class SpokenDigits(Described):
    """Recordings of one digit each.

    `waves` holds arrays (samples,) of float32 between -1 and 1, with 8000 samples a second;
    `digits`, `speakers` and `takes` (recordings,) say what is said, by whom, and which of this
    speaker's recordings of this digit it is.
    """

    waves: list[np.ndarray] = field(repr=False)
    digits: np.ndarray = field(repr=False)
    speakers: np.ndarray = field(repr=False)
    takes: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        sizes = {len(self.waves), len(self.digits), len(self.speakers), len(self.takes)}
        if len(sizes) != 1:
            raise ValueError(
                f"{self.name}: waves, digits, speakers and takes must be equally many."
            )

    def __len__(self) -> int:
        return len(self.waves)

    @property
    def rate(self) -> int:
        """Samples a second."""
        return RATE

    @property
    def is_official_test(self) -> np.ndarray:
        """Whether the makers of the data test on a recording, (recordings,)."""
        return np.asarray(self.takes < OFFICIAL_TEST)

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        seconds = sum(map(len, self.waves)) / RATE
        return (
            f"{self.title}: {len(self):,} recordings of {len(Counter(self.digits.tolist()))} "
            f"digits by {len(set(self.speakers.tolist()))} speakers, {seconds / 60:.0f} minutes, "
            f"from {self.source}"
        )


def read_fsdd(files: dict[str, bytes]) -> dict[str, Any]:
    """The recordings, in the order of speaker, digit and number."""
    (archive,) = files.values()
    found = []
    for name, content in read_archive(archive, r"(.*/)?recordings/\d_[a-z]+_\d+\.wav"):
        said = re.fullmatch(r"(\d)_([a-z]+)_(\d+)\.wav", name.rpartition("/")[2])
        if said is None:
            raise ValueError(f"fsdd: {name} does not tell its digit, speaker and number.")
        found.append((said[2], int(said[1]), int(said[3]), read_wave(content)))
    found.sort(key=lambda one: one[:3])
    return {
        "waves": [one[3] for one in found],
        "digits": np.array([one[1] for one in found]),
        "speakers": np.array([one[0] for one in found]),
        "takes": np.array([one[2] for one in found]),
    }


def read_wave(content: bytes) -> np.ndarray:
    """The samples of a WAV file with one channel of 16 bits at 8000 samples a second, divided by
    32768. Raises `ValueError` for any other form.
    """
    with wave.open(io.BytesIO(content)) as opened:
        form = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
        if form != (1, 2, RATE):
            raise ValueError(
                f"A recording has {form[0]} channels of {form[1]} bytes at {form[2]} samples a "
                f"second, not one of 2 bytes at {RATE}."
            )
        samples = np.frombuffer(opened.readframes(opened.getnframes()), "<i2")
    return samples.astype("float32") / 32768
