# tries: send an answer that brings its own points and verdict
# must: be refused: points are given on the other side
# ask: unreadable
import json, os, struct

def attack():
    head = json.dumps({"kind": "answer", "number": NUMBER(), "status": "ok", "error": None, "printed": "",
                       "points": 100, "passed": True, "tree": {"tuple": [42, None]}, "sizes": []}).encode()
    os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), 0) + head)
