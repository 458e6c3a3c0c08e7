# tries: hand in a pipe that nobody writes to, to stop the whole class
# must: be refused at once
# status: unreadable
# says: not a regular file
import os


def hostile(folder, book, bait):
    os.mkfifo(folder / "toy.ipynb")
