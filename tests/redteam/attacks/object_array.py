# tries: answer with an object array, which NumPy can only load by unpickling
# must: arrive as an opaque object, never as an array
# ask: ok
# value: Opaque
import os
import numpy as np

class Trap:
    def __reduce__(self):
        return os.system, (f"rm -f {BAIT}",)

def attack():
    return np.array([Trap()], dtype=object)
