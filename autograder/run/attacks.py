"""What `doctor` tries from inside. This file is sent into the sandbox as a student's cell; nothing
here imports it.

Each function is one attack. It returns what it got hold of, or does not return.
"""

import builtins
import contextlib
import ctypes
import io
import json
import mmap
import os
import pickle
import signal
import socket
import struct
import sys
import time

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def honest(a, b):
    return a + b


def network(port4, port6, abstract, path):
    tries = {
        "IPv4": (socket.AF_INET, ("127.0.0.1", port4)),
        "IPv4 outside": (socket.AF_INET, ("1.1.1.1", 53)),
        "Unix socket by name": (socket.AF_UNIX, abstract),
        "Unix socket by path": (socket.AF_UNIX, path),
    }
    if port6:
        tries["IPv6"] = (socket.AF_INET6, ("::1", port6))
        tries["IPv6 outside"] = (socket.AF_INET6, ("2606:4700::1111", 53))
    reached, refused = [], []
    for name, (family, address) in tries.items():
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


def read(places):
    """Everything readable: the text of files, the entries of folders."""
    seen = []
    for place in places:
        try:
            if os.path.isdir(place):
                seen += [os.path.join(place, name) for name in os.listdir(place)]
            else:
                with open(place, errors="replace") as file:
                    seen.append(place + ": " + file.read(100))
        except OSError:
            pass
    return seen


def processes(bait, others):
    shown = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    hit = []
    for pid, number in [(bait, signal.SIGKILL), *((pid, 0) for pid in others)]:
        try:
            os.kill(pid, number)
            hit.append(pid)
        except OSError:
            pass
    for everybody in (0, -1):
        with contextlib.suppress(OSError):
            os.kill(everybody, signal.SIGCONT)
    return {"shown": shown, "hit": hit, "parent": os.getppid()}


def write(folders, files):
    """The folders that a file could be put into, and the files that could be opened for writing."""
    written = []
    for folder in [*folders, *sys.path, os.path.dirname(os.__file__)]:
        try:
            name = os.path.join(folder, "autograder-was-here")
            with open(name, "w") as file:
                file.write("x")
            written.append(folder)
            os.remove(name)
        except OSError:
            pass
    for name in [*files, os.__file__]:
        try:
            open(name, "r+b").close()
            written.append(name)
        except OSError:
            pass
    return written


def surroundings():
    links = {}
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the descriptor that lists the folder is gone again
            links[name] = os.readlink("/proc/self/fd/" + name)
    with open("/proc/self/environ", errors="replace") as file:
        return {"env": dict(os.environ), "raw": file.read(), "fds": links}


def privileges():
    with open("/proc/self/status") as file:
        status = {key: value.strip() for key, _, value in (line.partition(":") for line in file)}
    calls = {
        "setuid": lambda: os.setuid(0),
        "setgid": lambda: os.setgid(0),
        "chroot": lambda: os.chroot("/tmp"),
    }
    gained = []
    for name, call in calls.items():
        try:
            call()
            gained.append(name)
        except OSError:
            pass
    tries = {
        "new user namespace": lambda: libc.unshare(0x10000000),
        "new mount namespace": lambda: libc.unshare(0x20000),
        "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
        "unmount /tmp": lambda: libc.umount2(b"/tmp", 2),
        "unmount /proc": lambda: libc.umount2(b"/proc", 2),
        "ptrace": lambda: libc.ptrace(0, 0, 0, 0),
    }
    gained += [name for name, call in tries.items() if call() == 0]
    gained += [key for key in status if key.startswith("Cap") and int(status[key], 16)]
    return {
        "gained": gained,
        "no_new_privs": status["NoNewPrivs"],
        "seccomp": status.get("Seccomp", "0"),
        "uid": os.getuid(),
    }


def leave():
    for module in (np, builtins, sys):
        vars(module)["seal"] = "left by the first"
    vars(np)["add"] = None
    os.environ["LEFT"] = "1"
    with open("/tmp/left", "w") as file:
        file.write("left by the first")
    if os.fork() == 0:
        time.sleep(60)
    return True


def find():
    found = {
        "a file": bool(os.listdir("/tmp")),
        "a variable": "LEFT" in os.environ,
        "a patched module": hasattr(np, "seal")
        or hasattr(builtins, "seal")
        or hasattr(sys, "seal")
        or np.add is None,
        "a process": [p for p in os.listdir("/proc") if p.isdigit()] != ["1"],
    }
    return [name for name, there in found.items() if there]


def system_calls(numbers, families):
    passed = []
    for name, number in numbers.items():
        ctypes.set_errno(0)
        libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0)
        if ctypes.get_errno() != 1:
            passed.append(name)
    return passed + [
        f"socket family {family}" for family in families if libc.socket(family, 2, 0) >= 0
    ]


def fork_bomb():
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


def private_memory():
    return len([np.ones(1 << 20) for _ in range(1 << 12)])


def shared_memory():
    room = mmap.mmap(-1, 1 << 32)
    for _ in range(1 << 12):
        room.write(b"x" * (1 << 20))
    return 1


def memory_of_many():
    for _ in range(40):
        if os.fork() == 0:
            try:
                room = bytearray(os.urandom(1 << 20)) * 100
            finally:
                time.sleep(60)
            del room
    time.sleep(60)


def disk():
    sizes = [0]
    try:
        for i in range(1000):
            sizes.append(0)
            with open(f"/tmp/{i}", "wb", buffering=0) as file:
                while True:
                    try:
                        sizes[-1] += file.write(b"x" * (1 << 20))
                    except OSError as error:
                        if error.errno == 28:  # no space left
                            raise
                        break
    except OSError:
        pass
    return [max(sizes) >> 20, sum(sizes) >> 20]


def open_files():
    n = 0
    try:
        while n < 10**5:
            os.dup(0)
            n += 1
    except OSError:
        pass
    return n


def endless():
    for number in range(1, 32):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, lambda *_: None)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


class _Trap:
    """Unpickled, it would empty a file on the grader's side."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (self.file, "w")


def _frame(head, body=b""):
    head = json.dumps(head).encode()
    return struct.pack("<4sIQ", b"AGF1", len(head), len(body)) + head + body


def forge(kind, bait):
    """Put something in place of an answer."""
    if kind == "pickle":
        data = pickle.dumps(_Trap(bait))
    elif kind == "pickled array":
        array = io.BytesIO()
        np.save(array, np.array([_Trap(bait)], dtype=object), allow_pickle=True)
        body = array.getvalue()
        data = _frame(
            {"kind": "answer", "number": "", "tree": {"array": 0}, "sizes": [len(body)]}, body
        )
    elif kind == "oversized":
        data = struct.pack("<4sIQ", b"AGF1", 2**32 - 1, 2**60)
    elif kind == "deep":
        data = struct.pack("<4sIQ", b"AGF1", 10**6, 0) + b"[" * 10**6
    else:
        data = _frame({"kind": "answer", "number": "0", "tree": None, "sizes": [], "status": "ok"})
    at = 0
    while at < len(data):
        with contextlib.suppress(BlockingIOError):
            at += os.write(3, data[at : at + 4096])


def drip():
    for byte in b"AGF1" + bytes(10**6):
        os.write(3, bytes([byte]))
        time.sleep(0.05)


def flood():
    try:
        while True:
            os.write(1, b"x" * 65536)
    except OSError:
        return "cut"


def end(kind):
    if kind == "exit":
        sys.exit(0)
    elif kind == "hard exit":
        os._exit(0)
    elif kind == "segmentation fault":
        ctypes.string_at(1)
    elif kind == "abort":
        os.abort()
    else:
        os.close(3)
