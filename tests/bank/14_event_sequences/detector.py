# %% 01 wrong: min_sessions is compared with the total number of occurrences, so one session that repeats an n-gram makes it known
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    start, end = ("start",), ("end",)

    def grams(session):
        padded = [start] * (n - 1) + list(session) + [end]
        return [tuple(padded[i:i + n]) for i in range(len(session) + 1)]

    counts = Counter()
    for session in normal:
        counts.update(grams(session))
    known = {gram for gram, count in counts.items() if count >= min_sessions}
    scores = np.zeros(len(sessions))
    for i, session in enumerate(sessions):
        own = grams(session)
        scores[i] = sum(gram not in known for gram in own) / len(own)
    return scores

# %% 02 right: plain tuples with private object marks, Counter over the set of n-grams of each session
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    start, end = object(), object()

    def grams(session):
        padded = [start] * (n - 1) + list(session) + [end]
        return [tuple(padded[i:i + n]) for i in range(len(session) + 1)]

    holders = Counter()
    for session in normal:
        holders.update(set(grams(session)))
    scores = np.zeros(len(sessions))
    for i, session in enumerate(sessions):
        own = grams(session)
        scores[i] = sum(holders[gram] < min_sessions for gram in own) / len(own)
    return scores

# %% 03 wrong: an empty list of sessions is not thought of: np.concatenate of nothing raises an error where an empty array is due
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("an n-gram has at least one event")

    def grams(session):
        padded = [None] * (n - 1) + list(session) + [0]
        return [tuple(padded[i : i + n]) for i in range(len(padded) - n + 1)]

    holders = {}
    for session in normal:
        for gram in set(grams(session)):
            holders[gram] = holders.get(gram, 0) + 1
    parts = [np.array([holders.get(g, 0) < min_sessions for g in grams(s)], dtype=float) for s in sessions]
    lengths = np.array([len(part) for part in parts])
    flat = np.concatenate(parts)
    starts = np.cumsum(lengths) - lengths
    return np.add.reduceat(flat, starts) / lengths

# %% 04 wrong: repeated normal sessions are thrown away first (distinct sessions as in the lesson), so two equal sessions count as one for min_sessions
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be 1 or more")
    BEGIN, END = -1, -2

    def ngrams(session):
        row = (BEGIN,) * (n - 1) + tuple(session) + (END,)
        return list(zip(*(row[k:] for k in range(n))))

    count = Counter()
    for session in set(map(tuple, normal)):
        count.update(set(ngrams(session)))
    known = {g for g, c in count.items() if c >= min_sessions}
    return np.array([np.mean([g not in known for g in ngrams(s)]) for s in sessions], dtype=float)

# %% 05 right: an index from each n-gram to the set of normal sessions that hold it, with a sliding deque as window
from collections import defaultdict, deque


def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n has to be at least 1")

    def walk(session):
        window = deque([("start",)] * n, maxlen=n)
        for event in session:
            window.append(("event", event))
            yield tuple(window)
        window.append(("end",))
        yield tuple(window)

    held_by = defaultdict(set)
    for number, session in enumerate(normal):
        for gram in walk(session):
            held_by[gram].add(number)

    known = {gram for gram, holders in held_by.items() if len(holders) >= min_sessions}

    def strangeness(session):
        total = strange = 0
        for gram in walk(session):
            total += 1
            if gram not in known:
                strange += 1
        return strange / total

    return np.fromiter((strangeness(session) for session in sessions), dtype=float, count=len(sessions))

# %% 06 wrong: without normal sessions it returns zeros early, although then no n-gram is known and each score is 1
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError(f"n = {n} is below 1")
    if len(normal) == 0 or len(sessions) == 0:
        return np.zeros(len(sessions))
    start, end = object(), object()
    seen = Counter()
    for session in normal:
        padded = [start] * (n - 1) + session + [end]
        seen.update({tuple(padded[i:i + n]) for i in range(len(session) + 1)})
    scores = []
    for session in sessions:
        padded = [start] * (n - 1) + session + [end]
        unknown = 0
        for i in range(len(session) + 1):
            if seen[tuple(padded[i:i + n])] < min_sessions:
                unknown += 1
        scores.append(unknown / (len(session) + 1))
    return np.array(scores)

# %% 07 wrong: the events of an n-gram are glued to one text with commas, so events with commas in them are mixed up with rows of events
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1")

    def grams(session):
        # a newline stands before what is a mark, and in no event of a log line
        padded = ["\n<start>"] * (n - 1) + list(session) + ["\n<end>"]
        return [",".join(padded[i:i + n]) for i in range(len(padded) - n + 1)]

    holders = Counter(gram for session in normal for gram in set(grams(session)))
    scores = np.empty(len(sessions))
    for row, session in enumerate(sessions):
        found = [holders[gram] >= min_sessions for gram in grams(session)]
        scores[row] = 1 - sum(found) / len(found)
    return scores

# %% 08 right: events become integers, n-grams are rows of sliding_window_view, known ones a set of bytes
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1, for an n-gram holds n events")
    START, END = 0, 1
    ids = {}

    def windows(session):
        codes = [ids.setdefault(event, len(ids) + 2) for event in session]
        row = np.array([START] * (n - 1) + codes + [END], dtype=np.int64)
        return np.lib.stride_tricks.sliding_window_view(row, n)

    holders = Counter()
    for session in normal:
        for gram in np.unique(windows(session), axis=0):
            holders[gram.tobytes()] += 1

    scores = np.zeros(len(sessions), dtype=float)
    for i, session in enumerate(sessions):
        known = np.array([holders[gram.tobytes()] >= min_sessions for gram in windows(session)])
        scores[i] = np.count_nonzero(~known) / known.size
    return scores

# %% 09 wrong: events that the normal sessions do not hold get the id 0, which is the start mark too, so a new event passes for the start of a session
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1")
    ids = {}
    for session in normal:
        for event in session:
            if event not in ids:
                ids[event] = len(ids) + 1
    end = len(ids) + 1

    def windows(session):
        row = [0] * (n - 1) + [ids.get(event, 0) for event in session] + [end]
        return [tuple(row[t:t + n]) for t in range(len(session) + 1)]

    held = Counter()
    for session in normal:
        held.update(set(windows(session)))
    result = np.zeros(len(sessions))
    for i, session in enumerate(sessions):
        grams = windows(session)
        result[i] = sum(1 for g in grams if held[g] < min_sessions) / len(grams)
    return result

# %% 10 wrong: n - 1 end marks stand behind each session as in common n-gram toolkits (none for n = 1), so a session has k + n - 1 n-grams and not k + 1
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1")

    def pad_both_ends(session):
        return [("<s>",)] * (n - 1) + list(session) + [("</s>",)] * (n - 1)

    def ngrams(session):
        padded = pad_both_ends(session)
        return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]

    document_frequency = Counter()
    for session in normal:
        document_frequency.update(set(ngrams(session)))
    known = {gram for gram, held in document_frequency.items() if held >= min_sessions}

    scores = []
    for session in sessions:
        grams = ngrams(session)
        unknown = [gram for gram in grams if gram not in known]
        scores.append(len(unknown) / max(1, len(grams)))
    return np.array(scores, dtype=float)

# %% 11 wrong: the marks are put into the lists that were given, so normal and sessions are changed
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1.")
    start, end = object(), object()

    def grams(session):
        for _ in range(n - 1):
            session.insert(0, start)
        session.append(end)
        return [tuple(session[i:i + n]) for i in range(len(session) - n + 1)]

    holders = {}
    for session in normal:
        for gram in set(grams(session)):
            holders[gram] = holders.get(gram, 0) + 1

    def score(session):
        own = grams(session)
        return sum(holders.get(gram, 0) < min_sessions for gram in own) / len(own)

    return np.array([score(session) for session in sessions], dtype=float)

# %% 12 right: a tree of nested dictionaries instead of n-gram tuples; each leaf counts sessions and remembers the last one
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must not be below 1")
    START, END = 0, 1  # events are strings, and never equal to a number

    root = {}

    def padded(session):
        return [START] * (n - 1) + list(session) + [END]

    for number, session in enumerate(normal):
        row = padded(session)
        for i in range(len(session) + 1):
            node = root
            for event in row[i:i + n - 1]:
                node = node.setdefault(event, {})
            leaf = node.setdefault(row[i + n - 1], [0, None])
            if leaf[1] != number:
                leaf[0] += 1
                leaf[1] = number

    def is_known(row, i):
        node = root
        for event in row[i:i + n]:
            if event not in node:
                return False
            node = node[event]
        return node[0] >= min_sessions

    scores = np.zeros(len(sessions))
    for j, session in enumerate(sessions):
        row = padded(session)
        for i in range(len(session) + 1):
            if not is_known(row, i):
                scores[j] += 1
        scores[j] /= len(session) + 1
    return scores

# %% 13 wrong: the sessions are padded to the longest and the share is taken over all padded steps, so the score depends on the other sessions
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1")
    if not sessions:
        return np.zeros(0)
    start, end = (0,), (1,)

    def grams(session):
        line = [start] * (n - 1) + list(session) + [end]
        return [tuple(line[t:t + n]) for t in range(len(session) + 1)]

    sessions_with = Counter()
    for session in normal:
        sessions_with.update(set(grams(session)))

    longest = max(len(session) for session in sessions) + 1
    strange = np.zeros((len(sessions), longest))
    for i, session in enumerate(sessions):
        for t, gram in enumerate(grams(session)):
            strange[i, t] = sessions_with[gram] < min_sessions
    return strange.mean(axis=1)

# %% 14 wrong: empty strings are dropped from the sessions before counting, although the empty string may be the name of an event
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1")

    def ngrams(session):
        events = [event for event in session if event]
        events = [None] * (n - 1) + events + [None]
        return list(zip(*[events[k:] for k in range(n)]))

    table = {}
    for number, session in enumerate(normal):
        for gram in ngrams(session):
            table.setdefault(gram, set()).add(number)
    scores = []
    for session in sessions:
        flags = [len(table.get(gram, ())) < min_sessions for gram in ngrams(session)]
        scores.append(sum(flags) / len(flags))
    return np.array(scores, dtype=float)

# %% 15 wrong: two slips: a single start mark for every n, and marks that are the strings "START" and "END", which may be events
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1")

    def grams(session):
        padded = ["START"] + list(session) + ["END"]
        if n == 1:
            padded = padded[1:]
        return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]

    counts = Counter()
    for session in normal:
        for gram in set(grams(session)):
            counts[gram] += 1

    scores = np.zeros(len(sessions))
    for i, session in enumerate(sessions):
        own = grams(session)
        if own:
            scores[i] = np.mean([counts[gram] < min_sessions for gram in own])
    return scores

# %% 16 right: n-grams as whole numbers to the base of the alphabet, one mark for both ends (a window shows on which side it stands), updated step by step
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError(f"an n-gram needs n >= 1, not {n}")
    alphabet = sorted({event for part in (normal, sessions) for session in part for event in session})
    digit = {event: k for k, event in enumerate(alphabet, start=1)}  # 0 is the mark
    base = len(alphabet) + 1
    limit = base**n

    def codes(session):
        code, found = 0, []
        for event in session:
            code = (code * base + digit[event]) % limit
            found.append(code)
        found.append(code * base % limit)
        return found

    held = Counter()
    for session in normal:
        held.update(set(codes(session)))

    scores = [sum(held[code] < min_sessions for code in codes(session)) / (len(session) + 1) for session in sessions]
    return np.asarray(scores, dtype=float)

# %% 17 wrong: two slips: an unknown n-gram that occurs twice is counted once (set difference), and the empty session gets the score 0
def detector(normal, sessions, n, min_sessions=1):
    if n < 1:
        raise ValueError("n must be at least 1")
    start, end = object(), object()

    def grams(session):
        padded = [start] * (n - 1) + list(session) + [end]
        return [tuple(padded[i:i + n]) for i in range(len(session) + 1)]

    holders = Counter()
    for session in normal:
        holders.update(set(grams(session)))
    known = {gram for gram in holders if holders[gram] >= min_sessions}

    scores = []
    for session in sessions:
        if len(session) == 0:
            scores.append(0.0)
            continue
        own = grams(session)
        scores.append(len(set(own) - known) / len(own))
    return np.array(scores, dtype=float)

# %% 18 wrong: n is checked inside a generator, which never runs when there are neither normal sessions nor sessions to score, so n = 0 raises nothing then
def detector(normal, sessions, n, min_sessions=1):
    start, end = ("start",), ("end",)

    def grams(session):
        if n < 1:
            raise ValueError("n must be at least 1")
        padded = [start] * (n - 1) + list(session) + [end]
        for i in range(len(session) + 1):
            yield tuple(padded[i:i + n])

    holders = Counter()
    for session in normal:
        holders.update(set(grams(session)))

    scores = np.zeros(len(sessions))
    for i, session in enumerate(sessions):
        for gram in grams(session):
            if holders[gram] < min_sessions:
                scores[i] += 1
        scores[i] /= len(session) + 1
    return scores
