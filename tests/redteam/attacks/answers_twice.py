# tries: answer rightly, and put a second answer in stock for the next question
# must: not reach the next question
# honest: second
# ask: ok
# value: 42
import json, os, struct

def attack():
    head = json.dumps({"kind": "answer", "number": NUMBER(), "status": "ok", "error": None, "printed": "",
                       "tree": {"tuple": [42, None]}, "sizes": []}).encode()
    frame = struct.pack("<4sIQ", b"AGF1", len(head), 0) + head
    os.write(3, frame)
    return 13
