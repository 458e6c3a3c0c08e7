"""nbgrader in this folder: the release, and grading in the sandbox."""

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "planets-course"

# nbgrader's own steps, but for the stubs: ours name the function, and leave the forms of the quiz alone.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "autograder.author.release.ReleaseSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# `nbgrader autograde` and the formgrader's button use the sandbox too.
c.Autograde.sanitize_preprocessors = ["autograder.grade.nbgrader_plugins.Sanitize"]
c.Autograde.autograde_preprocessors = [
    "autograder.grade.nbgrader_plugins.Grade",
    "nbgrader.preprocessors.CheckCellMetadata",
]
