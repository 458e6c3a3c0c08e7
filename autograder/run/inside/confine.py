"""What a fork of the warm process does to itself before it runs a student's code.

The order matters. Mounts need the privileges that bubblewrap left to the warm process; the new user
namespace comes after them, so that the student's process never owns any mount that it sees; then
limits, then every capability and the way back to them are given up. Python 3.11 lacks `unshare` and
friends: libc is called for those.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import resource
import socket
from typing import Any

from . import syscalls

NEW_MOUNT, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
INSIDE = 1000  # user and group number that the student's process sees
# What it really is when the grader runs as root: a number in the range kept for such users.
SANDBOX_UID = 61999
FRAMES = 3  # descriptor of the frames, the only one beside 0, 1 and 2
_ROOM_MB = 8  # beyond the limit, to tell of an error: the student's objects are still there then
_READ_ONLY, _NO_SUID, _NO_DEV, _NO_EXEC, _RECURSIVE, _PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
_SET_DUMPABLE, _SET_SECCOMP, _DROP_BOUNDING, _SET_NO_NEW_PRIVS, _AMBIENT = 4, 22, 24, 38, 47
_libc = ctypes.CDLL(None, use_errno=True)


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _checked(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def use_huge_pages() -> None:
    """Gather this process's private memory in pages of 2 MB, where the kernel can (Linux 6.1).

    A fork copies the page table, not the pages: with 512 times fewer entries it takes a fraction of
    the time.
    """
    size, collapse = 2 << 20, 25  # MADV_COLLAPSE
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as lines:
            regions = [line.split() for line in lines]
    except OSError:  # not Linux: a run without walls
        return
    for region in regions:
        if region[1] != "rw-p" or (len(region) > 5 and region[5] != "[heap]"):
            continue
        first, last = (int(end, 16) for end in region[0].split("-"))
        first, last = -(-first // size) * size, last // size * size
        if last > first:
            _libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), collapse)


def prepare() -> None:
    """Do once, in the warm process, what is the same for every fork: its user numbers, the filter
    of system calls.

    Even the codec that reads /proc would otherwise be imported again by each of them.
    """
    with contextlib.suppress(OSError):  # not Linux: a run without walls
        _mapped(SANDBOX_UID)
        _data_bytes()
    if syscalls.known_machine():
        syscalls.program()


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def join(fd: int, kind: int) -> None:
    """Enter the namespace that `fd` stands for."""
    _checked(_libc.setns(fd, kind), "setns")


def _mount(kind: str, target: str, flags: int, options: str) -> None:
    _checked(
        _libc.mount(kind.encode(), target.encode(), kind.encode(), flags, options.encode()),
        f"mount {target}",
    )


def descriptors(frames: int, output: int) -> None:
    """Keep the frames as descriptor 3 and the output as 1 and 2; close everything else."""
    frames, output = os.dup(frames), os.dup(output)  # neither may be closed by the moves below
    highest = max(frames, output, FRAMES) + 1
    os.dup2(frames, highest)
    os.dup2(output, highest + 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(highest + 1, 1)
    os.dup2(highest + 1, 2)
    os.dup2(highest, FRAMES)
    os.closerange(FRAMES + 1, 1 << 20)
    os.set_inheritable(FRAMES, False)


def walls(limits: dict[str, Any]) -> None:
    """Fresh namespaces, a private `/tmp` and `/proc`, no privileges. The process is already first
    of its PID namespace.

    Raises:
        OSError: a wall could not be put up; nothing of the student's has run then.
    """
    # Through the old /proc, which is writable.
    process = os.open("/proc/self", os.O_PATH | os.O_DIRECTORY)
    unshare(NEW_MOUNT | NEW_UTS | NEW_IPC | NEW_NET)
    _checked(
        _libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None), "mount --make-rprivate /"
    )
    root = os.getuid() == 0 and _mapped(SANDBOX_UID)
    user, group = (SANDBOX_UID, SANDBOX_UID) if root else (os.getuid(), os.getgid())
    size = f"size={limits['tmp_mb']}m,nr_inodes=20000,mode=0700,uid={user},gid={group}"
    _mount("tmpfs", "/tmp", _NO_SUID | _NO_DEV | _NO_EXEC, size)
    _mount("proc", "/proc", _NO_SUID | _NO_DEV | _NO_EXEC | _READ_ONLY, "")
    socket.sethostname("sandbox")
    with contextlib.suppress(OSError):
        # The kernel's own last resort should take this process first.
        _write(process, "oom_score_adj", "1000")
    if root:
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
        # Else /proc/self belongs to root.
        _checked(_libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0), "prctl dumpable")
    unshare(NEW_USER)
    _write(process, "setgroups", "deny")
    _write(process, "uid_map", f"{INSIDE} {user} 1")
    _write(process, "gid_map", f"{INSIDE} {group} 1")
    os.close(process)
    os.chdir("/tmp")
    os.setsid()
    os.umask(0o077)
    budget(limits)
    # Counted in this user namespace alone.
    resource.setrlimit(resource.RLIMIT_NPROC, (limits["processes"],) * 2)
    _forgo_privileges()


def budget(limits: dict[str, Any]) -> None:
    """The kernel's own limits on this process and its children."""
    megabyte = 1 << 20
    kinds = {
        "RLIMIT_CPU": int(limits["cpu_s"]),
        "RLIMIT_FSIZE": limits["file_mb"] * megabyte,
        "RLIMIT_NOFILE": limits["open_files"],
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_STACK": 64 * megabyte,
        # private writable memory: unlike the address space, it does not count what TensorFlow
        # merely reserves
        "RLIMIT_DATA": _data_bytes() + (limits["memory_mb"] + _ROOM_MB) * megabyte,
    }
    for name, most in kinds.items():
        kind = getattr(resource, name, None)
        if kind is None:  # not on this system; only a run without walls gets here
            continue
        soft, hard = resource.getrlimit(kind)
        hard = most if hard == resource.RLIM_INFINITY else min(hard, most)
        soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
        if name == "RLIMIT_DATA":  # `worker` raises it for the moment in which it tells of an error
            soft = hard - (_ROOM_MB << 20)
        elif name != "RLIMIT_STACK":
            soft = hard
        resource.setrlimit(kind, (soft, hard))


def _data_bytes() -> int:
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))
    except OSError:
        return 1 << 30


@functools.cache
def _mapped(number: int) -> bool:
    """Whether this user number exists here (a container may know few)."""
    with open("/proc/self/uid_map", encoding="ascii") as lines:
        ranges = [tuple(map(int, line.split())) for line in lines]
    return any(first <= number < first + count for first, _, count in ranges)


def _write(directory: int, name: str, text: str) -> None:
    fd = os.open(name, os.O_WRONLY, dir_fd=directory)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _forgo_privileges() -> None:
    capability = 0
    while _libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0) == 0:
        capability += 1
    _libc.prctl(_AMBIENT, 4, 0, 0, 0)  # PR_CAP_AMBIENT_CLEAR_ALL
    header = _CapHeader(0x20080522, 0)
    _checked(_libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())), "capset")
    _checked(_libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl no_new_privs")
    if syscalls.known_machine():
        code = syscalls.program()
        program = _Program(len(code) // 8, code)
        _checked(_libc.prctl(_SET_SECCOMP, 2, ctypes.byref(program), 0, 0), "prctl seccomp")
