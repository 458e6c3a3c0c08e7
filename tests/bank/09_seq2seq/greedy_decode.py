# %% 01 wrong: the log-probability also counts what the decoder says after [END], so rows that end early come out too low
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = context.shape[0]
    token = np.full(batch, start)
    h = context
    done = np.zeros(batch, dtype=bool)
    total = np.zeros(batch)
    columns = []
    for _ in range(max_length):
        log_p, h = decoder_step(token, h, weights)
        best = log_p.argmax(axis=1)
        total += log_p[np.arange(batch), best]
        token = np.where(done, 0, best)
        columns.append(token)
        done = done | (token == end)
        if done.all():
            break
    return np.stack(columns, axis=1), total

# %% 02 right: a for loop that collects columns, a boolean array of rows still running
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = len(context)
    rows = np.arange(batch)
    h = context
    token = np.full(batch, start, dtype=int)
    running = np.ones(batch, dtype=bool)
    log_probability = np.zeros(batch)
    columns = []
    for _ in range(max_length):
        log_p, h = decoder_step(token, h, weights)
        best = np.argmax(log_p, axis=1)
        log_probability = log_probability + np.where(running, log_p[rows, best], 0.0)
        token = np.where(running, best, 0)
        columns.append(token)
        running = running & (best != end)
        if not running.any():
            break
    return np.stack(columns, axis=1), log_probability

# %% 03 wrong: [END] is replaced by 0, although it belongs to the result
def greedy_decode(context, weights, max_length, start=1, end=2):
    n = len(context)
    tokens = np.zeros((n, max_length), dtype=int)
    scores = np.zeros(n)
    ended = np.zeros(n, dtype=bool)
    previous, h = np.full(n, start), context
    for t in range(max_length):
        log_p, h = decoder_step(previous, h, weights)
        choice = log_p.argmax(axis=-1)
        scores += np.where(ended, 0.0, log_p.max(axis=-1))
        ended |= choice == end
        tokens[:, t] = np.where(ended, 0, choice)
        previous = choice
        if ended.all():
            return tokens[:, :t + 1], scores
    return tokens, scores

# %% 04 wrong: the state is not carried on, every step starts again from the context
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = context.shape[0]
    token = np.full(batch, start)
    finished = np.zeros(batch, dtype=bool)
    logp_sum = np.zeros(batch)
    out = []
    while len(out) < max_length and not finished.all():
        log_p, h = decoder_step(token, context, weights)
        token = np.argmax(log_p, axis=1)
        chosen = np.take_along_axis(log_p, token[:, None], axis=1)[:, 0]
        logp_sum[~finished] += chosen[~finished]
        token[finished] = 0
        out.append(token)
        finished = finished | (token == end)
    return np.array(out).T, logp_sum

# %% 05 right: a while loop on a preallocated array that is cut at the end, take_along_axis for the log-probability
def greedy_decode(context, weights, max_length, start=1, end=2):
    state = np.array(context, dtype=float)
    batch = state.shape[0]
    tokens = np.zeros((batch, max_length), dtype=np.int64)
    log_probability = np.zeros(batch)
    ended = np.zeros(batch, dtype=bool)
    previous = np.full(batch, start, dtype=np.int64)
    step = 0
    while step < max_length:
        log_p, state = decoder_step(previous, state, weights)
        best = log_p.argmax(axis=1)[:, np.newaxis]
        gained = np.take_along_axis(log_p, best, axis=1)[:, 0]
        previous = best[:, 0]
        open_rows = ~ended
        tokens[open_rows, step] = previous[open_rows]
        log_probability[open_rows] += gained[open_rows]
        ended[previous == end] = True
        step += 1
        if np.all(ended):
            break
    return tokens[:, :step].copy(), log_probability

# %% 06 wrong: the end is compared with the number 2, so another id given as end is not seen
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = len(context)
    rows = np.arange(batch)
    h = context
    token = np.full(batch, start, dtype=int)
    running = np.ones(batch, dtype=bool)
    log_probability = np.zeros(batch)
    columns = []
    for _ in range(max_length):
        log_p, h = decoder_step(token, h, weights)
        best = np.argmax(log_p, axis=1)
        log_probability += np.where(running, log_p[rows, best], 0.0)
        token = np.where(running, best, 0)
        columns.append(token)
        running = running & (token != 2)
        if not running.any():
            break
    return np.stack(columns, axis=1), log_probability

# %% 07 wrong: it stops as soon as one row has ended, and cuts the others short
def greedy_decode(context, weights, max_length, start=1, end=2):
    n = len(context)
    tokens = np.zeros((n, max_length), dtype=int)
    log_probability = np.zeros(n)
    ended = np.zeros(n, dtype=bool)
    last, h = np.full(n, start), context.copy()
    for t in range(max_length):
        log_p, h = decoder_step(last, h, weights)
        last = np.where(ended, 0, log_p.argmax(axis=1))
        tokens[:, t] = last
        log_probability += np.where(ended, 0.0, log_p[np.arange(n), last])
        ended |= last == end
        if ended.any():
            tokens = tokens[:, :t + 1]
            break
    return tokens, log_probability

# %% 08 wrong: the stop asks whether all rows say [END] in the same step, so rows that end at different times run on to the limit
def greedy_decode(context, weights, max_length, start=1, end=2):
    h = context
    prev = np.array([start] * len(context))
    over = np.array([False] * len(context))
    total = np.zeros(len(context))
    result = []
    for i in range(max_length):
        log_p, h = decoder_step(prev, h, weights)
        total = total + log_p.max(1) * (~over)
        prev = np.where(over, 0, log_p.argmax(1))
        result.append(prev)
        if (prev == end).all():
            break
        over = over | (prev == end)
    return np.column_stack(result), total

# %% 09 right: only the rows that have not ended are given to the decoder, by their indices
def greedy_decode(context, weights, max_length, start=1, end=2):
    n = len(context)
    active = np.arange(n)
    h = np.asarray(context)
    token = np.full(n, start)
    log_probability = np.zeros(n)
    columns = []
    for _ in range(max_length):
        log_p, h = decoder_step(token, h, weights)
        token = log_p.argmax(axis=1)
        column = np.zeros(n, dtype=int)
        column[active] = token
        columns.append(column)
        log_probability[active] += log_p.max(axis=1)
        goes_on = token != end
        active, token, h = active[goes_on], token[goes_on], h[goes_on]
        if active.size == 0:
            break
    return np.array(columns).T, log_probability

# %% 10 wrong: the ids are floats, because np.zeros makes floats where whole numbers are asked for
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = context.shape[0]
    tokens = np.zeros((batch, max_length))
    log_probability = np.zeros(batch)
    done = np.zeros(batch, dtype=bool)
    token, h = np.full(batch, start), context
    steps = 0
    for t in range(max_length):
        log_p, h = decoder_step(token, h, weights)
        token = np.argmax(log_p, axis=1)
        for i in range(batch):
            if not done[i]:
                tokens[i, t] = token[i]
                log_probability[i] += log_p[i, token[i]]
                done[i] = token[i] == end
        steps += 1
        if done.all():
            break
    return tokens[:, :steps], log_probability

# %% 11 wrong: [START] is kept as the first column of the result
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = len(context)
    sequences = [[start] for _ in range(batch)]
    log_probability = np.zeros(batch)
    done = [False] * batch
    h = context
    for _ in range(max_length):
        token = np.array([sequence[-1] for sequence in sequences])
        log_p, h = decoder_step(token, h, weights)
        for i, row in enumerate(log_p):
            if done[i]:
                sequences[i].append(0)
            else:
                best = int(row.argmax())
                sequences[i].append(best)
                log_probability[i] += row[best]
                done[i] = best == end
        if all(done):
            break
    return np.array(sequences), log_probability

# %% 12 right: a generator makes the steps, and what stands after the first [END] is removed from the whole arrays at the end
def _greedy_steps(context, weights, start):
    token, h = np.full(len(context), start), context
    while True:
        log_p, h = decoder_step(token, h, weights)
        token = log_p.argmax(axis=-1)
        yield token, log_p.max(axis=-1)


def greedy_decode(context, weights, max_length, start=1, end=2):
    said, gained = [], []
    seen_end = np.zeros(len(context), dtype=bool)
    for token, log_p in _greedy_steps(context, weights, start):
        said.append(token)
        gained.append(log_p)
        seen_end |= token == end
        if seen_end.all() or len(said) >= max_length:
            break
    said, gained = np.stack(said, axis=1), np.stack(gained, axis=1)
    is_end = said == end
    ends_before = np.cumsum(is_end, axis=1) - is_end
    keep = ends_before == 0
    return np.where(keep, said, 0), np.where(keep, gained, 0.0).sum(axis=1)

# %% 13 wrong: the log-probability of [END] is left out, because the row is marked as ended before its number is added
def greedy_decode(context, weights, max_length, start=1, end=2):
    state = context.copy()
    batch = state.shape[0]
    tokens = np.zeros((batch, max_length), dtype=np.int64)
    log_probability = np.zeros(batch)
    ended = np.zeros(batch, dtype=bool)
    previous = np.full(batch, start)
    for step in range(max_length):
        log_p, state = decoder_step(previous, state, weights)
        previous = log_p.argmax(axis=1)
        tokens[~ended, step] = previous[~ended]
        ended = ended | (previous == end)
        best = np.take_along_axis(log_p, previous[:, None], axis=1).squeeze(1)
        log_probability[~ended] += best[~ended]
        if ended.all():
            break
    return tokens[:, :step + 1], log_probability

# %% 14 wrong: there is no early stop, the result always has max_length columns
def greedy_decode(context, weights, max_length, start=1, end=2):
    n = len(context)
    tokens = np.zeros((n, max_length), dtype=int)
    total = np.zeros(n)
    alive = np.ones(n, dtype=bool)
    token, h = np.full(n, start), context
    for t in range(max_length):
        log_p, h = decoder_step(token, h, weights)
        token = log_p.argmax(axis=1)
        tokens[alive, t] = token[alive]
        total[alive] += log_p[alive, token[alive]]
        alive &= token != end
    return tokens, total

# %% 15 wrong: a 0 is taken for padding wherever it stands, so a row that says token 0 before its [END] loses that token's log-probability
def greedy_decode(context, weights, max_length, start=1, end=2):
    h = context
    token = np.full(context.shape[0], start)
    ended = np.zeros(context.shape[0], dtype=bool)
    ids, logs = [], []
    while len(ids) < max_length:
        log_p, h = decoder_step(token, h, weights)
        token = np.where(ended, 0, log_p.argmax(axis=-1))
        ids.append(token)
        logs.append(log_p.max(axis=-1))
        ended |= token == end
        if ended.all():
            break
    ids, logs = np.stack(ids, axis=1), np.stack(logs, axis=1)
    return ids, (logs * (ids != 0)).sum(axis=1)

# %% 16 right: plain Python lists row by row inside one step of the whole batch, early return
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = len(context)
    written = [[] for _ in range(batch)]
    sums = [0.0] * batch
    open_rows = set(range(batch))
    tokens, states = np.array([start] * batch, dtype=int), context

    def result():
        longest = max((len(row) for row in written), default=0)
        padded = [row + [0] * (longest - len(row)) for row in written]
        return np.array(padded, dtype=int).reshape(batch, longest), np.array(sums, dtype=float)

    for _ in range(max_length):
        log_p, states = decoder_step(tokens, states, weights)
        tokens = np.argmax(log_p, axis=1)
        for i in sorted(open_rows):
            written[i].append(int(tokens[i]))
            sums[i] += float(log_p[i, tokens[i]])
            if tokens[i] == end:
                open_rows.remove(i)
        if not open_rows:
            return result()
    return result()

# %% 17 wrong: the states are written into the context itself, which changes the array that was given
def greedy_decode(context, weights, max_length, start=1, end=2):
    n = len(context)
    h = context
    token = np.full(n, start)
    done = np.zeros(n, dtype=bool)
    log_probability = np.zeros(n)
    columns = []
    for _ in range(max_length):
        log_p, h_new = decoder_step(token, h, weights)
        h[~done] = h_new[~done]
        token = np.where(done, 0, log_p.argmax(axis=1))
        log_probability += np.where(done, 0.0, log_p[np.arange(n), token])
        columns.append(token)
        done |= token == end
        if done.all():
            break
    return np.stack(columns, axis=1), log_probability

# %% 18 wrong: two slips: one step too few, because [START] is counted in max_length, and after [END] stands [END] instead of 0
def greedy_decode(context, weights, max_length, start=1, end=2):
    batch = context.shape[0]
    tokens = np.full((batch, max_length), end)
    tokens[:, 0] = start
    score = np.zeros(batch)
    done = np.zeros(batch, dtype=bool)
    h = context
    t = 1
    while t < max_length and not done.all():
        log_p, h = decoder_step(tokens[:, t - 1], h, weights)
        best = log_p.argmax(axis=1)
        tokens[:, t] = np.where(done, end, best)
        score += np.where(done, 0.0, log_p.max(axis=1))
        done |= best == end
        t += 1
    return tokens[:, 1:t], score
