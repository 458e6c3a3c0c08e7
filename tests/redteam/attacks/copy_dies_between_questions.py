# tries: end the copy while it waits, so that a question that is on its way is read by the original
# must: cost the question, and change nothing in the original
# asked: copy
# times: 4
# ask: ok, died
import os, threading, time

count = 0

def attack():
    global count
    count += 1
    def end():
        time.sleep(0.0004)
        os._exit(0)
    threading.Thread(target=end, daemon=True).start()
    return count
