"""The author's side: from a source notebook and its checks to bundles, releases and an audit.

rubric             the schema of rubric.yml: what may be said, and what is wrong with it
strict_yaml        YAML without its surprises, with the line of everything
declare            a unit as it is declared: rubric, cases and alternatives put together
source             the source notebook: solutions, and texts that change them
compiler           a unit compiled, written where students or graders find it
exercise_compiler  one exercise: its solution and its mistakes run on its cases
otherwise          right answers to other questions: an argument left out or exchanged
recorded           recorded answers before the judge: is a mistake caught and named
release            the students' notebooks
audit              the grader graded
bank               answers of people who saw no check, graded
naming             are mutants and pairs of mistakes called by right names
trial              one variant tried, in a process of its own
otherwise          right answers to other questions: an argument left out, two exchanged
mutate             machine-made wrong solutions
course_facts       addresses of the course as package data
"""
