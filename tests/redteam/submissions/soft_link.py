# tries: hand in a symbolic link to a file of the grader
# must: be refused unread
# status: unreadable
# says: it is a link
def hostile(folder, book, bait):
    (folder / "toy.ipynb").symlink_to(bait)
