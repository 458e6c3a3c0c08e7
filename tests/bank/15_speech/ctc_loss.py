# %% 01 wrong: a blank is skipped before every symbol, equal neighbours too, so a repeated symbol may be read from one run
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        if blank in target:
            raise ValueError(f"The blank {blank} stands in a target.")
    losses = np.zeros(len(targets))
    for n, target in enumerate(targets):
        y = [blank]
        for symbol in target:
            y += [symbol, blank]
        alpha = np.full(len(y), -np.inf)
        alpha[0] = 0.0
        for t in range(lengths[n]):
            new = np.full(len(y), -np.inf)
            for i in range(len(y)):
                total = alpha[i]
                if i >= 1:
                    total = np.logaddexp(total, alpha[i - 1])
                if i >= 2 and y[i] != blank:
                    total = np.logaddexp(total, alpha[i - 2])
                new[i] = total + log_probs[t, n, y[i]]
            alpha = new
        losses[n] = -alpha[-1] if len(y) == 1 else -np.logaddexp(alpha[-1], alpha[-2])
    return losses

# %% 02 right: one recording at a time, all places at once, three shifted rows under np.logaddexp.reduce, start as a virtual frame before the first
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    if any(blank == symbol for target in targets for symbol in target):
        raise ValueError(f"the blank {blank} may not stand in a target")
    log_probs = np.asarray(log_probs, dtype=float)
    loss = np.empty(len(targets))
    for n, target in enumerate(targets):
        y = np.full(2 * len(target) + 1, blank)
        y[1::2] = target
        jump = np.zeros(len(y), dtype=bool)
        jump[3::2] = y[3::2] != y[1:-2:2]
        # One place in front of all others: the way into place 0 and 1.
        alpha = np.full(len(y), -np.inf)
        alpha[0] = 0.0
        for t in range(int(lengths[n])):
            rows = np.full((3, len(y)), -np.inf)
            rows[0] = alpha
            rows[1, 1:] = alpha[:-1]
            rows[2, 2:] = alpha[:-2]
            rows[2, ~jump] = -np.inf
            alpha = np.logaddexp.reduce(rows, axis=0) + log_probs[t, n, y]
        loss[n] = -np.logaddexp.reduce(alpha[-2:])
    return loss

# %% 03 wrong: reads off at the last frame of the array, so the frames behind a recording's length are counted (and nan there gives nan)
import numpy as np


def extend(target, blank):
    y = np.full(2 * len(target) + 1, blank, dtype=int)
    y[1::2] = target
    return y


def ctc_loss(log_probs, targets, lengths, blank):
    log_probs = np.asarray(log_probs, float)
    frames, batch, _ = log_probs.shape
    loss = np.full(batch, np.inf)
    for target in targets:
        if blank in target:
            raise ValueError(f"blank {blank} in target")
    for n in range(batch):
        if lengths[n] == 0:
            loss[n] = 0.0 if len(targets[n]) == 0 else np.inf
            continue
        y = extend(targets[n], blank)
        places = len(y)
        alpha = np.full((frames, places), -np.inf)
        alpha[0, :2] = log_probs[0, n, y[:2]]
        for t in range(1, frames):
            for i in range(places):
                ways = [alpha[t - 1, i]]
                if i > 0:
                    ways.append(alpha[t - 1, i - 1])
                if i > 1 and y[i] != blank and y[i] != y[i - 2]:
                    ways.append(alpha[t - 1, i - 2])
                alpha[t, i] = np.logaddexp.reduce(ways) + log_probs[t, n, y[i]]
        loss[n] = -np.logaddexp.reduce(alpha[-1, -2:])
    return loss

# %% 04 wrong: looks for the blank with "blank in targets", which asks a list of lists for a number and is never true, so the ValueError never comes
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    if blank in targets:
        raise ValueError(f"The blank ({blank}) may not stand in a target.")
    out = []
    for n, target in enumerate(targets):
        p = np.asarray(log_probs, dtype=float)[: int(lengths[n]), n]
        y = [blank] + [k for symbol in target for k in (symbol, blank)]
        if len(p) == 0:
            out.append(np.inf if target else 0.0)
            continue
        alpha = [-np.inf] * len(y)
        alpha[0] = p[0, y[0]]
        if len(y) > 1:
            alpha[1] = p[0, y[1]]
        for row in p[1:]:
            before = alpha
            alpha = []
            for i, label in enumerate(y):
                a = before[i]
                if i > 0:
                    a = np.logaddexp(a, before[i - 1])
                if i > 1 and label != blank and label != y[i - 2]:
                    a = np.logaddexp(a, before[i - 2])
                alpha.append(a + row[label])
        out.append(-np.logaddexp.reduce(alpha[-2:]))
    return np.array(out)

# %% 05 wrong: the sum of the last two places is taken with index -1 and 2L-1, which for an empty target are the same place, so its probability is counted twice (loss too small by log 2)
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        for symbol in target:
            if symbol == blank:
                raise ValueError(f"target holds the blank {blank}")
    result = np.full(len(targets), np.inf)
    for n, target in enumerate(targets):
        T, L = int(lengths[n]), len(target)
        if T == 0:
            if L == 0:
                result[n] = 0.0
            continue
        y = np.full(2 * L + 1, blank)
        y[1::2] = target
        lp = np.asarray(log_probs, dtype=float)[:T, n][:, y]
        alpha = np.full(2 * L + 1, -np.inf)
        alpha[:2] = lp[0, :2]
        skip = np.array([i >= 2 and y[i] != blank and y[i] != y[i - 2] for i in range(2 * L + 1)])
        for t in range(1, T):
            one = np.concatenate([[-np.inf], alpha])[: 2 * L + 1]
            two = np.concatenate([[-np.inf, -np.inf], alpha])[: 2 * L + 1]
            two = np.where(skip, two, -np.inf)
            alpha = np.logaddexp(np.logaddexp(alpha, one), two) + lp[t]
        result[n] = -np.logaddexp(alpha[-1], alpha[2 * L - 1])
    return result

# %% 06 right: the whole batch at once, padded targets and a frozen alpha behind each length, nothing read behind it
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    if any(blank in list(target) for target in targets):
        raise ValueError(f"Label {blank} is the blank and may not stand in a target.")
    log_probs = np.array(log_probs, dtype=float)
    lengths = np.asarray(lengths, dtype=int)
    batch = len(targets)
    if batch == 0:
        return np.zeros(0)
    sizes = np.array([2 * len(target) + 1 for target in targets])
    widest = sizes.max()
    labels = np.full((batch, widest), blank, dtype=int)
    for n, target in enumerate(targets):
        labels[n, 1:sizes[n]:2] = target
    jump = np.zeros((batch, widest), dtype=bool)
    jump[:, 2:] = (labels[:, 2:] != blank) & (labels[:, 2:] != labels[:, :-2])
    everyone = np.arange(batch)
    alpha = np.full((batch, widest + 2), -np.inf)  # two dead places in front
    alpha[:, 2] = 0.0
    for t in range(lengths.max()):
        running = everyone[lengths > t]
        a = alpha[running]
        over = np.where(jump[running], a[:, :-2], -np.inf)
        moved = np.logaddexp(np.logaddexp(a[:, 2:], a[:, 1:-1]), over)
        alpha[running, 2:] = moved + log_probs[t, running[:, None], labels[running]]
    last = alpha[everyone, sizes + 1]
    before = alpha[everyone, sizes]
    return -np.logaddexp(last, before)

# %% 07 wrong: calls a target impossible below 2L - 1 frames, as if every two symbols needed a blank between them, so short recordings of different symbols get infinity
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    if any(blank in target for target in targets):
        raise ValueError(f"the blank {blank} stands in a target")
    loss = np.zeros(len(targets))
    for n, target in enumerate(targets):
        L = len(target)
        if lengths[n] < 2 * L - 1:
            loss[n] = np.inf
            continue
        if lengths[n] == 0:
            continue
        y = [blank]
        for s in target:
            y.extend((s, blank))
        alpha = np.full(len(y), -np.inf)
        for i in range(min(2, len(y))):
            alpha[i] = log_probs[0, n, y[i]]
        for t in range(1, lengths[n]):
            # From the right to the left, so that alpha[i - 1] is still the old one.
            for i in reversed(range(len(y))):
                s = alpha[i]
                if i >= 1:
                    s = np.logaddexp(s, alpha[i - 1])
                if i >= 2 and y[i] != blank and y[i] != y[i - 2]:
                    s = np.logaddexp(s, alpha[i - 2])
                alpha[i] = s + log_probs[t, n, y[i]]
        loss[n] = -np.logaddexp.reduce(alpha[-2:])
    return loss

# %% 08 wrong: minus infinity is replaced by -1e30, so an impossible target has the loss 1e30 and not np.inf
import numpy as np

NEVER = -1e30


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        if blank in target:
            raise ValueError(f"blank {blank} may not be in a target")
    loss = np.zeros(len(targets))
    for n, target in enumerate(targets):
        y = np.full(2 * len(target) + 1, blank)
        y[1::2] = target
        jump = np.full(len(y), NEVER)
        for i in range(3, len(y), 2):
            if y[i] != y[i - 2]:
                jump[i] = 0
        alpha = np.full(len(y), NEVER)
        alpha[0] = 0
        for t in range(lengths[n]):
            padded = np.concatenate([[NEVER, NEVER], alpha])
            alpha = np.logaddexp(alpha, padded[1:-1])
            alpha = np.logaddexp(alpha, padded[:-2] + jump)
            alpha = np.maximum(alpha + log_probs[t, n, y], NEVER)
        loss[n] = -np.logaddexp.reduce(alpha[-2:])
    return loss

# %% 09 right: backward instead of forward, log transition matrices of 0 and minus infinity, from the end to the beginning
import numpy as np


def _moves(y, blank):
    size = len(y)
    moves = np.full((size, size), -np.inf)
    for i in range(size):
        moves[i, i] = 0.0
        if i + 1 < size:
            moves[i, i + 1] = 0.0
        if i + 2 < size and y[i + 2] != blank and y[i + 2] != y[i]:
            moves[i, i + 2] = 0.0
    return moves


def _loss(log_p, target, blank):
    if len(log_p) == 0:
        return np.inf if len(target) else 0.0
    y = [blank]
    for symbol in target:
        y += [int(symbol), blank]
    moves = _moves(y, blank)
    beta = np.full(len(y), -np.inf)
    beta[-2:] = 0.0
    for row in log_p[:0:-1]:
        beta = np.logaddexp.reduce(moves + (row[y] + beta)[None, :], axis=1)
    return -np.logaddexp.reduce((log_p[0][y] + beta)[:2])


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        if blank in target:
            raise ValueError(f"A target holds the blank, {blank}.")
    log_probs = np.asarray(log_probs, dtype=np.float64)
    return np.array(
        [
            _loss(log_probs[: lengths[n], n], target, blank)
            for n, target in enumerate(targets)
        ],
        dtype=float,
    )

# %% 10 wrong: shifts with np.roll, which carries the last place round to the first, so a finished path may begin again from there
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        if blank in target:
            raise ValueError(f"{blank} is the blank and stands in a target")
    losses = []
    for n, target in enumerate(targets):
        T = int(lengths[n])
        if T == 0:
            losses.append(np.inf if len(target) > 0 else 0.0)
            continue
        y = np.full(2 * len(target) + 1, blank)
        y[1::2] = target
        if len(target) == 0:
            losses.append(-np.sum(log_probs[:T, n, blank]))
            continue
        skip = (y != blank) & (y != np.roll(y, 2))
        skip[:2] = False
        alpha = np.full(len(y), -np.inf)
        alpha[:2] = log_probs[0, n, y[:2]]
        for t in range(1, T):
            stay = alpha
            step = np.roll(alpha, 1)
            leap = np.where(skip, np.roll(alpha, 2), -np.inf)
            alpha = np.logaddexp(np.logaddexp(stay, step), leap) + log_probs[t, n, y]
        losses.append(-np.logaddexp(alpha[-1], alpha[-2]))
    return np.array(losses)

# %% 11 wrong: the blanks are looked for only in recordings that have frames, so a blank in the target of a recording of 0 frames raises nothing
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    log_probs = np.asarray(log_probs, dtype=float)
    loss = np.full(len(targets), np.inf)
    for n, (target, length) in enumerate(zip(targets, lengths)):
        if length == 0:
            if len(target) == 0:
                loss[n] = 0.0
            continue
        if blank in target:
            raise ValueError(f"The blank {blank} may not stand in target {n}.")
        y = np.full(2 * len(target) + 1, blank)
        y[1::2] = target
        alpha = np.full((length, len(y)), -np.inf)
        alpha[0, :2] = log_probs[0, n, y[:2]]
        for t in range(1, length):
            for i in range(len(y)):
                a = alpha[t - 1, i]
                if i > 0:
                    a = np.logaddexp(a, alpha[t - 1, i - 1])
                if i > 1 and y[i] not in (blank, y[i - 2]):
                    a = np.logaddexp(a, alpha[t - 1, i - 2])
                alpha[t, i] = a + log_probs[t, n, y[i]]
        loss[n] = -np.logaddexp.reduce(alpha[-1, -2:])
    return loss

# %% 12 right: a dictionary of live places pushed on frame by frame in plain Python, own sum of exponentials, dead places are simply not in it
import math

import numpy as np


def _plus(a, b):
    if a < b:
        a, b = b, a
    return a + math.log1p(math.exp(b - a))


def ctc_loss(log_probs, targets, lengths, blank):
    targets = [[int(symbol) for symbol in target] for target in targets]
    for target in targets:
        if blank in target:
            raise ValueError(f"blank {blank} found in a target")
    found = []
    for n, target in enumerate(targets):
        y = [blank]
        for symbol in target:
            y.append(symbol)
            y.append(blank)
        live = {0: 0.0}
        for t in range(int(lengths[n])):
            reached = {}
            for i, value in live.items():
                goals = [i, i + 1]
                if i + 2 < len(y) and y[i + 2] != blank and y[i + 2] != y[i]:
                    goals.append(i + 2)
                for j in goals:
                    if j >= len(y):
                        continue
                    come = value + float(log_probs[t][n][y[j]])
                    if come == -math.inf:
                        continue
                    reached[j] = _plus(reached[j], come) if j in reached else come
            live = reached
        ends = [live[i] for i in (len(y) - 1, len(y) - 2) if i in live]
        if not ends:
            found.append(math.inf)
        elif len(ends) == 1:
            found.append(-ends[0])
        else:
            found.append(-_plus(*ends))
    return np.array(found, dtype=float)

# %% 13 wrong: multiplies probabilities instead of adding logarithms, so a long recording underflows to 0 and its loss is infinite
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        if blank in target:
            raise ValueError(f"the blank {blank} is in a target")
    probs = np.exp(np.asarray(log_probs, dtype=float))
    total = np.zeros(len(targets))
    for n, target in enumerate(targets):
        y = np.full(2 * len(target) + 1, blank)
        y[1::2] = target
        jump = np.zeros(len(y))
        jump[3::2] = y[3::2] != y[1:-2:2]
        alpha = np.zeros(len(y))
        alpha[0] = 1.0
        for p in probs[: lengths[n], n]:
            new = alpha.copy()
            new[1:] += alpha[:-1]
            new[2:] += jump[2:] * alpha[:-2]
            alpha = new * p[y]
        total[n] = alpha[-2:].sum()
    with np.errstate(divide="ignore"):
        return -np.log(total)

# %% 14 wrong: its own log-sum-exp subtracts the largest number also where that is minus infinity, so places out of reach and impossible targets become nan
import numpy as np


def logsumexp(values):
    top = max(values)
    return top + np.log(sum(np.exp(v - top) for v in values))


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        if blank in target:
            raise ValueError(f"blank {blank} in a target")
    losses = np.full(len(targets), np.inf)
    for n, target in enumerate(targets):
        length = int(lengths[n])
        if length == 0:
            losses[n] = 0.0 if len(target) == 0 else np.inf
            continue
        y = [blank]
        for symbol in target:
            y += [symbol, blank]
        alpha = [log_probs[0, n, label] if i < 2 else -np.inf for i, label in enumerate(y)]
        for t in range(1, length):
            new = []
            # Place i cannot be reached before frame i // 2.
            for i, label in enumerate(y):
                if i > 2 * t + 1:
                    new.append(-np.inf)
                    continue
                ways = [alpha[j] for j in (i, i - 1) if j >= 0]
                if i >= 2 and label != blank and label != y[i - 2]:
                    ways.append(alpha[i - 2])
                new.append(logsumexp(ways) + log_probs[t, n, label])
            alpha = new
        losses[n] = -logsumexp(alpha[-2:])
    return losses

# %% 15 wrong: a recording with fewer frames than symbols and needed blanks raises a ValueError, where the loss should be infinite
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    log_probs = np.asarray(log_probs, dtype=float)
    loss = np.zeros(len(targets))
    for target in targets:
        if blank in target:
            raise ValueError(f"The blank is {blank} and stands in a target.")
    for n, target in enumerate(targets):
        needed = len(target) + sum(a == b for a, b in zip(target, target[1:]))
        if lengths[n] < needed:
            raise ValueError(f"target {n} needs {needed} frames and has {lengths[n]}")
        y = np.full(2 * len(target) + 1, blank)
        y[1::2] = target
        jump = np.zeros(len(y), dtype=bool)
        jump[3::2] = y[3::2] != y[1:-2:2]
        alpha = np.where(np.arange(len(y)) == 0, 0.0, -np.inf)
        for row in log_probs[: lengths[n], n]:
            before = np.r_[-np.inf, alpha][:-1]
            over = np.where(jump, np.r_[-np.inf, -np.inf, alpha][:-2], -np.inf)
            alpha = np.logaddexp(np.logaddexp(alpha, before), over) + row[y]
        loss[n] = -np.logaddexp.reduce(alpha[-2:])
    return loss

# %% 16 right: two rows, one for the gaps (blanks) and one for the symbols, folded over the frames with functools.reduce
from functools import reduce

import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    held = {int(symbol) for target in targets for symbol in target}
    if blank in held:
        raise ValueError(f"No target may hold {blank}, the label of the blank.")
    log_probs = np.asarray(log_probs, dtype=float)

    def loss_of(rows, target):
        symbols = np.asarray(target, dtype=int)
        fresh = np.where(symbols[1:] != symbols[:-1], 0.0, -np.inf)

        def frame(state, row):
            gaps, said = state
            into = np.logaddexp(said, gaps[:-1])
            into[1:] = np.logaddexp(into[1:], said[:-1] + fresh)
            rest = gaps.copy()
            rest[1:] = np.logaddexp(gaps[1:], said)
            return rest + row[blank], into + row[symbols]

        gaps = np.full(len(symbols) + 1, -np.inf)
        gaps[0] = 0.0
        said = np.full(len(symbols), -np.inf)
        gaps, said = reduce(frame, rows, (gaps, said))
        return -np.logaddexp(gaps[-1], said[-1]) if len(symbols) else -gaps[-1]

    loss = np.zeros(len(targets))
    for n, (target, length) in enumerate(zip(targets, lengths)):
        loss[n] = loss_of(log_probs[:length, n], target)
    return loss

# %% 17 wrong: to silence the frames behind the lengths it writes into log_probs itself (np.asarray makes no copy), so the caller's array is changed
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    if any(blank in target for target in targets):
        raise ValueError(f"The blank {blank} stands in a target.")
    log_probs = np.asarray(log_probs)
    batch = len(targets)
    for n in range(batch):
        # Behind its end a recording says the blank for sure, which costs nothing.
        log_probs[lengths[n]:, n] = -np.inf
        log_probs[lengths[n]:, n, blank] = 0.0
    loss = np.full(batch, np.inf)
    for n, target in enumerate(targets):
        y = [blank]
        for symbol in target:
            y += [symbol, blank]
        alpha = np.full(len(y), -np.inf)
        alpha[0] = 0.0
        for t in range(len(log_probs)):
            new = np.full(len(y), -np.inf)
            for i in range(len(y)):
                new[i] = alpha[i]
                if i >= 1:
                    new[i] = np.logaddexp(new[i], alpha[i - 1])
                if i >= 2 and y[i] != blank and y[i] != y[i - 2]:
                    new[i] = np.logaddexp(new[i], alpha[i - 2])
                new[i] += log_probs[t, n, y[i]]
            alpha = new
        loss[n] = -np.logaddexp.reduce(alpha[-2:])
    return loss

# %% 18 wrong: two slips: the extended target is made with zeros, as if the blank were always 0, and each loss is divided by the number of symbols as PyTorch's mean does
import numpy as np


def ctc_loss(log_probs, targets, lengths, blank):
    for target in targets:
        if blank in target:
            raise ValueError(f"The blank {blank} stands in a target.")
    log_probs = np.asarray(log_probs, dtype=float)
    loss = np.full(len(targets), np.inf)
    for n, target in enumerate(targets):
        y = np.zeros(2 * len(target) + 1, dtype=int)
        y[1::2] = target
        jump = np.zeros(len(y), dtype=bool)
        jump[3::2] = y[3::2] != y[1:-2:2]
        alpha = np.full(len(y), -np.inf)
        alpha[0] = 0.0
        for t in range(lengths[n]):
            before = np.concatenate([[-np.inf], alpha[:-1]])
            over = np.concatenate([[-np.inf, -np.inf], alpha])[: len(y)]
            over[~jump] = -np.inf
            alpha = np.logaddexp(np.logaddexp(alpha, before), over) + log_probs[t, n, y]
        loss[n] = -np.logaddexp.reduce(alpha[-2:]) / max(len(target), 1)
    return loss
