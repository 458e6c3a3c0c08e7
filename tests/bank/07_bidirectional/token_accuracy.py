# %% 01 right: loop over the tags with boolean masks
def token_accuracy(tags, probabilities):
    tags = np.asarray(tags)
    answers = np.argmax(probabilities, axis=-1)
    hit = answers == tags
    word = tags != 0
    n_tags = np.shape(probabilities)[-1]
    per_tag = np.full(n_tags, np.nan)
    for k in range(1, n_tags):
        chosen = tags == k
        if chosen.any():
            per_tag[k] = hit[chosen].mean()
    accuracy = float(hit[word].mean()) if word.any() else np.nan
    return accuracy, per_tag

# %% 02 wrong: mean of the accuracies of the sentences, so a word of a short sentence counts more than one of a long sentence
def token_accuracy(tags, probabilities):
    said = probabilities.argmax(axis=-1)
    n_tags = probabilities.shape[-1]
    of_sentences = []
    for right_row, said_row in zip(tags, said):
        words = right_row != 0
        if words.any():
            of_sentences.append(np.mean(said_row[words] == right_row[words]))
    accuracy = float(np.mean(of_sentences)) if of_sentences else np.nan
    per_tag = np.full(n_tags, np.nan)
    for k in range(1, n_tags):
        where = tags == k
        if where.any():
            per_tag[k] = np.mean(said[where] == k)
    return accuracy, per_tag

# %% 03 wrong: the answer 0 is never taken (argmax over the tags from 1 on), so a word whose largest number is at the padding may count as right
def token_accuracy(tags, probabilities):
    answers = probabilities[:, :, 1:].argmax(axis=2) + 1
    correct = answers == tags
    per_tag = [np.nan]
    for k in range(1, probabilities.shape[2]):
        mine = correct[tags == k]
        per_tag.append(mine.mean() if len(mine) else np.nan)
    words = correct[tags > 0]
    return (words.mean() if len(words) else np.nan), np.array(per_tag)

# %% 04 right: counts with np.bincount and one guarded division
def token_accuracy(tags, probabilities):
    n_tags = np.shape(probabilities)[-1]
    truth = np.asarray(tags).ravel().astype(int)
    guess = np.asarray(probabilities).reshape(truth.size, n_tags).argmax(axis=1) if truth.size else truth
    guess, truth = guess[truth > 0], truth[truth > 0]
    total = np.bincount(truth, minlength=n_tags)
    right = np.bincount(truth[guess == truth], minlength=n_tags)
    per_tag = np.divide(right, total, out=np.full(n_tags, np.nan), where=total > 0)
    return (float(right.sum() / total.sum()) if truth.size else np.nan), per_tag

# %% 05 wrong: the number of tags is taken from the largest right tag of the batch, so per_tag is too short where the last tags do not occur
def token_accuracy(tags, probabilities):
    answers = probabilities.argmax(axis=-1)
    real = tags > 0
    right = (answers == tags) & real
    n_tags = tags.max() + 1 if tags.size else 1
    per_tag = np.full(n_tags, np.nan)
    for k in range(1, n_tags):
        count = np.sum(tags == k)
        if count:
            per_tag[k] = np.sum(right & (tags == k)) / count
    accuracy = right.sum() / real.sum() if real.any() else np.nan
    return accuracy, per_tag

# %% 06 wrong: a batch without any word has the accuracy 0.0 and not nan
def token_accuracy(tags, probabilities):
    n_tags = probabilities.shape[-1]
    best = np.argmax(probabilities, axis=-1)
    hits, words = 0, 0
    per_tag = np.full(n_tags, np.nan)
    for k in range(1, n_tags):
        found = best[tags == k]
        if found.size > 0:
            per_tag[k] = np.count_nonzero(found == k) / found.size
            hits += np.count_nonzero(found == k)
            words += found.size
    return hits / max(words, 1), per_tag

# %% 07 wrong: takes an answer as right when the right tag has more than one half, where the largest number may be below that
def token_accuracy(tags, probabilities):
    batch, time, n_tags = probabilities.shape
    given = np.take_along_axis(probabilities, tags[..., None].astype(int), axis=-1)[..., 0]
    right = given > 0.5
    words = tags > 0
    per_tag = np.array([right[tags == k].mean() if k > 0 and np.any(tags == k) else np.nan for k in range(n_tags)])
    accuracy = float(right[words].mean()) if words.any() else np.nan
    return accuracy, per_tag

# %% 08 right: plain loops over words with two lists of counts
def token_accuracy(tags, probabilities):
    n_tags = np.shape(probabilities)[-1]
    seen, right = [0] * n_tags, [0] * n_tags
    for row, numbers in zip(tags, probabilities):
        for tag, scores in zip(row, numbers):
            tag = int(tag)
            if tag == 0:
                continue
            seen[tag] += 1
            right[tag] += int(int(np.argmax(scores)) == tag)
    per_tag = np.array([r / s if s else np.nan for r, s in zip(right, seen)], dtype=float)
    if sum(seen) == 0:
        return np.nan, per_tag
    return sum(right) / sum(seen), per_tag

# %% 09 wrong: per_tag divides by the words that were given the tag (precision), not by the words whose right tag it is
def token_accuracy(tags, probabilities):
    n_tags = probabilities.shape[-1]
    answers = probabilities.argmax(-1)
    words = tags != 0
    truth, answers = tags[words], answers[words]
    per_tag = np.full(n_tags, np.nan)
    for k in range(1, n_tags):
        said_k = answers == k
        if said_k.sum() > 0:
            per_tag[k] = (truth[said_k] == k).mean()
    accuracy = (truth == answers).mean() if truth.size else np.nan
    return accuracy, per_tag

# %% 10 wrong: the cell of the confusion matrix, tag times n_tags, is computed in the type of the tags, so small types such as uint8 run over
def token_accuracy(tags, probabilities):
    n_tags = probabilities.shape[-1]
    answers = probabilities.argmax(axis=-1)
    real = tags > 0
    cells = tags[real] * n_tags + answers[real]
    confusion = np.bincount(cells, minlength=n_tags * n_tags)[: n_tags * n_tags].reshape(n_tags, n_tags)
    total = confusion.sum(axis=1)
    per_tag = np.full(n_tags, np.nan)
    per_tag[total > 0] = np.diag(confusion)[total > 0] / total[total > 0]
    accuracy = np.trace(confusion) / total.sum() if total.sum() else np.nan
    return accuracy, per_tag

# %% 11 right: confusion matrix by np.add.at, its diagonal over its row sums
def token_accuracy(tags, probabilities):
    probabilities = np.asarray(probabilities)
    n_tags = probabilities.shape[-1]
    confusion = np.zeros((n_tags, n_tags))
    np.add.at(confusion, (np.asarray(tags, dtype=np.int64), probabilities.argmax(axis=-1)), 1)
    confusion[0] = 0  # the padding
    rows = confusion.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        per_tag = np.diagonal(confusion) / rows
        accuracy = np.trace(confusion) / rows.sum()
    return float(accuracy), per_tag

# %% 12 wrong: words that the model answers with 0 are left out as if they were padding, so such mistakes do not count
def token_accuracy(tags, probabilities):
    answers = np.argmax(probabilities, axis=-1)
    real = (tags > 0) & (answers > 0)
    n_tags = probabilities.shape[-1]
    right = answers == tags
    per_tag = np.full(n_tags, np.nan)
    for k in range(1, n_tags):
        select = real & (tags == k)
        if select.any():
            per_tag[k] = right[select].mean()
    if not real.any():
        return np.nan, per_tag
    return float(right[real].mean()), per_tag

# %% 13 wrong: per_tag[0] holds the accuracy at the padding, where it is to be nan always
def token_accuracy(tags, probabilities):
    right = probabilities.argmax(axis=-1) == tags
    n_tags = probabilities.shape[-1]
    count = np.array([(tags == k).sum() for k in range(n_tags)])
    good = np.array([right[tags == k].sum() for k in range(n_tags)])
    per_tag = np.where(count > 0, good / np.maximum(count, 1), np.nan)
    words = count[1:].sum()
    return (good[1:].sum() / words if words else np.nan), per_tag
