# tries: patch the builtins that the grader's own modules in its process use
# must: spoil its own answers only
# cell: ok, unreadable, error, died
# ask: ok, missing, unreadable, error, died
# honest: lost
import builtins

builtins.isinstance = lambda *args: True
builtins.type = lambda *args: int
builtins.abs = lambda x: 0

def attack():
    return 42
