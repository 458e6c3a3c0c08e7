# tries: start threads without end
# must: stop at the limit of processes, which counts threads
# ask: error
# error: RuntimeError
import threading, time

def attack():
    while True:
        threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
