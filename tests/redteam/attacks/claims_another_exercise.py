# tries: send an answer that says it belongs to another exercise and another function
# must: be refused: a frame names nothing but the number of the question that was asked
# ask: unreadable
import json, os, struct

def attack():
    head = json.dumps({"kind": "answer", "number": NUMBER(), "status": "ok", "error": None, "printed": "",
                       "exercise": "honest", "target": "honest", "tree": {"tuple": [42, None]}, "sizes": []}).encode()
    os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), 0) + head)
