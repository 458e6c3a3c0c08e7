# tries: write a .npy header that is an expression, for a reader that evaluates it
# must: be refused: the header is matched, not evaluated
# ask: unreadable
import json, os, struct

def attack():
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9**" * 20 + "9,), }"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    body = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + bytes(8)
    head = json.dumps({"kind": "answer", "number": NUMBER(), "status": "ok", "error": None, "printed": "",
                       "tree": {"tuple": [{"array": 0}, None]}, "sizes": [len(body)]}).encode()
    os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), len(body)) + head + body)
