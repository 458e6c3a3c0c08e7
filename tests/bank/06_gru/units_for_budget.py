# %% 01 wrong: copied from the lesson, so it answers 1 where not even one unit fits and raises no ValueError
def units_for_budget(kind, budget, features, reset_after=True):
    units = 1
    while count_parameters(kind, features, units + 1, reset_after) <= budget:
        units += 1
    return units

# %% 02 right: sets the bits of the answer from the highest to the lowest
def units_for_budget(kind, budget, features, reset_after=True):
    budget = int(budget)
    units = 0
    for bit in reversed(range(budget.bit_length())):
        larger = units + (1 << bit)
        if count_parameters(kind, features, larger, reset_after) <= budget:
            units = larger
    if units == 0:
        one = count_parameters(kind, features, 1, reset_after)
        raise ValueError(f"A budget of {budget} is too small: one unit alone has {one} parameters.")
    return units

# %% 03 wrong: strict comparison, so a budget that is met exactly gives one unit less
def units_for_budget(kind, budget, features, reset_after=True):
    if count_parameters(kind, features, 1, reset_after) > budget:
        raise ValueError("not even one unit fits into the budget")
    low, high = 1, 2
    while count_parameters(kind, features, high, reset_after) < budget:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if count_parameters(kind, features, middle, reset_after) < budget:
            low = middle
        else:
            high = middle
    return low

# %% 04 wrong: reset_after is not handed on, so a GRU with reset_after=False is counted with two bias rows and may come out too small
import bisect


def units_for_budget(kind, budget, features, reset_after=True):
    units = bisect.bisect_right(range(1, budget + 1), budget, key=lambda u: count_parameters(kind, features, u))
    if units < 1:
        raise ValueError(f"Not even one {kind} unit fits into {budget} parameters.")
    return units

# %% 05 right: plain counting upwards, which needs a few thousand calls for a budget of millions
def units_for_budget(kind, budget, features, reset_after=True):
    units = 0
    while count_parameters(kind, features, units + 1, reset_after) <= budget:
        units += 1
    if units < 1:
        raise ValueError(f"not even one unit of kind {kind!r} fits into a budget of {budget}")
    return units

# %% 06 wrong: tries every size from the budget downwards, which takes seconds for a budget of some millions
def units_for_budget(kind, budget, features, reset_after=True):
    for units in range(budget, 0, -1):
        if count_parameters(kind, features, units, reset_after) <= budget:
            return units
    raise ValueError(f"a budget of {budget} is too small for one unit")

# %% 07 wrong: returns 0 in place of raising a ValueError where not even one unit fits
def units_for_budget(kind, budget, features, reset_after=True):
    lo, hi = 0, max(1, budget)
    while lo < hi:
        mid = (lo + hi + 1) // 2
        if count_parameters(kind, features, mid, reset_after) <= budget:
            lo = mid
        else:
            hi = mid - 1
    return lo

# %% 08 wrong: picks the size whose count lies nearest to the budget, which may be above it
def units_for_budget(kind, budget, features, reset_after=True):
    def count(units):
        return count_parameters(kind, features, units, reset_after)

    if count(1) > budget:
        raise ValueError(f"One unit has {count(1)} parameters, more than the budget of {budget}.")
    units = 1
    while count(units) < budget:
        units += 1
    if units == 1:
        return 1
    return min(units - 1, units, key=lambda u: abs(count(u) - budget))

# %% 09 right: two counts give the quadratic, and its root is taken in whole numbers with math.isqrt
import math


def units_for_budget(kind, budget, features, reset_after=True):
    one, two = (count_parameters(kind, features, u, reset_after) for u in (1, 2))
    if one > budget:
        raise ValueError(f"Even one unit has {one} parameters, and the budget is {budget}.")
    # count(u) = a u^2 + c u without a constant term: no units, no parameters
    a = (two - 2 * one) // 2
    c = one - a
    return int((math.isqrt(c * c + 4 * a * int(budget)) - c) // (2 * a))

# %% 10 wrong: recursion one unit at a time, which ends in a RecursionError for budgets in the millions
def units_for_budget(kind, budget, features, reset_after=True):
    if count_parameters(kind, features, 1, reset_after) > budget:
        raise ValueError("The budget does not even pay for one unit.")

    def grow(units):
        if count_parameters(kind, features, units + 1, reset_after) > budget:
            return units
        return grow(units + 1)

    return grow(1)

# %% 11 wrong: the two sizes change places in the call, so the layer counted has the units as its features
def units_for_budget(kind, budget, features, reset_after=True):
    if count_parameters(kind, 1, features, reset_after) > budget:
        raise ValueError(f"Not even one unit fits into {budget} parameters.")
    low, high = 1, budget + 1  # low fits, high does not
    while low + 1 < high:
        middle = (low + high) // 2
        if count_parameters(kind, middle, features, reset_after) <= budget:
            low = middle
        else:
            high = middle
    return low

# %% 12 right: bisect from the standard library over a range, with a key
from bisect import bisect_right


def units_for_budget(kind, budget, features, reset_after=True):
    """Number of sizes 1, 2, 3, ... whose count is at most the budget; a unit costs at least one parameter."""
    needed = count_parameters(kind, features, 1, reset_after)
    if budget < needed:
        raise ValueError(f"budget {budget} is below the {needed} parameters of a single unit")
    sizes = range(1, int(budget) + 1)
    return bisect_right(sizes, budget, key=lambda units: count_parameters(kind, features, units, reset_after))

# %% 13 wrong: raises the ValueError already where one unit meets the budget exactly, in place of returning 1
def units_for_budget(kind, budget, features, reset_after=True):
    smallest = count_parameters(kind, features, 1, reset_after)
    if smallest >= budget:
        raise ValueError(f"The budget of {budget} is too small, one unit needs {smallest}.")
    upper = 1
    while count_parameters(kind, features, upper, reset_after) <= budget:
        upper *= 2
    lower = upper // 2
    while lower + 1 < upper:
        half = (lower + upper) // 2
        if count_parameters(kind, features, half, reset_after) <= budget:
            lower = half
        else:
            upper = half
    return lower

# %% 14 wrong: takes the count as proportional to the units and divides, although it grows with their square
def units_for_budget(kind, budget, features, reset_after=True):
    per_unit = count_parameters(kind, features, 1, reset_after)
    units = budget // per_unit
    if units < 1:
        raise ValueError(f"one unit has {per_unit} parameters, more than the budget {budget}")
    return units

# %% 15 wrong: looks at 1 to 1000 units only, so a budget of some millions gives a layer that is too small
import numpy as np


def units_for_budget(kind, budget, features, reset_after=True):
    candidates = np.arange(1, 1001)
    counts = np.array([count_parameters(kind, features, int(u), reset_after) for u in candidates])
    fitting = candidates[counts <= budget]
    if fitting.size == 0:
        raise ValueError(f"no {kind} layer has at most {budget} parameters")
    return int(fitting[-1])

# %% 16 right: recursion that doubles first and then halves the gap, so it is never deeper than some dozens of calls
def units_for_budget(kind, budget, features, reset_after=True):
    def fits(units):
        return count_parameters(kind, features, units, reset_after) <= budget

    def search(good, bad):
        """`good` fits; `bad` does not, or is None as long as none has been found."""
        if bad is None:
            return search(2 * good, None) if fits(2 * good) else search(good, 2 * good)
        if bad - good == 1:
            return good
        middle = (good + bad) // 2
        return search(middle, bad) if fits(middle) else search(good, middle)

    if not fits(1):
        raise ValueError(f"a budget of {budget} parameters has no room for even one unit")
    return search(1, None)

# %% 17 wrong: the root is taken with NumPy floats and floored with np.floor, so the answer is a float and not an int
import numpy as np


def units_for_budget(kind, budget, features, reset_after=True):
    one = count_parameters(kind, features, 1, reset_after)
    two = count_parameters(kind, features, 2, reset_after)
    if one > budget:
        raise ValueError(f"Even one unit has {one} parameters, more than {budget}.")
    a = (two - 2 * one) / 2
    b = one - a
    return np.floor((-b + np.sqrt(b**2 + 4 * a * budget)) / (2 * a))

# %% 18 wrong: two slips, returns the first size that no longer fits, and guards the budget with an assert, which is no ValueError
from itertools import count


def units_for_budget(kind, budget, features, reset_after=True):
    assert count_parameters(kind, features, 1, reset_after) <= budget, "not even one unit fits"
    for units in count(1):
        if count_parameters(kind, features, units, reset_after) > budget:
            return units
