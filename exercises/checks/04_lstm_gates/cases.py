"""Inputs of unit 04, LSTM gates: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case

from ..common.padding import holes, other_padding, right_padding, silent_ends
from ..common.whole import whole_alone


def weights(rng, features, units, scale=0.6):
    """Kernels and bias of an LSTM; the bias is far from zero, so that leaving it out shows."""
    return (
        rng.normal(0, scale, (features, 4 * units)),
        rng.normal(0, scale, (units, 4 * units)),
        rng.normal(0, 0.8, 4 * units),
    )


def step_inputs(rng, batch, features, units):
    """Arguments of `lstm_step`; the old cell state is larger than 1 in places, as in a trained network."""
    x_t = rng.normal(size=(batch, features))
    h_prev, c_prev = rng.uniform(-0.9, 0.9, (batch, units)), rng.normal(0, 1.5, (batch, units))
    return x_t, h_prev, c_prev, *weights(rng, features, units)


def carry_case(rng, batch, features, units):
    """Forget gate open, input gate closed: the cell state must pass through unchanged."""
    x_t, h_prev, c_prev, W_x, W_h, b = step_inputs(rng, batch, features, units)
    b[:units], b[units : 2 * units] = -60.0, 60.0
    return Case("forget gate open, input gate closed", x_t, h_prev, c_prev, W_x, W_h, b, tags="carry")


def lstm_step(rng, size):
    yield Case("two sequences, three units", *step_inputs(rng, 2, 4, 3), tags="plain")
    yield Case("one sequence, one unit", *step_inputs(rng, 1, 1, 1), tags="plain")
    yield Case("as many features as units", *step_inputs(rng, 5, 3, 3), tags="plain")
    yield carry_case(rng, 2, 3, 4)
    _, *others = step_inputs(rng, 2, 2, 3)
    yield Case("large numbers in z", np.array([[1000.0, 900.0], [-1000.0, 800.0]]), *others, tags="plain")
    *_, W_x, W_h, b = step_inputs(rng, 2, 2, 2)
    x_t, h_prev, c_prev = np.array([[1, 0], [0, 2]]), np.array([[0, 1], [-1, 0]]), np.array([[3, 0], [1, -2]])
    yield Case("whole numbers", x_t, h_prev, c_prev, W_x, W_h, b, tags="whole")
    if size == "secret":
        for number in range(6):
            batch, features, units = rng.integers(2, 9, 3)
            yield Case(f"other sizes {number}", *step_inputs(rng, batch, features, units), tags="plain")
        floats = [array.astype(np.float32) for array in step_inputs(rng, 3, 4, 5)]
        yield Case("float32", *floats, tags="plain")
    shapes = ((1, 1), (1, 1), (1, 1), (1, 4), (1, 4), 4)
    for name, arguments in whole_alone(shapes, {"x_t": [0], "h_prev": [1], "kernels and bias": [3, 4, 5]}):
        yield Case(f"whole numbers in {name} alone", *arguments, tags="whole")


def sequence(rng, batch, time, features, units):
    return rng.normal(size=(batch, time, features)), *weights(rng, features, units)


def lstm_forward(rng, size):
    for number in range(1 if size == "public" else 4):
        batch, time, features, units = (3, 5, 2, 4) if size == "public" else rng.integers(2, 8, 4) + 1
        x, *kernels = sequence(rng, batch, time, features, units)
        h0, c0 = rng.uniform(-0.9, 0.9, (batch, units)), rng.normal(0, 1.5, (batch, units))
        ends = right_padding(rng, batch, time)
        yield Case(f"from zero {number}", x, *kernels, tags="plain")
        yield Case(f"from given states {number}", x, *kernels, h0, c0, tags="state")
        yield Case(f"padded at the end {number}", x, *kernels, mask=ends, tags="mask")
        yield Case(f"padded anywhere {number}", x, *kernels, mask=holes(rng, batch, time), tags="mask")
        yield Case(f"given states and padding at the end {number}", x, *kernels, h0, c0, ends, tags="mask")
    yield Case("one step", *sequence(rng, 2, 1, 3, 2), tags="plain")
    x, *kernels = sequence(rng, 2, 3, 2, 2)
    yield Case("one-hot inputs, whole numbers", np.eye(2, dtype=int)[[[0, 1, 1], [1, 0, 1]]], *kernels, tags="whole")
    yield Case("no mask, and real steps of zeros", silent_ends(x), *kernels, tags="plain")
    whole = np.array([[1, 0], [0, -1]])
    yield Case("initial states of whole numbers", x, *kernels, whole, 2 * whole, tags="whole-state")
    # At the second step every sequence is padded, and a real step follows.
    nothing, half = np.array([[True, False, True], [False, False, False]]), np.full((2, 2), 0.5)
    yield Case("a sequence of padding only", x, *kernels, half, half, nothing, tags="mask")
    # Open gates and a candidate of 0: the cell stays at 100 and the state at 1, so the bundle stays small.
    open_gates = (np.zeros((1, 4)), np.zeros((1, 4)), np.array([100.0, 100.0, 0.0, 100.0]))
    yield Case("three hundred steps", np.zeros((1, 300, 1)), *open_gates, None, np.full((1, 1), 100.0), tags="state")
    yield Case("as many sequences as steps", *sequence(rng, 4, 4, 4, 4), tags="plain")
    yield Case("only h0", *sequence(rng, 2, 3, 2, 2), h0=rng.uniform(-0.9, 0.9, (2, 2)), tags="state")
    yield Case("only c0", *sequence(rng, 2, 3, 2, 2), c0=rng.normal(size=(2, 2)), tags="state")
    groups = {"x": [0], "h0": [4]}
    for name, arguments in whole_alone(((1, 2, 1), (1, 4), (1, 4), 4, (1, 1), (1, 1)), groups):
        yield Case(f"whole numbers in {name} alone", *arguments, tags="whole-state")


lstm_forward_padding = other_padding(sequence)


ARGUMENTS = ("x_t", "h_prev", "c_prev", "W_x", "W_h", "b")


def backward_inputs(rng, batch, features, units):
    return rng.normal(size=(batch, units)), rng.normal(size=(batch, units)), *step_inputs(rng, batch, features, units)


def lstm_backward_step(rng, size):
    yield Case("three sequences, two units", *backward_inputs(rng, 3, 4, 2), tags="plain")
    yield Case("one sequence, one unit", *backward_inputs(rng, 1, 1, 1), tags="plain")
    yield Case("as many features as units", *backward_inputs(rng, 2, 3, 3), tags="plain")
    dh, dc, *_, W_x, W_h, b = backward_inputs(rng, 2, 2, 2)
    x_t, h_prev, c_prev = np.array([[1, 0], [0, 2]]), np.array([[0, 1], [-1, 0]]), np.array([[3, 0], [1, -2]])
    yield Case("whole numbers", dh, dc, x_t, h_prev, c_prev, W_x, W_h, b, tags="whole")
    if size == "secret":
        for number in range(5):
            yield Case(
                f"other sizes {number}", *backward_inputs(rng, *(int(n) for n in rng.integers(2, 7, 3))), tags="plain"
            )
    groups = {"dh and dc": [0, 1], "x_t": [2], "kernels and bias": [5, 6, 7]}
    for name, arguments in whole_alone(((1, 1),) * 5 + ((1, 4), (1, 4), 4), groups):
        yield Case(f"whole numbers in {name} alone", *arguments, tags="whole")


def numerical(name):
    """The gradient with respect to argument `name` by central differences of the solution's own `lstm_step`.

    The step 1e-5 balances truncation (about 1e-10) against rounding (about 1e-11) in float64.
    """

    def by(namespace, case):
        dh, dc, *inputs = case.args
        inputs = [np.array(array, dtype=np.float64) for array in inputs]
        array = inputs[ARGUMENTS.index(name)]
        gradient = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            middle, losses = array[index], []
            for shift in (1e-5, -1e-5):
                array[index] = middle + shift
                h, c = namespace["lstm_step"](*inputs)
                losses.append(np.sum(dh * h) + np.sum(dc * c))
            array[index] = middle
            gradient[index] = (losses[0] - losses[1]) / 2e-5
        return gradient

    return by


d_x_t, d_h_prev, d_c_prev, d_W_x, d_W_h, d_b = map(numerical, ARGUMENTS)


def keras_lstm_from_weights(rng, size):
    def case(name, batch, time, features, units, scale=0.6, tags="numbers"):
        kernels = [array.astype(np.float32) for array in weights(rng, features, units, scale)]
        x = rng.normal(size=(batch, time, features)).astype(np.float32)
        return Case(name, *kernels, tags=tags, seed=4).model(inputs=x)

    yield case("two features, three units", 2, 4, 2, 3, tags=("numbers", "first"))
    yield case("as many features as units", 3, 5, 4, 4)
    yield case("many steps", 2, 30, 3, 2, tags="long")
    if size == "secret":
        yield case("other sizes", 4, 7, 6, 5)
        yield case("strong weights", 3, 6, 3, 4, scale=1.5)
    # The sizes of the first case, so that a model that was kept since then shows.
    W_x, W_h = (np.linspace(-1, 1, n * 12, dtype=np.float32).reshape(n, 12) for n in (2, 3))
    b = np.zeros(12, dtype=np.float32)
    x = np.ones((1, 2, 2), dtype=np.float32)
    yield Case("the same sizes, and a bias of zeros", W_x, W_h, b, tags="again", seed=4).model(inputs=x)


STEPS, HELD_OUT = 20, 250


def train_adding(rng, size):
    # Sequences of the adding problem, as `make_adding` in the notebook makes them; float16 keeps the bundle small.
    values, markers, rows = rng.uniform(0, 1, (HELD_OUT, STEPS)), np.zeros((HELD_OUT, STEPS)), np.arange(HELD_OUT)
    markers[rows, rng.integers(0, STEPS // 2, HELD_OUT)] = 1
    markers[rows, rng.integers(STEPS // 2, STEPS, HELD_OUT)] = 1
    x = np.stack([values, markers], axis=-1).astype(np.float16)
    y = x.astype(np.float32).prod(axis=-1).sum(axis=1, keepdims=True)
    yield Case("one training", 3 if size == "public" else 537).model(inputs=x, targets=y)
