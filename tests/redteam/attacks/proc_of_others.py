# tries: read other processes through /proc: memory, environment, descriptors, the grader's root
# must: see no process but its own
# ask: ok
# value: []
import os

def attack():
    got = []
    for pid in [HOST_PID, 2, 3, *map(int, filter(str.isdigit, os.listdir("/proc")))]:
        for part in ("environ", "root/etc/shadow", "cwd/gradebook.db", "mem"):
            try:
                with open(f"/proc/{pid}/{part}", "rb") as file:
                    data = file.read(1 << 16)
                if pid != 1 or SECRET_NAME.encode() in data:
                    got.append((pid, part))
            except OSError:
                pass
    return got
