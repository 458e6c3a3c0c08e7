# tries: keep memory where no process owns it: memfd, System V segments, message queues
# must: be refused by the kernel's filter
# ask: ok
# value: []
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)

def attack():
    got = []
    try:
        got.append(os.memfd_create("m"))
    except OSError:
        pass
    if platform.machine() in ("x86_64", "aarch64"):
        got += [n for n in ("shmget", "msgget", "semget") if getattr(libc, n)(0, 1 << 20, 0o1600) >= 0]
    return got
