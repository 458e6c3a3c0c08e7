# tries: kill its parent, the grader, and everybody
# must: reach nobody
# ask: ok, died
import os, signal

def attack():
    reached = []
    for pid in [os.getppid(), HOST_PID, -1]:
        if pid:
            try:
                os.kill(pid, signal.SIGKILL)
                reached.append(pid)
            except OSError:
                pass
    return HOST_PID in reached
