"""Execute the lessons whose code has changed, two at a time, into the cache that the book build reads.

Prints a line when a lesson starts and ends, and the traceback of a failing cell. Exits 1 if any lesson fails:
jupyter-cache itself exits 0 then. It never runs anything but the notebooks under lessons/.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import nbclient
import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "_build" / ".jupyter_cache"
TIMEOUT = 900  # seconds for one cell; the slowest takes well under a tenth of it


def execute(path: Path) -> tuple[Path, nbformat.NotebookNode | None, str, float]:
    """Run one notebook in its own folder; returns (path, executed notebook or None, error text, seconds)."""
    started = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    spoken = started

    def progress(cell: nbformat.NotebookNode, cell_index: int, execute_reply: dict) -> None:
        nonlocal spoken
        if time.perf_counter() - spoken > 20:
            spoken = time.perf_counter()
            print(f"   {path.name}: cell {cell_index + 1} of {len(notebook.cells)}", flush=True)

    client = nbclient.NotebookClient(
        notebook,
        timeout=TIMEOUT,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_executed=progress,
        record_timing=False,  # times in the cells' metadata would change the key under which the book looks them up
    )
    try:
        # What a kernel writes to its terminal is TensorFlow talking about devices; errors of cells arrive otherwise.
        client.execute(stderr=subprocess.DEVNULL)
    except Exception as error:
        # A failing cell, a dead kernel, a time-out: all are reported the same way.
        return path, None, str(error), time.perf_counter() - started
    return path, notebook, "", time.perf_counter() - started


def kit_digest() -> str:
    """What the lessons import and show; practice quizzes are drawn when the book is built and do not count."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "lessons" / "lessonkit").rglob("*")):
        if path.suffix in (".py", ".json", ".js", ".css") and path.stem != "quiz":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> int:
    os.environ.setdefault("COURSE_EVIDENCE_DIR", str(ROOT / "_build" / "evidence"))
    Path(os.environ["COURSE_EVIDENCE_DIR"]).mkdir(parents=True, exist_ok=True)
    cache = get_cache(CACHE)
    kit = CACHE / "lessonkit.sha256"
    if not kit.exists() or kit.read_text() != kit_digest():
        cache.clear_cache()  # outputs of another lessonkit are no outputs of these lessons
    todo = []
    for path in sorted((ROOT / "lessons").glob("*.ipynb")):
        try:
            cache.match_cache_file(str(path))
            print(f"   {path.name}: unchanged", flush=True)
        except KeyError:
            todo.append(path)
    failed = 0
    # Two at a time on the two cores this course is planned for; Keras itself uses what is left.
    with ProcessPoolExecutor(max_workers=max(1, min(2, os.cpu_count() or 1))) as pool:
        jobs = []
        for path in todo:
            print(f"   {path.name}: runs (about two minutes)", flush=True)
            jobs.append(pool.submit(execute, path))
        for job in as_completed(jobs):
            path, notebook, error, seconds = job.result()
            if notebook is None:
                failed += 1
                print(
                    f"   {path.name}: FAILED after {seconds:.0f} s\n{error}",
                    file=sys.stderr,
                    flush=True,
                )
                continue
            bundle = CacheBundleIn(nb=notebook, uri=str(path), data={"execution_seconds": seconds})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            print(f"   {path.name}: done in {seconds:.0f} s", flush=True)
    kit.write_text(kit_digest())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
