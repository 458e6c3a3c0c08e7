# tries: fill /tmp with empty files
# must: hit the cap on the number of files
# ask: error
# error: OSError
# seconds: 30
def attack():
    for i in range(10**6):
        open(f"/tmp/{i}", "w").close()
