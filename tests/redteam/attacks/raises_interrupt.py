# tries: raise KeyboardInterrupt, as if the instructor had pressed Ctrl-C, to end the run for everybody
# must: be the student's own error
# ask: error
# error: KeyboardInterrupt
def attack():
    raise KeyboardInterrupt("stop the class")
