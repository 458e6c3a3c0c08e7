# tries: answer the quiz with code that changes a file when it is evaluated
# must: never be run; the rest is graded
# points: 10
# says: must be a plain value
def hostile(folder, book, bait):
    for cell in book["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name.startswith("quiz_"):
            cell["source"] = f"{name[5:]} = open({str(bait)!r}, 'w').write('run')"
    return book
