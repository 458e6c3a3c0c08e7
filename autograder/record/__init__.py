"""Writes down what came out. Never overwrites a mark that a person gave.

gradebook  nbgrader's database and the autograded notebook, one transaction a submission
journal    `results.jsonl`: one line a student, resumable
"""
