# tries: get a user namespace through clone and clone3, whose flags a simple filter overlooks
# must: be refused
# ask: ok
# value: []
import ctypes, os, platform, struct

libc = ctypes.CDLL(None, use_errno=True)

def attack():
    got = []
    clone = {"x86_64": 56, "aarch64": 220}.get(platform.machine())
    arguments = ctypes.create_string_buffer(struct.pack("<8Q", 0x10000000, 0, 0, 0, 17, 0, 0, 0))
    for name, call in [("clone", (clone, 0x10000000 | 17, 0, 0, 0, 0)), ("clone3", (435, arguments, 64))]:
        if clone is None:
            continue
        pid = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in call))
        if pid == 0:
            os._exit(0)
        if pid > 0:
            got.append(name)
    return got
