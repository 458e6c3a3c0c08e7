# tries: import the rooms of the grader that hold expected values: judge, bundle, gradebook, checks
# must: find none of them
# ask: ok
# value: []
import importlib

def attack():
    found = []
    for name in ("judge", "judge.bundle", "bundles", "record.gradebook", "grade", "check", "author.compiler", "quiz", "report", "read.notebook", "errors", "run.pool"):
        try:
            importlib.import_module(f"autograder.{name}")
            found.append(name)
        except ImportError:
            pass
    return found
