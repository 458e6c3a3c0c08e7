"""Does the wall `wasm` hold? Each part of it is attacked from inside, and what the attack tells is
checked against what this side sees.

It needs nothing of Linux, as the wall does not. `doctor` attacks the other wall.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from .doctor import WallCheck
from .inside.protocol import Answer, Request
from .limits import Limits, SandboxUnavailable
from .pool import Pool
from .wasm import WasmPool

_LIMITS = Limits(cell_s=10, wall_s=60, memory_mb=64)
_ATTACKS = """
import builtins, contextlib, os, socket, subprocess, sys, threading, time
import numpy as np

def honest(a, b):
    return a + b

def network(port):
    reached = []
    for address in (("127.0.0.1", port), ("1.1.1.1", 53)):
        with contextlib.suppress(Exception):
            socket.create_connection(address, 2).close()
            reached.append(address[0])
    with contextlib.suppress(Exception):
        socket.getaddrinfo("example.com", 80)
        reached.append("DNS")
    return reached

def read(places):
    seen = []
    for place in places:
        for way in (place, "/.." + place, "../../.." + place, "/usr/../.." + place):
            with contextlib.suppress(Exception):
                seen += [place + ": " + name for name in os.listdir(way)]
            with contextlib.suppress(Exception):
                with open(way, errors="replace") as file:
                    seen.append(place + ": " + file.read(100))
    return seen

def shown():
    return sorted(os.listdir("/"))

def write(places):
    written = []
    for place in [*places, *sys.path, os.path.dirname(os.__file__)]:
        with contextlib.suppress(Exception):
            open(os.path.join(place, "autograder-was-here"), "w").close()
            written.append(place)
    for change in (os.mkdir, os.remove, os.rmdir, lambda p: os.rename(p, p + "x"),
                   lambda p: os.symlink("/", p + "/link"), lambda p: open(p, "r+b").close()):
        for place in [*places, *sys.path]:
            with contextlib.suppress(Exception):
                change(place)
                written.append(place)
    return written

def processes():
    started = []
    for name, start in {
        "fork": lambda: os.fork(), "exec": lambda: os.execv("/bin/sh", ["sh"]),
        "system": lambda: os.system("true"), "run": lambda: subprocess.run(["true"]),
        "signal": lambda: os.kill(1, 0), "thread": lambda: threading.Thread(target=int).start(),
    }.items():
        with contextlib.suppress(Exception):
            start()
            started.append(name)
    return started

def surroundings():
    descriptors = []
    for number in range(64):
        with contextlib.suppress(OSError):
            os.fstat(number)
            descriptors.append(number)
    return dict(os.environ), descriptors

def leave():
    for module in (np, builtins, sys):
        vars(module)["seal"] = "left by the first"
    os.environ["LEFT"] = "1"
    np.add = None
    return True

def find():
    left = "LEFT" in os.environ or np.add is None
    return left or any(hasattr(module, "seal") for module in (np, builtins, sys))

def memory():
    return len([np.ones(1 << 20) for _ in range(1 << 12)])

def endless():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

def sleeps():
    while True:
        time.sleep(3600)

def end(kind):
    os._exit(0) if kind == "hard exit" else os.abort()

def forge(size):
    import _host
    _host.call(b"x" * size)
"""


class _Host(NamedTuple):
    """What the attacks try to reach on this side."""

    folder: Path  # with `bait`, a file whose text nobody may learn
    token: str
    port: int


_Wall = Callable[[Pool, _Host], tuple[bool, str]]
_WALLS: list[tuple[str, bool, _Wall]] = []


def run(pool: Pool | None = None, quick: bool = False) -> list[WallCheck]:
    """Attack every part (or those that take no time, with `quick`) and say which held. Without the
    engine that is one check that did not hold and says what to install; nothing is raised.
    """
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(_host())
        try:
            if pool is None:
                pool = stack.enter_context(WasmPool(limits=_LIMITS))
        except SandboxUnavailable as reason:
            return [WallCheck("wasm", False, str(reason))]
        return [
            _attempt(name, wall, pool, host) for name, fast, wall in _WALLS if fast or not quick
        ]


def _attempt(name: str, wall: _Wall, pool: Pool, host: _Host) -> WallCheck:
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
    os.environ["AUTOGRADER_DOCTOR"] = token
    try:
        with (
            tempfile.TemporaryDirectory(prefix="autograder-doctor-") as name,
            socket.create_server(("127.0.0.1", 0)) as server,
        ):
            (Path(name) / "bait").write_text(token, encoding="utf-8")
            port = server.getsockname()[1]
            socket.create_connection(("127.0.0.1", port)).close()  # from here it can be reached
            yield _Host(Path(name), token, port)
    finally:
        os.environ.pop("AUTOGRADER_DOCTOR", None)


class _Inside(NamedTuple):
    """The attacks above, each called in an instance."""

    ask: Callable[[Request], Answer]

    def status(self, attack: str, *args: object, seconds: float = 10.0) -> str:
        answer = self.ask(Request("call", attack, args, seconds=seconds))
        return answer.error.type if answer.status == "error" and answer.error else answer.status

    def value(self, attack: str, *args: object) -> object:
        """What the attack returns; raises when it does not return."""
        answer = self.ask(Request("call", attack, args))
        if answer.status != "ok":
            raise RuntimeError(f"the attack ended with {answer.status}: {answer.error}")
        return answer.value

    def goes_on(self) -> bool:
        return self.value("honest", 20, 22) == 42


@contextlib.contextmanager
def _inside(pool: Pool) -> Iterator[_Inside]:
    with pool.session([("attacks", _ATTACKS)]) as session:
        yield _Inside(session.ask)


@_wall("network", fast=True)
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        reached = inside.value("network", host.port)
    return not reached, f"reached: {reached or 'nothing'}"


@_wall("files of this machine", fast=True)
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    package = Path(__file__).parent.parent
    places = [host.folder / "bait", host.folder, Path.home(), package / "bundles", Path.cwd()]
    names = [place.as_posix() for place in places] + ["/etc/passwd", "/proc", "C:/Windows"]
    with _inside(pool) as inside:
        seen, shown = inside.value("read", names), inside.value("shown")
    return (
        not seen and shown == ["sandbox", "usr"],
        f"{len(names)} places tried; readable: {seen or 'none'}; it sees {shown}: its library",
    )


@_wall("writing", fast=True)
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    bait = (host.folder / "bait").as_posix()
    with _inside(pool) as inside:
        written = inside.value("write", ["/", "/usr", "/sandbox", "/tmp", "/dev", bait])
    untouched = (host.folder / "bait").read_text(encoding="utf-8") == host.token
    return not written and untouched, f"could be changed: {written or 'nothing'}"


@_wall("processes and threads", fast=True)
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        started = inside.value("processes")
    return not started, f"could be started: {started or 'none'}"


@_wall("environment and descriptors", fast=True)
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        told = inside.value("surroundings")
    variables, descriptors = told if isinstance(told, tuple) else ({}, [])
    held = host.token not in repr(told) and set(descriptors) <= {0, 1, 2, 3}
    return held, f"descriptors {descriptors}; variables {sorted(variables)}"


@_wall("leftovers between submissions", fast=True)
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        inside.value("leave")
    with _inside(pool) as inside:
        found = inside.value("find")
    return not found, f"the next submission found {'something' if found else 'nothing'}"


@_wall("memory")
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    with _inside(pool) as inside:
        status = inside.status("memory")
        held = status in ("MemoryError", "_ArrayMemoryError") and inside.goes_on()
    return held, f"far more than {pool.limits.memory_mb} MB: {status}"


@_wall("time")
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    took = {}
    for attack in ("endless", "sleeps"):
        with _inside(pool) as inside:
            begun = time.monotonic()
            status = inside.status(attack, seconds=0.5)
            took[attack] = time.monotonic() - begun if status == "timeout" else 1e9
            took[attack] = took[attack] if inside.goes_on() else 1e9
    return max(took.values()) < 10, "; ".join(f"{k}: {v:.1f} s of 0.5" for k, v in took.items())


@_wall("answers")
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    ended = {}
    for name, size in {"no frame": 99, "48 MB of no frame": 48 << 20}.items():
        with _inside(pool) as inside:
            status = inside.status("forge", size)
            ended[name] = status if inside.goes_on() else "the run did not go on"
    return set(ended.values()) == {"unreadable"}, "; ".join(f"{k}: {v}" for k, v in ended.items())


@_wall("sudden ends")
def _(pool: Pool, host: _Host) -> tuple[bool, str]:
    ended = {}
    for kind in ("hard exit", "abort"):
        with _inside(pool) as inside:
            status = inside.status("end", kind)
            ended[kind] = status if inside.goes_on() else "the run did not go on"
    return set(ended.values()) == {"died"}, "; ".join(f"{k}: {v}" for k, v in ended.items())
