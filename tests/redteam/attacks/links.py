# tries: reach outside through symbolic and hard links made in /tmp
# must: find nothing at the other end
# ask: ok
# value: []
import os

def attack():
    got = []
    os.symlink(BAIT, "/tmp/soft")
    try:
        got.append(open("/tmp/soft").read())
    except OSError:
        pass
    for source in (os.__file__, "/etc/passwd"):
        try:
            os.link(source, "/tmp/hard")
            got.append(source)
        except OSError:
            pass
    return got
