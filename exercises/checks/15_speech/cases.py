"""Inputs of unit 15, speech: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case, Pair

# ----------------------------------------------------------------------------------------------------------- frames


def frame_signal(rng, size):
    def signal(samples):
        return rng.normal(size=samples)

    yield Case("the last frame is just full", signal(10), 4, 2, tags="plain")
    yield Case("a hop of one", signal(7), 4, 1, tags="plain")
    yield Case("a hop that does not divide the frame", signal(14), 5, 3, tags="plain")
    yield Case("one sample is left over", signal(11), 4, 2, tags="end")
    yield Case("frames side by side, and a rest", signal(11), 4, 4, tags="end")
    quiet = signal(11)
    quiet[[0, 3, 4, 9, 10]] = 0
    yield Case("samples that are zero, the last ones too", quiet, 4, 2, tags="end")
    yield Case("shorter than a frame", signal(3), 5, 2, tags="short")
    yield Case("exactly one frame", signal(6), 6, 4, tags="short")
    yield Case("one sample", signal(1), 4, 3, tags="short")
    yield Case("no sample", signal(0), 4, 2, tags="short")
    whole = rng.integers(-30_000, 30_000, 13)
    yield Case("whole numbers", whole, 4, 3, tags="whole")
    yield Case("whole numbers of a small type", whole.astype(np.int16), 5, 2, tags="whole")
    missing = signal(12)
    missing[5] = np.nan
    yield Case("a sample that is nan", missing, 4, 2, tags="plain")
    if size == "secret":
        yield Case("shorter than a hop", signal(2), 6, 4, tags="short")
        yield Case("a signal that ends loudly", np.append(signal(12), 40.0), 6, 4, tags="end")
        yield Case("frames side by side", signal(12), 3, 3, tags="plain")
        yield Case("as many frames as samples in one", signal(10), 4, 2, tags="plain")
        yield Case("half a hop is left over", signal(23), 8, 4, tags="end")
        yield Case("one sample is missing", signal(9), 4, 2, tags="end")
        yield Case("a fifth of a second", np.arange(1640) % 100 / 8, 200, 80, tags="plain")
        for number in range(6):
            width = int(rng.integers(4, 9))
            step = int(rng.integers(2, width))
            frames = int(rng.integers(3, 7))
            samples = width + (frames - 1) * step
            yield Case(f"just full {number}", signal(samples), width, step, tags="plain")
            yield Case(f"a rest {number}", signal(samples - int(rng.integers(1, step))), width, step, tags="end")


def frame_signal_hop(rng, size):
    for name, samples, width, hop in (
        ("a hop of zero", 40, 25, 0),
        ("a hop below zero", 40, 25, -10),
        ("a hop above the size", 40, 25, 26),
        ("a hop far above the size", 400, 25, 160),
        ("a hop above the size, no sample", 0, 25, 37),
        ("a hop of zero, no sample", 0, 25, 0),
        ("a hop above the size, a short signal", 5, 25, 26),
    ):
        yield Case(name, rng.normal(size=samples), width, hop, says=[str(width), str(hop)])


# -------------------------------------------------------------------------------------------------------------- mel


def edges_of(bands, rate):
    top = 2595 * np.log10(1 + rate / 1400)
    return 700 * (10 ** (np.linspace(0, top, bands + 2) / 2595) - 1)


def is_clear(bands, bins, rate):
    """Whether each band has a frequency well inside its triangle: no answer hangs on a rounding."""
    e, f = edges_of(bands, rate), np.linspace(0, rate / 2, bins)
    heights = np.minimum((f - e[:-2, None]) / np.diff(e)[:-1, None], (e[2:, None] - f) / np.diff(e)[1:, None])
    return bool((heights.max(axis=1) > 0.02).all())


def mel_filters(rng, size):
    yield Case("one band", 1, 5, 8000, tags="plain")
    yield Case("three bands", 3, 13, 8000, tags="plain")
    yield Case("an odd rate", 4, 17, 11_025, tags="plain")
    yield Case("seven bands", 7, 25, 8000, tags="many")
    if size == "secret":
        yield Case("another rate", 4, 17, 16_000, tags="plain")
        yield Case("two bins for one band, and more", 2, 9, 4000, tags="plain")
        yield Case("forty bands", 40, 257, 8000, tags="many")
        made = 0
        while made < 6:
            bands, bins = int(rng.integers(2, 12)), int(rng.integers(20, 90))
            rate = int(rng.choice([8000, 16_000, 22_050, 44_100]))
            if is_clear(bands, bins, rate):
                yield Case(f"random {made}", bands, bins, rate, tags="plain")
                made += 1


def mel_filters_deaf(rng, size):
    for bands, bins, rate in ((6, 5, 8000), (8, 9, 8000), (12, 17, 16_000), (7, 11, 44_100)):
        yield Case(f"{bands} bands of {bins} bins at {rate} Hz", bands, bins, rate, says=[str(bands), str(bins)])


def filters_for(rng, bands, bins):
    """Weights that overlap, each row with another sum: triangles would hide an exchange of rows."""
    weights = rng.uniform(0.1, 1.0, (bands, bins)) * (rng.random((bands, bins)) < 0.6)
    weights[np.arange(bands), rng.integers(0, bins, bands)] = 1.0
    return weights


def log_mel(rng, size):
    def sound(frames, width):
        return rng.normal(size=(frames, width)) * np.exp(rng.normal(0, 1.0, (frames, 1)))

    yield Case("as many samples as the transform has", sound(3, 8), filters_for(rng, 2, 5), tags="plain")
    yield Case("frames with an odd number of samples", sound(4, 7), filters_for(rng, 3, 5), tags="filled")
    yield Case("filled up to twice the length", sound(5, 8), filters_for(rng, 3, 9), tags="filled")
    yield Case(
        "a constant, and an impulse", np.array([[1.0] * 6, [0, 0, 0, 5, 0, 0]]), filters_for(rng, 2, 4), tags="plain"
    )
    loud = sound(6, 8) * np.array([1, 1e-3, 1e-6, 1e-4, 1, 1e-2])[:, None]
    yield Case("loud and quiet frames", loud, filters_for(rng, 3, 5), tags="span")
    yield Case("a span of 30 decibels", loud, filters_for(rng, 3, 5), 30.0, tags="span")
    yield Case("a span of 30 decibels, by name", sound(4, 6) * 1e-2, filters_for(rng, 3, 5), span=30, tags="span")
    yield Case("a span of zero", sound(3, 8), filters_for(rng, 3, 5), 0, tags="span")
    yield Case("a large span", loud * 1e-1, filters_for(rng, 2, 5), 200.0, tags="quiet")
    bands = filters_for(rng, 3, 5) * np.array([[1.0], [1e-3], [1e-5]])
    yield Case("silence", np.zeros((3, 8)), filters_for(rng, 2, 5), tags="quiet")
    quiet = sound(4, 8) * 1e-5
    quiet[1] = 0
    yield Case("silence between quiet frames", quiet, filters_for(rng, 2, 5), tags="quiet")
    nothing = filters_for(rng, 3, 5)
    nothing[1] = 0
    yield Case("a filter without weights", sound(3, 8), nothing, 500.0, tags="quiet")
    yield Case("no frames", np.zeros((0, 8)), filters_for(rng, 3, 5), tags="none")
    yield Case("whole numbers", rng.integers(-300, 300, (3, 8)), filters_for(rng, 2, 5), tags="whole")
    small = rng.integers(-9000, 9000, (3, 6)).astype(np.int16)
    yield Case("whole numbers of a small type", small, filters_for(rng, 2, 5), tags="whole")
    if size == "secret":
        yield Case("as many frames as bands", sound(4, 8), filters_for(rng, 4, 5), tags="plain")
        yield Case("filled up a little", sound(2, 10), filters_for(rng, 4, 9), tags="filled")
        yield Case("quiet bands", sound(4, 8), bands, 20.0, tags="span")
        yield Case("energies near the least one", sound(5, 8) * 4e-6, filters_for(rng, 3, 5), 60.0, tags="quiet")
        for number in range(4):
            frames, bands, bins = (int(n) for n in rng.integers(3, 9, 3))
            width = 2 * (bins - 1)
            yield Case(f"full frames {number}", sound(frames, width), filters_for(rng, bands, bins), tags="plain")
            fewer = int(rng.integers(2, width))
            yield Case(f"filled up {number}", sound(frames, fewer), filters_for(rng, bands, bins), tags="filled")
            levels = 10.0 ** rng.uniform(-3, 0, (frames, 1))
            yield Case(
                f"another span {number}",
                sound(frames, width) * levels,
                filters_for(rng, bands, bins),
                float(rng.integers(15, 40)),
                tags="span",
            )


def log_mel_too_long(rng, size):
    for name, frames, width, bins in (
        ("one sample too many", 3, 257, 129),
        ("twice as long as the transform", 2, 512, 129),
        ("too long, no frames", 0, 400, 129),
    ):
        filters = np.ones((2, bins)) / bins
        yield Case(name, np.zeros((frames, width)), filters, says=[str(width), str(2 * (bins - 1))])


# --------------------------------------------------------------------------------------------------------- collapse


def path_of(rng, blank, runs, longest=4, classes=11):
    """A path of runs of equal labels, about half of them blanks."""
    labels = [blank if rng.random() < 0.45 else int(rng.integers(0, classes)) for _ in range(runs)]
    return [label for label in labels for _ in range(int(rng.integers(1, longest)))]


def collapse(rng, size):
    yield Case("symbols and blanks", [10, 3, 3, 10, 0, 0, 7, 10, 10, 5, 5, 10], 10, tags={"form", "plain"})
    yield Case("symbols side by side", [3, 3, 0, 0, 0, 5], 10, tags="plain")
    yield Case("the same symbol after a blank", [10, 7, 7, 10, 7, 10], 10, tags="twice")
    yield Case("the same symbol three times", [7, 10, 7, 10, 10, 7, 7], 10, tags="twice")
    yield Case("a zero is a symbol", [0, 0, 10, 10, 0, 3, 0], 10, tags="zero")
    yield Case("zeros alone", [0, 0, 0], 4, tags="zero")
    yield Case("the blank is 0", [0, 3, 3, 0, 0, 10, 0, 10], 0, tags="zero")
    yield Case("the blank is 5", [5, 3, 5, 0, 0, 10, 5, 5, 10], 5, tags="zero")
    yield Case("the blank is -1", [-1, 0, 0, -1, 10, -1], -1, tags="zero")
    yield Case("it ends within a symbol", [10, 10, 6, 10, 8, 8, 8], 10, tags="plain")
    yield Case("symbols of one frame", [1, 10, 2, 3, 10, 1], 10, tags="plain")
    yield Case("no frame", [], 10, tags="empty")
    yield Case("blanks alone", [10, 10, 10], 10, tags="empty")
    yield Case("one frame", [4], 10, tags="empty")
    yield Case("one frame, a blank", [10], 10, tags="empty")
    yield Case("an array", np.array([10, 3, 3, 10, 3, 0, 0, 10]), 10, tags="array")
    yield Case("an array without frames", np.zeros(0, dtype=int), 10, tags="array")
    yield Case("an array of a small type", np.array([3, 3, 200, 0, 255, 0], dtype=np.uint8), 255, tags="array")
    if size == "secret":
        yield Case("six hundred frames", [10, 4, 4] * 100 + [5, 5, 10] * 100, 10, tags="plain")
        yield Case("labels of a large vocabulary", [70_000, 70_000, 3, 40_000, 3], 3, tags="plain")
        yield Case("a symbol comes again later", [2, 5, 10, 2, 2, 5], 10, tags="twice")
    for number in range(1 if size == "public" else 8):
        blank = int(rng.integers(0, 11))
        path = path_of(rng, blank, int(rng.integers(8, 16)))
        yield Case(f"random {number}", path, blank, tags="twice")


# -------------------------------------------------------------------------------------------------------------- CTC


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def spoken(rng, time, batch, classes, sharp=1.5):
    return log_softmax(rng.normal(0, sharp, (time, batch, classes)))


def no_repeat(rng, symbols, length):
    """Symbols of which no two neighbours are equal."""
    found = []
    for _ in range(length):
        found.append(int(rng.choice([k for k in symbols if not found or k != found[-1]])))
    return found


def ctc_loss(rng, size):
    def symbols(classes, blank):
        return [k for k in range(classes) if k != blank]

    yield Case("two frames, one symbol", np.log(np.full((2, 1, 2), [0.4, 0.6])), [[1]], np.array([2]), 0, tags="plain")
    yield Case("different symbols", spoken(rng, 6, 2, 4), [[1, 2, 3], [3, 1]], np.array([6, 6]), 0, tags="plain")
    yield Case("the same symbol twice", spoken(rng, 5, 1, 3), [[1, 1]], np.array([5]), 0, tags="repeat")
    yield Case("the blank is the last class", spoken(rng, 6, 2, 4), [[0, 2], [1, 1]], np.array([6, 6]), 3, tags="blank")
    yield Case(
        "the blank is in the middle", spoken(rng, 6, 2, 5), [[4, 0], [3, 3, 1]], np.array([6, 6]), 2, tags="blank"
    )
    yield Case(
        "recordings of different lengths",
        spoken(rng, 8, 3, 4),
        [[1, 2], [2], [3, 3, 1]],
        np.array([5, 3, 8]),
        0,
        tags="lengths",
    )
    behind = spoken(rng, 8, 2, 4)
    behind[4:, 0], behind[6:, 1] = np.nan, 7.0
    yield Case("anything behind the end", behind, [[1, 2], [2, 2]], np.array([4, 6]), 0, tags="lengths")
    yield Case("an empty target", spoken(rng, 4, 2, 3), [[], [1]], np.array([4, 4]), 0, tags="empty")
    yield Case("no real frame", spoken(rng, 3, 2, 3), [[], [1]], np.array([0, 0]), 0, tags="empty")
    yield Case(
        "just enough frames",
        spoken(rng, 5, 3, 4),
        [[1, 2, 3], [1, 1], [2, 2, 1, 3]],
        np.array([3, 3, 5]),
        0,
        tags="repeat",
    )
    yield Case(
        "too few frames",
        spoken(rng, 5, 4, 4),
        [[1, 2, 3], [1, 1], [2, 2, 2], [3]],
        np.array([2, 2, 4, 5]),
        0,
        tags="impossible",
    )
    never = spoken(rng, 4, 2, 4)
    never[:, :, 1] = -np.inf
    never[2, :, 2] = -np.inf
    yield Case("a label that never comes", never, [[1, 2], [2, 3]], np.array([4, 4]), 0, tags="impossible")
    sure = np.full((4, 2, 3), -np.inf)
    sure[[0, 1, 2, 3], :, [0, 1, 0, 1]] = 0.0
    yield Case("a network that is sure", sure, [[1, 1], [1]], np.array([4, 4]), 0, tags="impossible")
    long = spoken(rng, 200, 1, 3, sharp=40.0)
    yield Case("a long recording", long, [no_repeat(rng, range(2), 25)], np.array([200]), 2, tags="long")
    if size == "secret":
        yield Case(
            "less than half a second", spoken(rng, 40, 1, 11, 2.0), [[3, 1, 4, 1]], np.array([40]), 10, tags="plain"
        )
        yield Case(
            "repeats here and there",
            spoken(rng, 9, 2, 4),
            [[2, 2, 1, 1], [3, 2, 2, 2]],
            np.array([9, 9]),
            0,
            tags="repeat",
        )
        yield Case("an empty target, one frame", spoken(rng, 1, 1, 3), [[]], np.array([1]), 2, tags="empty")
        yield Case(
            "as many frames as recordings and classes",
            spoken(rng, 4, 4, 4),
            [[1, 2], [3], [2, 1], [1, 3, 2]],
            np.array([4, 4, 4, 4]),
            0,
            tags="plain",
        )
        yield Case(
            "a symbol comes again, not at once", spoken(rng, 6, 1, 4), [[1, 2, 1]], np.array([6]), 0, tags="repeat"
        )
        for number in range(6):
            classes = int(rng.integers(3, 7))
            batch, time, blank = int(rng.integers(2, 5)), int(rng.integers(7, 13)), int(rng.integers(0, classes))
            some = [no_repeat(rng, symbols(classes, blank), int(rng.integers(1, 4))) for _ in range(batch)]
            yield Case(
                f"random {number}",
                spoken(rng, time, batch, classes),
                some,
                np.full(batch, time),
                blank,
                tags="plain" if blank == 0 else "blank",
            )
            some = [[k for k in target for _ in range(int(rng.integers(1, 3)))] for target in some]
            lengths = rng.integers(2, time + 1, batch)
            yield Case(f"repeats {number}", spoken(rng, time, batch, classes), some, lengths, blank, tags="lengths")


def ctc_loss_blank(rng, size):
    for name, targets, blank in (
        ("the blank is 10", [[3, 1], [1, 10, 2]], 10),
        ("the blank is 0", [[0, 3], [1]], 0),
        ("the blank is 4, at the end of the last target", [[3], [], [2, 4]], 4),
    ):
        batch = len(targets)
        yield Case(name, spoken(rng, 6, batch, 11), targets, np.full(batch, 6), blank, says=str(blank))
    yield Case("a blank in a target, no real frame", spoken(rng, 3, 1, 11), [[7]], np.array([0]), 7, says="7")


def ctc_alone(rng, size):
    """A recording among others, and the same one by itself without its padding."""
    log_probs = spoken(rng, 9, 3, 4)
    targets = [[1, 2, 2], [3], [2, 1]]
    lengths = np.array([7, 4, 9])
    for n in range(3):
        alone = log_probs[: lengths[n], n : n + 1]
        yield Pair(
            Case(f"recording {n} among others", log_probs, targets, lengths, 0),
            Case(f"recording {n} by itself", alone, targets[n : n + 1], lengths[n : n + 1], 0),
            index_a=slice(n, n + 1),
        )


# -------------------------------------------------------------------------------------------------------- distances


def digits(rng, length):
    return "".join(str(k) for k in rng.integers(0, 10, length))


def misheard(rng, text, rate=0.35):
    """The text with digits left out, put in and replaced."""
    found = []
    for mark in text:
        draw = rng.random()
        if draw > rate / 3:
            found.append(str(rng.integers(0, 10)) if draw < 2 * rate / 3 else mark)
        if rng.random() < rate / 3:
            found.append(str(rng.integers(0, 10)))
    return "".join(found)


def edit_distance(rng, size):
    yield Case("one symbol replaced", "31415", "31915", tags="equal")
    yield Case("two symbols replaced", "314159", "304179", tags="equal")
    yield Case("four symbols replaced", "271828", "931645", tags="equal")
    yield Case("the first one is missing", "31415", "1415", tags="equal")
    yield Case("one too many at the end", "314", "3141", tags="equal")
    yield Case("shifted by one", "123456", "234567", tags="equal")
    yield Case("shifted by one and back", "123456", "023561", tags="equal")
    yield Case("two neighbours exchanged", "1234", "1324", tags="equal")
    yield Case("nothing in common", "111", "2222", tags="equal")
    yield Case("all the same", "4711", "4711", tags="equal")
    yield Case("the same symbols in another order", "1122", "2211", tags="equal")
    yield Case("it stands in the middle", "34", "1234512", tags="equal")
    yield Case("nothing was said", "", "27", tags="empty")
    yield Case("nothing was understood", "271", "", tags="empty")
    yield Case("nothing at all", "", "", tags="empty")
    yield Case("nothing was said, prices", [], [2, 7, 1], 0.5, 2, 3, tags="empty")
    yield Case("nothing was understood, prices", [2, 7, 1], [], 0.5, 0.25, 3, tags="empty")
    yield Case("lists of numbers", [3, 10, 4, 0, 4], [3, 4, 10, 4], tags="symbols")
    yield Case("numbers that look alike when joined", [1, 23, 4], [12, 3, 4], tags="symbols")
    yield Case("lists of words", ["one", "two", "two", "nine"], ["one", "too", "two", "five"], tags="symbols")
    yield Case("words in capitals", ["One", "two"], ["one", "two "], tags="symbols")
    yield Case("inserting is cheap", "277", "7713", insert=0.5, tags="prices")
    yield Case("deleting is cheap", "27713", "713", delete=0.25, tags="prices")
    yield Case("inserting is dear", "3", "131", insert=4, tags="prices")
    yield Case("replacing is dear", "31415", "27182", replace=5, tags="prices")
    yield Case("replacing costs a little more than one", "1234", "1564", replace=1.5, tags="prices")
    yield Case("replacing is free", "1234", "9876543", replace=0, tags="prices")
    yield Case("inserting is free", "3141", "331144119", insert=0, tags="prices")
    yield Case("all prices differ", "314159", "3315259", 0.75, 1.25, 1.5, tags="prices")
    text = "".join(str(k * k % 10) + str(k % 7) for k in range(65))
    other = text[4:50] + "9" + text[50:90] + text[93:] + "000"
    yield Case("more than a hundred symbols", text, other, tags="long")
    for number in range(1 if size == "public" else 5):
        said = digits(rng, int(rng.integers(4, 8)))  # short: whoever tries all ways loses the long ones only
        yield Case(f"random {number}", said, misheard(rng, said), tags="equal")
        prices = [float(k) / 4 for k in rng.integers(1, 12, 3)]
        yield Case(f"random, prices {number}", said, misheard(rng, said), *prices, tags="prices")
        said = [int(k) for k in rng.integers(0, 3, 7)]
        yield Case(f"random, few symbols {number}", said, [int(k) for k in rng.integers(0, 3, 6)], tags="symbols")


def both_ways(rng, size):
    """A distance the other way round, with the prices of deleting and inserting exchanged."""
    for number in range(3):
        said = digits(rng, 6)
        heard = misheard(rng, said, 0.8)
        yield Pair(
            Case(f"there {number}", said, heard, 0.5, 1.75, 1.25),
            Case(f"and back {number}", heard, said, 1.75, 0.5, 1.25),
        )


def error_rates(rng, size):
    yield Case("two speakers", ["12", "3456", "7"], ["12", "356", "71"], ["Ann", "Ann", "Bo"], tags="plain")
    yield Case(
        "more was understood than said",
        ["1", "22", "345"],
        ["91919", "2222", "345"],
        ["Cy", "Ann", "Bo"],
        tags="more",
    )
    yield Case(
        "equal rates", ["12", "1234", "56", "7"], ["13", "1299", "56", "7"], ["Dee", "Bo", "Cy", "Ann"], tags="ties"
    )
    yield Case("all understood", ["12", "34", "56"], ["12", "34", "56"], ["Cy", "Ann", "Bo"], tags="ties")
    yield Case(
        "names that are nearly alike",
        ["12", "34", "56", "78"],
        ["12", "35", "5", "99"],
        ["ann", "Ann", "ann ", "Zoë"],
        tags="ties",
    )
    yield Case("an empty reference beside others", ["", "12"], ["3", "12"], ["Ann", "Ann"], tags="more")
    yield Case("lists of numbers", [[10, 2], [3]], [[10], [3, 3, 3]], ["Ann", "Bo"], tags="more")
    yield Case("no recordings", [], [], [], tags="empty")
    if size == "secret":
        yield Case("nothing was understood", ["12", "345"], ["", "345"], ["Ann", "Bo"], tags="more")
        yield Case(
            "recordings of very different lengths",
            ["1", "23456789", "5", "67890123"],
            ["2", "23456789", "5", "6789012"],
            ["Bo", "Bo", "Ann", "Ann"],
            tags="plain",
        )
        yield Case(
            "the worst is last in the alphabet",
            ["1234", "1234", "1234"],
            ["1234", "124", "99"],
            ["Ann", "Bo", "Cy"],
            tags="plain",
        )
        yield Case("one speaker", ["31", "4159"], ["31", "4158"], ["Ann", "Ann"], tags="plain")
    for number in range(1 if size == "public" else 6):
        names = ["Ann", "Bo", "Cy", "Dee"][: int(rng.integers(2, 5))]
        count = int(rng.integers(8, 14))
        said = [digits(rng, int(rng.integers(1, 8))) for _ in range(count)]
        heard = [misheard(rng, text) for text in said]
        who = [names[k] for k in np.append(np.arange(len(names)), rng.integers(0, len(names), count - len(names)))]
        yield Case(f"random {number}", said, heard, who, tags="plain")


def error_rates_lengths(rng, size):
    for name, counts in (
        ("a hypothesis is missing", (3, 2, 3)),
        ("a speaker is missing", (4, 4, 2)),
        ("a reference is missing", (5, 7, 7)),
        ("no speaker", (2, 2, 0)),
        ("three lengths", (6, 8, 9)),
    ):
        references, hypotheses = (["12"] * count for count in counts[:2])
        yield Case(name, references, hypotheses, ["Ann"] * counts[2], says=[str(count) for count in counts])


def error_rates_silent(rng, size):
    yield Case("the only reference is empty", [""], ["12"], ["Bo"], says="Bo")
    yield Case("one of two speakers says nothing", ["12", "", ""], ["12", "", ""], ["Ann", "Bo", "Bo"], says="Bo")
    yield Case("nothing said, nothing understood", [[], [1]], [[], [1]], ["Cleo", "Ann"], says="Cleo")
