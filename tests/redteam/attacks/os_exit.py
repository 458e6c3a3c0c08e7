# tries: end the process in the middle of a call, with a success code
# must: cost this call only; the next function is answered in a new process
# ask: died
# error: ProcessEnded
import os

def attack():
    os._exit(0)
