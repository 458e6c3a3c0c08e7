# %% 01 wrong: only the returned cosine is rounded, the choice is made by argmax of the unrounded ones, so of questions equal up to rounding a later one can win
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("there is no stored question to choose from")

    N = len(questions)
    counted = [Counter(tokenise(q)) for q in questions]
    n = Counter()
    for c in counted:
        n.update(c.keys())
    idf = {w: np.log(N / n[w]) for w in n}

    def vector(counts):
        return {w: c * idf[w] for w, c in counts.items() if w in idf}

    def norm(v):
        return np.sqrt(sum(value ** 2 for value in v.values()))

    stored = [vector(c) for c in counted]
    norms = [norm(v) for v in stored]
    best, cosine = [], []
    for message in messages:
        v = vector(Counter(tokenise(message)))
        length = norm(v)
        sims = []
        for u, other in zip(stored, norms):
            if length == 0 or other == 0:
                sims.append(0.0)
            else:
                sims.append(sum(v[w] * u[w] for w in v if w in u) / (length * other))
        i = int(np.argmax(sims))
        top = round(float(sims[i]), 9)
        cosine.append(top)
        best.append(i if top > 0 and top >= threshold else -1)
    return np.array(best, dtype=int), np.array(cosine, dtype=float)

# %% 02 right: plain dictionaries and loops, math only, running maximum with a strict comparison
import math


def retrieve(messages, questions, threshold=0.0):
    if not len(questions):
        raise ValueError("questions is empty: at least one stored question is needed")

    document_count = {}
    bags = []
    for question in questions:
        bag = {}
        for word in tokenise(question):
            bag[word] = bag.get(word, 0) + 1
        bags.append(bag)
        for word in bag:
            document_count[word] = document_count.get(word, 0) + 1

    weight = {}
    for word in document_count:
        weight[word] = math.log(len(questions) / document_count[word])

    vectors = []
    for bag in bags:
        vector = {word: bag[word] * weight[word] for word in bag}
        size = math.sqrt(sum(value * value for value in vector.values()))
        vectors.append((vector, size))

    best = np.full(len(messages), -1, dtype=np.int64)
    cosine = np.zeros(len(messages))
    for row, message in enumerate(messages):
        bag = {}
        for word in tokenise(message):
            if word in weight:
                bag[word] = bag.get(word, 0) + 1
        mine = {word: bag[word] * weight[word] for word in bag}
        my_size = math.sqrt(sum(value * value for value in mine.values()))
        highest, where = 0.0, -1
        for position, (vector, size) in enumerate(vectors):
            if my_size == 0 or size == 0:
                continue
            dot = 0.0
            for word, value in mine.items():
                dot += value * vector.get(word, 0.0)
            likeness = round(dot / (my_size * size), 9)
            if likeness > highest:
                highest, where = likeness, position
        cosine[row] = highest
        if highest >= threshold:
            best[row] = where
    return best, cosine

# %% 03 wrong: idf is the smoothed one of scikit-learn, ln((1+N)/(1+n))+1, so words that are in every question still count
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("need at least one stored question")
    q_words = [tokenise(q) for q in questions]
    vocab = {w: i for i, w in enumerate(sorted({w for ws in q_words for w in ws}))}

    def count_matrix(lists):
        M = np.zeros((len(lists), len(vocab)))
        for row, ws in enumerate(lists):
            for w in ws:
                if w in vocab:
                    M[row, vocab[w]] += 1
        return M

    Q = count_matrix(q_words)
    X = count_matrix([tokenise(m) for m in messages])
    df = (Q > 0).sum(axis=0)
    idf = np.log((1 + len(questions)) / (1 + df)) + 1
    Q, X = Q * idf, X * idf
    lengths = np.linalg.norm(X, axis=1)[:, None] * np.linalg.norm(Q, axis=1)[None, :]
    cos = np.divide(X @ Q.T, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    cos = np.round(cos, 9)
    best = cos.argmax(axis=1).astype(int)
    top = cos.max(axis=1)
    best[(top == 0) | (top < threshold)] = -1
    return best, top

# %% 04 wrong: n_w counts every occurrence of the word in the questions instead of the questions that hold it
def retrieve(messages, questions, threshold=0.0):
    if not questions:
        raise ValueError("no stored questions")
    all_words = []
    for q in questions:
        all_words += tokenise(q)
    n_w = Counter(all_words)
    vocab = list(n_w)
    idf = np.array([np.log(len(questions) / n_w[w]) for w in vocab])

    def embed(text):
        c = Counter(tokenise(text))
        return np.array([c[w] for w in vocab], dtype=float) * idf

    Q = [embed(q) for q in questions]
    best, cosine = [], []
    for m in messages:
        v = embed(m)
        sims = []
        for q in Q:
            d = np.linalg.norm(v) * np.linalg.norm(q)
            sims.append(round(float(v @ q / d), 9) if d > 0 else 0.0)
        top = max(sims)
        cosine.append(top)
        if top == 0 or top < threshold:
            best.append(-1)
        else:
            best.append(sims.index(top))
    return np.array(best, dtype=int), np.array(cosine, dtype=float)

# %% 05 right: whole count matrices, one matrix product, guarded division and argmax along the questions
def retrieve(messages, questions, threshold=0.0):
    stored = [tokenise(question) for question in questions]
    if len(stored) == 0:
        raise ValueError("There is no stored question, so nothing can be retrieved.")
    column = {word: j for j, word in enumerate(dict.fromkeys(w for words in stored for w in words))}

    def counts(texts):
        table = np.zeros((len(texts), len(column)))
        for i, words in enumerate(texts):
            for word in words:
                if word in column:
                    table[i, column[word]] += 1
        return table

    known = counts(stored)
    asked = counts([tokenise(message) for message in messages])
    idf = np.log(len(stored) / np.count_nonzero(known, axis=0)) if column else np.zeros(0)
    known = known * idf
    asked = asked * idf
    scale = np.outer(np.linalg.norm(asked, axis=1), np.linalg.norm(known, axis=1))
    safe = np.where(scale == 0, 1.0, scale)
    likeness = np.round(np.where(scale == 0, 0.0, (asked @ known.T) / safe), 9)
    cosine = likeness.max(axis=1)
    best = np.where((cosine > 0) & (cosine >= threshold), likeness.argmax(axis=1), -1)
    return best, cosine

# %% 06 wrong: the threshold is strict, a cosine of exactly the threshold gets no answer
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("retrieve needs at least one stored question")
    N = len(questions)
    bags = [Counter(tokenise(q)) for q in questions]
    vocab = set().union(*bags)
    idf = {w: np.log(N / sum(w in b for b in bags)) for w in vocab}

    def tfidf(bag):
        return {w: c * idf[w] for w, c in bag.items() if w in vocab}

    def cos(a, b):
        la = sum(x * x for x in a.values()) ** 0.5
        lb = sum(x * x for x in b.values()) ** 0.5
        if la == 0 or lb == 0:
            return 0.0
        return round(float(sum(a[w] * b[w] for w in a.keys() & b.keys()) / la / lb), 9)

    vectors = [tfidf(b) for b in bags]
    best = np.zeros(len(messages), dtype=int)
    cosine = np.zeros(len(messages))
    for i, m in enumerate(messages):
        v = tfidf(Counter(tokenise(m)))
        sims = np.array([cos(v, u) for u in vectors])
        j = sims.argmax()
        cosine[i] = sims[j]
        best[i] = j if sims[j] > threshold else -1
    return best, cosine

# %% 07 wrong: a highest cosine of 0 is not turned into -1, so with threshold 0 an unknown message gets question 0
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("no stored question given")
    tokens = [tokenise(q) for q in questions]
    words = sorted(set(sum(tokens, [])))
    index = {w: k for k, w in enumerate(words)}
    tf = np.zeros((len(questions), len(words)))
    for i, t in enumerate(tokens):
        for w in t:
            tf[i, index[w]] += 1
    idf = np.log(len(questions) / (tf > 0).sum(axis=0))
    Q = tf * idf
    Qn = np.sqrt((Q ** 2).sum(axis=1))

    best, cosine = [], []
    for m in messages:
        v = np.zeros(len(words))
        for w in tokenise(m):
            if w in index:
                v[index[w]] += idf[index[w]]
        den = Qn * np.sqrt((v ** 2).sum())
        sims = np.zeros(len(questions))
        ok = den > 0
        sims[ok] = (Q @ v)[ok] / den[ok]
        sims = sims.round(9)
        k = sims.argmax()
        cosine.append(sims[k])
        best.append(k if sims[k] >= threshold else -1)
    return np.array(best, dtype=int), np.array(cosine, dtype=float)

# %% 08 right: inverted index, the dot products are gathered from postings of each word
from collections import defaultdict


def retrieve(messages, questions, threshold=0.0):
    total = len(questions)
    if total < 1:
        raise ValueError(f"expected one stored question or more, got {total}")

    postings = defaultdict(list)
    for number, question in enumerate(questions):
        for word, often in Counter(tokenise(question)).items():
            postings[word].append((number, often))

    squares = np.zeros(total)
    rarity = {}
    for word, places in postings.items():
        rarity[word] = np.log(total) - np.log(len(places))
        for number, often in places:
            squares[number] += (often * rarity[word]) ** 2
    sizes = np.sqrt(squares)

    best = np.empty(len(messages), dtype=int)
    cosine = np.empty(len(messages), dtype=float)
    for i, message in enumerate(messages):
        dots = np.zeros(total)
        square = 0.0
        for word, often in Counter(tokenise(message)).items():
            if word not in postings:
                continue
            mine = often * rarity[word]
            square += mine ** 2
            for number, theirs in postings[word]:
                dots[number] += mine * theirs * rarity[word]
        likeness = np.zeros(total)
        full = (sizes > 0) & (square > 0)
        likeness[full] = dots[full] / (sizes[full] * square ** 0.5)
        likeness = np.around(likeness, 9)
        top = likeness.max()
        first = np.flatnonzero(likeness == top)[0]
        cosine[i] = top
        best[i] = -1 if top == 0 or top < threshold else first
    return best, cosine

# %% 09 wrong: words that no question holds get the weight ln N and lengthen the message, which lowers its cosine
def retrieve(messages, questions, threshold=0.0):
    if not len(questions):
        raise ValueError("there must be at least one stored question")

    N = len(questions)
    df = Counter()
    for q in questions:
        df.update(set(tokenise(q)))

    def vec(text):
        out = {}
        for w, c in Counter(tokenise(text)).items():
            out[w] = c * np.log(N / df.get(w, 1))
        return out

    def length(v):
        return np.sqrt(sum(x * x for x in v.values()))

    qs = [vec(q) for q in questions]
    best, cosine = [], []
    for m in messages:
        v = vec(m)
        top, where = 0.0, -1
        for i, q in enumerate(qs):
            d = length(v) * length(q)
            if d == 0:
                continue
            c = np.round(sum(v[w] * q.get(w, 0.0) for w in v) / d, 9)
            if c > top:
                top, where = c, i
        if top < threshold:
            where = -1
        best.append(where)
        cosine.append(top)
    return np.array(best, dtype=int), np.array(cosine, dtype=float)

# %% 10 wrong: the threshold is compared with the unrounded cosine, so a cosine that is the threshold but for rounding (a message equal to a question, threshold 1) gets no answer
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("there is no stored question")
    q_words = [tokenise(q) for q in questions]
    vocab = {}
    for ws in q_words:
        for w in ws:
            vocab.setdefault(w, len(vocab))

    def count(ws):
        row = np.zeros(len(vocab))
        for w in ws:
            if w in vocab:
                row[vocab[w]] += 1
        return row

    C = np.array([count(ws) for ws in q_words])
    idf = np.log(len(questions) / (C > 0).sum(axis=0))
    Q = C * idf
    best = np.full(len(messages), -1)
    cosine = np.zeros(len(messages))
    for i, m in enumerate(messages):
        v = count(tokenise(m)) * idf
        norm = np.linalg.norm(Q, axis=1) * np.linalg.norm(v)
        sim = np.where(norm > 0, Q @ v / np.where(norm > 0, norm, 1), 0.0)
        rounded = np.round(sim, 9)
        j = int(np.argmax(rounded))
        cosine[i] = rounded[j]
        if rounded[j] > 0 and sim[j] >= threshold:
            best[i] = j
    return best, cosine

# %% 11 right: unit vectors made by a helper, choice by max with a key over positions, separate small functions
def inverse_frequencies(bags):
    holders = Counter(word for bag in bags for word in bag)
    return {word: float(np.log(len(bags) / number)) for word, number in holders.items()}


def unit_vector(bag, idf):
    """A dict of the non-zero entries at length 1; empty for the zero vector."""
    entries = {word: bag[word] * idf[word] for word in bag if idf.get(word, 0.0) > 0}
    size = np.linalg.norm(list(entries.values())) if entries else 1.0
    return {word: value / size for word, value in entries.items()}


def retrieve(messages, questions, threshold=0.0):
    bags = [Counter(tokenise(question)) for question in questions]
    if not bags:
        raise ValueError("questions must not be empty")
    idf = inverse_frequencies(bags)
    shelf = [unit_vector(bag, idf) for bag in bags]

    def look_up(message):
        asked = unit_vector(Counter(tokenise(message)), idf)
        near = [round(float(sum(asked[w] * q[w] for w in asked if w in q)), 9) for q in shelf]
        place = max(range(len(near)), key=near.__getitem__)
        if near[place] == 0 or near[place] < threshold:
            return -1, near[place]
        return place, near[place]

    found = [look_up(message) for message in messages]
    return (
        np.array([place for place, _ in found], dtype=int),
        np.array([value for _, value in found], dtype=float),
    )

# %% 12 wrong: empty stored questions are dropped first, so the positions in best are shifted behind them and N is too small
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("no stored question")
    docs = [tokenise(q) for q in questions]
    docs = [d for d in docs if d]
    if not docs:
        return np.full(len(messages), -1), np.zeros(len(messages))
    N = len(docs)
    df = Counter(w for d in docs for w in set(d))
    vocab = sorted(df)
    idf = np.log(N / np.array([df[w] for w in vocab]))

    def vectors(token_lists):
        bags = [Counter(t) for t in token_lists]
        return np.array([[b[w] for w in vocab] for b in bags], dtype=float).reshape(len(bags), len(vocab)) * idf

    Q = vectors(docs)
    M = vectors([tokenise(m) for m in messages])
    qn = np.linalg.norm(Q, axis=1)
    mn = np.linalg.norm(M, axis=1)
    den = mn[:, None] * qn
    cos = np.zeros(den.shape)
    np.divide(M @ Q.T, den, out=cos, where=den != 0)
    cos = cos.round(9)
    best = cos.argmax(axis=1)
    cosine = cos.max(axis=1)
    best = np.where((cosine == 0) | (cosine < threshold), -1, best)
    return best, cosine

# %% 13 wrong: the messages are cut into words in place, so the list the caller gave is changed
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("at least one stored question is needed")
    n_questions = len(questions)
    question_counts = [Counter(tokenise(q)) for q in questions]
    doc_freq = Counter()
    for counts in question_counts:
        for word in counts:
            doc_freq[word] += 1
    idf = {word: np.log(n_questions / freq) for word, freq in doc_freq.items()}

    for i in range(len(messages)):
        messages[i] = [w for w in tokenise(messages[i]) if w in idf]

    best = []
    cosine = []
    for words in messages:
        counts = Counter(words)
        msg_norm = np.sqrt(sum((c * idf[w]) ** 2 for w, c in counts.items()))
        scores = []
        for qc in question_counts:
            q_norm = np.sqrt(sum((c * idf[w]) ** 2 for w, c in qc.items()))
            if msg_norm == 0 or q_norm == 0:
                scores.append(0.0)
                continue
            dot = sum(counts[w] * qc[w] * idf[w] ** 2 for w in counts)
            scores.append(float(np.round(dot / (msg_norm * q_norm), 9)))
        highest = max(scores)
        cosine.append(highest)
        best.append(scores.index(highest) if highest > 0 and highest >= threshold else -1)
    return np.array(best, dtype=int), np.array(cosine, dtype=float)

# %% 14 wrong: without a message it returns two empty arrays before it looks at the questions, so the ValueError is missing where both lists are empty
def retrieve(messages, questions, threshold=0.0):
    if len(messages) == 0:
        return np.zeros(0, dtype=int), np.zeros(0)
    if len(questions) == 0:
        raise ValueError("cannot retrieve: no stored questions")

    bags = [Counter(tokenise(q)) for q in questions]
    vocab = sorted(set(w for bag in bags for w in bag))
    n = np.array([sum(1 for bag in bags if w in bag) for w in vocab], dtype=float)
    idf = np.log(len(bags) / n)

    def to_vector(bag):
        return np.array([bag[w] for w in vocab], dtype=float) * idf

    Q = np.stack([to_vector(bag) for bag in bags])
    M = np.stack([to_vector(Counter(tokenise(m))) for m in messages])

    def unit(A):
        size = np.sqrt((A * A).sum(axis=1, keepdims=True))
        size[size == 0] = 1
        return A / size

    sims = np.round(np.einsum("mv,qv->mq", unit(M), unit(Q)), 9)
    best = np.argmax(sims, axis=1)
    cosine = sims[np.arange(len(messages)), best]
    best[(cosine <= 0) | (cosine < threshold)] = -1
    return best, cosine

# %% 15 wrong: where there is no answer the cosine is set to 0 too, instead of the highest cosine in any case
def retrieve(messages, questions, threshold=0.0):
    if not questions:
        raise ValueError("There must be a stored question.")
    N = len(questions)
    texts = [tokenise(q) for q in questions]
    n = {}
    for words in texts:
        for w in set(words):
            n[w] = n.get(w, 0) + 1

    def vectorise(words):
        v = {}
        for w in words:
            if w in n:
                v[w] = v.get(w, 0.0) + np.log(N / n[w])
        return v

    stored = [vectorise(words) for words in texts]
    best = np.full(len(messages), -1, dtype=int)
    cosine = np.zeros(len(messages), dtype=float)
    for i, message in enumerate(messages):
        u = vectorise(tokenise(message))
        nu = np.sqrt(sum(x ** 2 for x in u.values()))
        for j, v in enumerate(stored):
            nv = np.sqrt(sum(x ** 2 for x in v.values()))
            if nu * nv == 0:
                continue
            c = np.round(sum(u[w] * v[w] for w in u if w in v) / (nu * nv), 9)
            if c >= threshold and c > cosine[i]:
                best[i], cosine[i] = j, c
    return best, cosine

# %% 16 wrong: a small 1e-8 is added below the line against division by zero, which shifts the cosines in the nine decimals and makes equal texts less than 1
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("questions must hold at least one question")
    tokenised = [tokenise(q) for q in questions]
    vocab = sorted({w for t in tokenised for w in t})
    pos = {w: i for i, w in enumerate(vocab)}

    def bag(words):
        v = np.zeros(len(vocab))
        for w in words:
            if w in pos:
                v[pos[w]] += 1.0
        return v

    Q = np.array([bag(t) for t in tokenised]).reshape(len(questions), len(vocab))
    idf = np.log(len(questions) / np.sum(Q > 0, axis=0))
    Q = Q * idf
    eps = 1e-8
    best, cosine = [], []
    for m in messages:
        v = bag(tokenise(m)) * idf
        sims = Q @ v / (np.linalg.norm(Q, axis=1) * np.linalg.norm(v) + eps)
        sims = np.round(sims, 9)
        i = int(sims.argmax())
        cosine.append(sims[i])
        best.append(-1 if sims[i] == 0 or sims[i] < threshold else i)
    return np.array(best, dtype=int), np.array(cosine, dtype=float)

# %% 17 wrong: two slips, the messages are counted into N and n_w as if they were stored questions, and of equal cosines the last question wins
def retrieve(messages, questions, threshold=0.0):
    if len(questions) == 0:
        raise ValueError("no stored questions to search")
    q_bags = [Counter(tokenise(q)) for q in questions]
    m_bags = [Counter(tokenise(m)) for m in messages]
    vocab = set(w for b in q_bags for w in b)
    everything = q_bags + m_bags
    idf = {w: np.log(len(everything) / sum(w in b for b in everything)) for w in vocab}

    def cos(a, b):
        na = np.sqrt(sum((c * idf[w]) ** 2 for w, c in a.items() if w in vocab))
        nb = np.sqrt(sum((c * idf[w]) ** 2 for w, c in b.items() if w in vocab))
        if na == 0 or nb == 0:
            return 0.0
        return round(float(sum(a[w] * b[w] * idf[w] ** 2 for w in a if w in b) / (na * nb)), 9)

    best, cosine = [], []
    for m in m_bags:
        top, where = 0.0, -1
        for i, q in enumerate(q_bags):
            c = cos(m, q)
            if c > 0 and c >= top:
                top, where = c, i
        best.append(where if top >= threshold else -1)
        cosine.append(top)
    return np.array(best, dtype=int), np.array(cosine, dtype=float)

# %% 18 right: np.unique and searchsorted build ids, bincount makes the rows, a stable sort picks the first of the highest
def retrieve(messages, questions, threshold=0.0):
    n_questions = len(questions)
    if n_questions == 0:
        raise ValueError("without a stored question there is nothing to choose from")
    stored = [tokenise(q) for q in questions]
    flat = [word for words in stored for word in words]
    if not flat:
        return np.full(len(messages), -1, dtype=int), np.zeros(len(messages))
    vocabulary = np.unique(np.array(flat, dtype=str))
    size = len(vocabulary)

    def counts(words):
        if not words:
            return np.zeros(size)
        words = np.array(words, dtype=str)
        place = np.minimum(np.searchsorted(vocabulary, words), size - 1)
        return np.bincount(place[vocabulary[place] == words], minlength=size).astype(float)

    table = np.stack([counts(words) for words in stored])
    weights = np.log(n_questions / (table > 0).sum(axis=0))
    table *= weights
    norms = np.hypot.reduce(table, axis=1)

    best = np.full(len(messages), -1, dtype=int)
    cosine = np.zeros(len(messages))
    for row, message in enumerate(messages):
        vector = counts(tokenise(message)) * weights
        norm = np.hypot.reduce(vector)
        if norm == 0:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            close = np.nan_to_num(table @ vector / norms / norm, nan=0.0)
        close = np.round(close, 9)
        winner = np.argsort(-close, kind="stable")[0]
        cosine[row] = close[winner]
        if close[winner] > 0 and close[winner] >= threshold:
            best[row] = winner
    return best, cosine
