# tries: have a name of bytes that are no text
# must: be listed as not graded; nobody else is touched
# status: refused
# says: not valid UTF-8
STUDENT = b"caf\xe9".decode("utf-8", "surrogateescape")


def hostile(folder, book, bait):
    return book
