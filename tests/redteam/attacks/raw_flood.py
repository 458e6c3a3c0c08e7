# tries: write without end past Python, to descriptors 1 and 2
# must: be cut off without slowing the grader
# ask: error
# error: BrokenPipeError
import os

def attack():
    while True:
        os.write(1, b"x" * 65536)
        os.write(2, b"x" * 65536)
