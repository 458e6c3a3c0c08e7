"""Compares answers with the bundle: data with data. Runs no student's code and unpickles nothing.

bundle    compiled cases: inputs, expected answers, and the answers of every known mistake
judge     partial credit by criterion
compare   are two values equal, and if not, where
models    Keras models as data: facts, outputs, scores
diagnose  which known mistake is it
explain   differences and errors in words
"""
