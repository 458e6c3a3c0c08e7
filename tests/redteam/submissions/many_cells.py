# tries: hand in a hundred thousand cells
# must: be refused
# status: unreadable
# says: more than 2000 cells
def hostile(folder, book, bait):
    book["cells"] += [{"cell_type": "raw", "source": "", "metadata": {}}] * 100_000
    return book
