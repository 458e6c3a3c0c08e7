"""Right answers to unit 04, each written another way.

Read as text, never imported: names that the notebook defines are used as they are.
"""


def lstm_step__by_slices(x_t, h_prev, c_prev, W_x, W_h, b):
    """slices and the logistic function by hand"""
    n = h_prev.shape[1]
    z = np.dot(x_t, W_x) + np.dot(h_prev, W_h) + b
    i = 1 / (1 + np.exp(-z[:, :n]))
    f = 1 / (1 + np.exp(-z[:, n : 2 * n]))
    o = 1 / (1 + np.exp(-z[:, 3 * n :]))
    c_t = np.multiply(f, c_prev) + np.multiply(i, np.tanh(z[:, 2 * n : 3 * n]))
    return [o * np.tanh(c_t), c_t]


def lstm_step__joined(x_t, h_prev, c_prev, W_x, W_h, b):
    """one joined kernel"""
    z = np.concatenate([x_t, h_prev], axis=1) @ np.concatenate([W_x, W_h], axis=0) + b
    i, f, g, o = np.moveaxis(z.reshape(len(z), 4, -1), 1, 0)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def lstm_step__by_einsum(x_t, h_prev, c_prev, W_x, W_h, b):
    """einsum with a gate axis"""
    units = c_prev.shape[-1]
    kernel_x, kernel_h = W_x.reshape(-1, 4, units), W_h.reshape(-1, 4, units)
    z = np.einsum("bf,fgu->gbu", x_t, kernel_x) + np.einsum("bv,vgu->gbu", h_prev, kernel_h)
    z = z + b.reshape(4, 1, units)
    gates = (1 + np.tanh(z / 2)) / 2
    c = gates[1] * c_prev + gates[0] * np.tanh(z[2])
    return gates[3] * np.tanh(c), c


def lstm_step__unit_by_unit(x_t, h_prev, c_prev, W_x, W_h, b):
    """loops over batch and units"""
    batch, units = c_prev.shape
    h, c = np.empty((batch, units)), np.empty((batch, units))
    for row in range(batch):
        for u in range(units):
            z = [
                x_t[row] @ W_x[:, k * units + u] + h_prev[row] @ W_h[:, k * units + u] + b[k * units + u]
                for k in range(4)
            ]
            i, f, o = (float(sigmoid(z[k])) for k in (0, 1, 3))
            c[row, u] = f * c_prev[row, u] + i * np.tanh(z[2])
            h[row, u] = o * np.tanh(c[row, u])
    return h, c


def lstm_forward__by_list(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    """a list of states, blended by the mask"""
    h = np.zeros((len(x), len(W_h))) if h0 is None else np.array(h0)
    c = np.zeros((len(x), len(W_h))) if c0 is None else np.array(c0)
    keep = np.ones(x.shape[:2]) if mask is None else np.asarray(mask, dtype=float)
    states = []
    for x_t, m in zip(np.swapaxes(x, 0, 1), keep.T[:, :, None], strict=True):
        new_h, new_c = lstm_step(x_t, h, c, W_x, W_h, b)
        h, c = m * new_h + (1 - m) * h, m * new_c + (1 - m) * c
        states.append(h)
    return np.stack(states, axis=1), h, c


def lstm_forward__real_rows_only(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    """only the real rows are updated"""
    batch, time = x.shape[:2]
    units = b.size // 4
    h = np.zeros((batch, units)) if h0 is None else np.array(h0, dtype=float)
    c = np.zeros((batch, units)) if c0 is None else np.array(c0, dtype=float)
    h_all = np.empty((batch, time, units))
    for t in range(time):
        rows = slice(None) if mask is None else mask[:, t]
        h[rows], c[rows] = lstm_step(x[rows, t], h[rows], c[rows], W_x, W_h, b)
        h_all[:, t] = h
    return h_all, h, c


def lstm_forward__one_sequence_at_a_time(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    """one sequence at a time"""
    units = W_h.shape[0]
    h_all, h_last, c_last = [], [], []
    for n, rows in enumerate(x):
        h = np.zeros((1, units)) if h0 is None else h0[n : n + 1]
        c = np.zeros((1, units)) if c0 is None else c0[n : n + 1]
        states = []
        for t, row in enumerate(rows):
            if mask is None or mask[n, t]:
                h, c = lstm_step(row[None], h, c, W_x, W_h, b)
            states.append(h[0])
        h_all.append(states)
        h_last.append(h[0])
        c_last.append(c[0])
    return np.array(h_all), np.array(h_last), np.array(c_last)


def lstm_forward__projected_first(x, W_x, W_h, b, h0=None, c0=None, mask=None):
    """input part of all steps first, without lstm_step"""
    z_x = np.einsum("btf,fg->btg", x, W_x) + b  # the input part of all steps at once
    batch, time, width = z_x.shape
    h = np.zeros((batch, width // 4)) if h0 is None else h0
    c = np.zeros((batch, width // 4)) if c0 is None else c0
    h_all = np.zeros((batch, time, width // 4))
    for t in range(time):
        i, f, g, o = np.array_split(z_x[:, t] + h @ W_h, 4, axis=1)
        c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h_new = sigmoid(o) * np.tanh(c_new)
        step_mask = np.ones((batch, 1), bool) if mask is None else mask[:, t : t + 1]
        h, c = np.where(step_mask, h_new, h), np.where(step_mask, c_new, c)
        h_all[:, t, :] = h
    return h_all, h, c


def lstm_backward_step__by_einsum(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    """einsum, slopes written another way"""
    units = h_prev.shape[1]
    i, f, g, o = (lambda z: [z[:, k * units : (k + 1) * units] for k in range(4)])(x_t @ W_x + h_prev @ W_h + b)
    i, f, g, o = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), np.tanh(g), 1 / (1 + np.exp(-o))
    c = f * c_prev + i * g
    d_cell = dc + dh * o / np.cosh(c) ** 2
    dz = np.hstack(
        [
            d_cell * g * (i - i * i),
            d_cell * c_prev * (f - f * f),
            d_cell * (i - i * g * g),
            dh * np.tanh(c) * (o - o * o),
        ]
    )
    return {
        "b": np.einsum("bk->k", dz),
        "W_x": np.einsum("bf,bk->fk", x_t, dz),
        "W_h": np.einsum("bu,bk->uk", h_prev, dz),
        "x_t": np.einsum("bk,fk->bf", dz, W_x),
        "h_prev": np.einsum("bk,uk->bu", dz, W_h),
        "c_prev": f * d_cell,
    }


def lstm_backward_step__one_sequence_at_a_time(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    """one sequence at a time with outer products"""
    grads = {
        "x_t": np.zeros(x_t.shape),
        "h_prev": np.zeros(h_prev.shape),
        "c_prev": np.zeros(c_prev.shape),
        "W_x": np.zeros(W_x.shape),
        "W_h": np.zeros(W_h.shape),
        "b": np.zeros(b.shape),
    }
    for n in range(len(x_t)):
        z = (x_t[n] @ W_x + h_prev[n] @ W_h + b).reshape(4, -1)
        i, f, o = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[3])
        g = np.tanh(z[2])
        t = np.tanh(f * c_prev[n] + i * g)
        d_c = dc[n] + dh[n] * o * (1 - t) * (1 + t)
        d_z = np.array(
            [d_c * g * i * (1 - i), d_c * c_prev[n] * f * (1 - f), d_c * i * (1 - g * g), dh[n] * t * o * (1 - o)]
        ).ravel()
        grads["c_prev"][n] = d_c * f
        grads["x_t"][n] = W_x @ d_z
        grads["h_prev"][n] = W_h @ d_z
        grads["W_x"] += np.outer(x_t[n], d_z)
        grads["W_h"] += np.outer(h_prev[n], d_z)
        grads["b"] += d_z
    return grads


def lstm_backward_step__by_complex_step(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    """complex-step differentiation"""
    values = {"x_t": x_t, "h_prev": h_prev, "c_prev": c_prev, "W_x": W_x, "W_h": W_h, "b": b}

    def loss(v):
        z = v["x_t"] @ v["W_x"] + v["h_prev"] @ v["W_h"] + v["b"]
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
        c = v["c_prev"] / (1 + np.exp(-z_f)) + np.tanh(z_g) / (1 + np.exp(-z_i))
        return np.sum(dh * np.tanh(c) / (1 + np.exp(-z_o))) + np.sum(dc * c)

    grads = {}
    for name, value in values.items():
        grads[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            moved = value.astype(complex)
            moved[index] += 1e-30j
            grads[name][index] = loss({**values, name: moved}).imag / 1e-30
    return grads


def lstm_backward_step__with_joined_kernel(dh, dc, x_t, h_prev, c_prev, W_x, W_h, b):
    """one joined kernel and a gate axis"""
    v = np.concatenate([x_t, h_prev], axis=1)
    W = np.concatenate([W_x, W_h], axis=0)
    a = (v @ W + b).reshape(len(v), 4, -1)
    gates = sigmoid(a)
    gates[:, 2] = np.tanh(a[:, 2])
    slopes = gates * (1 - gates)
    slopes[:, 2] = 1 - gates[:, 2] ** 2
    t = np.tanh(gates[:, 1] * c_prev + gates[:, 0] * gates[:, 2])
    d_c = dc + dh * gates[:, 3] * (1 - t * t)
    dz = (np.stack([d_c * gates[:, 2], d_c * c_prev, d_c * gates[:, 0], dh * t], axis=1) * slopes).reshape(len(v), -1)
    dv, dW = dz @ W.T, v.T @ dz
    n = x_t.shape[1]
    return dict(x_t=dv[:, :n], h_prev=dv[:, n:], c_prev=d_c * gates[:, 1], W_x=dW[:n], W_h=dW[n:], b=dz.sum(0))


def keras_lstm_from_weights__keras_functional(W_x, W_h, b):
    """the functional interface"""
    inputs = keras.Input(shape=(None, W_x.shape[0]), name="sequence")
    layer = keras.layers.LSTM(W_h.shape[0], return_sequences=True)
    outputs = layer(inputs)
    layer.set_weights([W_x, W_h, b])
    return keras.Model(inputs, outputs)


def keras_lstm_from_weights__keras_by_initialisers(W_x, W_h, b):
    """the weights as initialisers"""

    def constant(value):
        return lambda shape, dtype=None, **_: keras.ops.convert_to_tensor(np.asarray(value), dtype=dtype or "float32")

    model = keras.Sequential(
        [
            keras.layers.LSTM(
                W_x.shape[1] // 4,
                return_sequences=True,
                kernel_initializer=constant(W_x),
                recurrent_initializer=constant(W_h),
                bias_initializer=constant(b),
                unit_forget_bias=False,
            )
        ]
    )
    model.build((None, None, W_x.shape[0]))
    return model


def keras_lstm_from_weights__keras_by_assignment(W_x, W_h, b):
    """variables assigned one by one"""
    model = keras.models.Sequential()
    model.add(keras.layers.InputLayer(shape=(None, len(W_x))))
    model.add(keras.layers.LSTM(len(W_h), return_sequences=True, unit_forget_bias=False, implementation=1))
    for variable, value in zip(model.layers[-1].weights, (W_x, W_h, b), strict=True):
        variable.assign(value)
    model.compile(loss="mse")
    return model


def keras_lstm_from_weights__keras_layer_built_first(W_x, W_h, b):
    """the layer is built for a few steps first"""
    layer = keras.layers.LSTM(W_h.shape[0], return_sequences=True)
    layer.build((None, 5, W_x.shape[0]))
    layer.set_weights([W_x, W_h, b])
    return keras.Sequential([layer])


def keras_lstm_from_weights__keras_first_batch(W_x, W_h, b):
    """a first batch builds the model"""
    model = keras.Sequential([keras.layers.LSTM(units=len(W_h), return_sequences=True)])
    model(np.zeros((1, 6, len(W_x)), "float32"))
    model.set_weights([W_x, W_h, b])
    return model


def keras_lstm_from_weights__keras_subclassed(W_x, W_h, b):
    """a subclass of Model"""

    class Reader(keras.Model):
        def __init__(self):
            super().__init__()
            self.lstm = keras.layers.LSTM(W_h.shape[0], return_sequences=True)

        def call(self, x):
            return self.lstm(x)

    model = Reader()
    model(np.zeros((2, 3, W_x.shape[0]), "float32"))
    model.lstm.set_weights([W_x, W_h, b])
    return model


def train_adding__with_a_loss_of_its_own(seed):
    """no Input, and a loss of its own"""
    keras.utils.set_random_seed(seed)
    x, y = make_adding(1000, 20, seed)
    model = keras.Sequential([keras.layers.LSTM(16), keras.layers.Dense(1), keras.layers.Activation("linear")])
    model.compile("adam", lambda y_true, y_pred: keras.ops.mean(keras.ops.square(y_true - y_pred)))
    model.optimizer.learning_rate = 0.02
    model.fit(x, y, batch_size=16, epochs=11, verbose=0)
    return model


def train_adding__functional(seed):
    """functional interface, more units"""
    keras.utils.set_random_seed(seed)
    x, y = make_adding(1000, 20, seed)
    inputs = keras.Input(shape=x.shape[1:])
    state = keras.layers.LSTM(24, name="memory")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(state))
    model.compile(keras.optimizers.Adam(0.015), loss=keras.losses.MeanSquaredError(), metrics=["mae"])
    model.fit(x, y, batch_size=16, epochs=12, verbose=0)
    return model


def train_adding__until_it_is_good(seed):
    """one epoch at a time until the loss is low"""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.LSTM(20), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.015, clipnorm=1.0), loss="mean_squared_error")
    for epoch in range(20):
        x, y = make_adding(1000, 20, 100 * seed + epoch)  # fresh sequences each time
        history = model.fit(x, y[:, 0], batch_size=16, verbose=0)
        if history.history["loss"][0] < 0.004:
            break
    return model, history


def train_adding__with_a_hidden_layer(seed):
    """a hidden layer and another loss"""
    keras.utils.set_random_seed(seed)
    x, y = make_adding(n=1000, steps=20, seed=seed)
    model = keras.models.Sequential()
    model.add(keras.layers.Input((x.shape[1], 2)))
    model.add(keras.layers.LSTM(16))
    model.add(keras.layers.Dense(8, activation="relu"))
    model.add(keras.layers.Dense(1, activation="linear"))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.Huber())
    model.fit(x, y, batch_size=16, epochs=14, validation_split=0.05, verbose=0)
    return model
