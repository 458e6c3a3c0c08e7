"""Are the walls up? Each is attacked, and the attack's own report is checked against what this side sees.

`run()` is `autograder doctor`; `run(pool=…, quick=True)` is a subset that takes a fraction of a second, for the start of
a grading run on the very pool that will be used.
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

from autograder.protocol import Answer, Request

from . import syscalls
from .limits import Limits, SandboxUnavailable
from .pool import SandboxPool, Session

_LIMITS = Limits(cell_s=10, wall_s=60, memory_mb=256, processes=64, file_mb=16, tmp_mb=32)
_ENVIRONMENT = {
    "HOME", "TMPDIR", "PATH", "PWD", "LANG", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "MPLBACKEND",
    "KERAS_BACKEND", "CUDA_VISIBLE_DEVICES", "TF_CPP_MIN_LOG_LEVEL", "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX",
}  # fmt: skip


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

    A machine without walls gives one check that did not hold and says what is missing; nothing is raised.
    """
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(_host())
        try:
            if pool is None:
                pool = stack.enter_context(SandboxPool(workers=2, limits=_LIMITS))
        except SandboxUnavailable as reason:
            return [WallCheck("sandbox", False, str(reason))]
        return [_attempt(name, wall, pool, host) for name, fast, wall in _WALLS if fast or not quick]


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
        listeners = {}
        for name, family, address in (
            ("port4", socket.AF_INET, ("127.0.0.1", 0)),
            ("port6", socket.AF_INET6, ("::1", 0)),
            ("path", socket.AF_UNIX, str(folder / "socket")),
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
        bait = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"])
        stack.callback(bait.wait)
        stack.callback(bait.kill)
        port6 = listeners["port6"].getsockname()[1] if "port6" in listeners else None
        port4 = listeners["port4"].getsockname()[1]
        yield _Host(folder, token, port4, port6, f"\0autograder-{token}", bait.pid)


def _ask(session: Session, *args: Any, seconds: float = 10.0) -> Answer:
    return session.ask(Request("call", "attack", args, seconds=seconds))


def _alone(pool: SandboxPool, source: str, *args: Any, seconds: float = 10.0) -> Any:
    """What `attack(*args)` returns in a session of its own; raises when it does not return."""
    with pool.session([("attack", source)]) as session:
        answer = _ask(session, *args, seconds=seconds)
        if answer.status != "ok":
            raise RuntimeError(f"the attack ended with {answer.status}: {answer.error}")
        return answer.value


def _goes_on(session: Session) -> bool:
    return session.ask(Request("call", "honest", (20, 22))).value == 42


_HONEST = ("honest", "def honest(a, b):\n    return a + b")


@_wall("network", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import socket
def attack(port4, port6, abstract, path):
    tries = [("IPv4", socket.AF_INET, ("127.0.0.1", port4)), ("IPv4 outside", socket.AF_INET, ("1.1.1.1", 53)),
             ("Unix, abstract", socket.AF_UNIX, abstract), ("Unix, path", socket.AF_UNIX, path)]
    if port6:
        tries += [("IPv6", socket.AF_INET6, ("::1", port6)), ("IPv6 outside", socket.AF_INET6, ("2606:4700::1111", 53))]
    reached, refused = [], []
    for name, family, address in tries:
        try:
            with socket.socket(family) as s:
                s.settimeout(2)
                s.connect(address)
            reached.append(name)
        except OSError:
            refused.append(name)
    try:
        socket.getaddrinfo("example.com", 80)
        reached.append("DNS")
    except OSError:
        refused.append("DNS")
    return {"reached": reached, "refused": refused}
"""
    told = _alone(pool, source, host.port4, host.port6, host.abstract, str(host.folder / "socket"))
    return not told[
        "reached"
    ], f"refused: {', '.join(told['refused'])}; reached: {', '.join(told['reached']) or 'none'}"


@_wall("files of this machine", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import os
def attack(bait, places):
    seen = []
    try:
        seen.append(open(bait).read())
    except OSError:
        pass
    for place in places:
        try:
            if os.path.isfile(place):
                open(place, "rb").read(1)
                seen.append(place)
            else:
                seen += [os.path.join(place, name) for name in os.listdir(place)]
        except OSError:
            pass
    return seen
"""
    from autograder import paths

    places = {
        str(Path.home()),
        "/home",
        "/var/lib",
        "/var/spool",
        "/run",
        "/etc/shadow",
        "/etc/hostname",
        "/boot",
        "/sys",
    }
    with contextlib.suppress(Exception):  # outside a course there are no course folders
        root = paths.course_root()
        places |= {str(root / name) for name in ("exercises", "autograder", "tests", ".git", "gradebook.db")}
    places |= {str(Path(__file__).parent.parent / name) for name in ("bundles", "judge.py")}
    seen = _alone(pool, source, str(host.folder / "bait"), sorted(places))
    # the way to the interpreter may lead through the home folder: its name shows, but nothing beside it
    way = [Path(p) for p in (sys.base_prefix, sys.prefix)]
    seen = [name for name in seen if not any(w.is_relative_to(name) for w in way)]
    return not seen, f"{len(places) + 1} places tried; readable: {', '.join(seen[:5]) or 'none'}"


@_wall("other processes", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import os, signal
def attack(pids):
    shown = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    hit = []
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
            hit.append(pid)
        except OSError:
            pass
    for pid in [0, -1]:
        try:
            os.kill(pid, signal.SIGCONT)
        except OSError:
            pass
    return {"shown": shown, "hit": hit, "parent": os.getppid()}
"""
    told = _alone(pool, source, [pid for pid in (host.bait_pid, os.getpid(), os.getppid()) if pid > 1])
    alive = Path(f"/proc/{host.bait_pid}/stat").read_text(encoding="ascii").split()[2] != "Z"
    held = told["shown"] == [1] and told["parent"] == 0 and not told["hit"] and alive
    return held, f"sees processes {told['shown']}, its own; signals reached {told['hit'] or 'none'}"


@_wall("writing", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import os, sys
def attack(bait):
    places = ["/", "/usr", "/usr/lib", "/lib", "/etc", "/dev", "/dev/shm", "/proc", "/proc/sys/kernel", "/sandbox", "/var",
              "/root", "/home", "/work", *sys.path, os.path.dirname(os.__file__), os.path.dirname(bait)]
    written = []
    for place in dict.fromkeys(places):
        try:
            with open(os.path.join(place, "autograder-was-here"), "w") as f:
                f.write("x")
            written.append(place)
        except OSError:
            pass
    for file in [bait, "/etc/passwd", "/proc/sys/kernel/hostname", "/proc/1/oom_score_adj", os.__file__]:
        try:
            open(file, "r+b").close()
            written.append(file)
        except OSError:
            pass
    open("/tmp/mine", "w").close()
    return written
"""
    written = _alone(pool, source, str(host.folder / "bait"))
    untouched = (host.folder / "bait").read_text(encoding="utf-8") == host.token
    return not written and untouched, f"only /tmp can be written; others: {', '.join(written) or 'none'}"


@_wall("environment and descriptors", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import os
def attack():
    fds = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            fds[name] = os.readlink("/proc/self/fd/" + name)
        except OSError:
            pass  # the one that listed the folder
    raw = open("/proc/self/environ", "rb").read()
    return {"env": dict(os.environ), "raw": raw.decode("utf-8", "replace"), "fds": fds}
"""
    told = _alone(pool, source)
    leaked = set(told["env"]) - _ENVIRONMENT
    secret = host.token in json.dumps(told)
    held = not leaked and not secret and set(told["fds"]) <= {"0", "1", "2", "3"}
    names = ", ".join(sorted(leaked)) or "none"
    return (
        held,
        f"descriptors {sorted(told['fds'])}; foreign variables: {names}{'; a secret was read' if secret else ''}",
    )


@_wall("privileges", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def attack():
    status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
    got = []
    for name, call in [("setuid", lambda: os.setuid(0)), ("setgid", lambda: os.setgid(0)), ("chroot", lambda: os.chroot("/tmp"))]:
        try:
            call()
            got.append(name)
        except OSError:
            pass
    tries = {"unshare user": (libc.unshare, 0x10000000), "unshare mount": (libc.unshare, 0x20000),
             "mount": (libc.mount, b"none", b"/tmp", b"tmpfs", 0, None), "umount /tmp": (libc.umount2, b"/tmp", 2),
             "umount /proc": (libc.umount2, b"/proc", 2), "ptrace": (libc.ptrace, 0, 0, 0, 0), "swapoff": (libc.swapoff, b"/tmp/x")}
    got += [name for name, (call, *args) in tries.items() if call(*args) == 0]
    caps = [key for key in status if key.startswith("Cap") and int(status[key], 16)]
    return {"got": got, "caps": caps, "no_new_privs": status["NoNewPrivs"], "seccomp": status.get("Seccomp", "0"),
            "uid": os.getuid(), "groups": os.getgroups()}
"""
    told = _alone(pool, source)
    filtered = told["seccomp"] == "2" or not syscalls.known_machine()
    held = not told["got"] and not told["caps"] and told["no_new_privs"] == "1" and filtered and told["uid"] != 0
    tail = "" if syscalls.known_machine() else "; no system call filter for this processor"
    return held, f"no capabilities, no_new_privs; gained: {', '.join(told['got'] + told['caps']) or 'nothing'}{tail}"


@_wall("leftovers between submissions", fast=True)
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    first = """
import builtins, os, sys, numpy as np
np.seal = builtins.seal = sys.seal = "left by the first"
np.add = None
def attack():
    open("/tmp/left", "w").write("left by the first")
    os.environ["LEFT"] = "1"
    if os.fork() == 0:
        import time
        time.sleep(60)
    return os.listdir("/tmp")
"""
    second = """
import builtins, os, sys, numpy as np
def attack():
    return [os.listdir("/tmp"), "LEFT" in os.environ, hasattr(np, "seal"), hasattr(builtins, "seal"), hasattr(sys, "seal"),
            np.add is None, [p for p in os.listdir("/proc") if p.isdigit()] != ["1"]]
"""
    _alone(pool, first)
    found = _alone(pool, second)
    return not any(found), f"the next submission found {'nothing' if not any(found) else found}"


@_wall("system calls")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    if not syscalls.known_machine():
        return True, "no filter for this processor: the other walls stand alone"
    source = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def attack(numbers, families):
    passed = []
    for name, number in numbers.items():
        if name in ("reboot", "vhangup"):
            continue
        ctypes.set_errno(0)
        libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0)
        if ctypes.get_errno() != 1:
            passed.append(name)
    return passed + ["socket family %d" % f for f in families if libc.socket(f, 2, 0) >= 0]
"""
    column = 0 if os.uname().machine == "x86_64" else 1
    numbers = {name: row[column] for name, row in syscalls.REFUSED.items() if row[column] is not None}
    passed = _alone(pool, source, numbers, [16, 17, 38, 40])  # netlink, packet, alg, vsock
    return not passed, f"{len(numbers)} refused; passed: {', '.join(passed) or 'none'}"


@_wall("processes")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import os, time
def attack():
    n = 0
    try:
        while n < 5000:
            if os.fork() == 0:
                os.setsid()
                time.sleep(60)
            n += 1
    except OSError:
        pass
    return n
"""
    with pool.session([_HONEST, ("attack", source)]) as session:
        forks = _ask(session).value
        on = _goes_on(session)
    most = pool.limits.processes
    return isinstance(forks, int) and forks < most and on, f"a fork bomb stopped at {forks} processes of {most}"


@_wall("memory")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    sources = {
        "private": "import numpy as np\ndef attack():\n    return len([np.ones(1 << 20) for _ in range(1 << 12)])",
        "shared": "import mmap\ndef attack():\n    m = mmap.mmap(-1, 1 << 32)\n    block = b'x' * (1 << 20)\n"
        "    for _ in range(1 << 12):\n        m.write(block)\n    return 1",
        "many processes": "import os, time\ndef attack():\n    for _ in range(40):\n        if os.fork() == 0:\n"
        "            try:\n                x = bytearray(os.urandom(1 << 20)) * 100\n            finally:\n"
        "                time.sleep(60)\n    time.sleep(60)",
    }
    ended = {}
    for name, source in sources.items():
        with pool.session([_HONEST, ("attack", source)]) as session:
            answer = _ask(session, seconds=20)
            ended[name] = answer.error.type if answer.error else answer.status
            if not _goes_on(session):
                ended[name] = "the run did not go on"
    held = all(kind in ("MemoryError", "MemoryLimit", "Killed") for kind in ended.values())
    return held, "; ".join(f"{name}: {kind}" for name, kind in ended.items())


@_wall("disk")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
def attack():
    sizes = []
    try:
        for i in range(1000):
            size = 0
            with open(f"/tmp/{i}", "wb", buffering=0) as f:
                while True:
                    try:
                        size += f.write(b"x" * (1 << 20))
                    except OSError as error:
                        if error.errno == 28:
                            raise
                        break
            sizes.append(size >> 20)
    except OSError:
        pass
    return [max(sizes, default=0), sum(sizes) + (size >> 20)]
"""
    largest, total = _alone(pool, source, seconds=30)
    held = 0 < largest <= pool.limits.file_mb and total <= pool.limits.tmp_mb
    return held, f"largest file {largest} MB, all together {total} MB"


@_wall("open files")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = "import os\ndef attack():\n    n = 0\n    try:\n        while n < 10**5:\n            os.dup(0)\n            n += 1\n"
    source += "    except OSError:\n        return n\n"
    with pool.session([_HONEST, ("attack", source)]) as session:
        opened = _ask(session).value
        on = _goes_on(session)
    return isinstance(opened, int) and opened < pool.limits.open_files and on, f"{opened} at most, and the run went on"


@_wall("time")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    source = """
import signal
def attack():
    for number in range(1, 32):
        try:
            signal.signal(number, lambda *_: None)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
    with pool.session([_HONEST, ("attack", source)]) as session:
        begun = time.monotonic()
        answer = _ask(session, seconds=0.5)
        took = time.monotonic() - begun
        on = _goes_on(session)
    return (
        answer.status == "timeout" and took < 5 and on,
        f"an endless loop ended after {took:.1f} s of 0.5, the run went on",
    )


@_wall("answers")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    """Everything that could be written in place of an answer; the bait file would be emptied by the pickle."""
    bait = str(host.folder / "bait")
    frames = {
        "pickle": f"import pickle\nclass P:\n    def __reduce__(self):\n        return (open, ({bait!r}, 'w'))\n"
        "data = pickle.dumps(P())",
        "pickled array": f"import io, struct, json, numpy as np\nclass P:\n    def __reduce__(self):\n        return (open, ({bait!r}, 'w'))\n"
        "b = io.BytesIO()\nnp.save(b, np.array([P()], dtype=object), allow_pickle=True)\nb = b.getvalue()\n"
        "h = json.dumps({'kind': 'answer', 'number': '', 'tree': {'array': 0}, 'sizes': [len(b)]}).encode()\n"
        "data = struct.pack('<4sIQ', b'AGF1', len(h), len(b)) + h + b",
        "oversized": "import struct\ndata = struct.pack('<4sIQ', b'AGF1', 2**32 - 1, 2**60)",
        "no JSON": "import struct\ndata = struct.pack('<4sIQ', b'AGF1', 4, 0) + b'NaN,'",
        "deep JSON": "import struct\ndata = struct.pack('<4sIQ', b'AGF1', 1000000, 0) + b'[' * 1000000",
    }
    ended = {}
    for name, source in frames.items():
        source += "\nimport os\ndef attack():\n    at = 0\n    while at < len(data):\n        try:\n"
        source += (
            "            at += os.write(3, data[at:at + 4096])\n        except BlockingIOError:\n            pass\n"
        )
        with pool.session([_HONEST, ("attack", source)]) as session:
            ended[name] = _ask(session).status
            if not _goes_on(session):
                ended[name] = "the run did not go on"
    drip = (
        "import os, time\ndef attack():\n    for byte in b'AGF1' + bytes(10**6):\n        os.write(3, bytes([byte]))\n"
    )
    drip += "        time.sleep(0.05)"
    with pool.session([("attack", drip)]) as session:
        ended["slow drip"] = _ask(session, seconds=0.5).status
    flood = "import os\ndef attack():\n    try:\n        while True:\n            os.write(1, b'x' * 65536)\n    except OSError:\n"
    flood += "        return 42"
    with pool.session([("attack", flood)]) as session:
        ended["flood of output"] = "cut" if _ask(session).value == 42 else "not cut"
    wanted = dict.fromkeys(frames, "unreadable") | {"slow drip": "timeout", "flood of output": "cut"}
    untouched = (host.folder / "bait").read_text(encoding="utf-8") == host.token
    return ended == wanted and untouched, "; ".join(f"{name}: {status}" for name, status in ended.items())


@_wall("sudden ends")
def _(pool: SandboxPool, host: _Host) -> tuple[bool, str]:
    ends = {
        "exit": "import sys\ndef attack():\n    sys.exit(0)",
        "hard exit": "import os\ndef attack():\n    os._exit(0)",
        "segmentation fault": "import ctypes\ndef attack():\n    ctypes.string_at(1)",
        "abort": "import os\ndef attack():\n    os.abort()",
        "closed pipe": "import os\ndef attack():\n    os.close(3)",
    }
    ended = {}
    for name, source in ends.items():
        with pool.session([_HONEST, ("attack", source)]) as session:
            ended[name] = _ask(session).status
            if not _goes_on(session):
                ended[name] = "the run did not go on"
    held = ended["exit"] == "error" and all(ended[name] == "died" for name in ends if name != "exit")
    return held, "; ".join(f"{name}: {status}" for name, status in ended.items())
