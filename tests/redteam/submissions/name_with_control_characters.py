# tries: have a name that moves the cursor, breaks lines of tables and turns the direction of writing
# must: be listed as not graded, in a form that can be printed; nobody else is touched
# status: refused
# says: characters that print nothing
STUDENT = "a\n\x1b[2J\u202e,b"


def hostile(folder, book, bait):
    return book
