# tries: take all memory that is allowed in copy after copy
# must: be stopped each time, and leave the original its own
# asked: copy
# times: 3
# ask: error, died
# error: MemoryError, MemoryLimit
def attack():
    return len(bytearray(1 << 30))
