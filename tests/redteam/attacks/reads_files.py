# tries: read the grader's files: gradebook, solutions, bundles, other submissions, the home folder
# must: find none of them
# ask: ok
# value: []
import os

def attack():
    found = []
    for place in [BAIT, REPOSITORY, os.path.join(REPOSITORY, "exercises"), "/etc/shadow", "/home", "/var/lib"]:
        try:
            found += os.listdir(place) if os.path.isdir(place) else [open(place).read()]
        except OSError:
            pass
    way = {os.path.relpath(p, REPOSITORY).split(os.sep)[0] for p in sys_paths() if p.startswith(REPOSITORY)}
    return sorted(set(found) - way)

def sys_paths():
    import sys
    return sys.path
