# tries: answer with a pickle that runs a command when it is loaded
# must: be refused; nothing on this side unpickles
# ask: unreadable
import os, pickle

class Trap:
    def __reduce__(self):
        return os.system, (f"rm -f {BAIT}",)

def attack():
    os.write(3, pickle.dumps(Trap()))
