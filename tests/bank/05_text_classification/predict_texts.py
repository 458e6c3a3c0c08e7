# %% 01 wrong: a text without any word gets the probability 0.5 instead of sigmoid(b_p)
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    probabilities = np.full(len(texts), 0.5)
    for k in range(len(texts)):
        words = ids[k][mask[k]]
        if len(words) > 0:
            probabilities[k] = sigmoid(E[words].mean(axis=0) @ w + b_p)
    labels = ["positive" if p >= threshold else "negative" for p in probabilities]
    return labels, probabilities

# %% 02 right: loop over the texts, mean of the rows of the real words
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    probabilities = np.empty(len(texts), dtype=float)
    for k in range(len(texts)):
        words = ids[k][mask[k]]
        score = E[words].mean(axis=0) @ w if len(words) else 0.0
        probabilities[k] = sigmoid(score + b_p)
    labels = ["positive" if p >= threshold else "negative" for p in probabilities]
    return labels, probabilities

# %% 03 wrong: a probability of exactly the threshold counts as negative
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    vectors = np.where(mask[:, :, None], E[ids], 0.0)
    n = np.maximum(mask.sum(axis=1), 1)
    mean = vectors.sum(axis=1) / n[:, None]
    probabilities = sigmoid(mean @ w + b_p)
    labels = []
    for p in probabilities:
        if p > threshold:
            labels.append("positive")
        else:
            labels.append("negative")
    return labels, probabilities

# %% 04 wrong: the sum runs over the padding too, which shows as soon as row 0 of the table is not zero
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    counts = mask.sum(axis=1)
    means = E[ids].sum(axis=1) / np.maximum(counts, 1)[:, np.newaxis]
    means[counts == 0] = 0.0
    probabilities = sigmoid(means @ w + b_p)
    return ["positive" if p >= threshold else "negative" for p in probabilities], probabilities

# %% 05 right: whole arrays, padding replaced by np.where and counts of at least one
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    rows = np.where(mask[..., np.newaxis], np.asarray(E, dtype=float)[ids], 0.0)
    mean = rows.sum(axis=1) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
    probabilities = sigmoid(mean @ np.asarray(w) + b_p)
    labels = np.where(probabilities >= threshold, "positive", "negative").tolist()
    return labels, probabilities

# %% 06 wrong: only ids above 1 are averaged, so unknown words are left out of the mean
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, _ = texts_to_batch(texts, vocabulary, length)
    labels, probabilities = [], []
    for row in ids:
        words = row[row > 1]
        z = b_p
        if words.size:
            z = z + np.dot(np.mean(E[words], axis=0), w)
        p = float(sigmoid(z))
        probabilities.append(p)
        labels.append("positive" if p >= threshold else "negative")
    return labels, np.array(probabilities, dtype=float)

# %% 07 wrong: compares log-odds with log(threshold / (1 - threshold)), which breaks off with an error at the thresholds 0 and 1
import math

import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    limit = math.log(threshold / (1 - threshold))
    ids, mask = texts_to_batch(texts, vocabulary, length)
    z = np.full(len(texts), float(b_p))
    for k, (row, real) in enumerate(zip(ids, mask)):
        if real.any():
            z[k] += E[row[real]].mean(axis=0) @ w
    return ["positive" if value >= limit else "negative" for value in z], sigmoid(z)

# %% 08 right: one number a word first, E @ w, then averaged by np.add.at over the places of the real words
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    of_text, at = np.nonzero(mask)
    total = np.zeros(len(texts))
    np.add.at(total, of_text, np.asarray(E, dtype=float)[ids[of_text, at]] @ w)
    n = np.bincount(of_text, minlength=len(texts))
    average = np.divide(total, n, out=np.zeros(len(texts)), where=n > 0)
    probabilities = sigmoid(average + b_p)
    labels = [("negative", "positive")[int(p >= threshold)] for p in probabilities]
    return labels, probabilities

# %% 09 wrong: the means are stored in an array of the type of E, so a table of whole numbers gives means cut to whole numbers
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    means = np.zeros((len(texts), E.shape[1]), dtype=E.dtype)
    for k in range(len(texts)):
        if mask[k].any():
            means[k] = E[ids[k, mask[k]]].mean(axis=0)
    probabilities = sigmoid(means @ w + b_p)
    labels = ["positive" if p >= threshold else "negative" for p in probabilities]
    return labels, probabilities

# %% 10 wrong: every different word counts once only, so repeated words do not weigh more in the mean
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    probabilities = []
    for row, real in zip(ids, mask):
        words = sorted(set(row[real].tolist()))
        mean = np.mean([E[k] for k in words], axis=0) if words else np.zeros(len(w))
        probabilities.append(float(sigmoid(np.dot(mean, w) + b_p)))
    labels = ["positive" if p >= threshold else "negative" for p in probabilities]
    return labels, np.array(probabilities, dtype=float)

# %% 11 right: counts of words for each text (a bag), times the table, row 0 never used, helper for one label
import numpy as np


def name_of(probability, threshold):
    if probability >= threshold:
        return "positive"
    return "negative"


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    bag = np.array([np.bincount(row[real], minlength=len(E)) for row, real in zip(ids, mask)], dtype=float)
    bag = bag.reshape(len(texts), len(E))[:, 1:]
    n = bag.sum(axis=1, keepdims=True)
    shares = bag / np.where(n == 0, 1, n)
    probabilities = sigmoid(shares @ (np.asarray(E)[1:] @ w) + b_p)
    return [name_of(p, threshold) for p in probabilities], probabilities

# %% 12 wrong: the probabilities are rounded to two digits, which also turns 0.497 into a positive answer
import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    scores = []
    for row, real in zip(ids, mask):
        words = row[real]
        scores.append(E[words].mean(axis=0) @ w + b_p if len(words) else b_p)
    probabilities = np.round(sigmoid(np.array(scores, dtype=float)), 2)
    labels = ["positive" if p >= threshold else "negative" for p in probabilities]
    return labels, probabilities

# %% 13 wrong: divides by the number of words of the whole text, though only the last words are read, so long texts get too small a mean
import re

import numpy as np


def predict_texts(texts, vocabulary, length, E, w, b_p, threshold=0.5):
    ids, mask = texts_to_batch(texts, vocabulary, length)
    total = np.where(mask[:, :, np.newaxis], E[ids], 0.0).sum(axis=1)
    n = np.array([len(tokenise(re.sub(r"<[^>]*>", " ", text).lower())) for text in texts])
    mean = total / np.maximum(n, 1).reshape(-1, 1)
    probabilities = sigmoid(mean @ w + b_p)
    labels = ["positive" if p >= threshold else "negative" for p in probabilities]
    return labels, probabilities
