"""Grading: one submission, a class, other machines. The only room that knows the whole way.

assignment        the notebooks of an assignment, ready for grading
one               one submission: read, run, judge
places            asks each exercise where its check cell stands
missing           what to do where a submission holds no notebook of the unit
classroom         a whole class: schedule, record, resume
warm              the sandbox pool of a run, started early
cluster           the same work items on Dask workers
nbgrader_plugins  the same for `nbgrader autograde` and the formgrader's button
"""
