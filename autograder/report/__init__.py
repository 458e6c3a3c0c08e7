"""What students and instructors read. Shows no hidden case and no unescaped string of a student's.

card      the card of one exercise, in the notebook and on every page
pages     feedback for each student, a report for the class
analysis  what the results of a class say
similar   solutions that are strikingly alike
links     addresses of the sections that help
"""
