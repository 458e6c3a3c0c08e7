"""Recordings to listen to, inside the page: small WAV files as data, so that nothing is fetched."""

from __future__ import annotations

import base64
import html
import io
import wave
from collections.abc import Mapping

import numpy as np
from IPython.display import HTML

MOST_SECONDS = 10.0  # of all recordings of one call: 160 kB of sound at 8000 samples a second


def wav_bytes(samples: np.ndarray, rate: int) -> bytes:
    """A WAV file of 16 bits, one channel, whose loudest sample is just below the limit.

    `samples` (samples,) are numbers of any size. Silence stays silence. Raises `ValueError` where
    there is no sample, or one that is no number.
    """
    samples = np.asarray(samples, dtype=float).ravel()
    if not samples.size or not np.isfinite(samples).all():
        raise ValueError("A recording needs at least one sample, and numbers only.")
    loudest = np.abs(samples).max()
    scaled = np.round(samples * (0.9 * 32767 / loudest if loudest else 0.0)).astype("<i2")
    stream = io.BytesIO()
    with wave.open(stream, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes(scaled.tobytes())
    return stream.getvalue()


def players(sounds: Mapping[str, np.ndarray], rate: int = 8000) -> HTML:
    """One player for each recording, with its name; show it as the last expression of a cell.

    All are made equally loud. Raises `ValueError` for more than ten seconds in all: the sound
    stands in the page itself, which a phone has to load.
    """
    seconds = sum(np.size(samples) for samples in sounds.values()) / rate
    if seconds > MOST_SECONDS:
        raise ValueError(
            f"{seconds:.0f} seconds of sound are too much for a page; take {MOST_SECONDS:.0f}."
        )
    rows = []
    for name, samples in sounds.items():
        data = base64.b64encode(wav_bytes(samples, rate)).decode("ascii")
        label = html.escape(name, quote=True)
        rows.append(
            '<div style="display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 1rem; '
            'margin: 0.4rem 0"><audio controls preload="metadata" '
            'style="width: 15rem; max-width: 100%" '
            f'aria-label="{label}" src="data:audio/wav;base64,{data}"></audio>'
            f"<span>{label}</span></div>"
        )
    return HTML("".join(rows))
