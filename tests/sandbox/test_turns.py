"""Questions in the middle of a notebook: asked of a copy, in the state of that place, without a trace."""

from __future__ import annotations

import time

import pytest

from autograder.run.inside.protocol import Request
from autograder.run.limits import Limits
from autograder.run.pool import SandboxPool
from autograder.run.session import Session

COUNT = "n = 0\ndef count():\n    global n\n    n += 1\n    return n"


def ask(session: Session, target: str, *args: object, seconds: float = 10.0):
    return session.ask(Request("call", target, args, seconds=seconds))


def test_a_question_sees_its_place_and_later_cells_do_not_see_the_question(any_pool) -> None:
    cells = [
        ("a", COUNT),
        ("b", "n += 10"),
        ("c", "def count():\n    return n"),
        ("d", "del count"),
    ]
    with any_pool.session(cells, upto=0) as s:
        assert s.startup == []
        with s.at(1):
            assert [ask(s, "count").value for _ in range(2)] == [1, 2]
        with s.at(1):
            assert ask(s, "count").value == 1
        with s.at(2):
            assert ask(s, "count").value == 11
        with s.at(3):
            assert ask(s, "count").value == 10
        with s.at(4, last=True):
            assert ask(s, "count").status == "missing"
        assert [o.status for o in s.startup] == ["ok"] * 4


def test_a_copy_that_hangs_costs_its_question_and_no_process(any_pool) -> None:
    source = COUNT + "\ndef loop():\n    while True:\n        pass"
    with any_pool.session([("a", source), ("b", "n += 5")], upto=0) as s:
        with s.at(1):
            assert ask(s, "count").value == 1
            process = s._process
            hung = ask(s, "loop", seconds=0.3)
            assert (hung.status, hung.error.type) == ("timeout", "TimeLimit")
            assert hung.error.line in (7, 8) and hung.error.source in ("while True:", "pass")
            assert ask(s, "count").value == 1, "another copy, from the state of the place"
        with s.at(2):
            assert ask(s, "count").value == 6
            assert s._process is process


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [
        ("import os\n    os._exit(4)", "ProcessEnded", "exit code 4"),
        ("import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)", "Killed", "killed"),
        ("import ctypes\n    ctypes.string_at(0)", "Crashed", "SIGSEGV"),
    ],
)
def test_a_copy_that_dies_says_how(any_pool, how: str, kind: str, said: str) -> None:
    cells = [("a", f"{COUNT}\ndef f():\n    {how}"), ("b", "n = 7")]
    with any_pool.session(cells, upto=0) as s:
        with s.at(1):
            process = s._process
            died = ask(s, "f")
            assert (died.status, died.error.type) == ("died", kind) and said in died.error.message
            assert ask(s, "count").value == 1
        with s.at(2):
            assert ask(s, "count").value == 8 and s._process is process


def test_copies_that_die_are_bounded() -> None:
    limits = Limits(max_failures=100, restarts=3, memory_mb=256)
    with SandboxPool(limits=limits, unsafe=True) as pool:
        source = "import os\ndef f():\n    os._exit(1)"
        with pool.session([("f", source), ("g", "")], upto=0) as s, s.at(1):
            kinds = [ask(s, "f").error.type for _ in range(6)]
    assert kinds == ["ProcessEnded"] * 4 + ["RestartLimit"] * 2


def test_a_cell_in_front_that_hangs_is_executed_once(any_pool) -> None:
    cells = [("loop", "while True: pass"), ("f", COUNT), ("after", "")]
    with any_pool.session(cells, upto=0) as s:
        begun = time.monotonic()
        with s.at(2):
            assert ask(s, "count").value == 1
        assert [o.status for o in s.startup] == ["timeout", "ok"]
        assert time.monotonic() - begun < 3 * any_pool.limits.cell_s


def test_where_threads_run_nothing_is_copied_and_randomness_is_put_back(any_pool) -> None:
    source = (
        "import threading, random\nstop = threading.Event()\n"
        "threading.Thread(target=stop.wait, daemon=True).start()\n"
        "def draw():\n    return random.random()"
    )
    cells = [("t", source), ("after", "def again():\n    return random.random()")]
    with any_pool.session(cells, upto=0) as s:
        with s.at(1):
            drawn = ask(s, "draw").value
        with s.at(2, last=True):
            assert ask(s, "again").value == drawn


# ------------------------------------------------------------------------------ hostile copies

_LIAR = """
import json, os, struct
def frame(head, tree=None):
    text = json.dumps({**head, "tree": tree, "sizes": []}).encode()
    return struct.pack("<4sIQ", b"AGF1", len(text), 0) + text
def numbers():
    import gc
    found = []
    import sys
    f = sys._getframe()
    while f is not None:
        found += [v for v in f.f_locals.values() if isinstance(v, str) and len(v) == 16]
        f = f.f_back
    return found
"""
HOSTILE = {
    "lies about its end and lives": _LIAR
    + """
def f():
    for number in numbers():
        os.write(3, frame({"kind": "ended", "number": number}, 0))
    while True:
        pass
""",
    "kills its original": """
import os, signal
def f():
    for number in range(1, 65):
        try:
            os.kill(os.getppid(), number)
        except OSError:
            pass
    os._exit(0)
""",
    "leaves a process that holds the frames": """
import os, time
def f():
    if os.fork() == 0:
        os.setsid()
        while True:
            try:
                os.read(3, 100)
            except OSError:
                time.sleep(0.01)
    os._exit(0)
""",
    "forks without end": """
import os
def f():
    while True:
        try:
            os.fork()
        except OSError:
            pass
""",
    "an original that ignores every signal": """
import os, signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    except (OSError, ValueError):
        pass
def f():
    while True:
        pass
""",
    "an original without its tools": """
import os, signal
os.fork = os.waitpid = os.kill = os._exit = signal.pthread_sigmask = None
signal.sigtimedwait = lambda *a: None
def f():
    while True:
        pass
""",
    "an original that reaps nothing": """
import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
def f():
    os._exit(0)
""",
    "an original that forks before": """
import os
if os.fork() == 0:
    while True:
        pass
def f():
    while True:
        pass
""",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_copy_harms_its_own_submission_alone(pool: SandboxPool, name: str) -> None:
    """Whatever it does, an answer comes in time, and nobody else's does not change."""
    zygote = pool._warm()
    cells = [
        ("hostile", HOSTILE[name]),
        ("honest", "def honest(a, b):\n    return a + b"),
        ("z", ""),
    ]
    begun = time.monotonic()
    with pool.session([("own", "mine = 1\ndef own():\n    return mine")]) as other:
        with pool.session(cells, upto=0) as s:
            with s.at(1):
                answers = [ask(s, "f", seconds=0.5) for _ in range(3)]
            with s.at(2):
                honest = [ask(s, "honest", 20, 22).value for _ in range(2)]
        assert ask(other, "own").value == 1
    assert all(answer.status in ("timeout", "died", "unreadable") for answer in answers), answers
    assert honest[-1] == 42
    assert pool._warm() is zygote
    assert time.monotonic() - begun < pool.limits.wall_s
