# tries: hand in millions of small values, which take a hundred times their size in memory
# must: be refused before they are read
# status: unreadable
# says: far too many nested values
def hostile(folder, book, bait):
    return b'{"nbformat": 4, "cells": [' + b"{}," * 2_000_000 + b"{}]}"
