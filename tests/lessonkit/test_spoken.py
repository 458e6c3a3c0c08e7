"""Spoken digits: what the reader takes, the archive that a code host packs, what the built-in sample is like."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import wave

import numpy as np
import pytest
from lessonkit import data
from lessonkit.data import sources, spoken
from lessonkit.data.spoken_sample import SPEAKERS, digits_by_formula, say


def wav(samples, channels=1, width=2, rate=8000) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as opened:
        opened.setnchannels(channels)
        opened.setsampwidth(width)
        opened.setframerate(rate)
        opened.writeframes(np.asarray(samples, "<i2").tobytes())
    return stream.getvalue()


def archive(files: dict[str, bytes], mode="w:gz", mtime=0) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), mtime
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


RECORDINGS = {
    "recordings/7_theo_4.wav": wav([1, -2, 3]),
    "recordings/0_george_12.wav": wav([32767, -32768]),
    "recordings/7_theo_3.wav": wav([5]),
}


def test_the_reader_takes_digit_speaker_and_number_from_the_name():
    found = spoken.read_fsdd({"any": archive(RECORDINGS | {"README.md": b"no wave"})})
    assert found["speakers"].tolist() == ["george", "theo", "theo"]
    assert found["digits"].tolist() == [0, 7, 7] and found["takes"].tolist() == [12, 3, 4]
    assert found["waves"][0].tolist() == [32767 / 32768, -1.0]
    assert found["waves"][2].dtype == "float32"


@pytest.mark.parametrize("form", [{"channels": 2}, {"width": 1}, {"rate": 16000}])
def test_a_recording_of_another_form_is_refused(form):
    with pytest.raises(ValueError, match="8000"):
        spoken.read_wave(wav([1, 2, 3, 4], **form))


def test_the_parts_must_be_equally_many():
    facts = dict.fromkeys(("name", "title", "source", "citation", "licence"), "x")
    with pytest.raises(ValueError, match="equally many"):
        data.SpokenDigits(
            **facts, waves=[], digits=np.arange(1), speakers=np.array([]), takes=np.array([])
        )


def test_the_archive_of_a_code_host_becomes_one_with_one_hash():
    """However the host packs a commit, the same recordings give the same bytes."""
    pattern = sources.REGISTRY["fsdd"]["files"][0]["repack"]["members"]
    under = {f"fsdd-26eb9aa/{name}": content for name, content in RECORDINGS.items()}
    first = sources.repacked(archive(under | {"fsdd-26eb9aa/README.md": b"x"}, mtime=5), pattern)
    again = dict(reversed(under.items()))
    assert sources.repacked(archive(again, mode="w:bz2", mtime=9), pattern) == first
    with tarfile.open(fileobj=io.BytesIO(first)) as tar:
        assert tar.getnames() == sorted(RECORDINGS)
    changed = under | {"fsdd-26eb9aa/recordings/7_theo_3.wav": wav([6])}
    assert sources.repacked(archive(changed), pattern) != first
    with pytest.raises(sources.NotFound):
        sources.repacked(b"<html>rate limit</html>", pattern)


def test_what_was_repacked_is_verified_and_cached(monkeypatch, tmp_path):
    packed = archive({f"fsdd-26eb9aa/{name}": content for name, content in RECORDINGS.items()})
    (entry,) = sources.REGISTRY["fsdd"]["files"]
    good = sources.repacked(packed, entry["repack"]["members"])
    asked = []

    def register(content):
        digest = hashlib.sha256(content).hexdigest()
        changed = {**sources.REGISTRY["fsdd"], "files": [{**entry, "sha256": digest}]}
        monkeypatch.setitem(sources.REGISTRY, "fsdd", changed)

    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sources, "_download", lambda url, size: asked.append((url, size)) or packed)
    register(b"other recordings")
    said = []
    assert data.load("fsdd", said.append).is_sample
    assert any(line.startswith("Refused") for line in said)
    register(good)
    assert len(data.load("fsdd", said.append)) == 3
    assert data.load("fsdd", said.append).source == "the cache"
    assert asked == 2 * [(entry["url"], entry["repack"]["at_most"])]


@pytest.fixture(scope="module")
def sample():
    return digits_by_formula(recordings=6)


def test_the_sample_is_deterministic_and_no_recording_comes_twice(sample):
    waves, digits, speakers, takes = sample
    again = digits_by_formula(recordings=6)
    assert all(np.array_equal(one, two) for one, two in zip(waves, again[0], strict=True))
    assert len({one.tobytes() for one in waves}) == len(waves) == 360
    assert np.bincount(digits).tolist() == [36] * 10 and set(speakers) == set(SPEAKERS)
    assert all(one.dtype == "float32" and 0 < np.abs(one).max() < 1 for one in waves)
    assert {len(one) % 40 for one in waves} == {0}
    assert takes.max() == 5


def test_the_pitch_of_a_voice_is_where_it_says():
    """The buzz repeats after one period: the correlation with itself is highest there."""
    for name in ("dan", "eva"):
        voice = SPEAKERS[name]
        sound = say(2, voice, np.random.default_rng(0))
        middle = sound[len(sound) // 3 : 2 * len(sound) // 3].astype(float)
        lags = np.arange(8000 // 300, 8000 // 70)
        alike = [middle[lag:] @ middle[:-lag] / (len(middle) - lag) for lag in lags]
        assert abs(8000 / lags[int(np.argmax(alike))] / voice.pitch - 1) < 0.25


def test_the_sample_is_easy_for_known_speakers_and_harder_for_a_new_one(sample):
    """Otherwise the lesson would show nothing on it. Features: mean spectrum of three thirds."""
    from sklearn.linear_model import LogisticRegression

    waves, digits, speakers, takes = sample
    rows = []
    for one in waves:
        thirds = [np.abs(np.fft.rfft(part, 512)) ** 2 for part in np.array_split(one, 3)]
        rows.append(
            np.log(np.array(thirds).reshape(3, -1)[:, :256].reshape(3, 32, 8).sum(2) + 1e-6)
        )
    x = np.array(rows).reshape(len(rows), -1)
    x = (x - x.mean(axis=0)) / x.std(axis=0)

    def score(train):
        model = LogisticRegression(C=0.01, max_iter=300).fit(x[train], digits[train])
        return model.score(x[~train], digits[~train])

    known, new = score(takes > 1), score(speakers != "dan")
    assert known > 0.9 and 0.2 < new < known - 0.15


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_recordings_have_their_published_number():
    found = data.load("fsdd", print)
    if found.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold this set")
    assert len(found) == 3000 and len(set(found.speakers)) == 6 and found.rate == 8000
    assert found.is_official_test.sum() == 300
    lengths = np.array([len(one) for one in found.waves]) / found.rate
    assert 0.1 < lengths.min() < 0.2 and 2.2 < lengths.max() < 2.3
