# tries: fill the memory with small objects that outlive the error, so that the worker itself cannot answer
# must: be told as a lack of memory, and only this call is lost
# ask: error, died
# error: MemoryError, MemoryLimit
# seconds: 30
# times: 2
kept = []

def attack():
    try:
        while True:
            kept.append(bytes(1000))
    except MemoryError:
        while True:
            kept.append(object())
