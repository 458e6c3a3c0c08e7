# tries: crash the interpreter
# must: cost this call only, with the line where it happened
# ask: died
# error: Crashed
# line: 9
import ctypes

def attack():
    ctypes.string_at(0)
