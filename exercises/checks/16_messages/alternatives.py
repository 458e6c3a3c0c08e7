"""Right answers to unit 16, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def triage__with_a_heap(arrived, score, urgent, per_day, patience):
    """a heap, and days on which nothing waits are jumped over"""
    import heapq

    if per_day < 1:
        raise ValueError("somebody has to read: per_day = " + str(per_day))
    coming = sorted(range(len(arrived)), key=lambda m: arrived[m], reverse=True)
    heap, read_on, day = [], np.zeros(len(arrived), dtype=int), 0
    while coming or heap:
        if not heap:
            day = max(day, arrived[coming[-1]])
        while coming and arrived[coming[-1]] <= day:
            m = coming.pop()
            heapq.heappush(heap, (-float(score[m]), int(arrived[m]), m))
        for _ in range(min(per_day, len(heap))):
            read_on[heapq.heappop(heap)[2]] = day
        day += 1
    late = (read_on - arrived)[urgent] > patience
    return read_on, 1 - late.mean() if late.size else float("nan")


def triage__slot_by_slot(arrived, score, urgent, per_day, patience):
    """from the best score down, each message takes the first free place"""
    if not per_day >= 1:
        raise ValueError("per_day must be positive")
    read_on = np.empty(len(arrived), dtype="int32")
    taken = Counter()
    for m in np.lexsort((np.arange(len(arrived)), arrived, -np.asarray(score))):
        day = int(arrived[m])
        while taken[day] == per_day:
            day += 1
        taken[day] += 1
        read_on[m] = day
    waits = [int(read_on[m] - arrived[m]) for m in range(len(arrived)) if urgent[m]]
    recall = sum(wait <= patience for wait in waits) / len(waits) if waits else np.nan
    return read_on, recall


def triage__with_masks(arrived, score, urgent, per_day, patience):
    """masks, one message at a time"""
    if per_day <= 0:
        raise ValueError(f"{per_day} a day is too few")
    read_on = -np.ones(arrived.shape, dtype=int)
    unread = np.ones(arrived.shape, dtype=bool)
    day = 0
    while unread.any():
        for _ in range(per_day):
            waits = unread & (arrived <= day)
            if not waits.any():
                break
            best = waits & (score == score[waits].max())
            best &= arrived == arrived[best].min()
            m = np.flatnonzero(best)[0]
            read_on[m], unread[m] = day, False
        day = day + 1
    urgent_ones = np.count_nonzero(urgent)
    if urgent_ones == 0:
        return read_on, float("nan")
    return read_on, np.count_nonzero(urgent & (read_on <= arrived + patience)) / urgent_ones


def triage__a_list_that_shrinks(arrived, score, urgent, per_day, patience):
    """a list that is sorted anew each day"""
    if per_day < 1:
        raise ValueError("per_day is below 1")
    rows = [(-s, a, m) for m, (s, a) in enumerate(zip(score.tolist(), arrived.tolist(), strict=True))]
    read_on = [0] * len(rows)
    day = 0
    while rows:
        today = sorted(row for row in rows if row[1] <= day)[:per_day]
        for row in today:
            read_on[row[2]] = day
            rows.remove(row)
        day += 1
    read_on = np.array(read_on, dtype=int)
    hits = (read_on - arrived <= patience) & urgent
    with np.errstate(invalid="ignore"):
        return read_on, np.float64(hits.sum()) / np.float64(urgent.sum())


def retrieve__with_dictionaries(messages, questions, threshold=0.0):
    """dictionaries, question by question"""
    import math

    if not questions:
        raise ValueError("no questions")
    bags = [Counter(tokenise(question)) for question in questions]
    holds = Counter(word for bag in bags for word in bag)
    weight = {word: math.log(len(questions) / holds[word]) for word in holds}

    def length(bag):
        return math.sqrt(sum((bag[word] * weight[word]) ** 2 for word in bag if word in weight))

    best, cosine = [], []
    for message in messages:
        bag = Counter(tokenise(message))
        place, highest = -1, 0.0
        for k, other in enumerate(bags):
            product = sum(bag[word] * other[word] * weight[word] ** 2 for word in bag.keys() & other.keys())
            lengths = length(bag) * length(other)
            value = round(product / lengths, 9) if lengths else 0.0
            if value > highest:
                place, highest = k, value
        best.append(place if highest >= threshold else -1)
        cosine.append(highest)
    return np.array(best, dtype=int), np.array(cosine, dtype=float)


def retrieve__unit_vectors(messages, questions, threshold=0.0):
    """vectors of length one, logarithms to the base 2"""
    count = len(questions)
    if count < 1:
        raise ValueError("questions is empty")
    column = {}
    for question in questions:
        for word in tokenise(question):
            column.setdefault(word, len(column))

    def vector(text):
        result = np.zeros(len(column))
        for word in tokenise(text):
            if word in column:
                result[column[word]] += 1
        return result

    stored = np.array([vector(question) for question in questions])
    idf = np.log2(count) - np.log2((stored > 0).sum(axis=0))

    def unit(v):
        size = np.sqrt((v * v).sum())
        return v / size if size > 1e-12 else np.zeros_like(v)

    stored = np.array([unit(row * idf) for row in stored])
    best, cosine = np.full(len(messages), -1), np.zeros(len(messages))
    for row, message in enumerate(messages):
        values = np.round(stored @ unit(vector(message) * idf), 9)
        k = int(values.argmax())
        cosine[row] = values[k]
        if values[k] > 0 and values[k] >= threshold:
            best[row] = k
    return best, cosine


def retrieve__sorted(messages, questions, threshold=0.0):
    """sorted by falling cosine, the position second"""
    if len(questions) == 0:
        raise ValueError("nothing is stored")
    texts = [tokenise(question) for question in questions]
    words = list(set(sum(texts, [])))
    tf = np.array([[text.count(word) for word in words] for text in texts], dtype=float).reshape(len(texts), -1)
    idf = np.log(len(texts)) - np.log(np.count_nonzero(tf, axis=0))
    idf[np.count_nonzero(tf, axis=0) == len(texts)] = 0
    best, cosine = [], []
    for message in messages:
        told = tokenise(message)
        vector = np.array([told.count(word) for word in words]) * idf
        ranked = []
        for k, row in enumerate(tf * idf):
            lengths = np.sqrt(vector @ vector) * np.sqrt(row @ row)
            ranked.append((-round(float(vector @ row / lengths), 9) if lengths > 0 else 0.0, k))
        value, k = min(ranked)
        cosine.append(abs(value))
        best.append(k if value < 0 and -value >= threshold else -1)
    return np.array(best).astype(int), np.array(cosine).astype(float)


def retrieve__einsum(messages, questions, threshold=0.0):
    """all at once, nan mended afterwards"""
    if not len(questions):
        raise ValueError("I need at least one question.")
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys(w for q in questions for w in tokenise(q)))}
    counts = [np.zeros((len(texts), len(vocabulary)), dtype=int) for texts in (messages, questions)]
    for table, texts in zip(counts, (messages, questions), strict=True):
        for row, text in enumerate(texts):
            known = [vocabulary[word] for word in tokenise(text) if word in vocabulary]
            np.add.at(table[row], known, 1)
    idf = -np.log(np.clip(counts[1], 0, 1).mean(axis=0))
    m, q = (table * idf for table in counts)
    with np.errstate(all="ignore"):
        cosine = np.einsum("iw,jw->ij", m, q) / np.sqrt(np.einsum("iw,iw,jv,jv->ij", m, m, q, q, optimize=True))
    cosine = np.nan_to_num(cosine, nan=0.0, posinf=0.0, neginf=0.0).round(9)
    highest = cosine.max(axis=1)
    best = (cosine == highest[:, None]).argmax(axis=1)
    best[~((highest > 0) & (highest >= threshold))] = -1
    return best, highest


def distinct_n__with_zip(replies, highest_n):
    """zip of shifted replies"""
    if highest_n <= 0:
        raise ValueError("highest_n must be positive")
    total = sum(map(len, replies))
    result = []
    for n in range(1, highest_n + 1):
        different = set()
        for reply in replies:
            different.update(zip(*(reply[k:] for k in range(n)), strict=False))
        result.append(len(different) / total if total else 0.0)
    return np.array(result)


def distinct_n__with_counters(replies, highest_n):
    """one Counter for each n, filled in one pass"""
    if not highest_n >= 1:
        raise ValueError("at least n = 1")
    seen = [Counter() for _ in range(highest_n)]
    words = 0
    for reply in replies:
        words += len(reply)
        for end in range(1, len(reply) + 1):
            for n in range(1, min(end, highest_n) + 1):
                seen[n - 1][tuple(reply[end - n : end])] += 1
    shares = np.array([len(counter) for counter in seen], dtype=float)
    return shares / words if words > 0 else np.zeros(highest_n)


def distinct_n__as_numbers(replies, highest_n):
    """words as numbers, rows of numpy made unique"""
    if highest_n < 1:
        raise ValueError(str(highest_n))
    number = {}
    ids = [[number.setdefault(word, len(number)) for word in reply] for reply in replies]
    total = sum(len(row) for row in ids)
    shares = np.zeros(highest_n, dtype="float32")
    for n in range(1, highest_n + 1):
        rows = [row[k : k + n] for row in ids for k in range(max(0, len(row) - n + 1))]
        if rows:
            shares[n - 1] = len(np.unique(np.array(rows), axis=0)) / total
    return shares


def mmi_rerank__row_by_row(log_given, log_alone, lengths, weight, first=None):
    """row by row"""
    if np.shape(log_given) != np.shape(log_alone):
        raise ValueError(str(np.shape(log_given)) + " is not " + str(np.shape(log_alone)))
    scores = []
    for given, alone, n in zip(log_given, log_alone, lengths, strict=True):
        k = n if first is None else min(n, first)
        scores.append(float(given[:n].sum()) - weight * float(alone[:k].sum()))
    order = sorted(range(len(scores)), key=lambda i: (-round(scores[i], 9), i))
    return np.array(scores, dtype=float), np.array(order, dtype=int)


def mmi_rerank__with_cumsum(log_given, log_alone, lengths, weight, first=None):
    """running sums, read at the end of each candidate"""
    if log_given.shape != log_alone.shape:
        raise ValueError(f"{log_given.shape} and {log_alone.shape}")
    number, time = log_given.shape
    real = np.arange(time)[None] < lengths[:, None]
    sums = []
    for table, until in ((log_given, lengths), (log_alone, lengths if first is None else np.minimum(lengths, first))):
        clean = np.where(real, table, 0)
        running = np.concatenate([np.zeros((number, 1)), np.cumsum(clean, axis=1)], axis=1)
        sums.append(running[np.arange(number), until])
    scores = sums[0] - weight * sums[1]
    return scores, np.lexsort((np.arange(number), -scores.round(9)))


def mmi_rerank__in_place_on_copies(log_given, log_alone, lengths, weight, first=None):
    """copies with the padding set to zero"""
    if log_alone.shape != log_given.shape:
        raise ValueError(f"the shapes differ: {log_given.shape} and {log_alone.shape}")
    given, alone = np.array(log_given, dtype=float), np.array(log_alone, dtype=float)
    for i, n in enumerate(lengths):
        given[i, n:] = 0
        alone[i, n:] = 0
    if first is not None:
        alone[:, first:] = 0
    scores = (given - weight * alone).sum(axis=-1)
    rounded = np.around(scores, 9)
    order = []
    while len(order) < len(scores):
        rest = [i for i in range(len(scores)) if i not in order]
        order.append(max(rest, key=lambda i: rounded[i]))
    return scores, np.asarray(order, dtype="int64")


def mmi_rerank__where_argument(log_given, log_alone, lengths, weight, first=None):
    """the `where` of sum"""
    if log_given.shape != log_alone.shape:
        raise ValueError(f"log_given: {log_given.shape}, log_alone: {log_alone.shape}")
    t = np.arange(log_given.shape[1])
    k = len(t) if first is None else first
    real = t[np.newaxis, :] < lengths[:, np.newaxis]
    scores = log_given.sum(axis=1, where=real) - weight * log_alone.sum(axis=1, where=real & (t < k))
    return scores, (-np.round(scores, 9)).argsort(kind="mergesort")


def compression_labels__turned_round(sentences, shorter):
    """both turned round, and an iterator"""
    if len(sentences) != len(shorter):
        raise ValueError("lists of " + str(len(sentences)) + " and " + str(len(shorter)))
    rows = []
    for number, (sentence, kept) in enumerate(zip(sentences, shorter, strict=True)):
        wanted = [word.lower() for word in kept]
        row = []
        for word in sentence[::-1]:
            hit = bool(wanted) and word.lower() == wanted[-1]
            if hit:
                wanted.pop()
            row.append(int(hit))
        if wanted:
            raise ValueError(f"pair {number}: {wanted} is left over")
        rows.append(row[::-1])
    time = max([len(row) for row in rows], default=0)
    return np.array([row + [-1] * (time - len(row)) for row in rows], dtype=int).reshape(len(rows), time)


def compression_labels__with_a_table(sentences, shorter):
    """a table of what can be matched, then a walk through it"""
    if len(shorter) != len(sentences):
        raise ValueError(f"{len(sentences)} != {len(shorter)}")
    time = max(map(len, sentences), default=0)
    labels = -np.ones((len(sentences), time), dtype="int64")
    for b in range(len(sentences)):
        s, k = [w.lower() for w in sentences[b]], [w.lower() for w in shorter[b]]
        n, m = len(s), len(k)
        can = np.zeros((n + 1, m + 1), dtype=bool)  # the first m words of k in the first n of s
        can[:, 0] = True
        for i in range(1, n + 1):
            for j in range(1, m + 1):
                can[i, j] = can[i - 1, j] or (s[i - 1] == k[j - 1] and can[i - 1, j - 1])
        if not can[n, m]:
            raise ValueError(f"The pair at position {b} does not fit.")
        j = m
        for i in range(n, 0, -1):
            take = j > 0 and s[i - 1] == k[j - 1]
            labels[b, i - 1] = 1 if take else 0
            j -= take
    return labels


def compression_labels__by_search(sentences, shorter):
    """the last place before the one that was taken"""
    if len(sentences) != len(shorter):
        raise ValueError(f"sentences: {len(sentences)}, shorter: {len(shorter)}")
    time = 0 if not sentences else max(len(words) for words in sentences)
    labels = np.full((len(sentences), time), -1, dtype="int8")
    for row, words in enumerate(sentences):
        labels[row, : len(words)] = 0
        lower = [word.lower() for word in words]
        before = len(words)
        for word in reversed(shorter[row]):
            places = [t for t in range(before) if lower[t] == word.lower()]
            if not places:
                raise ValueError(f"no place for {word!r} in pair {row}")
            before = places[-1]
            labels[row, before] = 1
    return labels


def rouge_n__with_lists(summary, references, n):
    """a list from which shared n-grams are struck out"""
    if n <= 0:
        raise ValueError("n must be positive")
    if not references:
        raise ValueError("references is empty")
    mine = [tuple(summary[k : k + n]) for k in range(max(0, len(summary) - n + 1))]
    results = []
    for reference in references:
        rest = list(zip(*[reference[k:] for k in range(n)], strict=False))
        total, shared = len(rest), 0
        for gram in mine:
            if gram in rest:
                rest.remove(gram)
                shared += 1
        precision = shared / len(mine) if mine else 0.0
        recall = shared / total if total else 0.0
        f1 = 2 * shared / (len(mine) + total) if shared else 0.0
        results.append((precision, recall, f1))
    return max(results, key=lambda result: round(result[2], 9))


def rouge_n__with_minimum(summary, references, n):
    """counts of each different n-gram, the smaller of the two"""
    if n < 1 or len(references) < 1:
        raise ValueError("n >= 1 and a reference, please")

    def count(words):
        table = {}
        for k in range(len(words) - n + 1):
            gram = "\0".join(words[k : k + n])
            table[gram] = table.get(gram, 0) + 1
        return table

    mine = count(summary)
    scores = np.zeros((len(references), 3))
    for row, reference in enumerate(references):
        theirs = count(reference)
        shared = sum(min(times, theirs.get(gram, 0)) for gram, times in mine.items())
        if shared:
            p, r = shared / sum(mine.values()), shared / sum(theirs.values())
            scores[row] = p, r, 2 / (1 / p + 1 / r)
    p, r, f1 = scores[scores[:, 2].round(9).argmax()]
    return float(p), float(r), float(f1)


def rouge_n__with_numpy(summary, references, n):
    """numbers for n-grams and bincount"""
    if n < 1:
        raise ValueError(f"n = {n}")
    if len(references) == 0:
        raise ValueError("no references")
    number = {}

    def grams(words):
        return [number.setdefault(tuple(words[k : k + n]), len(number)) for k in range(len(words) - n + 1)]

    all_ids = [grams(words) for words in [summary, *references]]
    tables = np.array([np.bincount(np.array(ids, dtype=int), minlength=len(number) or 1) for ids in all_ids])
    shared = np.minimum(tables[0], tables[1:]).sum(axis=1)
    mine, theirs = tables[0].sum(), tables[1:].sum(axis=1)
    precision, recall = shared / max(mine, 1), shared / np.maximum(theirs, 1)
    f1 = 2 * shared / np.maximum(mine + theirs, 1)
    k = int(np.argmax(np.round(f1, 9)))
    return [precision[k], recall[k], f1[k]]
