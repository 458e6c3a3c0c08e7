# tries: change the kernel's settings and its own standing through /proc and /sys
# must: be refused: /proc is read-only and /sys is not there
# ask: ok
# value: []
import os

def attack():
    written = []
    for name in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches",
                 "/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/self/setgroups", "/proc/self/coredump_filter",
                 "/sys/kernel/uevent_helper", "/sys/fs/cgroup/cgroup.procs", "/proc/1/mem"):
        try:
            with open(name, "r+b", buffering=0) as file:
                file.write(b"0")
            written.append(name)
        except OSError:
            pass
    return [name for name in written if name != "/proc/1/mem"]
