# %% 01 right: straight along the text
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_q, W_k, v = attention
    W_x, W_h, b = gru
    W_o, b_o = output
    context, weights = additive_attention(s_prev, states, states, W_q, W_k, v, mask)
    s = gru_step(np.concatenate([y_prev, context], axis=-1), s_prev, W_x, W_h, b)
    logits = np.concatenate([context, s], axis=-1) @ W_o + b_o
    return logits, s, weights

# %% 02 wrong: the context stands before the word in the input of the GRU, so every kernel row meets the wrong number
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    context, weights = additive_attention(s_prev, states, states, *attention, mask=mask)
    s = gru_step(np.hstack([context, y_prev]), s_prev, *gru)
    W_o, b_o = output
    return np.hstack([context, s]) @ W_o + b_o, s, weights

# %% 03 wrong: the logits are made from state and context in the wrong order
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_o, b_o = output
    context, weights = additive_attention(s_prev, states, states, *attention, mask)
    x = np.concatenate((y_prev, context), axis=1)
    s = gru_step(x, s_prev, *gru)
    return np.concatenate((s, context), axis=1) @ W_o + b_o, s, weights

# %% 04 right: arrays filled by slices, and the output kernel split into its two blocks
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    context, weights = additive_attention(s_prev, states, states, *attention, mask=mask)
    features, size = y_prev.shape[1], states.shape[2]
    x = np.zeros((len(y_prev), features + size))
    x[:, :features] = y_prev
    x[:, features:] = context
    s = gru_step(x, s_prev, *gru)
    kernel, bias = output
    return context @ kernel[:size] + s @ kernel[size:] + bias, s, weights

# %% 05 wrong: after the step it attends a second time with the new state, and makes logits and returned weights from that context instead of the one that the GRU got
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_q, W_k, v = attention
    context, _ = additive_attention(s_prev, states, states, W_q, W_k, v, mask)
    s = gru_step(np.concatenate([y_prev, context], axis=1), s_prev, *gru)
    context, weights = additive_attention(s, states, states, W_q, W_k, v, mask)
    logits = np.concatenate([context, s], axis=1) @ output[0] + output[1]
    return logits, s, weights

# %% 06 wrong: the logits are made from the state before the step instead of the new one
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    (W_q, W_k, v), (W_x, W_h, b), (W_o, b_o) = attention, gru, output
    context, weights = additive_attention(s_prev, states, states, W_q, W_k, v, mask=mask)
    s = gru_step(np.c_[y_prev, context], s_prev, W_x, W_h, b)
    return np.c_[context, s_prev] @ W_o + b_o, s, weights

# %% 07 right: sequence by sequence, each as a batch of one
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    batch = len(y_prev)
    W_o, b_o = output
    logits = np.empty((batch, len(b_o)))
    s = np.empty((batch, s_prev.shape[1]))
    weights = np.empty((batch, states.shape[1]))
    for i in range(batch):
        one = slice(i, i + 1)
        allowed = None if mask is None else mask[one]
        c_i, weights[one] = additive_attention(s_prev[one], states[one], states[one], *attention, allowed)
        s[one] = gru_step(np.append(y_prev[one], c_i, axis=1), s_prev[one], *gru)
        logits[one] = np.append(c_i, s[one], axis=1) @ W_o + b_o
    return logits, s, weights

# %% 08 wrong: without a mask, encoder states that are all zeros are taken for padding, although None says that every position is real
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    if mask is None:
        mask = np.any(states != 0, axis=-1)
    W_q, W_k, v = attention
    context, weights = additive_attention(s_prev, states, states, W_q, W_k, v, mask)
    s = gru_step(np.concatenate([y_prev, context], axis=-1), s_prev, *gru)
    W_o, b_o = output
    logits = np.concatenate([context, s], axis=-1) @ W_o + b_o
    return logits, s, weights

# %% 09 wrong: a tanh is put around context and state before the output kernel, as in Luong's decoder of the lesson
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_q, W_k, v = attention
    W_o, b_o = output
    c, alpha = additive_attention(s_prev, states, states, W_q, W_k, v, mask)
    s = gru_step(np.concatenate([y_prev, c], axis=1), s_prev, *gru)
    return np.tanh(np.concatenate([c, s], axis=1)) @ W_o + b_o, s, alpha

# %% 10 wrong: a GRU of its own in which the reset gate acts before the product, so recurrent bias and candidate differ from gru_step
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_x, W_h, b = gru
    u = s_prev.shape[1]
    context, weights = additive_attention(s_prev, states, states, *attention, mask=mask)
    x = np.concatenate([y_prev, context], axis=1) @ W_x + b[0]
    z = 0.5 + 0.5 * np.tanh(0.5 * (x[:, :u] + s_prev @ W_h[:, :u] + b[1, :u]))
    r = 0.5 + 0.5 * np.tanh(0.5 * (x[:, u : 2 * u] + s_prev @ W_h[:, u : 2 * u] + b[1, u : 2 * u]))
    g = np.tanh(x[:, 2 * u :] + (r * s_prev) @ W_h[:, 2 * u :] + b[1, 2 * u :])
    s = z * s_prev + (1 - z) * g
    return np.concatenate([context, s], axis=1) @ output[0] + output[1], s, weights

# %% 11 wrong: context and state are squeezed, which takes the batch axis away from a batch of one sequence
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    context, weights = additive_attention(s_prev, states, states, *attention, mask)
    s = gru_step(np.concatenate([y_prev, context], axis=-1), s_prev, *gru)
    both = np.concatenate([context.squeeze(), s.squeeze()], axis=-1)
    return both @ output[0] + output[1], s, weights

# %% 12 right: attention and GRU written out again with the notebook's softmax, input kernel split by rows
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_q, W_k, v = attention
    W_x, W_h, b = gru
    W_o, b_o = output
    scores = np.tanh(np.einsum("bu,uh->bh", s_prev, W_q)[:, None] + np.einsum("bsd,dh->bsh", states, W_k)) @ v
    weights = masked_softmax(scores, mask)
    c = np.einsum("bs,bsd->bd", weights, states)
    n = y_prev.shape[1]
    sums_x = y_prev @ W_x[:n] + c @ W_x[n:] + b[0]
    sums_h = s_prev @ W_h + b[1]
    u = s_prev.shape[1]
    gates = (1 + np.tanh((sums_x + sums_h)[:, : 2 * u] / 2)) / 2
    z, r = gates[:, :u], gates[:, u:]
    s = z * s_prev + (1 - z) * np.tanh(sums_x[:, 2 * u :] + r * sums_h[:, 2 * u :])
    return np.block([c, s]) @ W_o + b_o, s, weights

# %% 13 wrong: returns log-probabilities instead of logits, that is numbers after the softmax
def attention_decoder_step(y_prev, s_prev, states, attention, gru, output, mask=None):
    W_q, W_k, v = attention
    W_o, b_o = output
    context, weights = additive_attention(s_prev, states, states, W_q, W_k, v, mask)
    s = gru_step(np.concatenate([y_prev, context], axis=1), s_prev, *gru)
    logits = np.concatenate([context, s], axis=1) @ W_o + b_o
    logits = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return logits, s, weights
