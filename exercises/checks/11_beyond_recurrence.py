"""What is checked in unit 11, beyond recurrence: cases, criteria, known mistakes, unorthodox right solutions."""


import numpy as np
from _padding import holes, other_padding, right_padding

from autograder.authoring import Case, Pair, Unit

unit = Unit("11_beyond_recurrence", title="Beyond recurrence", needs=("numpy",))
unit.manual("written_scan", points=5)
unit.manual("written_choice", points=5)

LOOP = "11_beyond_recurrence#the-loop"
JOIN = "11_beyond_recurrence#two-steps-are-one"
SCAN = "11_beyond_recurrence#the-scan-by-doubling"
WINS = "11_beyond_recurrence#from-which-length-on-the-scan-wins"
FROM_GRU = "11_beyond_recurrence#from-gru-to-mingru"
LAYER = "11_beyond_recurrence#one-layer-by-loop-and-by-scan"
BLOCKS = "11_beyond_recurrence#one-block-of-each"
PRODUCTS = "11_beyond_recurrence#parameters-and-products"
WAIT = "11_beyond_recurrence#steps-that-wait"
LENGTH = "11_beyond_recurrence#time-against-length"
MEMORY = "11_beyond_recurrence#counted"
STREAM = "11_beyond_recurrence#a-stream"

# A loop takes 128 times as long on the long sequence, and more; about log2(time) passes take 3 to 9 times as long.
SHORT, LONG, RATIO = 32, 4096, 40


def pair(rng, *shape):
    """Factors of either sign, none of them near 0 or 1, and what is added."""
    return rng.uniform(0.3, 1.2, shape) * rng.choice([-1.0, 1.0, 1.0], shape), rng.normal(size=shape)


# ---------------------------------------------------------------------------------------------- linear_recurrence

loop = unit.exercise("linear_recurrence", points=12, see=LOOP, seconds=5, returns=("h_all",))


def recurrences(rng, size):
    """Cases for both ways to compute a linear recurrence."""
    for number in range(1 if size == "public" else 3):
        batch, time, units = (2, 5, 3) if size == "public" else (int(n) for n in rng.integers(3, 12, 3))
        yield Case(f"from zero {number}", *pair(rng, batch, time, units), tags="plain")
        yield Case(f"from a given state {number}", *pair(rng, batch, time, units), rng.normal(size=(batch, units)),
                   tags="initial")
    yield Case("as many sequences as steps and units", *pair(rng, 4, 4, 4), tags="plain")
    yield Case("as many sequences as steps and units, given state", *pair(rng, 3, 3, 3), rng.normal(size=(3, 3)),
               tags="initial")
    for time in (1, 2, 8) if size == "public" else (1, 2, 3, 4, 7, 16, 17):
        yield Case(f"time {time}", *pair(rng, 2, time, 2), tags="lengths")
    a, b = pair(rng, 2, 6, 3)
    yield Case("a factor of 0 forgets everything", a * (rng.random(a.shape) < 0.5), b, tags="ends")
    yield Case("factors of 1 add up", np.ones((2, 6, 3)), b, tags="ends")
    yield Case("nothing is added", a, np.zeros_like(b), rng.normal(size=(2, 3)), tags="initial")
    if size == "secret":
        small = rng.uniform(0, 0.01, (1, 300, 2))
        yield Case("small factors over many steps", small, rng.normal(size=small.shape), tags="ends")


loop.cases(recurrences)

loop.shape(
    "shapes",
    points=2,
    title="One array comes back, of shape (batch, time, units)",
    hint="Return the states after all steps; the one before the first step is not among them.",
)
loop.values(
    "plain",
    points=4,
    cases=("plain", "lengths"),
    needs="shapes",
    title="From the state zero every state is right",
    hint="Each step starts from the state that the step before it left.",
)
loop.values(
    "initial",
    points=2,
    cases="initial",
    needs="shapes",
    title="A given initial state is used",
    hint="When `h0` is given, the first step scales it.",
)
loop.values(
    "ends",
    points=2,
    cases="ends",
    needs="shapes",
    title="Factors of 0 and 1 do what they should",
    hint="A factor of 0 forgets, a factor of 1 keeps everything, and no rule of your own is needed for either.",
)
loop.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Make a new array for the states, and a new one for the running state.",
)
loop.raises(
    "different-shapes",
    ValueError,
    points=1,
    title="`a` and `b` of different shapes raise a ValueError with a message",
    case=lambda rng, size: [
        Case("one factor for all steps", np.full((2, 1, 3), 0.5), rng.normal(size=(2, 4, 3))),
        Case("one unit is stretched", rng.uniform(size=(2, 4, 3)), rng.normal(size=(2, 4, 1))),
        Case("one sequence is stretched", rng.uniform(size=(1, 4, 3)), rng.normal(size=(2, 4, 3))),
    ],
    hint="NumPy stretches an axis of size 1 silently. Compare the two shapes first.",
)

STEP = "h = a[:, t] * h + b[:, t]"
loop.mistake(
    "initial-state-ignored",
    "You start from zero although an initial state was given.",
    see=LOOP,
    patch=[("np.zeros(b[:, 0].shape) if h0 is None else h0", "np.zeros(b[:, 0].shape)")],
)
loop.mistake(
    "state-before-the-step",
    "You store the state before each step, so everything stands one place too late and the last state is missing.",
    see=LOOP,
    patch=[(f"        {STEP}\n        h_all[:, t] = h\n", f"        h_all[:, t] = h\n        {STEP}\n")],
)
loop.mistake(
    "always-from-the-start",
    "Each of your steps begins at the initial state. It should begin at the state that the step before has left.",
    see=LOOP,
    patch=[(f"        {STEP}\n        h_all[:, t] = h\n", "        h_all[:, t] = a[:, t] * h + b[:, t]\n")],
)
loop.mistake(
    "sum-is-scaled-too",
    "Your factor also scales what is added at the same step. It scales the old state only.",
    see=LOOP,
    patch=[(STEP, "h = a[:, t] * (h + b[:, t])")],
)
loop.mistake(
    "factor-and-addition-exchanged",
    "You scale by `b` and add `a`. It is the other way round.",
    see=LOOP,
    patch=[(STEP, "h = b[:, t] * h + a[:, t]")],
)
loop.mistake(
    "share-for-the-addition",
    "You weigh what is added by one minus the factor. That belongs to a gated layer; a linear recurrence adds `b` as "
    "it is.",
    see=LOOP,
    patch=[(STEP, "h = a[:, t] * h + (1 - a[:, t]) * b[:, t]")],
)
loop.mistake(
    "over-the-batch",
    "Your loop runs over the first axis, which holds the sequences. Time is the axis after it.",
    see=LOOP,
    patch=[
        (
            "    h = np.zeros(b[:, 0].shape) if h0 is None else h0\n",
            "    h = np.zeros(b[0].shape) if h0 is None else h0[0]\n",
        ),
        ("range(b.shape[1])", "range(len(b))"),
        (STEP, "h = a[t] * h + b[t]"),
        ("h_all[:, t]", "h_all[t]"),
    ],
)
loop.mistake(
    "backwards",
    "Your loop begins at the last step.",
    see=LOOP,
    patch=[("in range(b.shape[1])", "in reversed(range(b.shape[1]))")],
)
loop.mistake(
    "last-state-only",
    "You return the last state. Asked for are the states after all steps.",
    see=LOOP,
    patch=[("return h_all", "return h")],
)
loop.mistake(
    "written-into-b",
    "You write the states into the array `b` that you were given. The caller still needs what stood there.",
    see=LOOP,
    patch=[("h_all = np.zeros(b.shape)", "h_all = b")],
)
loop.mistake(
    "initial-state-changed",
    "You update the state in place, so the caller's `h0` changes under its feet.",
    see=LOOP,
    patch=[(STEP, "h *= a[:, t]\n        h += b[:, t]")],
)
loop.mistake(
    "shapes-not-compared",
    "You do not compare the shapes of `a` and `b`. Where they differ, NumPy may stretch one and say nothing.",
    see=LOOP,
    patch=[("    if a.shape != b.shape:\n", "    if a.ndim != b.ndim:\n")],
)


def loop_with_a_list(a, b, h0=None):
    if np.shape(a) != np.shape(b):
        raise ValueError("shapes differ: " + str((a.shape, b.shape)))
    states = [0.0 if h0 is None else h0]
    for factor, addition in zip(np.swapaxes(a, 0, 1), np.swapaxes(b, 0, 1), strict=True):
        states.append(factor * states[-1] + addition)
    return np.stack(states[1:], axis=1)


def loop_with_accumulate(a, b, h0=None):
    import itertools

    if a.shape != b.shape:
        raise ValueError(f"{a.shape} is not {b.shape}")
    start = np.zeros_like(b[:, 0]) if h0 is None else h0
    states = itertools.accumulate(range(a.shape[1]), lambda h, t: a[:, t] * h + b[:, t], initial=start)
    next(states)
    return np.moveaxis(np.array(list(states)), 0, 1)


def loop_number_by_number(a, b, h0=None):
    batch, time, units = a.shape
    if b.shape != (batch, time, units):
        raise ValueError("a and b must have one shape")
    h_all = np.empty(a.shape)
    for n in range(batch):
        for u in range(units):
            h = 0.0 if h0 is None else float(h0[n, u])
            for t in range(time):
                h = a[n, t, u] * h + b[n, t, u]
                h_all[n, t, u] = h
    return h_all


def loop_first_step_apart(a, b, h0=None):
    if a.shape != b.shape:
        raise ValueError(f"a: {a.shape}, b: {b.shape}")
    h_all = b.copy()
    if h0 is not None:
        h_all[:, 0] += a[:, 0] * h0
    for t in range(1, b.shape[1]):
        h_all[:, t] += a[:, t] * h_all[:, t - 1]
    return h_all


loop.alternative("a list of states, stacked", loop_with_a_list)
loop.alternative("itertools.accumulate", loop_with_accumulate)
loop.alternative("number by number", loop_number_by_number)
loop.alternative("the first step apart, written into a copy", loop_first_step_apart)

# -------------------------------------------------------------------------------------------------------- combine

joined = unit.exercise("combine", points=10, see=JOIN, seconds=5, returns=("a", "b"))


@joined.cases
def _(rng, size):
    yield Case("one sequence, one unit", pair(rng, 1, 1), pair(rng, 1, 1))
    yield Case("two sequences, three units", pair(rng, 2, 3), pair(rng, 2, 3))
    yield Case("whole sequences", pair(rng, 2, 4, 3), pair(rng, 2, 4, 3))
    yield Case("the first step changes nothing", (np.ones((2, 3)), np.zeros((2, 3))), pair(rng, 2, 3))
    yield Case("the second step forgets", pair(rng, 3, 2), (np.zeros((3, 2)), rng.normal(size=(3, 2))))
    if size == "secret":
        for number in range(3):
            shape = rng.integers(2, 7, rng.integers(1, 4))
            yield Case(f"other shapes {number}", pair(rng, *shape), pair(rng, *shape))


def triples(rng, size):
    """Three steps, grouped in two ways; what the first join gives is worked out here."""

    def join(first, second):
        return second[0] * first[0], second[0] * first[1] + second[1]

    for number in range(2):
        one, two, three = (pair(rng, 3, 2) for _ in range(3))
        yield Pair(
            Case(f"the first two joined already {number}", join(one, two), three),
            Case(f"the last two joined already {number}", one, join(two, three)),
        )


joined.shape(
    "shapes",
    points=2,
    title="A tuple of two arrays comes back, shaped like what went in",
    hint="A step is a pair, and so are two steps together.",
)
joined.values(
    "factor",
    pick=0,
    points=2,
    needs="shapes",
    title="The factor of the joined step is right",
    hint="How much of the very first state is left after both?",
)
joined.values(
    "addition",
    pick=1,
    points=3,
    needs="shapes",
    title="What the joined step adds is right",
    hint="Put the state zero through both steps, on paper.",
)
joined.same(
    "associative",
    points=2,
    pairs=triples,
    needs=("factor", "addition"),
    title="Three steps give the same, whichever two are joined first",
    hint="Joining must not depend on the grouping, only on the order.",
)
joined.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Return new arrays.",
)

RESULT = "return a_2 * a_1, a_2 * b_1 + b_2"
joined.mistake(
    "order-exchanged",
    "You take the second step first. The later factor scales what the earlier step has added, and not the other way "
    "round.",
    patch=[(RESULT, "return a_1 * a_2, a_1 * b_2 + b_1")],
)
joined.mistake(
    "addition-not-scaled",
    "You add up what the two steps add. But the second step also scales what the first has added.",
    patch=[(RESULT, "return a_2 * a_1, b_1 + b_2")],
)
joined.mistake(
    "addition-scaled-twice",
    "You scale what the first step adds by both factors. It is added after the first scaling, so only the second "
    "meets it.",
    patch=[(RESULT, "return a_2 * a_1, a_2 * a_1 * b_1 + b_2")],
)
joined.mistake(
    "both-additions-scaled",
    "You scale both additions by the later factor. What the second step adds comes after its scaling.",
    patch=[(RESULT, "return a_2 * a_1, a_2 * (b_1 + b_2)")],
)
joined.mistake(
    "factors-added",
    "You add the two factors. A state that is halved twice is a quarter, and not the whole.",
    patch=[(RESULT, "return a_2 + a_1, a_2 * b_1 + b_2")],
)
joined.mistake(
    "later-factor-only",
    "Your joined step has the factor of the second step alone. The old state is scaled by both.",
    patch=[(RESULT, "return a_2, a_2 * b_1 + b_2")],
)
joined.mistake(
    "parts-exchanged",
    "You return what is added first and the factor second. A step is the pair (a, b).",
    patch=[(RESULT, "return a_2 * b_1 + b_2, a_2 * a_1")],
)
joined.mistake(
    "additions-multiplied",
    "You multiply what the two steps add, as you do with their factors. Follow the state zero through both steps.",
    patch=[(RESULT, "return a_2 * a_1, b_1 * b_2")],
)
joined.mistake(
    "written-into-the-first",
    "You compute the joined step inside the arrays of the first one. The scan would then read changed numbers.",
    patch=[(RESULT, "a_1 *= a_2\n    b_1 *= a_2\n    b_1 += b_2\n    return a_1, b_1")],
)


def joined_by_two_states(first, second):
    def both(h):
        for a, b in (first, second):
            h = a * h + b
        return h

    zero = both(np.zeros_like(first[0]))
    return both(np.ones_like(first[0])) - zero, zero


def joined_by_matrices(first, second):
    def matrix(step):
        a, b = step
        return np.stack([np.stack([a, b], axis=-1), np.stack([np.zeros_like(a), np.ones_like(a)], axis=-1)], axis=-2)

    product = matrix(second) @ matrix(first)
    return product[..., 0, 0], product[..., 0, 1]


def joined_by_names(first, second):
    earlier = dict(zip(("a", "b"), first, strict=True))
    later = dict(zip(("a", "b"), second, strict=True))
    addition = np.add(later["b"], np.multiply(later["a"], earlier["b"]))
    return np.multiply(earlier["a"], later["a"]), addition


def joined_on_copies(first, second):
    a, b = first[0].copy(), first[1].copy()
    a *= second[0]
    b *= second[0]
    b += second[1]
    return a, b


joined.alternative("by what it does to the states 0 and 1", joined_by_two_states)
joined.alternative("as a product of 2 by 2 matrices", joined_by_matrices)
joined.alternative("written out with names", joined_by_names)
joined.alternative("in place, on copies", joined_on_copies)

# ----------------------------------------------------------------------------------------- linear_recurrence_scan

scan = unit.exercise("linear_recurrence_scan", points=18, see=SCAN, seconds=5, returns=("h_all",))
scan.cases(recurrences)


def lengths(arguments):
    """A short and a long sequence, for a criterion about speed; of round numbers, which a bundle stores in little."""

    def pairs(rng, size):
        return Pair(
            Case("a short sequence", *arguments(rng, 1, SHORT)), Case("a long sequence", *arguments(rng, 1, LONG))
        )

    return pairs


scan.shape(
    "shapes",
    points=1,
    title="One array comes back, of shape (batch, time, units)",
    hint="Return the states alone; the factors of the stretches were a means.",
)
scan.values(
    "plain",
    points=4,
    cases="plain",
    needs="shapes",
    title="From the state zero every state is right",
    hint="Is `combine` right? Which of the two stretches is the earlier one? What happens at the first positions?",
)
scan.values(
    "lengths",
    points=2,
    cases="lengths",
    needs="shapes",
    title="It is right for one step, for a power of two and for any other number of steps",
    hint="When may the passes stop? Try four, five and eight steps on paper.",
)
scan.values(
    "initial",
    points=2,
    cases="initial",
    needs="shapes",
    title="A given initial state is used",
    hint="At the end, position t holds the one step that leads from `h0` to the state after step t.",
)
scan.values(
    "ends",
    points=2,
    cases="ends",
    needs="shapes",
    title="Factors of 0 and 1 are no special case",
    hint="Nothing may be divided by a factor, or by a product of factors.",
)
scan.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Each pass makes new arrays.",
)
scan.speed(
    "no-loop",
    points=6,
    ratio=RATIO,
    pairs=lengths(lambda rng, *shape: (rng.choice([0.5, 0.75], (*shape, 1)), rng.choice([-1.0, 2.0], (*shape, 1)))),
    needs="plain",
    title=f"A sequence {LONG // SHORT} times as long needs only a few passes more",
    hint="The distance doubles from pass to pass, and each pass works on all positions at once.",
)

JOINING = "combine((a[:, :-shift], b[:, :-shift]), (a[:, shift:], b[:, shift:]))"
NEW_A = "a = np.concatenate([a[:, :shift], a_long], axis=1)"
NEW_B = "b = np.concatenate([b[:, :shift], b_long], axis=1)"
BODY = (
    f"        a_long, b_long = {JOINING}\n        {NEW_A}\n        {NEW_B}\n        shift = 2 * shift\n"
)
scan.mistake(
    "step-after-step",
    "Your states are right, but the time grows with the length of the sequence: the steps are still taken one after "
    "the other, or each step is compared with all others. Join stretches whose length doubles.",
    see=WINS,
    patch=[
        (
            f"    time = a.shape[1]\n    shift = 1\n    while shift < time:\n{BODY}"
            "    if h0 is None:\n        return b\n    return a * h0[:, np.newaxis] + b\n",
            "    return linear_recurrence(a, b, h0)\n",
        )
    ],
)
scan.mistake(
    "distance-grows-by-one",
    "Your distance grows by one in each pass. The stretches double, so after the second pass the ones you join "
    "overlap, and steps are counted twice.",
    patch=[("shift = 2 * shift", "shift = shift + 1")],
)
scan.mistake(
    "one-pass-too-few",
    "You stop one pass too early: the last positions do not reach back to the first step.",
    patch=[("while shift < time:", "while 2 * shift < time:")],
)
scan.mistake(
    "earlier-and-later-exchanged",
    "You hand the later stretch to `combine` as the first one. The stretch that ends further back is the earlier one.",
    see=JOIN,
    patch=[(JOINING, "combine((a[:, shift:], b[:, shift:]), (a[:, :-shift], b[:, :-shift]))")],
)
scan.mistake(
    "factors-not-joined",
    "Your factors stay those of single steps. From the second pass on a stretch needs the factor of the whole "
    "stretch.",
    see=JOIN,
    patch=[(f"        {NEW_A}\n", "")],
)
scan.mistake(
    "new-factors-too-early",
    "You replace the factors before the sums of the same pass are made, so those meet factors of the next pass.",
    patch=[
        (
            f"        a_long, b_long = {JOINING}\n        {NEW_A}\n",
            "        a_long = a[:, shift:] * a[:, :-shift]\n"
            f"        {NEW_A}\n        b_long = a[:, shift:] * b[:, :-shift] + b[:, shift:]\n",
        )
    ],
)
scan.mistake(
    "wrapped-round",
    "You roll the arrays along time, so the first positions are joined with the last ones. Nothing comes before the "
    "first step.",
    patch=[
        (
            BODY,
            "        a, b = combine((np.roll(a, shift, axis=1), np.roll(b, shift, axis=1)), (a, b))\n"
            "        shift = 2 * shift\n",
        )
    ],
)
scan.mistake(
    "first-positions-cleared",
    "In each pass you put zeros at the positions that have no partner. They are finished, and stay as they are.",
    patch=[
        (NEW_A, "a = np.concatenate([0 * a[:, :shift], a_long], axis=1)"),
        (NEW_B, "b = np.concatenate([0 * b[:, :shift], b_long], axis=1)"),
    ],
)
scan.mistake(
    "initial-state-ignored",
    "You start from zero although an initial state was given.",
    patch=[("    if h0 is None:\n        return b\n    return a * h0[:, np.newaxis] + b\n", "    return b\n")],
)
scan.mistake(
    "initial-state-not-scaled",
    "You add the initial state to every state as it is. On its way to step t it is scaled by all factors up to there.",
    see=JOIN,
    patch=[("return a * h0[:, np.newaxis] + b", "return h0[:, np.newaxis] + b")],
)
scan.mistake(
    "initial-state-in-the-first-only",
    "Your initial state reaches the state after the first step and no other. It has to go on from there.",
    patch=[
        (
            "return a * h0[:, np.newaxis] + b",
            "return np.concatenate([a[:, :1] * h0[:, np.newaxis] + b[:, :1], b[:, 1:]], axis=1)",
        )
    ],
)
scan.mistake(
    "initial-state-added-unscaled",
    "You add the initial state to what the first step adds. The first step scales it before it adds anything.",
    see=LOOP,
    patch=[
        (
            "    shift = 1\n",
            "    shift = 1\n    if h0 is not None:\n"
            "        b = np.concatenate([b[:, :1] + h0[:, np.newaxis], b[:, 1:]], axis=1)\n",
        ),
        ("    if h0 is None:\n        return b\n    return a * h0[:, np.newaxis] + b\n", "    return b\n"),
    ],
)
scan.mistake(
    "along-the-batch",
    "Your scan runs along the first axis, so it joins steps of different sequences. Time is the axis after it.",
    patch=[
        ("time = a.shape[1]", "time = len(a)"),
        (JOINING, "combine((a[:-shift], b[:-shift]), (a[shift:], b[shift:]))"),
        (NEW_A, "a = np.concatenate([a[:shift], a_long])"),
        (NEW_B, "b = np.concatenate([b[:shift], b_long])"),
    ],
)
scan.mistake(
    "divided-by-the-product",
    "You divide by the product of all factors so far. On paper that is right. But one factor of 0 makes the product "
    "0, and many small ones make it too small to be stored.",
    patch=[
        (
            f"    time = a.shape[1]\n    shift = 1\n    while shift < time:\n{BODY}",
            "    a = np.cumprod(a, axis=1)\n    with np.errstate(all='ignore'):\n"
            "        b = a * np.cumsum(b / a, axis=1)\n",
        )
    ],
)
scan.mistake(
    "last-state-only",
    "You return the last state. Asked for are the states after all steps.",
    patch=[("        return b\n", "        return b[:, -1]\n"),
           ("return a * h0[:, np.newaxis] + b", "return (a * h0[:, np.newaxis] + b)[:, -1]")],
)
scan.mistake(
    "pair-returned",
    "You return the joined steps, factors and all. Asked for are the states.",
    patch=[("        return b\n", "        return a, b\n"),
           ("return a * h0[:, np.newaxis] + b", "return a, a * h0[:, np.newaxis] + b")],
)
scan.mistake(
    "written-into-b",
    "You work inside the array `b` that you were given. The caller still needs what stood there.",
    patch=[(NEW_B, "b[:, shift:] = b_long")],
)


def scan_as_a_tree(a, b, h0=None):
    def tree(a, b):
        time = a.shape[1]
        if time == 1:
            return a, b
        half = tree(*combine((a[:, :-1:2], b[:, :-1:2]), (a[:, 1::2], b[:, 1::2])))  # noqa: F821
        before = half[0][:, : (time - 1) // 2], half[1][:, : (time - 1) // 2]
        between = combine(before, (a[:, 2::2], b[:, 2::2]))  # noqa: F821 - defined in the notebook
        result = []
        for whole, odd, even in zip((a, b), half, between, strict=True):
            new = whole.copy()
            new[:, 1::2], new[:, 2::2] = odd, even
            result.append(new)
        return tuple(result)

    a, b = tree(a, b)
    return b if h0 is None else a * h0[:, None, :] + b


def scan_state_put_into_the_first_step(a, b, h0=None):
    a, b = np.array(a), np.array(b)
    if h0 is not None:
        b[:, 0] += a[:, 0] * h0
    for k in range((a.shape[1] - 1).bit_length()):
        s = 2**k
        b[:, s:] = a[:, s:] * b[:, :-s] + b[:, s:]
        a[:, s:] = a[:, s:] * a[:, :-s]
    return b


def scan_with_neutral_steps(a, b, h0=None):
    time = a.shape[1]
    s = 1
    while s < time:
        earlier_a = np.concatenate([np.ones_like(a[:, :s]), a], axis=1)[:, :time]
        earlier_b = np.concatenate([np.zeros_like(b[:, :s]), b], axis=1)[:, :time]
        a, b = combine((earlier_a, earlier_b), (a, b))  # noqa: F821 - defined in the notebook
        s *= 2
    start = 0 if h0 is None else h0[:, np.newaxis, :]
    return a * start + b


def scan_with_where(a, b, h0=None):
    steps = np.arange(a.shape[1])
    for k in range(int(np.ceil(np.log2(len(steps)))) if len(steps) > 1 else 0):
        source = np.maximum(steps - 2**k, 0)
        has = (steps >= 2**k)[:, None]
        new_a, new_b = combine((a[:, source], b[:, source]), (a, b))  # noqa: F821 - defined in the notebook
        a, b = np.where(has, new_a, a), np.where(has, new_b, b)
    return b + (0.0 if h0 is None else np.einsum("btu,bu->btu", a, h0))


def scan_by_halves(a, b, h0=None):
    def both(a, b):
        middle = a.shape[1] // 2
        if middle == 0:
            return a, b
        if a.shape[1] % 2 == 0:  # both halves at once, as if they were sequences of the batch
            rows = len(a)
            pairs = [np.concatenate([part[:, :middle], part[:, middle:]]) for part in (a, b)]
            a, b = both(*pairs)
            left, right = (a[:rows], b[:rows]), (a[rows:], b[rows:])
        else:
            left, right = both(a[:, :-1], b[:, :-1]), (a[:, -1:], b[:, -1:])
        last = tuple(np.broadcast_to(part[:, -1:], right[0].shape) for part in left)
        right = combine(last, right)  # noqa: F821 - defined in the notebook
        return tuple(np.concatenate(parts, axis=1) for parts in zip(left, right, strict=True))

    a, b = both(a, b)
    return b if h0 is None else b + a * np.expand_dims(h0, 1)


scan.alternative("a tree: every second position first", scan_as_a_tree)
scan.alternative("the initial state put into the first step, in place on copies", scan_state_put_into_the_first_step)
scan.alternative("neutral steps in front", scan_with_neutral_steps)
scan.alternative("indices, and a choice where there is no partner", scan_with_where)
scan.alternative("by halves, both at once", scan_by_halves)

# -------------------------------------------------------------------------------------------------------- min_gru

layer = unit.exercise("min_gru", points=14, see=LAYER, seconds=5, returns=("h_all",))


def sequence(rng, batch, time, features, units):
    """Inputs and weights of a minGRU; every bias is far from zero, so that leaving one out shows."""
    x = rng.normal(size=(batch, time, features))
    return (
        x,
        rng.normal(0, 0.8, (features, units)),
        rng.choice([-0.9, 0.7], units),
        rng.normal(0, 0.8, (features, units)),
        rng.choice([-0.8, 1.1], units),
    )


@layer.cases
def _(rng, size):
    for number in range(1 if size == "public" else 3):
        batch, time, features, units = (3, 5, 2, 4) if size == "public" else (int(n) for n in rng.integers(3, 9, 4))
        h0 = rng.normal(size=(batch, units))
        yield Case(f"from zero {number}", *sequence(rng, batch, time, features, units), tags="plain")
        yield Case(f"from a given state {number}", *sequence(rng, batch, time, features, units), h0, tags="initial")
        yield Case(f"padded at the end {number}", *sequence(rng, batch, time, features, units),
                   mask=right_padding(rng, batch, time), tags="mask")  # fmt: skip
        yield Case(f"given state, padded anywhere {number}", *sequence(rng, batch, time, features, units), h0,
                   holes(rng, batch, time), tags="mask")  # fmt: skip
    yield Case("one step", *sequence(rng, 2, 1, 3, 2), tags="plain")
    yield Case("as many sequences as steps, features and units", *sequence(rng, 3, 3, 3, 3), tags="plain")
    x, W_z, b_z, W_g, b_g = sequence(rng, 2, 6, 3, 2)
    yield Case("a gate at 1 keeps the state", x, W_z, b_z + 80.0, W_g, b_g, rng.normal(size=(2, 2)), tags="gates")
    yield Case("a gate at 0 takes the candidate", x, W_z, b_z - 80.0, W_g, b_g, rng.normal(size=(2, 2)), tags="gates")


layer.shape(
    "shapes",
    points=2,
    title="All states are returned, in the shape (batch, time, units)",
    hint="The gate and the candidate of all steps have this shape, and so have the states.",
)
layer.values(
    "plain",
    points=4,
    cases="plain",
    needs="shapes",
    title="From the state zero every state is right",
    hint="Is `linear_recurrence_scan` right? Which share goes to the old state, and which to the candidate?",
)
layer.values(
    "gates",
    points=1,
    cases="gates",
    needs="shapes",
    title="A gate at 1 keeps the old state, a gate at 0 takes the candidate",
    hint="Here, as in Keras, z is the share of the OLD state.",
)
layer.values(
    "initial",
    points=1,
    cases="initial",
    needs="shapes",
    title="A given initial state is used",
    hint="Hand it on to the scan.",
)
layer.values(
    "mask",
    points=2,
    cases="mask",
    needs="shapes",
    title="Padded steps leave the state as it was",
    hint="Which factor, and which addition, leave any state as it is?",
)
layer.same(
    "padding",
    points=1,
    pairs=lambda rng, size: last_states(other_padding(sequence)(rng, size)),
    needs="mask",
    title="What stands in the padding, and how much there is, makes no difference",
    hint="Padded steps must not reach the state.",
)
layer.unchanged(
    "inputs",
    points=1,
    needs="shapes",
    title="The arrays you were given are left as they were",
    hint="Do not write into `x`, the weights or the mask.",
)
layer.speed(
    "no-loop",
    points=2,
    ratio=RATIO,
    pairs=lengths(lambda rng, *shape: (rng.choice([-1.0, 2.0], (*shape, 1)), *sequence(rng, 1, 1, 1, 1)[1:])),
    needs="plain",
    title=f"A sequence {LONG // SHORT} times as long needs only a few passes more",
    hint="Gates and candidates of all steps come from two products; the states come from your scan.",
)


def last_states(pairs):
    """The same pairs, compared at the last step only: with more padding there are more states."""
    for item in pairs:
        yield Pair(item.a, item.b, np.s_[:, -1], np.s_[:, -1])


GATES = "a, b = z, (1 - z) * g"
layer.mistake(
    "gate-inverted",
    "Your gate keeps what it should replace. Here z is the share of the old state that stays; the paper writes it the "
    "other way round.",
    see=FROM_GRU,
    patch=[(GATES, "a, b = 1 - z, z * g")],
)
layer.mistake(
    "candidate-tanh",
    "You squash the candidate with tanh, as a GRU does. The minGRU leaves it as it is.",
    see=FROM_GRU,
    patch=[("g = x @ W_g + b_g", "g = np.tanh(x @ W_g + b_g)")],
)
layer.mistake(
    "gate-not-squashed",
    "Your gate is not squashed, so it does not lie between 0 and 1 and is no share of anything.",
    see=FROM_GRU,
    patch=[("z = sigmoid(x @ W_z + b_z)", "z = x @ W_z + b_z")],
)
layer.mistake(
    "gate-tanh",
    "Your gate uses tanh. A share lies between 0 and 1.",
    see=FROM_GRU,
    patch=[("z = sigmoid(x @ W_z + b_z)", "z = np.tanh(x @ W_z + b_z)")],
)
layer.mistake(
    "candidate-added-in-full",
    "You add the whole candidate to what is kept. The two shares sum to 1: what the old state gives up is what the "
    "candidate gets.",
    see=FROM_GRU,
    patch=[(GATES, "a, b = z, g")],
)
layer.mistake(
    "bias-left-out",
    "You leave the biases out. The gate has one for every unit, and so has the candidate.",
    see=FROM_GRU,
    patch=[("x @ W_z + b_z", "x @ W_z"), ("x @ W_g + b_g", "x @ W_g")],
)
layer.mistake(
    "kernels-exchanged",
    "You compute the gate from the candidate's kernel and bias, and the candidate from the gate's.",
    see=FROM_GRU,
    patch=[("x @ W_z + b_z", "x @ W_G + b_G"), ("x @ W_g + b_g", "x @ W_z + b_z"),
           ("x @ W_G + b_G", "x @ W_g + b_g")],
)
layer.mistake(
    "initial-state-ignored",
    "You start from zero although an initial state was given.",
    patch=[("linear_recurrence_scan(a, b, h0)", "linear_recurrence_scan(a, b)")],
)
layer.mistake(
    "mask-ignored",
    "Your layer steps on padding as if it were input.",
    patch=[
        (
            "    if mask is not None:\n        real = mask[:, :, np.newaxis]\n"
            "        a, b = np.where(real, a, 1.0), np.where(real, b, 0.0)\n",
            "",
        )
    ],
)
layer.mistake(
    "padding-forgets",
    "At padded steps your factor is 0, so the state is wiped out there. It should stay as it was.",
    patch=[("np.where(real, a, 1.0)", "np.where(real, a, 0.0)")],
)
layer.mistake(
    "padding-still-adds",
    "At padded steps you keep the whole state, but you still add the candidate's share to it.",
    patch=[("np.where(real, b, 0.0)", "b")],
)
layer.mistake(
    "mask-inverted",
    "You take the mask the wrong way round. True marks a real step.",
    patch=[("real = mask[:, :, np.newaxis]", "real = ~mask[:, :, np.newaxis]")],
)
layer.mistake(
    "states-at-padding-cleared",
    "You set the states at padded steps to 0 in the result. They repeat the state before, as in `gru_forward`.",
    patch=[
        (
            "    return linear_recurrence_scan(a, b, h0)",
            "    h_all = linear_recurrence_scan(a, b, h0)\n"
            "    return h_all if mask is None else h_all * mask[:, :, np.newaxis]",
        )
    ],
)
layer.mistake(
    "last-state-only",
    "You return the last state. Asked for are the states after all steps.",
    patch=[("return linear_recurrence_scan(a, b, h0)", "return linear_recurrence_scan(a, b, h0)[:, -1]")],
)
layer.mistake(
    "step-after-step",
    "Your states are right, but the time grows with the length of the sequence. Either this function goes from step to "
    "step, or the `linear_recurrence_scan` that it calls does; the check of the scan tells you which.",
    see=WINS,
    patch=[("return linear_recurrence_scan(a, b, h0)", "return linear_recurrence(a, b, h0)")],
)


def min_gru_one_product(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    units = len(b_z)
    sums = x @ np.hstack([W_z, W_g]) + np.hstack([b_z, b_g])
    write = 1 / (1 + np.exp(np.clip(sums[..., :units], -200, 200)))
    if mask is not None:
        write = write * mask[..., None]
    return linear_recurrence_scan(1 - write, write * sums[..., units:], h0)  # noqa: F821 - defined in the notebook


def min_gru_with_its_own_scan(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    keep = np.tensordot(x, W_z, axes=1) + b_z
    keep = np.exp(-np.logaddexp(0, -keep))
    add = (1 - keep) * (np.tensordot(x, W_g, axes=1) + b_g)
    if mask is not None:
        keep[~mask], add[~mask] = 1, 0
    if h0 is not None:
        add[:, 0] += keep[:, 0] * h0
    s = 1
    while s < x.shape[1]:
        add[:, s:] += keep[:, s:] * add[:, :-s].copy()
        keep[:, s:] *= keep[:, :-s].copy()
        s *= 2
    return add


def min_gru_state_as_a_step(x, W_z, b_z, W_g, b_g, h0=None, mask=None):
    z = np.asarray(sigmoid(np.einsum("btf,fu->btu", x, W_z) + b_z))  # noqa: F821 - defined in the notebook
    g = np.einsum("btf,fu->btu", x, W_g) + b_g
    if mask is not None:
        z = np.where(mask[:, :, None], z, 1)
    first = np.zeros_like(g[:, :1]) if h0 is None else h0[:, None, :]
    a = np.concatenate([0 * first, z], axis=1)
    b = np.concatenate([first, g - z * g], axis=1)
    return linear_recurrence_scan(a, b)[:, 1:]  # noqa: F821 - defined in the notebook


layer.alternative("one product, and the share that is written", min_gru_one_product)
layer.alternative("with a scan of its own", min_gru_with_its_own_scan)
layer.alternative("the initial state as a step in front", min_gru_state_as_a_step)

# ----------------------------------------------------------------------------------------------------- cost_model

cost = unit.exercise("cost_model", points=10, see=PRODUCTS, seconds=5)
LAYERS = ("lstm", "convolution", "attention")


@cost.cases
def _(rng, size):
    sizes = [(6, 4, 3), (9, 5, 7), (1, 3, 2)]
    if size == "secret":
        sizes += [tuple(int(n) for n in rng.integers(2, 40, 3)) for _ in range(3)] + [(2000, 16, 9), (5, 6, 1)]
    for name in LAYERS:
        for time, width, kernel in dict.fromkeys(sizes):
            yield Case(f"{name}, {time} steps, width {width}, kernel {kernel}", name, time, width, kernel, tags=name)
        yield Case(f"{name}, usual kernel", name, 12, 5, tags=name)


cost.shape(
    "parts",
    points=1,
    title="A dict with the four quantities comes back",
    hint='Its keys are "operations", "steps", "memory" and "state".',
)
for name, called, points, hint in (
    ("lstm", "an LSTM", 1, "Four blocks, and two kernels for each."),
    ("convolution", "a convolution", 1, "One matrix for each of the inputs that an output looks at."),
    ("attention", "attention", 2, "Four products with a matrix, and two with the matrix of weights. How large is it?"),
):
    cost.values(
        f"operations-{name}",
        pick="operations",
        points=points,
        cases=name,
        needs="parts",
        title=f"The operations of {called} are right",
        hint=hint,
    )
cost.values(
    "steps",
    pick="steps",
    points=1,
    needs="parts",
    title="The steps that wait for one another are right",
    hint="Which of the three needs the result of one position before it can begin the next?",
)
cost.values(
    "memory",
    pick="memory",
    points=2,
    needs="parts",
    title="The numbers kept for the way back are right",
    hint="Count what the text lists, for every step. How large is the matrix of weights?",
)
cost.values(
    "state",
    pick="state",
    points=1,
    needs="parts",
    title="The numbers kept between two steps of a stream are right",
    hint="What must not be thrown away before the next input arrives?",
)
cost.raises(
    "unknown-layer",
    ValueError,
    points=1,
    title="Another layer raises a ValueError with a message",
    case=lambda rng, size: [Case("a GRU", "gru", 5, 4), Case("capital letters", "LSTM", 5, 4)],
    hint="Without it, a misspelt name would return None or the numbers of another layer.",
)

cost.mistake(
    "recurrent-kernels-left-out",
    "Your LSTM multiplies the input only. Each of its blocks has a second kernel, for the state before.",
    see=BLOCKS,
    patch=[("4 * (width * width + width * width)", "4 * width * width")],
)
cost.mistake(
    "one-block-only",
    "You count one block of the LSTM. It has four: three gates and the candidate.",
    see=BLOCKS,
    patch=[("time * 4 * (width", "time * (width")],
)
cost.mistake(
    "kernel-forgotten",
    "Your convolution multiplies one input at each step. It has a matrix for each of the inputs that it looks at.",
    see=BLOCKS,
    patch=[("operations = time * kernel * width * width", "operations = time * width * width")],
)
cost.mistake(
    "convolution-without-its-edge",
    "You leave out the zeros in front of the sequence, so your convolution has fewer outputs than inputs. Here it "
    "keeps the length.",
    see=BLOCKS,
    patch=[("time * kernel * width * width", "(time - kernel + 1) * kernel * width * width")],
)
cost.mistake(
    "no-pairs-in-the-operations",
    "Your attention costs the same for each step, whatever the length. Every query meets every key, and every value.",
    see=LENGTH,
    patch=[(" + 2 * time * time * width", "")],
)
cost.mistake(
    "values-not-mixed",
    "You count the scores, and leave out the sums of the values. Those are as many multiplications again.",
    see=BLOCKS,
    patch=[("2 * time * time * width", "time * time * width")],
)
cost.mistake(
    "scores-as-single-numbers",
    "You count one multiplication for each pair of steps. A score is a product of two whole vectors.",
    see=BLOCKS,
    patch=[("2 * time * time * width", "2 * time * time")],
)
cost.mistake(
    "output-product-left-out",
    "You count three products with a matrix. After queries, keys and values there is a fourth, for the output.",
    see=BLOCKS,
    patch=[("4 * time * width * width + 2", "3 * time * width * width + 2")],
)
cost.mistake(
    "half-the-pairs",
    "You count half of the pairs, as with a causal mask. Here every query meets every key.",
    see=BLOCKS,
    patch=[("2 * time * time * width", "time * (time + 1) * width")],
)
cost.mistake(
    "convolution-waits",
    "Your convolution goes from step to step. Its outputs look at inputs only, which are all there from the start.",
    see=WAIT,
    patch=[('"steps": 1, "memory": time * width', '"steps": time, "memory": time * width')],
)
cost.mistake(
    "attention-waits",
    "Your attention goes from step to step. No output waits for another one.",
    see=WAIT,
    patch=[('"steps": 1, "memory": memory', '"steps": time, "memory": memory')],
)
cost.mistake(
    "lstm-in-one-step",
    "Your LSTM computes all positions at once. Each of its steps needs the state that the step before has made.",
    see=WAIT,
    patch=[('"steps": time', '"steps": 1')],
)
cost.mistake(
    "no-matrix-in-the-memory",
    "You do not store the matrix of weights. The way back needs a weight for every pair of steps.",
    see=MEMORY,
    patch=[("4 * time * width + time * time", "4 * time * width")],
)
cost.mistake(
    "memory-of-one-step",
    "Your LSTM stores one step. On the way back every step needs its own gates and states.",
    see=MEMORY,
    patch=[('"memory": time * 6 * width', '"memory": 6 * width')],
)
cost.mistake(
    "gates-not-stored",
    "Your LSTM stores its states and forgets its gates. The way back multiplies by them.",
    see=MEMORY,
    patch=[("time * 6 * width", "time * 2 * width")],
)
cost.mistake(
    "keys-without-values",
    "In a stream you keep one vector for each past step. Attention needs its key and its value.",
    see=STREAM,
    patch=[('"state": 2 * time * width', '"state": time * width')],
)
cost.mistake(
    "one-input-too-many",
    "Your convolution keeps as many inputs as it looks at. When the next one arrives, the oldest is no longer needed.",
    see=STREAM,
    patch=[("(kernel - 1) * width", "kernel * width")],
)
cost.mistake(
    "cell-state-dropped",
    "Your LSTM carries one vector from step to step. It has two states.",
    see=STREAM,
    patch=[('"state": 2 * width', '"state": width')],
)
cost.mistake(
    "state-grows",
    "Your LSTM keeps its states of all steps in a stream. Only the last ones are needed to go on.",
    see=STREAM,
    patch=[('"state": 2 * width', '"state": 2 * time * width')],
)
cost.mistake(
    "unknown-layer-accepted",
    "You take every name that is not an LSTM or a convolution for attention. Whoever misspells one would never know.",
    see=BLOCKS,
    patch=[('    if layer == "attention":\n', "    if True:\n")],
)


def cost_by_table(layer, time, width, kernel=3):
    square = width**2
    table = {
        "lstm": (8 * time * square, time, 6 * time * width, 2 * width),
        "convolution": (kernel * time * square, 1, time * width, kernel * width - width),
        "attention": (2 * time * width * (2 * width + time), 1, time * (4 * width + time), 2 * time * width),
    }
    try:
        return dict(zip(("operations", "steps", "memory", "state"), table[layer], strict=True))
    except KeyError:
        raise ValueError("unknown layer: " + repr(layer)) from None


def cost_by_counting(layer, time, width, kernel=3):
    def product(rows, inner, columns):
        return rows * inner * columns

    if layer not in ("lstm", "convolution", "attention"):
        raise ValueError(f"no {layer}")
    cost = dict.fromkeys(["state", "memory", "steps", "operations"], 0)
    if layer == "lstm":
        for _ in range(time):
            cost["operations"] += product(1, width, 4 * width) + product(1, width, 4 * width)
            cost["memory"] += 4 * width + width + width
            cost["steps"] += 1
        cost["state"] = width + width
    elif layer == "convolution":
        cost["operations"] = sum(product(time, width, width) for _ in range(kernel))
        cost.update(memory=product(1, time, width), steps=1, state=width * len(range(1, kernel)))
    else:
        cost["operations"] += 4 * product(time, width, width) + product(time, width, time) + product(time, time, width)
        cost["memory"] += sum([time * width] * 3) + time * time + time * width
        cost["state"], cost["steps"] = 2 * (time * width), 1
    return cost


def cost_with_floats(layer, time, width, kernel=3):
    if layer == "lstm":
        numbers = [2.0 * 4 * width**2 * time, time, (4 + 1 + 1) * width * time, 2 * width]
    elif layer == "convolution":
        numbers = [1.0 * kernel * width**2 * time, 1, width * time, (kernel - 1) * width]
    elif layer == "attention":
        projections, scores, mixing = 4.0 * width**2 * time, time**2 * width, time**2 * width
        numbers = [projections + scores + mixing, 1, time**2 + 4 * width * time, 2 * width * time]
    else:
        raise ValueError(f"{layer!r} is none of lstm, convolution, attention")
    return {key: int(number) for key, number in zip(["operations", "steps", "memory", "state"], numbers, strict=True)}


cost.alternative("a table of tuples", cost_by_table)
cost.alternative("counted product by product", cost_by_counting)
cost.alternative("floats, made whole at the end", cost_with_floats)

# ----------------------------------------------------------------------------------------------- crossover_length

cross = unit.exercise("crossover_length", points=6, see=LENGTH, seconds=10)


@cross.cases
def _(rng, size):
    widths = (8, 5) if size == "public" else (8, *(int(w) for w in rng.choice(np.arange(9, 60), 3, replace=False)))
    for width in widths:
        yield Case(f"operations, attention and LSTM, width {width}", "operations", "attention", "lstm", width,
                   tags="found")
        yield Case(f"memory, attention and LSTM, width {width}", "memory", "attention", "lstm", width, tags="found")
        yield Case(f"state, attention and convolution, width {width}", "state", "attention", "convolution", width,
                   kernel=8, tags="kernel")
        yield Case(f"operations, attention and a wide convolution, width {width}", "operations", "attention",
                   "convolution", width, kernel=11, tags="kernel")
        yield Case(f"operations, attention and LSTM, limit too small, width {width}", "operations", "attention",
                   "lstm", width, limit=2 * width, tags="never")
        yield Case(f"operations, attention and LSTM, limit just met, width {width}", "operations", "attention",
                   "lstm", width, limit=2 * width + 1, tags="found")
    yield Case("steps, LSTM and attention", "steps", "lstm", "attention", 6, tags="found")
    yield Case("steps, attention and LSTM", "steps", "attention", "lstm", 6, limit=300, tags="never")
    yield Case("operations, convolution and LSTM", "operations", "convolution", "lstm", 4, limit=300, tags="never")
    yield Case("operations, convolution of eight inputs and LSTM", "operations", "convolution", "lstm", 4, kernel=8,
               limit=300, tags="never")
    yield Case("memory, LSTM and attention", "memory", "lstm", "attention", 7, tags="found")
    yield Case("the same layer twice", "memory", "lstm", "lstm", 4, limit=50, tags="never")


cross.values(
    "found",
    points=2,
    cases="found",
    title="The smallest length is found",
    hint="Begin at length 1, and stop at the first one where `layer` needs more.",
)
cross.values(
    "never",
    points=2,
    cases="never",
    title="Where no length up to the limit needs more, the answer is None",
    hint="Needing the same is not needing more, and the limit is a length like the others.",
)
cross.values(
    "kernel",
    points=1,
    cases="kernel",
    title="The kernel of a convolution is taken into account",
    hint="Hand `kernel` on to `cost_model`.",
)
cross.raises(
    "unknown-quantity",
    ValueError,
    points=1,
    title="An unknown quantity raises a ValueError with a message",
    case=lambda rng, size: [
        Case("a quantity that nobody counts", "seconds", "lstm", "attention", 4),
        Case("singular", "operation", "lstm", "attention", 4),
    ],
    hint="A `KeyError` from deep inside tells the caller little.",
)

MORE = "if mine[quantity] > theirs[quantity]:"
cross.mistake(
    "as-much-is-enough",
    "You stop where both need the same. Asked for is the first length at which one needs more.",
    patch=[(MORE, "if mine[quantity] >= theirs[quantity]:")],
)
cross.mistake(
    "layers-exchanged",
    "You look for the length at which the other layer needs more.",
    patch=[(MORE, "if mine[quantity] < theirs[quantity]:")],
)
cross.mistake(
    "last-length-before",
    "You return the last length at which it does not need more yet. The next one is asked for.",
    patch=[("return time", "return time - 1")],
)
cross.mistake(
    "limit-left-out",
    "You never look at the limit itself. A range of Python ends one number early.",
    patch=[("limit + 1", "limit")],
)
cross.mistake(
    "limit-returned",
    "Where no length is long enough, you return the limit, as if it were one. Say that there is none.",
    patch=[("    return None\n", "    return limit\n")],
)
cross.mistake(
    "usual-kernel-always",
    "You compute the cost of a convolution with the usual kernel, whatever kernel you are given.",
    see=BLOCKS,
    patch=[("cost_model(layer, time, width, kernel)", "cost_model(layer, time, width)"),
           ("cost_model(other, time, width, kernel)", "cost_model(other, time, width)")],
)
cross.mistake(
    "always-operations",
    "You compare the operations, whatever quantity is asked for.",
    patch=[(MORE, 'if mine["operations"] > theirs["operations"]:')],
)
cross.mistake(
    "longest-not-smallest",
    "You search from the limit downwards, so you find the largest length and not the smallest.",
    patch=[("range(1, limit + 1)", "range(limit, 0, -1)")],
)
cross.mistake(
    "unknown-quantity-not-refused",
    "An unknown quantity ends in a `KeyError` of a dict that the caller knows nothing about. Check it first.",
    see=PRODUCTS,
    patch=[
        (
            "    if quantity not in cost_model(layer, 1, width, kernel):\n"
            '        raise ValueError(f"The quantity must be operations, steps, memory or state, not {quantity!r}.")\n',
            "",
        )
    ],
)


def crossover_by_next(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in {"operations", "steps", "memory", "state"}:
        raise ValueError(f"unknown quantity {quantity}")

    def extra(time):
        costs = [cost_model(name, time, width, kernel)[quantity] for name in (layer, other)]  # noqa: F821
        return costs[0] - costs[1]

    return next((time for time in range(1, limit + 1) if extra(time) > 0), None)


def crossover_by_while(quantity, layer, other, width, kernel=3, limit=2000):
    try:
        time = 1
        while time <= limit:
            if cost_model(other, time, width, kernel)[quantity] < cost_model(layer, time, width, kernel)[quantity]:  # noqa: F821, E501
                return time
            time += 1
    except KeyError as error:
        raise ValueError(f"There is no quantity {quantity!r}.") from error


def crossover_by_array(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in ("operations", "steps", "memory", "state"):
        raise ValueError("quantity: " + str(quantity))
    times = np.arange(1, limit + 1)
    mine = np.array([cost_model(layer, int(t), width, kernel)[quantity] for t in times])  # noqa: F821
    theirs = np.array([cost_model(other, int(t), width, kernel)[quantity] for t in times])  # noqa: F821
    longer = np.flatnonzero(mine > theirs)
    return None if len(longer) == 0 else int(times[longer[0]])


cross.alternative("the first of a generator", crossover_by_next)
cross.alternative("a while loop, and the KeyError turned into a ValueError", crossover_by_while)
cross.alternative("all lengths in an array", crossover_by_array)
