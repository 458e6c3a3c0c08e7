# tries: print one character at a time, so that there is always something going on
# must: be stopped at the time limit of the call
# ask: timeout
# seconds: 0.6
# printed: 2000
import os, time

def attack():
    while True:
        print(".", end="", flush=True)
        os.write(1, b".")
        time.sleep(0.01)
