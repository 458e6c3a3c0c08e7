# tries: answer with a request and with a cell, which the grader might obey
# must: be refused: only the grader asks
# ask: unreadable
import json, os, struct

def attack():
    for kind in ("request", "cell"):
        head = json.dumps({"kind": kind, "number": NUMBER(), "op": "call", "target": "honest", "seconds": 1.0,
                           "name": "x", "tree": {"tuple": [1, {"dict": {}}, {"dict": {}}]}, "sizes": []}).encode()
        os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), 0) + head)
