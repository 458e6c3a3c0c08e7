# tries: hand in code that costs the trusted reader minutes: megabytes of it, to be parsed for what it defines
# must: be refused before it is parsed
# status: unreadable
# says: characters of code
def hostile(folder, book, bait):
    slow = "a = 1\n" * 30_000
    book["cells"] += [{"cell_type": "code", "source": slow, "metadata": {}, "outputs": []}] * 40
    return book
