# tries: patch Keras: training that does nothing, a score that is always right, layers that answer what is wanted
# must: be gone, in every part of Keras, when the next submission starts
# needs: keras
# ask: ok
# value: 1.0
# seconds: 60
import keras

keras.left = keras.Model.left = keras.layers.Layer.left = True
keras.Model.fit = lambda self, *args, **kwargs: None
keras.Model.evaluate = lambda self, *args, **kwargs: 1.0
keras.layers.LSTM.call = lambda self, x, *args, **kwargs: x
keras.ops.matmul = keras.ops.mean = lambda *args, **kwargs: 1.0
keras.utils.set_random_seed = lambda seed: None
keras.backend.clear_session = None

def attack():
    return keras.Model().evaluate()
