# tries: become root, enter a new user namespace, mount, unmount what hides things, trace processes
# must: be refused
# ask: ok
# value: []
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)

def attack():
    got = []
    for name, call in [("setuid", lambda: os.setuid(0)), ("setgid", lambda: os.setgid(0)),
                       ("chroot", lambda: os.chroot("/tmp")), ("mknod", lambda: os.mknod("/tmp/sda", 0o60600, 0x800))]:
        try:
            call()
            got.append(name)
        except OSError:
            pass
    for name, result in [("unshare", libc.unshare(0x10000000)), ("umount", libc.umount2(b"/tmp", 2)),
                         ("mount", libc.mount(b"x", b"/tmp", b"tmpfs", 0, None)), ("ptrace", libc.ptrace(0, 0, 0, 0))]:
        if result == 0:
            got.append(name)
    return got
