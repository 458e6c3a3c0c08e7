# tries: start processes without end
# must: stop at the limit of processes, and every one of them dies with the session
# ask: ok
# value: True
import os, time

def attack():
    n = 0
    try:
        while True:
            if os.fork() == 0:
                os.setsid()
                time.sleep(3600)
            n += 1
    except OSError:
        return n < 200
