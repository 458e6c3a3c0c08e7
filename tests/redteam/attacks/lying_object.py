# tries: return an object that equals everything
# must: arrive as an opaque object that equals nothing
# ask: ok
# value: Opaque
class Yes:
    def __eq__(self, other):
        return True
    __hash__ = None
    def __bool__(self):
        return True

def attack():
    return Yes()
