# tries: use no processor time at all and never answer
# must: be stopped at the time limit
# ask: timeout
# seconds: 0.5
import time

def attack():
    time.sleep(3600)
