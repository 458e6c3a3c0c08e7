# %% 01 right: a dict of positions and a slice, which knows None and 0 by itself
def encode(texts, vocabulary, max_length=None):
    position = {token: k for k, token in enumerate(vocabulary)}
    return [[position.get(token, 1) for token in tokenise(text)[:max_length]] for text in texts]

# %% 02 wrong: "if max_length:" takes 0 for None, so max_length=0 keeps all tokens
def encode(texts, vocabulary, max_length=None):
    ids_of = dict(zip(vocabulary, range(len(vocabulary))))
    result = []
    for text in texts:
        tokens = tokenise(text)
        if max_length:
            tokens = tokens[:max_length]
        result.append([ids_of.get(token, ids_of["[UNK]"]) for token in tokens])
    return result

# %% 03 wrong: keeps the encoded texts in a dict by text, so a text that occurs twice has only one list in the result
def encode(texts, vocabulary, max_length=None):
    index = {token: i for i, token in enumerate(vocabulary)}
    encoded = {}
    for text in texts:
        tokens = tokenise(text)
        if max_length is not None:
            tokens = tokens[:max_length]
        encoded[text] = [index.get(token, 1) for token in tokens]
    return list(encoded.values())

# %% 04 wrong: fills an array of zeros, which holds floats, so the ids are 3.0 and not 3
def encode(texts, vocabulary, max_length=None):
    index = {token: i for i, token in enumerate(vocabulary)}
    unknown = index["[UNK]"]
    rows = []
    for text in texts:
        tokens = tokenise(text)
        if max_length is not None:
            tokens = tokens[:max_length]
        row = np.zeros(len(tokens))
        for t, token in enumerate(tokens):
            row[t] = index.get(token, unknown)
        rows.append(row.tolist())
    return rows

# %% 05 right: asks the list itself for the position and catches the ValueError of unknown tokens
def encode(texts, vocabulary, max_length=None):
    def id_of(token):
        try:
            return vocabulary.index(token)
        except ValueError:
            return vocabulary.index("[UNK]")

    known = {}
    result = []
    for text in texts:
        ids = []
        for token in tokenise(text):
            if max_length is not None and len(ids) >= max_length:
                break
            if token not in known:
                known[token] = id_of(token)
            ids.append(known[token])
        result.append(ids)
    return result

# %% 06 wrong: the table of ids is built at the first call and kept, so a later call with another vocabulary uses the old one
ids_by_token = {}


def encode(texts, vocabulary, max_length=None):
    if not ids_by_token:
        for k, token in enumerate(vocabulary):
            ids_by_token[token] = k
    result = []
    for text in texts:
        tokens = tokenise(text)[:max_length]
        result.append([ids_by_token.get(token, 1) for token in tokens])
    return result

# %% 07 wrong: an unknown token is appended to the vocabulary that was given, so the vocabulary changes and the token is known the next time
def encode(texts, vocabulary, max_length=None):
    result = []
    for text in texts:
        ids = []
        for token in tokenise(text)[:max_length]:
            if token in vocabulary:
                ids.append(vocabulary.index(token))
            else:
                ids.append(vocabulary.index("[UNK]"))
                vocabulary.append(token)
        result.append(ids)
    return result

# %% 08 wrong: goes through an array of 16-bit integers, so ids above 32767 of a large vocabulary become wrong numbers
def encode(texts, vocabulary, max_length=None):
    table = {token: number for number, token in enumerate(vocabulary)}

    def one(text):
        tokens = tokenise(text)
        if max_length is not None:
            tokens = tokens[:max_length]
        ids = np.array([table.get(token, 1) for token in tokens])
        return ids.astype(np.int16).tolist()

    return [one(text) for text in texts]

# %% 09 right: a dict with a default through __missing__, mapped over the tokens, cut with islice
from itertools import islice


class Ids(dict):
    def __missing__(self, token):
        return self["[UNK]"]


def encode(texts, vocabulary, max_length=None):
    ids = Ids(zip(vocabulary, range(len(vocabulary))))
    return [list(map(ids.__getitem__, islice(tokenise(text), max_length))) for text in texts]

# %% 10 wrong: keeps the last max_length tokens in place of the first ones (and all of them at 0)
def encode(texts, vocabulary, max_length=None):
    position = {token: k for k, token in enumerate(vocabulary)}
    result = []
    for text in texts:
        ids = [position.get(token, 1) for token in tokenise(text)]
        if max_length is not None:
            ids = ids[-max_length:]
        result.append(ids)
    return result

# %% 11 wrong: looks at the limit after the token has been appended, with ">", so one token too many is kept
def encode(texts, vocabulary, max_length=None):
    number = {}
    for k in range(len(vocabulary)):
        number[vocabulary[k]] = k
    all_ids = []
    for text in texts:
        ids = []
        for token in tokenise(text):
            if token in number:
                ids.append(number[token])
            else:
                ids.append(1)
            if max_length is not None and len(ids) > max_length:
                break
        all_ids.append(ids)
    return all_ids

# %% 12 right: positions by binary search in a sorted copy of the vocabulary
def encode(texts, vocabulary, max_length=None):
    places = sorted(range(len(vocabulary)), key=lambda k: vocabulary[k])
    in_order = [vocabulary[k] for k in places]

    def find(token):
        k = bisect_left(in_order, token)
        if k < len(in_order) and in_order[k] == token:
            return places[k]
        return 1

    out = []
    for text in texts:
        tokens = tokenise(text)
        n = len(tokens) if max_length is None else min(max_length, len(tokens))
        out.append([find(tokens[k]) for k in range(n)])
    return out

# %% 13 wrong: splits at spaces in place of using tokenise, so punctuation sticks to its word and makes it unknown
def encode(texts, vocabulary, max_length=None):
    lookup = {token: i for i, token in enumerate(vocabulary)}
    encoded = []
    for text in texts:
        words = text.lower().split()
        if max_length is not None:
            words = words[:max_length]
        encoded.append([lookup[word] if word in lookup else lookup["[UNK]"] for word in words])
    return encoded
