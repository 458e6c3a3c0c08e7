# %% 01 wrong: the blanks are dropped before merging, so two runs of one symbol that are parted by a blank become one long run
def collapse(path, blank):
    spoken = [(t, int(label)) for t, label in enumerate(path) if label != blank]
    found = []
    for t, label in spoken:
        if found and found[-1][0] == label:
            found[-1] = (label, found[-1][1], t + 1)
        else:
            found.append((label, t, t + 1))
    return found

# %% 02 right: itertools.groupby with a running position
from itertools import groupby


def collapse(path, blank):
    found, position = [], 0
    for label, run in groupby(path):
        stop = position + sum(1 for _ in run)
        if label != blank:
            found.append((int(label), position, stop))
        position = stop
    return found

# %% 03 wrong: the last run is never closed, so a path that ends in a symbol loses it
def collapse(path, blank):
    result = []
    start = 0
    for t in range(1, len(path)):
        if path[t] != path[t - 1]:
            if path[t - 1] != blank:
                result.append((int(path[t - 1]), start, t))
            start = t
    return result

# %% 04 wrong: stop is the last frame of the run itself and not the frame after it
import numpy as np


def collapse(path, blank):
    path = np.asarray(path)
    if path.size == 0:
        return []
    changes = np.flatnonzero(path[1:] != path[:-1])
    starts = np.concatenate([[0], changes + 1])
    stops = np.concatenate([changes, [len(path) - 1]])
    return [
        (int(path[a]), int(a), int(b))
        for a, b in zip(starts, stops) if path[a] != blank
    ]

# %% 05 wrong: path + [blank] closes the last run of a list, but on a NumPy array it adds the blank's number to every label
def collapse(path, blank):
    segments = []
    current, start = blank, 0
    for t, label in enumerate(path + [blank]):
        if label != current:
            if current != blank:
                segments.append((int(current), start, t))
            current, start = label, t
    return segments

# %% 06 right: whole arrays, borders where neighbours differ, and a mask of the runs that are kept
import numpy as np


def collapse(path, blank):
    labels = np.array(path, dtype=int)
    count = len(labels)
    first = np.ones(count, dtype=bool)
    first[1:] = labels[1:] != labels[:-1]
    starts = np.flatnonzero(first)
    stops = np.append(starts[1:], count)
    keep = labels[starts] != blank
    return list(zip(
        labels[starts][keep].tolist(), starts[keep].tolist(), stops[keep].tolist(),
    ))

# %% 07 wrong: runs are cut only at blanks, so two different symbols that follow each other directly come out as one run
import numpy as np


def collapse(path, blank):
    path = np.asarray(path)
    voiced = np.concatenate([[0], (path != blank).astype(int), [0]])
    edges = np.diff(voiced)
    starts = np.flatnonzero(edges == 1)
    stops = np.flatnonzero(edges == -1)
    return [(int(path[a]), int(a), int(b)) for a, b in zip(starts, stops)]

# %% 08 wrong: the label before the first frame is said to be 0, so a path that begins with the symbol 0 does not open a run there and loses it
def collapse(path, blank):
    found = []
    last = 0
    for t, label in enumerate(path):
        label = int(label)
        if label == last:
            if label != blank and found:
                symbol, start, _ = found[-1]
                found[-1] = (symbol, start, t + 1)
        elif label != blank:
            found.append((label, t, t + 1))
        last = label
    return found

# %% 09 right: two nested while loops with a hand-moved pointer, negative or huge labels make no difference
def collapse(path, blank):
    answer = []
    end = len(path)
    begin = 0
    while begin < end:
        after = begin + 1
        while after < end and path[after] == path[begin]:
            after += 1
        if path[begin] != blank:
            answer.append((int(path[begin]), begin, after))
        begin = after
    return answer

# %% 10 wrong: closes the last run by appending a blank to the caller's own list (and an array, which cannot append, is copied first), so a list comes back longer
import numpy as np


def collapse(path, blank):
    if isinstance(path, np.ndarray):
        path = path.tolist()
    path.append(blank)
    found = []
    start = 0
    for t in range(1, len(path)):
        if path[t] != path[t - 1]:
            if path[t - 1] != blank:
                found.append((path[t - 1], start, t))
            start = t
    return found

# %% 11 wrong: the position moves on only for runs that are symbols, so start and stop do not count the blank frames
from itertools import groupby


def collapse(path, blank):
    out = []
    start = 0
    for label, group in groupby(list(path)):
        if label == blank:
            continue
        length = len(list(group))
        out.append((int(label), start, start + length))
        start += length
    return out

# %% 12 wrong: the first label is read without asking whether there is one, so a path without frames ends in an IndexError and not in an empty list
def collapse(path, blank):
    current = path[0]
    start = 0
    result = []
    for i, label in enumerate(path):
        if label != current:
            if current != blank:
                result.append((int(current), start, i))
            current = label
            start = i
    if current != blank:
        result.append((int(current), start, len(path)))
    return result

# %% 13 right: recursion by halves, the two readings are glued where a run crosses the middle; blanks are dropped last
def collapse(path, blank):
    def runs(low, high):
        if high - low == 0:
            return []
        if high - low == 1:
            return [(int(path[low]), low, high)]
        middle = (low + high) // 2
        left, right = runs(low, middle), runs(middle, high)
        if left[-1][0] == right[0][0]:
            joined = (left[-1][0], left[-1][1], right[0][2])
            return left[:-1] + [joined] + right[1:]
        return left + right

    return [run for run in runs(0, len(path)) if run[0] != blank]

# %% 14 wrong: blanks are told by truth and by number both, so where the blank is not 0 the symbol 0 is left out as well
import numpy as np


def collapse(path, blank):
    path = [int(p) for p in path]
    cuts = [0] + [t for t in range(1, len(path)) if path[t] != path[t - 1]] + [len(path)]
    out = []
    for a, b in zip(cuts[:-1], cuts[1:]):
        if a < b and path[a] and path[a] != blank:
            out.append((path[a], a, b))
    return out

# %% 15 wrong: compares with "is not" and not with !=, so the blanks of an array (each element a new NumPy object) are returned as symbols
from itertools import groupby


def collapse(path, blank):
    segments = []
    t = 0
    for label, run in groupby(path):
        n = len(list(run))
        if label is not blank:
            segments.append((int(label), t, t + n))
        t += n
    return segments

# %% 16 right: a generator with an open run that is None at the beginning; symbols stay what the path holds (NumPy integers for an array)
def collapse(path, blank):
    def read():
        symbol, start, stop = None, 0, 0
        for frame, label in enumerate(path):
            if symbol is not None and label == symbol:
                stop = frame + 1
                continue
            if symbol is not None and symbol != blank:
                yield symbol, start, stop
            symbol, start, stop = label, frame, frame + 1
        if symbol is not None and symbol != blank:
            yield symbol, start, stop

    return list(read())

# %% 17 wrong: takes only rising steps for changes (np.diff > 0), so a lower label behind a higher one is swallowed by its run
import numpy as np


def collapse(path, blank):
    path = np.asarray(path, dtype=int)
    if len(path) == 0:
        return []
    inner = np.flatnonzero(np.diff(path) > 0) + 1
    bounds = [0, *inner.tolist(), len(path)]
    return [
        (int(path[a]), a, b)
        for a, b in zip(bounds[:-1], bounds[1:])
        if path[a] != blank
    ]

# %% 18 wrong: two slips: the third number is the length of the run and not its stop, and runs of a single frame are dropped as noise
from itertools import groupby


def collapse(path, blank):
    regions = []
    for label, frames in groupby(range(len(path)), key=lambda t: path[t]):
        frames = list(frames)
        if label != blank and len(frames) > 1:
            regions.append((int(label), frames[0], len(frames)))
    return regions
