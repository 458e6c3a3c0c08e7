# tries: take the ids off all cells, so that nothing can be found
# must: be known by what the cells hold and where they stand; the written answer goes to a person
# points: 15
# says: A person reads and marks this answer
def hostile(folder, book, bait):
    for cell in book["cells"]:
        cell["metadata"] = {}
    return book
