"""What unit 01 checks, on which inputs, which mistakes it knows, and which unusual solutions are right."""

import zlib
from collections import Counter

import numpy as np

from autograder.authoring import Case, Pair, Unit

unit = Unit("01_sequence_data", title="Sequence data", needs=("numpy",))

LESSON = "01_sequence_data"
WORDS = ("login logout transfer payment card new device address change balance statement limit reset "
         "support call alert night branch cash refund").split()


def fixed_number(name):
    """As in the notebook."""
    return zlib.crc32(name.encode("utf-8")) % 100


def tokenise(text):
    """Named here for the variants below, which use the notebook's own."""
    raise NotImplementedError(text)


def sentences_of(rng, number, words=WORDS, longest=7):
    """Random sentences in which a few words are frequent."""
    weights = 1.0 / np.arange(1, len(words) + 1)
    draw = rng.permutation(len(words))
    return [
        [words[draw[k]] for k in rng.choice(len(words), size=rng.integers(1, longest + 1), p=weights / weights.sum())]
        for _ in range(number)
    ]


# ---------------------------------------------------------------------------------------------- build_vocabulary

vocabulary = unit.exercise(
    "build_vocabulary", points=12, see=f"{LESSON}#vocabulary-and-unknown-words", seconds=5
)


@vocabulary.cases
def _(rng, size):
    yield Case("different counts", [["b"], ["c", "c", "a", "c"], ["a", "b", "b", "b", "c", "c"]], tags={"counts"})
    yield Case("a word often in one sentence, another once in many",
               [["cash", "cash", "cash", "cash"], ["limit", "call"], ["limit", "call"], ["limit"]], tags={"counts"})
    yield Case("equal counts", [["the", "cat", "saw", "the", "dog"], ["a", "dog"]], tags={"ties"})
    yield Case("all counts equal, given in falling order", [["z", "y"], ["x", "w"], ["v"]], tags={"ties"})
    yield Case("rare words left out", [["a", "a", "b", "b", "b", "c"], ["c", "d", "a"]], min_count=2, tags={"rare"})
    yield Case("three times or more", [["a", "a", "b", "b", "b", "c"], ["c", "d", "a", "e", "e"]], min_count=3,
               tags={"rare"})
    yield Case("room for four", [["a", "a", "a", "b", "b", "c"], ["d", "b", "e"]], max_size=4, tags={"size"})
    yield Case("room for the reserved ids alone", [["a", "b"], ["a"]], max_size=2, tags={"size"})
    yield Case("more room than words", [["a", "b"], ["a"]], max_size=50, tags={"size"})
    yield Case("no sentences", [], tags={"counts"})
    for k in range(1 if size == "public" else 8):
        sentences = sentences_of(rng, int(rng.integers(6, 16)))
        yield Case(f"random sentences {k + 1}", sentences, tags={"ties"})
        yield Case(f"random sentences, limited {k + 1}", sentences, max_size=int(rng.integers(5, 10)),
                   min_count=int(rng.integers(1, 4)), tags={"size", "rare"})


vocabulary.shape("form", points=1, cases="counts", title="A list of the expected number of tokens",
                 hint="Return the list of tokens; the position of a token is its id.")
vocabulary.values("counts", points=4, needs="form", cases="counts",
                  title="Reserved ids first, then the tokens by falling count")
vocabulary.values("ties", points=2, needs="form", cases="ties", title="Equal counts stand in alphabetical order")
vocabulary.values("rare", points=2, needs="form", cases="rare", title="`min_count` leaves rare tokens out")
vocabulary.values("size", points=2, needs="form", cases="size", title="`max_size` counts the reserved ids")
vocabulary.raises("too-small", ValueError, points=1, title="A clear error when `max_size` is below 2",
                  case=[Case("max_size of one", [["a", "b"]], max_size=1),
                        Case("max_size of zero", [["a"]], max_size=0)])

vocabulary.mistake(
    "ids-from-zero", "Your words begin at position 0, so the first word and the padding share a number. Reserve 0 for "
    "\"[PAD]\" and 1 for \"[UNK]\" before you number any word.",
    patch=[('tokens = ["[PAD]", "[UNK]"] + kept', "tokens = kept")])
vocabulary.mistake(
    "reserved-swapped", "Your reserved ids are swapped: \"[PAD]\" must be 0 and \"[UNK]\" 1. Keras' `mask_zero` hides "
    "id 0, so with yours every unknown word would be hidden and every padding step read.",
    patch=[('["[PAD]", "[UNK]"]', '["[UNK]", "[PAD]"]')])
vocabulary.mistake(
    "no-unknown", "Your vocabulary has no \"[UNK]\". A word that was not in the training texts then has no id at all.",
    patch=[('["[PAD]", "[UNK]"]', '["[PAD]"]')])
vocabulary.mistake(
    "rare-first", "Your ids rise with the count: the rarest word comes first. With a limited size you would keep the "
    "rare words and lose the frequent ones.",
    patch=[("(-counts[token], token)", "(counts[token], token)")])
vocabulary.mistake(
    "ties-by-appearance", "Words with equal counts stand in the order in which they first appear. Then the ids depend "
    "on the order of your files. Sort equal counts alphabetically.",
    patch=[("(-counts[token], token)", "-counts[token]")])
vocabulary.mistake(
    "ties-reversed", "Words with equal counts stand in reverse alphabetical order. Turning a whole sorted list round "
    "turns both keys round, the count and the word.",
    patch=[("kept.sort(key=lambda token: (-counts[token], token))",
            "kept.sort(key=lambda token: (counts[token], token), reverse=True)")])
vocabulary.mistake(
    "alphabetical", "Your words stand in alphabetical order, whatever their counts. The most frequent one comes first.",
    patch=[("(-counts[token], token)", "token")])
vocabulary.mistake(
    "count-strict", "You leave out words that occur exactly `min_count` times. They are frequent enough: only words "
    "with fewer occurrences go.",
    patch=[("counts[token] >= min_count", "counts[token] > min_count")])
vocabulary.mistake(
    "size-without-reserved", "Your vocabulary is two larger than `max_size` allows: the reserved ids count as well. A "
    "model with an embedding of that size would meet ids that it has no row for.",
    patch=[("tokens[:max_size]", "tokens[: None if max_size is None else max_size + 2]")])
vocabulary.mistake(
    "counts-sentences", "You count in how many sentences a word occurs. Count every occurrence: a word that stands "
    "four times in one sentence counts four.",
    patch=[("for token in sentence)", "for token in set(sentence))")])
vocabulary.mistake(
    "dictionary", "You return a dictionary. Return the list of tokens: a token's position is its id.",
    patch=[("return tokens[:max_size]", "return {token: k for k, token in enumerate(tokens[:max_size])}")])
vocabulary.mistake(
    "no-size-check", "A `max_size` below 2 leaves no room for the reserved ids, and your function says nothing. Raise "
    "a ValueError that tells what is wrong.",
    patch=[("max_size is not None and max_size < 2", "False")])


def two_stable_sorts(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("no room for the reserved tokens")
    counts = Counter()
    for sentence in sentences:
        counts.update(sentence)
    ordered = [token for token, count in Counter(dict(sorted(counts.items()))).most_common() if count >= min_count]
    result = ["[PAD]", "[UNK]"]
    for token in ordered:
        if max_size is not None and len(result) >= max_size:
            break
        result.append(token)
    return result


def with_numpy_unique(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size <= 1:
        raise ValueError(f"max_size={max_size} is too small")
    flat = [token for sentence in sentences for token in sentence]
    if flat:
        tokens, counts = np.unique(np.array(flat), return_counts=True)  # already alphabetical
        order = np.argsort(-counts, kind="stable")
        kept = [str(tokens[k]) for k in order if counts[k] >= min_count]
    else:
        kept = []
    return (["[PAD]", "[UNK]"] + kept)[: len(kept) + 2 if max_size is None else max_size]


def by_hand(sentences, max_size=None, min_count=1):
    assert_room = max_size is None or max_size >= 2
    if not assert_room:
        raise ValueError("max_size must be 2 or more")
    counts = {}
    for sentence in sentences:
        for token in sentence:
            counts[token] = counts.get(token, 0) + 1
    pairs = sorted((-count, token) for token, count in counts.items() if count >= min_count)
    limit = len(pairs) if max_size is None else max_size - 2
    return ["[PAD]", "[UNK]", *[token for _, token in pairs[:limit]]]


vocabulary.alternative("two stable sorts and a loop", two_stable_sorts)
vocabulary.alternative("numpy.unique", with_numpy_unique)
vocabulary.alternative("counting by hand", by_hand)

# -------------------------------------------------------------------------------------------------------- encode

encode = unit.exercise("encode", points=10, see=f"{LESSON}#vocabulary-and-unknown-words", seconds=5)


def vocabulary_of(words):
    return ["[PAD]", "[UNK]", *words]


@encode.cases
def _(rng, size):
    words = vocabulary_of(["dog", "the", "a", "cat", "saw"])
    yield Case("known words", ["the dog saw a cat", "a cat"], words, tags={"known"})
    yield Case("unknown words", ["the horse saw a dog", "horse"], words, tags={"unknown"})
    yield Case("capitals and punctuation", ["The dog saw THE cat.", "A dog? The cat!"], words, tags={"raw"})
    yield Case("punctuation that is in the vocabulary", ["a dog, a cat.", "saw, saw"],
               vocabulary_of(["a", ",", "cat", "."]), tags={"raw"})
    yield Case("cut to three", ["the dog saw a cat", "a cat", "the cat saw"], words, max_length=3, tags={"cut"})
    yield Case("cut to one", ["saw the dog", "cat saw a dog"], words, max_length=1, tags={"cut"})
    yield Case("an empty text", ["", "a dog"], words, tags={"known"})
    for k in range(1 if size == "public" else 5):
        chosen = vocabulary_of([str(word) for word in rng.permutation(WORDS)[: int(rng.integers(8, 14))]])
        texts = [" ".join(sentence) for sentence in sentences_of(rng, int(rng.integers(3, 7)), longest=9)]
        yield Case(f"random texts {k + 1}", [text.capitalize() + "." for text in texts], chosen,
                   tags={"raw", "unknown"})
        yield Case(f"random texts, cut {k + 1}", texts, chosen, max_length=int(rng.integers(2, 5)), tags={"cut"})


encode.values("known", points=2, cases="known", title="Known words become their ids",
              hint="Return a list with one list of ids for each text.")
encode.values("unknown", points=3, needs="known", cases="unknown", title="Unknown words become the id of \"[UNK]\"")
encode.values("raw", points=2, needs="known", cases="raw", title="Raw texts go through `tokenise`")
encode.values("cut", points=2, needs="known", cases="cut", title="`max_length` keeps the first tokens")
encode.unchanged("vocabulary", points=1, needs="unknown", title="The vocabulary is left as it is")

encode.mistake(
    "unknown-dropped", "You leave unknown words out. The text becomes shorter, and words that stood apart become "
    "neighbours. Every token keeps its place.",
    patch=[("number.get(token, unknown) for token in tokenise(text)[:max_length]",
            "number[token] for token in tokenise(text)[:max_length] if token in number")])
encode.mistake(
    "unknown-as-padding", "Your unknown words become 0, the id of the padding. A mask would hide them as if nothing "
    "had been there.",
    patch=[('unknown = number["[UNK]"]', "unknown = 0")])
encode.mistake(
    "ids-shifted", "Your ids are all one too large: the first position of a list is 0. The padding would be read as an "
    "unknown word.",
    patch=[("enumerate(vocabulary)", "enumerate(vocabulary, 1)")])
encode.mistake(
    "unknown-crashes", "Your function stops at the first word that it does not know. New texts always hold some: they "
    "get the id of \"[UNK]\".",
    patch=[("number.get(token, unknown)", "number[token]")])
encode.mistake(
    "vocabulary-grows", "Your function gives new words new ids and so changes the vocabulary. The embedding has no "
    "rows for them, and the test data would teach the model its words. Leave the vocabulary as it is.",
    patch=[("    number = {", "    for text in texts:\n        vocabulary += "
            "[t for t in dict.fromkeys(tokenise(text)) if t not in vocabulary]\n    number = {")])
encode.mistake(
    "not-tokenised", "You split at blanks only, so \"cat.\" and \"The\" are other words than \"cat\" and \"the\". Use "
    "`tokenise`, as the vocabulary did.",
    patch=[("tokenise(text)", "text.split()")])
encode.mistake(
    "characters", "You go through a text character by character. A string is a sequence of characters in Python; split "
    "it into tokens first.",
    patch=[("tokenise(text)", "list(text.lower())")])
encode.mistake(
    "keeps-the-end", "You keep the last `max_length` tokens. This function keeps the first ones.",
    patch=[("[:max_length]", "[-max_length if max_length else None :]")])
encode.mistake(
    "cut-by-characters", "You cut the text to `max_length` characters before you split it. Cut the list of tokens.",
    patch=[("tokenise(text)[:max_length]", "tokenise(text[:max_length])")])
encode.mistake(
    "one-flat-list", "You return one long list in which the texts run together. Return one list for each text.",
    patch=[("return [[number.get(token, unknown) for token in tokenise(text)[:max_length]] for text in texts]",
            "return [number.get(token, unknown) for text in texts for token in tokenise(text)[:max_length]]")])


def loops(texts, vocabulary, max_length=None):
    result = []
    for text in texts:
        ids = []
        for number, token in enumerate(tokenise(text)):
            if max_length is not None and number >= max_length:
                break
            ids.append(vocabulary.index(token if token in vocabulary else "[UNK]"))
        result.append(ids)
    return result


def default_dictionary(texts, vocabulary, max_length=None):
    from collections import defaultdict

    known = defaultdict(lambda: 1, zip(vocabulary, range(len(vocabulary)), strict=True))
    return [list(map(known.__getitem__, tokenise(text)[slice(max_length)])) for text in texts]


def with_try(texts, vocabulary, max_length=None):
    def number(token):
        try:
            return vocabulary.index(token)
        except ValueError:
            return vocabulary.index("[UNK]")

    return [[number(token) for token in tokenise(text)][:max_length] for text in texts]


encode.alternative("two loops", loops)
encode.alternative("a default dictionary", default_dictionary)
encode.alternative("try and except", with_try)

# ------------------------------------------------------------------------------------------------- pad_sequences

pad = unit.exercise("pad_sequences", points=14, see=f"{LESSON}#padding-and-masks", seconds=5, returns=("ids", "mask"))


def ragged(rng, batch, longest, shortest=1, low=1):
    return [rng.integers(low, 30, size=rng.integers(shortest, longest + 1)).tolist() for _ in range(batch)]


@pad.cases
def _(rng, size):
    yield Case("two sentences", [[7, 8, 9], [5]], tags={"right"})
    yield Case("longer than the longest, another padding value", [[7, 8, 9], [5]], 5, value=-1, tags={"right"})
    yield Case("cut to two", [[7, 8, 9], [5], [1, 2]], 2, tags={"cut"})
    yield Case("a real zero", [[0, 4, 0], [3, 0], [6]], tags={"zero"})
    yield Case("a real step that equals the padding value", [[9, 4], [9], [1, 9, 9]], 4, value=9, tags={"zero"})
    yield Case("on the left, cut to two", [[7, 8, 9], [5], [1, 2]], 2, side="left", tags={"left"})
    yield Case("an empty sequence", [[], [4, 2]], tags={"right"})
    for k in range(1 if size == "public" else 5):
        batch, longest = int(rng.integers(2, 7)), int(rng.integers(4, 10))
        yield Case(f"random, right {k + 1}", ragged(rng, batch, longest), tags={"right"})
        if size == "public":
            continue
        yield Case(f"random, cut {k + 1}", [*ragged(rng, batch, longest), list(range(1, longest + 1))], longest - 2,
                   tags={"cut"})
        yield Case(f"random, left {k + 1}", ragged(rng, batch, longest, shortest=0), longest + 1, side="left",
                   tags={"left"})
        yield Case(f"random, zeros {k + 1}", ragged(rng, batch, longest, low=0), tags={"zero"})


pad.shape("shapes", points=2, title="`ids` and `mask` are (batch, time), integers and booleans",
          hint="Return two arrays: integers and booleans.")
pad.values("ids", pick=0, points=4, needs="shapes", cases="right", title="Padding on the right")
pad.values("mask", pick=1, points=3, needs="shapes", cases="right", title="The mask is True at real steps")
pad.values("real-zero", pick=1, points=1, needs="mask", cases="zero", title="A real step may hold the padding value")
pad.values("cut", points=1, needs="shapes", cases="cut", title="Long sequences keep their first steps")
pad.values("left", points=2, needs="shapes", cases="left", title="Padding on the left")
pad.raises("side", ValueError, points=1, title="A clear error for an unknown side",
           case=Case("side is middle", [[1, 2], [3]], side="middle"))

pad.mistake(
    "mask-inverted", "Your mask is True where there is padding. Keras reads it the other way round: True means that "
    "the step is real.", see=f"{LESSON}#the-mask",
    patch=[("return ids, mask", "return ids, ~mask")])
pad.mistake(
    "mask-from-ids", "You read the mask off the ids. A real step may hold the padding value; the lengths of the "
    "sequences tell what is real.", see=f"{LESSON}#the-mask",
    patch=[("return ids, mask", "return ids, ids != value")])
pad.mistake(
    "mask-numbers", "Your mask holds the numbers 0 and 1. Make it boolean: `~mask` and indexing with it do something "
    "else for numbers.", see=f"{LESSON}#the-mask",
    patch=[("return ids, mask", "return ids, mask.astype(int)")])
pad.mistake(
    "always-left", "You always pad on the left. That is the default of Keras' own `pad_sequences`; here the default is "
    "the right.", see=f"{LESSON}#left-or-right",
    patch=[('start = 0 if side == "right" else length - len(kept)', "start = length - len(kept)")])
pad.mistake(
    "always-right", "You pad on the right, also where the left is asked for.", see=f"{LESSON}#left-or-right",
    patch=[('start = 0 if side == "right" else length - len(kept)', "start = 0")])
pad.mistake(
    "sides-swapped", "Your sides are swapped: `side` says where the padding stands, not where the sequence stands.",
    see=f"{LESSON}#left-or-right",
    patch=[('start = 0 if side == "right"', 'start = 0 if side == "left"')])
pad.mistake(
    "keeps-the-end", "You keep the last steps of long sequences. That is the default of Keras' `pad_sequences`; here "
    "the first ones stay.",
    patch=[("list(sequence)[:length]", "list(sequence)[max(len(sequence) - length, 0) :]")])
pad.mistake(
    "not-cut", "Sequences longer than `length` do not fit into your rectangle. Cut them to their first steps.",
    patch=[("list(sequence)[:length]", "list(sequence)")])
pad.mistake(
    "value-ignored", "You pad with 0, whatever `value` says.",
    patch=[("np.full((len(sequences), length), value, dtype=int)", "np.zeros((len(sequences), length), dtype=int)")])
pad.mistake(
    "length-ignored", "Your rectangle is always as long as the longest sequence. With `length` given, it has that many "
    "steps.",
    patch=[("    if length is None:\n        length = max(", "    if True:\n        length = max(")])
pad.mistake(
    "time-first", "Your arrays are (time, batch). In this course, as in Keras, the batch comes first.",
    patch=[("return ids, mask", "return ids.T, mask.T")])
pad.mistake(
    "any-side", "An unknown `side` goes through without a word. Raise a ValueError that names the two that you know.",
    patch=[('side not in ("right", "left")', "False")])


def mask_by_broadcasting(sequences, length=None, value=0, side="right"):
    if side == "left":
        turned = [list(sequence)[:length][::-1] for sequence in sequences]
    elif side == "right":
        turned = [list(sequence)[:length] for sequence in sequences]
    else:
        raise ValueError("right or left, please")
    lengths = np.array([len(sequence) for sequence in turned], dtype=int)
    time = int(lengths.max(initial=0)) if length is None else length
    mask = np.arange(time) < lengths[:, None]
    ids = np.full(mask.shape, value)
    ids[mask] = [step for sequence in turned for step in sequence]
    return (ids, mask) if side == "right" else (ids[:, ::-1], mask[:, ::-1])


def row_by_row(sequences, length=None, value=0, side="right"):
    if side != "right" and side != "left":
        raise ValueError(f"unknown side {side}")
    time = length if length is not None else max([len(sequence) for sequence in sequences] + [0])
    ids, mask = [], []
    for sequence in sequences:
        kept = [int(step) for step in sequence[:time]]
        filler = [value] * (time - len(kept))
        real, unreal = [True] * len(kept), [False] * len(filler)
        ids.append(kept + filler if side == "right" else filler + kept)
        mask.append(real + unreal if side == "right" else unreal + real)
    return np.array(ids, dtype="int32").reshape(len(sequences), time), np.array(mask, dtype=bool).reshape(-1, time)


def with_numpy_pad(sequences, length=None, value=0, side="right"):
    if side not in {"left", "right"}:
        raise ValueError("side")
    time = max(map(len, sequences), default=0) if length is None else length

    def fill(row, filler, kind):
        row = np.asarray(row[:time], dtype=kind)
        missing = time - len(row)
        return np.pad(row, (0, missing) if side == "right" else (missing, 0), constant_values=filler)

    ids = np.stack([fill(list(sequence), value, "int64") for sequence in sequences])
    mask = np.stack([fill([True] * len(sequence), False, "bool") for sequence in sequences])
    return ids, mask


def with_zip_longest(sequences, length=None, value=0, side="right"):
    from itertools import zip_longest

    if side not in ("left", "right"):
        raise ValueError("side must be left or right")
    gap = object()
    cut = [list(sequence)[:length] for sequence in sequences]
    cut = cut if side == "right" else [sequence[::-1] for sequence in cut]
    columns = list(zip_longest(*cut, fillvalue=gap))
    while length is not None and len(columns) < length:
        columns.append((gap,) * len(cut))
    rows = [list(row) if side == "right" else list(row)[::-1] for row in zip(*columns, strict=True)]
    mask = np.array([[step is not gap for step in row] for row in rows])
    return np.array([[value if step is gap else step for step in row] for row in rows]), mask


pad.alternative("mask by broadcasting", mask_by_broadcasting)
pad.alternative("lists, row by row, int32", row_by_row)
pad.alternative("numpy.pad", with_numpy_pad)
pad.alternative("zip_longest", with_zip_longest)

# ---------------------------------------------------------------------------------------------- bucket_by_length

bucket = unit.exercise("bucket_by_length", points=12, see=f"{LESSON}#bucketing-by-length", seconds=5)


@bucket.cases
def _(rng, size):
    yield Case("one batch a bucket", [3, 9, 4, 8], [5, 10], 4, tags={"plain"})
    yield Case("in the given order", [4, 2, 3, 9, 7, 8], [5, 10], 8, tags={"plain"})
    yield Case("full and left-over batches", [3, 9, 5, 4, 12, 2, 3], [4, 10], 2, tags={"batches"})
    yield Case("batches of one", [6, 2, 7], [5, 10], 1, tags={"batches"})
    yield Case("exactly on a boundary", [5, 6, 10, 11, 4], [5, 10, 20], 4, tags={"edges"})
    yield Case("longer than the last boundary", [30, 3, 25, 8, 31], [5, 10], 2, tags={"edges"})
    yield Case("an empty bucket between", [2, 18, 1, 19], [5, 10, 20], 2, tags={"plain"})
    yield Case("no boundaries", [4, 1, 9], [], 2, tags={"batches"})
    yield Case("no sequences", [], [5, 10], 2, tags={"plain"})
    for k in range(1 if size == "public" else 5):
        boundaries = np.cumsum(rng.integers(3, 8, size=int(rng.integers(2, 5)))).tolist()
        lengths = rng.integers(1, boundaries[-1] + 4, size=int(rng.integers(12, 30))).tolist()
        yield Case(f"random {k + 1}", lengths, boundaries, int(rng.integers(2, 6)), tags={"batches", "edges"})


bucket.values("buckets", points=4, cases="plain", title="Short with short, long with long, in the given order",
              hint="Return a list of batches; each batch is a list of positions into `lengths`.")
bucket.values("batches", points=3, needs="buckets", cases="batches", title="Batches of at most `batch_size`, none lost")
bucket.values("edges", points=3, needs="buckets", cases="edges", title="On a boundary, and beyond the last one")
bucket.raises("batch-size", ValueError, points=1, title="A clear error when `batch_size` is below 1",
              case=Case("batch_size is zero", [3, 9], [5], 0))
bucket.unchanged("inputs", points=1, needs="buckets", title="Your inputs are left as they were")

bucket.mistake(
    "boundary-excluded", "A sequence exactly as long as a boundary belongs into that boundary's bucket; yours goes "
    "into the next one and is padded further than it needs.",
    patch=[("bisect_left(boundaries, length)", "sum(boundary <= length for boundary in boundaries)")])
bucket.mistake(
    "last-batch-dropped", "You drop the last batch of a bucket when it is not full. Those sequences would never be "
    "trained on, and they are always the same ones.",
    patch=[("range(0, len(bucket), batch_size)", "range(0, len(bucket) - batch_size + 1, batch_size)")])
bucket.mistake(
    "long-ones-lost", "Sequences longer than the last boundary are lost. They need a bucket of their own at the end.",
    patch=[("for bucket in buckets:", "for bucket in buckets[:-1]:")])
bucket.mistake(
    "empty-batches", "You return empty batches for buckets that hold nothing. A network cannot read a batch of none.",
    patch=[("range(0, len(bucket), batch_size)", "range(0, max(len(bucket), 1), batch_size)")])
bucket.mistake(
    "lengths-returned", "Your batches hold lengths. They must hold positions, so that the sequences can be found.",
    patch=[(".append(position)", ".append(length)")])
bucket.mistake(
    "positions-from-one", "Your positions begin at 1. In Python the first sequence is number 0.",
    patch=[("enumerate(lengths)", "enumerate(lengths, 1)")])
bucket.mistake(
    "sorted-in-bucket", "Within a bucket you sort by length. The given order must stay: it has been shuffled on "
    "purpose, and a sorted order gives the network the same neighbours in every epoch.",
    patch=[("for bucket in buckets:\n",
            "for bucket in buckets:\n        bucket.sort(key=lambda position: lengths[position])\n")])
bucket.mistake(
    "buckets-run-together", "You sort by length and then cut into batches, so one batch mixes two buckets. Cut each "
    "bucket on its own.",
    patch=[("    for bucket in buckets:", "    for bucket in [sum(buckets, [])]:")])
bucket.mistake(
    "not-batched", "You return whole buckets. Cut each into batches of at most `batch_size`.",
    patch=[("batches.append(bucket[start : start + batch_size])", "batches.append(bucket)\n            break")])
bucket.mistake(
    "not-bucketed", "You cut the sequences into batches in the given order, without looking at their lengths.",
    patch=[("buckets[bisect_left(boundaries, length)]", "buckets[0]")])
bucket.mistake(
    "boundaries-consumed", "Your function changes the list of boundaries that it was given. The next call gets other "
    "boundaries than you think.",
    patch=[("    buckets = [[]", "    boundaries.append(10**9)\n    buckets = [[]")])


def with_searchsorted(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size")
    number = np.searchsorted(np.asarray(boundaries, dtype=int), np.asarray(lengths, dtype=int), side="left")
    batches = []
    for k in range(len(boundaries) + 1):
        positions = np.flatnonzero(number == k)
        batches += [positions[s : s + batch_size].tolist() for s in range(0, len(positions), batch_size)]
    return batches


def limits_as_pairs(lengths, boundaries, batch_size):
    if batch_size <= 0:
        raise ValueError("A batch needs at least one sequence.")
    edges = [-1, *boundaries, float("inf")]
    result = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        batch = []
        for position in range(len(lengths)):
            if low < lengths[position] <= high:
                batch.append(position)
                if len(batch) == batch_size:
                    result.append(batch)
                    batch = []
        if batch:
            result.append(batch)
    return result


def with_a_dictionary(lengths, boundaries, batch_size):
    from collections import defaultdict

    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    groups = defaultdict(list)
    for position, length in enumerate(lengths):
        key = next((boundary for boundary in boundaries if length <= boundary), None)
        groups[key].append(position)
    result = []
    for key in [*boundaries, None]:
        waiting = groups.get(key, [])
        while waiting:
            result.append(waiting[:batch_size])
            waiting = waiting[batch_size:]
    return result


bucket.alternative("searchsorted", with_searchsorted)
bucket.alternative("pairs of limits", limits_as_pairs)
bucket.alternative("a dictionary of groups", with_a_dictionary)

# ----------------------------------------------------------------------------------------------- sliding_windows

windows = unit.exercise(
    "sliding_windows", points=12, see=f"{LESSON}#windows-over-a-time-series", seconds=5, returns=("inputs", "targets")
)


@windows.cases
def _(rng, size):
    yield Case("six numbers", np.arange(10.0, 16.0), 3, tags={"plain"})
    yield Case("two steps ahead", np.arange(10.0, 18.0), 3, 2, tags={"horizon"})
    yield Case("every second window", np.arange(20.0, 31.0), 3, 1, 2, tags={"stride"})
    yield Case("exactly one window", np.arange(4.0), 3, tags={"plain"})
    for k in range(1 if size == "public" else 4):
        steps, features = int(rng.integers(11, 16)), int(rng.integers(2, 4))
        window, horizon, stride = int(rng.integers(2, 6)), int(rng.integers(2, 5)), int(rng.integers(2, 4))
        yield Case(f"random {k + 1}", rng.normal(size=(steps, features)), window, tags={"plain"})
        yield Case(f"random, ahead {k + 1}", rng.normal(size=(steps, features)), window, horizon, tags={"horizon"})
        yield Case(f"random, stride {k + 1}", rng.normal(size=(steps, features)), window, horizon, stride,
                   tags={"stride"})


windows.shape("shapes", points=2, title="(windows, window, features) and (windows, features)")
windows.values("inputs", pick=0, points=3, needs="shapes", cases="plain", title="The windows are right")
windows.values("targets", pick=1, points=2, needs="shapes", cases="plain", title="The target is the next step")
windows.values("horizon", points=2, needs="shapes", cases="horizon", title="The target lies `horizon` steps ahead")
windows.values("stride", points=1, needs="shapes", cases="stride", title="Windows begin `stride` steps apart")
windows.raises("too-short", ValueError, points=1, title="A clear error when the series is too short",
               case=[Case("no step for the target", np.arange(3.0), 3), Case("too far ahead", np.arange(6.0), 3, 4)])
windows.unchanged("inputs-kept", points=1, needs="inputs", title="The series is left as it was")

windows.mistake(
    "target-inside", "Your target is the last step of the window, which the network has just read. It would learn to "
    "copy, and its score would be perfect and worth nothing.", see=f"{LESSON}#splits-that-do-not-leak",
    patch=[("starts + window - 1 + horizon", "starts + window - 1")])
windows.mistake(
    "horizon-ignored", "Your target is always the very next step, whatever `horizon` says.",
    patch=[("starts + window - 1 + horizon", "starts + window")])
windows.mistake(
    "horizon-off-by-one", "Your target lies one step too far: `horizon=1` means the step right after the window.",
    patch=[("len(series) - window - horizon", "len(series) - window - horizon - 1"),
           ("starts + window - 1 + horizon", "starts + window + horizon")])
windows.mistake(
    "horizon-from-start", "You count `horizon` from the first step of the window. Count from its last step.",
    patch=[("starts + window - 1 + horizon", "starts + horizon")])
windows.mistake(
    "last-window-missing", "Your last window is missing: it still has a target. Count the windows of a series of six "
    "by hand.",
    patch=[("np.arange(0, last + 1, stride)", "np.arange(0, last + (last == 0), stride)")])
windows.mistake(
    "stride-ignored", "Your windows begin one step apart, whatever `stride` says.",
    patch=[("np.arange(0, last + 1, stride)", "np.arange(0, last + 1)")])
windows.mistake(
    "no-overlap", "Your windows stand side by side without overlap. They begin `stride` steps apart.",
    patch=[("np.arange(0, last + 1, stride)", "np.arange(0, last + 1, window * stride)")])
windows.mistake(
    "no-feature-axis", "A series of plain numbers gives you windows without a feature axis. Recurrent layers want "
    "(batch, time, features), with one feature too.",
    patch=[("series = series[:, np.newaxis]", "pass")])
windows.mistake(
    "time-first", "Your windows are (window, windows, features). The batch comes first.",
    patch=[("return inputs, targets", "return inputs.swapaxes(0, 1), targets")])
windows.mistake(
    "reversed-in-time", "Your windows run backward in time: the newest step comes first.",
    patch=[("return inputs, targets", "return inputs[:, ::-1], targets")])
windows.mistake(
    "scaled-in-place", "Your function changes the series that it was given. Here it subtracts the mean in place; that "
    "mean also holds the future, which must not be known.",
    patch=[("    last = len(series)", "    series -= series.mean(axis=0)\n    last = len(series)")])
windows.mistake(
    "too-short-silent", "A series that is too short gives you an empty batch and no word about it. Raise a ValueError.",
    patch=[("    if last < 0:", "    if False:")])


def with_a_view(series, window, horizon=1, stride=1):
    series = np.array(series)
    series = series.reshape(len(series), -1)
    if len(series) < window + horizon:
        raise ValueError("The series is too short.")
    views = np.lib.stride_tricks.sliding_window_view(series, window, axis=0).transpose(0, 2, 1)
    targets = series[window + horizon - 1 :]
    return views[: len(targets)][::stride].copy(), targets[::stride]


def with_a_list(series, window, horizon=1, stride=1):
    series = np.atleast_2d(np.asarray(series).T).T
    inputs, targets = [], []
    start = 0
    while start + window + horizon <= len(series):
        inputs.append(series[start : start + window])
        targets.append(series[start + window + horizon - 1])
        start += stride
    if not inputs:
        raise ValueError("not one window fits")
    return np.stack(inputs), np.stack(targets)


def with_take(series, window, horizon=1, stride=1):
    values = np.asarray(series)
    values = values if values.ndim == 2 else np.expand_dims(values, -1)
    number = (len(values) - window - horizon) // stride + 1
    if number < 1:
        raise ValueError(f"{len(values)} steps do not hold one window and its target")
    rows = np.add.outer(np.arange(number) * stride, np.append(np.arange(window), window + horizon - 1))
    both = np.take(values, rows, axis=0)
    return both[:, :-1], both[:, -1]


windows.alternative("sliding_window_view", with_a_view)
windows.alternative("a list of slices", with_a_list)
windows.alternative("one index matrix", with_take)

# ------------------------------------------------------------------------------------------------ split_by_group

split = unit.exercise(
    "split_by_group", points=10, see=f"{LESSON}#splits-that-do-not-leak", seconds=5, returns=("train", "test")
)


def names_of(rng, number):
    return ["".join(chr(97 + k) for k in rng.integers(0, 26, size=6)) for _ in range(number)]


def rows_of(rng, groups, rows):
    return [groups[k] for k in rng.integers(0, len(groups), size=rows)]


@split.cases
def _(rng, size):
    yield Case("three rows, two people", ["ann", "bob", "ann"], 20, tags={"plain"})
    edge = [name for name in names_of(rng, 400) if fixed_number(name) in (29, 30, 31)]
    yield Case("on the border", ["ann", *edge, "bob"], 30, tags={"border"})
    yield Case("nobody is tested", ["ann", "bob", "ann", "cara"], 0, tags={"border"})
    yield Case("everybody is tested", ["ann", "bob", "ann", "cara"], 100, tags={"border"})
    for k in range(2 if size == "public" else 6):
        groups = names_of(rng, int(rng.integers(8, 14)))
        yield Case(f"random groups {k + 1}", rows_of(rng, groups, int(rng.integers(25, 45))), int(rng.integers(25, 60)),
                   tags={"plain"})


def new_rows(rng, size):
    """The split of yesterday's rows, and the same split after new rows have arrived."""
    for k in range(2 if size == "public" else 4):
        groups = names_of(rng, 10)
        rows = rows_of(rng, groups, 30)
        trained = sum(fixed_number(name) >= 40 for name in rows)
        later = [*rows, *names_of(rng, 5), *rows_of(rng, groups, 10)]
        yield Pair(Case(f"yesterday {k + 1}", rows, 40), Case(f"today {k + 1}", later, 40), index_b=slice(0, trained))


split.shape("form", points=2, cases="plain", title="Two arrays of row positions",
            hint="Return the positions (integers) of the training rows and of the test rows.")
split.values("test", pick=1, points=3, needs="form", cases="plain",
             title="The test rows are those of the tested groups")
split.values("train", pick=0, points=2, needs="form", cases="plain", title="The training rows are all others")
split.values("border", points=1, needs="form", cases="border", title="Below the limit, not on it; 0 and 100 work")
split.same("stable", points=1, needs="train", pairs=new_rows, pick_a=0, pick_b=0,
           title="New rows do not move the old ones")
split.raises("percent", ValueError, points=1, title="A clear error for a percentage below 0 or above 100",
             case=[Case("120 per cent", ["ann", "bob"], 120), Case("minus one per cent", ["ann", "bob"], -1)])

split.mistake(
    "by-row", "You decide by the number of the row. Rows of one group then land on both sides, and the test asks about "
    "people that the network has met.",
    patch=[("fixed_number(group) < test_percent for group in groups",
            "fixed_number(str(row)) < test_percent for row in range(len(groups))")])
split.mistake(
    "first-rows", "You test the last rows of the list, whoever they belong to. One group then has rows on both sides.",
    patch=[("fixed_number(group) < test_percent for group in groups",
            "row >= len(groups) * (100 - test_percent) / 100 for row in range(len(groups))")])
split.mistake(
    "swapped", "Your two sides are swapped: the training rows come first.",
    patch=[("return np.flatnonzero(~tested), np.flatnonzero(tested)",
            "return np.flatnonzero(tested), np.flatnonzero(~tested)")])
split.mistake(
    "border-included", "A group whose number equals `test_percent` is trained on: the test takes the numbers below it. "
    "With yours, 0 per cent would still test somebody.",
    patch=[("fixed_number(group) < test_percent", "fixed_number(group) <= test_percent")])
split.mistake(
    "masks-returned", "You return boolean masks. Return the positions of the rows.",
    patch=[("return np.flatnonzero(~tested), np.flatnonzero(tested)", "return ~tested, tested")])
split.mistake(
    "groups-once", "You return one row for each group. All rows of a group go with it.",
    patch=[("    return np.flatnonzero(~tested), np.flatnonzero(tested)",
            "    first = np.array([groups.index(group) == row for row, group in enumerate(groups)], dtype=bool)\n"
            "    return np.flatnonzero(~tested & first), np.flatnonzero(tested & first)")])
split.mistake(
    "overlap", "Your training rows are all rows, the tested ones among them. What is tested must not be trained on.",
    patch=[("np.flatnonzero(~tested), ", "np.arange(len(groups)), ")])
split.mistake(
    "complement", "You test the groups whose numbers lie at the top. The rule is: below `test_percent`.",
    patch=[("fixed_number(group) < test_percent", "fixed_number(group) >= 100 - test_percent")])
split.mistake(
    "any-percent", "A percentage beyond 100 goes through without a word. Raise a ValueError.",
    patch=[("not 0 <= test_percent <= 100", "False")])


def with_lists(groups, test_percent):
    if test_percent < 0 or test_percent > 100:
        raise ValueError("a percentage, please")
    train, test = [], []
    for position, group in enumerate(groups):
        (test if fixed_number(group) < test_percent else train).append(position)
    return np.array(train, dtype=int), np.array(test, dtype=int)


def with_unique(groups, test_percent):
    if not (test_percent >= 0 and test_percent <= 100):
        raise ValueError(f"{test_percent} is no percentage")
    names, inverse = np.unique(np.array(groups), return_inverse=True)
    tested = np.array([fixed_number(str(name)) for name in names])[inverse] < test_percent
    rows = np.arange(len(groups))
    return rows[~tested], rows[tested]


def with_sets(groups, test_percent):
    if test_percent not in range(0, 101):
        raise ValueError("test_percent is out of range")
    chosen = {group for group in set(groups) if fixed_number(group) < test_percent}
    test = np.array(sorted(row for row in range(len(groups)) if groups[row] in chosen), dtype="int32")
    return np.setdiff1d(np.arange(len(groups)), test), test


split.alternative("two lists", with_lists)
split.alternative("numpy.unique", with_unique)
split.alternative("a set of tested groups", with_sets)

unit.manual("written_order", points=5)
unit.manual("written_leak", points=5)
