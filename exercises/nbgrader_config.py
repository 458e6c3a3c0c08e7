"""nbgrader in this folder: release, autograde in the sandbox, feedback. `nbgrader` reads it when started here."""

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "sequence-models"

# The clock of the course: times of submission without a zone of their own, such as those in Moodle's
# worksheet, are on it.
c.Exchange.timezone = "UTC"

# Release: nbgrader's own steps, with stubs that name the function. Quiz cells are answer forms and stay as they are.
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

# Autograde: the submission runs in the sandbox, not in a kernel of yours.
c.Autograde.sanitize_preprocessors = ["autograder.grade.nbgrader_plugins.Sanitize"]
c.Autograde.autograde_preprocessors = [
    "autograder.grade.nbgrader_plugins.Grade",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Feedback: hidden tests stay hidden.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# For cells that run in a kernel after all (`nbgrader validate`): a training cell takes seconds, a hung one stops.
c.ExecutePreprocessor.timeout = 180
