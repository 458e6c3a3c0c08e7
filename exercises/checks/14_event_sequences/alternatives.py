"""Right answers to unit 14, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def line_template__by_one_pattern(line):
    """one regular expression for a word"""
    values = []

    def put(match):
        values.append(match[2])
        return match[1] + "<*>" + match[3]

    pattern = r"(?<!\S)([,.:;()\[\]]*)(\S*?[0-9]\S*?)([,.:;()\[\]]*)(?!\S)"
    return re.sub(pattern, put, re.sub(r"\s+", " ", line).strip()), values


def line_template__mark_by_mark(line):
    """marks taken away one by one"""
    template = []
    values = []
    for word in line.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" "):
        if word == "":
            continue
        start, stop = 0, len(word)
        while start < stop and word[start] in MARKS:
            start += 1
        while stop > start and word[stop - 1] in MARKS:
            stop -= 1
        core = word[start:stop]
        if any("0" <= letter <= "9" for letter in core):
            values += [core]
            template += [word[:start] + "<*>" + word[stop:]]
        else:
            template += [word]
    return [" ".join(template), values]


def line_template__two_passes(line):
    """first the values, then the template"""
    words = line.split()
    cores = [word.lstrip(MARKS).rstrip(MARKS) for word in words]
    is_value = [not set(core).isdisjoint("0123456789") for core in cores]
    values = [core for core, here in zip(cores, is_value, strict=True) if here]
    text = ""
    for word, core, here in zip(words, cores, is_value, strict=True):
        before, _, after = word.partition(core) if here else (word, "", "")
        text += (" " if text else "") + before + ("<*>" + after if here else "")
    return text, values


def sessions_from_log__grouped_by_key(lines, max_gap=None):
    """grouped by key, each sorted, sessions sorted in the end"""
    of_key = {}
    for k, line in enumerate(lines):
        parts = line.split()
        if not parts or parts[0][0] == "#":
            continue
        if len(parts) < 3 or re.fullmatch("[0-9]+", parts[0]) is None:
            raise ValueError("I cannot read line number " + str(k + 1) + ": " + line)
        of_key.setdefault(parts[1], []).append((int(parts[0]), k, " ".join(parts[2:])))
    found = []
    for key, entries in of_key.items():
        entries.sort()
        start = 0
        for i in range(1, len(entries) + 1):
            over = i == len(entries)
            if not over and max_gap is not None:
                over = entries[i][0] - entries[i - 1][0] > max_gap
            if over:
                found.append((entries[start][:2], key, [event for _, _, event in entries[start:i]]))
                start = i
    return [[key, events] for _, key, events in sorted(found)]


def sessions_from_log__with_numpy(lines, max_gap=None):
    """sorted by NumPy, open sessions in a dictionary"""
    pattern = re.compile(r"\s*(\d+)\s+(\S+)\s+(.*\S)\s*")
    times, keys, events = [], [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.strip()[0] == "#":
            continue
        match = pattern.fullmatch(line)
        if not match:
            raise ValueError(f"Line {number}: {line!r}")
        times.append(int(match[1]))
        keys.append(match[2])
        events.append(match[3])
    longest = float("inf") if max_gap is None else max_gap
    result, running = [], {}
    for k in np.argsort(np.array(times, dtype="int64"), kind="stable"):
        before, place = running.get(keys[k], (None, None))
        if before is None or times[k] - before > longest:
            place = len(result)
            result.append((keys[k], []))
        result[place][1].append(events[k])
        running[keys[k]] = (times[k], place)
    return result


def sessions_from_log__checked_first(lines, max_gap=None):
    """all lines are checked before anything is sorted"""
    rows = []
    for number, line in enumerate(lines):
        if line.strip() == "" or line.lstrip().startswith("#"):
            continue
        try:
            time, key, event = line.split(None, 2)
            if set(time) - set("0123456789"):
                raise ValueError
        except ValueError:
            raise ValueError(f"Line {number + 1} of the log does not hold time, key and event.") from None
        rows.append((int(time), number, key, event.strip()))
    sessions = []
    for time, _, key, event in sorted(rows):
        own = [session for session in sessions if session["key"] == key]
        if not own or (max_gap is not None and time > own[-1]["last"] + max_gap):
            sessions.append({"key": key, "events": [], "last": time})
            own = sessions[-1:]
        own[-1]["events"].append(event)
        own[-1]["last"] = time
    return [(session["key"], session["events"]) for session in sessions]


def gap_features__by_a_loop(times, mask, longest):
    """event by event"""
    import math

    if not longest > 0:
        raise ValueError("longest must be a number above 0")
    rows, steps = times.shape
    features = [[0.0] * steps for _ in range(rows)]
    for n in range(rows):
        before = None
        for t in range(steps):
            if not mask[n, t]:
                continue
            if before is not None:
                gap = max(0, times[n, t].item() - before)
                features[n][t] = min(1.0, math.log(1 + gap) / math.log(1 + longest))
            before = times[n, t].item()
    return np.array(features)


def gap_features__capped_first(times, mask, longest):
    """the gap is capped before the logarithm"""
    if longest <= 0:
        raise ValueError(f"longest={longest}")
    gaps = np.clip(np.diff(times, axis=1, prepend=times[:, :1]), 0, longest)
    before = np.zeros_like(mask)
    before[:, 1:] = mask[:, :-1]
    return np.log1p(gaps) / np.log(1 + longest) * (mask & before)


def gap_features__in_single_precision_afterwards(times, mask, longest):
    """differences of whole numbers, then single precision"""
    if longest <= 0:
        raise ValueError("There is no logarithm of a longest gap of 0 or less.")
    before = np.roll(times, 1, axis=1)
    real = mask & np.roll(mask, 1, axis=1)
    real[:, 0] = False
    gaps = np.where(real, times - before, 0)
    gaps[gaps < 0] = 0
    return np.clip(np.log1p(gaps.astype("float32")) / np.log1p(np.float32(longest)), 0, 1)


def gap_features__by_indices(times, mask, longest):
    """computed for the pairs of real neighbours alone"""
    if longest <= 0:
        raise ValueError("longest <= 0")
    features = np.zeros(mask.shape, dtype=np.float64)
    rows, steps = np.nonzero(mask[:, 1:] * mask[:, :-1])
    gaps = np.maximum(times[rows, steps + 1] - times[rows, steps], 0)
    features[rows, steps + 1] = np.minimum(np.emath.logn(1 + longest, 1.0 + gaps), 1)
    return features


def next_event_ranks__by_a_loop(scores, events, mask):
    """step by step"""
    batch, time, kinds = scores.shape
    ranks = np.zeros((batch, time), dtype="int32")
    for n in range(batch):
        for t in range(1, time):
            if mask[n, t]:
                came = events[n, t]
                if came >= kinds:
                    ranks[n, t] = kinds + 1
                else:
                    ranks[n, t] = sum(1 for score in scores[n, t - 1] if score >= scores[n, t - 1, came])
    return ranks


def next_event_ranks__sorted(scores, events, mask):
    """places in a sorted row of scores"""
    batch, time, kinds = scores.shape
    ranks = np.where(mask, kinds + 1, 0)
    ranks[:, :1] = 0
    for n, t in np.argwhere(mask & (events < kinds)):
        if t > 0:
            row = np.sort(scores[n, t - 1])
            ranks[n, t] = kinds - np.searchsorted(row, scores[n, t - 1, events[n, t]], side="left")
    return ranks


def next_event_ranks__with_one_hot(scores, events, mask):
    """the kind that came as a row of zeros and a one"""
    kinds = scores.shape[-1]
    one_hot = events[:, 1:, None] == np.arange(kinds)
    own = np.where(one_hot, scores[:, :-1], -np.inf).max(axis=-1, keepdims=True, initial=-np.inf)
    ranks = np.count_nonzero(scores[:, :-1] >= own, axis=-1) + (events[:, 1:] >= kinds)
    return np.pad(ranks * mask[:, 1:], ((0, 0), (1, 0)))


def next_event_ranks__scores_moved(scores, events, mask):
    """the scores moved by one step, and more-than counted with its ties"""
    kinds = scores.shape[2]
    moved = np.roll(scores, 1, axis=1)
    inside = np.clip(events, 0, kinds - 1)
    rows, steps = np.indices(events.shape)
    own = moved[rows, steps, inside]
    higher = (moved > own[..., None]).sum(axis=-1)
    tied = (moved == own[..., None]).sum(axis=-1)
    ranks = np.where(events >= kinds, kinds + 1, higher + tied)
    ranks[~mask] = 0
    ranks[:, 0] = 0
    return ranks


def detector__with_a_set_for_each_count(normal, sessions, n, min_sessions=1):
    """known n-grams as a set, objects as marks"""
    if n <= 0:
        raise ValueError("n must be 1 or more")
    start, end = object(), object()

    def grams(session):
        padded = (start,) * (n - 1) + tuple(session) + (end,)
        return list(zip(*(padded[k:] for k in range(n)), strict=False))

    holding = {}
    for session in normal:
        for gram in set(grams(session)):
            holding[gram] = holding.get(gram, 0) + 1
    known = {gram for gram, number in holding.items() if number >= min_sessions}
    return np.array([np.mean([gram not in known for gram in grams(session)]) for session in sessions], dtype=float)


def detector__with_none_at_both_ends(normal, sessions, n, min_sessions=1):
    """the same mark at both ends"""
    if n < 1:
        raise ValueError("An n-gram of no event does not exist: n=" + str(n))
    in_sessions = []
    for session in normal:
        symbols = [None] * (n - 1) + session + [None]
        in_sessions.append({tuple(symbols[k : k + n]) for k in range(len(session) + 1)})
    scores = []
    for session in sessions:
        symbols = [None] * (n - 1) + session + [None]
        bad = 0
        for k in range(len(session) + 1):
            gram = tuple(symbols[k : k + n])
            if sum(gram in held for held in in_sessions) < min_sessions:
                bad += 1
        scores.append(bad / (len(session) + 1))
    return np.array(scores)


def detector__with_ids(normal, sessions, n, min_sessions=1):
    """events as ids, contexts as keys of what followed"""
    if n < 1:
        raise ValueError(f"{n} is too small for n")
    ids = {}

    def steps(session):
        row = [-1] * (n - 1) + [ids.setdefault(event, len(ids)) for event in session] + [-2]
        return [(tuple(row[k : k + n - 1]), row[k + n - 1]) for k in range(len(row) - n + 1)]

    table = {}
    for number, session in enumerate(normal):
        for context, event in steps(session):
            table.setdefault(context, {}).setdefault(event, set()).add(number)
    scores = np.zeros(len(sessions))
    for k, session in enumerate(sessions):
        found = [len(table.get(context, {}).get(event, ())) for context, event in steps(session)]
        scores[k] = 1 - np.mean(np.array(found) >= min_sessions)
    return scores


def precision_at_alarms__sorted_twice(scores, labels, days, alarms):
    """the labels as a second key of the sort"""
    if alarms <= 0:
        raise ValueError("alarms must be positive")
    shares = []
    for second in (labels, ~labels):
        looked = []
        for day in set(days.tolist()):
            here = np.flatnonzero(days == day)
            order = np.lexsort((second[here], -scores[here]))
            looked.extend(labels[here[order[:alarms]]])
        shares.append(sum(looked) / len(looked) if looked else 0)
    return shares


def precision_at_alarms__with_tuples(scores, labels, days, alarms):
    """plain Python, day by day"""
    if alarms < 1:
        raise ValueError(f"{alarms} alarms a day")
    rows = {}
    for score, label, day in zip(scores, labels, days, strict=True):
        rows.setdefault(int(day), []).append((-float(score), bool(label)))
    unlucky = [label for day in rows.values() for _, label in sorted(day)[:alarms]]
    lucky = [label for day in rows.values() for _, label in sorted(day, key=lambda r: (r[0], not r[1]))[:alarms]]
    if not rows:
        return 0.0, 0.0
    return sum(unlucky) / len(unlucky), sum(lucky) / len(lucky)


def precision_at_alarms__groups_from_the_top(scores, labels, days, alarms):
    """groups of equal scores, from the top, until no alarm is left"""
    if alarms < 1:
        raise ValueError("at least one alarm a day, please")
    worst = best = total = 0
    for day in np.unique(days):
        here = days == day
        left = min(alarms, int(here.sum()))
        total += left
        for value in np.unique(scores[here])[::-1]:
            group = labels[here & (scores == value)]
            looked = min(left, group.size)
            best += min(looked, int(group.sum()))
            worst += looked - min(looked, int((~group).sum()))
            left -= looked
    return np.array(worst / max(total, 1)), np.array(best / max(total, 1))
