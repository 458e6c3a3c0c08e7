"""What the book's build has executed is what the notebooks store: nbval's comparison, without a second run."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbval.plugin import coalesce_streams

ROOT = Path(__file__).resolve().parents[2]
TAG = "nbval-check-output"  # as in store_outputs.py
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))


@pytest.fixture(scope="module")
def cache():
    from jupyter_cache import get_cache

    folder = ROOT / "_build" / ".jupyter_cache"
    if not folder.exists():
        pytest.skip("No lesson has been executed: run `make lessons`.")
    return get_cache(folder)


def shown(cell):
    """Outputs of a cell as a reader compares them: no counters, nothing from the terminal's error stream."""
    kept = []
    for output in coalesce_streams(cell.outputs):  # what is printed arrives in pieces
        if output.get("name") == "stderr":
            continue
        data = {
            kind: value
            for kind, value in output.get("data", {}).items()
            if kind.startswith("text/")
        }
        kept.append((output.output_type, output.get("text"), data))
    return kept


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_stored_outputs_are_those_of_the_last_run(path, cache):
    try:
        executed = cache.get_cache_bundle(cache.match_cache_file(str(path)).pk).nb
    except KeyError:
        pytest.skip(f"{path.name} has changed since it was executed: run `make lessons`.")
    stored = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert len(stored) == len(ran)
    assert all(
        cell.execution_count
        for cell in ran
        if cell.source.strip() and "skip-execution" not in cell.metadata.get("tags", [])
    ), "a cell was not executed"
    for before, after in zip(stored, ran, strict=True):
        assert before.source == after.source
        if TAG in before.metadata.get("tags", []):
            assert before.outputs, (
                f"{before.id} carries the tag and stores no output: tests/lessons/store_outputs.py"
            )
            assert shown(before) == shown(after), before.id
