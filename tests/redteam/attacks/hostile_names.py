# tries: return objects whose class names and reprs are enormous and full of markup
# must: arrive short
# ask: ok
# value: Opaque
def attack():
    return type("<script>" * 10**5, (), {"__repr__": lambda self: "\x1b[31m" * 10**6})()
