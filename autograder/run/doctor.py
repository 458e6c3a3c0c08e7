"""Are the walls up? Each is attacked, and the attack's own report is checked against what this side
sees.

`run()` is `autograder doctor`; `run(pool, quick=True)` is a subset that takes a fraction of a
second, for the start of a grading run, on the very pool that will be used.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from . import walls
from .inside import syscalls
from .inside.protocol import Answer, Request
from .limits import Limits, SandboxUnavailable
from .pool import SandboxPool, Session

_LIMITS = Limits(cell_s=10, wall_s=60, memory_mb=256, processes=64, file_mb=16, tmp_mb=32)


class WallCheck(NamedTuple):
    """One attack: which wall, whether it held, and what was seen."""

    name: str
    held: bool
    detail: str


class _Host(NamedTuple):
    """What the attacks try to reach on this side."""

    folder: Path  # with `bait`, a file whose text nobody may learn, and `socket`, a listener
    token: str
    port4: int
    port6: int | None
    abstract: str
    bait_pid: int


_Wall = Callable[[SandboxPool, _Host], tuple[bool, str]]
_WALLS: list[tuple[str, bool, _Wall]] = []


def run(pool: SandboxPool | None = None, quick: bool = False) -> list[WallCheck]:
    """Attack every wall (or those that take no time, with `quick`) and say which held.

    A machine without walls gives one check that did not hold and says what is missing; nothing is
    raised.
    """
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(_host())
        try:
            if pool is None:
                pool = stack.enter_context(SandboxPool(workers=2, limits=_LIMITS))
        except SandboxUnavailable as reason:
            return [WallCheck("sandbox", False, str(reason))]
        if pool.unsafe:  # some attacks would do harm here
            return [
                WallCheck("sandbox", False, "This pool has no walls: it was made with unsafe=True.")
            ]
        return [
            _attempt(name, wall, pool, host) for name, fast, wall in _WALLS if fast or not quick
        ]


def _attempt(name: str, wall: _Wall, pool: SandboxPool, host: _Host) -> WallCheck:
    try:
        held, detail = wall(pool, host)
    except Exception as error:  # an attack that could not be carried out proves nothing
        held, detail = False, f"not proved: {type(error).__name__}: {error}"
    return WallCheck(name, held, detail)


def _wall(name: str, *, fast: bool = False) -> Callable[[_Wall], _Wall]:
    def enter(function: _Wall) -> _Wall:
        _WALLS.append((name, fast, function))
        return function

    return enter


@contextlib.contextmanager
def _host() -> Iterator[_Host]:
    token = secrets.token_hex(16)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-doctor-")))
        folder.chmod(0o755)
        (folder / "bait").write_text(token, encoding="utf-8")
        (folder / "bait").chmod(0o666)
        os.environ["AUTOGRADER_DOCTOR"] = token
        stack.callback(os.environ.pop, "AUTOGRADER_DOCTOR", None)
        # A socket's name may have a hundred characters only; this one has few, however deep the
        # folder lies.
        within = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        stack.callback(os.close, within)
        listeners = {}
        for name, family, address in (
            ("port4", socket.AF_INET, ("127.0.0.1", 0)),
            ("port6", socket.AF_INET6, ("::1", 0)),
            ("path", socket.AF_UNIX, f"/proc/self/fd/{within}/socket"),
            ("abstract", socket.AF_UNIX, f"\0autograder-{token}"),
        ):
            try:
                listener = stack.enter_context(socket.socket(family))
                listener.bind(address)
                listener.listen()
                listeners[name] = listener
            except OSError:  # a machine without IPv6
                continue
        (folder / "socket").chmod(0o666)
        # It waits for its input to end, and so ends with us, however we end.
        bait = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "input()"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(bait.wait)
        stack.callback(bait.kill)
        for name in (
            "port4",
            "path",
            "abstract",
        ):
            # What cannot be reached from here would prove nothing in there.
            with socket.socket(listeners[name].family) as control:
                control.connect(listeners[name].getsockname())
        port6 = listeners["port6"].getsockname()[1] if "port6" in listeners else None
        port4 = listeners["port4"].getsockname()[1]
        yield _Host(folder, token, port4, port6, f"\0autograder-{token}", bait.pid)


class _Inside:
    """The attacks of `attacks.py`, each called in the sandbox."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ask(self, attack: str, *args: Any, seconds: float = 10.0) -> Answer:
        return self.session.ask(Request("call", attack, args, seconds=seconds))

    def value(self, attack: str, *args: Any, seconds: float = 10.0) -> Any:
        """What the attack returns; raises when it does not return."""
        answer = self.ask(attack, *args, seconds=seconds)
        if answer.status != "ok":
            raise RuntimeError(f"the attack ended with {answer.status}: {answer.error}")
        return answer.value

    def goes_on(self) -> bool:
        return self.ask("honest", 20, 22).value == 42


@contextlib.contextmanager
def _inside(pool: SandboxPool) -> Iterator[_Inside]:
    source = (Path(__file__).parent / "attacks.py").read_text(encoding="utf-8")
    with pool.session([("attacks", source)]) as session:
        yield _Inside(session)


def _none(things: list[str]) -> str:
    return ", ".join(things[:5]) or "none"


@_wall("network", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        told = inside.value(
            "network", host.port4, host.port6, host.abstract, str(host.folder / "socket")
        )
    return not told[
        "reached"
    ], f"refused: {', '.join(told['refused'])}; reached: {_none(told['reached'])}"


@_wall("files of this machine", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    from ..course import course_root

    package = Path(__file__).parent.parent
    places = [
        host.folder / "bait",
        host.folder,
        Path.home(),
        package / "bundles",
        package / "judge",
    ]
    places += map(
        Path,
        (
            "/home",
            "/var/lib",
            "/run",
            "/etc/shadow",
            "/etc/hostname",
            "/boot",
            "/sys",
            "/sandbox/home",
        ),
    )
    with contextlib.suppress(Exception):  # outside a course there are no course folders
        places += [
            course_root() / name
            for name in ("exercises", "autograder", "tests", ".git", "gradebook.db")
        ]
    with _inside(pool) as inside:
        seen = inside.value("read", [str(place) for place in places])
    # the way to the interpreter may lead through a home folder: its name shows, and nothing beside
    # it
    ways = [Path(sys.base_prefix), Path(sys.prefix)]
    seen = [name for name in seen if not any(way.is_relative_to(name) for way in ways)]
    return not seen, f"{len(places)} places tried; readable: {_none(seen)}"


@_wall("other processes", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        told = inside.value(
            "processes", host.bait_pid, [pid for pid in (os.getpid(), os.getppid()) if pid > 1]
        )
    alive = (
        Path(f"/proc/{host.bait_pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        != "Z"
    )
    held = told["shown"] == [1] and told["parent"] == 0 and not told["hit"] and alive
    return held, f"sees processes {told['shown']}: its own; signals reached {told['hit'] or 'none'}"


@_wall("writing", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    folders = [
        "/",
        "/usr",
        "/usr/lib",
        "/lib",
        "/etc",
        "/dev",
        "/dev/shm",
        "/proc",
        "/proc/sys/kernel",
        "/sandbox",
        "/var",
    ]
    folders += ["/root", "/home", str(Path.home()), str(host.folder), os.getcwd()]
    files = [
        str(host.folder / "bait"),
        "/etc/passwd",
        "/proc/sys/kernel/hostname",
        "/proc/1/oom_score_adj",
    ]
    with _inside(pool) as inside:
        # In there, /tmp is its own.
        written = inside.value("write", [f for f in folders if f != "/tmp"], files)
        own = inside.value("write", ["/tmp"], [])
    untouched = (host.folder / "bait").read_text(encoding="utf-8") == host.token
    return not written and own == [
        "/tmp"
    ] and untouched, f"only /tmp can be written; others: {_none(written)}"


@_wall("environment and descriptors", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        told = inside.value("surroundings")
    # bubblewrap sets PWD.
    expected = {*walls.environment(1, walled=True, home=""), "PWD"}
    # What the process was started with; libraries set variables of their own later (TensorFlow and
    # JAX do).
    foreign = sorted(
        {entry.partition("=")[0] for entry in told["raw"].split("\0") if entry} - expected
    )
    secret = host.token in json.dumps(told)
    held = not foreign and not secret and set(told["fds"]) <= {"0", "1", "2", "3"}
    return (
        held,
        f"descriptors {', '.join(sorted(told['fds']))}; variables that do not belong there: "
        f"{_none(foreign)}",
    )


@_wall("privileges", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        told = inside.value("privileges")
    filtered = told["seccomp"] == "2" or not syscalls.known_machine()
    held = not told["gained"] and told["no_new_privs"] == "1" and filtered and told["uid"] != 0
    tail = "" if syscalls.known_machine() else "; no filter of system calls for this processor"
    return held, f"no capabilities, no way back to them; gained: {_none(told['gained'])}{tail}"


@_wall("leftovers between submissions", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        inside.value("leave")
    with _inside(pool) as inside:
        found = inside.value("find")
    return not found, f"the next submission found: {_none(found)}"


@_wall("system calls")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    if not syscalls.known_machine():
        return True, "no filter for this processor: the other walls stand alone"
    column = 0 if os.uname().machine == "x86_64" else 1
    numbers = {
        name: row[column] for name, row in syscalls.REFUSED.items() if row[column] is not None
    }
    with _inside(pool) as inside:
        # Netlink, packet, alg, vsock.
        passed = inside.value("system_calls", numbers, [16, 17, 38, 40])
    return not passed, f"{len(numbers)} tried; passed: {_none(passed)}"


@_wall("processes")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        forks = inside.value("fork_bomb")
        held = forks < pool.limits.processes and inside.goes_on()
    return held, f"a fork bomb stopped at {forks} processes of {pool.limits.processes}"


@_wall("memory")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    ended = {}
    for attack in ("private_memory", "shared_memory", "memory_of_many"):
        with _inside(pool) as inside:
            answer = inside.ask(attack, seconds=30)
            kind = answer.error.type if answer.error else answer.status
            ended[attack] = kind if inside.goes_on() else "the run did not go on"
    held = set(ended.values()) <= {"MemoryError", "MemoryLimit", "Killed"}
    return held, "; ".join(f"{attack}: {kind}" for attack, kind in ended.items())


@_wall("disk")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        largest, total = inside.value("disk", seconds=30)
    held = 0 < largest <= pool.limits.file_mb and total <= pool.limits.tmp_mb
    return (
        held,
        f"largest file {largest} MB of {pool.limits.file_mb}, together {total} MB of "
        f"{pool.limits.tmp_mb}",
    )


@_wall("open files")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        opened = inside.value("open_files")
        held = opened < pool.limits.open_files and inside.goes_on()
    return held, f"{opened} opened of {pool.limits.open_files}, and the run went on"


@_wall("time")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        begun = time.monotonic()
        answer = inside.ask("endless", seconds=0.5)
        took = time.monotonic() - begun
        held = answer.status == "timeout" and took < 10 and inside.goes_on()
    return held, f"an endless loop was stopped after {took:.1f} s of 0.5 ({answer.status})"


@_wall("answers")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    ended = {}
    for kind in ("pickle", "pickled array", "oversized", "deep", "another question's"):
        with _inside(pool) as inside:
            status = inside.ask("forge", kind, str(host.folder / "bait")).status
            ended[kind] = status if inside.goes_on() else "the run did not go on"
    with _inside(pool) as inside:
        ended["slow drip"] = inside.ask("drip", seconds=0.5).status
    with _inside(pool) as inside:
        ended["flood of output"] = inside.value("flood")
    wanted = {"slow drip": "timeout", "flood of output": "cut"}
    held = all(status == wanted.get(kind, "unreadable") for kind, status in ended.items())
    untouched = (host.folder / "bait").read_text(
        encoding="utf-8"
    ) == host.token  # a pickle would have emptied it
    return held and untouched, "; ".join(f"{kind}: {status}" for kind, status in ended.items())


@_wall("sudden ends")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    ended = {}
    for kind in ("exit", "hard exit", "segmentation fault", "abort", "closed pipe"):
        with _inside(pool) as inside:
            status = inside.ask("end", kind).status
            ended[kind] = status if inside.goes_on() else "the run did not go on"
    held = all(status == ("error" if kind == "exit" else "died") for kind, status in ended.items())
    return held, "; ".join(f"{kind}: {status}" for kind, status in ended.items())
