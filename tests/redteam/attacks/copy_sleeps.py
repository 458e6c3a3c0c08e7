# tries: notice that it is a copy, and sleep in it alone
# must: be stopped at the time limit of the call, each time
# asked: copy
# times: 2
# ask: timeout
# seconds: 0.4
# line: 12
import os, time

def attack():
    while os.getpid() != 1:
        time.sleep(3600)
    return True
