# tries: write a .npy file with a pickle inside as the answer
# must: be refused by the list of dtypes
# ask: unreadable
import io, json, os, struct
import numpy as np

class Trap:
    def __reduce__(self):
        return os.system, (f"rm -f {BAIT}",)

def attack():
    array = io.BytesIO()
    np.save(array, np.array([Trap()], dtype=object), allow_pickle=True)
    body = array.getvalue()
    head = json.dumps({"kind": "answer", "number": NUMBER(), "status": "ok", "error": None, "printed": "",
                       "tree": {"tuple": [{"array": 0}, None]}, "sizes": [len(body)]}).encode()
    os.write(3, struct.pack("<4sIQ", b"AGF1", len(head), len(body)) + head + body)
