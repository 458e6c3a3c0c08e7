"""Right answers to unit 15, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def frame_signal__by_windows(signal, size, hop):
    """sliding windows of a signal that is filled up first"""
    if hop < 1 or hop > size:
        raise ValueError(f"size {size}, hop {hop}: samples would be skipped")
    n = len(signal)
    if n == 0:
        return np.zeros((0, size)), np.zeros(0, dtype=int)
    count = 1 + int(np.ceil(max(n - size, 0) / hop))
    filled = np.pad(np.asarray(signal, dtype=float), (0, (count - 1) * hop + size - n))
    frames = np.lib.stride_tricks.sliding_window_view(filled, size)[::hop].copy()
    real = np.minimum(size, n - hop * np.arange(count))
    return frames, real


def frame_signal__by_places(signal, size, hop):
    """a table of places, and what lies behind the end"""
    if not (0 < hop and hop <= size):
        raise ValueError("hop=" + str(hop) + " does not suit size=" + str(size))
    starts = [0] if len(signal) else []
    while starts and starts[-1] + size < len(signal):
        starts.append(starts[-1] + hop)
    places = np.array(starts, dtype=int)[:, None] + np.arange(size)[None, :]
    inside = places < len(signal)
    frames = np.zeros(places.shape)
    frames[inside] = signal[places[inside]]
    return frames, inside.sum(axis=1)


def frame_signal__list_of_pieces(signal, size, hop):
    """pieces in a list until one reaches the end"""
    if hop not in range(1, size + 1):
        raise ValueError(f"a hop of {hop} for frames of {size}")
    pieces, real, start = [], [], 0
    while start < signal.shape[0]:
        piece = signal[start : start + size]
        real.append(piece.size)
        pieces.append(np.append(piece.astype("float64"), [0.0] * (size - piece.size)))
        if start + size >= signal.shape[0]:
            break
        start += hop
    return np.array(pieces).reshape(-1, size), np.array(real, dtype="int64")


def frame_signal__sample_by_sample(signal, size, hop):
    """sample by sample, in plain lists"""
    if hop <= 0 or size < hop:
        raise ValueError(f"hop must be 1 to {size} and is {hop}")
    values = [float(s) for s in signal]
    n, rows, counts, k = len(values), [], [], 0
    while k * hop < n and (k == 0 or (k - 1) * hop + size < n):
        rows.append([values[k * hop + i] if k * hop + i < n else 0.0 for i in range(size)])
        counts.append(min(size, n - k * hop))
        k += 1
    return np.array(rows, dtype=float).reshape(k, size), np.array(counts, dtype=int)


def mel_filters__by_interpolation(bands, bins, rate):
    """interpolation between three corners"""
    mel = np.linspace(0.0, 2595.0 * np.log10(1.0 + rate / 1400.0), bands + 2)
    hertz = 700.0 * (np.power(10.0, mel / 2595.0) - 1.0)
    at = np.arange(bins) * rate / (2 * (bins - 1))
    rows = [np.interp(at, hertz[k : k + 3], [0, 1, 0]) for k in range(bands)]
    for row in rows:
        if not row.any():
            raise ValueError(f"With {bins} bins there are not enough for {bands} bands.")
        row /= row.sum()
    return np.vstack(rows)


def mel_filters__number_by_number(bands, bins, rate):
    """number by number, with the natural logarithm on both ways"""
    import math

    highest = math.log(1 + rate / 2 / 700)
    edge = [700 * (math.exp(highest * k / (bands + 1)) - 1) for k in range(bands + 2)]
    weights = np.zeros((bands, bins))
    for m in range(bands):
        for k in range(bins):
            f = k * (rate / 2) / (bins - 1)
            if edge[m] < f <= edge[m + 1]:
                weights[m, k] = (f - edge[m]) / (edge[m + 1] - edge[m])
            elif edge[m + 1] < f < edge[m + 2]:
                weights[m, k] = (edge[m + 2] - f) / (edge[m + 2] - edge[m + 1])
    sums = weights.sum(axis=1)
    if np.any(sums <= 0):
        raise ValueError("bands " + str(bands) + ", bins " + str(bins) + ": an empty band")
    return weights / sums[:, None]


def mel_filters__with_select(bands, bins, rate):
    """slopes chosen by where a frequency lies"""

    def to_mel(f):
        return 2595 * np.log10(1 + f / 700)

    def to_hertz(m):
        return 700 * (10 ** (m / 2595) - 1)

    e = to_hertz(to_mel(0) + (to_mel(rate / 2) - to_mel(0)) * np.arange(bands + 2) / (bands + 1))
    f = np.linspace(0, rate / 2, bins)[:, None]
    lower, peak, upper = e[:-2], e[1:-1], e[2:]
    inside = [(f >= lower) & (f < peak), (f >= peak) & (f < upper)]
    heights = np.select(inside, [(f - lower) / (peak - lower), (upper - f) / (upper - peak)], 0.0).T
    if (heights.max(axis=1) <= 0).any():
        raise ValueError(f"bins={bins} bands={bands}")
    return heights / np.sum(heights, axis=1, keepdims=True)


def log_mel__with_a_matrix(frames, filters, span=80.0):
    """the Fourier transform as a product with a matrix"""
    count, size = frames.shape
    bins = filters.shape[1]
    if size > 2 * (bins - 1):
        raise ValueError(f"{size} > {2 * bins - 2}")
    steps = np.arange(size)
    w = np.sin(np.pi * steps / size) ** 2
    wave = np.exp(-2j * np.pi * np.outer(np.arange(bins), steps) / (2 * (bins - 1)))
    spectrum = wave @ (w[:, None] * frames.T)
    energy = filters @ (spectrum.real**2 + spectrum.imag**2)
    decibels = 10 * np.log10(np.where(energy < 1e-10, 1e-10, energy))
    lowest = decibels.max(initial=-np.inf) - span
    return np.clip(decibels, lowest, None)


def log_mel__full_transform(frames, filters, span=80.0):
    """frames filled up by hand, and half of the full transform"""
    points = 2 * (filters.shape[1] - 1)
    if frames.shape[1] > points:
        raise ValueError("longest frame: " + str(points) + ", given: " + str(frames.shape[1]))
    window = np.hanning(frames.shape[1] + 1)[:-1]
    padded = np.zeros((len(frames), points))
    padded[:, : frames.shape[1]] = frames * window
    spectrum = np.fft.fft(padded, axis=1)[:, : filters.shape[1]]
    power = (spectrum * np.conj(spectrum)).real
    energy = np.maximum(np.einsum("mk,tk->mt", filters, power), 1e-10)
    if energy.shape[1] == 0:
        return energy
    energy = np.maximum(energy, energy.max() / 10 ** (span / 10))
    return 10 * np.log10(energy)


def log_mel__frame_by_frame(frames, filters, span=80.0):
    """frame by frame"""
    size, bins = frames.shape[1], filters.shape[1]
    if 2 * bins - 2 < size:
        raise ValueError(f"frames of {size} samples for a transform of {2 * bins - 2}")
    w = np.array([0.5 * (1 - np.cos(2 * np.pi * i / size)) for i in range(size)])
    levels = np.zeros((filters.shape[0], len(frames)))
    for t, frame in enumerate(frames):
        power = np.square(np.absolute(np.fft.rfft(w * frame, 2 * bins - 2)))
        levels[:, t] = [10 * np.log10(max((row * power).sum(), 1e-10)) for row in filters]
    if len(frames):
        lowest = np.max(levels) - span
        levels[levels < lowest] = lowest
    return levels


def collapse__with_groupby(path, blank):
    """itertools.groupby"""
    from itertools import groupby

    found, place = [], 0
    for label, run in groupby(path):
        length = len(list(run))
        if label != blank:
            found.append((int(label), place, place + length))
        place += length
    return found


def collapse__by_changes(path, blank):
    """places where the label changes"""
    labels = np.asarray(path)
    if len(labels) == 0:
        return []
    starts = np.concatenate([[0], np.flatnonzero(labels[1:] != labels[:-1]) + 1])
    stops = np.append(starts[1:], len(labels))
    return [(labels[a], a, b) for a, b in zip(starts, stops, strict=True) if labels[a] != blank]


def collapse__two_fingers(path, blank):
    """two fingers, one at each end of a run"""
    result = []
    start = 0
    while start < len(path):
        stop = start
        while stop < len(path) and path[stop] == path[start]:
            stop += 1
        if path[start] != blank:
            result.append((path[start], start, stop))
        start = stop
    return result


def collapse__with_an_end_mark(path, blank):
    """a last frame of blank that ends every run"""
    result, last, since = [], blank, 0
    for t, label in enumerate([*path, blank]):
        if label == last:
            continue
        if last != blank:
            result.append([last, since, t])
        last, since = label, t
    return result


def ctc_loss__backwards(log_probs, targets, lengths, blank):
    """the backward algorithm, from the end to the beginning"""
    result = []
    for n, target in enumerate(targets):
        if any(symbol == blank for symbol in target):
            raise ValueError("blank " + str(blank) + " in a target")
        y = [blank]
        for symbol in target:
            y += [symbol, blank]
        beta = [-np.inf] * len(y)
        beta[-2:] = [0.0] * len(beta[-2:])
        for t in reversed(range(lengths[n])):
            said = [beta[i] + log_probs[t, n, y[i]] for i in range(len(y))]
            new = []
            for i in range(len(y)):
                total = said[i]
                if i + 1 < len(y):
                    total = np.logaddexp(total, said[i + 1])
                if i + 2 < len(y) and y[i] != blank and y[i + 2] != y[i]:
                    total = np.logaddexp(total, said[i + 2])
                new.append(total)
            # At the first frame a path has just begun: only its first two places are open.
            beta = said if t == 0 else new
        if lengths[n] == 0:
            result.append(0.0 if not target else np.inf)
        else:
            result.append(-np.logaddexp.reduce(beta[:2]))
    return np.array(result, dtype=float)


def ctc_loss__scaled(log_probs, targets, lengths, blank):
    """probabilities that are scaled in each frame, and the logarithms of the scales"""
    losses = np.full(len(targets), np.inf)
    for n in range(len(targets)):
        if blank in list(targets[n]):
            raise ValueError(f"{blank} is no symbol")
        y = np.array([blank] + [k for symbol in targets[n] for k in (symbol, blank)])
        alpha = np.eye(len(y))[0]
        total = 0.0
        for t in range(int(lengths[n])):
            new = alpha.copy()
            new[1:] += alpha[:-1]
            new[2:] += np.where((y[2:] != blank) & (y[2:] != y[:-2]), alpha[:-2], 0.0)
            alpha = new * np.exp(log_probs[t, n, y])
            scale = alpha.sum()
            if scale == 0:
                total = -np.inf
                break
            alpha, total = alpha / scale, total + np.log(scale)
        end = alpha[-2:].sum()
        if end > 0 and total > -np.inf:
            losses[n] = -(total + np.log(end))
    return losses


def ctc_loss__by_prefixes(log_probs, targets, lengths, blank):
    """two numbers for each beginning of the target: ended in a blank, and not"""
    losses = []
    for n, target in enumerate(targets):
        if blank in target:
            raise ValueError(f"blank {blank}")
        size = len(target)
        ends_blank, ends_symbol = np.full(size + 1, -np.inf), np.full(size + 1, -np.inf)
        ends_blank[0] = 0.0
        for row in log_probs[: lengths[n], n]:
            both = np.logaddexp(ends_blank, ends_symbol)
            new = np.full(size + 1, -np.inf)
            for k in range(1, size + 1):
                come = ends_blank[k - 1] if k > 1 and target[k - 1] == target[k - 2] else both[k - 1]
                new[k] = np.logaddexp(ends_symbol[k], come) + row[target[k - 1]]
            ends_blank, ends_symbol = both + row[blank], new
        losses.append(-np.logaddexp(ends_blank[size], ends_symbol[size]))
    return np.array(losses)


def ctc_loss__whole_batch(log_probs, targets, lengths, blank):
    """all recordings of the batch at once"""
    for target in targets:
        if list(target).count(blank):
            raise ValueError("A target holds the blank, " + str(blank) + ".")
    batch = len(targets)
    sizes = np.array([len(target) for target in targets])
    longest = int(sizes.max(initial=0))
    y = np.full((batch, 2 * longest + 1), blank)
    for n, target in enumerate(targets):
        y[n, 1 : 2 * len(target) : 2] = target
    skip = np.zeros(y.shape, dtype=bool)
    skip[:, 2:] = (y[:, 2:] != blank) & (y[:, 2:] != y[:, :-2])
    low = np.full((batch, 2), -np.inf)
    alpha = np.full(y.shape, -np.inf)
    alpha[:, 0] = 0.0
    for t, frame in enumerate(log_probs):
        wide = np.concatenate([low, alpha], axis=1)
        ways = np.stack([wide[:, 2:], wide[:, 1:-1], np.where(skip, wide[:, :-2], -np.inf)])
        new = np.logaddexp.reduce(ways, axis=0) + np.take_along_axis(frame, y, axis=1)
        alpha = np.where((t < np.asarray(lengths))[:, None], new, alpha)
    rows = np.arange(batch)
    last = alpha[rows, 2 * sizes]
    before = np.where(sizes > 0, alpha[rows, np.maximum(2 * sizes - 1, 0)], -np.inf)
    return -np.logaddexp(last, before)


def edit_distance__with_a_table(reference, hypothesis, insert=1, delete=1, replace=1):
    """a whole table in NumPy"""
    rows, columns = len(reference) + 1, len(hypothesis) + 1
    d = np.zeros((rows, columns))
    d[:, 0] = delete * np.arange(rows)
    d[0, :] = insert * np.arange(columns)
    for i in range(1, rows):
        for j in range(1, columns):
            change = 0 if reference[i - 1] == hypothesis[j - 1] else replace
            d[i, j] = min(d[i - 1, j - 1] + change, d[i - 1, j] + delete, d[i, j - 1] + insert)
    return d[-1, -1]


def edit_distance__with_memory(reference, hypothesis, insert=1, delete=1, replace=1):
    """recursion that remembers"""
    from functools import cache

    @cache
    def rest(i, j):
        if i == len(reference):
            return insert * (len(hypothesis) - j)
        if j == len(hypothesis):
            return delete * (len(reference) - i)
        stay = rest(i + 1, j + 1) + (replace if reference[i] != hypothesis[j] else 0)
        return min(stay, delete + rest(i + 1, j), insert + rest(i, j + 1))

    return rest(0, 0)


def edit_distance__shortest_way(reference, hypothesis, insert=1, delete=1, replace=1):
    """the shortest way through a grid, by Dijkstra's algorithm"""
    import heapq

    waiting, done = [(0, 0, 0)], set()
    while True:
        cost, i, j = heapq.heappop(waiting)
        if (i, j) in done:
            continue
        done.add((i, j))
        if i == len(reference) and j == len(hypothesis):
            return cost
        if i < len(reference):
            heapq.heappush(waiting, (cost + delete, i + 1, j))
        if j < len(hypothesis):
            heapq.heappush(waiting, (cost + insert, i, j + 1))
        if i < len(reference) and j < len(hypothesis):
            step = 0 if reference[i] == hypothesis[j] else replace
            heapq.heappush(waiting, (cost + step, i + 1, j + 1))


def edit_distance__equal_ones_stay(reference, hypothesis, insert=1, delete=1, replace=1):
    """equal symbols stay without a look at the other two ways, which are never cheaper"""
    last = [j * insert for j in range(len(hypothesis) + 1)]
    for i in range(1, len(reference) + 1):
        this = [i * delete] + [None] * len(hypothesis)
        for j in range(1, len(hypothesis) + 1):
            if reference[i - 1] == hypothesis[j - 1]:
                this[j] = last[j - 1]
            else:
                this[j] = min(last[j - 1] + replace, last[j] + delete, this[j - 1] + insert)
        last = this
    return float(last[len(hypothesis)])


def edit_distance__column_by_column(reference, hypothesis, insert=1, delete=1, replace=1):
    """column by column, with a dictionary"""
    d = {(i, 0): i * float(delete) for i in range(len(reference) + 1)}
    for j in range(1, len(hypothesis) + 1):
        d[0, j] = d[0, j - 1] + insert
        for i in range(1, len(reference) + 1):
            ways = [d[i - 1, j] + delete, d[i, j - 1] + insert]
            ways.append(d[i - 1, j - 1] + replace * (reference[i - 1] != hypothesis[j - 1]))
            d[i, j] = min(ways)
    return d[len(reference), len(hypothesis)]


def error_rates__speaker_by_speaker(references, hypotheses, speakers):
    """speaker by speaker"""
    if not len(references) == len(hypotheses) == len(speakers):
        raise ValueError(f"{len(references)}, {len(hypotheses)} and {len(speakers)} recordings")
    result = []
    for name in sorted(set(speakers)):
        mine = [k for k in range(len(speakers)) if speakers[k] == name]
        said = sum(len(references[k]) for k in mine)
        if said == 0:
            raise ValueError("no digits: " + name)
        wrong = sum(edit_distance(references[k], hypotheses[k], 1, 1, 1) for k in mine)
        result.append((name, wrong / said))
    result.sort(key=lambda pair: pair[1], reverse=True)
    return result


def error_rates__with_counters(references, hypotheses, speakers):
    """counters, and two sorts one after the other"""
    from collections import Counter

    counts = (len(references), len(hypotheses), len(speakers))
    if counts[0] != counts[1] or counts[1] != counts[2]:
        raise ValueError("lengths %d, %d, %d" % counts)
    wrong, said = Counter(), Counter()
    for k, name in enumerate(speakers):
        wrong[name] += edit_distance(references[k], hypotheses[k])
        said[name] += len(references[k])
    silent = [name for name in said if not said[name]]
    if silent:
        raise ValueError(f"no reference of {silent}")
    by_name = sorted(said)
    return sorted(((name, wrong[name] / said[name]) for name in by_name), key=lambda pair: -pair[1])


def error_rates__with_lists(references, hypotheses, speakers):
    """lists of pairs for each speaker, and its own distance"""

    def distance(a, b):
        row = list(range(len(b) + 1))
        for i in range(len(a)):
            new = [i + 1]
            for j in range(len(b)):
                new.append(min(row[j] + (a[i] != b[j]), row[j + 1] + 1, new[j] + 1))
            row = new
        return row[-1]

    a, b, c = map(len, (references, hypotheses, speakers))
    if a != b or b != c:
        raise ValueError(f"references {a}, hypotheses {b}, speakers {c}")
    pairs = {}
    for said, heard, name in zip(references, hypotheses, speakers, strict=True):
        pairs.setdefault(name, []).append((said, heard))
    table = []
    for name, mine in pairs.items():
        total = sum(len(said) for said, _ in mine)
        if not total:
            raise ValueError(f"{name} said nothing")
        table.append((sum(distance(said, heard) for said, heard in mine) / total, name))
    return [(name, rate) for rate, name in sorted(table, key=lambda e: (-e[0], e[1]))]
