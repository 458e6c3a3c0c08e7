# tries: hand in a time stamp of 100 MB that no parser ends with
# must: be graded; the time is not recorded
# points: 15
# says: time of submission could not be read
def hostile(folder, book, bait):
    with open(folder / "timestamp.txt", "wb") as file:
        file.write(b"9" * 10_000)
        file.truncate(100_000_000)
    return book
