# tries: raise its own limits again
# must: be refused
# ask: ok
# value: []
import resource

def attack():
    raised = []
    for name in ("RLIMIT_NPROC", "RLIMIT_DATA", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
        kind = getattr(resource, name)
        soft, hard = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (hard, hard + 1))
            raised.append(name)
        except (OSError, ValueError):
            pass
    return raised
