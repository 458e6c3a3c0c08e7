# tries: take all memory with NumPy arrays
# must: be a MemoryError in the student's own process
# ask: error
# error: MemoryError, ArrayMemoryError, _ArrayMemoryError
import numpy as np

def attack():
    kept = []
    while True:
        kept.append(np.ones(1 << 20))
