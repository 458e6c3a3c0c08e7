# tries: hand in a hard link to a file of the grader, to find its content in the feedback
# must: be refused without a word of what it holds
# status: unreadable
# says: not a notebook file
def hostile(folder, book, bait):
    (folder / "toy.ipynb").hardlink_to(bait)
