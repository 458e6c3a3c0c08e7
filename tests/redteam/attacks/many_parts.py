# tries: answer with a list of a million parts
# must: be unreadable, with a hint to use an array
# ask: unreadable
def attack():
    return list(range(10**6))
