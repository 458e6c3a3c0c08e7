# %% 01 wrong: recurrent_activation "hard_sigmoid", the default of old Keras, so the gates are not sigmoids
import keras


def keras_lstm_from_weights(W_x, W_h, b):
    features, units = W_x.shape[0], W_h.shape[0]
    model = keras.Sequential(
        [
            keras.Input((None, features)),
            keras.layers.LSTM(units, activation="tanh", recurrent_activation="hard_sigmoid", return_sequences=True),
        ]
    )
    model.set_weights([W_x, W_h, b])
    return model

# %% 02 right: Sequential and set_weights
import keras


def keras_lstm_from_weights(W_x, W_h, b):
    model = keras.Sequential(
        [
            keras.Input((None, W_x.shape[0])),
            keras.layers.LSTM(W_h.shape[0], return_sequences=True),
        ]
    )
    model.set_weights([W_x, W_h, b])
    return model

# %% 03 wrong: a Masking layer stands in front, so a step whose inputs are all zero is skipped, and the LSTM is not the only layer
import keras


def keras_lstm_from_weights(W_x, W_h, b):
    inputs = keras.Input(shape=(None, W_x.shape[0]))
    x = keras.layers.Masking(mask_value=0.0)(inputs)
    outputs = keras.layers.LSTM(W_h.shape[0], return_sequences=True)(x)
    model = keras.Model(inputs, outputs)
    model.set_weights([W_x, W_h, b])
    return model

# %% 04 wrong: dropout=0.1 is set, so in training mode the numbers are not those of lstm_forward
import keras


def keras_lstm_from_weights(W_x, W_h, b):
    features, units = W_x.shape[0], W_h.shape[0]
    inputs = keras.Input((None, features))
    lstm = keras.layers.LSTM(units, return_sequences=True, dropout=0.1)
    model = keras.Model(inputs=inputs, outputs=lstm(inputs))
    lstm.set_weights([W_x, W_h, b])
    return model

# %% 05 right: functional model, weights assigned one by one to the cell's variables
import keras
import numpy as np


def keras_lstm_from_weights(W_x, W_h, b):
    features, four_units = np.shape(W_x)
    inputs = keras.Input(shape=(None, features), name="sequence")
    layer = keras.layers.LSTM(four_units // 4, return_sequences=True, name="reader")
    model = keras.Model(inputs, layer(inputs))
    for variable, value in zip(layer.weights, (W_x, W_h, b)):
        variable.assign(np.asarray(value, dtype="float32"))
    return model

# %% 06 wrong: the second and third block are exchanged, as if Keras stored i, candidate, f, o
import keras
import numpy as np


def keras_lstm_from_weights(W_x, W_h, b):
    def reorder(w):
        i, f, g, o = np.split(w, 4, axis=-1)
        return np.concatenate([i, g, f, o], axis=-1)

    model = keras.Sequential()
    model.add(keras.Input((None, W_x.shape[0])))
    model.add(keras.layers.LSTM(W_h.shape[0], return_sequences=True))
    model.set_weights([reorder(W_x), reorder(W_h), reorder(b)])
    return model

# %% 07 wrong: the bias is left out when it happens to be all zeros, so the layer has two weights and 4 * units parameters too few
import keras
import numpy as np


def keras_lstm_from_weights(W_x, W_h, b):
    use_bias = bool(np.any(b))
    model = keras.Sequential(
        [
            keras.Input((None, W_x.shape[0])),
            keras.layers.LSTM(W_h.shape[0], return_sequences=True, use_bias=use_bias),
        ]
    )
    model.set_weights([W_x, W_h, b] if use_bias else [W_x, W_h])
    return model

# %% 08 right: subclass of keras.Model, built by its first call
import keras
import numpy as np


def keras_lstm_from_weights(W_x, W_h, b):
    features, units = len(W_x), len(W_h)

    class Reader(keras.Model):
        def __init__(self):
            super().__init__()
            self.lstm = keras.layers.LSTM(units, return_sequences=True)

        def call(self, inputs):
            return self.lstm(inputs)

    model = Reader()
    model(np.zeros((1, 2, features), dtype="float32"))
    model.set_weights([W_x, W_h, b])
    return model

# %% 09 wrong: returns the layer and not a keras.Model
import keras


def keras_lstm_from_weights(W_x, W_h, b):
    layer = keras.layers.LSTM(W_h.shape[0], return_sequences=True)
    layer.build((None, None, W_x.shape[0]))
    layer.set_weights([W_x, W_h, b])
    return layer

# %% 10 right: the layer is built and filled before a model is put around it, by Sequential.add
import keras


def keras_lstm_from_weights(W_x, W_h, b):
    features = W_x.shape[0]
    layer = keras.layers.LSTM(units=W_x.shape[-1] // 4, return_sequences=True)
    layer.build((None, None, features))
    layer.set_weights([W_x, W_h, b])
    model = keras.Sequential()
    model.add(keras.Input(shape=(None, features)))
    model.add(layer)
    return model

# %% 11 wrong: return_state=True as well, so the model returns a list of three like lstm_forward instead of the states at every step alone
import keras


def keras_lstm_from_weights(W_x, W_h, b):
    features, units = W_x.shape[0], W_h.shape[0]
    inputs = keras.Input((None, features))
    h_all, h_last, c_last = keras.layers.LSTM(units, return_sequences=True, return_state=True)(inputs)
    model = keras.Model(inputs, [h_all, h_last, c_last])
    model.set_weights([W_x, W_h, b])
    return model

# %% 12 wrong: 1 is added to the forget block because Keras starts it at one, so the forget gates are not those of the given bias
import keras
import numpy as np


def keras_lstm_from_weights(W_x, W_h, b):
    units = W_h.shape[0]
    bias = np.array(b, dtype="float32")
    bias[units : 2 * units] += 1.0  # unit_forget_bias
    inputs = keras.Input((None, W_x.shape[0]))
    outputs = keras.layers.LSTM(units, return_sequences=True, unit_forget_bias=True)(inputs)
    model = keras.Model(inputs, outputs)
    model.set_weights([W_x, W_h, bias])
    return model

# %% 13 wrong: models are kept by size, so a second call with the same size puts its weights into the model of the first call
import functools

import keras


@functools.lru_cache(maxsize=None)
def build_lstm(features, units):
    return keras.Sequential([keras.Input((None, features)), keras.layers.LSTM(units, return_sequences=True)])


def keras_lstm_from_weights(W_x, W_h, b):
    model = build_lstm(W_x.shape[0], W_h.shape[0])
    model.set_weights([W_x, W_h, b])
    return model
