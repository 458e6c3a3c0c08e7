# tries: make copies by the grader's own tool inside the copy, and answer from each
# must: be believed once at most
# asked: copy
# ask: ok, died, timeout, unreadable, error
# seconds: 1
import os, sys

def attack():
    for _ in range(4):
        os.fork()
    return os.getpid() > 1
