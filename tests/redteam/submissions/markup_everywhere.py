# tries: put script into errors, outputs, class names, written answers, quiz answers and ids of cells
# must: be text on every page, in the gradebook's comments and in the autograded notebook
# points: 0
# says: alert(1)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{% for x in y %}"


def hostile(folder, book, bait):
    answers = {
        "double": f"def double(x):\n    print({EVIL!r})\n    raise type({EVIL!r}, (Exception,), {{}})({EVIL!r})",
        "mean_of_rows": f"def mean_of_rows(x):\n    return type({EVIL!r}, (), {{'__repr__': lambda s: {EVIL!r}}})()",
        "quiz_q01": f"q01 = {EVIL!r}",
        "quiz_q02": f"q02 = {EVIL!r}",
        "written_why": f"{EVIL} [click](javascript:alert(1)) <svg onload=alert(1)>",
    }
    for cell in book["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(name, cell["source"])
        cell["id"] = EVIL
    book["cells"].append(
        {
            "cell_type": "code",
            "source": f"raise ValueError({EVIL!r})",
            "id": EVIL,
            "outputs": [],
            "metadata": {"nbgrader": {"grade_id": EVIL, "grade": True, "points": 5}},
        }
    )
    book["cells"].append({"cell_type": "markdown", "source": EVIL, "id": EVIL, "metadata": {}})
    return book
