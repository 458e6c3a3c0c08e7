# tries: write nothing, unlock the tests, make them worth a fortune and let them answer with it
# must: give no points: what a cell is worth and holds is taken from the release
# points: 0
# says: It is locked
def hostile(folder, book, bait):
    for cell in book["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        name = meta.get("grade_id", "")
        if name in ("double", "mean_of_rows", "quiz_q01", "quiz_q02", "written_why"):
            cell["source"] = ""
        if meta.get("grade"):
            meta |= {"points": 10**9, "max_score": 10**9, "locked": False, "solution": True}
            if cell["cell_type"] == "code":
                cell["source"] = "10**9"
                cell["outputs"] = [
                    {
                        "output_type": "execute_result",
                        "execution_count": 1,
                        "metadata": {},
                        "data": {"text/plain": "1000000000"},
                    }
                ]
    return book
