# tries: answer with a list nested a hundred thousand deep
# must: be cut off as an opaque object
# ask: ok
def attack():
    nested = []
    for _ in range(10**5):
        nested = [nested]
    return nested
