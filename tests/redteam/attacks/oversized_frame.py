# tries: announce an answer of an exabyte
# must: be refused before any memory is taken
# ask: unreadable
import os, struct

def attack():
    os.write(3, struct.pack("<4sIQ", b"AGF1", 100, 2**60))
