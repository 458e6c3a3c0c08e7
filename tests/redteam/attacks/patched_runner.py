# tries: patch the grader's own modules inside its process
# must: change its own answers only
# cell: ok, died, unreadable
# honest: lost
# ask: ok, missing, error, unreadable, died, timeout
# seconds: 2
import sys

for name, module in list(sys.modules.items()):
    if name.startswith("autograder"):
        for key in list(vars(module)):
            if callable(getattr(module, key)) and not key.startswith("__") and key not in ("send", "receive"):
                try:
                    setattr(module, key, lambda *args, **kwargs: 42)
                except Exception:
                    pass

def attack():
    return 42
