"""The benchmark of lesson 05: its small parts, its silence without data, and the same networks as on the page."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import imdb
import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_words_lose_their_punctuation_and_keep_their_apostrophes():
    assert imdb.tokens("It's GOOD.Really -- 10/10!") == ["it's", "good", "really", "10", "10"]


def test_the_vocabulary_comes_from_the_training_part():
    training, test = [["a", "b", "a"]], [["a", "new"]]
    assert imdb.encode(training, training, test) == [[[1, 3, 4, 3]], [[1, 3, 2]]]


def test_without_the_real_reviews_nothing_is_claimed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert imdb.main(["--json", str(tmp_path / "imdb.json")]) == 0
    assert "nothing is claimed" in capsys.readouterr().out and not (tmp_path / "imdb.json").exists()


@pytest.mark.parametrize(
    ("accuracy", "seconds", "kept"), [(0.87, 40, True), (0.85, 40, False), (0.87, 500, False)]
)
def test_the_promise_needs_accuracy_and_time(accuracy, seconds, kept):
    figures = {
        "ours": [{"cpu_s": seconds}],
        "ours_lowest_accuracy": accuracy,
        "published": {"cpu_s": 400},
    }
    assert imdb.holds(figures) is kept


def test_a_part_of_the_reviews_is_never_quoted_against_the_published_figure():
    assert "says nothing" in imdb.verdict({"complete": False})


@pytest.mark.skipif(not (ROOT / "bench" / "imdb.json").is_file(), reason="no figures are kept")
def test_the_kept_figures_tell_machine_day_size_and_verdict():
    figures = json.loads((ROOT / "bench" / "imdb.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", figures["day"]) and "cores" in figures["machine"]
    assert len(figures["ours"]) >= 3 and figures["training_reviews"] > 1000
    assert figures["verdict"] == imdb.verdict(figures)
    chosen = max(figures["validation_accuracy_by_rate"].items(), key=lambda pair: pair[1])[0]
    assert float(chosen) == figures["ours_rate"]
    assert figures["ours_lowest_accuracy"] == min(run["accuracy"] for run in figures["ours"])


@pytest.mark.parametrize(
    ("function", "shown"), [("ours", "fast_reader"), ("published", "published_reader")]
)
def test_the_lesson_shows_the_networks_that_are_measured(function, shown):
    def calls(code: str) -> list[str]:
        return re.findall(
            r"layers\.\w+\([^()]*(?:\([^()]*\)[^()]*)*\)", code.replace("WORDS", "20_000")
        )

    notebook = json.loads(
        (ROOT / "lessons" / "05_text_classification.ipynb").read_text(encoding="utf-8")
    )
    code = "\n".join(
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"
    )
    in_lesson = code.split(f"def {shown}():")[1].split("\n\n\n")[0]
    assert calls(in_lesson) == calls(inspect.getsource(getattr(imdb, function))) != []
