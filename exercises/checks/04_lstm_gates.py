"""What is checked in unit 04, LSTM gates: cases, criteria with points, known mistakes, unorthodox right solutions."""

import keras  # noqa: F401 - alternatives and mistakes are written as the notebook's cells would be
import numpy as np
from _padding import holes, other_padding, right_padding

from autograder.authoring import Case, Unit

unit = Unit("04_lstm_gates", title="LSTM gates", needs=("numpy", "keras"))
unit.manual("written_why", points=5)
unit.manual("written_gates", points=5)


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


# ------------------------------------------------------------------------------------------------------ lstm_step

step = unit.exercise("lstm_step", points=14, see="04_lstm_gates#one-step-in-numpy", seconds=5, returns=("h", "c"))


def carry_case(rng, batch, features, units):
    """Forget gate open, input gate closed: the cell state must pass through unchanged."""
    x_t, h_prev, c_prev, W_x, W_h, b = step_inputs(rng, batch, features, units)
    b[:units], b[units : 2 * units] = -60.0, 60.0
    return Case("forget gate open, input gate closed", x_t, h_prev, c_prev, W_x, W_h, b, tags="carry")


@step.cases
def _(rng, size):
    yield Case("two sequences, three units", *step_inputs(rng, 2, 4, 3), tags="plain")
    yield Case("one sequence, one unit", *step_inputs(rng, 1, 1, 1), tags="plain")
    yield Case("as many features as units", *step_inputs(rng, 5, 3, 3), tags="plain")
    yield carry_case(rng, 2, 3, 4)
    if size == "secret":
        for number in range(6):
            batch, features, units = rng.integers(2, 9, 3)
            yield Case(f"other sizes {number}", *step_inputs(rng, batch, features, units), tags="plain")
        floats = [array.astype(np.float32) for array in step_inputs(rng, 3, 4, 5)]
        yield Case("float32", *floats, tags="plain")


step.shape(
    "shapes",
    points=2,
    title="`h` and `c` are returned, each of shape (batch, units)",
    hint="Return two arrays, first `h`, then `c`.",
)
step.values(
    "cell",
    pick=1,
    points=5,
    cases="plain",
    needs="shapes",
    title="The new cell state is right",
    hint="Look at the order of the four blocks, and at what forget and input gate multiply.",
)
step.values(
    "hidden",
    pick=0,
    points=4,
    cases="plain",
    needs="shapes",
    title="The new hidden state is right",
    hint="It comes from the new cell state and the output gate.",
)
step.values(
    "carry",
    pick=1,
    points=2,
    cases="carry",
    needs="shapes",
    title="With an open forget gate and a closed input gate the cell state passes through",
    hint="Which gate belongs to which block of `z`?",
)
step.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`c_prev *= f` changes the caller's array. Make a new one.",
)

CELL = "04_lstm_gates#the-cell-state"
STEP = "04_lstm_gates#one-step-in-numpy"
step.mistake(
    "gates-swapped",
    "Your forget gate and your input gate have changed places. The forget gate decides what "
    "stays of the old cell state; the input gate decides what is written. Check also the order of the blocks.",
    see="04_lstm_gates#the-forget-gate",
    patch=[("f * c_prev + i * g", "i * c_prev + f * g")],
)
step.mistake(
    "candidate-and-output-swapped",
    "You take the third block of z as the output gate and the fourth as the "
    "candidate. Keras orders them the other way round.",
    see="04_lstm_gates#from-picture-to-equations",
    patch=[("z_i, z_f, z_g, z_o =", "z_i, z_f, z_o, z_g =")],
)
step.mistake(
    "candidate-in-second-block",
    "You read the blocks as input gate, candidate, forget gate, output gate. "
    "Other libraries do that; here the forget gate comes second.",
    see="04_lstm_gates#from-picture-to-equations",
    patch=[("z_i, z_f, z_g, z_o =", "z_i, z_g, z_f, z_o =")],
)
step.mistake(
    "blocks-interleaved",
    "You cut z into groups of four neighbouring columns. The blocks lie one after the "
    "other: first all units of the input gate, then all units of the forget gate, and so on.",
    see=STEP,
    patch=[("np.split(z, 4, axis=-1)", "np.moveaxis(z.reshape(len(z), -1, 4), -1, 0)")],
)
step.mistake(
    "tanh-missing-on-cell",
    "Your hidden state shows the cell state as it is. The cell state can grow large, so "
    "it is squashed before the output gate scales it.",
    see="04_lstm_gates#the-output-gate",
    patch=[("h = o * np.tanh(c)", "h = o * c")],
)
step.mistake(
    "candidate-sigmoid",
    "Your candidate uses a sigmoid. Then it is never negative, and the cell state could "
    "only be raised. The candidate needs the other squashing function.",
    see="04_lstm_gates#the-input-gate-and-the-candidate",
    patch=[("np.tanh(z_g)", "sigmoid(z_g)")],
)
step.mistake(
    "gates-tanh",
    "Your gates use tanh. A gate says how much passes, from nothing to all, so it must lie between 0 and 1.",
    see="04_lstm_gates#the-cell-gate-by-gate",
    patch=[
        (
            "sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)",
            "np.tanh(z_i), np.tanh(z_f), np.tanh(z_g), np.tanh(z_o)",
        )
    ],
)
step.mistake(
    "bias-left-out",
    "The bias is missing in z. Without it the forget gate cannot start open.",
    see="04_lstm_gates#the-forget-bias",
    patch=[(" + h_prev @ W_h + b", " + h_prev @ W_h")],
)
step.mistake(
    "recurrent-part-left-out",
    "Your step does not look at the previous hidden state. Each block of z has a part that comes from it.",
    see="04_lstm_gates#from-picture-to-equations",
    patch=[(" + h_prev @ W_h + b", " + b")],
)
step.mistake(
    "old-cell-in-output",
    "Your hidden state is made from the old cell state. The output gate looks at the cell state after the update.",
    see="04_lstm_gates#the-output-gate",
    patch=[("o * np.tanh(c)", "o * np.tanh(c_prev)")],
)
step.mistake(
    "input-gate-left-out",
    "Your candidate is added in full. The input gate decides how much of it is written.",
    see="04_lstm_gates#the-input-gate-and-the-candidate",
    patch=[("+ i * g", "+ g")],
)
step.mistake(
    "forget-gate-left-out",
    "Your old cell state is kept in full, so the cell can never forget. The first LSTM "
    "did so; this one has a gate there.",
    see="04_lstm_gates#the-forget-gate",
    patch=[("f * c_prev", "c_prev")],
)
step.mistake(
    "returned-in-wrong-order",
    "You return the cell state first. The docstring asks for the hidden state first, then the cell state.",
    see=STEP,
    patch=[("return h, c", "return c, h")],
)
step.mistake(
    "inputs-changed",
    "You update the old cell state in place, so the caller's array changes under its feet. "
    "Make a new array for the new state.",
    see="04_lstm_gates#pitfalls",
    patch=[("c = f * c_prev + i * g", "c = c_prev\n    c *= f\n    c += i * g")],
)


def step_by_slices(x_t, h_prev, c_prev, W_x, W_h, b):
    n = h_prev.shape[1]
    z = np.dot(x_t, W_x) + np.dot(h_prev, W_h) + b
    i = 1 / (1 + np.exp(-z[:, :n]))
    f = 1 / (1 + np.exp(-z[:, n : 2 * n]))
    o = 1 / (1 + np.exp(-z[:, 3 * n :]))
    c_t = np.multiply(f, c_prev) + np.multiply(i, np.tanh(z[:, 2 * n : 3 * n]))
    return [o * np.tanh(c_t), c_t]


def step_joined(x_t, h_prev, c_prev, W_x, W_h, b):
    z = np.concatenate([x_t, h_prev], axis=1) @ np.concatenate([W_x, W_h], axis=0) + b
    i, f, g, o = np.moveaxis(z.reshape(len(z), 4, -1), 1, 0)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)  # noqa: F821 - defined in the notebook
    return sigmoid(o) * np.tanh(c), c  # noqa: F821


def step_by_einsum(x_t, h_prev, c_prev, W_x, W_h, b):
    units = c_prev.shape[-1]
    kernel_x, kernel_h = W_x.reshape(-1, 4, units), W_h.reshape(-1, 4, units)
    z = np.einsum("bf,fgu->gbu", x_t, kernel_x) + np.einsum("bv,vgu->gbu", h_prev, kernel_h)
    z = z + b.reshape(4, 1, units)
    gates = (1 + np.tanh(z / 2)) / 2
    c = gates[1] * c_prev + gates[0] * np.tanh(z[2])
    return gates[3] * np.tanh(c), c


def step_unit_by_unit(x_t, h_prev, c_prev, W_x, W_h, b):
    batch, units = c_prev.shape
    h, c = np.empty((batch, units)), np.empty((batch, units))
    for row in range(batch):
        for u in range(units):
            z = [
                x_t[row] @ W_x[:, k * units + u] + h_prev[row] @ W_h[:, k * units + u] + b[k * units + u]
                for k in range(4)
            ]
            i, f, o = (float(sigmoid(z[k])) for k in (0, 1, 3))  # noqa: F821
            c[row, u] = f * c_prev[row, u] + i * np.tanh(z[2])
            h[row, u] = o * np.tanh(c[row, u])
    return h, c


step.alternative("slices and the logistic function by hand", step_by_slices)
step.alternative("one joined kernel", step_joined)
step.alternative("einsum with a gate axis", step_by_einsum)
step.alternative("loops over batch and units", step_unit_by_unit)

# --------------------------------------------------------------------------------------------------- lstm_forward

forward = unit.exercise(
    "lstm_forward",
    points=16,
    see="04_lstm_gates#a-whole-sequence-with-a-mask",
    seconds=5,
    returns=("h_all", "h_last", "c_last"),
)


def sequence(rng, batch, time, features, units):
    return rng.normal(size=(batch, time, features)), *weights(rng, features, units)


@forward.cases
def _(rng, size):
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
    yield Case("as many sequences as steps", *sequence(rng, 4, 4, 4, 4), tags="plain")
    if size == "secret":
        yield Case("only h0", *sequence(rng, 2, 3, 2, 3), h0=rng.uniform(-0.9, 0.9, (2, 3)), tags="state")
        yield Case("only c0", *sequence(rng, 2, 3, 2, 3), c0=rng.normal(size=(2, 3)), tags="state")


forward.shape(
    "shapes",
    points=2,
    title="All hidden states and the two last states are returned, in the right shapes",
    hint="`h_all` is (batch, time, units); `h_last` and `c_last` are (batch, units).",
)
forward.values(
    "outputs",
    points=5,
    cases="plain",
    needs="shapes",
    title="Without mask and given states, every hidden state is right",
    hint="Is `lstm_step` right? Each step must start from the states that the step before it left.",
)
forward.values(
    "initial",
    points=3,
    cases="state",
    needs="shapes",
    title="Given initial states are used",
    hint="Both `h0` and `c0` can be given, or one of them.",
)
forward.values(
    "mask",
    points=4,
    cases="mask",
    needs="shapes",
    title="Padded steps leave both states as they were",
    hint="At a padded step neither `h` nor `c` of that sequence changes.",
)
forward.same(
    "padding",
    points=1,
    pairs=other_padding(sequence),
    pick_a=1,
    pick_b=1,
    needs="mask",
    title="What stands in the padding, and how much there is, makes no difference",
    hint="Padded steps must not reach the states.",
)
forward.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Do not write into `x`, `h0`, `c0` or `mask`.",
)

MASK = "04_lstm_gates#a-whole-sequence-with-a-mask"
forward.mistake(
    "mask-ignored",
    "Your function does not look at the mask, so padded steps go on changing the states.",
    see=MASK,
    patch=[("if mask is not None:", "if False:")],
)
forward.mistake(
    "mask-inverted",
    "You use the mask the wrong way round: True marks a real step, and the states change there.",
    see=MASK,
    patch=[("real = mask[:, t, np.newaxis]", "real = ~mask[:, t, np.newaxis]")],
)
forward.mistake(
    "mask-resets-state",
    "At padded steps your states become zero. Whatever was read before the padding is lost; it must be carried over.",
    see=MASK,
    patch=[
        ("np.where(real, h_new, h)", "np.where(real, h_new, 0)"),
        ("np.where(real, c_new, c)", "np.where(real, c_new, 0)"),
    ],
)
forward.mistake(
    "mask-on-hidden-only",
    "At padded steps you keep the hidden state, but the cell state goes on changing. Both belong to the memory.",
    see=MASK,
    patch=[("            c_new = np.where(real, c_new, c)\n", "")],
)
forward.mistake(
    "mask-on-input",
    "You set padded inputs to zero and take the step all the same. A step on a zero input "
    "still changes the states: the bias and the old hidden state act.",
    see=MASK,
    patch=[
        ("if mask is not None:", "if False:"),
        (
            "h_all = np.zeros((batch, time, units))",
            "h_all = np.zeros((batch, time, units))\n    x = x if mask is None else x * mask[:, :, None]",
        ),
    ],
)
forward.mistake(
    "mask-zeroes-output",
    "Your states are right, but you write zeros into `h_all` at padded steps. There it repeats the state before.",
    see=MASK,
    patch=[("h_all[:, t] = h", "h_all[:, t] = h if mask is None else h * mask[:, t, None]")],
)
forward.mistake(
    "initial-states-ignored",
    "You always start from zero. When `h0` or `c0` is given, start from it.",
    see=MASK,
    patch=[(" if h0 is None else h0", ""), (" if c0 is None else c0", "")],
)
forward.mistake(
    "initial-cell-ignored",
    "You use `h0` but not `c0`. The cell state can be given as well.",
    see=MASK,
    patch=[(" if c0 is None else c0", "")],
)
forward.mistake(
    "one-step-late",
    "`h_all[:, t]` holds the state before step t. It should hold the state after it.",
    see=MASK,
    patch=[
        ("        h, c = h_new, c_new\n        h_all[:, t] = h", "        h_all[:, t] = h\n        h, c = h_new, c_new")
    ],
)
forward.mistake(
    "state-not-carried",
    "Every step of yours starts from the initial states, so nothing is remembered from one step to the next.",
    see="04_lstm_gates#the-cell-state",
    patch=[
        ("        h, c = h_new, c_new\n        h_all[:, t] = h", "        h_all[:, t] = h_new"),
        ("return h_all, h, c", "return h_all, h_new, c_new"),
    ],
)
forward.mistake(
    "backward-in-time",
    "You read the sequence from its end to its start.",
    see=MASK,
    patch=[("in range(time)", "in reversed(range(time))")],
)
forward.mistake(
    "hidden-returned-twice",
    "The third thing you return is the last hidden state again. The last cell state is asked for.",
    see="04_lstm_gates#the-cell-state",
    patch=[("return h_all, h, c", "return h_all, h, h")],
)
forward.mistake(
    "time-first",
    "Your `h_all` has time first. Batch comes first here, then time, then units.",
    see=MASK,
    patch=[("return h_all, h, c", "return np.swapaxes(h_all, 0, 1), h, c")],
)
forward.mistake(
    "initial-state-changed",
    "You write the new states into the arrays `h0` and `c0`. The caller may want to use them again.",
    see="04_lstm_gates#pitfalls",
    patch=[("        h, c = h_new, c_new\n", "        h[...], c[...] = h_new, c_new\n")],
)


def forward_by_list(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    h = np.zeros((len(x), len(W_h))) if h0 is None else np.array(h0)
    c = np.zeros((len(x), len(W_h))) if c0 is None else np.array(c0)
    keep = np.ones(x.shape[:2]) if mask is None else np.asarray(mask, dtype=float)
    states = []
    for x_t, m in zip(np.swapaxes(x, 0, 1), keep.T[:, :, None], strict=True):
        new_h, new_c = lstm_step(x_t, h, c, W_x, W_h, b)  # noqa: F821 - defined in the notebook
        h, c = m * new_h + (1 - m) * h, m * new_c + (1 - m) * c
        states.append(h)
    return np.stack(states, axis=1), h, c


def forward_real_rows_only(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    batch, time = x.shape[:2]
    units = b.size // 4
    h = np.zeros((batch, units)) if h0 is None else h0.copy()
    c = np.zeros((batch, units)) if c0 is None else c0.copy()
    h_all = np.empty((batch, time, units))
    for t in range(time):
        rows = slice(None) if mask is None else mask[:, t]
        h[rows], c[rows] = lstm_step(x[rows, t], h[rows], c[rows], W_x, W_h, b)  # noqa: F821
        h_all[:, t] = h
    return h_all, h, c


def forward_one_sequence_at_a_time(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    units = W_h.shape[0]
    h_all, h_last, c_last = [], [], []
    for n, rows in enumerate(x):
        h = np.zeros((1, units)) if h0 is None else h0[n : n + 1]
        c = np.zeros((1, units)) if c0 is None else c0[n : n + 1]
        states = []
        for t, row in enumerate(rows):
            if mask is None or mask[n, t]:
                h, c = lstm_step(row[None], h, c, W_x, W_h, b)  # noqa: F821
            states.append(h[0])
        h_all.append(states)
        h_last.append(h[0])
        c_last.append(c[0])
    return np.array(h_all), np.array(h_last), np.array(c_last)


def forward_projected_first(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    z_x = np.einsum("btf,fg->btg", x, W_x) + b  # the input part of all steps at once
    batch, time, width = z_x.shape
    h = np.zeros((batch, width // 4)) if h0 is None else h0
    c = np.zeros((batch, width // 4)) if c0 is None else c0
    h_all = np.zeros((batch, time, width // 4))
    for t in range(time):
        i, f, g, o = np.array_split(z_x[:, t] + h @ W_h, 4, axis=1)
        c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)  # noqa: F821
        h_new = sigmoid(o) * np.tanh(c_new)  # noqa: F821
        step_mask = np.ones((batch, 1), bool) if mask is None else mask[:, t : t + 1]
        h, c = np.where(step_mask, h_new, h), np.where(step_mask, c_new, c)
        h_all[:, t, :] = h
    return h_all, h, c


forward.alternative("a list of states, blended by the mask", forward_by_list)
forward.alternative("only the real rows are updated", forward_real_rows_only)
forward.alternative("one sequence at a time", forward_one_sequence_at_a_time)
forward.alternative("input part of all steps first, without lstm_step", forward_projected_first)

# --------------------------------------------------------------------------------------------- lstm_backward_step

backward = unit.exercise("lstm_backward_step", points=16, see="04_lstm_gates#backward-through-one-step", seconds=5)
ARGUMENTS = ("x_t", "h_prev", "c_prev", "W_x", "W_h", "b")


def backward_inputs(rng, batch, features, units):
    return rng.normal(size=(batch, units)), rng.normal(size=(batch, units)), *step_inputs(rng, batch, features, units)


@backward.cases
def _(rng, size):
    yield Case("three sequences, two units", *backward_inputs(rng, 3, 4, 2))
    yield Case("one sequence, one unit", *backward_inputs(rng, 1, 1, 1))
    yield Case("as many features as units", *backward_inputs(rng, 2, 3, 3))
    if size == "secret":
        for number in range(5):
            yield Case(f"other sizes {number}", *backward_inputs(rng, *(int(n) for n in rng.integers(2, 7, 3))))


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


backward.shape(
    "shapes",
    points=2,
    title="A dict with the six gradients, each shaped like its argument",
    hint='The keys are "x_t", "h_prev", "c_prev", "W_x", "W_h" and "b".',
)
for name, points, hint in [
    ("c_prev", 3, "Both ways to the loss count: along the belt and through the hidden state."),
    ("b", 3, "It is the sum of dz over the batch. Check the four parts of dz one by one."),
    ("W_x", 2, "It is made from `x_t` and dz, summed over the batch."),
    ("W_h", 2, "It is made from `h_prev` and dz, summed over the batch."),
    ("x_t", 2, "dz goes back through the input kernel."),
    ("h_prev", 1, "dz goes back through the recurrent kernel."),
]:
    backward.expected(
        f"gradient-{name.lower()}",
        pick=name,
        by=numerical(name),
        points=points,
        needs="shapes",
        title=f"The gradient with respect to `{name}` agrees with central differences",
        hint=hint,
    )
backward.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`dc += …` changes the caller's array. Make a new one.",
)

BACK = "04_lstm_gates#backward-through-one-step"
backward.mistake(
    "hidden-path-missing",
    "The loss also depends on the cell state through the hidden state. Your gradient "
    "of the cell state holds only the part that came along the belt.",
    see=BACK,
    patch=[("dc_total = dc + dh * o * (1 - tanh_c**2)", "dc_total = dc")],
)
backward.mistake(
    "belt-path-missing",
    "You do not use `dc`. The cell state also acts on later steps, and that part of the gradient arrives in `dc`.",
    see="04_lstm_gates#the-gradient-along-the-cell-state",
    patch=[("dc_total = dc + dh * o", "dc_total = dh * o")],
)
backward.mistake(
    "output-gate-missing-on-hidden-path",
    "On the way from the hidden state to the cell state you left out "
    "the output gate. It scales what is shown, so it scales the gradient too.",
    see=BACK,
    patch=[("dh * o * (1 - tanh_c**2)", "dh * (1 - tanh_c**2)")],
)
backward.mistake(
    "tanh-slope-of-cell",
    "The slope of tanh at the cell state is one minus the square of tanh(c). You square the cell state itself.",
    see=BACK,
    patch=[
        ("tanh_c = np.tanh(f * c_prev + i * g)", "c = f * c_prev + i * g\n    tanh_c = np.tanh(c)"),
        ("(1 - tanh_c**2)", "(1 - c**2)"),
    ],
)
backward.mistake(
    "sigmoid-slopes-missing",
    "Your gradients stop at the gates. To get from a gate to its block of z, multiply by the slope of the sigmoid.",
    see=BACK,
    patch=[(" * i * (1 - i)", ""), (" * f * (1 - f)", ""), (" * o * (1 - o)", "")],
)
backward.mistake(
    "candidate-slope-missing",
    "The candidate comes out of a tanh. Its slope is missing in the third block of dz.",
    see=BACK,
    patch=[("dc_total * i * (1 - g**2)", "dc_total * i")],
)
backward.mistake(
    "candidate-slope-of-sigmoid",
    "For the candidate you use the slope of a sigmoid. It comes out of a tanh, whose slope is another.",
    see=BACK,
    patch=[("(1 - g**2)", "g * (1 - g)")],
)
backward.mistake(
    "new-cell-for-forget-gate",
    "The forget gate multiplies the old cell state, so its gradient holds the old one. You use the new one.",
    see="04_lstm_gates#the-forget-gate",
    patch=[("dz_f = dc_total * c_prev", "dz_f = dc_total * (f * c_prev + i * g)")],
)
backward.mistake(
    "input-and-candidate-exchanged",
    "In the first and third block of dz the factors have changed places. "
    "The derivative of a product by one factor holds the other factor.",
    see=BACK,
    patch=[("dz_i = dc_total * g *", "dz_i = dc_total * i *"), ("dz_g = dc_total * i *", "dz_g = dc_total * g *")],
)
backward.mistake(
    "blocks-in-other-order",
    "You stack the four blocks of dz in another order than z has them: the candidate comes before the output gate.",
    see="04_lstm_gates#from-picture-to-equations",
    patch=[("[dz_i, dz_f, dz_g, dz_o]", "[dz_i, dz_f, dz_o, dz_g]")],
)
backward.mistake(
    "averaged-over-batch",
    "You average the gradients of the weights over the batch. The loss is a sum over "
    "the sequences, so their gradients add up.",
    see="04_lstm_gates#pitfalls",
    patch=[
        ("x_t.T @ dz", "x_t.T @ dz / len(dz)"),
        ("h_prev.T @ dz", "h_prev.T @ dz / len(dz)"),
        ("dz.sum(axis=0)", "dz.mean(axis=0)"),
    ],
)
backward.mistake(
    "bias-not-summed",
    "Your gradient of the bias has a row for each sequence. The bias is shared by all of them, so sum over the batch.",
    see=BACK,
    patch=[("dz.sum(axis=0)", "dz")],
)
backward.mistake(
    "cell-gradient-from-belt-only",
    "The gradient with respect to `c_prev` must use the whole gradient of the new cell state, not only `dc`.",
    see="04_lstm_gates#the-gradient-along-the-cell-state",
    patch=[('"c_prev": dc_total * f', '"c_prev": dc * f')],
)
backward.mistake(
    "forget-gate-missing-to-old-cell",
    "The old cell state is scaled by the forget gate, so its gradient is too. You pass the gradient on unscaled.",
    see="04_lstm_gates#the-gradient-along-the-cell-state",
    patch=[('"c_prev": dc_total * f', '"c_prev": dc_total')],
)
backward.mistake(
    "dc-changed",
    "You add into `dc` in place, so the caller's array changes. Make a new array.",
    see="04_lstm_gates#pitfalls",
    patch=[("dc_total = dc + dh * o * (1 - tanh_c**2)", "dc_total = dc\n    dc_total += dh * o * (1 - tanh_c**2)")],
)


def backward_by_einsum(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    units = h_prev.shape[1]
    i, f, g, o = (lambda z: [z[:, k * units : (k + 1) * units] for k in range(4)])(x_t @ W_x + h_prev @ W_h + b)
    i, f, g, o = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), np.tanh(g), 1 / (1 + np.exp(-o))
    c = f * c_prev + i * g
    d_cell = dc + dh * o / np.cosh(c) ** 2
    dz = np.hstack(
        [
            d_cell * g * (i - i * i),
            d_cell * c_prev * (f - f * f),
            d_cell * (i - i * g * g),
            dh * np.tanh(c) * (o - o * o),
        ]
    )
    return {
        "b": np.einsum("bk->k", dz),
        "W_x": np.einsum("bf,bk->fk", x_t, dz),
        "W_h": np.einsum("bu,bk->uk", h_prev, dz),
        "x_t": np.einsum("bk,fk->bf", dz, W_x),
        "h_prev": np.einsum("bk,uk->bu", dz, W_h),
        "c_prev": f * d_cell,
    }


def backward_one_sequence_at_a_time(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    grads = {
        "x_t": np.zeros(x_t.shape),
        "h_prev": np.zeros(h_prev.shape),
        "c_prev": np.zeros(c_prev.shape),
        "W_x": np.zeros(W_x.shape),
        "W_h": np.zeros(W_h.shape),
        "b": np.zeros(b.shape),
    }
    for n in range(len(x_t)):
        z = (x_t[n] @ W_x + h_prev[n] @ W_h + b).reshape(4, -1)
        i, f, o = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[3])  # noqa: F821 - defined in the notebook
        g = np.tanh(z[2])
        t = np.tanh(f * c_prev[n] + i * g)
        d_c = dc[n] + dh[n] * o * (1 - t) * (1 + t)
        d_z = np.array(
            [d_c * g * i * (1 - i), d_c * c_prev[n] * f * (1 - f), d_c * i * (1 - g * g), dh[n] * t * o * (1 - o)]
        ).ravel()
        grads["c_prev"][n] = d_c * f
        grads["x_t"][n] = W_x @ d_z
        grads["h_prev"][n] = W_h @ d_z
        grads["W_x"] += np.outer(x_t[n], d_z)
        grads["W_h"] += np.outer(h_prev[n], d_z)
        grads["b"] += d_z
    return grads


def backward_by_complex_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    values = {"x_t": x_t, "h_prev": h_prev, "c_prev": c_prev, "W_x": W_x, "W_h": W_h, "b": b}

    def loss(v):
        z = v["x_t"] @ v["W_x"] + v["h_prev"] @ v["W_h"] + v["b"]
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
        c = v["c_prev"] / (1 + np.exp(-z_f)) + np.tanh(z_g) / (1 + np.exp(-z_i))
        return np.sum(dh * np.tanh(c) / (1 + np.exp(-z_o))) + np.sum(dc * c)

    grads = {}
    for name, value in values.items():
        grads[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            moved = value.astype(complex)
            moved[index] += 1e-30j
            grads[name][index] = loss({**values, name: moved}).imag / 1e-30
    return grads


def backward_with_joined_kernel(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    v = np.concatenate([x_t, h_prev], axis=1)
    W = np.concatenate([W_x, W_h], axis=0)
    a = (v @ W + b).reshape(len(v), 4, -1)
    gates = sigmoid(a)  # noqa: F821
    gates[:, 2] = np.tanh(a[:, 2])
    slopes = gates * (1 - gates)
    slopes[:, 2] = 1 - gates[:, 2] ** 2
    t = np.tanh(gates[:, 1] * c_prev + gates[:, 0] * gates[:, 2])
    d_c = dc + dh * gates[:, 3] * (1 - t * t)
    dz = (np.stack([d_c * gates[:, 2], d_c * c_prev, d_c * gates[:, 0], dh * t], axis=1) * slopes).reshape(len(v), -1)
    dv, dW = dz @ W.T, v.T @ dz
    n = x_t.shape[1]
    return dict(x_t=dv[:, :n], h_prev=dv[:, n:], c_prev=d_c * gates[:, 1], W_x=dW[:n], W_h=dW[n:], b=dz.sum(0))


backward.alternative("einsum, slopes written another way", backward_by_einsum)
backward.alternative("one sequence at a time with outer products", backward_one_sequence_at_a_time)
backward.alternative("complex-step differentiation", backward_by_complex_step)
backward.alternative("one joined kernel and a gate axis", backward_with_joined_kernel)

# ---------------------------------------------------------------------------------------- keras_lstm_from_weights

same_numbers = unit.exercise(
    "keras_lstm_from_weights", points=10, see="04_lstm_gates#the-same-numbers-as-keras", seconds=30
)


@same_numbers.cases
def _(rng, size):
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


same_numbers.facts(
    "layer",
    points=2,
    cases="first",
    where={"layers.LSTM": {"count": 1}, "layers": {"count": 1}},
    title="The model has exactly one layer, an LSTM",
    hint="An input, and one `keras.layers.LSTM`; no other layer.",
)
same_numbers.facts(
    "every-step",
    points=2,
    cases="first",
    needs="layer",
    where={"layers.LSTM.return_sequences": True},
    title="The hidden state of every step comes out",
    hint="One argument of the layer asks for all steps.",
)
same_numbers.facts(
    "any-length",
    points=1,
    cases="first",
    needs="layer",
    where={"input_shape": [None, None, 2]},
    title="Sequences of any length are accepted",
    hint="The time axis of the input may stay open: None.",
)
same_numbers.outputs(
    "numbers",
    points=4,
    cases="numbers",
    needs="every-step",
    rtol=1e-4,
    atol=1e-5,
    title="The outputs are those of `lstm_forward` with these weights",
    hint="Are the weights set, in the order kernel, recurrent kernel, bias?",
)
same_numbers.outputs(
    "long", points=1, cases="long", needs="numbers", rtol=1e-4, atol=1e-5, title="They agree on long sequences, too"
)

KERAS = "04_lstm_gates#the-same-numbers-as-keras"
same_numbers.mistake(
    "last-step-only",
    "Your layer returns the last hidden state only. All of them are asked for.",
    see=KERAS,
    patch=[("return_sequences=True", "return_sequences=False")],
)
same_numbers.mistake(
    "weights-not-set",
    "Your model has the right form, but it keeps the random weights that Keras gave it. Put yours in.",
    see=KERAS,
    patch=[("    model.set_weights([W_x, W_h, b])\n", "")],
)
same_numbers.mistake(
    "bias-left-out",
    "Your layer has no bias, so your `b` has no place in it.",
    see=KERAS,
    patch=[("return_sequences=True)", "return_sequences=True, use_bias=False)"), ("[W_x, W_h, b]", "[W_x, W_h]")],
)
same_numbers.mistake(
    "bias-zero",
    "You set the two kernels, but the bias in your model is zero.",
    see=KERAS,
    patch=[("[W_x, W_h, b]", "[W_x, W_h, np.zeros_like(b)]")],
)
same_numbers.mistake(
    "forget-bias-added",
    "You add 1 to the bias of the forget gate. Keras does that only when it makes "
    "up the weights itself; here all numbers are given.",
    see="04_lstm_gates#the-forget-bias",
    patch=[("    model.set_weights(", "    b = np.array(b)\n    b[units : 2 * units] += 1\n    model.set_weights(")],
)
same_numbers.mistake(
    "another-cell",
    "Your model uses a GRU. It has three blocks of weights, so these four do not fit.",
    see="04_lstm_gates#from-picture-to-equations",
    patch=[("keras.layers.LSTM(", "keras.layers.GRU("), ("    model.set_weights([W_x, W_h, b])\n", "")],
)
same_numbers.mistake(
    "sigmoid-for-tanh",
    "Your layer squashes candidate and cell state with a sigmoid. The default is the right one.",
    see="04_lstm_gates#the-input-gate-and-the-candidate",
    patch=[("return_sequences=True)", 'return_sequences=True, activation="sigmoid")')],
)
same_numbers.mistake(
    "blocks-reordered",
    "You exchange candidate and output gate before you set the weights. Keras has "
    "the same order as your step: input, forget, candidate, output.",
    see=KERAS,
    patch=[
        (
            "    model.set_weights([W_x, W_h, b])\n",
            "    order = np.concatenate([np.arange(2 * units), np.arange(3 * units, 4 * units), "
            "np.arange(2 * units, 3 * units)])\n"
            "    model.set_weights([W_x[:, order], W_h[:, order], b[order]])\n",
        )
    ],
)
same_numbers.mistake(
    "backward-in-time",
    "Your layer reads the sequence from its end.",
    see=KERAS,
    patch=[("return_sequences=True)", "return_sequences=True, go_backwards=True)")],
)
same_numbers.mistake(
    "fixed-length",
    "Your model accepts sequences of one length only. Leave the time axis open.",
    see=KERAS,
    patch=[("keras.Input((None, features))", "keras.Input((4, features))")],
    where={"input_shape.1": {"min": 1}},
)


def keras_functional(W_x, W_h, b):
    inputs = keras.Input(shape=(None, W_x.shape[0]), name="sequence")
    layer = keras.layers.LSTM(W_h.shape[0], return_sequences=True)
    outputs = layer(inputs)
    layer.set_weights([W_x, W_h, b])
    return keras.Model(inputs, outputs)


def keras_by_initialisers(W_x, W_h, b):
    def constant(value):
        return lambda shape, dtype=None, **_: keras.ops.convert_to_tensor(np.asarray(value), dtype=dtype or "float32")

    model = keras.Sequential(
        [
            keras.layers.LSTM(
                W_x.shape[1] // 4,
                return_sequences=True,
                kernel_initializer=constant(W_x),
                recurrent_initializer=constant(W_h),
                bias_initializer=constant(b),
                unit_forget_bias=False,
            )
        ]
    )
    model.build((None, None, W_x.shape[0]))
    return model


def keras_by_assignment(W_x, W_h, b):
    model = keras.models.Sequential()
    model.add(keras.layers.InputLayer(shape=(None, len(W_x))))
    model.add(keras.layers.LSTM(len(W_h), return_sequences=True, unit_forget_bias=False, implementation=1))
    for variable, value in zip(model.layers[-1].weights, (W_x, W_h, b), strict=True):
        variable.assign(value)
    model.compile(loss="mse")
    return model


same_numbers.alternative("the functional interface", keras_functional)
same_numbers.alternative("the weights as initialisers", keras_by_initialisers)
same_numbers.alternative("variables assigned one by one", keras_by_assignment)

# --------------------------------------------------------------------------------------------------- train_adding

train = unit.exercise("train_adding", points=14, see="04_lstm_gates#rnn-lstm-and-gru-on-the-adding-problem", seconds=60)
STEPS, HELD_OUT = 20, 250


@train.cases
def _(rng, size):
    # Sequences of the adding problem, as `make_adding` in the notebook makes them; float16 keeps the bundle small.
    values, markers, rows = rng.uniform(0, 1, (HELD_OUT, STEPS)), np.zeros((HELD_OUT, STEPS)), np.arange(HELD_OUT)
    markers[rows, rng.integers(0, STEPS // 2, HELD_OUT)] = 1
    markers[rows, rng.integers(STEPS // 2, STEPS, HELD_OUT)] = 1
    x = np.stack([values, markers], axis=-1).astype(np.float16)
    y = x.astype(np.float32).prod(axis=-1).sum(axis=1, keepdims=True)
    yield Case("one training", 1 if size == "public" else int(rng.integers(2, 1000))).model(inputs=x, targets=y)


train.facts(
    "lstm",
    points=2,
    where={"layers.LSTM": {"count": {"min": 1}}},
    title="The model remembers with an LSTM layer",
    hint="Use `keras.layers.LSTM`.",
)
train.facts(
    "one-number",
    points=2,
    where={"output_shape": [None, 1]},
    title="It answers with one number per sequence",
    hint="The LSTM returns its last state, and a `Dense` layer with one unit follows.",
)
train.facts(
    "loss",
    points=1,
    where={"loss": {"in": ["mse", "mae", "huber", "huber_loss", "log_cosh"]}},
    title="The loss fits a number that is to be predicted",
    hint="A sum is a quantity, not a class.",
)
train.score(
    "learns",
    metric="mse",
    none=1 / 6,
    full=0.03,
    points=9,
    needs=["lstm", "one-number"],
    title="On new sequences the mean squared error is well below 1/6",
    hint="Is the learning rate sensible, and are there enough updates to get past the plateau?",
)

ADDING = "04_lstm_gates#rnn-lstm-and-gru-on-the-adding-problem"
RATES = "04_lstm_gates#learning-rates-and-stability"
train.mistake(
    "plain-recurrent-network",
    "Your model uses a SimpleRNN. Its gradient fades before it reaches the first marked number, so it stays near 1/6. "
    "Use the layer with a cell state.",
    see="04_lstm_gates#a-network-that-cannot-remember",
    patch=[("keras.layers.LSTM(16)", "keras.layers.SimpleRNN(16)")],
    where={"layers": {"contains": "SimpleRNN"}},
)
train.mistake(
    "another-cell",
    "Your model uses a GRU. It can solve this task, but here an LSTM is asked for.",
    see=ADDING,
    patch=[("keras.layers.LSTM(16)", "keras.layers.GRU(16)")],
    where={"layers": {"contains": "GRU"}},
)
train.mistake(
    "no-memory",
    "Your model has no recurrent layer. It sees all steps at once, and its weights belong to fixed steps. Use an LSTM.",
    see="04_lstm_gates#a-network-that-cannot-remember",
    patch=[
        ("keras.Input((None, 2))", "keras.Input((20, 2))"),
        ("keras.layers.LSTM(16)", 'keras.layers.Flatten(),\n            keras.layers.Dense(16, activation="relu")'),
    ],
    where={"layers.LSTM": {"count": 0}, "layers.Flatten": {"count": 1}},
)
train.mistake(
    "history-returned",
    "You return what `fit` gives back, the history of the losses. The trained model is asked for.",
    see=ADDING,
    patch=[("    model.fit(x, y", "    return model.fit(x, y"), ("epochs=10", "epochs=1")],
)
train.mistake(
    "never-trained",
    "Your model was never trained: its weights are still random. Call `fit` before you return it.",
    see=ADDING,
    patch=[("    model.fit(x, y, batch_size=16, epochs=10, verbose=0)\n", "")],
    where={"steps": 0},
)
train.mistake(
    "answer-for-every-step",
    "Your model gives a number for every step. One number for the whole sequence is asked for, so only the last hidden "
    "state goes on.",
    see=ADDING,
    patch=[("keras.layers.LSTM(16)", "keras.layers.LSTM(16, return_sequences=True)"), ("epochs=10", "epochs=1")],
    where={"layers.LSTM.return_sequences": True},
)
train.mistake(
    "softmax-output",
    "Your output layer uses softmax. Over a single number softmax is always 1, so your model answers 1 to everything.",
    see=ADDING,
    patch=[("keras.layers.Dense(1)", 'keras.layers.Dense(1, activation="softmax")'), ("epochs=10", "epochs=2")],
    where={"layers.Dense.activation": "softmax"},
)
train.mistake(
    "squashed-output",
    "Your output layer uses a sigmoid. It never exceeds 1, but half of the sums do. Leave the output as it is.",
    see=ADDING,
    patch=[("keras.layers.Dense(1)", 'keras.layers.Dense(1, activation="sigmoid")'), ("epochs=10", "epochs=4")],
    where={"layers.Dense.activation": "sigmoid"},
)
train.mistake(
    "classification-loss",
    "Your loss is made for classes. The target is a quantity, and the score is a mean squared error.",
    see=ADDING,
    patch=[('loss="mse"', 'loss="binary_crossentropy"'), ("epochs=10", "epochs=2")],
    where={"loss": {"in": ["binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"]}},
)
train.mistake(
    "learning-rate-too-large",
    "Your learning rate is so large that each update jumps past every good value. The loss leaps and stays high.",
    see=RATES,
    patch=[("learning_rate=0.02", "learning_rate=1.0"), ("epochs=10", "epochs=3")],
    where={"learning_rate": {"min": 0.2}, "score": {"min": 0.03}},
)
train.mistake(
    "learning-rate-too-small",
    "Your learning rate is so small that the model is still on the plateau when training ends. Take larger steps.",
    see=RATES,
    patch=[("learning_rate=0.02", "learning_rate=0.0001"), ("epochs=10", "epochs=5")],
    where={"learning_rate": {"max": 0.0015}, "steps": {"min": 1}, "score": {"min": 0.03}},
)
train.mistake(
    "stopped-on-the-plateau",
    "You stop while the loss is still on the plateau near 1/6. Your model makes too few updates: use more epochs or "
    "smaller batches.",
    see=ADDING,
    patch=[("epochs=10", "epochs=1")],
    where={"steps": {"min": 1, "max": 300}, "learning_rate": {"min": 0.0015, "max": 0.2}, "score": {"min": 0.03}},
)


def train_functional(seed):
    keras.utils.set_random_seed(seed)
    x, y = make_adding(1000, 20, seed)  # noqa: F821 - defined in the notebook
    inputs = keras.Input(shape=x.shape[1:])
    state = keras.layers.LSTM(24, name="memory")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(state))
    model.compile(keras.optimizers.Adam(0.015), loss=keras.losses.MeanSquaredError(), metrics=["mae"])
    model.fit(x, y, batch_size=16, epochs=12, verbose=0)
    return model


def train_until_it_is_good(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.LSTM(20), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.015, clipnorm=1.0), loss="mean_squared_error")
    for epoch in range(20):
        x, y = make_adding(1000, 20, 100 * seed + epoch)  # noqa: F821 - fresh sequences each time
        history = model.fit(x, y[:, 0], batch_size=16, verbose=0)
        if history.history["loss"][0] < 0.004:
            break
    return model, history


def train_with_a_hidden_layer(seed):
    keras.utils.set_random_seed(seed)
    x, y = make_adding(n=1000, steps=20, seed=seed)  # noqa: F821
    model = keras.models.Sequential()
    model.add(keras.layers.Input((x.shape[1], 2)))
    model.add(keras.layers.LSTM(16))
    model.add(keras.layers.Dense(8, activation="relu"))
    model.add(keras.layers.Dense(1, activation="linear"))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.Huber())
    model.fit(x, y, batch_size=16, epochs=14, validation_split=0.05, verbose=0)
    return model


train.alternative("functional interface, more units", train_functional)
train.alternative("one epoch at a time until the loss is low", train_until_it_is_good)
train.alternative("a hidden layer and another loss", train_with_a_hidden_layer)
