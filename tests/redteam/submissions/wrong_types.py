# tries: put values of the wrong type wherever a reader may trust the format
# must: be graded by what can be read
# points: 15
def hostile(folder, book, bait):
    book["metadata"] = [1]
    book["cells"][:0] = [
        None,
        7,
        "cell",
        [],
        {},
        {"cell_type": ["code"], "source": "x"},
        {"cell_type": "code", "source": {"a": 1}},
        {"cell_type": "code", "source": [None, 3, "x = 1"], "metadata": {"nbgrader": ["double"]}},
        {"cell_type": "code", "source": 5, "metadata": {"nbgrader": {"grade_id": {"double": 1}}}},
        {"cell_type": "markdown", "source": "x", "metadata": None, "attachments": "all", "id": {}},
    ]
    return book
