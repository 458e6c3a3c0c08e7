# %% 01 wrong: squeeze turns the (1, 1) probabilities of a single text into an array without axes, and len of it is an error
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    labels = np.asarray(labels)
    p = np.asarray(probabilities).squeeze()
    if not len(groups) == len(labels) == len(p):
        raise ValueError("groups, labels and probabilities need the same number of texts")
    names = np.array(groups)
    wrong = (p >= threshold) != (labels == 1)
    table = {}
    for name in set(groups):
        here = names == name
        table[name] = {
            "count": int(here.sum()),
            "error_rate": float(wrong[here].mean()),
            "gap": float(p[here].mean() - labels[here].mean()),
        }
    return table

# %% 02 right: boolean masks for each group
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    labels = np.asarray(labels)
    p = np.asarray(probabilities).reshape(-1)
    if not len(groups) == len(labels) == len(p):
        raise ValueError(f"different numbers of texts: {len(groups)}, {len(labels)} and {len(p)}")
    wrong = (p >= threshold) != (labels == 1)
    table = {}
    for name in dict.fromkeys(groups):
        here = np.array([group == name for group in groups])
        table[name] = {
            "count": int(here.sum()),
            "error_rate": float(wrong[here].mean()),
            "gap": float(p[here].mean() - labels[here].mean()),
        }
    return table

# %% 03 wrong: the counts come from a sum of floats, 2.0 instead of 2
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    p = np.ravel(probabilities)
    labels = np.asarray(labels)
    if len(groups) != len(labels) or len(labels) != len(p):
        raise ValueError("the three lists must be equally long")
    if len(groups) == 0:
        return {}
    names, which = np.unique(groups, return_inverse=True)
    count = np.bincount(which, weights=np.ones(len(p)))
    errors = np.bincount(which, weights=(p >= threshold) != labels)
    gap = np.bincount(which, weights=p - labels)
    return {
        str(name): {"count": float(n), "error_rate": float(e / n), "gap": float(g / n)}
        for name, n, e, g in zip(names, count, errors, gap)
    }

# %% 04 wrong: the gap is made of predicted labels instead of predicted probabilities
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    labels = np.asarray(labels).astype(int)
    probabilities = np.asarray(probabilities).ravel()
    if len({len(groups), len(labels), len(probabilities)}) > 1:
        raise ValueError("groups, labels and probabilities do not have the same number of texts")
    predicted = (probabilities >= threshold).astype(int)
    result = {}
    for group in sorted(set(groups)):
        rows = [k for k, g in enumerate(groups) if g == group]
        result[group] = {
            "count": len(rows),
            "error_rate": float(np.mean(predicted[rows] != labels[rows])),
            "gap": float(predicted[rows].mean() - labels[rows].mean()),
        }
    return result

# %% 05 right: np.unique with inverse and np.bincount, no loop over the texts
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    labels = np.ravel(labels)
    p = np.ravel(probabilities)
    if len(groups) != labels.size or labels.size != p.size:
        raise ValueError("groups, labels and probabilities must hold the same number of texts")
    if labels.size == 0:
        return {}
    names, number = np.unique(np.asarray(groups, dtype=object), return_inverse=True)
    counts = np.bincount(number)
    errors = np.bincount(number, weights=(p >= threshold) != (labels == 1))
    gaps = np.bincount(number, weights=p) - np.bincount(number, weights=labels)
    return {
        name: {"count": int(n), "error_rate": float(e / n), "gap": float(g / n)}
        for name, n, e, g in zip(names, counts, errors, gaps)
    }

# %% 06 wrong: only labels and probabilities are compared in number, a longer or shorter list of groups is cut by zip without an error
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    p = np.asarray(probabilities, dtype=float).reshape(-1)
    if len(p) != len(labels):
        raise ValueError(f"{len(labels)} labels but {len(p)} probabilities")
    members = {}
    for group, label, probability in zip(groups, labels, p):
        members.setdefault(group, []).append((int(label), float(probability)))
    table = {}
    for group, pairs in members.items():
        n = len(pairs)
        table[group] = {
            "count": n,
            "error_rate": sum((q >= threshold) != (y == 1) for y, q in pairs) / n,
            "gap": sum(q - y for y, q in pairs) / n,
        }
    return table

# %% 07 wrong: itertools.groupby without sorting, so of a group whose texts are not neighbours only the last run is counted
from itertools import groupby

import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    p = np.asarray(probabilities).ravel()
    if not (len(groups) == len(labels) == len(p)):
        raise ValueError("groups, labels and probabilities must have one entry for each text")
    texts = zip(groups, labels, p)
    table = {}
    for name, run in groupby(texts, key=lambda text: text[0]):
        run = list(run)
        y = np.array([text[1] for text in run])
        q = np.array([text[2] for text in run])
        table[name] = {
            "count": len(run),
            "error_rate": float(np.mean((q >= threshold) != y)),
            "gap": float(q.mean() - y.mean()),
        }
    return table

# %% 08 right: one pass with running sums in plain Python, divided at the end
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    if len(groups) != len(labels) or len(groups) != len(probabilities):
        raise ValueError("the numbers of groups, labels and probabilities differ")
    table = {}
    for group, label, probability in zip(groups, labels, np.ravel(probabilities)):
        entry = table.setdefault(group, {"count": 0, "error_rate": 0.0, "gap": 0.0})
        entry["count"] += 1
        entry["error_rate"] += float(bool(probability >= threshold) != bool(label))
        entry["gap"] += float(probability) - float(label)
    for entry in table.values():
        entry["error_rate"] /= entry["count"]
        entry["gap"] /= entry["count"]
    return table

# %% 09 wrong: wrong predictions as the absolute difference in the type of the labels, which is 255 instead of 1 for labels of the type uint8
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    labels, p = np.asarray(labels), np.asarray(probabilities).reshape(-1)
    if not len(groups) == len(labels) == len(p):
        raise ValueError("groups, labels and probabilities differ in length")
    predicted = (p >= threshold).astype(labels.dtype)
    wrong = np.abs(predicted - labels)
    group_array = np.array(groups)
    table = {}
    for group in np.unique(group_array).tolist():
        inside = group_array == group
        table[group] = {
            "count": int(np.count_nonzero(inside)),
            "error_rate": float(np.mean(wrong[inside])),
            "gap": float(np.mean(p[inside]) - np.mean(labels[inside])),
        }
    return table

# %% 10 wrong: without any text it raises a ValueError instead of returning an empty table
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    probabilities = np.asarray(probabilities, dtype=float).flatten()
    n = len(groups)
    if n == 0 or len(labels) != n or len(probabilities) != n:
        raise ValueError("groups, labels and probabilities must have the same number of texts, at least one")
    table = {}
    for group in set(groups):
        y = np.array([label for g, label in zip(groups, labels) if g == group])
        q = np.array([prob for g, prob in zip(groups, probabilities) if g == group])
        wrong = (q >= threshold) != (y == 1)
        table[group] = {"count": len(y), "error_rate": float(wrong.mean()), "gap": float(q.mean() - y.mean())}
    return table

# %% 11 wrong: the rates are rounded to two digits, so the numbers are not those of the definition
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5):
    p = np.ravel(probabilities)
    y = np.ravel(labels)
    if not len(groups) == len(y) == len(p):
        raise ValueError("all three need the same number of texts")
    table = {}
    for name in dict.fromkeys(groups):
        here = [k for k, group in enumerate(groups) if group == name]
        rate = np.mean((p[here] >= threshold) != y[here])
        gap = np.mean(p[here]) - np.mean(y[here])
        table[name] = {"count": len(here), "error_rate": round(float(rate), 2), "gap": round(float(gap), 2)}
    return table

# %% 12 right: indices collected by group, sorted stretches cut with np.split, helper for one group
import numpy as np


def describe(y, q, threshold):
    predicted = np.where(q >= threshold, 1, 0)
    return {
        "count": y.shape[0],
        "error_rate": float(np.count_nonzero(predicted != y) / y.shape[0]),
        "gap": float(np.average(q) - np.average(y)),
    }


def error_table(groups, labels, probabilities, threshold=0.5):
    y, q = np.asarray(labels), np.asarray(probabilities)
    if q.ndim == 2:
        q = q[:, 0]
    if len(groups) != len(y):
        raise ValueError(f"{len(groups)} groups for {len(y)} labels")
    if len(y) != len(q):
        raise ValueError(f"{len(y)} labels for {len(q)} probabilities")
    order = sorted(range(len(groups)), key=lambda k: groups[k])
    if not order:
        return {}
    cuts = [k for k in range(1, len(order)) if groups[order[k]] != groups[order[k - 1]]]
    parts = np.split(np.array(order), cuts)
    return {groups[part[0]]: describe(y[part], q[part], threshold) for part in parts}

# %% 13 wrong: the table is a default argument that lives on, so a later call still holds the groups of earlier calls
import numpy as np


def error_table(groups, labels, probabilities, threshold=0.5, table={}):
    labels = np.asarray(labels)
    p = np.asarray(probabilities).reshape(-1)
    if len(groups) != len(labels) or len(groups) != len(p):
        raise ValueError("groups, labels and probabilities do not have the same number of texts")
    for name in set(groups):
        chosen = np.array([group == name for group in groups])
        errors = (p[chosen] >= threshold) != labels[chosen]
        table[name] = {
            "count": int(chosen.sum()),
            "error_rate": float(errors.mean()),
            "gap": float(p[chosen].mean() - labels[chosen].mean()),
        }
    return table
