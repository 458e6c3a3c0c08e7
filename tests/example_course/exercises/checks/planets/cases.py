"""Inputs of the unit `planets`: a function for each exercise.

They come from a generator of random numbers, so the secret cases for grading
are others than the public ones.
"""

from autograder.authoring import Case


def period(rng, size):
    yield Case("four planets", rng.uniform(0.3, 40.0, size=4))
    if size == "secret":
        yield Case("many planets", rng.uniform(0.3, 40.0, size=50))


def mean_speed(rng, size):
    yield Case("three planets", rng.uniform(0.3, 40.0, size=3 if size == "public" else 9))
