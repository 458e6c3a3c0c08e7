# %% 01 wrong: bisect_right puts a length that equals a boundary into the next bucket
from bisect import bisect_right


def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    buckets = [[] for _ in range(len(boundaries) + 1)]
    for position, length in enumerate(lengths):
        buckets[bisect_right(boundaries, length)].append(position)
    return [bucket[k : k + batch_size] for bucket in buckets for k in range(0, len(bucket), batch_size)]

# %% 02 wrong: the first bucket starts with "0 <", so sequences of length 0 are lost
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}, but it must be 1 or more")
    edges = [0, *boundaries, float("inf")]
    batches = []
    for low, high in zip(edges[:-1], edges[1:]):
        bucket = [i for i, n in enumerate(lengths) if low < n <= high]
        for start in range(0, len(bucket), batch_size):
            batches.append(bucket[start : start + batch_size])
    return batches

# %% 03 right: bisect_left finds the bucket, slices cut it
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    buckets = [[] for _ in range(len(boundaries) + 1)]
    for position, length in enumerate(lengths):
        buckets[bisect_left(boundaries, length)].append(position)
    return [bucket[k : k + batch_size] for bucket in buckets for k in range(0, len(bucket), batch_size)]

# %% 04 wrong: appends infinity to the list of boundaries that was given, which is changed afterwards
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("there must be room for at least one sequence in a batch")
    boundaries.append(float("inf"))
    batches = []
    done = set()
    for boundary in boundaries:
        bucket = []
        for position in range(len(lengths)):
            if position not in done and lengths[position] <= boundary:
                bucket.append(position)
                done.add(position)
        for start in range(0, len(bucket), batch_size):
            batches.append(bucket[start : start + batch_size])
    return batches

# %% 05 wrong: keeps the buckets in a dict in the order in which they first occur, so the bucket of the shortest does not come first
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size must not be below 1")
    buckets = {}
    for i, length in enumerate(lengths):
        k = sum(length > boundary for boundary in boundaries)
        buckets.setdefault(k, []).append(i)
    batches = []
    for bucket in buckets.values():
        while bucket:
            batches.append(bucket[:batch_size])
            bucket = bucket[batch_size:]
    return batches

# %% 06 right: whole arrays, searchsorted and a stable argsort by bucket, cut where the bucket changes or the batch is full
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError(f"a batch must hold at least one sequence, but batch_size is {batch_size}")
    which = np.searchsorted(np.array(boundaries, dtype=float), np.array(lengths, dtype=float), side="left")
    order = np.argsort(which, kind="stable").tolist()
    batches, last = [], None
    for position in order:
        bucket = int(which[position])
        if bucket != last or len(batches[-1]) == batch_size:
            batches.append([])
            last = bucket
        batches[-1].append(position)
    return batches

# %% 07 wrong: only 0 is refused, so a negative batch_size gives an empty plan without an error
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size == 0:
        raise ValueError("batch_size must not be 0")
    buckets = [[] for _ in range(len(boundaries) + 1)]
    for position, length in enumerate(lengths):
        k = 0
        while k < len(boundaries) and length > boundaries[k]:
            k += 1
        buckets[k].append(position)
    batches = []
    for bucket in buckets:
        for start in range(0, len(bucket), batch_size):
            batches.append(bucket[start : start + batch_size])
    return batches

# %% 08 right: open batches that are filled as the sequences come, sorted by bucket at the end
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size below 1")

    def bucket_of(length):
        for k, boundary in enumerate(boundaries):
            if length <= boundary:
                return k
        return len(boundaries)

    batches_of = {}
    for position, length in enumerate(lengths):
        batches = batches_of.setdefault(bucket_of(length), [[]])
        if len(batches[-1]) == batch_size:
            batches.append([])
        batches[-1].append(position)
    return [batch for k in sorted(batches_of) for batch in batches_of[k]]

# %% 09 wrong: finds positions with lengths.index, so of several sequences with the same length the first stands there again and again and the others are lost
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size must be 1 or more")
    plan = []
    rest = list(lengths)
    for boundary in [*boundaries, float("inf")]:
        bucket = [lengths.index(n) for n in rest if n <= boundary]
        rest = [n for n in rest if n > boundary]
        plan += [bucket[k : k + batch_size] for k in range(0, len(bucket), batch_size)]
    return plan

# %% 10 wrong: sorts all positions by length first, so within a bucket they do not stand in the given order
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    buckets = [[] for _ in range(len(boundaries) + 1)]
    for i in order:
        buckets[bisect_left(boundaries, lengths[i])].append(i)
    batches = []
    for bucket in buckets:
        for k in range(0, len(bucket), batch_size):
            batches.append(bucket[k : k + batch_size])
    return batches

# %% 11 right: recursion, which halves the list of boundaries
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size has to be at least 1")

    def cut(positions):
        return [positions[k : k + batch_size] for k in range(0, len(positions), batch_size)]

    def plan(positions, edges):
        if not edges:
            return cut(positions)
        middle = len(edges) // 2
        shorter = [p for p in positions if lengths[p] <= edges[middle]]
        longer = [p for p in positions if lengths[p] > edges[middle]]
        return plan(shorter, edges[:middle]) + plan(longer, edges[middle + 1 :])

    return plan(list(range(len(lengths))), list(boundaries))

# %% 12 wrong: the last bucket ends at 10000 in place of nowhere, so longer sequences are lost
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    upper = list(boundaries) + [10_000]
    lower = [-1] + list(boundaries)
    batches = []
    for low, high in zip(lower, upper):
        batch = []
        for i, n in enumerate(lengths):
            if low < n <= high:
                batch.append(i)
                if len(batch) == batch_size:
                    batches.append(batch)
                    batch = []
        if batch:
            batches.append(batch)
    return batches

# %% 13 wrong: the rest of a bucket is appended even when nothing is left, so there are empty batches
def bucket_by_length(lengths, boundaries, batch_size):
    if batch_size < 1:
        raise ValueError("batch_size is below 1")
    buckets = [[] for _ in range(len(boundaries) + 1)]
    for position, length in enumerate(lengths):
        buckets[bisect_left(boundaries, length)].append(position)
    batches = []
    for bucket in buckets:
        if not bucket:
            continue
        batch = []
        for position in bucket:
            batch.append(position)
            if len(batch) == batch_size:
                batches.append(batch)
                batch = []
        batches.append(batch)
    return batches
