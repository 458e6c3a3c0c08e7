"""Grading on other machines: the same work items, handed to Dask distributed.

This side reads the submitted files, keeps the one connection to the gradebook and writes every
result. A worker gets a submission's files and the notebooks as bytes, puts them through
`one.grade_student` behind its own walls, and gives the result back. A result depends on nothing
but its key, so the scheduler may have an item done again when a worker is lost: here it is
received, and recorded, once.

Scheduler and workers are the instructor's own. They hold the secret cases and exchange pickles:
whoever can reach their ports can run code there. Keep them in a private network, or use Dask's TLS
(`tls://…`). Students' code runs on a worker as it does here, behind the walls, which every worker
attacks before its first submission; it never reaches Dask.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import pickle
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import distributed

from ..errors import NotReady
from ..outcome import NotebookResult, NotebookStatus
from ..read.notebook import BadNotebook, read_bytes
from ..run.limits import SandboxUnavailable
from ..run.opening import open_pool
from ..run.pool import Pool
from .assignment import GradedNotebook, environment, needs_of, submission_key
from .one import Backend, GradedSubmission, grade_student

_CONNECT_SECONDS = 20
_READY_SECONDS = 300  # importing TensorFlow from a cold network disk
_PATIENCE_SECONDS = 60  # without a single worker


# ---------------------------------------------------------------------------------------- this side


@contextlib.contextmanager
def backend(address: str, notebooks: list[GradedNotebook], assignment: str) -> Iterator[Backend]:
    """The workers of the Dask scheduler at `address` as a backend.

    Raises:
        NotReady: nobody answers at the address, there is no worker, or a worker has other versions
        than this side.
        SandboxUnavailable: the walls of a worker do not hold.
    """
    try:
        client = distributed.Client(
            address, timeout=_CONNECT_SECONDS, set_as_default=False, name="autograder"
        )
    except (OSError, ValueError) as error:
        raise NotReady(
            f"{address}: no Dask scheduler answers ({error}). Start one with `dask scheduler`."
        ) from error
    with client:
        slots = _prepare(client, needs_of(notebooks))
        blob = pickle.dumps(notebooks)
        digest = hashlib.sha256(blob).hexdigest()
        # A task of its own, not scattered data: a task that was lost with its worker is done again.
        ours = client.submit(bytes, blob, key=f"notebooks-{digest}")

        def grade(student: str, folder: Path) -> GradedSubmission:
            key = submission_key(notebooks, student, folder)
            try:
                files = {
                    f"{notebook.name}.ipynb": read_bytes(path)
                    for notebook in notebooks
                    if (path := folder / f"{notebook.name}.ipynb").exists() or path.is_symlink()
                }
            except BadNotebook as error:  # a link, a pipe, 100 MB: not to be sent anywhere
                return _failed(notebooks, student, folder, key, "unreadable", str(error))
            future = client.submit(
                _grade, ours, student, assignment, str(folder), files, key=f"grade-{key}"
            )
            try:
                result = _await(client, future)
            except distributed.KilledWorker as error:
                reason = f"Workers ended on it, one after another: {error}"
                return _failed(notebooks, student, folder, key, "error", reason)
            finally:
                future.release()
            result.key = key
            return result

        # Twice as many threads as workers have, so that a worker that is done finds the next
        # submission with it.
        yield Backend(grade, 2 * slots, client.close)


def _prepare(client: distributed.Client, needs: tuple[str, ...]) -> int:
    """Warm every worker, have it attack its walls and compare versions; the number of their
    threads.
    """
    with contextlib.suppress(TimeoutError, distributed.TimeoutError):
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    found = client.scheduler_info(n_workers=-1)["workers"]
    if not found:
        raise NotReady("The Dask scheduler has no workers. Start some with `dask worker ADDRESS`.")
    asked = {name: client.submit(_ready, needs, workers=[name], pure=False) for name in found}
    wrong = []
    for name, future in asked.items():
        try:
            theirs = future.result(timeout=_READY_SECONDS)
        except SandboxUnavailable as reason:
            wrong.append(f"  {name}: {reason}")
        except (TimeoutError, distributed.TimeoutError, distributed.KilledWorker) as error:
            raise NotReady(
                f"The worker {name} did not get ready ({error!r}). Look at its log, or stop it."
            ) from error
        else:
            if theirs != environment():
                raise NotReady(
                    f"The worker {name} has {theirs}; here it is {environment()}. Install the same."
                )
    if wrong:
        raise SandboxUnavailable(
            "the walls of these workers do not hold, so nothing was graded:\n" + "\n".join(wrong)
        )
    return sum(worker["nthreads"] for worker in found.values())


def _await(client: distributed.Client, future: distributed.Future) -> GradedSubmission:
    while True:
        try:
            return future.result(timeout=_PATIENCE_SECONDS)
        except (TimeoutError, distributed.TimeoutError):
            if future.status != "pending":
                raise
            if not client.scheduler_info()["workers"]:
                raise NotReady(
                    "All workers of the cluster are gone. What is done is recorded; start "
                    "workers, then "
                    "the same command goes on from there."
                ) from None
        except distributed.client.FutureCancelledError as error:
            raise NotReady(
                f"The Dask scheduler is gone ({error}). What is done is recorded; start it, then "
                "the same "
                "command goes on from there."
            ) from None


def _failed(
    notebooks: list[GradedNotebook],
    student: str,
    folder: Path,
    key: str,
    status: NotebookStatus,
    reason: str,
) -> GradedSubmission:
    failed = [
        NotebookResult(n.name, status, 0.0, n.max_points, n.bundle.title, reason=reason)
        for n in notebooks
    ]
    return GradedSubmission(student, folder.name, key, failed)


# --------------------------------------------------------------------------------------- the worker

_pools: dict[tuple[str, ...], Pool] = {}
_starting = threading.Lock()


def _pool(needs: tuple[str, ...]) -> Pool:
    """This worker's one warm pool for these needs. It ends with the worker's process, however that
    ends.

    Raises:
        SandboxUnavailable: a wall does not hold; no submission has run then.
    """
    with _starting:
        if needs not in _pools:
            _pools[needs] = open_pool(needs, distributed.get_worker().state.nthreads)
        return _pools[needs]


def _ready(needs: tuple[str, ...]) -> str:
    _pool(needs)
    return environment()


@functools.lru_cache(maxsize=2)
def _unpacked(blob: bytes) -> list[GradedNotebook]:
    return pickle.loads(blob)


def _grade(
    blob: bytes, student: str, assignment: str, shown: str, files: dict[str, bytes]
) -> GradedSubmission:
    """One work item. A worker that came late has its walls checked here."""
    notebooks = _unpacked(bytes(blob))
    # Dask empties the folders of workers that were killed: no student's file stays on a machine.
    with tempfile.TemporaryDirectory(
        prefix="item-", dir=distributed.get_worker().local_directory
    ) as place:
        folder = Path(place) / assignment
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        result = grade_student(notebooks, student, folder, _pool(needs_of(notebooks)))
        for notebook in result.notebooks:
            notebook.reason = notebook.reason.replace(str(folder), shown)
    return result
