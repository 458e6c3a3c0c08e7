# tries: end the copy in the moment after its answer, so that the next question falls to the original, or its answer to another question
# must: cost no other exercise anything
# asked: copy
# ask: ok, died
# value: 42
import os, threading, time

def attack():
    def end():
        time.sleep(0.002)
        os._exit(0)
    threading.Thread(target=end, daemon=True).start()
    return 42
