# tries: have a name longer than the database's column
# must: be listed as not graded; nobody else is touched
# status: refused
# says: longer than 128 characters
STUDENT = "n" * 200


def hostile(folder, book, bait):
    return book
