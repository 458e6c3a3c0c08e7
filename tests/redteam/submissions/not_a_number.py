# tries: put NaN and Infinity, which are no JSON, into points, outputs and metadata
# must: be graded as if they were not there
# points: 15
def hostile(folder, book, bait):
    for cell in book["cells"]:
        cell["metadata"].setdefault("nbgrader", {})["points"] = float("nan")
        cell["metadata"]["x"] = float("inf")
        cell["outputs"] = [
            {"output_type": "display_data", "metadata": {}, "data": {"text/plain": float("-inf")}}
        ]
    return book
