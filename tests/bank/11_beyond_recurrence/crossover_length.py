# %% 01 right: next over a generator
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in ("operations", "steps", "memory", "state"):
        raise ValueError(f"There is no quantity {quantity!r}.")
    longer = (
        time
        for time in range(1, limit + 1)
        if cost_model(layer, time, width, kernel)[quantity] > cost_model(other, time, width, kernel)[quantity]
    )
    return next(longer, None)

# %% 02 wrong: range stops before the limit, so a crossover exactly at the limit is missed
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in ("operations", "steps", "memory", "state"):
        raise ValueError(f"unknown quantity {quantity!r}")
    for time in range(1, limit):
        mine = cost_model(layer, time, width, kernel)[quantity]
        theirs = cost_model(other, time, width, kernel)[quantity]
        if mine > theirs:
            return time
    return None

# %% 03 wrong: a binary search, which misses lengths that need more when longer ones do not, as a wide convolution against attention
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in {"operations", "steps", "memory", "state"}:
        raise ValueError(f"no quantity named {quantity}")

    def more(time):
        return cost_model(layer, time, width, kernel)[quantity] > cost_model(other, time, width, kernel)[quantity]

    if limit < 1 or not more(limit):
        return None
    low, high = 1, limit
    while low < high:
        middle = (low + high) // 2
        if more(middle):
            high = middle
        else:
            low = middle + 1
    return low

# %% 04 right: a while loop, the names of the quantities taken from cost_model itself
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    known = cost_model("lstm", 1, width, kernel)
    if quantity not in known:
        raise ValueError("unknown quantity " + repr(quantity) + ", choose one of " + ", ".join(known))
    time = 1
    while time <= limit:
        needed, allowed = (cost_model(name, time, width, kernel)[quantity] for name in (layer, other))
        if needed > allowed:
            return time
        time += 1
    return None

# %% 05 wrong: kernel is not handed on, so the convolution is always counted with three inputs
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    names = ["operations", "steps", "memory", "state"]
    if quantity not in names:
        raise ValueError(f"{quantity!r} is none of {names}")
    for time in range(1, limit + 1):
        if cost_model(layer, time, width)[quantity] > cost_model(other, time, width)[quantity]:
            return time

# %% 06 wrong: equal layers return None before the quantity is looked at, so a wrong quantity raises no error there
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if layer == other:
        return None
    if quantity not in ("operations", "steps", "memory", "state"):
        raise ValueError(f"there is no quantity called {quantity}")
    for time in range(1, limit + 1):
        if cost_model(layer, time, width, kernel)[quantity] > cost_model(other, time, width, kernel)[quantity]:
            return time
    return None

# %% 07 wrong: the search starts at length 0, where attention already waits for one step and the LSTM for none
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in cost_model("lstm", 1, width, kernel):
        raise ValueError(f"quantity {quantity!r} does not exist")
    for time in range(limit + 1):
        difference = cost_model(layer, time, width, kernel)[quantity] - cost_model(other, time, width, kernel)[quantity]
        if difference > 0:
            return time
    return None

# %% 08 right: all differences in a list first, then the first positive one
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in {"operations", "steps", "memory", "state"}:
        raise ValueError(f"Unknown quantity: {quantity}")

    def need(name):
        return [int(cost_model(name, time, width, kernel=kernel)[quantity]) for time in range(1, limit + 1)]

    lengths = [time for time, (mine, theirs) in enumerate(zip(need(layer), need(other)), start=1) if mine > theirs]
    return min(lengths, default=None)

# %% 09 wrong: np.argmax of an array without any True is 0, so the answer is 1 where it should be None
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in ("operations", "steps", "memory", "state"):
        raise ValueError(f"no such quantity: {quantity}")
    lengths = range(1, limit + 1)
    mine = np.array([cost_model(layer, time, width, kernel)[quantity] for time in lengths])
    theirs = np.array([cost_model(other, time, width, kernel)[quantity] for time in lengths])
    return int(np.argmax(mine > theirs)) + 1

# %% 10 wrong: walks down from the limit and gives the start of the last stretch, as the crossover of the lesson does, so it finds None where only short lengths need more
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in ("operations", "steps", "memory", "state"):
        raise ValueError(f"quantity {quantity!r} is unknown")
    found = None
    for time in range(limit, 0, -1):
        if cost_model(layer, time, width, kernel)[quantity] <= cost_model(other, time, width, kernel)[quantity]:
            break
        found = time
    return found

# %% 11 wrong: the error does not name the quantity that was given
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    quantities = ("operations", "steps", "memory", "state")
    if quantity not in quantities:
        raise ValueError(f"The quantity must be one of {quantities}.")
    for time in range(1, limit + 1):
        if cost_model(layer, time, width, kernel)[quantity] > cost_model(other, time, width, kernel)[quantity]:
            return time
    return None

# %% 12 wrong: the check comes after the look-up in the dict, so an unknown quantity is a KeyError instead of a ValueError, and no error at all with limit 0
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    for time in range(1, limit + 1):
        mine = cost_model(layer, time, width, kernel)[quantity]
        theirs = cost_model(other, time, width, kernel)[quantity]
        if mine is None or theirs is None:
            raise ValueError(f"no quantity {quantity!r}")
        if mine > theirs:
            return time
    return None

# %% 13 right: arrays and flatnonzero, turned into a Python int
def crossover_length(quantity, layer, other, width, kernel=3, limit=2000):
    if quantity not in list(cost_model(layer, 1, width, kernel)):
        raise ValueError(f"cost_model does not count {quantity!r}")
    lengths = np.arange(1, limit + 1)
    costs = np.array(
        [[cost_model(name, time, width, kernel)[quantity] for time in lengths.tolist()] for name in (layer, other)], dtype=object
    )
    more = np.flatnonzero(costs[0] > costs[1])
    return None if more.size == 0 else int(lengths[more[0]])
