# %% 01 wrong: the dot of the tag pattern does not match a line end, so a tag that goes over two lines is read as words
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if vocabulary[:2] != ["[PAD]", "[UNK]"]:
        raise ValueError('the vocabulary must begin with "[PAD]" and "[UNK]"')
    number = {word: k for k, word in enumerate(vocabulary)}
    ids = np.zeros((len(texts), length), dtype=int)
    for row, text in enumerate(texts):
        words = tokenise(re.sub("<.*?>", " ", text).lower())[-length:]
        ids[row, : len(words)] = [number.get(word, 1) for word in words]
    return ids, ids != 0

# %% 02 right: dictionary, zeros filled row by row
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if list(vocabulary[:2]) != ["[PAD]", "[UNK]"]:
        raise ValueError('vocabulary must begin with "[PAD]", "[UNK]"')
    id_of = {word: k for k, word in enumerate(vocabulary)}
    ids = np.zeros((len(texts), length), dtype=np.int64)
    mask = np.zeros((len(texts), length), dtype=bool)
    for row, text in enumerate(texts):
        words = tokenise(re.sub(r"<[^>]*>", " ", text).lower())[-length:]
        ids[row, : len(words)] = [id_of.get(word, 1) for word in words]
        mask[row, : len(words)] = True
    return ids, mask

# %% 03 wrong: the pattern forbids "<" inside a tag, so the tag does not begin at the first "<" when another one follows before the ">"
import re

import numpy as np

TAG = re.compile(r"<[^<>]*>")


def texts_to_batch(texts, vocabulary, length):
    if len(vocabulary) < 2 or vocabulary[0] != "[PAD]" or vocabulary[1] != "[UNK]":
        raise ValueError("The vocabulary must start with [PAD] and [UNK].")
    lookup = dict(zip(vocabulary, range(len(vocabulary))))
    ids = np.zeros((len(texts), length), dtype=int)
    mask = np.zeros(ids.shape, dtype=bool)
    for n, text in enumerate(texts):
        clean = TAG.sub(" ", text).lower()
        row = [lookup.get(token, lookup["[UNK]"]) for token in tokenise(clean)][-length:]
        ids[n, : len(row)] = row
        mask[n, : len(row)] = True
    return ids, mask

# %% 04 wrong: re.DOTALL is given in the place of count, so only the first 16 tags of a text are removed
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if vocabulary[:2] != ["[PAD]", "[UNK]"]:
        raise ValueError("vocabulary does not begin with [PAD] and [UNK]")
    word_to_id = {w: i for i, w in enumerate(vocabulary)}
    rows = []
    for text in texts:
        text = re.sub(r"<[^>]*>", " ", text.lower(), re.DOTALL)
        row = [word_to_id.get(w, 1) for w in tokenise(text)][-length:]
        rows.append(row + [0] * (length - len(row)))
    ids = np.array(rows, dtype=int).reshape(len(texts), length)
    return ids, ids > 0

# %% 05 right: keras.utils.pad_sequences, whose default cuts the front, and the mask from the word counts
import re

import keras
import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if len(vocabulary) < 2 or [vocabulary[0], vocabulary[1]] != ["[PAD]", "[UNK]"]:
        raise ValueError("position 0 must hold [PAD] and position 1 [UNK]")
    if len(texts) == 0:
        return np.zeros((0, length), dtype="int32"), np.zeros((0, length), dtype=bool)
    ids_of = {word: position for position, word in enumerate(vocabulary)}
    sequences = [[ids_of.get(w, 1) for w in tokenise(re.sub("<[^>]*>", " ", t.lower()))] for t in texts]
    ids = keras.utils.pad_sequences(sequences, maxlen=length, padding="post", truncating="pre")
    counts = np.array([len(s) for s in sequences])
    return ids, np.arange(length) < counts[:, np.newaxis]

# %% 06 wrong: casefold instead of lower case turns letters such as the German sharp s into others, so other words are found
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if vocabulary[:2] != ["[PAD]", "[UNK]"]:
        raise ValueError("the first two words must be [PAD] and [UNK]")
    index = {word: i for i, word in enumerate(vocabulary)}

    def encode(text):
        words = tokenise(re.sub(r"<[^>]*>", " ", text).casefold())
        return [index.get(word, 1) for word in words[-length:]]

    ids = np.zeros((len(texts), length), dtype="int32")
    for r, text in enumerate(texts):
        for c, number in enumerate(encode(text)):
            ids[r, c] = number
    return ids, ids.astype(bool)

# %% 07 wrong: an empty vocabulary ends in an IndexError instead of a ValueError
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if vocabulary[0] != "[PAD]" or vocabulary[1] != "[UNK]":
        raise ValueError(f"expected [PAD] and [UNK] first, got {vocabulary[:2]}")
    positions = {word: p for p, word in enumerate(vocabulary)}
    ids = np.zeros((len(texts), length), dtype=int)
    mask = np.zeros((len(texts), length), dtype=bool)
    for i in range(len(texts)):
        words = tokenise(re.sub(r"<[^>]*>", " ", texts[i]).lower())
        words = words[-length:]
        for j in range(len(words)):
            ids[i, j] = positions.get(words[j], 1)
            mask[i, j] = True
    return ids, mask

# %% 08 right: tags removed by a hand-written search for the two brackets, words filled from the end backwards
import numpy as np


def without_tags(text):
    pieces, at = [], 0
    while True:
        start = text.find("<", at)
        end = text.find(">", start) if start >= 0 else -1
        if end < 0:
            pieces.append(text[at:])
            return " ".join(pieces)
        pieces.append(text[at:start])
        at = end + 1


def texts_to_batch(texts, vocabulary, length):
    if tuple(vocabulary[:2]) != ("[PAD]", "[UNK]"):
        raise ValueError("the ids would mean something else: vocabulary must begin with [PAD], [UNK]")
    known = {word: number for number, word in enumerate(vocabulary)}
    ids = np.zeros((len(texts), length), dtype=int)
    mask = np.full((len(texts), length), False)
    for row, text in enumerate(texts):
        words = tokenise(without_tags(text).lower())
        kept = min(len(words), length)
        for back in range(1, kept + 1):
            word = words[-back]
            ids[row, kept - back] = known[word] if word in known else 1
        mask[row, :kept] = True
    return ids, mask

# %% 09 wrong: only asks whether [PAD] and [UNK] are somewhere in the vocabulary, not whether they begin it
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if "[PAD]" not in vocabulary or "[UNK]" not in vocabulary:
        raise ValueError("the vocabulary needs [PAD] and [UNK]")
    ids_by_word = {word: i for i, word in enumerate(vocabulary)}
    batch = np.zeros((len(texts), length), dtype=int)
    mask = np.zeros((len(texts), length), dtype=bool)
    for k, text in enumerate(texts):
        tokens = tokenise(re.sub(r"<[^>]*>", " ", text).lower())[-length:]
        batch[k, : len(tokens)] = [ids_by_word.get(t, 1) for t in tokens]
        mask[k, : len(tokens)] = True
    return batch, mask

# %% 10 wrong: a "<" without a ">" after it is taken for a tag that reaches to the end, so the rest of the text is lost
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if vocabulary[:2] != ["[PAD]", "[UNK]"]:
        raise ValueError('vocabulary[0] must be "[PAD]" and vocabulary[1] must be "[UNK]"')
    number_of = {word: number for number, word in enumerate(vocabulary)}
    words = [tokenise(re.sub(r"<[^>]*(>|$)", " ", text.lower()))[-length:] for text in texts]
    ids = np.zeros((len(texts), length), dtype=np.int64)
    mask = np.zeros((len(texts), length), dtype=np.bool_)
    for i, row in enumerate(words):
        for j, word in enumerate(row):
            ids[i, j] = number_of.get(word, 1)
            mask[i, j] = True
    return ids, mask

# %% 11 right: generator of rows padded with itertools, one reshape at the end
import itertools
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if len(vocabulary) < 2 or (vocabulary[0], vocabulary[1]) != ("[PAD]", "[UNK]"):
        raise ValueError("A vocabulary begins with [PAD] and [UNK]; this one does not.")
    id_of = dict(map(reversed, enumerate(vocabulary)))

    def row(text):
        found = (id_of.get(word, 1) for word in tokenise(" ".join(re.split("<[^>]*>", text)).lower()))
        last = list(found)[-length:]
        return itertools.islice(itertools.chain(last, itertools.repeat(0)), length)

    numbers = itertools.chain.from_iterable(row(text) for text in texts)
    ids = np.fromiter(numbers, dtype=np.int64, count=len(texts) * length).reshape(len(texts), length)
    return ids, np.not_equal(ids, 0)

# %% 12 wrong: without any text np.array of an empty list has the shape (0,) and floats, not (0, length) and integers
import re

import numpy as np


def texts_to_batch(texts, vocabulary, length):
    if vocabulary[:2] != ["[PAD]", "[UNK]"]:
        raise ValueError("vocabulary must begin with [PAD] and [UNK]")
    lookup = {w: i for i, w in enumerate(vocabulary)}
    ids, mask = [], []
    for text in texts:
        words = tokenise(re.sub(r"<[^>]*>", " ", text).lower())[-length:]
        missing = length - len(words)
        ids.append([lookup.get(w, 1) for w in words] + [0] * missing)
        mask.append([True] * len(words) + [False] * missing)
    return np.array(ids), np.array(mask)

# %% 13 wrong: the ">" is looked for from the beginning of the text, so a ">" before a tag keeps that tag and all later ones in the text
import numpy as np


def remove_tags(text):
    while "<" in text and ">" in text:
        start, end = text.index("<"), text.index(">")
        if end < start:
            break
        text = text[:start] + " " + text[end + 1 :]
    return text


def texts_to_batch(texts, vocabulary, length):
    if vocabulary[:2] != ["[PAD]", "[UNK]"]:
        raise ValueError("the vocabulary must begin with [PAD] and [UNK]")
    id_of = {word: k for k, word in enumerate(vocabulary)}
    ids = np.zeros((len(texts), length), dtype=int)
    for row, text in enumerate(texts):
        words = tokenise(remove_tags(text.lower()))[-length:]
        for column, word in enumerate(words):
            ids[row, column] = id_of.get(word, 1)
    return ids, ids > 0
