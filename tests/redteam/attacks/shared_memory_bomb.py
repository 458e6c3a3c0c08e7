# tries: take memory that per-process limits do not count
# must: be killed by the watchdog
# ask: died
# error: MemoryLimit
# seconds: 30
import mmap

def attack():
    room = mmap.mmap(-1, 1 << 33)
    for _ in range(1 << 13):
        room.write(b"x" * (1 << 20))
