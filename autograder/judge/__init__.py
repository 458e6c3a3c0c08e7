"""Compares answers with the bundle: data with data. Runs no student's code and unpickles nothing.

compiled    a unit as data: cases with their answers, criteria, known mistakes
bundle      its file: written deterministically, read strictly
installed   the public bundles of this installation
judge       one exercise: ask, compare, add up, diagnose
criteria    the kinds of criteria, and how each looks at an answer
compare     are two values equal, and if not, where
models      Keras models as data: facts, outputs, scores
diagnose    which known mistake is it
relations   what a wrong answer is, seen from the right one: names that nobody declared
likeness    the kinds of such relations: other arrays, and numbers in other places
scales      …: sign, size and rounding
changes     …: another size or order, a function too many
places      …: at which steps, rows and cases an answer is right
kinds       …: lists for arrays, missing parts, other layers
failures    …: errors, and the kind of argument for which they come
entries     the arrays of an answer, each with what is expected there
difference  where and how two values differ, in words
explain     errors and kinds of values in words
"""
