# tries: hand in a link to a device that never ends
# must: be refused unread
# status: unreadable
# says: it is a link
def hostile(folder, book, bait):
    (folder / "toy.ipynb").symlink_to("/dev/zero")
