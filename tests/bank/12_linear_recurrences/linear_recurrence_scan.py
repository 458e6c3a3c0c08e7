# %% 01 right: doubling with concatenation, h0 applied at the end
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a1 * a2, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    A = np.array(a, dtype=float)
    B = np.array(b, dtype=float)
    distance = 1
    while distance < A.shape[1]:
        new_a, new_b = combine((A[:, :-distance], B[:, :-distance]), (A[:, distance:], B[:, distance:]))
        A = np.concatenate([A[:, :distance], new_a], axis=1)
        B = np.concatenate([B[:, :distance], new_b], axis=1)
        distance *= 2
    if h0 is None:
        return B
    return A * np.asarray(h0)[:, None, :] + B

# %% 02 wrong: the later pair is handed to combine as the first one, so the two steps are joined in the wrong order
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a2 * a1, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    d = 1
    while d < a.shape[1]:
        joined = combine((a[:, d:], b[:, d:]), (a[:, :-d], b[:, :-d]))
        a = np.concatenate((a[:, :d], joined[0]), axis=1)
        b = np.concatenate((b[:, :d], joined[1]), axis=1)
        d = 2 * d
    if h0 is not None:
        b = b + a * h0[:, np.newaxis]
    return b

# %% 03 wrong: the number of passes is log2 rounded down, so lengths that are no powers of two are not finished
def combine(first, second):
    return first[0] * second[0], second[0] * first[1] + second[1]


def linear_recurrence_scan(a, b, h0=None):
    factors, sums = np.array(a, dtype=float), np.array(b, dtype=float)
    for p in range(int(np.log2(factors.shape[1]))):
        d = 2 ** p
        factors[:, d:], sums[:, d:] = combine((factors[:, :-d], sums[:, :-d]), (factors[:, d:], sums[:, d:]))
    if h0 is None:
        return sums
    return factors * h0[:, None] + sums

# %% 04 right: h0 goes in front as a step of its own with the factor 0, and is cut off afterwards; time axis first
def combine(first, second):
    (a1, b1), (a2, b2) = first, second
    return a2 * a1, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    batch, time, units = a.shape
    start = np.zeros((batch, units)) if h0 is None else np.asarray(h0, dtype=float)
    A = np.concatenate([np.zeros((1, batch, units)), np.moveaxis(a, 1, 0)])
    B = np.concatenate([start[None], np.moveaxis(b, 1, 0)])
    reach = 1
    while reach < time + 1:
        joined = combine((A[:-reach], B[:-reach]), (A[reach:], B[reach:]))
        A[reach:], B[reach:] = joined
        reach += reach
    return np.moveaxis(B[1:], 0, 1).copy()

# %% 05 wrong: the closed form with cumprod and cumsum divides by the product of the factors, which fails where a factor is zero
def linear_recurrence_scan(a, b, h0=None):
    products = np.cumprod(np.asarray(a, dtype=float), axis=1)
    inner = np.cumsum(b / products, axis=1)
    if h0 is not None:
        inner = inner + np.asarray(h0)[:, None, :]
    return products * inner

# %% 06 wrong: the factors are overwritten before the sums of the same pass are made with them
def linear_recurrence_scan(a, b, h0=None):
    a = np.array(a, dtype=float)
    b = np.array(b, dtype=float)
    time = a.shape[1]
    distance = 1
    while distance < time:
        a[:, distance:] = a[:, distance:] * a[:, :-distance]
        b[:, distance:] = a[:, distance:] * b[:, :-distance] + b[:, distance:]
        distance *= 2
    if h0 is not None:
        b += a * h0[:, None, :]
    return b

# %% 07 wrong: the copies are missing, so the passes write into the arrays that were given
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a1 * a2, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    T = a.shape[1]
    step = 1
    while step < T:
        a[:, step:], b[:, step:] = combine((a[:, :-step], b[:, :-step]), (a[:, step:], b[:, step:]))
        step *= 2
    return b if h0 is None else a * h0[:, None, :] + b

# %% 08 right: recursion by a tree: neighbours are joined, the half is scanned, the rest filled in
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a2 * a1, a2 * b1 + b2


def _prefixes(a, b):
    T = a.shape[1]
    if T <= 1:
        return a.copy(), b.copy()
    even = T - T % 2
    half_a, half_b = _prefixes(*combine((a[:, 0:even:2], b[:, 0:even:2]), (a[:, 1::2], b[:, 1::2])))
    out_a, out_b = a.copy(), b.copy()
    out_a[:, 1::2], out_b[:, 1::2] = half_a, half_b
    n = (T - 1) // 2
    out_a[:, 2::2], out_b[:, 2::2] = combine((half_a[:, :n], half_b[:, :n]), (a[:, 2::2], b[:, 2::2]))
    return out_a, out_b


def linear_recurrence_scan(a, b, h0=None):
    A, B = _prefixes(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
    if h0 is not None:
        B = combine((np.zeros_like(A), np.broadcast_to(np.asarray(h0, dtype=float)[:, None], A.shape)), (A, B))[1]
    return B

# %% 09 wrong: b keeps its own type, so with whole numbers in b the states lose their fractions
def combine(first, second):
    return second[0] * first[0], second[0] * first[1] + second[1]


def linear_recurrence_scan(a, b, h0=None):
    a_all, b_all = a.copy(), b.copy()
    d = 1
    while d < a.shape[1]:
        earlier = a_all[:, :-d], b_all[:, :-d]
        later = a_all[:, d:], b_all[:, d:]
        a_new, b_new = combine(earlier, later)
        a_all[:, d:] = a_new
        b_all[:, d:] = b_new
        d *= 2
    if h0 is not None:
        return a_all * h0[:, None, :] + b_all
    return b_all

# %% 10 wrong: np.roll brings pairs from the end of the sequence round to the first positions
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a1 * a2, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    A, B = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    for k in range(int(np.ceil(np.log2(A.shape[1])))):
        before = np.roll(A, 2 ** k, axis=1), np.roll(B, 2 ** k, axis=1)
        A, B = combine(before, (A, B))
    if h0 is None:
        h0 = np.zeros((A.shape[0], A.shape[2]))
    return A * h0[:, None, :] + B

# %% 11 wrong: positions with nothing before them are joined with (0, 0) instead of (1, 0), so their factors become 0 and h0 is lost
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a2 * a1, a2 * b1 + b2


def shift(z, distance):
    return np.pad(z, ((0, 0), (distance, 0), (0, 0)))[:, :z.shape[1]]


def linear_recurrence_scan(a, b, h0=None):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    distance = 1
    while distance < a.shape[1]:
        a, b = combine((shift(a, distance), shift(b, distance)), (a, b))
        distance *= 2
    if h0 is not None:
        b = b + a * np.asarray(h0)[:, None, :]
    return b

# %% 12 right: h0 goes into the first b, then the pairs are moved by filling up with the neutral step (1, 0)
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a2 * a1, a2 * b1 + b2


def _moved(z, distance, fill):
    out = np.full_like(z, fill)
    out[:, distance:] = z[:, :z.shape[1] - distance]
    return out


def linear_recurrence_scan(a, b, h0=None):
    factor, added = np.array(a, dtype=float), np.array(b, dtype=float)
    if h0 is not None:
        added[:, :1] += factor[:, :1] * np.asarray(h0, dtype=float)[:, None]
    passes = max(factor.shape[1] - 1, 0).bit_length()
    for p in range(passes):
        earlier = _moved(factor, 1 << p, 1.0), _moved(added, 1 << p, 0.0)
        factor, added = combine(earlier, (factor, added))
    return added

# %% 13 wrong: itertools.accumulate joins one position after the other, which is a loop over time and not a scan of log2(time) passes
from itertools import accumulate


def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a1 * a2, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    pairs = zip(a.swapaxes(0, 1), b.swapaxes(0, 1))
    joined = list(accumulate(pairs, combine))
    A = np.stack([pair[0] for pair in joined], axis=1)
    B = np.stack([pair[1] for pair in joined], axis=1)
    return B if h0 is None else A * np.asarray(h0)[:, None, :] + B

# %% 14 wrong: h0 is multiplied by the factor of each step alone and not by the product of all factors up to it
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a1 * a2, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    A, B = a.astype(float), b.astype(float)
    distance = 1
    while distance < A.shape[1]:
        left = A[:, :-distance], B[:, :-distance]
        right = A[:, distance:], B[:, distance:]
        A_new, B_new = combine(left, right)
        A = np.concatenate([A[:, :distance], A_new], axis=1)
        B = np.concatenate([B[:, :distance], B_new], axis=1)
        distance *= 2
    if h0 is None:
        return B
    return a * h0[:, None, :] + B

# %% 15 wrong: len(a) is taken for the number of steps, but it is the batch, so a small batch gets too few passes
def combine(first, second):
    return first[0] * second[0], second[0] * first[1] + second[1]


def linear_recurrence_scan(a, b, h0=None):
    a = np.array(a, dtype=float)
    b = np.array(b, dtype=float)
    if h0 is not None:
        b[:, 0] += a[:, 0] * h0
    d = 1
    while d < len(a):
        a[:, d:], b[:, d:] = combine((a[:, :-d], b[:, :-d]), (a[:, d:], b[:, d:]))
        d *= 2
    return b

# %% 16 right: top-down halves on a length filled up to a power of two, all blocks of a level at once by a reshape
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a2 * a1, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    batch, time, units = a.shape
    full = 1
    while full < time:
        full *= 2
    A, B = np.ones((batch, full, units)), np.zeros((batch, full, units))
    A[:, :time], B[:, :time] = a, b
    block = 2
    while block <= full:
        shape = (batch, full // block, block, units)
        A4, B4 = A.reshape(shape), B.reshape(shape)
        half = block // 2
        end_of_left = A4[:, :, half - 1:half].copy(), B4[:, :, half - 1:half].copy()
        A4[:, :, half:], B4[:, :, half:] = combine(end_of_left, (A4[:, :, half:], B4[:, :, half:]))
        block *= 2
    states = B[:, :time]
    if h0 is not None:
        states = states + A[:, :time] * np.reshape(h0, (batch, 1, units))
    return states.copy()

# %% 17 wrong: there are always ten passes, enough for 1024 steps only, so longer sequences forget what lies further back
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a2 * a1, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    for p in range(10):
        d = 2 ** p
        new_a, new_b = combine((a[:, :-d], b[:, :-d]), (a[:, d:], b[:, d:]))
        a[:, d:] = new_a
        b[:, d:] = new_b
    if h0 is not None:
        b = b + a * np.asarray(h0, dtype=float)[:, None, :]
    return b

# %% 18 wrong: two slips: the distance grows by one instead of doubling, so stretches overlap and steps count twice, and h0 is added to the first step without its factor
def combine(first, second):
    a1, b1 = first
    a2, b2 = second
    return a1 * a2, a2 * b1 + b2


def linear_recurrence_scan(a, b, h0=None):
    time = a.shape[1]
    A, B = 1.0 * a, 1.0 * b
    if h0 is not None:
        B[:, 0] = B[:, 0] + h0
    for distance in range(1, time):
        A_joined, B_joined = combine((A[:, :-distance], B[:, :-distance]), (A[:, distance:], B[:, distance:]))
        A = np.concatenate([A[:, :distance], A_joined], axis=1)
        B = np.concatenate([B[:, :distance], B_joined], axis=1)
    return B
