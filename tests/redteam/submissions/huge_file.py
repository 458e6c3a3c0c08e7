# tries: hand in a file of 100 MB, to fill the grader's memory
# must: be refused after 20 MB, with the remedy
# status: unreadable
# says: larger than 20 MB
def hostile(folder, book, bait):
    with open(folder / "toy.ipynb", "wb") as file:
        file.write(b'{"nbformat": 4, "cells": [')
        file.truncate(100_000_000)
