# tries: hand in 15 MB of outputs, script among them, for the autograded notebook and the pages
# must: be graded; no output of a student is kept
# points: 15
def hostile(folder, book, bait):
    for cell in book["cells"][:3]:
        cell["outputs"] = [
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": "<script>alert(1)</script>" + "x" * 5_000_000},
            }
        ]
    return book
