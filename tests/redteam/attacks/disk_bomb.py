# tries: fill the disk through /tmp
# must: hit the cap of its own small /tmp
# ask: error
# error: OSError
# seconds: 30
def attack():
    for i in range(10**6):
        with open(f"/tmp/{i}", "wb") as file:
            for _ in range(20):
                file.write(b"x" * (1 << 20))
