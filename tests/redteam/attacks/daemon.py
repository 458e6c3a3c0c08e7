# tries: leave a daemon behind that outlives the submission and writes to the next one's /tmp
# must: die with the session
# ask: ok
# value: True
import os, time

def attack():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                try:
                    open("/tmp/from-the-daemon", "w").close()
                except OSError:
                    pass
                time.sleep(0.01)
        os._exit(0)
    return True
