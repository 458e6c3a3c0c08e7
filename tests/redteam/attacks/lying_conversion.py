# tries: return an object that becomes another array each time it is converted, to pass every comparison
# must: be converted once; the judge sees plain numbers
# ask: ok
# value: [1.0, 1.0]
import numpy as np

class Changing:
    turn = 0
    def __array__(self, dtype=None, copy=None):
        Changing.turn += 1
        return np.full(2, float(Changing.turn))
    def __eq__(self, other):
        return True

def attack():
    return Changing()
