"""Lessons run again with other rates, budgets and seeds: which take part, what a run records, what is kept."""

from __future__ import annotations

import json

import evidence
import nbformat
import pytest
import sensitivity

PRESET = """import lessonkit

preset = lessonkit.preset(
    dict(rate=0.4, first_seed=0, width=3), dict(rate=0.4, first_seed=0, width=9),
    varies={"rate": ["rate"], "seed": ["first_seed"]},
)"""
CLAIMS = """lessonkit.claim(
    "01-fast", "The rate is large.", value=[preset.rate] * 3, above={"a third": 0.33}, margin=0.01,
    data="a number", trained="not at all",
)
lessonkit.claim(
    "01-width", "The width stays.", value=preset.width - 3, within=0.1, data="a number", trained=None,
)"""
LATE = """assert preset.first_seed < 100
lessonkit.claim(
    "01-late", "The seed is small.", value=[preset.first_seed] * 3, below={"ten": 10}, margin=1,
    data="a number", trained="not at all",
)"""


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "lessons"
    folder.mkdir()
    for name, cells in (("01_toy", (PRESET, CLAIMS, LATE)), ("02_fixed", ("import lessonkit",))):
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return tmp_path


def test_a_lesson_takes_part_with_what_its_preset_names(course):
    found = sensitivity.variations(course / "lessons" / "01_toy.ipynb")
    assert found == ["half the rate", "twice the rate", "other seeds"]
    assert sensitivity.variations(course / "lessons" / "02_fixed.ipynb") == []


def test_lesson_01_takes_part_with_everything():
    assert sensitivity.variations(sensitivity.ROOT / "lessons" / "01_sequence_data.ipynb") == list(
        sensitivity.VARIATIONS
    )


@pytest.mark.slow
def test_what_breaks_is_kept_and_stops_nothing(course, capsys):
    kept = course / "kept.json"
    kept.write_text('{"09": {"day": "2026-03-01"}}', encoding="utf-8")
    assert sensitivity.main(["01", "--json", str(kept), "--root", str(course)]) == 0
    found = json.loads(kept.read_text())
    assert list(found) == ["01", "09"], "what was not run again stays"
    lesson = found["01"]
    assert lesson["code"] == evidence.code_digest(course / "lessons" / "01_toy.ipynb")
    verdicts = {
        name: {variation: run["verdict"] for variation, run in runs.items()}
        for name, runs in lesson["claims"].items()
    }
    assert verdicts == {
        "01-fast": {
            "as it is": "holds",
            "half the rate": "does not hold",
            "twice the rate": "holds",
            "other seeds": "holds",
        },
        "01-late": {
            "as it is": "holds",
            "half the rate": "holds",
            "twice the rate": "holds",
            "other seeds": "not reached",
        },
    }, "only claims about something trained"
    assert lesson["claims"]["01-fast"]["half the rate"]["value"] == 0.2
    assert "stopped in cell" in capsys.readouterr().out


def test_a_lesson_that_cannot_be_varied_is_refused_by_name(course, capsys):
    for number, told in (("02", "`varies`"), ("07", "no lesson 07")):
        with pytest.raises(SystemExit):
            sensitivity.main([number, "--json", str(course / "k.json"), "--root", str(course)])
        assert told in capsys.readouterr().err


def test_a_claim_that_fails_as_it_is_fails_the_command(course, monkeypatch, capsys):
    record = {"verdict": "does not hold", "value": 0.1, "limit": 0.2, "trained": "5 epochs"}
    monkeypatch.setattr(sensitivity, "run", lambda lesson, variation: ({"01-fast": record}, ""))
    assert sensitivity.main(["--json", str(course / "k.json"), "--root", str(course)]) == 1
    assert "01-fast: does not hold as it is" in capsys.readouterr().err
