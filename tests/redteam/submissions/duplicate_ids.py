# tries: repeat every cell with its id, the copies of the tests worth a thousand points
# must: give the points of one answer, and say which copy counted
# points: 15
# says: please keep only one
import copy


def hostile(folder, book, bait):
    twins = copy.deepcopy(book["cells"])
    for cell in twins:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = 1000
            cell["source"] = "1000"
    book["cells"] += twins
    return book
