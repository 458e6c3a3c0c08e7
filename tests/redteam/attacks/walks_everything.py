# tries: walk the whole file system in search of a bundle, a checks file, a gradebook or the judge
# must: find none
# ask: ok
# value: []
# seconds: 60
import os

def attack():
    wanted = ("bundle.json", "gradebook.db", "04_lstm_gates.py", "04_lstm_gates.yml", "04_lstm_gates.ipynb", "judge.py")
    found = []
    for top, folders, names in os.walk("/"):
        if top in ("/proc", "/usr/lib"):
            folders[:] = []
        elif top.endswith("-packages"):  # of the installed packages only ours matter, and looking takes long
            folders[:] = [name for name in folders if name.startswith(("autograder", "lessonkit", "sequence_models"))]
        found += [os.path.join(top, name) for name in names if name in wanted]
    return found
