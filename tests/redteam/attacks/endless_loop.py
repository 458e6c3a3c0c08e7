# tries: loop for ever, swallowing every exception and every signal
# must: be stopped at the time limit
# ask: timeout
# seconds: 0.5
# error: TimeLimit
import signal

def attack():
    for number in range(1, 65):
        try:
            signal.signal(number, lambda *_: None)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
