# tries: take away the processes that copies are made of
# must: be asked in its own place
# asked: copy
# ask: ok
# value: True
import resource

resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

def attack():
    return True
