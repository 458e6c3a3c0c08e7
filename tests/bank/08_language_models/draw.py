# %% 01 right: row by row with a running total in plain Python
def draw(probabilities, u):
    tokens = []
    for row, number in zip(probabilities, u):
        total, last, token = 0.0, 0, None
        for k, p in enumerate(row):
            p = float(p)
            total += p
            if p > 0:
                last = k
            if total > number:
                token = k
                break
        tokens.append(last if token is None else token)
    return np.array(tokens, dtype=int)

# %% 02 wrong: searchsorted on its default side takes the first total that is at least u, so u = 0 can draw a token of probability 0
def draw(probabilities, u):
    tokens = np.zeros(len(probabilities), dtype=int)
    for i, row in enumerate(probabilities):
        totals = np.cumsum(row)
        last = np.flatnonzero(row > 0)[-1]
        tokens[i] = min(np.searchsorted(totals, u[i]), last)
    return tokens

# %% 03 wrong: where u lies above the sum, argmax over nothing but False gives token 0
def draw(probabilities, u):
    totals = np.cumsum(probabilities, axis=-1)
    return np.argmax(totals > u[:, None], axis=-1)

# %% 04 wrong: sets the last running total to 1, so a u above the sum draws the last token even if its probability is 0
def draw(probabilities, u):
    totals = np.cumsum(probabilities, axis=1, dtype=float)
    totals[:, -1] = 1.0
    return (totals > u[:, np.newaxis]).argmax(axis=1)

# %% 05 right: counts the totals that are not larger than u, and cuts at the last token above 0
def draw(probabilities, u):
    p = np.asarray(probabilities, dtype=float)
    size = p.shape[1]
    passed = (np.cumsum(p, axis=1) <= np.asarray(u)[:, None]).sum(axis=1)
    last = size - 1 - np.argmax((p > 0)[:, ::-1], axis=1)
    return np.minimum(passed, last)

# %% 06 wrong: the running totals are written into the caller's array (out=), which is changed
def draw(probabilities, u):
    V = probabilities.shape[1]
    last = V - 1 - np.argmax(probabilities[:, ::-1] > 0, axis=1)
    np.cumsum(probabilities, axis=1, out=probabilities)
    above = probabilities > u[:, None]
    return np.where(above.any(axis=1), above.argmax(axis=1), last)

# %% 07 wrong: gives the place among the tokens above 0, which is not the token where a token of probability 0 stands before it
def draw(probabilities, u):
    tokens = []
    for p, number in zip(probabilities, u):
        positive = p[p > 0]
        k = np.searchsorted(np.cumsum(positive), number, side="right")
        tokens.append(min(int(k), len(positive) - 1))
    return np.array(tokens, dtype=int)

# %% 08 wrong: where u lies above the sum, the most probable token is drawn and not the last one above 0
def draw(probabilities, u):
    tokens = np.empty(len(u), dtype=int)
    for b in range(len(u)):
        total = 0.0
        for k in range(probabilities.shape[1]):
            total += probabilities[b, k]
            if total > u[b]:
                tokens[b] = k
                break
        else:
            tokens[b] = np.argmax(probabilities[b])
    return tokens

# %% 09 wrong: the tokens come back as floats, not as whole numbers
def draw(probabilities, u):
    tokens = np.zeros(len(u))
    for i in range(len(u)):
        total = 0.0
        for k in range(probabilities.shape[1]):
            if probabilities[i, k] == 0:
                continue
            tokens[i] = k
            total += probabilities[i, k]
            if total > u[i]:
                break
    return tokens

# %% 10 right: searchsorted from the right among the positive tokens of a row, translated back to tokens
def draw(probabilities, u):
    def one(row, number):
        possible = np.flatnonzero(row > 0)
        totals = np.cumsum(row[possible])
        place = np.searchsorted(totals, number, side="right")
        return possible[min(place, possible.size - 1)]

    table = np.array(probabilities, dtype=float)
    return np.fromiter((one(row, number) for row, number in zip(table, u)), dtype=np.int64, count=len(table))

# %% 11 wrong: rounds the running totals to 6 digits "against rounding", so tokens with a small probability are never or wrongly drawn
def draw(probabilities, u):
    totals = np.round(np.cumsum(probabilities, axis=1), 6)
    above = totals > u.reshape(-1, 1)
    last = np.array([np.max(np.nonzero(p)) for p in probabilities], dtype=int)
    return np.where(above.any(axis=1), above.argmax(axis=1), last)

# %% 12 wrong: the running total has no axis and goes on from row to row, so only the first row of a batch is right
def draw(probabilities, u):
    V = probabilities.shape[1]
    totals = np.cumsum(probabilities).reshape(probabilities.shape)
    above = totals > u[:, None]
    first = above.argmax(axis=1)
    last = V - 1 - (probabilities > 0)[:, ::-1].argmax(axis=1)
    return np.where(above.any(axis=1), first, last)

# %% 13 right: loop over the tokens for all rows at once, a vector of undecided rows
def draw(probabilities, u):
    p = np.asarray(probabilities)
    batch, size = p.shape
    total = np.zeros(batch)
    token = np.zeros(batch, dtype=np.int64)
    undecided = np.ones(batch, dtype=bool)
    for k in range(size):
        total = total + p[:, k]
        token[undecided & (p[:, k] > 0)] = k
        undecided &= ~(total > u)
    return token
