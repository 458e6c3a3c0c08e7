# tries: print without end
# must: keep only the beginning, and be stopped at the time limit
# ask: timeout
# seconds: 0.5
# printed: 2000
def attack():
    while True:
        print("x" * 1000)
