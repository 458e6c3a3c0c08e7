# tries: nest values a hundred thousand deep, to overflow the reader's stack
# must: be refused
# status: unreadable
# says: nested too deeply
def hostile(folder, book, bait):
    return b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
