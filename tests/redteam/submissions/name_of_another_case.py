# tries: have the name of another student in capitals, to be mixed up with them
# must: be a student of their own, with a feedback page of their own
# points: 0
STUDENT = "ADA"


def hostile(folder, book, bait):
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = ""
    return book
