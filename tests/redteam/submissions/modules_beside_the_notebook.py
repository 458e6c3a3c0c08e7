# tries: lay modules and configuration beside the notebook that the grader might import or obey
# must: be graded; none of them is ever run
# points: 15
TRAP = "import pathlib\npathlib.Path({!r}).write_text('run')\n"


def hostile(folder, book, bait):
    for name in (
        "numpy.py",
        "sitecustomize.py",
        "autograder.py",
        "nbgrader_config.py",
        "conftest.py",
        "json.py",
    ):
        (folder / name).write_text(TRAP.format(str(bait)))
        (folder.parent / name).write_text(TRAP.format(str(bait)))
    return book
