# tries: hand in lines on which a search for Jupyter's magic would take the square of their length
# must: be graded as fast as any other notebook
# points: 15
def hostile(folder, book, bait):
    for line in (" " * 100_000 + "$", "a, " * 30_000 + "$"):
        book["cells"].append({"cell_type": "code", "source": line, "metadata": {}, "outputs": []})
    return book
