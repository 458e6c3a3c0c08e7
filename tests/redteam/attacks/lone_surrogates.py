# tries: return text that cannot be encoded, to break whoever writes it to a file
# must: arrive as text that can be written
# ask: ok
# value: '?'
def attack():
    return "\ud800"
