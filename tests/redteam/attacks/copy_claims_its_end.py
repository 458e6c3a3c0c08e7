# tries: say that the copy of the process that was asked has ended, live on, and answer the next question as well
# must: cost its own question; the original is asked whether it is back, and started again if it is not
# asked: copy
# ask: died, timeout, unreadable
# seconds: 0.6
import json, os, struct, sys

def attack():
    frame, numbers = sys._getframe(), set()
    while frame is not None:
        numbers |= {v for v in frame.f_locals.values() if isinstance(v, str) and len(v) == 16}
        frame = frame.f_back
    import gc
    for thing in gc.get_objects():
        if isinstance(thing, tuple):
            numbers |= {v for v in thing if isinstance(v, str) and len(v) == 16}
    for cell in (c for f in gc.get_objects() if callable(f) for c in getattr(f, "__closure__", None) or ()):
        try:
            numbers |= {cell.cell_contents} if isinstance(cell.cell_contents, str) else set()
        except ValueError:
            pass
    for number in numbers:
        head = json.dumps({"kind": "ended", "number": number, "tree": 0, "sizes": []}).encode()
        os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), 0) + head)
    while True:
        pass
