# tries: reach the network by IPv4, IPv6, names, and Unix sockets of this machine
# must: reach nothing
# ask: ok
# value: []
import socket

def attack():
    reached = []
    for family, address in [
        (socket.AF_INET, ("127.0.0.1", PORT)), (socket.AF_INET, ("1.1.1.1", 53)), (socket.AF_INET, ("169.254.169.254", 80)),
        (socket.AF_INET6, ("::1", PORT)), (socket.AF_UNIX, ABSTRACT), (socket.AF_UNIX, "/run/dbus/system_bus_socket"),
        (socket.AF_UNIX, "/var/run/docker.sock"),
    ]:
        try:
            with socket.socket(family) as s:
                s.settimeout(1)
                s.connect(address)
            reached.append(str(address))
        except OSError:
            pass
    try:
        reached.append(socket.getaddrinfo("pypi.org", 443)[0][4][0])
    except OSError:
        pass
    return reached
