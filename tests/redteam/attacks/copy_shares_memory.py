# tries: reach the original through memory that both share, and leave a forged answer there
# must: change nothing but what the student's own cell had shared
# asked: copy
# ask: ok
# value: True
import mmap

shared = mmap.mmap(-1, 4096)

def attack():
    shared[:6] = b"forged"
    return True
