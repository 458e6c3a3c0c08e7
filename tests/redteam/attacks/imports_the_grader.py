# tries: import the rooms of the grader that hold expected values: judge, bundle, gradebook, checks
# must: find none of them
# ask: ok
# value: []
import importlib

def attack():
    found = []
    for name in ("judge", "bundle", "bundles", "gradebook", "grading", "check", "compiler", "quiz", "report", "notebook"):
        try:
            importlib.import_module(f"autograder.{name}")
            found.append(name)
        except ImportError:
            pass
    return found
