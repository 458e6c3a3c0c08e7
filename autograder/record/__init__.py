"""Writes down what came out. Never overwrites a mark that a person gave.

database   nbgrader's course directory and database: found, opened, created
gradebook  marks and the autograded notebook, one transaction a submission
journal    `results.jsonl`: one line a student, resumable
"""
