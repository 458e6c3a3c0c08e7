"""The notebook's side: a real kernel runs every code cell from top to bottom, and each check is noted."""

from __future__ import annotations

import copy
import json
import os
import sys
import tempfile
from pathlib import Path

SECONDS = 300
_NOTES = "COURSE_CHECKS_NOTED"
_STARTUP = '__import__("kernel").note_checks()\n'  # leaves no name in the notebook


def verdicts(notebook: dict) -> dict[str, float]:
    """Points by exercise, as the last check of each gave them, in an ipykernel of its own."""
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    book = nbformat.from_dict(copy.deepcopy(notebook))
    for cell in book.cells:
        if cell.cell_type != "code":  # a code cell that became text keeps its outputs
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    with tempfile.TemporaryDirectory() as folder:
        startup = Path(folder) / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "notes.py").write_text(_STARTUP)
        (startup.parent / "ipython_kernel_config.py").write_text(
            "c = get_config()\nc.HistoryManager.enabled = False\n"
        )
        notes = Path(folder) / "notes"
        notes.touch()
        path = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {
            "IPYTHONDIR": str(startup.parents[1]),
            "PYTHONPATH": os.pathsep.join(path),
            _NOTES: str(notes),
        }
        work = Path(folder) / "work"
        work.mkdir()
        # No port, so no two kernels can pick the same one.
        kernel = AsyncKernelManager(transport="ipc", ip=str(Path(folder) / "kernel"))
        client = NotebookClient(book, timeout=SECONDS, allow_errors=True, km=kernel)
        client.execute(env=environment, cwd=str(work), cleanup_kc=True)
        return dict(map(json.loads, notes.read_text().splitlines()))


def note_checks() -> None:
    """In the kernel: every verdict of a check is noted as it is given."""
    import autograder.check as notebook_check

    judge, notes = notebook_check.judge, os.environ[_NOTES]

    def noting(exercise, caller):
        result = judge(exercise, caller)
        with open(notes, "a", encoding="utf-8") as file:
            file.write(json.dumps([exercise.name, result.points]) + "\n")
        return result

    notebook_check.judge = noting
    sys.modules.pop("kernel", None)
