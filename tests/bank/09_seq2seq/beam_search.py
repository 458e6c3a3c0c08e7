# %% 01 wrong: finished hypotheses do not keep their place, at each step the full width of unfinished ones goes on, so it searches more widely than asked
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"width must be at least 1, not {width}")
    beams = [([], 0.0, context)]
    finished = []
    for _ in range(max_length):
        candidates = []
        for tokens, log_probability, h in beams:
            previous = tokens[-1] if tokens else start
            log_p, h_new = decoder_step(np.array([previous]), h[np.newaxis], weights)
            for token, value in enumerate(log_p[0]):
                candidates.append((tokens + [token], log_probability + value, h_new[0]))
        candidates.sort(key=lambda c: c[1], reverse=True)
        beams = []
        for candidate in candidates[:width]:
            if candidate[0][-1] == end:
                finished.append(candidate)
            else:
                beams.append(candidate)
        if not beams:
            break

    def score(hypothesis):
        return hypothesis[1] / ((5 + len(hypothesis[0])) / 6) ** alpha

    best = max(finished or beams, key=score)
    return np.array(best[0]), score(best)

# %% 02 right: whole arrays, one decoder step for all hypotheses, a stable argsort of the flat candidates
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"width must be at least 1, but it is {width}.")
    tokens = np.zeros((1, 0), dtype=int)       # (hypotheses, length)
    last = np.array([start])
    log_probability = np.zeros(1)
    h = np.asarray(context)[np.newaxis]
    finished, free = [], width

    for _ in range(max_length):
        log_p, h = decoder_step(last, h, weights)
        total = log_probability[:, np.newaxis] + log_p
        best = np.argsort(-total, axis=None, kind="stable")[:free]
        parent, last = np.divmod(best, total.shape[1])
        tokens = np.concatenate([tokens[parent], last[:, np.newaxis]], axis=1)
        log_probability = total[parent, last]
        h = h[parent]

        done = last == end
        finished += list(zip(tokens[done], log_probability[done]))
        free -= int(done.sum())
        tokens, last, log_probability, h = tokens[~done], last[~done], log_probability[~done], h[~done]
        if len(last) == 0:
            break

    results = finished if finished else list(zip(tokens, log_probability))
    scores = [p / ((5 + len(t)) / 6) ** alpha for t, p in results]
    k = int(np.argmax(scores))
    return results[k][0], scores[k]

# %% 03 wrong: each hypothesis goes on with the state from before the step, so the decoder's state never moves away from the context
import heapq


def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("width is below 1")
    hypotheses = [{"log_p": 0.0, "ids": (start,), "state": context}]
    finished = []
    for step in range(max_length):
        batch = np.array([hyp["ids"][-1] for hyp in hypotheses])
        states = np.stack([hyp["state"] for hyp in hypotheses])
        log_p, new_states = decoder_step(batch, states, weights)
        candidates = (
            {"log_p": hyp["log_p"] + log_p[i, k], "ids": hyp["ids"] + (k,), "state": hyp["state"]}
            for i, hyp in enumerate(hypotheses)
            for k in range(log_p.shape[1])
        )
        best = heapq.nlargest(width - len(finished), candidates, key=lambda hyp: hyp["log_p"])
        finished += [hyp for hyp in best if hyp["ids"][-1] == end]
        hypotheses = [hyp for hyp in best if hyp["ids"][-1] != end]
        if not hypotheses:
            break
    pool = finished if finished else hypotheses
    for hyp in pool:
        length = len(hyp["ids"]) - 1
        hyp["score"] = hyp["log_p"] / ((5 + length) / 6) ** alpha
    winner = max(pool, key=lambda hyp: hyp["score"])
    return np.array(winner["ids"][1:]), winner["score"]

# %% 04 wrong: asks np.argpartition for as many as there are places, which raises an error when the width is larger than the number of candidates
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"width has to be 1 or more, got {width}")
    prefixes = np.full((1, 1), start)
    sums = np.zeros(1)
    states = context[None, :]
    done = []
    for _ in range(max_length):
        log_p, states = decoder_step(prefixes[:, -1], states, weights)
        total = sums[:, None] + log_p
        places = width - len(done)
        best = np.argpartition(-total, places - 1, axis=None)[:places]
        row, token = np.unravel_index(best, total.shape)
        prefixes = np.concatenate([prefixes[row], token[:, None]], axis=1)
        sums, states = total[row, token], states[row]
        ended = token == end
        done.extend((float(s), p[1:]) for s, p in zip(sums[ended], prefixes[ended]))
        prefixes, sums, states = prefixes[~ended], sums[~ended], states[~ended]
        if not len(prefixes):
            break
    if not done:
        done = [(float(s), p[1:]) for s, p in zip(sums, prefixes)]
    scored = [(s / ((5 + len(p)) / 6) ** alpha, p) for s, p in done]
    score, ids = max(scored, key=lambda pair: pair[0])
    return ids, score

# %% 05 right: recursion, each call makes one step and hands the unfinished, the finished and the steps left to the next one
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"the width must not be below 1: {width}")

    def score(hypothesis):
        ids, log_probability, _ = hypothesis
        return log_probability / ((5 + len(ids)) / 6) ** alpha

    def search(unfinished, finished, steps_left):
        if not unfinished or steps_left == 0:
            return max(finished or unfinished, key=score)
        candidates = []
        for ids, log_probability, h in unfinished:
            token = ids[-1] if ids else start
            log_p, h_new = decoder_step(np.array([token]), h.reshape(1, -1), weights)
            candidates += [(ids + (k,), log_probability + float(value), h_new[0]) for k, value in enumerate(log_p[0])]
        kept = sorted(candidates, key=lambda c: -c[1])[: width - len(finished)]
        ended = [c for c in kept if c[0][-1] == end]
        going_on = [c for c in kept if c[0][-1] != end]
        return search(going_on, finished + ended, steps_left - 1)

    best = search([((), 0.0, np.asarray(context))], [], max_length)
    return np.array(best[0], dtype=int), score(best)

# %% 06 wrong: at the limit the unfinished hypotheses take part although others have finished
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("beam_search: width must be at least 1")
    alive = [(0.0, [start], context)]
    complete = []
    while alive and len(alive[0][1]) - 1 < max_length:
        tokens = np.array([ids[-1] for _, ids, _ in alive])
        log_p, h = decoder_step(tokens, np.array([state for _, _, state in alive]), weights)
        candidates = [
            (alive[i][0] + log_p[i, k], alive[i][1] + [k], h[i]) for i in range(len(alive)) for k in range(log_p.shape[1])
        ]
        candidates = sorted(candidates, key=lambda c: c[0], reverse=True)[: width - len(complete)]
        alive = [c for c in candidates if c[1][-1] != end]
        complete += [c for c in candidates if c[1][-1] == end]
    best_score, best_ids = -np.inf, None
    for log_probability, ids, _ in complete + alive:
        score = log_probability / ((5 + len(ids) - 1) / 6) ** alpha
        if best_ids is None or score > best_score:
            best_score, best_ids = score, ids[1:]
    return np.array(best_ids), best_score

# %% 07 wrong: looks for ended hypotheses only at the beginning of the next step, so one that ends at the very last step does not count as finished
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("width must be >= 1")
    finished = []
    beam = [([start], 0.0, context)]
    for step in range(max_length):
        # put aside what has ended
        finished += [b for b in beam if step > 0 and b[0][-1] == end]
        beam = [b for b in beam if step == 0 or b[0][-1] != end]
        if not beam:
            break
        log_p, h = decoder_step(np.array([b[0][-1] for b in beam]), np.stack([b[2] for b in beam]), weights)
        extended = []
        for i, (ids, total, _) in enumerate(beam):
            for k in range(log_p.shape[-1]):
                extended.append((ids + [k], total + log_p[i, k], h[i]))
        extended.sort(key=lambda e: -e[1])
        beam = extended[: width - len(finished)]
    result = finished if len(finished) > 0 else beam
    scores = [total / ((5 + len(ids) - 1) / 6) ** alpha for ids, total, _ in result]
    winner = np.argmax(scores)
    return np.array(result[winner][0][1:]), scores[winner]

# %% 08 right: pointers to the parents instead of copied sequences, the tokens are read back from the end at the very last
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if not width >= 1:
        raise ValueError(f"beam_search needs a width of at least 1, and width={width} is below 1")

    nodes = [(None, start, 0.0, 0)]  # parent, token, log-probability, number of tokens without [START]
    open_nodes, ended_nodes = [0], []
    states = np.reshape(context, (1, -1))

    while open_nodes and nodes[open_nodes[0]][3] < max_length:
        log_p, states = decoder_step(np.array([nodes[n][1] for n in open_nodes]), states, weights)
        sums = log_p + np.array([[nodes[n][2]] for n in open_nodes])
        flat = sums.ravel()
        count = min(width - len(ended_nodes), flat.size)
        best = np.argpartition(flat, flat.size - count)[flat.size - count :]
        following, rows = [], []
        for place in best:
            row, token = divmod(int(place), sums.shape[1])
            parent = open_nodes[row]
            nodes.append((parent, token, float(flat[place]), nodes[parent][3] + 1))
            if token == end:
                ended_nodes.append(len(nodes) - 1)
            else:
                following.append(len(nodes) - 1)
                rows.append(row)
        open_nodes, states = following, states[rows]

    def score(n):
        return nodes[n][2] / ((5 + nodes[n][3]) / 6) ** alpha

    winner = max(ended_nodes or open_nodes, key=score)
    ids, n = [], winner
    while nodes[n][0] is not None:
        ids.append(nodes[n][1])
        n = nodes[n][0]
    return np.array(ids[::-1], dtype=np.int64), score(winner)

# %% 09 wrong: divides by the length to the power alpha, a penalty known from elsewhere, instead of ((5 + L) / 6) to the power alpha
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"A beam of width {width} is not possible, width must be at least 1.")

    def length_penalty(tokens):
        return len(tokens) ** alpha

    unfinished = [(0.0, [], np.asarray(context))]
    finished = []
    for _ in range(max_length):
        previous = np.array([tokens[-1] if tokens else start for _, tokens, _ in unfinished])
        log_p, h = decoder_step(previous, np.stack([state for _, _, state in unfinished]), weights)
        total = np.array([[p] for p, _, _ in unfinished]) + log_p
        order = np.argsort(total.ravel())[::-1]
        kept = []
        for place in order[: width - len(finished)]:
            i, k = np.unravel_index(place, total.shape)
            hypothesis = (total[i, k], unfinished[i][1] + [int(k)], h[i])
            (finished if k == end else kept).append(hypothesis)
        unfinished = kept
        if len(unfinished) == 0:
            break
    ranking = sorted(finished or unfinished, key=lambda hyp: hyp[0] / length_penalty(hyp[1]))
    log_probability, tokens, _ = ranking[-1]
    return np.array(tokens), log_probability / length_penalty(tokens)

# %% 10 wrong: multiplies probabilities and takes the logarithm only at the end, so long sequences underflow to a probability of 0
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("width must be at least 1")
    tokens = np.empty((1, 0), dtype=int)
    previous, p, h = np.array([start]), np.ones(1), context[None]
    finished = []
    for _ in range(max_length):
        log_p, h = decoder_step(previous, h, weights)
        joint = p[:, None] * np.exp(log_p)
        best = np.argsort(-joint.ravel(), kind="stable")[: width - len(finished)]
        rows, previous = best // joint.shape[1], best % joint.shape[1]
        tokens = np.column_stack([tokens[rows], previous])
        p, h = joint[rows, previous], h[rows]
        for row in np.flatnonzero(previous == end):
            finished.append((p[row], tokens[row]))
        go_on = previous != end
        tokens, previous, p, h = tokens[go_on], previous[go_on], p[go_on], h[go_on]
        if not go_on.any():
            break
    if not finished:
        finished = list(zip(p, tokens))
    scores = [np.log(q) / ((5 + len(ids)) / 6) ** alpha for q, ids in finished]
    best = int(np.argmax(scores))
    return finished[best][1], scores[best]

# %% 11 right: a small class for a hypothesis that can extend itself, and heapq.nlargest over a generator
import heapq


class Hypothesis:
    def __init__(self, tokens, log_probability, state):
        self.tokens = tokens
        self.log_probability = log_probability
        self.state = state

    def extensions(self, start, weights):
        token = self.tokens[-1] if self.tokens else start
        log_p, state = decoder_step(np.array([token]), self.state[np.newaxis, :], weights)
        for k in range(log_p.shape[1]):
            yield Hypothesis([*self.tokens, k], self.log_probability + log_p[0, k], state[0])

    def score(self, alpha):
        return self.log_probability / ((5 + len(self.tokens)) / 6) ** alpha


def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"width must be 1 or more, not {width}")
    unfinished, finished = [Hypothesis([], 0.0, np.array(context))], []
    steps = 0
    while unfinished and steps < max_length:
        candidates = (new for old in unfinished for new in old.extensions(start, weights))
        best = heapq.nlargest(width - len(finished), candidates, key=lambda hyp: hyp.log_probability)
        unfinished = []
        for hyp in best:
            if hyp.tokens[-1] == end:
                finished.append(hyp)
            else:
                unfinished.append(hyp)
        steps += 1
    winner = max(finished if finished else unfinished, key=lambda hyp: hyp.score(alpha))
    return np.array(winner.tokens), winner.score(alpha)

# %% 12 wrong: the token of [END] is written as 2 in the code, so another id given as end is not recognised
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("width must be at least 1")
    END = 2
    ids = np.array([[start]])
    log_probability = np.array([0.0])
    h = context.reshape(1, -1)
    finished_ids, finished_log_p = [], []
    for t in range(max_length):
        log_p, h = decoder_step(ids[:, -1], h, weights)
        V = log_p.shape[1]
        candidates = (log_probability.reshape(-1, 1) + log_p).ravel()
        chosen = candidates.argsort()[::-1][: width - len(finished_ids)]
        parents, tokens = chosen // V, chosen % V
        ids = np.hstack([ids[parents], tokens.reshape(-1, 1)])
        log_probability = candidates[chosen]
        h = h[parents]
        for i in range(len(tokens)):
            if tokens[i] == END:
                finished_ids.append(ids[i, 1:])
                finished_log_p.append(log_probability[i])
        open_rows = tokens != END
        ids, log_probability, h = ids[open_rows], log_probability[open_rows], h[open_rows]
        if len(ids) == 0:
            break
    if len(finished_ids) == 0:
        finished_ids, finished_log_p = list(ids[:, 1:]), list(log_probability)
    scores = np.array([p / ((5 + len(i)) / 6) ** alpha for i, p in zip(finished_ids, finished_log_p)])
    return finished_ids[scores.argmax()], scores.max()

# %% 13 wrong: stops as soon as one hypothesis has finished, although unfinished ones could still end with a better score
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"width is {width}, but must be at least 1")
    beam = [((), 0.0, context)]
    finished = []
    for _ in range(max_length):
        last = np.array([tokens[-1] if tokens else start for tokens, _, _ in beam])
        states = np.stack([state for _, _, state in beam])
        log_p, new_states = decoder_step(last, states, weights)
        options = []
        for (tokens, total, _), row, state in zip(beam, log_p, new_states):
            options.extend((tokens + (k,), total + value, state) for k, value in enumerate(row))
        options.sort(key=lambda option: option[1], reverse=True)
        options = options[:width]
        finished = [o for o in options if o[0][-1] == end]
        beam = [o for o in options if o[0][-1] != end]
        if finished:
            break
    scored = [(total / ((5 + len(tokens)) / 6) ** alpha, tokens) for tokens, total, _ in finished or beam]
    score, tokens = max(scored)
    return np.array(tokens), score

# %% 14 wrong: after the first step each hypothesis keeps only its own best continuation, so the candidates of different hypotheses do not compete
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("width below 1")
    log_p, h = decoder_step(np.array([start]), context[None], weights)
    first = np.argsort(-log_p[0])[:width]
    beams = [([int(k)], log_p[0, k], h[0]) for k in first]
    finished = [b for b in beams if b[0][-1] == end]
    beams = [b for b in beams if b[0][-1] != end]
    for _ in range(max_length - 1):
        if not beams:
            break
        still_open = []
        for tokens, total, state in beams:
            log_p, h = decoder_step(np.array([tokens[-1]]), state[None], weights)
            k = int(np.argmax(log_p[0]))
            longer = (tokens + [k], total + log_p[0, k], h[0])
            if k == end:
                finished.append(longer)
            else:
                still_open.append(longer)
        beams = still_open
    scores = [b[1] / ((5 + len(b[0])) / 6) ** alpha for b in finished or beams]
    best = int(np.argmax(scores))
    return np.array((finished or beams)[best][0]), scores[best]

# %% 15 wrong: two slips: L counts [START] as well, and the tokens are joined with np.append to an empty array, which makes them floats
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("width must be 1 or larger")
    hypotheses = [(np.array([]), 0.0, context)]
    finished = []
    for _ in range(max_length):
        candidates = []
        for tokens, total, h in hypotheses:
            previous = np.array([start]) if len(tokens) == 0 else tokens[-1:].astype(int)
            log_p, h_new = decoder_step(previous, h[None], weights)
            for k in range(log_p.shape[1]):
                candidates.append((np.append(tokens, k), total + log_p[0, k], h_new[0]))
        candidates.sort(key=lambda c: c[1])
        candidates = candidates[-(width - len(finished)) :]
        finished += [c for c in candidates if c[0][-1] == end]
        hypotheses = [c for c in candidates if c[0][-1] != end]
        if not hypotheses:
            break
    final = []
    for tokens, total, _ in finished or hypotheses:
        L = len(tokens) + 1
        final.append((total / ((5 + L) / 6) ** alpha, tokens))
    score, tokens = max(final, key=lambda pair: pair[0])
    return tokens, score

# %% 16 right: arrays of fixed size with one row for each place, finished rows stay in their place and are only left out of the step
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError("width must be at least 1, it is " + str(width))
    ids = np.zeros((1, max_length), dtype=int)
    length = np.zeros(1, dtype=int)
    log_probability = np.zeros(1)
    state = np.array(context, ndmin=2)
    finished = np.array([False])

    for t in range(max_length):
        active = np.flatnonzero(~finished)
        if active.size == 0:
            break
        last = np.full(active.size, start) if t == 0 else ids[active, t - 1]
        log_p, new_state = decoder_step(last, state[active], weights)
        total = log_probability[active, None] + log_p
        free = width - int(finished.sum())
        a, token = np.unravel_index(np.argsort(total, axis=None)[::-1][:free], total.shape)

        new_ids = ids[active[a]]
        new_ids[:, t] = token
        ids = np.concatenate([ids[finished], new_ids])
        length = np.concatenate([length[finished], np.full(len(token), t + 1)])
        log_probability = np.concatenate([log_probability[finished], total[a, token]])
        state = np.concatenate([state[finished], new_state[a]])
        finished = np.concatenate([finished[finished], token == end])

    score = log_probability / ((5 + length) / 6) ** alpha
    if finished.any():
        rows = np.flatnonzero(finished)
    else:
        rows = np.arange(len(score))
    best = rows[np.argmax(score[rows])]
    return ids[best, : length[best]].copy(), float(score[best])

# %% 17 wrong: two slips: a width below 1 is silently made 1 instead of raising an error, and the result is chosen by log-probability, not by score
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    width = max(int(width), 1)
    prefix = [[start]]
    total = np.zeros(1)
    h = np.array([context])
    done = []
    for _ in range(max_length):
        log_p, h = decoder_step(np.array([ids[-1] for ids in prefix]), h, weights)
        total = total[:, None] + log_p
        best = np.argsort(-total, axis=None)[: width - len(done)]
        pairs = [np.unravel_index(place, total.shape) for place in best]
        done += [(total[i, k], prefix[i][1:] + [int(k)]) for i, k in pairs if k == end]
        pairs = [(i, k) for i, k in pairs if k != end]
        if not pairs:
            break
        prefix = [prefix[i] + [int(k)] for i, k in pairs]
        h = h[[i for i, _ in pairs]]
        total = np.array([total[i, k] for i, k in pairs])
    if not done:
        done = [(p, ids[1:]) for p, ids in zip(total, prefix)]
    log_probability, ids = max(done)
    return np.array(ids), log_probability / ((5 + len(ids)) / 6) ** alpha

# %% 18 wrong: the repeated states are not put into the order of the sorted candidates, so hypotheses go on with the state of another one
def beam_search(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    if width < 1:
        raise ValueError(f"width must be at least 1, given: {width}")
    sequences, log_probs, h = [[]], np.zeros(1), context[np.newaxis, :]
    finished = []
    for _ in range(max_length):
        tokens = np.array([s[-1] if s else start for s in sequences])
        log_p, h = decoder_step(tokens, h, weights)
        V = log_p.shape[1]
        # one long list of candidates: log-probabilities, sequences, states
        totals = np.ravel(log_probs[:, np.newaxis] + log_p)
        longer = [s + [k] for s in sequences for k in range(V)]
        states = np.repeat(h, V, axis=0)
        best = np.argsort(-totals)[: width - len(finished)]
        totals, longer, states = totals[best], [longer[i] for i in best], states[: len(best)]
        going_on = [i for i in range(len(best)) if longer[i][-1] != end]
        finished += [(longer[i], totals[i]) for i in range(len(best)) if longer[i][-1] == end]
        if not going_on:
            break
        sequences, log_probs, h = [longer[i] for i in going_on], totals[going_on], states[going_on]
    if not finished:
        finished = list(zip(sequences, log_probs))
    score = lambda f: f[1] / ((5 + len(f[0])) / 6) ** alpha
    best = max(finished, key=score)
    return np.array(best[0]), score(best)
