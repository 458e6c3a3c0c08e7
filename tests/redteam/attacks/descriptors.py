# tries: use a descriptor that was forgotten: the control socket, another student's pipe
# must: find its own four only
# ask: ok
# value: ['0', '1', '2', '3']
import os

def attack():
    open_ones = []
    for name in os.listdir("/proc/self/fd"):
        try:
            os.readlink(f"/proc/self/fd/{name}")
            open_ones.append(name)
        except OSError:
            pass
    return sorted(open_ones)
