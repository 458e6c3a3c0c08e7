# tries: end the process that waits behind the copy, with every signal there is
# must: reach it with none: it is the first of its namespace, and listens to three
# asked: copy
# ask: died, ok, timeout
# seconds: 2
import os, signal

def attack():
    for number in range(1, 65):
        if number != signal.SIGKILL:
            try:
                os.kill(os.getppid(), number)
            except OSError:
                pass
    os.kill(os.getppid(), signal.SIGKILL)
