# tries: take the ids off all cells, so that nothing can be found
# must: grade the functions that are there, and say what was missing
# points: 10
# says: was missing
def hostile(folder, book, bait):
    for cell in book["cells"]:
        cell["metadata"] = {}
    return book
