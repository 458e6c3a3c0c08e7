# tries: raise an exception whose text is enormous, coloured, full of markup and cannot be printed twice
# must: arrive short and free of control characters
# ask: error
# error: Nasty
class Nasty(Exception):
    def __str__(self):
        return "\x1b[31m<script>alert(1)</script>\u202e\x00" + "x" * 10**7

def attack():
    raise Nasty
