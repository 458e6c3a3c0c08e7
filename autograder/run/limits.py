"""How much one submission may use."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import NO_SANDBOX, CourseError

WALLS = (
    "bubblewrap",
    "wasm",
)  # what can stand around a student's code; the first where none is named


class SandboxUnavailable(CourseError, RuntimeError):
    """The walls cannot be put up on this machine. The message says what to install or enable."""

    exit_code = NO_SANDBOX


@dataclass(frozen=True)
class Limits:
    """Limits of one submission. Times of single requests come with the request."""

    cell_s: float = 30.0  # wall clock of one cell at the start
    wall_s: float = 300.0  # wall clock of the whole submission, restarts included
    cpu_s: int = 300  # processor time of one process
    memory_mb: int = 1024  # beyond what the warm process already holds, all processes together
    processes: int = 128  # threads count: TensorFlow alone starts a few dozen on a large machine
    open_files: int = 256
    file_mb: int = 64  # one file
    tmp_mb: int = 64  # all of /tmp, which is memory
    output_kb: int = 256  # what is written past Python, to the descriptors 1 and 2
    answers_mb: int = 256  # all answers together; one may have a quarter of it
    restarts: int = 8  # fresh forks after a hang or a death
    max_failures: int = 2  # a function that hung or died this often is not called again

    @property
    def beyond_memory(self) -> str:
        """What is said of a process that went beyond `memory_mb`."""
        return f"It used more than {self.memory_mb} MB of memory and was stopped."
