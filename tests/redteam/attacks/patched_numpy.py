# tries: patch NumPy so that every comparison succeeds
# must: change nothing outside its own process
# ask: ok
# value: True
import numpy as np

np.allclose = np.array_equal = lambda *args, **kwargs: True
np.testing.assert_allclose = lambda *args, **kwargs: None

def attack():
    return np.allclose(0, 1)
