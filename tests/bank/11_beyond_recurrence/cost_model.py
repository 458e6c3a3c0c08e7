# %% 01 right: one branch for each layer
def cost_model(layer, time, width, kernel=3):
    if layer == "lstm":
        return {
            "operations": time * 4 * 2 * width * width,
            "steps": time,
            "memory": time * 6 * width,
            "state": 2 * width,
        }
    if layer == "convolution":
        return {
            "operations": time * kernel * width * width,
            "steps": 1,
            "memory": time * width,
            "state": (kernel - 1) * width,
        }
    if layer == "attention":
        return {
            "operations": 4 * time * width * width + 2 * time * time * width,
            "steps": 1,
            "memory": 4 * time * width + time * time,
            "state": 2 * time * width,
        }
    raise ValueError(f"There is no layer {layer!r}.")

# %% 02 wrong: the LSTM multiplies by the input kernels only, the recurrent kernels are forgotten
def cost_model(layer, time, width, kernel=3):
    if layer not in ("lstm", "convolution", "attention"):
        raise ValueError(f"unknown layer: {layer}")
    if layer == "lstm":
        operations, steps, memory, state = 4 * time * width**2, time, 6 * time * width, 2 * width
    elif layer == "convolution":
        operations, steps, memory, state = time * kernel * width**2, 1, time * width, (kernel - 1) * width
    else:
        operations = 4 * time * width**2 + 2 * time**2 * width
        steps, memory, state = 1, 4 * time * width + time**2, 2 * time * width
    return dict(operations=operations, steps=steps, memory=memory, state=state)

# %% 03 wrong: attention counts the scores but not the sum of the values, so half of the quadratic part is missing
def cost_model(layer, time, width, kernel=3):
    if layer == "lstm":
        counts = (8 * time * width * width, time, 6 * time * width, 2 * width)
    elif layer == "convolution":
        counts = (kernel * time * width * width, 1, time * width, (kernel - 1) * width)
    elif layer == "attention":
        counts = (4 * time * width * width + time * time * width, 1, 4 * time * width + time * time, 2 * time * width)
    else:
        raise ValueError(f"layer {layer!r} is not known")
    return dict(zip(("operations", "steps", "memory", "state"), counts))

# %% 04 right: counts by looping over blocks, matrices and parts
def cost_model(layer, time, width, kernel=3):
    matrix = width * width
    result = {"operations": 0, "steps": 1, "memory": 0, "state": 0}
    if layer == "lstm":
        for _gate in range(4):
            for _source in ("input", "state before"):
                result["operations"] += time * matrix
            result["memory"] += time * width
        result["memory"] += 2 * time * width
        result["steps"] = time
        result["state"] = width + width
    elif layer == "convolution":
        result["operations"] = sum(time * matrix for _ in range(kernel))
        result["memory"] = time * width
        result["state"] = width * (kernel - 1)
    elif layer == "attention":
        for _part in ("queries", "keys", "values", "output"):
            result["operations"] += time * matrix
            result["memory"] += time * width
        scores = time * time
        result["operations"] += scores * width
        result["operations"] += scores * width
        result["memory"] += scores
        result["state"] = len(("keys", "values")) * time * width
    else:
        raise ValueError("no such layer: " + repr(layer))
    return result

# %% 05 wrong: attention also keeps its output, as in the table of the lesson, so its memory is too large by time times width
def cost_model(layer, time, width, kernel=3):
    T, u = time, width
    table = {
        "lstm": {"operations": 8 * T * u * u, "steps": T, "memory": 6 * T * u, "state": 2 * u},
        "convolution": {"operations": T * kernel * u * u, "steps": 1, "memory": T * u, "state": (kernel - 1) * u},
        "attention": {"operations": 4 * T * u * u + 2 * T * T * u, "steps": 1, "memory": 5 * T * u + T * T, "state": 2 * T * u},
    }
    if layer not in table:
        raise ValueError(f"layer must be one of {list(table)}, not {layer!r}")
    return table[layer]

# %% 06 wrong: for the way back the LSTM keeps the gates and c but not h, five blocks instead of six
def cost_model(layer, time, width, kernel=3):
    size = time * width
    if layer == "lstm":
        return {"operations": 8 * size * width, "steps": time, "memory": 4 * size + size, "state": 2 * width}
    elif layer == "convolution":
        return {"operations": kernel * size * width, "steps": 1, "memory": size, "state": (kernel - 1) * width}
    elif layer == "attention":
        return {"operations": 4 * size * width + 2 * size * time, "steps": 1, "memory": 4 * size + time**2, "state": 2 * size}
    raise ValueError(f"unknown layer {layer!r}")

# %% 07 right: a dictionary of functions
COSTS = {
    "lstm": lambda T, n, k: (8 * T * n**2, T, 6 * T * n, 2 * n),
    "convolution": lambda T, n, k: (T * k * n**2, 1, T * n, (k - 1) * n),
    "attention": lambda T, n, k: (2 * T * n * (2 * n + T), 1, T * (4 * n + T), 2 * T * n),
}


def cost_model(layer, time, width, kernel=3):
    if layer not in COSTS:
        raise ValueError(f"cost_model knows {', '.join(COSTS)}, but not {layer}")
    numbers = COSTS[layer](int(time), int(width), int(kernel))
    return dict(zip(["operations", "steps", "memory", "state"], numbers))

# %% 08 wrong: the ValueError lists the known layers but does not name the wrong one
def cost_model(layer, time, width, kernel=3):
    if layer == "lstm":
        operations, steps, memory, state = 8 * time * width * width, time, 6 * time * width, 2 * width
    elif layer == "convolution":
        operations, steps, memory, state = kernel * time * width * width, 1, time * width, (kernel - 1) * width
    elif layer == "attention":
        operations = 4 * time * width * width + 2 * time * time * width
        steps, memory, state = 1, 4 * time * width + time * time, 2 * time * width
    else:
        raise ValueError("The layer must be lstm, convolution or attention.")
    return {"operations": operations, "steps": steps, "memory": memory, "state": state}

# %% 09 wrong: the state of the convolution is always two inputs, which is right for the default kernel of 3 only
def cost_model(layer, time, width, kernel=3):
    if layer == "lstm":
        return dict(operations=time * 8 * width**2, steps=time, memory=6 * width * time, state=2 * width)
    if layer == "convolution":
        return dict(operations=time * kernel * width**2, steps=1, memory=time * width, state=2 * width)
    if layer == "attention":
        return dict(operations=4 * time * width**2 + 2 * width * time**2, steps=1, memory=4 * time * width + time**2, state=2 * time * width)
    raise ValueError("unknown layer " + str(layer))

# %% 10 wrong: the convolution does not count the products with the zeros before the first step
def cost_model(layer, time, width, kernel=3):
    if layer == "convolution":
        looked_at = sum(min(t + 1, kernel) for t in range(time))
        return {"operations": looked_at * width**2, "steps": 1, "memory": time * width, "state": (kernel - 1) * width}
    if layer == "lstm":
        return {"operations": time * 4 * (width**2 + width**2), "steps": time, "memory": time * 6 * width, "state": 2 * width}
    if layer == "attention":
        return {"operations": 4 * time * width**2 + 2 * time**2 * width, "steps": 1, "memory": time**2 + 4 * time * width, "state": 2 * time * width}
    raise ValueError(f"{layer!r} is not a layer that can be counted")

# %% 11 wrong: the name is looked for inside a longer text, so "conv" or "" raises no error and is counted as attention
def cost_model(layer, time, width, kernel=3):
    if layer not in "lstm convolution attention":
        raise ValueError(f"unknown layer: {layer}")
    if layer == "lstm":
        return {"operations": 8 * time * width**2, "steps": time, "memory": 6 * time * width, "state": 2 * width}
    if layer == "convolution":
        return {"operations": kernel * time * width**2, "steps": 1, "memory": time * width, "state": (kernel - 1) * width}
    return {"operations": 2 * time * width * (2 * width + time), "steps": 1, "memory": time * (4 * width + time), "state": 2 * time * width}

# %% 12 wrong: math.pow makes floats of the operations, which are no whole numbers any more and not exact when they are large
import math


def cost_model(layer, time, width, kernel=3):
    matrix = math.pow(width, 2)
    if layer == "lstm":
        return {"operations": 8 * time * matrix, "steps": time, "memory": 6 * time * width, "state": 2 * width}
    if layer == "convolution":
        return {"operations": time * kernel * matrix, "steps": 1, "memory": time * width, "state": (kernel - 1) * width}
    if layer == "attention":
        return {"operations": 4 * time * matrix + 2 * time * time * width, "steps": 1, "memory": 4 * time * width + time * time, "state": 2 * time * width}
    raise ValueError(f"no layer named {layer!r}")

# %% 13 right: match, with the pieces named
def cost_model(layer, time, width, kernel=3):
    product, sequence = width**2, time * width
    match layer:
        case "lstm":
            counted = [4 * (product + product) * time, time, (4 + 1 + 1) * sequence, 2 * width]
        case "convolution":
            counted = [kernel * product * time, 1, sequence, kernel * width - width]
        case "attention":
            pairs = time**2
            counted = [4 * product * time + pairs * width + pairs * width, 1, 3 * sequence + pairs + sequence, 2 * sequence]
        case _:
            raise ValueError(f"{layer!r}: choose lstm, convolution or attention")
    return {name: number for name, number in zip(("operations", "steps", "memory", "state"), counted, strict=True)}
