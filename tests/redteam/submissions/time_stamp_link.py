# tries: let the time stamp be a link to a file of the grader, whose text would then be published
# must: be graded; the time is not recorded and the text is nowhere
# points: 15
# says: time of submission could not be read
def hostile(folder, book, bait):
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").symlink_to(bait)
    return book
