# tries: answer with formulas, which a spreadsheet would compute in the instructor's table
# must: be text in every table
# points: 0
EVIL = "=cmd|' /C calc'!A0"


def hostile(folder, book, bait):
    answers = {
        "double": f"def double(x):\n    raise ValueError({EVIL!r})",
        "mean_of_rows": f"def mean_of_rows(x):\n    return {EVIL!r}",
        "quiz_q01": f"q01 = {EVIL!r}",
        "quiz_q02": f"q02 = {EVIL!r}",
        "written_why": EVIL,
    }
    for cell in book["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(name, cell["source"])
    return book
