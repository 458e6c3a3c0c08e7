# tries: return a subclass of ndarray whose comparisons always succeed
# must: arrive as the plain numbers that it holds
# ask: ok
# value: [0.0, 0.0]
import numpy as np

class Yes(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)
    def __sub__(self, other):
        return np.zeros(self.shape)
    def __array_function__(self, *args):
        return True

def attack():
    return np.zeros(2).view(Yes)
