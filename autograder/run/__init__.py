"""Runs students' code behind walls and lets it answer questions.

`SandboxPool` keeps one warm process that has imported NumPy (and Keras where a unit needs it) and
has never run a student's code. Each submission gets a fork of it, alone in fresh namespaces, with
limits, on a read-only file system that holds an interpreter and its libraries and nothing else.
`doctor` attacks these walls to show that they hold.

    walls      the outer wall: what bubblewrap shows the warm process, and what to install when it cannot
    zygote     the warm process: forks itself on demand
    confine    what each fork does to itself before any student code runs
    worker     the loop in the fork: execute cells, answer requests
    process    the warm process and its forks, seen from the trusted side
    watchdog   how much memory a submission uses, seen from outside
    pool       sessions, deadlines, restarts, and the processes that wait for them
"""

from .run.limits import Limits, SandboxUnavailable
from .run.pool import CellOutcome, SandboxPool, Session

__all__ = ["CellOutcome", "Limits", "SandboxPool", "SandboxUnavailable", "Session"]
