# %% 01 wrong: the highest count takes all tied anomalies and the lowest none of them, without asking how many alarms are left
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores, labels, days = np.asarray(scores), np.asarray(labels, dtype=bool), np.asarray(days)
    low = high = total = 0
    for day in np.unique(days):
        s, y = scores[days == day], labels[days == day]
        if len(s) <= alarms:
            low += y.sum()
            high += y.sum()
            total += len(s)
            continue
        border = np.sort(s)[::-1][alarms - 1]
        above, at_border = s > border, s >= border
        if at_border.sum() == alarms:
            above = at_border
        low += y[above].sum()
        high += y[at_border].sum()
        total += alarms
    if total == 0:
        return 0.0, 0.0
    return float(low / total), float(high / total)

# %% 02 right: a loop over days, the score at the border, and what is left for the tied ones in closed form
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError(f"alarms must be at least 1, got {alarms}")
    scores, labels, days = np.asarray(scores), np.asarray(labels, dtype=bool), np.asarray(days)
    lowest = highest = total = 0
    for day in np.unique(days):
        today = days == day
        s, y = scores[today], labels[today]
        k = min(alarms, len(s))
        border = np.sort(s)[len(s) - k]
        above, tied = s > border, s == border
        left = k - int(above.sum())
        sure = int(y[above].sum())
        guilty = int(y[tied].sum())
        harmless = int(tied.sum()) - guilty
        lowest += sure + max(0, left - harmless)
        highest += sure + min(left, guilty)
        total += k
    if total == 0:
        return 0.0, 0.0
    return lowest / total, highest / total

# %% 03 wrong: divides by alarms times the number of days, also where a day has fewer sessions than alarms
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    by_day = {}
    for score, label, day in zip(scores, labels, days):
        by_day.setdefault(int(day), []).append((float(score), bool(label)))
    if not by_day:
        return 0.0, 0.0
    low = high = 0
    for rows in by_day.values():
        unlucky = sorted(rows, key=lambda row: (-row[0], row[1]))[:alarms]
        lucky = sorted(rows, key=lambda row: (-row[0], not row[1]))[:alarms]
        low += sum(label for _, label in unlucky)
        high += sum(label for _, label in lucky)
    count = alarms * len(by_day)
    return low / count, high / count

# %% 04 wrong: the lowest number is not kept from falling below zero: with more tied normal sessions than alarms left it takes away anomalies that are sure
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("there must be at least one alarm a day")
    scores, labels, days = np.asarray(scores, float), np.asarray(labels, bool), np.asarray(days)
    found_low, found_high, looked_at = 0, 0, 0
    for day in set(days.tolist()):
        rows = np.flatnonzero(days == day)
        k = min(alarms, rows.size)
        looked_at += k
        border = sorted(scores[rows], reverse=True)[k - 1]
        above = rows[scores[rows] > border]
        tied = rows[scores[rows] == border]
        left = k - above.size
        anomalies = int(labels[tied].sum())
        normal = tied.size - anomalies
        sure = int(labels[above].sum())
        found_low += sure + left - normal
        found_high += sure + min(left, anomalies)
    if looked_at == 0:
        return 0.0, 0.0
    return found_low / looked_at, found_high / looked_at

# %% 05 right: np.lexsort over day, score and label, twice, and the place of each row within its day, without a loop over days
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms has to be 1 or more")
    scores = np.asarray(scores, dtype=float)
    labels = np.asarray(labels).astype(bool)
    days = np.asarray(days)
    if scores.size == 0:
        return 0.0, 0.0

    def precision(first):
        """Among equal scores those where `first` is 0 are looked at first."""
        order = np.lexsort((first, -scores, days))
        sorted_days = days[order]
        place = np.arange(len(order)) - np.searchsorted(sorted_days, sorted_days, side="left")
        return float(labels[order][place < alarms].mean())

    return precision(labels.astype(int)), precision(1 - labels.astype(int))

# %% 06 wrong: itertools.groupby without sorting by day, so a day whose rows do not stand together is taken for several days
from itertools import groupby


def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    rows = list(zip(days, scores, labels))
    low = high = total = 0
    for _, group in groupby(rows, key=lambda row: row[0]):
        group = [(score, bool(label)) for _, score, label in group]
        k = min(alarms, len(group))
        unlucky = sorted(group, key=lambda row: (-row[0], row[1]))[:k]
        lucky = sorted(group, key=lambda row: (-row[0], -row[1]))[:k]
        low += sum(label for _, label in unlucky)
        high += sum(label for _, label in lucky)
        total += k
    if total == 0:
        return 0.0, 0.0
    return low / total, high / total

# %% 07 wrong: two slips: ties are broken by the order of the rows (first forwards, then backwards), and scores *= -1 changes the array that was given
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores *= -1  # so that sorting puts the strangest first
    results = []
    for step in (1, -1):
        s, y, d = scores[::step], labels[::step], days[::step]
        found = total = 0
        for day in np.unique(d):
            today = np.flatnonzero(d == day)
            order = today[np.argsort(s[today], kind="stable")][:alarms]
            found += int(y[order].sum())
            total += len(order)
        results.append(found / total if total else 0.0)
    return min(results), max(results)

# %% 08 wrong: where there is no session the division 0 / 0 gives nan (or an error) and not 0
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores, days = np.asarray(scores), np.asarray(days)
    labels = np.asarray(labels).astype(int)
    unlucky, lucky = [], []
    for day in np.unique(days):
        here = days == day
        worst = np.lexsort((labels[here], -scores[here]))[:alarms]
        best = np.lexsort((-labels[here], -scores[here]))[:alarms]
        unlucky.extend(labels[here][worst])
        lucky.extend(labels[here][best])
    return float(np.mean(unlucky)), float(np.mean(lucky))

# %% 09 right: heapq.nlargest and tuples, so that Python's comparison of pairs decides the ties
import heapq
from collections import defaultdict


def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("at least one alarm a day is needed")
    unlucky, lucky = defaultdict(list), defaultdict(list)
    for score, label, day in zip(scores, labels, days):
        guilty = 1 if label else 0
        unlucky[int(day)].append((float(score), 1 - guilty))
        lucky[int(day)].append((float(score), guilty))
    if not lucky:
        return 0.0, 0.0
    total = low = high = 0
    for day in lucky:
        worst = heapq.nlargest(alarms, unlucky[day])
        best = heapq.nlargest(alarms, lucky[day])
        total += len(best)
        low += sum(1 - innocent for _, innocent in worst)
        high += sum(guilty for _, guilty in best)
    return low / total, high / total

# %% 10 wrong: an early return for no sessions stands before the check, so alarms = 0 raises nothing there
def precision_at_alarms(scores, labels, days, alarms):
    if len(scores) == 0:
        return 0.0, 0.0
    if alarms < 1:
        raise ValueError("alarms must be 1 or more")
    scores, labels, days = map(np.asarray, (scores, labels, days))
    low = high = total = 0
    for day in np.unique(days):
        s, y = scores[days == day], labels[days == day].astype(bool)
        left = min(alarms, s.size)
        total += left
        for value in np.unique(s)[::-1]:
            tied = s == value
            bad = int(y[tied].sum())
            good = int(tied.sum()) - bad
            low += min(bad, max(0, left - good))
            high += min(left, bad)
            left -= min(left, good + bad)
            if left == 0:
                break
    return low / total, high / total

# %% 11 wrong: ties are broken by adding or taking away 1e-6 for anomalies, which turns round scores that are close and does nothing for infinite or very large ones
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores = np.asarray(scores, dtype=float)
    labels = np.asarray(labels, dtype=bool)
    days = np.asarray(days)

    def precision(nudge):
        moved = scores + nudge * labels
        found = looked_at = 0
        for day in np.unique(days):
            rows = np.flatnonzero(days == day)
            top = rows[np.argsort(-moved[rows])[:alarms]]
            found += labels[top].sum()
            looked_at += len(top)
        return float(found / looked_at) if looked_at else 0.0

    return precision(-1e-6), precision(1e-6)

# %% 12 wrong: days with fewer sessions than alarms are left out altogether
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores, labels, days = np.asarray(scores), np.asarray(labels, dtype=bool), np.asarray(days)
    low, high, total = 0, 0, 0
    for day in np.unique(days):
        today = days == day
        s, y = scores[today], labels[today]
        if len(s) < alarms:
            continue
        border = np.partition(s, len(s) - alarms)[len(s) - alarms]
        left = alarms - np.count_nonzero(s > border)
        sure = np.count_nonzero(y & (s > border))
        bad = np.count_nonzero(y & (s == border))
        good = np.count_nonzero(~y & (s == border))
        low += sure + max(left - good, 0)
        high += sure + min(left, bad)
        total += alarms
    return (low / total, high / total) if total else (0.0, 0.0)

# %% 13 right: the groups of equal scores of a day are walked from above with itertools.groupby, and each group spends some of the alarms
from itertools import groupby


def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError(f"{alarms} alarms a day are too few, at least 1 is needed")

    def one_day(rows):
        """(looked at, fewest found, most found) of one day."""
        left, fewest, most = alarms, 0, 0
        rows.sort(key=lambda row: row[0], reverse=True)
        for _, tied in groupby(rows, key=lambda row: row[0]):
            marks = [label for _, label in tied]
            if len(marks) > left:
                return alarms, fewest + max(0, left - marks.count(False)), most + min(left, marks.count(True))
            left -= len(marks)
            fewest += marks.count(True)
            most += marks.count(True)
        return alarms - left, fewest, most

    by_day = {}
    for score, label, day in zip(scores, labels, days):
        by_day.setdefault(int(day), []).append((float(score), bool(label)))
    if not by_day:
        return 0.0, 0.0
    total, fewest, most = map(sum, zip(*[one_day(rows) for rows in by_day.values()]))
    return fewest / total, most / total

# %% 14 wrong: the tied sessions are looked for on all days and not only on the day at hand, so a score that occurs on other days changes the two ends
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores, labels, days = np.asarray(scores), np.asarray(labels, dtype=bool), np.asarray(days)
    lowest = highest = total = 0
    for day in np.unique(days):
        today = days == day
        k = min(alarms, int(today.sum()))
        border = np.sort(scores[today])[-k]
        above = today & (scores > border)
        tied = scores == border
        left = k - int(above.sum())
        sure = int((labels & above).sum())
        lowest += sure + max(0, left - int((tied & ~labels).sum()))
        highest += sure + min(left, int((tied & labels).sum()))
        total += k
    if total == 0:
        return 0.0, 0.0
    return lowest / total, highest / total

# %% 15 wrong: the border is compared with np.isclose, so scores that differ by little, and are no tie, are treated as tied
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores = np.asarray(scores, dtype=float)
    labels = np.asarray(labels, dtype=bool)
    days = np.asarray(days)
    low = high = total = 0
    for day in np.unique(days):
        s = scores[days == day]
        y = labels[days == day]
        k = min(alarms, len(s))
        border = np.sort(s)[::-1][k - 1]
        tied = np.isclose(s, border)
        above = (s > border) & ~tied
        left = k - above.sum()
        low += y[above].sum() + max(0, left - (tied & ~y).sum())
        high += y[above].sum() + min(left, (tied & y).sum())
        total += k
    if total == 0:
        return 0.0, 0.0
    return float(low / total), float(high / total)

# %% 16 wrong: two slips: takes the mean of the days' precisions instead of all anomalies by all alarms, and counts days from 1, so that day 0 is never looked at
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores, labels, days = np.asarray(scores), np.asarray(labels, dtype=int), np.asarray(days)
    if len(days) == 0:
        return 0.0, 0.0
    lows, highs = [], []
    for day in range(1, days.max() + 1):
        today = np.flatnonzero(days == day)
        if len(today) == 0:
            continue
        unlucky = today[np.lexsort((labels[today], -scores[today]))][:alarms]
        lucky = today[np.lexsort((-labels[today], -scores[today]))][:alarms]
        lows.append(labels[unlucky].mean())
        highs.append(labels[lucky].mean())
    if not lows:
        return 0.0, 0.0
    return float(np.mean(lows)), float(np.mean(highs))

# %% 17 wrong: sessions already looked at are crossed out with -inf in a copy, so where real scores are -inf the same session can be picked twice
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores, labels, days = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool), np.asarray(days)

    def found(prefer):
        hits = 0
        for day in np.unique(days):
            rest = np.where(days == day, scores, -np.inf)
            rows = np.flatnonzero(days == day)
            for _ in range(min(alarms, len(rows))):
                best = rows[rest[rows] == rest[rows].max()]
                wanted = best[labels[best] == prefer]
                pick = wanted[0] if len(wanted) else best[0]
                hits += int(labels[pick])
                rest[pick] = -np.inf
        return hits

    total = sum(min(alarms, int(np.sum(days == day))) for day in np.unique(days))
    if total == 0:
        return 0.0, 0.0
    return found(False) / total, found(True) / total

# %% 18 right: all groups of equal (day, score) at once with reduceat, sums before each group, and clipping
def precision_at_alarms(scores, labels, days, alarms):
    if alarms < 1:
        raise ValueError("alarms must be at least 1")
    scores, labels, days = np.asarray(scores), np.asarray(labels).astype(np.int64), np.asarray(days)
    count = len(scores)
    if count == 0:
        return 0.0, 0.0
    order = np.lexsort((-scores, days))
    s, y, d = scores[order], labels[order], days[order]
    new_day = np.r_[True, d[1:] != d[:-1]]
    new_group = new_day | np.r_[True, s[1:] != s[:-1]]
    first = np.flatnonzero(new_group)
    size = np.diff(np.r_[first, count])
    bad = np.add.reduceat(y, first)
    day_start = np.maximum.accumulate(np.where(new_day, np.arange(count), 0))
    above = first - day_start[first]
    taken = np.clip(alarms - above, 0, size)
    lowest = np.maximum(0, taken - (size - bad)).sum()
    highest = np.minimum(taken, bad).sum()
    return float(lowest / taken.sum()), float(highest / taken.sum())
