# tries: find a secret in the environment or in its own memory's past
# must: find a cleared environment
# ask: ok
# value: False
import os

def attack():
    with open("/proc/self/environ", "rb") as file:
        return SECRET_NAME in os.environ or SECRET_NAME.encode() in file.read()
