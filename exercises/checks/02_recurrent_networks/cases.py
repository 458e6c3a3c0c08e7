"""Inputs of unit 02, recurrent networks: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case

from ..common.padding import holes, other_padding, right_padding, silent_ends


def weights(rng, features, units, scale=0.6):
    """Kernels and bias of a plain recurrent layer; the bias is far from zero, so that leaving it out shows."""
    return (rng.normal(0, scale, (features, units)), rng.normal(0, scale, (units, units)), rng.normal(0, 0.8, units))


def step_inputs(rng, batch, features, units):
    return rng.normal(size=(batch, features)), rng.uniform(-0.9, 0.9, (batch, units)), *weights(rng, features, units)


def rnn_step(rng, size):
    yield Case("two sequences, three units", *step_inputs(rng, 2, 4, 3), tags="plain")
    yield Case("one sequence, one unit", *step_inputs(rng, 1, 1, 1), tags="plain")
    yield Case("as many features as units", *step_inputs(rng, 5, 3, 3), tags="plain")
    x_t, _, *kernels = step_inputs(rng, 3, 2, 4)
    yield Case("from a state of zeros", x_t, np.zeros((3, 4)), *kernels, tags="first")
    x_t, h_prev, *kernels = step_inputs(rng, 2, 3, 5)
    yield Case("an input of zeros", np.zeros_like(x_t), h_prev, *kernels, tags="plain")
    x_t, h_prev, *kernels = step_inputs(rng, 2, 2, 3)
    yield Case("large sums", np.array([[1000.0, 900.0], [-1000.0, 800.0]]), h_prev, *kernels, tags="plain")
    yield Case("whole numbers", np.array([[1, 0], [0, 2]]), np.array([[0, 1, -1], [1, 0, 0]]), *kernels, tags="whole")
    whole, half = np.array([[1, 0], [0, 2]]), np.array([[0.5, -0.25], [0.25, 0.5]])
    yield Case("an input and its kernel of whole numbers", whole, half, whole - 1, half, np.full(2, 0.5), tags="whole")
    yield Case(
        "all of whole numbers but input and kernel", half, whole - 1, half, whole, np.array([1, -1]), tags="whole"
    )
    # tanh(5) and tanh(6) differ in the fourth digit after the point only.
    steep = np.array([[5.0], [6.0], [7.0], [-9.0]])
    yield Case(
        "sums of five and more", steep, np.zeros((4, 1)), np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1), tags="large"
    )
    if size == "secret":
        for number in range(6):
            batch, features, units = (int(n) for n in rng.integers(2, 9, 3))
            yield Case(f"other sizes {number}", *step_inputs(rng, batch, features, units), tags="plain")
        yield Case("float32", *[array.astype(np.float32) for array in step_inputs(rng, 3, 4, 5)], tags="plain")


def sequence(rng, batch, time, features, units):
    return rng.normal(size=(batch, time, features)), *weights(rng, features, units)


def rnn_forward(rng, size):
    for number in range(1 if size == "public" else 4):
        batch, time, features, units = (3, 5, 2, 4) if size == "public" else (int(n) for n in rng.integers(3, 9, 4))
        x, *kernels = sequence(rng, batch, time, features, units)
        h0, ends = rng.uniform(-0.9, 0.9, (batch, units)), right_padding(rng, batch, time)
        yield Case(f"from zero {number}", x, *kernels, tags="plain")
        yield Case(f"from a given state {number}", x, *kernels, h0, tags="state")
        yield Case(f"padded at the end {number}", x, *kernels, mask=ends, tags="mask")
        yield Case(f"padded anywhere {number}", x, *kernels, mask=holes(rng, batch, time), tags="mask")
        yield Case(f"given state and padding at the end {number}", x, *kernels, h0, ends, tags="mask")
    yield Case("one step", *sequence(rng, 2, 1, 3, 2), tags="plain")
    x, *kernels = sequence(rng, 2, 3, 2, 2)
    yield Case("one-hot inputs, whole numbers", np.eye(2, dtype=int)[[[0, 1, 1], [1, 0, 1]]], *kernels, tags="whole")
    yield Case("an initial state of whole numbers", x, *kernels, np.array([[1, 0], [0, -1]]), tags="whole-state")
    yield Case("no mask, and real steps of zeros", silent_ends(x), *kernels, tags="plain")
    nothing = np.array([[True, True, False], [False, False, False]])
    yield Case("a sequence of padding only", x, *kernels, np.full((2, 2), 0.5), nothing, tags="mask")
    yield Case("padding alone", x[:1], *kernels, np.full((1, 2), 0.5), np.zeros((1, 3), dtype=bool), tags="mask")
    one_unit = (np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1))  # tanh(100) is 1, so the bundle stays small
    yield Case("eleven hundred steps", np.full((1, 1100, 1), 100.0), *one_unit, tags="plain")
    square, half = np.array([[1, 0], [-1, 2]]), np.array([[0.5, -0.25], [0.25, 0.5]])
    ids = np.eye(2, dtype=int)[[[0, 1, 0]]]
    yield Case("inputs and their kernel of whole numbers", ids, square, half, np.array([0.5, -0.5]), tags="whole")
    yield Case("as many sequences as steps", *sequence(rng, 4, 4, 4, 4), tags="plain")


rnn_forward_padding = other_padding(sequence)


def count_parameters(rng, size):
    yield Case("the example of the text", 10, 3, 2, tags=("one", "any"))
    yield Case("more units than features", 50, 4, 9, tags=("one", "any"))
    yield Case("both ways", 30, 5, 4, bidirectional=True, tags=("both", "any"))
    yield Case("two layers", 20, 6, 3, layers=2, tags=("stacked", "any"))
    yield Case("three layers, both ways", 20, 3, 7, 3, True, tags=("stacked", "any"))
    yield Case("forty layers", 20, 3, 4, 40, tags=("stacked", "any"))
    if size == "secret":
        for number in range(3):
            vocabulary, features, units = (int(n) for n in rng.integers([100, 2, 2], [5000, 60, 90]))
            deep = int(rng.integers(2, 5))
            yield Case(f"other sizes {number}", vocabulary, features, units, tags=("one", "any"))
            yield Case(f"both ways {number}", vocabulary, features, units, 1, True, tags=("both", "any"))
            yield Case(f"{deep} layers {number}", vocabulary, features, units, deep, tags=("stacked", "any"))
            yield Case(
                f"{deep} layers both ways {number}", vocabulary, features, units, deep, True, tags=("stacked", "any")
            )


def sentiment_classifier(rng, size):
    def case(name, vocabulary, features, units, tags, padded=False, both=False, batch=4, time=7):
        ids = rng.integers(1, vocabulary, (batch, time))
        if padded:
            ids *= right_padding(rng, batch, time)
        directions = 2 if both else 1
        arrays = [rng.normal(0, 0.7, (vocabulary, features))]
        for _ in range(directions):
            arrays += weights(rng, features, units, 0.5)
        arrays += [rng.normal(0, 0.7, (directions * units, 1)), rng.normal(0, 0.7, 1)]
        loaded = [array.astype(np.float32) for array in arrays]
        arguments = (vocabulary, features, units, True) if both else (vocabulary, features, units)
        return Case(name, *arguments, tags=tags, seed=2).model(inputs=ids, weights=loaded)

    # The form is looked at without loading weights, so that a model of another form can be told what is different.
    yield Case("its form", 40, 6, 5, tags="form", seed=2).model(inputs=rng.integers(1, 40, (2, 4)))
    yield Case("its form, both ways", 40, 6, 5, bidirectional=True, tags="form-both", seed=2).model(
        inputs=rng.integers(1, 40, (2, 4))
    )
    yield case("whole texts", 40, 6, 5, "whole")
    yield case("as many features as units", 30, 4, 4, "whole")
    yield case("padded texts", 40, 6, 5, "padded", padded=True)
    yield case("both ways", 20, 3, 4, "both", padded=True, both=True)
    if size == "secret":
        yield case("other sizes", 60, 3, 7, "whole", time=12)
        yield case("padded texts of other sizes", 25, 7, 3, "padded", padded=True, time=12)
        yield case("both ways, other sizes", 30, 5, 3, "both", padded=True, both=True, time=9)
