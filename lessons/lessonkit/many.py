"""Small recurrent networks in NumPy, many at once: every array has the networks as its first axis.

A comparison of cells needs each cell at several learning rates, at several lengths, from several
starts: a hundred networks of a few hundred numbers each. Beside one another in one array they cost
hardly more than one. Each has its own start, its own learning rate, its own clipping and its own
Adam; they see the same batches and share nothing else.

Weights are those of Keras, stacked: `W_x` (networks, features, blocks * units), `W_h` (networks,
units, blocks * units), `b` (networks, blocks * units), for the GRU `b_h` of the same shape, and the
line that reads the state, `V` (networks, units, outputs) and `c` (networks, outputs). The blocks
are i, f, c̃, o in an LSTM and z, r, candidate in a GRU. Fresh weights are float32, and all that is
computed has the precision of the weights. No framework is imported, and no data set is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessonkit.data.generators import adding_problem

BLOCKS = {"tanh": 1, "relu": 1, "lstm": 4, "gru": 3}
Weights = dict[str, np.ndarray]

# Networks that are compared have about 360 numbers each.
UNITS = {"tanh": 17, "relu": 17, "lstm": 8, "gru": 9}

# The networks by name: their cell, and how they start when the sequences have a given length.
CELLS: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {
    "RNN, tanh, orthogonal": ("tanh", lambda length: {}),
    "RNN, tanh, identity": ("tanh", lambda length: {"recurrent": "identity"}),
    "RNN, relu, orthogonal": ("relu", lambda length: {}),
    "RNN, relu, identity": ("relu", lambda length: {"recurrent": "identity"}),
    "LSTM, forget bias 0": ("lstm", lambda length: {"forget_bias": 0.0}),
    "LSTM, forget bias 1": ("lstm", lambda length: {"forget_bias": 1.0}),
    "LSTM, forget bias log T": ("lstm", lambda length: {"forget_bias": float(np.log(length))}),
    "GRU": ("gru", lambda length: {}),
}

# When the sum counts as learnt. Always answering 1 has the error 1/6, and who knows only one of the
# two numbers has 1/12; below a quarter of 1/6 both must have been carried.
LEARNT = 1 / 24


def start(
    cell: str,
    seeds: Sequence[int],
    units: int,
    *,
    features: int = 2,
    outputs: int = 1,
    recurrent: str = "orthogonal",
    forget_bias: float = 1.0,
    input_bias: float = 0.0,
) -> Weights:
    """Fresh weights, one network for each seed, distributed as Keras' defaults are.

    `cell` is `tanh` or `relu` (a plain network), `lstm` or `gru`; `recurrent` is `orthogonal` or,
    for a plain network, `identity`. `forget_bias` and `input_bias` are those of an LSTM. Raises
    `ValueError` for another cell or start.
    """
    if cell not in BLOCKS or recurrent not in ("orthogonal", "identity"):
        raise ValueError(
            f"No cell '{cell}' with a '{recurrent}' start. Cells are {', '.join(BLOCKS)}; starts "
            "are orthogonal and identity."
        )
    blocks, made = BLOCKS[cell], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        one = {
            "W_x": _glorot(features, blocks * units, rng),
            "W_h": np.eye(units, blocks * units)
            if recurrent == "identity"
            else _orthogonal(blocks * units, units, rng).T,
            "b": np.zeros(blocks * units),
            "V": _glorot(units, outputs, rng),
            "c": np.zeros(outputs),
        }
        if cell == "lstm":
            one["b"][:units], one["b"][units : 2 * units] = input_bias, forget_bias
        if cell == "gru":
            one["b_h"] = np.zeros(blocks * units)
        made.append(one)
    return {name: np.stack([one[name] for one in made]).astype("float32") for name in made[0]}


def repeat(weights: Weights, times: int) -> Weights:
    """The same networks several times over, for as many learning rates: (times * networks, …)."""
    return {name: np.concatenate([array] * times) for name, array in weights.items()}


def pick(weights: Weights, networks: Any) -> Weights:
    """Some of the networks, by an index into the first axis."""
    return {name: array[networks] for name, array in weights.items()}


def parameters(weights: Weights) -> int:
    """How many numbers one network has."""
    return sum(array[0].size for array in weights.values())


def _glorot(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    limit = float(np.sqrt(6 / (rows + columns)))
    return rng.uniform(-limit, limit, (rows, columns))


def _orthogonal(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """A matrix with orthonormal columns, uniformly at random."""
    q, r = np.linalg.qr(rng.normal(size=(rows, columns)))
    return q * np.sign(np.diag(r))


# Inside, the blocks of a kernel lie apart, as (blocks, networks, units, units): NumPy is fast where
# what it works on lies together.
def _apart(kernel: np.ndarray, units: int) -> np.ndarray:
    shape = (*kernel.shape[:-1], -1, units)
    return np.ascontiguousarray(np.moveaxis(kernel.reshape(shape), -2, 0))


def _together(kernel: np.ndarray) -> np.ndarray:
    moved = np.moveaxis(kernel, 0, -2)
    return moved.reshape(*moved.shape[:-2], -1)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """The sigmoid in place, by way of tanh, which NumPy computes faster and without overflow."""
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5
    return z


def forward(cell: str, weights: Weights, x: np.ndarray) -> dict[str, np.ndarray]:
    """All that the way back needs, for inputs x of shape (batch, time, features).

    `h` has shape (networks, time + 1, batch, units), with the initial zeros first; an LSTM has its
    cell states `c` in the same shape and its gates `gates` (4, networks, time, batch, units).
    """
    networks, units = weights["W_h"].shape[:2]
    batch, time, features = x.shape
    x = x.astype(weights["W_h"].dtype, copy=False)
    rows = x.swapaxes(0, 1).reshape(1, time * batch, features)
    W_x, W_h = (_apart(weights[name], units) for name in ("W_x", "W_h"))
    before = rows @ W_x
    before += _apart(weights["b"], units)[:, :, None]
    before = before.reshape(-1, networks, time, batch, units)
    h = np.zeros((networks, time + 1, batch, units), x.dtype)
    kept = {"x": rows, "h": h}
    if cell in ("tanh", "relu"):
        for t in range(time):
            z = h[:, t] @ W_h[0]
            z += before[0, :, t]
            np.tanh(z, out=h[:, t + 1]) if cell == "tanh" else np.maximum(z, 0, out=h[:, t + 1])
    elif cell == "lstm":
        c, squashed = np.zeros_like(h), np.empty_like(h)
        for t in range(time):
            z = h[:, t] @ W_h
            z += before[:, :, t]
            i, f, o = _sigmoid(z[0]), _sigmoid(z[1]), _sigmoid(z[3])
            g = np.tanh(z[2], out=z[2])
            np.multiply(f, c[:, t], out=c[:, t + 1])
            c[:, t + 1] += i * g
            np.tanh(c[:, t + 1], out=squashed[:, t + 1])
            np.multiply(o, squashed[:, t + 1], out=h[:, t + 1])
            before[:, :, t] = z
        kept |= {"c": c, "gates": before, "squashed": squashed}
    else:
        b_h, recurrent = _apart(weights["b_h"], units)[:, :, None], np.empty_like(h)
        for t in range(time):
            back = h[:, t] @ W_h
            back += b_h
            z = before[:, :, t]
            gates = _sigmoid(z[:2] + back[:2])
            recurrent[:, t] = back[2]
            candidate = np.tanh(z[2] + gates[1] * back[2])
            h[:, t + 1] = candidate + gates[0] * (h[:, t] - candidate)
            before[:2, :, t], before[2, :, t] = gates, candidate
        kept |= {"gates": before, "recurrent": recurrent}
    return kept


def backward(
    cell: str,
    weights: Weights,
    kept: dict[str, np.ndarray],
    dh_last: np.ndarray | None = None,
    dh_all: np.ndarray | None = None,
) -> tuple[Weights, np.ndarray, np.ndarray]:
    """The way back from the gradients of the last state (networks, batch, units), or of all states
    (networks, time, batch, units).

    Returns the gradients of the recurrent weights; those of the inputs, (networks, time, batch,
    features); and the length of the gradient at every state, (networks, time, batch): of h_t, or of
    h_t and c_t together, as the step after it sends it back.
    """
    h, rows = kept["h"], kept["x"]
    networks, steps, batch, units = h.shape
    time = steps - 1
    W_h = _apart(weights["W_h"], units)
    W_h_T = np.ascontiguousarray(W_h.swapaxes(-1, -2))
    dz = np.empty((len(W_h), networks, time, batch, units), h.dtype)
    dz_h = (
        np.empty_like(dz) if cell == "gru" else dz
    )  # what meets W_h; in a GRU the reset scales it
    dh = np.zeros((networks, batch, units), h.dtype) if dh_last is None else dh_last
    dc = np.zeros_like(dh)
    lengths = np.empty((networks, time, batch), h.dtype)
    for t in reversed(range(time)):
        if dh_all is not None:
            dh = dh + dh_all[:, t]
        lengths[:, t] = np.sqrt((dh * dh).sum(axis=-1) + (dc * dc).sum(axis=-1))
        new, old = h[:, t + 1], h[:, t]
        if cell in ("tanh", "relu"):
            np.multiply(dh, 1 - new * new if cell == "tanh" else new > 0, out=dz[0, :, t])
            dh = dz[0, :, t] @ W_h_T[0]
        elif cell == "lstm":
            (i, f, g, o), squashed = kept["gates"][:, :, t], kept["squashed"][:, t + 1]
            dc = dc + dh * o * (1 - squashed * squashed)
            dz[0, :, t] = dc * g * i * (1 - i)
            dz[1, :, t] = dc * kept["c"][:, t] * f * (1 - f)
            dz[2, :, t] = dc * i * (1 - g * g)
            dz[3, :, t] = dh * squashed * o * (1 - o)
            dh = (dz[:, :, t] @ W_h_T).sum(axis=0)
            dc = dc * f
        else:
            update, reset, candidate = kept["gates"][:, :, t]
            from_candidate = dh * (1 - update) * (1 - candidate * candidate)
            dz[0, :, t] = dh * (old - candidate) * update * (1 - update)
            dz[1, :, t] = from_candidate * kept["recurrent"][:, t] * reset * (1 - reset)
            dz[2, :, t] = from_candidate
            dz_h[:2, :, t], dz_h[2, :, t] = dz[:2, :, t], from_candidate * reset
            dh = dh * update + (dz_h[:, :, t] @ W_h_T).sum(axis=0)
    flat, flat_h = (array.reshape(len(W_h), networks, -1, units) for array in (dz, dz_h))
    states = h[:, :-1].reshape(networks, -1, units).swapaxes(-1, -2)
    gradients = {
        "W_x": _together(rows[0].T @ flat),
        "W_h": _together(states @ flat_h),
        "b": _together(flat.sum(axis=-2)),
    }
    if cell == "gru":
        gradients["b_h"] = _together(flat_h.sum(axis=-2))
    dx = (flat @ _apart(weights["W_x"], units).swapaxes(-1, -2)).sum(axis=0)
    return gradients, dx.reshape(networks, time, batch, -1), lengths


def answers(cell: str, weights: Weights, x: np.ndarray) -> np.ndarray:
    """What each network answers after the last step: (networks, batch, outputs)."""
    return forward(cell, weights, x)["h"][:, -1] @ weights["V"] + weights["c"][:, None]


def squared_error(cell: str, weights: Weights, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean squared error of each network's last answer, (networks,)."""
    return np.asarray(((answers(cell, weights, x) - y) ** 2).mean(axis=(1, 2)))


def sum_gradients(cell: str, weights: Weights, x: np.ndarray, y: np.ndarray) -> Weights:
    """The gradients of `squared_error`, each with the shape of its weights."""
    kept = forward(cell, weights, x)
    last = kept["h"][:, -1]
    d_answer = 2 * (last @ weights["V"] + weights["c"][:, None] - y) / y.size
    gradients, *_ = backward(cell, weights, kept, d_answer @ weights["V"].swapaxes(-1, -2))
    return gradients | {"V": last.swapaxes(-1, -2) @ d_answer, "c": d_answer.sum(axis=1)}


def symbol_gradients(cell: str, weights: Weights, x: np.ndarray, y: np.ndarray) -> Weights:
    """The gradients of the mean cross-entropy of a symbol at every step.

    `x` and `y` are one-hot, (batch, time, symbols); where a row of `y` is all zeros, nothing is
    asked.
    """
    kept = forward(cell, weights, x)
    states = kept["h"][:, 1:]
    scores = states @ weights["V"][:, None] + weights["c"][:, None, None]
    scores -= scores.max(axis=-1, keepdims=True)
    likely = np.exp(scores, out=scores)
    likely /= likely.sum(axis=-1, keepdims=True)
    asked = y.swapaxes(0, 1)
    d_scores = (likely * asked.sum(axis=-1, keepdims=True) - asked) / asked.sum()
    dh_all = d_scores @ weights["V"].swapaxes(-1, -2)[:, None]
    gradients, *_ = backward(cell, weights, kept, dh_all=dh_all)
    networks, units = weights["W_h"].shape[:2]
    flat = d_scores.reshape(networks, -1, d_scores.shape[-1])
    return gradients | {
        "V": states.reshape(networks, -1, units).swapaxes(-1, -2) @ flat,
        "c": flat.sum(axis=1),
    }


def at_mark(cell: str, weights: Weights, x: np.ndarray) -> np.ndarray:
    """How much the answer moves with the first marked number: |∂ answer / ∂ number|, the mean over
    the sequences of the adding problem x (batch, time, 2); one number for each network.

    It is the gradient that arrives at the first mark, where an answer of 1 more asks for 1 more; a
    network that adds has 1.
    """
    kept = forward(cell, weights, x)
    lines = np.broadcast_to(
        weights["V"][:, None, :, 0], (len(weights["V"]), len(x), weights["V"].shape[1])
    )
    _, dx, _ = backward(cell, weights, kept, np.ascontiguousarray(lines))
    first = x[..., 1].argmax(axis=1)
    return np.asarray(np.abs(dx[:, first, np.arange(len(x)), 0]).mean(axis=1))


class Adam:
    """Adam (Kingma and Ba, 2015) with a rate for each network, (networks,)."""

    def __init__(self, rates: Any) -> None:
        self.rates, self.count = np.asarray(rates, "float32"), 0
        self.mean: Weights = {}
        self.square: Weights = {}

    def update(self, weights: Weights, gradients: Weights) -> None:
        """One step, in place."""
        self.count += 1
        for name, gradient in gradients.items():
            mean = self.mean.setdefault(name, np.zeros_like(gradient))
            square = self.square.setdefault(name, np.zeros_like(gradient))
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient * gradient - square)
            step = mean / (1 - 0.9**self.count)
            step /= np.sqrt(square / (1 - 0.999**self.count)) + 1e-7
            weights[name] -= self.rates.reshape(-1, *[1] * (gradient.ndim - 1)) * step


def clip(gradients: Weights, limit: float) -> tuple[Weights, np.ndarray]:
    """Each network's gradients, shortened to `limit` where their common length is above it; and
    that length, (networks,).
    """
    networks = len(next(iter(gradients.values())))
    square = sum(
        (g.reshape(networks, -1).astype("float64") ** 2).sum(-1) for g in gradients.values()
    )
    norm = np.sqrt(square)
    factor = np.minimum(1, limit / np.maximum(norm, 1e-30)).astype("float32")
    clipped = {n: g * factor.reshape(-1, *[1] * (g.ndim - 1)) for n, g in gradients.items()}
    return clipped, norm


@dataclass
class Run:
    """What became of networks of one cell on the adding problem.

    `updates` (checkpoints,) says when they were looked at. `errors` (rates, seeds, checkpoints) are
    on new sequences, `validation` on others, which choose the rate; `mark` is `at_mark` before
    training and at each checkpoint, (rates, seeds, checkpoints + 1); `longest` the longest gradient
    before clipping, (rates, seeds); `parameters` the numbers of one network; `weights` what they
    are at the end, rate by rate.
    """

    cell: str
    rates: np.ndarray
    updates: np.ndarray
    validation: np.ndarray
    errors: np.ndarray
    mark: np.ndarray
    longest: np.ndarray
    parameters: int
    weights: Weights

    @property
    def best(self) -> int:
        """Which rate is best on the validation sequences: the one at which the median seed has
        learnt after the fewest updates; where none has, the one with the lowest median error at the
        end.
        """
        needed = np.median(_first_below(self.validation, self.updates), axis=1)
        end = np.median(np.nan_to_num(self.validation[:, :, -1], nan=np.inf), axis=1)
        return int(np.lexsort((end, needed))[0])

    @property
    def rate(self) -> float:
        """The best rate."""
        return float(self.rates[self.best])

    @property
    def needed(self) -> np.ndarray:
        """At the best rate: after how many updates each seed's error on new sequences was first
        below `LEARNT`; infinity where it never was. (seeds,)
        """
        return _first_below(self.errors[self.best], self.updates)


def _first_below(errors: np.ndarray, updates: np.ndarray) -> np.ndarray:
    """When the errors (…, checkpoints) were first below `LEARNT`: (…)."""
    under = errors < LEARNT
    return np.where(under.any(axis=-1), updates[under.argmax(axis=-1)], np.inf)


def train_adding(
    cell: str,
    fresh: Weights,
    rates: Sequence[float],
    length: int,
    updates: int,
    *,
    batch: int = 32,
    every: int = 100,
    limit: float | None = 1.0,
    stop: bool = False,
    data_seed: int = 1000,
) -> Run:
    """Train each of the fresh networks at each of the rates on the adding problem.

    Every batch is new, and all networks see the same ones; each gradient is clipped to the length
    `limit` by its own global norm, or not at all. The networks are looked at after each `every`
    updates, on validation and on test sequences. With `stop` the training ends when all seeds have
    learnt at one of the rates, which decides which rate is best.
    """
    seeds, shape = len(fresh["b"]), (len(rates), len(fresh["b"]), -1)
    weights = repeat(fresh, len(rates))
    steps = Adam(np.repeat(rates, seeds))
    x_validation, y_validation = adding_problem(300, length, seed=data_seed - 1)
    x_test, y_test = adding_problem(500, length, seed=data_seed - 2)
    longest = np.zeros(len(rates) * seeds)
    at: list[int] = []
    validation, errors, mark = [], [], [at_mark(cell, weights, x_test[:100])]
    with np.errstate(over="ignore", invalid="ignore"):  # a network may be thrown out of range
        for first in range(0, updates, every):
            count = min(every, updates - first)
            x, y = adding_problem(count * batch, length, seed=data_seed + first)
            for k in range(0, len(x), batch):
                gradients = sum_gradients(cell, weights, x[k : k + batch], y[k : k + batch])
                clipped, norm = clip(gradients, np.inf if limit is None else limit)
                longest = np.fmax(longest, norm)
                steps.update(weights, clipped)
            at.append(first + count)
            validation.append(squared_error(cell, weights, x_validation, y_validation))
            errors.append(squared_error(cell, weights, x_test, y_test))
            mark.append(at_mark(cell, weights, x_test[:100]))
            lowest = np.fmin.reduce(validation).reshape(shape[:2])
            if stop and (lowest < LEARNT).all(axis=1).any():
                break
    return Run(
        cell=cell,
        rates=np.array(rates),
        updates=np.array(at),
        validation=np.transpose(validation).reshape(shape),
        errors=np.transpose(errors).reshape(shape),
        mark=np.transpose(mark).reshape(shape),
        longest=longest.reshape(shape[:2]),
        parameters=parameters(fresh),
        weights=weights,
    )
