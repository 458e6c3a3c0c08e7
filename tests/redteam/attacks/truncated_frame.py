# tries: begin an answer and close the pipe
# must: be a death of this call
# ask: died
import os, struct

def attack():
    os.write(3, struct.pack("<4sIQ", b"AGF1", 100, 0) + b'{"kind": "ans')
    os.close(3)
