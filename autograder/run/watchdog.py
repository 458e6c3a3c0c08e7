"""How much memory a submission uses, read from outside it.

Limits inside are per process and do not see shared memory; this counts the whole tree of processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

_KB = 1 << 10
# One process alone must meet its own limit first, which the kernel counts a little differently: a
# MemoryError names the student's line and costs no process. Who of the two came first would
# otherwise depend on when we look.
_MARGIN = 1.25


def tree(pid: int) -> Iterator[int]:
    """The process and everything that it started, as far as they still live."""
    waiting = [pid]
    while waiting:
        pid = waiting.pop()
        yield pid
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as children:
                    waiting += map(int, children.read().split())
        except OSError:
            continue


def resident_kb(pid: int) -> int:
    """Anonymous and shared memory of one process in kB; pages that it shares with its parent count
    in full.
    """
    return _sum(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:"))


def proportional_kb(pid: int) -> int:
    """The same with every page divided among those who share it. Slow: milliseconds for a large
    process.
    """
    return _sum(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))


def too_much(pid: int, inherited_kb: int, limit_mb: int) -> bool:
    """Whether the tree under `pid` holds clearly more than the limit, beyond `inherited_kb`."""
    most = inherited_kb + _MARGIN * limit_mb * _KB
    pids = list(tree(pid))
    if sum(map(resident_kb, pids)) <= most:
        return False
    return len(pids) == 1 or sum(map(proportional_kb, pids)) > most


def _sum(path: str, names: tuple[str, ...]) -> int:
    total = 0
    try:
        with open(path, encoding="ascii", errors="replace") as lines:
            for line in lines:
                if line.startswith(names):
                    total += int(line.split()[1])
    except OSError:
        pass  # it ended meanwhile
    return total
