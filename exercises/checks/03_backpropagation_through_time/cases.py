"""Inputs of unit 03, backpropagation through time: what the functions of students are called with."""

from functools import partial

import numpy as np
from autograder.authoring import Case, Pair


def network(rng, batch, time, features, units, start=True):
    """Arguments of `rnn_backward`: states far from zero, so that every slope matters, and a loss at every step."""
    dh_all = rng.normal(size=(batch, time, units))
    x, W_x = rng.normal(size=(batch, time, features)), rng.normal(0, 0.6, (features, units))
    W_h, b = rng.normal(0, 0.7, (units, units)), rng.normal(0, 0.5, units)
    return (dh_all, x, W_x, W_h, b, *([rng.uniform(-0.9, 0.9, (batch, units))] if start else []))


def last_state_only(rng, batch, time, features, units):
    dh_all, *rest = network(rng, batch, time, features, units)
    dh_all[:, :-1] = 0.0
    return dh_all, *rest


def rnn_backward(rng, size):
    yield Case("one step", *network(rng, 2, 1, 3, 2), tags={"step", "all"})
    yield Case("one sequence of four steps", *network(rng, 1, 4, 2, 3), tags="all")
    yield Case("three sequences of five steps", *network(rng, 3, 5, 2, 4), tags="all")
    yield Case("as many features as units", *network(rng, 3, 3, 3, 3), tags="all")
    yield Case("a loss on the last state only", *last_state_only(rng, 2, 6, 2, 3), tags="all")
    yield Case("no initial state given", *network(rng, 2, 4, 3, 2, start=False), tags="all")
    dh_all, x, *rest, h0 = network(rng, 2, 3, 2, 2)
    x, h0 = np.eye(2, dtype=int)[[[0, 1, 1], [1, 0, 0]]], np.array([[1, 0], [0, -1]])
    yield Case("one-hot inputs and a state of whole numbers", dh_all, x, *rest, h0, tags="whole")
    direct = np.array([[[1, 0], [0, -2], [3, 1]], [[0, 1], [1, 1], [-1, 2]]])
    yield Case("direct gradients of whole numbers", direct, 0.5 * x, *rest, 0.5 * h0, tags="whole-direct")
    if size == "secret":
        for number in range(4):
            yield Case(f"other sizes {number}", *network(rng, *(int(n) for n in rng.integers(2, 8, 4))), tags="all")


ARGUMENTS = ("x", "W_x", "W_h", "b", "h0")


def central_differences(name, namespace, case):
    """Gradient of the sum of dh_all * h_all with respect to the argument `name`, by numbers."""
    dh_all, *given = case.args
    given = [np.asarray(array, dtype=float) for array in (*given, np.zeros((len(dh_all), dh_all.shape[2])))]
    arrays = dict(zip(ARGUMENTS, given[: len(ARGUMENTS)], strict=True))
    result = np.zeros(arrays[name].shape)
    for index in np.ndindex(result.shape):
        ends = []
        for step in (1e-5, -1e-5):
            moved = {key: value.copy() for key, value in arrays.items()}
            moved[name][index] += step
            ends.append(np.sum(dh_all * namespace["rnn_forward"](**moved)))
        result[index] = (ends[0] - ends[1]) / 2e-5
    return result


d_x, d_W_x, d_W_h, d_b, d_h0 = (partial(central_differences, name) for name in ARGUMENTS)


def other_order(rng, size):
    """The same sequences, in another order in the batch."""
    dh_all, *rest = network(rng, 2, 4, 3, 3)
    yield Pair(
        Case("a batch", dh_all, *rest),
        Case("the same batch in another order", dh_all[::-1], rest[0][::-1], *rest[1:4], rest[4][::-1]),
    )


def numerical_gradient(rng, size):
    yield Case("three numbers", "cubes", rng.normal(size=3), 0.1, tags="plain")
    yield Case("a matrix", "waves", rng.normal(size=(2, 3)), 0.01, tags="plain")
    yield Case("a loss in which all numbers act together", "product", rng.uniform(0.5, 1.5, (2, 2)), 1e-3, tags="plain")
    yield Case("the default step", "waves", rng.normal(size=4), tags="plain")
    yield Case("a recurrent network", "network", rng.normal(0, 0.5, (2, 3)), 1e-4, tags="plain")
    yield Case("three axes", "waves", rng.normal(size=(2, 2, 2)), 0.05, tags="axes")
    yield Case("a single number", "cubes", np.array(1.5), 0.1, tags="axes")
    yield Case("integers", "cubes", rng.integers(1, 5, (2, 2)), 0.1, tags="integers")
    yield Case("single precision", "waves", rng.normal(size=4).astype(np.float32), 1e-4, tags="integers")
    yield Case("the default step, forty numbers", "waves", rng.normal(size=40).round(3), tags="plain")
    yield Case("large numbers", "cubes", np.array([20.0, -300.0, 0.5]), 0.5, tags="plain")
    yield Case("eleven hundred numbers", "cubes", np.zeros(1100), 0.5, tags="plain")
    if size == "secret":
        yield Case("another matrix", "product", rng.uniform(0.5, 1.5, (3, 2)), 0.01, tags="plain")
        yield Case("four axes", "waves", rng.normal(size=(2, 1, 3, 2)), 0.02, tags="axes")
        yield Case("more integers", "waves", rng.integers(-3, 4, 5), 0.05, tags="integers")


def gradients(rng, *shapes, scale=1.0):
    """Arrays of different sizes and lengths, so that one factor for all differs from one factor each."""
    return [scale * (number + 1) * rng.normal(size=shape) for number, shape in enumerate(shapes)]


def clip_by_global_norm(rng, size):
    yield Case("a kernel and a bias, too long", gradients(rng, (2, 3), 3, scale=3), 1.0, tags="long")
    yield Case("three arrays, far too long", gradients(rng, (3, 3), (2, 3), 4, scale=100), 5.0, tags="long")
    yield Case("one array", gradients(rng, (2, 2, 2), scale=4), 0.5, tags="long")
    yield Case("one array above the limit, one below", [np.array([3.0, 4.0]), np.array([0.1, 0.2])], 2.0, tags="long")
    yield Case(
        "each array below the limit, all together above it", [np.full(4, 0.4), np.full(4, 0.4)], 1.0, tags="long"
    )
    yield Case("whole numbers", [np.array([[3, 4], [0, 12]]), np.array([5])], 2.0, tags="whole")
    yield Case("whole numbers in one array", [np.array([1.5, -2.5]), np.array([3, 4])], 1.0, tags="whole")
    yield Case("a small limit", [np.array([3e-5]), np.array([[0.0, 4e-5]])], 1e-5, tags="whole")
    yield Case("a very small limit", [np.array([3e-12]), np.array([[0.0, 4e-12]])], 1e-12, tags="whole")
    yield Case("short enough", gradients(rng, (2, 2), 2, scale=0.1), 5.0, tags="short")
    yield Case("just short enough", [np.array([0.6]), np.array([0.8])], 1.5, tags="short")
    yield Case("all zero", [np.zeros((2, 2)), np.zeros(2)], 1.0, tags="zero")
    if size == "secret":
        for number in range(4):
            shapes = [tuple(rng.integers(1, 5, rng.integers(1, 4))) for _ in range(rng.integers(2, 6))]
            yield Case(
                f"other shapes {number}", gradients(rng, *shapes, scale=5), float(rng.uniform(0.5, 3)), tags="long"
            )
        yield Case("a very short gradient", gradients(rng, 3, (2, 2), scale=1e-3), 1.0, tags="short")
        yield Case("one zero array", [np.zeros(3), 10 * rng.normal(size=4)], 2.0, tags="long")


def clip_by_global_norm_limit(rng, size):
    yield Case("limit zero", [np.ones(2)], 0.0)
    yield Case("limit below zero", [np.ones(2)], -1.0)
    yield Case("limit zero, all gradients zero", [np.zeros((2, 2)), np.zeros(2)], 0.0)
    yield Case("limit below zero, all gradients zero", [np.zeros(3)], -0.5)


def stream(rng, batch, time, features, outputs=None):
    y = rng.integers(0, 9, (batch, time) if outputs is None else (batch, time, outputs)).astype(float)
    return rng.normal(size=(batch, time, features)), y


def truncated_chunks(rng, size):
    yield Case("six steps by three", *stream(rng, 2, 6, 1), 3, tags="even")
    yield Case("eight steps by two, several targets", *stream(rng, 3, 8, 2, 2), 2, tags="even")
    yield Case("as many sequences as steps", *stream(rng, 4, 4, 4), 2, tags="even")
    yield Case("seven steps by three", *stream(rng, 2, 7, 2), 3, tags="rest")
    yield Case("one step in a chunk", *stream(rng, 2, 3, 1), 1, tags="edge")
    yield Case("chunk longer than the stream", *stream(rng, 2, 3, 2), 5, tags="edge")
    yield Case("one chunk exactly", *stream(rng, 1, 4, 2), 4, tags="edge")
    if size == "secret":
        yield Case("eleven steps by four", *stream(rng, 3, 11, 2, 3), 4, tags="rest")
        yield Case("twelve steps by four", *stream(rng, 5, 12, 3), 4, tags="even")
        # More arrays than the bundle that every student loads can hold.
        yield Case("eleven hundred chunks", np.zeros((1, 1100, 1)), np.zeros((1, 1100)), 1, tags="many")
        yield Case("nine steps by eight", *stream(rng, 2, 9, 1), 8, tags="rest")


def truncated_chunks_size(rng, size):
    yield Case("size zero", np.zeros((1, 3, 1)), np.zeros((1, 3)), 0)
    yield Case("size minus two", np.zeros((1, 3, 1)), np.zeros((1, 3)), -2)
    yield Case("size zero, no steps", np.zeros((1, 0, 1)), np.zeros((1, 0)), 0)


def truncated_chunks_lengths(rng, size):
    yield Case("target too short", np.zeros((2, 4, 1)), np.zeros((2, 3)), 2)
    yield Case("target too long", np.zeros((2, 4, 1)), np.zeros((2, 6)), 2)
    yield Case("target too short, with as many outputs as steps", np.zeros((2, 4, 1)), np.zeros((2, 3, 4)), 2)
    yield Case("target a little too long", np.zeros((2, 4, 1)), np.zeros((2, 5)), 3)
    yield Case("no targets", np.zeros((2, 4, 1)), np.zeros((2, 0)), 4)


def travel(rng, batch, time, units, scale=0.8, spread=1.2):
    """States that differ from step to step, so that each slope must be taken at the right one."""
    h_all = np.tanh(spread * rng.normal(size=(batch, time, units)))
    return h_all, rng.normal(0, scale / np.sqrt(units), (units, units)), rng.normal(size=(batch, units))


def gradient_norm_by_distance(rng, size):
    yield Case("one step", *travel(rng, 2, 1, 3), tags="start")
    yield Case("one sequence, five steps", *travel(rng, 1, 5, 3), tags="plain")
    yield Case("three sequences, six steps", *travel(rng, 3, 6, 4), tags="plain")
    yield Case("as many sequences as units", *travel(rng, 4, 4, 4), tags="plain")
    yield Case("states at zero", np.zeros((2, 5, 3)), rng.normal(size=(3, 3)), rng.normal(size=(2, 3)), tags="linear")
    yield Case("an exploding kernel", *travel(rng, 2, 12, 4, scale=6.0, spread=0.2), tags="far")
    yield Case("a vanishing kernel", *travel(rng, 2, 12, 4, scale=0.4), tags="far")
    h_all, W_h, _ = travel(rng, 2, 3, 2)
    yield Case("whole numbers at the end", h_all, W_h, np.array([[1, 0], [2, -3]]), tags="plain")
    yield Case("eleven hundred steps", np.zeros((1, 1100, 1)), np.ones((1, 1)), np.ones((1, 1)), tags="far")
    few = np.array([[[0.5, -0.25], [0.25, 0.75]]])
    yield Case("a kernel of whole numbers", few, np.array([[1, 2], [-1, 1]]), np.array([[0.5, -1.5]]), tags="plain")
    # Saturated states let nearly nothing through; a kernel that stretches brings it back where the states are zero.
    dip = np.append(np.zeros(14), np.full(4, 0.9999))[np.newaxis, :, np.newaxis]
    yield Case("nearly vanished, and growing again", dip, np.full((1, 1), 4.0), np.full((1, 1), 0.5), tags="far")
    last = np.full((1, 1), 2.0)
    yield Case("down to 1e-100", np.zeros((1, 101, 1)), np.full((1, 1), 0.1), last, tags="far")
    yield Case("up to 1e30", np.zeros((1, 31, 1)), np.full((1, 1), 10.0), last, tags="far")
    if size == "secret":
        for number in range(4):
            yield Case(f"other sizes {number}", *travel(rng, *(int(n) for n in rng.integers(2, 8, 3))), tags="plain")
        yield Case("thirty steps", *travel(rng, 3, 30, 5, scale=1.5, spread=0.5), tags="far")
