# tries: hand in one cell of ten million characters
# must: be refused, naming the cell
# status: unreadable
# says: longer than 200000 characters
def hostile(folder, book, bait):
    book["cells"].append(
        {"cell_type": "code", "source": "x = 1\n" * 1_700_000, "metadata": {}, "outputs": []}
    )
    return book
