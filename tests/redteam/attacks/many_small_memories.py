# tries: stay below the limit of one process in each of many
# must: be killed by the watchdog, which counts them together
# ask: died
# error: MemoryLimit
# seconds: 30
import os, time

def attack():
    for _ in range(50):
        if os.fork() == 0:
            room = bytearray(os.urandom(1 << 20)) * 60
            time.sleep(3600)
    time.sleep(3600)
