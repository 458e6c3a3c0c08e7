# tries: send an answer to a question that was not asked, so that later answers shift by one
# must: be refused by its number
# ask: unreadable
import json, os, struct

def attack():
    head = json.dumps({"kind": "answer", "number": "0" * 16, "status": "ok", "error": None, "printed": "",
                       "tree": {"tuple": [42, None]}, "sizes": []}).encode()
    os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), 0) + head)
    return 42
