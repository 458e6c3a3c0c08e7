# %% 01 wrong: Counter.most_common leaves equal counts in the order of their first appearance, not in alphabetical order
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("max_size must be at least 2, for [PAD] and [UNK]")
    counts = Counter(token for sentence in sentences for token in sentence)
    vocabulary = ["[PAD]", "[UNK]"]
    for token, count in counts.most_common():
        if count >= min_count:
            vocabulary.append(token)
    return vocabulary[:max_size]

# %% 02 right: a plain dict for counting and two stable sorts, one after the other
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError(f"max_size is {max_size}, but [PAD] and [UNK] alone need 2")
    counts = {}
    for sentence in sentences:
        for token in sentence:
            counts[token] = counts.get(token, 0) + 1
    tokens = [token for token in counts if counts[token] >= min_count]
    tokens.sort()
    tokens.sort(key=counts.get, reverse=True)
    vocabulary = ["[PAD]", "[UNK]"] + tokens
    if max_size is None:
        return vocabulary
    return vocabulary[:max_size]

# %% 03 wrong: most_common(max_size - 2) decides which tokens stay before equal counts are put in alphabetical order, so at the limit the first seen token wins and not the alphabetically first
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("max_size must leave room for the two reserved tokens")
    counts = Counter()
    for sentence in sentences:
        counts.update(sentence)
    room = None if max_size is None else max_size - 2
    frequent = [(token, n) for token, n in counts.most_common(room) if n >= min_count]
    frequent.sort(key=lambda pair: (-pair[1], pair[0]))
    return ["[PAD]", "[UNK]"] + [token for token, _ in frequent]

# %% 04 right: NumPy's unique with counts, then lexsort
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("max_size below 2: the two reserved ids do not fit")
    flat = [token for sentence in sentences for token in sentence]
    reserved = ["[PAD]", "[UNK]"]
    if not flat:
        return reserved
    tokens, counts = np.unique(np.array(flat, dtype=object), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    chosen = [tokens[k] for k in order if counts[k] >= min_count]
    return (reserved + chosen)[:max_size]

# %% 05 wrong: the early return for no sentences stands before the check, so a max_size below 2 raises no error there
def build_vocabulary(sentences, max_size=None, min_count=1):
    vocabulary = ["[PAD]", "[UNK]"]
    if len(sentences) == 0:
        return vocabulary
    if max_size is not None and max_size < 2:
        raise ValueError(f"max_size must be 2 or more, not {max_size}")
    counts = Counter()
    for sentence in sentences:
        for token in sentence:
            counts[token] += 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for token, count in ranked:
        if max_size is not None and len(vocabulary) == max_size:
            break
        if count >= min_count:
            vocabulary.append(token)
    return vocabulary

# %% 06 wrong: asks for the truth of max_size in place of "is not None", so max_size=0 raises no error and counts as no limit
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size and max_size < 2:
        raise ValueError("the vocabulary must have room for [PAD] and [UNK]")
    counts = Counter(token for sentence in sentences for token in sentence)
    kept = [token for token in counts if counts[token] >= min_count]
    kept = sorted(kept, key=lambda token: (-counts[token], token))
    if max_size:
        kept = kept[: max_size - 2]
    return ["[PAD]", "[UNK]", *kept]

# %% 07 right: collects the tokens of each count in a list of their own and walks from the highest count down
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("max_size is below 2, so [PAD] and [UNK] do not fit")
    how_often = Counter()
    for sentence in sentences:
        how_often.update(sentence)
    by_count = {}
    for token, count in how_often.items():
        by_count.setdefault(count, []).append(token)
    result = ["[PAD]", "[UNK]"]
    for count in sorted(by_count, reverse=True):
        if count < min_count:
            break
        for token in sorted(by_count[count]):
            if len(result) == max_size:
                return result
            result.append(token)
    return result

# %% 08 wrong: the counter lives outside the function, so a second call still counts the sentences of the first
token_counts = Counter()


def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("max_size must be at least 2")
    for sentence in sentences:
        token_counts.update(sentence)
    kept = [t for t, c in sorted(token_counts.items(), key=lambda tc: (-tc[1], tc[0])) if c >= min_count]
    return (["[PAD]", "[UNK]"] + kept)[:max_size]

# %% 09 wrong: flattens with reduce(iadd) without a start value, which writes all tokens into the first of the given sentences
import operator
from functools import reduce


def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("max_size has to be at least 2")
    tokens = reduce(operator.iadd, sentences) if sentences else []
    counts = Counter(tokens)
    kept = sorted((t for t in counts if counts[t] >= min_count), key=lambda t: (-counts[t], t))
    vocabulary = ["[PAD]", "[UNK]"] + kept
    return vocabulary if max_size is None else vocabulary[:max_size]

# %% 10 wrong: the ValueError has no message, although it must say what is wrong
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError
    counts = {}
    for sentence in sentences:
        for token in sentence:
            counts[token] = counts.get(token, 0) + 1
    pairs = sorted((-count, token) for token, count in counts.items() if count >= min_count)
    vocabulary = ["[PAD]", "[UNK]"] + [token for _, token in pairs]
    return vocabulary[:max_size]

# %% 11 wrong: raises the error at max_size=2 as well, where the two reserved tokens just fit
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size <= 2:
        raise ValueError("max_size is too small for the reserved tokens")
    counts = Counter()
    for sentence in sentences:
        counts.update(sentence)
    vocabulary = ["[PAD]", "[UNK]"]
    for token in sorted(counts, key=lambda t: (-counts[t], t)):
        if counts[token] < min_count:
            break
        if max_size is not None and len(vocabulary) >= max_size:
            break
        vocabulary.append(token)
    return vocabulary

# %% 12 right: the best tokens from a heap, as many as there is room for
import heapq
from itertools import chain


def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError(f"no room for the reserved tokens: max_size={max_size}")
    counts = Counter(chain.from_iterable(sentences))
    candidates = [(-count, token) for token, count in counts.items() if count >= min_count]
    room = len(candidates) if max_size is None else max_size - 2
    return ["[PAD]", "[UNK]", *(token for _, token in heapq.nsmallest(room, candidates))]

# %% 13 wrong: two slips, it counts in how many sentences a token occurs and not how often, and max_size does not include the two reserved tokens
def build_vocabulary(sentences, max_size=None, min_count=1):
    if max_size is not None and max_size < 2:
        raise ValueError("max_size must be 2 or larger")
    counts = Counter()
    for sentence in sentences:
        for token in set(sentence):
            counts[token] += 1
    tokens = sorted((token for token in counts if counts[token] >= min_count), key=lambda t: (-counts[t], t))
    if max_size is not None:
        tokens = tokens[:max_size]
    return ["[PAD]", "[UNK]"] + tokens
