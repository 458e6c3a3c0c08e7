"""Inputs of unit 14, event sequences: what the functions of students are called with."""

import numpy as np
from autograder.authoring import Case, Pair

from ..common.padding import right_padding

# ------------------------------------------------------------------------------------------------------- lines of a log

WORDS = "Served Received block of size from to replica PacketResponder terminating for in retry Failed after".split()
OPENING, CLOSING = ["", "", "", "", "(", "["], ["", "", "", "", ",", ":", ";", ".", ")", "],", ")."]


def value_of(rng):
    """A value as it stands in a log: an id, an address, a number, a path."""
    a, b, c = (int(k) for k in rng.integers(0, 256, 3))
    return str(rng.choice([f"blk_{a}{b}", f"/10.{a}.{b}.{c}", str(a), f"{a}ms", f"-{b}", f"rack{a}/node-{c}"]))


def line_of(rng, words):
    """A line of words and values, some of them with marks around them."""
    line = [str(rng.choice(WORDS)) if rng.random() < 0.6 else value_of(rng) for _ in range(words)]
    return [str(rng.choice(OPENING)) + word + str(rng.choice(CLOSING)) for word in line]


def line_template(rng, size):
    yield Case("values alone", "Received block blk_38 of size 67108864 from /10.0.0.7", tags="plain")
    yield Case("no value", "PacketResponder terminating for block", tags="plain")
    yield Case("nothing but values", "7 blk_1 /10.0.0.1", tags="plain")
    yield Case("letters and digits in one word", "node7 answered after 12ms with 0x1F", tags="plain")
    yield Case("a value twice", "copied 3 of 3 replicas", tags="plain")
    yield Case("three values in a row", "retry 4 5 6 failed", tags="plain")
    yield Case("a value within other words", "rack3 sent 3 of 13 to x3y", tags="plain")
    yield Case("falling values", "from 9 to 4 in 30", tags="plain")
    yield Case("the sign of a placeholder stands in the line", "got <*> from 5 nodes", tags="plain")
    yield Case("marks behind", "size 12, block blk_9: failed.", tags="marks")
    yield Case("marks around", "retry (3) of [5], failed (again).", tags="marks")
    yield Case("several marks at once", "done [(blk_7)]., well ... (no) 8;", tags="marks")
    yield Case("marks within a value", "at 10.0.0.7:50010, in 3.5 s.", tags="marks")
    yield Case("other signs belong to the value", "to /10.0.0.7 -5 +3 'x9' \"7\" <8> {2} #1 user=4! 50%", tags="marks")
    yield Case("marks within a word", "java.io.IOException: a(b)c at x[y]", tags="marks")
    yield Case("many blanks and tabs", "  Served   block\tblk_5 \t to  me ", tags="blanks")
    yield Case("a line break behind", "Served block blk_5 to me\n", tags="blanks")
    yield Case("a line break of another system", "Served block blk_5.\r\n", tags="blanks")
    yield Case("no words", "", tags="blanks")
    yield Case("blanks alone", " \t ", tags="blanks")
    yield Case("a long line", "block " * 300 + "blk_17", tags="plain")
    for number in range(2 if size == "public" else 8):
        words = line_of(rng, int(rng.integers(6, 14)))
        yield Case(f"random {number + 1}", " ".join(words), tags="marks")
        gaps = rng.choice([" ", "  ", "\t", " \t"], len(words))
        yield Case(
            f"random, with blanks {number + 1}",
            "".join(word + gap for word, gap in zip(words, gaps, strict=True)),
            tags="blanks",
        )


# --------------------------------------------------------------------------------------------------------- sessions

KEYS = ["ann", "Ann", "bob", "cara", "u-17", "17", "x"]
EVENTS = ["login", "logout", "address change", "transfer", "new device", "view", "View", "pay 20", "20"]


def log_of(rng, lines, span):
    """Lines in any order, some at the same second."""
    keys, events = rng.choice(KEYS, 4, replace=False), rng.choice(EVENTS, 5, replace=False)
    times = 1000 + rng.integers(0, span, lines)
    times[1::4] = times[0::4][: len(times[1::4])]
    times = rng.permutation(times)
    return [f"{time} {rng.choice(keys)} {rng.choice(events)}" for time in times]


PAPER = ["1200 ann login", "1900 ann login", "1260 bob address change", "1260 ann logout"]


def sessions_from_log(rng, size):
    yield Case("one visit", ["10 ann login", "20 ann view", "90 ann logout"], tags="plain")
    yield Case("the same event again and again", ["10 ann view", "11 ann view", "12 ann view"], tags="plain")
    mixed = ["10 bob login", "12 ann login", "14 bob view", "20 ann view", "21 bob logout", "30 ann transfer"]
    yield Case("two customers in one log", mixed, tags="plain")
    yield Case("two customers, one gap between them", mixed, 9, tags="gap")
    yield Case("the example on paper", PAPER, 600, tags="gap")
    border = [f"{time} ann {event}" for time, event in ((100, "a"), (160, "b"), (221, "c"), (281, "d"), (300, "e"))]
    yield Case("exactly the gap, and one second more", border, 60, tags="gap")
    slow = [f"{time} ann step {time}" for time in range(0, 500, 50)]
    yield Case("a long session without a long gap", slow, 60, tags="gap")
    back = [
        f"{time} {key} e{time}" for time, key in ((10, "ann"), (20, "bob"), (500, "ann"), (510, "bob"), (520, "ann"))
    ]
    yield Case("both come back", back, 100, tags="gap")
    yield Case("a gap of 0", ["10 ann a", "10 ann b", "11 ann c", "11 bob d", "11 ann e"], 0, tags="gap")
    yield Case("a gap in a log without a limit", ["10 ann login", "9000000 ann logout"], tags="plain")
    yield Case("no limit, said so", ["10 ann login", "9000000 ann logout"], None, tags="plain")
    yield Case("a gap of a fraction of a second", ["10 ann a", "10 ann b", "11 ann c"], 0.5, tags="gap")
    yield Case(
        "lines of two machines",
        ["30 ann c", "50 ann e", "90 ann z", "20 ann b", "40 ann d", "60 bob f"],
        35,
        tags="order",
    )
    yield Case("times with more and fewer digits", ["1000 ann c", "90 ann a", "200 ann b", "5 bob d"], tags="order")
    yield Case(
        "one second, in the order of the lines", ["7 ann z", "7 ann a", "7 bob y", "7 ann m", "7 bob b"], tags="order"
    )
    yield Case("sessions that begin at the same second", ["9 cara x", "5 bob y", "5 ann z", "5 bob a"], tags="order")
    yield Case("events of several words", ["3 ann new device", "5 ann address change done"], tags="fields")
    yield Case("spellings", ["3 Ann Login", "4 ann login", "5 ANN login", "6 ann LOGIN"], 60, tags="fields")
    yield Case("a key and an event of digits", ["3 17 20", "4 18 20", "5 17 3"], 60, tags="fields")
    yield Case("blanks and tabs", ["  3\tann   login ", "5  ann\tnew device\n", "8 bob login\r\n"], tags="fields")
    yield Case("comments", ["# time key event", "3 ann login", "  # 4 ann view", "#5 ann logout"], tags="fields")
    yield Case("empty lines", ["", "3 ann login", "   ", "5 ann logout", "\n"], tags="fields")
    yield Case("an event with a hash sign", ["3 ann login", "5 ann # 3"], tags="fields")
    yield Case("no lines", [], tags="plain")
    yield Case("comments alone", ["# nothing", ""], 60, tags="fields")
    yield Case("seconds since 1970", ["1700000000 ann a", "1700000060 ann b", "1700000121 ann c"], 60, tags="gap")
    if size == "secret":  # it would fill the bundle that every student loads
        yield Case("twelve hundred lines", [f"{k} u{k % 3} e" for k in range(1200)], 60, tags="plain")
    for number in range(1 if size == "public" else 5):
        yield Case(f"random {number + 1}", log_of(rng, 24, 900), int(rng.integers(60, 160)), tags={"gap", "order"})
        yield Case(f"random, without a limit {number + 1}", log_of(rng, 16, 300), tags="order")


def sessions_from_log_bad_lines(rng, size):
    good = ["120 ann login", "140 bob login", "150 ann view", "160 bob view", "170 ann logout", "180 bob logout"]

    def log(at, bad, before=()):
        return [*before, *good[: at - 1 - len(before)], bad, *good[at - 1 - len(before) :]]

    yield Case("no event", log(3, "145 ann"), says=["3"])
    yield Case("a word for the time", log(3, "noon ann login"), says=["3"])
    yield Case("a fraction for the time", log(3, "145.5 ann login"), 60, says=["3"])
    yield Case("a time below 0", log(3, "-145 ann login"), says=["3"])
    yield Case("an event alone", log(3, "login"), says=["3"])
    # Whoever counts from 0 says 10 here, and so holds the sign that is looked for; whoever says no number does not.
    yield Case("line eleven", [*good, "190 ann login", *good[:3], "soon ann"], says=["1"])
    yield Case("behind lines that are skipped", log(9, "145 ann", ["# a log", "", " # of today"]), 60, says=["9"])


# --------------------------------------------------------------------------------------------------------------- gaps


def clock(rng, batch, time, scale=2000.0):
    """Times (batch, time) in seconds since 1970, whole numbers, with gaps from 0 to many times the scale."""
    gaps = np.floor(np.exp(rng.uniform(0, np.log(50 * scale), (batch, time))))
    gaps[rng.random((batch, time)) < 0.2] = 0
    return (1_700_000_000 + np.cumsum(gaps, axis=1)).astype(int)


def noisy(rng, times, mask):
    """Other numbers in the padding: zeros, and times of long ago and of the future."""
    other = rng.choice([0, 5, 1_600_000_000, 2_000_000_000], times.shape)
    return np.where(mask, times, other.astype(times.dtype))


def gap_features(rng, size):
    full = np.ones((1, 4), dtype=bool)
    yield Case("the example on paper", np.array([[1000, 1009, 1108, 5000]]), full, 99, tags="plain")
    yield Case("fractions of a second", np.array([[0.25, 0.5, 2.75, 3.0]]), full, 2.5, tags="plain")
    yield Case("gaps of a second today", 1_700_000_000 + np.array([[0, 1, 3, 8]]), full, 10, tags="plain")
    yield Case("the same second", np.array([[50, 50, 50, 61]]), full, 60, tags="plain")
    yield Case("far above the longest", np.array([[0, 10**6, 10**6 + 3, 10**8]]), full, 5.5, tags="bounded")
    yield Case("a clock set back", np.array([[500, 480, 490, 100]]), full, 60, tags="back")
    yield Case("a clock set back by half a second", np.array([[5.5, 5.0, 4.0, 6.0]]), full, 60.0, tags="back")
    yield Case("one event in each session", np.array([[7], [9]]), np.array([[True], [False]]), 60, tags="plain")
    left = np.array([[False, False, True, True, True], [False, True, True, True, True]])
    yield Case(
        "padding of zeros on the left",
        np.array([[0, 0, 900, 903, 960], [0, 700, 750, 750, 790]]),
        left,
        60,
        tags="padding",
    )
    yield Case(
        "padding of zeros on the right",
        np.array([[900, 903, 960, 0, 0], [700, 750, 750, 790, 0]]),
        left[:, ::-1].copy(),
        60,
        tags="padding",
    )
    yield Case(
        "padding of large numbers on the right",
        np.array([[900, 903, 960, 2000, 3000], [700, 750, 750, 790, 9000]]),
        left[:, ::-1].copy(),
        60,
        tags="padding",
    )
    gone = np.array([[False, False, False], [True, True, True]])
    yield Case("a row of padding", np.array([[3, 9, 30], [3, 9, 30]]), gone, 60, tags="padding")
    for number in range(1 if size == "public" else 4):
        batch, time = (3, 6) if size == "public" else (int(k) for k in rng.integers(3, 9, 2))
        times, every = clock(rng, batch, time), np.ones((batch, time), dtype=bool)
        yield Case(f"random {number + 1}", times, every, 3_000_000, tags="plain")
        yield Case(f"random, bounded {number + 1}", times, every, int(rng.integers(300, 4000)), tags="bounded")
        mask = right_padding(rng, batch, time)
        yield Case(f"random, padded on the right {number + 1}", noisy(rng, times, mask), mask, 3600, tags="padding")
        mask = mask[:, ::-1].copy()
        yield Case(f"random, padded on the left {number + 1}", noisy(rng, times, mask), mask, 3600, tags="padding")
        jumps = times + rng.choice([0, 0, -4000], times.shape)
        yield Case(f"random, a bad clock {number + 1}", jumps, every, 3600, tags="back")


def gap_features_longest(rng, size):
    times, mask = np.array([[3, 9, 30]]), np.ones((1, 3), dtype=bool)
    yield Case("longest is 0", times, mask, 0)
    yield Case("longest is below 0", times, mask, -0.5)


# -------------------------------------------------------------------------------------------------------------- ranks


def expectations(rng, batch, time, kinds):
    """Scores without ties, and events that were more or less expected."""
    return rng.normal(size=(batch, time, kinds)), rng.integers(0, kinds, (batch, time))


def next_event_ranks(rng, size):
    def every(batch, time):
        return np.ones((batch, time), dtype=bool)

    scores = np.array([[[0.1, 0.2, 0.7], [0.2, 0.5, 0.3], [0.3, 0.4, 0.2]]])
    yield Case("after the event 1 the event 2", scores, np.array([[0, 1, 2]]), every(1, 3), tags="plain")
    yield Case("sessions of one event", rng.normal(size=(2, 1, 3)), np.array([[2], [0]]), every(2, 1), tags="plain")
    yield Case("as many sessions as steps and kinds", *expectations(rng, 4, 4, 4), every(4, 4), tags="plain")
    constant = np.full((2, 5, 4), 0.25)
    yield Case("every score is the same", constant, rng.integers(0, 4, (2, 5)), every(2, 5), tags="ties")
    counts = np.array([[[3, 1, 3, 0], [0, 0, 2, 0], [5, 5, 5, 9], [1, 1, 1, 1]]])
    for came in ([0, 0, 1, 2], [0, 2, 2, 3], [0, 3, 0, 0]):
        yield Case(f"counts, events {came}", counts, np.array([came]), every(1, 4), tags="ties")
    low = rng.normal(size=(2, 4, 3)) - 50
    yield Case("scores below 0", low, rng.integers(0, 3, (2, 4)), every(2, 4), tags="plain")
    close = np.cumsum(np.full((1, 4, 5), 1e-9), axis=2)
    yield Case("scores that differ little", close, np.array([[0, 1, 3, 4]]), every(1, 4), tags="plain")
    yield Case(
        "events that nobody knows",
        rng.normal(size=(2, 4, 3)),
        np.array([[9, 3, 1, 2], [3, 0, 44, 3]]),
        every(2, 4),
        tags="unknown",
    )
    yield Case(
        "the last kind is known", rng.normal(size=(1, 5, 4)), np.array([[4, 3, 4, 3, 3]]), every(1, 5), tags="unknown"
    )
    for number in range(1 if size == "public" else 4):
        batch, time, kinds = (3, 6, 5) if size == "public" else (int(k) for k in rng.integers(3, 9, 3))
        scores, events = expectations(rng, batch, time, kinds)
        yield Case(f"random {number + 1}", scores, events, every(batch, time), tags="plain")
        few = rng.integers(0, 3, scores.shape)
        yield Case(f"random counts {number + 1}", few, events, every(batch, time), tags="ties")
        strange = np.where(rng.random(events.shape) < 0.3, events + kinds, events)
        yield Case(f"random, some unknown {number + 1}", scores, strange, every(batch, time), tags="unknown")
        mask = right_padding(rng, batch, time)
        junk = np.where(mask, strange, rng.choice([-1, 0, 1, kinds - 1, kinds, 999], events.shape))
        yield Case(f"random, padded {number + 1}", scores, junk, mask, tags="padding")
        yield Case(f"random, padded with -1 {number + 1}", scores, np.where(mask, events, -1), mask, tags="padding")


def more_steps(rng, size):
    """The same sessions, and once more with three more padded steps."""
    for number in range(2):
        scores, events = expectations(rng, 3, 5, 4)
        mask = right_padding(rng, 3, 5)
        longer = np.concatenate([scores, rng.normal(size=(3, 3, 4))], axis=1)
        later = np.concatenate([events, rng.integers(-1, 6, (3, 3))], axis=1)
        padded = np.concatenate([mask, np.zeros((3, 3), dtype=bool)], axis=1)
        yield Pair(
            Case(f"sessions {number + 1}", scores, events, mask),
            Case(f"with more padding {number + 1}", longer, later, padded),
            index_b=np.s_[:, :5],
        )


# ------------------------------------------------------------------------------------------------------------ detector

# What a mark may be called by those who take a string; any string may be the name of an event.
MARKS = "END START <s> </s> <END> <START> [END] [START] end start <end> <start> [end] [start] EOS BOS".split()
MARKS += ["<eos>", "<bos>", "^", "$", "", "None", "__END__", "__START__", "<pad>", "[PAD]"]
VISIT = ["login", "view", "logout"]
STEPS = "login view search pay transfer logout reset address".split()


def visits(rng, number, strange=0.0):
    """Sessions that follow a chain of steps, some of them with events out of order."""
    result = []
    for _ in range(number):
        session = [STEPS[k] for k in sorted(rng.integers(0, len(STEPS), int(rng.integers(1, 9))))]
        if rng.random() < strange:
            session = [session[k] for k in rng.permutation(len(session))]
        result.append(session)
    return result


def detector(rng, size):
    yield Case("the example on paper", [VISIT], [["login", "view"], VISIT], 2, tags="plain")
    yield Case("an event that is new", [VISIT], [["login", "reset", "logout"], ["reset"]], 1, tags="plain")
    yield Case("other orders", [VISIT], [VISIT[::-1], ["view", "login", "logout"]], 2, tags="plain")
    yield Case("a part that comes twice", [VISIT], [["login", "login", "login", "view", "logout"]], 2, tags="plain")
    yield Case("nothing new for n=1", [VISIT], [["logout", "view", "login", "login"]], 1, tags="plain")
    yield Case(
        "over the borders of sessions", [["a", "b"], ["c", "d"]], [["b", "c"], ["a", "b", "c", "d"]], 2, tags="plain"
    )
    yield Case(
        "a session that breaks off", [VISIT, ["login", "logout"]], [["login"], ["login", "view"]], 2, tags="ends"
    )
    yield Case("a session that begins late", [VISIT], [["view", "logout"], ["logout"]], 2, tags="ends")
    yield Case(
        "ends, for three events", [VISIT, ["a"]], [["view", "logout"], ["login", "view"], ["a"], ["b"]], 3, tags="ends"
    )
    yield Case("longer than any session", [VISIT, ["a"]], [VISIT, ["a"], ["login"], ["view", "logout"]], 6, tags="ends")
    yield Case("the empty session", [VISIT], [[], ["login"]], 2, tags="ends")
    yield Case("the empty session is normal", [VISIT, []], [[], ["login"], VISIT], 2, tags="ends")
    yield Case("the empty session, for n=1", [VISIT], [[], ["x"]], 1, tags="ends")
    often = [["a", "b", "a", "b", "a", "b"], ["a", "c"], ["a", "c"], ["b"]]
    for least in (2, 3):
        yield Case(
            f"in {least} sessions at least", often, [["a", "b"], ["a", "c"], ["b"]], 2, min_sessions=least, tags="least"
        )
        yield Case(
            f"events in {least} sessions", often, [["a", "b", "c"], ["c", "c"]], 1, min_sessions=least, tags="least"
        )
    yield Case("more sessions than there are", [VISIT], [VISIT, ["x"]], 2, min_sessions=2, tags="least")
    yield Case(
        "names with blanks and commas",
        [["new device", "login"], ["pay", "a,b", "c"]],
        [["new", "device login"], ["new device login"], ["pay", "a", "b,c"]],
        2,
        tags="names",
    )
    yield Case("names without a gap", [["ab", "c"], ["d", "ef"]], [["a", "bc"], ["de", "f"], ["abc"]], 2, tags="names")
    yield Case(
        "events called END and the like",
        [["a", "b"], ["c"]],
        [session for one in MARKS for session in ([*"ab", one], [one, *"ab"], [one])],
        2,
        tags="names",
    )
    yield Case("capitals", [["Login", "view"]], [["login", "view"], ["Login", "View"]], 1, tags="names")
    yield Case("the same session twice", [VISIT], [["x", "login"], ["x", "login"], ["x"]], 2, tags="plain")
    yield Case("no normal sessions", [], [VISIT, []], 2, tags="ends")
    yield Case("nothing to be scored", [VISIT], [], 2, tags="ends")
    if size == "secret":
        yield Case("a long session", [["a", "b"] * 300], [["a", "b"] * 300, ["b", "a"] * 200], 3, tags="plain")
    for number in range(1 if size == "public" else 4):
        normal, new = visits(rng, 30), visits(rng, 8, strange=0.5)
        for n in (1, 2, 3):
            yield Case(f"random, n={n}, {number + 1}", normal, new, n, tags="plain")
        yield Case(
            f"random, some rare {number + 1}", normal, new, 2, min_sessions=int(rng.integers(2, 6)), tags="least"
        )


def detector_n(rng, size):
    yield Case("n is 0", [VISIT], [VISIT], 0)
    yield Case("n is below 0", [VISIT], [VISIT, []], -2)
    yield Case("n is 0, nothing to be scored", [], [], 0)


# -------------------------------------------------------------------------------------------------------------- alarms


def scored(rng, sessions, days, levels=None):
    """Scores, labels and days; anomalies score higher on average. With levels, many scores are the same."""
    labels = rng.random(sessions) < 0.3
    scores = rng.normal(size=sessions) + labels
    if levels:
        scores = np.round(levels * scores) / levels
    return scores, labels, rng.integers(0, days, sessions)


def precision_at_alarms(rng, size):
    paper = np.array([9.0, 7, 7, 1, 3]), np.array([True, False, True, False, False]), np.array([1, 1, 1, 1, 2])
    one = np.zeros(6, dtype=int)
    scores, labels = np.array([0.5, 4.5, 1.5, 3.0, 2.0, 0.25]), np.array([False, True, True, False, True, False])
    for alarms in (1, 2, 3):
        yield Case(f"one day, {alarms} alarms", scores, labels, one, alarms, tags="plain")
    if size == "secret":
        yield Case("negative scores", scores - 9.0, labels, one, 3, tags="plain")
    yield Case("no anomaly", scores, np.zeros(6, dtype=bool), one, 3, tags="plain")
    if size == "secret":
        yield Case("anomalies alone", scores, np.ones(6, dtype=bool), one, 4, tags="plain")
    yield Case("two days", scores, labels, np.array([4, 4, 4, 2, 2, 2]), 1, tags="days")
    yield Case("days in any order", scores, labels, np.array([7, 3, 7, 3, 7, 3]), 2, tags="days")
    strange = np.array([9.0, 8, 7, 6, 1, 0.5, 0.2]), np.array([True, True, False, True, False, True, False])
    yield Case("one day with all high scores", *strange, np.array([0, 0, 0, 0, 1, 1, 1]), 2, tags="days")
    yield Case("the example on paper", *paper, 2, tags="ties")
    yield Case("fewer sessions than alarms", scores, labels, one, 10, tags="few")
    yield Case("a quiet day", scores, labels, np.array([1, 1, 1, 1, 2, 1]), 3, tags="few")
    yield Case("quiet days", scores, labels, np.array([1, 2, 1, 2, 2, 5]), 3, tags="few")
    same = np.array([2.0, 2.0, 2.0, 2.0, 5.0, 1.0])
    for first, of_tied in (("an anomaly", [True, False, False, True]), ("a normal one", [False, False, True, True])):
        for alarms in (2, 4):
            yield Case(
                f"four tied, {first} first, {alarms} alarms",
                same,
                np.array([*of_tied, True, True]),
                one,
                alarms,
                tags="ties",
            )
    yield Case("every score is the same", np.full(6, 0.5), labels, one, 2, tags="ties")
    yield Case("a tie that fits", np.array([3.0, 3.0, 1.0, 1.0, 0.0, 0.0]), labels, one, 2, tags="ties")
    endless = np.array([np.inf, 2.0, np.inf, -np.inf, np.inf, 3.0])
    yield Case("scores without end", endless, labels, one, 2, tags="ties")
    yield Case("scores without end, and one more", endless, labels, one, 4, tags="ties")
    yield Case("scores that differ little", 1 + 1e-9 * np.arange(6.0), labels, one, 2, tags="plain")
    nothing = np.array([]), np.array([], dtype=bool), np.array([], dtype=int)
    yield Case("no session", *nothing, 5, tags="few")
    for number in range(2 if size == "public" else 6):
        yield Case(f"random {number + 1}", *scored(rng, 60, 4), int(rng.integers(2, 9)), tags="days")
        yield Case(f"random, ties {number + 1}", *scored(rng, 40, 3, 2), int(rng.integers(2, 9)), tags="ties")
        yield Case(f"random, quiet days {number + 1}", *scored(rng, 30, 7), int(rng.integers(4, 7)), tags="few")


def other_order(rng, size):
    """The same sessions in another order of rows."""
    for number in range(2):
        scores, labels, days = scored(rng, 40, 3, 1)
        order = rng.permutation(40)
        yield Pair(
            Case(f"sessions {number + 1}", scores, labels, days, 4),
            Case(f"in another order {number + 1}", scores[order], labels[order], days[order], 4),
        )


def precision_at_alarms_number(rng, size):
    scores, labels, days = np.array([3.0, 1.0]), np.array([True, False]), np.array([0, 0])
    yield Case("no alarms", scores, labels, days, 0)
    yield Case("fewer than no alarms", scores, labels, days, -1)
    yield Case("no alarms, no session", scores[:0], labels[:0], days[:0], 0)
