"""What is checked in unit 02, recurrent networks: cases, criteria, known mistakes, unorthodox right solutions."""

import keras  # noqa: F401 - alternatives and mistakes are written as the notebook's cells would be
import numpy as np
from _padding import holes, other_padding, right_padding

from autograder.authoring import Case, Unit

unit = Unit("02_recurrent_networks", title="Recurrent networks", needs=("numpy", "keras"))
unit.manual("written_weights", points=5)
unit.manual("written_report", points=5)

LESSON = "02_recurrent_networks#"


def weights(rng, features, units, scale=0.6):
    """Kernels and bias of a plain recurrent layer; the bias is far from zero, so that leaving it out shows."""
    return (
        rng.normal(0, scale, (features, units)),
        rng.normal(0, scale, (units, units)),
        rng.normal(0, 0.8, units),
    )


# ------------------------------------------------------------------------------------------------------- rnn_step

step = unit.exercise("rnn_step", points=12, see=LESSON + "one-step-in-numpy", seconds=5)


def step_inputs(rng, batch, features, units):
    return rng.normal(size=(batch, features)), rng.uniform(-0.9, 0.9, (batch, units)), *weights(rng, features, units)


@step.cases
def _(rng, size):
    yield Case("two sequences, three units", *step_inputs(rng, 2, 4, 3), tags="plain")
    yield Case("one sequence, one unit", *step_inputs(rng, 1, 1, 1), tags="plain")
    yield Case("as many features as units", *step_inputs(rng, 5, 3, 3), tags="plain")
    x_t, _, *kernels = step_inputs(rng, 3, 2, 4)
    yield Case("from a state of zeros", x_t, np.zeros((3, 4)), *kernels, tags="first")
    x_t, h_prev, *kernels = step_inputs(rng, 2, 3, 5)
    yield Case("an input of zeros", np.zeros_like(x_t), h_prev, *kernels, tags="plain")
    if size == "secret":
        for number in range(6):
            batch, features, units = (int(n) for n in rng.integers(2, 9, 3))
            yield Case(f"other sizes {number}", *step_inputs(rng, batch, features, units), tags="plain")
        yield Case("float32", *[array.astype(np.float32) for array in step_inputs(rng, 3, 4, 5)], tags="plain")


step.shape(
    "shapes",
    points=2,
    title="One array is returned, of shape (batch, units)",
    hint="The new state has a row for each sequence and a column for each unit.",
)
step.values(
    "first",
    points=3,
    cases="first",
    needs="shapes",
    title="From a state of zeros, the new state is right",
    hint="Here only the input, its kernel, the bias and the squashing matter.",
)
step.values(
    "state",
    points=6,
    cases="plain",
    needs="shapes",
    title="From any state, the new state is right",
    hint="The old state goes through a kernel of its own before it is added.",
)
step.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`h_prev += …` changes the caller's array. Make a new one.",
)

STEP, EQUATION = LESSON + "one-step-in-numpy", LESSON + "from-picture-to-equation"
BODY = "np.tanh(x_t @ W_x + h_prev @ W_h + b)"
step.mistake(
    "bias-left-out",
    "The bias is missing from the sum. Without it a unit that sees only zeros could never leave zero.",
    see=EQUATION,
    patch=[(" + b)", ")")],
)
step.mistake(
    "tanh-missing",
    "You return the sum as it is. It has to be squashed, or the state can grow without bound from step to step.",
    see=EQUATION,
    patch=[(BODY, "x_t @ W_x + h_prev @ W_h + b")],
)
step.mistake(
    "sigmoid-for-tanh",
    "You squash with a sigmoid, so your state is never negative. The plain recurrent step uses the other S-shaped "
    "function.",
    see=EQUATION,
    patch=[(BODY, "1 / (1 + np.exp(-(x_t @ W_x + h_prev @ W_h + b)))")],
)
step.mistake(
    "relu-for-tanh",
    "You squash with a rectifier. It bounds nothing from above; the plain recurrent step keeps its state between "
    "−1 and 1.",
    see=EQUATION,
    patch=[(BODY, "np.maximum(x_t @ W_x + h_prev @ W_h + b, 0)")],
)
step.mistake(
    "old-state-left-out",
    "Your step does not look at the old state, so nothing can be remembered. The sum has a part that comes from it.",
    see=LESSON + "one-step-again-and-again",
    patch=[(" + h_prev @ W_h", "")],
)
step.mistake(
    "input-left-out",
    "Your step does not look at the input. The sum has a part for the input and a part for the old state.",
    see=EQUATION,
    patch=[("x_t @ W_x + ", "")],
)
step.mistake(
    "recurrent-kernel-transposed",
    "You use the recurrent kernel the wrong way round. It is square, so nothing complains; a row of `W_h` belongs to "
    "an old unit, a column to a new one.",
    see=EQUATION,
    patch=[("h_prev @ W_h", "h_prev @ W_h.T")],
)
step.mistake(
    "recurrent-kernel-skipped",
    "You add the old state without its kernel. Each new unit should see a mixture of all old units.",
    see=EQUATION,
    patch=[("h_prev @ W_h", "h_prev")],
)
step.mistake(
    "only-the-diagonal",
    "You multiply each old unit by one number of its own. The recurrent kernel mixes the units: every new unit sees "
    "all old ones.",
    see=EQUATION,
    patch=[("h_prev @ W_h", "h_prev * np.diag(W_h)")],
)
step.mistake(
    "squashed-too-early",
    "You squash the input part and the state part one by one. Add everything first, then squash once.",
    see=STEP,
    patch=[(BODY, "np.tanh(x_t @ W_x + b) + np.tanh(h_prev @ W_h)")],
)
step.mistake(
    "bias-after-tanh",
    "You add the bias after the squashing, so your state can leave the range from −1 to 1. It belongs inside.",
    see=STEP,
    patch=[(BODY, "np.tanh(x_t @ W_x + h_prev @ W_h) + b")],
)
step.mistake(
    "added-to-the-old-state",
    "You add the result to the old state. A plain recurrent step replaces the old state.",
    see=LESSON + "one-step-again-and-again",
    patch=[(BODY, "h_prev + " + BODY)],
)
step.mistake(
    "summed-over-batch",
    "You sum over the batch, so all sequences get the same state. The rows of a batch never meet in a recurrent step.",
    see=STEP,
    patch=[(BODY, "np.tanh(np.sum(x_t @ W_x + h_prev @ W_h, axis=0, keepdims=True) + b) + 0 * h_prev")],
)
step.mistake(
    "old-state-changed",
    "You write the new state into the array of the old one, so the caller's array changes. Make a new array.",
    see=LESSON + "pitfalls",
    patch=[("return " + BODY, "h_prev[...] = " + BODY + "\n    return h_prev")],
)


def step_joined(x_t, h_prev, W_x, W_h, b):
    both = np.concatenate([x_t, h_prev], axis=1)
    return np.tanh(both @ np.concatenate([W_x, W_h], axis=0) + b)


def step_by_einsum(x_t, h_prev, W_x, W_h, b):
    z = b + np.einsum("bf,fu->bu", x_t, W_x)
    z = z + np.einsum("bv,vu->bu", h_prev, W_h)
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def step_unit_by_unit(x_t, h_prev, W_x, W_h, b):
    h = np.zeros((len(x_t), len(b)))
    for row in range(len(x_t)):
        for u in range(len(b)):
            z = sum(x_t[row, f] * W_x[f, u] for f in range(len(W_x)))
            z += sum(h_prev[row, v] * W_h[v, u] for v in range(len(W_h)))
            h[row, u] = np.tanh(z + b[u])
    return h


def step_with_columns(x_t, h_prev, W_x, W_h, b):
    z = np.dot(W_x.T, x_t.T) + np.dot(W_h.T, h_prev.T) + b[:, np.newaxis]
    return np.tanh(z).T


step.alternative("one joined kernel", step_joined)
step.alternative("einsum, and tanh by its definition", step_by_einsum)
step.alternative("loops over batch and units", step_unit_by_unit)
step.alternative("sequences as columns", step_with_columns)

# ---------------------------------------------------------------------------------------------------- rnn_forward

forward = unit.exercise(
    "rnn_forward", points=20, see=LESSON + "a-whole-sequence", seconds=5, returns=("h_all", "h_last")
)


def sequence(rng, batch, time, features, units):
    return rng.normal(size=(batch, time, features)), *weights(rng, features, units)


@forward.cases
def _(rng, size):
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
    yield Case("as many sequences as steps", *sequence(rng, 4, 4, 4, 4), tags="plain")


forward.shape(
    "shapes",
    points=2,
    title="All states and the last state are returned, in the right shapes",
    hint="`h_all` is (batch, time, units); `h_last` is (batch, units).",
)
forward.values(
    "outputs",
    points=6,
    cases="plain",
    needs="shapes",
    title="Without mask and given state, every state is right",
    hint="Is `rnn_step` right? Each step must start from the state that the step before it left.",
)
forward.values(
    "initial",
    points=4,
    cases="state",
    needs="shapes",
    title="A given initial state is used",
    hint="When `h0` is given, the first step starts from it.",
)
forward.values(
    "mask",
    points=5,
    cases="mask",
    needs="shapes",
    title="A padded step leaves the state as it was",
    hint="At a padded step the state of that sequence does not change.",
)
forward.same(
    "padding",
    points=2,
    pairs=other_padding(sequence),
    pick_a=1,
    pick_b=1,
    needs="mask",
    title="What stands in the padding, and how much there is, makes no difference",
    hint="Padded steps must not reach the state.",
)
forward.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Do not write into `x`, `h0` or `mask`.",
)

WHOLE, MASK = LESSON + "a-whole-sequence", LESSON + "initial-state-and-mask"
forward.mistake(
    "mask-ignored",
    "Your function does not look at the mask, so padded steps go on changing the state.",
    see=MASK,
    patch=[("if mask is not None:", "if False:")],
)
forward.mistake(
    "mask-inverted",
    "You use the mask the wrong way round: True marks a real step, and the state changes there.",
    see=MASK,
    patch=[("np.where(mask[:, t, np.newaxis], h_new, h)", "np.where(mask[:, t, np.newaxis], h, h_new)")],
)
forward.mistake(
    "mask-resets-state",
    "At padded steps your state becomes zero. Whatever was read before the padding is lost; it must be carried over.",
    see=MASK,
    patch=[("h_new, h)", "h_new, 0)")],
)
forward.mistake(
    "mask-on-input",
    "You set padded inputs to zero and take the step all the same. A step on a zero input still changes the state: the "
    "bias and the old state act.",
    see=MASK,
    patch=[
        ("if mask is not None:", "if False:"),
        ("    h_all = np.zeros(", "    x = x if mask is None else x * mask[:, :, None]\n    h_all = np.zeros("),
    ],
)
forward.mistake(
    "mask-zeroes-output",
    "Your state is right, but you write zeros into `h_all` at padded steps. There it repeats the state before.",
    see=MASK,
    patch=[("h_all[:, t] = h\n", "h_all[:, t] = h if mask is None else h * mask[:, t, None]\n")],
)
forward.mistake(
    "masked-from-the-start-state",
    "At padded steps you go back to the initial state. The state just before the padding must stay.",
    see=MASK,
    patch=[("h_new, h)", "h_new, 0 * h if h0 is None else h0)")],
)
forward.mistake(
    "one-mask-for-the-batch",
    "You look at the mask of one sequence and use it for the whole batch. Each sequence has a length of its own.",
    see=MASK,
    patch=[("mask[:, t, np.newaxis]", "mask[0, t]")],
)
forward.mistake(
    "initial-state-ignored",
    "You always start from zero. When `h0` is given, start from it.",
    see=MASK,
    patch=[(" if h0 is None else h0", "")],
)
forward.mistake(
    "initial-state-at-every-step",
    "Every step of yours starts from the initial state, so nothing is remembered from one step to the next.",
    see=WHOLE,
    patch=[
        ("        h = h_new\n        h_all[:, t] = h\n", "        h_all[:, t] = h_new\n"),
        ("return h_all, h", "return h_all, h_new"),
    ],
)
forward.mistake(
    "one-step-late",
    "`h_all[:, t]` holds the state before step t. It should hold the state after it.",
    see=WHOLE,
    patch=[("        h = h_new\n        h_all[:, t] = h\n", "        h_all[:, t] = h\n        h = h_new\n")],
)
forward.mistake(
    "backward-in-time",
    "You read the sequence from its end to its start.",
    see=WHOLE,
    patch=[("in range(time)", "in reversed(range(time))")],
)
forward.mistake(
    "first-step-skipped",
    "Your loop leaves out the first step. Count the steps from 0.",
    see=WHOLE,
    patch=[("in range(time)", "in range(1, time)")],
)
forward.mistake(
    "time-first",
    "Your `h_all` has time first. Batch comes first here, then time, then units.",
    see=LESSON + "from-picture-to-equation",
    patch=[("return h_all, h", "return np.swapaxes(h_all, 0, 1), h")],
)
forward.mistake(
    "all-states-only",
    "You return all states, and the state at the end is missing. Two arrays are asked for.",
    see=LESSON + "last-state-or-all-states",
    patch=[("return h_all, h", "return h_all")],
)
forward.mistake(
    "same-array-in-every-step",
    "All your rows of `h_all` hold the last state. You keep one array and change it, so every entry is the same "
    "object.",
    see=LESSON + "pitfalls",
    patch=[("return h_all, h", "return np.repeat(h[:, np.newaxis], time, axis=1), h")],
)
forward.mistake(
    "initial-state-changed",
    "You write the new state into the array `h0`. The caller may want to use it again.",
    see=LESSON + "pitfalls",
    patch=[("        h = h_new\n", "        h[...] = h_new\n")],
)


def forward_by_list(x, W_x, W_h, b, h0=None, mask=None):
    h = np.zeros((len(x), len(W_h))) if h0 is None else np.array(h0)
    keep = np.ones(x.shape[:2]) if mask is None else np.asarray(mask, dtype=float)
    states = []
    for x_t, m in zip(np.swapaxes(x, 0, 1), keep.T[:, :, None], strict=True):
        h = m * rnn_step(x_t, h, W_x, W_h, b) + (1 - m) * h  # noqa: F821 - defined in the notebook
        states.append(h)
    return np.stack(states, axis=1), h


def forward_real_rows_only(x, W_x, W_h, b, h0=None, mask=None):
    h = np.zeros((x.shape[0], b.size)) if h0 is None else h0.copy()
    h_all = np.empty((*x.shape[:2], b.size))
    for t in range(x.shape[1]):
        rows = slice(None) if mask is None else mask[:, t]
        h[rows] = rnn_step(x[rows, t], h[rows], W_x, W_h, b)  # noqa: F821
        h_all[:, t] = h
    return [h_all, h_all[:, -1]]


def forward_one_sequence_at_a_time(x, W_x, W_h, b, h0=None, mask=None):
    h_all = []
    for n, rows in enumerate(x):
        h = np.zeros((1, len(W_h))) if h0 is None else h0[n : n + 1]
        states = []
        for t, row in enumerate(rows):
            if mask is None or mask[n, t]:
                h = rnn_step(row[None], h, W_x, W_h, b)  # noqa: F821
            states.append(h[0])
        h_all.append(states)
    return np.array(h_all), np.array([states[-1] for states in h_all])


def forward_projected_first(x, W_x, W_h, b, h0=None, mask=None):
    z_x = np.einsum("btf,fu->btu", x, W_x) + b  # the input part of all steps at once
    h = np.zeros_like(z_x[:, 0]) if h0 is None else h0
    h_all = np.zeros_like(z_x)
    for t in range(z_x.shape[1]):
        real = True if mask is None else mask[:, t : t + 1]
        h = np.where(real, np.tanh(z_x[:, t] + h @ W_h), h)
        h_all[:, t, :] = h
    return h_all, h


forward.alternative("a list of states, blended by the mask", forward_by_list)
forward.alternative("only the real rows are updated", forward_real_rows_only)
forward.alternative("one sequence at a time", forward_one_sequence_at_a_time)
forward.alternative("input part of all steps first, without rnn_step", forward_projected_first)

# ----------------------------------------------------------------------------------------------- count_parameters

count = unit.exercise("count_parameters", points=16, see=LESSON + "counting-parameters", seconds=5)


@count.cases
def _(rng, size):
    yield Case("the example of the text", 10, 3, 2, tags=("one", "any"))
    yield Case("more units than features", 50, 4, 9, tags=("one", "any"))
    yield Case("both ways", 30, 5, 4, bidirectional=True, tags=("both", "any"))
    yield Case("two layers", 20, 6, 3, layers=2, tags=("stacked", "any"))
    yield Case("three layers, both ways", 20, 3, 7, 3, True, tags=("stacked", "any"))
    if size == "secret":
        for number in range(3):
            vocabulary, features, units = (int(n) for n in rng.integers([100, 2, 2], [5000, 60, 90]))
            deep = int(rng.integers(2, 5))
            yield Case(f"other sizes {number}", vocabulary, features, units, tags=("one", "any"))
            yield Case(f"both ways {number}", vocabulary, features, units, 1, True, tags=("both", "any"))
            yield Case(f"{deep} layers {number}", vocabulary, features, units, deep, tags=("stacked", "any"))
            yield Case(f"{deep} layers both ways {number}", vocabulary, features, units, deep, True,
                       tags=("stacked", "any"))  # fmt: skip


count.shape(
    "keys",
    points=2,
    title="A dict of four whole numbers is returned",
    hint='The keys are "embedding", "recurrent", "dense" and "total".',
)
for name, points, tag, pick, title, hint in [
    ("embedding", 2, "any", "embedding", "The embedding is right", "A row for each token."),
    ("one-layer", 4, "one", "recurrent", "One recurrent layer is right", "Two kernels and a bias: mind the shapes."),
    ("both-ways", 3, "both", "recurrent", "A layer that reads both ways is right",
     "Two layers of the same size, with weights of their own."),
    ("stacked", 2, "stacked", "recurrent", "Layers on top of each other are right",
     "What does the second layer read, and how wide is it?"),
    ("dense", 2, "any", "dense", "The dense layer is right", "How many numbers does it read? And it has a bias."),
    ("total", 1, "any", "total", "The sum is right", "Add the three parts."),
]:  # fmt: skip
    count.values(name, pick=pick, points=points, cases=tag, needs="keys", title=title, hint=hint)

COUNTING = LESSON + "counting-parameters"
count.mistake(
    "bias-left-out",
    "Your recurrent layer has no bias. There is one number for each unit, in each direction.",
    see=COUNTING,
    patch=[("(width + units + 1)", "(width + units)")],
)
count.mistake(
    "two-biases",
    "You count two biases for each unit. Some libraries keep two; the layer of this course, and Keras' SimpleRNN, has "
    "one.",
    see=COUNTING,
    patch=[("(width + units + 1)", "(width + units + 2)")],
)
count.mistake(
    "recurrent-kernel-left-out",
    "The recurrent kernel is missing. It leads from every old unit to every new one.",
    see=LESSON + "from-picture-to-equation",
    patch=[("(width + units + 1)", "(width + 1)")],
)
count.mistake(
    "recurrent-kernel-as-a-row",
    "You count one recurrent weight for each unit. Every new unit sees all old units, so the kernel is a square.",
    see=LESSON + "from-picture-to-equation",
    patch=[("(width + units + 1)", "(width + 2)")],
)
count.mistake(
    "four-blocks",
    "You count four blocks, as an LSTM has. A plain recurrent layer has one.",
    see=COUNTING,
    patch=[("directions * units * (", "4 * directions * units * (")],
)
count.mistake(
    "bidirectional-ignored",
    "You do not look at `bidirectional`. A layer that reads both ways has two sets of weights.",
    see=LESSON + "reading-both-ways",
    patch=[("2 if bidirectional else 1", "1")],
)
count.mistake(
    "weights-shared-by-both-directions",
    "You let both directions use the same weights. Each has its own, so the recurrent part is twice as large.",
    see=LESSON + "reading-both-ways",
    patch=[("recurrent += directions * units", "recurrent += units")],
)
count.mistake(
    "dense-reads-one-direction",
    "Your dense layer reads the state of one direction. The two states stand side by side, so it reads twice as many "
    "numbers.",
    see=LESSON + "reading-both-ways",
    patch=[("dense = width + 1", "dense = units + 1")],
)
count.mistake(
    "dense-bias-left-out",
    "Your dense layer has no bias. It has one for its one output.",
    see=COUNTING,
    patch=[("dense = width + 1", "dense = width")],
)
count.mistake(
    "upper-layers-read-features",
    "You give every recurrent layer the same input size. Only the first reads token vectors; the others read the "
    "states of the layer below.",
    see=COUNTING,
    patch=[("        width = directions * units\n", ""), ("dense = width + 1", "dense = directions * units + 1")],
)
count.mistake(
    "upper-layers-read-one-direction",
    "Your upper layers read the state of one direction of the layer below. They read both, side by side.",
    see=LESSON + "reading-both-ways",
    patch=[("width = directions * units", "width = units"), ("dense = width + 1", "dense = directions * units + 1")],
)
count.mistake(
    "layers-ignored",
    "You count one recurrent layer, however many there are.",
    see=COUNTING,
    patch=[("in range(layers)", "in range(1)")],
)
count.mistake(
    "embedding-of-units",
    "You give each token as many numbers as the recurrent layer has units. A token's vector has `features` numbers.",
    see=COUNTING,
    patch=[("embedding = vocabulary * features", "embedding = vocabulary * units")],
)
count.mistake(
    "embedding-with-bias",
    "You give the embedding a bias. It is a table of vectors and nothing else.",
    see=COUNTING,
    patch=[("embedding = vocabulary * features", "embedding = (vocabulary + 1) * features")],
)
count.mistake(
    "total-without-embedding",
    "Your sum leaves the embedding out. Its rows are learnt as well, and are often most of the parameters.",
    see=COUNTING,
    patch=[('"total": embedding + recurrent + dense', '"total": recurrent + dense')],
)


def count_by_shapes(vocabulary, features, units, layers=1, bidirectional=False):
    read, shapes = features, []
    for _ in range(layers):
        shapes += [(read, units), (units, units), (units,)] * (1 + bidirectional)
        read = units * (1 + bidirectional)
    size = lambda list_of_shapes: int(sum(np.prod(shape) for shape in list_of_shapes))  # noqa: E731
    parts = {"dense": size([(read, 1), (1,)]), "recurrent": size(shapes), "embedding": size([(vocabulary, features)])}
    return {**parts, "total": sum(parts.values())}


def count_in_closed_form(vocabulary, features, units, layers=1, bidirectional=False):
    d = int(bidirectional) + 1
    recurrent = d * units * ((features + units + 1) + (layers - 1) * (d * units + units + 1))
    result = dict(embedding=features * vocabulary, recurrent=recurrent, dense=1 + d * units)
    result["total"] = sum(result.values())
    return result


def count_by_recursion(vocabulary, features, units, layers=1, bidirectional=False):
    def recurrent(read, left):
        if left == 0:
            return 0, read
        one = read * units + units**2 + units
        both, out = (2 * one, 2 * units) if bidirectional else (one, units)
        above, last = recurrent(out, left - 1)
        return both + above, last

    in_the_middle, last = recurrent(features, layers)
    total = vocabulary * features + in_the_middle + last + 1
    return {"total": total, "embedding": vocabulary * features, "recurrent": in_the_middle, "dense": last + 1}


def count_by_building(vocabulary, features, units, layers=1, bidirectional=False):
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(vocabulary, features)])
    for number in range(layers):
        layer = keras.layers.SimpleRNN(units, return_sequences=number < layers - 1)
        model.add(keras.layers.Bidirectional(layer) if bidirectional else layer)
    model.add(keras.layers.Dense(1))
    sizes = [layer.count_params() for layer in model.layers]
    return {"embedding": sizes[0], "recurrent": sum(sizes[1:-1]), "dense": sizes[-1], "total": sum(sizes)}


count.alternative("a list of shapes", count_by_shapes)
count.alternative("one formula", count_in_closed_form)
count.alternative("by recursion over the layers", count_by_recursion)
count.alternative("the network is built after all", count_by_building)

# ------------------------------------------------------------------------------------------- sentiment_classifier

classifier = unit.exercise("sentiment_classifier", points=22, see=LESSON + "a-first-sentiment-classifier", seconds=30)


@classifier.cases
def _(rng, size):
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


classifier.facts(
    "layers",
    points=3,
    cases="form",
    where={"layers.Embedding": {"count": 1}, "layers.SimpleRNN": {"count": 1}, "layers.Dense": {"count": 1}},
    title="One Embedding, one SimpleRNN and one Dense layer",
    hint="Each of the three occurs once.",
)
classifier.facts(
    "sizes",
    points=3,
    cases="form",
    needs="layers",
    where={"layers.Embedding.input_dim": 40, "layers.Embedding.output_dim": 6, "layers.SimpleRNN.units": 5},
    title="Vocabulary, features and units are where they belong",
    hint="The embedding has a row for each token, with `features` numbers; the recurrent layer has `units`.",
)
classifier.facts(
    "one-probability",
    points=3,
    cases="form",
    where={"output_shape": [None, 1]},
    title="One number for each text comes out",
    hint="The recurrent layer hands on its last state only, and the last layer has one unit.",
)
classifier.facts(
    "any-length",
    points=2,
    cases="form",
    where={"input_shape": [None, None]},
    title="Texts of any length are accepted",
    hint="The time axis of the input may stay open: None.",
)
classifier.facts(
    "compiled",
    points=3,
    cases="form",
    where={"loss": "binary_crossentropy", "optimizer": "Adam", "learning_rate": 0.003, "metrics": {"not": []}},
    title="It is compiled as specified",
    hint="Loss, optimiser, its learning rate, and a metric.",
)
classifier.outputs(
    "numbers",
    points=3,
    cases="whole",
    needs=["sizes", "one-probability"],
    title="With given weights it gives the right probabilities",
    hint="Are the layers as Keras makes them by default, and is the output squashed to a probability?",
)
classifier.outputs(
    "padding",
    points=2,
    cases="padded",
    needs="numbers",
    title="Padding does not change the answer",
    hint="One argument of the embedding tells the layers behind it where the padding is.",
)
classifier.facts(
    "both-size",
    points=1,
    cases="form-both",
    needs="one-probability",
    where={"n_parameters": 40 * 6 + 2 * 5 * (6 + 5 + 1) + 2 * 5 + 1},
    title="With `bidirectional=True` it has the weights of both directions",
    hint="`keras.layers.Bidirectional` takes the recurrent layer.",
)
classifier.outputs(
    "both-numbers",
    points=2,
    cases="both",
    needs="both-size",
    title="Reading both ways, it gives the right probabilities",
    hint="The two last states stand side by side, which is the default of the wrapper.",
)

CLASSIFIER, BOTH = LESSON + "a-first-sentiment-classifier", LESSON + "reading-both-ways"
FIRST = "keras.layers.SimpleRNN(units)"
classifier.mistake(
    "mask-missing",
    "Your model reads the padding as if it were text, so the answer depends on how much of it there is. The embedding "
    "can tell the layers behind it which ids are padding.",
    see=MASK,
    patch=[(", mask_zero=True", "")],
    where={"layers.Embedding.mask_zero": False},
)
classifier.mistake(
    "answer-for-every-step",
    "Your model gives an answer for every step. One for each text is asked for, so only the last state goes on.",
    see=LESSON + "last-state-or-all-states",
    patch=[(FIRST, "keras.layers.SimpleRNN(units, return_sequences=True)")],
)
classifier.mistake(
    "states-averaged",
    "You average the states of all steps before you answer. The specification reads the last state only.",
    see=LESSON + "many-to-one-many-to-many-one-to-many",
    patch=[
        (FIRST, "keras.layers.SimpleRNN(units, return_sequences=True)"),
        ("            reader,\n", "            reader,\n            keras.layers.GlobalAveragePooling1D(),\n"),
    ],
)
classifier.mistake(
    "sigmoid-missing",
    "Your output is not squashed, so it is no probability: it can be negative or larger than 1.",
    see=CLASSIFIER,
    patch=[('Dense(1, activation="sigmoid")', "Dense(1)")],
)
classifier.mistake(
    "softmax-over-one",
    "Your output uses softmax. Over a single number softmax is always 1, whatever the text says.",
    see=CLASSIFIER,
    patch=[('activation="sigmoid"', 'activation="softmax"')],
)
classifier.mistake(
    "tanh-output",
    "Your output uses tanh, which lies between −1 and 1. A probability lies between 0 and 1.",
    see=CLASSIFIER,
    patch=[('activation="sigmoid"', 'activation="tanh"')],
)
classifier.mistake(
    "two-outputs",
    "Your last layer has two outputs. With two classes one probability is enough, and one is asked for.",
    see=CLASSIFIER,
    patch=[('Dense(1, activation="sigmoid")', 'Dense(2, activation="softmax")')],
)
classifier.mistake(
    "features-and-units-exchanged",
    "You have exchanged `features` and `units`. The first is the length of a token's vector, the second the size of "
    "the state.",
    see=LESSON + "from-picture-to-equation",
    patch=[
        ("SimpleRNN(units)", "SimpleRNN(features)"),
        ("Embedding(vocabulary, features", "Embedding(vocabulary, units"),
    ],
)
classifier.mistake(
    "one-token-too-many",
    "Your embedding has one row too many. `vocabulary` already counts the padding.",
    see=COUNTING,
    patch=[("Embedding(vocabulary,", "Embedding(vocabulary + 1,")],
)
classifier.mistake(
    "another-cell",
    "Your model uses an LSTM. It would read the text as well, but the specification says SimpleRNN.",
    see=CLASSIFIER,
    patch=[(FIRST, "keras.layers.LSTM(units)")],
    where={"layers": {"contains": "LSTM"}},
)
classifier.mistake(
    "rectifier-in-the-state",
    "You have changed the squashing of the recurrent layer. The default is asked for.",
    see=LESSON + "from-picture-to-equation",
    patch=[(FIRST, 'keras.layers.SimpleRNN(units, activation="relu")')],
)
classifier.mistake(
    "read-backwards",
    "Your recurrent layer reads the text from its end. By default it reads forwards.",
    see=BOTH,
    patch=[(FIRST, "keras.layers.SimpleRNN(units, go_backwards=True)")],
)
classifier.mistake(
    "extra-hidden-layer",
    "Your model has one more Dense layer than asked for.",
    see=CLASSIFIER,
    patch=[("            reader,\n", '            reader,\n            keras.layers.Dense(8, activation="relu"),\n')],
)
classifier.mistake(
    "fixed-length",
    "Your model accepts texts of one length only. Leave the time axis open.",
    see=LESSON + "a-network-with-fixed-places",
    patch=[("keras.Input((None,)", "keras.Input((4,)")],
    where={"input_shape.1": {"min": 1}},
)
classifier.mistake(
    "not-compiled",
    "Your model is not compiled, so it could not be trained. It needs a loss and an optimiser.",
    see=CLASSIFIER,
    patch=[
        (
            "    model.compile(\n"
            "        optimizer=keras.optimizers.Adam(learning_rate=0.003),\n"
            '        loss="binary_crossentropy",\n'
            '        metrics=["accuracy"],\n'
            "    )\n",
            "",
        )
    ],
    where={"compiled": False},
)
classifier.mistake(
    "loss-for-numbers",
    "Your loss is the squared error, which is made for quantities. For one probability and two classes there is a "
    "loss of its own.",
    see=CLASSIFIER,
    patch=[('loss="binary_crossentropy"', 'loss="mse"')],
)
classifier.mistake(
    "loss-for-many-classes",
    "Your loss expects one output for each class. Your model has one output in all.",
    see=CLASSIFIER,
    patch=[('loss="binary_crossentropy"', 'loss="sparse_categorical_crossentropy"')],
    where={"loss": {"in": ["categorical_crossentropy", "sparse_categorical_crossentropy"]}},
)
classifier.mistake(
    "default-learning-rate",
    "You use Adam's default learning rate. The specification names another one.",
    see=CLASSIFIER,
    patch=[("keras.optimizers.Adam(learning_rate=0.003)", '"adam"')],
)
classifier.mistake(
    "metric-missing",
    "You compile without a metric. The specification asks for the accuracy.",
    see=CLASSIFIER,
    patch=[('        metrics=["accuracy"],\n', "")],
    where={"metrics": [], "compiled": True},
)
classifier.mistake(
    "model-not-returned",
    "You build the model and do not return it, so the caller gets None.",
    see=CLASSIFIER,
    patch=[("    return model", "    model.summary(print_fn=len)")],
)
classifier.mistake(
    "bidirectional-ignored",
    "You do not look at `bidirectional`. When it is true, the recurrent layer has to be wrapped.",
    see=BOTH,
    patch=[("    if bidirectional:\n", "    if False:\n")],
)
classifier.mistake(
    "directions-added",
    "Reading both ways, you add the two states. Side by side is the default, and the dense layer then reads both.",
    see=BOTH,
    patch=[("Bidirectional(reader)", 'Bidirectional(reader, merge_mode="sum")')],
)


def classifier_functional(vocabulary, features, units, bidirectional=False):
    ids = keras.Input(shape=(None,), name="ids")
    x = keras.layers.Embedding(input_dim=vocabulary, output_dim=features, mask_zero=True)(ids)
    rnn = keras.layers.SimpleRNN(units=units, activation="tanh")
    h = keras.layers.Bidirectional(rnn, merge_mode="concat")(x) if bidirectional else rnn(x)
    model = keras.Model(ids, keras.layers.Dense(1, activation=keras.activations.sigmoid)(h))
    accuracy = keras.metrics.BinaryAccuracy()
    model.compile(keras.optimizers.Adam(3e-3), keras.losses.BinaryCrossentropy(), metrics=[accuracy])
    return model


def classifier_mask_by_hand(vocabulary, features, units, bidirectional=False):
    ids = keras.Input((None,), dtype="int32")
    real = keras.ops.not_equal(ids, 0)
    x = keras.layers.Embedding(vocabulary, features)(ids)
    layer = keras.layers.SimpleRNN(units)
    if bidirectional:
        layer = keras.layers.Bidirectional(layer)
    h = layer(x, mask=real)
    model = keras.Model(inputs=ids, outputs=keras.layers.Dense(units=1, activation="sigmoid")(h))
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.003), metrics=["acc"])
    return model


def classifier_layer_by_layer(vocabulary, features, units, bidirectional=False):
    model = keras.models.Sequential(name="reader")
    model.add(keras.layers.InputLayer(shape=(None,), dtype="int64"))
    model.add(keras.layers.Embedding(vocabulary, features, mask_zero=True, embeddings_initializer="normal"))
    if bidirectional:
        model.add(
            keras.layers.Bidirectional(
                keras.layers.SimpleRNN(units), backward_layer=keras.layers.SimpleRNN(units, go_backwards=True)
            )
        )
    else:
        model.add(keras.layers.SimpleRNN(units, unroll=False))
    model.add(keras.layers.Dense(1))
    model.add(keras.layers.Activation("sigmoid"))
    optimizer = keras.optimizers.Adam()
    optimizer.learning_rate = 0.003
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def classifier_two_readers(vocabulary, features, units, bidirectional=False):
    ids = keras.layers.Input((None,), dtype="int32")
    x = keras.layers.Embedding(vocabulary, features, mask_zero=True)(ids)
    h = keras.layers.SimpleRNN(units)(x)
    if bidirectional:
        h = keras.layers.Concatenate()([h, keras.layers.SimpleRNN(units, go_backwards=True)(x)])
    model = keras.Model(ids, keras.layers.Dense(1, "sigmoid")(h))
    model.compile(keras.optimizers.Adam(learning_rate=0.003), "binary_crossentropy", metrics=["binary_accuracy"])
    return model


classifier.alternative("the functional interface, objects in place of names", classifier_functional)
classifier.alternative("the mask made by hand", classifier_mask_by_hand)
classifier.alternative("layer by layer, the sigmoid in a layer of its own", classifier_layer_by_layer)
classifier.alternative("two readers, joined by hand", classifier_two_readers)
