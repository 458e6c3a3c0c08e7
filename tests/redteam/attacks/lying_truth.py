# tries: send truth values that are neither true nor false, which compare as equal to both
# must: be refused
# ask: unreadable
import json, os, struct

def attack():
    text = "{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    body = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + b"\x02\x03\x04\xff"
    head = json.dumps({"kind": "answer", "number": NUMBER(), "status": "ok", "error": None, "printed": "",
                       "tree": {"tuple": [{"array": 0}, None]}, "sizes": [len(body)]}).encode()
    os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), len(body)) + head + body)
