"""Ten digits said by a formula, for when the recordings cannot be had. Deterministic.

A voice is a buzz that goes through a pipe: harmonics of a pitch, louder near the formants, the
resonances of the mouth. Each sound of speech has formants of its own (the vowels' after Peterson
and Barney, 1952), some have noise in place of the buzz, or beside it. Six speakers differ in pitch,
in the length of the pipe, in tempo, loudness and accent; no two of their recordings are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lessonkit.data.grammar import words

RATE = 8000
STEP = 40  # samples between two settings of the mouth, 5 ms
ACCENT, SLIP = 0.25, 0.06  # by how much a speaker's formants differ, and one recording's

# sound -> first, second and third formant in Hz, buzz, flat noise, high noise
_SOUNDS: dict[str, tuple[float, float, float, float, float, float]] = {
    "i": (270, 2290, 3010, 1.0, 0, 0), "I": (390, 1990, 2550, 1.0, 0, 0),
    "e": (450, 2100, 2650, 1.0, 0, 0), "E": (530, 1840, 2480, 1.0, 0, 0),
    "A": (730, 1090, 2440, 1.0, 0, 0), "V": (640, 1190, 2390, 1.0, 0, 0),
    "O": (570, 840, 2410, 1.0, 0, 0), "o": (450, 900, 2350, 1.0, 0, 0),
    "u": (300, 870, 2240, 0.9, 0, 0), "w": (290, 610, 2150, 0.6, 0, 0),
    "r": (310, 1060, 1380, 0.6, 0, 0), "n": (280, 1700, 2600, 0.4, 0, 0),
    "v": (220, 1100, 2080, 0.25, 0.04, 0), "z": (220, 1600, 2500, 0.2, 0, 0.12),
    "f": (400, 1200, 2300, 0, 0.06, 0), "T": (400, 1400, 2500, 0, 0.04, 0.01),
    "s": (400, 1600, 2600, 0, 0, 0.25), "_": (400, 1500, 2500, 0, 0, 0),
    "t": (400, 1700, 2600, 0, 0.05, 0.15), "k": (400, 1900, 2400, 0, 0.15, 0.02),
}  # fmt: skip
_LENGTHS = {"_": 0.6, "t": 0.35, "k": 0.35, "n": 0.9, "r": 0.7, "w": 0.6, "v": 0.7, "T": 0.9}
# One letter a sound; a letter twice is a long one.
DIGITS = words("zIrou wVVn tuu Trii fOOr fAIv sI_ks sEvVn eeI_t nAAIn")


@dataclass(frozen=True)
class Voice:
    """A made-up speaker: pitch in Hz, factors on formants, tempo and loudness, and an accent."""

    pitch: float
    pipe: float
    tempo: float
    level: float
    accent: int  # the seed of this speaker's own vowels


SPEAKERS = {
    "ada": Voice(205, 1.17, 1.0, 0.30, 1),
    "ben": Voice(112, 0.93, 1.15, 0.12, 2),
    "cleo": Voice(180, 1.08, 0.85, 0.22, 3),
    "dan": Voice(95, 0.88, 0.95, 0.40, 4),
    "eva": Voice(230, 1.25, 1.1, 0.18, 5),
    "finn": Voice(130, 1.0, 0.8, 0.08, 6),
}


def say(digit: int, voice: Voice, rng: np.random.Generator) -> np.ndarray:
    """One recording of a digit: samples between -1 and 1, float32 (samples,)."""
    own = np.random.default_rng(voice.accent).normal(1, ACCENT, (len(_SOUNDS), 3))
    accent = dict(zip(_SOUNDS, own, strict=True))
    lengths, targets = [], []
    for sound in DIGITS[digit]:
        lengths.append(0.085 * _LENGTHS.get(sound, 1.0) * rng.uniform(0.8, 1.25) / voice.tempo)
        formants = np.array(_SOUNDS[sound][:3]) * accent[sound] * rng.normal(1, SLIP, 3)
        targets.append([*(formants * voice.pipe), *_SOUNDS[sound][3:]])
    middles = np.cumsum(lengths) - np.array(lengths) / 2
    moments = np.arange(0, sum(lengths), STEP / RATE)
    mouth = np.array([np.interp(moments, middles, track) for track in np.transpose(targets)])
    fade = np.minimum(1, np.minimum(moments, moments[::-1]) / 0.03)
    samples = np.arange(len(moments) * STEP) / STEP

    def smooth(track: np.ndarray) -> np.ndarray:
        return np.asarray(np.interp(samples, np.arange(len(moments)), track))

    pitch = voice.pitch * rng.normal(1, 0.06) * np.linspace(1.05, 0.88, len(moments))
    harmonics = np.arange(1, int(RATE / 2 / pitch.max()) + 1)
    heights = harmonics[:, None] * pitch
    loud = np.zeros_like(heights)
    for formant, width, gain in zip(mouth[:3], (70, 100, 140), (1.0, 0.6, 0.3), strict=True):
        loud += gain / (1 + ((heights - formant) / width) ** 2)
    loud *= mouth[3] * fade
    turn = 2 * np.pi * np.cumsum(smooth(pitch)) / RATE
    buzz = sum(smooth(part) * np.sin(k * turn) for k, part in zip(harmonics, loud, strict=True))
    white = rng.normal(size=len(samples) + 2)
    noise = smooth(mouth[4] * fade) * white[2:] + smooth(mouth[5] * fade) * np.diff(white, 2) / 2
    wave = buzz / 2 + noise + 0.02 * white[2:]
    level = voice.level * rng.uniform(0.7, 1.4)
    return np.asarray(level * wave / np.abs(wave).max(), dtype="float32")


def digits_by_formula(
    recordings: int = 20, seed: int = 15
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Waves, digits, speakers and numbers of recordings; `recordings` for each digit and speaker.

    Stands in for `fsdd`.
    """
    rng = np.random.default_rng(seed)
    waves, labels, speakers, takes = [], [], [], []
    for speaker, voice in SPEAKERS.items():
        for digit in range(10):
            for take in range(recordings):
                waves.append(say(digit, voice, rng))
                labels.append(digit)
                speakers.append(speaker)
                takes.append(take)
    return waves, np.array(labels), np.array(speakers), np.array(takes)
