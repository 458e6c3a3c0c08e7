# tries: claim that the grader's machine failed, which would cost nobody points
# must: be refused: only the asker can know that
# ask: unreadable
import json, os, struct

def attack():
    head = json.dumps({"kind": "answer", "number": NUMBER(), "status": "machine",
                       "error": {"type": "E", "message": "disk full", "line": None, "source": None, "bases": [], "function": None, "cell": None},
                       "printed": "", "tree": {"tuple": [None, None]}, "sizes": []}).encode()
    os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), 0) + head)
