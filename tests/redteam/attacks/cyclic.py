# tries: answer with a list that contains itself
# must: be cut off as an opaque object
# ask: ok
def attack():
    nested = []
    nested.append(nested)
    return nested
