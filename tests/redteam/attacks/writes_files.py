# tries: change a file of the grader, the interpreter's library, and its own modules
# must: be refused everywhere but in /tmp
# ask: ok
# value: []
import os

def attack():
    done = []
    for name in [BAIT, os.__file__, "/sandbox/autograder/run/inside/protocol.py", "/etc/passwd", "/usr/lib/x", "/x", "/dev/shm/x"]:
        try:
            open(name, "a").close()
            done.append(name)
        except OSError:
            pass
    return done
