"""Sound in the page: what the bytes say, and what is refused."""

from __future__ import annotations

import base64
import io
import re
import wave

import numpy as np
import pytest
from lessonkit import sound


def read(content: bytes):
    with wave.open(io.BytesIO(content)) as opened:
        samples = np.frombuffer(opened.readframes(opened.getnframes()), "<i2")
        return (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()), samples


def test_the_loudest_sample_is_just_below_the_limit_whatever_the_level():
    form, quiet = read(sound.wav_bytes(np.array([0, 0.001, -0.0005]), 8000))
    assert form == (1, 2, 8000)
    assert quiet.tolist() == [0, 29490, -14745]
    assert read(sound.wav_bytes(np.array([0, 400, -200]), 8000))[1].tolist() == quiet.tolist()
    assert read(sound.wav_bytes(np.zeros(5), 8000))[1].tolist() == [0] * 5


@pytest.mark.parametrize("samples", [[], [0.1, np.nan], [np.inf]])
def test_what_cannot_be_heard_is_refused(samples):
    with pytest.raises(ValueError, match="at least one sample"):
        sound.wav_bytes(np.array(samples), 8000)


def test_players_carry_their_sound_and_name_and_fetch_nothing():
    waves = {'a <b> "seven"': np.sin(np.arange(400)), "silence": np.zeros(80)}
    shown = sound.players(waves, 8000).data
    assert shown.count("<audio") == 2 and "http" not in shown and "<b>" not in shown
    assert shown.count("a &lt;b&gt; &quot;seven&quot;") == 2
    first, second = re.findall(r"data:audio/wav;base64,([^\"]+)", shown)
    assert len(read(base64.b64decode(first))[1]) == 400
    assert len(read(base64.b64decode(second))[1]) == 80
    assert len(shown) < 3000


def test_a_page_is_no_place_for_a_long_recording():
    with pytest.raises(ValueError, match="11 seconds"):
        sound.players({"talk": np.zeros(88_000)}, 8000)
