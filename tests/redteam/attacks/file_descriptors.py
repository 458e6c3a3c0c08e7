# tries: use up all file descriptors
# must: hit its own limit; the call ends, the session goes on in the same or a new process
# ask: error, died, unreadable
import os

kept = []

def attack():
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
