# tries: switch copies off with a thread of its own, and change what the cells below are about to run
# must: be asked in its own place; what it spoils is its own
# asked: copy
# honest: lost
# ask: ok
# value: True
import builtins, threading

threading.Thread(target=threading.Event().wait, daemon=True).start()

def attack():
    builtins.compile = builtins.exec = builtins.eval = None
    return True
