# tries: open socket families that a network namespace does not confine
# must: be refused
# ask: ok
# value: []
import socket

def attack():
    opened = []
    for family, kind in [(16, 3), (17, 3), (38, 5), (40, 1)]:  # netlink, packet, alg, vsock
        try:
            socket.socket(family, kind).close()
            opened.append(family)
        except OSError:
            pass
    return opened
