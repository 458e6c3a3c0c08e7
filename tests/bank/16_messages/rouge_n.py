# %% 01 wrong: clipping forgotten, every n-gram of the summary that occurs in the reference counts as shared as often as the summary repeats it
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n must be at least 1")
    if len(references) == 0:
        raise ValueError("there is no reference")

    def ngrams(words):
        return [tuple(words[i:i + n]) for i in range(len(words) - n + 1)]

    mine = ngrams(summary)
    best = (0.0, 0.0, 0.0)
    for reference in references:
        theirs = ngrams(reference)
        known = set(theirs)
        shared = sum(1 for g in mine if g in known)
        if shared == 0:
            continue
        p = shared / len(mine)
        r = shared / len(theirs)
        f = 2 * p * r / (p + r)
        if f > best[2] + 1e-12:
            best = (p, r, f)
    return best

# %% 02 right: Counter intersection, F1 rounded to compare, running best
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError(f"n must be 1 or more, not {n}")
    if not references:
        raise ValueError("rouge_n needs at least one reference")

    def grams(words):
        return Counter(zip(*(words[k:] for k in range(n))))

    ours = grams(summary)
    best = (0.0, 0.0, 0.0)
    for reference in references:
        theirs = grams(reference)
        shared = sum((ours & theirs).values())
        if shared == 0:
            continue
        precision = shared / sum(ours.values())
        recall = shared / sum(theirs.values())
        f1 = 2 * precision * recall / (precision + recall)
        if round(f1, 9) > round(best[2], 9):
            best = (precision, recall, f1)
    return best

# %% 03 wrong: sets of n-grams instead of counts, so repeated n-grams count once above and below the line
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n has to be 1 or larger")
    if not references:
        raise ValueError("references must not be empty")
    grams = lambda words: {tuple(words[i:i + n]) for i in range(len(words) - n + 1)}
    s = grams(summary)
    results = []
    for ref in references:
        r = grams(ref)
        both = len(s & r)
        if both == 0:
            results.append((0.0, 0.0, 0.0))
        else:
            precision, recall = both / len(s), both / len(r)
            results.append((precision, recall, 2 * precision * recall / (precision + recall)))
    return max(results, key=lambda t: round(t[2], 10))

# %% 04 wrong: precision, recall and F1 are each the highest over the references, not all three of the one reference with the best F1
def rouge_n(summary, references, n):
    if n < 1 or len(references) == 0:
        raise ValueError("n is below 1 or there is no reference")

    def count(words):
        c = {}
        for i in range(len(words) - n + 1):
            g = tuple(words[i:i + n])
            c[g] = c.get(g, 0) + 1
        return c

    cs = count(summary)
    ps, rs, fs = [], [], []
    for ref in references:
        cr = count(ref)
        shared = sum(min(cs[g], cr[g]) for g in cs if g in cr)
        p = shared / max(sum(cs.values()), 1)
        r = shared / max(sum(cr.values()), 1)
        f = 2 * p * r / (p + r) if shared else 0.0
        ps.append(p)
        rs.append(r)
        fs.append(f)
    return max(ps), max(rs), max(fs)

# %% 05 right: sorted lists of n-grams merged with two pointers, F1 by one division so that ties are exact
def rouge_n(summary, references, n):
    if len(references) < 1:
        raise ValueError("the list of references is empty")
    if n < 1:
        raise ValueError("an n-gram has at least one word, so n must be at least 1")

    def sorted_grams(words):
        return sorted(tuple(words[start : start + n]) for start in range(len(words) - n + 1))

    left = sorted_grams(summary)
    answer = 0.0, 0.0, 0.0
    for reference in references:
        right = sorted_grams(reference)
        i = j = shared = 0
        while i < len(left) and j < len(right):
            if left[i] == right[j]:
                shared += 1
                i += 1
                j += 1
            elif left[i] < right[j]:
                i += 1
            else:
                j += 1
        if shared:
            f1 = 2 * shared / (len(left) + len(right))
            if f1 > answer[2]:
                answer = shared / len(left), shared / len(right), f1
    return answer

# %% 06 wrong: the reference with the highest recall is taken instead of the one with the highest F1
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n must not be below 1")
    if len(references) == 0:
        raise ValueError("no reference given")

    def ngram_counts(words):
        return Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))

    s = ngram_counts(summary)
    total_s = sum(s.values())
    best_p, best_r, best_f = 0.0, 0.0, 0.0
    for ref in references:
        r = ngram_counts(ref)
        total_r = sum(r.values())
        overlap = sum(min(c, r[g]) for g, c in s.items())
        if overlap == 0:
            continue
        precision = overlap / total_s
        recall = overlap / total_r
        if recall > best_r + 1e-9:
            best_p, best_r = precision, recall
            best_f = 2 * precision * recall / (precision + recall)
    return best_p, best_r, best_f

# %% 07 wrong: F1 scores are compared without any tolerance, so rounding errors let a later, equally good reference win
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n below 1")
    if not len(references):
        raise ValueError("at least one reference is needed")

    def ngrams(words):
        return Counter([tuple(words[i:i + n]) for i in range(len(words) - n + 1)])

    def score(a, b):
        shared = sum((a & b).values())
        if shared == 0:
            return 0.0, 0.0, 0.0
        precision = shared / sum(a.values())
        recall = shared / sum(b.values())
        return precision, recall, 2 * precision * recall / (precision + recall)

    a = ngrams(summary)
    scores = [score(a, ngrams(ref)) for ref in references]
    return max(scores, key=lambda triple: triple[2])

# %% 08 right: exact fractions throughout, turned into floats at the end, max keeps the first
from fractions import Fraction


def rouge_n(summary, references, n):
    if not n >= 1:
        raise ValueError("n is below 1")
    if not len(references):
        raise ValueError("there is no reference to compare with")

    def runs(words):
        return [tuple(words[i : i + n]) for i in range(max(0, len(words) - n + 1))]

    def against(reference):
        mine, theirs = runs(summary), runs(reference)
        shared = sum(min(mine.count(g), theirs.count(g)) for g in set(mine))
        if not shared:
            return Fraction(0), Fraction(0), Fraction(0)
        p, r = Fraction(shared, len(mine)), Fraction(shared, len(theirs))
        return p, r, 2 * p * r / (p + r)

    p, r, f = max(map(against, references), key=lambda scores: scores[2])
    return float(p), float(r), float(f)

# %% 09 wrong: n-grams are joined with a blank into one string, so with words that hold blanks different n-grams become the same
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n should be at least 1")
    if not references:
        raise ValueError("references is empty")

    def ngrams(words):
        return Counter(" ".join(words[i:i + n]) for i in range(len(words) - n + 1))

    mine = ngrams(summary)
    best = (0.0, 0.0, 0.0)
    for ref in references:
        theirs = ngrams(ref)
        shared = sum(min(mine[g], theirs[g]) for g in mine)
        if shared > 0:
            p = shared / sum(mine.values())
            r = shared / sum(theirs.values())
            f1 = 2 * p * r / (p + r)
            if f1 - best[2] > 1e-9:
                best = (p, r, f1)
    return best

# %% 10 wrong: slices start at every word, so the shorter pieces at the end count as n-grams as well
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n must be at least one")
    if len(references) == 0:
        raise ValueError("need at least one reference summary")

    def pieces(words):
        return [tuple(words[i:i + n]) for i in range(len(words))]

    best = [0.0, 0.0, 0.0]
    s = pieces(summary)
    for ref in references:
        r = pieces(ref)
        left = list(r)
        shared = 0
        for g in s:
            if g in left:
                left.remove(g)
                shared += 1
        if shared == 0:
            continue
        precision = shared / len(s)
        recall = shared / len(r)
        f1 = 2 * precision * recall / (precision + recall)
        if f1 > best[2] + 1e-10:
            best = [precision, recall, f1]
    return tuple(best)

# %% 11 wrong: divides by the number of words instead of the number of n-grams, as distinct-n does
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n must be >= 1")
    if len(references) == 0:
        raise ValueError("no references")

    def counts(words):
        return Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))

    out = []
    for ref in references:
        shared = sum((counts(summary) & counts(ref)).values())
        if shared == 0:
            out.append((0.0, 0.0, 0.0))
            continue
        precision = shared / len(summary)
        recall = shared / len(ref)
        out.append((precision, recall, 2 * precision * recall / (precision + recall)))
    i = int(np.argmax(np.round([o[2] for o in out], 9)))
    return out[i]

# %% 12 right: NumPy, n-grams get ids from one shared dictionary, bincount and minimum, argmax of rounded F1
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n must be at least 1")
    if len(references) == 0:
        raise ValueError("at least one reference is needed")

    ids = {}
    numbered = []
    for text in [summary, *references]:
        words = list(text)
        row = [
            ids.setdefault(tuple(words[i : i + n]), len(ids))
            for i in range(len(words) - n + 1)
        ]
        numbered.append(np.array(row, dtype=int))
    table = np.stack([np.bincount(row, minlength=len(ids)) for row in numbered]) if ids else np.zeros((len(numbered), 0))

    totals = table.sum(axis=1)
    shared = np.minimum(table[0], table[1:]).sum(axis=1)
    precision = shared / max(totals[0], 1)
    recall = shared / np.maximum(totals[1:], 1)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros(len(both)), where=both > 0)
    place = int(np.round(f1, 10).argmax())
    return float(precision[place]), float(recall[place]), float(f1[place])

# %% 13 wrong: for n = 1 the reference itself serves as the list of n-grams, and matched words are removed from it, so the caller's references are changed
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n must be a positive number")
    if not references:
        raise ValueError("there must be at least one reference")

    def ngrams(words):
        if n == 1:
            return words
        return [words[i:i + n] for i in range(len(words) - n + 1)]

    best_f1, best = 0.0, (0.0, 0.0, 0.0)
    for reference in references:
        mine = ngrams(summary)
        theirs = ngrams(reference)
        n_mine, n_theirs = len(mine), len(theirs)
        hits = 0
        for gram in mine:
            if gram in theirs:
                theirs.remove(gram)
                hits += 1
        if hits == 0:
            continue
        precision, recall = hits / n_mine, hits / n_theirs
        f1 = 2 * precision * recall / (precision + recall)
        if f1 > best_f1 + 1e-9:
            best_f1, best = f1, (precision, recall, f1)
    return best

# %% 14 wrong: an empty summary returns zeros before the arguments are checked, so n below 1 or no reference raises nothing there
def rouge_n(summary, references, n):
    if len(summary) == 0:
        return 0.0, 0.0, 0.0
    if n < 1:
        raise ValueError(f"n is {n}, but must be at least 1")
    if len(references) == 0:
        raise ValueError("no reference summary")

    def grams(words):
        return Counter(zip(*[words[i:] for i in range(n)]))

    s = grams(summary)
    best = (0.0, 0.0, 0.0)
    for reference in references:
        r = grams(reference)
        shared = sum(min(s[g], r[g]) for g in s)
        if not shared:
            continue
        p, q = shared / sum(s.values()), shared / sum(r.values())
        f = 2 * p * q / (p + q)
        if round(f, 9) > round(best[2], 9):
            best = (p, q, f)
    return best

# %% 15 wrong: n-grams are clipped against all references pooled as in BLEU (highest count over the references), instead of against one reference
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n must be at least 1")
    if not references:
        raise ValueError("at least one reference is required")

    def count(words):
        return Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))

    mine = count(summary)
    pooled = Counter()
    for ref in references:
        pooled |= count(ref)
    shared = sum((mine & pooled).values())
    if shared == 0:
        return 0.0, 0.0, 0.0
    precision = shared / sum(mine.values())
    recall = shared / sum(pooled.values())
    return precision, recall, 2 * precision * recall / (precision + recall)

# %% 16 wrong: references that are all empty are taken for no reference, so [[]] raises a ValueError instead of giving zeros
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n below 1 makes no n-grams")
    references = [r for r in references if len(r) > 0]
    if not references:
        raise ValueError("there is no reference")

    def ngrams(words):
        return [tuple(words[i:i + n]) for i in range(len(words) - n + 1)]

    def prf(ref):
        a, b = Counter(ngrams(summary)), Counter(ngrams(ref))
        shared = sum((a & b).values())
        if shared == 0:
            return (0.0, 0.0, 0.0)
        p, r = shared / sum(a.values()), shared / sum(b.values())
        return (p, r, 2 * p * r / (p + r))

    best = prf(references[0])
    for ref in references[1:]:
        new = prf(ref)
        if new[2] > best[2] and not np.isclose(new[2], best[2], rtol=0, atol=1e-9):
            best = new
    return best

# %% 17 right: recursion over the references and a consumed copy of the counts, early returns
def rouge_n(summary, references, n):
    if n < 1:
        raise ValueError("n is below 1")
    if len(references) == 0:
        raise ValueError("references is empty")

    one = _against(list(summary), list(references[0]), n)
    if len(references) == 1:
        return one
    rest = rouge_n(summary, references[1:], n)
    if rest[2] - one[2] > 1e-9:
        return rest
    return one


def _against(words, reference, n):
    below, above = len(reference) - n + 1, len(words) - n + 1
    if below < 1 or above < 1:
        return 0.0, 0.0, 0.0
    left = {}
    for i in range(below):
        gram = tuple(reference[i : i + n])
        left[gram] = left.get(gram, 0) + 1
    shared = 0
    for i in range(above):
        gram = tuple(words[i : i + n])
        if left.get(gram, 0) > 0:
            left[gram] -= 1
            shared += 1
    if shared == 0:
        return 0.0, 0.0, 0.0
    precision, recall = shared / above, shared / below
    return precision, recall, 2 * precision * recall / (precision + recall)

# %% 18 wrong: two slips, n below 1 is not refused, and of equally good references the last one is taken
def rouge_n(summary, references, n):
    if not references:
        raise ValueError("no reference")

    def grams(words):
        counts = Counter()
        for i in range(len(words) - n + 1):
            counts[tuple(words[i:i + n])] += 1
        return counts

    mine = grams(summary)
    best = (0.0, 0.0, 0.0)
    for ref in references:
        theirs = grams(ref)
        shared = sum(min(mine[g], theirs[g]) for g in mine)
        if shared == 0:
            continue
        p = shared / sum(mine.values())
        r = shared / sum(theirs.values())
        f1 = 2 * p * r / (p + r)
        if f1 >= best[2] - 1e-9:
            best = (p, r, f1)
    return best
