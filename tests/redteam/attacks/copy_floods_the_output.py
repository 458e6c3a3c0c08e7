# tries: write without end into the output that the copy shares with its original
# must: be cut off, and leave the original its work
# asked: copy
# ask: error, died, timeout
# seconds: 2
# printed: 2000
import os

def attack():
    while True:
        os.write(1, b"x" * 65536)
