"""System calls that no exercise needs, refused by a seccomp filter: a second wall behind the
namespaces.

The list follows the reasoning of container runtimes' default profiles: new namespaces and mounts,
other processes' memory, kernel configuration, interfaces with a long record of kernel faults
(io_uring, bpf, userfaultfd, keyrings), and memory that no limit of ours would see (memfd, System V
segments). Sockets other than Unix and IP are refused because some families (vsock) are not confined
by a network namespace.
"""

from __future__ import annotations

import functools
import platform
import struct

# name: number on (x86_64, aarch64)
REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "shmget": (29, 194),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR = (56, 220), (435, 435), (41, 198), (53, 199)
_AUDIT_ARCH = (0xC000003E, 0xC00000B7)
_MACHINES = ("x86_64", "aarch64")
_X32 = 0x40000000
_NEW_NAMESPACE = (
    0x7E020080  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME
)
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6: confined by the network namespace
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97

# classic BPF: load a word, jump if equal / greater or equal / bits set, return
_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def known_machine() -> bool:
    """Whether the numbers of this processor's system calls are in the table."""
    return platform.machine() in _MACHINES


@functools.cache
def program() -> bytes:
    """The filter for this processor, as an array of `struct sock_filter`. Raises `KeyError` for an
    unknown one.
    """
    if not known_machine():
        raise KeyError(platform.machine())
    column = _MACHINES.index(platform.machine())
    code: list[tuple[int, int, int, int]] = [  # operation, jump if true, jump if false, operand
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_EQUAL, 1, 0, _AUDIT_ARCH[column]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
    ]
    if column == 0:
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    numbers = [(n, _EPERM) for row in REFUSED.values() if (n := row[column]) is not None]
    # clone3 hides its flags behind a pointer; told that it does not exist, the C library uses clone
    for number, errno in [*numbers, (_CLONE3[column], _ENOSYS)]:
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno)]
    code += [
        (_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, 16),  # low half of the first argument
        (_BITS, 0, 1, _NEW_NAMESPACE),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
        (_EQUAL, 1, 0, _SOCKET[column]),
        (_EQUAL, 0, 1 + len(_FAMILIES) + 1, _SOCKETPAIR[column]),
        (_LOAD, 0, 0, 16),
    ]
    code += [(_EQUAL, len(_FAMILIES) - i, 0, family) for i, family in enumerate(_FAMILIES)]
    code += [(_RETURN, 0, 0, _ERRNO | _EAFNOSUPPORT), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in code)
