"""What students and instructors read. Shows no hidden case and no unescaped string of a student's.

vocabulary  words, signs and colours of a result, for all that is shown
card        the card of an exercise or a quiz, in the notebook and in the autograded copy
pages       feedback for each student, a report for the class
analysis    what the results of a class say
similar     solutions that are strikingly alike
links       addresses of the sections that help
render      the templates, and their filters
"""
