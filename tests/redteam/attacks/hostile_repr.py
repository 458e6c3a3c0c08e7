# tries: hang in __repr__ while its answer is being written
# must: be stopped at the time limit
# ask: timeout
# seconds: 0.5
class Slow:
    def __repr__(self):
        while True:
            pass

def attack():
    return Slow()
