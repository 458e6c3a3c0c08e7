"""Right answers to unit 09, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def shift_right__by_joining(targets, start=1, pad=0):
    """[START] joined in front, last column dropped"""
    first = np.full((len(targets), 1), start, dtype=targets.dtype)
    return np.where(targets == pad, pad, np.concatenate([first, targets], axis=1)[:, :-1])


def shift_right__row_by_row(targets, start=1, pad=0):
    """plain lists"""
    rows = []
    for row in targets.tolist():
        rows.append([pad if token == pad else before for before, token in zip([start, *row], row, strict=False)])
    return np.array(rows)


def shift_right__by_rolling(targets, start=1, pad=0):
    """rolled, and the first column replaced"""
    result = np.roll(targets, 1, axis=-1)
    result[:, 0] = start
    return result * (targets != pad) + pad * (targets == pad)


def shift_right__backwards_in_a_copy(targets, start=1, pad=0):
    """step by step from the end"""
    result = targets.copy()
    for t in range(targets.shape[1] - 1, -1, -1):
        before = targets[:, t - 1] if t else start
        result[:, t] = np.where(targets[:, t] == pad, pad, before)
    return result


def masked_loss__by_loops(logits, targets, pad=0):
    """plain loops"""
    total, count = 0.0, 0
    for scores, tokens in zip(logits, targets, strict=True):
        for s, y in zip(scores, tokens, strict=True):
            if y != pad:
                total += np.logaddexp.reduce(s) - s[y]
                count += 1
    return total / count if count else 0.0


def masked_loss__of_real_steps_only(logits, targets, pad=0):
    """real steps first, then a flat softmax"""
    keep = targets.ravel() != pad
    s, y = logits.reshape(-1, logits.shape[-1])[keep], targets.ravel()[keep]
    if len(y) == 0:
        return 0.0
    s = s - s.max(axis=1)[:, None]
    return float(np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y]))


def masked_loss__with_one_hot_rows(logits, targets, pad=0):
    """one-hot rows and a product"""
    real = targets != pad
    one_hot = np.eye(logits.shape[2])[targets] * real[:, :, None]
    logits = np.where(real[:, :, None], logits, 0.0)
    log_p = logits - np.logaddexp.reduce(logits, axis=2, keepdims=True)
    return -np.einsum("btv,btv->", one_hot, log_p) / np.maximum(one_hot.sum(), 1.0)


def masked_loss__by_differences(logits, targets, pad=0):
    """log of the sum of differences"""
    b, t = np.nonzero(targets != pad)
    if not b.size:
        return np.float64(0)
    y = targets[b, t]
    behind = logits[b, t] - logits[b, t, y][:, None]  # 0 at the right token
    top = behind.max(axis=1)
    return np.average(top + np.log(np.exp(behind - top[:, None]).sum(axis=1)))


def greedy_decode__one_row_at_a_time(context, weights, max_length, start=1, end=2):
    """one row at a time"""
    rows, sums = [], []
    for state in context:
        row, total, h, token = [], 0.0, state[np.newaxis], start
        while len(row) < max_length and token != end:
            scores, h = decoder_step(np.array([token]), h, weights)
            token = int(scores[0].argmax())
            total += scores[0, token]
            row.append(token)
        rows.append(row)
        sums.append(total)
    width = max(len(row) for row in rows)
    return np.array([row + [0] * (width - len(row)) for row in rows]), np.array(sums)


def greedy_decode__then_cut(context, weights, max_length, start=1, end=2):
    """to the limit, then cut at the first [END]"""
    h, token = context.copy(), np.full(context.shape[0], start)
    tokens, best = np.zeros((len(context), max_length), int), np.zeros((len(context), max_length))
    for t in range(max_length):  # everybody writes to the limit, and what follows an [END] is removed afterwards
        log_p, h = decoder_step(token, h, weights)
        token = np.argmax(log_p, axis=-1)
        tokens[:, t], best[:, t] = token, np.max(log_p, axis=-1)
    seen = np.cumsum(tokens == end, axis=1) - (tokens == end)  # [END]s before this step
    alive = seen == 0
    steps = alive.sum(axis=1).max()
    return (tokens * alive)[:, :steps], (best * alive).sum(axis=1)


def greedy_decode__with_living_rows_only(context, weights, max_length, start=1, end=2):
    """only the rows that are still writing"""
    alive = np.arange(len(context))
    result, sums = np.zeros((len(context), 0), dtype="int64"), np.zeros(len(context))
    token, h = np.repeat(start, len(context)), context
    while alive.size and result.shape[1] < max_length:
        log_p, h = decoder_step(token, h, weights)
        token = log_p.argmax(1)
        column = np.zeros((len(context), 1), dtype="int64")
        column[alive, 0] = token
        sums[alive] += log_p[np.arange(len(alive)), token]
        result = np.hstack([result, column])
        go_on = token != end
        alive, token, h = alive[go_on], token[go_on], h[go_on]
    return result, sums


def greedy_decode__recursive(context, weights, max_length, start=1, end=2):
    """a function that calls itself"""

    def write(token, h, open_rows, steps):
        if steps == 0 or not open_rows.any():
            return np.zeros((len(context), 0), int), np.zeros(len(context))
        log_p, h = decoder_step(token, h, weights)
        token = log_p.argmax(axis=1) * open_rows
        rest, total = write(token, h, open_rows & (token != end), steps - 1)
        return np.column_stack([token, rest]), total + log_p.max(axis=1) * open_rows

    return write(np.full(len(context), start), context, np.ones(len(context), bool), max_length)


def beam_search__with_lists(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    """lists of hypotheses, sorted"""
    if width < 1:
        raise ValueError("the beam needs room for one hypothesis at least")
    alive, finished = [([], start, context[None], 0.0)], []
    for _ in range(max_length):
        candidates = []
        for tokens, last, h, total in alive:
            log_p, new = decoder_step(np.array([last]), h, weights)
            candidates += [([*tokens, k], k, new, total + log_p[0, k]) for k in range(log_p.shape[1])]
        candidates.sort(key=lambda c: c[3], reverse=True)
        kept = candidates[: width - len(finished)]
        alive = [c for c in kept if c[1] != end]
        finished += [c for c in kept if c[1] == end]
        if len(finished) >= width:
            break

    def score(c):
        return c[3] / ((5 + len(c[0])) / 6) ** alpha

    best = max(finished or alive, key=score)
    return np.array(best[0]), score(best)


def beam_search__with_a_heap(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    """a dictionary and a heap"""
    import heapq

    if not width >= 1:
        raise ValueError(f"width={width}")
    alive, ended = {(start,): (0.0, context)}, {}
    while alive and max_length:
        following = {}
        for tokens, (total, h) in alive.items():
            log_p, new = decoder_step(np.array(tokens[-1:]), h[np.newaxis], weights)
            for k in np.argsort(-log_p[0])[:width]:  # no hypothesis can fill more than `width` places
                following[(*tokens, int(k))] = (total + log_p[0, k], new[0])
        kept = heapq.nlargest(width - len(ended), following, key=lambda t: following[t][0])
        ended |= {tokens: following[tokens] for tokens in kept if tokens[-1] == end}
        alive = {tokens: following[tokens] for tokens in kept if tokens[-1] != end}
        max_length -= 1
    results = ended if ended else alive
    scores = {tokens: p * (6 / (4 + len(tokens))) ** alpha for tokens, (p, _) in results.items()}
    best = max(scores, key=scores.get)
    return np.array(best[1:]), scores[best]


def beam_search__with_back_pointers(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    """back pointers, traced at the end"""
    if width <= 0:
        raise ValueError("width must be positive, got " + str(width))
    h, last, total = context.reshape(1, -1), np.array([start]), np.zeros(1)
    history, ended, cut_off = [], [], []
    rows = np.array([0])  # where the living hypotheses stand in the last record
    for length in range(1, max_length + 1):
        log_p, h = decoder_step(last, h, weights)
        flat = (total[:, None] + log_p).ravel()
        places = min(width - len(ended), flat.size)
        top = np.argpartition(-flat, places - 1)[:places]
        parent, last = top // log_p.shape[1], top % log_p.shape[1]
        total, h = flat[top], h[parent]
        history.append((rows[parent], last))
        rows = np.flatnonzero(last != end)
        ended += [(total[k], length, k) for k in np.flatnonzero(last == end)]
        cut_off = [(total[k], length, k) for k in rows]
        if not rows.size:
            break
        last, total, h = last[rows], total[rows], h[rows]
    score, length, place = max((p / ((5 + n) / 6) ** alpha, n, k) for p, n, k in ended or cut_off)
    tokens = []
    for before, token in history[length - 1 :: -1]:
        tokens.insert(0, token[place])
        place = before[place]
    return np.array(tokens), float(score)


def beam_search__depth_by_depth(context, weights, width, max_length, alpha=0.0, start=1, end=2):
    """a function that calls itself"""
    if width < 1:
        raise ValueError(f"a beam of width {width} is empty")

    def search(rows, h, totals, places, steps):
        if steps == 0 or len(rows) == 0:
            return [], list(zip(totals, rows[:, 1:], strict=True))
        log_p, h = decoder_step(rows[:, -1], h, weights)
        sums = totals[:, None] + log_p
        order = np.argsort(-sums.ravel())[:places]
        which, token = np.divmod(order, sums.shape[1])
        rows, values, go_on = np.column_stack([rows[which], token]), sums.ravel()[order], token != end
        here = list(zip(values[~go_on], rows[~go_on, 1:], strict=True))
        later, open_ones = search(rows[go_on], h[which][go_on], values[go_on], places - len(here), steps - 1)
        return here + later, open_ones

    ended, open_ones = search(np.array([[start]]), context[None, :], np.array([0.0]), width, max_length)
    found = [(p / (5 / 6 + len(row) / 6) ** alpha, row) for p, row in ended or open_ones]
    score, tokens = max(found, key=lambda pair: pair[0])
    return tokens, score


def build_seq2seq__with_states_returned(n_source, n_target, units):
    """states returned, softmax as a layer"""
    source, inputs = keras.Input(shape=(None,), name="source"), keras.Input(shape=(None,), name="inputs")
    embed = keras.layers.Embedding(input_dim=n_target, output_dim=16, mask_zero=True)
    encoder = keras.layers.GRU(units, return_state=True, name="encoder")
    _, context = encoder(keras.layers.Embedding(n_source, 16, mask_zero=True)(source))
    decoder = keras.layers.GRU(units, return_sequences=True, return_state=True, name="decoder")
    states, _ = decoder(embed(inputs), initial_state=[context])
    head = keras.layers.TimeDistributed(keras.layers.Dense(n_target))
    model = keras.Model(inputs=[source, inputs], outputs=keras.layers.Activation("softmax")(head(states)))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def build_seq2seq__with_an_encoder_model(n_source, n_target, units):
    """an encoder model inside"""
    encoder = keras.Sequential([keras.layers.Embedding(n_source, 16, mask_zero=True), keras.layers.GRU(units)])
    source = keras.Input((None,), dtype="int64")
    inputs = keras.Input((None,), dtype="int64")
    x = keras.layers.Embedding(n_target, 16, mask_zero=True)(inputs)
    x = keras.layers.GRU(units, return_sequences=True)(x, initial_state=encoder(source))
    x = keras.layers.Dense(n_target)(x)
    model = keras.Model([source, inputs], keras.layers.Activation("softmax")(x))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(ignore_class=0))
    return model


def build_seq2seq__with_all_states_returned(n_source, n_target, units):
    """all states returned, the last one used"""
    layers = keras.layers
    inputs = layers.Input((None,), dtype="int32")
    target_vectors = layers.Embedding(n_target, 16, mask_zero=True)(inputs)
    source = layers.Input((None,), dtype="int32")
    read = layers.GRU(units, return_sequences=True, return_state=True)
    *_, context = read(layers.Embedding(n_source, 16, mask_zero=True)(source))
    written = layers.GRU(units, return_sequences=True)(target_vectors, initial_state=context)
    model = keras.Model((source, inputs), layers.Dense(n_target, activation=keras.ops.softmax)(written))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss="sparse_categorical_crossentropy")
    return model


def build_seq2seq__with_a_loss_of_its_own(n_source, n_target, units):
    """settings that are the defaults written out, and a loss of its own"""
    source = keras.Input((None,), dtype="int32")
    inputs = keras.Input((None,), dtype="int32")
    embed = [keras.layers.Embedding(n, 16, mask_zero=True) for n in (n_source, n_target)]
    context = keras.layers.GRU(units, dropout=0.0, reset_after=True, go_backwards=False)(embed[0](source))
    decoder = keras.layers.GRU(units, return_sequences=True, activation="tanh", recurrent_activation="sigmoid")
    states = decoder(embed[1](inputs), initial_state=context)
    model = keras.Model([source, inputs], keras.layers.Dense(n_target, "softmax", use_bias=True)(states))

    def cross_entropy(ids, probabilities):
        return keras.ops.sparse_categorical_crossentropy(ids, probabilities)

    model.compile(keras.optimizers.Adam(1e-3), cross_entropy, metrics=["sparse_categorical_accuracy"])
    return model
