# tries: leave files, patched modules and variables for the next submission
# must: be gone when the next one starts (looked for after every attack)
# ask: ok
# value: True
import builtins, os, sys
import numpy as np

def attack():
    with open("/tmp/left", "w") as file:
        file.write("hello")
    np.left = builtins.left = sys.left = True
    os.environ["LEFT"] = "1"
    np.random.seed(1)
    return True
