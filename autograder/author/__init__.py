"""The author's side: from a source notebook and its checks to bundles, releases and an audit.

source        the source notebook and its checks, read together
compiler      solutions and known mistakes run on the cases, their answers stored as data
release       the students' notebooks
audit         the grader graded
mutate        machine-made wrong solutions
course_facts  addresses of the course as package data
"""
