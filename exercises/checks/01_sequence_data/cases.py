"""Inputs of unit 01, sequence data: what the functions of students are called with."""

import zlib

import numpy as np
from autograder.authoring import Case, Pair

WORDS = (
    "login logout transfer payment card new device address change balance statement limit reset "
    "support call alert night branch cash refund"
).split()


def fixed_number(name):
    """As in the notebook."""
    return zlib.crc32(name.encode("utf-8")) % 100


def sentences_of(rng, number, words=WORDS, longest=7):
    """Random sentences in which a few words are frequent."""
    weights = 1.0 / np.arange(1, len(words) + 1)
    draw = rng.permutation(len(words))
    return [
        [words[draw[k]] for k in rng.choice(len(words), size=rng.integers(1, longest + 1), p=weights / weights.sum())]
        for _ in range(number)
    ]


def build_vocabulary(rng, size):
    yield Case("different counts", [["b"], ["c", "c", "a", "c"], ["a", "b", "b", "b", "c", "c"]], tags="counts")
    yield Case(
        "a word often in one sentence, another once in many",
        [["cash", "cash", "cash", "cash"], ["limit", "call"], ["limit", "call"], ["limit"]],
        tags="counts",
    )
    yield Case("equal counts", [["the", "cat", "saw", "the", "dog"], ["a", "dog"]], tags="ties")
    yield Case("all counts equal, given in falling order", [["z", "y"], ["x", "w"], ["v"]], tags="ties")
    yield Case("rare words left out", [["a", "a", "b", "b", "b", "c"], ["c", "d", "a"]], min_count=2, tags="rare")
    yield Case(
        "three times or more", [["a", "a", "b", "b", "b", "c"], ["c", "d", "a", "e", "e"]], min_count=3, tags="rare"
    )
    yield Case("room for four", [["a", "a", "a", "b", "b", "c"], ["d", "b", "e"]], max_size=4, tags="size")
    yield Case("room for the reserved ids alone", [["a", "b"], ["a"]], max_size=2, tags="size")
    yield Case("more room than words", [["a", "b"], ["a"]], max_size=50, tags="size")
    yield Case("no sentences", [], tags="counts")
    yield Case("a capital makes another token", [["The", "the", "The", "THE", "The"], ["the"]], tags="more")
    long = "non" * 20
    yield Case("long tokens that end differently", [[long + "b", long + "a", long + "b"]], tags="more")
    yield Case("a token three hundred times", [["call"] * 300 + ["cash"] * 100], tags="more")
    yield Case("six hundred tokens", [[f"{number:03}" for number in range(600)]], tags="more")
    for k in range(1 if size == "public" else 8):
        sentences = sentences_of(rng, int(rng.integers(6, 16)))
        yield Case(f"random sentences {k + 1}", sentences, tags="ties")
        yield Case(
            f"random sentences, limited {k + 1}",
            sentences,
            max_size=int(rng.integers(5, 10)),
            min_count=int(rng.integers(1, 4)),
            tags={"size", "rare"},
        )


def build_vocabulary_too_small(rng, size):
    yield Case("max_size of one", [["a", "b"]], max_size=1)
    yield Case("max_size of zero", [["a"]], max_size=0)
    yield Case("max_size of one, no sentences", [], max_size=1)
    yield Case("a negative max_size, no token frequent enough", [["a"]], max_size=-1, min_count=5)


def vocabulary_of(words):
    return ["[PAD]", "[UNK]", *words]


def encode(rng, size):
    words = vocabulary_of(["dog", "the", "a", "cat", "saw"])
    yield Case("known words", ["the dog saw a cat", "a cat"], words, tags="known")
    yield Case("unknown words", ["the horse saw a dog", "horse"], words, tags="unknown")
    yield Case("capitals and punctuation", ["The dog saw THE cat.", "A dog? The cat!"], words, tags="raw")
    yield Case(
        "punctuation that is in the vocabulary",
        ["a dog, a cat.", "saw, saw"],
        vocabulary_of(["a", ",", "cat", "."]),
        tags="raw",
    )
    yield Case("cut to three", ["the dog saw a cat", "a cat", "the cat saw"], words, max_length=3, tags="cut")
    yield Case("cut to one", ["saw the dog", "cat saw a dog"], words, max_length=1, tags="cut")
    yield Case("cut to nothing", ["saw the dog", "a cat"], words, max_length=0, tags="cut")
    yield Case("an empty text", ["", "a dog"], words, tags="known")
    yield Case("no texts", [], words, tags="known")
    yield Case("blanks alone, and many", ["   ", "  a \n  dog ", "\t"], words, tags="known")
    yield Case("six hundred tokens", ["cat " * 600], words, tags="known")
    # Where lower() and casefold() differ: the second would make "ss" of the sharp s.
    yield Case("letters beyond a to z", ["Straße", "Ärger"], vocabulary_of(["stra", "ß", "e", "ä", "rger"]), tags="raw")
    yield Case("the reserved tokens in a text", ["the [PAD] cat [UNK]", "[pad]"], words, tags="raw")
    if size == "secret":  # too many words for the bundle that every student loads
        many = vocabulary_of([f"{number:x}" for number in range(33_000)])
        yield Case("a large vocabulary", ["80d0 7 80e7", "ffff"], many, tags="known")
    for k in range(1 if size == "public" else 5):
        chosen = vocabulary_of([str(word) for word in rng.permutation(WORDS)[: int(rng.integers(8, 14))]])
        texts = [" ".join(sentence) for sentence in sentences_of(rng, int(rng.integers(3, 7)), longest=9)]
        yield Case(
            f"random texts {k + 1}", [text.capitalize() + "." for text in texts], chosen, tags={"raw", "unknown"}
        )
        yield Case(f"random texts, cut {k + 1}", texts, chosen, max_length=int(rng.integers(2, 5)), tags="cut")


def ragged(rng, batch, longest, shortest=1, low=1):
    return [rng.integers(low, 30, size=rng.integers(shortest, longest + 1)).tolist() for _ in range(batch)]


def pad_sequences(rng, size):
    yield Case("two sentences", [[7, 8, 9], [5]], tags="right")
    yield Case("longer than the longest, another padding value", [[7, 8, 9], [5]], 5, value=-1, tags="right")
    yield Case("cut to two", [[7, 8, 9], [5], [1, 2]], 2, tags="cut")
    yield Case("a real zero", [[0, 4, 0], [3, 0], [6]], tags="zero")
    yield Case("a real step that equals the padding value", [[9, 4], [9], [1, 9, 9]], 4, value=9, tags="zero")
    yield Case("on the left, cut to two", [[7, 8, 9], [5], [1, 2]], 2, side="left", tags="left")
    yield Case("an empty sequence", [[], [4, 2]], tags="right")
    yield Case("an empty sequence, on the left", [[4, 2], []], side="left", tags="left")
    yield Case("empty sequences alone", [[], []], tags="cut")
    yield Case("cut to no steps", [[7, 8], [5]], 0, tags="cut")
    yield Case("the right side, said so", [[7, 8, 9], [5]], side="right", tags="right")
    yield Case("ids of a large vocabulary", [[70_001, 3], [40_000]], tags="right")
    yield Case("eleven hundred steps", [[7] * 1100, [5]], tags="long")
    for k in range(1 if size == "public" else 5):
        batch, longest = int(rng.integers(2, 7)), int(rng.integers(4, 10))
        yield Case(f"random, right {k + 1}", ragged(rng, batch, longest), tags="right")
        if size == "public":
            continue
        yield Case(
            f"random, cut {k + 1}", [*ragged(rng, batch, longest), list(range(1, longest + 1))], longest - 2, tags="cut"
        )
        yield Case(
            f"random, left {k + 1}", ragged(rng, batch, longest, shortest=0), longest + 1, side="left", tags="left"
        )
        yield Case(f"random, zeros {k + 1}", ragged(rng, batch, longest, low=0), tags="zero")


def pad_sequences_side(rng, size):
    yield Case("side is middle", [[1, 2], [3]], side="middle")
    yield Case("an unknown side, where nothing needs padding", [[1, 2], [3, 4]], side="both")
    yield Case("an unknown side, no sequences", [], side="centre")
    yield Case("a side that is nearly right", [[1, 2], [3]], side="Left")
    yield Case("an empty side", [[1, 2], [3]], side="")


def bucket_by_length(rng, size):
    yield Case("one batch a bucket", [3, 9, 4, 8], [5, 10], 4, tags="plain")
    yield Case("in the given order", [4, 2, 3, 9, 7, 8], [5, 10], 8, tags="plain")
    yield Case("full and left-over batches", [3, 9, 5, 4, 12, 2, 3], [4, 10], 2, tags="batches")
    yield Case("batches of one", [6, 2, 7], [5, 10], 1, tags="batches")
    yield Case("exactly on a boundary", [5, 6, 10, 11, 4], [5, 10, 20], 4, tags="edges")
    yield Case("longer than the last boundary", [30, 3, 25, 8, 31], [5, 10], 2, tags="edges")
    yield Case("no step at all, and very many", [0, 7, 100_000, 0], [5, 10], 2, tags="edges")
    yield Case("longer than anything", [3_000_000_000, 3], [5, 10], 2, tags="edges")
    yield Case("a boundary at no steps", [0, 2, 0], [0, 5], 2, tags="edges")
    yield Case("eleven hundred sequences", [1] * 1100, [5, 10], 1, tags="batches")
    yield Case("an empty bucket between", [2, 18, 1, 19], [5, 10, 20], 2, tags="plain")
    yield Case("no boundaries", [4, 1, 9], [], 2, tags="batches")
    yield Case("no sequences", [], [5, 10], 2, tags="plain")
    for k in range(1 if size == "public" else 5):
        boundaries = np.cumsum(rng.integers(3, 8, size=int(rng.integers(2, 5)))).tolist()
        lengths = rng.integers(1, boundaries[-1] + 4, size=int(rng.integers(12, 30))).tolist()
        yield Case(f"random {k + 1}", lengths, boundaries, int(rng.integers(2, 6)), tags={"batches", "edges"})


def bucket_by_length_batch_size(rng, size):
    yield Case("batch_size is zero", [3, 9], [5], 0)
    yield Case("batch_size is minus two", [3, 9], [5], -2)
    yield Case("batch_size is zero, no sequences", [], [5], 0)


def sliding_windows(rng, size):
    yield Case("six numbers", np.arange(10.0, 16.0), 3, tags="plain")
    yield Case("two steps ahead", np.arange(10.0, 18.0), 3, 2, tags="horizon")
    yield Case("every second window", np.arange(20.0, 31.0), 3, 1, 2, tags="stride")
    yield Case("a stride that leaves one start over", np.arange(20.0, 32.0), 3, 1, 2, tags="stride")
    yield Case("exactly one window", np.arange(4.0), 3, tags="plain")
    yield Case("one feature, given as a column", np.arange(6.0)[:, np.newaxis], 4, tags="plain")
    yield Case("whole numbers", np.arange(3, 11), 2, tags="plain")
    yield Case("eleven hundred steps", np.zeros(1100), 2, tags="plain")
    for k in range(1 if size == "public" else 4):
        steps, features = int(rng.integers(11, 16)), int(rng.integers(2, 4))
        window, horizon, stride = int(rng.integers(2, 6)), int(rng.integers(2, 5)), int(rng.integers(2, 4))
        yield Case(f"random {k + 1}", rng.normal(size=(steps, features)), window, tags="plain")
        yield Case(f"random, ahead {k + 1}", rng.normal(size=(steps, features)), window, horizon, tags="horizon")
        yield Case(
            f"random, stride {k + 1}", rng.normal(size=(steps, features)), window, horizon, stride, tags="stride"
        )


def sliding_windows_too_short(rng, size):
    yield Case("no step for the target", np.arange(3.0), 3)
    yield Case("too far ahead", np.arange(6.0), 3, 4)
    yield Case("many features, and a long stride", np.zeros((4, 9)), 4, 1, 5)


def names_of(rng, number):
    return ["".join(chr(97 + k) for k in rng.integers(0, 26, size=6)) for _ in range(number)]


SPELLINGS = ["ann", "Ann", "ann ", " ann", "ANN", "Zoë", "zoë", "ann b", "annb"]
LONG_NAMES = [f"{'a group whose name is long, ' * 3}{number}" for number in range(6)]


def rows_of(rng, groups, rows):
    return [groups[k] for k in rng.integers(0, len(groups), size=rows)]


def split_by_group(rng, size):
    yield Case("three rows, two people", ["ann", "bob", "ann"], 20, tags="plain")
    edge = [name for name in names_of(rng, 400) if fixed_number(name) in (29, 30, 31)]
    yield Case("on the border", ["ann", *edge, "bob"], 30, tags="border")
    yield Case("no rows", [], 50, tags="border")
    yield Case("nobody is tested", ["ann", "bob", "ann", "cara"], 0, tags="border")
    yield Case("everybody is tested", ["ann", "bob", "ann", "cara"], 100, tags="border")
    yield Case("blanks and capitals", SPELLINGS, 50, tags="names")
    yield Case("long names", LONG_NAMES, 50, tags="names")
    yield Case("eleven hundred rows", ["ann"] * 1100, 30, tags="border")
    for k in range(2 if size == "public" else 6):
        groups = names_of(rng, int(rng.integers(8, 14)))
        yield Case(
            f"random groups {k + 1}",
            rows_of(rng, groups, int(rng.integers(25, 45))),
            int(rng.integers(25, 60)),
            tags="plain",
        )


def new_rows(rng, size):
    """The split of yesterday's rows, and the same split after new rows have arrived."""
    for k in range(2 if size == "public" else 4):
        groups = names_of(rng, 10)
        rows = rows_of(rng, groups, 30)
        trained = sum(fixed_number(name) >= 40 for name in rows)
        later = [*rows, *names_of(rng, 5), *rows_of(rng, groups, 10)]
        yield Pair(Case(f"yesterday {k + 1}", rows, 40), Case(f"today {k + 1}", later, 40), index_b=slice(0, trained))


def split_by_group_percent(rng, size):
    yield Case("101 per cent, no rows", [], 101)
    yield Case("minus one per cent, no rows", [], -1)
    yield Case("101 per cent", ["ann", "bob"], 101)
    yield Case("minus one per cent", ["ann", "bob"], -1)
