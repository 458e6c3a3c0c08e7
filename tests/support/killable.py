"""A grading run as a process group of its own that a test may kill at any moment, and what it may leave behind."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

# Imported once, in the server that forks the runs: a run then starts in milliseconds, not seconds.
_PRELOAD = [
    "autograder.cli",
    "autograder.grade.cluster",
    "autograder.record.gradebook",
    "autograder.grade.classroom",
    "autograder.report.pages",
    "autograder.run.doctor",
    "jinja2",
    "rich.progress",
    "killable",
]


class Run:
    """`autograder grade toy …`, running. Its temporary files lie in `scratch`, which tells its processes apart."""

    def __init__(self, course: Any, scratch: Path, *arguments: str):
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOAD)
        scratch.mkdir(exist_ok=True)
        self.scratch, self.log = scratch, scratch / "log"
        line = [
            "grade",
            "toy",
            "--course",
            str(course.root),
            "--db",
            course.db_url,
            "-j",
            "2",
            *arguments,
        ]
        self._process = context.Process(target=_grade, args=(line, str(scratch)))
        self._process.start()
        self.pid: int = self._process.pid
        assert gone(lambda: not self._alone())

    def _alone(self) -> bool:
        """Whether it is a process group of its own, which can be signalled, or has ended."""
        try:
            return os.getpgid(self.pid) == self.pid
        except ProcessLookupError:
            return True

    def wait(self, seconds: float | None = None) -> int | None:
        """The exit code, None while it runs."""
        self._process.join(seconds)
        return self._process.exitcode

    def send(self, number: int) -> None:
        os.killpg(self.pid, number)

    def kill(self) -> None:
        """SIGKILL to the whole group, which gets no chance to tidy up."""
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            self.send(signal.SIGKILL)
        self._process.join()

    def left(self) -> list[str]:
        """Command lines of processes that name this run's temporary folder: its sandboxes."""
        found = []
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.scratch) in command:
                found.append(command[:200])
        return found


def gone(what: Any, seconds: float = 10.0) -> bool:
    """Whether `what()` becomes empty."""
    until = time.monotonic() + seconds
    while what():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def _grade(arguments: list[str], scratch: str) -> None:
    os.setsid()
    os.environ["TMPDIR"] = tempfile.tempdir = scratch
    out = os.open(os.path.join(scratch, "log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    from autograder import cli

    raise SystemExit(cli.main(arguments))
