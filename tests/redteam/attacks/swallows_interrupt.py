# tries: swallow KeyboardInterrupt, SystemExit and every blocked signal while it sleeps
# must: be stopped at the time limit
# ask: timeout
# seconds: 0.5
# error: TimeLimit
import signal, time

def attack():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        try:
            time.sleep(0.01)
        except (KeyboardInterrupt, SystemExit):
            continue
