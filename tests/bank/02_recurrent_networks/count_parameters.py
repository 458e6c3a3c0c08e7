# %% 01 wrong: the dense layer reads units numbers even when both directions are put side by side
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    directions = 2 if bidirectional else 1
    embedding = vocabulary * features
    recurrent = 0
    width = features
    for _ in range(layers):
        recurrent += directions * units * (width + units + 1)
        width = directions * units
    dense = units + 1
    return {"embedding": embedding, "recurrent": recurrent, "dense": dense, "total": embedding + recurrent + dense}

# %% 02 right: a loop over the layers that carries the width along
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    directions = 2 if bidirectional else 1
    embedding = vocabulary * features
    recurrent = 0
    width = features
    for _ in range(layers):
        recurrent += directions * (width * units + units * units + units)
        width = directions * units
    dense = width + 1
    return {"embedding": embedding, "recurrent": recurrent, "dense": dense, "total": embedding + recurrent + dense}

# %% 03 wrong: the second and later layers of a bidirectional network read units and not 2 * units numbers
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    def cell(inputs):
        return inputs * units + units**2 + units

    recurrent = cell(features) + (layers - 1) * cell(units)
    last = units
    if bidirectional:
        recurrent *= 2
        last = 2 * units
    parts = {"embedding": vocabulary * features, "recurrent": recurrent, "dense": last + 1}
    parts["total"] = sum(parts.values())
    return parts

# %% 04 right: closed form without a loop
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    d = 1 + bool(bidirectional)
    embedding = vocabulary * features
    first = d * units * (features + units + 1)
    later = d * units * (d * units + units + 1)
    recurrent = first + (layers - 1) * later
    dense = d * units + 1
    return dict(embedding=embedding, recurrent=recurrent, dense=dense, total=embedding + recurrent + dense)

# %% 05 wrong: collects the layers in np.zeros, which holds floats, so "recurrent" and "total" are 12.0 and 45.0 and not 12 and 45
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    directions = 2 if bidirectional else 1
    per_layer = np.zeros(layers)
    for k in range(layers):
        inputs = features if k == 0 else directions * units
        per_layer[k] = directions * (inputs * units + units * units + units)
    embedding = vocabulary * features
    recurrent = per_layer.sum()
    dense = directions * units + 1
    return {"embedding": embedding, "recurrent": recurrent, "dense": dense, "total": embedding + recurrent + dense}

# %% 06 wrong: counts at most one layer on top of the first, so three layers have as many numbers as two
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    embedding = vocabulary * features
    recurrent = units * (features + units + 1)
    width = units
    if bidirectional:
        recurrent = 2 * recurrent
        width = 2 * units
    if layers > 1:
        upper = units * (width + units + 1)
        recurrent += 2 * upper if bidirectional else upper
    dense = width + 1
    return {
        "embedding": embedding,
        "recurrent": recurrent,
        "dense": dense,
        "total": embedding + recurrent + dense,
    }

# %% 07 right: reduce over the pairs of neighbouring widths, one direction at a time
from functools import reduce


def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    ways = [1, 2][bool(bidirectional)]
    widths = [features, *[ways * units] * layers]

    def add_layer(so_far, inputs):
        for _direction in range(ways):
            so_far += units * inputs + units * units + units
        return so_far

    counts = {"embedding": vocabulary * features, "recurrent": reduce(add_layer, widths[:-1], 0), "dense": widths[-1] + 1}
    return {**counts, "total": sum(counts.values())}

# %% 08 wrong: counts two biases for each recurrent layer, as another framework has them
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    directions = 1 + int(bidirectional)
    recurrent, inputs = 0, features
    for _ in range(layers):
        W_x = inputs * units
        W_h = units * units
        bias = 2 * units
        recurrent += directions * (W_x + W_h + bias)
        inputs = directions * units
    counts = {"embedding": vocabulary * features, "recurrent": recurrent, "dense": inputs + 1}
    counts["total"] = counts["embedding"] + counts["recurrent"] + counts["dense"]
    return counts

# %% 09 wrong: the row of the padding is left out of the embedding, although it is one of the tokens
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    directions = 2 if bidirectional else 1
    widths = [features] + [directions * units] * layers
    recurrent = sum(directions * units * (width + units + 1) for width in widths[:-1])
    embedding = (vocabulary - 1) * features
    dense = widths[-1] + 1
    return {"embedding": embedding, "recurrent": recurrent, "dense": dense, "total": embedding + recurrent + dense}

# %% 10 wrong: treats two directions as one layer of 2 * units units, so the recurrent kernel is (2u, 2u) and twice as large as two of (u, u)
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    if bidirectional:
        units = 2 * units
    embedding = vocabulary * features
    recurrent = units * (features + units + 1) + (layers - 1) * units * (units + units + 1)
    dense = units + 1
    return {"embedding": embedding, "recurrent": recurrent, "dense": dense, "total": embedding + recurrent + dense}

# %% 11 right: lists the shapes of all weight arrays and multiplies each out
import math


def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    outputs = 2 * units if bidirectional else units
    shapes = {"embedding": [(vocabulary, features)], "recurrent": [], "dense": [(outputs, 1), (1,)]}
    for layer in range(layers):
        inputs = features if layer == 0 else outputs
        one_way = [(inputs, units), (units, units), (units,)]
        shapes["recurrent"] += one_way * 2 if bidirectional else one_way
    counts = {part: sum(math.prod(shape) for shape in arrays) for part, arrays in shapes.items()}
    counts["total"] = sum(counts.values())
    return counts

# %% 12 wrong: computes in 32-bit integers, which overflow above 2147483647, so large networks get negative or much too small numbers
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    directions = 2 if bidirectional else 1
    inputs = np.array([features] + [directions * units] * (layers - 1), dtype=np.int32)
    embedding = np.prod(np.array([vocabulary, features]), dtype=np.int32)
    recurrent = np.sum(directions * units * (inputs + units + 1), dtype=np.int32)
    dense = directions * units + 1
    total = np.sum(np.array([embedding, recurrent, dense]), dtype=np.int32)
    return {"embedding": int(embedding), "recurrent": int(recurrent), "dense": int(dense), "total": int(total)}

# %% 13 wrong: every recurrent layer is counted as if it read the embedding, which shows only where features and the width of a layer differ
def count_parameters(vocabulary, features, units, layers=1, bidirectional=False):
    ways = 2 if bidirectional else 1
    one_layer = ways * (features * units + units * units + units)
    result = {}
    result["embedding"] = vocabulary * features
    result["recurrent"] = layers * one_layer
    result["dense"] = ways * units + 1
    result["total"] = sum(result.values())
    return result
