# tries: hang in one call that never returns to the interpreter
# must: be stopped at the time limit
# ask: timeout
# seconds: 0.5
def attack():
    return sum(range(10**14))
