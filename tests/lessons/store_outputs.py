"""Run lessons and store the few outputs that nbval compares; every other output is removed.

    python tests/lessons/store_outputs.py lessons/04_lstm_gates.ipynb

Cells that are compared carry the tag `nbval-check-output`. Tag only what is the same on every machine and backend:
shapes, parameter counts, small exact results.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

TAG = "nbval-check-output"


def store(path: Path) -> int:
    """Execute the notebook at `path`, rewrite it with the tagged cells' outputs only, and return their number."""
    notebook = nbformat.read(path, as_version=4)
    executed = nbformat.read(path, as_version=4)
    here = {"metadata": {"path": path.parent}}
    NotebookClient(executed, timeout=900, kernel_name="python3", resources=here).execute()
    stored = 0
    for cell, ran in zip(notebook.cells, executed.cells, strict=True):
        if cell.cell_type != "code":
            continue
        cell.execution_count, cell.outputs = None, []
        if TAG in cell.metadata.get("tags", []):
            cell.execution_count = 1  # nbval compares nothing in a cell that was never run
            cell.outputs = [output for output in ran.outputs if output.get("name") != "stderr"]
            for output in cell.outputs:
                if "execution_count" in output:
                    output["execution_count"] = 1
            stored += 1
    path.write_text(
        json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
    )
    return stored


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{name}: {store(Path(name))} outputs stored")
