"""To and from learning platforms. Grades nothing; every name and archive is hostile.

collect      a download sorted into `submitted/`
labels       whose a file is, by its name and the class list
archive      folders and zip files read as data
roster       the class list
marks        marks for Canvas, Moodle, a spreadsheet or a program
moodle_quiz  a quiz bank for import into Moodle

Importing the room imports none of them: the command line shows these names in its help.
"""

PLATFORMS = ("canvas", "moodle", "classroom")  # whose downloads `collect` reads
MARKS = ("canvas", "moodle", "csv", "json")  # what `marks` writes
QUIZZES = ("moodle", "gift")  # what `moodle_quiz` writes
