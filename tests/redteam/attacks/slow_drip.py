# tries: answer one byte at a time, so that there is always something to read
# must: be stopped at the time limit of the whole answer
# ask: timeout
# seconds: 0.6
import os, struct, time

def attack():
    for byte in struct.pack("<4sIQ", b"AGF1", 1000, 0) + b" " * 1000:
        os.write(3, bytes([byte]))
        time.sleep(0.05)
