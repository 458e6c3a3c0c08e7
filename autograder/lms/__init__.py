"""To and from learning platforms. Grades nothing; every name and archive is hostile.

collect      a download sorted into `submitted/`
archive      folders and zip files read as data
roster       the class list
marks        marks for Canvas, Moodle, a spreadsheet or a program
moodle_quiz  a quiz bank for import into Moodle
"""
