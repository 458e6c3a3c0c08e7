# tries: leave a child of the copy behind that takes the questions from the frames and answers them itself
# must: be dead before the next question is asked
# asked: copy
# ask: died
import os, time

def attack():
    if os.fork() == 0:
        os.setsid()
        for _ in range(3):
            os.fork()
        while True:
            try:
                os.read(3, 1 << 16)
            except OSError:
                time.sleep(0.0005)
    os._exit(0)
