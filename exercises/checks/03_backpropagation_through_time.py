"""What is checked in unit 03, backpropagation through time: cases, criteria, known mistakes, unorthodox right ones."""

import numpy as np

from autograder.authoring import Case, Pair, Unit

unit = Unit("03_backpropagation_through_time", title="Backpropagation through time", needs=("numpy",))
unit.manual("written_vanish", points=5)
unit.manual("written_truncate", points=5)

LESSON = "03_backpropagation_through_time#"
EQUATIONS, NUMPY, NUMBERS = (
    LESSON + "going-backward",
    LESSON + "the-backward-pass-in-numpy",
    LESSON + "checking-a-gradient-by-numbers",
)
CLIPPING, TRUNCATED, REACH = (
    LESSON + "clipping-by-global-norm",
    LESSON + "truncated-backpropagation",
    LESSON + "how-far-a-gradient-reaches",
)

# --------------------------------------------------------------------------------------------------- rnn_backward

backward = unit.exercise("rnn_backward", points=24, see=NUMPY, seconds=5, returns=("x", "W_x", "W_h", "b", "h0"))


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


@backward.cases
def _(rng, size):
    yield Case("one step", *network(rng, 2, 1, 3, 2), tags={"step", "all"})
    yield Case("one sequence of four steps", *network(rng, 1, 4, 2, 3), tags="all")
    yield Case("three sequences of five steps", *network(rng, 3, 5, 2, 4), tags="all")
    yield Case("as many features as units", *network(rng, 3, 3, 3, 3), tags="all")
    yield Case("a loss on the last state only", *last_state_only(rng, 2, 6, 2, 3), tags="all")
    yield Case("no initial state given", *network(rng, 2, 4, 3, 2, start=False), tags="all")
    if size == "secret":
        for number in range(4):
            yield Case(f"other sizes {number}", *network(rng, *(int(n) for n in rng.integers(2, 8, 4))), tags="all")


def central_differences(namespace, case, name):
    """Gradient of the sum of dh_all * h_all with respect to one argument, by numbers."""
    dh_all, *given = case.args
    names = ("x", "W_x", "W_h", "b", "h0")
    arrays = dict(zip(names, [*given, np.zeros((len(dh_all), dh_all.shape[2]))][: len(names)], strict=True))
    result = np.zeros(arrays[name].shape)
    for index in np.ndindex(result.shape):
        ends = []
        for step in (1e-5, -1e-5):
            moved = {key: value.copy() for key, value in arrays.items()}
            moved[name][index] += step
            ends.append(np.sum(dh_all * namespace["rnn_forward"](**moved)))
        result[index] = (ends[0] - ends[1]) / 2e-5
    return result


backward.shape(
    "shapes",
    points=2,
    title="Five gradients are returned, each with the shape of what it belongs to",
    hint="Return a dict with the keys x, W_x, W_h, b and h0.",
)
backward.values(
    "one-step",
    pick="W_x",
    points=3,
    cases="step",
    needs="shapes",
    title="For a single step the gradient of `W_x` is right",
    hint="With one step nothing comes from later ones: slope of tanh, then the product with the inputs.",
)
for name, points, hint in (
    ("x", 3, "At every state two gradients meet: the direct one and the one from the next step."),
    ("W_x", 3, "The kernel is shared by all steps, so its gradients are added over the steps."),
    ("W_h", 5, "Which state does W_h multiply at step t? And what is it at the first step?"),
    ("b", 2, "The bias acts on every sequence at every step."),
    ("h0", 3, "The gradient that leaves the first step on the way back."),
):
    backward.expected(
        f"d-{name.lower().replace('_', '-')}",
        pick=name,
        points=points,
        cases="all",
        needs="shapes",
        hint=hint,
        by=lambda namespace, case, name=name: central_differences(namespace, case, name),
        rtol=1e-4,
        atol=1e-6,
        title=f"The gradient of `{name}` agrees with central differences",
    )
backward.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`dh_all[:, t] += …` changes the caller's array.",
)


def other_order(rng, size):
    """The same sequences, in another order in the batch."""
    dh_all, *rest = network(rng, 2, 4, 3, 3)
    yield Pair(
        Case("a batch", dh_all, *rest),
        Case("the same batch in another order", dh_all[::-1], rest[0][::-1], *rest[1:4], rest[4][::-1]),
    )


backward.same(
    "batch-order",
    points=2,
    pairs=other_order,
    pick_a="W_h",
    pick_b="W_h",
    needs=["d-w-h"],
    title="The order of the sequences in the batch makes no difference to the gradient of `W_h`",
    hint="The gradients of the weights are sums over the batch.",
)

backward.mistake(
    "nothing-from-later-steps",
    "Your gradient does not travel back in time: at each state you use the direct gradient only. "
    "Each state also acts on the loss through the next state.",
    see=EQUATIONS,
    patch=[("        from_next = dz @ W_h.T\n", "")],
)
backward.mistake(
    "gradients-overwritten",
    "Each step overwrites the weight gradients that the other steps have found. The weights are shared by all steps.",
    see=LESSON + "pitfalls",
    patch=[("dW_x += ", "dW_x = "), ("dW_h += ", "dW_h = "), ("db += ", "db = ")],
)
backward.mistake(
    "kernel-not-transposed",
    "On the way back you multiply by W_h as it is. Forward it maps the old state to the new one; "
    "the gradient takes the other direction.",
    see=EQUATIONS,
    patch=[("from_next = dz @ W_h.T", "from_next = dz @ W_h")],
)
backward.mistake(
    "slope-left-out",
    "The slope of tanh is missing: you send the gradient of the state on as if it were that of z.",
    see=EQUATIONS,
    patch=[("dz = dh * (1 - h_all[:, t] ** 2)", "dz = dh")],
)
backward.mistake(
    "slope-of-old-state",
    "You take the slope of tanh at the state before the step. It belongs to the state that the step made.",
    see=EQUATIONS,
    patch=[("(1 - h_all[:, t] ** 2)", "(1 - h_before**2)")],
)
backward.mistake(
    "tanh-of-tanh",
    "You apply tanh once more before you take the slope. The hidden state is already the output of tanh.",
    see=EQUATIONS,
    patch=[("(1 - h_all[:, t] ** 2)", "(1 - np.tanh(h_all[:, t]) ** 2)")],
)
backward.mistake(
    "slope-on-later-part-only",
    "The direct gradient of each state skips the slope of tanh in your code. "
    "Add the two gradients first, then multiply both by the slope.",
    see=EQUATIONS,
    patch=[("dz = dh * (1 - h_all[:, t] ** 2)", "dz = dh_all[:, t] + from_next * (1 - h_all[:, t] ** 2)")],
)
backward.mistake(
    "new-state-for-old",
    "For the gradient of W_h you use the state that the step made. W_h was multiplied with the state before it.",
    see=EQUATIONS,
    patch=[("dW_h += h_before.T @ dz", "dW_h += h_all[:, t].T @ dz")],
)
backward.mistake(
    "recurrent-gradient-transposed",
    "Your gradient of W_h is transposed. W_h has the old state along its first axis; "
    "because it is square, the shape does not warn you.",
    see=EQUATIONS,
    patch=[("dW_h += h_before.T @ dz", "dW_h += dz.T @ h_before")],
)
backward.mistake(
    "initial-state-ignored",
    "Your function works as if the initial state were zero, although one is given.",
    see=EQUATIONS,
    patch=[("if h0 is None:\n        h0 =", "if True:\n        h0 =")],
)
backward.mistake(
    "first-step-left-out",
    "The first step gives nothing to your gradient of W_h. Its old state is h0, which need not be zero.",
    see=EQUATIONS,
    patch=[("dW_h += h_before.T @ dz", "dW_h += h_before.T @ dz if t > 0 else 0")],
)
backward.mistake(
    "last-loss-only",
    "You use the direct gradient of the last state only. A loss can look at every state.",
    see=LESSON + "the-unrolled-graph",
    patch=[("dh = dh_all[:, t] + from_next", "dh = (dh_all[:, t] if t == x.shape[1] - 1 else 0) + from_next")],
)
backward.mistake(
    "initial-gradient-without-kernel",
    "Your gradient of h0 is that of the first z. Between the two lies W_h.",
    see=EQUATIONS,
    patch=[('"h0": from_next}', '"h0": dz}')],
)
backward.mistake(
    "mean-over-batch",
    "You average the weight gradients over the batch. A loss that is a sum has a gradient that is a sum.",
    see=EQUATIONS,
    patch=[('"W_x": dW_x, "W_h": dW_h, "b": db', '"W_x": dW_x / len(x), "W_h": dW_h / len(x), "b": db / len(x)')],
)
backward.mistake(
    "forward-in-time",
    "Your loop runs forward in time. The gradient of a state needs that of the later state first.",
    see=LESSON + "the-unrolled-graph",
    patch=[("for t in reversed(range(x.shape[1])):", "for t in range(x.shape[1]):")],
)
backward.mistake(
    "inputs-changed",
    "You add the gradient from the next step into dh_all itself, so the caller's array is changed.",
    see=NUMPY,
    patch=[("dh = dh_all[:, t] + from_next", "dh_all[:, t] += from_next\n        dh = dh_all[:, t]")],
)


def backward_all_at_once(dh_all, x, W_x, W_h, b, h0=None):
    """Only the recursion is a loop; the sums over batch and time are products at the end."""
    h0 = np.zeros((len(x), len(W_h))) if h0 is None else h0
    states = np.concatenate([h0[:, None], rnn_forward(x, W_x, W_h, b, h0)], axis=1)  # noqa: F821 - in the notebook
    slopes = 1 - states[:, 1:] ** 2
    delta = np.array(dh_all, dtype=float)
    for t in range(x.shape[1] - 1, -1, -1):
        if t < x.shape[1] - 1:
            delta[:, t] += delta[:, t + 1] @ W_h.T
        delta[:, t] *= slopes[:, t]
    over = ((0, 1), (0, 1))
    return dict(
        x=np.einsum("btu,fu->btf", delta, W_x),
        W_x=np.tensordot(x, delta, over),
        W_h=np.tensordot(states[:, :-1], delta, over),
        b=np.einsum("btu->u", delta),
        h0=delta[:, 0] @ W_h.T,
    )


def backward_by_recursion(dh_all, x, W_x, W_h, b, h0=None):
    """The first step by hand, the rest by the function itself."""
    if h0 is None:
        h0 = np.zeros((x.shape[0], W_h.shape[1]))
    h1 = np.tanh(x[:, 0] @ W_x + h0 @ W_h + b)
    if x.shape[1] > 1:
        rest = rnn_backward(dh_all[:, 1:], x[:, 1:], W_x, W_h, b, h1)  # noqa: F821 - the function itself
    else:
        rest = {"x": np.zeros((len(x), 0, len(W_x))), "W_x": 0, "W_h": 0, "b": 0, "h0": 0}
    dz = (dh_all[:, 0] + rest["h0"]) / np.cosh(np.arctanh(h1)) ** 2
    return {
        "h0": dz @ W_h.T,
        "b": rest["b"] + dz.sum(0),
        "W_h": rest["W_h"] + h0.T @ dz,
        "W_x": rest["W_x"] + x[:, 0].T @ dz,
        "x": np.concatenate([(dz @ W_x.T)[:, None], rest["x"]], axis=1),
    }


def backward_sequence_by_sequence(dh_all, x, W_x, W_h, b, h0=None):
    """One sequence at a time, with vectors and outer products."""
    grads = {"x": np.zeros_like(x), "W_x": np.zeros_like(W_x), "W_h": np.zeros_like(W_h), "b": np.zeros_like(b)}
    grads["h0"] = np.zeros((len(x), len(b)))
    for n in range(len(x)):
        states = [np.zeros(len(b)) if h0 is None else h0[n]]
        for x_t in x[n]:
            states.append(np.tanh(x_t @ W_x + states[-1] @ W_h + b))
        carried = np.zeros(len(b))
        for t in range(len(x[n]), 0, -1):
            d = (carried + dh_all[n, t - 1]) * (1 + states[t]) * (1 - states[t])
            grads["x"][n, t - 1] = W_x @ d
            grads["W_x"] += np.outer(x[n, t - 1], d)
            grads["W_h"] += np.outer(states[t - 1], d)
            grads["b"] += d
            carried = W_h @ d
        grads["h0"][n] = carried
    return grads


def backward_by_complex_step(dh_all, x, W_x, W_h, b, h0=None):
    """Differentiate the forward pass with an imaginary step: exact to rounding, without any derivative."""
    h0 = np.zeros((x.shape[0], W_h.shape[0])) if h0 is None else h0
    arrays = {"x": x, "W_x": W_x, "W_h": W_h, "b": b, "h0": h0}

    def total(a):
        h, result = a["h0"], 0
        for t in range(x.shape[1]):
            h = np.tanh(a["x"][:, t] @ a["W_x"] + h @ a["W_h"] + a["b"])
            result = result + (dh_all[:, t] * h).sum()
        return result

    grads = {}
    for name, array in arrays.items():
        grads[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += 1e-30j
            grads[name][index] = total({**arrays, name: moved}).imag / 1e-30
    return grads


backward.alternative("all sums at the end", backward_all_at_once)
backward.alternative("recursion over the steps", backward_by_recursion)
backward.alternative("one sequence at a time", backward_sequence_by_sequence)
backward.alternative("complex-step differentiation", backward_by_complex_step)

# ---------------------------------------------------------------------------------------------- numerical_gradient

numeric = unit.exercise("numerical_gradient", points=12, see=NUMBERS, seconds=5)


@numeric.cases
def _(rng, size):
    yield Case("three numbers", "cubes", rng.normal(size=3), 0.1, tags="plain")
    yield Case("a matrix", "waves", rng.normal(size=(2, 3)), 0.01, tags="plain")
    yield Case("a loss in which all numbers act together", "product", rng.uniform(0.5, 1.5, (2, 2)), 1e-3, tags="plain")
    yield Case("the default step", "waves", rng.normal(size=4), tags="plain")
    yield Case("a recurrent network", "network", rng.normal(0, 0.5, (2, 3)), 1e-4, tags="plain")
    yield Case("three axes", "waves", rng.normal(size=(2, 2, 2)), 0.05, tags="axes")
    yield Case("a single number", "cubes", np.array(1.5), 0.1, tags="axes")
    yield Case("integers", "cubes", rng.integers(1, 5, (2, 2)), 0.1, tags="integers")
    if size == "secret":
        yield Case("another matrix", "product", rng.uniform(0.5, 1.5, (3, 2)), 0.01, tags="plain")
        yield Case("four axes", "waves", rng.normal(size=(2, 1, 3, 2)), 0.02, tags="axes")
        yield Case("more integers", "waves", rng.integers(-3, 4, 5), 0.05, tags="integers")


numeric.shape(
    "shapes",
    points=2,
    cases={"plain", "axes"},
    title="The result has the shape of `theta`",
    hint="One number of the result for each number of theta.",
)
numeric.values(
    "values",
    points=5,
    cases="plain",
    needs="shapes",
    rtol=1e-6,
    atol=1e-8,
    title="The central differences are right",
    hint="Move one number at a time, up and down, and divide by the whole distance.",
)
numeric.values(
    "axes",
    points=2,
    cases="axes",
    needs="shapes",
    rtol=1e-6,
    atol=1e-8,
    title="Any number of axes is handled, also none",
    hint="`np.ndindex(theta.shape)` visits every place of an array of any shape.",
)
numeric.values(
    "integers",
    points=2,
    cases="integers",
    needs="values",
    rtol=1e-6,
    atol=1e-8,
    title="An array of integers is handled",
    hint="What happens to 2 + 0.1 when it is stored in an array of integers?",
)
numeric.unchanged(
    "inputs",
    points=1,
    needs="values",
    title="`theta` is exactly as it was before",
    hint="Work on a copy.",
)

numeric.mistake(
    "one-sided",
    "You move up only. The two-sided difference has a far smaller error for the same step.",
    see=NUMBERS,
    patch=[
        (
            "(loss_at(loss, up) - loss_at(loss, down)) / (2 * epsilon)",
            "(loss_at(loss, up) - loss_at(loss, theta.astype(float))) / epsilon",
        )
    ],
)
numeric.mistake(
    "divided-by-one-step",
    "You divide by one step, but the two points lie two steps apart, so your gradient is twice too large.",
    see=NUMBERS,
    patch=[("/ (2 * epsilon)", "/ epsilon")],
)
numeric.mistake(
    "precedence",
    "`/ 2 * epsilon` divides by 2 and then multiplies by epsilon. Put the whole denominator in brackets.",
    see=NUMBERS,
    patch=[("/ (2 * epsilon)", "/ 2 * epsilon")],
)
numeric.mistake(
    "sign-flipped",
    "Your gradient has the wrong sign: you subtract the loss above from the loss below.",
    see=NUMBERS,
    patch=[("(loss_at(loss, up) - loss_at(loss, down))", "(loss_at(loss, down) - loss_at(loss, up))")],
)
numeric.mistake(
    "all-moved-together",
    "You move all numbers of theta at once. That gives one directional derivative, not the gradient.",
    see=NUMBERS,
    patch=[("up[index] += epsilon", "up += epsilon"), ("down[index] -= epsilon", "down -= epsilon")],
)
numeric.mistake(
    "step-not-taken-back",
    "You leave each moved number where it is when you go on to the next one. Start every difference from theta itself.",
    see=NUMBERS,
    patch=[
        (
            "    for index in np.ndindex(theta.shape):\n        up, down = theta.astype(float), theta.astype(float)\n",
            "    up, down = theta.astype(float), theta.astype(float)\n    for index in np.ndindex(theta.shape):\n",
        ),
    ],
)
numeric.mistake(
    "theta-changed",
    "You move the numbers in theta itself and do not put them back exactly. Work on a copy.",
    see=NUMBERS,
    patch=[
        (
            "        up, down = theta.astype(float), theta.astype(float)\n"
            "        up[index] += epsilon\n        down[index] -= epsilon\n"
            "        gradient[index] = (loss_at(loss, up) - loss_at(loss, down)) / (2 * epsilon)\n",
            "        theta[index] += epsilon\n        high = loss_at(loss, theta)\n"
            "        theta[index] -= 2 * epsilon\n"
            "        gradient[index] = (high - loss_at(loss, theta)) / (2 * epsilon)\n",
        ),
    ],
)
numeric.mistake(
    "integer-copy",
    "Your copy of theta keeps its type. In an array of integers a small step is rounded away.",
    see=NUMBERS,
    patch=[
        ("up, down = theta.astype(float), theta.astype(float)", "up, down = theta * 1, theta * 1"),
        ("up[index] += epsilon", "up[index] = up[index] + epsilon"),
        ("down[index] -= epsilon", "down[index] = down[index] - epsilon"),
    ],
)
numeric.mistake(
    "epsilon-ignored",
    "You use a step of your own. The size of the step is the third argument.",
    see=NUMBERS,
    patch=[("    gradient = np.zeros(theta.shape)\n", "    gradient, epsilon = np.zeros(theta.shape), 1e-6\n")],
)
numeric.mistake(
    "first-axis-only",
    "Your loop visits whole rows, and moves all numbers of a row together.",
    see=NUMBERS,
    patch=[("np.ndindex(theta.shape)", "np.ndindex(theta.shape[:1])")],
)


def numeric_by_flat_index(loss, theta, epsilon=1e-5):
    flat = np.array(theta, dtype=float).reshape(-1)
    result = np.empty(flat.size)
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + epsilon
        high = loss_at(loss, flat.reshape(theta.shape))  # noqa: F821 - defined in the notebook
        flat[i] = kept - epsilon
        low = loss_at(loss, flat.reshape(theta.shape))  # noqa: F821
        flat[i] = kept
        result[i] = (high - low) / epsilon / 2
    return result.reshape(theta.shape)


def numeric_by_directions(loss, theta, epsilon=1e-5):
    directions = np.eye(theta.size).reshape(theta.size, *theta.shape)
    ends = [[loss_at(loss, theta + sign * epsilon * d) for sign in (1, -1)] for d in directions]  # noqa: F821
    return np.array([0.5 * (high - low) / epsilon for high, low in ends]).reshape(theta.shape)


def numeric_by_halves(loss, theta, epsilon=1e-5):
    """Half a step up and half a step down, each against the middle."""
    theta = np.asarray(theta) + 0.0
    middle, gradient = loss_at(loss, theta), np.zeros_like(theta)  # noqa: F821
    visit = np.nditer(theta, flags=["multi_index"])
    for _ in visit:
        step = np.zeros_like(theta)
        step[visit.multi_index] = epsilon
        up, down = loss_at(loss, theta + step) - middle, middle - loss_at(loss, theta - step)  # noqa: F821
        gradient[visit.multi_index] = (up + down) / (2.0 * epsilon)
    return gradient


numeric.alternative("by flat index", numeric_by_flat_index)
numeric.alternative("rows of an identity matrix as directions", numeric_by_directions)
numeric.alternative("with nditer and two half differences", numeric_by_halves)

# --------------------------------------------------------------------------------------------- clip_by_global_norm

clip = unit.exercise("clip_by_global_norm", points=12, see=CLIPPING, seconds=5, returns=("clipped", "norm"))


def gradients(rng, *shapes, scale=1.0):
    """Arrays of different sizes and lengths, so that one factor for all differs from one factor each."""
    return [scale * (number + 1) * rng.normal(size=shape) for number, shape in enumerate(shapes)]


@clip.cases
def _(rng, size):
    yield Case("a kernel and a bias, too long", gradients(rng, (2, 3), 3, scale=3), 1.0, tags="long")
    yield Case("three arrays, far too long", gradients(rng, (3, 3), (2, 3), 4, scale=100), 5.0, tags="long")
    yield Case("one array", gradients(rng, (2, 2, 2), scale=4), 0.5, tags="long")
    yield Case("one array above the limit, one below", [np.array([3.0, 4.0]), np.array([0.1, 0.2])], 2.0, tags="long")
    yield Case(
        "each array below the limit, all together above it", [np.full(4, 0.4), np.full(4, 0.4)], 1.0, tags="long"
    )
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


clip.shape(
    "shapes",
    points=1,
    cases={"long", "short"},
    title="A list of arrays of the same shapes, and one number, are returned",
)
clip.values(
    "norm",
    pick=1,
    points=3,
    cases={"long", "short"},
    needs="shapes",
    title="The norm before clipping is that of all arrays together",
    hint="Square every number of every array, add them all, take one root.",
)
clip.values(
    "clipped",
    pick=0,
    points=3,
    cases="long",
    needs="shapes",
    title="Gradients that are too long are shortened by one common factor",
    hint="The same factor for all arrays, so that the direction stays.",
)
clip.values(
    "kept",
    pick=0,
    points=2,
    cases="short",
    needs="shapes",
    title="Gradients that are short enough stay as they are",
    hint="Clipping only shortens.",
)
clip.values(
    "zero",
    points=1,
    cases="zero",
    needs="shapes",
    title="Zero gradients stay zero",
    hint="Do not divide by a norm of zero.",
)
clip.raises(
    "limit",
    ValueError,
    points=1,
    title="A limit that is not above 0 raises a ValueError",
    case=[Case("limit zero", [np.ones(2)], 0.0), Case("limit below zero", [np.ones(2)], -1.0)],
    hint="`raise ValueError(…)` with a message that says what is wrong.",
)
clip.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`gradient *= factor` changes the caller's array.",
)

clip.mistake(
    "each-by-itself",
    "You clip each array by its own norm. That changes the direction of the whole gradient. "
    "Global means one norm and one factor.",
    see=LESSON + "pitfalls",
    patch=[
        (
            "[factor * gradient for gradient in gradients]",
            "[gradient * min(1.0, limit / max(np.sqrt(np.sum(gradient**2)), 1e-12)) for gradient in gradients]",
        )
    ],
)
clip.mistake(
    "each-number",
    "You cut every single number to the limit. That is clipping by value, and it bends the gradient.",
    see=LESSON + "pitfalls",
    patch=[
        (
            "[factor * gradient for gradient in gradients]",
            "[np.clip(gradient, -limit, limit) for gradient in gradients]",
        )
    ],
)
clip.mistake(
    "always-scaled",
    "You scale every gradient to the limit, short ones as well. Clipping only shortens.",
    see=CLIPPING,
    patch=[("limit / norm if norm > limit else 1.0", "limit / norm if norm > 0 else 1.0")],
)
clip.mistake(
    "root-missing",
    "Your norm is the sum of squares. The root is missing.",
    see=CLIPPING,
    patch=[
        (
            "norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))",
            "norm = sum(np.sum(gradient**2) for gradient in gradients)",
        )
    ],
)
clip.mistake(
    "norms-added",
    "You add the norms of the arrays. Their squares must be added, and the root taken once.",
    see=CLIPPING,
    patch=[
        (
            "np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))",
            "sum(np.sqrt(np.sum(gradient**2)) for gradient in gradients)",
        )
    ],
)
clip.mistake(
    "largest-norm",
    "You take the norm of the longest array. All arrays together are one vector.",
    see=CLIPPING,
    patch=[
        (
            "np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))",
            "max(np.sqrt(np.sum(gradient**2)) for gradient in gradients)",
        )
    ],
)
clip.mistake(
    "mean-of-squares",
    "You use the mean of the squares within each array. The norm is made of sums.",
    see=CLIPPING,
    patch=[("np.sum(gradient**2)", "np.mean(gradient**2)")],
)
clip.mistake(
    "sum-of-absolutes",
    "You add absolute values. The norm that is asked for is the Euclidean one.",
    see=CLIPPING,
    patch=[
        (
            "np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))",
            "sum(np.sum(np.abs(gradient)) for gradient in gradients)",
        )
    ],
)
clip.mistake(
    "norm-after-clipping",
    "You return the norm after clipping. Asked for is the one before: it tells you how often you clip.",
    see=CLIPPING,
    patch=[("for gradient in gradients], norm", "for gradient in gradients], factor * norm")],
)
clip.mistake(
    "division-by-zero",
    "You divide by the norm even when it is zero. Then zero gradients turn into NaN.",
    see=CLIPPING,
    patch=[
        ("limit / norm if norm > limit else 1.0", "np.minimum(1.0, np.float64(limit) / norm) if norm > 0 else np.nan")
    ],
)
clip.mistake(
    "factor-inverted",
    "Your factor is norm / limit, so a gradient that is too long becomes even longer.",
    see=CLIPPING,
    patch=[("limit / norm if", "norm / limit if")],
)
clip.mistake(
    "inputs-changed",
    "You scale the arrays in place, so the caller's gradients are changed. Return new ones.",
    see=CLIPPING,
    patch=[
        (
            "    return [factor",
            "    for gradient in gradients:\n        gradient *= factor\n    factor = 1.0\n    return [factor",
        )
    ],
)
clip.mistake(
    "limit-not-checked",
    "You accept a limit of zero or below. It would turn the gradient to zero or round, and nobody would notice.",
    see=CLIPPING,
    patch=[("if not limit > 0:", "if False:")],
)


def clip_one_vector(gradients, limit):
    if limit <= 0:
        raise ValueError("limit must be positive")
    long = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    return [g * (limit / max(long, limit)) for g in gradients], long


def clip_by_loops(gradients, limit):
    if not limit > 0.0:
        raise ValueError("The limit is " + str(limit))
    total = 0.0
    for g in gradients:
        for number in np.nditer(g):
            total += float(number) * float(number)
    total = total**0.5
    if total <= limit:
        return tuple(g.copy() for g in gradients), total
    return tuple(limit * (g / total) for g in gradients), total


def clip_by_dot_products(gradients, limit):
    assert_positive = {True: None}
    if (limit > 0) not in assert_positive:
        raise ValueError("a positive limit, please")
    norm = np.hypot.reduce([np.linalg.norm(g) for g in gradients])
    scale = np.min([1.0, limit / norm]) if norm else 1
    return list(map(lambda g: np.multiply(g, scale), gradients)), norm


clip.alternative("one long vector", clip_one_vector)
clip.alternative("loops over numbers, tuples, float", clip_by_loops)
clip.alternative("a norm of norms", clip_by_dot_products)

# ------------------------------------------------------------------------------------------------ truncated_chunks

chunks = unit.exercise("truncated_chunks", points=10, see=TRUNCATED, seconds=5)


def stream(rng, batch, time, features, outputs=None):
    y = rng.integers(0, 9, (batch, time) if outputs is None else (batch, time, outputs)).astype(float)
    return rng.normal(size=(batch, time, features)), y


@chunks.cases
def _(rng, size):
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
        yield Case("nine steps by eight", *stream(rng, 2, 9, 1), 8, tags="rest")


chunks.values(
    "even",
    points=4,
    cases="even",
    title="A stream that divides evenly is cut along the time axis",
    hint="The first axis is the batch, the second is time. Each chunk is a pair of inputs and targets.",
)
chunks.values(
    "rest",
    points=2,
    cases="rest",
    title="The last, shorter chunk is kept as it is",
    hint="No step is lost, none is made up.",
)
chunks.values("edge", points=1, cases="edge", title="Chunks of one step and chunks longer than the stream work")
chunks.raises(
    "size",
    ValueError,
    points=1,
    title="A size below 1 raises a ValueError",
    case=[
        Case("size zero", np.zeros((1, 3, 1)), np.zeros((1, 3)), 0),
        Case("size minus two", np.zeros((1, 3, 1)), np.zeros((1, 3)), -2),
    ],
    hint="Without a check of your own, a negative size may quietly give no chunks.",
)
chunks.raises(
    "lengths",
    ValueError,
    points=1,
    title="Inputs and targets of different lengths raise a ValueError",
    case=[
        Case("target too short", np.zeros((2, 4, 1)), np.zeros((2, 3)), 2),
        Case("target too long", np.zeros((2, 4, 1)), np.zeros((2, 6)), 2),
    ],
    hint="Compare the time axes before you cut.",
)
chunks.unchanged("inputs", points=1, needs="even", title="The arrays you were given are left as they were")

chunks.mistake(
    "batch-axis-cut",
    "You cut along the batch axis. Each chunk must hold all sequences, and a part of the time.",
    see=TRUNCATED,
    patch=[
        ("x[:, start : start + size], y[:, start : start + size]", "x[start : start + size], y[start : start + size]")
    ],
)
chunks.mistake(
    "rest-dropped",
    "You throw the last, shorter chunk away, and with it the newest part of the stream.",
    see=TRUNCATED,
    patch=[("range(0, x.shape[1], size)", "range(0, x.shape[1] - size + 1, size)")],
)
chunks.mistake(
    "overlapping",
    "Your chunks overlap: each starts one step after the one before. The stream would be read several times.",
    see=TRUNCATED,
    patch=[("range(0, x.shape[1], size)", "range(x.shape[1] - size + 1)")],
)
chunks.mistake(
    "one-step-too-long",
    "Your chunks are one step too long, so neighbouring chunks share a step.",
    see=TRUNCATED,
    patch=[("start + size", "start + size + 1", 2)],
)
chunks.mistake(
    "one-step-missing",
    "Your chunks are one step too short, so steps are lost between them. A slice does not include its end.",
    see=TRUNCATED,
    patch=[("start + size", "start + size - 1", 2)],
)
chunks.mistake(
    "targets-shifted",
    "Your targets are one step later than the inputs. They belong to the same steps here.",
    see=TRUNCATED,
    patch=[("y[:, start : start + size]", "y[:, start + 1 : start + size + 1]")],
)
chunks.mistake(
    "targets-not-cut",
    "You give every chunk all the targets. Cut them like the inputs.",
    see=TRUNCATED,
    patch=[("y[:, start : start + size]", "y")],
)
chunks.mistake(
    "pair-swapped",
    "Each of your pairs holds the targets first. Inputs come first.",
    see=TRUNCATED,
    patch=[
        (
            "(x[:, start : start + size], y[:, start : start + size])",
            "(y[:, start : start + size], x[:, start : start + size])",
        )
    ],
)
chunks.mistake(
    "number-of-chunks",
    "You read `size` as the number of chunks. It is the number of steps in each.",
    see=TRUNCATED,
    patch=[("    chunks = []\n", "    chunks, size = [], -(-x.shape[1] // size)\n")],
)
chunks.mistake(
    "last-filled-up",
    "Your last chunk reaches back, so that it has full length. Some steps are then learnt twice.",
    see=TRUNCATED,
    patch=[("        chunks.append(", "        start = max(0, min(start, x.shape[1] - size))\n        chunks.append(")],
)
chunks.mistake(
    "reversed",
    "Your chunks run from the end of the stream to its start. The state is carried forward in time.",
    see=TRUNCATED,
    patch=[("return chunks", "return chunks[::-1]")],
)
chunks.mistake(
    "size-not-checked",
    "You accept a size below 1. A negative one quietly gives no chunks at all.",
    see=TRUNCATED,
    patch=[("if size < 1:", "if size == 0:")],
)
chunks.mistake(
    "lengths-not-checked",
    "You cut inputs and targets of different lengths without complaint. The pairs would not belong together.",
    see=TRUNCATED,
    patch=[("if x.shape[1] != y.shape[1]:", "if False:")],
)


def chunks_by_split(x, y, size):
    if not size >= 1 or x.shape[1] != y.shape[1]:
        raise ValueError("size must be at least 1, and x and y equally long")
    cuts = np.arange(size, x.shape[1], size)
    return list(zip(np.split(x, cuts, axis=1), np.split(y, cuts, axis=1), strict=True))


def chunks_by_while(x, y, size):
    if size <= 0:
        raise ValueError("no steps in a chunk")
    if len(x[0]) != len(y[0]):
        raise ValueError("x and y differ")
    pairs, rest_x, rest_y = [], x, y
    while rest_x.shape[1] > 0:
        pairs.append([rest_x[:, :size].copy(), rest_y[:, :size].copy()])
        rest_x, rest_y = rest_x[:, size:], rest_y[:, size:]
    return pairs


def chunks_by_groups(x, y, size):
    if size < 1 or np.shape(x)[1] - np.shape(y)[1]:
        raise ValueError(f"cannot cut {np.shape(x)} and {np.shape(y)} by {size}")
    group = np.arange(x.shape[1]) // size
    return tuple((x[:, group == g], y[:, group == g]) for g in range(group.max() + 1))


chunks.alternative("np.split at the cuts", chunks_by_split)
chunks.alternative("a while loop that eats the stream, lists", chunks_by_while)
chunks.alternative("steps grouped by number, tuples", chunks_by_groups)

# --------------------------------------------------------------------------------------- gradient_norm_by_distance

reach = unit.exercise("gradient_norm_by_distance", points=12, see=REACH, seconds=5)


def travel(rng, batch, time, units, scale=0.8, spread=1.2):
    """States that differ from step to step, so that each slope must be taken at the right one."""
    h_all = np.tanh(spread * rng.normal(size=(batch, time, units)))
    return h_all, rng.normal(0, scale / np.sqrt(units), (units, units)), rng.normal(size=(batch, units))


@reach.cases
def _(rng, size):
    yield Case("one step", *travel(rng, 2, 1, 3), tags="start")
    yield Case("one sequence, five steps", *travel(rng, 1, 5, 3), tags="plain")
    yield Case("three sequences, six steps", *travel(rng, 3, 6, 4), tags="plain")
    yield Case("as many sequences as units", *travel(rng, 4, 4, 4), tags="plain")
    yield Case("states at zero", np.zeros((2, 5, 3)), rng.normal(size=(3, 3)), rng.normal(size=(2, 3)), tags="linear")
    yield Case("an exploding kernel", *travel(rng, 2, 12, 4, scale=6.0, spread=0.2), tags="far")
    yield Case("a vanishing kernel", *travel(rng, 2, 12, 4, scale=0.4), tags="far")
    if size == "secret":
        for number in range(4):
            yield Case(f"other sizes {number}", *travel(rng, *(int(n) for n in rng.integers(2, 8, 3))), tags="plain")
        yield Case("thirty steps", *travel(rng, 3, 30, 5, scale=1.5, spread=0.5), tags="far")


reach.shape("shapes", points=1, title="One number for each step is returned", hint="The result has shape (time,).")
reach.values(
    "start",
    points=2,
    cases="start",
    needs="shapes",
    title="At distance 0 it is the mean length of `dh_last`",
    hint="A Euclidean norm for each sequence, then the mean over the batch.",
)
reach.values(
    "linear",
    points=3,
    cases="linear",
    needs="shapes",
    title="With all states at zero only the kernel acts, and acts rightly",
    hint="On the way back the kernel is transposed.",
)
reach.values(
    "plain",
    points=4,
    cases="plain",
    needs="shapes",
    title="With slopes, the length at every distance is right",
    hint="Each step uses the slope of the state that the gradient is at.",
)
reach.values(
    "far",
    points=1,
    cases="far",
    needs="shapes",
    rtol=1e-3,
    atol=0.0,
    title="Vanishing and exploding gradients are right to their leading digits",
    hint="No rounding, no clipping on the way.",
)
reach.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="`dh_last *= …` changes the caller's array.",
)

reach.mistake(
    "kernel-not-transposed",
    "You multiply by W_h as it is. Forward it maps the old state to the new one; the gradient goes the other way.",
    see=EQUATIONS,
    patch=[("@ W_h.T", "@ W_h")],
)
reach.mistake(
    "slope-left-out",
    "The slopes of tanh are missing. You measure a linear network.",
    see=REACH,
    patch=[("(gradient * slope) @ W_h.T", "gradient @ W_h.T")],
)
reach.mistake(
    "slopes-one-state-too-early",
    "You take the slope of the state before the one that the gradient is at.",
    see=REACH,
    patch=[("slope = 1 - h_all[:, time - 1 - k] ** 2", "slope = 1 - h_all[:, max(time - 2 - k, 0)] ** 2")],
)
reach.mistake(
    "slopes-from-the-start",
    "You take the slopes in the order of time. The gradient starts at the last state.",
    see=REACH,
    patch=[("h_all[:, time - 1 - k]", "h_all[:, k]")],
)
reach.mistake(
    "same-slope-everywhere",
    "You use the slope of the last state at every step. Every state has slopes of its own.",
    see=REACH,
    patch=[("h_all[:, time - 1 - k]", "h_all[:, -1]")],
)
reach.mistake(
    "kernel-before-slope",
    "You multiply by the kernel first and by the slope afterwards. On the way back the squashing comes first.",
    see=EQUATIONS,
    patch=[("(gradient * slope) @ W_h.T", "(gradient @ W_h.T) * slope")],
)
reach.mistake(
    "norm-over-batch",
    "You take one norm over the whole batch. Asked for is the norm of each sequence, then the mean.",
    see=REACH,
    patch=[("np.sqrt((gradient**2).sum(axis=1)).mean()", "np.sqrt((gradient**2).sum())")],
)
reach.mistake(
    "norm-along-wrong-axis",
    "Your norm runs over the sequences and your mean over the units. It is the other way round.",
    see=REACH,
    patch=[("(gradient**2).sum(axis=1)", "(gradient**2).sum(axis=0)")],
)
reach.mistake(
    "root-of-mean",
    "You average the squares before the root. The mean over the batch comes last.",
    see=REACH,
    patch=[("np.sqrt((gradient**2).sum(axis=1)).mean()", "np.sqrt((gradient**2).sum(axis=1).mean())")],
)
reach.mistake(
    "squared-norm",
    "The root is missing: you return squared lengths.",
    see=REACH,
    patch=[("np.sqrt((gradient**2).sum(axis=1)).mean()", "(gradient**2).sum(axis=1).mean()")],
)
reach.mistake(
    "in-order-of-time",
    "Your result starts with the earliest state. Position k is the distance from the last one.",
    see=REACH,
    patch=[("return norms", "return norms[::-1]")],
)
reach.mistake(
    "one-step-late",
    "Your first number is already one step back. Distance 0 is the last state itself.",
    see=REACH,
    patch=[
        ("        norms[k] = np.sqrt((gradient**2).sum(axis=1)).mean()\n", ""),
        (
            "        gradient = (gradient * slope) @ W_h.T\n",
            "        gradient = (gradient * slope) @ W_h.T\n"
            "        norms[k] = np.sqrt((gradient**2).sum(axis=1)).mean()\n",
        ),
    ],
)
reach.mistake(
    "normalised",
    "You divide by the length at the start. Asked for is the length itself.",
    see=REACH,
    patch=[("return norms", "return norms / norms[0]")],
)
reach.mistake(
    "inputs-changed",
    "You scale dh_last in place, so the caller's array is changed.",
    see=REACH,
    patch=[("gradient = (gradient * slope) @ W_h.T", "gradient *= slope\n        gradient = gradient @ W_h.T")],
)


def reach_by_list(h_all, W_h, dh_last):
    lengths, g = [], dh_last
    for states in np.moveaxis(h_all, 1, 0)[::-1]:
        lengths.append(np.mean(np.linalg.norm(g, axis=-1)))
        g = np.einsum("bu,bu,vu->bv", g, 1 - states * states, W_h)
    return np.array(lengths)


def reach_by_jacobians(h_all, W_h, dh_last):
    """The product of the Jacobians of each sequence, written out."""
    batch, time, units = h_all.shape
    total = np.zeros(time)
    for n in range(batch):
        product = np.eye(units)
        for k in range(time):
            total[k] += np.sqrt(np.dot(product @ dh_last[n], product @ dh_last[n])) / batch
            product = W_h @ np.diag(1 - h_all[n, -1 - k] ** 2) @ product
    return total


def reach_by_recursion(h_all, W_h, dh_last):
    here = np.array([np.sqrt(np.einsum("bu,bu->b", dh_last, dh_last)).sum() / len(dh_last)])
    if h_all.shape[1] == 1:
        return here
    before = (W_h @ (dh_last * (1 + h_all[:, -1]) * (1 - h_all[:, -1])).T).T
    return np.concatenate([here, gradient_norm_by_distance(h_all[:, :-1], W_h, before)])  # noqa: F821 - itself


reach.alternative("a list and einsum", reach_by_list)
reach.alternative("products of Jacobians", reach_by_jacobians)
reach.alternative("recursion", reach_by_recursion)
