"""Inputs of unit 16, messages: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case, Pair

WORDS = (
    "order parcel refund card password account invoice address delivery late broken cancel track "
    "change return size colour shop price open"
).split()


# ------------------------------------------------------------------------------------------- triage


def inbox(rng, messages, days, share=0.4):
    """Days, scores and truth of an inbox whose scores are right more often than not; all scores differ."""
    arrived = rng.integers(0, days, messages)
    urgent = rng.random(messages) < share
    urgent[: 2 if messages > 2 else 0] = True, False
    score = np.round(rng.permutation(messages) / messages + 0.5037 * urgent - 0.3, 4)
    return arrived, score, urgent


def triage(rng, size):
    one = np.array([0, 0, 0, 1]), np.array([0.2, 0.9, 0.5, 0.7]), np.array([True, False, False, True])
    yield Case("four messages, one a day", *one, 1, 1, tags={"order", "recall"})
    yield Case("four messages, two a day", *one, 2, 1, tags={"order", "recall"})
    for k in range(1 if size == "public" else 5):
        messages, days = (12, 4) if size == "public" else (int(rng.integers(14, 24)), int(rng.integers(4, 7)))
        yield Case(f"more than can be read {k + 1}", *inbox(rng, messages, days), 2, 2, tags={"order", "recall"})
        yield Case(f"nearly enough hands {k + 1}", *inbox(rng, messages, days), 3, 1, tags={"order", "recall"})
        yield Case(
            f"read on the day or not at all {k + 1}", *inbox(rng, messages, days), 2, 0, tags={"order", "recall"}
        )
    late = np.array([5, 3, 5, 4, 3]), np.array([0.9, 0.1, 0.8, 0.3, 0.2]), np.array([True, True, False, False, True])
    yield Case("nobody writes before the third day", *late, 1, 1, tags={"order", "recall"})
    gap = np.array([0, 60, 0, 61, 60]), np.array([0.3, 0.1, 0.6, 0.9, 0.7]), np.array([False, True, True, True, False])
    yield Case("weeks without a message", *gap, 1, 1, tags={"order", "recall"})
    yield Case("waiting for very long", *inbox(rng, 30, 2), 1, 8, tags={"order", "recall"})
    for k in range(1 if size == "public" else 3):
        arrived, score, urgent = inbox(rng, 12, 4)
        yield Case(f"scores of one digit {k + 1}", arrived, np.round(score, 0), urgent, 2, 2, tags="ties")
        yield Case(f"all scores equal {k + 1}", arrived, np.array([0.5] * 12), urgent, 2, 2, tags="ties")
    yield Case(
        "equal scores, the later one stands first",
        np.array([2, 1, 0, 2, 1, 0, 0]),
        np.array([0.5, 0.5, 0.5, 0.75, 0.75, 0.75, 0.5]),
        np.array([True, True, False, True, False, True, False]),
        1,
        2,
        tags="ties",
    )
    arrived, score, urgent = inbox(rng, 9, 3)
    yield Case("negative scores", arrived, score - 5, urgent, 2, 1, tags={"order", "more"})
    yield Case("scores of whole numbers", arrived, rng.permutation(9) - 4, urgent, 2, 1, tags={"order", "more"})
    yield Case("scores that differ little", arrived, 0.5 + 1e-7 * rng.permutation(9), urgent, 2, 1, tags="more")
    nobody = np.zeros(9, dtype=bool)
    yield Case("none is urgent", arrived, score, nobody, 9, 1, tags="none")
    yield Case("every one is urgent", arrived, score, ~nobody, 2, 1, tags="recall")
    nothing = np.zeros(0, dtype=int), np.zeros(0), np.zeros(0, dtype=bool)
    yield Case("no message", *nothing, 3, 1, tags="none")
    if size == "public":
        return
    yield Case("large scores", arrived, 1e6 * (1 + rng.permutation(9)), urgent, 2, 1, tags="more")
    yield Case("more hands than messages", *inbox(rng, 7, 3), 50, 1, tags={"order", "recall"})


def triage_per_day(rng, size):
    one = np.array([0, 1]), np.array([0.2, 0.9]), np.array([True, False])
    nothing = np.zeros(0, dtype=int), np.zeros(0), np.zeros(0, dtype=bool)
    yield Case("nobody reads", *one, 0, 1)
    yield Case("a negative number of hands", *one, -2, 1)
    yield Case("nobody reads, and nobody writes", *nothing, 0, 1)


# ----------------------------------------------------------------------------------------- retrieve

HELP = ["reset my password", "cancel my order", "track my order"]
FAQ = [
    "How do I reset my password?",
    "Where is my parcel, and when will it be delivered?",
    "I want to cancel my order.",
    "Can I return shoes that do not fit?",
    "My card was charged twice for one order!",
    "Do you ship to other countries?",
]


# No word stands in two of these, so all weigh the same, however they are weighed.
EQUAL = ["card late price open", "size shop", "colour return"]
EQUAL_WORDS = " ".join(EQUAL).split()


def sentence(rng, words, longest=7):
    """A text in which some words stand twice, with a capital and a full stop."""
    drawn = [words[k] for k in rng.integers(0, len(words), rng.integers(2, longest + 1))]
    return " ".join(drawn).capitalize() + "."


def collection(rng, number, words=WORDS):
    return [sentence(rng, words) for _ in range(number)]


def asked(rng, number, questions):
    """Messages that have something in common with a question: of words that are in some of them and not in all."""
    told = [set(question.lower().strip(".").split()) for question in questions]
    return collection(rng, number, sorted(set.union(*told) - set.intersection(*told)))


def retrieve(rng, size):
    yield Case("one message", ["Where is my password?"], HELP, tags="plain")
    yield Case(
        "questions of a shop",
        ["how can I reset the password of my card", "when will my parcel be delivered", "can I return one shoe"],
        FAQ,
        tags="plain",
    )
    for k in range(1 if size == "public" else 6):
        number = 6 if size == "public" else int(rng.integers(7, 12))
        questions = collection(rng, number)
        messages = asked(rng, 5, questions)
        yield Case(f"random {k + 1}", messages, questions, tags="plain")
        if k % 2 == 0:
            equal = [sentence(rng, EQUAL_WORDS, 4) for _ in range(5)]
            yield Case(
                f"random, with a threshold {k + 1}",
                equal,
                EQUAL,
                float(rng.choice([0.45, 0.6, 0.75])),
                tags="threshold",
            )
            unknown = [f"{text} hello {text.split()[0].lower()} there friend" for text in messages]
            yield Case(f"random, with unknown words {k + 1}", unknown, questions, tags="unknown")
    often = ["late late late parcel", "late parcel", "late refund refund"]
    yield Case("words that stand twice", ["parcel late late", "late refund", "refund refund late"], often, tags="plain")
    long = ["card refund price", "card", "refund price open shop size return"]
    yield Case("a short question and a long one", ["card refund open", "card card price"], long, tags="plain")
    # Ties: the same bag of words in another order, twice the same question, one word of two questions.
    same = ["track a parcel", "track a parcel", "cancel an order", "A parcel: track!", "order an cancel"]
    yield Case("questions of the same words", ["parcel track", "an order", "cancel the order"], same, tags="ties")
    yield Case("a word of two questions", ["Where is my order?", "my order, my password"], HELP, tags="ties")
    yield Case("exactly the threshold", ["shop size", "size"], EQUAL, 1.0, tags="threshold")
    yield Case("half, and half is enough", ["card", "late open", "card size"], EQUAL, 0.5, tags="threshold")
    yield Case("below the threshold", ["return size", "card", "size shop"], EQUAL, 0.6, tags="threshold")
    yield Case("a threshold that none reaches", ["shop", "size shop"], EQUAL, 1.5, tags="threshold")
    yield Case("nothing in common", ["hello there", "good morning", "track my order"], HELP, tags="nothing")
    yield Case("an empty message", ["", "cancel my order", "?!", "   "], HELP, tags="nothing")
    yield Case("a word of every question", ["my", "my my", "track my"], HELP, tags="weightless")
    yield Case(
        "a message of unknown words beside known ones",
        ["please kindly cancel this", "zebra order"],
        HELP,
        tags="unknown",
    )
    yield Case(
        "an empty question among others", ["order", "order late"], ["late order", "", "order", "?"], tags="nothing"
    )
    yield Case("one stored question", ["reset my password", "hello"], ["reset my password"], tags="weightless")
    yield Case(
        "capitals and marks", ["CANCEL, my... Order", "I'd say: 2nd!"], [*HELP, "i'd take the 2nd"], tags="plain"
    )
    yield Case("no message", [], HELP, tags="empty")
    if size == "public":
        return
    yield Case("no message, and a threshold", [], FAQ, 0.5, tags="empty")
    for name, messages, number in (("forty questions", 3, 40), ("more messages than questions", 7, 3)):
        questions = collection(rng, number)
        yield Case(name, asked(rng, messages, questions), questions, tags="plain")
    yield Case(
        "three stored answers to one question", ["late parcel", "refund"], ["refund", *["late parcel"] * 3], tags="ties"
    )


def retrieve_no_question(rng, size):
    yield Case("no stored question", ["hello"], [])
    yield Case("no stored question, two messages", ["hello", ""], [], 0.5)
    yield Case("no stored question and no message", [], [])


def retrieve_alone(rng, size):
    """A message is answered the same, whichever messages are asked beside it."""
    for number in range(2):
        questions = collection(rng, 6)
        messages = asked(rng, 4, questions)
        yield Pair(
            Case(f"alone {number}", messages[:1], questions),
            Case(f"beside three others {number}", messages, questions),
            np.s_[:1],
            np.s_[:1],
        )


# --------------------------------------------------------------------------------------- distinct_n


def replies_of(rng, number, longest=7, words=WORDS[:7], shortest=0):
    return [[words[k] for k in rng.integers(0, len(words), rng.integers(shortest, longest + 1))] for _ in range(number)]


SAFE = "I do not know".split()


def distinct_n(rng, size):
    yield Case("two safe replies and a thank-you", [SAFE, SAFE, ["Thank", "you"]], 2, tags="plain")
    yield Case("words alone", [SAFE, ["I", "know"], ["not", "you"]], 1, tags="plain")
    yield Case("one reply that repeats itself", ["no no no yes no no yes".split()], 3, tags="plain")
    for k in range(1 if size == "public" else 6):
        highest = 3 if size == "public" else int(rng.integers(2, 6))
        yield Case(f"random {k + 1}", replies_of(rng, int(rng.integers(5, 9)), 8, shortest=2), highest, tags="plain")
        yield Case(f"random, few words {k + 1}", replies_of(rng, 6, 6, WORDS[:3], 2), highest, tags="plain")
    yield Case("the same words in another order", [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]], 3, tags="plain")
    yield Case("short replies", [["yes"], ["no"], ["yes", "please"], ["not", "now", "thanks"]], 3, tags="short")
    yield Case("empty replies among others", [[], ["yes", "and", "no"], [], ["yes", "and"]], 2, tags="short")
    for k in range(1 if size == "public" else 3):
        yield Case(f"random, short ones among them {k + 1}", replies_of(rng, 8, 4), 3, tags="short")
    yield Case("no reply", [], 2, tags="none")
    yield Case("empty replies alone", [[], [], []], 3, tags="none")
    yield Case("capitals make another word", [["No", "no"], ["NO", "no"], ["no", "No"]], 2, tags="words")
    yield Case("blanks within words", [["New York", "is"], ["New", "York is"], ["New", "York", "is"]], 2, tags="words")
    yield Case(
        "letters that run together", [["in", "to"], ["i", "nto"], ["into", "it"], ["in", "toit"]], 2, tags="words"
    )
    long = "non" * 20
    yield Case("long words that end differently", [[long + "a", long + "b"], [long + "c", long + "a"]], 2, tags="words")
    if size == "public":
        return
    yield Case("n beyond every reply", [["yes", "no"], ["no"]], 4, tags="short")
    yield Case("always the same", [SAFE] * 5, 4, tags="plain")


def distinct_n_too_low(rng, size):
    yield Case("n of zero", [SAFE], 0)
    yield Case("a negative n", [SAFE], -1)
    yield Case("n of zero, no reply", [], 0)


# --------------------------------------------------------------------------------------- mmi_rerank


def candidates(rng, number, time, shortest=1):
    """Log-probabilities of some candidates, and their lengths; padding holds numbers that would matter."""
    lengths = np.append(rng.integers(shortest, time, number - 1), time)
    given = np.round(-rng.gamma(2.0, 0.6, (number, time)), 3)
    alone = np.round(-rng.gamma(2.0, 1.2, (number, time)), 3)
    return given, alone, rng.permutation(lengths)


def padded(rng, lengths, array, value):
    """`array` with `value` in its padding."""
    return np.where(np.arange(array.shape[1]) < lengths[:, np.newaxis], array, value)


def mmi_rerank(rng, size):
    tiny = np.array([[-1.0, -1.0], [-2.0, -1.0]]), np.array([[-1.0, 0.0], [-3.0, -2.0]]), np.array([2, 2])
    yield Case("two candidates", *tiny, 0.5, tags="plain")
    for k in range(1 if size == "public" else 5):
        number, time = (5, 4) if size == "public" else (int(rng.integers(5, 10)), int(rng.integers(4, 8)))
        given, alone, _ = candidates(rng, number, time)
        full = np.full(number, time)
        yield Case(f"all of full length {k + 1}", given, alone, full, 0.5, tags="plain")
        given, alone, lengths = candidates(rng, number, time)
        yield Case(f"other lengths {k + 1}", given, alone, lengths, 0.7, tags="padding")
        yield Case(f"the first two words {k + 1}", given, alone, full, 0.7, 2, tags="first")
        yield Case(f"the first word {k + 1}", given, alone, full, 0.4, first=1, tags="first")
    given, alone, lengths = candidates(rng, 5, 5)
    yield Case(
        "nan in the padding",
        padded(rng, lengths, given, np.nan),
        padded(rng, lengths, alone, np.nan),
        lengths,
        0.5,
        tags="padding",
    )
    yield Case(
        "infinities in the padding",
        padded(rng, lengths, given, -np.inf),
        padded(rng, lengths, alone, -np.inf),
        lengths,
        0.5,
        2,
        tags="padding",
    )
    yield Case("no weight", given, alone, np.full(5, 5), 0.0, tags="plain")
    yield Case("no words are taken away", given, alone, np.full(5, 5), 0.5, 0, tags="first")
    yield Case("more words than there are", given, alone, np.full(5, 5), 0.5, 30, tags="first")
    given, alone, lengths = candidates(rng, 5, 4, shortest=0)
    lengths[2] = 0
    yield Case("an empty candidate", given, alone, lengths, 0.5, tags="padding")
    yield Case("an empty candidate, first words", given, alone, lengths, 0.5, 2, tags="padding")
    yield Case("one candidate", *candidates(rng, 1, 4), 0.5, tags="plain")
    # The tie of the text, one between three, and one in which rounding alone would decide.
    yield Case("a tie", *tiny, 0.5, 1, tags="ties")
    rows = np.array([[-2.0, -1.0], [-1.0, -0.5], [-1.0, -2.0], [-0.5, -2.5], [-1.5, 0.0]])
    yield Case("three with one score", rows, 0 * rows, np.full(5, 2), 0.5, tags="ties")
    tenths = np.array(
        [[-0.3, -0.3, 0.0], [-0.1, -0.2, -0.3], [-0.3, -0.2, -0.1], [-0.2, -0.4, 0.0], [-0.1, -0.1, -0.1]]
    )
    yield Case("equal but for rounding", tenths, 0 * tenths, np.full(5, 3), 1.0, tags="ties")
    whole = (
        -np.array([[5, 1, 2], [0, 3, 1], [2, 2, 2], [1, 0, 1]]),
        -np.array([[3, 1, 5], [7, 2, 2], [0, 4, 1], [6, 6, 3]]),
    )
    yield Case("logarithms of whole numbers", *whole, np.full(4, 3), 0.25, tags="whole")
    yield Case("no candidate", np.zeros((0, 4)), np.zeros((0, 4)), np.zeros(0, dtype=int), 0.5, tags="empty")
    yield Case("no step", np.zeros((1, 0)), np.zeros((1, 0)), np.zeros(1, dtype=int), 0.5, tags="empty")
    if size == "public":
        return
    yield Case("a weight beyond 1", given, alone, np.full(5, 4), 1.5, tags="plain")
    yield Case("as many candidates as steps", *candidates(rng, 4, 4), 0.5, tags="padding")
    yield Case("a weight that is a whole number", *candidates(rng, 5, 4), 1, tags="padding")


def mmi_rerank_shapes(rng, size):
    for name, *shapes in (
        ("one candidate is stretched", (1, 4), (3, 4)),
        ("one step is stretched", (3, 4), (3, 1)),
        ("as many numbers in other shapes", (2, 6), (3, 4)),
        ("one step more", (3, 4), (3, 5)),
    ):
        given, alone = (-rng.uniform(0.2, 0.9, shape) for shape in shapes)
        lengths = np.ones(max(shape[0] for shape in shapes), dtype=int)
        yield Case(name, given, alone, lengths, 0.5, says=[str(shape) for shape in shapes])


# -------------------------------------------------------------------------------- compression_labels

SOLD = "the man who sold the car left".split(), "The car left".split()


def shortened(rng, longest, words=WORDS):
    """A sentence and a shorter version of it, whose words are drawn from it in order."""
    length = int(rng.integers(4, longest + 1))
    text = [words[k] for k in rng.integers(0, len(words), length)]
    kept = [word for word in text if rng.random() < 0.45]
    return text, kept or text[-1:]


def pairs_of(rng, number, longest, words=WORDS):
    drawn = [shortened(rng, longest, words) for _ in range(number)]
    return [text for text, _ in drawn], [kept for _, kept in drawn]


def once_each(texts, kept):
    """The same sentences with each word once, and shorter versions of them."""
    unique = [list(dict.fromkeys(text)) for text in texts]
    return unique, [[word for word in text if word in some] for text, some in zip(unique, kept, strict=True)]


def compression_labels(rng, size):
    yield Case("one sentence", ["we met on a very cold day in may".split()], ["we met on a day".split()], tags="plain")
    yield Case("no word twice", [["a", "b", "c", "d"], ["e", "f", "g", "h"]], [["a", "c"], ["g", "h"]], tags="plain")
    for k in range(1 if size == "public" else 5):
        yield Case(f"random, no word twice {k + 1}", *once_each(*pairs_of(rng, 4, 9)), tags="plain")
        yield Case(f"random, few words {k + 1}", *pairs_of(rng, 4, 9, WORDS[:3]), tags="twice")
    yield Case("a word that stands twice", [SOLD[0]], [["the", "car", "left"]], tags="twice")
    yield Case("the same word three times", [["no", "no", "no", "yes", "no"]], [["no", "yes"]], tags="twice")
    yield Case("a word kept twice", [["so", "and", "so", "it", "goes", "so"]], [["so", "so"]], tags="twice")
    begins = ["since", "may", "the", "car", "is", "sold"], ["The", "car", "is", "sold"]
    yield Case("a capital at the beginning", [begins[0], ["Do", "NOT", "open"]], [begins[1], ["not"]], tags="capitals")
    yield Case("capitals in the sentence", [["The", "Shop", "is", "open"]], [["shop", "Open"]], tags="capitals")
    yield Case("sentences of other lengths", [SOLD[0], ["They", "left"]], [["car", "left"], ["They"]], tags="lengths")
    yield Case("everything is deleted", [["they", "left"], ["stay", "a", "day"]], [[], []], tags="lengths")
    yield Case("an empty sentence", [[], ["they", "left"], []], [[], ["left"], []], tags="lengths")
    for k in range(1 if size == "public" else 3):
        yield Case(f"random, other lengths {k + 1}", *once_each(*pairs_of(rng, 5, 12)), tags="lengths")
    yield Case("empty sentences alone", [[], []], [[], []], tags="empty")
    yield Case("no pair", [], [], tags="empty")
    yield Case("blanks within words", [["New York", "is", "York"]], [["New York", "York"]], tags="plain")
    if size == "public":
        return
    yield Case(
        "the longest one last", [["a"], ["b", "a"], ["c", "b", "a", "d"]], [["a"], ["b"], ["c", "a"]], tags="lengths"
    )
    yield Case("nothing is deleted", [["they", "left"], ["stay"]], [["they", "left"], ["stay"]], tags="lengths")


def compression_labels_not_shorter(rng, size):
    fine = ["they", "left"], ["left"]
    for name, where, wrong in (
        ("a new word", 0, (["they", "left"], ["they", "stayed"])),
        ("another order", 1, (["a", "b", "c"], ["c", "a"])),
        ("a word once too often", 2, (["no", "yes", "no"], ["no", "no", "no"])),
        ("longer than the sentence", 1, (["left"], ["they", "left"])),
        ("an empty sentence", 2, ([], ["left"])),
        ("a part of a word", 1, (["nothing", "left"], ["not", "left"])),
        ("the first word is new", 3, (["b", "c", "d"], ["a", "c", "d"])),
    ):
        pairs = [fine] * where + [wrong, fine]
        yield Case(name, [text for text, _ in pairs], [kept for _, kept in pairs], says=str(where))


def compression_labels_lists(rng, size):
    fine = ["they", "left"], ["left"]
    for texts, shorter in ((3, 2), (1, 4), (0, 5), (2, 0)):
        yield Case(f"{texts} and {shorter}", [fine[0]] * texts, [fine[1]] * shorter, says=[str(texts), str(shorter)])


# ------------------------------------------------------------------------------------------ rouge_n


def summary_of(rng, words, longest=9, shortest=4):
    return [words[k] for k in rng.integers(0, len(words), rng.integers(shortest, longest + 1))]


def rouge_n(rng, size):
    yield Case("single words", "the the cat".split(), ["the cat sat".split()], 1, tags="clipped")
    yield Case("pairs of words", "the the cat".split(), ["the cat sat".split()], 2, tags="plain")
    yield Case(
        "a longer summary",
        "the shop will open late on monday".split(),
        ["the shop is open on monday".split()],
        1,
        tags="plain",
    )
    few = WORDS[:6]
    for k in range(1 if size == "public" else 6):
        n = int(rng.integers(1, 3))
        yield Case(f"random, one reference {k + 1}", summary_of(rng, few), [summary_of(rng, few)], n, tags="clipped")
        many = [summary_of(rng, few, 12) for _ in range(int(rng.integers(2, 5)))]
        yield Case(f"random, several references {k + 1}", summary_of(rng, few), many, 1, tags="several")
    yield Case("the same words in another order", ["c", "b", "a"], [["a", "b", "c"]], 2, tags="plain")
    yield Case("a word three times", ["no"] * 3 + ["yes"], [["no", "yes", "now"]], 1, tags="clipped")
    yield Case("a word three times in the reference", ["no", "yes"], [["no"] * 3 + ["yes", "now"]], 1, tags="clipped")
    yield Case("a word twice in both", ["no", "no", "x", "no"], [["no", "y", "no", "z", "z"]], 1, tags="clipped")
    best = "late parcel refund card".split()
    yield Case(
        "the first reference is nearer", best, [["late", "parcel"], ["card", "x", "y", "z", "u"]], 1, tags="several"
    )
    yield Case(
        "more recall in one, more precision in the other",
        best,
        [["late"], ["late", "parcel", "refund", "x", "y", "z", "u", "v"], ["x", "late", "y", "parcel"]],
        1,
        tags="several",
    )
    yield Case("two that are equally good", best, [["late", "x"], "late parcel a b c d e f".split()], 1, tags="several")
    yield Case(
        "equally good, the other way round", best, ["late parcel a b c d e f".split(), ["late", "x"]], 1, tags="several"
    )
    yield Case("an empty reference among others", best, [[], ["late", "x", "parcel"]], 1, tags="several")
    yield Case("nothing is shared", best, [["x", "y"], ["z"]], 1, tags="nothing")
    yield Case("an empty summary", [], [["late", "parcel"]], 1, tags="nothing")
    yield Case("an empty reference", best, [[]], 1, tags="nothing")
    yield Case("both are empty", [], [[], []], 1, tags="nothing")
    yield Case("shorter than n", ["late"], [["late", "parcel"]], 2, tags="nothing")
    yield Case("exactly n words", ["late", "parcel"], [["late", "parcel"]], 2, tags="plain")
    yield Case(
        "capitals make another word", ["No", "Yes", "yes", "late"], [["no", "Yes", "late", "x"]], 1, tags="words"
    )
    yield Case("blanks within words", ["New York", "is", "late"], [["New", "York is", "late", "is"]], 1, tags="words")
    yield Case("letters that run together", ["in", "to", "it", "x"], [["i", "nto", "it", "x"]], 2, tags="words")
    yield Case(
        "blanks that run together", ["New York", "is", "late"], [["New", "York is", "late", "x"]], 2, tags="words"
    )
    if size == "public":
        return
    yield Case(
        "the second reference is nearer", best, [["late", "x", "y"], ["late", "parcel", "refund"]], 1, tags="several"
    )
    yield Case("both shorter than n", ["late"], [["late"]], 2, tags="nothing")
    yield Case("three words at a time", "a b c d e f".split(), ["x a b c d y e f".split()], 3, tags="plain")


def rouge_n_refused(rng, size):
    yield Case("n of zero", ["late"], [["late"]], 0)
    yield Case("a negative n", ["late", "parcel"], [["late"]], -1)
    yield Case("no reference", ["late"], [], 1)
    yield Case("no reference and no word", [], [], 1)
