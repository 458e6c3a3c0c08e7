# tries: find abstract Unix sockets, which no file system hides: of the machine, of the submission beside it
# must: find none, as stream or as datagram
# ask: ok
# value: []
import socket

def attack():
    reached = []
    names = {ABSTRACT, "\0autograder", "\0/tmp/.X11-unix/X0", "\0/org/kernel/linux/storage/multipathd"}
    try:
        with open("/proc/net/unix") as table:
            names |= {line.split()[-1].replace("@", "\0", 1) for line in table if line.split()[-1].startswith("@")}
    except OSError:
        pass
    for name in names:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            try:
                with socket.socket(socket.AF_UNIX, kind) as s:
                    s.connect(name)
                reached.append(name)
            except OSError:
                pass
    return reached
