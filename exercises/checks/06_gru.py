"""What is checked in unit 06, GRU: cases, criteria with points, known mistakes, unorthodox right solutions."""

import math

import numpy as np
from _padding import holes, other_padding, right_padding

from autograder.authoring import Case, Unit

unit = Unit("06_gru", title="GRU", needs=("numpy",))
unit.manual("written_gates", points=5)
unit.manual("written_choice", points=5)

UPDATE = "06_gru#the-update-gate"
RESET = "06_gru#the-reset-gate"
CANDIDATE = "06_gru#the-candidate"
ORDER = "06_gru#before-or-after"
EQUATIONS = "06_gru#from-picture-to-equations"
STEP = "06_gru#one-step-in-numpy"
ROWS = "06_gru#two-rows-of-bias"
MASK = "06_gru#a-whole-sequence-with-a-mask"
COUNT = "06_gru#counting-parameters"
BUDGET = "06_gru#how-many-units-for-a-budget"


def weights(rng, features, units, reset_after, scale=0.7):
    """Kernels and bias of a GRU; every bias is far from zero, so that leaving one out shows."""
    shape = (2, 3 * units) if reset_after else 3 * units
    return (
        rng.normal(0, scale, (features, 3 * units)),
        rng.normal(0, scale, (units, 3 * units)),
        rng.normal(0, 0.8, shape),
    )


# ------------------------------------------------------------------------------------------------------- gru_step

step = unit.exercise("gru_step", points=24, see=STEP, seconds=5)


def step_case(name, rng, batch, features, units, reset_after=True, change=None, **options):
    """One call of `gru_step`; `change(b, units)` may set parts of the bias."""
    x_t, h_prev = rng.normal(size=(batch, features)), rng.uniform(-0.95, 0.95, (batch, units))
    W_x, W_h, b = weights(rng, features, units, reset_after)
    if change:
        change(b, units)
    return Case(name, x_t, h_prev, W_x, W_h, b, reset_after=reset_after, **options)


def update_at_one(b, units):
    b[..., :units] = 60.0


def reset_at_zero(b, units):
    b[..., units : 2 * units] = -60.0


@step.cases
def _(rng, size):
    for after, tag in ((True, "after"), (False, "before")):
        yield step_case(f"reset {tag}, two sequences, four units", rng, 2, 3, 4, after, tags=tag)
        yield step_case(f"reset {tag}, one sequence, one unit", rng, 1, 1, 1, after, tags=tag)
        yield step_case(f"reset {tag}, as many features as units", rng, 5, 3, 3, after, tags=tag)
        yield step_case(f"reset {tag}, update gate at 1", rng, 2, 3, 4, after, update_at_one, tags="keep")
        yield step_case(f"reset {tag}, reset gate at 0", rng, 3, 2, 3, after, reset_at_zero, tags="closed")
        if size == "secret":
            for number in range(4):
                sizes = [int(n) for n in rng.integers(2, 9, 3)]
                yield step_case(f"reset {tag}, other sizes {number}", rng, *sizes, after, tags=tag)


step.shape(
    "shapes",
    points=3,
    title="One array is returned, of shape (batch, units)",
    hint="A GRU has one state. Return `h` alone.",
)
step.values(
    "after",
    points=7,
    cases="after",
    needs="shapes",
    title="The new state is right when the reset gate acts after the product",
    hint="Look at the order of the three blocks, at what z multiplies, and at which bias row stands inside the reset.",
)
step.values(
    "before",
    points=7,
    cases="before",
    needs="shapes",
    title="The new state is right when the reset gate acts before the product",
    hint="With `reset_after=False` there is one bias row, and the state is scaled before it meets its kernel.",
)
step.values(
    "keep",
    points=3,
    cases="keep",
    needs="shapes",
    title="With the update gate at 1 the old state passes through",
    hint="In this course and in Keras z says how much of the OLD state stays.",
)
step.values(
    "closed",
    points=2,
    cases="closed",
    needs="shapes",
    title="With the reset gate at 0 the candidate does not see the old state",
    hint="What does the reset gate multiply, and what does it leave alone?",
)
step.unchanged(
    "inputs",
    points=2,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`h_prev *= z` changes the caller's array. Make a new one.",
)

step.mistake(
    "update-gate-inverted",
    "Your update gate keeps what it should replace. In Keras, and here, z says how much of the old state stays. "
    "Some papers and libraries write it the other way round.",
    see=UPDATE,
    patch=[("z * h_prev + (1 - z) * g", "(1 - z) * h_prev + z * g")],
)
step.mistake(
    "update-and-reset-swapped",
    "You take the first block as the reset gate and the second as the update gate. PyTorch orders them so; "
    "here the update gate comes first.",
    see=EQUATIONS,
    patch=[("    z, r = sigmoid", "    r, z = sigmoid")],
)
step.mistake(
    "candidate-in-first-block",
    "You read the candidate from the first block. It stands in the third, after both gates.",
    see=EQUATIONS,
    patch=[("x_z, x_r, x_g =", "x_g, x_z, x_r ="), ("h_z, h_r, h_g =", "h_g, h_z, h_r ="),
           ("W_h[:, -units:]", "W_h[:, :units]")],
)
step.mistake(
    "blocks-interleaved",
    "You cut the columns into groups of three neighbours. The blocks lie one after the other: first all units of "
    "the update gate, then all of the reset gate, then all of the candidate.",
    see=STEP,
    patch=[("np.split(x_t @ W_x + b_x, 3, axis=-1)", "np.moveaxis((x_t @ W_x + b_x).reshape(len(x_t), -1, 3), -1, 0)"),
           ("np.split(h_prev @ W_h + b_h, 3, axis=-1)",
            "np.moveaxis((h_prev @ W_h + b_h).reshape(len(x_t), -1, 3), -1, 0)"),
           ("W_h[:, -units:]", "W_h[:, 2::3]")],
)
step.mistake(
    "reset-gate-left-out",
    "Your candidate sees the whole old state. The reset gate has to scale that part, in both conventions.",
    see=RESET,
    patch=[("x_g + r * h_g", "x_g + h_g"), ("(r * h_prev) @", "h_prev @")],
)
step.mistake(
    "always-reset-before",
    "You always scale the state before the product. With `reset_after=True` the product comes first, and its bias "
    "row is scaled with it.",
    see=ORDER,
    patch=[("np.tanh(x_g + r * h_g)", "np.tanh(x_g + (r * h_prev) @ W_h[:, -units:] + b_h[-units:])")],
)
step.mistake(
    "always-reset-after",
    "You always scale the result of the product. With `reset_after=False` the state is scaled first and meets its "
    "kernel afterwards. A product with a matrix mixes units, so the two are not the same.",
    see=ORDER,
    patch=[("np.tanh(x_g + (r * h_prev) @ W_h[:, -units:])", "np.tanh(x_g + r * h_g)")],
)
step.mistake(
    "recurrent-bias-outside-the-reset",
    "The second bias row of the candidate belongs to the recurrent part, so the reset gate scales it too. "
    "You add it after the reset.",
    see=ROWS,
    patch=[("np.tanh(x_g + r * h_g)", "np.tanh(x_g + r * (h_g - b_h[-units:]) + b_h[-units:])")],
)
step.mistake(
    "second-bias-row-left-out",
    "With `reset_after=True` the bias has two rows. You use the first and leave out the second.",
    see=ROWS,
    patch=[("(b[0], b[1]) if reset_after", "(b[0], 0 * b[0]) if reset_after")],
)
step.mistake(
    "bias-rows-swapped",
    "You use the two bias rows in each other's place. Row 0 belongs to the input, row 1 to the old state. "
    "The gates do not notice; the candidate does.",
    see=ROWS,
    patch=[("(b[0], b[1]) if reset_after", "(b[1], b[0]) if reset_after")],
)
step.mistake(
    "bias-left-out",
    "Your step uses no bias at all. Each block has one for every unit, and with `reset_after=True` it has two.",
    see=EQUATIONS,
    patch=[("x_t @ W_x + b_x", "x_t @ W_x"), ("h_prev @ W_h + b_h", "h_prev @ W_h")],
)
step.mistake(
    "reset-on-the-input-too",
    "Your reset gate scales the input's part of the candidate as well. It decides about the old state only.",
    see=RESET,
    patch=[("np.tanh(x_g + r * h_g)", "np.tanh(r * (x_g + h_g))"),
           ("np.tanh(x_g + (r * h_prev) @ W_h[:, -units:])", "np.tanh(r * x_g + (r * h_prev) @ W_h[:, -units:])")],
)
step.mistake(
    "candidate-sigmoid",
    "Your candidate uses a sigmoid, so it is never negative and the state could not fall below zero. It needs the "
    "other squashing function.",
    see=CANDIDATE,
    patch=[("np.tanh(", "sigmoid(", 2)],
)
step.mistake(
    "gates-tanh",
    "Your gates use tanh. A gate says how much passes, from nothing to all, so it must lie between 0 and 1.",
    see=UPDATE,
    patch=[("sigmoid(x_z + h_z), sigmoid(x_r + h_r)", "np.tanh(x_z + h_z), np.tanh(x_r + h_r)")],
)
step.mistake(
    "candidate-added-in-full",
    "You add the whole candidate to what is kept. What the old state gives up is the share that the candidate gets, "
    "so that the two shares sum to 1.",
    see=UPDATE,
    patch=[("z * h_prev + (1 - z) * g", "z * h_prev + g")],
)
step.mistake(
    "candidate-returned",
    "You return the candidate. The new state is a mixture of the old state and the candidate.",
    see=UPDATE,
    patch=[("    return h\n", "    return g\n")],
)
step.mistake(
    "inputs-changed",
    "You update the old state in place, so the caller's array changes under its feet. Make a new array.",
    see=STEP,
    patch=[("    h = z * h_prev + (1 - z) * g\n", "    h = h_prev\n    h *= z\n    h += (1 - z) * g\n")],
)


def step_by_slices(x_t, h_prev, W_x, W_h, b, reset_after=True):
    n = h_prev.shape[1]

    def gate(k):
        columns = slice(k * n, (k + 1) * n)
        z = np.dot(x_t, W_x[:, columns]) + np.dot(h_prev, W_h[:, columns])
        z = z + (b[0, columns] + b[1, columns] if reset_after else b[columns])
        return 1 / (1 + np.exp(-z))

    keep, r = gate(0), gate(1)
    last = slice(2 * n, 3 * n)
    if reset_after:
        inner = x_t @ W_x[:, last] + b[0, last] + r * (h_prev @ W_h[:, last] + b[1, last])
    else:
        inner = x_t @ W_x[:, last] + b[last] + (r * h_prev) @ W_h[:, last]
    return h_prev - (1 - keep) * (h_prev - np.tanh(inner))


def step_by_einsum(x_t, h_prev, W_x, W_h, b, reset_after=True):
    units = h_prev.shape[-1]
    kernel_x, kernel_h = W_x.reshape(-1, 3, units), W_h.reshape(-1, 3, units)
    rows = np.reshape(b, (-1, 3, 1, units))
    from_x = np.einsum("bf,fku->kbu", x_t, kernel_x) + rows[0]
    from_h = np.einsum("bv,vku->kbu", h_prev, kernel_h) + (rows[1] if len(rows) == 2 else 0)
    z, r = (1 + np.tanh((from_x[:2] + from_h[:2]) / 2)) / 2
    past = r * from_h[2] if reset_after else np.einsum("bv,vu->bu", r * h_prev, kernel_h[:, 2])
    return np.where(True, z * h_prev + (1 - z) * np.tanh(from_x[2] + past), 0)


def step_unit_by_unit(x_t, h_prev, W_x, W_h, b, reset_after=True):
    batch, units = h_prev.shape
    b_x, b_h = (b[0], b[1]) if reset_after else (b, np.zeros(3 * units))
    h = np.empty((batch, units))
    for row in range(batch):
        a = x_t[row] @ W_x + b_x
        c = h_prev[row] @ W_h + b_h
        r = np.array([float(sigmoid(a[units + u] + c[units + u])) for u in range(units)])  # noqa: F821
        for u in range(units):
            z = float(sigmoid(a[u] + c[u]))  # noqa: F821 - defined in the notebook
            if reset_after:
                past = r[u] * c[2 * units + u]
            else:
                past = sum(r[v] * h_prev[row, v] * W_h[v, 2 * units + u] for v in range(units))
            h[row, u] = z * h_prev[row, u] + (1 - z) * math.tanh(a[2 * units + u] + past)
    return h


def step_joined_gates(x_t, h_prev, W_x, W_h, b, reset_after=True):
    units = W_h.shape[0]
    both = np.hstack([x_t, h_prev])
    kernel = np.vstack([W_x, W_h])[:, : 2 * units]
    bias = np.atleast_2d(b)
    gates = sigmoid(both @ kernel + bias[:, : 2 * units].sum(axis=0))  # noqa: F821 - defined in the notebook
    z, r = gates[:, :units], gates[:, units:]
    U = W_h[:, 2 * units :]
    past = r * (h_prev @ U + bias[1, 2 * units :]) if reset_after else np.multiply(r, h_prev) @ U
    g = np.tanh(x_t @ W_x[:, 2 * units :] + bias[0, 2 * units :] + past)
    return g + z * (h_prev - g)


step.alternative("slices, and the state moves towards the candidate", step_by_slices)
step.alternative("einsum with a block axis", step_by_einsum)
step.alternative("loops over batch and units", step_unit_by_unit)
step.alternative("both gates from one joined kernel", step_joined_gates)

# ---------------------------------------------------------------------------------------------------- gru_forward

forward = unit.exercise("gru_forward", points=20, see=MASK, seconds=5, returns=("h_all", "h_last"))


def sequence(rng, batch, time, features, units, reset_after=True):
    return rng.normal(size=(batch, time, features)), *weights(rng, features, units, reset_after)


@forward.cases
def _(rng, size):
    for number in range(1 if size == "public" else 4):
        batch, time, features, units = (3, 5, 2, 4) if size == "public" else (int(n) for n in rng.integers(3, 9, 4))
        x, *kernels = sequence(rng, batch, time, features, units)
        h0 = rng.uniform(-0.9, 0.9, (batch, units))
        ends = right_padding(rng, batch, time)
        yield Case(f"from zero {number}", x, *kernels, tags="plain")
        yield Case(f"from a given state {number}", x, *kernels, h0, tags="state")
        yield Case(f"padded at the end {number}", x, *kernels, mask=ends, tags="mask")
        yield Case(f"padded anywhere {number}", x, *kernels, mask=holes(rng, batch, time), tags="mask")
        yield Case(f"given state and padding at the end {number}", x, *kernels, h0, ends, tags="mask")
        one_row = sequence(rng, batch, time, features, units, False)
        yield Case(f"reset before {number}", *one_row, reset_after=False, tags="before")
    yield Case("one step", *sequence(rng, 2, 1, 3, 2), tags="plain")
    yield Case("as many sequences as steps", *sequence(rng, 4, 4, 4, 4), tags="plain")


forward.shape(
    "shapes",
    points=3,
    title="All states and the last state are returned, in the right shapes",
    hint="`h_all` is (batch, time, units); `h_last` is (batch, units).",
)
forward.values(
    "outputs",
    points=5,
    cases="plain",
    needs="shapes",
    title="Without mask and given state, every state is right",
    hint="Is `gru_step` right? Each step must start from the state that the step before it left.",
)
forward.values(
    "before",
    points=3,
    cases="before",
    needs="shapes",
    title="`reset_after=False` reaches the step",
    hint="Hand the argument on to `gru_step`.",
)
forward.values(
    "initial",
    points=3,
    cases="state",
    needs="shapes",
    title="A given initial state is used",
    hint="When `h0` is given, start from it.",
)
forward.values(
    "mask",
    points=4,
    cases="mask",
    needs="shapes",
    title="Padded steps leave the state as it was",
    hint="At a padded step the state of that sequence does not change.",
)
forward.same(
    "padding",
    points=1,
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

forward.mistake(
    "mask-ignored",
    "Your function does not look at the mask, so padded steps go on changing the state.",
    patch=[("if mask is not None:", "if False:")],
)
forward.mistake(
    "mask-inverted",
    "You use the mask the wrong way round: True marks a real step, and the state changes there.",
    patch=[("real = mask[:, t, np.newaxis]", "real = ~mask[:, t, np.newaxis]")],
)
forward.mistake(
    "mask-resets-state",
    "At padded steps your state becomes zero. Whatever was read before the padding is lost; it must be carried over.",
    patch=[("np.where(real, h_new, h)", "np.where(real, h_new, 0)")],
)
forward.mistake(
    "mask-on-input",
    "You set padded inputs to zero and take the step all the same. A step on a zero input still changes the state: "
    "the biases and the old state act.",
    patch=[
        ("if mask is not None:", "if False:"),
        ("h_all = np.zeros((batch, time, units))",
         "h_all = np.zeros((batch, time, units))\n    x = x if mask is None else x * mask[:, :, None]"),
    ],
)
forward.mistake(
    "mask-zeroes-output",
    "Your state is right, but you write zeros into `h_all` at padded steps. There it repeats the state before.",
    patch=[("h_all[:, t] = h", "h_all[:, t] = h if mask is None else h * mask[:, t, None]")],
)
forward.mistake(
    "initial-state-ignored",
    "You always start from zero. When `h0` is given, start from it.",
    patch=[(" if h0 is None else h0", "")],
)
forward.mistake(
    "convention-not-handed-on",
    "You take `reset_after` and do not hand it to the step, which then always resets after the product. With a bias "
    "of one row it reads single numbers where rows are meant.",
    see=ORDER,
    patch=[("gru_step(x[:, t], h, W_x, W_h, b, reset_after)",
            "gru_step(x[:, t], h, W_x, W_h, b if reset_after else np.stack([b, 0 * b]))")],
)
forward.mistake(
    "one-step-late",
    "`h_all[:, t]` holds the state before step t. It should hold the state after it.",
    patch=[("        h = h_new\n        h_all[:, t] = h", "        h_all[:, t] = h\n        h = h_new")],
)
forward.mistake(
    "state-not-carried",
    "Every step of yours starts from the initial state, so nothing is remembered from one step to the next.",
    see=UPDATE,
    patch=[("        h = h_new\n        h_all[:, t] = h", "        h_all[:, t] = h_new"),
           ("return h_all, h", "return h_all, h_new")],
)
forward.mistake(
    "backward-in-time",
    "You read the sequence from its end to its start.",
    patch=[("in range(time)", "in reversed(range(time))")],
)
forward.mistake(
    "time-first",
    "Your `h_all` has time first. Batch comes first here, then time, then units.",
    patch=[("return h_all, h", "return np.swapaxes(h_all, 0, 1), h")],
)
forward.mistake(
    "initial-state-changed",
    "You write the new states into the array `h0`. The caller may want to use it again.",
    patch=[("        h = h_new\n", "        h[...] = h_new\n")],
)


def forward_by_list(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    h = np.zeros((len(x), len(W_h))) if h0 is None else np.array(h0)
    keep = np.ones(x.shape[:2]) if mask is None else np.asarray(mask, dtype=float)
    states = []
    for x_t, m in zip(np.swapaxes(x, 0, 1), keep.T[:, :, None], strict=True):
        h = m * gru_step(x_t, h, W_x, W_h, b, reset_after=reset_after) + (1 - m) * h  # noqa: F821 - in the notebook
        states.append(h)
    return np.stack(states, axis=1), h


def forward_real_rows_only(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    batch, time = x.shape[:2]
    h = np.zeros((batch, W_h.shape[0])) if h0 is None else h0.copy()
    h_all = np.empty((batch, time, W_h.shape[0]))
    for t in range(time):
        rows = slice(None) if mask is None else mask[:, t]
        h[rows] = gru_step(x[rows, t], h[rows], W_x, W_h, b, reset_after)  # noqa: F821
        h_all[:, t] = h
    return [h_all, h]


def forward_one_sequence_at_a_time(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    h_all, h_last = [], []
    for n, rows in enumerate(x):
        h = np.zeros((1, W_h.shape[0])) if h0 is None else h0[n : n + 1]
        states = []
        for t, row in enumerate(rows):
            if mask is None or mask[n, t]:
                h = gru_step(row[None], h, W_x, W_h, b, reset_after)  # noqa: F821
            states.append(h[0])
        h_all.append(states)
        h_last.append(h[0])
    return np.array(h_all), np.array(h_last)


def forward_projected_first(x, W_x, W_h, b, h0=None, mask=None, reset_after=True):
    bias = np.atleast_2d(b)
    z_x = np.einsum("btf,fk->btk", x, W_x) + bias[0]  # the input part of all steps at once
    batch, time, width = z_x.shape
    units = width // 3
    h = np.zeros((batch, units)) if h0 is None else h0
    h_all = np.zeros((batch, time, units))
    for t in range(time):
        from_h = h @ W_h + (bias[1] if reset_after else 0)
        gates = sigmoid(z_x[:, t, : 2 * units] + from_h[:, : 2 * units])  # noqa: F821 - defined in the notebook
        z, r = gates[:, :units], gates[:, units:]
        past = r * from_h[:, 2 * units :] if reset_after else (r * h) @ W_h[:, 2 * units :]
        h_new = z * h + (1 - z) * np.tanh(z_x[:, t, 2 * units :] + past)
        real = np.ones((batch, 1), bool) if mask is None else mask[:, t : t + 1]
        h = np.where(real, h_new, h)
        h_all[:, t, :] = h
    return h_all, h


forward.alternative("a list of states, blended by the mask", forward_by_list)
forward.alternative("only the real rows are updated", forward_real_rows_only)
forward.alternative("one sequence at a time", forward_one_sequence_at_a_time)
forward.alternative("input part of all steps first, without gru_step", forward_projected_first)

# ----------------------------------------------------------------------------------------------- count_parameters

count = unit.exercise("count_parameters", points=12, see=COUNT, seconds=2)


@count.cases
def _(rng, size):
    for number in range(2 if size == "public" else 6):
        features, units = (3 + 4 * number, 5 + 6 * number) if size == "public" else (
            int(rng.integers(1, 300)), int(rng.integers(1, 600)))  # fmt: skip
        yield Case(f"rnn {number}", "rnn", features, units, tags="rnn")
        yield Case(f"lstm {number}", "lstm", features, units, tags="lstm")
        yield Case(f"gru {number}", "gru", features, units, tags="gru")
        yield Case(f"gru, reset before {number}", "gru", features, units, reset_after=False, tags="before")
    yield Case("an lstm does not care about reset_after", "lstm", 3, 4, reset_after=False, tags="lstm")


count.shape("whole", points=1, title="A whole number is returned", hint="Parameters are counted: return an int.")
count.values("rnn", points=2, cases="rnn", needs="whole", title="A plain recurrent layer is counted right",
             hint="One input kernel, one recurrent kernel, one bias.")  # fmt: skip
count.values("lstm", points=2, cases="lstm", needs="whole", title="An LSTM is counted right",
             hint="How many blocks has it?")  # fmt: skip
count.values("gru", points=4, cases="gru", needs="whole", title="A GRU as Keras builds it by default is counted right",
             hint="What is the shape of its bias?")  # fmt: skip
count.values("before", points=2, cases="before", needs="whole", title="A GRU that resets before the product is counted",
             hint="Its bias has one row.")  # fmt: skip
count.raises(
    "unknown",
    ValueError,
    points=1,
    title="An unknown kind is refused with a ValueError that says something",
    case=[Case("a kind that does not exist", "transformer", 3, 4)],
    hint="Raise a ValueError whose message names the kind that was given.",
)

count.mistake(
    "second-bias-row-not-counted",
    "You count one bias row for the GRU. As Keras builds it by default, it has two.",
    see=ROWS,
    patch=[("2 if kind == \"gru\" and reset_after else 1", "1")],
)
count.mistake(
    "second-bias-row-always-counted",
    "You count two bias rows also where the reset acts before the product. There the GRU has one.",
    see=ROWS,
    patch=[("kind == \"gru\" and reset_after", "kind == \"gru\"")],
)
count.mistake(
    "two-bias-rows-for-all",
    "You count two bias rows for every cell. Only the GRU that resets after the product has a second one.",
    see=ROWS,
    patch=[("2 if kind == \"gru\" and reset_after else 1", "2 if reset_after else 1")],
)
count.mistake(
    "biases-left-out",
    "Your count has the kernels and no biases. Every block also has a bias for each unit.",
    patch=[("(features + units + bias_rows)", "(features + units)")],
)
count.mistake(
    "recurrent-kernel-left-out",
    "The recurrent kernel is missing: every block also looks at every unit of the old state.",
    patch=[("(features + units + bias_rows)", "(features + bias_rows)")],
)
count.mistake(
    "gates-counted-without-candidate",
    "You count the gates and forget the candidate, which has kernels of its own.",
    patch=[('"lstm": 4, "gru": 3', '"lstm": 3, "gru": 2')],
)
count.mistake(
    "gru-counted-as-lstm",
    "You give the GRU four blocks. It has two gates and a candidate.",
    patch=[('"gru": 3', '"gru": 4')],
)
count.mistake(
    "single-bias-for-a-block",
    "You count one bias for a whole block. Each unit has its own.",
    patch=[("blocks[kind] * units * (features + units + bias_rows)",
            "blocks[kind] * (units * (features + units) + bias_rows)")],
)
count.mistake(
    "unknown-kind-answered",
    "For a kind that does not exist you return a number. A wrong name should be refused, with a message that says so.",
    patch=[("    if kind not in blocks:\n", "    if kind not in blocks:\n        return 0\n    if False:\n")],
)


def count_by_parts(kind, features, units, reset_after=True):
    def one(inputs, rows):
        return inputs * units + units * units + rows * units

    if kind == "rnn":
        return one(features, 1)
    if kind == "lstm":
        return sum(one(features, 1) for _ in range(4))
    if kind == "gru":
        return 3 * one(features, 2 if reset_after else 1)
    raise ValueError(f"no such kind: {kind!r}")


def count_by_shapes(kind, features, units, reset_after=True):
    if kind not in ("rnn", "lstm", "gru"):
        raise ValueError(f"The kind must be rnn, lstm or gru, not {kind}.")
    k = ("rnn", "", "gru", "lstm").index(kind) + 1
    shapes = [(features, k * units), (units, k * units), (k * units,)]
    if kind == "gru" and reset_after:
        shapes.append(shapes[-1])
    return int(sum(np.prod(shape) for shape in shapes))


def count_by_table(kind, features, units, reset_after=True):
    formulas = {
        ("rnn", False): lambda d, u: u * (d + u + 1),
        ("lstm", False): lambda d, u: 4 * u * (d + u + 1),
        ("gru", False): lambda d, u: 3 * u * (d + u + 1),
        ("gru", True): lambda d, u: 3 * u * (d + u + 2),
    }
    key = (kind, bool(reset_after) and kind == "gru")
    if key not in formulas:
        raise ValueError("unknown kind " + str(kind))
    return formulas[key](features, units)


count.alternative("one block after the other", count_by_parts)
count.alternative("from the shapes of the arrays", count_by_shapes)
count.alternative("a table of formulas", count_by_table)

# ----------------------------------------------------------------------------------------------- units_for_budget

budget = unit.exercise("units_for_budget", points=14, see=BUDGET, seconds=5)


def size_of(kind, features, units, reset_after=True):
    """Parameters of a layer; only to find budgets that are met exactly or missed by one."""
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    return blocks * units * (features + units + (2 if kind == "gru" and reset_after else 1))


@budget.cases
def _(rng, size):
    pairs = [(4, 2100), (16, 5000)] if size == "public" else [
        (int(rng.integers(1, 120)), int(rng.integers(2500, 90_000))) for _ in range(5)]  # fmt: skip
    for number, (features, total) in enumerate(pairs):
        for kind in ("rnn", "lstm", "gru"):
            yield Case(f"{kind}, budget {number}", kind, total, features, tags="values")
        yield Case(f"gru, reset before, budget {number}", "gru", total, features, reset_after=False, tags="before")
        for kind in ("rnn", "lstm", "gru"):
            units = 7 + number
            exact = size_of(kind, features, units)
            yield Case(f"{kind}, met exactly {number}", kind, exact, features, tags="exact")
            yield Case(f"{kind}, one too few {number}", kind, exact - 1, features, tags="exact")
            yield Case(f"{kind}, one to spare {number}", kind, exact + 1, features, tags="exact")
        before = size_of("gru", features, 9, False) + 4  # with a second bias row one unit less would fit
        yield Case(f"gru, reset before, four to spare {number}", "gru", before, features, False, tags="before")
    yield Case("room for a single unit", "gru", size_of("gru", 5, 1), 5, tags="exact")


budget.shape("whole", points=1, cases="values", title="A whole number is returned",
             hint="Units are counted: return an int.")  # fmt: skip
budget.values("values", points=5, cases="values", needs="whole", title="The largest layer that fits is found",
              hint="One unit more must be too many, for each of the three kinds.")  # fmt: skip
budget.values("exact", points=4, cases="exact", needs="whole", title="A budget that is met exactly counts as met",
              hint="Compare with <= and try the case of one parameter too few.")  # fmt: skip
budget.values("before", points=2, cases="before", needs="whole", title="The convention of the reset is respected",
              hint="Hand `reset_after` on to the count.")  # fmt: skip
budget.raises(
    "none-fits",
    ValueError,
    points=2,
    title="A budget that is too small for one unit is refused with a ValueError that says something",
    case=[Case("too small by one", "lstm", 4 * (10 + 2) - 1, 10), Case("nothing at all", "gru", 0, 3)],
    hint="What should the function do when not even one unit fits?",
)

budget.mistake(
    "one-unit-too-many",
    "You return the first size that does not fit any more. The one before it is asked for.",
    patch=[("    return units\n", "    return units + 1\n")],
)
budget.mistake(
    "exact-budget-refused",
    "A budget that is met exactly is met. You demand that something is left over.",
    patch=[("units + 1, reset_after) <= budget", "units + 1, reset_after) < budget"),
           (" > budget:", " >= budget:")],
)
budget.mistake(
    "convention-not-handed-on",
    "You count the GRU always as Keras builds it by default. Hand `reset_after` on to the count.",
    see=ROWS,
    patch=[("units + 1, reset_after) <=", "units + 1) <="), ("1, reset_after) >", "1) >")],
)
budget.mistake(
    "square-root-of-the-kernels",
    "You solve for the recurrent kernel alone. The input kernel and the biases cost parameters too, so your layer is "
    "larger than the budget.",
    patch=[("    units = 1\n", "    units = int((budget / {\"rnn\": 1, \"lstm\": 4, \"gru\": 3}[kind]) ** 0.5)\n"),
           ("while count_parameters(kind, features, units + 1, reset_after) <= budget:", "while False:")],
)
budget.mistake(
    "features-and-units-confused",
    "You hand the number of features and the number of units to the count in each other's place.",
    patch=[("count_parameters(kind, features, units + 1, reset_after)",
            "count_parameters(kind, units + 1, features, reset_after)")],
)
budget.mistake(
    "same-units-for-every-kind",
    "You return the same size for every kind of cell. At equal units a plain network has far fewer parameters than "
    "an LSTM; the budget is the same, so the sizes must differ.",
    patch=[("count_parameters(kind, features, units + 1, reset_after)",
            "count_parameters(\"lstm\", features, units + 1, reset_after)")],
)
budget.mistake(
    "nearest-instead-of-largest-that-fits",
    "You return the size whose count is nearest to the budget, also when it is above. A budget is a limit.",
    patch=[("    return units\n",
            "    over = count_parameters(kind, features, units + 1, reset_after) - budget\n"
            "    under = budget - count_parameters(kind, features, units, reset_after)\n"
            "    return units + 1 if over < under else units\n")],
)


def budget_by_formula(kind, budget, features, reset_after=True):
    k = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    p = features + (2 if kind == "gru" and reset_after else 1)
    units = (math.isqrt(p * p + 4 * (budget // k)) - p) // 2  # u * (p + u) <= budget / k
    if units < 1:
        raise ValueError(f"{budget} parameters are too few for one unit.")
    return units


def budget_by_bisection(kind, budget, features, reset_after=True):
    low, high = 0, 1
    while count_parameters(kind, features, high, reset_after) <= budget:  # noqa: F821 - defined in the notebook
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if count_parameters(kind, features, middle, reset_after=reset_after) <= budget:  # noqa: F821
            low = middle
        else:
            high = middle
    if low == 0:
        raise ValueError("The budget is too small.")
    return low


def budget_by_list(kind, budget, features, reset_after=True):
    sizes = range(1, int(budget**0.5) + 2)
    fits = [u for u in sizes if count_parameters(kind, features, u, reset_after) <= budget]  # noqa: F821
    if not fits:
        raise ValueError(f"not even one unit fits into {budget}")
    return max(fits)


def budget_by_counting_down(kind, budget, features, reset_after=True):
    units = math.isqrt(max(budget, 0)) + 1  # a square of that size alone is too large
    while units > 0 and count_parameters(kind, features, units, reset_after) > budget:  # noqa: F821
        units -= 1
    if not units:
        raise ValueError("too small a budget: " + repr(budget))
    return np.int64(units)


budget.alternative("the quadratic formula in whole numbers", budget_by_formula)
budget.alternative("bisection", budget_by_bisection)
budget.alternative("all sizes that fit", budget_by_list)
budget.alternative("counting down, a NumPy integer", budget_by_counting_down)
